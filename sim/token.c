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
#include "sim/jwt.h"
#include "sim/log.h"
#include "sim/token_client.h"
#include "sim/token_user.h"

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

/* The true cause stands in the log only; public notes quote these lines of it. */
static void log_cause(const struct token_call *token, const char *message)
{
    sim_log_message(token->world, token->call, "OAuth",
                    arena_printf(token->call->arena, "Exception on token flow - %s", message));
}

static bool refuse_logged(struct token_call *token, const char *message)
{
    log_cause(token, message);
    return refuse(token);
}

static bool refuse_as(struct token_call *token, int status, const char *error, const char *text)
{
    struct buf *body = &token->reply->body;

    sim_reply_json(token->reply, status);
    buf_add(body, "{\"error\":");
    sim_json_add(body, error);
    if (text != NULL) {
        buf_add(body, ",\"error_description\":");
        sim_json_add(body, text);
    }
    buf_add_char(body, '}');
    return false;
}

/* Notes on the endpoint have invalid_client where live tests have the one body for everything; the
 * text is that of a public test double. */
static bool refuse_client(struct token_call *token)
{
    log_cause(token, "client_secret");
    return sim_switch_is(&token->world->switches, SWITCH_WRONG_CLIENT, "invalid-client")
               ? refuse_as(token, 401, "invalid_client", "Invalid client_id or client_secret.")
               : refuse(token);
}

