/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading sim/tables.yaml. The file is ours, so its mistakes are found by the tests and reported
 * without help for their author.
 */
#include "sim/schema.h"

#include "base/arena.h"
#include "base/strings.h"
#include "base/yaml.h"
#include "sim/files.h"
#include "sim/index.h"
#include "sim/world.h"

static const char *text_of(const struct yaml_node *node)
{
    return node == NULL ? NULL : node->text;
}

static struct column *add_column(struct world *world, struct table *table, const char *name)
{
    struct column *column = arena_allocate(world->arena, sizeof *column);
    struct column **slot =
        arena_append(world->arena, &table->columns, &table->n_columns, sizeof *slot);

    column->name = name;
    *slot = column;
    return column;
}

static void add_columns(struct world *world, struct table *table, const char *list)
{
    struct strings names = {0};

    if (list != NULL) {
        names = strings_split(world->arena, list, ',');
    }
    for (size_t i = 0; i < names.n_items; i++) {
        if (sim_column_find(table, names.items[i]) == NULL) {
            add_column(world, table, names.items[i]);
        }
    }
}

static void inherit_columns(struct world *world, struct table *table)
{
    for (size_t i = 0; i < table->parent->n_columns; i++) {
        struct column **slot =
            arena_append(world->arena, &table->columns, &table->n_columns, sizeof *slot);
        *slot = table->parent->columns[i];
    }
    table->key = table->parent->key;
    table->display = table->parent->display;
}

/* The column called `name`, added when the list did not have it. */
static struct column *column_for(struct world *world, struct table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (text_equal(table->columns[i]->name, name)) {
            return table->columns[i];
        }
    }
    return add_column(world, table, name);
}

static void read_secrets(struct world *world, struct table *table, const char *list)
{
    struct strings names = {0};

    if (list != NULL) {
        names = strings_split(world->arena, list, ',');
    }
    for (size_t i = 0; i < names.n_items; i++) {
        column_for(world, table, names.items[i])->is_secret = true;
    }
}

static void read_references(struct world *world, struct table *table, const struct yaml_node *node)
{
    for (size_t i = 0; node != NULL && i < node->n_items; i++) {
        column_for(world, table, node->entries[i].key)->target_name = node->entries[i].value->text;
    }
}

static void read_links(struct world *world, struct table *table, const struct yaml_node *node)
{
    for (size_t i = 0; node != NULL && i < node->n_items; i++) {
        const struct yaml_node *value = node->entries[i].value;
        struct link *link =
            arena_append(world->arena, &table->links, &table->n_links, sizeof *link);
        *link = (struct link){node->entries[i].key, text_of(yaml_get(value, "table")),
                              text_of(yaml_get(value, "from")), text_of(yaml_get(value, "to"))};
    }
}

/* Of the defaults of every table those whose column it has. */
static void read_defaults(struct world *world, struct table *table, const struct yaml_node *node)
{
    for (size_t i = 0; node != NULL && i < node->n_items; i++) {
        if (sim_column_find(table, node->entries[i].key) != NULL) {
            pairs_add(world->arena, &table->defaults, node->entries[i].key,
                      text_of(node->entries[i].value));
        }
    }
}

static const struct column *named_column(const struct table *table, const char *name,
                                         const struct column *fallback)
{
    const struct column *column = name == NULL ? NULL : sim_column_find(table, name);

    return column == NULL ? fallback : column;
}

static void read_table(struct world *world, const struct yaml_node *root, const char *name,
                       const struct yaml_node *node)
{
    struct table *table = arena_allocate(world->arena, sizeof *table);
    struct table **slot =
        arena_append(world->arena, &world->tables, &world->n_tables, sizeof *slot);

    *slot = table;
    table->name = name;
    table->parent = sim_table_find(world, text_of(yaml_get(node, "extends")));
    if (table->parent != NULL) {
        inherit_columns(world, table);
    } else {
        add_columns(world, table, text_of(yaml_get(root, "common")));
    }
    if (yaml_get(node, "application_file") != NULL) {
        add_columns(world, table, text_of(yaml_get(root, "application_file")));
    }
    add_columns(world, table, text_of(yaml_get(node, "columns")));
    read_secrets(world, table, text_of(yaml_get(node, "secret")));
    read_references(world, table, yaml_get(node, "references"));
    read_links(world, table, yaml_get(node, "links"));
    read_defaults(world, table, yaml_get(root, "default"));
    read_defaults(world, table, yaml_get(node, "default"));
    table->key = named_column(table, text_of(yaml_get(node, "key")),
                              table->key != NULL ? table->key : sim_column_find(table, "name"));
    table->display = named_column(table, text_of(yaml_get(node, "display")),
                                  table->display != NULL ? table->display : table->key);
    table->denied = text_of(yaml_get(node, "denied"));
    table->opened_by = text_of(yaml_get(node, "opened_by"));
}

