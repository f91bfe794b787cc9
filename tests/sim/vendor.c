/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls of the vendors.
 */
#include "vendor.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sim/describe.h"
#include "sim/fault.h"

#define TABLE "/api/now/table/"
#define ONE "?sysparm_exclude_reference_link=true&sysparm_limit=5&sysparm_fields="
#define DICTIONARY "name,element,column_label&sysparm_query=nameINtask,incident,change_request"
#define ECHO                                                                              \
    TABLE "sys_user?sysparm_query=user_name=javascript:gs.getUserName()&sysparm_limit=2&" \
          "sysparm_fields=user_name"
#define SHORT_DESCRIPTION "Opened by the vendor"
#define CREATE "{\"short_description\":\"" SHORT_DESCRIPTION "\",\"urgency\":\"2\"}"
#define REFUSED "401 Required to provide Auth information"

const struct vendor_call vendor_calls[] = {
    {"1stream", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"1stream", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"1stream", "echo", "GET", ECHO, NULL, "200 onestream_api"},
    {"1stream", "users", "GET", TABLE "sys_user" ONE "name,email,user_name", NULL, "200 5 of 217"},
    {"1stream", "customers", "GET", TABLE "customer_account" ONE "name,number", NULL, "200 2 of 2"},
    {"1stream", "contacts", "GET", TABLE "customer_contact" ONE "name,phone,account", NULL,
     "200 2 of 2"},
    {"1stream", "cases", "GET", TABLE "sn_customerservice_case" ONE "number,short_description",
     NULL, "200 2 of 2"},
    {"cloud-ex-machina", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"cloud-ex-machina", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"cloud-ex-machina", "echo", "GET", ECHO, NULL, "200 cxm_integration"},
    {"cloud-ex-machina", "incidents", "GET", TABLE "incident" ONE "number,short_description", NULL,
     "200 3 of 3"},
    {"cloud-ex-machina", "changes", "GET", TABLE "change_request" ONE "number,short_description",
     NULL, "200 2 of 2", true},
    {"cloud-ex-machina", "group", "GET",
     TABLE "sys_user_group" ONE "name,active&sysparm_query=name=Cloud%20Operations", NULL,
     "200 1 of 1"},
    {"cloud-ex-machina", "choices", "GET", TABLE "sys_choice" ONE "value,label", NULL,
     "200 5 of 18 without value"},
    {"cloud-ex-machina", "create", "POST", TABLE "incident", CREATE, "201 created"},
    {"harness-sei", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"harness-sei", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"harness-sei", "echo", "GET", ECHO, NULL, "200 svc_sei"},
    {"harness-sei", "incidents", "GET",
     TABLE "incident" ONE "number,state,opened_at,resolved_at,closed_at", NULL, "200 2 of 2"},
    {"harness-sei", "changes", "GET", TABLE "change_request" ONE "number,short_description", NULL,
     "200 1 of 1"},
    {"harness-sei", "users", "GET", TABLE "sys_user" ONE "name,email", NULL, "200 5 of 215"},
    {"harness-sei", "choices", "GET", TABLE "sys_choice" ONE "element,value,label", NULL,
     "200 5 of 18"},
    {"harness-sei", "dictionary", "GET", TABLE "sys_dictionary" ONE DICTIONARY, NULL,
     "200 5 of 134"},
    {"harness-sei-oauth", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"harness-sei-oauth", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"harness-sei-oauth", "echo", "GET", ECHO, NULL, "200 sei_connect"},
    {"harness-sei-oauth", "incidents", "GET",
     TABLE "incident" ONE "number,state,opened_at,resolved_at,closed_at", NULL, "200 2 of 2"},
    {"harness-sei-oauth", "changes", "GET", TABLE "change_request" ONE "number,short_description",
     NULL, "200 1 of 1"},
    {"harness-sei-oauth", "users", "GET", TABLE "sys_user" ONE "name,email", NULL, "200 5 of 215"},
    {"harness-sei-oauth", "choices", "GET", TABLE "sys_choice" ONE "element,value,label", NULL,
     "200 5 of 18"},
    {"harness-sei-oauth", "dictionary", "GET", TABLE "sys_dictionary" ONE DICTIONARY, NULL,
     "200 5 of 134"},
    {"harness-sei-oauth", "consent", "GET",
     "/oauth_auth.do?response_type=code&client_id=9c1e4f7ab2d84c3e95d0a6b87f213c40&redirect_uri="
     "https://app.harness.example.com/sei/callback",
     NULL, "302"},
    {"literal", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"literal", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"literal", "echo", "GET", ECHO, NULL, REFUSED},
    {"literal", "incidents", "GET", TABLE "incident" ONE "number,short_description", NULL, REFUSED},
    {"rad-security", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"rad-security", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"rad-security", "echo", "GET", ECHO, NULL, "200 svc_rad"},
    {"rad-security", "incidents", "GET", TABLE "incident" ONE "number,short_description", NULL,
     "200 2 of 2"},
    {"rad-security", "assets", "GET", TABLE "cmdb_ci" ONE "name", NULL, "200 5 of 60"},
    {"rad-security", "create", "POST", TABLE "incident", CREATE, "201 created"},
    {"strategy-overview", "anonymous", "GET", ECHO, NULL, REFUSED},
    {"strategy-overview", "auditor", "GET", ECHO, NULL, "200 svc_glidepath_auditor"},
    {"strategy-overview", "echo", "GET", ECHO, NULL, "200 SO_API"},
    {"strategy-overview", "companies", "GET", TABLE "core_company" ONE "name,customer", NULL,
     "200 5 of 40"},
    {"strategy-overview", "items", "GET", TABLE "cmdb_ci" ONE "name,operational_status", NULL,
     "200 5 of 60"},
    {"strategy-overview", "contacts", "GET", TABLE "sys_user" ONE "name,email", NULL,
     "200 5 of 215"},
    {"strategy-overview", "meta", "GET", "/api/now/cmdb/meta/cmdb_ci", NULL, "200 described"},
};
const size_t n_vendor_calls = ARRAY_LEN(vendor_calls);

