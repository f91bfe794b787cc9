/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A target that flies in the simulated instance: its address, and what the world says of its
 * credentials and parameters.
 */
#include "cli/simulated.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "model/names.h"
#include "rules/load.h"

const char simulated_host[] = "acme.service-now.com";

static const char *const credentials[] = {"integration", "auditor"};

static bool is_a_credential(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(credentials); i++) {
        if (text_equal(credentials[i], name)) {
            return true;
        }
    }
    return false;
}

bool simulated_credentials_are_known(struct diag *diag, const struct strings *names)
{
    bool are_known = true;
    for (size_t i = 0; i < names->n_items; i++) {
        if (!is_a_credential(names->items[i])) {
            are_known =
                diag_error(diag, (struct where){0},
                           "--without takes integration or auditor, not '%s'", names->items[i]);
        }
    }
    return are_known;
}

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

/* Parameters that the world gives, as far as the pack has them. */
static void add_parameters(struct arena *arena, const struct sim *sim, const struct strings *names,
                           struct target *target)
{
    struct pairs values = sim_values(arena, sim, "parameters");
    for (size_t i = 0; i < values.n_items; i++) {
        if (strings_have(names, values.items[i].key)) {
            pairs_add(arena, &target->set, values.items[i].key, values.items[i].value);
        }
    }
}

struct simulated *simulated_new(struct arena *arena, const struct sim *sim, const char *pack,
                                const struct strings *parameter_names,
                                const struct strings *without, const struct options *options)
{
    struct simulated *simulated = arena_allocate(arena, sizeof *simulated);
    simulated->choice = (struct pack_choice){.name = pack, .credential = "integration"};
    simulated->target = (struct target){.instance = instance_parse(arena, simulated_host),
                                        .packs = &simulated->choice,
                                        .n_packs = 1};
    simulated->options = *options;
    simulated->options.ca_file = sim_ca_file(sim);
    strings_add(arena, &simulated->options.connect_to,
                arena_printf(arena, "%s:443:127.0.0.1:%d", simulated_host, sim_port(sim)));
    for (size_t i = 0; i < ARRAY_LEN(credentials); i++) {
        if (!strings_have(without, credentials[i])) {
            add_credential(arena, sim, credentials[i], &simulated->target);
        }
    }
    add_parameters(arena, sim, parameter_names, &simulated->target);
    return simulated;
}
