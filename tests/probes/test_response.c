/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classification: one row for every outcome and for everything that looks like another. The bodies
 * are those of ServiceNow's documentation and of public issues.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "model/names.h"
#include "probes/response.h"

#define ENVELOPE(message, detail) \
    "{\"error\":{\"message\":\"" message "\",\"detail\":" detail "},\"status\":\"failure\"}"
#define OLD_401 ENVELOPE("User Not Authenticated", "\"Required to provide Auth information\"")
#define NEW_401 ENVELOPE("User is not authenticated", "\"Required to provide Auth information\"")
#define CANCELLED                                                                                \
    "\"error\":{\"detail\":\"Transaction cancelled: maximum execution "                          \
    "time exceeded. Check logs for error trace.\",\"message\":\"Transaction cancelled: maximum " \
    "execution time exceeded\"},\"status\":\"failure\""
#define HIBERNATING                                                                          \
    "<html><head><title>Instance Hibernating page</title></head><body><h1>Your instance is " \
    "hibernating</h1></body></html>"

struct sample {
    const char *why;
    int status;
    const char *body;
    enum outcome outcome;
    struct response headers; /* the headers and flags that matter */
};

static const struct sample rest_samples[] = {
    /* 2xx */
    {"rows", 200, "{\"result\":[{\"sys_id\":\"1\"}]}", OUTCOME_RESULT, {0}},
    {"no rows", 200, "{\"result\":[]}", OUTCOME_RESULT, {0}},
    {"one record", 200, "{\"result\":{\"sys_id\":\"1\"}}", OUTCOME_RESULT, {0}},
    {"blanks around it", 200, " \n{\"result\":[]}\n", OUTCOME_RESULT, {0}},
    {"an object without result", 200, "{\"status\":\"ok\"}", OUTCOME_NOT_JSON, {0}},
    {"a result that is no rows", 200, "{\"result\":\"fine\"}", OUTCOME_NOT_JSON, {0}},
    {"a list", 200, "[1,2]", OUTCOME_NOT_JSON, {0}},
    {"a lone error", 200, NEW_401, OUTCOME_NOT_JSON, {0}},
    {"empty", 200, "", OUTCOME_NOT_JSON, {0}},
    {"no content", 204, "", OUTCOME_NOT_JSON, {0}},
    {"dropped from a queue", 202, "", OUTCOME_NOT_JSON, {0}},
    {"a page", 200, "<html><title>Welcome</title></html>", OUTCOME_NOT_JSON, {0}},
    {"words", 200, "OK", OUTCOME_NOT_JSON, {0}},
    {"XML", 200, "<?xml version=\"1.0\"?><response/>", OUTCOME_NOT_JSON, {0}},
    {"broken in a row", 200, "{\"result\":[{\"sys_id\":\"1", OUTCOME_TRUNCATED, {0}},
    {"broken behind a row", 200, "{ \"result\": [{\"a\":\"1\"},", OUTCOME_TRUNCATED, {0}},
    {"garbage behind it", 200, "{\"result\":[]}<!-- edge -->", OUTCOME_TRUNCATED, {0}},
    {"a cut body that was whole so far",
     200,
     "{\"result\":[]}",
     OUTCOME_TRUNCATED,
     {.is_cut = true}},
    {"a cut body, nothing telling", 200, "{\"re", OUTCOME_TRUNCATED, {.is_cut = true}},
    {"broken, and never an answer", 200, "{\"foo\":", OUTCOME_NOT_JSON, {0}},
    {"result and error in one", 200, "{\"result\":[]," CANCELLED "}", OUTCOME_BUSY, {0}},
    {"an error object behind a broken list",
     200,
     "{\"result\":[{\"a\":\"1\"}" CANCELLED "}",
     OUTCOME_BUSY,
     {0}},
    {"result and another error",
     200,
     "{\"result\":[],\"error\":{\"message\":\"x\",\"detail\":null}}",
     OUTCOME_TRUNCATED,
     {0}},
    {"a row that speaks of it",
     200,
     "{\"result\":[{\"name\":\"Transaction cancelled: maximum execution time exceeded\"}]}",
     OUTCOME_RESULT,
     {0}},
    {"asleep", 200, HIBERNATING, OUTCOME_HIBERNATING, {0}},
    {"waking", 200, "<p>Your instance is currently offline</p>", OUTCOME_HIBERNATING, {0}},
    {"a row named like the page",
     200,
     "{\"result\":[{\"name\":\"Your instance is hibernating\"}]}",
     OUTCOME_RESULT,
     {0}},
    {"sign-on by title", 200, "<TITLE>Sign In | ServiceNow</TITLE>", OUTCOME_LOGIN_PAGE, {0}},
    {"sign-on by form", 200, "<form action=\"login.do\"><input></form>", OUTCOME_LOGIN_PAGE, {0}},
    {"sign-on by provider", 200, "<input name=\"SAMLRequest\">", OUTCOME_LOGIN_PAGE, {0}},

    /* 3xx */
    {"session timeout", 302, "", OUTCOME_LOGIN_PAGE, {.location = "/session_timeout.do"}},
    {"portal landing", 302, "", OUTCOME_LOGIN_PAGE, {.location = "/sp?id=landing"}},
    {"identity provider",
     302,
     "",
     OUTCOME_LOGIN_PAGE,
     {.location = "https://idp.example.test/saml2/request"}},
    {"developer portal",
     302,
     "",
     OUTCOME_HIBERNATING,
     {.location = "https://developer.servicenow.com/dev.do#!/home?wu=true"}},
    {"https instead of http",
     301,
     "",
     OUTCOME_REDIRECT,
     {.location = "https://acme.example.test/"}},
    {"without a place", 302, "", OUTCOME_REDIRECT, {0}},
    {"not modified", 304, "", OUTCOME_REDIRECT, {0}},

    /* 401 */
    {"older wording", 401, OLD_401, OUTCOME_UNAUTHENTICATED, {0}},
    {"newer wording", 401, NEW_401, OUTCOME_UNAUTHENTICATED, {0}},
    {"another language",
     401,
     ENVELOPE("Benutzer nicht angemeldet", "null"),
     OUTCOME_UNAUTHENTICATED,
     {0}},
    {"second factor", 401, NEW_401, OUTCOME_MFA_REQUIRED, {.mfa_token = "invalid"}},
    {"second factor, other case", 401, NEW_401, OUTCOME_MFA_REQUIRED, {.mfa_token = "Invalid"}},
    {"a page", 401, "<h1>HTTP Status 401</h1>", OUTCOME_FORBIDDEN, {0}},
    {"another vendor's JSON",
     401,
     "{\"error\":{\"message\":\"no\",\"status\":\"UNAUTHENTICATED\"}}",
     OUTCOME_FORBIDDEN,
     {0}},
    {"empty", 401, "", OUTCOME_FORBIDDEN, {0}},

    /* 403 */
    {"this account",
     403,
     ENVELOPE("User Not Authorized", "\"User is unauthorized to access table: x\""),
     OUTCOME_DENIED,
     {0}},
    {"insert refused",
     403,
     ENVELOPE("Operation Failed", "\"ACL Exception Insert Failed due to security constraints\""),
     OUTCOME_WRITE_DENIED,
     {0}},
    {"a data policy",
     403,
     ENVELOPE("Operation Failed",
              "\"Data Policy Exception: The following fields are mandatory: Resolution code\""),
     OUTCOME_MANDATORY,
     {0}},
    {"a business rule",
     403,
     ENVELOPE("Operation Failed",
              "\"Operation against file 'incident' was aborted by Business Rule 'Mine^0123'. "
              "Business Rule Stack:Mine\""),
     OUTCOME_ABORTED,
     {0}},
    {"closed to REST",
     403,
     ENVELOPE("User Not Authorized", "\"Failed API level ACL Validation\""),
     OUTCOME_CLOSED,
     {0}},
    {"closed to REST, other case",
     403,
     ENVELOPE("User Not Authorized", "\"failed api level acl validation\""),
     OUTCOME_CLOSED,
     {0}},
    {"a queried column",
     403,
     ENVELOPE("Insufficient rights to query records",
              "\"Field(s) present in the query do not have permission to be read\""),
     OUTCOME_QUERY_DENIED,
     {0}},
    {"scope, as documented",
     403,
     ENVELOPE("User Not Authorized", "\"Missing required API access scope: cxm_api_access\""),
     OUTCOME_SCOPE_MISSING,
     {0}},
    {"scope, in the message",
     403,
     ENVELOPE("Missing required api access scope", "null"),
     OUTCOME_SCOPE_MISSING,
     {0}},
    {"securely scoped",
     403,
     ENVELOPE("User Not Authorized", "\"Access to unscoped api is not allowed\""),
     OUTCOME_SCOPE_RESTRICTED,
     {0}},
    {"address rule", 403, "<html>Access restricted</html>", OUTCOME_FORBIDDEN, {0}},
    {"address rule, no body", 403, "", OUTCOME_FORBIDDEN, {0}},

    /* 400 and 404 */
    {"no such table", 400, ENVELOPE("Invalid table api_key_x", "null"), OUTCOME_INVALID_TABLE, {0}},
    {"no such path",
     400,
     ENVELOPE("Requested URI does not represent any resource", "null"),
     OUTCOME_NO_RESOURCE,
     {0}},
    {"no such path, as 404",
     404,
     ENVELOPE("Requested URI does not represent any resource", "null"),
     OUTCOME_NO_RESOURCE,
     {0}},
    {"no record",
     404,
     ENVELOPE("No Record found", "\"Record doesn't exist or ACL restricts the record retrieval\""),
     OUTCOME_NO_RECORD,
     {0}},
    {"another",
     400,
     ENVELOPE("Exception while reading request", "\"Rejected\""),
     OUTCOME_BAD_REQUEST,
     {0}},
    {"not acceptable", 406, ENVELOPE("Not acceptable", "null"), OUTCOME_BAD_REQUEST, {0}},
    {"blocking policy as 404", 404, "<html>Not found</html>", OUTCOME_FORBIDDEN, {0}},
    {"URL too long", 414, "<html>414</html>", OUTCOME_FORBIDDEN, {0}},
    {"proxy", 407, "<html>proxy</html>", OUTCOME_PROXY_REFUSED, {0}},
    {"the server gave up waiting", 408, "", OUTCOME_TIMEOUT, {0}},

    /* 429 and 5xx */
    {"rate limit",
     429,
     ENVELOPE("Rate limit exceeded",
              "\"Rate limit of 100 requests per hour for Table API exceeded\""),
     OUTCOME_RATE_LIMITED,
     {.rate_limit = "100"}},
    {"semaphore", 429, "Too Many Requests", OUTCOME_BUSY, {0}},
    {"no node", 502, "<html>502</html>", OUTCOME_BUSY, {0}},
    {"maintenance", 503, "<html>503</html>", OUTCOME_BUSY, {0}},
    {"gateway timeout", 504, "", OUTCOME_BUSY, {0}},
    {"asleep, as 503", 503, HIBERNATING, OUTCOME_HIBERNATING, {0}},
    {"quota", 500, "{" CANCELLED "}", OUTCOME_BUSY, {0}},
    {"another", 500, ENVELOPE("x", "null"), OUTCOME_SERVER_ERROR, {0}},
    {"a page", 500, "<html>500</html>", OUTCOME_SERVER_ERROR, {0}},
};

