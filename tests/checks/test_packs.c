/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built-in packs: every row of a guide is covered or has its reason, and what a check serves
 * can be seen.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "checks/kind.h"
#include "rules/load.h"

static struct pack *lint(struct arena *arena, const char *name)
{
    struct kind_schemas schemas = kind_schemas();
    struct diag *diag = diag_new();
    struct pack *pack = NULL;
    bool is_sound = pack_lint(arena, diag, &schemas, name, &pack);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert(is_sound, "%s must be sound", name);
    return pack;
}

static bool is_covered(const struct pack *pack, const char *row)
{
    for (size_t i = 0; i < pack->n_checks; i++) {
        if (strings_have(&pack->checks[i].covers, row)) {
            return true;
        }
    }
    return false;
}

Test(packs, every_row_of_a_guide_is_covered_or_has_its_reason)
{
    struct arena *arena = arena_new();
    struct strings names = builtin_pack_names(arena);
    cr_assert(names.n_items > 0);
    for (size_t i = 0; i < names.n_items; i++) {
        const struct pack *pack = lint(arena, names.items[i]);
        for (size_t r = 0; r < pack->rows.n_items; r++) {
            const char *row = pack->rows.items[r];
            bool has_reason = pairs_get(&pack->reasons, row) != NULL;
            cr_expect(is_covered(pack, row) != has_reason, "%s: %s is %s", pack->name, row,
                      has_reason ? "covered and has a reason" : "neither covered nor reasoned");
        }
    }
    arena_free(arena);
}

/* Kinds that see an effect with the integration's own credential. */
static bool sees_an_effect(const struct check *check)
{
    static const char *const kinds[] = {"credential", "table_read", "field", "api", "table_write"};
    for (size_t i = 0; check->kind != NULL && i < ARRAY_LEN(kinds); i++) {
        if (text_equal(check->kind->name, kinds[i])) {
            return true;
        }
    }
    return false;
}

static const struct check *find_check(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->n_checks; i++) {
        if (text_equal(pack->checks[i].id, id)) {
            return &pack->checks[i];
        }
    }
    return NULL;
}

Test(packs, only_effects_are_served)
{
    struct arena *arena = arena_new();
    struct strings names = builtin_pack_names(arena);
    for (size_t i = 0; i < names.n_items; i++) {
        const struct pack *pack = lint(arena, names.items[i]);
        for (size_t c = 0; c < pack->n_checks; c++) {
            const struct check *check = &pack->checks[c];
            for (size_t s = 0; s < check->serves.n_items; s++) {
                const struct check *served = find_check(pack, check->serves.items[s]);
                cr_expect(served != NULL && sees_an_effect(served),
                          "%s serves %s, which sees no effect", check->id, check->serves.items[s]);
            }
        }
    }
    arena_free(arena);
}

Test(packs, the_sentences_are_there)
{
    struct arena *arena = arena_new();
    struct strings names = builtin_pack_names(arena);
    for (size_t i = 0; i < names.n_items; i++) {
        const struct pack *pack = lint(arena, names.items[i]);
        for (size_t c = 0; c < pack->n_checks; c++) {
            const struct check *check = &pack->checks[c];
            cr_expect_not(text_is_empty(check->fix), "%s has no fix", check->id);
            cr_expect_not(text_is_empty(check->owner), "%s has no owner", check->id);
            cr_expect_not(text_ends_with(check->title, "."),
                          "%s: a title is no sentence with a dot", check->id);
        }
    }
    arena_free(arena);
}
