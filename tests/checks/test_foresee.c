/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a check may ask is known before anything is asked; and the examples that kinds bring along
 * are what a pack may hold.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/yaml.h"
#include "bench.h"
#include "checks/foresee.h"
#include "rules/load.h"

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

static const struct pack bench_pack = {
    .name = "bench", .first_table = "incident", .credential = "integration"};

static struct foresight foresee_kind(struct arena *arena, const char *kind, const char *params,
                                     bool has_auditor)
{
    static struct catalogue catalogue;
    catalogue = bench_catalogue(arena);
    struct check check = {.id = "bench/check", .name = "check", .kind = schema_named(kind)};
    check.params = bench_params(arena, check.kind, params);
    struct foresight foresight =
        foresee(arena, &catalogue, bench_target(arena, true, has_auditor), &bench_pack, &check);
    cr_expect_not(foresight.never_ends);
    return foresight;
}

/* "auditor:sys_scope?": who asks for which table, with "?" when it depends on answers. */
static const char *told(struct arena *arena, const struct foresight *foresight)
{
    struct strings all = {0};
    for (size_t i = 0; i < foresight->n_items; i++) {
        const struct foreseen *item = &foresight->items[i];
        strings_add_unique(
            arena, &all,
            arena_printf(arena, "%s:%s%s",
                         item->question.credential != NULL ? item->question.credential : "none",
                         item->question.table, item->is_certain ? "" : "?"));
    }
    return strings_join(arena, &all, " ");
}

