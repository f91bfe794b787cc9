/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack coverage NAME: a line for each row of the guide, in its order, with tabs between
 * row, state, and the ids of checks or the reason; last the totals. Programs read it.
 */
#include <stdio.h>

#include "base/arena.h"
#include "checks/kind.h"
#include "cli/command.h"
#include "cli/pack.h"
#include "rules/coverage.h"
#include "rules/load.h"

enum { EXIT_ROW_MISSING = 1 };

static void print_row(struct arena *arena, const struct row_coverage *row)
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
    putchar('\n');
}

int pack_print_coverage(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct kind_schemas schemas = kind_schemas();
    struct pack *pack = NULL;
    if (!pack_lint(arena, diag, &schemas, operands->items[0], &pack)) {
        return EXIT_USAGE;
    }
    struct coverage coverage = pack_coverage(arena, pack);
    for (size_t i = 0; i < coverage.n_items; i++) {
        print_row(arena, &coverage.items[i]);
    }
    printf("total");
    for (int state = N_ROW_STATES - 1; state >= 0; state--) {
        printf("\t%s %zu", row_state_name((enum row_state)state), coverage.n_of[state]);
    }
    putchar('\n');
    return coverage.n_of[ROW_MISSING] > 0 ? EXIT_ROW_MISSING : 0;
}
