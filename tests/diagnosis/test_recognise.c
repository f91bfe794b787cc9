/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pasted texts, from the text to the signature and the cause. Every body that public sources quote
 * is recognised as itself: by itself, in what `curl -v` prints, and inside a line of a log. The
 * texts are those of ServiceNow's documentation and of public issues.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/recognise.h"
#include "model/names.h"
#include "probes/paste.h"
#include "rules/catalogue.h"
#include "support.h"

#define ENVELOPE(message, detail) \
    "{\"error\":{\"message\":\"" message "\",\"detail\":" detail "},\"status\":\"failure\"}"
#define AUTH "\"Required to provide Auth information\""
#define NODE "< X-Transaction-ID: 4f1c2b8a1b2c\n< X-Is-Logged-In: false\n"
#define JSON "< Content-Type: application/json\n"
#define SYS_ID "0123456789abcdef0123456789abcdef"

enum form {
    BODY = 1, /* the body and nothing else */
    CURL = 2, /* with the request, the status and the headers */
    LOG = 4,  /* in a line of a log, with the status */
    ALL = BODY | CURL | LOG,
};

struct sample {
    const char *why;
    unsigned forms;
    int status;
    const char *headers; /* of the answer, in the form CURL */
    const char *body;
    const char *signature;
    const char *cause; /* the first; NULL: none is named */
};

