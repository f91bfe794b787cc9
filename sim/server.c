/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libmicrohttpd: listening, collecting a request, sending the reply. Each connection
 * has a thread of its own, so that slow answers do not hold up others; the world is behind one
 * lock.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "sim/describe.h"
#include "sim/fault.h"
#include "sim/files.h"
#include "sim/instance.h"
#include "sim/journal.h"
#include "sim/sim.h"
#include "sim/tls.h"

enum {
    BODY_LIMIT = 64 * 1024,
    CONNECTION_MEMORY_BYTES = 64 * 1024,
    CONNECTION_LIMIT = 256,
    CONNECTION_TIMEOUT_SECONDS = 60,
};

struct sim {
    struct arena *arena;
    pthread_mutex_t *lock; /* for everything below but the daemon */
    struct MHD_Daemon *daemon;
    struct world *world;
    struct journal journal;
    struct description description;
    struct certificates certificates;
    const char *host;
    const char *url;
    const char *ca_folder;
    const char *ca_file;
    int port;
    int latency_ms;
    size_t n_connections;
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

static void count_connection(void *context, struct MHD_Connection *connection, void **number,
                             enum MHD_ConnectionNotificationCode what)
{
    struct sim *sim = context;

    (void)connection;
    if (what != MHD_CONNECTION_NOTIFY_STARTED) {
        return;
    }
    pthread_mutex_lock(sim->lock);
    size_t *kept = arena_allocate(sim->arena, sizeof *kept);
    *kept = ++sim->n_connections;
    pthread_mutex_unlock(sim->lock);
    *number = kept;
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
    struct sockaddr_in address;

    if (info != NULL && info->client_addr->sa_family == AF_INET) {
        memcpy(&address, info->client_addr, sizeof address);
        inet_ntop(AF_INET, &address.sin_addr, text, INET6_ADDRSTRLEN);
    }
    return text;
}

static size_t connection_number(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL || info->socket_context == NULL ? 0 : *(size_t *)info->socket_context;
}

static void wait_ms(int ms)
{
    struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000L};

    if (ms > 0) {
        nanosleep(&pause, NULL);
    }
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, const struct reply *reply)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.len, reply->body.data, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_YES;

    for (size_t i = 0; i < reply->headers.n_items && result == MHD_YES; i++) {
        result = MHD_add_response_header(response, reply->headers.items[i].key,
                                         reply->headers.items[i].value);
    }
    if (result == MHD_YES) {
        result = MHD_queue_response(connection, (unsigned)reply->status, response);
    }
    MHD_destroy_response(response);
    return result;
}

/* Nothing public says what an instance does with a token request of more than 64 KiB. */
static void answer_locked(struct sim *sim, const struct call *call, struct reply *reply, bool fits)
{
    if (fits) {
        sim_instance_answer(sim->world, call, reply);
    } else {
        reply->status = 413;
    }
}

static enum MHD_Result answer(struct incoming *incoming, struct MHD_Connection *connection,
                              const char *method)
{
    struct sim *sim = incoming->sim;
    struct call call = {.arena = incoming->arena,
                        .method = method,
                        .body = incoming->body.data,
                        .body_len = incoming->body.len,
                        .remote = remote_address(incoming->arena, connection),
                        .now = clock_now_seconds()};
    int64_t started_ms = clock_monotonic_ms();
    struct reply reply;

    sim_call_read_uri(&call, incoming->uri);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &call);
    sim_reply_init(&reply, incoming->arena);
    wait_ms(sim->latency_ms);
    pthread_mutex_lock(sim->lock);
    answer_locked(sim, &call, &reply, buf_ok(&incoming->body));
    sim_journal_add(&sim->journal, sim->world, &call, &reply, connection_number(connection),
                    clock_monotonic_ms() - started_ms);
    pthread_mutex_unlock(sim->lock);
    enum MHD_Result result = send_reply(connection, &reply);
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

static bool write_ca_file(struct sim *sim, struct diag *diag)
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
        done = fputs(sim->certificates.ca_pem, out) != EOF;
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
    unsigned flags; /* for MHD */
};

static bool read_listen_address(struct diag *diag, const char *text, int port,
                                struct address *ret_address)
{
    struct address address = {0};

