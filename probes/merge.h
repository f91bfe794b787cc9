/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which questions for rows become one request. Pure.
 *
 * Questions of one table, condition and key differ in their values and columns alone: one request
 * with `key IN values` and all columns answers them. A question that asks for fewer rows than
 * another (one term more) is answered along with that one, where it is sure to be read in full. A
 * merged answer that is not whole tells nothing about any one question; whoever asked asks again,
 * alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/question.h"

struct arena;

/* The questions of one request, before it is split by the length of its URL. */
struct group {
    const struct question
        *shape; /* the first of them: table, where, key, and what logs are asked */
    const struct question **questions;
    size_t n_questions;
    struct strings fields;
    struct strings controls;      /* rows that exist anyhow, of which one IN has room */
    struct strings shared_values; /* may stand in one IN */
    struct strings lone_values;   /* each a request of its own */
};

struct groups {
    struct group *items;
    size_t n_items;
};

/* Groups in the order of their first questions, which are of one credential. `one_by_one`: a group
 * for each question. */
struct groups merge_questions(struct arena *arena, const struct question *const *questions,
                              size_t n_questions, bool one_by_one);

/*
 * True when every row that the narrow question asks for is one that the wide one asks for, and the
 * wide one is read in full unless the table is longer than a listing. The first rows of a table are
 * no listing. Values of a key are not compared.
 */
bool question_contains(const struct question *wide, const struct question *narrow);

/* False for a value that would end inside an IN, or whose meaning there is not documented. */
bool value_can_share(const char *value);
