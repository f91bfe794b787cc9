/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OAuth addresses besides the token endpoint: /oauth_auth.do, as far as it can be told without
 * a session, and /oauth_revoke_token.do.
 */
#pragma once

#include "sim/call.h"

struct world;

void sim_authorize_endpoint(struct world *world, const struct call *call, struct reply *reply);
void sim_revoke_endpoint(struct world *world, const struct call *call, struct reply *reply);
