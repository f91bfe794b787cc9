/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listening instance: TLS, what it says of itself, the journal, limits, mistakes in options.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <dirent.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/strings.h"
#include "support.h"

#define INCIDENT "api/now/table/incident?sysparm_limit=1&sysparm_fields=number"

static struct sim *start(struct diag *diag, struct sim_options options)
{
    struct sim *sim;

    options.world = options.world == NULL ? "cloud-ex-machina" : options.world;
    sim = sim_start(diag, &options);
    diag_print(diag, stderr);
    return sim;
}

static struct fetched get(struct arena *arena, const struct sim *sim, const char *path,
                          struct fetch_options options)
{
    return fetch(arena_printf(arena, "%s%s", sim_url(sim), path), &options);
}

Test(sim_server, tls)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim =
        start(diag, (struct sim_options){.tls = true, .host = "acme.service-now.com"});

    cr_assert_not_null(sim);
    cr_expect_str_eq(sim_url(sim), "https://acme.service-now.com/");
    const char *to = arena_printf(arena, "acme.service-now.com:443:127.0.0.1:%d", sim_port(sim));
    struct fetch_options options = {
        .ca_file = sim_ca_file(sim), .connect_to = to, .header = AUDITOR};
    struct fetched good = get(arena, sim, INCIDENT, options);
    cr_expect_eq(good.error, CURLE_OK, "%d", good.error);
    cr_expect_eq(good.status, 200, "%s", good.body);
    fetched_release(&good);

    options.ca_file = "/etc/ssl/certs/ca-certificates.crt";
    struct fetched untrusted = get(arena, sim, INCIDENT, options);
    cr_expect_neq(untrusted.error, CURLE_OK, "another CA does not know it");
    fetched_release(&untrusted);

    options = (struct fetch_options){.ca_file = sim_ca_file(sim), .header = AUDITOR};
    const char *url = arena_printf(arena, "https://127.0.0.1:%d/" INCIDENT, sim_port(sim));
    struct fetched address = fetch(url, &options);
    cr_expect_eq(address.status, 200, "the certificate is for the address too");
    fetched_release(&address);

    options.connect_to =
        arena_printf(arena, "other.service-now.com:443:127.0.0.1:%d", sim_port(sim));
    struct fetched other = fetch("https://other.service-now.com/" INCIDENT, &options);
    cr_expect_eq(other.error, CURLE_PEER_FAILED_VERIFICATION, "not for another name: %d",
                 other.error);
    fetched_release(&other);
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

Test(sim_server, the_key_is_written_nowhere)
{
    struct diag *diag = diag_new();
    struct arena *arena = arena_new();
    struct sim *sim = start(diag, (struct sim_options){.tls = true});

    cr_assert_not_null(sim);
    cr_expect(text_starts_with(sim_url(sim), "https://localhost:"));
    const char *file = arena_strdup(arena, sim_ca_file(sim));
    const char *folder = arena_strndup(arena, file, (size_t)(strrchr(file, '/') - file));
    size_t len;
    const char *fault;
    char *pem = file_read(arena, file, 100000, &len, &fault);
    cr_assert_not_null(pem);
    cr_expect_not_null(strstr(pem, "BEGIN CERTIFICATE"));
    cr_expect_null(strstr(pem, "PRIVATE"));
    size_t n_files = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        n_files += entry->d_name[0] == '.' ? 0 : 1;
    }
    closedir(entries);
    cr_expect_eq(n_files, 1, "the CA and nothing else");
    sim_stop(sim);
    cr_expect_neq(access(folder, F_OK), 0, "the folder is gone");
    arena_free(arena);
    diag_free(diag);
}

