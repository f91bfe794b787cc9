/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token endpoint, POST /oauth_token.do.
 */
#pragma once

#include "sim/caller.h"

void sim_token_endpoint(struct world *world, const struct call *call, struct reply *reply);
