/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is behind a refusal that many causes share: a confirmed cause, or the candidates that are
 * left.
 */
#include "diagnosis/procedure.h"

#include "base/arena.h"
#include "diagnosis/suspicion.h"

/* What the refused finding itself rules out, and what a credential of that kind cannot suffer. */
static bool is_out_of_question(const struct procedure *procedure, const struct suspect *symptom,
                               const struct cause_entry *entry)
{
    const struct observations *observations = procedure->observations;
    const char *kind = pairs_get(&symptom->about, "kind");
    for (size_t i = 0; i < observations->n_findings; i++) {
        const struct finding *finding = &observations->findings[i];
        if (strings_have(&symptom->explains, finding->check->id) &&
            excludes(finding, entry->id, symptom->subject, &symptom->about)) {
            return true;
        }
    }
    return kind != NULL && !cause_fits_kind(entry, kind);
}

static bool is_ruled_out(const struct procedure *procedure, const struct suspect *symptom,
                         const struct cause_entry *entry)
{
    const struct observations *observations = procedure->observations;
    return is_out_of_question(procedure, symptom, entry) ||
           is_excluded_by_a_pass(observations, entry->id, symptom->subject, &symptom->about);
}

/* A plugin that is not there explains what it would have done, and nothing else. */
static bool is_about_the_same(const struct suspect *cause, const struct suspect *symptom)
{
    const char *plugin = pairs_get(&symptom->about, "plugin");
    bool is_plugin = text_equal(cause->entry->about, "plugin");
    return !is_plugin || (plugin != NULL && strings_have(&cause->subjects, plugin));
}

static void take_over(const struct procedure *procedure, struct suspect *cause,
                      const struct suspect *symptom)
{
    for (size_t i = 0; i < symptom->explains.n_items; i++) {
        strings_add_unique(procedure->arena, &cause->explains, symptom->explains.items[i]);
    }
    cause->gates = cause->gates || symptom->gates;
}

/*
 * Lets the confirmed candidates explain the symptom, of those that gate or of the others; true when
 * there was one. What a passing finding rules out for now does not explain it: a restriction with a
 * date to come, for instance.
 */
static bool swallow_by(struct procedure *procedure, const struct suspect *symptom, bool gates)
{
    struct suspect **causes = NULL;
    size_t n_causes = 0;
    for (size_t i = 0; i < symptom->entry->candidates.n_items; i++) {
        const char *id = symptom->entry->candidates.items[i];
        struct suspect *cause = find_suspect(procedure, id);
        if (cause != NULL && cause->is_answer && cause->gates == gates &&
            is_about_the_same(cause, symptom) && !is_ruled_out(procedure, symptom, cause->entry)) {
            struct suspect **slot =
                arena_append(procedure->arena, &causes, &n_causes, sizeof *slot);
            *slot = cause;
        }
    }
    for (size_t i = 0; i < n_causes; i++) {
        take_over(procedure, causes[i], symptom);
    }
    return n_causes > 0;
}

/* What a gating check found explains the symptom; only without such, what was found by the way. */
static bool swallow(struct procedure *procedure, const struct suspect *symptom)
{
    return swallow_by(procedure, symptom, true) || swallow_by(procedure, symptom, false);
}

/* A candidate that is left: the entry, and how sure the clues make it. */
struct candidate {
    const struct cause_entry *entry;
    enum confidence confidence;
};

struct candidates {
    struct candidate *items;
    size_t n_items;
};

static bool is_left(const struct procedure *procedure, const struct suspect *symptom,
                    const struct cause_entry *entry)
{
    const struct observations *observations = procedure->observations;
    return !is_ruled_out(procedure, symptom, entry) &&
           !is_excluded_by_a_clue(&observations->clues, entry, &symptom->about) &&
           could_be_seen(procedure->arena, entry, observations);
}

/* Candidates in the order in which to suspect them: with some kinds of credential others come
 * first. */
