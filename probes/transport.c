/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl. One struct per request, one function that drains finished ones; a repetition is a state
 * with a time, never a sleep.
 */
#include "probes/transport.h"

#include <assert.h>
#include <string.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"
#include "probes/probe.h"
#include "probes/response.h"
#include "probes/url.h"
#include "probes/wire.h"

enum {
    BODY_LIMIT_BYTES = 8 * 1024 * 1024,
    SECRET_LIMIT_BYTES = 64 * 1024,
    CONNECT_TIMEOUT_MS = 10 * 1000,
};

/* What libcurl calls a transfer that its owner broke off. */
#define ENDED_BY_US CURLE_ABORTED_BY_CALLBACK

static const char token_path[] = "/oauth_token.do";
static const char table_path[] = "/api/now/table/";
static const char name_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

struct transport {
    struct loop *loop;
    const struct transport_options *options;
    struct transport_options own_options;
    struct curl_slist *connect_to;
    bool bypasses_proxy;
    struct transfer **transfers; /* between two performances: those aside that are not done */
    size_t n_transfers;
    size_t n_running;
    size_t n_running_aside;

    /* The performance under way. */
    bool is_performing;
    bool awaits_aside; /* there is nothing else to do */
    struct call_hooks hooks;
    const int *in_flight;
};

enum transfer_state {
    TRANSFER_WAITING,
    TRANSFER_RUNNING,
    TRANSFER_ENDED, /* between two performances: the next is told */
    TRANSFER_DONE
};

struct transfer {
    struct transport *transport;
    struct call call;
    enum transfer_state state;
    CURLcode code; /* of TRANSFER_ENDED */
    int64_t not_before_ms;
    int64_t started_ms;
    int64_t timeout_ms;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body; /* received */
    struct buf sent; /* the body of a POST */
    char error[CURL_ERROR_SIZE];
};

/* ---- Life cycle ----------------------------------------------------------------------------- */

void probes_global_init(void)
{
    CURLcode code = curl_global_init_mem(CURL_GLOBAL_DEFAULT, memory_allocate, memory_free,
                                         memory_resize, memory_duplicate, memory_allocate_zeroed);
    assert(code == CURLE_OK);
    (void)code;
}

void probes_global_cleanup(void)
{
    curl_global_cleanup();
}

static bool is_loopback_address(const char *address)
{
    return text_starts_with(address, "127.") || text_starts_with(address, "[::1]") ||
           text_starts_with(address, "localhost:");
}

/* A proxy cannot reach this machine's loopback, and plain http must not reach a proxy. HOST:PORT:
 * ADDR:PORT is what `connect_to` holds. */
static bool stays_on_this_machine(const struct transport_options *options)
{
    for (size_t i = 0; i < options->connect_to.n_items; i++) {
        const char *entry = options->connect_to.items[i];
        const char *port = strchr(entry, ':');
        const char *address = port == NULL ? NULL : strchr(port + 1, ':');
        bool is_ours = port == entry || (text_starts_with(entry, options->host) &&
                                         entry[strlen(options->host)] == ':');
        if (is_ours && address != NULL && is_loopback_address(address + 1)) {
            return true;
        }
    }
    return options->is_loopback;
}

struct transport *transport_new(struct loop *loop, const struct transport_options *options)
{
    struct transport *transport = memory_allocate_zeroed(1, sizeof *transport);
    transport->own_options = *options;
    transport->options = &transport->own_options;
    transport->loop = loop;
    transport->bypasses_proxy = stays_on_this_machine(options);
    for (size_t i = 0; i < options->connect_to.n_items; i++) {
        transport->connect_to =
            curl_slist_append(transport->connect_to, options->connect_to.items[i]);
    }
    loop_add(loop, transport);
    return transport;
}

/* A table to make a record in, or one record to change or delete; nothing else is ever written to.
 */
static bool is_write_target(const char *method, const char *path)
{
    if (!text_starts_with(path, table_path)) {
        return false;
    }
    const char *table = path + strlen(table_path);
    size_t table_len = strspn(table, name_characters);
    const char *rest = table + table_len;
    bool is_record = rest[0] == '/' && strspn(rest + 1, name_characters) == SYS_ID_CHARACTERS;
    rest += is_record ? 1 + SYS_ID_CHARACTERS : 0;
    bool ends = rest[0] == '\0' || rest[0] == '?';
    return table_len > 0 && ends && is_record != text_equal(method, "POST");
}

