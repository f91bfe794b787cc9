/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credential: the instance accepts the credential; with `user`, it belongs to that user; with `of:
 * auditor`, the same of the auditor; with `kinds`, it is of a kind the vendor can use at all.
 * Accepted means more than an answer: the same call was refused without the credential, or the
 * caller was echoed as a named user.
 */
#include "base/clock.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/token_expiry.h"
#include "model/names.h"

struct credential_params {
    const char *of;
    const char *user;
    struct strings kinds;
};

static const char *const of_choices[] = {"auditor", "integration", NULL};

static const struct field credential_fields[] = {
    FIELD_CHOICE(struct credential_params, of, FIELD_OPTIONAL, of_choices,
                 "whose: integration (the default) or auditor"),
    FIELD(struct credential_params, user, FIELD_OPTIONAL,
          "judge whom it belongs to instead: the User ID expected"),
    FIELD(struct credential_params, kinds, FIELD_OPTIONAL,
          "judge of what kind it is instead: the kinds allowed, as a target calls them"),
};

/* What a user other than the expected one is called, by the kind of credential. */
static const char *other_user_cause(enum credential_kind kind)
{
    switch (kind) {
    case CREDENTIAL_API_KEY:
        return "api-key-user";
    case CREDENTIAL_OAUTH_CLIENT:
        return "oauth-app-user";
    case CREDENTIAL_BASIC:
    case CREDENTIAL_OAUTH_PASSWORD:
    case CREDENTIAL_OAUTH_REFRESH:
    case CREDENTIAL_TOKEN:
        break;
    }
    return NULL;
}

/* Whom and what a cause behind the refusal would be about. An API key is looked at by a plugin of
 * its own ("Activate API key and HMAC" in the product documentation). */
static void tell_what_was_refused(struct judging *judging, const struct credential *credential)
{
    bool is_key = credential->kind == CREDENTIAL_API_KEY;
    is_about(judging, "credential", credential->name);
    is_about(judging, "user",
             credential->user_name != NULL ? credential->user_name
                                           : pairs_get(&judging->pack->parameters, "service_user"));
    is_about(judging, "client", credential->client_id);
    is_about(judging, "plugin", is_key ? "com.glide.tokenbased_auth" : NULL);
    is_about(judging, "call", call_name(judging, "GET", judging->pack->first_table));
    is_about(judging, "kind", credential_kind_name(credential->kind));
}

static const char *status_text(const struct judging *judging, const struct exchange *exchange)
{
    if (exchange == NULL) {
        return "no answer";
    }
    return exchange->message == NULL
               ? say(judging, "status %d", exchange->status)
               : say(judging, "status %d, \"%s\"", exchange->status, exchange->message);
}

/* A refusal by ServiceNow has its envelope, or the words of the token endpoint; this one came from
 * somewhere else. */
static bool is_of_an_edge(const struct exchange *exchange)
{
    return exchange != NULL && exchange->outcome == OUTCOME_FORBIDDEN && !exchange->is_from_node;
}

/* `cause`: what it would be if it were the instance's all the same, of `subject`. */
static void judge_refused_before(struct judging *judging, const struct credential *credential,
                                 const struct exchange *exchange, const char *cause,
                                 const char *subject)
{
    judge_fail(judging, "edge-blocked", subject,
               say(judging, "refused: %s", status_text(judging, exchange)));
    tell_what_was_refused(judging, credential);
    is_about(judging, "edge-blocked", judging->target->instance.host);
    points_to(judging, cause);
    judging->finding->causes_are_alternatives = true;
    judging->finding->because = "the refusal came without ServiceNow's own words and without the "
                                "headers of an application node";
}

static void judge_no_token(struct judging *judging, const struct credential *credential,
                           const struct answer *answer)
{
    const struct exchange *exchange = answer->token_exchange;
    bool lacks_user = exchange != NULL && exchange->outcome == OUTCOME_TOKEN_USER_UNSET;
    const char *subject = credential->client_id != NULL ? credential->client_id : credential->name;
    if (is_of_an_edge(exchange)) {
        judge_refused_before(judging, credential, exchange, "token-refused", subject);
        return;
    }
    judge_fail(judging, lacks_user ? "oauth-app-user-unset" : "token-refused", subject,
               say(judging, "no access token: %s", status_text(judging, exchange)));
    tell_what_was_refused(judging, credential);
    if (lacks_user) { /* empty, or a user that is gone: the answer is the same */
        points_to(judging, "user-missing");
        judging->finding->causes_are_alternatives = true;
    } else {
        judging->finding->because =
            "the token endpoint gives the same answer for many causes; it does not say which";
    }
}

