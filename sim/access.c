/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access control lists as exploring-access-control-list.md and its neighbours describe them: the
 * rules of the table, else of its parents, else of "*" decide, and one that passes is enough; a
 * field needs a rule of its own kind to pass as well, where there is one. Before all of it come the
 * business rules that change the query.
 */
#include "sim/access.h"

#include <assert.h>

/* What one level of rules says for the caller: yes, no, or yes for the rows that fit. */
struct right {
    const struct table *table;
    const struct column *column; /* NULL: of the table */
    bool is_free;                /* no rule is about it */
    bool is_granted;             /* for every row */
    bool is_denied;              /* by a rule that denies unless it passes */
    struct query **conditions;   /* rows that fit one of these */
    size_t n_conditions;
    const char *denied; /* what sim_denied of a deciding rule says, or NULL */
};

struct query_asker sim_caller_asker(const struct caller *caller)
{
    if (caller->user == NULL) {
        return (struct query_asker){"guest", NULL};
    }
    return (struct query_asker){sim_row_get(caller->user, "user_name"), caller->user->sys_id};
}

/* --- one rule --- */

enum role_match { ROLES_NONE_NEEDED, ROLES_HELD, ROLES_LACKING, ROLES_NOBODY };

static enum role_match match_roles(const struct access *access, const struct row *rule)
{
    const struct table *needed = sim_table_find(access->world, "sys_security_acl_role");
    enum role_match result = ROLES_NONE_NEEDED;

    for (size_t i = 0; i < needed->n_rows; i++) {
        const struct row *row = needed->rows[i];
        if (!text_equal(sim_row_get(row, "sys_security_acl"), rule->sys_id)) {
            continue;
        }
        const struct row *role = sim_row_reference(access->world, row, "sys_user_role");
        const char *name = role == NULL ? "" : sim_row_get(role, "name");
        if (text_equal(name, "nobody")) {
            return ROLES_NOBODY;
        }
        result = result == ROLES_HELD || sim_caller_passes_role(access->caller, name)
                     ? ROLES_HELD
                     : ROLES_LACKING;
    }
    return result;
}

static void add_condition(struct access *access, struct right *right, const char *condition)
{
    struct query **slot =
        arena_append(access->arena, &right->conditions, &right->n_conditions, sizeof *slot);

    *slot = sim_query_parse(access->arena, access->world, right->table, condition,
                            sim_caller_asker(access->caller));
}

/* A rule with nothing in it refuses everybody (c_DefaultDenyProperty.md). */
static void apply_rule(struct access *access, struct right *right, const struct row *rule)
{
    enum role_match roles = match_roles(access, rule);
    const char *condition = sim_row_get(rule, "condition");
    bool passes_roles = roles == ROLES_HELD || (roles == ROLES_NONE_NEEDED && *condition != '\0');
    bool is_admin = roles != ROLES_NOBODY && sim_row_is_true(rule, "admin_overrides") &&
                    sim_caller_has_role(access->caller, "admin");

    if (*sim_row_get(rule, "sim_denied") != '\0') {
        right->denied = sim_row_get(rule, "sim_denied");
    }
    if (text_equal(sim_row_get(rule, "decision_type"), "deny")) {
        right->is_denied = right->is_denied || (!is_admin && !passes_roles);
    } else if (is_admin || (passes_roles && *condition == '\0')) {
        right->is_granted = true;
    } else if (passes_roles) {
        add_condition(access, right, condition);
    }
}

/* Applies the active read rules of this name; false when there are none. */
static bool apply_rules(struct access *access, struct right *right, const char *name)
{
    const struct table *rules = sim_table_find(access->world, "sys_security_acl");
    bool found = false;

    for (size_t i = 0; i < rules->n_rows; i++) {
        const struct row *rule = rules->rows[i];
        if (text_equal(sim_row_get(rule, "name"), name) &&
            text_equal(sim_row_get(rule, "operation"), "read") && sim_row_is_true(rule, "active")) {
            apply_rule(access, right, rule);
            found = true;
        }
    }
    return found;
}

