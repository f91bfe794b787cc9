/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the simulated instance share: a bench (a world without a socket) and a small
 * HTTP client (libcurl) for a sim that listens.
 */
#pragma once

#include "base/arena.h"
#include "base/diag.h"
#include "sim/call.h"
#include "sim/sim.h"
#include "sim/world.h"

#define CLIENT_ID "5f0c1e7a9b3d4c2e8a6f1b0d7c4e9a21"
#define AUDITOR "x-sn-apikey: simulated-auditor-key"
#define TOKEN_FORM \
    "grant_type=client_credentials&client_id=" CLIENT_ID "&client_secret=simulated-client-secret"
#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded"

/* A world that is asked directly. */
struct bench {
    struct arena *arena;
    struct diag *diag;
    struct world *world;
    struct reply reply; /* to the last call */
    const char *remote; /* where calls come from; NULL: 192.0.2.7 */
    int64_t later_s;    /* added to the time of every call */
};

/* The healthy world, or one with the fault; with one switch put, when a name is given. */
void bench_open(struct bench *bench, const char *fault, const char *switch_name,
                const char *setting);
void bench_close(struct bench *bench);

/* Makes a call; `header` is "Name: value" or NULL, `body` may be NULL. */
void bench_call(struct bench *bench, const char *method, const char *uri, const char *header,
                const char *body);
/* The same with further headers, and one more, "Name: value" or NULL. */
void bench_call_with(struct bench *bench, const char *method, const char *uri, const char *header,
                     const char *body, const struct pair *headers, size_t n_headers);
void bench_get(struct bench *bench, const char *uri, const char *header);

/* Fetches a token with the world's client; "Authorization: Bearer …", or NULL when refused. */
const char *bench_token(struct bench *bench);

/* The body of the last reply, and a header of it (the first of that name) or NULL. */
const char *bench_body(const struct bench *bench);
const char *bench_header(const struct bench *bench, const char *name);

/* Adds a row: ADD(&bench, "sys_user", {"user_name", "x"}, …) gives it back. Values are texts. */
struct row *bench_add(struct bench *bench, const char *table, const struct pair *cells, size_t n);
#define ADD(bench, table, ...)                                  \
    bench_add(bench, table, (const struct pair[]){__VA_ARGS__}, \
              sizeof((const struct pair[]){__VA_ARGS__}) / sizeof(struct pair))

/* Puts a system property. */
void bench_property(struct bench *bench, const char *name, const char *value);

/* Puts one column of the row of `table` whose key column has the value. */
void bench_set(struct bench *bench, const char *table, const char *key, const char *column,
               const char *value);
const char *bench_id(struct bench *bench, const char *table, const char *key);

/* An active rule for records, with one role; its row. */
struct row *bench_acl(struct bench *bench, const char *name, const char *operation,
                      const char *role);

/* Gives the user a role, as if by hand. */
void bench_grant(struct bench *bench, const char *user, const char *role);

/* Takes a role from the user, however it came by it. */
void bench_revoke(struct bench *bench, const char *user, const char *role);

/* "Authorization: Basic …" of "user:password". */
const char *basic_header(struct arena *arena, const char *user_and_password);

/* An answer over a real socket. */
struct fetched {
    int error; /* CURLcode */
    long status;
    char *body;    /* to be freed with memory_free(), as is the next */
    char *headers; /* as they came */
};

struct fetch_options {
    const char *header;
    const char *form;       /* POSTs it */
    const char *ca_file;    /* for TLS */
    const char *connect_to; /* curl's meaning */
    long timeout_ms;        /* 0: ten seconds */
    size_t most_bytes;      /* of the body; 0: four megabytes. More is a write error. */
};

struct fetched fetch(const char *url, const struct fetch_options *options);
void fetched_release(struct fetched *fetched);
