/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access control lists as exploring-access-control-list.md and its neighbours describe them: the
 * rules of the table, else of its parents, else of "*" decide, and one that passes is enough; a
 * field needs a rule of its own kind to pass as well, where there is one. Before all of it come the
 * business rules that change the query.
 */
#include "sim/access.h"

#include <assert.h>

/* What the rules of one name and operation say for the caller: yes, no, or for the rows that fit.
 */
struct right {
    const struct table *table;
    const struct column *column; /* NULL: of the table */
    const char *operation;
    bool is_free;           /* no rule is about it */
    bool is_granted;        /* for every row */
    bool is_denied;         /* by a rule that denies unless it passes */
    bool has_demand;        /* such a rule is there */
    struct query **demands; /* rows that fail one of these are denied */
    size_t n_demands;
    struct query **conditions; /* rows that fit one of these are granted */
    size_t n_conditions;
    const char *denied; /* what sim_denied of a deciding rule says, or NULL */
};

/* A list that arena_append() grows. */
struct queries {
    struct query **items;
    size_t n_items;
};

struct query_asker sim_caller_asker(const struct caller *caller)
{
    if (caller->user == NULL) {
        return (struct query_asker){"guest", NULL, caller->now};
    }
    return (struct query_asker){sim_row_get(caller->user, "user_name"), caller->user->sys_id,
                                caller->now};
}

/* --- one rule --- */

enum role_match { ROLES_NONE_NEEDED, ROLES_HELD, ROLES_LACKING, ROLES_NOBODY };

static enum role_match match_roles(const struct access *access, const struct row *rule)
{
    struct rows needed = sim_rows_by_value(access->world, access->arena,
                                           sim_table_find(access->world, "sys_security_acl_role"),
                                           "sys_security_acl", rule->sys_id);
    /* On an instance with explicit roles a caller without one reaches public resources only. */
    enum role_match result = access->caller->is_public_only ? ROLES_LACKING : ROLES_NONE_NEEDED;

    for (size_t i = 0; i < needed.n_items; i++) {
        const struct row *role = sim_row_reference(access->world, needed.items[i], "sys_user_role");
        const char *name = role == NULL ? "" : sim_row_get(role, "name");
        if (text_equal(name, "nobody")) {
            return ROLES_NOBODY;
        }
        /* A role one elevates to is held in a session of the UI only: over REST not even an admin
         * passes it. */
        bool is_elevated = role != NULL && sim_row_is_true(role, "elevated_privilege");
        result =
            result == ROLES_HELD || (!is_elevated && sim_caller_passes_role(access->caller, name))
                ? ROLES_HELD
                : ROLES_LACKING;
    }
    return result;
}

static struct query *condition_query(const struct access *access, const struct right *right,
                                     const char *condition)
{
    return sim_query_parse(access->arena, access->world, right->table, condition,
                           sim_caller_asker(access->caller));
}

/* "Deny-Unless": the caller is denied unless the roles are held and the condition is met. */
static void apply_demand(struct access *access, struct right *right, bool passes_roles,
                         const char *condition)
{
    right->has_demand = true;
    right->is_denied = right->is_denied || !passes_roles;
    if (passes_roles && *condition != '\0') {
        struct query **slot =
            arena_append(access->arena, &right->demands, &right->n_demands, sizeof *slot);
        *slot = condition_query(access, right, condition);
    }
}

static void apply_grant(struct access *access, struct right *right, bool passes_roles,
                        const char *condition)
{
    if (passes_roles && *condition == '\0') {
        right->is_granted = true;
    } else if (passes_roles) {
        struct query **slot =
            arena_append(access->arena, &right->conditions, &right->n_conditions, sizeof *slot);
        *slot = condition_query(access, right, condition);
    }
}

static bool is_deny_rule(const struct row *rule)
{
    return text_equal(sim_row_get(rule, "decision_type"), "deny");
}

