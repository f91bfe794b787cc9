/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls: Basic, Bearer and API keys, and the state of the user behind each.
 *
 * All refusals look the same from outside; that is the point of the platform's one 401
 * (KB0719167 and the API key pages of ServiceNowDocs, platform-security/authentication).
 */
#include <string.h>
#include <strings.h>

#include "sim/caller.h"
#include "sim/decode.h"

bool sim_caller_has_role(const struct caller *caller, const char *role)
{
    return text_equal(role, "public") || strings_have(&caller->roles, role);
}

bool sim_caller_passes_role(const struct caller *caller, const char *role)
{
    return sim_caller_has_role(caller, role) || sim_caller_has_role(caller, "admin");
}

static void read_roles(const struct world *world, struct arena *arena, struct caller *caller)
{
    const struct table *held = sim_table_find(world, "sys_user_has_role");

    for (size_t i = 0; i < held->n_rows; i++) {
        const struct row *row = held->rows[i];
        if (!text_equal(sim_row_get(row, "user"), caller->user->sys_id) ||
            !text_equal(sim_row_get(row, "state"), "active")) {
            continue;
        }
        const struct row *role = sim_row_reference(world, row, "role");
        if (role != NULL) {
            strings_add(arena, &caller->roles, sim_row_get(role, "name"));
        }
    }
}

/* --- passwords --- */

static int64_t number_or(const char *text, int64_t fallback)
{
    int64_t number = fallback;

    return text_to_int(text, &number) ? number : fallback;
}

/* Five failures lock the account (t_LockoutForFailedLogins.md; glide.user.max_unlock_attempts). */
static void count_failure(struct world *world, struct row *user)
{
    int64_t limit = number_or(sim_property(world, "glide.user.max_unlock_attempts", "5"), 5);
    int64_t failed = number_or(sim_row_get(user, "failed_attempts"), 0) + 1;
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)failed);
    sim_row_set(world, user, "failed_attempts", text);
    if (failed >= limit) {
        sim_row_set(world, user, "locked_out", "true");
    }
}

struct row *sim_user_by_password(struct world *world, const char *user_name, const char *password)
{
    struct row *user = sim_row_by_value(world, "sys_user", "user_name", user_name);

    if (user == NULL || text_is_empty(user_name) || sim_row_is_true(user, "locked_out")) {
        return NULL;
    }
    if (text_is_empty(password) || !text_equal(sim_row_get(user, "user_password"), password)) {
        count_failure(world, user);
        return NULL;
    }
    if (!sim_row_is_true(user, "active")) {
        return NULL;
    }
    if (number_or(sim_row_get(user, "failed_attempts"), 0) > 0) {
        sim_row_set(world, user, "failed_attempts", "0");
    }
    return user;
}

/* The restriction of 2026: an interactive user may not use Basic, unless it has the role made for
 * that (KB3025707). */
static bool is_restricted(const struct world *world, const struct caller *caller)
{
    return sim_property_is_true(world, "glide.authenticate.basic_auth.restriction.enforce",
                                false) &&
           !sim_row_is_true(caller->user, "web_service_access_only") &&
           !sim_caller_has_role(caller, "snc_basic_auth_api_access");
}

/* sc-enforce-password-reset-on-api-requests.md: not enforced unless the property says so. */
static bool must_reset(const struct world *world, const struct row *user)
{
    return sim_row_is_true(user, "password_needs_reset") &&
           sim_property_is_true(world, "glide.authenticate.api.user.reset_password.mandatory",
                                false);
}

static enum authentication by_basic(struct world *world, const struct call *call,
                                    const char *encoded, struct caller *caller)
{
    const char *decoded = sim_base64_decode(call->arena, encoded);
    const char *colon = decoded == NULL ? NULL : strchr(decoded, ':');

    if (colon == NULL) {
        return AUTHENTICATION_REFUSED;
    }
    caller->kind = CALLER_BASIC;
    caller->user = sim_user_by_password(
        world, arena_strndup(call->arena, decoded, (size_t)(colon - decoded)), colon + 1);
    if (caller->user == NULL) {
        return AUTHENTICATION_REFUSED;
    }
    read_roles(world, call->arena, caller);
    return is_restricted(world, caller) || must_reset(world, caller->user) ? AUTHENTICATION_REFUSED
                                                                           : AUTHENTICATION_DONE;
}

/* --- tokens and keys --- */

