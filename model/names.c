/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table a list, indexed by the enum.
 */
#include "model/names.h"

#include "base/strings.h"

static const char *const verdict_names[] = {
    [VERDICT_FAIL] = "fail",       [VERDICT_BLOCKED] = "blocked",
    [VERDICT_UNKNOWN] = "unknown", [VERDICT_PASS] = "pass",
    [VERDICT_WAIVED] = "waived",   [VERDICT_NOT_APPLICABLE] = "not-applicable",
};

static const char *const reason_names[] = {
    [REASON_NONE] = NULL,
    [REASON_DENIED] = "denied",
    [REASON_CLOSED] = "closed",
    [REASON_HIDDEN] = "hidden",
    [REASON_FIELD_HIDDEN] = "field-hidden",
    [REASON_FILTERED] = "filtered",
    [REASON_TRUNCATED] = "truncated",
    [REASON_NOT_JSON] = "not-json",
    [REASON_HIBERNATING] = "hibernating",
    [REASON_LOGIN_PAGE] = "login-page",
    [REASON_TIMEOUT] = "timeout",
    [REASON_RATE_LIMITED] = "rate-limited",
    [REASON_BUSY] = "busy",
    [REASON_GUEST] = "guest",
    [REASON_REFUSED] = "refused",
    [REASON_NEAR_LOCKOUT] = "near-lockout",
    [REASON_AUDITOR_REFUSED] = "auditor-refused",
    [REASON_NO_AUDITOR] = "no-auditor",
    [REASON_NOT_RECORDED] = "not-recorded",
    [REASON_STALE] = "stale",
    [REASON_AMBIGUOUS] = "ambiguous",
    [REASON_UNDOCUMENTED] = "undocumented",
    [REASON_CREDENTIAL_REFUSED] = "credential-refused",
    [REASON_CREDENTIAL_NOT_TRIED] = "credential-not-tried",
    [REASON_TOKEN_REFUSED] = "token-refused",
    [REASON_NO_ANSWER] = "no-answer",
    [REASON_NOT_SERVICENOW] = "not-servicenow",
    [REASON_CONDITION] = "condition",
    [REASON_SKIPPED] = "skipped",
    [REASON_NO_CONSENT] = "no-consent",
};

static const char *const severity_names[] = {
    [SEVERITY_REQUIRED] = "required",
    [SEVERITY_RECOMMENDED] = "recommended",
    [SEVERITY_INFO] = "info",
};

static const char *const outcome_names[] = {
    [OUTCOME_NONE] = "none",
    [OUTCOME_RESULT] = "result",
    [OUTCOME_TOKEN] = "token",
    [OUTCOME_UNAUTHENTICATED] = "unauthenticated",
    [OUTCOME_MFA_REQUIRED] = "mfa-required",
    [OUTCOME_DENIED] = "denied",
    [OUTCOME_CLOSED] = "closed",
    [OUTCOME_QUERY_DENIED] = "query-denied",
    [OUTCOME_SCOPE_MISSING] = "scope-missing",
    [OUTCOME_SCOPE_RESTRICTED] = "scope-restricted",
    [OUTCOME_WRITE_DENIED] = "write-denied",
    [OUTCOME_MANDATORY] = "mandatory",
    [OUTCOME_ABORTED] = "aborted",
    [OUTCOME_INVALID_TABLE] = "invalid-table",
    [OUTCOME_NO_RESOURCE] = "no-resource",
    [OUTCOME_NO_RECORD] = "no-record",
    [OUTCOME_BAD_REQUEST] = "bad-request",
    [OUTCOME_FORBIDDEN] = "forbidden",
    [OUTCOME_RATE_LIMITED] = "rate-limited",
    [OUTCOME_BUSY] = "busy",
    [OUTCOME_TOKEN_REFUSED] = "token-refused",
    [OUTCOME_TOKEN_USER_UNSET] = "token-user-unset",
    [OUTCOME_HIBERNATING] = "hibernating",
    [OUTCOME_LOGIN_PAGE] = "login-page",
    [OUTCOME_REDIRECT] = "redirect",
    [OUTCOME_NOT_JSON] = "not-json",
    [OUTCOME_TRUNCATED] = "truncated",
    [OUTCOME_SERVER_ERROR] = "server-error",
    [OUTCOME_DNS_FAILURE] = "dns-failure",
    [OUTCOME_CONNECT_FAILURE] = "connect-failure",
    [OUTCOME_PROXY_REFUSED] = "proxy-refused",
    [OUTCOME_TLS_UNTRUSTED] = "tls-untrusted",
    [OUTCOME_TLS_NAME_MISMATCH] = "tls-name-mismatch",
    [OUTCOME_TLS_HANDSHAKE] = "tls-handshake",
    [OUTCOME_CONNECTION_LOST] = "connection-lost",
    [OUTCOME_TIMEOUT] = "timeout",
};

static const char *const confidence_names[] = {
    [CONFIDENCE_CERTAIN] = "certain",
    [CONFIDENCE_LIKELY] = "likely",
    [CONFIDENCE_POSSIBLE] = "possible",
};

static const char *const status_names[] = {
    [STATUS_READY] = "ready",
    [STATUS_NOT_READY] = "not-ready",
    [STATUS_INCONCLUSIVE] = "inconclusive",
};

