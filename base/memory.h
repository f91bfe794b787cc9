/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation that does not fail: a preflight that cannot get a few megabytes has no report to give,
 * so running out of memory prints one line and ends the process with status 4. These functions are
 * safe to hand to libraries as their allocators. Everything else in the project allocates from an
 * arena.
 */
#pragma once

#include <stddef.h>

#include "base/attributes.h"

/* Prints one line to standard error and ends the process with status 4 (internal). */
NO_RETURN void out_of_memory(void);

/* Allocates `size` bytes (at least one), uninitialised. Never NULL; release with memory_free(). */
void *memory_allocate(size_t size);

/* Allocates `n` times `size` zeroed bytes; an overflowing product counts as out of memory. */
void *memory_allocate_zeroed(size_t n, size_t size);

/* Grows or shrinks a block from this module; `block` may be NULL. The old pointer is invalid
 * afterwards. */
void *memory_resize(void *block, size_t size);

/* A NUL-terminated copy of `text`; release with memory_free(). */
char *memory_duplicate(const char *text);

/* Releases a block from this module; NULL is fine. */
void memory_free(void *block);

/* Overwrites `size` bytes with zeros in a way the compiler may not remove. NULL is fine when size
 * is 0. */
void wipe(void *bytes, size_t size);
