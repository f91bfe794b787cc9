/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a diagnosis asks beyond the packs' checks, once those have nothing left to ask: how a
 * made-up credential is answered, what the refused one is answered elsewhere, whether another
 * credential of the same user gets in, and what the instance wrote down about our own refused
 * calls. Pure: it turns answers into questions and clues, and sends nothing.
 *
 * Law 8 binds it: samples never bear a real user's or client's name, a password that was refused is
 * not sent again, and a refused key or token is used for at most four more calls.
 */
#pragma once

#include "model/clue.h"
#include "model/pack.h"
#include "model/question.h"
#include "model/target.h"
#include "rules/catalogue.h"

struct arena;

struct inquiry {
    const struct catalogue *catalogue;
    const struct target *target;
    struct pack *const *packs;
    size_t n_packs;
    const char *run_id;  /* in our User-Agent, by which the instance's log is searched */
    bool leaves_samples; /* --no-samples: only what the instance wrote down is read */
    bool is_answered;    /* what was read already names the cause: likewise */
};

/* Adds to `clues` what the answers tell; returns the questions still open, none when done. */
struct questions inquire(struct arena *arena, const struct inquiry *inquiry,
                         const struct answers *answers, struct clues *ret_clues);

/* A call that is made only if a credential is refused: for --plan. */
struct foreseen_call {
    const char *credential;
    const char *method;
    const char *path;
    const char *why;
};

/* All that inquire() may come to ask of the integration's credentials, whatever is answered. */
struct foreseen_call *inquiry_foresee(struct arena *arena, const struct inquiry *inquiry,
                                      size_t *ret_n);

/* What it may come to have an auditor read of a refusal, whatever is answered; none without an
 * auditor. Some may come twice. */
struct questions inquiry_foresee_readings(struct arena *arena, const struct inquiry *inquiry);
