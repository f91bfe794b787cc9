/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 and the sanitiser: what is let through, and that nothing else is.
 */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/text.h"

#define BAD "\uFFFD"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(text, .init = set_up, .fini = tear_down);

Test(text, valid_utf8)
{
    static const char *rows[] = {
        "",       "plain",  "\x7f",   "\xc2\x80",   "\u07ff",     "\u0800",
        "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "Zürich 東京 \U0001f680",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t offset = 99;
        cr_expect(utf8_is_valid(rows[i], strlen(rows[i]), &offset), "row %zu", i);
        cr_expect(offset == 99, "row %zu: untouched", i);
    }
    size_t offset = 99;
    cr_expect(utf8_is_valid("a\0b", 3, &offset), "a NUL is a character like any other");
}

Test(text, broken_utf8_is_found_where_it_is)
{
    static const struct {
        const char *text;
        size_t offset;
        const char *name;
    } rows[] = {
        {"\x80", 0, "a continuation byte alone"},
        {"ab\xbf", 2, "the same further on"},
        {"\xc0\x80", 0, "overlong NUL"},
        {"\xc1\xbf", 0, "overlong in two bytes"},
        {"\xe0\x9f\xbf", 0, "overlong in three"},
        {"\xf0\x8f\xbf\xbf", 0, "overlong in four"},
        {"\xed\xa0\x80", 0, "a high surrogate"},
        {"\xed\xbf\xbf", 0, "a low surrogate"},
        {"\xf4\x90\x80\x80", 0, "above U+10FFFF"},
        {"\xf8\x88\x80\x80\x80", 0, "five bytes"},
        {"\xfe", 0, "never a byte of UTF-8"},
        {"\xff", 0, "nor this"},
        {"x\xc3", 1, "cut after one of two"},
        {"x\xe2\x82", 1, "cut after two of three"},
        {"x\xf0\x9f\x9a", 1, "cut after three of four"},
        {"\xe2\x28\xa1", 0, "no continuation in the middle"},
        {"\xc3\xa4\xe4", 2, "Latin-1 behind UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t offset = 99;
        cr_expect_not(utf8_is_valid(rows[i].text, strlen(rows[i].text), &offset), "row %zu (%s)", i,
                      rows[i].name);
        cr_expect(offset == rows[i].offset, "row %zu (%s): offset %zu", i, rows[i].name, offset);
    }
}

Test(text, length_decides_not_the_nul)
{
    size_t offset = 99;
    cr_expect_not(utf8_is_valid("\u20ac", 2, &offset), "the third byte is not ours to read");
    cr_expect(offset == 0);
}

Test(text, sanitize)
{
    static const struct {
        const char *text;
        const char *wanted;
        const char *wanted_line;
        const char *name;
    } rows[] = {
        {"", "", "", "nothing"},
        {"a\tb\nc", "a\tb\nc", "a b c", "tab and newline stay, or become blanks on one line"},
        {"a\r\nb", "a\nb", "a b", "the platform's line ends"},
        {"a\rb", "a" BAD "b", "a" BAD "b", "a carriage return alone overwrites a line"},
        {"\r\r\n", BAD "\n", BAD " ", "only the last one belongs to the newline"},
        {"\x1b[31mred", BAD "[31mred", BAD "[31mred", "an escape sequence loses its ESC"},
        {"\x07\x08\x7f", BAD BAD BAD, BAD BAD BAD, "bell, backspace, delete"},
        {"\xc2\x9b"
         "31m",
         BAD "31m", BAD "31m", "the one-character CSI of C1"},
        {"a\u202eb", "a" BAD "b", "a" BAD "b", "right-to-left override"},
        {"\u2066x\u2069", BAD "x" BAD, BAD "x" BAD, "isolates"},
        {"\u061c\u200e\u200f", BAD BAD BAD, BAD BAD BAD, "marks"},
        {"ad\u200bmin", "ad" BAD "min", "ad" BAD "min", "a zero-width blank hides in a name"},
        {"\ufeffx", BAD "x", BAD "x", "a byte order mark"},
        {"\u2028\u2029", BAD BAD, BAD BAD, "separators that some terminals break lines at"},
        {"\ufffe\uffff", BAD BAD, BAD BAD, "not allowed in XML"},
        {"\xff\xfe", BAD BAD, BAD BAD, "broken bytes, one by one"},
        {"x\xc3", "x" BAD, "x" BAD, "cut in a character"},
        {"\xed\xa0\x80", BAD BAD BAD, BAD BAD BAD, "a surrogate is three broken bytes"},
        {"Ä 東 \U0001f680 \u200d", "Ä 東 \U0001f680 \u200d", "Ä 東 \U0001f680 \u200d",
         "letters, emoji and their joiner stay"},
        {"]]><script>&", "]]><script>&", "]]><script>&", "markup is the format's business"},
        {BAD, BAD, BAD, "what was replaced before"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_str_eq(text_sanitize(arena, rows[i].text), rows[i].wanted, "row %zu (%s)", i,
                         rows[i].name);
        cr_expect_str_eq(text_sanitize_line(arena, rows[i].text), rows[i].wanted_line,
                         "row %zu (%s), on one line", i, rows[i].name);
    }
    cr_expect_null(text_sanitize(arena, NULL));
    cr_expect_null(text_sanitize_line(arena, NULL));
}

/* Every sequence of two bytes, and of two behind a lead byte: the result is valid, and doing it
 * again changes nothing. */
Test(text, whatever_comes_in_what_goes_out_is_valid)
{
    static const char *beginnings[] = {"", "\xe2", "\xf0\x9f"};
    for (size_t b = 0; b < ARRAY_LEN(beginnings); b++) {
        for (unsigned pair = 0; pair < 0x10000; pair += 7) {
            char text[8] = "";
            snprintf(text, sizeof text, "%s%c%c", beginnings[b], (int)(pair >> 8),
                     (int)(pair & 0xff));
            struct arena *scratch = arena_new();
            const char *clean = text_sanitize(scratch, text);
            size_t offset = 0;
            cr_assert(utf8_is_valid(clean, strlen(clean), &offset), "%04x", pair);
            cr_assert_str_eq(text_sanitize(scratch, clean), clean, "%04x", pair);
            arena_free(scratch);
        }
    }
}

Test(text, shorten_counts_characters)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *wanted;
        const char *name;
    } rows[] = {
        {"incident", 8, "incident", "just fits"},
        {"incident", 7, "inciden…", "one too many"},
        {"incident", 100, "incident", "room to spare"},
        {"", 0, "", "nothing fits into nothing"},
        {"a", 0, "…", "something does not"},
        {"東京都", 3, "東京都", "three characters of three bytes"},
        {"東京都", 2, "東京…", "never cut inside a character"},
        {"ä\U0001f680z", 2, "ä\U0001f680…", "two and four bytes"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_str_eq(text_shorten(arena, rows[i].text, rows[i].limit), rows[i].wanted,
                         "row %zu (%s)", i, rows[i].name);
    }
}
