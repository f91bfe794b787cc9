/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call of the Table API in progress, and the writing of one record as JSON.
 */
#pragma once

#include "sim/access.h"

struct table_call {
    const char *version; /* "v1", "v2" or "" */
    const char *table;
    const char *sys_id; /* NULL: a list */
};

enum display { DISPLAY_VALUE, DISPLAY_SHOWN, DISPLAY_BOTH };

struct reading {
    struct world *world;
    const struct call *call;
    const struct caller *caller;
    const struct table_call *table_call;
    struct reply *reply;
    struct access access;
    struct table *table;
    enum display display;
    bool has_links;
    struct path *fields; /* asked for; all of the table's when none was named */
    size_t n_fields;
};

/* Reads sysparm_fields, sysparm_display_value and sysparm_exclude_reference_link of the call. */
void sim_reading_open(struct reading *reading);

/* Writes the record into the reply's body. */
void sim_record_put(struct reading *reading, const struct row *row);

/* What is shown for the value of the column: the name of the row it points to, the label of a
 * choice, else the value. */
const char *sim_record_shown(const struct reading *reading, const struct row *row,
                             const struct column *column);

/* The 403 for a query that uses a column the caller may not read. */
void sim_refuse_query(struct reading *reading);

/* The 404 for a record that is not there, or not for this caller: the two look alike. */
void sim_record_missing(struct reading *reading);

/* The rows that fit the call's query and what is laid over it, in the order it asks for, before any
 * row rule. False when the caller may not ask so; the reply is then complete. */
bool sim_reading_select(struct reading *reading, struct rows *ret_rows);
