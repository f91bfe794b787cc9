/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From one exchange to the answers of several questions: which rows are whose, what is told about
 * the whole (laws 2, 3 and 5), what the auditor's first call answers along the way, and --plan.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/attributes.h"
#include "model/names.h"
#include "tests/probes/bench.h"
#include "tests/probes/canned.h"

#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define NO_ROWS "{\"result\":[]}"
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

TestSuite(answers, .init = set_up, .fini = tear_down);

static void serve(const struct canned_rule *rules, size_t n_rules)
{
    canned = canned_start(rules, n_rules);
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
}

static struct question role_named(const char *name)
{
    struct question question =
        rows_of(arena, "integration", "sys_user_role", "name", name, "suffix");
    question.control = "admin";
    return question;
}

static const char *rows_answer(const char *headers, const char *body)
{
    return canned_answer(arena, 200, "application/json", headers, body);
}

/* Two questions, one exchange. */
Test(answers, what_one_exchange_tells_two_questions)
{
    static const struct {
        const char *why;
        const char *headers;
        const char *body;
        size_t n_itil;
        size_t n_other;
        size_t n_returned;
        size_t n_strays;
        int64_t total;
        bool control_seen;
        bool was_cut;
    } rows[] = {
        {"all there", "X-Total-Count: 3\r\n",
         "[{\"name\":\"itil\"},{\"name\":\"rest_service\"},{\"name\":\"admin\"}]", 1, 1, 3, 0, 3,
         true, false},
        {"one absent, and the control row shows it", "X-Total-Count: 2\r\n",
         "[{\"name\":\"itil\"},{\"name\":\"admin\"}]", 1, 0, 2, 0, 2, true, false},
        {"hidden: counted, not returned", "X-Total-Count: 3\r\n", "[]", 0, 0, 0, 0, 3, false,
         false},
        {"nothing, count 0", "X-Total-Count: 0\r\n", "[]", 0, 0, 0, 0, 0, false, false},
        {"not counted", "", "[]", 0, 0, 0, 0, -1, false, false},
        {"a count that is no number", "X-Total-Count: many\r\n", "[]", 0, 0, 0, 0, -1, false,
         false},
        {"the term was dropped", "X-Total-Count: 4\r\n",
         "[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"itil\"},{\"name\":\"admin\"}]", 1, 0, 4, 2,
         4, true, false},
        {"an unknown column: never in a row", "", "[{\"sys_id\":\"1\"},{\"sys_id\":\"2\"}]", 0, 0,
         2, 2, -1, false, false},
        {"a further page", "Link: <https://x>;rel=\"first\",<https://x>;rel=\"next\"\r\n",
         "[{\"name\":\"itil\"}]", 1, 0, 1, 0, -1, false, true},
        {"other links", "Link: <https://x>;rel=\"first\",<https://x>;rel=\"last\"\r\n",
         "[{\"name\":\"itil\"}]", 1, 0, 1, 0, -1, false, false},
        {"twice the same", "", "[{\"name\":\"itil\"},{\"name\":\"ITIL\"}]", 2, 0, 2, 0, -1, false,
         false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {
            {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
            {.with = "/sys_user_role?",
             .answer = rows_answer(rows[i].headers,
                                   arena_printf(arena, "{\"result\":%s}", rows[i].body))},
            {.answer = canned_json(arena, 200, NO_ROWS)},
        };
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        bench_add_api_key(&one, "integration", TEST_KEY);
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, role_named("itil"));
        bench_ask(&one, role_named("rest_service"));
        bench_run(&one);
        const struct answer *itil = bench_answer(&one, role_named("itil"));
        const struct answer *other = bench_answer(&one, role_named("rest_service"));
        cr_expect_eq(itil->exchange, other->exchange, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->n_rows, rows[i].n_itil, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(other->n_rows, rows[i].n_other, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->n_returned, rows[i].n_returned, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->n_strays, rows[i].n_strays, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->total, rows[i].total, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->control_seen, rows[i].control_seen, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->was_cut, rows[i].was_cut, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(itil->reason, REASON_NONE, "row %zu (%s)", i, rows[i].why);
        bench_close(&one);
        canned_stop(server);
    }
}

Test(answers, a_whole_table_and_a_full_page)
{
    const struct canned_rule rules[] = {
        {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
        {.with = "/problem?",
         .answer = canned_json(arena, 200, "{\"result\":[{\"number\":\"1\"},{\"number\":\"2\"}]}")},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    serve(rules, ARRAY_LEN(rules));
    struct question one = rows_of(arena, "integration", "problem", NULL, NULL, "number");
    struct question two = one;
    one.limit = 1;
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, one);
    bench_ask(&bench, two);
    bench_run(&bench);
    cr_expect(bench_answer(&bench, one)->was_cut, "two rows came and two were asked for");
    cr_expect_not(bench_answer(&bench, two)->was_cut);
    cr_expect_eq(bench_answer(&bench, two)->n_rows, 2);
    cr_expect_eq(bench_answer(&bench, two)->n_strays, 0);
}

/* What is no answer: the typed reason for each. */
Test(answers, why_there_are_no_rows)
{
    const struct {
        const char *answer;
        enum reason reason;
        bool is_blocked;
        const char *why;
    } rows[] = {
        {canned_json(arena, 403,
                     "{\"error\":{\"message\":\"User Not "
                     "Authorized\",\"detail\":\"x\"},\"status\":\"failure\"}"),
         REASON_DENIED, false, "403"},
        {canned_json(arena, 403,
                     "{\"error\":{\"message\":\"User Not Authorized\",\"detail\":\"Failed API "
                     "level ACL Validation\"},\"status\":\"failure\"}"),
         REASON_CLOSED, false, "closed"},
        {canned_json(arena, 403,
                     "{\"error\":{\"message\":\"Insufficient rights to query "
                     "records\",\"detail\":\"x\"},\"status\":\"failure\"}"),
         REASON_FILTERED, false, "a term refused"},
        {canned_json(arena, 400,
                     "{\"error\":{\"message\":\"Invalid table "
                     "x\",\"detail\":null},\"status\":\"failure\"}"),
         REASON_NONE, false, "no such table: told by the outcome"},
        {canned_json(arena, 401, REFUSED), REASON_CREDENTIAL_REFUSED, true, "401 in the middle"},
        {canned_answer(arena, 429, "application/json", "X-RateLimit-Rule: 1\r\n", ""),
         REASON_RATE_LIMITED, false, "429"},
        {canned_answer(arena, 200, "application/json", "", "{\"result\":[{\"a\":"),
         REASON_TRUNCATED, false, "cut"},
        {canned_answer(arena, 200, "text/html", "", "<title>Sign in</title>"), REASON_LOGIN_PAGE,
         false, "a page"},
        {canned_answer(arena, 200, "text/html", "", ""), REASON_NOT_JSON, false, "empty"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench one;
        bench_open(&one);
        const struct canned_rule rules[] = {
            {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
            {.with = "/problem?", .answer = rows[i].answer},
            {.answer = canned_json(arena, 200, NO_ROWS)},
        };
        struct canned *server = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&one, canned_port(server));
        bench_add_api_key(&one, "integration", TEST_KEY);
        struct question question =
            rows_of(one.arena, "integration", "problem", NULL, NULL, "number");
        bench_ask(&one, first_call_of("integration", "incident"));
        bench_ask(&one, question);
        bench_run(&one);
        const struct answer *answer = bench_answer(&one, question);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s): %s", i, rows[i].why,
                     reason_name(answer->reason));
        cr_expect_eq(answer->is_blocked, rows[i].is_blocked, "row %zu (%s)", i, rows[i].why);
        cr_expect_not_null(answer->exchange, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->n_rows, 0, "row %zu (%s)", i, rows[i].why);
        bench_close(&one);
        canned_stop(server);
    }
}

Test(answers, what_cannot_be_asked_is_not_sent)
{
    const struct canned_rule rules[] = {
        {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    serve(rules, ARRAY_LEN(rules));
    struct question script = role_named("javascript:gs.getUserName()");
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, script);
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, script)->reason, REASON_UNDOCUMENTED);
    cr_expect_null(bench_answer(&bench, script)->exchange);
    cr_expect_eq(canned_count(canned, "javascript"), 0);
}

/* ---- The auditor's first call --------------------------------------------------------------- */

static struct question user_named(const char *name, const char *fields)
{
    struct question question = rows_of(arena, "auditor", "sys_user", "user_name", name, fields);
    question.control = "admin";
    return question;
}

static void serve_users(const char *users, const char *alone)
{
    static struct canned_rule rules[4];
    rules[0] = (struct canned_rule){.without = KEY, .answer = canned_json(arena, 401, REFUSED)};
    rules[1] =
        (struct canned_rule){.with = "%5EORuser_name", .answer = canned_json(arena, 200, users)};
    rules[2] =
        (struct canned_rule){.with = "getUserName", .answer = canned_json(arena, 200, alone)};
    rules[3] = (struct canned_rule){.answer = canned_json(arena, 200, NO_ROWS)};
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.service_user = "svc";
    bench_add_api_key(&bench, "auditor", TEST_KEY);
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, identity_of("auditor"));
}

Test(answers, the_auditor_reads_the_packs_user_along)
{
    serve_users("{\"result\":[{\"user_name\":\"admin\"},{\"user_name\":\"aud\"},"
                "{\"user_name\":\"svc\",\"active\":\"false\",\"email\":\"e\"}]}",
                NO_ROWS);
    bench_ask(&bench, user_named("svc", "user_name active email"));
    bench_run(&bench);
    const struct answer *echo = bench_answer(&bench, identity_of("auditor"));
    const struct answer *user = bench_answer(&bench, user_named("svc", "user_name active email"));
    cr_expect_eq(echo->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect_str_eq(echo->user_name, "aud");
    cr_expect_eq(echo->n_rows, 1);
    cr_expect_str_eq(row_get(&echo->rows[0], "user_name"), "aud");
    cr_expect_eq(user->exchange, echo->exchange, "no request of its own");
    cr_expect_eq(user->n_rows, 1);
    cr_expect_str_eq(row_get(&user->rows[0], "active"), "false");
    cr_expect_str_eq(row_get(&user->rows[0], "email"), "e");
    cr_expect(user->control_seen, "the row of admin shows that others are seen");
    cr_expect_eq(user->n_strays, 0);
    cr_expect_eq(canned_count(canned, NULL), 2);
    cr_expect(strstr(canned_request(canned, 1), "email") != NULL,
              "open questions add their columns");
}

Test(answers, a_user_that_is_missing_is_shown_to_be_missing)
{
    serve_users("{\"result\":[{\"user_name\":\"admin\"},{\"user_name\":\"aud\"}]}", NO_ROWS);
    bench_ask(&bench, user_named("svc", "active"));
    bench_run(&bench);
    const struct answer *user = bench_answer(&bench, user_named("svc", "active"));
    cr_expect_eq(user->n_rows, 0);
    cr_expect(user->control_seen);
    cr_expect_eq(user->n_returned, 2);
    cr_expect_eq(canned_count(canned, NULL), 2);
}

/* Everybody may read their own row: it does not show that others are seen. */
Test(answers, an_auditor_that_sees_only_itself_shows_nobody_missing)
{
    serve_users("{\"result\":[{\"user_name\":\"aud\"}]}", NO_ROWS);
    bench_ask(&bench, user_named("svc", "active"));
    bench_run(&bench);
    const struct answer *user = bench_answer(&bench, user_named("svc", "active"));
    cr_expect_eq(user->n_rows, 0);
    cr_expect_not(user->control_seen);
    cr_expect_eq(canned_count(canned, "user_nameINsvc%2Cadmin"), 1, "it is asked by itself");
}

/* Columns that come up later, and other users, cost a request. */
Test(answers, what_the_first_call_does_not_cover_is_asked)
{
    serve_users("{\"result\":[{\"user_name\":\"aud\"},{\"user_name\":\"svc\"}]}", NO_ROWS);
    bench_run(&bench);
    cr_assert_eq(canned_count(canned, NULL), 2);
    bench_ask(&bench, user_named("svc", "active locked_out"));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, NULL), 2, "covered");
    bench_ask(&bench, user_named("svc", "title"));
    bench_ask(&bench, user_named("other", "active"));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, NULL), 3, "two questions more, one request");
    cr_expect_eq(canned_count(canned, "user_nameINsvc%2Cother%2Cadmin"), 1);
}

