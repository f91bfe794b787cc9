/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies by themselves, and lines of logs: what they say of a status and a URL, and the bodies that
 * were written into them, in JSON, in JSON inside a string, or as Python shows a dictionary.
 */
#include <assert.h>
#include <string.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/pattern.h"
#include "base/strings.h"
#include "base/text.h"
#include "probes/pasting.h"

enum {
    JSON_BYTES = 256 * 1024,
    MOST_MISSES = 100, /* braces that open nothing readable */
    LINE_BYTES = 8 * 1024,
    MOST_DEPTH = 4,
};

/* ---- Patterns ------------------------------------------------------------------------------- */

/* A status is a number that something calls one: alone it could be anything. */
static const char *const status_sources[] = {
    "(?i)\\bHTTP/[0-9.]+[\"']?[ ,:]+([1-5][0-9]{2})\\b",
    "(?i)\\bHTTP(?:[ _-]?(?:status|error|response))?(?:[ _-]?code)?[\"']?[ "
    ":=(\\[]*([1-5][0-9]{2})\\b",
    "(?i)\\b(?:http_?)?(?:status|response)(?:[ _-]?code)?[\"']?[ ]*(?:is|was|of|:|=|=>)?[ "
    "]*[\"'(\\[]?"
    "(?<![0-9])([1-5][0-9]{2})\\b(?![.:-])",
    "\\b([1-5][0-9]{2})[\\]),:]* (?:- )?(?:Client Error|Server "
    "Error|Unauthorized|UNAUTHORIZED|Forbidden|FORBIDDEN"
    "|Not Found|Bad Request|Too Many Requests|Internal Server Error|Bad Gateway"
    "|Service Unavailable|Gateway Time-?out|\\(Unauthorized\\)|\\(Forbidden\\))",
    "(?i)\\b(?:failed|returned|responded|answered|got|received|error)(?: with)?(?: an?)?"
    "(?: code)?:? \\(?([1-5][0-9]{2})\\b(?! ?(?:ms|s|bytes|rows|records))(?![.:,-]?[0-9])",
};
static const char url_source[] = "\\bhttps?://[^\\s\"'<>()\\\\]*[^\\s\"'<>()\\\\.,:;]";
static const char call_source[] = "\\b(GET|POST|PUT|PATCH|DELETE|HEAD) "
                                  "[\"']?((?:https?://|/)(?:[^\\s\"'<>\\\\]*[^\\s\"'<>\\\\.,:;])?)";

struct patterns {
    struct pattern *statuses[ARRAY_LEN(status_sources)];
    struct pattern *url;
    struct pattern *call;
};

static struct pattern *compiled(struct arena *arena, const char *source)
{
    const char *fault = NULL;
    size_t offset = 0;
    struct pattern *pattern = pattern_new(arena, source, &fault, &offset);
    assert(pattern != NULL);
    return pattern;
}

struct patterns *patterns_new(struct arena *arena)
{
    struct patterns *patterns = memory_allocate_zeroed(1, sizeof *patterns);
    for (size_t i = 0; i < ARRAY_LEN(status_sources); i++) {
        patterns->statuses[i] = compiled(arena, status_sources[i]);
    }
    patterns->url = compiled(arena, url_source);
    patterns->call = compiled(arena, call_source);
    return patterns;
}

void patterns_free(struct patterns *patterns)
{
    for (size_t i = 0; i < ARRAY_LEN(status_sources); i++) {
        pattern_free(patterns->statuses[i]);
    }
    pattern_free(patterns->url);
    pattern_free(patterns->call);
    memory_free(patterns);
}

static int status_in(const struct pasting *pasting, const char *line)
{
    int64_t status = 0;
    for (size_t i = 0; i < ARRAY_LEN(status_sources) && strpbrk(line, "12345") != NULL; i++) {
        const char *groups[2] = {NULL, NULL};
        if (pattern_find_groups(pasting->patterns->statuses[i], pasting->arena, line, groups, 2) ==
                PATTERN_MATCHES &&
            groups[1] != NULL && text_to_int(groups[1], &status)) {
            return (int)status;
        }
    }
    return 0;
}

/* What the line says of method and URL. */
static void read_place(const struct pasting *pasting, const char *line, struct draft *draft)
{
    const char *groups[3] = {NULL, NULL, NULL};
    if (strchr(line, '/') == NULL) {
        return;
    }
    if (pattern_find_groups(pasting->patterns->call, pasting->arena, line, groups, 3) ==
        PATTERN_MATCHES) {
        draft->method = groups[1];
        draft->path = groups[2];
    } else if (pattern_find_groups(pasting->patterns->url, pasting->arena, line, groups, 1) ==
               PATTERN_MATCHES) {
        draft->path = groups[0];
    }
}

/* ---- JSON ----------------------------------------------------------------------------------- */

/* The length of a word of Python's at `text`, with JSON's word for it; 0 when there is none. */
static size_t python_word(const char *text, const char **ret_json)
{
    static const struct {
        const char *python;
        const char *json;
    } words[] = {{"None", "null"}, {"True", "true"}, {"False", "false"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_starts_with(text, words[i].python)) {
            *ret_json = words[i].json;
            return strlen(words[i].python);
        }
    }
    return 0;
}

