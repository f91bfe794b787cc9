/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The six kinds of credential on the wire. API keys travel in `x-sn-apikey` (ServiceNow's page on
 * API key authentication), tokens as RFC 6750 says, and the token endpoint takes its parameters in
 * the body of the POST only (glide.oauth.allow.parameters.in.post.body.only). Everything is sent
 * unasked: with several profiles on a policy the 401 advertises one scheme only (KB3041645).
 */
#include "probes/credentials.h"

#include <string.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/memory.h"

/* An account is locked after five failed logins (glide.user.max_unlock_attempts); two stay spare.
 */
enum { MOST_FAILED_ATTEMPTS = 3 };

enum { FORM_LIMIT_BYTES = 64 * 1024 };

bool use_is_auditor(const struct use *use)
{
    return text_equal(use->credential->name, "auditor");
}

bool use_carries_password(const struct use *use, enum purpose purpose)
{
    switch (use->credential->kind) {
    case CREDENTIAL_BASIC:
        return purpose != PURPOSE_TOKEN;
    case CREDENTIAL_OAUTH_PASSWORD:
        return purpose == PURPOSE_TOKEN;
    default:
        return false;
    }
}

bool use_is_single_try(const struct use *use, enum purpose purpose)
{
    return use_carries_password(use, purpose) && !use->is_accepted;
}

bool use_needs_token(const struct use *use)
{
    return credential_needs_token(use->credential->kind) && !secret_is_set(&use->token);
}

static bool secret_is_sound(const struct secret *secret)
{
    return secret_is_set(secret) && !secret_breaks_header(secret);
}

static bool user_name_is_sound(const char *user_name)
{
    return !text_is_empty(user_name) && strpbrk(user_name, ":\r\n") == NULL;
}

bool use_can_be_sent(const struct use *use)
{
    const struct credential *credential = use->credential;
    bool has_client =
        !text_is_empty(credential->client_id) && secret_is_sound(&credential->client_secret);
    switch (credential->kind) {
    case CREDENTIAL_API_KEY:
    case CREDENTIAL_TOKEN:
        return secret_is_sound(&credential->secret);
    case CREDENTIAL_BASIC:
        return secret_is_sound(&credential->secret) && user_name_is_sound(credential->user_name);
    case CREDENTIAL_OAUTH_CLIENT:
        return has_client;
    case CREDENTIAL_OAUTH_PASSWORD:
        return has_client && secret_is_sound(&credential->secret) &&
               !text_is_empty(credential->user_name);
    case CREDENTIAL_OAUTH_REFRESH:
        return has_client && secret_is_sound(&credential->secret);
    }
    return false;
}

/* ---- On the wire ---------------------------------------------------------------------------- */

static void add_user_and_password(const struct credential *credential, struct buf *pair)
{
    buf_printf(pair, "%s:", credential->user_name);
    buf_add_bytes(pair, credential->secret.bytes, credential->secret.len);
}

void use_add_header(const struct use *use, struct buf *line)
{
    const struct credential *credential = use->credential;
    if (credential->kind == CREDENTIAL_API_KEY) {
        buf_add(line, "x-sn-apikey: ");
        buf_add_bytes(line, credential->secret.bytes, credential->secret.len);
        return;
    }
    if (credential->kind == CREDENTIAL_BASIC) {
        struct buf pair;
        buf_init(&pair, FORM_LIMIT_BYTES);
        add_user_and_password(credential, &pair);
        buf_add(line, "Authorization: Basic ");
        encode_base64(line, pair.data, pair.len);
        buf_wipe(&pair);
        return;
    }
    const struct secret *token =
        credential->kind == CREDENTIAL_TOKEN ? &credential->secret : &use->token;
    buf_add(line, "Authorization: Bearer ");
    buf_add_bytes(line, token->bytes, token->len);
}

static void add_pair(struct buf *form, const char *name, const char *bytes, size_t len)
{
    buf_printf(form, "%s%s=", form->len > 0 ? "&" : "", name);
    encode_percent(form, bytes, len);
}

static void add_text_pair(struct buf *form, const char *name, const char *text)
{
    add_pair(form, name, text, strlen(text));
}

void use_add_token_form(const struct use *use, struct buf *form)
{
    const struct credential *credential = use->credential;
    switch (credential->kind) {
    case CREDENTIAL_OAUTH_PASSWORD:
        add_text_pair(form, "grant_type", "password");
        add_text_pair(form, "username", credential->user_name);
        add_pair(form, "password", credential->secret.bytes, credential->secret.len);
        break;
    case CREDENTIAL_OAUTH_REFRESH:
        add_text_pair(form, "grant_type", "refresh_token");
        add_pair(form, "refresh_token", credential->secret.bytes, credential->secret.len);
        break;
    default:
        add_text_pair(form, "grant_type", "client_credentials");
        break;
    }
    add_text_pair(form, "client_id", credential->client_id);
    add_pair(form, "client_secret", credential->client_secret.bytes, credential->client_secret.len);
}

void use_teach_redactor(const struct use *use, struct redactor *redactor)
{
    if (use->credential->kind == CREDENTIAL_BASIC && use_can_be_sent(use)) {
        struct buf pair;
        buf_init(&pair, FORM_LIMIT_BYTES);
        add_user_and_password(use->credential, &pair);
        redactor_add(redactor, pair.data, pair.len);
        buf_wipe(&pair);
    }
}

void use_release(struct use *use)
{
    secret_release(&use->token);
}

/* ---- Who the caller is ---------------------------------------------------------------------- */

static bool names_have(const struct strings *names, const char *name)
{
    for (size_t i = 0; i < names->n_items; i++) {
        if (text_equal_nocase(names->items[i], name)) {
            return true;
        }
    }
    return false;
}

const struct row *identity_caller(const struct row *rows, size_t n_rows, int64_t total,
                                  const struct strings *others, bool *ret_is_ambiguous)
{
    size_t most = 1 + others->n_items;
    *ret_is_ambiguous = false;
    if (n_rows > most || total > (int64_t)most) {
        return NULL;
    }
    const struct row *caller = NULL;
    for (size_t i = 0; i < n_rows; i++) {
        const char *name = row_get(&rows[i], "user_name");
        if (text_is_empty(name)) {
            return NULL;
        }
        if (names_have(others, name)) {
            continue;
        }
        if (caller != NULL) {
            return NULL;
        }
        caller = &rows[i];
    }
    *ret_is_ambiguous = caller == NULL && n_rows > 0;
    return caller;
}

bool identity_is_named(const struct row *caller)
{
    return caller != NULL && !text_equal_nocase(row_get(caller, "user_name"), "guest");
}

bool user_is_near_lockout(const struct row *user)
{
    int64_t n_failed = 0;
    const char *failed_attempts = row_get(user, "failed_attempts");
    if (text_equal_nocase(row_get(user, "locked_out"), "true")) {
        return true;
    }
    return failed_attempts != NULL && text_to_int(failed_attempts, &n_failed) &&
           n_failed >= MOST_FAILED_ATTEMPTS;
}
