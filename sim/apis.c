/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the API of a path. "/api/now/v2/table/incident" is version v2 of the Table API; without a
 * version it is the latest (c_RESTAPI.md).
 */
#include "sim/apis.h"

#include "sim/accept.h"
#include "sim/gate.h"
#include "sim/xml.h"

enum { MOST_PARAMETERS = 3 };

struct api {
    const char *name;     /* as rate limits and REST_Endpoint rules call it */
    const char *api_path; /* as access policies call it */
    const char *words[2]; /* the parts of the path that are its name */
    const char *methods;
    bool has_tables;   /* its first parameter is a table */
    bool is_versioned; /* it has no path without a version */
    bool has_xml;      /* it answers in XML too */
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
     true,
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
     true,
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
     true,
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
     true,
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
     false,
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
 * (r_RESTAPIHTTPResponseCodes.md). Without that header a call is a bad request by c_RESTAPI.md, and
 * answered in JSON by c_TableAPI.md. */
static bool is_acceptable(const struct api_call *api_call, const struct api_target *target)
{
    const struct call *call = api_call->call;
    bool is_needed =
        sim_switch_is(&api_call->world->switches, SWITCH_MISSING_ACCEPT, "bad-request");

    if (is_needed && sim_call_header(call, "Accept") == NULL) {
        api_call->reply->status = 400;
        return false;
    }
    /* A file has a type of its own, which its API compares. */
    if (!text_ends_with(target->resource, "/file") &&
        sim_form_wanted(call, api_call->api->has_xml) == FORM_NONE) {
        api_call->reply->status = 406;
        return false;
    }
    return true;
}

/* The operation a call is about comes first, then who calls, then what is answered in. */
static bool has_operation(const struct api_call *api_call)
{
    if (has_method(api_call->api, api_call->call->arena, api_call->call->method)) {
        return true;
    }
    api_call->reply->status = 405;
    return false;
}

/* Finds the API and the form of the answer, which is that of an error too. */
static bool begin(struct api_call *api_call)
{
    bool is_found = find_api(api_call);
    bool has_xml = !is_found || api_call->api->has_xml;

    api_call->reply->is_for_xml = sim_form_wanted(api_call->call, has_xml) == FORM_XML;
    return is_found;
}

void sim_apis_answer(struct world *world, const struct call *call, struct reply *reply)
{
    struct api_call api_call = {.world = world, .call = call, .reply = reply};

    if (!begin(&api_call)) {
        answer_unknown(&api_call);
        return;
    }
    struct api_target target = target_of(&api_call);
    if (has_operation(&api_call) &&
        sim_gate_passes(world, call, &target, reply, &api_call.caller) &&
        is_acceptable(&api_call, &target)) {
        api_call.api->answer(&api_call);
    }
}

void sim_apis_answer_inside(struct world *world, const struct call *call, struct caller *caller,
                            struct reply *reply)
{
    struct api_call api_call = {.world = world, .call = call, .reply = reply, .caller = *caller};

    if (!begin(&api_call) || api_call.api->is_versioned) {
        answer_unknown(&api_call);
    } else {
        struct api_target target = target_of(&api_call);
        if (has_operation(&api_call) &&
            sim_gate_passes_inside(world, call, &target, reply, &api_call.caller) &&
            is_acceptable(&api_call, &target)) {
            api_call.api->answer(&api_call);
        }
    }
    if (reply->is_for_xml) {
        sim_xml_put(reply);
    }
}
