/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables, rows and cells: finding, reading, changing.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"
#include "sim/index.h"
#include "sim/world.h"

struct table *sim_table_find(const struct world *world, const char *name)
{
    if (world->slots != NULL && name != NULL) {
        return sim_index_table(world, name);
    }
    for (size_t i = 0; i < world->n_tables; i++) {
        if (text_equal(world->tables[i]->name, name)) {
            return world->tables[i];
        }
    }
    return NULL;
}

const struct column *sim_column_find(const struct table *table, const char *name)
{
    if (table->slots != NULL) {
        return sim_index_column(table, name);
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        if (text_equal(table->columns[i]->name, name)) {
            return table->columns[i];
        }
    }
    return NULL;
}

bool sim_table_is_a(const struct table *table, const struct table *ancestor)
{
    while (table != NULL && table != ancestor) {
        table = table->parent;
    }
    return table != NULL;
}

struct rows sim_table_rows(const struct world *world, struct arena *arena,
                           const struct table *table)
{
    struct rows rows = {0};
    size_t n = 0;

    for (size_t i = 0; i < world->n_tables; i++) {
        n += sim_table_is_a(world->tables[i], table) ? world->tables[i]->n_rows : 0;
    }
    rows.items = arena_array(arena, n, sizeof(struct row *));
    for (size_t i = 0; i < world->n_tables; i++) {
        const struct table *other = world->tables[i];
        for (size_t k = 0; sim_table_is_a(other, table) && k < other->n_rows; k++) {
            rows.items[rows.n_items++] = other->rows[k];
        }
    }
    return rows;
}

static struct row *row_by(const struct world *world, const struct table *table,
                          const struct column *column, const char *value)
{
    struct matches matches;

    if (column == NULL || value == NULL) {
        return NULL;
    }
    if (world->indexes != NULL) {
        return sim_index_first(world, table, column, value, &matches);
    }
    for (size_t i = 0; i < world->n_tables; i++) {
        const struct table *other = world->tables[i];
        for (size_t k = 0; sim_table_is_a(other, table) && k < other->n_rows; k++) {
            if (text_equal(sim_row_value(other->rows[k], column), value)) {
                return other->rows[k];
            }
        }
    }
    return NULL;
}

static void add_row(struct arena *arena, struct rows *rows, struct row *row)
{
    struct row **slot = arena_append(arena, &rows->items, &rows->n_items, sizeof(struct row *));

    *slot = row;
}

struct rows sim_rows_by_value(const struct world *world, struct arena *arena,
                              const struct table *table, const char *column_name, const char *value)
{
    const struct column *column = sim_column_find(table, column_name);
    struct rows found = {0};
    struct matches matches;

    if (world->indexes != NULL) {
        for (struct row *row = sim_index_first(world, table, column, value, &matches); row != NULL;
             row = sim_index_next(&matches, value)) {
            add_row(arena, &found, row);
        }
        return found;
    }
    struct rows all = sim_table_rows(world, arena, table);
    for (size_t i = 0; i < all.n_items; i++) {
        if (text_equal(sim_row_value(all.items[i], column), value)) {
            add_row(arena, &found, all.items[i]);
        }
    }
    return found;
}

struct row *sim_row_by_id(const struct world *world, const struct table *table, const char *sys_id)
{
    return text_is_empty(sys_id) ? NULL
                                 : row_by(world, table, sim_column_find(table, "sys_id"), sys_id);
}

struct row *sim_row_by_value(const struct world *world, const char *table_name,
                             const char *column_name, const char *value)
{
    const struct table *table = sim_table_find(world, table_name);

    if (table == NULL) {
        return NULL;
    }
    return row_by(world, table, sim_column_find(table, column_name), value);
}

const char *sim_row_value(const struct row *row, const struct column *column)
{
    for (size_t i = 0; i < row->n_cells; i++) {
        if (row->cells[i].column == column) {
            return row->cells[i].value;
        }
    }
    return "";
}

const char *sim_row_get(const struct row *row, const char *column)
{
    return sim_row_value(row, sim_column_find(row->table, column));
}

bool sim_row_is_true(const struct row *row, const char *column)
{
    return text_equal(sim_row_get(row, column), "true");
}

struct row *sim_row_reference(const struct world *world, const struct row *row,
                              const char *column_name)
{
    const struct column *column = sim_column_find(row->table, column_name);

    assert(column != NULL && column->target != NULL);
    return sim_row_by_id(world, column->target, sim_row_value(row, column));
}

