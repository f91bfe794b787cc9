/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which users the token endpoint gives a token: none who is inactive or locked out
 * (r_OAuthAPIRequestParameters.md); nor, as several reports have it, one whose password needs a
 * reset. What only one guide says is a switch.
 */
#include "sim/token_user.h"

#include "sim/access.h"

static bool is_outsider(const struct world *world, const struct row *user)
{
    return sim_explicit_roles_are_on(world) && !sim_user_has_role(world, user, "snc_internal") &&
           !sim_user_has_role(world, user, "snc_external");
}

/* A guide has the token refused for want of an explicit role, another for snc_read_only, which
 * keeps it from being stored, and one report for want of rest_service
 * (servicenow.com/community, td-p/1633787). */
static bool lacks_what_a_guide_asks_for(const struct world *world, const struct row *user)
{
    const struct switches *switches = &world->switches;

    return (sim_switch_is(switches, SWITCH_EXPLICIT_ROLE_TOKEN, "refused") &&
            is_outsider(world, user)) ||
           (sim_switch_is(switches, SWITCH_READ_ONLY_TOKEN, "refused") &&
            sim_user_has_role(world, user, "snc_read_only")) ||
           (sim_switch_is(switches, SWITCH_TOKEN_ROLE, "rest-service") &&
            !sim_user_has_role(world, user, "rest_service"));
}

static bool is_ruled(const struct world *world, struct arena *arena)
{
    struct rows rules = sim_rows_by_value(world, arena, sim_table_find(world, "sys_security_acl"),
                                          "name", "oauth_credential");

    for (size_t i = 0; i < rules.n_items; i++) {
        if (sim_row_is_true(rules.items[i], "active") &&
            text_equal(sim_row_get(rules.items[i], "operation"), "create")) {
            return true;
        }
    }
    return false;
}

/* A token is a row of oauth_credential, so an admin's rule about making such rows can stand in the
 * way. Without one nothing does: the platform makes the row, not the user. */
static bool may_store_token(const struct world *world, const struct call *call,
                            const struct row *user)
{
    struct caller caller = {.kind = CALLER_OAUTH, .user = user, .address = call->remote};
    struct access access = {.arena = call->arena, .world = world, .caller = &caller};

    if (!is_ruled(world, call->arena)) {
        return true;
    }
    sim_caller_read_roles(world, call->arena, &caller);
    return sim_access_table_operation(&access, sim_table_find(world, "oauth_credential"), "create");
}

bool sim_user_may_have_token(const struct world *world, const struct call *call,
                             const struct row *user)
{
    return sim_row_is_true(user, "active") && !sim_row_is_true(user, "locked_out") &&
           !sim_row_is_true(user, "password_needs_reset") &&
           !lacks_what_a_guide_asks_for(world, user) && may_store_token(world, call, user);
}
