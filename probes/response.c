/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classification. The bodies are those ServiceNow's documentation prints and public issues quote:
 * the REST envelope {"error":{"message":…,"detail":…},"status":"failure"}, the token endpoint's
 * {"error":"server_error","error_description":"access_denied"}, the pages of a sleeping developer
 * instance and of a sign-on.
 */
#include "probes/response.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/text.h"

/* A page shows what it is at its beginning; an error behind a list stands at its end. */
enum { PAGE_BYTES = 32 * 1024, TAIL_BYTES = 4 * 1024 };

/* ---- Words ---------------------------------------------------------------------------------- */

/* Looked for in error.message and error.detail, without regard to case. Status 0: 400 or 404. */
static const struct {
    int status;
    const char *text;
    enum outcome outcome;
} wordings[] = {
    {403, "Failed API level ACL Validation", OUTCOME_CLOSED},
    {403, "Insufficient rights to query records", OUTCOME_QUERY_DENIED},
    {403, "Missing required api access scope", OUTCOME_SCOPE_MISSING},
    {403, "Access to unscoped api is not allowed", OUTCOME_SCOPE_RESTRICTED},
    {403, "ACL Exception", OUTCOME_WRITE_DENIED},
    {403, "Data Policy Exception", OUTCOME_MANDATORY},
    {403, "was aborted by Business Rule", OUTCOME_ABORTED},
    {400, "Invalid table", OUTCOME_INVALID_TABLE},
    {0, "Requested URI does not represent any resource", OUTCOME_NO_RESOURCE},
    {404, "No Record found", OUTCOME_NO_RECORD},
};

/* More words, of which the status alone decides when it is known. */
static const struct {
    int status;
    const char *text;
} usual_statuses[] = {
    {401, "User Not Authenticated"},
    {401, "User is not authenticated"},
    {403, "User Not Authorized"},
    {403, "User is not authorized"},
    {429, "Rate limit exceeded"},
    {500, "Transaction cancelled"},
    {401, "Required to provide Auth information"},
};

static const char *const hibernation_marks[] = {
    "Instance Hibernating page",
    "Your instance is hibernating",
    "Your instance is currently offline",
};

/* Marks in a page's text. */
static const char *const login_marks[] = {
    "login.do", "type=\"password\"", "type='password'", "SAMLRequest", "user_password",
};
/* Marks in a page's title. */
static const char *const login_titles[] = {
    "sign in", "sign on", "log in", "login", "single sign", "session timeout",
};
/* Marks in the Location of a redirect. */
static const char *const login_locations[] = {
    "login",  "session_timeout.do", "auth_redirect.do", "/sp?id=landing", "saml", "/sso",
    "/adfs/", "/oauth2/",           "signin",
};
/* A sleeping developer instance may send its caller to the developer portal. */
static const char hibernation_location[] = "developer.servicenow.com/dev.do";

static const char cancelled[] = "Transaction cancelled";

static bool has_any(const char *text, const char *const *marks, size_t n_marks)
{
    for (size_t i = 0; text != NULL && i < n_marks; i++) {
        if (text_contains_nocase(text, marks[i])) {
            return true;
        }
    }
    return false;
}

/* ---- Pages ---------------------------------------------------------------------------------- */

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* The position of `mark` in `text`, without regard to ASCII case. */
static const char *find_nocase(const char *text, const char *mark)
{
    size_t len = strlen(mark);
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < len && (text[i] | 0x20) == (mark[i] | 0x20)) {
            i++;
        }
        if (i == len) {
            return text;
        }
    }
    return NULL;
}

static const char *page_title(struct arena *arena, const char *body)
{
    const char *title = find_nocase(body, "<title");
    const char *text = title == NULL ? NULL : strchr(title, '>');
    const char *end = text == NULL ? NULL : strchr(text, '<');
    if (end == NULL) {
        return NULL;
    }
    return text_trim(arena, arena_strndup(arena, text + 1, (size_t)(end - text) - 1));
}

