/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules (sys_security_acl) and their roles (sys_security_acl_role) are two tables: both are read at
 * once and put together by the rule's id. `type` and `operation` are compared by value. The column
 * decision_type came with Deny-Unless rules in Xanadu: before that every rule allows, so where it
 * never comes back the dictionary is asked whether it exists, and so for security attributes.
 * Sources: "Exploring access control lists" and "Deny-Unless ACL" in the product documentation; a
 * public harvest of a developer instance's tables (github.com/tehubersheezy/servicenow-tools).
 */
#include "checks/acl_rules.h"

#include "base/arena.h"
#include "checks/role_rows.h"

enum { RULE_PAGE = 200, ROLE_PAGE = 500 };

static const char *rule_columns[] = {
    "sys_id",          "name",      "type",   "operation",          "active", "decision_type",
    "admin_overrides", "condition", "script", "security_attribute",
};
static const char *role_columns[] = {"sys_security_acl", "sys_security_acl.name",
                                     "sys_user_role.name"};

/* Every instance has rules on sys_user and on sys_user_group, some of them with roles. */
static const char *control_for(const char *name)
{
    return text_equal_nocase(name, "sys_user") ? "sys_user_group" : "sys_user";
}

static struct question rules_question(const char *name)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_security_acl",
                             .key = "name",
                             .value = name,
                             .control = control_for(name),
                             .fields = {rule_columns, ARRAY_LEN(rule_columns)},
                             .limit = RULE_PAGE};
}

static struct question roles_question(const char *name)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_security_acl_role",
                             .key = "sys_security_acl.name",
                             .value = name,
                             .control = control_for(name),
                             .fields = {role_columns, ARRAY_LEN(role_columns)},
                             .limit = ROLE_PAGE};
}

/* True when rules have no such column on this release: the dictionary was read and lacks it. */
static bool is_unknown_column(struct judging *judging, const char *column)
{
    static const char *columns[] = {"element"};
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_dictionary",
                                .key = "element",
                                .value = column,
                                .control = "operation",
                                .fields = {columns, ARRAY_LEN(columns)}};
    pairs_add(judging->arena, &question.where, "name", "sys_security_acl");
    return consult_configuration(judging, question, LIST_NEVER).presence == PRESENCE_ABSENT;
}

/* A column that came back with another value than the wanted one. */
static bool differs(const struct judging *judging, const struct row *row, const char *column,
                    const char *wanted)
{
    const char *value = row_get(row, column);
    return value != NULL && !value_fits(judging->arena, value, wanted);
}

static void add_roles(const struct judging *judging, const struct reading *roles,
                      struct acl_rule *rule)
{
    const char *id = row_get(rule->row, "sys_id");
    bool is_read = roles->presence == PRESENCE_ABSENT ||
                   (roles->presence == PRESENCE_FOUND && roles->is_complete);
    rule->roles_are_told = is_read && id != NULL;
    for (size_t i = 0; i < roles->n_rows && id != NULL; i++) {
        const char *of = row_get(&roles->rows[i], "sys_security_acl");
        const char *role = row_get(&roles->rows[i], "sys_user_role.name");
        if (of == NULL || (text_equal(of, id) && text_is_empty(role))) {
            rule->roles_are_told = false;
        } else if (text_equal(of, id)) {
            strings_add_unique(judging->arena, &rule->roles, role);
        }
    }
}

/* What a rule may ask for besides roles. */
static const struct {
    const char *column;
    const char *words;
} terms[] = {
    {"condition", "a condition"},
    {"script", "a script"},
    {"security_attribute", "a security attribute"},
};

/* Security attributes are younger than conditions and scripts. */
static bool has_all_terms(struct judging *judging, const struct row *row)
{
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        if (row_get(row, terms[i].column) == NULL &&
            (!text_equal(terms[i].column, "security_attribute") ||
             !is_unknown_column(judging, terms[i].column))) {
            return false;
        }
    }
    return true;
}

static struct acl_rule read_rule(struct judging *judging, const struct row *row,
                                 const struct reading *roles)
{
    const char *active = row_get(row, "active");
    const char *decision = row_get(row, "decision_type");
    bool is_decided = decision != NULL || is_unknown_column(judging, "decision_type");
    struct acl_rule rule = {
        .row = row,
        .is_active = text_equal_nocase(active, "true"),
        .is_deny =
            decision != NULL && text_starts_with(text_lower(judging->arena, decision), "deny"),
        .is_told = active != NULL && is_decided && row_get(row, "type") != NULL &&
                   row_get(row, "operation") != NULL};
    rule.terms_are_told = has_all_terms(judging, row);
    add_roles(judging, roles, &rule);
    return rule;
}

