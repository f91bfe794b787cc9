/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The procedure: collect what findings point to, let confirmed causes swallow their symptoms,
 * narrow down the symptoms that are left, fold the consequences, put the answer first.
 */
#include "diagnosis/diagnose.h"

#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "diagnosis/suspicion.h"

/* A cause on its way: the entry it will be worded from, and the findings that led to it. */
struct suspect {
    const struct cause_entry *entry;
    const char *subject;
    enum confidence confidence;
    bool gates;              /* at least one finding that gates points to it */
    bool is_answer;          /* it explains a symptom, or needs no symptom */
    struct strings subjects; /* all it was seen of */
    struct pairs about;      /* of a symptom: what a cause behind it would be about */
    struct strings explains;
};

struct procedure {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct finding *findings;
    size_t n_findings;
    bool is_ready;
    struct suspect *suspects;
    size_t n_suspects;
};

enum confidence cause_strength(const struct cause_entry *entry)
{
    for (size_t i = 0; i < entry->n_facts; i++) {
        if (!entry->facts[i].is_strong) {
            return CONFIDENCE_LIKELY;
        }
    }
    return entry->n_facts > 0 ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
}

static bool is_problem(const struct finding *finding)
{
    return finding->verdict == VERDICT_FAIL || finding->verdict == VERDICT_UNKNOWN ||
           finding->verdict == VERDICT_BLOCKED;
}

static bool is_hygiene(const struct cause_entry *entry)
{
    return text_equal(entry->group, "hygiene");
}

/* ---- Collecting ---- */

static struct suspect *find_suspect(struct procedure *procedure, const char *id)
{
    for (size_t i = 0; i < procedure->n_suspects; i++) {
        if (text_equal(procedure->suspects[i].entry->id, id)) {
            return &procedure->suspects[i];
        }
    }
    return NULL;
}

static struct suspect *add_suspect(struct procedure *procedure, const struct cause_entry *entry,
                                   const char *subject, enum confidence confidence)
{
    struct suspect *suspect = find_suspect(procedure, entry->id);
    if (suspect != NULL) {
        if (confidence < suspect->confidence) {
            suspect->confidence = confidence;
        }
        return suspect;
    }
    suspect = arena_append(procedure->arena, &procedure->suspects, &procedure->n_suspects,
                           sizeof *suspect);
    *suspect = (struct suspect){.entry = entry, .subject = subject, .confidence = confidence};
    return suspect;
}

