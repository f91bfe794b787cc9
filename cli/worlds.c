/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listing worlds and faults.
 */
#include "cli/worlds.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "sim/sim.h"

const char default_world[] = "cloud-ex-machina";

bool world_is_known(struct arena *arena, struct diag *diag, const char *world)
{
    struct strings names = sim_world_names(arena);
    if (strings_have(&names, world) || strchr(world, '/') != NULL ||
        text_ends_with(world, ".yaml")) {
        return true;
    }
    const char *near = nearest_spelling(world, &names);
    return diag_error(diag, (struct where){0},
                      "there is no built-in world '%s'%s%s%s; there are %s, or the path of a file",
                      world, near != NULL ? " (did you mean '" : "", near != NULL ? near : "",
                      near != NULL ? "'?)" : "", strings_join(arena, &names, ", "));
}

void worlds_explain(struct arena *arena, struct diag *diag, const struct options *options)
{
    const char *world = options->world != NULL ? options->world : default_world;
    struct strings names = sim_world_names(arena);
    struct pairs faults = {0};
    printf("\nWorlds: %s. Faults of %s:\n\n", strings_join(arena, &names, ", "), world);
    if (!sim_world_faults(arena, diag, world, &faults)) {
        return;
    }
    for (size_t i = 0; i < faults.n_items; i++) {
        printf("  %s\n      %s\n", faults.items[i].key, faults.items[i].value);
    }
}
