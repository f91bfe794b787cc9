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

    *column = (struct column){.name = name, .owner = table, .max_length = ""};
    *slot = column;
    return column;
}

/* The names of a list like "active, name"; none of NULL. */
static struct strings names_in(const struct world *world, const char *list)
{
    return strings_split(world->arena, list == NULL ? "" : list, ',');
}

static void add_columns(struct world *world, struct table *table, const char *list)
{
    struct strings names = names_in(world, list);

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
    struct strings names = names_in(world, list);

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

/* --- what is told of columns --- */

static void put_type(struct column *column, const char *type)
{
    column->type = type;
}

static void put_label(struct column *column, const char *label)
{
    column->label = label;
}

static void put_length(struct column *column, const char *length)
{
    column->max_length = length;
}

static void put_read_only(struct column *column, const char *value)
{
    column->is_read_only = text_equal(value, "true");
}

static void put_mandatory(struct column *column, const char *value)
{
    column->is_mandatory = text_equal(value, "true");
}

/* The parts of a table that say something of its columns: "VALUE: COLUMN, COLUMN…". */
static const struct detail {
    const char *part;
    void (*put)(struct column *column, const char *value);
} details[] = {
    {"types", put_type},          {"labels", put_label},        {"lengths", put_length},
    {"read_only", put_read_only}, {"mandatory", put_mandatory},
};

/* Children share the columns of their parents, so they have nothing to say of those. */
static struct column *own_column(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i]->owner == table && text_equal(table->columns[i]->name, name)) {
            return table->columns[i];
        }
    }
    return NULL;
}

static bool read_detail(struct world *world, struct diag *diag, const struct table *table,
                        const struct detail *detail, const struct yaml_entry *entry)
{
    struct strings names = names_in(world, text_of(entry->value));
    bool done = true;

    for (size_t i = 0; i < names.n_items; i++) {
        struct column *column = own_column(table, names.items[i]);
        if (column == NULL) {
            done = diag_error(diag, entry->value->where, "table %s has no column '%s' of its own",
                              table->name, names.items[i]);
        } else {
            detail->put(column, entry->key);
        }
    }
    return done;
}

static bool read_details(struct world *world, struct diag *diag, const struct table *table,
                         const struct yaml_node *node)
{
    bool done = true;

    for (size_t i = 0; i < ARRAY_LEN(details); i++) {
        const struct yaml_node *part = yaml_get(node, details[i].part);
        for (size_t k = 0; part != NULL && k < part->n_items; k++) {
            done = read_detail(world, diag, table, &details[i], &part->entries[k]) && done;
        }
    }
    return done;
}

/* "short_description" as people read it: "Short description". */
static const char *label_of(struct arena *arena, const char *name)
{
    char *label = arena_strdup(arena, name);

    for (char *c = label; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    if (*label >= 'a' && *label <= 'z') {
        *label = (char)(*label - 'a' + 'A');
    }
    return label;
}

/* What nobody told: 40 characters are what the page of the CMDB Meta API shows for most. */
static void complete_column(struct world *world, struct column *column)
{
    bool is_id = column->target_name != NULL || text_equal(column->type, "GUID") ||
                 text_equal(column->type, "reference");

    if (column->type == NULL) {
        column->type = column->target_name != NULL ? "reference" : "string";
    }
    if (column->label == NULL) {
        column->label = label_of(world->arena, column->name);
    }
    if (*column->max_length == '\0') {
        column->max_length = is_id ? "32" : "40";
    }
}

/* --- defaults of new records --- */

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

static const char *text_or(const struct yaml_node *node, const char *fallback)
{
    return node == NULL ? fallback : node->text;
}

static bool read_table(struct world *world, struct diag *diag, const struct yaml_node *root,
                       const char *name, const struct yaml_node *node)
{
    bool done = true;
    struct table *table = arena_allocate(world->arena, sizeof *table);
    struct table **slot =
        arena_append(world->arena, &world->tables, &world->n_tables, sizeof *slot);

    *slot = table;
    table->name = name;
    table->parent = sim_table_find(world, text_of(yaml_get(node, "extends")));
    table->label = text_or(yaml_get(node, "label"), label_of(world->arena, name));
    table->is_extendable = text_equal(text_of(yaml_get(node, "extendable")), "true");
    table->icon = text_or(yaml_get(node, "icon"), "");
    table->icon_url = text_or(yaml_get(node, "icon_url"), "");
    if (table->parent != NULL) {
        table->parent->is_extendable = true;
        inherit_columns(world, table);
    } else {
        add_columns(world, table, text_of(yaml_get(root, "common")));
        done = read_details(world, diag, table, root);
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
    return read_details(world, diag, table, node) && done;
}

/* References may point to tables further down, so they are found last. */
static void complete_table(struct world *world, const struct table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        struct column *column = table->columns[i];
        if (column->owner == table) {
            complete_column(world, column);
        }
        if (column->target_name != NULL) {
            column->target = sim_table_find(world, column->target_name);
        }
    }
}

static bool read_tables(struct world *world, struct diag *diag, const struct yaml_node *root,
                        const struct yaml_node *tables)
{
    bool done = true;

    for (size_t i = 0; tables != NULL && i < tables->n_items; i++) {
        done =
            read_table(world, diag, root, tables->entries[i].key, tables->entries[i].value) && done;
    }
    return done;
}

/* --- tables of a world's own --- */

static bool is_one_of(const struct yaml_entry *part, enum yaml_kind kind, const char *const *names,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (part->value->kind == kind && text_equal(part->key, names[i])) {
            return true;
        }
    }
    return false;
}

static bool has_known_parts(struct diag *diag, const struct yaml_node *node)
{
    static const char *const scalars[] = {"extends", "key",   "display",   "columns",
                                          "secret",  "label", "extendable"};
    static const char *const mappings[] = {"references", "types",     "labels",   "lengths",
                                           "default",    "read_only", "mandatory"};
    bool done = true;

    for (size_t i = 0; i < node->n_items; i++) {
        const struct yaml_entry *part = &node->entries[i];
        if (!is_one_of(part, YAML_SCALAR, scalars, ARRAY_LEN(scalars)) &&
            !is_one_of(part, YAML_MAPPING, mappings, ARRAY_LEN(mappings))) {
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
        done = is_sound(world, diag, &own->entries[i]) &&
               read_table(world, diag, root, own->entries[i].key, own->entries[i].value) &&
               has_sound_defaults(world, diag, &own->entries[i]) && done;
    }
    return done;
}

bool sim_schema_load(struct world *world, struct diag *diag, const struct yaml_node *own)
{
    const struct yaml_node *root = sim_file_parse(world->arena, diag, "tables.yaml");

    if (yaml_get(root, "tables") == NULL) {
        return false;
    }
    bool done = read_tables(world, diag, root, yaml_get(root, "tables"));
    done = read_own(world, diag, root, own) && done;
    for (size_t i = 0; i < world->n_tables; i++) {
        complete_table(world, world->tables[i]);
    }
    sim_index_names(world);
    return done;
}
