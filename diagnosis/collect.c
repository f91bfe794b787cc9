/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What findings and clues point to, each with how sure that is.
 */
#include "diagnosis/procedure.h"

#include "base/arena.h"
#include "diagnosis/suspicion.h"

/* Two credentials may each have a user that is not active: those are two causes, unless it is one
 * user. */
static bool is_the_same(const struct suspect *suspect, const struct concern *concern)
{
    bool is_known = suspect->credentials.n_items > 0 && concern->credential != NULL;
    return !is_known || is_of_instance(suspect->entry) ||
           strings_have(&suspect->credentials, concern->credential) ||
           (concern->subject != NULL && text_equal(suspect->subject, concern->subject));
}

static struct suspect *find_suspect(struct procedure *procedure, const struct cause_entry *entry,
                                    const struct concern *concern)
{
    for (size_t i = 0; i < procedure->n_suspects; i++) {
        if (procedure->suspects[i].entry == entry &&
            is_the_same(&procedure->suspects[i], concern)) {
            return &procedure->suspects[i];
        }
    }
    return NULL;
}

static struct suspect *new_suspect(struct procedure *procedure, const struct cause_entry *entry,
                                   const struct concern *concern, enum confidence confidence)
{
    struct suspect *suspect = arena_append(procedure->arena, &procedure->suspects,
                                           &procedure->n_suspects, sizeof *suspect);
    *suspect =
        (struct suspect){.entry = entry, .subject = concern->subject, .confidence = confidence};
    return suspect;
}

struct suspect *add_suspect(struct procedure *procedure, const struct cause_entry *entry,
                            const struct concern *concern, enum confidence confidence)
{
    struct suspect *suspect = find_suspect(procedure, entry, concern);
    if (suspect == NULL) {
        suspect = new_suspect(procedure, entry, concern, confidence);
    }
    if (confidence < suspect->confidence) {
        suspect->confidence = confidence;
    }
    if (concern->credential != NULL) {
        strings_add_unique(procedure->arena, &suspect->credentials, concern->credential);
    }
    return suspect;
}

/* True when `other` is there for the effect that the finding's check sees, or one that this needs.
 */
static bool serves_it(const struct finding *other, const struct finding *finding)
{
    const struct strings *served = &other->check->serves;
    bool is_served = strings_have(served, finding->check->id);
    for (size_t i = 0; i < finding->check->needs.n_items; i++) {
        is_served = is_served || strings_have(served, finding->check->needs.items[i]);
    }
    return is_served;
}

/* Another check that gates saw this very alternative: of the same subject, or in the configuration
 * that is there for this finding's check; where this one does not gate, of any. */
static bool is_seen_elsewhere(const struct procedure *procedure, const struct finding *finding,
                              const char *id)
{
    for (size_t i = 0; i < procedure->observations->n_findings; i++) {
        const struct finding *other = &procedure->observations->findings[i];
        bool is_sure = other->verdict == VERDICT_FAIL && other->gates &&
                       !other->causes_are_alternatives && strings_have(&other->causes, id);
        if (is_sure && (!finding->gates || serves_it(other, finding) ||
                        (finding->cause_subject != NULL &&
                         text_equal(other->cause_subject, finding->cause_subject)))) {
            return true;
        }
    }
    return false;
}

/* Of alternatives those that another check saw, where one did. */
static struct strings seen_alternatives(const struct procedure *procedure,
                                        const struct finding *finding)
{
    struct strings seen = {0};
    for (size_t i = 0; finding->causes_are_alternatives && i < finding->causes.n_items; i++) {
        if (is_seen_elsewhere(procedure, finding, finding->causes.items[i])) {
            strings_add(procedure->arena, &seen, finding->causes.items[i]);
        }
    }
    return seen;
}

/* What a cause behind the finding would be about: of which credential, besides what its check
 * says. A refusal of the auditor is about the auditor, whatever credential the pack tests. */
static struct pairs about_of(const struct procedure *procedure, const struct finding *finding)
{
    struct pairs about = {0};
    for (size_t i = 0; i < finding->about.n_items; i++) {
        pairs_add(procedure->arena, &about, finding->about.items[i].key,
                  finding->about.items[i].value);
    }
    if (pairs_get(&about, "credential") == NULL && finding->credential != NULL) {
        pairs_add(procedure->arena, &about, "credential", finding->credential);
    }
    return about;
}

/* What a finding points to, without the alternatives that other findings rule out. Where they
 * rule out all of them, one of the two is wrong, and it cannot be told which: all are left. */
