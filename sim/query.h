/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded queries: reading, testing a row, ordering.
 *
 * A query is a union (^NQ) of blocks, a block is a conjunction (^) of groups, a group is a
 * disjunction (^OR) of terms. Reading never fails: a term or an ordering whose column does not
 * exist, or whose operator is not one, is left out and counted, because what happens to it is a
 * setting of the instance and not of the language.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "sim/world.h"

struct arena;

/* A column by way of references: "user.manager.email". */
struct path {
    const char *text;
    const struct column **steps;
    size_t n_steps;
    bool is_range; /* of a term or ordering: it compares by more than equality */
};

/* Finds the columns of `text` from `table` on. False when one does not exist or is secret. */
MUST_USE bool sim_path_find(struct arena *arena, const struct table *table, const char *text,
                            struct path *ret_path);

/* The row that holds the last column, or NULL when a reference on the way is empty. */
const struct row *sim_path_row(const struct world *world, const struct path *path,
                               const struct row *row);
const char *sim_path_value(const struct world *world, const struct path *path,
                           const struct row *row);

struct query {
    const struct world *world;
    struct query_block *blocks;
    size_t n_blocks;
    struct path *paths; /* of every term that was understood, and of every ordering */
    size_t n_paths;
    size_t n_unknown; /* terms and orderings left out */
    struct query_order *orders;
    size_t n_orders;
};

/* Who asks and when, for scripts as `javascript:gs.getUserID()`; NULL texts are nobody, and at the
 * time 0 no date is known. */
struct query_asker {
    const char *user_name;
    const char *user_id;
    int64_t now;
};

struct query *sim_query_parse(struct arena *arena, const struct world *world,
                              const struct table *table, const char *text,
                              struct query_asker asker);
bool sim_query_matches(const struct query *query, const struct row *row);

/* Puts the rows in the order the query asks for; without one they stay as they are. */
void sim_query_sort(const struct query *query, struct rows *rows);
