/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world of a simulated instance: its tables and rows.
 *
 * Every value is text, as the Table API shows it; a reference holds the sys_id of its row. Rows of
 * a child table are rows of its parents too. A world is built once, from the files compiled into
 * the program or from a file of the user's, then changed by faults, then served. While it is served
 * it moves in few places only (failed attempts, tokens, counters), under the server's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"
#include "sim/switches.h"

struct arena;
struct yaml_node;

/* A column. A table and its children share the struct, so columns compare by address. */
struct column {
    const char *name;
    const char *target_name;    /* the table a reference points to, or NULL */
    const struct table *target; /* the same, found */
    bool is_secret;             /* never leaves the instance, and no query finds it */
    const struct table *owner;  /* the table that defines it */
    const char *type;           /* as sys_dictionary.internal_type has it */
    const char *label;
    const char *max_length;
    bool is_read_only;
    bool is_mandatory; /* as the dictionary has it */
};

struct cell {
    const struct column *column;
    const char *value;
};

struct row {
    struct table *table; /* the most specific one */
    const char *sys_id;
    struct cell *cells; /* those with a value */
    size_t n_cells;
    char *slots; /* of a row of the instance's own logs: where its values stand (log.c) */
};

/* A shorthand of world files for a row of a many-to-many table: "+roles: [itil]". */
struct link {
    const char *name;
    const char *table; /* to insert into */
    const char *from;  /* the column that points to the row with the shorthand */
    const char *to;    /* the column that points to the row that is named */
};

struct table {
    const char *name;
    const char *label;
    bool is_extendable;
    const char *icon;     /* of a class of the CMDB: a sys_id, "" when none is known */
    const char *icon_url; /* the same */
    struct table *parent;
    struct column **columns; /* the parents' first */
    size_t n_columns;
    const struct column *key; /* world files name a row by it */
    const struct column *display;
    struct link *links;
    size_t n_links;
    struct pairs defaults; /* of new records, besides those of the parents (defaults.c) */
    const char *denied;    /* see tables.yaml; NULL when the switch decides */
    const char *opened_by; /* name of a switch, or NULL */
    struct row **rows;     /* of this very table; children hold their own */
    size_t n_rows;
    uint64_t version;      /* raised by every change of a row of it or of a child (index.c) */
    struct column **slots; /* the columns by name (index.c); NULL before */
    size_t n_slots;
};

/* A reference in a world file that has not been looked up yet. */
struct pending_reference {
    struct row *row;
    const struct column *column;
    struct where where;
};

/* A part of the description, named by its dotted path, that a fault replaces. */
struct replacement {
    const char *path;
    const struct yaml_node *node;
};

struct world {
    struct arena *arena; /* not owned */
    const char *name;
    struct table **tables;
    size_t n_tables;
    struct switches switches;
    struct pairs parameters;             /* of the description; $name in faults */
    const struct yaml_node *description; /* of the world file */
    struct replacement *replacements;    /* what faults change of it */
    size_t n_replacements;
    struct pending_reference *pending;
    size_t n_pending;
    const char *instance_name; /* the first label of the host; $instance_name in world files */
    const char *created;       /* when rows were made that do not say; a time of the Table API */
    const char *base_url;      /* without a slash at the end; for links */
    size_t n_inserted;         /* for the sys_ids of rows without a key */
    size_t n_logged;           /* for those of the instance's own logs */
    size_t number;             /* of the row of a crowd that is being made, from 1; else 0 */
    uint64_t n_transactions;
    struct table **slots; /* the tables by name (index.c); NULL before, as is the next */
    size_t n_slots;
    struct value_indexes *indexes;
    struct text_set *sys_ids; /* of every row there ever was */
};

/* A borrowed list of rows. */
struct rows {
    struct row **items;
    size_t n_items;
};

/* --- tables and rows (rows.c) --- */

