/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fifty clients at once, each on a connection it keeps: they read, write, fetch tokens and send
 * batches, and none of them sees anything it would not see alone. The sanitizers look on.
 */
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

#include "support.h"

enum { N_CLIENTS = 50, N_ROUNDS = 4 };

struct client {
    const char *base_url;
    const char *authorization; /* of the service user */
    const char *ca_file;
    const char *connect_to;
    size_t number;
    CURL *curl;
    struct buf body;
    int n_good;
    int n_bad;
};

static size_t collect(char *bytes, size_t size, size_t n, void *context)
{
    buf_add_bytes(context, bytes, size * n);
    return size * n;
}

static void ask(struct client *client, const char *path, const char *header, const char *body,
                long wanted)
{
    struct arena *arena = arena_new();
    struct curl_slist *headers = curl_slist_append(NULL, header);
    long status = 0;

    if (body != NULL && strchr(body, '{') != NULL) {
        headers = curl_slist_append(headers, "Content-Type: application/json");
    }
    buf_clear(&client->body);
    curl_easy_setopt(client->curl, CURLOPT_URL,
                     arena_printf(arena, "%s%s", client->base_url, path));
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
    if (body == NULL) {
        curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
    }
    if (curl_easy_perform(client->curl) == CURLE_OK) {
        curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    }
    client->n_good += status == wanted ? 1 : 0;
    client->n_bad += status == wanted ? 0 : 1;
    curl_slist_free_all(headers);
    arena_free(arena);
}

static void one_round(struct client *client, int round)
{
    static const char batch[] = "{\"rest_requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":"
                                "\"/api/now/table/incident?sysparm_limit=1\"}]}";
    struct arena *arena = arena_new();
    const char *id = arena_printf(arena, "many-%zu-%d", client->number, round);

    ask(client, "oauth_token.do", "Accept: application/json", TOKEN_FORM, 200);
    ask(client, "api/now/table/incident?sysparm_limit=1", AUDITOR, NULL, 200);
    ask(client, "api/now/table/incident", client->authorization,
        arena_printf(arena, "{\"correlation_id\":\"%s\"}", id), 201);
    ask(client,
        arena_printf(arena,
                     "api/now/table/incident?sysparm_fields=correlation_id&sysparm_query="
                     "correlation_id=%s",
                     id),
        client->authorization, NULL, 200);
    client->n_bad += strstr(client->body.data, id) == NULL ? 1 : 0;
    ask(client, "api/now/v1/batch", client->authorization, batch, 200);
    ask(client, "api/now/table/syslog_transaction?sysparm_limit=5", AUDITOR, NULL, 200);
    arena_free(arena);
}

static void *run_client(void *context)
{
    struct client *client = context;
    struct curl_slist *to =
        client->connect_to == NULL ? NULL : curl_slist_append(NULL, client->connect_to);

    buf_init(&client->body, 1024 * 1024);
    client->curl = curl_easy_init();
    curl_easy_setopt(client->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(client->curl, CURLOPT_CAINFO, client->ca_file);
    curl_easy_setopt(client->curl, CURLOPT_CONNECT_TO, to);
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &client->body);
    for (int i = 0; i < N_ROUNDS; i++) {
        one_round(client, i);
    }
    curl_easy_cleanup(client->curl);
    curl_slist_free_all(to);
    buf_release(&client->body);
    return NULL;
}

static void run_all(const struct sim_options *options)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = sim_start(diag, options);
    struct client *clients = arena_array(arena, N_CLIENTS, sizeof *clients);
    pthread_t threads[N_CLIENTS];

    cr_assert_not_null(sim);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const char *user = basic_header(arena, "cxm_integration:simulated-service-password");
    for (size_t i = 0; i < N_CLIENTS; i++) {
        clients[i] = (struct client){.base_url = sim_url(sim),
                                     .authorization = user,
                                     .ca_file = sim_ca_file(sim),
                                     .number = i};
        if (options->tls) {
            clients[i].connect_to =
                arena_printf(arena, "%s:443:127.0.0.1:%d", options->host, sim_port(sim));
        }
        cr_assert_eq(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
    }
    for (size_t i = 0; i < N_CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        cr_expect_eq(clients[i].n_bad, 0, "client %zu", i);
        cr_expect_eq(clients[i].n_good, 6 * N_ROUNDS, "client %zu: %d", i, clients[i].n_good);
    }
    cr_expect_eq(sim_n_requests(sim), 6 * N_ROUNDS * N_CLIENTS);
    cr_expect_eq(sim_n_connections(sim), N_CLIENTS, "each kept its connection");
    sim_stop(sim);
    curl_global_cleanup();
    diag_free(diag);
    arena_free(arena);
}

Test(sim_many, fifty_clients)
{
    run_all(&(struct sim_options){.world = "cloud-ex-machina"});
}

Test(sim_many, fifty_clients_with_tls)
{
    run_all(&(struct sim_options){
        .world = "cloud-ex-machina", .tls = true, .host = "acme.service-now.com"});
}
