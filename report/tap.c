/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TAP 14 (testanything.org/tap-version-14-specification): one test point a check, what is known of
 * a problem in a block of YAML below it.
 *
 * A harness calls the file failed exactly when the run does not end as ready. "Could not tell" is
 * `not ok`: as SKIP or TODO it would count as passed. What gates nothing is TODO, and what somebody
 * has waived too: it does not hold, and is not expected to yet. The descriptions hold nothing that
 * changes from run to run.
 */
#include "report/tap.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/text.h"
#include "model/names.h"
#include "report/indent.h"
#include "report/report.h"
#include "report/set.h"
#include "report/summary.h"

enum { LARGEST_TEXT_BYTES = 1024 * 1024 };

struct tap {
    const struct run *run;
    struct arena *scratch;
    FILE *out;
    size_t n_points;
};

/* What is in the buffer, which is given back. */
static const char *taken(struct arena *arena, struct buf *buf)
{
    const char *text = arena_strndup(arena, buf->data, buf->len);
    buf_release(buf);
    return text;
}

/* A brace at the end would open a subtest for readers of the form that was in use before TAP 14. */
const char *tap_text(struct arena *arena, const char *text)
{
    const char *line = text_token(arena, text);
    struct buf escaped;
    buf_init(&escaped, LARGEST_TEXT_BYTES);
    for (const char *c = line; *c != '\0'; c++) {
        if (strchr("\\#", *c) != NULL) {
            buf_add_char(&escaped, '\\');
        }
        buf_add_char(&escaped, *c);
    }
    if (text_ends_with(line, "{")) {
        buf_add_char(&escaped, '.');
    }
    return taken(arena, &escaped);
}

