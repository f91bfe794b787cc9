/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine decides for all kinds: conditions, options, what stands in the way, effects,
 * waivers, gates, status.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "checks/engine.h"
#include "checks/status.h"
#include "model/names.h"
#include "rules/load.h"

#define CLIENT "0123456789abcdef0123456789abcdef"
#define PROPERTY(name) "name=" name ",value=true"
#define GRANT "glide.oauth.inbound.client.credential.grant_type.enabled"

/* One engine over the fixture pack, and its findings. */
struct flight {
    struct arena *arena;
    struct diag *diag;
    struct target *target;
    struct catalogue catalogue;
    struct pack **packs;
    size_t n_packs;
    struct engine *engine;
    struct answers answers;
    struct run run;
};

/* The engine keeps the address of the catalogue, so a flight lives in the arena. */
static struct flight *board_with(const char *pack, struct target *target, struct arena *arena,
                                 const struct engine_options *options)
{
    struct pack_choice *choice = arena_allocate(arena, sizeof *choice);
    *choice = (struct pack_choice){.name = pack, .credential = "integration"};
    struct kind_schemas schemas = kind_schemas();
    struct flight *flight = arena_allocate(arena, sizeof *flight);
    *flight = (struct flight){.arena = arena, .diag = diag_new(), .target = target};
    target->packs = choice;
    target->n_packs = 1;
    flight->catalogue = bench_catalogue(arena);
    bool is_loaded =
        packs_load(arena, flight->diag, &schemas, target, &flight->packs, &flight->n_packs);
    diag_print(flight->diag, stderr);
    cr_assert(is_loaded);
    flight->engine = engine_new(arena, target, flight->packs, flight->n_packs, &flight->catalogue,
                                options, BENCH_NOW);
    return flight;
}

static struct flight *board(struct target *target, struct arena *arena,
                            const struct engine_options *options)
{
    return board_with(ROOM_FIXTURES "/engine-pack.yaml", target, arena, options);
}

static void fly(struct flight *flight, const struct canned *canned, size_t n_canned)
{
    struct answers *answers = &flight->answers;
    const struct questions *open = engine_judge(flight->engine, answers);
    for (int round = 0; open->n_items > 0; round++) {
        cr_assert(round < 8, "the rounds must end");
        bench_answer(flight->arena, canned, n_canned, open, answers);
        open = engine_judge(flight->engine, answers);
    }
    flight->run.findings = engine_finish(flight->engine, answers, &flight->run.n_findings);
    run_settle(&flight->run);
}

static void land(struct flight *flight)
{
    diag_free(flight->diag);
    arena_free(flight->arena);
}

static const struct finding *finding_of(const struct flight *flight, const char *name)
{
    for (size_t i = 0; i < flight->run.n_findings; i++) {
        if (text_equal(flight->run.findings[i].check->name, name)) {
            return &flight->run.findings[i];
        }
    }
    cr_assert_fail("no finding %s", name);
    return NULL;
}

static void expect(const struct flight *flight, const char *name, enum verdict verdict,
                   enum reason reason)
{
    const struct finding *finding = finding_of(flight, name);
    cr_expect(finding->verdict == verdict && finding->reason == reason,
              "%s is %s (reason %d), expected %s (reason %d): %s", name,
              verdict_name(finding->verdict), (int)finding->reason, verdict_name(verdict),
              (int)reason, finding->because != NULL ? finding->because : "");
}

static const struct canned healthy[] = {
    {.kind = QUESTION_GATE, .table = "incident", .outcome = OUTCOME_UNAUTHENTICATED, .status = 401},
    {.kind = QUESTION_FIRST_CALL, .table = "incident", .acceptance = ACCEPTANCE_ACCEPTED},
    {.kind = QUESTION_ROWS, .table = "incident", .rows = "number=INC1"},
    {.kind = QUESTION_ROWS,
     .table = "sys_properties",
     .rows = PROPERTY(GRANT) ";" PROPERTY("glide.other") ";" PROPERTY("glide.plain") ";" PROPERTY(
         "glide.advice")},
    {.kind = QUESTION_ROWS,
     .table = "sys_user",
     .rows = "user_name=svc,active=true,locked_out=false"},
    {.kind = QUESTION_ROWS,
     .table = "oauth_entity",
     .rows = "client_id=" CLIENT ",active=true,type=consumer,default_grant_type="
             "authorization_code,inbound_grant_type="},
    {.kind = QUESTION_IDENTITY,
     .table = "sys_user",
     .acceptance = ACCEPTANCE_ACCEPTED,
     .user_name = "svc"},
};