static struct strings ranked_candidates(const struct procedure *procedure,
                                        const struct suspect *symptom)
{
    const char *kind = pairs_get(&symptom->about, "kind");
    const char *first = kind == NULL ? NULL : pairs_get(&symptom->entry->first, kind);
    struct strings ranked = strings_split(procedure->arena, first, ' ');
    for (size_t i = 0; i < symptom->entry->candidates.n_items; i++) {
        strings_add_unique(procedure->arena, &ranked, symptom->entry->candidates.items[i]);
    }
    return ranked;
}

/* Those left with this confidence, behind those that are there already. */
static void add_candidates(const struct procedure *procedure, const struct suspect *symptom,
                           enum confidence confidence, struct candidates *candidates)
{
    const struct strings ranked = ranked_candidates(procedure, symptom);
    for (size_t i = 0; i < ranked.n_items; i++) {
        const struct cause_entry *entry = catalogue_cause(procedure->catalogue, ranked.items[i]);
        if (!is_left(procedure, symptom, entry) ||
            pointed_to(procedure->catalogue, &procedure->observations->clues, entry,
                       &symptom->about) != confidence) {
            continue;
        }
        struct candidate *slot =
            arena_append(procedure->arena, &candidates->items, &candidates->n_items, sizeof *slot);
        *slot = (struct candidate){entry, confidence};
    }
}

/* What is left of the candidates: those first that clues point to. */
static struct candidates candidates_left(const struct procedure *procedure,
                                         const struct suspect *symptom)
{
    struct candidates candidates = {0};
    add_candidates(procedure, symptom, CONFIDENCE_CERTAIN, &candidates);
    add_candidates(procedure, symptom, CONFIDENCE_LIKELY, &candidates);
    add_candidates(procedure, symptom, CONFIDENCE_POSSIBLE, &candidates);
    return candidates;
}

/* One candidate is as sure as the clues make it; of several that they point to alike, and without
 * any clue, none is more than possible. One that is left over is likely by exclusion. */
static enum confidence confidence_of(const struct suspect *symptom,
                                     const struct candidates *candidates, size_t rank)
{
    bool is_alone = candidates->n_items == 1;
    enum confidence confidence = candidates->items[rank].confidence;
    if (is_alone && confidence == CONFIDENCE_POSSIBLE && symptom->entry->by_exclusion) {
        return CONFIDENCE_LIKELY;
    }
    if (rank > 0 && candidates->items[0].confidence != CONFIDENCE_CERTAIN) {
        return CONFIDENCE_POSSIBLE;
    }
    return confidence;
}

/*
 * Nothing confirmed explains it. What clues point to, or the one candidate left by exclusion, takes
 * its place; others are listed behind it as possible, unless one is certain.
 */
static void narrow_down(struct procedure *procedure, size_t index)
{
    struct suspect symptom = procedure->suspects[index];
    const struct candidates candidates = candidates_left(procedure, &symptom);
    for (size_t i = 0; i < candidates.n_items; i++) {
        const struct cause_entry *entry = candidates.items[i].entry;
        enum confidence confidence = confidence_of(&symptom, &candidates, i);
        if (candidates.items[0].confidence == CONFIDENCE_CERTAIN &&
            confidence != CONFIDENCE_CERTAIN) {
            continue;
        }
        struct suspect *suspect =
            add_suspect(procedure, entry, about_which(entry, &symptom.about), confidence);
        suspect->is_answer = suspect->is_answer || confidence != CONFIDENCE_POSSIBLE;
        take_over(procedure, suspect, &symptom);
        procedure->suspects[index].is_explained =
            procedure->suspects[index].is_explained || suspect->is_answer;
    }
}

void settle_symptoms(struct procedure *procedure)
{
    size_t n_collected = procedure->n_suspects;
    for (size_t i = 0; i < n_collected; i++) {
        struct suspect symptom = procedure->suspects[i];
        if (symptom.confidence == CONFIDENCE_CERTAIN && !symptom.entry->is_symptom) {
            continue;
        }
        if (swallow(procedure, &symptom)) {
            procedure->suspects[i].is_explained = true;
        } else if (symptom.gates) { /* a cause that is not certain may hide another */
            narrow_down(procedure, i);
        }
    }
}
