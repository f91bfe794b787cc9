/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance: what answers is a ServiceNow node, awake, and lets this address talk to it; or, with
 * `refuses_guests`, it serves nobody without a credential. Judged from the one call without any
 * credential: an awake node refuses it with 401 and its JSON envelope.
 *
 * name_fits: the property instance_name holds the instance's own name, which under service-now.com
 * is the first label of its host; another name is that of the instance it was cloned from, and
 * users, keys, applications and policies came with it. A clone preserver can keep the property, so
 * a name that fits is no proof. Sources: "Create a clone preserver" in the product documentation;
 * public runbooks of what to look at after a clone.
 */
#include <string.h>

#include "checks/evidence.h"
#include "checks/kinds.h"

struct instance_params {
    bool refuses_guests;
    bool name_fits;
};

static const struct field instance_fields[] = {
    FIELD(struct instance_params, refuses_guests, FIELD_OPTIONAL,
          "judge instead whether calls without a credential are refused"),
    FIELD(struct instance_params, name_fits, FIELD_OPTIONAL,
          "judge instead whether the instance calls itself what its address calls it"),
};

/* How each answer to a call without a credential is judged; outcomes not listed are a node's own
 * answers. */
struct gate_row {
    enum outcome outcome;
    enum verdict verdict;
    enum reason reason;
    const char *cause;
    const char *text;
};

static const struct gate_row rows[] = {
    {OUTCOME_HIBERNATING, VERDICT_UNKNOWN, REASON_HIBERNATING, "instance-hibernating",
     "the developer instance is asleep"},
    {OUTCOME_LOGIN_PAGE, VERDICT_UNKNOWN, REASON_LOGIN_PAGE, "login-page",
     "a sign-on page answers on the API path"},
    {OUTCOME_RATE_LIMITED, VERDICT_UNKNOWN, REASON_RATE_LIMITED, "rate-limited",
     "a rate limit rule refuses calls"},
    {OUTCOME_BUSY, VERDICT_UNKNOWN, REASON_BUSY, "instance-unavailable",
     "the instance is busy or not up"},
    {OUTCOME_SERVER_ERROR, VERDICT_UNKNOWN, REASON_BUSY, "instance-unavailable",
     "the instance answers with a server error"},
    {OUTCOME_TRUNCATED, VERDICT_UNKNOWN, REASON_TRUNCATED, "instance-unavailable",
     "the answer broke off"},
    {OUTCOME_REDIRECT, VERDICT_FAIL, REASON_NONE, "not-servicenow",
     "the call is redirected instead of answered"},
    {OUTCOME_NOT_JSON, VERDICT_FAIL, REASON_NONE, "not-servicenow",
     "something answers that is not the REST API of ServiceNow"},
    {OUTCOME_DENIED, VERDICT_UNKNOWN, REASON_DENIED, "ip-restricted",
     "the call is refused with 403 before a credential was looked at"},
};

/* Products that put their name on what they refuse. */
static const char *const edge_brands[] = {"cloudflare", "akamai",   "zscaler", "imperva",
                                          "big-ip",     "f5",       "squid",   "forcepoint",
                                          "netskope",   "incapsula"};

static const char *brand_of(const struct exchange *exchange)
{
    const char *texts[] = {exchange->server, exchange->excerpt, exchange->detail};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        for (size_t b = 0; texts[i] != NULL && b < ARRAY_LEN(edge_brands); b++) {
            if (text_contains_nocase(texts[i], edge_brands[b])) {
                return edge_brands[b];
            }
        }
    }
    return NULL;
}

/* What only an application node says: its envelope, or a result. */
static bool is_own_answer(enum outcome outcome)
{
    return outcome >= OUTCOME_RESULT && outcome <= OUTCOME_BAD_REQUEST && outcome != OUTCOME_TOKEN;
}

/* 403 (or 404) without ServiceNow's envelope: an address rule of the instance, or something before
 * it; 401 is no rule's. The Global Blocking Policy can be set to answer 404 ("Configure adaptive
 * authentication properties"); any other web server does so where it has no such path. */
static void judge_forbidden(struct judging *judging, const struct exchange *exchange)
{
    const char *brand = exchange->is_from_node ? NULL : brand_of(exchange);
    const char *host = judging->target->instance.host;
    if (brand != NULL) {
        judge_fail(
            judging, "edge-blocked", host,
            say(judging, "status %d from %s, which is not ServiceNow", exchange->status, brand));
        return;
    }
    bool is_no_rule = exchange->status == 404 || exchange->status == 401;
    bool may_be_anything = is_no_rule && !exchange->is_from_node;
    judge_fail(judging, may_be_anything ? "not-servicenow" : "ip-restricted", host,
               say(judging, "status %d before any credential was looked at", exchange->status));
    if (!exchange->is_from_node) {
        bool may_be_a_rule = may_be_anything && exchange->status != 401;
        points_to(judging, may_be_a_rule ? "ip-restricted" : "edge-blocked");
        judging->finding->causes_are_alternatives = true;
    }
}

static bool is_network_failure(const struct exchange *exchange)
{
    return exchange == NULL || exchange->status == 0;
}

static void judge_gate_row(struct judging *judging, const struct gate_row *row,
                           const struct exchange *exchange)
{
    const char *seen = say(judging, "%s (status %d)", row->text, exchange->status);
    const char *cause = row->cause;
    if (row->outcome == OUTCOME_BUSY && exchange->status == 429) {
        cause = "instance-busy";
    }
    if (row->verdict == VERDICT_FAIL) {
        judge_fail(judging, cause, judging->target->instance.host, seen);
        return;
    }
    judge_unknown(judging, row->reason, seen);
    judging->finding->cause_subject = judging->target->instance.host;
    points_to(judging, cause);
    if (cause != row->cause && !exchange->is_from_node) { /* or a gateway limits calls */
        points_to(judging, "edge-blocked");
        judging->finding->causes_are_alternatives = true;
    }
    if (row->outcome == OUTCOME_DENIED) { /* or guests are served, and have no rights here */
        points_to(judging, "guest-access");
        judging->finding->causes_are_alternatives = true;
    }
}

