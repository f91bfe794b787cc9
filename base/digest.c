/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 as FIPS 180-4 writes it down, names and all; the message is in memory as a whole.
 */
#include "base/digest.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, N_WORDS = 8, N_ROUNDS = 64, DIGEST_BYTES = 32 };

static const uint32_t round_constants[N_ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned by)
{
    return word >> by | word << (32 - by);
}

static void expand(const unsigned char *block, uint32_t *schedule)
{
    for (size_t t = 0; t < 16; t++) {
        const unsigned char *b = block + 4 * t;
        schedule[t] =
            (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
    }
    for (size_t t = 16; t < N_ROUNDS; t++) {
        uint32_t early = schedule[t - 15];
        uint32_t late = schedule[t - 2];
        uint32_t sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3;
        uint32_t sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10;
        schedule[t] = sigma1 + schedule[t - 7] + sigma0 + schedule[t - 16];
    }
}

/* One round turns the eight working variables a to h. */
static void turn(uint32_t *v, uint32_t word)
{
    uint32_t sum1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t sum0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    uint32_t first = v[7] + sum1 + choice + word;
    memmove(v + 1, v, (N_WORDS - 1) * sizeof *v);
    v[4] += first;
    v[0] = first + sum0 + majority;
}

static void compress(uint32_t *hash, const unsigned char *block)
{
    uint32_t schedule[N_ROUNDS];
    uint32_t v[N_WORDS];
    expand(block, schedule);
    memcpy(v, hash, sizeof v);
    for (size_t t = 0; t < N_ROUNDS; t++) {
        turn(v, round_constants[t] + schedule[t]);
    }
    for (size_t i = 0; i < N_WORDS; i++) {
        hash[i] += v[i];
    }
}

/* The rest of the message, a one bit, zeros, and the length in bits: one block or two. */
static void finish(uint32_t *hash, const char *rest, size_t n_rest, uint64_t n_bits)
{
    unsigned char last[2 * BLOCK_BYTES] = {0};
    size_t n = n_rest + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    memcpy(last, rest, n_rest);
    last[n_rest] = 0x80;
    for (size_t i = 0; i < LENGTH_BYTES; i++) {
        last[n - 1 - i] = (unsigned char)(n_bits >> (8 * i));
    }
    for (size_t at = 0; at < n; at += BLOCK_BYTES) {
        compress(hash, last + at);
    }
}

static void hash_bytes(const char *bytes, size_t len, unsigned char *ret_digest)
{
    uint32_t h[N_WORDS] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    size_t at = 0;
    for (; len - at >= BLOCK_BYTES; at += BLOCK_BYTES) {
        compress(h, (const unsigned char *)bytes + at);
    }
    finish(h, bytes + at, len - at, (uint64_t)len * 8);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        ret_digest[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
    }
}

static char *hex_of(struct arena *arena, const unsigned char *digest)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_allocate(arena, (size_t)2 * DIGEST_BYTES + 1);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    return text;
}

char *digest_sha256_hex(struct arena *arena, const char *bytes, size_t len)
{
    unsigned char digest[DIGEST_BYTES];
    hash_bytes(bytes, len, digest);
    return hex_of(arena, digest);
}

/* The digest of the key, padded and changed by `pad`, and the message behind it. */
static void hash_keyed(const char *key, size_t key_len, unsigned char pad, const char *bytes,
                       size_t len, unsigned char *ret_digest)
{
    size_t size = BLOCK_BYTES + len;
    unsigned char *message = memory_allocate(size);
    memset(message, pad, BLOCK_BYTES);
    for (size_t i = 0; i < key_len; i++) {
        message[i] ^= (unsigned char)key[i];
    }
    memcpy(message + BLOCK_BYTES, bytes, len);
    hash_bytes((const char *)message, size, ret_digest);
    wipe(message, size);
    memory_free(message);
}

char *digest_hmac_sha256_hex(struct arena *arena, const char *key, size_t key_len,
                             const char *bytes, size_t len)
{
    enum { INNER_PAD = 0x36, OUTER_PAD = 0x5c };
    unsigned char digest[DIGEST_BYTES];
    assert(key_len <= BLOCK_BYTES);
    hash_keyed(key, key_len, INNER_PAD, bytes, len, digest);
    hash_keyed(key, key_len, OUTER_PAD, (const char *)digest, sizeof digest, digest);
    return hex_of(arena, digest);
}
