/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One instance behind a listener: the name it plays, its world, its certificate. Several share a
 * listener and are told apart by the Host header and by SNI.
 */
#pragma once

#include <pthread.h>

#include "sim/call.h"
#include "sim/describe.h"
#include "sim/sim.h"
#include "sim/tls.h"

struct tenant {
    const char *host;
    struct arena *arena; /* the world's: it grows while it serves, under the lock */
    struct world *world;
    struct description description;
    struct served_certificate certificate; /* with TLS */
    const char *url;
    pthread_mutex_t *lock; /* for the world, while it serves */
};

struct tenants {
    struct tenant *items;
    size_t n_items;
};

/* Builds the instances of the options, the first of them the options' own. False after reporting;
 * what was built is released by sim_tenants_release() in either case. */
MUST_USE bool sim_tenants_build(struct arena *arena, struct diag *diag,
                                const struct sim_options *options, struct tenants *ret_tenants);
void sim_tenants_release(struct tenants *tenants);

/* Makes the certificate each world asks for. */
MUST_USE bool sim_tenants_certify(struct tenants *tenants, struct diag *diag,
                                  const struct identity *ca);

/* Tells the worlds where they are reached. */
void sim_tenants_place(struct arena *arena, struct tenants *tenants,
                       const struct sim_options *options, int port, const char *ca_file);

/* The instance of this name (a port behind it does not count), else the first. */
struct tenant *sim_tenant_find(const struct tenants *tenants, const char *host);

/* The instance of exactly this name; NULL when there is none. */
const struct tenant *sim_tenant_named(const struct tenants *tenants, const char *host);
