/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for a person at a terminal: findings in the order of the guide, then what to do about
 * them, and last the verdict, because that is what is still on the screen when the run has ended.
 * Of a diagnosis the cause comes first, and then only what is no pass. Colour repeats what glyph
 * and word say already.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/changes.h"
#include "report/page.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/terminal.h"
#include "report/terminal_set.h"

/* Columns of the layout, counted from 0. */
enum { TITLE_COLUMN = 13, KEY_COLUMN = 15, VALUE_COLUMN = KEY_COLUMN + TERMINAL_KEY_WIDTH };

/* Which lines a finding is told with, besides its title. */
enum {
    TELL_SEEN = 1 << 0,
    TELL_WANTED = 1 << 1,
    TELL_BECAUSE = 1 << 2,
    TELL_FIX = 1 << 3,
    TELL_LINK = 1 << 4,
    TELL_EVIDENCE = 1 << 5,
    TELL_ALL = (1 << 6) - 1
};

/* How a verdict looks. A blocked check is told in a line: what stands in its way is told in full.
 */
struct appearance {
    const char *glyph;
    const char *ascii_glyph;
    const char *word;
    const char *word_when_gating;
    enum style style;
    unsigned tells;
};

static const struct appearance appearances[N_VERDICTS] = {
    [VERDICT_FAIL] = {"✗", "x", "fail", "FAIL", STYLE_BAD,
                      TELL_SEEN | TELL_WANTED | TELL_BECAUSE | TELL_FIX | TELL_LINK},
    [VERDICT_BLOCKED] = {"-", "-", "blocked", "blocked", STYLE_DOUBT, 0},
    [VERDICT_UNKNOWN] = {"?", "?", "unknown", "UNKNOWN", STYLE_DOUBT, TELL_SEEN | TELL_BECAUSE},
    [VERDICT_PASS] = {"✓", "+", "pass", "pass", STYLE_GOOD, 0},
    [VERDICT_WAIVED] = {"~", "~", "waived", "waived", STYLE_NOTE, TELL_SEEN | TELL_BECAUSE},
    [VERDICT_NOT_APPLICABLE] = {"·", ".", "n/a", "n/a", STYLE_QUIET, 0},
};

static const enum style status_styles[] = {
    [STATUS_READY] = STYLE_GOOD,
    [STATUS_NOT_READY] = STYLE_BAD,
    [STATUS_INCONCLUSIVE] = STYLE_DOUBT,
};

/* A link stays in one piece, however long: it is there to be clicked or copied. */
static void write_link(struct page *page, const char *link)
{
    if (text_is_empty(link)) {
        return;
    }
    page_move(page, KEY_COLUMN);
    page_paint(page, STYLE_QUIET, "open");
    page_move(page, VALUE_COLUMN);
    page_paint(page, STYLE_PLAIN, link);
    page_end_line(page);
}

static void write_evidence(struct page *page, const struct finding *finding)
{
    struct strings numbers = {0};
    for (size_t i = 0; i < finding->n_exchanges; i++) {
        strings_add(page->scratch, &numbers,
                    arena_printf(page->scratch, "%d", finding->exchanges[i]->n));
    }
    const char *source = finding_source_text(page->scratch, finding);
    const char *joined = strings_join(page->scratch, &numbers, ", ");
    const char *requests =
        numbers.n_items == 0
            ? ""
            : arena_printf(page->scratch, "%srequest%s %s", source[0] == '\0' ? "" : ", ",
                           numbers.n_items == 1 ? "" : "s", joined);
    terminal_pair(page, KEY_COLUMN, "source",
                  arena_printf(page->scratch, "%s%s", source, requests));
}

/* What stood in the way of a blocked check: the short name of the check, or the reason alone. */
static const char *blocker_text(struct page *page, const struct run *run,
                                const struct finding *finding)
{
    const struct finding *blocker = run_finding(run, finding->blocked_by);
    if (finding->blocked_by == NULL) {
        return reason_name(finding->reason);
    }
    return arena_printf(page->scratch, "by: %s",
                        blocker == NULL ? finding->blocked_by : blocker->check->name);
}

