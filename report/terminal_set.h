/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several targets on the terminal.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "report/set.h"

struct report_options;

/*
 * A line for each target, below it what stands in the way of the first few that are not ready, and
 * the verdict over all. Quiet: the lines of those that are not ready alone; verbose: each target in
 * full.
 */
MUST_USE bool terminal_write_set(const struct run_set *set, const struct report_options *options,
                                 FILE *out);
