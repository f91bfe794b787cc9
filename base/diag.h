/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sink for mistakes in what the user wrote: files, options, secret references.
 *
 * Invariants: a diag collects, it never prints by itself, so one run of the loader reports every
 * mistake of a file at once; the order is the order of reporting. Every text is copied. Only a
 * command prints, once, at the edge.
 *
 * A message names the place, the fault and, where one is near, the right spelling:
 *
 *     rules/packs/baseline.yaml:41:7: error: unknown key 'severty' (did you mean 'severity'?)
 *        41 |     severty: required
 *           |     ^~~~~~~
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"

/*
 * A place in a file. `line` and `column` count from 1 (columns in characters, not bytes); line 0
 * means the file as a whole, and a NULL file means the command line. `len` is how many characters
 * the caret line underlines (0 as 1). `is_secret` keeps the source line out of the message: it may
 * hold a secret.
 */
struct where {
    const char *file;
    size_t line;
    size_t column;
    size_t len;
    bool is_secret;
};

struct diag;

/* A new, empty sink; the caller releases it with diag_free(). */
struct diag *diag_new(void);
void diag_free(struct diag *diag);

/*
 * Makes the text of a file known, so that messages about it can show the line; an empty line is not
 * shown (so a line is kept back by handing it over empty). The text is copied. Calling again for
 * the same file replaces it.
 */
void diag_add_source(struct diag *diag, const char *file, const char *text, size_t len);

/* The same for a text that ends with a NUL and outlives the diag: it is not copied. */
void diag_lend_source(struct diag *diag, const char *file, const char *text);

/* Records an error. Always returns false, so that a failing function can `return diag_error(…)`. */
bool diag_error(struct diag *diag, struct where where, const char *format, ...) PRINTF_LIKE(3, 4);

/* The analyzer does not see into diag.c: this tells it that the result is false. */
#ifdef __clang_analyzer__
#define diag_error(...) (diag_error(__VA_ARGS__), false)
#endif

/* The number of errors so far. */
size_t diag_count(const struct diag *diag);

/* Message number `i` in full, with line and caret, as it would be printed; lives as long as the
 * diag. */
const char *diag_message(const struct diag *diag, size_t i);

/* Writes all messages to `out`: in the order of reporting, those about one file in the order of its
 * lines; what was said in the same words already is left out. */
void diag_print(const struct diag *diag, FILE *out);
