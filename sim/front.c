/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that come before the instance looks at the call. Those of the edge bear its Server header
 * and nothing an application node adds; that is how a client can tell them apart.
 */
#include "sim/front.h"

#include <string.h>

#include "sim/caller.h"
#include "sim/log.h"

enum { BUSY_CALLS = 3 };

/* Every path of a sleeping developer instance gives this page with status 200, the token endpoint
 * too (github.com/vdesabou/kafka-docker-playground, issues 8762 and 8778). */
static void put_sleep(struct reply *reply, int status)
{
    sim_reply_html(reply, status,
                   "<!DOCTYPE html><html><head><title>Instance Hibernating page</title></head>"
                   "<body><h1>Your instance is hibernating</h1><p>To wake it, sign in to the "
                   "developer site.</p></body></html>");
    sim_reply_header(reply, "Server", "snow_adc");
}

static void answer_hibernating(struct reply *reply)
{
    put_sleep(reply, 200);
}

/* One report has a 503, others a way to the developer site (public issues of demisto/content and of
 * Confluent's connector). */
static void answer_hibernating_unavailable(struct reply *reply)
{
    put_sleep(reply, 503);
}

static void answer_hibernating_redirect(struct reply *reply)
{
    reply->status = 302;
    sim_reply_header(reply, "Location", "https://developer.servicenow.com/dev.do#!/home?wu=true");
    sim_reply_header(reply, "Server", "snow_adc");
}

/* Sign-on pages on an API path (github.com/MicrosoftDocs/OfficeDocs-MicrosoftSearch, issue 71). */
void sim_login_page(struct reply *reply)
{
    sim_reply_html(reply, 200,
                   "<!DOCTYPE html><html><head><title>Sign In | ServiceNow</title></head><body>"
                   "<form action=\"login.do\" method=\"post\"><input name=\"user_name\">"
                   "<input name=\"user_password\" type=\"password\"></form></body></html>");
    reply->is_from_node = true;
}

static void answer_login_redirect(struct reply *reply)
{
    reply->status = 302;
    sim_reply_header(reply, "Location", "https://sso.example.com/login");
    reply->is_from_node = true;
}

/* No application node: 153 bytes of HTML in the recording. */
static void answer_unavailable(struct reply *reply)
{
    sim_reply_html(reply, 502,
                   "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                   "<center><h1>502 Bad Gateway</h1></center>\r\n"
                   "<hr><center>snow_adc</center>\r\n</body>\r\n</html>\r\n");
    sim_reply_header(reply, "Server", "snow_adc");
}

/* Something on the way that is not ServiceNow. */
static void answer_edge_blocked(struct reply *reply)
{
    sim_reply_html(reply, 403,
                   "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title>"
                   "</head><body><h1>Sorry, you have been blocked</h1></body></html>");
    sim_reply_header(reply, "Server", "cloudflare");
    sim_reply_header(reply, "CF-RAY", "8c1d2e3f4a5b6c7d-FRA");
}

/* Somebody else's web server under the name that was typed. */
static void answer_not_servicenow(struct reply *reply)
{
    sim_reply_html(reply, 404,
                   "<!DOCTYPE html><html><head><title>Page not found</title></head>"
                   "<body><h1>We could not find that page</h1></body></html>");
    sim_reply_header(reply, "Server", "Apache");
}

/* The queue of the REST semaphores is full; no Retry-After is promised
 * (io-semaphores-performance-metrics.md). Pages and the token endpoint use other semaphores. */
static void answer_busy(struct reply *reply)
{
    reply->status = 429;
    reply->is_from_node = true;
}

static const struct {
    const char *setting;
    const char *below; /* of paths that begin so */
    void (*answer)(struct reply *reply);
} fronts[] = {
    {"hibernating", "/", answer_hibernating},
    {"login-page", "/", sim_login_page},
    {"login-redirect", "/", answer_login_redirect},
    {"unavailable", "/", answer_unavailable},
    {"edge-blocked", "/", answer_edge_blocked},
    {"busy", "/api/", answer_busy},
    {"not-servicenow", "/", answer_not_servicenow},
    {"hibernating-redirect", "/", answer_hibernating_redirect},
    {"hibernating-unavailable", "/", answer_hibernating_unavailable},
};

/* Semaphores that are free again after a few calls: for clients that come back. */
static bool is_busy_at_first(const struct world *world, const struct call *call)
{
    return sim_switch_is(&world->switches, SWITCH_FRONT, "busy-at-first") &&
           text_starts_with(call->path, "/api/") && world->n_transactions < BUSY_CALLS;
}

/* A blocked address gets a 403 on every path, before authentication (KB0793431); its body is
 * nowhere recorded. The Global Blocking Policy may answer 404 instead
 * (configure-adaptive-auth-properties.md). */
static void answer_blocked(const struct world *world, struct reply *reply)
{
    bool is_hidden = sim_switch_is(&world->switches, SWITCH_ADDRESS_REFUSAL, "not-found");

    reply->status = is_hidden ? 404 : 403;
    if (sim_switch_is(&world->switches, SWITCH_ADDRESS_REFUSAL, "html")) {
        sim_reply_html(reply, 403, "<html><head><title>403 Forbidden</title></head></html>");
    }
    sim_reply_header(reply, "Server", "snow_adc");
}

/* The Global Blocking Policy denies before authentication; status and text are
 * properties, the text for a 403 only (configure-adaptive-auth-properties.md). How the status is
 * stored is not documented, so any value with 404 in it counts; nor is the body. */
static bool refuses_by_policy(struct world *world, const struct call *call, struct reply *reply)
{
    const struct row *policy = sim_blocking_policy(world, call);
    const char *text =
        sim_property(world, "glide.authenticate.global.blocking_policy.error_message", "Forbidden");
    const char *code =
        sim_property(world, "glide.authenticate.global.blocking_policy.error_code", "403");

    if (policy == NULL) {
        return false;
    }
    reply->status = strstr(code, "404") != NULL ? 404 : 403;
    if (reply->status == 403 &&
        sim_switch_is(&world->switches, SWITCH_BLOCKING_POLICY_BODY, "json")) {
        sim_reply_error(reply, 403, text, NULL);
    } else if (reply->status == 403 &&
               sim_switch_is(&world->switches, SWITCH_BLOCKING_POLICY_BODY, "html")) {
        sim_reply_html(reply, 403, arena_printf(call->arena, "<html><body>%s</body></html>", text));
    }
    reply->is_from_node = true;
    sim_log_policy_refusal(world, call, NULL, policy);
    return true;
}

bool sim_front_answers(struct world *world, const struct call *call, struct reply *reply)
{
    for (size_t i = 0; i < ARRAY_LEN(fronts); i++) {
        if (sim_switch_is(&world->switches, SWITCH_FRONT, fronts[i].setting) &&
            text_starts_with(call->path, fronts[i].below)) {
            fronts[i].answer(reply);
            return true;
        }
    }
    if (is_busy_at_first(world, call)) {
        answer_busy(reply);
        return true;
    }
    if (sim_call_is_blocked(world, call)) {
        answer_blocked(world, reply);
        return true;
    }
    return refuses_by_policy(world, call, reply);
}
