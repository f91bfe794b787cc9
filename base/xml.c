/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three places where xmlTextWriter alone would write poor HTML, and what is done instead: an empty
 * element would become <div/>, which a browser reads as an open tag (FullEndElement); a void
 * element cannot be left unclosed (its tag is written by hand); attribute values outside ASCII
 * become character references when no encoding was declared (escaped here, written raw).
 */
#include "base/xml.h"

#include <assert.h>
#include <libxml/entities.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"

/* How much text is put together before its memory is given back. */
enum { MOST_SCRATCH_BYTES = 64 * 1024 };

struct xml_writer {
    enum xml_form form;
    FILE *out;
    xmlTextWriter *text;
    struct arena *scratch;
    size_t depth;          /* elements open in `text` */
    const char *open_void; /* the void element whose tag is being written, or NULL */
    bool failed;
};

/* The void elements this project writes; the others of the HTML standard may be added. */
static const char *const void_elements[] = {"br", "hr", "img", "input", "link", "meta", "wbr"};

static const xmlChar *xml_chars(const char *text)
{
    return (const xmlChar *)text;
}

static void note(struct xml_writer *writer, int result)
{
    writer->failed = writer->failed || result < 0;
}

static bool is_void(const struct xml_writer *writer, const char *element)
{
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(void_elements); i++) {
        found = found || strcmp(void_elements[i], element) == 0;
    }
    return found && writer->form == XML_FORM_HTML;
}

/* A fault is noted and not handed on: libxml2 would print it. */
static int write_out(void *context, const char *bytes, int len)
{
    struct xml_writer *writer = context;
    bool is_written = len <= 0 || fwrite(bytes, (size_t)len, 1, writer->out) == 1;
    writer->failed = writer->failed || !is_written;
    return len;
}

struct xml_writer *xml_writer_new(enum xml_form form, FILE *out)
{
    struct xml_writer *writer = memory_allocate_zeroed(1, sizeof *writer);
    writer->form = form;
    writer->out = out;
    writer->scratch = arena_new();
    xmlOutputBuffer *buffer = xmlOutputBufferCreateIO(write_out, NULL, writer, NULL);
    writer->text = buffer != NULL ? xmlNewTextWriter(buffer) : NULL;
    if (writer->text == NULL) {
        out_of_memory();
    }
    if (form == XML_FORM_XML) {
        note(writer, xmlTextWriterSetIndent(writer->text, 1));
        note(writer, xmlTextWriterSetIndentString(writer->text, xml_chars("  ")));
        note(writer, xmlTextWriterStartDocument(writer->text, NULL, "UTF-8", NULL));
    } else {
        xml_raw(writer, "<!DOCTYPE html>\n");
    }
    return writer;
}

void xml_writer_free(struct xml_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    xmlFreeTextWriter(writer->text);
    arena_free(writer->scratch);
    memory_free(writer);
}

void xml_raw(struct xml_writer *writer, const char *markup)
{
    note(writer, xmlTextWriterWriteRaw(writer->text, xml_chars(markup)));
}

/* Writes `text` as it must stand in an attribute value or between tags. */
static void write_escaped(struct xml_writer *writer, const char *text)
{
    xmlChar *escaped = xmlEncodeSpecialChars(NULL, xml_chars(text));
    if (escaped == NULL) {
        out_of_memory();
    }
    note(writer, xmlTextWriterWriteRaw(writer->text, escaped));
    xmlFree(escaped);
}

void xml_open(struct xml_writer *writer, const char *element)
{
    assert(writer->open_void == NULL);
    if (is_void(writer, element)) {
        writer->open_void = element;
        xml_raw(writer, "<");
        xml_raw(writer, element);
        return;
    }
    note(writer, xmlTextWriterStartElement(writer->text, xml_chars(element)));
    writer->depth++;
}

void xml_close(struct xml_writer *writer)
{
    if (writer->open_void != NULL) {
        writer->open_void = NULL;
        xml_raw(writer, ">");
        return;
    }
    assert(writer->depth > 0);
    writer->depth--;
    note(writer, writer->form == XML_FORM_HTML ? xmlTextWriterFullEndElement(writer->text)
                                               : xmlTextWriterEndElement(writer->text));
}

void xml_attribute(struct xml_writer *writer, const char *name, const char *value)
{
    if (value == NULL) {
        return;
    }
    if (writer->form == XML_FORM_XML) {
        note(writer, xmlTextWriterWriteAttribute(writer->text, xml_chars(name), xml_chars(value)));
        return;
    }
    if (writer->open_void != NULL) {
        xml_raw(writer, " ");
        xml_raw(writer, name);
        xml_raw(writer, "=\"");
        write_escaped(writer, value);
        xml_raw(writer, "\"");
        return;
    }
    note(writer, xmlTextWriterStartAttribute(writer->text, xml_chars(name)));
    write_escaped(writer, value);
    note(writer, xmlTextWriterEndAttribute(writer->text));
}

/* What was put together last has been written: a long document gathers nothing. */
static void forget(struct xml_writer *writer)
{
    if (arena_size_bytes(writer->scratch) > MOST_SCRATCH_BYTES) {
        arena_free(writer->scratch);
        writer->scratch = arena_new();
    }
}

void xml_attribute_int(struct xml_writer *writer, const char *name, long value)
{
    xml_attribute(writer, name, arena_printf(writer->scratch, "%ld", value));
    forget(writer);
}

void xml_text(struct xml_writer *writer, const char *text)
{
    assert(writer->open_void == NULL);
    if (text != NULL) {
        note(writer, xmlTextWriterWriteString(writer->text, xml_chars(text)));
    }
}

void xml_printf(struct xml_writer *writer, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    xml_text(writer, arena_vprintf(writer->scratch, format, values));
    va_end(values);
    forget(writer);
}

void xml_element(struct xml_writer *writer, const char *element, const char *text)
{
    xml_open(writer, element);
    xml_text(writer, text);
    xml_close(writer);
}

bool xml_writer_finish(struct xml_writer *writer)
{
    while (writer->depth > 0 || writer->open_void != NULL) {
        xml_close(writer);
    }
    note(writer, xmlTextWriterEndDocument(writer->text));
    note(writer, xmlTextWriterFlush(writer->text));
    return fflush(writer->out) == 0 && !writer->failed && ferror(writer->out) == 0;
}
