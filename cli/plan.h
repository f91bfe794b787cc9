/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --plan: what a run would send, put together for report/plan.h from what the checks ask, what
 * they may ask after some answers, and the prober's rehearsal. Sends nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/foresee.h"
#include "model/plan.h"
#include "model/question.h"
#include "model/target.h"

struct arena;
struct catalogue;
struct engine;
struct inquiry;
struct prober;
struct redactor;

struct planning {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct target *target;
    struct pack *const *packs;
    size_t n_packs;
    const struct engine *engine;
    struct prober *prober;
    const struct redactor *redactor;
    const struct questions *open;   /* those of the first round */
    const struct answers *answers;  /* settled before anything was sent */
    const struct inquiry *inquiry;  /* of a diagnosis; else NULL */
    struct foresee_options foresee; /* as this run has them */
    int64_t max_requests;           /* 0: no ceiling */
};

/* The plan lives in the arena. Never fails. */
struct plan *plan_make(const struct planning *planning);
