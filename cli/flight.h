/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run over one target, from its packs to written reports: what check and demo share.
 */
#pragma once

#include "checks/blind.h"
#include "checks/changes.h"
#include "cli/options.h"
#include "model/run.h"
#include "model/target.h"

struct arena;
struct catalogue;
struct loop;
struct sources;
struct refused;
struct shelf;
struct token_book;

struct plan;
struct flight;

/* What the flights of one process share; zeroed, each has its own. */
struct shared {
    const char *state_dir; /* where refused passwords and records that are not deleted yet are
                              remembered, NULL for nowhere */
    const struct catalogue *catalogue;
    struct shelf *shelf; /* where its packs come from */
    struct loop *loop;
    struct refused *refused;       /* passwords refused in this process */
    struct token_book *book;       /* what stands for which name, for --anonymise */
    const struct sources *sources; /* files that answer in the place of the instance, or beside it;
                                      NULL: none */
    const struct recording *baseline; /* that the run is compared with, or NULL */
    bool is_one_of_many;              /* what is told meanwhile names the instance */
};

/*
 * Loads the target's packs and settles the options: everything that can be wrong before anything is
 * sent, reported to `diag` in one go. NULL when something was. `target` and what is shared must
 * outlive the flight; the target's secrets need not be read yet.
 */
struct flight *flight_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                              const struct target *target, const struct shared *shared);

/* Gives back what a flight has of what is shared; it is not looked at any more. NULL is fine. */
void flight_release(struct flight *flight);

/*
 * The way of one flight: begun, then asked after each turn of the loop whether it is done, then
 * landed, ended. probes_global_init() comes before the first of a process.
 */
void flight_begin(struct flight *flight);
bool flight_is_done(struct flight *flight);

/* Judges and diagnoses. The run is clean: without secrets, and without names where that was asked
 * for. It lives in the flight's arena. */
const struct run *flight_land(struct flight *flight);

/* Writes what it saw, where --record says. Once it has landed. False, and said, when that failed.
 */
bool flight_record(struct flight *flight);

/* What a flight that was begun would send, in place of flying. It lives in the flight's arena. */
const struct plan *flight_plan(struct flight *flight);

/* Gives a flight that is not begun what its fleet shares by now. */
void flight_share(struct flight *flight, const struct shared *shared);

/* From now on SIGINT and SIGTERM let flights end early; they are reported. */
void flights_catch_signals(void);

/* The exit status after such a signal; 0 when none came. */
int flights_interrupted(void);

/* Releases what a flight that was begun holds outside its arena. */
void flight_end(struct flight *flight);

/*
 * For pack test, which has nothing else under way: begins, flies and lands. Call it once, and
 * flight_end() at the very end.
 */
const struct run *flight_run(struct flight *flight);

/*
 * Judges the same flight anew, from the answers it was given seen through `blind`; what follow-up
 * questions come up are asked, but nothing is written. The run, which lives in `arena`, has
 * findings, status and exchanges alone.
 */
const struct run *flight_run_blind(struct flight *flight, struct arena *arena,
                                   const struct blind *blind);

/* A flight that is done, as one of two that are compared. `run`: what it saw, before it was made
 * fit for reports; NULL once it has landed. The flight must outlive it. */
struct side flight_side(const struct flight *flight, const struct run *run);
const struct catalogue *flight_catalogue(const struct flight *flight);
const struct engine_options *flight_engine_options(const struct flight *flight);

/* The answers of the flight so far. */
const struct answers *flight_answers(const struct flight *flight);
