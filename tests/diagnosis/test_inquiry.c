/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a diagnosis asks after a refusal, and which clues the answers are: over prepared answers,
 * without a network.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/clock.h"
#include "diagnosis/inquiry.h"
#include "model/names.h"
#include "support.h"

/* 2026-11-20 10:00:00 UTC, when everything is refused. */
enum { REFUSED_AT = 1795168800, MOST_ROUNDS = 6 };

/* What is answered to a question whose table or path has `about` in it; the first that fits. */
struct reply_to {
    enum question_kind kind;
    const char *about;
    int status;
    const char *rows; /* "column=value,column=value; …" */
    const char *message;
    enum acceptance acceptance;
    const char *user_name;
};

struct expectation {
    const char *why;
    const char *kind;        /* of the refused credential */
    enum acceptance refused; /* how: REFUSED or NO_TOKEN; ACCEPTED: it was not */
    bool has_auditor;
    const char *also; /* the kind of a second credential, and ":USER" if not svc; NULL: none */
    bool leaves_samples;
    bool is_answered;
    struct reply_to replies[6]; /* a call that is not in it gets 401, a table no rows */
    const char *clues;          /* signatures, in their order */
    int n_samples;
    int n_differences;
    int n_looks; /* questions for rows */
};

#define ROWS(table, text)                                                      \
    {                                                                          \
        .kind = QUESTION_ROWS, .about = (table), .status = 200, .rows = (text) \
    }