Test(engine, a_healthy_run_is_ready)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct flight *flight = board(bench_target(arena, true, true), arena, &options);
    fly(flight, healthy, ARRAY_LEN(healthy));
    expect(flight, "credential", VERDICT_PASS, REASON_NONE);
    expect(flight, "basic-only", VERDICT_NOT_APPLICABLE, REASON_CONDITION);
    expect(flight, "group", VERDICT_NOT_APPLICABLE, REASON_CONDITION);
    expect(flight, "either", VERDICT_PASS, REASON_NONE);
    cr_expect(flight->run.status == STATUS_READY && flight->run.exit_status == 0);
    land(flight);
}

static const char *link_of(struct flight *flight, const char *check)
{
    for (size_t i = 0; i < flight->run.n_findings; i++) {
        if (text_equal(flight->run.findings[i].check->name, check)) {
            return flight->run.findings[i].link;
        }
    }
    return NULL;
}

Test(engine, a_finding_links_into_the_instance)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct flight *flight = board(bench_target(arena, true, true), arena, &options);
    static const struct {
        const char *check;
        const char *path; /* behind the origin; NULL: no link */
        const char *why;
    } rows[] = {
        {"plain-property", "/sys_properties_list.do?sysparm_query=name%3Dglide.plain",
         "the kind's"},
        {"linked", "/nav_to.do?uri=a%20b%7Csvc", "the pack's stands before the kind's"},
        {"linked-nowhere", "/sys_properties_list.do?sysparm_query=name%3Dglide.plain",
         "the pack's names a parameter that is not set"},
        {"read", "/incident_list.do", "rows were read"},
        {"credential", "/oauth_entity_list.do?sysparm_query=client_id%3D" CLIENT,
         "the record behind it"},
        {"awake", "/ip_access_list.do?sysparm_query=active%3Dtrue", "who is let in"},
        {"url", NULL, "what it judges is not on the instance"},
        {"basic-only", NULL, "it does not apply"},
    };
    fly(flight, healthy, ARRAY_LEN(healthy));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *link = link_of(flight, rows[i].check);
        const char *origin = flight->target->instance.origin;
        cr_expect(rows[i].path == NULL
                      ? link == NULL
                      : text_equal(link, arena_printf(arena, "%s%s", origin, rows[i].path)),
                  "%s (%s): %s", rows[i].check, rows[i].why, link == NULL ? "none" : link);
    }
    land(flight);
}

Test(engine, a_missing_identifying_parameter_is_ambiguous)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct target *target = bench_target(arena, false, true);
    struct flight *flight = board(target, arena, &options);
    fly(flight, healthy, ARRAY_LEN(healthy));
    expect(flight, "app", VERDICT_UNKNOWN, REASON_AMBIGUOUS);
    expect(flight, "credential", VERDICT_BLOCKED, REASON_CREDENTIAL_NOT_TRIED);
    cr_expect(finding_of(flight, "credential")->blocked_by == NULL,
              "nothing stands in the way of what was not given");
    cr_expect_str_eq(finding_of(flight, "read")->blocked_by, "engine/credential");
    cr_expect(flight->run.exit_status == 3);
    land(flight);
}

