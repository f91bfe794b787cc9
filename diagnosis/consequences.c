/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows from something else: it is folded under the cause of that, so that one inactive user
 * does not read as fourteen failures.
 */
#include "diagnosis/procedure.h"

#include "base/arena.h"

bool is_problem(const struct finding *finding)
{
    return finding->verdict == VERDICT_FAIL || finding->verdict == VERDICT_UNKNOWN ||
           finding->verdict == VERDICT_BLOCKED;
}

static const struct finding *find_finding(const struct procedure *procedure, const char *id)
{
    for (size_t i = 0; i < procedure->observations->n_findings; i++) {
        if (text_equal(procedure->observations->findings[i].check->id, id)) {
            return &procedure->observations->findings[i];
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
bool is_independent(const struct procedure *procedure, const struct finding *finding)
{
    if (!is_problem(finding) || is_taken_along(procedure, finding)) {
        return false;
    }
    bool has_own_cause = finding->gates && finding->causes.n_items > 0;
    return has_own_cause || obstacle_of(procedure, finding) == NULL;
}

/* Lets every suspect that explains `origin` explain `finding` too; true when that was news. */
static bool fold_into(const struct procedure *procedure, const struct finding *finding,
                      const char *origin)
{
    bool any_folded = false;
    for (size_t s = 0; s < procedure->n_suspects; s++) {
        struct strings *explains = &procedure->suspects[s].explains;
        if (!procedure->suspects[s].is_explained && strings_have(explains, origin) &&
            !strings_have(explains, finding->check->id)) {
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

void fold_consequences(const struct procedure *procedure)
{
    bool any_folded = true;
    while (any_folded) {
        any_folded = false;
        for (size_t i = 0; i < procedure->observations->n_findings; i++) {
            const struct finding *finding = &procedure->observations->findings[i];
            if (is_problem(finding)) {
                any_folded = fold_finding(procedure, finding) || any_folded;
            }
        }
    }
}
