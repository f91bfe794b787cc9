/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the texts of a credential may be put on the wire.
 */
#pragma once

#include "model/target.h"

struct arena;

/*
 * What is odd about a secret or id of the credential, in words that hold nothing of it ("the Client
 * Secret has a blank before or behind it"); NULL when nothing is.
 */
const char *secret_shape_fault(struct arena *arena, const struct credential *credential);

/* What a recording tells in the place of the credential's secrets. */
struct told_secret secret_shape_tell(struct arena *arena, const struct credential *credential);