enum presence read_acl_rules(struct judging *judging, const char *name, const char *type,
                             const char *operation, struct acl_rules *ret_rules)
{
    /* Both at once; the rules' own answer writes the finding. */
    struct reading roles = consult_configuration(judging, roles_question(name), LIST_NEVER);
    struct reading reading = read_configuration(judging, rules_question(name), LIST_NEVER);
    struct acl_rules rules = {.are_whole = true};
    if (judging->is_open) {
        return PRESENCE_OPEN;
    }
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_unknown(judging, REASON_UNDOCUMENTED, "there is no table of access control rules");
        return PRESENCE_UNTOLD;
    }
    if (reading.presence == PRESENCE_UNTOLD) {
        return PRESENCE_UNTOLD;
    }
    if (reading.presence == PRESENCE_FOUND) {
        rules.are_whole = reading.is_complete;
    }
    for (size_t i = 0; i < reading.n_rows; i++) {
        const struct row *row = &reading.rows[i];
        if (differs(judging, row, "type", type) || differs(judging, row, "operation", operation)) {
            continue;
        }
        struct acl_rule *slot =
            arena_append(judging->arena, &rules.items, &rules.n_items, sizeof *slot);
        *slot = read_rule(judging, row, &roles);
    }
    if (judging->is_open) {
        return PRESENCE_OPEN;
    }
    *ret_rules = rules;
    return PRESENCE_FOUND;
}

enum presence consult_acl_rules(struct judging *judging, const char *name, const char *type,
                                const char *operation, struct acl_rules *ret_rules)
{
    const struct finding before = *judging->finding;
    enum presence presence = read_acl_rules(judging, name, type, operation, ret_rules);
    put_finding_back(judging, &before);
    return presence;
}

const char *acl_rule_terms(const struct judging *judging, const struct acl_rule *rule)
{
    struct strings found = {0};
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        if (!text_is_empty(row_get(rule->row, terms[i].column))) {
            strings_add(judging->arena, &found, terms[i].words);
        }
    }
    return found.n_items == 0 ? NULL : strings_join(judging->arena, &found, " and ");
}

bool acl_rule_is_unbound(const struct acl_rule *rule)
{
    return rule->roles_are_told &&
           (rule->roles.n_items == 0 || strings_have(&rule->roles, "public"));
}

bool acl_rule_is_empty(const struct acl_rule *rule)
{
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        if (!text_is_empty(row_get(rule->row, terms[i].column))) {
            return false;
        }
    }
    return rule->terms_are_told && rule->roles_are_told && rule->roles.n_items == 0;
}

/* ---- Who passes ---- */

bool acl_rule_is_overridden(const struct judging *judging, const struct acl_rule *rule,
                            const char *role)
{
    const char *overrides = row_get(rule->row, "admin_overrides");
    return text_equal(role, "admin") && overrides != NULL &&
           value_fits(judging->arena, overrides, "true") && !strings_have(&rule->roles, "nobody");
}

enum fit acl_rule_fit_beside_terms(const struct judging *judging, const struct acl_rule *rule,
                                   const char *role, enum fit fit)
{
    if (fit != FIT_YES || acl_rule_is_overridden(judging, rule, role)) {
        return fit;
    }
    if (acl_rule_terms(judging, rule) != NULL) {
        return FIT_PERHAPS;
    }
    return rule->terms_are_told ? FIT_YES : FIT_UNTOLD;
}

/* Administrators pass what they override, and checks for most other roles too. */
static enum fit fit_of_administrator(const struct judging *judging, const struct acl_rule *rule,
                                     const struct reading *held)
{
    if (held_role_counts(held_role_row(held, "admin")) == ROLE_NOT_HELD ||
        strings_have(&rule->roles, "nobody")) {
        return FIT_NO;
    }
    return acl_rule_is_overridden(judging, rule, "admin") ? FIT_YES : FIT_UNTOLD;
}

static enum fit fit_by_held_roles(const struct judging *judging, const struct acl_rule *rule,
                                  const struct reading *held)
{
    bool is_told = rule->roles_are_told;
    for (size_t i = 0; i < rule->roles.n_items; i++) {
        enum holding holding = held_role_counts(held_role_row(held, rule->roles.items[i]));
        if (holding == ROLE_HELD) {
            return FIT_YES;
        }
        is_told = is_told && holding != ROLE_UNTOLD;
    }
    return is_told ? fit_of_administrator(judging, rule, held) : FIT_UNTOLD;
}

enum fit acl_rule_fit_of_user(struct judging *judging, const struct acl_rule *rule,
                              const char *user)
{
    struct reading held = consult_configuration(judging, held_roles_question(user), LIST_NEVER);
    if (held.presence == PRESENCE_OPEN) {
        return FIT_OPEN;
    }
    enum fit fit = fit_by_held_roles(judging, rule, &held);
    if (fit != FIT_NO) {
        return fit;
    }
    if (acl_rule_is_unbound(rule)) {
        return FIT_PERHAPS;
    }
    bool is_read =
        held.presence == PRESENCE_ABSENT || (held.presence == PRESENCE_FOUND && held.is_complete);
    return is_read ? FIT_NO : FIT_UNTOLD;
}
