/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The application a token is asked for. Its id and secret travel in the form; that a client may
 * send them as Basic instead (RFC 6749, 2.3.1) is not documented for this endpoint.
 */
#include "sim/token_client.h"

#include <string.h>

#include "sim/decode.h"

struct identity {
    const char *id;
    const char *secret;
};

static struct identity read_basic(const struct call *call)
{
    static const char scheme[] = "Basic ";
    const char *header = sim_call_header(call, "Authorization");
    const char *decoded = header == NULL || !text_starts_with(header, scheme)
                              ? NULL
                              : sim_base64_decode(call->arena, header + strlen(scheme));
    const char *colon = decoded == NULL ? NULL : strchr(decoded, ':');

    if (colon == NULL) {
        return (struct identity){NULL, NULL};
    }
    return (struct identity){arena_strndup(call->arena, decoded, (size_t)(colon - decoded)),
                             colon + 1};
}

static struct identity read_identity(const struct world *world, const struct call *call,
                                     const struct pairs *form)
{
    struct identity sent = {pairs_get(form, "client_id"), pairs_get(form, "client_secret")};

    return sent.id == NULL && sim_switch_is(&world->switches, SWITCH_BASIC_CLIENT, "accepted")
               ? read_basic(call)
               : sent;
}

/* Public clients have no secret. */
const struct row *sim_token_client(const struct world *world, const struct call *call,
                                   const struct pairs *form)
{
    struct identity sent = read_identity(world, call, form);
    const struct row *client = text_is_empty(sent.id)
                                   ? NULL
                                   : sim_row_by_value(world, "oauth_entity", "client_id", sent.id);

    if (client == NULL || !sim_row_is_true(client, "active") ||
        !text_equal(sim_row_get(client, "type"), "client")) {
        return NULL;
    }
    return sim_row_is_true(client, "public_client") ||
                   (!text_is_empty(sent.secret) &&
                    text_equal(sim_row_get(client, "client_secret"), sent.secret))
               ? client
               : NULL;
}

bool sim_client_lists_redirect(struct arena *arena, const struct row *client, const char *redirect)
{
    struct strings list = strings_split(arena, sim_row_get(client, "redirect_url"), ',');

    return redirect != NULL && strings_have(&list, redirect);
}

const char *sim_unknown_scope(const struct world *world, struct arena *arena, const char *asked)
{
    struct strings names = strings_split(arena, asked == NULL ? "" : asked, ' ');

    for (size_t i = 0; i < names.n_items; i++) {
        if (sim_row_by_value(world, "sys_auth_scope", "name", names.items[i]) == NULL) {
            return names.items[i];
        }
    }
    return NULL;
}

/* A client made anew works, and only the log tells (public notes on refused token requests). */
bool sim_client_has_broken_scope(const struct world *world, const struct row *client)
{
    const struct table *mappings = sim_table_find(world, "oauth_entity_auth_scope_mapping");

    if (sim_switch_is(&world->switches, SWITCH_SCOPE_TABLE, "entity-scope")) {
        return false;
    }
    for (size_t i = 0; mappings != NULL && i < mappings->n_rows; i++) {
        const struct row *mapping = mappings->rows[i];
        if (text_equal(sim_row_get(mapping, "oauth_entity"), client->sys_id) &&
            sim_row_reference(world, mapping, "auth_scope") == NULL) {
            return true;
        }
    }
    return false;
}