Test(sim_server, description)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){.host = "acme.service-now.com"});
    const char *fault = NULL;

    cr_assert_not_null(sim);
    const char *text = sim_description(sim);
    cr_expect_null(strchr(text, '\n'), "one line");
    const struct json *json = json_parse(arena, text, strlen(text), &fault);
    cr_assert_not_null(json, "%s", fault);
    cr_expect_str_eq(json_get_text(json, "pack"), "cloud-ex-machina");
    cr_expect_str_eq(json_get_text(json, "world"), "cloud-ex-machina");
    cr_expect_str_eq(json_get_text(json, "url"), sim_url(sim));
    cr_expect_str_eq(json_get_text(json, "host"), "acme.service-now.com");
    cr_expect_eq(json_get(json, "ca_file")->kind, JSON_KIND_NULL);
    const struct json *credentials = json_get(json, "credentials");
    cr_expect_str_eq(json_get_text(json_get(credentials, "auditor"), "kind"), "api-key");
    cr_expect_str_eq(sim_value(sim, "credentials.integration.client_secret"),
                     "simulated-client-secret");
    cr_expect_str_eq(sim_value(sim, "parameters.assignment_group"), "Cloud Operations");
    cr_expect_null(sim_value(sim, "credentials.nobody"));
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

Test(sim_server, journal)
{
    const char *log = "sim-journal-test.log";
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){.log_path = log});

    cr_assert_not_null(sim);
    struct fetched first =
        get(arena, sim, INCIDENT "&x-sn-apikey=test-secret-not-real", (struct fetch_options){0});
    struct fetched second =
        get(arena, sim, "oauth_token.do", (struct fetch_options){.form = TOKEN_FORM});
    struct fetched third = get(arena, sim, INCIDENT, (struct fetch_options){.header = AUDITOR});
    cr_expect_eq(sim_n_requests(sim), 3);
    cr_expect_eq(sim_n_connections(sim), 3, "each fetch has a connection of its own");
    cr_expect_str_eq(sim_request(sim, 0), "GET /api/now/table/incident?sysparm_limit=1&sysparm_"
                                          "fields=number&x-sn-apikey=[secret]");
    cr_expect_str_eq(sim_request(sim, 1), "POST /oauth_token.do");
    cr_expect_str_eq(sim_request(sim, 2), "GET /" INCIDENT);
    cr_expect_null(sim_request(sim, 3));
    fetched_release(&first);
    fetched_release(&second);
    fetched_release(&third);
    sim_stop(sim);

    size_t len;
    const char *fault;
    char *text = file_read(arena, log, 100000, &len, &fault);
    cr_assert_not_null(text, "%s", fault);
    cr_expect_not_null(strstr(text, "\"user\":\"cxm_integration\",\"status\":200"), "%s", text);
    cr_expect_null(strstr(text, "secret-not-real"), "%s", text);
    cr_expect_null(strstr(text, "simulated-"), "no secret at all: %s", text);
    unlink(log);
    diag_free(diag);
    arena_free(arena);
}

Test(sim_server, limits)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){0});
    char *large = arena_allocate(arena, 70001);
    char *url = arena_allocate(arena, 9001);

    cr_assert_not_null(sim);
    memset(large, 'a', 70000);
    struct fetched body = get(arena, sim, "oauth_token.do", (struct fetch_options){.form = large});
    cr_expect_eq(body.status, 413, "a body over 64 KiB: %ld", body.status);
    fetched_release(&body);
    memset(url, 'a', 9000);
    struct fetched uri =
        get(arena, sim, arena_printf(arena, "api/now/table/%s", url), (struct fetch_options){0});
    cr_expect_eq(uri.status, 414, "a URI over 8 KiB: %ld", uri.status);
    fetched_release(&uri);
    struct fetched page = get(arena, sim, "nav_to.do", (struct fetch_options){0});
    cr_expect_eq(page.status, 302, "pages lead elsewhere");
    cr_expect_not_null(strstr(page.headers, "Location: http://127.0.0.1:"));
    fetched_release(&page);
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

/* A client that hangs up in the middle of a request leaves nothing behind (the sanitizer looks). */
Test(sim_server, clients_that_hang_up)
{
    static const char *const halves[] = {
        "",
        "GET /api/now/table/incident",
        "GET /api/now/table/incident HTTP/1.1\r\nHost: x\r\n",
        "POST /oauth_token.do HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant_type=",
        "nonsense\r\n\r\n",
    };
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){0});

    cr_assert_not_null(sim);
    for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)sim_port(sim)),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int peer = socket(AF_INET, SOCK_STREAM, 0);
        cr_assert_eq(connect(peer, (struct sockaddr *)&address, sizeof address), 0);
        cr_expect_eq(send(peer, halves[i], strlen(halves[i]), 0), (ssize_t)strlen(halves[i]));
        close(peer);
    }
    struct fetched got = get(arena, sim, INCIDENT, (struct fetch_options){.header = AUDITOR});
    cr_expect_eq(got.status, 200, "and it goes on serving");
    fetched_release(&got);
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

