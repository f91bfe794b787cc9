/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTML page is read back with libxml2's HTML parser: nothing loads, nothing runs but the one
 * script its policy names, every link inside the page has a target, the answer comes first.
 */
#include <criterion/criterion.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "report/summary.h"
#include "sample.h"

static const struct report_options usual;

struct page_facts {
    struct arena *arena;
    struct strings elements;
    struct strings ids;
    struct strings fragments; /* targets of links within the page */
    struct strings addresses; /* other targets */
    struct strings attributes;
};

static void note_attribute(struct page_facts *facts, const xmlAttr *attribute, const char *value)
{
    const char *name = (const char *)attribute->name;
    strings_add(facts->arena, &facts->attributes, arena_strdup(facts->arena, name));
    char *copy = arena_strdup(facts->arena, value);
    if (strcmp(name, "id") == 0) {
        cr_expect(!strings_have(&facts->ids, copy), "two elements are called %s", copy);
        strings_add(facts->arena, &facts->ids, copy);
    }
    if (strcmp(name, "href") == 0) {
        strings_add(facts->arena, copy[0] == '#' ? &facts->fragments : &facts->addresses,
                    copy[0] == '#' ? copy + 1 : copy);
    }
}

static void walk(struct page_facts *facts, const xmlNode *node)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        strings_add(facts->arena, &facts->elements,
                    arena_strdup(facts->arena, (const char *)node->name));
        for (const xmlAttr *attribute = node->properties; attribute != NULL;
             attribute = attribute->next) {
            xmlChar *value = xmlNodeListGetString(node->doc, attribute->children, 1);
            note_attribute(facts, attribute, value == NULL ? "" : (const char *)value);
            xmlFree(value);
        }
        walk(facts, node->children);
    }
}

static struct page_facts facts_of(struct arena *arena, const char *text, size_t len)
{
    struct page_facts facts = {.arena = arena};
    htmlDocPtr document =
        htmlReadMemory(text, (int)len, NULL, "UTF-8",
                       HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    cr_assert(document != NULL);
    walk(&facts, document->children);
    xmlFreeDoc(document);
    return facts;
}

static size_t elements_called(const struct page_facts *facts, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < facts->elements.n_items; i++) {
        n += strcmp(facts->elements.items[i], name) == 0 ? 1 : 0;
    }
    return n;
}

static void expect_calm(const struct page_facts *facts, const char *name)
{
    static const char *const loaders[] = {"img",   "link",   "iframe", "object", "embed", "audio",
                                          "video", "source", "form",   "base",   "frame", "image"};
    for (size_t i = 0; i < sizeof loaders / sizeof loaders[0]; i++) {
        cr_expect(elements_called(facts, loaders[i]) == 0, "%s: there is a <%s>", name, loaders[i]);
    }
    for (size_t i = 0; i < facts->attributes.n_items; i++) {
        const char *attribute = facts->attributes.items[i];
        bool acts = strncmp(attribute, "on", 2) == 0 || strcmp(attribute, "src") == 0 ||
                    strcmp(attribute, "style") == 0 || strcmp(attribute, "srcset") == 0;
        cr_expect(!acts, "%s: there is an attribute %s", name, attribute);
    }
    for (size_t i = 0; i < facts->addresses.n_items; i++) {
        cr_expect(text_starts_with(facts->addresses.items[i], "https://acme.service-now.com/"),
                  "%s: a link leads to %s", name, facts->addresses.items[i]);
    }
    cr_expect(elements_called(facts, "script") == 1 && elements_called(facts, "style") == 1, "%s",
              name);
}

static void expect_whole(const struct page_facts *facts, const struct run *run, const char *name)
{
    cr_expect(elements_called(facts, "h1") == 1 && elements_called(facts, "main") == 1 &&
                  elements_called(facts, "title") == 1,
              "%s", name);
    size_t n_folded_causes = run->n_causes > 1 + MOST_POSSIBLE_TOLD ? 1 : 0;
    cr_expect(elements_called(facts, "details") == run->n_findings + n_folded_causes,
              "%s: a finding vanished", name);
    for (size_t i = 0; i < facts->fragments.n_items; i++) {
        cr_expect(strings_have(&facts->ids, facts->fragments.items[i]), "%s: #%s leads nowhere",
                  name, facts->fragments.items[i]);
    }
}

Test(html, a_page_loads_nothing_and_leads_somewhere)
{
    static const char *const names[] = {"ready",        "not-ready", "diagnosis",
                                        "inconclusive", "empty",     "hostile"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_clean_run(arena, names[i]);
        size_t len = 0;
        char *text = sample_written(arena, &report_format_html, run, &usual, &len);
        struct page_facts facts = facts_of(arena, text, len);
        expect_calm(&facts, names[i]);
        expect_whole(&facts, run, names[i]);
        arena_free(arena);
    }
}

