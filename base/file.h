/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files: reading with a limit, and replacing atomically; and the folders they lie in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/strings.h"

struct arena;

/*
 * Reads a file of at most `limit` bytes into the arena, NUL-terminated. On failure returns NULL and
 * the reason in words ("No such file or directory", "larger than 1048576 bytes") in *ret_fault, in
 * the arena.
 */
char *file_read(struct arena *arena, const char *path, size_t limit, size_t *ret_len,
                const char **ret_fault);

/* The same of a stream that is open, and stays open. */
char *stream_read(struct arena *arena, FILE *in, size_t limit, size_t *ret_len,
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

/* Makes the folder and those above it, as `mkdir -p` does, for their owner alone. False when one
 * could not be made. */
MUST_USE bool folder_make(struct arena *arena, const char *path);

/* The names in a folder, sorted, without those that begin with a dot; none when it cannot be read.
 */
struct strings folder_list(struct arena *arena, const char *path);

/* A file that has no name and is gone when it is closed, in $TMPDIR or /tmp, for reading and
 * writing. NULL with the reason in words in *ret_fault. */
FILE *file_temporary(const char **ret_fault);
