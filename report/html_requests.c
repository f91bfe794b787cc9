/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The foot of the page: what was sent and when, a text to paste into a ticket, and where the report
 * comes from.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/report.h"
#include "report/reproduce.h"
#include "report/summary.h"

/* A ticket has at most 40 lines: two of head and one of foot, two for what is left out, three for
 * each cause told and each problem told, one for what is merely possible. */
enum { MOST_TICKET_CAUSES = 4, MOST_TICKET_PROBLEMS = 7, LARGEST_TICKET_BYTES = 1024 * 1024 };
enum { TIMELINE_UNITS = 1000 };

/* When the last answer had come, in milliseconds since the run began; at least 1. */
static int64_t end_of_traffic(const struct run *run)
{
    int64_t end = 1;
    for (size_t i = 0; i < run->n_exchanges; i++) {
        const struct exchange *exchange = run->exchanges[i];
        int64_t finished = exchange->started_ms + exchange->ms;
        end = exchange_is_request(exchange) && finished > end ? finished : end;
    }
    return end;
}

/* A bar from sending to the last byte. SVG attributes, because the policy forbids inline style. */
static void write_bar(struct html *html, const struct exchange *exchange, int64_t end)
{
    long from = (long)(exchange->started_ms * TIMELINE_UNITS / end);
    long width = (long)(exchange->ms * TIMELINE_UNITS / end);
    xml_open(html->xml, "svg");
    xml_attribute(html->xml, "width", "160");
    xml_attribute(html->xml, "height", "10");
    xml_attribute(html->xml, "viewBox", "0 0 1000 10");
    xml_attribute(html->xml, "preserveAspectRatio", "none");
    xml_attribute(html->xml, "aria-hidden", "true");
    xml_open(html->xml, "rect");
    xml_attribute(html->xml, "class", exchange->reused ? "reused" : "new");
    xml_attribute_int(html->xml, "x", from);
    xml_attribute_int(html->xml, "width", width > 6 ? width : 6);
    xml_attribute(html->xml, "height", "10");
    xml_close(html->xml);
    xml_close(html->xml);
}

/* "/api/now/table/incident": what is asked, without the instance and the long list of fields. */
static const char *path_of(struct html *html, const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host == NULL ? NULL : strchr(host + strlen("://"), '/');
    return path == NULL ? url : arena_strndup(html->scratch, path, strcspn(path, "?"));
}

static void write_method_and(struct html *html, const struct exchange *exchange, const char *url)
{
    xml_element(html->xml, "b", text_or_empty(exchange->method));
    xml_text(html->xml, " ");
    xml_element(html->xml, "code", url);
}

/* What was asked for in short; unfolded, the whole request as a command for a shell. */
static void write_call(struct html *html, const struct exchange *exchange)
{
    const char *command = reproduce_command(html->scratch, html->run, exchange);
    html_open(html, "td", "call");
    if (command == NULL) {
        write_method_and(html, exchange, text_or_empty(exchange->url));
    } else {
        html_open(html, "details", "again");
        xml_open(html->xml, "summary");
        write_method_and(html, exchange, path_of(html, exchange->url));
        xml_close(html->xml);
        xml_element(html->xml, "pre", command);
        xml_close(html->xml);
    }
    xml_close(html->xml);
}

