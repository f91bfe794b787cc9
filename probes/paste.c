/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a pasted text to answers and lines. First everything that may be secret is hidden, then the
 * text is walked once, then each answer that was found is read as one from the wire would be.
 */
#include "probes/paste.h"

#include <string.h>

#include "base/json.h"
#include "base/strings.h"
#include "base/text.h"
#include "probes/hide.h"
#include "probes/pasting.h"

enum {
    NEAR_LINES = 6, /* a status and its body stand this near to each other in a log */
    SHOWN_CHARACTERS = 200,
    ANSWER_BYTES = 64 * 1024, /* what signatures look at */
};

/* ---- Places --------------------------------------------------------------------------------- */

size_t pasting_line_len(const struct pasting *pasting)
{
    return strcspn(pasting->at, "\n");
}

void pasting_skip(struct pasting *pasting, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        pasting->line += pasting->at[i] == '\n' ? 1 : 0;
    }
    pasting->at += len;
    if (*pasting->at == '\n') {
        pasting->at++;
        pasting->line++;
    }
}

/* How a bracket changes the depth; 0 for any other character. */
static int depth_step(char c)
{
    if (c == '{' || c == '[') {
        return 1;
    }
    return c == '}' || c == ']' ? -1 : 0;
}

size_t pasting_json_len(const char *at, size_t limit)
{
    int64_t depth = 0;
    char quote = '\0';
    for (size_t i = 0; i < limit && at[i] != '\0'; i++) {
        char c = at[i];
        if (c == '\\' && at[i + 1] != '\0') {
            i++;
        } else if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (depth_step(c) != 0) {
            depth += depth_step(c);
            if (depth <= 0) {
                return i + 1;
            }
        }
    }
    return 0;
}

size_t pasting_page_len(const char *at)
{
    static const char end[] = "</html>";
    size_t len = 0;
    for (; at[len] != '\0'; len++) {
        if (at[len] == '<' && (strncmp(at + len, end, strlen(end)) == 0 ||
                               strncmp(at + len, "</HTML>", strlen(end)) == 0)) {
            return len + strlen(end);
        }
    }
    return len;
}

/* ---- What was found ------------------------------------------------------------------------- */

void pasting_add_line(struct pasting *pasting, const char *text, size_t len)
{
    if (strspn(text, " \t") >= len) {
        return;
    }
    if (pasting->paste.n_lines >= PASTE_LINES) {
        pasting->paste.is_cut = true;
        return;
    }
    struct paste_line *line =
        arena_append(pasting->arena, &pasting->paste.lines, &pasting->paste.n_lines, sizeof *line);
    *line = (struct paste_line){.text = arena_strndup(pasting->arena, text, len),
                                .number = pasting->line};
}

static bool is_same_place(const struct draft *a, const struct draft *b)
{
    return a->path == NULL || b->path == NULL || text_equal(a->path, b->path);
}

static void take_place(struct draft *draft, const struct draft *from)
{
    draft->method = draft->method != NULL ? draft->method : from->method;
    draft->host = draft->path != NULL ? draft->host : from->host;
    draft->path = draft->path != NULL ? draft->path : from->path;
}

/* True when `next` goes on with what `last` began: the body to a status, the status to a body, or
 * the same status once more. */
static bool joins(struct draft *last, const struct draft *next)
{
    bool is_near = next->line - last->line <= NEAR_LINES && is_same_place(last, next);
    bool lacks_body = last->response.body == NULL && !last->has_headers;
    bool lacks_status = last->response.status == 0;
    if (!is_near || next->has_headers) {
        return false;
    }
    if (lacks_body && next->response.status == 0) {
        last->response.body = next->response.body;
        last->response.body_len = next->response.body_len;
        take_place(last, next);
        return true;
    }
    if (next->response.body == NULL &&
        (lacks_status || next->response.status == last->response.status)) {
        last->response.status = next->response.status;
        take_place(last, next);
        return true;
    }
    return false;
}

void pasting_add_draft(struct pasting *pasting, const struct draft *draft)
{
    struct draft *last = pasting->n_drafts > 0 ? &pasting->drafts[pasting->n_drafts - 1] : NULL;
    if (last != NULL && joins(last, draft)) {
        return;
    }
    if (pasting->n_drafts >= PASTE_ANSWERS) {
        pasting->paste.is_cut = true;
        return;
    }
    struct draft *slot =
        arena_append(pasting->arena, &pasting->drafts, &pasting->n_drafts, sizeof *slot);
    *slot = *draft;
}

