/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token endpoint: grants, bodies, what is asked of the client and of the user.
 */
#include <criterion/criterion.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "sim/decode.h"
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

/* What the instance keeps about a token: how it was asked for, what for, and its last use. */
Test(sim_token, the_row_of_a_token)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *token = bench_token(&bench);
    const struct row *row = sim_table_find(bench.world, "oauth_credential")->rows[0];
    cr_expect_str_eq(sim_row_get(row, "grant_type"), "client_credentials");
    cr_expect_str_eq(sim_row_get(row, "scopes"), "cxm_api_access");
    cr_expect_str_eq(sim_row_get(row, "last_access"), "", "not used yet");
    bench.later_s = 60;
    bench_get(&bench, INCIDENT, token);
    cr_assert_eq(bench.reply.status, 200);
    const char *first = arena_strdup(bench.arena, sim_row_get(row, "last_access"));
    cr_expect_str_gt(first, sim_row_get(row, "token_received"));
    bench.later_s = 120;
    bench_get(&bench, INCIDENT, token);
    cr_expect_str_gt(sim_row_get(row, "last_access"), first);
    bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
               "grant_type=password&username=cxm_integration&password=simulated-service-password&"
               "client_id=" CLIENT_ID "&client_secret=simulated-client-secret");
    row = sim_row_by_value(bench.world, "oauth_credential", "type", "refresh_token");
    cr_assert_not_null(row);
    cr_expect_str_eq(sim_row_get(row, "grant_type"), "password");
    bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
               arena_printf(bench.arena, "grant_type=refresh_token&refresh_token=%s&" CLIENT,
                            sim_row_get(row, "token")));
    cr_assert_eq(bench.reply.status, 200);
    cr_expect_str_neq(sim_row_get(row, "last_access"), "", "a refresh token is used here");
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

/* The plugin is what the endpoint comes with, however its state is spelt. */
Test(sim_token, the_plugin)
{
    static const struct {
        const char *active;
        bool is_on;
    } rows[] = {{"true", true}, {"1", true}, {"active", true}, {"false", false}, {"", false}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        bench_set(&bench, "sys_plugins", "com.snc.platform.security.oauth", "active",
                  rows[i].active);
        cr_expect_eq(bench_token(&bench) != NULL, rows[i].is_on, "row %zu (%s)", i, rows[i].active);
        cr_expect(rows[i].is_on || text_equal(bench_body(&bench), DENIED), "row %zu", i);
        bench_close(&bench);
    }
    bench_open(&bench, NULL, "oauth-off", "not-found");
    sim_row_delete(bench.world, sim_row_by_value(bench.world, "sys_plugins", "source",
                                                 "com.snc.platform.security.oauth"));
    cr_expect_null(bench_token(&bench));
    cr_expect_eq(bench.reply.status, 404);
    bench_close(&bench);
}

/* --- refresh tokens --- */

static const char *value_of(struct bench *bench, const char *name)
{
    const char *start = arena_printf(bench->arena, "\"%s\":\"", name);
    const char *found = strstr(bench_body(bench), start);

    return found == NULL ? NULL
                         : arena_strndup(bench->arena, found + strlen(start),
                                         strcspn(found + strlen(start), "\""));
}

static void refresh_with(struct bench *bench, const char *token)
{
    bench_call(
        bench, "POST", "/oauth_token.do", FORM_TYPE,
        arena_printf(bench->arena, "grant_type=refresh_token&refresh_token=%s&" CLIENT, token));
}

Test(sim_token, refresh_tokens_and_rotation)
{
    static const struct {
        const char *setting;
        bool is_same;
        int again;
    } rows[] = {{"kept", true, 200}, {"rotated", false, 401}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "refresh-token", rows[i].setting);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
                   "grant_type=password&username=cxm_integration&password="
                   "simulated-service-password&" CLIENT);
        const char *first = value_of(&bench, "refresh_token");
        cr_assert_not_null(first);
        refresh_with(&bench, first);
        cr_expect_eq(bench.reply.status, 200);
        cr_expect_eq(text_equal(value_of(&bench, "refresh_token"), first), rows[i].is_same,
                     "row %zu", i);
        refresh_with(&bench, first);
        cr_expect_eq(bench.reply.status, rows[i].again, "row %zu: used again", i);
        bench.later_s = (int64_t)101 * 24 * 3600;
        refresh_with(&bench, first);
        cr_expect_eq(bench.reply.status, 401, "row %zu: a hundred days later", i);
        bench_close(&bench);
    }
}

