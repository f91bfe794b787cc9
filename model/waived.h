/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a waiver in a run: reports tell all of them, so that none is forgotten.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum waiver_state {
    WAIVER_IN_FORCE, /* it waives a check */
    WAIVER_ENDING,   /* … and ends within two weeks */
    WAIVER_EXPIRED,  /* its day has passed: the check counts again */
    WAIVER_UNUSED,   /* nothing is left to waive, or no check has that name */
    WAIVER_UNTOLD,   /* the check was not looked at, so nobody knows whether it is needed */
};

struct waiver_told {
    const char *check; /* PACK/CHECK */
    const char *until; /* the last day, YYYY-MM-DD */
    const char *by;
    const char *because;
    enum waiver_state state;
    const char *says; /* the state in words: "ends in 5 days" */
};

/* True for those that somebody has to look at: ending, expired, unused. */
bool waiver_wants_action(const struct waiver_told *waiver);

const char *waiver_state_name(enum waiver_state state); /* "in-force", "ending" … */

/* The state of that name; false, and the result untouched, for any other text. */
bool waiver_state_from_name(const char *name, enum waiver_state *ret_state);
