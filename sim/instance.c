/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a call through the instance: what is wrong with the call itself, what stands in front,
 * then the path: the token endpoint, a REST API, or a page.
 */
#include "sim/instance.h"

#include <inttypes.h>
#include <string.h>

#include "sim/apis.h"
#include "sim/caller.h"
#include "sim/front.h"
#include "sim/log.h"
#include "sim/oauth_pages.h"
#include "sim/token.h"
#include "sim/xml.h"

enum { LONGEST_URI = 8192, DEFAULT_PAYLOAD_BYTES = 10 * 1024 * 1024 };

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

/* X-Is-Logged-In is in the samples of c_RESTResponseV2API.md, the others are those of public
 * captures; what the edge answers by itself has none of them but Server. */
static void put_node_headers(struct world *world, struct reply *reply)
{
    bool is_older = sim_switch_is(&world->switches, SWITCH_EDGE, "older");

    world->n_transactions++;
    sim_reply_header(reply, "X-Is-Logged-In", reply->user != NULL ? "true" : "false");
    sim_reply_header(reply, "X-Transaction-ID",
                     arena_printf(reply->arena, "%012" PRIx64,
                                  world->n_transactions * 2654435761U % 0xffffffffffffU));
    sim_reply_header(reply, "Server", is_older ? "ServiceNow" : "snow_adc");
    sim_reply_header(reply, "Pragma", "no-store,no-cache");
    sim_reply_header(reply, "Strict-Transport-Security", "max-age=63072000; includeSubDomains");
    sim_reply_header(reply, "Cache-Control", "no-cache,no-store,must-revalidate,max-age=-1");
    sim_reply_header(reply, "Server-Timing", "sem_wait;dur=0, sesh_wait;dur=0");
    put_cookies(world, reply);
}

/* --- paths --- */

/* Pages are not simulated: without a session they lead to the login page, by way of another one
 * (public captures). So do stats.do and xmlstats.do where glide.security.diag_txns_acl is on
 * (sc-performance-monitoring-acl.md). */
static void answer_page(const struct world *world, const struct call *call, struct reply *reply)
{
    bool is_timeout = text_equal(call->path, "/session_timeout.do");

    if (text_equal(call->path, "/login.do")) {
        sim_login_page(reply);
        return;
    }
    reply->status = 302;
    sim_reply_header(reply, "Location",
                     arena_printf(reply->arena, "%s/%s", world->base_url,
                                  is_timeout ? "login.do" : "session_timeout.do"));
}

static void answer_path(struct world *world, const struct call *call, struct reply *reply)
{
    static const struct {
        const char *path;
        void (*answer)(struct world *world, const struct call *call, struct reply *reply);
    } endpoints[] = {
        {"/oauth_token.do", sim_token_endpoint},
        {"/oauth_auth.do", sim_authorize_endpoint},
        {"/oauth_revoke_token.do", sim_revoke_endpoint},
    };

    reply->is_from_node = true;
    sim_unlock_in_time(world, call);
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        if (text_equal(call->path, endpoints[i].path)) {
            endpoints[i].answer(world, call, reply);
            return;
        }
    }
    if (text_starts_with(call->path, "/api/")) {
        sim_apis_answer(world, call, reply);
    } else {
        answer_page(world, call, reply);
    }
}

/* --- what is wrong with the call itself --- */

/* The edge refuses it; public recordings show no body that could be relied on. */
static void answer_long_uri(struct reply *reply)
{
    sim_reply_html(reply, 414, "<html><head><title>414 URI Too Long</title></head></html>");
    sim_reply_header(reply, "Server", "snow_adc");
}

static size_t count_header(const struct call *call, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < call->headers.n_items; i++) {
        n += text_equal_nocase(call->headers.items[i].key, name) ? 1 : 0;
    }
    return n;
}

/* Nobody can tell where such a body ends (RFC 9112, 6.3). */
static bool has_two_lengths(const struct call *call)
{
    const char *first = sim_call_header(call, "Content-Length");

    for (size_t i = 0; i < call->headers.n_items; i++) {
        if (text_equal_nocase(call->headers.items[i].key, "Content-Length") &&
            !text_equal(call->headers.items[i].value, first)) {
            return true;
        }
    }
    return false;
}

