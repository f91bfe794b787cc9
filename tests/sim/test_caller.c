/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let in: credentials, the state of users, access policies, auth scopes, address rules.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/caller.h"
#include "support.h"

#define INCIDENT "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number"
#define NOT_AUTHENTICATED                                                                          \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"

Test(sim_caller, credentials)
{
    static const struct {
        const char *header;
        int status;
        const char *why;
    } rows[] = {
        {NULL, 401, "none"},
        {AUDITOR, 200, "a key in its header"},
        {"X-SN-ApiKey: simulated-auditor-key", 200, "header names have no case"},
        {"x-sn-apikey: wrong", 401, "a wrong key"},
        {"x-api-key: simulated-auditor-key", 401, "a header no parameter names"},
        {"Authorization: Bearer simulated-auditor-key", 401, "a key is no token"},
        {"Authorization: Bearer ", 401, "an empty token"},
        {"Authorization: Token abc", 401, "an unknown scheme"},
        {"Authorization: Basic !!!", 401, "no base64"},
        {"Authorization: Basic bm9jb2xvbg==", 401, "no colon"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, INCIDENT, rows[i].header);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
    }
    bench_get(&bench, INCIDENT "&x-sn-apikey=simulated-auditor-key", NULL);
    cr_expect_eq(bench.reply.status, 401, "the query parameter is on no profile of the policy");
    bench_close(&bench);
}

/* Dates in a query are known to whoever asks, by whatever kind of credential. */
Test(sim_caller, a_key_knows_the_time)
{
    static const char *const queries[] = {
        "user_name=dana.ops^sys_created_on<javascript:gs.minutesAgoStart(0)",
        "user_name=dana.ops^sys_created_on<javascript:gs.beginningOfToday()",
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        bench_get(&bench,
                  arena_printf(bench.arena, "/api/now/table/sys_user?sysparm_query=%s", queries[i]),
                  AUDITOR);
        cr_expect(strstr(bench_body(&bench), "dana.ops") != NULL, "%s: %s", queries[i],
                  bench_body(&bench));
    }
    bench_close(&bench);
}

Test(sim_caller, basic)
{
    static const struct {
        const char *column;
        const char *value;
        const char *password;
        int status;
        const char *why;
    } rows[] = {
        {"active", "true", "simulated-service-password", 200, "a good password"},
        {"active", "true", "wrong", 401, "a wrong one"},
        {"active", "true", "", 401, "an empty one"},
        {"active", "false", "simulated-service-password", 401, "an inactive user"},
        {"locked_out", "true", "simulated-service-password", 401, "a locked-out user"},
        {"password_needs_reset", "true", "simulated-service-password", 200,
         "a reset is not enforced for APIs unless a property says so"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        struct row *user =
            sim_row_by_value(bench.world, "sys_user", "user_name", "cxm_integration");
        sim_row_set(bench.world, user, rows[i].column, rows[i].value);
        bench_get(&bench, INCIDENT,
                  basic_header(bench.arena,
                               arena_printf(bench.arena, "cxm_integration:%s", rows[i].password)));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_caller, five_failures_lock_out)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *user =
        sim_row_by_value(bench.world, "sys_user", "user_name", "cxm_integration");
    const char *good = basic_header(bench.arena, "cxm_integration:simulated-service-password");
    const char *bad = basic_header(bench.arena, "cxm_integration:wrong");
    for (int i = 0; i < 4; i++) {
        bench_get(&bench, INCIDENT, bad);
    }
    cr_expect_str_eq(sim_row_get(user, "failed_attempts"), "4");
    cr_expect_str_eq(sim_row_get(user, "locked_out"), "false");
    bench_get(&bench, INCIDENT, good);
    cr_expect_eq(bench.reply.status, 200, "the fifth is good and ends the count");
    cr_expect_str_eq(sim_row_get(user, "failed_attempts"), "0");
    for (int i = 0; i < 5; i++) {
        bench_get(&bench, INCIDENT, bad);
    }
    bench_get(&bench, INCIDENT, good);
    cr_expect_eq(bench.reply.status, 401, "locked out: the right password does not help");
    bench_get(&bench,
              "/api/now/table/sys_user?sysparm_query=user_name=cxm_integration&sysparm_fields="
              "locked_out,failed_attempts",
              AUDITOR);
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":[{\"locked_out\":\"true\",\"failed_attempts\":\"5\"}]}",
                     "an auditor sees it");
    bench_close(&bench);
}

