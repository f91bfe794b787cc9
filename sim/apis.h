/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The REST APIs below /api/now: which path belongs to which, and the way to it.
 */
#pragma once

#include "sim/caller.h"

/* A call of one of them. */
struct api_call {
    struct world *world;
    const struct call *call;
    struct reply *reply;
    struct caller caller;
    const struct api *api;
    const char *version;       /* "v1", "v2" or "" */
    struct strings parameters; /* the parts of the path that are not its name */
};

/* Answers a path below /api/; the gate is on the way. */
void sim_apis_answer(struct world *world, const struct call *call, struct reply *reply);

/* The same for a call inside a batch, by the batch's caller. */
void sim_apis_answer_inside(struct world *world, const struct call *call, struct caller *caller,
                            struct reply *reply);

/* The APIs themselves; each fills the reply. */
void sim_table_answer(struct api_call *api_call);
void sim_stats_answer(struct api_call *api_call);
void sim_cmdb_meta_answer(struct api_call *api_call);
void sim_attachment_answer(struct api_call *api_call);
void sim_batch_answer(struct api_call *api_call);
