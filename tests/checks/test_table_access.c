/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_access and domain: one row each, and what its columns do not tell.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/effects.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define TABLES ROWS("sys_db_object")
#define USERS ROWS("sys_user")
#define PLUGINS ROWS("v_plugin")
#define SEPARATION "id=com.glide.domain.msp_extensions.installer,active="

Test(table_access, web_services_decide)
{
    static const char open[] = "{ table: incident }";
    static const char both[] =
        "{ table: incident, want: { ws_access: \"true\", read_access: \"true\" } }";
    static const char scripts[] = "{ table: incident, want: { read_access: \"true\" } }";
    static const struct bench_case cases[] = {
        {"open", open, {{TABLES, .rows = "name=incident,ws_access=true"}}, VERDICT_PASS},
        {"closed",
         open,
         {{TABLES, .rows = "name=incident,ws_access=false"}},
         VERDICT_FAIL,
         .cause = "table-closed"},
        {"both switches as wanted",
         both,
         {{TABLES, .rows = "name=incident,ws_access=true,read_access=true"}},
         VERDICT_PASS},
        {"a switch for scripts beside it is told and decides nothing",
         both,
         {{TABLES, .rows = "name=incident,ws_access=true,read_access=false"}},
         VERDICT_PASS},
        {"nor does it when it is hidden",
         both,
         {{TABLES, .rows = "name=incident,ws_access=true"}},
         VERDICT_PASS},
        {"wanted alone it is judged",
         scripts,
         {{TABLES, .rows = "name=incident,ws_access=true,read_access=false"}},
         VERDICT_FAIL},
        {"the column is hidden",
         both,
         {{TABLES, .rows = "name=incident,read_access=true"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"no such table",
         open,
         {{TABLES, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "table-missing"},
        {"nothing came back", open, {{TABLES}}, VERDICT_UNKNOWN, REASON_FILTERED},
        {"counted and not returned", open, {{TABLES, .total = 2}}, VERDICT_UNKNOWN, REASON_HIDDEN},
        {"cut",
         open,
         {{TABLES, .control_seen = true, .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"closed to REST itself",
         open,
         {{TABLES, .reason = REASON_CLOSED, .outcome = OUTCOME_CLOSED}},
         VERDICT_UNKNOWN,
         REASON_CLOSED},
        {"no answer",
         open,
         {{TABLES, .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
        {"the auditor is refused, the integration sees it",
         open,
         {{TABLES, .credential = "auditor", .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {TABLES, .rows = "name=incident,ws_access=true"}},
         VERDICT_PASS},
        {"the auditor is refused, the integration is denied",
         open,
         {{TABLES, .credential = "auditor", .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {TABLES, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED},
        {"no auditor, the integration sees it",
         open,
         {{TABLES, .rows = "name=incident,ws_access=true"}},
         VERDICT_PASS,
         .has_no_auditor = true},
    };
    bench_expect("table_access", cases, ARRAY_LEN(cases));
    bench_expect_law_1("table_access", cases, ARRAY_LEN(cases));
}

/* What became of an untold check of the kind when a row of incident had come back. */
static enum verdict after_a_row(struct arena *arena, const char *params)
{
    const struct kind_schemas schemas = kind_schemas();
    const struct kind_schema *schema = NULL;
    for (size_t i = 0; i < schemas.n_items; i++) {
        if (text_equal(schemas.items[i]->name, "table_access")) {
            schema = schemas.items[i];
        }
    }
    struct catalogue catalogue = bench_catalogue(arena);
    struct pack pack = {.name = "bench", .first_table = "incident", .credential = "integration"};
    struct check check = {
        .id = "bench/check", .kind = schema, .params = bench_params(arena, schema, params)};
    struct finding finding = {.check = &check, .verdict = VERDICT_UNKNOWN};
    static const struct canned canned[] = {{ROWS("incident"), .rows = "number=INC1"}};
    struct question question = {
        .kind = QUESTION_ROWS, .credential = "integration", .table = "incident"};
    struct questions open = {.items = &question, .n_items = 1};
    struct answers answers = {0};
    bench_answer(arena, canned, 1, &open, &answers);
    struct effect_scope scope = {.arena = arena,
                                 .catalogue = &catalogue,
                                 .target = bench_target(arena, true, false),
                                 .pack = &pack,
                                 .answers = &answers,
                                 .findings = &finding,
                                 .n_findings = 1};
    effects_apply(&scope);
    return finding.verdict;
}

Test(table_access, a_row_that_came_back_shows_that_the_table_is_open)
{
    static const struct {
        const char *why;
        const char *params;
        enum verdict verdict;
    } rows[] = {
        {"this table, open", "{ table: incident }", VERDICT_PASS},
        {"in so many words", "{ table: incident, want: { ws_access: \"true\" } }", VERDICT_PASS},
        {"another table", "{ table: change_request }", VERDICT_UNKNOWN},
        {"wanted closed", "{ table: incident, want: { ws_access: \"false\" } }", VERDICT_UNKNOWN},
        {"a switch that a row does not show",
         "{ table: incident, want: { ws_access: \"true\", read_access: \"true\" } }",
         VERDICT_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        cr_expect(after_a_row(arena, rows[i].params) == rows[i].verdict, "row %zu (%s)", i,
                  rows[i].why);
        arena_free(arena);
    }
}

Test(domain, is_asked_for_where_domains_are_separated)
{
    static const char global[] = "{ user: svc, in: global }";
    static const char named[] = "{ user: svc, in: TOP/Acme }";
    static const char either[] = "{ user: svc, in: global|TOP/Acme }";
    static const struct bench_case cases[] = {
        {"global", global, {{USERS, .rows = "user_name=svc,sys_domain=global"}}, VERDICT_PASS},
        {"another domain",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain=d1,sys_domain.name=TOP/Acme"}},
         VERDICT_FAIL},
        {"another domain, whose name is hidden",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain=d1"}},
         VERDICT_FAIL},
        {"by its name",
         named,
         {{USERS, .rows = "user_name=svc,sys_domain=d1,sys_domain.name=TOP/Acme"}},
         VERDICT_PASS},
        {"one of two", either, {{USERS, .rows = "user_name=svc,sys_domain=global"}}, VERDICT_PASS},
        {"global where another is wanted",
         named,
         {{USERS, .rows = "user_name=svc,sys_domain=global"}},
         VERDICT_FAIL},
        {"a name is wanted and hidden",
         named,
         {{USERS, .rows = "user_name=svc,sys_domain=d1"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"one of two, and the name is hidden",
         either,
         {{USERS, .rows = "user_name=svc,sys_domain=d1"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"hidden, and domains are not separated: the plugin is absent",
         global,
         {{USERS, .rows = "user_name=svc"}, {PLUGINS, .control_seen = true}},
         VERDICT_PASS},
        {"empty, and the plugin is not active",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain="}, {PLUGINS, .rows = SEPARATION "inactive"}},
         VERDICT_PASS},
        {"hidden, and domains are separated",
         global,
         {{USERS, .rows = "user_name=svc"}, {PLUGINS, .rows = SEPARATION "active"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"empty, and domains are separated",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain="}, {PLUGINS, .rows = SEPARATION "active"}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"hidden, and the plugins are closed",
         global,
         {{USERS, .rows = "user_name=svc"},
          {PLUGINS, .reason = REASON_CLOSED, .outcome = OUTCOME_CLOSED}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"empty, and v_plugin does not come in time",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain="},
          {PLUGINS, .reason = REASON_TIMEOUT, .outcome = OUTCOME_TIMEOUT}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"hidden, and whether the plugin is active is hidden too",
         global,
         {{USERS, .rows = "user_name=svc"},
          {PLUGINS, .rows = "id=com.glide.domain.msp_extensions.installer"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"no such user",
         global,
         {{USERS, .control_seen = true}},
         VERDICT_FAIL,
         .cause = "user-missing"},
        {"nobody came back", global, {{USERS}}, VERDICT_UNKNOWN, REASON_FILTERED},
        {"no answer",
         global,
         {{USERS, .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
        {"no auditor: its own row comes to the integration",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain=global"}},
         VERDICT_PASS,
         .has_no_auditor = true},
    };
    bench_expect("domain", cases, ARRAY_LEN(cases));
    bench_expect_law_1("domain", cases, ARRAY_LEN(cases));
}

/* User IDs are unique on an instance, so that one row is taken for the only one even where others
 * were hidden; two that come back are told. */
Test(domain, two_users_of_one_name_are_ambiguous)
{
    static const char global[] = "{ user: svc, in: global }";
    static const struct bench_case cases[] = {
        {"two of one name",
         global,
         {{USERS, .rows = "user_name=svc,sys_domain=global; user_name=svc,sys_domain=d1"}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
    };
    bench_expect("domain", cases, ARRAY_LEN(cases));
}
