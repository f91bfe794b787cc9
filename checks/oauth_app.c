/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oauth_app: the application registry has an inbound client with this client id, of the right kind,
 * and its OAuth Application User is the one the guide made.
 *
 * The form's "Default Grant Type" and the newer "Inbound Grant Type" are two columns
 * (default_grant_type, inbound_grant_type); an application is of the right grant when one of them
 * says so. Which of the two the token endpoint obeys is not documented, so a mere difference
 * between them is told, not failed.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct oauth_app_params {
    const char *client_id;
    struct strings grant;
    const char *user;
    struct pairs want;
};

static const struct field oauth_app_fields[] = {
    FIELD(struct oauth_app_params, client_id,
          FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_CLIENT, "the Client ID"),
    FIELD(struct oauth_app_params, grant, FIELD_OPTIONAL,
          "stored values of the grant type, of which one column must have one"),
    FIELD(struct oauth_app_params, user, FIELD_OPTIONAL | FIELD_NAMES_USER,
          "User ID of the OAuth Application User"),
    FIELD(struct oauth_app_params, want, FIELD_OPTIONAL,
          "columns of oauth_entity and the values wanted"),
};

static const struct column_cause causes[] = {
    {"active", "true", "oauth-app-inactive"},
    {"type", NULL, "oauth-app-type"},
    {"user.active", "true", "user-inactive"},
};

static const char *columns[] = {
    "client_id",          "name", "type",           "active",      "default_grant_type",
    "inbound_grant_type", "user", "user.user_name", "user.active", "scope_restriction_status",
};

/* True when the grant is settled as right, or nothing is wanted of it. */
static bool grant_fits(struct judging *judging, const struct oauth_app_params *params,
                       const struct row *row)
{
    const char *by_default = row_get(row, "default_grant_type");
    const char *inbound = row_get(row, "inbound_grant_type");
    if (params->grant.n_items == 0 || strings_have(&params->grant, by_default) ||
        strings_have(&params->grant, inbound)) {
        return true;
    }
    const char *wanted = strings_join(judging->arena, &params->grant, " or ");
    judging->finding->wanted = say(judging, "grant type %s", wanted);
    if (by_default == NULL && inbound == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "neither grant type column came back");
        return false;
    }
    judge_fail(judging, "oauth-app-type", params->client_id,
               say(judging, "default grant type is %s, inbound grant type is %s",
                   text_is_empty(by_default) ? "(empty)" : by_default,
                   text_is_empty(inbound) ? "(empty)" : inbound));
    return false;
}

static bool user_fits(struct judging *judging, const struct oauth_app_params *params,
                      const struct row *row)
{
    const char *reference = row_get(row, "user");
    const char *user_name = row_get(row, "user.user_name");
    if (params->user == NULL) {
        return true;
    }
    judging->finding->wanted = say(judging, "OAuth Application User %s", params->user);
    if (reference != NULL && reference[0] == '\0') {
        judge_fail(judging, "oauth-app-user-unset", params->client_id,
                   "the OAuth Application User is empty");
        return false;
    }
    if (text_is_empty(user_name)) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "the name behind the OAuth Application User never came back");
        return false;
    }
    if (!text_equal_nocase(user_name, params->user)) {
        judge_fail(judging, "oauth-app-user", params->client_id,
                   say(judging, "the OAuth Application User is %s", user_name));
        return false;
    }
    rules_out(judging, "oauth-app-user-unset");
    rules_out(judging, "oauth-app-user");
    return true;
}

static void oauth_app_judge(struct judging *judging, const void *given)
{
    const struct oauth_app_params *params = given;
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "oauth_entity",
                                .key = "client_id",
                                .value = params->client_id,
                                .fields = {columns, ARRAY_LEN(columns)}};
    struct reading reading = read_configuration(judging, question, true);
    judging->finding->link =
        list_link(judging, "oauth_entity", say(judging, "client_id=%s", params->client_id));
    judging->finding->wanted = "an application with this Client ID";
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_fail(judging, "oauth-disabled", "oauth_entity",
                   "the table oauth_entity does not exist");
        return;
    }
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "oauth-app-missing", params->client_id,
                   "no application on this instance has this Client ID");
        return;
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS, "two applications have this Client ID");
        return;
    }
    const struct row *row = &reading.rows[0];
    const char *name = row_get(row, "name");
    const char *subject = text_is_empty(name) ? params->client_id : name;
    if (!grant_fits(judging, params, row) || !user_fits(judging, params, row)) {
        judging->finding->cause_subject = subject;
        return;
    }
    if (params->want.n_items == 0) {
        judge_pass(judging, say(judging, "application %s%s%s", subject,
                                params->user != NULL ? " acts as " : " is there",
                                params->user != NULL ? params->user : ""));
    } else {
        judge_row(judging, row, &params->want, causes, ARRAY_LEN(causes), NULL, subject);
    }
    rules_out(judging, "oauth-app-missing");
}

const struct kind kind_oauth_app = {
    .schema = {.name = "oauth_app",
               .summary =
                   "The application registry has the inbound client, as the guide sets it up",
               .fields = oauth_app_fields,
               .n_fields = ARRAY_LEN(oauth_app_fields),
               .params_size = sizeof(struct oauth_app_params)},
    .judge = oauth_app_judge,
};
