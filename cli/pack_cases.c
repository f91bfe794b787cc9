/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cases of a pack name in the simulated instance, looked at before any of them runs.
 */
#include <string.h>

#include "base/arena.h"
#include "cli/pack.h"
#include "cli/worlds.h"
#include "sim/sim.h"

/* What was said of nothing in particular is said again of the case. */
static void say_of_case(struct arena *arena, struct diag *diag, const struct diag *reasons,
                        struct where where)
{
    static const char prefix[] = "glidepath: error: ";
    for (size_t i = 0; i < diag_count(reasons); i++) {
        const char *text = diag_message(reasons, i);
        text += text_starts_with(text, prefix) ? strlen(prefix) : 0;
        diag_error(diag, where, "%s", arena_strndup(arena, text, strcspn(text, "\n")));
    }
}

bool pack_cases_are_known(struct arena *arena, struct diag *diag, const struct pack *pack)
{
    size_t n_before = diag_count(diag);
    for (size_t i = 0; i < pack->n_cases; i++) {
        const struct pack_case *expected = &pack->cases[i];
        const struct sim_options options = {
            .world = expected->world, .faults = expected->faults, .switches = expected->switches};
        struct diag *reasons = diag_new();
        bool is_known =
            world_is_known(arena, reasons, expected->world) && sim_can_play(reasons, &options);
        if (!is_known) {
            say_of_case(arena, diag, reasons, expected->where);
        }
        diag_free(reasons);
    }
    return diag_count(diag) == n_before;
}
