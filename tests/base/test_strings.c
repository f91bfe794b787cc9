/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, comparisons, numbers and "did you mean".
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <locale.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"

/* What a test may need and cannot name on one line. */
static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(strings, .init = set_up, .fini = tear_down);

Test(strings, a_number_and_its_noun)
{
    cr_expect_str_eq(quantity(arena, 0, "check"), "0 checks");
    cr_expect_str_eq(quantity(arena, 1, "check"), "1 check");
    cr_expect_str_eq(quantity(arena, 2, "write check"), "2 write checks");
}

Test(strings, split_and_join)
{
    static const struct {
        const char *text;
        char separator;
        const char *joined; /* with "|" */
        size_t n_items;
        const char *name;
    } rows[] = {
        {"a,b,c", ',', "a|b|c", 3, "plain"},
        {" a ,\tb\n, c\r", ',', "a|b|c", 3, "blanks around the pieces go"},
        {"a,,b, ,", ',', "a|b", 2, "empty pieces are left out"},
        {"a b,c", ',', "a b|c", 2, "blanks inside stay"},
        {"alone", ',', "alone", 1, "no separator"},
        {"", ',', "", 0, "nothing"},
        {" , ,", ',', "", 0, "nothing but separators"},
        {NULL, ',', "", 0, "no text"},
        {"x;y", ';', "x|y", 2, "another separator"},
        {"one two", ' ', "one|two", 2, "the separator may be a blank"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strings pieces = strings_split(arena, rows[i].text, rows[i].separator);
        cr_expect(pieces.n_items == rows[i].n_items, "row %zu (%s)", i, rows[i].name);
        cr_expect_str_eq(strings_join(arena, &pieces, "|"), rows[i].joined, "row %zu (%s)", i,
                         rows[i].name);
    }
}

Test(strings, join_puts_the_separator_only_between)
{
    struct strings list = {0};
    cr_expect_str_eq(strings_join(arena, &list, ", "), "");
    strings_add(arena, &list, "a");
    cr_expect_str_eq(strings_join(arena, &list, ", "), "a");
    strings_add(arena, &list, "");
    strings_add(arena, &list, "c");
    cr_expect_str_eq(strings_join(arena, &list, ", "), "a, , c");
    cr_expect_str_eq(strings_join(arena, &list, ""), "ac");
}

Test(strings, lists_remember_what_was_added)
{
    struct strings list = {0};
    cr_expect_not(strings_have(&list, "a"));
    strings_add(arena, &list, "a");
    strings_add_unique(arena, &list, "a");
    strings_add_unique(arena, &list, "b");
    strings_add(arena, &list, "a");
    cr_expect(list.n_items == 3, "add adds a second one, add_unique does not");
    cr_expect(strings_have(&list, "b"));
    cr_expect_not(strings_have(&list, "B"), "case counts");
    cr_expect_not(strings_have(&list, NULL));
}

Test(strings, pairs_answer_with_the_first_of_a_key)
{
    struct pairs pairs = {0};
    cr_expect_null(pairs_get(&pairs, "a"));
    pairs_add(arena, &pairs, "a", "1");
    pairs_add(arena, &pairs, "b", NULL);
    pairs_add(arena, &pairs, "a", "2");
    cr_expect_str_eq(pairs_get(&pairs, "a"), "1");
    cr_expect_null(pairs_get(&pairs, "b"));
    cr_expect_null(pairs_get(&pairs, "c"));
    cr_expect(pairs.n_items == 3);
}

Test(strings, equality)
{
    static const struct {
        const char *a;
        const char *b;
        bool equal;
        bool equal_nocase;
        const char *name;
    } rows[] = {
        {"abc", "abc", true, true, "the same"},
        {"abc", "ABC", false, true, "other case"},
        {"abc", "abcd", false, false, "a beginning"},
        {"abcd", "abc", false, false, "a longer one"},
        {"", "", true, true, "two empty ones"},
        {"", NULL, false, false, "empty is not NULL"},
        {NULL, "", false, false, "NULL is not empty"},
        {NULL, NULL, true, true, "two NULLs"},
        {"[", "{", false, false, "27 apart like a letter's cases, but no letter"},
        {"@", "`", false, false, "the characters before A and a"},
        {"Ä", "ä", false, false, "only ASCII has cases here"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect(text_equal(rows[i].a, rows[i].b) == rows[i].equal, "row %zu (%s)", i,
                  rows[i].name);
        cr_expect(text_equal_nocase(rows[i].a, rows[i].b) == rows[i].equal_nocase, "row %zu (%s)",
                  i, rows[i].name);
    }
}

/* In a Latin-1 locale the C library takes 0xC4 and 0xE4 for one letter in two cases, though in
 * UTF-8 each only begins one. The build makes that locale where it can (tests/CMakeLists.txt). */
Test(strings, case_does_not_depend_on_the_locale)
{
    if (setlocale(LC_ALL, "de_DE.ISO-8859-1") == NULL) {
        cr_skip_test("there is no Latin-1 locale here");
    }
    cr_expect_not(text_equal_nocase("\xc4", "\xe4"));
    cr_expect_not(text_contains_nocase("a\xc4z", "\xe4"));
    cr_expect_str_eq(text_lower(arena, "A\xc4"), "a\xc4");
}

Test(strings, beginnings_and_ends)
{
    static const struct {
        const char *text;
        const char *part;
        bool starts;
        bool ends;
        const char *name;
    } rows[] = {
        {"glide-zurich", "glide-", true, false, "a beginning"},
        {"glide-zurich", "zurich", false, true, "an end"},
        {"glide", "glide", true, true, "the whole"},
        {"glide", "glider", false, false, "longer than the text"},
        {"glide", "", true, true, "nothing is both"},
        {"", "", true, true, "nothing in nothing"},
        {"", "a", false, false, "something in nothing"},
        {"Glide", "glide", false, false, "case counts"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect(text_starts_with(rows[i].text, rows[i].part) == rows[i].starts, "row %zu (%s)", i,
                  rows[i].name);
        cr_expect(text_ends_with(rows[i].text, rows[i].part) == rows[i].ends, "row %zu (%s)", i,
                  rows[i].name);
    }
}

Test(strings, contains)
{
    static const struct {
        const char *text;
        const char *needle;
        bool contains;
        const char *name;
    } rows[] = {
        {"User Not Authenticated", "not auth", true, "in the middle, other case"},
        {"aab", "ab", true, "after a false start"},
        {"abc", "abcd", false, "longer than the text"},
        {"abc", "abc", true, "the whole"},
        {"abc", "c", true, "the last letter"},
        {"abc", "d", false, "not there"},
        {"abc", "", true, "nothing is everywhere"},
        {"", "", true, "even in nothing"},
        {"", "a", false, "nothing holds nothing else"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect(text_contains_nocase(rows[i].text, rows[i].needle) == rows[i].contains,
                  "row %zu (%s)", i, rows[i].name);
    }
}

Test(strings, emptiness_lower_case_and_trimming)
{
    cr_expect(text_is_empty(NULL));
    cr_expect(text_is_empty(""));
    cr_expect_not(text_is_empty(" "));
    cr_expect_str_eq(text_lower(arena, "Snc_Internal ÄÖ@[Z"), "snc_internal ÄÖ@[z");
    cr_expect_str_eq(text_trim(arena, " \t\r\n a b \n"), "a b");
    cr_expect_str_eq(text_trim(arena, " \n"), "");
    cr_expect_str_eq(text_trim(arena, "\u00a0x"), "\u00a0x", "a no-break blank is content");
}

Test(strings, whole_numbers)
{
    static const struct {
        const char *text;
        int64_t wanted;
        const char *name;
    } rows[] = {
        {"0", 0, "zero"},
        {"42", 42, "plain"},
        {"-7", -7, "negative"},
        {"-0", 0, "minus zero"},
        {"007", 7, "decimal, never octal"},
        {"9223372036854775807", INT64_MAX, "the largest"},
        {"-9223372036854775808", INT64_MIN, "the least"},
        {"000000000000000000000000000001", 1, "long, not large"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t number = -99;
        cr_expect(text_to_int(rows[i].text, &number), "row %zu (%s)", i, rows[i].name);
        cr_expect(number == rows[i].wanted, "row %zu (%s): %" PRId64, i, rows[i].name, number);
    }
}

Test(strings, what_is_no_whole_number)
{
    static const struct {
        const char *text;
        const char *name;
    } rows[] = {
        {"", "nothing"},
        {"-", "a sign alone"},
        {"--1", "two signs"},
        {"+1", "a plus"},
        {" 1", "a blank before"},
        {"1 ", "a blank behind"},
        {"1.0", "a fraction"},
        {"1e3", "an exponent"},
        {"0x10", "hexadecimal"},
        {"1_000", "a separator"},
        {"9223372036854775808", "one too large"},
        {"-9223372036854775809", "one too small"},
        {"99999999999999999999999999", "far too large"},
        {"١٢", "digits of another script"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t number = -99;
        cr_expect_not(text_to_int(rows[i].text, &number), "row %zu (%s)", i, rows[i].name);
        cr_expect(number == -99, "row %zu (%s): untouched", i, rows[i].name);
    }
}

Test(strings, did_you_mean)
{
    static const char *keys[] = {
        "severity",
        "serves",
        "needs",
        "when",
        "owner",
        "fix",
        "id",
        "title",
        /* longer than the helper looks at */
        "an_extraordinarily_long_key_that_nobody_would_ever_want_to_type_in_full",
    };
    static const struct strings candidates = {.items = keys, .n_items = ARRAY_LEN(keys)};
    static const struct {
        const char *word;
        const char *wanted;
        const char *name;
    } rows[] = {
        {"severty", "severity", "a letter left out"},
        {"severrity", "severity", "a letter doubled"},
        {"sevarity", "severity", "a letter wrong"},
        {"sevreity", "severity", "two letters swapped are two slips"},
        {"Severity", "severity", "a capital is a slip too"},
        {"severity", "severity", "the word itself"},
        {"seve", NULL, "too much is missing"},
        {"need", "needs", "one slip in a short word"},
        {"nedes", NULL, "two slips in a short word"},
        {"fox", "fix", "three letters"},
        {"di", NULL, "both letters wrong"},
        {"i", NULL, "one letter is like any other"},
        {"", NULL, "nothing"},
        {"parameters", NULL, "nothing like it"},
        {"an_extraordinarily_long_key_that_nobody_would_ever_want_to_type_in_ful", NULL,
         "beyond the length the helper looks at"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *nearest = nearest_spelling(rows[i].word, &candidates);
        cr_expect(text_equal(nearest, rows[i].wanted), "row %zu (%s): %s", i, rows[i].name,
                  nearest == NULL ? "none" : nearest);
    }
}

Test(strings, the_nearest_wins_and_then_the_first)
{
    static const char *keys[] = {"abcdxx", "abcdex", "abcdey"};
    static const struct strings candidates = {.items = keys, .n_items = ARRAY_LEN(keys)};
    static const struct strings none = {0};
    cr_expect_str_eq(nearest_spelling("abcdef", &candidates), "abcdex");
    cr_expect_null(nearest_spelling("abcdef", &none));
}
