/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search of conceal.h, one line after the other.
 */
#include "base/conceal.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"

static const char key_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
static const char around_keys[] = "\"' ";

struct scan {
    struct arena *arena;
    const struct strings *shown_keys;
    bool has_begun;
    size_t root_indent;
    bool in_hidden_section; /* below a top-level key that may not be shown */
    bool is_below;          /* below a key like `credentials` */
    size_t below_indent;
    bool below_item;  /* … which stood in a line that begins with '-' */
    bool rest_hidden; /* to the end of the text */
};

/* One line without its end, a copy. */
struct line {
    const char *text;
    size_t indent;
    char first; /* behind the indent */
};

/* ---- words ---- */

static bool names_credentials(const char *word)
{
    const char *names[] = {"credentials", "credential"};
    const struct strings list = {.items = names, .n_items = ARRAY_LEN(names)};
    return text_contains_nocase(word, "cred") || nearest_spelling(word, &list) != NULL;
}

static bool names_secret(const char *word)
{
    static const char *const parts[] = {"secret", "passw", "passphrase", "token", "bearer"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (text_contains_nocase(word, parts[i])) {
            return true;
        }
    }
    size_t len = strlen(word);
    return len >= 3 && text_equal_nocase(word + len - 3, "key");
}

/* The next word with a colon behind it; NULL when the line has none any more. */
static const char *next_key(const char *rest, size_t *ret_len)
{
    while (*rest != '\0') {
        rest += strcspn(rest, key_letters);
        size_t len = strspn(rest, key_letters);
        if (len > 0 && rest[len + strspn(rest + len, around_keys)] == ':') {
            *ret_len = len;
            return rest;
        }
        rest += len;
    }
    return NULL;
}

/* Looks at all keys of the line, and notes what they mean for the lines behind it. */
static bool has_secret_key(struct scan *scan, const struct line *line)
{
    bool is_found = false;
    size_t len = 0;
    const char *at = next_key(line->text, &len);
    for (; at != NULL; at = next_key(at + len, &len)) {
        const char *word = arena_strndup(scan->arena, at, len);
        is_found = is_found || names_secret(word);
        if (!names_credentials(word)) {
            continue;
        }
        is_found = true;
        bool in_braces = memchr(line->text, '{', (size_t)(at - line->text)) != NULL;
        /* `credential` in braces is how a target's pack names the one it is checked with. */
        scan->rest_hidden = scan->rest_hidden || (in_braces && !text_equal(word, "credential"));
        if (!scan->is_below) {
            scan->is_below = true;
            scan->below_indent = line->indent;
            scan->below_item = line->first == '-';
        }
    }
    return is_found;
}

static bool has_user_in_url(const struct line *line)
{
    const char *scheme_end = strstr(line->text, "://");
    return scheme_end != NULL && strchr(scheme_end, '@') != NULL;
}

/* ---- where a line stands ---- */

/* True for "key:", "'key' :" and the like. */
static bool begins_with_key(const struct line *line)
{
    const char *rest = line->text + strspn(line->text, "?- {\"'");
    size_t len = strspn(rest, key_letters);
    return len > 0 && rest[len + strspn(rest + len, around_keys)] == ':';
}

static bool begins_with_shown_key(const struct scan *scan, const struct line *line)
{
    const char *rest = line->text + strspn(line->text, around_keys);
    size_t len = strspn(rest, key_letters);
    return begins_with_key(line) &&
           strings_have(scan->shown_keys, arena_strndup(scan->arena, rest, len));
}

/* The first line that is not a directive or the bare start of the document. */
static void begin(struct scan *scan, const struct line *line)
{
    bool is_start = text_starts_with(line->text, "---");
    if (line->first == '%' || (is_start && strspn(line->text, "- ") == strlen(line->text))) {
        return;
    }
    scan->has_begun = true;
    scan->root_indent = line->indent;
    bool is_block = !is_start && strchr("{[-", line->first) == NULL && begins_with_key(line);
    scan->rest_hidden = scan->shown_keys != NULL && !is_block;
}

/* True when the line stands beside or above the key that everything below is hidden of. Other lines
 * (a closing bracket, a tab in the wrong place) may still belong to it. */
static bool ends_below(const struct scan *scan, const struct line *line)
{
    if (line->first == '-') {
        return line->indent + (scan->below_item ? 0 : 1) <= scan->below_indent;
    }
    return line->indent <= scan->below_indent && begins_with_key(line);
}

/* Leaves and enters what the line's place ends and begins. */
static void follow(struct scan *scan, const struct line *line)
{
    scan->is_below = scan->is_below && !ends_below(scan, line);
    if (scan->shown_keys != NULL && line->indent <= scan->root_indent &&
        strchr("-}]\t", line->first) == NULL) {
        scan->in_hidden_section = !begins_with_shown_key(scan, line);
    }
}

static bool is_hidden(struct scan *scan, const struct line *line)
{
    if (line->first != '#' && line->first != '\0') {
        if (!scan->has_begun) {
            begin(scan, line);
        }
        if (scan->has_begun) {
            follow(scan, line);
        }
    }
    bool has_secret = has_secret_key(scan, line);
    return has_secret || has_user_in_url(line) || scan->rest_hidden || scan->in_hidden_section ||
           scan->is_below;
}

static struct line line_of(struct arena *arena, const char *text, size_t len)
{
    size_t shown_len = len - (len > 0 && text[len - 1] == '\r' ? 1 : 0);
    struct line line = {.text = arena_strndup(arena, text, shown_len)};
    line.indent = strspn(line.text, " ");
    line.first = line.text[line.indent];
    return line;
}

char *conceal_secrets(struct arena *arena, const char *text, const struct strings *shown_keys)
{
    struct scan scan = {.arena = arena, .shown_keys = shown_keys};
    struct buf clean;
    buf_init(&clean, strlen(text) + 1);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        struct line line = line_of(arena, text, len);
        if (!is_hidden(&scan, &line)) {
            buf_add_bytes(&clean, text, len);
        }
        if (text[len] == '\n') {
            buf_add_char(&clean, '\n');
            len++;
        }
        text += len;
    }
    char *result = arena_strndup(arena, clean.data, clean.len);
    buf_release(&clean);
    return result;
}
