/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Table API: reading a list and reading one record.
 */
#pragma once

#include "sim/caller.h"

struct table_call {
    const char *version; /* "v1", "v2" or "" */
    const char *table;
    const char *sys_id; /* NULL: a list */
};

void sim_table_api(struct world *world, const struct call *call, const struct caller *caller,
                   const struct table_call *table_call, struct reply *reply);
