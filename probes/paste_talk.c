/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `curl -v` and `curl -i` print: a request behind '>', an answer behind '<' or without a mark,
 * curl's own notes behind '*'. The body stands bare behind an empty line.
 */
#include <string.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "base/strings.h"
#include "base/text.h"
#include "probes/pasting.h"

enum { HEADER_BYTES = 32 * 1024, MOST_HEADERS = 200 };

/* A line without its mark. */
struct marked {
    char mark; /* '>', '<', '*', or NUL for none */
    const char *text;
};

/* `line` behind a time of day, which curl --trace-time puts in front. */
static const char *behind_time(const char *line)
{
    static const char form[] = "00:00:00.";
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool is_digit = line[i] >= '0' && line[i] <= '9';
        if (form[i] == '0' ? !is_digit : line[i] != form[i]) {
            return line;
        }
    }
    const char *end = line + strlen(form) + strspn(line + strlen(form), "0123456789");
    return *end == ' ' ? end + 1 : line;
}

static struct marked marked_line(const struct pasting *pasting)
{
    const char *whole = arena_strndup(pasting->arena, pasting->at, pasting_line_len(pasting));
    const char *line = behind_time(whole);
    bool has_mark =
        line[0] != '\0' && strchr("><*", line[0]) != NULL && (line[1] == ' ' || line[1] == '\0');
    if (!has_mark) {
        return (struct marked){.text = line};
    }
    return (struct marked){.mark = line[0], .text = line + (line[1] == ' ' ? 2 : 1)};
}

/* "{ [115 bytes data]": curl counts what it does not print. */
static bool is_count(const struct marked *line)
{
    bool is_brace = text_starts_with(line->text, "{ [") || text_starts_with(line->text, "} [");
    return line->mark == '\0' && is_brace && text_ends_with(line->text, " bytes data]");
}

/* "GET /path HTTP/1.1" */
static bool is_request_line(const struct marked *line)
{
    static const char *const methods[] = {"GET ",  "POST ",   "PUT ",     "PATCH ",
                                          "HEAD ", "DELETE ", "CONNECT ", "OPTIONS "};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (text_starts_with(line->text, methods[i])) {
            return line->mark != '<' && line->mark != '*' && strstr(line->text, " HTTP/") != NULL;
        }
    }
    return false;
}

/* "HTTP/1.1 401 Unauthorized", "HTTP/2 401": the status, else 0. */
static int status_of_line(const struct marked *line)
{
    if (line->mark == '>' || line->mark == '*' || !text_starts_with(line->text, "HTTP/")) {
        return 0;
    }
    const char *at = strchr(line->text, ' ');
    char digits[4] = {0};
    int64_t status = 0;
    if (at == NULL || strlen(at) < 4) {
        return 0;
    }
    memcpy(digits, at + 1, 3);
    return text_to_int(digits, &status) && status >= 100 && status < 600 ? (int)status : 0;
}

/* ---- The request ---------------------------------------------------------------------------- */

static void read_request_line(struct arena *arena, struct draft *draft, const char *text)
{
    struct strings words = strings_split(arena, text, ' ');
    draft->method = words.n_items > 0 ? words.items[0] : NULL;
    draft->path = words.n_items > 1 ? words.items[1] : NULL;
    draft->may_carry = draft->path != NULL && strstr(draft->path, "[secret]") != NULL;
}

/* The kind of credential a header of the request carries; a key has a name of its own. */
static const char *kind_of_header(const char *name, const char *value)
{
    if (text_contains_nocase(name, "apikey") || text_contains_nocase(name, "api-key")) {
        return "api-key";
    }
    if (!text_equal_nocase(name, "Authorization")) {
        return NULL;
    }
    return text_contains_nocase(value, "basic") ? "basic" : "token";
}

/* A profile may take its key from a header of any name, so only these surely carry none. */
static bool is_ordinary_header(const char *name)
{
    static const char *const ordinary[] = {
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Content-Type",
        "Content-Length",
        "Connection",
        "Cache-Control",
        "Expect",
        "Referer",
        "Origin",
        "Pragma",
        "TE",
        "Upgrade",
        "Proxy-Connection",
    };
    for (size_t i = 0; i < ARRAY_LEN(ordinary); i++) {
        if (text_equal_nocase(name, ordinary[i])) {
            return true;
        }
    }
    return false;
}

