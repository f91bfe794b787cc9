/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread, one poll(), plain sockets.
 */
#include "tests/probes/canned.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"

enum { MOST_CONNECTIONS = 16, MOST_REQUESTS = 256, REQUEST_BYTES = 64 * 1024 };

struct connection {
    int fd; /* -1: free */
    char *text;
    size_t len;
};

struct canned {
    struct canned_rule *rules; /* copies, their texts too */
    size_t n_rules;
    int *n_used;
    int listener;
    int port;
    pthread_t thread;
    pthread_mutex_t lock;
    atomic_bool is_ending;
    struct connection connections[MOST_CONNECTIONS];
    int n_connections;
    char *requests[MOST_REQUESTS];
    size_t n_requests;
    size_t flooded_bytes;
    size_t most_together;
};

/* ---- Requests ------------------------------------------------------------------------------- */

/* The length of the first whole request in the buffer, 0 while it is not whole. */
static size_t request_length(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    size_t head = (size_t)(end - text) + 4;
    const char *length = strstr(text, "Content-Length: ");
    size_t body = length != NULL && length < end ? strtoul(length + 16, NULL, 10) : 0;
    return strlen(text) >= head + body ? head + body : 0;
}

static const struct canned_rule *pick_rule(struct canned *canned, const char *request)
{
    for (size_t i = 0; i < canned->n_rules; i++) {
        const struct canned_rule *rule = &canned->rules[i];
        bool fits = (rule->with == NULL || strstr(request, rule->with) != NULL) &&
                    (rule->without == NULL || strstr(request, rule->without) == NULL) &&
                    (rule->times == 0 || canned->n_used[i] < rule->times);
        if (fits) {
            canned->n_used[i]++;
            return rule;
        }
    }
    return NULL;
}

static void hang_up(struct connection *connection)
{
    close(connection->fd);
    free(connection->text);
    *connection = (struct connection){.fd = -1};
}

/* The client may close while a flood is being written: it has read enough. */
static void send_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
        text += n;
        len -= (size_t)n;
    }
}

/* Ends when the client hangs up, or the test does. */
static void flood(struct canned *canned, int fd)
{
    static char blanks[64 * 1024];
    memset(blanks, ' ', sizeof blanks);
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    ssize_t n = 0;
    while (n >= 0 && !atomic_load(&canned->is_ending)) {
        if (poll(&writable, 1, 20) <= 0) {
            continue;
        }
        n = send(fd, blanks, sizeof blanks, MSG_NOSIGNAL | MSG_DONTWAIT);
        pthread_mutex_lock(&canned->lock);
        canned->flooded_bytes += n > 0 ? (size_t)n : 0;
        pthread_mutex_unlock(&canned->lock);
    }
}

/* Whoever else has arrived in the meantime has sent something, or wants to connect. */
static void hold_back(struct canned *canned, const struct connection *held, int hold_ms)
{
    poll(NULL, 0, hold_ms);
    size_t n_together = 1;
    for (size_t i = 0; i <= MOST_CONNECTIONS; i++) {
        int fd = i < MOST_CONNECTIONS ? canned->connections[i].fd : canned->listener;
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        bool has_arrived = fd != held->fd && poll(&readable, 1, 0) > 0;
        n_together += has_arrived ? 1 : 0;
    }
    pthread_mutex_lock(&canned->lock);
    if (n_together > canned->most_together) {
        canned->most_together = n_together;
    }
    pthread_mutex_unlock(&canned->lock);
}

static void answer_request(struct canned *canned, struct connection *connection, size_t len)
{
    char *request = strndup(connection->text, len);
    pthread_mutex_lock(&canned->lock);
    const struct canned_rule *rule = pick_rule(canned, request);
    if (canned->n_requests < MOST_REQUESTS) {
        canned->requests[canned->n_requests++] = request;
    } else {
        free(request);
    }
    pthread_mutex_unlock(&canned->lock);
    memmove(connection->text, connection->text + len, connection->len - len + 1);
    connection->len -= len;
    if (rule != NULL && rule->hold_ms > 0) {
        hold_back(canned, connection, rule->hold_ms);
    }
    if (rule != NULL && rule->answer != NULL) {
        send_all(connection->fd, rule->answer, rule->answer_len);
    }
    if (rule != NULL && rule->end == CANNED_FLOOD) {
        flood(canned, connection->fd);
    }
    if (rule == NULL || rule->answer == NULL || rule->end == CANNED_CLOSE ||
        rule->end == CANNED_FLOOD) {
        hang_up(connection);
    }
}

/* ---- Serving -------------------------------------------------------------------------------- */

