/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request as a command for a shell, so that an admin can see for himself what the instance says.
 * Where a secret stood there is a variable named after the credential: "$AUDITOR_KEY".
 */
#pragma once

#include "model/run.h"

struct arena;

/* curl and its arguments, one on each line, in the arena. NULL where it cannot be told how the
 * request was made: its address is none of the web's, or nothing says of what kind its credential
 * was. */
const char *reproduce_command(struct arena *arena, const struct run *run,
                              const struct exchange *exchange);