Test(engine, options_choose_checks)
{
    struct arena *arena = arena_new();
    struct engine_options only = {0};
    struct engine_options quick = {.quick = true};
    strings_add(arena, &only.only, "read");
    strings_add(arena, &only.skip, "engine/shape");
    struct flight *flight = board(bench_target(arena, true, true), arena, &only);
    cr_expect(engine_check_options(flight->engine, flight->diag));
    fly(flight, healthy, ARRAY_LEN(healthy));
    expect(flight, "read", VERDICT_PASS, REASON_NONE);
    expect(flight, "url", VERDICT_PASS, REASON_NONE);
    expect(flight, "shape", VERDICT_NOT_APPLICABLE, REASON_SKIPPED);
    expect(flight, "property", VERDICT_NOT_APPLICABLE, REASON_SKIPPED);
    cr_expect_eq(flight->run.n_findings, 22, "skipped checks stay in the list");
    diag_free(flight->diag);

    struct flight *quick_flight = board(bench_target(arena, true, true), arena, &quick);
    fly(quick_flight, healthy, ARRAY_LEN(healthy));
    expect(quick_flight, "advice", VERDICT_NOT_APPLICABLE, REASON_SKIPPED);
    diag_free(quick_flight->diag);

    struct engine_options strict = {.quick = true, .recommended_gates = true};
    struct flight *strict_flight = board(bench_target(arena, true, true), arena, &strict);
    fly(strict_flight, healthy, ARRAY_LEN(healthy));
    expect(strict_flight, "advice", VERDICT_PASS, REASON_NONE);
    land(strict_flight);
}

static bool was_asked(const struct answers *answers, const char *table, const char *value)
{
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct question *question = &answers->items[i]->question;
        if (text_equal(question->table, table) && text_equal(question->value, value)) {
            return true;
        }
    }
    return false;
}

/* What --quick leaves out, by what the calls of the integration come to. */
Test(engine, quick_leaves_out_what_calls_that_work_show)
{
    static const struct canned refused[] = {
        {.kind = QUESTION_FIRST_CALL,
         .table = "incident",
         .acceptance = ACCEPTANCE_NO_TOKEN,
         .token_outcome = OUTCOME_TOKEN_REFUSED,
         .outcome = OUTCOME_TOKEN_REFUSED,
         .status = 401},
        {.kind = QUESTION_ROWS,
         .table = "incident",
         .is_blocked = true,
         .reason = REASON_TOKEN_REFUSED},
        {.kind = QUESTION_IDENTITY,
         .table = "sys_user",
         .is_blocked = true,
         .reason = REASON_TOKEN_REFUSED},
    };
    static const struct canned no_rows[] = {
        {.kind = QUESTION_ROWS, .table = "incident", .reason = REASON_DENIED},
    };
    static const struct canned somebody_else[] = {
        {.kind = QUESTION_IDENTITY,
         .table = "sys_user",
         .acceptance = ACCEPTANCE_ACCEPTED,
         .user_name = "another"},
    };
    static const struct {
        const char *why;
        const struct canned *first; /* before what a healthy instance says */
        size_t n_first;
        enum verdict property;       /* an effect decides it */
        enum verdict other_property; /* it serves the reading */
        enum verdict user_serves;    /* it serves the credential, and names the user */
        bool asks_property;
    } rows[] = {
        {"all works", NULL, 0, VERDICT_PASS, VERDICT_NOT_APPLICABLE, VERDICT_NOT_APPLICABLE, false},
        {"no token", refused, ARRAY_LEN(refused), VERDICT_PASS, VERDICT_PASS, VERDICT_PASS, true},
        {"the table is closed", no_rows, ARRAY_LEN(no_rows), VERDICT_PASS, VERDICT_PASS,
         VERDICT_NOT_APPLICABLE, false},
        {"the calls are another's", somebody_else, ARRAY_LEN(somebody_else), VERDICT_PASS,
         VERDICT_NOT_APPLICABLE, VERDICT_PASS, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        const struct engine_options options = {.quick = true};
        struct canned *all = arena_array(arena, rows[i].n_first + ARRAY_LEN(healthy), sizeof *all);
        for (size_t c = 0; c < rows[i].n_first; c++) {
            all[c] = rows[i].first[c];
        }
        memcpy(&all[rows[i].n_first], healthy, sizeof healthy);
        struct flight *flight = board(bench_target(arena, true, true), arena, &options);
        fly(flight, all, rows[i].n_first + ARRAY_LEN(healthy));
        cr_expect_eq(finding_of(flight, "property")->verdict, rows[i].property, "%s", rows[i].why);
        cr_expect_eq(finding_of(flight, "other-property")->verdict, rows[i].other_property, "%s",
                     rows[i].why);
        cr_expect_eq(finding_of(flight, "user-serves")->verdict, rows[i].user_serves, "%s",
                     rows[i].why);
        cr_expect_eq(was_asked(&flight->answers, "sys_properties", GRANT), rows[i].asks_property,
                     "%s", rows[i].why);
        expect(flight, "plain-property", VERDICT_PASS, REASON_NONE);
        land(flight);
    }
}

Test(engine, a_name_that_is_no_check_is_a_mistake)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    strings_add(arena, &options.only, "credentail");
    struct flight *flight = board(bench_target(arena, true, true), arena, &options);
    cr_expect_not(engine_check_options(flight->engine, flight->diag));
    cr_expect(text_contains_nocase(diag_message(flight->diag, 0), "did you mean 'credential'"));
    land(flight);
}

