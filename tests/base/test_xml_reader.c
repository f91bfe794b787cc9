/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents that came from elsewhere: what is read of them, and what of hostile ones is refused
 * before it can do anything.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/buf.h"
#include "base/strings.h"
#include "base/xml_reader.h"

static const struct xml_limits limits = {
    .bytes = 32 * 1024 * 1024, .depth = 8, .elements = 1000 * 1000 + 1, .text_bytes = 1000};

/* "<a b=x> text </a>" as "a(1)[text]/a(1)"; the fault where it was refused. */
static const char *told(struct arena *arena, const char *text, size_t len)
{
    struct xml_reader *reader = xml_reader_new(text, len, &limits);
    struct buf words;
    buf_init(&words, 4096);
    enum xml_step step = xml_reader_next(reader);
    for (; step != XML_STEP_END && step != XML_STEP_FAULT; step = xml_reader_next(reader)) {
        if (step == XML_STEP_TEXT) {
            buf_printf(&words, "[%s]", xml_reader_text(reader));
        } else {
            buf_printf(&words, "%s%s(%zu)", step == XML_STEP_CLOSE ? "/" : "",
                       xml_reader_name(reader), xml_reader_depth(reader));
        }
    }
    const char *fault = xml_reader_fault(reader);
    cr_expect_eq(step == XML_STEP_FAULT, fault != NULL);
    cr_expect_eq(xml_reader_next(reader), step, "the end is told again");
    const char *result = arena_strdup(arena, fault != NULL ? fault : words.data);
    xml_reader_free(reader);
    buf_release(&words);
    return result;
}

