/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers in every format: who signed, until when and why; and what its author has to look at.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "sample.h"

/* The report's words without markup that differs by format: escapes, line breaks, list marks. */
static char *words_of(struct arena *arena, const char *text)
{
    char *words = arena_strdup(arena, text);
    char *to = words;
    for (const char *from = text; *from != '\0'; from++) {
        bool is_blank = *from == ' ' || *from == '\n';
        if (*from != '\\' && !(is_blank && to > words && to[-1] == ' ')) {
            *to++ = is_blank ? ' ' : *from;
        }
    }
    *to = '\0';
    return words;
}

Test(waivers, are_told_in_every_format)
{
    static const struct {
        const char *says;
        const char *why;
    } rows[] = {
        {"ends in 5 days", "a warning before the end"},
        {"ended on 2026-10-31", "it counts again"},
        {"it can go", "nothing is left to waive"},
        {"j.doe", "who signed"},
        {"2027-01-31", "until when"},
        {"the auditor comes with the January release", "why"},
    };
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    static const struct report_options options;
    for (size_t i = 0; i < n; i++) {
        struct arena *arena = arena_new();
        const char *words =
            words_of(arena, sample_written(arena, formats[i], sample_clean_run(arena, "waived"),
                                           &options, NULL));
        for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
            cr_expect(strstr(words, rows[r].says) != NULL, "%s, row %zu (%s):\n%s",
                      formats[i]->name, r, rows[r].why, words);
        }
        arena_free(arena);
    }
}

/* What is quiet, and a diagnosis, leave waived checks out of the body: their waivers stay. */
Test(waivers, are_told_where_their_findings_are_not)
{
    for (int i = 0; i < 2; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_clean_run(arena, "waived");
        const struct report_options options = {.quiet = i == 0};
        run->is_diagnosis = i == 1;
        char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
        cr_expect(strstr(text, "user-active: in force until 2027-01-31") != NULL, "%s", text);
        cr_expect(strstr(text, "by       m.roe, until 2026-11-25") != NULL, "%s", text);
        cr_expect(strstr(text, "form-url") == NULL, "nobody knows of that one: %s", text);
        arena_free(arena);
    }
}

/* Three of them change the status of nothing: a JUnit file with warnings alone is green. */
Test(waivers, that_want_a_look_make_nothing_red)
{
    struct arena *arena = arena_new();
    const struct report_options options = {0};
    struct run *run = sample_run(arena, "waived");
    run->findings[2].verdict = VERDICT_PASS;
    sample_settle(run);
    cr_assert(run->exit_status == 0);
    char *text =
        sample_written(arena, &report_format_junit, run_clean(arena, run, NULL), &options, NULL);
    cr_expect(strstr(text, "<failure ") == NULL && strstr(text, "<error ") == NULL);
    cr_expect(count_of(text, "<skipped ") == 3, "two waived, one left out");
    cr_expect(strstr(text, "waiver (expired): cloud-ex-machina/grant-enabled: ended") != NULL);
    arena_free(arena);
}
