/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What golden files cannot show: the width of every line, colour that never says something alone,
 * and the last line's promise.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/strings.h"
#include "sample.h"

static char *written(struct arena *arena, const char *name, struct report_options options)
{
    return sample_written(arena, &report_format_terminal, sample_clean_run(arena, name), &options,
                          NULL);
}

static int width_of(const char *line, size_t len)
{
    int width = 0;
    mbstate_t state = {0};
    for (size_t i = 0; i < len;) {
        wchar_t wide = 0;
        size_t step = mbrtowc(&wide, line + i, len - i, &state);
        cr_assert(step > 0 && step <= len - i, "broken UTF-8 in: %.*s", (int)len, line);
        width += wcwidth(wide) < 0 ? 1 : wcwidth(wide);
        i += step;
    }
    return width;
}

Test(terminal, no_line_is_wider_than_the_terminal_but_links_and_request_lines)
{
    static const char *const names[] = {"ready",        "not-ready", "diagnosis",
                                        "inconclusive", "empty",     "hostile"};
    static const int columns[] = {0, 40, 48, 63, 80, 100};
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
            struct arena *arena = arena_new();
            char *text = written(arena, names[i], (struct report_options){.columns = columns[c]});
            int limit = columns[c] == 0 ? 80 : columns[c];
            for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
                size_t len = strcspn(line, "\n");
                bool is_link = text_starts_with(line + strspn(line, " "), "open ");
                cr_expect(is_link || width_of(line, len) <= limit, "%s at %d: %.*s", names[i],
                          limit, (int)len, line);
                cr_expect(len == 0 || line[len - 1] != ' ', "%s: a blank at the end", names[i]);
            }
            arena_free(arena);
        }
    }
}

static char *without_color(struct arena *arena, const char *text)
{
    char *plain = arena_strdup(arena, text);
    char *end = plain;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\033') {
            c = strchr(c, 'm');
            continue;
        }
        *end++ = *c;
    }
    *end = '\0';
    return plain;
}

Test(terminal, colour_adds_nothing_but_colour)
{
    struct arena *arena = arena_new();
    char *plain = written(arena, "not-ready", (struct report_options){.color = false});
    char *colored = written(arena, "not-ready", (struct report_options){.color = true});
    cr_expect(strchr(plain, '\033') == NULL);
    cr_expect(strchr(colored, '\033') != NULL);
    cr_expect_str_eq(without_color(arena, colored), plain);
    arena_free(arena);
}

Test(terminal, ascii_is_ascii)
{
    static const char *const names[] = {"not-ready", "hostile"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        char *text = written(arena, names[i], (struct report_options){.ascii = true});
        for (const char *c = text; *c != '\0'; c++) {
            bool is_plain = *c == '\n' || (*c >= ' ' && *c <= '~');
            cr_assert(is_plain, "%s: byte %u", names[i], (unsigned char)*c);
        }
        arena_free(arena);
    }
}

/* A text, and whether the report of the run has it. */
struct expectation {
    const char *run;
    struct report_options options;
    const char *text;
    bool is_there;
    const char *why;
};