static void read_request_header(struct draft *draft, const char *name, const char *value)
{
    draft->may_carry = draft->may_carry || !is_ordinary_header(name);
    const char *kind = kind_of_header(name, value);
    draft->kind = kind != NULL ? kind : draft->kind;
    draft->host = text_equal_nocase(name, "Host") ? value : draft->host;
}

/* ---- The answer ----------------------------------------------------------------------------- */

static void read_answer_header(struct response *response, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **member;
    } wanted[] = {
        {"Server", &response->server},
        {"WWW-Authenticate", &response->www_authenticate},
        {"X-Transaction-ID", &response->transaction_id},
        {"X-Is-Logged-In", &response->is_logged_in},
        {"X-MFA_TOKEN", &response->mfa_token},
        {"Location", &response->location},
        {"X-Total-Count", &response->total_count},
        {"X-RateLimit-Rule", &response->rate_limit_rule},
        {"X-RateLimit-Limit", &response->rate_limit},
        {"X-RateLimit-Reset", &response->rate_limit},
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (text_equal_nocase(name, wanted[i].name)) {
            *wanted[i].member = value;
        }
    }
    response->rate_limit =
        response->rate_limit != NULL ? response->rate_limit : response->rate_limit_rule;
}

/* Splits "Name: value"; false for anything else. */
static bool split_header(struct arena *arena, const char *text, const char **ret_name,
                         const char **ret_value)
{
    const char *colon = strchr(text, ':');
    if (colon == NULL || colon == text || memchr(text, ' ', (size_t)(colon - text)) != NULL) {
        return false;
    }
    *ret_name = arena_strndup(arena, text, (size_t)(colon - text));
    *ret_value = text_trim(arena, colon + 1);
    return true;
}

/* ---- The body ------------------------------------------------------------------------------- */

/* True where a body that stands bare must have ended. */
static bool ends_body(const struct pasting *pasting)
{
    struct marked line = marked_line(pasting);
    bool is_note = line.mark == '*' || is_count(&line);
    return is_note || is_request_line(&line) || status_of_line(&line) != 0 ||
           ((line.mark == '<' || line.mark == '>') && strchr(line.text, ':') != NULL);
}

/* Bare text up to the next mark; a blank line ends it too. */
static size_t bare_body_len(const struct pasting *pasting)
{
    struct pasting ahead = *pasting;
    while (*ahead.at != '\0' && *ahead.at != '\n' && !ends_body(&ahead)) {
        pasting_skip(&ahead, pasting_line_len(&ahead));
    }
    return (size_t)(ahead.at - pasting->at);
}

static size_t body_len(const struct pasting *pasting)
{
    const char *start = pasting->at + strspn(pasting->at, " \t\n");
    size_t before = (size_t)(start - pasting->at);
    size_t json = *start == '{' || *start == '[' ? pasting_json_len(start, PASTE_BYTES) : 0;
    if (json > 0) {
        return before + json;
    }
    if (*start == '<' && start[1] != ' ') {
        return before + pasting_page_len(start);
    }
    return bare_body_len(pasting);
}

/* No body was pasted; true when there was none to paste. */
static bool has_no_body(int status, const char *length)
{
    return status == 202 || status == 204 || (status >= 300 && status < 400) ||
           text_equal(length, "0");
}

static void read_body(struct pasting *pasting, struct draft *draft, const char *length)
{
    struct marked line = marked_line(pasting);
    while (*pasting->at != '\0' && (line.mark == '*' || is_count(&line))) {
        if (line.mark == '*') {
            pasting_add_line(pasting, line.text, strlen(line.text));
        }
        pasting_skip(pasting, pasting_line_len(pasting));
        line = marked_line(pasting);
    }
    size_t len = *pasting->at == '\0' || ends_body(pasting) ? 0 : body_len(pasting);
    if (len > 0 || has_no_body(draft->response.status, length)) {
        draft->response.body = arena_strndup(pasting->arena, pasting->at, len);
        draft->response.body_len = len;
    }
    if (len > 0) {
        pasting_skip(pasting, len);
    }
}

