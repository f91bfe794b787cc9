/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fault, over real sockets: what it breaks, and that it breaks nothing else. The healthy
 * world stands in the first row; each other row says what is different.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/strings.h"
#include "support.h"

#define DENIED "\"error\":\"server_error\""
#define INCIDENT "api/now/table/incident?sysparm_limit=1&sysparm_fields=number,state"
#define SEEN "{\"result\":[{\"number\":\"INC0010001\",\"state\":\"1\"}]}"
#define NOT_AUTHENTICATED "\"User is not authenticated\""
#define ECHO                                                                                     \
    "api/now/table/sys_user?sysparm_query=user_name=javascript:gs.getUserName()&sysparm_fields=" \
    "user_name"

/* What a client sees, from left to right in the order it asks. */
static const struct view {
    const char *fault;
    long anonymous;         /* the first call, without a credential */
    long token;             /* the token request */
    const char *token_body; /* a part of it */
    long read;              /* the same call with the token; 0 when there is none */
    const char *read_body;  /* a part of it */
    long auditor;           /* the auditor's identity echo */
} rows[] = {
    {"", 401, 200, "access_token", 200, SEEN, 200},
    {"client-credentials-disabled", 401, 401, DENIED, 0, "", 200},
    {"client-secret-refused", 401, 401, DENIED, 0, "", 200},
    {"edge-blocked", 403, 403, "Cloudflare", 0, "", 403},
    {"excess-privilege", 401, 200, "access_token", 200, SEEN, 200},
    {"field-hidden", 401, 200, "access_token", 200, "{\"result\":[{\"state\":\"1\"}]}", 200},
    {"guest-access", 200, 200, "access_token", 200, SEEN, 200},
    {"instance-busy", 429, 200, "access_token", 429, "", 429},
    {"instance-hibernating", 200, 200, "Instance Hibernating page", 0, "", 200},
    {"instance-unavailable", 502, 502, "502 Bad Gateway", 0, "", 502},
    {"ip-restricted", 403, 403, "", 0, "", 403},
    {"login-page", 200, 200, "Sign In | ServiceNow", 0, "", 200},
    {"nothing-returned", 401, 200, "access_token", 200, "{\"result\":[]}", 200},
    {"oauth-app-inactive", 401, 401, DENIED, 0, "", 200},
    {"oauth-app-missing", 401, 401, DENIED, 0, "", 200},
    {"oauth-app-type", 401, 401, DENIED, 0, "", 200},
    {"oauth-app-user", 401, 200, "access_token", 200, SEEN, 200},
    {"oauth-app-user-unset", 401, 400, "integration user is not configured", 0, "", 200},
    {"oauth-disabled", 401, 401, DENIED, 0, "", 200},
    {"oauth-scope-restricted", 401, 200, "access_token", 403,
     "Access to unscoped api is not allowed", 200},
    {"oauth-scope-unlinked", 401, 200, "access_token", 403,
     "Missing required api access scope: cxm_api_access", 200},
    {"password-needs-reset", 401, 401, DENIED, 0, "", 200},
    {"policy-outranked", 401, 200, "access_token", 401, NOT_AUTHENTICATED, 200},
    {"policy-profile-unlinked", 401, 200, "access_token", 401, NOT_AUTHENTICATED, 200},
    {"profile-inactive", 401, 200, "access_token", 401, NOT_AUTHENTICATED, 200},
    {"rate-limited", 401, 200, "access_token", 429,
     "Rate limit of 100 requests per hour for Table API exceeded", 200},
    {"read-denied", 401, 200, "access_token", 403, "User is unauthorized to access table: incident",
     200},
    {"release-too-old", 401, 200, "access_token", 401, NOT_AUTHENTICATED, 200},
    {"role-missing", 401, 200, "access_token", 200, "{\"result\":[]}", 200},
    {"role-undefined", 401, 200, "access_token", 200, SEEN, 200},
    {"rows-hidden", 401, 200, "access_token", 200, "{\"result\":[]}", 200},
    {"table-closed", 401, 200, "access_token", 403, "Failed API level ACL Validation", 200},
    {"user-inactive", 401, 401, DENIED, 0, "", 200},
    {"user-locked-out", 401, 401, DENIED, 0, "", 200},
    {"user-missing", 401, 400, "integration user is not configured", 0, "", 200},
};

/* A sim with the fault, and what every call to it needs. */
struct staged {
    struct arena *arena;
    struct diag *diag;
    struct sim *sim;
};

static void stage(struct staged *staged, const char *fault)
{
    const char *faults[] = {fault};
    struct sim_options options = {.world = "cloud-ex-machina",
                                  .faults = {faults, *fault == '\0' ? 0 : 1}};

    *staged = (struct staged){.arena = arena_new(), .diag = diag_new()};
    staged->sim = sim_start(staged->diag, &options);
    diag_print(staged->diag, stderr);
    cr_assert_not_null(staged->sim, "%s", fault);
}

static void unstage(struct staged *staged)
{
    sim_stop(staged->sim);
    diag_free(staged->diag);
    arena_free(staged->arena);
}

