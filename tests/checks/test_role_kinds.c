/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role_exists and role_contains, and what roles does with explicit and elevated roles.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define ROLES ROWS("sys_user_role")
#define CONTENTS ROWS("sys_user_role_contains")
#define HOLDINGS ROWS("sys_user_has_role")
#define IN(role, contained) "role.name=" role ",contains.name=" contained
#define HOLDS(role) "user.user_name=svc,role.name=" role ",state=active"

Test(role_exists, tells_absent_from_hidden)
{
    static const char plain[] = "{ role: u_ticket_user }";
    static const char shipped[] =
        "{ role: sn_incident_write, plugin: com.snc.itsm.roles.incident_management }";
    static const struct bench_case cases[] = {
        {"there", plain, {{ROLES, .rows = "name=u_ticket_user"}}, VERDICT_PASS},
        {"absent, control seen",
         plain,
         {{ROLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined"},
        {"absent, and its plugin is named",
         shipped,
         {{ROLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined"},
        {"nothing came back", plain, {{ROLES}}, VERDICT_UNKNOWN, REASON_FILTERED},
        {"counted and not returned", plain, {{ROLES, .total = 2}}, VERDICT_UNKNOWN, REASON_HIDDEN},
        {"the control came, another was counted",
         plain,
         {{ROLES, .control_seen = true, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the filter was dropped: all roles came, and this one may be further down",
         plain,
         {{ROLES, .control_seen = true, .n_strays = 200, .total = 981}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"cut",
         plain,
         {{ROLES, .control_seen = true, .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"denied",
         plain,
         {{ROLES, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"no answer",
         plain,
         {{ROLES, .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
        {"the auditor is refused, the integration sees it",
         plain,
         {{ROLES, .credential = "auditor", .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED},
          {ROLES, .rows = "name=u_ticket_user"}},
         VERDICT_PASS},
        {"the auditor is refused, the integration sees nothing",
         plain,
         {{ROLES, .credential = "auditor", .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED},
          {ROLES}},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED},
        {"no auditor, the integration sees it",
         plain,
         {{ROLES, .rows = "name=u_ticket_user"}},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"nobody to ask with",
         plain,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
    };
    bench_expect("role_exists", cases, ARRAY_LEN(cases));
    bench_expect_law_1("role_exists", cases, ARRAY_LEN(cases));
}

Test(role_contains, follows_three_levels)
{
    static const char direct[] = "{ role: itil, contains: [snc_platform_rest_api_access] }";
    static const char deep[] = "{ role: itil, contains: [d3] }";
    static const char two[] = "{ role: itil, contains: [d1, lacking] }";
    static const struct bench_case cases[] = {
        {"directly",
         direct,
         {{CONTENTS, .rows = IN("itil", "snc_platform_rest_api_access")}},
         VERDICT_PASS},
        {"directly, though other rows were hidden",
         direct,
         {{CONTENTS, .rows = IN("itil", "snc_platform_rest_api_access"), .total = 9}},
         VERDICT_PASS},
        {"three deep",
         deep,
         {{CONTENTS, .rows = IN("itil", "d1") "; " IN("d1", "d2") "; " IN("d2", "d3"),
           .control_seen = true},
          {ROLES, .rows = "name=d3"}},
         VERDICT_PASS},
        {"four deep is not looked for",
         "{ role: itil, contains: [d4] }",
         {{CONTENTS,
           .rows = IN("itil", "d1") "; " IN("d1", "d2") "; " IN("d2", "d3") "; " IN("d3", "d4"),
           .control_seen = true},
          {ROLES, .rows = "name=d4"}},
         VERDICT_FAIL,
         .cause = "role-missing"},
        {"a ring of roles ends",
         deep,
         {{CONTENTS, .rows = IN("itil", "d1") "; " IN("d1", "itil"), .control_seen = true},
          {ROLES, .rows = "name=d3"}},
         VERDICT_FAIL,
         .cause = "role-missing"},
        {"not contained",
         two,
         {{CONTENTS, .rows = IN("itil", "d1"), .control_seen = true},
          {ROLES, .rows = "name=lacking"}},
         VERDICT_FAIL,
         .cause = "role-missing"},
        {"contained nowhere, because there is no such role",
         two,
         {{CONTENTS, .rows = IN("itil", "d1"), .control_seen = true},
          {ROLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined"},
        {"no such role, whatever was hidden of the others",
         two,
         {{CONTENTS, .rows = IN("itil", "d1"), .total = 5}, {ROLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined"},
        {"the role itself does not exist",
         direct,
         {{CONTENTS, .control_seen = true}, {ROLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined"},
        {"the role contains nothing",
         direct,
         {{CONTENTS, .control_seen = true},
          {ROLES, .rows = "name=itil; name=snc_platform_rest_api_access"}},
         VERDICT_FAIL,
         .cause = "role-missing"},
        {"rows were hidden",
         direct,
         {{CONTENTS, .rows = IN("itil", "d1"), .total = 5},
          {ROLES, .rows = "name=snc_platform_rest_api_access"}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the names were hidden",
         direct,
         {{CONTENTS, .rows = "role.name=itil", .control_seen = true},
          {ROLES, .rows = "name=snc_platform_rest_api_access"}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"nothing came back", direct, {{CONTENTS}}, VERDICT_UNKNOWN, REASON_FILTERED},
        {"denied",
         direct,
         {{CONTENTS, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"no answer",
         direct,
         {{CONTENTS, .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
        {"no auditor, and the integration sees nothing",
         direct,
         {{CONTENTS}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .has_no_auditor = true},
        {"the auditor is refused, the integration sees it",
         direct,
         {{CONTENTS, .credential = "auditor", .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {CONTENTS, .rows = IN("itil", "snc_platform_rest_api_access")}},
         VERDICT_PASS},
    };
    bench_expect("role_contains", cases, ARRAY_LEN(cases));
    bench_expect_law_1("role_contains", cases, ARRAY_LEN(cases));
}

Test(roles, explicit_roles_are_asked_for_where_they_exist)
{
    static const char where_they_are[] =
        "{ user: svc, any: [snc_internal, snc_external], when_exists: true }";
    static const char always[] = "{ user: svc, all: [snc_internal] }";
    static const char two[] = "{ user: svc, all: [itil, snc_internal], when_exists: true }";
    static const struct bench_case cases[] = {
        {"held", where_they_are, {{HOLDINGS, .rows = HOLDS("snc_internal")}}, VERDICT_PASS},
        {"explicit roles are not on here",
         where_they_are,
         {{HOLDINGS, .rows = HOLDS("itil")}, {ROLES, .control_seen = true}},
         VERDICT_PASS},
        {"they are on, and none is held",
         where_they_are,
         {{HOLDINGS, .rows = HOLDS("itil")},
          {ROLES, .rows = "name=snc_internal; name=snc_external"}},
         VERDICT_FAIL,
         .cause = "explicit-role-missing"},
        {"whether they are on cannot be told",
         where_they_are,
         {{HOLDINGS, .rows = HOLDS("itil")}, {ROLES}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"the roles are closed",
         where_they_are,
         {{HOLDINGS, .rows = HOLDS("itil")},
          {ROLES, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"wanted in any case, and it does not exist",
         always,
         {{HOLDINGS, .rows = HOLDS("itil")}, {ROLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined"},
        {"wanted in any case, exists, not held",
         always,
         {{HOLDINGS, .rows = HOLDS("itil")}, {ROLES, .rows = "name=snc_internal"}},
         VERDICT_FAIL,
         .cause = "explicit-role-missing"},
        {"the other role of the list is missing and exists",
         two,
         {{HOLDINGS, .rows = HOLDS("other")}, {ROLES, .rows = "name=itil"}},
         VERDICT_FAIL,
         .cause = "role-missing"},
        {"a forbidden role",
         "{ user: svc, none: [snc_read_only] }",
         {{HOLDINGS, .rows = HOLDS("snc_read_only")}},
         VERDICT_FAIL,
         .cause = "role-forbidden"},
        {"an elevated role is held, inherited: told",
         "{ user: svc, all: [security_admin] }",
         {{HOLDINGS,
           .rows = HOLDS("security_admin") ",role.elevated_privilege=true,inherited=true"}},
         VERDICT_PASS},
    };
    bench_expect("roles", cases, ARRAY_LEN(cases));
    bench_expect_law_1("roles", cases, ARRAY_LEN(cases));
}
