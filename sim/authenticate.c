/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls: Basic, Bearer and API keys, and the state of the user behind each.
 *
 * All refusals look the same from outside; that is the point of the platform's one 401
 * (KB0719167 and the API key pages of ServiceNowDocs, platform-security/authentication).
 */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "sim/caller.h"
#include "sim/decode.h"
#include "sim/log.h"

bool sim_caller_has_role(const struct caller *caller, const char *role)
{
    return text_equal(role, "public") ||
           (!caller->is_public_only && strings_have(&caller->roles, role));
}

bool sim_caller_passes_role(const struct caller *caller, const char *role)
{
    return sim_caller_has_role(caller, role) || sim_caller_has_role(caller, "admin");
}

bool sim_user_has_role(const struct world *world, const struct row *user, const char *role)
{
    const struct table *held = sim_table_find(world, "sys_user_has_role");
    const struct row *wanted = sim_row_by_value(world, "sys_user_role", "name", role);

    for (size_t i = 0; wanted != NULL && i < held->n_rows; i++) {
        if (text_equal(sim_row_get(held->rows[i], "role"), wanted->sys_id) &&
            text_equal(sim_row_get(held->rows[i], "user"), user->sys_id) &&
            text_equal(sim_row_get(held->rows[i], "state"), "active")) {
            return true;
        }
    }
    return false;
}

bool sim_explicit_roles_are_on(const struct world *world)
{
    return sim_plugin_is_active(world, "com.glide.explicit_roles");
}

