/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may happen to an answer on its way, over real sockets; certificates with a flaw; the clock;
 * several instances behind one listener.
 */
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <string.h>

#include "base/clock.h"
#include "support.h"

#define INCIDENT "api/now/table/incident?sysparm_limit=1&sysparm_fields=number"
#define SEEN "{\"result\":[{\"number\":\"INC0010001\"}]}"

/* A sim with one switch put, and what is needed to ask it. */
struct staged {
    struct arena *arena;
    struct diag *diag;
    struct sim *sim;
};

static void stage(struct staged *staged, const char *name, const char *setting, bool tls)
{
    struct pair one[] = {{name, setting}};
    struct sim_options options = {.world = "cloud-ex-machina",
                                  .tls = tls,
                                  .host = tls ? "acme.service-now.com" : NULL,
                                  .switches = {one, name == NULL ? 0 : 1}};

    *staged = (struct staged){.arena = arena_new(), .diag = diag_new()};
    staged->sim = sim_start(staged->diag, &options);
    diag_print(staged->diag, stderr);
    cr_assert_not_null(staged->sim, "%s", setting);
}

static void unstage(struct staged *staged)
{
    sim_stop(staged->sim);
    diag_free(staged->diag);
    arena_free(staged->arena);
}

static struct fetched ask(struct staged *staged, const char *host)
{
    struct fetch_options options = {.header = AUDITOR,
                                    .timeout_ms = 1500,
                                    .ca_file = sim_ca_file(staged->sim),
                                    .most_bytes = 8 * 1024 * 1024};

    if (host != NULL) {
        options.connect_to =
            arena_printf(staged->arena, "%s:443:127.0.0.1:%d", host, sim_port(staged->sim));
        return fetch(arena_printf(staged->arena, "https://%s/" INCIDENT, host), &options);
    }
    return fetch(arena_printf(staged->arena, "%s" INCIDENT, sim_url(staged->sim)), &options);
}

