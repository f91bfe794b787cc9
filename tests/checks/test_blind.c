/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeing less: what each blind leaves of an answer, and which moves law 1 allows.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "checks/blind.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(blind, .init = set_up, .fini = tear_down);

/* Two users and the control row, of sys_user by the key user_name. */
static struct answer *users(void)
{
    static const char *fields[] = {"user_name", "active"};
    static struct exchange exchange = {.outcome = OUTCOME_RESULT, .status = 200};
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *answer = (struct answer){.question = {.kind = QUESTION_ROWS,
                                           .credential = "auditor",
                                           .table = "sys_user",
                                           .key = "user_name",
                                           .value = "svc",
                                           .fields = {fields, ARRAY_LEN(fields)}},
                              .exchange = &exchange,
                              .n_returned = 3,
                              .total = 3,
                              .control_seen = true};
    for (size_t i = 0; i < 2; i++) {
        struct row *row = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *row);
        for (size_t c = 0; c < ARRAY_LEN(fields); c++) {
            struct cell *cell = arena_append(arena, &row->cells, &row->n_cells, sizeof *cell);
            *cell = (struct cell){.column = fields[c], .value = "svc"};
        }
    }
    return answer;
}

static const struct answer *seen_through(enum blind_kind kind, const char *column)
{
    struct blind blind = {
        .kind = kind, .credential = "auditor", .table = "sys_user", .column = column};
    return blind_answer(arena, &blind, users());
}

Test(blind, leaves_what_the_platform_leaves)
{
    const struct answer *answer = seen_through(BLIND_ALL_ROWS, NULL);
    cr_expect(answer->n_rows == 0 && answer->n_returned == 0 && answer->total == 3 &&
              !answer->control_seen);
    answer = seen_through(BLIND_WANTED_ROWS, NULL);
    cr_expect(answer->n_rows == 0 && answer->n_returned == 1 && answer->total == 3 &&
              answer->control_seen);
    struct answer *itself = users();
    itself->question.control = itself->question.value;
    struct blind wanted = {.kind = BLIND_WANTED_ROWS, .credential = "auditor", .table = "sys_user"};
    cr_expect_not(blind_answer(arena, &wanted, itself)->control_seen,
                  "the control row is the one that is wanted");
    answer = seen_through(BLIND_COLUMN, "active");
    cr_expect(answer->n_rows == 2 && answer->rows[0].n_cells == 1 && answer->control_seen);
    answer = seen_through(BLIND_COLUMN, "user_name");
    cr_expect(answer->n_rows == 0 && answer->n_strays == 3 && !answer->control_seen,
              "rows without the key are nobody's");
    answer = seen_through(BLIND_TABLE, NULL);
    cr_expect(answer->reason == REASON_CLOSED && answer->exchange->status == 403 &&
              answer->n_rows == 0);
    answer = seen_through(BLIND_PAGE, NULL);
    cr_expect(answer->was_cut && answer->n_rows == 1 && answer->total == 3);
    answer = seen_through(BLIND_BODY, NULL);
    cr_expect(answer->reason == REASON_TRUNCATED && answer->n_rows == 0);
}

/* A row that is hidden is counted, in every answer of its exchange, and nothing else goes. */
Test(blind, hides_a_single_row)
{
    static struct cell cells[] = {{"user_name", "other"}, {"active", "true"}};
    struct answer *answer = users();
    struct answer *shared = users();
    struct row *slot = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *slot);
    *slot = (struct row){cells, ARRAY_LEN(cells)};
    answer->n_returned = shared->n_returned = 4;
    answer->total = shared->total = 4;
    const struct exchange *exchanges[] = {answer->exchange};
    const struct blind blind = {.kind = BLIND_ROW,
                                .credential = "auditor",
                                .table = "sys_user",
                                .row = slot,
                                .exchanges = exchanges,
                                .n_exchanges = 1};
    const struct answer *less = blind_answer(arena, &blind, answer);
    cr_expect(less->n_rows == 2 && less->n_returned == 3 && less->total == 4 && less->control_seen);
    less = blind_answer(arena, &blind, shared);
    cr_expect(less->n_rows == 2 && less->n_returned == 3 && less->total == 4,
              "who asked for other rows of the exchange sees it counted");
    struct answer *itself = users();
    itself->question.control = itself->question.value;
    const struct blind control = {
        .kind = BLIND_ROW, .credential = "auditor", .table = "sys_user", .row = &itself->rows[0]};
    cr_expect_not(blind_answer(arena, &control, itself)->control_seen);
    less = seen_through(BLIND_CONTROL_ROW, NULL);
    cr_expect(less->n_rows == 2 && less->n_returned == 2 && less->total == 3 &&
              !less->control_seen);
    cr_expect_str_eq(blind_words(arena, &blind),
                     "sys_user: the row with user_name = other, active = true is counted and not "
                     "returned");
}

