/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading world files. A world is what every instance has (platform.yaml) and what this one has
 * besides. Rows name each other by the key column of their table, so a file reads like a form.
 */
#include "sim/world.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/yaml.h"
#include "sim/dictionary.h"
#include "sim/fault.h"
#include "sim/files.h"
#include "sim/index.h"
#include "sim/schema.h"

static bool is_sys_id(const char *text)
{
    return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

/* --- values --- */

static int64_t unit_seconds(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};

    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (text_equal(unit, units[i].unit)) {
            return units[i].seconds;
        }
    }
    return 0;
}

/* "now", "now-30d", "now+10h" as a time of the Table API; any other text as it is. */
static const char *expand_time(struct arena *arena, const char *text)
{
    size_t digits = strlen(text) > 4 ? strspn(text + 4, "0123456789") : 0;
    int64_t number = 0;

    if (text_equal(text, "now")) {
        return sim_date_time(arena, clock_now_seconds());
    }
    if (!text_starts_with(text, "now") || digits == 0 || (text[3] != '-' && text[3] != '+') ||
        unit_seconds(text + 4 + digits) == 0 ||
        !text_to_int(arena_strndup(arena, text + 4, digits), &number)) {
        return text;
    }
    number *= unit_seconds(text + 4 + digits) * (text[3] == '-' ? -1 : 1);
    return sim_date_time(arena, clock_now_seconds() + number);
}

static const char *parameter(const struct world *world, const char *name)
{
    const char *value = pairs_get(&world->parameters, name);

    if (text_equal(name, "instance_name")) {
        return world->instance_name;
    }
    if (text_equal(name, "n") && world->number > 0) {
        return arena_printf(world->arena, "%zu", world->number);
    }
    if (value == NULL) {
        const struct yaml_node *credentials = yaml_get(world->description, "credentials");
        const struct yaml_node *part = yaml_get(yaml_get(credentials, "integration"), name);
        value = part == NULL ? NULL : part->text;
    }
    return value;
}

const char *sim_world_expand(struct world *world, struct diag *diag, const struct yaml_node *node)
{
    const char *text = node->text;
    const char *dollar = text;

    while ((dollar = strchr(dollar, '$')) != NULL) {
        size_t len = strspn(dollar + 1, "abcdefghijklmnopqrstuvwxyz_");
        const char *name = arena_strndup(world->arena, dollar + 1, len);
        const char *value = parameter(world, name);
        if (value == NULL) {
            diag_error(diag, node->where, "this world has no parameter '%s'", name);
            return NULL;
        }
        size_t before = (size_t)(dollar - text);
        text = arena_printf(world->arena, "%.*s%s%s", (int)before, text, value, dollar + 1 + len);
        dollar = text + before + strlen(value);
    }
    return text;
}

static bool unknown_column(struct diag *diag, struct where where, struct world *world,
                           const struct table *table, const char *name)
{
    struct strings names = {0};

    for (size_t i = 0; i < table->n_columns; i++) {
        strings_add(world->arena, &names, table->columns[i]->name);
    }
    const char *near = nearest_spelling(name, &names);
    if (near == NULL) {
        return diag_error(diag, where, "table %s has no column '%s'", table->name, name);
    }
    return diag_error(diag, where, "table %s has no column '%s' (did you mean '%s'?)", table->name,
                      name, near);
}

bool sim_world_put(struct world *world, struct diag *diag, struct row *row, const char *name,
                   const struct yaml_node *value)
{
    const struct column *column = sim_column_find(row->table, name);

    if (column == NULL) {
        return unknown_column(diag, value->where, world, row->table, name);
    }
    if (value->kind == YAML_SEQUENCE && world->number > 0 && value->n_items > 0) {
        value = value->items[(world->number - 1) % value->n_items];
    }
    if (value->kind != YAML_SCALAR) {
        return diag_error(diag, value->where, "'%s' must be a value", name);
    }
    const char *text = sim_world_expand(world, diag, value);
    if (text == NULL) {
        return false;
    }
    sim_row_set(world, row, name, expand_time(world->arena, text));
    if (column->target != NULL && *text != '\0' && !is_sys_id(text)) {
        struct pending_reference *pending =
            arena_append(world->arena, &world->pending, &world->n_pending, sizeof *pending);
        *pending = (struct pending_reference){row, column, value->where};
    }
    return true;
}

