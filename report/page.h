/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of text for a terminal: columns are counted in cells (a Chinese character takes two),
 * lines are wrapped with a hanging indent, colour codes take no room.
 *
 * Invariants: `column` is where the next character goes; text handed in is valid UTF-8 without
 * control characters but newline and tab.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/buf.h"

struct arena;
struct report_options;

enum style {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_QUIET,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_DOUBT,
    STYLE_NOTE
};

struct page {
    struct buf text;
    struct arena *scratch; /* lives as long as the page; the caller may use it too */
    const struct report_options *options;
    size_t columns;
    size_t column;
};

/* An empty page; page_release() gives back what it holds. */
void page_init(struct page *page, const struct report_options *options);
void page_release(struct page *page);

/* Blanks up to `column`; at least one when the page is at or behind it already, none at 0. */
void page_move(struct page *page, size_t column);

/* `text` as it stands, not wrapped. */
void page_paint(struct page *page, enum style style, const char *text);

/* `text` from here on, wrapped; further lines begin at `indent`. Newlines in it are kept. */
void page_wrap(struct page *page, size_t indent, const char *text);

/* `note` at the right end of this line, or wrapped below from `indent` when it does not fit. */
void page_note(struct page *page, size_t indent, const char *note);

/* A heading on a line of its own. */
void page_heading(struct page *page, const char *text);

/* Ends the line; an empty one when nothing was written on it. */
void page_end_line(struct page *page);

/* Writes the page. False when the stream failed or the page grew too large. */
MUST_USE bool page_print(const struct page *page, FILE *out);
