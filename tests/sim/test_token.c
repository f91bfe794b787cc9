/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token endpoint: grants, bodies, what is asked of the client and of the user.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define DENIED "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}"
#define CLIENT "client_id=" CLIENT_ID "&client_secret=simulated-client-secret"
#define INCIDENT "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number"

Test(sim_token, requests)
{
    static const struct {
        const char *type;
        const char *uri;
        const char *body;
        int status;
        const char *why;
    } rows[] = {
        {FORM_TYPE, "/oauth_token.do", TOKEN_FORM, 200, "client credentials"},
        {FORM_TYPE "; charset=UTF-8", "/oauth_token.do", TOKEN_FORM, 200, "a type with a charset"},
        {"Content-Type: application/json", "/oauth_token.do",
         "{\"grant_type\":\"client_credentials\"}", 401, "JSON is refused"},
        {NULL, "/oauth_token.do", TOKEN_FORM, 401, "no type"},
        {FORM_TYPE, "/oauth_token.do?" TOKEN_FORM, "", 401, "parameters in the URL do not count"},
        {FORM_TYPE, "/oauth_token.do", "grant_type=client_credentials&client_id=" CLIENT_ID, 401,
         "no secret"},
        {FORM_TYPE, "/oauth_token.do",
         "grant_type=client_credentials&client_id=" CLIENT_ID "&client_secret=wrong", 401,
         "a wrong secret"},
        {FORM_TYPE, "/oauth_token.do",
         "grant_type=client_credentials&client_id=unknown&client_secret=x", 401,
         "an unknown client"},
        {FORM_TYPE, "/oauth_token.do", "grant_type=client_credentials%20&" CLIENT, 401,
         "a blank behind the grant type"},
        {FORM_TYPE, "/oauth_token.do", "grant_type=authorization_code&" CLIENT, 401,
         "a grant without a code"},
        {FORM_TYPE, "/oauth_token.do",
         "grant_type=password&username=dana.ops&password=wrong&" CLIENT, 401, "a wrong password"},
        {FORM_TYPE, "/oauth_token.do", "grant_type=refresh_token&refresh_token=none&" CLIENT, 401,
         "an unknown refresh token"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_call(&bench, "POST", rows[i].uri, rows[i].type, rows[i].body);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        cr_expect(rows[i].status == 200 || text_equal(bench_body(&bench), DENIED),
                  "row %zu (%s): %s", i, rows[i].why, bench_body(&bench));
    }
    bench_get(&bench, "/oauth_token.do?" TOKEN_FORM, NULL);
    cr_expect_eq(bench.reply.status, 401, "GET");
    cr_expect_str_eq(bench_header(&bench, "X-Is-Logged-In"), "false");
    bench_close(&bench);
}

Test(sim_token, the_same_while_it_is_valid)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *first = bench_token(&bench);
    cr_assert_not_null(first);
    cr_expect_not_null(strstr(bench_body(&bench), "\"scope\":\"cxm_api_access\""));
    cr_expect_not_null(strstr(bench_body(&bench), "\"token_type\":\"Bearer\",\"expires_in\":1"));
    cr_expect_null(strstr(bench_body(&bench), "refresh_token"), "not for client credentials");
    cr_expect_str_eq(bench_token(&bench), first);
    struct row *issued = sim_table_find(bench.world, "oauth_credential")->rows[0];
    sim_row_set(bench.world, issued, "expires", "2020-01-01 00:00:00");
    bench_get(&bench, INCIDENT, first);
    cr_expect_eq(bench.reply.status, 401, "an expired token");
    const char *second = bench_token(&bench);
    cr_expect_str_neq(second, first, "expired: a new one");
    bench_get(&bench, INCIDENT, second);
    cr_expect_eq(bench.reply.status, 200);
    bench_get(&bench, "/api/now/table/oauth_credential?sysparm_query=type=access_token", AUDITOR);
    cr_expect_null(strstr(bench_body(&bench), second + strlen("Authorization: Bearer ")),
                   "a token is never shown again");
    bench_close(&bench);
}

Test(sim_token, password_and_refresh)
{
    static const char form[] =
        "grant_type=password&username=cxm_integration&password=simulated-service-password&" CLIENT;
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, form);
    cr_assert_eq(bench.reply.status, 200, "%s", bench_body(&bench));
    const char *found = strstr(bench_body(&bench), "\"refresh_token\":\"");
    cr_assert_not_null(found);
    found += strlen("\"refresh_token\":\"");
    const char *refresh = arena_strndup(bench.arena, found, strcspn(found, "\""));
    bench_call(
        &bench, "POST", "/oauth_token.do", FORM_TYPE,
        arena_printf(bench.arena, "grant_type=refresh_token&refresh_token=%s&" CLIENT, refresh));
    cr_expect_eq(bench.reply.status, 200, "%s", bench_body(&bench));
    bench_get(&bench, INCIDENT, arena_printf(bench.arena, "Authorization: Bearer %s", refresh));
    cr_expect_eq(bench.reply.status, 401, "a refresh token opens no API");
    bench_close(&bench);

    bench_open(&bench, NULL, "password-grant-web-service-only", "refused");
    bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, form);
    cr_expect_str_eq(bench_body(&bench), DENIED, "no interactive session");
    bench_close(&bench);
}

Test(sim_token, failed_passwords_count)
{
    static const char form[] =
        "grant_type=password&username=cxm_integration&password=wrong&" CLIENT;
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, form);
    }
    const struct row *user =
        sim_row_by_value(bench.world, "sys_user", "user_name", "cxm_integration");
    cr_expect_str_eq(sim_row_get(user, "locked_out"), "true");
    cr_expect_null(bench_token(&bench), "and client credentials end with it");
    bench_close(&bench);
}

Test(sim_token, client_without_user)
{
    struct bench bench;

    bench_open(&bench, "oauth-app-user-unset", NULL, NULL);
    const struct row *client =
        sim_row_by_value(bench.world, "oauth_entity", "client_id", CLIENT_ID);
    cr_expect_null(bench_token(&bench));
    cr_expect_eq(bench.reply.status, 400);
    cr_expect_str_eq(
        bench_body(&bench),
        arena_printf(bench.arena,
                     "{\"error\":\"unauthorized_client\",\"error_description\":\"Received "
                     "client_credentials grant_type request however integration user is not "
                     "configured for OAuth:%s\"}",
                     client->sys_id));
    bench_close(&bench);
}

Test(sim_token, oauth_off)
{
    static const struct {
        const char *setting;
        int status;
    } rows[] = {{"refused", 401}, {"not-found", 404}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, "oauth-disabled", "oauth-off", rows[i].setting);
        cr_expect_null(bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        bench_close(&bench);
    }
}
