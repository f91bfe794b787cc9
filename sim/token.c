/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token endpoint as r_OAuthAPIRequestParameters.md, r_OAuthAPIResponseParameters.md and
 * client-credentials.md describe it. Nearly every failure has one and the same body, 401
 * server_error/access_denied, as live tests show it (github.com/stojdev/oauth-client,
 * github.com/refractionPOINT/documentation); only an application without a user has its own.
 */
#include "sim/token.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/clock.h"
#include "sim/decode.h"

enum {
    TOKEN_BYTES = 64,
    ACCESS_LIFESPAN_SECONDS = 1800,
    REFRESH_LIFESPAN_SECONDS = 8640000,
};

/* Washington DC, the first release whose client credentials belong to the application's user, has
 * this base date; older ones issue the token for the guest (KB1645212, KB1710801). */
static const char first_base_date[] = "20231220";

struct token_call {
    struct world *world;
    const struct call *call;
    struct reply *reply;
    struct pairs form;
    const struct row *client;
};

static bool refuse(struct token_call *token)
{
    sim_reply_json(token->reply, 401);
    buf_add(&token->reply->body,
            "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}");
    return false;
}

static bool refuse_without_user(struct token_call *token)
{
    struct buf *body = &token->reply->body;

    sim_reply_json(token->reply, 400);
    buf_add(body, "{\"error\":\"unauthorized_client\",\"error_description\":");
    sim_json_add(body, arena_printf(token->call->arena,
                                    "Received client_credentials grant_type request however "
                                    "integration user is not configured for OAuth:%s",
                                    token->client->sys_id));
    buf_add_char(body, '}');
    return false;
}

/* --- issuing --- */

static int64_t lifespan(const struct row *client, const char *column, int64_t fallback)
{
    int64_t seconds;

    return text_to_int(sim_row_get(client, column), &seconds) && seconds > 0 ? seconds : fallback;
}

static const char *random_token(struct arena *arena)
{
    unsigned char bytes[TOKEN_BYTES];

    if (gnutls_rnd(GNUTLS_RND_RANDOM, bytes, sizeof bytes) != 0) {
        memset(bytes, 0, sizeof bytes);
    }
    return sim_base64_encode_url(arena, bytes, sizeof bytes);
}

/* "Access requests made within the expiration time of the access token always return the current
 * access token" (r_OAuthAPIRequestParameters.md). */
static struct row *current_token(const struct token_call *token, const char *type,
                                 const char *user_id)
{
    const struct table *issued = sim_table_find(token->world, "oauth_credential");
    const char *now = sim_date_time(token->call->arena, token->call->now);

    for (size_t i = 0; i < issued->n_rows; i++) {
        struct row *row = issued->rows[i];
        if (text_equal(sim_row_get(row, "type"), type) &&
            text_equal(sim_row_get(row, "peer"), token->client->sys_id) &&
            text_equal(sim_row_get(row, "user"), user_id) &&
            strcmp(sim_row_get(row, "expires"), now) > 0) {
            return row;
        }
    }
    return NULL;
}

static struct row *issue(const struct token_call *token, const char *type, const char *user_id,
                         int64_t seconds)
{
    struct world *world = token->world;
    struct arena *arena = token->call->arena;
    struct row *row = current_token(token, type, user_id);

    if (row != NULL) {
        return row;
    }
    row = sim_row_insert(world, sim_table_find(world, "oauth_credential"), NULL, NULL);
    sim_row_set(world, row, "type", type);
    sim_row_set(world, row, "peer", token->client->sys_id);
    sim_row_set(world, row, "user", user_id);
    sim_row_set(world, row, "token", random_token(arena));
    sim_row_set(world, row, "expires", sim_date_time(arena, token->call->now + seconds));
    sim_row_set(world, row, "token_received", sim_date_time(arena, token->call->now));
    return row;
}

/* The names of the client's scopes with blanks between them. */
static const char *scope_names(const struct token_call *token)
{
    const struct table *mappings = sim_table_find(token->world, "oauth_entity_auth_scope_mapping");
    struct strings names = {0};

    for (size_t i = 0; mappings != NULL && i < mappings->n_rows; i++) {
        const struct row *mapping = mappings->rows[i];
        const struct row *scope = sim_row_reference(token->world, mapping, "auth_scope");
        if (scope != NULL &&
            text_equal(sim_row_get(mapping, "oauth_entity"), token->client->sys_id)) {
            strings_add(token->call->arena, &names, sim_row_get(scope, "name"));
        }
    }
    return strings_join(token->call->arena, &names, " ");
}

