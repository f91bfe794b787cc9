/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws about credentials, counted on the wire: law 4 (accepted), law 8 (passwords), law 10
 * (nothing secret is shown) and law 11 (nothing is sent before ServiceNow answered).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/file.h"
#include "model/names.h"
#include "probes/refusals.h"
#include "tests/probes/bench.h"
#include "tests/probes/canned.h"

#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define NO_ROWS "{\"result\":[]}"
#define ONE_ROW "{\"result\":[{\"sys_id\":\"1\"}]}"
#define TOKEN_ANSWER                                                                              \
    "{\"access_token\":\"" TEST_TOKEN "\",\"refresh_token\":\"test-refresh-not-real\",\"scope\":" \
    "\"useraccount\",\"token_type\":\"Bearer\",\"expires_in\":1799}"
#define TOKEN_REFUSAL "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}"

/* Any way to authenticate. */
#define BASIC "Authorization: Basic "
#define BEARER "Authorization: Bearer "
#define KEY "x-sn-apikey: "

static struct bench bench;
static struct arena *arena;
static struct canned *canned;

static void set_up(void)
{
    bench_open(&bench);
    arena = bench.arena;
}

static void tear_down(void)
{
    bench_close(&bench);
    if (canned != NULL) {
        canned_stop(canned);
    }
}

TestSuite(laws, .init = set_up, .fini = tear_down);

static void serve(const struct canned_rule *rules, size_t n_rules)
{
    canned = canned_start(rules, n_rules);
    bench_point_at(&bench, canned_port(canned));
}

/* ---- Law 11 --------------------------------------------------------------------------------- */

