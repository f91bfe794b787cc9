/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses, ranges and sets: what is read, and that the arithmetic keeps every address in its
 * place, at both ends of both families too.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "checks/address.h"

enum { ALL_RANGES = 100 };

/* "-" for what is no set. */
static struct address_set read_set(struct arena *arena, const char *text)
{
    struct address_set set = {0};
    const char *fault = NULL;
    if (!text_equal(text, "")) {
        cr_assert(address_set_parse(arena, text, &set, &fault), "%s: %s", text, fault);
    }
    return set;
}

static const char *write_set(struct arena *arena, const struct address_set *set)
{
    return address_set_format(arena, set, ALL_RANGES);
}

Test(address, texts_are_read)
{
    static const struct {
        const char *why;
        const char *text;
        const char *set; /* NULL: refused */
    } rows[] = {
        {"one address", "198.51.100.7", "198.51.100.7"},
        {"blanks do not matter", " 198.51.100.7 ,\n198.51.100.9", "198.51.100.7, 198.51.100.9"},
        {"a block", "198.51.100.0/27", "198.51.100.0-198.51.100.31"},
        {"bits behind the prefix do not matter", "198.51.100.10/24", "198.51.100.0-198.51.100.255"},
        {"a block of one", "198.51.100.7/32", "198.51.100.7"},
        {"every IPv4 address", "0.0.0.0/0", "0.0.0.0-255.255.255.255"},
        {"a prefix within a byte", "10.255.255.255/9", "10.128.0.0-10.255.255.255"},
        {"a range", "198.51.100.1-198.51.100.3", "198.51.100.1-198.51.100.3"},
        {"a range with blanks", "198.51.100.1 - 198.51.100.3", "198.51.100.1-198.51.100.3"},
        {"IPv6", "2001:db8::1", "2001:db8::1"},
        {"a block of IPv6", "2001:db8::/32", "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"every IPv6 address", "::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"a range of IPv6", "2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::ff"},
        {"IPv4 as IPv6", "::ffff:198.51.100.7", "198.51.100.7"},
        {"neighbours are joined", "198.51.100.7,198.51.100.8", "198.51.100.7-198.51.100.8"},
        {"overlaps are joined", "198.51.100.0/24,198.51.100.7-198.51.101.1",
         "198.51.100.0-198.51.101.1"},
        {"what lies within changes nothing", "198.51.100.0/24,198.51.100.7",
         "198.51.100.0-198.51.100.255"},
        {"in order", "203.0.113.1,2001:db8::1,198.51.100.7",
         "198.51.100.7, 203.0.113.1, 2001:db8::1"},
        {"the last of IPv4 and the first of IPv6 do not touch",
         "255.255.255.255,::", "255.255.255.255, ::"},
        {"nothing", "", NULL},
        {"only commas", " , ,", NULL},
        {"a name", "egress.example.com", NULL},
        {"too many numbers", "198.51.100.7.1", NULL},
        {"a number too large", "198.51.100.256", NULL},
        {"an asterisk", "198.51.100.*", NULL},
        {"a prefix too long", "198.51.100.0/33", NULL},
        {"a prefix too long for IPv6", "2001:db8::/129", NULL},
        {"a prefix below none", "198.51.100.0/-1", NULL},
        {"a mask in place of a prefix", "198.51.100.0/255.255.255.0", NULL},
        {"no prefix", "198.51.100.0/", NULL},
        {"an upside-down range", "198.51.100.9-198.51.100.1", NULL},
        {"a range across families", "198.51.100.9-2001:db8::1", NULL},
        {"half a range", "198.51.100.9-", NULL},
        {"one bad piece", "198.51.100.9, vendor", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct address_set set = {0};
        const char *fault = NULL;
        bool is_read = address_set_parse(arena, rows[i].text, &set, &fault);
        cr_expect(is_read == (rows[i].set != NULL), "row %zu (%s)", i, rows[i].why);
        cr_expect((fault == NULL) == is_read, "row %zu (%s): a fault is named", i, rows[i].why);
        if (is_read && rows[i].set != NULL) {
            cr_expect_str_eq(write_set(arena, &set), rows[i].set, "row %zu (%s): %s", i,
                             rows[i].why, write_set(arena, &set));
        }
        arena_free(arena);
    }
}

Test(address, the_fault_is_the_piece)
{
    struct arena *arena = arena_new();
    struct address_set set = {0};
    const char *fault = NULL;
    cr_assert_not(address_set_parse(arena, "198.51.100.9, vendor.example, x", &set, &fault));
    cr_expect_str_eq(fault, "vendor.example");
    cr_expect_eq(set.n_items, 0, "and the set is as it was");
    arena_free(arena);
}

Test(address, sets_are_joined_cut_and_subtracted)
{
    static const struct {
        const char *why;
        const char *a;
        const char *b;
        const char *in_one;
        const char *in_both;
        const char *in_a_only;
    } rows[] = {
        {"apart", "10.0.0.1-10.0.0.5", "10.0.0.9", "10.0.0.1-10.0.0.5, 10.0.0.9", "",
         "10.0.0.1-10.0.0.5"},
        {"equal", "10.0.0.1-10.0.0.5", "10.0.0.1-10.0.0.5", "10.0.0.1-10.0.0.5",
         "10.0.0.1-10.0.0.5", ""},
        {"a hole in the middle", "10.0.0.1-10.0.0.5", "10.0.0.3", "10.0.0.1-10.0.0.5", "10.0.0.3",
         "10.0.0.1-10.0.0.2, 10.0.0.4-10.0.0.5"},
        {"cut at the front", "10.0.0.1-10.0.0.5", "10.0.0.0-10.0.0.2", "10.0.0.0-10.0.0.5",
         "10.0.0.1-10.0.0.2", "10.0.0.3-10.0.0.5"},
        {"cut at the back", "10.0.0.1-10.0.0.5", "10.0.0.5-10.0.0.9", "10.0.0.1-10.0.0.9",
         "10.0.0.5", "10.0.0.1-10.0.0.4"},
        {"wholly covered", "10.0.0.1-10.0.0.5", "10.0.0.0/24", "10.0.0.0-10.0.0.255",
         "10.0.0.1-10.0.0.5", ""},
        {"several holes", "10.0.0.0-10.0.0.9", "10.0.0.2,10.0.0.4-10.0.0.5,10.0.0.9",
         "10.0.0.0-10.0.0.9", "10.0.0.2, 10.0.0.4-10.0.0.5, 10.0.0.9",
         "10.0.0.0-10.0.0.1, 10.0.0.3, 10.0.0.6-10.0.0.8"},
        {"one cut through two", "10.0.0.1-10.0.0.3,10.0.0.7-10.0.0.9", "10.0.0.3-10.0.0.7",
         "10.0.0.1-10.0.0.9", "10.0.0.3, 10.0.0.7", "10.0.0.1-10.0.0.2, 10.0.0.8-10.0.0.9"},
        {"nothing taken away", "10.0.0.1", "", "10.0.0.1", "", "10.0.0.1"},
        {"taken from nothing", "", "10.0.0.1", "10.0.0.1", "", ""},
        {"all of IPv6 holds none of IPv4", "10.0.0.1,2001:db8::1", "::/0",
         "10.0.0.1, ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::1", "10.0.0.1"},
        {"up to the last address", "255.255.255.0/24", "255.255.255.128-255.255.255.255",
         "255.255.255.0-255.255.255.255", "255.255.255.128-255.255.255.255",
         "255.255.255.0-255.255.255.127"},
        {"from the first address", "0.0.0.0/24", "0.0.0.0-0.0.0.9", "0.0.0.0-0.0.0.255",
         "0.0.0.0-0.0.0.9", "0.0.0.10-0.0.0.255"},
        {"a carry over bytes", "10.0.0.0/15", "10.0.255.255", "10.0.0.0-10.1.255.255",
         "10.0.255.255", "10.0.0.0-10.0.255.254, 10.1.0.0-10.1.255.255"},
        {"a carry in IPv6", "2001:db8::/112", "2001:db8::ff", "2001:db8::-2001:db8::ffff",
         "2001:db8::ff", "2001:db8::-2001:db8::fe, 2001:db8::100-2001:db8::ffff"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct address_set a = read_set(arena, rows[i].a);
        struct address_set b = read_set(arena, rows[i].b);
        struct address_set in_one = address_set_union(arena, &a, &b);
        struct address_set in_both = address_set_intersection(arena, &a, &b);
        struct address_set in_a_only = address_set_difference(arena, &a, &b);
        cr_expect_str_eq(write_set(arena, &in_one), rows[i].in_one, "row %zu (%s): union %s", i,
                         rows[i].why, write_set(arena, &in_one));
        cr_expect_str_eq(write_set(arena, &in_both), rows[i].in_both, "row %zu (%s): both %s", i,
                         rows[i].why, write_set(arena, &in_both));
        cr_expect_str_eq(write_set(arena, &in_a_only), rows[i].in_a_only,
                         "row %zu (%s): difference %s", i, rows[i].why,
                         write_set(arena, &in_a_only));
        arena_free(arena);
    }
}

/* Whatever the sets, what is in both and what is in one only make up the whole again. */
Test(address, the_parts_make_up_the_whole)
{
    static const char *const texts[] = {
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/8,2001:db8::/32",
        "10.0.0.0-10.3.4.5,10.200.0.0/16",
        "0.0.0.0,255.255.255.255,::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "9.255.255.255-11.0.0.0",
        "2001:db8:0:ffff::/64"};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        for (size_t n = 0; n < ARRAY_LEN(texts); n++) {
            struct address_set a = read_set(arena, texts[i]);
            struct address_set b = read_set(arena, texts[n]);
            struct address_set common = address_set_intersection(arena, &a, &b);
            struct address_set rest = address_set_difference(arena, &a, &b);
            struct address_set whole = address_set_union(arena, &common, &rest);
            struct address_set overlap = address_set_intersection(arena, &rest, &b);
            cr_expect_str_eq(write_set(arena, &whole), write_set(arena, &a), "%s and %s", texts[i],
                             texts[n]);
            cr_expect_eq(overlap.n_items, 0, "%s and %s", texts[i], texts[n]);
        }
    }
    arena_free(arena);
}

Test(address, long_lists_are_cut)
{
    struct arena *arena = arena_new();
    struct address_set set = read_set(arena, "10.0.0.1,10.0.0.3,10.0.0.5,10.0.0.7");
    cr_expect_str_eq(address_set_format(arena, &set, 2), "10.0.0.1, 10.0.0.3 and 2 more");
    cr_expect_str_eq(address_set_format(arena, &set, 4), "10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7");
    struct address_set all = address_set_all(arena);
    cr_expect_str_eq(write_set(arena, &all),
                     "0.0.0.0-255.255.255.255, ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    arena_free(arena);
}