struct strings causes_left(const struct procedure *procedure, const struct finding *finding)
{
    struct strings seen = seen_alternatives(procedure, finding);
    struct pairs about = about_of(procedure, finding);
    struct strings left = {0};
    if (seen.n_items > 0) {
        return seen;
    }
    for (size_t i = 0; i < finding->causes.n_items; i++) {
        const char *id = finding->causes.items[i];
        const struct cause_entry *entry = catalogue_cause(procedure->catalogue, id);
        if (!finding->causes_are_alternatives || entry == NULL ||
            !is_excluded_by_a_pass(procedure->observations, entry, finding->cause_subject,
                                   &about)) {
            strings_add(procedure->arena, &left, id);
        }
    }
    return left.n_items > 0 ? left : finding->causes;
}

/* Of alternatives the first is likely and the others are possible, however strong their facts are,
 * and so is what nothing shows. */
static enum confidence confidence_of(const struct finding *finding, size_t rank, size_t n_left,
                                     const struct cause_entry *entry)
{
    if (finding->causes_are_possible) {
        return CONFIDENCE_POSSIBLE;
    }
    if (!finding->causes_are_alternatives || n_left == 1) {
        enum confidence strength = cause_strength(entry);
        return finding->is_no_proof && strength == CONFIDENCE_CERTAIN ? CONFIDENCE_LIKELY
                                                                      : strength;
    }
    return rank == 0 ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
}

static void note_about(const struct procedure *procedure, struct suspect *suspect,
                       const struct pairs *about)
{
    for (size_t i = 0; i < about->n_items; i++) {
        const struct pair *pair = &about->items[i];
        if (pairs_get(&suspect->about, pair->key) == NULL) {
            pairs_add(procedure->arena, &suspect->about, pair->key, pair->value);
        }
    }
}

static void note_subject(const struct procedure *procedure, struct suspect *suspect,
                         const struct finding *finding, const struct pairs *about)
{
    if (finding->cause_subject != NULL) {
        strings_add_unique(procedure->arena, &suspect->subjects, finding->cause_subject);
    }
    note_about(procedure, suspect, about);
}

static struct concern concern_of(const struct finding *finding, const struct cause_entry *entry,
                                 const struct pairs *about)
{
    const char *which = pairs_get(about, entry->id);
    return (struct concern){.subject = which != NULL ? which : finding->cause_subject,
                            .credential = pairs_get(about, "credential")};
}

static void collect_findings(struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->observations->n_findings; i++) {
        const struct finding *finding = &procedure->observations->findings[i];
        bool counts = is_independent(procedure, finding);
        struct strings left = causes_left(procedure, finding);
        const struct pairs about = about_of(procedure, finding);
        for (size_t c = 0; counts && c < left.n_items; c++) {
            const struct cause_entry *entry = catalogue_cause(procedure->catalogue, left.items[c]);
            if (entry == NULL) {
                continue;
            }
            const struct concern concern = concern_of(finding, entry, &about);
            struct suspect *suspect = add_suspect(procedure, entry, &concern,
                                                  confidence_of(finding, c, left.n_items, entry));
            suspect->gates = suspect->gates || finding->gates;
            suspect->is_answer = suspect->is_answer ||
                                 (!entry->is_symptom && suspect->confidence != CONFIDENCE_POSSIBLE);
            strings_add_unique(procedure->arena, &suspect->explains, finding->check->id);
            note_subject(procedure, suspect, finding, &about);
        }
    }
}

/* A clue that no finding tells: an answer somebody pasted, a line in the instance's log. */
static void collect_clue(struct procedure *procedure, const struct clue *clue)
{
    const struct signature *signature = catalogue_signature(procedure->catalogue, clue->signature);
    const struct cause_entry *entry =
        signature == NULL ? NULL : catalogue_cause(procedure->catalogue, signature->cause);
    if (!clue->stands_alone || entry == NULL) {
        return;
    }
    const char *subject = clue->subject != NULL ? clue->subject : about_which(entry, &clue->about);
    enum confidence strength = pointing_strength(procedure->catalogue, entry, signature);
    if (signature->also.n_items > 0 || clue->is_words_only) {
        strength = CONFIDENCE_LIKELY;
    }
    struct concern concern = {subject, pairs_get(&clue->about, "credential")};
    struct suspect *suspect = add_suspect(procedure, entry, &concern, strength);
    suspect->gates = true;
    suspect->is_answer = !entry->is_symptom;
    note_about(procedure, suspect, &clue->about);
    for (size_t i = 0; i < signature->also.n_items; i++) {
        const struct pair *also = &signature->also.items[i];
        const struct cause_entry *other = catalogue_cause(procedure->catalogue, also->key);
        if (other != NULL) {
            concern.subject = text_equal(also->value, "same") ? subject : also->value;
            suspect = add_suspect(procedure, other, &concern, CONFIDENCE_POSSIBLE);
            suspect->gates = true;
        }
    }
}

void collect(struct procedure *procedure)
{
    collect_findings(procedure);
    for (size_t i = 0; i < procedure->observations->clues.n_items; i++) {
        collect_clue(procedure, &procedure->observations->clues.items[i]);
    }
}
