/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan on paper: as text of 80 columns for whoever has to approve it, and as JSON,
 * "glidepath-plan/1" (report/plan.schema.json). Both are written from the same struct plan; what
 * came from users and packs is sanitised on the way.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/plan.h"

struct arena;

/* False when the stream failed. */
MUST_USE bool plan_write_text(const struct plan *plan, FILE *out);
MUST_USE bool plan_write_json(const struct plan *plan, FILE *out);

/* A URL of the Table API taken apart, for people. */
struct plan_url {
    const char *query;      /* sysparm_query, decoded; NULL without one */
    struct strings columns; /* sysparm_fields; none: not given */
    const char *limit;      /* sysparm_limit; NULL without one */
};
struct plan_url plan_url_read(struct arena *arena, const char *url);

/* How often a check may run, for what it costs in an hour. */
enum { N_PLAN_PACES = 3 };
extern const size_t plan_runs_an_hour[N_PLAN_PACES];

/* How many requests are certain, and at most with every follow-up that is foreseen. */
size_t plan_certain(const struct plan *plan);
size_t plan_at_most(const struct plan *plan);

/* Why a ceiling of requests does not fit; NULL when it does, or there is none. */
const char *plan_ceiling_warning(struct arena *arena, const struct plan *plan);
