/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can tell whether a check holds, before anybody is asked: for `pack coverage`, so that it is
 * known which evidence is worth getting.
 */
#pragma once

#include "base/strings.h"

struct arena;
struct catalogue;
struct pack;
struct target;

/* Each by itself, without the others: a set of these. */
enum prover {
    PROVER_INTEGRATION = 1 << 0, /* the pack's own credential */
    PROVER_AUDITOR = 1 << 1,
    PROVER_SCRIPT = 1 << 2, /* what an admin's script printed */
    PROVER_EXPORT = 1 << 3, /* XML exports of whole tables */
    PROVER_TARGET = 1 << 4, /* what the user gave: nothing of the instance is read */
};

/*
 * Of every check of the pack, in its order: who may decide it, where what is asked of him is
 * answered. By its own credential, that is what the credential is asked although an auditor is
 * there, and what an effect shows (rules/effects.yaml). `target` has credentials of both names; a
 * check with a parameter that is not set has nobody. The array lives in `arena`.
 */
unsigned *provers_of_checks(struct arena *arena, const struct catalogue *catalogue,
                            const struct target *target, const struct pack *pack);

/* "integration, auditor"; "-" for nobody. */
const char *provers_in_words(struct arena *arena, unsigned set);