Test(xml_reader, what_is_read)
{
    static const struct {
        const char *text;
        const char *steps;
        const char *why;
    } rows[] = {
        {"<a/>", "a(1)/a(1)", "an empty element begins and ends"},
        {"<a></a>", "a(1)/a(1)", "written the other way"},
        {"<a><b>x</b><b/></a>", "a(1)b(2)[x]/b(2)b(2)/b(2)/a(1)", "elements in elements"},
        {"<a>&lt;&amp;&#65;</a>", "a(1)[<&A]/a(1)", "the entities of XML, and characters"},
        {"<a>x<![CDATA[<b>&c;]]>y</a>", "a(1)[x][<b>&c;][y]/a(1)", "CDATA is text"},
        {"<a>x<!-- no --><?p no?>y</a>", "a(1)[x][y]/a(1)",
         "comments and instructions are nothing"},
        {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a/>", "a(1)/a(1)", "a declaration"},
        {"<?xml version=\"1.0\" encoding='utf-8'?><a/>", "a(1)/a(1)", "in small letters"},
        {"<?xml version=\"1.0\"?><a/>", "a(1)/a(1)", "a declaration without an encoding"},
        {"\xEF\xBB\xBF<a/>", "a(1)/a(1)", "a byte order mark"},
        {"<a>\xC3\xA4\xE2\x82\xAC</a>", "a(1)[\xC3\xA4\xE2\x82\xAC]/a(1)", "UTF-8"},
        {"<a b=\"1\" c='>'/>", "a(1)/a(1)", "a sign of markup in an attribute"},
        {"<x:a/>", "x:a(1)/x:a(1)", "a prefix that is bound to nothing"},
        {"<a><xi:include href=\"file:///etc/passwd\"/></a>", "a(1)xi:include(2)/xi:include(2)/a(1)",
         "an inclusion is an element like others"},
        {"<?xml-stylesheet href=\"http://localhost:1/x\"?><a/>", "a(1)/a(1)",
         "a stylesheet is not fetched"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_str_eq(told(arena, rows[i].text, strlen(rows[i].text)), rows[i].steps,
                         "row %zu (%s)", i, rows[i].why);
    }
    arena_free(arena);
}

Test(xml_reader, what_is_refused)
{
#define DOCUMENT(bytes) bytes, sizeof(bytes) - 1
    static const struct {
        const char *text;
        size_t len;
        const char *fault; /* its beginning */
        const char *why;
    } rows[] = {
        {DOCUMENT(""), "", "nothing"},
        {DOCUMENT("{\"a\": 1}"), "line 1: ", "no XML"},
        {DOCUMENT("<a>\n<b></a>"), "line 2: ", "an end that does not fit"},
        {DOCUMENT("<a>\n\n<b>x</b>"), "line 3: ", "cut off"},
        {DOCUMENT("<a><b"), "line 1: ", "cut off in a tag"},
        {DOCUMENT("<a><![CDATA[x"), "line 1: ", "cut off in a text"},
        {DOCUMENT("<a/><b/>"), "line 1: ", "two documents"},
        {DOCUMENT("<a x=\"1\" x=\"2\"/>"), "line 1: ", "an attribute twice"},
        {DOCUMENT("<a>&unknown;</a>"), "line 1: ", "an entity nobody declared"},
        {DOCUMENT("<a>&#0;</a>"), "line 1: ", "a character that is none"},
        {DOCUMENT("\n<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>"),
         "line 2: a DOCTYPE", "an external entity"},
        {DOCUMENT("<!DOCTYPE a SYSTEM \"http://localhost:1/a.dtd\"><a/>"), "line 1: a DOCTYPE",
         "an external subset"},
        {DOCUMENT("<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://localhost:1/p\">%p;]><a/>"),
         "line 1: a DOCTYPE", "a parameter entity"},
        {DOCUMENT("<!DOCTYPE a [<!ENTITY b \"xxx\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>"),
         "line 1: a DOCTYPE", "entities that grow"},
        {DOCUMENT("<!-- x --><!DOCTYPE a><a/>"), "line 1: a DOCTYPE", "behind a comment"},
        {DOCUMENT("<a><!ELEMENT b ANY></a>"), "line 1: a DOCTYPE", "a declaration elsewhere"},
        {DOCUMENT("<a>x\0y</a>"), "line 1: a NUL byte", "a NUL byte"},
        {DOCUMENT("<\0a\0/\0>\0"), "line 1: a NUL byte", "UTF-16 without a mark"},
        {DOCUMENT("\xFF\xFE<\0a\0/\0>\0"), "line 1: no UTF-8", "UTF-16 with one"},
        {DOCUMENT("<a>\n\xE4</a>"), "line 2: no UTF-8", "Latin-1"},
        {DOCUMENT("<a>\xC0\xBC</a>"), "line 1: no UTF-8", "a form that is too long"},
        {DOCUMENT("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"),
         "line 1: it says that its encoding is UTF-16", "a declaration that is wrong"},
        {DOCUMENT("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>"),
         "line 1: it says that its encoding is ISO-8859-1", "another encoding"},
        {DOCUMENT("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a>+ADw-b+AD4-</a>"),
         "line 1: it says that its encoding is UTF-7", "markup in disguise"},
        {DOCUMENT("<a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a>"),
         "line 1: elements nested deeper than 8", "deep"},
    };
#undef DOCUMENT
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *fault = told(arena, rows[i].text, rows[i].len);
        cr_expect(text_starts_with(fault, rows[i].fault), "row %zu (%s): %s", i, rows[i].why,
                  fault);
    }
    arena_free(arena);
}

/* `before`, `piece` so many times, `after`. */
static const char *repeated(struct arena *arena, const char *before, const char *piece, size_t n,
                            const char *after)
{
    struct buf text;
    buf_init(&text, 33 * 1024 * 1024);
    buf_add(&text, before);
    for (size_t i = 0; i < n; i++) {
        buf_add(&text, piece);
    }
    buf_add(&text, after);
    const char *copy = arena_strndup(arena, text.data, text.len);
    buf_release(&text);
    return copy;
}

/* Each would cost a careless reader minutes or gigabytes. */
Test(xml_reader, what_is_much)
{
    enum { MANY = 200 * 1000, MILLION = 1000 * 1000 };
    static const struct {
        const char *before;
        const char *piece;
        size_t n;
        const char *after;
        const char *fault; /* NULL: it is read */
        const char *why;
    } rows[] = {
        {"<a>", "<b/>", MILLION, "</a>", NULL, "siblings"},
        {"<a>", "<b/>", MILLION + 1, "</a>", "line 1: more than 1000001 elements", "more of them"},
        {"<a>", "<b>", MANY, "", "line 1: ", "one in the other"},
        {"<a b=\"", "xxxxxxxxxx", MANY, "\"/>", "line 1: a tag of more than 1000 bytes",
         "an attribute"},
        {"<a ", "b=\"\" ", MANY, "/>", "line 1: an element of more than 64 attributes",
         "attributes"},
        {"<a>", "xxxxxxxxxx", MANY, "</a>", "line 1: a text of more than 1000 bytes", "text"},
        {"<a><![CDATA[", "xxxxxxxxxx", MANY, "]]></a>",
         "line 1: a CDATA section of more than 1000 bytes", "a CDATA section"},
        {"<a>", "<![CDATA[x]]>", MANY, "</a>", "line 1: a text of more than 1000 bytes",
         "CDATA sections, which are one text"},
        {"<a>", "&amp;", 900, "</a>", NULL, "entities of XML"},
        {"", "<?p x?>", MANY, "<a/>", NULL, "instructions before the root"},
        {"<a>", "<?p x?>", MANY, "</a>", NULL, "instructions in it"},
        {"<?p ", "xxxxxxxxxx", MANY, "?><a/>",
         "line 1: a processing instruction of more than 1000 bytes", "one instruction"},
        {"<!-- ", "xxxxxxxxxx", MANY, "--><a/>", "line 1: a comment of more than 1000 bytes",
         "a comment"},
        {"<a>", "<!---->", MANY, "</a>", NULL, "comments"},
        {"<", "x", MANY, "/>", "line 1: a tag of more than 1000 bytes", "a name"},
        {"<a>", "<b>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</b>", MILLION, "</a>",
         "larger than 33554432 bytes", "all of it"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        const char *text = repeated(arena, rows[i].before, rows[i].piece, rows[i].n, rows[i].after);
        const char *said = told(arena, text, strlen(text));
        cr_expect(rows[i].fault == NULL ? !text_starts_with(said, "line ")
                                        : text_starts_with(said, rows[i].fault),
                  "row %zu (%s): %.100s", i, rows[i].why, said);
        arena_free(arena);
    }
}

Test(xml_reader, cut_at_every_byte_it_is_refused)
{
    static const char text[] =
        "<?xml version=\"1.0\"?><a b='c'><!-- d --><e>f&amp;<![CDATA[g]]></e>"
        "<h/></a>";
    for (size_t len = 0; len + 1 < sizeof text; len++) {
        struct arena *arena = arena_new();
        const char *cut = arena_strndup(arena, text, len);
        struct xml_reader *reader = xml_reader_new(cut, len, &limits);
        enum xml_step step = xml_reader_next(reader);
        while (step != XML_STEP_END && step != XML_STEP_FAULT) {
            step = xml_reader_next(reader);
        }
        cr_expect_eq(step, XML_STEP_FAULT, "after %zu bytes", len);
        xml_reader_free(reader);
        arena_free(arena);
    }
}

Test(xml_reader, attributes_and_lines)
{
    static const char text[] = "<a\n date=\"x &amp; y\"\n>\n<b/></a>";
    struct arena *arena = arena_new();
    struct xml_reader *reader = xml_reader_new(text, strlen(text), &limits);
    cr_assert_eq(xml_reader_next(reader), XML_STEP_OPEN);
    cr_expect_str_eq(xml_reader_attribute(reader, arena, "date"), "x & y");
    cr_expect_null(xml_reader_attribute(reader, arena, "time"));
    cr_assert_eq(xml_reader_next(reader), XML_STEP_TEXT);
    cr_assert_eq(xml_reader_next(reader), XML_STEP_OPEN);
    cr_expect_eq(xml_reader_line(reader), 4);
    xml_reader_free(reader);
    xml_reader_free(NULL);
    arena_free(arena);
}
