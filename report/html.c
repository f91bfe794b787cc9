/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as one HTML file that loads nothing: the page a customer is sent. Its own policy
 * forbids everything but the embedded style sheet and script, which are constants and named by
 * their digests, so nothing that slipped in could run.
 */
#include "report/html.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/embedded.h"
#include "base/encode.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html_set.h"
#include "report/report.h"
#include "report/summary.h"

extern const struct embedded_file glidepath_report_assets[];
extern const size_t glidepath_report_assets_count;

static const struct embedded_file *asset(const char *name)
{
    size_t i = 0;
    while (i + 1 < glidepath_report_assets_count &&
           strcmp(glidepath_report_assets[i].name, name) != 0) {
        i++;
    }
    return &glidepath_report_assets[i];
}

static unsigned hex_value(char digit)
{
    return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a') + 10;
}

/* "sha256-…": a policy wants the digest in base64. */
static const char *digest_source(struct arena *arena, const char *hex)
{
    enum { DIGEST_BYTES = 32, LONGEST_SOURCE = 64 };
    char digest[DIGEST_BYTES];
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        digest[i] = (char)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
    }
    struct buf source;
    buf_init(&source, LONGEST_SOURCE);
    buf_add(&source, "sha256-");
    encode_base64(&source, digest, sizeof digest);
    const char *text = arena_strdup(arena, source.data);
    buf_release(&source);
    return text;
}

void html_open(struct html *html, const char *element, const char *class_name)
{
    xml_open(html->xml, element);
    xml_attribute(html->xml, "class", class_name);
}

void html_text(struct html *html, const char *element, const char *class_name, const char *text)
{
    html_open(html, element, class_name);
    xml_text(html->xml, text);
    xml_close(html->xml);
}

void html_pair(struct html *html, const char *name, const char *value)
{
    if (!text_is_empty(value)) {
        xml_element(html->xml, "dt", name);
        xml_element(html->xml, "dd", value);
    }
}

void html_link(struct html *html, const char *address, const char *text)
{
    bool is_web = address != NULL &&
                  (text_starts_with(address, "https://") || text_starts_with(address, "http://"));
    if (!is_web) {
        xml_text(html->xml, text);
        return;
    }
    xml_open(html->xml, "a");
    xml_attribute(html->xml, "href", address);
    xml_attribute(html->xml, "rel", "noreferrer");
    xml_text(html->xml, text);
    xml_close(html->xml);
}

void html_id(struct html *html, const char *anchor)
{
    xml_attribute(html->xml, "id",
                  arena_printf(html->scratch, "%s%s", text_or_empty(html->prefix), anchor));
}

void html_heading(struct html *html, unsigned level, const char *text)
{
    static const char *const elements[] = {"h1", "h2", "h3", "h4"};
    level += html->prefix == NULL ? 0 : 1;
    assert(level >= 1 && level <= ARRAY_LEN(elements));
    xml_element(html->xml, elements[level - 1], text);
}

const char *html_anchor(struct html *html, const char *id)
{
    char *anchor = arena_strdup(html->scratch, id);
    for (char *c = anchor; *c != '\0'; c++) {
        *c = *c == ' ' ? '-' : *c;
    }
    return anchor;
}

void html_finding_link(struct html *html, const char *id)
{
    const struct finding *finding = run_finding(html->run, id);
    if (finding == NULL) {
        xml_element(html->xml, "code", id);
        return;
    }
    html_jump(html, html_anchor(html, id), title_of(finding));
}

void html_jump(struct html *html, const char *anchor, const char *text)
{
    xml_open(html->xml, "a");
    xml_attribute(html->xml, "href",
                  arena_printf(html->scratch, "#%s%s", text_or_empty(html->prefix), anchor));
    xml_text(html->xml, text);
    xml_close(html->xml);
}

static bool is_among(int n, const struct exchange *const *exchanges, size_t n_exchanges)
{
    for (size_t i = 0; i < n_exchanges; i++) {
        if (exchanges[i]->n == n) {
            return true;
        }
    }
    return false;
}

void html_jump_to_requests(struct html *html, const struct exchange *const *exchanges,
                           size_t n_exchanges, const char *before)
{
    const char *separator = before;
    for (size_t i = 0; i < html->run->n_exchanges; i++) {
        int n = html->run->exchanges[i]->n;
        if (is_among(n, exchanges, n_exchanges)) {
            xml_text(html->xml, separator);
            html_jump(html, arena_printf(html->scratch, "request-%d", n),
                      arena_printf(html->scratch, "%d", n));
            separator = ", ";
        }
    }
}

struct arena *html_begin_part(struct html *html)
{
    struct arena *outer = html->scratch;
    html->scratch = arena_new();
    return outer;
}

void html_end_part(struct html *html, struct arena *outer)
{
    arena_free(html->scratch);
    html->scratch = outer;
}

