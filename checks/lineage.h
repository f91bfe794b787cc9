/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a table inherits: columns, access rules and business rules of its parents hold for it too.
 */
#pragma once

#include "checks/evidence.h"

/*
 * The table and its parents, the table first, as an auditor reads them in sys_db_object.
 * PRESENCE_OPEN while that is asked, PRESENCE_FOUND with the list in *ret_tables, else
 * PRESENCE_UNTOLD. The finding stays as it was.
 */
enum presence read_lineage(struct judging *judging, const char *table, struct strings *ret_tables);

/*
 * Whether the dictionary, read in full by an auditor for the table and its parents, has the column:
 * PRESENCE_OPEN, FOUND, ABSENT, or UNTOLD. `known` is a column that the table certainly has: a
 * dictionary without it is not whole. The finding stays as it was.
 */
enum presence read_dictionary(struct judging *judging, const char *table, const char *column,
                              const char *known);