static int64_t expiry_of(const struct judging *judging, const struct credential *credential)
{
    return credential_expiry(judging->arena, credential);
}

/* A JSON Web Token that was over before it was sent, by the instance's own clock; where this
 * machine's says otherwise, one of the two is wrong. */
static bool judge_expired(struct judging *judging, const struct credential *credential,
                          const struct exchange *exchange)
{
    int64_t expiry = expiry_of(judging, credential);
    if (expiry == 0 || exchange == NULL || exchange->date <= expiry) {
        return false;
    }
    judging->finding->is_no_proof = judging->now <= expiry;
    judge_fail(judging, "access-token-expired", credential->name,
               say(judging, "refused: %s; the token itself says that it ended at %s",
                   status_text(judging, exchange), utc_format(judging->arena, expiry)));
    tell_what_was_refused(judging, credential);
    return true;
}

/* It was issued a moment ago, or says that its time is not over, by the instance's clock. */
static bool has_fresh_token(const struct judging *judging, const struct credential *credential,
                            const struct exchange *exchange)
{
    bool is_dated = exchange != NULL && exchange->date != 0;
    return credential_needs_token(credential->kind) ||
           (is_dated && expiry_of(judging, credential) > exchange->date);
}

static void judge_refused(struct judging *judging, const struct credential *credential,
                          const struct answer *answer)
{
    const struct exchange *exchange = answer->exchange;
    bool wants_code = exchange != NULL && exchange->outcome == OUTCOME_MFA_REQUIRED;
    if (is_of_an_edge(exchange)) {
        judge_refused_before(judging, credential, exchange, "credential-refused", credential->name);
        return;
    }
    if (judge_expired(judging, credential, exchange)) {
        return;
    }
    judge_fail(judging, wants_code ? "mfa-required" : "credential-refused", credential->name,
               say(judging, "refused: %s", status_text(judging, exchange)));
    tell_what_was_refused(judging, credential);
    if (!wants_code) {
        judging->finding->because = "one 401 stands for many causes; the answer does not say which";
    }
    if (has_fresh_token(judging, credential, exchange)) {
        rules_out(judging, "access-token-expired");
    }
}

static void judge_unproven(struct judging *judging, const char *credential)
{
    struct question question = identity_question(judging, credential);
    const struct answer *identity = ask(judging, &question);
    if (identity == NULL) {
        return;
    }
    if (identity->acceptance == ACCEPTANCE_ACCEPTED) {
        judge_pass(judging, say(judging, "accepted as %s", identity->user_name));
        return;
    }
    judge_unknown(judging, REASON_GUEST,
                  "the instance answers this call without a credential too, so nothing shows that "
                  "the credential counted");
    judging->finding->cause_subject = credential;
    points_to(judging, "guest-access");
}

static void judge_accepted(struct judging *judging, const struct credential *credential,
                           const char *user_name)
{
    if (text_equal_nocase(user_name, "guest")) {
        judge_unknown(judging, REASON_GUEST,
                      "calls are made as guest, so nothing shows that the credential counted");
        judging->finding->cause_subject = credential->name;
        points_to(judging, "guest-access");
        return;
    }
    judge_pass(judging, user_name != NULL ? say(judging, "accepted as %s", user_name)
                                          : "accepted: the same call is refused without it");
    rules_out(judging, "credential-refused");
    rules_out(judging, "token-refused");
    rules_out(judging, "guest-access");
}

/* Whom an accepted credential calls as; effects say nothing without it. */
static void judge_caller(struct judging *judging, const struct credential *credential)
{
    struct question question = identity_question(judging, credential->name);
    const struct answer *identity = ask(judging, &question);
    if (identity != NULL) {
        judge_accepted(judging, credential, identity->user_name);
    }
}

static void judge_acceptance(struct judging *judging, const struct credential *credential,
                             const struct answer *answer)
{
    switch (answer->acceptance) {
    case ACCEPTANCE_ACCEPTED:
        if (answer->question.kind == QUESTION_IDENTITY) {
            judge_accepted(judging, credential, answer->user_name);
        } else {
            judge_caller(judging, credential);
        }
        break;
    case ACCEPTANCE_UNPROVEN:
        judge_unproven(judging, credential->name);
        break;
    case ACCEPTANCE_REFUSED:
        judge_refused(judging, credential, answer);
        break;
    case ACCEPTANCE_NO_TOKEN:
        judge_no_token(judging, credential, answer);
        break;
    case ACCEPTANCE_NOT_TRIED:
        judge_untold(judging, answer);
        break;
    }
}

