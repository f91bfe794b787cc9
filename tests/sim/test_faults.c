/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault in every world it makes sense in: the vendor's calls come to what the rows say, all
 * other calls to what they come to in the healthy world, and an auditor sees what is wrong.
 */
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/yaml.h"
#include "sim/caller.h"
#include "sim/fault.h"
#include "sim/files.h"
#include "vendor.h"

#define KEYS "rad-security,strategy-overview"
#define BASICS "1stream,harness-sei"
#define TOKENS "cloud-ex-machina,harness-sei-oauth"
#define SEI "harness-sei,harness-sei-oauth"
#define WORKING BASICS "," KEYS "," TOKENS
#define REFUSED "401 Required to provide Auth information"
#define DENIED "401 access_denied"

/* What a call comes to with the fault. `call` is one of vendor_calls, or "token", "integration"
 * (all of the vendor's own), "all" (those of others too); later rows go before earlier ones. A * at
 * the end of an outcome stands for anything. */
static const struct view {
    const char *fault;
    const char *worlds; /* NULL: all it makes sense in */
    const char *call;
    const char *outcome;
    const char *why;
} views[] = {
    {"access-token-expired", NULL, "integration", REFUSED, "the token is known and too old"},
    {"access-token-expired", NULL, "token", "none needed", "the vendor holds the token itself"},
    {"acl-denies", "cloud-ex-machina", "incidents", "200 0 of 3", "denied, and counted"},
    {"acl-denies", "rad-security," SEI, "incidents", "200 0 of 2", "denied, and counted"},
    {"acl-denies", "1stream", "cases", "200 0 of 2", "denied, and counted"},
    {"acl-inactive", "1stream", "cases", "200 0 of 2", "the rule of task asks for itil"},
    {"acl-inactive", "harness-sei", "dictionary", "200 0 of 134",
     "the rule for all tables asks for admin"},
    {"acl-inactive", "harness-sei-oauth", "dictionary", "200 0 of 134",
     "the rule for all tables asks for admin"},
    {"acl-missing", "1stream", "cases", "200 0 of 2", "the rule of task asks for itil"},
    {"acl-missing", "harness-sei", "dictionary", "200 0 of 134",
     "the rule for all tables asks for admin"},
    {"acl-missing", "harness-sei-oauth", "dictionary", "200 0 of 134",
     "the rule for all tables asks for admin"},
    {"acl-role", "1stream", "cases", "200 0 of 2", "a role the user has not"},
    {"acl-role", "harness-sei", "dictionary", "200 0 of 134", "a role the user has not"},
    {"acl-role", "harness-sei-oauth", "dictionary", "200 0 of 134", "a role the user has not"},
    {"api-key-expired", NULL, "integration", REFUSED, "as if the key were wrong"},
    {"api-key-inactive", NULL, "integration", REFUSED, "as if the key were wrong"},
    {"api-key-scope", NULL, "integration", "403 Access to unscoped api is not allowed",
     "the key is for another API, and this one is in no scope"},
    {"api-key-unknown", NULL, "integration", REFUSED, "as if the key were wrong"},
    {"api-key-user", "rad-security", "echo", "200 svc_rad_former", "the key is another user's"},
    {"api-key-user", "rad-security", "assets", "200 0 of 60", "who may not read assets"},
    {"api-key-user", "strategy-overview", "echo", "200 SO_API_OLD", "the key is another user's"},
    {"api-missing", NULL, "meta", "400 Requested URI does not represent any resource", "no API"},
    {"auth-parameter-mismatch", NULL, "integration", REFUSED, "the header is not looked at"},
    {"basic-auth-restricted", NULL, "integration", REFUSED, "as if the password were wrong"},
    {"business-rule-abort", NULL, "create",
     "403 Operation against file 'incident' was aborted by Business Rule *", "with its name"},
    {"client-credentials-disabled", NULL, "token", DENIED, "no property, no grant"},
    {"client-credentials-disabled", NULL, "integration", "no token", "and so no call"},
    {"client-secret-refused", NULL, "token", DENIED, "another secret"},
    {"client-secret-refused", NULL, "integration", "no token", "and so no call"},
    {"column-missing", NULL, "incidents", "200 2 of 2 without resolved_at", "a field nobody has"},
    {"column-missing", "harness-sei", "dictionary", "200 5 of 133", "nor is it in the dictionary"},
    {"column-missing", "harness-sei-oauth", "dictionary", "200 5 of 133",
     "nor is it in the dictionary"},
    {"edge-blocked", NULL, "all", "403 html", "every path"},
    {"edge-blocked", TOKENS, "token", "403 html", "the token endpoint too"},
    {"edge-blocked", TOKENS, "integration", "no token", "and so no call"},
    {"excess-privilege", "cloud-ex-machina", "choices", "200 5 of 18", "an admin sees all fields"},
    {"explicit-role-missing", NULL, "users", "200 0 of 217", "only what is public"},
    {"explicit-role-missing", NULL, "customers", "200 0 of 2", "only what is public"},
    {"explicit-role-missing", NULL, "contacts", "200 0 of 2", "only what is public"},
    {"explicit-role-missing", NULL, "cases", "200 0 of 2", "only what is public"},
    {"explicit-role-missing", NULL, "echo", "200 0 of 1", "the own record is not public"},
    {"field-hidden", "cloud-ex-machina", "incidents", "200 3 of 3 without number", "silently"},
    {"field-hidden", "rad-security," SEI, "incidents", "200 2 of 2 without number", "silently"},
    {"field-hidden", "1stream", "cases", "200 2 of 2 without number", "silently"},
    {"field-write-ignored", NULL, "create", "201 created without what was sent", "nobody is told"},
    {"guest-access", NULL, "anonymous", "200 0 of 1", "the guest may read nothing, and is let in"},
    {"instance-busy", NULL, "all", "429", "without a body"},
    {"instance-busy", "harness-sei-oauth", "consent", "302", "pages have semaphores of their own"},
    {"instance-cloned", KEYS "," BASICS, "integration", REFUSED, "the secrets are the other's"},
    {"instance-cloned", TOKENS, "token", DENIED, "the secrets are the other's"},
    {"instance-cloned", TOKENS, "integration", "no token", "and so no call"},
    {"instance-hibernating", NULL, "all", "200 html", "every path"},
    {"instance-hibernating", TOKENS, "token", "200 html", "the token endpoint too"},
    {"instance-hibernating", TOKENS, "integration", "no token", "and so no call"},
    {"instance-unavailable", NULL, "all", "502 html", "every path"},
    {"instance-unavailable", TOKENS, "token", "502 html", "the token endpoint too"},
    {"instance-unavailable", TOKENS, "integration", "no token", "and so no call"},
    {"ip-restricted", NULL, "all", "403", "before authentication"},
    {"ip-restricted", TOKENS, "token", "403 *", "the token endpoint too"},
    {"ip-restricted", TOKENS, "integration", "no token", "and so no call"},
    {"login-page", NULL, "all", "200 html", "every path"},
    {"login-page", TOKENS, "token", "200 html", "the token endpoint too"},
    {"login-page", TOKENS, "integration", "no token", "and so no call"},
    {"machine-identity-restricted", NULL, "integration", "403 Failed API level ACL Validation",
     "tables it does not list"},
    {"machine-identity-restricted", "cloud-ex-machina", "group", "200 1 of 1", "a table it lists"},
    {"machine-identity-restricted", "1stream", "customers", "200 2 of 2", "a table it lists"},
    {"mandatory-field", NULL, "create",
     "403 Data Policy Exception: The following fields are mandatory: Business service", "named"},
    {"mfa-required", NULL, "integration", REFUSED, "and a header that says why"},
    {"not-servicenow", NULL, "all", "404 html", "every path"},
    {"not-servicenow", TOKENS, "token", "404 html", "the token endpoint too"},
    {"not-servicenow", TOKENS, "integration", "no token", "and so no call"},
    {"nothing-returned", "cloud-ex-machina,rad-security," SEI, "incidents", "200 0 of 0",
     "the rows are taken away before they are counted"},
    {"nothing-returned", "1stream", "cases", "200 0 of 0", "before they are counted"},
    {"oauth-app-inactive", NULL, "token", DENIED, "as if the client were unknown"},
    {"oauth-app-inactive", NULL, "integration", "no token", "and so no call"},
    {"oauth-app-missing", NULL, "token", DENIED, "no such client"},
    {"oauth-app-missing", NULL, "integration", "no token", "and so no call"},
    {"oauth-app-missing", "harness-sei-oauth", "consent", "400 html", "no such client"},
    {"oauth-app-type", NULL, "token", DENIED, "as if the client were unknown"},
    {"oauth-app-type", NULL, "integration", "no token", "and so no call"},
    {"oauth-app-user", NULL, "echo", "200 cxm_former", "the token is another user's"},
    {"oauth-app-user-unset", NULL, "token", "400 *integration user is not configured*", "its own"},
    {"oauth-app-user-unset", NULL, "integration", "no token", "and so no call"},
    {"oauth-disabled", NULL, "token", DENIED, "nobody gets a token"},
    {"oauth-disabled", NULL, "integration", "no token", "and so no call"},
    {"oauth-scope-broken", NULL, "token", DENIED, "the log says invalid_scope"},
    {"oauth-scope-broken", NULL, "integration", "no token", "and so no call"},
    {"oauth-scope-restricted", NULL, "integration", "403 Access to unscoped api is not allowed",
     "no active record puts the API into the scope"},
    {"oauth-scope-unlinked", "cloud-ex-machina", "integration",
     "403 Missing required api access scope: cxm_api_access", "the API is in a scope of others"},
    {"oauth-scope-unlinked", "harness-sei-oauth", "integration",
     "403 Missing required api access scope: table_read", "the API is in a scope of others"},
    {"oauth-token-restricted", NULL, "integration", REFUSED, "no policy lists the profile"},
    {"password-grant-disabled", NULL, "token", DENIED, "the grant is off"},
    {"password-grant-disabled", NULL, "integration", "no token", "and so no call"},
    {"password-needs-reset", BASICS, "integration", REFUSED, "the property makes it count"},
    {"password-needs-reset", TOKENS, "token", DENIED, "no token for such a user"},
    {"password-needs-reset", TOKENS, "integration", "no token", "and so no call"},
    {"password-refused", NULL, "integration", REFUSED, "the password is another"},
    {"plugin-inactive", KEYS, "integration", REFUSED, "the header means nothing"},
    {"plugin-missing", KEYS, "integration", REFUSED, "the header means nothing"},
    {"plugin-missing", "1stream", "customers", "400 Invalid table customer_account", "no table"},
    {"plugin-missing", "1stream", "contacts", "400 Invalid table customer_contact", "no table"},
    {"plugin-missing", "1stream", "cases", "400 Invalid table sn_customerservice_case", "no table"},
    {"plugin-missing", "1stream", "users", "200 5 of 215", "contacts are users too"},
    {"policy-coverage", "rad-security", "create", REFUSED, "the policy is for GET"},
    {"policy-coverage", "strategy-overview", "integration", REFUSED, "a path without a version"},
    {"policy-coverage", "strategy-overview", "meta", "200 described", "another API"},
    {"policy-inactive", NULL, "integration", REFUSED, "keys need a policy"},
    {"policy-inactive", "strategy-overview", "meta", "200 described",
     "another API, another policy"},
    {"policy-missing", NULL, "integration", REFUSED, "keys need a policy"},
    {"policy-missing", "strategy-overview", "meta", "200 described", "another API, another policy"},
    {"policy-outranked", NULL, "integration", REFUSED, "tables the shipped policy lists"},
    {"policy-outranked", "1stream", "customers", "200 2 of 2", "not on the list"},
    {"policy-outranked", "1stream", "contacts", "200 2 of 2", "not on the list"},
    {"policy-outranked", "1stream", "cases", "200 2 of 2", "not on the list"},
    {"policy-outranked", "cloud-ex-machina", "choices", "200 5 of 18 without value",
     "not on the list"},
    {"policy-outranked", "cloud-ex-machina,rad-security", "create", "201 created",
     "the shipped policy is for GET"},
    {"policy-outranked", "strategy-overview", "meta", "200 described", "another API"},
    {"policy-outranked", SEI, "choices", "200 5 of 18", "not on the list"},
    {"policy-profile-unlinked", NULL, "integration", REFUSED, "the policy knows other kinds"},
    {"policy-profile-unlinked", "strategy-overview", "meta", "200 described", "another policy"},
    {"profile-inactive", NULL, "integration", REFUSED, "an inactive profile admits nobody"},
    {"profile-kind", NULL, "integration", REFUSED, "the policy knows other kinds"},
    {"profile-policy-denies", NULL, "integration", REFUSED, "as if the credential were wrong"},
    {"rate-limited", NULL, "integration",
     "429 Rate limit of 100 requests per hour for Table API exceeded", "with its headers"},
    {"rate-limited", "strategy-overview", "meta", "200 described", "the limit is the Table API's"},
    {"read-denied", "cloud-ex-machina,rad-security," SEI, "incidents",
     "403 User is unauthorized to access table: incident", "aloud"},
    {"read-denied", "1stream", "cases",
     "403 User is unauthorized to access table: sn_customerservice_case", "aloud"},
    {"redirect-url-mismatch", NULL, "consent", "400 html", "not to the letter"},
    {"refresh-token-expired", NULL, "token", DENIED, "the time of the token is over"},
    {"refresh-token-expired", NULL, "integration", "no token", "and so no call"},
    {"release-too-old", NULL, "integration", REFUSED, "no keys yet, and tokens of the guest"},
    {"rest-api-role-missing", NULL, "integration", "403 Failed API level ACL Validation",
     "every table"},
    {"role-forbidden", NULL, "create", "403 ACL Exception Insert Failed *", "reads only"},
    {"role-missing", "1stream", "users", "200 1 of 217", "the own record is left"},
    {"role-missing", "1stream", "customers", "200 0 of 2", "rows gone, count left"},
    {"role-missing", "1stream", "contacts", "200 0 of 2", "rows gone, count left"},
    {"role-missing", "1stream", "cases", "200 0 of 2", "rows gone, count left"},
    {"role-missing", "cloud-ex-machina", "incidents", "200 0 of 1",
     "the shipped rule leaves the own incident, the ACL hides it"},
    {"role-missing", "cloud-ex-machina", "changes", "200 0 of 2", "rows gone, count left"},
    {"role-missing", "cloud-ex-machina", "group", "200 0 of 1", "rows gone, count left"},
    {"role-missing", "cloud-ex-machina", "create", "403 ACL Exception Insert Failed *", "aloud"},
    {"role-missing", SEI, "incidents", "200 0 of 0", "none of them is its own"},
    {"role-missing", SEI, "changes", "200 0 of 1", "rows gone, count left"},
    {"role-missing", SEI, "users", "200 1 of 215", "the own record is left"},
    {"role-missing", "rad-security", "incidents", "200 0 of 2", "both are its own"},
    {"role-missing", "strategy-overview", "companies", "200 0 of 40", "rows gone, count left"},
    {"role-missing", "strategy-overview", "items", "200 0 of 60", "rows gone, count left"},
    {"role-missing", "strategy-overview", "contacts", "200 1 of 215", "the own record is left"},
    {"role-missing", "strategy-overview", "meta", "403 User Not Authorized", "it asks for itil"},
    {"rows-hidden", "cloud-ex-machina", "incidents", "200 0 of 3", "counted, not returned"},
    {"rows-hidden", "rad-security," SEI, "incidents", "200 0 of 2", "counted, not returned"},
    {"rows-hidden", "1stream", "cases", "200 0 of 2", "counted, not returned"},
    {"table-closed", "cloud-ex-machina,rad-security," SEI, "incidents",
     "403 Failed API level ACL Validation", "whoever asks"},
    {"table-closed", "cloud-ex-machina,rad-security", "create",
     "403 Failed API level ACL Validation", "writing too"},
    {"table-closed", "1stream", "cases", "403 Failed API level ACL Validation", "whoever asks"},
    {"table-closed", "strategy-overview", "companies", "403 Failed API level ACL Validation",
     "an admin too"},
    {"table-missing", "harness-sei", "dictionary", "200 5 of 94", "nor is it in the dictionary"},
    {"table-missing", "harness-sei-oauth", "dictionary", "200 5 of 94",
     "nor is it in the dictionary"},
    {"table-missing", NULL, "changes", "400 Invalid table change_request", "no such table"},
    {"user-external-directory", NULL, "integration", REFUSED, "no password here"},
    {"user-inactive", KEYS "," BASICS, "integration", REFUSED, "whatever the credential"},
    {"user-inactive", TOKENS, "token", DENIED, "no token for such a user"},
    {"user-inactive", TOKENS, "integration", "no token", "and so no call"},
    {"user-locked-out", KEYS "," BASICS, "integration", REFUSED, "whatever the credential"},
    {"user-locked-out", TOKENS, "token", DENIED, "no token for such a user"},
    {"user-locked-out", TOKENS, "integration", "no token", "and so no call"},
    {"user-missing", KEYS "," BASICS, "integration", REFUSED, "the record points to nobody"},
    {"user-missing", "cloud-ex-machina", "token", "400 *integration user is not configured*",
     "the application's user is nobody"},
    {"user-missing", "harness-sei-oauth", "token", DENIED, "the token is nobody's"},
    {"user-missing", TOKENS, "integration", "no token", "and so no call"},
    {"write-denied", NULL, "create", "403 ACL Exception Insert Failed *", "aloud"},
};

