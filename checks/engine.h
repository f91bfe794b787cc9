/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine: judges the checks of all packs round by round, and makes findings of them.
 *
 * Life of a run: engine_new(); then engine_judge() with the answers so far and again after every
 * wave, until no question is open; then engine_finish(), which applies what is decided in one place
 * for all kinds: effects, waivers, what gates, what stood in the way.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "checks/kind.h"
#include "model/finding.h"

struct engine;

struct engine_options {
    struct strings only; /* PACK/CHECK or CHECK; what such a check needs comes along; empty: all */
    struct strings skip;
    bool recommended_gates;
    /* Leave the recommended checks out, and read no record that says what was seen to work. */
    bool quick;
    bool allow_writes; /* consent to checks that write */
};

/* An engine for the packs of one target; everything lives in `arena`. `now` is in seconds since
 * 1970. */
struct engine *engine_new(struct arena *arena, const struct target *target,
                          struct pack *const *packs, size_t n_packs,
                          const struct catalogue *catalogue, const struct engine_options *options,
                          int64_t now);

/*
 * Reports every `only` and `skip` that names no check of the packs, with the nearest spelling.
 * False when there was one.
 */
MUST_USE bool engine_check_options(const struct engine *engine, struct diag *diag);

/*
 * Judges all checks with the answers so far. Questions that must not be sent, because the text of
 * the instance or of a credential is broken, are settled here and added to `answers`. Returns the
 * questions that are open now; none when done.
 */
const struct questions *engine_judge(struct engine *engine, struct answers *answers);

/* True for a check of the packs that this run judges: no option leaves it out, and its condition
 * holds. */
bool engine_may_ask(const struct engine *engine, const struct check *check);

/* The findings, in the order of the packs, final. Call it once, after the last engine_judge(). */
struct finding *engine_finish(struct engine *engine, const struct answers *answers,
                              size_t *ret_n_findings);

/* What to type into the vendors' own forms: one sentence for each form whose text was not given. */
struct strings engine_form_texts(const struct engine *engine);