static const struct sample samples[] = {
    {"401, older wording", ALL, 401, JSON NODE, ENVELOPE("User Not Authenticated", AUTH),
     "not-authenticated", "credential-refused"},
    {"401, newer wording", ALL, 401, "< WWW-Authenticate: Basic realm=\"Service-now\"\n" NODE,
     ENVELOPE("User is not authenticated", AUTH), "not-authenticated", "credential-refused"},
    {"the catch-all of the token endpoint", ALL, 401, JSON,
     "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}", "token-refused",
     "token-refused"},
    {"no application user", ALL, 400, JSON,
     "{\"error\":\"unauthorized_client\",\"error_description\":\"... integration user is not "
     "configured...\"}",
     "token-user-unset", "oauth-app-user-unset"},
    {"no application user, with its sys_id", ALL, 400, JSON,
     "{\"error\":\"unauthorized_client\",\"error_description\":\"... integration user is not "
     "configured for OAuth:" SYS_ID "\"}",
     "token-user-unset", "oauth-app-user-unset"},
    {"a column in the query: its ACL or its absence", ALL, 403, NODE,
     ENVELOPE("Insufficient rights to query records",
              "\"Field(s) present in the query do not have permission to be read\""),
     "query-denied", "read-denied"},
    {"a table that is not the account's", ALL, 403, NODE,
     "{\"error\":{\"detail\":\"User is unauthorized to access table: "
     "gs_entitlement_plugin_mapping\",\"message\":\"User Not Authorized\"},\"status\":\"failure\"}",
     "table-not-authorized", "read-denied"},
    {"closed to REST", ALL, 403, NODE,
     ENVELOPE("User Not Authorized", "\"Failed API level ACL Validation\""), "closed-to-rest",
     "rest-api-role-missing"},
    {"closed to REST, the bare words", BODY, 403, "", "Failed API level ACL Validation",
     "closed-to-rest", "rest-api-role-missing"},
    {"an insert", ALL, 403, NODE,
     ENVELOPE("Operation Failed", "\"ACL Exception Insert Failed due to security constraints\""),
     "write-refused", "write-denied"},
    {"an update", ALL, 403, NODE,
     ENVELOPE("Operation Failed", "\"ACL Exception Update Failed due to security constraints\""),
     "write-refused", "write-denied"},
    {"a business rule", ALL, 403, NODE,
     ENVELOPE("Operation Failed",
              "\"Operation against file 'incident' was aborted by Business Rule 'Stop it^" SYS_ID
              "'. Business Rule Stack:Stop it\""),
     "rule-aborted", "business-rule-abort"},
    {"a data policy", ALL, 403, NODE,
     ENVELOPE("Operation Failed",
              "\"Data Policy Exception: The following fields are mandatory: Resolution code\""),
     "fields-mandatory", "mandatory-field"},
    {"a scope", ALL, 403, NODE,
     ENVELOPE("User Not Authorized", "\"Missing required API access scope: a_scope\""),
     "scope-missing", "oauth-scope-unlinked"},
    {"a scope, the bare words", BODY, 403, "",
     "User Not Authorized - Missing required api access scope: a2aauthscope", "scope-missing",
     "oauth-scope-unlinked"},
    {"an API without a scope", ALL, 403, NODE,
     ENVELOPE("User Not Authorized", "\"Access to unscoped api is not allowed\""),
     "scope-restricted", "oauth-scope-restricted"},
    {"a record that is missing or hidden", ALL, 404, NODE,
     ENVELOPE("No Record found", "\"Record doesn't exist or ACL restricts the record retrieval\""),
     "no-record", NULL},
    {"no such table", ALL, 400, NODE, ENVELOPE("Invalid table x_acme_thing", "null"),
     "table-unknown", "table-missing"},
    {"no such table, the variant", ALL, 400, NODE,
     ENVELOPE("Table x_acme_thing does not exist", "null"), "table-does-not-exist",
     "table-missing"},
    {"no such path", ALL, 400, NODE,
     ENVELOPE("Requested URI does not represent any resource", "null"), "path-unknown",
     "api-missing"},
    {"a rate limit rule", ALL, 429, "< X-RateLimit-Limit: 100\n< Retry-After: 60\n" NODE,
     ENVELOPE("Rate limit exceeded",
              "\"Rate limit of 100 requests per hour for Table API exceeded\""),
     "rate-limit-rule", "rate-limited"},
    {"semaphores", CURL, 429, NODE, "", "too-many-without-rule", "instance-busy"},
    {"429 by something that is no node", CURL, 429, "< Server: cloudflare\n", "",
     "too-many-at-the-edge", "instance-busy"},
    {"no rows behind the last one", BODY, 0, "",
     "> GET /api/now/table/incident?sysparm_limit=10&sysparm_offset=1000 HTTP/1.1\n"
     "> Host: acme.service-now.com\n>\n< HTTP/1.1 200 OK\n< X-Total-Count: 500\n" NODE
     "<\n{\"result\":[]}",
     "node-answered", NULL},
    {"429 of which nothing else is known", LOG, 429, "", "", "status-429-alone", "rate-limited"},
    {"asleep with 200", CURL | BODY, 200, "< Server: snow_adc\n",
     "<html><head><title>Instance Hibernating page</title></head><body><h1>Your instance is "
     "hibernating</h1></body></html>",
     "hibernating", "instance-hibernating"},
    {"asleep with 503", ALL, 503, "< Server: snow_adc\n",
     "<html><head><title>Instance Hibernating page</title></head></html>", "hibernating",
     "instance-hibernating"},
    {"asleep, as another product words it", BODY, 0, "",
     "ServiceNow instance is in hibernation. Please log into the ServiceNow Developer Portal to "
     "wake the instance.",
     "hibernating", "instance-hibernating"},
    {"waking", CURL | BODY, 200, "", "<html><p>Your instance is currently offline</p></html>",
     "hibernating", "instance-hibernating"},
    {"a sign-on page", CURL | BODY, 200, "< Content-Type: text/html\n",
     "<html><head><title>Sign In</title></head></html>", "login-page", "login-page"},
    {"a redirect to sign-on", CURL, 302, "< Location: https://idp.example.test/saml2\n", "",
     "login-page", "login-page"},
    {"dropped from a queue", CURL, 202, "< Content-Length: 0\n", "", "dropped-from-queue", NULL},
    {"no rows", CURL | BODY, 200, JSON NODE, "{\"result\":[]}", "no-rows", "nothing-returned"},
    {"rows that are hidden", CURL, 200, "< X-Total-Count: 7\n" NODE, "{\"result\":[]}",
     "rows-counted-not-returned", "rows-hidden"},
    {"rows", CURL | BODY, 200, NODE, "{\"result\":[{\"number\":\"INC1\"}]}", "rows-returned", NULL},
    {"an address rule, in the node log", BODY, 0, "",
     "WARNING *** WARNING *** Security restricted: Access restricted (192.0.2.7 not authorized)",
     "node-log-address", "ip-restricted"},
    {"403 before authentication, by the edge", CURL, 403, "< Server: snow_adc\n",
     "<html><h1>Forbidden</h1></html>", "refused-before-login", "edge-blocked"},
    {"403 before authentication, by a node", CURL, 403, NODE, "<html><h1>Forbidden</h1></html>",
     "refused-by-node-before-login", "ip-restricted"},
    {"403 by a firewall with a name", CURL, 403, "< CF-RAY: 8a1b2c3d4e5f-FRA\n",
     "<html><h1>Forbidden</h1></html>", "refused-by-foreign-edge", "edge-blocked"},
    {"a blocking policy that answers 404, with any text", CURL, 404, NODE, "Nothing to see here",
     "refused-by-node-before-login", "ip-restricted"},
    {"404 by who knows whom", CURL, 404, "", "<html><title>Not Found</title></html>",
     "not-found-before-login", "not-servicenow"},
    {"a second factor", CURL, 401, "< X-MFA_TOKEN: invalid\n" NODE,
     ENVELOPE("User is not authenticated", AUTH), "second-factor-wanted", "mfa-required"},
    {"a second factor, the header alone", BODY, 401, "", "X-MFA_TOKEN: invalid",
     "second-factor-wanted", "mfa-required"},
    {"the redirect URL", BODY, 0, "", "Invalid redirect_uri", "redirect-url-refused",
     "redirect-url-mismatch"},
    {"SOAP", CURL | BODY, 401, "",
     "<html><head><title>HTTP Status 401 - Unauthorized</title></head><body>This request requires "
     "HTTP authentication ().</body></html>",
     "servlet-401", "credential-refused"},
    {"a body that is too large", BODY | LOG, 400, "",
     ENVELOPE("Exception while reading request",
              "\"Rejected large REST payload with content-length = 15105102 bytes. Max allowed: "
              "10485760 bytes.\""),
     "payload-too-large", NULL},
    {"cancelled with 500", ALL, 500, NODE,
     ENVELOPE("Transaction cancelled: maximum execution time exceeded",
              "\"Transaction cancelled: maximum execution time exceeded\""),
     "transaction-cancelled", "instance-busy"},
    {"cancelled with 200, behind a list that breaks off", CURL | BODY, 200, NODE,
     "{\"result\":[{\"a\":\"1\"},\"error\":{\"message\":\"Transaction cancelled: maximum execution "
     "time exceeded\",\"detail\":null},\"status\":\"failure\"}",
     "transaction-cancelled", "instance-busy"},
    {"an error that names PKCE", CURL, 400, JSON,
     "{\"error\":\"invalid_request\",\"error_description\":\"PKCE is wanted\"}",
     "token-refused-naming-pkce", "client-credentials-disabled"},
    {"a URL where a name is wanted", BODY, 0, "", "java.net.UnknownHostException: https",
     "scheme-as-host", "url-malformed"},
    {"a name that is not known, on Windows", BODY, 0, "",
     "socket.gaierror: [Errno 11001] getaddrinfo failed", "name-unknown", "dns-failure"},
    {"a URL that was put together wrongly", BODY, 0, "",
     "HTTPSConnectionPool(host='81940', port=443): Max retries exceeded with url: /api/now",
     "gave-up-connecting", NULL},
    {"a certificate that is not trusted", BODY, 0, "",
     "urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed "
     "certificate in certificate chai",
     "certificate-untrusted", "tls-untrusted"},
    {"a certificate for another name", BODY, 0, "",
     "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate "
     "is "
     "not valid for 'acme.example.test'",
     "certificate-name", "tls-name-mismatch"},
    {"Java's way to say untrusted", BODY, 0, "",
     "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid "
     "certification path to requested target",
     "certificate-untrusted", "tls-untrusted"},
    {"the client's clock", BODY, 0, "", "certificate verify failed: certificate is not yet valid",
     "certificate-not-yet-valid", "clock-skew"},
    {"the TLS version", BODY, 0, "",
     "OpenSSL: error:0A000410:SSL routines::sslv3 alert handshake "
     "failure",
     "handshake-failed", "tls-handshake"},
    {"a proxy", BODY, 0, "", "curl: (56) Received HTTP code 407 from proxy after CONNECT",
     "proxy-said-no", "proxy-refused"},
    {"no route", BODY, 0, "",
     "curl: (7) Failed to connect to acme.example.test port 443: "
     "Connection refused",
     "no-connection", "connect-failure"},
    {"a key with a line break", BODY, 0, "", "ValueError: Invalid header value b'[...]\\n'",
     "header-refused-by-client", "secret-whitespace"},
    {"syslog: the secret", BODY, 0, "",
     "Exception on token flow - client_secret: The secret is not right", "logged-client-secret",
     "client-secret-refused"},
    {"syslog: the scope", BODY, 0, "",
     "Exception on token flow - invalid_scope: The provided OAuth token is not valid",
     "logged-scope", "oauth-scope-broken"},
    {"syslog: PKCE", BODY, 0, "", "unsupported_grant_type_for_pkce", "logged-grant-for-pkce",
     "client-credentials-disabled"},
    {"syslog: a token", BODY, 0, "", "Oauth authentication failed for access token",
     "logged-access-token", "access-token-expired"},
    {"syslog: something else", BODY, 0, "", "Exception on token flow - another_reason",
     "logged-token-flow", "token-refused"},
    {"the restriction of Basic", BODY, 0, "",
     "SNCRestrictBasicAuthUserAuthenticationGate: user refused", "logged-basic-restriction",
     "basic-auth-restricted"},
    {"an event", BODY, 0, "", "login.failed svc_rad", "login-failed", "password-refused"},
    {"an event of a directory", BODY, 0, "", "external.authentication.failed svc_rad",
     "directory-failed", "user-external-directory"},
    {"a status in a traceback", BODY, 401, "",
     "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: "
     "https://acme.example.test/api/now/table/incident",
     "status-401-alone", "credential-refused"},
    {"a 403 of which nothing else is known", LOG, 403, "", "", "status-403-alone", NULL},
    {"a 503 of which nothing else is known", LOG, 503, "", "", "status-5xx-alone",
     "instance-unavailable"},
    {"a token", CURL | BODY, 200, JSON,
     "{\"access_token\":\"test-secret-not-real\",\"token_type\":\"Bearer\",\"expires_in\":1799}",
     "token-issued", NULL},
};

