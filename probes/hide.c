/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over the text; at each place a table of finders is asked whether a secret begins there.
 * A finder that says yes has written what may be shown and answers how far it read. How far a
 * finder looks ahead is bounded, or what it read is behind it for good, so the walk is linear.
 */
#include "probes/hide.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/strings.h"
#include "base/text.h"

enum {
    LONGEST_LOOK_BYTES = 400,     /* how far a finder looks for the end of something */
    LONGEST_PAIR_BYTES = 160,     /* of {"name": …, "value": …}, before the one and behind it */
    LONGEST_NAME_BYTES = 40,      /* of a header */
    LONGEST_PASSWORD_BYTES = 128, /* of one before an '@' */
    SHORTEST_RANDOM_BYTES = 24,
    SURELY_RANDOM_BYTES = 40, /* a sys_id has 32 digits and is no secret */
    SHORTEST_LEARNT_BYTES = 6,
    MOST_LEARNT = 64,
};

#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS SMALL CAPITALS
#define DIGITS "0123456789"
#define WORD LETTERS DIGITS "_-"
#define TOKEN WORD ".~+/="
#define RANDOM WORD "+=~"

struct walk {
    struct arena *arena;
    const char *begin;
    const char *at;
    struct buf clean;
    struct redactor *learnt;
    size_t n_learnt;
    size_t n_hidden;
};

/* A value as it stands in the text. */
struct span {
    const char *at;
    size_t len;
};

/* ---- Words ---------------------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++) {
        if (text_equal_nocase(word, words[i])) {
            return true;
        }
    }
    return false;
}

static bool ends_nocase(const char *word, const char *end)
{
    size_t word_len = strlen(word);
    size_t end_len = strlen(end);
    return word_len >= end_len && text_equal_nocase(word + word_len - end_len, end);
}

/* "TokenExpiredError", "token_type", "token_url": about a secret, not one. */
static bool is_about_secrets(const char *name)
{
    static const char *const ends[] = {"error",    "exception", "type",     "url", "uri",
                                       "endpoint", "expired",   "lifespan", "_in", "count"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (ends_nocase(name, ends[i])) {
            return true;
        }
    }
    return false;
}

static bool names_secret(const char *name)
{
    static const char *const parts[] = {
        "secret",        "passw",     "passphrase", "pwd",    "token",  "apikey",    "cookie",
        "authorization", "assertion", "jsessionid", "bearer", "samlre", "credential"};
    static const char *const wholes[] = {"pass",  "pw",      "otp",  "jwt",
                                         "basic", "session", "code", "auth"};
    if (is_about_secrets(name)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (text_contains_nocase(name, parts[i])) {
            return true;
        }
    }
    return is_one_of(name, wholes, ARRAY_LEN(wholes)) || ends_nocase(name, "key") ||
           ends_nocase(name, "_ck") || ends_nocase(name, "_pass") || ends_nocase(name, "-pass") ||
           text_starts_with(name, "glide_"); /* its cookies; properties have dots */
}

/* What is said about a secret in the place of one; and a status of HTTP behind `code=`. */
static bool is_harmless(struct arena *arena, struct span value)
{
    static const char *const words[] = {
        "invalid", "valid", "required", "missing", "expired",   "true",  "false", "null",
        "none",    "nil",   "0",        "1",       "the",       "a",     "an",    "is",
        "was",     "not",   "must",     "failed",  "undefined", "basic", "oauth"};
    size_t len = value.len;
    while (len > 0 && strchr(" \t,;.)}]", value.at[len - 1]) != NULL) {
        len--;
    }
    if (len == 0 || value.at[0] == '$' || strncmp(value.at, "[secret]", 8) == 0) {
        return true;
    }
    bool is_status = len == 3 && strspn(value.at, DIGITS) >= 3;
    return is_status ||
           (len <= 16 && is_one_of(arena_strndup(arena, value.at, len), words, ARRAY_LEN(words)));
}

static bool is_letters(struct span value)
{
    return strspn(value.at, LETTERS) >= value.len;
}

/* ---- Hiding --------------------------------------------------------------------------------- */

static void learn(struct walk *walk, struct span value)
{
    if (value.len >= SHORTEST_LEARNT_BYTES && walk->n_learnt < MOST_LEARNT) {
        walk->n_learnt++;
        redactor_add(walk->learnt, value.at, value.len);
    }
}

