/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What demo and sim say about the worlds of the simulated instance.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "cli/options.h"

struct arena;

/* The world a demo flies in unless another is named. */
extern const char default_world[];

/* True for the name of a built-in world and for the path of a file; else reports which there are.
 */
MUST_USE bool world_is_known(struct arena *arena, struct diag *diag, const char *world);

/* Prints the worlds there are, and the faults of the chosen one. */
void worlds_explain(struct arena *arena, struct diag *diag, const struct options *options);
