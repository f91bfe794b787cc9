/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nasty answers over real sockets: what each becomes, what is repeated, and that nothing is
 * followed.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "model/names.h"
#include "probes/transport.h"
#include "tests/probes/bench.h"
#include "tests/probes/canned.h"

#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define NO_ROWS "{\"result\":[]}"

static struct bench bench;
static struct arena *arena;

static void set_up(void)
{
    bench_open(&bench);
    arena = bench.arena;
}

static void tear_down(void)
{
    bench_close(&bench);
}

TestSuite(wire, .init = set_up, .fini = tear_down);

/* What stands in a table and has to be built first. */
static const char *answer_of(int status, const char *content_type, const char *headers,
                             const char *body)
{
    return canned_answer(arena, status, content_type, headers, body);
}

struct gate_case {
    const char *why;
    struct canned_rule rules[2];
    size_t n_rules;
    enum outcome outcome;
    enum reason reason;
    size_t n_requests;
};

static void check_gate(size_t i, const struct gate_case *row)
{
    struct bench one;
    bench_open(&one);
    struct canned *canned = canned_start(row->rules, row->n_rules);
    bench_point_at(&one, canned_port(canned));
    one.options.timeout_ms = row->outcome == OUTCOME_TIMEOUT ? 400 : 10000;
    bench_ask(&one, gate_of("incident"));
    bench_run(&one);
    const struct answer *answer = bench_answer(&one, gate_of("incident"));
    cr_assert_not_null(answer->exchange, "row %zu (%s)", i, row->why);
    cr_expect_eq(answer->exchange->outcome, row->outcome, "row %zu (%s): is %s", i, row->why,
                 outcome_name(answer->exchange->outcome));
    cr_expect_eq(answer->reason, row->reason, "row %zu (%s): is %s", i, row->why,
                 reason_name(answer->reason));
    cr_expect_eq(canned_count(canned, NULL), row->n_requests, "row %zu (%s): %zu requests", i,
                 row->why, canned_count(canned, NULL));
    canned_stop(canned);
    bench_close(&one);
}

