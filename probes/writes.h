/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write under way: at most one in a prober, performed one request to a wave.
 *
 * Life: write_begin() in a wave in which nothing else is open; then, wave after wave,
 * write_next_request() until it returns NULL, each request followed by write_settle() or
 * write_abandon(). The end settles the question.
 */
#pragma once

#include "probes/session.h"

/* False for a question that names no table, nothing to write, or a column that is no column's name
 * or may hold a secret. */
bool write_can_be_asked(const struct question *question);

/* The most requests that the whole write costs, but for repetitions. */
int write_most_requests(const struct question *question);

/* Makes `question` the write under way, with the credential `use`. */
void write_begin(struct wave *wave, struct use *use, const struct question *question);

/* The request of the next step, and whose it is; NULL when there is none: the question is settled
 * then. */
struct request *write_next_request(struct wave *wave, struct use **ret_use);

/* True for a request of a write that may be made again: it reads or deletes. */
bool write_may_be_repeated(const struct request *request);

/* The insert is about to be sent: notes that, for the run after a killed one. */
void write_note_insert(const struct wave *wave);

/* Takes what came back for the step's request. */
void write_settle(struct wave *wave, const struct errand *errand,
                  const struct interpretation *reading, const struct response *response);

/* The step's request could not be made. */
void write_abandon(struct wave *wave);

/* The same for --plan: it was answered as a healthy instance would. */
void write_suppose(struct wave *wave);

/* True while the write under way may go on: as long as the run lasts, and a few seconds more. */
bool write_may_go_on(struct prober *prober);

/* Until when its requests may last, on the monotonic clock. */
int64_t write_deadline_ms(const struct prober *prober);