/* Says `request` to the sim as it is, and gives the beginning of the answer. */
static const char *say(struct arena *arena, const struct sim *sim, const char *request)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)sim_port(sim)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char *answer = arena_allocate(arena, 2001);
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t got;

    cr_assert_eq(connect(peer, (struct sockaddr *)&address, sizeof address), 0);
    cr_expect_eq(send(peer, request, strlen(request), 0), (ssize_t)strlen(request));
    got = recv(peer, answer, 2000, 0);
    answer[got < 0 ? 0 : got] = '\0';
    close(peer);
    return answer;
}

Test(sim_server, what_no_client_library_sends)
{
    static const struct {
        const char *request;
        const char *answer;
        const char *why;
    } rows[] = {
        {"GET http://elsewhere.example.com/" INCIDENT " HTTP/1.1\r\nHost: x\r\n" AUDITOR "\r\n\r\n",
         "HTTP/1.1 200", "a target in full"},
        {"POST /oauth_token.do HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3"
         "\r\n\r\nab",
         "HTTP/1.1 400", "two lengths"},
    };
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){0});

    cr_assert_not_null(sim);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *answer = say(arena, sim, rows[i].request);
        cr_expect(text_starts_with(answer, rows[i].answer), "row %zu (%s): %.40s", i, rows[i].why,
                  answer);
    }
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

/* sim/README.md says of every switch and setting why it is there. */
Test(sim_server, switches_are_documented)
{
    struct arena *arena = arena_new();
    size_t len;
    const char *fault;
    const char *text = file_read(arena, ROOT "/sim/README.md", 100000, &len, &fault);
    const struct switch_info *info;

    cr_assert_not_null(text, "%s", fault);
    for (size_t i = 0; (info = sim_switch_info(i)) != NULL; i++) {
        struct strings settings = {0};
        for (size_t k = 0; k < ARRAY_LEN(info->settings) && info->settings[k] != NULL; k++) {
            strings_add(arena, &settings, arena_printf(arena, "`%s`", info->settings[k]));
        }
        const char *line =
            arena_printf(arena, "| `%s` | %s | ", info->name, strings_join(arena, &settings, ", "));
        cr_expect_not_null(strstr(text, line), "no line \"%s\"", line);
        cr_expect(i == 0 || strcmp(sim_switch_info(i - 1)->name, info->name) < 0, "%s: order",
                  info->name);
    }
    arena_free(arena);
}

struct client {
    const char *url;
    int n_good;
};

static void *run_client(void *context)
{
    struct client *client = context;

    for (int i = 0; i < 5; i++) {
        struct fetched got = fetch(client->url, &(struct fetch_options){.header = AUDITOR});
        client->n_good += got.status == 200;
        fetched_release(&got);
    }
    return NULL;
}

Test(sim_server, slow_answers_do_not_wait_for_each_other)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){.latency_ms = 100});
    struct client clients[8];
    pthread_t threads[ARRAY_LEN(clients)];

    cr_assert_not_null(sim);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int64_t started_ms = clock_monotonic_ms();
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        clients[i] = (struct client){arena_printf(arena, "%s" INCIDENT, sim_url(sim)), 0};
        pthread_create(&threads[i], NULL, run_client, &clients[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        pthread_join(threads[i], NULL);
        cr_expect_eq(clients[i].n_good, 5, "client %zu: %d", i, clients[i].n_good);
    }
    int64_t took_ms = clock_monotonic_ms() - started_ms;
    cr_expect(took_ms >= 500, "every answer was late: %lld ms", (long long)took_ms);
    cr_expect(took_ms < 3500, "forty answers in a row would take four seconds: %lld ms",
              (long long)took_ms);
    cr_expect_eq(sim_n_requests(sim), 40);
    sim_stop(sim);
    curl_global_cleanup();
    diag_free(diag);
    arena_free(arena);
}

