/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: what keeps a call from its API, and how each refusal looks.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define INCIDENT "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number"
#define USER "cxm_integration"
#define REFUSED "User is not authenticated"
#define ACL "Failed API level ACL Validation"

static void get_as_user(struct bench *bench)
{
    bench_get(bench, INCIDENT, basic_header(bench->arena, USER ":simulated-service-password"));
}

static void set_user(struct bench *bench, const char *column, const char *value)
{
    bench_set(bench, "sys_user", USER, column, value);
}

/* The value of a column of the newest row. */
static const char *newest(struct bench *bench, const char *table, const char *column)
{
    const struct table *found = sim_table_find(bench->world, table);

    return found->n_rows == 0 ? "" : sim_row_get(found->rows[found->n_rows - 1], column);
}

/* --- the user behind a password --- */

enum exception {
    BY_NOTHING,
    BY_ROLE,
    BY_OWN_ROLE,
    BY_LIST,
    BY_GRANT,
    BY_NO_GRANT,
    BY_EXTERNAL,
    BY_EXTERNAL_OFF,
    BY_WEB_SERVICE,
    BY_WEB_SERVICE_OFF,
    BY_MID_SERVER
};

static void make_exception(struct bench *bench, enum exception exception)
{
    static const char prefix[] = "glide.authenticate.basic_auth.";
    const char *id = bench_id(bench, "sys_user", USER);

    if (exception == BY_ROLE) {
        bench_grant(bench, USER, "snc_basic_auth_api_access");
    } else if (exception == BY_OWN_ROLE) {
        bench_property(bench, arena_printf(bench->arena, "%sallowed_roles", prefix),
                       "web_service_admin, itil");
    } else if (exception == BY_LIST) {
        bench_property(bench, arena_printf(bench->arena, "%sallowed_users", prefix),
                       arena_printf(bench->arena, "0123456789abcdef0123456789abcdef,%s", id));
    } else if (exception == BY_MID_SERVER) {
        ADD(bench, "sys_user_role", {"name", "mid_server"});
        bench_grant(bench, USER, "mid_server");
    } else if (exception == BY_GRANT || exception == BY_NO_GRANT) {
        ADD(bench, "sys_user_basic_auth_exception", {"user", id},
            {"decision", exception == BY_GRANT ? "grant" : "no_grant"});
    } else if (exception == BY_EXTERNAL || exception == BY_EXTERNAL_OFF) {
        ADD(bench, "sys_user_role", {"name", "snc_external"});
        bench_grant(bench, USER, "snc_external");
        bench_property(bench, arena_printf(bench->arena, "%sallow_snc_external", prefix),
                       exception == BY_EXTERNAL ? "true" : "false");
    } else if (exception == BY_WEB_SERVICE || exception == BY_WEB_SERVICE_OFF) {
        set_user(bench, "web_service_access_only", "true");
        bench_property(bench, arena_printf(bench->arena, "%sallow_wsao", prefix),
                       exception == BY_WEB_SERVICE ? "true" : "false");
    }
}

static void restrict_basic(struct bench *bench, const char *is_active)
{
    bench_property(bench, "glide.authenticate.basic_auth.restriction.enforce", "true");
    bench_property(bench, "glide.authenticate.basic_auth.restriction.active", is_active);
}

