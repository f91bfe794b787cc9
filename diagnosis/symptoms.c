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
           is_excluded_by_a_pass(observations, entry, symptom->subject, &symptom->about);
}

/* What was seen of one credential explains no refusal of another, unless it is the instance's, or
 * of a user or client that both have. */
static bool is_of_the_same_credential(const struct suspect *cause, const struct suspect *symptom)
{
    bool is_known = cause->credentials.n_items > 0 && symptom->credentials.n_items > 0;
    const char *record = about_which(cause->entry, &symptom->about);
    bool is_shared = record != NULL && strings_have(&cause->subjects, record);
    for (size_t i = 0; i < symptom->credentials.n_items; i++) {
        is_shared = is_shared || strings_have(&cause->credentials, symptom->credentials.items[i]);
    }
    return !is_known || is_shared || is_of_instance(cause->entry);
}

/* A plugin that is not there explains what it would have done, and nothing else. */
static bool is_about_the_same(const struct suspect *cause, const struct suspect *symptom)
{
    const char *plugin = pairs_get(&symptom->about, "plugin");
    bool is_plugin = text_equal(cause->entry->about, "plugin");
    return is_of_the_same_credential(cause, symptom) &&
           (!is_plugin || (plugin != NULL && strings_have(&cause->subjects, plugin)));
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
 * What a passing finding rules out for now does not explain a refusal of today: a restriction with
 * a date to come, for instance. But what one check passed another may have found all the same: two
 * properties switch OAuth off.
 */
static bool may_explain(const struct procedure *procedure, const struct suspect *cause,
                        const struct suspect *symptom)
{
    const struct cause_entry *entry = cause->entry;
    if (!is_about_the_same(cause, symptom)) {
        return false;
    }
    return cause->gates ? !is_out_of_question(procedure, symptom, entry) &&
                              !is_excluded_by_name(procedure->observations, entry->id,
                                                   symptom->subject, &symptom->about)
                        : !is_ruled_out(procedure, symptom, entry);
}

/* The confirmed candidates of the symptom, of those that gate or of the others. */
struct confirmed {
    struct suspect **items;
    size_t n_items;
};

static struct confirmed confirmed_candidates(struct procedure *procedure,
                                             const struct suspect *symptom, bool gates)
{
    struct confirmed confirmed = {0};
    for (size_t i = 0; i < procedure->n_suspects; i++) {
        struct suspect *cause = &procedure->suspects[i];
        if (strings_have(&symptom->entry->candidates, cause->entry->id) && cause->is_answer &&
            cause->gates == gates && may_explain(procedure, cause, symptom)) {
            struct suspect **slot =
                arena_append(procedure->arena, &confirmed.items, &confirmed.n_items, sizeof *slot);
            *slot = cause;
        }
    }
    return confirmed;
}

/* What was told only because nothing else explained the refusal is merely possible beside what
 * does. */
static void doubt_last_resorts(const struct confirmed *confirmed)
{
    bool has_other = false;
    for (size_t i = 0; i < confirmed->n_items; i++) {
        has_other = has_other || !confirmed->items[i]->entry->is_last_resort;
    }
    for (size_t i = 0; has_other && i < confirmed->n_items; i++) {
        struct suspect *cause = confirmed->items[i];
        if (cause->entry->is_last_resort) {
            cause->confidence = CONFIDENCE_POSSIBLE;
            cause->is_answer = false;
        }
    }
}

/* Lets the confirmed candidates explain the symptom; true when there was one. */
static bool swallow_by(struct procedure *procedure, const struct suspect *symptom, bool gates)
{
    const struct confirmed confirmed = confirmed_candidates(procedure, symptom, gates);
    for (size_t i = 0; i < confirmed.n_items; i++) {
        take_over(procedure, confirmed.items[i], symptom);
    }
    doubt_last_resorts(&confirmed);
    return confirmed.n_items > 0;
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
    bool is_pointed; /* a clue points to it, be it to others too */
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

/* The one candidate that is left of those the clue points to; NULL when there are more, or none. */
static const struct cause_entry *only_pointed(const struct procedure *procedure,
                                              const struct suspect *symptom,
                                              const struct clue *clue)
{
    const struct cause_entry *only = NULL;
    for (size_t i = 0; i < symptom->entry->candidates.n_items; i++) {
        const struct cause_entry *entry =
            catalogue_cause(procedure->catalogue, symptom->entry->candidates.items[i]);
        if (strings_have(&entry->signatures, clue->signature) &&
            is_left(procedure, symptom, entry)) {
            if (only != NULL) {
                return NULL;
            }
            only = entry;
        }
    }
    return only;
}

/* A clue that points to several candidates makes none of them more than possible. */
static struct candidate weigh(const struct procedure *procedure, const struct suspect *symptom,
                              const struct cause_entry *entry)
{
    const struct clues *clues = &procedure->observations->clues;
    struct candidate candidate = {.entry = entry, .confidence = CONFIDENCE_POSSIBLE};
    for (size_t i = 0; i < clues->n_items; i++) {
        const struct clue *clue = &clues->items[i];
        bool points =
            concerns(clue, &symptom->about) && strings_have(&entry->signatures, clue->signature);
        if (points && only_pointed(procedure, symptom, clue) == entry) {
            enum confidence strength = clue_strength(procedure->catalogue, entry, clue);
            candidate.confidence =
                strength < candidate.confidence ? strength : candidate.confidence;
        }
        candidate.is_pointed = candidate.is_pointed || points;
    }
    return candidate;
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

/* The sure ones first, then those that clues point to, then the rest. */
enum { PLACE_CERTAIN, PLACE_LIKELY, PLACE_POINTED, PLACE_REST, N_PLACES };

static int place_of(const struct candidate *candidate)
{
    switch (candidate->confidence) {
    case CONFIDENCE_CERTAIN:
        return PLACE_CERTAIN;
    case CONFIDENCE_LIKELY:
        return PLACE_LIKELY;
    case CONFIDENCE_POSSIBLE:
        break;
    }
    return candidate->is_pointed ? PLACE_POINTED : PLACE_REST;
}

static struct candidates candidates_left(const struct procedure *procedure,
                                         const struct suspect *symptom)
{
    const struct strings ranked = ranked_candidates(procedure, symptom);
    struct candidates candidates = {0};
    for (int place = 0; place < N_PLACES; place++) {
        for (size_t i = 0; i < ranked.n_items; i++) {
            const struct cause_entry *entry =
                catalogue_cause(procedure->catalogue, ranked.items[i]);
            const struct candidate candidate = weigh(procedure, symptom, entry);
            if (place_of(&candidate) == place && is_left(procedure, symptom, entry)) {
                struct candidate *slot = arena_append(procedure->arena, &candidates.items,
                                                      &candidates.n_items, sizeof *slot);
                *slot = candidate;
            }
        }
    }
    return candidates;
}

/* One candidate is as sure as the clues make it, and beside it none is more than possible. One that
 * is left over is likely by exclusion. */
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

static struct concern concern_behind(const struct cause_entry *entry, const struct suspect *symptom)
{
    return (struct concern){about_which(entry, &symptom->about),
                            pairs_get(&symptom->about, "credential")};
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
        const struct concern concern = concern_behind(entry, &symptom);
        struct suspect *suspect = add_suspect(procedure, entry, &concern, confidence);
        suspect->is_answer = suspect->is_answer || confidence != CONFIDENCE_POSSIBLE;
        take_over(procedure, suspect, &symptom);
        procedure->suspects[index].is_explained =
            procedure->suspects[index].is_explained || suspect->is_answer;
    }
}

/* A cause that explains the symptom already accounts for the clue. */
static bool is_accounted_for(const struct procedure *procedure, const struct suspect *symptom,
                             const struct clue *clue)
{
    for (size_t i = 0; i < procedure->n_suspects; i++) {
        const struct suspect *suspect = &procedure->suspects[i];
        if (suspect->is_answer && strings_have(&suspect->entry->signatures, clue->signature) &&
            strings_have(&symptom->entry->candidates, suspect->entry->id)) {
            return true;
        }
    }
    return false;
}

/* What a clue names stands beside a confirmed cause that does not account for it: both may keep the
 * call out. */
static void add_pointed(struct procedure *procedure, const struct suspect *symptom)
{
    const struct clues *clues = &procedure->observations->clues;
    for (size_t i = 0; i < clues->n_items; i++) {
        const struct clue *clue = &clues->items[i];
        const struct cause_entry *entry =
            concerns(clue, &symptom->about) && !is_accounted_for(procedure, symptom, clue)
                ? only_pointed(procedure, symptom, clue)
                : NULL;
        if (entry != NULL) {
            const struct concern concern = concern_behind(entry, symptom);
            struct suspect *suspect = add_suspect(procedure, entry, &concern, CONFIDENCE_LIKELY);
            suspect->is_answer = true;
            take_over(procedure, suspect, symptom);
        }
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
            add_pointed(procedure, &symptom);
        } else if (symptom.gates) { /* a cause that is not certain may hide another */
            narrow_down(procedure, i);
        }
    }
}
