/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which access control rule is named for a read or a write that the rules refuse, and where none
 * is: the symptom stays wherever a rule lets the account in, or does not tell.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define HIDDEN                                                    \
    {                                                             \
        ROWS("incident"), .credential = "integration", .total = 4 \
    }
#define EMPTY                                         \
    {                                                 \
        ROWS("incident"), .credential = "integration" \
    }
#define DENIED                                                                  \
    {                                                                           \
        ROWS("incident"), .credential = "integration", .reason = REASON_DENIED, \
                          .outcome = OUTCOME_DENIED, .status = 403              \
    }
#define CALLER                                                                             \
    {                                                                                      \
        .kind = QUESTION_IDENTITY, .table = "sys_user", .acceptance = ACCEPTANCE_ACCEPTED, \
        .user_name = "svc"                                                                 \
    }
#define LINEAGE                                                                              \
    {                                                                                        \
        ROWS("sys_db_object"), .rows = "name=incident,super_class=t1,super_class.name=task," \
                                       "super_class.super_class="                            \
    }
#define ALONE                                                       \
    {                                                               \
        ROWS("sys_db_object"), .rows = "name=incident,super_class=" \
    }
#define RULE(id, name, active, decision)                                    \
    "sys_id=" id ",name=" name ",type=record,operation=read,active=" active \
    ",decision_type=" decision ",admin_overrides=true,condition=,script=,security_attribute="
#define SCRIPTED                                                                          \
    "sys_id=r9,name=incident,type=record,operation=read,active=true,decision_type=allow," \
    "admin_overrides=true,condition=,script=answer = false,security_attribute="
#define OF(id, name, role) \
    "sys_security_acl=" id ",sys_security_acl.name=" name ",sys_user_role.name=" role
#define RULES(rows_)                                                    \
    {                                                                   \
        ROWS("sys_security_acl"), .rows = (rows_), .control_seen = true \
    }
#define LISTS(rows_)                                                         \
    {                                                                        \
        ROWS("sys_security_acl_role"), .rows = (rows_), .control_seen = true \
    }
#define HOLDS(role)                                                                             \
    {                                                                                           \
        ROWS("sys_user_has_role"),                                                              \
            .control_seen = true,                                                               \
            .rows =                                                                             \
                "user.user_name=svc,state=active,role.elevated_privilege=false,role.name=" role \
    }
#define OWN RULE("r1", "incident", "true", "allow")
#define SWITCHED_OFF RULE("r1", "incident", "false", "allow")
#define DENY RULE("r2", "incident", "true", "deny")
#define PARENTS RULE("r3", "task", "true", "allow")
#define WILDCARD RULE("r4", "*", "true", "allow")

static const char incident[] = "{ table: incident, fields: [number] }";

