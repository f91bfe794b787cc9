/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recordings that are judged to be compared: the two of diff, and the baseline of a run.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "checks/changes.h"
#include "cli/flight.h"
#include "model/change.h"
#include "model/run.h"
#include "probes/sources.h"

struct arena;
struct options;
struct recording;

/* What files say, with the flight that judges it; all in one arena. */
struct judged {
    struct sources sources; /* of a live run what answers beside the instance, if anything */
    struct flight *flight;
    const struct run *run; /* clean, once it has been judged */
};

/*
 * Prepares to judge a recording as `check --from` would, however old it is, with its own packs and
 * parameters or those that the options name. `like`: a target whose packs are meant, or NULL.
 * False, and reported, when something is wrong. judged_end() gives back what it holds.
 */
MUST_USE bool judged_prepare(struct arena *arena, struct diag *diag, const struct options *options,
                             const struct recording *recording, const struct target *like,
                             const struct shared *shared, struct judged *ret_judged);
void judged_judge(struct judged *judged);
void judged_end(struct judged *judged);

/* The one recording of it. */
const struct recording *judged_recording(const struct judged *judged);

/* What changed from one judged flight to another, which may be a live one; `run` is what that saw,
 * before it was made fit for reports, or NULL once it has landed. */
const struct changes *judged_changes(struct arena *arena, const struct judged *before,
                                     const struct judged *after, const struct run *run);
