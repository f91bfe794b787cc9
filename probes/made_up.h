/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials that exist nowhere, for control samples: random, and never with a real user's or
 * client's name in them, so that no account is locked and no client throttled by them.
 */
#pragma once

#include "probes/credentials.h"

struct arena;

struct made_up {
    struct use use;
    struct credential credential;
};

/*
 * One that goes over the wire as `kind` does; `is_token`: to the token endpoint, else to the API.
 * Lives in `arena`, its secrets until made_up_release().
 */
struct made_up *made_up_new(struct arena *arena, enum credential_kind kind, bool is_token);
void made_up_release(struct made_up *made_up);
