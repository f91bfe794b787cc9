/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When tokens say that they end, and that most say nothing.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/buf.h"
#include "base/secret.h"
#include "checks/token_expiry.h"

Test(token_expiry, of_web_tokens_only)
{
    static const struct {
        const char *token;
        int64_t expiry;
        const char *why;
    } rows[] = {
        {"h.eyJleHAiOjE3OTUxNjUyMDB9.s", 1795165200, "a number of seconds"},
        {"h.eyJleHAiOjE3OTUxNjUyMDB9.", 1795165200, "without a signature"},
        {"test-token-not-real", 0, "what an instance issues: no dots"},
        {"h.eyJleHAiOjE3OTUxNjUyMDB9", 0, "one dot"},
        {"h.e.y.J", 0, "three dots"},
        {"..", 0, "nothing between the dots"},
        {"h.eyJhdWQiOiJ4In0.s", 0, "no such claim"},
        {"h.eyJleHAiOiIxNzk1MTY1MjAwIn0.s", 0, "a text"},
        {"h.eyJleHAiOi01fQ.s", 0, "before 1970"},
        {"h.eyJleHAiOjF9eA.s", 0, "something behind the object"},
        {"h.W10.s", 0, "no object"},
        {"h.e%yJ.s", 0, "no base64url"},
        {"", 0, "no token"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct secret secret = secret_new(rows[i].token, strlen(rows[i].token));
        int64_t expiry = token_expiry(arena, &secret);
        cr_expect(expiry == rows[i].expiry, "row %zu (%s): %" PRId64, i, rows[i].why, expiry);
        secret_release(&secret);
        arena_free(arena);
    }
}
