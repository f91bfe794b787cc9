/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth_scope: a REST API auth scope exists and covers an API, or is linked to an OAuth application.
 *
 * A scope (sys_auth_scope) says nothing by itself: sys_api_access_scope ties it to an API, and the
 * platform ignores inactive rows of it; oauth_entity_auth_scope_mapping ties it to an application.
 * An API that no scope is tied to stays open to unrestricted applications, so a missing tie is no
 * cause by itself: what the token may do shows that. A link whose scope is gone spoils tokens
 * altogether (syslog: invalid_scope; public reports after clones and resets). Source: "REST API
 * auth scope properties" and "Troubleshooting REST API scopes" in the product documentation.
 */
#include "checks/auth_scope_reach.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

struct auth_scope_params {
    const char *name;
    const char *api;
    struct strings methods; /* what the integration calls; none: whatever the record covers */
    struct strings whole;   /* which apply-all boxes must be ticked: methods, resources, versions */
    const char *client_id;
    bool only;
    bool leaves_others_in;
};

static const struct field auth_scope_fields[] = {
    FIELD(struct auth_scope_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES, "name of the scope"),
    FIELD(struct auth_scope_params, api, FIELD_API,
          "REST API path the scope must cover, as in now/table"),
    FIELD(struct auth_scope_params, methods, FIELD_OPTIONAL,
          "HTTP methods the integration calls: a record for such a method covers it"),
    FIELD(struct auth_scope_params, whole, FIELD_OPTIONAL,
          "what it must cover wholly: methods, resources, versions"),
    FIELD(struct auth_scope_params, client_id,
          FIELD_OPTIONAL | FIELD_IDENTIFIES | FIELD_NAMES_CLIENT,
          "Client ID of the application the scope must be linked to"),
    FIELD(struct auth_scope_params, only, FIELD_OPTIONAL,
          "with client_id: no other scope is linked to the application"),
    FIELD(struct auth_scope_params, leaves_others_in, FIELD_ADVICE,
          "with api: no other active application is shut out of the API by the scopes on it"),
};

/* Of what is said not to be there. */
static const char as_far_as_seen[] = "as far as the account that read it can see";

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
static const char *mapping_columns[] = {"oauth_entity.client_id", "auth_scope", "auth_scope.name"};

enum coverage {
    COVERS_WHOLLY, /* active, this API, all that is wanted wholly */
    COVERS_IN_PART,
    COVERS_INACTIVE,
    COVERS_ELSEWHERE,
    COVERS_UNTOLD, /* a column that decides never came back */
};

/* Methods, resources and versions: what a record may leave out. */
static const char *const parts[] = {"methods", "resources", "versions"};

/* How much of the API a record covers of the parts that must be covered wholly, or of all of them
 * when none is named. */
static enum coverage coverage_of_parts(const struct judging *judging, const struct row *row,
                                       const struct strings *whole)
{
    enum coverage coverage = COVERS_WHOLLY;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (whole->n_items > 0 && !strings_have(whole, parts[i])) {
            continue;
        }
        const char *applies = row_get(row, say(judging, "apply_all_%s", parts[i]));
        if (applies == NULL) {
            return COVERS_UNTOLD;
        }
        if (!text_equal_nocase(applies, "true")) {
            coverage = COVERS_IN_PART;
        }
    }
    return coverage;
}

static enum coverage coverage_of(const struct judging *judging,
                                 const struct auth_scope_params *params, const struct row *row)
{
    const char *active = row_get(row, "active");
    const char *api_path = row_get(row, "api_path");
    if (active == NULL || api_path == NULL) {
        return COVERS_UNTOLD;
    }
    if (params->api != NULL && !text_equal_nocase(api_path, params->api)) {
        return COVERS_ELSEWHERE;
    }
    if (!text_equal_nocase(active, "true")) {
        return COVERS_INACTIVE;
    }
    return coverage_of_parts(judging, row, &params->whole);
}

/* The records name single methods, but each one that is called has a record that covers the rest of
 * the API. */
static bool covers_the_methods(const struct judging *judging,
                               const struct auth_scope_params *params,
                               const struct reading *reading)
{
    static const char *rest[] = {"resources", "versions"};
    const struct strings parts_besides = {rest, ARRAY_LEN(rest)};
    size_t n_covered = 0;
    for (size_t m = 0; m < params->methods.n_items; m++) {
        bool is_covered = false;
        for (size_t i = 0; i < reading->n_rows; i++) {
            const struct row *row = &reading->rows[i];
            is_covered = is_covered ||
                         (row_has(row, "active", "true") && row_has(row, "api_path", params->api) &&
                          row_has(row, "http_method", params->methods.items[m]) &&
                          coverage_of_parts(judging, row, &parts_besides) == COVERS_WHOLLY);
        }
        n_covered += is_covered ? 1 : 0;
    }
    return n_covered > 0 && n_covered == params->methods.n_items;
}

