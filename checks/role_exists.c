/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role_exists: a role exists on the instance.
 *
 * Guides name roles that come with a plugin (sn_incident_read and sn_incident_write with ITSM Roles
 * - Incident Management), that customers make (u_…, x_…) or that no page of the product
 * documentation knows (rest_service). One that does not exist cannot be granted, and the thing to
 * mend is then the plugin or the guide. Sources: "Base system roles" and "Incident Management
 * roles" in the product documentation.
 */
#include "checks/kinds.h"
#include "checks/role_rows.h"

struct role_exists_params {
    const char *role;
    const char *plugin;
};

static const struct field role_exists_fields[] = {
    FIELD(struct role_exists_params, role, FIELD_REQUIRED | FIELD_IDENTIFIES, "name of the role"),
    FIELD(struct role_exists_params, plugin, FIELD_OPTIONAL,
          "id of the plugin that ships the role: named when the role is absent"),
};

static void judge_absent(struct judging *judging, const struct role_exists_params *params)
{
    judge_fail(judging, "role-undefined", params->role,
               say(judging, "there is no role %s on this instance", params->role));
    if (params->plugin != NULL) {
        judging->finding->because =
            say(judging, "it comes with the plugin %s, which is then missing or not active",
                params->plugin);
    } else if (text_starts_with(params->role, "u_") || text_starts_with(params->role, "x_")) {
        judging->finding->because =
            "names that begin so are given by customers and their applications: the product does "
            "not bring this role";
    }
}

static void role_exists_judge(struct judging *judging, const void *given)
{
    const struct role_exists_params *params = given;
    struct reading reading = read_configuration(judging, role_question(params->role), LIST_NEVER);
    judging->finding->wanted = say(judging, "a role %s", params->role);
    judging->finding->link =
        list_link(judging, "sys_user_role", say(judging, "name=%s", params->role));
    if (reading.presence == PRESENCE_ABSENT) {
        judge_absent(judging, params);
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    judge_pass(judging, say(judging, "the role %s is there", params->role));
}

const struct kind kind_role_exists = {
    .schema = {.name = "role_exists",
               .summary = "A role exists on the instance",
               .fields = role_exists_fields,
               .n_fields = ARRAY_LEN(role_exists_fields),
               .params_size = sizeof(struct role_exists_params)},
    .judge = role_exists_judge,
};
