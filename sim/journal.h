/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was asked: for assertions in tests, and one JSON line a request in a file. Secrets that came
 * in a URL are left out; headers and bodies are never written.
 */
#pragma once

#include <stdio.h>

#include "sim/call.h"
#include "sim/world.h"

struct journal {
    struct arena *arena;     /* not owned */
    FILE *out;               /* NULL when no file was asked for */
    struct strings requests; /* the first of them, as "METHOD /path?query" */
    size_t n_requests;
};

/* Where and how fast a call was answered. */
struct journal_place {
    const char *host; /* of the instance */
    size_t connection;
    int64_t ms; /* how long the answer took */
};

/* Records a call and its reply. */
void sim_journal_add(struct journal *journal, const struct world *world, const struct call *call,
                     const struct reply *reply, const struct journal_place *place);

/* The call's URI as it came, with secret parameters left out. */
const char *sim_journal_uri(const struct world *world, const struct call *call);
