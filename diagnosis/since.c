/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a baseline adds: the finding behind a cause was good then, and what was seen to differ since
 * made it what it is. That orders causes that fit alike, and makes none of them surer.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "diagnosis/procedure.h"

enum { MOST_TOLD = 2 };

static bool is_of_rows(const struct change *change)
{
    const enum difference_kind kind = change->differences[0]->kind;
    return kind == DIFFERENCE_FIELD || kind == DIFFERENCE_ROW_GONE || kind == DIFFERENCE_ROW_NEW;
}

/* A check that was fine and is not any more, and it is known what did it. */
static bool is_a_break(const struct change *change)
{
    return change->direction == CHANGE_WORSE && change->before->verdict == VERDICT_PASS &&
           change->proof != PROOF_NONE && change->n_differences > 0;
}

/* A row that was changed tells more than a call that fails by now. */
static int worth_of(const struct change *change, const struct suspect *suspect)
{
    const struct finding *finding = change->after;
    if (!is_a_break(change) || !strings_have(&suspect->explains, finding->check->id)) {
        return 0;
    }
    bool points = strings_have(&finding->causes, suspect->entry->id);
    bool is_alone = !finding->causes_are_alternatives;
    return points && is_alone && is_of_rows(change) ? 3 : points && is_of_rows(change) ? 2 : 1;
}

const struct change *change_behind(const struct procedure *procedure, const struct suspect *suspect)
{
    const struct changes *changes = procedure->observations->changes;
    const struct change *best = NULL;
    int worth = 0;
    for (size_t i = 0; changes != NULL && i < changes->n_items; i++) {
        if (worth_of(&changes->items[i], suspect) > worth) {
            best = &changes->items[i];
            worth = worth_of(best, suspect);
        }
    }
    return best;
}

bool has_changed(const struct procedure *procedure, const struct suspect *suspect)
{
    const struct change *change = change_behind(procedure, suspect);
    return change != NULL && worth_of(change, suspect) > 1;
}

const char *worked_until(const struct procedure *procedure, const struct suspect *suspect)
{
    enum { LEN_OF_DATE = 10, TIME_AT = 11, LEN_OF_TIME = 5 };
    struct arena *arena = procedure->arena;
    const struct change *change = change_behind(procedure, suspect);
    struct strings told = {0};
    if (change == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < change->n_differences && i < MOST_TOLD; i++) {
        strings_add(arena, &told, change->differences[i]->says);
    }
    if (change->n_differences > MOST_TOLD) {
        strings_add(arena, &told,
                    arena_printf(arena, "%zu more", change->n_differences - MOST_TOLD));
    }
    const char *when = utc_format(arena, procedure->observations->changes->before_taken);
    return arena_printf(
        arena, "It worked on %.*s %.*s UTC: since then %s.", LEN_OF_DATE, when, LEN_OF_TIME,
        when + TIME_AT,
        strings_join(arena, &told, change->proof == PROOF_TOGETHER ? ", and " : ", or "));
}
