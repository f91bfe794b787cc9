/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the places of things in a long list, by a hash of what they are: the list stays as it is,
 * in its order, and this is kept beside it. Things with the same hash need not be the same, so a
 * caller compares what it is shown.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct lookup;

/* An empty one that lives, and grows, in `arena`. */
struct lookup *lookup_new(struct arena *arena);

void lookup_add(struct lookup *lookup, uint64_t hash, size_t place);

/* The places added with this hash, one after the other, in no order: begin with *probe = 0. False
 * when there is none any more. */
bool lookup_next(const struct lookup *lookup, uint64_t hash, size_t *probe, size_t *ret_place);

/* A hash with the text taken into it (FNV-1a); NULL is not "". Begin with LOOKUP_SEED. */
#define LOOKUP_SEED UINT64_C(14695981039346656037)
uint64_t lookup_hash(uint64_t hash, const char *text);
