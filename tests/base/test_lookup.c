/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places come back under their hash, however many there are and however alike their hashes.
 */
#include "base/lookup.h"

#include <criterion/criterion.h>

#include "base/arena.h"

enum { MANY = 5000 };

static struct arena *arena;

static void begin(void)
{
    arena = arena_new();
}

static void end(void)
{
    arena_free(arena);
}

static size_t count(const struct lookup *lookup, uint64_t hash, size_t *ret_last)
{
    size_t n = 0;
    size_t probe = 0;
    while (lookup_next(lookup, hash, &probe, ret_last)) {
        n++;
    }
    return n;
}

Test(lookup, an_empty_one_has_nothing, .init = begin, .fini = end)
{
    size_t place = 7;
    cr_expect_eq(count(lookup_new(arena), LOOKUP_SEED, &place), 0);
    cr_expect_eq(place, 7, "untouched");
}

Test(lookup, every_place_is_found_while_it_grows, .init = begin, .fini = end)
{
    struct lookup *lookup = lookup_new(arena);
    for (size_t i = 0; i < MANY; i++) {
        lookup_add(lookup, lookup_hash(LOOKUP_SEED, arena_printf(arena, "check-%zu", i)), i);
    }
    for (size_t i = 0; i < MANY; i++) {
        size_t place = MANY;
        uint64_t hash = lookup_hash(LOOKUP_SEED, arena_printf(arena, "check-%zu", i));
        cr_expect_eq(count(lookup, hash, &place), 1, "of %zu", i);
        cr_expect_eq(place, i);
    }
}

Test(lookup, places_with_one_hash_all_come, .init = begin, .fini = end)
{
    struct lookup *lookup = lookup_new(arena);
    size_t place = 0;
    for (size_t i = 0; i < 100; i++) {
        lookup_add(lookup, 16, i); /* and what lies beside them in the table */
        lookup_add(lookup, 17, i);
    }
    cr_expect_eq(count(lookup, 16, &place), 100);
    cr_expect_eq(count(lookup, 17, &place), 100);
    cr_expect_eq(count(lookup, 18, &place), 0);
}

Test(lookup, texts_are_told_apart_by_their_ends)
{
    uint64_t two = lookup_hash(lookup_hash(LOOKUP_SEED, "a"), "b");
    uint64_t one = lookup_hash(lookup_hash(LOOKUP_SEED, "ab"), "");
    uint64_t none = lookup_hash(lookup_hash(LOOKUP_SEED, "ab"), NULL);
    cr_expect_neq(two, one);
    cr_expect_neq(one, none, "NULL is not the empty text");
}