Test(sim_token, an_access_token_expires)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *token = bench_token(&bench);
    bench.later_s = 1799;
    bench_get(&bench, INCIDENT, token);
    cr_expect_eq(bench.reply.status, 200, "one second before");
    bench.later_s = 1801;
    bench_get(&bench, INCIDENT, token);
    cr_expect_eq(bench.reply.status, 401, "one second after");
    bench_close(&bench);
}

/* --- codes --- */

Test(sim_token, authorization_codes)
{
    static const struct {
        const char *form; /* besides the grant type and the client */
        int status;
        const char *why;
    } rows[] = {
        {"code=test-code&redirect_uri=https://b.example.com/cb", 200, "a code, a known redirect"},
        {"code=test-code&redirect_uri=https://c.example.com/cb", 401, "another redirect"},
        {"code=test-code", 401, "no redirect"},
        {"code=other&redirect_uri=https://b.example.com/cb", 401, "another code"},
        {"code=old-code&redirect_uri=https://b.example.com/cb", 401, "an expired code"},
        {"code=pkce-code&redirect_uri=https://b.example.com/cb", 401, "no verifier"},
        {"code=pkce-code&redirect_uri=https://b.example.com/cb&code_verifier=wrong", 401,
         "a wrong verifier"},
        /* The example of RFC 7636, appendix B. */
        {"code=pkce-code&redirect_uri=https://b.example.com/cb&code_verifier="
         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
         200, "the right verifier"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        const char *client = bench_id(&bench, "oauth_entity", "Cloud ex Machina Integration");
        const char *user = bench_id(&bench, "sys_user", "cxm_integration");
        bench_set(&bench, "oauth_entity", "Cloud ex Machina Integration", "redirect_url",
                  "https://a.example.com/cb, https://b.example.com/cb");
        ADD(&bench, "oauth_credential", {"type", "authorization_code"}, {"token", "test-code"},
            {"peer", client}, {"user", user}, {"expires", "2100-01-01 00:00:00"});
        ADD(&bench, "oauth_credential", {"type", "authorization_code"}, {"token", "old-code"},
            {"peer", client}, {"user", user}, {"expires", "2020-01-01 00:00:00"});
        ADD(&bench, "oauth_credential", {"type", "authorization_code"}, {"token", "pkce-code"},
            {"peer", client}, {"user", user}, {"expires", "2100-01-01 00:00:00"},
            {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
            {"code_challenge_method", "S256"});
        const char *form =
            arena_printf(bench.arena, "grant_type=authorization_code&%s&" CLIENT, rows[i].form);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, form);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        cr_expect_eq(value_of(&bench, "refresh_token") != NULL, rows[i].status == 200);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, form);
        cr_expect_eq(bench.reply.status, 401, "row %zu: a code is good once", i);
        bench_close(&bench);
    }
}

