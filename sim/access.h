/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which tables, rows and fields a caller may read, and what it may do to them. One struct serves
 * one call and remembers what it found out.
 */
#pragma once

#include <stdbool.h>

#include "sim/caller.h"
#include "sim/query.h"

struct access {
    struct arena *arena;
    const struct world *world;
    const struct caller *caller;
    struct right **rights; /* found out so far */
    size_t n_rights;
};

enum table_access {
    TABLE_OPEN,    /* rows are looked at one by one */
    TABLE_CLOSED,  /* to web services: 403 whoever asks */
    TABLE_REFUSED, /* to this caller: 403 */
};

struct query_asker sim_caller_asker(const struct caller *caller);

enum table_access sim_access_table(struct access *access, const struct table *table);
bool sim_access_row(struct access *access, const struct row *row);
bool sim_access_field(struct access *access, const struct row *row, const struct column *column);

/* True when the caller may use the column in a query or an ordering, whatever the row. `is_range`
 * tells a comparison by more than equality from one by it: rules may differ between the two. */
bool sim_access_column(struct access *access, const struct table *table,
                       const struct column *column, bool is_range);

/* The same for the last column of a path that begins at the table. */
bool sim_access_path(struct access *access, const struct table *table, const struct path *path,
                     bool is_range);

/* True when the rules let the caller do `operation` ("create", "write", "delete") to the row, or,
 * with a column, to that field of it. */
bool sim_access_table_operation(struct access *access, const struct table *table,
                                const char *operation); /* to some row at least */
bool sim_access_row_operation(struct access *access, const struct row *row, const char *operation);
bool sim_access_field_operation(struct access *access, const struct row *row,
                                const struct column *column, const char *operation);

/* False when an active rule of type REST_Endpoint keeps the caller from the API of this name. */
bool sim_access_endpoint(struct access *access, const char *api);

/* What is laid over every query of this caller: the queries that business rules running before it
 * add, and security data filters. */
struct query **sim_access_before_query(struct access *access, const struct table *table,
                                       size_t *ret_n);
