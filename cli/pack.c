/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath pack: what packs there are and what is in them, whether a file is a sound one, and what
 * authors need: the schema for editors, the reference of kinds.
 */
#include "cli/pack.h"

#include <stdio.h>

#include "base/arena.h"
#include "checks/kind.h"
#include "cli/command.h"
#include "rules/load.h"

static int pack_list(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct kind_schemas schemas = kind_schemas();
    struct strings names = builtin_pack_names(arena);
    (void)operands;
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

static int pack_schema(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct kind_schemas schemas = kind_schemas();
    (void)arena;
    (void)diag;
    (void)operands;
    return pack_schema_write(&schemas, stdout) ? 0 : EXIT_INTERNAL;
}

static int pack_kinds(struct arena *arena, struct diag *diag, const struct strings *operands)
{
    struct kind_schemas schemas = kind_schemas();
    (void)operands;
    return kinds_page_write(arena, diag, &schemas, stdout) ? 0 : EXIT_INTERNAL;
}

/* How many operands a verb takes. */
enum operands { NO_OPERAND, ONE_OPERAND, SOME_OPERANDS };

static const struct verb {
    struct command_word word;
    enum operands takes;
    int (*run)(struct arena *arena, struct diag *diag, const struct strings *operands);
    /* … or this, for one that options change */
    int (*run_with)(struct arena *arena, struct diag *diag, const struct options *options,
                    const char *name);
} verbs[] = {
    {.word = {"list", "", "the built-in packs", VALUES_FREE}, NO_OPERAND, .run = pack_list},
    {.word = {"show", " NAME", "every check of a pack, what it reads, and the rights that needs",
              VALUES_PACK},
     ONE_OPERAND,
     .run = pack_show},
    {.word = {"lint", " FILE...", "whether a pack is sound, with every mistake at once",
              VALUES_FILE},
     SOME_OPERANDS,
     .run = pack_lint_files},
    {.word = {"test", " FILE...", "run the pack's own tests in the simulated instance",
              VALUES_FILE},
     SOME_OPERANDS,
     .run = pack_test_files},
    {.word = {"coverage", " NAME", "what becomes of every row of the vendor's guide", VALUES_PACK},
     ONE_OPERAND,
     .run = pack_print_coverage},
    {.word = {"schema", "", "the JSON Schema of a pack, for editors", VALUES_FREE},
     NO_OPERAND,
     .run = pack_schema},
    {.word = {"script", " NAME",
              "a script for an admin: it reads on the instance what the pack asks", VALUES_PACK},
     ONE_OPERAND,
     .run_with = pack_print_script},
    {.word = {"kinds", "", "the reference of the kinds of checks", VALUES_FREE},
     NO_OPERAND,
     .run = pack_kinds},
};

static const char *verb_list(struct arena *arena)
{
    struct strings all = {0};
    for (size_t i = 0; i + 1 < ARRAY_LEN(verbs); i++) {
        strings_add(arena, &all,
                    arena_printf(arena, "%s%s", verbs[i].word.name, verbs[i].word.usage));
    }
    const struct verb *last = &verbs[ARRAY_LEN(verbs) - 1];
    return arena_printf(arena, "%s or %s%s", strings_join(arena, &all, ", "), last->word.name,
                        last->word.usage);
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (text_equal(verbs[i].word.name, name)) {
            return &verbs[i];
        }
    }
    return NULL;
}

static bool operands_fit(struct diag *diag, const struct verb *verb, size_t n)
{
    switch (verb->takes) {
    case NO_OPERAND:
        return n == 0 || diag_error(diag, (struct where){0}, "pack %s takes nothing behind it",
                                    verb->word.name);
    case ONE_OPERAND:
        return n == 1 || diag_error(diag, (struct where){0}, "pack %s needs one%s", verb->word.name,
                                    verb->word.usage);
    case SOME_OPERANDS:
        break;
    }
    return n > 0 ||
           diag_error(diag, (struct where){0}, "pack %s needs at least one FILE", verb->word.name);
}

static bool options_fit(struct diag *diag, const struct verb *verb, const struct options *options)
{
    bool has_some = options->set.n_items > 0 || options->kind != NULL;
    return !has_some || verb->run_with != NULL ||
           diag_error(diag, (struct where){0}, "pack %s takes no %s", verb->word.name,
                      options->kind != NULL ? "--kind" : "--set");
}

static int pack_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    const struct strings *words = &options->operands;
    const struct verb *verb = words->n_items > 0 ? find_verb(words->items[0]) : NULL;
    if (words->n_items == 0) {
        diag_error(diag, (struct where){0}, "pack needs one of %s behind it", verb_list(arena));
        return EXIT_USAGE;
    }
    if (verb == NULL) {
        diag_error(diag, (struct where){0}, "pack takes %s, not '%s'", verb_list(arena),
                   words->items[0]);
        return EXIT_USAGE;
    }
    struct strings operands = {.items = words->items + 1, .n_items = words->n_items - 1};
    if (!operands_fit(diag, verb, operands.n_items) || !options_fit(diag, verb, options)) {
        return EXIT_USAGE;
    }
    return verb->run_with != NULL ? verb->run_with(arena, diag, options, operands.items[0])
                                  : verb->run(arena, diag, &operands);
}

/* What each verb does. */
static void explain_verbs(struct arena *arena, struct diag *diag, const struct options *options)
{
    (void)arena;
    (void)diag;
    (void)options;
    fputc('\n', stdout);
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        const struct command_word *word = &verbs[i].word;
        printf("%s%s\n    %s\n", word->name, word->usage, word->summary);
    }
}

static bool nth_word(size_t i, struct command_word *ret_word)
{
    if (i >= ARRAY_LEN(verbs)) {
        return false;
    }
    *ret_word = verbs[i].word;
    return true;
}

const struct command command_pack = {
    .name = "pack",
    .usage = "list | show NAME | lint FILE... | test FILE...\n"
             "                      | coverage NAME | schema | kinds\n"
             "                      | script NAME [--set NAME=VALUE]... [--kind KIND]",
    .summary = "list, explain, check and test packs; schema and reference for authors",
    .set = FOR_PACK,
    .nth_word = nth_word,
    .explain = explain_verbs,
    .run = pack_run,
};
