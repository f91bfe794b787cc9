/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value out of many rows: count, least, most, sum and average of a column.
 */
#pragma once

#include "sim/query.h"

/* The names of the aggregates that sysparm_<aggregate>_fields knows, in the order of the answer;
 * NULL past the end. */
const char *sim_aggregate_name(size_t i);

/* The aggregate `name` ("count" too, in any case) of the column in the rows, as the API shows it;
 * "" when no row has a value that counts, NULL when there is no such aggregate. */
const char *sim_aggregate(struct arena *arena, const struct world *world, const char *name,
                          const struct path *path, const struct rows *rows);

/* Below, at or above zero as `a` is less than, equal to or more than `b`: as numbers when both are
 * some, with up to four decimals, else by their characters. */
int sim_aggregate_compare(const char *a, const char *b);
