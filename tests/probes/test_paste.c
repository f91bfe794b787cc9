/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pasted texts: what is read in them, in every order and form in which people paste. What it means
 * is tried in tests/diagnosis/test_recognise.c.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "model/names.h"
#include "probes/paste.h"

#define REFUSED                                                                                 \
    "{\"error\":{\"message\":\"User Not Authenticated\",\"detail\":\"Required to provide Auth " \
    "information\"},\"status\":\"failure\"}"
#define REQUEST "> GET /api/now/table/incident HTTP/1.1\n> Host: acme.example.test\n"
#define KEY "> x-sn-apikey: test-secret-not-real\n"
#define ANSWER "< HTTP/1.1 401 Unauthorized\n< X-Transaction-ID: 4f1c2b8a1b2c\n"

static const struct paste_call nothing_said = {0};

static struct paste read_text(struct arena *arena, const char *text)
{
    return paste_read(arena, text, strlen(text), &nothing_said);
}

struct sample {
    const char *why;
    const char *text;
    const char *answers; /* "METHOD URL status outcome kind", for each, with "; " between them */
};

static const struct sample samples[] = {
    {"a body by itself", REFUSED, "- - 0 unauthenticated -"},
    {"a body over several lines",
     "{\n  \"error\": {\n    \"message\": \"User Not Authenticated\",\n    \"detail\": \"x\"\n  "
     "},\n"
     "  \"status\": \"failure\"\n}\n",
     "- - 0 unauthenticated -"},
    {"curl -v", "* Trying\n" REQUEST KEY ">\n" ANSWER "<\n" REFUSED "\n* Connection #0 left intact",
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"curl -v, the note glued to the body",
     REQUEST KEY ">\n" ANSWER "<\n" REFUSED "* Connection #0",
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"curl -v, the body before the rest", REFUSED "\n" REQUEST KEY ">\n" ANSWER "<\n* Connection",
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"curl -v, the body left out", REQUEST KEY ">\n" ANSWER "< Content-Length: 115\n<\n",
     "GET https://acme.example.test/api/now/table/incident 401 none api-key"},
    {"curl -v, really no body", REQUEST KEY ">\n< HTTP/1.1 403 Forbidden\n< Content-Length: 0\n<\n",
     "GET https://acme.example.test/api/now/table/incident 403 forbidden api-key"},
    {"curl -v -s with its counts",
     REQUEST KEY ">\n{ [115 bytes data]\n" ANSWER "<\n{ [115 bytes data]\n" REFUSED,
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"curl -i", "HTTP/2 401\nx-transaction-id: 4f\nx-mfa_token: invalid\n\n" REFUSED,
     "- - 401 mfa-required -"},
    {"a request without a credential", REQUEST ">\n" ANSWER "<\n" REFUSED,
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated none"},
    {"two calls",
     REQUEST KEY ">\n" ANSWER "<\n" REFUSED "\n> POST /oauth_token.do HTTP/1.1\n> Host: b\n>\n"
                 "< HTTP/1.1 401 x\n<\n{\"error_description\":\"access_denied\",\"error\":"
                 "\"server_error\"}\n",
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key; "
     "POST https://b/oauth_token.do 401 token-refused none"},
    {"a redirect that is followed",
     REQUEST ">\n< HTTP/1.1 302 Found\n< Location: https://acme.example.test/login.do\n<\n"
             "* Issue another request\n> GET /login.do HTTP/1.1\n> Host: acme.example.test\n>\n"
             "< HTTP/1.1 200 OK\n<\n<html><title>Log in</title></html>\n",
     "GET https://acme.example.test/api/now/table/incident 302 login-page none; "
     "GET https://acme.example.test/login.do 200 login-page none"},
    {"100 Continue", REQUEST KEY ">\n< HTTP/1.1 100 Continue\n<\n" ANSWER "<\n" REFUSED,
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"a proxy's tunnel",
     "> CONNECT acme.example.test:443 HTTP/1.1\n> Host: acme.example.test:443\n>\n"
     "< HTTP/1.1 200 Connection established\n<\n" REQUEST KEY ">\n" ANSWER "<\n" REFUSED,
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"a page over several lines, and the next call",
     REQUEST KEY ">\n< HTTP/1.1 200 OK\n<\n<html>\n<head>\n<title>Instance Hibernating page</title>"
                 "\n</head>\n</html>\n" REQUEST KEY ">\n" ANSWER "<\n" REFUSED,
     "GET https://acme.example.test/api/now/table/incident 200 hibernating api-key; "
     "GET https://acme.example.test/api/now/table/incident 401 unauthenticated api-key"},
    {"a time in front of each line",
     "12:00:01.123456 > GET /a HTTP/1.1\n12:00:01.123457 > Host: b\n12:00:01.1 >\n"
     "12:00:01.2 < HTTP/1.1 401 x\n12:00:01.2 <\n" REFUSED,
     "GET https://b/a 401 unauthenticated none"},
    {"a status in brackets", "Error in API call [401] - Unauthorized\n" REFUSED,
     "- - 401 unauthenticated -"},
    {"carriage returns",
     "> GET /a HTTP/1.1\r\n> Host: b\r\n> x-sn-apikey: test-secret-not-real\r\n>\r\n"
     "< HTTP/1.1 401 x\r\n<\r\n" REFUSED "\r\n",
     "GET https://b/a 401 unauthenticated api-key"},
    {"colours", "\x1b[1mHTTP/2 401\x1b[0m\n\x1b[1mx\x1b[0m: y\n\n" REFUSED,
     "- - 401 unauthenticated -"},

    {"status and body on one line", "10:00 POST https://b/api/x -> HTTP 401: " REFUSED " end",
     "POST https://b/api/x 401 unauthenticated -"},
    {"status before the body", "got HTTP 401\nat x\nbody: " REFUSED, "- - 401 unauthenticated -"},
    {"status behind the body", "body: " REFUSED "\nresponse code 401", "- - 401 unauthenticated -"},
    {"a status that another line repeats",
     "HTTP 401 " REFUSED "\nraise HTTPError: 401 Client Error: Unauthorized for url: https://b/x",
     "- https://b/x 401 unauthenticated -"},
    {"two refusals of two calls", "GET https://b/x: HTTP 401\nGET https://b/y: HTTP 403",
     "GET https://b/x 401 none -; GET https://b/y 403 none -"},
    {"an access log", "192.0.2.1 - - [x] \"GET /api/now/table/a HTTP/1.1\" 401 115",
     "GET /api/now/table/a 401 none -"},
    {"Python's repr",
     "{'error': {'message': 'User Not Authenticated', 'detail': None}, 'status': "
     "'failure'}",
     "- - 0 unauthenticated -"},
    {"bytes of Python", "b'" REFUSED "'", "- - 0 unauthenticated -"},
    {"JSON inside JSON",
     "{\"level\":\"error\",\"status\":401,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"User Not "
     "Authenticated\\\",\\\"detail\\\":null},\\\"status\\\":\\\"failure\\\"}\"}",
     "- - 401 unauthenticated -"},
    {"an escaped body in a line",
     "body={\\\"error\\\":{\\\"message\\\":\\\"User Not Authenticated\\\",\\\"detail\\\":null},"
     "\\\"status\\\":\\\"failure\\\"}",
     "- - 0 unauthenticated -"},
    {"an error inside a line that is a document",
     "{\"msg\":\"x\",\"statusCode\":401,\"data\":{\"error\":{\"message\":\"User Not "
     "Authenticated\",\"detail\":\"d\"},\"status\":\"failure\"}}",
     "- - 401 unauthenticated -"},
    {"a line that is a document and holds no answer", "{\"level\":\"info\",\"msg\":\"started\"}",
     ""},
    {"another vendor's error", "{\"error\":\"Request failed with status code 401\"}", ""},
    {"numbers that are no status", "copied 401 rows in 403 ms, error 4011, id 500-401", ""},
    {"a list of rows that was cut", "{\"result\":[{\"a\":\"1", "- - 0 truncated -"},
    {"nothing", "", ""},
};

static const char *word(const char *text)
{
    return text == NULL ? "-" : text;
}

static const char *answers_of(struct arena *arena, const struct paste *paste)
{
    struct strings list = {0};
    for (size_t i = 0; i < paste->n_answers; i++) {
        const struct exchange *exchange = &paste->answers[i].exchange;
        strings_add(arena, &list,
                    arena_printf(arena, "%s %s %d %s %s", word(exchange->method),
                                 word(exchange->url), exchange->status,
                                 outcome_name(exchange->outcome), word(exchange->credential)));
    }
    return strings_join(arena, &list, "; ");
}

Test(paste, what_is_read)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct paste paste = read_text(arena, samples[i].text);
        cr_expect_str_eq(answers_of(arena, &paste), samples[i].answers, "%s: %s", samples[i].why,
                         answers_of(arena, &paste));
        cr_expect(!paste.is_cut, "%s", samples[i].why);
    }
    arena_free(arena);
}