#define READ "/api/now/table/"
#define FIELDS "&sysparm_exclude_reference_link=true&sysparm_fields="
#define USER READ "sys_user?sysparm_query=user_name=$service_user" FIELDS
#define KEY READ "api_key?sysparm_query=user.user_name=$service_user" FIELDS
#define HOLDS(role)                                                                            \
    READ "sys_user_has_role?sysparm_query=user.user_name=$service_user^role.name=" role FIELDS \
         "role.name"
#define NONE "{\"result\":[]}"

/* What an auditor sees with the fault, and does not see in the healthy world. */
static const struct trace {
    const char *fault;
    const char *worlds; /* NULL: all it makes sense in */
    const char *uri;
    const char *body; /* a part of it */
} traces[] = {
    {"access-token-expired", NULL,
     READ "oauth_credential?sysparm_query=type=access_token^expires<$now" FIELDS "type",
     "access_token"},
    {"acl-denies", NULL,
     READ "sys_security_acl?sysparm_query=decision_type=deny" FIELDS "decision_type",
     "\"decision_type\":\"deny\""},
    {"acl-inactive", "1stream",
     READ "sys_security_acl?sysparm_query=name=sn_customerservice_case" FIELDS "active", "false"},
    {"acl-inactive", SEI, READ "sys_security_acl?sysparm_query=name=sys_dictionary" FIELDS "active",
     "false"},
    {"acl-inactive", "rad-security",
     READ "sys_security_acl?sysparm_query=name=incident^operation=create" FIELDS "active",
     "\"active\":\"false\""},
    {"acl-missing", "1stream",
     READ "sys_security_acl?sysparm_query=name=sn_customerservice_case" FIELDS "active", NONE},
    {"acl-missing", SEI, READ "sys_security_acl?sysparm_query=name=sys_dictionary" FIELDS "active",
     NONE},
    {"acl-missing", "rad-security",
     READ "sys_security_acl?sysparm_query=description=Made for RAD Security" FIELDS "active", NONE},
    {"acl-role", NULL,
     READ "sys_security_acl_role?sysparm_query=sys_user_role.name=import_admin" FIELDS
          "sys_user_role.name",
     "import_admin"},
    {"api-key-expired", NULL,
     READ "api_key?sysparm_query=user.user_name=$service_user^expiresISNOTEMPTY^expires<$now" FIELDS
          "name",
     "\"name\""},
    {"api-key-inactive", NULL, KEY "active", "\"active\":\"false\""},
    {"api-key-scope", NULL, KEY "auth_scope.name", "attachments_only"},
    {"api-key-unknown", NULL, KEY "active", NONE},
    {"api-key-user", NULL, KEY "active", NONE},
    {"api-missing", NULL,
     READ "sys_properties?sysparm_query=name=glide.rest.apis.disabled" FIELDS "value",
     "CMDB Meta API"},
    {"auth-parameter-mismatch", NULL,
     READ "http_key_auth?sysparm_query=active=true" FIELDS "auth_parameter.type",
     "query_parameter"},
    {"basic-auth-restricted", NULL, USER "web_service_access_only", "false"},
    {"blast-radius", TOKENS,
     READ "oauth_entity_auth_scope_mapping?sysparm_query=oauth_entity.name=Reporting" FIELDS
          "auth_scope.name",
     NONE},
    {"blast-radius", KEYS,
     READ "sys_auth_profile_mapping?sysparm_query=api_access_policy.api_path=now/table^"
          "inbound_auth_profile.name=OAuth Token" FIELDS "sys_id",
     NONE},
    {"business-rule-abort", NULL,
     READ "sys_script?sysparm_query=collection=incident^action_insert=true" FIELDS "name",
     "Incidents come from the portal"},
    {"client-credentials-disabled", NULL,
     READ "sys_properties?sysparm_query=name="
          "glide.oauth.inbound.client.credential.grant_type.enabled" FIELDS "value",
     NONE},
    {"column-missing", NULL,
     READ "sys_dictionary?sysparm_query=name=incident^element=resolved_at" FIELDS "element", NONE},
    {"credential-expires-soon", NULL,
     READ "api_key?sysparm_query=user.user_name=$service_user^expiresISNOTEMPTY^"
          "expires<$soon" FIELDS "name",
     "\"name\""},
    {"credential-too-old", KEYS,
     READ "api_key?sysparm_query=user.user_name=$service_user^sys_created_on<$long_ago" FIELDS
          "name",
     "\"name\""},
    {"credential-too-old", TOKENS,
     READ "oauth_entity?sysparm_query=client_id=$client_id^sys_created_on<$long_ago" FIELDS "name",
     "\"name\""},
    {"excess-privilege", NULL, HOLDS("admin"), "admin"},
    {"explicit-role-missing", NULL, HOLDS("snc_internal"), NONE},
    {"field-write-ignored", NULL,
     READ "sys_security_acl?sysparm_query=name=incident.short_description" FIELDS "operation",
     "create"},
    {"guest-access", WORKING,
     READ "sys_properties?sysparm_query=name=glide.basicauth.required.api" FIELDS "value", "false"},
    {"instance-cloned", NULL, READ "sys_properties?sysparm_query=name=instance_name" FIELDS "value",
     "acmeprod"},
    {"machine-identity-restricted", NULL,
     READ "sys_security_machine_identity_access_config?sysparm_query=user.user_name="
          "$service_user" FIELDS "machine_identity_access_control.name",
     "Groups and accounts only"},
    {"mandatory-field", NULL,
     READ "sys_data_policy_rule?sysparm_query=mandatory=true^table=incident" FIELDS "field",
     "business_service"},
    {"mfa-required", NULL, USER "enable_multifactor_authn", "true"},
    {"oauth-app-inactive", NULL,
     READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "active", "false"},
    {"oauth-app-missing", NULL,
     READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "active", NONE},
    {"oauth-app-type", NULL, READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "type",
     "consumer"},
    {"oauth-app-user", NULL,
     READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "user.user_name", "cxm_former"},
    {"oauth-app-user-unset", NULL,
     READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "user", "\"user\":\"\""},
    {"oauth-disabled", NULL,
     READ "sys_properties?sysparm_query=name=com.snc.platform.security.oauth.is.active" FIELDS
          "value",
     "false"},
    {"oauth-scope-broken", NULL,
     READ "oauth_entity_auth_scope_mapping?sysparm_query=oauth_entity.client_id=$client_id" FIELDS
          "auth_scope",
     "0123456789abcdef0123456789abcdef"},
    {"oauth-scope-broken", NULL,
     READ "syslog?sysparm_query=messageLIKEinvalid_scope" FIELDS "message", "invalid_scope"},
    {"oauth-scope-restricted", NULL,
     READ "sys_api_access_scope?sysparm_query=name=$auth_scope" FIELDS "active", "false"},
    {"oauth-scope-unlinked", NULL,
     READ "oauth_entity_auth_scope_mapping?sysparm_query=oauth_entity.client_id=$client_id" FIELDS
          "auth_scope.name",
     NONE},
    {"oauth-token-restricted", NULL,
     READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "restricted_binding", "true"},
    {"password-grant-disabled", NULL,
     READ "sys_properties?sysparm_query=name=glide.oauth.inbound.ropc.grant_type.disabled" FIELDS
          "value",
     "true"},
    {"password-needs-reset", NULL, USER "password_needs_reset", "true"},
    {"personal-account", NULL, USER "employee_number", "10423"},
    {"plugin-inactive", "1stream",
     READ "v_plugin?sysparm_query=id=com.sn_customerservice" FIELDS "active", "inactive"},
    {"plugin-inactive", KEYS,
     READ "v_plugin?sysparm_query=id=com.glide.tokenbased_auth" FIELDS "active", "inactive"},
    {"plugin-missing", "1stream",
     READ "v_plugin?sysparm_query=id=com.sn_customerservice" FIELDS "active", NONE},
    {"plugin-missing", KEYS,
     READ "v_plugin?sysparm_query=id=com.glide.tokenbased_auth" FIELDS "active", NONE},
    {"policy-coverage", "rad-security",
     READ "sys_api_access_policy?sysparm_query=api_path=now/table^active=true" FIELDS "http_method",
     "GET"},
    {"policy-coverage", "strategy-overview",
     READ "sys_api_access_policy?sysparm_query=api_path=now/table^active=true" FIELDS "version",
     "v2"},
    {"policy-inactive", NULL,
     READ "sys_api_access_policy?sysparm_query=api_path=now/table^active=true" FIELDS "name", NONE},
    {"policy-missing", NULL,
     READ "sys_api_access_policy?sysparm_query=api_path=now/table^active=true" FIELDS "name", NONE},
    {"policy-profile-unlinked", "cloud-ex-machina",
     READ "sys_auth_profile_mapping?sysparm_query=api_access_policy.api_path=now/table^"
          "inbound_auth_profile.name=OAuth Token" FIELDS "sys_id",
     NONE},
    {"policy-profile-unlinked", BASICS,
     READ "sys_auth_profile_mapping?sysparm_query=api_access_policy.api_path=now/table^"
          "inbound_auth_profile.nameSTARTSWITHBasicAuth" FIELDS "sys_id",
     NONE},
    {"policy-profile-unlinked", KEYS,
     READ "sys_auth_profile_mapping?sysparm_query=api_access_policy.api_path=now/table^"
          "inbound_auth_profile.sys_class_name=http_key_auth" FIELDS "sys_id",
     NONE},
    {"profile-kind", "cloud-ex-machina",
     READ "inbound_auth_profile?sysparm_query=name=OAuth Token" FIELDS "name", NONE},
    {"profile-kind", KEYS,
     READ "inbound_auth_profile?sysparm_query=sys_class_name=http_key_auth" FIELDS "name", NONE},
    {"profile-policy-denies", NULL,
     READ "auth_policy_mapping?sysparm_query=auth_policy.name=From nowhere" FIELDS
          "auth_policy.name",
     "From nowhere"},
    {"redirect-url-mismatch", NULL,
     READ "oauth_entity?sysparm_query=client_id=$client_id" FIELDS "redirect_url", "callback/\""},
    {"refresh-token-expired", NULL,
     READ "oauth_credential?sysparm_query=type=refresh_token^expires<$now" FIELDS "type",
     "refresh_token"},
    {"release-too-old", NULL, READ "sys_properties?sysparm_query=name=glide.war" FIELDS "value",
     "glide-vancouver-07-06-2023__"},
    {"release-too-old", NULL, READ "api_key?sysparm_limit=1", "Invalid table api_key"},
    {"rest-api-role-missing", NULL,
     READ "sys_security_acl?sysparm_query=type=rest_endpoint^name=Table API" FIELDS "active",
     "true"},
    {"role-forbidden", NULL, HOLDS("snc_read_only"), "snc_read_only"},
    {"role-missing", TOKENS ",harness-sei", HOLDS("itil"), NONE},
    {"role-missing", "1stream", HOLDS("sn_customerservice_agent"), NONE},
    {"role-missing", "rad-security", HOLDS("sn_incident_read"), NONE},
    {"role-missing", "strategy-overview", HOLDS("admin"), NONE},
    {"role-undefined", "cloud-ex-machina",
     READ "sys_user_role?sysparm_query=name=rest_service" FIELDS "name", NONE},
    {"role-undefined", "rad-security",
     READ "sys_user_role?sysparm_query=name=u_ticket_user" FIELDS "name", NONE},
    {"user-external-directory", NULL, USER "source", "ldap:"},
    {"user-inactive", NULL, USER "active", "false"},
    {"user-locked-out", NULL, USER "locked_out", "true"},
    {"user-missing", NULL, USER "active", NONE},
    {"vendor-egress-blocked", NULL,
     READ "ip_access?sysparm_query=description=Strategy Overview" FIELDS "type", NONE},
    {"web-service-only-conflict", NULL, USER "web_service_access_only", "true"},
    {"write-denied", NULL,
     READ "sys_security_acl?sysparm_query=name=incident^operation=create^scriptISNOTEMPTY" FIELDS
          "name",
     "incident"},
};