/* A code that was got without a challenge, which a public client has to send. */
Test(sim_token, codes_without_a_challenge)
{
    static const struct {
        const char *setting; /* NULL: the default */
        const char *column;  /* of the client, put to true; or NULL */
        int status;
        const char *why;
    } rows[] = {
        {NULL, NULL, 200, "a client with a secret needs none"},
        {NULL, "public_client", 401, "a public client does"},
        {NULL, "use_pkce", 401, "so does one that says it uses PKCE"},
        {"refused", "public_client", 401, "this is the default"},
        {"granted", "public_client", 200, "nobody looks"},
        {"granted", "use_pkce", 200, "nobody looks"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, rows[i].setting == NULL ? NULL : "code-without-challenge",
                   rows[i].setting);
        bench_set(&bench, "oauth_entity", "Cloud ex Machina Integration", "redirect_url",
                  "https://a.example.com/cb");
        if (rows[i].column != NULL) {
            bench_set(&bench, "oauth_entity", "Cloud ex Machina Integration", rows[i].column,
                      "true");
        }
        ADD(&bench, "oauth_credential", {"type", "authorization_code"}, {"token", "bare-code"},
            {"peer", bench_id(&bench, "oauth_entity", "Cloud ex Machina Integration")},
            {"user", bench_id(&bench, "sys_user", "dana.ops")}, {"expires", "2100-01-01 00:00:00"});
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
                   "grant_type=authorization_code&code=bare-code&"
                   "redirect_uri=https://a.example.com/cb&" CLIENT);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_token, the_authorize_page)
{
    static const struct {
        const char *query;
        int status;
        const char *body;
    } rows[] = {
        {"client_id=" CLIENT_ID "&redirect_uri=https://a.example.com/cb", 302, ""},
        {"client_id=" CLIENT_ID "&redirect_uri=https://a.example.com/cb/", 400,
         "Invalid redirect_uri"},
        {"client_id=unknown&redirect_uri=https://a.example.com/cb", 400, "Invalid redirect_uri"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_set(&bench, "oauth_entity", "Cloud ex Machina Integration", "redirect_url",
              "https://a.example.com/cb");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, arena_printf(bench.arena, "/oauth_auth.do?%s", rows[i].query), NULL);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu", i);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu", i);
    }
    bench_close(&bench);
}

/* --- assertions --- */

#define JWT_CLIENT "client_id=jwt-client&client_secret=simulated-jwt-secret"

static const char *part(struct bench *bench, const char *json)
{
    return sim_base64_encode_url(bench->arena, (const unsigned char *)json, strlen(json));
}

static const char *sign(struct bench *bench, const char *header, const char *claims,
                        const char *key)
{
    unsigned char digest[32];
    const char *text =
        arena_printf(bench->arena, "%s.%s", part(bench, header), part(bench, claims));

    cr_assert_eq(gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), text, strlen(text), digest),
                 0);
    return arena_printf(bench->arena, "%s.%s", text,
                        sim_base64_encode_url(bench->arena, digest, sizeof digest));
}

static void open_jwt_bench(struct bench *bench, const char *setting)
{
    bench_open(bench, NULL, setting == NULL ? NULL : "jwt-admin", setting);
    const struct row *client =
        ADD(bench, "oauth_jwt", {"name", "JWT"}, {"type", "client"}, {"active", "true"},
            {"client_id", "jwt-client"}, {"client_secret", "simulated-jwt-secret"},
            {"user_field", "user_name"}, {"clock_skew", "300"});
    ADD(bench, "jwt_verifier_map", {"name", "key"}, {"kid", "one"}, {"oauth_jwt", client->sys_id},
        {"shared_key", "test-key-not-real"});
}

