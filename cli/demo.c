/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glidepath demo: the main job on the built-in simulated instance, over real HTTPS on loopback.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/flight.h"
#include "cli/worlds.h"
#include "model/names.h"
#include "rules/load.h"
#include "sim/sim.h"

static const char host[] = "acme.service-now.com";

static const char *value_of(struct arena *arena, const struct sim *sim, const char *credential,
                            const char *key)
{
    return sim_value(sim, arena_printf(arena, "credentials.%s.%s", credential, key));
}

static struct secret secret_of(struct arena *arena, const struct sim *sim, const char *credential,
                               const char *const *keys, size_t n_keys)
{
    for (size_t i = 0; i < n_keys; i++) {
        const char *value = value_of(arena, sim, credential, keys[i]);
        if (value != NULL) {
            return secret_new(value, strlen(value));
        }
    }
    return (struct secret){0};
}

/* The world's own credentials, as its description gives them. */
static void add_credential(struct arena *arena, const struct sim *sim, const char *name,
                           struct target *target)
{
    static const char *const secrets[] = {"key", "password", "token", "refresh_token"};
    static const char *const client_secrets[] = {"client_secret"};
    const char *kind = value_of(arena, sim, name, "kind");
    enum credential_kind credential_kind = CREDENTIAL_API_KEY;
    if (kind == NULL || !credential_kind_from_name(kind, &credential_kind)) {
        return;
    }
    struct credential *slot =
        arena_append(arena, &target->credentials, &target->n_credentials, sizeof *slot);
    *slot = (struct credential){
        .name = name,
        .kind = credential_kind,
        .user_name = value_of(arena, sim, name, "user"),
        .client_id = value_of(arena, sim, name, "client_id"),
        .secret = secret_of(arena, sim, name, secrets, ARRAY_LEN(secrets)),
        .client_secret = secret_of(arena, sim, name, client_secrets, ARRAY_LEN(client_secrets)),
        .source = "the simulated world",
    };
}

/* Parameters that the world gives; options override them. */
static bool add_parameters(struct arena *arena, struct diag *diag, const struct sim *sim,
                           const struct options *options, struct target *target)
{
    static const char *const names[] = {"service_user", "auth_scope",   "assignment_group",
                                        "custom_role",  "details_link", "redirect_url",
                                        "deployment",   "vendor_egress"};
    bool is_fine = true;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = sim_value(sim, arena_printf(arena, "parameters.%s", names[i]));
        if (value != NULL) {
            pairs_add(arena, &target->set, names[i], value);
        }
    }
    for (size_t i = 0; i < options->set.n_items; i++) {
        is_fine = target_set_parameter(arena, diag, target, options->set.items[i]) && is_fine;
    }
    return is_fine;
}

/* A world may play a guide that no built-in pack covers; it can be served all the same. */
static bool has_pack(struct arena *arena, struct diag *diag, const char *world,
                     const struct sim *sim)
{
    struct strings packs = builtin_pack_names(arena);
    const char *pack = sim_value(sim, "pack");
    if (pack != NULL && strings_have(&packs, pack)) {
        return true;
    }
    return diag_error(diag, (struct where){0},
                      "the world %s has no built-in pack to be checked with; `glidepath sim "
                      "--world %s` serves it, for `glidepath check --pack FILE`",
                      world, world);
}

static int fly_in(struct arena *arena, struct diag *diag, const struct options *options,
                  const struct sim *sim)
{
    struct pack_choice choice = {.name = sim_value(sim, "pack"), .credential = "integration"};
    struct target target = {
        .instance = instance_parse(arena, host), .packs = &choice, .n_packs = 1};
    struct options flight_options = *options;
    add_credential(arena, sim, "integration", &target);
    add_credential(arena, sim, "auditor", &target);
    bool is_fine = add_parameters(arena, diag, sim, options, &target);
    flight_options.ca_file = sim_ca_file(sim);
    strings_add(arena, &flight_options.connect_to,
                arena_printf(arena, "%s:443:127.0.0.1:%d", host, sim_port(sim)));
    struct flight *flight = flight_prepare(arena, diag, &flight_options, &target, NULL);
    int status = is_fine && flight != NULL ? flight_fly(flight) : EXIT_USAGE;
    target_release(&target);
    return status;
}

static void announce(const struct options *options, const char *world, const struct sim *sim)
{
    if (options->quiet) {
        return;
    }
    fprintf(stderr, "A simulated instance on 127.0.0.1:%d plays %s.\n", sim_port(sim), host);
    fprintf(stderr, "World %s", world);
    for (size_t i = 0; i < options->faults.n_items; i++) {
        fprintf(stderr, ",\n  with the fault %s", options->faults.items[i]);
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
                                      .host = host,
                                      .latency_ms = (int)options->latency_ms};
    if (options->operands.n_items > 0) {
        diag_error(diag, (struct where){0}, "demo takes no operand; did you mean --world %s?",
                   options->operands.items[0]);
        return EXIT_USAGE;
    }
    struct sim *sim = world_is_known(arena, diag, world) ? sim_start(diag, &sim_options) : NULL;
    if (sim == NULL) {
        return EXIT_USAGE;
    }
    int status = EXIT_USAGE;
    if (has_pack(arena, diag, world, sim)) {
        announce(options, world, sim);
        status = fly_in(arena, diag, options, sim);
    }
    sim_stop(sim);
    return status;
}

const struct command command_demo = {
    .name = "demo",
    .usage = "[--world NAME] [--fault CAUSE]... [OPTION]...",
    .summary = "check a built-in simulated instance, healthy or broken on purpose",
    .set = FOR_DEMO,
    .explain = worlds_explain,
    .run = demo_run,
};
