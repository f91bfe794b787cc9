/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to PCRE2: regular expressions that cannot run away (match limit 100 000, depth 1000,
 * heap 1 MB).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct arena;
struct pattern;

/*
 * Compiles `source` (UTF-8). The caller releases it with pattern_free(). On failure returns NULL
 * with the fault in words (in the arena) and its offset in characters.
 */
struct pattern *pattern_new(struct arena *arena, const char *source, const char **ret_fault,
                            size_t *ret_offset);
void pattern_free(struct pattern *pattern);

enum pattern_result { PATTERN_MATCHES, PATTERN_DIFFERS, PATTERN_LIMIT_EXCEEDED };

/* Looks for the pattern anywhere in `text`. Text that is not valid UTF-8 differs. */
enum pattern_result pattern_find(const struct pattern *pattern, const char *text);

/*
 * The same; on a match copies the groups 0 (the whole match) to n_groups - 1 into `ret_groups`,
 * NULL for a group that took no part. Untouched when nothing matched.
 */
enum pattern_result pattern_find_groups(const struct pattern *pattern, struct arena *arena,
                                        const char *text, const char **ret_groups, size_t n_groups);
