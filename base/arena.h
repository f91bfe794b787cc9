/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena: memory that is given back all at once.
 *
 * Invariants: every block is zeroed, aligned for any type and valid until arena_free(); nothing is
 * released one by one; allocation never returns NULL (see memory.h). Three lifetimes exist in a
 * run: the packs, the answers of one target, and scratch for one check.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/attributes.h"

struct arena;

/* A new, empty arena; the caller releases it with arena_free(). */
struct arena *arena_new(void);

/* Releases the arena and every block taken from it. NULL is fine. */
void arena_free(struct arena *arena);

/* `size` zeroed bytes. */
void *arena_allocate(struct arena *arena, size_t size);

/* An array of `n` zeroed elements of `size` bytes; an overflowing product counts as out of memory.
 */
void *arena_array(struct arena *arena, size_t n, size_t size);

/*
 * A copy of an array with room for one more element at its end (zeroed), for lists that grow
 * slowly: capacity doubles, and `*n_items` is raised by one. Returns the new last element. `items`
 * points at the list's pointer member; the list must only ever be grown through this function.
 */
void *arena_append(struct arena *arena, void *items, size_t *n_items, size_t size);

/* A copy of `text`; NULL stays NULL. */
char *arena_strdup(struct arena *arena, const char *text);

/* A NUL-terminated copy of the first `len` bytes of `text`. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/* A formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list values) PRINTF_LIKE(2, 0);

/* The number of bytes handed out so far, for limits and measurements. */
size_t arena_size_bytes(const struct arena *arena);
