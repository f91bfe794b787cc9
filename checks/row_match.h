/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rows of two answers are one record, and which of their cells say the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/question.h"

struct arena;

/* Two rows that are one record, or one that has no other: NULL. */
struct row_match {
    const struct row *before;
    const struct row *after;
};

struct row_matches {
    struct row_match *items;
    size_t n_items;
};

/* What is known about the two runs; `sys_ids` grows with every match. */
struct matching {
    struct arena *arena;
    bool is_one_instance;
    bool has_tokens;      /* names are anonymised */
    struct pairs sys_ids; /* of two instances: A's, and B's of the same record */
};

/* Matches the rows: of one instance by sys_id, of two by what people call them, else by what the
 * questions ask of them. */
struct row_matches match_rows(struct matching *matching, const struct answer *before,
                              const struct answer *after);

/* True when the two values say the same, or when nobody could tell: hidden secrets, and sys_ids of
 * two instances. */
bool cell_says_same(const struct matching *matching, const char *before, const char *after);

/* What a value of A is in B: the sys_id of the same record. */
const char *cell_in_after(const struct matching *matching, const char *value);

/* The columns that a question rests on; sys_id is none. */
struct strings columns_of_question(struct arena *arena, const struct question *question);
