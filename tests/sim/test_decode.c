/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own reading of URLs, forms and base64, and what it escapes in JSON.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "sim/call.h"
#include "sim/decode.h"

Test(sim_decode, percent)
{
    static const struct {
        const char *text;
        bool is_form;
        const char *decoded;
        const char *why;
    } rows[] = {
        {"", false, "", "nothing"},
        {"a%3Db", false, "a=b", "an escape"},
        {"a%3db", false, "a=b", "small hex digits"},
        {"a+b", false, "a+b", "a plus in a path is a plus"},
        {"a+b", true, "a b", "a plus in a form is a blank"},
        {"100%", false, "100%", "an escape cut off at the end"},
        {"%4", false, "%4", "half an escape"},
        {"%zz1", false, "%zz1", "no hex digits"},
        {"%41%42", true, "AB", "the escape at the very end counts"},
        {"%C3%A9", false, "\xC3\xA9", "UTF-8"},
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *decoded =
            sim_percent_decode(arena, rows[i].text, strlen(rows[i].text), rows[i].is_form);
        cr_expect_str_eq(decoded, rows[i].decoded, "row %zu (%s)", i, rows[i].why);
    }
    arena_free(arena);
}

Test(sim_decode, form)
{
    struct arena *arena = arena_new();
    const char *text = "a=1&b=x%26y&&c&d=";
    struct pairs pairs = sim_form_decode(arena, text, strlen(text));

    cr_assert_eq(pairs.n_items, 4);
    cr_expect_str_eq(pairs_get(&pairs, "a"), "1");
    cr_expect_str_eq(pairs_get(&pairs, "b"), "x&y");
    cr_expect_str_eq(pairs_get(&pairs, "c"), "", "a name without = is empty");
    cr_expect_str_eq(pairs_get(&pairs, "d"), "");
    arena_free(arena);
}

Test(sim_decode, base64)
{
    static const struct {
        const char *text;
        const char *decoded;
        const char *why;
    } rows[] = {
        {"", "", "nothing"},
        {"YQ==", "a", "one byte"},
        {"YWI=", "ab", "two bytes"},
        {"YWJj", "abc", "three bytes"},
        {"YWI", "ab", "without padding"},
        {"dXNlcjpwYXNz", "user:pass", "as Basic sends it"},
        {"YW Jj", NULL, "a blank is not of the alphabet"},
        {"YQ==x", NULL, "something behind the padding"},
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *decoded = sim_base64_decode(arena, rows[i].text);
        cr_expect(text_equal(decoded, rows[i].decoded), "row %zu (%s)", i, rows[i].why);
    }
    cr_expect_str_eq(sim_base64_encode_url(arena, (const unsigned char *)"\xfb\xff\x00", 3),
                     "-_8A");
    cr_expect_str_eq(sim_base64_encode_url(arena, (const unsigned char *)"a", 1), "YQ");
    arena_free(arena);
}

Test(sim_decode, json_is_escaped)
{
    static const struct {
        const char *text;
        const char *json;
        const char *why;
    } rows[] = {
        {"a\"b\\c", "\"a\\\"b\\\\c\"", "quote and backslash"},
        {"a\nb\x1b", "\"a\\u000ab\\u001b\"", "control characters"},
        {"\xC3\xA9", "\"\xC3\xA9\"", "UTF-8 stays"},
        {"a\xff"
         "b",
         "\"a\xEF\xBF\xBD"
         "b\"",
         "broken UTF-8 from a URL does not break the JSON"},
    };
    struct buf buf;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_init(&buf, 100);
        sim_json_add(&buf, rows[i].text);
        cr_expect_str_eq(buf.data, rows[i].json, "row %zu (%s)", i, rows[i].why);
        buf_release(&buf);
    }
}
