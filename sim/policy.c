/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REST API access policies. Of all active policies about a call only the most specific one counts,
 * any other before a global one (api-access-policy-prioritization.md); it admits the kinds of
 * credential whose profiles are mapped to it. Without a policy Basic and OAuth are admitted and API
 * keys are not (KB2628660; "Demystifying REST API Access Policies" on the community).
 */
#include <string.h>

#include "sim/caller.h"

enum { RANK_ALL = 8, RANK_GLOBAL = 9, RANK_GLOBAL_ALL = 10, RANK_NONE = 11 };

static bool covers_version(const struct world *world, const char *wanted, const char *version)
{
    /* Whether a policy for one version is about a path without a version is not documented. */
    return text_equal(wanted, version) ||
           (*version == '\0' &&
            sim_switch_is(&world->switches, SWITCH_POLICY_VERSION, "default-is-any"));
}

/* A flag "apply to all" that is set hides the field it is about; unless the property is true a
 * value left in the field counts all the same (glide.rest.policy.normalize_apply_all_fields). */
static bool is_specific(const struct world *world, const struct row *rule, const char *field,
                        const char *flag)
{
    if (*sim_row_get(rule, field) == '\0') {
        return false;
    }
    if (!sim_row_is_true(rule, flag) && !sim_row_is_true(rule, "apply_all")) {
        return true;
    }
    return text_equal(rule->table->name, "sys_api_access_policy") &&
           !sim_property_is_true(world, "glide.rest.policy.normalize_apply_all_fields", false);
}

static bool list_has(const char *list, const char *item)
{
    size_t len = strlen(item);

    for (; *list != '\0'; list += strcspn(list, ",")) {
        list += strspn(list, ", ");
        if (strncmp(list, item, len) == 0 && (list[len] == '\0' || list[len] == ',')) {
            return true;
        }
    }
    return false;
}

static bool lists_table(const struct world *world, const struct row *rule, const char *table)
{
    const char *list = sim_row_get(rule, "api_tablename");
    const struct row *object = sim_row_by_value(world, "sys_db_object", "name", table);

    if (*list == '\0' || *table == '\0' || sim_row_is_true(rule, "apply_all_tables")) {
        return true;
    }
    /* The list may hold names or sys_ids; sources differ. */
    return list_has(list, table) || (object != NULL && list_has(list, object->sys_id));
}

bool sim_api_rule_covers(const struct world *world, const struct row *rule,
                         const struct api_target *target)
{
    if (!text_equal(sim_row_get(rule, "api_path"), target->api_path) &&
        !sim_row_is_true(rule, "apply_global")) {
        return false;
    }
    if (is_specific(world, rule, "http_method", "apply_all_methods") &&
        !text_equal_nocase(sim_row_get(rule, "http_method"), target->method)) {
        return false;
    }
    if (is_specific(world, rule, "api_resource", "apply_all_resources") &&
        !text_equal(sim_row_get(rule, "api_resource"), target->resource)) {
        return false;
    }
    if (is_specific(world, rule, "version", "apply_all_versions") &&
        !covers_version(world, sim_row_get(rule, "version"), target->version)) {
        return false;
    }
    return lists_table(world, rule, target->table);
}

/* The vendor's table of priorities: 1 is the most specific. It has no row for a policy about all of
 * an API, which is less specific than any of its rows and no global one. */
static int rank(const struct world *world, const struct row *policy)
{
    static const int ranks[2][2][2] = {/* [method][resource][version] */
                                       {{RANK_ALL, 7}, {4, 3}},
                                       {{6, 5}, {2, 1}}};

    if (sim_row_is_true(policy, "apply_global")) {
        return sim_row_is_true(policy, "apply_all_methods") ? RANK_GLOBAL_ALL : RANK_GLOBAL;
    }
    return ranks[is_specific(world, policy, "http_method", "apply_all_methods")]
                [is_specific(world, policy, "api_resource", "apply_all_resources")]
                [is_specific(world, policy, "version", "apply_all_versions")];
}

/* The policy in force; no source says which of two of one rank. */
static const struct row *policy_in_force(const struct world *world, const struct api_target *target)
{
    const struct table *policies = sim_table_find(world, "sys_api_access_policy");
    const struct row *winner = NULL;
    int best = RANK_NONE;
    int margin = sim_switch_is(&world->switches, SWITCH_POLICY_TIE, "last") ? 1 : 0;

    for (size_t i = 0; policies != NULL && i < policies->n_rows; i++) {
        const struct row *policy = policies->rows[i];
        if (sim_row_is_true(policy, "active") && sim_api_rule_covers(world, policy, target) &&
            rank(world, policy) < best + margin) {
            best = rank(world, policy);
            winner = policy;
        }
    }
    return winner;
}

