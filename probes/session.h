/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prober from inside: what is shared by the files that plan a wave (waves.c), perform it
 * (session.c), turn its responses into answers (settle.c) and rehearse it for --plan (plan.c).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/question.h"
#include "probes/credentials.h"
#include "probes/planner.h"
#include "probes/probe.h"
#include "probes/response.h"

struct loop;
struct made_up;
struct transport;
struct writing;

/* What a table's first path answered without a credential. Whoever calls it later asks for the
 * same. */
struct gate {
    struct first_path path;
    const struct exchange *exchange;
    enum outcome outcome;
    int status;
};

struct progress {
    bool is_shown; /* there is a line on the terminal */
    int64_t told_ms;
    int told_n; /* off a terminal: the exchange that was last said to be waited for */
    size_t n_asked;
    size_t n_answered;
};

struct prober {
    struct arena *arena;
    const struct target *target;
    struct redactor *redactor;
    struct probe_options options;
    struct loop *loop; /* of the caller's, or `own_loop` */
    struct loop *own_loop;
    struct transport *transport; /* NULL when there is no usable URL */
    const char *origin;          /* NULL when no URL can be made of the target's text */

    struct gate *gates;
    size_t n_gates;
    struct writing *writing;  /* the write under way; NULL when there is none */
    int n_writes;             /* begun in this run */
    struct made_up **made_up; /* of samples: credentials that exist nowhere */
    size_t n_made_up;
    struct use *uses; /* one for each of the target's credentials, in their order */
    size_t n_uses;

    const struct exchange **exchanges;
    size_t n_exchanges;
    int n_waves;
    int n_connections;
    int64_t bytes_in;
    int64_t began_ms;
    int64_t deadline_ms;
    int in_flight;
    struct wave *wave;     /* under way or just done; NULL when there is none */
    struct errand **aside; /* under way, or waiting for their turn, whatever wave is performed */
    size_t n_aside;
    struct progress progress;
};

/* A request on its way through a wave. */
struct errand {
    struct request *request;
    struct use *use; /* NULL without a credential */
    struct exchange *exchange;
    int n_attempts;
    int64_t deadline_ms; /* its own, once it was begun; 0: none */
};

struct wave {
    struct prober *prober;
    const struct question **open; /* without doubles */
    size_t n_open;
    struct answers *answers;
    size_t n_answers_before;
    struct errand **errands;
    size_t n_errands;
    size_t n_sent;
    int in_flight_after; /* what the prober goes back to; 0: it was not held back */
    bool is_performed;   /* it is on the wire */
    bool is_rehearsal;   /* nothing is sent or remembered */
};

/* ---- waves.c -------------------------------------------------------------------------------- */

/* Fills wave->errands with the requests that can be made now, and settles what needs none. */
void wave_plan(struct wave *wave);

/* ---- settle.c ------------------------------------------------------------------------------- */

/* True while the question has no answer and none is under way. */
bool wave_is_open(const struct wave *wave, const struct question *question);

/* An answer to `question` that the caller completes. */
struct answer *settle(struct wave *wave, const struct question *question);

/* Settles everything open, or everything open of one credential: it was not, or will not be, asked.
 */
void settle_all(struct wave *wave, enum reason reason);
void settle_rest_of(struct wave *wave, const struct use *use);
void settle_unasked(struct wave *wave, const struct question *question, enum reason reason);

/* Settles what an errand was for: it could not be made any more. */
void settle_abandoned(struct wave *wave, const struct errand *errand);

/* A gate question from what is known of its table. */
void settle_gate(struct wave *wave, const struct question *question, const struct gate *gate);

/* What the request of a gate or a first call asked for. */
struct first_path errand_first_path(const struct errand *errand);

/* A rows or identity question from what the auditor's first call has read; false when it does not
 * cover it. */
bool settle_from_look(struct wave *wave, const struct use *use, const struct question *question);

/* Turns what came back into answers, and into what is known of gates and credentials. */
void settle_response(struct wave *wave, const struct errand *errand,
                     const struct interpretation *reading, const struct response *response);

/* ---- session.c ------------------------------------------------------------------------------ */

const struct gate *prober_gate(const struct prober *prober, const char *table);
struct use *prober_use(const struct prober *prober, const char *name);
const char *prober_instance(const struct prober *prober);

/* True when what runs must end: interrupted, or out of time. */
bool prober_must_end(const struct prober *prober);

/* True when nothing more may be sent: the same, or out of requests. */
bool prober_is_over(const struct prober *prober);

/* True when the run has used up the requests it may send. */
bool prober_is_out_of_requests(const struct prober *prober);

/* True while an errand aside is to answer the question. */
bool prober_is_asking(const struct prober *prober, const struct question *question);

/* The open questions without doubles, as a wave to be planned. */
struct wave wave_begin(struct prober *prober, const struct questions *open,
                       struct answers *answers);

/* Which checks an errand is made for; NULL when none asked by name. */
const char *errand_why(const struct wave *wave, const struct errand *errand);

/* ---- progress.c ----------------------------------------------------------------------------- */

/* What the wave waits for, and for how long: on a terminal in a line that progress_erase() takes
 * away, elsewhere in a line of its own, and only when it is long. */
void progress_tell(const struct wave *wave);
void progress_erase(struct prober *prober);

/* What a person should know of and no finding says. */
void progress_warn(struct prober *prober, const char *text);

/* An exchange that is complete, for --verbose. */
void exchange_tell(struct prober *prober, const struct exchange *exchange);
