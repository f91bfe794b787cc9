/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The waivers at a terminal. One that is in force is told with its finding; what is told here
 * besides is what its author has to look at.
 */
#include "base/arena.h"
#include "report/report.h"
#include "report/terminal.h"

enum { DETAIL_COLUMN = 7 };

static bool is_told(const struct waiver_told *waiver, bool all)
{
    return waiver_wants_action(waiver) || (all && waiver->state == WAIVER_IN_FORCE);
}

static void write_waiver(struct page *page, const struct waiver_told *waiver)
{
    page_move(page, 2);
    page_wrap(page, DETAIL_COLUMN,
              arena_printf(page->scratch, "%s: %s", waiver->check, waiver->says));
    page_end_line(page);
    terminal_pair(page, DETAIL_COLUMN, "by",
                  arena_printf(page->scratch, "%s, until %s", waiver->by, waiver->until));
    terminal_pair(page, DETAIL_COLUMN, "because", waiver->because);
}

void terminal_waivers(struct page *page, const struct run *run, bool all)
{
    bool has_heading = false;
    for (size_t i = 0; i < run->n_waivers; i++) {
        if (!is_told(&run->waivers[i], all)) {
            continue;
        }
        if (!has_heading) {
            page_end_line(page);
            page_heading(page, "Waivers");
            has_heading = true;
        }
        write_waiver(page, &run->waivers[i]);
    }
}
