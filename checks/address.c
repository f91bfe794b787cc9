/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing is left to the C library, whose inet_pton() takes dotted quads and the forms
 * of RFC 4291 and nothing else; the rest is arithmetic on bytes.
 */
#include "checks/address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"

enum {
    IPV4 = 4,
    IPV6 = 6,
    IPV4_BITS = 32,
    IPV6_BITS = 128,
    IPV4_AT = 13, /* where the four bytes begin */
    MAPPED_AT = 11,
    BITS_IN_BYTE = 8,
};

/* ---- Addresses ---- */

static int compare(const struct address *a, const struct address *b)
{
    return memcmp(a->bytes, b->bytes, ADDRESS_BYTES);
}

static unsigned family_of(const struct address *address)
{
    return address->bytes[0];
}

/* An IPv4 address in the clothes of IPv6 (RFC 4291, 2.5.5.2). */
static bool is_mapped(const struct address *address)
{
    static const unsigned char prefix[] = {IPV6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(address->bytes, prefix, sizeof prefix) == 0;
}

bool address_parse(const char *text, struct address *ret_address)
{
    struct address address = {{0}};
    if (inet_pton(AF_INET, text, &address.bytes[IPV4_AT]) == 1) {
        address.bytes[0] = IPV4;
    } else if (inet_pton(AF_INET6, text, &address.bytes[1]) == 1) {
        address.bytes[0] = IPV6;
    } else {
        return false;
    }
    if (is_mapped(&address)) {
        address.bytes[0] = IPV4;
        memset(&address.bytes[MAPPED_AT], 0, IPV4_AT - MAPPED_AT);
    }
    *ret_address = address;
    return true;
}

static const char *format(struct arena *arena, const struct address *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    bool is_ipv4 = family_of(address) == IPV4;
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, &address->bytes[is_ipv4 ? IPV4_AT : 1], text,
              sizeof text);
    return arena_strdup(arena, text);
}

/* The address behind it. Behind the last of a family comes none of that family. */
static struct address next(struct address address)
{
    for (size_t i = ADDRESS_BYTES - 1; i > 0; i--) {
        if (++address.bytes[i] != 0) {
            break;
        }
    }
    return address;
}

static struct address previous(struct address address)
{
    for (size_t i = ADDRESS_BYTES - 1; i > 0; i--) {
        if (address.bytes[i]-- != 0) {
            break;
        }
    }
    return address;
}

/* ---- Ranges ---- */

bool address_range_between(const char *first, const char *last, struct address_range *ret_range)
{
    struct address_range range;
    if (!address_parse(first, &range.first) || !address_parse(last, &range.last) ||
        family_of(&range.first) != family_of(&range.last) ||
        compare(&range.first, &range.last) > 0) {
        return false;
    }
    *ret_range = range;
    return true;
}

/* The block of all addresses that share the first `prefix` bits with `address`. */
static struct address_range block_around(const struct address *address, int64_t prefix)
{
    bool is_ipv4 = family_of(address) == IPV4;
    size_t first_byte = is_ipv4 ? IPV4_AT : 1;
    struct address_range block = {*address, *address};
    for (size_t i = first_byte; i < ADDRESS_BYTES; i++) {
        int64_t n_kept = prefix - (int64_t)(i - first_byte) * BITS_IN_BYTE;
        unsigned mask = n_kept >= BITS_IN_BYTE ? 0U : n_kept <= 0 ? 0xffU : 0xffU >> n_kept;
        block.first.bytes[i] = (unsigned char)(block.first.bytes[i] & ~mask);
        block.last.bytes[i] = (unsigned char)(block.last.bytes[i] | mask);
    }
    return block;
}

static bool parse_block(const char *address_text, const char *prefix_text,
                        struct address_range *ret_range)
{
    struct address address;
    int64_t prefix = 0;
    if (!address_parse(address_text, &address) || !text_to_int(prefix_text, &prefix) ||
        prefix < 0 || prefix > (family_of(&address) == IPV4 ? IPV4_BITS : IPV6_BITS)) {
        return false;
    }
    *ret_range = block_around(&address, prefix);
    return true;
}

/* One piece of a list: an address, a block or a range. */
static bool parse_piece(struct arena *arena, const char *text, struct address_range *ret_range)
{
    const char *separator = strpbrk(text, "/-");
    if (separator == NULL) {
        return address_range_between(text, text, ret_range);
    }
    const char *before = text_trim(arena, arena_strndup(arena, text, (size_t)(separator - text)));
    const char *behind = text_trim(arena, separator + 1);
    return *separator == '/' ? parse_block(before, behind, ret_range)
                             : address_range_between(before, behind, ret_range);
}

/* ---- Sets ---- */

static int compare_ranges(const void *a, const void *b)
{
    const struct address_range *left = a;
    const struct address_range *right = b;
    return compare(&left->first, &right->first);
}

/* True when `range` begins within or right behind `before`. */
static bool continues(const struct address_range *before, const struct address_range *range)
{
    struct address behind = next(before->last);
    return compare(&range->first, &before->last) <= 0 || compare(&range->first, &behind) == 0;
}

