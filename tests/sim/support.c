/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench and the HTTP client of the tests.
 */
#include "support.h"

#include <criterion/criterion.h>
#include <curl/curl.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/fault.h"
#include "sim/instance.h"

enum { BODY_LIMIT = 4 * 1024 * 1024 };

void bench_open(struct bench *bench, const char *fault, const char *switch_name,
                const char *setting)
{
    bool done;

    *bench = (struct bench){.arena = arena_new(), .diag = diag_new()};
    bench->world =
        sim_world_load(bench->arena, bench->diag, "cloud-ex-machina", "acme.service-now.com");
    done = bench->world != NULL && sim_world_resolve(bench->world, bench->diag);
    done = done && (fault == NULL || sim_fault_apply(bench->world, bench->diag, fault));
    done = done && (switch_name == NULL || sim_switch_set(&bench->world->switches, bench->diag,
                                                          (struct where){0}, switch_name, setting));
    diag_print(bench->diag, stderr);
    cr_assert(done, "the world with fault %s", fault == NULL ? "none" : fault);
    sim_world_derive(bench->world);
    bench->world->base_url = "https://acme.service-now.com";
}

void bench_close(struct bench *bench)
{
    sim_reply_release(&bench->reply);
    diag_free(bench->diag);
    arena_free(bench->arena);
}

static void add_header(struct call *call, const char *header)
{
    const char *colon = header == NULL ? NULL : strchr(header, ':');

    if (colon != NULL) {
        pairs_add(call->arena, &call->headers,
                  arena_strndup(call->arena, header, (size_t)(colon - header)), colon + 2);
    }
}

void bench_call_with(struct bench *bench, const char *method, const char *uri, const char *header,
                     const char *body, const struct pair *headers, size_t n_headers)
{
    struct call call = {.arena = bench->arena,
                        .method = method,
                        .body = body == NULL ? "" : body,
                        .body_len = body == NULL ? 0 : strlen(body),
                        .remote = bench->remote == NULL ? "192.0.2.7" : bench->remote,
                        .now = clock_now_seconds() + bench->later_s};

    sim_call_read_uri(&call, uri);
    add_header(&call, header);
    for (size_t i = 0; i < n_headers; i++) {
        pairs_add(bench->arena, &call.headers, headers[i].key, headers[i].value);
    }
    sim_reply_release(&bench->reply);
    sim_reply_init(&bench->reply, bench->arena);
    sim_instance_answer(bench->world, &call, &bench->reply);
}

void bench_call(struct bench *bench, const char *method, const char *uri, const char *header,
                const char *body)
{
    bench_call_with(bench, method, uri, header, body, NULL, 0);
}

void bench_get(struct bench *bench, const char *uri, const char *header)
{
    bench_call(bench, "GET", uri, header, NULL);
}

const char *bench_token(struct bench *bench)
{
    static const char start[] = "{\"access_token\":\"";

    bench_call(bench, "POST", "/oauth_token.do", FORM_TYPE, TOKEN_FORM);
    if (bench->reply.status != 200 || !text_starts_with(bench_body(bench), start)) {
        return NULL;
    }
    const char *token = bench_body(bench) + strlen(start);
    return arena_printf(bench->arena, "Authorization: Bearer %.*s", (int)strcspn(token, "\""),
                        token);
}

const char *bench_body(const struct bench *bench)
{
    return bench->reply.body.data;
}

const char *bench_header(const struct bench *bench, const char *name)
{
    return pairs_get(&bench->reply.headers, name);
}

struct row *bench_add(struct bench *bench, const char *table, const struct pair *cells, size_t n)
{
    struct row *row = sim_row_insert(bench->world, sim_table_find(bench->world, table), NULL, NULL);

    for (size_t i = 0; i < n; i++) {
        sim_row_set(bench->world, row, cells[i].key, cells[i].value);
    }
    return row;
}

static struct row *find_row(struct bench *bench, const char *table, const char *key)
{
    const struct table *found = sim_table_find(bench->world, table);
    struct row *row = sim_row_by_value(bench->world, table, found->key->name, key);

    cr_assert_not_null(row, "%s %s", table, key);
    return row;
}