static void hide(struct walk *walk, struct span value)
{
    buf_add(&walk->clean, "[secret]");
    walk->n_hidden++;
    learn(walk, value);
}

static int base64_value(char c)
{
    static const char alphabet[] = CAPITALS SMALL DIGITS "+/";
    const char *place = c == '\0' ? NULL : strchr(alphabet, c);
    return place == NULL ? -1 : (int)(place - alphabet);
}

/* The password of "user:password" in base64 is learnt by itself. */
static void learn_basic(struct walk *walk, struct span value)
{
    char *plain = arena_allocate(walk->arena, value.len + 1);
    size_t len = 0;
    unsigned bits = 0;
    int n_bits = 0;
    for (size_t i = 0; i < value.len && base64_value(value.at[i]) >= 0; i++) {
        bits = (bits << 6 | (unsigned)base64_value(value.at[i])) & 0xffffU;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            plain[len++] = (char)(bits >> n_bits & 0xffU);
        }
    }
    const char *colon = memchr(plain, ':', len);
    if (colon != NULL) {
        learn(walk, (struct span){colon + 1, len - (size_t)(colon - plain) - 1});
    }
}

/* ---- Where things end ----------------------------------------------------------------------- */

/* How many bytes from `at` lie on this line. */
static size_t line_len(const char *at)
{
    return strcspn(at, "\n");
}

/* The bytes before the quote `quote`, or to the end of the line. A quote behind a backslash ends
 * only what began behind a backslash. */
static size_t quoted_len(const char *at, char quote, bool is_escaped)
{
    size_t len = 0;
    for (; at[len] != '\0' && at[len] != '\n'; len++) {
        if (at[len] == '\\' && at[len + 1] != '\0') {
            if (is_escaped && at[len + 1] == quote) {
                return len;
            }
            len += at[len + 1] == '\n' ? 0 : 1;
        } else if (at[len] == quote) {
            return len;
        }
    }
    return len;
}

/* An unquoted word. An '&' ends it only where another NAME= follows. */
static size_t bare_len(const char *at, char closing)
{
    size_t len = 0;
    for (; at[len] != '\0' && strchr(" \t\n\"'`<>", at[len]) == NULL && at[len] != closing; len++) {
        size_t name_len = at[len] == '&' ? strspn(at + len + 1, WORD ".") : 0;
        bool begins_name = name_len > 0 && (at[len + 1 + name_len] == '=');
        if (begins_name || strncmp(at + len, "%26", 3) == 0 || strncmp(at + len, "\\\"", 2) == 0) {
            break;
        }
    }
    return len;
}

/* A JSON object or list with its brackets; to the end of the text where it is not closed. */
static size_t nested_len(const char *at)
{
    size_t depth = 0;
    size_t len = 0;
    for (; at[len] != '\0'; len++) {
        if (at[len] == '{' || at[len] == '[') {
            depth++;
        } else if (at[len] == '}' || at[len] == ']') {
            depth--;
        }
        if (depth == 0) {
            return len + 1;
        }
    }
    return len;
}

/* True when only marks of quoting and listing stand before `at` on its line. */
static bool is_at_line_start(const struct walk *walk, const char *at)
{
    while (at > walk->begin && strchr(" \t><*|#-", at[-1]) != NULL) {
        at--;
    }
    return at == walk->begin || at[-1] == '\n';
}

/* ---- Values behind a name ------------------------------------------------------------------- */

struct named {
    const char *name;
    const char *value; /* where it begins, behind an opening quote */
    char quote;        /* the quote it stands in; else the one the whole pair stands in, or NUL */
    bool is_quoted;
    bool is_escaped;
    bool is_assigned; /* behind '=', not ':' */
};

