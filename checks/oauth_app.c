/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oauth_app: the application registry has an inbound client with this client id, of the right kind,
 * and its OAuth Application User is the one the guide made.
 *
 * The form's "Default Grant Type" and the newer "Inbound Grant Type" are two columns
 * (default_grant_type, inbound_grant_type); an application is of the right grant when one of them
 * says so. Which of the two the token endpoint obeys is not documented, so a mere difference
 * between them is told, not failed.
 *
 * redirect_url holds one URL or several with commas between, and the vendor's must be one of them
 * letter for letter: "If no match is made, the instance uses the first redirect URL", which sends
 * the user to somebody else's page. Lifespans are in seconds; a refresh token lives 8,640,000 s
 * (100 days) unless the application says otherwise. Source of both: product documentation, Create
 * an endpoint for clients to access the instance.
 */
#include "base/clock.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

struct oauth_app_params {
    const char *client_id;
    struct strings grant;
    const char *user;
    const char *redirect;
    int64_t refresh_lifespan_days;
    struct pairs want;
};

static const struct field oauth_app_fields[] = {
    FIELD(struct oauth_app_params, client_id,
          FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_NAMES_CLIENT, "the Client ID"),
    FIELD(struct oauth_app_params, grant, FIELD_OPTIONAL,
          "stored values of the grant type, of which one column must have one"),
    FIELD(struct oauth_app_params, user, FIELD_OPTIONAL | FIELD_NAMES_USER,
          "User ID of the OAuth Application User"),
    FIELD(struct oauth_app_params, redirect, FIELD_OPTIONAL,
          "the vendor's redirect URL, letter for letter"),
    FIELD(struct oauth_app_params, refresh_lifespan_days, FIELD_FROM_ONE | FIELD_ADVICE,
          "a refresh token lives at least so many days"),
    FIELD(struct oauth_app_params, want, FIELD_OPTIONAL,
          "columns of oauth_entity and the values wanted"),
};

static const struct column_cause causes[] = {
    {"active", "true", "oauth-app-inactive"},
    {"type", NULL, "oauth-app-type"},
    {"user.active", "true", "user-inactive"},
    {"restricted_binding", "false", "oauth-token-restricted"},
};

/* `user` has other names in public sources: want_columns() asks for those too. */
static const char columns[] =
    "client_id, name, type, active, default_grant_type, inbound_grant_type, user, user.user_name, "
    "user.active, scope_restriction_status, redirect_url, refresh_token_lifespan";

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
    const char *reference = column_of(judging, "oauth_entity", row, "user");
    const char *user_name = column_of(judging, "oauth_entity", row, "user.user_name");
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

static bool redirect_fits(struct judging *judging, const struct oauth_app_params *params,
                          const struct row *row)
{
    const char *urls = row_get(row, "redirect_url");
    if (params->redirect == NULL) {
        return true;
    }
    judging->finding->wanted = say(judging, "the redirect URL %s", params->redirect);
    if (urls == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "the redirect URL never came back");
        return false;
    }
    struct strings list = strings_split(judging->arena, urls, ',');
    if (!strings_have(&list, params->redirect)) {
        judge_fail(judging, "redirect-url-mismatch", params->client_id,
                   list.n_items == 0 ? "the redirect URL is empty"
                                     : say(judging, "the redirect URL is %s",
                                           strings_join(judging->arena, &list, " or ")));
        return false;
    }
    rules_out(judging, "redirect-url-mismatch");
    return true;
}

