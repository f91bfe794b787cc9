/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record: rows of a table match a query, in the wanted number and with the wanted values. The kind
 * for everything that has none of its own.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

enum { RECORD_PAGE = 100 };

struct record_params {
    const char *table;
    struct pairs where;
    struct pairs want;
    struct pairs control;
    int64_t min;
    int64_t max;
    bool none;
    bool may_list;
    const char *by;
    const char *cause;
};

static const char *const by_choices[] = {"auditor", "integration", NULL};

static const struct field record_fields[] = {
    FIELD(struct record_params, table, FIELD_REQUIRED | FIELD_TABLE, "table to look in"),
    FIELD(struct record_params, where, FIELD_REQUIRED,
          "columns and the values a row must have to count; the first one should be its name"),
    FIELD(struct record_params, want, FIELD_OPTIONAL,
          "columns and the values wanted of the row that was found"),
    FIELD(struct record_params, control, FIELD_OPTIONAL,
          "the first column of where, with a value that exists on every instance"),
    FIELD(struct record_params, min, FIELD_FROM_ONE, "least number of rows (1 unless none is set)"),
    FIELD(struct record_params, max, FIELD_FROM_ZERO, "largest number of rows; 0 means any"),
    FIELD(struct record_params, none, FIELD_OPTIONAL, "there must be no such row"),
    FIELD(struct record_params, may_list, FIELD_OPTIONAL,
          "the table is small: it may be read whole when the query does not settle it"),
    FIELD_CHOICE(struct record_params, by, FIELD_OPTIONAL, by_choices,
                 "who reads it: auditor (the default) or integration"),
    FIELD(struct record_params, cause, FIELD_CAUSE, "id of the cause a deviation points to"),
};

static struct question question_for(const struct judging *judging,
                                    const struct record_params *params)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = params->table, .limit = RECORD_PAGE};
    question.key = params->where.items[0].key;
    question.value = params->where.items[0].value;
    question.control = pairs_get(&params->control, question.key);
    for (size_t i = 1; i < params->where.n_items; i++) {
        pairs_add(judging->arena, &question.where, params->where.items[i].key,
                  params->where.items[i].value);
    }
    strings_add(judging->arena, &question.fields, "sys_id");
    for (size_t i = 0; i < params->want.n_items; i++) {
        strings_add(judging->arena, &question.fields, params->want.items[i].key);
    }
    return question;
}

static const char *description(const struct judging *judging, const struct record_params *params)
{
    struct strings terms = {0};
    for (size_t i = 0; i < params->where.n_items; i++) {
        strings_add(
            judging->arena, &terms,
            say(judging, "%s = %s", params->where.items[i].key, params->where.items[i].value));
    }
    return say(judging, "%s where %s", params->table,
               strings_join(judging->arena, &terms, " and "));
}

static int64_t least_of(const struct record_params *params)
{
    if (params->none) {
        return 0;
    }
    return params->min > 0 ? params->min : 1;
}

static const char *wanted_number(const struct judging *judging, const struct record_params *params)
{
    size_t least = (size_t)least_of(params);
    if (params->none) {
        return "no row";
    }
    if (params->max > 0 && params->max == least_of(params)) {
        return say(judging, "exactly %s", quantity(judging->arena, least, "row"));
    }
    if (params->max > 0) {
        return say(judging, "%zu to %s", least,
                   quantity(judging->arena, (size_t)params->max, "row"));
    }
    return least == 1 ? "a row"
                      : say(judging, "at least %s", quantity(judging->arena, least, "row"));
}

static bool are_too_many(const struct record_params *params, int64_t n)
{
    return (params->none && n > 0) || (params->max > 0 && n > params->max);
}

/* Rows that were not seen could change the verdict: there may be more, or others of the same name.
 */
static bool needs_all_rows(const struct record_params *params, int64_t n)
{
    return params->none || params->max > 0 || params->want.n_items > 0 || n < least_of(params);
}

/* Every row must be as wanted; the first that is not is the finding. */
static void judge_rows(struct judging *judging, const struct record_params *params,
                       const struct reading *reading, const char *subject)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        judge_row(judging, params->table, &reading->rows[i], &params->want, NULL, 0, params->cause,
                  subject);
        if (judging->finding->verdict != VERDICT_PASS) {
            return;
        }
    }
}

static void judge_count(struct judging *judging, const struct record_params *params,
                        const struct reading *reading, const char *subject)
{
    int64_t n = (int64_t)reading->n_rows;
    bool is_whole = reading->presence == PRESENCE_ABSENT || reading->is_complete;
    const char *count =
        say(judging, "%s of %s", quantity(judging->arena, reading->n_rows, "row"), subject);
    if (are_too_many(params, n)) {
        judge_fail(judging, params->cause, subject, count);
        return;
    }
    if (needs_all_rows(params, n) && !is_whole) {
        judge_unknown(judging, REASON_HIDDEN,
                      "not all rows that fit came back, and the others could change the verdict");
        return;
    }
    if (n < least_of(params)) {
        judge_fail(judging, params->cause, subject, count);
        return;
    }
    judge_pass(judging, count);
    if (params->none) {
        judging->finding->because = "as far as the account that read it can see";
    }
    if (params->cause != NULL) {
        rules_out(judging, params->cause);
    }
    if (n > 0 && params->want.n_items > 0) {
        judge_rows(judging, params, reading, subject);
    }
}

static void record_judge(struct judging *judging, const void *given)
{
    const struct record_params *params = given;
    struct question question = question_for(judging, params);
    struct reading reading =
        text_equal(params->by, "integration")
            ? read_as_integration(judging, question)
            : read_configuration(judging, question, params->may_list ? LIST_LAST : LIST_NEVER);
    const char *subject = description(judging, params);
    judging->finding->wanted = say(judging, "%s of %s", wanted_number(judging, params), subject);
    judging->finding->link =
        list_link(judging, params->table, say(judging, "%s=%s", question.key, question.value));
    switch (reading.presence) {
    case PRESENCE_FOUND:
    case PRESENCE_ABSENT:
        judge_count(judging, params, &reading, subject);
        break;
    case PRESENCE_NO_TABLE:
        judge_fail(judging, "table-missing", params->table,
                   say(judging, "the table %s does not exist", params->table));
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

const struct kind kind_record = {
    .schema = {.name = "record",
               .summary =
                   "Rows of a table match a query, in the wanted number, with the wanted values",
               .fields = record_fields,
               .n_fields = ARRAY_LEN(record_fields),
               .params_size = sizeof(struct record_params)},
    .judge = record_judge,
};
