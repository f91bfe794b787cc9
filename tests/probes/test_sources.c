/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several files, and files beside an instance: who is believed, and what is left to be asked.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "model/names.h"
#include "probes/sources.h"

enum { OLD = 1000, YOUNG = 2000 };

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(sources, .init = set_up, .fini = tear_down);

/* ---- Files ---------------------------------------------------------------------------------- */

static struct question question_of(const char *credential, const char *table)
{
    return (struct question){.kind = QUESTION_ROWS, .credential = credential, .table = table};
}

/* A file that was asked one question, of a table. */
static const struct recording *file_of(enum source source, const char *table, int64_t taken)
{
    struct recording *recording = arena_allocate(arena, sizeof *recording);
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    struct credential *auditor = arena_allocate(arena, sizeof *auditor);
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    struct answer **list = arena_allocate(arena, sizeof *list);
    *exchange = (struct exchange){.n = 1, .source = source, .taken = taken, .url = table};
    *auditor = (struct credential){.name = "auditor",
                                   .stands_in = source == SOURCE_RECORDING ? SOURCE_LIVE : source};
    *answer = (struct answer){
        .question = question_of("auditor", table), .taken = taken, .exchange = exchange};
    *list = answer;
    *recording = (struct recording){.source = source,
                                    .started = taken,
                                    .target = {.credentials = auditor, .n_credentials = 1},
                                    .answers = {.items = list, .n_items = 1}};
    return recording;
}

static struct sources sources_of(const struct recording *first, const struct recording *second)
{
    struct sources sources = {.items = arena_array(arena, 2, sizeof(struct recording *)),
                              .n_items = second == NULL ? 1 : 2};
    sources.items[0] = first;
    sources.items[1] = second;
    return sources;
}

/* The target of a run beside a file that stands in for its auditor. */
static const struct target *target_beside(enum source stands_in)
{
    static struct credential both[2];
    static struct target target = {.credentials = both, .n_credentials = 2};
    both[0] = (struct credential){.name = "integration"};
    both[1] = (struct credential){.name = "auditor", .stands_in = stands_in};
    return &target;
}

static size_t ask_one(struct sources *sources, const struct target *live,
                      const struct question *question, struct answers *answers)
{
    struct questions left = {0};
    struct questions open = {0};
    questions_add(arena, &open, question);
    sources_answer(arena, sources, OLD, live, &open, answers, &left);
    return left.n_items;
}

/* ---- Tests ---------------------------------------------------------------------------------- */

