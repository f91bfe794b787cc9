/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The credentials travel as they do on the wire: API keys in `x-sn-apikey` (ServiceNow
 * documentation, "Inbound REST API Keys"), tokens as RFC 6750 says, token requests as RFC 6749
 * says.
 */
#include "report/reproduce.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"

enum { LONGEST_COMMAND = 64 * 1024 };

/* `%s` is the name of the credential as a variable's. */
struct way {
    const char *kind;
    const char *call;  /* how it comes with a call */
    const char *grant; /* what a token request has besides the client; NULL: there is none */
};

static const char bearer[] = "--header \"Authorization: Bearer $%s_TOKEN\"";

static const struct way ways[] = {
    {"api-key", "--header \"x-sn-apikey: $%s_KEY\"", NULL},
    {"basic", "--user \"$%s_USER:$%s_PASSWORD\"", NULL},
    {"token", bearer, NULL},
    {"oauth-client", bearer, "--data grant_type=client_credentials"},
    {"oauth-password", bearer,
     "--data grant_type=password \\\n  --data-urlencode \"username=$%s_USER\" \\\n"
     "  --data-urlencode \"password=$%s_PASSWORD\""},
    {"oauth-refresh", bearer,
     "--data grant_type=refresh_token \\\n"
     "  --data-urlencode \"refresh_token=$%s_REFRESH_TOKEN\""},
};

static const char client[] = "--data-urlencode \"client_id=$%s_CLIENT_ID\" \\\n"
                             "  --data-urlencode \"client_secret=$%s_CLIENT_SECRET\"";

static const struct way *way_of_kind(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        if (text_equal(ways[i].kind, kind)) {
            return &ways[i];
        }
    }
    return NULL;
}

/* A made-up credential is of the kind of the one under test, which is the first but the auditor. */
static const struct way *way_of(const struct run *run, const char *name)
{
    bool is_made_up = text_equal(name, "made-up");
    for (size_t i = 0; i < run->n_credentials; i++) {
        const struct used_credential *used = &run->credentials[i];
        bool is_it = is_made_up ? !text_equal(used->name, "auditor") : text_equal(used->name, name);
        if (is_it) {
            return way_of_kind(used->kind);
        }
    }
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `c` as it may stand in the name of a variable, whatever the locale. */
static char variable_character(char c)
{
    if (c >= 'a' && c <= 'z') {
        return (char)(c - 'a' + 'A');
    }
    return (c >= 'A' && c <= 'Z') || is_digit(c) ? c : '_';
}

/* "auditor" -> "AUDITOR", "made-up" -> "MADE_UP": a name that any shell takes. */
static const char *variable_of(struct arena *arena, const char *name)
{
    char *variable = arena_strdup(arena, name);
    for (char *c = variable; *c != '\0'; c++) {
        *c = variable_character(*c);
    }
    return is_digit(variable[0]) ? arena_printf(arena, "_%s", variable) : variable;
}

static void add_argument(struct buf *command, const char *argument)
{
    buf_add(command, " \\\n  ");
    buf_add(command, argument);
}

/* `argument` with `variable` in each place that asks for one. */
static void add_with_variable(struct buf *command, const char *argument, const char *variable)
{
    buf_add(command, " \\\n  ");
    for (const char *c = argument; *c != '\0'; c++) {
        if (c[0] == '%' && c[1] == 's') {
            buf_add(command, variable);
            c++;
        } else {
            buf_add_char(command, *c);
        }
    }
}

/* In single quotes a shell takes every character for itself but the quote. */
static void add_quoted(struct buf *command, const char *text)
{
    buf_add(command, " \\\n  '");
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'') {
            buf_add(command, "'\\''");
        } else {
            buf_add_char(command, *c);
        }
    }
    buf_add_char(command, '\'');
}

static bool has_body(const char *method)
{
    return text_equal(method, "POST") || text_equal(method, "PUT") || text_equal(method, "PATCH");
}

static void add_method(struct buf *command, const char *method)
{
    static const char *const known[] = {"POST", "PUT", "PATCH", "DELETE"};
    if (text_equal(method, "HEAD")) {
        add_argument(command, "--head");
    }
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (text_equal(method, known[i])) {
            buf_printf(command, " \\\n  --request %s", known[i]);
        }
    }
}

static void add_call(struct buf *command, const struct way *way, const struct exchange *exchange,
                     const char *variable)
{
    add_method(command, exchange->method);
    add_argument(command, "--header 'Accept: application/json'");
    if (way != NULL) {
        add_with_variable(command, way->call, variable);
    }
    if (has_body(exchange->method)) {
        add_argument(command, "--header 'Content-Type: application/json'");
        add_argument(command, "--data \"$BODY\"");
    }
}

static bool asks_for_token(const struct exchange *exchange)
{
    return text_equal(exchange->method, "POST") && text_ends_with(exchange->url, "/oauth_token.do");
}

static bool is_web(const char *url)
{
    return url != NULL && (text_starts_with(url, "https://") || text_starts_with(url, "http://"));
}

const char *reproduce_command(struct arena *arena, const struct run *run,
                              const struct exchange *exchange)
{
    bool is_anonymous = text_equal(exchange->credential, "none");
    const struct way *way = is_anonymous ? NULL : way_of(run, exchange->credential);
    bool wants_token = is_web(exchange->url) && asks_for_token(exchange);
    bool is_known = is_anonymous || (way != NULL && (!wants_token || way->grant != NULL));
    if (!is_web(exchange->url) || !is_known) {
        return NULL;
    }
    struct buf command;
    buf_init(&command, LONGEST_COMMAND);
    buf_add(&command, "curl --include --globoff");
    const char *variable = is_anonymous ? "" : variable_of(arena, exchange->credential);
    if (wants_token && way != NULL) {
        add_with_variable(&command, way->grant, variable);
        add_with_variable(&command, client, variable);
    } else {
        add_call(&command, way, exchange, variable);
    }
    add_quoted(&command, exchange->url);
    const char *text = buf_ok(&command) ? arena_strdup(arena, command.data) : NULL;
    buf_release(&command);
    return text;
}
