/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON from anywhere: a document is read or refused with a reason, and whatever was read is
 * valid UTF-8.
 */
#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct json *value)
{
    size_t offset = 0;
    assert(value->text == NULL || utf8_is_valid(value->text, strlen(value->text), &offset));
    for (size_t i = 0; i < value->n_values; i++) {
        check(value->values[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *fault = NULL;
    const struct json *value = json_parse(arena, (const char *)data, size, &fault);
    assert((value == NULL) == (fault != NULL));
    if (value != NULL) {
        check(value);
    }
    arena_free(arena);
    return 0;
}