static const char *excerpt_of(struct arena *arena, const char *body, const char *title,
                              bool is_token_endpoint)
{
    const char *text = title;
    if (text_is_empty(text) && !is_token_endpoint) {
        size_t len = strnlen(body, (size_t)4 * EXCERPT_CHARACTERS);
        text = arena_strndup(arena, body, len);
    }
    if (text_is_empty(text)) {
        return NULL;
    }
    const char *line = text_trim(arena, text_sanitize_line(arena, text));
    return line[0] == '\0' ? NULL : line;
}

/* ---- Structure ------------------------------------------------------------------------------ */

/* What the classifiers below look at. */
struct subject {
    const struct response *response;
    const struct json *document;
    const struct json *error; /* of the REST envelope; NULL when there is none */
    const char *message;
    const char *detail;
    const char *page; /* the beginning of a body that is no JSON; else NULL */
    const char *title;
};

/* The envelope: `error` with a message, and `status` "failure". Other vendors' gateways send an
 * `error` object too; the status tells them apart. */
static const struct json *envelope_error(const struct json *document)
{
    const struct json *error = json_get(document, "error");
    bool is_envelope = json_get_text(error, "message") != NULL &&
                       text_equal_nocase(json_get_text(document, "status"), "failure");
    return is_envelope ? error : NULL;
}

static bool says(const struct subject *subject, const char *text)
{
    return (subject->message != NULL && text_contains_nocase(subject->message, text)) ||
           (subject->detail != NULL && text_contains_nocase(subject->detail, text));
}

static enum outcome by_wording(const struct subject *subject, enum outcome otherwise)
{
    int status = subject->response->status;
    for (size_t i = 0; i < ARRAY_LEN(wordings); i++) {
        bool fits = wordings[i].status == status ||
                    (wordings[i].status == 0 && (status == 400 || status == 404));
        if (fits && says(subject, wordings[i].text)) {
            return wordings[i].outcome;
        }
    }
    return otherwise;
}

static bool is_page_of_login(const struct subject *subject)
{
    return has_any(subject->title, login_titles, ARRAY_LEN(login_titles)) ||
           has_any(subject->page, login_marks, ARRAY_LEN(login_marks));
}

/* A 2xx body that begins as an answer and does not end as one. A transaction that ran into its
 * quota breaks off its list and writes an error behind it. */
static enum outcome of_broken_success(const struct subject *subject)
{
    const char *body = subject->response->body;
    const char *start = skip_blanks(body);
    bool begins_as_answer =
        start[0] == '{' && text_starts_with(skip_blanks(start + 1), "\"result\"");
    size_t len = subject->response->body_len;
    const char *tail = body + (len > TAIL_BYTES ? len - TAIL_BYTES : 0);
    if (begins_as_answer && text_contains_nocase(tail, cancelled)) {
        return OUTCOME_BUSY;
    }
    if (begins_as_answer || (start[0] == '{' && subject->response->is_cut)) {
        return OUTCOME_TRUNCATED;
    }
    return is_page_of_login(subject) ? OUTCOME_LOGIN_PAGE : OUTCOME_NOT_JSON;
}

static enum outcome of_success(const struct subject *subject)
{
    const struct json *result = json_get(subject->document, "result");
    const struct json *error = json_get(subject->document, "error");
    if (subject->document == NULL) {
        return of_broken_success(subject);
    }
    if (error != NULL && says(subject, cancelled)) {
        return OUTCOME_BUSY;
    }
    if (error != NULL) {
        return result != NULL ? OUTCOME_TRUNCATED : OUTCOME_NOT_JSON;
    }
    bool is_answer =
        result != NULL && (result->kind == JSON_KIND_ARRAY || result->kind == JSON_KIND_OBJECT);
    return is_answer ? OUTCOME_RESULT : OUTCOME_NOT_JSON;
}

static enum outcome of_redirect(const struct subject *subject)
{
    const char *location = subject->response->location;
    if (location != NULL && text_contains_nocase(location, hibernation_location)) {
        return OUTCOME_HIBERNATING;
    }
    return has_any(location, login_locations, ARRAY_LEN(login_locations)) ? OUTCOME_LOGIN_PAGE
                                                                          : OUTCOME_REDIRECT;
}

