/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded queries as the Table API's reference and its operator page describe them
 * (ServiceNowDocs, api-reference/rest-apis/c_TableAPI.md): "Column names, operators, and values are
 * case-sensitive."
 */
#include "sim/query.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "sim/operators.h"
#include "sim/scripts.h"

struct term {
    struct path path;
    const struct operation *operation;
    const char *operand;
    const char *until;    /* of a range: its other end */
    struct strings list;  /* of a list */
    struct path other;    /* of a comparison of two columns */
    size_t most_compared; /* characters of them */
    bool is_never;        /* a script the instance would not run */
};

struct group {
    struct term *terms;
    size_t n_terms;
};

struct query_block {
    struct group *groups;
    size_t n_groups;
};

struct query_order {
    struct path path;
    bool descending;
};

/* --- paths --- */

bool sim_path_find(struct arena *arena, const struct table *table, const char *text,
                   struct path *ret_path)
{
    struct strings names = strings_split(arena, text, '.');
    struct path path = {.text = text,
                        .steps = arena_array(arena, names.n_items, sizeof(struct column *))};

    for (size_t i = 0; i < names.n_items; i++) {
        const struct column *column = table == NULL ? NULL : sim_column_find(table, names.items[i]);
        if (column == NULL || column->is_secret) {
            return false;
        }
        path.steps[path.n_steps++] = column;
        table = column->target;
    }
    if (path.n_steps == 0) {
        return false;
    }
    *ret_path = path;
    return true;
}

const struct row *sim_path_row(const struct world *world, const struct path *path,
                               const struct row *row)
{
    for (size_t i = 0; row != NULL && i + 1 < path->n_steps; i++) {
        row = sim_row_by_id(world, path->steps[i]->target, sim_row_value(row, path->steps[i]));
    }
    return row;
}

const char *sim_path_value(const struct world *world, const struct path *path,
                           const struct row *row)
{
    const struct row *last = sim_path_row(world, path, row);

    return last == NULL ? "" : sim_row_value(last, path->steps[path->n_steps - 1]);
}

/* --- reading --- */

struct reader {
    struct arena *arena;
    const struct world *world;
    const struct table *table;
    struct query_asker asker;
    struct query *query;
    struct query_block *block;
    struct group *group;
};

/* Cuts the next piece off: up to a bare ^, with ^^ standing for one (the query reference). NULL at
 * the end. */
static const char *next_piece(struct arena *arena, const char **text)
{
    const char *from = *text;
    char *piece;
    size_t len = 0;

    if (*from == '\0') {
        return NULL;
    }
    piece = arena_allocate(arena, strlen(from) + 1);
    while (*from != '\0' && (*from != '^' || from[1] == '^')) {
        piece[len++] = *from;
        from += *from == '^' ? 2 : 1;
    }
    *text = *from == '^' ? from + 1 : from;
    return piece;
}

static void remember_path(const struct reader *reader, struct path path)
{
    struct path *slot =
        arena_append(reader->arena, &reader->query->paths, &reader->query->n_paths, sizeof *slot);
    *slot = path;
}

/* The column runs over small letters, digits, underscores and dots; the operator begins behind. */
static size_t column_length(const char *piece)
{
    return strspn(piece, "abcdefghijklmnopqrstuvwxyz0123456789_.");
}

/* What the script at the head of a value stands for; the value itself when there is none. */
static const char *run_script(const struct reader *reader, struct term *term, const char *text)
{
    static const char prefix[] = "javascript:";
    const char *result = NULL;

    if (!text_starts_with(text, prefix)) {
        return text;
    }
    if (!sim_switch_is(&reader->world->switches, SWITCH_QUERY_SCRIPTS, "refused")) {
        result =
            sim_script_run(reader->arena, reader->world, &reader->asker, text + sizeof prefix - 1);
    }
    term->is_never = term->is_never || result == NULL;
    return result == NULL ? text : result;
}

/* "1@3". */
static bool read_range(const struct reader *reader, struct term *term, const char *text)
{
    size_t len = strcspn(text, "@");

    if (text[len] == '\0') {
        return false;
    }
    term->operand = run_script(reader, term, arena_strndup(reader->arena, text, len));
    term->until = run_script(reader, term, text + len + 1);
    return true;
}

/* "activity_due", or "activity_due@day" for dates that need be equal to the day only. */
static bool read_other_column(const struct reader *reader, struct term *term, const char *text)
{
    enum { DAY_LENGTH = 10 };
    size_t len = column_length(text);
    bool is_by_day = text_equal(text + len, "@day");

    if ((text[len] != '\0' && !is_by_day) ||
        !sim_path_find(reader->arena, reader->table, arena_strndup(reader->arena, text, len),
                       &term->other)) {
        return false;
    }
    term->other.is_range = term->path.is_range;
    term->most_compared = is_by_day ? DAY_LENGTH : SIZE_MAX;
    remember_path(reader, term->other);
    return true;
}

static bool read_operand(const struct reader *reader, struct term *term, const char *text)
{
    switch (term->operation->operand) {
    case OPERAND_NONE:
        break;
    case OPERAND_TEXT:
        term->operand = run_script(reader, term, text);
        break;
    case OPERAND_LIST:
        term->list = strings_split(reader->arena, text, ',');
        break;
    case OPERAND_RANGE:
        return read_range(reader, term, text);
    case OPERAND_PERIOD:
        text += strcspn(text, "@");
        return *text == '@' && read_range(reader, term, text + 1);
    case OPERAND_COLUMN:
        return read_other_column(reader, term, text);
    }
    return true;
}

