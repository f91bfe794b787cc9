/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_key: what the records of a user's keys show, and what they cannot.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define KEYS(rows_) .kind = QUESTION_ROWS, .table = "api_key", .rows = (rows_)
#define KEY(active_, expires_)                                                \
    "user.user_name=svc,user=1,name=Key,active=" active_ ",expires=" expires_ \
    ",auth_scope=,auth_scope.name="
#define SCOPED(scope_) \
    "user.user_name=svc,user=1,name=Key,active=true,expires=,auth_scope=s,auth_scope.name=" scope_
#define TIES(rows_) .kind = QUESTION_ROWS, .table = "sys_api_access_scope", .rows = (rows_)
#define ECHO(user_) .kind = QUESTION_IDENTITY, .table = "sys_user", .user_name = (user_)

static const char exists[] = "{ user: svc }";

Test(api_key, is_active_and_unexpired)
{
    static const char named[] = "{ user: svc, want: { name: Key } }";
    static const char other[] = "{ user: svc, want: { name: Other } }";
    static const struct bench_case cases[] = {
        {"active, without an expiry", exists, {{KEYS(KEY("true", ""))}}, VERDICT_PASS},
        {"good until tomorrow", exists, {{KEYS(KEY("true", "2026-11-21 10:00:00"))}}, VERDICT_PASS},
        {"expired a second ago",
         exists,
         {{KEYS(KEY("true", "2026-11-20 09:59:59"))}},
         VERDICT_FAIL,
         .cause = "api-key-expired"},
        {"not active",
         exists,
         {{KEYS(KEY("false", ""))}},
         VERDICT_FAIL,
         .cause = "api-key-inactive"},
        {"neither active nor unexpired: both are told",
         exists,
         {{KEYS(KEY("false", "2026-11-20 09:59:59"))}},
         VERDICT_FAIL,
         .cause = "api-key-inactive",
         .says = "is not active and has expired"},
        {"one is, another is not",
         exists,
         {{KEYS(KEY("false", "") "; " KEY("true", ""))}},
         VERDICT_PASS},
        {"its name is as wanted", named, {{KEYS(KEY("true", ""))}}, VERDICT_PASS},
        {"its name is another", other, {{KEYS(KEY("true", ""))}}, VERDICT_FAIL},
        {"an expiry that cannot be read",
         exists,
         {{KEYS(KEY("true", "soon"))}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the expiry under another name",
         exists,
         {{KEYS("user.user_name=svc,name=Key,active=true,expires_on=2026-11-19 10:00:00")}},
         VERDICT_FAIL,
         .cause = "api-key-expired"},
        {"the expiry never came",
         exists,
         {{KEYS("user.user_name=svc,name=Key,active=true")}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"whether it is active never came",
         exists,
         {{KEYS("user.user_name=svc,expires=")}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"another was kept back, and this one is off",
         exists,
         {{KEYS(KEY("false", "")), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the list was cut",
         exists,
         {{KEYS(KEY("false", "")), .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"the whole table was listed, and there is none of this user",
         exists,
         {{KEYS("user.user_name=else,user=2,name=K,active=true,expires=,auth_scope=,"
                "auth_scope.name=")}},
         VERDICT_FAIL,
         .cause = "api-key-unknown",
         .second = "api-key-user"},
        {"… and the key in use is refused",
         exists,
         {{KEYS("user.user_name=else,user=2,name=K,active=true,expires=,auth_scope=,"
                "auth_scope.name=")},
          {ECHO(NULL)},
          {.kind = QUESTION_FIRST_CALL, .table = "incident", .acceptance = ACCEPTANCE_REFUSED}},
         VERDICT_FAIL,
         .cause = "api-key-unknown",
         .credential_kind = "api-key"},
        {"… and the key in use is accepted: it is somebody else's",
         exists,
         {{KEYS("user.user_name=else,user=2,name=K,active=true,expires=,auth_scope=,"
                "auth_scope.name=")},
          {ECHO(NULL)},
          {.kind = QUESTION_FIRST_CALL, .table = "incident", .acceptance = ACCEPTANCE_ACCEPTED}},
         VERDICT_FAIL,
         .cause = "api-key-user",
         .credential_kind = "api-key"},
        {"nothing came, nothing was counted",
         exists,
         {{KEYS(NULL)}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"counted, and not returned",
         exists,
         {{KEYS(NULL), .total = 1}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"denied", exists, {{KEYS(NULL), .reason = REASON_DENIED}}, VERDICT_UNKNOWN, REASON_DENIED},
        {"closed to everybody",
         exists,
         {{KEYS(NULL), .reason = REASON_CLOSED}},
         VERDICT_UNKNOWN,
         REASON_CLOSED},
        {"the plugin is not there",
         exists,
         {{KEYS(NULL), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"no connection",
         exists,
         {{KEYS(NULL), .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
        {"the auditor is refused, and nobody else is there",
         exists,
         {{KEYS(NULL), .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED}},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED,
         .has_no_integration = true},
        {"no credential at all",
         exists,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
    };
    bench_expect("api_key", cases, ARRAY_LEN(cases));
}

Test(api_key, is_the_users_own)
{
    static const struct bench_case cases[] = {
        {"calls with it are made as the user",
         exists,
         {{KEYS(KEY("true", ""))}, {ECHO("svc")}},
         VERDICT_PASS,
         .credential_kind = "api-key"},
        {"calls with it are made as somebody else, whatever the records say",
         exists,
         {{KEYS(KEY("true", ""))}, {ECHO("other")}},
         VERDICT_FAIL,
         .cause = "api-key-user",
         .credential_kind = "api-key"},
        {"nobody was echoed",
         exists,
         {{KEYS(KEY("true", ""))}, {ECHO(NULL)}},
         VERDICT_PASS,
         .credential_kind = "api-key"},
        {"guest was: that is no key's user",
         exists,
         {{KEYS(KEY("true", ""))}, {ECHO("guest")}},
         VERDICT_PASS,
         .credential_kind = "api-key"},
    };
    bench_expect("api_key", cases, ARRAY_LEN(cases));
}

Test(api_key, goes_on_and_is_the_only_one)
{
    static const char lasts[] = "{ user: svc, valid_days: 30 }";
    static const char one[] = "{ user: svc, most_active: 1 }";
    static const struct bench_case cases[] = {
        {"for thirty days to the second",
         lasts,
         {{KEYS(KEY("true", "2026-12-20 10:00:00"))}},
         VERDICT_PASS},
        {"a second less",
         lasts,
         {{KEYS(KEY("true", "2026-12-20 09:59:59"))}},
         VERDICT_FAIL,
         .cause = "credential-expires-soon"},
        {"without an expiry", lasts, {{KEYS(KEY("true", ""))}}, VERDICT_PASS},
        {"one of two: which is in use is not told",
         lasts,
         {{KEYS(KEY("true", "2026-12-01 10:00:00") "; " KEY("true", ""))}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"one may be kept back",
         lasts,
         {{KEYS(KEY("true", "")), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"one active", one, {{KEYS(KEY("true", "") "; " KEY("false", ""))}}, VERDICT_PASS},
        {"two", one, {{KEYS(KEY("true", "") "; " KEY("true", ""))}}, VERDICT_FAIL},
        {"one, and whether another is active never came",
         one,
         {{KEYS(KEY("true", "") "; user.user_name=svc,name=K,expires=")}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
    };
    bench_expect("api_key", cases, ARRAY_LEN(cases));
}

Test(api_key, its_scope_covers_the_api)
{
    static const char covers[] = "{ user: svc, covers: now/table }";
    static const char tie[] = "auth_scope.name=mine,active=true,api_path=now/table";
    static const char off[] = "auth_scope.name=mine,active=false,api_path=now/table";
    static const char elsewhere[] = "auth_scope.name=mine,active=true,api_path=now/attachment";
    static const struct bench_case cases[] = {
        {"no scope limits it", covers, {{KEYS(KEY("true", ""))}}, VERDICT_PASS},
        {"useraccount is for all", covers, {{KEYS(SCOPED("useraccount"))}}, VERDICT_PASS},
        {"a scope that is tied to the API",
         covers,
         {{KEYS(SCOPED("mine"))}, {TIES(tie)}},
         VERDICT_PASS},
        {"to another API",
         covers,
         {{KEYS(SCOPED("mine"))}, {TIES(elsewhere)}},
         VERDICT_FAIL,
         .cause = "api-key-scope"},
        {"by a record that is not active",
         covers,
         {{KEYS(SCOPED("mine"))}, {TIES(off)}},
         VERDICT_FAIL,
         .cause = "api-key-scope"},
        {"to none",
         covers,
         {{KEYS(SCOPED("mine"))}, {TIES(NULL), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "api-key-scope"},
        {"to what cannot be read",
         covers,
         {{KEYS(SCOPED("mine"))}, {TIES(NULL), .total = 1}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"one tie was kept back",
         covers,
         {{KEYS(SCOPED("mine"))}, {TIES(elsewhere), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"its name never came", covers, {{KEYS(SCOPED(""))}}, VERDICT_UNKNOWN, REASON_FIELD_HIDDEN},
    };
    bench_expect("api_key", cases, ARRAY_LEN(cases));
}
