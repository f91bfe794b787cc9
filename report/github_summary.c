/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step summary of GitHub Actions: verdict, cause, what is wrong as a table, and what was not
 * looked at with its reason, which no annotation tells.
 *
 * A summary of more than 1 MiB is not shown at all, so it is written line by line as long as there
 * is room.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/github.h"
#include "report/markdown.h"
#include "report/report.h"
#include "report/summary.h"

struct page {
    const struct run *run;
    struct arena *scratch;
    struct strings lines;
};

static const char cut_line[] = "\n**The rest is left out: a step summary may have 1 MiB.**\n";

static void add(struct page *page, const char *line)
{
    strings_add(page->scratch, &page->lines, line);
}

static const char *text(const struct page *page, const char *said)
{
    return markdown_text(page->scratch, said);
}

static const char *code(const struct page *page, const char *said)
{
    return markdown_code(page->scratch, said);
}

static void add_heading(struct page *page, const char *heading)
{
    add(page, "");
    add(page, arena_printf(page->scratch, "### %s", heading));
    add(page, "");
}

static void add_item(struct page *page, const char *key, const char *said)
{
    if (!text_is_empty(said)) {
        add(page, arena_printf(page->scratch, "- %s: %s", key, text(page, said)));
    }
}

static void add_head(struct page *page)
{
    const struct run *run = page->run;
    struct arena *scratch = page->scratch;
    bool has_release = !text_is_empty(run->release_family);
    add(page,
        arena_printf(scratch, "## %s: %s, %s", status_headline(run->status),
                     text(page, run_host(scratch, run)), text(page, run_packs_text(scratch, run))));
    add(page, "");
    add(page, arena_printf(scratch, "Checked %s%s%s: %s. Exit status %d.",
                           utc_format(scratch, run->started), has_release ? " on release " : "",
                           text(page, run->release_family), text(page, run_sentence(scratch, run)),
                           run->exit_status));
    if (run->n_sources > 0) {
        add(page, arena_printf(scratch, "%s.", run_source_sentence(scratch, run)));
    }
}

static void add_causes(struct page *page)
{
    for (size_t i = 0; i < page->run->n_causes; i++) {
        const struct cause *cause = &page->run->causes[i];
        if (i == 1) {
            add_heading(page, "Other causes left");
        }
        if (i >= 1) {
            add(page, arena_printf(page->scratch, "- %s (%s): %s", code(page, cause->id),
                                   confidence_name(cause->confidence), text(page, cause->says)));
            continue;
        }
        add_heading(page, arena_printf(page->scratch, "Cause: %s (%s)", code(page, cause->id),
                                       confidence_name(cause->confidence)));
        add_item(page, "What", cause->says);
        add_item(page, "Fix", cause->fix);
        add_item(page, "Owner", cause->owner);
        add_item(page, "Next question", cause->ask);
        add_item(page, "Since", cause->since);
        add_item(page, "Doubt", cause->doubt);
    }
}

/* True for an address that may stand in a link as it is. */
static bool is_plain_address(const char *link)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-._~:/?#@!$&*+,;=%";
    return text_starts_with(link, "https://") && link[strspn(link, allowed)] == '\0';
}

static const char *fix_cell(const struct page *page, const struct finding *finding)
{
    const struct finding *origin = run_origin_of(page->run, finding);
    if (origin != NULL) {
        return arena_printf(page->scratch, "follows from %s", text(page, origin->check->name));
    }
    if (finding->blocked_by != NULL) {
        return arena_printf(page->scratch, "blocked by %s", text(page, finding->blocked_by));
    }
    const char *fix = text(page, run_fix_of(page->run, finding));
    return text_is_empty(finding->link) || !is_plain_address(finding->link)
               ? fix
               : arena_printf(page->scratch, "%s [open](<%s>)", fix, finding->link);
}

static void add_problem(struct page *page, const struct finding *finding)
{
    struct arena *scratch = page->scratch;
    const char *seen = text_is_empty(finding->seen) ? finding->because : finding->seen;
    const char *owner = finding_wants_action(finding) ? finding->check->owner : NULL;
    add(page,
        arena_printf(scratch, "| %s%s | %s: %s | %s | %s | %s | %s |",
                     finding_outcome(scratch, finding), finding->gates ? "" : ", does not gate",
                     text(page, pack_name_of(scratch, finding)), text(page, title_of(finding)),
                     text(page, seen), text(page, finding->wanted), fix_cell(page, finding),
                     text(page, owner)));
}