static const struct sample token_samples[] = {
    {"issued",
     200,
     "{\"access_token\":\"test-token-not-real\",\"scope\":\"useraccount\",\"token_type\":"
     "\"Bearer\","
     "\"expires_in\":1799}",
     OUTCOME_TOKEN,
     {0}},
    {"empty scope",
     200,
     "{\"access_token\":\"test-token-not-real\",\"scope\":\"\"}",
     OUTCOME_TOKEN,
     {0}},
    {"an empty token", 200, "{\"access_token\":\"\"}", OUTCOME_NOT_JSON, {0}},
    {"a token that would break a header",
     200,
     "{\"access_token\":\"a\\nb\"}",
     OUTCOME_NOT_JSON,
     {0}},
    {"catch-all",
     401,
     "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}",
     OUTCOME_TOKEN_REFUSED,
     {0}},
    {"by the standard", 400, "{\"error\":\"invalid_grant\"}", OUTCOME_TOKEN_REFUSED, {0}},
    {"the REST envelope", 401, NEW_401, OUTCOME_TOKEN_REFUSED, {0}},
    {"an error with 200", 200, "{\"error\":\"server_error\"}", OUTCOME_TOKEN_REFUSED, {0}},
    {"no user on the application",
     400,
     "{\"error\":\"unauthorized_client\",\"error_description\":\"Received client_credentials "
     "grant_type request however integration user is not configured for "
     "OAuth:0123456789abcdef0123456789abcdef\"}",
     OUTCOME_TOKEN_USER_UNSET,
     {0}},
    {"asleep", 200, HIBERNATING, OUTCOME_HIBERNATING, {0}},
    {"sign-on", 200, "<title>Sign In</title>", OUTCOME_LOGIN_PAGE, {0}},
    {"rows", 200, "{\"result\":[]}", OUTCOME_NOT_JSON, {0}},
    {"no such page", 404, "<html>404</html>", OUTCOME_FORBIDDEN, {0}},
    {"busy", 503, "", OUTCOME_BUSY, {0}},
    {"throttled", 429, "", OUTCOME_BUSY, {0}},
};

