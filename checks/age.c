/* SPDX-License-Identifier: Apache-2.0 */
/*
 * age: a date on a record lies not too far back (a credential was made lately), or far enough ahead
 * (it does not run out soon).
 *
 * The Table API gives dates in UTC unless display values are asked for, and every row that fits
 * counts: with two keys, both. Of an expiry "empty value means no expiration" (product
 * documentation, Configure an API key); what an empty date of another kind means is not said, so it
 * is told and does not pass as recent. sys_updated_on moves with every edit, so it shows no more
 * than that a secret may have been changed then.
 */
#include "base/clock.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

enum { ROW_PAGE = 100, SECONDS_PER_DAY = 86400 };

struct age_params {
    const char *table;
    struct pairs where;
    const char *column;
    int64_t at_most_days;
    int64_t at_least_days;
    const char *cause;
};

static const struct field age_fields[] = {
    FIELD(struct age_params, table, FIELD_REQUIRED | FIELD_TABLE, "table to look in"),
    FIELD(struct age_params, where, FIELD_REQUIRED,
          "columns and the values a row must have to count; the first one should be its name"),
    FIELD(struct age_params, column, FIELD_REQUIRED,
          "the date: sys_created_on, sys_updated_on, expires …"),
    FIELD(struct age_params, at_most_days, FIELD_FROM_ONE | FIELD_ADVICE,
          "the date is at most so many days past (credential-too-old)"),
    FIELD(struct age_params, at_least_days, FIELD_FROM_ONE | FIELD_ADVICE,
          "the date is at least so many days ahead, or empty (credential-expires-soon)"),
    FIELD(struct age_params, cause, FIELD_CAUSE,
          "id of the cause a deviation points to, in place of these"),
};

/* What one row's date says. */
struct age {
    enum verdict verdict;
    enum reason reason;
    const char *cause;
    const char *words;
};

static struct question question_for(const struct judging *judging, const struct age_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = params->table,
                                .key = params->where.items[0].key,
                                .value = params->where.items[0].value,
                                .limit = ROW_PAGE};
    for (size_t i = 1; i < params->where.n_items; i++) {
        pairs_add(judging->arena, &question.where, params->where.items[i].key,
                  params->where.items[i].value);
    }
    want_columns(judging, &question, say(judging, "sys_id, %s", params->column));
    if (catalogue_has_column(judging->catalogue, params->table, "name")) {
        want_columns(judging, &question, "name");
    }
    return question;
}

static const char *number_of_days(const struct judging *judging, int64_t days)
{
    return quantity(judging->arena, (size_t)days, "day");
}

/* "70 days ago", "in 3 days", "today". */
static const char *distance(const struct judging *judging, int64_t seconds)
{
    int64_t days = (seconds < 0 ? -seconds : seconds) / SECONDS_PER_DAY;
    if (days == 0) {
        return "less than a day from now";
    }
    return seconds > 0 ? say(judging, "in %s", number_of_days(judging, days))
                       : say(judging, "%s ago", number_of_days(judging, days));
}

static struct age judge_empty(const struct judging *judging, const struct age_params *params)
{
    if (params->at_most_days > 0) {
        return (struct age){VERDICT_UNKNOWN, REASON_UNDOCUMENTED, NULL,
                            say(judging, "%s is empty", params->column)};
    }
    return (struct age){VERDICT_PASS, REASON_NONE, NULL,
                        say(judging, "%s is empty: no end is set", params->column)};
}

static struct age age_of(const struct judging *judging, const struct age_params *params,
                         const struct row *row)
{
    const char *date = column_of(judging, params->table, row, params->column);
    int64_t seconds = 0;
    if (date == NULL) {
        return (struct age){VERDICT_UNKNOWN, REASON_FIELD_HIDDEN, NULL,
                            say(judging, "%s never came back", params->column)};
    }
    if (date[0] == '\0') {
        return judge_empty(judging, params);
    }
    if (!utc_parse(text_trim(judging->arena, date), &seconds)) {
        return (struct age){VERDICT_UNKNOWN, REASON_UNDOCUMENTED, NULL,
                            say(judging, "%s, \"%s\", is no date", params->column, date)};
    }
    int64_t ahead = seconds - judging->now;
    if (params->at_most_days > 0 && ahead > seconds_in_days(1)) {
        return (struct age){VERDICT_UNKNOWN, REASON_UNDOCUMENTED, NULL,
                            say(judging, "%s is %s, which is still to come", params->column, date)};
    }
    const char *words =
        say(judging, "%s is %s, %s", params->column, date, distance(judging, ahead));
    if (params->at_most_days > 0 && -ahead > seconds_in_days(params->at_most_days)) {
        return (struct age){VERDICT_FAIL, REASON_NONE, "credential-too-old", words};
    }
    if (params->at_least_days > 0 && ahead < seconds_in_days(params->at_least_days)) {
        return (struct age){VERDICT_FAIL, REASON_NONE, "credential-expires-soon", words};
    }
    return (struct age){VERDICT_PASS, REASON_NONE, NULL, words};
}

