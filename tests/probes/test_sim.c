/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Against the simulated instance over real HTTPS: the healthy world in waves, and TLS that does not
 * hold.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "model/names.h"
#include "sim/sim.h"
#include "tests/probes/bench.h"

static const char host[] = "acme.service-now.com";

static struct bench bench;
static struct arena *arena;
static struct diag *diag;
static struct sim *sim;

static void set_up(void)
{
    bench_open(&bench);
    arena = bench.arena;
    diag = diag_new();
}

static void tear_down(void)
{
    bench_close(&bench);
    if (sim != NULL) {
        sim_stop(sim);
    }
    diag_free(diag);
}

TestSuite(sim, .init = set_up, .fini = tear_down);

static void start_world(const char *fault)
{
    struct sim_options options = {.world = "cloud-ex-machina", .tls = true, .host = host};
    if (fault != NULL) {
        strings_add(arena, &options.faults, fault);
    }
    sim = sim_start(diag, &options);
    diag_print(diag, stderr);
    cr_assert_not_null(sim);
    bench.target.instance =
        (struct instance){.origin = "https://acme.service-now.com", .host = host, .port = 443};
    strings_add(arena, &bench.options.connect_to,
                arena_printf(arena, "%s:443:127.0.0.1:%d", host, sim_port(sim)));
    bench.options.ca_file = sim_ca_file(sim);
    bench.options.service_user = sim_value(sim, "parameters.service_user");
}

static void add_credentials(void)
{
    bench_add_oauth_client(&bench, "integration",
                           sim_value(sim, "credentials.integration.client_secret"));
    bench.target.credentials[0].client_id = sim_value(sim, "credentials.integration.client_id");
    bench_add_api_key(&bench, "auditor", sim_value(sim, "credentials.auditor.key"));
}

static struct question property_named(const char *name)
{
    struct question question = rows_of(arena, "auditor", "sys_properties", "name", name, "value");
    question.control = "glide.buildname";
    return question;
}

Test(sim, the_healthy_world_in_four_waves)
{
    start_world(NULL);
    add_credentials();
    struct question user = rows_of(arena, "auditor", "sys_user", "user_name", "cxm_integration",
                                   "active web_service_access_only");
    struct question roles = rows_of(arena, "auditor", "sys_user_has_role", "user.user_name",
                                    "cxm_integration", "role.name inherited");
    struct question incident = rows_of(arena, "integration", "incident", NULL, NULL, "number");
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, identity_of("auditor"));
    bench_ask(&bench, identity_of("integration"));
    bench_ask(&bench, user);
    bench_ask(&bench, roles);
    bench_ask(&bench, incident);
    bench_ask(&bench, property_named("glide.war"));
    bench_ask(&bench, property_named("glide.no.such.property"));
    bench_run(&bench);
    const struct exchange *first = bench_answer(&bench, gate_of("incident"))->exchange;
    int64_t valid_s = first->certificate_until - clock_now_seconds();
    cr_expect_eq(first->outcome, OUTCOME_UNAUTHENTICATED);
    cr_expect(valid_s > 0 && valid_s <= 2 * 86400, "its certificate is good for %d s",
              (int)valid_s);
    const struct answer *call = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(call->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect_eq(call->token_exchange->outcome, OUTCOME_TOKEN);
    cr_expect_str_eq(bench_answer(&bench, identity_of("integration"))->user_name,
                     "cxm_integration");
    cr_expect_str_eq(bench_answer(&bench, identity_of("auditor"))->user_name,
                     "svc_glidepath_auditor");
    cr_expect_eq(bench_answer(&bench, user)->n_rows, 1);
    cr_expect(bench_answer(&bench, roles)->n_rows >= 2);
    cr_expect(bench_answer(&bench, incident)->n_rows > 0);
    cr_expect_eq(bench_answer(&bench, property_named("glide.war"))->n_rows, 1);
    const struct answer *absent = bench_answer(&bench, property_named("glide.no.such.property"));
    cr_expect_eq(absent->n_rows, 0);
    cr_expect(absent->control_seen);
    cr_expect_eq(absent->n_strays, 0);
    /* Gate; token and auditor; first call and the auditor's questions; the integration's. */
    cr_expect_eq(prober_waves(bench.prober), 4);
    cr_expect_eq(sim_n_requests(sim), 8, "%zu requests", sim_n_requests(sim));
    cr_expect_eq(sim_n_connections(sim), (size_t)prober_connections(bench.prober));
    cr_expect(sim_n_connections(sim) <= 4, "%zu connections", sim_n_connections(sim));
    cr_expect(prober_bytes_in(bench.prober) > 0);
    const char *shown = bench_everything_shown(&bench);
    cr_expect_null(strstr(shown, sim_value(sim, "credentials.integration.client_secret")));
    cr_expect_null(strstr(shown, sim_value(sim, "credentials.auditor.key")));
}

