/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the source hands over when the platform shows less: the same things happen to an answer here
 * as probes/rows.c makes of such a response.
 */
#include "checks/blind.h"

#include "base/arena.h"

static bool is_about(const struct blind *blind, const struct answer *answer)
{
    const struct question *question = &answer->question;
    return question->kind == QUESTION_ROWS && answer->reason == REASON_NONE &&
           text_equal(question->credential, blind->credential) &&
           text_equal(question->table, blind->table) && answer->exchange != NULL &&
           answer->exchange->outcome == OUTCOME_RESULT;
}

/* Where the control is asked about itself, its row is one of those wanted. */
static void hide_rows(struct answer *answer, bool is_control_left)
{
    const struct question *question = &answer->question;
    bool is_wanted = text_equal(question->value, question->control);
    bool has_control = is_control_left && answer->control_seen && !is_wanted;
    answer->n_returned = has_control ? 1 : 0;
    answer->control_seen = has_control;
    answer->rows = NULL;
    answer->n_rows = 0;
    answer->n_strays = 0;
}

/* Rows that cannot be tested against their question any more are nobody's. */
static bool is_tested_by(const struct question *question, const char *column)
{
    return text_equal(question->key, column) || pairs_get(&question->where, column) != NULL;
}

static void hide_column(struct arena *arena, struct answer *answer, const char *column)
{
    if (is_tested_by(&answer->question, column)) {
        answer->n_strays = answer->n_returned;
        answer->control_seen = false;
        answer->rows = NULL;
        answer->n_rows = 0;
        return;
    }
    struct row *rows = arena_array(arena, answer->n_rows, sizeof *rows);
    for (size_t i = 0; i < answer->n_rows; i++) {
        const struct row *row = &answer->rows[i];
        for (size_t c = 0; c < row->n_cells; c++) {
            if (!text_equal(row->cells[c].column, column)) {
                struct cell *slot =
                    arena_append(arena, &rows[i].cells, &rows[i].n_cells, sizeof *slot);
                *slot = row->cells[c];
            }
        }
    }
    answer->rows = rows;
}

static void refuse(struct arena *arena, struct answer *answer, enum reason reason,
                   enum outcome outcome, int status)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    *exchange = *answer->exchange;
    exchange->outcome = outcome;
    exchange->status = status;
    hide_rows(answer, false);
    answer->exchange = exchange;
    answer->reason = reason;
    answer->total = -1;
}

static void cut_page(struct answer *answer)
{
    answer->was_cut = true;
    answer->n_rows /= 2;
    answer->n_returned /= 2;
    answer->control_seen = answer->control_seen && answer->n_rows > 0;
}

struct answer *blind_answer(struct arena *arena, const struct blind *blind, struct answer *answer)
{
    if (!is_about(blind, answer)) {
        return answer;
    }
    struct answer *copy = arena_allocate(arena, sizeof *copy);
    *copy = *answer;
    switch (blind->kind) {
    case BLIND_ALL_ROWS:
    case BLIND_WANTED_ROWS:
        hide_rows(copy, blind->kind == BLIND_WANTED_ROWS);
        break;
    case BLIND_COLUMN:
        hide_column(arena, copy, blind->column);
        break;
    case BLIND_TABLE:
        refuse(arena, copy, REASON_CLOSED, OUTCOME_CLOSED, 403);
        break;
    case BLIND_PAGE:
        cut_page(copy);
        break;
    case BLIND_BODY:
        refuse(arena, copy, REASON_TRUNCATED, OUTCOME_TRUNCATED, 200);
        break;
    }
    return copy;
}

/* ---- all of them ---- */

struct blinds {
    struct arena *arena;
    struct blind *items;
    size_t n_items;
};

static void add(struct blinds *blinds, const struct blind *blind)
{
    for (size_t i = 0; i < blinds->n_items; i++) {
        const struct blind *other = &blinds->items[i];
        if (other->kind == blind->kind && text_equal(other->table, blind->table) &&
            text_equal(other->column, blind->column)) {
            return;
        }
    }
    struct blind *slot =
        arena_append(blinds->arena, &blinds->items, &blinds->n_items, sizeof *slot);
    *slot = *blind;
}

static bool has_cell(const struct answer *answer, const char *column)
{
    for (size_t i = 0; i < answer->n_rows; i++) {
        if (row_get(&answer->rows[i], column) != NULL) {
            return true;
        }
    }
    return false;
}

/* Columns without which the answer would look otherwise. */
static void add_columns(struct blinds *blinds, struct blind blind, const struct answer *answer)
{
    const struct question *question = &answer->question;
    blind.kind = BLIND_COLUMN;
    for (size_t i = 0; i < question->fields.n_items; i++) {
        blind.column = question->fields.items[i];
        if (has_cell(answer, blind.column)) {
            add(blinds, &blind);
        }
    }
    for (size_t i = 0; answer->n_returned > 0 && i < question->where.n_items; i++) {
        blind.column = question->where.items[i].key;
        add(blinds, &blind);
    }
    blind.column = question->key;
    if (answer->n_returned > 0 && question->key != NULL) {
        add(blinds, &blind);
    }
}

/* Rows that did not come back cannot be hidden. */
static void add_of_table(struct blinds *blinds, struct blind blind, const struct answer *answer)
{
    static const struct {
        enum blind_kind kind;
        bool needs_rows;
        bool needs_control;
    } ways[] = {{BLIND_ALL_ROWS, true, false},
                {BLIND_WANTED_ROWS, true, true},
                {BLIND_TABLE, false, false},
                {BLIND_PAGE, false, false},
                {BLIND_BODY, false, false}};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        blind.kind = ways[i].kind;
        if ((!ways[i].needs_rows || answer->n_returned > 0) &&
            (!ways[i].needs_control || answer->control_seen)) {
            add(blinds, &blind);
        }
    }
}

struct blind *blinds_of(struct arena *arena, const struct answers *answers, const char *credential,
                        const struct strings *but, size_t *ret_n)
{
    struct blinds blinds = {.arena = arena};
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        const struct blind blind = {.credential = credential, .table = answer->question.table};
        if (text_equal(answer->question.credential, credential) && is_about(&blind, answer) &&
            !strings_have(but, blind.table)) {
            add_of_table(&blinds, blind, answer);
            add_columns(&blinds, blind, answer);
        }
    }
    *ret_n = blinds.n_items;
    return blinds.items;
}

bool blind_may_move(enum verdict from, enum verdict to)
{
    bool is_untold = to == VERDICT_UNKNOWN || to == VERDICT_BLOCKED;
    return from == to || (is_untold && from != VERDICT_NOT_APPLICABLE);
}

const char *blind_words(struct arena *arena, const struct blind *blind)
{
    static const char *const words[] = {
        [BLIND_ALL_ROWS] = "all rows are counted and not returned",
        [BLIND_WANTED_ROWS] = "all rows but the control row are counted and not returned",
        [BLIND_TABLE] = "the table is closed",
        [BLIND_PAGE] = "the page is cut",
        [BLIND_BODY] = "the body is cut",
    };
    return blind->kind == BLIND_COLUMN
               ? arena_printf(arena, "%s.%s never comes back", blind->table, blind->column)
               : arena_printf(arena, "%s: %s", blind->table, words[blind->kind]);
}
