/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs that an account is a person's. A guess: no column says so, and what it finds is advice.
 */
#pragma once

#include <stdbool.h>

#include "base/strings.h"
#include "model/question.h"

struct arena;

struct personal {
    struct strings signs;  /* what speaks for a person, in words */
    struct strings unseen; /* columns that never came back and would have told */
    bool is_likely;
};

/* The columns of sys_user that are looked at. */
extern const struct strings personal_columns;

/*
 * Reads the signs off a row of sys_user. A personnel number, or an address at a provider of private
 * mailboxes, is enough; of the weaker signs (a manager, a name as people have them, sign-ins of an
 * account that may use pages) it takes two.
 */
struct personal personal_signs(struct arena *arena, const struct row *row);
