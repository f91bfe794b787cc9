/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law 1, tried out: answers as they would look to an account that sees less. The platform hides
 * rows and leaves the count, leaves fields out, closes tables and cuts answers without a word; none
 * of that may turn a finding better, or into a failure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/finding.h"
#include "model/question.h"

struct arena;

enum blind_kind {
    BLIND_ALL_ROWS,    /* counted, none returned */
    BLIND_WANTED_ROWS, /* the control row comes back, the others are only counted */
    BLIND_COLUMN,      /* never comes back */
    BLIND_TABLE,       /* 403 "Failed API level ACL Validation" */
    BLIND_PAGE,        /* half the rows, and a next page */
    BLIND_BODY,        /* cut in the middle */
    BLIND_CONTROL_ROW, /* counted and not returned, it alone */
    BLIND_ROW,         /* one row is counted and not returned, wherever it is asked for */
    BLIND_UNCOUNTED,   /* neither returned nor counted: only of tables that hold data, where a
                          before-query rule, a domain or a data filter does that (law 2) */
};

struct blind {
    enum blind_kind kind;
    const char *credential; /* whose answers */
    const char *table;
    const char *column; /* BLIND_COLUMN */
    /* BLIND_ROW: the row, and the exchanges in which it came back, whoever asked for it. */
    const struct row *row;
    const struct exchange **exchanges;
    size_t n_exchanges;
};

/* The answer as `blind` leaves it: a copy in `arena`, or the answer itself where it is not about
 * this. */
struct answer *blind_answer(struct arena *arena, const struct blind *blind, struct answer *answer);

/*
 * All the ways to see less of what `credential` was answered: each table in each way, each column
 * that came back or that rows were looked up by, and each of the first rows. Tables in `but` are
 * left alone.
 */
struct blind *blinds_of(struct arena *arena, const struct answers *answers, const char *credential,
                        const struct strings *but, size_t *ret_n);

/* True when law 1 lets a finding move so. */
bool blind_may_move(enum verdict from, enum verdict to);

/* "sys_user.locked_out never comes back": what a blind does, for people. */
const char *blind_words(struct arena *arena, const struct blind *blind);
