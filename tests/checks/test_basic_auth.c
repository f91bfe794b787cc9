/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind basic_auth: who gets 401 while the restriction is enforced, from when on, and what keeps
 * that from being told. The bench judges at 2026-11-20 10:00:00 UTC.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define PROPERTIES(rows_)                                                                       \
    {                                                                                           \
        .kind = QUESTION_ROWS, .table = "sys_properties", .control_seen = true, .rows = (rows_) \
    }
#define USER(rows_)                                                                       \
    {                                                                                     \
        .kind = QUESTION_ROWS, .table = "sys_user", .control_seen = true, .rows = (rows_) \
    }
#define ROLES(rows_)                                                                               \
    {                                                                                              \
        .kind = QUESTION_ROWS, .table = "sys_user_has_role", .control_seen = true, .rows = (rows_) \
    }
#define EXCEPTIONS(rows_)                                                                \
    {                                                                                    \
        .kind = QUESTION_ROWS, .table = "sys_user_basic_auth_exception", .rows = (rows_) \
    }
#define EXCEPTIONS_CLOSED                                                                         \
    {                                                                                             \
        .kind = QUESTION_ROWS, .table = "sys_user_basic_auth_exception", .reason = REASON_DENIED, \
        .outcome = OUTCOME_DENIED                                                                 \
    }

#define P(name_, value_) "name=glide.authenticate.basic_auth." name_ ",value=" value_ ";"
#define ACTIVE P("restriction.active", "true")
#define ENFORCED ACTIVE P("restriction.enforce", "true")
#define TRACKING ACTIVE P("restriction.enforce", "false")
#define SHIPPED P("allowed_roles", "snc_basic_auth_api_access")
#define DATE(date) P("restriction.enforcement_date", date)
#define IN_24_DAYS DATE("2026-12-14 15:38:02")

#define INTERACTIVE "user_name=svc,sys_id=0123,web_service_access_only=false"
#define WEB_SERVICE_ONLY "user_name=svc,sys_id=0123,web_service_access_only=true"
#define ROLE(name_) "user.user_name=svc,role.name=" name_ ",inherited=false,state=active;"
#define DECISION(name_) "user.user_name=svc,decision=" name_ ",action_taken=true"

static const char now[] = "{ user: svc }";
static const char ahead[] = "{ user: svc, ahead_days: 30 }";
static const char next_week[] = "{ user: svc, ahead_days: 7 }";

Test(basic_auth, who_is_shut_out)
{
    static const struct bench_case cases[] = {
        {"an interactive user while it is enforced",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE), ROLES(ROLE("itil")), EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"one without any role",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE), ROLES(NULL), EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"a decision that was recorded does not exempt by itself",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE), ROLES(NULL),
          EXCEPTIONS(DECISION("grant"))},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"web service access only",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(WEB_SERVICE_ONLY)},
         VERDICT_PASS},
        {"the role",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE),
          ROLES(ROLE("itil") ROLE("snc_basic_auth_api_access"))},
         VERDICT_PASS},
        {"another role the property lists",
         now,
         {PROPERTIES(ENFORCED P("allowed_roles", "x")), USER(INTERACTIVE), ROLES(ROLE("x"))},
         VERDICT_PASS},
        {"one of several it lists",
         now,
         {PROPERTIES(ENFORCED P("allowed_roles", "snc_basic_auth_api_access~ x")),
          USER(INTERACTIVE), ROLES(ROLE("x"))},
         VERDICT_PASS},
        {"the role, and the property no longer lists it",
         now,
         {PROPERTIES(ENFORCED P("allowed_roles", "x")), USER(INTERACTIVE),
          ROLES(ROLE("snc_basic_auth_api_access")), EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"a role that was requested and not granted",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE),
          ROLES("user.user_name=svc,role.name=snc_basic_auth_api_access,state=requested"),
          EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"named by sys_id",
         now,
         {PROPERTIES(ENFORCED SHIPPED P("allowed_users", "0123")), USER(INTERACTIVE), ROLES(NULL)},
         VERDICT_PASS},
        {"another one is named",
         now,
         {PROPERTIES(ENFORCED SHIPPED P("allowed_users", "4567")), USER(INTERACTIVE), ROLES(NULL),
          EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"an external user",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE), ROLES(ROLE("snc_external"))},
         VERDICT_PASS},
        {"an external user where those are not exempt",
         now,
         {PROPERTIES(ENFORCED SHIPPED P("allow_snc_external", "false")), USER(INTERACTIVE),
          ROLES(ROLE("snc_external")), EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"it is tracked, and no date is set",
         now,
         {PROPERTIES(TRACKING SHIPPED), USER(INTERACTIVE)},
         VERDICT_PASS},
        {"the date is past, and it is still not enforced",
         now,
         {PROPERTIES(TRACKING SHIPPED DATE("2026-09-14 15:38:02")), USER(INTERACTIVE)},
         VERDICT_PASS},
        {"the main switch is off",
         now,
         {PROPERTIES(P("restriction.active", "false") P("restriction.enforce", "true")),
          USER(INTERACTIVE)},
         VERDICT_PASS},
        {"an instance that has no such restriction",
         now,
         {PROPERTIES(NULL), USER(INTERACTIVE)},
         VERDICT_PASS},
        {"the user does not exist",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(NULL)},
         VERDICT_FAIL,
         .cause = "user-missing"},
    };
    bench_expect("basic_auth", cases, ARRAY_LEN(cases));
}