bool sim_world_resolve(struct world *world, struct diag *diag)
{
    size_t n_errors = diag_count(diag);

    for (size_t i = 0; i < world->n_pending; i++) {
        const struct pending_reference *pending = &world->pending[i];
        const struct table *target = pending->column->target;
        const char *text = sim_row_value(pending->row, pending->column);
        const struct row *found =
            target->key == NULL ? NULL
                                : sim_row_by_value(world, target->name, target->key->name, text);
        if (found != NULL) {
            sim_row_set(world, pending->row, pending->column->name, found->sys_id);
        } else if (*text != '\0' && !is_sys_id(text)) {
            diag_error(diag, pending->where, "table %s has no row '%s'", target->name, text);
        }
    }
    world->n_pending = 0;
    return diag_count(diag) == n_errors;
}

/* --- rows --- */

static const struct link *link_find(const struct table *table, const char *name)
{
    for (; table != NULL; table = table->parent) {
        for (size_t i = 0; i < table->n_links; i++) {
            if (text_equal(table->links[i].name, name)) {
                return &table->links[i];
            }
        }
    }
    return NULL;
}

void sim_row_stamp(struct world *world, struct row *row)
{
    static const struct pair defaults[] = {
        {"sys_created_by", "admin"}, {"sys_updated_by", "admin"}, {"sys_mod_count", "0"}};

    sim_row_set(world, row, "sys_created_on", world->created);
    sim_row_set(world, row, "sys_updated_on", world->created);
    for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
        sim_row_set(world, row, defaults[i].key, defaults[i].value);
    }
}

static bool insert_links(struct world *world, struct diag *diag, const struct row *row,
                         const struct yaml_entry *entry)
{
    const struct link *link = link_find(row->table, entry->key + 1);
    bool done = true;

    if (link == NULL) {
        return diag_error(diag, entry->where, "table %s has no shorthand '%s'", row->table->name,
                          entry->key);
    }
    if (entry->value->kind != YAML_SEQUENCE) {
        return diag_error(diag, entry->value->where, "'%s' must be a list", entry->key);
    }
    for (size_t i = 0; i < entry->value->n_items; i++) {
        struct row *mapping = sim_row_insert(world, sim_table_find(world, link->table), NULL, NULL);
        sim_row_stamp(world, mapping);
        sim_row_set(world, mapping, link->from, row->sys_id);
        done = sim_world_put(world, diag, mapping, link->to, entry->value->items[i]) && done;
    }
    return done;
}

static const char *key_text(struct world *world, struct diag *diag, const struct table *table,
                            const struct yaml_node *node)
{
    const struct yaml_node *key = table->key == NULL ? NULL : yaml_get(node, table->key->name);

    return key == NULL || key->kind != YAML_SCALAR ? NULL : sim_world_expand(world, diag, key);
}

bool sim_world_insert(struct world *world, struct diag *diag, struct table *table,
                      const struct yaml_node *node)
{
    const struct yaml_node *sys_id = yaml_get(node, "sys_id");
    bool done = true;

    if (node->kind != YAML_MAPPING) {
        return diag_error(diag, node->where, "a row must be a mapping");
    }
    struct row *row = sim_row_insert(world, table, sys_id == NULL ? NULL : sys_id->text,
                                     key_text(world, diag, table, node));
    sim_row_stamp(world, row);
    for (size_t i = 0; i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        done = (entry->key[0] == '+' ? insert_links(world, diag, row, entry)
                                     : sim_world_put(world, diag, row, entry->key, entry->value)) &&
               done;
    }
    return done;
}

/* --- files --- */

static bool read_rows(struct world *world, struct diag *diag, const struct yaml_node *tables)
{
    bool done = true;

    for (size_t i = 0; tables != NULL && i < tables->n_items; i++) {
        const struct yaml_entry *entry = &tables->entries[i];
        struct table *table = sim_table_find(world, entry->key);
        if (table == NULL) {
            done = diag_error(diag, entry->where, "unknown table '%s'", entry->key);
            continue;
        }
        for (size_t k = 0; k < entry->value->n_items; k++) {
            done = entry->value->kind == YAML_SEQUENCE &&
                   sim_world_insert(world, diag, table, entry->value->items[k]) && done;
        }
    }
    return done;
}

/* A part that is not there is no mistake. */
static bool is_list(struct diag *diag, const struct yaml_node *node, const char *name)
{
    return node == NULL || node->kind == YAML_SEQUENCE ||
           diag_error(diag, node->where, "'%s' must be a list", name);
}

enum { MOST_OF_A_CROWD = 10000 };

