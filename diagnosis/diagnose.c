/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The procedure: collect what findings and clues point to, let confirmed causes swallow their
 * symptoms, narrow down the symptoms that are left, fold the consequences, put the answer first.
 */
#include "diagnosis/diagnose.h"

#include "base/arena.h"
#include "base/strings.h"
#include "diagnosis/procedure.h"

enum confidence cause_strength(const struct cause_entry *entry)
{
    for (size_t i = 0; i < entry->n_facts; i++) {
        if (!entry->facts[i].is_strong) {
            return CONFIDENCE_LIKELY;
        }
    }
    return entry->n_facts > 0 ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
}

static bool is_exclusive(const struct catalogue *catalogue, const char *signature)
{
    size_t n = 0;
    for (size_t i = 0; i < catalogue->n_causes; i++) {
        n += strings_have(&catalogue->causes[i].signatures, signature) ? 1 : 0;
    }
    return n <= 1;
}

enum confidence pointing_strength(const struct catalogue *catalogue,
                                  const struct cause_entry *entry,
                                  const struct signature *signature)
{
    bool is_strong = signature->n_facts > 0 && is_exclusive(catalogue, signature->id);
    for (size_t i = 0; i < signature->n_facts; i++) {
        is_strong = is_strong && signature->facts[i].is_strong;
    }
    return is_strong ? cause_strength(entry) : CONFIDENCE_LIKELY;
}

static bool is_hygiene(const struct cause_entry *entry)
{
    return text_equal(entry->group, "hygiene");
}

/*
 * The answer's place: confirmed causes by how much they explain, then symptoms, then what is merely
 * possible; the order of the findings, and of a symptom's candidates, is kept within each, but
 * that of two that fit alike the one comes first whose row has changed since it worked.
 */
static int place_of(const struct suspect *suspect)
{
    if (suspect->is_answer && suspect->confidence != CONFIDENCE_POSSIBLE) {
        return 0;
    }
    return suspect->entry->is_symptom ? 1 : 2;
}

static bool comes_before(const struct suspect *a, const struct suspect *b)
{
    int place_a = place_of(a);
    int place_b = place_of(b);
    if (place_a != place_b) {
        return place_a < place_b;
    }
    if (place_a == 0 && a->explains.n_items != b->explains.n_items) {
        return a->explains.n_items > b->explains.n_items;
    }
    return a->confidence == b->confidence && a->has_changed && !b->has_changed;
}

static void note_changes(struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->n_suspects; i++) {
        procedure->suspects[i].has_changed = has_changed(procedure, &procedure->suspects[i]);
    }
}

/* Insertion keeps equal suspects in their order; there are few. */
static void sort_suspects(struct procedure *procedure)
{
    for (size_t i = 1; i < procedure->n_suspects; i++) {
        struct suspect moving = procedure->suspects[i];
        size_t j = i;
        for (; j > 0 && comes_before(&moving, &procedure->suspects[j - 1]); j--) {
            procedure->suspects[j] = procedure->suspects[j - 1];
        }
        procedure->suspects[j] = moving;
    }
}

/* What works here and fails there: two things that nothing on the instance shows. */
static void advise_for_elsewhere(const struct procedure *procedure, struct diagnosis *diagnosis)
{
    static const char *const elsewhere[] = {"vendor-egress-blocked", "vendor-request-differs"};
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
        struct suspect suspect = {.entry = catalogue_cause(procedure->catalogue, elsewhere[i]),
                                  .confidence = CONFIDENCE_POSSIBLE};
        bool is_there = false;
        for (size_t a = 0; a < diagnosis->n_advice; a++) {
            is_there = is_there || text_equal(diagnosis->advice[a].id, elsewhere[i]);
        }
        if (suspect.entry != NULL && !is_there) {
            struct cause *slot = arena_append(procedure->arena, &diagnosis->advice,
                                              &diagnosis->n_advice, sizeof *slot);
            *slot = worded(procedure, &suspect);
        }
    }
}

struct diagnosis diagnose(struct arena *arena, const struct catalogue *catalogue,
                          const struct observations *observations)
{
    bool is_ready = observations->status == STATUS_READY;
    struct procedure procedure = {
        .arena = arena, .catalogue = catalogue, .observations = observations};
    collect(&procedure);
    settle_symptoms(&procedure);
    fold_consequences(&procedure);
    note_changes(&procedure);
    sort_suspects(&procedure);

    struct diagnosis diagnosis = {0};
    for (size_t i = 0; i < procedure.n_suspects; i++) {
        const struct suspect *suspect = &procedure.suspects[i];
        if (suspect->is_explained) {
            continue;
        }
        bool is_advice = is_ready || !suspect->gates || is_hygiene(suspect->entry);
        struct cause *slot =
            is_advice ? arena_append(arena, &diagnosis.advice, &diagnosis.n_advice, sizeof *slot)
                      : arena_append(arena, &diagnosis.causes, &diagnosis.n_causes, sizeof *slot);
        *slot = worded(&procedure, suspect);
    }
    if (is_ready && observations->is_in_depth) {
        advise_for_elsewhere(&procedure, &diagnosis);
    }
    return diagnosis;
}
