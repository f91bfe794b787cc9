/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the instance wrote down about the refused call, found by its time (that of the instance, in
 * the header Date), by the user and by the run id in our User-Agent. Which column holds
 * X-Transaction-ID is not published. Lines that name neither user nor client may be about somebody
 * else's call in the same seconds, so none of them makes a cause certain.
 */
#include "diagnosis/investigation.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/clock.h"

/* An auditor may wait for a log that is large, but the run must not. */
enum { LOG_LIMIT_MS = 5000, LOG_ROWS = 20, LOG_MINUTES = 10 };

/* How far a row may stand from the refusal: rows are written while, and a little after, it is
 * answered. */
enum { SECONDS_BEFORE = 3, SECONDS_AFTER = 10 };

enum concern { OF_PASSWORDS, OF_BASIC, OF_TOKEN_ENDPOINT, OF_BEARERS, OF_ALL };

/* A log that may hold a row of the refusal, and what such a row shows. */
struct log_look {
    enum concern concern;
    const char *table;
    const char *key; /* a column and its value, or NULL */
    const char *value;
    const char *user_column; /* holds the user's name; NULL where the log does not say */
    const char *column;      /* holds `text`; NULL: any row fits */
    const char *asked; /* what the instance is asked for: looks that ask alike cost one request */
    const char *text;
    const char *signature;
};

static const struct log_look looks[] = {
    {OF_PASSWORDS, "sysevent", "name", "login.failed", "parm1", NULL, NULL, NULL, "login-failed"},
    {OF_PASSWORDS, "sysevent", "name", "external.authentication.failed", NULL, NULL, NULL, NULL,
     "directory-failed"},
    {OF_ALL, "adaptive_auth_event", NULL, NULL, "user_name", NULL, NULL, NULL, "policy-event"},
    {OF_TOKEN_ENDPOINT, "syslog", NULL, NULL, NULL, "message", "token flow",
     "Exception on token flow - client_secret", "logged-client-secret"},
    {OF_TOKEN_ENDPOINT, "syslog", NULL, NULL, NULL, "message", "token flow",
     "Exception on token flow - invalid_scope", "logged-scope"},
    {OF_TOKEN_ENDPOINT, "syslog", NULL, NULL, NULL, "message", "for_pkce",
     "unsupported_grant_type_for_pkce", "logged-grant-for-pkce"},
    {OF_BEARERS, "syslog", NULL, NULL, NULL, "message", "Oauth authentication failed",
     "Oauth authentication failed for access token", "logged-access-token"},
    {OF_BASIC, "syslog", NULL, NULL, NULL, "source", "SNCRestrictBasicAuth",
     "SNCRestrictBasicAuthUserAuthenticationGate", "logged-basic-restriction"},
};

static bool concerns(enum concern concern, const struct refusal *refusal)
{
    enum credential_kind kind = refusal->credential->kind;
    switch (concern) {
    case OF_PASSWORDS:
        return credential_checks_password(kind);
    case OF_BASIC:
        return kind == CREDENTIAL_BASIC;
    case OF_TOKEN_ENDPOINT:
        return refusal->is_of_token;
    case OF_BEARERS:
        return !refusal->is_of_token && (kind == CREDENTIAL_TOKEN || credential_needs_token(kind));
    case OF_ALL:
        return true;
    }
    return false;
}

static struct question question_of(struct arena *arena, const struct log_look *look,
                                   const struct refusal *refusal)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = "auditor",
                                .table = look->table,
                                .key = look->key,
                                .value = look->value,
                                .minutes = LOG_MINUTES,
                                .limit = LOG_ROWS,
                                .limit_ms = LOG_LIMIT_MS};
    strings_add(arena, &question.fields, "sys_created_on");
    if (look->user_column != NULL && refusal->user_name != NULL) {
        pairs_add(arena, &question.where, look->user_column, refusal->user_name);
    }
    if (look->column != NULL) {
        pairs_add(arena, &question.containing, look->column, look->asked);
    }
    return question;
}

static bool is_of_that_moment(const struct row *row, const struct refusal *refusal)
{
    const char *text = row_get(row, "sys_created_on");
    int64_t seconds = 0;
    return text != NULL && refusal->exchange->date != 0 && utc_parse(text, &seconds) &&
           seconds >= refusal->exchange->date - SECONDS_BEFORE &&
           seconds <= refusal->exchange->date + SECONDS_AFTER;
}

static bool has_text(const struct row *row, const struct log_look *look)
{
    const char *found = look->column == NULL ? NULL : row_get(row, look->column);
    return look->column == NULL || (found != NULL && text_contains_nocase(found, look->text));
}

static const struct row *row_of_that_moment(const struct answer *answer,
                                            const struct refusal *refusal,
                                            const struct log_look *look)
{
    for (size_t i = 0; i < answer->n_rows; i++) {
        if (is_of_that_moment(&answer->rows[i], refusal) && has_text(&answer->rows[i], look)) {
            return &answer->rows[i];
        }
    }
    return NULL;
}

static void look_up(struct investigation *investigation, const struct refusal *refusal,
                    const struct log_look *look)
{
    struct question question = question_of(investigation->arena, look, refusal);
    const struct answer *answer = look_into(investigation, &question);
    const struct row *row = answer == NULL ? NULL : row_of_that_moment(answer, refusal, look);
    if (row == NULL) {
        return;
    }
    const struct signature *signature =
        catalogue_signature(investigation->inquiry->catalogue, look->signature);
    add_clue(investigation, refusal, look->signature,
             arena_printf(investigation->arena, "%s (%s)", signature->says,
                          row_get(row, "sys_created_on")),
             answer->exchange);
}

/* Our own call, by the run id in its User-Agent: as whom the instance took it, and from where. */
static void look_up_call(struct investigation *investigation, const struct refusal *refusal)
{
    struct arena *arena = investigation->arena;
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = "auditor",
                                .table = "syslog_transaction",
                                .minutes = LOG_MINUTES,
                                .limit = LOG_ROWS,
                                .limit_ms = LOG_LIMIT_MS};
    question.fields =
        strings_split(arena, "sys_created_on url http_response_code remote_ip sys_created_by", ' ');
    pairs_add(arena, &question.containing, "user_agent", investigation->inquiry->run_id);
    const struct answer *answer = look_into(investigation, &question);
    for (size_t i = 0; answer != NULL && i < answer->n_rows; i++) {
        const struct row *row = &answer->rows[i];
        const char *path = refusal->is_of_token ? "oauth_token.do" : refusal->table;
        const char *url = row_get(row, "url");
        const char *user = row_get(row, "sys_created_by");
        if (user != NULL && url != NULL && strstr(url, path) != NULL &&
            row_has(row, "http_response_code",
                    arena_printf(arena, "%d", refusal->exchange->status)) &&
            is_of_that_moment(row, refusal)) {
            const char *from = row_get(row, "remote_ip");
            add_clue(investigation, refusal,
                     text_equal_nocase(user, "guest") ? "logged-as-guest" : "logged-as-user",
                     arena_printf(arena, "syslog_transaction has the call as one of %s, from %s",
                                  user, text_is_empty(from) ? "an address it does not tell" : from),
                     answer->exchange);
            return;
        }
    }
}

void inquire_by_logs(struct investigation *investigation, const struct refusal *refusal)
{
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        bool is_about_user = looks[i].user_column != NULL;
        if (concerns(looks[i].concern, refusal) && (!is_about_user || refusal->user_name != NULL)) {
            look_up(investigation, refusal, &looks[i]);
        }
    }
    look_up_call(investigation, refusal);
}