/* put("x-sn-apikey", "…"): behind the comma between two quoted texts; NULL when that is not so. */
static const char *behind_comma(const char *at)
{
    char quote = *at == '\\' ? at[1] : *at;
    size_t name_end = strspn(at, "\\\"'`");
    const char *comma = at + name_end + strspn(at + name_end, " \t");
    const char *value = *comma == ',' ? comma + 1 + strspn(comma + 1, " \t") : NULL;
    bool is_quoted = value != NULL && (*value == quote || (*value == '\\' && value[1] == quote));
    if (name_end == 0 || !is_quoted) {
        return NULL;
    }
    bool is_escaped = *value == '\\';
    const char *text = value + (is_escaped ? 2 : 1);
    const char *end = text + quoted_len(text, quote, is_escaped);
    end += strspn(end, "\\\"'`");
    return end[strspn(end, " \t")] == ':' ? NULL : value; /* a name of its own */
}

/* Behind the separator; NULL when there is none. */
static const char *behind_separator(const char *at, bool *ret_is_assigned)
{
    const char *argument = behind_comma(at);
    if (argument != NULL) {
        *ret_is_assigned = true;
        return argument;
    }
    at += strspn(at, "\\\"'`]");
    at += strspn(at, " \t");
    bool is_encoded = strncmp(at, "%3D", 3) == 0 || strncmp(at, "%3A", 3) == 0;
    if (*at != ':' && *at != '=' && !is_encoded) {
        return NULL;
    }
    *ret_is_assigned = *at != ':';
    at += is_encoded ? 3 : 1;
    at += *at == '>' || *at == '=' ? 1 : 0;
    return at + strspn(at, " \t");
}

static bool read_named(const struct walk *walk, struct named *ret_named)
{
    size_t len = strspn(walk->at, WORD);
    char before = walk->at > walk->begin ? walk->at[-1] : '\0';
    struct named named = {.name = arena_strndup(walk->arena, walk->at, len)};
    const char *value = behind_separator(walk->at + len, &named.is_assigned);
    if (value == NULL) {
        return false;
    }
    bool begins_with_letter = strchr("bru", *value) != NULL && *value != '\0';
    if (begins_with_letter && (value[1] == '\'' || value[1] == '"')) {
        value++; /* b'…' of Python */
    }
    named.is_escaped = value[0] == '\\' && value[1] == '"';
    value += named.is_escaped ? 1 : 0;
    named.is_quoted = *value == '"' || *value == '\'' || *value == '`';
    bool pair_is_quoted = (before == '"' || before == '\'') && walk->at[len] != before;
    named.quote = pair_is_quoted ? before : '\0';
    if (named.is_quoted) {
        named.quote = *value;
        value++;
    }
    named.value = value;
    *ret_named = named;
    return true;
}

static size_t value_len(const struct walk *walk, const struct named *named)
{
    if (named->is_quoted) {
        return quoted_len(named->value, named->quote, named->is_escaped);
    }
    if (named->quote != '\0') {
        return quoted_len(named->value, named->quote, false);
    }
    if (*named->value == '{' || *named->value == '[') {
        return strncmp(named->value, "[secret]", 8) == 0 ? 8 : nested_len(named->value);
    }
    bool is_line = !named->is_assigned && is_at_line_start(walk, walk->at);
    if (is_line || *named->value == '(') { /* auth=('user', 'password') */
        return line_len(named->value);
    }
    size_t len = bare_len(named->value, '\0');
    bool is_call = len > 0 && named->value[len - 1] == '('; /* auth = HTTPBasicAuth('user', … */
    bool is_command = text_starts_with(named->value, "ConvertTo-SecureString");
    return is_call || is_command ? line_len(named->value) : len;
}

/* "Basic ", "Bearer " … before the credential itself; 0 without one. */
static size_t scheme_len(const struct walk *walk, const char *value)
{
    static const char *const schemes[] = {"Basic", "Bearer", "Digest", "Negotiate",
                                          "NTLM",  "HMAC",   "Token"};
    size_t len = strspn(value, LETTERS);
    if (len > 12 || value[len] != ' ' ||
        !is_one_of(arena_strndup(walk->arena, value, len), schemes, ARRAY_LEN(schemes))) {
        return 0;
    }
    return len + strspn(value + len, " ");
}

static size_t copied_to(struct walk *walk, const char *end)
{
    buf_add_bytes(&walk->clean, walk->at, (size_t)(end - walk->at));
    return (size_t)(end - walk->at);
}

