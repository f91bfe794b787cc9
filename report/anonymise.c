/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over a text: at the beginning of each word it is asked whether an e-mail address, a
 * known value, an IP address or the name of a host stands there. Percent encoding is read through,
 * because what names somebody stands in queries too.
 */
#include "report/anonymise.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"

enum {
    SHORTEST_NAME = 2,
    SHORTEST_VALUE = 3,
    SYS_ID_LEN = 32,
    LONGEST_SPAN = 255, /* the longest name of a host; e-mail addresses are shorter */
    PERCENT_LEN = 3,
};

struct token {
    const char *value;
    const char *text; /* "user-1" */
    bool is_searched; /* known: looked for as a word; else its form was recognised */
};

/* Of all targets: asked once for each input of a target. */
struct token_book {
    struct arena *arena;
    struct token *items;
    size_t n_items;
    size_t n_of[N_PERSONALS];
};

/* The inputs of one target: a short list, which each word of its texts is held against. */
struct anonymiser {
    struct arena *arena;
    struct token_book *book;
    struct token *items;
    size_t n_items;
};

struct token_book *token_book_new(struct arena *arena)
{
    struct token_book *book = arena_allocate(arena, sizeof *book);
    book->arena = arena;
    return book;
}

struct anonymiser *anonymiser_new(struct arena *arena, struct token_book *book)
{
    struct anonymiser *anonymiser = arena_allocate(arena, sizeof *anonymiser);
    *anonymiser = (struct anonymiser){.arena = arena, .book = book};
    return anonymiser;
}

/* ---- Tokens ---- */

static struct token *find_token(struct token *items, size_t n_items, const char *value)
{
    for (size_t i = 0; i < n_items; i++) {
        if (text_equal_nocase(items[i].value, value)) {
            return &items[i];
        }
    }
    return NULL;
}

static const char *book_token(struct token_book *book, enum personal kind, const char *value)
{
    static const char *const words[] = {
        [PERSONAL_USER] = "user",   [PERSONAL_CLIENT] = "client",   [PERSONAL_HOST] = "host",
        [PERSONAL_EMAIL] = "email", [PERSONAL_ADDRESS] = "address", [PERSONAL_VALUE] = "value",
    };
    struct token *token = find_token(book->items, book->n_items, value);
    if (token == NULL) {
        token = arena_append(book->arena, &book->items, &book->n_items, sizeof *token);
        token->value = arena_strdup(book->arena, value);
        token->text = arena_printf(book->arena, "%s-%zu", words[kind], ++book->n_of[kind]);
    }
    return token->text;
}

static struct token *token_of(struct anonymiser *anonymiser, enum personal kind, const char *value)
{
    struct token *token = find_token(anonymiser->items, anonymiser->n_items, value);
    if (token == NULL) {
        token = arena_append(anonymiser->arena, &anonymiser->items, &anonymiser->n_items,
                             sizeof *token);
        *token = (struct token){.value = arena_strdup(anonymiser->arena, value),
                                .text = book_token(anonymiser->book, kind, value)};
    }
    return token;
}

static bool is_one_of(const char *const *words, size_t n_words, const char *word)
{
    for (size_t i = 0; i < n_words; i++) {
        if (text_equal_nocase(words[i], word)) {
            return true;
        }
    }
    return false;
}

/* Accounts and roles of every instance, words of ours, and names half the instances have. */
static bool says_nothing(const char *value)
{
    static const char *const words[] = {
        "admin",      "also",     "api",         "auditor", "default", "dev",  "false", "guest",
        "incident",   "instance", "integration", "itil",    "maint",   "none", "null",  "prod",
        "production", "service",  "sys_user",    "system",  "test",    "true", "user",
    };
    return is_one_of(words, ARRAY_LEN(words), value);
}

static bool is_sys_id(const char *value)
{
    return strlen(value) == SYS_ID_LEN && strspn(value, "0123456789abcdef") == SYS_ID_LEN;
}

