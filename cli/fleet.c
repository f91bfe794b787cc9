/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What waits for its turn is what its file says, with its secrets, and no more: its packs are
 * loaded to be looked through, and again when it is its turn. What is over is a report in a
 * temporary file.
 */
#include "cli/fleet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/flight.h"
#include "cli/recorded.h"
#include "cli/shelf.h"
#include "cli/sinks.h"
#include "probes/loop.h"
#include "probes/probe.h"
#include "probes/refusals.h"
#include "report/anonymise.h"
#include "report/set.h"
#include "rules/catalogue.h"
#include "rules/load.h"

enum {
    MOST_AT_WORK = 64,      /* targets: memory and sockets stay bounded */
    MOST_CONNECTIONS = 256, /* kept open: four for each of them */
    TOLD_EVERY_MS = 200,    /* on a terminal */
    TOLD_IN_A_LOG_EVERY_MS = 10000
};

enum state { STATE_WAITING, STATE_FLYING, STATE_LANDED };

/* One target. */
struct member {
    enum state state;
    const char *file;
    struct arena *arena; /* of what its file says; NULL where that is the caller's */
    struct target target;
    struct arena *flight_arena;
    struct flight *flight; /* prepared or under way */
};

struct fleet {
    struct arena *arena;
    struct diag *diag;
    const struct options *options;
    const struct target_files *files;
    struct shared shared;
    struct sources sources; /* of --from */
    struct sinks sinks;
    struct catalogue catalogue;
    struct member *members;
    size_t n_members;
    struct member *flying[MOST_AT_WORK];
    size_t n_flying;
    size_t n_landed;
    struct run_set *set; /* NULL for a single target */
    int status;          /* of that one */
    bool has_failed;     /* a target could not be told */
    int64_t began_ms;
    int64_t told_ms;
    bool is_told;
};

/* ---- Loading -------------------------------------------------------------------------------- */

static bool prepare(struct fleet *fleet, struct member *member)
{
    member->flight_arena = arena_new();
    member->flight = flight_prepare(member->flight_arena, fleet->diag, fleet->options,
                                    &member->target, &fleet->shared);
    return member->flight != NULL;
}

static void forget_flight(struct member *member)
{
    flight_release(member->flight);
    arena_free(member->flight_arena);
    member->flight_arena = NULL;
    member->flight = NULL;
}

/* Those whose turn comes at once stay prepared. */
static bool load(struct fleet *fleet, struct member *member)
{
    member->arena = arena_new();
    bool is_fine = target_read(member->arena, fleet->diag, fleet->options, member->file,
                               &fleet->sources, &member->target);
    is_fine = prepare(fleet, member) && is_fine;
    if (member >= fleet->members + MOST_AT_WORK) {
        forget_flight(member);
    }
    return is_fine;
}

/* Said once: it would be so of every target. */
static bool refuse_one_instance(const struct fleet *fleet)
{
    const char *variable = getenv("GLIDEPATH_INSTANCE");
    if (fleet->n_members < 2 || (fleet->options->instance == NULL && text_is_empty(variable))) {
        return true;
    }
    return diag_error(fleet->diag, (struct where){0}, "%s with several targets: each names its own",
                      fleet->options->instance != NULL ? "--instance" : "GLIDEPATH_INSTANCE");
}

static void note_host(const struct fleet *fleet, const struct member *member)
{
    const char *origin = member->target.instance.origin;
    const char *scheme_end = origin == NULL ? NULL : strstr(origin, "://");
    if (scheme_end != NULL) {
        token_book_add_host(fleet->shared.book, scheme_end + strlen("://"));
    }
}

static bool load_all(struct fleet *fleet)
{
    bool is_fine = refuse_one_instance(fleet) &&
                   record_is_possible(fleet->diag, fleet->options, fleet->n_members) &&
                   exports_are_of_one(fleet->diag, &fleet->sources, fleet->n_members);
    for (size_t i = 0; i < fleet->n_members; i++) {
        is_fine = load(fleet, &fleet->members[i]) && is_fine;
        note_host(fleet, &fleet->members[i]);
    }
    for (size_t i = 0; i < fleet->n_members && is_fine; i++) {
        struct member *member = &fleet->members[i];
        is_fine = sources_are_asked_alone(&fleet->sources, &member->target) ||
                  secrets_read(member->arena, fleet->diag, &member->target);
    }
    return is_fine;
}

