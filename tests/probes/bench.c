/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/probes/bench.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

void bench_open(struct bench *bench)
{
    *bench = (struct bench){.arena = arena_new(), .redactor = redactor_new()};
    bench->verbose = open_memstream(&bench->verbose_text, &bench->verbose_len);
    bench->options = (struct probe_options){.timeout_ms = 20000,
                                            .refused_wait_ms = 30 * 60 * 1000,
                                            .in_flight = 4,
                                            .tool_version = "0.0.0",
                                            .run_id = "test-run",
                                            .verbose = bench->verbose};
    probes_global_init();
}

void bench_close(struct bench *bench)
{
    prober_free(bench->prober);
    probes_global_cleanup();
    for (size_t i = 0; i < bench->target.n_credentials; i++) {
        secret_release(&bench->target.credentials[i].secret);
        secret_release(&bench->target.credentials[i].client_secret);
    }
    fclose(bench->verbose);
    free(bench->verbose_text);
    redactor_free(bench->redactor);
    arena_free(bench->arena);
}

void bench_point_at(struct bench *bench, int port)
{
    bench->target.instance =
        (struct instance){.origin = arena_printf(bench->arena, "http://127.0.0.1:%d", port),
                          .host = "127.0.0.1",
                          .port = port,
                          .is_loopback = true};
}

static struct secret keep(struct bench *bench, const char *bytes)
{
    redactor_add(bench->redactor, bytes, strlen(bytes));
    return secret_new(bytes, strlen(bytes));
}

static struct credential *add(struct bench *bench, const char *name, enum credential_kind kind)
{
    struct credential *credential = arena_append(bench->arena, &bench->target.credentials,
                                                 &bench->target.n_credentials, sizeof *credential);
    *credential = (struct credential){.name = name, .kind = kind};
    return credential;
}

void bench_add_api_key(struct bench *bench, const char *name, const char *key)
{
    add(bench, name, CREDENTIAL_API_KEY)->secret = keep(bench, key);
}

void bench_add_token(struct bench *bench, const char *name, const char *token)
{
    add(bench, name, CREDENTIAL_TOKEN)->secret = keep(bench, token);
}

void bench_add_basic(struct bench *bench, const char *name, const char *user, const char *password)
{
    struct credential *credential = add(bench, name, CREDENTIAL_BASIC);
    credential->user_name = user;
    credential->secret = keep(bench, password);
}

void bench_add_oauth_client(struct bench *bench, const char *name, const char *secret)
{
    struct credential *credential = add(bench, name, CREDENTIAL_OAUTH_CLIENT);
    credential->client_id = "0123456789abcdef0123456789abcdef";
    credential->client_secret = keep(bench, secret);
}

void bench_add_oauth_password(struct bench *bench, const char *name, const char *user,
                              const char *password)
{
    struct credential *credential = add(bench, name, CREDENTIAL_OAUTH_PASSWORD);
    credential->client_id = "0123456789abcdef0123456789abcdef";
    credential->client_secret = keep(bench, TEST_CLIENT_SECRET);
    credential->user_name = user;
    credential->secret = keep(bench, password);
}

/* ---- Questions ------------------------------------------------------------------------------ */

struct question gate_of(const char *table)
{
    return (struct question){.kind = QUESTION_GATE, .table = table, .asker = "network"};
}

struct question first_call_of(const char *credential, const char *table)
{
    return (struct question){.kind = QUESTION_FIRST_CALL,
                             .credential = credential,
                             .table = table,
                             .asker = "credential"};
}

struct question identity_of(const char *credential)
{
    return (struct question){
        .kind = QUESTION_IDENTITY, .credential = credential, .table = "sys_user", .asker = "who"};
}

struct question rows_of(struct arena *arena, const char *credential, const char *table,
                        const char *key, const char *value, const char *fields)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .credential = credential,
                             .table = table,
                             .key = key,
                             .value = value,
                             .fields = strings_split(arena, fields, ' '),
                             .asker = "rows"};
}

void bench_ask(struct bench *bench, struct question question)
{
    struct question *slot = arena_append(bench->arena, &bench->questions.items,
                                         &bench->questions.n_items, sizeof *slot);
    *slot = question;
}

static struct questions still_open(struct bench *bench)
{
    struct questions open = {0};
    for (size_t i = 0; i < bench->questions.n_items; i++) {
        if (answers_find(&bench->answers, &bench->questions.items[i]) == NULL) {
            struct question *slot =
                arena_append(bench->arena, &open.items, &open.n_items, sizeof *slot);
            *slot = bench->questions.items[i];
        }
    }
    return open;
}

/* Performs a wave. False when nothing is open. */
static bool run_wave(struct bench *bench)
{
    struct questions open = still_open(bench);
    if (open.n_items == 0) {
        return false;
    }
    if (bench->prober == NULL) {
        bench->prober = prober_new(bench->arena, &bench->target, bench->redactor, &bench->options);
    }
    size_t n = prober_next_wave(bench->prober, &open, &bench->answers);
    cr_assert(n > 0, "a wave settles something while questions are open");
    fflush(bench->verbose);
    return true;
}

void bench_run(struct bench *bench)
{
    while (run_wave(bench)) {
    }
}

void bench_run_until(struct bench *bench, struct question question)
{
    while (!bench_has_answer(bench, question) && run_wave(bench)) {
    }
}

bool bench_has_answer(const struct bench *bench, struct question question)
{
    return answers_find(&bench->answers, &question) != NULL;
}

const struct answer *bench_answer(struct bench *bench, struct question question)
{
    const struct answer *answer = answers_find(&bench->answers, &question);
    cr_assert_not_null(answer, "no answer to a question about %s", question.table);
    return answer;
}

const char *bench_everything_shown(struct bench *bench)
{
    size_t n = 0;
    const struct exchange **exchanges = prober_exchanges(bench->prober, &n);
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_add(&text, bench->verbose_text == NULL ? "" : bench->verbose_text);
    for (size_t i = 0; i < n; i++) {
        const struct exchange *e = exchanges[i];
        const char *parts[] = {e->credential, e->method,           e->url,
                               e->message,    e->detail,           e->excerpt,
                               e->server,     e->www_authenticate, e->transaction_id,
                               e->location,   e->is_logged_in,     e->rate_limit_rule,
                               e->why};
        for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
            buf_printf(&text, "%s|", parts[j] == NULL ? "" : parts[j]);
        }
        buf_add(&text, "\n");
    }
    for (size_t i = 0; i < bench->answers.n_items; i++) {
        const struct answer *answer = bench->answers.items[i];
        for (size_t j = 0; j < answer->n_rows; j++) {
            for (size_t k = 0; k < answer->rows[j].n_cells; k++) {
                buf_printf(&text, "%s=%s|", answer->rows[j].cells[k].column,
                           answer->rows[j].cells[k].value);
            }
        }
    }
    const char *copy = arena_strdup(bench->arena, text.data);
    buf_release(&text);
    return copy;
}
