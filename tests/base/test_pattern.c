/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns: what matches, what cannot be compiled, and that none runs away.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/clock.h"
#include "base/pattern.h"
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

TestSuite(pattern, .init = set_up, .fini = tear_down);

static struct pattern *compile(const char *source)
{
    const char *fault = NULL;
    size_t offset = 0;
    struct pattern *pattern = pattern_new(arena, source, &fault, &offset);
    cr_assert_not_null(pattern, "%s: %s", source, fault);
    return pattern;
}

Test(pattern, find)
{
    static const struct {
        const char *source;
        const char *text;
        enum pattern_result wanted;
        const char *name;
    } rows[] = {
        {"zurich", "glide-zurich-07", PATTERN_MATCHES, "anywhere in the text"},
        {"^zurich", "glide-zurich-07", PATTERN_DIFFERS, "not at its beginning"},
        {"", "anything", PATTERN_MATCHES, "nothing is found everywhere"},
        {"^$", "", PATTERN_MATCHES, "an empty text"},
        {"(?i)ZURICH", "glide-zurich-07", PATTERN_MATCHES, "without regard to case"},
        {"^.$", "東", PATTERN_MATCHES, "one character, not three bytes"},
        {"^[ä-ü]+$", "öü", PATTERN_MATCHES, "a range of characters"},
        {"\\d{2}-\\d{2}-\\d{4}", "glide-zurich-07-01-2025__patch3", PATTERN_MATCHES, "classes"},
        {"x", "x\xff", PATTERN_DIFFERS, "broken UTF-8 never matches"},
        {"", "\xed\xa0\x80", PATTERN_DIFFERS, "not even nothing"},
        {"", "\xf8", PATTERN_DIFFERS, "another kind of broken"},
        {"^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", PATTERN_LIMIT_EXCEEDED,
         "exponential in the length"},
        {"(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", PATTERN_DIFFERS,
         "PCRE2 sees that the y is missing before it tries"},
        {"(?R)?a", "b", PATTERN_DIFFERS, "recursion that cannot begin"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pattern *pattern = compile(rows[i].source);
        cr_expect(pattern_find(pattern, rows[i].text) == rows[i].wanted, "row %zu (%s)", i,
                  rows[i].name);
        pattern_free(pattern);
    }
}

Test(pattern, limits_stop_a_runaway_quickly)
{
    struct pattern *pattern = compile("^(?:(?:a|b|ab)*)*c$");
    char text[20001];
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        text[i] = "ab"[i % 2];
    }
    text[sizeof text - 1] = '\0';
    int64_t begun = clock_monotonic_ms();
    cr_expect(pattern_find(pattern, text) == PATTERN_LIMIT_EXCEEDED);
    cr_expect_lt(clock_monotonic_ms() - begun, 5000);
    pattern_free(pattern);
}

Test(pattern, faults_have_words_and_an_offset)
{
    static const struct {
        const char *source;
        size_t offset;
        const char *name;
    } rows[] = {
        {"[unclosed", 9, "a class without its end"},
        {"a(b", 3, "a group without its end"},
        {"a)b", 1, "an end without its group"},
        {"*a", 0, "nothing to repeat"},
        {"äöü(", 4, "the offset counts characters"},
        {"\\C", 2, "a single byte would split a character"},
        {"a\xff", 1, "broken UTF-8"},
        {"(?<n>a)(?<n>b)", 12, "a name used twice"},
        {"(?=a\\K)", 7, "a match that would end before it begins"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *fault = NULL;
        size_t offset = 99;
        struct pattern *pattern = pattern_new(arena, rows[i].source, &fault, &offset);
        cr_assert_null(pattern, "row %zu (%s)", i, rows[i].name);
        cr_expect_not(text_is_empty(fault), "row %zu (%s)", i, rows[i].name);
        cr_expect(offset == rows[i].offset, "row %zu (%s): %zu (%s)", i, rows[i].name, offset,
                  fault);
    }
}

Test(pattern, a_sound_pattern_leaves_the_fault_alone)
{
    const char *fault = "untouched";
    size_t offset = 99;
    struct pattern *pattern = pattern_new(arena, "a", &fault, &offset);
    cr_expect_str_eq(fault, "untouched");
    cr_expect(offset == 99);
    pattern_free(pattern);
}

Test(pattern, groups_are_copied)
{
    static const char *wanted[] = {"zurich-12-2025", "zurich", NULL, "2025", NULL, NULL};
    struct pattern *pattern = compile("(zurich|yokohama)(-hotfix)?-12-(\\d+)(x)?");
    const char *groups[ARRAY_LEN(wanted)] = {0};
    enum pattern_result result =
        pattern_find_groups(pattern, arena, "glide-zurich-12-2025_x", groups, ARRAY_LEN(groups));
    cr_expect(result == PATTERN_MATCHES);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        cr_expect(text_equal(groups[i], wanted[i]), "group %zu", i);
    }
    pattern_free(pattern);
}

Test(pattern, groups_beyond_those_wanted_are_not_written)
{
    struct pattern *pattern = compile("(a)(b)(c)");
    const char *groups[] = {"w", "x", "y", "z"};
    cr_expect(pattern_find_groups(pattern, arena, "abc", groups, 2) == PATTERN_MATCHES);
    cr_expect_str_eq(groups[0], "abc");
    cr_expect_str_eq(groups[1], "a");
    cr_expect_str_eq(groups[2], "y");
    pattern_free(pattern);
}

Test(pattern, groups_are_untouched_without_a_match)
{
    static const char *texts[] = {"b", "a\xff", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"};
    struct pattern *pattern = compile("^(a+)+$");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *groups[] = {"untouched", "untouched"};
        cr_expect(pattern_find_groups(pattern, arena, texts[i], groups, 2) != PATTERN_MATCHES);
        cr_expect_str_eq(groups[0], "untouched", "row %zu", i);
        cr_expect_str_eq(groups[1], "untouched", "row %zu", i);
    }
    pattern_free(pattern);
}

Test(pattern, free_takes_null)
{
    pattern_free(NULL);
}