/* ---- Reporting ------------------------------------------------------------------------------ */

static struct report_options report_options(const struct options *options)
{
    return (struct report_options){.columns = 80,
                                   .quiet = options->quiet,
                                   .verbose = options->verbose,
                                   .anonymous = options->anonymise,
                                   .junit_extended = options->junit_extended,
                                   .junit_advice_fails = options->junit_advice_fails};
}

static void keep(struct fleet *fleet, const struct member *member, const struct run *run)
{
    const struct report_options told = report_options(fleet->options);
    if (fleet->set == NULL) {
        bool is_written = sinks_write(member->flight_arena, &fleet->sinks, run, &told);
        fleet->status = is_written ? run->exit_status : EXIT_INTERNAL;
    } else if (!run_set_add(fleet->set, run, (size_t)(member - fleet->members))) {
        fputs("glidepath: error: a temporary file could not be written, so there is no report\n",
              stderr);
        fleet->has_failed = true;
    }
}

static int report_set(struct fleet *fleet)
{
    const struct report_options told = report_options(fleet->options);
    fleet->set->shard = fleet->files->shard;
    run_set_finish(fleet->set, flights_interrupted());
    return sinks_write_set(fleet->arena, &fleet->sinks, fleet->set, &told) ? fleet->set->exit_status
                                                                           : EXIT_INTERNAL;
}

/* ---- How far it is -------------------------------------------------------------------------- */

static void erase_progress(struct fleet *fleet)
{
    if (fleet->is_told) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
        fleet->is_told = false;
    }
}

static void tell_progress(struct fleet *fleet)
{
    bool is_terminal = sinks_can_rewrite(stderr);
    int64_t now_ms = clock_monotonic_ms();
    int64_t every_ms = is_terminal ? TOLD_EVERY_MS : TOLD_IN_A_LOG_EVERY_MS;
    if (fleet->set == NULL || fleet->options->quiet || now_ms - fleet->told_ms < every_ms) {
        return;
    }
    fleet->told_ms = now_ms;
    fleet->is_told = is_terminal;
    fprintf(stderr, "%s%zu of %zu targets done, %zu under way (%" PRId64 " s)%s",
            is_terminal ? "\r\x1b[K" : "", fleet->n_landed, fleet->n_members, fleet->n_flying,
            (now_ms - fleet->began_ms) / 1000, is_terminal ? "" : "\n");
    fflush(stderr);
}

/* ---- Flying --------------------------------------------------------------------------------- */

/* Another target of the same instance is under way. */
static bool must_wait(const struct fleet *fleet, const struct member *member)
{
    const char *origin = member->target.instance.origin;
    for (size_t i = 0; i < fleet->n_flying && origin != NULL; i++) {
        if (text_equal(fleet->flying[i]->target.instance.origin, origin)) {
            return true;
        }
    }
    return false;
}

static void land(struct fleet *fleet, struct member *member)
{
    erase_progress(fleet);
    const struct run *run = flight_land(member->flight);
    fleet->has_failed = !flight_record(member->flight) || fleet->has_failed;
    keep(fleet, member, run);
    flight_end(member->flight);
    forget_flight(member);
    if (member->arena != NULL) {
        target_release(&member->target);
        arena_free(member->arena);
        member->arena = NULL;
    }
    member->target = (struct target){0};
    member->state = STATE_LANDED;
    fleet->n_landed++;
}

static bool take_off(struct fleet *fleet, struct member *member)
{
    if (member->flight == NULL && !prepare(fleet, member)) {
        return false; /* a pack has changed since it was looked through */
    }
    member->state = STATE_FLYING;
    fleet->flying[fleet->n_flying++] = member;
    flight_begin(member->flight);
    return true;
}

