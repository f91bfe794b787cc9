/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adaptive authentication: authentication policies, alone as the Global Blocking Policy and mapped
 * to profiles (authentication-policies.md, configure-global-blocking-policy-apis.md, KB1963039).
 *
 * What a policy decides stands in a decision table, which is not simulated. Two columns that no
 * instance has stand for it: sim_denies_range ("192.0.2.0-192.0.2.255", several with commas) and
 * sim_denies_users (a query over sys_user). A policy with both denies where both fit.
 */
#include <string.h>

#include "sim/caller.h"
#include "sim/query.h"

static bool is_in_ranges(struct arena *arena, const char *ranges, const char *address)
{
    struct strings list = strings_split(arena, ranges, ',');

    for (size_t i = 0; i < list.n_items; i++) {
        size_t len = strcspn(list.items[i], "-");
        if (list.items[i][len] == '-' &&
            sim_address_is_between(address, arena_strndup(arena, list.items[i], len),
                                   list.items[i] + len + 1)) {
            return true;
        }
    }
    return false;
}

static bool is_one_of(const struct world *world, struct arena *arena, const char *query,
                      const struct row *user)
{
    const struct query *users = sim_query_parse(arena, world, sim_table_find(world, "sys_user"),
                                                query, (struct query_asker){0});

    return user != NULL && sim_query_matches(users, user);
}

/* True when the policy denies the caller from this address. */
static bool denies(const struct world *world, struct arena *arena, const struct row *policy,
                   const char *address, const struct row *user)
{
    const char *ranges = sim_row_get(policy, "sim_denies_range");
    const char *users = sim_row_get(policy, "sim_denies_users");

    return sim_row_is_true(policy, "active") && (*ranges != '\0' || *users != '\0') &&
           (*ranges == '\0' || is_in_ranges(arena, ranges, address)) &&
           (*users == '\0' || is_one_of(world, arena, users, user));
}

static bool is_on(const struct world *world)
{
    return sim_property_is_true(world, "glide.authenticate.auth.policy.enabled", true);
}

const struct row *sim_blocking_policy(const struct world *world, const struct call *call)
{
    const struct row *policy =
        sim_row_by_value(world, "sys_authentication_policy", "name", "Global Blocking Policy");

    return policy != NULL && is_on(world) &&
                   denies(world, call->arena, policy, sim_call_origin(call), NULL)
               ? policy
               : NULL;
}

const struct row *sim_profile_refusal(const struct world *world, struct arena *arena,
                                      const struct row *profile, const struct caller *caller)
{
    const struct table *mappings = sim_table_find(world, "auth_policy_mapping");

    for (size_t i = 0; is_on(world) && mappings != NULL && i < mappings->n_rows; i++) {
        const struct row *mapping = mappings->rows[i];
        const struct row *policy = sim_row_reference(world, mapping, "auth_policy");
        if (policy != NULL &&
            text_equal(sim_row_get(mapping, "inbound_auth_profile"), profile->sys_id) &&
            denies(world, arena, policy, caller->address, caller->user)) {
            return policy;
        }
    }
    return NULL;
}