Test(wire, nasty_answers)
{
    const char *json = "application/json";
    const char *html = "text/html";
    const char *refused = canned_json(arena, 401, REFUSED);
    size_t flood_len = 9 * 1024 * 1024;
    char *flood = arena_allocate(arena, flood_len + 1);
    memset(flood, ' ', flood_len);
    memcpy(flood, "{\"result\":[", 11);
    const char *flood_head = arena_printf(
        arena, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n%s",
        flood);
    const struct gate_case rows[] = {
        {"refused, as it should be",
         {{.answer = refused}},
         1,
         OUTCOME_UNAUTHENTICATED,
         REASON_NONE,
         1},
        {"a guest is let in",
         {{.answer = canned_json(arena, 200, NO_ROWS)}},
         1,
         OUTCOME_RESULT,
         REASON_NONE,
         1},
        {"429 with Retry-After, then well",
         {{.answer = answer_of(429, json, "Retry-After: 0\r\n", ""), .times = 1},
          {.answer = refused}},
         2,
         OUTCOME_UNAUTHENTICATED,
         REASON_NONE,
         2},
        {"429 that asks for more time than there is",
         {{.answer = answer_of(429, json, "Retry-After: 600\r\nX-RateLimit-Limit: 1\r\n", "")}},
         1,
         OUTCOME_RATE_LIMITED,
         REASON_RATE_LIMITED,
         1},
        {"429 without a word about when is not repeated",
         {{.answer = answer_of(429, html, "", "busy"), .times = 1}, {.answer = refused}},
         2,
         OUTCOME_BUSY,
         REASON_BUSY,
         1},
        {"429 that asks for a second",
         {{.answer = answer_of(429, json, "Retry-After: 1\r\n", ""), .times = 1},
          {.answer = refused}},
         2,
         OUTCOME_UNAUTHENTICATED,
         REASON_NONE,
         2},
        {"429 for good",
         {{.answer = answer_of(429, json, "Retry-After: 0\r\n", "")}},
         1,
         OUTCOME_BUSY,
         REASON_BUSY,
         2},
        {"503, then well",
         {{.answer = answer_of(503, html, "", ""), .times = 1}, {.answer = refused}},
         2,
         OUTCOME_UNAUTHENTICATED,
         REASON_NONE,
         2},
        {"503 for good",
         {{.answer = answer_of(503, html, "", "")}},
         1,
         OUTCOME_BUSY,
         REASON_BUSY,
         2},
        {"502 for good",
         {{.answer = answer_of(502, html, "", "")}},
         1,
         OUTCOME_BUSY,
         REASON_BUSY,
         2},
        {"500 is not repeated",
         {{.answer = answer_of(500, html, "", "")}},
         1,
         OUTCOME_SERVER_ERROR,
         REASON_BUSY,
         1},
        {"asleep, with 200",
         {{.answer = answer_of(200, html, "Server: snow_adc\r\n",
                               "<title>Instance Hibernating page</title>")}},
         1,
         OUTCOME_HIBERNATING,
         REASON_HIBERNATING,
         1},
        {"asleep, with 503 (is not repeated)",
         {{.answer = answer_of(503, html, "", "<title>Instance Hibernating page</title>")}},
         1,
         OUTCOME_HIBERNATING,
         REASON_HIBERNATING,
         1},
        {"JSON cut short",
         {{.answer = answer_of(200, json, "", "{\"result\":[{\"sys_id\":")}},
         1,
         OUTCOME_TRUNCATED,
         REASON_TRUNCATED,
         1},
        {"less than Content-Length promised",
         {{.answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                     "500\r\n\r\n{\"result\":[",
           .end = CANNED_CLOSE}},
         1,
         OUTCOME_TRUNCATED,
         REASON_TRUNCATED,
         1},
        {"garbage behind it",
         {{.answer = answer_of(200, json, "", NO_ROWS "garbage")}},
         1,
         OUTCOME_TRUNCATED,
         REASON_TRUNCATED,
         1},
        {"more than eight megabytes",
         {{.answer = flood_head, .end = CANNED_CLOSE}},
         1,
         OUTCOME_TRUNCATED,
         REASON_TRUNCATED,
         1},
        {"a body that never ends",
         {{.answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                     "500\r\n\r\n{\"result\":[",
           .end = CANNED_STALL}},
         1,
         OUTCOME_TIMEOUT,
         REASON_TIMEOUT,
         1},
        {"no answer at all",
         {{.answer = "", .end = CANNED_STALL}},
         1,
         OUTCOME_TIMEOUT,
         REASON_TIMEOUT,
         1},
        {"sent to the sign-on",
         {{.answer = answer_of(302, html, "Location: /login.do\r\n", "")}},
         1,
         OUTCOME_LOGIN_PAGE,
         REASON_LOGIN_PAGE,
         1},
        {"sent to another host",
         {{.answer = answer_of(301, html, "Location: http://127.0.0.1:1/elsewhere\r\n", "")}},
         1,
         OUTCOME_REDIRECT,
         REASON_NOT_JSON,
         1},
        {"dropped for good", {{.answer = NULL}}, 1, OUTCOME_CONNECTION_LOST, REASON_BUSY, 2},
        {"dropped once",
         {{.answer = NULL, .times = 1}, {.answer = refused}},
         2,
         OUTCOME_UNAUTHENTICATED,
         REASON_NONE,
         2},
        {"a page that says it is JSON",
         {{.answer = answer_of(200, json, "", "<html></html>")}},
         1,
         OUTCOME_NOT_JSON,
         REASON_NOT_JSON,
         1},
        {"an answer that says it is a page",
         {{.answer = answer_of(200, html, "", NO_ROWS)}},
         1,
         OUTCOME_RESULT,
         REASON_NONE,
         1},
        {"an empty body",
         {{.answer = answer_of(200, json, "", "")}},
         1,
         OUTCOME_NOT_JSON,
         REASON_NOT_JSON,
         1},
        {"not HTTP",
         {{.answer = "SSH-2.0-OpenSSH_9.2\r\n", .end = CANNED_CLOSE}},
         1,
         OUTCOME_NOT_JSON,
         REASON_NOT_JSON,
         1},
        {"an edge that refuses everybody",
         {{.answer = answer_of(403, html, "", "<h1>403</h1>")}},
         1,
         OUTCOME_FORBIDDEN,
         REASON_DENIED,
         1},
        {"a 401 that is not ServiceNow's",
         {{.answer = answer_of(401, html, "", "<h1>401</h1>")}},
         1,
         OUTCOME_FORBIDDEN,
         REASON_DENIED,
         1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_gate(i, &rows[i]);
    }
}

Test(wire, what_goes_out_and_what_is_noted)
{
    const struct canned_rule rules[] = {
        {.answer = canned_answer(
             arena, 401, "application/json",
             "Server: ServiceNow\r\nWWW-Authenticate: BASIC realm=\"Service-now\"\r\n"
             "X-Is-Logged-In: false\r\nX-Transaction-ID: 0123\r\n"
             "Set-Cookie: JSESSIONID=1; Path=/\r\nDate: Fri, 20 Nov 2026 10:00:00 GMT\r\n",
             REFUSED)},
    };
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, gate_of("problem"));
    bench_ask(&bench, gate_of("incident")); /* another pack's */
    bench_run(&bench);
    const struct exchange *exchange = bench_answer(&bench, gate_of("incident"))->exchange;
    cr_expect_eq(canned_count(canned, NULL), 2, "gates of one URL are one request");
    cr_expect_str_eq(exchange->method, "GET");
    cr_expect_str_eq(exchange->credential, "none");
    cr_expect_str_eq(exchange->server, "ServiceNow");
    cr_expect_str_eq(exchange->www_authenticate, "BASIC realm=\"Service-now\"");
    cr_expect_str_eq(exchange->is_logged_in, "false");
    cr_expect_str_eq(exchange->transaction_id, "0123");
    cr_expect_str_eq(exchange->message, "User is not authenticated");
    cr_expect_eq(exchange->date, utc_seconds(2026, 11, 20, 10, 0, 0));
    cr_expect_eq(exchange->retry_after_s, -1);
    cr_expect(exchange->is_from_node);
    cr_expect_eq(exchange->bytes, (int64_t)strlen(REFUSED));
    cr_expect_str_eq(exchange->why, "network");
    cr_expect_eq(canned_count(canned, "User-Agent: glidepath/0.0.0 (run test-run)\r\n"), 2);
    cr_expect_eq(canned_count(canned, "Accept: application/json\r\n"), 2);
    cr_expect_eq(canned_count(canned, "uthorization"), 0);
    cr_expect_eq(canned_count(canned, "Cookie"), 0, "no cookie is ever sent back");
    canned_stop(canned);
}