/* A text that is cut anywhere is still read, and what is left of it is never read as more. */
Test(paste, every_beginning_of_every_text)
{
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        size_t len = strlen(samples[i].text);
        for (size_t n = 0; n < len; n++) {
            struct arena *arena = arena_new();
            struct paste paste = paste_read(arena, samples[i].text, n, &nothing_said);
            cr_assert_leq(paste.n_answers, 3, "%s cut at %zu", samples[i].why, n);
            arena_free(arena);
        }
    }
}

/* PowerShell writes UTF-16: the letters of ASCII with zeros between them. */
Test(paste, utf_16_reads_as_its_ascii)
{
    static const char ascii[] = "HTTP 401: " REFUSED;
    char wide[2 * sizeof ascii + 2] = {(char)0xff, (char)0xfe};
    struct arena *arena = arena_new();
    for (size_t i = 0; i + 1 < sizeof ascii; i++) {
        wide[2 * i + 2] = ascii[i];
    }
    struct paste paste = paste_read(arena, wide, 2 * (sizeof ascii - 1) + 2, &nothing_said);
    cr_expect_str_eq(answers_of(arena, &paste), "- - 401 unauthenticated -");
    arena_free(arena);
}

/* What the user says of the call stands where the text says nothing, and only there. */
Test(paste, the_call_that_was_said)
{
    static const struct paste_call said = {"POST", "/oauth_token.do"};
    static const char body[] = "{\"error\":\"access_denied\"}";
    struct arena *arena = arena_new();
    struct paste paste = paste_read(arena, body, strlen(body), &said);
    cr_expect_str_eq(answers_of(arena, &paste), "POST /oauth_token.do 0 token-refused -");
    static const char other[] = "GET https://b/x: HTTP 401";
    paste = paste_read(arena, other, strlen(other), &said);
    cr_expect_str_eq(answers_of(arena, &paste), "GET https://b/x 401 none -");
    arena_free(arena);
}

