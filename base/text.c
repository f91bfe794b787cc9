/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding UTF-8 by hand, because every byte of it comes from somebody else.
 */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* What the first byte of a sequence says: its length, its own bits and the least value it may
 * encode. */
struct lead {
    unsigned char mask;
    unsigned char pattern;
    size_t len;
    uint32_t least;
};

static const struct lead leads[] = {
    {0x80, 0x00, 1, 0x0},
    {0xE0, 0xC0, 2, 0x80},
    {0xF0, 0xE0, 3, 0x800},
    {0xF8, 0xF0, 4, 0x10000},
};

/*
 * Decodes the character at `text` of which `len` bytes are there. Returns its length in bytes, or 0
 * when the bytes are no UTF-8.
 */
static size_t decode(const char *text, size_t len, uint32_t *ret_code)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < ARRAY_LEN(leads); i++) {
        const struct lead *lead = &leads[i];
        if ((bytes[0] & lead->mask) != lead->pattern) {
            continue;
        }
        if (lead->len > len) {
            return 0;
        }
        uint32_t code = bytes[0] & (unsigned char)~lead->mask;
        for (size_t j = 1; j < lead->len; j++) {
            if ((bytes[j] & 0xC0) != 0x80) {
                return 0;
            }
            code = code << 6 | (bytes[j] & 0x3FU);
        }
        if (code < lead->least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            return 0;
        }
        *ret_code = code;
        return lead->len;
    }
    return 0;
}

bool utf8_is_valid(const char *text, size_t len, size_t *ret_offset)
{
    uint32_t code = 0;
    for (size_t i = 0; i < len;) {
        size_t step = decode(text + i, len - i, &code);
        if (step == 0) {
            *ret_offset = i;
            return false;
        }
        i += step;
    }
    return true;
}

struct range {
    uint32_t first;
    uint32_t last;
};

/* Controls that could move a cursor, reorder a line or hide a letter. */
static const struct range unsafe[] = {
    {0x00, 0x08},     {0x0B, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200B, 0x200B},
    {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x2069}, {0xFEFF, 0xFEFF}, {0xFFFE, 0xFFFF},
};

static bool is_unsafe(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(unsafe); i++) {
        if (code >= unsafe[i].first && code <= unsafe[i].last) {
            return true;
        }
    }
    return false;
}

/* Every byte becomes at most one replacement character of three bytes. */
static const char *sanitize(struct arena *arena, const char *text, bool on_one_line)
{
    if (text == NULL) {
        return NULL;
    }
    size_t len = strlen(text);
    char *clean = arena_allocate(arena, len * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        size_t step = decode(text + i, len - i, &code);
        if (step == 1 && code == '\r' && text[i + 1] == '\n') {
            i++;
            continue;
        }
        if (step == 0 || is_unsafe(code)) {
            memcpy(clean + n, replacement, 3);
            n += 3;
            i += step == 0 ? 1 : step;
            continue;
        }
        bool becomes_blank = on_one_line && (code == '\n' || code == '\t');
        memcpy(clean + n, becomes_blank ? " " : text + i, step);
        n += step;
        i += step;
    }
    return clean;
}

const char *text_sanitize(struct arena *arena, const char *text)
{
    return sanitize(arena, text, false);
}

const char *text_sanitize_line(struct arena *arena, const char *text)
{
    return sanitize(arena, text, true);
}

const char *text_shorten(struct arena *arena, const char *text, size_t limit)
{
    size_t n = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool begins_character = ((unsigned char)text[i] & 0xC0) != 0x80;
        if (begins_character && n++ == limit) {
            return arena_printf(arena, "%.*s…", (int)i, text);
        }
    }
    return text;
}
