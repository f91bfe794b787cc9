/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena: a list of chunks, the newest one filled from front to back.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Chunks grow, so that an arena for little takes little: a thousand targets wait in one each. */
enum { FIRST_CHUNK_BYTES = 4 * 1024, LARGEST_CHUNK_BYTES = 64 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

struct arena {
    struct chunk *chunks;
    size_t size_bytes;
    size_t next_chunk_bytes;
};

struct arena *arena_new(void)
{
    return memory_allocate_zeroed(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    struct chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        memory_free(chunk);
        chunk = next;
    }
    memory_free(arena);
}

static struct chunk *add_chunk(struct arena *arena, size_t size)
{
    size_t data_size =
        arena->next_chunk_bytes < FIRST_CHUNK_BYTES ? FIRST_CHUNK_BYTES : arena->next_chunk_bytes;
    arena->next_chunk_bytes =
        data_size >= LARGEST_CHUNK_BYTES ? LARGEST_CHUNK_BYTES : data_size * 2;
    data_size = size > data_size ? size : data_size;
    if (data_size > SIZE_MAX - sizeof(struct chunk)) {
        out_of_memory();
    }
    struct chunk *chunk = memory_allocate_zeroed(1, sizeof(struct chunk) + data_size);
    chunk->size = data_size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *arena_allocate(struct arena *arena, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (size > SIZE_MAX - alignment) {
        out_of_memory();
    }
    size_t rounded = (size + alignment - 1) / alignment * alignment;
    struct chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->size - chunk->used < rounded) {
        chunk = add_chunk(arena, rounded);
    }
    void *block = (unsigned char *)chunk->data + chunk->used;
    chunk->used += rounded;
    arena->size_bytes += rounded;
    return block;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
    if (size > 0 && n > SIZE_MAX / size) {
        out_of_memory();
    }
    return arena_allocate(arena, n * size);
}

/* The capacity of a list is not stored: it is full whenever its length is zero or a power of two.
 */
static bool list_is_full(size_t n_items)
{
    return (n_items & (n_items - 1)) == 0;
}

void *arena_append(struct arena *arena, void *items, size_t *n_items, size_t size)
{
    void *list = NULL;
    memcpy(&list, items, sizeof list);
    if (list_is_full(*n_items)) {
        void *grown = arena_array(arena, *n_items > 0 ? *n_items * 2 : 1, size);
        if (*n_items > 0) {
            memcpy(grown, list, *n_items * size);
        }
        list = grown;
        memcpy(items, &list, sizeof list);
    }
    void *last = (unsigned char *)list + *n_items * size;
    *n_items += 1;
    return last;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_allocate(arena, len + 1);
    if (len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list values)
{
    va_list measured;
    va_copy(measured, values);
    int len = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    assert(len >= 0);
    char *text = arena_allocate(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, values);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = arena_vprintf(arena, format, values);
    va_end(values);
    return text;
}

size_t arena_size_bytes(const struct arena *arena)
{
    return arena->size_bytes;
}
