/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every finding of the run, by pack and step: problems open, the rest folded. The filter above them
 * is hidden until the script shows it, so that nothing dead is on the page without one.
 */
#include "base/arena.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/report.h"
#include "report/summary.h"

static void write_list(struct html *html, const char *name, const struct strings *list)
{
    html_pair(html, name, strings_join(html->scratch, list, ", "));
}

static void write_needs(struct html *html, const struct strings *needs)
{
    if (needs->n_items == 0) {
        return;
    }
    xml_element(html->xml, "dt", "Needs");
    xml_open(html->xml, "dd");
    for (size_t i = 0; i < needs->n_items; i++) {
        xml_text(html->xml, i == 0 ? "" : ", ");
        html_finding_link(html, needs->items[i]);
    }
    xml_close(html->xml);
}

/* Another check that says more; nothing when there is none. */
static void write_check(struct html *html, const char *name, const char *id)
{
    if (id == NULL) {
        return;
    }
    xml_element(html->xml, "dt", name);
    xml_open(html->xml, "dd");
    html_finding_link(html, id);
    xml_close(html->xml);
}

static void write_address(struct html *html, const struct finding *finding)
{
    if (text_is_empty(finding->link)) {
        return;
    }
    xml_element(html->xml, "dt", "Open");
    xml_open(html->xml, "dd");
    html_link(html, finding->link, finding->link);
    xml_close(html->xml);
}

/* Where the finding comes from: "live, requests 7, 9", each a link to the time line, where it can
 * be repeated. */
static void write_source(struct html *html, const struct finding *finding)
{
    if (text_is_empty(finding->source) && finding->n_exchanges == 0) {
        return;
    }
    xml_element(html->xml, "dt", "Source");
    xml_open(html->xml, "dd");
    xml_text(html->xml, finding_source_text(html->scratch, finding));
    html_jump_to_requests(html, finding->exchanges, finding->n_exchanges,
                          finding->n_exchanges == 1 ? ", request " : ", requests ");
    xml_close(html->xml);
}

static void write_identity(struct html *html, const struct finding *finding)
{
    const struct check *check = finding->check;
    xml_element(html->xml, "dt", "Check");
    xml_open(html->xml, "dd");
    html_jump(html, html_anchor(html, check->id), check->id);
    xml_printf(html->xml, ", %s%s", severity_name(check->severity),
               finding_is_problem(finding) && !finding->gates ? ", does not gate" : "");
    if (check->kind_name != NULL) {
        xml_printf(html->xml, ", kind %s", check->kind_name);
    }
    xml_close(html->xml);
}

/* The anchor is inside of what is folded: a link to it unfolds the finding even without a script.
 */
static void write_details(struct html *html, const struct finding *finding)
{
    const struct check *check = finding->check;
    const struct finding *origin = run_origin_of(html->run, finding);
    bool has_owner = finding_wants_action(finding) || finding->verdict == VERDICT_WAIVED;
    xml_open(html->xml, "dl");
    html_id(html, html_anchor(html, check->id));
    html_pair(html, "Seen", finding->seen);
    html_pair(html, "Wanted", finding->wanted);
    html_pair(html, "Because", finding->because);
    write_check(html, "Blocked by", finding->blocked_by);
    write_check(html, "Follows from", origin == NULL ? NULL : origin->check->id);
    if (has_owner && origin == NULL) {
        html_pair(html, "Fix", run_fix_of(html->run, finding));
        html_pair(html, "Owner", check->owner);
    }
    write_address(html, finding);
    xml_close(html->xml);
}

/* What says where to look further: in small print, below what has to be done. */
static void write_references(struct html *html, const struct finding *finding)
{
    const struct check *check = finding->check;
    xml_open(html->xml, "dl");
    write_list(html, "Points to", &finding->causes);
    write_list(html, "Guide", &check->covers);
    write_needs(html, &check->needs);
    write_source(html, finding);
    write_identity(html, finding);
    xml_close(html->xml);
}

/* The reason, and the owner where somebody has to act: the right end of the line. */
static const char *note_of(struct html *html, const struct finding *finding)
{
    struct strings parts = {0};
    if (finding->verdict != VERDICT_PASS && reason_name(finding->reason) != NULL) {
        strings_add(html->scratch, &parts, reason_name(finding->reason));
    }
    if (finding_is_problem(finding) && !finding->gates) {
        strings_add(html->scratch, &parts, "does not gate");
    }
    bool is_task = finding_wants_action(finding) && run_origin_of(html->run, finding) == NULL;
    if (is_task && !text_is_empty(finding->check->owner)) {
        strings_add(html->scratch, &parts, finding->check->owner);
    }
    return strings_join(html->scratch, &parts, " · ");
}