static void check(const struct sample *samples, size_t n_samples, bool is_token_endpoint)
{
    for (size_t i = 0; i < n_samples; i++) {
        const struct sample *sample = &samples[i];
        struct arena *arena = arena_new();
        struct response response = sample->headers;
        response.status = sample->status;
        response.body = sample->body;
        response.body_len = strlen(sample->body);
        struct interpretation reading = response_interpret(arena, &response, is_token_endpoint);
        cr_expect(reading.outcome == sample->outcome, "row %zu (%d, %s): is %s, not %s", i,
                  sample->status, sample->why, outcome_name(reading.outcome),
                  outcome_name(sample->outcome));
        arena_free(arena);
    }
}

Test(response, rest)
{
    check(rest_samples, ARRAY_LEN(rest_samples), false);
}

Test(response, token_endpoint)
{
    check(token_samples, ARRAY_LEN(token_samples), true);
}

/* Each outcome has a row above, or is the transport's own. */
Test(response, every_outcome_has_a_sample)
{
    for (int outcome = OUTCOME_NONE + 1; outcome < N_OUTCOMES; outcome++) {
        bool is_transports = outcome >= OUTCOME_DNS_FAILURE;
        bool found = is_transports;
        for (size_t i = 0; i < ARRAY_LEN(rest_samples); i++) {
            found = found || (int)rest_samples[i].outcome == outcome;
        }
        for (size_t i = 0; i < ARRAY_LEN(token_samples); i++) {
            found = found || (int)token_samples[i].outcome == outcome;
        }
        cr_expect(found, "%s", outcome_name((enum outcome)outcome));
    }
}

