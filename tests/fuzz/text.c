/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sanitiser: what goes out is valid UTF-8, and doing it again changes nothing.
 */
#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    const char *clean = text_sanitize_line(arena, text);
    size_t offset = 0;
    assert(utf8_is_valid(clean, strlen(clean), &offset));
    assert(strcmp(text_sanitize_line(arena, clean), clean) == 0);
    arena_free(arena);
    return 0;
}
