/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libmicrohttpd: listening, collecting a request, handing it to the instance it is for.
 * Each connection has a thread of its own, so that slow answers do not hold up others; a world is
 * behind its own lock, what all of them share behind another.
 */
#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "sim/fault.h"
#include "sim/files.h"
#include "sim/instance.h"
#include "sim/journal.h"
#include "sim/sim.h"
#include "sim/tenant.h"
#include "sim/transport.h"

enum {
    BODY_LIMIT = 25 * 1024 * 1024, /* the most glide.rest.max_content_length may say */
    FORM_LIMIT = 64 * 1024,
    CONNECTION_MEMORY_BYTES = 64 * 1024,
    CONNECTION_LIMIT = 256,
    CONNECTION_TIMEOUT_SECONDS = 60,
    HOST_BYTES = 256,
    STEP_MS = 20,
};

struct sim {
    struct arena *arena;
    pthread_mutex_t *lock; /* for the journal and the number of connections */
    struct MHD_Daemon *daemon;
    int bound; /* a socket that holds the port of an instance that refuses; else -1 */
    struct tenants tenants;
    struct journal journal;
    struct identity ca;
    const char *ca_folder;
    const char *ca_file;
    int port;
    int latency_ms;
    int64_t clock_offset_s;
    atomic_bool stopping;
    size_t n_connections;
};

/* A connection: its number and what it belongs to. */
struct peer {
    struct sim *sim;
    size_t number;
};

/* A request while it comes in. */
struct incoming {
    struct sim *sim;
    struct arena *arena;
    const char *uri;
    struct buf body;
    bool has_headers;
};

/* --- a request comes in --- */

static void *incoming_new(void *sim, const char *uri, struct MHD_Connection *connection)
{
    struct incoming *incoming = memory_allocate_zeroed(1, sizeof *incoming);

    (void)connection;
    incoming->sim = sim;
    incoming->arena = arena_new();
    incoming->uri = arena_strdup(incoming->arena, uri);
    buf_init(&incoming->body, BODY_LIMIT);
    return incoming;
}

static void incoming_done(void *sim, struct MHD_Connection *connection, void **context,
                          enum MHD_RequestTerminationCode why)
{
    struct incoming *incoming = *context;

    (void)sim;
    (void)connection;
    (void)why;
    if (incoming != NULL) {
        buf_wipe(&incoming->body);
        arena_free(incoming->arena);
        memory_free(incoming);
        *context = NULL;
    }
}

static void notice_connection(void *context, struct MHD_Connection *connection, void **kept,
                              enum MHD_ConnectionNotificationCode what)
{
    struct sim *sim = context;
    struct peer *peer;

    (void)connection;
    if (what != MHD_CONNECTION_NOTIFY_STARTED) {
        memory_free(*kept);
        *kept = NULL;
        return;
    }
    peer = memory_allocate(sizeof *peer);
    peer->sim = sim;
    pthread_mutex_lock(sim->lock);
    peer->number = ++sim->n_connections;
    pthread_mutex_unlock(sim->lock);
    *kept = peer;
}

static const struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

/* --- a certificate is chosen --- */

static void read_server_name(gnutls_session_t session, char *name)
{
    size_t len = HOST_BYTES;
    unsigned type = 0;

    if (gnutls_server_name_get(session, name, &len, &type, 0) != 0 || type != GNUTLS_NAME_DNS) {
        name[0] = '\0';
    }
}

