/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting rows.
 */
#include "rules/coverage.h"

#include "base/arena.h"
#include "model/pack.h"

static const char *const state_names[N_ROW_STATES] = {
    [ROW_MISSING] = "missing", [ROW_REASON] = "reason", [ROW_COVERED] = "covered"};

const char *row_state_name(enum row_state state)
{
    return state_names[state];
}

static struct row_coverage cover(struct arena *arena, const struct pack *pack, const char *row)
{
    struct row_coverage coverage = {.row = row, .reason = pairs_get(&pack->reasons, row)};
    for (size_t i = 0; i < pack->n_checks; i++) {
        if (strings_have(&pack->checks[i].covers, row)) {
            strings_add(arena, &coverage.checks, pack->checks[i].id);
        }
    }
    if (coverage.checks.n_items > 0) {
        coverage.state = ROW_COVERED;
    } else if (coverage.reason != NULL) {
        coverage.state = ROW_REASON;
    }
    return coverage;
}

struct coverage pack_coverage(struct arena *arena, const struct pack *pack)
{
    struct coverage coverage = {0};
    for (size_t i = 0; i < pack->rows.n_items; i++) {
        struct row_coverage *slot =
            arena_append(arena, &coverage.items, &coverage.n_items, sizeof *slot);
        *slot = cover(arena, pack, pack->rows.items[i]);
        coverage.n_of[slot->state]++;
    }
    return coverage;
}