static enum outcome of_client_error(const struct subject *subject)
{
    switch (subject->response->status) {
    case 407:
        return OUTCOME_PROXY_REFUSED;
    case 408:
        return OUTCOME_TIMEOUT;
    case 429:
        return subject->response->rate_limit != NULL ? OUTCOME_RATE_LIMITED : OUTCOME_BUSY;
    default:
        break;
    }
    if (subject->error == NULL) {
        return OUTCOME_FORBIDDEN;
    }
    switch (subject->response->status) {
    case 401:
        return text_equal_nocase(subject->response->mfa_token, "invalid") ? OUTCOME_MFA_REQUIRED
                                                                          : OUTCOME_UNAUTHENTICATED;
    case 403:
        return by_wording(subject, OUTCOME_DENIED);
    default:
        return by_wording(subject, OUTCOME_BAD_REQUEST);
    }
}

static enum outcome of_server_error(const struct subject *subject)
{
    int status = subject->response->status;
    bool is_busy = status == 502 || status == 503 || status == 504 || says(subject, cancelled);
    return is_busy ? OUTCOME_BUSY : OUTCOME_SERVER_ERROR;
}

/* The token endpoint says no with 400 or 401; `error` is a word there, and once in a while the
 * REST envelope. OUTCOME_NONE: it said something else. */
static enum outcome of_token_endpoint(const struct subject *subject)
{
    int status = subject->response->status;
    const char *token = json_get_text(subject->document, "access_token");
    bool has_error = json_get(subject->document, "error") != NULL;
    if (status == 200 && !text_is_empty(token) && strpbrk(token, "\r\n") == NULL) {
        return OUTCOME_TOKEN;
    }
    if (status == 400 && says(subject, "integration user is not configured")) {
        return OUTCOME_TOKEN_USER_UNSET;
    }
    if (has_error && (status == 200 || status == 400 || status == 401)) {
        return OUTCOME_TOKEN_REFUSED;
    }
    return OUTCOME_NONE;
}

static enum outcome classify(const struct subject *subject, bool is_token_endpoint)
{
    int status = subject->response->status;
    if (has_any(subject->page, hibernation_marks, ARRAY_LEN(hibernation_marks))) {
        return OUTCOME_HIBERNATING;
    }
    enum outcome of_token = is_token_endpoint ? of_token_endpoint(subject) : OUTCOME_NONE;
    if (of_token != OUTCOME_NONE) {
        return of_token;
    }
    if (status >= 500) {
        return of_server_error(subject);
    }
    if (status >= 400) {
        return of_client_error(subject);
    }
    if (status >= 300) {
        return of_redirect(subject);
    }
    enum outcome outcome = of_success(subject);
    return is_token_endpoint && outcome == OUTCOME_RESULT ? OUTCOME_NOT_JSON : outcome;
}

static const struct json *parse_document(struct arena *arena, const struct response *response)
{
    const char *start = skip_blanks(response->body);
    const char *fault = NULL;
    if (response->is_cut || (start[0] != '{' && start[0] != '[')) {
        return NULL;
    }
    return json_parse(arena, response->body, response->body_len, &fault);
}

/* The two texts of an error: REST's message and detail, OAuth's error and error_description. */
static void read_error_texts(struct subject *subject)
{
    const struct json *error = json_get(subject->document, "error");
    subject->error = envelope_error(subject->document);
    if (error != NULL && error->kind == JSON_KIND_STRING) {
        subject->message = error->text;
        subject->detail = json_get_text(subject->document, "error_description");
        return;
    }
    subject->message = json_get_text(error, "message");
    subject->detail = json_get_text(error, "detail");
}

