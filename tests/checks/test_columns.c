/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every table and column that a check of a built-in pack asks for is one that rules/columns.yaml
 * knows, whatever it was answered before: an instance ignores a misspelt column without a word.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/foresee.h"
#include "probes/rows.h"
#include "rules/load.h"

enum { FEWEST_TABLES = 20 };

/* A value for every parameter that has no default, so that no check stands aside. */
static const struct {
    const char *pack;
    enum credential_kind kind;
    struct pair set[8];
} packs[] = {
    {"baseline",
     CREDENTIAL_BASIC,
     {{"service_user", "svc"}, {"form_url", "https://acme.service-now.com/"}}},
    {"cloud-ex-machina",
     CREDENTIAL_OAUTH_CLIENT,
     {{"assignment_group", "Cloud Operations"},
      {"form_url", "acme"},
      {"vendor_egress", "198.51.100.10"}}},
    {"rad-security",
     CREDENTIAL_API_KEY,
     {{"service_user", "svc"}, {"form_url", "https://acme.service-now.com/"}}},
    {"strategy-overview",
     CREDENTIAL_API_KEY,
     {{"vendor_egress", "198.51.100.10"}, {"form_url", "https://acme.service-now.com"}}},
    {"1stream",
     CREDENTIAL_BASIC,
     {{"service_user", "svc"},
      {"form_url", "https://acme.service-now.com/"},
      {"details_link", "https://acme.service-now.com/"}}},
    {"harness-sei",
     CREDENTIAL_OAUTH_REFRESH,
     {{"service_user", "svc"},
      {"redirect_url", "https://app.harness.example.com/"},
      {"form_url", "https://acme.service-now.com"}}},
};

/* A column under another name, or a path along a reference that has another name. */
static bool is_other_name(struct arena *arena, const struct catalogue *catalogue, const char *table,
                          const char *column)
{
    const struct table_entry *entry = catalogue_table(catalogue, table);
    const char *dot = strchr(column, '.');
    for (size_t i = 0; entry != NULL && i < entry->n_others; i++) {
        const char *known =
            arena_printf(arena, "%s%s", entry->others[i].column, dot != NULL ? dot : "");
        struct strings names = catalogue_names(arena, catalogue, table, known);
        if (strings_have(&names, column) && catalogue_has_column(catalogue, table, known)) {
            return true;
        }
    }
    return false;
}

static void expect_column(const struct catalogue *catalogue, const struct check *check,
                          const char *table, const char *column)
{
    struct arena *arena = arena_new();
    bool is_known = catalogue_has_column(catalogue, table, column) ||
                    is_other_name(arena, catalogue, table, column);
    cr_expect(is_known, "%s asks for %s.%s, which rules/columns.yaml does not have", check->id,
              table, column);
    cr_expect_not(column_is_secret(column), "%s asks for %s.%s, which is a secret", check->id,
                  table, column);
    arena_free(arena);
}

static void expect_known(const struct catalogue *catalogue, const struct check *check,
                         const struct question *question)
{
    for (size_t i = 0; i < question->values.n_items; i++) {
        expect_column(catalogue, check, question->table, question->values.items[i].key);
    }
    for (size_t i = 0; i < question->changes.n_items; i++) {
        expect_column(catalogue, check, question->table, question->changes.items[i].key);
    }
    if (question->kind != QUESTION_ROWS) {
        return;
    }
    cr_expect(catalogue_table(catalogue, question->table) != NULL,
              "%s asks for the table %s, which rules/columns.yaml does not have", check->id,
              question->table);
    for (size_t i = 0; i < question->fields.n_items; i++) {
        expect_column(catalogue, check, question->table, question->fields.items[i]);
    }
    for (size_t i = 0; i < question->where.n_items; i++) {
        expect_column(catalogue, check, question->table, question->where.items[i].key);
    }
    if (question->key != NULL) {
        expect_column(catalogue, check, question->table, question->key);
    }
}

static void expect_questions(struct arena *arena, const struct catalogue *catalogue,
                             const struct target *target, const struct pack *pack,
                             const struct check *check)
{
    struct foresight foresight = foresee(arena, catalogue, target, pack, check);
    cr_expect_not(foresight.never_ends, "%s does not stop asking", check->id);
    for (size_t i = 0; i < foresight.n_items; i++) {
        expect_known(catalogue, check, &foresight.items[i].question);
    }
}

