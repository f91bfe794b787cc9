/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of switches and the few functions that read it.
 */
#include "sim/switches.h"

#include <assert.h>

#include "base/strings.h"

enum { CLOCK_OFFSET_SECONDS = 600 };

static const struct switch_info table[N_SWITCHES] = {
    [SWITCH_ADDRESS_REFUSAL] = {"address-refusal",
                                "what a caller stopped by an address rule gets",
                                {"empty", "html", "not-found"}},
    [SWITCH_BAD_PAGE] = {"bad-page",
                         "a limit below 1 or an offset below 0",
                         {"refused", "ignored"}},
    [SWITCH_BASIC_CLIENT] = {"basic-client",
                             "the id and secret of a client, sent to the token endpoint as Basic",
                             {"ignored", "accepted"}},
    [SWITCH_BATCH_POLICIES] = {"batch-policies",
                               "access policies and rate limits for the calls inside a batch",
                               {"applied", "skipped"}},
    [SWITCH_BATCH_TIME] = {"batch-time",
                           "the time a batch has before the rest is left",
                           {"enough", "short"}},
    [SWITCH_BLOCKING_POLICY_BODY] = {"blocking-policy-body",
                                     "the body of a refusal by the Global Blocking Policy",
                                     {"html", "empty", "json"}},
    [SWITCH_CERTIFICATE] = {"certificate",
                            "the certificate of the instance",
                            {"good", "wrong-name", "unknown-ca", "expired", "none"}},
    [SWITCH_CLOCK] = {"clock", "the instance's clock", {"right", "ahead", "behind"}},
    [SWITCH_CMDB_META_REFUSAL] = {"cmdb-meta-refusal",
                                  "the CMDB Meta API without the role itil",
                                  {"forbidden", "unauthorized"}},
    [SWITCH_CODE_WITHOUT_CHALLENGE] = {"code-without-challenge",
                                       "a code got without a challenge by a client of PKCE",
                                       {"refused", "granted"}},
    [SWITCH_CONFIGURATION_TABLES] = {"configuration-tables",
                                     "configuration tables read by a caller who is no admin",
                                     {"trimmed", "denied"}},
    [SWITCH_DICTIONARY_MANDATORY] = {"dictionary-mandatory",
                                     "a field that only the dictionary makes mandatory, in a write",
                                     {"ignored", "enforced"}},
    [SWITCH_EDGE] = {"edge",
                     "what the header Server of an answer calls the edge",
                     {"snow-adc", "older"}},
    [SWITCH_EMPTY_FIELD] = {"empty-field",
                            "a field without a value in a record",
                            {"shown", "absent"}},
    [SWITCH_EXPLICIT_ROLE_TOKEN] = {"explicit-role-token",
                                    "the token endpoint and a user without an explicit role",
                                    {"granted", "refused"}},
    [SWITCH_EXTERNAL_DIRECTORY] = {"external-directory",
                                   "passwords of users with a source or an LDAP server",
                                   {"unreachable", "reachable"}},
    [SWITCH_FRONT] = {"front",
                      "who answers in front of the instance",
                      {"open", "hibernating", "login-page", "login-redirect", "unavailable",
                       "edge-blocked", "busy", "busy-at-first", "not-servicenow",
                       "hibernating-redirect", "hibernating-unavailable"}},
    [SWITCH_GROUP_DISPLAY] = {"group-display",
                              "the display value of what the Aggregate API groups by",
                              {"in-value", "beside-value"}},
    [SWITCH_HIDDEN_FIELD] = {"hidden-field",
                             "a field the caller may not read, in a record",
                             {"absent", "empty"}},
    [SWITCH_HIDDEN_ROWS] = {"hidden-rows",
                            "rows taken away by an ACL in X-Total-Count",
                            {"counted", "uncounted"}},
    [SWITCH_INACTIVE_RESTRICTION] = {"inactive-restriction",
                                     "the restriction of Basic, enforced but not active",
                                     {"admitted", "enforced"}},
    [SWITCH_INVALID_CHOICE] = {"invalid-choice",
                               "a value that is not on the list of choices, in a write",
                               {"dropped", "stored"}},
    [SWITCH_JWT_ADMIN] = {"jwt-admin",
                          "the status when a JWT asks for an admin",
                          {"bad-request", "unauthorized"}},
    [SWITCH_KEY_SCOPE_REFUSAL] = {"key-scope-refusal",
                                  "a call with an API key whose auth scope is another",
                                  {"forbidden", "unauthorized"}},
    [SWITCH_LARGE_PAYLOAD] = {"large-payload",
                              "the status of a body over the limit",
                              {"bad-request", "too-large"}},
    [SWITCH_LAST_LOGIN] = {"last-login",
                           "the credentials that move last_login_time where no property says so",
                           {"every-kind", "not-keys", "none"}},
    [SWITCH_LOCKED_OUT_TOKEN] = {"locked-out-token",
                                 "API keys and access tokens of a user who is locked out",
                                 {"refused", "admitted"}},
    [SWITCH_MACHINE_IDENTITY_REFUSAL] =
        {"machine-identity-refusal",
         "a call that a machine identity access control does not list",
         {"forbidden", "unauthorized"}},
    [SWITCH_MISSING_ACCEPT] = {"missing-accept",
                               "a call without the header Accept",
                               {"json", "bad-request"}},
    [SWITCH_MISSING_SCOPE] = {"missing-scope",
                              "the refusal of a token without the scope of an API",
                              {"named", "bare"}},
    [SWITCH_NOT_AUTHENTICATED] = {"not-authenticated",
                                  "the wording of a 401",
                                  {"current", "older"}},
    [SWITCH_OAUTH_OFF] = {"oauth-off",
                          "the token endpoint of an instance without OAuth",
                          {"refused", "not-found"}},
    [SWITCH_PASSWORD_GRANT_WEB_SERVICE_ONLY] = {"password-grant-web-service-only",
                                                "the password grant for web-service-only users",
                                                {"allowed", "refused"}},
    [SWITCH_PASSWORD_RESET] = {"password-reset",
                               "Basic with a password that needs a reset",
                               {"by-property", "refused"}},
    [SWITCH_PKCE_MESSAGE] = {"pkce-message",
                             "the token request while client credentials are off",
                             {"access-denied", "named"}},
    [SWITCH_PLUGIN_TABLES] = {"plugin-tables",
                              "who reads sys_plugins, sys_package and sys_store_app",
                              {"closed", "admin"}},
    [SWITCH_PLUGIN_VIEW] = {"plugin-view",
                            "who reads v_plugin, and how soon",
                            {"admin", "closed", "slow", "empty"}},
    [SWITCH_POLICY_TIE] = {"policy-tie",
                           "which of two access policies of one rank is in force",
                           {"first", "last"}},
    [SWITCH_POLICY_VERSION] = {"policy-version",
                               "an access policy for one version and a path without a version",
                               {"literal", "default-is-any"}},
    [SWITCH_PROPERTIES_COUNT] = {"properties-count",
                                 "X-Total-Count of hidden system properties",
                                 {"before", "filtered"}},
    [SWITCH_QUERY_SCRIPTS] = {"query-scripts",
                              "javascript: values in queries",
                              {"evaluated", "refused"}},
    [SWITCH_READ_ONLY_TOKEN] = {"read-only-token",
                                "the token endpoint and a user with snc_read_only",
                                {"granted", "refused"}},
    [SWITCH_REFRESH_TOKEN] = {"refresh-token",
                              "the refresh token after it was used",
                              {"kept", "rotated"}},
    [SWITCH_REFUSED_CALL_LOG] = {"refused-call-log",
                                 "the row of a refused call in syslog_transaction",
                                 {"guest", "none"}},
    [SWITCH_ROLE_TABLES] = {"role-tables",
                            "who reads which roles users and groups hold",
                            {"admin", "itil"}},
    [SWITCH_SCOPE_TABLE] = {"scope-table",
                            "the table that says which scopes an application has",
                            {"mapping", "both", "entity-scope"}},
    [SWITCH_SESSION_TOKEN] = {"session-token",
                              "a token request with the cookie of an earlier call",
                              {"granted", "refused"}},
    [SWITCH_SHIPPED_POLICIES] = {"shipped-policies",
                                 "the access policies for tables that every instance has",
                                 {"by-world", "active", "inactive"}},
    [SWITCH_SYSTEM_TIME_ZONE] = {"system-time-zone",
                                 "the time zone of an instance that names none",
                                 {"los-angeles", "utc"}},
    [SWITCH_TOKEN_ROLE] = {"token-role",
                           "the role the token endpoint asks of a user",
                           {"none", "rest-service"}},
    [SWITCH_TRANSACTION] = {"transaction",
                            "calls of the REST APIs that run too long",
                            {"finished", "cancelled", "cancelled-late"}},
    [SWITCH_TRANSPORT] = {"transport",
                          "how the answer travels",
                          {"good", "refused", "reset", "silent", "stalled", "slow", "truncated",
                           "gzip-bomb", "oversized"}},
    [SWITCH_UNKNOWN_COLUMN] = {"unknown-column",
                               "a query term on a column that does not exist",
                               {"ignored", "no-rows", "refused"}},
    [SWITCH_UNKNOWN_PATH] = {"unknown-path",
                             "the status of a path below /api that is none",
                             {"bad-request", "not-found"}},
    [SWITCH_UNMAPPED_POLICY] = {"unmapped-policy",
                                "Basic and OAuth calls under a policy without any profile",
                                {"open", "refused"}},
    [SWITCH_UNREADABLE_QUERY_COLUMN] = {"unreadable-query-column",
                                        "a query term on a column the caller may not read",
                                        {"refused", "applied"}},
    [SWITCH_UNREADABLE_TABLE] = {"unreadable-table",
                                 "a table without a read ACL for the caller",
                                 {"trimmed", "refused"}},
    [SWITCH_UNSUPPORTED_GRANT] = {"unsupported-grant",
                                  "the token request for a grant the instance does not give",
                                  {"access-denied", "unauthorized", "bad-request"}},
    [SWITCH_WRONG_CLIENT] = {"wrong-client",
                             "the token request with a wrong client id or secret",
                             {"access-denied", "invalid-client"}},
};

