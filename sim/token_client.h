/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The application a token is asked for, a row of oauth_entity: finding it, and what has to be in
 * order about it.
 */
#pragma once

#include "sim/caller.h"

/* The active inbound client whose id and secret the form has; NULL when there is none. */
const struct row *sim_token_client(const struct world *world, const struct call *call,
                                   const struct pairs *form);

/* True when the URL is one of the client's (comma-separated), to the letter. */
bool sim_client_lists_redirect(struct arena *arena, const struct row *client, const char *redirect);

/* The first of the scopes asked for, with blanks between them, that nobody made; else NULL. */
const char *sim_unknown_scope(const struct world *world, struct arena *arena, const char *asked);

/* True when a scope of the client is gone, as after a reset or a clone. */
bool sim_client_has_broken_scope(const struct world *world, const struct row *client);
