/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of the text for an instance.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/strings.h"
#include "rules/load.h"

struct sound_row {
    const char *name;
    const char *text;
    const char *origin;
    const char *host;
    int port;
    bool is_loopback;
};

static const struct sound_row sound_rows[] = {
    {"the usual form", "https://acme.service-now.com/", "https://acme.service-now.com",
     "acme.service-now.com", 443, false},
    {"without the slash", "https://acme.service-now.com", "https://acme.service-now.com",
     "acme.service-now.com", 443, false},
    {"a bare name", "acme", "https://acme.service-now.com", "acme.service-now.com", 443, false},
    {"a bare name and a slash", "acme/", "https://acme.service-now.com", "acme.service-now.com",
     443, false},
    {"a developer instance", "dev12345", "https://dev12345.service-now.com",
     "dev12345.service-now.com", 443, false},
    {"a name of digits", "12345", "https://12345.service-now.com", "12345.service-now.com", 443,
     false},
    {"a host", "acme.service-now.com", "https://acme.service-now.com", "acme.service-now.com", 443,
     false},
    {"capitals", "HTTPS://ACME.Service-Now.com/", "https://acme.service-now.com",
     "acme.service-now.com", 443, false},
    {"blanks around it", "  https://acme.service-now.com \n", "https://acme.service-now.com",
     "acme.service-now.com", 443, false},
    {"the usual port", "https://acme.service-now.com:443/", "https://acme.service-now.com",
     "acme.service-now.com", 443, false},
    {"a dot at the end of the name", "https://acme.service-now.com./",
     "https://acme.service-now.com", "acme.service-now.com", 443, false},
    {"Government Community Cloud", "https://gsa.servicenowservices.com/",
     "https://gsa.servicenowservices.com", "gsa.servicenowservices.com", 443, false},
    {"a custom URL", "https://help.acme.com", "https://help.acme.com", "help.acme.com", 443, false},
    {"self-hosted with a port", "https://snow.corp.acme:8443", "https://snow.corp.acme:8443",
     "snow.corp.acme", 8443, false},
    {"self-hosted, one word", "https://snow/", "https://snow", "snow", 443, false},
    {"self-hosted, one word and a port", "snow:8443", "https://snow:8443", "snow", 8443, false},
    {"self-hosted, a host called instance", "https://instance.corp.acme",
     "https://instance.corp.acme", "instance.corp.acme", 443, false},
    {"an address", "https://10.1.2.3", "https://10.1.2.3", "10.1.2.3", 443, false},
    {"an address alone", "10.1.2.3", "https://10.1.2.3", "10.1.2.3", 443, false},
    {"an IPv6 address", "https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443", "2001:db8::1",
     8443, false},
    {"loopback over http", "http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1", 8080,
     true},
    {"all of 127.0.0.0/8 is loopback", "http://127.9.8.7:80/", "http://127.9.8.7", "127.9.8.7", 80,
     true},
    {"loopback over https", "https://127.0.0.1:8443", "https://127.0.0.1:8443", "127.0.0.1", 8443,
     true},
    {"IPv6 loopback", "http://[::1]:8080/", "http://[::1]:8080", "::1", 8080, true},
    {"IPv6 loopback in full", "http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]",
     "0:0:0:0:0:0:0:1", 80, true},
    {"localhost", "http://localhost:8080", "http://localhost:8080", "localhost", 8080, true},
    {"localhost is no instance name", "localhost", "https://localhost", "localhost", 443, true},
};

Test(instance, sound)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(sound_rows); i++) {
        const struct sound_row *row = &sound_rows[i];
        struct instance instance = instance_parse(arena, row->text);
        cr_expect_eq(instance.fault, URL_SOUND, "row %zu (%s): fault %d", i, row->name,
                     (int)instance.fault);
        cr_expect(instance.text != NULL, "row %zu (%s)", i, row->name);
        cr_expect(text_equal(instance.origin, row->origin), "row %zu (%s): %s", i, row->name,
                  instance.origin);
        cr_expect(text_equal(instance.host, row->host), "row %zu (%s): %s", i, row->name,
                  instance.host);
        cr_expect_eq(instance.port, row->port, "row %zu (%s): %d", i, row->name, instance.port);
        cr_expect_eq(instance.is_loopback, row->is_loopback, "row %zu (%s)", i, row->name);
    }
    arena_free(arena);
}

struct fault_row {
    const char *name;
    const char *text;
    enum url_fault fault;
    const char *origin; /* NULL: nothing can be sent */
};