Test(paste, the_kind_of_credential)
{
    static const struct {
        const char *why;
        const char *text;
        const char *kind;
    } rows[] = {
        {"a key", "curl -H 'x-sn-apikey: test-secret-not-real' x", "api-key"},
        {"a user and a password", "curl -u svc:test-secret-not-real x", "basic"},
        {"a bearer", "Authorization: Bearer test-secret-not-real", "token"},
        {"a client", "grant_type=client_credentials&client_secret=test-secret-not-real",
         "oauth-client"},
        {"a client and the token it got",
         "grant_type=client_credentials\nAuthorization: Bearer test-secret-not-real",
         "oauth-client"},
        {"a password grant", "grant_type=password&password=test-secret-not-real", "oauth-password"},
        {"a refresh token", "grant_type=refresh_token&refresh_token=test-secret-not-real",
         "oauth-refresh"},
        {"two kinds tell nothing",
         "x-sn-apikey: test-secret-not-real\nAuthorization: Basic dGVzdDp0ZXN0", NULL},
        {"none", "HTTP 401", NULL},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct paste paste = read_text(arena, rows[i].text);
        cr_expect(text_equal(paste.kind, rows[i].kind), "%s: %s", rows[i].why, word(paste.kind));
    }
    arena_free(arena);
}

/* Limits are reached without harm and told. */
Test(paste, more_than_is_read)
{
    struct arena *arena = arena_new();
    size_t len = PASTE_BYTES + 10;
    char *text = arena_allocate(arena, len + 1);
    memset(text, 'a', len);
    struct paste paste = paste_read(arena, text, len, &nothing_said);
    cr_expect(paste.is_cut);
    for (size_t i = 0; i + 22 <= len; i += 22) {
        memcpy(text + i, "GET https://b/x: HTTP ", 22);
    }
    for (int i = 0; i < PASTE_ANSWERS + 5; i++) {
        memcpy(text + (size_t)i * 30, "GET https://b/x0: HTTP 401 ab\n", 30);
        text[i * 30 + 15] = (char)('0' + i % 75);
    }
    paste = paste_read(arena, text, (size_t)(PASTE_ANSWERS + 5) * 30, &nothing_said);
    cr_expect_eq(paste.n_answers, PASTE_ANSWERS);
    cr_expect(paste.is_cut);
    arena_free(arena);
}

/* Braces that open nothing, names that no value follows: the time stays in proportion. */
Test(paste, nothing_takes_its_time, .timeout = 60)
{
    static const char *const pieces[] = {
        "{",       "\"{",   "{\"a\":",    "token:",     "a:a:",
        "<input ", "HTTP/", "https://",   "password='", "> GET x HTTP/1.1\n",
        "eyJ",     "-u ",   "HTTP 401\n", "<html",      "{\\\""};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct arena *arena = arena_new();
        size_t piece_len = strlen(pieces[i]);
        size_t n = 200 * 1024 / piece_len;
        char *text = arena_allocate(arena, n * piece_len + 1);
        for (size_t k = 0; k < n; k++) {
            memcpy(text + k * piece_len, pieces[i], piece_len);
        }
        struct paste paste = read_text(arena, text);
        cr_expect_leq(paste.n_answers, PASTE_ANSWERS, "%s", pieces[i]);
        arena_free(arena);
    }
}