/* A second wave on the same instance uses the connection of the first, without its cookie. */
Test(wire, connections_are_kept_and_cookies_are_not)
{
    const struct canned_rule rules[] = {
        {.without = "x-sn-apikey",
         .answer = canned_answer(arena, 401, "application/json", "Set-Cookie: JSESSIONID=1\r\n",
                                 REFUSED)},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *answer = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(answer->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect(answer->exchange->reused);
    cr_expect_eq(canned_n_connections(canned), 1);
    cr_expect_eq(prober_connections(bench.prober), 1);
    cr_expect_eq(prober_waves(bench.prober), 2);
    cr_expect_eq(canned_count(canned, "Cookie"), 0);
    canned_stop(canned);
}

Test(wire, nobody_listens)
{
    const struct canned_rule rules[] = {{.answer = NULL}};
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    int port = canned_port(canned);
    canned_stop(canned);
    bench_point_at(&bench, port);
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *gate = bench_answer(&bench, gate_of("incident"));
    const struct answer *call = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(gate->exchange->outcome, OUTCOME_CONNECT_FAILURE);
    cr_expect_not_null(gate->exchange->detail);
    cr_expect_eq(gate->reason, REASON_NO_ANSWER);
    cr_expect_eq(call->reason, REASON_NO_ANSWER);
    cr_expect(call->is_blocked);
    cr_expect_null(call->exchange);
}

Test(wire, no_such_host_and_no_usable_url)
{
    bench.target.instance =
        (struct instance){.origin = "https://acme.invalid", .host = "acme.invalid", .port = 443};
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, gate_of("incident"))->exchange->outcome, OUTCOME_DNS_FAILURE);
}