static const struct {
    const char *glyph;
    const char *word;
} appearances[N_VERDICTS] = {
    [VERDICT_FAIL] = {"✗", "Fail"},       [VERDICT_BLOCKED] = {"–", "Blocked"},
    [VERDICT_UNKNOWN] = {"?", "Unknown"}, [VERDICT_PASS] = {"✓", "Pass"},
    [VERDICT_WAIVED] = {"~", "Waived"},   [VERDICT_NOT_APPLICABLE] = {"·", "Not applicable"},
};

const char *html_glyph(enum verdict verdict)
{
    return appearances[verdict].glyph;
}

const char *html_word(enum verdict verdict)
{
    return appearances[verdict].word;
}

static void write_meta(struct html *html, const char *key, const char *name, const char *content)
{
    xml_open(html->xml, "meta");
    xml_attribute(html->xml, key, name);
    xml_attribute(html->xml, "content", content);
    xml_close(html->xml);
}

static void write_style(struct html *html, const struct embedded_file *style)
{
    xml_open(html->xml, "style");
    xml_raw(html->xml, style->text);
    xml_close(html->xml);
}

void html_head(struct html *html, const char *title, bool has_targets)
{
    const struct embedded_file *style = asset("html.css");
    const struct embedded_file *more = has_targets ? asset("html_set.css") : NULL;
    const struct embedded_file *script = asset("html.js");
    const char *also = more == NULL ? ""
                                    : arena_printf(html->scratch, " '%s'",
                                                   digest_source(html->scratch, more->sha256_hex));
    xml_open(html->xml, "head");
    xml_open(html->xml, "meta");
    xml_attribute(html->xml, "charset", "utf-8");
    xml_close(html->xml);
    write_meta(
        html, "http-equiv", "Content-Security-Policy",
        arena_printf(html->scratch,
                     "default-src 'none'; style-src '%s'%s; script-src '%s'; base-uri 'none'; "
                     "form-action 'none'",
                     digest_source(html->scratch, style->sha256_hex), also,
                     digest_source(html->scratch, script->sha256_hex)));
    write_meta(html, "name", "viewport", "width=device-width, initial-scale=1");
    write_meta(html, "name", "color-scheme", "light dark");
    write_meta(html, "name", "referrer", "no-referrer");
    xml_element(html->xml, "title", title);
    write_style(html, style);
    if (more != NULL) {
        write_style(html, more);
    }
    xml_close(html->xml);
}

static const char *title_of_page(struct html *html)
{
    const struct run *run = html->run;
    return arena_printf(html->scratch, "%s: %s, %s, %s", status_headline(run->status),
                        run_host(html->scratch, run), run_packs_text(html->scratch, run),
                        utc_format(html->scratch, run->started));
}

/* "Cloud ex Machina - ServiceNow ITSM, …": what the run was for, in the vendors' own words. */
static const char *pack_titles(struct html *html)
{
    struct strings titles = {0};
    for (size_t i = 0; i < html->run->n_packs; i++) {
        const struct pack *pack = html->run->packs[i];
        strings_add(html->scratch, &titles, text_is_empty(pack->title) ? pack->name : pack->title);
    }
    return strings_join(html->scratch, &titles, ", ");
}

/* What stands on every page of a print, so that a page by itself still says what it is about. It is
 * hidden from everything but paper: the head of the page says the same. */
static void write_running_head(struct html *html)
{
    const struct run *run = html->run;
    const char *started = utc_format(html->scratch, run->started);
    html_open(html, "div", "running");
    xml_attribute(html->xml, "hidden", "");
    xml_printf(html->xml, "%s: %s, %s, %.10s %.5s UTC", status_headline(run->status),
               run_host(html->scratch, run), run_packs_text(html->scratch, run), started,
               started + 11);
    xml_close(html->xml);
}

