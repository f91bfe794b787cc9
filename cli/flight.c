/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of one flight: load, ask in rounds, look deeper, judge, diagnose. Nothing here waits:
 * what is under way is looked at after each turn of the loop.
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
#include "cli/compared.h"
#include "cli/personal.h"
#include "cli/plan.h"
#include "cli/recorded.h"
#include "cli/shelf.h"
#include "cli/sinks.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/inquiry.h"
#include "model/names.h"
#include "probes/leftovers.h"
#include "probes/probe.h"
#include "probes/recording.h"
#include "probes/sources.h"
#include "report/report.h"
#include "rules/load.h"

enum { RUN_ID_BYTES = 6, MS_PER_SECOND = 1000 };

/* What a flight is at. */
enum phase { PHASE_ASKING, PHASE_LOOKING_DEEPER, PHASE_DONE };

struct flight {
    struct arena *arena;
    struct diag *diag;
    const struct options *options;
    const struct target *target;
    struct shared shared;
    struct engine_options engine_options;
    const struct catalogue *catalogue;
    struct pack **packs;
    size_t n_packs;
    struct engine *engine;
    struct redactor *redactor;
    struct sources sources; /* files that answer besides, or alone */
    size_t n_told;          /* answers they gave in the round under way … */
    struct questions left;  /* … and what they leave to the instance */
    struct judged baseline; /* no flight in it: none was given */
    struct prober *prober;  /* NULL where nothing is sent */
    const struct run *seen; /* as it was before it was made fit for reports */
    enum phase phase;
    struct inquiry inquiry; /* of PHASE_LOOKING_DEEPER */
    struct answers answers;
    struct clues clues;
    struct leftovers earlier; /* records that an earlier run may have left */
    size_t n_first_answers;   /* those of flight_run(), without what blind looks asked besides */
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

void flights_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int flights_interrupted(void)
{
    enum { FIRST_SIGNAL_STATUS = 128 };
    return caught_signal == 0 ? 0 : FIRST_SIGNAL_STATUS + caught_signal;
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
    for (size_t i = 0; i < flight->sources.n_items; i++) {
        recorded_know_tokens(flight->redactor, flight->sources.items[i]);
    }
    recorded_know_tokens(flight->redactor, flight->shared.baseline);
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
        .loop = flight->shared.loop,
        .refused = flight->shared.refused,
        .is_one_of_many = flight->shared.is_one_of_many,
        .connect_to = options->connect_to,
        .ca_file = options->ca_file != NULL ? options->ca_file : getenv("GLIDEPATH_CACERT"),
        .timeout_ms = options->timeout_s * 1000,
        .refused_wait_ms = options->refused_wait_min * 60 * 1000,
        .state_dir = flight->shared.state_dir,
        .in_flight = options->in_flight > 0 ? (int)options->in_flight : 1,
        .max_requests = (int)options->max_requests,
        .allow_writes = options->allow_writes,
        .asks_editors = options->record != NULL || options->baseline != NULL,
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

static bool settle_catalogue(struct flight *flight)
{
    struct catalogue *own = NULL;
    flight->catalogue = flight->shared.catalogue;
    if (flight->catalogue == NULL) {
        own = arena_allocate(flight->arena, sizeof *own);
        flight->catalogue = own;
    }
    return own == NULL || catalogue_load(flight->arena, flight->diag, own);
}

static bool load_packs(struct flight *flight)
{
    struct kind_schemas schemas = kind_schemas();
    if (flight->shared.shelf != NULL) {
        return shelf_take(flight->shared.shelf, flight->diag, flight->target, &flight->packs,
                          &flight->n_packs);
    }
    return packs_load(flight->arena, flight->diag, &schemas, flight->target, &flight->packs,
                      &flight->n_packs);
}

/* Every step is taken, so that the mistakes of all of them come in one go. */
static bool prepare(struct flight *flight)
{
    const struct options *options = flight->options;
    flight->engine_options =
        (struct engine_options){.only = options->only,
                                .skip = options->skip,
                                .recommended_gates = options->recommended_gates,
                                .quick = options->quick,
                                .allow_writes = options->allow_writes};
    bool is_fine = settle_catalogue(flight);
    if (!load_packs(flight)) {
        return false;
    }
    flight->engine = engine_new(flight->arena, flight->target, flight->packs, flight->n_packs,
                                flight->catalogue, &flight->engine_options, flight->started);
    return engine_check_options(flight->engine, flight->diag) && is_fine;
}

/* The run judges a pack that the baseline's run judged too. */
static bool has_pack_in_common(const struct flight *flight, const struct recording *recording)
{
    for (size_t i = 0; i < recording->n_packs; i++) {
        for (size_t p = 0; p < flight->n_packs; p++) {
            if (text_equal(recording->packs[i].name, flight->packs[p]->name)) {
                return true;
            }
        }
    }
    return recording->n_packs == 0;
}

/* The run that this one is compared with: of the same instance, and checked against the same
 * packs. */
static bool prepare_baseline(struct flight *flight)
{
    const struct recording *recording = flight->shared.baseline;
    const struct instance *instance = &flight->target->instance;
    if (recording == NULL) {
        return true;
    }
    const char *text = recording->target.instance.text;
    const struct instance recorded = instance_parse(flight->arena, text);
    if (recording->is_anonymous) {
        return diag_error(flight->diag, (struct where){0},
                          "--baseline: the recording is anonymised, so nobody can tell whether it "
                          "is one of %s",
                          instance->text);
    }
    if (!text_equal(recorded.origin, instance->origin)) {
        return diag_error(flight->diag, (struct where){0},
                          "--baseline: the recording is one of %s and not of %s", text,
                          instance->text);
    }
    if (!has_pack_in_common(flight, recording)) {
        return diag_error(
            flight->diag, (struct where){0},
            "--baseline: the recording is one of the pack %s, which this run does not "
            "judge",
            recording->packs[0].name);
    }
    return judged_prepare(flight->arena, flight->diag, flight->options, recording, flight->target,
                          &flight->shared, &flight->baseline);
}

/* ---- Looking deeper ---- */

/* Whether what was read so far names the cause: then no sample need be sent. */
static bool is_answered(struct flight *flight)
{
    struct engine *engine =
        engine_new(flight->arena, flight->target, flight->packs, flight->n_packs, flight->catalogue,
                   &flight->engine_options, flight->started);
    struct observations observations = {.status = STATUS_NOT_READY};
    engine_judge(engine, &flight->answers);
    observations.findings = engine_finish(engine, &flight->answers, &observations.n_findings);
    struct diagnosis diagnosis = diagnose(flight->arena, flight->catalogue, &observations);
    for (size_t i = 0; i < diagnosis.n_causes; i++) {
        if (catalogue_cause(flight->catalogue, diagnosis.causes[i].id)->by_exclusion) {
            return false;
        }
    }
    return true;
}

static struct inquiry inquiry_of(struct flight *flight)
{
    return (struct inquiry){.catalogue = flight->catalogue,
                            .target = flight->target,
                            .packs = flight->packs,
                            .n_packs = flight->n_packs,
                            .run_id = flight->run_id,
                            .leaves_samples = flight->options->no_samples};
}

/* ---- From wave to wave ---- */

/* What files are not asked any more: older answers are none. By the system's clock. */
static int64_t oldest_answer(const struct flight *flight)
{
    enum { SECONDS_PER_HOUR = 3600 };
    return clock_now_seconds() - flight->options->max_age_h * SECONDS_PER_HOUR;
}

/* Files answer at once. */
static void begin_round(struct flight *flight, const struct questions *open)
{
    const struct target *live = flight->prober != NULL ? flight->target : NULL;
    if (flight->sources.n_items > 0) {
        flight->n_told = sources_answer(flight->arena, &flight->sources, oldest_answer(flight),
                                        live, open, &flight->answers, &flight->left);
        open = &flight->left;
    }
    if (flight->prober != NULL) {
        prober_begin_wave(flight->prober, open, &flight->answers);
    }
}

static bool round_is_done(const struct flight *flight)
{
    return flight->prober == NULL || prober_wave_is_done(flight->prober);
}

/* How many answers there are more. */
static size_t end_round(const struct flight *flight)
{
    return flight->n_told + (flight->prober == NULL ? 0 : prober_end_wave(flight->prober));
}

static void ask(struct flight *flight)
{
    begin_round(flight, engine_judge(flight->engine, &flight->answers));
}

/* After a refusal: asks on until nothing more would tell its causes apart. */
static void look_deeper(struct flight *flight)
{
    const struct questions open =
        inquire(flight->arena, &flight->inquiry, &flight->answers, &flight->clues);
    begin_round(flight, &open);
}

/* A wave has ended, with so many answers: without any there is nothing left to ask. */
static void go_on(struct flight *flight, size_t n_answers)
{
    if (n_answers > 0 && flight->phase == PHASE_ASKING) {
        ask(flight);
    } else if (n_answers > 0) {
        look_deeper(flight);
    } else if (flight->phase == PHASE_ASKING && flight->options->diagnose) {
        flight->phase = PHASE_LOOKING_DEEPER;
        flight->inquiry = inquiry_of(flight);
        flight->inquiry.is_answered = is_answered(flight);
        look_deeper(flight);
    } else {
        flight->phase = PHASE_DONE;
    }
}

bool flight_is_done(struct flight *flight)
{
    while (flight->phase != PHASE_DONE && round_is_done(flight)) {
        go_on(flight, end_round(flight));
    }
    return flight->phase == PHASE_DONE;
}

/* ---- With blinkers ---- */

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

const struct plan *flight_plan(struct flight *flight)
{
    struct inquiry inquiry = inquiry_of(flight);
    inquiry.run_id = "<run id>";
    const struct planning planning = {.arena = flight->arena,
                                      .catalogue = flight->catalogue,
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
    return plan_make(&planning);
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
    return leftovers_of(flight->arena, flight->shared.state_dir, origin != NULL ? origin : "",
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
        if (credential->stands_in != SOURCE_LIVE && !text_equal(credential->name, "auditor")) {
            continue; /* only its kind is known: nobody used it */
        }
        struct used_credential *slot =
            arena_append(flight->arena, &run->credentials, &run->n_credentials, sizeof *slot);
        *slot = (struct used_credential){.name = credential->name,
                                         .kind = credential->stands_in == SOURCE_LIVE
                                                     ? credential_kind_name(credential->kind)
                                                     : source_name(credential->stands_in),
                                         .source = credential->source};
    }
}

static void name_release(const struct flight *flight, struct run *run)
{
    struct build build;
    if (build_seen(flight->arena, &flight->answers, &build)) {
        run->release_family = build_family_title(flight->arena, flight->catalogue, &build);
        run->release_build = build.text;
    }
}

/* SOURCE_DATE_EPOCH replaces the times that are printed, and nothing else. */
static void set_times(const struct flight *flight, struct run *run)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t fixed = 0;
    const struct recording *recording = sources_run(&flight->sources);
    run->started = flight->started;
    run->duration_ms =
        recording != NULL ? recording->duration_ms : clock_monotonic_ms() - flight->started_ms;
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

/* What went over the wire now. */
static void tell_live_traffic(const struct flight *flight, struct run *run)
{
    run->exchanges = prober_exchanges(flight->prober, &run->n_exchanges);
    run->n_connections = prober_connections(flight->prober);
    run->n_waves = prober_waves(flight->prober);
    run->bytes_in = prober_bytes_in(flight->prober);
    set_clock_skew(flight, run);
}

/* … or then. */
static void tell_recorded_traffic(const struct recording *recording, struct run *run)
{
    run->exchanges = recording->exchanges;
    run->n_exchanges = recording->n_exchanges;
    run->n_connections = recording->n_connections;
    run->n_waves = recording->n_waves;
    run->bytes_in = recording->bytes_in;
    run->has_clock_skew = recording->has_clock_skew;
    run->clock_skew_s = recording->clock_skew_s;
}

/* What findings rest on besides stands behind it. */
static void add_copies(const struct flight *flight, struct run *run)
{
    const struct sources *sources = &flight->sources;
    size_t n = run->n_exchanges + sources->n_copies;
    const struct exchange **all = arena_array(flight->arena, n, sizeof(struct exchange *));
    int last = 0;
    for (size_t i = 0; i < run->n_exchanges; i++) {
        all[i] = run->exchanges[i];
        last = all[i]->n > last ? all[i]->n : last;
    }
    sources_number(sources, last + 1);
    for (size_t i = 0; i < sources->n_copies; i++) {
        all[run->n_exchanges + i] = sources->copies[i].copy;
    }
    run->exchanges = all;
    run->n_exchanges = n;
}

static void tell_traffic(const struct flight *flight, struct run *run)
{
    const struct recording *recording = sources_run(&flight->sources);
    if (flight->prober != NULL) {
        tell_live_traffic(flight, run);
    } else if (recording != NULL || flight->sources.n_items == 1) {
        tell_recorded_traffic(recording != NULL ? recording : flight->sources.items[0], run);
    }
    add_copies(flight, run);
}

/* This machine's time, or what stands for the time in what is printed. */
static int64_t printed_now(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t now = clock_now_seconds();
    if (epoch != NULL) {
        (void)!text_to_int(epoch, &now);
    }
    return now;
}

/* Where the answers come from: the clock is the recording's, and its age is told by this machine's,
 * or by what stands for the time in what is printed. */
static void tell_source(const struct flight *flight, struct run *run)
{
    int64_t now = printed_now();
    run->clock = flight->prober != NULL ? "system" : "recording";
    for (size_t i = 0; i < flight->sources.n_items; i++) {
        const struct recording *recording = flight->sources.items[i];
        struct used_source *used =
            arena_append(flight->arena, &run->sources, &run->n_sources, sizeof *used);
        *used =
            (struct used_source){.source = recording->source,
                                 .digest = recording->digest,
                                 .taken = recording->started,
                                 .age_s = now > recording->started ? now - recording->started : 0};
    }
}

static void tell_ages(struct run *run)
{
    int64_t now = printed_now();
    for (size_t i = 0; i < run->n_findings; i++) {
        struct finding *finding = &run->findings[i];
        finding->age_s = finding->taken != 0 && now > finding->taken ? now - finding->taken : 0;
    }
}

/* Also those that only the baseline names: reports say what stood there then. */
static struct personal_names names_of(const struct flight *flight)
{
    struct personal_names names = personal_names(flight->arena, flight->target, &flight->answers);
    if (flight->baseline.flight != NULL) {
        const struct personal_names then =
            personal_names(flight->arena, flight->target, flight_answers(flight->baseline.flight));
        for (size_t i = 0; i < then.users.n_items; i++) {
            strings_add_unique(flight->arena, &names.users, then.users.items[i]);
        }
        for (size_t i = 0; i < then.clients.n_items; i++) {
            strings_add_unique(flight->arena, &names.clients, then.clients.items[i]);
        }
    }
    return names;
}

/* Of a run that was interrupted nobody knows what it would have seen. */
static const struct changes *changes_since_baseline(struct flight *flight, const struct run *run)
{
    const struct judged now = {.sources = flight->sources, .flight = flight};
    if (flight->baseline.flight == NULL || flights_interrupted() != 0) {
        return NULL;
    }
    judged_judge(&flight->baseline);
    return judged_changes(flight->arena, &flight->baseline, &now, run);
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
        .packs = flight->packs,
        .n_packs = flight->n_packs,
        .form_texts = engine_form_texts(flight->engine),
    };
    set_times(flight, run);
    name_credentials(flight, run);
    name_release(flight, run);
    tell_traffic(flight, run);
    tell_source(flight, run);
    run->findings = engine_finish(flight->engine, &flight->answers, &run->n_findings);
    tell_ages(run);
    run->waivers =
        waivers_told(arena, flight->target, flight->started, run->findings, run->n_findings);
    run->n_waivers = flight->target->n_waivers;
    run_settle(run);
    if (flights_interrupted() != 0) {
        run->exit_status = flights_interrupted();
    }
    run->changes = changes_since_baseline(flight, run);
    const struct observations observations = {.findings = run->findings,
                                              .n_findings = run->n_findings,
                                              .clues = flight->clues,
                                              .changes = run->changes,
                                              .status = run->status,
                                              .is_in_depth = flight->options->diagnose};
    run->clues = flight->clues;
    run->is_diagnosis = flight->options->diagnose;
    struct diagnosis diagnosis = diagnose(arena, flight->catalogue, &observations);
    run->causes = diagnosis.causes;
    run->n_causes = diagnosis.n_causes;
    run->advice = diagnosis.advice;
    run->n_advice = diagnosis.n_advice;
    flight->seen = run;
    if (!flight->options->anonymise) {
        return run_clean(arena, run, flight->redactor);
    }
    const struct personal_names names = names_of(flight);
    return run_clean_anonymous(arena, run, flight->redactor, &names, flight->shared.book);
}

/* What was looked for in logs has the name of the run that looked. */
static void judge_by_the_clock_of_files(struct flight *flight)
{
    const struct recording *run = sources_run(&flight->sources);
    flight->started = run != NULL ? run->started : sources_taken(&flight->sources);
    flight->run_id = run != NULL ? run->run_id : flight->run_id;
}

struct flight *flight_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                              const struct target *target, const struct shared *shared)
{
    struct flight *flight = arena_allocate(arena, sizeof *flight);
    *flight = (struct flight){.arena = arena,
                              .diag = diag,
                              .options = options,
                              .target = target,
                              .shared = *shared,
                              .run_id = random_hex(arena, RUN_ID_BYTES),
                              .started = clock_now_seconds()};
    if (shared->sources != NULL) {
        flight->sources =
            (struct sources){.items = shared->sources->items, .n_items = shared->sources->n_items};
    }
    if (sources_are_asked_alone(&flight->sources, target)) {
        judge_by_the_clock_of_files(flight);
    }
    if (!prepare(flight) || !prepare_baseline(flight)) {
        flight_release(flight);
        return NULL;
    }
    return flight;
}

void flight_release(struct flight *flight)
{
    if (flight != NULL && flight->shared.shelf != NULL) {
        shelf_give_back(flight->shared.shelf, flight->packs);
        flight->packs = NULL;
    }
}

void flight_share(struct flight *flight, const struct shared *shared)
{
    flight->shared = *shared;
}

/* What is asked with: without credentials that files stand in for. */
static const struct target *live_target(const struct flight *flight)
{
    struct target *live = arena_allocate(flight->arena, sizeof *live);
    *live = *flight->target;
    live->credentials = arena_array(flight->arena, live->n_credentials, sizeof *live->credentials);
    live->n_credentials = 0;
    for (size_t i = 0; i < flight->target->n_credentials; i++) {
        if (flight->target->credentials[i].stands_in == SOURCE_LIVE) {
            live->credentials[live->n_credentials++] = flight->target->credentials[i];
        }
    }
    return live;
}

void flight_begin(struct flight *flight)
{
    flight->started_ms = clock_monotonic_ms();
    flight->redactor = redactor_new();
    know_secrets(flight);
    if (sources_are_asked_alone(&flight->sources, flight->target)) {
        ask(flight);
        return;
    }
    struct probe_options probing = probe_options(flight);
    probing.known_users = sources_users(flight->arena, &flight->sources, &probing.n_known_users);
    flight->prober = prober_new(flight->arena, live_target(flight), flight->redactor, &probing);
    flight->earlier = left_earlier_here(flight);
    if (!flight->options->plan) {
        ask(flight);
    }
}

const struct run *flight_land(struct flight *flight)
{
    if (flight->prober != NULL) {
        tell_left_earlier(flight, &flight->earlier);
        tell_left_behind(flight);
    }
    return assemble(flight);
}

bool flight_record(struct flight *flight)
{
    const struct options *options = flight->options;
    if (options->record == NULL) {
        return true;
    }
    const struct personal_names names = names_of(flight);
    const struct flown flown = {.target = flight->target,
                                .run = flight->seen,
                                .answers = &flight->answers,
                                .names = options->anonymise ? &names : NULL,
                                .book = flight->shared.book,
                                .redactor = flight->redactor,
                                .started = flight->started,
                                .duration_ms = clock_monotonic_ms() - flight->started_ms};
    return record_write(flight->arena, options->record, &flown);
}

void flight_end(struct flight *flight)
{
    prober_free(flight->prober);
    redactor_free(flight->redactor);
    judged_end(&flight->baseline);
}

const struct run *flight_run(struct flight *flight)
{
    flight_begin(flight);
    while (!flight_is_done(flight)) {
        prober_turn(flight->prober);
    }
    flight->n_first_answers = flight->answers.n_items;
    return assemble(flight);
}

const struct run *flight_run_blind(struct flight *flight, struct arena *arena,
                                   const struct blind *blind)
{
    struct answers seen = see_blindly(flight, arena, blind);
    struct run *run = arena_allocate(arena, sizeof *run);
    struct engine *engine = engine_new(arena, flight->target, flight->packs, flight->n_packs,
                                       flight->catalogue, &flight->engine_options, flight->started);
    const struct questions *open = engine_judge(engine, &seen);
    while (open->n_items > 0 && next_blind_wave(flight, arena, blind, open, &seen)) {
        open = engine_judge(engine, &seen);
    }
    run->exchanges = prober_exchanges(flight->prober, &run->n_exchanges);
    run->findings = engine_finish(engine, &seen, &run->n_findings);
    run_settle(run);
    return run;
}

struct side flight_side(const struct flight *flight, const struct run *run)
{
    const struct run *seen = run != NULL ? run : flight->seen;
    bool is_anonymous = false;
    for (size_t i = 0; i < flight->sources.n_items; i++) {
        is_anonymous = is_anonymous || flight->sources.items[i]->is_anonymous;
    }
    return (struct side){.target = flight->target,
                         .packs = flight->packs,
                         .n_packs = flight->n_packs,
                         .now = flight->started,
                         .answers = &flight->answers,
                         .findings = seen->findings,
                         .n_findings = seen->n_findings,
                         .is_anonymous = is_anonymous};
}

const struct catalogue *flight_catalogue(const struct flight *flight)
{
    return flight->catalogue;
}

const struct engine_options *flight_engine_options(const struct flight *flight)
{
    return &flight->engine_options;
}

const struct answers *flight_answers(const struct flight *flight)
{
    return &flight->answers;
}