/* A rule with nothing in it refuses everybody (c_DefaultDenyProperty.md); the override of admins
 * ends at the role nobody (t_CreateAnACLRule.md). */
static void apply_rule(struct access *access, struct right *right, const struct row *rule)
{
    enum role_match roles = match_roles(access, rule);
    const char *condition = sim_row_get(rule, "condition");
    bool is_admin = roles != ROLES_NOBODY && sim_row_is_true(rule, "admin_overrides") &&
                    sim_caller_has_role(access->caller, "admin");
    bool is_answered = !text_equal(sim_row_get(rule, "sim_answer"), "false");
    bool passes_roles =
        is_answered && (roles == ROLES_HELD || (roles == ROLES_NONE_NEEDED && *condition != '\0'));

    if (*sim_row_get(rule, "sim_denied") != '\0') {
        right->denied = sim_row_get(rule, "sim_denied");
    }
    if (is_deny_rule(rule)) {
        apply_demand(access, right, is_admin || passes_roles, is_admin ? "" : condition);
    } else {
        apply_grant(access, right, is_admin || passes_roles, is_admin ? "" : condition);
    }
}

/* Rules about records say so, or nothing (a file may leave the type out). */
static bool is_about(const struct row *rule, const struct right *right)
{
    const char *type = sim_row_get(rule, "type");

    return text_equal(sim_row_get(rule, "operation"), right->operation) &&
           (*type == '\0' || text_equal(type, "record")) && sim_row_is_true(rule, "active");
}

/* Applies the active rules of this name that deny, or those that allow; false when there are none.
 */
static bool apply_rules(struct access *access, struct right *right, const char *name, bool deny)
{
    struct rows rules =
        sim_rows_by_value(access->world, access->arena,
                          sim_table_find(access->world, "sys_security_acl"), "name", name);
    bool found = false;

    for (size_t i = 0; i < rules.n_items; i++) {
        if (is_about(rules.items[i], right) && is_deny_rule(rules.items[i]) == deny) {
            apply_rule(access, right, rules.items[i]);
            found = true;
        }
    }
    return found;
}

/* --- levels --- */

/* The names of the rules about a table, or about its field, from the nearest to the farthest:
 * table, parents, "*"; or table.field, parent.field, *.field, table.*, parent.*, *.*
 * (exploring-access-control-list.md). */
static void add_levels(const struct access *access, const struct table *table, const char *field,
                       struct strings *levels)
{
    const char *suffix = field == NULL ? "" : arena_printf(access->arena, ".%s", field);

    for (; table != NULL; table = table->parent) {
        strings_add(access->arena, levels,
                    arena_printf(access->arena, "%s%s", table->name, suffix));
    }
    strings_add(access->arena, levels, arena_printf(access->arena, "*%s", suffix));
}

/* Deny-Unless rules come first and all of them must pass; then the nearest level with Allow-If
 * rules decides. Where only the former exist, passing them is enough (acl-denial-behavior.md). */
static void apply_levels(struct access *access, struct right *right)
{
    struct strings levels = {0};
    bool found = false;

    add_levels(access, right->table, right->column == NULL ? NULL : right->column->name, &levels);
    if (right->column != NULL) {
        add_levels(access, right->table, "*", &levels);
    }
    for (size_t i = 0; i < levels.n_items; i++) {
        apply_rules(access, right, levels.items[i], true);
    }
    for (size_t i = 0; i < levels.n_items && !found; i++) {
        found = apply_rules(access, right, levels.items[i], false);
        /* What happens where only the wildcard is about a table, is a property's to say. */
        if (found && right->column == NULL && text_equal(levels.items[i], "*") &&
            text_equal_nocase(sim_property(access->world, "glide.sm.default_mode", "deny"),
                              "allow")) {
            right->is_granted = true;
        }
    }
    right->is_granted = right->is_granted || (!found && right->has_demand);
    right->is_free = !found && right->column != NULL;
}