Test(sim_caller, basic_restriction)
{
    static const struct {
        bool enforced;
        const char *web_service_access_only;
        const char *role;
        int status;
        const char *why;
    } rows[] = {
        {false, "false", NULL, 200, "tracked only"},
        {true, "false", NULL, 401, "an interactive user"},
        {true, "true", NULL, 200, "a web-service-only user is exempt"},
        {true, "false", "snc_basic_auth_api_access", 200, "the role made for it"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        struct world *world = bench.world;
        struct row *user = sim_row_by_value(world, "sys_user", "user_name", "cxm_integration");
        struct row *property =
            sim_row_insert(world, sim_table_find(world, "sys_properties"), NULL, NULL);
        sim_row_set(world, property, "name", "glide.authenticate.basic_auth.restriction.enforce");
        sim_row_set(world, property, "value", rows[i].enforced ? " True " : "false");
        bench_property(&bench, "glide.authenticate.basic_auth.restriction.active", "true");
        sim_row_set(world, user, "web_service_access_only", rows[i].web_service_access_only);
        if (rows[i].role != NULL) {
            struct row *held =
                sim_row_insert(world, sim_table_find(world, "sys_user_has_role"), NULL, NULL);
            sim_row_set(world, held, "user", user->sys_id);
            sim_row_set(world, held, "role",
                        sim_row_by_value(world, "sys_user_role", "name", rows[i].role)->sys_id);
            sim_row_set(world, held, "state", "active");
        }
        bench_get(&bench, INCIDENT,
                  basic_header(bench.arena, "cxm_integration:simulated-service-password"));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_caller, wordings_and_headers)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_get(&bench, INCIDENT, NULL);
    cr_expect_str_eq(bench_body(&bench), NOT_AUTHENTICATED);
    cr_expect_str_eq(bench_header(&bench, "WWW-Authenticate"), "BASIC realm=\"Service-now\"");
    cr_expect_str_eq(bench_header(&bench, "X-Is-Logged-In"), "false");
    cr_expect_not_null(bench_header(&bench, "X-Transaction-ID"));
    cr_expect_not_null(bench_header(&bench, "Set-Cookie"));
    cr_expect_str_eq(bench_header(&bench, "Server"), "snow_adc");
    bench_get(&bench, INCIDENT, AUDITOR);
    cr_expect_str_eq(bench_header(&bench, "X-Is-Logged-In"), "true");
    bench_close(&bench);

    bench_open(&bench, NULL, "not-authenticated", "older");
    bench_get(&bench, INCIDENT, NULL);
    cr_expect_not_null(strstr(bench_body(&bench), "\"User Not Authenticated\""));
    bench_close(&bench);
}

/* Puts columns of the healthy world's policy, "column=value column=value", or deletes it. */
static void change_policy(struct bench *bench, const char *changes)
{
    struct row *policy = sim_row_by_value(bench->world, "sys_api_access_policy", "name",
                                          "Table API for integrations");
    struct strings list = strings_split(bench->arena, changes, ' ');

    if (text_equal(changes, "delete")) {
        sim_row_delete(bench->world, policy);
        return;
    }
    for (size_t i = 0; i < list.n_items; i++) {
        size_t len = strcspn(list.items[i], "=");
        sim_row_set(bench->world, policy, arena_strndup(bench->arena, list.items[i], len),
                    list.items[i] + len + 1);
    }
}

Test(sim_caller, policies)
{
    static const struct {
        const char *changes;
        const char *uri;
        int oauth;
        int key;
        const char *why;
    } rows[] = {
        {"", INCIDENT, 200, 200, "all three kinds are mapped"},
        {"delete", INCIDENT, 200, 401, "no policy: OAuth yes, keys never"},
        {"active=false", INCIDENT, 200, 401, "an inactive policy is no policy"},
        {"api_path=now/attachment", INCIDENT, 200, 401, "a policy about another API"},
        {"api_path=now/attachment apply_all_methods=false apply_global=true", INCIDENT, 200, 401,
         "a global policy admits no keys"},
        {"apply_all=false apply_all_methods=false http_method=POST", INCIDENT, 200, 401,
         "a policy about another method"},
        {"apply_all=false apply_all_methods=false http_method=get", INCIDENT, 200, 200,
         "a policy about this method"},
        {"apply_all=false apply_all_versions=false version=v2", INCIDENT, 200, 401,
         "a version, and a path without one"},
        {"apply_all=false apply_all_versions=false version=v2",
         "/api/now/v2/table/incident?sysparm_limit=1", 200, 200, "the version of the path"},
        {"apply_all_tables=false api_tablename=problem,task", INCIDENT, 200, 401,
         "a list without the table"},
        {"apply_all_tables=false api_tablename=problem,incident", INCIDENT, 200, 200,
         "a list with it"},
        {"http_method=POST", INCIDENT, 200, 401,
         "a stale method counts in spite of the flag (normalize_apply_all_fields is not set)"},
        {"apply_all=false apply_all_resources=false api_resource=/now/table/{tableName}/{sys_id}",
         INCIDENT, 200, 401, "another resource"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        change_policy(&bench, rows[i].changes);
        bench_get(&bench, rows[i].uri, bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[i].oauth, "row %zu (%s): oauth %d", i, rows[i].why,
                     bench.reply.status);
        bench_get(&bench, rows[i].uri, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].key, "row %zu (%s): key %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

static void unmap_profiles(struct bench *bench)
{
    struct table *mappings = sim_table_find(bench->world, "sys_auth_profile_mapping");

    while (mappings->n_rows > 0) {
        sim_row_delete(bench->world, mappings->rows[0]);
    }
}

Test(sim_caller, policy_without_profiles)
{
    static const struct {
        const char *setting;
        int oauth;
    } rows[] = {{"open", 200}, {"refused", 401}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "unmapped-policy", rows[i].setting);
        unmap_profiles(&bench);
        bench_get(&bench, INCIDENT, bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[i].oauth, "row %zu (%s)", i, rows[i].setting);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, 401, "row %zu: keys always need a mapping", i);
        bench_close(&bench);
    }
}

Test(sim_caller, schemes)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    change_policy(&bench, "all_authn_scheme_authenticate_header=true");
    bench_get(&bench, INCIDENT, NULL);
    size_t n = 0;
    for (size_t i = 0; i < bench.reply.headers.n_items; i++) {
        n += text_equal(bench.reply.headers.items[i].key, "WWW-Authenticate") ? 1 : 0;
    }
    cr_expect_eq(n, 2, "both schemes are advertised");
    bench_close(&bench);
}

/* Two tables link an application to its scopes, and notes contradict each other on which counts. */
Test(sim_caller, two_tables_of_scopes)
{
    static const struct {
        const char *setting; /* NULL: the default */
        bool is_mapped;      /* in oauth_entity_auth_scope_mapping */
        const char *named;   /* in oauth_entity_scope; NULL: nothing */
        int status;
        const char *why;
    } rows[] = {
        {NULL, true, NULL, 200, "the healthy world"},
        {NULL, false, "cxm_api_access", 403, "the older table has no say"},
        {"mapping", false, "cxm_api_access", 403, "which is the default"},
        {"both", true, NULL, 200, "either will do"},
        {"both", false, "cxm_api_access", 200, "either will do"},
        {"both", false, "useraccount", 200, "by the scope for everything too"},
        {"both", false, "another", 403, "a scope of another name"},
        {"both", false, NULL, 403, "neither"},
        {"entity-scope", true, NULL, 403, "the newer table has no say"},
        {"entity-scope", true, "cxm_api_access", 200, "the older one has"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, rows[i].setting == NULL ? NULL : "scope-table", rows[i].setting);
        if (!rows[i].is_mapped) {
            sim_row_delete(bench.world,
                           sim_table_find(bench.world, "oauth_entity_auth_scope_mapping")->rows[0]);
        }
        if (rows[i].named != NULL) {
            ADD(&bench, "oauth_entity_scope", {"name", "Table API"},
                {"oauth_entity", bench_id(&bench, "oauth_entity", "Cloud ex Machina Integration")},
                {"oauth_entity_scope", rows[i].named});
        }
        const char *token = bench_token(&bench);
        const char *scope = rows[i].named != NULL ? rows[i].named : "cxm_api_access";
        cr_expect(rows[i].status != 200 ||
                      strstr(bench_body(&bench),
                             arena_printf(bench.arena, "\"scope\":\"%s\"", scope)) != NULL,
                  "row %zu (%s): %s", i, rows[i].why, bench_body(&bench));
        bench_get(&bench, INCIDENT, token);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_caller, scopes)
{
    static const struct {
        const char *status; /* scope_restriction_status */
        const char *rule;   /* sys_api_access_scope.active */
        bool is_linked;
        const char *property; /* com.glide.rest.api.auth.scope.check.enable */
        const char *detail;   /* NULL: let through */
        const char *why;
    } rows[] = {
        {"restricted", "true", true, "true", NULL, "the healthy world"},
        {"restricted", "false", true, "true", "Access to unscoped api is not allowed",
         "an inactive record puts the API into no scope"},
        {"unrestricted", "false", true, "true", NULL, "unscoped APIs are open to others"},
        {"", "false", true, "true", NULL, "and to clients of older releases"},
        {"unrestricted", "true", false, "true", "Missing required api access scope: cxm_api_access",
         "a scoped API needs the scope"},
        {"restricted", "true", false, "true", "Missing required api access scope: cxm_api_access",
         "whatever the status"},
        {"restricted", "true", false, "false", NULL, "the check can be switched off"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        struct world *world = bench.world;
        sim_row_set(world, sim_row_by_value(world, "oauth_entity", "client_id", CLIENT_ID),
                    "scope_restriction_status", rows[i].status);
        sim_row_set(world,
                    sim_row_by_value(world, "sys_api_access_scope", "name", "cxm_api_access"),
                    "active", rows[i].rule);
        sim_row_set(world,
                    sim_row_by_value(world, "sys_properties", "name",
                                     "com.glide.rest.api.auth.scope.check.enable"),
                    "value", rows[i].property);
        if (!rows[i].is_linked) {
            sim_row_delete(world,
                           sim_table_find(world, "oauth_entity_auth_scope_mapping")->rows[0]);
        }
        bench_get(&bench, INCIDENT, bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[i].detail == NULL ? 200 : 403, "row %zu (%s): %d", i,
                     rows[i].why, bench.reply.status);
        cr_expect(rows[i].detail == NULL || strstr(bench_body(&bench), rows[i].detail) != NULL,
                  "row %zu (%s): %s", i, rows[i].why, bench_body(&bench));
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, 200, "row %zu: scopes bind no keys", i);
        bench_close(&bench);
    }
}

Test(sim_caller, address_rules)
{
    static const struct {
        const char *first; /* "type flow from to" */
        const char *second;
        bool is_blocked;
        const char *why;
    } rows[] = {
        {NULL, NULL, false, "no rule"},
        {"deny inbound 0.0.0.0 255.255.255.255", NULL, true, "all denied"},
        {"Deny Inbound 0.0.0.0 255.255.255.255", NULL, true, "labels instead of values"},
        {"deny inbound 0.0.0.0 255.255.255.255", "allow inbound 192.0.2.0 192.0.2.255", false,
         "allow wins"},
        {"allow inbound 192.0.2.0 192.0.2.255", "deny inbound 0.0.0.0 255.255.255.255", false,
         "whatever the order"},
        {"deny inbound 192.0.2.8 192.0.2.9", NULL, false, "another range"},
        {"deny outbound 0.0.0.0 255.255.255.255", NULL, false, "the other direction"},
        {"deny bidirectional 192.0.2.7 192.0.2.7", NULL, true, "both directions, one address"},
        {"deny inbound 192.0.2.0/24 192.0.2.0/24", NULL, false, "no CIDR in this table"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *rules[] = {rows[i].first, rows[i].second};
        bench_open(&bench, NULL, NULL, NULL);
        for (size_t k = 0; k < 2 && rules[k] != NULL; k++) {
            static const char *const columns[] = {"type", "flow", "range_start", "range_end"};
            struct strings parts = strings_split(bench.arena, rules[k], ' ');
            struct row *row =
                sim_row_insert(bench.world, sim_table_find(bench.world, "ip_access"), NULL, NULL);
            sim_row_set(bench.world, row, "active", "true");
            for (size_t n = 0; n < parts.n_items; n++) {
                sim_row_set(bench.world, row, columns[n], parts.items[n]);
            }
        }
        cr_expect_eq(sim_address_is_blocked(bench.world, "192.0.2.7"), rows[i].is_blocked,
                     "row %zu (%s)", i, rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_caller, blocked_address_bodies)
{
    static const struct {
        const char *setting;
        int status;
        bool has_body;
    } rows[] = {{"empty", 403, false}, {"html", 403, true}, {"not-found", 404, false}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, "ip-restricted", "address-refusal", rows[i].setting);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        cr_expect_eq(bench.reply.body.len > 0, rows[i].has_body, "row %zu (%s)", i,
                     rows[i].setting);
        cr_expect_null(bench_header(&bench, "X-Transaction-ID"), "row %zu: no transaction", i);
        bench_close(&bench);
    }
}

/* The shipped policies list Basic only, so a key shows whether they are in force. */
Test(sim_caller, shipped_policies_on_and_off)
{
    static const struct {
        const char *setting;
        const char *active; /* of the policy before */
        int status;
        const char *why;
    } rows[] = {
        {"by-world", "false", 200, "as the world has them"},
        {"by-world", "true", 401, "as the world has them"},
        {"active", "false", 401, "on"},
        {"inactive", "true", 200, "off"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "shipped-policies", rows[i].setting);
        bench_set(&bench, "sys_api_access_policy", "Table GET API Access Policy", "active",
                  rows[i].active);
        sim_world_derive(bench.world);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_caller, words_for_a_missing_scope)
{
    static const struct {
        const char *setting;
        const char *detail;
    } rows[] = {
        {"named", "\"detail\":\"Missing required api access scope: cxm_api_access\""},
        {"bare", "\"detail\":\"Missing required api access scope\""},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "missing-scope", rows[i].setting);
        sim_row_delete(bench.world,
                       sim_table_find(bench.world, "oauth_entity_auth_scope_mapping")->rows[0]);
        bench_get(&bench, INCIDENT, bench_token(&bench));
        cr_expect_eq(bench.reply.status, 403);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].detail), "row %zu: %s", i,
                           bench_body(&bench));
        bench_close(&bench);
    }
}

Test(sim_caller, names_of_the_edge)
{
    static const struct {
        const char *setting;
        const char *server;
    } rows[] = {{"snow-adc", "snow_adc"}, {"older", "ServiceNow"}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "edge", rows[i].setting);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_str_eq(bench_header(&bench, "Server"), rows[i].server, "row %zu", i);
        bench_close(&bench);
    }
}

