/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cases of a pack, one after the other, each in a simulated instance of its own.
 */
#include "cli/pack.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "checks/kind.h"
#include "cli/command.h"
#include "cli/flight.h"
#include "cli/simulated.h"
#include "cli/worlds.h"
#include "model/names.h"
#include "rules/load.h"
#include "sim/sim.h"

/* Long enough for a few thousand looks; a case that hangs is a mistake of ours. */
enum { CASE_TIMEOUT_S = 300, CASE_IN_FLIGHT = 4 };

struct tester {
    struct diag *diag;
    const char *pack_name; /* as it was given */
    const struct pack *pack;
    size_t n_cases;
    size_t n_failed;
    size_t n_looks; /* runs judged anew with less to see */
    size_t n_moved; /* findings that could not be told any more in them */
};

/* One case on its way; `arena` and `diag` are the case's own. */
struct trial {
    struct tester *tester;
    struct arena *arena;
    struct diag *diag; /* what keeps it from being tried */
    const struct pack_case *expected;
    struct strings complaints;
};

static void complain(struct trial *trial, const char *text)
{
    strings_add(trial->arena, &trial->complaints, text);
}

/* The reasons stand below the case they keep from being tried, one line each. */
static void complain_of_reasons(struct trial *trial)
{
    static const char prefix[] = "glidepath: error: ";
    for (size_t i = 0; i < diag_count(trial->diag); i++) {
        const char *text = diag_message(trial->diag, i);
        text += text_starts_with(text, prefix) ? strlen(prefix) : 0;
        complain(trial, arena_strndup(trial->arena, text, strcspn(text, "\n")));
    }
}

static void add_pairs(struct arena *arena, struct strings *words, const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        strings_add(arena, words,
                    arena_printf(arena, "%s=%s", pairs->items[i].key, pairs->items[i].value));
    }
}

/* "rad-security, user-inactive, without auditor" */
static const char *case_words(struct arena *arena, const struct pack_case *expected)
{
    struct strings words = {0};
    strings_add(arena, &words, expected->world);
    for (size_t i = 0; i < expected->faults.n_items; i++) {
        strings_add(arena, &words, expected->faults.items[i]);
    }
    add_pairs(arena, &words, &expected->switches);
    add_pairs(arena, &words, &expected->set);
    for (size_t i = 0; i < expected->without.n_items; i++) {
        strings_add(arena, &words, arena_printf(arena, "without %s", expected->without.items[i]));
    }
    if (expected->writes) {
        strings_add(arena, &words, "with writes");
    }
    return strings_join(arena, &words, ", ");
}

/* ---- What the case wants ---- */

static const struct finding *find_finding(const struct run *run, const char *name)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        if (text_equal(run->findings[i].check->name, name)) {
            return &run->findings[i];
        }
    }
    return NULL;
}

/* "role-itil is unknown, not pass (no row came back …)" */
static const char *difference_words(struct arena *arena, const struct finding *finding,
                                    const struct pair *wanted)
{
    const char *why = finding->because != NULL ? finding->because : finding->seen;
    const char *words = arena_printf(arena, "%s is %s, not %s", wanted->key,
                                     verdict_name(finding->verdict), wanted->value);
    return why == NULL ? words : arena_printf(arena, "%s (%s)", words, why);
}

static void compare_verdicts(struct trial *trial, const struct run *run)
{
    const struct pairs *wanted = &trial->expected->verdicts;
    for (size_t i = 0; i < wanted->n_items; i++) {
        const struct finding *finding = find_finding(run, wanted->items[i].key);
        if (finding == NULL) {
            complain(trial, arena_printf(trial->arena, "%s is nowhere", wanted->items[i].key));
        } else if (!text_equal(verdict_name(finding->verdict), wanted->items[i].value)) {
            complain(trial, difference_words(trial->arena, finding, &wanted->items[i]));
        }
    }
}

