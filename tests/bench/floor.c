/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor FILE: sends the requests of a run and nothing else, as fast as libcurl does it: the same
 * waves, as many in flight, every connection kept for all waves. `curl --parallel` keeps none from
 * one wave to the next, because one invocation has one wave. FILE has a line for each thing:
 *
 *     connect-to HOST:PORT:ADDR:PORT    once
 *     cacert PATH                       once
 *     in-flight N                       of the waves that follow
 *     wave                              what follows waits for everything before it
 *     get STATUS URL                    a request, and the status it is answered with
 *     post STATUS URL
 *     header NAME: VALUE                of the last request
 *     body TEXT                         of the last request
 *
 * Prints what each wave took, "wave K N MICROSECONDS", then "connections N" and "bytes N". Ends
 * with 1 when an answer had another status.
 */
#include <curl/curl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_REQUESTS = 512, MOST_WAVES = 32, MOST_IN_FLIGHT = 64, LINE_BYTES = 512 * 1024 };

struct request {
    char *url;
    char *body;
    struct curl_slist *headers;
    long status;
    int wave;
};

static struct request requests[MOST_REQUESTS];
static size_t n_requests;
static int n_waves;
static size_t in_flight = 4;
static size_t in_flight_of[MOST_WAVES];
static struct curl_slist *connect_to;
static char *ca_file;
static char line[LINE_BYTES];
static long n_connections;
static unsigned long long n_bytes;
static int n_wrong;

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "floor: %s: %s\n", what, detail);
    exit(2);
}

static void read_request(char *rest)
{
    char *url = NULL;
    if (n_requests == MOST_REQUESTS || n_waves == 0) {
        fail("too many requests, or one before the first wave", rest);
    }
    struct request *request = &requests[n_requests++];
    request->status = strtol(rest, &url, 10);
    request->url = strdup(url + strspn(url, " "));
    request->wave = n_waves - 1;
}

static void read_line(void)
{
    char *rest = strchr(line, ' ');
    struct request *last = n_requests == 0 ? NULL : &requests[n_requests - 1];
    if (rest != NULL) {
        *rest++ = '\0';
    }
    if (strcmp(line, "wave") == 0 && n_waves < MOST_WAVES) {
        in_flight_of[n_waves++] = in_flight;
    } else if (rest == NULL) {
        fail("not understood", line);
    } else if (strcmp(line, "get") == 0 || strcmp(line, "post") == 0) {
        read_request(rest);
    } else if (strcmp(line, "header") == 0 && last != NULL) {
        last->headers = curl_slist_append(last->headers, rest);
    } else if (strcmp(line, "body") == 0 && last != NULL) {
        last->body = strdup(rest);
    } else if (strcmp(line, "connect-to") == 0) {
        connect_to = curl_slist_append(connect_to, rest);
    } else if (strcmp(line, "cacert") == 0) {
        ca_file = strdup(rest);
    } else if (strcmp(line, "in-flight") == 0) {
        in_flight = strtoul(rest, NULL, 10);
        in_flight = in_flight < 1 || in_flight > MOST_IN_FLIGHT ? 1 : in_flight;
    } else {
        fail("not understood", line);
    }
}

static void read_plan(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail("cannot be read", path);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read_line();
    }
    fclose(file);
}

static size_t receive(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes;
    (void)ctx;
    n_bytes += size * n;
    return size * n;
}

static void start(CURLM *multi, CURL *easy, const struct request *request)
{
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, (const char *)request);
    if (request->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(request->body));
    }
    curl_multi_add_handle(multi, easy);
}

static void finish(const CURLMsg *message)
{
    const char *private = NULL;
    long status = 0;
    long connections = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(message->easy_handle, CURLINFO_NUM_CONNECTS, &connections);
    const struct request *request = (const struct request *)(const void *)private;
    n_connections += connections;
    if (status != request->status) {
        fprintf(stderr, "floor: %ld, not %ld (%s): %s\n", status, request->status,
                curl_easy_strerror(message->data.result), request->url);
        n_wrong++;
    }
}

/* Sends the requests of a wave; `idle` are handles. */
static void fly_wave(CURLM *multi, CURL **idle, int wave)
{
    size_t n_idle = in_flight_of[wave];
    size_t next = 0;
    for (int running = 1; running > 0 || next < n_requests;) {
        while (n_idle > 0 && next < n_requests) {
            if (requests[next].wave == wave) {
                start(multi, idle[--n_idle], &requests[next]);
            }
            next++;
        }
        CURLMsg *message;
        int left = 0;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            CURL *easy = message->easy_handle;
            finish(message);
            curl_multi_remove_handle(multi, easy);
            idle[n_idle++] = easy;
        }
        if (running > 0 && (n_idle == 0 || next == n_requests)) {
            curl_multi_poll(multi, NULL, 0, 100, NULL);
        }
    }
}

int main(int argc, char **argv)
{
    CURL *idle[MOST_IN_FLIGHT];
    if (argc != 2) {
        fputs("usage: floor FILE\n", stderr);
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    read_plan(argv[1]);
    CURLM *multi = curl_multi_init();
    for (size_t i = 0; i < MOST_IN_FLIGHT; i++) {
        idle[i] = curl_easy_init();
    }
    for (int wave = 0; wave < n_waves; wave++) {
        size_t n = 0;
        int64_t before = now_us();
        fly_wave(multi, idle, wave);
        for (size_t i = 0; i < n_requests; i++) {
            n += requests[i].wave == wave ? 1 : 0;
        }
        printf("wave %d %zu %lld\n", wave, n, (long long)(now_us() - before));
    }
    printf("connections %ld\nbytes %llu\n", n_connections, n_bytes);
    for (size_t i = 0; i < MOST_IN_FLIGHT; i++) {
        curl_easy_cleanup(idle[i]);
    }
    curl_multi_cleanup(multi);
    curl_global_cleanup();
    return n_wrong == 0 ? 0 : 1;
}
