/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What diagnosis found, for a person at a terminal: the cause in full, then the others that are
 * left, of which only the first few are told, because a list of twenty answers nobody.
 */
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/terminal.h"

enum { CAUSE_COLUMN = 7 };

void terminal_pair(struct page *page, size_t column, const char *key, const char *value)
{
    if (text_is_empty(value)) {
        return;
    }
    page_move(page, column);
    if (key[0] != '\0') {
        page_paint(page, STYLE_QUIET, key);
    }
    page_move(page, column + TERMINAL_KEY_WIDTH);
    page_wrap(page, column + TERMINAL_KEY_WIDTH, value);
    page_end_line(page);
}

void terminal_question(struct page *page, const struct cause *cause, bool with_replies)
{
    terminal_pair(page, CAUSE_COLUMN, "ask", cause->ask);
    for (size_t i = 0; i < cause->n_replies && with_replies; i++) {
        terminal_pair(page, CAUSE_COLUMN, i == 0 ? "replies" : "",
                      arena_printf(page->scratch, "\"%s\": %s",
                                   text_or_empty(cause->replies[i].reply),
                                   text_or_empty(cause->replies[i].means)));
    }
    terminal_pair(page, CAUSE_COLUMN, "doubt", cause->doubt);
}

/* The subject is told by itself only where the sentence does not name it. */
static void write_remedy(struct page *page, const struct cause *cause)
{
    bool is_named = cause->subject == NULL || strstr(text_or_empty(cause->says), cause->subject);
    terminal_pair(page, CAUSE_COLUMN, "about", is_named ? NULL : cause->subject);
    terminal_pair(page, CAUSE_COLUMN, "since", cause->since);
    terminal_pair(page, CAUSE_COLUMN, "fix", cause->fix);
    terminal_pair(page, CAUSE_COLUMN, "owner", cause->owner);
}

void terminal_advice(struct page *page, const struct run *run)
{
    if (run->n_advice > 0) {
        page_end_line(page);
        page_heading(page, "Advice (gates nothing)");
    }
    for (size_t i = 0; i < run->n_advice; i++) {
        const struct cause *advice = &run->advice[i];
        page_move(page, 2);
        page_wrap(page, CAUSE_COLUMN,
                  arena_printf(page->scratch, "%s: %s", advice->id, text_or_empty(advice->says)));
        page_end_line(page);
        write_remedy(page, advice);
        terminal_question(page, advice, run->is_diagnosis || page->options->verbose);
    }
}

static void write_title(struct page *page, const struct cause *cause, const char *word,
                        enum style style)
{
    page_paint(page, style, word);
    page_move(page, CAUSE_COLUMN);
    page_paint(page, STYLE_STRONG, cause->id);
    page_wrap(page, CAUSE_COLUMN,
              arena_printf(page->scratch, " (%s): %s", confidence_name(cause->confidence),
                           text_or_empty(cause->says)));
    page_end_line(page);
}

/* "It explains 4 findings."; --verbose says which. */
static const char *explained_text(struct page *page, const struct run *run,
                                  const struct strings *ids)
{
    struct strings names = {0};
    for (size_t i = 0; i < ids->n_items; i++) {
        const struct finding *finding = run_finding(run, ids->items[i]);
        strings_add(page->scratch, &names, finding == NULL ? ids->items[i] : finding->check->name);
    }
    const char *separator = page->options->verbose ? ": " : "";
    return arena_printf(page->scratch, "It explains %s%s%s.",
                        quantity(page->scratch, ids->n_items, "finding"), separator,
                        page->options->verbose ? strings_join(page->scratch, &names, ", ") : "");
}

static void write_cause(struct page *page, const struct run *run, const struct cause *cause)
{
    bool is_first = cause == &run->causes[0];
    page_end_line(page);
    write_title(page, cause, "CAUSE", is_first ? STYLE_BAD : STYLE_STRONG);
    write_remedy(page, cause);
    if (cause->explains.n_items > 0) {
        page_move(page, CAUSE_COLUMN);
        page_wrap(page, CAUSE_COLUMN, explained_text(page, run, &cause->explains));
        page_end_line(page);
    }
    terminal_question(page, cause, true);
}

/* A cause that is merely possible: the sentence, and the question that decides. */
static void write_possibility(struct page *page, const struct run *run, const struct cause *cause)
{
    write_title(page, cause, "  or", STYLE_QUIET);
    terminal_pair(page, CAUSE_COLUMN, "since", cause->since);
    terminal_question(page, cause, run->is_diagnosis || page->options->verbose);
}

/* Those that are merely possible and too many to tell. */
static void write_other_ids(struct page *page, const struct strings *ids)
{
    if (ids->n_items == 0) {
        return;
    }
    page_move(page, CAUSE_COLUMN);
    page_wrap(page, CAUSE_COLUMN,
              arena_printf(page->scratch, "also possible: %s (--verbose tells them)",
                           strings_join(page->scratch, ids, ", ")));
    page_end_line(page);
}

/* Silence would leave open whether anything was looked for. */
static void write_no_cause(struct page *page, const struct run *run)
{
    if (!run->is_diagnosis) {
        return;
    }
    page_end_line(page);
    page_wrap(page, 0,
              run->status == STATUS_READY
                  ? "No cause to name: from here, nothing that counts is amiss. Where it fails at "
                    "the vendor's all the same, the advice below is what to look at."
              : run->n_credentials == 0
                  ? "No cause can be named: without a credential only who answers there is seen. "
                    "What the vendor's own call was told, glidepath explain can read."
                  : "No cause can be named from what was seen.");
    page_end_line(page);
}

void terminal_causes(struct page *page, const struct run *run)
{
    struct strings untold = {0};
    size_t n_possible = 0;
    if (run->n_causes == 0) {
        write_no_cause(page, run);
    }
    for (size_t i = 0; i < run->n_causes; i++) {
        if (!run_is_possibility(run, i)) {
            write_cause(page, run, &run->causes[i]);
        } else if (n_possible++ < MOST_POSSIBLE_TOLD || page->options->verbose) {
            write_possibility(page, run, &run->causes[i]);
        } else {
            strings_add(page->scratch, &untold, run->causes[i].id);
        }
    }
    write_other_ids(page, &untold);
}

/* "request 7": what the clue was seen in. */
static const char *requests_text(struct page *page, const struct clue *clue)
{
    struct strings numbers = {0};
    for (size_t i = 0; i < clue->n_exchanges; i++) {
        strings_add(page->scratch, &numbers,
                    arena_printf(page->scratch, "%d", clue->exchanges[i]->n));
    }
    return strings_join(page->scratch, &numbers, ", ");
}

void terminal_clues(struct page *page, const struct run *run)
{
    if (run->clues.n_items > 0) {
        page_end_line(page);
        page_heading(page, "What was seen besides the checks");
    }
    for (size_t i = 0; i < run->clues.n_items; i++) {
        const struct clue *clue = &run->clues.items[i];
        page_move(page, 2);
        page_wrap(page, 4, text_or_empty(clue->says));
        page_end_line(page);
        terminal_pair(page, CAUSE_COLUMN, "means", clue->means);
        if (page->options->verbose) {
            terminal_pair(page, CAUSE_COLUMN, "clue", clue->signature);
            terminal_pair(page, CAUSE_COLUMN, "requests", requests_text(page, clue));
        }
    }
}