static void write_finding(struct html *html, const struct finding *finding)
{
    const char *verdict = verdict_name(finding->verdict);
    xml_open(html->xml, "details");
    xml_attribute(
        html->xml, "class",
        arena_printf(html->scratch, "finding %s%s", verdict, finding->gates ? "" : " harmless"));
    xml_attribute(html->xml, "open", finding_is_problem(finding) ? "" : NULL);
    xml_open(html->xml, "summary");
    xml_open(html->xml, "b");
    xml_open(html->xml, "i");
    xml_attribute(html->xml, "aria-hidden", "true");
    xml_printf(html->xml, "%s ", html_glyph(finding->verdict));
    xml_close(html->xml);
    xml_text(html->xml, html_word(finding->verdict));
    xml_close(html->xml);
    xml_text(html->xml, " ");
    xml_element(html->xml, "span", title_of(finding));
    const char *note = note_of(html, finding);
    if (!text_is_empty(note)) {
        xml_text(html->xml, " ");
        xml_element(html->xml, "small", note);
    }
    xml_close(html->xml);
    write_details(html, finding);
    write_references(html, finding);
    xml_close(html->xml);
}

static void write_toggle(struct html *html, enum verdict verdict, size_t n)
{
    xml_open(html->xml, "label");
    xml_open(html->xml, "input");
    xml_attribute(html->xml, "type", "checkbox");
    xml_attribute(html->xml, "value", verdict_name(verdict));
    xml_attribute(html->xml, "checked", "");
    xml_close(html->xml);
    xml_printf(html->xml, " %s (%zu)", html_word(verdict), n);
    xml_close(html->xml);
}

void html_filter(struct html *html, const size_t *counts)
{
    static const enum verdict order[] = {VERDICT_FAIL, VERDICT_UNKNOWN, VERDICT_BLOCKED,
                                         VERDICT_PASS, VERDICT_WAIVED,  VERDICT_NOT_APPLICABLE};
    html_open(html, "div", "filter");
    xml_attribute(html->xml, "role", "search");
    xml_attribute(html->xml, "hidden", "");
    xml_open(html->xml, "fieldset");
    xml_element(html->xml, "legend", "Show");
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (counts[order[i]] > 0) {
            write_toggle(html, order[i], counts[order[i]]);
        }
    }
    xml_close(html->xml);
    xml_open(html->xml, "label");
    xml_text(html->xml, "Search ");
    xml_open(html->xml, "input");
    xml_attribute(html->xml, "type", "search");
    xml_close(html->xml);
    xml_close(html->xml);
    xml_open(html->xml, "button");
    xml_attribute(html->xml, "type", "button");
    xml_text(html->xml, "Open all");
    xml_close(html->xml);
    xml_open(html->xml, "p");
    xml_attribute(html->xml, "role", "status");
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_groups(struct html *html)
{
    const struct finding **findings = findings_by_step(html->scratch, html->run);
    const struct finding *before = NULL;
    for (size_t i = 0; i < html->run->n_findings; i++) {
        const struct finding *finding = findings[i];
        if (before != NULL && begins_step(before, finding)) {
            xml_close(html->xml);
        }
        if (html->run->n_packs > 1 && begins_pack(before, finding)) {
            html_text(html, "p", "pack", pack_name_of(html->scratch, finding));
        }
        if (begins_step(before, finding)) {
            html_open(html, "section", "step");
            html_heading(html, 3, step_of(finding));
        }
        struct arena *outer = html_begin_part(html);
        write_finding(html, finding);
        html_end_part(html, outer);
        before = finding;
    }
    if (before != NULL) {
        xml_close(html->xml);
    }
}

void html_findings(struct html *html)
{
    xml_open(html->xml, "section");
    xml_attribute(html->xml, "class", "findings");
    html_id(html, "findings");
    html_heading(html, 2, "Findings, by step of the guide");
    if (html->prefix == NULL) { /* else one for all targets stands above them */
        const struct counts counts = run_counts(html->run);
        html_filter(html, counts.all);
    }
    write_groups(html);
    xml_close(html->xml);
}
