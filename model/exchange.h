/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and what came back, as reports and diagnosis see it. Nothing in it is secret: URLs
 * are redacted, token answers are not kept, excerpts are short.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/source.h"

/*
 * What kind of answer it was: status, structure and, where the platform words it, text. Decided
 * once, when the response arrives; nobody compares status codes later.
 */
enum outcome {
    OUTCOME_NONE,             /* not sent, or not finished when the run ended */
    OUTCOME_RESULT,           /* 2xx, JSON with `result`; or 204 to a DELETE */
    OUTCOME_TOKEN,            /* 200 from the token endpoint with an access token */
    OUTCOME_UNAUTHENTICATED,  /* 401 with ServiceNow's JSON envelope */
    OUTCOME_MFA_REQUIRED,     /* the same with `X-MFA_TOKEN: invalid` */
    OUTCOME_DENIED,           /* 403 with the envelope, none of the cases below */
    OUTCOME_CLOSED,           /* 403 "Failed API level ACL Validation" */
    OUTCOME_QUERY_DENIED,     /* 403 "Insufficient rights to query records" */
    OUTCOME_SCOPE_MISSING,    /* 403 "Missing required api access scope" */
    OUTCOME_SCOPE_RESTRICTED, /* 403 "Access to unscoped api is not allowed" */
    OUTCOME_WRITE_DENIED,     /* 403 "ACL Exception … Failed due to security constraints" */
    OUTCOME_MANDATORY, /* 403 "Data Policy Exception: The following fields are mandatory: …" */
    OUTCOME_ABORTED,   /* 403 "… was aborted by Business Rule …" */
    OUTCOME_INVALID_TABLE, /* 400 "Invalid table …" */
    OUTCOME_NO_RESOURCE,   /* 400 or 404 "Requested URI does not represent any resource" */
    OUTCOME_NO_RECORD,     /* 404 "No Record found" */
    OUTCOME_BAD_REQUEST,   /* another 4xx with the envelope */
    OUTCOME_FORBIDDEN, /* 401, 403 or 404 without the envelope: an address rule, a policy or an edge
                        */
    OUTCOME_RATE_LIMITED,     /* 429 with X-RateLimit-* */
    OUTCOME_BUSY,             /* 429 without, or 502, 503, 504, or a cancelled transaction */
    OUTCOME_TOKEN_REFUSED,    /* the token endpoint said no (its catch-all) */
    OUTCOME_TOKEN_USER_UNSET, /* 400 "integration user is not configured" */
    OUTCOME_HIBERNATING,      /* the page of a sleeping developer instance, whatever its status */
    OUTCOME_LOGIN_PAGE,       /* a sign-on page, or a redirect to one */
    OUTCOME_REDIRECT,         /* another 3xx; never followed */
    OUTCOME_NOT_JSON,         /* 2xx without an answer in it */
    OUTCOME_TRUNCATED,        /* the body was cut, or is larger than we read */
    OUTCOME_SERVER_ERROR,     /* another 5xx */
    OUTCOME_DNS_FAILURE,
    OUTCOME_CONNECT_FAILURE,
    OUTCOME_PROXY_REFUSED,
    OUTCOME_TLS_UNTRUSTED,
    OUTCOME_TLS_NAME_MISMATCH,
    OUTCOME_TLS_HANDSHAKE,
    OUTCOME_CONNECTION_LOST,
    OUTCOME_TIMEOUT, /* this request's or the run's time ended */

    N_OUTCOMES
};

struct exchange {
    enum source source;
    int64_t taken;          /* when, in seconds since 1970, where it is not live; else 0 */
    int n;                  /* from 1, in the order of sending */
    int wave;               /* from 0 */
    const char *credential; /* its name in the target; "none" without one */
    const char *method;
    const char *url;
    int status;         /* HTTP status; 0 when none came */
    int64_t ms;         /* from sending to the last byte */
    int64_t started_ms; /* since the run began: the timeline of reports */
    int64_t bytes;      /* of the body, as received */
    bool reused;        /* on a connection that was already open */
    bool is_http2;
    enum outcome outcome;

    /* What diagnosis looks at. NULL when it was not there. */
    const char *message; /* error.message, or `error` of the token endpoint */
    const char *detail;  /* error.detail, or `error_description`; or the transport's own words */
    const char
        *excerpt; /* the first characters of a body that is no JSON: its title, if it has one */
    const char *server; /* header Server */
    const char *www_authenticate;
    const char *transaction_id; /* header X-Transaction-ID */
    const char *is_logged_in;   /* header X-Is-Logged-In */
    const char *location;       /* header Location, redacted */
    const char *rate_limit_rule;
    int64_t retry_after_s;     /* -1 when not told */
    int64_t date;              /* header Date in seconds since 1970; 0 when not told */
    int64_t certificate_until; /* when the server's certificate ends; 0 when not told, as on a
                                  connection that was already open */
    bool
        is_from_node; /* carries X-Transaction-ID or X-Is-Logged-In: an application node answered */
    const char *why;  /* the checks it was sent for, comma separated */
};
