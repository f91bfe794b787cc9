/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --record and --from: a run as a file, and a file in the place of an instance.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "cli/options.h"
#include "model/pack.h"
#include "model/run.h"
#include "model/target.h"
#include "probes/recording.h"
#include "probes/sources.h"
#include "report/report.h"

struct arena;
struct redactor;
struct token_book;

/*
 * Reads what --from names, each in its turn. False, and reported, when one of them cannot be
 * judged, or other options do not go with it.
 */
MUST_USE bool recorded_read(struct arena *arena, struct diag *diag, const struct options *options,
                            struct sources *ret_sources);

/* Reads one file. NULL, and reported, when it cannot be judged. */
const struct recording *recorded_read_file(struct arena *arena, struct diag *diag,
                                           const char *path);

/* Makes the redactor know the tokens that stand in the recording for secrets: reports say that one
 * stood there. */
void recorded_know_tokens(struct redactor *redactor, const struct recording *recording);

/*
 * What a target does not say is taken from the files: the instance, the packs with what was set for
 * them, and credentials. Those of a recorded run take the place of the target's, whose secrets
 * nobody needs then; of a script's or of exports, which stand in for the auditor, they come beside
 * the target's. False, and reported, when a file is of another instance, or the target has an
 * auditor as well.
 */
MUST_USE bool recorded_complete(struct arena *arena, struct diag *diag,
                                const struct options *options, const struct sources *sources,
                                struct target *target);

/* False, and reported, when --from names exports and there are several targets: an export is of one
 * instance. */
MUST_USE bool exports_are_of_one(struct diag *diag, const struct sources *sources,
                                 size_t n_targets);

/* True when --record does not go with the other options; else reported. */
MUST_USE bool record_is_possible(struct diag *diag, const struct options *options,
                                 size_t n_targets);

/* What is to be recorded: the run as it was, before it was made fit for reports. */
struct flown {
    const struct target *target;
    const struct run *run;
    const struct answers *answers;
    const struct personal_names *names; /* NULL: they stay */
    struct token_book *book;            /* what stands for which name */
    struct redactor *redactor;
    int64_t started;
    int64_t duration_ms;
};

/* Writes it to `path`. False, and said, when that failed. */
MUST_USE bool record_write(struct arena *arena, const char *path, const struct flown *flown);