static void welcome(struct canned *canned)
{
    int fd = accept(canned->listener, NULL, NULL);
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        if (fd >= 0 && canned->connections[i].fd < 0) {
            canned->connections[i] =
                (struct connection){.fd = fd, .text = calloc(1, REQUEST_BYTES)};
            pthread_mutex_lock(&canned->lock);
            canned->n_connections++;
            pthread_mutex_unlock(&canned->lock);
            return;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void read_more(struct canned *canned, struct connection *connection)
{
    size_t room = REQUEST_BYTES - 1 - connection->len;
    ssize_t n = recv(connection->fd, connection->text + connection->len, room, 0);
    if (n <= 0) {
        hang_up(connection);
        return;
    }
    connection->len += (size_t)n;
    connection->text[connection->len] = '\0';
    size_t len = request_length(connection->text);
    while (connection->fd >= 0 && len > 0) {
        answer_request(canned, connection, len);
        len = connection->fd >= 0 ? request_length(connection->text) : 0;
    }
}

static void *serve(void *ctx)
{
    struct canned *canned = ctx;
    while (!atomic_load(&canned->is_ending)) {
        struct pollfd fds[MOST_CONNECTIONS + 1];
        for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
            fds[i] = (struct pollfd){.fd = canned->connections[i].fd, .events = POLLIN};
        }
        fds[MOST_CONNECTIONS] = (struct pollfd){.fd = canned->listener, .events = POLLIN};
        if (poll(fds, MOST_CONNECTIONS + 1, 20) <= 0) {
            continue;
        }
        for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
            if (fds[i].revents != 0 && canned->connections[i].fd >= 0) {
                read_more(canned, &canned->connections[i]);
            }
        }
        if (fds[MOST_CONNECTIONS].revents != 0) {
            welcome(canned);
        }
    }
    return NULL;
}

static char *copy(const char *text, size_t len)
{
    char *bytes = text == NULL ? NULL : calloc(1, len + 1);
    if (bytes != NULL) {
        memcpy(bytes, text, len);
    }
    return bytes;
}

static struct canned_rule *copy_rules(const struct canned_rule *rules, size_t n_rules)
{
    struct canned_rule *copies = calloc(n_rules + 1, sizeof *copies);
    for (size_t i = 0; i < n_rules; i++) {
        const struct canned_rule *rule = &rules[i];
        copies[i] = *rule;
        copies[i].with = rule->with == NULL ? NULL : copy(rule->with, strlen(rule->with));
        copies[i].without =
            rule->without == NULL ? NULL : copy(rule->without, strlen(rule->without));
        if (rule->answer != NULL) {
            copies[i].answer_len = rule->answer_len > 0 ? rule->answer_len : strlen(rule->answer);
            copies[i].answer = copy(rule->answer, copies[i].answer_len);
        }
    }
    return copies;
}

static void free_rules(struct canned_rule *rules, size_t n_rules)
{
    for (size_t i = 0; i < n_rules; i++) {
        free((void *)(uintptr_t)rules[i].with);
        free((void *)(uintptr_t)rules[i].without);
        free((void *)(uintptr_t)rules[i].answer);
    }
    free(rules);
}

struct canned *canned_start(const struct canned_rule *rules, size_t n_rules)
{
    struct canned *canned = calloc(1, sizeof *canned);
    canned->rules = copy_rules(rules, n_rules);
    canned->n_rules = n_rules;
    canned->n_used = calloc(n_rules + 1, sizeof *canned->n_used);
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        canned->connections[i].fd = -1;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    canned->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(canned->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(canned->listener, 8) != 0 ||
        getsockname(canned->listener, (struct sockaddr *)&address, &len) != 0) {
        abort();
    }
    canned->port = ntohs(address.sin_port);
    pthread_mutex_init(&canned->lock, NULL);
    pthread_create(&canned->thread, NULL, serve, canned);
    return canned;
}

void canned_stop(struct canned *canned)
{
    atomic_store(&canned->is_ending, true);
    pthread_join(canned->thread, NULL);
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        if (canned->connections[i].fd >= 0) {
            hang_up(&canned->connections[i]);
        }
    }
    for (size_t i = 0; i < canned->n_requests; i++) {
        free(canned->requests[i]);
    }
    close(canned->listener);
    pthread_mutex_destroy(&canned->lock);
    free_rules(canned->rules, canned->n_rules);
    free(canned->n_used);
    free(canned);
}

/* ---- What was asked ------------------------------------------------------------------------- */

int canned_port(const struct canned *canned)
{
    return canned->port;
}

int canned_n_connections(struct canned *canned)
{
    pthread_mutex_lock(&canned->lock);
    int n = canned->n_connections;
    pthread_mutex_unlock(&canned->lock);
    return n;
}

size_t canned_flooded_bytes(struct canned *canned)
{
    pthread_mutex_lock(&canned->lock);
    size_t n = canned->flooded_bytes;
    pthread_mutex_unlock(&canned->lock);
    return n;
}

size_t canned_most_together(struct canned *canned)
{
    pthread_mutex_lock(&canned->lock);
    size_t n = canned->most_together;
    pthread_mutex_unlock(&canned->lock);
    return n;
}

size_t canned_count(struct canned *canned, const char *text)
{
    size_t n = 0;
    pthread_mutex_lock(&canned->lock);
    for (size_t i = 0; i < canned->n_requests; i++) {
        n += text == NULL || strstr(canned->requests[i], text) != NULL ? 1 : 0;
    }
    pthread_mutex_unlock(&canned->lock);
    return n;
}

const char *canned_request(struct canned *canned, size_t i)
{
    pthread_mutex_lock(&canned->lock);
    const char *request = i < canned->n_requests ? canned->requests[i] : NULL;
    pthread_mutex_unlock(&canned->lock);
    return request;
}

/* ---- Answers -------------------------------------------------------------------------------- */

const char *canned_answer(struct arena *arena, int status, const char *content_type,
                          const char *headers, const char *body)
{
    return arena_printf(arena,
                        "HTTP/1.1 %d Canned\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                        "%s\r\n%s",
                        status, content_type, strlen(body), headers, body);
}

const char *canned_json(struct arena *arena, int status, const char *body)
{
    return canned_answer(arena, status, "application/json;charset=UTF-8",
                         "X-Is-Logged-In: true\r\nX-Transaction-ID: 0123456789ab\r\n", body);
}