static bool lifespan_fits(struct judging *judging, const struct oauth_app_params *params,
                          const struct row *row, const char *subject)
{
    const char *lifespan = row_get(row, "refresh_token_lifespan");
    int64_t seconds = 0;
    if (params->refresh_lifespan_days <= 0) {
        return true;
    }
    judging->finding->wanted =
        say(judging, "refresh tokens live at least %s",
            quantity(judging->arena, (size_t)params->refresh_lifespan_days, "day"));
    if (lifespan == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "the lifespan of refresh tokens never came back");
        return false;
    }
    if (!text_to_int(text_trim(judging->arena, lifespan), &seconds) || seconds <= 0) {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      say(judging,
                          "what a lifespan of refresh tokens of \"%s\" means is not documented",
                          lifespan));
        return false;
    }
    if (seconds < seconds_in_days(params->refresh_lifespan_days)) {
        const char *span =
            say(judging, "%lld s, which is %s", (long long)seconds,
                quantity(judging->arena, (size_t)(seconds / seconds_in_days(1)), "day"));
        judge_fail(judging, "credential-expires-soon",
                   say(judging, "the refresh tokens of %s, after %s", subject, span),
                   say(judging, "refresh tokens of %s live %s", subject, span));
        return false;
    }
    return true;
}

/* What a pass is about, where no columns are compared. */
static const char *pass_words(const struct judging *judging, const struct oauth_app_params *params,
                              const char *subject)
{
    if (params->user != NULL) {
        return say(judging, "application %s acts as %s", subject, params->user);
    }
    if (params->redirect != NULL) {
        return say(judging, "application %s redirects to %s", subject, params->redirect);
    }
    return say(judging, "application %s is there", subject);
}

static void judge_application(struct judging *judging, const struct oauth_app_params *params,
                              const struct row *row)
{
    const char *name = row_get(row, "name");
    const char *subject = text_is_empty(name) ? params->client_id : name;
    if (!grant_fits(judging, params, row) || !user_fits(judging, params, row) ||
        !redirect_fits(judging, params, row)) {
        judging->finding->cause_subject = subject;
        return;
    }
    if (!lifespan_fits(judging, params, row, subject)) {
        return;
    }
    if (params->want.n_items == 0) {
        judge_pass(judging, pass_words(judging, params, subject));
    } else {
        judge_row(judging, "oauth_entity", row, &params->want, causes, ARRAY_LEN(causes), NULL,
                  subject);
    }
    rules_out(judging, "oauth-app-missing");
}

/* The usual columns, and those a pack wants besides. */
static struct question question_for(const struct judging *judging,
                                    const struct oauth_app_params *params)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "oauth_entity",
                                .key = "client_id",
                                .value = params->client_id};
    want_columns(judging, &question, columns);
    for (size_t i = 0; i < params->want.n_items; i++) {
        strings_add_unique(judging->arena, &question.fields, params->want.items[i].key);
    }
    return question;
}

/* The row was not seen, but a token of this very application shows as whom it acts; not when the
 * call counted as one of guest, which is what a token that counts for nothing looks like too. */
static void judge_by_echo(struct judging *judging, const struct oauth_app_params *params)
{
    const struct credential *credential = own_credential(judging);
    if (params->user == NULL || credential == NULL || credential->kind != CREDENTIAL_OAUTH_CLIENT ||
        !text_equal(credential->client_id, params->client_id)) {
        return;
    }
    struct question question = identity_question(judging, credential->name);
    const struct answer *echo = ask(judging, &question);
    if (echo == NULL || text_is_empty(echo->user_name) ||
        text_equal_nocase(echo->user_name, "guest") ||
        text_equal_nocase(echo->user_name, params->user)) {
        return;
    }
    judging->finding->wanted = say(judging, "OAuth Application User %s", params->user);
    judging->finding->because = NULL;
    judge_fail(
        judging, "oauth-app-user", params->client_id,
        say(judging, "calls with a token of the application are made as %s", echo->user_name));
}

static void oauth_app_judge(struct judging *judging, const void *given)
{
    const struct oauth_app_params *params = given;
    struct reading reading = read_configuration(judging, question_for(judging, params), LIST_LAST);
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
    if (reading.presence == PRESENCE_UNTOLD) {
        judge_by_echo(judging, params);
    }
    if (reading.presence != PRESENCE_FOUND) {
        return;
    }
    if (reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS, "two applications have this Client ID");
        return;
    }
    judge_application(judging, params, &reading.rows[0]);
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
