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
    cr_expect_eq(n, 7, "five ways with the table, and two columns; got %zu", n);
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        items[i]->control_seen = false;
    }
    blinds_of(arena, &answers, "auditor", &none, &n);
    cr_expect_eq(n, 6, "without a control row none can be left; got %zu", n);
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
