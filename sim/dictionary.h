/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the instance says of its own tables: rows of sys_db_object and sys_dictionary.
 */
#pragma once

#include "sim/world.h"

/* Adds a row of each for every table. */
void sim_dictionary_insert(struct world *world);

/* Takes the rows about the table away, with those about its columns. */
void sim_dictionary_forget(struct world *world, const char *table);