static bool is_of_token(const struct sample *sample)
{
    return strncmp(sample->signature, "token-", 6) == 0;
}

static const char *text_in_form(struct arena *arena, const struct sample *sample, enum form form)
{
    const char *path = is_of_token(sample) ? "/oauth_token.do" : "/api/now/table/incident";
    switch (form) {
    case CURL:
        return arena_printf(arena,
                            "* Connected to acme.example.test port 443\n> POST %s HTTP/1.1\n"
                            "> Host: acme.example.test\n> x-sn-apikey: test-secret-not-real\n>\n"
                            "{ [115 bytes data]\n< HTTP/1.1 %d Whatever\n%s<\n%s* Connection #0 to "
                            "host acme.example.test left intact\n",
                            path, sample->status, sample->headers, sample->body);
    case LOG:
        return arena_printf(arena,
                            "2026-11-20 10:00:00,123 ERROR [connector] POST "
                            "https://acme.example.test%s failed with HTTP %d: %s\n"
                            "2026-11-20 10:00:01,001 INFO [connector] next try in 30 s\n",
                            path, sample->status, sample->body);
    default:
        return sample->body;
    }
}

static const char *signatures_of(struct arena *arena, const struct clues *clues)
{
    struct strings ids = {0};
    for (size_t i = 0; i < clues->n_items; i++) {
        strings_add(arena, &ids, clues->items[i].signature);
    }
    return strings_join(arena, &ids, " ");
}

