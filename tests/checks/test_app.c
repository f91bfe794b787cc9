/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app: three lists, one of which decides, and versions.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define STORE(rows_)                                         \
    {                                                        \
        ROWS("sys_store_app"), .rows = "scope=x_acme," rows_ \
    }
#define DENIED(table_)                                                                   \
    {                                                                                    \
        ROWS(table_), .outcome = OUTCOME_DENIED, .status = 403, .reason = REASON_DENIED, \
                      .total = -1                                                        \
    }
#define NOTHING(table_) \
    {                   \
        ROWS(table_)    \
    }

static const char plain[] = "{ scope: x_acme }";
static const char at_least[] = "{ scope: x_acme, at_least: 1.2.0 }";
static const char shipped[] = "{ scope: x_acme, table: x_acme_ticket }";

Test(app, is_found_in_the_store_list)
{
    static const struct bench_case cases[] = {
        {"active", plain, {STORE("active=true,version=1.0.0")}, VERDICT_PASS},
        {"active is spelt 1", plain, {STORE("active=1")}, VERDICT_PASS},
        {"not active",
         plain,
         {STORE("active=false,version=1.0.0")},
         VERDICT_FAIL,
         .cause = "plugin-inactive"},
        {"active is hidden", plain, {STORE("version=1.0.0")}, VERDICT_UNKNOWN, REASON_FIELD_HIDDEN},
        {"the very version", at_least, {STORE("active=true,version=1.2.0")}, VERDICT_PASS},
        {"a newer one", at_least, {STORE("active=true,version=1.10.3")}, VERDICT_PASS},
        {"an older one",
         at_least,
         {STORE("active=true,version=1.1.9")},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"the version is hidden",
         at_least,
         {STORE("active=true")},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the version is no number",
         at_least,
         {STORE("active=true,version=1.2-beta")},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"the pack names its own cause",
         "{ scope: x_acme, cause: api-missing }",
         {STORE("active=false")},
         VERDICT_FAIL,
         .cause = "api-missing"},
    };
    bench_expect("app", cases, ARRAY_LEN(cases));
}

Test(app, is_looked_for_elsewhere)
{
    static const struct bench_case cases[] = {
        {"a custom application",
         at_least,
         {NOTHING("sys_store_app"),
          {ROWS("sys_app"), .rows = "scope=x_acme,active=true,version=2.0"},
          NOTHING("sys_scope")},
         VERDICT_PASS},
        {"the store list is closed, the scope is there",
         plain,
         {DENIED("sys_store_app"),
          DENIED("sys_app"),
          {ROWS("sys_scope"), .rows = "scope=x_acme,active=true"}},
         VERDICT_PASS},
        {"no scope of that name: the control came back",
         plain,
         {DENIED("sys_store_app"), NOTHING("sys_app"), {ROWS("sys_scope"), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"the store list is empty: only the scopes tell",
         plain,
         {NOTHING("sys_store_app"), NOTHING("sys_app"), NOTHING("sys_scope")},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"the store counts a row that it keeps back",
         plain,
         {{ROWS("sys_store_app"), .total = 1},
          NOTHING("sys_app"),
          {ROWS("sys_scope"), .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"so does the list of custom ones",
         plain,
         {NOTHING("sys_store_app"),
          {ROWS("sys_app"), .total = 1},
          {ROWS("sys_scope"), .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the scope is counted and kept back",
         plain,
         {NOTHING("sys_store_app"),
          NOTHING("sys_app"),
          {ROWS("sys_scope"), .control_seen = true, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the page was cut",
         plain,
         {NOTHING("sys_store_app"),
          NOTHING("sys_app"),
          {ROWS("sys_scope"), .control_seen = true, .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"all is closed",
         plain,
         {DENIED("sys_store_app"), DENIED("sys_app"), DENIED("sys_scope")},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"all is closed, and its table does not exist",
         shipped,
         {DENIED("sys_store_app"),
          DENIED("sys_app"),
          DENIED("sys_scope"),
          {ROWS("x_acme_ticket"), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"its table exists: it was installed, and may be switched off",
         shipped,
         {DENIED("sys_store_app"),
          DENIED("sys_app"),
          DENIED("sys_scope"),
          {ROWS("x_acme_ticket"), .rows = "sys_id=1"}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"an instance without scopes",
         plain,
         {NOTHING("sys_store_app"),
          NOTHING("sys_app"),
          {ROWS("sys_scope"), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
    };
    bench_expect("app", cases, ARRAY_LEN(cases));
}

#define REFUSED(table_)                                                             \
    {                                                                               \
        ROWS(table_), .credential = "auditor", .reason = REASON_CREDENTIAL_REFUSED, \
                      .is_blocked = true                                            \
    }

Test(app, is_asked_by_whoever_may)
{
    static const struct bench_case cases[] = {
        {"no auditor: the integration may see it",
         plain,
         {STORE("active=true")},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"neither credential",
         plain,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"the auditor was refused, the integration is not let in",
         plain,
         {REFUSED("sys_store_app"), REFUSED("sys_app"), REFUSED("sys_scope"),
          DENIED("sys_store_app"), DENIED("sys_app"), DENIED("sys_scope")},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED},
        {"the integration's credential was refused",
         plain,
         {{ROWS("sys_store_app"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true},
          {ROWS("sys_app"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true},
          {ROWS("sys_scope"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("app", cases, ARRAY_LEN(cases));
}
