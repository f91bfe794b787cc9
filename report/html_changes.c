/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed since the baseline: which checks, and what did it.
 */
#include "base/arena.h"
#include "report/changes.h"
#include "report/html.h"
#include "report/summary.h"

enum { MOST_TOLD = 6 };

static void write_change(struct html *html, const struct change *change)
{
    xml_open(html->xml, "li");
    html_finding_link(html, change->after->check->id);
    xml_printf(html->xml, " (%s): %s", change_verdicts(html->scratch, change),
               change_cause(html->scratch, html->run->changes, change, MOST_TOLD));
    xml_close(html->xml);
}

void html_changes(struct html *html)
{
    const struct changes *changes = html->run->changes;
    if (changes == NULL) {
        return;
    }
    html_open(html, "section", "changes");
    html_heading(html, 2, changes_since(html->scratch, changes));
    xml_element(html->xml, "p",
                arena_printf(html->scratch, "From then to now %s.",
                             changes_sentence(html->scratch, changes)));
    if (changes->n_items > 0) {
        xml_open(html->xml, "ul");
        for (size_t i = 0; i < changes->n_items; i++) {
            write_change(html, &changes->items[i]);
        }
        xml_close(html->xml);
    }
    xml_close(html->xml);
}
