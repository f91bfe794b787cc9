/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script: objects that are there and active, and business rules that abort.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define DENIED(table_)                                                                   \
    {                                                                                    \
        ROWS(table_), .outcome = OUTCOME_DENIED, .status = 403, .reason = REASON_DENIED, \
                      .total = -1                                                        \
    }
#define RULE(cells_)                                    \
    {                                                   \
        ROWS("sys_script"), .rows = "name=Send," cells_ \
    }

Test(script, objects_are_there_and_active)
{
    static const char rule[] =
        "{ what: business-rule, name: Send, on: incident, operation: insert }";
    static const char include[] = "{ what: script-include, name: Acme, cause: api-missing }";
    static const char map[] = "{ what: transform-map, name: Acme, on: incident }";
    static const char message[] = "{ what: rest-message, name: Acme }";
    static const struct bench_case cases[] = {
        {"a business rule as wanted",
         rule,
         {RULE("active=true,collection=incident,action_insert=true")},
         VERDICT_PASS},
        {"not active",
         rule,
         {RULE("active=false,collection=incident,action_insert=true")},
         VERDICT_FAIL},
        {"not on insert",
         rule,
         {RULE("active=true,collection=incident,action_insert=false")},
         VERDICT_FAIL},
        {"on another table",
         rule,
         {RULE("active=true,collection=problem,action_insert=true")},
         VERDICT_FAIL},
        {"two of one name, one of them right",
         rule,
         {{ROWS("sys_script"), .rows =
                                   "name=Send,active=false,collection=incident,action_insert=true; "
                                   "name=Send,active=true,collection=incident,action_insert=true"}},
         VERDICT_PASS},
        {"its operation is hidden",
         rule,
         {RULE("active=true,collection=incident")},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"its table is hidden",
         rule,
         {RULE("active=true,action_insert=true")},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"another one of the name is kept back",
         rule,
         {{ROWS("sys_script"),
           .rows = "name=Send,active=false,collection=incident,action_insert=true", .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"a script include that is not there",
         include,
         {{ROWS("sys_script_include"), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "api-missing"},
        {"nothing shows that it would be seen",
         include,
         {{ROWS("sys_script_include")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"counted and kept back",
         include,
         {{ROWS("sys_script_include"), .total = 1}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the list is closed",
         include,
         {DENIED("sys_script_include")},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"a transform map to another table",
         map,
         {{ROWS("sys_transform_map"), .rows = "name=Acme,active=true,target_table=problem"}},
         VERDICT_FAIL},
        {"a transform map",
         map,
         {{ROWS("sys_transform_map"), .rows = "name=Acme,active=true,target_table=incident"}},
         VERDICT_PASS},
        {"none: the whole list was read",
         map,
         {{ROWS("sys_transform_map"), .rows = "name=Other,active=true,target_table=incident"}},
         VERDICT_FAIL},
        {"the whole list was cut",
         map,
         {{ROWS("sys_transform_map"), .rows = "name=Other,active=true,target_table=incident",
           .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"a REST message cannot be switched off",
         message,
         {{ROWS("sys_rest_message"), .rows = "name=Acme"}},
         VERDICT_PASS},
        {"no such table",
         message,
         {{ROWS("sys_rest_message"), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"nothing is named", "{ what: rest-message }", {{0}}, VERDICT_UNKNOWN, REASON_AMBIGUOUS},
        {"no credential",
         message,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"refused",
         message,
         {{ROWS("sys_rest_message"), .reason = REASON_CREDENTIAL_REFUSED, .is_blocked = true}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .has_no_auditor = true},
    };
    bench_expect("script", cases, ARRAY_LEN(cases));
}

#define PARENTS                                                                             \
    {                                                                                       \
        ROWS("sys_db_object"), .rows = "name=incident,super_class=t,super_class.name=task," \
                                       "super_class.super_class="                           \
    }
#define ABORTS(collection_, cells_)                                                               \
    "active=true,name=Stop,when=before,action_insert=true,advanced=false,collection=" collection_ \
    "," cells_
#define HARMLESS                                                               \
    "active=true,name=Fill,when=before,action_insert=true,abort_action=false," \
    "collection=task,advanced=true"

Test(script, rules_abort)
{
    static const char none[] = "{ what: business-rule, on: incident, aborting: none }";
    static const struct bench_case cases[] = {
        {"none",
         none,
         {PARENTS, {ROWS("sys_script"), .rows = HARMLESS, .control_seen = true}},
         VERDICT_PASS},
        {"one on the table",
         none,
         {PARENTS, {ROWS("sys_script"), .rows = ABORTS("incident", "abort_action=true")}},
         VERDICT_FAIL,
         .cause = "business-rule-abort"},
        {"one on the parent, with a condition",
         none,
         {PARENTS, {ROWS("sys_script"), .rows = ABORTS("task", "abort_action=true,condition=x")}},
         VERDICT_FAIL,
         .cause = "business-rule-abort"},
        {"one that is switched off",
         none,
         {PARENTS,
          {ROWS("sys_script"), .control_seen = true,
           .rows = "active=false,name=Stop,when=before,action_insert=true,collection=incident,"
                   "abort_action=true"}},
         VERDICT_PASS},
        {"one on another operation",
         "{ what: business-rule, on: incident, operation: delete, aborting: none }",
         {PARENTS,
          {ROWS("sys_script"), .control_seen = true,
           .rows = ABORTS("incident", "abort_action=true,action_delete=false")}},
         VERDICT_PASS},
        {"abort_action is hidden",
         none,
         {PARENTS,
          {ROWS("sys_script"), .rows = ABORTS("incident", "order=1"), .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"rules are kept back",
         none,
         {PARENTS,
          {ROWS("sys_script"), .rows = ABORTS("incident", "abort_action=false"), .total = 9}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the rules are closed",
         none,
         {PARENTS, DENIED("sys_script")},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"the table does not exist",
         none,
         {{ROWS("sys_db_object"), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "table-missing"},
        {"the parents are hidden",
         none,
         {{ROWS("sys_db_object"), .rows = "name=incident"},
          {ROWS("sys_script"), .rows = HARMLESS, .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the tables are closed", none, {DENIED("sys_db_object")}, VERDICT_UNKNOWN, REASON_DENIED},
    };
    bench_expect("script", cases, ARRAY_LEN(cases));
}
