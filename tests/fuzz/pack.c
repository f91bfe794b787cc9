/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a pack from anywhere: a pack, or at least one message.
 */
#include "base/diag.h"
#include "checks/kind.h"
#include "input.h"
#include "rules/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct kind_schemas kinds = kind_schemas();
    struct pack *pack = NULL;
    const char *path = input_file(arena, data, size);
    bool is_sound = pack_lint(arena, diag, &kinds, path, &pack);
    assert(is_sound == (diag_count(diag) == 0));
    unlink(path);
    diag_free(diag);
    arena_free(arena);
    return 0;
}
