/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REST API auth scopes (rest-api-auth_scope-properties.md, rest-api-scope-troubleshooting.md).
 * They bind OAuth tokens only. An API that an active scope record names is open to tokens of
 * clients with that scope; an API no record names is open to every client but a restricted one.
 */
#include "sim/caller.h"

static struct rows links_of(const struct world *world, struct arena *arena, const char *table_name,
                            const struct row *client)
{
    const struct table *table = sim_table_find(world, table_name);

    return table == NULL ? (struct rows){0}
                         : sim_rows_by_value(world, arena, table, "oauth_entity", client->sys_id);
}

static void add_mapped(const struct world *world, struct arena *arena, const struct row *client,
                       struct strings *names)
{
    struct rows links = links_of(world, arena, "oauth_entity_auth_scope_mapping", client);

    for (size_t i = 0; i < links.n_items; i++) {
        const struct row *scope = sim_row_reference(world, links.items[i], "auth_scope");
        if (scope != NULL) {
            strings_add_unique(arena, names, sim_row_get(scope, "name"));
        }
    }
}

/* The older table has the scope's name in its column of the table's name. */
static void add_named(const struct world *world, struct arena *arena, const struct row *client,
                      struct strings *names)
{
    struct rows links = links_of(world, arena, "oauth_entity_scope", client);

    for (size_t i = 0; i < links.n_items; i++) {
        strings_add_unique(arena, names, sim_row_get(links.items[i], "oauth_entity_scope"));
    }
}

/* Two tables link an application to scopes: the one of the patch notes (zurich-patch-9.md,
 * PRB2012305) and one that public notes on agents have in its place. */
struct strings sim_client_scopes(const struct world *world, struct arena *arena,
                                 const struct row *client)
{
    struct strings names = {0};

    if (!sim_switch_is(&world->switches, SWITCH_SCOPE_TABLE, "entity-scope")) {
        add_mapped(world, arena, client, &names);
    }
    if (!sim_switch_is(&world->switches, SWITCH_SCOPE_TABLE, "mapping")) {
        add_named(world, arena, client, &names);
    }
    return names;
}

/* Whose scope is asked for: a client's, of which there may be several, or a key's. */
static bool has_scope(const struct world *world, struct arena *arena, const struct caller *caller,
                      const struct row *scope)
{
    if (scope == NULL) {
        return false;
    }
    if (caller->key != NULL) {
        return text_equal(sim_row_get(caller->key, "auth_scope"), scope->sys_id);
    }
    struct strings names = sim_client_scopes(world, arena, caller->client);
    return strings_have(&names, sim_row_get(scope, "name"));
}

/* rest-api-scope-troubleshooting.md has the words, one observation the scope behind them. */
static const char *say_missing(const struct world *world, struct arena *arena,
                               const struct row *scope)
{
    static const char words[] = "Missing required api access scope";

    return sim_switch_is(&world->switches, SWITCH_MISSING_SCOPE, "bare")
               ? words
               : arena_printf(arena, "%s: %s", words,
                              scope == NULL ? "" : sim_row_get(scope, "name"));
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
        const struct row *scope = sim_row_reference(world, rule, "auth_scope");
        if (has_scope(world, arena, caller, scope)) {
            return NULL;
        }
        missing = say_missing(world, arena, scope);
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
    if (caller->client == NULL ||
        !sim_property_is_true(world, "com.glide.rest.api.auth.scope.check.enable", true)) {
        return NULL;
    }
    struct strings names = sim_client_scopes(world, arena, caller->client);
    if (strings_have(&names, "useraccount")) { /* opens every API */
        return NULL;
    }
    return refusal_for(
        world, arena, target, caller,
        text_equal(sim_row_get(caller->client, "scope_restriction_status"), "restricted"));
}
