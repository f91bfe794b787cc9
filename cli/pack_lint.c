/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack lint FILE...
 */
#include <stdio.h>

#include "checks/kind.h"
#include "cli/command.h"
#include "cli/pack.h"
#include "rules/load.h"

int pack_lint_files(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct kind_schemas schemas = kind_schemas();
    int status = 0;
    for (size_t i = 0; i < operands->n_items; i++) {
        struct pack *pack = NULL;
        if (pack_lint(arena, diag, &schemas, operands->items[i], &pack)) {
            printf("%s: sound, %s\n", operands->items[i], quantity(arena, pack->n_checks, "check"));
        } else {
            status = EXIT_USAGE;
        }
    }
    return status;
}
