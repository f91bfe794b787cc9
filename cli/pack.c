/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack: what packs there are, whether a file is a sound one, and the schema for editors.
 */
#include <stdio.h>

#include "base/arena.h"
#include "checks/kind.h"
#include "cli/command.h"
#include "cli/pack_test.h"
#include "rules/load.h"

static int pack_list(struct arena *arena, struct diag *diag)
{
    struct kind_schemas schemas = kind_schemas();
    struct strings names = builtin_pack_names(arena);
    for (size_t i = 0; i < names.n_items; i++) {
        struct pack *pack = NULL;
        if (!pack_lint(arena, diag, &schemas, names.items[i], &pack)) {
            return EXIT_INTERNAL;
        }
        printf("%-20s %-8s %3zu checks  %s\n", pack->name, pack->version, pack->n_checks,
               pack->title);
    }
    return 0;
}

static int pack_lint_files(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct kind_schemas schemas = kind_schemas();
    int status = 0;
    if (options->operands.n_items < 2) {
        diag_error(diag, (struct where){0}, "pack lint needs at least one FILE");
        return EXIT_USAGE;
    }
    for (size_t i = 1; i < options->operands.n_items; i++) {
        struct pack *pack = NULL;
        if (pack_lint(arena, diag, &schemas, options->operands.items[i], &pack)) {
            printf("%s: sound, %zu checks\n", options->operands.items[i], pack->n_checks);
        } else {
            status = EXIT_USAGE;
        }
    }
    return status;
}

static int pack_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    const char *verb = options->operands.n_items > 0 ? options->operands.items[0] : "";
    struct kind_schemas schemas = kind_schemas();
    if (text_equal(verb, "list")) {
        return pack_list(arena, diag);
    }
    if (text_equal(verb, "lint")) {
        return pack_lint_files(arena, diag, options);
    }
    if (text_equal(verb, "test")) {
        return pack_test_files(arena, diag, options);
    }
    if (text_equal(verb, "schema")) {
        return pack_schema_write(&schemas, stdout) ? 0 : EXIT_INTERNAL;
    }
    if (text_is_empty(verb)) {
        diag_error(diag, (struct where){0},
                   "pack needs one of list, lint FILE..., test FILE... or schema behind it");
    } else {
        diag_error(diag, (struct where){0},
                   "pack takes list, lint FILE..., test FILE... or schema, not '%s'", verb);
    }
    return EXIT_USAGE;
}

const struct command command_pack = {
    .name = "pack",
    .usage = "list | lint FILE... | test FILE... | schema",
    .summary = "list the built-in packs, check a pack file, print the schema",
    .set = FOR_PACK,
    .run = pack_run,
};