/* References may point to tables further down, so they are found last. */
static void find_targets(struct world *world, const struct table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        struct column *column = table->columns[i];
        if (column->target_name != NULL) {
            column->target = sim_table_find(world, column->target_name);
        }
    }
}

static void read_tables(struct world *world, const struct yaml_node *root,
                        const struct yaml_node *tables)
{
    for (size_t i = 0; tables != NULL && i < tables->n_items; i++) {
        read_table(world, root, tables->entries[i].key, tables->entries[i].value);
    }
}

/* --- tables of a world's own --- */

static bool has_known_parts(struct diag *diag, const struct yaml_node *node)
{
    static const char *const scalars[] = {"extends", "key", "display", "columns", "secret"};
    bool done = true;

    for (size_t i = 0; i < node->n_items; i++) {
        const struct yaml_entry *part = &node->entries[i];
        bool is_known = part->value->kind == YAML_MAPPING &&
                        (text_equal(part->key, "references") || text_equal(part->key, "default"));
        for (size_t k = 0; k < ARRAY_LEN(scalars); k++) {
            is_known =
                is_known || (part->value->kind == YAML_SCALAR && text_equal(part->key, scalars[k]));
        }
        if (!is_known) {
            done =
                diag_error(diag, part->where, "a table has no part '%s' of this form", part->key);
        }
    }
    return done;
}

/* A table may extend one of every instance, or one above it in the file. */
static bool is_sound(const struct world *world, struct diag *diag, const struct yaml_entry *entry)
{
    const struct yaml_node *extends = yaml_get(entry->value, "extends");

    if (entry->value->kind != YAML_MAPPING) {
        return diag_error(diag, entry->value->where, "table %s must be a mapping", entry->key);
    }
    if (sim_table_find(world, entry->key) != NULL) {
        return diag_error(diag, entry->where, "there is a table %s already", entry->key);
    }
    if (!has_known_parts(diag, entry->value)) {
        return false;
    }
    return extends == NULL || sim_table_find(world, extends->text) != NULL ||
           diag_error(diag, extends->where, "unknown table '%s'", extends->text);
}

static bool has_sound_defaults(const struct world *world, struct diag *diag,
                               const struct yaml_entry *entry)
{
    const struct table *table = sim_table_find(world, entry->key);
    const struct yaml_node *defaults = yaml_get(entry->value, "default");
    bool done = true;

    for (size_t i = 0; defaults != NULL && i < defaults->n_items; i++) {
        const struct yaml_entry *value = &defaults->entries[i];
        if (sim_column_find(table, value->key) == NULL) {
            done =
                diag_error(diag, value->where, "table %s has no column %s", entry->key, value->key);
        } else if (value->value->kind != YAML_SCALAR) {
            done = diag_error(diag, value->value->where, "a default must be a value");
        }
    }
    return done;
}

static bool read_own(struct world *world, struct diag *diag, const struct yaml_node *root,
                     const struct yaml_node *own)
{
    bool done = true;

    if (own != NULL && own->kind != YAML_MAPPING) {
        return diag_error(diag, own->where, "'schema' must be a mapping of tables");
    }
    for (size_t i = 0; own != NULL && i < own->n_items; i++) {
        if (is_sound(world, diag, &own->entries[i])) {
            read_table(world, root, own->entries[i].key, own->entries[i].value);
            done = has_sound_defaults(world, diag, &own->entries[i]) && done;
        } else {
            done = false;
        }
    }
    return done;
}

bool sim_schema_load(struct world *world, struct diag *diag, const struct yaml_node *own)
{
    const struct yaml_node *root = sim_file_parse(world->arena, diag, "tables.yaml");

    if (yaml_get(root, "tables") == NULL) {
        return false;
    }
    read_tables(world, root, yaml_get(root, "tables"));
    bool done = read_own(world, diag, root, own);
    for (size_t i = 0; i < world->n_tables; i++) {
        find_targets(world, world->tables[i]);
    }
    sim_index_names(world);
    return done;
}
