/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The foot of the page: what was sent and when, a text to paste into a ticket, and where the report
 * comes from.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/html.h"
#include "report/report.h"
#include "report/summary.h"

enum { TIMELINE_UNITS = 1000, MOST_TICKET_PROBLEMS = 10, LARGEST_TICKET_BYTES = 1024 * 1024 };

/* When the last answer had come, in milliseconds since the run began; at least 1. */
static int64_t end_of_traffic(const struct run *run)
{
    int64_t end = 1;
    for (size_t i = 0; i < run->n_exchanges; i++) {
        int64_t finished = run->exchanges[i]->started_ms + run->exchanges[i]->ms;
        end = finished > end ? finished : end;
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

static void write_exchange(struct html *html, const struct exchange *exchange, int64_t end)
{
    xml_open(html->xml, "tr");
    xml_attribute(html->xml, "id", arena_printf(html->scratch, "request-%d", exchange->n));
    xml_open(html->xml, "th");
    xml_attribute(html->xml, "scope", "row");
    xml_printf(html->xml, "%d", exchange->n);
    xml_close(html->xml);
    xml_open(html->xml, "td");
    xml_printf(html->xml, "%d", exchange->wave);
    xml_close(html->xml);
    xml_element(html->xml, "td", text_or_empty(exchange->credential));
    html_open(html, "td", "call");
    xml_element(html->xml, "b", text_or_empty(exchange->method));
    xml_text(html->xml, " ");
    xml_element(html->xml, "code", text_or_empty(exchange->url));
    xml_close(html->xml);
    xml_open(html->xml, "td");
    xml_text(html->xml, exchange->status == 0
                            ? outcome_name(exchange->outcome)
                            : arena_printf(html->scratch, "%d", exchange->status));
    xml_close(html->xml);
    html_open(html, "td", "time");
    xml_printf(html->xml, "%s ", duration_text(html->scratch, exchange->ms));
    write_bar(html, exchange, end);
    xml_printf(html->xml, "%s", exchange->reused ? "" : " new connection");
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
    xml_element(html->xml, "h2", "Requests");
    html_open(html, "p", "note");
    xml_printf(html->xml, "%s over %s in %s, %s received.",
               quantity(html->scratch, run->n_exchanges, "request"),
               quantity(html->scratch, (size_t)run->n_connections, "connection"),
               quantity(html->scratch, (size_t)run->n_waves, "wave"),
               quantity(html->scratch, (size_t)run->bytes_in, "byte"));
    xml_close(html->xml);
    if (run->n_exchanges > 0) {
        int64_t end = end_of_traffic(run);
        html_open(html, "div", "wide");
        xml_attribute(html->xml, "tabindex", "0");
        xml_attribute(html->xml, "role", "region");
        xml_attribute(html->xml, "aria-label", "Requests");
        xml_open(html->xml, "table");
        write_request_head(html);
        xml_open(html->xml, "tbody");
        for (size_t i = 0; i < run->n_exchanges; i++) {
            write_exchange(html, run->exchanges[i], end);
        }
        xml_close(html->xml);
        xml_close(html->xml);
        xml_close(html->xml);
    }
    xml_close(html->xml);
}

static void add_ticket_finding(struct html *html, struct buf *ticket, const struct finding *finding)
{
    buf_printf(ticket, "%s: %s (%s)\n", finding_type(html->scratch, finding), title_of(finding),
               finding->check->id);
    if (!text_is_empty(finding->seen)) {
        buf_printf(ticket, "  seen: %s\n", finding->seen);
    }
    if (!text_is_empty(finding->wanted)) {
        buf_printf(ticket, "  wanted: %s\n", finding->wanted);
    }
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
        buf_printf(ticket, "and %zu more\n", n_left);
    }
}

static void add_ticket_causes(struct html *html, struct buf *ticket)
{
    const struct run *run = html->run;
    struct strings possible = {0};
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        if (run_is_possibility(run, i)) {
            strings_add(html->scratch, &possible, cause->id);
            continue;
        }
        buf_printf(ticket, "cause: %s (%s): %s\n", cause->id, confidence_name(cause->confidence),
                   text_or_empty(cause->says));
        if (!text_is_empty(cause->ask)) {
            buf_printf(ticket, "  to decide, ask: %s\n", cause->ask);
        }
    }
    if (possible.n_items > 0) {
        buf_printf(ticket, "also possible: %s\n", strings_join(html->scratch, &possible, ", "));
    }
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
    buf_printf(&ticket, "glidepath %s, run %s, exit %d\n", text_or_empty(run->tool_version),
               text_or_empty(run->run_id), run->exit_status);
    html_open(html, "section", "ticket");
    xml_element(html->xml, "h2", "Text for a ticket");
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
    html_pair(html, arena_printf(html->scratch, "Pack %s", pack->name),
              strings_join(html->scratch, &parts, ", "));
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
    xml_element(html->xml, "h2", "Where this report comes from");
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
    html_pair(html, "Clock",
              text_equal(run->clock, "recording") ? "the recording's" : "the system's");
    html_pair(html, "Started", utc_format(html->scratch, run->started));
    if (run->duration_ms > 0) {
        html_pair(html, "Took", duration_text(html->scratch, run->duration_ms));
    }
    html_pair(html, "Exit status",
              arena_printf(html->scratch, "%d (%s)", run->exit_status, status_name(run->status)));
    xml_close(html->xml);
    xml_close(html->xml);
}
