/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything a check may ask, before anything is sent: for the list that an administrator approves,
 * and for the tests that hold questions to the list of known columns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/question.h"

struct arena;
struct catalogue;
struct check;
struct pack;
struct target;

struct foreseen {
    struct question question;
    bool is_certain; /* asked in any case, before an answer to anything else */
};

struct foresight {
    struct foreseen *items; /* in the order in which they are asked, each once */
    size_t n_items;
    bool never_ends; /* some answers keep the check asking: a mistake in its kind */
};

/*
 * Judges the check over and over, with imagined answers: absent, found, hidden, refused and so on,
 * changing from wave to wave (all answers of one wave are of one manner). Alternatives are looked
 * at too. A check with a parameter that is not set asks nothing. Which credentials are asked
 * follows from `target`; texts live in `arena`. Never fails.
 */
struct foresight foresee(struct arena *arena, const struct catalogue *catalogue,
                         const struct target *target, const struct pack *pack,
                         const struct check *check);