/* Rows nobody asks about, so that a world is as full as a real instance:
 *
 *     - { of: TABLE, count: 200, row: { name: "thing.$n", active: [true, true, false] } }
 *
 * $n is the number of the row; of a list the rows take one item each, in turn. */
static bool insert_crowd(struct world *world, struct diag *diag, const struct yaml_node *node)
{
    const struct yaml_node *of = yaml_get(node, "of");
    const struct yaml_node *count = yaml_get(node, "count");
    const struct yaml_node *row = yaml_get(node, "row");
    struct table *table =
        of == NULL || of->kind != YAML_SCALAR ? NULL : sim_table_find(world, of->text);
    int64_t n = 0;
    bool done = true;

    if (table == NULL || row == NULL || count == NULL || count->kind != YAML_SCALAR ||
        !text_to_int(count->text, &n) || n < 1 || n > MOST_OF_A_CROWD) {
        return diag_error(diag, node->where,
                          "a crowd needs 'of' (a table), 'count' (1 to %d) and 'row'",
                          MOST_OF_A_CROWD);
    }
    for (world->number = 1; world->number <= (size_t)n && done; world->number++) {
        done = sim_world_insert(world, diag, table, row);
    }
    world->number = 0;
    return done;
}

static bool read_crowds(struct world *world, struct diag *diag, const struct yaml_node *crowds)
{
    bool done = true;

    if (!is_list(diag, crowds, "crowd")) {
        return false;
    }
    for (size_t i = 0; crowds != NULL && i < crowds->n_items; i++) {
        done = insert_crowd(world, diag, crowds->items[i]) && done;
    }
    return done;
}

static bool read_switches(struct world *world, struct diag *diag, const struct yaml_node *node)
{
    bool done = true;

    for (size_t i = 0; node != NULL && i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        done =
            sim_switch_set(&world->switches, diag, entry->where, entry->key, entry->value->text) &&
            done;
    }
    return done;
}

static void read_description(struct world *world, const struct yaml_node *node)
{
    const struct yaml_node *parameters = yaml_get(node, "parameters");

    if (node != NULL) {
        world->description = node;
    }
    for (size_t i = 0; parameters != NULL && i < parameters->n_items; i++) {
        pairs_add(world->arena, &world->parameters, parameters->entries[i].key,
                  parameters->entries[i].value->text);
    }
}

static bool check_keys(struct diag *diag, const struct yaml_node *root)
{
    static const char *const keys[] = {"world",   "about",   "created",     "switches",
                                       "include", "tables",  "description", "schema",
                                       "crowd",   "changes", "cause"};
    bool done = true;

    for (size_t i = 0; i < root->n_items; i++) {
        bool known = false;
        for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
            known = known || text_equal(keys[k], root->entries[i].key);
        }
        if (!known) {
            done =
                diag_error(diag, root->entries[i].where, "unknown key '%s'", root->entries[i].key);
        }
    }
    return done;
}

static bool read_file(struct world *world, struct diag *diag, const struct yaml_node *root)
{
    const struct yaml_node *created = yaml_get(root, "created");

    if (root == NULL) {
        return false;
    }
    if (created != NULL) {
        world->created = expand_time(world->arena, created->text);
    }
    read_description(world, yaml_get(root, "description"));
    bool done = check_keys(diag, root);
    done = read_switches(world, diag, yaml_get(root, "switches")) && done;
    done = read_rows(world, diag, yaml_get(root, "tables")) && done;
    return read_crowds(world, diag, yaml_get(root, "crowd")) && done;
}

/* `include: [crowd]`: other files compiled into the program, read behind the world's own. */
static bool read_includes(struct world *world, struct diag *diag, const struct yaml_node *names)
{
    const char *created = world->created;
    bool done = true;

    if (!is_list(diag, names, "include")) {
        return false;
    }
    for (size_t i = 0; names != NULL && i < names->n_items; i++) {
        const char *name = names->items[i]->kind == YAML_SCALAR ? names->items[i]->text : "";
        const char *file = arena_printf(world->arena, "%s.yaml", name);
        done = sim_file_find(file) == NULL
                   ? diag_error(diag, names->items[i]->where, "there is no file sim/%s", file)
                   : read_file(world, diag, sim_file_parse(world->arena, diag, file)) && done;
    }
    world->created = created;
    return done;
}

/* `changes`: what the instance has not, or has otherwise, in the steps of a fault. */
static bool apply_changes(struct world *world, struct diag *diag, const struct yaml_node *steps)
{
    return steps == NULL || (sim_world_resolve(world, diag) && sim_steps_apply(world, diag, steps));
}