static void write_exchange(struct html *html, const struct exchange *exchange, int64_t end)
{
    xml_open(html->xml, "tr");
    html_id(html, arena_printf(html->scratch, "request-%d", exchange->n));
    xml_open(html->xml, "th");
    xml_attribute(html->xml, "scope", "row");
    xml_printf(html->xml, "%d", exchange->n);
    xml_close(html->xml);
    xml_open(html->xml, "td");
    xml_printf(html->xml, "%d", exchange->wave);
    xml_close(html->xml);
    xml_element(html->xml, "td", text_or_empty(exchange->credential));
    write_call(html, exchange);
    xml_open(html->xml, "td");
    xml_text(html->xml, exchange->status == 0
                            ? outcome_name(exchange->outcome)
                            : arena_printf(html->scratch, "%d", exchange->status));
    xml_close(html->xml);
    html_open(html, "td", "time");
    xml_text(html->xml, duration_text(html->scratch, exchange->ms));
    if (exchange_is_request(exchange)) {
        xml_text(html->xml, exchange->reused ? " " : ", new connection ");
        write_bar(html, exchange, end);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

static void write_request_head(struct html *html)
{
    static const char *const names[] = {"No.", "Wave", "Credential", "Request", "Status", "Time"};
    xml_open(html->xml, "thead");
    xml_open(html->xml, "tr");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        xml_open(html->xml, "th");
        xml_attribute(html->xml, "scope", "col");
        xml_text(html->xml, names[i]);
        xml_close(html->xml);
    }
    xml_close(html->xml);
    xml_close(html->xml);
}

void html_requests(struct html *html)
{
    const struct run *run = html->run;
    html_open(html, "section", "requests");
    html_id(html, "requests");
    html_heading(html, 2, "Requests");
    html_open(html, "p", "note");
    xml_printf(html->xml, "%s over %s in %s, %s received.",
               quantity(html->scratch, run_requests(run), "request"),
               quantity(html->scratch, (size_t)run->n_connections, "connection"),
               quantity(html->scratch, (size_t)run->n_waves, "wave"),
               quantity(html->scratch, (size_t)run->bytes_in, "byte"));
    if (run_requests(run) > 0) {
        xml_text(html->xml, " Open one to reproduce it with curl: a variable in the command stands "
                            "where a secret was.");
    }
    if (run->n_exchanges > run_requests(run)) {
        xml_text(html->xml, " What a script or an export was asked stands behind them.");
    }
    xml_close(html->xml);
    if (run->n_exchanges > 0) {
        int64_t end = end_of_traffic(run);
        html_open(html, "div", "wide");
        xml_attribute(html->xml, "tabindex", "0");
        xml_attribute(html->xml, "role", "region");
        xml_attribute(html->xml, "aria-label",
                      html->target == NULL
                          ? "Requests"
                          : arena_printf(html->scratch, "Requests, %s", html->target));
        xml_open(html->xml, "table");
        write_request_head(html);
        xml_open(html->xml, "tbody");
        for (size_t i = 0; i < run->n_exchanges; i++) {
            struct arena *outer = html_begin_part(html);
            write_exchange(html, run->exchanges[i], end);
            html_end_part(html, outer);
        }
        xml_close(html->xml);
        xml_close(html->xml);
        xml_close(html->xml);
    }
    xml_close(html->xml);
}

/* A text of several lines as one: the lines of a ticket are counted. */
static const char *in_a_line(struct html *html, const char *text)
{
    char *line = arena_strdup(html->scratch, text_or_empty(text));
    for (char *c = line; *c != '\0'; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
    return line;
}

static void add_ticket_line(struct html *html, struct buf *ticket, const char *name,
                            const char *text)
{
    if (!text_is_empty(text)) {
        buf_printf(ticket, "  %s: %s\n", name, in_a_line(html, text));
    }
}

static void add_ticket_finding(struct html *html, struct buf *ticket, const struct finding *finding)
{
    buf_printf(ticket, "%s: %s (%s)\n", finding_type(html->scratch, finding), title_of(finding),
               finding->check->id);
    add_ticket_line(html, ticket, "seen", finding->seen);
    add_ticket_line(html, ticket, "wanted", finding->wanted);
}

static void add_ticket_findings(struct html *html, struct buf *ticket)
{
    size_t n_told = 0;
    size_t n_left = 0;
    for (size_t i = 0; i < html->run->n_findings; i++) {
        const struct finding *finding = &html->run->findings[i];
        if (!finding->gates || !finding_wants_action(finding)) {
            continue;
        }
        if (n_told == MOST_TICKET_PROBLEMS) {
            n_left++;
            continue;
        }
        add_ticket_finding(html, ticket, finding);
        n_told++;
    }
    if (n_left > 0) {
        buf_printf(ticket, "and %s\n", quantity(html->scratch, n_left, "more problem"));
    }
}

static void add_ticket_cause(struct html *html, struct buf *ticket, const struct cause *cause)
{
    const char *fix = cause->fix;
    if (!text_is_empty(fix) && !text_is_empty(cause->owner)) {
        fix = arena_printf(html->scratch, "%s (%s)", fix, cause->owner);
    }
    buf_printf(ticket, "cause: %s (%s): %s\n", cause->id, confidence_name(cause->confidence),
               in_a_line(html, cause->says));
    add_ticket_line(html, ticket, "to decide, ask", cause->ask);
    add_ticket_line(html, ticket, "fix", fix);
}

static void add_ticket_causes(struct html *html, struct buf *ticket)
{
    const struct run *run = html->run;
    struct strings possible = {0};
    size_t n_told = 0;
    size_t n_left = 0;
    for (size_t i = 0; i < run->n_causes; i++) {
        if (run_is_possibility(run, i)) {
            strings_add(html->scratch, &possible, run->causes[i].id);
        } else if (n_told == MOST_TICKET_CAUSES) {
            n_left++;
        } else {
            add_ticket_cause(html, ticket, &run->causes[i]);
            n_told++;
        }
    }
    if (n_left > 0) {
        buf_printf(ticket, "and %s\n", quantity(html->scratch, n_left, "more cause"));
    }
    if (possible.n_items > 0) {
        buf_printf(ticket, "also possible: %s\n", strings_join(html->scratch, &possible, ", "));
    }
}

/* A run that was read from a file has no id. */
static void add_ticket_foot(struct html *html, struct buf *ticket)
{
    const struct run *run = html->run;
    const char *id =
        run->run_id == NULL ? "" : arena_printf(html->scratch, ", run %s", run->run_id);
    buf_printf(ticket, "glidepath %s%s, exit %d\n", text_or_empty(run->tool_version), id,
               run->exit_status);
}

/* The button that the script shows; without one, the text is there to be marked. */
static void write_copy_button(struct html *html)
{
    html_open(html, "p", "copy");
    xml_attribute(html->xml, "hidden", "");
    xml_open(html->xml, "button");
    xml_attribute(html->xml, "type", "button");
    xml_text(html->xml, "Copy");
    xml_close(html->xml);
    xml_text(html->xml, " ");
    xml_open(html->xml, "span");
    xml_attribute(html->xml, "role", "status");
    xml_close(html->xml);
    xml_close(html->xml);
}

/* What support staff paste into a ticket; it works without any script. */
void html_ticket(struct html *html)
{
    const struct run *run = html->run;
    struct buf ticket;
    buf_init(&ticket, LARGEST_TICKET_BYTES);
    buf_printf(&ticket, "%s: %s, %s, %s\n%s\n", status_headline(run->status),
               run_host(html->scratch, run), run_packs_text(html->scratch, run),
               utc_format(html->scratch, run->started), run_sentence(html->scratch, run));
    add_ticket_causes(html, &ticket);
    add_ticket_findings(html, &ticket);
    add_ticket_foot(html, &ticket);
    html_open(html, "section", "ticket");
    html_id(html, "ticket");
    html_heading(html, 2, "Text for a ticket");
    write_copy_button(html);
    xml_element(html->xml, "pre", ticket.data);
    xml_close(html->xml);
    buf_release(&ticket);
}

static void write_pack_origin(struct html *html, const struct pack *pack)
{
    struct strings parts = {0};
    strings_add(html->scratch, &parts, text_or_empty(pack->version));
    if (!text_is_empty(pack->guide_title)) {
        strings_add(html->scratch, &parts,
                    arena_printf(html->scratch, "guide \"%s\" as read on %s", pack->guide_title,
                                 text_or_empty(pack->guide_read)));
    }
    struct strings lines = {0};
    strings_add(html->scratch, &lines, strings_join(html->scratch, &parts, ", "));
    for (size_t i = 0; i < pack->files.n_items; i++) {
        strings_add(html->scratch, &lines,
                    arena_printf(html->scratch, "%s, SHA-256 %s", pack->files.items[i].key,
                                 pack->files.items[i].value));
    }
    html_pair(html, arena_printf(html->scratch, "Pack %s", pack->name),
              strings_join(html->scratch, &lines, "\n"));
}

/* Whose clock the run went by, and how far the instance's is from it. */
static const char *clocks_text(struct html *html)
{
    const struct run *run = html->run;
    const char *whose = text_equal(run->clock, "recording") ? "the recording's" : "the system's";
    if (!run->has_clock_skew) {
        return arena_printf(html->scratch, "%s; no answer told the instance's", whose);
    }
    /* An answer says the second it was made in, and was under way. */
    if (run->clock_skew_s >= -1 && run->clock_skew_s <= 1) {
        return arena_printf(html->scratch, "%s; the instance's agrees with it", whose);
    }
    bool is_behind = run->clock_skew_s < 0;
    return arena_printf(html->scratch, "%s; the instance's is %" PRId64 " s %s it", whose,
                        is_behind ? -run->clock_skew_s : run->clock_skew_s,
                        is_behind ? "behind" : "ahead of");
}

static void write_credential_origins(struct html *html)
{
    for (size_t i = 0; i < html->run->n_credentials; i++) {
        const struct used_credential *used = &html->run->credentials[i];
        html_pair(html, arena_printf(html->scratch, "Credential %s", used->name),
                  arena_printf(html->scratch, "%s from %s", used->kind,
                               text_is_empty(used->source) ? "a source not told" : used->source));
    }
    if (html->run->n_credentials == 0) {
        html_pair(html, "Credential", "none");
    }
}

void html_provenance(struct html *html)
{
    const struct run *run = html->run;
    xml_open(html->xml, "footer");
    html_id(html, "provenance");
    html_heading(html, 2, "Where this report comes from");
    xml_open(html->xml, "dl");
    html_pair(html, "Tool",
              arena_printf(html->scratch, "glidepath %s", text_or_empty(run->tool_version)));
    html_pair(html, "Run", run->run_id);
    html_pair(html, "Instance", run->instance_url);
    html_pair(html, "Build", run->release_build == NULL ? "not told" : run->release_build);
    for (size_t i = 0; i < run->n_packs; i++) {
        write_pack_origin(html, run->packs[i]);
    }
    write_credential_origins(html);
    html_pair(html, "Clock", clocks_text(html));
    if (run->n_sources > 0) {
        html_pair(html, "Source", run_source_sentence(html->scratch, run));
    }
    for (size_t i = 0; i < run->n_sources; i++) {
        html_pair(html, source_name(run->sources[i].source), run->sources[i].digest);
    }
    html_pair(html, "Started", utc_format(html->scratch, run->started));
    if (run->duration_ms > 0) {
        html_pair(html, "Took", duration_text(html->scratch, run->duration_ms));
    }
    html_pair(html, "Exit status",
              arena_printf(html->scratch, "%d (%s)", run->exit_status, status_name(run->status)));
    xml_close(html->xml);
    xml_close(html->xml);
}
