/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets and the redactor: every form in which a secret could reach an output.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/secret.h"
#include "base/strings.h"

Test(secret, is_copied_and_released)
{
    char bytes[] = "test-secret-not-real";
    struct secret secret = secret_new(bytes, strlen(bytes));
    bytes[0] = 'X';
    cr_assert_str_eq(secret.bytes, "test-secret-not-real");
    cr_assert(secret_is_set(&secret));
    secret_release(&secret);
    cr_assert_null(secret.bytes);
    cr_assert_not(secret_is_set(&secret));
    secret_release(&secret); /* again is fine */
}

Test(secret, what_breaks_a_header)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool breaks;
        const char *why;
    } rows[] = {
        {"test-secret", 11, false, "plain"},
        {"", 0, false, "empty: nothing in it"},
        {"test\rsecret", 11, true, "CR ends a header line"},
        {"test\nsecret", 11, true, "LF ends a header line for lenient servers"},
        {"test-secret\n", 12, true, "a newline that was copied along"},
        {"test\0secret", 11, true, "NUL would cut it"},
        {"test\tsecret", 11, false, "a tab may stand in a field value"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct secret secret = secret_new(rows[i].bytes, rows[i].len);
        cr_expect(secret_breaks_header(&secret) == rows[i].breaks, "row %zu (%s)", i, rows[i].why);
        secret_release(&secret);
    }
}

Test(encode, percent_and_base64)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *percent;
        const char *base64;
        const char *why;
    } rows[] = {
        {"", 0, "", "", "nothing"},
        {"a", 1, "a", "YQ==", "two padding characters"},
        {"ab", 2, "ab", "YWI=", "one padding character"},
        {"abc", 3, "abc", "YWJj", "no padding"},
        {"a b+c", 5, "a%20b%2Bc", "YSBiK2M=", "blank and plus are told apart"},
        {"\xC3\xA9", 2, "%C3%A9", "w6k=", "UTF-8 byte by byte"},
        {"-._~", 4, "-._~", "LS5ffg==", "unreserved characters stay"},
        {"\0", 1, "%00", "AA==", "NUL"},
        {"\xFF\xFE\xFB", 3, "%FF%FE%FB", "//77", "both special digits of base64"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf buf;
        buf_init(&buf, 1000);
        encode_percent(&buf, rows[i].bytes, rows[i].len);
        cr_expect_str_eq(buf.data, rows[i].percent, "row %zu (%s)", i, rows[i].why);
        buf_clear(&buf);
        encode_base64(&buf, rows[i].bytes, rows[i].len);
        cr_expect_str_eq(buf.data, rows[i].base64, "row %zu (%s)", i, rows[i].why);
        buf_release(&buf);
    }
}

