/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report to paste into a ticket: verdict, cause, evidence, the next question, and who acts. It
 * has at most forty lines whatever the run, because nobody reads a longer one there: everything but
 * the requests is told first, and as many of those as are left room for.
 */
#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/changes.h"
#include "report/markdown.h"
#include "report/markdown_set.h"
#include "report/report.h"
#include "report/summary.h"

enum {
    MOST_LINES = 40,
    MOST_FINDINGS_WITH_A_CAUSE = 2,
    MOST_FINDINGS = 6,
    MOST_CLUES = 5,
    MOST_REPLIES = 6,
    MOST_ADVICE = 8,
    MOST_REQUESTS = 5,
    MOST_NAMES = 8,
    MOST_WAIVERS = 4,
    MOST_CHANGES = 3,
    LINES_OF_A_REQUEST = 2,
    LINES_AROUND_REQUESTS = 3, /* two fences, and a blank line before */
    LINES_OF_A_HEADING = 2
};

struct ticket {
    const struct run *run;
    struct arena *scratch;
    struct strings lines;
};

static void add(struct ticket *ticket, const char *line)
{
    strings_add(ticket->scratch, &ticket->lines, line);
}

/* A blank line, unless one is there. */
static void add_gap(struct ticket *ticket)
{
    const struct strings *lines = &ticket->lines;
    if (lines->n_items > 0 && lines->items[lines->n_items - 1][0] != '\0') {
        add(ticket, "");
    }
}

static const char *text(struct ticket *ticket, const char *said)
{
    return markdown_text(ticket->scratch, said);
}

static const char *code(struct ticket *ticket, const char *said)
{
    return markdown_code(ticket->scratch, said);
}

/* "- Fix: …"; nothing when there is nothing to say. */
static void add_item(struct ticket *ticket, const char *key, const char *said)
{
    if (!text_is_empty(said)) {
        add(ticket, arena_printf(ticket->scratch, "- %s: %s", key, text(ticket, said)));
    }
}

static void add_head(struct ticket *ticket)
{
    const struct run *run = ticket->run;
    struct arena *scratch = ticket->scratch;
    add(ticket, arena_printf(scratch, "## %s: %s, %s", status_headline(run->status),
                             text(ticket, run_host(scratch, run)),
                             text(ticket, run_packs_text(scratch, run))));
    add(ticket, "");
    add(ticket,
        arena_printf(scratch, "Checked %s%s%s: %s.", utc_format(scratch, run->started),
                     text_is_empty(run->release_family) ? "" : " on release ",
                     text(ticket, run->release_family), text(ticket, run_sentence(scratch, run))));
    if (run->n_sources > 0) {
        add(ticket, arena_printf(scratch, "%s.", run_source_sentence(scratch, run)));
    }
    add(ticket, "");
}

/* "7 findings: policy-admits, credential, and 5 more". */
static const char *explained_text(struct ticket *ticket, const struct strings *ids)
{
    struct strings names = {0};
    for (size_t i = 0; i < ids->n_items && i < MOST_NAMES; i++) {
        const struct finding *finding = run_finding(ticket->run, ids->items[i]);
        strings_add(ticket->scratch, &names,
                    finding == NULL ? ids->items[i] : finding->check->name);
    }
    if (ids->n_items > MOST_NAMES) {
        strings_add(ticket->scratch, &names,
                    arena_printf(ticket->scratch, "and %zu more", ids->n_items - MOST_NAMES));
    }
    return arena_printf(ticket->scratch, "%s: %s",
                        quantity(ticket->scratch, ids->n_items, "finding"),
                        strings_join(ticket->scratch, &names, ", "));
}

static void add_cause(struct ticket *ticket)
{
    if (ticket->run->n_causes == 0) {
        return;
    }
    const struct cause *cause = &ticket->run->causes[0];
    add(ticket, arena_printf(ticket->scratch, "### Cause: %s (%s)", code(ticket, cause->id),
                             confidence_name(cause->confidence)));
    add(ticket, "");
    add_item(ticket, "What", cause->says);
    add_item(ticket, "Since", cause->since);
    add_item(ticket, "Fix", cause->fix);
    add_item(ticket, "Owner", cause->owner);
    if (cause->explains.n_items > 0) {
        add_item(ticket, "Explains", explained_text(ticket, &cause->explains));
    }
    add_item(ticket, "Doubt", cause->doubt);
    add(ticket, "");
}

/* ---- Evidence ---- */

/* True for a finding the ticket is about: a problem the first cause explains, or, where there is no
 * cause, one that gates. */
static bool is_evidence(const struct run *run, const struct finding *finding)
{
    if (!finding_wants_action(finding)) {
        return false;
    }
    return run->n_causes > 0 ? strings_have(&run->causes[0].explains, finding->check->id)
                             : finding->gates && !finding_lacks_auditor(finding);
}

