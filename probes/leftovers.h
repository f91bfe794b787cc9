/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that a run may have left on an instance (law 9): noted before one is made, forgotten once
 * it is gone, so that the run after a killed one can say what to look for. A note holds the
 * instance, the table, the tag and the time, and nothing of a credential. It is a file of its own,
 * because two runs may write at once; losing it costs a protection and never a run.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct arena;

struct leftover {
    int64_t seconds; /* when the record was to be made, since 1970 */
    const char *instance;
    const char *table;
    const char *tag;  /* in correlation_id */
    const char *file; /* the note; read, not written */
};

struct leftovers {
    struct leftover *items;
    size_t n_items;
};

/* Notes a record that is about to be made. The folder is made if need be, for its owner alone.
 * False when it could not be written down, which it never can when `state_dir` is NULL. */
MUST_USE bool leftover_remember(const char *state_dir, const struct leftover *leftover);

/* Forgets the note with this tag: the record is gone, was never made, or stays on purpose. */
void leftover_forget(const char *state_dir, const char *tag);

/* What earlier runs noted of `instance` in the last 30 days before `now` and did not take back;
 * older notes, of whatever instance, are deleted. The texts live in `arena`. */
struct leftovers leftovers_of(struct arena *arena, const char *state_dir, const char *instance,
                              int64_t now);
