/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for every format: names, equal bytes for equal runs, a failing stream that is noticed,
 * no secret and no control character, numbers that do not follow the locale.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "base/text.h"
#include "sample.h"

static const struct report_options usual;
static const char *const run_names[] = {"ready", "not-ready", "diagnosis", "inconclusive",
                                        "empty", "waived",    "hostile"};
enum { N_RUNS = sizeof run_names / sizeof run_names[0] };

Test(formats, are_sorted_and_found_by_name)
{
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    cr_expect(n == 8);
    for (size_t i = 0; i < n; i++) {
        cr_expect(i == 0 || strcmp(formats[i - 1]->name, formats[i]->name) < 0, "%s",
                  formats[i]->name);
        cr_expect(report_format_find(formats[i]->name) == formats[i], "%s", formats[i]->name);
        cr_expect(formats[i]->summary != NULL && formats[i]->write != NULL);
    }
    cr_expect(report_format_find("jso") == NULL);
    cr_expect(report_format_find("") == NULL);
}

Test(formats, equal_runs_give_equal_bytes)
{
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n * N_RUNS; i++) {
        struct arena *arena = arena_new();
        const struct report_format *format = formats[i % n];
        const char *name = run_names[i / n];
        char *once = sample_written(arena, format, sample_clean_run(arena, name), &usual, NULL);
        char *again = sample_written(arena, format, sample_clean_run(arena, name), &usual, NULL);
        cr_expect_str_eq(once, again, "%s of %s", format->name, name);
        arena_free(arena);
    }
}

Test(formats, notice_that_the_stream_is_full)
{
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        struct arena *arena = arena_new();
        FILE *full = fopen("/dev/full", "w");
        cr_assert(full != NULL);
        cr_expect(!formats[i]->write(sample_clean_run(arena, "not-ready"), &usual, full), "%s",
                  formats[i]->name);
        fclose(full);
        arena_free(arena);
    }
}

/* Controls that a report may never hold: C0 but tab and newline, DEL, C1, and the bidi controls. */
static bool has_control(const char *text)
{
    static const char *const forbidden[] = {"\xC2\x9B",     "\xE2\x80\xAE", "\xE2\x81\xA6",
                                            "\xE2\x80\x8B", "\xEF\xBF\xBF", "\x7F"};
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        if (strstr(text, forbidden[i]) != NULL) {
            return true;
        }
    }
    return false;
}

Test(formats, let_no_secret_and_no_control_through)
{
    static const struct report_options variants[] = {
        {0}, {.verbose = true}, {.junit_extended = true}, {.quiet = true}};
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
            struct arena *arena = arena_new();
            size_t len = 0;
            size_t offset = 0;
            char *text = sample_written(arena, formats[i], sample_clean_run(arena, "hostile"),
                                        &variants[v], &len);
            cr_expect(strstr(text, SAMPLE_SECRET) == NULL, "%s shows a secret", formats[i]->name);
            cr_expect(!has_control(text), "%s lets a control through", formats[i]->name);
            cr_expect(utf8_is_valid(text, len, &offset), "%s: byte %zu", formats[i]->name, offset);
            arena_free(arena);
        }
    }
}

Test(formats, numbers_do_not_follow_the_locale)
{
    char *once[8] = {NULL};
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    struct arena *arena = arena_new();
    for (size_t i = 0; i < n; i++) {
        once[i] =
            sample_written(arena, formats[i], sample_clean_run(arena, "not-ready"), &usual, NULL);
    }
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "de_DE") == NULL) {
        arena_free(arena);
        fprintf(stderr, "SKIPPED: numbers_do_not_follow_the_locale needs the locale de_DE\n");
        cr_skip_test("needs the locale de_DE");
    }
    for (size_t i = 0; i < n; i++) {
        char *german =
            sample_written(arena, formats[i], sample_clean_run(arena, "not-ready"), &usual, NULL);
        cr_expect_str_eq(once[i], german, "%s", formats[i]->name);
    }
    arena_free(arena);
}

struct sentence {
    const char *run;
    const char *text;
    const char *why;
};

static const struct sentence sentences[] = {
    {"ready", "1 failed (1 does not gate), 1 waived until 2027-01-31, 4 passed, 1 not applicable",
     "no zero counts, and when a waiver ends"},
    {"not-ready",
     "4 failed (1 does not gate), 1 unknown, 2 blocked, 4 passed, 1 left out by option; 2 write "
     "checks not run",
     "what was not run"},
    {"inconclusive", "unreachable: 1 unknown, 1 blocked", "the reason first"},
    {"empty", "1 not applicable; no required check passed", "why it is not ready"},
};

Test(sentence, is_the_same_in_every_format)
{
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        struct arena *arena = arena_new();
        const struct sentence *row = &sentences[i];
        struct run *run = sample_clean_run(arena, row->run);
        cr_expect_str_eq(run_sentence(arena, run), row->text, "row %zu (%s)", i, row->why);
        char *html = sample_written(arena, &report_format_html, run, &usual, NULL);
        cr_expect(strstr(html, row->text) != NULL, "row %zu (%s)", i, row->why);
        arena_free(arena);
    }
    struct arena *arena = arena_new();
    cr_expect_str_eq(run_sentence(arena, sample_random_run(arena, 0, 1)),
                     "nothing was checked; no required check passed");
    arena_free(arena);
}

Test(sentence, an_interrupted_run_says_so_first)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "inconclusive");
    run->exit_status = 130;
    cr_expect_str_eq(run_sentence(arena, run), "interrupted: 1 unknown, 1 blocked",
                     "nobody knows whether it could be reached");
    run = sample_clean_run(arena, "ready");
    run->exit_status = 143;
    cr_expect(text_starts_with(run_sentence(arena, run), "interrupted: 1 failed"));
    arena_free(arena);
}

/* What --only and --skip leave out was not run; what does not apply is another matter. */
Test(sentence, tells_what_was_left_out)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "ready");
    for (size_t i = 0; i < 5; i++) {
        run->findings[i].verdict = VERDICT_NOT_APPLICABLE;
        run->findings[i].reason = REASON_SKIPPED;
    }
    cr_expect_str_eq(run_sentence(arena, run), "1 passed, 1 not applicable, 5 left out by option");
    for (size_t i = 0; i < run->n_findings; i++) {
        run->findings[i].verdict = VERDICT_NOT_APPLICABLE;
        run->findings[i].reason = REASON_SKIPPED;
    }
    cr_expect_str_eq(run_sentence(arena, run), "7 left out by option");
    arena_free(arena);
}