static void add_finding(struct ticket *ticket, const struct finding *finding)
{
    struct arena *scratch = ticket->scratch;
    bool tells_owner = ticket->run->n_causes == 0 && !text_is_empty(finding->check->owner);
    const char *owner =
        tells_owner ? arena_printf(scratch, " (%s)", text(ticket, finding->check->owner)) : "";
    const char *wanted = text_is_empty(finding->wanted)
                             ? ""
                             : arena_printf(scratch, "; wanted: %s", text(ticket, finding->wanted));
    const char *seen = text_is_empty(finding->seen) ? finding->because : finding->seen;
    add(ticket,
        arena_printf(scratch, "- %s: %s%s: %s%s", finding_type(scratch, finding),
                     text(ticket, title_of(finding)), owner,
                     text_is_empty(seen) ? "nothing was seen" : text(ticket, seen), wanted));
}

static void add_findings(struct ticket *ticket)
{
    const struct run *run = ticket->run;
    size_t n_most = run->n_causes > 0 ? MOST_FINDINGS_WITH_A_CAUSE : MOST_FINDINGS;
    size_t n = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        if (is_evidence(run, &run->findings[i]) && n++ < n_most) {
            add_finding(ticket, &run->findings[i]);
        }
    }
    if (n > n_most) {
        add(ticket, arena_printf(ticket->scratch, "- and %s more",
                                 quantity(ticket->scratch, n - n_most, "finding")));
    }
}

static void add_clues(struct ticket *ticket)
{
    const struct clues *clues = &ticket->run->clues;
    for (size_t i = 0; i < clues->n_items && i < MOST_CLUES; i++) {
        const struct clue *clue = &clues->items[i];
        const char *means = text_is_empty(clue->means)
                                ? ""
                                : arena_printf(ticket->scratch, ". %s", text(ticket, clue->means));
        add(ticket,
            arena_printf(ticket->scratch, "- Besides: %s%s", text(ticket, clue->says), means));
    }
}

/* How much a request shows; 0: nothing that belongs here. What the credential under test was
 * answered comes before what somebody else was, and what stood in its way before what did not. */
static int worth_of(const struct run *run, const struct exchange *exchange)
{
    bool is_auditors = text_equal(exchange->credential, "auditor");
    bool is_refused = exchange->status == 0 || exchange->status >= 400;
    if (run->status == STATUS_READY) {
        return is_auditors || is_refused ? 0 : 1;
    }
    return is_auditors ? 1 : is_refused ? 3 : 2;
}

static bool has_exchange(const struct exchange *const *exchanges, size_t n,
                         const struct exchange *exchange)
{
    for (size_t i = 0; i < n; i++) {
        if (exchanges[i]->n == exchange->n) {
            return true;
        }
    }
    return false;
}

/* Whether somebody who is told of the ticket's findings and clues was told so by this answer. Of a
 * ready run every answer shows that it works, and without a credential there is nothing else. */
static bool is_shown_by(const struct run *run, const struct exchange *exchange)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        if (is_evidence(run, finding) &&
            has_exchange(finding->exchanges, finding->n_exchanges, exchange)) {
            return true;
        }
    }
    for (size_t i = 0; i < run->clues.n_items && i < MOST_CLUES; i++) {
        const struct clue *clue = &run->clues.items[i];
        if (has_exchange(clue->exchanges, clue->n_exchanges, exchange)) {
            return true;
        }
    }
    return run->status == STATUS_READY || run->n_credentials == 0;
}

/* Marks the `n_most` requests that are worth most, the earlier first where they are alike. */
static bool *chosen_requests(struct ticket *ticket, size_t n_most)
{
    enum { BEST = 3 };
    const struct run *run = ticket->run;
    bool *is_chosen = arena_array(ticket->scratch, run->n_exchanges, sizeof *is_chosen);
    size_t n = 0;
    for (int worth = BEST; worth > 0; worth--) {
        for (size_t i = 0; i < run->n_exchanges && n < n_most; i++) {
            const struct exchange *exchange = run->exchanges[i];
            if (exchange_is_request(exchange) && worth_of(run, exchange) == worth &&
                is_shown_by(run, exchange)) {
                is_chosen[i] = true;
                n++;
            }
        }
    }
    return is_chosen;
}

