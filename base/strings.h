/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of strings, comparisons that read as words, and the spelling helper behind "did you mean".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct arena;

/* A list of strings. The items are borrowed; the list lives where it was built. */
struct strings {
    const char **items;
    size_t n_items;
};

/* An ordered list of key and value, both borrowed. */
struct pair {
    const char *key;
    const char *value;
};
struct pairs {
    struct pair *items;
    size_t n_items;
};

/* Adds `text` at the end. The list must have been zeroed and only ever grown here, with this arena.
 */
void strings_add(struct arena *arena, struct strings *list, const char *text);

/* Adds `text` unless the list has it. */
void strings_add_unique(struct arena *arena, struct strings *list, const char *text);

/* True when an item equals `text`. */
bool strings_have(const struct strings *list, const char *text);

/* The pieces of `text` between separators, blanks around them removed, empty ones left out. */
struct strings strings_split(struct arena *arena, const char *text, char separator);

/* The items with `separator` between them; "" for none. */
char *strings_join(struct arena *arena, const struct strings *list, const char *separator);

/* The value of `key`, or NULL. */
const char *pairs_get(const struct pairs *pairs, const char *key);

/* True for the same pairs in the same order. */
bool pairs_equal(const struct pairs *a, const struct pairs *b);

/* Adds a pair at the end, under the same rule as strings_add(). */
void pairs_add(struct arena *arena, struct pairs *pairs, const char *key, const char *value);

/* Equality in which two NULLs are equal and a NULL equals no text. */
bool text_equal(const char *a, const char *b);

/* The same without regard to the case of ASCII letters. */
bool text_equal_nocase(const char *a, const char *b);

/* True when `text` is NULL or "". */
bool text_is_empty(const char *text);

bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

/* True when `needle` occurs in `text`, without regard to the case of ASCII letters. */
bool text_contains_nocase(const char *text, const char *needle);

/* A copy with ASCII letters in lower case. */
char *text_lower(struct arena *arena, const char *text);

/* A copy without the blanks, tabs and line ends around it. */
char *text_trim(struct arena *arena, const char *text);

/*
 * Reads a whole decimal number: an optional minus and digits, nothing else. False, and *ret_number
 * untouched, when `text` is anything else or the number lies outside int64_t.
 */
MUST_USE bool text_to_int(const char *text, int64_t *ret_number);

/*
 * The candidate nearest to `word` in spelling, when it is near enough to be a slip of the keyboard:
 * one letter in words of two to five, two in longer ones; else NULL. Of equally near candidates the
 * first wins. The result is one of the candidates.
 */
const char *nearest_spelling(const char *word, const struct strings *candidates);

/* "1 check", "2 checks": a number and its noun, which takes an s. */
char *quantity(struct arena *arena, size_t n, const char *noun);