/* What a passing finding rules out, it rules out for everybody or for what it was about itself. */
static bool is_excluded_by_a_pass(const struct procedure *procedure, const char *id,
                                  const char *subject, const struct pairs *about)
{
    for (size_t i = 0; i < procedure->n_findings; i++) {
        const struct finding *finding = &procedure->findings[i];
        if (finding->verdict == VERDICT_PASS && excludes(finding, id, subject, about)) {
            return true;
        }
    }
    return false;
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
    for (size_t i = 0; i < procedure->n_findings; i++) {
        const struct finding *other = &procedure->findings[i];
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

/* What a finding points to, without the alternatives that other findings rule out. Where they
 * rule out all of them, one of the two is wrong, and it cannot be told which: all are left. */
static struct strings causes_left(const struct procedure *procedure, const struct finding *finding)
{
    struct strings seen = seen_alternatives(procedure, finding);
    struct strings left = {0};
    if (seen.n_items > 0) {
        return seen;
    }
    for (size_t i = 0; i < finding->causes.n_items; i++) {
        const char *id = finding->causes.items[i];
        if (!finding->causes_are_alternatives ||
            !is_excluded_by_a_pass(procedure, id, finding->cause_subject, &finding->about)) {
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

static const struct finding *find_finding(const struct procedure *procedure, const char *id)
{
    for (size_t i = 0; i < procedure->n_findings; i++) {
        if (text_equal(procedure->findings[i].check->id, id)) {
            return &procedure->findings[i];
        }
    }
    return NULL;
}

/* The needed check that is a problem with a cause of its own: then this finding follows from it. */
static const struct finding *obstacle_of(const struct procedure *procedure,
                                         const struct finding *finding)
{
    for (size_t i = 0; i < finding->check->needs.n_items; i++) {
        const struct finding *needed = find_finding(procedure, finding->check->needs.items[i]);
        if (needed != NULL && is_problem(needed) && needed->causes.n_items > 0) {
            return needed;
        }
    }
    return NULL;
}

/* What one of its causes is about is not there at all. */
static bool is_about_an_absence(const struct procedure *procedure, const struct finding *finding)
{
    struct strings left = causes_left(procedure, finding);
    for (size_t i = 0; i < left.n_items; i++) {
        const struct cause_entry *entry = catalogue_cause(procedure->catalogue, left.items[i]);
        if (entry != NULL && entry->is_absence) {
            return true;
        }
    }
    return false;
}

/* Something it needs, directly or through other checks, is not there; needs have no cycles. */
static bool is_taken_along(const struct procedure *procedure, const struct finding *finding)
{
    for (size_t i = 0; i < finding->check->needs.n_items; i++) {
        const struct finding *needed = find_finding(procedure, finding->check->needs.items[i]);
        if (needed != NULL && is_problem(needed) &&
            (is_about_an_absence(procedure, needed) || is_taken_along(procedure, needed))) {
            return true;
        }
    }
    return false;
}

/*
 * A missing user takes its roles, flags and keys along. A record that is there and wrong does not:
 * what needs it and fails with a cause of its own has two causes. Of checks that do not gate, and
 * with them of good practice, one is enough.
 */
static bool is_independent(const struct procedure *procedure, const struct finding *finding)
{
    if (!is_problem(finding) || is_taken_along(procedure, finding)) {
        return false;
    }
    bool has_own_cause = finding->gates && finding->causes.n_items > 0;
    return has_own_cause || obstacle_of(procedure, finding) == NULL;
}

static void note_subject(const struct procedure *procedure, struct suspect *suspect,
                         const struct finding *finding)
{
    if (finding->cause_subject != NULL) {
        strings_add_unique(procedure->arena, &suspect->subjects, finding->cause_subject);
    }
    for (size_t i = 0; i < finding->about.n_items; i++) {
        const struct pair *pair = &finding->about.items[i];
        if (pairs_get(&suspect->about, pair->key) == NULL) {
            pairs_add(procedure->arena, &suspect->about, pair->key, pair->value);
        }
    }
}

static void collect(struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->n_findings; i++) {
        const struct finding *finding = &procedure->findings[i];
        bool counts = is_independent(procedure, finding);
        struct strings left = causes_left(procedure, finding);
        for (size_t c = 0; counts && c < left.n_items; c++) {
            const struct cause_entry *entry = catalogue_cause(procedure->catalogue, left.items[c]);
            if (entry == NULL) {
                continue;
            }
            const char *which = pairs_get(&finding->about, entry->id);
            struct suspect *suspect =
                add_suspect(procedure, entry, which != NULL ? which : finding->cause_subject,
                            confidence_of(finding, c, left.n_items, entry));
            suspect->gates = suspect->gates || finding->gates;
            suspect->is_answer = suspect->is_answer ||
                                 (!entry->is_symptom && suspect->confidence != CONFIDENCE_POSSIBLE);
            strings_add_unique(procedure->arena, &suspect->explains, finding->check->id);
            note_subject(procedure, suspect, finding);
        }
    }
}

/* ---- Symptoms ---- */

/* Passing findings rule causes out for everybody; a refused one only for its own refusal. */
static bool is_ruled_out(const struct procedure *procedure, const struct suspect *symptom,
                         const char *id)
{
    for (size_t i = 0; i < procedure->n_findings; i++) {
        const struct finding *finding = &procedure->findings[i];
        if (strings_have(&symptom->explains, finding->check->id) &&
            excludes(finding, id, symptom->subject, &symptom->about)) {
            return true;
        }
    }
    return is_excluded_by_a_pass(procedure, id, symptom->subject, &symptom->about);
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
            is_about_the_same(cause, symptom) && !is_ruled_out(procedure, symptom, id)) {
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

static struct strings remaining_candidates(const struct procedure *procedure,
                                           const struct suspect *symptom)
{
    struct strings remaining = {0};
    for (size_t i = 0; i < symptom->entry->candidates.n_items; i++) {
        const char *id = symptom->entry->candidates.items[i];
        const struct cause_entry *entry = catalogue_cause(procedure->catalogue, id);
        if (!is_ruled_out(procedure, symptom, id) &&
            could_be_seen(procedure->arena, entry, procedure->findings, procedure->n_findings)) {
            strings_add(procedure->arena, &remaining, id);
        }
    }
    return remaining;
}

/*
 * Nothing confirmed explains it: one candidate left is likely by exclusion and takes its place,
 * several are listed behind it as possible.
 */
static void narrow_down(struct procedure *procedure, size_t index)
{
    struct suspect symptom = procedure->suspects[index];
    struct strings remaining = remaining_candidates(procedure, &symptom);
    bool one_is_left = remaining.n_items == 1 && symptom.entry->by_exclusion;
    for (size_t i = 0; i < remaining.n_items; i++) {
        const struct cause_entry *entry = catalogue_cause(procedure->catalogue, remaining.items[i]);
        struct suspect *suspect =
            add_suspect(procedure, entry, about_which(entry, &symptom.about),
                        one_is_left ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE);
        suspect->is_answer = one_is_left;
        take_over(procedure, suspect, &symptom);
    }
    if (one_is_left) {
        procedure->suspects[index].explains = (struct strings){0};
    }
}

static void settle_symptoms(struct procedure *procedure)
{
    size_t n_collected = procedure->n_suspects;
    for (size_t i = 0; i < n_collected; i++) {
        struct suspect symptom = procedure->suspects[i];
        if (symptom.confidence == CONFIDENCE_CERTAIN && !symptom.entry->is_symptom) {
            continue;
        }
        if (swallow(procedure, &symptom)) {
            procedure->suspects[i].explains = (struct strings){0};
        } else if (symptom.gates && symptom.entry->is_symptom) {
            narrow_down(procedure, i);
        }
    }
}

/* ---- Consequences ---- */

/* Lets every suspect that explains `origin` explain `finding` too; true when that was news. */
static bool fold_into(const struct procedure *procedure, const struct finding *finding,
                      const char *origin)
{
    bool any_folded = false;
    for (size_t s = 0; s < procedure->n_suspects; s++) {
        struct strings *explains = &procedure->suspects[s].explains;
        if (strings_have(explains, origin) && !strings_have(explains, finding->check->id)) {
            strings_add(procedure->arena, explains, finding->check->id);
            any_folded = true;
        }
    }
    return any_folded;
}

/*
 * What a finding follows from: the check that stood in its way, a needed check with a cause of its
 * own, or, for a deviating row without one, the effect it is there for.
 */
static bool fold_finding(const struct procedure *procedure, const struct finding *finding)
{
    const struct finding *obstacle = obstacle_of(procedure, finding);
    bool any_folded = false;
    if (finding->blocked_by != NULL) {
        any_folded = fold_into(procedure, finding, finding->blocked_by);
    }
    if (obstacle != NULL && !is_independent(procedure, finding)) {
        any_folded = fold_into(procedure, finding, obstacle->check->id) || any_folded;
    }
    bool serves_only = finding->causes.n_items == 0 && finding->verdict == VERDICT_FAIL;
    for (size_t i = 0; serves_only && i < finding->check->serves.n_items; i++) {
        any_folded = fold_into(procedure, finding, finding->check->serves.items[i]) || any_folded;
    }
    return any_folded;
}

static void fold_consequences(const struct procedure *procedure)
{
    bool any_folded = true;
    while (any_folded) {
        any_folded = false;
        for (size_t i = 0; i < procedure->n_findings; i++) {
            const struct finding *finding = &procedure->findings[i];
            if (is_problem(finding)) {
                any_folded = fold_finding(procedure, finding) || any_folded;
            }
        }
    }
}

/* ---- Wording ---- */

static const char *with_subject(const struct procedure *procedure, const char *text,
                                const char *subject)
{
    static const char placeholder[] = "$subject";
    const char *place = text == NULL ? NULL : strstr(text, placeholder);
    if (place == NULL) {
        return text;
    }
    const char *rest = with_subject(procedure, place + strlen(placeholder), subject);
    return arena_printf(procedure->arena, "%.*s%s%s", (int)(place - text), text, subject, rest);
}

static struct cause worded(const struct procedure *procedure, const struct suspect *suspect)
{
    const struct cause_entry *entry = suspect->entry;
    const char *unnamed = entry->unnamed != NULL ? entry->unnamed : "of this integration";
    const char *subject = suspect->subject != NULL ? suspect->subject : unnamed;
    return (struct cause){
        .id = entry->id,
        .confidence = suspect->confidence,
        .subject = suspect->subject,
        .says = with_subject(procedure, entry->says, subject),
        .fix = with_subject(procedure, entry->fix, subject),
        .owner = entry->owner,
        .ask = suspect->confidence == CONFIDENCE_CERTAIN && !entry->is_symptom
                   ? NULL
                   : with_subject(procedure, entry->ask, subject),
        .explains = suspect->explains,
    };
}

/*
 * The answer's place: confirmed causes by how much they explain, then symptoms, then what is merely
 * possible; the order of the findings, and of a symptom's candidates, is kept within each.
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
    return place_a == 0 && a->explains.n_items > b->explains.n_items;
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

struct diagnosis diagnose(struct arena *arena, const struct catalogue *catalogue,
                          const struct finding *findings, size_t n_findings, enum status status)
{
    struct procedure procedure = {.arena = arena,
                                  .catalogue = catalogue,
                                  .findings = findings,
                                  .n_findings = n_findings,
                                  .is_ready = status == STATUS_READY};
    collect(&procedure);
    settle_symptoms(&procedure);
    fold_consequences(&procedure);
    sort_suspects(&procedure);

    struct diagnosis diagnosis = {0};
    for (size_t i = 0; i < procedure.n_suspects; i++) {
        const struct suspect *suspect = &procedure.suspects[i];
        if (suspect->explains.n_items == 0) {
            continue; /* a symptom that was swallowed */
        }
        bool is_advice = procedure.is_ready || !suspect->gates || is_hygiene(suspect->entry);
        struct cause *slot =
            is_advice ? arena_append(arena, &diagnosis.advice, &diagnosis.n_advice, sizeof *slot)
                      : arena_append(arena, &diagnosis.causes, &diagnosis.n_causes, sizeof *slot);
        *slot = worded(&procedure, suspect);
    }
    return diagnosis;
}
