/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prober's life, and how one wave is performed: from planned errands to exchanges, with the one
 * repetition that is allowed.
 */
#include <assert.h>
#include <signal.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"
#include "probes/loop.h"
#include "probes/made_up.h"
#include "probes/session.h"
#include "probes/transport.h"
#include "probes/url.h"
#include "probes/writes.h"

enum {
    REPEAT_DELAY_MS = 500,
    MOST_ATTEMPTS = 2,
    FEW_REQUESTS_LEFT = 8,        /* of a rate limit, where it is time to go one by one */
    LEAST_TIME_MS = 20,           /* no answer comes in less; and timers end a little early */
    MOST_PASSWORDS_IN_FLIGHT = 2, /* as many as may be refused (law 8) */
    MOST_OWN_CONNECTIONS = 64
};

/* The one variable of the room: a signal handler has nobody to pass it a prober. It is only ever
 * raised. */
static volatile sig_atomic_t is_interrupted;

void prober_interrupt(void)
{
    is_interrupted = 1;
}

/* ---- Life cycle ----------------------------------------------------------------------------- */

/* Plain http is for loopback only. */
static const char *usable_origin(const struct instance *instance)
{
    const char *origin = instance->origin;
    bool is_usable =
        origin != NULL && (text_starts_with(origin, "https://") ||
                           (instance->is_loopback && text_starts_with(origin, "http://")));
    return is_usable ? origin : NULL;
}

static struct transport *new_transport(const struct prober *prober)
{
    const struct probe_options *options = &prober->options;
    struct transport_options wire = {
        .origin = prober->origin,
        .host = prober->target->instance.host,
        .is_loopback = prober->target->instance.is_loopback,
        .connect_to = options->connect_to,
        .ca_file = options->ca_file,
        .user_agent = arena_printf(prober->arena, "glidepath/%s (run %s)", options->tool_version,
                                   options->run_id),
        .allow_writes = options->allow_writes,
    };
    return transport_new(prober->loop, &wire);
}

struct prober *prober_new(struct arena *arena, const struct target *target,
                          struct redactor *redactor, const struct probe_options *options)
{
    struct prober *prober = memory_allocate_zeroed(1, sizeof *prober);
    prober->arena = arena;
    prober->target = target;
    prober->redactor = redactor;
    prober->options = *options;
    prober->origin = usable_origin(&target->instance);
    prober->in_flight = options->in_flight > 0 ? options->in_flight : 1;
    prober->began_ms = clock_monotonic_ms();
    prober->deadline_ms = prober->began_ms + options->timeout_ms;
    prober->n_uses = target->n_credentials;
    prober->uses = arena_array(arena, prober->n_uses, sizeof *prober->uses);
    for (size_t i = 0; i < prober->n_uses; i++) {
        prober->uses[i].credential = &target->credentials[i];
        use_teach_redactor(&prober->uses[i], redactor);
    }
    prober->own_loop = options->loop == NULL ? loop_new(MOST_OWN_CONNECTIONS) : NULL;
    prober->loop = options->loop == NULL ? prober->own_loop : options->loop;
    if (prober->origin != NULL) {
        prober->transport = new_transport(prober);
    }
    return prober;
}

void prober_free(struct prober *prober)
{
    if (prober == NULL) {
        return;
    }
    for (size_t i = 0; i < prober->n_uses; i++) {
        use_release(&prober->uses[i]);
    }
    for (size_t i = 0; i < prober->n_made_up; i++) {
        made_up_release(prober->made_up[i]);
    }
    transport_free(prober->transport);
    loop_free(prober->own_loop);
    memory_free(prober);
}

/* ---- What is known -------------------------------------------------------------------------- */

const struct gate *prober_gate(const struct prober *prober, const char *table)
{
    for (size_t i = 0; i < prober->n_gates; i++) {
        if (text_equal(prober->gates[i].path.table, table)) {
            return &prober->gates[i];
        }
    }
    return NULL;
}

struct use *prober_use(const struct prober *prober, const char *name)
{
    for (size_t i = 0; i < prober->n_uses; i++) {
        if (text_equal(prober->uses[i].credential->name, name)) {
            return &prober->uses[i];
        }
    }
    return NULL;
}

const char *prober_instance(const struct prober *prober)
{
    return prober->origin != NULL ? prober->origin : "";
}

bool prober_must_end(const struct prober *prober)
{
    return is_interrupted != 0 || clock_monotonic_ms() >= prober->deadline_ms;
}

bool prober_is_out_of_requests(const struct prober *prober)
{
    return prober->options.max_requests > 0 &&
           prober->n_exchanges >= (size_t)prober->options.max_requests;
}

