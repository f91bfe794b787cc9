/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTML page is read back with libxml2's HTML parser: nothing loads, nothing runs but the one
 * script its policy names, every link inside the page has a target, the answer comes first.
 */
#include <criterion/criterion.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/reproduce.h"
#include "report/set.h"
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
    cr_expect(elements_called(facts, "script") == 2 && elements_called(facts, "style") == 1,
              "%s: one script, and a block of data", name);
}

static void expect_whole(const struct page_facts *facts, const struct run *run, const char *name)
{
    cr_expect(elements_called(facts, "h1") == 1 && elements_called(facts, "main") == 1 &&
                  elements_called(facts, "title") == 1,
              "%s", name);
    size_t n_folded = run->n_causes > 1 + MOST_POSSIBLE_TOLD ? 1 : 0;
    for (size_t i = 0; i < run->n_exchanges; i++) {
        n_folded += reproduce_command(facts->arena, run, run->exchanges[i]) == NULL ? 0 : 1;
    }
    cr_expect(elements_called(facts, "details") == run->n_findings + n_folded,
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
                                        "<script type=\"application/json\"",
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
    cr_expect(count_of(text, "<details class=\"again\"><summary>") == 5, "every request");
    cr_expect(strstr(text, "<details class=\"finding pass\"><summary>") != NULL);
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

/* What is on the page between `from` and `to`; fails the test where either is missing. */
static char *between(struct arena *arena, const char *text, const char *from, const char *to)
{
    const char *begin = strstr(text, from);
    cr_assert(begin != NULL, "%s is not there", from);
    begin += strlen(from);
    const char *end = strstr(begin, to);
    cr_assert(end != NULL, "%s does not follow %s", to, from);
    return arena_strndup(arena, begin, (size_t)(end - begin));
}

static const char data_begins[] = "<script type=\"application/json\" id=\"data\">";

static const char *page_of(struct arena *arena, const char *name)
{
    return sample_written(arena, &report_format_html, sample_clean_run(arena, name), &usual, NULL);
}

static size_t len_of(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

/* The id is an anchor, a link to it, a link of its own and in the data; the title a line and a
 * link.
 */
static size_t len_of_texts(const struct run *run)
{
    size_t texts = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        const struct check *check = finding->check;
        texts += 2 * len_of(check->title) + 4 * len_of(check->id) + len_of(check->fix);
        texts += len_of(finding->seen) + len_of(finding->wanted) + len_of(finding->because);
    }
    return texts;
}

Test(html, a_hundred_checks_fit_in_60_kilobytes_besides_their_texts)
{
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 100, 11);
    size_t len = 0;
    sample_written(arena, &report_format_html, run, &usual, &len);
    size_t texts = len_of_texts(run);
    cr_expect(len - texts < 60 * 1024, "%zu bytes, %zu of them texts", len, texts);
    arena_free(arena);
}

static bool has_text(const struct json *list, const struct finding *finding)
{
    for (size_t i = 0; list != NULL && i < list->n_values; i++) {
        if (text_equal(list->values[i]->text, finding->check->id)) {
            return true;
        }
    }
    return false;
}

/* Programs find what the page says without reading the page. */
Test(html, the_data_says_what_the_page_says)
{
    static const char *const names[] = {"ready", "not-ready", "inconclusive", "empty", "hostile"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        const struct run *run = sample_clean_run(arena, names[i]);
        const char *text = between(arena, page_of(arena, names[i]), data_begins, "</script>");
        const char *fault = NULL;
        const struct json *data = json_parse(arena, text, strlen(text), &fault);
        cr_assert(data != NULL, "%s: %s", names[i], fault);
        cr_expect(strpbrk(text, "<>&") == NULL, "%s", names[i]);
        cr_expect_str_eq(json_get_text(data, "schema"), "glidepath-page/1");
        const struct json *checks = json_get(data, "checks");
        for (size_t f = 0; f < run->n_findings; f++) {
            const struct finding *finding = &run->findings[f];
            cr_expect(has_text(json_get(checks, verdict_name(finding->verdict)), finding), "%s: %s",
                      names[i], finding->check->id);
            cr_expect(has_text(json_get(data, "gating"), finding) ==
                          (finding->gates && finding_is_problem(finding)),
                      "%s: %s", names[i], finding->check->id);
        }
        arena_free(arena);
    }
}

/* Text that would end the script, open an element, or turn round what is read. */
Test(html, hostile_text_stays_text)
{
    static const char *const never[] = {"<img",        "<script>alert", "</script> www",
                                        "onclick=\"x", "\xE2\x80\xAE",  "href=\"javascript",
                                        SAMPLE_SECRET, "\033"};
    struct arena *arena = arena_new();
    const char *text = page_of(arena, "hostile");
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        cr_expect(strstr(text, never[i]) == NULL, "row %zu: %s", i, never[i]);
    }
    cr_expect(count_of(text, "</script>") == 2, "one script, and a block of data");
    cr_expect(strstr(text, "&lt;img src=x onerror=alert(1)&gt;") != NULL);
    const char *data = between(arena, text, data_begins, "</script>");
    cr_expect(strstr(data, "\\u003cscript\\u003e") != NULL, "%s", data);
    arena_free(arena);
}