/* What happens before the instance sees a call; nothing of it can be seen without a socket. */
static const struct {
    const char *fault;
    int error; /* of curl */
    long status;
    bool is_late; /* the header Date is minutes away */
    const char *why;
} doors[] = {
    {NULL, CURLE_OK, 401, false, "healthy"},
    {"clock-skew", CURLE_OK, 401, true, "ten minutes ahead"},
    {"connect-failure", CURLE_COULDNT_CONNECT, 0, false, "nobody listens"},
    {"tls-handshake", CURLE_SSL_CONNECT_ERROR, 0, false, "no certificate at all"},
    {"tls-name-mismatch", CURLE_PEER_FAILED_VERIFICATION, 0, false, "another name"},
    {"tls-untrusted", CURLE_PEER_FAILED_VERIFICATION, 0, false, "another authority"},
};

/* --- running them --- */

static bool list_has(const char *list, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = list; at != NULL && *at != '\0'; at = strchr(at, ',')) {
        at += *at == ',' ? 1 : 0;
        if (strncmp(at, name, len) == 0 && (at[len] == '\0' || at[len] == ',')) {
            return true;
        }
    }
    return list == NULL;
}

static bool is_group_of(const char *group, const char *call)
{
    static const char *const others[] = {"anonymous", "auditor", "consent"};
    bool is_own = true;

    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        is_own = is_own && !text_equal(call, others[i]);
    }

    return text_equal(group, call) || text_equal(group, "all") ||
           (text_equal(group, "integration") && is_own);
}

