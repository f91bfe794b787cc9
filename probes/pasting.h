/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the reader of pasted texts: the text with the place that was reached, and the answers
 * found so far, which are read as answers only when all of them is there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/paste.h"
#include "probes/paste.h"
#include "probes/response.h"

/* An answer on its way: what stood in the text about one call. */
struct draft {
    const char *method;
    const char *host; /* NULL: not told */
    const char *path; /* or a whole URL */
    const char *kind;
    const char *header_text;  /* of the answer, as it stood */
    struct response response; /* `body` NULL: none was seen */
    size_t line;
    bool has_headers;
    bool has_request;
    bool may_carry; /* the request has a header that may carry a credential of any kind */
};

struct patterns;

struct pasting {
    struct arena *arena;
    const struct paste_call *call;
    const char *at;
    size_t line; /* of `at`, from 1 */
    struct draft *drafts;
    size_t n_drafts;
    struct patterns *patterns;
    size_t n_misses; /* braces that opened nothing readable */
    struct paste paste;
};

/* The length of the line at `at` without its end. */
size_t pasting_line_len(const struct pasting *pasting);

/* Goes on by `len` bytes, and over the end of the line when that is where it is. */
void pasting_skip(struct pasting *pasting, size_t len);

/* Keeps a line that belongs to no answer. Takes a copy. */
void pasting_add_line(struct pasting *pasting, const char *text, size_t len);

/* Keeps an answer, as part of the one before where each has what the other lacks. */
void pasting_add_draft(struct pasting *pasting, const struct draft *draft);

/* The form `curl -v` and `curl -i` print a call in: true when one begins here, and was read. */
bool pasting_read_talk(struct pasting *pasting);

/* Anything else: reads a line, or a body that begins in it. */
void pasting_read_loose(struct pasting *pasting);

/* The bytes of a JSON value with brackets at `at`, quotes of either kind respected; 0 when it is
 * not closed within `limit` bytes. */
size_t pasting_json_len(const char *at, size_t limit);

/* The bytes of a page at `at`: to the end of </html>, or of the text. */
size_t pasting_page_len(const char *at);

/* Patterns for lines of logs; released by the reader. */
struct patterns *patterns_new(struct arena *arena);
void patterns_free(struct patterns *patterns);
