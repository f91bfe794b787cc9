/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several targets: their order, what they come to together, what is missing, and that every format
 * tells of all of them.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "report/report.h"
#include "report/set.h"
#include "sample.h"

enum { MOST_RUNS = 4 };

/* A sample, of another instance, or with another end. */
struct member {
    const char *sample;
    const char *url;
    int exit_status; /* 0: the sample's own */
};

static struct run_set *set_of(struct arena *arena, const struct member *members, size_t n)
{
    const char *fault = NULL;
    struct run_set *set = run_set_new("0.1.0", &fault);
    cr_assert(set != NULL, "%s", fault);
    for (size_t i = 0; i < n && members[i].sample != NULL; i++) {
        struct run *run = sample_clean_run(arena, members[i].sample);
        run->instance_url = members[i].url;
        run->exit_status = members[i].exit_status != 0 ? members[i].exit_status : run->exit_status;
        cr_assert(run_set_add(set, run, i));
    }
    return set;
}

struct outcome_row {
    struct member members[MOST_RUNS];
    int interrupted;
    int exit_status;
    enum status status;
    const char *reason;
    const char *sentence;
    bool needs_a_case;
    const char *why;
};

static const struct outcome_row outcomes[] = {
    {{{"ready", "https://a/", 0}, {"ready", "https://b/", 0}},
     0,
     0,
     STATUS_READY,
     NULL,
     "2 targets: 2 ready",
     false,
     "all ready"},
    {{{"ready", "https://a/", 0}, {"inconclusive", "https://b/", 0}},
     0,
     3,
     STATUS_INCONCLUSIVE,
     "unreachable",
     "unreachable: 2 targets: 1 inconclusive, 1 ready",
     false,
     "3 is worse than 0; and it may be tried again"},
    {{{"empty", "https://a/", 0}, {"inconclusive", "https://b/", 0}},
     0,
     3,
     STATUS_INCONCLUSIVE,
     NULL,
     "2 targets: 2 inconclusive",
     false,
     "trying again does not help both"},
    {{{"not-ready", "https://a/", 0}, {"inconclusive", "https://b/", 0}},
     0,
     1,
     STATUS_NOT_READY,
     NULL,
     "2 targets: 1 not ready, 1 inconclusive",
     false,
     "1 is worse than 3"},
    {{{"ready", "https://a/", 4}, {"not-ready", "https://b/", 0}},
     0,
     4,
     STATUS_NOT_READY,
     NULL,
     "2 targets: 1 not ready, 1 ready",
     false,
     "4 is worse than all: a report was lost"},
    {{{"ready", "https://a/", 130}, {"ready", "https://b/", 0}},
     0,
     3,
     STATUS_INCONCLUSIVE,
     NULL,
     "2 targets: 2 ready",
     false,
     "put together later: one that was interrupted is never ready"},
    {{{"not-ready", "https://a/", 143}},
     0,
     1,
     STATUS_NOT_READY,
     NULL,
     "1 target: 1 not ready",
     false,
     "it had failed before that"},
    {{{"ready", "https://a/", 0}},
     130,
     130,
     STATUS_READY,
     NULL,
     "interrupted: 1 target: 1 ready",
     true,
     "interrupted when all had been told: no report may be green"},
    {{{NULL, NULL, 0}},
     0,
     3,
     STATUS_INCONCLUSIVE,
     "no-target",
     "no target: nothing was checked",
     true,
     "nothing was looked at, so nothing is ready"},
};

Test(set, the_worst_decides)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        const struct outcome_row *row = &outcomes[i];
        struct arena *arena = arena_new();
        struct run_set *set = set_of(arena, row->members, MOST_RUNS);
        run_set_finish(set, row->interrupted);
        cr_expect_eq(set->exit_status, row->exit_status, "%s: %d", row->why, set->exit_status);
        cr_expect_eq(set->status, row->status, "%s", row->why);
        cr_expect(set->status_reason == NULL
                      ? row->reason == NULL
                      : row->reason != NULL && strcmp(set->status_reason, row->reason) == 0,
                  "%s", row->why);
        cr_expect_str_eq(run_set_sentence(arena, set), row->sentence, "%s", row->why);
        cr_expect_eq(run_set_needs_a_case(set), row->needs_a_case, "%s", row->why);
        run_set_free(set);
        arena_free(arena);
    }
}

static const struct member jumbled[] = {
    {"not-ready", "https://b.example/", 0},
    {"ready", "https://a.example/", 0},
    {"hostile", "https://c.example/", 0},
    {"ready", "https://a.example/", 0},
};

Test(set, the_order_is_that_of_the_instances_and_names_differ)
{
    struct arena *arena = arena_new();
    struct run_set *set = set_of(arena, jumbled, MOST_RUNS);
    run_set_finish(set, 0);
    cr_expect_str_eq(set->items[0].label, "a.example: cloud-ex-machina");
    cr_expect_str_eq(set->items[1].label, "a.example: cloud-ex-machina (2)");
    cr_expect_eq(set->items[0].place, 1);
    cr_expect_eq(set->items[1].place, 3);
    cr_expect_str_eq(set->items[2].host, "b.example");
    cr_expect_str_eq(set->items[3].host, "c.example");
    cr_expect_eq(run_set_double(set), &set->items[1]);
    for (size_t i = 0; i < set->n_items; i++) {
        const struct run *run = run_set_read(set, i, arena);
        cr_assert(run != NULL);
        cr_expect_str_eq(run->instance_url, set->items[i].url);
        cr_expect_eq(run->exit_status, set->items[i].exit_status);
    }
    run_set_free(set);
    arena_free(arena);
}