/* Only the packs' user came back: the auditor may be that user, or its own row is hidden. It is
 * asked for alone. */
Test(answers, an_ambiguous_echo_is_asked_again_alone)
{
    serve_users("{\"result\":[{\"user_name\":\"svc\"}]}", "{\"result\":[{\"user_name\":\"svc\"}]}");
    bench_run(&bench);
    const struct answer *echo = bench_answer(&bench, identity_of("auditor"));
    cr_expect_eq(echo->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect_str_eq(echo->user_name, "svc");
    cr_expect_eq(canned_count(canned, "getUserName"), 2);
}

Test(answers, an_echo_with_rows_nobody_asked_for)
{
    serve_users(
        "{\"result\":[{\"user_name\":\"a\"},{\"user_name\":\"b\"},{\"user_name\":\"admin\"},"
        "{\"user_name\":\"svc\"}]}",
        NO_ROWS);
    bench_ask(&bench, user_named("svc", "active"));
    bench_run(&bench);
    const struct answer *echo = bench_answer(&bench, identity_of("auditor"));
    cr_expect_eq(echo->acceptance, ACCEPTANCE_UNPROVEN);
    cr_expect_null(echo->user_name);
    cr_expect_eq(echo->n_rows, 0);
    cr_expect(echo->n_strays > 0);
    cr_expect(echo->was_cut);
    cr_expect_eq(canned_count(canned, "user_nameINsvc%2Cadmin"), 1,
                 "the user is asked for in a query of its own");
}

/* A Basic auditor that is the packs' user knows its name: the echo is asked for alone at once. */
Test(answers, an_auditor_that_is_the_packs_user)
{
    const struct canned_rule rules[] = {
        {.without = "Authorization", .answer = canned_json(arena, 401, REFUSED)},
        {.answer = canned_json(arena, 200, "{\"result\":[{\"user_name\":\"svc\"}]}")},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.service_user = "svc";
    bench_add_basic(&bench, "auditor", "svc", TEST_PASSWORD);
    bench_ask(&bench, identity_of("auditor"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, identity_of("auditor"))->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect_eq(canned_count(canned, "ORuser_name%3Dsvc"), 0);
    cr_expect_eq(canned_count(canned, "Authorization"), 1);
}

/* ---- --plan --------------------------------------------------------------------------------- */

Test(answers, the_plan_is_what_is_then_done)
{
    const struct canned_rule rules[] = {
        {.with = "POST /oauth_token.do",
         .answer = canned_answer(arena, 200, "application/json", "",
                                 "{\"access_token\":\"" TEST_TOKEN "\"}")},
        {.with = "getUserName",
         .answer = canned_json(arena, 200,
                               "{\"result\":[{\"user_name\":\"admin\"},{\"user_name\":\"aud\"},"
                               "{\"user_name\":\"svc\"}]}")},
        {.with = "x-sn-apikey", .answer = canned_json(arena, 200, NO_ROWS)},
        {.with = "Authorization", .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.in_flight = 1;
    bench.options.service_user = "svc";
    bench_add_oauth_client(&bench, "integration", TEST_CLIENT_SECRET);
    bench_add_basic(&bench, "cxm", "svc", TEST_PASSWORD);
    bench_add_api_key(&bench, "auditor", TEST_KEY);
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, first_call_of("cxm", "incident"));
    bench_ask(&bench, identity_of("auditor"));
    bench_ask(&bench, user_named("svc", "active"));
    bench_ask(&bench, rows_of(arena, "auditor", "sys_user_role", "name", "itil", "name"));
    bench_ask(&bench, rows_of(arena, "auditor", "sys_user_role", "name", TEST_KEY, "name"));
    bench_ask(&bench, rows_of(arena, "integration", "problem", NULL, NULL, "number"));
    bench.prober = prober_new(bench.arena, &bench.target, bench.redactor, &bench.options);
    size_t n_planned = 0;
    struct planned_request *planned = prober_plan(bench.prober, &bench.questions, &n_planned);
    cr_expect_eq(canned_count(canned, NULL), 0, "nothing was sent");
    cr_expect_eq(prober_waves(bench.prober), 0);
    bench_run(&bench);
    size_t n_done = 0;
    const struct exchange **done = prober_exchanges(bench.prober, &n_done);
    cr_assert_eq(n_planned, n_done);
    for (size_t i = 0; i < n_done; i++) {
        cr_expect_str_eq(planned[i].url, done[i]->url, "request %zu", i);
        cr_expect_str_eq(planned[i].method, done[i]->method, "request %zu", i);
        cr_expect_str_eq(planned[i].credential, done[i]->credential, "request %zu", i);
        cr_expect_str_eq(planned[i].why, done[i]->why, "request %zu", i);
        cr_expect_eq(planned[i].wave, done[i]->wave, "request %zu: wave %d, done in %d", i,
                     planned[i].wave, done[i]->wave);
        cr_expect_null(strstr(planned[i].url, TEST_KEY), "request %zu", i);
    }
    static const char *const expected[] = {
        "0 none GET",        "1 auditor GET", "1 integration POST", "2 auditor GET",
        "2 integration GET", "2 cxm GET",     "3 integration GET",
    };
    cr_assert_eq(n_planned, ARRAY_LEN(expected));
    for (size_t i = 0; i < n_planned; i++) {
        cr_expect_str_eq(arena_printf(arena, "%d %s %s", planned[i].wave, planned[i].credential,
                                      planned[i].method),
                         expected[i], "request %zu", i);
    }
    cr_expect_str_eq(planned[2].why, "credential", "a token request is for whom it is");
}

/* What may come later costs a request for each question, and nothing where it is known by then. */
Test(answers, the_plan_of_what_comes_later)
{
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 401, REFUSED)}};
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_oauth_client(&bench, "integration", TEST_CLIENT_SECRET);
    bench_add_api_key(&bench, "auditor", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, identity_of("auditor"));
    bench.prober = prober_new(bench.arena, &bench.target, bench.redactor, &bench.options);
    struct question later[] = {
        rows_of(arena, "auditor", "sys_user_role", "name", "itil", "name"),
        rows_of(arena, "auditor", "sys_user_role", "name", "admin", "name"),
        identity_of("auditor"),
        first_call_of("integration", "problem"),
        rows_of(arena, "nobody", "sys_user_role", "name", "itil", "name"),
    };
    const struct questions asked = {later, ARRAY_LEN(later)};
    size_t n = 0;
    const struct planned_request *planned =
        prober_plan_later(bench.prober, &bench.questions, &asked, &n);
    static const struct {
        const char *credential;
        size_t n_questions;
        const char *in_url;
    } expected[] = {
        {"none", 0, "/problem?"}, /* without it, law 4 cannot be told */
        {"auditor", 1, "name%3Ditil"},
        {"auditor", 1, "name%3Dadmin"},
        {"integration", 1, "/problem?"},
    };
    cr_assert_eq(n, ARRAY_LEN(expected), "%zu", n);
    for (size_t i = 0; i < n; i++) {
        cr_expect_str_eq(planned[i].credential, expected[i].credential, "request %zu", i);
        cr_expect_eq(planned[i].n_questions, expected[i].n_questions, "request %zu", i);
        cr_expect_not_null(strstr(planned[i].url, expected[i].in_url), "%s", planned[i].url);
    }
    cr_expect_eq(planned[1].questions[0], 0);
    cr_expect_eq(canned_count(canned, NULL), 0, "nothing was sent");
}

/* ---- Merged conditions ---------------------------------------------------------------------- */

static struct question keys_of(const char *user, bool only_active)
{
    static struct pair active[] = {{"active", "true"}};
    struct question question =
        rows_of(arena, "integration", "api_key", "user.user_name", user, "name");
    question.where = only_active ? (struct pairs){active, 1} : (struct pairs){0};
    return question;
}

/* A narrower question takes its rows out of a wider one's, and a row that does not say whether it
 * fits is in nobody's favour. */
Test(answers, a_narrower_question_is_answered_by_a_wider_one)
{
    static const struct {
        const char *why;
        const char *body;
        size_t n_all;
        size_t n_active;
        size_t n_strays; /* of the narrower one */
    } rows[] = {
        {"one of two",
         "[{\"name\":\"a\",\"user.user_name\":\"svc\",\"active\":\"true\"},"
         "{\"name\":\"b\",\"user.user_name\":\"svc\",\"active\":\"false\"}]",
         2, 1, 0},
        {"a row without the column",
         "[{\"name\":\"a\",\"user.user_name\":\"svc\",\"active\":\"true\"},"
         "{\"name\":\"b\",\"user.user_name\":\"svc\"}]",
         2, 1, 1},
        {"none", "[]", 0, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_close(&bench);
        set_up();
        const struct canned_rule rules[] = {
            {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
            {.with = "/table/api_key",
             .answer = rows_answer("", arena_printf(arena, "{\"result\":%s}", rows[i].body))},
            {.with = KEY, .answer = canned_json(arena, 200, NO_ROWS)}};
        serve(rules, ARRAY_LEN(rules));
        bench_ask(&bench, first_call_of("integration", "incident"));
        bench_ask(&bench, keys_of("svc", false));
        bench_ask(&bench, keys_of("svc", true));
        bench_run(&bench);
        const struct answer *all = bench_answer(&bench, keys_of("svc", false));
        const struct answer *active = bench_answer(&bench, keys_of("svc", true));
        cr_expect_eq(canned_count(canned, "/table/api_key"), 1, "%s: one request", rows[i].why);
        cr_expect(all->exchange == active->exchange && all->is_merged && active->is_merged);
        cr_expect_eq(all->n_rows, rows[i].n_all, "%s", rows[i].why);
        cr_expect_eq(active->n_rows, rows[i].n_active, "%s", rows[i].why);
        cr_expect_eq(active->n_strays, rows[i].n_strays, "%s", rows[i].why);
        cr_expect_eq(all->n_strays, 0, "%s", rows[i].why);
        canned_stop(canned);
        canned = NULL;
    }
}

/* What the first call shows besides, and what becomes of it where the call shows nothing. */
Test(answers, the_first_call_answers_who_wants_some_rows)
{
    static const struct {
        const char *why;
        int status;
        const char *body;
        size_t n_requests; /* with the credential */
        enum reason reason;
        size_t n_rows;
    } rows[] = {
        {"rows came", 200, "{\"result\":[{\"number\":\"INC1\"},{\"number\":\"INC2\"}]}", 1,
         REASON_NONE, 2},
        {"none came", 200, NO_ROWS, 1, REASON_NONE, 0},
        {"the credential is refused", 401, REFUSED, 1, REASON_CREDENTIAL_REFUSED, 0},
        {"denied: asked by itself, for its own words", 403,
         "{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"ACL Exception\"},"
         "\"status\":\"failure\"}",
         2, REASON_DENIED, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_close(&bench);
        set_up();
        struct question sample =
            rows_of(arena, "integration", "incident", NULL, NULL, "number state");
        sample.limit = 10;
        const struct canned_rule rules[] = {
            {.without = KEY, .answer = canned_json(arena, 401, REFUSED)},
            {.with = KEY, .answer = canned_json(arena, rows[i].status, rows[i].body)}};
        serve(rules, ARRAY_LEN(rules));
        bench_ask(&bench, first_call_of("integration", "incident"));
        bench_ask(&bench, sample);
        bench_run(&bench);
        const struct answer *answer = bench_answer(&bench, sample);
        cr_expect_eq(canned_count(canned, KEY), rows[i].n_requests, "%s", rows[i].why);
        cr_expect_eq(answer->reason, rows[i].reason, "%s", rows[i].why);
        cr_expect_eq(answer->n_rows, rows[i].n_rows, "%s", rows[i].why);
        cr_expect(strstr(canned_request(canned, 0), "number,state") != NULL &&
                      strstr(canned_request(canned, 1), "number,state") != NULL,
                  "%s: with the credential and without, the same is asked", rows[i].why);
        canned_stop(canned);
        canned = NULL;
    }
}
