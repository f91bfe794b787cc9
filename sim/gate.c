/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gates in the order the documentation puts them: authentication, the access policy in force
 * (KB2628660: "policies are evaluated before ACLs"), the machine identity access control, auth
 * scopes, the REST_Endpoint rule of the API, rate limits.
 */
#include "sim/gate.h"

#include <string.h>

#include "sim/access.h"
#include "sim/log.h"

/* --- refusals --- */

static void answer_not_authenticated(struct world *world, const struct call *call,
                                     const struct api_target *target, const struct caller *caller,
                                     struct reply *reply)
{
    bool is_older = sim_switch_is(&world->switches, SWITCH_NOT_AUTHENTICATED, "older");
    struct strings schemes = sim_policy_schemes(world, call->arena, target);

    for (size_t i = 0; i < schemes.n_items; i++) {
        sim_reply_header(reply, "WWW-Authenticate",
                         arena_printf(call->arena, "%s realm=\"Service-now\"", schemes.items[i]));
    }
    /* The one thing that tells a missing second factor from a wrong password (c_RESTAPI.md). */
    if (caller->lacks_second_factor) {
        sim_reply_header(reply, "X-MFA_TOKEN", "invalid");
    }
    sim_reply_error(reply, 401, is_older ? "User Not Authenticated" : "User is not authenticated",
                    "Required to provide Auth information");
}

static bool refuse_by_acl(struct reply *reply)
{
    sim_reply_error(reply, 403, "User Not Authorized", "Failed API level ACL Validation");
    return false;
}

/* --- authentication and policies --- */

/* On an instance with explicit roles a user without snc_internal and snc_external "can access only
 * public resources" (explicit-roles.md). */
static void limit_to_public(const struct world *world, struct caller *caller)
{
    caller->is_public_only = sim_explicit_roles_are_on(world) &&
                             !sim_caller_has_role(caller, "snc_internal") &&
                             !sim_caller_has_role(caller, "snc_external");
}

static bool passes_policy(struct world *world, const struct call *call,
                          const struct api_target *target, const struct caller *caller)
{
    const struct row *refusal = NULL;

    if (sim_policy_admits(world, call->arena, target, caller, &refusal)) {
        return true;
    }
    sim_log_policy_refusal(world, call, caller, refusal);
    return false;
}

/* Without a credential a call is served as guest where glide.basicauth.required.api is not true
 * (sc-api-request-authorization.md); a credential that is sent is checked all the same. */
static bool is_let_in(struct world *world, const struct call *call, const struct api_target *target,
                      struct caller *caller)
{
    switch (sim_authenticate(world, call, target, caller)) {
    case AUTHENTICATION_NONE:
        return !sim_property_is_true(world, "glide.basicauth.required.api", false);
    case AUTHENTICATION_DONE:
        if (!passes_policy(world, call, target, caller)) {
            return false;
        }
        sim_note_login(world, call, caller);
        return true;
    case AUTHENTICATION_REFUSED:
        break;
    }
    return false;
}

/* --- machine identity access control --- */

static bool control_lists_policy(const struct world *world, struct arena *arena,
                                 const struct row *control, const struct api_target *target)
{
    struct strings policies = strings_split(arena, sim_row_get(control, "rest_api_policy"), ',');

    for (size_t i = 0; i < policies.n_items; i++) {
        const struct row *policy =
            sim_row_by_value(world, "sys_api_access_policy", "sys_id", policies.items[i]);
        if (policy == NULL) {
            policy = sim_row_by_value(world, "sys_api_access_policy", "name", policies.items[i]);
        }
        if (policy != NULL && sim_api_rule_covers(world, policy, target)) {
            return true;
        }
    }
    return false;
}

static bool control_lists_table(const struct world *world, struct arena *arena,
                                const struct row *control, const char *name)
{
    struct strings tables = strings_split(arena, sim_row_get(control, "tables"), ',');
    const struct table *table = sim_table_find(world, name);

    for (size_t i = 0; i < tables.n_items; i++) {
        const struct table *listed = sim_table_find(world, tables.items[i]);
        if (text_equal(tables.items[i], name) ||
            (sim_row_is_true(control, "include_child_tables") && table != NULL && listed != NULL &&
             sim_table_is_a(table, listed))) {
            return true;
        }
    }
    return false;
}

/* A list that is empty limits nothing, but a control without any list opens nothing. */
static bool control_admits(const struct world *world, struct arena *arena,
                           const struct row *control, const struct api_target *target)
{
    bool has_policies = *sim_row_get(control, "rest_api_policy") != '\0';
    bool has_tables = *sim_row_get(control, "tables") != '\0';

    return (has_policies || has_tables) &&
           (!has_policies || control_lists_policy(world, arena, control, target)) &&
           (!has_tables || control_lists_table(world, arena, control, target->table));
}