/* The profiles mapped to a policy, active or not, in the order they were mapped. */
static struct rows profiles_of(const struct world *world, struct arena *arena,
                               const struct row *policy)
{
    const struct table *table = sim_table_find(world, "sys_auth_profile_mapping");
    struct rows profiles = {0};
    struct rows mappings = {0};

    if (table != NULL) {
        mappings = sim_rows_by_value(world, arena, table, "api_access_policy", policy->sys_id);
    }
    for (size_t i = 0; i < mappings.n_items; i++) {
        struct row *profile = sim_row_reference(world, mappings.items[i], "inbound_auth_profile");
        if (profile != NULL) {
            struct row **slot =
                arena_append(arena, &profiles.items, &profiles.n_items, sizeof(struct row *));
            *slot = profile;
        }
    }
    return profiles;
}

static bool admits(const struct row *profile, const struct caller *caller)
{
    const char *kind = profile->table->name;
    const char *type = sim_row_get(profile, "type");

    if (!sim_row_is_true(profile, "active")) {
        return false;
    }
    switch (caller->kind) {
    case CALLER_API_KEY:
        return text_equal(kind, "http_key_auth") &&
               text_equal(sim_row_get(profile, "auth_parameter"), caller->parameter->sys_id);
    case CALLER_BASIC:
        return text_equal(kind, "std_http_auth") && text_contains_nocase(type, "basic");
    case CALLER_OAUTH:
        return text_equal(kind, "std_http_auth") && text_contains_nocase(type, "oauth");
    case CALLER_GUEST:
        break;
    }
    return false;
}

/* "Enforce token restrictions": the token counts only where a policy lists its profile
 * (t_CreateEndpointforExternalClients.md). */
static bool admitted_without_profile(const struct caller *caller)
{
    return caller->kind != CALLER_API_KEY &&
           (caller->client == NULL || !sim_row_is_true(caller->client, "restricted_binding"));
}

/* A mapped profile of the caller's kind admits it, unless an authentication policy on the profile
 * denies it (KB1963039). */
static bool profile_admits(const struct world *world, struct arena *arena,
                           const struct row *profile, const struct caller *caller,
                           const struct row **ret_refusal)
{
    const struct row *refusal;

    if (!admits(profile, caller)) {
        return false;
    }
    refusal = sim_profile_refusal(world, arena, profile, caller);
    if (refusal != NULL) {
        *ret_refusal = refusal;
    }
    return refusal == NULL;
}

bool sim_policy_admits(struct world *world, struct arena *arena, const struct api_target *target,
                       const struct caller *caller, const struct row **ret_refusal)
{
    const struct row *policy = policy_in_force(world, target);

    *ret_refusal = policy;
    if (policy == NULL) {
        return admitted_without_profile(caller);
    }
    struct rows profiles = profiles_of(world, arena, policy);
    if (profiles.n_items == 0) {
        return admitted_without_profile(caller) &&
               sim_switch_is(&world->switches, SWITCH_UNMAPPED_POLICY, "open");
    }
    for (size_t i = 0; i < profiles.n_items; i++) {
        if (profile_admits(world, arena, profiles.items[i], caller, ret_refusal)) {
            /* Tokens and keys never count in a global policy (configure-api-key.md). */
            return caller->kind != CALLER_API_KEY || !sim_row_is_true(policy, "apply_global");
        }
    }
    return false;
}

/* The scheme a profile stands for: ID tokens travel as Bearer too; keys have none. */
static const char *scheme_of(const struct row *profile)
{
    const char *type = sim_row_get(profile, "type");

    return text_contains_nocase(type, "basic") ? "BASIC"
           : text_contains_nocase(type, "oauth") || text_contains_nocase(type, "id_token")
               ? "BEARER"
               : NULL;
}

/* "glide.security.response.authenticate.header.auth_profile.first_scheme_only" or the policy's own
 * flag make the header list every scheme; else it has one, of the profile configured last
 * (create-api-access-policy.md, create-authentication-profile.md). */
static bool advertises_all(const struct world *world, const struct row *policy)
{
    return sim_row_is_true(policy, "all_authn_scheme_authenticate_header") ||
           !sim_property_is_true(
               world, "glide.security.response.authenticate.header.auth_profile.first_scheme_only",
               true);
}

struct strings sim_policy_schemes(struct world *world, struct arena *arena,
                                  const struct api_target *target)
{
    const struct row *policy = policy_in_force(world, target);
    struct strings schemes = {0};
    struct rows profiles = {0};

    if (policy != NULL) {
        profiles = profiles_of(world, arena, policy);
    }
    for (size_t i = profiles.n_items; i > 0; i--) {
        const char *scheme = scheme_of(profiles.items[i - 1]);
        if (scheme != NULL) {
            strings_add_unique(arena, &schemes, scheme);
        }
    }
    if (schemes.n_items == 0) {
        strings_add(arena, &schemes, "BASIC");
    }
    if (policy == NULL || !advertises_all(world, policy)) {
        schemes.n_items = 1;
    }
    return schemes;
}
