/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The property of the planner: merging requests changes no finding, and saves most of them.
 *
 * Random checks of a random pack are judged twice in a random world, over real sockets: with the
 * questions merged and with a request for each. GLIDEPATH_ROUNDS sets how often (24),
 * GLIDEPATH_SEED where to begin; a failure names the seed of its round.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/secret.h"
#include "checks/engine.h"
#include "model/names.h"
#include "probes/probe.h"
#include "rules/load.h"
#include "sim/sim.h"

enum { ROUNDS = 24, MOST_WAVES = 12 };

/* ---- Chance --------------------------------------------------------------------------------- */

/* xorshift64*, so that a seed names the same round everywhere. */
static uint32_t chance(uint64_t *state, uint32_t below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * 2685821657736338717ULL) >> 33) % below;
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

/* ---- A look at a world ---------------------------------------------------------------------- */

/* What one round is about. */
struct scene {
    uint64_t seed;
    const char *world;
    struct strings faults; /* one, or none */
    bool has_auditor;
    bool is_quick;
    uint64_t of_checks; /* which of the pack's checks */
};

/* One look: the instance, who looks, and what came of it. */
struct look {
    struct arena *arena;
    struct diag *diag;
    struct sim *sim;
    struct target target;
    struct pack_choice choice;
    struct pack **packs;
    size_t n_packs;
    struct catalogue catalogue;
    struct finding *findings;
    size_t n_findings;
    size_t n_requests;
};

static const char *told(const struct look *look, const char *credential, const char *key)
{
    return sim_value(look->sim, arena_printf(look->arena, "credentials.%s.%s", credential, key));
}

static struct secret secret_of(const struct look *look, const char *credential,
                               const char *const *keys)
{
    for (size_t i = 0; keys[i] != NULL; i++) {
        const char *value = told(look, credential, keys[i]);
        if (value != NULL) {
            return secret_new(value, strlen(value));
        }
    }
    return (struct secret){0};
}

static void add_credential(struct look *look, const char *name)
{
    static const char *const secrets[] = {"key", "password", "token", "refresh_token", NULL};
    static const char *const client_secrets[] = {"client_secret", NULL};
    const char *kind = told(look, name, "kind");
    enum credential_kind credential_kind = CREDENTIAL_API_KEY;
    if (kind == NULL || !credential_kind_from_name(kind, &credential_kind)) {
        return;
    }
    struct credential *slot = arena_append(look->arena, &look->target.credentials,
                                           &look->target.n_credentials, sizeof *slot);
    *slot = (struct credential){.name = name,
                                .kind = credential_kind,
                                .user_name = told(look, name, "user"),
                                .client_id = told(look, name, "client_id"),
                                .secret = secret_of(look, name, secrets),
                                .client_secret = secret_of(look, name, client_secrets)};
}

/* The target that the world describes, with the pack that goes with it. */
static void aim(struct look *look, bool has_auditor)
{
    struct kind_schemas schemas = kind_schemas();
    struct pack *pack = NULL;
    look->choice =
        (struct pack_choice){.name = sim_value(look->sim, "pack"), .credential = "integration"};
    look->target = (struct target){.instance = instance_parse(look->arena, sim_url(look->sim)),
                                   .packs = &look->choice,
                                   .n_packs = 1};
    add_credential(look, "integration");
    if (has_auditor) {
        add_credential(look, "auditor");
    }
    cr_assert(pack_lint(look->arena, look->diag, &schemas, look->choice.name, &pack));
    struct pairs values = sim_values(look->arena, look->sim, "parameters");
    for (size_t i = 0; i < values.n_items; i++) {
        if (strings_have(&pack->parameter_names, values.items[i].key)) {
            pairs_add(look->arena, &look->target.set, values.items[i].key, values.items[i].value);
        }
    }
    cr_assert(catalogue_load(look->arena, look->diag, &look->catalogue));
    cr_assert(
        packs_load(look->arena, look->diag, &schemas, &look->target, &look->packs, &look->n_packs));
}

static struct look *look_open(const struct scene *scene)
{
    struct arena *arena = arena_new();
    struct look *look = arena_allocate(arena, sizeof *look);
    *look = (struct look){.arena = arena, .diag = diag_new()};
    const struct sim_options options = {.world = scene->world, .faults = scene->faults};
    look->sim = sim_start(look->diag, &options);
    cr_assert(look->sim != NULL, "seed %" PRIu64, scene->seed);
    aim(look, scene->has_auditor);
    return look;
}

static void look_close(struct look *look)
{
    struct arena *arena = look->arena;
    target_release(&look->target);
    sim_stop(look->sim);
    diag_free(look->diag);
    arena_free(arena);
}

/* A third of the checks, and what they need. */
static struct strings some_checks(const struct look *look, uint64_t state)
{
    struct strings names = {0};
    for (size_t i = 0; i < look->packs[0]->n_checks; i++) {
        if (chance(&state, 3) == 0) {
            strings_add(look->arena, &names, look->packs[0]->checks[i].name);
        }
    }
    return names;
}