static void take_off_all(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->n_members && fleet->n_flying < MOST_AT_WORK; i++) {
        struct member *member = &fleet->members[i];
        if (member->state == STATE_WAITING && !must_wait(fleet, member) &&
            !take_off(fleet, member)) {
            fleet->has_failed = true;
            return;
        }
    }
}

/* True when there is room for others. */
static bool land_all(struct fleet *fleet)
{
    size_t n_left = 0;
    for (size_t i = 0; i < fleet->n_flying; i++) {
        struct member *member = fleet->flying[i];
        if (flight_is_done(member->flight)) {
            land(fleet, member);
        } else {
            fleet->flying[n_left++] = member;
        }
    }
    bool has_room = n_left < fleet->n_flying;
    fleet->n_flying = n_left;
    return has_room;
}

static void fly(struct fleet *fleet)
{
    bool has_room = true;
    fleet->began_ms = clock_monotonic_ms();
    fleet->told_ms = fleet->began_ms;
    while (fleet->n_landed < fleet->n_members && !fleet->has_failed) {
        if (has_room) {
            take_off_all(fleet);
        }
        has_room = land_all(fleet);
        if (!has_room) {
            tell_progress(fleet);
            loop_turn(fleet->shared.loop);
        }
    }
    erase_progress(fleet);
}

static int print_plan(const struct fleet *fleet, struct member *member)
{
    flight_begin(member->flight);
    const struct plan *plan = flight_plan(member->flight);
    bool is_written = sinks_write_plan(member->flight_arena, &fleet->sinks, plan);
    flight_end(member->flight);
    forget_flight(member);
    return is_written ? 0 : EXIT_INTERNAL;
}

static int print_plans(struct fleet *fleet)
{
    int status = 0;
    for (size_t i = 0; i < fleet->n_members && status == 0; i++) {
        struct member *member = &fleet->members[i];
        if (member->flight == NULL && !prepare(fleet, member)) {
            return EXIT_USAGE;
        }
        if (fleet->shared.is_one_of_many) {
            printf("%s%s\n", i == 0 ? "" : "\n",
                   member->file != NULL ? member->file : "(from options and environment)");
        }
        status = print_plan(fleet, member);
    }
    return status;
}

/* ---- Life ----------------------------------------------------------------------------------- */

/* Four connections for each target under way, and what else a process has open. */
static void make_room_for_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool has_json(const struct sinks *sinks)
{
    for (size_t i = 0; i < sinks->n_items; i++) {
        if (text_equal(sinks->items[i].format->name, "json")) {
            return true;
        }
    }
    return false;
}

/* Where reports, or the plan, go. */
static bool read_sinks(struct fleet *fleet)
{
    const struct options *options = fleet->options;
    if (!sinks_read(fleet->arena, fleet->diag, &options->reports, &fleet->sinks)) {
        return false;
    }
    if (!options->plan) {
        return true;
    }
    if (options->anonymise) {
        return diag_error(fleet->diag, (struct where){0},
                          "--anonymise is for reports: a plan shows its URLs whole");
    }
    bool is_fine = sinks_for_plan(fleet->diag, &options->reports, &fleet->sinks);
    if (is_fine && fleet->shared.is_one_of_many && has_json(&fleet->sinks)) {
        return diag_error(fleet->diag, (struct where){0},
                          "--plan as JSON is about one target; take them one by one");
    }
    return is_fine;
}

/* A recording is of one instance. */
static bool read_baseline(struct fleet *fleet)
{
    const char *path = fleet->options->baseline;
    if (path == NULL) {
        return true;
    }
    if (fleet->shared.is_one_of_many) {
        return diag_error(fleet->diag, (struct where){0},
                          "--baseline with several targets: it is about one instance");
    }
    fleet->shared.baseline = recorded_read_file(fleet->arena, fleet->diag, path);
    return fleet->shared.baseline != NULL;
}