static const struct expectation expectations[] = {
    {"accepted: nothing is asked",
     "api-key",
     ACCEPTANCE_ACCEPTED,
     true,
     NULL,
     false,
     false,
     {{0}},
     "",
     0,
     0,
     0},
    {"a key refused everywhere, like one that is made up",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{0}},
     "alike-made-up refused-everywhere",
     1,
     4,
     0},
    {"another answer to a made-up key",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{QUESTION_SAMPLE, "incident", 401, NULL, "another text", 0, NULL}},
     "unlike-made-up refused-everywhere",
     1,
     4,
     0},
    {"accepted on another table, which is refused without it",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{QUESTION_DIFFERENCE, "sys_user_role", 200, NULL, NULL, 0, NULL}},
     "alike-made-up accepted-on-another-table",
     2,
     4,
     0},
    {"… refused for its rights there: the credential is good all the same",
     "token",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{QUESTION_DIFFERENCE, "sys_user_role", 403, NULL, NULL, 0, NULL}},
     "alike-made-up accepted-on-another-table",
     2,
     4,
     0},
    {"… where guests are served it shows nothing",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{QUESTION_DIFFERENCE, "stats/incident", 200, NULL, NULL, 0, NULL},
      {QUESTION_SAMPLE, "stats/incident", 200, NULL, NULL, 0, NULL}},
     "alike-made-up",
     2,
     4,
     0},
    {"… nor does a full queue, which comes before any credential is looked at",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{QUESTION_DIFFERENCE, "stats/incident", 429, NULL, NULL, 0, NULL},
      {QUESTION_DIFFERENCE, "v2/table/incident", 503, NULL, NULL, 0, NULL},
      {QUESTION_DIFFERENCE, "sys_user_role", 302, NULL, NULL, 0, NULL}},
     "alike-made-up",
     1,
     4,
     0},
    {"an answer of an edge is none",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{QUESTION_DIFFERENCE, "stats/incident", -403, NULL, NULL, 0, NULL}},
     "alike-made-up",
     1,
     4,
     0},
    {"a password is never sent again, whatever was made up was refused too",
     "basic",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     false,
     false,
     {{0}},
     "alike-made-up",
     1,
     0,
     0},
    {"the token endpoint gets a client that nobody knows",
     "oauth-client",
     ACCEPTANCE_NO_TOKEN,
     false,
     NULL,
     false,
     false,
     {{QUESTION_SAMPLE, "oauth_token", 400, NULL, "x", 0, NULL}},
     "client-unlike-made-up",
     1,
     0,
     0},
    {"--no-samples: none, and no difference",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     NULL,
     true,
     false,
     {{0}},
     "",
     0,
     0,
     0},
    {"the cause is known: none either, but the logs are read",
     "api-key",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     false,
     true,
     {{0}},
     "",
     0,
     0,
     2},
    {"another credential of the same user gets in",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     "basic",
     false,
     false,
     {{QUESTION_FIRST_CALL, "incident", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, NULL},
      {QUESTION_IDENTITY, "", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, "svc"}},
     "alike-made-up refused-everywhere same-user-otherwise-accepted",
     1,
     4,
     0},
    {"… of somebody else: that shows nothing",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     "basic",
     false,
     false,
     {{QUESTION_FIRST_CALL, "incident", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, NULL},
      {QUESTION_IDENTITY, "", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, "somebody.else"}},
     "alike-made-up refused-everywhere",
     1,
     4,
     0},
    {"… nobody was echoed, and its name is the user's own",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     "basic",
     false,
     false,
     {{QUESTION_FIRST_CALL, "incident", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, NULL},
      {QUESTION_IDENTITY, "", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, NULL}},
     "alike-made-up refused-everywhere same-user-otherwise-accepted",
     1,
     4,
     0},
    {"… is somebody else's: that shows nothing",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     "basic:somebody.else",
     false,
     false,
     {{QUESTION_FIRST_CALL, "incident", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, NULL},
      {QUESTION_IDENTITY, "", 200, NULL, NULL, ACCEPTANCE_ACCEPTED, NULL}},
     "alike-made-up refused-everywhere",
     1,
     4,
     0},
    {"… nor does the refusal of somebody else",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     "basic:somebody.else",
     false,
     false,
     {{QUESTION_FIRST_CALL, "incident", 401, NULL, NULL, ACCEPTANCE_REFUSED, NULL}},
     "alike-made-up refused-everywhere",
     1,
     4,
     0},
    {"… and is refused as well",
     "api-key",
     ACCEPTANCE_REFUSED,
     false,
     "token",
     false,
     false,
     {{QUESTION_FIRST_CALL, "incident", 401, NULL, NULL, ACCEPTANCE_REFUSED, NULL}},
     "alike-made-up refused-everywhere same-user-otherwise-refused",
     1,
     4,
     0},
    {"a failed login of the user at that second",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("sysevent", "name=login.failed,parm1=svc,sys_created_on=2026-11-20 10:00:01")},
     "login-failed",
     0,
     0,
     5},
    {"… an hour before",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("sysevent", "name=login.failed,parm1=svc,sys_created_on=2026-11-20 09:00:01")},
     "",
     0,
     0,
     5},
    {"… a minute later, by whoever tries then",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("sysevent", "name=login.failed,parm1=svc,sys_created_on=2026-11-20 10:01:00")},
     "",
     0,
     0,
     5},
    {"… of another user",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("sysevent", "name=login.failed,parm1=other,sys_created_on=2026-11-20 10:00:01")},
     "",
     0,
     0,
     5},
    {"… without a time",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("sysevent", "name=login.failed,parm1=svc")},
     "",
     0,
     0,
     5},
    {"a directory said no",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("sysevent", "name=external.authentication.failed,sys_created_on=2026-11-20 10:00:00")},
     "directory-failed",
     0,
     0,
     5},
    {"the restriction of Basic wrote a line",
     "basic",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog", "source=SNCRestrictBasicAuthUserAuthenticationGate,"
                     "sys_created_on=2026-11-20 10:00:00")},
     "logged-basic-restriction",
     0,
     0,
     5},
    {"an authentication policy refused the user",
     "api-key",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("adaptive_auth_event", "user_name=svc,sys_created_on=2026-11-20 10:00:00")},
     "policy-event",
     0,
     0,
     2},
    {"the token endpoint stumbled over the secret",
     "oauth-client",
     ACCEPTANCE_NO_TOKEN,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog", "message=Exception on token flow - client_secret,"
                     "sys_created_on=2026-11-20 10:00:00")},
     "logged-client-secret",
     0,
     0,
     4},
    {"… over the scope",
     "oauth-client",
     ACCEPTANCE_NO_TOKEN,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog", "message=Exception on token flow - invalid_scope: gone,"
                     "sys_created_on=2026-11-20 10:00:02")},
     "logged-scope",
     0,
     0,
     4},
    {"… over the grant",
     "oauth-client",
     ACCEPTANCE_NO_TOKEN,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog", "message=unsupported_grant_type_for_pkce,sys_created_on=2026-11-20 10:00:00")},
     "logged-grant-for-pkce",
     0,
     0,
     4},
    {"a bearer token was refused",
     "token",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog", "message=Oauth authentication failed for access token,"
                     "sys_created_on=2026-11-20 10:00:00")},
     "logged-access-token",
     0,
     0,
     4},
    {"the call was logged as guest's",
     "api-key",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog_transaction", "user_agent=glidepath/1 (run run-id),http_response_code=401,"
                                 "sys_created_by=guest,url=/api/now/table/incident,"
                                 "remote_ip=192.0.2.1,sys_created_on=2026-11-20 10:00:00")},
     "logged-as-guest",
     0,
     0,
     2},
    {"… as the user's",
     "api-key",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog_transaction", "user_agent=glidepath/1 (run run-id),http_response_code=401,"
                                 "sys_created_by=svc,url=/api/now/table/incident,"
                                 "sys_created_on=2026-11-20 10:00:00")},
     "logged-as-user",
     0,
     0,
     2},
    {"… another call of the run is another call",
     "api-key",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("syslog_transaction", "user_agent=glidepath/1 (run run-id),http_response_code=200,"
                                 "sys_created_by=svc,url=/api/now/table/incident,"
                                 "sys_created_on=2026-11-20 10:00:00")},
     "",
     0,
     0,
     2},
    {"every token of the user is past its time",
     "token",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("oauth_credential",
           "user.user_name=svc,type=access_token,expires=2026-11-20 08:00:00; "
           "user.user_name=svc,type=refresh_token,expires=2027-01-01 00:00:00")},
     "access-tokens-expired",
     0,
     0,
     4},
    {"… one is good",
     "token",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {ROWS("oauth_credential", "user.user_name=svc,type=access_token,expires=2026-11-20 08:00:00; "
                               "user.user_name=svc,type=access_token,expires=2026-11-20 11:00:00")},
     "",
     0,
     0,
     4},
    {"… none comes back, which shows nothing",
     "token",
     ACCEPTANCE_REFUSED,
     true,
     NULL,
     true,
     false,
     {{0}},
     "",
     0,
     0,
     4},
    {"the client's refresh token is past its time",
     "oauth-refresh",
     ACCEPTANCE_NO_TOKEN,
     true,
     NULL,
     true,
     false,
     {ROWS("oauth_credential",
           "peer.client_id=client,type=Refresh Token,expires=2026-08-01 00:00:00")},
     "refresh-tokens-expired",
     0,
     0,
     5},
    {"the password grant is off",
     "oauth-password",
     ACCEPTANCE_NO_TOKEN,
     true,
     NULL,
     true,
     false,
     {ROWS("sys_properties", "name=glide.oauth.inbound.ropc.grant_type.disabled,value=true")},
     "password-grant-off",
     0,
     0,
     7},
    {"… and is not",
     "oauth-password",
     ACCEPTANCE_NO_TOKEN,
     true,
     NULL,
     true,
     false,
     {ROWS("sys_properties", "name=glide.oauth.inbound.ropc.grant_type.disabled,value=false")},
     "",
     0,
     0,
     7},
};