struct interpretation response_interpret(struct arena *arena, const struct response *response,
                                         bool is_token_endpoint)
{
    if (response->fault != OUTCOME_NONE) {
        return (struct interpretation){.outcome = response->fault,
                                       .detail = arena_strdup(arena, response->fault_text)};
    }
    struct subject subject = {.response = response, .document = parse_document(arena, response)};
    read_error_texts(&subject);
    if (subject.document == NULL) {
        subject.page = arena_strndup(arena, response->body, strnlen(response->body, PAGE_BYTES));
        subject.title = page_title(arena, subject.page);
    }
    struct interpretation reading = {
        .outcome = classify(&subject, is_token_endpoint),
        .message = subject.message,
        .detail = subject.detail,
        .document = subject.document,
    };
    if (subject.document == NULL) {
        reading.excerpt = excerpt_of(arena, subject.page, subject.title, is_token_endpoint);
    }
    return reading;
}

/* ---- Bodies without a status ---------------------------------------------------------------- */

/* Of "HTTP Status 401 - Unauthorized", the title of the page a servlet container writes. */
static int status_in_title(const char *title)
{
    static const char words[] = "HTTP Status ";
    int64_t status = 0;
    const char *at = title == NULL ? NULL : strstr(title, words);
    char digits[4] = {0};
    if (at != NULL && strlen(at) >= sizeof words + 2) {
        memcpy(digits, at + sizeof words - 1, 3);
    }
    return text_to_int(digits, &status) && status >= 100 ? (int)status : 0;
}

static int usual_status_of_page(struct arena *arena, const char *body)
{
    const char *page = arena_strndup(arena, body, strnlen(body, PAGE_BYTES));
    const char *start = skip_blanks(page);
    struct subject subject = {.page = page, .title = page_title(arena, page)};
    bool begins_as_answer =
        start[0] == '{' && text_starts_with(skip_blanks(start + 1), "\"result\"");
    if (begins_as_answer || has_any(page, hibernation_marks, ARRAY_LEN(hibernation_marks))) {
        return 200;
    }
    int status = status_in_title(subject.title);
    return status == 0 && start[0] == '<' && is_page_of_login(&subject) ? 200 : status;
}

static int usual_status_of_error(const struct subject *subject)
{
    if (subject->error == NULL) {
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(wordings); i++) {
        if (says(subject, wordings[i].text)) {
            return wordings[i].status != 0 ? wordings[i].status : 400;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(usual_statuses); i++) {
        if (says(subject, usual_statuses[i].text)) {
            return usual_statuses[i].status;
        }
    }
    return 400;
}

/* The errors of RFC 6749 and the two ServiceNow answers with; one of them without a description
 * still is one. */
static bool is_token_error(const struct subject *subject)
{
    static const char *const errors[] = {
        "server_error",        "access_denied",   "invalid_client",         "invalid_grant",
        "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope",
    };
    const struct json *error = json_get(subject->document, "error");
    for (size_t i = 0; error != NULL && i < ARRAY_LEN(errors); i++) {
        if (text_equal(error->text, errors[i])) {
            return true;
        }
    }
    return false;
}

int response_usual_status(struct arena *arena, const char *body, size_t body_len,
                          bool *ret_is_token_endpoint)
{
    const struct response response = {.body = body, .body_len = body_len};
    struct subject subject = {.response = &response, .document = parse_document(arena, &response)};
    *ret_is_token_endpoint = false;
    if (subject.document == NULL) {
        return usual_status_of_page(arena, body);
    }
    read_error_texts(&subject);
    bool is_token = json_get_text(subject.document, "access_token") != NULL;
    if (is_token || is_token_error(&subject)) {
        *ret_is_token_endpoint = true;
        bool is_user = says(&subject, "integration user is not configured");
        return is_token ? 200 : is_user ? 400 : 401;
    }
    if (json_get(subject.document, "result") != NULL) {
        return 200;
    }
    return usual_status_of_error(&subject);
}

/* ---- What outcomes mean --------------------------------------------------------------------- */

bool outcome_is_from_servicenow(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_RESULT:
    case OUTCOME_UNAUTHENTICATED:
    case OUTCOME_MFA_REQUIRED:
    case OUTCOME_DENIED:
    case OUTCOME_CLOSED:
    case OUTCOME_QUERY_DENIED:
    case OUTCOME_SCOPE_MISSING:
    case OUTCOME_SCOPE_RESTRICTED:
    case OUTCOME_WRITE_DENIED:
    case OUTCOME_MANDATORY:
    case OUTCOME_ABORTED:
    case OUTCOME_INVALID_TABLE:
    case OUTCOME_NO_RESOURCE:
    case OUTCOME_NO_RECORD:
    case OUTCOME_BAD_REQUEST:
        return true;
    default:
        return false;
    }
}

