/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns come from packs and are tried on text from an instance, so neither side is trusted:
 * every match runs under limits, and \C, which could split a character, is refused.
 */
#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "base/memory.h"

enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 1000, HEAP_LIMIT_KIB = 1024, FAULT_SIZE_BYTES = 256 };

struct pattern {
    pcre2_general_context *general;
    pcre2_match_context *limits;
    pcre2_code *code;
};

static void *allocate(size_t size, void *unused)
{
    (void)unused;
    return memory_allocate(size);
}

static void release(void *block, void *unused)
{
    (void)unused;
    memory_free(block);
}

/* PCRE2 counts bytes; a caret under the source line needs characters. */
static size_t characters_before(const char *text, size_t offset)
{
    size_t n = 0;
    for (size_t i = 0; i < offset && text[i] != '\0'; i++) {
        n += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return n;
}

static const char *fault_in_words(struct arena *arena, int error)
{
    PCRE2_UCHAR message[FAULT_SIZE_BYTES] = "";
    pcre2_get_error_message(error, message, sizeof message);
    return arena_strdup(arena, (const char *)message);
}

struct pattern *pattern_new(struct arena *arena, const char *source, const char **ret_fault,
                            size_t *ret_offset)
{
    struct pattern *pattern = memory_allocate_zeroed(1, sizeof *pattern);
    pattern->general = pcre2_general_context_create(allocate, release, NULL);
    pattern->limits = pcre2_match_context_create(pattern->general);
    pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(pattern->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT_KIB);

    pcre2_compile_context *compiling = pcre2_compile_context_create(pattern->general);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pattern->code = pcre2_compile((PCRE2_SPTR)source, PCRE2_ZERO_TERMINATED,
                                  PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset, compiling);
    pcre2_compile_context_free(compiling);
    if (pattern->code == NULL) {
        pattern_free(pattern);
        *ret_fault = fault_in_words(arena, error);
        *ret_offset = characters_before(source, offset);
        return NULL;
    }
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL) {
        return;
    }
    pcre2_code_free(pattern->code);
    pcre2_match_context_free(pattern->limits);
    pcre2_general_context_free(pattern->general);
    memory_free(pattern);
}

/* Whatever else PCRE2 may answer means that it gave up before the question was settled. */
static enum pattern_result result_of(int matched)
{
    if (matched > 0) {
        return PATTERN_MATCHES;
    }
    bool is_not_utf8 = matched <= PCRE2_ERROR_UTF8_ERR1 && matched >= PCRE2_ERROR_UTF8_ERR21;
    return matched == PCRE2_ERROR_NOMATCH || is_not_utf8 ? PATTERN_DIFFERS : PATTERN_LIMIT_EXCEEDED;
}

static void copy_groups(struct arena *arena, const char *text, pcre2_match_data *match,
                        size_t n_matched, const char **ret_groups, size_t n_groups)
{
    const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(match);
    for (size_t i = 0; i < n_groups; i++) {
        bool took_part = i < n_matched && bounds[2 * i] != PCRE2_UNSET;
        ret_groups[i] = took_part ? arena_strndup(arena, text + bounds[2 * i],
                                                  bounds[2 * i + 1] - bounds[2 * i])
                                  : NULL;
    }
}

enum pattern_result pattern_find(const struct pattern *pattern, const char *text)
{
    return pattern_find_groups(pattern, NULL, text, NULL, 0);
}

enum pattern_result pattern_find_groups(const struct pattern *pattern, struct arena *arena,
                                        const char *text, const char **ret_groups, size_t n_groups)
{
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(pattern->code, pattern->general);
    int matched = pcre2_match(pattern->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, match,
                              pattern->limits);
    enum pattern_result result = result_of(matched);
    if (result == PATTERN_MATCHES) {
        copy_groups(arena, text, match, (size_t)matched, ret_groups, n_groups);
    }
    pcre2_match_data_free(match);
    return result;
}