void sim_table_touch(struct table *table)
{
    for (; table != NULL; table = table->parent) {
        table->version++;
    }
}

void sim_row_set(struct world *world, struct row *row, const char *column_name, const char *value)
{
    const struct column *column = sim_column_find(row->table, column_name);
    struct cell *cell = NULL;

    assert(column != NULL);
    for (size_t i = 0; i < row->n_cells; i++) {
        cell = row->cells[i].column == column ? &row->cells[i] : cell;
    }
    if (cell == NULL) {
        cell = arena_append(world->arena, &row->cells, &row->n_cells, sizeof *cell);
        cell->column = column;
    }
    cell->value = arena_strdup(world->arena, value);
    if (text_equal(column_name, "sys_id")) {
        row->sys_id = cell->value;
    }
    sim_table_touch(row->table);
}

/* FNV-1a; the seed makes two independent halves of a sys_id. */
static uint64_t hash(uint64_t seed, const char *text)
{
    uint64_t value = 14695981039346656037U ^ seed;

    for (const char *c = text; *c != '\0'; c++) {
        value = (value ^ (unsigned char)*c) * 1099511628211U;
    }
    return value;
}

/* A made-up sys_id that is the same in every run, so that answers can be compared. */
static const char *make_sys_id(struct world *world, const struct table *table, const char *key)
{
    const char *text = arena_printf(world->arena, "%s/%s", table->name, key);
    const char *sys_id;
    uint64_t n = 0;

    do {
        sys_id =
            arena_printf(world->arena, "%016" PRIx64 "%016" PRIx64, hash(n, text), hash(~n, text));
        n++;
    } while (!sim_set_add(world->arena, world->sys_ids, sys_id));
    return sys_id;
}

struct row *sim_row_insert(struct world *world, struct table *table, const char *sys_id,
                           const char *key)
{
    struct row *row = arena_allocate(world->arena, sizeof *row);
    struct row **slot;

    if (sys_id == NULL) {
        const char *counted = arena_printf(world->arena, "#%zu", world->n_inserted++);
        sys_id = make_sys_id(world, table, key == NULL ? counted : key);
    } else {
        (void)sim_set_add(world->arena, world->sys_ids, arena_strdup(world->arena, sys_id));
    }
    row->table = table;
    sim_row_set(world, row, "sys_id", sys_id);
    if (sim_column_find(table, "sys_class_name") != NULL) {
        sim_row_set(world, row, "sys_class_name", table->name);
    }
    slot = arena_append(world->arena, &table->rows, &table->n_rows, sizeof(struct row *));
    *slot = row;
    sim_table_touch(table);
    return row;
}

void sim_row_delete(struct world *world, struct row *row)
{
    struct table *table = row->table;
    size_t i = 0;

    (void)world;
    while (i < table->n_rows && table->rows[i] != row) {
        i++;
    }
    assert(i < table->n_rows);
    for (; i + 1 < table->n_rows; i++) {
        table->rows[i] = table->rows[i + 1];
    }
    table->n_rows--;
    sim_table_touch(table);
}

const char *sim_property(const struct world *world, const char *name, const char *fallback)
{
    const struct row *row = sim_row_by_value(world, "sys_properties", "name", name);

    return row == NULL ? fallback : sim_row_get(row, "value");
}

/* Blanks around the value and its case are what people type; the platform reads a boolean. */
static bool says_true(const char *value)
{
    const char *word = value + strspn(value, " \t");
    size_t len = strcspn(word, " \t");
    const char *rest = word + len;

    return len == strlen("true") && strncasecmp(word, "true", len) == 0 &&
           rest[strspn(rest, " \t")] == '\0';
}

bool sim_property_is_true(const struct world *world, const char *name, bool fallback)
{
    const char *value = sim_property(world, name, NULL);

    return value == NULL ? fallback : says_true(value);
}

bool sim_plugin_is_active(const struct world *world, const char *id)
{
    static const char *const words[] = {"true", "1", "active"};
    const struct row *plugin = sim_row_by_value(world, "sys_plugins", "source", id);

    for (size_t i = 0; plugin != NULL && i < ARRAY_LEN(words); i++) {
        if (text_equal(sim_row_get(plugin, "active"), words[i])) {
            return true;
        }
    }
    return false;
}

const char *sim_date_time(struct arena *arena, int64_t seconds)
{
    char *text = utc_format(arena, seconds);

    text[10] = ' ';
    text[19] = '\0';
    return text;
}
