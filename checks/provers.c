/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trying each alone: the others are supposed to have no answer.
 */
#include "checks/provers.h"

#include "base/arena.h"
#include "checks/effects.h"
#include "checks/foresee.h"
#include "model/pack.h"
#include "rules/catalogue.h"

/* ---- Who answers what ----------------------------------------------------------------------- */

/* A call without a credential is made in every run. */
static bool auditor_can_tell(const struct pack *pack, const struct question *question)
{
    (void)pack;
    return question->credential == NULL || text_equal(question->credential, "auditor");
}

static bool integration_can_tell(const struct pack *pack, const struct question *question)
{
    (void)pack;
    return !text_equal(question->credential, "auditor");
}

/* What a call is answered stands in no table, nor does who makes it. */
static bool file_can_tell(const struct pack *pack, const struct question *question)
{
    return question->credential != NULL && auditor_can_tell(pack, question) &&
           question->kind == QUESTION_ROWS;
}

/* What the instance logged just now is in no file that was taken before. */
static bool export_can_tell(const struct pack *pack, const struct question *question)
{
    return file_can_tell(pack, question) && question->minutes == 0;
}

static const struct {
    enum prover prover;
    const char *name;
    bool (*can_tell)(const struct pack *pack, const struct question *question);
} provers[] = {
    {PROVER_INTEGRATION, "integration", integration_can_tell},
    {PROVER_AUDITOR, "auditor", auditor_can_tell},
    {PROVER_SCRIPT, "script", file_can_tell},
    {PROVER_EXPORT, "export", export_can_tell},
    {PROVER_TARGET, "target", NULL},
};

/* ---- Effects -------------------------------------------------------------------------------- */

/* All that the pack's own credential is asked in any case. */
static struct questions own_questions(struct arena *arena, const struct pack *pack,
                                      const struct foresight *foresights)
{
    struct questions own = {0};
    for (size_t c = 0; c < pack->n_checks; c++) {
        for (size_t i = 0; i < foresights[c].n_items; i++) {
            const struct foreseen *foreseen = &foresights[c].items[i];
            if (integration_can_tell(pack, &foreseen->question) && foreseen->is_certain &&
                questions_find(&own, &foreseen->question) == NULL) {
                questions_add(arena, &own, &foreseen->question);
            }
        }
    }
    return own;
}

/* ---- Checks --------------------------------------------------------------------------------- */

static unsigned provers_of(struct arena *arena, const struct catalogue *catalogue,
                           const struct target *target, const struct pack *pack,
                           const struct check *check)
{
    unsigned set = 0;
    for (size_t i = 0; i < ARRAY_LEN(provers); i++) {
        if (provers[i].can_tell != NULL &&
            foresee_decides(arena, catalogue, target, pack, check, provers[i].can_tell)) {
            set |= (unsigned)provers[i].prover;
        }
    }
    return set;
}

unsigned *provers_of_checks(struct arena *arena, const struct catalogue *catalogue,
                            const struct target *target, const struct pack *pack)
{
    const struct answers none = {0};
    const struct effect_scope scope = {
        .arena = arena, .catalogue = catalogue, .target = target, .pack = pack, .answers = &none};
    struct foresight *foresights = arena_array(arena, pack->n_checks, sizeof *foresights);
    unsigned *sets = arena_array(arena, pack->n_checks, sizeof *sets);
    for (size_t c = 0; c < pack->n_checks; c++) {
        foresights[c] = foresee(arena, catalogue, target, pack, &pack->checks[c]);
    }
    const struct questions own = own_questions(arena, pack, foresights);
    for (size_t c = 0; c < pack->n_checks; c++) {
        const struct check *check = &pack->checks[c];
        sets[c] = foresights[c].n_items == 0 ? PROVER_TARGET
                                             : provers_of(arena, catalogue, target, pack, check);
        if (check->unset_parameter != NULL) {
            sets[c] = 0;
        } else if (check->kind != NULL && effects_may_show(&scope, &own, check)) {
            sets[c] |= PROVER_INTEGRATION;
        }
    }
    return sets;
}

const char *provers_in_words(struct arena *arena, unsigned set)
{
    struct strings names = {0};
    for (size_t i = 0; i < ARRAY_LEN(provers); i++) {
        if ((set & (unsigned)provers[i].prover) != 0) {
            strings_add(arena, &names, provers[i].name);
        }
    }
    return names.n_items == 0 ? "-" : strings_join(arena, &names, ", ");
}
