/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the steps of a diagnosis share, in the order in which they are taken: collect what findings
 * and clues point to, settle the symptoms, fold the consequences, word the causes. Within this room
 * only.
 */
#pragma once

#include "diagnosis/diagnose.h"

/* A cause on its way: the entry it will be worded from, and what led to it. */
struct suspect {
    const struct cause_entry *entry;
    const char *subject;
    enum confidence confidence;
    bool gates;              /* at least one finding that gates points to it */
    bool is_answer;          /* it explains a symptom, or needs no symptom */
    bool has_changed;        /* since the baseline, which was fine */
    bool is_explained;       /* a symptom that something else is the reason for */
    struct strings subjects; /* all it was seen of */
    struct pairs about;      /* of a symptom: what a cause behind it would be about */
    struct strings explains;
    struct strings credentials; /* in whose packs, or of which, it was seen; none: of all */
};

struct procedure {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct observations *observations;
    struct suspect *suspects;
    size_t n_suspects;
};

/* collect.c */
void collect(struct procedure *procedure);

/* What a suspect is about: a record that bears the name `subject`, seen by the way of `credential`;
 * NULL where either is not known. */
struct concern {
    const char *subject;
    const char *credential;
};

/* The suspect of this entry, a new one where there is none of the same credential or record; a
 * surer one becomes as sure as told. */
struct suspect *add_suspect(struct procedure *procedure, const struct cause_entry *entry,
                            const struct concern *concern, enum confidence confidence);

/* What a finding points to, without the alternatives that other findings rule out. */
struct strings causes_left(const struct procedure *procedure, const struct finding *finding);

/* symptoms.c */
void settle_symptoms(struct procedure *procedure);

/* consequences.c */
void fold_consequences(const struct procedure *procedure);
bool is_problem(const struct finding *finding);

/* Whether a problem has a cause of its own and does not merely follow from what its check needs. */
bool is_independent(const struct procedure *procedure, const struct finding *finding);

/* since.c: what changed since the baseline and broke what the suspect explains; NULL where that is
 * not known, and without a baseline. */
const struct change *change_behind(const struct procedure *procedure,
                                   const struct suspect *suspect);

/* True when a row that a finding of this cause rests on was seen to have changed since. */
bool has_changed(const struct procedure *procedure, const struct suspect *suspect);

/* "It worked on 2026-11-17 10:00 UTC: since then …"; NULL where that is not known. */
const char *worked_until(const struct procedure *procedure, const struct suspect *suspect);

/* wording.c */
struct cause worded(const struct procedure *procedure, const struct suspect *suspect);