/* What one property does without the other is not documented. */
Test(sim_gate, a_restriction_that_is_not_active)
{
    static const struct {
        const char *setting;
        const char *is_active;
        int status;
    } rows[] = {{"admitted", "true", 401},
                {"admitted", "false", 200},
                {"enforced", "true", 401},
                {"enforced", "false", 401}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "inactive-restriction", rows[i].setting);
        set_user(&bench, "web_service_access_only", "false");
        restrict_basic(&bench, rows[i].is_active);
        get_as_user(&bench);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu: %d", i, bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_gate, who_may_still_use_basic)
{
    static const struct {
        enum exception exception;
        int status;
        const char *why;
    } rows[] = {
        {BY_NOTHING, 401, "an interactive user"},
        {BY_ROLE, 200, "the role made for it"},
        {BY_OWN_ROLE, 200, "a role the admin listed"},
        {BY_LIST, 200, "named by sys_id"},
        {BY_GRANT, 200, "an exception that grants"},
        {BY_NO_GRANT, 401, "an exception that does not"},
        {BY_EXTERNAL, 200, "an external user"},
        {BY_EXTERNAL_OFF, 401, "external users may be switched off"},
        {BY_WEB_SERVICE, 200, "web services only"},
        {BY_WEB_SERVICE_OFF, 401, "and these too"},
        {BY_MID_SERVER, 200, "a MID Server"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        set_user(&bench, "web_service_access_only", "false");
        restrict_basic(&bench, "true");
        make_exception(&bench, rows[i].exception);
        get_as_user(&bench);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        cr_expect_not_null(bench_token(&bench), "row %zu: other credentials are not concerned", i);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
                   "grant_type=password&username=" USER "&password=simulated-service-password"
                   "&client_id=" CLIENT_ID "&client_secret=simulated-client-secret");
        cr_expect_eq(bench.reply.status, 200, "row %zu: nor is the password grant", i);
        bench_close(&bench);
    }
}

Test(sim_gate, second_factor)
{
    static const struct {
        const char *enrolled;
        const char *property;
        const char *password;
        int status;
        const char *header;
        const char *why;
    } rows[] = {
        {"true", "true", "simulated-service-password", 401, "invalid", "enrolled and asked for"},
        {"true", "true", "wrong", 401, NULL, "a wrong password says nothing about it"},
        {"true", "false", "simulated-service-password", 200, NULL, "not asked for"},
        {"false", "true", "simulated-service-password", 200, NULL, "not enrolled"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        set_user(&bench, "enable_multifactor_authn", rows[i].enrolled);
        bench_property(&bench, "glide.authenticate.multifactor.for_integrations", rows[i].property);
        bench_get(
            &bench, INCIDENT,
            basic_header(bench.arena, arena_printf(bench.arena, USER ":%s", rows[i].password)));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].why);
        cr_expect(text_equal(bench_header(&bench, "X-MFA_TOKEN"), rows[i].header), "row %zu (%s)",
                  i, rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_gate, users_of_a_directory)
{
    static const struct {
        const char *setting;
        const char *source;
        int status;
        const char *why;
    } rows[] = {
        {"unreachable", "ldap:CN=x,OU=y", 401, "LDAP, and nobody there to ask"},
        {"unreachable", "sso:abc", 401, "single sign-on"},
        {"unreachable", "Import by HR", 401, "any source says so"},
        {"unreachable", "", 200, "a user of the instance's own"},
        {"reachable", "ldap:CN=x,OU=y", 200, "the directory takes the password"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "external-directory", rows[i].setting);
        set_user(&bench, "source", rows[i].source);
        get_as_user(&bench);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_gate, password_reset)
{
    static const struct {
        const char *setting;
        const char *property;
        int status;
    } rows[] = {
        {"by-property", "false", 200}, {"by-property", "true", 401}, {"refused", "false", 401}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "password-reset", rows[i].setting);
        set_user(&bench, "password_needs_reset", "true");
        bench_property(&bench, "glide.authenticate.api.user.reset_password.mandatory",
                       rows[i].property);
        get_as_user(&bench);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu", i);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, 200, "row %zu: keys are not concerned", i);
        bench_close(&bench);
    }
}

Test(sim_gate, a_lock_by_failures_ends)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        bench_get(&bench, INCIDENT, basic_header(bench.arena, USER ":wrong"));
    }
    bench.later_s = 14 * 60;
    get_as_user(&bench);
    cr_expect_eq(bench.reply.status, 401, "fourteen minutes later");
    bench.later_s = 16 * 60;
    get_as_user(&bench);
    cr_expect_eq(bench.reply.status, 200, "sixteen minutes later");
    for (int i = 0; i < 5; i++) {
        bench_get(&bench, INCIDENT, basic_header(bench.arena, USER ":wrong"));
    }
    set_user(&bench, "locked_out", "false");
    get_as_user(&bench);
    cr_expect_eq(bench.reply.status, 200, "an admin was faster");
    set_user(&bench, "locked_out", "true");
    bench.later_s = 90 * 24 * 3600;
    get_as_user(&bench);
    cr_expect_eq(bench.reply.status, 401, "an admin's lock stays");
    bench_close(&bench);
}

/* Whoever asks next finds it over: a key, a token, and an admin who reads the row. */
Test(sim_gate, a_lock_ends_for_everybody)
{
    static const char locked[] = "/api/now/table/sys_user?sysparm_query=user_name=" USER
                                 "&sysparm_fields=locked_out,failed_attempts";
    enum { BY_KEY, BY_TOKEN, BY_REQUEST, BY_READING, N_WAYS };
    struct bench bench;

    for (int way = 0; way < N_WAYS; way++) {
        bench_open(&bench, NULL, NULL, NULL);
        const char *token = bench_token(&bench);
        ADD(&bench, "api_key", {"user", bench_id(&bench, "sys_user", USER)}, {"active", "true"},
            {"token", "test-secret-not-real"});
        for (int i = 0; i < 5; i++) {
            bench_get(&bench, INCIDENT, basic_header(bench.arena, USER ":wrong"));
        }
        for (int late = 0; late < 2; late++) {
            bench.later_s = late == 0 ? 14 * 60 : 16 * 60;
            if (way == BY_KEY) {
                bench_get(&bench, INCIDENT, "x-sn-apikey: test-secret-not-real");
            } else if (way == BY_TOKEN) {
                bench_get(&bench, INCIDENT, token);
            } else if (way == BY_REQUEST) {
                bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, TOKEN_FORM);
            } else {
                bench_get(&bench, locked, AUDITOR);
                cr_expect_str_eq(
                    bench_body(&bench),
                    late == 0
                        ? "{\"result\":[{\"locked_out\":\"true\",\"failed_attempts\":\"5\"}]}"
                        : "{\"result\":[{\"locked_out\":\"false\",\"failed_attempts\":\"0\"}]}");
            }
            cr_expect_eq(bench.reply.status, late == 0 && way != BY_READING ? 401 : 200,
                         "way %d, %d: %d", way, late, bench.reply.status);
        }
        bench_close(&bench);
    }
}

/* --- the last login --- */