/* A JSON document as Python prints a dictionary: quotes of either kind, True, False, None. */
static const char *from_python(struct arena *arena, const char *text)
{
    struct buf json;
    buf_init(&json, (size_t)JSON_BYTES * 2);
    char quote = '\0';
    while (*text != '\0') {
        const char *word = NULL;
        size_t len = quote == '\0' ? python_word(text, &word) : 0;
        bool is_quote = *text == '"' || *text == '\'';
        if (len > 0) {
            buf_add(&json, word);
            text += len - 1;
        } else if (is_quote && (quote == '\0' || quote == *text)) {
            quote = quote == '\0' ? *text : '\0';
            buf_add_char(&json, '"');
        } else if (*text == '"') {
            buf_add(&json, "\\\"");
        } else {
            buf_add_char(&json, *text);
        }
        text++;
    }
    const char *result = arena_strndup(arena, json.data, json.len);
    buf_release(&json);
    return result;
}

/* The same text with one layer of backslashes taken off. */
static const char *unescaped(struct arena *arena, const char *text)
{
    char *plain = arena_strdup(arena, text);
    size_t n = 0;
    for (size_t i = 0; plain[i] != '\0'; i++) {
        if (plain[i] == '\\' && plain[i + 1] != '\0') {
            i++;
        }
        plain[n++] = plain[i];
    }
    plain[n] = '\0';
    return plain;
}

/* A document found in the text, and the text of it that parses. */
struct found {
    const struct json *document;
    const char *text;
    size_t len; /* in the pasted text */
};

static const struct json *parsed(struct arena *arena, const char *text)
{
    const char *fault = NULL;
    return json_parse(arena, text, strlen(text), &fault);
}

static struct found find_json(struct pasting *pasting, const char *at)
{
    struct arena *arena = pasting->arena;
    struct found found = {.len = pasting_json_len(at, JSON_BYTES)};
    if (at[strspn(at + 1, " \t\n") + 1] == '\\') {
        const char *line = unescaped(arena, arena_strndup(arena, at, strcspn(at, "\n")));
        size_t len = pasting_json_len(line, JSON_BYTES);
        found.text = arena_strndup(arena, line, len);
        found.document = len > 0 ? parsed(arena, found.text) : NULL;
        found.len = strcspn(at, "\n");
    } else if (found.len > 0) {
        found.text = arena_strndup(arena, at, found.len);
        found.document = parsed(arena, found.text);
        if (found.document == NULL) {
            found.text = from_python(arena, found.text);
            found.document = parsed(arena, found.text);
        }
    }
    pasting->n_misses += found.document == NULL ? 1 : 0;
    return found;
}

/* True for a body of ServiceNow's REST layer or of its token endpoint, as far as its form tells. */
static bool is_answer(struct arena *arena, const struct json *document, const char *text)
{
    bool is_token = false;
    const struct json *error = json_get(document, "error");
    if (error != NULL && json_get_text(error, "message") != NULL) {
        return true;
    }
    return response_usual_status(arena, text, strlen(text), &is_token) != 0;
}

static bool is_status(const struct json *value, int64_t *ret_status)
{
    return value != NULL && (value->kind == JSON_KIND_NUMBER || value->kind == JSON_KIND_STRING) &&
           text_to_int(value->text, ret_status) && *ret_status >= 100 && *ret_status < 600;
}

/* The status among the members of a line that is a document itself. */
static int status_of_members(const struct json *document)
{
    static const char *const names[] = {"status", "statusCode", "status_code", "http_status",
                                        "code",   "httpStatus", "responseCode"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int64_t status = 0;
        if (is_status(json_get(document, names[i]), &status)) {
            return (int)status;
        }
    }
    return 0;
}

/* ---- Documents ------------------------------------------------------------------------------ */

static void add_body(struct pasting *pasting, struct draft *draft, const char *body)
{
    draft->response.body = body;
    draft->response.body_len = strlen(body);
    pasting_add_draft(pasting, draft);
}

/* A log may be documents, one a line: their texts are lines, and the answer may be in a member. */
static bool read_members(struct pasting *pasting, const struct json *document, struct draft *draft,
                         int depth)
{
    bool is_found = false;
    draft->response.status =
        draft->response.status != 0 ? draft->response.status : status_of_members(document);
    for (size_t i = 0; i < document->n_values && depth < MOST_DEPTH; i++) {
        const struct json *value = document->values[i];
        bool is_nested = value->kind == JSON_KIND_OBJECT || value->kind == JSON_KIND_ARRAY;
        if (is_nested) {
            is_found = read_members(pasting, value, draft, depth + 1) || is_found;
        }
        if (value->kind != JSON_KIND_STRING) {
            continue;
        }
        const struct json *inner =
            value->text[0] == '{' ? parsed(pasting->arena, value->text) : NULL;
        if (inner != NULL && is_answer(pasting->arena, inner, value->text)) {
            add_body(pasting, draft, value->text);
            is_found = true;
        } else {
            read_place(pasting, value->text, draft);
            pasting_add_line(pasting, value->text, strlen(value->text));
        }
    }
    return is_found;
}

