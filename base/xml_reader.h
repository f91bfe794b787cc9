/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libxml2's xmlTextReader: XML that came from elsewhere, read step by step.
 *
 * Nothing in a document makes the reader do anything but read it: no entity but the five of XML is
 * known, no DTD, no stylesheet, no inclusion, no network. A document with a DOCTYPE is refused, and
 * so is one that is no UTF-8, is not well-formed, or goes beyond a limit. A refusal is a sentence
 * with the line it is about.
 *
 * Life cycle: xml_reader_new(), xml_reader_next() until XML_STEP_END or XML_STEP_FAULT (after which
 * it says the same again), xml_reader_free().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct arena;
struct xml_reader;

struct xml_limits {
    size_t bytes;      /* of the document */
    size_t depth;      /* of elements in elements; the root is 1 deep */
    size_t elements;   /* in all */
    size_t text_bytes; /* of a tag, a comment, or one piece of text */
};

enum xml_step {
    XML_STEP_OPEN,  /* an element begins: it has a name, and may have attributes */
    XML_STEP_TEXT,  /* a piece of the text of an element; there may be several in a row */
    XML_STEP_CLOSE, /* an element ends, one without contents too */
    XML_STEP_END,
    XML_STEP_FAULT,
};

/* `text` is `len` bytes and a NUL, and must outlive the reader, which the caller releases. */
struct xml_reader *xml_reader_new(const char *text, size_t len, const struct xml_limits *limits);
void xml_reader_free(struct xml_reader *reader);

enum xml_step xml_reader_next(struct xml_reader *reader);

/* About the step just taken; texts are valid until the next one. The depth and the line of a text
 * are those of its element and of its beginning, as near as libxml2 tells. */
const char *xml_reader_name(const struct xml_reader *reader);
const char *xml_reader_text(const struct xml_reader *reader);
size_t xml_reader_depth(const struct xml_reader *reader);
size_t xml_reader_line(const struct xml_reader *reader);

/* The value of an attribute of the element that begins, in `arena`; NULL when it has none. */
const char *xml_reader_attribute(const struct xml_reader *reader, struct arena *arena,
                                 const char *name);

/* Why it was refused: "line 3: …". Lives as long as the reader. */
const char *xml_reader_fault(const struct xml_reader *reader);
