/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the kind auth_scope: whom a scope on an API shuts out.
 */
#pragma once

#include "checks/kind.h"

/*
 * Fails with blast-radius when an active application would be refused on `api` because scopes are
 * tied to it and the application has none of them; `own_client_id` (NULL: none) is left out.
 * `scopes` are the names tied to the API by active records.
 */
void judge_scope_reach(struct judging *judging, const char *api, const struct strings *scopes,
                       const char *own_client_id);

/* Puts its questions beside those that are open: what it will need once the scopes are known. */
void ask_scope_reach_ahead(struct judging *judging);