/* The checks that keep a run from being ready, for people who wonder why. */
static const char *gating_words(struct arena *arena, const struct run *run)
{
    struct strings words = {0};
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        if (finding->gates && finding->verdict < VERDICT_PASS) {
            strings_add(
                arena, &words,
                arena_printf(arena, "%s %s", finding->check->name, verdict_name(finding->verdict)));
        }
    }
    return words.n_items == 0 ? "" : arena_printf(arena, ": %s", strings_join(arena, &words, ", "));
}

static void compare_run(struct trial *trial, const struct run *run)
{
    const struct pack_case *expected = trial->expected;
    const char *status = status_name(run->status);
    const char *cause = run->n_causes > 0 ? run->causes[0].id : "none";
    if (expected->status != NULL && !text_equal(status, expected->status)) {
        complain(trial, arena_printf(trial->arena, "the run is %s, not %s%s", status,
                                     expected->status, gating_words(trial->arena, run)));
    }
    if (expected->cause != NULL && !text_equal(cause, expected->cause)) {
        complain(trial, arena_printf(trial->arena, "the first cause is %s, not %s", cause,
                                     expected->cause));
    }
    compare_verdicts(trial, run);
}

/* ---- Law 1 ---- */

/* What checks of effects read: there the integration's own sight is what is judged, so less of it
 * is a failure and not a blind eye. */
static struct strings tables_of_effects(struct arena *arena, const struct pack *pack)
{
    static const char *const kinds[] = {"api", "credential", "field", "table_read", "table_write"};
    struct strings tables = {0};
    strings_add(arena, &tables, pack->first_table);
    for (size_t i = 0; i < pack->n_checks; i++) {
        const struct kind_schema *schema = pack->checks[i].kind;
        bool is_effect = false;
        for (size_t k = 0; schema != NULL && k < ARRAY_LEN(kinds); k++) {
            is_effect = is_effect || text_equal(schema->name, kinds[k]);
        }
        for (size_t f = 0; is_effect && f < schema->n_fields; f++) {
            if (text_equal(schema->fields[f].key, "table")) {
                const char *const *table =
                    (const void *)((const char *)pack->checks[i].params + schema->fields[f].offset);
                strings_add_unique(arena, &tables, *table);
            }
        }
    }
    return tables;
}

static void compare_findings(struct trial *trial, const struct blind *blind, const struct run *run,
                             const struct run *less)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        enum verdict from = run->findings[i].verdict;
        enum verdict to = less->findings[i].verdict;
        trial->tester->n_moved += from == to ? 0 : 1;
        if (!blind_may_move(from, to)) {
            complain(trial, arena_printf(trial->arena, "law 1: %s was %s and is %s where %s",
                                         run->findings[i].check->name, verdict_name(from),
                                         verdict_name(to), blind_words(trial->arena, blind)));
        }
    }
    if (run->status != STATUS_READY && less->status == STATUS_READY) {
        complain(trial, arena_printf(trial->arena, "law 1: the run is ready where %s",
                                     blind_words(trial->arena, blind)));
    }
}

/* A look only judges: what it asks besides must not write. */
static void compare_traffic(struct trial *trial, const struct blind *blind, const struct run *run,
                            const struct run *less)
{
    for (size_t i = run->n_exchanges; i < less->n_exchanges; i++) {
        const struct exchange *exchange = less->exchanges[i];
        bool is_token = strstr(exchange->url, "/oauth_token.do") != NULL;
        if (!is_token && !text_equal(exchange->method, "GET")) {
            complain(trial, arena_printf(trial->arena, "law 9: %s was sent where %s",
                                         exchange->method, blind_words(trial->arena, blind)));
        }
    }
}

static void look_with_less(struct trial *trial, struct flight *flight, const struct run *run,
                           const char *credential, const struct strings *but)
{
    size_t n = 0;
    const struct blind *blinds =
        blinds_of(trial->arena, flight_answers(flight), credential, but, &n);
    for (size_t i = 0; i < n; i++) {
        struct arena *arena = arena_new();
        const struct run *less = flight_run_blind(flight, arena, &blinds[i]);
        compare_findings(trial, &blinds[i], run, less);
        compare_traffic(trial, &blinds[i], run, less);
        arena_free(arena);
        trial->tester->n_looks++;
    }
}