static int64_t seconds_left(const struct token_call *token, const struct row *access)
{
    int64_t expires = token->call->now;

    return utc_parse(sim_row_get(access, "expires"), &expires) ? expires - token->call->now : 0;
}

static bool grant(struct token_call *token, const struct row *user, bool has_refresh_token)
{
    struct buf *body = &token->reply->body;
    const struct row *access =
        issue(token, "access_token", user->sys_id,
              lifespan(token->client, "access_token_lifespan", ACCESS_LIFESPAN_SECONDS));

    sim_reply_json(token->reply, 200);
    buf_add(body, "{\"access_token\":");
    sim_json_add(body, sim_row_get(access, "token"));
    if (has_refresh_token) {
        const struct row *refresh =
            issue(token, "refresh_token", user->sys_id,
                  lifespan(token->client, "refresh_token_lifespan", REFRESH_LIFESPAN_SECONDS));
        buf_add(body, ",\"refresh_token\":");
        sim_json_add(body, sim_row_get(refresh, "token"));
    }
    buf_add(body, ",\"scope\":");
    sim_json_add(body, scope_names(token));
    buf_printf(body, ",\"token_type\":\"Bearer\",\"expires_in\":%lld}",
               (long long)seconds_left(token, access));
    token->reply->user = sim_row_get(user, "user_name");
    return true;
}

/* --- the user behind a token --- */

/* No token for a user who is inactive or locked out (r_OAuthAPIRequestParameters.md); nor, as
 * several reports have it, for one whose password needs a reset. */
static bool may_have_token(const struct row *user)
{
    return sim_row_is_true(user, "active") && !sim_row_is_true(user, "locked_out") &&
           !sim_row_is_true(user, "password_needs_reset");
}

/* True when `text` has digits where the pattern has a 0, and else the pattern's characters. */
static bool looks_like(const char *text, const char *pattern)
{
    for (; *pattern != '\0'; text++, pattern++) {
        bool is_digit = *text >= '0' && *text <= '9';
        if (*pattern == '0' ? !is_digit : *text != *pattern) {
            return false;
        }
    }
    return true;
}

/* The base date in the build tag, "20250701" of "glide-zurich-07-01-2025__…"; "" when there is
 * none. */
static const char *base_date(const struct world *world, struct arena *arena)
{
    for (const char *tag = sim_property(world, "glide.war", ""); *tag != '\0'; tag++) {
        if (looks_like(tag, "-00-00-0000__")) {
            return arena_printf(arena, "%.4s%.2s%.2s", tag + 7, tag + 1, tag + 4);
        }
    }
    return "";
}

static bool is_before_client_credentials(const struct token_call *token)
{
    const char *date = base_date(token->world, token->call->arena);

    return *date != '\0' && strcmp(date, first_base_date) < 0;
}

/* --- the grants --- */

static bool grant_client_credentials(struct token_call *token)
{
    static const char property[] = "glide.oauth.inbound.client.credential.grant_type.enabled";
    const char *grant_type = sim_row_get(token->client, "inbound_grant_type");
    const struct row *user = sim_row_reference(token->world, token->client, "user");

    if (is_before_client_credentials(token)) {
        const struct row *guest = sim_row_by_value(token->world, "sys_user", "user_name", "guest");
        return guest == NULL ? refuse(token) : grant(token, guest, false);
    }
    if (!sim_property_is_true(token->world, property, false) ||
        (*grant_type != '\0' && !text_equal(grant_type, "client_credential") &&
         !text_equal(grant_type, "multiple"))) {
        return refuse(token);
    }
    if (user == NULL) {
        return refuse_without_user(token);
    }
    return may_have_token(user) ? grant(token, user, false) : refuse(token);
}

/* The page asks for "an interactive session", which a web-service-only user has not; reports
 * differ on whether it is refused. */
