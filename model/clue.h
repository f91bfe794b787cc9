/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Something seen besides the packs' checks that tells causes apart: how a made-up credential was
 * answered, what the same credential is answered elsewhere, what the instance logged about our own
 * call, or what a pasted text says. A clue has no verdict and gates nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"
#include "model/exchange.h"

struct clue {
    const char *signature; /* its id in rules/signatures.yaml */
    const char *subject;   /* which table, path or user it was seen of; NULL: none in particular */
    const char *says;      /* what was seen, one line for people */
    const char *means;     /* what follows from it; NULL where that goes without saying */

    /* What it is about, in the words of a finding's `about`: a clue with another "credential" than
     * a symptom's does not touch that symptom. And "kind": of which kind the credential is. */
    struct pairs about;

    bool is_words_only; /* words that other systems use too, without an answer of the instance: what
                           they stand for is likely at most */
    bool stands_alone;  /* no finding tells it: what its signature stands for is to be named */
    const struct exchange **exchanges;
    size_t n_exchanges;
};

struct clues {
    struct clue *items;
    size_t n_items;
};