static const struct expectation expectations[] = {
    {"not-ready", {.quiet = true}, "pass     ", false, "quiet shows problems only"},
    {"not-ready", {.quiet = true}, "n/a", false, "quiet shows problems only"},
    {"not-ready", {.quiet = true}, "blocked  The integration reads incidents", true, "a problem"},
    {"not-ready",
     {0},
     "(integration: oauth-client, env CXM_CLIENT_SECRET",
     true,
     "kind and source of a credential"},
    {"not-ready", {0}, "by: credential", true, "what stood in the way"},
    {"not-ready", {0}, "[ServiceNow admin]", true, "who acts"},
    {"not-ready",
     {0},
     "fail     The user is an Internal Integration User",
     true,
     "what does not gate is not loud"},
    {"not-ready", {0}, "FAIL     The client credentials are accepted", true, "what gates is loud"},
    {"not-ready", {0}, "Grant the role itil.", false, "a blocked check's fix is not the next step"},
    {"not-ready", {.verbose = true}, "Grant the role itil.", true, "verbose tells all"},
    {"not-ready", {.verbose = true}, "live, requests 1, 2", true, "verbose names the evidence"},
    {"not-ready", {.verbose = true}, "  1  wave 0  GET   401", true, "verbose lists requests"},
    {"not-ready", {0}, "wave 0", false, "and only verbose"},
    {"not-ready", {0}, "CAUSE  client-credentials-disabled (certain)", true, "the cause"},
    {"not-ready", {0}, "It explains 5 findings.\n", true, "consequences are folded"},
    {"not-ready",
     {.verbose = true},
     "It explains 5 findings: grant-enabled, grant-property-type, credential,",
     true,
     "and verbose says which"},
    {"not-ready",
     {0},
     "FAIL     The property is of type true | false    follows from: grant-enabled\n",
     true,
     "a consequence is told in a line"},
    {"not-ready", {0}, "Set the type of the property.", false, "without its misleading fix"},
    {"not-ready",
     {.verbose = true},
     "follows  grant-enabled\n",
     true,
     "verbose says the same in a line of its own"},
    {"not-ready", {.verbose = true}, "Set the type of the property.", true, "and tells all"},
    {"not-ready", {0}, "The connection failed", false, "it did not"},
    {"not-ready", {0}, "No cause", false, "there is one"},
    {"ready", {0}, "No cause", false, "a check was not asked for one"},
    {"diagnosis", {0}, "\"just now\": not this; a policy comes next\n", true, "what a reply means"},
    {"diagnosis",
     {0},
     "replies  \"ticked\": this is it\n",
     true,
     "of what is merely possible, too"},
    {"diagnosis",
     {0},
     "doubt    Public reports disagree about it.\n",
     true,
     "and what is in doubt"},
    {"diagnosis",
     {0},
     "also possible: release-too-old, plugin-missing (--verbose tells them)\n",
     true,
     "five are told, the rest is named"},
    {"diagnosis", {.verbose = true}, "also possible", false, "verbose tells all of them"},
    {"diagnosis", {.verbose = true}, "There is no plugin.\n", true, "in words"},
    {"diagnosis", {0}, "means    The instance knows the credential.\n", true, "a clue"},
    {"diagnosis", {.verbose = true}, "requests 2\n", true, "and where it was seen"},
    {"diagnosis", {0}, " pass  ", false, "what passed is no part of the story"},
    {"diagnosis", {.verbose = true}, " pass  ", true, "verbose tells it"},
    {"diagnosis", {0}, "- blocked  2 checks (--verbose lists them)", true, "in a line"},
    {"diagnosis", {.verbose = true}, "- blocked  The integration reads incidents", true, "each"},
    {"inconclusive",
     {0},
     "INCONCLUSIVE  unreachable: 1 unknown, 1 blocked. exit 3",
     true,
     "why, in the last line"},
    {"inconclusive",
     {0},
     "\n2 checks, 1 request, 1 wave, 1.2 s.\nThe connection failed: timeout: Operation timed out\n"
     "INCONCLUSIVE",
     true,
     "in the transport's own words, once"},
    {"empty", {0}, "no required check passed", true, "why, in the last line"},
    {"ready",
     {0},
     "READY  1 failed (1 does not gate), 1 waived until 2027-01-31, 4 passed, 1 not\n       "
     "applicable. exit 0",
     true,
     "a failure that does not gate is told"},
};

Test(terminal, says_what_it_should)
{
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        const struct expectation *row = &expectations[i];
        struct arena *arena = arena_new();
        char *text = written(arena, row->run, row->options);
        cr_expect((strstr(text, row->text) != NULL) == row->is_there, "row %zu (%s: %s):\n%s", i,
                  row->why, row->text, text);
        arena_free(arena);
    }
}

Test(terminal, an_interrupted_connection_did_not_fail)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "inconclusive");
    run->exit_status = 130;
    struct report_options options = {0};
    char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "The connection failed") == NULL, "%s", text);
    cr_expect(strstr(text, "INCONCLUSIVE  interrupted: 1 unknown, 1 blocked. exit 130\n") != NULL);
    arena_free(arena);
}

Test(terminal, the_first_cause_comes_right_before_the_end_and_the_verdict_last)
{
    struct arena *arena = arena_new();
    char *text = written(arena, "not-ready", (struct report_options){.columns = 100});
    const char *cause = strstr(text, "\nCAUSE  client-credentials-disabled");
    const char *verdict = strstr(text, "\nNOT READY  4 failed");
    cr_assert(cause != NULL && verdict != NULL);
    cr_expect(strstr(text, "Advice") < cause && cause < verdict);
    cr_expect(text_ends_with(verdict, " exit 1\n"));
    cr_expect(strstr(verdict, "not run. exit 1\n") != NULL);
    cr_expect(strstr(verdict, "\n\n") == NULL, "nothing comes after it");
    arena_free(arena);
}

Test(terminal, a_diagnosis_begins_with_the_cause)
{
    static const char *const order[] = {
        "cloud-ex-machina 1.0.0 -> acme",
        "\nCAUSE  access-token-expired (likely): The access token has expired.\n",
        "ask      When was the token issued?",
        "  or   password-needs-reset (possible)",
        "also possible: ",
        "\nWhat was seen besides the checks\n",
        "FAIL     The client credentials grant is enabled",
        "- blocked  2 checks",
        "\nAdvice (gates nothing)\n",
        "12 checks, 5 requests",
        "\nNOT READY  4 failed",
    };
    struct arena *arena = arena_new();
    const char *at = written(arena, "diagnosis", (struct report_options){0});
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const char *next = strstr(at, order[i]);
        cr_assert(next != NULL, "%s is not there, or too early", order[i]);
        at = next;
    }
    arena_free(arena);
}