/* The status counts, whatever became of the body: the server has judged the credential by then. */
bool outcome_is_refusal(enum outcome outcome, int status)
{
    return outcome == OUTCOME_UNAUTHENTICATED || outcome == OUTCOME_MFA_REQUIRED || status == 401;
}

enum reason outcome_reason(enum outcome outcome, int status)
{
    /* OUTCOME_INVALID_TABLE is an answer: there is no such table, and the checks look at it. */
    static const enum reason reasons[N_OUTCOMES] = {
        [OUTCOME_NONE] = REASON_TIMEOUT,
        [OUTCOME_DENIED] = REASON_DENIED,
        [OUTCOME_CLOSED] = REASON_CLOSED,
        [OUTCOME_QUERY_DENIED] = REASON_FILTERED,
        [OUTCOME_SCOPE_MISSING] = REASON_DENIED,
        [OUTCOME_SCOPE_RESTRICTED] = REASON_DENIED,
        [OUTCOME_WRITE_DENIED] = REASON_DENIED,
        [OUTCOME_MANDATORY] = REASON_DENIED,
        [OUTCOME_ABORTED] = REASON_DENIED,
        [OUTCOME_NO_RESOURCE] = REASON_UNDOCUMENTED,
        [OUTCOME_NO_RECORD] = REASON_FILTERED,
        [OUTCOME_BAD_REQUEST] = REASON_UNDOCUMENTED,
        [OUTCOME_FORBIDDEN] = REASON_DENIED,
        [OUTCOME_RATE_LIMITED] = REASON_RATE_LIMITED,
        [OUTCOME_BUSY] = REASON_BUSY,
        [OUTCOME_TOKEN_REFUSED] = REASON_TOKEN_REFUSED,
        [OUTCOME_TOKEN_USER_UNSET] = REASON_TOKEN_REFUSED,
        [OUTCOME_HIBERNATING] = REASON_HIBERNATING,
        [OUTCOME_LOGIN_PAGE] = REASON_LOGIN_PAGE,
        [OUTCOME_REDIRECT] = REASON_NOT_JSON,
        [OUTCOME_NOT_JSON] = REASON_NOT_JSON,
        [OUTCOME_TRUNCATED] = REASON_TRUNCATED,
        [OUTCOME_SERVER_ERROR] = REASON_BUSY,
        [OUTCOME_DNS_FAILURE] = REASON_NO_ANSWER,
        [OUTCOME_CONNECT_FAILURE] = REASON_NO_ANSWER,
        [OUTCOME_PROXY_REFUSED] = REASON_NO_ANSWER,
        [OUTCOME_TLS_UNTRUSTED] = REASON_NO_ANSWER,
        [OUTCOME_TLS_NAME_MISMATCH] = REASON_NO_ANSWER,
        [OUTCOME_TLS_HANDSHAKE] = REASON_NO_ANSWER,
        [OUTCOME_CONNECTION_LOST] = REASON_BUSY,
        [OUTCOME_TIMEOUT] = REASON_TIMEOUT,
    };
    return outcome_is_refusal(outcome, status) ? REASON_CREDENTIAL_REFUSED : reasons[outcome];
}

enum reason outcome_blocks(enum outcome outcome)
{
    if (outcome_is_from_servicenow(outcome)) {
        return REASON_NONE;
    }
    bool is_something_else =
        outcome == OUTCOME_REDIRECT || outcome == OUTCOME_NOT_JSON || outcome == OUTCOME_FORBIDDEN;
    return is_something_else ? REASON_NOT_SERVICENOW : REASON_NO_ANSWER;
}

bool reason_is_blocking(enum reason reason)
{
    return reason >= REASON_CREDENTIAL_REFUSED && reason <= REASON_NOT_SERVICENOW;
}