static void add_problems(struct page *page)
{
    bool is_begun = false;
    for (int gates = 1; gates >= 0; gates--) {
        for (size_t i = 0; i < page->run->n_findings; i++) {
            const struct finding *finding = &page->run->findings[i];
            if (!finding_is_problem(finding) || finding->gates != (gates == 1)) {
                continue;
            }
            if (!is_begun) {
                add_heading(page, "Findings");
                add(page, "| verdict | check | seen | wanted | fix | owner |");
                add(page, "|---|---|---|---|---|---|");
                is_begun = true;
            }
            add_problem(page, finding);
        }
    }
}

/* Checks of one verdict with the reason of each. */
static void add_told(struct page *page, enum verdict verdict, const char *heading)
{
    bool is_begun = false;
    for (size_t i = 0; i < page->run->n_findings; i++) {
        const struct finding *finding = &page->run->findings[i];
        if (finding->verdict != verdict) {
            continue;
        }
        if (!is_begun) {
            add_heading(page, heading);
            is_begun = true;
        }
        const char *reason = reason_name(finding->reason);
        const char *why = text_is_empty(finding->because) ? finding->seen : finding->because;
        add(page, arena_printf(page->scratch, "- %s: %s%s%s%s%s", text(page, title_of(finding)),
                               reason == NULL ? "" : reason, reason == NULL ? "" : ": ",
                               text(page, why), text_is_empty(finding->wanted) ? "" : "; wanted: ",
                               text(page, finding->wanted)));
    }
}

/* Those that somebody has to look at; the others stand with what they waive. */
static void add_waivers(struct page *page)
{
    const struct run *run = page->run;
    bool has_heading = false;
    for (size_t i = 0; i < run->n_waivers; i++) {
        if (!waiver_wants_action(&run->waivers[i])) {
            continue;
        }
        if (!has_heading) {
            add_heading(page, "Waivers to look at");
            has_heading = true;
        }
        add_item(page, waiver_state_name(run->waivers[i].state),
                 waiver_text(page->scratch, &run->waivers[i]));
    }
}

static void add_advice(struct page *page)
{
    for (size_t i = 0; i < page->run->n_advice; i++) {
        const struct cause *advice = &page->run->advice[i];
        if (i == 0) {
            add_heading(page, "Advice (gates nothing)");
        }
        add(page, arena_printf(page->scratch, "- %s: %s Fix: %s", code(page, advice->id),
                               text(page, advice->says), text(page, advice->fix)));
    }
}

static void add_passed(struct page *page)
{
    bool is_begun = false;
    for (size_t i = 0; i < page->run->n_findings; i++) {
        const struct finding *finding = &page->run->findings[i];
        if (finding->verdict != VERDICT_PASS) {
            continue;
        }
        if (!is_begun) {
            add_heading(page, "Passed");
            is_begun = true;
        }
        add(page, arena_printf(page->scratch, "- %s", text(page, title_of(finding))));
    }
}

/* How many lines can be written, with room for what says that some were not. */
static size_t lines_that_fit(const struct strings *lines, size_t limit)
{
    size_t n_bytes = 1; /* the line that parts it from what stands there */
    size_t n_fit = 0;
    for (size_t i = 0; i < lines->n_items; i++) {
        n_bytes += strlen(lines->items[i]) + 1;
        if (n_bytes > limit) {
            return n_fit;
        }
        if (n_bytes + strlen(cut_line) <= limit) {
            n_fit = i + 1;
        }
    }
    return lines->n_items;
}

bool github_write_summary(const struct run *run, size_t limit, FILE *out)
{
    struct page page = {.run = run, .scratch = arena_new()};
    add_head(&page);
    add_causes(&page);
    add_problems(&page);
    add_told(&page, VERDICT_WAIVED, "Waived");
    add_told(&page, VERDICT_NOT_APPLICABLE, "Not run, or not applicable");
    add_waivers(&page);
    add_advice(&page);
    add_passed(&page);
    size_t n = lines_that_fit(&page.lines, limit);
    if (n > 0) {
        fprintf(out, "\n");
    }
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s\n", page.lines.items[i]);
    }
    if (n > 0 && n < page.lines.n_items) {
        fprintf(out, "%s", cut_line);
    }
    arena_free(page.scratch);
    return fflush(out) == 0 && ferror(out) == 0;
}
