/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the source hands over when the platform shows less: the same things happen to an answer here
 * as probes/rows.c makes of such a response.
 */
#include "checks/blind.h"

#include "base/arena.h"
#include "checks/evidence.h"

/* Every look is a run judged anew, and rows of one table are much alike. */
enum { MOST_ROWS_OF_A_TABLE = 8 };

static bool is_blinded(const struct blind *blind, const struct answer *answer)
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

/* ---- One row ---- */

/* The same record, as far as two answers tell: by its sys_id, else by the columns in both. */
static bool is_same_record(const struct row *a, const struct row *b)
{
    const char *id_of_a = row_get(a, "sys_id");
    const char *id_of_b = row_get(b, "sys_id");
    if (id_of_a != NULL && id_of_b != NULL) {
        return text_equal(id_of_a, id_of_b);
    }
    size_t n_common = 0;
    for (size_t i = 0; i < a->n_cells; i++) {
        const char *other = row_get(b, a->cells[i].column);
        if (other != NULL && !text_equal(other, a->cells[i].value)) {
            return false;
        }
        n_common += other != NULL ? 1 : 0;
    }
    return n_common > 0;
}

static bool came_back_in(const struct blind *blind, const struct exchange *exchange)
{
    for (size_t i = 0; i < blind->n_exchanges; i++) {
        if (blind->exchanges[i] == exchange) {
            return true;
        }
    }
    return false;
}

/* It is missing in the whole exchange, so that also who asked for other rows sees it counted. */
static void hide_row(struct arena *arena, const struct blind *blind, struct answer *answer)
{
    const struct question *question = &answer->question;
    const struct answer before = *answer;
    answer->rows = NULL;
    answer->n_rows = 0;
    for (size_t i = 0; i < before.n_rows; i++) {
        if (!is_same_record(&before.rows[i], blind->row)) {
            struct row *slot = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *slot);
            *slot = before.rows[i];
        }
    }
    size_t n_hidden = before.n_rows - answer->n_rows;
    if (n_hidden == 0 && came_back_in(blind, answer->exchange)) {
        n_hidden = 1;
    }
    answer->n_returned -= n_hidden < answer->n_returned ? n_hidden : answer->n_returned;
    bool was_control = text_equal(question->value, question->control);
    answer->control_seen = answer->control_seen && (!was_control || answer->n_rows > 0);
}

/* Where the control is asked about itself, its row is one of those wanted. */
static void hide_control(struct answer *answer)
{
    bool is_wanted = text_equal(answer->question.value, answer->question.control);
    if (answer->control_seen && !is_wanted) {
        answer->control_seen = false;
        answer->n_returned -= answer->n_returned > 0 ? 1 : 0;
    }
}

static void drop_rows(struct answer *answer)
{
    hide_rows(answer, false);
    answer->total = answer->total < 0 ? -1 : 0;
    answer->was_cut = false;
}

struct answer *blind_answer(struct arena *arena, const struct blind *blind, struct answer *answer)
{
    if (!is_blinded(blind, answer)) {
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
    case BLIND_CONTROL_ROW:
        hide_control(copy);
        break;
    case BLIND_ROW:
        hide_row(arena, blind, copy);
        break;
    case BLIND_UNCOUNTED:
        drop_rows(copy);
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
        bool is_same = other->kind == blind->kind && text_equal(other->table, blind->table) &&
                       text_equal(other->column, blind->column);
        if (is_same && (blind->row == NULL || is_same_record(other->row, blind->row))) {
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

static size_t n_rows_of(const struct blinds *blinds, const char *table)
{
    size_t n = 0;
    for (size_t i = 0; i < blinds->n_items; i++) {
        const struct blind *blind = &blinds->items[i];
        n += blind->kind == BLIND_ROW && text_equal(blind->table, table) ? 1 : 0;
    }
    return n;
}

static bool has_record(const struct answer *answer, const struct row *row)
{
    for (size_t i = 0; i < answer->n_rows; i++) {
        if (is_same_record(&answer->rows[i], row)) {
            return true;
        }
    }
    return false;
}

static void find_exchanges(struct arena *arena, const struct answers *answers, struct blind *blind)
{
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        if (is_blinded(blind, answer) && has_record(answer, blind->row)) {
            const struct exchange **slot =
                arena_append(arena, &blind->exchanges, &blind->n_exchanges, sizeof *slot);
            *slot = answer->exchange;
        }
    }
}

static void add_rows(struct blinds *blinds, struct blind blind, const struct answers *answers,
                     const struct answer *answer)
{
    blind.kind = BLIND_ROW;
    for (size_t i = 0; i < answer->n_rows; i++) {
        if (n_rows_of(blinds, blind.table) >= MOST_ROWS_OF_A_TABLE) {
            return;
        }
        blind.row = &answer->rows[i];
        blind.exchanges = NULL;
        blind.n_exchanges = 0;
        find_exchanges(blinds->arena, answers, &blind);
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
        bool needs_data;
    } ways[] = {{BLIND_ALL_ROWS, true, false, false}, {BLIND_WANTED_ROWS, true, true, false},
                {BLIND_TABLE, false, false, false},   {BLIND_PAGE, false, false, false},
                {BLIND_BODY, false, false, false},    {BLIND_CONTROL_ROW, true, true, false},
                {BLIND_UNCOUNTED, true, false, true}};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        blind.kind = ways[i].kind;
        if ((!ways[i].needs_rows || answer->n_returned > 0) &&
            (!ways[i].needs_control || answer->control_seen) &&
            (!ways[i].needs_data || !table_is_configuration(blind.table))) {
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
        if (text_equal(answer->question.credential, credential) && is_blinded(&blind, answer) &&
            !strings_have(but, blind.table)) {
            add_of_table(&blinds, blind, answer);
            add_columns(&blinds, blind, answer);
            add_rows(&blinds, blind, answers, answer);
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

/* The first columns tell people which row it is. */
static const char *row_words(struct arena *arena, const struct row *row)
{
    enum { MOST_COLUMNS = 3 };
    struct strings words = {0};
    for (size_t i = 0; i < row->n_cells && i < MOST_COLUMNS; i++) {
        strings_add(arena, &words,
                    arena_printf(arena, "%s = %s", row->cells[i].column, row->cells[i].value));
    }
    return strings_join(arena, &words, ", ");
}

const char *blind_words(struct arena *arena, const struct blind *blind)
{
    static const char *const words[] = {
        [BLIND_ALL_ROWS] = "all rows are counted and not returned",
        [BLIND_WANTED_ROWS] = "all rows but the control row are counted and not returned",
        [BLIND_TABLE] = "the table is closed",
        [BLIND_PAGE] = "the page is cut",
        [BLIND_BODY] = "the body is cut",
        [BLIND_CONTROL_ROW] = "the control row is counted and not returned",
        [BLIND_UNCOUNTED] = "no row is counted or returned",
    };
    if (blind->kind == BLIND_COLUMN) {
        return arena_printf(arena, "%s.%s never comes back", blind->table, blind->column);
    }
    if (blind->kind == BLIND_ROW) {
        return arena_printf(arena, "%s: the row with %s is counted and not returned", blind->table,
                            row_words(arena, blind->row));
    }
    return arena_printf(arena, "%s: %s", blind->table, words[blind->kind]);
}
