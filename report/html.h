/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the HTML report, in the order of the page, and what they share.
 *
 * The page must read well without its style sheet and script (Jenkins shows artifacts that way), so
 * every part is plain headings, lists, tables and <details>; classes only decorate.
 */
#pragma once

#include "base/xml.h"
#include "model/run.h"

struct arena;

struct html {
    struct xml_writer *xml;
    const struct run *run;
    const char *prefix;    /* of every id, where the page is about several targets:
                              "acme.service-now.com/    rad-security/"; else NULL */
    const char *target;    /* its label; NULL where the page is about nothing else */
    struct arena *scratch; /* until the page, or the part html_begin_part() began, ends */
};

/* Parts. */
void html_about(struct html *html);      /* whose instance, for what */
void html_when(struct html *html);       /* and when it was checked */
void html_counts(struct html *html);     /* findings by verdict */
void html_answer(struct html *html);     /* causes, what to do by owner, clues, what to type */
void html_changes(struct html *html);    /* what changed since the baseline */
void html_findings(struct html *html);   /* every finding, by step */
void html_advice(struct html *html);     /* what gates nothing */
void html_requests(struct html *html);   /* the requests on a time line */
void html_ticket(struct html *html);     /* plain text for a ticket */
void html_provenance(struct html *html); /* what was checked with what */
void html_data(struct html *html);       /* the same for programs, without the texts */

/* The head of a page: its policy, its style sheet, its title; its first link; its script, which
 * comes last. */
void html_head(struct html *html, const char *title, bool has_targets);
void html_skip(struct html *html);
void html_script(struct html *html);

/* What shows findings by verdict and word; hidden until the script shows it. `counts` is by
 * verdict. */
void html_filter(struct html *html, const size_t *counts);

/* Links to parts of the page. */
struct html_part {
    const char *anchor;
    const char *text;
};
void html_navigation(struct html *html, const struct html_part *parts, size_t n_parts);

/* A status as glyph and words. */
void html_status(struct html *html, enum status status);

/* The id of the element that was just opened: `anchor` behind the prefix. */
void html_id(struct html *html, const char *anchor);

/* <h2> for a part of the page, <h3> within one; one level below where a page has several targets.
 */
void html_heading(struct html *html, unsigned level, const char *text);

/* Opens an element with a class. */
void html_open(struct html *html, const char *element, const char *class_name);

/* An element with a class and nothing but text in it. */
void html_text(struct html *html, const char *element, const char *class_name, const char *text);

/* <dt> and <dd>; nothing when there is no value. */
void html_pair(struct html *html, const char *name, const char *value);

/* A link. Anything but an http(s) address is written as text: it came from somebody else. */
void html_link(struct html *html, const char *address, const char *text);

/* A link to the finding of the check `id` by its title; the bare id when there is no such finding.
 */
void html_finding_link(struct html *html, const char *id);

/* A link to `anchor` on this page, behind the prefix. */
void html_jump(struct html *html, const char *anchor, const char *text);

/* Links to requests by their numbers, in the order of sending, comma between them; `before` comes
 * before the first. */
void html_jump_to_requests(struct html *html, const struct exchange *const *exchanges,
                           size_t n_exchanges, const char *before);

/* What is put together for one of many parts is given back at its end: a long page takes no more
 * memory than a short one. html_end_part() takes what html_begin_part() returned. */
struct arena *html_begin_part(struct html *html);
void html_end_part(struct html *html, struct arena *outer);

/* The anchor of a check: its id without blanks. */
const char *html_anchor(struct html *html, const char *id);

/* How a verdict is shown: a glyph, a word, and a class for the colour. */
const char *html_glyph(enum verdict verdict);
const char *html_word(enum verdict verdict);
