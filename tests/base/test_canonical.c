/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One spelling of every document; Python writes the same (tests/cli/recordings.sh relies on it).
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/json.h"

static const struct {
    const char *text;
    const char *left_out;
    const char *spelt;
    const char *why;
} rows[] = {
    {"{}", NULL, "{}", "nothing"},
    {" { \"b\" : 1 , \"a\" : [ ] } ", NULL, "{\"a\":[],\"b\":1}", "sorted, without blanks"},
    {"{\"a\":{\"d\":null,\"c\":true},\"B\":false}", NULL,
     "{\"B\":false,\"a\":{\"c\":true,\"d\":null}}", "by bytes, at every depth"},
    {"{\"digest\":\"x\",\"a\":{\"digest\":1}}", "digest", "{\"a\":{\"digest\":1}}",
     "left out at the top alone"},
    {"[\"\\u00e9\\/\\u0001\\n\\\"\\\\\"]", NULL, "[\"\xc3\xa9/\\u0001\\n\\\"\\\\\"]",
     "escaped is what must be"},
    {"[1, -20, 0]", NULL, "[1,-20,0]", "numbers as they stand"},
};

Test(canonical, one_spelling)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        const char *fault = NULL;
        const struct json *value = json_parse(arena, rows[i].text, strlen(rows[i].text), &fault);
        cr_assert_not_null(value, "row %zu: %s", i, fault);
        cr_expect_str_eq(json_canonical(arena, value, rows[i].left_out, false), rows[i].spelt,
                         "row %zu (%s)", i, rows[i].why);
        arena_free(arena);
    }
}

Test(canonical, lines_are_layout_alone)
{
    static const char text[] = "{\"b\":[[1,2],{\"x\":[3]}],\"a\":{\"y\":1,\"z\":2}}";
    struct arena *arena = arena_new();
    const char *fault = NULL;
    const struct json *value = json_parse(arena, text, strlen(text), &fault);
    const char *lines = json_canonical(arena, value, NULL, true);
    cr_expect_str_eq(lines, "{\n\"a\":{\"y\":1,\"z\":2},\n\"b\":[\n[1,2],\n{\"x\":[3]}]\n}");
    const struct json *again = json_parse(arena, lines, strlen(lines), &fault);
    cr_expect_str_eq(json_canonical(arena, again, NULL, false),
                     json_canonical(arena, value, NULL, false));
    arena_free(arena);
}