static const struct fault_row fault_rows[] = {
    {"nothing", "", URL_MALFORMED, NULL},
    {"blanks", "   ", URL_MALFORMED, NULL},
    {"bare words", "our test system", URL_MALFORMED, NULL},
    {"two URLs", "https://a.service-now.com https://b.service-now.com", URL_MALFORMED, NULL},
    {"two URLs with a comma", "https://a.service-now.com,https://b.service-now.com", URL_MALFORMED,
     NULL},
    {"a URL in a URL", "https://https://acme.service-now.com", URL_MALFORMED, NULL},
    {"a URL where the name belongs", "https://https.service-now.com.:acme/", URL_MALFORMED, NULL},
    {"user and password", "https://admin:secret@acme.service-now.com/", URL_MALFORMED, NULL},
    {"a user", "admin@acme.service-now.com", URL_MALFORMED, NULL},
    {"another scheme", "ftp://acme.service-now.com", URL_MALFORMED, NULL},
    {"a scheme misspelt", "htps://acme.service-now.com", URL_MALFORMED, NULL},
    {"a scheme without its colon", "https//acme.service-now.com", URL_MALFORMED, NULL},
    {"a scheme with one slash", "https:/acme.service-now.com", URL_MALFORMED, NULL},
    {"a scheme without slashes", "https:acme.service-now.com", URL_MALFORMED, NULL},
    {"a scheme alone", "https://", URL_MALFORMED, NULL},
    {"no scheme before its slashes", "://acme.service-now.com", URL_MALFORMED, NULL},
    {"quotes", "\"https://acme.service-now.com\"", URL_MALFORMED, NULL},
    {"a backslash", "https:\\\\acme.service-now.com", URL_MALFORMED, NULL},
    {"a backslash behind", "https://acme.service-now.com\\", URL_MALFORMED, NULL},
    {"an underscore", "acme_dev", URL_MALFORMED, NULL},
    {"letters beyond ASCII",
     "https://\xC3\xA4"
     "cme.service-now.com",
     URL_MALFORMED, NULL},
    {"an empty label", "https://acme..service-now.com", URL_MALFORMED, NULL},
    {"an empty first label", "https://.service-now.com", URL_MALFORMED, NULL},
    {"a hyphen at the end", "https://acme-.service-now.com", URL_MALFORMED, NULL},
    {"a dot alone", ".", URL_MALFORMED, NULL},
    {"a slash alone", "/", URL_MALFORMED, NULL},
    {"a port that is none", "https://acme.service-now.com:https", URL_MALFORMED, NULL},
    {"an empty port", "https://acme.service-now.com:/", URL_MALFORMED, NULL},
    {"port 0", "https://acme.service-now.com:0", URL_MALFORMED, NULL},
    {"port 65536", "https://acme.service-now.com:65536", URL_MALFORMED, NULL},
    {"a negative port", "https://acme.service-now.com:-1", URL_MALFORMED, NULL},
    {"half an address", "https://10.1.2", URL_MALFORMED, NULL},
    {"an address out of range", "https://10.1.2.300", URL_MALFORMED, NULL},
    {"no IPv6 address", "https://[12:zz]/", URL_MALFORMED, NULL},
    {"an IPv6 address and more", "https://[::1]x:80/", URL_MALFORMED, NULL},
    {"a label too long",
     "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.service-now.com",
     URL_MALFORMED, NULL},
    {"a control character", "https://acme.service-now.com/\x01", URL_MALFORMED, NULL},

    {"http", "http://acme.service-now.com/", URL_NOT_HTTPS, "https://acme.service-now.com"},
    {"http with its usual port", "http://acme.service-now.com:80/", URL_NOT_HTTPS,
     "https://acme.service-now.com"},
    {"http with a port", "http://snow.corp.acme:8080", URL_NOT_HTTPS,
     "https://snow.corp.acme:8080"},
    {"http in capitals", "HTTP://acme.service-now.com", URL_NOT_HTTPS,
     "https://acme.service-now.com"},
    {"http weighs more than a path", "http://acme.service-now.com/login.do", URL_NOT_HTTPS,
     "https://acme.service-now.com"},
    {"http to an address that only begins like loopback", "http://127.0.0.1.acme.com/",
     URL_NOT_HTTPS, "https://127.0.0.1.acme.com"},
    {"http to any other address", "http://10.0.0.1", URL_NOT_HTTPS, "https://10.0.0.1"},

    {"a page of the classic UI", "https://acme.service-now.com/nav_to.do?uri=incident.do",
     URL_HAS_PATH, "https://acme.service-now.com"},
    {"a page of the next experience", "https://acme.service-now.com/now/nav/ui/classic",
     URL_HAS_PATH, "https://acme.service-now.com"},
    {"another URL in the query", "https://acme.service-now.com/?u=https://b.com/", URL_HAS_PATH,
     "https://acme.service-now.com"},
    {"a query", "https://acme.service-now.com?x=1", URL_HAS_PATH, "https://acme.service-now.com"},
    {"a fragment", "https://acme.service-now.com/#", URL_HAS_PATH, "https://acme.service-now.com"},
    {"two slashes", "https://acme.service-now.com//", URL_HAS_PATH, "https://acme.service-now.com"},
    {"a path behind a bare name", "acme/api/now", URL_HAS_PATH, "https://acme.service-now.com"},
    {"a path behind a loopback address", "http://127.0.0.1:8080/api", URL_HAS_PATH,
     "http://127.0.0.1:8080"},

    {"a guide's your-company", "https://your-company.service-now.com/", URL_PLACEHOLDER, NULL},
    {"in capitals", "https://YOUR-COMPANY.service-now.com/", URL_PLACEHOLDER, NULL},
    {"a guide's <tenant>", "https://<tenant>.service-now.com/", URL_PLACEHOLDER, NULL},
    {"a guide's <instance>, bare", "<instance>", URL_PLACEHOLDER, NULL},
    {"braces", "https://{instance}.service-now.com", URL_PLACEHOLDER, NULL},
    {"brackets", "https://[instance].service-now.com", URL_PLACEHOLDER, NULL},
    {"an unset shell variable", "https://${INSTANCE}.service-now.com", URL_PLACEHOLDER, NULL},
    {"a variable of another shell", "https://%INSTANCE%.service-now.com", URL_PLACEHOLDER, NULL},
    {"dots for the name", "https://....service-now.com", URL_PLACEHOLDER, NULL},
    {"an ellipsis", "https://\xE2\x80\xA6.service-now.com", URL_PLACEHOLDER, NULL},
    {"example", "https://example.service-now.com", URL_PLACEHOLDER, NULL},
    {"example.com", "https://example.com", URL_PLACEHOLDER, NULL},
    {"a host of example.com", "https://snow.example.com/", URL_PLACEHOLDER, NULL},
    {"instance-name", "instance-name", URL_PLACEHOLDER, NULL},
    {"your_instance", "https://your_instance.service-now.com", URL_PLACEHOLDER, NULL},
    {"yourinstance", "https://yourinstance.service-now.com", URL_PLACEHOLDER, NULL},
    {"instance", "https://instance.service-now.com", URL_PLACEHOLDER, NULL},
    {"tenant, bare", "tenant", URL_PLACEHOLDER, NULL},
    {"crosses", "https://xxxxx.service-now.com", URL_PLACEHOLDER, NULL},
    {"a developer instance without its number", "https://devXXXXX.service-now.com", URL_PLACEHOLDER,
     NULL},
    {"a placeholder weighs more than http and a path", "http://your-company.service-now.com/x",
     URL_PLACEHOLDER, NULL},

    {"the developer portal", "https://developer.servicenow.com/dev.do", URL_WRONG_HOST, NULL},
    {"support", "https://support.servicenow.com/", URL_WRONG_HOST, NULL},
    {"documentation", "https://docs.servicenow.com", URL_WRONG_HOST, NULL},
    {"marketing", "www.servicenow.com", URL_WRONG_HOST, NULL},
    {"its bare domain", "https://servicenow.com", URL_WRONG_HOST, NULL},
    {"the hyphen forgotten", "https://acme.servicenow.com/", URL_WRONG_HOST, NULL},
    {"the support portal of old", "https://hi.service-now.com", URL_WRONG_HOST, NULL},
    {"www, bare", "www", URL_WRONG_HOST, NULL},
    {"www of the instances' domain", "https://www.service-now.com/", URL_WRONG_HOST, NULL},
    {"the instances' bare domain", "service-now.com", URL_WRONG_HOST, NULL},
    {"a wrong host weighs more than http", "http://developer.servicenow.com", URL_WRONG_HOST, NULL},
};