/* ---- Prepared answers ---- */

struct stage {
    struct arena *arena;
    const struct expectation *row;
    struct target target;
    struct pack pack;
    struct pack *packs[1];
    struct answers answers;
    int counts[QUESTION_DIFFERENCE + 2]; /* by kind of question */
};

static struct row read_row(struct arena *arena, const char *text)
{
    struct strings cells = strings_split(arena, text, ',');
    struct row row = {.cells = arena_array(arena, cells.n_items, sizeof *row.cells)};
    for (size_t i = 0; i < cells.n_items; i++) {
        const char *cell = cells.items[i] + strspn(cells.items[i], " ");
        size_t len = strcspn(cell, "=");
        row.cells[row.n_cells++] =
            (struct cell){arena_strndup(arena, cell, len), cell + len + (cell[len] == '=')};
    }
    return row;
}

static void add_rows(struct arena *arena, const char *text, struct answer *answer)
{
    struct strings rows = strings_split(arena, text, ';');
    for (size_t i = 0; i < rows.n_items; i++) {
        struct row row = read_row(arena, rows.items[i]);
        if (row_fits(&row, &answer->question)) {
            struct row *slot = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *slot);
            *slot = row;
        }
    }
}

static const struct reply_to *reply_of(const struct expectation *row,
                                       const struct question *question)
{
    const char *about = question->path != NULL ? question->path : question->table;
    for (size_t i = 0; i < ARRAY_LEN(row->replies) && row->replies[i].about != NULL; i++) {
        if (row->replies[i].kind == question->kind &&
            (about == NULL || strstr(about, row->replies[i].about) != NULL)) {
            return &row->replies[i];
        }
    }
    return NULL;
}

/* A negative status is the edge's own. */
static struct exchange *exchange_of(struct arena *arena, int status, const char *message)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    *exchange = (struct exchange){.n = 1,
                                  .status = status < 0 ? -status : status,
                                  .message = message,
                                  .is_from_node = status > 0,
                                  .date = REFUSED_AT};
    return exchange;
}

static struct answer *add_answer(struct stage *stage, const struct question *question)
{
    struct answer *answer = arena_allocate(stage->arena, sizeof *answer);
    struct answer **slot =
        arena_append(stage->arena, &stage->answers.items, &stage->answers.n_items, sizeof *slot);
    *answer = (struct answer){.question = *question, .total = -1};
    *slot = answer;
    return answer;
}

