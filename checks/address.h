/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Internet addresses, ranges and sets of them: the arithmetic behind address rules. Pure.
 *
 * A set is a list of ranges, sorted, without overlaps and without neighbours that touch; ranges of
 * IPv4 and of IPv6 lie side by side in it and never meet, so that "every IPv6 address" holds none
 * of IPv4. An IPv4 address written as IPv6 (::ffff:192.0.2.1) is the IPv4 address.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct arena;

enum { ADDRESS_BYTES = 17 };

/* The family (4 or 6), then the address, most significant byte first; one of IPv4 in the last four
 * bytes. So the order of addresses is the order of their bytes. */
struct address {
    unsigned char bytes[ADDRESS_BYTES];
};

/* From the first to the last, both included; both of one family. */
struct address_range {
    struct address first;
    struct address last;
};

struct address_set {
    struct address_range *items;
    size_t n_items;
};

/* Reads one address. False, and *ret_address untouched, when `text` is none. */
MUST_USE bool address_parse(const char *text, struct address *ret_address);

/*
 * Reads the range between two addresses, as a form with two fields gives it. False when either is
 * none, when they are of two families, or when the last comes before the first.
 */
MUST_USE bool address_range_between(const char *first, const char *last,
                                    struct address_range *ret_range);

/*
 * Reads addresses, blocks (198.51.100.0/24; bits behind the prefix do not matter) and ranges
 * (198.51.100.1-198.51.100.9), with commas between. False when a piece is none of these: the piece,
 * or "" when there is no piece at all, is in *ret_fault, and *ret_set is untouched. Everything
 * lives in `arena`.
 */
MUST_USE bool address_set_parse(struct arena *arena, const char *text, struct address_set *ret_set,
                                const char **ret_fault);

/* Every address of both families. */
struct address_set address_set_all(struct arena *arena);

/* Adds a range. The set must have been zeroed, or come from a function here, with this arena. */
void address_set_add(struct arena *arena, struct address_set *set, struct address_range range);

/* What is in one of both, in both, and in `a` but not in `b`. */
struct address_set address_set_union(struct arena *arena, const struct address_set *a,
                                     const struct address_set *b);
struct address_set address_set_intersection(struct arena *arena, const struct address_set *a,
                                            const struct address_set *b);
struct address_set address_set_difference(struct arena *arena, const struct address_set *a,
                                          const struct address_set *b);

/*
 * "198.51.100.7, 198.51.100.16-198.51.100.31": at most `most` ranges, then how many more there are;
 * "" for none.
 */
char *address_set_format(struct arena *arena, const struct address_set *set, size_t most);