/* An error inside a document: written again, so that it is read as a body. */
static const char *error_text(struct arena *arena, const struct json *document, int depth)
{
    const struct json *error = json_get(document, "error");
    if (json_get_text(error, "message") != NULL) {
        struct json_writer *writer = json_writer_new();
        json_open_object(writer, "error");
        json_put_text(writer, "message", json_get_text(error, "message"));
        json_put_text(writer, "detail", json_get_text(error, "detail"));
        json_close(writer);
        json_put_text(writer, "status", json_get_text(document, "status"));
        const char *text = json_writer_text(writer, arena);
        json_writer_free(writer);
        return text;
    }
    for (size_t i = 0; document->keys != NULL && i < document->n_values && depth < MOST_DEPTH;
         i++) {
        const struct json *value = document->values[i];
        const char *text =
            value->kind == JSON_KIND_OBJECT ? error_text(arena, value, depth + 1) : NULL;
        if (text != NULL) {
            return text;
        }
    }
    return NULL;
}

/* The document is an answer, or a line of a log that may hold one. */
static void read_document(struct pasting *pasting, const struct found *found, struct draft *draft)
{
    if (is_answer(pasting->arena, found->document, found->text)) {
        add_body(pasting, draft, found->text);
        return;
    }
    const char *inner = error_text(pasting->arena, found->document, 0);
    bool is_found = read_members(pasting, found->document, draft, 0);
    if (inner != NULL) {
        add_body(pasting, draft, inner);
    } else if (!is_found && draft->response.status >= 400) {
        pasting_add_draft(pasting, draft);
    }
}

/* ---- Lines ---------------------------------------------------------------------------------- */

static const char *find_page(const char *line)
{
    static const char *const begins[] = {"<!DOCTYPE html", "<!doctype html", "<html", "<HTML"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
        const char *at = strstr(line, begins[i]);
        if (at != NULL) {
            return at;
        }
    }
    return NULL;
}

/* What stands before a body on its line: its status and place, and a line of its own. */
static struct draft draft_before(struct pasting *pasting, size_t len)
{
    struct draft draft = {.line = pasting->line};
    const char *before = arena_strndup(pasting->arena, pasting->at, len);
    draft.response.retry_after_s = -1;
    draft.response.status = status_in(pasting, before);
    read_place(pasting, before, &draft);
    pasting_add_line(pasting, before, len);
    return draft;
}

static bool read_body_at(struct pasting *pasting, const char *at)
{
    struct found found = find_json(pasting, at);
    if (found.document == NULL || found.document->kind != JSON_KIND_OBJECT) {
        return false;
    }
    struct draft draft = draft_before(pasting, (size_t)(at - pasting->at));
    pasting_skip(pasting, (size_t)(at - pasting->at) + found.len);
    read_document(pasting, &found, &draft);
    return true;
}

/* A list of rows that was cut, or a page: goes to the end of the text, or of the page. */
static bool read_unclosed(struct pasting *pasting, const char *line)
{
    const char *brace = strchr(line, '{');
    bool is_rows =
        brace != NULL && text_starts_with(brace + 1 + strspn(brace + 1, " "), "\"result\"");
    const char *page = find_page(line);
    if (!is_rows && page == NULL) {
        return false;
    }
    size_t before = (size_t)((page != NULL ? page : brace) - line);
    struct draft draft = draft_before(pasting, before);
    const char *at = pasting->at + before;
    size_t len = page != NULL ? pasting_page_len(at) : strlen(at);
    const char *body = arena_strndup(pasting->arena, at, len);
    pasting_skip(pasting, before + len);
    add_body(pasting, &draft, body);
    return true;
}

/* A line that holds no body: kept, and an answer where it tells a status that refuses. */
static void read_plain(struct pasting *pasting, const char *line, size_t len)
{
    struct draft draft = {.line = pasting->line};
    const char *begin = arena_strndup(pasting->arena, line, strnlen(line, LINE_BYTES));
    draft.response.retry_after_s = -1;
    draft.response.status = status_in(pasting, begin);
    pasting_add_line(pasting, line, len);
    pasting_skip(pasting, len);
    if (draft.response.status >= 400) {
        read_place(pasting, begin, &draft);
        pasting_add_draft(pasting, &draft);
    }
}

void pasting_read_loose(struct pasting *pasting)
{
    size_t len = pasting_line_len(pasting);
    const char *line = arena_strndup(pasting->arena, pasting->at, len);
    const char *brace = strchr(line, '{');
    while (brace != NULL && pasting->n_misses < MOST_MISSES) {
        if (read_body_at(pasting, pasting->at + (brace - line))) {
            return;
        }
        brace = strchr(brace + 1, '{');
    }
    if (!read_unclosed(pasting, line)) {
        read_plain(pasting, line, len);
    }
}