Test(wire, a_proxy_that_refuses)
{
    const struct canned_rule rules[] = {
        {.answer = canned_answer(arena, 407, "text/html", "Proxy-Authenticate: Basic\r\n", ""),
         .end = CANNED_CLOSE},
    };
    struct canned *proxy = canned_start(rules, ARRAY_LEN(rules));
    setenv("https_proxy", arena_printf(arena, "http://127.0.0.1:%d", canned_port(proxy)), 1);
    setenv("no_proxy", "", 1);
    bench.target.instance = (struct instance){
        .origin = "https://acme.example.test", .host = "acme.example.test", .port = 443};
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    const struct answer *gate = bench_answer(&bench, gate_of("incident"));
    cr_expect_eq(gate->exchange->outcome, OUTCOME_PROXY_REFUSED, "%s",
                 outcome_name(gate->exchange->outcome));
    cr_expect_eq(gate->reason, REASON_NO_ANSWER);
    cr_expect_eq(canned_count(proxy, "CONNECT acme.example.test:443"), 1);
    cr_expect_eq(canned_count(proxy, NULL), 1, "and is not asked again");
    canned_stop(proxy);
}

/* Plain http to loopback would show a proxy the credential. */
Test(wire, loopback_passes_by_the_proxy)
{
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    struct canned *proxy = canned_start(rules, ARRAY_LEN(rules));
    setenv("http_proxy", arena_printf(arena, "http://127.0.0.1:%d", canned_port(proxy)), 1);
    setenv("no_proxy", "", 1);
    bench_point_at(&bench, canned_port(canned));
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, NULL), 1);
    cr_expect_eq(canned_count(proxy, NULL), 0);
    canned_stop(proxy);
    canned_stop(canned);
}

Test(wire, plain_http_is_for_loopback)
{
    bench.target.instance = (struct instance){
        .origin = "http://acme.example.test", .host = "acme.example.test", .port = 80};
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    const struct answer *gate = bench_answer(&bench, gate_of("incident"));
    cr_expect_null(gate->exchange, "nothing was sent");
    cr_expect_eq(gate->reason, REASON_NO_ANSWER);
}