/* --- levels --- */

static bool apply_table_levels(struct access *access, struct right *right)
{
    for (const struct table *table = right->table; table != NULL; table = table->parent) {
        if (apply_rules(access, right, table->name)) {
            return true;
        }
    }
    return apply_rules(access, right, "*");
}

/* table.field, parent.field, *.field with "field"; table.*, parent.*, *.* with "*". */
static bool apply_field_levels(struct access *access, struct right *right, const char *field)
{
    for (const struct table *table = right->table; table != NULL; table = table->parent) {
        if (apply_rules(access, right, arena_printf(access->arena, "%s.%s", table->name, field))) {
            return true;
        }
    }
    return apply_rules(access, right, arena_printf(access->arena, "*.%s", field));
}

static struct right *right_for(struct access *access, const struct table *table,
                               const struct column *column)
{
    for (size_t i = 0; i < access->n_rights; i++) {
        if (access->rights[i]->table == table && access->rights[i]->column == column) {
            return access->rights[i];
        }
    }
    struct right *right = arena_allocate(access->arena, sizeof *right);
    struct right **slot =
        arena_append(access->arena, &access->rights, &access->n_rights, sizeof *slot);
    *slot = right;
    right->table = table;
    right->column = column;
    if (column == NULL) {
        right->is_free = false;
        apply_table_levels(access, right);
    } else {
        right->is_free = !apply_field_levels(access, right, column->name) &&
                         !apply_field_levels(access, right, "*");
    }
    return right;
}

static bool right_holds(const struct right *right, const struct row *row)
{
    if (right->is_denied || right->is_free || right->is_granted) {
        return !right->is_denied;
    }
    for (size_t i = 0; i < right->n_conditions; i++) {
        if (sim_query_matches(right->conditions[i], row)) {
            return true;
        }
    }
    return false;
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
    const struct right *right = right_for(access, table, NULL);
    return !may_hold(right) && is_refused(access, right) ? TABLE_REFUSED : TABLE_OPEN;
}

bool sim_access_row(struct access *access, const struct row *row)
{
    return right_holds(right_for(access, row->table, NULL), row);
}

bool sim_access_field(struct access *access, const struct row *row, const struct column *column)
{
    return !column->is_secret && (text_equal(column->name, "sys_id") ||
                                  right_holds(right_for(access, row->table, column), row));
}

bool sim_access_column(struct access *access, const struct table *table,
                       const struct column *column)
{
    return text_equal(column->name, "sys_id") || may_hold(right_for(access, table, column));
}

/* --- business rules before a query --- */

static bool runs_before_query(const struct access *access, const struct row *script,
                              const struct table *table)
{
    const struct table *collection =
        sim_table_find(access->world, sim_row_get(script, "collection"));
    const char *role = sim_row_get(script, "sim_unless_role");

    return sim_row_is_true(script, "active") && sim_row_is_true(script, "action_query") &&
           text_equal(sim_row_get(script, "when"), "before") && collection != NULL &&
           sim_table_is_a(table, collection) && *sim_row_get(script, "sim_adds") != '\0' &&
           (*role == '\0' || !sim_caller_passes_role(access->caller, role));
}

struct query **sim_access_before_query(struct access *access, const struct table *table,
                                       size_t *ret_n)
{
    const struct table *scripts = sim_table_find(access->world, "sys_script");
    struct query **queries = NULL;
    size_t n = 0;

    for (size_t i = 0; i < scripts->n_rows; i++) {
        if (runs_before_query(access, scripts->rows[i], table)) {
            struct query **slot = arena_append(access->arena, &queries, &n, sizeof *slot);
            *slot = sim_query_parse(access->arena, access->world, table,
                                    sim_row_get(scripts->rows[i], "sim_adds"),
                                    sim_caller_asker(access->caller));
        }
    }
    *ret_n = n;
    return queries;
}