/* The outcome the rows want; `healthy` when none is about the call. */
static const char *wanted(const char *fault, const char *world, const char *call,
                          const char *healthy)
{
    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        const struct view *view = &views[i];
        bool is_about = text_equal(call, "token") ? text_equal(view->call, "token")
                                                  : is_group_of(view->call, call);
        if (is_about && text_equal(view->fault, fault) && list_has(view->worlds, world)) {
            healthy = view->outcome;
        }
    }
    return healthy;
}

/* True when the outcome is the pattern, in which * stands for anything at the start of what follows
 * the status and at the end. */
static bool is_like(const char *outcome, const char *pattern)
{
    const char *star = strchr(pattern, '*');

    if (star == NULL) {
        return text_equal(outcome, pattern);
    }
    size_t len = strcspn(star + 1, "*");
    char part[128];
    snprintf(part, sizeof part, "%.*s", (int)len, star + 1);
    return strncmp(outcome, pattern, (size_t)(star - pattern) - 1) == 0 &&
           strstr(outcome, part) != NULL;
}

/* How many rows are about the fault in this world. */
static size_t count_expectations(const char *fault, const char *world)
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        n += text_equal(doors[i].fault, fault) ? 1 : 0;
    }

    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        n += text_equal(views[i].fault, fault) && list_has(views[i].worlds, world) ? 1 : 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
        n += text_equal(traces[i].fault, fault) && list_has(traces[i].worlds, world) ? 1 : 0;
    }
    return n;
}