static struct fetched ask(struct staged *staged, const char *path, const char *header,
                          const char *form)
{
    struct fetch_options options = {.header = header, .form = form};

    return fetch(arena_printf(staged->arena, "%s%s", sim_url(staged->sim), path), &options);
}

/* The header of the auditor, of the kind the world says. */
static const char *auditor_header(struct staged *staged)
{
    const char *kind = sim_value(staged->sim, "credentials.auditor.kind");

    if (text_equal(kind, "basic")) {
        return basic_header(staged->arena,
                            arena_printf(staged->arena, "%s:%s",
                                         sim_value(staged->sim, "credentials.auditor.user"),
                                         sim_value(staged->sim, "credentials.auditor.password")));
    }
    return arena_printf(staged->arena, "x-sn-apikey: %s",
                        sim_value(staged->sim, "credentials.auditor.key"));
}

static const char *token_header(struct staged *staged, const char *body)
{
    static const char start[] = "{\"access_token\":\"";

    if (!text_starts_with(body, start)) {
        return NULL;
    }
    body += strlen(start);
    return arena_printf(staged->arena, "Authorization: Bearer %.*s", (int)strcspn(body, "\""),
                        body);
}

static void expect(const struct view *row, const char *what, const struct fetched *got, long status,
                   const char *body)
{
    cr_expect_eq(got->error, 0, "%s, %s: curl error %d", row->fault, what, got->error);
    cr_expect_eq(got->status, status, "%s, %s: %ld %s", row->fault, what, got->status, got->body);
    cr_expect_not_null(strstr(got->body, body), "%s, %s: %s", row->fault, what, got->body);
}

static void expect_integration(struct staged *staged, const struct view *row)
{
    const char *form =
        arena_printf(staged->arena, "grant_type=client_credentials&client_id=%s&client_secret=%s",
                     sim_value(staged->sim, "credentials.integration.client_id"),
                     sim_value(staged->sim, "credentials.integration.client_secret"));
    struct fetched token = ask(staged, "oauth_token.do", NULL, form);
    const char *header = token_header(staged, token.body);

    expect(row, "token", &token, row->token, row->token_body);
    cr_expect_eq(header != NULL, row->read != 0, "%s: %s", row->fault, token.body);
    if (header != NULL) {
        struct fetched read = ask(staged, INCIDENT, header, NULL);
        expect(row, "read", &read, row->read, row->read_body);
        fetched_release(&read);
    }
    fetched_release(&token);
}

Test(sim_faults, each_breaks_one_thing)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct view *row = &rows[i];
        struct staged staged;
        stage(&staged, row->fault);
        struct fetched anonymous = ask(&staged, INCIDENT, NULL, NULL);
        struct fetched auditor = ask(&staged, ECHO, auditor_header(&staged), NULL);
        expect(row, "anonymous", &anonymous, row->anonymous, "");
        expect(row, "auditor", &auditor, row->auditor, "");
        cr_expect(row->read == 0 || row->auditor != 200 ||
                      strstr(auditor.body, "svc_glidepath_auditor") != NULL,
                  "%s: %s", row->fault, auditor.body);
        expect_integration(&staged, row);
        fetched_release(&anonymous);
        fetched_release(&auditor);
        unstage(&staged);
    }
}

