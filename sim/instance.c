/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a call through the instance: what stands in front, the path, who calls, whether an
 * access policy, the auth scopes and the rate limits let it through, then the API.
 */
#include "sim/instance.h"

#include <inttypes.h>
#include <string.h>

#include "sim/caller.h"
#include "sim/front.h"
#include "sim/table_api.h"
#include "sim/token.h"

enum { LONGEST_URI = 8192 };

/* --- headers of an application node --- */

static void put_cookies(struct world *world, struct reply *reply)
{
    sim_reply_header(reply, "Set-Cookie",
                     arena_printf(reply->arena,
                                  "JSESSIONID=%016" PRIX64 "; Path=/; HttpOnly; SameSite=None",
                                  world->n_transactions * 2654435761U));
    sim_reply_header(reply, "Set-Cookie",
                     "glide_user_route=glide.0123456789abcdef0123456789abcdef; Path=/; HttpOnly");
    sim_reply_header(reply, "Set-Cookie",
                     arena_printf(reply->arena,
                                  "BIGipServerpool_%s=0123456789.12345.0000; path=/; Httponly",
                                  world->instance_name));
}

static void put_node_headers(struct world *world, struct reply *reply)
{
    world->n_transactions++;
    sim_reply_header(reply, "X-Is-Logged-In", reply->user != NULL ? "true" : "false");
    sim_reply_header(reply, "X-Transaction-ID",
                     arena_printf(reply->arena, "%012" PRIx64,
                                  world->n_transactions * 2654435761U % 0xffffffffffffU));
    sim_reply_header(reply, "Server", "snow_adc");
    sim_reply_header(reply, "Pragma", "no-store,no-cache");
    sim_reply_header(reply, "Cache-Control", "no-cache,no-store,must-revalidate,max-age=-1");
    sim_reply_header(reply, "Server-Timing", "sem_wait;dur=0, sesh_wait;dur=0");
    put_cookies(world, reply);
}

/* --- refusals --- */

static void answer_not_authenticated(struct world *world, const struct call *call,
                                     const struct api_target *target, struct reply *reply)
{
    bool is_older = sim_switch_is(&world->switches, SWITCH_NOT_AUTHENTICATED, "older");
    struct strings schemes = sim_policy_schemes(world, call->arena, target);

    for (size_t i = 0; i < schemes.n_items; i++) {
        sim_reply_header(reply, "WWW-Authenticate",
                         arena_printf(call->arena, "%s realm=\"Service-now\"", schemes.items[i]));
    }
    sim_reply_error(reply, 401, is_older ? "User Not Authenticated" : "User is not authenticated",
                    "Required to provide Auth information");
}

/* Without a credential a call is served as guest where glide.basicauth.required.api is not true
 * (sc-api-request-authorization.md); a credential that is sent is checked all the same. */
static bool is_let_in(struct world *world, const struct call *call, const struct api_target *target,
                      struct caller *caller)
{
    switch (sim_authenticate(world, call, caller)) {
    case AUTHENTICATION_NONE:
        return !sim_property_is_true(world, "glide.basicauth.required.api", false);
    case AUTHENTICATION_DONE:
        return sim_policy_admits(world, call->arena, target, caller);
    case AUTHENTICATION_REFUSED:
        break;
    }
    return false;
}

/* --- paths --- */

/* Reads "/api/now[/v1|/v2]/table/NAME[/SYS_ID]". */
static bool read_table_path(const struct call *call, struct table_call *ret_call)
{
    struct strings parts = strings_split(call->arena, call->path, '/');
    struct table_call table_call = {.version = ""};
    size_t i = 2;

    if (parts.n_items < 2 || !text_equal(parts.items[0], "api") ||
        !text_equal(parts.items[1], "now")) {
        return false;
    }
    if (i < parts.n_items &&
        (text_equal(parts.items[i], "v1") || text_equal(parts.items[i], "v2"))) {
        table_call.version = parts.items[i++];
    }
    if (parts.n_items < i + 2 || parts.n_items > i + 3 || !text_equal(parts.items[i], "table")) {
        return false;
    }
    table_call.table = parts.items[i + 1];
    table_call.sys_id = parts.n_items == i + 3 ? parts.items[i + 2] : NULL;
    *ret_call = table_call;
    return true;
}

static void answer_table(struct world *world, const struct call *call,
                         const struct table_call *table_call, struct reply *reply)
{
    const struct api_target target = {
        .api_path = "now/table",
        .resource = table_call->sys_id == NULL ? "/now/table/{tableName}"
                                               : "/now/table/{tableName}/{sys_id}",
        .method = text_equal(call->method, "HEAD") ? "GET" : call->method,
        .version = table_call->version,
        .table = table_call->table,
    };
    struct caller caller = {0};
    const char *refusal;

    if (!is_let_in(world, call, &target, &caller)) {
        answer_not_authenticated(world, call, &target, reply);
        return;
    }
    reply->user = caller.user == NULL ? NULL : sim_row_get(caller.user, "user_name");
    if ((refusal = sim_scope_refusal(world, call->arena, &target, &caller)) != NULL) {
        sim_reply_error(reply, 403, "User Not Authorized", refusal);
    } else if (!sim_rate_refuses(world, call, reply, &caller)) {
        sim_table_api(world, call, &caller, table_call, reply);
    }
}

/* Pages are not simulated: without a session they lead to the login page. */
static void answer_page(const struct world *world, struct reply *reply)
{
    reply->status = 302;
    sim_reply_header(reply, "Location",
                     arena_printf(reply->arena, "%s/session_timeout.do", world->base_url));
}

static void answer_path(struct world *world, const struct call *call, struct reply *reply)
{
    struct table_call table_call;

    reply->is_from_node = true;
    if (text_equal(call->path, "/oauth_token.do")) {
        sim_token_endpoint(world, call, reply);
    } else if (read_table_path(call, &table_call)) {
        answer_table(world, call, &table_call, reply);
    } else if (text_starts_with(call->path, "/api/")) {
        sim_reply_error(reply, 400, "Requested URI does not represent any resource", NULL);
    } else {
        answer_page(world, reply);
    }
}

void sim_instance_answer(struct world *world, const struct call *call, struct reply *reply)
{
    if (strlen(call->uri) > LONGEST_URI) {
        /* The edge refuses it; recordings show no body that could be relied on. */
        sim_reply_html(reply, 414, "<html><head><title>414 URI Too Long</title></head></html>");
        sim_reply_header(reply, "Server", "snow_adc");
        return;
    }
    if (!sim_front_answers(world, call, reply)) {
        answer_path(world, call, reply);
    }
    if (reply->is_from_node) {
        put_node_headers(world, reply);
    }
}
