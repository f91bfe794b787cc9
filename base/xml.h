/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libxml2's xmlTextWriter: XML and HTML built element by element, so that escaping is
 * never forgotten, and written as it is built: a large document takes no more memory than a small
 * one. Text must have passed text_sanitize(): the writer escapes markup but not illegal
 * characters.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"

struct xml_writer;

enum xml_form {
    XML_FORM_XML,  /* declaration, two-blank indentation, empty elements as <a/> */
    XML_FORM_HTML, /* <!DOCTYPE html>, no indentation, empty elements as <a></a>, void elements as
                      <br> */
};

/* Begins a document on `out`, which stays the caller's and is open until xml_writer_finish(); the
 * caller releases the writer with xml_writer_free(). A failing stream is told by the former. */
struct xml_writer *xml_writer_new(enum xml_form form, FILE *out);
void xml_writer_free(struct xml_writer *writer);

/* Names are constants of the caller's: a void element's must live until it is closed. An attribute
 * whose value is NULL is left out, and so is a NULL text. */
void xml_open(struct xml_writer *writer, const char *element);
void xml_close(struct xml_writer *writer);
void xml_attribute(struct xml_writer *writer, const char *name, const char *value);
void xml_attribute_int(struct xml_writer *writer, const char *name, long value);
void xml_text(struct xml_writer *writer, const char *text);
void xml_printf(struct xml_writer *writer, const char *format, ...) PRINTF_LIKE(2, 3);

/* An element with nothing but text in it. */
void xml_element(struct xml_writer *writer, const char *element, const char *text);

/* Our own constant text, written as it is: the style sheet and the script of an HTML report. */
void xml_raw(struct xml_writer *writer, const char *markup);

/* Closes what is open and flushes the stream. False when any step since _new() failed: what was
 * written is then no whole document. */
MUST_USE bool xml_writer_finish(struct xml_writer *writer);
