/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user: a user exists, once, and its record has the wanted values.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct user_params {
    const char *name;
    struct pairs want;
};

static const struct field user_fields[] = {
    FIELD(struct user_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name)"),
    FIELD(struct user_params, want, FIELD_OPTIONAL, "columns of sys_user and the values wanted"),
};

static const struct column_cause causes[] = {
    {"active", "true", "user-inactive"},
    {"locked_out", "false", "user-locked-out"},
    {"password_needs_reset", "false", "password-needs-reset"},
    {"web_service_access_only", NULL, "web-service-only-conflict"},
};

/* The shared question has the usual columns; others make it a question of their own. */
static struct question question_for(const struct judging *judging, const struct user_params *params)
{
    struct question question = user_question(judging, params->name);
    struct strings fields = {0};
    bool has_own = false;
    for (size_t i = 0; i < question.fields.n_items; i++) {
        strings_add(judging->arena, &fields, question.fields.items[i]);
    }
    for (size_t i = 0; i < params->want.n_items; i++) {
        has_own = has_own || !strings_have(&fields, params->want.items[i].key);
        strings_add_unique(judging->arena, &fields, params->want.items[i].key);
    }
    if (has_own) {
        question.fields = fields;
    }
    return question;
}

static void user_judge(struct judging *judging, const void *given)
{
    const struct user_params *params = given;
    struct reading reading = read_configuration(judging, question_for(judging, params), false);
    judging->finding->link =
        list_link(judging, "sys_user", say(judging, "user_name=%s", params->name));
    judging->finding->wanted = say(judging, "a user %s", params->name);
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "user-missing", params->name,
                   say(judging, "there is no user %s", params->name));
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging, "%zu users bear the name %s", reading.n_rows, params->name));
        return;
    }
    if (params->want.n_items == 0) {
        judge_pass(judging, say(judging, "user %s is there", params->name));
    } else {
        judge_row(judging, &reading.rows[0], &params->want, causes, ARRAY_LEN(causes), NULL,
                  params->name);
    }
    rules_out(judging, "user-missing");
}

const struct kind kind_user = {
    .schema = {.name = "user",
               .summary = "A user exists and its record has the wanted values",
               .fields = user_fields,
               .n_fields = ARRAY_LEN(user_fields),
               .params_size = sizeof(struct user_params)},
    .judge = user_judge,
};
