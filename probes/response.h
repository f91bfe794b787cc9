/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a response means. Status and structure decide first, text second: the platform's messages
 * pass through its message catalogue and have changed between releases.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/exchange.h"
#include "model/verdict.h"

struct arena;
struct json;

/* What came over the wire. Pointers are the transport's and live as long as its scratch arena. */
struct response {
    enum outcome fault;     /* why no HTTP answer came; OUTCOME_NONE when one did */
    const char *fault_text; /* the transport's own words; NULL when there are none */
    int status;
    const char *body; /* never NULL when an answer came */
    size_t body_len;
    bool is_cut; /* the connection ended, or our limit was reached, before the body did */

    /* Headers; NULL when not there. Several of one name are joined by ", ". */
    const char *server;
    const char *www_authenticate;
    const char *transaction_id;
    const char *is_logged_in;
    const char *mfa_token;
    const char *location;
    const char *rate_limit;      /* any of X-RateLimit-Limit, -Reset, -Rule */
    const char *rate_limit_rule; /* X-RateLimit-Rule */
    int64_t rate_limit_requests; /* X-RateLimit-Limit: so many in an hour; -1 when not told */
    int64_t rate_limit_left;     /* X-RateLimit-Remaining, which gateways send; -1 when not told */
    const char *total_count;
    const char *link;
    int64_t retry_after_s; /* -1 when not told */
    int64_t date;          /* 0 when not told */

    int64_t certificate_until; /* in seconds since 1970; 0 when not told */

    int64_t started_ms; /* on the monotonic clock */
    int64_t ms;
    int n_connects;
    bool reused;
    bool is_http2;
};

/* How much of a page that is no JSON an exchange keeps. */
enum { EXCERPT_CHARACTERS = 200 };

/* The reading of a response. Texts are copied into the arena, and are not yet redacted. */
struct interpretation {
    enum outcome outcome;
    const char *message;
    const char *detail;
    const char *excerpt;
    const struct json *document; /* the whole body where it is JSON, else NULL */
};

/*
 * Decides what `response` is. `is_token_endpoint`: the answer of /oauth_token.do, whose errors have
 * a form of their own (RFC 6749, with ServiceNow's deviations) and of which no text is kept that
 * could hold a token.
 */
struct interpretation response_interpret(struct arena *arena, const struct response *response,
                                         bool is_token_endpoint);

/*
 * The status that a body usually comes with, for one that was copied without it: told by its form
 * and its words, 0 when they do not tell. *ret_is_token_endpoint: it has the form of the token
 * endpoint's answers.
 */
int response_usual_status(struct arena *arena, const char *body, size_t body_len,
                          bool *ret_is_token_endpoint);

/* True for an answer by ServiceNow's REST layer, whether it says yes or no. */
bool outcome_is_from_servicenow(enum outcome outcome);

/* True for a 401, in ServiceNow's words or not: the credential was refused. */
bool outcome_is_refusal(enum outcome outcome, int status);

/* Why a question stays open after such an outcome; REASON_NONE when the outcome answers it. */
enum reason outcome_reason(enum outcome outcome, int status);

/* Why everything else stays unasked after such an answer to the gate. */
enum reason outcome_blocks(enum outcome outcome);

/* True for the reasons that mean "never asked". */
bool reason_is_blocking(enum reason reason);