Test(sim_gate, the_last_login)
{
    static const char basic[] = "glide.basicauth.update_last_login_time";
    static const char oauth[] = "glide.oauth.update_last_login_time";
    enum { BASIC, TOKEN, KEY, WRONG };
    static const struct {
        const char *setting; /* of last-login */
        const char *property;
        const char *value;
        int credential;
        bool is_moved;
        const char *why;
    } rows[] = {
        {"every-kind", NULL, NULL, BASIC, true, "a password"},
        {"every-kind", basic, "false", BASIC, false, "switched off for passwords"},
        {"every-kind", oauth, "false", BASIC, true, "for tokens only"},
        {"every-kind", NULL, NULL, TOKEN, true, "a token"},
        {"every-kind", oauth, "false", TOKEN, false, "switched off for tokens"},
        {"every-kind", NULL, NULL, KEY, true, "a key"},
        {"not-keys", NULL, NULL, KEY, false, "a key that is no login"},
        {"not-keys", NULL, NULL, TOKEN, true, "which a token is"},
        {"none", NULL, NULL, BASIC, false, "nobody asked for it"},
        {"none", basic, "true", BASIC, true, "and now somebody has"},
        {"none", oauth, "true", TOKEN, true, "for tokens too"},
        {"none", oauth, "true", KEY, false, "not for keys"},
        {"every-kind", NULL, NULL, WRONG, false, "a wrong password"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "last-login", rows[i].setting);
        const struct row *user = sim_row_by_value(bench.world, "sys_user", "user_name", USER);
        set_user(&bench, "last_login_time", "2020-01-01 00:00:00");
        ADD(&bench, "api_key", {"user", user->sys_id}, {"active", "true"},
            {"token", "test-secret-not-real"});
        if (rows[i].property != NULL) {
            bench_property(&bench, rows[i].property, rows[i].value);
        }
        const char *headers[] = {basic_header(bench.arena, USER ":simulated-service-password"),
                                 bench_token(&bench), "x-sn-apikey: test-secret-not-real",
                                 basic_header(bench.arena, USER ":wrong")};
        bench_get(&bench, INCIDENT, headers[rows[i].credential]);
        const char *moved = sim_row_get(user, "last_login_time");
        cr_expect_eq(!text_equal(moved, "2020-01-01 00:00:00"), rows[i].is_moved,
                     "row %zu (%s): %s", i, rows[i].why, moved);
        cr_expect(!rows[i].is_moved || (strlen(sim_row_get(user, "last_login")) == 10 &&
                                        text_starts_with(moved, sim_row_get(user, "last_login"))),
                  "row %zu: %s", i, sim_row_get(user, "last_login"));
        bench_close(&bench);
    }
}

/* --- keys --- */

/* Several parameters may name one header; the one that gives an admitted key is meant. */
Test(sim_gate, a_key_by_any_parameter)
{
    static const struct {
        const char *prefix; /* of a second parameter for the header */
        const char *listed; /* by the profile */
        const char *header;
        const char *suffix; /* of the query */
        int status;
        const char *why;
    } rows[] = {
        {"Key ", "Second", "x-sn-apikey: Key simulated-auditor-key", "", 200, "with its prefix"},
        {"Key ", "Second", AUDITOR, "", 401, "without it it is the first's, which is not listed"},
        {"", "Second", AUDITOR, "", 200, "both fit, the policy lists the second"},
        {"", "Header for API Key", AUDITOR, "", 200, "or the first"},
        {"Key ", "Query parameter for API Key", "x-sn-apikey: wrong",
         "&x-sn-apikey=simulated-auditor-key", 200, "a wrong one in the header, a good one behind"},
        {"Key ", "Header for API Key", AUDITOR, "&x-sn-apikey=wrong", 200, "the other way round"},
        {"Key ", "Second", "x-sn-apikey: Key wrong", "", 401, "a wrong key"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        ADD(&bench, "sys_token_auth_parameter", {"description", "Second"},
            {"parameter_name", "x-sn-apikey"}, {"type", "auth_header"}, {"prefix", rows[i].prefix});
        bench_set(&bench, "http_key_auth", "API keys", "auth_parameter",
                  bench_id(&bench, "sys_token_auth_parameter", rows[i].listed));
        bench_get(&bench, arena_printf(bench.arena, INCIDENT "%s", rows[i].suffix), rows[i].header);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

/* A scope of "attachments_only" for the auditor's key. */
static void limit_key(struct bench *bench)
{
    const struct row *scope = ADD(bench, "sys_auth_scope", {"name", "attachments_only"});

    bench_set(bench, "api_key", "glidepath auditor", "auth_scope", scope->sys_id);
}

/* The refusal names what is missing, as that of a token does. */
Test(sim_gate, a_key_outside_its_scope)
{
    static const struct {
        const char *setting;
        const char *is_linked; /* the Table API to the scope cxm_api_access */
        int status;
        const char *detail;
    } rows[] = {
        {"forbidden", "true", 403, "Missing required api access scope: cxm_api_access"},
        {"forbidden", "false", 403, "Access to unscoped api is not allowed"},
        {"unauthorized", "true", 401, "Required to provide Auth information"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "key-scope-refusal", rows[i].setting);
        bench_set(&bench, "sys_api_access_scope", "cxm_api_access", "active", rows[i].is_linked);
        limit_key(&bench);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu: %d", i, bench.reply.status);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].detail), "row %zu: %s", i,
                           bench_body(&bench));
        bench_close(&bench);
    }
}

/* A batch is no way around it. */
Test(sim_gate, a_key_outside_its_scope_in_a_batch)
{
    static const char body[] =
        "{\"batch_request_id\":\"1\",\"rest_requests\":[{\"id\":\"a\",\"method\":\"GET\","
        "\"url\":\"" INCIDENT "\"}]}";
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *policy =
        ADD(&bench, "sys_api_access_policy", {"name", "Batches"}, {"active", "true"},
            {"api_path", "now/batch"}, {"apply_all", "true"});
    ADD(&bench, "sys_auth_profile_mapping", {"api_access_policy", policy->sys_id},
        {"inbound_auth_profile", bench_id(&bench, "http_key_auth", "API keys")});
    limit_key(&bench);
    ADD(&bench, "sys_api_access_scope", {"active", "true"}, {"api_path", "now/batch"},
        {"apply_all_methods", "true"},
        {"auth_scope", bench_id(&bench, "sys_auth_scope", "attachments_only")});
    bench_call(&bench, "POST", "/api/now/v1/batch", AUDITOR, body);
    cr_expect_eq(bench.reply.status, 200, "the batch is in the key's scope");
    cr_expect_not_null(strstr(bench_body(&bench), "\"status_code\":403"), "%s", bench_body(&bench));
    bench_close(&bench);
}

Test(sim_gate, keys_by_parameter_and_prefix)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *query = INCIDENT "&x-sn-apikey=simulated-auditor-key";
    bench_set(&bench, "http_key_auth", "API keys", "auth_parameter",
              bench_id(&bench, "sys_token_auth_parameter", "Query parameter for API Key"));
    bench_get(&bench, query, NULL);
    cr_expect_eq(bench.reply.status, 200, "the profile names the query parameter");
    bench_get(&bench, INCIDENT, AUDITOR);
    cr_expect_eq(bench.reply.status, 401, "and no longer the header");
    bench_set(&bench, "sys_token_auth_parameter", "Query parameter for API Key", "prefix", "Key ");
    bench_get(&bench, query, NULL);
    cr_expect_eq(bench.reply.status, 401, "the prefix is missing");
    bench_get(&bench, INCIDENT "&x-sn-apikey=Key%20simulated-auditor-key", NULL);
    cr_expect_eq(bench.reply.status, 200, "the prefix is there");
    bench_close(&bench);
}

Test(sim_gate, two_authorizations)
{
    struct bench bench;
    const struct pair second[] = {{"Authorization", "Bearer x"}};

    bench_open(&bench, NULL, NULL, NULL);
    bench_call_with(&bench, "GET", INCIDENT, bench_token(&bench), NULL, second, 1);
    cr_expect_eq(bench.reply.status, 400);
    cr_expect_null(bench_header(&bench, "X-Transaction-ID"), "the edge refuses it");
    bench_close(&bench);
}

/* Of a body with two lengths nobody can say where it ends. */
Test(sim_gate, two_lengths)
{
    static const struct {
        const char *second;
        int status;
    } rows[] = {{"18", 400}, {"2", 401}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pair lengths[] = {{"Content-Length", "2"}, {"Content-Length", rows[i].second}};
        struct bench bench;
        bench_open(&bench, NULL, NULL, NULL);
        bench_call_with(&bench, "POST", INCIDENT, NULL, "{}", lengths, ARRAY_LEN(lengths));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu: %d", i, bench.reply.status);
        bench_close(&bench);
    }
}

/* A request may name its target in full. */
Test(sim_gate, absolute_targets)
{
    static const char *const targets[] = {"http://acme.service-now.com" INCIDENT,
                                          "HTTPS://acme.service-now.com:8443" INCIDENT};

    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        struct bench bench;
        bench_open(&bench, NULL, NULL, NULL);
        bench_get(&bench, targets[i], AUDITOR);
        cr_expect_eq(bench.reply.status, 200, "row %zu: %d", i, bench.reply.status);
        cr_expect_str_eq(newest(&bench, "syslog_transaction", "url"), INCIDENT);
        bench_close(&bench);
    }
}