struct table *sim_table_find(const struct world *world, const char *name);
const struct column *sim_column_find(const struct table *table, const char *name);

/* True when `table` is `ancestor` or a child of it, however deep. */
bool sim_table_is_a(const struct table *table, const struct table *ancestor);

/* The rows of the table and of its children, in the order of the files; the list is the arena's. */
struct rows sim_table_rows(const struct world *world, struct arena *arena,
                           const struct table *table);

/* The row with this sys_id in the table or its children; NULL when there is none. */
struct row *sim_row_by_id(const struct world *world, const struct table *table, const char *sys_id);

/* The first row of the table or its children whose column has this value. */
struct row *sim_row_by_value(const struct world *world, const char *table, const char *column,
                             const char *value);

/* The rows of the table and its children whose column has this value; the list is the arena's. */
struct rows sim_rows_by_value(const struct world *world, struct arena *arena,
                              const struct table *table, const char *column, const char *value);

/* The value of a cell; "" when it is empty or the row has no such column. */
const char *sim_row_value(const struct row *row, const struct column *column);
const char *sim_row_get(const struct row *row, const char *column);
bool sim_row_is_true(const struct row *row, const char *column);

/* The row a reference points to; NULL when it is empty or dangling. */
struct row *sim_row_reference(const struct world *world, const struct row *row, const char *column);

/* Puts a value; `column` must exist. The text is copied. */
void sim_row_set(struct world *world, struct row *row, const char *column, const char *value);

/*
 * Adds a row to the table: with `sys_id`, or when that is NULL with one made of the table and
 * `key`, or when that is NULL too of a counter. A sys_id already taken is counted up.
 */
struct row *sim_row_insert(struct world *world, struct table *table, const char *sys_id,
                           const char *key);
void sim_row_delete(struct world *world, struct row *row);

/* Puts what every row has of its making: when, and by whom. */
void sim_row_stamp(struct world *world, struct row *row);

/* Tells that rows of the table were changed by other ways than these functions. */
void sim_table_touch(struct table *table);

/* The value of a system property; `fallback` when there is no such row. */
const char *sim_property(const struct world *world, const char *name, const char *fallback);
bool sim_property_is_true(const struct world *world, const char *name, bool fallback);

/* True when the plugin is installed and active, in any of the words for it ("true", "1", "active":
 * sources differ on what sys_plugins holds). */
bool sim_plugin_is_active(const struct world *world, const char *id);

/* "2026-11-20 10:00:00" of seconds since 1970, as a value of the Table API. */
const char *sim_date_time(struct arena *arena, int64_t seconds);

/* --- reading world files (world.c) --- */

/*
 * Builds a world for the instance at `host`: the tables and rows every instance has, then those of
 * the built-in world called `name` or read from the file of that name. References are not looked up
 * yet (sim_world_resolve).
 */
struct world *sim_world_load(struct arena *arena, struct diag *diag, const char *name,
                             const char *host);

/* Adds one row of a world file to the table; `node` is a mapping of columns, and of links with a +
 * in front. */
MUST_USE bool sim_world_insert(struct world *world, struct diag *diag, struct table *table,
                               const struct yaml_node *node);

/* Puts the value of one column as a world file writes it: a reference by the key of its row, a time
 * as "now-30d". */
MUST_USE bool sim_world_put(struct world *world, struct diag *diag, struct row *row,
                            const char *column, const struct yaml_node *value);

/* Looks up the references put so far; each that names no row is reported. */
MUST_USE bool sim_world_resolve(struct world *world, struct diag *diag);

/* Adds what the platform keeps by itself: inherited roles, rows of sys_db_object. Once, last. */
void sim_world_derive(struct world *world);

/* The text of a scalar with $name replaced by the world's parameters, else by the parts of its
 * integration credential ($client_id, $user); NULL after reporting a name it does not have. */
const char *sim_world_expand(struct world *world, struct diag *diag, const struct yaml_node *node);