static struct clues clues_of(struct arena *arena, const struct catalogue *catalogue,
                             const char *text, const char *kind)
{
    static const struct paste_call nothing_said = {0};
    struct paste *paste = arena_allocate(arena, sizeof *paste);
    *paste = paste_read(arena, text, strlen(text), &nothing_said);
    return recognise(arena, catalogue, paste, kind);
}

static bool has_signature(const struct clues *clues, const char *id)
{
    for (size_t i = 0; i < clues->n_items; i++) {
        if (text_equal(clues->items[i].signature, id)) {
            return true;
        }
    }
    return false;
}

static void expect_sample(struct arena *arena, const struct catalogue *catalogue,
                          const struct sample *sample, enum form form)
{
    const char *text = text_in_form(arena, sample, form);
    struct clues clues = clues_of(arena, catalogue, text, NULL);
    const struct observations observations = {.clues = clues, .status = STATUS_NOT_READY};
    struct diagnosis diagnosis = diagnose(arena, catalogue, &observations);
    const char *first = diagnosis.n_causes > 0 ? diagnosis.causes[0].id : NULL;
    cr_expect(has_signature(&clues, sample->signature), "%s (form %d): %s", sample->why, (int)form,
              signatures_of(arena, &clues));
    cr_expect(text_equal(first, sample->cause), "%s (form %d): %s; %s", sample->why, (int)form,
              first == NULL ? "none" : first, signatures_of(arena, &clues));
    for (size_t i = 0; i < diagnosis.n_causes; i++) {
        cr_expect_null(strstr(diagnosis.causes[i].says, "test-secret-not-real"), "%s", sample->why);
    }
}