static void answer_question(struct stage *stage, const struct question *question)
{
    const struct reply_to *reply = reply_of(stage->row, question);
    struct answer *answer = add_answer(stage, question);
    bool is_rows = question->kind == QUESTION_ROWS;
    stage->counts[question->kind]++;
    answer->exchange = reply == NULL
                           ? exchange_of(stage->arena, is_rows ? 200 : 401, is_rows ? NULL : "no")
                           : exchange_of(stage->arena, reply->status, reply->message);
    if (reply != NULL) {
        answer->acceptance = reply->acceptance;
        answer->user_name = reply->user_name;
        if (reply->rows != NULL) {
            add_rows(stage->arena, reply->rows, answer);
        }
    }
}

static void add_credential(struct stage *stage, const char *name, const char *kind)
{
    struct credential *slot = arena_append(stage->arena, &stage->target.credentials,
                                           &stage->target.n_credentials, sizeof *slot);
    struct strings told = strings_split(stage->arena, kind, ':');
    *slot = (struct credential){.name = name, .client_id = "client"};
    cr_assert(credential_kind_from_name(told.items[0], &slot->kind), "%s", kind);
    slot->user_name = credential_checks_password(slot->kind) ? "svc" : NULL;
    slot->user_name = told.n_items > 1 ? told.items[1] : slot->user_name;
}

static void set_stage(struct stage *stage, const struct expectation *row)
{
    struct question first = {
        .kind = QUESTION_FIRST_CALL, .credential = "integration", .table = "incident"};
    struct question echo = {.kind = QUESTION_IDENTITY, .credential = "auditor"};
    *stage = (struct stage){.arena = arena_new(), .row = row};
    stage->pack =
        (struct pack){.name = "x", .first_table = "incident", .credential = "integration"};
    pairs_add(stage->arena, &stage->pack.parameters, "service_user", "svc");
    stage->packs[0] = &stage->pack;
    add_credential(stage, "integration", row->kind);
    struct answer *answer = add_answer(stage, &first);
    answer->acceptance = row->refused;
    answer->exchange = exchange_of(stage->arena, 401, "no");
    answer->token_exchange =
        row->refused == ACCEPTANCE_NO_TOKEN ? exchange_of(stage->arena, 401, "no") : NULL;
    if (row->also != NULL) {
        add_credential(stage, "also", row->also);
    }
    if (row->has_auditor) {
        add_credential(stage, "auditor", "api-key");
        add_answer(stage, &echo)->acceptance = ACCEPTANCE_ACCEPTED;
    }
}

static const char *signatures_of(struct arena *arena, const struct clues *clues)
{
    struct strings list = {0};
    for (size_t i = 0; i < clues->n_items; i++) {
        strings_add(arena, &list, clues->items[i].signature);
    }
    return strings_join(arena, &list, " ");
}

/* Asks and answers until nothing is open, and returns the clues of the last look. */
static struct clues inquire_to_the_end(struct stage *stage, const struct catalogue *catalogue)
{
    const struct inquiry inquiry = {.catalogue = catalogue,
                                    .target = &stage->target,
                                    .packs = stage->packs,
                                    .n_packs = 1,
                                    .run_id = "run-id",
                                    .leaves_samples = stage->row->leaves_samples,
                                    .is_answered = stage->row->is_answered};
    struct clues clues = {0};
    for (int round = 0; round < MOST_ROUNDS; round++) {
        struct questions open = inquire(stage->arena, &inquiry, &stage->answers, &clues);
        for (size_t i = 0; i < open.n_items; i++) {
            if (answers_find(&stage->answers, &open.items[i]) == NULL) {
                answer_question(stage, &open.items[i]);
            }
        }
        if (open.n_items == 0) {
            return clues;
        }
    }
    cr_assert_fail("%s: it asks for ever", stage->row->why);
    return clues;
}

static void expect_clues(const struct stage *stage, const struct catalogue *catalogue,
                         const struct clues *clues)
{
    for (size_t i = 0; i < clues->n_items; i++) {
        const struct clue *clue = &clues->items[i];
        cr_expect_not_null(catalogue_signature(catalogue, clue->signature), "%s", clue->signature);
        cr_expect_not_null(clue->says, "%s", clue->signature);
        cr_expect_str_eq(pairs_get(&clue->about, "credential"), "integration");
    }
    const char *signatures = signatures_of(stage->arena, clues);
    cr_expect_str_eq(signatures, stage->row->clues, "%s: %s", stage->row->why, signatures);
}