/* --- pages --- */

/* Without a session a page ends on the one to sign in on. */
Test(sim_gate, pages)
{
    static const struct {
        const char *path;
        int status;
        const char *location;
    } rows[] = {
        {"/nav_to.do", 302, "https://acme.service-now.com/session_timeout.do"},
        {"/session_timeout.do", 302, "https://acme.service-now.com/login.do"},
        {"/login.do", 200, NULL},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, rows[i].path, NULL);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu: %d", i, bench.reply.status);
        cr_expect(text_equal(bench_header(&bench, "Location"), rows[i].location), "row %zu", i);
    }
    cr_expect_not_null(strstr(bench_body(&bench), "<form action=\"login.do\""), "%s",
                       bench_body(&bench));
    bench_close(&bench);
}

/* --- schemes --- */

static size_t count_schemes(const struct bench *bench)
{
    size_t n = 0;

    for (size_t i = 0; i < bench->reply.headers.n_items; i++) {
        n += text_equal(bench->reply.headers.items[i].key, "WWW-Authenticate") ? 1 : 0;
    }
    return n;
}

Test(sim_gate, schemes)
{
    static const char property[] =
        "glide.security.response.authenticate.header.auth_profile.first_scheme_only";
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_get(&bench, INCIDENT, NULL);
    cr_expect_eq(count_schemes(&bench), 1, "one scheme");
    bench_property(&bench, property, "false");
    bench_get(&bench, INCIDENT, NULL);
    cr_expect_eq(count_schemes(&bench), 2, "all of them");
    bench_close(&bench);
}

/* --- policies --- */