Test(recognise, every_body_in_every_form)
{
    struct arena *keep = arena_new();
    struct catalogue catalogue = load_catalogue(keep);
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        for (unsigned form = BODY; form <= LOG; form *= 2) {
            struct arena *arena = arena_new();
            if ((samples[i].forms & form) != 0) {
                expect_sample(arena, &catalogue, &samples[i], (enum form)form);
            }
            arena_free(arena);
        }
    }
    arena_free(keep);
}

/* Of signatures that exclude each other no text shows both. */
Test(recognise, the_traps_do_not_fire_together)
{
    static const char *const pairs[][2] = {
        {"not-authenticated", "second-factor-wanted"},
        {"rate-limit-rule", "too-many-without-rule"},
        {"rate-limit-rule", "too-many-at-the-edge"},
        {"too-many-without-rule", "too-many-at-the-edge"},
        {"refused-before-login", "refused-by-node-before-login"},
        {"refused-before-login", "refused-by-foreign-edge"},
        {"table-not-authorized", "closed-to-rest"},
        {"table-not-authorized", "scope-missing"},
        {"certificate-name", "certificate-untrusted"},
        {"scheme-as-host", "name-unknown"},
        {"no-rows", "rows-counted-not-returned"},
        {"hibernating", "unavailable"},
        {"hibernating", "login-page"},
        {"servlet-401", "foreign-401"},
        {"status-401-alone", "not-authenticated"},
        {"no-credential-sent", "not-authenticated"},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        for (unsigned form = BODY; form <= LOG; form *= 2) {
            const char *text = text_in_form(arena, &samples[i], (enum form)form);
            struct clues clues = clues_of(arena, &catalogue, text, NULL);
            for (size_t p = 0; p < ARRAY_LEN(pairs) && (samples[i].forms & form) != 0; p++) {
                cr_expect(!has_signature(&clues, pairs[p][0]) ||
                              !has_signature(&clues, pairs[p][1]),
                          "%s: %s and %s", samples[i].why, pairs[p][0], pairs[p][1]);
            }
        }
    }
    arena_free(arena);
}

