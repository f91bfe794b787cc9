/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Batch API: POST /api/now/v1/batch (ServiceNowDocs, api-reference/rest-apis/batch-api.md).
 * The outer status is 200 even where calls inside fail; each has its own. Calls are answered in the
 * order they stand; what cannot be called ends among the unserviced.
 */
#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "sim/apis.h"
#include "sim/decode.h"

struct batch {
    struct api_call *outer;
    struct strings unserviced;
    size_t n_serviced;
};

static const char *status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{200, "OK"},          {201, "Created"},          {204, "No Content"},
                 {400, "Bad Request"}, {401, "Unauthorized"},     {403, "Forbidden"},
                 {404, "Not Found"},   {429, "Too Many Requests"}};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].status == status) {
            return texts[i].text;
        }
    }
    return "";
}

static void put_headers(struct buf *body, const struct reply *reply)
{
    buf_add(body, ",\"headers\":[");
    for (size_t i = 0; i < reply->headers.n_items; i++) {
        buf_add(body, i > 0 ? ",{\"name\":" : "{\"name\":");
        sim_json_add(body, reply->headers.items[i].key);
        buf_add(body, ",\"value\":");
        sim_json_add(body, reply->headers.items[i].value);
        buf_add_char(body, '}');
    }
    buf_add_char(body, ']');
}

static void put_serviced(struct batch *batch, const struct json *request, const struct reply *reply)
{
    struct arena *arena = batch->outer->call->arena;
    struct buf *body = &batch->outer->reply->body;
    const struct json *quiet = json_get(request, "exclude_response_headers");

    buf_add(body, batch->n_serviced++ > 0 ? ",{\"id\":" : "{\"id\":");
    sim_json_add(body, json_get_text(request, "id"));
    buf_add(body, ",\"body\":");
    sim_json_add(
        body, sim_base64_encode(arena, (const unsigned char *)reply->body.data, reply->body.len));
    buf_printf(body, ",\"status_code\":%d,\"status_text\":\"%s\"", reply->status,
               status_text(reply->status));
    if (quiet == NULL || quiet->kind != JSON_KIND_BOOL || !quiet->boolean) {
        put_headers(body, reply);
    }
    buf_add(body, ",\"execution_time\":1}");
}

static void read_headers(struct call *call, const struct json *headers)
{
    for (size_t i = 0; headers != NULL && headers->kind == JSON_KIND_ARRAY && i < headers->n_values;
         i++) {
        const char *name = json_get_text(headers->values[i], "name");
        const char *value = json_get_text(headers->values[i], "value");
        if (name != NULL && value != NULL) {
            pairs_add(call->arena, &call->headers, name, value);
        }
    }
}

/* False when the request says nothing that could be called. */
static bool read_call(const struct batch *batch, const struct json *request, struct call *ret_call)
{
    const struct call *outer = batch->outer->call;
    const char *url = json_get_text(request, "url");
    const char *body = json_get_text(request, "body");
    struct call call = {.arena = outer->arena,
                        .method = json_get_text(request, "method"),
                        .remote = outer->remote,
                        .now = outer->now};

    if (url == NULL || *url != '/' || call.method == NULL) {
        return false;
    }
    sim_call_read_uri(&call, url);
    read_headers(&call, json_get(request, "headers"));
    call.body = body == NULL ? "" : sim_base64_decode(outer->arena, body);
    if (call.body == NULL) {
        return false;
    }
    call.body_len = strlen(call.body);
    *ret_call = call;
    return true;
}

static void answer_request(struct batch *batch, const struct json *request)
{
    const char *id = json_get_text(request, "id");
    struct call call;
    struct reply reply;

    assert(id != NULL);
    /* After 30 seconds the rest is left where it is; the switch makes that happen after one call.
     */
    bool is_late = batch->n_serviced > 0 &&
                   sim_switch_is(&batch->outer->world->switches, SWITCH_BATCH_TIME, "short");

    if (is_late || !read_call(batch, request, &call)) {
        strings_add(batch->outer->call->arena, &batch->unserviced, id);
        return;
    }
    sim_reply_init(&reply, call.arena);
    sim_apis_answer_inside(batch->outer->world, &call, &batch->outer->caller, &reply);
    put_serviced(batch, request, &reply);
    sim_reply_release(&reply);
}

static void put_unserviced(struct batch *batch)
{
    struct buf *body = &batch->outer->reply->body;

    buf_add(body, "],\"unserviced_requests\":[");
    for (size_t i = 0; i < batch->unserviced.n_items; i++) {
        buf_add(body, i > 0 ? "," : "");
        sim_json_add(body, batch->unserviced.items[i]);
    }
    buf_add(body, "]}");
}

/* "rest_requests.id: Required. Data type: String". What a batch without it gets is not documented;
 * to call the others and be silent about this one would be worse than any refusal. */
static bool has_ids(const struct json *requests)
{
    if (requests == NULL || requests->kind != JSON_KIND_ARRAY) {
        return false;
    }
    for (size_t i = 0; i < requests->n_values; i++) {
        if (json_get_text(requests->values[i], "id") == NULL) {
            return false;
        }
    }
    return true;
}

void sim_batch_answer(struct api_call *api_call)
{
    const struct call *call = api_call->call;
    struct batch batch = {.outer = api_call};
    const char *fault;
    const struct json *root = json_parse(call->arena, call->body, call->body_len, &fault);
    const struct json *requests = json_get(root, "rest_requests");
    const char *id = json_get_text(root, "batch_request_id");

    if (!has_ids(requests)) {
        sim_reply_error(api_call->reply, 400, "Exception while reading request", NULL);
        return;
    }
    sim_reply_json(api_call->reply, 200);
    buf_add(&api_call->reply->body, "{\"batch_request_id\":");
    sim_json_add(&api_call->reply->body, id == NULL ? "" : id);
    buf_add(&api_call->reply->body, ",\"serviced_requests\":[");
    for (size_t i = 0; i < requests->n_values; i++) {
        answer_request(&batch, requests->values[i]);
    }
    put_unserviced(&batch);
}