Test(sim_gate, a_policy_on_a_profile)
{
    static const struct {
        const char *range;
        const char *users;
        const char *active;
        int status;
        const char *why;
    } rows[] = {
        {"192.0.2.0-192.0.2.255", "", "true", 401, "the caller's address"},
        {"198.51.100.0-198.51.100.255", "", "true", 200, "another range"},
        {"198.51.100.1-198.51.100.2,192.0.2.7-192.0.2.7", "", "true", 401, "two ranges"},
        {"", "user_name=" USER, "true", 401, "the user"},
        {"", "user_name=dana.ops", "true", 200, "another user"},
        {"192.0.2.0-192.0.2.255", "user_name=dana.ops", "true", 200, "both have to fit"},
        {"192.0.2.0-192.0.2.255", "", "false", 200, "an inactive policy"},
        {"", "", "true", 200, "a policy that decides nothing"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        const struct row *policy =
            ADD(&bench, "sys_authentication_policy", {"name", "Office only"},
                {"active", rows[i].active}, {"sim_denies_range", rows[i].range},
                {"sim_denies_users", rows[i].users});
        ADD(&bench, "auth_policy_mapping", {"auth_policy", policy->sys_id},
            {"inbound_auth_profile", bench_id(&bench, "std_http_auth", "OAuth Token")});
        bench_get(&bench, INCIDENT, bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, 200, "row %zu: another profile", i);
        bench_close(&bench);
    }
}

Test(sim_gate, the_blocking_policy)
{
    static const struct {
        const char *setting;
        const char *code;
        const char *enabled;
        int status;
        const char *body;
        const char *why;
    } rows[] = {
        {"html", "403", "true", 403, "<html><body>Not from there</body></html>", "the text"},
        {"json", "403", "true", 403, "{\"error\":{\"message\":\"Not from there\"", "as JSON"},
        {"empty", "403", "true", 403, "", "nothing"},
        {"html", "Not Found (404)", "true", 404, "", "hidden; the text is for a 403 only"},
        {"html", "403", "false", 401, "", "adaptive authentication is off"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "blocking-policy-body", rows[i].setting);
        ADD(&bench, "sys_authentication_policy", {"name", "Global Blocking Policy"},
            {"active", "true"}, {"sim_denies_range", "0.0.0.0-255.255.255.255"});
        bench_property(&bench, "glide.authenticate.global.blocking_policy.error_code",
                       rows[i].code);
        bench_property(&bench, "glide.authenticate.global.blocking_policy.error_message",
                       "Not from there");
        bench_property(&bench, "glide.authenticate.auth.policy.enabled", rows[i].enabled);
        bench_get(&bench, INCIDENT, NULL);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        cr_expect(text_starts_with(bench_body(&bench), rows[i].body), "row %zu (%s): %s", i,
                  rows[i].why, bench_body(&bench));
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, TOKEN_FORM);
        cr_expect_eq(bench.reply.status, rows[i].status == 401 ? 200 : rows[i].status,
                     "row %zu (%s): the token endpoint too", i, rows[i].why);
        bench_close(&bench);
    }
}

/* --- addresses --- */

