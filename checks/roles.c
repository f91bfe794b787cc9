/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles: a user holds roles, and does not hold others.
 *
 * "The role does not exist here" is a finding of its own: it cannot be granted, and the plugin that
 * ships it (or the guide that names it) is the thing to mend. So a missing role is looked up in
 * sys_user_role before the finding is written. Rows of sys_user_has_role hold what is granted
 * directly, through groups and through contained roles alike; the user admin is asked along,
 * because it holds roles everywhere.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

enum { ROLE_PAGE = 1000 };

struct roles_params {
    const char *user;
    struct strings all;
    struct strings any;
    struct strings none;
};

static const struct field roles_fields[] = {
    FIELD(struct roles_params, user, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name)"),
    FIELD(struct roles_params, all, FIELD_OPTIONAL, "roles the user must hold"),
    FIELD(struct roles_params, any, FIELD_OPTIONAL, "roles of which one is enough"),
    FIELD(struct roles_params, none, FIELD_OPTIONAL, "roles the user must not hold"),
};

static const char *columns[] = {"user.user_name", "role.name", "inherited", "state"};
static const char *role_columns[] = {"name"};

/* Rows in state "active" count. */
static bool holds(const struct reading *reading, const char *role)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        const char *state = row_get(&reading->rows[i], "state");
        bool counts = text_is_empty(state) || text_equal_nocase(state, "active");
        if (counts && text_equal(row_get(&reading->rows[i], "role.name"), role)) {
            return true;
        }
    }
    return false;
}

static bool is_named(const struct roles_params *params, const char *role)
{
    return strings_have(&params->all, role) || strings_have(&params->any, role) ||
           strings_have(&params->none, role);
}

/* A row without its role tells nothing, and one of a role in question without its state neither. */
static bool any_row_lacks_columns(const struct roles_params *params, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        const char *role = row_get(row, "role.name");
        if (role == NULL || (is_named(params, role) && row_get(row, "state") == NULL)) {
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
        if (!holds(reading, params->all.items[i])) {
            strings_add(judging->arena, &missing, params->all.items[i]);
        }
    }
    for (size_t i = 0; i < params->any.n_items; i++) {
        holds_any = holds_any || holds(reading, params->any.items[i]);
    }
    if (!holds_any) {
        for (size_t i = 0; i < params->any.n_items; i++) {
            strings_add_unique(judging->arena, &missing, params->any.items[i]);
        }
    }
    return missing;
}

/* Which of the missing roles do not exist on this instance. False while that is open. */
static bool find_undefined(struct judging *judging, const struct strings *missing,
                           struct strings *ret_undefined)
{
    struct strings undefined = {0};
    for (size_t i = 0; i < missing->n_items; i++) {
        struct question question = {.kind = QUESTION_ROWS,
                                    .table = "sys_user_role",
                                    .key = "name",
                                    .value = missing->items[i],
                                    .control = "admin",
                                    .fields = {role_columns, ARRAY_LEN(role_columns)}};
        struct reading reading = consult_configuration(judging, question, false);
        if (reading.presence == PRESENCE_ABSENT) {
            strings_add(judging->arena, &undefined, missing->items[i]);
        }
    }
    *ret_undefined = undefined;
    return !judging->is_open;
}

static void judge_missing(struct judging *judging, const struct roles_params *params,
                          const struct strings *missing)
{
    struct strings undefined = {0};
    if (!find_undefined(judging, missing, &undefined)) {
        return;
    }
    const char *list = strings_join(judging->arena, missing, ", ");
    judge_fail(judging, NULL, params->user,
               say(judging, "%s does not hold %s", params->user, list));
    if (undefined.n_items > 0) {
        points_to(judging, "role-undefined");
        judging->finding->cause_subject = strings_join(judging->arena, &undefined, ", ");
        judging->finding->because =
            say(judging, "no role %s exists on this instance, so it cannot be granted",
                judging->finding->cause_subject);
    }
    if (undefined.n_items < missing->n_items) {
        points_to(judging, "role-missing");
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
        judge_missing(judging, params, &missing);
        return;
    }
    judge_pass(judging, wording_of(judging, params));
    if (params->none.n_items > 0) {
        judging->finding->because = "as far as the account that read it can see";
    }
    rules_out(judging, "role-missing");
    rules_out(judging, "role-undefined");
}

static void roles_judge(struct judging *judging, const void *given)
{
    const struct roles_params *params = given;
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_user_has_role",
                                .key = "user.user_name",
                                .value = params->user,
                                .control = "admin",
                                .fields = {columns, ARRAY_LEN(columns)},
                                .limit = ROLE_PAGE};
    struct reading reading = read_configuration(judging, question, false);
    judging->finding->link =
        list_link(judging, "sys_user_has_role", say(judging, "user.user_name=%s", params->user));
    judging->finding->wanted = wording_of(judging, params);
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

const struct kind kind_roles = {
    .schema = {.name = "roles",
               .summary = "A user holds roles, directly, through groups or contained in others",
               .fields = roles_fields,
               .n_fields = ARRAY_LEN(roles_fields),
               .params_size = sizeof(struct roles_params)},
    .judge = roles_judge,
};