static struct look *look_at(const struct scene *scene, bool one_by_one)
{
    struct look *look = look_open(scene);
    struct answers answers = {0};
    const struct engine_options options = {.only = some_checks(look, scene->of_checks),
                                           .quick = scene->is_quick};
    const struct probe_options probing = {
        .timeout_ms = 20000,
        .in_flight = 4,
        .tool_version = "0.0.0",
        .run_id = "merge-test",
        .service_user = pairs_get(&look->packs[0]->parameters, "service_user"),
        .one_by_one = one_by_one};
    struct redactor *redactor = redactor_new();
    struct engine *engine = engine_new(look->arena, &look->target, look->packs, look->n_packs,
                                       &look->catalogue, &options, clock_now_seconds());
    struct prober *prober = prober_new(look->arena, &look->target, redactor, &probing);
    const struct questions *open = engine_judge(engine, &answers);
    for (int wave = 0; prober_next_wave(prober, open, &answers) > 0; wave++) {
        cr_assert(wave < MOST_WAVES, "seed %" PRIu64 ": the rounds must end", scene->seed);
        open = engine_judge(engine, &answers);
    }
    look->findings = engine_finish(engine, &answers, &look->n_findings);
    prober_exchanges(prober, &look->n_requests);
    prober_free(prober);
    redactor_free(redactor);
    return look;
}

/* ---- The property --------------------------------------------------------------------------- */

/* Ports and times differ from one instance to the next. */
static const char *without_digits(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text == NULL ? "" : text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c >= '0' && *c <= '9' ? '#' : *c;
    }
    return copy;
}

static const char *or_none(const char *text)
{
    return text == NULL ? "(none)" : text;
}

static void expect_equal(const struct scene *scene, const struct look *merged,
                         const struct look *single)
{
    cr_assert_eq(merged->n_findings, single->n_findings);
    for (size_t i = 0; i < merged->n_findings; i++) {
        const struct finding *a = &merged->findings[i];
        const struct finding *b = &single->findings[i];
        const char *causes = strings_join(merged->arena, &a->causes, " ");
        bool are_equal = a->verdict == b->verdict && a->reason == b->reason &&
                         a->gates == b->gates &&
                         text_equal(without_digits(merged->arena, a->seen),
                                    without_digits(single->arena, b->seen)) &&
                         text_equal(causes, strings_join(single->arena, &b->causes, " "));
        cr_expect(are_equal,
                  "seed %" PRIu64 ", %s with %s%s%s: %s is %s (%d: %s; %s), and %s (%d: %s; %s) "
                  "when asked one by one",
                  scene->seed, scene->world,
                  scene->faults.n_items > 0 ? scene->faults.items[0] : "no fault",
                  scene->has_auditor ? "" : ", without the auditor",
                  scene->is_quick ? ", --quick" : "", a->check->id, verdict_name(a->verdict),
                  (int)a->reason, or_none(a->seen), or_none(a->because), verdict_name(b->verdict),
                  (int)b->reason, or_none(b->seen), or_none(b->because));
    }
}

/* Everything but what would need TLS, or would keep the test waiting. */
static bool is_playable(const char *fault)
{
    static const char *const not_here[] = {"tls-",   "connect-failure", "dns-",
                                           "proxy-", "timeout",         "slow"};
    for (size_t i = 0; i < ARRAY_LEN(not_here); i++) {
        if (text_starts_with(fault, not_here[i])) {
            return false;
        }
    }
    return true;
}

static struct strings faults_and_variations(struct arena *arena, const char *world)
{
    struct diag *diag = diag_new();
    struct strings names = {0};
    struct pairs faults = {0};
    struct pairs variations = {0};
    cr_assert(sim_world_faults(arena, diag, world, &faults));
    cr_assert(sim_world_variations(arena, diag, world, &variations));
    diag_free(diag);
    for (size_t i = 0; i < faults.n_items; i++) {
        if (is_playable(faults.items[i].key)) {
            strings_add(arena, &names, faults.items[i].key);
        }
    }
    for (size_t i = 0; i < variations.n_items; i++) {
        strings_add(arena, &names, variations.items[i].key);
    }
    return names;
}

static struct scene scene_of(struct arena *arena, uint64_t seed)
{
    uint64_t state = (seed + 1) * 0x9E3779B97F4A7C15ULL;
    struct strings worlds = sim_world_names(arena);
    struct scene scene = {.seed = seed};
    scene.world = worlds.items[chance(&state, (uint32_t)worlds.n_items)];
    struct strings faults = faults_and_variations(arena, scene.world);
    if (faults.n_items > 0 && chance(&state, 4) > 0) {
        strings_add(arena, &scene.faults, faults.items[chance(&state, (uint32_t)faults.n_items)]);
    }
    scene.has_auditor = chance(&state, 4) > 0;
    scene.is_quick = chance(&state, 4) == 0;
    scene.of_checks = state;
    return scene;
}

Test(merge, changes_no_finding_and_saves_requests)
{
    uint64_t first = number_from("GLIDEPATH_SEED", 0);
    uint64_t n_rounds = number_from("GLIDEPATH_ROUNDS", ROUNDS);
    size_t n_merged = 0;
    size_t n_single = 0;
    probes_global_init();
    for (uint64_t seed = first; seed < first + n_rounds; seed++) {
        struct arena *arena = arena_new();
        const struct scene scene = scene_of(arena, seed);
        struct look *merged = look_at(&scene, false);
        struct look *single = look_at(&scene, true);
        expect_equal(&scene, merged, single);
        n_merged += merged->n_requests;
        n_single += single->n_requests;
        look_close(merged);
        look_close(single);
        arena_free(arena);
    }
    probes_global_cleanup();
    cr_expect_lt(n_merged, n_single, "merging saves something");
    printf("%" PRIu64 " rounds: %zu requests, one by one %zu\n", n_rounds, n_merged, n_single);
}
