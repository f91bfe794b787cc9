/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REST API auth scopes (rest-api-auth_scope-properties.md, rest-api-scope-troubleshooting.md).
 * They bind OAuth tokens only. An API that an active scope record names is open to tokens of
 * clients with that scope; an API no record names is open to every client but a restricted one.
 */
#include "sim/caller.h"

static bool client_has_scope(const struct world *world, const struct row *client,
                             const char *scope_id)
{
    const struct table *mappings = sim_table_find(world, "oauth_entity_auth_scope_mapping");

    for (size_t i = 0; mappings != NULL && i < mappings->n_rows; i++) {
        const struct row *mapping = mappings->rows[i];
        if (text_equal(sim_row_get(mapping, "oauth_entity"), client->sys_id) &&
            text_equal(sim_row_get(mapping, "auth_scope"), scope_id)) {
            return true;
        }
    }
    return false;
}

/* The scope "useraccount" opens every API. */
static bool client_has_user_scope(const struct world *world, const struct row *client)
{
    const struct row *scope = sim_row_by_value(world, "sys_auth_scope", "name", "useraccount");

    return scope != NULL && client_has_scope(world, client, scope->sys_id);
}

/* Whose scope is asked for: a client's, of which there may be several, or a key's. */
static bool has_scope(const struct world *world, const struct caller *caller, const char *scope_id)
{
    return caller->key != NULL ? text_equal(sim_row_get(caller->key, "auth_scope"), scope_id)
                               : client_has_scope(world, caller->client, scope_id);
}

/* An API that active records name needs one of their scopes; `is_limited` closes one that none
 * names. */
static const char *refusal_for(const struct world *world, struct arena *arena,
                               const struct api_target *target, const struct caller *caller,
                               bool is_limited)
{
    const struct table *rules = sim_table_find(world, "sys_api_access_scope");
    const char *missing = NULL;

    for (size_t i = 0; rules != NULL && i < rules->n_rows; i++) {
        const struct row *rule = rules->rows[i];
        if (!sim_row_is_true(rule, "active") || !sim_api_rule_covers(world, rule, target)) {
            continue;
        }
        if (has_scope(world, caller, sim_row_get(rule, "auth_scope"))) {
            return NULL;
        }
        const struct row *scope = sim_row_reference(world, rule, "auth_scope");
        missing = arena_printf(arena, "Missing required api access scope: %s",
                               scope == NULL ? "" : sim_row_get(scope, "name"));
    }
    return missing == NULL && is_limited ? "Access to unscoped api is not allowed" : missing;
}

/* A key is limited by a scope of its own, unless that is "useraccount". */
static bool is_limited_key(const struct world *world, const struct caller *caller)
{
    const struct row *scope =
        caller->key == NULL ? NULL : sim_row_reference(world, caller->key, "auth_scope");

    return scope != NULL && !text_equal(sim_row_get(scope, "name"), "useraccount");
}

/* A key with a scope of its own is for the APIs that an active record puts into it
 * (configure-api-key.md has the field, nobody the refusal; its words are those for a token). */
const char *sim_key_scope_refusal(struct world *world, struct arena *arena,
                                  const struct api_target *target, const struct caller *caller)
{
    return is_limited_key(world, caller) ? refusal_for(world, arena, target, caller, true) : NULL;
}

const char *sim_scope_refusal(struct world *world, struct arena *arena,
                              const struct api_target *target, const struct caller *caller)
{
    if (caller->client == NULL || client_has_user_scope(world, caller->client) ||
        !sim_property_is_true(world, "com.glide.rest.api.auth.scope.check.enable", true)) {
        return NULL;
    }
    return refusal_for(
        world, arena, target, caller,
        text_equal(sim_row_get(caller->client, "scope_restriction_status"), "restricted"));
}
