/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an accepted first call decides of policies and keys, and what it leaves to their rows.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/effects.h"
#include "checks/kinds.h"

struct effect_case {
    const char *why;
    const struct kind *kind;
    const char *params;
    enum credential_kind credential;
    bool is_decided;
    enum acceptance acceptance; /* ACCEPTANCE_NOT_TRIED counts as accepted */
};

static struct answer *answer_of(struct arena *arena, const struct question *question,
                                enum acceptance acceptance, const char *user_name)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *exchange = (struct exchange){.outcome = OUTCOME_RESULT, .status = 200};
    *answer = (struct answer){.question = *question,
                              .exchange = exchange,
                              .acceptance = acceptance,
                              .user_name = user_name};
    return answer;
}

static bool is_decided(struct arena *arena, const struct effect_case *row)
{
    struct catalogue catalogue = bench_catalogue(arena);
    struct target *target = bench_target(arena, true, false);
    struct pack pack = {.name = "bench", .first_table = "incident", .credential = "integration"};
    struct check check = {.id = "bench/check",
                          .name = "check",
                          .kind = &row->kind->schema,
                          .params = bench_params(arena, &row->kind->schema, row->params)};
    struct question first = {
        .kind = QUESTION_FIRST_CALL, .credential = "integration", .table = "incident"};
    struct question echo = {
        .kind = QUESTION_IDENTITY, .credential = "integration", .table = "sys_user"};
    enum acceptance acceptance =
        row->acceptance == ACCEPTANCE_NOT_TRIED ? ACCEPTANCE_ACCEPTED : row->acceptance;
    struct answer *items[] = {answer_of(arena, &first, acceptance, NULL),
                              answer_of(arena, &echo, acceptance, "svc")};
    struct answers answers = {.items = items, .n_items = ARRAY_LEN(items)};
    struct finding finding = {
        .check = &check, .verdict = VERDICT_UNKNOWN, .reason = REASON_DENIED, .because = "denied"};
    target->credentials[0].kind = row->credential;
    struct effect_scope scope = {.arena = arena,
                                 .catalogue = &catalogue,
                                 .target = target,
                                 .pack = &pack,
                                 .answers = &answers,
                                 .findings = &finding,
                                 .n_findings = 1};
    effects_apply(&scope);
    return finding.verdict == VERDICT_PASS;
}

Test(effects, an_accepted_call_shows_its_own_policy_and_key)
{
    static const struct effect_case cases[] = {
        {"the very call", &kind_access_policy,
         "{ api: now/table, methods: [GET], tables: [incident] }", CREDENTIAL_API_KEY, true},
        {"what is left out is the pack's own", &kind_access_policy, "{ api: now/table }",
         CREDENTIAL_API_KEY, true},
        {"another method", &kind_access_policy, "{ api: now/table, methods: [POST] }",
         CREDENTIAL_API_KEY, false},
        {"another method besides", &kind_access_policy, "{ api: now/table, methods: [GET, POST] }",
         CREDENTIAL_API_KEY, false},
        {"another table besides", &kind_access_policy,
         "{ api: now/table, tables: [incident, problem] }", CREDENTIAL_API_KEY, false},
        {"another API", &kind_access_policy, "{ api: now/attachment }", CREDENTIAL_API_KEY, false},
        {"a version", &kind_access_policy, "{ api: now/table, version: v2 }", CREDENTIAL_API_KEY,
         false},
        {"a resource", &kind_access_policy, "{ api: now/table, resource: /now/table }",
         CREDENTIAL_API_KEY, false},
        {"others must be admitted besides", &kind_access_policy,
         "{ api: now/table, also: [basic] }", CREDENTIAL_API_KEY, false},
        {"another kind of credential", &kind_access_policy, "{ api: now/table, admits: basic }",
         CREDENTIAL_API_KEY, false},
        {"its own kind", &kind_access_policy, "{ api: now/table, admits: oauth }",
         CREDENTIAL_OAUTH_CLIENT, true},
        {"a password", &kind_access_policy, "{ api: now/table, admits: basic }", CREDENTIAL_BASIC,
         true},
        {"it was refused", &kind_access_policy, "{ api: now/table }", CREDENTIAL_API_KEY, false,
         ACCEPTANCE_REFUSED},
        {"a key of the caller", &kind_api_key, "{ user: svc }", CREDENTIAL_API_KEY, true},
        {"of somebody else", &kind_api_key, "{ user: other }", CREDENTIAL_API_KEY, false},
        {"its expiry is not shown", &kind_api_key, "{ user: svc, valid_days: 30 }",
         CREDENTIAL_API_KEY, false},
        {"nor its name", &kind_api_key, "{ user: svc, want: { name: Key } }", CREDENTIAL_API_KEY,
         false},
        {"nor that it is the only one", &kind_api_key, "{ user: svc, most_active: 1 }",
         CREDENTIAL_API_KEY, false},
        {"a token shows no key", &kind_api_key, "{ user: svc }", CREDENTIAL_OAUTH_CLIENT, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *arena = arena_new();
        cr_expect_eq(is_decided(arena, &cases[i]), cases[i].is_decided, "row %zu (%s)", i,
                     cases[i].why);
        arena_free(arena);
    }
}
