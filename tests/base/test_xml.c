/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The XML writer: what each form writes, that markup in text never becomes markup, and that a
 * failing stream is noticed.
 */
#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "base/xml.h"

struct stream {
    FILE *out;
    char *text;
    size_t len;
};

static struct xml_writer *begin(struct stream *stream, enum xml_form form)
{
    *stream = (struct stream){0};
    stream->out = open_memstream(&stream->text, &stream->len);
    cr_assert(stream->out != NULL);
    return xml_writer_new(form, stream->out);
}

/* Finishes the writer and gives back what it wrote; release with free(). */
static char *written(struct stream *stream, struct xml_writer *writer)
{
    cr_assert(xml_writer_finish(writer));
    xml_writer_free(writer);
    fclose(stream->out);
    return stream->text;
}

static void nest(struct xml_writer *writer)
{
    xml_open(writer, "a");
    xml_attribute(writer, "name", "value");
    xml_attribute(writer, "absent", NULL);
    xml_attribute_int(writer, "n", -3);
    xml_element(writer, "b", "text");
    xml_open(writer, "c");
    xml_close(writer);
}

Test(xml, xml_is_declared_and_indented)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_XML);
    nest(writer);
    char *text = written(&stream, writer);
    cr_expect_str_eq(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<a name=\"value\" n=\"-3\">\n"
                           "  <b>text</b>\n"
                           "  <c/>\n"
                           "</a>\n");
    free(text);
}

Test(xml, html_is_not_indented_and_closes_what_is_empty)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_HTML);
    nest(writer);
    char *text = written(&stream, writer);
    cr_expect_str_eq(text, "<!DOCTYPE html>\n"
                           "<a name=\"value\" n=\"-3\"><b>text</b><c></c></a>\n");
    free(text);
}

Test(xml, html_leaves_void_elements_unclosed)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_HTML);
    xml_open(writer, "p");
    xml_attribute(writer, "class", "x");
    xml_open(writer, "br");
    xml_close(writer);
    xml_open(writer, "input");
    xml_attribute(writer, "value", "\"<&>\"");
    xml_close(writer);
    xml_text(writer, "after");
    char *text = written(&stream, writer);
    cr_expect_str_eq(text, "<!DOCTYPE html>\n<p class=\"x\"><br>"
                           "<input value=\"&quot;&lt;&amp;&gt;&quot;\">after</p>\n");
    free(text);
}

Test(xml, xml_knows_no_void_elements)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_XML);
    xml_element(writer, "br", NULL);
    char *text = written(&stream, writer);
    cr_expect(strstr(text, "<br/>") != NULL, "%s", text);
    free(text);
}

struct markup {
    const char *text;
    const char *why;
};

static const struct markup markups[] = {
    {"]]>", "the end of a CDATA section"},
    {"</a><a>", "tags"},
    {"&amp; & &#10;", "references"},
    {"\"'", "quotes"},
    {"line\nline\ttab", "line ends and tabs"},
    {"日本語 é 👩", "characters outside ASCII"},
    {"", "nothing"},
};

/* Read back with an independent reader, text and attribute are what was put in. */
Test(xml, text_comes_back_as_it_was)
{
    for (size_t i = 0; i < sizeof markups / sizeof markups[0]; i++) {
        const struct markup *row = &markups[i];
        struct stream stream;
        struct xml_writer *writer = begin(&stream, XML_FORM_XML);
        xml_open(writer, "a");
        xml_attribute(writer, "value", row->text);
        xml_text(writer, row->text);
        char *text = written(&stream, writer);
        xmlDoc *document = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
        cr_assert(document != NULL, "row %zu (%s): %s", i, row->why, text);
        xmlNode *root = xmlDocGetRootElement(document);
        xmlChar *content = xmlNodeGetContent(root);
        xmlChar *value = xmlGetProp(root, (const xmlChar *)"value");
        cr_expect_str_eq((const char *)content, row->text, "row %zu (%s)", i, row->why);
        cr_expect_str_eq((const char *)value, row->text, "row %zu (%s)", i, row->why);
        xmlFree(content);
        xmlFree(value);
        xmlFreeDoc(document);
        free(text);
    }
}

Test(xml, html_keeps_characters_and_escapes_markup)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_HTML);
    xml_open(writer, "p");
    xml_attribute(writer, "title", "é\"><img src=x>");
    xml_printf(writer, "%s %d", "</p>é", 7);
    char *text = written(&stream, writer);
    cr_expect_str_eq(text, "<!DOCTYPE html>\n"
                           "<p title=\"é&quot;&gt;&lt;img src=x&gt;\">&lt;/p&gt;é 7</p>\n");
    free(text);
}

Test(xml, raw_is_raw)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_HTML);
    xml_open(writer, "style");
    xml_raw(writer, "a > b { content: \"&\"; }");
    char *text = written(&stream, writer);
    cr_expect_str_eq(text, "<!DOCTYPE html>\n<style>a > b { content: \"&\"; }</style>\n");
    free(text);
}

Test(xml, a_full_stream_is_noticed)
{
    FILE *full = fopen("/dev/full", "w");
    cr_assert(full != NULL);
    struct xml_writer *writer = xml_writer_new(XML_FORM_XML, full);
    xml_element(writer, "a", "text");
    cr_expect(!xml_writer_finish(writer));
    xml_writer_free(writer);
    fclose(full);
}

/* More than every buffer holds, so that the fault comes while the document is being built. */
Test(xml, a_stream_that_fills_up_on_the_way_is_noticed)
{
    FILE *full = fopen("/dev/full", "w");
    cr_assert(full != NULL);
    struct xml_writer *writer = xml_writer_new(XML_FORM_HTML, full);
    for (int i = 0; i < 10000; i++) {
        xml_printf(writer, "line %d of a document that is no small one", i);
    }
    cr_expect(!xml_writer_finish(writer));
    xml_writer_free(writer);
    fclose(full);
}

/* What was written has left: only the last few kilobytes are still to come. */
Test(xml, a_document_is_written_as_it_is_built)
{
    enum { N_LINES = 20000, MOST_HELD_BYTES = 64 * 1024 };
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_HTML);
    size_t n_written = 0;
    for (int i = 0; i < N_LINES; i++) {
        xml_printf(writer, "%063d\n", i);
        n_written += 64;
        fflush(stream.out);
        cr_assert_lt(n_written, stream.len + MOST_HELD_BYTES);
    }
    free(written(&stream, writer));
}

Test(xml, an_unfinished_writer_can_be_freed)
{
    struct stream stream;
    struct xml_writer *writer = begin(&stream, XML_FORM_HTML);
    xml_open(writer, "a");
    xml_open(writer, "br");
    xml_writer_free(writer);
    xml_writer_free(NULL);
    fclose(stream.out);
    free(stream.text);
    cr_expect(true, "the sanitizers have the word");
}