Test(engine, a_broken_text_sends_nothing)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct target *target = bench_target(arena, true, true);
    target->instance.fault = URL_PLACEHOLDER;
    struct flight *flight = board(target, arena, &options);
    fly(flight, NULL, 0);
    expect(flight, "url", VERDICT_FAIL, REASON_NONE);
    expect(flight, "awake", VERDICT_BLOCKED, REASON_NO_ANSWER);
    cr_expect_str_eq(finding_of(flight, "plain-property")->blocked_by, "engine/url");
    cr_expect(flight->run.exit_status == 1);
    land(flight);
}

Test(engine, a_broken_secret_is_never_used)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct target *target = bench_target(arena, true, false);
    target->credentials[0].client_secret = secret_new("tail-newline\n", 13);
    struct flight *flight = board(target, arena, &options);
    fly(flight, healthy, 1);
    expect(flight, "shape", VERDICT_FAIL, REASON_NONE);
    expect(flight, "credential", VERDICT_BLOCKED, REASON_CREDENTIAL_NOT_TRIED);
    cr_expect_str_eq(finding_of(flight, "credential")->blocked_by, "engine/shape");
    cr_expect(flight->run.exit_status == 1);
    secret_release(&target->credentials[0].client_secret);
    land(flight);
}

/* The configuration is hidden or disagrees, and the credential works as svc. */
static const struct canned contradicting[] = {
    {.kind = QUESTION_GATE, .table = "incident", .outcome = OUTCOME_UNAUTHENTICATED, .status = 401},
    {.kind = QUESTION_FIRST_CALL, .table = "incident", .acceptance = ACCEPTANCE_ACCEPTED},
    {.kind = QUESTION_ROWS, .table = "incident", .rows = "number=INC1"},
    {.kind = QUESTION_ROWS, .table = "sys_properties", .total = 9},
    {.kind = QUESTION_ROWS,
     .table = "sys_user",
     .rows = "user_name=svc,active=false,locked_out=true"},
    {.kind = QUESTION_ROWS, .table = "oauth_entity", .total = 3},
    {.kind = QUESTION_IDENTITY,
     .table = "sys_user",
     .acceptance = ACCEPTANCE_ACCEPTED,
     .user_name = "svc"},
};

/* The engine only asks for an echo when some check does; the effect needs it for the user. */
static struct canned with_echo(const char *user_name)
{
    return (struct canned){.kind = QUESTION_IDENTITY,
                           .table = "sys_user",
                           .acceptance = ACCEPTANCE_ACCEPTED,
                           .user_name = user_name};
}

Test(engine, an_effect_decides_what_it_shows_and_nothing_else)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct flight *flight = board(bench_target(arena, true, true), arena, &options);
    fly(flight, contradicting, ARRAY_LEN(contradicting));
    expect(flight, "property", VERDICT_PASS, REASON_NONE);
    expect(flight, "app", VERDICT_PASS, REASON_NONE);
    expect(flight, "other-property", VERDICT_UNKNOWN, REASON_HIDDEN);
    expect(flight, "user-more", VERDICT_FAIL, REASON_NONE);
    cr_expect_not(finding_of(flight, "other-property")->gates,
                  "what it is there for works, so it no longer gates");
    cr_expect(finding_of(flight, "plain-property")->gates, "nothing serves this one");
    cr_expect(flight->run.exit_status == 1);
    land(flight);
}

