/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack coverage NAME: a line for each row of the guide, in its order, with tabs between
 * row, state, the ids of checks or the reason, and who can tell; last the totals. Programs read it.
 */
#include <stdio.h>

#include "base/arena.h"
#include "checks/provers.h"
#include "cli/command.h"
#include "cli/imagined.h"
#include "cli/pack.h"
#include "rules/coverage.h"

enum { EXIT_ROW_MISSING = 1 };

/* Of each of the checks that cover it: who tells one of them tells something of the row. */
static unsigned provers_of_row(const struct pack *pack, const unsigned *provers,
                               const struct row_coverage *row)
{
    unsigned set = 0;
    for (size_t i = 0; i < pack->n_checks; i++) {
        set |= strings_have(&row->checks, pack->checks[i].id) ? provers[i] : 0;
    }
    return set;
}

static void print_row(struct arena *arena, const struct row_coverage *row, const char *provers)
{
    const char *what = "";
    switch (row->state) {
    case ROW_COVERED:
        what = strings_join(arena, &row->checks, ", ");
        break;
    case ROW_REASON:
        what = row->reason;
        break;
    case ROW_MISSING:
    case N_ROW_STATES:
        break;
    }
    printf("%s\t%s\t", row->row, row_state_name(row->state));
    for (; *what != '\0'; what++) { /* a reason may be written over several lines */
        putchar(*what == '\t' || *what == '\n' ? ' ' : *what);
    }
    printf("\t%s\n", provers);
}

int pack_print_coverage(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct imagined imagined = {0};
    if (!pack_imagine_target(arena, diag, operands->items[0], &imagined)) {
        return EXIT_USAGE;
    }
    const struct pack *pack = imagined.pack;
    const unsigned *provers = provers_of_checks(arena, &imagined.catalogue, &imagined.target, pack);
    struct coverage coverage = pack_coverage(arena, pack);
    for (size_t i = 0; i < coverage.n_items; i++) {
        const struct row_coverage *row = &coverage.items[i];
        print_row(arena, row, provers_in_words(arena, provers_of_row(pack, provers, row)));
    }
    printf("total");
    for (int state = N_ROW_STATES - 1; state >= 0; state--) {
        printf("\t%s %zu", row_state_name((enum row_state)state), coverage.n_of[state]);
    }
    putchar('\n');
    return coverage.n_of[ROW_MISSING] > 0 ? EXIT_ROW_MISSING : 0;
}
