/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pasted text means: what was recognised in it, what that rules out, and the causes that are
 * left. The page that is written of it reads nothing else.
 */
#pragma once

#include <stddef.h>

#include "base/strings.h"
#include "model/cause.h"
#include "model/clue.h"
#include "model/paste.h"

struct explanation {
    const struct paste *paste;
    const char *kind;  /* of the credential; NULL: not told */
    bool kind_is_said; /* by the user, not read in the text */
    struct clues clues;
    struct cause *causes; /* ordered; the first is the answer */
    size_t n_causes;
    struct strings other_kinds; /* candidates that another kind of credential has */
    struct strings ruled_out;   /* candidates that something recognised rules out */
};