/* "2026-11-20T10:00:00Z, integration, request 3: status 401 "…", X-Transaction-ID 0123abcd". */
static const char *request_text(struct ticket *ticket, const struct exchange *exchange)
{
    enum { MS = 1000 };
    struct arena *scratch = ticket->scratch;
    const char *said = text_is_empty(exchange->message) ? exchange->detail : exchange->message;
    const char *quoted = exchange->status != 0 && exchange->status < 400 ? ""
                         : text_is_empty(said)                           ? ""
                                               : arena_printf(scratch, ", \"%s\"", said);
    const char *status = exchange->status == 0
                             ? outcome_name(exchange->outcome)
                             : arena_printf(scratch, "status %d", exchange->status);
    const char *id = text_is_empty(exchange->transaction_id)
                         ? ""
                         : arena_printf(scratch, ", X-Transaction-ID %s", exchange->transaction_id);
    return arena_printf(scratch, "%s, request %d, credential %s: %s%s%s",
                        utc_format(scratch, ticket->run->started + exchange->started_ms / MS),
                        exchange->n, text_or_empty(exchange->credential), status, quoted, id);
}

static void add_requests(struct ticket *ticket, size_t n_lines_left)
{
    const struct run *run = ticket->run;
    struct strings block = {0};
    size_t n_room = n_lines_left < LINES_AROUND_REQUESTS
                        ? 0
                        : (n_lines_left - LINES_AROUND_REQUESTS) / LINES_OF_A_REQUEST;
    size_t n_most = n_room < MOST_REQUESTS ? n_room : MOST_REQUESTS;
    const bool *is_chosen = chosen_requests(ticket, n_most);
    for (size_t i = 0; i < run->n_exchanges; i++) {
        if (is_chosen[i]) {
            strings_add(ticket->scratch, &block,
                        arena_printf(ticket->scratch, "# %s",
                                     markdown_line(ticket->scratch,
                                                   request_text(ticket, run->exchanges[i]))));
            strings_add(ticket->scratch, &block,
                        markdown_curl(ticket->scratch, run, run->exchanges[i]));
        }
    }
    if (block.n_items == 0) {
        return;
    }
    const char *fence = markdown_fence(ticket->scratch, &block);
    add_gap(ticket);
    add(ticket, arena_printf(ticket->scratch, "%ssh", fence));
    for (size_t i = 0; i < block.n_items; i++) {
        add(ticket, block.items[i]);
    }
    add(ticket, fence);
}

/* ---- What comes next ---- */

/* The first question that is left, and whose it is. */
static const struct cause *asking_cause(const struct run *run)
{
    for (size_t i = 0; i < run->n_causes; i++) {
        if (!text_is_empty(run->causes[i].ask)) {
            return &run->causes[i];
        }
    }
    return NULL;
}

static void add_question(struct ticket *ticket)
{
    const struct cause *cause = asking_cause(ticket->run);
    if (cause == NULL) {
        return;
    }
    add_gap(ticket);
    add(ticket, arena_printf(ticket->scratch, "**Next question** (%s): %s", code(ticket, cause->id),
                             text(ticket, cause->ask)));
    for (size_t i = 0; i < cause->n_replies && i < MOST_REPLIES; i++) {
        const struct reply *reply = &cause->replies[i];
        add(ticket, arena_printf(ticket->scratch, "- If \"%s\": %s", text(ticket, reply->reply),
                                 text(ticket, reply->means)));
    }
}

/* The ids of those that are merely possible; of others the sentence too. */
static void add_other_causes(struct ticket *ticket)
{
    const struct run *run = ticket->run;
    struct strings others = {0};
    for (size_t i = 1; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        const char *id = code(ticket, cause->id);
        strings_add(ticket->scratch, &others,
                    run_is_possibility(run, i) ? id
                                               : arena_printf(ticket->scratch, "%s (%s): %s", id,
                                                              confidence_name(cause->confidence),
                                                              text(ticket, cause->says)));
    }
    if (others.n_items > 0) {
        add_gap(ticket);
        add(ticket, arena_printf(ticket->scratch, "**Other causes left**: %s",
                                 strings_join(ticket->scratch, &others, ", ")));
    }
}

/* Of a ready run only: a ticket about something broken is not the place for hygiene. */
static void add_advice(struct ticket *ticket)
{
    const struct run *run = ticket->run;
    if (run->status != STATUS_READY || run->n_causes > 0 || run->n_advice == 0) {
        return;
    }
    add_gap(ticket);
    add(ticket, "### Advice (gates nothing)");
    add(ticket, "");
    for (size_t i = 0; i < run->n_advice && i < MOST_ADVICE; i++) {
        const struct cause *advice = &run->advice[i];
        const char *ask = text_is_empty(advice->ask) ? ""
                                                     : arena_printf(ticket->scratch, " To ask: %s",
                                                                    text(ticket, advice->ask));
        add(ticket, arena_printf(ticket->scratch, "- %s (%s): %s Fix: %s%s",
                                 code(ticket, advice->id), text(ticket, advice->owner),
                                 text(ticket, advice->says), text(ticket, advice->fix), ask));
    }
}