/* The URI with its $names replaced: those of the world, and three times. */
static const char *expand(struct bench *bench, const char *uri)
{
    const char *client_id = text_equal(bench->world->name, "cloud-ex-machina")
                                ? CLIENT_ID
                                : "9c1e4f7ab2d84c3e95d0a6b87f213c40";
    const int64_t day = 86400;
    const struct pair names[] = {
        {"$service_user", pairs_get(&bench->world->parameters, "service_user")},
        {"$auth_scope", pairs_get(&bench->world->parameters, "auth_scope")},
        {"$client_id", client_id},
        {"$now", sim_date_time(bench->arena, clock_now_seconds())},
        {"$soon", sim_date_time(bench->arena, clock_now_seconds() + 30 * day)},
        {"$long_ago", sim_date_time(bench->arena, clock_now_seconds() - 90 * day)},
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *at = strstr(uri, names[i].key);
        if (at != NULL) {
            uri = arena_printf(bench->arena, "%.*s%s%s", (int)(at - uri), uri, names[i].value,
                               at + strlen(names[i].key));
        }
    }
    return uri;
}

/* --- what the faults say of themselves --- */

/* What no call from here shows, and why the integration is broken all the same. */
static const struct {
    const char *fault;
    const char *why;
} elsewhere[] = {
    {"vendor-egress-blocked", "the vendor calls from addresses of its own"},
};

