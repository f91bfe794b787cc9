/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire to one instance, over the connections of a loop.
 *
 * Invariants: TLS 1.2 or later, always verified; only https, and http on loopback; no redirect is
 * followed, no cookie kept; nothing but GET, HEAD and a POST to the token endpoint leaves, and only
 * to the instance's own origin; with consent also the three writes of the Table API, for a call
 * that is marked as one. A secret is handed over when its request starts and wiped when it ends.
 * Nothing here knows what a response means.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"

struct arena;
struct buf;
struct loop;
struct response;
struct transport;

struct transport_options {
    const char *origin; /* "https://acme.service-now.com" */
    const char *host;
    bool is_loopback;
    struct strings connect_to;
    const char *ca_file; /* NULL: the system's */
    const char *user_agent;
    bool allow_writes;
};

/* One request. */
struct call {
    const char *method;
    const char *url;
    /* It must not be repeated behind our back: libcurl sends a request again by itself when a
     * kept connection turns out to be closed. */
    bool is_single;
    bool is_write; /* part of a QUESTION_WRITE */
    bool is_aside; /* none of the others waits for it */
    void *owner;
};

enum { CALL_IS_DONE = -1 };

/* What the caller of transport_begin() is asked and told. `ctx` is its own. */
struct call_hooks {
    void *ctx;

    /* The call is about to be sent: the header line that carries its credential and the body of a
     * POST are added to the buffers, which are wiped here. Returns how many milliseconds it may
     * take; 0: it is not to be sent. */
    int64_t (*start)(void *ctx, const struct call *call, struct buf *ret_header,
                     struct buf *ret_body);

    /* It was answered, or failed. Returns CALL_IS_DONE, or after how many milliseconds to make it
     * again. `response` lives as long as `scratch`: during this function. */
    int64_t (*finish)(void *ctx, const struct call *call, const struct response *response,
                      struct arena *scratch);

    /* It will never be sent: `start` said no, or it was over before its turn came. */
    void (*abandon)(void *ctx, const struct call *call);

    /* Asked several times a second; false ends everything: what runs is answered with
     * OUTCOME_TIMEOUT, what waits is abandoned; calls aside like the others. */
    bool (*go_on)(void *ctx);
};

struct transport *transport_new(struct loop *loop, const struct transport_options *options);
void transport_free(struct transport *transport);

/*
 * Begins a performance: all calls are made while the loop turns, at most *in_flight at a time (read
 * anew before each), until each is done that is not aside. The hooks and `in_flight` must live
 * until then.
 *
 * A call aside goes on from one performance to the next, and is told to the hooks of the one that
 * sees its end: its texts and its owner must live until then. It counts among those in flight, but
 * those aside never hold every place. Without any call, the calls aside are what is waited for:
 * until the first of them is done.
 */
void transport_begin(struct transport *transport, const struct call *calls, size_t n_calls,
                     const struct call_hooks *hooks, const int *in_flight);

/* True when the performance has ended, or none was begun. */
bool transport_is_done(const struct transport *transport);

/* True for what may leave the machine: law 9 for the method, and the origin for the target. */
bool transport_permits(const struct transport_options *options, const struct call *call);
