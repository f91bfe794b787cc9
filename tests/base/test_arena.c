/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena: blocks are zeroed, aligned, apart from each other, and stay where they are.
 */
#include <criterion/criterion.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attributes.h"

static bool is_zeroed(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

Test(arena, blocks_are_zeroed_aligned_and_apart)
{
    static const struct {
        size_t size;
        const char *name;
    } rows[] = {
        {1, "smaller than the alignment"},    {0, "nothing still has an address"},
        {16, "exactly the alignment"},        {17, "one above the alignment"},
        {40 * 1024, "most of a chunk"},       {40 * 1024, "does not fit what is left of the chunk"},
        {64 * 1024, "a whole chunk"},         {1024 * 1024, "larger than a chunk"},
        {8, "small again after a large one"},
    };
    struct arena *arena = arena_new();
    unsigned char *blocks[ARRAY_LEN(rows)];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t before = arena_size_bytes(arena);
        blocks[i] = arena_allocate(arena, rows[i].size);
        cr_expect((uintptr_t)blocks[i] % alignof(max_align_t) == 0, "row %zu (%s): alignment", i,
                  rows[i].name);
        cr_expect(is_zeroed(blocks[i], rows[i].size), "row %zu (%s): zeroed", i, rows[i].name);
        cr_expect(arena_size_bytes(arena) >= before + rows[i].size, "row %zu (%s): counted", i,
                  rows[i].name);
        memset(blocks[i], (int)i + 1, rows[i].size);
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t b = 0; b < rows[i].size; b++) {
            cr_assert(blocks[i][b] == i + 1, "row %zu (%s): byte %zu was overwritten", i,
                      rows[i].name, b);
        }
    }
    arena_free(arena);
}

Test(arena, free_takes_null)
{
    arena_free(NULL);
}

Test(arena, a_new_arena_has_handed_out_nothing)
{
    struct arena *arena = arena_new();
    cr_expect(arena_size_bytes(arena) == 0);
    arena_free(arena);
}

Test(arena, append_keeps_the_order_through_every_growth)
{
    struct arena *arena = arena_new();
    int64_t *items = NULL;
    size_t n_items = 0;
    for (size_t n = 1; n <= 1000; n++) {
        int64_t *last = arena_append(arena, &items, &n_items, sizeof *items);
        cr_assert(n_items == n, "length after %zu", n);
        cr_assert(last == &items[n - 1], "the last of %zu", n);
        cr_assert(*last == 0, "element %zu is zeroed", n);
        *last = (int64_t)n;
        for (size_t i = 0; i < n; i++) {
            cr_assert(items[i] == (int64_t)i + 1, "element %zu of %zu", i, n);
        }
    }
    arena_free(arena);
}

Test(arena, two_lists_grow_side_by_side)
{
    struct arena *arena = arena_new();
    char *letters = NULL;
    struct wide {
        double x;
        char tag[30];
    } *wide = NULL;
    size_t n_letters = 0;
    size_t n_wide = 0;
    for (size_t i = 0; i < 20; i++) {
        *(char *)arena_append(arena, &letters, &n_letters, 1) = (char)('a' + i);
        struct wide *last = arena_append(arena, &wide, &n_wide, sizeof *wide);
        last->x = (double)i;
    }
    cr_expect(memcmp(letters, "abcdefghijklmnopqrst", 20) == 0);
    cr_expect(wide[19].x == 19.0);
    arena_free(arena);
}

Test(arena, copies_of_text)
{
    struct arena *arena = arena_new();
    char text[] = "incident";
    char *copy = arena_strdup(arena, text);
    text[0] = 'I';
    cr_expect_str_eq(copy, "incident", "a copy does not follow the original");
    cr_expect_null(arena_strdup(arena, NULL), "NULL stays NULL");
    cr_expect_str_eq(arena_strdup(arena, ""), "");
    cr_expect_str_eq(arena_strndup(arena, "incident", 3), "inc", "cut and terminated");
    cr_expect_str_eq(arena_strndup(arena, NULL, 0), "", "no bytes need no address");
    cr_expect(memcmp(arena_strndup(arena, "a\0b", 3), "a\0b", 4) == 0, "a NUL is copied too");
    arena_free(arena);
}

Test(arena, formatted_text_may_be_of_any_length)
{
    static const int lengths[] = {0, 1, 15, 16, 1000, 70 * 1024};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        char *text = arena_printf(arena, "%*s|", lengths[i], "");
        cr_expect(strlen(text) == (size_t)lengths[i] + 1, "%d blanks and a bar", lengths[i]);
    }
    cr_expect_str_eq(arena_printf(arena, "%s:%d", "row", 7), "row:7");
    arena_free(arena);
}

/* Running out of memory ends the process with status 4: every request here is larger than any
 * address space, so it must be caught by arithmetic. */
Test(arena, an_overflowing_product_is_out_of_memory, .exit_code = 4)
{
    struct arena *arena = arena_new();
    arena_array(arena, SIZE_MAX / 2, 3);
}

Test(arena, a_size_that_cannot_be_rounded_up_is_out_of_memory, .exit_code = 4)
{
    struct arena *arena = arena_new();
    arena_allocate(arena, SIZE_MAX - 3);
}
