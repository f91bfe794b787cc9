/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said where a file that stands for an auditor does not tell: what would.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define HELD .kind = QUESTION_ROWS, .table = "sys_user_has_role"
#define ROLES .kind = QUESTION_ROWS, .table = "sys_user_role"

Test(not_recorded, names_what_would_tell)
{
    static const char params[] = "{ role: itil }";
    static const struct bench_case cases[] = {
        {"a table that was not exported: the link that exports it",
         params,
         {{ROLES, .reason = REASON_NOT_RECORDED}},
         VERDICT_UNKNOWN,
         REASON_NOT_RECORDED,
         .auditor_is = SOURCE_EXPORT,
         .says = "no export of sys_user_role tells this: take one with "
                 "https://acme.service-now.com/"
                 "sys_user_role_list.do?XML&sysparm_query=name%3Ditil"},
        {"a script that did not read it",
         params,
         {{ROLES, .reason = REASON_NOT_RECORDED}},
         VERDICT_UNKNOWN,
         REASON_NOT_RECORDED,
         .auditor_is = SOURCE_SCRIPT,
         .says = "the script did not read this"},
        {"a recording of a run",
         params,
         {{ROLES, .reason = REASON_NOT_RECORDED}},
         VERDICT_UNKNOWN,
         REASON_NOT_RECORDED,
         .says = "nobody asked it then"},
        {"no row fits, of those that were exported",
         params,
         {{ROLES, .source = SOURCE_EXPORT, .total = -1}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         .auditor_is = SOURCE_EXPORT,
         .says = "--whole-exports says that no filter was used"},
        {"nor of all there are",
         params,
         {{ROLES, .source = SOURCE_EXPORT, .rows = "name=admin", .control_seen = true}},
         VERDICT_FAIL,
         .cause = "role-undefined",
         .auditor_is = SOURCE_EXPORT},
        {"the row was exported, whatever else was",
         params,
         {{ROLES, .source = SOURCE_EXPORT, .rows = "name=itil", .total = -1}},
         VERDICT_PASS,
         .auditor_is = SOURCE_EXPORT},
    };
    bench_expect("role_exists", cases, ARRAY_LEN(cases));
}

Test(not_recorded, names_the_rows_behind_references)
{
    static const struct bench_case cases[] = {
        {"roles are read along references",
         "{ user: svc, all: [itil] }",
         {{HELD, .reason = REASON_NOT_RECORDED}},
         VERDICT_UNKNOWN,
         REASON_NOT_RECORDED,
         .auditor_is = SOURCE_EXPORT,
         .rest_is_untold = true,
         .says = "nor of the rows that its user and role refer to"},
    };
    bench_expect("roles", cases, ARRAY_LEN(cases));
}
