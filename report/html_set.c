/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of a set: what it comes to, a table of all targets, and of each target the parts that a
 * page of its own has, folded under its name. Targets are read one at a time, so that a long page
 * takes no more memory than a short one.
 *
 * Every id within a target stands behind the target's own, which is made of its host and packs: a
 * link to a finding is good for the next run's page too.
 */
#include "report/html_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/report.h"
#include "report/summary.h"

/* Those that are not ready are open, unless there are so many that the table is the better way. */
enum { MOST_OPEN = 10 };

/* One target, in the order of the page. */
struct entry {
    size_t i; /* in the set */
    const struct brief *brief;
    const char *anchor;
};

struct entries {
    struct entry *items;
    size_t n_items;
    size_t n_red;
};

/* "acme.service-now.com/rad-security+baseline", of what can stand in a link as it is. */
static char *anchor_of(struct arena *arena, const struct brief *brief)
{
    static const char others[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    struct strings names = strings_split(arena, brief->packs, ',');
    char *host = arena_strdup(arena, brief->host);
    char *packs = strings_join(arena, &names, "+");
    char *const parts[] = {host, packs};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        for (char *c = parts[i]; *c != '\0'; c++) {
            *c = strchr(others, *c) != NULL || *c == '+' ? *c : '-';
        }
    }
    return arena_printf(arena, "%s/%s", host, packs);
}

/* Two flights of one target, and names that differ only in what a link cannot have. */
static const char *unlike_others(struct arena *arena, const struct entries *entries,
                                 const char *anchor)
{
    size_t n_alike = 0;
    const size_t len = strlen(anchor);
    for (size_t i = 0; i < entries->n_items; i++) {
        const char *other = entries->items[i].anchor;
        n_alike += strncmp(other, anchor, len) == 0 && (other[len] == '\0' || other[len] == '~');
    }
    return n_alike == 0 ? anchor : arena_printf(arena, "%s~%zu", anchor, n_alike + 1);
}

/* What needs work first. */
static unsigned rank(const struct brief *brief)
{
    static const unsigned ranks[] = {
        [STATUS_NOT_READY] = 0, [STATUS_INCONCLUSIVE] = 1, [STATUS_READY] = 3};
    return brief->status == STATUS_READY && brief_is_red(brief) ? 2 : ranks[brief->status];
}

static struct entries entries_of(struct arena *arena, const struct run_set *set)
{
    struct entries sorted = {.items = arena_array(arena, set->n_items, sizeof *sorted.items)};
    struct entries named = sorted;
    named.items = arena_array(arena, set->n_items, sizeof *named.items);
    for (size_t i = 0; i < set->n_items; i++) {
        const struct brief *brief = &set->items[i];
        const char *anchor = unlike_others(arena, &named, anchor_of(arena, brief));
        named.items[named.n_items++] = (struct entry){i, brief, anchor};
        sorted.n_red += brief_is_red(brief) ? 1 : 0;
    }
    for (unsigned wanted = 0; wanted <= 3; wanted++) {
        for (size_t i = 0; i < named.n_items; i++) {
            if (rank(named.items[i].brief) == wanted) {
                sorted.items[sorted.n_items++] = named.items[i];
            }
        }
    }
    return sorted;
}

/* ---- The head of the page ------------------------------------------------------------------- */

static const char *title_of_set(struct html *html, const struct run_set *set)
{
    return arena_printf(html->scratch, "%s: %s", status_headline(set->status),
                        run_set_sentence(html->scratch, set));
}

/* As on the page of one target: on every sheet of a print, and nowhere else. */
static void write_running_head(struct html *html, const struct run_set *set)
{
    html_open(html, "div", "running");
    xml_attribute(html->xml, "hidden", "");
    xml_printf(html->xml, "%s, glidepath %s", title_of_set(html, set), set->tool_version);
    xml_close(html->xml);
}

static void write_masthead(struct html *html, const struct run_set *set)
{
    static const struct html_part parts[] = {
        {"targets", "Targets"},
        {"findings", "Findings of all targets"},
    };
    html_open(html, "header", arena_printf(html->scratch, "masthead %s", status_name(set->status)));
    xml_open(html->xml, "h1");
    html_status(html, set->status);
    html_text(html, "span", "unseen", ": ");
    html_text(html, "span", "sentence", run_set_sentence(html->scratch, set));
    xml_close(html->xml);
    html_open(html, "p", "when");
    xml_printf(html->xml, "glidepath %s. Exit status %d.", set->tool_version, set->exit_status);
    xml_close(html->xml);
    html_navigation(html, parts, ARRAY_LEN(parts));
    xml_close(html->xml);
}

/* ---- The table ------------------------------------------------------------------------------ */

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