static const char *const credential_kind_names[] = {
    [CREDENTIAL_API_KEY] = "api-key",
    [CREDENTIAL_BASIC] = "basic",
    [CREDENTIAL_OAUTH_CLIENT] = "oauth-client",
    [CREDENTIAL_OAUTH_PASSWORD] = "oauth-password",
    [CREDENTIAL_OAUTH_REFRESH] = "oauth-refresh",
    [CREDENTIAL_TOKEN] = "token",
};

static const char *const source_names[] = {
    [SOURCE_LIVE] = "live",
    [SOURCE_RECORDING] = "recording",
    [SOURCE_SCRIPT] = "script",
    [SOURCE_EXPORT] = "export",
};

static const char *const question_kind_names[] = {
    [QUESTION_GATE] = "gate",
    [QUESTION_FIRST_CALL] = "first-call",
    [QUESTION_IDENTITY] = "identity",
    [QUESTION_ROWS] = "rows",
    [QUESTION_API] = "api",
    [QUESTION_SAMPLE] = "sample",
    [QUESTION_DIFFERENCE] = "difference",
    [QUESTION_WRITE] = "write",
};

static const char *const acceptance_names[] = {
    [ACCEPTANCE_NOT_TRIED] = "not-tried", [ACCEPTANCE_ACCEPTED] = "accepted",
    [ACCEPTANCE_UNPROVEN] = "unproven",   [ACCEPTANCE_REFUSED] = "refused",
    [ACCEPTANCE_NO_TOKEN] = "no-token",
};

const char *verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

const char *reason_name(enum reason reason)
{
    return reason_names[reason];
}

const char *severity_name(enum severity severity)
{
    return severity_names[severity];
}

const char *outcome_name(enum outcome outcome)
{
    return outcome_names[outcome];
}

const char *confidence_name(enum confidence confidence)
{
    return confidence_names[confidence];
}

const char *status_name(enum status status)
{
    return status_names[status];
}

const char *credential_kind_name(enum credential_kind kind)
{
    return credential_kind_names[kind];
}

const char *source_name(enum source source)
{
    return source_names[source];
}

const char *question_kind_name(enum question_kind kind)
{
    return question_kind_names[kind];
}

const char *acceptance_name(enum acceptance acceptance)
{
    return acceptance_names[acceptance];
}

/* The index of `name` in a table, or `n`. */
static size_t index_of(const char *const *names, size_t n, const char *name)
{
    size_t i = 0;
    while (i < n && !text_equal(names[i], name)) {
        i++;
    }
    return i;
}

bool severity_from_name(const char *name, enum severity *ret_severity)
{
    size_t i = index_of(severity_names, ARRAY_LEN(severity_names), name);
    if (i == ARRAY_LEN(severity_names)) {
        return false;
    }
    *ret_severity = (enum severity)i;
    return true;
}

bool credential_kind_from_name(const char *name, enum credential_kind *ret_kind)
{
    size_t i = index_of(credential_kind_names, ARRAY_LEN(credential_kind_names), name);
    if (i == ARRAY_LEN(credential_kind_names)) {
        return false;
    }
    *ret_kind = (enum credential_kind)i;
    return true;
}

bool verdict_from_name(const char *name, enum verdict *ret_verdict)
{
    size_t i = index_of(verdict_names, ARRAY_LEN(verdict_names), name);
    if (name == NULL || i == ARRAY_LEN(verdict_names)) {
        return false;
    }
    *ret_verdict = (enum verdict)i;
    return true;
}

bool reason_from_name(const char *name, enum reason *ret_reason)
{
    size_t i = index_of(reason_names, ARRAY_LEN(reason_names), name);
    if (name == NULL || i == ARRAY_LEN(reason_names)) {
        return false;
    }
    *ret_reason = (enum reason)i;
    return true;
}

bool outcome_from_name(const char *name, enum outcome *ret_outcome)
{
    size_t i = index_of(outcome_names, ARRAY_LEN(outcome_names), name);
    if (name == NULL || i == ARRAY_LEN(outcome_names)) {
        return false;
    }
    *ret_outcome = (enum outcome)i;
    return true;
}

bool confidence_from_name(const char *name, enum confidence *ret_confidence)
{
    size_t i = index_of(confidence_names, ARRAY_LEN(confidence_names), name);
    if (name == NULL || i == ARRAY_LEN(confidence_names)) {
        return false;
    }
    *ret_confidence = (enum confidence)i;
    return true;
}

bool status_from_name(const char *name, enum status *ret_status)
{
    size_t i = index_of(status_names, ARRAY_LEN(status_names), name);
    if (name == NULL || i == ARRAY_LEN(status_names)) {
        return false;
    }
    *ret_status = (enum status)i;
    return true;
}

bool source_from_name(const char *name, enum source *ret_source)
{
    size_t i = index_of(source_names, ARRAY_LEN(source_names), name);
    if (i == ARRAY_LEN(source_names)) {
        return false;
    }
    *ret_source = (enum source)i;
    return true;
}

bool question_kind_from_name(const char *name, enum question_kind *ret_kind)
{
    size_t i = index_of(question_kind_names, ARRAY_LEN(question_kind_names), name);
    if (i == ARRAY_LEN(question_kind_names)) {
        return false;
    }
    *ret_kind = (enum question_kind)i;
    return true;
}

bool acceptance_from_name(const char *name, enum acceptance *ret_acceptance)
{
    size_t i = index_of(acceptance_names, ARRAY_LEN(acceptance_names), name);
    if (i == ARRAY_LEN(acceptance_names)) {
        return false;
    }
    *ret_acceptance = (enum acceptance)i;
    return true;
}
