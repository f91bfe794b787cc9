/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From operands to targets.
 */
#include "cli/targets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/recorded.h"
#include "rules/load.h"

const char *state_dir_find(struct arena *arena)
{
    const char *state_home = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (!text_is_empty(state_home)) {
        return arena_printf(arena, "%s/glidepath", state_home);
    }
    return text_is_empty(home) ? NULL : arena_printf(arena, "%s/.local/state/glidepath", home);
}

/* ---- Files ---------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool add_folder(struct arena *arena, struct diag *diag, const char *folder,
                       struct strings *files)
{
    const struct strings names = folder_list(arena, folder);
    size_t n_before = files->n_items;
    size_t len = strlen(folder);
    const char *slash = text_ends_with(folder, "/") ? "" : "/";
    for (size_t i = 0; i < names.n_items; i++) {
        const char *path = arena_printf(arena, "%.*s%s%s", (int)len, folder, slash, names.items[i]);
        if (text_ends_with(names.items[i], ".yaml") && !is_folder(path)) {
            strings_add(arena, files, path);
        }
    }
    return files->n_items > n_before ||
           diag_error(diag, (struct where){.file = folder}, "no target in it: no file *.yaml");
}

static int compare_paths(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* The same file under two names would be two flights, and the second says nothing new. */
static bool refuse_doubles(struct arena *arena, struct diag *diag, const struct strings *files)
{
    struct stat *all = arena_array(arena, files->n_items, sizeof *all);
    bool is_fine = true;
    for (size_t i = 0; i < files->n_items; i++) {
        if (stat(files->items[i], &all[i]) != 0) {
            all[i] = (struct stat){0}; /* reading it tells why */
        }
        for (size_t j = 0; j < i; j++) {
            if (all[i].st_ino != 0 && all[i].st_ino == all[j].st_ino &&
                all[i].st_dev == all[j].st_dev) {
                is_fine = diag_error(diag, (struct where){.file = files->items[i]},
                                     "given twice: it is %s", files->items[j]);
                break;
            }
        }
    }
    return is_fine;
}

static bool read_shard(struct diag *diag, const struct options *options, struct shard *ret_shard)
{
    return options->shard == NULL || shard_parse(options->shard, ret_shard) ||
           diag_error(diag, (struct where){0},
                      "--shard takes K/N, the Kth of N shares (1 <= K <= N <= %d), not '%s'",
                      MOST_SHARDS, options->shard);
}

bool target_files_find(struct arena *arena, struct diag *diag, const struct options *options,
                       struct target_files *ret_files)
{
    const struct strings *operands = &options->operands;
    struct target_files files = {.is_set = options->shard != NULL || operands->n_items > 1};
    struct strings all = {0};
    bool is_fine = read_shard(diag, options, &files.shard);
    for (size_t i = 0; i < operands->n_items; i++) {
        if (is_folder(operands->items[i])) {
            files.is_set = true;
            is_fine = add_folder(arena, diag, operands->items[i], &all) && is_fine;
        } else {
            strings_add(arena, &all, operands->items[i]);
        }
    }
    if (all.n_items > 0) {
        qsort(all.items, all.n_items, sizeof *all.items, compare_paths);
        is_fine = refuse_doubles(arena, diag, &all) && is_fine;
    } else if (operands->n_items == 0) {
        strings_add(arena, &all, NULL);
    }
    files.n_all = all.n_items;
    for (size_t i = 0; i < all.n_items; i++) {
        if (shard_has(&files.shard, i)) {
            strings_add(arena, &files.items, all.items[i]);
        }
    }
    *ret_files = files;
    return is_fine;
}

/* ---- One target ----------------------------------------------------------------------------- */

/* Options override what file and environment said. */
static bool apply_options(struct arena *arena, struct diag *diag, const struct options *options,
                          struct target *target)
{
    bool is_fine = true;
    if (options->instance != NULL) {
        target->instance = instance_parse(arena, options->instance);
    }
    if (options->packs.n_items > 0) {
        struct pack_choice *choices = NULL;
        size_t n_choices = 0;
        for (size_t i = 0; i < options->packs.n_items; i++) {
            struct pack_choice *slot = arena_append(arena, &choices, &n_choices, sizeof *slot);
            *slot =
                (struct pack_choice){.name = options->packs.items[i], .credential = "integration"};
        }
        target->packs = choices;
        target->n_packs = n_choices;
    }
    for (size_t i = 0; i < options->set.n_items; i++) {
        is_fine = target_set_parameter(arena, diag, target, options->set.items[i]) && is_fine;
    }
    return is_fine;
}

/* A diagnosis needs no vendor: what every integration needs is what it looks at then. */
static void choose_baseline(struct arena *arena, const struct options *options,
                            struct target *target)
{
    if (options->diagnose && target->n_packs == 0 && !target->may_choose_packs) {
        struct pack_choice *choice =
            arena_append(arena, &target->packs, &target->n_packs, sizeof *choice);
        *choice = (struct pack_choice){.name = "baseline", .credential = "integration"};
    }
}

bool target_read_recorded(struct arena *arena, struct diag *diag, const struct options *options,
                          const struct sources *sources, struct target *ret_target)
{
    struct target target = {0};
    bool is_fine = apply_options(arena, diag, options, &target);
    is_fine = recorded_complete(arena, diag, options, sources, &target) && is_fine;
    *ret_target = target;
    return is_fine;
}

static bool refuse_no_instance(struct diag *diag, const struct sources *sources)
{
    bool has_exports = false;
    for (size_t i = 0; i < sources->n_items; i++) {
        has_exports = has_exports || sources->items[i]->source == SOURCE_EXPORT;
    }
    return diag_error(diag, (struct where){0},
                      "no instance given (in TARGET, by --instance, or GLIDEPATH_INSTANCE)%s",
                      has_exports ? ", and XML exports do not say of which one they are" : "");
}

bool target_read(struct arena *arena, struct diag *diag, const struct options *options,
                 const char *file, const struct sources *sources, struct target *ret_target)
{
    bool is_fine = true;
    /* Until its file is read, it may say anything. */
    struct target target = {.may_name_instance = true, .may_choose_packs = true};
    if (file == NULL) {
        target = (struct target){0};
    } else {
        is_fine = target_load(arena, diag, file, &target);
    }
    is_fine = target_add_environment(arena, diag, &target) && is_fine;
    is_fine = apply_options(arena, diag, options, &target) && is_fine;
    is_fine = recorded_complete(arena, diag, options, sources, &target) && is_fine;
    choose_baseline(arena, options, &target);
    if (target.instance.text == NULL && !target.may_name_instance) {
        is_fine = refuse_no_instance(diag, sources);
    }
    *ret_target = target;
    return is_fine;
}
