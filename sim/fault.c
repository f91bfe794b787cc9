/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applying faults. A fault is a list of steps in faults.yaml, each a change of rows, of a switch or
 * of the description:
 *
 *     - { set: TABLE, where: QUERY, to: { COLUMN: VALUE } }
 *     - { delete: TABLE, where: QUERY }
 *     - { insert: TABLE, row: { COLUMN: VALUE } }
 *     - { drop: TABLE }                    the instance has no such table
 *     - { drop: TABLE, column: NAME }      nor such a column
 *     - { switch: NAME, to: SETTING }
 *     - { describe: PATH, to: NODE }       what the world says of itself
 *
 * A step that changes nothing is a mistake: the fault would break nothing. A fault, and a step of
 * one, may be limited to worlds: `worlds: [NAME]`, or all but some: `except: [NAME]`.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/yaml.h"
#include "sim/dictionary.h"
#include "sim/fault.h"
#include "sim/files.h"
#include "sim/index.h"
#include "sim/query.h"
#include "sim/world.h"

struct step {
    struct world *world;
    struct diag *diag;
    const struct yaml_node *node;
    const struct yaml_node *subject; /* what stands behind the verb */
};

static struct table *step_table(const struct step *step)
{
    struct table *table = sim_table_find(step->world, step->subject->text);

    if (table == NULL) {
        diag_error(step->diag, step->subject->where, "unknown table '%s'", step->subject->text);
    }
    return table;
}

/* The rows the step's `where` names; reports when there are none. */
static struct rows step_rows(const struct step *step, const struct table *table)
{
    const struct yaml_node *where = yaml_get(step->node, "where");
    struct world *world = step->world;
    struct rows chosen = {0};

    const char *text = where == NULL ? "" : sim_world_expand(world, step->diag, where);
    if (text == NULL) {
        return chosen;
    }
    const struct query *query =
        sim_query_parse(world->arena, world, table, text, (struct query_asker){0});
    struct rows all = sim_table_rows(world, world->arena, table);
    for (size_t i = 0; query->n_unknown == 0 && i < all.n_items; i++) {
        if (sim_query_matches(query, all.items[i])) {
            all.items[chosen.n_items++] = all.items[i];
        }
    }
    chosen.items = all.items;
    if (chosen.n_items == 0) {
        diag_error(step->diag, step->subject->where, "no row of %s fits '%s'", table->name, text);
    }
    return chosen;
}

static bool put_all(const struct step *step, struct row *row, const struct yaml_node *values)
{
    bool done = true;

    for (size_t i = 0; i < values->n_items; i++) {
        done = sim_world_put(step->world, step->diag, row, values->entries[i].key,
                             values->entries[i].value) &&
               done;
    }
    return done;
}

/* Somebody broke it a moment ago: whoever reads the row is told who and when, unless the step says
 * otherwise. */
static void stamp_edit(const struct step *step, struct row *row)
{
    sim_row_set(step->world, row, "sys_updated_by", "j.doe");
    sim_row_set(step->world, row, "sys_updated_on",
                sim_date_time(step->world->arena, clock_now_seconds()));
}

static bool do_set(const struct step *step)
{
    const struct table *table = step_table(step);
    const struct yaml_node *values = yaml_get(step->node, "to");

    if (table == NULL || values == NULL || values->kind != YAML_MAPPING) {
        return diag_error(step->diag, step->node->where, "'set' needs a table, 'where' and 'to'");
    }
    struct rows rows = step_rows(step, table);
    bool done = rows.n_items > 0;
    for (size_t i = 0; i < rows.n_items; i++) {
        stamp_edit(step, rows.items[i]);
        done = put_all(step, rows.items[i], values) && done;
    }
    return done;
}

static bool do_delete(const struct step *step)
{
    const struct table *table = step_table(step);
    struct rows rows = {0};

    if (table != NULL) {
        rows = step_rows(step, table);
    }
    for (size_t i = 0; i < rows.n_items; i++) {
        sim_row_delete(step->world, rows.items[i]);
    }
    return rows.n_items > 0;
}

static bool do_insert(const struct step *step)
{
    struct table *table = step_table(step);
    const struct yaml_node *row = yaml_get(step->node, "row");

    if (table == NULL || row == NULL) {
        return diag_error(step->diag, step->node->where, "'insert' needs a table and 'row'");
    }
    return sim_world_insert(step->world, step->diag, table, row);
}

static void forget_column(struct table *table, const struct column *column)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i] != column) {
            table->columns[n++] = table->columns[i];
        }
    }
    table->n_columns = n;
}

/* Children share the columns of their parents. */
static bool drop_column(const struct step *step, const struct table *table,
                        const struct yaml_node *name)
{
    const struct column *column = sim_column_find(table, name->text);

    if (column == NULL) {
        return diag_error(step->diag, name->where, "table %s has no column '%s'", table->name,
                          name->text);
    }
    sim_dictionary_forget_column(step->world, column);
    for (size_t i = 0; i < step->world->n_tables; i++) {
        forget_column(step->world->tables[i], column);
    }
    sim_index_names(step->world);
    return true;
}

static bool do_drop(const struct step *step)
{
    struct world *world = step->world;
    const struct table *table = step_table(step);
    const struct yaml_node *column = yaml_get(step->node, "column");
    size_t i = 0;

    if (table == NULL || column != NULL) {
        return table != NULL && drop_column(step, table, column);
    }
    while (world->tables[i] != table) {
        i++;
    }
    for (; i + 1 < world->n_tables; i++) {
        world->tables[i] = world->tables[i + 1];
    }
    world->n_tables--;
    sim_index_names(world);
    sim_dictionary_forget(world, table->name);
    return true;
}