/* Puts the ranges in order and joins those that overlap or touch. */
static void tidy(struct address_set *set)
{
    size_t n = 0;
    if (set->n_items == 0) {
        return;
    }
    qsort(set->items, set->n_items, sizeof *set->items, compare_ranges);
    for (size_t i = 1; i < set->n_items; i++) {
        struct address_range *before = &set->items[n];
        const struct address_range *range = &set->items[i];
        if (!continues(before, range)) {
            set->items[++n] = *range;
        } else if (compare(&range->last, &before->last) > 0) {
            before->last = range->last;
        }
    }
    set->n_items = n + 1;
}

/* A copy of its own, so that adding to it never moves the ranges of another set. */
static struct address_set copy_of(struct arena *arena, const struct address_set *set)
{
    struct address_set copy = {0};
    for (size_t i = 0; i < set->n_items; i++) {
        struct address_range *slot = arena_append(arena, &copy.items, &copy.n_items, sizeof *slot);
        *slot = set->items[i];
    }
    return copy;
}

void address_set_add(struct arena *arena, struct address_set *set, struct address_range range)
{
    struct address_set grown = copy_of(arena, set);
    struct address_range *slot = arena_append(arena, &grown.items, &grown.n_items, sizeof *slot);
    *slot = range;
    tidy(&grown);
    *set = grown;
}

struct address_set address_set_all(struct arena *arena)
{
    static const char *const families[] = {"0.0.0.0", "::"};
    struct address_set all = {0};
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        struct address first;
        if (address_parse(families[i], &first)) {
            address_set_add(arena, &all, block_around(&first, 0));
        }
    }
    return all;
}

bool address_set_parse(struct arena *arena, const char *text, struct address_set *ret_set,
                       const char **ret_fault)
{
    struct strings pieces = strings_split(arena, text, ',');
    struct address_set set = {0};
    for (size_t i = 0; i < pieces.n_items; i++) {
        struct address_range range;
        if (!parse_piece(arena, pieces.items[i], &range)) {
            *ret_fault = pieces.items[i];
            return false;
        }
        address_set_add(arena, &set, range);
    }
    if (pieces.n_items == 0) {
        *ret_fault = "";
        return false;
    }
    *ret_set = set;
    return true;
}

struct address_set address_set_union(struct arena *arena, const struct address_set *a,
                                     const struct address_set *b)
{
    struct address_set both = copy_of(arena, a);
    for (size_t i = 0; i < b->n_items; i++) {
        struct address_range *slot = arena_append(arena, &both.items, &both.n_items, sizeof *slot);
        *slot = b->items[i];
    }
    tidy(&both);
    return both;
}

struct address_set address_set_intersection(struct arena *arena, const struct address_set *a,
                                            const struct address_set *b)
{
    struct address_set common = {0};
    for (size_t i = 0; i < a->n_items; i++) {
        for (size_t n = 0; n < b->n_items; n++) {
            struct address_range range = a->items[i];
            if (compare(&b->items[n].first, &range.first) > 0) {
                range.first = b->items[n].first;
            }
            if (compare(&b->items[n].last, &range.last) < 0) {
                range.last = b->items[n].last;
            }
            if (compare(&range.first, &range.last) <= 0) {
                struct address_range *slot =
                    arena_append(arena, &common.items, &common.n_items, sizeof *slot);
                *slot = range;
            }
        }
    }
    return common;
}

/* Adds what is left of one range when the sorted ranges of `taken` are cut out of it. */
static void add_rest(struct arena *arena, struct address_range range,
                     const struct address_set *taken, struct address_set *rest)
{
    for (size_t i = 0; i < taken->n_items; i++) {
        const struct address_range *cut = &taken->items[i];
        if (compare(&cut->last, &range.first) < 0 || compare(&cut->first, &range.last) > 0) {
            continue;
        }
        if (compare(&cut->first, &range.first) > 0) {
            struct address_range *slot =
                arena_append(arena, &rest->items, &rest->n_items, sizeof *slot);
            *slot = (struct address_range){range.first, previous(cut->first)};
        }
        if (compare(&cut->last, &range.last) >= 0) {
            return;
        }
        range.first = next(cut->last);
    }
    struct address_range *slot = arena_append(arena, &rest->items, &rest->n_items, sizeof *slot);
    *slot = range;
}

struct address_set address_set_difference(struct arena *arena, const struct address_set *a,
                                          const struct address_set *b)
{
    struct address_set rest = {0};
    for (size_t i = 0; i < a->n_items; i++) {
        add_rest(arena, a->items[i], b, &rest);
    }
    return rest;
}

char *address_set_format(struct arena *arena, const struct address_set *set, size_t most)
{
    struct strings texts = {0};
    for (size_t i = 0; i < set->n_items && i < most; i++) {
        const struct address_range *range = &set->items[i];
        const char *first = format(arena, &range->first);
        bool is_one = compare(&range->first, &range->last) == 0;
        strings_add(arena, &texts,
                    is_one ? first
                           : arena_printf(arena, "%s-%s", first, format(arena, &range->last)));
    }
    char *list = strings_join(arena, &texts, ", ");
    return set->n_items <= most ? list
                                : arena_printf(arena, "%s and %zu more", list, set->n_items - most);
}