Test(sim_token, assertions)
{
    static const char header[] = "{\"alg\":\"HS256\",\"kid\":\"one\"}";
    static const struct {
        const char *header;
        const char *subject;
        const char *audience;
        int64_t expires_in;
        const char *key;
        int status;
        const char *why;
    } rows[] = {
        {header, "dana.ops", "jwt-client", 60, "test-key-not-real", 200, "a good one"},
        {header, "dana.ops", "jwt-client", -200, "test-key-not-real", 200, "late, within the skew"},
        {header, "dana.ops", "jwt-client", -400, "test-key-not-real", 401, "too late"},
        {header, "dana.ops", "jwt-client", 60, "another-key-not-real", 401, "another key"},
        {header, "dana.ops", "other", 60, "test-key-not-real", 401, "for somebody else"},
        {header, "nobody", "jwt-client", 60, "test-key-not-real", 401, "no such user"},
        {header, "sam.gone", "jwt-client", 60, "test-key-not-real", 401, "an inactive user"},
        {header, "admin", "jwt-client", 60, "test-key-not-real", 400, "an admin"},
        {"{\"alg\":\"HS256\",\"kid\":\"two\"}", "dana.ops", "jwt-client", 60, "test-key-not-real",
         401, "no such key"},
        {"{\"alg\":\"none\",\"kid\":\"one\"}", "dana.ops", "jwt-client", 60, "test-key-not-real",
         401, "no algorithm"},
        {"nonsense", "dana.ops", "jwt-client", 60, "test-key-not-real", 401, "no JSON"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        open_jwt_bench(&bench, NULL);
        const char *claims = arena_printf(
            bench.arena, "{\"iss\":\"jwt-client\",\"aud\":\"%s\",\"sub\":\"%s\",\"exp\":%lld}",
            rows[i].audience, rows[i].subject,
            (long long)(clock_now_seconds() + rows[i].expires_in));
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
                   arena_printf(bench.arena,
                                "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3A"
                                "jwt-bearer&assertion=%s&" JWT_CLIENT,
                                sign(&bench, rows[i].header, claims, rows[i].key)));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        cr_expect(rows[i].status != 401 || text_equal(bench_body(&bench), DENIED));
        cr_expect(rows[i].status != 400 ||
                  strstr(bench_body(&bench), "Grant access to admin is not allowed") != NULL);
        bench_close(&bench);
    }
}

/* A key of RSA and a certificate for it, self-signed; what a customer uploads. */
struct rsa {
    gnutls_x509_privkey_t key;
    gnutls_privkey_t signer;
    const char *pem;
};

static void make_rsa(struct bench *bench, struct rsa *rsa)
{
    gnutls_x509_crt_t certificate;
    gnutls_datum_t pem = {0};
    int result = gnutls_x509_privkey_init(&rsa->key);

    result |= gnutls_x509_privkey_generate(rsa->key, GNUTLS_PK_RSA, 2048, 0);
    result |= gnutls_privkey_init(&rsa->signer);
    result |= gnutls_privkey_import_x509(rsa->signer, rsa->key, 0);
    result |= gnutls_x509_crt_init(&certificate);
    result |= gnutls_x509_crt_set_version(certificate, 3);
    result |= gnutls_x509_crt_set_serial(certificate, "\1", 1);
    result |= gnutls_x509_crt_set_activation_time(certificate, (time_t)clock_now_seconds() - 60);
    result |= gnutls_x509_crt_set_expiration_time(certificate, (time_t)clock_now_seconds() + 600);
    result |= gnutls_x509_crt_set_key(certificate, rsa->key);
    result |= gnutls_x509_crt_sign2(certificate, certificate, rsa->key, GNUTLS_DIG_SHA256, 0);
    result |= gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem);
    cr_assert_eq(result, 0);
    rsa->pem = arena_strndup(bench->arena, (const char *)pem.data, pem.size);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(certificate);
}

static const char *sign_with_rsa(struct bench *bench, const struct rsa *rsa, const char *claims)
{
    static const char header[] = "{\"alg\":\"RS256\",\"kid\":\"rsa\"}";
    char *text = arena_printf(bench->arena, "%s.%s", part(bench, header), part(bench, claims));
    gnutls_datum_t data = {(unsigned char *)text, (unsigned)strlen(text)};
    gnutls_datum_t signature = {0};

    cr_assert_eq(gnutls_privkey_sign_data(rsa->signer, GNUTLS_DIG_SHA256, 0, &data, &signature), 0);
    const char *token =
        arena_printf(bench->arena, "%s.%s", text,
                     sim_base64_encode_url(bench->arena, signature.data, signature.size));
    gnutls_free(signature.data);
    return token;
}

