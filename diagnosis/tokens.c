/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an auditor reads about tokens: whether any of the user's or the client's is still good, and
 * whether the instance gives any for a password. Tokens have no name by which the one in use could
 * be told, and an account may see only its own: what does not come back shows nothing.
 */
#include "diagnosis/investigation.h"

#include "base/arena.h"
#include "base/clock.h"

enum { TOKEN_ROWS = 50 };

static struct question tokens_question(struct arena *arena, const char *column, const char *value)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = "auditor",
                                .table = "oauth_credential",
                                .limit = TOKEN_ROWS};
    pairs_add(arena, &question.where, column, value);
    strings_add(arena, &question.fields, "type");
    strings_add(arena, &question.fields, "expires");
    return question;
}

/* The stored value of a token's type is not published; its label has one of these words in it. */
static bool is_of_type(const struct row *row, const char *word)
{
    const char *type = row_get(row, "type");
    return type != NULL && text_contains_nocase(type, word);
}

/* How many of that type there are, and how many of them are past their time. */
static void count_tokens(const struct answer *answer, const char *word, int64_t now, size_t *ret_n,
                         size_t *ret_n_expired)
{
    *ret_n = 0;
    *ret_n_expired = 0;
    for (size_t i = 0; i < answer->n_rows; i++) {
        const char *expires = row_get(&answer->rows[i], "expires");
        int64_t seconds = 0;
        if (!is_of_type(&answer->rows[i], word)) {
            continue;
        }
        *ret_n += 1;
        *ret_n_expired += expires != NULL && utc_parse(expires, &seconds) && seconds < now ? 1 : 0;
    }
}

static void look_at_tokens(struct investigation *investigation, const struct refusal *refusal,
                           const struct question *question, const char *word, const char *signature)
{
    const struct answer *answer = look_into(investigation, question);
    size_t n = 0;
    size_t n_expired = 0;
    if (answer == NULL || answer->was_cut || refusal->exchange->date == 0) {
        return;
    }
    count_tokens(answer, word, refusal->exchange->date, &n, &n_expired);
    if (n > 0 && n == n_expired) {
        add_clue(investigation, refusal, signature, NULL, answer->exchange);
    }
}

static void look_at_password_grant(struct investigation *investigation,
                                   const struct refusal *refusal)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = "auditor",
                                .table = "sys_properties",
                                .key = "name",
                                .value = "glide.oauth.inbound.ropc.grant_type.disabled"};
    strings_add(investigation->arena, &question.fields, "value");
    const struct answer *answer = look_into(investigation, &question);
    if (answer != NULL && answer->n_rows == 1 && row_has(&answer->rows[0], "value", "true")) {
        add_clue(investigation, refusal, "password-grant-off", NULL, answer->exchange);
    }
}

void inquire_by_tokens(struct investigation *investigation, const struct refusal *refusal)
{
    struct arena *arena = investigation->arena;
    const struct credential *credential = refusal->credential;
    if (refusal->is_of_token && credential->kind == CREDENTIAL_OAUTH_PASSWORD) {
        look_at_password_grant(investigation, refusal);
    }
    if (refusal->is_of_token && credential->kind == CREDENTIAL_OAUTH_REFRESH) {
        struct question question = tokens_question(arena, "peer.client_id", credential->client_id);
        look_at_tokens(investigation, refusal, &question, "refresh", "refresh-tokens-expired");
    }
    if (credential->kind == CREDENTIAL_TOKEN && refusal->user_name != NULL) {
        struct question question = tokens_question(arena, "user.user_name", refusal->user_name);
        look_at_tokens(investigation, refusal, &question, "access", "access-tokens-expired");
    }
}
