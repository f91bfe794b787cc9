/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs between the answers of two runs, and B's answers with some of that undone.
 *
 * Answers are compared that the same check asked for, or that belong to one question; their rows by
 * sys_id on one instance, else by what people call them. sys_ids of two instances, and the keyed
 * tokens of two recordings, are never a difference.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/change.h"
#include "model/question.h"
#include "model/target.h"

struct arena;
struct pack;

/* One of the two runs, judged. */
struct side {
    const struct target *target;
    struct pack *const *packs;
    size_t n_packs;
    int64_t now; /* what it is judged by, in seconds since 1970 */
    const struct answers *answers;
    const struct finding *findings;
    size_t n_findings;
    bool is_anonymous; /* names are tokens of its own */
};

struct differing;

struct differing *differing_new(struct arena *arena, const struct side *before,
                                const struct side *after, bool is_one_instance);

/* All differences, each once, however many answers show it. */
size_t differing_count(const struct differing *differing);
const struct difference *differing_get(const struct differing *differing, size_t i);

/* Sets `marks` of every difference in an answer that one of these findings rests on. */
void differing_mark(const struct differing *differing, const struct finding *before,
                    const struct finding *after, bool *marks);

/* True for a time that went on as long as the time between the two runs: it says nothing. */
bool differing_is_passing_time(const struct differing *differing, size_t i);

/* B's answers with the differences undone that `undone` has a true for; in `arena`. */
struct answers differing_undo(struct arena *arena, const struct differing *differing,
                              const bool *undone);

/* The answer that A has to a question of B, as B's; NULL when it has none. */
struct answer *differing_answer_before(struct arena *arena, const struct differing *differing,
                                       const struct question *question);
