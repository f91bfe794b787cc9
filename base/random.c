/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's random numbers; requests this small are never cut short and, once the system is up,
 * never wait (getrandom(2)).
 */
#include "base/random.h"

#include <assert.h>
#include <sys/random.h>

#include "base/arena.h"

enum { MOST_BYTES = 64 };

const char *random_hex(struct arena *arena, size_t n_bytes)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[MOST_BYTES] = {0};
    assert(n_bytes <= MOST_BYTES);
    ssize_t n_read = getrandom(bytes, n_bytes, 0);
    (void)n_read;
    char *text = arena_allocate(arena, 2 * n_bytes + 1);
    for (size_t i = 0; i < n_bytes; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 0x0fU];
    }
    return text;
}