/* --- a world --- */

void vendor_open(struct bench *bench, const char *world, const char *fault)
{
    bool done;

    *bench = (struct bench){.arena = arena_new(), .diag = diag_new()};
    bench->world = sim_world_load(bench->arena, bench->diag, world, "acme.service-now.com");
    done = bench->world != NULL && sim_world_resolve(bench->world, bench->diag);
    done = done && (fault == NULL || sim_fault_apply(bench->world, bench->diag, fault));
    diag_print(bench->diag, stderr);
    cr_assert(done, "the world %s with %s", world, fault == NULL ? "nothing" : fault);
    sim_world_derive(bench->world);
    bench->world->base_url = "https://acme.service-now.com";
}

static const char *credential_part(struct bench *bench, const char *credential, const char *part)
{
    struct description description =
        sim_describe(bench->world, "", "acme.service-now.com", 443, "");

    return pairs_get(&description.values,
                     arena_printf(bench->arena, "credentials.%s.%s", credential, part));
}

static const char *token_form(struct bench *bench, const char *kind)
{
    static const struct {
        const char *kind;
        const char *grant_type;
        const char *parts[4][2]; /* what the form says, what the description calls it */
    } grants[] = {
        {"oauth-client", "client_credentials", {{NULL, NULL}}},
        {"oauth-refresh", "refresh_token", {{"refresh_token", "refresh_token"}}},
        {"oauth-password", "password", {{"username", "user"}, {"password", "password"}}},
    };

    for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
        if (!text_equal(kind, grants[i].kind)) {
            continue;
        }
        const char *form =
            arena_printf(bench->arena, "grant_type=%s&client_id=%s&client_secret=%s",
                         grants[i].grant_type, credential_part(bench, "integration", "client_id"),
                         credential_part(bench, "integration", "client_secret"));
        for (size_t k = 0; grants[i].parts[k][0] != NULL; k++) {
            form = arena_printf(bench->arena, "%s&%s=%s", form, grants[i].parts[k][0],
                                credential_part(bench, "integration", grants[i].parts[k][1]));
        }
        return form;
    }
    return NULL;
}

static const char *token_header(struct bench *bench)
{
    static const char start[] = "{\"access_token\":\"";
    const char *body = bench_body(bench);

    if (bench->reply.status != 200 || !text_starts_with(body, start)) {
        return NULL;
    }
    body += strlen(start);
    return arena_printf(bench->arena, "Authorization: Bearer %.*s", (int)strcspn(body, "\""), body);
}

const char *vendor_header(struct bench *bench, const char *credential)
{
    const char *kind = credential_part(bench, credential, "kind");
    const char *form = token_form(bench, kind);

    if (form != NULL) {
        bench_call(bench, "POST", "/oauth_token.do", FORM_TYPE, form);
        return token_header(bench);
    }
    if (text_equal(kind, "basic")) {
        return basic_header(bench->arena,
                            arena_printf(bench->arena, "%s:%s",
                                         credential_part(bench, credential, "user"),
                                         credential_part(bench, credential, "password")));
    }
    return text_equal(kind, "token") ? arena_printf(bench->arena, "Authorization: Bearer %s",
                                                    credential_part(bench, credential, "token"))
                                     : arena_printf(bench->arena, "x-sn-apikey: %s",
                                                    credential_part(bench, credential, "key"));
}

