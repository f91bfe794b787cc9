/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run that was read from its JSON report is told as the run itself, in every format, byte for
 * byte; and what is no such report, or contradicts itself, is refused.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "report/read.h"
#include "sample.h"

static const struct json *document_of(struct arena *arena, const struct run *run)
{
    static const struct report_options usual;
    size_t len = 0;
    const char *fault = NULL;
    const char *text = sample_written(arena, &report_format_json, run, &usual, &len);
    const struct json *document = json_parse(arena, text, len, &fault);
    cr_assert(document != NULL, "%s", fault);
    return document;
}

static void compare(struct arena *arena, const struct run *run, const char *name)
{
    size_t n_formats = 0;
    const char *fault = NULL;
    struct run read;
    cr_assert(run_read(arena, document_of(arena, run), &read, &fault), "%s: %s", name, fault);
    read.run_id = run->run_id;
    const struct report_format *const *formats = report_formats(&n_formats);
    for (size_t i = 0; i < n_formats; i++) {
        for (int is_verbose = 0; is_verbose <= 1; is_verbose++) {
            const struct report_options options = {.verbose = is_verbose == 1,
                                                   .junit_extended = is_verbose == 1};
            size_t len = 0;
            const char *direct = sample_written(arena, formats[i], run, &options, &len);
            const char *again = sample_written(arena, formats[i], &read, &options, &len);
            cr_expect_str_eq(again, direct, "%s as %s", name, formats[i]->name);
        }
    }
}

Test(read, a_run_that_was_read_is_told_alike_in_every_format)
{
    static const char *const names[] = {"ready", "not-ready", "diagnosis", "inconclusive",
                                        "empty", "waived",    "hostile"};
    setlocale(LC_CTYPE, "C.UTF-8");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        compare(arena, sample_clean_run(arena, names[i]), names[i]);
        arena_free(arena);
    }
}

Test(read, random_runs_come_back)
{
    for (uint32_t seed = 1; seed <= 30; seed++) {
        struct arena *arena = arena_new();
        const struct run *run = run_clean(arena, sample_random_run(arena, 30, seed), NULL);
        compare(arena, run, arena_printf(arena, "seed %u", seed));
        arena_free(arena);
    }
}

struct refused {
    const char *from; /* in the report of the run "diagnosis" */
    const char *to;
    const char *fault;
};

static const struct refused refused[] = {
    {"glidepath-report/1", "glidepath-report/2", "it is not of the schema glidepath-report/1"},
    {"\"status\": \"not-ready\"", "\"status\": \"ready\"",
     "the summary does not agree with the checks"},
    {"\"exit\": 1", "\"exit\": 0", "the summary does not agree with the checks"},
    {"\"verdict\": \"fail\"", "\"verdict\": \"pass\"",
     "the summary does not agree with the checks"},
    {"\"verdict\": \"fail\"", "\"verdict\": \"warn\"",
     "'verdict' has a value that is none of those it may have"},
    {"\"n\": 1,", "\"n\": 2,", "the exchanges are not numbered in their order"},
    {"\"exchanges\": [\n        1", "\"exchanges\": [\n        99",
     "an exchange is meant that is not there"},
    {"\"gates\": true", "\"gates\": \"true\"", "'gates' is neither true nor false"},
    {"\"started\": \"2026", "\"started\": \"yesterday 2026", "'started' is not a time"},
};

/* The report with the first `from` replaced. */
static const struct json *changed(struct arena *arena, const struct refused *row)
{
    static const struct report_options usual;
    size_t len = 0;
    const char *fault = NULL;
    const char *text = sample_written(arena, &report_format_json,
                                      sample_clean_run(arena, "diagnosis"), &usual, &len);
    const char *at = strstr(text, row->from);
    cr_assert(at != NULL, "%s is not in the report", row->from);
    const char *whole =
        arena_printf(arena, "%.*s%s%s", (int)(at - text), text, row->to, at + strlen(row->from));
    const struct json *document = json_parse(arena, whole, strlen(whole), &fault);
    cr_assert(document != NULL, "%s: %s", row->to, fault);
    return document;
}

Test(read, what_contradicts_itself_is_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct arena *arena = arena_new();
        const char *fault = NULL;
        struct run run;
        cr_expect(!run_read(arena, changed(arena, &refused[i]), &run, &fault), "row %zu", i);
        cr_expect_str_eq(fault, refused[i].fault, "row %zu: %s", i, refused[i].to);
        arena_free(arena);
    }
}