Test(sim_token, assertions_by_certificate)
{
    static const struct {
        const char *active; /* sys_certificate.active */
        const char *pem;    /* NULL: the right one */
        int status;
        const char *why;
    } rows[] = {{"true", NULL, 200, "signed with its key"},
                {"false", NULL, 401, "an inactive certificate"},
                {"true", "no certificate", 401, "no certificate at all"}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rsa rsa;
        open_jwt_bench(&bench, NULL);
        make_rsa(&bench, &rsa);
        const struct row *certificate =
            ADD(&bench, "sys_certificate", {"name", "JWT"}, {"active", rows[i].active},
                {"pem_certificate", rows[i].pem == NULL ? rsa.pem : rows[i].pem});
        ADD(&bench, "jwt_verifier_map", {"name", "rsa"}, {"kid", "rsa"},
            {"oauth_jwt", bench_id(&bench, "oauth_jwt", "JWT")},
            {"sys_certificate", certificate->sys_id});
        const char *claims =
            arena_printf(bench.arena,
                         "{\"iss\":\"jwt-client\",\"aud\":\"jwt-client\",\"sub\":\"dana.ops\","
                         "\"exp\":%lld}",
                         (long long)clock_now_seconds() + 60);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE,
                   arena_printf(bench.arena,
                                "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&"
                                "assertion=%s&" JWT_CLIENT,
                                sign_with_rsa(&bench, &rsa, claims)));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        gnutls_privkey_deinit(rsa.signer);
        gnutls_x509_privkey_deinit(rsa.key);
        bench_close(&bench);
    }
}

Test(sim_token, an_admin_by_assertion)
{
    struct bench bench;

    open_jwt_bench(&bench, "unauthorized");
    const char *claims = arena_printf(
        bench.arena,
        "{\"iss\":\"jwt-client\",\"aud\":\"jwt-client\",\"sub\":\"admin\",\"exp\":%lld}",
        (long long)clock_now_seconds() + 60);
    bench_call(
        &bench, "POST", "/oauth_token.do", FORM_TYPE,
        arena_printf(
            bench.arena,
            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=%s&" JWT_CLIENT,
            sign(&bench, "{\"alg\":\"HS256\",\"kid\":\"one\"}", claims, "test-key-not-real")));
    cr_expect_eq(bench.reply.status, 401);
    cr_expect_not_null(strstr(bench_body(&bench), "\"error\":\"invalid_grant\""));
    bench_close(&bench);
}

/* --- what else may be in the way --- */

Test(sim_token, properties_and_switches)
{
    static const struct {
        const char *switch_name;
        const char *setting;
        const char *property;
        const char *value;
        const char *form;
        int status;
        const char *body;
        const char *why;
    } rows[] = {
        {NULL, NULL, "glide.oauth.inbound.ropc.grant_type.disabled", "true",
         "grant_type=password&username=cxm_integration&password=simulated-service-password&" CLIENT,
         401, DENIED, "the password grant is off"},
        {NULL, NULL, "glide.oauth.inbound.ropc.grant_type.disabled", "false",
         "grant_type=password&username=cxm_integration&password=simulated-service-password&" CLIENT,
         200, "refresh_token", "or on"},
        {"pkce-message", "access-denied",
         "glide.oauth.inbound.client.credential.grant_type.enabled", "false", TOKEN_FORM, 401,
         DENIED, "client credentials are off"},
        {"pkce-message", "named", "glide.oauth.inbound.client.credential.grant_type.enabled",
         "false", TOKEN_FORM, 400, "PKCE only supports authorization code flow", "and it says so"},
        {"explicit-role-token", "granted", NULL, NULL, TOKEN_FORM, 200, "access_token",
         "no explicit role"},
        {"explicit-role-token", "refused", NULL, NULL, TOKEN_FORM, 401, DENIED,
         "no explicit role, no token"},
        {"read-only-token", "granted", NULL, NULL, TOKEN_FORM, 200, "access_token", "read-only"},
        {"read-only-token", "refused", NULL, NULL, TOKEN_FORM, 401, DENIED, "read-only, no token"},
        {NULL, NULL, NULL, NULL, TOKEN_FORM "&scope=cxm_api_access", 200, "access_token",
         "a scope there is"},
        {NULL, NULL, NULL, NULL, TOKEN_FORM "&scope=no_such_scope", 401, DENIED,
         "a scope nobody made"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, rows[i].switch_name, rows[i].setting);
        ADD(&bench, "sys_plugins", {"source", "com.glide.explicit_roles"}, {"active", "true"});
        bench_grant(&bench, "cxm_integration", "snc_read_only");
        if (rows[i].property != NULL) {
            bench_property(&bench, rows[i].property, rows[i].value);
        }
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, rows[i].form);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu (%s): %s", i,
                           rows[i].why, bench_body(&bench));
        bench_close(&bench);
    }
}

