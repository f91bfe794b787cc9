/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the instance says of its own tables: rows of sys_db_object and sys_dictionary.
 */
#pragma once

#include "sim/world.h"

/* Adds a row of each for every table, and one of sys_dictionary for every column. */
void sim_dictionary_insert(struct world *world);

/* Takes the rows about the table away, with those about its columns. */
void sim_dictionary_forget(struct world *world, const char *table);

/* Takes the row about the column away. */
void sim_dictionary_forget_column(struct world *world, const struct column *column);
