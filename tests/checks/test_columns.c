/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every table and column that a check of a built-in pack asks for is one that rules/columns.yaml
 * knows, whatever it was answered before: an instance ignores a misspelt column without a word.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "probes/rows.h"
#include "rules/load.h"

enum { MOST_ROUNDS = 6, FEWEST_TABLES = 20 };

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
     {{"assignment_group", "Cloud Operations"}, {"form_url", "acme"}}},
};

/* How an instance may answer everything. */
enum manner { ABSENT, UNCOUNTED, FOUND, REFUSED, N_MANNERS };

static struct row row_for(struct arena *arena, const struct question *question)
{
    struct row row = {0};
    struct strings columns = question->fields;
    for (size_t i = 0; i < columns.n_items; i++) {
        struct cell *cell = arena_append(arena, &row.cells, &row.n_cells, sizeof *cell);
        bool is_key = text_equal(columns.items[i], question->key);
        const char *wanted = pairs_get(&question->where, columns.items[i]);
        const char *value = wanted != NULL ? wanted : is_key ? question->value : "true";
        *cell = (struct cell){.column = columns.items[i], .value = value};
    }
    return row;
}

static struct answer *answer_in(struct arena *arena, const struct question *question,
                                enum manner manner)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *exchange = (struct exchange){.outcome = manner == REFUSED ? OUTCOME_DENIED : OUTCOME_RESULT,
                                  .status = manner == REFUSED ? 403 : 200,
                                  .is_from_node = true};
    *answer = (struct answer){.question = *question,
                              .exchange = exchange,
                              .reason = manner == REFUSED ? REASON_DENIED : REASON_NONE,
                              .acceptance = ACCEPTANCE_ACCEPTED,
                              .control_seen = manner == ABSENT,
                              .n_returned = manner == ABSENT ? 1 : 0,
                              .total = manner == ABSENT ? 1 : 0};
    if (manner == FOUND) {
        answer->rows = arena_allocate(arena, sizeof *answer->rows);
        answer->rows[0] = row_for(arena, question);
        answer->n_rows = answer->n_returned = 1;
        answer->total = 1;
    }
    return answer;
}

static void expect_column(const struct catalogue *catalogue, const struct check *check,
                          const char *table, const char *column)
{
    struct strings names = {0};
    struct arena *arena = arena_new();
    bool is_known = catalogue_has_column(catalogue, table, column);
    /* … or another name of one that is. */
    const struct table_entry *entry = catalogue_table(catalogue, table);
    for (size_t i = 0; !is_known && entry != NULL && i < entry->columns.n_items; i++) {
        names = catalogue_names(arena, catalogue, table, entry->columns.items[i]);
        is_known = strings_have(&names, column);
    }
    cr_expect(is_known, "%s asks for %s.%s, which rules/columns.yaml does not have", check->id,
              table, column);
    cr_expect_not(column_is_secret(column), "%s asks for %s.%s, which is a secret", check->id,
                  table, column);
    arena_free(arena);
}

static void expect_known(const struct catalogue *catalogue, const struct check *check,
                         const struct question *question)
{
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

static void ask_everything(struct arena *arena, const struct catalogue *catalogue,
                           const struct target *target, const struct pack *pack,
                           const struct check *check, enum manner manner)
{
    struct answers answers = {0};
    for (int round = 0; round < MOST_ROUNDS; round++) {
        struct questions open = {0};
        struct finding finding = {.check = check, .verdict = VERDICT_UNKNOWN};
        struct judging judging = {.arena = arena,
                                  .now = BENCH_NOW,
                                  .target = target,
                                  .pack = pack,
                                  .check = check,
                                  .catalogue = catalogue,
                                  .answers = &answers,
                                  .open = &open,
                                  .finding = &finding};
        kind_of(check->kind)->judge(&judging, check->params);
        for (size_t i = 0; i < open.n_items; i++) {
            expect_known(catalogue, check, &open.items[i]);
            struct answer **slot =
                arena_append(arena, &answers.items, &answers.n_items, sizeof *slot);
            *slot = answer_in(arena, &open.items[i], manner);
        }
        if (open.n_items == 0) {
            return;
        }
    }
    cr_assert_fail("%s is still asking after %d rounds", check->id, MOST_ROUNDS);
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
        for (enum manner manner = 0; check->kind != NULL && manner < N_MANNERS; manner++) {
            ask_everything(arena, catalogue, target, pack, check, manner);
        }
        for (size_t a = 0; a < check->n_alternatives; a++) {
            for (enum manner manner = 0; manner < N_MANNERS; manner++) {
                ask_everything(arena, catalogue, target, pack, &check->alternatives[a], manner);
            }
        }
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
    struct strings names = catalogue_names(arena, &catalogue, "oauth_entity", "user.user_name");
    cr_expect(strings_have(&names, "user.user_name"));
    cr_expect(strings_have(&names, "oauth_application_user.user_name"));
    arena_free(arena);
}
