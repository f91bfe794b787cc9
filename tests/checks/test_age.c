/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind age: dates are compared in UTC, to the second; an empty one is told. The bench judges at
 * 2026-11-20 10:00:00 UTC.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define KEYS .kind = QUESTION_ROWS, .table = "api_key"
#define KEY(name_, column, date) "user.user_name=svc,name=" name_ "," column "=" date ";"
#define CREATED(date) KEY("k", "sys_created_on", date)
#define EXPIRES(date) KEY("k", "expires", date)

static const char lately[] = "{ table: api_key, where: { user.user_name: svc }, "
                             "column: sys_created_on, at_most_days: 90 }";
static const char lasting[] = "{ table: api_key, where: { user.user_name: svc }, "
                              "column: expires, at_least_days: 30 }";
static const char named[] = "{ table: api_key, where: { user.user_name: svc }, "
                            "column: sys_created_on, at_most_days: 90, cause: instance-cloned }";
static const char between[] = "{ table: api_key, where: { user.user_name: svc }, "
                              "column: expires, at_most_days: 1, at_least_days: 1 }";
static const char neither[] =
    "{ table: api_key, where: { user.user_name: svc }, column: sys_created_on }";
static const char ages[] = "{ table: api_key, where: { user.user_name: svc }, "
                           "column: sys_created_on, at_most_days: 9000000000000000000 }";

Test(age, dates_are_compared)
{
    static const struct bench_case cases[] = {
        {"made lately", lately, {{KEYS, .rows = CREATED("2026-10-01 00:00:00")}}, VERDICT_PASS},
        {"90 days ago, to the second",
         lately,
         {{KEYS, .rows = CREATED("2026-08-22 10:00:00")}},
         VERDICT_PASS},
        {"a second more",
         lately,
         {{KEYS, .rows = CREATED("2026-08-22 09:59:59")}},
         VERDICT_FAIL,
         .cause = "credential-too-old"},
        {"years ago",
         lately,
         {{KEYS, .rows = CREATED("2019-02-28 10:00:00")}},
         VERDICT_FAIL,
         .cause = "credential-too-old"},
        {"a cause of the pack's own",
         named,
         {{KEYS, .rows = CREATED("2019-02-28 10:00:00")}},
         VERDICT_FAIL,
         .cause = "instance-cloned"},
        {"the instance's clock is ahead",
         lately,
         {{KEYS, .rows = CREATED("2026-11-20 10:10:00")}},
         VERDICT_PASS},
        {"a date that is still to come",
         lately,
         {{KEYS, .rows = CREATED("2027-05-28 10:00:00")}},
         VERDICT_UNKNOWN,
         .reason = REASON_UNDOCUMENTED},
        {"a date without a time", lately, {{KEYS, .rows = CREATED("2026-11-01")}}, VERDICT_PASS},
        {"two keys, one old",
         lately,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00") CREATED("2025-10-01 00:00:00")}},
         VERDICT_FAIL,
         .cause = "credential-too-old"},
        {"somebody else's old key does not count",
         lately,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00") "user.user_name=kim,name=x,"
                                                        "sys_created_on=2019-02-28 10:00:00"}},
         VERDICT_PASS},
        {"it goes on long enough",
         lasting,
         {{KEYS, .rows = EXPIRES("2027-06-01 00:00:00")}},
         VERDICT_PASS},
        {"for 30 days, to the second",
         lasting,
         {{KEYS, .rows = EXPIRES("2026-12-20 10:00:00")}},
         VERDICT_PASS},
        {"a second less",
         lasting,
         {{KEYS, .rows = EXPIRES("2026-12-20 09:59:59")}},
         VERDICT_FAIL,
         .cause = "credential-expires-soon"},
        {"it is over already",
         lasting,
         {{KEYS, .rows = EXPIRES("2026-11-01 10:00:00")}},
         VERDICT_FAIL,
         .cause = "credential-expires-soon"},
        {"no end is set", lasting, {{KEYS, .rows = EXPIRES("")}}, VERDICT_PASS},
        {"another name of the column",
         lasting,
         {{KEYS, .rows = KEY("k", "expires_on", "2026-12-01 10:00:00")}},
         VERDICT_FAIL,
         .cause = "credential-expires-soon"},
        {"a number no calendar holds",
         ages,
         {{KEYS, .rows = CREATED("1970-01-01 00:00:00")}},
         VERDICT_PASS},
        {"both bounds, and the later one fails",
         between,
         {{KEYS, .rows = EXPIRES("2026-11-20 12:00:00")}},
         VERDICT_FAIL,
         .cause = "credential-expires-soon"},
    };
    bench_expect("age", cases, ARRAY_LEN(cases));
}

Test(age, what_does_not_tell)
{
    static const struct bench_case cases[] = {
        {"an empty date that should be recent",
         lately,
         {{KEYS, .rows = CREATED("")}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"no date at all",
         lately,
         {{KEYS, .rows = CREATED("yesterday")}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"a date as people of a country write it",
         lately,
         {{KEYS, .rows = CREATED("20.11.2026 10:00:00")}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"the column never came back",
         lately,
         {{KEYS, .rows = "user.user_name=svc,name=k"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"one of two tells nothing",
         lately,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00") "user.user_name=svc,name=k"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"one of two tells nothing, the other is old",
         lately,
         {{KEYS, .rows = "user.user_name=svc,name=k;" CREATED("2025-10-01 00:00:00")}},
         VERDICT_FAIL,
         .cause = "credential-too-old"},
        {"a row was counted and not returned",
         lately,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00"), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the page was cut",
         lately,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00"), .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"no row, and nothing shows that one would come",
         lately,
         {{KEYS}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"counted, and none returned",
         lately,
         {{KEYS, .total = 1}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"no row, shown", lately, {{KEYS, .control_seen = true}}, VERDICT_FAIL},
        {"no such table",
         lately,
         {{KEYS, .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_FAIL},
        {"the pack says neither how old nor how long",
         neither,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00")}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"refused with 403",
         lately,
         {{KEYS, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"no credential at all",
         lately,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"without an auditor the integration's own look decides",
         lately,
         {{KEYS, .rows = CREATED("2026-10-01 00:00:00")}},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"the auditor is refused, and the integration sees nothing",
         lately,
         {{KEYS, .credential = "auditor", .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED},
          {KEYS}},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED},
        {"the credential was refused",
         lately,
         {{KEYS, .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("age", cases, ARRAY_LEN(cases));
}