static bool do_switch(const struct step *step)
{
    const struct yaml_node *to = yaml_get(step->node, "to");

    if (to == NULL) {
        return diag_error(step->diag, step->node->where, "'switch' needs 'to'");
    }
    return sim_switch_set(&step->world->switches, step->diag, step->subject->where,
                          step->subject->text, to->text);
}

static bool do_describe(const struct step *step)
{
    struct world *world = step->world;
    struct replacement *replacement = arena_append(world->arena, &world->replacements,
                                                   &world->n_replacements, sizeof *replacement);

    *replacement = (struct replacement){step->subject->text, yaml_get(step->node, "to")};
    return true;
}

static const struct verb {
    const char *name;
    bool (*apply)(const struct step *step);
} verbs[] = {
    {"delete", do_delete}, {"describe", do_describe}, {"drop", do_drop},
    {"insert", do_insert}, {"set", do_set},           {"switch", do_switch},
};

static bool apply_step(struct world *world, struct diag *diag, const struct yaml_node *node)
{
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        struct step step = {world, diag, node, yaml_get(node, verbs[i].name)};
        if (step.subject != NULL && step.subject->kind == YAML_SCALAR) {
            return verbs[i].apply(&step);
        }
    }
    return diag_error(diag, node->where, "a step needs one of the verbs");
}

static bool lists(const struct yaml_node *names, const char *name)
{
    for (size_t i = 0; names != NULL && i < names->n_items; i++) {
        if (text_equal(names->items[i]->text, name)) {
            return true;
        }
    }
    return false;
}

/* True when the fault, or the step, makes sense in the world. */
static bool applies(const struct yaml_node *fault, const char *world)
{
    const struct yaml_node *worlds = yaml_get(fault, "worlds");

    return (worlds == NULL || lists(worlds, world)) && !lists(yaml_get(fault, "except"), world);
}

/* A fault none of whose steps is for the world would break nothing, and is none of its faults. */
static bool is_known_to(const struct yaml_node *fault, const char *world)
{
    const struct yaml_node *steps = yaml_get(fault, "do");
    bool has_step = false;

    for (size_t i = 0; steps != NULL && i < steps->n_items; i++) {
        has_step = has_step || applies(steps->items[i], world);
    }
    return has_step && applies(fault, world);
}

bool sim_steps_apply(struct world *world, struct diag *diag, const struct yaml_node *steps)
{
    bool done = true;

    if (steps->kind != YAML_SEQUENCE) {
        return diag_error(diag, steps->where, "this must be a list of steps");
    }
    for (size_t i = 0; i < steps->n_items; i++) {
        if (applies(steps->items[i], world->name)) {
            done = apply_step(world, diag, steps->items[i]) && done;
        }
    }
    return sim_world_resolve(world, diag) && done;
}

/* --- the files of them --- */

static const char faults_file[] = "faults";
static const char variations_file[] = "variations";

static const struct yaml_node *read_list(struct arena *arena, struct diag *diag, const char *name)
{
    const char *file = arena_printf(arena, "%s.yaml", name);

    return yaml_get(sim_file_parse(arena, diag, file), name);
}

static bool unknown_fault(struct world *world, struct diag *diag, const struct yaml_node *faults,
                          const char *id)
{
    struct strings ids = {0};

    for (size_t i = 0; i < faults->n_items; i++) {
        if (is_known_to(faults->entries[i].value, world->name)) {
            strings_add(world->arena, &ids, faults->entries[i].key);
        }
    }
    const char *near = nearest_spelling(id, &ids);
    if (near == NULL) {
        return diag_error(diag, (struct where){0}, "world %s has no fault '%s'", world->name, id);
    }
    return diag_error(diag, (struct where){0}, "world %s has no fault '%s' (did you mean '%s'?)",
                      world->name, id, near);
}

bool sim_fault_apply(struct world *world, struct diag *diag, const char *id)
{
    const struct yaml_node *faults = read_list(world->arena, diag, faults_file);
    const struct yaml_node *variations = read_list(world->arena, diag, variations_file);

    if (faults == NULL || variations == NULL) {
        return false;
    }
    const struct yaml_node *fault = yaml_get(faults, id);
    fault = fault == NULL ? yaml_get(variations, id) : fault;
    if (fault == NULL || !is_known_to(fault, world->name)) {
        return unknown_fault(world, diag, faults, id);
    }
    return sim_steps_apply(world, diag, yaml_get(fault, "do"));
}

static bool list_file(struct arena *arena, struct diag *diag, const char *name, const char *world,
                      struct pairs *ret_list)
{
    const struct yaml_node *nodes = read_list(arena, diag, name);
    struct pairs list = {0};

    if (nodes == NULL) {
        return false;
    }
    for (size_t i = 0; i < nodes->n_items; i++) {
        const struct yaml_entry *entry = &nodes->entries[i];
        if (is_known_to(entry->value, world)) {
            pairs_add(arena, &list, entry->key, yaml_get(entry->value, "text")->text);
        }
    }
    *ret_list = list;
    return true;
}

bool sim_fault_list(struct arena *arena, struct diag *diag, const char *world,
                    struct pairs *ret_faults)
{
    return list_file(arena, diag, faults_file, world, ret_faults);
}

bool sim_variation_list(struct arena *arena, struct diag *diag, const char *world,
                        struct pairs *ret_variations)
{
    return list_file(arena, diag, variations_file, world, ret_variations);
}