Test(response, the_transports_own_words)
{
    struct arena *arena = arena_new();
    struct response response = {.fault = OUTCOME_DNS_FAILURE,
                                .fault_text = "Could not resolve host: acme.example.test"};
    struct interpretation reading = response_interpret(arena, &response, false);
    cr_expect_eq(reading.outcome, OUTCOME_DNS_FAILURE);
    cr_expect_str_eq(reading.detail, "Could not resolve host: acme.example.test");
    arena_free(arena);
}

Test(response, texts)
{
    static const struct {
        const char *body;
        bool is_token_endpoint;
        const char *message;
        const char *detail;
        const char *excerpt;
        const char *why;
    } rows[] = {
        {OLD_401, false, "User Not Authenticated", "Required to provide Auth information", NULL,
         "the envelope"},
        {ENVELOPE("Invalid table x", "null"), false, "Invalid table x", NULL, NULL,
         "detail may be null"},
        {"{\"error\":\"server_error\",\"error_description\":\"access_denied\"}", true,
         "server_error", "access_denied", NULL, "the token endpoint's own form"},
        {"<html><head><title> Sign\n In </title></head>", false, NULL, NULL, "Sign  In",
         "a page's title, on one line"},
        {"<html>no title</html>", false, NULL, NULL, "<html>no title</html>", "else its beginning"},
        {"", false, NULL, NULL, NULL, "nothing of nothing"},
        {"{\"access_token\":\"test-token-not-real", true, NULL, NULL, NULL,
         "never the text of a token answer"},
        {"\x1b[31mred\xff", false, NULL, NULL, "\xEF\xBF\xBD[31mred\xEF\xBF\xBD",
         "control characters and broken UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct response response = {
            .status = 401, .body = rows[i].body, .body_len = strlen(rows[i].body)};
        struct interpretation reading =
            response_interpret(arena, &response, rows[i].is_token_endpoint);
        cr_expect(text_equal(reading.message, rows[i].message), "row %zu (%s): message %s", i,
                  rows[i].why, reading.message);
        cr_expect(text_equal(reading.detail, rows[i].detail), "row %zu (%s): detail %s", i,
                  rows[i].why, reading.detail);
        cr_expect(text_equal(reading.excerpt, rows[i].excerpt), "row %zu (%s): excerpt %s", i,
                  rows[i].why, reading.excerpt);
        arena_free(arena);
    }
}

Test(response, a_truncated_answer_is_never_an_answer)
{
    static const char whole[] =
        "{\"result\":[{\"sys_id\":\"1\",\"name\":\"a \\\"b\\\" \\u00e9\"}]}";
    for (size_t len = 0; len < strlen(whole); len++) {
        struct arena *arena = arena_new();
        char *part = arena_strndup(arena, whole, len);
        struct response response = {.status = 200, .body = part, .body_len = len};
        enum outcome outcome = response_interpret(arena, &response, false).outcome;
        cr_expect(outcome == OUTCOME_TRUNCATED || outcome == OUTCOME_NOT_JSON, "%zu bytes", len);
        arena_free(arena);
    }
}

