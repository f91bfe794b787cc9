/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Effects: what was observed to work decides about the configuration it rests on, within the closed
 * list of rules/effects.yaml and for the same subject.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"
#include "rules/catalogue.h"

struct arena;
struct observations;
struct target;

/* The findings of one pack, and what the observations are read from. */
struct effect_scope {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct target *target;
    const struct pack *pack;
    const struct answers *answers;
    const struct observations *seen; /* effects_observe() of the same scope; NULL: not done yet */
    struct finding *findings;
    size_t n_findings;
};

/* What the pack's credential was seen to do, by the answers of the scope. */
const struct observations *effects_observe(const struct effect_scope *scope);

/*
 * Turns findings that an observed effect decides into passes, quoting the row that disagrees or
 * could not be read.
 */
void effects_apply(const struct effect_scope *scope);

/* True when what was observed so far decides the check, whatever its own finding is; `findings` of
 * the scope are not looked at. */
bool effects_show(const struct effect_scope *scope, const struct check *check);

/*
 * True when answers to questions that are still open could decide the check: those of the pack's
 * own credential, if all of them went well.
 */
bool effects_may_show(const struct effect_scope *scope, const struct questions *open,
                      const struct check *check);

/* True for kinds of checks that an effect can decide at all. */
bool effects_decide_kind(const struct catalogue *catalogue, const char *kind);

/* Who the pack's own credential calls as, where it was echoed; else NULL. */
const char *effects_caller(const struct effect_scope *scope);

/*
 * True when what the pack's credential was seen to do says something about this check: the user and
 * the client the check names, if any, are those the calls were made as.
 */
bool effects_are_about(const struct effect_scope *scope, const struct check *check);
