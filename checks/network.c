/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network: the name resolves, the connection stands, TLS is trusted; or, with `max_clock_skew_s`,
 * this machine's clock and the instance's Date header agree.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

struct network_params {
    int64_t max_clock_skew_s;
};

static const struct field network_fields[] = {
    FIELD(struct network_params, max_clock_skew_s, FIELD_FROM_ONE,
          "judge the clocks instead: the largest difference, in seconds"),
};

struct failure {
    enum outcome outcome;
    const char *cause;
    const char *seen;
};

static const struct failure failures[] = {
    {OUTCOME_DNS_FAILURE, "dns-failure", "the host name does not resolve"},
    {OUTCOME_PROXY_REFUSED, "proxy-refused", "the proxy refused the connection"},
    {OUTCOME_TLS_UNTRUSTED, "tls-untrusted", "the certificate's chain is not trusted here"},
    {OUTCOME_TLS_NAME_MISMATCH, "tls-name-mismatch", "the certificate is for another name"},
    {OUTCOME_TLS_HANDSHAKE, "tls-handshake", "the TLS handshake failed"},
};

static void judge_clock(struct judging *judging, const struct exchange *exchange, int64_t most)
{
    judging->finding->wanted = say(judging, "at most %lld s apart", (long long)most);
    if (exchange->date == 0) {
        judge_unknown(judging, REASON_UNDOCUMENTED, "the answer carried no Date header");
        return;
    }
    int64_t skew = exchange->date - judging->now;
    const char *seen = say(judging, "the instance's clock is %lld s %s", llabs((long long)skew),
                           skew < 0 ? "behind" : "ahead");
    if (llabs((long long)skew) <= most) {
        judge_pass(judging, seen);
    } else {
        judge_fail(judging, "clock-skew", judging->target->instance.host, seen);
    }
}

static const char *own_words(const struct judging *judging, const struct exchange *exchange,
                             const char *seen)
{
    return exchange->detail == NULL ? seen : say(judging, "%s (%s)", seen, exchange->detail);
}

/* That the chain is trusted holds until a day, which is told where it is known. */
static const char *trust_text(struct judging *judging, const struct exchange *exchange)
{
    if (judging->target->instance.is_loopback) {
        return "";
    }
    if (exchange->certificate_until == 0) {
        return "; TLS is trusted";
    }
    return say(judging, "; TLS is trusted, the certificate is valid until %.10s",
               utc_format(judging->arena, exchange->certificate_until));
}

/* An answer that began shows that there was a connection; without one, it cannot be told. */
static void judge_late(struct judging *judging, const struct exchange *exchange)
{
    bool has_begun = exchange->status != 0;
    judge_unknown(judging, REASON_TIMEOUT,
                  has_begun ? "an answer began and did not end in time" : "no answer came in time");
    judging->finding->cause_subject = judging->target->instance.host;
    if (!has_begun) {
        points_to(judging, "connect-failure");
        judging->finding->causes_are_alternatives = true;
    }
    points_to(judging, "instance-unavailable");
}

static void judge_connection(struct judging *judging, const struct exchange *exchange)
{
    const char *host = judging->target->instance.host;
    judging->finding->wanted = say(judging, "an HTTPS answer from %s", host);
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (exchange->outcome == failures[i].outcome) {
            judge_fail(judging, failures[i].cause, host,
                       own_words(judging, exchange, failures[i].seen));
            return;
        }
    }
    switch (exchange->outcome) {
    case OUTCOME_CONNECT_FAILURE:
    case OUTCOME_CONNECTION_LOST:
        judge_blocked(judging, REASON_NO_ANSWER,
                      own_words(judging, exchange, "no connection came about"));
        points_to(judging, "connect-failure");
        judging->finding->cause_subject = host;
        break;
    case OUTCOME_TIMEOUT:
    case OUTCOME_NONE:
        judge_late(judging, exchange);
        break;
    default:
        judge_pass(judging, say(judging, "%s answers%s", host, trust_text(judging, exchange)));
        break;
    }
}

static void network_judge(struct judging *judging, const void *given)
{
    const struct network_params *params = given;
    struct question question = gate_question(judging);
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return;
    }
    if (answer->exchange == NULL) {
        judge_untold(judging, answer);
    } else if (params->max_clock_skew_s == 0) {
        judge_connection(judging, answer->exchange);
    } else if (answer->exchange->status == 0) {
        judge_blocked(judging, REASON_NO_ANSWER, "no answer came");
    } else {
        judge_clock(judging, answer->exchange, params->max_clock_skew_s);
    }
}

const struct kind kind_network = {
    .schema = {.name = "network",
               .summary =
                   "The instance can be reached: name, connection, TLS; or: the clocks agree",
               .fields = network_fields,
               .n_fields = ARRAY_LEN(network_fields),
               .params_size = sizeof(struct network_params)},
    .judge = network_judge,
};
