/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles: a user holds roles, and does not hold others.
 *
 * "The role does not exist here" is a finding of its own: it cannot be granted, and the plugin that
 * ships it (or the guide that names it) is the thing to mend. So a missing role is looked up in
 * sys_user_role before the finding is written; with `when_exists` it is then not asked for, as
 * with snc_internal, which is there only where explicit roles are on. Rows of sys_user_has_role
 * hold what is granted directly, through groups and through contained roles alike; the user admin
 * is asked along, because it holds roles everywhere. An elevated role (security_admin) counts only
 * in a session that elevated to it, which no REST call can do, so a wanted one is not held by that.
 * Sources: "Base system roles", "Explicit roles" and "Elevate to a privileged role" in the product
 * documentation.
 */
#include "base/arena.h"
#include "checks/kinds.h"
#include "checks/role_rows.h"

struct roles_params {
    const char *user;
    struct strings all;
    struct strings any;
    struct strings none;
    bool when_exists;
};

static const struct field roles_fields[] = {
    FIELD(struct roles_params, user, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name)"),
    FIELD(struct roles_params, all, FIELD_OPTIONAL, "roles the user must hold"),
    FIELD(struct roles_params, any, FIELD_OPTIONAL, "roles of which one is enough"),
    FIELD(struct roles_params, none, FIELD_OPTIONAL, "roles the user must not hold"),
    FIELD(struct roles_params, when_exists, FIELD_OPTIONAL,
          "a role that does not exist on the instance is not asked for"),
};

static bool holds(const struct reading *reading, const char *role)
{
    return held_role_row(reading, role) != NULL;
}

/* Held so that it counts in a REST call. */
static bool holds_in_effect(const struct reading *reading, const char *role)
{
    return held_role_counts(held_role_row(reading, role)) == ROLE_HELD;
}

static bool is_wanted(const struct roles_params *params, const char *role)
{
    return strings_have(&params->all, role) || strings_have(&params->any, role);
}

/* True when a row of a role in question lacks what says whether it counts. */
static bool lacks_what_counts(const struct roles_params *params, const struct row *row,
                              const char *role)
{
    bool is_forbidden = strings_have(&params->none, role);
    if (!is_wanted(params, role) && !is_forbidden) {
        return false;
    }
    return row_get(row, "state") == NULL ||
           (is_wanted(params, role) && row_get(row, "role.elevated_privilege") == NULL);
}

/* A row without its role tells nothing, and one of a role in question without its state, or without
 * whether it is elevated, neither. */
static bool any_row_lacks_columns(const struct roles_params *params, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *role = row_get(row, "role.name");
        if (role == NULL || lacks_what_counts(params, row, role)) {
            return true;
        }
    }
    return false;
}

/* The wanted roles that are not held. */
static struct strings missing_roles(const struct judging *judging,
                                    const struct roles_params *params,
                                    const struct reading *reading)
{
    struct strings missing = {0};
    bool holds_any = params->any.n_items == 0;
    for (size_t i = 0; i < params->all.n_items; i++) {
        if (!holds_in_effect(reading, params->all.items[i])) {
            strings_add(judging->arena, &missing, params->all.items[i]);
        }
    }
    for (size_t i = 0; i < params->any.n_items; i++) {
        holds_any = holds_any || holds_in_effect(reading, params->any.items[i]);
    }
    if (!holds_any) {
        for (size_t i = 0; i < params->any.n_items; i++) {
            strings_add_unique(judging->arena, &missing, params->any.items[i]);
        }
    }
    return missing;
}

/* What is known of the roles that are not held. */
struct existence {
    struct strings undefined; /* shown not to exist here */
    struct strings elevated;  /* held, and of no effect in a REST call */
    struct strings defined;   /* not held, and that is the finding */
    bool is_untold;           /* of the others it is not told: then the finding says why */
};

/* A role of which nothing is told counts as one that exists, unless the verdict hangs on that. */
static void find_role(struct judging *judging, const struct roles_params *params, const char *role,
                      struct existence *existence)
{
    struct reading reading = params->when_exists
                                 ? read_configuration(judging, role_question(role), LIST_NEVER)
                                 : consult_configuration(judging, role_question(role), LIST_NEVER);
    if (reading.presence == PRESENCE_ABSENT) {
        strings_add(judging->arena, &existence->undefined, role);
    } else if (reading.presence == PRESENCE_FOUND || !params->when_exists) {
        strings_add(judging->arena, &existence->defined, role);
    } else {
        existence->is_untold = true;
    }
}

