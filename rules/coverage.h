/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of every row of a vendor's guide: checks cover it, or a reason says why no machine
 * can, or it was forgotten.
 */
#pragma once

#include <stddef.h>

#include "base/strings.h"

struct arena;
struct pack;

enum row_state { ROW_MISSING, ROW_REASON, ROW_COVERED, N_ROW_STATES };

struct row_coverage {
    const char *row;
    enum row_state state;  /* covered goes before a reason */
    struct strings checks; /* full ids, in the order of the pack */
    const char *reason;    /* NULL when there is none */
};

struct coverage {
    struct row_coverage *items; /* in the order of the guide */
    size_t n_items;
    size_t n_of[N_ROW_STATES];
};

/* The rows that the pack declares; none when it declares none. The list lives in `arena`, its texts
 * are the pack's. Never fails. */
struct coverage pack_coverage(struct arena *arena, const struct pack *pack);

/* "missing", "reason", "covered". */
const char *row_state_name(enum row_state state);