Test(set, a_share_that_is_missing_is_missed)
{
    static const struct shard first = {.k = 1, .n = 3};
    static const struct shard third = {.k = 3, .n = 3};
    static const struct shard second = {.k = 2, .n = 3};
    struct arena *arena = arena_new();
    for (int is_whole = 0; is_whole <= 1; is_whole++) {
        struct run_set *set = set_of(arena, &jumbled[1], 1);
        run_set_note_shard(set, &third);
        run_set_note_shard(set, &first);
        if (is_whole == 1) {
            run_set_note_shard(set, &second);
        }
        run_set_finish(set, 0);
        cr_expect_eq(set->exit_status, is_whole == 1 ? 0 : 3);
        if (is_whole == 0) {
            cr_expect_str_eq(set->missing, "2/3");
            cr_expect_str_eq(set->status_reason, "incomplete");
            cr_expect(run_set_needs_a_case(set));
        }
        run_set_free(set);
    }
    arena_free(arena);
}

/* Files that number their hosts each by itself: what one of them calls host-1 is not the other's.
 */
Test(set, tokens_of_several_files_are_told_apart)
{
    static const struct member tokens[] = {
        {"ready", "https://host-1.service-now.com/", 0},
        {"ready", "https://host-1.service-now.com/", 0},
    };
    struct arena *arena = arena_new();
    for (size_t n_files = 1; n_files <= 2; n_files++) {
        struct run_set *set = set_of(arena, tokens, 0);
        for (size_t i = 0; i < 2; i++) {
            struct run *run = sample_clean_run(arena, tokens[i].sample);
            run->instance_url = tokens[i].url;
            cr_assert(run_set_add(set, run, i));
            run_set_note_file(set, n_files == 1 ? 1 : 2 - i);
        }
        run_set_finish(set, 0);
        cr_expect_str_eq(set->items[0].label, "host-1.service-now.com of file 1: cloud-ex-machina");
        cr_expect_str_eq(set->items[1].label,
                         n_files == 1 ? "host-1.service-now.com of file 1: cloud-ex-machina (2)"
                                      : "host-1.service-now.com of file 2: cloud-ex-machina");
        cr_expect((run_set_double(set) == NULL) == (n_files == 2));
        run_set_free(set);
    }
    arena_free(arena);
}

static const char *told(struct arena *arena, const struct report_format *format,
                        const struct run_set *set, const struct report_options *options)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert(format->write_set(set, options, out), "%s", format->name);
    fclose(out);
    const char *copy = arena_strndup(arena, text, len);
    free(text);
    return copy;
}

Test(set, every_format_tells_of_all_and_of_none)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    size_t n_formats = 0;
    const struct report_format *const *formats = report_formats(&n_formats);
    for (size_t n = 0; n <= MOST_RUNS; n += MOST_RUNS) {
        struct arena *arena = arena_new();
        struct run_set *set = set_of(arena, jumbled, n);
        run_set_finish(set, 0);
        for (size_t i = 0; i < n_formats; i++) {
            for (int is_verbose = 0; is_verbose <= 1; is_verbose++) {
                const struct report_options options = {
                    .columns = 80, .verbose = is_verbose == 1, .junit_extended = is_verbose == 1};
                const char *text = told(arena, formats[i], set, &options);
                cr_expect(strstr(text, SAMPLE_SECRET) == NULL, "%s", formats[i]->name);
                cr_expect(n == 0 || strstr(text, "b.example") != NULL, "%s", formats[i]->name);
                cr_expect(strlen(text) > 0, "%s", formats[i]->name);
            }
        }
        run_set_free(set);
        arena_free(arena);
    }
}

Test(set, a_report_of_a_set_is_as_long_as_it_may_be)
{
    struct arena *arena = arena_new();
    struct run_set *set = set_of(arena, NULL, 0);
    for (size_t i = 0; i < 60; i++) {
        struct run *run = sample_clean_run(arena, "not-ready");
        run->instance_url = arena_printf(arena, "https://i%02zu.example/", i);
        cr_assert(run_set_add(set, run, i));
    }
    run_set_finish(set, 0);
    static const struct report_options usual = {.columns = 80};
    cr_expect(count_of(told(arena, &report_format_markdown, set, &usual), "\n") <= 40);
    cr_expect(count_of(told(arena, &report_format_github, set, &usual), "::error ") == 10);
    cr_expect(count_of(told(arena, &report_format_sarif, set, &usual), "\"automationDetails\"") ==
              1);
    cr_expect(count_of(told(arena, &report_format_json, set, &usual),
                       "\"schema\": \"glidepath-report/1\"") == 60);
    for (size_t limit = 0; limit <= 6000; limit += 500) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        cr_assert(report_format_github.write_aside_set(set, limit, out));
        fclose(out);
        cr_expect(len <= limit, "%zu bytes of %zu", len, limit);
        free(text);
    }
    run_set_free(set);
    arena_free(arena);
}