/* The closed lists: a reason for each outcome, and what the gate's outcome does to the rest. */
Test(response, what_outcomes_mean)
{
    static const struct {
        enum outcome outcome;
        int status;
        enum reason reason;
        enum reason blocks;
        const char *why;
    } rows[] = {
        {OUTCOME_NONE, 0, REASON_TIMEOUT, REASON_NO_ANSWER, "not finished"},
        {OUTCOME_RESULT, 200, REASON_NONE, REASON_NONE, "an answer"},
        {OUTCOME_UNAUTHENTICATED, 401, REASON_CREDENTIAL_REFUSED, REASON_NONE, "a healthy gate"},
        {OUTCOME_MFA_REQUIRED, 401, REASON_CREDENTIAL_REFUSED, REASON_NONE, "also a 401"},
        {OUTCOME_DENIED, 403, REASON_DENIED, REASON_NONE, "this account may not"},
        {OUTCOME_CLOSED, 403, REASON_CLOSED, REASON_NONE, "nobody may"},
        {OUTCOME_QUERY_DENIED, 403, REASON_FILTERED, REASON_NONE, "a term was refused"},
        {OUTCOME_SCOPE_MISSING, 403, REASON_DENIED, REASON_NONE, "a 403"},
        {OUTCOME_SCOPE_RESTRICTED, 403, REASON_DENIED, REASON_NONE, "a 403"},
        {OUTCOME_INVALID_TABLE, 400, REASON_NONE, REASON_NONE, "an answer: no such table"},
        {OUTCOME_NO_RESOURCE, 404, REASON_UNDOCUMENTED, REASON_NONE, "no meaning is documented"},
        {OUTCOME_NO_RECORD, 404, REASON_FILTERED, REASON_NONE, "none, or hidden"},
        {OUTCOME_BAD_REQUEST, 400, REASON_UNDOCUMENTED, REASON_NONE, "no meaning is documented"},
        {OUTCOME_FORBIDDEN, 403, REASON_DENIED, REASON_NOT_SERVICENOW, "an edge"},
        {OUTCOME_FORBIDDEN, 401, REASON_CREDENTIAL_REFUSED, REASON_NOT_SERVICENOW, "401 is 401"},
        {OUTCOME_RATE_LIMITED, 429, REASON_RATE_LIMITED, REASON_NO_ANSWER, "later"},
        {OUTCOME_BUSY, 503, REASON_BUSY, REASON_NO_ANSWER, "later"},
        {OUTCOME_HIBERNATING, 200, REASON_HIBERNATING, REASON_NO_ANSWER, "asleep"},
        {OUTCOME_LOGIN_PAGE, 302, REASON_LOGIN_PAGE, REASON_NO_ANSWER, "a page"},
        {OUTCOME_REDIRECT, 301, REASON_NOT_JSON, REASON_NOT_SERVICENOW, "elsewhere"},
        {OUTCOME_NOT_JSON, 200, REASON_NOT_JSON, REASON_NOT_SERVICENOW, "something else"},
        {OUTCOME_TRUNCATED, 200, REASON_TRUNCATED, REASON_NO_ANSWER, "cut"},
        {OUTCOME_SERVER_ERROR, 500, REASON_BUSY, REASON_NO_ANSWER, "no better word in the list"},
        {OUTCOME_DNS_FAILURE, 0, REASON_NO_ANSWER, REASON_NO_ANSWER, "network"},
        {OUTCOME_TLS_UNTRUSTED, 0, REASON_NO_ANSWER, REASON_NO_ANSWER, "network"},
        {OUTCOME_CONNECTION_LOST, 0, REASON_BUSY, REASON_NO_ANSWER, "counts as busy"},
        {OUTCOME_TIMEOUT, 0, REASON_TIMEOUT, REASON_NO_ANSWER, "time"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_eq(outcome_reason(rows[i].outcome, rows[i].status), rows[i].reason,
                     "row %zu (%s, %s)", i, outcome_name(rows[i].outcome), rows[i].why);
        cr_expect_eq(outcome_blocks(rows[i].outcome), rows[i].blocks, "row %zu (%s, %s)", i,
                     outcome_name(rows[i].outcome), rows[i].why);
    }
}
