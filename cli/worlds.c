/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listing worlds, faults and variations.
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

/* A text below its name, for a terminal of 80 columns. */
static void print_wrapped(const char *text)
{
    enum { INDENT = 6, COLUMNS = 80 };
    size_t column = COLUMNS;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        bool fits = column + 1 + len <= COLUMNS;
        printf("%s%*s%.*s", fits ? " " : "\n", fits ? 0 : INDENT, "", (int)len, text);
        column = (fits ? column + 1 : INDENT) + len;
        text += len + strspn(text + len, " ");
    }
    putchar('\n');
}

static void print_list(const struct pairs *list)
{
    for (size_t i = 0; i < list->n_items; i++) {
        printf("  %s", list->items[i].key);
        print_wrapped(list->items[i].value);
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