/* What stands at the right of the title: why it could not be told, whether it gates, who acts. */
static const char *note_text(struct page *page, const struct run *run,
                             const struct finding *finding)
{
    struct strings parts = {0};
    if (finding->verdict == VERDICT_NOT_APPLICABLE && !text_is_empty(finding->because)) {
        return finding->because;
    }
    if (finding->verdict == VERDICT_BLOCKED) {
        return blocker_text(page, run, finding);
    }
    if (finding->verdict != VERDICT_PASS && reason_name(finding->reason) != NULL) {
        strings_add(page->scratch, &parts, reason_name(finding->reason));
    }
    if (finding_is_problem(finding) && !finding->gates) {
        strings_add(page->scratch, &parts,
                    finding->check->severity == SEVERITY_REQUIRED
                        ? "does not gate"
                        : severity_name(finding->check->severity));
    }
    const struct finding *origin = run_origin_of(run, finding);
    if (origin != NULL && !page->options->verbose) {
        return arena_printf(page->scratch, "follows from: %s", origin->check->name);
    }
    const char *note = strings_join(page->scratch, &parts, ", ");
    if (finding->verdict != VERDICT_FAIL || text_is_empty(finding->check->owner)) {
        return note;
    }
    return arena_printf(page->scratch, "%s%s[%s]", note, note[0] == '\0' ? "" : " ",
                        finding->check->owner);
}

/* Glyph and word of a verdict, up to where a title begins. */
static void write_mark(struct page *page, enum verdict verdict, bool is_loud)
{
    const struct appearance *appearance = &appearances[verdict];
    page_move(page, 2);
    page_paint(page, appearance->style,
               arena_printf(page->scratch, "%s %s",
                            page->options->ascii ? appearance->ascii_glyph : appearance->glyph,
                            is_loud ? appearance->word_when_gating : appearance->word));
    page_move(page, TITLE_COLUMN);
}

static void write_finding(struct page *page, const struct run *run, const struct finding *finding)
{
    write_mark(page, finding->verdict, finding->gates && finding_is_problem(finding));
    page_wrap(page, TITLE_COLUMN, title_of(finding));
    page_note(page, TITLE_COLUMN, note_text(page, run, finding));
    page_end_line(page);
}

static unsigned tells_of(const struct page *page, const struct run *run,
                         const struct finding *finding)
{
    if (page->options->verbose) {
        return TELL_ALL;
    }
    if (run_origin_of(run, finding) != NULL) {
        return 0;
    }
    unsigned tells = appearances[finding->verdict].tells;
    return run_fix_of(run, finding) == NULL ? tells & ~(unsigned)TELL_FIX : tells;
}

static void write_details(struct page *page, const struct run *run, const struct finding *finding)
{
    unsigned tells = tells_of(page, run, finding);
    const struct finding *origin = run_origin_of(run, finding);
    const struct check *check = finding->check;
    if ((tells & TELL_SEEN) != 0) {
        terminal_pair(page, KEY_COLUMN, "seen", finding->seen);
    }
    if ((tells & TELL_WANTED) != 0) {
        terminal_pair(page, KEY_COLUMN, "wanted", finding->wanted);
    }
    if ((tells & TELL_BECAUSE) != 0) {
        terminal_pair(page, KEY_COLUMN, "because", finding->because);
    }
    if ((tells & TELL_FIX) != 0 && finding->verdict != VERDICT_PASS) {
        terminal_pair(page, KEY_COLUMN, "fix", check->fix);
    }
    if ((tells & TELL_LINK) != 0) {
        write_link(page, finding->link);
    }
    if ((tells & TELL_EVIDENCE) != 0) {
        terminal_pair(page, KEY_COLUMN, "follows", origin == NULL ? NULL : origin->check->name);
        terminal_pair(page, KEY_COLUMN, "check", check->id);
        write_evidence(page, finding);
    }
}

static void write_headings(struct page *page, const struct run *run, const struct finding *before,
                           const struct finding *finding)
{
    if (!begins_step(before, finding)) {
        return;
    }
    page_end_line(page);
    if (run->n_packs > 1 && begins_pack(before, finding)) {
        page_heading(page, pack_name_of(page->scratch, finding));
    }
    page_heading(page, step_of(finding));
}

/* Of a diagnosis, unless everything is asked for: the cause is the story. */
static bool is_brief(const struct page *page, const struct run *run)
{
    return run->is_diagnosis && !page->options->verbose;
}

/* What a diagnosis tells in one line each: line after line they would bury the cause. */
static bool is_gathered(const struct finding *finding)
{
    return finding->verdict == VERDICT_BLOCKED || finding_lacks_auditor(finding);
}

/* Of a diagnosis without a credential, what passed is all that was seen. */
static bool is_left_out(const struct page *page, const struct run *run,
                        const struct finding *finding)
{
    if (!is_brief(page, run)) {
        return page->options->quiet && !finding_is_problem(finding);
    }
    bool tells_passes = run->n_credentials == 0 && !page->options->quiet;
    return is_gathered(finding) ||
           (!finding_is_problem(finding) && !(tells_passes && finding->verdict == VERDICT_PASS));
}

