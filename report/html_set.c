/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a target's own page tells besides (requests, the time line, the text for a ticket) is left
 * to it: `report merge` of its JSON report alone, or a check of it alone, writes that page.
 */
#include "report/html_set.h"

#include "base/arena.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/report.h"
#include "report/summary.h"

static const char *const heads[] = {"Target",  "Status", "Failed",     "Unknown",
                                    "Blocked", "Passed", "First cause"};

static void write_number(struct html *html, const char *class_name, size_t n)
{
    html_open(html, "td", n == 0 ? "none" : class_name);
    xml_printf(html->xml, "%zu", n);
    xml_close(html->xml);
}

static const char *status_text(struct html *html, const struct brief *brief)
{
    return arena_printf(html->scratch, "%s%s", brief->is_interrupted ? "Interrupted: " : "",
                        status_headline(brief->status));
}

/* Only what is not ready has a section to go to. */
static void write_row(struct html *html, const struct run_set *set, size_t i)
{
    const struct brief *brief = &set->items[i];
    html_open(html, "tr", status_name(brief->status));
    xml_open(html->xml, "th");
    xml_attribute(html->xml, "scope", "row");
    if (brief_is_red(brief)) {
        xml_open(html->xml, "a");
        xml_attribute(html->xml, "href", arena_printf(html->scratch, "#target-%zu", i + 1));
        xml_text(html->xml, brief->label);
        xml_close(html->xml);
    } else {
        xml_text(html->xml, brief->label);
    }
    xml_close(html->xml);
    xml_element(html->xml, "td", status_text(html, brief));
    write_number(html, "fail", brief->tally.fail);
    write_number(html, "unknown", brief->tally.unknown);
    write_number(html, "blocked", brief->tally.blocked);
    write_number(html, "pass", brief->tally.pass);
    xml_element(html->xml, "td",
                text_or_empty(brief->cause != NULL ? brief->cause : brief->status_reason));
    xml_close(html->xml);
}

static void write_table(struct html *html, const struct run_set *set)
{
    html_open(html, "table", "targets");
    xml_element(html->xml, "caption", "Each target, its status and how many checks came out how.");
    xml_open(html->xml, "thead");
    xml_open(html->xml, "tr");
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        xml_open(html->xml, "th");
        xml_attribute(html->xml, "scope", "col");
        xml_text(html->xml, heads[i]);
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
    xml_open(html->xml, "tbody");
    for (size_t i = 0; i < set->n_items; i++) {
        write_row(html, set, i);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_masthead(struct html *html, const struct run_set *set)
{
    html_open(html, "header", arena_printf(html->scratch, "masthead %s", status_name(set->status)));
    xml_open(html->xml, "h1");
    html_text(html, "span", "status", status_headline(set->status));
    html_text(html, "span", "unseen", ": ");
    html_text(html, "span", "sentence", run_set_sentence(html->scratch, set));
    xml_close(html->xml);
    html_open(html, "p", "when");
    xml_printf(html->xml, "glidepath %s. Exit status %d.", set->tool_version, set->exit_status);
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_causes(struct html *html)
{
    const struct run *run = html->run;
    for (size_t i = 0; i < run->n_causes && i < 1 + MOST_POSSIBLE_TOLD; i++) {
        const struct cause *cause = &run->causes[i];
        html_open(html, "div", i == 0 ? "cause first" : "cause");
        xml_element(html->xml, "h3", text_is_empty(cause->says) ? cause->id : cause->says);
        html_open(html, "p", "tags");
        xml_element(html->xml, "code", cause->id);
        xml_text(html->xml, " ");
        html_text(html, "span", "confidence", confidence_name(cause->confidence));
        xml_close(html->xml);
        xml_open(html->xml, "dl");
        html_pair(html, run_is_possibility(run, i) ? "Fix, if so" : "Fix", cause->fix);
        html_pair(html, "Owner", cause->owner);
        html_pair(html, "Ask", cause->ask);
        xml_close(html->xml);
        xml_close(html->xml);
    }
}

static void write_problem(struct html *html, const struct finding *finding)
{
    xml_open(html->xml, "li");
    xml_printf(html->xml, "%s: ", finding_outcome(html->scratch, finding));
    html_link(html, finding->link, title_of(finding));
    xml_open(html->xml, "dl");
    html_pair(html, "Seen", finding->seen);
    html_pair(html, "Wanted", finding->wanted);
    html_pair(html, "Because", finding->because);
    if (finding_wants_action(finding)) {
        html_pair(html, "Fix", run_fix_of(html->run, finding));
        html_pair(html, "Owner", finding->check->owner);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

/* What gates and does not hold; what merely waits for it is only counted. */
static void write_problems(struct html *html)
{
    size_t n_blocked = 0;
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < html->run->n_findings; i++) {
        const struct finding *finding = &html->run->findings[i];
        if (finding->verdict == VERDICT_BLOCKED) {
            n_blocked++;
        } else if (finding->gates && finding_is_problem(finding)) {
            write_problem(html, finding);
        }
    }
    if (n_blocked > 0) {
        xml_element(html->xml, "li",
                    arena_printf(html->scratch, "%s could not be asked.",
                                 quantity(html->scratch, n_blocked, "check")));
    }
    xml_close(html->xml);
}

static bool write_target(struct html *html, const struct run_set *set, size_t i)
{
    struct arena *outer = html->scratch;
    html->scratch = arena_new();
    html->run = run_set_read(set, i, html->scratch);
    bool is_read = html->run != NULL;
    if (is_read) {
        xml_open(html->xml, "section");
        xml_attribute(html->xml, "id", arena_printf(html->scratch, "target-%zu", i + 1));
        xml_element(html->xml, "h2", set->items[i].label);
        html_open(html, "p", "note");
        html_link(html, html->run->instance_url, run_host(html->scratch, html->run));
        xml_printf(html->xml, ": %s: %s. Exit status %d.", status_text(html, &set->items[i]),
                   run_sentence(html->scratch, html->run), html->run->exit_status);
        xml_close(html->xml);
        write_causes(html);
        write_problems(html);
        xml_close(html->xml);
    }
    arena_free(html->scratch);
    html->scratch = outer;
    html->run = NULL;
    return is_read;
}

static bool write_body(struct html *html, const struct run_set *set)
{
    bool all_read = true;
    xml_open(html->xml, "body");
    write_masthead(html, set);
    xml_open(html->xml, "main");
    write_table(html, set);
    for (size_t i = 0; i < set->n_items; i++) {
        if (brief_is_red(&set->items[i])) {
            all_read = write_target(html, set, i) && all_read;
        }
    }
    xml_close(html->xml);
    xml_close(html->xml);
    return all_read;
}

bool html_write_set(const struct run_set *set, const struct report_options *options, FILE *out)
{
    (void)options;
    struct html html = {.xml = xml_writer_new(XML_FORM_HTML, out), .scratch = arena_new()};
    xml_open(html.xml, "html");
    xml_attribute(html.xml, "lang", "en");
    html_head(&html, arena_printf(html.scratch, "%s: %s", status_headline(set->status),
                                  run_set_sentence(html.scratch, set)));
    bool is_written = write_body(&html, set);
    is_written = xml_writer_finish(html.xml) && is_written;
    arena_free(html.scratch);
    xml_writer_free(html.xml);
    return is_written;
}