Test(sim_gate, addresses)
{
    static const struct {
        const char *remote;
        const char *forwarded;
        const char *further; /* a second header of the name */
        int status;
        const char *why;
    } rows[] = {
        {"2001:db8::7", NULL, NULL, 403, "in the denied range"},
        {"2001:db8:0:1::7", NULL, NULL, 401, "behind it"},
        {"2001:db8::ff", NULL, NULL, 401, "allowed, which beats denied"},
        {"192.0.2.7", NULL, NULL, 401, "another family"},
        {"192.0.2.7", "203.0.113.5", NULL, 401, "a hop nobody denied"},
        {"192.0.2.7", "203.0.113.5, 2001:db8::8", NULL, 403, "a hop that is denied"},
        {"192.0.2.7", "2001:db8::ff", NULL, 401, "a hop that is allowed"},
        {"192.0.2.7", "203.0.113.5", "2001:db8::8", 403, "a hop of a second header"},
        {"192.0.2.7", "[2001:db8::8]", NULL, 403, "in brackets"},
        {"192.0.2.7", "[2001:db8::8]:443", NULL, 403, "with a port"},
        {"192.0.2.7", "198.51.100.9:443", NULL, 403, "with a port, of the other family"},
        {"::ffff:198.51.100.9", NULL, NULL, 403, "an address of IPv4 in the form of IPv6"},
        {"192.0.2.7", "unknown", NULL, 401, "a hop that is no address is passed over"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    ADD(&bench, "ip_access", {"type", "deny"}, {"flow", "inbound"}, {"active", "true"},
        {"range_start", "2001:db8::"}, {"range_end", "2001:db8::ffff"});
    ADD(&bench, "ip_access", {"type", "deny"}, {"flow", "inbound"}, {"active", "true"},
        {"range_start", "198.51.100.0"}, {"range_end", "198.51.100.255"});
    ADD(&bench, "ip_access", {"type", "allow"}, {"flow", "inbound"}, {"active", "true"},
        {"range_start", "2001:db8::ff"}, {"range_end", "2001:db8::ff"});
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pair hops[] = {{"X-Forwarded-For", rows[i].forwarded},
                                    {"x-forwarded-for", rows[i].further}};
        size_t n = rows[i].forwarded == NULL ? 0 : rows[i].further == NULL ? 1 : 2;
        bench.remote = rows[i].remote;
        bench_call_with(&bench, "GET", INCIDENT, NULL, NULL, hops, n);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
    }
    bench_close(&bench);
}

/* A range of one family is none of the other, however wide. */
Test(sim_gate, families_do_not_meet)
{
    static const struct {
        const char *from;
        const char *to;
        int v4;
        int v6;
    } rows[] = {
        {"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 401, 403},
        {"0.0.0.0", "255.255.255.255", 403, 401},
        {"0.0.0.0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 401, 401},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench, NULL, NULL, NULL);
        ADD(&bench, "ip_access", {"type", "deny"}, {"flow", "inbound"}, {"active", "true"},
            {"range_start", rows[i].from}, {"range_end", rows[i].to});
        bench_get(&bench, INCIDENT, NULL);
        cr_expect_eq(bench.reply.status, rows[i].v4, "row %zu: %d", i, bench.reply.status);
        bench.remote = "2001:db8::7";
        bench_get(&bench, INCIDENT, NULL);
        cr_expect_eq(bench.reply.status, rows[i].v6, "row %zu: %d", i, bench.reply.status);
        bench_close(&bench);
    }
}

/* The caller's address is one for all who ask for it. */
Test(sim_gate, the_first_hop_is_the_caller)
{
    const struct pair hop[] = {{"X-Forwarded-For", "unknown, 203.0.113.5:80, 198.51.100.1"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *policy =
        ADD(&bench, "sys_authentication_policy", {"name", "Office only"}, {"active", "true"},
            {"sim_denies_range", "203.0.113.0-203.0.113.255"});
    ADD(&bench, "auth_policy_mapping", {"auth_policy", policy->sys_id},
        {"inbound_auth_profile", bench_id(&bench, "std_http_auth", "OAuth Token")});
    const char *token = bench_token(&bench);
    bench_get(&bench, INCIDENT, token);
    cr_expect_eq(bench.reply.status, 200, "from another address");
    bench_call_with(&bench, "GET", INCIDENT, token, NULL, hop, 1);
    cr_expect_eq(bench.reply.status, 401, "a policy on the profile denies the first hop");
    cr_expect_str_eq(newest(&bench, "adaptive_auth_event", "source_ip"), "203.0.113.5");
    cr_expect_str_eq(newest(&bench, "syslog_transaction", "remote_ip"), "203.0.113.5");
    ADD(&bench, "sys_authentication_policy", {"name", "Global Blocking Policy"}, {"active", "true"},
        {"sim_denies_range", "203.0.113.0-203.0.113.255"});
    bench_call_with(&bench, "GET", INCIDENT, AUDITOR, NULL, hop, 1);
    cr_expect_eq(bench.reply.status, 403, "and so does the Global Blocking Policy");
    bench_close(&bench);
}

/* --- roles and rules of the API --- */

Test(sim_gate, explicit_roles)
{
    static const struct {
        const char *plugin; /* sys_plugins.active */
        const char *role;
        const char *body;
        const char *why;
    } rows[] = {
        {"false", NULL, "INC0010001", "the plugin is not active"},
        {"true", NULL, "{\"result\":[]}", "neither role: public resources only"},
        {"true", "snc_internal", "INC0010001", "an internal user"},
        {"true", "snc_external", "INC0010001", "an external one"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        ADD(&bench, "sys_plugins", {"source", "com.glide.explicit_roles"},
            {"active", rows[i].plugin});
        if (rows[i].role != NULL) {
            ADD(&bench, "sys_user_role", {"name", rows[i].role});
            bench_grant(&bench, USER, rows[i].role);
        }
        bench_get(&bench, INCIDENT, bench_token(&bench));
        cr_expect_eq(bench.reply.status, 200, "row %zu (%s)", i, rows[i].why);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu (%s): %s", i,
                           rows[i].why, bench_body(&bench));
        bench_get(&bench, "/api/now/table/sys_choice?sysparm_limit=1&sysparm_fields=label",
                  bench_token(&bench));
        cr_expect_str_eq(bench_body(&bench), "{\"result\":[{\"label\":\"New\"}]}",
                         "row %zu: what is public is public", i);
        bench_close(&bench);
    }
}

Test(sim_gate, endpoint_rules)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *none = basic_header(bench.arena, "robin.desk:test-secret-not-real");
    bench_set(&bench, "sys_user", "robin.desk", "user_password", "test-secret-not-real");
    bench_get(&bench, INCIDENT, none);
    cr_expect_eq(bench.reply.status, 200, "the rule ships inactive");
    sim_row_set(bench.world, sim_row_by_value(bench.world, "sys_security_acl", "name", "Table API"),
                "active", "true");
    bench_get(&bench, INCIDENT, none);
    cr_expect_eq(bench.reply.status, 403);
    cr_expect_not_null(strstr(bench_body(&bench), ACL));
    bench_get(&bench, "/api/now/table/sys_choice", none);
    cr_expect_eq(bench.reply.status, 403, "on every table");
    bench_get(&bench, INCIDENT, bench_token(&bench));
    cr_expect_eq(bench.reply.status, 200, "itil contains snc_platform_rest_api_access");
    bench_get(&bench, "/api/now/stats/incident?sysparm_count=true", none);
    cr_expect_not_null(strstr(bench_body(&bench), "No permission to read"),
                       "another API has another rule: %s", bench_body(&bench));
    bench_close(&bench);
}

Test(sim_gate, machine_identities)
{
    static const struct {
        const char *policies;
        const char *tables;
        const char *children;
        const char *uri;
        bool is_let_in;
        const char *why;
    } rows[] = {
        {"", "incident", "false", INCIDENT, true, "the table is listed"},
        {"", "incident", "false", "/api/now/table/sys_choice", false, "another is not"},
        {"", "task", "false", INCIDENT, false, "the parent does not count"},
        {"", "task", "true", INCIDENT, true, "unless it says so"},
        {"Table API for integrations", "", "false", INCIDENT, true, "the policy is listed"},
        {"Table API for integrations", "", "false", "/api/now/stats/incident", false,
         "another API is not"},
        {"Table API for integrations", "problem", "false", INCIDENT, false, "both lists count"},
        {"", "", "false", INCIDENT, false, "a control without a list opens nothing"},
    };
    static const struct {
        const char *setting;
        int status;
        const char *body;
    } refusals[] = {{"forbidden", 403, ACL}, {"unauthorized", 401, REFUSED}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(refusals); i++) {
        size_t row = i / ARRAY_LEN(refusals);
        size_t k = i % ARRAY_LEN(refusals);
        bench_open(&bench, NULL, "machine-identity-refusal", refusals[k].setting);
        const struct row *control =
            ADD(&bench, "sys_security_machine_identity_access_control", {"name", "Only this"},
                {"active", "true"}, {"rest_api_policy", rows[row].policies},
                {"tables", rows[row].tables}, {"include_child_tables", rows[row].children});
        ADD(&bench, "sys_security_machine_identity_access_config",
            {"machine_identity_access_control", control->sys_id},
            {"user", bench_id(&bench, "sys_user", USER)});
        bench_get(&bench, rows[row].uri, bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[row].is_let_in ? 200 : refusals[k].status,
                     "row %zu (%s): %d", row, rows[row].why, bench.reply.status);
        cr_expect(rows[row].is_let_in || strstr(bench_body(&bench), refusals[k].body) != NULL,
                  "row %zu (%s): %s", row, rows[row].why, bench_body(&bench));
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, 200, "row %zu: another user is not concerned", row);
        bench_close(&bench);
    }
}

/* --- rate limits --- */

Test(sim_gate, rate_limits)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    ADD(&bench, "sys_rate_limit_rules", {"name", "All"}, {"active", "true"}, {"api", "Table API"},
        {"requests", "2"});
    const char *token = bench_token(&bench);
    for (int i = 0; i < 2; i++) {
        bench_get(&bench, INCIDENT, token);
        cr_expect_eq(bench.reply.status, 200);
        cr_expect_str_eq(bench_header(&bench, "X-RateLimit-Limit"), "2");
        cr_expect_null(bench_header(&bench, "Retry-After"));
    }
    bench_get(&bench, INCIDENT, token);
    cr_expect_eq(bench.reply.status, 429);
    cr_expect_not_null(bench_header(&bench, "Retry-After"));
    cr_expect_not_null(
        strstr(bench_body(&bench), "Rate limit of 2 requests per hour for Table API exceeded"));
    cr_expect_eq(sim_table_find(bench.world, "sys_rate_limit_violations")->n_rows, 1);
    bench_get(&bench, "/api/now/stats/incident?sysparm_count=true",
              basic_header(bench.arena, USER ":simulated-service-password"));
    cr_expect_eq(bench.reply.status, 200, "another API has no rule");
    cr_expect_null(bench_header(&bench, "X-RateLimit-Limit"), "and no headers");
    bench_get(&bench, INCIDENT, AUDITOR);
    cr_expect_eq(bench.reply.status, 200, "each user is counted alone");
    bench_set(&bench, "oauth_entity", "Cloud ex Machina Integration", "access_token_lifespan",
              "9000");
    bench.later_s = 3600;
    bench_get(&bench, INCIDENT, basic_header(bench.arena, USER ":simulated-service-password"));
    cr_expect_eq(bench.reply.status, 200, "an hour later it starts again");
    bench_close(&bench);
}

/* --- paths --- */

Test(sim_gate, paths)
{
    static const struct {
        const char *setting;
        const char *method;
        const char *uri;
        int status;
        const char *body;
        const char *why;
    } rows[] = {
        {"bad-request", "GET", "/api/now/nonsense", 400, "does not represent any resource",
         "no such API"},
        {"not-found", "GET", "/api/now/nonsense", 404, "does not represent any resource",
         "the other status"},
        {"bad-request", "GET", "/api/now/table", 400, "does not represent any resource",
         "no table"},
        {"bad-request", "GET", "/api/now/table/a/b/c", 400, "does not represent", "too much"},
        {"bad-request", "GET", "/api/x_custom/v1/thing", 400, "does not represent",
         "another namespace"},
        {"bad-request", "GET", "/api/now/batch", 400, "does not represent",
         "the Batch API has a version"},
        {"bad-request", "POST", "/api/now/stats/incident", 405, "", "nothing to write there"},
        {"bad-request", "GET", "/api/now/v1/batch", 405, "", "nothing to read there"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "unknown-path", rows[i].setting);
        bench_call(&bench, rows[i].method, rows[i].uri, bench_token(&bench), NULL);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu (%s): %s", i,
                           rows[i].why, bench_body(&bench));
        bench_close(&bench);
    }
}

Test(sim_gate, apis_switched_off)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_property(&bench, "glide.rest.apis.disabled", "Import Set API, Table API");
    bench_get(&bench, INCIDENT, AUDITOR);
    cr_expect_eq(bench.reply.status, 400);
    cr_expect_not_null(strstr(bench_body(&bench), "does not represent any resource"));
    bench_close(&bench);
}