static void judge_node(struct judging *judging, const struct exchange *exchange)
{
    if (exchange->outcome == OUTCOME_FORBIDDEN) {
        judge_forbidden(judging, exchange);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (exchange->outcome == rows[i].outcome) {
            judge_gate_row(judging, &rows[i], exchange);
            return;
        }
    }
    if (!is_own_answer(exchange->outcome)) {
        judge_blocked(judging, REASON_NO_ANSWER, "an answer began and never came to its end");
        return;
    }
    judge_pass(judging, "ServiceNow answers, awake");
    rules_out(judging, "ip-restricted");
    rules_out(judging, "edge-blocked");
    rules_out(judging, "instance-hibernating");
    rules_out(judging, "not-servicenow");
}

/* Source: "API request authorization" in the product documentation (glide.basicauth.required.api).
 */
static void judge_guests(struct judging *judging, const struct exchange *exchange)
{
    judging->finding->wanted = "401 for a call without a credential";
    if (exchange->outcome == OUTCOME_UNAUTHENTICATED) {
        judge_pass(judging, "a call without a credential is refused");
        rules_out(judging, "guest-access");
    } else if (exchange->outcome == OUTCOME_RESULT) {
        judge_fail(judging, "guest-access", judging->target->instance.host,
                   "a call without a credential is served");
    } else if (is_own_answer(exchange->outcome)) {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      say(judging, "a call without a credential got status %d", exchange->status));
    } else {
        judge_blocked(judging, REASON_NO_ANSWER, "ServiceNow itself did not answer");
    }
}

/* ---- The name it calls itself ---- */

/* The first label of a host under service-now.com, where it is the instance's name; else NULL. */
static const char *name_in_host(const struct judging *judging)
{
    static const char domain[] = ".service-now.com";
    const char *host = judging->target->instance.host;
    const char *dot = host == NULL ? NULL : strchr(host, '.');
    bool is_name = dot != NULL && dot > host && text_equal_nocase(dot, domain);
    return is_name ? say(judging, "%.*s", (int)(dot - host), host) : NULL;
}

static void judge_name(struct judging *judging, const char *wanted, const char *name)
{
    if (text_is_empty(name)) {
        judge_unknown(judging, name == NULL ? REASON_FIELD_HIDDEN : REASON_UNDOCUMENTED,
                      name == NULL ? "value never came back: hidden from this account"
                                   : "instance_name is empty");
    } else if (value_fits(judging->arena, name, wanted)) {
        judge_pass(judging, say(judging, "instance_name = %s", name));
        rules_out(judging, "instance-cloned");
    } else {
        judge_fail(judging, "instance-cloned", say(judging, "it calls itself %s", name),
                   say(judging, "instance_name = %s", name));
        judging->finding->because = "a clone brings users, keys, applications and policies of the "
                                    "instance it was made from";
    }
}

/* Every instance has the property, so where none comes back it was hidden. */
static void judge_name_fits(struct judging *judging)
{
    static const char *columns[] = {"name", "value", "type"};
    const char *wanted = name_in_host(judging);
    if (wanted == NULL) {
        judging->finding->wanted = "an address under service-now.com, which holds its name";
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      "an address of another domain does not say what the instance is called");
        return;
    }
    struct reading reading = read_configuration(judging,
                                                (struct question){.kind = QUESTION_ROWS,
                                                                  .table = "sys_properties",
                                                                  .key = "name",
                                                                  .value = "instance_name",
                                                                  .control = "instance_name",
                                                                  .fields = {columns, 3}},
                                                LIST_NEVER);
    judging->finding->link = list_link(judging, "sys_properties", "name=instance_name");
    judging->finding->wanted = say(judging, "instance_name = %s", wanted);
    if (reading.presence == PRESENCE_ABSENT || reading.presence == PRESENCE_NO_TABLE) {
        judge_unknown(judging, REASON_FILTERED, "instance_name never came back");
    } else if (reading.presence == PRESENCE_FOUND && reading.n_rows > 1) {
        judge_unknown(judging, REASON_AMBIGUOUS, "two records bear this name");
    } else if (reading.presence == PRESENCE_FOUND) {
        judge_name(judging, wanted, row_get(&reading.rows[0], "value"));
    }
}

static void instance_judge(struct judging *judging, const void *given)
{
    const struct instance_params *params = given;
    if (params->name_fits) {
        judge_name_fits(judging);
        return;
    }
    struct question question = gate_question(judging);
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    judging->finding->wanted = "ServiceNow's REST API, awake";
    if (answer->reason == REASON_NOT_RECORDED || answer->reason == REASON_STALE) {
        judge_untold(judging, answer);
    } else if (is_network_failure(answer->exchange)) {
        judge_blocked(judging, REASON_NO_ANSWER, "nothing answered");
    } else if (params->refuses_guests) {
        judging->finding->link =
            list_link(judging, "sys_properties", "name=glide.basicauth.required.api");
        judge_guests(judging, answer->exchange);
    } else {
        judging->finding->link = list_link(judging, "ip_access", "active=true");
        judge_node(judging, answer->exchange);
    }
}

const struct kind kind_instance = {
    .schema = {.name = "instance",
               .summary = "What answers is ServiceNow, awake, and open to this address",
               .fields = instance_fields,
               .n_fields = ARRAY_LEN(instance_fields),
               .params_size = sizeof(struct instance_params)},
    .judge = instance_judge,
};
