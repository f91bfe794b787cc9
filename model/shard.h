/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A share of a list that several processes work off: of N shares the Kth takes every Nth item. The
 * items are those of a list that all of them see alike, so every item is in exactly one share.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct shard {
    size_t k; /* from 1 */
    size_t n; /* 0: the whole list, undivided */
};

enum { MOST_SHARDS = 100000 };

/* Reads "K/N" with 1 <= K <= N <= MOST_SHARDS. False, and nothing written, for anything else. */
bool shard_parse(const char *text, struct shard *ret_shard);

/* True when the item at `i` (from 0) is in the share. */
bool shard_has(const struct shard *shard, size_t i);
