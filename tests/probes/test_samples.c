/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples and differences on the wire: what may be sent after a refusal, how often, and never a
 * password again (law 8).
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/attributes.h"
#include "bench.h"
#include "canned.h"

#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define NO_TOKEN "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}"

static struct bench bench;
static struct canned *canned;

static void set_up(void)
{
    bench_open(&bench);
}

static void tear_down(void)
{
    bench_close(&bench);
    if (canned != NULL) {
        canned_stop(canned);
    }
}

TestSuite(samples, .init = set_up, .fini = tear_down);

/* An instance that refuses everything and everybody. */
static void serve_refusals(void)
{
    const struct canned_rule rules[] = {
        {.with = "POST /oauth_token.do", .answer = canned_json(bench.arena, 401, NO_TOKEN)},
        {.answer = canned_json(bench.arena, 401, REFUSED)},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
}

static struct question sample_of(const char *credential, const char *table, const char *path)
{
    return (struct question){
        .kind = QUESTION_SAMPLE, .credential = credential, .table = table, .path = path};
}

static struct question difference_of(const char *path)
{
    return (struct question){
        .kind = QUESTION_DIFFERENCE, .credential = "integration", .path = path};
}

/* Five are asked for, after the refusal; a diagnosis asks for four. */
static void ask_five_differences(void)
{
    static const char *const paths[] = {"/api/now/table/a", "/api/now/table/b", "/api/now/table/c",
                                        "/api/now/table/d", "/api/now/table/e"};
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        bench_ask(&bench, difference_of(paths[i]));
    }
    bench_run(&bench);
}

static size_t n_differences_answered(void)
{
    size_t n = 0;
    for (size_t i = 0; i < bench.answers.n_items; i++) {
        const struct answer *answer = bench.answers.items[i];
        n += answer->question.kind == QUESTION_DIFFERENCE && answer->exchange != NULL ? 1 : 0;
    }
    return n;
}

Test(samples, a_refused_key_is_used_four_times_more)
{
    serve_refusals();
    bench_add_api_key(&bench, "integration", TEST_KEY);
    ask_five_differences();
    cr_expect_eq(canned_count(canned, TEST_KEY), 1 + 4);
    cr_expect_eq(n_differences_answered(), 4);
}

Test(samples, a_refused_token_too)
{
    serve_refusals();
    bench_add_token(&bench, "integration", TEST_TOKEN);
    ask_five_differences();
    cr_expect_eq(canned_count(canned, TEST_TOKEN), 1 + 4);
}

Test(samples, a_refused_password_never)
{
    serve_refusals();
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    ask_five_differences();
    cr_expect_eq(canned_count(canned, "Authorization: Basic "), 1);
    cr_expect_eq(n_differences_answered(), 0);
}

Test(samples, a_client_without_a_token_has_nothing_to_send)
{
    serve_refusals();
    bench_add_oauth_client(&bench, "integration", TEST_CLIENT_SECRET);
    ask_five_differences();
    cr_expect_eq(canned_count(canned, "POST /oauth_token.do"), 1);
    cr_expect_eq(canned_count(canned, "/api/now/table/a"), 0);
}

/* What a sample of each kind looks like, and what it must not have in it. */
static const struct {
    const char *why;
    enum credential_kind kind;
    bool is_of_token;
    const char *has;
} kinds[] = {
    {"a key", CREDENTIAL_API_KEY, false, "x-sn-apikey: "},
    {"a user who is not there", CREDENTIAL_BASIC, false, "Authorization: Basic "},
    {"a bearer", CREDENTIAL_TOKEN, false, "Authorization: Bearer "},
    {"a bearer of a client", CREDENTIAL_OAUTH_CLIENT, false, "Authorization: Bearer "},
    {"a client", CREDENTIAL_OAUTH_CLIENT, true, "grant_type=client_credentials"},
    {"a client and a user", CREDENTIAL_OAUTH_PASSWORD, true, "username=glidepath-sample-"},
};

static void add_credential(enum credential_kind kind)
{
    switch (kind) {
    case CREDENTIAL_API_KEY:
        bench_add_api_key(&bench, "integration", TEST_KEY);
        break;
    case CREDENTIAL_BASIC:
        bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
        break;
    case CREDENTIAL_OAUTH_CLIENT:
        bench_add_oauth_client(&bench, "integration", TEST_CLIENT_SECRET);
        break;
    case CREDENTIAL_OAUTH_PASSWORD:
        bench_add_oauth_password(&bench, "integration", "svc", TEST_PASSWORD);
        break;
    default:
        bench_add_token(&bench, "integration", TEST_TOKEN);
        break;
    }
}

