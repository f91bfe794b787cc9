/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath check: targets against their packs.
 */
#include <stdio.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/fleet.h"
#include "cli/targets.h"

int check_target(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct target_files files = {0};
    if (!target_files_find(arena, diag, options, &files)) {
        return EXIT_USAGE;
    }
    return fleet_check(arena, diag, options, &files);
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
    .usage = "[TARGET.yaml|DIR]... [OPTION]...",
    .summary = "check instances against one or more packs each",
    .set = FOR_CHECK,
    .operands = VALUES_FILE,
    .explain = target_help,
    .run = check_target,
};
