/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs, loaded once for all targets that ask for them alike: a fleet has a few of them, and each
 * is far larger than all that is known of a target that waits.
 */
#pragma once

#include <stddef.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "model/pack.h"
#include "model/target.h"

struct shelf;

struct shelf *shelf_new(void);
void shelf_free(struct shelf *shelf);

/*
 * The packs that the target chooses, with its parameters in them, as packs_load() gives them. They
 * live until shelf_give_back(). False, and reported, when something is wrong with them.
 */
MUST_USE bool shelf_take(struct shelf *shelf, struct diag *diag, const struct target *target,
                         struct pack ***ret_packs, size_t *ret_n_packs);

/* Nobody needs these any more whom shelf_take() gave them. NULL is fine. */
void shelf_give_back(struct shelf *shelf, struct pack *const *packs);
