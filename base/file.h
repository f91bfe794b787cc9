/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files: reading with a limit, and replacing atomically.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"

struct arena;

/*
 * Reads a file of at most `limit` bytes into the arena, NUL-terminated. On failure returns NULL and
 * the reason in words ("No such file or directory", "larger than 1048576 bytes") in *ret_fault, in
 * the arena.
 */
char *file_read(struct arena *arena, const char *path, size_t limit, size_t *ret_len,
                const char **ret_fault);

/*
 * Writing that leaves either the whole new file or none: file_replace_begin() opens a temporary
 * file beside `path`, file_replace_commit() flushes it to disk and renames it,
 * file_replace_abandon() removes it. Begin returns NULL, and commit false, with the reason in words
 * in *ret_fault. `replacement` is the caller's, zeroed.
 */
struct file_replacement {
    FILE *out;
    const char *path;
    char *temporary_path;
};

FILE *file_replace_begin(struct file_replacement *replacement, struct arena *arena,
                         const char *path, const char **ret_fault);
MUST_USE bool file_replace_commit(struct file_replacement *replacement, struct arena *arena,
                                  const char **ret_fault);
void file_replace_abandon(struct file_replacement *replacement);
