/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token endpoint, POST /oauth_token.do, and what can be told of /oauth_auth.do without a
 * session.
 */
#pragma once

#include "sim/caller.h"

void sim_token_endpoint(struct world *world, const struct call *call, struct reply *reply);
void sim_authorize_endpoint(struct world *world, const struct call *call, struct reply *reply);
