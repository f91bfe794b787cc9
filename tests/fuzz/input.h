/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loaders read files, so what the fuzzer made up is put into one.
 */
#pragma once

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes the input to a file of this process and returns its path; the caller unlinks it. */
static const char *input_file(struct arena *arena, const uint8_t *data, size_t size)
{
    const char *path = arena_printf(arena, "/tmp/glidepath-fuzz-%ld.yaml", (long)getpid());
    FILE *out = fopen(path, "wb");
    assert(out != NULL);
    fwrite(data, 1, size, out);
    fclose(out);
    return path;
}