static struct right *right_for(struct access *access, const struct table *table,
                               const struct column *column, const char *operation)
{
    for (size_t i = 0; i < access->n_rights; i++) {
        struct right *right = access->rights[i];
        if (right->table == table && right->column == column &&
            text_equal(right->operation, operation)) {
            return right;
        }
    }
    struct right *right = arena_allocate(access->arena, sizeof *right);
    struct right **slot =
        arena_append(access->arena, &access->rights, &access->n_rights, sizeof *slot);
    *slot = right;
    *right = (struct right){.table = table, .column = column, .operation = operation};
    apply_levels(access, right);
    return right;
}

static bool meets_demands(const struct right *right, const struct row *row)
{
    for (size_t i = 0; i < right->n_demands; i++) {
        if (!sim_query_matches(right->demands[i], row)) {
            return false;
        }
    }
    return !right->is_denied;
}

static bool right_holds(const struct right *right, const struct row *row)
{
    bool is_granted = right->is_free || right->is_granted;

    if (!meets_demands(right, row)) {
        return false;
    }
    for (size_t i = 0; i < right->n_conditions && !is_granted; i++) {
        is_granted = sim_query_matches(right->conditions[i], row);
    }
    return is_granted;
}

static bool may_hold(const struct right *right)
{
    return !right->is_denied && (right->is_free || right->is_granted || right->n_conditions > 0);
}

/* --- tables, rows, fields --- */

static bool is_closed(const struct access *access, const struct table *table)
{
    const struct row *object =
        sim_row_by_value(access->world, "sys_db_object", "name", table->name);

    if (object != NULL && !sim_row_is_true(object, "ws_access")) {
        return true;
    }
    if (table->opened_by == NULL) {
        return false;
    }
    enum switch_id id = (enum switch_id)sim_switch_find(table->opened_by);
    return sim_switch_is(&access->world->switches, id, "closed") ||
           !sim_caller_has_role(access->caller, "admin");
}

/* What a caller without any right on the table gets: rows silently gone, or a 403. Which of them
 * differs between tables and instances, so a rule may say, else the table, else the switch. */
static bool is_refused(const struct access *access, const struct right *right)
{
    const struct switches *switches = &access->world->switches;
    const char *denied = right->denied != NULL ? right->denied : right->table->denied;

    if (text_equal(denied, "configuration")) {
        return sim_switch_is(switches, SWITCH_CONFIGURATION_TABLES, "denied");
    }
    return denied != NULL ? text_equal(denied, "refused")
                          : sim_switch_is(switches, SWITCH_UNREADABLE_TABLE, "refused");
}

enum table_access sim_access_table(struct access *access, const struct table *table)
{
    if (is_closed(access, table)) {
        return TABLE_CLOSED;
    }
    const struct right *right = right_for(access, table, NULL, "read");
    return !may_hold(right) && is_refused(access, right) ? TABLE_REFUSED : TABLE_OPEN;
}

bool sim_access_row(struct access *access, const struct row *row)
{
    return sim_access_row_operation(access, row, "read");
}

bool sim_access_field(struct access *access, const struct row *row, const struct column *column)
{
    return sim_access_field_operation(access, row, column, "read");
}

bool sim_access_table_operation(struct access *access, const struct table *table,
                                const char *operation)
{
    return may_hold(right_for(access, table, NULL, operation));
}

bool sim_access_row_operation(struct access *access, const struct row *row, const char *operation)
{
    return right_holds(right_for(access, row->table, NULL, operation), row);
}

bool sim_access_field_operation(struct access *access, const struct row *row,
                                const struct column *column, const char *operation)
{
    return !column->is_secret &&
           (text_equal(column->name, "sys_id") ||
            right_holds(right_for(access, row->table, column, operation), row));
}

/* A column in a query needs to be readable, and where there are rules for queries these have to
 * pass too: query_match for equality, query_range for all else and for orderings
 * (query-acl-rule.md). */