/* ---- The talk ------------------------------------------------------------------------------- */

struct talk {
    struct draft draft;
    struct buf headers; /* of the answer, as they stood */
    const char *length; /* header Content-Length */
    bool in_answer;
    bool is_marked; /* its lines stand behind marks, so that a line without one ends it */
};

static void begin_answer(struct talk *talk, int status, const char *text)
{
    struct response fresh = {.status = status, .retry_after_s = -1};
    talk->draft.response = fresh;
    talk->draft.has_headers = true;
    talk->in_answer = true;
    talk->length = NULL;
    buf_clear(&talk->headers);
    buf_printf(&talk->headers, "%s\n", text);
}

/* An answer that only opens the way to the real one: 100 Continue, or a proxy's tunnel. */
static bool is_prelude(const struct talk *talk)
{
    int status = talk->draft.response.status;
    return status < 200 || (text_equal(talk->draft.method, "CONNECT") && status == 200);
}

/* One line of request or headers. False when the talk's headers have ended before it. */
static bool take_line(struct pasting *pasting, struct talk *talk, const struct marked *line)
{
    const char *name = NULL;
    const char *value = NULL;
    int status = status_of_line(line);
    if (line->mark == '*') {
        pasting_add_line(pasting, line->text, strlen(line->text));
        return true;
    }
    if (is_count(line)) {
        return true;
    }
    if (is_request_line(line)) {
        struct draft fresh = {.line = pasting->line, .has_request = true};
        talk->draft = fresh;
        talk->in_answer = false;
        read_request_line(pasting->arena, &talk->draft, line->text);
        return true;
    }
    if (status != 0) {
        begin_answer(talk, status, line->text);
        return true;
    }
    if (!split_header(pasting->arena, line->text, &name, &value) ||
        (talk->is_marked && line->mark == '\0')) {
        return false;
    }
    if (talk->in_answer) {
        buf_printf(&talk->headers, "%s: %s\n", name, value);
        talk->length = text_equal_nocase(name, "Content-Length") ? value : talk->length;
        read_answer_header(&talk->draft.response, name, value);
    } else {
        read_request_header(&talk->draft, name, value);
    }
    return true;
}

/* True when the empty line here ends the headers of the answer itself. */
static bool ends_answer(const struct talk *talk, const struct marked *line)
{
    return line->text[0] == '\0' && talk->in_answer && !is_prelude(talk);
}

/* Reads request and headers; true when an answer's headers were among them. */
static bool read_headers(struct pasting *pasting, struct talk *talk)
{
    for (size_t n = 0; n < MOST_HEADERS && *pasting->at != '\0'; n++) {
        struct marked line = marked_line(pasting);
        if (ends_answer(talk, &line)) {
            pasting_skip(pasting, pasting_line_len(pasting));
            return true;
        }
        bool is_begin = talk->in_answer && !is_prelude(talk) && is_request_line(&line);
        bool is_empty = line.text[0] == '\0';
        if (is_begin || (!is_empty && !take_line(pasting, talk, &line))) {
            break;
        }
        pasting_skip(pasting, pasting_line_len(pasting));
    }
    return talk->in_answer && !is_prelude(talk);
}

bool pasting_read_talk(struct pasting *pasting)
{
    struct marked first = marked_line(pasting);
    if (!is_request_line(&first) && status_of_line(&first) == 0) {
        return false;
    }
    struct talk talk = {.draft = {.line = pasting->line}, .is_marked = first.mark != '\0'};
    buf_init(&talk.headers, HEADER_BYTES);
    if (read_headers(pasting, &talk)) {
        read_body(pasting, &talk.draft, talk.length);
        talk.draft.header_text = arena_strndup(pasting->arena, talk.headers.data, talk.headers.len);
        pasting_add_draft(pasting, &talk.draft);
    }
    buf_release(&talk.headers);
    return true;
}