/* Colour is decoration: every verdict is a glyph for the eye and a word for everybody. */
Test(html, a_verdict_is_a_glyph_and_a_word)
{
    static const char *const marks[] = {
        "<b><i aria-hidden=\"true\">✗ </i>Fail</b>",
        "<b><i aria-hidden=\"true\">? </i>Unknown</b>",
        "<b><i aria-hidden=\"true\">– </i>Blocked</b>",
        "<b><i aria-hidden=\"true\">✓ </i>Pass</b>",
    };
    struct arena *arena = arena_new();
    const char *text = page_of(arena, "not-ready");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        cr_expect(strstr(text, marks[i]) != NULL, "%s", marks[i]);
    }
    arena_free(arena);
}

/* What a screen reader, a keyboard and a phone need, as far as no browser is needed to tell. */
Test(html, everybody_can_find_their_way)
{
    static const char *const marks[] = {
        "<html lang=\"en\">",
        "content=\"width=device-width, initial-scale=1\"",
        "name=\"color-scheme\" content=\"light dark\"",
        "<body><a class=\"skip\" href=\"#findings\">",
        "<header class=",
        "<nav aria-label=\"On this page\">",
        "<main>",
        "<footer id=\"provenance\">",
        "<th scope=\"col\">Fail</th>",
        "<th scope=\"row\">Gating</th>",
        "<div class=\"filter\" role=\"search\" hidden=\"\">",
        "<p role=\"status\"></p>",
        "<button type=\"button\">",
        "@media (prefers-color-scheme: dark)",
        ":focus-visible",
    };
    struct arena *arena = arena_new();
    const char *text = page_of(arena, "not-ready");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        cr_expect(strstr(text, marks[i]) != NULL, "%s", marks[i]);
    }
    arena_free(arena);
}

/* Who prefers reduced motion, and everybody else, gets none. */
Test(html, nothing_moves)
{
    static const char *const motions[] = {"transition", "animation", "@keyframes",
                                          "scroll-behavior", "smooth"};
    struct arena *arena = arena_new();
    const char *text = page_of(arena, "not-ready");
    for (size_t i = 0; i < sizeof motions / sizeof motions[0]; i++) {
        cr_expect(strstr(text, motions[i]) == NULL, "%s", motions[i]);
    }
    arena_free(arena);
}

Test(html, paper_says_on_every_page_what_it_is_about)
{
    static const char *const marks[] = {
        "<div class=\"running\" hidden=\"\">Not ready: acme.service-now.com, cloud-ex-machina "
        "1.0.0, "
        "2026-11-20 10:00 UTC</div>",
        ".running { display: table-header-group; break-inside: avoid;",
        "details::details-content { display: block;",
        ".finding, .cause, .tasks li, .requests tr { break-inside: avoid; }",
        "a[href^=\"http\"]::after { content: \" (\" attr(href) \")\"",
    };
    struct arena *arena = arena_new();
    const char *text = page_of(arena, "not-ready");
    const char *print = strstr(text, "@media print");
    cr_assert(print != NULL);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        cr_expect(strstr(i == 0 ? text : print, marks[i]) != NULL, "%s", marks[i]);
    }
    arena_free(arena);
}

Test(html, a_bar_shows_when_a_request_ran_and_whether_its_connection_was_new)
{
    static const char *const marks[] = {
        "<tr id=\"request-1\"><th scope=\"row\">1</th>",
        "212 ms, new connection <svg",
        "134 ms <svg",
        "<rect class=\"new\" x=\"5\"",
        "<rect class=\"reused\" x=\"389\"",
        "5 requests over 3 connections in 3 waves, 835 bytes received.",
    };
    struct arena *arena = arena_new();
    const char *text = page_of(arena, "not-ready");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        cr_expect(strstr(text, marks[i]) != NULL, "%s", marks[i]);
    }
    arena_free(arena);
}

