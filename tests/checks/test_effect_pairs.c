/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an accepted credential shows of the gates it went through, and of nothing beside them: the
 * pairs of rules/effects.yaml for the restriction of Basic and for the password grant.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/effects.h"
#include "model/names.h"

static struct answer *accepted(struct arena *arena, enum question_kind kind)
{
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *answer = (struct answer){
        .question = {.kind = kind, .credential = "integration", .table = "sys_user"},
        .exchange = arena_allocate(arena, sizeof(struct exchange)),
        .acceptance = ACCEPTANCE_ACCEPTED,
        .user_name = kind == QUESTION_IDENTITY ? "svc" : NULL,
    };
    return answer;
}

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

/* The verdict on a check that could not be told by its row, once the credential was accepted. */
static enum verdict verdict_of(struct arena *arena, enum credential_kind kind, const char *name,
                               const char *params)
{
    struct catalogue catalogue = bench_catalogue(arena);
    struct target *target = bench_target(arena, true, false);
    struct pack pack = {.name = "bench", .first_table = "sys_user", .credential = "integration"};
    struct answer *items[] = {accepted(arena, QUESTION_FIRST_CALL),
                              accepted(arena, QUESTION_IDENTITY)};
    struct answers answers = {.items = items, .n_items = ARRAY_LEN(items)};
    struct check check = {.id = "bench/check", .name = "check", .kind = schema_named(name)};
    struct finding finding = {
        .check = &check, .verdict = VERDICT_UNKNOWN, .reason = REASON_HIDDEN, .because = "hidden"};
    check.params = bench_params(arena, check.kind, params);
    target->credentials[0].kind = kind;
    struct effect_scope scope = {.arena = arena,
                                 .catalogue = &catalogue,
                                 .target = target,
                                 .pack = &pack,
                                 .answers = &answers,
                                 .findings = &finding,
                                 .n_findings = 1};
    effects_apply(&scope);
    return finding.verdict;
}

#define ROPC "name: glide.oauth.inbound.ropc.grant_type.disabled"

Test(effect_pairs, an_accepted_credential_shows_the_gates_it_went_through)
{
    static const struct {
        const char *why;
        enum credential_kind credential;
        const char *kind;
        const char *params;
        enum verdict verdict;
    } rows[] = {
        {"Basic works, so the restriction lets its user pass", CREDENTIAL_BASIC, "basic_auth",
         "{ user: svc }", VERDICT_PASS},
        {"… not another user", CREDENTIAL_BASIC, "basic_auth", "{ user: kim }", VERDICT_UNKNOWN},
        {"… and says nothing about days to come", CREDENTIAL_BASIC, "basic_auth",
         "{ user: svc, ahead_days: 30 }", VERDICT_UNKNOWN},
        {"a key shows nothing about Basic", CREDENTIAL_API_KEY, "basic_auth", "{ user: svc }",
         VERDICT_UNKNOWN},
        {"nor does a password grant, which is exempt", CREDENTIAL_OAUTH_PASSWORD, "basic_auth",
         "{ user: svc }", VERDICT_UNKNOWN},
        {"a token of the password grant shows that it is not switched off",
         CREDENTIAL_OAUTH_PASSWORD, "property",
         "{ " ROPC ", not_value: \"true\", absent: \"false\", cause: password-grant-disabled }",
         VERDICT_PASS},
        {"… put the other way", CREDENTIAL_OAUTH_PASSWORD, "property",
         "{ " ROPC ", value: \"false\" }", VERDICT_PASS},
        {"… not that it is", CREDENTIAL_OAUTH_PASSWORD, "property", "{ " ROPC ", value: \"true\" }",
         VERDICT_UNKNOWN},
        {"… nor its type", CREDENTIAL_OAUTH_PASSWORD, "property",
         "{ " ROPC ", not_value: \"true\", type: boolean }", VERDICT_UNKNOWN},
        {"… nor another property", CREDENTIAL_OAUTH_PASSWORD, "property",
         "{ name: glide.other, not_value: \"true\" }", VERDICT_UNKNOWN},
        {"another grant shows nothing about it", CREDENTIAL_OAUTH_CLIENT, "property",
         "{ " ROPC ", not_value: \"true\" }", VERDICT_UNKNOWN},
        {"address rules are shown by nothing", CREDENTIAL_BASIC, "ip_access",
         "{ allows: 127.0.0.1 }", VERDICT_UNKNOWN},
        {"nor are rate limits", CREDENTIAL_BASIC, "rate_limit",
         "{ api: now/table, per_hour: 1, user: svc }", VERDICT_UNKNOWN},
        {"a refreshed token shows its application", CREDENTIAL_OAUTH_REFRESH, "oauth_app",
         "{ client_id: 0123456789abcdef0123456789abcdef, want: { active: \"true\" } }",
         VERDICT_PASS},
        {"… not another", CREDENTIAL_OAUTH_REFRESH, "oauth_app",
         "{ client_id: fedcba9876543210fedcba9876543210, want: { active: \"true\" } }",
         VERDICT_UNKNOWN},
        {"… nor its grant type", CREDENTIAL_OAUTH_REFRESH, "oauth_app",
         "{ client_id: 0123456789abcdef0123456789abcdef, grant: authorization_code }",
         VERDICT_UNKNOWN},
        {"… and the plugin behind it", CREDENTIAL_OAUTH_REFRESH, "plugin",
         "{ id: com.snc.platform.security.oauth, cause: oauth-disabled }", VERDICT_PASS},
        {"… and its user", CREDENTIAL_OAUTH_REFRESH, "user",
         "{ name: svc, want: { active: \"true\" } }", VERDICT_PASS},
        {"… not what else its record holds", CREDENTIAL_OAUTH_REFRESH, "user",
         "{ name: svc, want: { locked_out: \"false\" } }", VERDICT_UNKNOWN},
        {"an access token shows its user", CREDENTIAL_TOKEN, "user", "{ name: svc }", VERDICT_PASS},
        {"… not where it came from", CREDENTIAL_TOKEN, "oauth_app",
         "{ client_id: 0123456789abcdef0123456789abcdef }", VERDICT_UNKNOWN},
        {"nor redirect URLs", CREDENTIAL_OAUTH_CLIENT, "oauth_app",
         "{ client_id: 0123456789abcdef0123456789abcdef, redirect: \"https://x.example.com/\" }",
         VERDICT_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        enum verdict verdict = verdict_of(arena, rows[i].credential, rows[i].kind, rows[i].params);
        cr_expect(verdict == rows[i].verdict, "row %zu (%s): %s", i, rows[i].why,
                  verdict_name(verdict));
        arena_free(arena);
    }
}
