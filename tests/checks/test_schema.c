/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema: tables, columns of a table and its parents, and what must be sent.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/effects.h"
#include "checks/kinds.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define DENIED(table_)                                                                   \
    {                                                                                    \
        ROWS(table_), .outcome = OUTCOME_DENIED, .status = 403, .reason = REASON_DENIED, \
                      .total = -1                                                        \
    }
#define PARENTS                                                                             \
    {                                                                                       \
        ROWS("sys_db_object"), .rows = "name=incident,super_class=t,super_class.name=task," \
                                       "super_class.super_class="                           \
    }
#define INCIDENT "name=incident,element=caller_id,active=true,mandatory=false,default_value="
#define TASK                                                                         \
    "name=task,element=number,active=true,mandatory=true,default_value=javascript; " \
    "name=task,element=short_description,active=true,mandatory=false,default_value="
#define ENTRIES                                            \
    {                                                      \
        ROWS("sys_dictionary"), .rows = INCIDENT "; " TASK \
    }

static const char table[] = "{ table: incident }";
static const char columns[] = "{ table: incident, columns: [caller_id, number] }";
static const char other[] = "{ table: incident, columns: [caller_id, u_acme] }";

Test(schema, tables_and_columns)
{
    static const struct bench_case cases[] = {
        {"the table is there", table, {PARENTS}, VERDICT_PASS},
        {"it is not",
         table,
         {{ROWS("sys_db_object"), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "table-missing"},
        {"own and inherited columns", columns, {PARENTS, ENTRIES}, VERDICT_PASS},
        {"a column is missing",
         other,
         {PARENTS, ENTRIES, {ROWS("incident"), .rows = "sys_id=1,caller_id="}},
         VERDICT_FAIL,
         .cause = "column-missing"},
        {"… and the table is closed to this account",
         other,
         {PARENTS, ENTRIES, DENIED("incident")},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"… and the instance gave no answer about the table",
         other,
         {PARENTS, ENTRIES, {ROWS("incident"), .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_UNKNOWN,
         REASON_NO_ANSWER},
        {"… and the table is empty to this account",
         other,
         {PARENTS, ENTRIES, {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"… and its rows were counted and not returned",
         other,
         {PARENTS, ENTRIES, {ROWS("incident"), .total = 4}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"… and the instance knows no such table, against its own list",
         other,
         {PARENTS, ENTRIES, {ROWS("incident"), .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"the dictionary does not know it, and it came back",
         other,
         {PARENTS, ENTRIES, {ROWS("incident"), .rows = "sys_id=1,u_acme="}},
         VERDICT_PASS},
        {"a column that is switched off",
         other,
         {PARENTS,
          {ROWS("sys_dictionary"), .rows = INCIDENT
                                   "; " TASK "; "
                                   "name=incident,element=u_acme,active=false,mandatory=false"},
          {ROWS("incident"), .rows = "sys_id=1,caller_id="}},
         VERDICT_FAIL,
         .cause = "column-missing"},
        {"whether it is switched off is hidden",
         other,
         {PARENTS,
          {ROWS("sys_dictionary"),
           .rows = INCIDENT "; " TASK "; name=incident,element=u_acme,mandatory=false"},
          {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"entries are kept back",
         other,
         {PARENTS,
          {ROWS("sys_dictionary"), .rows = INCIDENT "; " TASK, .total = 9},
          {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the parents are hidden",
         other,
         {{ROWS("sys_db_object"), .rows = "name=incident"},
          {ROWS("sys_dictionary"), .rows = INCIDENT, .control_seen = true},
          {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the dictionary is closed",
         columns,
         {PARENTS, DENIED("sys_dictionary"), {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"the dictionary is closed, and the columns come back",
         columns,
         {PARENTS, DENIED("sys_dictionary"), {ROWS("incident"), .rows = "number=1,caller_id="}},
         VERDICT_PASS},
        {"the dictionary is empty to this account",
         columns,
         {PARENTS, {ROWS("sys_dictionary")}, {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"the dictionary was cut",
         other,
         {PARENTS,
          {ROWS("sys_dictionary"), .rows = INCIDENT "; " TASK, .was_cut = true},
          {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
    };
    bench_expect("schema", cases, ARRAY_LEN(cases));
}

/* From a by b and c to d, which has a parent besides. */
#define THREE_UP                                                                              \
    "super_class=b,super_class.name=b,super_class.super_class=c,super_class.super_class.name" \
    "=c,super_class.super_class.super_class=d,super_class.super_class.super_class.name=d,"    \
    "super_class.super_class.super_class.super_class=e"
#define DEEP                                                                                       \
    {                                                                                              \
        ROWS("sys_db_object"), .rows =                                                             \
                                   "name=a," THREE_UP "; name=d,super_class=e,super_class.name=e," \
                                   "super_class.super_class="                                      \
    }
#define ENTRY(table_, element_) \
    "name=" table_ ",element=" element_ ",active=true,mandatory=false,default_value="

Test(schema, a_table_may_have_many_parents)
{
    static const char deep[] = "{ table: a, columns: [u_own, u_top] }";
    static const struct bench_case cases[] = {
        {"a column of the fifth",
         deep,
         {DEEP,
          {ROWS("sys_dictionary"), .control_seen = true,
           .rows = ENTRY("a", "u_own") "; " ENTRY("e", "u_top")}},
         VERDICT_PASS},
        {"a column of none",
         deep,
         {DEEP,
          {ROWS("sys_dictionary"), .control_seen = true,
           .rows = ENTRY("a", "u_own") "; " ENTRY("e", "u_other")},
          {ROWS("a"), .rows = "sys_id=1,u_own="}},
         VERDICT_FAIL,
         .cause = "column-missing"},
        {"the parents of the fourth are not told",
         deep,
         {{ROWS("sys_db_object"), .rows = "name=a," THREE_UP},
          {ROWS("sys_dictionary"), .control_seen = true, .rows = ENTRY("a", "u_own")},
          {ROWS("a")}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
    };
    bench_expect("schema", cases, ARRAY_LEN(cases));
}

Test(schema, the_table_itself_tells)
{
    static const struct bench_case cases[] = {
        {"the list of tables is closed, a row comes back with the columns",
         columns,
         {DENIED("sys_db_object"), {ROWS("incident"), .rows = "number=INC1,caller_id="}},
         VERDICT_PASS},
        {"it comes back without one",
         columns,
         {DENIED("sys_db_object"), {ROWS("incident"), .rows = "number=INC1"}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"there is no such table",
         columns,
         {DENIED("sys_db_object"), {ROWS("incident"), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_FAIL,
         .cause = "table-missing"},
        {"no row",
         columns,
         {DENIED("sys_db_object"), {ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"without an auditor",
         columns,
         {DENIED("sys_db_object"), {ROWS("incident"), .rows = "number=INC1,caller_id="}},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"no credential at all",
         columns,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"refused",
         columns,
         {{ROWS("sys_db_object"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true},
          {ROWS("incident"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("schema", cases, ARRAY_LEN(cases));
}

#define POLICY(table_, field_, cells_) \
    "table=" table_ ",field=" field_   \
    ",mandatory=true,disabled=ignore,sys_data_policy.active=true," cells_
#define UNCONDITIONAL "sys_data_policy.conditions=,sys_data_policy.inherit=true"

Test(schema, what_is_mandatory_is_sent)
{
    static const char sends[] = "{ table: incident, sends: [short_description] }";
    static const struct bench_case cases[] = {
        {"nothing more is demanded",
         sends,
         {PARENTS,
          ENTRIES,
          {ROWS("sys_data_policy_rule"),
           .rows = POLICY("incident", "short_description", UNCONDITIONAL)}},
         VERDICT_PASS},
        {"a data policy demands more",
         sends,
         {PARENTS,
          ENTRIES,
          {ROWS("sys_data_policy_rule"), .rows = POLICY("incident", "caller_id", UNCONDITIONAL)}},
         VERDICT_FAIL,
         .cause = "mandatory-field"},
        {"one of the parent, which is inherited",
         sends,
         {PARENTS,
          ENTRIES,
          {ROWS("sys_data_policy_rule"), .rows = POLICY("task", "caller_id", UNCONDITIONAL)}},
         VERDICT_FAIL,
         .cause = "mandatory-field"},
        {"one of the parent, which is not",
         sends,
         {PARENTS,
          ENTRIES,
          {ROWS("sys_data_policy_rule"),
           .rows = POLICY("task", "caller_id",
                          "sys_data_policy.conditions=,sys_data_policy.inherit=false")}},
         VERDICT_PASS},
        {"with a condition it is told and does not decide",
         sends,
         {PARENTS,
          ENTRIES,
          {ROWS("sys_data_policy_rule"),
           .rows = POLICY("incident", "close_code",
                          "sys_data_policy.conditions=state=7,sys_data_policy.inherit=false")}},
         VERDICT_PASS},
        {"the columns of the rule are hidden",
         sends,
         {PARENTS,
          ENTRIES,
          {ROWS("sys_data_policy_rule"), .rows = "table=incident,field=caller_id,mandatory=true"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the policies are closed",
         sends,
         {PARENTS, ENTRIES, DENIED("sys_data_policy_rule")},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"rules are kept back",
         sends,
         {PARENTS, ENTRIES, {ROWS("sys_data_policy_rule"), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"only the dictionary demands it: the platform does not say what that means here",
         sends,
         {PARENTS,
          {ROWS("sys_dictionary"), .rows = TASK "; name=incident,element=caller_id,active=true,"
                                                "mandatory=true,default_value="},
          {ROWS("sys_data_policy_rule"),
           .rows = POLICY("incident", "short_description", UNCONDITIONAL)}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .cause = "mandatory-field"},
        {"what is mandatory is hidden",
         sends,
         {PARENTS,
          {ROWS("sys_dictionary"), .rows = TASK "; name=incident,element=caller_id,active=true"},
          {ROWS("sys_data_policy_rule"),
           .rows = POLICY("incident", "short_description", UNCONDITIONAL)}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the dictionary is closed",
         sends,
         {PARENTS,
          DENIED("sys_dictionary"),
          {ROWS("sys_data_policy_rule"),
           .rows = POLICY("incident", "short_description", UNCONDITIONAL)}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
    };
    bench_expect("schema", cases, ARRAY_LEN(cases));
}

Test(schema, a_row_that_came_back_shows_its_table)
{
    static const struct {
        const char *why;
        const char *params;
        enum verdict verdict;
    } rows[] = {
        {"the table", "{ table: incident }", VERDICT_PASS},
        {"not another table", "{ table: problem }", VERDICT_UNKNOWN},
        {"not its columns", "{ table: incident, columns: [number] }", VERDICT_UNKNOWN},
        {"nor what is mandatory", "{ table: incident, sends: [number] }", VERDICT_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct catalogue catalogue = bench_catalogue(arena);
        struct pack pack = {.name = "bench", .credential = "integration"};
        struct check check = {.id = "bench/check", .kind = &kind_schema.schema};
        check.params = bench_params(arena, check.kind, rows[i].params);
        struct exchange exchange = {.outcome = OUTCOME_RESULT, .status = 200};
        struct answer answer = {
            .question = {.kind = QUESTION_ROWS, .credential = "integration", .table = "incident"},
            .exchange = &exchange,
            .n_rows = 1};
        struct answer *items[] = {&answer};
        struct answers answers = {.items = items, .n_items = 1};
        struct finding finding = {
            .check = &check, .verdict = VERDICT_UNKNOWN, .reason = REASON_DENIED};
        struct effect_scope scope = {.arena = arena,
                                     .catalogue = &catalogue,
                                     .target = bench_target(arena, true, true),
                                     .pack = &pack,
                                     .answers = &answers,
                                     .findings = &finding,
                                     .n_findings = 1};
        effects_apply(&scope);
        cr_expect(finding.verdict == rows[i].verdict, "%s", rows[i].why);
        arena_free(arena);
    }
}
