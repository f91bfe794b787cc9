/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of one run: load, ask in rounds, judge, diagnose, report.
 */
#include "cli/flight.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "checks/engine.h"
#include "checks/left_behind.h"
#include "checks/release.h"
#include "checks/status.h"
#include "checks/waivers.h"
#include "cli/command.h"
#include "cli/personal.h"
#include "cli/plan.h"
#include "cli/sinks.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/inquiry.h"
#include "model/names.h"
#include "probes/leftovers.h"
#include "probes/probe.h"
#include "report/report.h"
#include "rules/load.h"

enum { RUN_ID_BYTES = 6, MS_PER_SECOND = 1000 };

struct flight {
    struct arena *arena;
    struct diag *diag;
    const struct options *options;
    const struct target *target;
    const char *state_dir;
    struct engine_options engine_options;
    struct sinks sinks;
    struct catalogue catalogue;
    struct pack **packs;
    size_t n_packs;
    struct engine *engine;
    struct redactor *redactor;
    struct prober *prober;
    struct answers answers;
    struct clues clues;
    size_t n_first_answers; /* those of flight_run(), without what blind looks asked besides */
    const char *run_id;
    int64_t started;
    int64_t started_ms;
};

/* ---- Signals ---- */

static volatile sig_atomic_t caught_signal;

