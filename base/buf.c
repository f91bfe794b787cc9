/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The growing buffer of buf.h.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void buf_init(struct buf *buf, size_t limit)
{
    *buf = (struct buf){.data = memory_allocate(1), .capacity = 1, .limit = limit};
    buf->data[0] = '\0';
}

void buf_release(struct buf *buf)
{
    memory_free(buf->data);
    *buf = (struct buf){0};
}

void buf_wipe(struct buf *buf)
{
    wipe(buf->data, buf->capacity);
    buf_release(buf);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->data[0] = '\0';
    buf->overflowed = false;
}

/* A resize would leave a copy behind that nobody wipes, so growth copies and wipes by hand. */
static void grow(struct buf *buf, size_t needed)
{
    size_t capacity = buf->capacity;
    while (capacity < needed) {
        capacity = capacity * 2 > 64 ? capacity * 2 : 64;
    }
    char *data = memory_allocate(capacity);
    memcpy(data, buf->data, buf->len + 1);
    wipe(buf->data, buf->capacity);
    memory_free(buf->data);
    buf->data = data;
    buf->capacity = capacity;
}

void buf_add_bytes(struct buf *buf, const char *bytes, size_t len)
{
    if (buf->overflowed) {
        return;
    }
    if (len > buf->limit - buf->len) {
        len = buf->limit - buf->len;
        buf->overflowed = true;
    }
    if (len == 0) {
        return;
    }
    if (buf->len + len + 1 > buf->capacity) {
        grow(buf, buf->len + len + 1);
    }
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_add(struct buf *buf, const char *text)
{
    buf_add_bytes(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add_bytes(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    va_list measured;
    va_copy(measured, values);
    int len = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    assert(len >= 0);
    char *text = memory_allocate((size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, values);
    va_end(values);
    buf_add_bytes(buf, text, (size_t)len);
    wipe(text, (size_t)len);
    memory_free(text);
}

bool buf_ok(const struct buf *buf)
{
    return !buf->overflowed;
}
