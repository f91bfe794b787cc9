/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of a guide is covered, reasoned, or missing.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "model/pack.h"
#include "registry.h"
#include "rules/coverage.h"
#include "rules/load.h"

static const char text[] = "pack: acme\n"
                           "title: Acme\n"
                           "version: 1.0.0\n"
                           "guide: { title: Guide, rows: [A-3, A-1..A-2, A-4] }\n"
                           "first_call: { table: incident }\n"
                           "reasons: { A-2: nobody can tell, A-3: covered all the same }\n"
                           "checks:\n"
                           "  - { id: one, title: One, step: S, covers: [A-1, A-3], network: {} }\n"
                           "  - { id: two, title: Two, step: S, covers: [A-1], network: {} }\n";

static struct pack *lint(struct arena *arena, const char *source)
{
    struct kind_schemas kinds = test_kinds();
    struct diag *diag = diag_new();
    struct pack *pack = NULL;
    bool is_sound = pack_lint_text(arena, diag, &kinds, "acme.yaml", source, strlen(source), &pack);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert(is_sound);
    return pack;
}

Test(coverage, counts_every_row_once_in_guide_order)
{
    struct arena *arena = arena_new();
    struct coverage coverage = pack_coverage(arena, lint(arena, text));
    static const struct {
        const char *row;
        enum row_state state;
        const char *checks;
    } wanted[] = {
        {"A-3", ROW_COVERED, "acme/one"},
        {"A-1", ROW_COVERED, "acme/one acme/two"},
        {"A-2", ROW_REASON, ""},
        {"A-4", ROW_MISSING, ""},
    };
    cr_assert_eq(coverage.n_items, ARRAY_LEN(wanted));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        cr_expect_str_eq(coverage.items[i].row, wanted[i].row);
        cr_expect(coverage.items[i].state == wanted[i].state, "%s", wanted[i].row);
        cr_expect_str_eq(strings_join(arena, &coverage.items[i].checks, " "), wanted[i].checks);
    }
    cr_expect_str_eq(coverage.items[2].reason, "nobody can tell");
    cr_expect_null(coverage.items[3].reason);
    cr_expect_eq(coverage.n_of[ROW_COVERED], 2);
    cr_expect_eq(coverage.n_of[ROW_REASON], 1);
    cr_expect_eq(coverage.n_of[ROW_MISSING], 1);
    cr_expect_str_eq(row_state_name(ROW_COVERED), "covered");
    arena_free(arena);
}

Test(coverage, a_pack_without_a_guide_has_no_rows)
{
    struct arena *arena = arena_new();
    struct coverage coverage = pack_coverage(
        arena, lint(arena, "pack: acme\ntitle: A\nversion: 1.0.0\nfirst_call: { table: task }\n"
                           "checks:\n  - { id: one, title: One, step: S, network: {} }\n"));
    cr_expect_eq(coverage.n_items, 0);
    cr_expect_eq(coverage.n_of[ROW_MISSING], 0);
    arena_free(arena);
}