/* An effect shows values; a check that wants others is left to its row. */
Test(engine, an_effect_shows_values)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct flight *flight = board(bench_target(arena, true, true), arena, &options);
    fly(flight, contradicting, ARRAY_LEN(contradicting));
    expect(flight, "app-type", VERDICT_UNKNOWN, REASON_HIDDEN);
    expect(flight, "app-grant", VERDICT_UNKNOWN, REASON_HIDDEN);
    expect(flight, "inactive", VERDICT_PASS, REASON_NONE);
    expect(flight, "user", VERDICT_PASS, REASON_NONE);
    land(flight);
}

/* A call as somebody else, or as nobody one can name, shows nothing about svc. */
Test(engine, what_is_served_is_served_for_the_same_user)
{
    static const struct {
        const char *echoed;
        bool gates;
        const char *why;
    } rows[] = {
        {"svc", false, "it works as svc"},
        {"SVC", false, "ServiceNow does not tell case apart"},
        {"bob", true, "it works as bob"},
        {NULL, true, "nobody was echoed"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct engine_options options = {0};
        struct flight *flight = board(bench_target(arena, true, true), arena, &options);
        struct canned canned[ARRAY_LEN(contradicting)];
        for (size_t c = 0; c < ARRAY_LEN(contradicting); c++) {
            canned[c] = contradicting[c];
        }
        canned[ARRAY_LEN(contradicting) - 1] = with_echo(rows[i].echoed);
        fly(flight, canned, ARRAY_LEN(canned));
        expect(flight, "credential", VERDICT_PASS, REASON_NONE);
        expect(flight, "user-serves", VERDICT_FAIL, REASON_NONE);
        cr_expect(finding_of(flight, "user-serves")->gates == rows[i].gates, "row %zu (%s)", i,
                  rows[i].why);
        bool grant_is_shown = rows[i].echoed != NULL;
        cr_expect((finding_of(flight, "property")->verdict == VERDICT_PASS) == grant_is_shown,
                  "row %zu (%s): a token shows something only with a named caller", i, rows[i].why);
        land(flight);
    }
}

Test(engine, what_is_served_must_pass)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct flight *flight = board(bench_target(arena, true, true), arena, &options);
    struct canned canned[ARRAY_LEN(contradicting) + 1];
    for (size_t c = 0; c < ARRAY_LEN(contradicting); c++) {
        canned[c] = contradicting[c];
    }
    canned[2].rows = NULL;
    canned[ARRAY_LEN(contradicting)] =
        (struct canned){.table = "*", .reason = REASON_DENIED, .outcome = OUTCOME_DENIED};
    fly(flight, canned, ARRAY_LEN(canned));
    expect(flight, "read", VERDICT_UNKNOWN, REASON_FILTERED);
    cr_expect(finding_of(flight, "other-property")->gates, "an unknown effect lifts nothing");
    land(flight);
}

Test(engine, an_alternative_that_does_not_apply_is_none)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct flight *flight = board(bench_target(arena, true, false), arena, &options);
    fly(flight, healthy, ARRAY_LEN(healthy));
    expect(flight, "nobody", VERDICT_FAIL, REASON_NONE);
    land(flight);
}

