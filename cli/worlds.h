/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What demo and sim say about the worlds of the simulated instance.
 */
#pragma once

#include "base/diag.h"
#include "cli/options.h"

struct arena;

/* The world a demo flies in unless another is named. */
extern const char default_world[];

/* Prints the worlds there are, and the faults of the chosen one. */
void worlds_explain(struct arena *arena, struct diag *diag, const struct options *options);
