/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pack before anybody has an instance: with something in the place of every parameter, and a
 * target with both credentials, so that its checks can be asked what they would ask.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "model/pack.h"
#include "model/target.h"
#include "rules/catalogue.h"

struct arena;

struct imagined {
    struct pack *pack;
    struct catalogue catalogue;
    struct target target;
    struct credential credentials[2]; /* of the target; nothing is in them */
};

/* Loads the pack of that name or path. *ret_imagined must stay where it is; what it refers to lives
 * in `arena`. False after reporting why the pack cannot be read. */
MUST_USE bool pack_imagine_target(struct arena *arena, struct diag *diag, const char *name,
                                  struct imagined *ret_imagined);