static bool is_consented_write(const struct transport_options *options, const struct call *call,
                               const char *path)
{
    bool is_method = text_equal(call->method, "POST") || text_equal(call->method, "PATCH") ||
                     text_equal(call->method, "DELETE");
    return options->allow_writes && call->is_write && is_method &&
           is_write_target(call->method, path);
}

bool transport_permits(const struct transport_options *options, const struct call *call)
{
    if (!url_is_below(call->url, options->origin)) {
        return false;
    }
    const char *path = call->url + strlen(options->origin);
    bool is_token = text_equal(call->method, "POST") && text_equal(path, token_path);
    return text_equal(call->method, "GET") || text_equal(call->method, "HEAD") || is_token ||
           is_consented_write(options, call, path);
}

/* ---- Setting up ----------------------------------------------------------------------------- */

static void free_headers(struct curl_slist *headers)
{
    for (struct curl_slist *line = headers; line != NULL; line = line->next) {
        wipe(line->data, strlen(line->data));
    }
    curl_slist_free_all(headers);
}

static void transfer_release(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    transfer->easy = NULL;
    free_headers(transfer->headers);
    transfer->headers = NULL;
    buf_wipe(&transfer->body);
    buf_wipe(&transfer->sent);
}

static void transfer_free(struct transfer *transfer)
{
    if (transfer->easy != NULL) {
        curl_multi_remove_handle(transfer->transport->loop->multi, transfer->easy);
    }
    transfer_release(transfer);
    memory_free(transfer);
}

void transport_free(struct transport *transport)
{
    if (transport == NULL) {
        return;
    }
    for (size_t i = 0; i < transport->n_transfers; i++) {
        transfer_free(transport->transfers[i]);
    }
    memory_free(transport->transfers);
    loop_remove(transport->loop, transport);
    curl_slist_free_all(transport->connect_to);
    memory_free(transport);
}

/* Past the limit the buffer keeps what fits and the transfer ends. */
static size_t receive(char *bytes, size_t size, size_t n, void *ctx)
{
    struct buf *body = ctx;
    buf_add_bytes(body, bytes, size * n);
    return buf_ok(body) ? size * n : 0;
}

/* Adds up what setting the options returned: none of them may be missing. */
#define SET(easy, option, value) (failed |= curl_easy_setopt((easy), (option), (value)) != CURLE_OK)

