/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The targets of one run, in one process over one loop: all are loaded before anything is sent for
 * any, so many at a time are under way, and one set of reports tells of all. A single target is a
 * fleet of one.
 *
 * Targets of one instance take turns: what the instance is spared (requests in flight, an answer
 * that says to slow down, the one try of a password) it is spared by all of them together.
 */
#pragma once

#include "base/diag.h"
#include "cli/options.h"
#include "cli/targets.h"

struct arena;

/* Loads the targets, flies and reports. Returns the exit status. Secrets are read last: commands
 * that fetch them run only when nothing else is wrong with any target. */
int fleet_check(struct arena *arena, struct diag *diag, const struct options *options,
                const struct target_files *files);

/* The same of one target that is complete, secrets included, and whose caller releases it; nothing
 * is remembered after it. */
int fleet_fly_one(struct arena *arena, struct diag *diag, const struct options *options,
                  const struct target *target);