/* At most 40 lines, and none longer than what it quotes, however much went wrong. */
Test(html, a_ticket_is_short_plain_and_names_the_run)
{
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 400, 3);
    struct cause causes[9];
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        causes[i] = (struct cause){.id = "policy-missing",
                                   .confidence = CONFIDENCE_CERTAIN,
                                   .says = "There is\nno policy.",
                                   .fix = "Make\none.",
                                   .owner = "ServiceNow admin",
                                   .ask = "Is\nthere one?"};
    }
    run->causes = causes;
    run->n_causes = sizeof causes / sizeof causes[0];
    char *page = sample_written(arena, &report_format_html, run, &usual, NULL);
    const char *ticket = between(arena, strstr(page, "id=\"ticket\""), "<pre>", "</pre>");
    cr_expect(count_of(ticket, "\n") <= 40, "%s", ticket);
    cr_expect(strstr(ticket, "and 5 more causes\n") != NULL, "%s", ticket);
    cr_expect(strstr(ticket, " more problems\n") != NULL, "%s", ticket);
    cr_expect(strstr(ticket, "  fix: Make one. (ServiceNow admin)\n") != NULL, "%s", ticket);
    cr_expect(strstr(ticket, "glidepath 0.1.0, run 7f3a90c2, exit 1\n") != NULL, "%s", ticket);
    cr_expect(strstr(page, "<p class=\"copy\" hidden=\"\"><button type=\"button\">Copy</button>"));
    arena_free(arena);
}

struct skew {
    bool is_told;
    int64_t seconds;
    const char *says;
};

static const struct skew skews[] = {
    {false, 0, "the system's; no answer told the instance's"},
    {true, 1, "the system's; the instance's agrees with it"},
    {true, 90, "the system's; the instance's is 90 s ahead of it"},
    {true, -7200, "the system's; the instance's is 7200 s behind it"},
};

Test(html, the_foot_says_what_the_report_rests_on)
{
    static const char *const pairs[] = {
        "<dt>Tool</dt><dd>glidepath 0.1.0</dd>",
        "<dt>Run</dt><dd>7f3a90c2</dd>",
        "<dt>Build</dt><dd>glide-zurich-07-01-2025__patch4</dd>",
        "<dt>Pack cloud-ex-machina</dt><dd>1.0.0, guide &quot;ServiceNow Integration&quot; as read "
        "on "
        "2026-11-20\nrules/packs/cloud-ex-machina.yaml, SHA-256 0123456789abcdef</dd>",
        "<dt>Credential integration</dt><dd>oauth-client from env CXM_CLIENT_SECRET</dd>",
        "<dt>Credential auditor</dt><dd>api-key from file /run/secrets/auditor</dd>",
        "<dt>Exit status</dt><dd>1 (not-ready)</dd>",
    };
    for (size_t s = 0; s < sizeof skews / sizeof skews[0]; s++) {
        struct arena *arena = arena_new();
        struct run *run = sample_clean_run(arena, "not-ready");
        run->has_clock_skew = skews[s].is_told;
        run->clock_skew_s = skews[s].seconds;
        pairs_add(arena, &run->packs[0]->files, "rules/packs/cloud-ex-machina.yaml",
                  "0123456789abcdef");
        char *page = sample_written(arena, &report_format_html, run, &usual, NULL);
        const char *foot = between(arena, page, "<footer", "</footer>");
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            cr_expect(strstr(foot, pairs[i]) != NULL, "%s", pairs[i]);
        }
        cr_expect(strstr(foot, skews[s].says) != NULL, "row %zu: %s", s, foot);
        arena_free(arena);
    }
}

