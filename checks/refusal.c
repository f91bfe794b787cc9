/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals. Wordings and their meaning: ServiceNow's page REST API HTTP response codes, its API
 * reference (Table API), and responses recorded from instances.
 */
#include "checks/refusal.h"

#include "checks/evidence.h"

struct refusal {
    enum outcome outcome;
    const char *cause; /* NULL: the caller's */
    const char *seen;
};

static const struct refusal refusals[] = {
    {OUTCOME_DENIED, NULL, "refused"},
    {OUTCOME_QUERY_DENIED, NULL, "refused"},
    {OUTCOME_SCOPE_MISSING, "oauth-scope-unlinked",
     "the token lacks the REST API auth scope of this API"},
    {OUTCOME_SCOPE_RESTRICTED, "oauth-scope-restricted",
     "the application may call only APIs of its own scopes"},
    {OUTCOME_INVALID_TABLE, "table-missing", "the table does not exist on this instance"},
    {OUTCOME_NO_RESOURCE, "api-missing", "there is no such API, version or resource here"},
};

/*
 * 403 "Failed API level ACL Validation": this table or API, or the whole REST API. The caller's own
 * row in sys_user is the control.
 */
static void judge_closed(struct judging *judging, const struct answer *answer, const char *subject)
{
    struct question question = identity_question(judging, judging->pack->credential);
    const struct answer *control = ask(judging, &question);
    if (control == NULL) {
        return;
    }
    enum outcome outcome = control->exchange == NULL ? OUTCOME_NONE : control->exchange->outcome;
    judge_fail(judging, NULL, subject,
               say(judging, "refused with %d: closed to REST", answer->exchange->status));
    if (outcome != OUTCOME_CLOSED) {
        points_to(judging, answer->question.kind == QUESTION_API ? "read-denied" : "table-closed");
    }
    if (outcome != OUTCOME_RESULT || answer->question.kind == QUESTION_API) {
        points_to(judging, "rest-api-role-missing");
    }
    judging->finding->causes_are_alternatives = judging->finding->causes.n_items > 1;
}

/* 401 on this call alone: the policy that admits the credential does not cover it, or a more
 * specific one wins here. */
static void judge_not_admitted(struct judging *judging, const struct answer *answer,
                               const char *subject)
{
    struct question question = first_call_question(judging);
    const struct answer *first = ask(judging, &question);
    if (first == NULL) {
        return;
    }
    if (first->acceptance != ACCEPTANCE_ACCEPTED) {
        judge_untold(judging, answer);
        return;
    }
    judge_fail(judging, "policy-coverage", subject,
               say(judging, "refused with %d here, while the first call was accepted",
                   answer->exchange->status));
    points_to(judging, "policy-outranked");
    judging->finding->causes_are_alternatives = true;
}

static const char *words_of(const struct judging *judging, const struct exchange *exchange)
{
    const char *words = exchange->detail != NULL ? exchange->detail : exchange->message;
    return words == NULL ? "" : say(judging, ", \"%s\"", words);
}

/* With a key there is no application: what is too narrow is the auth scope on the key itself. */
static bool judge_key_scope(struct judging *judging, const struct exchange *exchange)
{
    const struct credential *credential = own_credential(judging);
    bool is_about_scope =
        exchange->outcome == OUTCOME_SCOPE_MISSING || exchange->outcome == OUTCOME_SCOPE_RESTRICTED;
    if (!is_about_scope || credential == NULL || credential->kind != CREDENTIAL_API_KEY) {
        return false;
    }
    judge_fail(judging, "api-key-scope", NULL,
               say(judging, "the key's auth scope does not open this API (status %d%s)",
                   exchange->status, words_of(judging, exchange)));
    return true;
}

bool judge_refusal(struct judging *judging, const struct answer *answer, const char *subject,
                   const char *denied_cause)
{
    const struct exchange *exchange = answer->exchange;
    if (exchange == NULL) {
        return false;
    }
    if (exchange->outcome == OUTCOME_UNAUTHENTICATED) {
        judge_not_admitted(judging, answer, subject);
        return true;
    }
    if (exchange->outcome == OUTCOME_CLOSED) {
        judge_closed(judging, answer, subject);
        return true;
    }
    if (judge_key_scope(judging, exchange)) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        if (exchange->outcome == refusals[i].outcome) {
            const char *cause = refusals[i].cause != NULL ? refusals[i].cause : denied_cause;
            judge_fail(judging, cause, subject,
                       say(judging, "%s (status %d%s)", refusals[i].seen, exchange->status,
                           words_of(judging, exchange)));
            return true;
        }
    }
    return false;
}