Test(samples, bear_nothing_real)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        serve_refusals();
        add_credential(kinds[i].kind);
        struct question sample = kinds[i].is_of_token
                                     ? sample_of("integration", NULL, "/oauth_token.do")
                                     : sample_of("integration", "incident", NULL);
        bench_ask(&bench, gate_of("incident"));
        bench_ask(&bench, sample);
        bench_run(&bench);
        const struct answer *answer = bench_answer(&bench, sample);
        cr_assert_not_null(answer->exchange, "%s", kinds[i].why);
        cr_expect_str_eq(answer->exchange->credential, "made-up", "%s", kinds[i].why);
        cr_expect_eq(answer->exchange->status, 401, "%s", kinds[i].why);
        cr_expect_eq(canned_count(canned, kinds[i].has), 1, "%s", kinds[i].why);
        cr_expect_eq(canned_count(canned, "not-real"), 0, "%s", kinds[i].why);
        cr_expect_eq(canned_count(canned, "username=svc"), 0, "%s", kinds[i].why);
        tear_down();
        canned = NULL;
        set_up();
    }
}

/* Twice the same sample is two different credentials, and neither is shown anywhere. */
Test(samples, are_never_shown)
{
    serve_refusals();
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, sample_of("integration", "incident", NULL));
    bench_ask(&bench, sample_of("integration", "problem", NULL));
    bench_run(&bench);
    const char *shown = bench_everything_shown(&bench);
    const char *first = NULL;
    for (size_t i = 0; canned_request(canned, i) != NULL; i++) {
        const char *key = strstr(canned_request(canned, i), "x-sn-apikey: ");
        if (key == NULL) {
            continue;
        }
        key += strlen("x-sn-apikey: ");
        const char *text = arena_strndup(bench.arena, key, strcspn(key, "\r\n"));
        cr_expect_gt(strlen(text), 20);
        cr_expect_null(strstr(shown, text));
        cr_expect(first == NULL || strcmp(first, text) != 0, "made up once and used twice");
        first = text;
    }
    cr_expect_not_null(first);
}

/* Law 11: where no instance answers, nothing made up is sent either; and a bare call is bare. */
Test(samples, wait_for_the_gate)
{
    const struct canned_rule rules[] = {
        {.answer = canned_answer(bench.arena, 200, "text/html", "", "<title>Welcome</title>")},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, sample_of("integration", "incident", NULL));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, NULL), 1);
}

Test(samples, a_bare_call_carries_nothing)
{
    struct question bare = sample_of(NULL, NULL, "/api/now/stats/incident?sysparm_count=true");
    struct question head = bare;
    head.is_head = true;
    serve_refusals();
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, bare);
    bench_ask(&bench, head);
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, "GET /api/now/stats/incident"), 1);
    cr_expect_eq(canned_count(canned, "HEAD /api/now/stats/incident"), 1);
    cr_expect_eq(canned_count(canned, "x-sn-apikey"), 0);
    cr_expect_eq(bench_answer(&bench, head)->exchange->status, 401);
    cr_expect_str_eq(bench_answer(&bench, bare)->exchange->credential, "none");
}

/* A log is asked by its time, as the instance reckons it, and for the newest rows first. */
Test(samples, logs_are_asked_by_time)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = "integration",
                                .table = "syslog",
                                .minutes = 10,
                                .limit = 5};
    const struct canned_rule rules[] = {
        {.without = "x-sn-apikey", .answer = canned_json(bench.arena, 401, REFUSED)},
        {.answer = canned_json(bench.arena, 200,
                               "{\"result\":[{\"message\":\"the token flow of x\"},"
                               "{\"message\":\"something else\"}]}")},
    };
    pairs_add(bench.arena, &question.containing, "message", "token flow");
    strings_add(bench.arena, &question.fields, "sys_created_on");
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, question);
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, "messageLIKEtoken%20flow%5Esys_created_on%3E%3Djavascript%3A"
                                      "gs.minutesAgoStart%2810%29%5EORDERBYDESCsys_created_on"),
                 1);
    const struct answer *answer = bench_answer(&bench, question);
    cr_expect_eq(answer->n_rows, 1, "the other row is none that was asked for");
}
