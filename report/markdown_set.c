/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "report/markdown.h"
#include "report/report.h"
#include "report/summary.h"

enum {
    MOST_LINES = 40,
    N_OTHER_LINES = 10 /* head, sentence, heads of the table, foot, and the lines between them */
};

static struct strings head_of(struct arena *arena, const struct run_set *set)
{
    struct strings lines = {0};
    strings_add(arena, &lines,
                arena_printf(arena, "## %s: %s", status_headline(set->status),
                             quantity(arena, set->n_items, "target")));
    strings_add(arena, &lines, "");
    strings_add(arena, &lines,
                arena_printf(arena, "%s. Exit status %d.",
                             markdown_text(arena, run_set_sentence(arena, set)), set->exit_status));
    if (set->n_items > 0) {
        strings_add(arena, &lines, "");
        strings_add(arena, &lines, "| Target | Status | Checks | First cause |");
        strings_add(arena, &lines, "| --- | --- | --- | --- |");
    }
    return lines;
}

static const char *cause_text(struct arena *arena, const struct brief *brief)
{
    if (brief->cause == NULL) {
        return markdown_text(arena, brief->status_reason);
    }
    return arena_printf(arena, "%s: %s", markdown_code(arena, brief->cause),
                        markdown_text(arena, brief->cause_says));
}

static const char *row_of(struct arena *arena, const struct brief *brief)
{
    const struct tally *tally = &brief->tally;
    return arena_printf(
        arena, "| %s | %s%s | %zu passed, %zu failed, %zu unknown, %zu blocked | %s |",
        markdown_text(arena, brief->label), brief->is_interrupted ? "Interrupted: " : "",
        status_headline(brief->status), tally->pass, tally->fail, tally->unknown, tally->blocked,
        cause_text(arena, brief));
}

/* What is not ready first. */
static struct strings rows_of(struct arena *arena, const struct run_set *set)
{
    struct strings rows = {0};
    for (int is_green = 0; is_green <= 1; is_green++) {
        for (size_t i = 0; i < set->n_items; i++) {
            if (brief_is_red(&set->items[i]) == (is_green == 0)) {
                strings_add(arena, &rows, row_of(arena, &set->items[i]));
            }
        }
    }
    return rows;
}

bool markdown_write_set(const struct run_set *set, const struct report_options *options, FILE *out)
{
    (void)options;
    struct arena *arena = arena_new();
    const struct strings head = head_of(arena, set);
    const struct strings rows = rows_of(arena, set);
    size_t n_most = MOST_LINES - N_OTHER_LINES;
    for (size_t i = 0; i < head.n_items; i++) {
        fprintf(out, "%s\n", head.items[i]);
    }
    for (size_t i = 0; i < rows.n_items && i < n_most; i++) {
        fprintf(out, "%s\n", rows.items[i]);
    }
    if (rows.n_items > n_most) {
        fprintf(out, "\nand %s more\n", quantity(arena, rows.n_items - n_most, "target"));
    }
    fprintf(out, "\nglidepath %s, exit %d\n", markdown_text(arena, set->tool_version),
            set->exit_status);
    arena_free(arena);
    return fflush(out) == 0 && ferror(out) == 0;
}

bool markdown_write_summary(const struct run_set *set, size_t limit, FILE *out)
{
    static const char cut_line[] = "\n**The rest is left out: a step summary may have 1 MiB.**\n";
    struct arena *arena = arena_new();
    struct strings lines = head_of(arena, set);
    const struct strings rows = rows_of(arena, set);
    for (size_t i = 0; i < rows.n_items; i++) {
        strings_add(arena, &lines, rows.items[i]);
    }
    size_t n_bytes = 1 + strlen(cut_line); /* and the line that parts it from what stands there */
    size_t n = 0;
    while (n < lines.n_items && n_bytes + strlen(lines.items[n]) + 1 <= limit) {
        n_bytes += strlen(lines.items[n++]) + 1;
    }
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s%s\n", i == 0 ? "\n" : "", lines.items[i]);
    }
    fputs(n > 0 && n < lines.n_items ? cut_line : "", out);
    arena_free(arena);
    return fflush(out) == 0 && ferror(out) == 0;
}
