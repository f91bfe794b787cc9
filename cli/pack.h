/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of glidepath pack that have a file of their own. Each gets the operands behind it in
 * `operands` and returns the exit status; mistakes of the user go to `diag`.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"
#include "model/pack.h"

struct arena;
struct options;

/* lint FILE...: every mistake of every file at once. */
int pack_lint_files(struct arena *arena, struct diag *diag, const struct strings *operands);

/* coverage NAME: what becomes of every row of the vendor's guide; 1 when one was forgotten. */
int pack_print_coverage(struct arena *arena, struct diag *diag, const struct strings *operands);

/* show NAME: every check, what it reads, and which rights that needs. */
int pack_show(struct arena *arena, struct diag *diag, const struct strings *operands);

/* script NAME: for Scripts - Background, a script that reads what the pack asks for. Parameters and
 * the kind of the credential come from the options and the environment. */
int pack_print_script(struct arena *arena, struct diag *diag, const struct options *options,
                      const char *name);

/*
 * Flies every case under `tests:` of each pack in the simulated instance and compares what the pack
 * says with what the case wants; then shows the same run less of what the instance answered, in
 * every way the platform does, and demands that no finding gets better or fails. Prints one line a
 * case. Returns the exit status: 0, 1 when a case failed, 2 when a file is not sound.
 */
int pack_test_files(struct arena *arena, struct diag *diag, const struct strings *operands);

/* True when the simulated instance has the worlds, faults, switches and settings that the pack's
 * cases name; else each that it has not is reported at its case. */
MUST_USE bool pack_cases_are_known(struct arena *arena, struct diag *diag, const struct pack *pack);