bool prober_is_over(const struct prober *prober)
{
    return prober_must_end(prober) || prober_is_out_of_requests(prober);
}

bool prober_is_asking(const struct prober *prober, const struct question *question)
{
    for (size_t i = 0; i < prober->n_aside; i++) {
        const struct request *request = prober->aside[i]->request;
        for (size_t j = 0; j < request->n_questions; j++) {
            if (question_equal(request->questions[j], question)) {
                return true;
            }
        }
    }
    return false;
}

const struct exchange **prober_exchanges(const struct prober *prober, size_t *ret_n)
{
    *ret_n = prober->n_exchanges;
    return prober->exchanges;
}

int prober_connections(const struct prober *prober)
{
    return prober->n_connections;
}

int prober_waves(const struct prober *prober)
{
    return prober->n_waves;
}

int64_t prober_bytes_in(const struct prober *prober)
{
    return prober->bytes_in;
}

/* ---- Exchanges ------------------------------------------------------------------------------ */

/* A copy without secrets that outlives the response. */
static const char *clean(const struct prober *prober, const char *text)
{
    const char *redacted = redact(prober->redactor, prober->arena, text);
    return redacted == text ? arena_strdup(prober->arena, text) : redacted;
}

/* Redacted before it is shortened: half a secret is not found any more. */
static const char *clean_excerpt(const struct prober *prober, const char *text)
{
    const char *whole = clean(prober, text);
    return whole == NULL ? NULL : text_shorten(prober->arena, whole, EXCERPT_CHARACTERS);
}

/* A request that no question is behind (a token, an implied first call) is made for the checks
 * whose credential it is. */
const char *errand_why(const struct wave *wave, const struct errand *errand)
{
    struct arena *arena = wave->prober->arena;
    struct request behind = {0};
    const struct request *request = errand->request;
    for (size_t i = 0; request->n_questions == 0 && errand->use != NULL && i < wave->n_open; i++) {
        if (wave->open[i]->kind != QUESTION_ROWS &&
            text_equal(wave->open[i]->credential, errand->use->credential->name)) {
            request_add_question(arena, &behind, wave->open[i]);
        }
    }
    const char *why = request_why(arena, request->n_questions > 0 ? request : &behind);
    return why[0] == '\0' ? NULL : why;
}

static void begin_exchange(const struct wave *wave, struct errand *errand)
{
    struct prober *prober = wave->prober;
    struct exchange *exchange = arena_allocate(prober->arena, sizeof *exchange);
    const struct exchange **slot =
        arena_append(prober->arena, &prober->exchanges, &prober->n_exchanges, sizeof *slot);
    *slot = exchange;
    *exchange = (struct exchange){
        .n = (int)prober->n_exchanges,
        .wave = prober->n_waves - 1,
        .credential = errand->use == NULL ? "none" : errand->use->credential->name,
        .method = errand->request->method,
        .url = clean(prober, errand->request->url),
        .started_ms = clock_monotonic_ms() - prober->began_ms,
        .retry_after_s = -1,
        .why = errand_why(wave, errand),
    };
    errand->exchange = exchange;
}

static void complete_exchange(const struct prober *prober, struct exchange *exchange,
                              const struct interpretation *reading, const struct response *response)
{
    exchange->outcome = reading->outcome;
    exchange->status = response->status;
    exchange->ms = response->ms;
    exchange->bytes = (int64_t)response->body_len;
    exchange->reused = response->reused;
    exchange->is_http2 = response->is_http2;
    exchange->message = clean(prober, reading->message);
    exchange->detail = clean(prober, reading->detail);
    exchange->excerpt = clean_excerpt(prober, reading->excerpt);
    exchange->server = clean(prober, response->server);
    exchange->www_authenticate = clean(prober, response->www_authenticate);
    exchange->transaction_id = clean(prober, response->transaction_id);
    exchange->is_logged_in = clean(prober, response->is_logged_in);
    exchange->rate_limit_rule = clean(prober, response->rate_limit_rule);
    exchange->retry_after_s = response->retry_after_s;
    exchange->date = response->date;
    exchange->certificate_until = response->certificate_until;
    exchange->is_from_node = response->transaction_id != NULL || response->is_logged_in != NULL;
    if (response->location != NULL) {
        exchange->location = clean(prober, url_for_display(prober->arena, response->location));
    }
}

/* ---- Aside ---------------------------------------------------------------------------------- */

/* What has a limit of its own is known to be slow, and nothing waits for it. */
static bool is_aside(const struct errand *errand)
{
    return errand->request->limit_ms > 0;
}

