/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encodings of encode.h. They write into a buf, which is wiped by whoever put a secret there.
 */
#include "base/encode.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

void encode_percent(struct buf *buf, const char *bytes, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (is_unreserved(bytes[i])) {
            buf_add_char(buf, bytes[i]);
            continue;
        }
        buf_add_char(buf, '%');
        buf_add_char(buf, digits[byte >> 4]);
        buf_add_char(buf, digits[byte & 15]);
    }
}

void encode_base64(struct buf *buf, const char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        size_t n_left = len - i;
        unsigned long group = (unsigned long)(unsigned char)bytes[i] << 16;
        if (n_left > 1) {
            group |= (unsigned long)(unsigned char)bytes[i + 1] << 8;
        }
        if (n_left > 2) {
            group |= (unsigned char)bytes[i + 2];
        }
        buf_add_char(buf, digits[group >> 18]);
        buf_add_char(buf, digits[group >> 12 & 63]);
        buf_add_char(buf, n_left > 1 ? digits[group >> 6 & 63] : '=');
        buf_add_char(buf, n_left > 2 ? digits[group & 63] : '=');
    }
}

static int value_of_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *place = c == '\0' ? NULL : strchr(digits, c);
    return place == NULL ? -1 : (int)(place - digits);
}

bool decode_base64url(struct buf *buf, const char *text, size_t len)
{
    unsigned long group = 0;
    for (size_t i = 0; i < len; i++) {
        int value = value_of_digit(text[i]);
        if (value < 0) {
            return false;
        }
        group = (group << 6 | (unsigned long)value) & 0xffffff;
        if (i % 4 > 0) { /* the second digit of four completes a byte, and each behind it */
            buf_add_char(buf, (char)(group >> (6 - 2 * (i % 4)) & 0xff));
        }
    }
    return len % 4 != 1;
}
