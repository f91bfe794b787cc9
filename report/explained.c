/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same page as a report's: glyph-less, since nothing was checked; 80 columns where the stream
 * is no terminal.
 */
#include "report/explained.h"

#include <string.h>

#include "base/arena.h"
#include "model/names.h"
#include "report/page.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/terminal.h"

enum {
    KEY_COLUMN = 6,
    CAUSE_COLUMN = 7,
    MOST_QUESTIONS = 6, /* candidates with their question; others are only named */
};

static void write_paragraph(struct page *page, size_t indent, const char *text)
{
    page_move(page, indent);
    page_wrap(page, indent, text);
    page_end_line(page);
}

static void write_item(struct page *page, const char *text)
{
    page_move(page, 2);
    page_paint(page, STYLE_PLAIN, "-");
    page_move(page, 4);
    page_wrap(page, 4, text);
    page_end_line(page);
}

static const char *counted(struct arena *arena, size_t n, const char *noun)
{
    return arena_printf(arena, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

/* "Pasted text: 1 answer, 3 other lines; 2 secrets hidden; credential api-key" */
static void write_header(struct page *page, const struct explanation *explanation)
{
    const struct paste *paste = explanation->paste;
    struct arena *arena = page->scratch;
    const char *kind = explanation->kind == NULL
                           ? "credential not told"
                           : arena_printf(arena, "credential %s%s", explanation->kind,
                                          explanation->kind_is_said ? "" : ", by the text");
    write_paragraph(page, 0,
                    arena_printf(arena, "Pasted text: %s, %s; %s hidden; %s%s",
                                 counted(arena, paste->n_answers, "answer"),
                                 counted(arena, paste->n_lines, "other line"),
                                 counted(arena, paste->n_hidden, "secret"), kind,
                                 paste->is_cut ? "; the rest of it was not read" : ""));
}

/* ---- Recognised ----------------------------------------------------------------------------- */

/* "POST https://…/oauth_token.do: 401" */
static const char *place_of(struct arena *arena, const struct exchange *exchange)
{
    const char *status =
        exchange->status == 0 ? "status not told" : arena_printf(arena, "%d", exchange->status);
    return arena_printf(arena, "%s%s%s: %s", text_or_empty(exchange->method),
                        exchange->method == NULL ? "" : " ",
                        exchange->url == NULL ? "a call that is not named" : exchange->url, status);
}

static const char *said_by(struct arena *arena, const struct exchange *exchange)
{
    if (exchange->message == NULL) {
        return exchange->detail;
    }
    return exchange->detail == NULL
               ? exchange->message
               : arena_printf(arena, "%s: %s", exchange->message, exchange->detail);
}

/* The answers, each once: what one of them shows stands below it. */
static void write_answers(struct page *page, const struct paste *paste)
{
    for (size_t i = 0; i < paste->n_answers; i++) {
        const struct exchange *exchange = &paste->answers[i].exchange;
        terminal_pair(page, 2, i == 0 ? "answers" : "", place_of(page->scratch, exchange));
        terminal_pair(page, 2, "", said_by(page->scratch, exchange));
        terminal_pair(page, 2, "", exchange->excerpt);
        terminal_pair(
            page, 2, "",
            exchange->transaction_id == NULL
                ? NULL
                : arena_printf(page->scratch, "transaction %s", exchange->transaction_id));
    }
}

static void write_clue(struct page *page, const struct clue *clue)
{
    page_move(page, 2);
    page_paint(page, STYLE_STRONG, clue->signature);
    page_wrap(page, KEY_COLUMN, arena_printf(page->scratch, ": %s", clue->says));
    page_end_line(page);
    terminal_pair(page, KEY_COLUMN, "means", clue->means);
}

static void write_recognised(struct page *page, const struct explanation *explanation)
{
    page_end_line(page);
    page_heading(page, "Recognised");
    for (size_t i = 0; i < explanation->clues.n_items; i++) {
        write_clue(page, &explanation->clues.items[i]);
    }
}

/* ---- Causes --------------------------------------------------------------------------------- */

static void write_cause(struct page *page, const struct cause *cause, bool is_first)
{
    bool is_possible = cause->confidence == CONFIDENCE_POSSIBLE && !is_first;
    page_end_line(page);
    page_paint(page, is_first ? STYLE_BAD : STYLE_STRONG, is_possible ? "  or" : "CAUSE");
    page_move(page, CAUSE_COLUMN);
    page_paint(page, STYLE_STRONG, cause->id);
    page_wrap(page, CAUSE_COLUMN,
              arena_printf(page->scratch, " (%s): %s", confidence_name(cause->confidence),
                           text_or_empty(cause->says)));
    page_end_line(page);
    terminal_pair(page, CAUSE_COLUMN, "fix", cause->fix);
    terminal_pair(page, CAUSE_COLUMN, "owner", is_possible ? NULL : cause->owner);
    terminal_question(page, cause, true);
}

static void write_causes(struct page *page, const struct explanation *explanation)
{
    struct strings rest = {0};
    size_t n_possible = 0;
    for (size_t i = 0; i < explanation->n_causes; i++) {
        const struct cause *cause = &explanation->causes[i];
        n_possible += i > 0 && cause->confidence == CONFIDENCE_POSSIBLE ? 1 : 0;
        if (n_possible > MOST_QUESTIONS) {
            strings_add(page->scratch, &rest, cause->id);
        } else {
            write_cause(page, cause, i == 0);
        }
    }
    if (rest.n_items > 0) {
        page_end_line(page);
        write_paragraph(page, CAUSE_COLUMN,
                        arena_printf(page->scratch, "After these, in this order: %s.",
                                     strings_join(page->scratch, &rest, ", ")));
    }
    if (rest.n_items > 0 && explanation->kind == NULL) {
        page_end_line(page);
        write_paragraph(page, CAUSE_COLUMN,
                        "The kind of the credential rules some of these out and ranks the others: "
                        "--kind api-key, basic, token, oauth-client, oauth-password or "
                        "oauth-refresh.");
    }
    if (explanation->n_causes == 0) {
        page_end_line(page);
        write_paragraph(page, 0, "No cause can be named from this alone.");
    }
}

static void write_ruled_out(struct page *page, const struct explanation *explanation)
{
    struct arena *arena = page->scratch;
    if (explanation->ruled_out.n_items + explanation->other_kinds.n_items == 0) {
        return;
    }
    page_end_line(page);
    page_heading(page, "Ruled out");
    if (explanation->ruled_out.n_items > 0) {
        write_paragraph(page, 2,
                        arena_printf(arena, "by what was recognised: %s",
                                     strings_join(arena, &explanation->ruled_out, ", ")));
    }
    if (explanation->other_kinds.n_items > 0) {
        write_paragraph(page, 2,
                        arena_printf(arena, "not with a credential of kind %s: %s",
                                     explanation->kind,
                                     strings_join(arena, &explanation->other_kinds, ", ")));
    }
}

/* ---- What would help ------------------------------------------------------------------------ */

/* The command is not wrapped: it is there to be copied. The key stays in its variable. */
static void write_help(struct page *page)
{
    static const char *const commands[] = {
        "curl -v -H \"x-sn-apikey: $SECRET\" \\",
        "  'https://INSTANCE.service-now.com/api/now/table/TABLE?sysparm_limit=1'",
        "curl -v -d grant_type=client_credentials -d \"client_id=$CLIENT_ID\" \\",
        "  --data-urlencode \"client_secret=$SECRET\" \\",
        "  'https://INSTANCE.service-now.com/oauth_token.do'",
    };
    page_end_line(page);
    write_paragraph(page, 0,
                    "Nothing in it is an answer or a line of a log that is known here, and nothing "
                    "is guessed. What would help, any of these:");
    write_item(page, "all that one failing call prints, request and answer with their headers and "
                     "the body:");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        page_move(page, 4);
        page_paint(page, STYLE_PLAIN, commands[i]);
        page_end_line(page);
    }
    write_item(page, "of the vendor's log, the lines with the status, the URL and the body, not "
                     "only \"authentication failed\"; of an exception, the whole of it");
    write_item(page, "of the instance, the lines of syslog (message contains OAuth) and of "
                     "syslog_transaction at the time of the call");
    write_paragraph(page, 0, "Secrets in what you paste are hidden before anything is printed.");
}

static void write_verdict(struct page *page, const struct explanation *explanation, int exit_status)
{
    bool is_recognised = explanation->clues.n_items > 0;
    struct arena *arena = page->scratch;
    const char *first = explanation->n_causes == 0
                            ? "no cause named"
                            : arena_printf(arena, "first cause %s (%s)", explanation->causes[0].id,
                                           confidence_name(explanation->causes[0].confidence));
    const char *word = is_recognised ? "RECOGNISED" : "NOT RECOGNISED";
    page_end_line(page);
    page_paint(page, is_recognised ? STYLE_GOOD : STYLE_DOUBT, word);
    page_move(page, strlen(word) + 2);
    page_wrap(page, strlen(word) + 2,
              is_recognised ? arena_printf(arena, "%s; %s. exit %d",
                                           counted(arena, explanation->clues.n_items, "signature"),
                                           first, exit_status)
                            : arena_printf(arena, "exit %d", exit_status));
    page_end_line(page);
}

bool explanation_write(const struct explanation *explanation, int exit_status,
                       const struct report_options *options, FILE *out)
{
    struct page page;
    page_init(&page, options);
    write_header(&page, explanation);
    write_answers(&page, explanation->paste);
    if (explanation->clues.n_items > 0) {
        write_recognised(&page, explanation);
        write_causes(&page, explanation);
        write_ruled_out(&page, explanation);
    } else {
        write_help(&page);
    }
    write_verdict(&page, explanation, exit_status);
    bool is_written = page_print(&page, out);
    page_release(&page);
    return is_written;
}