Test(encode, base64url_is_read)
{
    static const struct {
        const char *text;
        const char *bytes; /* NULL: refused */
        const char *why;
    } rows[] = {
        {"", "", "nothing"},
        {"YQ", "a", "two digits, one byte"},
        {"YWI", "ab", "three digits, two bytes"},
        {"YWJj", "abc", "four digits, three bytes"},
        {"eyJleHAiOjF9", "{\"exp\":1}", "more than one group"},
        {"w6k_", "\xC3\xA9\x3F", "the URL alphabet's underscore"},
        {"--__", "\xFB\xEF\xFF", "both of its special digits"},
        {"Y", NULL, "no byte has one digit"},
        {"YWJjZ", NULL, "nor five"},
        {"YQ==", NULL, "padding"},
        {"YW+/", NULL, "the standard alphabet"},
        {"YW J", NULL, "a blank"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf buf;
        buf_init(&buf, 1000);
        bool is_read = decode_base64url(&buf, rows[i].text, strlen(rows[i].text));
        cr_expect(is_read == (rows[i].bytes != NULL), "row %zu (%s)", i, rows[i].why);
        cr_expect(!is_read || strcmp(buf.data, rows[i].bytes) == 0, "row %zu (%s)", i, rows[i].why);
        buf_release(&buf);
    }
}

Test(redactor, every_form)
{
    static const struct {
        const char *secret;
        const char *text;
        const char *redacted;
        const char *why;
    } rows[] = {
        {"pa/ss w+rd", "it is pa/ss w+rd.", "it is [secret].", "as it stands"},
        {"pa/ss w+rd", "q=pa%2Fss%20w%2Brd&x", "q=[secret]&x", "percent-encoded, capitals"},
        {"pa/ss w+rd", "q=pa%2fss%20w%2brd&x", "q=[secret]&x", "percent-encoded, small letters"},
        {"pa/ss w+rd", "Basic cGEvc3MgdytyZA==", "Basic [secret]==", "base64 of the whole"},
        {"\xFB\xFF\xFE\xFB", "x=-__--w", "x=[secret]", "base64 with the URL alphabet"},
        {"pa\"ss\\word", "{\"p\":\"pa\\\"ss\\\\word\"}", "{\"p\":\"[secret]\"}", "JSON-escaped"},
        {"pa/ss/word", "{\"p\":\"pa\\/ss\\/word\"}", "{\"p\":\"[secret]\"}",
         "JSON, slashes escaped"},
        {"pass\x01word", "pass\\u0001word", "[secret]", "JSON, a control character"},
        {"secret-one", "secret-one, secret-one", "[secret], [secret]", "every place"},
        {"abc", "abc", "abc", "shorter than four bytes: it would match by chance"},
        {"test-secret", "nothing here", "nothing here", "no secret in it"},
        {"test-secret", "test-secre", "test-secre", "all but the last byte"},
        {"test-secret", "", "", "empty text"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct redactor *redactor = redactor_new();
        redactor_add(redactor, rows[i].secret, strlen(rows[i].secret));
        const char *redacted = redact(redactor, arena, rows[i].text);
        cr_expect_str_eq(redacted, rows[i].redacted, "row %zu (%s)", i, rows[i].why);
        bool is_same = text_equal(rows[i].text, rows[i].redacted);
        cr_expect((redacted == rows[i].text) == is_same, "row %zu (%s): a copy only when needed", i,
                  rows[i].why);
        redactor_free(redactor);
        arena_free(arena);
    }
}

Test(redactor, the_longest_of_two_that_begin_alike)
{
    struct arena *arena = arena_new();
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, "test-secret", 11);
    redactor_add(redactor, "test-secret-and-more", 20);
    redactor_add(redactor, "test-secret", 11); /* again is fine */
    cr_expect_str_eq(redact(redactor, arena, "<test-secret-and-more|test-secret>"),
                     "<[secret]|[secret]>");
    cr_expect_null(redact(redactor, arena, NULL));
    cr_expect_str_eq(redact(NULL, arena, "text"), "text");
    redactor_add(redactor, NULL, 0);
    redactor_free(redactor);
    redactor_free(NULL);
    arena_free(arena);
}

Test(redactor, keyed_tokens_join_and_tell_nothing)
{
    static const char secret[] = "test-secret-not-real";
    struct arena *arena = arena_new();
    struct redactor *redactor = redactor_new();
    struct redactor *other = redactor_new();
    redactor_add(redactor, secret, strlen(secret));
    redactor_add(redactor, "another-not-real", strlen("another-not-real"));
    redactor_add(other, secret, strlen(secret));
    redactor_set_key(redactor, "one key", strlen("one key"));
    redactor_set_key(other, "another key", strlen("another key"));
    const char *plain = redact_keyed(redactor, arena, "test-secret-not-real");
    const char *encoded = redact_keyed(redactor, arena, "dGVzdC1zZWNyZXQtbm90LXJlYWw");
    cr_expect_str_eq(plain, encoded, "one secret, one token, in whatever form");
    cr_expect_eq(strlen(plain), strlen("[hidden:0123456789abcdef]"));
    cr_expect_str_neq(plain, redact_keyed(redactor, arena, "another-not-real"), "two secrets");
    cr_expect_str_neq(plain, redact_keyed(other, arena, secret), "another key, another token");
    cr_expect_str_eq(redact(redactor, arena, secret), "[secret]", "reports are as before");
    redactor_free(redactor);
    redactor_free(other);
    arena_free(arena);
}