static void note_aside(struct prober *prober, struct errand *errand)
{
    struct errand **slot =
        arena_append(prober->arena, &prober->aside, &prober->n_aside, sizeof *slot);
    *slot = errand;
}

/* It is done. */
static void forget_aside(struct prober *prober, const struct errand *errand)
{
    size_t n_left = 0;
    for (size_t i = 0; i < prober->n_aside; i++) {
        if (prober->aside[i] != errand) {
            prober->aside[n_left++] = prober->aside[i];
        }
    }
    prober->n_aside = n_left;
}

/* Until when an errand may last that must end by `deadline_ms` in any case: its own limit is that
 * of all its attempts together. */
static int64_t ends_by(const struct errand *errand, int64_t deadline_ms)
{
    bool is_sooner = errand->deadline_ms > 0 && errand->deadline_ms < deadline_ms;
    return is_sooner ? errand->deadline_ms : deadline_ms;
}

/* ---- Repeating ------------------------------------------------------------------------------ */

/*
 * Whether the outcome is one that another try may mend, and after how long; CALL_IS_DONE if not.
 * A 429 is repeated only where it says when: whoever throttles without a word is left in peace.
 */
static int64_t repeat_delay(const struct exchange *exchange)
{
    bool is_gateway =
        exchange->outcome == OUTCOME_BUSY &&
        (exchange->status == 502 || exchange->status == 503 || exchange->status == 504);
    bool is_told_when = exchange->retry_after_s >= 0 &&
                        (exchange->status == 429 || (is_gateway && exchange->status == 503));
    if (is_told_when) {
        return exchange->retry_after_s < INT32_MAX ? exchange->retry_after_s * 1000 : INT32_MAX;
    }
    bool is_passing = is_gateway || exchange->outcome == OUTCOME_CONNECTION_LOST;
    return is_passing ? REPEAT_DELAY_MS : CALL_IS_DONE;
}

/* Once, within the run's time, and never what carries a password nobody has accepted or what may
 * have changed the instance. */
static int64_t may_repeat(const struct prober *prober, const struct errand *errand)
{
    enum purpose purpose = errand->request->purpose;
    bool is_forbidden = (errand->use != NULL && use_is_single_try(errand->use, purpose)) ||
                        (purpose == PURPOSE_WRITE && !write_may_be_repeated(errand->request));
    if (is_forbidden || errand->n_attempts >= MOST_ATTEMPTS || prober_is_over(prober)) {
        return CALL_IS_DONE;
    }
    int64_t delay_ms = repeat_delay(errand->exchange);
    bool fits = clock_monotonic_ms() + delay_ms < ends_by(errand, prober->deadline_ms);
    return fits ? delay_ms : CALL_IS_DONE;
}

/* ---- Stepping back -------------------------------------------------------------------------- */

static int64_t sent_with(const struct prober *prober, const char *credential)
{
    int64_t n = 0;
    for (size_t i = 0; i < prober->n_exchanges; i++) {
        n += text_equal(prober->exchanges[i]->credential, credential) ? 1 : 0;
    }
    return n;
}

/*
 * A rate limit rule tells how many requests a user has in an hour, and not how many are left: of
 * those, the ones of this run at least are gone (product documentation, Inbound REST API rate
 * limiting). Some gateways tell the rest.
 */
static bool is_near_a_limit(const struct prober *prober, const struct errand *errand,
                            const struct response *response)
{
    int64_t left = response->rate_limit_left;
    if (response->rate_limit_requests >= 0) {
        int64_t most =
            response->rate_limit_requests - sent_with(prober, errand->exchange->credential);
        left = left < 0 || most < left ? most : left;
    }
    return (response->rate_limit_requests >= 0 || response->rate_limit_left >= 0) &&
           left <= FEW_REQUESTS_LEFT;
}

/* ---- Performing ----------------------------------------------------------------------------- */

static bool errand_may_start(const struct wave *wave, const struct errand *errand)
{
    bool was_given_up = errand->use != NULL && errand->use->standing != STANDING_UNTRIED &&
                        errand->use->standing != STANDING_USABLE &&
                        errand->request->purpose != PURPOSE_DIFFERENCE;
    if (errand->request->purpose == PURPOSE_WRITE && errand->request->step != WRITE_INSERT) {
        return !was_given_up && write_may_go_on(wave->prober);
    }
    bool has_time =
        clock_monotonic_ms() + LEAST_TIME_MS < ends_by(errand, wave->prober->deadline_ms);
    return !was_given_up && has_time && !prober_is_over(wave->prober);
}

