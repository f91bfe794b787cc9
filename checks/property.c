/* SPDX-License-Identifier: Apache-2.0 */
/*
 * property: a system property has a value.
 *
 * The row is read together with a property that every instance has (instance_name), because a
 * caller without rights gets 200 and no rows for any name. An absent property counts with its
 * documented default, where the pack gives one as `absent`. Some properties switch a thing off
 * (glide.oauth.inbound.ropc.grant_type.disabled: any value but true lets it be), so what is wanted
 * may be that a property does not have a value.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct property_params {
    const char *name;
    const char *value;
    const char *not_value;
    const char *type;
    const char *absent;
    const char *cause;
};

static const struct field property_fields[] = {
    FIELD(struct property_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES, "name of the property"),
    FIELD(struct property_params, value, FIELD_OPTIONAL,
          "the value it must have; alternatives separated by |"),
    FIELD(struct property_params, not_value, FIELD_OPTIONAL,
          "the value it must not have; alternatives separated by |"),
    FIELD(struct property_params, type, FIELD_OPTIONAL, "the type its record must have"),
    FIELD(struct property_params, absent, FIELD_OPTIONAL,
          "the value that counts when there is no such record; \"unknown\" where that is not "
          "documented"),
    FIELD(struct property_params, cause, FIELD_CAUSE, "id of the cause a deviation points to"),
};

static const char *columns[] = {"name", "value", "type"};

static bool value_is_wanted(const struct judging *judging, const struct property_params *params,
                            const char *value)
{
    return (params->value == NULL || value_fits(judging->arena, value, params->value)) &&
           (params->not_value == NULL || !value_fits(judging->arena, value, params->not_value));
}

/* The forbidden value is the finding; false when it is not there. */
static bool find_forbidden(struct judging *judging, const struct property_params *params,
                           const struct row *row)
{
    const char *value = row_get(row, "value");
    if (params->not_value == NULL) {
        return false;
    }
    if (value == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "value never came back: hidden from this account");
        return true;
    }
    if (!value_fits(judging->arena, value, params->not_value)) {
        return false;
    }
    judge_fail(judging, params->cause, params->name,
               say(judging, "%s: value = %s", params->name, value));
    return true;
}

static void judge_absent(struct judging *judging, const struct property_params *params)
{
    bool is_only_forbidden = params->not_value != NULL && params->value == NULL;
    if (text_equal(params->absent, "unknown") || (is_only_forbidden && params->absent == NULL)) {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      "there is no record for it, and what counts then is not documented");
        return;
    }
    bool is_about_value = params->value != NULL || params->not_value != NULL;
    bool counts_as_wanted = params->absent != NULL && is_about_value &&
                            value_is_wanted(judging, params, params->absent);
    if (counts_as_wanted) {
        judge_pass(judging, say(judging, "there is no record for it, and then it counts as %s",
                                params->absent));
        return;
    }
    judge_fail(judging, params->cause, params->name, "there is no record for it in sys_properties");
}

/* What is wanted of the row: its value, its type, or both. */
static struct pairs wanted_columns(const struct judging *judging,
                                   const struct property_params *params)
{
    struct pairs want = {0};
    if (params->value != NULL) {
        pairs_add(judging->arena, &want, "value", params->value);
    }
    if (params->type != NULL) {
        pairs_add(judging->arena, &want, "type", params->type);
    }
    return want;
}

static void judge_found(struct judging *judging, const struct property_params *params,
                        const struct row *row)
{
    struct pairs want = wanted_columns(judging, params);
    if (find_forbidden(judging, params, row)) {
        return;
    }
    if (want.n_items > 0 || params->not_value == NULL) {
        judge_row(judging, "sys_properties", row, &want, NULL, 0, params->cause, params->name);
        return;
    }
    judge_pass(judging, say(judging, "%s: value = %s", params->name, row_get(row, "value")));
    if (params->cause != NULL) {
        rules_out(judging, params->cause);
    }
}

static const char *wording_of(const struct judging *judging, const struct property_params *params)
{
    if (params->value != NULL) {
        return say(judging, "%s = %s", params->name, params->value);
    }
    return params->not_value != NULL ? say(judging, "%s is not %s", params->name, params->not_value)
                                     : say(judging, "a record %s", params->name);
}

static void property_judge(struct judging *judging, const void *given)
{
    const struct property_params *params = given;
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_properties",
                                .key = "name",
                                .value = params->name,
                                .control = "instance_name",
                                .fields = {columns, ARRAY_LEN(columns)}};
    struct reading reading = read_configuration(judging, question, LIST_NEVER);
    judging->finding->link =
        list_link(judging, "sys_properties", say(judging, "name=%s", params->name));
    judging->finding->wanted = wording_of(judging, params);
    if (reading.presence == PRESENCE_ABSENT) {
        judge_absent(judging, params);
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS, "two records bear this name");
        return;
    }
    judge_found(judging, params, &reading.rows[0]);
}

const struct kind kind_property = {
    .schema = {.name = "property",
               .summary = "A system property has a value",
               .fields = property_fields,
               .n_fields = ARRAY_LEN(property_fields),
               .params_size = sizeof(struct property_params)},
    .judge = property_judge,
};