/* Of roles of which one is enough, those that do not exist are no matter where another one does. */
static struct strings undefined_that_matter(const struct judging *judging,
                                            const struct roles_params *params,
                                            const struct existence *existence)
{
    struct strings undefined = {0};
    bool any_is_defined = false;
    for (size_t i = 0; i < params->any.n_items; i++) {
        any_is_defined = any_is_defined || strings_have(&existence->defined, params->any.items[i]);
    }
    for (size_t i = 0; i < existence->undefined.n_items; i++) {
        const char *role = existence->undefined.items[i];
        if (!any_is_defined || strings_have(&params->all, role)) {
            strings_add(judging->arena, &undefined, role);
        }
    }
    return undefined;
}

/* Explicit roles have a cause of their own: a user without one sees public resources only. */
static const char *cause_of_missing(const struct strings *missing)
{
    bool is_explicit =
        strings_have(missing, "snc_internal") || strings_have(missing, "snc_external");
    return is_explicit ? "explicit-role-missing" : "role-missing";
}

/* Why the roles are not held, where more is known than that. */
static const char *words_of_existence(const struct judging *judging,
                                      const struct roles_params *params,
                                      const struct existence *existence)
{
    struct strings parts = {0};
    if (existence->undefined.n_items > 0 && !params->when_exists) {
        strings_add(judging->arena, &parts,
                    say(judging, "no role %s exists on this instance, so it cannot be granted",
                        strings_join(judging->arena, &existence->undefined, ", ")));
    }
    if (existence->elevated.n_items > 0) {
        strings_add(judging->arena, &parts,
                    say(judging,
                        "%s is granted and elevated: it counts only in a session that elevated to "
                        "it, which no REST call does",
                        strings_join(judging->arena, &existence->elevated, ", ")));
    }
    return parts.n_items == 0 ? NULL : strings_join(judging->arena, &parts, "; ");
}

static void judge_missing(struct judging *judging, const struct roles_params *params,
                          const struct reading *reading, const struct strings *missing)
{
    struct existence existence = {0};
    for (size_t i = 0; i < missing->n_items; i++) {
        if (holds(reading, missing->items[i])) {
            strings_add(judging->arena, &existence.elevated, missing->items[i]);
            strings_add(judging->arena, &existence.defined, missing->items[i]);
        } else {
            find_role(judging, params, missing->items[i], &existence);
        }
    }
    if (judging->is_open || (existence.is_untold && existence.defined.n_items == 0)) {
        return;
    }
    existence.undefined = undefined_that_matter(judging, params, &existence);
    const char *undefined = strings_join(judging->arena, &existence.undefined, ", ");
    if (params->when_exists && existence.defined.n_items == 0) {
        judge_pass(judging, say(judging, "no role %s exists on this instance, so none is needed",
                                undefined));
        return;
    }
    judging->finding->because = words_of_existence(judging, params, &existence);
    const struct strings *wanting = params->when_exists ? &existence.defined : missing;
    const char *list = strings_join(judging->arena, wanting, ", ");
    judge_fail(judging, NULL, params->user,
               say(judging, "%s does not hold %s", params->user, list));
    if (existence.undefined.n_items > 0 && !params->when_exists) {
        points_to(judging, "role-undefined");
        judging->finding->cause_subject = undefined;
    }
    if (existence.defined.n_items > 0) {
        points_to(judging, cause_of_missing(&existence.defined));
        judging->finding->cause_subject = say(judging, "%s: %s", params->user, list);
    }
}

static struct strings forbidden_roles(const struct judging *judging,
                                      const struct roles_params *params,
                                      const struct reading *reading)
{
    struct strings forbidden = {0};
    for (size_t i = 0; i < params->none.n_items; i++) {
        if (holds(reading, params->none.items[i])) {
            strings_add(judging->arena, &forbidden, params->none.items[i]);
        }
    }
    return forbidden;
}

static const char *wording_of(const struct judging *judging, const struct roles_params *params)
{
    struct strings parts = {0};
    if (params->all.n_items > 0) {
        strings_add(judging->arena, &parts, strings_join(judging->arena, &params->all, " and "));
    }
    if (params->any.n_items > 0) {
        strings_add(judging->arena, &parts,
                    say(judging, "one of %s", strings_join(judging->arena, &params->any, ", ")));
    }
    if (params->none.n_items > 0) {
        strings_add(judging->arena, &parts,
                    say(judging, "none of %s", strings_join(judging->arena, &params->none, ", ")));
    }
    return say(judging, "%s holds %s", params->user, strings_join(judging->arena, &parts, "; "));
}

