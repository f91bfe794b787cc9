/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run over one target, from loaded packs to written reports: what check and demo share.
 */
#pragma once

#include "cli/options.h"
#include "model/target.h"

struct arena;

/*
 * Loads the target's packs, asks in rounds, judges, diagnoses and reports. Returns the exit status.
 * `target`'s secrets are read already; they are wiped by the caller. `state_dir` is where refused
 * passwords are remembered, NULL for nowhere.
 */
int fly(struct arena *arena, struct diag *diag, const struct options *options,
        const struct target *target, const char *state_dir);