/* libmicrohttpd keeps the connection in the session. */
static int choose_certificate(gnutls_session_t session, const gnutls_datum_t *authorities,
                              int n_authorities, const gnutls_pk_algorithm_t *algorithms,
                              int n_algorithms, gnutls_pcert_st **ret_certificates, unsigned *ret_n,
                              gnutls_privkey_t *ret_key)
{
    struct MHD_Connection *connection = gnutls_session_get_ptr(session);
    const struct peer *peer = connection == NULL ? NULL : peer_of(connection);
    char name[HOST_BYTES + 1] = {0};

    (void)authorities;
    (void)n_authorities;
    (void)algorithms;
    (void)n_algorithms;
    if (peer == NULL) {
        return -1;
    }
    read_server_name(session, name);
    struct tenant *tenant = sim_tenant_find(&peer->sim->tenants, name);
    if (sim_switch_is(&tenant->world->switches, SWITCH_CERTIFICATE, "none")) {
        return -1; /* the handshake breaks off */
    }
    *ret_certificates = &tenant->certificate.certificate;
    *ret_n = 1;
    *ret_key = tenant->certificate.key;
    return 0;
}

/* --- a call is answered --- */

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    struct call *call = context;

    (void)kind;
    pairs_add(call->arena, &call->headers, arena_strdup(call->arena, key),
              arena_strdup(call->arena, value == NULL ? "" : value));
    return MHD_YES;
}

static const char *remote_address(struct arena *arena, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char *text = arena_allocate(arena, INET6_ADDRSTRLEN);
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (info != NULL && info->client_addr->sa_family == AF_INET) {
        memcpy(&v4, info->client_addr, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, INET6_ADDRSTRLEN);
    } else if (info != NULL && info->client_addr->sa_family == AF_INET6) {
        memcpy(&v6, info->client_addr, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, INET6_ADDRSTRLEN);
    }
    return text;
}

static void wait_ms(int ms)
{
    struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000L};

    if (ms > 0) {
        nanosleep(&pause, NULL);
    }
}

static int64_t now_of(const struct sim *sim, const struct tenant *tenant)
{
    int64_t offset = sim_switch_clock_s(&tenant->world->switches);

    return clock_now_seconds() + sim->clock_offset_s + offset;
}

/* "Fri, 20 Nov 2026 10:00:00 GMT" (RFC 9110). */
static void put_date(struct reply *reply, int64_t now)
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began with a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const char *utc = utc_format(reply->arena, now); /* "2026-11-20T10:00:00Z" */
    size_t month = (size_t)(utc[5] - '0') * 10 + (size_t)(utc[6] - '0') - 1;

    sim_reply_header(reply, "Date",
                     arena_printf(reply->arena, "%.3s, %.2s %.3s %.4s %.8s GMT",
                                  days + now / 86400 % 7 * 3, utc + 8, months + month * 3, utc,
                                  utc + 11));
}

/* Nothing public says what an instance does with a token request of more than 64 KiB. */
static void answer_locked(struct tenant *tenant, const struct call *call, struct reply *reply,
                          bool fits)
{
    if (!fits || (!text_starts_with(call->path, "/api/") && call->body_len > FORM_LIMIT)) {
        reply->status = 413;
    } else {
        sim_instance_answer(tenant->world, call, reply);
    }
}

static void answer_call(struct sim *sim, struct tenant *tenant, const struct call *call,
                        struct reply *reply, struct journal_place *place, bool fits)
{
    int64_t started_ms = clock_monotonic_ms();

    wait_ms(sim->latency_ms);
    pthread_mutex_lock(tenant->lock);
    answer_locked(tenant, call, reply, fits);
    pthread_mutex_lock(sim->lock);
    place->ms = clock_monotonic_ms() - started_ms;
    sim_journal_add(&sim->journal, tenant->world, call, reply, place);
    pthread_mutex_unlock(sim->lock);
    pthread_mutex_unlock(tenant->lock);
    put_date(reply, call->now);
    for (int ms = 0; ms < reply->delay_ms && !atomic_load(&sim->stopping); ms += STEP_MS) {
        wait_ms(STEP_MS);
    }
}