static bool set_security(CURL *easy, const struct transport *transport)
{
    const struct transport_options *options = transport->options;
    bool failed = false;
    SET(easy, CURLOPT_PROTOCOLS_STR, options->is_loopback ? "http,https" : "https");
    SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(easy, CURLOPT_CERTINFO, 1L);
    SET(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (options->ca_file != NULL) {
        SET(easy, CURLOPT_CAINFO, options->ca_file);
    }
    if (transport->bypasses_proxy) {
        SET(easy, CURLOPT_PROXY, "");
    }
    return !failed;
}

static bool set_wire(CURL *easy, const struct transport *transport, struct transfer *transfer)
{
    bool failed = false;
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    SET(easy, CURLOPT_TIMEOUT_MS, (long)transfer->timeout_ms);
    SET(easy, CURLOPT_CONNECT_TO, transport->connect_to);
    SET(easy, CURLOPT_FRESH_CONNECT, transfer->call.is_single ? 1L : 0L);
    SET(easy, CURLOPT_ERRORBUFFER, transfer->error);
    SET(easy, CURLOPT_WRITEFUNCTION, receive);
    SET(easy, CURLOPT_WRITEDATA, &transfer->body);
    SET(easy, CURLOPT_PRIVATE, transfer);
    return !failed;
}

static bool set_request(CURL *easy, const struct transport *transport, struct transfer *transfer)
{
    const struct call *call = &transfer->call;
    bool failed = false;
    SET(easy, CURLOPT_URL, call->url);
    SET(easy, CURLOPT_USERAGENT, transport->options->user_agent);
    SET(easy, CURLOPT_HTTPHEADER, transfer->headers);
    if (text_equal(call->method, "HEAD")) {
        SET(easy, CURLOPT_NOBODY, 1L);
    } else if (text_equal(call->method, "POST")) {
        SET(easy, CURLOPT_POST, 1L);
        SET(easy, CURLOPT_POSTFIELDSIZE, (long)transfer->sent.len);
        SET(easy, CURLOPT_POSTFIELDS, transfer->sent.data);
    }
    if (text_equal(call->method, "PATCH")) {
        SET(easy, CURLOPT_POSTFIELDSIZE, (long)transfer->sent.len);
        SET(easy, CURLOPT_POSTFIELDS, transfer->sent.data);
    }
    if (text_equal(call->method, "PATCH") || text_equal(call->method, "DELETE")) {
        SET(easy, CURLOPT_CUSTOMREQUEST, call->method);
    }
    return !failed;
}

#undef SET

/* Asks for the secrets and builds the headers; the line with the credential lives in `headers` and
 * nowhere else. False: it is not to be sent. */
static bool prepare(const struct transport *transport, struct transfer *transfer)
{
    struct buf credential;
    buf_init(&credential, SECRET_LIMIT_BYTES);
    buf_init(&transfer->sent, SECRET_LIMIT_BYTES);
    buf_init(&transfer->body, BODY_LIMIT_BYTES);
    const struct call_hooks *hooks = &transport->hooks;
    transfer->timeout_ms = hooks->start(hooks->ctx, &transfer->call, &credential, &transfer->sent);
    bool goes = transfer->timeout_ms > 0 && buf_ok(&credential) && buf_ok(&transfer->sent);
    transfer->headers = curl_slist_append(NULL, "Accept: application/json");
    transfer->headers = curl_slist_append(transfer->headers, "Expect:");
    if (goes && transfer->call.is_write && transfer->sent.len > 0) {
        transfer->headers = curl_slist_append(transfer->headers, "Content-Type: application/json");
    }
    if (goes && credential.len > 0) {
        transfer->headers = curl_slist_append(transfer->headers, credential.data);
    }
    buf_wipe(&credential);
    return goes;
}

static bool set_up(const struct transport *transport, struct transfer *transfer)
{
    transfer->easy = curl_easy_init();
    return transfer->easy != NULL && set_security(transfer->easy, transport) &&
           set_wire(transfer->easy, transport, transfer) &&
           set_request(transfer->easy, transport, transfer) &&
           curl_multi_add_handle(transport->loop->multi, transfer->easy) == CURLM_OK;
}

/* ---- What came back ------------------------------------------------------------------------- */

static const struct {
    CURLcode code;
    enum outcome outcome;
} faults[] = {
    {CURLE_COULDNT_RESOLVE_HOST, OUTCOME_DNS_FAILURE},
    {CURLE_COULDNT_RESOLVE_PROXY, OUTCOME_PROXY_REFUSED},
    {CURLE_PROXY, OUTCOME_PROXY_REFUSED},
    {CURLE_COULDNT_CONNECT, OUTCOME_CONNECT_FAILURE},
    {CURLE_OPERATION_TIMEDOUT, OUTCOME_TIMEOUT},
    {ENDED_BY_US, OUTCOME_TIMEOUT},
    {CURLE_PEER_FAILED_VERIFICATION, OUTCOME_TLS_UNTRUSTED},
    {CURLE_SSL_CACERT_BADFILE, OUTCOME_TLS_UNTRUSTED},
    {CURLE_SSL_ISSUER_ERROR, OUTCOME_TLS_UNTRUSTED},
    {CURLE_SSL_CONNECT_ERROR, OUTCOME_TLS_HANDSHAKE},
    {CURLE_SSL_CIPHER, OUTCOME_TLS_HANDSHAKE},
    {CURLE_SSL_CERTPROBLEM, OUTCOME_TLS_HANDSHAKE},
    {CURLE_SSL_CLIENTCERT, OUTCOME_TLS_HANDSHAKE},
    {CURLE_GOT_NOTHING, OUTCOME_CONNECTION_LOST},
    {CURLE_SEND_ERROR, OUTCOME_CONNECTION_LOST},
    {CURLE_RECV_ERROR, OUTCOME_CONNECTION_LOST},
    {CURLE_PARTIAL_FILE, OUTCOME_CONNECTION_LOST},
    {CURLE_HTTP2, OUTCOME_CONNECTION_LOST},
    {CURLE_HTTP2_STREAM, OUTCOME_CONNECTION_LOST},
    {CURLE_WEIRD_SERVER_REPLY, OUTCOME_NOT_JSON},
    {CURLE_UNSUPPORTED_PROTOCOL, OUTCOME_NOT_JSON}, /* what answers does not speak HTTP */
};

static long info_long(CURL *easy, CURLINFO info)
{
    long value = 0;
    curl_easy_getinfo(easy, info, &value);
    return value;
}

/* A timeout well before the request's own can only be that of connecting. */
static bool is_connect_timeout(const struct transfer *transfer, int64_t ms)
{
    return ms + POLL_MS < transfer->timeout_ms;
}

/* libcurl has one code for both faults of a certificate, and words the one it finds itself. */
static bool is_about_the_name(const struct transfer *transfer)
{
    return text_contains_nocase(transfer->error, "subject name") ||
           text_contains_nocase(transfer->error, "host name");
}

static enum outcome fault_of(const struct transfer *transfer, CURLcode code, int64_t ms)
{
    long proxy_status = info_long(transfer->easy, CURLINFO_HTTP_CONNECTCODE);
    if (proxy_status != 0 && (proxy_status < 200 || proxy_status > 299)) {
        return OUTCOME_PROXY_REFUSED;
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION && is_about_the_name(transfer)) {
        return OUTCOME_TLS_NAME_MISMATCH;
    }
    if (code == CURLE_OPERATION_TIMEDOUT && is_connect_timeout(transfer, ms)) {
        return OUTCOME_CONNECT_FAILURE;
    }
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        if (faults[i].code == code) {
            return faults[i].outcome;
        }
    }
    return OUTCOME_CONNECT_FAILURE;
}

