/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath demo: the main job on the built-in simulated instance, over real HTTPS on loopback.
 */
#include <stdio.h>

#include "base/arena.h"
#include "checks/kind.h"
#include "cli/command.h"
#include "cli/fleet.h"
#include "cli/simulated.h"
#include "cli/worlds.h"
#include "rules/load.h"
#include "sim/sim.h"

/* The pack to check with: the one that is given, else the world's own. NULL after reporting; a
 * world may play a guide that no built-in pack covers. */
static const char *choose_pack(struct arena *arena, struct diag *diag,
                               const struct options *options, const char *world,
                               const struct sim *sim)
{
    struct strings packs = builtin_pack_names(arena);
    const char *pack = sim_value(sim, "pack");
    if (options->packs.n_items == 1) {
        return options->packs.items[0];
    }
    if (options->packs.n_items > 1) {
        diag_error(diag, (struct where){0}, "demo takes one --pack");
        return NULL;
    }
    if (pack != NULL && strings_have(&packs, pack)) {
        return pack;
    }
    diag_error(diag, (struct where){0},
               "the world %s has no built-in pack to be checked with; give one with --pack FILE",
               world);
    return NULL;
}

/* The names of the parameters of a pack; false when it is none. */
static bool parameters_of(struct arena *arena, struct diag *diag, const char *name,
                          struct strings *ret_names)
{
    struct kind_schemas schemas = kind_schemas();
    struct pack *pack = NULL;
    if (!pack_lint(arena, diag, &schemas, name, &pack)) {
        return false;
    }
    *ret_names = pack->parameter_names;
    return true;
}

static int fly_in(struct arena *arena, struct diag *diag, const struct options *options,
                  const struct sim *sim, const char *pack)
{
    struct strings names = {0};
    if (!parameters_of(arena, diag, pack, &names)) {
        return EXIT_USAGE;
    }
    struct simulated *simulated =
        simulated_new(arena, sim, pack, &names, &options->without, options);
    bool is_fine = true;
    for (size_t i = 0; i < options->set.n_items; i++) {
        is_fine =
            target_set_parameter(arena, diag, &simulated->target, options->set.items[i]) && is_fine;
    }
    int status =
        is_fine ? fleet_fly_one(arena, diag, &simulated->options, &simulated->target) : EXIT_USAGE;
    target_release(&simulated->target);
    return status;
}

static void announce(const struct options *options, const char *world, const struct sim *sim)
{
    if (options->quiet) {
        return;
    }
    fprintf(stderr, "A simulated instance on 127.0.0.1:%d plays %s.\n", sim_port(sim),
            simulated_host);
    fprintf(stderr, "World %s", world);
    for (size_t i = 0; i < options->faults.n_items; i++) {
        fprintf(stderr, ",\n  with the fault %s", options->faults.items[i]);
    }
    for (size_t i = 0; i < options->without.n_items; i++) {
        fprintf(stderr, ",\n  without the credential %s", options->without.items[i]);
    }
    fprintf(stderr, ".\n\n");
}

static int demo_run(struct arena *arena, struct diag *diag, const struct options *options)
{
    const char *world = options->world != NULL ? options->world : default_world;
    struct sim_options sim_options = {.world = world,
                                      .faults = options->faults,
                                      .switches = options->switches,
                                      .tls = true,
                                      .host = simulated_host,
                                      .latency_ms = (int)options->latency_ms};
    if (options->operands.n_items > 0) {
        diag_error(diag, (struct where){0},
                   "demo takes no operand; did you mean --world %s or --pack %s?",
                   options->operands.items[0], options->operands.items[0]);
        return EXIT_USAGE;
    }
    if (!simulated_credentials_are_known(diag, &options->without)) {
        return EXIT_USAGE;
    }
    struct sim *sim = world_is_known(arena, diag, world) ? sim_start(diag, &sim_options) : NULL;
    if (sim == NULL) {
        return EXIT_USAGE;
    }
    int status = EXIT_USAGE;
    const char *pack = choose_pack(arena, diag, options, world, sim);
    if (pack != NULL) {
        announce(options, world, sim);
        status = fly_in(arena, diag, options, sim, pack);
    }
    sim_stop(sim);
    return status;
}

const struct command command_demo = {
    .name = "demo",
    .usage = "[--world NAME|FILE] [--pack FILE] [--fault CAUSE]...\n"
             "                      [OPTION]...",
    .summary = "check a built-in simulated instance, healthy or broken on purpose",
    .set = FOR_DEMO,
    .explain = worlds_explain,
    .run = demo_run,
};
