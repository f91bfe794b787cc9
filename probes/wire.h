/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire from inside: what the loop and its transports know of each other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

struct transfer;
struct transport;

struct loop {
    CURLM *multi;
    struct transport **transports;
    size_t n_transports;
};

/* Longest wait of a turn: interruptions and timers are noticed within it. */
enum { POLL_MS = 100 };

/* ---- loop.c --------------------------------------------------------------------------------- */

void loop_add(struct loop *loop, struct transport *transport);
void loop_remove(struct loop *loop, const struct transport *transport);

/* ---- transport.c ---------------------------------------------------------------------------- */

/* Starts what has a place. True when its performance has ended because it may not go on. */
bool transport_start_ready(struct transport *transport);

/* A transfer has left the wire: its transport is told. */
void transfer_arrived(struct transfer *transfer, CURLcode code);

/* True when its performance has come to its end. */
bool transport_notice_end(struct transport *transport);
