/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack test: a pack's own tests, and law 1 on top.
 */
#pragma once

#include "base/diag.h"
#include "cli/options.h"

struct arena;

/*
 * Flies every case under `tests:` of each pack in the simulated instance and compares what the pack
 * says with what the case wants; then shows the same run less of what the instance answered, in
 * every way the platform does, and demands that no finding gets better or fails. Prints one line a
 * case. Returns the exit status: 0, 1 when a case failed, 2 when a file is not sound.
 */
int pack_test_files(struct arena *arena, struct diag *diag, const struct options *options);
