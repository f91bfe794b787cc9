/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record that the run itself shows to exist is hidden where a listing does not hold it, and what
 * is read as the integration, or out of nothing at all, is no proof.
 */
#include <criterion/criterion.h>

#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define CLIENT "0123456789abcdef0123456789abcdef"
#define OTHER_CLIENT "fedcba9876543210fedcba9876543210"
#define ECHO .kind = QUESTION_IDENTITY, .table = "sys_user", .credential = "integration"
#define FIRST .kind = QUESTION_FIRST_CALL, .table = "incident", .credential = "integration"
#define NO_USER ROWS("sys_user"), .control_seen = true
#define OTHER_APP ROWS("oauth_entity"), .rows = "client_id=" OTHER_CLIENT ",name=Other"

Test(shown, a_user_that_left_traces_is_hidden_and_not_missing)
{
    static const char check[] = "{ name: svc }";
    static const char flag[] = "{ name: svc, want: { locked_out: \"false\" } }";
    static const struct bench_case cases[] = {
        {"no trace of it", check, {{NO_USER}}, VERDICT_FAIL, .cause = "user-missing"},
        {"calls are made as it",
         check,
         {{NO_USER}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{ECHO, .user_name = "SVC", .acceptance = ACCEPTANCE_ACCEPTED}},
         .says = "calls are made as svc"},
        {"calls are made as somebody else",
         check,
         {{NO_USER}},
         VERDICT_FAIL,
         .cause = "user-missing",
         .elsewhere = {{ECHO, .user_name = "other", .acceptance = ACCEPTANCE_ACCEPTED}}},
        {"a flag of a user that calls are made as",
         flag,
         {{NO_USER}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{ECHO, .user_name = "svc", .acceptance = ACCEPTANCE_ACCEPTED}}},
        {"a key is its",
         check,
         {{NO_USER}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{ROWS("api_key"), .rows = "name=k,user.user_name=svc"}},
         .says = "a row of api_key names it"},
        {"a role is held by it",
         check,
         {{NO_USER}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{ROWS("sys_user_has_role"), .rows = "user.user_name=svc,role.name=itil"}}},
        {"both: the call says more",
         check,
         {{NO_USER}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{ROWS("sys_user_has_role"), .rows = "user.user_name=svc,role.name=itil"},
                       {ECHO, .user_name = "svc", .acceptance = ACCEPTANCE_ACCEPTED}},
         .says = "calls are made as svc"},
        {"a role is held by another",
         check,
         {{NO_USER}},
         VERDICT_FAIL,
         .cause = "user-missing",
         .elsewhere = {{ROWS("sys_user_has_role"), .rows = "user.user_name=admin"}}},
    };
    bench_expect("user", cases, ARRAY_LEN(cases));
    bench_expect_law_1("user", cases, ARRAY_LEN(cases));
}

Test(shown, an_application_that_got_a_token_is_hidden_and_not_missing)
{
    static const char check[] = "{ client_id: " CLIENT " }";
    static const struct bench_case cases[] = {
        {"no trace of it", check, {{OTHER_APP}}, VERDICT_FAIL, .cause = "oauth-app-missing"},
        {"a token was issued to it",
         check,
         {{OTHER_APP}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{FIRST, .token_outcome = OUTCOME_TOKEN}},
         .says = "a token was issued to it"},
        {"it was refused one",
         check,
         {{OTHER_APP}},
         VERDICT_FAIL,
         .cause = "oauth-app-missing",
         .elsewhere = {{FIRST, .token_outcome = OUTCOME_TOKEN_REFUSED}}},
        {"a token was issued to another",
         "{ client_id: 00000000000000000000000000000000 }",
         {{OTHER_APP}},
         VERDICT_FAIL,
         .cause = "oauth-app-missing",
         .elsewhere = {{FIRST, .token_outcome = OUTCOME_TOKEN}}},
        {"a scope is linked to it",
         check,
         {{OTHER_APP}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .elsewhere = {{ROWS("oauth_entity_auth_scope_mapping"),
                        .rows = "oauth_entity.client_id=" CLIENT ",auth_scope.name=x"}}},
    };
    bench_expect("oauth_app", cases, ARRAY_LEN(cases));
    bench_expect_law_1("oauth_app", cases, ARRAY_LEN(cases));
}

Test(shown, what_need_not_be_all_there_is_is_no_proof)
{
    static const char check[] = "{ client_id: " CLIENT " }";
    static const struct bench_case cases[] = {
        {"an auditor saw another application, and not this one",
         check,
         {{OTHER_APP}},
         VERDICT_FAIL,
         .cause = "oauth-app-missing",
         .proof = "yes"},
        {"the integration's own account did",
         check,
         {{OTHER_APP}},
         VERDICT_FAIL,
         .cause = "oauth-app-missing",
         .has_no_auditor = true,
         .proof = "no"},
        {"nothing came back and nothing was counted",
         check,
         {{ROWS("oauth_entity")}},
         VERDICT_FAIL,
         .cause = "oauth-app-missing",
         .sees_controls = true,
         .proof = "no"},
        {"the auditor was refused, and the integration's account looked",
         check,
         {{ROWS("oauth_entity"), .credential = "auditor", .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {OTHER_APP}},
         VERDICT_FAIL,
         .cause = "oauth-app-missing",
         .proof = "no"},
        {"no such table is said to everybody",
         check,
         {{ROWS("oauth_entity"), .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_FAIL,
         .cause = "oauth-disabled",
         .has_no_auditor = true,
         .proof = "yes"},
    };
    bench_expect("oauth_app", cases, ARRAY_LEN(cases));
}