static void write_row(struct html *html, const struct entry *entry)
{
    const struct brief *brief = entry->brief;
    html_open(html, "tr", status_name(brief->status));
    xml_open(html->xml, "th");
    xml_attribute(html->xml, "scope", "row");
    html_jump(html, entry->anchor, brief->label);
    xml_close(html->xml);
    html_text(html, "td", "status", status_text(html, brief));
    write_number(html, "fail", brief->tally.fail);
    write_number(html, "unknown", brief->tally.unknown);
    write_number(html, "blocked", brief->tally.blocked);
    write_number(html, "pass", brief->tally.pass);
    html_text(html, "td", "reason",
              text_or_empty(brief->cause != NULL ? brief->cause : brief->status_reason));
    xml_close(html->xml);
}

static void write_table_head(struct html *html)
{
    static const char *const heads[] = {"Target",  "Status", "Fail",       "Unknown",
                                        "Blocked", "Pass",   "First cause"};
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
}

static void write_table(struct html *html, const struct entries *entries)
{
    xml_open(html->xml, "section");
    html_id(html, "targets");
    xml_element(html->xml, "h2", "Targets");
    html_open(html, "div", "wide");
    xml_attribute(html->xml, "tabindex", "0");
    xml_attribute(html->xml, "role", "region");
    xml_attribute(html->xml, "aria-label", "Targets");
    html_open(html, "table", "targets");
    write_table_head(html);
    xml_open(html->xml, "tbody");
    for (size_t i = 0; i < entries->n_items; i++) {
        write_row(html, &entries->items[i]);
    }
    xml_close(html->xml);
    xml_close(html->xml);
    xml_close(html->xml);
    xml_close(html->xml);
}

/* ---- The targets ---------------------------------------------------------------------------- */

/* Inside of what is folded, so that a link to it unfolds the target even without a script. */
static void write_parts(struct html *html, const char *anchor)
{
    html_open(html, "div", "parts");
    html_id(html, anchor);
    html->prefix = arena_printf(html->scratch, "%s/", anchor);
    html_about(html);
    html_when(html);
    html_counts(html);
    html_answer(html);
    html_findings(html);
    html_advice(html);
    html_requests(html);
    html_ticket(html);
    html_provenance(html);
    html_data(html);
    html->prefix = NULL;
    xml_close(html->xml);
}

static void write_target(struct html *html, const struct entry *entry, bool is_open)
{
    const struct brief *brief = entry->brief;
    html_open(html, "details",
              arena_printf(html->scratch, "target %s", status_name(brief->status)));
    xml_attribute(html->xml, "open", is_open ? "" : NULL);
    xml_open(html->xml, "summary");
    xml_element(html->xml, "h2", brief->label);
    xml_text(html->xml, " ");
    html_status(html, brief->status);
    html_text(html, "span", "unseen", ": ");
    html_text(html, "span", "sentence", run_sentence(html->scratch, html->run));
    xml_close(html->xml);
    html->target = brief->label;
    write_parts(html, entry->anchor);
    html->target = NULL;
    xml_close(html->xml);
}

static bool write_targets(struct html *html, const struct run_set *set,
                          const struct entries *entries)
{
    bool all_read = true;
    for (size_t i = 0; i < entries->n_items; i++) {
        const struct entry *entry = &entries->items[i];
        struct arena *outer = html_begin_part(html);
        const struct run *run = run_set_read(set, entry->i, html->scratch);
        all_read = all_read && run != NULL;
        if (run != NULL) {
            struct run told = *run;
            told.run_id = NULL; /* no report that is merged later has it */
            html->run = &told;
            write_target(html, entry, brief_is_red(entry->brief) && entries->n_red <= MOST_OPEN);
            html->run = NULL;
        }
        html_end_part(html, outer);
    }
    return all_read;
}

static bool write_body(struct html *html, const struct run_set *set)
{
    const struct entries entries = entries_of(html->scratch, set);
    const size_t counts[N_VERDICTS] = {
        [VERDICT_PASS] = set->tally.pass,
        [VERDICT_FAIL] = set->tally.fail,
        [VERDICT_UNKNOWN] = set->tally.unknown,
        [VERDICT_BLOCKED] = set->tally.blocked,
        [VERDICT_WAIVED] = set->tally.waived,
        [VERDICT_NOT_APPLICABLE] = set->tally.not_applicable,
    };
    xml_open(html->xml, "body");
    html_skip(html);
    write_running_head(html, set);
    write_masthead(html, set);
    xml_open(html->xml, "main");
    write_table(html, &entries);
    xml_open(html->xml, "div");
    html_id(html, "findings");
    html_filter(html, counts);
    bool all_read = write_targets(html, set, &entries);
    xml_close(html->xml);
    xml_close(html->xml);
    html_script(html);
    xml_close(html->xml);
    return all_read;
}

bool html_write_set(const struct run_set *set, const struct report_options *options, FILE *out)
{
    (void)options;
    struct html html = {.xml = xml_writer_new(XML_FORM_HTML, out), .scratch = arena_new()};
    xml_open(html.xml, "html");
    xml_attribute(html.xml, "lang", "en");
    html_head(&html, title_of_set(&html, set), true);
    bool is_written = write_body(&html, set);
    is_written = xml_writer_finish(html.xml) && is_written;
    arena_free(html.scratch);
    xml_writer_free(html.xml);
    return is_written;
}
