/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding tables and columns by name and rows by a value without looking at all of them. Names are
 * indexed as soon as the tables are known, values once the world is complete; before that
 * everything is searched from its beginning. An index of values follows by itself what changes.
 */
#pragma once

#include "sim/world.h"

struct arena;

/* From now on names are looked up; to be called again when a table or a column is gone. */
void sim_index_names(struct world *world);

/* From now on values are indexed as they are asked for: when the world is complete. */
void sim_index_values(struct world *world);

/* A set of texts; zeroed it is empty. */
struct text_set {
    const char **slots;
    size_t n_slots;
    size_t n_items;
};

/* Adds the text, which is not copied; false when the set has it already. */
bool sim_set_add(struct arena *arena, struct text_set *set, const char *text);

/* A column of the table, or a table of the world, by its name; NULL when there is none. */
const struct column *sim_index_column(const struct table *table, const char *name);
struct table *sim_index_table(const struct world *world, const char *name);

/* The rows of the table and of its children with this value, in the order of the files: *ret_first
 * and then sim_index_next(). NULL when there is none. */
struct matches {
    const struct value_index *index;
    size_t at; /* of the row given last */
};
struct row *sim_index_first(const struct world *world, const struct table *table,
                            const struct column *column, const char *value,
                            struct matches *ret_matches);
struct row *sim_index_next(struct matches *matches, const char *value);
