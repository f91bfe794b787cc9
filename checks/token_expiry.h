/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a token says that its time ends.
 */
#pragma once

#include <stdint.h>

struct arena;
struct credential;
struct secret;

/*
 * The claim `exp` of a token that is a JSON Web Token (RFC 7519, section 4.1.4), in seconds since
 * 1970; 0 when the token is none, as most that an instance issues, or has no such claim. Nothing of
 * the token is kept beyond the life of `arena`, and its signature is not looked at.
 */
int64_t token_expiry(struct arena *arena, const struct secret *token);

/* The same of a credential that is a token; 0 for any other. */
int64_t credential_expiry(struct arena *arena, const struct credential *credential);