void sim_caller_read_roles(const struct world *world, struct arena *arena, struct caller *caller)
{
    struct rows held = sim_rows_by_value(world, arena, sim_table_find(world, "sys_user_has_role"),
                                         "user", caller->user->sys_id);

    for (size_t i = 0; i < held.n_items; i++) {
        const struct row *role = sim_row_reference(world, held.items[i], "role");
        if (role != NULL && text_equal(sim_row_get(held.items[i], "state"), "active")) {
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
static void count_failure(struct world *world, const struct call *call, struct row *user)
{
    int64_t limit = number_or(sim_property(world, "glide.user.max_unlock_attempts", "5"), 5);
    int64_t failed = number_or(sim_row_get(user, "failed_attempts"), 0) + 1;

    sim_row_set(world, user, "failed_attempts",
                arena_printf(call->arena, "%lld", (long long)failed));
    if (failed >= limit) {
        sim_row_set(world, user, "locked_out", "true");
        sim_row_set(world, user, "sim_locked_at", sim_date_time(call->arena, call->now));
    }
}

static bool is_over(const struct call *call, const struct row *user, int64_t minutes)
{
    const int64_t minute_seconds = 60;
    int64_t locked_at = 0;

    return utc_parse(sim_row_get(user, "sim_locked_at"), &locked_at) &&
           call->now >= locked_at + minutes * minute_seconds;
}

/* A lock by failures ends by itself (glide.user.unlock_timeout_in_mins); one an admin put does not.
 * Where an admin was faster, the next lock is not by these failures. */
void sim_unlock_in_time(struct world *world, const struct call *call)
{
    const struct table *table = sim_table_find(world, "sys_user");
    const struct column *stamp = sim_column_find(table, "sim_locked_at");
    struct rows users = sim_table_rows(world, call->arena, table);
    int64_t minutes = number_or(sim_property(world, "glide.user.unlock_timeout_in_mins", "15"), 15);

    for (size_t i = 0; i < users.n_items; i++) {
        struct row *user = users.items[i];
        if (*sim_row_value(user, stamp) == '\0') {
            continue;
        }
        if (!sim_row_is_true(user, "locked_out")) {
            sim_row_set(world, user, "sim_locked_at", "");
        } else if (is_over(call, user, minutes)) {
            sim_row_set(world, user, "locked_out", "false");
            sim_row_set(world, user, "failed_attempts", "0");
            sim_row_set(world, user, "sim_locked_at", "");
        }
    }
}

/* The password of a user from a directory or of single sign-on is checked elsewhere, and any source
 * says that a user is one; there is no such place here, unless the switch says so. */
static bool is_external(const struct world *world, const struct row *user)
{
    return (*sim_row_get(user, "ldap_server") != '\0' || *sim_row_get(user, "source") != '\0') &&
           sim_switch_is(&world->switches, SWITCH_EXTERNAL_DIRECTORY, "unreachable");
}

static bool password_fits(const struct row *user, const char *password)
{
    return !text_is_empty(password) && text_equal(sim_row_get(user, "user_password"), password);
}

struct row *sim_user_by_password(struct world *world, const struct call *call,
                                 const char *user_name, const char *password)
{
    struct row *user = sim_row_by_value(world, "sys_user", "user_name", user_name);

    if (user == NULL || text_is_empty(user_name)) {
        sim_log_event(world, call, "login.failed", user_name);
        return NULL;
    }
    if (sim_row_is_true(user, "locked_out")) {
        sim_log_event(world, call, "login.failed", user_name);
        return NULL;
    }
    if (is_external(world, user)) {
        sim_log_event(world, call, "external.authentication.failed", user_name);
        return NULL;
    }
    if (!password_fits(user, password)) {
        count_failure(world, call, user);
        sim_log_event(world, call, "login.failed", user_name);
        return NULL;
    }
    /* sc-prevent-inactive-users-from-logging-in.md */
    if (!sim_row_is_true(user, "active") &&
        sim_property_is_true(world, "glide.authenticate.only.allow.active.user.login", true)) {
        return NULL;
    }
    if (number_or(sim_row_get(user, "failed_attempts"), 0) > 0) {
        sim_row_set(world, user, "failed_attempts", "0");
    }
    return user;
}

/* --- the restriction of Basic --- */

static bool holds_one_of(const struct world *world, struct arena *arena,
                         const struct caller *caller)
{
    struct strings roles =
        strings_split(arena,
                      sim_property(world, "glide.authenticate.basic_auth.allowed_roles",
                                   "snc_basic_auth_api_access"),
                      ',');

    for (size_t i = 0; i < roles.n_items; i++) {
        if (sim_caller_has_role(caller, roles.items[i])) {
            return true;
        }
    }
    return false;
}

static bool has_grant(const struct world *world, const struct row *user)
{
    const struct table *exceptions = sim_table_find(world, "sys_user_basic_auth_exception");

    for (size_t i = 0; exceptions != NULL && i < exceptions->n_rows; i++) {
        if (text_equal(sim_row_get(exceptions->rows[i], "user"), user->sys_id) &&
            text_equal(sim_row_get(exceptions->rows[i], "decision"), "grant")) {
            return true;
        }
    }
    return false;
}

static bool basic_property(const struct world *world, struct arena *arena, const char *name,
                           bool fallback)
{
    return sim_property_is_true(
        world, arena_printf(arena, "glide.authenticate.basic_auth.%s", name), fallback);
}

/* Two properties: one has the platform look at Basic at all, the other has it refuse. What the
 * second does without the first is not documented. */
static bool is_enforced(const struct world *world, struct arena *arena)
{
    return basic_property(world, arena, "restriction.enforce", false) &&
           (basic_property(world, arena, "restriction.active", false) ||
            sim_switch_is(&world->switches, SWITCH_INACTIVE_RESTRICTION, "enforced"));
}

/* Web service users and external ones, as long as the properties about them say so. */
static bool is_exempt_kind(const struct world *world, struct arena *arena,
                           const struct caller *caller)
{
    return (sim_row_is_true(caller->user, "web_service_access_only") &&
            basic_property(world, arena, "allow_wsao", true)) ||
           (sim_caller_has_role(caller, "snc_external") &&
            basic_property(world, arena, "allow_snc_external", true));
}

/* The restriction of 2026: an interactive user may not use Basic for APIs. Exempt are those for web
 * services only, external ones, MID Servers, and who is named by role, by sys_id or by an exception
 * (KB3025707, KB3055080, KB3220405). */
static bool is_restricted(const struct world *world, const struct call *call,
                          const struct caller *caller)
{
    struct strings users = strings_split(
        call->arena, sim_property(world, "glide.authenticate.basic_auth.allowed_users", ""), ',');

    return is_enforced(world, call->arena) && !is_exempt_kind(world, call->arena, caller) &&
           !sim_caller_has_role(caller, "mid_server") &&
           !holds_one_of(world, call->arena, caller) &&
           !strings_have(&users, caller->user->sys_id) && !has_grant(world, caller->user);
}

static bool refuses_restricted(struct world *world, const struct call *call,
                               const struct caller *caller)
{
    if (!is_restricted(world, call, caller)) {
        return false;
    }
    sim_log_message(world, call, "SNCRestrictBasicAuthUserAuthenticationGate",
                    arena_printf(call->arena,
                                 "SNCRestrictBasicAuthUserAuthenticationGate: denied basic-auth "
                                 "API call for interactive-login user [%s] under enforce=true",
                                 sim_row_get(caller->user, "user_name")));
    return true;
}

/* Enforced where the property says so (sc-enforce-password-reset-on-api-requests.md); a report has
 * it refused all the same. */
static bool must_reset(const struct world *world, const struct row *user)
{
    return sim_row_is_true(user, "password_needs_reset") &&
           (sim_switch_is(&world->switches, SWITCH_PASSWORD_RESET, "refused") ||
            sim_property_is_true(world, "glide.authenticate.api.user.reset_password.mandatory",
                                 false));
}

/* "MFA is enforced only for users who have already enrolled" (mfa-properties.md). How a one-time
 * code would travel is not documented, so none is ever right. */
static bool needs_second_factor(const struct world *world, const struct row *user)
{
    return sim_row_is_true(user, "enable_multifactor_authn") &&
           sim_property_is_true(world, "glide.authenticate.multifactor.for_integrations", false);
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
        world, call, arena_strndup(call->arena, decoded, (size_t)(colon - decoded)), colon + 1);
    if (caller->user == NULL) {
        return AUTHENTICATION_REFUSED;
    }
    sim_caller_read_roles(world, call->arena, caller);
    caller->lacks_second_factor = needs_second_factor(world, caller->user);
    return caller->lacks_second_factor || must_reset(world, caller->user) ||
                   refuses_restricted(world, call, caller)
               ? AUTHENTICATION_REFUSED
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

/* The answer does not tell a token that is not good from anything else; the log does (public
 * reports on the community). */
static enum authentication refuse_token(struct world *world, const struct call *call)
{
    sim_log_message(world, call, "OAuth", "Oauth authentication failed for access token");
    return AUTHENTICATION_REFUSED;
}

/* A row that says it already is left alone: every change has its indexes made again. */
static void note_use(struct world *world, const struct call *call, struct row *token)
{
    const char *now = sim_date_time(call->arena, call->now);

    if (!text_equal(sim_row_get(token, "last_access"), now)) {
        sim_row_set(world, token, "last_access", now);
    }
}

static enum authentication by_bearer(struct world *world, const struct call *call,
                                     const char *token, struct caller *caller)
{
    struct row *row =
        *token == '\0' ? NULL : sim_row_by_value(world, "oauth_credential", "token", token);

    caller->kind = CALLER_OAUTH;
    if (row == NULL || !text_equal(sim_row_get(row, "type"), "access_token") ||
        is_past(call, sim_row_get(row, "expires"))) {
        return refuse_token(world, call);
    }
    caller->client = sim_row_reference(world, row, "peer");
    caller->user = sim_row_reference(world, row, "user");
    /* Up to Vancouver the token of client credentials is the guest's, and no call is let in with
     * it (KB1710801). */
    if (caller->client == NULL || !is_usable(world, caller->user) ||
        text_equal(sim_row_get(caller->user, "user_name"), "guest")) {
        return AUTHENTICATION_REFUSED;
    }
    note_use(world, call, row);
    sim_caller_read_roles(world, call->arena, caller);
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
    caller->key = row;
    if (row == NULL || !sim_row_is_true(row, "active") ||
        is_past(call, sim_row_get(row, "expires"))) {
        return AUTHENTICATION_REFUSED;
    }
    caller->user = sim_row_reference(world, row, "user");
    if (!is_usable(world, caller->user)) {
        return AUTHENTICATION_REFUSED;
    }
    sim_caller_read_roles(world, call->arena, caller);
    return AUTHENTICATION_DONE;
}

/* Several parameters may name one header, with prefixes or without, and a call may bring several. A
 * good key that the policy in force admits goes before a good one, and that before a bad one; among
 * equals the first parameter counts. */
static enum authentication best_key(struct world *world, const struct call *call,
                                    const struct api_target *target, const struct table *parameters,
                                    struct caller *caller)
{
    enum authentication best = AUTHENTICATION_NONE;

    for (size_t i = 0; i < parameters->n_rows; i++) {
        const char *key = find_key(call, parameters->rows[i]);
        struct caller candidate = {.address = caller->address, .now = caller->now};
        const struct row *refusal = NULL;
        if (key == NULL) {
            continue;
        }
        enum authentication result = by_key(world, call, parameters->rows[i], key, &candidate);
        bool is_admitted = result == AUTHENTICATION_DONE &&
                           sim_policy_admits(world, call->arena, target, &candidate, &refusal);
        if (is_admitted || result > best) {
            best = result;
            *caller = candidate;
        }
        if (is_admitted) {
            break;
        }
    }
    return best;
}

/* Without the plugin nobody looks at the header (active-api-key-hmac.md). */
static enum authentication by_any_key(struct world *world, const struct call *call,
                                      const struct api_target *target, struct caller *caller)
{
    const struct table *parameters = sim_table_find(world, "sys_token_auth_parameter");

    if (parameters == NULL || !sim_plugin_is_active(world, "com.glide.tokenbased_auth")) {
        return AUTHENTICATION_NONE;
    }
    return best_key(world, call, target, parameters, caller);
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

/* --- all of them --- */

enum authentication sim_authenticate(struct world *world, const struct call *call,
                                     const struct api_target *target, struct caller *ret_caller)
{
    const char *authorization = sim_call_header(call, "Authorization");
    const char *basic = after_scheme(authorization, "Basic");
    const char *bearer = after_scheme(authorization, "Bearer");
    struct caller caller = {.address = sim_call_origin(call), .now = call->now};
    enum authentication result = AUTHENTICATION_REFUSED;

    if (basic != NULL) {
        result = by_basic(world, call, basic, &caller);
    } else if (bearer != NULL) {
        result = by_bearer(world, call, bearer, &caller);
    } else if (authorization == NULL) {
        result = by_any_key(world, call, target, &caller);
    }
    *ret_caller = caller;
    return result;
}

/* Whether a call with a kind of credential moves last_login_time: properties say so for passwords
 * and tokens, nothing does for keys. By one page the properties are true where nobody made them, by
 * KB0779195 a web service moves nothing until they are. */
static bool counts_as_login(const struct world *world, const struct caller *caller)
{
    bool fallback = !sim_switch_is(&world->switches, SWITCH_LAST_LOGIN, "none");

    switch (caller->kind) {
    case CALLER_BASIC:
        return sim_property_is_true(world, "glide.basicauth.update_last_login_time", fallback);
    case CALLER_OAUTH:
        return sim_property_is_true(world, "glide.oauth.update_last_login_time", fallback);
    case CALLER_API_KEY:
        return sim_switch_is(&world->switches, SWITCH_LAST_LOGIN, "every-kind");
    case CALLER_GUEST:
        break;
    }
    return false;
}

void sim_note_login(struct world *world, const struct call *call, const struct caller *caller)
{
    struct row *user =
        sim_row_by_id(world, sim_table_find(world, "sys_user"), caller->user->sys_id);
    const char *now = sim_date_time(call->arena, call->now);
    const size_t date_len = strlen("2026-11-20");

    if (user != NULL && counts_as_login(world, caller) &&
        !text_equal(sim_row_get(user, "last_login_time"), now)) {
        sim_row_set(world, user, "last_login_time", now);
        sim_row_set(world, user, "last_login", arena_strndup(call->arena, now, date_len));
    }
}