/* Guest is no other user: whoever comes without a credential that counts is guest. */
static void judge_owner(struct judging *judging, const struct credential *credential,
                        const char *expected)
{
    struct question question = identity_question(judging, credential->name);
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    judging->finding->wanted = say(judging, "calls are made as %s", expected);
    if (answer->reason != REASON_NONE) {
        judge_untold(judging, answer);
    } else if (answer->user_name == NULL) {
        judge_unknown(judging, REASON_FILTERED, "the instance did not tell who the caller is");
    } else if (text_equal_nocase(answer->user_name, expected)) {
        judge_pass(judging, say(judging, "calls are made as %s", answer->user_name));
        rules_out(judging, "oauth-app-user");
        rules_out(judging, "api-key-user");
    } else {
        bool is_guest = text_equal_nocase(answer->user_name, "guest");
        judge_fail(judging, is_guest ? "guest-access" : other_user_cause(credential->kind),
                   is_guest ? credential->name : answer->user_name,
                   say(judging, "calls are made as %s", answer->user_name));
    }
}

static void judge_kind(struct judging *judging, const struct credential *credential,
                       const struct strings *kinds)
{
    const char *kind = credential_kind_name(credential->kind);
    judging->finding->wanted = strings_join(judging->arena, kinds, " or ");
    if (strings_have(kinds, kind)) {
        judge_pass(judging, say(judging, "the credential is of the kind %s", kind));
    } else {
        judge_fail(judging, NULL, credential->name,
                   say(judging, "the credential is of the kind %s", kind));
    }
}

/* A list by one column; all of it where the value is not known. */
static const char *link_by(const struct judging *judging, const char *table, const char *column,
                           const char *value)
{
    return list_link(judging, table,
                     text_is_empty(value) ? "" : say(judging, "%s=%s", column, value));
}

/* The record behind the credential. */
static const char *record_link(const struct judging *judging, const struct credential *credential)
{
    switch (credential->kind) {
    case CREDENTIAL_API_KEY:
        return list_link(judging, "api_key", "active=true");
    case CREDENTIAL_BASIC:
        return link_by(judging, "sys_user", "user_name", credential->user_name);
    case CREDENTIAL_OAUTH_CLIENT:
    case CREDENTIAL_OAUTH_PASSWORD:
    case CREDENTIAL_OAUTH_REFRESH:
        return link_by(judging, "oauth_entity", "client_id", credential->client_id);
    case CREDENTIAL_TOKEN:
        break;
    }
    return list_link(judging, "oauth_credential", "");
}

static void judge_not_given(struct judging *judging, bool is_auditor)
{
    if (is_auditor) {
        judging->finding->verdict = VERDICT_NOT_APPLICABLE;
        judging->finding->reason = REASON_CONDITION;
        judging->finding->because = "no auditor was given";
        return;
    }
    judge_blocked(judging, REASON_CREDENTIAL_NOT_TRIED, "no credential was given");
}

/* Nobody calls with it. */
static void judge_stood_in(struct judging *judging, const struct credential *credential)
{
    judging->finding->verdict = VERDICT_NOT_APPLICABLE;
    judging->finding->reason = REASON_CONDITION;
    judging->finding->because =
        say(judging, "no auditor was given: %s stands for one",
            credential->stands_in == SOURCE_SCRIPT ? "an admin's script" : "what was exported");
}

static void credential_judge(struct judging *judging, const void *given)
{
    const struct credential_params *params = given;
    bool is_auditor = text_equal(params->of, "auditor");
    const struct credential *credential =
        is_auditor ? target_credential(judging->target, "auditor") : own_credential(judging);
    if (credential == NULL) {
        judge_not_given(judging, is_auditor);
        return;
    }
    if (credential->stands_in != SOURCE_LIVE && is_auditor) {
        judge_stood_in(judging, credential);
        return;
    }
    judging->finding->link = record_link(judging, credential);
    if (params->user != NULL) {
        judge_owner(judging, credential, params->user);
        return;
    }
    if (params->kinds.n_items > 0) {
        judge_kind(judging, credential, &params->kinds);
        return;
    }
    judging->finding->wanted = "the instance accepts it";
    struct question question =
        is_auditor ? identity_question(judging, "auditor") : first_call_question(judging);
    const struct answer *answer = ask(judging, &question);
    if (answer != NULL) {
        judge_acceptance(judging, credential, answer);
    }
}

const struct kind kind_credential = {
    .schema = {.name = "credential",
               .summary = "The instance accepts the credential, or it belongs to the right user",
               .fields = credential_fields,
               .n_fields = ARRAY_LEN(credential_fields),
               .params_size = sizeof(struct credential_params)},
    .judge = credential_judge,
};
