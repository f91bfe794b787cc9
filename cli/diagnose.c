/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath diagnose: the same run, and after a refusal a deeper look; the cause is shown first.
 * Without any credential it is a look at who answers there at all.
 */
#include "cli/command.h"

#include <stdio.h>

static int diagnose_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    if (options->operands.n_items > 1) {
        diag_error(diag, (struct where){0}, "diagnose takes one TARGET; check takes several");
        return EXIT_USAGE;
    }
    struct options deeper = *options;
    deeper.diagnose = true;
    return check_target(arena, diag, &deeper);
}

static void diagnose_help(struct arena *arena, struct diag *diag, const struct options *options)
{
    fputs("\n"
          "It asks what check asks. After a refusal it also sends control samples (made-up\n"
          "keys, tokens, client ids, user names), tries a refused key, token or client on\n"
          "at most four other calls, and has an auditor read what the instance logged of\n"
          "the refusal. --plan lists them. A refused password is not sent again. Without a\n"
          "credential it looks only at who answers there.\n",
          stdout);
    target_help(arena, diag, options);
}

const struct command command_diagnose = {
    .name = "diagnose",
    .usage = "[TARGET.yaml] [OPTION]...",
    .summary = "find why an instance refuses a credential: the cause first",
    .set = FOR_DIAGNOSE,
    .operands = VALUES_FILE,
    .explain = diagnose_help,
    .run = diagnose_run,
};