/* --- every body --- */

#define PASSWORD \
    "grant_type=password&username=cxm_integration&password=simulated-service-password&" CLIENT
#define OFF_PROPERTY "glide.oauth.inbound.client.credential.grant_type.enabled"
#define UNSUPPORTED "{\"error\":\"unsupported_grant_type\"}"
#define WRONG_SECRET "grant_type=client_credentials&client_id=" CLIENT_ID "&client_secret=wrong"

Test(sim_token, error_bodies)
{
    static const struct {
        const char *switch_name; /* NULL: every switch as it is */
        const char *setting;
        const char *off; /* a property put to false, or NULL */
        const char *form;
        int status;
        const char *body;
        const char *why;
    } rows[] = {
        {NULL, NULL, OFF_PROPERTY, TOKEN_FORM, 401, DENIED, "client credentials are off"},
        {"unsupported-grant", "access-denied", OFF_PROPERTY, TOKEN_FORM, 401, DENIED, "the same"},
        {"unsupported-grant", "unauthorized", OFF_PROPERTY, TOKEN_FORM, 401, UNSUPPORTED,
         "as one note has it"},
        {"unsupported-grant", "bad-request", OFF_PROPERTY, TOKEN_FORM, 400, UNSUPPORTED,
         "as another has it"},
        {"unsupported-grant", "access-denied", NULL, "grant_type=none&" CLIENT, 401, DENIED,
         "a grant there is none"},
        {"unsupported-grant", "bad-request", NULL, "grant_type=none&" CLIENT, 400, UNSUPPORTED,
         "a grant there is none, by its name"},
        {"unsupported-grant", "unauthorized", NULL, CLIENT, 401, UNSUPPORTED, "no grant type"},
        {"unsupported-grant", "bad-request", NULL, TOKEN_FORM, 200, NULL, "a grant it has"},
        {"wrong-client", "access-denied", NULL, WRONG_SECRET, 401, DENIED, "a wrong secret"},
        {"wrong-client", "invalid-client", NULL, WRONG_SECRET, 401,
         "{\"error\":\"invalid_client\",\"error_description\":"
         "\"Invalid client_id or client_secret.\"}",
         "a wrong secret, by its name"},
        {"wrong-client", "invalid-client", NULL, TOKEN_FORM, 200, NULL, "the right one"},
        {"wrong-client", "invalid-client", NULL,
         "grant_type=refresh_token&refresh_token=none&" CLIENT, 401, DENIED,
         "the client is right, the rest is not"},
        {"token-role", "none", NULL, PASSWORD, 200, NULL, "no role is asked for"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, rows[i].switch_name, rows[i].setting);
        if (rows[i].off != NULL) {
            bench_property(&bench, rows[i].off, "false");
        }
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, rows[i].form);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        cr_expect(rows[i].body == NULL || text_equal(bench_body(&bench), rows[i].body),
                  "row %zu (%s): %s", i, rows[i].why, bench_body(&bench));
        cr_expect_str_eq(bench_header(&bench, "X-Is-Logged-In"),
                         rows[i].status == 200 ? "true" : "false");
        bench_close(&bench);
    }
}

/* What stands in front of the instance answers for the token endpoint too. */
Test(sim_token, bodies_of_the_front)
{
    static const struct {
        const char *setting;
        int status;
        const char *body;
    } rows[] = {
        {"hibernating", 200, "Your instance is hibernating"},
        {"login-page", 200, "<form action=\"login.do\""},
        {"login-redirect", 302, ""},
        {"unavailable", 502, "502 Bad Gateway"},
        {"busy", 200, "access_token"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "front", rows[i].setting);
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, TOKEN_FORM);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu: %d", i, bench.reply.status);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu: %s", i,
                           bench_body(&bench));
        bench_close(&bench);
    }
}

