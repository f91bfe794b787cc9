/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions with a limit of their own: by the order in which they are sent and answered, nothing
 * else waits for them, and they end when their limit or the run does.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/attributes.h"
#include "tests/probes/bench.h"
#include "tests/probes/canned.h"

/* LONG_MS never passes in a test: a run that waits for it runs into its own end, of 20 s. */
enum { SHORT_MS = 300, MIDDLE_MS = 1500, LONG_MS = 60 * 1000 };

#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define NO_ROWS "{\"result\":[]}"
#define PLUGIN "{\"result\":[{\"id\":\"com.x\",\"active\":\"active\"}]}"

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

TestSuite(aside, .init = set_up, .fini = tear_down);

/* `slow` and `then` answer the plugin com.x, in this order; anything else has no rows. */
static void serve(struct canned_rule slow, struct canned_rule then)
{
    struct canned_rule rules[] = {
        {.without = "x-sn-apikey", .answer = canned_json(arena, 401, REFUSED)},
        slow,
        then,
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    rules[1].with = "com.x";
    rules[2].with = "com.x";
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
}

#define STALLS ((struct canned_rule){.answer = "", .end = CANNED_STALL})
#define ANSWERS ((struct canned_rule){.answer = canned_json(arena, 200, PLUGIN)})

static struct question plugin(const char *id, int64_t limit_ms)
{
    struct question question = rows_of(arena, "integration", "v_plugin", "id", id, "active");
    question.limit_ms = limit_ms;
    return question;
}

static struct question rows_in(const char *table)
{
    return rows_of(arena, "integration", table, NULL, NULL, "number");
}

/* The tables of the exchanges, in the order in which they were begun. */
static const char *tables_asked(void)
{
    size_t n = 0;
    const struct exchange **exchanges = prober_exchanges(bench.prober, &n);
    struct strings tables = {0};
    for (size_t i = 0; i < n; i++) {
        const char *table = strstr(exchanges[i]->url, "/table/") + strlen("/table/");
        strings_add(arena, &tables, arena_strndup(arena, table, strcspn(table, "?")));
    }
    return strings_join(arena, &tables, " ");
}

/* ---- Nothing waits ---- */

Test(aside, neither_its_wave_nor_the_next_waits)
{
    const struct question slow = plugin("com.x", LONG_MS);
    serve(STALLS, STALLS);
    bench_ask(&bench, rows_in("problem"));
    bench_ask(&bench, slow);
    bench_run_until(&bench, rows_in("problem"));
    bench_ask(&bench, rows_in("change_request"));
    bench_run_until(&bench, rows_in("change_request"));
    cr_expect_not(bench_has_answer(&bench, slow));
    cr_expect_str_eq(tables_asked(), "problem problem v_plugin problem change_request", "%s",
                     tables_asked());
    /* The gate; the first call, which is no question of anybody; two waves of rows. */
    cr_expect_eq(prober_waves(bench.prober), 4, "%d waves", prober_waves(bench.prober));
}

Test(aside, it_is_answered_in_whichever_wave_sees_it)
{
    const struct question fast = plugin("com.y", LONG_MS);
    const struct question slow = plugin("com.x", LONG_MS);
    serve(STALLS, STALLS);
    struct question other = slow;
    other.is_alone = true; /* or the two would be one request */
    bench_ask(&bench, other);
    bench_ask(&bench, fast);
    bench_run_until(&bench, fast);
    cr_expect_eq(bench_answer(&bench, fast)->reason, REASON_NONE);
    cr_expect_not(bench_has_answer(&bench, other));
    bench_ask(&bench, rows_in("problem"));
    bench_run_until(&bench, rows_in("problem"));
    cr_expect_not(bench_has_answer(&bench, other));
}

/* A place is left to the others, and where there is but one it comes last. */
Test(aside, how_many_are_in_flight)
{
    static const struct {
        int in_flight;
        const char *tables;
        const char *why;
    } rows[] = {
        {1, "problem problem problem change_request v_plugin", "one place: it comes last"},
        {2, "problem problem v_plugin problem change_request", "a place is left: it goes first"},
        {4, "problem problem v_plugin problem change_request", "the same"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        canned = NULL;
        set_up();
        serve(ANSWERS, ANSWERS);
        bench.options.in_flight = rows[i].in_flight;
        const struct question slow = plugin("com.x", LONG_MS);
        bench_ask(&bench, first_call_of("integration", "problem"));
        bench_ask(&bench, rows_in("problem"));
        bench_ask(&bench, slow);
        bench_run_until(&bench, rows_in("problem"));
        bench_ask(&bench, rows_in("change_request"));
        bench_run(&bench);
        cr_expect_str_eq(tables_asked(), rows[i].tables, "%s: %s", rows[i].why, tables_asked());
        cr_expect_eq(bench_answer(&bench, slow)->n_rows, 1, "%s", rows[i].why);
    }
}

Test(aside, a_password_refused_twice_is_not_sent_for_it)
{
    const struct canned_rule rules[] = {
        {.without = "uthorization: Basic", .answer = canned_json(arena, 401, REFUSED)},
        {.with = "/incident?", .answer = canned_json(arena, 200, NO_ROWS)},
        {.answer = canned_json(arena, 401, REFUSED)},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.in_flight = 1;
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    const struct question slow = plugin("com.x", LONG_MS);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, slow);
    bench_ask(&bench, rows_in("problem"));
    bench_ask(&bench, rows_in("change_request"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, slow)->reason, REASON_CREDENTIAL_REFUSED);
    cr_expect_null(bench_answer(&bench, slow)->exchange);
    cr_expect_eq(canned_count(canned, "/v_plugin?"), 0);
}

/* ---- Its end ---- */

Test(aside, its_limit_ends_it_once_nothing_else_is_open)
{
    const struct question slow = plugin("com.x", SHORT_MS);
    serve(STALLS, STALLS);
    bench_ask(&bench, slow);
    bench_ask(&bench, rows_in("problem"));
    bench_run(&bench);
    const struct answer *answer = bench_answer(&bench, slow);
    cr_expect_eq(bench.answers.items[bench.answers.n_items - 1], answer, "it is answered last");
    cr_expect_eq(answer->exchange->outcome, OUTCOME_TIMEOUT);
    cr_expect_eq(answer->reason, REASON_TIMEOUT);
    cr_expect_eq(answer->exchange->wave, 2, "the wave it was begun in");
    cr_expect_eq(prober_waves(bench.prober), 3, "waiting is none");
}

Test(aside, its_limit_is_that_of_all_attempts)
{
    static const struct {
        const char *headers; /* of the first answer, a 503 */
        bool stalls_then;
        enum outcome outcome;
        size_t n_requests;
        const char *why;
    } rows[] = {
        {"", false, OUTCOME_RESULT, 2, "there is time for a second"},
        {"Retry-After: 5\r\n", false, OUTCOME_BUSY, 1, "a second would come too late"},
        {"", true, OUTCOME_TIMEOUT, 2, "the second has what the first has left"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        canned = NULL;
        set_up();
        const char *busy = canned_answer(arena, 503, "text/html", rows[i].headers, "busy");
        serve((struct canned_rule){.answer = busy, .times = 1},
              rows[i].stalls_then ? STALLS : ANSWERS);
        const struct question slow = plugin("com.x", MIDDLE_MS);
        bench_ask(&bench, slow);
        bench_run(&bench);
        const struct exchange *exchange = bench_answer(&bench, slow)->exchange;
        cr_expect_eq(exchange->outcome, rows[i].outcome, "%s", rows[i].why);
        cr_expect_eq(canned_count(canned, "com.x"), rows[i].n_requests, "%s", rows[i].why);
        cr_expect_lt(exchange->ms, MIDDLE_MS - SHORT_MS, "%s: %d ms", rows[i].why,
                     (int)exchange->ms);
    }
}

Test(aside, the_run_ends_it)
{
    const struct question slow = plugin("com.x", LONG_MS);
    serve(STALLS, STALLS);
    bench.options.timeout_ms = 700;
    bench_ask(&bench, slow);
    bench_ask(&bench, rows_in("problem"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, rows_in("problem"))->reason, REASON_NONE);
    cr_expect_eq(bench_answer(&bench, slow)->reason, REASON_TIMEOUT);
    cr_expect_eq(bench_answer(&bench, slow)->exchange->outcome, OUTCOME_TIMEOUT);
}

/* Who asked may not ask any more: its answer is waited for all the same, so that no exchange is
 * left without an end. */
Test(aside, it_ends_also_when_nobody_asks_any_more)
{
    const struct question slow = plugin("com.x", SHORT_MS);
    serve(STALLS, STALLS);
    bench_ask(&bench, slow);
    bench_ask(&bench, rows_in("problem"));
    bench_run_until(&bench, rows_in("problem"));
    const struct questions none = {0};
    cr_expect_eq(prober_next_wave(bench.prober, &none, &bench.answers), 1);
    cr_expect_eq(bench_answer(&bench, slow)->reason, REASON_TIMEOUT);
    cr_expect_eq(prober_next_wave(bench.prober, &none, &bench.answers), 0);
}
