/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop: one libcurl multi handle for every instance of the run, so that one process, one
 * poll, one cache of names and one reading of the trusted certificates serve them all.
 *
 * A transport belongs to one loop from transport_new() to transport_free(). Whoever turns the loop
 * looks after each turn at what it waits for: nothing calls back to say that it is done.
 */
#pragma once

struct loop;

/* A loop that keeps at most `most_connections` open behind finished requests. */
struct loop *loop_new(int most_connections);

/* Every transport of the loop is freed before it. NULL is fine. */
void loop_free(struct loop *loop);

/*
 * One turn: what can be started is, bytes move, and the hooks of what has finished are called. It
 * waits until there is something to do, a tenth of a second at the longest, and returns as soon as
 * a request has finished.
 */
void loop_turn(struct loop *loop);
