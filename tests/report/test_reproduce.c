/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request as a curl command: how each kind of credential travels, that no text of a request gets
 * out of its quotes (a shell has the word), and what cannot be told is not said.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "report/reproduce.h"

#define HOME "https://acme.service-now.com/"
#define ACCEPT "--header 'Accept: application/json'"

struct command {
    const char *kind;
    const char *credential;
    const char *method;
    const char *url;
    const char *text; /* NULL: no command; its lines are joined by one blank */
    const char *why;
};

static const struct command commands[] = {
    {NULL, "none", "GET", HOME "x", "curl --include --globoff " ACCEPT " '" HOME "x'",
     "no credential, no header"},
    {"api-key", "integration", "GET", HOME "x",
     "curl --include --globoff " ACCEPT " --header \"x-sn-apikey: $INTEGRATION_KEY\" '" HOME "x'",
     "a key"},
    {"basic", "auditor", "GET", HOME "x",
     "curl --include --globoff " ACCEPT " --user \"$AUDITOR_USER:$AUDITOR_PASSWORD\" '" HOME "x'",
     "user and password"},
    {"token", "cxm", "HEAD", HOME "x",
     "curl --include --globoff --head " ACCEPT
     " --header \"Authorization: Bearer $CXM_TOKEN\" '" HOME "x'",
     "a token, and another method"},
    {"oauth-client", "cxm", "POST", HOME "oauth_token.do",
     "curl --include --globoff --data grant_type=client_credentials --data-urlencode "
     "\"client_id=$CXM_CLIENT_ID\" --data-urlencode \"client_secret=$CXM_CLIENT_SECRET\" '" HOME
     "oauth_token.do'",
     "the client credentials grant"},
    {"oauth-password", "cxm", "POST", HOME "oauth_token.do",
     "curl --include --globoff --data grant_type=password --data-urlencode \"username=$CXM_USER\" "
     "--data-urlencode \"password=$CXM_PASSWORD\" --data-urlencode \"client_id=$CXM_CLIENT_ID\" "
     "--data-urlencode \"client_secret=$CXM_CLIENT_SECRET\" '" HOME "oauth_token.do'",
     "the password grant"},
    {"oauth-refresh", "2nd app", "POST", HOME "oauth_token.do",
     "curl --include --globoff --data grant_type=refresh_token --data-urlencode "
     "\"refresh_token=$_2ND_APP_REFRESH_TOKEN\" --data-urlencode "
     "\"client_id=$_2ND_APP_CLIENT_ID\" --data-urlencode "
     "\"client_secret=$_2ND_APP_CLIENT_SECRET\" '" HOME "oauth_token.do'",
     "a refresh token, and a name that is no variable's"},
    {"api-key", "integration", "POST", HOME "api/now/table/incident",
     "curl --include --globoff --request POST " ACCEPT
     " --header \"x-sn-apikey: $INTEGRATION_KEY\" --header 'Content-Type: application/json' "
     "--data \"$BODY\" '" HOME "api/now/table/incident'",
     "a write: what it wrote is not kept"},
    {"api-key", "integration", "DELETE", HOME "api/now/table/incident/1",
     "curl --include --globoff --request DELETE " ACCEPT
     " --header \"x-sn-apikey: $INTEGRATION_KEY\" '" HOME "api/now/table/incident/1'",
     "without a body"},
    {"api-key", "made-up", "GET", HOME "x",
     "curl --include --globoff " ACCEPT " --header \"x-sn-apikey: $MADE_UP_KEY\" '" HOME "x'",
     "a control sample travels like the credential under test"},
    {NULL, "nobody", "GET", HOME "x", NULL, "nothing says what kind it was"},
    {"api-key", "integration", "POST", HOME "oauth_token.do", NULL, "a key has no grant"},
    {"api-key", "integration", "GET", "acme", NULL, "no address of the web"},
    {"api-key", "integration", "GET", NULL, NULL, "no address at all"},
};

static struct run run_with(struct used_credential *used, const struct command *row)
{
    bool is_made_up = text_equal(row->credential, "made-up");
    *used = (struct used_credential){is_made_up ? "integration" : row->credential, row->kind, NULL};
    return (struct run){.credentials = used, .n_credentials = row->kind == NULL ? 0 : 1};
}

static const char *in_one_line(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (strncmp(from, " \\\n  ", 5) == 0) {
            *to++ = ' ';
            from += 4;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text;
}

Test(reproduce, every_kind_of_credential_has_its_command)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *row = &commands[i];
        struct arena *arena = arena_new();
        struct used_credential used;
        struct run run = run_with(&used, row);
        struct exchange exchange = {
            .credential = row->credential, .method = row->method, .url = row->url};
        const char *command = reproduce_command(arena, &run, &exchange);
        cr_expect((command == NULL) == (row->text == NULL), "row %zu (%s)", i, row->why);
        if (command != NULL && row->text != NULL) {
            cr_expect_str_eq(in_one_line(arena_strdup(arena, command)), row->text, "row %zu (%s)",
                             i, row->why);
        }
        arena_free(arena);
    }
}

/* What a shell makes of the command: its last argument is the address, letter by letter. */
Test(reproduce, an_address_stays_within_its_quotes)
{
    static const char *const urls[] = {
        HOME "?a='; touch evil; '",
        HOME "?a=$(touch evil)`touch evil`\"$HOME\"",
        HOME "?a=\\'\\",
        HOME "?a=[1-9]{x,y}&b=!!",
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct arena *arena = arena_new();
        struct exchange exchange = {.credential = "none", .method = "GET", .url = urls[i]};
        const char *command = reproduce_command(arena, &(struct run){0}, &exchange);
        cr_assert(command != NULL);
        FILE *script = fopen("reproduce.sh", "w");
        cr_assert(script != NULL);
        fprintf(script, "curl() { for last; do :; done; printf '%%s' \"$last\"; }\n%s\n", command);
        fclose(script);
        char seen[256] = "";
        FILE *shell = popen("sh reproduce.sh", "r");
        cr_assert(shell != NULL);
        size_t n = fread(seen, 1, sizeof seen - 1, shell);
        cr_expect(pclose(shell) == 0 && n > 0);
        cr_expect_str_eq(seen, urls[i], "row %zu", i);
        remove("reproduce.sh");
        arena_free(arena);
    }
}