Test(sim_gate, cancelled_transactions)
{
    static const struct {
        const char *setting;
        int status;
        const char *begins;
    } rows[] = {{"finished", 200, "{\"result\":[{\"number\":\"INC0010001\"}]}"},
                {"cancelled", 500, "{\"error\":{\"detail\":\"Transaction cancelled: maximum"},
                {"cancelled-late", 200, "{\"result\":[{\"numb"}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "transaction", rows[i].setting);
        bench_get(&bench, INCIDENT, AUDITOR);
        bool is_list = rows[i].status == 200;
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu", i);
        cr_expect_eq(bench_header(&bench, "X-Total-Count") != NULL, is_list, "row %zu", i);
        cr_expect_eq(bench_header(&bench, "Link") != NULL, is_list, "row %zu", i);
        cr_expect(text_starts_with(bench_body(&bench), rows[i].begins), "row %zu: %s", i,
                  bench_body(&bench));
        cr_expect_eq(strstr(bench_body(&bench),
                            "execution time exceeded\"},\"status\":\"failure\"}") != NULL,
                     i > 0, "row %zu: %s", i, bench_body(&bench));
        bench_close(&bench);
    }
}

Test(sim_gate, busy_at_first)
{
    struct bench bench;

    bench_open(&bench, NULL, "front", "busy-at-first");
    for (int i = 0; i < 4; i++) {
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, i < 3 ? 429 : 200, "call %d", i);
        cr_expect_null(bench_header(&bench, "Retry-After"));
    }
    bench_close(&bench);
}

