/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading YAML from anywhere: a tree, or at least one message.
 */
#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    const struct yaml_node *node = yaml_parse(arena, diag, "input.yaml", (const char *)data, size);
    assert(node != NULL || diag_count(diag) > 0);
    diag_free(diag);
    arena_free(arena);
    return 0;
}