Test(wire, only_what_reads_may_leave)
{
    static const struct {
        const char *method;
        const char *url;
        bool permitted;
        const char *why;
    } rows[] = {
        {"GET", "https://acme.example.test/api/now/table/x", true, "reading"},
        {"HEAD", "https://acme.example.test/api/now/table/x", true, "reading"},
        {"POST", "https://acme.example.test/oauth_token.do", true, "the token request"},
        {"POST", "https://acme.example.test/api/now/table/incident", false, "a write"},
        {"POST", "https://acme.example.test/oauth_token.do?x=1", false, "not the very path"},
        {"POST", "https://acme.example.test/x/oauth_token.do", false, "not the very path"},
        {"PUT", "https://acme.example.test/api/now/table/x", false, "a write"},
        {"PATCH", "https://acme.example.test/api/now/table/x", false, "a write"},
        {"DELETE", "https://acme.example.test/api/now/table/x", false, "a write"},
        {"get", "https://acme.example.test/api/now/table/x", false, "methods are in capitals"},
        {"GET", "https://acme.example.test.evil.test/x", false, "another host"},
        {"GET", "https://acme.example.test@evil.test/x", false, "another host"},
        {"GET", "http://acme.example.test/x", false, "another scheme"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct call call = {.method = rows[i].method, .url = rows[i].url};
        for (int consent = 0; consent <= 1; consent++) {
            const struct transport_options options = {.origin = "https://acme.example.test",
                                                      .allow_writes = consent == 1};
            cr_expect_eq(transport_permits(&options, &call), rows[i].permitted,
                         "row %zu (%s), consent %d", i, rows[i].why, consent);
        }
    }
}

/* Consent opens three doors, and only to a call that is marked as a write. */
Test(wire, with_consent_one_record_may_be_written)
{
#define ORIGIN "https://acme.example.test"
#define RECORD "0123456789abcdef0123456789abcdef"
    static const struct {
        const char *method;
        const char *path;
        bool permitted;
        const char *why;
    } rows[] = {
        {"POST", "/api/now/table/incident", true, "a record is made"},
        {"POST", "/api/now/table/incident?sysparm_fields=sys_id", true, "… with parameters"},
        {"PATCH", "/api/now/table/incident/" RECORD, true, "it is changed"},
        {"DELETE", "/api/now/table/incident/" RECORD, true, "it is deleted"},
        {"POST", "/api/now/table/incident/" RECORD, false, "not to a record"},
        {"PATCH", "/api/now/table/incident", false, "no table is changed"},
        {"DELETE", "/api/now/table/incident", false, "no table is deleted"},
        {"DELETE", "/api/now/table/incident?sysparm_query=active=true", false,
         "nor what a query finds"},
        {"DELETE", "/api/now/table/incident/0123", false, "no record's id"},
        {"DELETE", "/api/now/table/incident/" RECORD "/x", false, "something behind it"},
        {"DELETE", "/api/now/table/../table/incident/" RECORD, false, "another path"},
        {"PUT", "/api/now/table/incident/" RECORD, false, "a method that is not needed"},
        {"POST", "/api/now/v1/batch", false, "not even a batch"},
        {"POST", "/api/now/import/incident", false, "another API"},
        {"DELETE", "/incident.do", false, "a page"},
        {"POST", "/api/now/table/", false, "no table"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct call call = {.method = rows[i].method,
                                  .url = arena_printf(arena, ORIGIN "%s", rows[i].path),
                                  .is_write = true};
        for (int consent = 0; consent <= 1; consent++) {
            const struct transport_options options = {.origin = ORIGIN,
                                                      .allow_writes = consent == 1};
            cr_expect_eq(transport_permits(&options, &call), consent == 1 && rows[i].permitted,
                         "row %zu (%s), consent %d", i, rows[i].why, consent);
        }
    }
#undef RECORD
#undef ORIGIN
}

/* The run's time ends while requests run and others wait. */
Test(wire, the_runs_time_ends)
{
    const struct canned_rule rules[] = {
        {.without = "x-sn-apikey", .answer = canned_json(arena, 401, REFUSED)},
        {.with = "/incident?", .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = "", .end = CANNED_STALL},
    };
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.timeout_ms = 700;
    bench.options.in_flight = 1;
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    struct question slow = rows_of(arena, "integration", "problem", NULL, NULL, "number");
    struct question waiting = rows_of(arena, "integration", "change_request", NULL, NULL, "number");
    bench_ask(&bench, slow);
    bench_ask(&bench, waiting);
    int64_t began_ms = clock_monotonic_ms();
    bench_run(&bench);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    cr_expect(took_ms < 3000, "took %d ms", (int)took_ms);
    cr_expect_eq(bench_answer(&bench, slow)->reason, REASON_TIMEOUT);
    cr_expect_not(bench_answer(&bench, slow)->is_blocked);
    cr_expect_eq(bench_answer(&bench, slow)->exchange->outcome, OUTCOME_TIMEOUT);
    cr_expect_eq(bench_answer(&bench, waiting)->reason, REASON_TIMEOUT);
    cr_expect_null(bench_answer(&bench, waiting)->exchange, "it was never sent");
    canned_stop(canned);
}

Test(wire, interrupted)
{
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_ask(&bench, gate_of("incident"));
    prober_interrupt();
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, gate_of("incident"))->reason, REASON_TIMEOUT);
    cr_expect_eq(canned_count(canned, NULL), 0);
    canned_stop(canned);
}