/* The wanted roles that are held and whose row has this in the column. */
static const char *held_with(const struct judging *judging, const struct roles_params *params,
                             const struct reading *reading, const char *column)
{
    struct strings found = {0};
    const struct strings *const lists[] = {&params->all, &params->any};
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        for (size_t i = 0; i < lists[l]->n_items; i++) {
            const struct row *row = held_role_row(reading, lists[l]->items[i]);
            if (row != NULL && row_has(row, column, "true")) {
                strings_add_unique(judging->arena, &found, lists[l]->items[i]);
            }
        }
    }
    return found.n_items == 0 ? NULL : strings_join(judging->arena, &found, ", ");
}

/* What a reader of a pass should know: how roles are held, and how far the list reaches. */
static const char *remarks_on(const struct judging *judging, const struct roles_params *params,
                              const struct reading *reading)
{
    struct strings remarks = {0};
    const char *inherited = held_with(judging, params, reading, "inherited");
    const char *elevated = held_with(judging, params, reading, "role.elevated_privilege");
    if (inherited != NULL) {
        strings_add(judging->arena, &remarks,
                    say(judging, "held through a group or another role: %s", inherited));
    }
    if (elevated != NULL) {
        strings_add(judging->arena, &remarks,
                    say(judging, "elevated, so of no effect in a REST call: %s", elevated));
    }
    if (params->none.n_items > 0) {
        strings_add(judging->arena, &remarks, "as far as the account that read it can see");
    }
    return remarks.n_items == 0 ? NULL : strings_join(judging->arena, &remarks, "; ");
}

static void judge_held(struct judging *judging, const struct roles_params *params,
                       const struct reading *reading)
{
    struct strings missing = missing_roles(judging, params, reading);
    struct strings forbidden = forbidden_roles(judging, params, reading);
    if (forbidden.n_items > 0) {
        const char *list = strings_join(judging->arena, &forbidden, ", ");
        bool is_excess =
            strings_have(&forbidden, "admin") || strings_have(&forbidden, "security_admin");
        judge_fail(judging, is_excess ? "excess-privilege" : "role-forbidden", params->user,
                   say(judging, "%s holds %s", params->user, list));
        return;
    }
    bool is_about_absence = missing.n_items > 0 || params->none.n_items > 0;
    if (is_about_absence && !reading->is_complete) {
        judge_unknown(
            judging, REASON_HIDDEN,
            "the list of roles that came back is not complete, so a role may be held unseen");
        return;
    }
    if (missing.n_items > 0) {
        judge_missing(judging, params, reading, &missing);
        return;
    }
    judge_pass(judging, wording_of(judging, params));
    judging->finding->because = remarks_on(judging, params, reading);
    if (params->all.n_items + params->any.n_items > 0 && !params->when_exists) {
        rules_out(judging, "role-missing");
        rules_out(judging, "role-undefined");
    }
    if (strings_have(&params->all, "snc_internal") || strings_have(&params->any, "snc_internal")) {
        rules_out(judging, "explicit-role-missing");
    }
}

/* Roles that most instances do not have: then nobody holds them, and it is asked why. */
static void ask_for_roles_ahead(struct judging *judging, const struct roles_params *params)
{
    for (size_t i = 0; i < params->all.n_items; i++) {
        ask_ahead(judging, role_question(params->all.items[i]), LIST_NEVER);
    }
    for (size_t i = 0; i < params->any.n_items; i++) {
        ask_ahead(judging, role_question(params->any.items[i]), LIST_NEVER);
    }
}

static void roles_judge(struct judging *judging, const void *given)
{
    const struct roles_params *params = given;
    struct reading reading =
        read_configuration(judging, held_roles_question(params->user), LIST_NEVER);
    judging->finding->link =
        list_link(judging, "sys_user_has_role", say(judging, "user.user_name=%s", params->user));
    judging->finding->wanted = wording_of(judging, params);
    if (reading.presence == PRESENCE_OPEN && params->when_exists) {
        ask_for_roles_ahead(judging, params);
    }
    if (reading.presence == PRESENCE_ABSENT) {
        reading = (struct reading){.presence = PRESENCE_FOUND, .is_complete = true};
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (any_row_lacks_columns(params, &reading)) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "the names or the states of the roles never came back");
        return;
    }
    judge_held(judging, params, &reading);
}

static const char *const one_of[] = {"all", "any", "none", NULL};

const struct kind kind_roles = {
    .schema = {.name = "roles",
               .summary = "A user holds roles, directly, through groups or contained in others",
               .fields = roles_fields,
               .n_fields = ARRAY_LEN(roles_fields),
               .params_size = sizeof(struct roles_params),
               .one_of = one_of},
    .judge = roles_judge,
};