/* KB0747638 has the body, not the status. */
static bool refuses_payload(const struct world *world, const struct call *call, struct reply *reply)
{
    int64_t limit = DEFAULT_PAYLOAD_BYTES;
    bool is_large = sim_switch_is(&world->switches, SWITCH_LARGE_PAYLOAD, "too-large");

    if (!text_to_int(sim_property(world, "glide.rest.max_content_length", ""), &limit) ||
        limit <= 0) {
        limit = DEFAULT_PAYLOAD_BYTES;
    }
    if (!text_starts_with(call->path, "/api/") || call->body_len <= (size_t)limit) {
        return false;
    }
    sim_reply_error(reply, is_large ? 413 : 400, "Exception while reading request",
                    arena_printf(call->arena,
                                 "Rejected large REST payload with content-length = %zu bytes. "
                                 "Max allowed: %lld bytes.",
                                 call->body_len, (long long)limit));
    reply->is_from_node = true;
    return true;
}

/* A POST may say that it means another method (c_RESTAPI.md). */
static void read_override(struct call *call)
{
    const char *method = sim_call_header(call, "X-HTTP-Method-Override");

    if (text_equal(call->method, "POST") && !text_is_empty(method)) {
        call->method = method;
    }
}

/* --- transactions that run too long --- */

#define CANCELLED "Transaction cancelled: maximum execution time exceeded"

static bool is_about_result(const char *header)
{
    static const char *const names[] = {"X-Total-Count", "Link", "Location"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_equal(names[i], header)) {
            return true;
        }
    }
    return false;
}

/* A result that is not given has no count, no pages and no place. */
static void drop_result_headers(struct reply *reply)
{
    struct pairs *headers = &reply->headers;
    size_t n_kept = 0;

    for (size_t i = 0; i < headers->n_items; i++) {
        if (!is_about_result(headers->items[i].key)) {
            headers->items[n_kept++] = headers->items[i];
        }
    }
    headers->n_items = n_kept;
}

/* A transaction over its quota ends in a 500, or, when the answer was on its way already, in a 200
 * with the beginning of the answer and the error behind it (c_DefaultQuotaRules.md has the limits,
 * public captures the answers). What a write has done by then stays done. */
static void cancel(const struct world *world, struct reply *reply)
{
    bool is_late = sim_switch_is(&world->switches, SWITCH_TRANSACTION, "cancelled-late");
    size_t kept = is_late ? reply->body.len / 2 : 0;
    const char *begun = arena_strndup(reply->arena, reply->body.data, kept);

    buf_clear(&reply->body);
    buf_add(&reply->body, is_late ? begun : "{");
    buf_add(&reply->body, "\"error\":{\"detail\":\"" CANCELLED ". Check logs for error trace.\","
                          "\"message\":\"" CANCELLED "\"},\"status\":\"failure\"}");
    if (!is_late) {
        reply->status = 500;
        drop_result_headers(reply);
    }
}

static void cancel_if_due(const struct world *world, const struct call *call, struct reply *reply)
{
    if (!sim_switch_is(&world->switches, SWITCH_TRANSACTION, "finished") && reply->status < 300 &&
        text_starts_with(call->path, "/api/") && reply->body.len > 0) {
        cancel(world, reply);
    }
}

void sim_instance_answer(struct world *world, const struct call *call, struct reply *reply)
{
    struct call meant = *call;

    if (strlen(call->uri) > LONGEST_URI) {
        answer_long_uri(reply);
        return;
    }
    if (count_header(call, "Authorization") > 1 || has_two_lengths(call)) {
        /* One report, of two Authorizations; its body is not on record. */
        reply->status = 400;
        sim_reply_header(reply, "Server", "snow_adc");
        sim_reply_header(reply, "Connection", "close");
        return;
    }
    read_override(&meant);
    if (!sim_front_answers(world, &meant, reply) && !refuses_payload(world, &meant, reply)) {
        answer_path(world, &meant, reply);
        cancel_if_due(world, &meant, reply);
    }
    if (reply->is_for_xml) {
        sim_xml_put(reply);
    }
    if (reply->is_from_node) {
        put_node_headers(world, reply);
        sim_log_transaction(world, &meant, reply);
    }
}