Test(engine, an_effect_needs_the_same_user)
{
    static const struct {
        const char *echoed;
        enum verdict verdict;
        const char *why;
    } rows[] = {
        {"svc", VERDICT_PASS, "the credential works as this user, so it is usable"},
        {"bob", VERDICT_FAIL, "somebody else's credential shows nothing about svc"},
        {"guest", VERDICT_FAIL, "a guest's call shows no user"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct engine_options options = {0};
        struct target *target = bench_target(arena, true, true);
        struct flight *flight = board(target, arena, &options);
        struct canned echo = with_echo(rows[i].echoed);
        struct question asked = {
            .kind = QUESTION_IDENTITY, .credential = "integration", .table = "sys_user"};
        struct questions open = {.items = &asked, .n_items = 1};
        struct answers answers = {0};
        bench_answer(arena, &echo, 1, &open, &answers);
        const struct questions *rest = engine_judge(flight->engine, &answers);
        while (rest->n_items > 0) {
            bench_answer(arena, contradicting, ARRAY_LEN(contradicting), rest, &answers);
            rest = engine_judge(flight->engine, &answers);
        }
        flight->run.findings = engine_finish(flight->engine, &answers, &flight->run.n_findings);
        cr_expect(finding_of(flight, "user")->verdict == rows[i].verdict, "row %zu (%s)", i,
                  rows[i].why);
        land(flight);
    }
}

Test(engine, waivers_count_until_their_day)
{
    static const struct {
        int64_t until;
        enum verdict verdict;
        const char *why;
    } rows[] = {
        {BENCH_NOW, VERDICT_WAIVED, "its last second"},
        {BENCH_NOW - 1, VERDICT_UNKNOWN, "expired"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct engine_options options = {0};
        struct target *target = bench_target(arena, true, true);
        struct waiver waiver = {.check = "engine/plain-property",
                                .until = rows[i].until,
                                .until_text = "2026-11-20",
                                .by = "j.doe",
                                .because = "comes with the next release"};
        target->waivers = &waiver;
        target->n_waivers = 1;
        struct flight *flight = board(target, arena, &options);
        fly(flight, contradicting, ARRAY_LEN(contradicting));
        cr_expect(finding_of(flight, "plain-property")->verdict == rows[i].verdict, "row %zu (%s)",
                  i, rows[i].why);
        land(flight);
    }
}

Test(engine, what_was_never_asked_cannot_be_waived)
{
    struct arena *arena = arena_new();
    struct engine_options options = {0};
    struct target *target = bench_target(arena, false, true);
    struct waiver waiver = {.check = "engine/credential",
                            .until = BENCH_NOW,
                            .until_text = "2026-11-20",
                            .by = "j.doe",
                            .because = "later"};
    target->waivers = &waiver;
    target->n_waivers = 1;
    struct flight *flight = board(target, arena, &options);
    fly(flight, healthy, ARRAY_LEN(healthy));
    expect(flight, "credential", VERDICT_BLOCKED, REASON_CREDENTIAL_NOT_TRIED);
    land(flight);
}

Test(engine, the_status_follows_the_gating_findings)
{
    static struct check required = {.severity = SEVERITY_REQUIRED};
    static struct exchange lost = {.outcome = OUTCOME_CONNECTION_LOST};
    static struct exchange answered = {.outcome = OUTCOME_UNAUTHENTICATED};
    static const struct {
        enum verdict verdicts[3];
        bool gates;
        const struct exchange *exchange;
        int exit_status;
        const char *status_reason;
        const char *why;
    } rows[] = {
        {{VERDICT_PASS, VERDICT_PASS, VERDICT_PASS}, true, &answered, 0, NULL, "all pass"},
        {{VERDICT_PASS, VERDICT_WAIVED, VERDICT_NOT_APPLICABLE},
         true,
         &answered,
         0,
         NULL,
         "one passes"},
        {{VERDICT_WAIVED, VERDICT_WAIVED, VERDICT_NOT_APPLICABLE},
         true,
         &answered,
         3,
         NULL,
         "none passes: never ready"},
        {{VERDICT_PASS, VERDICT_PASS, VERDICT_PASS},
         false,
         &answered,
         3,
         NULL,
         "no required check passed"},
        {{VERDICT_FAIL, VERDICT_UNKNOWN, VERDICT_PASS},
         true,
         &answered,
         1,
         NULL,
         "a failure outweighs an unknown"},
        {{VERDICT_PASS, VERDICT_UNKNOWN, VERDICT_PASS}, true, &answered, 3, NULL, "unknown"},
        {{VERDICT_PASS, VERDICT_BLOCKED, VERDICT_PASS},
         true,
         &lost,
         3,
         "unreachable",
         "every call was transient"},
        {{VERDICT_FAIL, VERDICT_BLOCKED, VERDICT_PASS},
         true,
         &lost,
         1,
         NULL,
         "a failure is never unreachable"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct finding findings[3];
        for (size_t f = 0; f < 3; f++) {
            findings[f] = (struct finding){
                .check = &required, .verdict = rows[i].verdicts[f], .gates = rows[i].gates};
        }
        const struct exchange *exchanges[] = {rows[i].exchange};
        struct run run = {
            .findings = findings, .n_findings = 3, .exchanges = exchanges, .n_exchanges = 1};
        run_settle(&run);
        cr_expect(run.exit_status == rows[i].exit_status, "row %zu (%s): %d", i, rows[i].why,
                  run.exit_status);
        cr_expect(text_equal(run.status_reason, rows[i].status_reason), "row %zu (%s)", i,
                  rows[i].why);
    }
}

Test(catalogue, every_cause_a_finding_can_name_is_worded)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *entry = &catalogue.causes[i];
        cr_expect(entry->n_facts > 0, "%s rests on something", entry->id);
        cr_expect(entry->says[0] != '\0' && entry->fix[0] != '\0', "%s has words", entry->id);
        for (size_t j = 0; j < i; j++) {
            cr_expect_not(text_equal(entry->id, catalogue.causes[j].id), "%s stands twice",
                          entry->id);
        }
        for (size_t c = 0; c < entry->candidates.n_items; c++) {
            const char *candidate = entry->candidates.items[c];
            bool is_known = catalogue_cause(&catalogue, candidate) != NULL;
            cr_expect(is_known, "%s: candidate %s is not in the catalogue", entry->id, candidate);
        }
    }
    arena_free(arena);
}

Test(catalogue, releases_are_in_order)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    int64_t before = 0;
    for (size_t i = 0; i < catalogue.n_releases; i++) {
        if (catalogue.releases[i].base_date != 0) {
            cr_expect(catalogue.releases[i].base_date > before, "%s", catalogue.releases[i].name);
            before = catalogue.releases[i].base_date;
        }
    }
    arena_free(arena);
}