static bool refuse_without_user(struct token_call *token)
{
    return refuse_as(token, 400, "unauthorized_client",
                     arena_printf(token->call->arena,
                                  "Received client_credentials grant_type request however "
                                  "integration user is not configured for OAuth:%s",
                                  token->client->sys_id));
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

/* The names of the client's scopes with blanks between them. */
static const char *scope_names(const struct token_call *token)
{
    struct strings names = sim_client_scopes(token->world, token->call->arena, token->client);

    return strings_join(token->call->arena, &names, " ");
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
    sim_row_set(world, row, "grant_type", pairs_get(&token->form, "grant_type"));
    sim_row_set(world, row, "scopes", scope_names(token));
    return row;
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

/* --- releases --- */

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

/* A grant the instance does not give, or not now. Notes quote unsupported_grant_type for it, one
 * with 401 and one with 400, and no recording has it. */
static bool refuse_grant_type(struct token_call *token)
{
    const struct switches *switches = &token->world->switches;

    if (sim_switch_is(switches, SWITCH_UNSUPPORTED_GRANT, "access-denied")) {
        return refuse(token);
    }
    return refuse_as(token,
                     sim_switch_is(switches, SWITCH_UNSUPPORTED_GRANT, "unauthorized") ? 401 : 400,
                     "unsupported_grant_type", NULL);
}

/* With the property off the log speaks of PKCE; one note has the answer do so too, without the text
 * or the status. */
static bool refuse_client_credentials(struct token_call *token)
{
    static const char error[] = "unsupported_grant_type_for_pkce";
    static const char text[] = "PKCE only supports authorization code flow";

    log_cause(token, arena_printf(token->call->arena, "%s: %s", error, text));
    return sim_switch_is(&token->world->switches, SWITCH_PKCE_MESSAGE, "named")
               ? refuse_as(token, 400, error, text)
               : refuse_grant_type(token);
}

static bool grant_client_credentials(struct token_call *token)
{
    static const char property[] = "glide.oauth.inbound.client.credential.grant_type.enabled";
    const char *grant_type = sim_row_get(token->client, "inbound_grant_type");
    const struct row *user = sim_row_reference(token->world, token->client, "user");

    if (is_before_client_credentials(token)) {
        const struct row *guest = sim_row_by_value(token->world, "sys_user", "user_name", "guest");
        return guest == NULL ? refuse(token) : grant(token, guest, false);
    }
    if (!sim_property_is_true(token->world, property, false)) {
        return refuse_client_credentials(token);
    }
    if (*grant_type != '\0' && !text_equal(grant_type, "client_credential") &&
        !text_equal(grant_type, "multiple")) {
        return refuse(token);
    }
    if (user == NULL) {
        return refuse_without_user(token);
    }
    return sim_user_may_have_token(token->world, token->call, user) ? grant(token, user, false)
                                                                    : refuse(token);
}

/* The page asks for "an interactive session", which a web-service-only user has not; reports
 * differ on whether it is refused. */
static bool grant_password(struct token_call *token)
{
    const struct row *user;

    if (sim_property_is_true(token->world, "glide.oauth.inbound.ropc.grant_type.disabled", false)) {
        return refuse(token);
    }
    user = sim_user_by_password(token->world, token->call, pairs_get(&token->form, "username"),
                                pairs_get(&token->form, "password"));
    if (user == NULL || !sim_user_may_have_token(token->world, token->call, user) ||
        (sim_row_is_true(user, "web_service_access_only") &&
         sim_switch_is(&token->world->switches, SWITCH_PASSWORD_GRANT_WEB_SERVICE_ONLY,
                       "refused"))) {
        return refuse(token);
    }
    return grant(token, user, true);
}

/* The row of a code or refresh token that is this client's and has not expired. */
static struct row *find_issued(const struct token_call *token, const char *type, const char *text)
{
    struct row *row = text_is_empty(text)
                          ? NULL
                          : sim_row_by_value(token->world, "oauth_credential", "token", text);

    return row != NULL && text_equal(sim_row_get(row, "type"), type) &&
                   text_equal(sim_row_get(row, "peer"), token->client->sys_id) &&
                   strcmp(sim_row_get(row, "expires"),
                          sim_date_time(token->call->arena, token->call->now)) > 0
               ? row
               : NULL;
}

/* A refresh token goes on being good until it expires, unless the instance rotates it. */
static bool grant_refresh(struct token_call *token)
{
    struct row *row = find_issued(token, "refresh_token", pairs_get(&token->form, "refresh_token"));
    const struct row *user = row == NULL ? NULL : sim_row_reference(token->world, row, "user");

    if (user == NULL) {
        return refuse_logged(token, "invalid_token: The provided OAuth token is not valid");
    }
    if (!sim_user_may_have_token(token->world, token->call, user)) {
        return refuse(token);
    }
    sim_row_set(token->world, row, "last_access",
                sim_date_time(token->call->arena, token->call->now));
    if (sim_switch_is(&token->world->switches, SWITCH_REFRESH_TOKEN, "rotated")) {
        sim_row_delete(token->world, row);
    }
    return grant(token, user, true);
}

/* Public clients "must use Proof Key for Code Exchange" (authorization-workflow.md); what a code
 * that was got without it comes to is not recorded. */
static bool may_lack_challenge(const struct token_call *token)
{
    return (!sim_row_is_true(token->client, "public_client") &&
            !sim_row_is_true(token->client, "use_pkce")) ||
           sim_switch_is(&token->world->switches, SWITCH_CODE_WITHOUT_CHALLENGE, "granted");
}

/* PKCE (RFC 7636): the challenge is the verifier, or its SHA-256 in base64url. */
static bool verifier_fits(const struct token_call *token, const struct row *code)
{
    const char *challenge = sim_row_get(code, "code_challenge");
    const char *verifier = pairs_get(&token->form, "code_verifier");
    unsigned char digest[32];

    if (*challenge == '\0') {
        return may_lack_challenge(token);
    }
    if (verifier == NULL) {
        return false;
    }
    if (!text_equal(sim_row_get(code, "code_challenge_method"), "S256")) {
        return text_equal(challenge, verifier);
    }
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, verifier, strlen(verifier), digest) == 0 &&
           text_equal(challenge, sim_base64_encode_url(token->call->arena, digest, sizeof digest));
}

/* A code comes with the world: a row of oauth_credential. The stored value of its type is not
 * recorded. It is good once. */
static bool grant_code(struct token_call *token)
{
    struct row *code = find_issued(token, "authorization_code", pairs_get(&token->form, "code"));
    const struct row *user = code == NULL ? NULL : sim_row_reference(token->world, code, "user");

    if (user == NULL || !verifier_fits(token, code) ||
        !sim_client_lists_redirect(token->call->arena, token->client,
                                   pairs_get(&token->form, "redirect_uri"))) {
        return refuse_logged(token, "invalid_token: The provided OAuth token is not valid");
    }
    sim_row_delete(token->world, code);
    return sim_user_may_have_token(token->world, token->call, user) ? grant(token, user, true)
                                                                    : refuse(token);
}

/* An assertion signed with a key of the application's (create-jwt-endpoint.md). Users with admin
 * are refused with words of their own (two public notes); the status is not in them. */
static bool grant_jwt(struct token_call *token)
{
    bool is_bad_request = sim_switch_is(&token->world->switches, SWITCH_JWT_ADMIN, "bad-request");
    const struct row *user = sim_jwt_user(token->world, token->call, token->client,
                                          pairs_get(&token->form, "assertion"));

    if (user == NULL || !sim_user_may_have_token(token->world, token->call, user)) {
        return refuse_logged(token, "invalid_token: The provided OAuth token is not valid");
    }
    if (sim_user_has_role(token->world, user, "admin")) {
        return refuse_as(token, is_bad_request ? 400 : 401, "invalid_grant",
                         "Grant access to admin is not allowed");
    }
    return grant(token, user, false);
}

static const struct {
    const char *grant_type;
    bool (*answer)(struct token_call *token);
} grants[] = {
    {"authorization_code", grant_code},
    {"client_credentials", grant_client_credentials},
    {"password", grant_password},
    {"refresh_token", grant_refresh},
    {"urn:ietf:params:oauth:grant-type:jwt-bearer", grant_jwt},
};

/* --- the endpoint --- */

/* The plugin "OAuth 2.0" is active by default (activate-rest-api-access-policy.md names it), and so
 * is the property. */
static bool oauth_is_on(const struct world *world)
{
    return sim_plugin_is_active(world, "com.snc.platform.security.oauth") &&
           sim_property_is_true(world, "com.snc.platform.security.oauth.is.active", true);
}

/* "OAuth token calls fail from an API authenticated session" (KB2423799, a defect of some
 * releases): a cookie of an earlier call is enough. */
static bool comes_from_session(const struct token_call *token)
{
    const char *cookies = sim_call_header(token->call, "Cookie");

    return cookies != NULL && strstr(cookies, "JSESSIONID=") != NULL &&
           sim_switch_is(&token->world->switches, SWITCH_SESSION_TOKEN, "refused");
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
    const char *scope =
        sim_unknown_scope(token->world, token->call->arena, pairs_get(&token->form, "scope"));
    const char *grant_type = pairs_get(&token->form, "grant_type");

    if (scope != NULL) {
        return refuse_logged(token, arena_printf(token->call->arena, "invalid_scope: %s", scope));
    }
    if (sim_client_has_broken_scope(token->world, token->client)) {
        return refuse_logged(token, "invalid_scope: The provided OAuth token is not valid");
    }
    for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
        if (text_equal(grants[i].grant_type, grant_type)) {
            return grants[i].answer(token);
        }
    }
    return refuse_grant_type(token);
}

void sim_token_endpoint(struct world *world, const struct call *call, struct reply *reply)
{
    struct token_call token = {.world = world, .call = call, .reply = reply};

    if (!oauth_is_on(world) && sim_switch_is(&world->switches, SWITCH_OAUTH_OFF, "not-found")) {
        sim_reply_html(reply, 404, "<html><body>Page not found</body></html>");
        return;
    }
    if (!oauth_is_on(world) || !text_equal(call->method, "POST") || comes_from_session(&token) ||
        !read_form(&token)) {
        (void)refuse(&token);
        return;
    }
    token.client = sim_token_client(world, call, &token.form);
    if (token.client == NULL) {
        (void)refuse_client(&token);
        return;
    }
    (void)answer_grant(&token);
}
