/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the instance writes down about calls, and who may read it.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define INCIDENT "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number"
#define USER "cxm_integration"

/* The value of a column of the newest row. */
static const char *last(struct bench *bench, const char *table, const char *column)
{
    const struct table *found = sim_table_find(bench->world, table);

    return found->n_rows == 0 ? NULL : sim_row_get(found->rows[found->n_rows - 1], column);
}

static size_t count(struct bench *bench, const char *table)
{
    return sim_table_find(bench->world, table)->n_rows;
}

Test(sim_log, transactions)
{
    const struct pair agent[] = {{"User-Agent", "glidepath/test run-1"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_call_with(&bench, "GET", INCIDENT "&x-sn-apikey=test-secret-not-real",
                    bench_token(&bench), NULL, agent, 1);
    cr_expect_str_eq(last(&bench, "syslog_transaction", "url"), INCIDENT "&x-sn-apikey=[secret]");
    cr_expect_str_eq(last(&bench, "syslog_transaction", "type"), "rest");
    cr_expect_str_eq(last(&bench, "syslog_transaction", "http_response_code"), "200");
    cr_expect_str_eq(last(&bench, "syslog_transaction", "remote_ip"), "192.0.2.7");
    cr_expect_str_eq(last(&bench, "syslog_transaction", "user_agent"), "glidepath/test run-1");
    cr_expect_str_eq(last(&bench, "syslog_transaction", "sys_created_by"), USER);
    cr_expect_eq(strlen(last(&bench, "syslog_transaction", "sys_created_on")), 19);
    bench_get(&bench,
              "/api/now/table/syslog_transaction?sysparm_query=type=rest^user_agentLIKErun-1&"
              "sysparm_fields=http_response_code,sys_created_by",
              AUDITOR);
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":[{\"http_response_code\":\"200\",\"sys_created_by\":\"" USER
                     "\"}]}");
    bench_get(&bench, "/api/now/table/syslog_transaction", bench_token(&bench));
    cr_expect_str_eq(bench_body(&bench), "{\"result\":[]}", "nobody but an admin");
    bench_close(&bench);
}

Test(sim_log, refused_calls)
{
    static const struct {
        const char *setting;
        size_t n;
    } rows[] = {{"guest", 1}, {"none", 0}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "refused-call-log", rows[i].setting);
        bench_get(&bench, INCIDENT, NULL);
        cr_expect_eq(count(&bench, "syslog_transaction"), rows[i].n, "row %zu", i);
        cr_expect(rows[i].n == 0 ||
                  text_equal(last(&bench, "syslog_transaction", "sys_created_by"), "guest"));
        bench_close(&bench);
    }
}

/* Who is stopped before the instance leaves no transaction: by its address, by the edge. */
Test(sim_log, calls_that_leave_no_trace)
{
    static const char *const faults[] = {"ip-restricted", "instance-hibernating",
                                         "instance-unavailable", "edge-blocked"};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        bench_open(&bench, faults[i], NULL, NULL);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(count(&bench, "syslog_transaction"), 0, "%s", faults[i]);
        cr_expect_eq(count(&bench, "syslog"), 0, "%s", faults[i]);
        bench_close(&bench);
    }
}