/* What curl writes to its two streams may be pasted one behind the other: one answer without a body
 * and one body without an answer belong together. */
static void join_streams(struct pasting *pasting)
{
    struct draft *first = pasting->drafts;
    struct draft *second = pasting->n_drafts == 2 ? first + 1 : NULL;
    if (second == NULL || first->has_headers == second->has_headers) {
        return;
    }
    struct draft *answer = first->has_headers ? first : second;
    const struct draft *body = first->has_headers ? second : first;
    bool fits = (answer->response.body == NULL || answer->response.body_len == 0) &&
                body->response.body != NULL && body->response.status == 0;
    if (fits) {
        answer->response.body = body->response.body;
        answer->response.body_len = body->response.body_len;
        *first = *answer;
        pasting->n_drafts = 1;
    }
}

/* ---- Reading an answer ---------------------------------------------------------------------- */

static const char *url_of(struct arena *arena, const struct draft *draft)
{
    if (draft->path == NULL) {
        return draft->host == NULL ? NULL : arena_printf(arena, "https://%s/", draft->host);
    }
    const char *url = draft->path[0] == '/' && draft->host != NULL
                          ? arena_printf(arena, "https://%s%s", draft->host, draft->path)
                          : draft->path;
    return text_shorten(arena, url, SHOWN_CHARACTERS);
}

static const char *text_of(struct arena *arena, const struct draft *draft, enum outcome outcome)
{
    if (outcome == OUTCOME_RESULT || outcome == OUTCOME_TOKEN) {
        return draft->header_text;
    }
    const char *headers = draft->header_text != NULL ? draft->header_text : "";
    const char *body = draft->response.body != NULL ? draft->response.body : "";
    return arena_printf(arena, "%s\n%.*s", headers, (int)strnlen(body, ANSWER_BYTES), body);
}

/* A body that came with a status is read with it; else with the status it usually comes with. A
 * status alone says what it says. */
static struct interpretation interpret(struct arena *arena, const struct draft *draft)
{
    struct response response = draft->response;
    bool has_form = false;
    bool is_token = draft->path != NULL && text_contains_nocase(draft->path, "oauth_token.do");
    bool headers_tell = response.status == 429 || (response.status >= 300 && response.status < 400);
    if (response.body == NULL && draft->has_headers && headers_tell) {
        response.body = "";
    }
    if (response.body == NULL) {
        return (struct interpretation){.outcome = OUTCOME_NONE};
    }
    int usual = response_usual_status(arena, response.body, response.body_len, &has_form);
    response.status = response.status != 0 ? response.status : usual;
    if (response.status == 0) {
        return (struct interpretation){.outcome = OUTCOME_NONE};
    }
    /* The words tell a rate limit as well as the headers do, where those were not copied. */
    if (!draft->has_headers && text_contains_nocase(response.body, "Rate limit exceeded")) {
        response.rate_limit = "told by its text";
    }
    return response_interpret(arena, &response, is_token || has_form);
}

static const char *shown(struct arena *arena, const char *text)
{
    return text == NULL ? NULL
                        : text_shorten(arena, text_sanitize_line(arena, text), SHOWN_CHARACTERS);
}

/* The rows of an answer, one for a record by itself; -1 when it has none to speak of. */
static int64_t rows_of(const struct json *document)
{
    const struct json *result = json_get(document, "result");
    if (result == NULL || result->kind == JSON_KIND_STRING) {
        return -1;
    }
    return result->kind == JSON_KIND_ARRAY ? (int64_t)result->n_values : 1;
}

/* A page that names its own status has told it, where nothing else did. */
static int told_status(struct arena *arena, const struct response *response)
{
    bool is_token = false;
    bool is_page = response->body != NULL && response->body[strspn(response->body, " \t\n")] == '<';
    int usual = response->status == 0 && is_page
                    ? response_usual_status(arena, response->body, response->body_len, &is_token)
                    : 0;
    return usual >= 400 ? usual : response->status;
}

static int64_t number_or_none(const char *text)
{
    int64_t number = -1;
    return text != NULL && text_to_int(text, &number) ? number : -1;
}

