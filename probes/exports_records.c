/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of all files together. A sys_id is one record's, whatever table it is in; where two
 * files hold the same record, the older reading of it does not count.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/lookup.h"
#include "probes/exported.h"

enum { MOST_TABLES = 10000 };

/* ---- Looking up ----------------------------------------------------------------------------- */

struct export_table *exports_table(const struct exports *exports, const char *name)
{
    size_t probe = 0;
    size_t place = 0;
    while (lookup_next(exports->tables_by_name, lookup_hash(LOOKUP_SEED, name), &probe, &place)) {
        if (text_equal(exports->tables[place]->name, name)) {
            return exports->tables[place];
        }
    }
    return NULL;
}

struct export_record *exports_record(const struct exports *exports, const char *sys_id)
{
    size_t probe = 0;
    size_t place = 0;
    uint64_t hash = lookup_hash(LOOKUP_SEED, sys_id);
    while (lookup_next(exports->records_by_sys_id, hash, &probe, &place)) {
        if (text_equal(exports->records[place]->sys_id, sys_id)) {
            return exports->records[place];
        }
    }
    return NULL;
}

struct export_column *export_column(const struct export_table *table, const char *name)
{
    size_t probe = 0;
    size_t place = 0;
    while (lookup_next(table->columns_by_name, lookup_hash(LOOKUP_SEED, name), &probe, &place)) {
        if (text_equal(table->columns[place].name, name)) {
            return &table->columns[place];
        }
    }
    return NULL;
}

/* ---- Taking records in ---------------------------------------------------------------------- */

static struct where where_of(const struct exports *exports, const struct export_record *record)
{
    return (struct where){.file = exports->files[record->file].path};
}

static struct export_table *add_table(struct exports *exports, const char *name)
{
    struct arena *arena = exports->arena;
    struct export_table *table = arena_allocate(arena, sizeof *table);
    *table = (struct export_table){.name = name, .columns_by_name = lookup_new(arena)};
    lookup_add(exports->tables_by_name, lookup_hash(LOOKUP_SEED, name), exports->n_tables);
    struct export_table **slot =
        arena_append(arena, &exports->tables, &exports->n_tables, sizeof *slot);
    *slot = table;
    return table;
}

void exports_take_empty(struct exports *exports, const char *name, size_t file)
{
    struct export_table *table = exports_table(exports, name);
    if (table == NULL && exports->n_tables < MOST_TABLES) {
        add_table(exports, name)->empty_in = file + 1;
    }
}

/* Notes the columns that the table's records have. False when the record has one of them twice. */
static bool take_columns(struct exports *exports, struct export_table *table,
                         const struct export_record *record)
{
    for (size_t i = 0; i < record->row.n_cells; i++) {
        const char *name = record->row.cells[i].column;
        struct export_column *column = export_column(table, name);
        if (column == NULL) {
            lookup_add(table->columns_by_name, lookup_hash(LOOKUP_SEED, name), table->n_columns);
            column =
                arena_append(exports->arena, &table->columns, &table->n_columns, sizeof *column);
            column->name = name;
        } else if (column->last == record) {
            return false;
        }
        column->last = record;
    }
    return true;
}

static bool join_table(struct exports *exports, struct diag *diag, const char *name,
                       const struct export_record *record, bool is_element)
{
    struct export_table *table = exports_table(exports, name);
    if (table == NULL && exports->n_tables == MOST_TABLES) {
        return diag_error(diag, where_of(exports, record), "line %zu: more than %d tables",
                          record->line, MOST_TABLES);
    }
    table = table == NULL ? add_table(exports, name) : table;
    table->is_element = table->is_element || is_element;
    const struct export_record **slot =
        arena_append(exports->arena, &table->records, &table->n_records, sizeof *slot);
    *slot = record;
    return take_columns(exports, table, record) ||
           diag_error(diag, where_of(exports, record), "line %zu: a row of %s has a column twice",
                      record->line, name);
}

