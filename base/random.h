/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that nobody can guess and nothing else bears by chance: run ids, and made-up credentials.
 */
#pragma once

#include <stddef.h>

struct arena;

/* 2 * n_bytes hexadecimal digits, in small letters; at most 64 bytes. Lives in `arena`. */
const char *random_hex(struct arena *arena, size_t n_bytes);
