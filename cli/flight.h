/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run over one target, from its packs to written reports: what check and demo share.
 */
#pragma once

#include "checks/blind.h"
#include "cli/options.h"
#include "model/run.h"
#include "model/target.h"

struct arena;

struct flight;

/*
 * Loads the target's packs and settles the options: everything that can be wrong before anything is
 * sent, reported to `diag` in one go. NULL when something was. `target` must outlive the flight;
 * its secrets need not be read yet. `state_dir` is where refused passwords and records that are not
 * deleted yet are remembered, NULL for nowhere.
 */
struct flight *flight_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                              const struct target *target, const char *state_dir);

/* Asks in rounds, judges, diagnoses and reports, or prints the plan. Returns the exit status. Call
 * it once. */
int flight_fly(struct flight *flight);

/*
 * For pack test: asks in rounds, judges and diagnoses, and writes no report. The run lives in the
 * flight's arena. Call it once, and flight_end() at the very end.
 */
const struct run *flight_run(struct flight *flight);

/*
 * Judges the same flight anew, from the answers it was given seen through `blind`; what follow-up
 * questions come up are asked, but nothing is written. The run, which lives in `arena`, has
 * findings, status and exchanges alone.
 */
const struct run *flight_run_blind(struct flight *flight, struct arena *arena,
                                   const struct blind *blind);

/* The answers of the flight so far. */
const struct answers *flight_answers(const struct flight *flight);

/* Closes the connections. */
void flight_end(struct flight *flight);
