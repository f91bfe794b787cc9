/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers: what somebody signed for until a day, in UTC. Pure, with the clock handed in.
 *
 * A waiver turns a fail or an unknown into waived, up to the last second of its day. What was never
 * asked cannot be waived: nobody has seen what they sign for.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"
#include "model/target.h"
#include "model/waived.h"

struct arena;

/* Applies the target's waivers to one finding: the first that has not ended. One that has is named
 * in `because`, so that nobody wonders why the check counts again. */
void waivers_apply(struct arena *arena, const struct target *target, int64_t now,
                   struct finding *finding);

/* What became of every waiver, in the order of the target; `findings` are final. */
struct waiver_told *waivers_told(struct arena *arena, const struct target *target, int64_t now,
                                 const struct finding *findings, size_t n_findings);