/* Authentication comes first: an unknown form is told to who may call. */
Test(sim_gate, formats)
{
    static const struct {
        const char *method;
        const char *uri;
        const char *accept;
        const char *header;
        int status;
        const char *is_logged_in;
        const char *type;
    } rows[] = {
        {"GET", INCIDENT, "application/json", AUDITOR, 200, "true", "application/json"},
        {"GET", INCIDENT, "*/*", AUDITOR, 200, "true", "application/json"},
        {"GET", INCIDENT, "text/html, application/xml;q=0.9", AUDITOR, 200, "true",
         "application/xml"},
        {"GET", INCIDENT, "text/html,application/xml;q=0.9,*/*;q=0.8", AUDITOR, 200, "true",
         "application/xml"},
        {"GET", INCIDENT, "application/xml;q=0.5, application/json;q=0.75", AUDITOR, 200, "true",
         "application/json"},
        {"GET", INCIDENT, "application/json, application/xml", AUDITOR, 200, "true",
         "application/json"},
        {"GET", INCIDENT, "Application/XML", AUDITOR, 200, "true", "application/xml"},
        {"GET", INCIDENT, "application/xml;q=0", AUDITOR, 406, "true", NULL},
        {"GET", INCIDENT, "text/csv", AUDITOR, 406, "true", NULL},
        {"GET", INCIDENT, "", AUDITOR, 406, "true", NULL},
        {"GET", INCIDENT, "text/csv", NULL, 401, "false", "application/json"},
        {"GET", INCIDENT, "application/xml", NULL, 401, "false", "application/xml"},
        {"GET", "/api/now/nothing", "application/xml", AUDITOR, 400, "false", "application/xml"},
        {"TRACE", INCIDENT, "text/csv", NULL, 405, "false", NULL},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pair accept[] = {{"Accept", rows[i].accept}};
        bench_call_with(&bench, rows[i].method, rows[i].uri, rows[i].header, NULL, accept, 1);
        const char *type = bench_header(&bench, "Content-Type");
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].accept,
                     bench.reply.status);
        cr_expect_str_eq(bench_header(&bench, "X-Is-Logged-In"), rows[i].is_logged_in, "row %zu",
                         i);
        cr_expect(rows[i].type == NULL ? type == NULL
                                       : type != NULL && text_starts_with(type, rows[i].type),
                  "row %zu (%s): %s", i, rows[i].accept, type);
    }
    bench_close(&bench);
}

Test(sim_gate, no_accept)
{
    static const struct {
        const char *setting;
        int status;
    } rows[] = {{"json", 200}, {"bad-request", 400}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "missing-accept", rows[i].setting);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        bench_close(&bench);
    }
}

Test(sim_gate, a_slow_view)
{
    static const struct {
        const char *setting;
        int delay_ms;
    } rows[] = {{"admin", 0}, {"closed", 0}, {"slow", 20000}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "plugin-view", rows[i].setting);
        bench_get(&bench, "/api/now/table/v_plugin?sysparm_limit=1", AUDITOR);
        cr_expect_eq(bench.reply.delay_ms, rows[i].delay_ms, "row %zu", i);
        bench_get(&bench, INCIDENT, AUDITOR);
        cr_expect_eq(bench.reply.delay_ms, 0, "row %zu: nothing else is slow", i);
        bench_close(&bench);
    }
}

Test(sim_gate, a_policy_for_one_version)
{
    static const struct {
        const char *setting;
        const char *uri;
        int status;
    } rows[] = {{"literal", INCIDENT, 401},
                {"literal", "/api/now/v2/table/incident", 200},
                {"default-is-any", INCIDENT, 200},
                {"default-is-any", "/api/now/v1/table/incident", 401}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static const char policy[] = "Table API for integrations";
        bench_open(&bench, NULL, "policy-version", rows[i].setting);
        bench_set(&bench, "sys_api_access_policy", policy, "apply_all", "false");
        bench_set(&bench, "sys_api_access_policy", policy, "apply_all_versions", "false");
        bench_set(&bench, "sys_api_access_policy", policy, "version", "v2");
        bench_get(&bench, rows[i].uri, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        bench_close(&bench);
    }
}

/* A policy about a version is more specific than one about all of the API, and that than a global
 * one, whichever comes first. */
Test(sim_gate, a_policy_about_everything_is_the_last_but_the_global)
{
    static const struct {
        const char *tie; /* policy-tie */
        const char *version;
        const char *is_global;
        const char *uri;
        int status;
        const char *why;
    } rows[] = {
        {"first", "v2", "false", "/api/now/v2/table/incident", 401, "the version's lists no keys"},
        {"first", "v2", "false", INCIDENT, 200, "another version"},
        {"first", "", "true", INCIDENT, 200, "a global one does not count"},
        {"first", "", "false", INCIDENT, 200, "of one rank the first counts"},
        {"last", "", "false", INCIDENT, 401, "or the last, which lists no keys"},
        {"last", "", "true", INCIDENT, 200, "a global one is of another rank"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "policy-tie", rows[i].tie);
        const struct row *policy =
            ADD(&bench, "sys_api_access_policy", {"name", "Second"}, {"active", "true"},
                {"api_path", "now/table"}, {"version", rows[i].version},
                {"apply_global", rows[i].is_global});
        ADD(&bench, "sys_auth_profile_mapping", {"api_access_policy", policy->sys_id},
            {"inbound_auth_profile", bench_id(&bench, "std_http_auth", "OAuth Token")});
        bench_get(&bench, rows[i].uri, AUDITOR);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_gate, a_table_nobody_may_read)
{
    static const struct {
        const char *setting;
        int status;
        const char *body;
    } rows[] = {{"trimmed", 200, "{\"result\":[]}"},
                {"refused", 403, "User is unauthorized to access table: incident"}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "unreadable-table", rows[i].setting);
        bench_set(&bench, "sys_user", "robin.desk", "user_password", "test-secret-not-real");
        bench_get(&bench, INCIDENT, basic_header(bench.arena, "robin.desk:test-secret-not-real"));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu: %s", i,
                           bench_body(&bench));
        bench_close(&bench);
    }
}
