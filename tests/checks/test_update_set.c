/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_set: retrieved sets and their local copies.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define REMOTE(state_)                                                   \
    {                                                                    \
        ROWS("sys_remote_update_set"), .rows = "name=Acme,state=" state_ \
    }
#define LOCAL(state_)                                             \
    {                                                             \
        ROWS("sys_update_set"), .rows = "name=Acme,state=" state_ \
    }
#define NO_REMOTE                     \
    {                                 \
        ROWS("sys_remote_update_set") \
    }
#define NO_LOCAL                                     \
    {                                                \
        ROWS("sys_update_set"), .control_seen = true \
    }
#define DENIED(table_)                                                                   \
    {                                                                                    \
        ROWS(table_), .outcome = OUTCOME_DENIED, .status = 403, .reason = REASON_DENIED, \
                      .total = -1                                                        \
    }

static const char set[] = "{ name: Acme }";

Test(update_set, is_committed)
{
    static const struct bench_case cases[] = {
        {"committed", set, {REMOTE("committed")}, VERDICT_PASS},
        {"one of two",
         set,
         {{ROWS("sys_remote_update_set"),
           .rows = "name=Acme,state=loaded; name=Acme,state=committed"}},
         VERDICT_PASS},
        {"loaded, and no local copy", set, {REMOTE("loaded"), NO_LOCAL}, VERDICT_FAIL},
        {"previewed, and the copy of an earlier commit",
         set,
         {REMOTE("previewed"), LOCAL("complete")},
         VERDICT_PASS},
        {"never retrieved, made here", set, {NO_REMOTE, LOCAL("complete")}, VERDICT_PASS},
        {"made here, in progress", set, {NO_REMOTE, LOCAL("in progress")}, VERDICT_FAIL},
        {"neither",
         "{ name: Acme, cause: plugin-missing }",
         {NO_REMOTE, NO_LOCAL},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"another state is wanted",
         "{ name: Acme, state: loaded|previewed }",
         {REMOTE("previewed")},
         VERDICT_PASS},
        {"another state is wanted, and nothing is seen",
         "{ name: Acme, state: loaded }",
         {NO_REMOTE, NO_LOCAL},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
    };
    bench_expect("update_set", cases, ARRAY_LEN(cases));
}

Test(update_set, may_be_untold)
{
    static const struct bench_case cases[] = {
        {"nothing was counted, and the control did not come",
         set,
         {NO_REMOTE, {ROWS("sys_update_set")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"both are closed",
         set,
         {DENIED("sys_remote_update_set"), DENIED("sys_update_set")},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"the retrieved ones are closed, and there is no local copy",
         set,
         {DENIED("sys_remote_update_set"), NO_LOCAL},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"a retrieved one is kept back, and there is no local copy",
         set,
         {{ROWS("sys_remote_update_set"), .total = 1}, NO_LOCAL},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the retrieved ones were cut off",
         set,
         {{ROWS("sys_remote_update_set"), .was_cut = true}, NO_LOCAL},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the state is hidden",
         set,
         {{ROWS("sys_remote_update_set"), .rows = "name=Acme"}, NO_LOCAL},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"a local copy is counted and kept back",
         set,
         {REMOTE("loaded"), {ROWS("sys_update_set"), .control_seen = true, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"another local set of that name is kept back",
         set,
         {NO_REMOTE, {ROWS("sys_update_set"), .rows = "name=Acme,state=ignore", .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the page was cut",
         set,
         {NO_REMOTE, {ROWS("sys_update_set"), .control_seen = true, .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"no such table",
         set,
         {NO_REMOTE, {ROWS("sys_update_set"), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"no auditor",
         set,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"refused",
         set,
         {{ROWS("sys_remote_update_set"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true},
          {ROWS("sys_update_set"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("update_set", cases, ARRAY_LEN(cases));
}