/* Without style sheet and script a reader still meets things in this order. */
Test(html, the_answer_comes_first)
{
    static const char *const order[] = {"<h1>",
                                        "The causes</h2>",
                                        "What to do, by owner</h2>",
                                        "What to type into the vendor's form</h2>",
                                        "Findings, by step of the guide</h2>",
                                        "Advice</h2>",
                                        "Requests</h2>",
                                        "Text for a ticket</h2>",
                                        "Where this report comes from</h2>",
                                        "<script>"};
    struct arena *arena = arena_new();
    char *text = sample_written(arena, &report_format_html, sample_clean_run(arena, "not-ready"),
                                &usual, NULL);
    const char *at = text;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const char *next = strstr(at, order[i]);
        cr_assert(next != NULL, "%s is not there, or too early", order[i]);
        at = next;
    }
    arena_free(arena);
}

Test(html, problems_are_open_and_the_rest_is_folded)
{
    struct arena *arena = arena_new();
    char *text = sample_written(arena, &report_format_html, sample_clean_run(arena, "not-ready"),
                                &usual, NULL);
    cr_expect(count_of(text, "open=\"\"") == 7, "4 fails, 1 unknown, 2 blocked");
    cr_expect(
        strstr(text, "<details class=\"finding pass\" id=\"cloud-ex-machina/awake\"><summary>") !=
        NULL);
    arena_free(arena);
}

Test(html, a_consequence_leads_to_its_origin)
{
    struct arena *arena = arena_new();
    char *text = sample_written(arena, &report_format_html, sample_clean_run(arena, "not-ready"),
                                &usual, NULL);
    const char *finding = strstr(text, "id=\"cloud-ex-machina/grant-property-type\"");
    cr_assert(finding != NULL);
    const char *end = strstr(finding, "</details>");
    const char *link = strstr(finding, "<dt>Follows from</dt><dd><a href=\"#cloud-ex-machina/"
                                       "grant-enabled\">");
    cr_expect(link != NULL && link < end, "%.1500s", finding);
    cr_expect(count_of(text, "Set the type of the property.") == 0, "its fix would mislead");
    cr_expect(strstr(finding, "<dt>Seen</dt><dd>there is no record for it</dd>") != NULL);
    arena_free(arena);
}

/* What the policy names are the digests of the two constants; a browser would refuse any other. */
Test(html, the_policy_names_two_digests_and_nothing_else)
{
    struct arena *arena = arena_new();
    char *text =
        sample_written(arena, &report_format_html, sample_clean_run(arena, "ready"), &usual, NULL);
    cr_expect(strstr(text, "content=\"default-src 'none'; style-src 'sha256-") != NULL);
    cr_expect(count_of(text, "'sha256-") == 2);
    cr_expect(strstr(text, "unsafe-inline") == NULL);
    const char *digest = strstr(text, "'sha256-") + strlen("'sha256-");
    cr_expect(digest[43] == '=' && digest[44] == '\'', "32 bytes in base64");
    arena_free(arena);
}

static size_t len_of(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

Test(html, a_hundred_checks_fit_in_60_kilobytes_besides_their_texts)
{
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 100, 11);
    size_t len = 0;
    sample_written(arena, &report_format_html, run, &usual, &len);
    size_t texts = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        const struct check *check = finding->check;
        /* The id is an anchor, a link to it and a line; the title a line and a link. */
        texts += 2 * len_of(check->title) + 3 * len_of(check->id) + len_of(check->fix);
        texts += len_of(finding->seen) + len_of(finding->wanted) + len_of(finding->because);
    }
    cr_expect(len - texts < 60 * 1024, "%zu bytes, %zu of them texts", len, texts);
    arena_free(arena);
}

Test(html, a_question_is_told_with_what_each_reply_means)
{
    static const char *const texts[] = {
        "<dt>To decide, ask</dt><dd>When was the token issued?</dd><dt>Replies</dt><dd><ul>",
        "<li><b>just now</b>: not this; a policy comes next</li></ul></dd>",
        "<dt>Doubt</dt><dd>Public reports disagree about it.</dd>",
        "<h2>What was seen besides the checks</h2>",
        "<p class=\"means\">The instance knows the credential.</p>",
        "<code>unlike-made-up</code>, seen in request <a href=\"#request-2\">2</a>",
        "<summary>2 more are merely possible</summary>",
        "also possible: password-needs-reset, user-inactive",
    };
    struct arena *arena = arena_new();
    char *text = sample_written(arena, &report_format_html, sample_clean_run(arena, "diagnosis"),
                                &usual, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cr_expect(strstr(text, texts[i]) != NULL, "%s", texts[i]);
    }
    const char *tasks = strstr(text, "What to do, by owner</h2>");
    cr_assert(tasks != NULL);
    cr_expect(strstr(tasks, "<span class=\"fix\">Ask for a new token.") != NULL);
    cr_expect(strstr(tasks, "<span class=\"fix\">Clear the box.") == NULL,
              "its question comes before its fix");
    arena_free(arena);
}
