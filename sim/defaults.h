/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in a record nobody has written into yet.
 */
#pragma once

#include "sim/world.h"

/* Puts the defaults of the row's table and its parents: `$now` is the time, `$caller` the sys_id of
 * who makes the record, which may be NULL. */
void sim_defaults_put(struct world *world, struct row *row, const char *now, const char *caller);

/* The default of a column, of the table or a parent; NULL when there is none, or only the time or
 * the caller. */
const char *sim_default_of(const struct table *table, const char *column);