static void on_signal(int number)
{
    caught_signal = number;
    prober_interrupt();
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- Preparing ---- */

static void know_secrets(struct flight *flight)
{
    for (size_t i = 0; i < flight->target->n_credentials; i++) {
        const struct credential *credential = &flight->target->credentials[i];
        redactor_add(flight->redactor, credential->secret.bytes, credential->secret.len);
        redactor_add(flight->redactor, credential->client_secret.bytes,
                     credential->client_secret.len);
    }
}

static const char *service_user_of(const struct flight *flight)
{
    for (size_t i = 0; i < flight->n_packs; i++) {
        const char *user = pairs_get(&flight->packs[i]->parameters, "service_user");
        if (user != NULL) {
            return user;
        }
    }
    return NULL;
}

static struct probe_options probe_options(const struct flight *flight)
{
    const struct options *options = flight->options;
    const struct report_options screen = sinks_fit(&(struct report_options){0}, stderr);
    return (struct probe_options){
        .connect_to = options->connect_to,
        .ca_file = options->ca_file != NULL ? options->ca_file : getenv("GLIDEPATH_CACERT"),
        .timeout_ms = options->timeout_s * 1000,
        .refused_wait_ms = options->refused_wait_min * 60 * 1000,
        .state_dir = flight->state_dir,
        .in_flight = options->in_flight > 0 ? (int)options->in_flight : 1,
        .max_requests = (int)options->max_requests,
        .allow_writes = options->allow_writes,
        .tool_version = GLIDEPATH_VERSION,
        .run_id = flight->run_id,
        .service_user = service_user_of(flight),
        .progress = options->quiet ? NULL : stderr,
        .progress_is_terminal = sinks_can_rewrite(stderr),
        .progress_columns = (size_t)screen.columns,
        .warnings = stderr,
        .verbose = options->verbose ? stderr : NULL,
    };
}

static bool prepare_sinks(struct flight *flight)
{
    const struct options *options = flight->options;
    if (!sinks_read(flight->arena, flight->diag, &options->reports, &flight->sinks)) {
        return false;
    }
    if (options->plan && options->anonymise) {
        return diag_error(flight->diag, (struct where){0},
                          "--anonymise is for reports: a plan shows its URLs whole");
    }
    return !options->plan || sinks_for_plan(flight->diag, &options->reports, &flight->sinks);
}

/* Every step is taken, so that the mistakes of all of them come in one go. */
static bool prepare(struct flight *flight)
{
    const struct options *options = flight->options;
    struct kind_schemas schemas = kind_schemas();
    bool is_fine = prepare_sinks(flight);
    flight->engine_options =
        (struct engine_options){.only = options->only,
                                .skip = options->skip,
                                .recommended_gates = options->recommended_gates,
                                .quick = options->quick,
                                .allow_writes = options->allow_writes};
    is_fine = catalogue_load(flight->arena, flight->diag, &flight->catalogue) && is_fine;
    if (!packs_load(flight->arena, flight->diag, &schemas, flight->target, &flight->packs,
                    &flight->n_packs)) {
        return false;
    }
    flight->engine = engine_new(flight->arena, flight->target, flight->packs, flight->n_packs,
                                &flight->catalogue, &flight->engine_options, flight->started);
    return engine_check_options(flight->engine, flight->diag) && is_fine;
}

/* ---- Asking ---- */

static void ask_in_rounds(struct flight *flight)
{
    const struct questions *open = engine_judge(flight->engine, &flight->answers);
    while (prober_next_wave(flight->prober, open, &flight->answers) > 0) {
        open = engine_judge(flight->engine, &flight->answers);
    }
}

/* ---- Looking deeper ---- */

/* Whether what was read so far names the cause: then no sample need be sent. */
static bool is_answered(struct flight *flight)
{
    struct engine *engine =
        engine_new(flight->arena, flight->target, flight->packs, flight->n_packs,
                   &flight->catalogue, &flight->engine_options, flight->started);
    struct observations observations = {.status = STATUS_NOT_READY};
    engine_judge(engine, &flight->answers);
    observations.findings = engine_finish(engine, &flight->answers, &observations.n_findings);
    struct diagnosis diagnosis = diagnose(flight->arena, &flight->catalogue, &observations);
    for (size_t i = 0; i < diagnosis.n_causes; i++) {
        if (catalogue_cause(&flight->catalogue, diagnosis.causes[i].id)->by_exclusion) {
            return false;
        }
    }
    return true;
}

static struct inquiry inquiry_of(struct flight *flight)
{
    return (struct inquiry){.catalogue = &flight->catalogue,
                            .target = flight->target,
                            .packs = flight->packs,
                            .n_packs = flight->n_packs,
                            .run_id = flight->run_id,
                            .leaves_samples = flight->options->no_samples};
}

/* After a refusal: asks on until nothing more would tell its causes apart. */
static void look_deeper(struct flight *flight)
{
    struct inquiry inquiry = inquiry_of(flight);
    struct questions open;
    inquiry.is_answered = is_answered(flight);
    do {
        open = inquire(flight->arena, &inquiry, &flight->answers, &flight->clues);
    } while (prober_next_wave(flight->prober, &open, &flight->answers) > 0);
}

/* What the run was answered, as the blind leaves it: most of what a look needs, in one round. */
static struct answers see_blindly(const struct flight *flight, struct arena *arena,
                                  const struct blind *blind)
{
    struct answers seen = {0};
    for (size_t i = 0; i < flight->n_first_answers; i++) {
        struct answer **slot = arena_append(arena, &seen.items, &seen.n_items, sizeof *slot);
        *slot = blind_answer(arena, blind, flight->answers.items[i]);
    }
    return seen;
}

/* The recorded answer of a question, as the blind leaves it; false when nobody asked it before. */
static bool answer_blindly(const struct flight *flight, struct arena *arena,
                           const struct blind *blind, const struct question *question,
                           struct answers *seen)
{
    for (size_t i = 0; i < flight->answers.n_items; i++) {
        if (question_equal(&flight->answers.items[i]->question, question)) {
            struct answer **slot = arena_append(arena, &seen->items, &seen->n_items, sizeof *slot);
            *slot = blind_answer(arena, blind, flight->answers.items[i]);
            return true;
        }
    }
    return false;
}

/* Settles what was asked before; asks the rest, so that it is settled next time, but never writes.
 * Answers outlive this look, and so must their questions. */
static bool next_blind_wave(struct flight *flight, struct arena *arena, const struct blind *blind,
                            const struct questions *open, struct answers *seen)
{
    struct questions unasked = {0};
    size_t n_before = seen->n_items;
    for (size_t i = 0; i < open->n_items; i++) {
        if (!answer_blindly(flight, arena, blind, &open->items[i], seen) &&
            open->items[i].kind != QUESTION_WRITE) {
            struct question *slot =
                arena_append(flight->arena, &unasked.items, &unasked.n_items, sizeof *slot);
            *slot = question_copy(flight->arena, &open->items[i]);
        }
    }
    return seen->n_items > n_before ||
           (unasked.n_items > 0 &&
            prober_next_wave(flight->prober, &unasked, &flight->answers) > 0);
}

/* ---- The plan ---- */

static int print_plan(struct flight *flight)
{
    struct inquiry inquiry = inquiry_of(flight);
    inquiry.run_id = "<run id>";
    const struct planning planning = {.arena = flight->arena,
                                      .catalogue = &flight->catalogue,
                                      .target = flight->target,
                                      .packs = flight->packs,
                                      .n_packs = flight->n_packs,
                                      .engine = flight->engine,
                                      .prober = flight->prober,
                                      .redactor = flight->redactor,
                                      .open = engine_judge(flight->engine, &flight->answers),
                                      .answers = &flight->answers,
                                      .inquiry = flight->options->diagnose ? &inquiry : NULL,
                                      .foresee = {.may_write = flight->options->allow_writes,
                                                  .is_quick = flight->options->quick,
                                                  .now = flight->started},
                                      .max_requests = flight->options->max_requests};
    const struct plan *plan = plan_make(&planning);
    return sinks_write_plan(flight->arena, &flight->sinks, plan) ? 0 : EXIT_INTERNAL;
}

/* ---- What a write left behind ---- */

/* Of earlier runs: one that was killed could not say it. */
static void tell_left_earlier(const struct flight *flight, const struct leftovers *leftovers)
{
    for (size_t i = 0; i < leftovers->n_items; i++) {
        const struct leftover *leftover = &leftovers->items[i];
        const char *said = left_earlier(flight->arena, &flight->target->instance, leftover->table,
                                        leftover->tag, leftover->seconds, leftover->file);
        fprintf(stderr, "glidepath: warning: %s\n", text_sanitize_line(flight->arena, said));
    }
}

static struct leftovers left_earlier_here(const struct flight *flight)
{
    const char *origin = flight->target->instance.origin;
    return leftovers_of(flight->arena, flight->state_dir, origin != NULL ? origin : "",
                        flight->started);
}

/* Said whatever was asked for: somebody has to delete it. */
static void tell_left_behind(const struct flight *flight)
{
    for (size_t i = 0; i < flight->answers.n_items; i++) {
        const struct answer *answer = flight->answers.items[i];
        const char *said = left_behind(flight->arena, answer);
        const char *link = written_link(flight->arena, &flight->target->instance, answer);
        if (said != NULL) {
            const char *clean =
                redact(flight->redactor, flight->arena, text_sanitize_line(flight->arena, said));
            fprintf(stderr, "glidepath: warning: %s%s%s\n", clean, link != NULL ? " " : "",
                    link != NULL ? link : "");
        }
    }
}

/* ---- Reporting ---- */

static void name_credentials(const struct flight *flight, struct run *run)
{
    for (size_t i = 0; i < flight->target->n_credentials; i++) {
        const struct credential *credential = &flight->target->credentials[i];
        struct used_credential *slot =
            arena_append(flight->arena, &run->credentials, &run->n_credentials, sizeof *slot);
        *slot = (struct used_credential){.name = credential->name,
                                         .kind = credential_kind_name(credential->kind),
                                         .source = credential->source};
    }
}

static void name_release(const struct flight *flight, struct run *run)
{
    struct build build;
    if (build_seen(flight->arena, &flight->answers, &build)) {
        run->release_family = build_family_title(flight->arena, &flight->catalogue, &build);
        run->release_build = build.text;
    }
}

/* SOURCE_DATE_EPOCH replaces the times that are printed, and nothing else. */
static void set_times(const struct flight *flight, struct run *run)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t fixed = 0;
    run->started = flight->started;
    run->duration_ms = clock_monotonic_ms() - flight->started_ms;
    if (epoch != NULL && text_to_int(epoch, &fixed)) {
        run->started = fixed;
        run->duration_ms = 0;
    }
}

