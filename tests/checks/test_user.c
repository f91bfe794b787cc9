/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What user judges besides wanted values: the flag for web services by the kind of credential,
 * signs of a person, where the password is checked, and machine identity access controls.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/personal.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define USERS ROWS("sys_user")
#define CONTROLS ROWS("sys_security_machine_identity_access_config")
#define CONTROL(user, active)                                         \
    "user.user_name=" user ",machine_identity_access_control.name=c," \
    "machine_identity_access_control.active=" active                  \
    ",machine_identity_access_control.tables=incident"

Test(user, web_service_access_only_depends_on_the_credential)
{
    static const char check[] = "{ name: svc, web_service_only: by-credential }";
    static const char on[] = "user_name=svc,web_service_access_only=true";
    static const char off[] = "user_name=svc,web_service_access_only=false";
    static const struct bench_case cases[] = {
        {"a key, on", check, {{USERS, .rows = on}}, VERDICT_PASS, .credential_kind = "api-key"},
        {"Basic, on", check, {{USERS, .rows = on}}, VERDICT_PASS, .credential_kind = "basic"},
        {"client credentials, on",
         check,
         {{USERS, .rows = on}},
         VERDICT_PASS,
         .credential_kind = "oauth-client"},
        {"a key, off",
         check,
         {{USERS, .rows = off}},
         VERDICT_FAIL,
         .cause = "web-service-only-conflict",
         .credential_kind = "api-key"},
        {"Basic, off",
         check,
         {{USERS, .rows = off}},
         VERDICT_FAIL,
         .cause = "web-service-only-conflict",
         .credential_kind = "basic"},
        {"the authorization code, off",
         check,
         {{USERS, .rows = off}},
         VERDICT_PASS,
         .credential_kind = "oauth-refresh"},
        {"the authorization code, on: nobody can consent",
         check,
         {{USERS, .rows = on}},
         VERDICT_FAIL,
         .cause = "web-service-only-conflict",
         .credential_kind = "oauth-refresh"},
        {"the password grant, off",
         check,
         {{USERS, .rows = off}},
         VERDICT_PASS,
         .credential_kind = "oauth-password"},
        {"the password grant, on: sources contradict each other",
         check,
         {{USERS, .rows = on}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "web-service-only-conflict",
         .credential_kind = "oauth-password"},
        {"a token says nothing of its grant",
         check,
         {{USERS, .rows = on}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS,
         .credential_kind = "token"},
        {"the column is hidden",
         check,
         {{USERS, .rows = "user_name=svc"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"no credential to judge by",
         check,
         {{USERS, .rows = on}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_NOT_TRIED,
         .has_no_integration = true},
        {"no such user",
         check,
         {{USERS, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "user-missing"},
    };
    bench_expect("user", cases, ARRAY_LEN(cases));
    bench_expect_law_1("user", cases, ARRAY_LEN(cases));
}

#define SERVICE                                                                        \
    "user_name=svc,employee_number=,email=svc@acme.example,manager=,last_login_time=," \
    "web_service_access_only=true"

Test(user, a_dedicated_account_is_guessed)
{
    static const char check[] = "{ name: svc, dedicated: true }";
    static const struct bench_case cases[] = {
        {"a service account", check, {{USERS, .rows = SERVICE}}, VERDICT_PASS},
        {"a personnel number",
         check,
         {{USERS, .rows = "user_name=svc,employee_number=10423,email=,manager=,last_login_time=,"
                          "web_service_access_only=true"}},
         VERDICT_FAIL,
         .cause = "personal-account"},
        {"a personnel number, and nothing else came",
         check,
         {{USERS, .rows = "user_name=svc,employee_number=10423"}},
         VERDICT_FAIL,
         .cause = "personal-account"},
        {"the columns are hidden",
         check,
         {{USERS, .rows = "user_name=svc"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
    };
    bench_expect("user", cases, ARRAY_LEN(cases));
    bench_expect_law_1("user", cases, ARRAY_LEN(cases));
}

Test(user, signs_of_a_person_are_weighed)
{
    static const struct {
        const char *why;
        const char *user_name, *employee_number, *email, *manager, *last_login_time, *flag;
        bool is_likely;
        size_t n_signs;
    } rows[] = {
        {"nothing speaks for a person", "svc_rad", "", "rad@acme.example", "", "", "true", false,
         0},
        {"an empty address is no sign", "svc_rad", "", "", "", "", "true", false, 0},
        {"a personnel number", "svc_rad", "17", "", "", "", "true", true, 1},
        {"a private mailbox", "svc_rad", "", "Rad.Ops@GMail.com", "", "", "true", true, 1},
        {"a manager may be the owner", "svc_rad", "", "", "u1", "", "true", false, 1},
        {"a person's name alone", "jo.doe", "", "", "", "", "true", false, 1},
        {"a person's name and a manager", "jo.doe", "", "", "u1", "", "true", true, 2},
        {"API calls count as logins too", "svc_rad", "", "", "", "2026-11-20", "true", false, 0},
        {"a login where pages are open", "svc_rad", "", "", "", "2026-11-20", "false", false, 1},
        {"a login of somebody named so", "jo.doe", "", "", "", "2026-11-20", "false", true, 2},
        {"a service word is no person's", "cloud.integration", "", "", "", "", "true", false, 0},
        {"three parts are no person's", "a.b.c", "", "", "", "", "true", false, 0},
        {"a part of figures is no person's", "jo.2", "", "", "", "", "true", false, 0},
        {"a dot at the end", "jo.", "", "", "", "", "true", false, 0},
        {"a dot at the beginning", ".jo", "", "", "", "", "true", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct cell cells[] = {
            {"user_name", rows[i].user_name},
            {"employee_number", rows[i].employee_number},
            {"email", rows[i].email},
            {"manager", rows[i].manager},
            {"last_login_time", rows[i].last_login_time},
            {"web_service_access_only", rows[i].flag},
        };
        struct row row = {.cells = cells, .n_cells = ARRAY_LEN(cells)};
        struct personal personal = personal_signs(arena, &row);
        cr_expect(personal.is_likely == rows[i].is_likely, "row %zu (%s)", i, rows[i].why);
        cr_expect(personal.signs.n_items == rows[i].n_signs, "row %zu (%s): %zu signs", i,
                  rows[i].why, personal.signs.n_items);
        cr_expect_eq(personal.unseen.n_items, 0, "row %zu (%s)", i, rows[i].why);
        arena_free(arena);
    }
}

Test(user, the_password_is_checked_here)
{
    static const char check[] = "{ name: svc, local: true }";
    static const char ldap[] = "user_name=svc,source=ldap:CN=svc,ldap_server=";
    static const struct bench_case cases[] = {
        {"here",
         check,
         {{USERS, .rows = "user_name=svc,source=,ldap_server="}},
         VERDICT_PASS,
         .credential_kind = "basic"},
        {"in a directory",
         check,
         {{USERS, .rows = ldap}},
         VERDICT_FAIL,
         .cause = "user-external-directory",
         .credential_kind = "basic"},
        {"in a directory, by its server",
         check,
         {{USERS, .rows = "user_name=svc,source=,ldap_server=s1"}},
         VERDICT_FAIL,
         .cause = "user-external-directory",
         .credential_kind = "oauth-password"},
        {"in a directory, and the other column is hidden",
         check,
         {{USERS, .rows = "user_name=svc,source=ldap:CN=svc"}},
         VERDICT_FAIL,
         .cause = "user-external-directory",
         .credential_kind = "basic"},
        {"from another source: undocumented",
         check,
         {{USERS, .rows = "user_name=svc,source=saml,ldap_server="}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "user-external-directory",
         .credential_kind = "basic"},
        {"a key has no password checked",
         check,
         {{USERS, .rows = ldap}},
         VERDICT_PASS,
         .credential_kind = "api-key"},
        {"nor have client credentials",
         check,
         {{USERS, .rows = "user_name=svc"}},
         VERDICT_PASS,
         .credential_kind = "oauth-client"},
        {"the source is hidden",
         check,
         {{USERS, .rows = "user_name=svc,ldap_server="}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         .credential_kind = "basic"},
    };
    bench_expect("user", cases, ARRAY_LEN(cases));
    bench_expect_law_1("user", cases, ARRAY_LEN(cases));
}

Test(user, no_machine_identity_access_control_limits_it)
{
    static const char check[] = "{ name: svc, unrestricted: true }";
    static const struct canned user = {USERS, .rows = "user_name=svc"};
    const struct bench_case cases[] = {
        {"others have controls, this one has not",
         check,
         {user, {CONTROLS, .rows = CONTROL("other", "true")}},
         VERDICT_PASS},
        {"it has one",
         check,
         {user, {CONTROLS, .rows = CONTROL("svc", "true")}},
         VERDICT_FAIL,
         .cause = "machine-identity-restricted"},
        {"it has one that is not active",
         check,
         {user, {CONTROLS, .rows = CONTROL("svc", "false")}},
         VERDICT_PASS},
        {"whether it is active is hidden",
         check,
         {user, {CONTROLS, .rows = "user.user_name=svc,machine_identity_access_control.name=c"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"one is not active, and another was hidden",
         check,
         {user, {CONTROLS, .rows = CONTROL("svc", "false"), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"a release before there were any",
         check,
         {user, {CONTROLS, .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_PASS},
        {"nothing came, and nothing shows that it would",
         check,
         {user, {CONTROLS}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"some were counted and not returned",
         check,
         {user, {CONTROLS, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"denied",
         check,
         {user, {CONTROLS, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
    };
    bench_expect("user", cases, ARRAY_LEN(cases));
    bench_expect_law_1("user", cases, ARRAY_LEN(cases));
}

Test(user, several_things_in_one_check)
{
    static const char check[] = "{ name: svc, want: { active: \"true\" }, local: true, "
                                "web_service_only: by-credential }";
    static const struct bench_case cases[] = {
        {"all of them hold",
         check,
         {{USERS,
           .rows = "user_name=svc,active=true,source=,ldap_server=,web_service_access_only=true"}},
         VERDICT_PASS,
         .credential_kind = "basic"},
        {"the worst decides, wherever it stands: first",
         check,
         {{USERS, .rows = "user_name=svc,active=false,web_service_access_only=true"}},
         VERDICT_FAIL,
         .cause = "user-inactive",
         .credential_kind = "basic"},
        {"last",
         check,
         {{USERS, .rows = "user_name=svc,source=ldap:x,ldap_server=,web_service_access_only=true"}},
         VERDICT_FAIL,
         .cause = "user-external-directory",
         .credential_kind = "basic"},
        {"two fail: the first is named first",
         check,
         {{USERS, .rows = "user_name=svc,active=false,source=ldap:x,ldap_server=,"
                          "web_service_access_only=false"}},
         VERDICT_FAIL,
         .cause = "user-inactive",
         .credential_kind = "basic"},
        {"one is hidden",
         check,
         {{USERS, .rows = "user_name=svc,active=true,web_service_access_only=true"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         .credential_kind = "basic"},
    };
    bench_expect("user", cases, ARRAY_LEN(cases));
    bench_expect_law_1("user", cases, ARRAY_LEN(cases));
}
