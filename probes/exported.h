/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of exports hold, between those who read them and those who answer of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/strings.h"
#include "model/question.h"

struct arena;
struct diag;
struct lookup;
struct recording;

/* A file that was read. */
struct export_file {
    const char *path;
    const char *name;   /* the last part of its path */
    const char *digest; /* 64 hexadecimal digits */
    int64_t taken;      /* its unload_date, else when it was last changed */
};

/* A record: its columns, as texts; those of secrets are not there. */
struct export_record {
    const char *sys_id;
    struct row row;
    struct strings tables; /* those it is a row of, as far as its files say: the names of its
                              elements, and its class */
    size_t file;           /* the place of the file it was taken from */
    size_t line;
};

struct export_column {
    const char *name;
    const struct export_record *last; /* that has it */
};

/* The records of one table. */
struct export_table {
    const char *name;
    bool is_element; /* elements bear its name: else it is only the class of some */
    bool may_be_cut; /* a file with rows of it has as many as a limit of the platform may be */
    size_t empty_in; /* without records: the place of the file that says so, from 1; 0: none does */
    struct export_column *columns;
    size_t n_columns;
    struct lookup *columns_by_name;
    const struct export_record **records;
    size_t n_records;
};

struct exports {
    struct arena *arena;
    bool are_whole; /* no filter was used, says the user */
    struct export_file *files;
    size_t n_files;
    struct export_record **records;
    size_t n_records;
    struct lookup *records_by_sys_id;
    struct export_table **tables;
    size_t n_tables;
    struct lookup *tables_by_name;
    struct lookup *objects_by_name; /* records of sys_db_object */
    struct recording *recording;    /* made of it: has its exchanges */
};

/* The table of that name, or NULL. */
struct export_table *exports_table(const struct exports *exports, const char *name);

/* The record with that sys_id, of whatever table, or NULL. */
struct export_record *exports_record(const struct exports *exports, const char *sys_id);

/* The column of the table, or NULL. */
struct export_column *export_column(const struct export_table *table, const char *name);

/* What was read of one file, before it is known whether it is one of this instance's rows. */
struct export_reading {
    struct export_record **records;
    size_t n_records;
    size_t n_not_rows; /* elements that ask for something to be deleted */
    bool is_unload;    /* of the form with unload_date */
    int64_t unloaded;  /* unload_date; 0: none */
    const char *fault; /* why it is no export, in words; NULL: it is one */
};

/* Reads the text of one file: `file` is its place. */
struct export_reading export_read_text(struct exports *exports, size_t file, const char *text,
                                       size_t len);

/* True for an update set that is to be loaded somewhere: its records are no rows of the instance it
 * was taken from. */
bool export_is_update_set(const struct export_reading *reading);

/* Takes a record in. False, and reported, where another file says something else of it and is no
 * older. */
MUST_USE bool exports_take(struct exports *exports, struct diag *diag,
                           struct export_record *record);

/* Notes that the file is all there is of a table: nothing. */
void exports_take_empty(struct exports *exports, const char *name, size_t file);