static bool begin(struct fleet *fleet)
{
    fleet->shared.catalogue = &fleet->catalogue;
    fleet->shared.shelf = shelf_new();
    fleet->shared.book = token_book_new(fleet->arena);
    fleet->shared.is_one_of_many = fleet->files != NULL && fleet->files->is_set;
    bool is_fine = read_sinks(fleet);
    is_fine = recorded_read(fleet->arena, fleet->diag, fleet->options, &fleet->sources) && is_fine;
    fleet->shared.sources = &fleet->sources;
    is_fine = read_baseline(fleet) && is_fine;
    return catalogue_load(fleet->arena, fleet->diag, &fleet->catalogue) && is_fine;
}

static bool make_set(struct fleet *fleet)
{
    const char *fault = NULL;
    if (!fleet->shared.is_one_of_many || fleet->options->plan) {
        return true;
    }
    fleet->set = run_set_new(GLIDEPATH_VERSION, &fault);
    if (fleet->set == NULL) {
        fprintf(stderr, "glidepath: error: no temporary file: %s\n", fault);
    }
    return fleet->set != NULL;
}

static int fly_and_report(struct fleet *fleet)
{
    if (!make_set(fleet)) {
        return EXIT_INTERNAL;
    }
    fly(fleet);
    int status = fleet->has_failed    ? EXIT_INTERNAL
                 : fleet->set != NULL ? report_set(fleet)
                                      : fleet->status;
    run_set_free(fleet->set);
    return status;
}

static bool needs_network(const struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->n_members; i++) {
        if (!sources_are_asked_alone(&fleet->sources, &fleet->members[i].target)) {
            return true;
        }
    }
    return false;
}

static int go(struct fleet *fleet)
{
    make_room_for_descriptors();
    flights_catch_signals();
    bool has_network = needs_network(fleet);
    if (has_network) {
        probes_global_init();
        fleet->shared.loop = loop_new(MOST_CONNECTIONS);
        fleet->shared.refused = refused_new();
    }
    for (size_t i = 0; i < fleet->n_members; i++) {
        if (fleet->members[i].flight != NULL) {
            flight_share(fleet->members[i].flight, &fleet->shared);
        }
    }
    int status = fleet->options->plan ? print_plans(fleet) : fly_and_report(fleet);
    for (size_t i = 0; i < fleet->n_flying; i++) {
        flight_end(fleet->flying[i]->flight);
    }
    refused_free(fleet->shared.refused);
    loop_free(fleet->shared.loop);
    if (has_network) {
        probes_global_cleanup();
    }
    return status;
}

static void release(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->n_members; i++) {
        struct member *member = &fleet->members[i];
        forget_flight(member);
        if (member->arena != NULL) {
            target_release(&member->target);
            arena_free(member->arena);
        }
    }
    shelf_free(fleet->shared.shelf);
}

int fleet_check(struct arena *arena, struct diag *diag, const struct options *options,
                const struct target_files *files)
{
    struct fleet fleet = {.arena = arena, .diag = diag, .options = options, .files = files};
    fleet.shared.state_dir = state_dir_find(arena);
    fleet.n_members = files->items.n_items;
    fleet.members = arena_array(arena, fleet.n_members, sizeof *fleet.members);
    for (size_t i = 0; i < fleet.n_members; i++) {
        fleet.members[i].file = files->items.items[i];
    }
    bool is_fine = begin(&fleet);
    bool has_source = options->from.n_items == 0 || fleet.sources.n_items > 0;
    is_fine = has_source && load_all(&fleet) && is_fine;
    int status = is_fine ? go(&fleet) : EXIT_USAGE;
    release(&fleet);
    return status;
}

int fleet_fly_one(struct arena *arena, struct diag *diag, const struct options *options,
                  const struct target *target)
{
    struct member member = {.target = *target};
    struct fleet fleet = {
        .arena = arena, .diag = diag, .options = options, .members = &member, .n_members = 1};
    bool is_fine = begin(&fleet);
    int status = prepare(&fleet, &member) && is_fine ? go(&fleet) : EXIT_USAGE;
    release(&fleet);
    return status;
}