/* Whether the fault ends the way to the instance before there is an answer. */
static bool shuts_the_door(const char *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        if (text_equal(doors[i].fault, fault) && doors[i].error != CURLE_OK) {
            return true;
        }
    }
    return false;
}

/* True when the outcome is less than that of the healthy world: "200 5 of 18" is no less than "200
 * 5 of 18 without value". */
static bool is_worse(const char *outcome, const char *healthy)
{
    return strncmp(outcome, healthy, strlen(outcome)) != 0;
}

/* What the fault breaks of the vendor's calls: those it makes by itself, or the one a person makes
 * in a browser. */
static bool breaks(const char *fault, const char *world, bool in_a_browser)
{
    for (size_t i = 0; i < n_vendor_calls; i++) {
        const struct vendor_call *call = &vendor_calls[i];
        bool is_meant = in_a_browser ? text_equal(call->name, "consent")
                                     : is_group_of("integration", call->name);
        if (text_equal(call->world, world) && is_meant && !call->is_optional &&
            is_worse(wanted(fault, world, call->name, call->outcome), call->outcome)) {
            return true;
        }
    }
    return false;
}

static bool breaks_elsewhere(const char *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
        if (text_equal(elsewhere[i].fault, fault)) {
            return true;
        }
    }
    return false;
}

static bool stops_the_auditor(const char *fault, const char *world)
{
    static const char healthy[] = "200";

    return shuts_the_door(fault) || !text_equal(wanted(fault, world, "auditor", healthy), healthy);
}

/* `key: true`, or a list with the world in it. */
static bool says(const struct yaml_node *fault, const char *key, const char *world)
{
    const struct yaml_node *node = yaml_get(fault, key);

    for (size_t i = 0; node != NULL && i < node->n_items; i++) {
        if (text_equal(node->items[i]->text, world)) {
            return true;
        }
    }
    return node != NULL && node->kind == YAML_SCALAR && text_equal(node->text, "true");
}

/* What a measure of diagnoses takes from faults.yaml is what the rows above have shown: it is not
 * for whoever is measured to say what counts as broken. The literal world works with no fault. */
Test(sim_faults, they_say_what_they_break)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings worlds = sim_world_names(arena);
    const struct yaml_node *all = yaml_get(sim_file_parse(arena, diag, "faults.yaml"), "faults");

    cr_assert_not_null(all);
    for (size_t i = 0; i < worlds.n_items; i++) {
        const char *world = worlds.items[i];
        struct pairs faults = {0};
        cr_assert(sim_world_faults(arena, diag, world, &faults));
        for (size_t k = 0; k < faults.n_items; k++) {
            const char *id = faults.items[k].key;
            const struct yaml_node *fault = yaml_get(all, id);
            bool works = says(fault, "works", world) || says(fault, "hygiene", world);
            bool is_seen = shuts_the_door(id) || breaks(id, world, false);
            bool is_broken = is_seen || breaks(id, world, true) || breaks_elsewhere(id);
            if (!text_equal(world, "literal")) {
                cr_expect(works != is_broken, "%s in %s: works", id, world);
                cr_expect_eq(says(fault, "unseen", world), is_broken && !is_seen,
                             "%s in %s: unseen", id, world);
            }
            cr_expect_eq(says(fault, "closes", world), stops_the_auditor(id, world),
                         "%s in %s: closes", id, world);
        }
    }
    diag_free(diag);
    arena_free(arena);
}

