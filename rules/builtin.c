/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of rules/ that are compiled into the program.
 */
#include <string.h>

#include "base/arena.h"
#include "rules/load.h"

extern const struct embedded_file glidepath_builtin_files[];
extern const size_t glidepath_builtin_files_count;

static const char pack_folder[] = "packs/";
static const char pack_ending[] = ".yaml";

const struct embedded_file *builtin_files(size_t *ret_n)
{
    *ret_n = glidepath_builtin_files_count;
    return glidepath_builtin_files;
}

const struct embedded_file *builtin_file_find(const char *name)
{
    for (size_t i = 0; i < glidepath_builtin_files_count; i++) {
        if (text_equal(glidepath_builtin_files[i].name, name)) {
            return &glidepath_builtin_files[i];
        }
    }
    return NULL;
}

struct strings builtin_pack_names(struct arena *arena)
{
    struct strings names = {0};
    for (size_t i = 0; i < glidepath_builtin_files_count; i++) {
        const char *name = glidepath_builtin_files[i].name;
        if (text_starts_with(name, pack_folder) && text_ends_with(name, pack_ending)) {
            name += strlen(pack_folder);
            strings_add(arena, &names,
                        arena_strndup(arena, name, strlen(name) - strlen(pack_ending)));
        }
    }
    return names;
}