Test(basic_auth, a_date_to_come)
{
    static const struct bench_case cases[] = {
        {"is told and does not fail",
         now,
         {PROPERTIES(TRACKING SHIPPED IN_24_DAYS), USER(INTERACTIVE), ROLES(NULL),
          EXCEPTIONS_CLOSED},
         VERDICT_PASS},
        {"fails a check that looks ahead",
         ahead,
         {PROPERTIES(TRACKING SHIPPED IN_24_DAYS), USER(INTERACTIVE), ROLES(NULL),
          EXCEPTIONS(DECISION("no_grant"))},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"not one that does not look so far",
         next_week,
         {PROPERTIES(TRACKING SHIPPED IN_24_DAYS), USER(INTERACTIVE), ROLES(NULL),
          EXCEPTIONS_CLOSED},
         VERDICT_PASS},
        {"does not matter to who is exempt",
         ahead,
         {PROPERTIES(TRACKING SHIPPED IN_24_DAYS), USER(WEB_SERVICE_ONLY)},
         VERDICT_PASS},
        {"today",
         next_week,
         {PROPERTIES(TRACKING SHIPPED DATE("2026-11-20 10:00:01")), USER(INTERACTIVE), ROLES(NULL),
          EXCEPTIONS_CLOSED},
         VERDICT_FAIL,
         .cause = "basic-auth-restricted"},
        {"roles that cannot be read do not change what is so today",
         now,
         {PROPERTIES(TRACKING SHIPPED IN_24_DAYS),
          USER(INTERACTIVE),
          {.kind = QUESTION_ROWS,
           .table = "sys_user_has_role",
           .reason = REASON_DENIED,
           .outcome = OUTCOME_DENIED}},
         VERDICT_PASS},
        {"… and leave open what comes",
         ahead,
         {PROPERTIES(TRACKING SHIPPED IN_24_DAYS),
          USER(INTERACTIVE),
          {.kind = QUESTION_ROWS,
           .table = "sys_user_has_role",
           .reason = REASON_DENIED,
           .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED,
         .cause = "basic-auth-restricted"},
        {"that is no date",
         now,
         {PROPERTIES(TRACKING SHIPPED DATE("soon")), USER(INTERACTIVE), ROLES(NULL)},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "basic-auth-restricted"},
        {"that is no date, of somebody who is exempt anyway",
         now,
         {PROPERTIES(TRACKING SHIPPED DATE("soon")), USER(WEB_SERVICE_ONLY)},
         VERDICT_PASS},
    };
    bench_expect("basic_auth", cases, ARRAY_LEN(cases));
}

Test(basic_auth, what_is_undocumented)
{
    static const struct bench_case cases[] = {
        {"enforced, and the main switch has no record",
         now,
         {PROPERTIES(P("restriction.enforce", "true") SHIPPED), USER(INTERACTIVE), ROLES(NULL)},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "basic-auth-restricted"},
        {"switched on, and whether it is enforced has no record",
         now,
         {PROPERTIES(ACTIVE SHIPPED), USER(INTERACTIVE), ROLES(NULL)},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "basic-auth-restricted"},
        {"the role as shipped, and the list of roles has no record",
         now,
         {PROPERTIES(ENFORCED), USER(INTERACTIVE), ROLES(ROLE("snc_basic_auth_api_access"))},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "basic-auth-restricted"},
        {"an external user with an exempt role, where externals are not exempt",
         now,
         {PROPERTIES(ENFORCED SHIPPED P("allow_snc_external", "false")), USER(INTERACTIVE),
          ROLES(ROLE("snc_external") ROLE("snc_basic_auth_api_access"))},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "basic-auth-restricted"},
        {"web service access only, and allow_wsao is off",
         now,
         {PROPERTIES(ENFORCED SHIPPED P("allow_wsao", "false")), USER(WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "basic-auth-restricted"},
    };
    bench_expect("basic_auth", cases, ARRAY_LEN(cases));
}

Test(basic_auth, what_hides_it)
{
    static const struct bench_case cases[] = {
        {"the properties are hidden",
         now,
         {{.kind = QUESTION_ROWS, .table = "sys_properties"}, USER(WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"one more property is counted than came back",
         now,
         {{.kind = QUESTION_ROWS, .table = "sys_properties", .control_seen = true, .total = 2},
          USER(WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"a value never came back",
         now,
         {PROPERTIES("name=glide.authenticate.basic_auth.restriction.enforce"),
          USER(WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"a property stands there twice",
         now,
         {PROPERTIES(ENFORCED TRACKING), USER(WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"the user cannot be read",
         now,
         {PROPERTIES(ENFORCED SHIPPED),
          {.kind = QUESTION_ROWS,
           .table = "sys_user",
           .reason = REASON_DENIED,
           .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"… and need not be, where nothing is enforced",
         now,
         {PROPERTIES(TRACKING SHIPPED),
          {.kind = QUESTION_ROWS,
           .table = "sys_user",
           .reason = REASON_DENIED,
           .outcome = OUTCOME_DENIED}},
         VERDICT_PASS},
        {"the flag of the user never came back",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER("user_name=svc,sys_id=0123")},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         .cause = "basic-auth-restricted"},
        {"two users of that name",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE ";" WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"the roles cannot be read",
         now,
         {PROPERTIES(ENFORCED SHIPPED),
          USER(INTERACTIVE),
          {.kind = QUESTION_ROWS, .table = "sys_user_has_role"}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .cause = "basic-auth-restricted"},
        {"more roles are counted than came back",
         now,
         {PROPERTIES(ENFORCED SHIPPED),
          USER(INTERACTIVE),
          {.kind = QUESTION_ROWS, .table = "sys_user_has_role", .rows = ROLE("itil"), .total = 5}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         .cause = "basic-auth-restricted"},
        {"… of which one that came back exempts",
         now,
         {PROPERTIES(ENFORCED SHIPPED),
          USER(INTERACTIVE),
          {.kind = QUESTION_ROWS,
           .table = "sys_user_has_role",
           .rows = ROLE("snc_basic_auth_api_access"),
           .total = 5}},
         VERDICT_PASS},
        {"the names of the roles never came back",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(INTERACTIVE),
          ROLES("user.user_name=svc,state=active")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         .cause = "basic-auth-restricted"},
        {"no credential at all",
         now,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"the integration's own look decides without an auditor",
         now,
         {PROPERTIES(ENFORCED SHIPPED), USER(WEB_SERVICE_ONLY)},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"the auditor is refused, and the integration sees nothing",
         now,
         {{.kind = QUESTION_ROWS,
           .table = "sys_properties",
           .credential = "auditor",
           .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {.kind = QUESTION_ROWS,
           .table = "sys_user",
           .credential = "auditor",
           .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {.kind = QUESTION_ROWS, .table = "sys_properties"},
          USER(WEB_SERVICE_ONLY)},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED},
        {"the credential was refused",
         now,
         {{.kind = QUESTION_ROWS,
           .table = "sys_properties",
           .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {.kind = QUESTION_ROWS,
           .table = "sys_user",
           .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("basic_auth", cases, ARRAY_LEN(cases));
}