Test(sources, the_youngest_that_tells_is_believed)
{
    static const struct {
        const char *why;
        const char *table;
        const char *first;
        int64_t first_taken;
        const char *second;
        int64_t second_taken;
        enum reason reason;
        enum source source;
    } rows[] = {
        {"both tell", "a", "a", YOUNG, "a", YOUNG, REASON_NONE, SOURCE_SCRIPT},
        {"the second tells", "a", "b", YOUNG, "a", YOUNG, REASON_NONE, SOURCE_EXPORT},
        {"the second is younger", "a", "a", YOUNG, "a", YOUNG + 1, REASON_NONE, SOURCE_EXPORT},
        {"the first is younger", "a", "a", YOUNG + 1, "a", YOUNG, REASON_NONE, SOURCE_SCRIPT},
        {"the first is too old", "a", "a", OLD - 1, "a", YOUNG, REASON_NONE, SOURCE_EXPORT},
        {"the only one is too old", "a", "a", OLD - 1, "b", YOUNG, REASON_STALE, SOURCE_LIVE},
        {"both are too old", "a", "a", OLD - 1, "a", OLD - 1, REASON_STALE, SOURCE_LIVE},
        {"nobody tells", "a", "b", YOUNG, "c", YOUNG, REASON_NOT_RECORDED, SOURCE_LIVE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sources sources =
            sources_of(file_of(SOURCE_SCRIPT, rows[i].first, rows[i].first_taken),
                       file_of(SOURCE_EXPORT, rows[i].second, rows[i].second_taken));
        struct question question = question_of("auditor", rows[i].table);
        struct answers answers = {0};
        cr_assert_eq(ask_one(&sources, NULL, &question, &answers), 0, "%s", rows[i].why);
        cr_assert_eq(answers.n_items, 1, "%s", rows[i].why);
        cr_expect_eq(answers.items[0]->reason, rows[i].reason, "%s", rows[i].why);
        const struct exchange *exchange = answers.items[0]->exchange;
        enum source source = exchange == NULL ? SOURCE_LIVE : exchange->source;
        cr_expect_eq(source, rows[i].source, "%s: %s", rows[i].why, source_name(source));
    }
}

/* Nobody is asked live for what a file stands in for: an answer would be another account's. */
Test(sources, what_the_instance_is_left)
{
    static const struct {
        const char *why;
        const char *credential;
        const char *table;
        bool is_live;
        bool is_left;
    } rows[] = {
        {"the integration's own", "integration", "a", true, true},
        {"without a credential", NULL, "a", true, true},
        {"what the script tells", "auditor", "a", true, false},
        {"what the script does not tell", "auditor", "b", true, false},
        {"a credential that nobody gave", "other", "b", true, false},
        {"nothing is sent", "integration", "a", false, false},
        {"nothing is sent, without a credential either", NULL, "a", false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sources sources = sources_of(file_of(SOURCE_SCRIPT, "a", YOUNG), NULL);
        const struct target *live = rows[i].is_live ? target_beside(SOURCE_SCRIPT) : NULL;
        struct question question = question_of(rows[i].credential, rows[i].table);
        struct answers answers = {0};
        size_t n_left = ask_one(&sources, live, &question, &answers);
        cr_expect_eq(n_left, rows[i].is_left ? 1 : 0, "%s", rows[i].why);
        cr_expect_eq(answers.n_items, rows[i].is_left ? 0 : 1, "%s", rows[i].why);
    }
}

/* Exchanges of several sources have numbers of their own. */
Test(sources, copies_are_numbered_behind_the_run)
{
    struct question question = question_of("auditor", "a");
    struct question other = question_of("auditor", "b");
    struct sources sources =
        sources_of(file_of(SOURCE_SCRIPT, "a", YOUNG), file_of(SOURCE_EXPORT, "b", YOUNG));
    struct answers answers = {0};
    ask_one(&sources, target_beside(SOURCE_SCRIPT), &question, &answers);
    ask_one(&sources, target_beside(SOURCE_SCRIPT), &other, &answers);
    cr_assert_eq(sources.n_copies, 2);
    sources_number(&sources, 8);
    cr_expect_eq(answers.items[0]->exchange->n, 8);
    cr_expect_eq(answers.items[1]->exchange->n, 9);
    cr_expect_eq(sources.items[0]->answers.items[0]->exchange->n, 1, "the file's stays");
}

/* The numbers of a recorded run stand in what it says. */
Test(sources, a_recorded_run_keeps_its_numbers)
{
    struct question question = question_of("auditor", "a");
    struct sources sources =
        sources_of(file_of(SOURCE_RECORDING, "a", YOUNG), file_of(SOURCE_SCRIPT, "b", YOUNG));
    struct answers answers = {0};
    ask_one(&sources, NULL, &question, &answers);
    cr_expect_eq(sources.n_copies, 0);
    cr_expect_eq(answers.items[0]->exchange->n, 1);
}

Test(sources, when_nothing_is_sent)
{
    static const struct target nobody = {0};
    const struct target *somebody = target_beside(SOURCE_SCRIPT);
    struct sources none = {0};
    struct sources script = sources_of(file_of(SOURCE_SCRIPT, "a", YOUNG), NULL);
    struct sources run = sources_of(file_of(SOURCE_RECORDING, "a", YOUNG), NULL);
    struct sources both =
        sources_of(file_of(SOURCE_SCRIPT, "a", OLD), file_of(SOURCE_RECORDING, "a", YOUNG));
    const struct {
        const char *why;
        const struct sources *sources;
        const struct target *target;
        bool is_alone;
    } rows[] = {
        {"no file at all", &none, &nobody, false},
        {"a script, and a credential to ask with", &script, somebody, false},
        {"a script, and none", &script, &nobody, true},
        {"a recorded run says all that is to be said", &run, somebody, true},
        {"so it does beside a script", &both, somebody, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_eq(sources_are_asked_alone(rows[i].sources, rows[i].target), rows[i].is_alone,
                     "%s", rows[i].why);
    }
    cr_expect_eq(sources_taken(&both), YOUNG);
}
