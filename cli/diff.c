/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath diff: two recordings, of one instance at two times or of two instances.
 */
#include <stdio.h>

#include "base/arena.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/compared.h"
#include "cli/recorded.h"
#include "cli/sinks.h"
#include "model/names.h"
#include "probes/exports.h"
#include "probes/recording.h"
#include "report/changes.h"
#include "rules/catalogue.h"

enum { N_SIDES = 2 };

struct diff {
    struct arena *arena;
    struct diag *diag;
    const struct options *options;
    struct sinks sinks;
    struct catalogue catalogue;
    struct judged sides[N_SIDES];
};

static bool prepare(struct diff *diff, size_t i)
{
    const struct shared shared = {.catalogue = &diff->catalogue};
    const char *path = diff->options->operands.items[i];
    if (exports_are_at(path)) {
        return diag_error(
            diff->diag, (struct where){.file = path},
            "a folder, or XML, and no recording: exports do not say of which instance "
            "they are, nor what is absent");
    }
    const struct recording *recording = recorded_read_file(diff->arena, diff->diag, path);
    return recording != NULL && judged_prepare(diff->arena, diff->diag, diff->options, recording,
                                               NULL, &shared, &diff->sides[i]);
}

/* Names in one and tokens in the other: nobody could tell what is the same. */
static bool are_comparable(const struct diff *diff)
{
    bool is_fine = judged_recording(&diff->sides[0])->is_anonymous ==
                   judged_recording(&diff->sides[1])->is_anonymous;
    return is_fine ||
           diag_error(diff->diag, (struct where){0},
                      "one of the recordings is anonymised and the other is not: what is a name in "
                      "one is a token in the other");
}

/* Without one, nothing would be compared, and nothing found to be worse. */
static bool have_pack_in_common(const struct diff *diff)
{
    const struct recording *before = judged_recording(&diff->sides[0]);
    const struct recording *after = judged_recording(&diff->sides[1]);
    for (size_t i = 0; i < before->n_packs && diff->options->packs.n_items == 0; i++) {
        for (size_t j = 0; j < after->n_packs; j++) {
            if (text_equal(before->packs[i].name, after->packs[j].name)) {
                return true;
            }
        }
    }
    return diff->options->packs.n_items > 0 ||
           diag_error(diff->diag, (struct where){0},
                      "the recordings have no pack in common, so there is nothing to compare");
}

/* The arguments are easily swapped; of two instances either may come first. */
static void warn_of_order(const struct diff *diff)
{
    const struct recording *before = judged_recording(&diff->sides[0]);
    const struct recording *after = judged_recording(&diff->sides[1]);
    if (text_equal(before->target.instance.text, after->target.instance.text) &&
        before->started > after->started) {
        fputs("glidepath: warning: A is younger than B: what is called worse was so before\n",
              stderr);
    }
}

/* All mistakes in one go. */
static bool prepare_all(struct diff *diff)
{
    const struct options *options = diff->options;
    if (options->operands.n_items != N_SIDES) {
        return diag_error(diff->diag, (struct where){0},
                          "diff takes two recordings, A and B, as --record writes them; not %zu",
                          options->operands.n_items);
    }
    bool is_fine = sinks_read(diff->arena, diff->diag, &options->reports, &diff->sinks) &&
                   sinks_for_two(diff->diag, options, &diff->sinks);
    is_fine = catalogue_load(diff->arena, diff->diag, &diff->catalogue) && is_fine;
    for (size_t i = 0; i < N_SIDES; i++) {
        is_fine = prepare(diff, i) && is_fine;
    }
    return is_fine && are_comparable(diff) && have_pack_in_common(diff);
}

/* ---- What was set differently ---- */

static void add_setting(struct diff *diff, struct comparison *comparison,
                        struct changed_setting setting)
{
    if (text_equal(setting.before, setting.after)) {
        return;
    }
    struct changed_setting *slot =
        arena_append(diff->arena, &comparison->settings, &comparison->n_settings, sizeof *slot);
    *slot = setting;
}

static const struct pack *find_pack(const struct run *run, const char *name)
{
    for (size_t i = 0; run != NULL && i < run->n_packs; i++) {
        if (text_equal(run->packs[i]->name, name)) {
            return run->packs[i];
        }
    }
    return NULL;
}

/* The version that the recording was made with; both are judged by the one there is now. */
static const char *recorded_version(const struct judged *judged, const char *name)
{
    for (size_t i = 0; i < judged_recording(judged)->n_packs; i++) {
        if (text_equal(judged_recording(judged)->packs[i].name, name)) {
            return judged_recording(judged)->packs[i].version;
        }
    }
    return NULL;
}