Test(sim, a_wrong_key_is_sent_once)
{
    start_world(NULL);
    bench_add_api_key(&bench, "integration", TEST_KEY);
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_ask(&bench, identity_of("integration"));
    bench_run(&bench);
    cr_expect_eq(bench_answer(&bench, first_call_of("integration", "incident"))->acceptance,
                 ACCEPTANCE_REFUSED);
    cr_expect_eq(sim_n_requests(sim), 2);
}

Test(sim, a_wrong_client_secret_gets_no_token)
{
    start_world(NULL);
    add_credentials();
    secret_release(&bench.target.credentials[0].client_secret);
    bench.target.credentials[0].client_secret =
        secret_new(TEST_CLIENT_SECRET, strlen(TEST_CLIENT_SECRET));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *call = bench_answer(&bench, first_call_of("integration", "incident"));
    cr_expect_eq(call->acceptance, ACCEPTANCE_NO_TOKEN);
    cr_expect_eq(call->token_exchange->outcome, OUTCOME_TOKEN_REFUSED);
    cr_expect_str_eq(call->token_exchange->message, "server_error");
}

Test(sim, a_certificate_that_is_not_trusted)
{
    start_world(NULL);
    bench.options.ca_file = NULL;
    add_credentials();
    bench_ask(&bench, gate_of("incident"));
    bench_ask(&bench, first_call_of("integration", "incident"));
    bench_run(&bench);
    const struct answer *gate = bench_answer(&bench, gate_of("incident"));
    cr_expect_eq(gate->exchange->outcome, OUTCOME_TLS_UNTRUSTED, "%s",
                 outcome_name(gate->exchange->outcome));
    cr_expect_eq(gate->reason, REASON_NO_ANSWER);
    cr_expect(bench_answer(&bench, first_call_of("integration", "incident"))->is_blocked);
    cr_expect_eq(sim_n_requests(sim), 0);
}

Test(sim, a_certificate_for_another_name)
{
    start_world(NULL);
    bench.target.instance = (struct instance){
        .origin = "https://other.service-now.com", .host = "other.service-now.com", .port = 443};
    bench.options.connect_to = (struct strings){0};
    strings_add(arena, &bench.options.connect_to,
                arena_printf(arena, "other.service-now.com:443:127.0.0.1:%d", sim_port(sim)));
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    const struct exchange *exchange = bench_answer(&bench, gate_of("incident"))->exchange;
    cr_expect_eq(exchange->outcome, OUTCOME_TLS_NAME_MISMATCH, "%s",
                 outcome_name(exchange->outcome));
    cr_expect_not_null(exchange->detail);
}

Test(sim, plain_http_where_tls_is_spoken)
{
    struct sim_options options = {.world = "cloud-ex-machina"};
    sim = sim_start(diag, &options);
    cr_assert_not_null(sim);
    bench.target.instance =
        (struct instance){.origin = arena_printf(arena, "https://127.0.0.1:%d", sim_port(sim)),
                          .host = "127.0.0.1",
                          .port = sim_port(sim),
                          .is_loopback = true};
    bench_ask(&bench, gate_of("incident"));
    bench_run(&bench);
    const struct exchange *exchange = bench_answer(&bench, gate_of("incident"))->exchange;
    cr_expect_eq(exchange->outcome, OUTCOME_TLS_HANDSHAKE, "%s", outcome_name(exchange->outcome));
}
