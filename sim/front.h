/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may answer in front of the instance: the hibernation page, a login page, the edge.
 */
#pragma once

#include "sim/call.h"
#include "sim/world.h"

/* True when the call never reaches the instance; the reply is then complete. */
bool sim_front_answers(struct world *world, const struct call *call, struct reply *reply);

/* The page to sign in on, with status 200. */
void sim_login_page(struct reply *reply);
