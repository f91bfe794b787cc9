/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults: named ways to break a healthy world in exactly one way (sim/faults.yaml).
 */
#pragma once

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"

struct arena;
struct world;
struct yaml_node;

/* Changes the world, whose references must have been looked up, by a fault or a variation; reports
 * an unknown one. */
MUST_USE bool sim_fault_apply(struct world *world, struct diag *diag, const char *id);

/* The faults that make sense in the world, in the order of the file (sorted): {id, text}. */
MUST_USE bool sim_fault_list(struct arena *arena, struct diag *diag, const char *world,
                             struct pairs *ret_faults);

/* The same of the variations (sim/variations.yaml): differences that break nothing. */
MUST_USE bool sim_variation_list(struct arena *arena, struct diag *diag, const char *world,
                                 struct pairs *ret_variations);

/* Makes the changes of a list of steps. */
MUST_USE bool sim_steps_apply(struct world *world, struct diag *diag,
                              const struct yaml_node *steps);