static bool grant_password(struct token_call *token)
{
    const struct row *user;

    if (sim_property_is_true(token->world, "glide.oauth.inbound.ropc.grant_type.disabled", false)) {
        return refuse(token);
    }
    user = sim_user_by_password(token->world, pairs_get(&token->form, "username"),
                                pairs_get(&token->form, "password"));
    if (user == NULL || !may_have_token(user) ||
        (sim_row_is_true(user, "web_service_access_only") &&
         sim_switch_is(&token->world->switches, SWITCH_PASSWORD_GRANT_WEB_SERVICE_ONLY,
                       "refused"))) {
        return refuse(token);
    }
    return grant(token, user, true);
}

static bool grant_refresh(struct token_call *token)
{
    const char *text = pairs_get(&token->form, "refresh_token");
    const struct row *row = text_is_empty(text)
                                ? NULL
                                : sim_row_by_value(token->world, "oauth_credential", "token", text);

    if (row == NULL || !text_equal(sim_row_get(row, "type"), "refresh_token") ||
        !text_equal(sim_row_get(row, "peer"), token->client->sys_id) ||
        strcmp(sim_row_get(row, "expires"), sim_date_time(token->call->arena, token->call->now)) <=
            0) {
        return refuse(token);
    }
    const struct row *user = sim_row_reference(token->world, row, "user");
    return user != NULL && may_have_token(user) ? grant(token, user, true) : refuse(token);
}

static const struct {
    const char *grant_type;
    bool (*answer)(struct token_call *token);
} grants[] = {
    {"client_credentials", grant_client_credentials},
    {"password", grant_password},
    {"refresh_token", grant_refresh},
};

/* --- the endpoint --- */

static bool oauth_is_on(const struct world *world)
{
    return sim_property_is_true(world, "com.snc.platform.security.oauth.is.active", true);
}

/* An inbound client of the right secret; public clients have none. */
static const struct row *find_client(const struct token_call *token)
{
    const char *client_id = pairs_get(&token->form, "client_id");
    const char *secret = pairs_get(&token->form, "client_secret");
    const struct row *client =
        text_is_empty(client_id)
            ? NULL
            : sim_row_by_value(token->world, "oauth_entity", "client_id", client_id);

    if (client == NULL || !sim_row_is_true(client, "active") ||
        !text_equal(sim_row_get(client, "type"), "client")) {
        return NULL;
    }
    return sim_row_is_true(client, "public_client") ||
                   (!text_is_empty(secret) &&
                    text_equal(sim_row_get(client, "client_secret"), secret))
               ? client
               : NULL;
}

/* Parameters count only in a form body: another type "results in an unspecified error", and new
 * instances do not look at the URL (OAuth-token-processor-parm.md). */
static bool read_form(struct token_call *token)
{
    const char *type = sim_call_header(token->call, "Content-Type");

    if (type == NULL || !text_starts_with(type, "application/x-www-form-urlencoded")) {
        return false;
    }
    token->form = sim_form_decode(token->call->arena, token->call->body, token->call->body_len);
    if (!sim_property_is_true(token->world, "glide.oauth.allow.parameters.in.post.body.only",
                              true)) {
        for (size_t i = 0; i < token->call->query.n_items; i++) {
            pairs_add(token->call->arena, &token->form, token->call->query.items[i].key,
                      token->call->query.items[i].value);
        }
    }
    return true;
}

static bool answer_grant(struct token_call *token)
{
    const char *grant_type = pairs_get(&token->form, "grant_type");

    for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
        if (text_equal(grants[i].grant_type, grant_type)) {
            return grants[i].answer(token);
        }
    }
    return refuse(token);
}

void sim_token_endpoint(struct world *world, const struct call *call, struct reply *reply)
{
    struct token_call token = {.world = world, .call = call, .reply = reply};

    if (!oauth_is_on(world) && sim_switch_is(&world->switches, SWITCH_OAUTH_OFF, "not-found")) {
        sim_reply_html(reply, 404, "<html><body>Page not found</body></html>");
        return;
    }
    if (!oauth_is_on(world) || !text_equal(call->method, "POST") || !read_form(&token) ||
        (token.client = find_client(&token)) == NULL) {
        (void)refuse(&token);
        return;
    }
    (void)answer_grant(&token);
}