Test(wire, a_ceiling_of_requests)
{
    const struct canned_rule rules[] = {
        {.without = "x-sn-apikey", .answer = canned_json(arena, 401, REFUSED)},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.max_requests = 3;
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    struct question first = rows_of(arena, "integration", "problem", NULL, NULL, "number");
    struct question second = rows_of(arena, "integration", "change_request", NULL, NULL, "number");
    bench_ask(&bench, first);
    bench_ask(&bench, second);
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, first)->reason, REASON_NONE);
    cr_expect_eq(bench_answer(&bench, second)->reason, REASON_TIMEOUT);
    cr_expect_null(bench_answer(&bench, second)->exchange);
    cr_expect_eq(canned_count(canned, NULL), 3);
    canned_stop(canned);
}

Test(wire, verbose_tells_every_request)
{
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    cr_expect(strstr(bench.verbose_text, "[1] wave 0, none: GET http://127.0.0.1:") != NULL, "%s",
              bench.verbose_text);
    cr_expect(strstr(bench.verbose_text, "-> 401 unauthenticated, ") != NULL, "%s",
              bench.verbose_text);
    canned_stop(canned);
}

/* What a stalled answer makes the run say within its two seconds. */
static char *told_while_waiting(size_t columns, bool is_terminal, int64_t timeout_ms)
{
    static const struct canned_rule rules[] = {
        {.answer = "HTTP/1.1 200 OK\r\n", .end = CANNED_STALL},
    };
    char *text = NULL;
    size_t len = 0;
    FILE *progress = open_memstream(&text, &len);
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.timeout_ms = timeout_ms;
    bench.options.progress = progress;
    bench.options.progress_is_terminal = is_terminal;
    bench.options.progress_columns = columns;
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    fclose(progress);
    canned_stop(canned);
    return text;
}

Test(wire, progress_names_what_is_waited_for_and_for_how_long)
{
    char *text = told_while_waiting(100, true, 1600);
    cr_expect(text_starts_with(text, "\r\x1b[Kwaiting for 127.0.0.1:"), "%s", text);
    cr_expect(strstr(text, "sysparm") == NULL, "no query: %s", text);
    cr_expect(text_ends_with(text, "\r\x1b[K"), "erased in the end: %s", text);
    cr_expect(strstr(text, "\x1b[Kwaiting 1 s for 127.0.0.1:") != NULL, "%s", text);
    cr_expect(strstr(text, "/api/now/table/incident (0 of 1 answered; 1 s of 2 s)") != NULL, "%s",
              text);
    free(text);
}

/* A line that wraps cannot be erased. */
Test(wire, progress_stays_in_its_line)
{
    char *text = told_while_waiting(60, true, 1600);
    cr_expect(strstr(text, "waiting 1 s for /api/now/table/incident (0 of 1 answered; 1") != NULL,
              "%s", text);
    for (const char *line = text; line != NULL; line = strstr(line + 1, "\r\x1b[K")) {
        size_t len = strcspn(line + 1, "\r");
        cr_expect(len < 3 + 60, "%zu: %.*s", len, (int)len, line);
    }
    free(text);
}

Test(wire, off_a_terminal_progress_is_silent_at_first)
{
    char *text = told_while_waiting(80, false, 1200);
    cr_expect_str_eq(text, "");
    free(text);
}

Test(wire, off_a_terminal_progress_is_lines, .timeout = 30)
{
    char *text = told_while_waiting(80, false, 5600);
    cr_expect(text_starts_with(text, "waiting 5 s for 127.0.0.1:"), "%s", text);
    cr_expect(text_ends_with(text, "/api/now/table/incident (0 of 1 answered; 5 s of 6 s)\n"), "%s",
              text);
    cr_expect_eq(strcspn(text, "\n") + 1, strlen(text), "one line: %s", text);
    cr_expect(strchr(text, '\x1b') == NULL && strchr(text, '\r') == NULL);
    free(text);
}

/* ---- What is limited ------------------------------------------------------------------------ */

