/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath check: a target against its packs.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include <stdio.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/flight.h"
#include "rules/load.h"

/* Where refusals and writes are remembered: $XDG_STATE_HOME/glidepath, by default below the home
 * directory. */
static const char *find_state_dir(struct arena *arena)
{
    const char *state_home = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (!text_is_empty(state_home)) {
        return arena_printf(arena, "%s/glidepath", state_home);
    }
    return text_is_empty(home) ? NULL : arena_printf(arena, "%s/.local/state/glidepath", home);
}

/* Options override what file and environment said. */
static bool apply_options(struct arena *arena, struct diag *diag, const struct options *options,
                          struct target *target)
{
    bool is_fine = true;
    if (options->instance != NULL) {
        target->instance = instance_parse(arena, options->instance);
    }
    if (options->packs.n_items > 0) {
        struct pack_choice *choices = NULL;
        size_t n_choices = 0;
        for (size_t i = 0; i < options->packs.n_items; i++) {
            struct pack_choice *slot = arena_append(arena, &choices, &n_choices, sizeof *slot);
            *slot =
                (struct pack_choice){.name = options->packs.items[i], .credential = "integration"};
        }
        target->packs = choices;
        target->n_packs = n_choices;
    }
    for (size_t i = 0; i < options->set.n_items; i++) {
        is_fine = target_set_parameter(arena, diag, target, options->set.items[i]) && is_fine;
    }
    return is_fine;
}

/* A diagnosis needs no vendor: what every integration needs is what it looks at then. */
static void choose_baseline(struct arena *arena, const struct options *options,
                            struct target *target)
{
    if (options->diagnose && target->n_packs == 0 && !target->may_choose_packs) {
        struct pack_choice *choice =
            arena_append(arena, &target->packs, &target->n_packs, sizeof *choice);
        *choice = (struct pack_choice){.name = "baseline", .credential = "integration"};
    }
}

/* Everything a target says without its secrets. */
static bool read_target(struct arena *arena, struct diag *diag, const struct options *options,
                        struct target *target)
{
    bool is_fine = true;
    if (options->operands.n_items > 1) {
        return diag_error(diag, (struct where){0}, "one TARGET at a time, please");
    }
    if (options->operands.n_items == 0) {
        *target = (struct target){0};
    } else {
        is_fine = target_load(arena, diag, options->operands.items[0], target);
    }
    is_fine = target_add_environment(arena, diag, target) && is_fine;
    is_fine = apply_options(arena, diag, options, target) && is_fine;
    choose_baseline(arena, options, target);
    if (target->instance.text == NULL && !target->may_name_instance) {
        is_fine = diag_error(diag, (struct where){0},
                             "no instance given (in TARGET, by --instance, or GLIDEPATH_INSTANCE)");
    }
    return is_fine;
}

/* Secrets are read last: commands that fetch them run only when nothing else is wrong. */
int check_target(struct arena *arena, struct diag *diag, const struct options *options)
{
    /* Until its file is read, it may say anything. */
    struct target target = {.may_name_instance = true, .may_choose_packs = true};
    bool is_fine = read_target(arena, diag, options, &target);
    struct flight *flight = flight_prepare(arena, diag, options, &target, find_state_dir(arena));
    is_fine = is_fine && flight != NULL && secrets_read(arena, diag, &target);
    int status = is_fine ? flight_fly(flight) : EXIT_USAGE;
    target_release(&target);
    return status;
}

void target_help(struct arena *arena, struct diag *diag, const struct options *options)
{
    (void)arena;
    (void)diag;
    (void)options;
    fputs("\n"
          "Without TARGET.yaml the target comes from --instance or GLIDEPATH_INSTANCE,\n"
          "--pack, --set and the environment. One credential of these: GLIDEPATH_API_KEY;\n"
          "GLIDEPATH_USER and GLIDEPATH_PASSWORD; GLIDEPATH_CLIENT_ID and\n"
          "GLIDEPATH_CLIENT_SECRET, with user and password or GLIDEPATH_REFRESH_TOKEN for\n"
          "those grants; GLIDEPATH_TOKEN. With GLIDEPATH_AUDITOR_ in place of GLIDEPATH_\n"
          "they are the auditor's.\n",
          stdout);
}

const struct command command_check = {
    .name = "check",
    .usage = "[TARGET.yaml] [OPTION]...",
    .summary = "check an instance against one or more packs",
    .set = FOR_CHECK,
    .operands = VALUES_FILE,
    .explain = target_help,
    .run = check_target,
};
