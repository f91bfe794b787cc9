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
    const struct shared alone = {.catalogue = shared->catalogue, .recording = recording};
    struct judged judged = {.recording = recording};
    if (!target_read_recorded(arena, diag, own, recording, target)) {
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

/* ---- Comparing ---- */

struct both {
    const struct recording *before;
    const struct recording *after; /* NULL: it is live, and is not asked again */
};

static struct answer *answer_of(struct arena *arena, const struct recording *recording,
                                const struct question *question)
{
    struct question copy = *question;
    const struct questions open = {.items = &copy, .n_items = 1};
    struct answers answers = {0};
    if (recording == NULL || recording_answer(arena, recording, 0, &open, &answers) == 0 ||
        answers.items[0]->reason == REASON_NOT_RECORDED) {
        return NULL;
    }
    return answers.items[0];
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
    struct both both = {.before = before->recording, .after = after->recording};
    const struct late_source late = {.ctx = &both, .answer = answer_late};
    struct side *sides = arena_array(arena, 2, sizeof *sides);
    sides[0] = flight_side(before->flight, NULL);
    sides[1] = flight_side(after->flight, run);
    return changes_between(arena, flight_catalogue(after->flight),
                           flight_engine_options(after->flight), &sides[0], &sides[1], &late);
}
