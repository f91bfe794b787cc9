/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions in, answers out: the live source.
 *
 * A prober talks to one instance. It is handed whatever questions are open and performs the next
 * wave: the earliest of gate (0), first calls and tokens (1), everything else (2 and later). Order
 * protects accounts, so the prober itself keeps the laws about credentials: none is sent before the
 * gate showed a ServiceNow node at that name; a password is tried once per run and not at all when
 * it was refused a moment ago or the account is near its limit; only GET, HEAD and the token POST
 * leave the machine, and with consent the requests of a write; redirects are reported and never
 * followed; no cookie is kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/question.h"
#include "model/target.h"

struct arena;
struct loop;
struct redactor;
struct refused;
struct prober;

struct probe_options {
    struct loop *loop;         /* which the caller turns; NULL: one of its own */
    struct strings connect_to; /* HOST:PORT:ADDR:PORT, as in curl */
    const char *ca_file;       /* replaces the system bundle; NULL means the system's */
    int64_t timeout_ms;        /* the whole run */
    int64_t refused_wait_ms;   /* how long a refused password is not tried again */
    struct refused *refused;   /* passwords refused in this process; NULL: none are known */
    const char *state_dir;     /* where refusals and writes are remembered; NULL: nowhere */
    int in_flight;             /* at most this many requests at a time */
    int max_requests;  /* 0: no ceiling; what it leaves unasked is `unknown: timeout`, without
                          an exchange */
    bool asks_editors; /* of every row, who made and edited it and when, beside what is wanted: for
                          a recording, or to be compared with one */
    bool one_by_one;   /* a request for each question, to compare the merged ones with */
    bool allow_writes; /* consent to QUESTION_WRITE */
    const char *tool_version; /* for the User-Agent */
    const char *run_id;
    const char *service_user; /* the user of the packs, read along by the auditor's first call; NULL
                                 when not known */
    /* Users as something else than this run saw them, for law 8: what the auditor would have read
     * first. */
    const struct row *known_users;
    size_t n_known_users;
    FILE *progress;            /* told what is waited for, NULL for silence */
    bool progress_is_terminal; /* one line is rewritten there, by escape sequences */
    size_t progress_columns;   /* how wide that line may get; 0: 80 */
    FILE *warnings;            /* told what went wrong beside the answers, NULL for silence */
    FILE *verbose;             /* told every request, redacted; NULL for silence */
    bool is_one_of_many; /* how far the run is tells who runs them all; what else is told names the
                            instance */
};

/* Prepares and releases the transport's library, once for the process, before any prober and after
 * the last. */
void probes_global_init(void);
void probes_global_cleanup(void);

/*
 * A prober for `target`, whose secrets must stay alive as long as it does. `redactor` already knows
 * them; the prober adds the tokens it is given. Answers and exchanges live in `arena`.
 */
struct prober *prober_new(struct arena *arena, const struct target *target,
                          struct redactor *redactor, const struct probe_options *options);
void prober_free(struct prober *prober);

/*
 * Begins the next wave for `open`, whose questions must live until it is done. While the loop is
 * turned it adds an answer to `answers` for every question it settled (those that cannot be asked
 * any more, because a credential was refused or time ran out, included).
 *
 * A question with a limit of its own is asked aside: the wave ends without its answer, which is
 * added by whichever later wave sees it come. Only when nothing else can be asked is it waited for.
 */
void prober_begin_wave(struct prober *prober, const struct questions *open,
                       struct answers *answers);

/* To be asked after each turn of the loop: true when the wave is done. A wave that settled nothing
 * (a token request does not) goes over into the next by itself. */
bool prober_wave_is_done(struct prober *prober);

/* Ends the wave that is done. Returns the number of answers added; 0 when nothing was open or under
 * way. */
size_t prober_end_wave(struct prober *prober);

/* All three in one, for those who have nothing else to do meanwhile: turns the loop. */
size_t prober_next_wave(struct prober *prober, const struct questions *open,
                        struct answers *answers);

/* A turn of the prober's loop, for who has only this one. */
void prober_turn(struct prober *prober);

/* What went over the wire so far. The pointers live in the arena. */
const struct exchange **prober_exchanges(const struct prober *prober, size_t *ret_n);
int prober_connections(const struct prober *prober);
int prober_waves(const struct prober *prober);
int64_t prober_bytes_in(const struct prober *prober);

/* Asks the prober to end: running requests are abandoned, open questions become `unknown: timeout`.
 * Safe in a signal handler. */
void prober_interrupt(void);

/* A request as --plan shows it. */
struct planned_request {
    int wave;
    const char *credential;
    const char *method;
    const char *url;
    const char *why;
    bool is_write;
    const char *body; /* what a write sends; NULL when nothing */
    /* What its answer settles, as indexes of the questions that were planned; none of a token. */
    size_t *questions;
    size_t n_questions;
};

/* The requests that `open` would cost, in order, without sending anything. */
struct planned_request *prober_plan(struct prober *prober, const struct questions *open,
                                    size_t *ret_n);

/*
 * What the questions `later` would cost once `certain` are answered as a healthy instance answers:
 * a request for each, because which of them come together cannot be known. Those that `certain`
 * answers too cost nothing.
 */
struct planned_request *prober_plan_later(struct prober *prober, const struct questions *certain,
                                          const struct questions *later, size_t *ret_n);
