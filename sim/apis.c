/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the API of a path. "/api/now/v2/table/incident" is version v2 of the Table API; without a
 * version it is the latest (c_RESTAPI.md).
 */
#include "sim/apis.h"

#include "sim/gate.h"

enum { MOST_PARAMETERS = 3 };

struct api {
    const char *name;     /* as rate limits and REST_Endpoint rules call it */
    const char *api_path; /* as access policies call it */
    const char *words[2]; /* the parts of the path that are its name */
    const char *methods;
    bool has_tables;   /* its first parameter is a table */
    bool is_versioned; /* it has no path without a version */
    size_t least;      /* parameters */
    size_t most;
    const char *resources[MOST_PARAMETERS]; /* by the number of parameters above the least */
    void (*answer)(struct api_call *api_call);
};

/* The api_path of the CMDB Meta and of the Batch API as an access policy has it is not recorded;
 * what stands here is how their paths begin. */
static const struct api apis[] = {
    {"Table API",
     "now/table",
     {"table"},
     "GET HEAD POST PUT PATCH DELETE",
     true,
     false,
     1,
     2,
     {"/now/table/{tableName}", "/now/table/{tableName}/{sys_id}"},
     sim_table_answer},
    {"Aggregate API",
     "now/stats",
     {"stats"},
     "GET HEAD",
     true,
     false,
     1,
     1,
     {"/now/stats/{tableName}"},
     sim_stats_answer},
    {"CMDB Meta API",
     "now/cmdb/meta",
     {"cmdb", "meta"},
     "GET HEAD",
     true,
     false,
     1,
     1,
     {"/now/cmdb/meta/{className}"},
     sim_cmdb_meta_answer},
    {"Attachment API",
     "now/attachment",
     {"attachment"},
     "GET HEAD",
     false,
     false,
     0,
     2,
     {"/now/attachment", "/now/attachment/{sys_id}", "/now/attachment/{sys_id}/file"},
     sim_attachment_answer},
    {"Batch API",
     "now/batch",
     {"batch"},
     "POST",
     false,
     true,
     0,
     0,
     {"/now/batch"},
     sim_batch_answer},
};

/* --- paths --- */

static bool has_words(const struct api *api, const struct strings *parts, size_t *i)
{
    for (size_t k = 0; k < ARRAY_LEN(api->words) && api->words[k] != NULL; k++) {
        if (*i >= parts->n_items || !text_equal(parts->items[*i], api->words[k])) {
            return false;
        }
        *i += 1;
    }
    return true;
}

/* The APIs an admin has switched off (r_AvailableSystemProperties.md); what they answer then is not
 * documented. */
static bool is_switched_off(const struct world *world, struct arena *arena, const struct api *api)
{
    struct strings off =
        strings_split(arena, sim_property(world, "glide.rest.apis.disabled", ""), ',');

    return strings_have(&off, api->name);
}

static bool fits(struct api_call *api_call, const struct api *api, const struct strings *parts,
                 size_t i)
{
    struct arena *arena = api_call->call->arena;

    if (!has_words(api, parts, &i) || parts->n_items < i + api->least ||
        parts->n_items > i + api->most ||
        (api->is_versioned && !text_equal(api_call->version, "v1")) ||
        is_switched_off(api_call->world, arena, api)) {
        return false;
    }
    for (; i < parts->n_items; i++) {
        strings_add(arena, &api_call->parameters, parts->items[i]);
    }
    api_call->api = api;
    return true;
}

/* Reads "/api/now[/v1|/v2]/NAME/PARAMETER…". */
static bool find_api(struct api_call *api_call)
{
    struct strings parts = strings_split(api_call->call->arena, api_call->call->path, '/');
    size_t i = 2;

    api_call->version = "";
    if (parts.n_items <= i || !text_equal(parts.items[0], "api") ||
        !text_equal(parts.items[1], "now")) {
        return false;
    }
    if (text_equal(parts.items[i], "v1") || text_equal(parts.items[i], "v2")) {
        api_call->version = parts.items[i++];
    }
    for (size_t k = 0; k < ARRAY_LEN(apis); k++) {
        if (fits(api_call, &apis[k], &parts, i)) {
            return true;
        }
    }
    return false;
}

static bool has_method(const struct api *api, struct arena *arena, const char *method)
{
    struct strings methods = strings_split(arena, api->methods, ' ');

    return strings_have(&methods, method);
}

static struct api_target target_of(const struct api_call *api_call)
{
    const struct api *api = api_call->api;
    const char *method = api_call->call->method;
    size_t n = api_call->parameters.n_items;

    return (struct api_target){
        .name = api->name,
        .api_path = api->api_path,
        .resource = api->resources[n - api->least],
        .method = text_equal(method, "HEAD") ? "GET" : method,
        .version = api_call->version,
        .table = api->has_tables && n > 0 ? api_call->parameters.items[0] : "",
    };
}

/* --- answers --- */

/* "400 … the request URI does not match the APIs in the system" (r_RESTAPIHTTPResponseCodes.md);
 * some captures have 404 with the same message. */
static void answer_unknown(struct api_call *api_call)
{
    bool is_missing = sim_switch_is(&api_call->world->switches, SWITCH_UNKNOWN_PATH, "not-found");

    sim_reply_error(api_call->reply, is_missing ? 404 : 400,
                    "Requested URI does not represent any resource", NULL);
}

/* "406 … the response format specified in the request Accept header"
 * (r_RESTAPIHTTPResponseCodes.md). XML is asked for in vain here: the answer is JSON. */
static bool can_answer_in(const struct call *call)
{
    const char *accept = sim_call_header(call, "Accept");

    return accept == NULL || text_contains_nocase(accept, "json") ||
           text_contains_nocase(accept, "xml") || text_contains_nocase(accept, "*/*");
}

void sim_apis_answer(struct world *world, const struct call *call, struct reply *reply)
{
    struct api_call api_call = {.world = world, .call = call, .reply = reply};

    if (!find_api(&api_call)) {
        answer_unknown(&api_call);
        return;
    }
    struct api_target target = target_of(&api_call);
    if (!has_method(api_call.api, call->arena, call->method)) {
        reply->status = 405;
    } else if (!can_answer_in(call)) {
        reply->status = 406;
    } else if (sim_gate_passes(world, call, &target, reply, &api_call.caller)) {
        api_call.api->answer(&api_call);
    }
}

void sim_apis_answer_inside(struct world *world, const struct call *call, struct caller *caller,
                            struct reply *reply)
{
    struct api_call api_call = {.world = world, .call = call, .reply = reply, .caller = *caller};

    if (!find_api(&api_call) || api_call.api->is_versioned) {
        answer_unknown(&api_call);
        return;
    }
    struct api_target target = target_of(&api_call);
    if (!has_method(api_call.api, call->arena, call->method)) {
        reply->status = 405;
    } else if (sim_gate_passes_inside(world, call, &target, reply, &api_call.caller)) {
        api_call.api->answer(&api_call);
    }
}