/* Each of these is asked for by one source only. */
Test(sim_token, what_a_user_needs)
{
    static const struct {
        const char *setting; /* of token-role */
        const char *role;    /* taken from the user, or NULL */
        const char *rule;    /* a role for making rows of oauth_credential, or NULL */
        int status;
        const char *why;
    } rows[] = {
        {"none", "rest_service", NULL, 200, "no role is asked for"},
        {"rest-service", NULL, NULL, 200, "the role is held"},
        {"rest-service", "rest_service", NULL, 401, "the role is missing"},
        {"none", NULL, "itil", 200, "a rule the user passes"},
        {"none", NULL, "security_admin", 401, "a rule about tokens the user does not pass"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "token-role", rows[i].setting);
        if (rows[i].role != NULL) {
            bench_revoke(&bench, "cxm_integration", rows[i].role);
        }
        if (rows[i].rule != NULL) {
            bench_acl(&bench, "oauth_credential", "create", rows[i].rule);
        }
        bench_call(&bench, "POST", "/oauth_token.do", FORM_TYPE, PASSWORD);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        bench_close(&bench);
    }
}

Test(sim_token, headers_besides_the_form)
{
    static const struct {
        const char *switch_name;
        const char *setting;
        const char *name;
        const char *value; /* NULL: Basic of the client */
        const char *form;
        int status;
        const char *why;
    } rows[] = {
        {"session-token", "granted", "Cookie", "JSESSIONID=0123456789ABCDEF", TOKEN_FORM, 200,
         "the cookie of an earlier call"},
        {"session-token", "refused", "Cookie", "JSESSIONID=0123456789ABCDEF", TOKEN_FORM, 401,
         "the same where it is a defect"},
        {"session-token", "refused", "Cookie", "theme=dark", TOKEN_FORM, 200, "another cookie"},
        {"basic-client", "ignored", "Authorization", NULL, "grant_type=client_credentials", 401,
         "a client that comes as Basic"},
        {"basic-client", "accepted", "Authorization", NULL, "grant_type=client_credentials", 200,
         "the same where it may"},
        {"basic-client", "accepted", "Authorization", "Basic e", "grant_type=client_credentials",
         401, "no Basic at all"},
        {"basic-client", "accepted", "Authorization", NULL, WRONG_SECRET, 401,
         "the form goes before the header"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, rows[i].switch_name, rows[i].setting);
        const char *basic = basic_header(bench.arena, CLIENT_ID ":simulated-client-secret");
        const struct pair header = {rows[i].name, rows[i].value == NULL
                                                      ? basic + strlen("Authorization: ")
                                                      : rows[i].value};
        bench_call_with(&bench, "POST", "/oauth_token.do", FORM_TYPE, rows[i].form, &header, 1);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        bench_close(&bench);
    }
}

static void expect_text(struct bench *bench, const struct json *body, const char *name,
                        const char *why)
{
    cr_expect_not_null(json_get_text(body, name), "%s: %s is no text: %s", why, name,
                       bench_body(bench));
}

/* r_OAuthAPIResponseParameters.md: texts, and the seconds as a number. */
static void expect_success(struct bench *bench, const char *form, bool has_refresh_token,
                           const char *why)
{
    const char *fault;

    bench_call(bench, "POST", "/oauth_token.do", FORM_TYPE, form);
    cr_expect_eq(bench->reply.status, 200, "%s: %s", why, bench_body(bench));
    const struct json *body =
        json_parse(bench->arena, bench_body(bench), bench->reply.body.len, &fault);
    cr_assert_not_null(body, "%s: %s", why, fault);
    expect_text(bench, body, "access_token", why);
    expect_text(bench, body, "scope", why);
    cr_expect_str_eq(json_get_text(body, "token_type"), "Bearer", "%s", why);
    const struct json *seconds = json_get(body, "expires_in");
    cr_expect(seconds != NULL && seconds->kind == JSON_KIND_NUMBER, "%s: %s", why,
              bench_body(bench));
    cr_expect_eq(json_get(body, "refresh_token") != NULL, has_refresh_token, "%s: %s", why,
                 bench_body(bench));
    if (has_refresh_token) {
        expect_text(bench, body, "refresh_token", why);
    }
    cr_expect_eq(body->n_values, has_refresh_token ? 5 : 4, "%s: %s", why, bench_body(bench));
}

