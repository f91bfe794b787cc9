/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the files compiled into the program.
 */
#include "sim/files.h"

#include <assert.h>

#include "base/arena.h"
#include "base/strings.h"
#include "base/yaml.h"

const struct embedded_file *sim_file_find(const char *name)
{
    for (size_t i = 0; i < glidepath_world_files_count; i++) {
        if (text_equal(glidepath_world_files[i].name, name)) {
            return &glidepath_world_files[i];
        }
    }
    return NULL;
}

const struct yaml_node *sim_file_parse(struct arena *arena, struct diag *diag, const char *name)
{
    const struct embedded_file *file = sim_file_find(name);

    assert(file != NULL);
    return yaml_parse(arena, diag, arena_printf(arena, "sim/%s", name), file->text, file->len);
}