/* To the tables it is not yet a row of: the first is that of its element. */
static bool join_tables(struct exports *exports, struct diag *diag, struct export_record *record,
                        const struct strings *tables)
{
    for (size_t i = 0; i < tables->n_items; i++) {
        const char *name = tables->items[i];
        bool is_new = tables == &record->tables || !strings_have(&record->tables, name);
        if (tables != &record->tables && is_new) {
            strings_add(exports->arena, &record->tables, name);
        }
        if (is_new && !join_table(exports, diag, name, record, i == 0)) {
            return false;
        }
    }
    return true;
}

/* ---- The same record twice ------------------------------------------------------------------ */

/* By when the record was last changed, then by when its file was taken: 1 where `a` is younger. */
static int compare_ages(const struct exports *exports, const struct export_record *a,
                        const struct export_record *b)
{
    int64_t changed_a = 0;
    int64_t changed_b = 0;
    const char *text_a = row_get(&a->row, "sys_updated_on");
    const char *text_b = row_get(&b->row, "sys_updated_on");
    bool is_told = text_a != NULL && text_b != NULL && utc_parse(text_a, &changed_a) &&
                   utc_parse(text_b, &changed_b);
    if (is_told && changed_a != changed_b) {
        return changed_a > changed_b ? 1 : -1;
    }
    int64_t taken_a = exports->files[a->file].taken;
    int64_t taken_b = exports->files[b->file].taken;
    return taken_a == taken_b ? 0 : taken_a > taken_b ? 1 : -1;
}

/* The value of a column that stands at the same place in rows of the same table, as a rule. */
static const char *value_near(const struct row *row, size_t place, const char *column)
{
    return place < row->n_cells && text_equal(row->cells[place].column, column)
               ? row->cells[place].value
               : row_get(row, column);
}

/* A column of which the two say different things, or NULL. */
static const char *differing_column(const struct export_record *a, const struct export_record *b)
{
    for (size_t i = 0; i < a->row.n_cells; i++) {
        const char *other = value_near(&b->row, i, a->row.cells[i].column);
        if (other != NULL && !text_equal(a->row.cells[i].value, other)) {
            return a->row.cells[i].column;
        }
    }
    return NULL;
}

/* What only the second has: a table and its parent are exported with different columns. */
static void add_cells(struct arena *arena, struct export_record *record,
                      const struct export_record *more)
{
    struct row all = {
        .cells = arena_array(arena, record->row.n_cells + more->row.n_cells, sizeof *all.cells)};
    for (size_t i = 0; i < record->row.n_cells; i++) {
        all.cells[all.n_cells++] = record->row.cells[i];
    }
    for (size_t i = 0; i < more->row.n_cells; i++) {
        if (value_near(&record->row, i, more->row.cells[i].column) == NULL) {
            all.cells[all.n_cells++] = more->row.cells[i];
        }
    }
    record->row = all;
}

/* Settles which of two readings of a record counts, in the place of the first. */
static bool settle(struct exports *exports, struct diag *diag, struct export_record *known,
                   struct export_record *record)
{
    int age = compare_ages(exports, record, known);
    const char *column = age == 0 ? differing_column(known, record) : NULL;
    if (column != NULL) {
        return diag_error(
            diag, where_of(exports, record),
            "line %zu: the row %s of %s is in %s too (line %zu), with another %s, and nothing "
            "says which is younger: leave one of the files out",
            record->line, known->sys_id, known->tables.items[0], exports->files[known->file].path,
            known->line, column);
    }
    if (age == 0) {
        add_cells(exports->arena, known, record);
    } else if (age > 0) {
        known->row = record->row;
        known->file = record->file;
        known->line = record->line;
    }
    return true;
}

bool exports_take(struct exports *exports, struct diag *diag, struct export_record *record)
{
    struct export_record *known = exports_record(exports, record->sys_id);
    if (known != NULL) {
        return settle(exports, diag, known, record) &&
               join_tables(exports, diag, known, &record->tables);
    }
    lookup_add(exports->records_by_sys_id, lookup_hash(LOOKUP_SEED, record->sys_id),
               exports->n_records);
    struct export_record **slot =
        arena_append(exports->arena, &exports->records, &exports->n_records, sizeof *slot);
    *slot = record;
    return join_tables(exports, diag, record, &record->tables);
}
