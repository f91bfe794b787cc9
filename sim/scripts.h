/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scripts a value in a query may be: "javascript:gs.getUserID()".
 */
#pragma once

#include "sim/query.h"

/* What the script gives to who asks; NULL when it is none of those that are simulated, or when
 * nobody asks. `script` begins behind "javascript:". */
const char *sim_script_run(struct arena *arena, const struct world *world,
                           const struct query_asker *asker, const char *script);