Test(acl_cause, the_rule_that_refuses_takes_the_symptoms_place)
{
    static const struct bench_case cases[] = {
        {"the rule asks for another role: which of the two is wrong, other checks tell",
         incident,
         {HIDDEN, CALLER, ALONE, RULES(OWN), LISTS(OF("r1", "incident", "other")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "role-missing",
         .proof = "no",
         .says = "the active rules to read incident ask for other, which svc does not hold"},
        {"for administrators only: that role is not what the account was meant to get",
         incident,
         {HIDDEN, CALLER, ALONE, RULES(OWN), LISTS(OF("r1", "incident", "admin")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "acl-role",
         .proof = "no"},
        {"a rule with nothing set refuses everybody",
         incident,
         {DENIED, CALLER, ALONE, RULES(OWN), LISTS(""), HOLDS("itil")},
         VERDICT_FAIL,
         .cause = "acl-role",
         .proof = "no",
         .says = "has nothing set"},
        {"not active, and only administrators pass the next one",
         incident,
         {HIDDEN, CALLER, LINEAGE, RULES(SWITCHED_OFF "; " WILDCARD),
          LISTS(OF("r1", "incident", "itil") "; " OF("r4", "*", "admin")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "acl-inactive",
         .proof = "no",
         .says = "is not active"},
        {"none of its own, and only administrators pass the last one",
         incident,
         {EMPTY,
          {ROWS("incident"), .rows = "sys_id=1", .total = 7},
          CALLER,
          LINEAGE,
          RULES(WILDCARD),
          LISTS(OF("r4", "*", "admin")),
          HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "acl-missing",
         .proof = "no",
         .rest_is_untold = true},
        {"no rule at all",
         incident,
         {HIDDEN, CALLER, LINEAGE, RULES(""), LISTS(""), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "acl-missing",
         .says = "there is no active rule"},
        {"a Deny-Unless rule, though another one lets the account in",
         incident,
         {HIDDEN, CALLER, ALONE, RULES(OWN "; " DENY),
          LISTS(OF("r1", "incident", "itil") "; " OF("r2", "incident", "auditor")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "acl-denies",
         .proof = "no"},
        {"a rule of the parent: the table's own was never made, or the role is not held",
         incident,
         {HIDDEN, CALLER, LINEAGE, RULES(PARENTS), LISTS(OF("r3", "task", "agent")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "role-missing",
         .says = "to read task ask for agent"},
    };
    bench_expect("table_read", cases, ARRAY_LEN(cases));
}

Test(acl_cause, the_symptom_stays_where_the_rules_do_not_refuse)
{
    static const struct bench_case cases[] = {
        {"the account holds the role: something else hides the rows",
         incident,
         {HIDDEN, CALLER, ALONE, RULES(OWN), LISTS(OF("r1", "incident", "itil")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .excludes = "acl-role acl-missing acl-inactive"},
        {"one rule that passes is enough",
         incident,
         {DENIED, CALLER, ALONE, RULES(OWN "; " RULE("r5", "incident", "true", "allow")),
          LISTS(OF("r1", "incident", "other") "; " OF("r5", "incident", "itil")), HOLDS("itil")},
         VERDICT_FAIL,
         .cause = "read-denied",
         .proof = "yes"},
        {"a script has its say, and is not read",
         incident,
         {HIDDEN, CALLER, ALONE, RULES(OWN "; " SCRIPTED), LISTS(OF("r1", "incident", "other")),
          HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .excludes = ""},
        {"the parent's rule lets the account in",
         incident,
         {HIDDEN, CALLER, LINEAGE, RULES(SWITCHED_OFF "; " PARENTS),
          LISTS(OF("r1", "incident", "itil") "; " OF("r3", "task", "itil")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden"},
        {"an administrator passes more than a role list shows",
         incident,
         {HIDDEN, CALLER, ALONE, RULES(OWN), LISTS(OF("r1", "incident", "other")), HOLDS("admin")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden"},
        {"rules are hidden from the auditor",
         incident,
         {HIDDEN,
          CALLER,
          ALONE,
          {ROWS("sys_security_acl"), .rows = OWN, .total = 9},
          LISTS(OF("r1", "incident", "other")),
          HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .excludes = ""},
        {"the rule's roles are",
         incident,
         {HIDDEN,
          CALLER,
          ALONE,
          RULES(OWN),
          {ROWS("sys_security_acl_role"), .total = 3},
          HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .rest_is_untold = true},
        {"the account's roles are",
         incident,
         {HIDDEN,
          CALLER,
          ALONE,
          RULES(OWN),
          LISTS(OF("r1", "incident", "other")),
          {ROWS("sys_user_has_role"), .total = 3}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .rest_is_untold = true},
        {"the parents are not known, and the table has no rule of its own",
         incident,
         {HIDDEN,
          CALLER,
          {ROWS("sys_db_object"), .reason = REASON_DENIED, .outcome = OUTCOME_DENIED,
           .status = 403},
          RULES(WILDCARD),
          LISTS(OF("r4", "*", "admin")),
          HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden"},
        {"who calls is not known",
         incident,
         {HIDDEN,
          {.kind = QUESTION_IDENTITY, .table = "sys_user"},
          ALONE,
          RULES(OWN),
          LISTS(OF("r1", "incident", "other"))},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden"},
        {"no auditor: nothing is asked",
         incident,
         {HIDDEN},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .has_no_auditor = true},
        {"the auditor is refused",
         incident,
         {HIDDEN,
          CALLER,
          {.table = "*",
           .credential = "auditor",
           .is_blocked = true,
           .reason = REASON_CREDENTIAL_REFUSED},
          {.table = "*", .reason = REASON_DENIED, .outcome = OUTCOME_DENIED, .status = 403}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden"},
        {"rows came back: nothing is asked",
         incident,
         {{ROWS("incident"), .rows = "number=INC1"}},
         VERDICT_PASS},
        {"a refusal that is none of an access rule's",
         incident,
         {{ROWS("incident"), .reason = REASON_DENIED, .outcome = OUTCOME_SCOPE_MISSING,
           .status = 403}},
         VERDICT_FAIL,
         .cause = "oauth-scope-unlinked"},
    };
    bench_expect("table_read", cases, ARRAY_LEN(cases));
}

Test(acl_cause, columns_are_hidden_with_their_table)
{
    static const char number[] = "{ table: incident, fields: [number] }";
    static const struct bench_case cases[] = {
        {"no row came back",
         number,
         {HIDDEN, CALLER, ALONE, RULES(OWN), LISTS(OF("r1", "incident", "admin")), HOLDS("itil")},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "acl-role",
         .proof = "no"},
        {"the read was refused",
         number,
         {DENIED, CALLER, ALONE, RULES(""), LISTS(""), HOLDS("itil")},
         VERDICT_FAIL,
         .cause = "acl-missing"},
        {"rules that let it in",
         number,
         {DENIED, CALLER, ALONE, RULES(OWN), LISTS(OF("r1", "incident", "itil")), HOLDS("itil")},
         VERDICT_FAIL,
         .cause = "read-denied"},
        {"the column came back: nothing is asked",
         number,
         {{ROWS("incident"), .rows = "number=INC1"}},
         VERDICT_PASS},
    };
    bench_expect("field", cases, ARRAY_LEN(cases));
}

Test(acl_cause, a_write_is_held_against_the_rules_of_its_own_operation)
{
    static const char make[] = "{ table: incident, values: { short_description: text } }";
    static const struct written nothing = {.tag = "tag"};
#define REFUSED                                                                  \
    {                                                                            \
        .kind = QUESTION_WRITE, .table = "incident", .written = &nothing,        \
        .outcome = OUTCOME_WRITE_DENIED, .status = 403, .reason = REASON_DENIED, \
        .detail = "ACL Exception"                                                \
    }
#define CREATE                                                                              \
    "sys_id=r7,name=incident,type=record,operation=create,active=true,decision_type=allow," \
    "admin_overrides=true,condition=,script=,security_attribute="
    static const struct bench_case cases[] = {
        {"the rule to create asks for another role",
         make,
         {REFUSED, CALLER, ALONE, RULES(OWN "; " CREATE),
          LISTS(OF("r1", "incident", "itil") "; " OF("r7", "incident", "admin")), HOLDS("itil")},
         VERDICT_FAIL,
         .cause = "acl-role",
         .proof = "no",
         .may_write = true},
        {"the rule to create lets it in",
         make,
         {REFUSED, CALLER, ALONE, RULES(CREATE), LISTS(OF("r7", "incident", "itil")),
          HOLDS("itil")},
         VERDICT_FAIL,
         .cause = "write-denied",
         .may_write = true},
        {"the rules are not told",
         make,
         {REFUSED, CALLER, ALONE},
         VERDICT_FAIL,
         .cause = "write-denied",
         .rest_is_untold = true,
         .may_write = true},
    };
    bench_expect("table_write", cases, ARRAY_LEN(cases));
}