static const struct yaml_node *parse_world(struct arena *arena, struct diag *diag, const char *name)
{
    const char *file = arena_printf(arena, "worlds/%s.yaml", name);

    if (sim_file_find(file) != NULL) {
        return sim_file_parse(arena, diag, file);
    }
    if (strchr(name, '/') != NULL || text_ends_with(name, ".yaml")) {
        return yaml_load(arena, diag, name);
    }
    diag_error(diag, (struct where){0}, "there is no built-in world '%s'", name);
    return NULL;
}

struct world *sim_world_load(struct arena *arena, struct diag *diag, const char *name,
                             const char *host)
{
    struct world *world = arena_allocate(arena, sizeof *world);

    *world = (struct world){.arena = arena,
                            .name = arena_strdup(arena, name),
                            .instance_name = arena_strndup(arena, host, strcspn(host, ".")),
                            .switches = sim_switches_default(),
                            .sys_ids = arena_allocate(arena, sizeof *world->sys_ids)};
    const struct yaml_node *root = parse_world(arena, diag, name);
    if (root == NULL || !sim_schema_load(world, diag, yaml_get(root, "schema"))) {
        return NULL;
    }
    if (yaml_get(root, "world") != NULL) {
        world->name = yaml_get(root, "world")->text;
    }
    bool done = read_file(world, diag, sim_file_parse(arena, diag, "platform.yaml"));
    done = read_file(world, diag, sim_file_parse(arena, diag, "apis.yaml")) && done;
    sim_dictionary_insert(world);
    done = read_file(world, diag, root) && done;
    done = read_includes(world, diag, yaml_get(root, "include")) && done;
    return done && apply_changes(world, diag, yaml_get(root, "changes")) ? world : NULL;
}

/* --- what the platform keeps by itself (Role-Mgmt-V2.md) --- */

/* Who holds what so far. */
struct holdings {
    struct table *table;
    const struct column *user;
    const struct column *role;
    const struct column *state;
    struct text_set pairs; /* "USER ROLE" */
};

static bool add_holding(const struct world *world, struct holdings *held, const char *user_id,
                        const char *role_id)
{
    return sim_set_add(world->arena, &held->pairs,
                       arena_printf(world->arena, "%s %s", user_id, role_id));
}

/* A row in another state than active gives nothing; a file may leave it out. */
static bool is_held(const struct holdings *held, const struct row *row)
{
    const char *state = sim_row_value(row, held->state);

    return *state == '\0' || text_equal(state, "active");
}

static struct holdings holdings_of(const struct world *world)
{
    struct table *table = sim_table_find(world, "sys_user_has_role");
    struct holdings held = {.table = table,
                            .user = sim_column_find(table, "user"),
                            .role = sim_column_find(table, "role"),
                            .state = sim_column_find(table, "state")};

    for (size_t i = 0; i < table->n_rows; i++) {
        if (!is_held(&held, table->rows[i])) {
            continue;
        }
        (void)add_holding(world, &held, sim_row_value(table->rows[i], held.user),
                          sim_row_value(table->rows[i], held.role));
    }
    return held;
}

static void inherit_role(struct world *world, struct holdings *held, const char *user_id,
                         const char *role_id, const char *granted_by)
{
    struct row *row;

    if (!add_holding(world, held, user_id, role_id)) {
        return;
    }
    row = sim_row_insert(world, held->table, NULL, NULL);
    sim_row_stamp(world, row);
    sim_row_set(world, row, "user", user_id);
    sim_row_set(world, row, "role", role_id);
    sim_row_set(world, row, "granted_by", granted_by);
    sim_row_set(world, row, "inherited", "true");
}

/* True when the row of sys_group_has_role gives its role to the members of the group. */
static bool gives_role(const struct world *world, const struct row *row)
{
    const struct row *group = sim_row_reference(world, row, "group");

    return group != NULL && !text_equal(sim_row_get(group, "active"), "false") &&
           !text_equal(sim_row_get(row, "inherits"), "false");
}