/* Law 2: a table of data may hide rows without a trace, one of configuration does not. */
Test(blind, drops_rows_uncounted_only_where_that_happens)
{
    struct answer *answer = users();
    struct answers answers = {&answer, 1};
    struct strings none = {0};
    size_t n = 0;
    const struct answer *less = seen_through(BLIND_UNCOUNTED, NULL);
    cr_expect(less->n_rows == 0 && less->n_returned == 0 && less->total == 0 &&
              !less->control_seen);
    struct blind *blinds = blinds_of(arena, &answers, "auditor", &none, &n);
    for (size_t i = 0; i < n; i++) {
        cr_expect_neq(blinds[i].kind, BLIND_UNCOUNTED, "sys_user is configuration");
    }
    answer->question.table = "incident";
    blinds = blinds_of(arena, &answers, "auditor", &none, &n);
    size_t n_uncounted = 0;
    for (size_t i = 0; i < n; i++) {
        n_uncounted += blinds[i].kind == BLIND_UNCOUNTED ? 1 : 0;
    }
    cr_expect_eq(n_uncounted, 1);
}

Test(blind, leaves_others_alone)
{
    struct blind blind = {.kind = BLIND_TABLE, .credential = "auditor", .table = "sys_properties"};
    struct answer *answer = users();
    cr_expect(blind_answer(arena, &blind, answer) == answer, "another table");
    blind.table = "sys_user";
    blind.credential = "integration";
    cr_expect(blind_answer(arena, &blind, answer) == answer, "another credential");
    blind.credential = "auditor";
    answer->reason = REASON_DENIED;
    cr_expect(blind_answer(arena, &blind, answer) == answer, "there was nothing to see");
}

Test(blind, takes_every_table_and_column_once)
{
    struct answer *items[] = {users(), users()};
    struct answers answers = {items, ARRAY_LEN(items)};
    struct strings none = {0};
    struct strings but = {0};
    size_t n = 0;
    strings_add(arena, &but, "sys_user");
    blinds_of(arena, &answers, "auditor", &none, &n);
    cr_expect_eq(n, 9, "six ways with the table, two columns and a row; got %zu", n);
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        items[i]->control_seen = false;
    }
    blinds_of(arena, &answers, "auditor", &none, &n);
    cr_expect_eq(n, 7, "without a control row none can be left; got %zu", n);
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        items[i]->n_rows = 0;
        items[i]->n_returned = 0;
    }
    blinds_of(arena, &answers, "auditor", &none, &n);
    cr_expect_eq(n, 3, "no row can be hidden, no column left out; got %zu", n);
    blinds_of(arena, &answers, "auditor", &but, &n);
    cr_expect_eq(n, 0);
    blinds_of(arena, &answers, "integration", &none, &n);
    cr_expect_eq(n, 0);
}

Test(blind, may_move_findings_only_towards_untold)
{
    for (enum verdict from = VERDICT_FAIL; from <= VERDICT_NOT_APPLICABLE; from++) {
        cr_expect(blind_may_move(from, from));
        cr_expect(from == VERDICT_FAIL || !blind_may_move(from, VERDICT_FAIL));
        cr_expect(from == VERDICT_PASS || !blind_may_move(from, VERDICT_PASS));
        cr_expect(from == VERDICT_NOT_APPLICABLE || blind_may_move(from, VERDICT_UNKNOWN));
    }
}
