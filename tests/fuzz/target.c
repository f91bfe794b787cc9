/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a target file from anywhere: a target, or at least one message.
 */
#include "base/diag.h"
#include "input.h"
#include "rules/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct target target = {0};
    const char *path = input_file(arena, data, size);
    bool is_sound = target_load(arena, diag, path, &target);
    assert(is_sound == (diag_count(diag) == 0));
    if (is_sound) {
        target_release(&target);
    }
    unlink(path);
    diag_free(diag);
    arena_free(arena);
    return 0;
}
