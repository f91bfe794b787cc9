/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The string helpers of strings.h.
 */
#include "base/strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void strings_add(struct arena *arena, struct strings *list, const char *text)
{
    const char **slot = arena_append(arena, &list->items, &list->n_items, sizeof *slot);
    *slot = text;
}

void strings_add_unique(struct arena *arena, struct strings *list, const char *text)
{
    if (!strings_have(list, text)) {
        strings_add(arena, list, text);
    }
}

bool strings_have(const struct strings *list, const char *text)
{
    for (size_t i = 0; i < list->n_items; i++) {
        if (text_equal(list->items[i], text)) {
            return true;
        }
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char *trimmed_copy(struct arena *arena, const char *text, size_t len)
{
    while (len > 0 && is_blank(text[0])) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    return arena_strndup(arena, text, len);
}

struct strings strings_split(struct arena *arena, const char *text, char separator)
{
    struct strings pieces = {0};
    while (text != NULL) {
        const char *end = strchr(text, separator);
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        char *piece = trimmed_copy(arena, text, len);
        if (piece[0] != '\0') {
            strings_add(arena, &pieces, piece);
        }
        text = end == NULL ? NULL : end + 1;
    }
    return pieces;
}

char *strings_join(struct arena *arena, const struct strings *list, const char *separator)
{
    size_t len = 0;
    for (size_t i = 0; i < list->n_items; i++) {
        len += strlen(list->items[i]) + strlen(separator);
    }
    char *joined = arena_allocate(arena, len + 1);
    char *end = joined;
    for (size_t i = 0; i < list->n_items; i++) {
        const char *parts[] = {i > 0 ? separator : "", list->items[i]};
        for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
            size_t part_len = strlen(parts[p]);
            memcpy(end, parts[p], part_len);
            end += part_len;
        }
    }
    return joined;
}

const char *pairs_get(const struct pairs *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        if (text_equal(pairs->items[i].key, key)) {
            return pairs->items[i].value;
        }
    }
    return NULL;
}

bool pairs_equal(const struct pairs *a, const struct pairs *b)
{
    if (a->n_items != b->n_items) {
        return false;
    }
    for (size_t i = 0; i < a->n_items; i++) {
        if (!text_equal(a->items[i].key, b->items[i].key) ||
            !text_equal(a->items[i].value, b->items[i].value)) {
            return false;
        }
    }
    return true;
}

void pairs_add(struct arena *arena, struct pairs *pairs, const char *key, const char *value)
{
    struct pair *slot = arena_append(arena, &pairs->items, &pairs->n_items, sizeof *slot);
    *slot = (struct pair){.key = key, .value = value};
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

/* Not tolower(), nor strcasecmp(): in a Latin-1 locale they see letters in single bytes of UTF-8.
 */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_with_nocase(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++) {
        if (lower(*text) != lower(*prefix)) {
            return false;
        }
    }
    return true;
}

bool text_equal_nocase(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strlen(a) == strlen(b) && starts_with_nocase(a, b);
}

bool text_is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
    size_t text_len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return text_len >= suffix_len && strcmp(text + text_len - suffix_len, suffix) == 0;
}

bool text_contains_nocase(const char *text, const char *needle)
{
    const char first = lower(needle[0]);
    for (; *text != '\0' && first != '\0'; text++) {
        if (lower(*text) == first && starts_with_nocase(text, needle)) {
            return true;
        }
    }
    return first == '\0';
}

char *text_lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = lower(*c);
    }
    return copy;
}

char *text_trim(struct arena *arena, const char *text)
{
    return trimmed_copy(arena, text, strlen(text));
}

bool text_to_int(const char *text, int64_t *ret_number)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    size_t n_digits = strspn(digits, "0123456789");
    if (n_digits == 0 || digits[n_digits] != '\0') {
        return false;
    }
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (errno == ERANGE) {
        return false;
    }
    *ret_number = number;
    return true;
}

enum { LONGEST_SPELLING = 64 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time; both words are at most LONGEST_SPELLING letters. */
static size_t spelling_distance(const char *a, const char *b)
{
    size_t row[LONGEST_SPELLING + 1];
    size_t b_len = strlen(b);
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = smallest(above + 1, row[j - 1] + 1, change);
            diagonal = above;
        }
    }
    return row[b_len];
}

const char *nearest_spelling(const char *word, const struct strings *candidates)
{
    size_t len = strlen(word);
    if (len < 2 || len > LONGEST_SPELLING) {
        return NULL;
    }
    size_t best_distance = len < 6 ? 1 : 2;
    const char *best = NULL;
    for (size_t i = 0; i < candidates->n_items; i++) {
        const char *candidate = candidates->items[i];
        size_t candidate_len = strlen(candidate);
        size_t longer = candidate_len > len ? candidate_len - len : len - candidate_len;
        if (candidate_len > LONGEST_SPELLING || longer > best_distance) {
            continue; /* every letter too many counts */
        }
        size_t distance = spelling_distance(word, candidate);
        if (distance < best_distance || (distance == best_distance && best == NULL)) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

char *quantity(struct arena *arena, size_t n, const char *noun)
{
    return arena_printf(arena, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}
