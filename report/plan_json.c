/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan for programs, "glidepath-plan/1". The order of the keys is part of the contract:
 * additions go to the end of an object.
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "model/pack.h"
#include "report/plan.h"

struct sheet {
    struct arena *arena;
    struct json_writer *json;
    const struct plan *plan;
};

static void put_text(const struct sheet *sheet, const char *key, const char *text)
{
    json_put_text(sheet->json, key, text_sanitize(sheet->arena, text));
}

static void put_count(const struct sheet *sheet, const char *key, size_t n)
{
    json_put_int(sheet->json, key, (int64_t)n);
}

static void put_strings(const struct sheet *sheet, const char *key, const struct strings *list)
{
    json_open_array(sheet->json, key);
    for (size_t i = 0; i < list->n_items; i++) {
        put_text(sheet, NULL, list->items[i]);
    }
    json_close(sheet->json);
}

static void put_head(const struct sheet *sheet)
{
    struct json_writer *json = sheet->json;
    json_put_text(json, "schema", "glidepath-plan/1");
    json_open_object(json, "tool");
    json_put_text(json, "name", "glidepath");
    json_put_text(json, "version", sheet->plan->tool_version);
    json_close(json);
    json_open_object(json, "instance");
    put_text(sheet, "url", sheet->plan->instance_url);
    json_close(json);
    json_open_array(json, "packs");
    for (size_t i = 0; i < sheet->plan->n_packs; i++) {
        json_open_object(json, NULL);
        put_text(sheet, "name", sheet->plan->packs[i]->name);
        put_text(sheet, "version", sheet->plan->packs[i]->version);
        json_close(json);
    }
    json_close(json);
}

/* ---- Requests ---- */

static void put_conditions(const struct sheet *sheet, const struct plan_request *request)
{
    json_open_array(sheet->json, "only_if");
    for (size_t i = 0; i < request->n_conditions; i++) {
        json_open_object(sheet->json, NULL);
        put_text(sheet, "when", request->conditions[i].when);
        put_strings(sheet, "checks", &request->conditions[i].checks);
        json_close(sheet->json);
    }
    json_close(sheet->json);
}

static void put_request(const struct sheet *sheet, const struct plan_request *request)
{
    struct json_writer *json = sheet->json;
    const struct plan_url url = plan_url_read(sheet->arena, request->url);
    json_open_object(json, NULL);
    if (request->wave >= 0) {
        json_put_int(json, "wave", request->wave);
    }
    put_text(sheet, "credential", request->credential);
    json_put_text(json, "method", request->method);
    put_text(sheet, "url", request->url);
    json_put_text(json, "query", url.query);
    put_strings(sheet, "columns", &url.columns);
    json_put_bool(json, "writes", request->is_write);
    put_text(sheet, "body", request->body);
    put_strings(sheet, "checks", &request->checks);
    if (request->wave < 0) {
        put_conditions(sheet, request);
    }
    json_close(json);
}

static void put_requests(const struct sheet *sheet, const char *key,
                         const struct plan_request *requests, size_t n_requests)
{
    json_open_array(sheet->json, key);
    for (size_t i = 0; i < n_requests; i++) {
        put_request(sheet, &requests[i]);
    }
    json_close(sheet->json);
}

/* ---- Totals ---- */

static void put_waves(const struct sheet *sheet)
{
    const struct plan *plan = sheet->plan;
    json_open_array(sheet->json, "waves");
    for (size_t wave = 0; wave < plan->n_waves; wave++) {
        size_t n = 0;
        for (size_t i = 0; i < plan->n_requests; i++) {
            n += plan->requests[i].wave == (int)wave ? 1 : 0;
        }
        put_count(sheet, NULL, n);
    }
    json_close(sheet->json);
}

static void put_shares(const struct sheet *sheet)
{
    const struct plan *plan = sheet->plan;
    json_open_array(sheet->json, "credentials");
    for (size_t i = 0; i < plan->n_shares; i++) {
        const struct plan_share *share = &plan->shares[i];
        json_open_object(sheet->json, NULL);
        put_text(sheet, "credential", share->credential);
        json_put_text(sheet->json, "kind", share->kind);
        put_text(sheet, "user", share->user);
        put_count(sheet, "certain", share->certain);
        put_count(sheet, "at_most", share->certain + share->follow_ups);
        put_count(sheet, "tokens", share->tokens);
        put_count(sheet, "writes", share->writes);
        json_close(sheet->json);
    }
    json_close(sheet->json);
}

static void put_totals(const struct sheet *sheet)
{
    const struct plan *plan = sheet->plan;
    json_open_object(sheet->json, "totals");
    put_count(sheet, "certain", plan_certain(plan));
    put_count(sheet, "at_most", plan_at_most(plan));
    put_waves(sheet);
    put_shares(sheet);
    put_count(sheet, "tokens", plan->n_tokens);
    put_count(sheet, "writes", plan->n_writes);
    put_count(sheet, "longest_url_bytes", plan->longest_url_bytes);
    if (plan->max_requests > 0) {
        json_put_int(sheet->json, "max_requests", plan->max_requests);
    } else {
        json_put_text(sheet->json, "max_requests", NULL);
    }
    put_text(sheet, "warning", plan_ceiling_warning(sheet->arena, plan));
    json_close(sheet->json);
}

static void put_rates(const struct sheet *sheet)
{
    const struct plan *plan = sheet->plan;
    json_open_array(sheet->json, "rate");
    for (size_t i = 0; i < plan->n_rates; i++) {
        const struct plan_rate *rate = &plan->rates[i];
        json_open_object(sheet->json, NULL);
        put_text(sheet, "user", rate->user);
        put_strings(sheet, "credentials", &rate->credentials);
        put_text(sheet, "api", rate->api);
        put_count(sheet, "certain", rate->certain);
        put_count(sheet, "at_most", rate->certain + rate->follow_ups);
        json_close(sheet->json);
    }
    json_close(sheet->json);
}

/* ---- Rights ---- */

static void put_right(const struct sheet *sheet, const struct plan_right *right)
{
    json_open_object(sheet->json, NULL);
    put_text(sheet, "credential", right->credential);
    put_text(sheet, "table", right->table);
    json_put_text(sheet->json, "operations", right->operations);
    put_text(sheet, "calls", right->calls);
    put_strings(sheet, "columns", &right->columns);
    json_open_array(sheet->json, "read_by");
    for (size_t i = 0; i < right->readers.n_items; i++) {
        json_open_object(sheet->json, NULL);
        json_put_text(sheet->json, "role", right->readers.items[i].key);
        json_put_text(sheet->json, "source", right->readers.items[i].value);
        json_close(sheet->json);
    }
    json_close(sheet->json);
    json_put_bool(sheet->json, "certain", right->is_certain);
    json_close(sheet->json);
}

bool plan_write_json(const struct plan *plan, FILE *out)
{
    struct arena *arena = arena_new();
    const struct sheet sheet = {.arena = arena, .json = json_writer_new(), .plan = plan};
    put_head(&sheet);
    put_requests(&sheet, "requests", plan->requests, plan->n_requests);
    put_requests(&sheet, "follow_ups", plan->follow_ups, plan->n_follow_ups);
    put_totals(&sheet);
    put_rates(&sheet);
    json_open_array(sheet.json, "rights");
    for (size_t i = 0; i < plan->n_rights; i++) {
        put_right(&sheet, &plan->rights[i]);
    }
    json_close(sheet.json);
    bool is_written = json_writer_finish(sheet.json, out, true);
    json_writer_free(sheet.json);
    arena_free(arena);
    return is_written;
}
