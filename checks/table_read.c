/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_read: the integration can read rows of a table, with the fields it needs. This is an
 * effect, seen with the integration's own credential. An empty answer is no pass, because a missing
 * role, a before-query rule, a domain, a data filter and an empty table look the same, unless an
 * auditor can tell that nothing keeps rows back (checks/empty_table.c).
 */
#include "checks/acl_cause.h"
#include "checks/empty_table.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/refusal.h"

enum { SAMPLE_ROWS = 10 };

struct table_read_params {
    const char *table;
    struct strings fields;
};

static const struct field table_read_fields[] = {
    FIELD(struct table_read_params, table, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_TABLE,
          "table to read"),
    FIELD(struct table_read_params, fields, FIELD_OPTIONAL, "columns that must come back"),
};

/* The wanted columns that stand in no row. */
static struct strings unseen_fields(const struct judging *judging, const struct strings *fields,
                                    const struct answer *answer)
{
    struct strings unseen = {0};
    for (size_t i = 0; i < fields->n_items; i++) {
        bool is_seen = false;
        for (size_t r = 0; r < answer->n_rows && !is_seen; r++) {
            is_seen = row_get(&answer->rows[r], fields->items[i]) != NULL;
        }
        if (!is_seen) {
            strings_add(judging->arena, &unseen, fields->items[i]);
        }
    }
    return unseen;
}

static bool any_cell(const struct answer *answer)
{
    for (size_t i = 0; i < answer->n_rows; i++) {
        if (answer->rows[i].n_cells > 0) {
            return true;
        }
    }
    return false;
}

static void judge_reading(struct judging *judging, const struct table_read_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = judging->pack->credential,
                                .table = params->table,
                                .fields = params->fields,
                                .limit = SAMPLE_ROWS};
    if (own_credential(judging) == NULL) {
        judge_blocked(judging, REASON_CREDENTIAL_NOT_TRIED, "no credential was given");
        return;
    }
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    judging->finding->wanted = say(judging, "rows of %s", params->table);
    if (judge_refusal(judging, answer, params->table, "read-denied")) {
        judge_refused_by_rules(judging, answer->exchange, params->table, "read");
        return;
    }
    if (answer->reason != REASON_NONE) {
        judge_untold(judging, answer);
        return;
    }
    if (answer->n_rows == 0) {
        judge_empty_table(judging, params->table, answer);
        return;
    }
    struct strings unseen = unseen_fields(judging, &params->fields, answer);
    if (params->fields.n_items == 0 && !any_cell(answer)) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "rows came back without any column in them");
        judging->finding->cause_subject = params->table;
        points_to(judging, "field-hidden");
        return;
    }
    if (unseen.n_items > 0) {
        const char *list = columns_in_words(judging, params->table, &unseen);
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging, "rows came back, %s never did", list));
        judging->finding->cause_subject = say(judging, "%s: %s", params->table, list);
        points_to(judging, "field-hidden");
        return;
    }
    judge_pass(judging, say(judging, "rows of %s came back", params->table));
    rules_out(judging, "oauth-scope-restricted");
    rules_out_for(judging, "read-denied", params->table);
}

static void table_read_judge(struct judging *judging, const void *given)
{
    const struct table_read_params *params = given;
    judge_reading(judging, params);
    judging->finding->link = reading_link(judging, params->table);
}

const struct kind kind_table_read = {
    .schema = {.name = "table_read",
               .summary = "The integration reads rows of a table, with the fields it needs",
               .fields = table_read_fields,
               .n_fields = ARRAY_LEN(table_read_fields),
               .params_size = sizeof(struct table_read_params)},
    .judge = table_read_judge,
};