static void compare_pack(struct diff *diff, const char *name, struct comparison *comparison)
{
    const struct pack *before = find_pack(diff->sides[0].run, name);
    const struct pack *after = find_pack(diff->sides[1].run, name);
    struct strings names = {0};
    add_setting(diff, comparison,
                (struct changed_setting){.pack = name,
                                         .before = recorded_version(&diff->sides[0], name),
                                         .after = recorded_version(&diff->sides[1], name)});
    for (size_t i = 0; before != NULL && after != NULL && i < before->parameters.n_items; i++) {
        strings_add_unique(diff->arena, &names, before->parameters.items[i].key);
    }
    for (size_t i = 0; before != NULL && after != NULL && i < after->parameters.n_items; i++) {
        strings_add_unique(diff->arena, &names, after->parameters.items[i].key);
    }
    for (size_t i = 0; i < names.n_items; i++) {
        add_setting(
            diff, comparison,
            (struct changed_setting){.pack = name,
                                     .name = names.items[i],
                                     .before = pairs_get(&before->parameters, names.items[i]),
                                     .after = pairs_get(&after->parameters, names.items[i])});
    }
}

static void compare_packs(struct diff *diff, struct comparison *comparison)
{
    struct strings names = {0};
    for (size_t i = 0; i < N_SIDES; i++) {
        const struct run *run = diff->sides[i].run;
        for (size_t p = 0; p < run->n_packs; p++) {
            strings_add_unique(diff->arena, &names, run->packs[p]->name);
        }
    }
    for (size_t i = 0; i < names.n_items; i++) {
        compare_pack(diff, names.items[i], comparison);
    }
}

/* ---- Telling ---- */

static struct compared head_of(const struct judged *judged)
{
    return (struct compared){.instance_url = judged->run->instance_url,
                             .started = judged_recording(judged)->started,
                             .release_family = judged->run->release_family,
                             .release_build = judged->run->release_build,
                             .digest = judged_recording(judged)->digest,
                             .source = source_name(judged_recording(judged)->source)};
}

static struct redactor *redactor_of(const struct diff *diff)
{
    struct redactor *redactor = redactor_new();
    for (size_t i = 0; i < N_SIDES; i++) {
        recorded_know_tokens(redactor, judged_recording(&diff->sides[i]));
    }
    return redactor;
}

static int tell(struct diff *diff, const struct changes *changes)
{
    struct redactor *redactor = redactor_of(diff);
    struct comparison comparison = {.tool_version = GLIDEPATH_VERSION,
                                    .before = head_of(&diff->sides[0]),
                                    .after = head_of(&diff->sides[1]),
                                    .changes = changes};
    compare_packs(diff, &comparison);
    const struct comparison *clean = comparison_clean(diff->arena, &comparison, redactor);
    redactor_free(redactor);
    if (!sinks_write_comparison(diff->arena, &diff->sinks, clean)) {
        return EXIT_INTERNAL;
    }
    return changes->n_directions[CHANGE_WORSE] > 0 ? 1 : 0;
}

static int diff_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    struct diff diff = {.arena = arena, .diag = diag, .options = options};
    int status = EXIT_USAGE;
    if (prepare_all(&diff)) {
        warn_of_order(&diff);
        judged_judge(&diff.sides[0]);
        judged_judge(&diff.sides[1]);
        status = tell(&diff, judged_changes(arena, &diff.sides[0], &diff.sides[1], NULL));
    }
    judged_end(&diff.sides[0]);
    judged_end(&diff.sides[1]);
    return status;
}

static void diff_help(struct arena *arena, struct diag *diag, const struct options *options)
{
    (void)arena;
    (void)diag;
    (void)options;
    fputs("\n"
          "A and B are what --record wrote, of one instance at two times or of two\n"
          "instances. Each is judged as check --from would, with the packs and parameters it\n"
          "was recorded with; then come the checks whose verdict changed from A to B, and of\n"
          "each the difference that did it: judged without it, B has the verdict of A.\n"
          "Reports are terminal and json. Exit status: 0 nothing got worse, 1 something did.\n",
          stdout);
}

const struct command command_diff = {
    .name = "diff",
    .usage = "A B [OPTION]...",
    .summary = "tell what changed between two recordings, and what did it",
    .set = FOR_DIFF,
    .operands = VALUES_FILE,
    .explain = diff_help,
    .run = diff_run,
};
