/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open addressing with linear probing; at most half of the slots are taken.
 */
#include "base/lookup.h"

#include "base/arena.h"

enum { FIRST_SIZE = 16 };

struct slot {
    uint64_t hash;
    size_t number; /* of the place, from 1; 0: the slot is free */
};

struct lookup {
    struct arena *arena;
    struct slot *slots;
    size_t size; /* a power of two */
    size_t n_taken;
};

struct lookup *lookup_new(struct arena *arena)
{
    struct lookup *lookup = arena_allocate(arena, sizeof *lookup);
    lookup->arena = arena;
    lookup->size = FIRST_SIZE;
    lookup->slots = arena_array(arena, FIRST_SIZE, sizeof *lookup->slots);
    return lookup;
}

static void put(struct lookup *lookup, struct slot slot)
{
    size_t i = (size_t)slot.hash & (lookup->size - 1);
    while (lookup->slots[i].number != 0) {
        i = (i + 1) & (lookup->size - 1);
    }
    lookup->slots[i] = slot;
    lookup->n_taken++;
}

static void grow(struct lookup *lookup)
{
    struct slot *old = lookup->slots;
    size_t old_size = lookup->size;
    lookup->size *= 2;
    lookup->n_taken = 0;
    lookup->slots = arena_array(lookup->arena, lookup->size, sizeof *lookup->slots);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].number != 0) {
            put(lookup, old[i]);
        }
    }
}

void lookup_add(struct lookup *lookup, uint64_t hash, size_t place)
{
    if (2 * (lookup->n_taken + 1) > lookup->size) {
        grow(lookup);
    }
    put(lookup, (struct slot){.hash = hash, .number = place + 1});
}

bool lookup_next(const struct lookup *lookup, uint64_t hash, size_t *probe, size_t *ret_place)
{
    for (;; (*probe)++) {
        const struct slot *slot = &lookup->slots[((size_t)hash + *probe) & (lookup->size - 1)];
        if (slot->number == 0) {
            return false;
        }
        if (slot->hash == hash) {
            (*probe)++;
            *ret_place = slot->number - 1;
            return true;
        }
    }
}

uint64_t lookup_hash(uint64_t hash, const char *text)
{
    static const uint64_t prime = UINT64_C(1099511628211);
    if (text == NULL) {
        return (hash ^ 1U) * prime;
    }
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * prime;
    }
    return (hash ^ 2U) * prime; /* "a", "b" is not "ab", "" */
}
