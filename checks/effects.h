/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Effects: what was observed to work decides about the configuration it rests on, within the closed
 * list of rules/effects.yaml and for the same subject.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"
#include "rules/catalogue.h"

struct arena;
struct target;

/* The findings of one pack, and what the observations are read from. */
struct effect_scope {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct target *target;
    const struct pack *pack;
    const struct answers *answers;
    struct finding *findings;
    size_t n_findings;
};

/*
 * Turns findings that an observed effect decides into passes, quoting the row that disagrees or
 * could not be read.
 */
void effects_apply(const struct effect_scope *scope);