/* What is not known is not recognised: no guess, however near it sounds. */
Test(recognise, nothing_in_what_is_no_refusal)
{
    static const char *const texts[] = {
        "",
        "   \n\n",
        "it does not work",
        "authentication failed",
        "Authentication Failed: invalid credentials",
        "{\"error\":\"something went wrong\"}",
        "{\"status\":\"ok\",\"records\":[]}",
        "[1,2,3]",
        "{",
        "INFO 401 rows were copied in 403 ms",
        "2026-11-20 10:00:00 HTTP/1.1 200 OK",
        "{\"result\"",
        "<html><body>Welcome</body></html>",
        "Error: request took 500 ms",
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct clues clues = clues_of(arena, &catalogue, texts[i], NULL);
        cr_expect(clues.n_items == 0 || text_equal(clues.items[0].signature, "answer-cut"),
                  "%s: %s", texts[i], signatures_of(arena, &clues));
    }
    arena_free(arena);
}

/* A call without a credential is refused like any other, and says nothing about the credential. */
Test(recognise, a_call_without_a_credential_blames_none)
{
    static const struct {
        const char *why;
        const char *header;
        const char *signature;
    } rows[] = {
        {"none", "", "no-credential-sent"},
        {"ordinary headers", "> Accept: */*\n> User-Agent: curl/8\n", "no-credential-sent"},
        {"a key", "> x-sn-apikey: test-secret-not-real\n", "not-authenticated"},
        {"a header of the profile's own", "> X-Acme: abc\n", "not-authenticated"},
        {"a cookie", "> Cookie: glide_session=test-secret-not-real\n", "not-authenticated"},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *text = arena_printf(
            arena, "> GET /api/now/table/incident HTTP/1.1\n> Host: acme.example.test\n%s>\n%s%s",
            rows[i].header, "< HTTP/1.1 401 x\n<\n", ENVELOPE("User Not Authenticated", AUTH));
        struct clues clues = clues_of(arena, &catalogue, text, NULL);
        cr_expect_str_eq(signatures_of(arena, &clues), rows[i].signature, "%s", rows[i].why);
    }
    arena_free(arena);
}

/* Rows say anything: what stands in them is no refusal. */
Test(recognise, words_in_a_row_are_no_signature)
{
    static const char text[] =
        "{\"result\":[{\"short_description\":\"User Not Authenticated, Your instance is "
        "hibernating, CERTIFICATE_VERIFY_FAILED, Exception on token flow - client_secret\"}]}";
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    struct clues clues = clues_of(arena, &catalogue, text, NULL);
    cr_expect_str_eq(signatures_of(arena, &clues), "rows-returned");
    arena_free(arena);
}