/* Of cookies the first name stays: ServiceNow's own begin with glide_. */
static void hide_cookies(struct walk *walk, struct span value)
{
    size_t name_len = strspn(value.at, WORD ".");
    if (name_len < value.len && value.at[name_len] == '=') {
        buf_add_bytes(&walk->clean, value.at, name_len + 1);
        value = (struct span){value.at + name_len + 1, value.len - name_len - 1};
    }
    struct span first = {value.at, strcspn(value.at, ";, \n\"'")};
    first.len = first.len < value.len ? first.len : value.len;
    learn(walk, first);
    buf_add(&walk->clean, "[secret]");
    walk->n_hidden++;
}

/* Scheme and credential: behind a scheme, bare values go on behind the blank. */
static struct span hide_authorization(struct walk *walk, const struct named *named,
                                      struct span value)
{
    size_t scheme = scheme_len(walk, value.at);
    buf_add_bytes(&walk->clean, value.at, scheme);
    struct span rest = {value.at + scheme, value.len > scheme ? value.len - scheme : 0};
    if (rest.len == 0) {
        rest.len = bare_len(rest.at, named->quote);
    }
    if (is_harmless(walk->arena, rest)) {
        buf_add_bytes(&walk->clean, rest.at, rest.len);
    } else {
        hide(walk, rest);
        learn_basic(walk, rest);
    }
    return rest;
}

/* Prose behind a colon ("client_secret: wrong") is hidden and not learnt. */
static void hide_plain(struct walk *walk, const struct named *named, struct span value)
{
    bool is_nested = !named->is_quoted && (*value.at == '{' || *value.at == '[');
    bool is_prose = !named->is_assigned && !named->is_quoted && is_letters(value);
    buf_add(&walk->clean, is_nested ? "\"[secret]\"" : "[secret]");
    walk->n_hidden++;
    if (!is_nested && !is_prose) {
        learn(walk, value);
    }
}

static size_t find_named_value(struct walk *walk)
{
    struct named named = {0};
    if (strspn(walk->at, WORD) == 0 || !read_named(walk, &named) || !names_secret(named.name)) {
        return 0;
    }
    struct span value = {named.value, value_len(walk, &named)};
    bool is_code = text_equal_nocase(named.name, "code") && !named.is_assigned;
    if (is_code || value.len == 0 || is_harmless(walk->arena, value)) {
        return 0;
    }
    copied_to(walk, named.value);
    if (text_contains_nocase(named.name, "cookie")) {
        hide_cookies(walk, value);
    } else if (scheme_len(walk, value.at) > 0) {
        value = hide_authorization(walk, &named, value);
    } else {
        hide_plain(walk, &named, value);
    }
    return (size_t)(value.at + value.len - walk->at);
}

/* <password>…</password>, with or without a prefix and attributes. */
static size_t find_element(struct walk *walk)
{
    size_t len = strspn(walk->at, WORD);
    char before = walk->at > walk->begin ? walk->at[-1] : '\0';
    if (len == 0 || (before != '<' && before != ':') ||
        !names_secret(arena_strndup(walk->arena, walk->at, len))) {
        return 0;
    }
    size_t tag_len = strcspn(walk->at, "<>\n");
    if (walk->at[tag_len] != '>') {
        return 0;
    }
    static const char data[] = "<![CDATA[";
    struct span value = {walk->at + tag_len + 1, 0};
    value.at += strncmp(value.at, data, strlen(data)) == 0 ? strlen(data) : 0;
    value.len = strcspn(value.at, "<");
    if (value.at[value.len] != '<' || value.len == 0) {
        return 0;
    }
    copied_to(walk, value.at);
    hide(walk, value);
    return (size_t)(value.at + value.len - walk->at);
}

/* value="…" of an <input>: pages carry tokens there, whatever their names. */
static size_t find_input(struct walk *walk)
{
    static const char attribute[] = "value=\"";
    const char *tag = walk->at;
    if (strncmp(walk->at, attribute, strlen(attribute)) != 0) {
        return 0;
    }
    while (tag > walk->begin && walk->at - tag < LONGEST_LOOK_BYTES && *tag != '<' && *tag != '>') {
        tag--;
    }
    if (strncmp(tag, "<input", 6) != 0) {
        return 0;
    }
    struct span value = {walk->at + strlen(attribute), 0};
    value.len = quoted_len(value.at, '"', false);
    copied_to(walk, value.at);
    if (value.len > 0) {
        hide(walk, value);
    }
    return strlen(attribute) + value.len;
}