/* "acl-create (j.doe, ends in 5 days): the ACL comes …": of those that somebody has to look at, or
 * of the others. */
static void add_waivers(struct ticket *ticket, const char *heading, bool wants_action)
{
    const struct run *run = ticket->run;
    struct strings told = {0};
    size_t n = 0;
    for (size_t i = 0; i < run->n_waivers; i++) {
        const struct waiver_told *waiver = &run->waivers[i];
        if (waiver_wants_action(waiver) != wants_action || waiver->state == WAIVER_UNTOLD ||
            n++ >= MOST_WAIVERS) {
            continue;
        }
        strings_add(ticket->scratch, &told,
                    arena_printf(ticket->scratch, "%s (%s, %s): %s", code(ticket, waiver->check),
                                 text(ticket, waiver->by), text(ticket, waiver->says),
                                 text(ticket, waiver->because)));
    }
    if (n == 0) {
        return;
    }
    add_gap(ticket);
    const char *more =
        n > MOST_WAIVERS ? arena_printf(ticket->scratch, "; and %zu more", n - MOST_WAIVERS) : "";
    add(ticket, arena_printf(ticket->scratch, "**%s**: %s%s", heading,
                             strings_join(ticket->scratch, &told, "; "), more));
}

/* What changed since the baseline: how much, and the first that got worse. */
static void add_changes(struct ticket *ticket)
{
    const struct changes *changes = ticket->run->changes;
    size_t n = 0;
    if (changes == NULL) {
        return;
    }
    add_gap(ticket);
    add(ticket, arena_printf(ticket->scratch, "%s: %s.", changes_since(ticket->scratch, changes),
                             changes_sentence(ticket->scratch, changes)));
    for (size_t i = 0; i < changes->n_items && n < MOST_CHANGES; i++) {
        const struct change *change = &changes->items[i];
        if (change->direction == CHANGE_WORSE) {
            add_item(ticket, change->after->check->name,
                     change_cause(ticket->scratch, changes, change, 1));
            n++;
        }
    }
}

static void add_foot(struct ticket *ticket)
{
    const struct run *run = ticket->run;
    add_gap(ticket);
    add(ticket,
        arena_printf(ticket->scratch, "glidepath %s, run %s, exit %d",
                     text(ticket, run->tool_version), text(ticket, run->run_id), run->exit_status));
}

/* A part behind what stands there. */
static void add_all(struct ticket *ticket, const struct strings *lines)
{
    add_gap(ticket);
    for (size_t i = 0; i < lines->n_items; i++) {
        add(ticket, lines->items[i]);
    }
}

/* Findings, clues and requests, so that the ticket has at most `n_most` lines then. */
static void add_evidence(struct ticket *ticket, size_t n_most)
{
    struct ticket evidence = {.run = ticket->run, .scratch = ticket->scratch};
    add_findings(&evidence);
    add_clues(&evidence);
    const size_t n_told = ticket->lines.n_items + LINES_OF_A_HEADING + evidence.lines.n_items;
    add_requests(&evidence, n_told < n_most ? n_most - n_told : 0);
    if (evidence.lines.n_items > 0) {
        add(ticket, "### Evidence");
        add(ticket, "");
        add_all(ticket, &evidence.lines);
    }
}

static struct strings lines_of(const struct run *run, struct arena *scratch)
{
    struct ticket ticket = {.run = run, .scratch = scratch};
    struct ticket rest = ticket;
    add_question(&rest);
    add_other_causes(&rest);
    add_advice(&rest);
    add_waivers(&rest, "Waivers to look at", true);
    add_waivers(&rest, "Waived", false);
    add_changes(&rest);
    add_foot(&rest);
    add_head(&ticket);
    add_cause(&ticket);
    add_evidence(&ticket, MOST_LINES - 1 - rest.lines.n_items); /* and the line between them */
    add_all(&ticket, &rest.lines);
    assert(ticket.lines.n_items <= MOST_LINES);
    return ticket.lines;
}

static bool write_markdown(const struct run *run, const struct report_options *options, FILE *out)
{
    (void)options;
    struct arena *scratch = arena_new();
    const struct strings lines = lines_of(run, scratch);
    for (size_t i = 0; i < lines.n_items; i++) {
        fprintf(out, "%s\n", lines.items[i]);
    }
    arena_free(scratch);
    return fflush(out) == 0 && ferror(out) == 0;
}

const struct report_format report_format_markdown = {
    .name = "markdown",
    .default_path = "report.md",
    .summary = "At most 40 lines to paste into a ticket: cause, evidence, the next question",
    .write = write_markdown,
    .write_set = markdown_write_set,
};
