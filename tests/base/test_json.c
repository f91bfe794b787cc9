/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON: what is read, what is refused and in which words, and what is written.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/json.h"
#include "base/strings.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(json, .init = set_up, .fini = tear_down);

static const struct json *parse(const char *text)
{
    const char *fault = NULL;
    const struct json *value = json_parse(arena, text, strlen(text), &fault);
    cr_assert_not_null(value, "%s: %s", text, fault);
    return value;
}

Test(json, reads_every_kind_of_value)
{
    static const struct {
        const char *text;
        enum json_kind kind;
        const char *wanted; /* text of a string or number */
        const char *name;
    } rows[] = {
        {"null", JSON_KIND_NULL, NULL, "null alone is a document"},
        {" {} \n", JSON_KIND_OBJECT, NULL, "blanks around"},
        {"[]", JSON_KIND_ARRAY, NULL, "an empty array"},
        {"\"\"", JSON_KIND_STRING, "", "an empty string"},
        {"\"a\\n\\u00e4\\/\"", JSON_KIND_STRING, "a\nä/", "escapes"},
        {"\"\xc3\xa4\"", JSON_KIND_STRING, "ä", "UTF-8 as it stands"},
        {"\"\\ud83d\\ude80\"", JSON_KIND_STRING, "\U0001f680", "a surrogate pair"},
        {"\"\\uD83D\\uDE80\"", JSON_KIND_STRING, "\U0001f680", "in capitals"},
        {"\"x\\ud83d\"", JSON_KIND_STRING, "x\uFFFD", "an emoji cut in half"},
        {"\"\\ude80x\"", JSON_KIND_STRING, "\uFFFDx", "the other half"},
        {"\"\\ud83d\\ud83d\\ude80\"", JSON_KIND_STRING, "\uFFFD\U0001f680", "a half and a whole"},
        {"\"\\ud83d\\u0041\"", JSON_KIND_STRING, "\uFFFDA", "a half and a letter"},
        {"\"\\\\ud83d\"", JSON_KIND_STRING, "\\ud83d", "a backslash and five letters"},
        {"\"a\\u0000b\"", JSON_KIND_STRING, "a\uFFFDb", "a NUL"},
        {"42", JSON_KIND_NUMBER, "42", "a whole number"},
        {"-9223372036854775808", JSON_KIND_NUMBER, "-9223372036854775808", "the least"},
        {"0.1", JSON_KIND_NUMBER, "0.1", "a fraction keeps its digits"},
        {"1.5e3", JSON_KIND_NUMBER, "1500", "an exponent"},
        {"3.141592653589793", JSON_KIND_NUMBER, "3.141592653589793", "sixteen digits"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct json *value = parse(rows[i].text);
        cr_expect(value->kind == rows[i].kind, "row %zu (%s)", i, rows[i].name);
        cr_expect(text_equal(value->text, rows[i].wanted), "row %zu (%s): %s", i, rows[i].name,
                  value->text == NULL ? "none" : value->text);
    }
    cr_expect(parse("true")->boolean);
    cr_expect_not(parse("false")->boolean);
}

Test(json, refuses_with_a_place_and_without_a_quotation)
{
    static const struct {
        const char *text;
        const char *place;
        const char *name;
    } rows[] = {
        {"", "line 1, column 0: ", "nothing"},
        {"<html><title>Hibernating</title>", "line 1, column 1: ", "a page"},
        {"{\"result\":[{\"a\":\"1\"},", "line 1, column 21: ", "cut between rows"},
        {"{\"access_token\":\"test-secret-not-re", "line 1, column 35: ", "cut in a token"},
        {"{\"a\":1}\n{\"b\":2}", "line 2, column 1: ", "something behind"},
        {"{\"a\":1,\"a\":2}", "line 1, column 10: ", "a key twice"},
        {"{'a':1}", "line 1, column 2: ", "single quotes"},
        {"[1,]", "line 1, column 4: ", "a comma too many"},
        {"[NaN]", "line 1, column 4: ", "not a number"},
        {"[012]", "line 1, column 2: ", "octal: a number ends behind its leading zero"},
        {"{\"a\\u0000b\":1}", "line 1, column 11: ", "a NUL in a key"},
        {"\"\xff\"", "line 1, column 1: ", "broken UTF-8"},
        {"[99999999999999999999]", "line 1, column 21: ", "a number beyond 64 bits"},
        {"\"tab\there\"", "line 1, column 4: ", "a control character in a string"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *fault = NULL;
        const struct json *value = json_parse(arena, rows[i].text, strlen(rows[i].text), &fault);
        cr_assert_null(value, "row %zu (%s)", i, rows[i].name);
        cr_expect(text_starts_with(fault, rows[i].place), "row %zu (%s): %s", i, rows[i].name,
                  fault);
        cr_expect_not(text_contains_nocase(fault, "near '"), "row %zu (%s): %s", i, rows[i].name,
                      fault);
        cr_expect_not(text_contains_nocase(fault, "test-secret"), "row %zu (%s): %s", i,
                      rows[i].name, fault);
    }
}

/* Brackets inside strings do not count; sixty-four levels are read and one more is refused. */
Test(json, depth_is_limited)
{
    char text[200] = "";
    memset(text, '[', 64);
    memcpy(text + 64, "\"[[[[\\\"[[\"", 10);
    memset(text + 74, ']', 64);
    const struct json *value = parse(text);
    for (int depth = 1; depth < 64; depth++) {
        value = value->values[0];
    }
    cr_expect_str_eq(value->values[0]->text, "[[[[\"[[");

    const char *fault = NULL;
    memset(text, '[', 65);
    cr_expect_null(json_parse(arena, text, 65, &fault));
    cr_expect_str_eq(fault, "nested deeper than 64 levels");
}

Test(json, survives_being_cut_anywhere)
{
    static const char whole[] =
        "{\"result\":[{\"n\":\"a\\u00e4\\ud83d\\ude80\",\"v\":-1.5e2},{}],\"t\":true,\"x\":null}";
    for (size_t len = 0; len + 1 < sizeof whole; len++) {
        /* In a block of its own size, so that reading behind the end is noticed. */
        char *cut = malloc(len > 0 ? len : 1);
        memcpy(cut, whole, len);
        const char *fault = NULL;
        cr_expect_null(json_parse(arena, cut, len, &fault), "%zu bytes", len);
        cr_expect_not(text_is_empty(fault), "%zu bytes", len);
        free(cut);
    }
    parse(whole);
}

Test(json, members_are_found_and_in_order)
{
    const struct json *row = parse("{\"z\":\"1\",\"a\":2,\"m\":null,\"empty\":\"\"}");
    cr_assert(row->n_values == 4);
    cr_expect_str_eq(row->keys[0], "z");
    cr_expect_str_eq(row->keys[1], "a");
    cr_expect_str_eq(row->keys[2], "m");
    cr_expect_str_eq(json_get_text(row, "z"), "1");
    cr_expect_str_eq(json_get_text(row, "empty"), "");
    cr_expect_null(json_get_text(row, "a"), "a number is no text");
    cr_expect_null(json_get_text(row, "m"), "nor is null");
    cr_expect(json_get(row, "m")->kind == JSON_KIND_NULL);
    cr_expect_null(json_get(row, "absent"));
    cr_expect_null(json_get(NULL, "z"));
    cr_expect_null(json_get(parse("[1]"), "z"));
    cr_expect_null(json_get_text(NULL, "z"));
}

/* What `write` makes of the document, as text. */
static char *written(struct json_writer *writer, bool indented)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert(json_writer_finish(writer, out, indented));
    fclose(out);
    json_writer_free(writer);
    return text;
}

Test(json, writes_in_the_order_of_the_calls)
{
    struct json_writer *writer = json_writer_new();
    json_put_text(writer, "schema", "glidepath-report/1");
    json_open_array(writer, "rows");
    json_put_int(writer, NULL, -1);
    json_open_object(writer, NULL);
    json_put_bool(writer, "yes", true);
    json_put_text(writer, "nothing", NULL);
    json_close(writer);
    json_put_text(writer, NULL, "<\"ä\"\n>");
    json_close(writer);
    json_open_object(writer, "empty");
    char *text = written(writer, true);
    cr_expect_str_eq(text,
                     "{\n"
                     "  \"schema\": \"glidepath-report/1\",\n"
                     "  \"rows\": [\n"
                     "    -1,\n"
                     "    {\n"
                     "      \"yes\": true,\n"
                     "      \"nothing\": null\n"
                     "    },\n"
                     "    \"<\\\"ä\\\"\\n>\"\n"
                     "  ],\n"
                     "  \"empty\": {}\n"
                     "}\n",
                     "what was left open is closed");
    free(text);
}

Test(json, writes_on_one_line)
{
    struct json_writer *writer = json_writer_new();
    json_put_int(writer, "n", INT64_MAX);
    json_open_array(writer, "a");
    char *text = written(writer, false);
    cr_expect_str_eq(text, "{\"n\": 9223372036854775807, \"a\": []}\n");
    free(text);
}

Test(json, what_was_written_reads_back)
{
    struct json_writer *writer = json_writer_new();
    json_put_text(writer, "text", "tab\t quote\" back\\ \u2028 \U0001f680 </script>");
    char *text = written(writer, true);
    cr_expect_str_eq(json_get_text(parse(text), "text"),
                     "tab\t quote\" back\\ \u2028 \U0001f680 </script>");
    free(text);
}

Test(json, a_full_disk_is_noticed)
{
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) {
        cr_skip_test("there is no /dev/full here");
    }
    struct json_writer *writer = json_writer_new();
    json_put_text(writer, "key", "value");
    cr_expect_not(json_writer_finish(writer, full, true));
    json_writer_free(writer);
    fclose(full);
}

Test(json, free_takes_null)
{
    json_writer_free(NULL);
}
