/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4): reports name the files they rest on by it, as `sha256sum` prints it, and a
 * recording shows by it that nobody edited it. And HMAC (RFC 2104) with it, for names that only who
 * has the key can connect with what they stand for.
 */
#pragma once

#include <stddef.h>

struct arena;

/* The digest of `len` bytes as 64 hexadecimal digits, in the arena. */
char *digest_sha256_hex(struct arena *arena, const char *bytes, size_t len);

/* The same of HMAC-SHA-256 under a key of at most 64 bytes. */
char *digest_hmac_sha256_hex(struct arena *arena, const char *key, size_t key_len,
                             const char *bytes, size_t len);