/* --- what a fault comes to --- */

/* The ids of causes that say no more than what calls come to: they are true, and certain, whatever
 * is behind them. */
static const struct {
    const char *id;
    const char *call;    /* the one that shows it; NULL: any of the vendor's own */
    const char *outcome; /* its beginning; NULL: fewer rows than were counted and asked for */
} symptoms[] = {
    {"credential-refused", "echo", "401 "},
    {"token-refused", "token", DENIED},
    {"read-denied", NULL, "403 User is unauthorized to access table"},
    {"rows-hidden", NULL, NULL},
    {"nothing-returned", NULL, "200 0 of 0"},
    {"write-denied", "create", "403 ACL Exception Insert Failed"},
};

enum { MOST_ROWS_ASKED_FOR = 5, LONGEST_LIST = 64 * 1024 };

static bool hides_rows(const char *outcome)
{
    unsigned n_returned = 0;
    unsigned n_counted = 0;

    return sscanf(outcome, "200 %u of %u", &n_returned, &n_counted) == 2 &&
           n_returned < n_counted && n_returned < MOST_ROWS_ASKED_FOR;
}

static bool is_symptom(size_t symptom, const char *call, const char *outcome)
{
    const char *start = symptoms[symptom].outcome;
    bool is_meant = symptoms[symptom].call == NULL ? !text_equal(call, "token")
                                                   : text_equal(symptoms[symptom].call, call);

    return is_meant && (start == NULL ? hides_rows(outcome) : text_starts_with(outcome, start));
}

/* Whether any call of the vendor's own comes to it. */
static bool shows(const char *fault, const char *world, size_t symptom)
{
    bool is_shown = is_symptom(symptom, "token", wanted(fault, world, "token", ""));

    if (shuts_the_door(fault)) {
        return false;
    }
    for (size_t i = 0; i < n_vendor_calls; i++) {
        const struct vendor_call *call = &vendor_calls[i];
        is_shown =
            is_shown ||
            (text_equal(call->world, world) && is_group_of("integration", call->name) &&
             is_symptom(symptom, call->name, wanted(fault, world, call->name, call->outcome)));
    }
    return is_shown;
}

/* "rad-security table-closed | incidents create | read-denied": the vendor's own calls that come to
 * less than in the healthy world, and the symptoms. "-" is no fault. */
static void add_outcome(struct buf *text, const char *world, const char *fault)
{
    buf_printf(text, "%s %s |", world, fault);
    for (size_t i = 0; i < n_vendor_calls; i++) {
        const struct vendor_call *call = &vendor_calls[i];
        if (text_equal(call->world, world) && is_group_of("integration", call->name) &&
            (shuts_the_door(fault) ||
             is_worse(wanted(fault, world, call->name, call->outcome), call->outcome))) {
            buf_printf(text, " %s", call->name);
        }
    }
    buf_add(text, " |");
    for (size_t i = 0; i < ARRAY_LEN(symptoms); i++) {
        if (shows(fault, world, i)) {
            buf_printf(text, " %s", symptoms[i].id);
        }
    }
    buf_add_char(text, '\n');
}

static void add_outcomes(struct arena *arena, struct buf *text, const char *world)
{
    struct diag *diag = diag_new();
    struct pairs faults = {0};

    cr_assert(sim_world_faults(arena, diag, world, &faults));
    add_outcome(text, world, "-");
    for (size_t i = 0; i < faults.n_items; i++) {
        add_outcome(text, world, faults.items[i].key);
    }
    diag_free(diag);
}

/* outcomes.txt is what ci/accuracy judges by. After a change of the rows above:
 * GLIDEPATH_UPDATE=1 build/sanitize/tests/test_sim --filter 'sim_faults/the_list*' */
Test(sim_faults, the_list_of_outcomes_is_up_to_date)
{
    static const char path[] = ROOM_FIXTURES "/outcomes.txt";
    struct arena *arena = arena_new();
    struct strings worlds = sim_world_names(arena);
    struct buf text;

    buf_init(&text, LONGEST_LIST);
    for (size_t i = 0; i < worlds.n_items; i++) {
        add_outcomes(arena, &text, worlds.items[i]);
    }
    if (getenv("GLIDEPATH_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out);
        fputs(text.data, out);
        fclose(out);
    }
    size_t len = 0;
    const char *reason = NULL;
    const char *file = file_read(arena, path, LONGEST_LIST, &len, &reason);
    cr_assert_not_null(file, "%s: %s", path, reason);
    cr_expect(text_equal(file, text.data),
              "outcomes.txt is out of date: run this test with GLIDEPATH_UPDATE=1");
    buf_release(&text);
    arena_free(arena);
}

static void expect_calls(struct bench *bench, const char *fault, const char *world)
{
    for (size_t i = 0; i < n_vendor_calls; i++) {
        const struct vendor_call *call = &vendor_calls[i];
        if (text_equal(call->world, world)) {
            const char *pattern = wanted(fault, world, call->name, call->outcome);
            const char *outcome = vendor_outcome(bench, call);
            cr_expect(is_like(outcome, pattern), "%s in %s, %s: %s, wanted %s", fault, world,
                      call->name, outcome, pattern);
        }
    }
    const char *pattern =
        wanted(fault, world, "token", list_has(TOKENS, world) ? "200 token" : "none needed");
    const char *outcome = vendor_token_outcome(bench);
    cr_expect(is_like(outcome, pattern), "%s in %s, token: %s, wanted %s", fault, world, outcome,
              pattern);
}

static void expect_traces(struct bench *healthy, struct bench *bench, const char *fault,
                          const char *world)
{
    for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
        const struct trace *trace = &traces[i];
        if (!text_equal(trace->fault, fault) || !list_has(trace->worlds, world)) {
            continue;
        }
        const char *before = vendor_audit(healthy, expand(healthy, trace->uri));
        cr_expect_null(strstr(before, trace->body), "%s in %s, trace %zu, healthy: %s", fault,
                       world, i, before);
        const char *after = vendor_audit(bench, expand(bench, trace->uri));
        cr_expect_not_null(strstr(after, trace->body), "%s in %s, trace %zu: %s", fault, world, i,
                           after);
    }
}