/* What stands in front answers every path alike, but for the busy semaphores of the API. */
Test(sim_caller, fronts)
{
    static const struct {
        const char *setting;
        int api;
        int token;
        bool is_from_node;
    } rows[] = {
        {"open", 401, 401, true},
        {"hibernating", 200, 200, false},
        {"login-page", 200, 200, true},
        {"login-redirect", 302, 302, true},
        {"unavailable", 502, 502, false},
        {"edge-blocked", 403, 403, false},
        {"busy", 429, 401, true},
        {"hibernating-redirect", 302, 302, false},
        {"hibernating-unavailable", 503, 503, false},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "front", rows[i].setting);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, "grant_type=none");
        cr_expect_eq(bench.reply.status, rows[i].token, "row %zu (%s)", i, rows[i].setting);
        bench_get(&bench, INCIDENT, NULL);
        cr_expect_eq(bench.reply.status, rows[i].api, "row %zu (%s)", i, rows[i].setting);
        cr_expect_eq(bench_header(&bench, "X-Transaction-ID") != NULL, rows[i].is_from_node,
                     "row %zu (%s)", i, rows[i].setting);
        bench_close(&bench);
    }
}

Test(sim_caller, tokens_bound_to_policies)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    sim_row_set(bench.world, sim_row_by_value(bench.world, "oauth_entity", "client_id", CLIENT_ID),
                "restricted_binding", "true");
    bench_get(&bench, INCIDENT, bench_token(&bench));
    cr_expect_eq(bench.reply.status, 200, "the policy lists the profile");
    change_policy(&bench, "delete");
    bench_get(&bench, INCIDENT, bench_token(&bench));
    cr_expect_eq(bench.reply.status, 401, "no policy does");
    bench_close(&bench);
}

Test(sim_caller, locked_out_tokens)
{
    static const struct {
        const char *setting;
        int status;
    } rows[] = {{"refused", 401}, {"admitted", 200}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "locked-out-token", rows[i].setting);
        const char *token = bench_token(&bench);
        sim_row_set(bench.world,
                    sim_row_by_value(bench.world, "sys_user", "user_name", "cxm_integration"),
                    "locked_out", "true");
        bench_get(&bench, INCIDENT, token);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        bench_close(&bench);
    }
}