/* By the first answer with a Date header; how long it was under way is not known. */
static void set_clock_skew(const struct flight *flight, struct run *run)
{
    for (size_t i = 0; i < run->n_exchanges && !run->has_clock_skew; i++) {
        const struct exchange *exchange = run->exchanges[i];
        int64_t here = flight->started + (exchange->started_ms + exchange->ms) / MS_PER_SECOND;
        run->has_clock_skew = exchange->date != 0;
        run->clock_skew_s = run->has_clock_skew ? exchange->date - here : 0;
    }
}

static struct run *assemble(struct flight *flight)
{
    struct arena *arena = flight->arena;
    const struct instance *instance = &flight->target->instance;
    struct run *run = arena_allocate(arena, sizeof *run);
    *run = (struct run){
        .tool_version = GLIDEPATH_VERSION,
        .run_id = flight->run_id,
        .instance_url = instance->origin != NULL ? arena_printf(arena, "%s/", instance->origin)
                                                 : instance->text,
        .clock = "system",
        .packs = flight->packs,
        .n_packs = flight->n_packs,
        .form_texts = engine_form_texts(flight->engine),
        .n_connections = prober_connections(flight->prober),
        .n_waves = prober_waves(flight->prober),
        .bytes_in = prober_bytes_in(flight->prober),
    };
    set_times(flight, run);
    name_credentials(flight, run);
    name_release(flight, run);
    run->exchanges = prober_exchanges(flight->prober, &run->n_exchanges);
    set_clock_skew(flight, run);
    run->findings = engine_finish(flight->engine, &flight->answers, &run->n_findings);
    run->waivers =
        waivers_told(arena, flight->target, flight->started, run->findings, run->n_findings);
    run->n_waivers = flight->target->n_waivers;
    run_settle(run);
    if (caught_signal != 0) {
        run->exit_status = 128 + caught_signal;
    }
    const struct observations observations = {.findings = run->findings,
                                              .n_findings = run->n_findings,
                                              .clues = flight->clues,
                                              .status = run->status,
                                              .is_in_depth = flight->options->diagnose};
    run->clues = flight->clues;
    run->is_diagnosis = flight->options->diagnose;
    struct diagnosis diagnosis = diagnose(arena, &flight->catalogue, &observations);
    run->causes = diagnosis.causes;
    run->n_causes = diagnosis.n_causes;
    run->advice = diagnosis.advice;
    run->n_advice = diagnosis.n_advice;
    if (!flight->options->anonymise) {
        return run_clean(arena, run, flight->redactor);
    }
    const struct personal_names names = personal_names(arena, flight->target, &flight->answers);
    return run_clean_anonymous(arena, run, flight->redactor, &names);
}