static const char *const coverage_texts[] = {
    [COVERS_IN_PART] = "the scope covers the API only in part",
    [COVERS_INACTIVE] = "the scope's record for the API is not active",
    [COVERS_ELSEWHERE] = "the scope is tied to other APIs only",
};

static void judge_partial(struct judging *judging, const struct auth_scope_params *params)
{
    if (params->whole.n_items > 0) {
        judge_fail(judging, NULL, params->name, coverage_texts[COVERS_IN_PART]);
        return;
    }
    judge_unknown(judging, REASON_AMBIGUOUS,
                  "the scope's records name single methods, resources or versions of the API; "
                  "whether they cover "
                  "every call of the integration is not told by them");
}

static void judge_coverage(struct judging *judging, const struct auth_scope_params *params,
                           const struct reading *reading)
{
    enum coverage best = COVERS_ELSEWHERE;
    bool is_untold = false;
    for (size_t i = 0; i < reading->n_rows; i++) {
        enum coverage coverage = coverage_of(judging, params, &reading->rows[i]);
        is_untold = is_untold || coverage == COVERS_UNTOLD;
        best = coverage < best ? coverage : best;
    }
    if (best == COVERS_WHOLLY) {
        judge_pass(judging, say(judging, "scope %s covers %s", params->name,
                                params->api != NULL ? params->api : "an API"));
    } else if (params->api != NULL && covers_the_methods(judging, params, reading)) {
        judge_pass(judging, say(judging, "scope %s covers %s of %s", params->name,
                                strings_join(judging->arena, &params->methods, ", "), params->api));
    } else if (is_untold) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "a column that tells what the scope covers never came back");
    } else if (!reading->is_complete) {
        judge_unknown(judging, REASON_HIDDEN, "not all records of the scope came back");
    } else if (best == COVERS_IN_PART) {
        judge_partial(judging, params);
    } else {
        judge_fail(judging, NULL, params->name, coverage_texts[best]);
    }
}

/* The scopes that active records tie to the API: those an application must have one of. */
static void judge_reach(struct judging *judging, const struct auth_scope_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_api_access_scope",
                                .key = "api_path",
                                .value = params->api,
                                .fields = {access_columns, ARRAY_LEN(access_columns)}};
    judging->finding->link = list_link(judging, "oauth_entity", "active=true");
    judging->finding->wanted = say(judging, "no other application is shut out of %s", params->api);
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    struct strings tied = {0};
    if (reading.presence == PRESENCE_OPEN) {
        ask_scope_reach_ahead(judging);
        return;
    }
    if (reading.presence == PRESENCE_ABSENT) {
        judge_pass(judging,
                   say(judging, "no scope is tied to %s, so none shuts anybody out", params->api));
        judging->finding->because = as_far_as_seen;
        return;
    }
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_pass(judging, "this instance has no scopes for REST APIs");
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    for (size_t i = 0; i < reading.n_rows; i++) {
        const char *name = row_get(&reading.rows[i], "auth_scope.name");
        if (text_is_empty(name) || row_get(&reading.rows[i], "active") == NULL) {
            judge_unknown(judging, REASON_FIELD_HIDDEN,
                          "which scopes are tied to the API never came back");
            return;
        }
        if (row_has(&reading.rows[i], "active", "true")) {
            strings_add_unique(judging->arena, &tied, name);
        }
    }
    if (!reading.is_complete) {
        judge_unknown(judging, REASON_HIDDEN, "not all scopes on the API came back");
        return;
    }
    if (tied.n_items == 0) {
        judge_pass(judging, say(judging, "no active record ties a scope to %s", params->api));
        judging->finding->because = as_far_as_seen;
        return;
    }
    const struct credential *own = own_credential(judging);
    /* What stands for a credential does not say whose application it is. */
    judge_scope_reach(judging, params->api, &tied,
                      own != NULL && !text_is_empty(own->client_id)
                          ? own->client_id
                          : pairs_get(&judging->pack->parameters, "client_id"));
}

static void judge_api(struct judging *judging, const struct auth_scope_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_api_access_scope",
                                .key = "auth_scope.name",
                                .value = params->name,
                                .control = "useraccount",
                                .fields = {access_columns, ARRAY_LEN(access_columns)}};
    struct reading reading = read_configuration(judging, question, LIST_LAST);
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

/*
 * Not in the list of auth scopes: then the older one, oauth_entity_scope, must not have it either.
 * Which of the two the token endpoint reads is told differently by public sources, so a scope that
 * stands in the older one alone is neither linked nor not.
 */
