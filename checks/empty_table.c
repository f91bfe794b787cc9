/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An empty answer. A missing role, a before-query business rule, a domain, a data filter and an
 * empty table look the same from outside: the filters change the query itself, so the count shrinks
 * too. Sources: ServiceNow's pages Security data filters, Business rules and Access control lists;
 * responses recorded from instances.
 */
#include "checks/empty_table.h"

#include "checks/acl_cause.h"
#include "checks/role_rows.h"
#include "checks/tables.h"

enum { MOST_RULES = 500 };

static const char next_step[] = "create one record that the account must see, and run again";

void judge_no_rows(struct judging *judging, const char *table, const struct answer *answer)
{
    judging->finding->cause_subject = table;
    if (answer->total > 0) {
        judge_unknown(judging, REASON_HIDDEN,
                      say(judging,
                          "%s %s counted and none of those asked for came back: access rules hide "
                          "them",
                          quantity(judging->arena, (size_t)answer->total, "row"),
                          answer->total == 1 ? "was" : "were"));
        points_to(judging, "rows-hidden");
        return;
    }
    judge_unknown(judging, REASON_FILTERED,
                  say(judging,
                      "no row came back and none was counted: a missing role, a before-query "
                      "rule, a domain, a data filter and an empty table look the same; %s",
                      next_step));
    points_to(judging, "nothing-returned");
}

/* ---- What the auditor sees ------------------------------------------------------------------ */

/* How many rows of the table the auditor is counted: -1 when that cannot be told or is open. */
static int64_t count_as_auditor(struct judging *judging, const char *table)
{
    static const char *columns[] = {"sys_id"};
    const struct question question = {.kind = QUESTION_ROWS,
                                      .credential = "auditor",
                                      .table = table,
                                      .fields = {columns, ARRAY_LEN(columns)},
                                      .limit = 1};
    const struct answer *answer = ask(judging, &question);
    bool tells = answer != NULL && answer->reason == REASON_NONE && answer->exchange != NULL &&
                 answer->exchange->outcome == OUTCOME_RESULT;
    if (!tells) {
        return -1;
    }
    return answer->total >= (int64_t)answer->n_returned ? answer->total : -1;
}

static const char *caller_of(struct judging *judging)
{
    struct question question = identity_question(judging, judging->pack->credential);
    const struct answer *answer = ask(judging, &question);
    return answer == NULL ? NULL : answer->user_name;
}

/* True when all rows of `reading` are there and none names one of the tables in `column`. */
static bool names_none(const struct reading *reading, const char *column,
                       const struct strings *tables)
{
    bool tells = reading->is_complete;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const char *name = row_get(&reading->rows[i], column);
        tells = tells && name != NULL && !strings_have(tables, name);
    }
    return tells;
}

/* Every instance has some before-query rules, so that a list without any tells nothing. */
static bool has_no_query_rule(struct judging *judging, const struct strings *tables)
{
    static const char *columns[] = {"collection"};
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_script",
                                .fields = {columns, ARRAY_LEN(columns)},
                                .limit = MOST_RULES};
    pairs_add(judging->arena, &question.where, "when", "before");
    pairs_add(judging->arena, &question.where, "action_query", "true");
    pairs_add(judging->arena, &question.where, "active", "true");
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    return reading.presence == PRESENCE_FOUND && names_none(&reading, "collection", tables);
}

/* Read without a query, because an instance need not have any. */
static bool has_no_data_filter(struct judging *judging, const struct strings *tables)
{
    static const char *columns[] = {"table_name"};
    const struct question question = {.kind = QUESTION_ROWS,
                                      .table = "sys_security_data_filter",
                                      .fields = {columns, ARRAY_LEN(columns)},
                                      .limit = MOST_RULES};
    struct reading reading = consult_configuration(judging, question, LIST_LAST);
    return reading.presence == PRESENCE_ABSENT || reading.presence == PRESENCE_NO_TABLE ||
           (reading.presence == PRESENCE_FOUND && names_none(&reading, "table_name", tables));
}