Test(foresee, finds_what_is_asked_after_an_answer)
{
    static const struct {
        const char *why;
        const char *kind;
        const char *params;
        bool has_auditor;
        const char *wanted;
    } rows[] = {
        {"one question, whatever is answered", "property", "{ name: x }", true,
         "auditor:sys_properties auditor:sys_properties?"},
        {"without an auditor the integration asks", "property", "{ name: x }", false,
         "integration:sys_properties integration:sys_properties?"},
        {"a second and a third source", "app", "{ scope: x_acme, table: x_acme_t }", true,
         "auditor:sys_store_app auditor:sys_app? auditor:sys_scope? auditor:x_acme_t? "
         "auditor:sys_store_app?"},
        {"nothing is sent to judge a text", "url", NULL, true, ""},
        {"a role that is missing is looked up", "roles", "{ user: svc, all: [itil] }", true,
         "auditor:sys_user_has_role auditor:sys_user_role? auditor:sys_user_has_role?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct foresight foresight =
            foresee_kind(arena, rows[i].kind, rows[i].params, rows[i].has_auditor);
        struct strings wanted = strings_split(arena, rows[i].wanted, ' ');
        const char *found = told(arena, &foresight);
        struct strings there = strings_split(arena, found, ' ');
        for (size_t w = 0; w < wanted.n_items; w++) {
            cr_expect(strings_have(&there, wanted.items[w]), "%s: no %s in %s", rows[i].why,
                      wanted.items[w], found);
        }
        cr_expect_eq(there.n_items, wanted.n_items, "%s: %s", rows[i].why, found);
        arena_free(arena);
    }
}

/* What is asked later is told with the answers it comes upon. */
Test(foresee, says_upon_what)
{
    static const struct {
        const char *kind;
        const char *params;
        const char *table;
        const char *upon;
        const char *words;
    } rows[] = {
        {"property", "{ name: x }", "sys_properties", "sys_properties", "is hidden in part"},
        {"app", "{ scope: x_acme, table: x_acme_t }", "sys_scope", "sys_store_app",
         "has no such row, is empty, is hidden in part, is refused or does not exist"},
        {"roles", "{ user: svc, all: [itil] }", "sys_user_role", "sys_user_has_role",
         "has no such row or has such a row"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct foresight foresight = foresee_kind(arena, rows[i].kind, rows[i].params, true);
        const struct foreseen *found = NULL;
        for (size_t f = 0; f < foresight.n_items && found == NULL; f++) {
            const struct foreseen *item = &foresight.items[f];
            bool is_it = !item->is_certain && text_equal(item->question.table, rows[i].table);
            found = is_it ? item : NULL;
        }
        cr_assert_not_null(found, "%s", rows[i].table);
        cr_expect_str_eq(strings_join(arena, &found->upon, " "), rows[i].upon);
        cr_expect_str_eq(foreseen_after_words(arena, found->after), rows[i].words);
        arena_free(arena);
    }
}

/* What is asked only where the first answers are those of a healthy instance, or not whole. */
Test(foresee, comes_to_what_is_asked_last)
{
    static const struct {
        const char *why;
        const char *kind;
        const char *params;
        const char *wanted;
    } rows[] = {
        {"what a scope is tied to, once a usable key has one", "api_key",
         "{ user: svc, covers: now/table }", "auditor:sys_api_access_scope?"},
        {"what a role contains, once a rule names another", "acl",
         "{ table: incident, operation: create, role: itil }", "auditor:sys_user_role_contains?"},
        {"the dictionary, once a column did not come and the parents are known", "field",
         "{ table: incident, fields: [opened_at] }", "auditor:sys_dictionary?"},
        {"the roles of whoever was echoed", "table_read", "{ table: incident }",
         "auditor:sys_user_has_role?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct foresight foresight = foresee_kind(arena, rows[i].kind, rows[i].params, true);
        const char *all = told(arena, &foresight);
        cr_expect_not_null(strstr(all, rows[i].wanted), "row %zu (%s): %s", i, rows[i].why, all);
        arena_free(arena);
    }
}

/* A value that an earlier answer gives is told from one that a box may have. */
Test(foresee, shows_whence_a_value_comes)
{
    struct arena *arena = arena_new();
    struct foresight foresight =
        foresee_kind(arena, "schema", "{ table: incident, fields: [urgency] }", true);
    bool has_name = false;
    for (size_t i = 0; i < foresight.n_items; i++) {
        const char *value = foresight.items[i].question.value;
        cr_expect_not(text_equal(value, "true"));
        has_name =
            has_name || (value != NULL && strstr(value, "<sys_db_object.super_class.") == value);
    }
    cr_expect(has_name, "the parent of a table");
    arena_free(arena);
}

/* Without consent no write is foreseen, and with it one. */
Test(foresee, writes_with_consent_alone)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    struct check check = {.id = "bench/check", .kind = schema_named("table_write")};
    check.params =
        bench_params(arena, check.kind, "{ table: incident, values: { short_description: x } }");
    for (int consents = 0; consents < 2; consents++) {
        const struct foresee_options options = {.may_write = consents == 1};
        struct foresight foresight = foresee_with(
            arena, &catalogue, bench_target(arena, true, true), &bench_pack, &check, &options);
        size_t n_writes = 0;
        for (size_t i = 0; i < foresight.n_items; i++) {
            n_writes += foresight.items[i].question.kind == QUESTION_WRITE ? 1 : 0;
        }
        cr_expect_eq(n_writes, (size_t)consents);
    }
    arena_free(arena);
}

Test(foresee, looks_at_alternatives_and_leaves_unset_parameters_alone)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    struct check branches[2] = {
        {.id = "bench/check", .kind = schema_named("app")},
        {.id = "bench/check", .kind = schema_named("property"), .unset_parameter = "x"},
    };
    branches[0].params = bench_params(arena, branches[0].kind, "{ scope: x_acme }");
    struct check check = {
        .id = "bench/check", .alternatives = branches, .n_alternatives = ARRAY_LEN(branches)};
    struct foresight foresight =
        foresee(arena, &catalogue, bench_target(arena, true, true), &bench_pack, &check);
    cr_expect_not_null(strstr(told(arena, &foresight), "sys_scope"));
    cr_expect_null(strstr(told(arena, &foresight), "sys_properties"));
    arena_free(arena);
}

Test(foresee, examples_of_kinds_are_sound)
{
    struct kind_schemas schemas = kind_schemas();
    for (size_t i = 0; i < schemas.n_items; i++) {
        const struct kind_schema *kind = schemas.items[i];
        if (kind->example == NULL) {
            continue;
        }
        struct arena *arena = arena_new();
        const char *prefix = arena_printf(arena, "%s: ", kind->name);
        cr_assert(text_starts_with(kind->example, prefix), "%s", kind->name);
        cr_expect(text_ends_with(kind->example, "\n"), "%s", kind->name);
        cr_expect_not_null(bench_params(arena, kind, kind->example + strlen(prefix)));
        arena_free(arena);
    }
}