Test(instance, faults)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(fault_rows); i++) {
        const struct fault_row *row = &fault_rows[i];
        struct instance instance = instance_parse(arena, row->text);
        cr_expect_eq(instance.fault, row->fault, "row %zu (%s): fault %d", i, row->name,
                     (int)instance.fault);
        cr_expect(text_equal(instance.origin, row->origin), "row %zu (%s): %s", i, row->name,
                  instance.origin);
    }
    arena_free(arena);
}

/* Any text whatever is judged, and only sound parts reach an origin. */
Test(instance, survives_being_cut_anywhere)
{
    struct arena *arena = arena_new();
    static const char text[] = "http://[2001:db8::1]:8443/a?b#c\xE2\x80\xA6<x>{y}@z..%$\\";
    for (size_t first = 0; first < sizeof text; first++) {
        for (size_t len = 0; first + len < sizeof text; len++) {
            struct instance instance =
                instance_parse(arena, arena_strndup(arena, text + first, len));
            cr_expect(instance.origin == NULL || instance.host != NULL);
            cr_expect((instance.origin != NULL) ==
                      (instance.fault == URL_SOUND || instance.fault == URL_NOT_HTTPS ||
                       instance.fault == URL_HAS_PATH));
        }
    }
    arena_free(arena);
}

Test(instance, what_may_hold_a_secret_is_not_shown)
{
    struct arena *arena = arena_new();
    cr_expect_str_eq(instance_parse(arena, "https://bob:pw-not-real@acme.service-now.com/").text,
                     "…@acme.service-now.com/");
    cr_expect_str_eq(instance_parse(arena, "https://acme.service-now.com/x?token=abc#y").text,
                     "https://acme.service-now.com/x?…");
    cr_expect_str_eq(instance_parse(arena, "acme").text, "acme");
    arena_free(arena);
}
