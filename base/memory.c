/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only place that calls malloc.
 */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void out_of_memory(void)
{
    static const char line[] = "glidepath: out of memory\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    _exit(4);
}

void *memory_allocate(size_t size)
{
    void *block = malloc(size > 0 ? size : 1);
    if (block == NULL) {
        out_of_memory();
    }
    return block;
}

void *memory_allocate_zeroed(size_t n, size_t size)
{
    void *block = calloc(n > 0 ? n : 1, size > 0 ? size : 1);
    if (block == NULL) {
        out_of_memory();
    }
    return block;
}

void *memory_resize(void *block, size_t size)
{
    void *resized = realloc(block, size > 0 ? size : 1);
    if (resized == NULL) {
        out_of_memory();
    }
    return resized;
}

char *memory_duplicate(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_allocate(size), text, size);
}

void memory_free(void *block)
{
    free(block);
}

void wipe(void *bytes, size_t size)
{
    volatile unsigned char *byte = bytes;
    while (size-- > 0) {
        *byte++ = 0;
    }
}
