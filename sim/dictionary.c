/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every table is a row of sys_db_object, where the flag is that opens it to web services, and a row
 * of sys_dictionary without an element, of the type "collection". The rows about columns come with
 * the world.
 */
#include "sim/dictionary.h"

#include "base/arena.h"

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

static void insert_entry(struct world *world, const struct table *table)
{
    struct row *row =
        sim_row_insert(world, sim_table_find(world, "sys_dictionary"), NULL, table->name);

    sim_row_stamp(world, row);
    sim_row_set(world, row, "name", table->name);
    sim_row_set(world, row, "column_label", table->label);
    sim_row_set(world, row, "internal_type", "collection");
    sim_row_set(world, row, "active", "true");
    sim_row_set(world, row, "mandatory", "false");
    sim_row_set(world, row, "read_only", "false");
}

void sim_dictionary_insert(struct world *world)
{
    for (size_t i = 0; i < world->n_tables; i++) {
        insert_object(world, world->tables[i]);
        insert_entry(world, world->tables[i]);
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
