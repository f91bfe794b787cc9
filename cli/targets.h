/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which targets a run has, and what each of them says: operands, files, environment and options.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"
#include "cli/options.h"
#include "model/shard.h"
#include "model/target.h"

struct arena;
struct sources;

/* The target files of a run. */
struct target_files {
    struct strings items; /* of this share; a NULL stands for options and environment alone */
    size_t n_all;         /* of all shares together */
    bool is_set;          /* reports are about several targets, however many this share has */
    struct shard shard;
};

/*
 * Finds them: operands as they stand, a folder as its *.yaml files; sorted, and of those the share
 * that --shard asks for. False, and reported, when one is named twice or a folder has none.
 */
MUST_USE bool target_files_find(struct arena *arena, struct diag *diag,
                                const struct options *options, struct target_files *ret_files);

/*
 * Everything a target says without its secrets. `file` may be NULL. The files of --from
 * tell what the target does not say. When something is wrong, *ret_target still holds what could
 * be read, so that its packs can be looked at too.
 */
MUST_USE bool target_read(struct arena *arena, struct diag *diag, const struct options *options,
                          const char *file, const struct sources *sources,
                          struct target *ret_target);

/* The same of a recording alone, without a file, an instance or the environment. */
MUST_USE bool target_read_recorded(struct arena *arena, struct diag *diag,
                                   const struct options *options, const struct sources *sources,
                                   struct target *ret_target);

/* Where refusals and writes are remembered: $XDG_STATE_HOME/glidepath, by default below the home
 * directory. NULL: nowhere. */
const char *state_dir_find(struct arena *arena);
