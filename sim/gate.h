/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate of the REST APIs: who calls, and what has to let the call through before the API sees
 * it.
 */
#pragma once

#include "sim/caller.h"

/* True when the call may go on to its API; else the reply is complete. `ret_caller` is filled
 * either way. */
bool sim_gate_passes(struct world *world, const struct call *call, const struct api_target *target,
                     struct reply *reply, struct caller *ret_caller);

/* The same for a call inside a batch, by the caller the batch was let in for. */
bool sim_gate_passes_inside(struct world *world, const struct call *call,
                            const struct api_target *target, struct reply *reply,
                            struct caller *caller);