Test(terminal, replies_to_what_is_merely_possible_come_with_a_diagnosis_or_verbose)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "diagnosis");
    run->is_diagnosis = false;
    struct report_options options = {0};
    char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "Is Password needs reset ticked?") != NULL);
    cr_expect(strstr(text, "\"ticked\": this is it") == NULL, "%s", text);
    cr_expect(strstr(text, "\"just now\": not this") != NULL,
              "of the first cause they always come");
    cr_expect(strstr(text, "also possible: release-too-old") != NULL);
    options.verbose = true;
    text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "\"ticked\": this is it") != NULL);
    arena_free(arena);
}

Test(terminal, a_diagnosis_without_a_cause_says_so)
{
    static const char *const texts[][2] = {
        {"ready", "No cause to name: from here, nothing that counts is amiss."},
        {"inconclusive", "No cause can be named: without a credential only who answers there"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_clean_run(arena, texts[i][0]);
        run->is_diagnosis = true;
        struct report_options options = {0};
        char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
        cr_expect(strstr(text, texts[i][1]) != NULL, "%s", text);
        arena_free(arena);
    }
}

Test(terminal, a_diagnosis_with_a_credential_and_no_cause_says_so)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "diagnosis");
    struct report_options options = {0};
    run->n_causes = 0;
    char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "No cause can be named from what was seen.\n") != NULL, "%s", text);
    arena_free(arena);
}

Test(terminal, a_diagnosis_gathers_what_only_an_auditor_can_tell)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "diagnosis");
    struct report_options options = {0};
    run->findings[5].reason = REASON_NO_AUDITOR;
    char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "\n\n  ? unknown  1 check (--verbose lists them)") != NULL, "%s", text);
    cr_expect(strstr(text, "no-auditor\n  - blocked  2 checks") != NULL);
    cr_expect(strstr(text, "UNKNOWN  The service account holds") == NULL);
    options.verbose = true;
    text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "UNKNOWN  The service account holds") != NULL);
    arena_free(arena);
}

Test(terminal, a_diagnosis_without_a_credential_tells_what_passed)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "diagnosis");
    struct report_options options = {0};
    run->n_credentials = 0;
    char *text = sample_written(arena, &report_format_terminal, run, &options, NULL);
    cr_expect(strstr(text, "pass     The instance answers as ServiceNow") != NULL, "%s", text);
    arena_free(arena);
}

/* How many lines of the body begin with the mark. */
static size_t marked_lines(const char *text, const char *mark)
{
    size_t n = 0;
    for (const char *at = strstr(text, mark); at != NULL; at = strstr(at + 1, mark)) {
        n++;
    }
    return n;
}

/* The number before the word in the sentence; 0 when it is not there. */
static size_t told_number(const char *sentence, const char *word)
{
    const char *at = strstr(sentence, word);
    const char *digits = at;
    while (digits != NULL && digits > sentence && digits[-1] >= '0' && digits[-1] <= '9') {
        digits--;
    }
    return digits == NULL ? 0 : strtoul(digits, NULL, 10);
}

Test(terminal, the_last_line_counts_what_the_body_shows)
{
    static const char *const names[] = {"ready",        "not-ready", "hostile",
                                        "inconclusive", "diagnosis", "waived"};
    static const char *const words[][3] = {
        {"\n  x ", " failed", NULL},  {"\n  ? ", " unknown", NULL},
        {"\n  - ", " blocked", NULL}, {"\n  ~ ", " waived", NULL},
        {"\n  + ", " passed", NULL},  {"\n  . ", " not applicable", " left out by option"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        struct report_options options = {.ascii = true, .verbose = true};
        char *text = written(arena, names[i], options);
        const char *sentence = run_sentence(arena, sample_clean_run(arena, names[i]));
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            size_t n_told = told_number(sentence, words[w][1]) +
                            (words[w][2] == NULL ? 0 : told_number(sentence, words[w][2]));
            cr_expect_eq(marked_lines(text, words[w][0]), n_told, "%s: %zu lines \"%s\", but: %s",
                         names[i], marked_lines(text, words[w][0]), words[w][0] + 1, sentence);
        }
        arena_free(arena);
    }
}

Test(terminal, says_when_the_first_waiver_ends)
{
    struct arena *arena = arena_new();
    struct run *run = sample_clean_run(arena, "not-ready");
    struct waiver_told waivers[] = {
        {.check = run->findings[0].check->id, .until = "2027-03-31", .state = WAIVER_IN_FORCE},
        {.check = run->findings[1].check->id, .until = "2026-11-25", .state = WAIVER_ENDING},
        {.check = run->findings[2].check->id, .until = "2026-10-31", .state = WAIVER_EXPIRED},
    };
    run->findings[0].verdict = VERDICT_WAIVED;
    run->findings[1].verdict = VERDICT_WAIVED;
    run->waivers = waivers;
    run->n_waivers = sizeof waivers / sizeof waivers[0];
    cr_expect(strstr(run_sentence(arena, run), "waived until 2026-11-25 or later, ") != NULL, "%s",
              run_sentence(arena, run));
    waivers[0].until = "2026-11-25";
    cr_expect(strstr(run_sentence(arena, run), "waived until 2026-11-25, ") != NULL, "%s",
              run_sentence(arena, run));
    arena_free(arena);
}