/* The canned server would go on for as long as anybody reads. */
Test(wire, an_endless_body_ends)
{
    enum { LIMIT_BYTES = 8 * 1024 * 1024, BUFFERS_BYTES = 32 * 1024 * 1024 };
    const struct canned_rule rules[] = {
        {.answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"result\":[",
         .end = CANNED_FLOOD},
    };
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    const struct exchange *exchange = bench_answer(&bench, gate_of("incident"))->exchange;
    cr_expect_eq(exchange->outcome, OUTCOME_TRUNCATED, "%s", outcome_name(exchange->outcome));
    cr_expect(exchange->bytes > 0 && exchange->bytes <= LIMIT_BYTES, "kept %d bytes",
              (int)exchange->bytes);
    cr_expect(canned_flooded_bytes(canned) < LIMIT_BYTES + BUFFERS_BYTES, "was sent %zu bytes",
              canned_flooded_bytes(canned));
    canned_stop(canned);
}

/* Asks for the gates of tables NAME0, NAME1 …, each of which is a request of its own. */
static void ask_gates(struct bench *asking, const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bench_ask(asking, gate_of(arena_printf(arena, "%s%zu", name, i)));
    }
}

/* What waits is started when its turn has come, and not when the next poll has timed out: that
 * would be 100 ms for each. */
Test(wire, no_time_is_lost_between_two_requests)
{
    enum { N_GATES = 30, LOST_MS = 100 };
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.in_flight = 1;
    ask_gates(&bench, "table_", N_GATES);
    int64_t began_ms = clock_monotonic_ms();
    bench_run(&bench);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    cr_expect_eq(canned_count(canned, NULL), N_GATES);
    cr_expect(took_ms < N_GATES * LOST_MS / 3, "%d requests took %d ms", N_GATES, (int)took_ms);
    canned_stop(canned);
}

/* The pool of the REST API holds four transactions: whoever is told 429 makes room, and who has few
 * requests left in this hour takes them one by one. */
Test(wire, a_429_or_an_end_in_sight_makes_it_one_at_a_time)
{
    enum { N_GATES = 8 };
    static const struct {
        int status;
        const char *headers;
        bool is_one_at_a_time;
        const char *why;
    } rows[] = {
        {401, "", false, "all four at once, which the server sees"},
        {429, "", true, "stepped back"},
        {401, "X-RateLimit-Limit: 100\r\n", false, "one of a hundred is gone"},
        {401, "X-RateLimit-Limit: 9\r\n", true, "one of nine is gone"},
        {401, "X-RateLimit-Limit: 0\r\n", true, "there are none"},
        {401, "X-RateLimit-Limit: many\r\n", false, "no number"},
        {401, "X-RateLimit-Limit: 100\r\nX-RateLimit-Remaining: 3\r\n", true,
         "others have used them"},
        {401, "X-RateLimit-Remaining: 50\r\n", false, "enough are left"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {
            {.with = "/incident?",
             .answer = canned_answer(arena, rows[i].status, "application/json", rows[i].headers,
                                     REFUSED)},
            {.answer = canned_json(arena, 401, REFUSED), .hold_ms = 40},
        };
        struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(canned));
        bench_ask(&one, gate_of("incident"));
        bench_run(&one);
        ask_gates(&one, "table_", N_GATES);
        bench_run(&one);
        size_t n_together = canned_most_together(canned);
        cr_expect_eq(canned_count(canned, "/table_"), N_GATES, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(n_together == 1, rows[i].is_one_at_a_time, "row %zu (%s): %zu at once", i,
                     rows[i].why, n_together);
        canned_stop(canned);
        bench_close(&one);
    }
}

/* A ~/.netrc may hold a password for the very host; only the target's credentials are sent. */
Test(wire, netrc_is_ignored)
{
    char *home = arena_strdup(arena, "/tmp/glidepath-home-XXXXXX");
    cr_assert_not_null(mkdtemp(home));
    const char *path = arena_printf(arena, "%s/.netrc", home);
    FILE *netrc = fopen(path, "w");
    cr_assert_not_null(netrc);
    fputs("machine 127.0.0.1 login somebody password " TEST_PASSWORD "\n", netrc);
    fclose(netrc);
    setenv("HOME", home, 1);
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    struct canned *canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, NULL), 1);
    cr_expect_eq(canned_count(canned, "uthorization"), 0);
    canned_stop(canned);
    remove(path);
    remove(home);
}
