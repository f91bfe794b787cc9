/* SPDX-License-Identifier: Apache-2.0 */
#include "report/terminal_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "report/page.h"
#include "report/report.h"
#include "report/summary.h"

enum {
    MOST_LINES = 100,  /* of targets, before ready ones are only counted */
    MOST_DETAILED = 3, /* targets of which the problems are told */
    STATUS_WIDTH = 14
};

static const struct {
    const char *word;
    enum style style;
} statuses[] = {
    [STATUS_READY] = {"READY", STYLE_GOOD},
    [STATUS_NOT_READY] = {"NOT READY", STYLE_BAD},
    [STATUS_INCONCLUSIVE] = {"INCONCLUSIVE", STYLE_DOUBT},
};

static const char *why_text(struct page *page, const struct brief *brief)
{
    const struct tally *tally = &brief->tally;
    const char *opening = brief->is_interrupted ? "interrupted; " : "";
    if (brief->cause != NULL) {
        return arena_printf(page->scratch, "%s%s: %s", opening, brief->cause,
                            text_or_empty(brief->cause_says));
    }
    if (brief->status_reason != NULL) {
        return arena_printf(page->scratch, "%s%s", opening, brief->status_reason);
    }
    return arena_printf(page->scratch, "%s%zu passed, %zu failed, %zu unknown, %zu blocked",
                        opening, tally->pass, tally->fail, tally->unknown, tally->blocked);
}

static void write_line(struct page *page, const struct brief *brief)
{
    page_move(page, 2);
    page_paint(page, statuses[brief->status].style, statuses[brief->status].word);
    page_move(page, 2 + STATUS_WIDTH);
    page_wrap(page, 2 + STATUS_WIDTH, brief->label);
    page_end_line(page);
    if (brief_is_red(brief)) {
        page_move(page, 2 + STATUS_WIDTH);
        page_wrap(page, 2 + STATUS_WIDTH, why_text(page, brief));
        page_end_line(page);
    }
}

static void write_lines(struct page *page, const struct run_set *set)
{
    bool leaves_out =
        page->options->quiet || (set->n_items > MOST_LINES && !page->options->verbose);
    for (size_t i = 0; i < set->n_items; i++) {
        if (brief_is_red(&set->items[i]) || !leaves_out) {
            write_line(page, &set->items[i]);
        }
    }
    if (set->n_items > 0) {
        page_end_line(page);
    }
}

/* "66 passed, 2 failed, 1 unknown in all. report.json" */
static void write_totals(struct page *page, const struct run_set *set)
{
    const struct tally *tally = &set->tally;
    page_wrap(
        page, 4,
        arena_printf(page->scratch,
                     "%zu passed, %zu failed, %zu unknown, %zu blocked, %zu waived in all. %s",
                     tally->pass, tally->fail, tally->unknown, tally->blocked, tally->waived,
                     strings_join(page->scratch, &page->options->written, ", ")));
    page_end_line(page);
}

static void write_verdict(struct page *page, const struct run_set *set)
{
    const char *word = statuses[set->status].word;
    page_paint(page, statuses[set->status].style, word);
    page_move(page, strlen(word) + 2);
    page_wrap(page, strlen(word) + 2,
              arena_printf(page->scratch, "%s. exit %d", run_set_sentence(page->scratch, set),
                           set->exit_status));
    page_end_line(page);
}

static bool write_page(const struct run_set *set, const struct report_options *options, FILE *out,
                       void (*write)(struct page *page, const struct run_set *set))
{
    struct page page;
    page_init(&page, options);
    write(&page, set);
    bool is_written = page_print(&page, out);
    page_release(&page);
    return is_written;
}

static void write_head(struct page *page, const struct run_set *set)
{
    page_paint(page, STYLE_STRONG,
               arena_printf(page->scratch, "glidepath %s: %s", set->tool_version,
                            quantity(page->scratch, set->n_items, "target")));
    page_end_line(page);
    page_end_line(page);
    write_lines(page, set);
}

static void write_foot(struct page *page, const struct run_set *set)
{
    write_totals(page, set);
    write_verdict(page, set);
}

/* The target's own report: whole, or what is not a pass. */
static bool write_target(const struct run_set *set, size_t i, const struct report_options *options,
                         FILE *out)
{
    struct report_options own = *options;
    struct arena *scratch = arena_new();
    const struct run *run = run_set_read(set, i, scratch);
    own.quiet = !options->verbose;
    own.written = (struct strings){0};
    bool is_written = run != NULL && report_format_terminal.write(run, &own, out);
    fputs("\n", out);
    arena_free(scratch);
    return is_written;
}

static bool write_targets(const struct run_set *set, const struct report_options *options,
                          FILE *out)
{
    bool all_written = true;
    size_t n_told = 0;
    size_t n_left_out = 0;
    for (size_t i = 0; i < set->n_items && !options->quiet; i++) {
        /* Of one that was not reached there is nothing more to tell. */
        bool is_red = brief_is_red(&set->items[i]) && set->items[i].status_reason == NULL;
        if (options->verbose || (is_red && n_told < MOST_DETAILED)) {
            all_written = write_target(set, i, options, out) && all_written;
            n_told++;
        } else if (is_red) {
            n_left_out++;
        }
    }
    if (n_left_out > 0) {
        fprintf(out,
                "The problems of %zu more are in the other reports, and with --verbose here.\n\n",
                n_left_out);
    }
    return all_written;
}

bool terminal_write_set(const struct run_set *set, const struct report_options *options, FILE *out)
{
    bool is_written = write_page(set, options, out, write_head);
    is_written = write_targets(set, options, out) && is_written;
    return write_page(set, options, out, write_foot) && is_written;
}
