/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer with a limit.
 *
 * Invariants: `data` is always NUL-terminated (never NULL after buf_init); `len` never exceeds
 * `limit`. Adding past the limit poisons the buffer: it keeps what fitted, ignores everything
 * later, and buf_ok() is false from then on. So callers add freely and ask once, at the end.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct buf {
    char *data;
    size_t len;
    size_t capacity;
    size_t limit;
    bool overflowed;
};

/* Prepares an empty buffer that holds at most `limit` bytes (the NUL not counted). */
void buf_init(struct buf *buf, size_t limit);

/* Releases the contents; the struct may be initialised again. A zeroed struct is fine. */
void buf_release(struct buf *buf);

/* Overwrites the contents with zeros, then releases them: for bodies that carried a secret. */
void buf_wipe(struct buf *buf);

/* Empties the buffer and forgets an overflow; the memory is kept. */
void buf_clear(struct buf *buf);

/* Append. Past the limit they add what fits and poison the buffer. */
void buf_add(struct buf *buf, const char *text);
void buf_add_bytes(struct buf *buf, const char *bytes, size_t len);
void buf_add_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* True while nothing was lost. */
MUST_USE bool buf_ok(const struct buf *buf);
