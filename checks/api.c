/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api: a GET of a path of the REST API is answered to the integration.
 *
 * An effect, seen with the integration's own credential: 2xx, JSON with `result`. A path that is
 * not there is 400 or 404 "Requested URI does not represent any resource"; a 401 on this path of a
 * credential that was accepted on the vendor's first path is its access policy; a 403 is
 * authorisation. Source: ServiceNow's pages REST API HTTP response codes and Create a REST API
 * access policy.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/refusal.h"

struct api_params {
    const char *path;
    const char *admits;
};

static const char *const admits_choices[] = {"api-key", "basic", "oauth", NULL};

static const struct field api_fields[] = {
    FIELD(struct api_params, path, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_PATH,
          "path on the instance, from /api/ on; it is called with GET"),
    FIELD_CHOICE(struct api_params, admits, FIELD_OPTIONAL, admits_choices,
                 "the kind of credential that must be let in; by default the pack's own"),
};

static const char *kind_word(enum credential_kind kind)
{
    switch (kind) {
    case CREDENTIAL_API_KEY:
        return "api-key";
    case CREDENTIAL_BASIC:
        return "basic";
    case CREDENTIAL_OAUTH_CLIENT:
    case CREDENTIAL_OAUTH_PASSWORD:
    case CREDENTIAL_OAUTH_REFRESH:
    case CREDENTIAL_TOKEN:
        break;
    }
    return "oauth";
}

/* Law 4: an answer shows something of the credential only where one shows that it counts. */
static void judge_answered(struct judging *judging, const struct api_params *params,
                           const struct exchange *exchange)
{
    struct question question = first_call_question(judging);
    struct question echo = identity_question(judging, judging->pack->credential);
    const struct answer *first = ask(judging, &question);
    if (first == NULL) {
        return;
    }
    bool counts = first->acceptance == ACCEPTANCE_ACCEPTED;
    if (!counts) {
        const struct answer *identity = ask(judging, &echo);
        if (identity == NULL) {
            return;
        }
        counts = identity->acceptance == ACCEPTANCE_ACCEPTED;
    }
    if (!counts) {
        judge_unknown(judging, REASON_GUEST,
                      "it answered, and nothing shows that the credential counted");
        return;
    }
    judge_pass(judging,
               say(judging, "GET %s is answered (status %d)", params->path, exchange->status));
    rules_out(judging, "api-missing");
}

static void api_judge(struct judging *judging, const void *given)
{
    const struct api_params *params = given;
    const struct credential *credential = own_credential(judging);
    judging->finding->wanted = say(judging, "an answer to GET %s", params->path);
    judging->finding->link = list_link(judging, "sys_api_access_policy", "active=true");
    if (credential == NULL) {
        judge_blocked(judging, REASON_CREDENTIAL_NOT_TRIED, "no credential was given");
        return;
    }
    if (params->admits != NULL && !text_equal(params->admits, kind_word(credential->kind))) {
        judge_blocked(
            judging, REASON_CREDENTIAL_NOT_TRIED,
            say(judging, "no credential of the kind %s was given to call it with", params->admits));
        return;
    }
    const struct question question = {
        .kind = QUESTION_API, .credential = judging->pack->credential, .path = params->path};
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL || judge_refusal(judging, answer, params->path, "read-denied")) {
        return;
    }
    if (answer->exchange != NULL && answer->exchange->outcome == OUTCOME_NO_RECORD) {
        judge_unknown(judging, REASON_FILTERED,
                      "the API is there, and the record the path names is not, or is hidden");
        return;
    }
    if (answer->reason != REASON_NONE || answer->exchange == NULL) {
        judge_untold(judging, answer);
        return;
    }
    judge_answered(judging, params, answer->exchange);
}

const struct kind kind_api = {
    .schema = {.name = "api",
               .summary = "A path of the REST API answers the integration",
               .fields = api_fields,
               .n_fields = ARRAY_LEN(api_fields),
               .params_size = sizeof(struct api_params)},
    .judge = api_judge,
};
