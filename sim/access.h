/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which tables, rows and fields a caller may read. One struct serves one call and remembers what it
 * found out.
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

/* True when the caller may use the column in a query or an ordering, whatever the row. */
bool sim_access_column(struct access *access, const struct table *table,
                       const struct column *column);

/* The queries that business rules running before every query add for this caller. */
struct query **sim_access_before_query(struct access *access, const struct table *table,
                                       size_t *ret_n);