/* "- blocked  43 checks (--verbose lists them)    by: credential"; nothing when there is none. */
static void write_gathered(struct page *page, const struct run *run, enum verdict verdict)
{
    struct strings notes = {0};
    size_t n = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        if (finding->verdict == verdict && is_gathered(finding)) {
            strings_add_unique(page->scratch, &notes,
                               verdict == VERDICT_BLOCKED ? blocker_text(page, run, finding)
                                                          : reason_name(finding->reason));
            n++;
        }
    }
    if (n == 0) {
        return;
    }
    write_mark(page, verdict, false);
    page_wrap(page, TITLE_COLUMN,
              arena_printf(page->scratch, "%s (--verbose lists them)",
                           quantity(page->scratch, n, "check")));
    page_note(page, TITLE_COLUMN, strings_join(page->scratch, &notes, ", "));
    page_end_line(page);
}

static void write_findings(struct page *page, const struct run *run)
{
    const struct finding **findings = findings_by_step(page->scratch, run);
    const struct finding *before = NULL;
    size_t n_gathered = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        n_gathered += is_brief(page, run) && is_gathered(findings[i]) ? 1 : 0;
        if (is_left_out(page, run, findings[i])) {
            continue;
        }
        write_headings(page, run, before, findings[i]);
        write_finding(page, run, findings[i]);
        write_details(page, run, findings[i]);
        before = findings[i];
    }
    if (n_gathered > 0) {
        page_end_line(page);
        write_gathered(page, run, VERDICT_UNKNOWN);
        write_gathered(page, run, VERDICT_BLOCKED);
    }
}

/* "cloud-ex-machina 1.0.0 -> acme.service-now.com (Zurich)  (integration: api-key, env KEY)". */
static void write_header(struct page *page, const struct run *run)
{
    struct strings credentials = {0};
    for (size_t i = 0; i < run->n_credentials; i++) {
        const struct used_credential *used = &run->credentials[i];
        strings_add(page->scratch, &credentials,
                    arena_printf(page->scratch, "%s: %s, %s", used->name, used->kind,
                                 text_is_empty(used->source) ? "source not told" : used->source));
    }
    const char *release = text_is_empty(run->release_family)
                              ? ""
                              : arena_printf(page->scratch, " (%s)", run->release_family);
    page_wrap(page, 4,
              arena_printf(page->scratch, "%s -> %s%s", run_packs_text(page->scratch, run),
                           run_host(page->scratch, run), release));
    page_note(
        page, 4,
        run->n_credentials == 0
            ? "(no credential)"
            : arena_printf(page->scratch, "(%s)", strings_join(page->scratch, &credentials, "; ")));
    if (run->n_sources > 0) {
        page_end_line(page);
        page_wrap(page, 4, run_source_sentence(page->scratch, run));
    }
    page_end_line(page);
}

/* What a script or an export told. */
static void write_told(struct page *page, const struct exchange *exchange)
{
    page_paint(page, STYLE_PLAIN,
               arena_printf(page->scratch, "  %3d  %s of %s", exchange->n,
                            text_or_empty(exchange->method),
                            utc_format(page->scratch, exchange->taken)));
    page_end_line(page);
    page_move(page, KEY_COLUMN);
    page_paint(page, STYLE_PLAIN, text_or_empty(exchange->url));
    page_end_line(page);
}

static void write_exchange(struct page *page, const struct exchange *exchange)
{
    const char *status = exchange->status == 0
                             ? outcome_name(exchange->outcome)
                             : arena_printf(page->scratch, "%d", exchange->status);
    page_paint(page, STYLE_PLAIN,
               arena_printf(page->scratch, "  %3d  wave %d  %-4s  %s, %s, %s, %s connection, %s",
                            exchange->n, exchange->wave, text_or_empty(exchange->method), status,
                            duration_text(page->scratch, exchange->ms),
                            quantity(page->scratch, (size_t)exchange->bytes, "byte"),
                            exchange->reused ? "open" : "new",
                            text_or_empty(exchange->credential)));
    page_end_line(page);
    page_move(page, KEY_COLUMN);
    page_paint(page, STYLE_PLAIN, text_or_empty(exchange->url));
    page_end_line(page);
    if (exchange->status >= 400 || exchange->status == 0) {
        terminal_pair(page, KEY_COLUMN, "said", exchange->message);
        terminal_pair(page, KEY_COLUMN, "detail", exchange->detail);
    }
}

static void write_exchanges(struct page *page, const struct run *run)
{
    if (!page->options->verbose || run->n_exchanges == 0) {
        return;
    }
    page_end_line(page);
    page_heading(page, "Requests");
    for (size_t i = 0; i < run->n_exchanges; i++) {
        const struct exchange *exchange = run->exchanges[i];
        (exchange_is_request(exchange) ? write_exchange : write_told)(page, exchange);
    }
}

