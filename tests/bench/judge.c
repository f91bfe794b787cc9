/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_judge N: how long it takes to judge N checks over prepared answers. A pack of N checks of
 * many kinds is made up and loaded; almost every check asks for something of its own. Whatever is
 * asked gets an answer at once, as an instance would give that has everything, except that every
 * eighth row deviates. Prints "checks=… rounds=… questions=… judge_ms=… last_ms=… pass=… fail=…
 * other=…": `judge_ms` is all rounds, `last_ms` the last round, in which every answer is there,
 * with what comes after it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "checks/engine.h"
#include "rules/load.h"

enum {
    NOW = 1795168800,
    PACK_LIMIT_BYTES = 16 * 1024 * 1024,
    MOST_ROUNDS = 16,
    CHECKS_A_PACK = 500
};

static const char *const shapes[] = {
    "property: { name: bench.%zu, value: \"true\" }",
    "user: { name: user%zu, want: { active: \"true\", locked_out: \"false\" } }",
    "role_exists: { role: role%zu }",
    "record: { table: sys_user_group, where: { name: Group %zu }, want: { active: \"true\" } }",
    "table_read: { table: u_table%zu, fields: [number, short_description] }",
    "plugin: { id: com.bench.%zu }",
    "roles: { user: svc, all: [role%zu] }",
    "record: { table: sys_choice, where: { element: state, value: \"%zu\" } }",
    "role_contains: { role: role%zu, contains: [itil] }",
    "schema: { table: u_table%zu, columns: [number] }",
    "app: { scope: x_bench_%zu }",
    "field: { table: u_table%zu, fields: [number] }",
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* nothing is waited for */
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_judge: %s\n", what);
    exit(2);
}

/* ---- The packs ---- */

static void write_pack(const char *path, size_t first, size_t n)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fail("cannot write a pack");
    }
    fprintf(file,
            "pack: bench-%zu\ntitle: Bench\nversion: 1.0.0\nfirst_call: { table: incident }\n"
            "checks:\n",
            first);
    fprintf(file, "  - { id: awake, title: Awake, step: A, instance: {} }\n"
                  "  - { id: accepted, title: Accepted, step: A, credential: {} }\n");
    for (size_t i = first; i + 2 < first + n; i++) {
        const char *shape = shapes[i % ARRAY_LEN(shapes)];
        fprintf(file, "  - { id: c%zu, title: Check, step: B, needs: [accepted], ", i);
        fprintf(file, i % 3 == 0 ? "serves: [accepted], " : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        fprintf(file, shape, i);
#pragma GCC diagnostic pop
        fprintf(file, " }\n");
    }
    fclose(file);
}

static struct target target_of(struct arena *arena, const char *folder, size_t n_checks)
{
    struct target target = {.instance = instance_parse(arena, "acme")};
    static struct credential credentials[] = {
        {.name = "integration", .kind = CREDENTIAL_API_KEY, .source = "env BENCH"},
        {.name = "auditor", .kind = CREDENTIAL_API_KEY, .source = "env BENCH"},
    };
    target.credentials = credentials;
    target.n_credentials = ARRAY_LEN(credentials);
    for (size_t first = 0; first < n_checks; first += CHECKS_A_PACK) {
        size_t n = n_checks - first < CHECKS_A_PACK ? n_checks - first : CHECKS_A_PACK;
        char *path = arena_printf(arena, "%s/bench-%zu.yaml", folder, first);
        struct pack_choice *slot =
            arena_append(arena, &target.packs, &target.n_packs, sizeof *slot);
        *slot = (struct pack_choice){.name = path, .credential = "integration"};
        write_pack(path, first, n);
    }
    return target;
}

static void remove_packs(const char *folder, const struct target *target)
{
    for (size_t i = 0; i < target->n_packs; i++) {
        remove(target->packs[i].name);
    }
    remove(folder);
}

/* ---- The answers ---- */

static const char *value_of(const char *column, size_t n)
{
    static const struct pair known[] = {
        {"active", "true"},   {"locked_out", "false"},  {"state", "active"},
        {"value", "true"},    {"failed_attempts", "0"}, {"password_needs_reset", "false"},
        {"version", "9.0.0"}, {"inherited", "false"},   {"web_service_access_only", "true"},
    };
    for (size_t i = 0; n % 8 != 0 && i < ARRAY_LEN(known); i++) {
        if (text_equal(known[i].key, column)) {
            return known[i].value;
        }
    }
    return "x";
}

static void add_cell(struct arena *arena, struct row *row, const char *column, const char *value)
{
    if (row_get(row, column) == NULL) {
        struct cell *cell = arena_append(arena, &row->cells, &row->n_cells, sizeof *cell);
        *cell = (struct cell){.column = column, .value = value};
    }
}