Test(inquiry, asks_and_tells)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        const struct expectation *row = &expectations[i];
        struct stage stage;
        set_stage(&stage, row);
        struct clues clues = inquire_to_the_end(&stage, &catalogue);
        expect_clues(&stage, &catalogue, &clues);
        cr_expect_eq(stage.counts[QUESTION_SAMPLE], row->n_samples, "%s: %d samples", row->why,
                     stage.counts[QUESTION_SAMPLE]);
        cr_expect_eq(stage.counts[QUESTION_DIFFERENCE], row->n_differences, "%s: %d differences",
                     row->why, stage.counts[QUESTION_DIFFERENCE]);
        cr_expect_eq(stage.counts[QUESTION_ROWS], row->n_looks, "%s: %d looks", row->why,
                     stage.counts[QUESTION_ROWS]);
        arena_free(stage.arena);
    }
    arena_free(arena);
}

/* Every table and column asked for is one that rules/columns.yaml knows. */
Test(inquiry, names_columns_that_exist)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        struct stage stage;
        set_stage(&stage, &expectations[i]);
        inquire_to_the_end(&stage, &catalogue);
        for (size_t a = 0; a < stage.answers.n_items; a++) {
            const struct question *question = &stage.answers.items[a]->question;
            for (size_t f = 0; question->kind == QUESTION_ROWS && f < question->fields.n_items;
                 f++) {
                cr_expect(
                    catalogue_has_column(&catalogue, question->table, question->fields.items[f]),
                    "%s.%s", question->table, question->fields.items[f]);
            }
            for (size_t w = 0; question->kind == QUESTION_ROWS && w < question->where.n_items;
                 w++) {
                cr_expect(
                    catalogue_has_column(&catalogue, question->table, question->where.items[w].key),
                    "%s.%s", question->table, question->where.items[w].key);
            }
        }
        arena_free(stage.arena);
    }
    arena_free(arena);
}

/* --plan says beforehand what may be sent: a sample (of client and of token, where there are both),
 * four calls with what locks no account and the same without it, and those of a second credential.
 */
Test(inquiry, is_foreseen)
{
    static const struct {
        const char *kind;
        bool leaves_samples;
        size_t n_calls;
        const char *first;
        const char *also;
    } rows[] = {
        {"api-key", false, 9, "GET", NULL},        {"basic", false, 1, "GET", NULL},
        {"oauth-client", false, 10, "POST", NULL}, {"oauth-password", false, 2, "POST", NULL},
        {"token", false, 9, "GET", NULL},          {"api-key", true, 0, NULL, NULL},
        {"api-key", false, 11, "GET", "basic"},    {"basic", false, 4, "GET", "oauth-client"},
        {"api-key", true, 0, NULL, "basic"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct expectation row = {
            .kind = rows[i].kind, .also = rows[i].also, .leaves_samples = rows[i].leaves_samples};
        struct stage stage;
        size_t n = 0;
        set_stage(&stage, &row);
        const struct inquiry inquiry = {.target = &stage.target,
                                        .packs = stage.packs,
                                        .n_packs = 1,
                                        .leaves_samples = rows[i].leaves_samples};
        const struct foreseen_call *calls = inquiry_foresee(stage.arena, &inquiry, &n);
        cr_expect_eq(n, rows[i].n_calls, "%s: %zu", rows[i].kind, n);
        cr_expect(n == 0 || strcmp(calls[0].method, rows[i].first) == 0, "%s", rows[i].kind);
        arena_free(stage.arena);
    }
}

/* What an auditor may be asked after a refusal is foreseen, whoever refused. */
Test(inquiry, readings_are_foreseen)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        struct stage stage;
        set_stage(&stage, &expectations[i]);
        const struct inquiry inquiry = {.catalogue = &catalogue,
                                        .target = &stage.target,
                                        .packs = stage.packs,
                                        .n_packs = 1,
                                        .run_id = "run"};
        const struct questions foreseen = inquiry_foresee_readings(stage.arena, &inquiry);
        inquire_to_the_end(&stage, &catalogue);
        for (size_t a = 0; a < stage.answers.n_items; a++) {
            const struct question *question = &stage.answers.items[a]->question;
            bool is_there =
                question->kind != QUESTION_ROWS || !text_equal(question->credential, "auditor");
            for (size_t f = 0; f < foreseen.n_items; f++) {
                is_there = is_there || text_equal(foreseen.items[f].table, question->table);
            }
            cr_expect(is_there, "%s: %s", expectations[i].why, question->table);
        }
        arena_free(stage.arena);
    }
    arena_free(arena);
}