static void expect_world(const char *world)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct pairs faults = {0};
    struct bench healthy;

    vendor_open(&healthy, world, NULL);
    cr_assert(sim_world_faults(arena, diag, world, &faults));
    for (size_t i = 0; i < faults.n_items; i++) {
        const char *fault = faults.items[i].key;
        struct bench bench;
        vendor_open(&bench, world, fault);
        cr_expect_gt(count_expectations(fault, world), 0, "%s in %s has no row", fault, world);
        expect_calls(&bench, fault, world);
        expect_traces(&healthy, &bench, fault, world);
        bench_close(&bench);
    }
    bench_close(&healthy);
    diag_free(diag);
    arena_free(arena);
}

Test(sim_faults, world_1stream)
{
    expect_world("1stream");
}

Test(sim_faults, world_cloud_ex_machina)
{
    expect_world("cloud-ex-machina");
}

Test(sim_faults, world_harness_sei)
{
    expect_world("harness-sei");
}

Test(sim_faults, world_harness_sei_oauth)
{
    expect_world("harness-sei-oauth");
}

Test(sim_faults, world_literal)
{
    expect_world("literal");
}

Test(sim_faults, world_rad_security)
{
    expect_world("rad-security");
}

Test(sim_faults, world_strategy_overview)
{
    expect_world("strategy-overview");
}

/* What a fault leaves in the headers, by which the client tells who answered. */
static const struct {
    const char *fault;
    bool is_auditor; /* else the integration */
    const char *header;
    const char *value; /* its beginning; NULL: no such header */
    const char *why;
} marks[] = {
    {"rate-limited", false, "X-RateLimit-Limit", "100", "the limit"},
    {"rate-limited", false, "Retry-After", "", "and when to come back"},
    {"instance-busy", false, "X-RateLimit-Limit", NULL, "no rule is behind it"},
    {"instance-hibernating", true, "Server", "snow_adc", "the edge answers"},
    {"instance-hibernating", true, "X-Transaction-ID", NULL, "and no node"},
    {"edge-blocked", true, "CF-RAY", "8", "a foreign brand"},
    {"edge-blocked", true, "Server", "cloudflare", "a foreign brand"},
    {"login-page", true, "X-Is-Logged-In", "false", "a node answers"},
};

Test(sim_faults, headers_tell_who_answers)
{
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct bench bench;
        vendor_open(&bench, "rad-security", marks[i].fault);
        bench_get(&bench, READ "incident",
                  vendor_header(&bench, marks[i].is_auditor ? "auditor" : "integration"));
        const char *value = bench_header(&bench, marks[i].header);
        cr_expect(marks[i].value == NULL ? value == NULL
                                         : value != NULL && text_starts_with(value, marks[i].value),
                  "row %zu (%s, %s): %s", i, marks[i].fault, marks[i].why,
                  value == NULL ? "none" : value);
        bench_close(&bench);
    }
}

/* The vendor's own address is refused, and the caller's is not. */
Test(sim_faults, vendor_egress_blocked_is_seen_from_there_only)
{
    static const struct {
        const char *remote;
        const char *fault;
        bool is_blocked;
        const char *why;
    } rows[] = {
        {"198.51.100.10", NULL, false, "the vendor is on the list"},
        {"198.51.100.10", "vendor-egress-blocked", true, "and is not any more"},
        {"192.0.2.7", "vendor-egress-blocked", false, "the office still is"},
        {"203.0.113.1", NULL, true, "others never were"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        vendor_open(&bench, "strategy-overview", rows[i].fault);
        cr_expect_eq(sim_address_is_blocked(bench.world, rows[i].remote), rows[i].is_blocked,
                     "row %zu (%s)", i, rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_faults, several_at_once)
{
    struct bench bench;

    vendor_open(&bench, "rad-security", "user-inactive");
    cr_assert(sim_fault_apply(bench.world, bench.diag, "table-closed"));
    bench_get(&bench, READ "incident", vendor_header(&bench, "integration"));
    cr_expect_eq(bench.reply.status, 401);
    bench_get(&bench, READ "incident", vendor_header(&bench, "auditor"));
    cr_expect_eq(bench.reply.status, 403);
    bench_close(&bench);
}

static bool is_late(const char *headers)
{
    const char *date = strstr(headers, "Date: ");

    if (date == NULL) {
        return false;
    }
    double seconds = difftime(curl_getdate(date + strlen("Date: "), NULL), time(NULL));
    return seconds > 120 || seconds < -120;
}

Test(sim_faults, before_the_instance)
{
    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        struct arena *arena = arena_new();
        struct diag *diag = diag_new();
        const char *faults[] = {doors[i].fault};
        struct sim_options options = {.world = "rad-security",
                                      .tls = true,
                                      .host = "acme.service-now.com",
                                      .faults = {faults, doors[i].fault == NULL ? 0 : 1}};
        struct sim *sim = sim_start(diag, &options);
        diag_print(diag, stderr);
        cr_assert_not_null(sim, "row %zu", i);
        struct fetch_options how = {
            .ca_file = sim_ca_file(sim),
            .timeout_ms = 5000,
            .connect_to =
                arena_printf(arena, "acme.service-now.com:443:127.0.0.1:%d", sim_port(sim))};
        struct fetched got = fetch("https://acme.service-now.com" READ "incident", &how);
        cr_expect_eq(got.error, doors[i].error, "row %zu (%s): curl %d", i, doors[i].why,
                     got.error);
        cr_expect_eq(got.status, doors[i].status, "row %zu (%s): %ld", i, doors[i].why, got.status);
        cr_expect_eq(is_late(got.headers), doors[i].is_late, "row %zu (%s): %s", i, doors[i].why,
                     got.headers);
        fetched_release(&got);
        sim_stop(sim);
        diag_free(diag);
        arena_free(arena);
    }
}