static const struct pack *load(struct arena *arena, struct target *target, size_t row)
{
    struct kind_schemas schemas = kind_schemas();
    struct diag *diag = diag_new();
    struct pack_choice choice = {.name = packs[row].pack, .credential = "integration"};
    struct pack **loaded = NULL;
    size_t n_loaded = 0;
    target->credentials[0].kind = packs[row].kind;
    for (size_t i = 0; i < ARRAY_LEN(packs[row].set) && packs[row].set[i].key != NULL; i++) {
        pairs_add(arena, &choice.set, packs[row].set[i].key, packs[row].set[i].value);
    }
    target->packs = &choice;
    target->n_packs = 1;
    bool is_loaded = packs_load(arena, diag, &schemas, target, &loaded, &n_loaded);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert(is_loaded && n_loaded == 1, "%s must load", packs[row].pack);
    return loaded[0];
}

static void judge_pack(struct arena *arena, const struct catalogue *catalogue, size_t row)
{
    struct target *target = bench_target(arena, true, true);
    const struct pack *pack = load(arena, target, row);
    for (size_t i = 0; i < pack->n_checks; i++) {
        const struct check *check = &pack->checks[i];
        cr_expect(check->unset_parameter == NULL, "%s: give %s a value in this test", check->id,
                  check->unset_parameter != NULL ? check->unset_parameter : "");
        expect_questions(arena, catalogue, target, pack, check);
    }
}

Test(columns, packs_ask_only_for_what_is_known)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    struct strings names = builtin_pack_names(arena);
    cr_expect_eq(names.n_items, ARRAY_LEN(packs), "every built-in pack has its row in this test");
    for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
        judge_pack(arena, &catalogue, i);
    }
    arena_free(arena);
}

Test(columns, references_lead_to_tables_of_the_list)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    cr_assert(catalogue.n_tables > FEWEST_TABLES);
    for (size_t i = 0; i < catalogue.n_tables; i++) {
        const struct table_entry *table = &catalogue.tables[i];
        for (size_t r = 0; r < table->references.n_items; r++) {
            cr_expect(strings_have(&table->columns, table->references.items[r].key),
                      "%s.%s points somewhere and is no column", table->name,
                      table->references.items[r].key);
            cr_expect(catalogue_table(&catalogue, table->references.items[r].value) != NULL,
                      "%s.%s points to %s, which is not in the list", table->name,
                      table->references.items[r].key, table->references.items[r].value);
        }
        for (size_t c = 0; c < table->columns.n_items; c++) {
            cr_expect_not(column_is_secret(table->columns.items[c]), "%s.%s is a secret",
                          table->name, table->columns.items[c]);
        }
    }
    arena_free(arena);
}

Test(columns, paths_are_walked_and_other_names_known)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = bench_catalogue(arena);
    cr_expect(catalogue_has_column(&catalogue, "sys_auth_profile_mapping",
                                   "inbound_auth_profile.sys_class_name"));
    cr_expect(catalogue_has_column(&catalogue, "sn_customerservice_case", "account.website"));
    cr_expect_not(catalogue_has_column(&catalogue, "oauth_entity", "user.no_such_column"));
    cr_expect_not(catalogue_has_column(&catalogue, "oauth_entity", "name.user_name"));
    cr_expect_not(catalogue_has_column(&catalogue, "no_such_table", "name"));
    static const char *const words[][3] = {
        {"sys_user", "active", "active"},
        {"sys_user_has_role", "role.name", "role.name (a column of sys_user_role)"},
        {"sn_customerservice_case", "account.website",
         "account.website (a column of customer_account)"},
        {"x_acme", "a.b.c", "a.b.c (a column of the table that a.b points to)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        cr_expect_str_eq(catalogue_column_words(arena, &catalogue, words[i][0], words[i][1]),
                         words[i][2]);
    }
    struct strings names = catalogue_names(arena, &catalogue, "oauth_entity", "user.user_name");
    cr_expect(strings_have(&names, "user.user_name"));
    cr_expect(strings_have(&names, "oauth_application_user.user_name"));
    arena_free(arena);
}
