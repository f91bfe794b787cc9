/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can tell whether a check holds is known before anybody is asked.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "bench.h"
#include "checks/provers.h"
#include "model/pack.h"

static const struct kind_schema *schema_named(const char *name)
{
    struct kind_schemas schemas = kind_schemas();
    for (size_t i = 0; i < schemas.n_items; i++) {
        if (text_equal(schemas.items[i]->name, name)) {
            return schemas.items[i];
        }
    }
    cr_assert_fail("no kind %s", name);
    return NULL;
}

Test(provers, are_those_who_can_decide_alone)
{
    static const struct {
        const char *why;
        const char *kind;
        const char *params;
        const char *wanted;
    } rows[] = {
        {"a row of configuration", "property", "{ name: x }", "auditor, script, export"},
        {"one that is read as a build", "release", "{ at_least: xanadu }",
         "auditor, script, export"},
        {"what only a call shows", "credential", NULL, "integration"},
        {"rows as the integration sees them", "table_read", "{ table: incident }", "integration"},
        {"a record that is made", "table_write",
         "{ table: incident, values: { short_description: x } }", "integration"},
        {"another path of the API", "api", "{ path: /api/now/cmdb/meta/cmdb_ci }", "integration"},
        {"a call without a credential", "instance", NULL, "integration, auditor"},
        {"a text that was given", "url", NULL, "target"},
        {"a credential that was given", "secret_shape", NULL, "target"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct catalogue catalogue = bench_catalogue(arena);
        struct check check = {
            .id = "bench/check", .name = "check", .kind = schema_named(rows[i].kind)};
        check.params = bench_params(arena, check.kind, rows[i].params);
        struct pack pack = {.name = "bench",
                            .first_table = "incident",
                            .credential = "integration",
                            .checks = &check,
                            .n_checks = 1};
        const unsigned *sets =
            provers_of_checks(arena, &catalogue, bench_target(arena, true, true), &pack);
        cr_expect_str_eq(provers_in_words(arena, sets[0]), rows[i].wanted, "row %zu (%s): %s", i,
                         rows[i].why, provers_in_words(arena, sets[0]));
        arena_free(arena);
    }
}

Test(provers, an_effect_shows_what_a_row_would)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    struct check checks[] = {
        {.id = "bench/user",
         .name = "user",
         .kind = schema_named("user"),
         .params = bench_params(arena, schema_named("user"),
                                "{ name: svc, want: { active: \"true\" } }")},
        {.id = "bench/credential", .name = "credential", .kind = schema_named("credential")},
    };
    checks[1].params = bench_params(arena, checks[1].kind, NULL);
    struct pack pack = {.name = "bench",
                        .first_table = "incident",
                        .credential = "integration",
                        .checks = checks,
                        .n_checks = ARRAY_LEN(checks)};
    const unsigned *sets =
        provers_of_checks(arena, &catalogue, bench_target(arena, true, true), &pack);
    cr_expect_str_eq(provers_in_words(arena, sets[0]), "integration, auditor, script, export",
                     "who called is in use");
    pack.n_checks = 1;
    sets = provers_of_checks(arena, &catalogue, bench_target(arena, true, true), &pack);
    cr_expect_str_eq(provers_in_words(arena, sets[0]), "auditor, script, export",
                     "nothing is called here");
    arena_free(arena);
}

Test(provers, nobody_tells_without_a_parameter)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    struct check check = {.id = "bench/check",
                          .name = "check",
                          .kind = schema_named("property"),
                          .unset_parameter = "name"};
    struct pack pack = {
        .name = "bench", .credential = "integration", .checks = &check, .n_checks = 1};
    const unsigned *sets =
        provers_of_checks(arena, &catalogue, bench_target(arena, true, true), &pack);
    cr_expect_str_eq(provers_in_words(arena, sets[0]), "-");
    arena_free(arena);
}
