/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4): reports name the files they rest on by it, as `sha256sum` prints it.
 */
#pragma once

#include <stddef.h>

struct arena;

/* The digest of `len` bytes as 64 hexadecimal digits, in the arena. */
char *digest_sha256_hex(struct arena *arena, const char *bytes, size_t len);