static enum MHD_Result answer(struct incoming *incoming, struct MHD_Connection *connection,
                              const char *method)
{
    struct sim *sim = incoming->sim;
    const struct peer *peer = peer_of(connection);
    struct call call = {.arena = incoming->arena,
                        .method = method,
                        .body = incoming->body.data,
                        .body_len = incoming->body.len,
                        .remote = remote_address(incoming->arena, connection)};
    struct reply reply;

    sim_call_read_uri(&call, incoming->uri);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &call);
    struct tenant *tenant = sim_tenant_find(&sim->tenants, sim_call_header(&call, "Host"));
    struct journal_place place = {tenant->host, peer == NULL ? 0 : peer->number, 0};
    call.now = now_of(sim, tenant);
    sim_reply_init(&reply, incoming->arena);
    answer_call(sim, tenant, &call, &reply, &place, buf_ok(&incoming->body));
    enum MHD_Result result = sim_transport_send(connection, tenant->world, &reply, &sim->stopping);
    sim_reply_release(&reply);
    return result;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **request)
{
    struct incoming *incoming = *request;

    (void)context;
    (void)url;
    (void)version;
    if (!incoming->has_headers) {
        incoming->has_headers = true;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        buf_add_bytes(&incoming->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(incoming, connection, method);
}

/* --- starting --- */

static bool write_ca_file(struct sim *sim, struct diag *diag, const char *pem)
{
    const char *folder = getenv("TMPDIR");
    char *template = arena_printf(sim->arena, "%s/glidepath-sim-XXXXXX",
                                  text_is_empty(folder) ? "/tmp" : folder);
    bool done = false;

    if (mkdtemp(template) == NULL) {
        return diag_error(diag, (struct where){0}, "cannot make a folder like '%s'", template);
    }
    sim->ca_folder = template;
    sim->ca_file = arena_printf(sim->arena, "%s/ca.pem", template);
    FILE *out = fopen(sim->ca_file, "w");
    if (out != NULL) {
        done = fputs(pem, out) != EOF;
        done = fclose(out) == 0 && done;
    }
    return done ? true : diag_error(diag, (struct where){0}, "cannot write '%s'", sim->ca_file);
}

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } socket;
    socklen_t len;
    unsigned flags; /* for MHD */
};

static bool read_listen_address(struct diag *diag, const char *text, int port,
                                struct address *ret_address)
{
    struct address address = {.len = sizeof address.socket.v4};

    if (port < 0 || port > 65535) {
        return diag_error(diag, (struct where){0}, "%d is no port", port);
    }
    if (inet_pton(AF_INET, text, &address.socket.v4.sin_addr) == 1) {
        address.socket.v4.sin_family = AF_INET;
        address.socket.v4.sin_port = htons((uint16_t)port);
    } else if (inet_pton(AF_INET6, text, &address.socket.v6.sin6_addr) == 1) {
        address.socket.v6.sin6_family = AF_INET6;
        address.socket.v6.sin6_port = htons((uint16_t)port);
        address.len = sizeof address.socket.v6;
        address.flags = MHD_USE_IPv6;
    } else {
        return diag_error(diag, (struct where){0}, "'%s' is no address to listen on", text);
    }
    *ret_address = address;
    return true;
}

static struct MHD_Daemon *start_daemon(struct sim *sim, const struct sim_options *options,
                                       const struct address *address)
{
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | address->flags |
                     (options->tls ? MHD_USE_TLS : 0U);

    return MHD_start_daemon(flags, 0, NULL, NULL, handle, sim, MHD_OPTION_SOCK_ADDR,
                            &address->socket.any, MHD_OPTION_URI_LOG_CALLBACK, incoming_new, sim,
                            MHD_OPTION_NOTIFY_COMPLETED, incoming_done, sim,
                            MHD_OPTION_NOTIFY_CONNECTION, notice_connection, sim,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_TIMEOUT_SECONDS,
                            options->tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END,
                            choose_certificate, MHD_OPTION_END);
}

