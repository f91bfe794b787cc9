/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escaping for Markdown, and requests as commands. Escaped is only what would be markup where it
 * stands, so that the text stays readable where nothing renders it, as in most tickets.
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"
#include "base/text.h"
#include "report/markdown.h"
#include "report/summary.h"

enum { LONGEST_TEXT = 400, LONGEST_URL = 2000, LARGEST_LINE_BYTES = 64 * 1024, SHORTEST_FENCE = 3 };

/* What is in the buffer, which is given back. */
static const char *taken(struct arena *arena, struct buf *buf)
{
    const char *text = arena_strndup(arena, buf->len == 0 ? "" : buf->data, buf->len);
    buf_release(buf);
    return text;
}

/* On one line without blanks around it. */
static const char *on_a_line(struct arena *arena, const char *text, size_t limit)
{
    const char *line = text_trim(arena, text_sanitize_line(arena, text_or_empty(text)));
    return text_shorten(arena, line, limit);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) != 0 || ((unsigned char)c & 0x80) != 0;
}

static bool is_w(char c)
{
    return c == 'w' || c == 'W';
}

/* "www." is a link of its own accord. */
static bool follows_www(const char *text, size_t i)
{
    return i >= 3 && is_w(text[i - 1]) && is_w(text[i - 2]) && is_w(text[i - 3]);
}

/* Whether the character at `i` would be markup there: an underscore within a word is none, a colon
 * only in an address, a number sign only where a word begins. */
static bool is_markup(const char *text, size_t i)
{
    const char before = i == 0 ? ' ' : text[i - 1];
    switch (text[i]) {
    case '_':
        return !is_word(before) || !is_word(text[i + 1]);
    case '#':
        return !is_word(before);
    case ':':
        return text[i + 1] == '/' && text[i + 2] == '/';
    case '.':
        return follows_www(text, i);
    default:
        return strchr("\\`*[]<|~&$", text[i]) != NULL;
    }
}

const char *markdown_text(struct arena *arena, const char *text)
{
    const char *line = on_a_line(arena, text, LONGEST_TEXT);
    struct buf escaped;
    buf_init(&escaped, LARGEST_LINE_BYTES);
    for (size_t i = 0; line[i] != '\0'; i++) {
        if (is_markup(line, i)) {
            buf_add_char(&escaped, '\\');
        }
        buf_add_char(&escaped, line[i]);
    }
    return taken(arena, &escaped);
}

const char *markdown_line(struct arena *arena, const char *text)
{
    return on_a_line(arena, text, LONGEST_TEXT);
}

/* The longest row of backticks. */
static size_t backticks_in(const char *text)
{
    size_t longest = 0;
    for (size_t i = 0; text[i] != '\0';) {
        size_t len = strspn(text + i, "`");
        longest = len > longest ? len : longest;
        i += len + strcspn(text + i + len, "`");
    }
    return longest;
}

static const char *row_of_backticks(struct arena *arena, size_t n)
{
    struct buf row;
    buf_init(&row, LARGEST_LINE_BYTES);
    for (size_t i = 0; i < n; i++) {
        buf_add_char(&row, '`');
    }
    return taken(arena, &row);
}

const char *markdown_code(struct arena *arena, const char *text)
{
    const char *line = on_a_line(arena, text, LONGEST_TEXT);
    const char *ticks = row_of_backticks(arena, backticks_in(line) + 1);
    if (line[0] == '\0') {
        return "";
    }
    const char *blank = line[0] == '`' || text_ends_with(line, "`") ? " " : "";
    return arena_printf(arena, "%s%s%s%s%s", ticks, blank, line, blank, ticks);
}

const char *markdown_fence(struct arena *arena, const struct strings *lines)
{
    size_t n = SHORTEST_FENCE;
    for (size_t i = 0; i < lines->n_items; i++) {
        size_t n_inside = backticks_in(lines->items[i]);
        n = n_inside >= n ? n_inside + 1 : n;
    }
    return row_of_backticks(arena, n);
}

/* ---- Requests ---- */

/* What is sent with a call, and to the token endpoint, for each kind of credential. An @ stands for
 * what the names of the variables begin with. */