    if (port < 0 || port > 65535) {
        return diag_error(diag, (struct where){0}, "%d is no port", port);
    }
    if (inet_pton(AF_INET, text, &address.socket.v4.sin_addr) == 1) {
        address.socket.v4.sin_family = AF_INET;
        address.socket.v4.sin_port = htons((uint16_t)port);
    } else if (inet_pton(AF_INET6, text, &address.socket.v6.sin6_addr) == 1) {
        address.socket.v6.sin6_family = AF_INET6;
        address.socket.v6.sin6_port = htons((uint16_t)port);
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
                     address->flags | (options->tls ? MHD_USE_TLS : 0U);
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, sim->certificates.key_pem},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)sim->certificates.chain_pem},
        {MHD_OPTION_END, 0, NULL}};

    return MHD_start_daemon(flags, 0, NULL, NULL, handle, sim, MHD_OPTION_SOCK_ADDR,
                            &address->socket.any, MHD_OPTION_URI_LOG_CALLBACK, incoming_new, sim,
                            MHD_OPTION_NOTIFY_COMPLETED, incoming_done, sim,
                            MHD_OPTION_NOTIFY_CONNECTION, count_connection, sim,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_TIMEOUT_SECONDS,
                            MHD_OPTION_ARRAY, options->tls ? items : &items[2], MHD_OPTION_END);
}

static const char *base_url(const struct sim *sim, const struct sim_options *options)
{
    const char *address = options->address == NULL ? "127.0.0.1" : options->address;

    if (!options->tls) {
        return arena_printf(sim->arena,
                            strchr(address, ':') != NULL ? "http://[%s]:%d" : "http://%s:%d",
                            address, sim->port);
    }
    return text_equal(sim->host, "localhost")
               ? arena_printf(sim->arena, "https://localhost:%d", sim->port)
               : arena_printf(sim->arena, "https://%s", sim->host);
}

static bool listen_locked(struct sim *sim, struct diag *diag, const struct sim_options *options)
{
    const char *text = options->address == NULL ? "127.0.0.1" : options->address;
    struct address address;

    if (!read_listen_address(diag, text, options->port, &address)) {
        return false;
    }
    sim->daemon = start_daemon(sim, options, &address);
    if (sim->daemon == NULL) {
        return diag_error(diag, (struct where){0}, "cannot listen on %s port %d", text,
                          options->port);
    }
    sim->port = MHD_get_daemon_info(sim->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    sim->world->base_url = base_url(sim, options);
    sim->url = arena_printf(sim->arena, "%s/", sim->world->base_url);
    sim->description = sim_describe(sim->world, sim->url, sim->host, sim->port, sim->ca_file);
    return true;
}

static bool load_world(struct sim *sim, struct diag *diag, const struct sim_options *options)
{
    struct world *world = sim_world_load(sim->arena, diag, options->world, sim->host);
    bool done = true;

    if (world == NULL || !sim_world_resolve(world, diag)) {
        return false;
    }
    for (size_t i = 0; i < options->faults.n_items; i++) {
        done = sim_fault_apply(world, diag, options->faults.items[i]) && done;
    }
    for (size_t i = 0; i < options->switches.n_items; i++) {
        done = sim_switch_set(&world->switches, diag, (struct where){0},
                              options->switches.items[i].key,
                              arena_strdup(sim->arena, options->switches.items[i].value)) &&
               done;
    }
    sim_world_derive(world);
    sim->world = world;
    return done;
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

static bool prepare(struct sim *sim, struct diag *diag, const struct sim_options *options)
{
    if (!load_world(sim, diag, options) || !open_journal(sim, diag, options->log_path)) {
        return false;
    }
    return !options->tls ||
           (sim_certificates_make(sim->arena, diag, sim->host, &sim->certificates) &&
            write_ca_file(sim, diag));
}

struct sim *sim_start(struct diag *diag, const struct sim_options *options)
{
    struct sim *sim = memory_allocate_zeroed(1, sizeof *sim);

    sim->arena = arena_new();
    sim->host = arena_strdup(sim->arena, options->host == NULL ? "localhost" : options->host);
    sim->latency_ms = options->latency_ms;
    sim->lock = arena_allocate(sim->arena, sizeof *sim->lock);
    pthread_mutex_init(sim->lock, NULL);
    /* Nobody is answered before the world knows its own address. */
    pthread_mutex_lock(sim->lock);
    bool done = prepare(sim, diag, options) && listen_locked(sim, diag, options);
    pthread_mutex_unlock(sim->lock);
    if (!done) {
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
    if (sim->daemon != NULL) {
        MHD_stop_daemon(sim->daemon);
    }
    if (sim->journal.out != NULL) {
        fclose(sim->journal.out);
    }
    if (sim->ca_folder != NULL) {
        unlink(sim->ca_file);
        rmdir(sim->ca_folder);
    }
    sim_certificates_release(&sim->certificates);
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
    return sim->url;
}

const char *sim_ca_file(const struct sim *sim)
{
    return sim->ca_file;
}

const char *sim_description(const struct sim *sim)
{
    return sim->description.json;
}

const char *sim_value(const struct sim *sim, const char *path)
{
    return pairs_get(&sim->description.values, path);
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
