/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what was observed to root causes: what is wrong, how sure that is, what it explains, who
 * mends it where, and the question that decides when more than one cause is left.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/cause.h"
#include "model/change.h"
#include "model/clue.h"
#include "model/finding.h"
#include "model/run.h"
#include "rules/catalogue.h"

struct arena;

/* All that a diagnosis rests on. */
struct observations {
    const struct finding *findings; /* none: of a text that somebody pasted */
    size_t n_findings;
    struct clues clues;
    const struct changes *changes; /* since the last good run; NULL: nobody knows */
    enum status status;
    bool is_in_depth; /* samples were sent and logs were read: what is ready here and fails
                       * elsewhere gets advice for that */
};

struct diagnosis {
    struct cause *causes; /* ordered: the first is the answer */
    size_t n_causes;
    struct cause *advice;
    size_t n_advice;
};

/*
 * Diagnoses what was observed. Findings that gate lead to causes, others (and everything in a ready
 * run, and hygiene always) to advice. A confirmed cause swallows the symptoms it produces; a
 * symptom without one is narrowed down by what passing findings and clues rule out, and is followed
 * by the candidates that are left, those first that clues point to. Texts live in `arena`.
 */
struct diagnosis diagnose(struct arena *arena, const struct catalogue *catalogue,
                          const struct observations *observations);

/* The most a cause may be called: certain only when every fact it rests on is strong. */
enum confidence cause_strength(const struct cause_entry *entry);

/* The most a cause may be called because a clue with this signature points to it: certain only when
 * every fact of both is strong, and the signature points to no other cause. */
enum confidence pointing_strength(const struct catalogue *catalogue,
                                  const struct cause_entry *entry,
                                  const struct signature *signature);