static const char *escape_of(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

const char *tap_quoted(struct arena *arena, const char *text)
{
    struct buf quoted;
    buf_init(&quoted, LARGEST_TEXT_BYTES);
    buf_add_char(&quoted, '"');
    for (const char *c = text_sanitize(arena, text_or_empty(text)); *c != '\0'; c++) {
        const char *escape = escape_of(*c);
        if (escape != NULL) {
            buf_add(&quoted, escape);
        } else {
            buf_add_char(&quoted, *c);
        }
    }
    buf_add_char(&quoted, '"');
    return taken(arena, &quoted);
}

/* True for what a harness is to count as failed. */
static bool is_red(const struct finding *finding)
{
    return finding->gates && finding_is_problem(finding);
}

static bool is_ok(const struct finding *finding)
{
    return finding->verdict == VERDICT_PASS || finding->verdict == VERDICT_NOT_APPLICABLE;
}

/* " # TODO …", " # SKIP …", or "". */
static const char *directive_of(const struct tap *tap, const struct finding *finding)
{
    struct arena *arena = tap->scratch;
    const char *why = text_is_empty(finding->because) ? finding->seen : finding->because;
    const char *reason = text_shorten(arena, tap_text(arena, why), 400);
    switch (finding->verdict) {
    case VERDICT_PASS:
        return "";
    case VERDICT_NOT_APPLICABLE:
        return arena_printf(arena, " # SKIP %s%s%s", finding_outcome(arena, finding),
                            text_is_empty(reason) ? "" : ": ", reason);
    case VERDICT_WAIVED:
        return arena_printf(arena, " # TODO %s", text_is_empty(reason) ? "waived" : reason);
    case VERDICT_FAIL:
    case VERDICT_UNKNOWN:
    case VERDICT_BLOCKED:
        break;
    }
    return is_red(finding) ? ""
                           : arena_printf(arena, " # TODO does not gate (%s)",
                                          severity_name(finding->check->severity));
}

static void put(const struct tap *tap, const char *key, const char *value)
{
    if (!text_is_empty(value)) {
        fprintf(tap->out, "  %s: %s\n", key, tap_quoted(tap->scratch, value));
    }
}

static void put_place(const struct tap *tap, const struct where *where)
{
    if (!text_is_empty(where->file) && where->line > 0) {
        fprintf(tap->out, "  at:\n    file: %s\n    line: %zu\n",
                tap_quoted(tap->scratch, where->file), where->line);
    }
}

static void put_what_to_do(const struct tap *tap, const struct finding *finding)
{
    const struct finding *origin = run_origin_of(tap->run, finding);
    if (origin != NULL) {
        put(tap, "follows_from", origin->check->id);
    } else if (finding_wants_action(finding)) {
        put(tap, "owner", finding->check->owner);
        put(tap, "fix", run_fix_of(tap->run, finding));
        put(tap, "link", finding->link);
    }
}

static void write_block(const struct tap *tap, const struct finding *finding)
{
    const struct cause *cause = run_cause_of(tap->run, finding->check->id);
    fprintf(tap->out, "  ---\n");
    put(tap, "verdict", verdict_name(finding->verdict));
    put(tap, "reason", reason_name(finding->reason));
    put(tap, "severity", severity_name(finding->check->severity));
    fprintf(tap->out, "  gates: %s\n", finding->gates ? "true" : "false");
    put(tap, "step", finding->check->step);
    put(tap, "seen", finding->seen);
    put(tap, "wanted", finding->wanted);
    put(tap, "because", finding->because);
    put_what_to_do(tap, finding);
    put(tap, "blocked_by", finding->blocked_by);
    if (cause != NULL) {
        put(tap, "cause", cause->id);
        put(tap, "confidence", confidence_name(cause->confidence));
        put(tap, "says", cause->says);
    }
    put_place(tap, &finding->check->where);
    fprintf(tap->out, "  ...\n");
}

static void write_point(struct tap *tap, const struct finding *finding)
{
    const char *name = arena_printf(tap->scratch, "%s: %s", finding->check->id, title_of(finding));
    fprintf(tap->out, "%sok %zu - %s%s\n", is_ok(finding) ? "" : "not ", ++tap->n_points,
            tap_text(tap->scratch, name), directive_of(tap, finding));
    if (!is_ok(finding)) {
        write_block(tap, finding);
    }
}

/* The point for a run that is not ready although no check says so: nothing required passed. */
static void write_run_point(struct tap *tap)
{
    const struct run *run = tap->run;
    fprintf(tap->out, "not ok %zu - run\n  ---\n", ++tap->n_points);
    put(tap, "status", status_name(run->status));
    put(tap, "because", run_sentence(tap->scratch, run));
    fprintf(tap->out, "  exit: %d\n  ...\n", run->exit_status);
}

/* Comments, one line each: for people who read the file as it is. */
static void write_foot(const struct tap *tap)
{
    const struct run *run = tap->run;
    struct arena *arena = tap->scratch;
    for (size_t i = 0; i < run->n_causes; i++) {
        const struct cause *cause = &run->causes[i];
        fprintf(tap->out, "# cause: %s (%s): %s\n", text_token(arena, cause->id),
                confidence_name(cause->confidence), text_token(arena, cause->says));
    }
    for (size_t i = 0; i < run->n_advice; i++) {
        fprintf(tap->out, "# advice: %s: %s\n", text_token(arena, run->advice[i].id),
                text_token(arena, run->advice[i].says));
    }
    for (size_t i = 0; i < run->n_waivers; i++) {
        if (waiver_wants_action(&run->waivers[i])) {
            fprintf(tap->out, "# waiver (%s): %s\n", waiver_state_name(run->waivers[i].state),
                    waiver_text(arena, &run->waivers[i]));
        }
    }
    fprintf(tap->out, "# %s: %s. exit %d\n", status_headline(run->status),
            text_token(arena, run_sentence(arena, run)), run->exit_status);
}

static bool write_tap(const struct run *run, const struct report_options *options, FILE *out)
{
    (void)options;
    struct tap tap = {.run = run, .scratch = arena_new(), .out = out};
    bool needs_run_point = run_may_not_be_green(run) && !run_is_carried(run);
    fprintf(out, "TAP version 14\n1..%zu\n", run->n_findings + (needs_run_point ? 1 : 0));
    fprintf(out, "# glidepath %s: %s, %s\n", text_token(tap.scratch, run->tool_version),
            text_token(tap.scratch, run->instance_url),
            text_token(tap.scratch, run_packs_text(tap.scratch, run)));
    if (run->n_sources > 0) {
        fprintf(out, "# %s\n", run_source_sentence(tap.scratch, run));
    }
    for (size_t i = 0; i < run->n_findings; i++) {
        write_point(&tap, &run->findings[i]);
    }
    if (needs_run_point) {
        write_run_point(&tap);
    }
    write_foot(&tap);
    arena_free(tap.scratch);
    return fflush(out) == 0 && ferror(out) == 0;
}

/* ---- Several targets: a subtest each ---- */

static bool write_subtest(const struct run_set *set, size_t i, struct arena *scratch, FILE *out)
{
    const struct brief *brief = &set->items[i];
    const struct run *run = run_set_read(set, i, scratch);
    char *text = NULL;
    size_t len = 0;
    FILE *memory = run == NULL ? NULL : open_memstream(&text, &len);
    bool is_written = memory != NULL && write_tap(run, NULL, memory);
    is_written = (memory == NULL || fclose(memory) == 0) && is_written;
    const char *label = tap_text(scratch, brief->label);
    fprintf(out, "# Subtest: %s\n", label);
    write_indented(text, len, 1, "    ", out); /* the version stands once, at the top */
    fprintf(out, "\n%sok %zu - %s\n", brief_is_red(brief) ? "not " : "", i + 1, label);
    memory_free(text);
    return is_written;
}

static bool write_tap_set(const struct run_set *set, const struct report_options *options,
                          FILE *out)
{
    (void)options;
    struct arena *head = arena_new();
    bool needs_a_point = run_set_needs_a_case(set);
    bool all_written = true;
    fprintf(out, "TAP version 14\n1..%zu\n", set->n_items + (needs_a_point ? 1 : 0));
    for (size_t i = 0; i < set->n_items; i++) {
        struct arena *scratch = arena_new();
        all_written = write_subtest(set, i, scratch, out) && all_written;
        arena_free(scratch);
    }
    const char *sentence = text_token(head, run_set_sentence(head, set));
    if (needs_a_point) {
        fprintf(out, "not ok %zu - run\n  ---\n  because: %s\n  exit: %d\n  ...\n",
                set->n_items + 1, tap_quoted(head, sentence), set->exit_status);
    }
    fprintf(out, "# %s: %s. exit %d\n", status_headline(set->status), sentence, set->exit_status);
    arena_free(head);
    return all_written && fflush(out) == 0 && ferror(out) == 0;
}

const struct report_format report_format_tap = {
    .name = "tap",
    .default_path = "report.tap",
    .summary = "TAP 14 for test harnesses; agrees with the exit status",
    .write = write_tap,
    .write_set = write_tap_set,
};
