/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk from tag to tag. Tags, comments, CDATA sections and processing instructions are told apart
 * as the XML specification does (1.0, sections 2.4 to 2.7 and 3.1); where one does not end, the
 * parser says so, and the walk is over.
 *
 * Refused are: what is no UTF-8, or says that it is none; a DOCTYPE, with which all entities go;
 * and what libxml2 2.9 needs quadratic time for: many attributes of one element, which it compares
 * each with each, and CDATA sections, which it puts together from small pieces.
 */
#include "base/xml_scan.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "base/text.h"
#include "base/xml_reader.h"

enum { MOST_ATTRIBUTES = 64, LONGEST_DECLARATION_BYTES = 200 };

struct scan {
    struct arena *arena;
    const char *text;
    const char *end;
    const struct xml_limits *limits;
    const char *fault;
};

static size_t line_at(const char *text, const char *at)
{
    size_t line = 1;
    for (const char *c = text; c < at; c++) {
        line += *c == '\n' ? 1 : 0;
    }
    return line;
}

/* Ends the walk. */
static const char *refuse(struct scan *scan, const char *at, const char *what)
{
    scan->fault = arena_printf(scan->arena, "line %zu: %s", line_at(scan->text, at), what);
    return NULL;
}

static const char *refuse_long(struct scan *scan, const char *at, const char *what)
{
    return refuse(
        scan, at,
        arena_printf(scan->arena, "%s of more than %zu bytes", what, scan->limits->text_bytes));
}

/* ---- The encoding --------------------------------------------------------------------------- */

/* What the declaration `<?xml … encoding="…"?>` names; NULL when it names none. */
static const char *declared_encoding(struct arena *arena, const char *text)
{
    static const char name[] = "encoding";
    const char *end = strstr(text, "?>");
    if (!text_starts_with(text, "<?xml") || end == NULL || end - text > LONGEST_DECLARATION_BYTES) {
        return NULL;
    }
    const char *declaration = arena_strndup(arena, text, (size_t)(end - text));
    const char *at = strstr(declaration, name);
    if (at == NULL) {
        return NULL;
    }
    at += strlen(name);
    at += strspn(at, " \t\r\n=");
    size_t len = *at == '\0' ? 0 : strcspn(at + 1, "\"'");
    return len == 0 ? NULL : arena_strndup(arena, at + 1, len);
}

static bool encoding_is_refused(struct scan *scan, size_t len)
{
    size_t offset = 0;
    const char *nul = memchr(scan->text, '\0', len);
    const char *declared = declared_encoding(scan->arena, scan->text);
    if (!utf8_is_valid(scan->text, len, &offset)) {
        refuse(scan, scan->text + offset, "no UTF-8");
    } else if (nul != NULL) {
        refuse(scan, nul, "a NUL byte, which no XML in UTF-8 has");
    } else if (declared != NULL && !text_equal_nocase(declared, "UTF-8") &&
               !text_equal_nocase(declared, "US-ASCII")) {
        refuse(scan, scan->text,
               arena_printf(scan->arena, "it says that its encoding is %s, and only UTF-8 is read",
                            text_sanitize_line(scan->arena, declared)));
    }
    return scan->fault != NULL;
}

/* ---- From tag to tag ------------------------------------------------------------------------ */

/* Behind the quoted value at `at`; NULL where it does not end. */
static const char *pass_value(const char *at)
{
    const char *end = strchr(at + 1, *at);
    return end == NULL ? NULL : end + 1;
}

static const char *pass_tag(struct scan *scan, const char *tag)
{
    size_t n_attributes = 0;
    const char *at = tag + strcspn(tag, "\"'>");
    while (at != NULL && (*at == '"' || *at == '\'')) {
        n_attributes++;
        if (n_attributes > MOST_ATTRIBUTES) {
            return refuse(scan, tag,
                          arena_printf(scan->arena, "an element of more than %d attributes",
                                       MOST_ATTRIBUTES));
        }
        at = pass_value(at);
        at = at == NULL ? NULL : at + strcspn(at, "\"'>");
    }
    if (at == NULL || *at == '\0') {
        return NULL;
    }
    return (size_t)(at - tag) > scan->limits->text_bytes ? refuse_long(scan, tag, "a tag") : at + 1;
}

/* What begins with `opening` goes on to `closing`, whatever is in it. */
struct section {
    const char *opening;
    const char *closing;
    const char *name;
};

static const struct section sections[] = {
    {"<!--", "-->", "a comment"},
    {"<![CDATA[", "]]>", "a CDATA section"},
    {"<?", "?>", "a processing instruction"},
};

/* Behind the section; NULL where it does not end. */
static const char *end_of(const struct scan *scan, const struct section *section, const char *at)
{
    size_t len = strlen(section->closing); /* whose last sign is a '>' */
    const char *begin = at + strlen(section->opening);
    const char *sign = memchr(begin, '>', (size_t)(scan->end - begin));
    while (sign != NULL) {
        const char *next = sign + 1;
        if ((size_t)(next - begin) >= len && strncmp(next - len, section->closing, len) == 0) {
            return next;
        }
        sign = memchr(next, '>', (size_t)(scan->end - next));
    }
    return NULL;
}

static const char *pass_section(struct scan *scan, const struct section *section, const char *at)
{
    const char *end = end_of(scan, section, at);
    if (end != NULL && (size_t)(end - at) > scan->limits->text_bytes) {
        return refuse_long(scan, at, section->name);
    }
    return end;
}

/* Behind what begins with the '<' at `at`; NULL at the end of the walk. */
static const char *pass_markup(struct scan *scan, const char *at)
{
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (text_starts_with(at, sections[i].opening)) {
            return pass_section(scan, &sections[i], at);
        }
    }
    if (at[1] == '!') {
        return refuse(scan, at, "a DOCTYPE or another declaration, which no export has");
    }
    return pass_tag(scan, at);
}

const char *xml_scan(struct arena *arena, const char *text, size_t len,
                     const struct xml_limits *limits)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    struct scan scan = {.arena = arena, .text = text, .limits = limits};
    if (len > limits->bytes) {
        return arena_printf(arena, "larger than %zu bytes", limits->bytes);
    }
    if (text_starts_with(text, byte_order_mark)) {
        scan.text += strlen(byte_order_mark);
        len -= strlen(byte_order_mark);
    }
    scan.end = scan.text + len;
    if (encoding_is_refused(&scan, len)) {
        return scan.fault;
    }
    const char *at = strchr(scan.text, '<');
    while (at != NULL) {
        at = pass_markup(&scan, at);
        at = at == NULL ? NULL : strchr(at, '<');
    }
    return scan.fault;
}