/* A token request, or a sample of one. */
static bool errand_is_for_token(const struct errand *errand)
{
    return text_equal(errand->request->method, "POST") && errand->request->purpose != PURPOSE_WRITE;
}

static int64_t time_for(const struct prober *prober, struct errand *errand)
{
    int64_t now_ms = clock_monotonic_ms();
    int64_t deadline_ms = prober->writing != NULL ? write_deadline_ms(prober) : prober->deadline_ms;
    if (is_aside(errand) && errand->n_attempts == 0) {
        errand->deadline_ms = now_ms + errand->request->limit_ms;
    }
    int64_t left_ms = ends_by(errand, deadline_ms) - now_ms;
    return left_ms > 1 ? left_ms : 1;
}

static int64_t start_call(void *ctx, const struct call *call, struct buf *ret_header,
                          struct buf *ret_body)
{
    struct wave *wave = ctx;
    struct errand *errand = call->owner;
    if (!errand_may_start(wave, errand)) {
        return 0;
    }
    int64_t left_ms = time_for(wave->prober, errand);
    if (errand->request->purpose == PURPOSE_WRITE && errand->request->step == WRITE_INSERT) {
        write_note_insert(wave);
    }
    begin_exchange(wave, errand);
    errand->n_attempts++;
    wave->n_sent++;
    if (errand_is_for_token(errand)) {
        use_add_token_form(errand->use, ret_body);
    } else if (errand->use != NULL) {
        use_add_header(errand->use, ret_header);
    }
    buf_add(ret_body, errand->request->body != NULL ? errand->request->body : "");
    return left_ms;
}

static int64_t finish_call(void *ctx, const struct call *call, const struct response *response,
                           struct arena *scratch)
{
    struct wave *wave = ctx;
    struct prober *prober = wave->prober;
    struct errand *errand = call->owner;
    struct interpretation reading =
        response_interpret(scratch, response, errand_is_for_token(errand));
    if (response->status == 204 && text_equal(errand->request->method, "DELETE")) {
        reading.outcome = OUTCOME_RESULT; /* there is nothing to say about what is gone */
    }
    complete_exchange(prober, errand->exchange, &reading, response);
    prober->n_connections += response->n_connects;
    prober->bytes_in += (int64_t)response->body_len;
    exchange_tell(prober, errand->exchange);
    if (response->status == 429 || is_near_a_limit(prober, errand, response)) {
        prober->in_flight = 1; /* the pool of the REST API holds four: step back */
    }
    int64_t delay_ms = may_repeat(prober, errand);
    if (delay_ms == CALL_IS_DONE) {
        prober->progress.n_answered++;
        forget_aside(prober, errand);
        settle_response(wave, errand, &reading, response);
    }
    return delay_ms;
}

static void abandon_call(void *ctx, const struct call *call)
{
    struct wave *wave = ctx;
    forget_aside(wave->prober, call->owner);
    settle_abandoned(wave, call->owner);
}

static bool go_on(void *ctx)
{
    struct wave *wave = ctx;
    struct prober *prober = wave->prober;
    progress_tell(wave);
    return prober->writing != NULL ? write_may_go_on(prober) : !prober_must_end(prober);
}

static bool carry_passwords(struct errand *const *errands, size_t n_errands)
{
    for (size_t i = 0; i < n_errands; i++) {
        const struct errand *errand = errands[i];
        if (errand->use != NULL && use_carries_password(errand->use, errand->request->purpose)) {
            return true;
        }
    }
    return false;
}

static struct call call_for(struct errand *errand)
{
    const struct request *request = errand->request;
    bool is_write = request->purpose == PURPOSE_WRITE && !text_equal(request->method, "GET");
    return (struct call){
        .method = request->method,
        .url = request->url,
        .is_single = errand_is_for_token(errand) || is_write || /* not idempotent */
                     (errand->use != NULL && use_is_single_try(errand->use, request->purpose)),
        .is_write = is_write,
        .is_aside = is_aside(errand),
        .owner = errand,
    };
}

/* What is slow goes first, so that as much as can be is done meanwhile. */
static struct call *calls_of(const struct wave *wave)
{
    struct prober *prober = wave->prober;
    struct call *calls = arena_array(prober->arena, wave->n_errands, sizeof *calls);
    size_t n_calls = 0;
    for (size_t i = 0; i < wave->n_errands; i++) {
        if (is_aside(wave->errands[i])) {
            note_aside(prober, wave->errands[i]);
            calls[n_calls++] = call_for(wave->errands[i]);
        }
    }
    for (size_t i = 0; i < wave->n_errands; i++) {
        if (!is_aside(wave->errands[i])) {
            calls[n_calls++] = call_for(wave->errands[i]);
        }
    }
    return calls;
}

