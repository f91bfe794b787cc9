/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes, counted on the wire: only with consent, last, one at a time, and tidied up whatever
 * becomes of the run. Other paths of the REST API besides.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "probes/leftovers.h"
#include "sim/sim.h"
#include "tests/probes/bench.h"
#include "tests/probes/canned.h"

#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ID "fedcba9876543210fedcba9876543210"
#define TAG "glidepath-test-run-1"
#define SECOND_TAG "glidepath-test-run-2"
#define REFUSED                                                                                    \
    "{\"error\":{\"message\":\"User is not authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define DENIED                                                                                   \
    "{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"ACL Exception Delete Failed due " \
    "to "                                                                                        \
    "security constraints\"},\"status\":\"failure\"}"
#define NO_ROWS "{\"result\":[]}"
#define MADE "{\"result\":{\"sys_id\":\"" ID "\",\"number\":\"INC1\"}}"
#define FIELD(name, value, shown) \
    "\"" name "\":{\"display_value\":\"" shown "\",\"value\":\"" value "\"}"
#define RECORD(id, tag)                                                                       \
    "{\"result\":[{" FIELD("sys_id", id, id) "," FIELD("number", "INC1", "INC1") "," FIELD(   \
        "correlation_id", tag,                                                                \
        tag) "," FIELD("short_description", "A",                                              \
                       "A") "," FIELD("urgency", "2",                                         \
                                      "2 - "                                                  \
                                      "Medium") "," FIELD("assignment_group", OTHER_ID,       \
                                                          "Operations") "," FIELD("work_"     \
                                                                                  "notes",    \
                                                                                  "",         \
                                                                                  "now - "    \
                                                                                  "me\\nchec" \
                                                                                  "ked") "}]" \
                                                                                         "}"

static struct bench bench;
static struct arena *arena;
static struct arena *texts; /* of answers that outlive a bench */
static struct canned *canned;
static struct sim *sim;

static void set_up(void)
{
    bench_open(&bench);
    arena = bench.arena;
    bench.options.allow_writes = true;
}

static void tear_down(void)
{
    bench_close(&bench);
    if (canned != NULL) {
        canned_stop(canned);
    }
    if (sim != NULL) {
        sim_stop(sim);
    }
}

TestSuite(writes, .init = set_up, .fini = tear_down);

static struct question write_of(const char *table)
{
    struct question question = {
        .kind = QUESTION_WRITE, .credential = "integration", .table = table, .asker = "write"};
    pairs_add(arena, &question.values, "short_description", "A");
    return question;
}

static struct question call_of(const char *path)
{
    return (struct question){
        .kind = QUESTION_API, .credential = "integration", .path = path, .asker = "call"};
}

/* The rules every healthy server has: `before` is tried first. */
static void serve(struct canned_rule before)
{
    static struct canned_rule rules[9];
    size_t n = 0;
    if (before.answer != NULL || before.with != NULL) {
        rules[n++] = before;
    }
    rules[n++] =
        (struct canned_rule){.without = "x-sn-apikey", .answer = canned_json(arena, 401, REFUSED)};
    rules[n++] = (struct canned_rule){.with = "POST ", .answer = canned_json(arena, 201, MADE)};
    rules[n++] = (struct canned_rule){.with = "PATCH ", .answer = canned_json(arena, 200, MADE)};
    rules[n++] = (struct canned_rule){
        .with = "DELETE ", .answer = "HTTP/1.1 204 No Content\r\nX-Is-Logged-In: true\r\n\r\n"};
    rules[n++] = (struct canned_rule){.with = "/table/task?",
                                      .answer = canned_json(arena, 200, RECORD(ID, SECOND_TAG))};
    rules[n++] = (struct canned_rule){.with = "_query=sys_id%3D" ID,
                                      .answer = canned_json(arena, 200, RECORD(ID, TAG))};
    rules[n++] = (struct canned_rule){.with = "_query=correlation_id%3D" TAG,
                                      .answer = canned_json(arena, 200, RECORD(ID, TAG))};
    rules[n++] = (struct canned_rule){.answer = canned_json(arena, 200, NO_ROWS)};
    canned = canned_start(rules, n);
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
}

static const struct answer *write_once(struct question question)
{
    bench_ask(&bench, question);
    bench_run(&bench);
    return bench_answer(&bench, question);
}

/* The methods of the requests, in order: "G" GET, "P" POST, "C" PATCH, "D" DELETE. */
static const char *methods(void)
{
    const char *text = "";
    for (size_t i = 0; canned_request(canned, i) != NULL; i++) {
        const char *request = canned_request(canned, i);
        const char *letter = text_starts_with(request, "POST")     ? "P"
                             : text_starts_with(request, "PATCH")  ? "C"
                             : text_starts_with(request, "DELETE") ? "D"
                                                                   : "G";
        text = arena_printf(arena, "%s%s", text, letter);
    }
    return text;
}

#define HEALTHY ((struct canned_rule){0})

Test(writes, a_record_comes_and_goes)
{
    serve(HEALTHY);
    struct question question = write_of("incident");
    pairs_add(arena, &question.values, "assignment_group", "Operations");
    pairs_add(arena, &question.changes, "work_notes", "checked");
    const struct answer *answer = write_once(question);
    cr_expect_str_eq(methods(), "GGPGCGD", "%s", methods());
    cr_assert_not_null(answer->written);
    cr_expect(answer->written->is_removed);
    cr_expect_str_eq(answer->written->sys_id, ID);
    cr_expect_str_eq(answer->written->number, "INC1");
    const struct row *made = answer->written->steps[WRITE_READ_INSERTED].row;
    const struct row *changed = answer->written->steps[WRITE_READ_UPDATED].row;
    cr_expect(row_has(made, "short_description", "A"));
    cr_expect(row_has(made, "assignment_group", "Operations"), "it was written by name");
    cr_expect(row_has(changed, "work_notes", "checked"), "a journal shows its entries only");
    const char *post = canned_request(canned, 2);
    cr_expect_not_null(strstr(post, "Content-Type: application/json"));
    cr_expect_not_null(strstr(post, "{\"correlation_id\":\"" TAG "\",\"short_description\":\"A\""));
    cr_expect_not_null(strstr(canned_request(canned, 6), "DELETE /api/now/table/incident/" ID " "));
    /* None of them waits beside another. */
    cr_expect_eq(prober_waves(bench.prober), 7);
}

Test(writes, nothing_without_consent)
{
    bench.options.allow_writes = false;
    serve(HEALTHY);
    const struct answer *answer = write_once(write_of("incident"));
    cr_expect_eq(answer->reason, REASON_NO_CONSENT);
    cr_expect_null(answer->written);
    cr_expect_str_eq(methods(), "GG");
}

Test(writes, come_last_and_one_at_a_time)
{
    serve((struct canned_rule){
        .with = "/problem?", .answer = canned_json(arena, 200, NO_ROWS), .hold_ms = 100});
    bench_ask(&bench, write_of("incident"));
    bench_ask(&bench, write_of("task"));
    bench_ask(&bench, rows_of(arena, "integration", "problem", NULL, NULL, "number"));
    bench_ask(&bench, call_of("/api/now/cmdb/meta/cmdb_ci"));
    bench_run(&bench);
    const char *sent = methods();
    cr_expect(text_starts_with(sent, "GGGG"), "%s: what reads is first", sent);
    cr_expect_not_null(strstr(sent, "PGDPGD"), "%s: then one write after the other", sent);
    cr_expect_eq(canned_count(canned, SECOND_TAG), 1, "each has a tag of its own");
}

Test(writes, what_is_kept_is_not_deleted)
{
    serve(HEALTHY);
    struct question question = write_of("incident");
    question.is_kept = true;
    const struct answer *answer = write_once(question);
    cr_expect_str_eq(methods(), "GGPG");
    cr_expect_not(answer->written->is_removed);
}

Test(writes, the_tag_stands_before_what_a_pack_says)
{
    serve(HEALTHY);
    struct question question = write_of("incident");
    pairs_add(arena, &question.values, "correlation_id", "somebody-elses");
    write_once(question);
    cr_expect_eq(canned_count(canned, "somebody-elses"), 0);
}

Test(writes, every_end_is_tidied_up)
{
    texts = arena_new();
    const struct {
        const char *why;
        struct canned_rule first;
        const char *methods;
        bool is_removed;
        bool may_be_left;
    } rows[] = {
        {"the answer to the insert is lost: looked for by its tag",
         {.with = "POST ", .answer = NULL},
         "GGPGD",
         true,
         false},
        {"the insert ends in a cancelled transaction",
         {.with = "POST ", .answer = canned_json(texts, 500, "{}")},
         "GGPGD",
         true,
         false},
        {"a page instead of an answer",
         {.with = "POST ", .answer = canned_answer(texts, 200, "text/html", "", "<p>x</p>")},
         "GGPGD",
         true,
         false},
        {"refused: nothing was made",
         {.with = "POST ", .answer = canned_json(texts, 403, DENIED)},
         "GGP",
         false,
         false},
        {"throttled, by a proxy perhaps behind a first try: looked for, and not tried again",
         {.with = "POST ",
          .answer = canned_answer(texts, 429, "text/html", "Retry-After: 0\r\n", "")},
         "GGPGD",
         true,
         false},
        {"throttled by a rule of the instance, which says nothing of an earlier try either",
         {.with = "POST ",
          .answer =
              canned_answer(texts, 429, "application/json", "X-RateLimit-Limit: 1\r\n", REFUSED)},
         "GGPGD",
         true,
         false},
        {"reading back is refused",
         {.with = "_query=sys_id", .answer = canned_json(texts, 403, DENIED)},
         "GGPGGD",
         true,
         false},
        {"reading back shows other records",
         {.with = "_query=sys_id", .answer = canned_json(texts, 200, RECORD(OTHER_ID, "x"))},
         "GGPGGD",
         true,
         false},
        {"deleting is refused",
         {.with = "DELETE ", .answer = canned_json(texts, 403, DENIED)},
         "GGPGD",
         false,
         false},
        {"deleting is lost once",
         {.with = "DELETE ", .answer = NULL, .times = 1},
         "GGPGDD",
         true,
         false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        canned = NULL;
        set_up();
        serve(rows[i].first);
        const struct answer *answer = write_once(write_of("incident"));
        cr_expect_str_eq(methods(), rows[i].methods, "row %zu (%s): %s", i, rows[i].why, methods());
        cr_expect_eq(answer->written->is_removed, rows[i].is_removed, "row %zu (%s)", i,
                     rows[i].why);
        cr_expect_eq(answer->written->may_be_left, rows[i].may_be_left, "row %zu (%s)", i,
                     rows[i].why);
        cr_expect_eq(canned_count(canned, "DELETE /api/now/table/incident/" OTHER_ID), 0);
    }
    canned_stop(canned);
    canned = NULL;
    arena_free(texts);
}

/* Law 3: the platform may drop the term and return any records; none of them is ours. */
Test(writes, a_strangers_record_is_never_deleted)
{
    const struct canned_rule rules[] = {
        {.without = "x-sn-apikey", .answer = canned_json(arena, 401, REFUSED)},
        {.with = "POST ", .answer = NULL},
        {.with = "_query=correlation_id",
         .answer = canned_json(arena, 200, RECORD(OTHER_ID, "somebody-elses"))},
        {.answer = canned_json(arena, 200, NO_ROWS)},
    };
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    const struct answer *answer = write_once(write_of("incident"));
    cr_expect_eq(canned_count(canned, "DELETE"), 0);
    cr_expect(answer->written->may_be_left);
    cr_expect_null(answer->written->sys_id);
}

#define CLAIMED "{\"result\":{\"sys_id\":\"" OTHER_ID "\",\"number\":\"INC2\"}}"

/* Whoever answers the POST (a proxy, a scripted rule) may name any record: only the tag shows which
 * one is ours. */
Test(writes, the_answer_to_the_insert_may_name_a_strangers_record)
{
    texts = arena_new();
    const char *strangers = canned_json(texts, 200, RECORD(OTHER_ID, ""));
    const struct {
        const char *why;
        const char *by_sys_id;
        const char *by_tag;
        const char *methods;
        bool is_removed;
        bool lacks_tag;
    } rows[] = {
        {"it holds another tag, and ours is nowhere", strangers, canned_json(texts, 200, NO_ROWS),
         "GGPGG", false, true},
        {"ours is found by its tag", strangers, canned_json(texts, 200, RECORD(ID, TAG)), "GGPGGD",
         true, true},
        {"the term is dropped both times", strangers, strangers, "GGPGG", false, true},
        {"nothing is found", canned_json(texts, 200, NO_ROWS), canned_json(texts, 200, NO_ROWS),
         "GGPGG", false, false},
        {"looking is refused", canned_json(texts, 403, DENIED), canned_json(texts, 403, DENIED),
         "GGPGG", false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        set_up();
        const struct canned_rule rules[] = {
            {.without = "x-sn-apikey", .answer = canned_json(arena, 401, REFUSED)},
            {.with = "POST ", .answer = canned_json(arena, 201, CLAIMED)},
            {.with = "DELETE ",
             .answer = "HTTP/1.1 204 No Content\r\nX-Is-Logged-In: true\r\n\r\n"},
            {.with = "_query=sys_id", .answer = rows[i].by_sys_id},
            {.with = "_query=correlation_id", .answer = rows[i].by_tag},
            {.answer = canned_json(arena, 200, NO_ROWS)},
        };
        canned = canned_start(rules, ARRAY_LEN(rules));
        bench_point_at(&bench, canned_port(canned));
        bench_add_api_key(&bench, "integration", TEST_KEY);
        struct question question = write_of("incident");
        pairs_add(arena, &question.changes, "urgency", "1");
        const struct written *written = write_once(question)->written;
        cr_expect_str_eq(methods(), rows[i].methods, "%s: %s", rows[i].why, methods());
        cr_expect_eq(canned_count(canned, "/" OTHER_ID " "), 0, "%s", rows[i].why);
        cr_expect_eq(written->is_removed, rows[i].is_removed, "%s", rows[i].why);
        cr_expect_eq(written->may_be_left, !rows[i].is_removed, "%s", rows[i].why);
        cr_expect_eq(written->lacks_tag, rows[i].lacks_tag, "%s", rows[i].why);
    }
    canned_stop(canned);
    canned = NULL;
    arena_free(texts);
}

/* A note is there while the record may be, and no longer: a run that is killed leaves it behind. */
Test(writes, a_record_is_noted_until_it_is_gone)
{
    texts = arena_new();
    const struct {
        const char *why;
        struct canned_rule first;
        bool is_kept;
        size_t n_noted;
    } rows[] = {
        {"deleted", HEALTHY, false, 0},
        {"kept on purpose", HEALTHY, true, 0},
        {"refused: nothing was made",
         {.with = "POST ", .answer = canned_json(texts, 403, DENIED)},
         false,
         0},
        {"deleting is refused",
         {.with = "DELETE ", .answer = canned_json(texts, 403, DENIED)},
         false,
         1},
        {"looked for in vain",
         {.with = "_query=", .answer = canned_json(texts, 200, NO_ROWS)},
         false,
         1},
        {"throttled, and found",
         {.with = "POST ", .answer = canned_answer(texts, 429, "text/html", "", "")},
         false,
         0},
        {"throttled to the end: whether it is there stays open",
         {.with = "correlation_id", .answer = canned_answer(texts, 429, "text/html", "", "")},
         false,
         1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char folder[] = "/tmp/glidepath-writes-XXXXXX";
        tear_down();
        canned = NULL;
        set_up();
        cr_assert_not_null(mkdtemp(folder));
        bench.options.state_dir = folder;
        serve(rows[i].first);
        struct question question = write_of("incident");
        question.is_kept = rows[i].is_kept;
        write_once(question);
        struct leftovers left =
            leftovers_of(arena, folder, bench.target.instance.origin, clock_now_seconds());
        cr_expect_eq(left.n_items, rows[i].n_noted, "%s", rows[i].why);
        cr_expect(left.n_items == 0 || text_equal(left.items[0].tag, TAG), "%s", rows[i].why);
        leftover_forget(folder, TAG);
        rmdir(arena_printf(arena, "%s/writes", folder));
        rmdir(folder);
    }
    canned_stop(canned);
    canned = NULL;
    arena_free(texts);
}

/* A pack may not write over what the record is found by. */
Test(writes, the_tag_stays_when_the_record_is_changed)
{
    serve(HEALTHY);
    struct question question = write_of("incident");
    pairs_add(arena, &question.changes, "correlation_id", "somebody-elses");
    pairs_add(arena, &question.changes, "urgency", "2");
    cr_expect(write_once(question)->written->is_removed);
    cr_expect_eq(canned_count(canned, "somebody-elses"), 0);
}

/* Law 9: of a reference written by name only the name that is shown tells what was found. */
Test(writes, the_name_a_reference_shows_is_kept)
{
    serve(HEALTHY);
    struct question question = write_of("incident");
    pairs_add(arena, &question.values, "assignment_group", "Network");
    pairs_add(arena, &question.values, "urgency", "3");
    const struct step_taken *step = &write_once(question)->written->steps[WRITE_READ_INSERTED];
    cr_expect_eq(step->names.n_items, 1);
    cr_expect_str_eq(pairs_get(&step->names, "assignment_group"), "Operations");
}

/* The run's time ends while the insert is under way: its answer is waited for, and the record goes.
 */
Test(writes, the_runs_time_ends_in_the_middle)
{
    bench.options.timeout_ms = 500;
    serve((struct canned_rule){
        .with = "POST ", .answer = canned_json(arena, 201, MADE), .hold_ms = 900});
    const struct answer *answer = write_once(write_of("incident"));
    cr_expect_str_eq(methods(), "GGPGD", "%s: looked for by its tag first", methods());
    cr_expect(answer->written->is_removed);
    cr_expect_eq(answer->reason, REASON_TIMEOUT);
}

/* Raised by a timer while the insert is held back by the server. */
static void on_alarm(int number)
{
    (void)number;
    prober_interrupt();
}

Test(writes, an_interrupted_run_deletes_what_it_made)
{
    serve((struct canned_rule){
        .with = "POST ", .answer = canned_json(arena, 201, MADE), .hold_ms = 1800});
    struct sigaction action = {.sa_handler = on_alarm};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    const struct answer *answer = write_once(write_of("incident"));
    cr_expect_str_eq(methods(), "GGPGD", "%s: looked for by its tag first", methods());
    cr_expect(answer->written->is_removed);
    cr_expect_eq(answer->reason, REASON_TIMEOUT);
}

Test(writes, an_interrupted_run_begins_none)
{
    serve(HEALTHY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    prober_interrupt();
    cr_expect_eq(write_once(write_of("incident"))->reason, REASON_TIMEOUT);
    cr_expect_eq(canned_count(canned, "POST "), 0);
}

Test(writes, are_begun_only_within_reach_of_their_end)
{
    static const struct {
        int max_requests;
        const char *methods;
    } rows[] = {{3, "GG"}, {5, "GG"}, {6, "GGPGD"}, {0, "GGPGD"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        canned = NULL;
        set_up();
        bench.options.max_requests = rows[i].max_requests;
        serve(HEALTHY);
        write_once(write_of("incident"));
        cr_expect_str_eq(methods(), rows[i].methods, "at most %d requests: %s",
                         rows[i].max_requests, methods());
    }
}

/* What is slow is not waited for, and may still be repeated. */
Test(writes, do_not_wait_for_what_is_aside)
{
    static const struct {
        int max_requests;
        bool is_written;
        const char *why;
    } rows[] = {
        {0, true, "it is written beside it"},
        {8, true, "one request is left for a repetition"},
        {7, false, "that one would be missing in the end"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        canned = NULL;
        set_up();
        bench.options.max_requests = rows[i].max_requests;
        serve((struct canned_rule){.with = "com.x", .answer = "", .end = CANNED_STALL});
        struct question slow = rows_of(arena, "integration", "v_plugin", "id", "com.x", "active");
        slow.limit_ms = 60 * 1000;
        bench_ask(&bench, slow);
        bench_ask(&bench, write_of("incident"));
        bench_run_until(&bench, write_of("incident"));
        const struct written *written = bench_answer(&bench, write_of("incident"))->written;
        cr_expect_eq(written != NULL && written->is_removed, rows[i].is_written, "%s", rows[i].why);
        cr_expect_eq(canned_count(canned, "POST "), rows[i].is_written ? 1 : 0, "%s", rows[i].why);
        cr_expect_not(bench_has_answer(&bench, slow), "%s", rows[i].why);
    }
}

Test(writes, not_as_a_guest)
{
    const struct canned_rule rules[] = {{.answer = canned_json(arena, 200, NO_ROWS)}};
    canned = canned_start(rules, ARRAY_LEN(rules));
    bench_point_at(&bench, canned_port(canned));
    bench_add_api_key(&bench, "integration", TEST_KEY);
    const struct answer *answer = write_once(write_of("incident"));
    cr_expect_eq(answer->reason, REASON_GUEST);
    cr_expect_eq(canned_count(canned, "POST "), 0);
}

Test(writes, what_cannot_be_written_is_not_sent)
{
    static const struct {
        const char *table;
        const char *column;
        const char *why;
    } rows[] = {
        {"incident", "user_password", "a secret"},
        {"incident", "caller_id.email", "another table's column"},
        {"incident", "a b", "no column's name"},
        {"incident", "", "no name"},
        {"incident/x", "urgency", "no table's name"},
        {"../x", "urgency", "another path"},
    };
    serve(HEALTHY);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct question question = write_of(rows[i].table);
        pairs_add(arena, &question.values, rows[i].column, "x");
        cr_expect_eq(write_once(question)->reason, REASON_UNDOCUMENTED, "row %zu (%s)", i,
                     rows[i].why);
    }
    struct question nothing = write_of("incident");
    nothing.values = (struct pairs){0};
    cr_expect_eq(write_once(nothing)->reason, REASON_UNDOCUMENTED);
    cr_expect_eq(canned_count(canned, "POST "), 0);
}

/* ---- --plan --------------------------------------------------------------------------------- */

Test(writes, a_plan_shows_them_as_such)
{
    bench_point_at(&bench, 1);
    bench_add_api_key(&bench, "integration", TEST_KEY);
    struct question question = write_of("incident");
    pairs_add(arena, &question.changes, "urgency", "1");
    struct questions open = {.items = &question, .n_items = 1};
    bench.prober = prober_new(arena, &bench.target, bench.redactor, &bench.options);
    size_t n = 0;
    const struct planned_request *plan = prober_plan(bench.prober, &open, &n);
    static const char *const wanted[] = {"GET", "GET", "POST", "GET", "PATCH", "GET", "DELETE"};
    cr_assert_eq(n, ARRAY_LEN(wanted));
    for (size_t i = 0; i < n; i++) {
        cr_expect_str_eq(plan[i].method, wanted[i]);
        cr_expect_eq(plan[i].is_write, !text_equal(wanted[i], "GET"), "request %zu", i);
        cr_expect_eq(plan[i].wave, (int)i);
        cr_expect(i < 2 || text_equal(plan[i].why, "write"), "request %zu", i);
    }
    cr_expect_not_null(strstr(plan[2].body, "\"short_description\":\"A\""));
    cr_expect_str_eq(plan[4].body, "{\"urgency\":\"1\"}");
    bench.options.allow_writes = false;
    prober_free(bench.prober);
    bench.prober = prober_new(arena, &bench.target, bench.redactor, &bench.options);
    prober_plan(bench.prober, &open, &n);
    cr_expect_eq(n, 2, "without consent none is planned");
}

/* ---- Against the simulated instance --------------------------------------------------------- */

static void play(const char *world, const char *fault)
{
    struct diag *diag = diag_new();
    struct sim_options options = {.world = world};
    if (fault != NULL) {
        strings_add(arena, &options.faults, fault);
    }
    sim = sim_start(diag, &options);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert_not_null(sim);
    bench_point_at(&bench, sim_port(sim));
    bench_add_api_key(&bench, "integration", sim_value(sim, "credentials.integration.key"));
}

Test(writes, the_simulated_instance_refuses_by_name)
{
    static const struct {
        const char *fault;
        enum outcome outcome;
        const char *detail;
    } rows[] = {
        {NULL, OUTCOME_RESULT, NULL},
        {"write-denied", OUTCOME_WRITE_DENIED, "ACL Exception Insert Failed"},
        {"mandatory-field", OUTCOME_MANDATORY, "Business service"},
        {"business-rule-abort", OUTCOME_ABORTED, "Incidents come from the portal"},
        {"field-write-ignored", OUTCOME_RESULT, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        tear_down();
        sim = NULL;
        set_up();
        play("rad-security", rows[i].fault);
        const struct answer *answer = write_once(write_of("incident"));
        cr_expect_eq(answer->exchange->outcome, rows[i].outcome, "row %zu", i);
        cr_expect(rows[i].detail == NULL ||
                      strstr(answer->exchange->detail, rows[i].detail) != NULL,
                  "row %zu: %s", i, answer->exchange->detail);
        const struct row *row = answer->written->steps[WRITE_READ_INSERTED].row;
        cr_expect_eq(row != NULL, rows[i].outcome == OUTCOME_RESULT, "row %zu", i);
        bool is_ignored = text_equal(rows[i].fault, "field-write-ignored");
        cr_expect(row == NULL || row_has(row, "short_description", is_ignored ? "" : "A"));
        cr_expect_null(
            strstr(bench_everything_shown(&bench), sim_value(sim, "credentials.integration.key")));
    }
}

/* ---- Other paths ---------------------------------------------------------------------------- */

Test(writes, a_path_of_the_api_is_called_once_for_all_who_ask)
{
    serve(HEALTHY);
    bench_ask(&bench, call_of("/api/now/cmdb/meta/cmdb_ci"));
    bench_ask(&bench, call_of("/api/now/cmdb/meta/cmdb_ci"));
    bench_run(&bench);
    cr_expect_eq(canned_count(canned, "GET /api/now/cmdb/meta/cmdb_ci "), 1);
    const struct answer *answer = bench_answer(&bench, call_of("/api/now/cmdb/meta/cmdb_ci"));
    cr_expect_eq(answer->reason, REASON_NONE);
    cr_expect_eq(answer->exchange->outcome, OUTCOME_RESULT);
}

Test(writes, paths_that_are_none_are_not_called)
{
    static const char *const paths[] = {
        "/oauth_token.do",
        "/api/../login.do",
        "/api/%2e%2e/login.do",
        "/api/now//table",
        "/api/now/table#x",
        "/api/now/table x",
        "api/now/table",
        "/api/now/table\r\nX: y",
        "@evil.test/api/",
        "/api/sn_appclient/appmanager/app/install?app_id=x", /* a GET that installs */
    };
    serve(HEALTHY);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        bench_ask(&bench, call_of(paths[i]));
        bench_run(&bench);
        const struct answer *answer = bench_answer(&bench, call_of(paths[i]));
        cr_expect_eq(answer->reason, REASON_UNDOCUMENTED, "%s", paths[i]);
        cr_expect_null(answer->exchange, "%s", paths[i]);
    }
    cr_expect_str_eq(methods(), "GG");
}