static void finish(struct pasting *pasting, const struct draft *draft)
{
    struct arena *arena = pasting->arena;
    const struct response *response = &draft->response;
    struct interpretation reading = interpret(arena, draft);
    bool is_without =
        draft->has_request && draft->host != NULL && draft->kind == NULL && !draft->may_carry;
    struct paste_answer *answer =
        arena_append(arena, &pasting->paste.answers, &pasting->paste.n_answers, sizeof *answer);
    *answer = (struct paste_answer){
        .kind = draft->kind,
        .text = text_of(arena, draft, reading.outcome),
        .line = draft->line,
        .n_rows = rows_of(reading.document),
        .n_counted = number_or_none(response->total_count),
        .has_headers = draft->has_headers,
        .has_body = response->body != NULL,
        .is_without_credential = is_without,
    };
    answer->exchange = (struct exchange){
        .n = (int)pasting->paste.n_answers,
        .credential = is_without ? "none" : draft->kind,
        .method = draft->method,
        .url = url_of(arena, draft),
        .status = told_status(arena, response),
        .bytes = (int64_t)response->body_len,
        .outcome = reading.outcome,
        .message = shown(arena, reading.message),
        .detail = shown(arena, reading.detail),
        .excerpt = shown(arena, reading.excerpt),
        .server = response->server,
        .www_authenticate = response->www_authenticate,
        .transaction_id = response->transaction_id,
        .is_logged_in = response->is_logged_in,
        .location = response->location,
        .rate_limit_rule = response->rate_limit_rule,
        .retry_after_s = -1,
        .is_from_node = response->transaction_id != NULL || response->is_logged_in != NULL,
    };
}

/* ---- The credential ------------------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *kind;
} kind_words[] = {
    {"grant_type=client_credentials", "oauth-client"},
    {"grant_type=password", "oauth-password"},
    {"grant_type=refresh_token", "oauth-refresh"},
    {"x-sn-apikey", "api-key"},
    {"Basic [secret]", "basic"},
    {" -u [secret]", "basic"},
    {"Bearer [secret]", "token"},
};

/* The one kind that is spoken of; a token is what the grants before it are for. */
static const char *kind_in(const char *text)
{
    const char *kind = NULL;
    for (size_t i = 0; i < ARRAY_LEN(kind_words); i++) {
        const char *found = kind_words[i].kind;
        if (!text_contains_nocase(text, kind_words[i].text) || text_equal(kind, found)) {
            continue;
        }
        if (kind != NULL && text_equal(found, "token")) {
            continue;
        }
        if (kind != NULL) {
            return NULL;
        }
        kind = found;
    }
    return kind;
}

/* ---- The text ------------------------------------------------------------------------------- */

/* Without colours of a terminal, and without the zeros that UTF-16 has between ASCII letters. */
static const char *plain_text(struct arena *arena, const char *text, size_t len)
{
    char *plain = arena_allocate(arena, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\x1b' && i + 1 < len && text[i + 1] == '[') {
            i += 2;
            while (i < len && ((text[i] >= '0' && text[i] <= '9') || text[i] == ';')) {
                i++;
            }
        } else if (text[i] != '\0') {
            plain[n++] = text[i];
        }
    }
    return text_sanitize(arena, plain);
}

static void walk(struct pasting *pasting)
{
    while (*pasting->at != '\0') {
        if (!pasting_read_talk(pasting)) {
            pasting_read_loose(pasting);
        }
    }
    join_streams(pasting);
    for (size_t i = 0; i < pasting->n_drafts; i++) {
        struct draft *draft = &pasting->drafts[i];
        draft->method = draft->path == NULL ? pasting->call->method : draft->method;
        draft->path = draft->path == NULL ? pasting->call->path : draft->path;
        finish(pasting, draft);
    }
}

struct paste paste_read(struct arena *arena, const char *text, size_t len,
                        const struct paste_call *call)
{
    size_t n_read = len < PASTE_BYTES ? len : PASTE_BYTES;
    struct pasting pasting = {.arena = arena, .call = call, .line = 1};
    pasting.paste.is_cut = n_read < len;
    const char *plain = plain_text(arena, text, n_read);
    pasting.at = hide_secrets(arena, plain, &pasting.paste.n_hidden);
    pasting.paste.kind = kind_in(pasting.at);
    pasting.patterns = patterns_new(arena);
    walk(&pasting);
    patterns_free(pasting.patterns);
    return pasting.paste;
}