/* The values of a header, joined; NULL when it did not come. */
static const char *header(struct arena *scratch, CURL *easy, const char *name)
{
    struct strings values = {0};
    struct curl_header *found = NULL;
    for (size_t i = 0; curl_easy_header(easy, name, i, CURLH_HEADER, -1, &found) == CURLHE_OK;
         i++) {
        strings_add(scratch, &values, arena_strdup(scratch, found->value));
    }
    return values.n_items == 0 ? NULL : strings_join(scratch, &values, ", ");
}

static int64_t date_of(const char *text)
{
    int64_t seconds = text == NULL ? -1 : (int64_t)curl_getdate(text, NULL);
    return seconds > 0 ? seconds : 0;
}

/* The end of the server's own certificate, which comes first; libcurl tells it in lines of a name
 * and a value (CURLINFO_CERTINFO(3)). */
static int64_t certificate_until(CURL *easy)
{
    static const char name[] = "Expire date:";
    struct curl_certinfo *chain = NULL;
    bool has_chain = curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) == CURLE_OK &&
                     chain != NULL && chain->num_of_certs > 0;
    for (const struct curl_slist *line = has_chain ? chain->certinfo[0] : NULL; line != NULL;
         line = line->next) {
        if (text_starts_with(line->data, name)) {
            return date_of(line->data + strlen(name));
        }
    }
    return 0;
}

static int64_t number_of(const char *text)
{
    int64_t number = 0;
    return text != NULL && text_to_int(text, &number) && number >= 0 ? number : -1;
}

/* Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
static int64_t retry_after(const char *text, int64_t date)
{
    int64_t seconds = 0;
    if (text == NULL) {
        return -1;
    }
    if (text_to_int(text, &seconds)) {
        return seconds >= 0 ? seconds : -1;
    }
    int64_t until = date_of(text);
    int64_t now = date != 0 ? date : clock_now_seconds();
    if (until == 0) {
        return -1;
    }
    return until > now ? until - now : 0;
}

static void read_headers(struct arena *scratch, CURL *easy, struct response *response)
{
    response->server = header(scratch, easy, "Server");
    response->www_authenticate = header(scratch, easy, "WWW-Authenticate");
    response->transaction_id = header(scratch, easy, "X-Transaction-ID");
    response->is_logged_in = header(scratch, easy, "X-Is-Logged-In");
    response->mfa_token = header(scratch, easy, "X-MFA_TOKEN");
    response->location = header(scratch, easy, "Location");
    response->total_count = header(scratch, easy, "X-Total-Count");
    response->link = header(scratch, easy, "Link");
    response->rate_limit_rule = header(scratch, easy, "X-RateLimit-Rule");
    response->rate_limit_requests = number_of(header(scratch, easy, "X-RateLimit-Limit"));
    response->rate_limit_left = number_of(header(scratch, easy, "X-RateLimit-Remaining"));
    static const char *const rate_limit_names[] = {"X-RateLimit-Rule", "X-RateLimit-Limit",
                                                   "X-RateLimit-Reset"};
    for (size_t i = 0; i < ARRAY_LEN(rate_limit_names) && response->rate_limit == NULL; i++) {
        response->rate_limit = header(scratch, easy, rate_limit_names[i]);
    }
    response->date = date_of(header(scratch, easy, "Date"));
    response->retry_after_s = retry_after(header(scratch, easy, "Retry-After"), response->date);
}

static struct response read_response(struct arena *scratch, const struct transfer *transfer,
                                     CURLcode code)
{
    CURL *easy = transfer->easy;
    struct response response = {
        .status = (int)info_long(easy, CURLINFO_RESPONSE_CODE),
        .body = transfer->body.data,
        .body_len = transfer->body.len,
        .retry_after_s = -1,
        .rate_limit_requests = -1,
        .rate_limit_left = -1,
        .started_ms = transfer->started_ms,
        .ms = clock_monotonic_ms() - transfer->started_ms,
        .certificate_until = certificate_until(easy),
        .n_connects = (int)info_long(easy, CURLINFO_NUM_CONNECTS),
        .is_http2 = info_long(easy, CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0,
    };
    response.reused = response.n_connects == 0 && response.status != 0;
    if (response.status != 0) {
        read_headers(scratch, easy, &response);
    }
    /* An answer that broke off is still an answer: its status counts. A slow one is a timeout. */
    bool is_timeout = code == CURLE_OPERATION_TIMEDOUT || code == ENDED_BY_US;
    response.is_cut = code != CURLE_OK && !is_timeout && response.status != 0;
    if (code != CURLE_OK && !response.is_cut) {
        response.fault = fault_of(transfer, code, response.ms);
        const char *words = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);
        words = code == ENDED_BY_US ? "the time of this run ended" : words;
        response.fault_text = arena_strdup(scratch, words);
    }
    return response;
}

/* ---- Performing ----------------------------------------------------------------------------- */

static void count_running(struct transport *transport, const struct transfer *transfer)
{
    transport->n_running++;
    transport->n_running_aside += transfer->call.is_aside ? 1 : 0;
}

static void discount_running(struct transport *transport, const struct transfer *transfer)
{
    transport->n_running--;
    transport->n_running_aside -= transfer->call.is_aside ? 1 : 0;
}

static void finish(struct transfer *transfer, CURLcode code)
{
    const struct transport *transport = transfer->transport;
    struct arena *scratch = arena_new();
    struct response response = read_response(scratch, transfer, code);
    curl_multi_remove_handle(transport->loop->multi, transfer->easy);
    const struct call_hooks *hooks = &transport->hooks;
    int64_t delay_ms = hooks->finish(hooks->ctx, &transfer->call, &response, scratch);
    transfer_release(transfer);
    arena_free(scratch);
    transfer->state = delay_ms == CALL_IS_DONE ? TRANSFER_DONE : TRANSFER_WAITING;
    transfer->not_before_ms = clock_monotonic_ms() + delay_ms;
}

static void abandon(struct transfer *transfer)
{
    const struct call_hooks *hooks = &transfer->transport->hooks;
    transfer_release(transfer);
    transfer->state = TRANSFER_DONE;
    hooks->abandon(hooks->ctx, &transfer->call);
}

static void start(struct transfer *transfer)
{
    struct transport *transport = transfer->transport;
    if (!transport_permits(transport->options, &transfer->call) || !prepare(transport, transfer)) {
        abandon(transfer);
        return;
    }
    transfer->started_ms = clock_monotonic_ms();
    transfer->error[0] = '\0';
    transfer->state = TRANSFER_RUNNING;
    count_running(transport, transfer);
    if (!set_up(transport, transfer)) {
        discount_running(transport, transfer);
        finish(transfer, CURLE_FAILED_INIT);
    }
}

static bool is_awaited(const struct transfer *transfer)
{
    return transfer->transport->awaits_aside || !transfer->call.is_aside;
}

