/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which verdicts changed between two runs, and what did it. Nothing is guessed: B is judged again
 * with a difference undone, and what gives the verdict of A is the cause.
 */
#pragma once

#include "checks/differing.h"
#include "checks/engine.h"

/* Who answers what an altered B asks that neither was asked before. */
struct late_source {
    void *ctx; /* NULL: nobody */
    struct answer *(*answer)(void *ctx, struct arena *arena, const struct question *question);
};

/* Where better and worse begin: fail, blocked, unknown, and the rest, which are alike. */
enum change_direction change_direction(enum verdict before, enum verdict after);

/* The changes live in `arena`, and refer to both sides. `options` are those that B was judged with.
 */
const struct changes *changes_between(struct arena *arena, const struct catalogue *catalogue,
                                      const struct engine_options *options,
                                      const struct side *before, const struct side *after,
                                      const struct late_source *late);