/* The kind of credential, said or read, decides who is suspected first and who not at all. */
Test(recognise, the_kind_ranks_the_candidates)
{
    static const struct {
        const char *why;
        const char *text;
        const char *kind;
        const char *first_candidate;
        const char *never;
    } rows[] = {
        {"said", ENVELOPE("User Not Authenticated", AUTH), "api-key", "policy-missing",
         "password-refused"},
        {"said otherwise", ENVELOPE("User Not Authenticated", AUTH), "basic", "password-refused",
         "api-key-expired"},
        {"read off the request",
         "> GET /api/now/table/incident HTTP/1.1\n> Authorization: Basic dGVzdDp0ZXN0\n>\n"
         "< HTTP/1.1 401 x\n<\n" ENVELOPE("User Not Authenticated", AUTH),
         NULL, "password-refused", "api-key-expired"},
        {"read off the command",
         "curl -H 'x-sn-apikey: test-secret-not-real' "
         "https://acme.example.test/api/now/table/x\n" ENVELOPE("User Not Authenticated", AUTH),
         NULL, "policy-missing", "password-refused"},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct clues clues = clues_of(arena, &catalogue, rows[i].text, rows[i].kind);
        const struct observations observations = {.clues = clues, .status = STATUS_NOT_READY};
        struct diagnosis diagnosis = diagnose(arena, &catalogue, &observations);
        cr_assert_gt(diagnosis.n_causes, 2, "%s", rows[i].why);
        cr_expect_str_eq(diagnosis.causes[1].id, rows[i].first_candidate, "%s", rows[i].why);
        for (size_t c = 0; c < diagnosis.n_causes; c++) {
            cr_expect_str_neq(diagnosis.causes[c].id, rows[i].never, "%s", rows[i].why);
        }
    }
    arena_free(arena);
}

/* Names in a signature are of the words that mean something. */
Test(recognise, the_signatures_are_whole)
{
    static const char *const froms[] = {"node", "edge", "untold"};
    static const char *const rows[] = {"some", "none", "hidden"};
    const struct strings known_from = {.items = (const char **)froms, .n_items = ARRAY_LEN(froms)};
    const struct strings known_rows = {.items = (const char **)rows, .n_items = ARRAY_LEN(rows)};
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < catalogue.n_signatures; i++) {
        const struct signature *signature = &catalogue.signatures[i];
        for (size_t k = 0; k < signature->from.n_items; k++) {
            cr_expect(strings_have(&known_from, signature->from.items[k]), "%s", signature->id);
        }
        for (size_t k = 0; k < signature->also.n_items; k++) {
            cr_expect_not_null(catalogue_cause(&catalogue, signature->also.items[k].key), "%s: %s",
                               signature->id, signature->also.items[k].key);
        }
        cr_expect(signature->rows == NULL || strings_have(&known_rows, signature->rows), "%s",
                  signature->id);
        cr_expect(signature->sent == NULL || text_equal(signature->sent, "nothing") ||
                      text_equal(signature->sent, "something"),
                  "%s", signature->id);
        cr_expect(signature->also.n_items == 0 || signature->cause != NULL, "%s", signature->id);
    }
    arena_free(arena);
}

/* What other systems say too is certain only in an answer of the instance. */
Test(recognise, words_of_others_are_never_certain)
{
    static const struct {
        const char *why;
        const char *text;
        bool is_certain;
    } rows[] = {
        {"another API's limit, in a log", "splunk: API rate limit exceeded for installation 4711",
         false},
        {"another API's limit, as it answers", "{\"message\":\"API rate limit exceeded for x\"}",
         false},
        {"another server's consent page", "AADSTS50011: Invalid redirect_uri for application x",
         false},
        {"another product's sign-in", "User is not authenticated at com.example.portal.Login",
         false},
        {"an answer of the instance", ENVELOPE("User is not authenticated", AUTH), true},
        {"words that nobody else uses", "Missing required api access scope", true},
        {"a gateway's 429", "HTTP/2 429\nserver: cloudflare\ncf-ray: 8a1-FRA\n\nToo many", false},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct observations observations = {
            .clues = clues_of(arena, &catalogue, rows[i].text, NULL), .status = STATUS_NOT_READY};
        struct diagnosis diagnosis = diagnose(arena, &catalogue, &observations);
        cr_assert(diagnosis.n_causes > 0, "%s", rows[i].why);
        cr_expect((diagnosis.causes[0].confidence == CONFIDENCE_CERTAIN) == rows[i].is_certain,
                  "%s: %s %s", rows[i].why, diagnosis.causes[0].id,
                  confidence_name(diagnosis.causes[0].confidence));
    }
    arena_free(arena);
}
