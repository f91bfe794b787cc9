/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a set of questions reads and writes, for each credential and table: the list that an
 * administrator approves, shared by `pack show` and `--plan`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"
#include "checks/foresee.h"

struct arena;
struct catalogue;

/* What one credential reads of one table, or another call it makes. */
struct read {
    const char *credential; /* NULL: without one */
    const char *call;       /* "GET /api/now/table/incident" */
    const char *table;      /* NULL: a call of another API */
    struct strings columns; /* none: a call whose rows are not looked at */
    bool writes;
    bool is_certain; /* asked in any case, not only after some answers */
    bool is_walked;  /* only along references of other tables */
};

struct reads {
    struct read *items;
    size_t n_items;
};

/* Adds what a question asks for; one entry for a credential and a table. */
void reads_add(struct arena *arena, const struct foreseen *foreseen, struct reads *reads);

/* Adds the tables that dot-walked columns lead to, as far as the list of columns knows them. */
void reads_walk(struct arena *arena, const struct catalogue *catalogue, struct reads *reads);

/* By credential and call, without a credential first; the columns of each by name. */
void reads_sort(struct reads *reads);
