/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which users the token endpoint gives a token.
 */
#pragma once

#include "sim/caller.h"

/* False when the endpoint refuses every grant for this user. */
bool sim_user_may_have_token(const struct world *world, const struct call *call,
                             const struct row *user);
