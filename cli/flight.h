/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run over one target, from its packs to written reports: what check and demo share.
 */
#pragma once

#include "cli/options.h"
#include "model/target.h"

struct arena;

struct flight;

/*
 * Loads the target's packs and settles the options: everything that can be wrong before anything is
 * sent, reported to `diag` in one go. NULL when something was. `target` must outlive the flight;
 * its secrets need not be read yet. `state_dir` is where refused passwords are remembered, NULL for
 * nowhere.
 */
struct flight *flight_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                              const struct target *target, const char *state_dir);

/* Asks in rounds, judges, diagnoses and reports, or prints the plan. Returns the exit status. Call
 * it once. */
int flight_fly(struct flight *flight);