static const struct manner {
    const char *kind;
    const char *call;
    const char *token_form; /* NULL: no token is asked for */
} manners[] = {
    {"api-key", "-H \"x-sn-apikey: $@SECRET\"", NULL},
    {"basic", "-u \"$@USER:$@SECRET\"", NULL},
    {"token", "-H \"Authorization: Bearer $@SECRET\"", NULL},
    {"oauth-client", "-H \"Authorization: Bearer $@TOKEN\"",
     "-d grant_type=client_credentials --data-urlencode \"client_id=$@CLIENT_ID\" "
     "--data-urlencode \"client_secret=$@SECRET\""},
    {"oauth-password", "-H \"Authorization: Bearer $@TOKEN\"",
     "-d grant_type=password --data-urlencode \"username=$@USER\" "
     "--data-urlencode \"password=$@SECRET\" --data-urlencode \"client_id=$@CLIENT_ID\" "
     "--data-urlencode \"client_secret=$@CLIENT_SECRET\""},
    {"oauth-refresh", "-H \"Authorization: Bearer $@TOKEN\"",
     "-d grant_type=refresh_token --data-urlencode \"refresh_token=$@SECRET\" "
     "--data-urlencode \"client_id=$@CLIENT_ID\" "
     "--data-urlencode \"client_secret=$@CLIENT_SECRET\""},
};

/* Credentials whose variables have names of their own. */
static const char *const prefixes[][2] = {
    {"auditor", "AUDITOR_"}, {"made-up", "MADE_UP_"}, {"also", "ALSO_"}};

static const char *prefix_of(const char *credential)
{
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (text_equal(prefixes[i][0], credential)) {
            return prefixes[i][1];
        }
    }
    return "";
}

/* The kind of a credential; a made-up one is of the kind of the credential under test. */
static const char *kind_of(const struct run *run, const char *credential)
{
    bool is_made_up = text_equal(credential, "made-up");
    for (size_t i = 0; i < run->n_credentials; i++) {
        const struct used_credential *used = &run->credentials[i];
        if (is_made_up ? !text_equal(used->name, "auditor") : text_equal(used->name, credential)) {
            return used->kind;
        }
    }
    return NULL;
}

static const struct manner *manner_of(const struct run *run, const char *credential)
{
    const char *kind = kind_of(run, credential);
    for (size_t i = 0; i < ARRAY_LEN(manners); i++) {
        if (text_equal(manners[i].kind, kind)) {
            return &manners[i];
        }
    }
    return NULL;
}

static void add_with_prefix(struct buf *line, const char *text, const char *prefix)
{
    for (; *text != '\0'; text++) {
        if (*text == '@') {
            buf_add(line, prefix);
        } else {
            buf_add_char(line, *text);
        }
    }
}

/* In single quotes, as a shell wants them. */
static void add_quoted(struct buf *line, const char *text)
{
    buf_add_char(line, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buf_add(line, "'\\''");
        } else {
            buf_add_char(line, *text);
        }
    }
    buf_add_char(line, '\'');
}

static void add_method(struct buf *line, const char *method)
{
    bool has_body =
        text_equal(method, "POST") || text_equal(method, "PATCH") || text_equal(method, "PUT");
    if (text_equal(method, "HEAD")) {
        buf_add(line, " --head");
    } else if (!text_is_empty(method) && !text_equal(method, "GET")) {
        buf_add(line, " -X ");
        add_quoted(line, method);
    }
    if (has_body) {
        buf_add(line, " -H \"Content-Type: application/json\" -d \"$RECORD\"");
    }
}

const char *markdown_curl(struct arena *arena, const struct run *run,
                          const struct exchange *exchange)
{
    const struct manner *manner = manner_of(run, exchange->credential);
    const char *prefix = prefix_of(exchange->credential);
    const char *url = on_a_line(arena, exchange->url, LONGEST_URL);
    bool is_token_request = manner != NULL && manner->token_form != NULL &&
                            text_equal(exchange->method, "POST") &&
                            text_ends_with(url, "/oauth_token.do");
    struct buf line;
    buf_init(&line, LARGEST_LINE_BYTES);
    buf_add(&line, "curl -sSi -H \"Accept: application/json\"");
    if (!is_token_request) {
        add_method(&line, on_a_line(arena, exchange->method, LONGEST_TEXT));
    }
    if (manner != NULL) {
        buf_add_char(&line, ' ');
        add_with_prefix(&line, is_token_request ? manner->token_form : manner->call, prefix);
    }
    buf_add_char(&line, ' ');
    add_quoted(&line, url);
    return taken(arena, &line);
}