static void inherit_by_groups(struct world *world)
{
    const struct table *members = sim_table_find(world, "sys_user_grmember");
    const struct table *roles = sim_table_find(world, "sys_group_has_role");
    struct holdings held = holdings_of(world);

    for (size_t k = 0; k < roles->n_rows; k++) {
        const char *group = sim_row_get(roles->rows[k], "group");
        for (size_t i = 0; gives_role(world, roles->rows[k]) && i < members->n_rows; i++) {
            if (text_equal(sim_row_get(members->rows[i], "group"), group)) {
                inherit_role(world, &held, sim_row_get(members->rows[i], "user"),
                             sim_row_get(roles->rows[k], "role"), group);
            }
        }
    }
}

/* The rows added here are visited in turn, so roles contained three deep arrive too. */
static void inherit_by_containment(struct world *world)
{
    const struct table *contains = sim_table_find(world, "sys_user_role_contains");
    const struct column *outer = sim_column_find(contains, "role");
    struct holdings held = holdings_of(world);

    for (size_t i = 0; i < held.table->n_rows; i++) {
        const char *role = sim_row_value(held.table->rows[i], held.role);
        bool is_active = is_held(&held, held.table->rows[i]);
        for (size_t k = 0; is_active && k < contains->n_rows; k++) {
            if (text_equal(sim_row_value(contains->rows[k], outer), role)) {
                inherit_role(world, &held, sim_row_value(held.table->rows[i], held.user),
                             sim_row_get(contains->rows[k], "contains"), "");
            }
        }
    }
}

/* --- what switches say of rows --- */

/* By r_SecurityJumpStartACLRules.md itil reads who holds which role, by other reports only admin.
 */
static void put_role_rules(struct world *world)
{
    static const char *const tables[] = {"sys_user_has_role", "sys_group_has_role",
                                         "sys_user_role_contains"};
    static const struct pair cells[] = {{"operation", "read"},
                                        {"type", "record"},
                                        {"active", "true"},
                                        {"admin_overrides", "true"},
                                        {"decision_type", "allow"}};
    const struct row *itil = sim_row_by_value(world, "sys_user_role", "name", "itil");

    for (size_t i = 0; itil != NULL && i < ARRAY_LEN(tables); i++) {
        struct row *rule =
            sim_row_insert(world, sim_table_find(world, "sys_security_acl"), NULL, NULL);
        struct row *link =
            sim_row_insert(world, sim_table_find(world, "sys_security_acl_role"), NULL, NULL);
        sim_row_stamp(world, rule);
        sim_row_set(world, rule, "name", tables[i]);
        for (size_t k = 0; k < ARRAY_LEN(cells); k++) {
            sim_row_set(world, rule, cells[k].key, cells[k].value);
        }
        sim_row_stamp(world, link);
        sim_row_set(world, link, "sys_security_acl", rule->sys_id);
        sim_row_set(world, link, "sys_user_role", itil->sys_id);
    }
}

/* Public notes contradict each other on whether the two ship active. */
static void put_shipped_policies(struct world *world, bool are_active)
{
    static const char *const names[] = {"Table GET API Access Policy",
                                        "Table POST API Access Policy"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct row *policy = sim_row_by_value(world, "sys_api_access_policy", "name", names[i]);
        if (policy != NULL) {
            sim_row_set(world, policy, "active", are_active ? "true" : "false");
        }
    }
}

/* One report has no rows in v_plugin, for admins neither. */
static void empty_plugin_view(struct world *world)
{
    struct table *view = sim_table_find(world, "v_plugin");

    if (view != NULL) {
        view->n_rows = 0;
        sim_table_touch(view);
    }
}

static void obey_switches(struct world *world)
{
    if (sim_switch_is(&world->switches, SWITCH_PLUGIN_VIEW, "empty")) {
        empty_plugin_view(world);
    }
    if (sim_switch_is(&world->switches, SWITCH_ROLE_TABLES, "itil")) {
        put_role_rules(world);
    }
    if (!sim_switch_is(&world->switches, SWITCH_SHIPPED_POLICIES, "by-world")) {
        put_shipped_policies(world,
                             sim_switch_is(&world->switches, SWITCH_SHIPPED_POLICIES, "active"));
    }
}

void sim_world_derive(struct world *world)
{
    const struct table *held = sim_table_find(world, "sys_user_has_role");

    obey_switches(world);
    inherit_by_groups(world);
    inherit_by_containment(world);
    for (size_t i = 0; i < held->n_rows; i++) {
        struct row *row = held->rows[i];
        if (*sim_row_get(row, "inherited") == '\0') {
            sim_row_set(world, row, "inherited", "false");
        }
        if (*sim_row_get(row, "state") == '\0') {
            sim_row_set(world, row, "state", "active");
        }
    }
    sim_index_values(world);
}
