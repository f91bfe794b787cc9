/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domain: a user belongs to a domain.
 *
 * Where domain separation is on, rows of domains that the user does not see are left out of every
 * answer without a trace, the count included. The column sys_domain of the user holds "global" or
 * the id of a record; there is nothing to ask where the plugin Domain Support - Domain Extensions
 * Installer is not active, so it is looked up before an empty or hidden column is given up.
 * Sources: "Domain separation plugin" and "Installed with domain separation" in the product
 * documentation; KB0716268.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct domain_params {
    const char *user;
    const char *in;
};

static const struct field domain_fields[] = {
    FIELD(struct domain_params, user, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_USER,
          "User ID (user_name)"),
    FIELD(struct domain_params, in, FIELD_REQUIRED | FIELD_IDENTIFIES,
          "the domain's name, or global; alternatives with | between"),
};

static const char plugin_id[] = "com.glide.domain.msp_extensions.installer";

/* Shown to be off: the plugin list was read and does not have it, or has it inactive. */
static bool separation_is_off(struct judging *judging)
{
    static const char *columns[] = {"id", "active"};
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "v_plugin",
                                .key = "id",
                                .value = plugin_id,
                                .control = "com.glide.rest",
                                .limit_ms = V_PLUGIN_LIMIT_MS,
                                .fields = {columns, ARRAY_LEN(columns)}};
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    if (reading.presence != PRESENCE_FOUND) {
        return reading.presence == PRESENCE_ABSENT;
    }
    const char *active = row_get(&reading.rows[0], "active");
    return active != NULL && value_fits(judging->arena, active, "inactive|false|0");
}

/* The column tells nothing: is there anything to tell? */
static void judge_nothing(struct judging *judging, enum reason reason, const char *because)
{
    bool is_off = separation_is_off(judging);
    if (judging->is_open) {
        return;
    }
    if (is_off) {
        judge_pass(judging, "domain separation is not on here, so every user sees all domains");
        return;
    }
    judge_unknown(judging, reason, because);
}

static void judge_user(struct judging *judging, const struct domain_params *params,
                       const struct row *row)
{
    const char *value = row_get(row, "sys_domain");
    const char *name = row_get(row, "sys_domain.name");
    if (value == NULL) {
        judge_nothing(judging, REASON_FIELD_HIDDEN, "the user's domain never came back");
        return;
    }
    if (value[0] == '\0') {
        judge_nothing(judging, REASON_UNDOCUMENTED,
                      "the user has no domain, and what that means while domains are separated is "
                      "not documented");
        return;
    }
    const char *shown = text_is_empty(name) ? value : name;
    if (value_fits(judging->arena, value, params->in) ||
        (name != NULL && value_fits(judging->arena, name, params->in))) {
        judge_pass(judging, say(judging, "%s is in %s", params->user, shown));
        return;
    }
    bool is_name_needed =
        !text_equal_nocase(params->in, "global") && !text_equal_nocase(value, "global");
    if (is_name_needed && text_is_empty(name)) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging, "the name of the user's domain (%s) never came back", value));
        return;
    }
    judge_fail(judging, NULL, params->user, say(judging, "%s is in %s", params->user, shown));
    judging->finding->because = "rows of domains that it does not see are left out of every answer "
                                "without a trace";
}

static void domain_judge(struct judging *judging, const void *given)
{
    const struct domain_params *params = given;
    struct question question = user_question(judging, params->user);
    struct strings fields = {0};
    for (size_t i = 0; i < question.fields.n_items; i++) {
        strings_add(judging->arena, &fields, question.fields.items[i]);
    }
    strings_add(judging->arena, &fields, "sys_domain");
    strings_add(judging->arena, &fields, "sys_domain.name");
    question.fields = fields;
    struct reading reading = read_configuration(judging, question, LIST_NEVER);
    judging->finding->wanted = say(judging, "%s in the domain %s", params->user, params->in);
    judging->finding->link =
        list_link(judging, "sys_user", say(judging, "user_name=%s", params->user));
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "user-missing", params->user,
                   say(judging, "there is no user %s", params->user));
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging, "%zu users bear the name %s", reading.n_rows, params->user));
        return;
    }
    judge_user(judging, params, &reading.rows[0]);
}

const struct kind kind_domain = {
    .schema = {.name = "domain",
               .summary = "A user belongs to a domain, where domains are separated",
               .fields = domain_fields,
               .n_fields = ARRAY_LEN(domain_fields),
               .params_size = sizeof(struct domain_params)},
    .judge = domain_judge,
};
