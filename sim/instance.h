/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instance itself: a call in, a reply out. No socket and no lock; server.c has both.
 */
#pragma once

#include "sim/call.h"
#include "sim/world.h"

/* Answers the call. `reply` was initialised by the caller. */
void sim_instance_answer(struct world *world, const struct call *call, struct reply *reply);
