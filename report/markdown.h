/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts and requests as they may stand in Markdown: whatever an instance or a user wrote stays
 * text, on one line, and a request can be typed again without its secret.
 */
#pragma once

#include <stddef.h>

#include "model/run.h"

struct arena;

/* `text` on one line, shortened, with everything escaped that CommonMark or GitHub's flavour would
 * read as markup. It must not begin a line: a word of ours stands before it. "" for NULL. */
const char *markdown_text(struct arena *arena, const char *text);

/* `text` on one line, shortened, as it may stand within a fence. */
const char *markdown_line(struct arena *arena, const char *text);

/* `text` on one line as code, between as many backticks as it needs. */
const char *markdown_code(struct arena *arena, const char *text);

/* The fence for a block of these lines: longer than any row of backticks in them. */
const char *markdown_fence(struct arena *arena, const struct strings *lines);

/* The request as a command for curl on one line, with $SECRET and its like for what is secret. */
const char *markdown_curl(struct arena *arena, const struct run *run,
                          const struct exchange *exchange);