Test(sim_transport, faults)
{
    static const struct {
        const char *setting;
        int error; /* of curl */
        long status;
        const char *body;
        const char *why;
    } rows[] = {
        {"good", CURLE_OK, 200, SEEN, "as it should be"},
        {"refused", CURLE_COULDNT_CONNECT, 0, "", "nobody listens"},
        {"reset", CURLE_RECV_ERROR, 0, "", "the connection breaks"},
        {"silent", CURLE_OPERATION_TIMEDOUT, 0, "", "nothing ever comes"},
        {"stalled", CURLE_OPERATION_TIMEDOUT, 200, "{\"result\":[", "half of it comes"},
        {"slow", CURLE_OPERATION_TIMEDOUT, 200, "{", "it comes byte by byte"},
        {"truncated", CURLE_PARTIAL_FILE, 200, "{\"result\":[", "the length says more"},
        {"gzip-bomb", CURLE_WRITE_ERROR, 200, SEEN "        ", "a little file that grows"},
        {"oversized", CURLE_WRITE_ERROR, 200, SEEN "        ", "a body without an end"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct staged staged;
        stage(&staged, "transport", rows[i].setting, false);
        int64_t started_ms = clock_monotonic_ms();
        struct fetched got = ask(&staged, NULL);
        cr_expect_eq(got.error, rows[i].error, "row %zu (%s): curl %d", i, rows[i].why, got.error);
        cr_expect_eq(got.status, rows[i].status, "row %zu (%s): %ld", i, rows[i].why, got.status);
        cr_expect(text_starts_with(got.body, rows[i].body), "row %zu (%s): %.60s", i, rows[i].why,
                  got.body);
        fetched_release(&got);
        unstage(&staged);
        cr_expect(clock_monotonic_ms() - started_ms < 8000, "row %zu (%s): it lets go", i,
                  rows[i].why);
    }
}

Test(sim_transport, the_same_with_tls)
{
    static const struct {
        const char *setting;
        int error;
    } rows[] = {{"good", CURLE_OK},
                {"refused", CURLE_COULDNT_CONNECT},
                {"reset", CURLE_RECV_ERROR},
                {"truncated", CURLE_PARTIAL_FILE}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct staged staged;
        stage(&staged, "transport", rows[i].setting, true);
        struct fetched got = ask(&staged, "acme.service-now.com");
        cr_expect_eq(got.error, rows[i].error, "row %zu (%s): curl %d", i, rows[i].setting,
                     got.error);
        fetched_release(&got);
        unstage(&staged);
    }
}

/* The port of an instance that refuses is nobody else's meanwhile. */
Test(sim_transport, a_refusing_instance_keeps_its_port)
{
    struct staged staged;

    stage(&staged, "transport", "refused", false);
    struct sim_options options = {.world = "cloud-ex-machina", .port = sim_port(staged.sim)};
    struct diag *diag = diag_new();
    cr_expect_gt(sim_port(staged.sim), 0);
    cr_expect_null(sim_start(diag, &options));
    diag_free(diag);
    unstage(&staged);
}

Test(sim_transport, certificates)
{
    static const struct {
        const char *setting;
        int error;
        const char *why;
    } rows[] = {
        {"good", CURLE_OK, "signed for the host by the CA of the file"},
        {"wrong-name", CURLE_PEER_FAILED_VERIFICATION, "for another host"},
        {"unknown-ca", CURLE_PEER_FAILED_VERIFICATION, "by another CA"},
        {"expired", CURLE_PEER_FAILED_VERIFICATION, "out of date"},
        {"none", CURLE_SSL_CONNECT_ERROR, "the handshake has no end"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct staged staged;
        stage(&staged, "certificate", rows[i].setting, true);
        struct fetched got = ask(&staged, "acme.service-now.com");
        cr_expect_eq(got.error, rows[i].error, "row %zu (%s): curl %d", i, rows[i].why, got.error);
        fetched_release(&got);
        unstage(&staged);
    }
}

static int64_t seconds_of_date(const char *headers)
{
    const char *found = strstr(headers, "Date: ");
    time_t seconds = found == NULL ? 0 : curl_getdate(found + strlen("Date: "), NULL);

    return (int64_t)seconds;
}

Test(sim_transport, clocks)
{
    static const struct {
        const char *setting;
        int64_t off;
    } rows[] = {{"right", 0}, {"ahead", 600}, {"behind", -600}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct staged staged;
        stage(&staged, "clock", rows[i].setting, false);
        struct fetched got = ask(&staged, NULL);
        int64_t off = seconds_of_date(got.headers) - clock_now_seconds() - rows[i].off;
        cr_expect(off >= -5 && off <= 5, "row %zu (%s): %lld in %s", i, rows[i].setting,
                  (long long)off, got.headers);
        cr_expect_eq(got.status, 200);
        fetched_release(&got);
        unstage(&staged);
    }
}

Test(sim_transport, an_offset_of_the_options)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim_options options = {.world = "cloud-ex-machina", .clock_offset_s = 86400};
    struct sim *sim = sim_start(diag, &options);

    cr_assert_not_null(sim);
    struct fetched got = fetch(arena_printf(arena, "%s" INCIDENT, sim_url(sim)),
                               &(struct fetch_options){.header = AUDITOR});
    cr_expect_gt(seconds_of_date(got.headers), clock_now_seconds() + 86000);
    fetched_release(&got);
    sim_stop(sim);
    diag_free(diag);
    arena_free(arena);
}

/* Three instances, each with its own certificate, world and state. */
Test(sim_transport, many_hosts)
{
    const char *locked[] = {"user-locked-out"};
    struct pair asleep[] = {{"front", "hibernating"}};
    struct pair unknown[] = {{"certificate", "unknown-ca"}};
    const struct sim_host also[] = {
        {.host = "beta.service-now.com", .world = "cloud-ex-machina", .faults = {locked, 1}},
        {.host = "gamma.service-now.com", .world = "cloud-ex-machina", .switches = {asleep, 1}},
        {.host = "delta.service-now.com", .world = "cloud-ex-machina", .switches = {unknown, 1}},
    };
    struct sim_options options = {.world = "cloud-ex-machina",
                                  .tls = true,
                                  .host = "acme.service-now.com",
                                  .also = also,
                                  .n_also = ARRAY_LEN(also)};
    static const struct {
        const char *host;
        int error;
        long status;
        const char *body;
    } rows[] = {
        {"acme.service-now.com", CURLE_OK, 200, SEEN},
        {"beta.service-now.com", CURLE_OK, 200, SEEN},
        {"gamma.service-now.com", CURLE_OK, 200, "<!DOCTYPE html>"},
        {"delta.service-now.com", CURLE_PEER_FAILED_VERIFICATION, 0, ""},
        {"nobody.service-now.com", CURLE_PEER_FAILED_VERIFICATION, 0, ""},
    };
    struct staged staged = {.arena = arena_new(), .diag = diag_new()};

    staged.sim = sim_start(staged.diag, &options);
    cr_assert_not_null(staged.sim);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fetched got = ask(&staged, rows[i].host);
        cr_expect_eq(got.error, rows[i].error, "row %zu (%s): curl %d", i, rows[i].host, got.error);
        cr_expect_eq(got.status, rows[i].status, "row %zu (%s): %ld", i, rows[i].host, got.status);
        cr_expect(text_starts_with(got.body, rows[i].body), "row %zu (%s): %.60s", i, rows[i].host,
                  got.body);
        fetched_release(&got);
    }
    cr_expect_str_eq(sim_host_url(staged.sim, "beta.service-now.com"),
                     "https://beta.service-now.com/");
    cr_expect_not_null(strstr(sim_host_description(staged.sim, "gamma.service-now.com"),
                              "\"host\":\"gamma.service-now.com\""));
    cr_expect_str_eq(sim_host_value(staged.sim, "beta.service-now.com", "credentials.auditor.kind"),
                     "api-key");
    cr_expect_null(sim_host_url(staged.sim, "nobody.service-now.com"));
    cr_expect_eq(sim_n_requests(staged.sim), 3, "all in one journal");
    unstage(&staged);
}