static bool is_setting(const struct switch_info *info, const char *setting)
{
    for (size_t i = 0; i < ARRAY_LEN(info->settings) && info->settings[i] != NULL; i++) {
        if (text_equal(info->settings[i], setting)) {
            return true;
        }
    }
    return false;
}

const struct switch_info *sim_switch_info(size_t i)
{
    return i < N_SWITCHES ? &table[i] : NULL;
}

struct switches sim_switches_default(void)
{
    struct switches switches;

    for (size_t i = 0; i < N_SWITCHES; i++) {
        switches.settings[i] = table[i].settings[0];
    }
    return switches;
}

size_t sim_switch_find(const char *name)
{
    size_t i = 0;

    while (i < N_SWITCHES && !text_equal(table[i].name, name)) {
        i++;
    }
    return i;
}

static const char *nearest_switch(const char *name)
{
    const char *names[N_SWITCHES];

    for (size_t i = 0; i < N_SWITCHES; i++) {
        names[i] = table[i].name;
    }
    return nearest_spelling(name, &(struct strings){names, N_SWITCHES});
}

bool sim_switch_set(struct switches *switches, struct diag *diag, struct where where,
                    const char *name, const char *setting)
{
    size_t i = sim_switch_find(name);

    if (i == N_SWITCHES) {
        const char *near = nearest_switch(name);
        return near == NULL ? diag_error(diag, where, "unknown switch '%s'", name)
                            : diag_error(diag, where, "unknown switch '%s' (did you mean '%s'?)",
                                         name, near);
    }
    if (!is_setting(&table[i], setting)) {
        return diag_error(diag, where, "switch '%s' has no setting '%s' (its default is '%s')",
                          name, setting, table[i].settings[0]);
    }
    switches->settings[i] = setting;
    return true;
}

bool sim_switch_is(const struct switches *switches, enum switch_id id, const char *setting)
{
    assert(is_setting(&table[id], setting));
    return text_equal(switches->settings[id], setting);
}

int64_t sim_switch_clock_s(const struct switches *switches)
{
    if (sim_switch_is(switches, SWITCH_CLOCK, "right")) {
        return 0;
    }
    return sim_switch_is(switches, SWITCH_CLOCK, "ahead") ? CLOCK_OFFSET_SECONDS
                                                          : -CLOCK_OFFSET_SECONDS;
}
