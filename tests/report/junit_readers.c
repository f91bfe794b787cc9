/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row a reader: which element decides, what identifies a case, and which text it shows.
 */
#include "junit_readers.h"

#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"

enum { N_RESULTS = 3 };

/* Which text of a result is shown. */
enum telling {
    TELLS_MESSAGE,          /* the attribute, and the text behind it as a stack */
    TELLS_TEXT,             /* the text; the attribute only where there is none */
    TELLS_TYPE_AND_MESSAGE, /* "type: message" */
};

struct junit_reader {
    const char *name;
    const char *precedence[N_RESULTS]; /* of the results in a case, the first decides */
    enum telling telling;
    bool merges_errors;
    bool hides_skips;   /* shows no reason of a skipped case */
    bool needs_a_name;  /* drops a case without one */
    bool collapses;     /* cases of one name and group are one */
    bool trusts_counts; /* takes the summary from the attributes of the suites */
    bool needs_time;    /* shows NaN where a case has none */
    bool refuses_no_suite_name;
    bool refuses_no_cases;
};

static const struct junit_reader jenkins = {.name = "Jenkins",
                                            .precedence = {"skipped", "error", "failure"},
                                            .telling = TELLS_MESSAGE,
                                            .refuses_no_cases = true};
static const struct junit_reader gitlab = {.name = "GitLab",
                                           .precedence = {"failure", "error", "skipped"},
                                           .telling = TELLS_TEXT,
                                           .collapses = true};
static const struct junit_reader azure = {.name = "Azure",
                                          .precedence = {"failure", "error", "skipped"},
                                          .telling = TELLS_MESSAGE,
                                          .needs_a_name = true};
static const struct junit_reader dorny = {.name = "dorny",
                                          .precedence = {"failure", "error", "skipped"},
                                          .telling = TELLS_TYPE_AND_MESSAGE,
                                          .merges_errors = true,
                                          .hides_skips = true,
                                          .needs_time = true,
                                          .refuses_no_suite_name = true};
static const struct junit_reader enrico_mi = {.name = "EnricoMi",
                                              .precedence = {"error", "failure", "skipped"},
                                              .telling = TELLS_MESSAGE,
                                              .trusts_counts = true,
                                              .refuses_no_cases = true};

const struct junit_reader *const junit_readers[] = {&jenkins, &gitlab, &azure, &dorny, &enrico_mi};
const size_t n_junit_readers = sizeof junit_readers / sizeof junit_readers[0];

const char *junit_reader_name(const struct junit_reader *reader)
{
    return reader->name;
}

bool junit_reader_merges_errors(const struct junit_reader *reader)
{
    return reader->merges_errors;
}

bool junit_reader_tells_skips(const struct junit_reader *reader)
{
    return !reader->hides_skips;
}

/* ---- The file ---- */

static const char *attribute_of(struct arena *arena, xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
    const char *copy = arena_strdup(arena, (const char *)value);
    xmlFree(value);
    return copy;
}

static const char *text_of(struct arena *arena, xmlNode *node)
{
    xmlChar *value = xmlNodeGetContent(node);
    const char *copy = arena_strdup(arena, (const char *)value);
    xmlFree(value);
    return copy;
}

static bool is_element(const xmlNode *node, const char *name)
{
    return strcmp((const char *)node->name, name) == 0;
}

static xmlNode *child_of(xmlNode *node, const char *name)
{
    xmlNode *child = xmlFirstElementChild(node);
    while (child != NULL && !is_element(child, name)) {
        child = xmlNextElementSibling(child);
    }
    return child;
}

/* ---- A case ---- */

static xmlNode *deciding_result(const struct junit_reader *reader, xmlNode *node)
{
    xmlNode *result = NULL;
    for (size_t i = 0; i < N_RESULTS && result == NULL; i++) {
        result = child_of(node, reader->precedence[i]);
    }
    return result;
}

/* An element nobody knows, such as <warning>, decides nothing: the case is a green one. */
static enum shown_state state_of(const struct junit_reader *reader, const xmlNode *result)
{
    if (result == NULL) {
        return SHOWN_PASSED;
    }
    if (is_element(result, "skipped")) {
        return SHOWN_SKIPPED;
    }
    return is_element(result, "failure") || reader->merges_errors ? SHOWN_FAILED : SHOWN_ERROR;
}