bool sim_access_column(struct access *access, const struct table *table,
                       const struct column *column, bool is_range)
{
    return text_equal(column->name, "sys_id") ||
           (may_hold(right_for(access, table, column, "read")) &&
            may_hold(right_for(access, table, column, is_range ? "query_range" : "query_match")));
}

bool sim_access_path(struct access *access, const struct table *table, const struct path *path,
                     bool is_range)
{
    for (size_t i = 0; i + 1 < path->n_steps; i++) {
        table = path->steps[i]->target;
    }
    return sim_access_column(access, table, path->steps[path->n_steps - 1], is_range);
}

/* The rules for the Table, Aggregate, Import Set and Attachment API ship inactive; active, they are
 * passed with snc_platform_rest_api_access, which itil contains (r_BaseSystemRoles.md). How a rule
 * names its API is not documented; here it is the API's name. */
bool sim_access_endpoint(struct access *access, const char *api)
{
    struct rows rules =
        sim_rows_by_value(access->world, access->arena,
                          sim_table_find(access->world, "sys_security_acl"), "name", api);
    bool is_ruled = false;

    for (size_t i = 0; i < rules.n_items; i++) {
        const struct row *rule = rules.items[i];
        if (!text_equal_nocase(sim_row_get(rule, "type"), "rest_endpoint") ||
            !sim_row_is_true(rule, "active")) {
            continue;
        }
        is_ruled = true;
        if (match_roles(access, rule) == ROLES_HELD) {
            return true;
        }
    }
    return !is_ruled;
}

/* --- business rules before a query --- */

static bool runs_before_query(const struct access *access, const struct row *script)
{
    const char *role = sim_row_get(script, "sim_unless_role");

    return sim_row_is_true(script, "active") && sim_row_is_true(script, "action_query") &&
           text_equal(sim_row_get(script, "when"), "before") &&
           *sim_row_get(script, "sim_adds") != '\0' &&
           (*role == '\0' || !sim_caller_passes_role(access->caller, role));
}

static void add_query(const struct access *access, struct queries *queries,
                      const struct table *table, const char *text)
{
    struct query **slot =
        arena_append(access->arena, &queries->items, &queries->n_items, sizeof *slot);

    *slot = sim_query_parse(access->arena, access->world, table, text,
                            sim_caller_asker(access->caller));
}

/* Security data filters are part of the query, so the count shrinks with them. What `mode` may
 * hold is not documented; every active filter keeps the rows that fit it. */
static void add_data_filters(const struct access *access, struct queries *queries,
                             const struct table *table)
{
    const struct table *filters = sim_table_find(access->world, "sys_security_data_filter");

    for (size_t i = 0; filters != NULL && i < filters->n_rows; i++) {
        const struct row *filter = filters->rows[i];
        const struct table *named =
            sim_table_find(access->world, sim_row_get(filter, "table_name"));
        if (sim_row_is_true(filter, "active") && named != NULL && sim_table_is_a(table, named)) {
            add_query(access, queries, table, sim_row_get(filter, "filter"));
        }
    }
}

static void add_scripts(const struct access *access, struct queries *queries,
                        const struct table *table, const struct table *collection)
{
    struct rows scripts =
        sim_rows_by_value(access->world, access->arena, sim_table_find(access->world, "sys_script"),
                          "collection", collection->name);

    for (size_t i = 0; i < scripts.n_items; i++) {
        if (runs_before_query(access, scripts.items[i])) {
            add_query(access, queries, table, sim_row_get(scripts.items[i], "sim_adds"));
        }
    }
}

struct query **sim_access_before_query(struct access *access, const struct table *table,
                                       size_t *ret_n)
{
    struct queries queries = {0};

    for (const struct table *named = table; named != NULL; named = named->parent) {
        add_scripts(access, &queries, table, named);
    }
    add_data_filters(access, &queries, table);
    *ret_n = queries.n_items;
    return queries.items;
}
