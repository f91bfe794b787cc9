/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's multi handle, and who is on it.
 */
#include "probes/loop.h"

#include <assert.h>

#include "base/memory.h"
#include "probes/wire.h"

struct loop *loop_new(int most_connections)
{
    struct loop *loop = memory_allocate_zeroed(1, sizeof *loop);
    loop->multi = curl_multi_init();
    curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)most_connections);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    assert(loop->n_transports == 0);
    memory_free(loop->transports);
    curl_multi_cleanup(loop->multi);
    memory_free(loop);
}

void loop_add(struct loop *loop, struct transport *transport)
{
    size_t n = loop->n_transports + 1;
    loop->transports = memory_resize(loop->transports, n * sizeof(struct transport *));
    loop->transports[loop->n_transports++] = transport;
}

void loop_remove(struct loop *loop, const struct transport *transport)
{
    size_t n_left = 0;
    for (size_t i = 0; i < loop->n_transports; i++) {
        if (loop->transports[i] != transport) {
            loop->transports[n_left++] = loop->transports[i];
        }
    }
    loop->n_transports = n_left;
}

/* True when something had finished: then there is room for what waits. */
static bool drain(const struct loop *loop)
{
    int n_left = 0;
    bool has_finished = false;
    CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(loop->multi, &n_left)) != NULL) {
        struct transfer *transfer = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (message->msg == CURLMSG_DONE && transfer != NULL) {
            transfer_arrived(transfer, message->data.result);
            has_finished = true;
        }
    }
    return has_finished;
}

void loop_turn(struct loop *loop)
{
    int n_running = 0;
    bool has_news = false;
    for (size_t i = 0; i < loop->n_transports; i++) {
        has_news = transport_start_ready(loop->transports[i]) || has_news;
    }
    curl_multi_perform(loop->multi, &n_running);
    has_news = drain(loop) || has_news;
    for (size_t i = 0; i < loop->n_transports; i++) {
        has_news = transport_notice_end(loop->transports[i]) || has_news;
    }
    if (!has_news) {
        curl_multi_poll(loop->multi, NULL, 0, POLL_MS, NULL);
    }
}
