/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operators of encoded queries: how each is written and what it asks of a value.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

struct world;

/* What stands behind the word: nothing, a text, "a,b,c", "a@b", "Today@a@b", the name of a column.
 */
enum operand {
    OPERAND_NONE,
    OPERAND_TEXT,
    OPERAND_LIST,
    OPERAND_RANGE,
    OPERAND_PERIOD,
    OPERAND_COLUMN
};

/* One value of a row and what it is compared with; everything is borrowed. */
struct comparison {
    const struct world *world;
    const char *value;
    const char *operand; /* a text, the beginning of a range, or the value of the other column */
    const char *until;   /* the end of a range */
    const struct strings *list;
    size_t most_compared; /* characters, of two columns */
};

struct operation {
    const char *word;
    enum operand operand;
    bool is_match;      /* one of the operators of a query_match rule (query-acl-rule.md) */
    bool is_by_display; /* of a reference it looks at what is shown */
    bool (*test)(const struct comparison *comparison);
};

/* The operator at the head of the text; NULL when it is none that is simulated. */
const struct operation *sim_operation_find(const char *text);

/* Less than, equal to or greater than zero: whole numbers by their size, else by the characters. */
int sim_compare(const char *a, const char *b);