void bench_property(struct bench *bench, const char *name, const char *value)
{
    struct row *row = sim_row_by_value(bench->world, "sys_properties", "name", name);

    if (row == NULL) {
        row = ADD(bench, "sys_properties", {"name", name});
    }
    sim_row_set(bench->world, row, "value", value);
}

void bench_set(struct bench *bench, const char *table, const char *key, const char *column,
               const char *value)
{
    sim_row_set(bench->world, find_row(bench, table, key), column, value);
}

const char *bench_id(struct bench *bench, const char *table, const char *key)
{
    return find_row(bench, table, key)->sys_id;
}

struct row *bench_acl(struct bench *bench, const char *name, const char *operation,
                      const char *role)
{
    struct row *rule = ADD(bench, "sys_security_acl", {"name", name}, {"operation", operation},
                           {"type", "record"}, {"active", "true"}, {"decision_type", "allow"});

    if (role != NULL) {
        ADD(bench, "sys_security_acl_role", {"sys_security_acl", rule->sys_id},
            {"sys_user_role", bench_id(bench, "sys_user_role", role)});
    }
    return rule;
}

void bench_grant(struct bench *bench, const char *user, const char *role)
{
    ADD(bench, "sys_user_has_role", {"user", bench_id(bench, "sys_user", user)},
        {"role", bench_id(bench, "sys_user_role", role)}, {"state", "active"});
}

void bench_revoke(struct bench *bench, const char *user, const char *role)
{
    const struct table *held = sim_table_find(bench->world, "sys_user_has_role");
    const char *user_id = bench_id(bench, "sys_user", user);
    const char *role_id = bench_id(bench, "sys_user_role", role);

    for (size_t i = held->n_rows; i > 0; i--) {
        if (text_equal(sim_row_get(held->rows[i - 1], "user"), user_id) &&
            text_equal(sim_row_get(held->rows[i - 1], "role"), role_id)) {
            sim_row_delete(bench->world, held->rows[i - 1]);
        }
    }
}

const char *basic_header(struct arena *arena, const char *user_and_password)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *encoded = arena_allocate(arena, strlen(user_and_password) * 2 + 4);
    unsigned bits = 0;
    int n_bits = 0;
    size_t n = 0;

    for (const char *c = user_and_password; *c != '\0'; c++) {
        bits = (bits << 8 | (unsigned char)*c) & 0xffffU;
        for (n_bits += 8; n_bits >= 6; n_bits -= 6) {
            encoded[n++] = alphabet[bits >> (n_bits - 6) & 63U];
        }
    }
    if (n_bits > 0) {
        encoded[n++] = alphabet[bits << (6 - n_bits) & 63U];
    }
    return arena_printf(arena, "Authorization: Basic %s%s", encoded,
                        n % 4 == 2   ? "=="
                        : n % 4 == 3 ? "="
                                     : "");
}

static size_t collect(char *bytes, size_t size, size_t n, void *context)
{
    struct buf *buf = context;

    buf_add_bytes(buf, bytes, size * n);
    return buf_ok(buf) ? size * n : 0;
}

static CURL *prepare(const char *url, struct buf *body, struct buf *headers)
{
    CURL *curl = curl_easy_init();

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, headers);
    return curl;
}

struct fetched fetch(const char *url, const struct fetch_options *options)
{
    struct buf body;
    struct buf headers;
    struct fetched fetched = {0};

    buf_init(&body, options->most_bytes == 0 ? BODY_LIMIT : options->most_bytes);
    buf_init(&headers, BODY_LIMIT);
    CURL *curl = prepare(url, &body, &headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     options->timeout_ms == 0 ? 10000L : options->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    struct curl_slist *sent = curl_slist_append(NULL, "Accept: application/json");
    struct curl_slist *connect_to = NULL;
    if (options->header != NULL) {
        sent = curl_slist_append(sent, options->header);
    }
    if (options->connect_to != NULL) {
        connect_to = curl_slist_append(NULL, options->connect_to);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, sent);
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, options->form);
    if (options->form == NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    fetched.error = (int)curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fetched.status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(sent);
    curl_slist_free_all(connect_to);
    fetched.body = memory_duplicate(body.data);
    fetched.headers = memory_duplicate(headers.data);
    buf_release(&body);
    buf_release(&headers);
    return fetched;
}

void fetched_release(struct fetched *fetched)
{
    memory_free(fetched->body);
    memory_free(fetched->headers);
}
