/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runs of several targets, for reports about all of them.
 *
 * A run is handed in when it is over and kept as its JSON report in a temporary file, with a few
 * lines about it in memory: so what is finished costs next to nothing, and a set that was gathered
 * from files (`report merge`) is the same as one that was flown. Formats get the set when it is
 * complete, in an order that depends on the runs alone: by instance, then packs, then as they were
 * handed in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/run.h"
#include "model/shard.h"

struct arena;

/* What is known of one run without reading it again. */
struct brief {
    const char *label; /* "acme.service-now.com: rad-security": unlike those of all others */
    const char *host;
    const char *url;
    const char *packs; /* names alone: "rad-security, baseline" */
    size_t file; /* that gave its host a token, where several may have given the same; else 0 */
    size_t nth;  /* among those with the same url, packs and file, from 1 */
    enum status status;
    const char *status_reason;
    int exit_status;
    bool is_interrupted;
    struct tally tally;
    const char *run_id; /* NULL when it was read from a file */
    const char *cause;  /* id and words of the first, or NULL */
    const char *cause_says;
    size_t place; /* as it was handed in */
    long offset;  /* in the spool */
    size_t len;
};

struct run_set {
    struct brief *items;
    size_t n_items;
    enum status status;
    const char *status_reason; /* "unreachable", "no-target", "incomplete", or NULL */
    int exit_status;
    struct tally tally;    /* of all */
    size_t n_of_status[3]; /* targets, by enum status */
    struct shard shard;    /* which share of a list this is; n == 0: no share */
    struct shard *shards;  /* that it was put together of */
    size_t n_shards;
    const char *missing; /* the shares that are not there: "2/4, 3/4"; NULL: none is known of */
    const char *tool_version;
    FILE *spool;
    struct arena *arena;
};

/* An empty set; NULL when no temporary file could be made: *ret_fault says why, in words. */
struct run_set *run_set_new(const char *tool_version, const char **ret_fault);
void run_set_free(struct run_set *set);

/* Adds a run, clean as for any report; `place` is where it stands among those that are alike.
 * False when the temporary file could not be written. */
MUST_USE bool run_set_add(struct run_set *set, const struct run *run, size_t place);

/* The host of the run that was added last is a token of the `file`th of several files: the same
 * token of another file may be another instance. */
void run_set_note_file(struct run_set *set, size_t file);

/* A share of a list that is in the set, when it is put together of shares: those that are not there
 * will be missed. */
void run_set_note_shard(struct run_set *set, const struct shard *shard);

/* When all are in: puts them into their order, and settles status, counts and labels. `interrupted`
 * is the exit status of a signal that ended it, or 0. */
void run_set_finish(struct run_set *set, int interrupted);

/* The first run, from the second on, with the instance and packs of another; or NULL. */
const struct brief *run_set_double(const struct run_set *set);

/* A run of the set, in `scratch`. NULL when it could not be read back. */
const struct run *run_set_read(const struct run_set *set, size_t i, struct arena *scratch);

/* Its JSON report, as it stands: *ret_len bytes in `scratch`; NULL when it could not be read. */
const char *run_set_text(const struct run_set *set, size_t i, struct arena *scratch,
                         size_t *ret_len);

/* "2 of 3 targets not ready, 1 ready": why the status is what it is. */
char *run_set_sentence(struct arena *arena, const struct run_set *set);

/* True when a report that can only be green or red has to be red although each run is green. */
bool run_set_needs_a_case(const struct run_set *set);

/* True when a signal ended it. */
bool run_set_is_interrupted(const struct run_set *set);

/* True for a run that a report which can only be green or red shows as red. */
bool brief_is_red(const struct brief *brief);
