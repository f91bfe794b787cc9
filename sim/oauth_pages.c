/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OAuth addresses besides the token endpoint (ServiceNowDocs, t_RevokeOAuthToken.md).
 */
#include "sim/oauth_pages.h"

#include "sim/token_client.h"

/* Only what needs no session: a redirect URL that is not the client's is refused in these words
 * (github.com/MicrosoftDocs/OfficeDocs-MicrosoftSearch, issue 134; the status is not in them), any
 * other request leads to the login page. */
void sim_authorize_endpoint(struct world *world, const struct call *call, struct reply *reply)
{
    const char *client_id = pairs_get(&call->query, "client_id");
    const struct row *client =
        text_is_empty(client_id) ? NULL
                                 : sim_row_by_value(world, "oauth_entity", "client_id", client_id);

    if (client == NULL ||
        !sim_client_lists_redirect(call->arena, client, pairs_get(&call->query, "redirect_uri"))) {
        sim_reply_html(reply, 400, "<html><body>Invalid redirect_uri</body></html>");
        return;
    }
    reply->status = 302;
    sim_reply_header(reply, "Location", arena_printf(call->arena, "%s/login.do", world->base_url));
}

/* "This endpoint access does not require authentication. The token in this request is marked as
 * expired." The page has no answer; here it is an empty 200, whether there was such a token or
 * not. */
void sim_revoke_endpoint(struct world *world, const struct call *call, struct reply *reply)
{
    const char *token = pairs_get(&call->query, "token");
    struct row *issued =
        text_is_empty(token) ? NULL : sim_row_by_value(world, "oauth_credential", "token", token);

    if (issued != NULL) {
        sim_row_set(world, issued, "expires", sim_date_time(call->arena, call->now));
    }
    reply->status = 200;
}
