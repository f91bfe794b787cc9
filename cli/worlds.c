/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listing worlds, faults and variations.
 */
#include "cli/worlds.h"

#include <stdio.h>

#include "base/arena.h"
#include "sim/sim.h"

const char default_world[] = "cloud-ex-machina";

static void print_list(const struct pairs *list)
{
    for (size_t i = 0; i < list->n_items; i++) {
        printf("  %s\n      %s\n", list->items[i].key, list->items[i].value);
    }
}

void worlds_explain(struct arena *arena, struct diag *diag, const struct options *options)
{
    const char *world = options->world != NULL ? options->world : default_world;
    struct strings names = sim_world_names(arena);
    struct pairs faults = {0};
    struct pairs variations = {0};
    printf("\nWorlds:\n  %s\n", strings_join(arena, &names, "\n  "));
    if (!sim_world_faults(arena, diag, world, &faults) ||
        !sim_world_variations(arena, diag, world, &variations)) {
        return;
    }
    printf("\nFaults of %s:\n\n", world);
    print_list(&faults);
    printf("\nVariations of it, which break nothing (--fault takes them too):\n\n");
    print_list(&variations);
}
