/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Percent-encoding (RFC 3986), forms (application/x-www-form-urlencoded) and base64 (RFC 4648).
 */
#include "sim/decode.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

    return found == NULL ? -1 : (int)(found - digits);
}

const char *sim_percent_decode(struct arena *arena, const char *text, size_t len, bool is_form)
{
    char *decoded = arena_allocate(arena, len + 1);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        int high = text[i] == '%' && i + 2 < len ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            decoded[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            decoded[n++] = is_form && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

struct pairs sim_form_decode(struct arena *arena, const char *text, size_t len)
{
    struct pairs pairs = {0};
    const char *end = text + len;

    while (text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        stop = stop == NULL ? end : stop;
        const char *equals = memchr(text, '=', (size_t)(stop - text));
        const char *key_end = equals == NULL ? stop : equals;
        const char *value = equals == NULL ? stop : equals + 1;
        if (stop > text) {
            pairs_add(arena, &pairs,
                      sim_percent_decode(arena, text, (size_t)(key_end - text), true),
                      sim_percent_decode(arena, value, (size_t)(stop - value), true));
        }
        text = stop + 1;
    }
    return pairs;
}

const char *sim_percent_encode(struct arena *arena, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    static const char digits[] = "0123456789ABCDEF";
    char *encoded = arena_allocate(arena, strlen(text) * 3 + 1);
    size_t n = 0;

    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL) {
            encoded[n++] = *text;
        } else {
            encoded[n++] = '%';
            encoded[n++] = digits[(unsigned char)*text >> 4];
            encoded[n++] = digits[(unsigned char)*text & 15];
        }
    }
    return encoded;
}

static int base64_value(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c == '\0' ? NULL : strchr(alphabet, c);

    return found == NULL ? -1 : (int)(found - alphabet);
}

static char *decode(struct arena *arena, const char *text, size_t *ret_n)
{
    char *decoded = arena_allocate(arena, strlen(text) + 1);
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n = 0;

    for (; *text != '\0' && *text != '='; text++) {
        int value = base64_value(*text);
        if (value < 0) {
            return NULL;
        }
        bits = (bits << 6 | (uint32_t)value) & 0xffffU;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            decoded[n++] = (char)(bits >> n_bits & 0xffU);
        }
    }
    *ret_n = n;
    return text[strspn(text, "=")] == '\0' ? decoded : NULL;
}

const char *sim_base64_decode(struct arena *arena, const char *text)
{
    size_t n;

    return decode(arena, text, &n);
}

const unsigned char *sim_base64_decode_url(struct arena *arena, const char *text, size_t *ret_len)
{
    char *standard = arena_strdup(arena, text);

    for (char *c = standard; *c != '\0'; c++) {
        *c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
    }
    return (const unsigned char *)decode(arena, standard, ret_len);
}

/* The characters of the bytes in the alphabet, `*ret_n` of them, with room for padding behind. */
static char *encode(struct arena *arena, const char *alphabet, const unsigned char *bytes,
                    size_t len, size_t *ret_n)
{
    char *encoded = arena_allocate(arena, len * 4 / 3 + 5);
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | bytes[i]) & 0xffffU;
        n_bits += 8;
        while (n_bits >= 6) {
            n_bits -= 6;
            encoded[n++] = alphabet[bits >> n_bits & 63U];
        }
    }
    if (n_bits > 0) {
        encoded[n++] = alphabet[bits << (6 - n_bits) & 63U];
    }
    *ret_n = n;
    return encoded;
}

const char *sim_base64_encode_url(struct arena *arena, const unsigned char *bytes, size_t len)
{
    size_t n;

    return encode(arena, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bytes,
                  len, &n);
}

const char *sim_base64_encode(struct arena *arena, const unsigned char *bytes, size_t len)
{
    size_t n;
    char *encoded = encode(
        arena, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bytes, len, &n);

    while (n % 4 != 0) {
        encoded[n++] = '=';
    }
    return encoded;
}
