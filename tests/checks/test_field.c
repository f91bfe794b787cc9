/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind field, and what an auditor adds: the dictionary behind a column that never came, and
 * what is known of a table without rows (law 2).
 */
#include "base/attributes.h"
#include "bench.h"

#include <criterion/criterion.h>

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define DENIED .reason = REASON_DENIED, .outcome = OUTCOME_DENIED, .status = 403
#define TASK_CHILD                                                                                \
    {                                                                                             \
        ROWS("sys_db_object"),                                                                    \
            .rows = "name=incident,super_class=t1,super_class.name=task,super_class.super_class=" \
    }
#define DICTIONARY(columns)                                                         \
    {                                                                               \
        ROWS("sys_dictionary"),                                                     \
            .rows = columns "name=task,element=number; name=incident,element=state" \
    }

Test(field, tells_missing_from_hidden_by_the_dictionary)
{
    static const char two[] = "{ table: incident, fields: [number, u_colour] }";
    static const struct bench_case cases[] = {
        {"both come back",
         two,
         {{ROWS("incident"), .rows = "number=INC1,u_colour="}},
         VERDICT_PASS},
        {"one never does, and no auditor can look",
         two,
         {{ROWS("incident"), .rows = "number=INC1"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden",
         .has_no_auditor = true},
        {"one never does, and the dictionary has it",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          TASK_CHILD,
          DICTIONARY("name=incident,element=u_colour; ")},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden",
         .says = "the dictionary has it"},
        {"one never does, and the dictionary of the table and its parent has none",
         two,
         {{ROWS("incident"), .rows = "number=INC1"}, TASK_CHILD, DICTIONARY("")},
         VERDICT_FAIL,
         .cause = "column-missing"},
        {"rows of the dictionary are hidden",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          TASK_CHILD,
          {ROWS("sys_dictionary"), .rows = "name=task,element=number", .total = 9}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
        {"a dictionary without the column that came back is not whole",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          TASK_CHILD,
          {ROWS("sys_dictionary"), .rows = "name=task,element=x; name=incident,element=state"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
        {"the names of the columns are hidden",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          TASK_CHILD,
          {ROWS("sys_dictionary"), .rows = "name=task; name=incident"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
        {"the dictionary is cut",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          TASK_CHILD,
          {ROWS("sys_dictionary"), .rows = "name=task,element=number; name=incident,element=state",
           .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
        {"the lineage is denied",
         two,
         {{ROWS("incident"), .rows = "number=INC1"}, {ROWS("sys_db_object"), DENIED}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
        {"the lineage is longer than a dot-walk",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          {ROWS("sys_db_object"), .rows = "name=incident,super_class=t1"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
        {"the auditor is refused",
         two,
         {{ROWS("incident"), .rows = "number=INC1"},
          {ROWS("sys_db_object"), .credential = "auditor", .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {ROWS("sys_db_object"), DENIED}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden"},
    };
    bench_expect("field", cases, ARRAY_LEN(cases));
}

Test(field, wants_values_where_they_must_be)
{
    static const char filled[] = "{ table: incident, filled: [caller_id] }";
    static const struct bench_case cases[] = {
        {"a value in one row",
         filled,
         {{ROWS("incident"), .rows = "caller_id=; caller_id=u1"}},
         VERDICT_PASS},
        {"empty everywhere",
         filled,
         {{ROWS("incident"), .rows = "caller_id=; caller_id="}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden",
         .says = "in each of 2 rows"},
        {"counted, not returned",
         filled,
         {{ROWS("incident"), .total = 3}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden"},
        {"nothing, nothing counted",
         filled,
         {{ROWS("incident")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned",
         .says = "create one record"},
        {"denied", filled, {{ROWS("incident"), DENIED}}, VERDICT_FAIL, .cause = "read-denied"},
        {"no such table",
         filled,
         {{ROWS("incident"), .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_FAIL,
         .cause = "table-missing"},
        {"too busy",
         filled,
         {{ROWS("incident"), .outcome = OUTCOME_BUSY, .status = 503, .reason = REASON_BUSY}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         "instance-unavailable"},
        {"the credential was refused",
         filled,
         {{ROWS("incident"), .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED},
        {"no credential",
         filled,
         {{0}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_NOT_TRIED,
         .has_no_integration = true},
    };
    bench_expect("field", cases, ARRAY_LEN(cases));
}

#define CALLER                                                                             \
    {                                                                                      \
        .kind = QUESTION_IDENTITY, .table = "sys_user", .acceptance = ACCEPTANCE_ACCEPTED, \
        .user_name = "svc"                                                                 \
    }
#define PROBLEM_LINEAGE                                                                          \
    {                                                                                            \
        ROWS("sys_db_object"),                                                                   \
            .rows = "name=problem,super_class=t1,super_class.name=task,super_class.super_class=" \
    }
#define RULE_ON(table_)                                                                            \
    {                                                                                              \
        ROWS("sys_script"), .rows = "when=before,action_query=true,active=true,collection=" table_ \
    }
#define NO_FILTER                                                      \
    {                                                                  \
        ROWS("sys_security_data_filter"), .rows = "table_name=cmdb_ci" \
    }
#define READ_RULE                                                                              \
    {                                                                                          \
        ROWS("sys_security_acl_role"),                                                         \
            .rows = "sys_security_acl.name=problem,sys_security_acl.operation=read,"           \
                    "sys_security_acl.type=record,sys_security_acl.active=true,sys_user_role." \
                    "name=itil"                                                                \
    }
#define HOLDS(role)                                                                          \
    {                                                                                        \
        ROWS("sys_user_has_role"), .rows = "user.user_name=svc,state=active,role.name=" role \
                                           ",role.elevated_privilege=false"                  \
    }

Test(table_read, an_empty_table_needs_an_auditor_to_pass)
{
    static const char problem[] = "{ table: problem }";
    static const struct bench_case cases[] = {
        {"nothing keeps rows back",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER,
          READ_RULE,
          HOLDS("itil")},
         VERDICT_PASS,
         .says = "is empty"},
        {"no auditor",
         problem,
         {{ROWS("problem")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned",
         .has_no_auditor = true,
         .says = "create one record"},
        {"the auditor counts some",
         problem,
         {{ROWS("problem"), .credential = "integration"},
          {ROWS("problem"), .rows = "sys_id=1", .total = 7},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned",
         .says = "the auditor counts 7"},
        {"the auditor is not told a count",
         problem,
         {{ROWS("problem"), .credential = "integration"},
          {ROWS("problem"), .total = -1},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"a rule on the parent",
         problem,
         {{ROWS("problem")}, CALLER, PROBLEM_LINEAGE, RULE_ON("task"), NO_FILTER},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"no rule came at all: every instance has some",
         problem,
         {{ROWS("problem")}, CALLER, PROBLEM_LINEAGE, {ROWS("sys_script")}, NO_FILTER},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"rules are hidden",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          {ROWS("sys_script"),
           .rows = "when=before,action_query=true,active=true,collection=sys_user", .total = 3},
          NO_FILTER},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"a data filter",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          {ROWS("sys_security_data_filter"), .rows = "table_name=problem"}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"there is no table of data filters",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          {ROWS("sys_security_data_filter"), .outcome = OUTCOME_INVALID_TABLE},
          READ_RULE,
          HOLDS("itil")},
         VERDICT_PASS},
        {"data filters are denied",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          {ROWS("sys_security_data_filter"), DENIED}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"the user holds another role",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER,
          READ_RULE,
          HOLDS("other")},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"the role's state is hidden",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER,
          READ_RULE,
          {ROWS("sys_user_has_role"), .rows = "user.user_name=svc,role.name=itil"}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"the role it holds is elevated, which counts in no REST call",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER,
          READ_RULE,
          {ROWS("sys_user_has_role"),
           .rows = "user.user_name=svc,state=active,role.name=itil,role.elevated_privilege=true"}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"whether it is elevated never came",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER,
          READ_RULE,
          {ROWS("sys_user_has_role"), .rows = "user.user_name=svc,state=active,role.name=itil"}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"no read rule is seen",
         problem,
         {{ROWS("problem")},
          CALLER,
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER,
          {ROWS("sys_security_acl_role")},
          HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"the caller was not echoed",
         problem,
         {{ROWS("problem")},
          {.kind = QUESTION_IDENTITY, .table = "sys_user"},
          PROBLEM_LINEAGE,
          RULE_ON("sys_user"),
          NO_FILTER},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
        {"the auditor is refused",
         problem,
         {{ROWS("problem"), .credential = "integration"},
          {.table = "*",
           .credential = "auditor",
           .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          CALLER,
          {.table = "*", DENIED}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned"},
    };
    bench_expect("table_read", cases, ARRAY_LEN(cases));
}
