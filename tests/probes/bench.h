/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A prober set up against some instance on loopback, and the questions of a small pack.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/secret.h"
#include "model/question.h"
#include "model/target.h"
#include "probes/probe.h"

/* Made up, and made to be found in anything they leak into. */
#define TEST_KEY "test-key-not-real"
#define TEST_PASSWORD "test-password-not-real"
#define TEST_CLIENT_SECRET "test-client-secret-not-real"
#define TEST_TOKEN "test-token-not-real"

struct bench {
    struct arena *arena;
    struct redactor *redactor;
    struct target target;
    struct probe_options options;
    struct prober *prober;
    struct questions questions;
    struct answers answers;
    FILE *verbose;
    char *verbose_text; /* valid once the bench is closed or flushed */
    size_t verbose_len;
};

/* Everything but the prober, so that options and credentials can be set. */
void bench_open(struct bench *bench);
void bench_close(struct bench *bench);

/* The instance: plain http on a loopback port. */
void bench_point_at(struct bench *bench, int port);

void bench_add_api_key(struct bench *bench, const char *name, const char *key);
void bench_add_basic(struct bench *bench, const char *name, const char *user, const char *password);
void bench_add_oauth_client(struct bench *bench, const char *name, const char *secret);
void bench_add_oauth_password(struct bench *bench, const char *name, const char *user,
                              const char *password);
void bench_add_token(struct bench *bench, const char *name, const char *token);

/* Questions. They are equal when asked for again. */
struct question gate_of(const char *table);
struct question first_call_of(const char *credential, const char *table);
struct question identity_of(const char *credential);
struct question rows_of(struct arena *arena, const char *credential, const char *table,
                        const char *key, const char *value, const char *fields);

void bench_ask(struct bench *bench, struct question question);

/* Makes the prober if need be and performs waves until nothing is open. */
void bench_run(struct bench *bench);

/* The same until `question` has an answer. */
void bench_run_until(struct bench *bench, struct question question);

bool bench_has_answer(const struct bench *bench, struct question question);

/* The answer; fails the test when there is none. */
const struct answer *bench_answer(struct bench *bench, struct question question);

/* All that a report could print about the exchanges, one text. */
const char *bench_everything_shown(struct bench *bench);