/* Without TLS the Host header alone tells them apart; a state that moves is one instance's. */
Test(sim_transport, hosts_do_not_share_state)
{
    const struct sim_host also[] = {{.host = "beta.service-now.com", .world = "cloud-ex-machina"}};
    struct sim_options options = {.world = "cloud-ex-machina", .also = also, .n_also = 1};
    struct staged staged = {.arena = arena_new(), .diag = diag_new()};

    staged.sim = sim_start(staged.diag, &options);
    cr_assert_not_null(staged.sim);
    const char *to = arena_printf(staged.arena, "beta.service-now.com:%d:127.0.0.1:%d",
                                  sim_port(staged.sim), sim_port(staged.sim));
    const char *bad = basic_header(staged.arena, "cxm_integration:wrong");
    const char *good = basic_header(staged.arena, "cxm_integration:simulated-service-password");
    const char *beta =
        arena_printf(staged.arena, "%s" INCIDENT, sim_host_url(staged.sim, "beta.service-now.com"));
    const char *first = arena_printf(staged.arena, "%s" INCIDENT, sim_url(staged.sim));
    for (int i = 0; i < 5; i++) {
        struct fetched got = fetch(beta, &(struct fetch_options){.header = bad, .connect_to = to});
        cr_expect_eq(got.status, 401);
        fetched_release(&got);
    }
    struct fetched locked = fetch(beta, &(struct fetch_options){.header = good, .connect_to = to});
    struct fetched open = fetch(first, &(struct fetch_options){.header = good});
    cr_expect_eq(locked.status, 401, "locked out on the one");
    cr_expect_eq(open.status, 200, "and not on the other");
    fetched_release(&locked);
    fetched_release(&open);
    unstage(&staged);
}

Test(sim_transport, a_slow_view_lets_go)
{
    struct staged staged;

    stage(&staged, "plugin-view", "slow", false);
    int64_t started_ms = clock_monotonic_ms();
    struct fetched got =
        fetch(arena_printf(staged.arena, "%sapi/now/table/v_plugin", sim_url(staged.sim)),
              &(struct fetch_options){.header = AUDITOR, .timeout_ms = 500});
    cr_expect_eq(got.error, CURLE_OPERATION_TIMEDOUT);
    fetched_release(&got);
    unstage(&staged);
    cr_expect(clock_monotonic_ms() - started_ms < 8000);
}
