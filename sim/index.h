/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding tables and columns by name and rows by a value without looking at all of them. A world is
 * indexed once it is complete; until then, and where there is no index, everything is searched from
 * its beginning. An index of values follows what changes by itself.
 */
#pragma once

#include "sim/world.h"

/* From now on names are looked up and values are indexed as they are asked for. Calling it again
 * starts anew. */
void sim_index_world(struct world *world);

/* A column of the table, or a table of the world, by its name; NULL when there is none. Only for an
 * indexed world. */
const struct column *sim_index_column(const struct table *table, const char *name);
struct table *sim_index_table(const struct world *world, const char *name);

/* The rows of the table and of its children with this value, in the order of the files: *ret_first
 * and then sim_index_next(). NULL when there is none. Only for an indexed world. */
struct matches {
    const struct value_index *index;
    size_t at; /* of the row given last */
};
struct row *sim_index_first(const struct world *world, const struct table *table,
                            const struct column *column, const char *value,
                            struct matches *ret_matches);
struct row *sim_index_next(struct matches *matches, const char *value);