/* "A user with an machine identity access control … will only be able to access the resources
 * explicitly stated in the access control" (machine-identity-access-controls.md). Only users with
 * web service access can have one. */
static bool is_kept_out(const struct world *world, struct arena *arena,
                        const struct api_target *target, const struct caller *caller)
{
    const struct table *assigned =
        sim_table_find(world, "sys_security_machine_identity_access_config");
    bool has_control = false;

    if (caller->user == NULL || !sim_row_is_true(caller->user, "web_service_access_only")) {
        return false;
    }
    for (size_t i = 0; assigned != NULL && i < assigned->n_rows; i++) {
        const struct row *config = assigned->rows[i];
        const struct row *control =
            sim_row_reference(world, config, "machine_identity_access_control");
        if (control == NULL || !sim_row_is_true(control, "active") ||
            !text_equal(sim_row_get(config, "user"), caller->user->sys_id)) {
            continue;
        }
        if (control_admits(world, arena, control, target)) {
            return false;
        }
        has_control = true;
    }
    return has_control;
}

/* --- the gates behind authentication --- */

static bool passes_authorisation(struct world *world, const struct call *call,
                                 const struct api_target *target, struct reply *reply,
                                 const struct caller *caller)
{
    struct access access = {.arena = call->arena, .world = world, .caller = caller};
    const char *refusal = sim_scope_refusal(world, call->arena, target, caller);

    if (refusal != NULL) {
        sim_reply_error(reply, 403, "User Not Authorized", refusal);
        return false;
    }
    return sim_access_endpoint(&access, target->name) || refuse_by_acl(reply);
}

/* The reply of a refused machine identity is nowhere recorded. */
static bool refuse_machine(struct world *world, const struct call *call,
                           const struct api_target *target, struct reply *reply,
                           struct caller *caller)
{
    if (sim_switch_is(&world->switches, SWITCH_MACHINE_IDENTITY_REFUSAL, "forbidden")) {
        return refuse_by_acl(reply);
    }
    reply->user = NULL;
    answer_not_authenticated(world, call, target, caller, reply);
    return false;
}

/* Nor is that of a key outside its scope. */
static bool passes_key_scope(struct world *world, const struct call *call,
                             const struct api_target *target, struct reply *reply,
                             const struct caller *caller)
{
    const char *refusal = sim_key_scope_refusal(world, call->arena, target, caller);

    if (refusal == NULL) {
        return true;
    }
    if (sim_switch_is(&world->switches, SWITCH_KEY_SCOPE_REFUSAL, "forbidden")) {
        sim_reply_error(reply, 403, "User Not Authorized", refusal);
    } else {
        reply->user = NULL;
        answer_not_authenticated(world, call, target, caller, reply);
    }
    return false;
}

bool sim_gate_passes(struct world *world, const struct call *call, const struct api_target *target,
                     struct reply *reply, struct caller *ret_caller)
{
    struct caller *caller = ret_caller;

    *caller = (struct caller){.address = sim_call_origin(call), .now = call->now};
    if (!is_let_in(world, call, target, caller)) {
        answer_not_authenticated(world, call, target, caller, reply);
        return false;
    }
    reply->user = caller->user == NULL ? NULL : sim_row_get(caller->user, "user_name");
    limit_to_public(world, caller);
    if (is_kept_out(world, call->arena, target, caller)) {
        return refuse_machine(world, call, target, reply, caller);
    }
    return passes_key_scope(world, call, target, reply, caller) &&
           passes_authorisation(world, call, target, reply, caller) &&
           !sim_rate_refuses(world, call, target, reply, caller);
}

/* A batch is authenticated once, for the outer call (batch-api.md); whether policies and limits are
 * asked again for each call inside is not documented. */
bool sim_gate_passes_inside(struct world *world, const struct call *call,
                            const struct api_target *target, struct reply *reply,
                            struct caller *caller)
{
    bool is_asked = sim_switch_is(&world->switches, SWITCH_BATCH_POLICIES, "applied");

    reply->user = caller->user == NULL ? NULL : sim_row_get(caller->user, "user_name");
    if (is_asked && caller->user != NULL && !passes_policy(world, call, target, caller)) {
        answer_not_authenticated(world, call, target, caller, reply);
        return false;
    }
    if (is_kept_out(world, call->arena, target, caller)) {
        return refuse_machine(world, call, target, reply, caller);
    }
    return passes_key_scope(world, call, target, reply, caller) &&
           passes_authorisation(world, call, target, reply, caller) &&
           (!is_asked || !sim_rate_refuses(world, call, target, reply, caller));
}