static const char *told_of(struct arena *arena, const struct junit_reader *reader, xmlNode *result)
{
    if (result == NULL || (reader->hides_skips && is_element(result, "skipped"))) {
        return "";
    }
    const char *message = attribute_of(arena, result, "message");
    const char *text = text_of(arena, result);
    const char *type = attribute_of(arena, result, "type");
    switch (reader->telling) {
    case TELLS_TEXT:
        return !text_is_empty(text) ? text : message == NULL ? "" : message;
    case TELLS_TYPE_AND_MESSAGE:
        return arena_printf(arena, "%s: %s", type == NULL ? "" : type,
                            message == NULL ? "" : message);
    case TELLS_MESSAGE:
        break;
    }
    return arena_printf(arena, "%s\n%s", message == NULL ? "" : message, text);
}

static bool is_known(const struct shown *shown, const struct shown_case *candidate)
{
    for (size_t i = 0; i < shown->n_cases; i++) {
        if (text_equal(shown->cases[i].name, candidate->name) &&
            text_equal(shown->cases[i].group, candidate->group)) {
            return true;
        }
    }
    return false;
}

static void read_case(struct arena *arena, const struct junit_reader *reader, xmlNode *node,
                      const char *suite, struct shown *shown)
{
    xmlNode *result = deciding_result(reader, node);
    const char *class_name = attribute_of(arena, node, "classname");
    const struct shown_case read = {.name = attribute_of(arena, node, "name"),
                                    .group = class_name == NULL ? suite : class_name,
                                    .state = state_of(reader, result),
                                    .told = told_of(arena, reader, result)};
    if ((reader->needs_a_name && text_is_empty(read.name)) ||
        (reader->collapses && is_known(shown, &read))) {
        shown->n_lost++;
        return;
    }
    const char *time = attribute_of(arena, node, "time");
    shown->n_without_time += reader->needs_time && text_is_empty(time) ? 1 : 0;
    struct shown_case *slot =
        arena_append(arena, &shown->cases, &shown->n_cases, sizeof *shown->cases);
    *slot = read;
    shown->counts[read.state]++;
}

/* ---- A suite ---- */

static size_t number_of(struct arena *arena, xmlNode *suite, const char *name)
{
    const char *value = attribute_of(arena, suite, name);
    return value == NULL ? 0 : strtoul(value, NULL, 10);
}

static void trust_counts(struct arena *arena, xmlNode *suite, size_t *counts)
{
    size_t n_failed = number_of(arena, suite, "failures");
    size_t n_errors = number_of(arena, suite, "errors");
    size_t n_skipped = number_of(arena, suite, "skipped");
    counts[SHOWN_FAILED] += n_failed;
    counts[SHOWN_ERROR] += n_errors;
    counts[SHOWN_SKIPPED] += n_skipped;
    counts[SHOWN_PASSED] += number_of(arena, suite, "tests") - n_failed - n_errors - n_skipped;
}

static void read_suite(struct arena *arena, const struct junit_reader *reader, xmlNode *suite,
                       struct shown *shown)
{
    const char *name = attribute_of(arena, suite, "name");
    if (reader->refuses_no_suite_name && text_is_empty(name)) {
        shown->refusal = "a suite without a name";
    }
    for (xmlNode *node = xmlFirstElementChild(suite); node != NULL;
         node = xmlNextElementSibling(node)) {
        if (is_element(node, "testcase")) {
            read_case(arena, reader, node, name, shown);
        }
    }
}

struct shown junit_read(struct arena *arena, const struct junit_reader *reader, const char *text,
                        size_t len)
{
    struct shown shown = {0};
    size_t trusted[N_SHOWN_STATES] = {0};
    xmlDoc *document = xmlReadMemory(text, (int)len, "junit.xml", NULL, XML_PARSE_NONET);
    cr_assert(document != NULL, "not well-formed:\n%.2000s", text);
    for (xmlNode *suite = xmlFirstElementChild(xmlDocGetRootElement(document)); suite != NULL;
         suite = xmlNextElementSibling(suite)) {
        read_suite(arena, reader, suite, &shown);
        trust_counts(arena, suite, trusted);
    }
    xmlFreeDoc(document);
    if (reader->trusts_counts) {
        memcpy(shown.counts, trusted, sizeof trusted);
    }
    if (reader->refuses_no_cases && shown.n_cases == 0) {
        shown.refusal = "no case at all";
    }
    shown.is_red = shown.counts[SHOWN_FAILED] + shown.counts[SHOWN_ERROR] > 0;
    return shown;
}