Test(sim_server, mistakes_are_reported)
{
    const char *near[] = {"user-inactiv"};
    const char *far[] = {"zz"};
    const char *nowhere[] = {"role-missing"}; /* each of its steps is for a built-in world */
    struct pair bad_setting[] = {{"unknown-column", "sometimes"}};
    struct pair bad_switch[] = {{"unknown-colum", "ignored"}};
    const struct {
        struct sim_options options;
        const char *message;
    } rows[] = {
        {{.world = "no-such-world"}, "error: there is no built-in world 'no-such-world'"},
        {{.world = "./no-such-file.yaml"}, "no-such-file.yaml"},
        {{.faults = {near, 1}}, "(did you mean 'user-inactive'?)"},
        {{.faults = {far, 1}}, "world cloud-ex-machina has no fault 'zz'"},
        {{.world = ROOM_FIXTURES "/own-world.yaml", .faults = {nowhere, 1}},
         "world own has no fault 'role-missing'"},
        {{.switches = {bad_setting, 1}}, "switch 'unknown-column' has no setting 'sometimes'"},
        {{.switches = {bad_switch, 1}}, "(did you mean 'unknown-column'?)"},
        {{.address = "localhost"}, "'localhost' is no address to listen on"},
        {{.port = 70000}, "70000 is no port"},
        {{.log_path = "/no-such-folder/log"}, "cannot write '/no-such-folder/log'"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct diag *diag = diag_new();
        struct sim *sim = start(diag, rows[i].options);
        cr_expect_null(sim, "row %zu", i);
        cr_assert_gt(diag_count(diag), 0, "row %zu", i);
        cr_expect_not_null(strstr(diag_message(diag, 0), rows[i].message), "row %zu: %s", i,
                           diag_message(diag, 0));
        diag_free(diag);
    }
}

/* A world file of the user's: every mistake of it is reported at its place. */
Test(sim_server, mistakes_in_a_world_file)
{
    static const char *const wanted[] = {
        "broken-world.yaml:4:1: error: unknown key 'colour'",
        "error: unknown switch 'unknown-colum' (did you mean 'unknown-column'?)",
        "error: table sys_user has no column 'user_nam' (did you mean 'user_name'?)",
        "error: table sys_user has no shorthand '+role'",
        "error: unknown table 'sys_users'",
    };
    struct diag *diag = diag_new();
    struct sim_options options = {.world = ROOM_FIXTURES "/broken-world.yaml"};

    cr_expect_null(sim_start(diag, &options));
    cr_expect_eq(diag_count(diag), ARRAY_LEN(wanted), "%zu", diag_count(diag));
    for (size_t i = 0; i < diag_count(diag) && i < ARRAY_LEN(wanted); i++) {
        cr_expect_not_null(strstr(diag_message(diag, i), wanted[i]), "%zu: %s", i,
                           diag_message(diag, i));
    }
    diag_free(diag);
}

Test(sim_server, a_world_of_the_users_own)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim *sim = start(diag, (struct sim_options){.world = ROOM_FIXTURES "/own-world.yaml"});

    cr_assert_not_null(sim);
    cr_expect_str_eq(sim_value(sim, "world"), "own");
    struct fetched got =
        get(arena, sim, "api/now/table/sys_user?sysparm_fields=user_name,manager.user_name",
            (struct fetch_options){.header = basic_header(arena, "me:test-secret-not-real")});
    cr_expect_str_eq(got.body,
                     "{\"result\":[{\"user_name\":\"me\",\"manager.user_name\":\"me\"}]}");
    fetched_release(&got);
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

Test(sim_server, worlds_are_listed)
{
    struct arena *arena = arena_new();
    struct strings names = sim_world_names(arena);

    cr_expect(strings_have(&names, "cloud-ex-machina"));
    for (size_t i = 0; i < names.n_items; i++) {
        struct diag *diag = diag_new();
        struct sim *sim = start(diag, (struct sim_options){.world = names.items[i]});
        cr_expect_not_null(sim, "%s", names.items[i]);
        sim_stop(sim);
        diag_free(diag);
    }
    arena_free(arena);
}