/* False for what is no term here: a column or an operator that does not exist. */
static bool read_term(const struct reader *reader, const char *piece, struct term *ret_term)
{
    size_t len = column_length(piece);
    struct term term = {.operation = sim_operation_find(piece + len)};

    if (term.operation == NULL ||
        !sim_path_find(reader->arena, reader->table, arena_strndup(reader->arena, piece, len),
                       &term.path)) {
        return false;
    }
    term.path.is_range = !term.operation->is_match;
    if (!read_operand(reader, &term, piece + len + strlen(term.operation->word))) {
        return false;
    }
    *ret_term = term;
    return true;
}

static void open_group(struct reader *reader)
{
    reader->group = arena_append(reader->arena, &reader->block->groups, &reader->block->n_groups,
                                 sizeof *reader->group);
}

static void open_block(struct reader *reader)
{
    reader->block = arena_append(reader->arena, &reader->query->blocks, &reader->query->n_blocks,
                                 sizeof *reader->block);
    reader->group = NULL;
}

static void add_term(struct reader *reader, const char *piece, bool is_or)
{
    struct term term;

    if (!read_term(reader, piece, &term)) {
        reader->query->n_unknown++;
        return;
    }
    remember_path(reader, term.path);
    if (!is_or || reader->group == NULL) {
        open_group(reader);
    }
    struct term *slot =
        arena_append(reader->arena, &reader->group->terms, &reader->group->n_terms, sizeof *slot);
    *slot = term;
}

static bool add_order(struct reader *reader, const char *piece)
{
    static const char word[] = "ORDERBY";
    static const char descending[] = "ORDERBYDESC";
    struct query *query = reader->query;
    struct path path;

    if (!text_starts_with(piece, word)) {
        return false;
    }
    bool is_descending = text_starts_with(piece, descending);
    piece += is_descending ? sizeof descending - 1 : sizeof word - 1;
    if (sim_path_find(reader->arena, reader->table, piece, &path)) {
        struct query_order *order =
            arena_append(reader->arena, &query->orders, &query->n_orders, sizeof *order);
        path.is_range = true;
        *order = (struct query_order){path, is_descending};
        remember_path(reader, path);
    } else {
        query->n_unknown++;
    }
    return true;
}

static void add_piece(struct reader *reader, const char *piece)
{
    if (*piece == '\0' || add_order(reader, piece)) {
        return;
    }
    if (text_starts_with(piece, "NQ")) {
        open_block(reader);
        add_piece(reader, piece + 2);
    } else if (text_starts_with(piece, "OR")) {
        add_term(reader, piece + 2, true);
    } else {
        add_term(reader, piece, false);
    }
}

struct query *sim_query_parse(struct arena *arena, const struct world *world,
                              const struct table *table, const char *text, struct query_asker asker)
{
    struct query *query = arena_allocate(arena, sizeof *query);
    struct reader reader = {arena, world, table, asker, query, NULL, NULL};
    const char *piece;

    query->world = world;
    open_block(&reader);
    while ((piece = next_piece(arena, &text)) != NULL) {
        add_piece(&reader, piece);
    }
    return query;
}

/* --- testing --- */

/* What a row shows in a reference column, where the operator looks at that. */
static const char *compared_value(const struct query *query, const struct term *term,
                                  const struct row *row)
{
    const struct column *column = term->path.steps[term->path.n_steps - 1];
    const char *value = sim_path_value(query->world, &term->path, row);
    const struct row *target;

    if (!term->operation->is_by_display || column->target == NULL ||
        column->target->display == NULL) {
        return value;
    }
    target = sim_row_by_id(query->world, column->target, value);
    return target == NULL ? "" : sim_row_value(target, target->table->display);
}

static bool term_holds(const struct query *query, const struct term *term, const struct row *row)
{
    bool has_other = term->operation->operand == OPERAND_COLUMN;
    const struct comparison comparison = {
        .world = query->world,
        .value = compared_value(query, term, row),
        .operand = has_other ? sim_path_value(query->world, &term->other, row) : term->operand,
        .until = term->until,
        .list = &term->list,
        .most_compared = term->most_compared,
    };

    return !term->is_never && term->operation->test(&comparison);
}

static bool group_holds(const struct query *query, const struct group *group, const struct row *row)
{
    for (size_t i = 0; i < group->n_terms; i++) {
        if (term_holds(query, &group->terms[i], row)) {
            return true;
        }
    }
    return false;
}

static bool block_holds(const struct query *query, const struct query_block *block,
                        const struct row *row)
{
    for (size_t i = 0; i < block->n_groups; i++) {
        if (!group_holds(query, &block->groups[i], row)) {
            return false;
        }
    }
    return true;
}

bool sim_query_matches(const struct query *query, const struct row *row)
{
    for (size_t i = 0; i < query->n_blocks; i++) {
        if (block_holds(query, &query->blocks[i], row)) {
            return true;
        }
    }
    return false;
}

static int compare_rows(const struct query *query, const struct row *a, const struct row *b)
{
    for (size_t i = 0; i < query->n_orders; i++) {
        const struct query_order *order = &query->orders[i];
        int difference = sim_compare(sim_path_value(query->world, &order->path, a),
                                     sim_path_value(query->world, &order->path, b));
        if (difference != 0) {
            return order->descending ? -difference : difference;
        }
    }
    return 0;
}

/* Insertion sort: stable, and qsort() has no way to hand the query to the comparison. */
void sim_query_sort(const struct query *query, struct rows *rows)
{
    for (size_t i = 1; query->n_orders > 0 && i < rows->n_items; i++) {
        struct row *row = rows->items[i];
        size_t k = i;
        for (; k > 0 && compare_rows(query, rows->items[k - 1], row) > 0; k--) {
            rows->items[k] = rows->items[k - 1];
        }
        rows->items[k] = row;
    }
}