/* Whether a locked-out user's keys and tokens go on working is not documented. */
static bool is_usable(const struct world *world, const struct row *user)
{
    return user != NULL && sim_row_is_true(user, "active") &&
           (!sim_row_is_true(user, "locked_out") ||
            sim_switch_is(&world->switches, SWITCH_LOCKED_OUT_TOKEN, "admitted"));
}

static bool is_past(const struct call *call, const char *expires)
{
    return *expires != '\0' && strcmp(expires, sim_date_time(call->arena, call->now)) <= 0;
}

static enum authentication by_bearer(struct world *world, const struct call *call,
                                     const char *token, struct caller *caller)
{
    const struct row *row =
        *token == '\0' ? NULL : sim_row_by_value(world, "oauth_credential", "token", token);

    caller->kind = CALLER_OAUTH;
    if (row == NULL || !text_equal(sim_row_get(row, "type"), "access_token") ||
        is_past(call, sim_row_get(row, "expires"))) {
        return AUTHENTICATION_REFUSED;
    }
    caller->client = sim_row_reference(world, row, "peer");
    caller->user = sim_row_reference(world, row, "user");
    /* Up to Vancouver the token of client credentials is the guest's, and no call is let in with
     * it (KB1710801). */
    if (caller->client == NULL || !is_usable(world, caller->user) ||
        text_equal(sim_row_get(caller->user, "user_name"), "guest")) {
        return AUTHENTICATION_REFUSED;
    }
    read_roles(world, call->arena, caller);
    return AUTHENTICATION_DONE;
}

/* The key as the Auth Parameter says it travels: a header or a query parameter, with or without a
 * prefix (configure-api-key.md). Only the stored value of the header kind is known. */
static const char *find_key(const struct call *call, const struct row *parameter)
{
    const char *name = sim_row_get(parameter, "parameter_name");
    const char *prefix = sim_row_get(parameter, "prefix");
    const char *value = text_equal(sim_row_get(parameter, "type"), "auth_header")
                            ? sim_call_header(call, name)
                            : pairs_get(&call->query, name);

    return value == NULL || !text_starts_with(value, prefix) ? NULL : value + strlen(prefix);
}

static enum authentication by_key(struct world *world, const struct call *call,
                                  const struct row *parameter, const char *key,
                                  struct caller *caller)
{
    const struct row *row = *key == '\0' ? NULL : sim_row_by_value(world, "api_key", "token", key);

    caller->kind = CALLER_API_KEY;
    caller->parameter = parameter;
    if (row == NULL || !sim_row_is_true(row, "active") ||
        is_past(call, sim_row_get(row, "expires"))) {
        return AUTHENTICATION_REFUSED;
    }
    caller->user = sim_row_reference(world, row, "user");
    if (!is_usable(world, caller->user)) {
        return AUTHENTICATION_REFUSED;
    }
    read_roles(world, call->arena, caller);
    return AUTHENTICATION_DONE;
}

static enum authentication by_any_key(struct world *world, const struct call *call,
                                      struct caller *caller)
{
    const struct table *parameters = sim_table_find(world, "sys_token_auth_parameter");

    for (size_t i = 0; parameters != NULL && i < parameters->n_rows; i++) {
        const char *key = find_key(call, parameters->rows[i]);
        if (key != NULL) {
            return by_key(world, call, parameters->rows[i], key, caller);
        }
    }
    return AUTHENTICATION_NONE;
}

/* What stands behind "Basic " or "Bearer "; the scheme's case does not matter (RFC 7235). */
static const char *after_scheme(const char *authorization, const char *scheme)
{
    size_t len = strlen(scheme);

    if (authorization == NULL || strncasecmp(authorization, scheme, len) != 0 ||
        authorization[len] != ' ') {
        return NULL;
    }
    return authorization + len + 1;
}

enum authentication sim_authenticate(struct world *world, const struct call *call,
                                     struct caller *ret_caller)
{
    const char *authorization = sim_call_header(call, "Authorization");
    const char *basic = after_scheme(authorization, "Basic");
    const char *bearer = after_scheme(authorization, "Bearer");
    struct caller caller = {0};
    enum authentication result = AUTHENTICATION_REFUSED;

    if (basic != NULL) {
        result = by_basic(world, call, basic, &caller);
    } else if (bearer != NULL) {
        result = by_bearer(world, call, bearer, &caller);
    } else if (authorization == NULL) {
        result = by_any_key(world, call, &caller);
    }
    *ret_caller = caller;
    return result;
}