/* A socket that is bound and does not listen keeps its port, and refuses whoever comes. */
static int bind_only(const struct address *address, int *ret_port)
{
    int bound = socket(address->socket.any.sa_family, SOCK_STREAM, 0);
    struct address actual = *address;

    if (bound >= 0 && (bind(bound, &address->socket.any, address->len) != 0 ||
                       getsockname(bound, &actual.socket.any, &actual.len) != 0)) {
        close(bound);
        return -1;
    }
    *ret_port = ntohs(address->socket.any.sa_family == AF_INET ? actual.socket.v4.sin_port
                                                               : actual.socket.v6.sin6_port);
    return bound;
}

static bool is_refusing(const struct sim *sim)
{
    return sim_switch_is(&sim->tenants.items[0].world->switches, SWITCH_TRANSPORT, "refused");
}

static bool open_listener(struct sim *sim, const struct sim_options *options,
                          const struct address *address)
{
    if (is_refusing(sim)) {
        sim->bound = bind_only(address, &sim->port);
        return sim->bound >= 0;
    }
    sim->daemon = start_daemon(sim, options, address);
    if (sim->daemon != NULL) {
        sim->port = MHD_get_daemon_info(sim->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    }
    return sim->daemon != NULL;
}

/* Nobody is answered before the worlds know their own addresses. */
static void lock_all(const struct sim *sim, bool lock)
{
    for (size_t i = 0; i < sim->tenants.n_items; i++) {
        (void)(lock ? pthread_mutex_lock(sim->tenants.items[i].lock)
                    : pthread_mutex_unlock(sim->tenants.items[i].lock));
    }
}

static bool start_listening(struct sim *sim, struct diag *diag, const struct sim_options *options)
{
    const char *text = options->address == NULL ? "127.0.0.1" : options->address;
    struct address address;

    if (!read_listen_address(diag, text, options->port, &address)) {
        return false;
    }
    lock_all(sim, true);
    bool done = open_listener(sim, options, &address);
    if (done) {
        sim_tenants_place(sim->arena, &sim->tenants, options, sim->port, sim->ca_file);
    }
    lock_all(sim, false);
    return done ? true
                : diag_error(diag, (struct where){0}, "cannot listen on %s port %d", text,
                             options->port);
}

static bool open_journal(struct sim *sim, struct diag *diag, const char *path)
{
    sim->journal.arena = sim->arena;
    if (path == NULL) {
        return true;
    }
    sim->journal.out = fopen(path, "w");
    return sim->journal.out != NULL
               ? true
               : diag_error(diag, (struct where){0}, "cannot write '%s'", path);
}

static bool certify(struct sim *sim, struct diag *diag)
{
    const char *pem = NULL;

    return sim_authority_make(sim->arena, diag, &sim->ca, &pem) &&
           sim_tenants_certify(&sim->tenants, diag, &sim->ca) && write_ca_file(sim, diag, pem);
}

struct sim *sim_start(struct diag *diag, const struct sim_options *options)
{
    struct sim *sim = memory_allocate_zeroed(1, sizeof *sim);

    sim->arena = arena_new();
    sim->bound = -1;
    sim->latency_ms = options->latency_ms;
    sim->clock_offset_s = options->clock_offset_s;
    sim->lock = arena_allocate(sim->arena, sizeof *sim->lock);
    pthread_mutex_init(sim->lock, NULL);
    if (!sim_tenants_build(sim->arena, diag, options, &sim->tenants) ||
        !open_journal(sim, diag, options->log_path) || (options->tls && !certify(sim, diag)) ||
        !start_listening(sim, diag, options)) {
        sim_stop(sim);
        return NULL;
    }
    return sim;
}

void sim_stop(struct sim *sim)
{
    if (sim == NULL) {
        return;
    }
    atomic_store(&sim->stopping, true);
    if (sim->daemon != NULL) {
        MHD_stop_daemon(sim->daemon);
    }
    if (sim->bound >= 0) {
        close(sim->bound);
    }
    if (sim->journal.out != NULL) {
        fclose(sim->journal.out);
    }
    if (sim->ca_folder != NULL) {
        unlink(sim->ca_file);
        rmdir(sim->ca_folder);
    }
    sim_tenants_release(&sim->tenants);
    sim_authority_release(&sim->ca);
    pthread_mutex_destroy(sim->lock);
    arena_free(sim->arena);
    memory_free(sim);
}

/* --- asking the simulated instance about itself --- */

int sim_port(const struct sim *sim)
{
    return sim->port;
}

const char *sim_url(const struct sim *sim)
{
    return sim->tenants.items[0].url;
}

const char *sim_ca_file(const struct sim *sim)
{
    return sim->ca_file;
}

const char *sim_description(const struct sim *sim)
{
    return sim->tenants.items[0].description.json;
}

const char *sim_value(const struct sim *sim, const char *path)
{
    return pairs_get(&sim->tenants.items[0].description.values, path);
}

struct pairs sim_values(struct arena *arena, const struct sim *sim, const char *path)
{
    const struct pairs *all = &sim->tenants.items[0].description.values;
    const char *prefix = arena_printf(arena, "%s.", path);
    struct pairs values = {0};

    for (size_t i = 0; i < all->n_items; i++) {
        if (text_starts_with(all->items[i].key, prefix)) {
            pairs_add(arena, &values, all->items[i].key + strlen(prefix), all->items[i].value);
        }
    }
    return values;
}

const char *sim_host_url(const struct sim *sim, const char *host)
{
    const struct tenant *tenant = sim_tenant_named(&sim->tenants, host);

    return tenant == NULL ? NULL : tenant->url;
}

const char *sim_host_description(const struct sim *sim, const char *host)
{
    const struct tenant *tenant = sim_tenant_named(&sim->tenants, host);

    return tenant == NULL ? NULL : tenant->description.json;
}

const char *sim_host_value(const struct sim *sim, const char *host, const char *path)
{
    const struct tenant *tenant = sim_tenant_named(&sim->tenants, host);

    return tenant == NULL ? NULL : pairs_get(&tenant->description.values, path);
}

size_t sim_n_requests(const struct sim *sim)
{
    pthread_mutex_lock(sim->lock);
    size_t n = sim->journal.n_requests;
    pthread_mutex_unlock(sim->lock);
    return n;
}

size_t sim_n_connections(const struct sim *sim)
{
    pthread_mutex_lock(sim->lock);
    size_t n = sim->n_connections;
    pthread_mutex_unlock(sim->lock);
    return n;
}

const char *sim_request(const struct sim *sim, size_t i)
{
    pthread_mutex_lock(sim->lock);
    const char *request = i < sim->journal.requests.n_items ? sim->journal.requests.items[i] : NULL;
    pthread_mutex_unlock(sim->lock);
    return request;
}

/* --- the built-in worlds --- */

struct strings sim_world_names(struct arena *arena)
{
    static const char prefix[] = "worlds/";
    static const char suffix[] = ".yaml";
    struct strings names = {0};

    for (size_t i = 0; i < glidepath_world_files_count; i++) {
        const char *file = glidepath_world_files[i].name;
        if (text_starts_with(file, prefix)) {
            size_t len = strlen(file) - (sizeof prefix - 1) - (sizeof suffix - 1);
            strings_add(arena, &names, arena_strndup(arena, file + sizeof prefix - 1, len));
        }
    }
    return names;
}

bool sim_world_faults(struct arena *arena, struct diag *diag, const char *world,
                      struct pairs *ret_faults)
{
    return sim_fault_list(arena, diag, world, ret_faults);
}

bool sim_world_variations(struct arena *arena, struct diag *diag, const char *world,
                          struct pairs *ret_variations)
{
    return sim_variation_list(arena, diag, world, ret_variations);
}