/* What a fault leaves in the headers or in other answers. */
static const struct {
    const char *fault;
    const char *path;
    bool is_auditor;        /* else the integration */
    const char *header;     /* a part of the headers, or NULL */
    const char *body;       /* a part of the body, or NULL */
    const char *not_header; /* not to be seen in the headers, or NULL */
    const char *why;
} traces[] = {
    {"rows-hidden", INCIDENT, false, "X-Total-Count: 3", "[]", NULL, "hidden rows are counted"},
    {"nothing-returned", INCIDENT, false, "X-Total-Count: 0", "[]", NULL, "filtered ones are not"},
    {"role-missing", INCIDENT, false, "X-Total-Count: 1", "[]", NULL,
     "the shipped rule leaves the own incident, the ACL hides it"},
    {"role-missing", "api/now/table/change_request", false, "X-Total-Count: 2", "[]", NULL,
     "elsewhere all rows are counted"},
    {"rows-hidden", INCIDENT, true, NULL, SEEN, NULL, "an admin sees them"},
    {"nothing-returned", INCIDENT, true, NULL, SEEN, NULL, "an admin sees them"},
    {"field-hidden", INCIDENT, true, NULL, SEEN, NULL, "an admin sees the field"},
    {"table-closed", INCIDENT, true, NULL, "Failed API level ACL Validation", NULL,
     "a closed table is closed to admins too"},
    {"table-closed", "api/now/table/change_request?sysparm_fields=number", false, NULL,
     "CHG0030001", NULL, "another table is open"},
    {"policy-outranked", "api/now/table/sys_user_group?sysparm_fields=name", false, NULL,
     NOT_AUTHENTICATED, NULL, "a table of the shipped list"},
    {"policy-outranked", "api/now/table/sys_choice?sysparm_fields=label", false, NULL, "New", NULL,
     "a table that is not on the list falls to the other policy"},
    {"rate-limited", INCIDENT, false, "X-RateLimit-Limit: 100", "exceeded", NULL, "the limit"},
    {"rate-limited", INCIDENT, false, "Retry-After: ", "exceeded", NULL, "and when to come back"},
    {"instance-busy", INCIDENT, false, NULL, NULL, "X-RateLimit", "no limit headers"},
    {"instance-hibernating", INCIDENT, true, "Server: snow_adc", NULL, "X-Transaction-ID",
     "the edge answers, not a node"},
    {"edge-blocked", INCIDENT, true, "CF-RAY: ", NULL, "snow_adc", "a foreign brand"},
    {"login-page", INCIDENT, true, "X-Is-Logged-In: false", NULL, NULL, "a node answers"},
    {"oauth-app-user", ECHO, false, NULL, "cxm_former", NULL, "the token is another user's"},
    {"release-too-old",
     "api/now/table/sys_properties?sysparm_query=name=glide.war&sysparm_fields=value", true, NULL,
     "glide-vancouver-07-06-2023__", NULL, "the release says so"},
    {"release-too-old", "api/now/table/api_key", true, NULL, "Invalid table api_key", NULL,
     "there are no API keys yet"},
    {"role-undefined", "api/now/table/sys_user_role?sysparm_query=name=rest_service", true,
     "X-Total-Count: 0", "[]", NULL, "no such role"},
    {"role-missing",
     "api/now/table/sys_user_has_role?sysparm_query=user.user_name=cxm_integration&"
     "sysparm_fields=role.name",
     true, NULL, "{\"result\":[{\"role.name\":\"rest_service\"}]}", NULL,
     "what itil contains went with it"},
    {"user-locked-out",
     "api/now/table/sys_user?sysparm_query=user_name=cxm_integration&sysparm_fields=locked_out",
     true, NULL, "{\"result\":[{\"locked_out\":\"true\"}]}", NULL, "an auditor sees why"},
    {"guest-access", ECHO, false, NULL, "cxm_integration", NULL,
     "a credential that is sent still counts"},
    {"excess-privilege",
     "api/now/table/sys_properties?sysparm_query=name=glide.war&sysparm_fields=name", false, NULL,
     "glide.war", NULL, "an admin reads everything"},
};

Test(sim_faults, traces)
{
    for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
        struct staged staged;
        stage(&staged, traces[i].fault);
        struct fetched token = ask(&staged, "oauth_token.do", NULL, TOKEN_FORM);
        const char *header =
            traces[i].is_auditor ? auditor_header(&staged) : token_header(&staged, token.body);
        struct fetched got = ask(&staged, traces[i].path, header, NULL);
        cr_expect(traces[i].header == NULL || strstr(got.headers, traces[i].header) != NULL,
                  "row %zu (%s, %s): %s", i, traces[i].fault, traces[i].why, got.headers);
        cr_expect(traces[i].body == NULL || strstr(got.body, traces[i].body) != NULL,
                  "row %zu (%s, %s): %s", i, traces[i].fault, traces[i].why, got.body);
        cr_expect(traces[i].not_header == NULL || strstr(got.headers, traces[i].not_header) == NULL,
                  "row %zu (%s, %s): %s", i, traces[i].fault, traces[i].why, got.headers);
        fetched_release(&token);
        fetched_release(&got);
        unstage(&staged);
    }
}

/* The table above and faults.yaml hold each other: every fault is tested, and in order. */
Test(sim_faults, all_are_listed)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct pairs faults = {0};

    cr_assert(sim_world_faults(arena, diag, "cloud-ex-machina", &faults));
    cr_assert_eq(faults.n_items + 1, ARRAY_LEN(rows), "%zu faults", faults.n_items);
    for (size_t i = 0; i < faults.n_items; i++) {
        cr_expect_str_eq(faults.items[i].key, rows[i + 1].fault, "fault %zu", i);
        cr_expect(strlen(faults.items[i].value) > 10, "%s has no text", faults.items[i].key);
        cr_expect(i == 0 || strcmp(faults.items[i - 1].key, faults.items[i].key) < 0,
                  "%s is out of order", faults.items[i].key);
    }
    diag_free(diag);
    arena_free(arena);
}

Test(sim_faults, several_at_once)
{
    static const char *const wanted[] = {"user-inactive", "table-closed"};
    const char *faults[] = {wanted[0], wanted[1]};
    struct sim_options options = {.world = "cloud-ex-machina", .faults = {faults, 2}};
    struct diag *diag = diag_new();
    struct sim *sim = sim_start(diag, &options);

    cr_assert_not_null(sim);
    struct staged staged = {.arena = arena_new(), .diag = diag, .sim = sim};
    struct fetched token = ask(&staged, "oauth_token.do", NULL, TOKEN_FORM);
    struct fetched read = ask(&staged, INCIDENT, AUDITOR, NULL);
    cr_expect_eq(token.status, 401);
    cr_expect_eq(read.status, 403);
    fetched_release(&token);
    fetched_release(&read);
    unstage(&staged);
}
