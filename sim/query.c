/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded queries as the Table API's reference and its operator page describe them
 * (ServiceNowDocs, api-reference/rest-apis/c_TableAPI.md). Texts are compared exactly and with
 * regard to case; dates and words by their characters, whole numbers by their size.
 */
#include "sim/query.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

enum operand { OPERAND_NONE, OPERAND_TEXT, OPERAND_LIST };

struct term;

struct operation {
    const char *word;
    enum operand operand;
    bool is_match; /* one of the operators of a query_match rule (query-acl-rule.md) */
    bool (*test)(const struct term *term, const char *value);
};

struct term {
    struct path path;
    const struct operation *operation;
    const char *operand;
    struct strings list;
    bool is_never; /* a script the instance would not run */
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

/* --- the operators --- */

/* "1" is a way to write true: ServiceNow's own sample asks sys_plugins for active=0^ORactive=1
 * (c_GlidePluginManagerScopedAPI.md). */
static const char *as_boolean(const char *operand)
{
    return text_equal(operand, "1") ? "true" : text_equal(operand, "0") ? "false" : operand;
}

static bool is_boolean(const char *value)
{
    return text_equal(value, "true") || text_equal(value, "false");
}

static bool is_equal(const struct term *term, const char *value)
{
    return text_equal(value, is_boolean(value) ? as_boolean(term->operand) : term->operand);
}

static bool is_not_equal(const struct term *term, const char *value)
{
    return !is_equal(term, value);
}

static bool is_in(const struct term *term, const char *value)
{
    return strings_have(&term->list, value);
}

static bool is_not_in(const struct term *term, const char *value)
{
    return !is_in(term, value);
}

static bool is_like(const struct term *term, const char *value)
{
    return strstr(value, term->operand) != NULL;
}

static bool is_not_like(const struct term *term, const char *value)
{
    return !is_like(term, value);
}

static bool is_starting(const struct term *term, const char *value)
{
    return text_starts_with(value, term->operand);
}

static bool is_ending(const struct term *term, const char *value)
{
    return text_ends_with(value, term->operand);
}

static bool is_empty(const struct term *term, const char *value)
{
    (void)term;
    return *value == '\0';
}

static bool is_not_empty(const struct term *term, const char *value)
{
    return !is_empty(term, value);
}

static bool is_anything(const struct term *term, const char *value)
{
    (void)term;
    (void)value;
    return true;
}

static int compare(const char *a, const char *b)
{
    int64_t left;
    int64_t right;

    if (text_to_int(a, &left) && text_to_int(b, &right)) {
        return (left > right) - (left < right);
    }
    return strcmp(a, b);
}

static bool is_less(const struct term *term, const char *value)
{
    return *value != '\0' && compare(value, term->operand) < 0;
}

static bool is_at_most(const struct term *term, const char *value)
{
    return *value != '\0' && compare(value, term->operand) <= 0;
}

static bool is_greater(const struct term *term, const char *value)
{
    return *value != '\0' && compare(value, term->operand) > 0;
}

static bool is_at_least(const struct term *term, const char *value)
{
    return *value != '\0' && compare(value, term->operand) >= 0;
}

/* Of two words that begin alike the longer stands first. */
static const struct operation operations[] = {
    {"!=", OPERAND_TEXT, true, is_not_equal},
    {"<=", OPERAND_TEXT, false, is_at_most},
    {">=", OPERAND_TEXT, false, is_at_least},
    {"=", OPERAND_TEXT, true, is_equal},
    {"<", OPERAND_TEXT, false, is_less},
    {">", OPERAND_TEXT, false, is_greater},
    {"NOT IN", OPERAND_LIST, true, is_not_in},
    {"NOT LIKE", OPERAND_TEXT, false, is_not_like},
    {"STARTSWITH", OPERAND_TEXT, false, is_starting},
    {"ENDSWITH", OPERAND_TEXT, false, is_ending},
    {"ISNOTEMPTY", OPERAND_NONE, true, is_not_empty},
    {"ISEMPTY", OPERAND_NONE, true, is_empty},
    {"EMPTYSTRING", OPERAND_NONE, true, is_empty},
    {"ANYTHING", OPERAND_NONE, true, is_anything},
    {"LIKE", OPERAND_TEXT, false, is_like},
    {"IN", OPERAND_LIST, true, is_in},
};

static const struct operation *operation_find(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
        if (text_starts_with(text, operations[i].word)) {
            return &operations[i];
        }
    }
    return NULL;
}

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

static void remember_path(struct reader *reader, struct path path)
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

static void read_script(const struct reader *reader, struct term *term)
{
    static const char prefix[] = "javascript:";
    const char *script = term->operand + sizeof prefix - 1;

    if (!text_starts_with(term->operand, prefix)) {
        return;
    }
    if (text_starts_with(script, "gs.getUserName()") && reader->asker.user_name != NULL) {
        term->operand = reader->asker.user_name;
    } else if (text_starts_with(script, "gs.getUserID()") && reader->asker.user_id != NULL) {
        term->operand = reader->asker.user_id;
    } else {
        term->is_never = true;
    }
    if (sim_switch_is(&reader->world->switches, SWITCH_QUERY_SCRIPTS, "refused")) {
        term->is_never = true;
    }
}

static bool read_term(struct reader *reader, const char *piece, struct term *ret_term)
{
    size_t len = column_length(piece);
    struct term term = {.operation = operation_find(piece + len)};

    if (term.operation == NULL ||
        !sim_path_find(reader->arena, reader->table, arena_strndup(reader->arena, piece, len),
                       &term.path)) {
        return false;
    }
    term.operand = piece + len + strlen(term.operation->word);
    term.path.is_range = !term.operation->is_match;
    if (term.operation->operand == OPERAND_TEXT) {
        read_script(reader, &term);
    } else if (term.operation->operand == OPERAND_LIST) {
        term.list = strings_split(reader->arena, term.operand, ',');
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

static bool group_holds(const struct query *query, const struct group *group, const struct row *row)
{
    for (size_t i = 0; i < group->n_terms; i++) {
        const struct term *term = &group->terms[i];
        const char *value = sim_path_value(query->world, &term->path, row);
        if (!term->is_never && term->operation->test(term, value)) {
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
        int difference = compare(sim_path_value(query->world, &order->path, a),
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
