/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth_scope: a REST API auth scope exists and covers an API, or is linked to an OAuth application.
 *
 * A scope (sys_auth_scope) says nothing by itself: sys_api_access_scope ties it to an API, and the
 * platform ignores inactive rows of it; oauth_entity_auth_scope_mapping ties it to an application.
 * An API that no scope is tied to stays
 * open to unrestricted applications, so a missing tie is no cause by itself: what the token may do
 * shows that. Source: "REST API auth scope properties" and "Troubleshooting REST API scopes" in the
 * product documentation.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct auth_scope_params {
    const char *name;
    const char *api;
    struct strings whole; /* which apply-all boxes must be ticked: methods, resources, versions */
    const char *client_id;
};

static const struct field auth_scope_fields[] = {
    FIELD(struct auth_scope_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES, "name of the scope"),
    FIELD(struct auth_scope_params, api, FIELD_OPTIONAL,
          "REST API path the scope must cover, as in now/table"),
    FIELD(struct auth_scope_params, whole, FIELD_OPTIONAL,
          "what it must cover wholly: methods, resources, versions"),
    FIELD(struct auth_scope_params, client_id, FIELD_OPTIONAL | FIELD_IDENTIFIES,
          "Client ID of the application the scope must be linked to"),
};

static const char *access_columns[] = {
    "auth_scope.name",
    "name",
    "active",
    "api_path",
    "http_method",
    "apply_all_methods",
    "apply_all_resources",
    "apply_all_versions",
};
static const char *mapping_columns[] = {"oauth_entity.client_id", "auth_scope.name"};

static bool is_active_row_of_api(const struct row *row, const char *api)
{
    return text_equal_nocase(row_get(row, "active"), "true") &&
           (api == NULL || text_equal_nocase(row_get(row, "api_path"), api));
}

static bool covers_wholly(const struct judging *judging, const struct row *row,
                          const struct strings *whole)
{
    for (size_t i = 0; i < whole->n_items; i++) {
        const char *column = say(judging, "apply_all_%s", whole->items[i]);
        if (!text_equal_nocase(row_get(row, column), "true")) {
            return false;
        }
    }
    return true;
}

static bool has_columns(const struct row *row)
{
    return row_get(row, "active") != NULL && row_get(row, "api_path") != NULL;
}

static void judge_coverage(struct judging *judging, const struct auth_scope_params *params,
                           const struct reading *reading)
{
    bool has_inactive = false;
    bool has_partial = false;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        if (!has_columns(row)) {
            judge_unknown(judging, REASON_FIELD_HIDDEN, "active or api_path never came back");
            return;
        }
        bool is_active = is_active_row_of_api(row, params->api);
        if (is_active && covers_wholly(judging, row, &params->whole)) {
            judge_pass(judging, say(judging, "scope %s covers %s", params->name,
                                    params->api != NULL ? params->api : "an API"));
            return;
        }
        has_partial = has_partial || is_active;
        has_inactive = has_inactive || text_equal_nocase(row_get(row, "active"), "false");
    }
    const char *seen = has_partial    ? "the scope covers the API only in part"
                       : has_inactive ? "the scope's record for the API is not active"
                                      : "the scope is tied to other APIs only";
    judge_fail(judging, NULL, params->name, seen);
}

static void judge_api(struct judging *judging, const struct auth_scope_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_api_access_scope",
                                .key = "auth_scope.name",
                                .value = params->name,
                                .control = "useraccount",
                                .fields = {access_columns, ARRAY_LEN(access_columns)}};
    struct reading reading = read_configuration(judging, question, true);
    judging->finding->link = list_link(judging, "sys_api_access_scope",
                                       say(judging, "auth_scope.name=%s", params->name));
    judging->finding->wanted = say(judging, "an active record that ties scope %s to %s",
                                   params->name, params->api != NULL ? params->api : "an API");
    switch (reading.presence) {
    case PRESENCE_FOUND:
        judge_coverage(judging, params, &reading);
        break;
    case PRESENCE_ABSENT:
        judge_fail(judging, NULL, params->name,
                   say(judging, "no API is tied to a scope %s", params->name));
        break;
    case PRESENCE_NO_TABLE:
        judge_fail(judging, "plugin-missing", "com.glide.rest.auth.scope",
                   "the table sys_api_access_scope does not exist");
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

static void judge_link(struct judging *judging, const struct auth_scope_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "oauth_entity_auth_scope_mapping",
                                .key = "oauth_entity.client_id",
                                .value = params->client_id,
                                .fields = {mapping_columns, ARRAY_LEN(mapping_columns)}};
    struct reading reading = read_configuration(judging, question, true);
    judging->finding->link =
        list_link(judging, "oauth_entity_auth_scope_mapping",
                  say(judging, "oauth_entity.client_id=%s", params->client_id));
    judging->finding->wanted = say(judging, "scope %s linked to the application", params->name);
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "oauth-scope-unlinked", params->name,
                   "no scope is linked to the application");
        return;
    }
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_fail(judging, "plugin-missing", "com.glide.rest.auth.scope",
                   "the table oauth_entity_auth_scope_mapping does not exist");
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    struct strings linked = {0};
    for (size_t i = 0; i < reading.n_rows; i++) {
        const char *name = row_get(&reading.rows[i], "auth_scope.name");
        if (name == NULL) {
            judge_unknown(judging, REASON_FIELD_HIDDEN, "the names of the scopes never came back");
            return;
        }
        strings_add(judging->arena, &linked, name);
    }
    const char *list = strings_join(judging->arena, &linked, ", ");
    if (strings_have(&linked, params->name)) {
        judge_pass(judging, say(judging, "linked: %s", list));
        rules_out(judging, "oauth-scope-unlinked");
    } else if (!reading.is_complete) {
        judge_unknown(judging, REASON_HIDDEN, "the list of linked scopes is not complete");
    } else {
        judge_fail(judging, "oauth-scope-unlinked", params->name, say(judging, "linked: %s", list));
    }
}

static void auth_scope_judge(struct judging *judging, const void *given)
{
    const struct auth_scope_params *params = given;
    if (params->client_id != NULL) {
        judge_link(judging, params);
    } else {
        judge_api(judging, params);
    }
}

const struct kind kind_auth_scope = {
    .schema = {.name = "auth_scope",
               .summary = "A REST API auth scope covers an API, or is linked to an application",
               .fields = auth_scope_fields,
               .n_fields = ARRAY_LEN(auth_scope_fields),
               .params_size = sizeof(struct auth_scope_params)},
    .judge = auth_scope_judge,
};
