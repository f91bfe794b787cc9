/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything a check may ask, before anything is sent: for the list that an administrator approves,
 * and for the tests that hold questions to the list of known columns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/question.h"

struct arena;
struct catalogue;
struct check;
struct pack;
struct target;

/* What an answer is like after which a question comes: a set of these. */
enum foreseen_after {
    AFTER_ABSENT = 1 << 0,    /* other rows, and not the one that was asked for */
    AFTER_UNCOUNTED = 1 << 1, /* no rows, and none counted */
    AFTER_FOUND = 1 << 2,
    AFTER_HIDDEN = 1 << 3, /* counted, and not returned */
    AFTER_REFUSED = 1 << 4,
    AFTER_NO_TABLE = 1 << 5,
};

struct foreseen {
    struct question question;
    bool is_certain;     /* asked in any case, before an answer to anything else */
    unsigned after;      /* of what is not certain: the answers right before it, a set */
    struct strings upon; /* … and the tables and paths they are about: one of them, or several */
};

/* What else there is to know of the run. */
struct foresee_options {
    bool may_write;
    bool is_quick;
    int64_t now; /* seconds since 1970 */
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

/* The same for a run with these options; the other one supposes consent to write. */
struct foresight foresee_with(struct arena *arena, const struct catalogue *catalogue,
                              const struct target *target, const struct pack *pack,
                              const struct check *check, const struct foresee_options *options);

/* True when there are answers by which the check passes or fails, though only questions that
 * can_tell() names are answered, and all others with not-recorded. */
bool foresee_decides(struct arena *arena, const struct catalogue *catalogue,
                     const struct target *target, const struct pack *pack,
                     const struct check *check,
                     bool (*can_tell)(const struct pack *pack, const struct question *question));

/* Such a set in words, behind the name of a table: "is empty or is refused". */
const char *foreseen_after_words(struct arena *arena, unsigned after);