/* The quoted text at `at` names a secret. */
static bool quotes_secret_name(const char *at)
{
    char name[LONGEST_NAME_BYTES + 1] = {0};
    size_t len = 0;
    while (*at == '"' && len < LONGEST_NAME_BYTES && at[1 + len] != '\0' &&
           strchr(WORD, at[1 + len]) != NULL) {
        name[len] = at[1 + len];
        len++;
    }
    return len > 0 && at[1 + len] == '"' && names_secret(name);
}

/* Within the braces around it, as near as a finder looks, some text is the name of a secret. */
static bool stands_with_secret_name(const struct walk *walk)
{
    const char *from = walk->at;
    while (from > walk->begin && walk->at - from < LONGEST_PAIR_BYTES && from[-1] != '{' &&
           from[-1] != '}') {
        from--;
    }
    for (const char *at = from; *at != '\0' && at - walk->at < LONGEST_PAIR_BYTES; at++) {
        if (*at == '{' || *at == '}') {
            return false;
        }
        if (quotes_secret_name(at)) {
            return true;
        }
    }
    return false;
}

/* {"name": "x-sn-apikey", "value": "…"}, as browsers and API clients write headers down. */
static size_t find_listed_value(struct walk *walk)
{
    static const char name[] = "\"value\"";
    if (strncmp(walk->at, name, strlen(name)) != 0) {
        return 0;
    }
    const char *at = walk->at + strlen(name) + strspn(walk->at + strlen(name), " \t:");
    if (*at != '"' || !stands_with_secret_name(walk)) {
        return 0;
    }
    struct span value = {at + 1, quoted_len(at + 1, '"', false)};
    if (is_harmless(walk->arena, value)) {
        return 0;
    }
    copied_to(walk, value.at);
    hide(walk, value);
    return (size_t)(value.at + value.len - walk->at);
}

/* setBasicAuth('svc', '…'), btoa('svc:…'), ConvertTo-SecureString '…': all that is given to it. */
static size_t find_call(struct walk *walk)
{
    static const char *const functions[] = {"basicauth", "btoa", "securestring", "passwordcred",
                                            "networkcred"};
    size_t len = strspn(walk->at, WORD);
    const char *name = len < 4 ? "" : arena_strndup(walk->arena, walk->at, len);
    bool is_command = walk->at[len] == ' ' && text_contains_nocase(name, "securestring");
    bool is_call = walk->at[len] == '(' || is_command;
    for (size_t i = 0; is_call && i < ARRAY_LEN(functions); i++) {
        if (text_contains_nocase(name, functions[i])) {
            struct span given = {walk->at + len + 1, 0};
            given.len = line_len(given.at);
            copied_to(walk, given.at);
            buf_add(&walk->clean, "[secret]");
            walk->n_hidden++;
            return len + 1 + given.len;
        }
    }
    return 0;
}

/* ---- Values elsewhere ----------------------------------------------------------------------- */

/* "Bearer abc" in the middle of a sentence; "Basic authentication" is prose. */
static size_t find_scheme(struct walk *walk)
{
    static const char *const schemes[] = {"basic", "bearer"};
    size_t len = strspn(walk->at, LETTERS);
    if ((len != 5 && len != 6) || walk->at[len] != ' ' ||
        !is_one_of(arena_strndup(walk->arena, walk->at, len), schemes, ARRAY_LEN(schemes))) {
        return 0;
    }
    struct span value = {walk->at + len + strspn(walk->at + len, " "), 0};
    value.len = strspn(value.at, TOKEN);
    bool is_prose = value.len < 8 || (is_letters(value) && value.len <= 20);
    if (is_prose || is_harmless(walk->arena, value)) {
        return 0;
    }
    copied_to(walk, value.at);
    hide(walk, value);
    learn_basic(walk, value);
    return (size_t)(value.at + value.len - walk->at);
}

