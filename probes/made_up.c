/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each kind of credential needs, made of random digits. A client id has 32 hexadecimal digits,
 * as the platform's own have; the lengths of keys and tokens are not published.
 */
#include "probes/made_up.h"

#include <string.h>

#include "base/arena.h"
#include "base/random.h"

enum { KEY_BYTES = 20, CLIENT_ID_BYTES = 16, USER_BYTES = 8 };

static struct secret random_secret(struct arena *arena)
{
    const char *text = random_hex(arena, KEY_BYTES);
    return secret_new(text, strlen(text));
}

struct made_up *made_up_new(struct arena *arena, enum credential_kind kind, bool is_token)
{
    struct made_up *made_up = arena_allocate(arena, sizeof *made_up);
    struct credential *credential = &made_up->credential;
    bool is_bearer = credential_needs_token(kind) && !is_token;
    credential->name = "made-up";
    credential->kind = is_bearer ? CREDENTIAL_TOKEN : kind;
    credential->user_name =
        arena_printf(arena, "glidepath-sample-%s", random_hex(arena, USER_BYTES));
    credential->client_id = random_hex(arena, CLIENT_ID_BYTES);
    credential->secret = random_secret(arena);
    credential->client_secret = random_secret(arena);
    made_up->use.credential = credential;
    return made_up;
}

void made_up_release(struct made_up *made_up)
{
    secret_release(&made_up->credential.secret);
    secret_release(&made_up->credential.client_secret);
    use_release(&made_up->use);
}