/* Since the baseline. */
static void write_changes(struct page *page, const struct run *run)
{
    const struct changes *changes = run->changes;
    if (changes == NULL) {
        return;
    }
    page_end_line(page);
    page_wrap(page, 4,
              arena_printf(page->scratch, "%s %s.", changes_since(page->scratch, changes),
                           changes_sentence(page->scratch, changes)));
    page_end_line(page);
    page_changes(page, changes);
}

static void write_form_texts(struct page *page, const struct run *run)
{
    if (run->form_texts.n_items > 0) {
        page_end_line(page);
    }
    for (size_t i = 0; i < run->form_texts.n_items; i++) {
        page_wrap(
            page, 4,
            arena_printf(page->scratch, "In the vendor's form, %s", run->form_texts.items[i]));
        page_end_line(page);
    }
}

/* "22 checks, 17 requests, 3 waves, 1.2 s. report.html" */
static void write_totals(struct page *page, const struct run *run)
{
    struct strings totals = {0};
    strings_add(page->scratch, &totals, quantity(page->scratch, run->n_findings, "check"));
    strings_add(page->scratch, &totals, quantity(page->scratch, run_requests(run), "request"));
    strings_add(page->scratch, &totals, quantity(page->scratch, (size_t)run->n_waves, "wave"));
    if (run->duration_ms > 0) {
        strings_add(page->scratch, &totals, duration_text(page->scratch, run->duration_ms));
    }
    page_wrap(page, 4,
              arena_printf(page->scratch, "%s. %s", strings_join(page->scratch, &totals, ", "),
                           strings_join(page->scratch, &page->options->written, ", ")));
    page_end_line(page);
}

/* The exchange at which the connection failed for good, when that is why checks are blocked. What
 * an interruption ended did not fail. */
static const struct exchange *failed_exchange(const struct run *run)
{
    bool has_blocked = false;
    for (size_t i = 0; i < run->n_findings && !has_blocked && !run_is_interrupted(run); i++) {
        has_blocked = run->findings[i].verdict == VERDICT_BLOCKED &&
                      run->findings[i].reason == REASON_NO_ANSWER;
    }
    for (size_t i = run->n_exchanges; has_blocked && i-- > 0;) {
        const struct exchange *exchange = run->exchanges[i];
        if (exchange_is_request(exchange) && exchange->status == 0 &&
            exchange->outcome != OUTCOME_NONE) {
            return run->exchanges[i];
        }
    }
    return NULL;
}

/* "blocked  no-answer", line after line, does not say what happened: the transport's words do. */
static void write_connection(struct page *page, const struct run *run)
{
    const struct exchange *exchange = failed_exchange(run);
    if (exchange == NULL) {
        return;
    }
    bool has_detail = !text_is_empty(exchange->detail);
    page_wrap(page, 4,
              arena_printf(page->scratch, "The connection failed: %s%s%s",
                           outcome_name(exchange->outcome), has_detail ? ": " : "",
                           text_or_empty(exchange->detail)));
    page_end_line(page);
}

/* The last line says status, exit status, why, and what was not run. */
static void write_verdict(struct page *page, const struct run *run)
{
    static const char *const words[] = {
        [STATUS_READY] = "READY",
        [STATUS_NOT_READY] = "NOT READY",
        [STATUS_INCONCLUSIVE] = "INCONCLUSIVE",
    };
    const char *word = words[run->status];
    page_paint(page, status_styles[run->status], word);
    page_move(page, strlen(word) + 2);
    page_wrap(page, strlen(word) + 2,
              arena_printf(page->scratch, "%s. exit %d", run_sentence(page->scratch, run),
                           run->exit_status));
    page_end_line(page);
}

static bool write_terminal(const struct run *run, const struct report_options *options, FILE *out)
{
    struct page page;
    page_init(&page, options);
    write_header(&page, run);
    if (run->is_diagnosis) {
        terminal_causes(&page, run);
    }
    terminal_clues(&page, run);
    write_findings(&page, run);
    write_exchanges(&page, run);
    terminal_advice(&page, run);
    if (!run->is_diagnosis) {
        terminal_causes(&page, run);
    }
    terminal_waivers(&page, run, options->quiet || is_brief(&page, run));
    write_changes(&page, run);
    write_form_texts(&page, run);
    page_end_line(&page);
    write_totals(&page, run);
    write_connection(&page, run);
    write_verdict(&page, run);
    bool is_written = page_print(&page, out);
    page_release(&page);
    return is_written;
}

const struct report_format report_format_terminal = {
    .name = "terminal",
    .default_path = NULL,
    .summary = "For a person: findings in the order of the guide, the cause, the verdict",
    .write = write_terminal,
    .write_set = terminal_write_set,
};