/* True for an option whose value is a secret: by its name, or of curl and the value fits. */
static bool takes_secret(const struct walk *walk, struct span option, struct span value)
{
    static const char *const users[] = {"-u", "--user", "-U", "--proxy-user", "-a", "--auth"};
    static const char *const others[] = {"-b"};
    const char *name = arena_strndup(walk->arena, option.at, option.len);
    if (is_one_of(name, users, ARRAY_LEN(users))) {
        return memchr(value.at, ':', value.len) != NULL;
    }
    if (is_one_of(name, others, ARRAY_LEN(others)) || text_contains_nocase(name, "cookie")) {
        return memchr(value.at, '=', value.len) != NULL;
    }
    return value.at[0] != '-' && names_secret(name);
}

/* "-u user:password", "--oauth2-bearer TOKEN", "-Password …". */
static size_t find_option(struct walk *walk)
{
    struct span option = {walk->at, walk->at[0] == '-' ? strspn(walk->at, WORD) : 0};
    char before = walk->at > walk->begin ? walk->at[-1] : ' ';
    if (option.len < 2 || strchr(" \t\n", before) == NULL) {
        return 0;
    }
    bool is_glued = walk->at[1] == 'u' && option.len > 2 && walk->at[option.len] == ':';
    option.len = is_glued ? 2 : option.len;
    const char *value = walk->at + option.len;
    value += strspn(value, " \t=");
    char quote = *value == '"' || *value == '\'' ? *value : '\0';
    value += quote != '\0' ? 1 : 0;
    struct span span = {value, strcspn(value, " \t\n")};
    span.len = quote != '\0' ? quoted_len(value, quote, false) : span.len;
    if (!takes_secret(walk, option, span) || is_harmless(walk->arena, span)) {
        return 0;
    }
    const char *colon = memchr(span.at, ':', span.len);
    copied_to(walk, span.at);
    buf_add(&walk->clean, "[secret]");
    walk->n_hidden++;
    const char *secret = colon == NULL ? span.at : colon + 1;
    const char *end = span.at + span.len;
    learn(walk, (struct span){secret, (size_t)(end - secret)});
    return (size_t)(end - walk->at);
}

/* The user in "https://user:password@host", also where the password holds a slash. */
static size_t find_url_user(struct walk *walk)
{
    if (strncmp(walk->at, "://", 3) != 0) {
        return 0;
    }
    const char *url = walk->at + 3;
    size_t len = 0;
    const char *sign = NULL;
    for (; len < LONGEST_LOOK_BYTES && url[len] != '\0' && strchr(" \t\n\"'<>", url[len]) == NULL;
         len++) {
        sign = url[len] == '@' ? url + len : sign;
    }
    size_t host_len = strcspn(url, "/?#@ \n");
    const char *colon = memchr(url, ':', host_len);
    bool is_port =
        colon != NULL && strspn(colon + 1, DIGITS) == host_len - (size_t)(colon + 1 - url);
    bool is_in_host = url[host_len] == '@';
    if (sign == NULL || (!is_in_host && (colon == NULL || is_port))) {
        return 0;
    }
    buf_add(&walk->clean, "://[secret]");
    walk->n_hidden++;
    if (colon != NULL) {
        learn(walk, (struct span){colon + 1, (size_t)(sign - colon) - 1});
    }
    return (size_t)(sign - walk->at);
}

/* "user:password@host" without a scheme: from the colon on. */
static size_t find_bare_user(struct walk *walk)
{
    bool follows_word = walk->at > walk->begin && strchr(WORD, walk->at[-1]) != NULL;
    if (walk->at[0] != ':' || !follows_word || strchr("/: \t\n", walk->at[1]) != NULL) {
        return 0;
    }
    struct span value = {walk->at + 1, 0};
    while (value.len < LONGEST_PASSWORD_BYTES && value.at[value.len] != '\0' &&
           strchr("@ \t\n\"'<>,{}", value.at[value.len]) == NULL) {
        value.len++;
    }
    bool is_host =
        value.at[value.len] == '@' && strspn(value.at + value.len + 1, LETTERS DIGITS) > 0;
    bool is_port = value.at[strspn(value.at, DIGITS)] == '/';
    if (!is_host || is_port || value.len == 0) {
        return 0;
    }
    buf_add_char(&walk->clean, ':');
    hide(walk, value);
    return 1 + value.len;
}