static struct row *row_for(struct arena *arena, const struct question *question, size_t n)
{
    struct row *row = arena_allocate(arena, sizeof *row);
    for (size_t i = 0; i < question->where.n_items; i++) {
        add_cell(arena, row, question->where.items[i].key, question->where.items[i].value);
    }
    if (question->key != NULL) {
        add_cell(arena, row, question->key, question->value);
    }
    for (size_t i = 0; i < question->fields.n_items; i++) {
        add_cell(arena, row, question->fields.items[i], value_of(question->fields.items[i], n));
    }
    return row;
}

static struct answer *answer_to(struct arena *arena, const struct question *question, size_t n)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    bool is_gate = question->kind == QUESTION_GATE;
    *exchange = (struct exchange){.outcome = is_gate ? OUTCOME_UNAUTHENTICATED : OUTCOME_RESULT,
                                  .status = is_gate ? 401 : 200,
                                  .is_from_node = true,
                                  .url = "https://acme.service-now.com/",
                                  .method = "GET",
                                  .credential = "auditor"};
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *answer = (struct answer){.question = *question,
                              .exchange = exchange,
                              .acceptance = ACCEPTANCE_ACCEPTED,
                              .user_name = question->kind == QUESTION_IDENTITY ? "svc" : NULL};
    if (question->kind == QUESTION_ROWS) {
        answer->rows = row_for(arena, question, n);
        answer->n_rows = 1;
        answer->control_seen = question->control != NULL;
        answer->n_returned = answer->control_seen ? 2 : 1;
    }
    answer->total = (int64_t)answer->n_returned;
    return answer;
}

static void answer_all(struct arena *arena, const struct questions *open, struct answers *answers)
{
    for (size_t i = 0; i < open->n_items; i++) {
        struct answer **slot =
            arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
        *slot = answer_to(arena, &open->items[i], i);
    }
}

/* ---- The run ---- */

struct bench {
    struct arena *arena;
    struct target target;
    struct catalogue catalogue;
    struct pack **packs;
    size_t n_packs;
};

static void load(struct bench *bench, const char *folder, size_t n_checks)
{
    struct diag *diag = diag_new();
    struct kind_schemas schemas = kind_schemas();
    bench->target = target_of(bench->arena, folder, n_checks);
    bool is_loaded =
        catalogue_load(bench->arena, diag, &bench->catalogue) &&
        packs_load(bench->arena, diag, &schemas, &bench->target, &bench->packs, &bench->n_packs);
    diag_print(diag, stderr);
    diag_free(diag);
    remove_packs(folder, &bench->target);
    if (!is_loaded) {
        fail("the packs do not load");
    }
}

static void run(struct bench *bench)
{
    const struct engine_options options = {0};
    struct answers answers = {0};
    size_t n_findings = 0;
    size_t counts[VERDICT_NOT_APPLICABLE + 1] = {0};
    double all_ms = 0;
    double last_ms = 0;
    int n_rounds = 0;
    struct engine *engine = engine_new(bench->arena, &bench->target, bench->packs, bench->n_packs,
                                       &bench->catalogue, &options, NOW);
    for (bool is_open = true; is_open; n_rounds++) {
        double before = now_ms();
        const struct questions *open = engine_judge(engine, &answers);
        last_ms = now_ms() - before;
        all_ms += last_ms;
        is_open = open->n_items > 0 && n_rounds < MOST_ROUNDS;
        answer_all(bench->arena, open, &answers);
    }
    double before = now_ms();
    const struct finding *findings = engine_finish(engine, &answers, &n_findings);
    double finish_ms = now_ms() - before;
    for (size_t i = 0; i < n_findings; i++) {
        counts[findings[i].verdict]++;
    }
    printf("checks=%zu rounds=%d questions=%zu judge_ms=%.1f last_ms=%.1f finish_ms=%.1f pass=%zu "
           "fail=%zu other=%zu\n",
           n_findings, n_rounds, answers.n_items, all_ms + finish_ms, last_ms + finish_ms,
           finish_ms, counts[VERDICT_PASS], counts[VERDICT_FAIL],
           n_findings - counts[VERDICT_PASS] - counts[VERDICT_FAIL]);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/bench-judge-XXXXXX";
    size_t n_checks = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (n_checks == 0 || mkdtemp(folder) == NULL) {
        fail("usage: bench_judge N");
    }
    struct bench bench = {.arena = arena_new()};
    load(&bench, folder, n_checks);
    run(&bench);
    arena_free(bench.arena);
    return 0;
}
