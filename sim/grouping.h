/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in groups: by the values of columns, without the groups an aggregate rules out, in the order
 * that is asked for.
 */
#pragma once

#include "sim/call.h"
#include "sim/query.h"

struct group {
    struct strings values; /* of the columns it is grouped by */
    struct rows rows;
};

/* A column to group by. */
struct group_column {
    const char *name;
    struct path path;
    bool exists; /* one that does not is empty in every row */
};

struct grouping {
    const struct call *call;
    const struct world *world;
    const struct table *table;
    struct group_column *by;
    size_t n_by;
    struct group *groups;
    size_t n_groups;
};

/* Reads sysparm_group_by of the call; call, world and table are set. */
void sim_grouping_open(struct grouping *grouping);

/* Puts the rows into groups, in the order of their first rows; without a column into one, even when
 * there is no row. Then come sysparm_having and sysparm_order_by. */
void sim_grouping_fill(struct grouping *grouping, const struct rows *rows);
