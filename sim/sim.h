/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated instance: an HTTP(S) server on loopback that behaves as the public documentation
 * and recordings say a ServiceNow instance does. A *world* (YAML) holds its tables; a *fault*,
 * named by the id of a cause, breaks a healthy world in exactly one way. It shares no code with the
 * client side: what both got from one place, both would get wrong together.
 *
 * Life cycle: sim_start() returns once it listens; it serves on its own thread until sim_stop().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"

struct arena;
struct sim;

/* One more instance behind the same listener, found by the Host header and by SNI. */
struct sim_host {
    const char *host; /* the name it plays */
    const char *world;
    struct strings faults;
    struct pairs switches;
};

struct sim_options {
    const char *world;     /* name of a built-in world, or the path of a YAML file */
    struct strings faults; /* ids of causes; applied in this order */
    const char *address;   /* to listen on; NULL means 127.0.0.1 */
    int port;              /* 0 means any free one */
    bool tls;
    const char
        *host; /* the name it plays, for the certificate and for links; NULL means "localhost" */
    int latency_ms;       /* added to every answer */
    const char *log_path; /* one JSON line for each request, without secrets; NULL means none */
    struct pairs
        switches; /* behaviours the documentation leaves open: name -> setting; see sim/README.md */
    int64_t clock_offset_s;      /* added to every instance's clock */
    const struct sim_host *also; /* further instances; calls for no known host go to the first */
    size_t n_also;
};

/* Starts serving. NULL after reporting to `diag`. */
struct sim *sim_start(struct diag *diag, const struct sim_options *options);
void sim_stop(struct sim *sim);

/* Whether there is such a world and it has such faults, switches and settings: all that keeps
 * sim_start() from playing them is reported, and nothing is served. */
MUST_USE bool sim_can_play(struct diag *diag, const struct sim_options *options);

int sim_port(const struct sim *sim);

/* The base URL a client is given: "https://acme.service-now.com/" with TLS (to be reached by a
 * connect-to of sim_port()), "https://localhost:PORT/" with TLS and no host of its own, else
 * "http://127.0.0.1:PORT/". */
const char *sim_url(const struct sim *sim);

/* The path of the PEM file with the CA that signed the certificate (in a private temporary
 * directory removed by sim_stop()); NULL without TLS. */
const char *sim_ca_file(const struct sim *sim);

/* The world's own pack, its credentials and parameters: one line of JSON as `glidepath sim` prints
 * it. Lives as long as the sim. */
const char *sim_description(const struct sim *sim);

/* A value of the description by its dotted path ("credentials.integration.client_secret"); NULL
 * when there is none. */
const char *sim_value(const struct sim *sim, const char *path);

/* What the description says below a path ("parameters"), as name and value. Lives in `arena`. */
struct pairs sim_values(struct arena *arena, const struct sim *sim, const char *path);

/* The same three of the instance that plays `host`; NULL when none does. */
const char *sim_host_url(const struct sim *sim, const char *host);
const char *sim_host_description(const struct sim *sim, const char *host);
const char *sim_host_value(const struct sim *sim, const char *host, const char *path);

/* What was asked so far, for tests: how many requests, how many connections, and request `i` as
 * "METHOD /path?query" with secret parameters left out; NULL behind the last one kept (10,000). */
size_t sim_n_requests(const struct sim *sim);
size_t sim_n_connections(const struct sim *sim);
const char *sim_request(const struct sim *sim, size_t i);

/* The names of the built-in worlds; the faults a world knows (sorted), with a line on each: {id,
 * text}. */
struct strings sim_world_names(struct arena *arena);
MUST_USE bool sim_world_faults(struct arena *arena, struct diag *diag, const char *world,
                               struct pairs *ret_faults);

/* The same of the variations a world knows: sim_options.faults may name them too. */
MUST_USE bool sim_world_variations(struct arena *arena, struct diag *diag, const char *world,
                                   struct pairs *ret_variations);