Test(sim_log, failed_logins)
{
    static const struct {
        const char *credential;
        const char *name; /* of the event, or NULL */
        const char *parm1;
        const char *why;
    } rows[] = {
        {USER ":wrong", "login.failed", USER, "a wrong password"},
        {"nobody:wrong", "login.failed", "nobody", "an unknown user"},
        {"dana.ops:wrong", "external.authentication.failed", "dana.ops", "a directory's user"},
        {USER ":simulated-service-password", NULL, NULL, "a good one"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        bench_set(&bench, "sys_user", "dana.ops", "source", "ldap:CN=Dana");
        bench_get(&bench, INCIDENT, basic_header(bench.arena, rows[i].credential));
        cr_expect(text_equal(last(&bench, "sysevent", "name"), rows[i].name), "row %zu (%s)", i,
                  rows[i].why);
        cr_expect(text_equal(last(&bench, "sysevent", "parm1"), rows[i].parm1), "row %zu (%s)", i,
                  rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_log, the_restriction_says_so)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_set(&bench, "sys_user", USER, "web_service_access_only", "false");
    bench_property(&bench, "glide.authenticate.basic_auth.restriction.enforce", "true");
    bench_property(&bench, "glide.authenticate.basic_auth.restriction.active", "true");
    bench_get(&bench, INCIDENT, basic_header(bench.arena, USER ":simulated-service-password"));
    cr_expect_eq(bench.reply.status, 401);
    cr_expect_str_eq(last(&bench, "syslog", "message"),
                     "SNCRestrictBasicAuthUserAuthenticationGate: denied basic-auth API call for "
                     "interactive-login user [" USER "] under enforce=true");
    bench_close(&bench);
}

Test(sim_log, policy_refusals)
{
    struct bench bench;

    bench_open(&bench, "policy-profile-unlinked", NULL, NULL);
    bench_get(&bench, INCIDENT, bench_token(&bench));
    cr_expect_eq(bench.reply.status, 401);
    cr_expect_str_eq(last(&bench, "adaptive_auth_event", "user_name"), USER);
    cr_expect_str_eq(last(&bench, "adaptive_auth_event", "source_ip"), "192.0.2.7");
    cr_expect_str_eq(last(&bench, "adaptive_auth_event", "api_auth_policies"),
                     bench_id(&bench, "sys_api_access_policy", "Table API for integrations"));
    bench_close(&bench);
}

Test(sim_log, token_flow)
{
    static const struct {
        const char *form;
        const char *message; /* NULL: none */
        const char *why;
    } rows[] = {
        {TOKEN_FORM, NULL, "a token"},
        {"grant_type=client_credentials&client_id=" CLIENT_ID "&client_secret=wrong",
         "Exception on token flow - client_secret", "a wrong secret"},
        {TOKEN_FORM "&scope=no_such_scope",
         "Exception on token flow - invalid_scope: no_such_scope", "a scope nobody made"},
        {"grant_type=refresh_token&refresh_token=x&client_id=" CLIENT_ID
         "&client_secret=simulated-client-secret",
         "Exception on token flow - invalid_token: The provided OAuth token is not valid",
         "a token that is none"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, rows[i].form);
        cr_expect(text_equal(last(&bench, "syslog", "message"), rows[i].message),
                  "row %zu (%s): %s", i, rows[i].why, last(&bench, "syslog", "message"));
        bench_close(&bench);
    }
    bench_open(&bench, "client-credentials-disabled", NULL, NULL);
    bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, TOKEN_FORM);
    cr_expect_str_eq(last(&bench, "syslog", "message"),
                     "Exception on token flow - unsupported_grant_type_for_pkce: PKCE only "
                     "supports authorization code flow");
    bench_close(&bench);
}

/* The answer is one for all of them; the log knows. */
Test(sim_log, refused_tokens)
{
    static const struct {
        const char *token; /* NULL: a good one */
        int later_s;
        const char *message;
        const char *why;
    } rows[] = {
        {"Authorization: Bearer test-secret-not-real", 0,
         "Oauth authentication failed for access token", "an unknown one"},
        {NULL, 1900, "Oauth authentication failed for access token", "an expired one"},
        {NULL, 0, NULL, "a good one"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        const char *token = rows[i].token == NULL ? bench_token(&bench) : rows[i].token;
        bench.later_s = rows[i].later_s;
        bench_get(&bench, INCIDENT, token);
        cr_expect_eq(bench.reply.status, rows[i].message == NULL ? 200 : 401, "row %zu", i);
        cr_expect(text_equal(last(&bench, "syslog", "message"), rows[i].message),
                  "row %zu (%s): %s", i, rows[i].why, last(&bench, "syslog", "message"));
        bench_close(&bench);
    }
}

/* The newest are kept, in order, and a long run does not grow. */
Test(sim_log, rotation)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (int i = 0; i < 1200; i++) {
        bench_get(&bench, arena_printf(bench.arena, "/api/now/nonsense/%d", i), NULL);
    }
    const struct table *table = sim_table_find(bench.world, "syslog_transaction");
    cr_expect_eq(table->n_rows, 1000);
    cr_expect_str_eq(sim_row_get(table->rows[0], "url"), "/api/now/nonsense/200");
    cr_expect_str_eq(last(&bench, "syslog_transaction", "url"), "/api/now/nonsense/1199");
    cr_expect_not_null(sim_row_by_id(bench.world, table, table->rows[0]->sys_id));
    bench_close(&bench);
}