static const char *subject_of(const struct judging *judging, const struct age_params *params,
                              const struct row *row)
{
    const char *name = row_get(row, "name");
    return !text_is_empty(name) ? name
                                : say(judging, "%s where %s = %s", params->table,
                                      params->where.items[0].key, params->where.items[0].value);
}

static void judge_row_age(struct judging *judging, const struct age_params *params,
                          const struct row *row, const struct age *age)
{
    const char *subject = subject_of(judging, params, row);
    const char *seen = say(judging, "%s: %s", subject, age->words);
    if (age->verdict == VERDICT_FAIL) {
        judge_fail(judging, params->cause != NULL ? params->cause : age->cause, seen, seen);
    } else if (age->verdict == VERDICT_UNKNOWN) {
        judge_unknown(judging, age->reason, seen);
    } else {
        judge_pass(judging, seen);
    }
}

/* The first row that fails decides, then the first that cannot be told. */
static void judge_rows(struct judging *judging, const struct age_params *params,
                       const struct reading *reading)
{
    const enum verdict worst_first[] = {VERDICT_FAIL, VERDICT_UNKNOWN, VERDICT_PASS};
    for (size_t v = 0; v < ARRAY_LEN(worst_first); v++) {
        if (worst_first[v] == VERDICT_PASS && !reading->is_complete) {
            judge_unknown(judging, reading->answer->was_cut ? REASON_TRUNCATED : REASON_HIDDEN,
                          "not all rows that fit came back, and one of the others may be too old "
                          "or run out");
            return;
        }
        for (size_t i = 0; i < reading->n_rows; i++) {
            struct age age = age_of(judging, params, &reading->rows[i]);
            if (age.verdict == worst_first[v]) {
                judge_row_age(judging, params, &reading->rows[i], &age);
                return;
            }
        }
    }
}

static const char *wording_of(const struct judging *judging, const struct age_params *params)
{
    struct strings parts = {0};
    if (params->at_most_days > 0) {
        strings_add(judging->arena, &parts,
                    say(judging, "at most %s ago", number_of_days(judging, params->at_most_days)));
    }
    if (params->at_least_days > 0) {
        strings_add(judging->arena, &parts,
                    say(judging, "at least %s ahead, or empty",
                        number_of_days(judging, params->at_least_days)));
    }
    return say(judging, "%s %s", params->column, strings_join(judging->arena, &parts, ", "));
}

static void tell_of_updates(struct judging *judging, const struct age_params *params)
{
    if (judging->finding->verdict == VERDICT_PASS && text_equal(params->column, "sys_updated_on")) {
        judging->finding->because = "any edit of the record moves this date, so that what it "
                                    "holds may be older";
    }
}

static void age_judge(struct judging *judging, const void *given)
{
    const struct age_params *params = given;
    const struct pair *name = &params->where.items[0];
    struct reading reading = read_configuration(judging, question_for(judging, params), LIST_NEVER);
    judging->finding->link =
        list_link(judging, params->table, say(judging, "%s=%s", name->key, name->value));
    judging->finding->wanted = wording_of(judging, params);
    if (params->at_most_days <= 0 && params->at_least_days <= 0) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      "the pack names neither at_most_days nor at_least_days");
        return;
    }
    switch (reading.presence) {
    case PRESENCE_FOUND:
        judge_rows(judging, params, &reading);
        tell_of_updates(judging, params);
        break;
    case PRESENCE_ABSENT:
    case PRESENCE_NO_TABLE:
        judge_fail(judging, NULL, params->table,
                   say(judging, "there is no row of %s where %s = %s", params->table, name->key,
                       name->value));
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

static const char *const one_of[] = {"at_most_days", "at_least_days", NULL};

const struct kind kind_age = {
    .schema = {.name = "age",
               .summary = "A date on a record is recent enough, or far enough ahead",
               .fields = age_fields,
               .n_fields = ARRAY_LEN(age_fields),
               .params_size = sizeof(struct age_params),
               .one_of = one_of},
    .judge = age_judge,
};
