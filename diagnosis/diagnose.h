/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From findings to root causes: what is wrong, how sure that is, what it explains, who mends it
 * where, and the question that decides when more than one cause is left.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/cause.h"
#include "model/finding.h"
#include "model/run.h"
#include "rules/catalogue.h"

struct arena;

struct diagnosis {
    struct cause *causes; /* ordered: the first is the answer */
    size_t n_causes;
    struct cause *advice;
    size_t n_advice;
};

/*
 * Diagnoses what the findings say. Findings that gate lead to causes, others (and everything in a
 * ready run, and hygiene always) to advice. A confirmed cause swallows the symptoms it produces; a
 * symptom without one is narrowed down by what passing findings rule out, and is followed by the
 * candidates that are left. Texts live in `arena`.
 */
struct diagnosis diagnose(struct arena *arena, const struct catalogue *catalogue,
                          const struct finding *findings, size_t n_findings, enum status status);

/* The most a cause may be called: certain only when every fact it rests on is strong. */
enum confidence cause_strength(const struct cause_entry *entry);