/* A password that is refused after all is refused by every request under way at once, and each of
 * them counts. */
static void hold_back_passwords(struct wave *wave)
{
    struct prober *prober = wave->prober;
    bool has_passwords = carry_passwords(wave->errands, wave->n_errands) ||
                         carry_passwords(prober->aside, prober->n_aside);
    if (has_passwords && prober->in_flight > MOST_PASSWORDS_IN_FLIGHT) {
        wave->in_flight_after = prober->in_flight;
        prober->in_flight = MOST_PASSWORDS_IN_FLIGHT;
    }
}

static void begin_performance(struct wave *wave)
{
    struct prober *prober = wave->prober;
    const struct call *calls = calls_of(wave);
    const struct call_hooks hooks = {.ctx = wave,
                                     .start = start_call,
                                     .finish = finish_call,
                                     .abandon = abandon_call,
                                     .go_on = go_on};
    prober->n_waves++;
    prober->progress.n_asked += wave->n_errands;
    hold_back_passwords(wave);
    wave->is_performed = true;
    transport_begin(prober->transport, calls, wave->n_errands, &hooks, &prober->in_flight);
}

static void end_performance(struct wave *wave)
{
    struct prober *prober = wave->prober;
    wave->is_performed = false;
    if (wave->in_flight_after > 0 && prober->in_flight == MOST_PASSWORDS_IN_FLIGHT) {
        prober->in_flight = wave->in_flight_after;
    }
    progress_erase(prober);
    if (wave->n_sent == 0) {
        prober->n_waves--;
    }
    if (wave->n_sent == 0 && prober->writing == NULL) {
        settle_all(wave, REASON_TIMEOUT);
    }
}

struct wave wave_begin(struct prober *prober, const struct questions *open, struct answers *answers)
{
    struct wave wave = {.prober = prober, .answers = answers};
    wave.open = arena_array(prober->arena, open->n_items, sizeof *wave.open);
    for (size_t i = 0; i < open->n_items; i++) {
        bool is_double = false;
        for (size_t j = 0; j < wave.n_open && !is_double; j++) {
            is_double = question_equal(wave.open[j], &open->items[i]);
        }
        if (!is_double) {
            wave.open[wave.n_open++] = &open->items[i];
        }
    }
    return wave;
}

static bool has_open(const struct wave *wave)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        if (wave_is_open(wave, wave->open[i])) {
            return true;
        }
    }
    return false;
}

static bool has_settled(const struct wave *wave)
{
    return wave->answers->n_items > wave->n_answers_before;
}

/*
 * Plans the wave and begins what it sends. A token request settles no question, and nothing waits
 * for what is aside: then the next wave is begun at once. One without an errand waits for what is
 * aside. False: nothing was begun, and there is nothing to wait for.
 */
static bool go_over(struct wave *wave)
{
    struct prober *prober = wave->prober;
    while (!has_settled(wave)) {
        bool is_waiting = !has_open(wave);
        if (is_waiting && prober->n_aside == 0) {
            return false;
        }
        wave->errands = NULL;
        wave->n_errands = 0;
        wave->n_sent = 0;
        wave->in_flight_after = 0;
        wave_plan(wave);
        if (wave->n_errands > 0 || is_waiting) {
            begin_performance(wave);
            return true;
        }
    }
    return false;
}

void prober_begin_wave(struct prober *prober, const struct questions *open, struct answers *answers)
{
    assert(prober->wave == NULL);
    prober->wave = arena_allocate(prober->arena, sizeof *prober->wave);
    *prober->wave = wave_begin(prober, open, answers);
    prober->wave->n_answers_before = answers->n_items;
    go_over(prober->wave);
}

bool prober_wave_is_done(struct prober *prober)
{
    struct wave *wave = prober->wave;
    while (wave->is_performed) {
        if (!transport_is_done(prober->transport)) {
            return false;
        }
        end_performance(wave);
        go_over(wave);
    }
    return true;
}

size_t prober_end_wave(struct prober *prober)
{
    const struct wave *wave = prober->wave;
    assert(wave != NULL && !wave->is_performed);
    prober->wave = NULL;
    return wave->answers->n_items - wave->n_answers_before;
}

void prober_turn(struct prober *prober)
{
    loop_turn(prober->loop);
}

size_t prober_next_wave(struct prober *prober, const struct questions *open,
                        struct answers *answers)
{
    prober_begin_wave(prober, open, answers);
    while (!prober_wave_is_done(prober)) {
        prober_turn(prober);
    }
    return prober_end_wave(prober);
}
