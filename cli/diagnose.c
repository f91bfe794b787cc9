/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath diagnose: the same run, and after a refusal a deeper look; the cause is shown first.
 * Without any credential it is a look at who answers there at all.
 */
#include "cli/command.h"

static int diagnose_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct options deeper = *options;
    deeper.diagnose = true;
    return check_target(arena, diag, &deeper);
}

const struct command command_diagnose = {
    .name = "diagnose",
    .usage = "[TARGET.yaml] [OPTION]...",
    .summary = "find why an instance refuses a credential: the cause first",
    .set = FOR_DIAGNOSE,
    .run = diagnose_run,
};