static bool has_letter(const char *value)
{
    return value[strcspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0';
}

static const char instance_suffix[] = ".service-now.com";

/* "acme" of "acme.service-now.com": the rest is everybody's. */
static const char *name_of_host(struct arena *arena, const char *host)
{
    return text_ends_with(host, instance_suffix)
               ? arena_strndup(arena, host, strlen(host) - strlen(instance_suffix))
               : host;
}

bool is_token_of_host(const char *host)
{
    static const char word[] = "host-";
    if (!text_starts_with(host, word)) {
        return false;
    }
    const char *number = host + strlen(word);
    const char *end = number + strspn(number, "0123456789");
    return end > number && (*end == '\0' || text_equal(end, instance_suffix));
}

static bool names_somebody(enum personal kind, const char *word)
{
    size_t shortest = kind == PERSONAL_VALUE ? SHORTEST_VALUE : SHORTEST_NAME;
    return strlen(word) >= shortest && !says_nothing(word) &&
           !(kind == PERSONAL_USER && is_sys_id(word)) &&
           !(kind == PERSONAL_VALUE && !has_letter(word));
}

void token_book_add_host(struct token_book *book, const char *host)
{
    const char *word = name_of_host(book->arena, host);
    if (names_somebody(PERSONAL_HOST, word)) {
        (void)book_token(book, PERSONAL_HOST, word);
    }
}

void anonymiser_know(struct anonymiser *anonymiser, enum personal kind, const char *value)
{
    if (value == NULL) {
        return;
    }
    const char *word = kind == PERSONAL_HOST ? name_of_host(anonymiser->arena, value) : value;
    if (names_somebody(kind, word)) {
        token_of(anonymiser, kind, word)->is_searched = true;
    }
}

/* ---- Reading a text ---- */

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* The character that `text` begins with, percent-decoded; its length in *ret_len. */
static char first_char(const char *text, size_t *ret_len)
{
    *ret_len = 1;
    if (text[0] != '%' || hex_value(text[1]) < 0 || hex_value(text[2]) < 0) {
        return text[0];
    }
    *ret_len = PERCENT_LEN;
    return (char)(hex_value(text[1]) * 16 + hex_value(text[2]));
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_in(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* What stands at a place of a text, decoded, and where each character of it ends. */
struct span {
    char chars[LONGEST_SPAN + 1];
    size_t ends[LONGEST_SPAN];
    size_t len;
};

/* Letters, digits and what is in `others`, from the beginning of `text`. */
static void read_span(const char *text, const char *others, struct span *span)
{
    size_t at = 0;
    span->len = 0;
    while (span->len < LONGEST_SPAN) {
        size_t len = 0;
        char c = first_char(text + at, &len);
        if (!is_alnum(c) && !is_in(others, c)) {
            break;
        }
        at += len;
        span->chars[span->len] = c;
        span->ends[span->len++] = at;
    }
    span->chars[span->len] = '\0';
}

static void cut_span(struct span *span, size_t len)
{
    span->len = len;
    span->chars[len] = '\0';
}

/* The full stop of a sentence is not part of what stands before it. */
static void trim_span(struct span *span)
{
    while (span->len > 0 && !is_alnum(span->chars[span->len - 1])) {
        cut_span(span, span->len - 1);
    }
}

/* What was recognised: so many bytes of the text, and what stands in their place. */
struct match {
    size_t len;
    const char *token;
};

static struct match match_span(struct anonymiser *anonymiser, enum personal kind,
                               const struct span *span)
{
    return (struct match){.len = span->ends[span->len - 1],
                          .token = token_of(anonymiser, kind, span->chars)->text};
}

/* ---- Known values ---- */

static char small_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The length in `text` of the word `value`; 0 when it does not stand there. A blank may be written
 * as plus. */
static size_t word_len(const char *text, const char *value)
{
    size_t at = 0;
    size_t len = 0;
    for (; *value != '\0'; value++) {
        char c = first_char(text + at, &len);
        bool is_same = small_letter(c) == small_letter(*value) || (*value == ' ' && c == '+');
        if (c == '\0' || !is_same) {
            return 0;
        }
        at += len;
    }
    return is_alnum(first_char(text + at, &len)) ? 0 : at;
}

/* The longest of those that stand there. */
static struct match match_known(struct anonymiser *anonymiser, const char *text)
{
    struct match match = {0};
    for (size_t i = 0; i < anonymiser->n_items; i++) {
        const struct token *token = &anonymiser->items[i];
        size_t len = token->is_searched ? word_len(text, token->value) : 0;
        if (len > match.len) {
            match = (struct match){.len = len, .token = token->text};
        }
    }
    return match;
}

/* ---- Forms ---- */

static struct match match_email(struct anonymiser *anonymiser, const char *text)
{
    struct span span;
    read_span(text, "._+-@", &span);
    trim_span(&span);
    const char *at = memchr(span.chars, '@', span.len);
    const char *dot = at == NULL ? NULL : strrchr(at, '.');
    bool is_email = dot != NULL && at > span.chars && strchr(at + 1, '@') == NULL &&
                    strlen(dot) > 2 && has_letter(dot);
    return is_email ? match_span(anonymiser, PERSONAL_EMAIL, &span) : (struct match){0};
}

static bool is_address(int family, const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(family, text, bytes) == 1;
}

static struct match match_address(struct anonymiser *anonymiser, const char *text)
{
    struct span span;
    read_span(text, ".:", &span);
    while (span.len > 0 && is_in(".:", span.chars[span.len - 1]) &&
           !is_address(AF_INET6, span.chars)) {
        cut_span(&span, span.len - 1);
    }
    if (strspn(span.chars, "0123456789abcdefABCDEF:.") == span.len && span.len > 2 &&
        is_address(AF_INET6, span.chars)) {
        return match_span(anonymiser, PERSONAL_ADDRESS, &span);
    }
    cut_span(&span, strcspn(span.chars, ":"));
    return is_address(AF_INET, span.chars) ? match_span(anonymiser, PERSONAL_ADDRESS, &span)
                                           : (struct match){0};
}

/* Hosts of the vendor of the platform, and what stands for a host in a sentence. */
static bool is_public_name(const char *name)
{
    static const char *const names[] = {
        "company", "developer", "docs", "hi",           "instance",      "name",         "signon",
        "store",   "support",   "www",  "your-company", "your-instance", "yourinstance",
    };
    return is_one_of(names, ARRAY_LEN(names), name);
}

static bool ends_in(const char *host, const char *ending)
{
    size_t len = strlen(host);
    size_t n = strlen(ending);
    return len >= n && text_equal_nocase(host + len - n, ending);
}

static bool is_platforms_own(const char *host)
{
    return text_equal_nocase(host, "servicenow.com") || ends_in(host, ".servicenow.com") ||
           text_equal_nocase(host, instance_suffix + 1) || text_equal_nocase(host, "localhost");
}

static bool has_host_ending(const char *host)
{
    static const char *const endings[] = {"com",   "corp", "edu",   "example", "gov", "internal",
                                          "intra", "lan",  "local", "mil",     "net", "org"};
    const char *dot = strrchr(host, '.');
    return dot != NULL && is_one_of(endings, ARRAY_LEN(endings), dot + 1);
}

/* Of an instance the name is replaced, and the rest stays, so that a missing or doubled ending can
 * still be seen. */
static struct match match_instance(struct anonymiser *anonymiser, struct span *span)
{
    cut_span(span, span->len - strlen(instance_suffix));
    return is_public_name(span->chars) ? (struct match){0}
                                       : match_span(anonymiser, PERSONAL_HOST, span);
}

static struct match match_host(struct anonymiser *anonymiser, const char *text, bool is_in_url)
{
    struct span span;
    read_span(text, ".-", &span);
    trim_span(&span);
    if (!is_alnum(span.chars[0])) {
        return (struct match){0};
    }
    if (ends_in(span.chars, instance_suffix) && span.len > strlen(instance_suffix)) {
        return match_instance(anonymiser, &span);
    }
    bool is_host = (is_in_url || has_host_ending(span.chars)) && has_letter(span.chars);
    bool is_public = is_platforms_own(span.chars) || is_public_name(span.chars);
    return is_host && !is_public ? match_span(anonymiser, PERSONAL_HOST, &span) : (struct match){0};
}

/* ---- The walk ---- */

/* What is recognised by its form begins with a letter or digit; "::1" alone does not. */
static bool is_form_start(char c)
{
    return is_alnum(c) || c == ':';
}

/* `before` is the character before `text`, '\0' at the beginning. */
static struct match match_at(struct anonymiser *anonymiser, const char *text, char before,
                             bool is_in_url)
{
    struct match match = {0};
    if (is_alnum(before)) {
        return match;
    }
    size_t len = 0;
    bool begins = !is_in("._+-@", before) && is_form_start(first_char(text, &len));
    match = begins ? match_email(anonymiser, text) : match;
    match = match.len == 0 ? match_known(anonymiser, text) : match;
    match = match.len == 0 && begins && before != ':' ? match_address(anonymiser, text) : match;
    return match.len == 0 && begins ? match_host(anonymiser, text, is_in_url) : match;
}

static bool ends_with_scheme(const char *text, const char *at)
{
    static const char scheme[] = "://";
    size_t len = strlen(scheme);
    return (size_t)(at - text) >= len && memcmp(at - len, scheme, len) == 0;
}

/* "user_nameINsvc_rad,dana.ops": in an encoded query nothing parts an operator from its value. */
static bool ends_with_operator(const char *text, const char *at)
{
    static const char *const operators[] = {"IN", "LIKE", "STARTSWITH", "ENDSWITH"};
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        size_t len = strlen(operators[i]);
        if ((size_t)(at - text) > len && memcmp(at - len, operators[i], len) == 0) {
            char column_end = at[-(ptrdiff_t)len - 1];
            return small_letter(column_end) == column_end; /* else a longer word in capitals */
        }
    }
    return false;
}

const char *anonymise(struct anonymiser *anonymiser, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    struct buf said;
    buf_init(&said, SIZE_MAX / 4);
    bool is_changed = false;
    char before = '\0';
    for (const char *at = text; *at != '\0';) {
        before = ends_with_operator(text, at) ? '=' : before;
        struct match match = match_at(anonymiser, at, before, ends_with_scheme(text, at));
        if (match.len > 0) {
            buf_add(&said, match.token);
            at += match.len;
            before = 'x'; /* what follows a token is not the beginning of another word */
            is_changed = true;
            continue;
        }
        size_t len = 0;
        before = first_char(at, &len);
        buf_printf(&said, "%.*s", (int)len, at);
        at += len;
    }
    const char *result = is_changed ? arena_strndup(anonymiser->arena, said.data, said.len) : text;
    buf_release(&said);
    return result;
}
