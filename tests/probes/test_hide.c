/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hiding: one row for every place a secret stands in what people paste, and for what looks like one
 * and must stay, because it is what the answer is told by.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "probes/hide.h"

#define SECRET "test-secret-not-real-1"
#define IN_BASE64 "c3ZjOnRlc3Qtc2VjcmV0LW5vdC1yZWFsLTE=" /* svc:test-secret-not-real-1 */
#define WEB_TOKEN \
    "eyJhbGciOiJub25lIn0.eyJub3RlIjoidGVzdC1zZWNyZXQtbm90LXJlYWwifQ.dGVzdC1zZWNyZXQtbm90LXJlYWw"

static const struct {
    const char *why;
    const char *text;
    const char *clean;
} rows[] = {
    {"Basic in a header", "> Authorization: Basic " IN_BASE64 "\n",
     "> Authorization: Basic [secret]\n"},
    {"Bearer in a header", "> authorization: Bearer " SECRET, "> authorization: Bearer [secret]"},
    {"a header without a scheme", "> Authorization: " SECRET, "> Authorization: [secret]"},
    {"a key in a header", "> x-sn-apikey: " SECRET, "> x-sn-apikey: [secret]"},
    {"a header of several words", "x-api-key: two words", "x-api-key: [secret]"},
    {"a header in a command", "curl -H 'x-sn-apikey: " SECRET "' x",
     "curl -H 'x-sn-apikey: [secret]' x"},
    {"a header with a blank in a command", "curl -H \"x-sn-apikey: a b c\" x",
     "curl -H \"x-sn-apikey: [secret]\" x"},
    {"user and password of curl", "curl -u svc:" SECRET " https://x", "curl -u [secret] https://x"},
    {"the same, quoted", "curl --user 'svc:a b c' https://x", "curl --user '[secret]' https://x"},
    {"the same, glued", "curl -usvc:" SECRET " https://x", "curl -u[secret] https://x"},
    {"a bearer of curl", "curl --oauth2-bearer " SECRET, "curl --oauth2-bearer [secret]"},
    {"an option of any tool", "tool --client-secret " SECRET, "tool --client-secret [secret]"},
    {"an option of PowerShell", "Get-It -Password " SECRET, "Get-It -Password [secret]"},
    {"cookies that are sent", "> Cookie: glide_user_route=" SECRET "; b=c",
     "> Cookie: glide_user_route=[secret]"},
    {"cookies that are set", "< Set-Cookie: glide_session=" SECRET "; Path=/",
     "< Set-Cookie: glide_session=[secret]"},
    {"a form", "grant_type=password&client_id=ab&client_secret=" SECRET "&password=x+y",
     "grant_type=password&client_id=ab&client_secret=[secret]&password=[secret]"},
    {"a password with an ampersand nobody encoded", "password=ab&cd-ef&grant_type=password",
     "password=[secret]&grant_type=password"},
    {"a form that is encoded once more", "body=client_secret%3D" SECRET "%26x%3D1",
     "body=client_secret%3D[secret]%26x%3D1"},
    {"JSON", "{\"access_token\": \"" SECRET "\",\"expires_in\":1800}",
     "{\"access_token\": \"[secret]\",\"expires_in\":1800}"},
    {"JSON in JSON", "{\"body\":\"{\\\"password\\\":\\\"" SECRET "\\\"}\"}",
     "{\"body\":\"{\\\"password\\\":\\\"[secret]\\\"}\"}"},
    {"a quote inside a value", "{\"password\":\"a\\\"b\",\"x\":1}",
     "{\"password\":\"[secret]\",\"x\":1}"},
    {"a value with its display value", "{\"password\":{\"value\":\"a1\",\"display_value\":\"b2\"}}",
     "{\"password\":\"[secret]\"}"},
    {"a list", "{\"tokens\":[\"a1\",\"b2\"],\"x\":1}", "{\"tokens\":\"[secret]\",\"x\":1}"},
    {"a dictionary of Python", "{'Authorization': 'Basic " IN_BASE64 "', 'x': 1}",
     "{'Authorization': 'Basic [secret]', 'x': 1}"},
    {"bytes of Python", "{'password': b'" SECRET "'}", "{'password': b'[secret]'}"},
    {"the tuple of requests", "get(url, auth=('svc', '" SECRET "'))", "get(url, auth=[secret]"},
    {"a map of Java", "{Authorization=Bearer " SECRET " , Accept=x}",
     "{Authorization=Bearer [secret] , Accept=x}"},
    {"an assignment", "os.environ[\"SNOW_PASSWORD\"] = \"" SECRET "\"",
     "os.environ[\"SNOW_PASSWORD\"] = \"[secret]\""},
    {"a line of YAML with blanks", "  password: correct horse battery", "  password: [secret]"},
    {"an element", "<wsse:Password Type=\"x\">" SECRET "</wsse:Password>",
     "<wsse:Password Type=\"x\">[secret]</wsse:Password>"},
    {"an element with unparsed text", "<password><![CDATA[" SECRET "]]></password>",
     "<password><![CDATA[[secret]</password>"},
    {"arguments of a call", "headers.put(\"x-sn-apikey\", \"" SECRET "\");",
     "headers.put(\"x-sn-apikey\", \"[secret]\");"},
    {"a property that is set", "setProperty('servicenow.password', '" SECRET "')",
     "setProperty('servicenow.password', '[secret]')"},
    {"a call for Basic", "request.setBasicAuth('svc', '" SECRET "');",
     "request.setBasicAuth([secret]"},
    {"a header that a script makes", "'Basic ' + btoa('svc:" SECRET "')",
     "'Basic ' + btoa([secret]"},
    {"an assigned call", "auth = HTTPBasicAuth('svc', '" SECRET "')", "auth = [secret]"},
    {"an assigned secure string", "$pass = ConvertTo-SecureString '" SECRET "' -Force",
     "$pass = [secret]"},
    {"a secure string", "ConvertTo-SecureString " SECRET " -AsPlainText",
     "ConvertTo-SecureString [secret]"},
    {"a header as a browser lists it", "{\"name\": \"x-sn-apikey\", \"value\": \"" SECRET "\"}",
     "{\"name\": \"x-sn-apikey\", \"value\": \"[secret]\"}"},
    {"… the other way about", "{\"value\":\"" SECRET "\",\"name\":\"x-sn-apikey\"}",
     "{\"value\":\"[secret]\",\"name\":\"x-sn-apikey\"}"},
    {"… of something else", "{\"name\":\"number\",\"value\":\"INC1\"}, {\"x\":\"token\"}",
     "{\"name\":\"number\",\"value\":\"INC1\"}, {\"x\":\"token\"}"},
    {"a variable", "export SN_PASS=" SECRET, "export SN_PASS=[secret]"},
    {"user and password of HTTPie", "http -a svc:" SECRET " https://x",
     "http -a [secret] https://x"},
    {"cookies in the middle of a line", "sent Cookie: JSESSIONID=" SECRET "; glide_user=" SECRET,
     "sent Cookie: JSESSIONID=[secret] glide_user=[secret]"},
    {"a profile for Basic", "BasicAuth for none public processors (all)",
     "BasicAuth for none public processors (all)"},
    {"a field of a page", "<input type=\"hidden\" name=\"n\" value=\"" SECRET "\"/>",
     "<input type=\"hidden\" name=\"n\" value=\"[secret]\"/>"},
    {"a script in a page", "var g_ck = '" SECRET "';", "var g_ck = '[secret]';"},
    {"a user in a URL", "GET https://svc:" SECRET "@acme.service-now.com/api",
     "GET https://[secret]@acme.service-now.com/api"},
    {"a password with a slash in a URL", "https://svc:a/b-c@acme.service-now.com/api",
     "https://[secret]@acme.service-now.com/api"},
    {"a user without a scheme", "proxy svc:" SECRET "@proxy.example.test",
     "proxy svc:[secret]@proxy.example.test"},
    {"a query", "GET /api/now/table/x?sysparm_limit=1&x-sn-apikey=" SECRET " HTTP/1.1",
     "GET /api/now/table/x?sysparm_limit=1&x-sn-apikey=[secret] HTTP/1.1"},
    {"a code of an authorization", "/cb?code=" SECRET "&state=1", "/cb?code=[secret]&state=1"},
    {"Bearer in a sentence", "sent Bearer " SECRET " and got 401",
     "sent Bearer [secret] and got 401"},
    {"a web token", "jwt is " WEB_TOKEN ".", "jwt is [secret]."},
    {"a word that looks like chance", "got Xa9Kq2Lm7Zp4Wt8Rb3Vn6Yc1 back", "got [secret] back"},
    {"more digits than a sys_id", "ck 0123456789abcdef0123456789abcdef0123456789abcdef",
     "ck [secret]"},
    {"a private key", "a\n-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\nb",
     "a\n[secret]\nb"},
    {"a private key that was cut", "-----BEGIN RSA PRIVATE KEY-----\nQUJD", "[secret]"},
    {"the same value in another place", "password=" SECRET " then " SECRET " in a sentence",
     "password=[secret] then [secret] in a sentence"},
    {"the password of Basic in another place",
     "> Authorization: Basic " IN_BASE64 "\nlogin with " SECRET " failed",
     "> Authorization: Basic [secret]\nlogin with [secret] failed"},

    {"the second factor's header", "< X-MFA_TOKEN: invalid", "< X-MFA_TOKEN: invalid"},
    {"a challenge", "< WWW-Authenticate: Basic realm=\"Service-now\"",
     "< WWW-Authenticate: Basic realm=\"Service-now\""},
    {"a challenge of a profile", "< WWW-Authenticate: BEARER realm=\"Service-now\"",
     "< WWW-Authenticate: BEARER realm=\"Service-now\""},
    {"a transaction", "< X-Transaction-ID: 4f1c2b8a1b2c", "< X-Transaction-ID: 4f1c2b8a1b2c"},
    {"a sys_id", "OAuth:0123456789abcdef0123456789abcdef",
     "OAuth:0123456789abcdef0123456789abcdef"},
    {"a placeholder", "-H \"x-sn-apikey: $SECRET\"", "-H \"x-sn-apikey: $SECRET\""},
    {"what was logged about a secret", "Exception on token flow - client_secret: The secret is bad",
     "Exception on token flow - client_secret: The secret is bad"},
    {"an error's name", "TokenExpiredError: HTTP 401", "TokenExpiredError: HTTP 401"},
    {"prose", "Basic authentication failed; Bearer is not allowed",
     "Basic authentication failed; Bearer is not allowed"},
    {"a status called code", "code=401 code: 403", "code=401 code: 403"},
    {"the refusal itself", "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}",
     "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}"},
    {"the path of the token endpoint", "POST /oauth_token.do HTTP/1.1",
     "POST /oauth_token.do HTTP/1.1"},
    {"a grant", "grant_type=password", "grant_type=password"},
    {"a mail address", "mail joe@example.test", "mail joe@example.test"},
    {"a port and a sign in the path", "https://acme.service-now.com:443/a@b",
     "https://acme.service-now.com:443/a@b"},
    {"a cipher", "TLSv1.3 / TLS_AES_256_GCM_SHA384 / ECDHE-RSA-AES256-GCM-SHA384",
     "TLSv1.3 / TLS_AES_256_GCM_SHA384 / ECDHE-RSA-AES256-GCM-SHA384"},
    {"nothing", "", ""},
};

Test(hide, what_may_be_secret_and_nothing_else)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t n_hidden = 0;
        const char *clean = hide_secrets(arena, rows[i].text, &n_hidden);
        cr_expect_str_eq(clean, rows[i].clean, "%s: %s", rows[i].why, clean);
        bool is_same = strcmp(rows[i].text, rows[i].clean) == 0;
        cr_expect_eq(n_hidden == 0, is_same, "%s: %zu places", rows[i].why, n_hidden);
    }
    arena_free(arena);
}

/* What was hidden once is not found again: nothing depends on what stands beside it. */
Test(hide, a_second_time_changes_nothing)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t n_hidden = 0;
        const char *clean = hide_secrets(arena, rows[i].text, &n_hidden);
        cr_expect_str_eq(hide_secrets(arena, clean, &n_hidden), clean, "%s", rows[i].why);
    }
    arena_free(arena);
}
