/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several kinds read of tables themselves: which table extends which. Columns, business rules
 * and data policies of a parent count for its children too.
 */
#pragma once

#include "checks/evidence.h"

struct ancestry {
    /* FOUND, or what came in its place: the finding says why, and ABSENT is a table that is not
     * there. */
    enum presence presence;
    struct strings names; /* the table itself, its parent, the parent's parent … as far as read */
    bool is_whole;        /* the last one has no parent */
};

/*
 * Reads sys_db_object: the table and three parents in one question, and where there may be more a
 * second one. While that second one is open, `judging->is_open` is true and `names` holds the
 * nearest four.
 */
struct ancestry read_ancestry(struct judging *judging, const char *table);

/* The same for a look that decides nothing by itself: the finding stays as it was. */
struct ancestry consult_ancestry(struct judging *judging, const char *table);

/*
 * The table, and task, which most tables that integrations use extend: what to ask ahead of while
 * the ancestry is open.
 */
struct strings likely_ancestry(const struct judging *judging, const char *table);

/*
 * Whether the dictionary, read in full by an auditor for the table and its parents, has the column:
 * PRESENCE_OPEN, FOUND, ABSENT, or UNTOLD. `known` is a column that the table certainly has: a
 * dictionary without it is not whole. The finding stays as it was.
 */
enum presence find_column(struct judging *judging, const char *table, const char *column,
                          const char *known);

/* Writes the finding for a table that every release has, and this instance says it has not. */
void judge_lost_table(struct judging *judging, const char *table);