Test(laws, nothing_is_sent_before_servicenow_answered)
{
    const struct {
        const char *why;
        const char *answer;
        enum reason reason;
    } rows[] = {
        {"asleep",
         canned_answer(arena, 200, "text/html", "", "<title>Instance Hibernating page</title>"),
         REASON_NO_ANSWER},
        {"a sign-on page", canned_answer(arena, 200, "text/html", "", "<title>Sign In</title>"),
         REASON_NO_ANSWER},
        {"a redirect to the sign-on",
         canned_answer(arena, 302, "text/html", "Location: /login.do\r\n", ""), REASON_NO_ANSWER},
        {"busy", canned_answer(arena, 503, "text/html", "", ""), REASON_NO_ANSWER},
        {"throttled", canned_answer(arena, 429, "text/html", "Retry-After: 900\r\n", ""),
         REASON_NO_ANSWER},
        {"an error", canned_answer(arena, 500, "text/html", "", ""), REASON_NO_ANSWER},
        {"dropped", NULL, REASON_NO_ANSWER},
        {"a redirect elsewhere",
         canned_answer(arena, 301, "text/html", "Location: http://127.0.0.1:1/\r\n", ""),
         REASON_NOT_SERVICENOW},
        {"a page", canned_answer(arena, 200, "text/html", "", "<h1>Welcome</h1>"),
         REASON_NOT_SERVICENOW},
        {"other JSON", canned_answer(arena, 200, "application/json", "", "{\"ok\":true}"),
         REASON_NOT_SERVICENOW},
        {"an edge's 403", canned_answer(arena, 403, "text/html", "", "<h1>Forbidden</h1>"),
         REASON_NOT_SERVICENOW},
        {"an edge's 404", canned_answer(arena, 404, "text/html", "", ""), REASON_NOT_SERVICENOW},
        {"another product's 401",
         canned_answer(
             arena, 401, "application/json", "",
             "{\"error\":{\"code\":401,\"message\":\"x\",\"status\":\"UNAUTHENTICATED\"}}"),
         REASON_NOT_SERVICENOW},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rule = {.answer = rows[i].answer};
        struct canned *server = canned_start(&rule, 1);
        bench_point_at(&one, canned_port(server));
        bench_add_api_key(&one, "auditor", TEST_KEY);
        bench_add_oauth_client(&one, "integration", TEST_CLIENT_SECRET);
        bench_add_basic(&one, "other", "svc", TEST_PASSWORD);
        struct question questions[] = {
            gate_of("incident"),
            first_call_of("integration", "incident"),
            identity_of("auditor"),
            identity_of("integration"),
            first_call_of("other", "incident"),
            rows_of(one.arena, "auditor", "sys_user", "user_name", "svc", "active"),
        };
        for (size_t j = 0; j < ARRAY_LEN(questions); j++) {
            bench_ask(&one, questions[j]);
        }
        bench_run(&one);
        for (size_t j = 1; j < ARRAY_LEN(questions); j++) {
            const struct answer *answer = bench_answer(&one, questions[j]);
            cr_expect(answer->is_blocked && answer->reason == rows[i].reason,
                      "row %zu (%s), question %zu: %s", i, rows[i].why, j,
                      reason_name(answer->reason));
            cr_expect_eq(answer->acceptance, ACCEPTANCE_NOT_TRIED);
            cr_expect_null(answer->exchange);
        }
        cr_expect_eq(canned_count(server, BASIC) + canned_count(server, BEARER) +
                         canned_count(server, KEY) + canned_count(server, "oauth_token.do"),
                     0, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(canned_count(server, "/login.do"), 0, "row %zu (%s)", i, rows[i].why);
        bench_close(&one);
        canned_stop(server);
    }
}

/* Nobody asked for a gate: the prober asks it by itself. */
Test(laws, a_gate_comes_first_even_unasked)
{
    const struct canned_rule rules[] = {
        {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, rows_of(arena, "integration", "problem", NULL, NULL, "number"));
    bench_run(&bench);
    cr_expect(strstr(canned_request(canned, 0), "GET /api/now/table/problem?") != NULL);
    cr_expect(strstr(canned_request(canned, 0), KEY) == NULL);
    /* Then the one first call, then the rows. */
    cr_expect_eq(canned_count(canned, NULL), 3);
    cr_expect_eq(prober_waves(bench.prober), 3);
}

/* ServiceNow answered one table's path, an edge another's: nothing goes to that one. */
Test(laws, a_path_the_edge_answers_gets_no_credential)
{
    const struct canned_rule rules[] = {
        {.with = "/secured?", .answer = canned_answer(arena, 403, "text/html", "", "<h1>WAF</h1>")},
        {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "secured"));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *secured = bench_answer(&bench, first_call_of("integration", "secured"));
    const struct answer *incident = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(secured->reason, REASON_NOT_SERVICENOW);
    cr_expect_eq(incident->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect_eq(canned_count(canned, "/secured?"), 1);
}

Test(laws, a_redirect_is_never_followed_with_a_credential)
{
    const struct canned_rule rules[] = {
        {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
        {.with = "/elsewhere", .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer =
             canned_answer(arena, 302, "text/html", "Location: /elsewhere?ticket=abcdef\r\n", "")},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *answer = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(answer->acceptance, ACCEPTANCE_NOT_TRIED);
    cr_expect_eq(answer->reason, REASON_NOT_JSON);
    cr_expect_str_eq(answer->exchange->location, "/elsewhere?...");
    cr_expect_eq(canned_count(canned, "GET /elsewhere"), 0);
    cr_expect_eq(canned_count(canned, NULL), 2);
}

Test(laws, a_secret_that_would_break_a_header_is_not_sent)
{
    static const char *const keys[] = {"test-key\r\nX-Evil: 1", "test-key\n", "test\rkey"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rule = {.answer = canned_json(arena, 401, REFUSED)};
        struct canned *server = canned_start(&rule, 1);
        bench_point_at(&one, canned_port(server));
        bench_add_api_key(&one, "integration", keys[i]);
        bench_add_basic(&one, "other", "svc", keys[i]);
        bench_add_oauth_client(&one, "client", keys[i]);
        static const char *const names[] = {"integration", "other", "client"};
        for (size_t j = 0; j < ARRAY_LEN(names); j++) {
            bench_ask(&one, first_call_of(names[j], "incident"));
        }
        bench_run(&one);
        for (size_t j = 0; j < ARRAY_LEN(names); j++) {
            const struct answer *answer = bench_answer(&one, first_call_of(names[j], "incident"));
            cr_expect_eq(answer->acceptance, ACCEPTANCE_NOT_TRIED);
            cr_expect_eq(answer->reason, REASON_CREDENTIAL_NOT_TRIED);
        }
        cr_expect_eq(canned_count(server, NULL), 1, "the gate alone");
        bench_close(&one);
        canned_stop(server);
    }
}

Test(laws, a_credential_the_target_does_not_have)
{
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    serve(rules, ARRAY_LEN(rules));
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, identity_of("auditor"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, first_call_of("integration", "incident"))->reason,
                 REASON_CREDENTIAL_NOT_TRIED);
    cr_expect_eq(bench_answer(&bench, identity_of("auditor"))->reason, REASON_CREDENTIAL_NOT_TRIED);
    cr_expect_eq(canned_count(canned, NULL), 1);
}

/* ---- Law 4 ---------------------------------------------------------------------------------- */

Test(laws, when_a_first_call_was_accepted)
{
    const char *refused = canned_json(arena, 401, REFUSED);
    const char *rows_came = canned_json(arena, 200, ONE_ROW);
    const char *denied =
        canned_json(arena, 403,
                    "{\"error\":{\"message\":\"User Not Authorized\",\"detail\":\"Failed API level "
                    "ACL Validation\"},\"status\":\"failure\"}");
    const char *no_table = canned_json(
        arena, 400,
        "{\"error\":{\"message\":\"Invalid table x\",\"detail\":null},\"status\":\"failure\"}");
    const struct {
        const char *gate;
        const char *call;
        enum acceptance acceptance;
        enum reason reason;
        const char *why;
    } rows[] = {
        {refused, rows_came, ACCEPTANCE_ACCEPTED, REASON_NONE,
         "refused without it, answered with it"},
        {refused, denied, ACCEPTANCE_ACCEPTED, REASON_NONE, "403 is no 401: it counted"},
        {refused, no_table, ACCEPTANCE_ACCEPTED, REASON_NONE, "nor is 400"},
        {refused, refused, ACCEPTANCE_REFUSED, REASON_NONE, "401 with it"},
        {refused, canned_answer(arena, 401, "text/html", "", "no"), ACCEPTANCE_REFUSED, REASON_NONE,
         "whoever says 401"},
        {rows_came, rows_came, ACCEPTANCE_UNPROVEN, REASON_GUEST, "a guest is answered too"},
        {rows_came, denied, ACCEPTANCE_UNPROVEN, REASON_GUEST, "and may see more than the account"},
        {denied, rows_came, ACCEPTANCE_ACCEPTED, REASON_NONE, "refused without it, by 403"},
        {denied, denied, ACCEPTANCE_UNPROVEN, REASON_GUEST, "the same with and without it"},
        {refused, canned_answer(arena, 429, "application/json", "X-RateLimit-Limit: 1\r\n", ""),
         ACCEPTANCE_NOT_TRIED, REASON_RATE_LIMITED, "throttled"},
        {refused, canned_answer(arena, 503, "text/html", "", ""), ACCEPTANCE_NOT_TRIED, REASON_BUSY,
         "busy"},
        {refused,
         canned_answer(arena, 200, "text/html", "", "<title>Instance Hibernating page</title>"),
         ACCEPTANCE_NOT_TRIED, REASON_HIBERNATING, "fell asleep"},
        {refused, canned_answer(arena, 200, "text/html", "", "<title>Log in</title>"),
         ACCEPTANCE_NOT_TRIED, REASON_LOGIN_PAGE, "a page"},
        {refused, canned_answer(arena, 200, "text/html", "", "hello"), ACCEPTANCE_NOT_TRIED,
         REASON_NOT_JSON, "no JSON"},
        {refused, canned_answer(arena, 403, "text/html", "", "<h1>WAF</h1>"), ACCEPTANCE_NOT_TRIED,
         REASON_DENIED, "an edge"},
        {refused, NULL, ACCEPTANCE_NOT_TRIED, REASON_BUSY, "dropped, twice"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {{.without = KEY, .answer = rows[i].gate},
                                            {.answer = rows[i].call}};
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        bench_add_api_key(&one, "integration", TEST_KEY);
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_run(&one);
        const struct answer *answer = bench_answer(&one, first_call_of("integration", "incident"));
        cr_expect_eq(answer->acceptance, rows[i].acceptance, "row %zu (%s): %d", i, rows[i].why,
                     (int)answer->acceptance);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s): %s", i, rows[i].why,
                     reason_name(answer->reason));
        cr_expect_not_null(answer->exchange, "row %zu (%s)", i, rows[i].why);
        bench_close(&one);
        canned_stop(server);
    }
}

/* Where guests are answered, the echo of the caller proves what the first call cannot. */
Test(laws, the_echo_proves_what_a_guest_gate_cannot)
{
    const struct {
        const char *echo;
        enum acceptance acceptance;
        const char *user_name;
        const char *why;
    } rows[] = {
        {"{\"result\":[{\"user_name\":\"svc\"}]}", ACCEPTANCE_ACCEPTED, "svc", "a named user"},
        {"{\"result\":[{\"user_name\":\"guest\"}]}", ACCEPTANCE_UNPROVEN, "guest", "a guest"},
        {NO_ROWS, ACCEPTANCE_UNPROVEN, NULL, "its own row is hidden"},
        {"{\"result\":[{\"user_name\":\"a\"},{\"user_name\":\"b\"}]}", ACCEPTANCE_UNPROVEN, NULL,
         "the term was dropped"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {
            {.with = "/sys_user?", .answer = canned_json(arena, 200, rows[i].echo)},
            {.answer = canned_json(arena, 200, ONE_ROW)}};
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        bench_add_api_key(&one, "integration", TEST_KEY);
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, identity_of("integration"));
        bench_run(&one);
        const struct answer *call = bench_answer(&one, first_call_of("integration", "incident"));
        const struct answer *echo = bench_answer(&one, identity_of("integration"));
        cr_expect_eq(call->acceptance, ACCEPTANCE_UNPROVEN, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(echo->acceptance, rows[i].acceptance, "row %zu (%s)", i, rows[i].why);
        cr_expect(text_equal(echo->user_name, rows[i].user_name), "row %zu (%s)", i, rows[i].why);
        cr_expect(strstr(canned_request(server, 2),
                         "sysparm_query=user_name%3Djavascript%3Ags.getUserName%28%29&") != NULL);
        bench_close(&one);
        canned_stop(server);
    }
}

/* ---- Law 8 ---------------------------------------------------------------------------------- */

/* One request carries a password until it was accepted, whatever becomes of that request. */
Test(laws, a_password_is_tried_once)
{
    const char *refused = canned_json(arena, 401, REFUSED);
    const struct {
        const char *call;
        enum acceptance acceptance;
        enum reason reason;
        enum reason others;
        const char *why;
    } rows[] = {
        {refused, ACCEPTANCE_REFUSED, REASON_NONE, REASON_CREDENTIAL_REFUSED, "refused"},
        {NULL, ACCEPTANCE_NOT_TRIED, REASON_BUSY, REASON_CREDENTIAL_NOT_TRIED,
         "the connection was lost"},
        {canned_answer(arena, 503, "text/html", "", ""), ACCEPTANCE_NOT_TRIED, REASON_BUSY,
         REASON_CREDENTIAL_NOT_TRIED, "503 is not repeated"},
        {canned_answer(arena, 429, "text/html", "Retry-After: 0\r\n", ""), ACCEPTANCE_NOT_TRIED,
         REASON_BUSY, REASON_CREDENTIAL_NOT_TRIED, "nor is 429"},
        {canned_answer(arena, 302, "text/html", "Location: /login.do\r\n", ""),
         ACCEPTANCE_NOT_TRIED, REASON_LOGIN_PAGE, REASON_CREDENTIAL_NOT_TRIED, "a redirect"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {{.without = BASIC, .answer = refused},
                                            {.answer = rows[i].call}};
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        bench_add_basic(&one, "integration", "svc", TEST_PASSWORD);
        struct question other = rows_of(one.arena, "integration", "problem", NULL, NULL, "number");
        struct question second = first_call_of("integration", "change_request");
        bench_ask(&one, gate_of("incident"));
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, second);
        bench_ask(&one, identity_of("integration"));
        bench_ask(&one, other);
        bench_run(&one);
        const struct answer *answer = bench_answer(&one, first_call_of("integration", "incident"));
        cr_expect_eq(answer->acceptance, rows[i].acceptance, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s): %s", i, rows[i].why,
                     reason_name(answer->reason));
        cr_expect_eq(bench_answer(&one, other)->reason, rows[i].others, "row %zu (%s)", i,
                     rows[i].why);
        cr_expect(bench_answer(&one, other)->is_blocked, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(bench_answer(&one, identity_of("integration"))->reason, rows[i].others,
                     "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(canned_count(server, BASIC), 1, "row %zu (%s): %zu requests", i, rows[i].why,
                     canned_count(server, BASIC));
        bench_close(&one);
        canned_stop(server);
    }
}

/* After it was accepted it may be repeated, and two refusals end its use. */
Test(laws, an_accepted_password_ends_after_two_refusals)
{
    const char *refused = canned_json(arena, 401, REFUSED);
    const struct canned_rule rules[] = {
        {.without = BASIC, .answer = refused},
        {.with = "/incident?", .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = refused},
    };
    serve(rules, ARRAY_LEN(rules));
    bench.options.in_flight = 1;
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    bench_ask(&bench, first_call_of("integration", "incident"));
    static const char *const tables[] = {"problem", "change_request", "task", "sc_task", "cmdb_ci"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        bench_ask(&bench, rows_of(arena, "integration", tables[i], NULL, NULL, "sys_id number"));
    }
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, BASIC), 3, "accepted once, refused twice");
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        const struct answer *answer = bench_answer(
            &bench, rows_of(arena, "integration", tables[i], NULL, NULL, "sys_id number"));
        cr_expect_eq(answer->reason, REASON_CREDENTIAL_REFUSED);
        cr_expect(answer->is_blocked);
        cr_expect_eq(answer->exchange != NULL, i < 2, "row %zu", i);
    }
}

/* A key is not given up: a policy may admit it on one table and not on the next. */
Test(laws, a_key_goes_on_after_refusals)
{
    const char *refused = canned_json(arena, 401, REFUSED);
    const struct canned_rule rules[] = {
        {.without = KEY, .answer = refused},
        {.with = "/incident?", .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = refused},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    static const char *const tables[] = {"problem", "change_request", "task", "sc_task"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        bench_ask(&bench, rows_of(arena, "integration", tables[i], NULL, NULL, "sys_id number"));
    }
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, KEY), 5);
}