void html_navigation(struct html *html, const struct html_part *parts, size_t n_parts)
{
    xml_open(html->xml, "nav");
    xml_attribute(html->xml, "aria-label", "On this page");
    xml_open(html->xml, "ul");
    for (size_t i = 0; i < n_parts; i++) {
        xml_open(html->xml, "li");
        html_jump(html, parts[i].anchor, parts[i].text);
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

void html_status(struct html *html, enum status status)
{
    static const char *const glyphs[] = {
        [STATUS_READY] = "✓ ", [STATUS_NOT_READY] = "✗ ", [STATUS_INCONCLUSIVE] = "? "};
    html_open(html, "span", "status");
    xml_open(html->xml, "span");
    xml_attribute(html->xml, "aria-hidden", "true");
    xml_text(html->xml, glyphs[status]);
    xml_close(html->xml);
    xml_text(html->xml, status_headline(status));
    xml_close(html->xml);
}

void html_about(struct html *html)
{
    html_open(html, "p", "about");
    html_link(html, html->run->instance_url, run_host(html->scratch, html->run));
    xml_printf(html->xml, " for %s", pack_titles(html));
    xml_close(html->xml);
}

void html_when(struct html *html)
{
    const struct run *run = html->run;
    const char *started = utc_format(html->scratch, run->started);
    html_open(html, "p", "when");
    xml_text(html->xml, "Checked ");
    xml_open(html->xml, "time");
    xml_attribute(html->xml, "datetime", started);
    xml_printf(html->xml, "%.10s %.5s UTC", started, started + 11);
    xml_close(html->xml);
    if (run->release_family != NULL) {
        xml_printf(html->xml, " on release %s", run->release_family);
    }
    xml_printf(html->xml, ". Exit status %d.", run->exit_status);
    if (run->n_sources > 0) {
        xml_printf(html->xml, " %s.", run_source_sentence(html->scratch, run));
    }
    xml_close(html->xml);
}

/* The parts a reader looks for; the answer itself stands right below. */
static void write_masthead(struct html *html)
{
    static const struct html_part parts[] = {
        {"findings", "Findings"},
        {"requests", "Requests"},
        {"ticket", "Text for a ticket"},
        {"provenance", "Where this comes from"},
    };
    const struct run *run = html->run;
    html_open(html, "header", arena_printf(html->scratch, "masthead %s", status_name(run->status)));
    html_about(html);
    xml_open(html->xml, "h1");
    html_status(html, run->status);
    html_text(html, "span", "unseen", ": ");
    html_text(html, "span", "sentence", run_sentence(html->scratch, run));
    xml_close(html->xml);
    html_when(html);
    html_navigation(html, parts, ARRAY_LEN(parts));
    xml_close(html->xml);
}

/* The verdicts in the order of the counts table: what needs work first. */
static const enum verdict columns[] = {VERDICT_FAIL, VERDICT_UNKNOWN, VERDICT_BLOCKED,
                                       VERDICT_PASS, VERDICT_WAIVED,  VERDICT_NOT_APPLICABLE};

static void write_count_row(struct html *html, const char *name, const size_t *counts)
{
    xml_open(html->xml, "tr");
    xml_open(html->xml, "th");
    xml_attribute(html->xml, "scope", "row");
    xml_text(html->xml, name);
    xml_close(html->xml);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        html_open(html, "td", counts[columns[i]] == 0 ? "none" : verdict_name(columns[i]));
        xml_printf(html->xml, "%zu", counts[columns[i]]);
        xml_close(html->xml);
    }
    xml_close(html->xml);
}

void html_counts(struct html *html)
{
    struct counts counts = run_counts(html->run);
    html_open(html, "table", "counts");
    xml_element(html->xml, "caption",
                "Findings by verdict; the gating ones decide whether the instance is ready.");
    xml_open(html->xml, "thead");
    xml_open(html->xml, "tr");
    xml_element(html->xml, "td", "");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        xml_open(html->xml, "th");
        xml_attribute(html->xml, "scope", "col");
        xml_text(html->xml, html_word(columns[i]));
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
    xml_open(html->xml, "tbody");
    write_count_row(html, "All", counts.all);
    write_count_row(html, "Gating", counts.gating);
    xml_close(html->xml);
    xml_close(html->xml);
}

void html_skip(struct html *html)
{
    xml_open(html->xml, "a");
    xml_attribute(html->xml, "class", "skip");
    xml_attribute(html->xml, "href", "#findings");
    xml_text(html->xml, "Skip to the findings");
    xml_close(html->xml);
}

void html_script(struct html *html)
{
    xml_open(html->xml, "script");
    xml_raw(html->xml, asset("html.js")->text);
    xml_close(html->xml);
}

static void write_body(struct html *html)
{
    xml_open(html->xml, "body");
    html_skip(html);
    write_running_head(html);
    write_masthead(html);
    xml_open(html->xml, "main");
    html_counts(html);
    html_answer(html);
    html_changes(html);
    html_findings(html);
    html_advice(html);
    html_requests(html);
    html_ticket(html);
    xml_close(html->xml);
    html_provenance(html);
    html_data(html);
    html_script(html);
    xml_close(html->xml);
}

static bool write_html(const struct run *run, const struct report_options *options, FILE *out)
{
    (void)options;
    struct html html = {
        .xml = xml_writer_new(XML_FORM_HTML, out),
        .run = run,
        .scratch = arena_new(),
    };
    xml_open(html.xml, "html");
    xml_attribute(html.xml, "lang", "en");
    html_head(&html, title_of_page(&html), false);
    write_body(&html);
    bool is_written = xml_writer_finish(html.xml);
    arena_free(html.scratch);
    xml_writer_free(html.xml);
    return is_written;
}

const struct report_format report_format_html = {
    .name = "html",
    .default_path = "report.html",
    .summary = "One page for people: loads nothing, reads well without CSS and JavaScript",
    .write = write_html,
    .write_set = html_write_set,
};