Test(engine, a_table_is_missing_with_the_plugin_that_ships_it)
{
#define GONE .outcome = OUTCOME_INVALID_TABLE, .status = 400
#define TABLES                                                                              \
    {.kind = QUESTION_ROWS, .table = "x_named", GONE},                                      \
        {.kind = QUESTION_ROWS, .table = "x_served", GONE},                                 \
        {.kind = QUESTION_ROWS, .table = "y_other", GONE},                                  \
    {                                                                                       \
        .kind = QUESTION_FIRST_CALL, .table = "incident", .acceptance = ACCEPTANCE_ACCEPTED \
    }
    static const struct canned without[] = {
        {.kind = QUESTION_ROWS, .table = "v_plugin", .control_seen = true}, TABLES};
    static const struct canned with[] = {
        {.kind = QUESTION_ROWS, .table = "v_plugin", .rows = "id=com.x,active=active"}, TABLES};
    static const struct {
        const char *check;
        const char *cause;
        const char *subject;
    } rows[] = {
        {"named", "plugin-missing", "com.x"},
        {"served", "plugin-missing", "com.x"},
        {"other", "table-missing", "y_other"},
    };
    static const char own_pack[] = ROOM_FIXTURES "/plugin-pack.yaml";
    for (int is_there = 0; is_there < 2; is_there++) {
        struct arena *arena = arena_new();
        struct engine_options options = {0};
        struct flight *flight =
            board_with(own_pack, bench_target(arena, true, true), arena, &options);
        fly(flight, is_there ? with : without, ARRAY_LEN(with));
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            const struct finding *finding = finding_of(flight, rows[i].check);
            const char *cause = is_there ? "table-missing" : rows[i].cause;
            cr_expect_eq(finding->causes.n_items, 1, "%s", rows[i].check);
            cr_expect(text_equal(finding->causes.items[0], cause), "%s: %s", rows[i].check,
                      finding->causes.items[0]);
            cr_expect(is_there || text_equal(finding->cause_subject, rows[i].subject), "%s: %s",
                      rows[i].check, finding->cause_subject);
        }
        land(flight);
    }
}
