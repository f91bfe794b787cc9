/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role_contains: a role contains others, directly or within the roles it contains.
 *
 * Guides rely on it without saying so: itil gives access to the REST API because it contains
 * snc_platform_rest_api_access, and customers change what roles contain. What counts is
 * sys_user_role_contains, followed three levels deep, which is as many waves as a run has; the text
 * list includes_roles of the role is not asked. Source: "Base system roles" in the product
 * documentation.
 */
#include "base/arena.h"
#include "checks/kinds.h"
#include "checks/role_rows.h"

enum { DEPTH = 3 };

struct role_contains_params {
    const char *role;
    struct strings contains;
};

static const struct field role_contains_fields[] = {
    FIELD(struct role_contains_params, role, FIELD_REQUIRED | FIELD_IDENTIFIES,
          "name of the role that contains"),
    FIELD(struct role_contains_params, contains, FIELD_REQUIRED,
          "names of the roles it must contain, at whatever depth up to three"),
};

static struct strings left_out(const struct judging *judging, const struct strings *wanted,
                               const struct strings *contained)
{
    struct strings missing = {0};
    for (size_t i = 0; i < wanted->n_items; i++) {
        if (!strings_have(contained, wanted->items[i])) {
            strings_add(judging->arena, &missing, wanted->items[i]);
        }
    }
    return missing;
}

/* Those of the names that are no role here. */
static struct strings undefined_among(struct judging *judging, const struct strings *names)
{
    struct strings undefined = {0};
    for (size_t i = 0; i < names->n_items; i++) {
        struct reading reading =
            consult_configuration(judging, role_question(names->items[i]), LIST_NEVER);
        if (reading.presence == PRESENCE_ABSENT) {
            strings_add(judging->arena, &undefined, names->items[i]);
        }
    }
    return undefined;
}

static void judge_undefined(struct judging *judging, const char *names)
{
    judge_fail(judging, "role-undefined", names,
               say(judging, "no role %s exists on this instance", names));
}

static void judge_left_out(struct judging *judging, const struct role_contains_params *params,
                           const struct strings *missing, const struct strings *undefined)
{
    const char *list = strings_join(judging->arena, missing, ", ");
    judge_fail(judging, NULL, NULL, say(judging, "%s does not contain %s", params->role, list));
    if (undefined->n_items > 0) {
        points_to(judging, "role-undefined");
        judging->finding->cause_subject = strings_join(judging->arena, undefined, ", ");
        judging->finding->because =
            say(judging, "no role %s exists on this instance", judging->finding->cause_subject);
    }
    if (undefined->n_items < missing->n_items) {
        points_to(judging, "role-missing");
        judging->finding->cause_subject = say(judging, "%s within %s", list, params->role);
    }
}

/* Reads on, level by level, until nothing is missing. False while a level is open. */
static bool read_levels(struct judging *judging, const struct role_contains_params *params,
                        struct strings *missing, struct contained_roles *contained)
{
    for (int depth = 1; depth <= DEPTH && missing->n_items > 0; depth++) {
        if (!find_contained_roles(judging, params->role, depth, contained)) {
            return false;
        }
        *missing = left_out(judging, missing, &contained->names);
    }
    return true;
}

static void judge_contained(struct judging *judging, const struct role_contains_params *params)
{
    struct contained_roles contained = {0};
    struct strings missing = params->contains;
    if (!find_contained_roles(judging, params->role, 1, &contained)) {
        return;
    }
    missing = left_out(judging, &missing, &contained.names);
    /* Asked with the next level, so that it costs no wave of its own. */
    struct strings undefined = undefined_among(judging, &missing);
    if (!read_levels(judging, params, &missing, &contained) ||
        (judging->is_open && missing.n_items > 0)) {
        return;
    }
    if (missing.n_items == 0) {
        judge_pass(judging, judging->finding->wanted);
        return;
    }
    if (!contained.is_whole && undefined.n_items == 0) {
        judge_unknown(judging, REASON_HIDDEN,
                      say(judging,
                          "not everything that %s contains could be read, so %s may be in it "
                          "unseen",
                          params->role, strings_join(judging->arena, &missing, ", ")));
        return;
    }
    judge_left_out(judging, params, contained.is_whole ? &missing : &undefined, &undefined);
}

static void role_contains_judge(struct judging *judging, const void *given)
{
    const struct role_contains_params *params = given;
    struct reading reading =
        read_configuration(judging, contained_roles_question(params->role), LIST_NEVER);
    judging->finding->wanted = say(judging, "%s contains %s", params->role,
                                   strings_join(judging->arena, &params->contains, " and "));
    judging->finding->link =
        list_link(judging, "sys_user_role_contains", say(judging, "role.name=%s", params->role));
    if (reading.presence == PRESENCE_ABSENT) {
        struct reading role =
            consult_configuration(judging, role_question(params->role), LIST_NEVER);
        if (role.presence == PRESENCE_ABSENT) {
            judge_undefined(judging, params->role);
            return;
        }
    }
    if (reading.presence == PRESENCE_FOUND || reading.presence == PRESENCE_ABSENT) {
        judge_contained(judging, params);
    }
}

const struct kind kind_role_contains = {
    .schema = {.name = "role_contains",
               .summary = "A role contains others, directly or within those it contains",
               .fields = role_contains_fields,
               .n_fields = ARRAY_LEN(role_contains_fields),
               .params_size = sizeof(struct role_contains_params)},
    .judge = role_contains_judge,
};