Test(html, equal_runs_have_equal_pages)
{
    struct arena *arena = arena_new();
    cr_expect_str_eq(page_of(arena, "diagnosis"), page_of(arena, "diagnosis"));
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

/* ---- A page about several targets ---- */

struct member {
    const char *sample;
    const char *url;
};

static const struct member members[] = {
    {"ready", "https://acme.service-now.com/"},
    {"inconclusive",
     "https://acme.service-now.com/b"}, /* the same host and packs: not two places */
    {"hostile", "https://acme.service-now.com/"},
    {"not-ready", "https://acme.service-now.com/"},
    {"empty", "https://acme.service-now.com/\"><b id=x>"},
    {"waived", "https://acme.service-now.com/"},
};

static char *set_page(struct arena *arena, const struct member *of, size_t n, size_t *ret_len)
{
    const char *fault = NULL;
    char *text = NULL;
    size_t len = 0;
    struct run_set *set = run_set_new("0.1.0", &fault);
    cr_assert(set != NULL, "%s", fault);
    for (size_t i = 0; i < n; i++) {
        struct run *run = sample_clean_run(arena, of[i].sample);
        run->instance_url = of[i].url;
        cr_assert(run_set_add(set, run, i));
    }
    run_set_finish(set, 0);
    FILE *out = open_memstream(&text, &len);
    cr_assert(report_format_html.write_set(set, &usual, out));
    fclose(out);
    run_set_free(set);
    char *copy = arena_strndup(arena, text, len);
    free(text);
    *ret_len = len;
    return copy;
}

Test(html, a_page_of_several_targets_loads_nothing_and_leads_somewhere)
{
    static const char *const ids[] = {
        "targets",
        "findings",
        "acme.service-now.com/cloud-ex-machina",
        "acme.service-now.com/cloud-ex-machina/cloud-ex-machina/awake",
        "acme.service-now.com/cloud-ex-machina/ticket",
        "acme.service-now.com/cloud-ex-machina~2/ticket",
        "acme.service-now.com/cloud-ex-machina~3/requests",
    };
    const size_t n = sizeof members / sizeof members[0];
    struct arena *arena = arena_new();
    size_t len = 0;
    const char *text = set_page(arena, members, n, &len);
    struct page_facts facts = facts_of(arena, text, len); /* holds that no id is there twice */
    for (size_t i = 0; i < facts.fragments.n_items; i++) {
        cr_expect(strings_have(&facts.ids, facts.fragments.items[i]), "#%s leads nowhere",
                  facts.fragments.items[i]);
    }
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        cr_expect(strings_have(&facts.ids, ids[i]), "no %s", ids[i]);
    }
    cr_expect(!strings_have(&facts.ids, "x"), "an address became an element");
    cr_expect_eq(elements_called(&facts, "script"), n + 1, "one script, and data of each");
    cr_expect_eq(elements_called(&facts, "style"), 2);
    cr_expect_eq(elements_called(&facts, "h1"), 1);
    cr_expect_eq(count_of(text, "<div class=\"filter\""), 1, "one for all");
    cr_expect_eq(count_of(text, "<section class=\"ticket\""), n, "one of each");
    cr_expect_eq(count_of(text, ", run "), 0, "a report that is merged later has no id of a run");
    arena_free(arena);
}

/* So that a target is found by its name and the first screen says what to do. */
Test(html, of_several_targets_those_come_first_that_need_work)
{
    static const char *const order[] = {
        "<h1>",
        "<h2>Targets</h2>",
        "<tr class=\"not-ready\">",
        "<tr class=\"inconclusive\">",
        "<tr class=\"ready\">",
        "<div class=\"filter\"",
        "<details class=\"target not-ready\" open=\"\"><summary><h2>",
        "Waivers</h3>",
        "Text for a ticket</h3>",
        "<details class=\"target inconclusive\" open=\"\">",
        "<details class=\"target ready\"><summary>",
        "Text for a ticket</h3>",
        "<script>",
    };
    static const struct member mixed[] = {
        {"ready", "https://a/"}, {"inconclusive", "https://b/"}, {"waived", "https://c/"}};
    struct arena *arena = arena_new();
    size_t len = 0;
    const char *at = set_page(arena, mixed, 3, &len);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const char *next = strstr(at, order[i]);
        cr_assert(next != NULL, "%s is not there, or too early", order[i]);
        at = next;
    }
    arena_free(arena);
}

Test(html, of_many_targets_all_are_folded)
{
    struct arena *arena = arena_new();
    struct member many[12];
    for (size_t i = 0; i < 12; i++) {
        many[i] = (struct member){i == 0 ? "ready" : "not-ready",
                                  arena_printf(arena, "https://i%zu.example/", i)};
    }
    size_t len = 0;
    cr_expect_eq(
        count_of(set_page(arena, many, 11, &len), "<details class=\"target not-ready\" open"), 10);
    cr_expect_eq(
        count_of(set_page(arena, many, 12, &len), "<details class=\"target not-ready\" open"), 0);
    arena_free(arena);
}
