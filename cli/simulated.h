/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A target that flies in the simulated instance: what demo and pack test share.
 */
#pragma once

#include "base/attributes.h"
#include "base/diag.h"
#include "cli/options.h"
#include "model/target.h"
#include "sim/sim.h"

struct arena;

/* The name the simulated instance plays. */
extern const char simulated_host[];

struct simulated {
    struct target target;   /* to be released with target_release() */
    struct options options; /* the given ones, and how the instance is reached */
    struct pack_choice choice;
};

/* Whether every name is one of a credential the simulated instance may be called with; reports the
 * others. */
MUST_USE bool simulated_credentials_are_known(struct diag *diag, const struct strings *names);

/*
 * A target for `sim`, which serves TLS as simulated_host: the world's own credentials but those in
 * `without`, and its parameters as far as `parameter_names` has them. Lives in `arena`.
 */
struct simulated *simulated_new(struct arena *arena, const struct sim *sim, const char *pack,
                                const struct strings *parameter_names,
                                const struct strings *without, const struct options *options);