static size_t find_private_key(struct walk *walk)
{
    static const char begin[] = "-----BEGIN ";
    if (strncmp(walk->at, begin, strlen(begin)) != 0) {
        return 0;
    }
    size_t len = line_len(walk->at);
    if (!text_contains_nocase(arena_strndup(walk->arena, walk->at, len < 80 ? len : 80),
                              "PRIVATE KEY")) {
        return 0;
    }
    const char *end = strstr(walk->at + strlen(begin), "-----END ");
    buf_add(&walk->clean, "[secret]");
    walk->n_hidden++;
    return end == NULL ? strlen(walk->at) : (size_t)(end - walk->at) + line_len(end);
}

static size_t count_of(struct span word, char first, char last)
{
    size_t n = 0;
    for (size_t i = 0; i < word.len; i++) {
        n += word.at[i] >= first && word.at[i] <= last ? 1 : 0;
    }
    return n;
}

/* Web tokens, and words with letters of both sizes and digits, or of more digits than a sys_id. */
static size_t find_random_word(struct walk *walk)
{
    struct span word = {walk->at, strspn(walk->at, RANDOM)};
    bool begins = walk->at == walk->begin || strchr(RANDOM, walk->at[-1]) == NULL;
    bool is_web_token = strncmp(word.at, "eyJ", 3) == 0 && word.len >= 12;
    if (!begins || (word.len < SHORTEST_RANDOM_BYTES && !is_web_token)) {
        return 0;
    }
    size_t n_digits = count_of(word, '0', '9');
    size_t n_small = count_of(word, 'a', 'z');
    size_t n_capitals = count_of(word, 'A', 'Z');
    size_t n_wanted = word.len < SURELY_RANDOM_BYTES ? 2 : 1;
    bool is_mixed = n_digits >= n_wanted && n_small >= n_wanted && n_capitals >= n_wanted;
    bool is_hex = strspn(word.at, DIGITS "abcdefABCDEF") >= SURELY_RANDOM_BYTES;
    if (!is_mixed && !is_hex && !is_web_token) {
        return 0;
    }
    while (word.at[word.len] == '.' && strspn(word.at + word.len + 1, WORD) >= 8) {
        word.len += 1 + strspn(word.at + word.len + 1, WORD);
    }
    hide(walk, word);
    return word.len;
}

/* ---- The walk ------------------------------------------------------------------------------- */

/* In the order in which they are asked. */
static size_t (*const finders[])(struct walk *) = {
    find_private_key, find_url_user,    find_element, find_input,     find_listed_value, find_call,
    find_option,      find_named_value, find_scheme,  find_bare_user, find_random_word,
};

static size_t step(struct walk *walk)
{
    for (size_t i = 0; i < ARRAY_LEN(finders); i++) {
        size_t len = finders[i](walk);
        if (len > 0) {
            return len;
        }
    }
    size_t word_len = strspn(walk->at, WORD);
    return copied_to(walk, walk->at + (word_len > 0 ? word_len : 1));
}

const char *hide_secrets(struct arena *arena, const char *text, size_t *ret_n_hidden)
{
    struct walk walk = {.arena = arena, .begin = text, .at = text, .learnt = redactor_new()};
    buf_init(&walk.clean, 4 * strlen(text) + 64);
    while (*walk.at != '\0') {
        walk.at += step(&walk);
    }
    const char *clean = arena_strndup(arena, walk.clean.data, walk.clean.len);
    const char *hidden = redact(walk.learnt, arena, clean);
    buf_wipe(&walk.clean);
    redactor_free(walk.learnt);
    *ret_n_hidden = walk.n_hidden;
    return hidden;
}

static bool is_free_text(const char *value)
{
    int64_t seconds = 0;
    return strpbrk(value, " \t\n=:") != NULL && !utc_parse(value, &seconds);
}

const char *hide_in_cell(struct arena *arena, const char *value)
{
    size_t n_hidden = 0;
    if (!is_free_text(value)) {
        return value;
    }
    const char *hidden = hide_secrets(arena, text_sanitize(arena, value), &n_hidden);
    return n_hidden > 0 ? hidden : value;
}

const char *hide_in_column(struct arena *arena, const char *column, const char *value)
{
    const char *dot = strrchr(column, '.');
    bool is_script = text_equal(dot == NULL ? column : dot + 1, "script");
    return is_script && !text_is_empty(value) ? "[script]" : hide_in_cell(arena, value);
}