/* What is not waited for never holds every place. */
static bool has_place(const struct transfer *transfer)
{
    const struct transport *transport = transfer->transport;
    size_t in_flight = (size_t)*transport->in_flight;
    bool leaves_one = is_awaited(transfer) || transport->n_running_aside + 1 < in_flight;
    return leaves_one && transport->n_running < in_flight;
}

static void start_ready(const struct transport *transport)
{
    int64_t now_ms = clock_monotonic_ms();
    for (size_t i = 0; i < transport->n_transfers; i++) {
        struct transfer *transfer = transport->transfers[i];
        bool is_ready = transfer->state == TRANSFER_WAITING && transfer->not_before_ms <= now_ms;
        if (is_ready && has_place(transfer)) {
            start(transfer);
        }
    }
}

void transfer_arrived(struct transfer *transfer, CURLcode code)
{
    struct transport *transport = transfer->transport;
    discount_running(transport, transfer);
    transfer->code = code;
    transfer->state = TRANSFER_ENDED;
    if (transport->is_performing) {
        finish(transfer, code);
    }
}

static bool has_come_to_its_end(const struct transport *transport)
{
    size_t n_done = 0;
    size_t n_left = 0;
    for (size_t i = 0; i < transport->n_transfers; i++) {
        const struct transfer *transfer = transport->transfers[i];
        bool is_over = transfer->state == TRANSFER_DONE;
        n_done += is_over ? 1 : 0;
        n_left += !is_over && is_awaited(transfer) ? 1 : 0;
    }
    return n_left == 0 || (transport->awaits_aside && n_done > 0);
}

static void end_everything(struct transport *transport)
{
    for (size_t i = 0; i < transport->n_transfers; i++) {
        struct transfer *transfer = transport->transfers[i];
        if (transfer->state == TRANSFER_RUNNING) {
            discount_running(transport, transfer);
            finish(transfer, ENDED_BY_US);
        }
        if (transfer->state == TRANSFER_WAITING) {
            abandon(transfer);
        }
    }
}

static void add_transfers(struct transport *transport, const struct call *calls, size_t n_calls)
{
    size_t n = transport->n_transfers + n_calls;
    transport->transfers = memory_resize(transport->transfers, n * sizeof *transport->transfers);
    for (size_t i = 0; i < n_calls; i++) {
        struct transfer *transfer = memory_allocate_zeroed(1, sizeof *transfer);
        transfer->transport = transport;
        transfer->call = calls[i];
        transport->transfers[transport->n_transfers++] = transfer;
    }
}

static void drop_done(struct transport *transport)
{
    size_t n_left = 0;
    for (size_t i = 0; i < transport->n_transfers; i++) {
        struct transfer *transfer = transport->transfers[i];
        if (transfer->state == TRANSFER_DONE) {
            transfer_free(transfer);
        } else {
            transport->transfers[n_left++] = transfer;
        }
    }
    transport->n_transfers = n_left;
}

static void end_performance(struct transport *transport)
{
    transport->is_performing = false;
    drop_done(transport);
}

/* Those aside that ended while nothing was performed. */
static void finish_ended(const struct transport *transport)
{
    for (size_t i = 0; i < transport->n_transfers; i++) {
        if (transport->transfers[i]->state == TRANSFER_ENDED) {
            finish(transport->transfers[i], transport->transfers[i]->code);
        }
    }
}

void transport_begin(struct transport *transport, const struct call *calls, size_t n_calls,
                     const struct call_hooks *hooks, const int *in_flight)
{
    assert(!transport->is_performing);
    transport->is_performing = true;
    transport->awaits_aside = n_calls == 0;
    transport->hooks = *hooks;
    transport->in_flight = in_flight;
    add_transfers(transport, calls, n_calls);
    finish_ended(transport);
}

bool transport_is_done(const struct transport *transport)
{
    return !transport->is_performing;
}

bool transport_start_ready(struct transport *transport)
{
    if (!transport->is_performing) {
        return false;
    }
    if (transport->hooks.go_on(transport->hooks.ctx)) {
        start_ready(transport);
        return false;
    }
    end_everything(transport);
    end_performance(transport);
    return true;
}

bool transport_notice_end(struct transport *transport)
{
    if (!transport->is_performing || !has_come_to_its_end(transport)) {
        return false;
    }
    end_performance(transport);
    return true;
}
