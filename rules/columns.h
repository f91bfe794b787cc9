/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which columns a table has: rules/columns.yaml. Nothing here is certain of an instance (columns
 * come with releases and plugins); it is certain of us: what is not in the list, no check asks for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

struct catalogue;
struct arena;

/* What else public sources call a column. */
struct other_names {
    const char *column;
    struct strings names;
};

struct table_entry {
    const char *name;
    const char *source;      /* where its names come from; NULL: the harvest the file begins with */
    struct strings columns;  /* those it inherits included */
    struct pairs references; /* column -> the table it points to */
    struct other_names *others;
    size_t n_others;
    struct pairs
        read_by; /* a role that reads it as the platform comes -> where that is published */
};

/* The table of that name, or NULL when the list has none. */
const struct table_entry *catalogue_table(const struct catalogue *catalogue, const char *name);

/*
 * True when the list has the column: "active", or dot-walked along references, "user.user_name".
 */
bool catalogue_has_column(const struct catalogue *catalogue, const char *table, const char *path);

/*
 * A column in words that say whose field rule decides about it: "active" of the table itself, and
 * of a dot-walked one the table it leads to, "user.user_name (a column of sys_user)", as far as the
 * references are in the list.
 */
const char *catalogue_column_words(struct arena *arena, const struct catalogue *catalogue,
                                   const char *table, const char *path);

/*
 * All names under which `path` of the table may come back, itself first: where the first column of
 * the path has other names, the path under each of them.
 */
struct strings catalogue_names(struct arena *arena, const struct catalogue *catalogue,
                               const char *table, const char *path);