static void judge_unlinked(struct judging *judging, const struct auth_scope_params *params,
                           const char *seen)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "oauth_entity_scope",
                                .key = "oauth_entity.client_id",
                                .value = params->client_id};
    want_columns(judging, &question, "name");
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    if (reading.presence == PRESENCE_OPEN || reading.presence == PRESENCE_UNTOLD) {
        return;
    }
    bool is_told = reading.presence != PRESENCE_FOUND || reading.is_complete;
    for (size_t i = 0; i < reading.n_rows; i++) {
        if (row_has(&reading.rows[i], "name", params->name)) {
            judge_unknown(judging, REASON_UNDOCUMENTED,
                          say(judging,
                              "scope %s stands in the application's list OAuth Entity Scopes, not "
                              "in Auth Scopes; which of the two counts is not documented",
                              params->name));
            points_to(judging, "oauth-scope-unlinked");
            return;
        }
        is_told = is_told && row_get(&reading.rows[i], "name") != NULL;
    }
    if (is_told) {
        judge_fail(judging, "oauth-scope-unlinked", params->name, seen);
    } else {
        judge_unknown(judging, REASON_HIDDEN, "the application's list of scopes is not complete");
    }
}

/* The names of the scopes that are linked; `is_whole`: there are no others. */
static void judge_linked(struct judging *judging, const struct auth_scope_params *params,
                         const struct strings *linked, bool is_whole)
{
    const char *seen = linked->n_items == 0
                           ? "what is linked names no scope"
                           : say(judging, "linked: %s", strings_join(judging->arena, linked, ", "));
    bool is_linked = strings_have(linked, params->name);
    if (params->only && linked->n_items > 1) {
        judge_fail(judging, NULL, params->name, seen);
    } else if (is_linked && (is_whole || !params->only)) {
        judge_pass(judging, seen);
        judging->finding->because = params->only ? as_far_as_seen : NULL;
        rules_out(judging, "oauth-scope-unlinked");
    } else if (!is_whole) {
        judge_unknown(judging, REASON_HIDDEN, "the list of linked scopes is not complete");
    } else {
        judge_unlinked(judging, params, seen);
    }
}

/* What a link leads to whose scope has no name. */
enum target_of_link { LEADS_NOWHERE, LEADS_SOMEWHERE, LEADS_UNTOLD };

static enum target_of_link target_of(struct judging *judging, const struct row *row)
{
    static const char *columns[] = {"sys_id", "name"};
    const char *scope = row_get(row, "auth_scope");
    if (scope == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "the scopes behind the links never came back");
        return LEADS_UNTOLD;
    }
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_auth_scope",
                                .key = "sys_id",
                                .value = scope,
                                .fields = {columns, ARRAY_LEN(columns)}};
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    switch (reading.presence) {
    case PRESENCE_FOUND:
        return LEADS_SOMEWHERE;
    case PRESENCE_ABSENT:
    case PRESENCE_NO_TABLE:
        return LEADS_NOWHERE;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
    return LEADS_UNTOLD;
}

/* A name that is empty is that of a scope which is not there any more, or which this account must
 * not see. */
static void judge_nameless_link(struct judging *judging, const struct auth_scope_params *params,
                                const struct row *row)
{
    switch (target_of(judging, row)) {
    case LEADS_NOWHERE:
        judge_fail(judging, "oauth-scope-broken", params->client_id,
                   "a link of the application leads to no scope");
        break;
    case LEADS_SOMEWHERE:
        judge_unknown(judging, REASON_FIELD_HIDDEN, "the names of the scopes never came back");
        break;
    case LEADS_UNTOLD:
        break;
    }
}

static void judge_links(struct judging *judging, const struct auth_scope_params *params,
                        const struct reading *reading)
{
    struct strings linked = {0};
    const struct row *nameless = NULL;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const char *name = row_get(&reading->rows[i], "auth_scope.name");
        if (name == NULL) {
            judge_unknown(judging, REASON_FIELD_HIDDEN, "the names of the scopes never came back");
            return;
        }
        bool leads_nowhere = row_has(&reading->rows[i], "auth_scope", "");
        if (name[0] == '\0' && !leads_nowhere) {
            nameless = &reading->rows[i];
        } else if (name[0] != '\0') {
            strings_add(judging->arena, &linked, name);
        }
    }
    if (nameless != NULL && (params->only || !strings_have(&linked, params->name))) {
        judge_nameless_link(judging, params, nameless);
    } else {
        judge_linked(judging, params, &linked, reading->is_complete);
    }
}

static void judge_link(struct judging *judging, const struct auth_scope_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "oauth_entity_auth_scope_mapping",
                                .key = "oauth_entity.client_id",
                                .value = params->client_id,
                                .fields = {mapping_columns, ARRAY_LEN(mapping_columns)}};
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    judging->finding->link =
        list_link(judging, "oauth_entity_auth_scope_mapping",
                  say(judging, "oauth_entity.client_id=%s", params->client_id));
    judging->finding->wanted = say(judging, "scope %s linked to the application", params->name);
    if (reading.presence == PRESENCE_ABSENT) {
        judge_unlinked(judging, params, "no scope is linked to the application");
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
    judge_links(judging, params, &reading);
}

static void auth_scope_judge(struct judging *judging, const void *given)
{
    const struct auth_scope_params *params = given;
    if (params->leaves_others_in) {
        judge_reach(judging, params);
    } else if (params->client_id != NULL) {
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