/* --- outcomes --- */

/* The text behind "key":", or NULL. */
static const char *member(const struct bench *bench, const char *key)
{
    const char *quoted = arena_printf(bench->arena, "\"%s\":\"", key);
    const char *found = strstr(bench_body(bench), quoted);

    if (found == NULL) {
        return NULL;
    }
    found += strlen(quoted);
    return arena_strndup(bench->arena, found, strcspn(found, "\""));
}

static size_t count_rows(const char *body)
{
    size_t n = 0;

    for (const char *c = body; *c != '\0'; c++) {
        n += *c == '{' ? 1 : 0;
    }
    return n - 1;
}

/* The fields asked for that no row has: " without a, b". */
static const char *missing_fields(const struct bench *bench, const char *uri)
{
    const char *list = strstr(uri, "sysparm_fields=") + strlen("sysparm_fields=");
    struct strings names =
        strings_split(bench->arena, arena_strndup(bench->arena, list, strcspn(list, "&")), ',');
    struct strings missing = {0};

    for (size_t i = 0; i < names.n_items; i++) {
        if (strstr(bench_body(bench), arena_printf(bench->arena, "\"%s\":", names.items[i])) ==
            NULL) {
            strings_add(bench->arena, &missing, names.items[i]);
        }
    }
    return missing.n_items == 0 ? ""
                                : arena_printf(bench->arena, " without %s",
                                               strings_join(bench->arena, &missing, ", "));
}

static const char *list_outcome(const struct bench *bench, const char *uri)
{
    size_t n = count_rows(bench_body(bench));

    return arena_printf(bench->arena, "200 %zu of %s%s", n, bench_header(bench, "X-Total-Count"),
                        n == 0 ? "" : missing_fields(bench, uri));
}

static const char *other_outcome(const struct bench *bench)
{
    const char *body = bench_body(bench);
    const char *detail = member(bench, "detail");
    const char *text = body == NULL || *body == '\0' ? "" : *body == '<' ? " html" : NULL;

    if (detail == NULL) {
        detail = member(bench, "message");
    }
    if (detail == NULL) {
        detail = member(bench, "error_description");
    }
    if (text == NULL) {
        text = arena_printf(bench->arena, " %s", detail == NULL ? body : detail);
    }
    return arena_printf(bench->arena, "%d%s", bench->reply.status, text);
}

static const char *outcome_of_reply(const struct bench *bench, const struct vendor_call *call)
{
    const char *name = member(bench, "user_name");

    if (bench->reply.status == 200 && strstr(call->uri, "gs.getUserName()") != NULL &&
        name != NULL) {
        return arena_printf(bench->arena, "200 %s", name);
    }
    if (bench->reply.status == 200 && text_starts_with(bench_body(bench), "{\"result\":[")) {
        return list_outcome(bench, call->uri);
    }
    if (bench->reply.status == 201) {
        bool is_kept = strstr(bench_body(bench), SHORT_DESCRIPTION) != NULL;
        return is_kept ? "201 created" : "201 created without what was sent";
    }
    return bench->reply.status == 200 && strstr(bench_body(bench), "\"attributes\":[") != NULL
               ? "200 described"
               : other_outcome(bench);
}

const char *vendor_outcome(struct bench *bench, const struct vendor_call *call)
{
    static const struct pair type[] = {{"Content-Type", "application/json"}};
    bool is_auditor = text_equal(call->name, "auditor");
    const char *header = NULL;

    if (!text_equal(call->name, "anonymous") && !text_equal(call->name, "consent")) {
        header = vendor_header(bench, is_auditor ? "auditor" : "integration");
        if (header == NULL) {
            return "no token";
        }
    }
    bench_call_with(bench, call->method, call->uri, header, call->body, type,
                    call->body == NULL ? 0 : 1);
    return outcome_of_reply(bench, call);
}

const char *vendor_token_outcome(struct bench *bench)
{
    const char *form = token_form(bench, credential_part(bench, "integration", "kind"));

    if (form == NULL) {
        return "none needed";
    }
    bench_call(bench, "POST", "/oauth_token.do", FORM_TYPE, form);
    return token_header(bench) != NULL ? "200 token" : other_outcome(bench);
}

const char *vendor_audit(struct bench *bench, const char *uri)
{
    bench_get(bench, uri, vendor_header(bench, "auditor"));
    return bench_body(bench);
}