static int report(struct flight *flight)
{
    const struct options *options = flight->options;
    const struct run *run = assemble(flight);
    struct report_options report_options = {.columns = 80,
                                            .quiet = options->quiet,
                                            .verbose = options->verbose,
                                            .anonymous = options->anonymise,
                                            .junit_extended = options->junit_extended,
                                            .junit_advice_fails = options->junit_advice_fails};
    if (!sinks_write(flight->arena, &flight->sinks, run, &report_options)) {
        return EXIT_INTERNAL;
    }
    return run->exit_status;
}

struct flight *flight_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                              const struct target *target, const char *state_dir)
{
    struct flight *flight = arena_allocate(arena, sizeof *flight);
    *flight = (struct flight){.arena = arena,
                              .diag = diag,
                              .options = options,
                              .target = target,
                              .state_dir = state_dir,
                              .run_id = random_hex(arena, RUN_ID_BYTES),
                              .started = clock_now_seconds()};
    return prepare(flight) ? flight : NULL;
}

static void begin(struct flight *flight)
{
    flight->started_ms = clock_monotonic_ms();
    flight->redactor = redactor_new();
    know_secrets(flight);
    struct probe_options probing = probe_options(flight);
    probes_global_init();
    flight->prober = prober_new(flight->arena, flight->target, flight->redactor, &probing);
}

void flight_end(struct flight *flight)
{
    prober_free(flight->prober);
    probes_global_cleanup();
    redactor_free(flight->redactor);
}

int flight_fly(struct flight *flight)
{
    int status = 0;
    catch_signals();
    begin(flight);
    if (flight->options->plan) {
        status = print_plan(flight);
    } else {
        const struct leftovers earlier = left_earlier_here(flight);
        ask_in_rounds(flight);
        if (flight->options->diagnose) {
            look_deeper(flight);
        }
        tell_left_earlier(flight, &earlier);
        tell_left_behind(flight);
        status = report(flight);
    }
    flight_end(flight);
    return status;
}

const struct run *flight_run(struct flight *flight)
{
    begin(flight);
    ask_in_rounds(flight);
    if (flight->options->diagnose) {
        look_deeper(flight);
    }
    flight->n_first_answers = flight->answers.n_items;
    return assemble(flight);
}

const struct run *flight_run_blind(struct flight *flight, struct arena *arena,
                                   const struct blind *blind)
{
    struct answers seen = see_blindly(flight, arena, blind);
    struct run *run = arena_allocate(arena, sizeof *run);
    struct engine *engine =
        engine_new(arena, flight->target, flight->packs, flight->n_packs, &flight->catalogue,
                   &flight->engine_options, flight->started);
    const struct questions *open = engine_judge(engine, &seen);
    while (open->n_items > 0 && next_blind_wave(flight, arena, blind, open, &seen)) {
        open = engine_judge(engine, &seen);
    }
    run->exchanges = prober_exchanges(flight->prober, &run->n_exchanges);
    run->findings = engine_finish(engine, &seen, &run->n_findings);
    run_settle(run);
    return run;
}

const struct answers *flight_answers(const struct flight *flight)
{
    return &flight->answers;
}
