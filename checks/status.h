/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status of a run.
 */
#pragma once

#include "model/run.h"

/*
 * Writes status, status_reason, exit_status (0, 1 or 3) and the tallies of `run`, from its findings
 * and exchanges. A finding that gates and failed makes it not ready; without one, a gating finding
 * that could not be told, or no gating pass at all, makes it inconclusive.
 */
void run_settle(struct run *run);
