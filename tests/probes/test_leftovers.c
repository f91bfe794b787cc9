/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes of records that are not deleted yet, between runs.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/file.h"
#include "probes/leftovers.h"

enum { NOW = 1800000000 };

static const char origin[] = "https://acme.example.test";
static const struct leftover note = {
    .seconds = NOW, .instance = origin, .table = "incident", .tag = "glidepath-abc-1"};

static char folder[] = "/tmp/glidepath-leftovers-XXXXXX";
static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
    if (mkdtemp(folder) == NULL) {
        perror("mkdtemp");
    }
}

static void tear_down(void)
{
    const char *writes = arena_printf(arena, "%s/writes", folder);
    struct strings names = folder_list(arena, writes);
    for (size_t i = 0; i < names.n_items; i++) {
        unlink(arena_printf(arena, "%s/%s", writes, names.items[i]));
    }
    rmdir(writes);
    rmdir(folder);
    arena_free(arena);
}

TestSuite(leftovers, .init = set_up, .fini = tear_down);

Test(leftovers, told_on_that_instance_for_a_month)
{
    static const struct {
        const char *instance;
        int64_t later_s;
        size_t n;
        const char *why;
    } rows[] = {
        {origin, 0, 1, "at once"},
        {origin, 29 * INT64_C(86400), 1, "a month is not over"},
        {origin, 30 * INT64_C(86400), 0, "now it is"},
        {origin, -1, 0, "a clock that was set back"},
        {"https://other.example.test", 0, 0, "another instance"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_assert(leftover_remember(folder, &note));
        struct leftovers found =
            leftovers_of(arena, folder, rows[i].instance, NOW + rows[i].later_s);
        cr_expect_eq(found.n_items, rows[i].n, "row %zu (%s)", i, rows[i].why);
    }
    struct leftovers found = leftovers_of(arena, folder, origin, NOW);
    cr_assert_eq(found.n_items, 1);
    cr_expect_str_eq(found.items[0].table, "incident");
    cr_expect_str_eq(found.items[0].tag, "glidepath-abc-1");
    cr_expect_eq(found.items[0].seconds, NOW);
    cr_expect_eq(access(found.items[0].file, R_OK), 0);
}

static size_t count_notes(void)
{
    return folder_list(arena, arena_printf(arena, "%s/writes", folder)).n_items;
}

/* A killed run leaves its note behind, and nobody else ever takes it away. */
Test(leftovers, a_month_later_the_note_goes)
{
    static const struct {
        const char *why;
        const char *instance;
        int64_t later_s;
        size_t n_kept;
    } rows[] = {
        {"a month is not over", origin, 29 * INT64_C(86400), 1},
        {"a clock that was set back", origin, -1, 1},
        {"over, though it was another instance's", "https://other.example.test",
         30 * INT64_C(86400), 0},
        {"over", origin, 30 * INT64_C(86400), 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_assert(leftover_remember(folder, &note));
        leftovers_of(arena, folder, rows[i].instance, NOW + rows[i].later_s);
        cr_expect_eq(count_notes(), rows[i].n_kept, "row %zu (%s)", i, rows[i].why);
    }
}

Test(leftovers, forgotten_one_by_one)
{
    struct leftover other = note;
    other.tag = "glidepath-abc-2";
    cr_assert(leftover_remember(folder, &note));
    cr_assert(leftover_remember(folder, &other));
    leftover_forget(folder, note.tag);
    leftover_forget(folder, "glidepath-never-1");
    leftover_forget(NULL, other.tag);
    struct leftovers found = leftovers_of(arena, folder, origin, NOW);
    cr_assert_eq(found.n_items, 1);
    cr_expect_str_eq(found.items[0].tag, other.tag);
}

Test(leftovers, what_is_no_note_is_left_alone)
{
    static const char *const texts[] = {"",        "garbage\n", "1 2 3 4\n",
                                        "x y z\n", "1 a b",     "1800000000 a b c\n"};
    cr_assert(leftover_remember(folder, &note));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        FILE *out = fopen(arena_printf(arena, "%s/writes/strange-%zu", folder, i), "w");
        cr_assert_not_null(out);
        fputs(texts[i], out);
        fclose(out);
    }
    cr_expect_eq(leftovers_of(arena, folder, origin, NOW).n_items, 1);
    cr_expect_eq(folder_list(arena, arena_printf(arena, "%s/writes", folder)).n_items,
                 ARRAY_LEN(texts) + 1);
}

Test(leftovers, nowhere_to_write)
{
    cr_expect_not(leftover_remember("/proc/nowhere/glidepath", &note));
    cr_expect_not(leftover_remember(NULL, &note));
    cr_expect_eq(leftovers_of(arena, "/proc/nowhere/glidepath", origin, NOW).n_items, 0);
    cr_expect_eq(leftovers_of(arena, NULL, origin, NOW).n_items, 0);
}