/* The roles that the read rules of the table name, or of the next parent that has any. */
static struct strings reading_roles(struct judging *judging, const struct strings *tables)
{
    static const char *columns[] = {"sys_user_role.name"};
    struct strings roles = {0};
    for (size_t t = 0; t < tables->n_items; t++) {
        struct question question = {.kind = QUESTION_ROWS,
                                    .table = "sys_security_acl_role",
                                    .key = "sys_security_acl.name",
                                    .value = tables->items[t],
                                    .fields = {columns, ARRAY_LEN(columns)},
                                    .limit = MOST_RULES};
        pairs_add(judging->arena, &question.where, "sys_security_acl.operation", "read");
        pairs_add(judging->arena, &question.where, "sys_security_acl.type", "record");
        pairs_add(judging->arena, &question.where, "sys_security_acl.active", "true");
        struct reading reading = consult_configuration(judging, question, LIST_NEVER);
        for (size_t i = 0; i < reading.n_rows && roles.n_items == 0; i++) {
            const char *role = row_get(&reading.rows[i], "sys_user_role.name");
            strings_add(judging->arena, &roles, role != NULL ? role : "");
        }
    }
    return roles;
}

/* Only what counts in a REST call: an elevated role does not. */
static bool holds_one_of(struct judging *judging, const char *user, const struct strings *roles)
{
    struct reading held = consult_configuration(judging, held_roles_question(user), LIST_NEVER);
    for (size_t i = 0; i < roles->n_items; i++) {
        if (held_roles_tell(&held, roles->items[i]) == ROLE_HELD &&
            held_role_counts(held_role_row(&held, roles->items[i])) == ROLE_HELD) {
            return true;
        }
    }
    return false;
}

/* ---- The link ---- */

const char *reading_link(const struct judging *judging, const char *table)
{
    const struct finding *finding = judging->finding;
    bool is_about_rows = finding->verdict == VERDICT_PASS ||
                         (finding->reason == REASON_FILTERED && !finding->is_no_proof);
    return is_about_rows ? list_link(judging, table, "") : rules_link(judging, table, "read");
}

/* ---- Judging -------------------------------------------------------------------------------- */

/* Turns the finding into a pass where an auditor can tell that nothing keeps rows back. */
static void look_for_rows(struct judging *judging, const char *table)
{
    int64_t total = count_as_auditor(judging, table);
    const char *user = caller_of(judging);
    const struct ancestry ancestry = consult_ancestry(judging, table);
    const struct strings tables = ancestry.names;
    bool is_free = has_no_query_rule(judging, &tables);
    is_free = has_no_data_filter(judging, &tables) && is_free;
    if (judging->is_open) {
        return;
    }
    if (total > 0) {
        judging->finding->because = say(judging, "%s; the auditor counts %lld",
                                        judging->finding->because, (long long)total);
        return;
    }
    if (total < 0 || !ancestry.is_whole || !is_free || text_is_empty(user)) {
        return;
    }
    struct strings roles = reading_roles(judging, &tables);
    bool holds = holds_one_of(judging, user, &roles);
    if (!judging->is_open && holds) {
        judging->finding->causes = (struct strings){0};
        judge_pass(judging, say(judging, "%s is empty, and nothing keeps its rows back", table));
        judging->finding->because =
            say(judging, "the auditor counts none either, and as far as it can see no before-query "
                         "rule or data filter is on it, and the account holds a role of its read "
                         "rule");
    }
}

void judge_empty_table(struct judging *judging, const char *table, const struct answer *answer)
{
    judge_no_rows(judging, table, answer);
    if (answer->total == 0 && answer->n_returned == 0 && has_auditor(judging)) {
        look_for_rows(judging, table);
    }
    if (judging->finding->verdict != VERDICT_PASS) {
        judge_by_rules(judging, table, "read");
    }
}
