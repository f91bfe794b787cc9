/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Web Tokens as assertions of the JWT bearer grant.
 */
#pragma once

#include "sim/call.h"
#include "sim/world.h"

/* The user the assertion in `text` speaks for, when a key of the client's signed it and it is
 * neither early nor late; else NULL. */
const struct row *sim_jwt_user(const struct world *world, const struct call *call,
                               const struct row *client, const char *text);