static const char auditor_and_user[] =
    "{\"result\":[{\"user_name\":\"aud\",\"sys_id\":\"1\"},{\"user_name\":\"svc\",\"active\":"
    "\"true\",\"locked_out\":\"%s\",\"failed_attempts\":\"%s\",\"sys_id\":\"2\"}]}";

Test(laws, the_auditor_reads_the_user_before_its_password_is_tried)
{
    const struct {
        const char *locked_out;
        const char *failed_attempts;
        size_t n_tries;
        enum acceptance acceptance;
        enum reason reason;
        const char *why;
    } rows[] = {
        {"false", "", 1, ACCEPTANCE_ACCEPTED, REASON_NONE, "nothing against it"},
        {"false", "2", 1, ACCEPTANCE_ACCEPTED, REASON_NONE, "three tries left"},
        {"false", "3", 0, ACCEPTANCE_NOT_TRIED, REASON_NEAR_LOCKOUT, "two below the limit"},
        {"true", "0", 0, ACCEPTANCE_NOT_TRIED, REASON_NEAR_LOCKOUT, "locked"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        char users[512];
        snprintf(users, sizeof users, auditor_and_user, rows[i].locked_out,
                 rows[i].failed_attempts);
        const struct canned_rule rules[] = {
            {.with = BASIC, .answer = canned_json(arena, 200, NO_ROWS)},
            {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
            {.answer = canned_json(arena, 200, users)},
        };
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        one.options.service_user = "svc";
        bench_add_basic(&one, "integration", "svc", TEST_PASSWORD);
        bench_add_api_key(&one, "auditor", TEST_KEY);
        struct question rest = rows_of(one.arena, "integration", "problem", NULL, NULL, "number");
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, rest);
        bench_run(&one);
        const struct answer *answer = bench_answer(&one, first_call_of("integration", "incident"));
        cr_expect_eq(answer->acceptance, rows[i].acceptance, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s)", i, rows[i].why);
        cr_expect_not(answer->is_blocked, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(canned_count(server, "/incident?") - 1, rows[i].n_tries, "row %zu (%s)", i,
                     rows[i].why);
        cr_expect_eq(canned_count(server, BASIC), rows[i].n_tries * 2, "row %zu (%s)", i,
                     rows[i].why);
        if (rows[i].n_tries == 0) {
            cr_expect_eq(bench_answer(&one, rest)->reason, REASON_CREDENTIAL_NOT_TRIED);
        } else {
            cr_expect(strstr(canned_request(server, 1), KEY) != NULL, "the auditor goes first");
        }
        bench_close(&one);
        canned_stop(server);
    }
}

/* An auditor that is refused cannot warn; the password is tried all the same, once. */
Test(laws, a_refused_auditor_does_not_hold_the_password_up)
{
    const struct canned_rule rules[] = {
        {.with = BASIC, .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    bench_add_api_key(&bench, "auditor", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, identity_of("auditor"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, identity_of("auditor"))->acceptance, ACCEPTANCE_REFUSED);
    cr_expect_eq(bench_answer(&bench, first_call_of("integration", "incident"))->acceptance,
                 ACCEPTANCE_ACCEPTED);
    cr_expect_eq(canned_count(canned, KEY), 1, "a refused key is not tried again either");
}

/* Two credentials of one user may hold one password: the second waits, and is not tried after a
 * refusal. */
Test(laws, one_user_is_tried_once)
{
    const struct canned_rule rules[] = {
        {.with = "POST /oauth_token.do",
         .answer = canned_answer(arena, 401, "application/json", "", TOKEN_REFUSAL)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    bench_add_oauth_password(&bench, "grant", "SVC", TEST_PASSWORD);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, first_call_of("grant", "incident"));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, BASIC) + canned_count(canned, "POST"), 1);
    const struct answer *grant = bench_answer(&bench, first_call_of("grant", "incident"));
    cr_expect_eq(grant->acceptance, ACCEPTANCE_NOT_TRIED);
    cr_expect_eq(grant->reason, REASON_REFUSED);
}

/* Where guests are answered, the one request that may carry the password is the echo. */
Test(laws, a_password_behind_a_guest_gate)
{
    const struct {
        const char *echo;
        size_t n_requests;
        enum acceptance acceptance;
        enum reason rows_reason;
        const char *why;
    } rows[] = {
        {"{\"result\":[{\"user_name\":\"svc\"}]}", 3, ACCEPTANCE_ACCEPTED, REASON_NONE,
         "echoed: then the others"},
        {NO_ROWS, 1, ACCEPTANCE_UNPROVEN, REASON_CREDENTIAL_NOT_TRIED,
         "not echoed: that was the one"},
        {"{\"result\":[{\"user_name\":\"guest\"}]}", 1, ACCEPTANCE_UNPROVEN,
         REASON_CREDENTIAL_NOT_TRIED, "a guest"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {
            {.with = "/sys_user?", .answer = canned_json(arena, 200, rows[i].echo)},
            {.answer = canned_json(arena, 200, ONE_ROW)}};
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        bench_add_basic(&one, "integration", "svc", TEST_PASSWORD);
        struct question rest = rows_of(one.arena, "integration", "problem", NULL, NULL, "number");
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, rest);
        bench_run(&one);
        cr_expect_eq(bench_answer(&one, first_call_of("integration", "incident"))->acceptance,
                     rows[i].acceptance, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(bench_answer(&one, rest)->reason, rows[i].rows_reason, "row %zu (%s)", i,
                     rows[i].why);
        cr_expect_eq(canned_count(server, BASIC), rows[i].n_requests, "row %zu (%s)", i,
                     rows[i].why);
        bench_close(&one);
        canned_stop(server);
    }
}

/* ---- Law 8: remembered refusals ------------------------------------------------------------- */

static void remove_state(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/refusals", folder);
    unlink(path);
    rmdir(folder);
}

Test(laws, a_refusal_is_remembered)
{
    char folder[] = "/tmp/glidepath-laws-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    const struct canned_rule rule = {.answer = canned_json(arena, 401, REFUSED)};
    struct canned *server = canned_start(&rule, 1);
    const struct {
        int64_t wait_ms;
        enum acceptance acceptance;
        enum reason reason;
        size_t n_tries; /* so far */
        const char *why;
    } runs[] = {
        {1800000, ACCEPTANCE_REFUSED, REASON_NONE, 1, "the first run tries"},
        {1800000, ACCEPTANCE_NOT_TRIED, REASON_REFUSED, 1, "the next does not"},
        {0, ACCEPTANCE_REFUSED, REASON_NONE, 2, "unless told so"},
    };
    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        struct bench one;
        bench_open(&one);
        bench_point_at(&one, canned_port(server));
        one.options.state_dir = folder;
        one.options.refused_wait_ms = runs[i].wait_ms;
        bench_add_basic(&one, "integration", "svc", TEST_PASSWORD);
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_run(&one);
        const struct answer *answer = bench_answer(&one, first_call_of("integration", "incident"));
        cr_expect_eq(answer->acceptance, runs[i].acceptance, "run %zu (%s)", i, runs[i].why);
        cr_expect_eq(answer->reason, runs[i].reason, "run %zu (%s)", i, runs[i].why);
        cr_expect_eq(canned_count(server, BASIC), runs[i].n_tries, "run %zu (%s)", i, runs[i].why);
        bench_close(&one);
    }
    size_t len = 0;
    const char *fault = NULL;
    char *text = file_read(arena, arena_printf(arena, "%s/refusals", folder), 10000, &len, &fault);
    cr_expect_not_null(text);
    cr_expect_null(strstr(text, TEST_PASSWORD));
    cr_expect_null(strstr(text, "dGVzdC1wYXNz"), "nor in base64");
    canned_stop(server);
    remove_state(folder);
}

/* A token that is refused says nothing about the password it was issued for. */
Test(laws, a_refused_token_is_no_refused_password)
{
    char folder[] = "/tmp/glidepath-laws-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    const struct canned_rule rules[] = {
        {.with = "POST /oauth_token.do",
         .answer = canned_answer(arena, 200, "application/json", "", TOKEN_ANSWER)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    serve(rules, ARRAY_LEN(rules));
    bench.options.state_dir = folder;
    bench_add_oauth_password(&bench, "integration", "svc", TEST_PASSWORD);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, first_call_of("integration", "incident"))->acceptance,
                 ACCEPTANCE_REFUSED);
    cr_expect_not(refusal_is_recent(folder, bench.target.instance.origin, "svc",
                                    clock_now_seconds(), 1800000));
    remove_state(folder);
}

/* ---- Tokens --------------------------------------------------------------------------------- */

Test(laws, tokens)
{
    const char *html = "text/html";
    const char *json = "application/json";
    const struct {
        const char *token_answer;
        bool is_password;
        enum acceptance acceptance;
        enum reason reason;
        size_t n_posts;
        const char *why;
    } rows[] = {
        {canned_answer(arena, 200, json, "", TOKEN_ANSWER), false, ACCEPTANCE_ACCEPTED, REASON_NONE,
         1, "issued"},
        {canned_answer(arena, 200, json, "", TOKEN_ANSWER), true, ACCEPTANCE_ACCEPTED, REASON_NONE,
         1, "issued for a password"},
        {canned_answer(arena, 401, json, "", TOKEN_REFUSAL), false, ACCEPTANCE_NO_TOKEN,
         REASON_NONE, 1, "the catch-all"},
        {canned_answer(arena, 401, json, "", TOKEN_REFUSAL), true, ACCEPTANCE_NO_TOKEN, REASON_NONE,
         1, "the catch-all, a password"},
        {canned_answer(arena, 404, html, "", ""), false, ACCEPTANCE_NO_TOKEN, REASON_NONE, 1,
         "there is no endpoint"},
        {canned_answer(arena, 503, html, "", ""), false, ACCEPTANCE_NOT_TRIED, REASON_BUSY, 2,
         "busy: once more"},
        {canned_answer(arena, 503, html, "", ""), true, ACCEPTANCE_NOT_TRIED, REASON_BUSY, 1,
         "busy: never again with a password"},
        {NULL, false, ACCEPTANCE_NOT_TRIED, REASON_BUSY, 2, "lost: once more"},
        {NULL, true, ACCEPTANCE_NOT_TRIED, REASON_BUSY, 1, "lost: never again with a password"},
        {canned_answer(arena, 200, html, "", "<title>Sign In</title>"), false, ACCEPTANCE_NOT_TRIED,
         REASON_LOGIN_PAGE, 1, "a page"},
        {canned_answer(arena, 200, json, "", "{\"access_token\":\"cut"), false,
         ACCEPTANCE_NOT_TRIED, REASON_NOT_JSON, 1, "cut"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {
            {.with = "POST /oauth_token.do", .answer = rows[i].token_answer},
            {.with = BEARER TEST_TOKEN, .answer = canned_json(arena, 200, NO_ROWS)},
            {.answer = canned_json(arena, 401, REFUSED)},
        };
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        if (rows[i].is_password) {
            bench_add_oauth_password(&one, "integration", "svc", TEST_PASSWORD);
        } else {
            bench_add_oauth_client(&one, "integration", TEST_CLIENT_SECRET);
        }
        struct question rest = rows_of(one.arena, "integration", "problem", NULL, NULL, "number");
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, rest);
        bench_run(&one);
        const struct answer *answer = bench_answer(&one, first_call_of("integration", "incident"));
        cr_expect_eq(answer->acceptance, rows[i].acceptance, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s): %s", i, rows[i].why,
                     reason_name(answer->reason));
        cr_expect_not_null(answer->token_exchange, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(canned_count(server, "POST"), rows[i].n_posts, "row %zu (%s)", i, rows[i].why);
        enum reason expected = rows[i].acceptance == ACCEPTANCE_ACCEPTED ? REASON_NONE
                               : rows[i].acceptance == ACCEPTANCE_NO_TOKEN
                                   ? REASON_TOKEN_REFUSED
                                   : REASON_CREDENTIAL_NOT_TRIED;
        cr_expect_eq(bench_answer(&one, rest)->reason, expected, "row %zu (%s)", i, rows[i].why);
        cr_expect_null(strstr(bench_everything_shown(&one), "cut"), "row %zu (%s)", i, rows[i].why);
        bench_close(&one);
        canned_stop(server);
    }
}

Test(laws, what_the_token_request_looks_like)
{
    const struct canned_rule rules[] = {
        {.with = "POST /oauth_token.do",
         .answer = canned_answer(arena, 200, "application/json", "", TOKEN_ANSWER)},
        {.with = BEARER TEST_TOKEN, .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    serve(rules, ARRAY_LEN(rules));
    bench_add_oauth_password(&bench, "integration", "s&v c", "pa+ss&w=rd%not-real");
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const char *post = canned_request(canned, 1);
    cr_expect(strstr(post, "POST /oauth_token.do HTTP/1.1\r\n") == post, "%s", post);
    cr_expect(strstr(post, "Content-Type: application/x-www-form-urlencoded\r\n") != NULL);
    cr_expect(strstr(post, "\r\n\r\ngrant_type=password&username=s%26v%20c&password="
                           "pa%2Bss%26w%3Drd%25not-real&client_id=0123456789abcdef0123456789abcdef"
                           "&client_secret=" TEST_CLIENT_SECRET) != NULL,
              "%s", post);
    cr_expect(strstr(post, "Expect") == NULL);
    cr_expect(strstr(post, "uthorization") == NULL, "parameters go into the body only");
    /* Gate, token, first call: the last waits for the token. */
    cr_expect_eq(prober_waves(bench.prober), 3);
}

/* ---- Law 10 --------------------------------------------------------------------------------- */

/* A server that says every secret back, in the places that are kept. */
Test(laws, nothing_secret_is_shown)
{
    const char *basic = "c3ZjOnRlc3QtcGFzc3dvcmQtbm90LXJlYWw="; /* svc:test-password-not-real */
    const char *echo_headers = arena_printf(
        arena,
        "Server: %s %s\r\nLocation: https://" TEST_KEY "@example.test/" TEST_TOKEN "?" TEST_PASSWORD
        "\r\nX-Transaction-ID: " TEST_KEY "\r\nWWW-Authenticate: " TEST_TOKEN "\r\n",
        TEST_PASSWORD, basic);
    const char *message =
        "{\"error\":{\"message\":\"" TEST_KEY " " TEST_PASSWORD "\",\"detail\":\"" TEST_TOKEN
        " c3ZjOnRlc3QtcGFzc3dvcmQtbm90LXJlYWw=\"},\"status\":\"failure\"}";
    const struct canned_rule rules[] = {
        {.with = "POST /oauth_token.do",
         .answer = canned_answer(arena, 200, "application/json", "", TOKEN_ANSWER)},
        {.with = "/problem?",
         .answer = canned_answer(arena, 200, "text/html", echo_headers,
                                 TEST_KEY " " TEST_TOKEN " test-refresh-not-real")},
        {.with = "/oauth_entity?",
         .answer =
             canned_json(arena, 200,
                         "{\"result\":[{\"name\":\"a\",\"client_secret\":\"" TEST_CLIENT_SECRET
                         "\",\"user.user_password\":\"stored-password-not-real\"}]}")},
        {.with = "/change_request?",
         .answer = canned_answer(arena, 403, "application/json", echo_headers, message)},
        {.with = BASIC, .answer = canned_json(arena, 200, NO_ROWS)},
        {.with = BEARER, .answer = canned_json(arena, 200, NO_ROWS)},
        {.with = KEY, .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    serve(rules, ARRAY_LEN(rules));
    static const char *const names[] = {"key", "basic", "client"};
    bench_add_api_key(&bench, "key", TEST_KEY);
    bench_add_basic(&bench, "basic", "svc", TEST_PASSWORD);
    bench_add_oauth_client(&bench, "client", TEST_CLIENT_SECRET);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        bench_ask(&bench, first_call_of(names[i], "incident"));
        bench_ask(&bench, rows_of(arena, names[i], "problem", "number", TEST_KEY, "number"));
        bench_ask(&bench,
                  rows_of(arena, names[i], "change_request", "number", TEST_TOKEN, "number"));
        bench_ask(&bench,
                  rows_of(arena, names[i], "oauth_entity", NULL, NULL, "name client_secret"));
    }
    bench_run(&bench);
    cr_assert_eq(canned_count(canned, "/oauth_entity?"), 3);
    cr_expect_eq(canned_count(canned, "client_secret,"), 0, "secret columns are not asked for");
    const char *shown = bench_everything_shown(&bench);
    static const char *const secrets[] = {
        TEST_KEY,
        TEST_PASSWORD,
        TEST_CLIENT_SECRET,
        TEST_TOKEN,
        "test-refresh-not-real",
        "c3ZjOnRlc3QtcGFzc3dvcmQtbm90LXJlYWw",
        "stored-password-not-real",
    };
    cr_expect(strstr(shown, "[secret]") != NULL, "the server did say them");
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        cr_expect_null(strstr(shown, secrets[i]), "%s is shown", secrets[i]);
    }
}
