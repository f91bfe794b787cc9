/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON Web Token is three parts with dots between; the second is a JSON object in base64url.
 */
#include "checks/token_expiry.h"

#include <string.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/strings.h"
#include "model/target.h"

enum { LARGEST_CLAIMS_BYTES = 64 * 1024 };

/* The part between the first dot and the second; NULL when there are not exactly two. */
static const char *claims_of(const struct secret *token, size_t *ret_len)
{
    const char *first = memchr(token->bytes, '.', token->len);
    const char *end = token->bytes + token->len;
    const char *second = first == NULL ? NULL : memchr(first + 1, '.', (size_t)(end - first - 1));
    if (second == NULL || memchr(second + 1, '.', (size_t)(end - second - 1)) != NULL) {
        return NULL;
    }
    *ret_len = (size_t)(second - first - 1);
    return first + 1;
}

static int64_t expiry_in(struct arena *arena, const struct buf *claims)
{
    const char *fault = NULL;
    int64_t seconds = 0;
    const struct json *document = json_parse(arena, claims->data, claims->len, &fault);
    const struct json *expiry = json_get(document, "exp");
    bool is_number = expiry != NULL && expiry->kind == JSON_KIND_NUMBER;
    return is_number && text_to_int(expiry->text, &seconds) && seconds > 0 ? seconds : 0;
}

int64_t token_expiry(struct arena *arena, const struct secret *token)
{
    size_t len = 0;
    const char *text = secret_is_set(token) ? claims_of(token, &len) : NULL;
    int64_t seconds = 0;
    struct buf claims;
    if (text == NULL || len > LARGEST_CLAIMS_BYTES) {
        return 0;
    }
    buf_init(&claims, LARGEST_CLAIMS_BYTES);
    if (decode_base64url(&claims, text, len)) {
        seconds = expiry_in(arena, &claims);
    }
    buf_wipe(&claims);
    return seconds;
}

int64_t credential_expiry(struct arena *arena, const struct credential *credential)
{
    if (credential->told != NULL) {
        return credential->told->expiry;
    }
    return credential->kind == CREDENTIAL_TOKEN ? token_expiry(arena, &credential->secret) : 0;
}
