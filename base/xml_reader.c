/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peculiarities of libxml2 handled here: an empty element has no end of its own (one is made up);
 * errors are told to a handler, warnings too, and the first that ended the reading counts; an error
 * of namespaces ends nothing; line numbers are 16 bits wide unless asked for.
 */
#include "base/xml_reader.h"

#include <assert.h>
#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/text.h"
#include "base/xml_scan.h"

struct xml_reader {
    struct xml_limits limits;
    struct arena *arena;   /* of the fault */
    xmlTextReader *reader; /* NULL: nothing is read */
    size_t n_elements;
    bool closes_next; /* an element without contents began */
    bool is_done;
    const char *fault;
};

static const xmlChar *xml_chars(const char *text)
{
    return (const xmlChar *)text;
}

static const char *plain_chars(const xmlChar *text)
{
    return text == NULL ? "" : (const char *)text;
}

/* ---- Faults --------------------------------------------------------------------------------- */

static enum xml_step refuse(struct xml_reader *reader, size_t line, const char *what)
{
    if (reader->fault == NULL) {
        reader->fault = line == 0 ? arena_strdup(reader->arena, what)
                                  : arena_printf(reader->arena, "line %zu: %s", line, what);
    }
    return XML_STEP_FAULT;
}

/* Of libxml2, whose messages end with a line break and may quote the document. */
static void note_error(void *ctx, xmlError *error)
{
    struct xml_reader *reader = ctx;
    if (error == NULL || error->level != XML_ERR_FATAL) {
        return;
    }
    const char *message = error->message == NULL ? "not well-formed" : error->message;
    refuse(reader, error->line > 0 ? (size_t)error->line : 0,
           text_trim(reader->arena, text_sanitize_line(reader->arena, message)));
}

/* ---- Life cycle ----------------------------------------------------------------------------- */

struct xml_reader *xml_reader_new(const char *text, size_t len, const struct xml_limits *limits)
{
    enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES };
    struct xml_reader *reader = memory_allocate_zeroed(1, sizeof *reader);
    assert(limits->bytes < INT_MAX && text[len] == '\0');
    reader->limits = *limits;
    reader->arena = arena_new();
    reader->fault = xml_scan(reader->arena, text, len, limits);
    if (reader->fault != NULL) {
        return reader;
    }
    reader->reader = xmlReaderForMemory(text, (int)len, NULL, "UTF-8", OPTIONS);
    if (reader->reader == NULL) {
        out_of_memory();
    }
    xmlTextReaderSetStructuredErrorHandler(reader->reader, note_error, reader);
    return reader;
}

void xml_reader_free(struct xml_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    xmlFreeTextReader(reader->reader);
    arena_free(reader->arena);
    memory_free(reader);
}

/* ---- Steps ---------------------------------------------------------------------------------- */

size_t xml_reader_line(const struct xml_reader *reader)
{
    xmlNode *node = xmlTextReaderCurrentNode(reader->reader);
    long line = node == NULL ? 0 : xmlGetLineNo(node);
    return line > 0 ? (size_t)line : 0;
}

size_t xml_reader_depth(const struct xml_reader *reader)
{
    int depth = xmlTextReaderDepth(reader->reader); /* of the root 0, of its text 1 */
    bool is_text = xmlTextReaderNodeType(reader->reader) != XML_READER_TYPE_ELEMENT &&
                   xmlTextReaderNodeType(reader->reader) != XML_READER_TYPE_END_ELEMENT;
    return depth < 0 ? 0 : (size_t)depth + (is_text ? 0 : 1);
}

static enum xml_step begin_element(struct xml_reader *reader)
{
    reader->n_elements++;
    reader->closes_next = xmlTextReaderIsEmptyElement(reader->reader) == 1;
    if (xml_reader_depth(reader) > reader->limits.depth) {
        return refuse(
            reader, xml_reader_line(reader),
            arena_printf(reader->arena, "elements nested deeper than %zu", reader->limits.depth));
    }
    if (reader->n_elements > reader->limits.elements) {
        return refuse(
            reader, xml_reader_line(reader),
            arena_printf(reader->arena, "more than %zu elements", reader->limits.elements));
    }
    return XML_STEP_OPEN;
}

static enum xml_step take_text(struct xml_reader *reader)
{
    if (strlen(xml_reader_text(reader)) > reader->limits.text_bytes) {
        return refuse(reader, xml_reader_line(reader),
                      arena_printf(reader->arena, "a text of more than %zu bytes",
                                   reader->limits.text_bytes));
    }
    return XML_STEP_TEXT;
}

/* What stands at the reader's place. True when that is a step, and false for what says nothing: a
 * comment, a processing instruction, the declaration. */
static bool is_step(struct xml_reader *reader, enum xml_step *ret_step)
{
    switch (xmlTextReaderNodeType(reader->reader)) {
    case XML_READER_TYPE_ELEMENT:
        *ret_step = begin_element(reader);
        return true;
    case XML_READER_TYPE_END_ELEMENT:
        *ret_step = XML_STEP_CLOSE;
        return true;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        *ret_step = take_text(reader);
        return true;
    case XML_READER_TYPE_DOCUMENT_TYPE: /* the scan lets neither through */
    case XML_READER_TYPE_ENTITY_REFERENCE:
        *ret_step = refuse(reader, xml_reader_line(reader), "an entity, or a DOCTYPE");
        return true;
    default:
        return false;
    }
}

static enum xml_step read_on(struct xml_reader *reader)
{
    enum xml_step step = XML_STEP_FAULT;
    int more = xmlTextReaderRead(reader->reader);
    while (more == 1 && !is_step(reader, &step)) {
        more = xmlTextReaderRead(reader->reader);
    }
    if (more == 1 && reader->fault == NULL) {
        return step;
    }
    if (more < 0) {
        refuse(reader, 0, "not well-formed");
    }
    reader->is_done = true;
    return reader->fault == NULL ? XML_STEP_END : XML_STEP_FAULT;
}

enum xml_step xml_reader_next(struct xml_reader *reader)
{
    if (reader->fault != NULL) {
        return XML_STEP_FAULT;
    }
    if (reader->is_done) {
        return XML_STEP_END;
    }
    if (reader->closes_next) {
        reader->closes_next = false;
        return XML_STEP_CLOSE;
    }
    return read_on(reader);
}

/* ---- What stands there ---------------------------------------------------------------------- */

const char *xml_reader_name(const struct xml_reader *reader)
{
    return plain_chars(xmlTextReaderConstName(reader->reader));
}

const char *xml_reader_text(const struct xml_reader *reader)
{
    return plain_chars(xmlTextReaderConstValue(reader->reader));
}

const char *xml_reader_attribute(const struct xml_reader *reader, struct arena *arena,
                                 const char *name)
{
    xmlChar *value = xmlTextReaderGetAttribute(reader->reader, xml_chars(name));
    const char *copy = value == NULL ? NULL : arena_strdup(arena, (const char *)value);
    xmlFree(value);
    return copy;
}

const char *xml_reader_fault(const struct xml_reader *reader)
{
    return reader->fault;
}
