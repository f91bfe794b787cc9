/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many requests a password that is refused after all can cost: each of them counts against the
 * account (law 8).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attributes.h"
#include "bench.h"
#include "canned.h"

#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define NO_ROWS "{\"result\":[]}"
#define BASIC "Authorization: Basic "

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

TestSuite(passwords, .init = set_up, .fini = tear_down);

static void ask_five_tables(void)
{
    static const char *const tables[] = {"problem", "change_request", "task", "sc_task", "cmdb_ci"};
    bench_ask(&bench, first_call_of("integration", "incident"));
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        bench_ask(&bench,
                  rows_of(bench.arena, "integration", tables[i], NULL, NULL, "sys_id number"));
    }
}

/* All that are under way when the first 401 comes are refused with it. */
Test(passwords, refused_together_they_are_two)
{
    const char *refused = canned_json(bench.arena, 401, REFUSED);
    const struct canned_rule rules[] = {
        {.without = BASIC, .answer = refused},
        {.with = "/incident?", .answer = canned_json(bench.arena, 200, NO_ROWS)},
        {.answer = refused, .hold_ms = 200},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.in_flight = 12;
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    ask_five_tables();
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, BASIC), 3, "accepted once, refused twice: %zu",
                 canned_count(canned, BASIC));
}

/* A 401 has judged the password by its status line; whether its body ever comes changes nothing. */
Test(passwords, a_refusal_without_its_body_is_remembered)
{
    char state[] = "/tmp/glidepath-passwords-XXXXXX";
    cr_assert(mkdtemp(state) != NULL);
    const struct canned_rule rules[] = {
        {.without = BASIC, .answer = canned_json(bench.arena, 401, REFUSED)},
        {.answer = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"
                   "X-Transaction-ID: 1\r\nContent-Length: 400\r\n\r\n{",
         .end = CANNED_STALL},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench.options.timeout_ms = 1500;
    bench.options.state_dir = state;
    bench.options.refused_wait_ms = 30 * 60 * 1000;
    bench_add_basic(&bench, "integration", "svc", TEST_PASSWORD);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *answer = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(answer->acceptance, ACCEPTANCE_REFUSED);

    struct bench later;
    bench_open(&later);
    bench_point_at(&later, canned_port(canned));
    later.options.timeout_ms = 1500;
    later.options.state_dir = state;
    later.options.refused_wait_ms = 30 * 60 * 1000;
    bench_add_basic(&later, "integration", "SVC", TEST_PASSWORD);
    bench_ask(&later, first_call_of("integration", "incident"));
    bench_run(&later);
    cr_expect_eq(bench_answer(&later, first_call_of("integration", "incident"))->reason,
                 REASON_REFUSED);
    cr_expect_eq(canned_count(canned, BASIC), 1, "the password went out once in both runs");
    bench_close(&later);
    char file[64];
    snprintf(file, sizeof file, "%s/refusals", state);
    unlink(file);
    rmdir(state);
}