/* ---- One case ---- */

static void fly(struct trial *trial, const struct sim *sim)
{
    struct tester *tester = trial->tester;
    const struct options options = {.quiet = true,
                                    .allow_writes = trial->expected->writes,
                                    .timeout_s = CASE_TIMEOUT_S,
                                    .in_flight = CASE_IN_FLIGHT};
    struct simulated *simulated =
        simulated_new(trial->arena, sim, tester->pack_name, &tester->pack->parameter_names,
                      &trial->expected->without, &options);
    for (size_t i = 0; i < trial->expected->set.n_items; i++) {
        pairs_add(trial->arena, &simulated->target.set, trial->expected->set.items[i].key,
                  trial->expected->set.items[i].value); /* the last one counts, not the world's */
    }
    const struct shared alone = {0};
    struct flight *flight =
        flight_prepare(trial->arena, trial->diag, &simulated->options, &simulated->target, &alone);
    if (flight == NULL) {
        complain_of_reasons(trial);
        target_release(&simulated->target);
        return;
    }
    const struct run *run = flight_run(flight);
    const struct strings of_effects = tables_of_effects(trial->arena, tester->pack);
    const struct strings none = {0};
    compare_run(trial, run);
    look_with_less(trial, flight, run, "auditor", &none);
    if (strings_have(&trial->expected->without, "auditor")) {
        look_with_less(trial, flight, run, "integration", &of_effects);
    }
    flight_end(flight);
    target_release(&simulated->target);
}

static void try_case(struct tester *tester, const struct pack_case *expected)
{
    struct trial trial = {
        .tester = tester, .arena = arena_new(), .diag = diag_new(), .expected = expected};
    struct sim_options sim_options = {.world = expected->world,
                                      .faults = expected->faults,
                                      .switches = expected->switches,
                                      .tls = true,
                                      .host = simulated_host};
    struct sim *sim = world_is_known(trial.arena, trial.diag, expected->world)
                          ? sim_start(trial.diag, &sim_options)
                          : NULL;
    if (sim == NULL) {
        complain_of_reasons(&trial);
    } else {
        fly(&trial, sim);
        sim_stop(sim);
    }
    tester->n_cases++;
    tester->n_failed += trial.complaints.n_items > 0 ? 1 : 0;
    printf("%s  %s: %s\n", trial.complaints.n_items > 0 ? "FAILED" : "ok    ", tester->pack->name,
           case_words(trial.arena, expected));
    for (size_t i = 0; i < trial.complaints.n_items; i++) {
        printf("        %s\n", trial.complaints.items[i]);
    }
    diag_free(trial.diag);
    arena_free(trial.arena);
}

static bool test_pack(struct arena *arena, struct tester *tester)
{
    struct kind_schemas schemas = kind_schemas();
    struct pack *pack = NULL;
    if (!pack_lint(arena, tester->diag, &schemas, tester->pack_name, &pack)) {
        return false;
    }
    tester->pack = pack;
    if (pack->n_cases == 0) {
        return diag_error(tester->diag, pack->where, "the pack has no `tests:`");
    }
    if (!pack_cases_are_known(arena, tester->diag, pack)) {
        return false;
    }
    for (size_t i = 0; i < pack->n_cases; i++) {
        try_case(tester, &pack->cases[i]);
    }
    return true;
}

int pack_test_files(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct tester tester = {.diag = diag};
    bool is_sound = true;
    for (size_t i = 0; i < operands->n_items; i++) {
        tester.pack_name = operands->items[i];
        is_sound = test_pack(arena, &tester) && is_sound;
    }
    if (tester.n_cases > 0) {
        printf("%s, %zu failed. Law 1: looked again %s with less to see, %s became untold.\n",
               quantity(arena, tester.n_cases, "case"), tester.n_failed,
               quantity(arena, tester.n_looks, "time"), quantity(arena, tester.n_moved, "finding"));
    }
    return !is_sound ? EXIT_USAGE : tester.n_failed > 0 ? 1 : 0;
}
