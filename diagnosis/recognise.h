/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pasted text shows, told by the signatures of the catalogue. Nothing is guessed: what no
 * signature knows is not recognised.
 */
#pragma once

#include "model/clue.h"
#include "model/paste.h"
#include "rules/catalogue.h"

struct arena;

/*
 * One clue for each signature that an answer or a line of the text shows, in the order of the
 * catalogue. `kind` is the credential's kind where the user said it, else NULL: then it is what the
 * text says. Clues point into `paste` and live in `arena`.
 */
struct clues recognise(struct arena *arena, const struct catalogue *catalogue,
                       const struct paste *paste, const char *kind);