Test(sim_token, success_bodies)
{
    struct bench bench;

    open_jwt_bench(&bench, NULL);
    const char *client = bench_id(&bench, "oauth_entity", "Cloud ex Machina Integration");
    bench_set(&bench, "oauth_entity", "Cloud ex Machina Integration", "redirect_url",
              "https://a.example.com/cb");
    ADD(&bench, "oauth_credential", {"type", "authorization_code"}, {"token", "pkce-code"},
        {"peer", client}, {"user", bench_id(&bench, "sys_user", "dana.ops")},
        {"expires", "2100-01-01 00:00:00"}, {"code_challenge", "plain-verifier"});
    expect_success(&bench, TOKEN_FORM, false, "client credentials");
    expect_success(&bench, PASSWORD, true, "password");
    expect_success(&bench,
                   arena_printf(bench.arena, "grant_type=refresh_token&refresh_token=%s&" CLIENT,
                                value_of(&bench, "refresh_token")),
                   true, "refresh token");
    expect_success(&bench,
                   "grant_type=authorization_code&code=pkce-code&redirect_uri="
                   "https://a.example.com/cb&code_verifier=plain-verifier&" CLIENT,
                   true, "authorization code with PKCE");
    const char *claims = arena_printf(
        bench.arena,
        "{\"iss\":\"jwt-client\",\"aud\":\"jwt-client\",\"sub\":\"dana.ops\",\"exp\":%lld}",
        (long long)clock_now_seconds() + 60);
    expect_success(
        &bench,
        arena_printf(
            bench.arena,
            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=%s&" JWT_CLIENT,
            sign(&bench, "{\"alg\":\"HS256\",\"kid\":\"one\"}", claims, "test-key-not-real")),
        false, "JWT bearer");
    cr_expect_str_eq(value_of(&bench, "scope"), "", "a client without scopes");
    bench_close(&bench);
}

/* t_RevokeOAuthToken.md */
Test(sim_token, revoked_tokens)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *token = bench_token(&bench);
    cr_assert_not_null(token);
    bench_get(&bench, "/oauth_revoke_token.do?token=none", NULL);
    cr_expect_eq(bench.reply.status, 200, "nobody is told whether there was such a token");
    bench_get(&bench, INCIDENT, token);
    cr_expect_eq(bench.reply.status, 200);
    bench_get(&bench,
              arena_printf(bench.arena, "/oauth_revoke_token.do?token=%s",
                           token + strlen("Authorization: Bearer ")),
              NULL);
    cr_expect_eq(bench.reply.status, 200, "by anybody");
    cr_expect_str_eq(bench_body(&bench), "");
    bench_get(&bench, INCIDENT, token);
    cr_expect_eq(bench.reply.status, 401, "a revoked token has expired");
    cr_expect_str_neq(bench_token(&bench), token, "and the next one is another");
    bench_get(&bench, "/stats.do", NULL);
    cr_expect_eq(bench.reply.status, 302, "a page");
    bench_close(&bench);
}

Test(sim_token, parameters_in_the_url)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_property(&bench, "glide.oauth.allow.parameters.in.post.body.only", "false");
    bench_call(&bench, "POST", "/oauth_token.do?" TOKEN_FORM, FORM_TYPE, "");
    cr_expect_eq(bench.reply.status, 200, "older instances take them");
    bench_close(&bench);
}
