/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every table is a row of sys_db_object, where the flag is that opens it to web services, and a row
 * of sys_dictionary without an element, of the type "collection". A column is a row of the table
 * that defines it, and of none of the children (github.com/tehubersheezy/servicenow-tools).
 */
#include "sim/dictionary.h"

#include "base/arena.h"
#include "sim/defaults.h"

static const char *truth(bool is_true)
{
    return is_true ? "true" : "false";
}

static void insert_object(struct world *world, const struct table *table)
{
    struct row *row =
        sim_row_insert(world, sim_table_find(world, "sys_db_object"), NULL, table->name);

    sim_row_stamp(world, row);
    sim_row_set(world, row, "name", table->name);
    sim_row_set(world, row, "label", table->label);
    sim_row_set(world, row, "is_extendable", truth(table->is_extendable));
    sim_row_set(world, row, "ws_access", "true");
    if (table->parent != NULL) {
        const struct row *parent =
            sim_row_by_value(world, "sys_db_object", "name", table->parent->name);
        sim_row_set(world, row, "super_class", parent->sys_id);
    }
}

/* A row about the table, or about the column of it called `element`. */
static struct row *insert_entry(struct world *world, const struct table *table, const char *element,
                                const char *label, const char *type)
{
    const char *key =
        *element == '\0' ? table->name : arena_printf(world->arena, "%s.%s", table->name, element);
    struct row *row = sim_row_insert(world, sim_table_find(world, "sys_dictionary"), NULL, key);

    sim_row_stamp(world, row);
    sim_row_set(world, row, "name", table->name);
    sim_row_set(world, row, "column_label", label);
    sim_row_set(world, row, "internal_type", type);
    sim_row_set(world, row, "active", "true");
    return row;
}

static void insert_collection(struct world *world, const struct table *table)
{
    struct row *row = insert_entry(world, table, "", table->label, "collection");

    sim_row_set(world, row, "mandatory", "false");
    sim_row_set(world, row, "read_only", "false");
}

/* Columns with sim_ in front exist in no real instance. */
static void insert_column(struct world *world, const struct table *table,
                          const struct column *column)
{
    if (column->owner != table || text_starts_with(column->name, "sim_")) {
        return;
    }
    const char *standing = sim_default_of(table, column->name);
    struct row *row = insert_entry(world, table, column->name, column->label, column->type);
    sim_row_set(world, row, "element", column->name);
    sim_row_set(world, row, "max_length", column->max_length);
    sim_row_set(world, row, "mandatory", truth(column->is_mandatory));
    sim_row_set(world, row, "read_only", truth(column->is_read_only));
    sim_row_set(world, row, "display", truth(column == table->display));
    if (column->target_name != NULL) {
        sim_row_set(world, row, "reference", column->target_name);
    }
    if (standing != NULL) {
        sim_row_set(world, row, "default_value", standing);
    }
}

void sim_dictionary_insert(struct world *world)
{
    for (size_t i = 0; i < world->n_tables; i++) {
        insert_object(world, world->tables[i]);
        insert_collection(world, world->tables[i]);
        for (size_t k = 0; k < world->tables[i]->n_columns; k++) {
            insert_column(world, world->tables[i], world->tables[i]->columns[k]);
        }
    }
}

static void delete_rows(struct world *world, const char *of, const char *table)
{
    struct rows rows =
        sim_rows_by_value(world, world->arena, sim_table_find(world, of), "name", table);

    for (size_t i = 0; i < rows.n_items; i++) {
        sim_row_delete(world, rows.items[i]);
    }
}

void sim_dictionary_forget(struct world *world, const char *table)
{
    delete_rows(world, "sys_db_object", table);
    delete_rows(world, "sys_dictionary", table);
}

void sim_dictionary_forget_column(struct world *world, const struct column *column)
{
    struct rows rows = sim_rows_by_value(
        world, world->arena, sim_table_find(world, "sys_dictionary"), "name", column->owner->name);

    for (size_t i = 0; i < rows.n_items; i++) {
        if (text_equal(sim_row_get(rows.items[i], "element"), column->name)) {
            sim_row_delete(world, rows.items[i]);
        }
    }
}
