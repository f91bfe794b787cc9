/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field: columns of a table come back to the integration, and hold values where they must.
 *
 * The platform leaves a column out without a word, whether an access rule hides it or it does not
 * exist (ServiceNow's Table API reference, sysparm_fields); only an auditor's full reading of the
 * dictionary tells the two apart. A column that comes back empty everywhere may be hidden as well.
 */
#include "checks/acl_cause.h"
#include "checks/empty_table.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/refusal.h"
#include "checks/tables.h"

enum { SAMPLE_ROWS = 10, LARGER_SAMPLE_ROWS = 200 };

struct field_params {
    const char *table;
    struct strings fields;
    struct strings filled;
};

static const struct field field_fields[] = {
    FIELD(struct field_params, table, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_TABLE,
          "table to read"),
    FIELD(struct field_params, fields, FIELD_OPTIONAL, "columns that must come back"),
    FIELD(struct field_params, filled, FIELD_OPTIONAL,
          "columns that must come back, with a value in some row"),
};

static struct question sample_of(const struct judging *judging, const struct field_params *params,
                                 size_t limit)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = judging->pack->credential,
                                .table = params->table,
                                .limit = limit};
    for (size_t i = 0; i < params->fields.n_items; i++) {
        strings_add_unique(judging->arena, &question.fields, params->fields.items[i]);
    }
    for (size_t i = 0; i < params->filled.n_items; i++) {
        strings_add_unique(judging->arena, &question.fields, params->filled.items[i]);
    }
    return question;
}

/* The columns that stand in no row; with `filled`, those that hold a value in none. */
static struct strings missing_in(const struct judging *judging, const struct strings *columns,
                                 const struct answer *answer, bool filled)
{
    struct strings missing = {0};
    for (size_t i = 0; i < columns->n_items; i++) {
        bool is_seen = false;
        for (size_t r = 0; r < answer->n_rows && !is_seen; r++) {
            const char *value = row_get(&answer->rows[r], columns->items[i]);
            is_seen = filled ? !text_is_empty(value) : value != NULL;
        }
        if (!is_seen) {
            strings_add(judging->arena, &missing, columns->items[i]);
        }
    }
    return missing;
}

static void judge_hidden(struct judging *judging, const char *subject, const char *because)
{
    judge_unknown(judging, REASON_FIELD_HIDDEN, because);
    judging->finding->cause_subject = subject;
    points_to(judging, "field-hidden");
}

/* What the dictionary says of columns that never came back. */
static void judge_unseen(struct judging *judging, const struct field_params *params,
                         const struct strings *wanted, const struct strings *unseen)
{
    struct strings absent = {0};
    bool all_exist = true;
    const char *known = NULL; /* one that came back */
    for (size_t i = 0; i < wanted->n_items && known == NULL; i++) {
        known = strings_have(unseen, wanted->items[i]) ? NULL : wanted->items[i];
    }
    for (size_t i = 0; i < unseen->n_items; i++) {
        enum presence presence = find_column(judging, params->table, unseen->items[i], known);
        if (presence == PRESENCE_ABSENT) {
            strings_add(judging->arena, &absent, unseen->items[i]);
        }
        all_exist = all_exist && presence == PRESENCE_FOUND;
    }
    if (judging->is_open) {
        return;
    }
    const char *list = columns_in_words(judging, params->table, unseen);
    if (absent.n_items > 0) {
        const char *gone = strings_join(judging->arena, &absent, ", ");
        judge_fail(judging, "column-missing", say(judging, "%s: %s", params->table, gone),
                   say(judging, "the dictionary has no column %s of %s", gone, params->table));
        return;
    }
    judge_hidden(judging, say(judging, "%s: %s", params->table, list),
                 say(judging, "rows came back, %s never did: %s", list,
                     all_exist ? "the dictionary has it, so an access rule hides it"
                               : "hidden from this account, or no column of this release"));
    if (!all_exist) {
        points_to(judging, "column-missing");
        judging->finding->causes_are_alternatives = true;
    }
}

/* A column may be empty in ten rows by chance; a larger sample is asked for once. */
static void judge_empty_columns(struct judging *judging, const struct field_params *params)
{
    struct question question = sample_of(judging, params, LARGER_SAMPLE_ROWS);
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    struct strings empty = missing_in(judging, &params->filled, answer, true);
    if (answer->reason != REASON_NONE) {
        judge_untold(judging, answer);
        return;
    }
    if (empty.n_items > 0) {
        const char *list = columns_in_words(judging, params->table, &empty);
        judge_hidden(judging, say(judging, "%s: %s", params->table, list),
                     say(judging,
                         "%s came back empty in %s: no record has a value, or an access rule "
                         "keeps it back",
                         list,
                         answer->n_rows == 1 ? "the one row there was"
                                             : say(judging, "each of %zu rows", answer->n_rows)));
        return;
    }
    judge_pass(judging, say(judging, "every column came back, and those that must have values"));
    rules_out_for(judging, "field-hidden", params->table);
}

static void judge_columns(struct judging *judging, const struct field_params *params,
                          const struct answer *answer)
{
    struct strings unseen = missing_in(judging, &answer->question.fields, answer, false);
    struct strings empty = missing_in(judging, &params->filled, answer, true);
    if (unseen.n_items > 0) {
        judge_unseen(judging, params, &answer->question.fields, &unseen);
    } else if (empty.n_items > 0) {
        judge_empty_columns(judging, params);
    } else {
        judge_pass(judging, say(judging, "%s came back",
                                strings_join(judging->arena, &answer->question.fields, ", ")));
        rules_out_for(judging, "field-hidden", params->table);
        rules_out_for(judging, "column-missing", params->table);
    }
}

static void judge_sample(struct judging *judging, const struct field_params *params)
{
    struct question question = sample_of(judging, params, SAMPLE_ROWS);
    is_about(judging, "table", params->table);
    judging->finding->wanted = say(
        judging, "%s of %s", strings_join(judging->arena, &question.fields, ", "), params->table);
    if (own_credential(judging) == NULL) {
        judge_blocked(judging, REASON_CREDENTIAL_NOT_TRIED, "no credential was given");
        return;
    }
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    if (judge_refusal(judging, answer, params->table, "read-denied")) {
        judge_refused_by_rules(judging, answer->exchange, params->table, "read");
    } else if (answer->reason != REASON_NONE) {
        judge_untold(judging, answer);
    } else if (answer->n_rows == 0) {
        judge_no_rows(judging, params->table, answer);
        judge_by_rules(judging, params->table, "read");
    } else {
        judge_columns(judging, params, answer);
    }
}

static void field_judge(struct judging *judging, const void *given)
{
    const struct field_params *params = given;
    judge_sample(judging, params);
    judging->finding->link = reading_link(judging, params->table);
}

static const char *const one_of[] = {"fields", "filled", NULL};

const struct kind kind_field = {
    .schema = {.name = "field",
               .summary = "Columns of a table come back to the integration",
               .fields = field_fields,
               .n_fields = ARRAY_LEN(field_fields),
               .params_size = sizeof(struct field_params),
               .one_of = one_of},
    .judge = field_judge,
};
