/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that answer in the place of an instance, or beside it: recordings, what an admin's script
 * printed, XML exports. Of those that
 * know, the youngest is believed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/recording.h"

struct arena;

struct sources {
    const struct recording **items;
    size_t n_items;

    /* Of several, each counts its exchanges from 1, as a run does: those that an answer rests on
     * are copied, and numbered behind those that need no copy. */
    struct source_copy {
        const struct exchange *original;
        struct exchange *copy;
    } * copies;
    size_t n_copies;
};

/* The recording of a whole run among them, or NULL: then nothing is sent. */
const struct recording *sources_run(const struct sources *sources);

/* True where they answer everything, and nothing is sent: one is the recording of a whole run, or
 * the target has no credential to be asked with. */
bool sources_are_asked_alone(const struct sources *sources, const struct target *target);

/* When the last of what they hold was read, in seconds since 1970. */
int64_t sources_taken(const struct sources *sources);

/*
 * Answers the open questions: those that a file can answer; with stale those that one did before
 * `oldest` (seconds since 1970); with not-recorded the rest. Where the instance answers too, the
 * rest is left to it, in *ret_left, but for questions of a credential of `live` that files stand in
 * for; `live` is NULL where nothing is sent. Returns the number of answers added.
 */
size_t sources_answer(struct arena *arena, struct sources *sources, int64_t oldest,
                      const struct target *live, const struct questions *open,
                      struct answers *answers, struct questions *ret_left);

/* All rows of sys_user that they hold. */
const struct row *sources_users(struct arena *arena, const struct sources *sources, size_t *ret_n);

/* Numbers the copies from `n` on, in the order in which they were needed. */
void sources_number(const struct sources *sources, int n);
