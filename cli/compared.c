/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording that is compared is judged by the same flight as one that is judged by itself.
 */
#include "cli/compared.h"

#include "base/arena.h"
#include "cli/options.h"
#include "cli/recorded.h"
#include "cli/targets.h"
#include "probes/recording.h"

/* Two times are compared on purpose: no answer is too old. */
static const struct options *options_of(struct arena *arena, const struct options *options,
                                        const struct target *like)
{
    struct options *own = arena_allocate(arena, sizeof *own);
    *own = (struct options){.only = options->only,
                            .skip = options->skip,
                            .packs = options->packs,
                            .set = options->set,
                            .quick = options->quick,
                            .recommended_gates = options->recommended_gates,
                            .allow_writes = options->allow_writes,
                            .max_age_h = LONGEST_AGE_H};
    if (like != NULL) {
        own->set = (struct strings){0}; /* its own, as it was recorded */
        own->packs = (struct strings){0};
    }
    for (size_t i = 0; like != NULL && i < like->n_packs; i++) {
        strings_add(arena, &own->packs, like->packs[i].name);
    }
    return own;
}

bool judged_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                    const struct recording *recording, const struct target *like,
                    const struct shared *shared, struct judged *ret_judged)
{
    const struct options *own = options_of(arena, options, like);
    struct target *target = arena_allocate(arena, sizeof *target);
    const struct recording **items = arena_array(arena, 1, sizeof *items);
    struct judged judged = {.sources = {.items = items, .n_items = 1}};
    const struct shared alone = {.catalogue = shared->catalogue, .sources = &judged.sources};
    items[0] = recording;
    if (!target_read_recorded(arena, diag, own, &judged.sources, target)) {
        return false;
    }
    judged.flight = flight_prepare(arena, diag, own, target, &alone);
    if (judged.flight == NULL) {
        return false;
    }
    *ret_judged = judged;
    return true;
}

void judged_judge(struct judged *judged)
{
    flight_begin(judged->flight);
    while (!flight_is_done(judged->flight)) {
    }
    judged->run = flight_land(judged->flight);
}

void judged_end(struct judged *judged)
{
    if (judged->flight != NULL) {
        flight_end(judged->flight);
        flight_release(judged->flight);
    }
}

const struct recording *judged_recording(const struct judged *judged)
{
    return judged->sources.items[0];
}

/* ---- Comparing ---- */

struct both {
    const struct sources *before;
    const struct sources *after; /* none: it is live, and is not asked again */
};

/* NULL where none of them knows. */
static struct answer *answer_of(struct arena *arena, const struct sources *sources,
                                const struct question *question)
{
    for (size_t i = 0; i < sources->n_items; i++) {
        struct answer *answer = recording_tell(arena, sources->items[i], 0, question);
        if (answer->reason != REASON_NOT_RECORDED) {
            return answer;
        }
    }
    return NULL;
}

/* What comes up once something is undone, and neither was asked: pages may tell it all the same. */
static struct answer *answer_late(void *ctx, struct arena *arena, const struct question *question)
{
    const struct both *both = ctx;
    struct answer *answer = answer_of(arena, both->after, question);
    return answer != NULL ? answer : answer_of(arena, both->before, question);
}

const struct changes *judged_changes(struct arena *arena, const struct judged *before,
                                     const struct judged *after, const struct run *run)
{
    struct both both = {.before = &before->sources, .after = &after->sources};
    const struct late_source late = {.ctx = &both, .answer = answer_late};
    struct side *sides = arena_array(arena, 2, sizeof *sides);
    sides[0] = flight_side(before->flight, NULL);
    sides[1] = flight_side(after->flight, run);
    return changes_between(arena, flight_catalogue(after->flight),
                           flight_engine_options(after->flight), &sides[0], &sides[1], &late);
}
