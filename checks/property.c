/* SPDX-License-Identifier: Apache-2.0 */
/*
 * property: a system property has a value.
 *
 * The row is read together with a property that every instance has (instance_name), because a
 * caller without rights gets 200 and no rows for any name. An absent property counts with its
 * documented default, where the pack gives one as `absent`.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct property_params {
    const char *name;
    const char *value;
    const char *type;
    const char *absent;
    const char *cause;
};

static const struct field property_fields[] = {
    FIELD(struct property_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES, "name of the property"),
    FIELD(struct property_params, value, FIELD_OPTIONAL,
          "the value it must have; alternatives separated by |"),
    FIELD(struct property_params, type, FIELD_OPTIONAL, "the type its record must have"),
    FIELD(struct property_params, absent, FIELD_OPTIONAL,
          "the value that counts when there is no such record; \"unknown\" where that is not "
          "documented"),
    FIELD(struct property_params, cause, FIELD_OPTIONAL, "id of the cause a deviation points to"),
};

static const char *columns[] = {"name", "value", "type"};

static void judge_absent(struct judging *judging, const struct property_params *params)
{
    if (text_equal(params->absent, "unknown")) {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      "there is no record for it, and what counts then is not documented");
        return;
    }
    if (params->absent != NULL && params->value != NULL &&
        value_fits(judging->arena, params->absent, params->value)) {
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

static void property_judge(struct judging *judging, const void *given)
{
    const struct property_params *params = given;
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_properties",
                                .key = "name",
                                .value = params->name,
                                .control = "instance_name",
                                .fields = {columns, ARRAY_LEN(columns)}};
    struct reading reading = read_configuration(judging, question, false);
    judging->finding->link =
        list_link(judging, "sys_properties", say(judging, "name=%s", params->name));
    judging->finding->wanted = params->value != NULL
                                   ? say(judging, "%s = %s", params->name, params->value)
                                   : say(judging, "a record %s", params->name);
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
    struct pairs want = wanted_columns(judging, params);
    judge_row(judging, &reading.rows[0], &want, NULL, 0, params->cause, params->name);
}

const struct kind kind_property = {
    .schema = {.name = "property",
               .summary = "A system property has a value",
               .fields = property_fields,
               .n_fields = ARRAY_LEN(property_fields),
               .params_size = sizeof(struct property_params)},
    .judge = property_judge,
};
