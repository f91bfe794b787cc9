/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays the source for a kind: rounds of questions against canned answers.
 */
#include "bench.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/yaml.h"
#include "model/names.h"
#include "rules/bind.h"

enum { MOST_ROUNDS = 8 };

struct catalogue bench_catalogue(struct arena *arena)
{
    struct diag *diag = diag_new();
    struct catalogue catalogue = {0};
    bool is_loaded = catalogue_load(arena, diag, &catalogue);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert(is_loaded, "the built-in catalogue must load");
    return catalogue;
}

struct target *bench_target(struct arena *arena, bool has_integration, bool has_auditor)
{
    struct target *target = arena_allocate(arena, sizeof *target);
    target->instance = (struct instance){.text = "acme",
                                         .fault = URL_SOUND,
                                         .origin = "https://acme.service-now.com",
                                         .host = "acme.service-now.com",
                                         .port = 443};
    target->credentials = arena_array(arena, 2, sizeof *target->credentials);
    if (has_integration) {
        target->credentials[target->n_credentials++] =
            (struct credential){.name = "integration",
                                .kind = CREDENTIAL_OAUTH_CLIENT,
                                .client_id = "0123456789abcdef0123456789abcdef",
                                .source = "env TEST"};
    }
    if (has_auditor) {
        target->credentials[target->n_credentials++] =
            (struct credential){.name = "auditor", .kind = CREDENTIAL_API_KEY, .source = "env X"};
    }
    return target;
}

static struct row read_row(struct arena *arena, const char *text)
{
    struct row row = {0};
    struct strings cells = strings_split(arena, text, ',');
    for (size_t i = 0; i < cells.n_items; i++) {
        const char *equals = strchr(cells.items[i], '=');
        cr_assert(equals != NULL, "a cell needs '=': %s", cells.items[i]);
        struct cell *cell = arena_append(arena, &row.cells, &row.n_cells, sizeof *cell);
        cell->column = arena_strndup(arena, cells.items[i], (size_t)(equals - cells.items[i]));
        cell->value = arena_strdup(arena, equals + 1);
    }
    return row;
}

static bool fits(const struct row *row, const struct question *question)
{
    for (size_t i = 0; i < question->where.n_items; i++) {
        if (!text_equal(row_get(row, question->where.items[i].key),
                        question->where.items[i].value)) {
            return false;
        }
    }
    return question->key == NULL || text_equal(row_get(row, question->key), question->value);
}

static void add_rows(struct arena *arena, const struct canned *canned, struct answer *answer)
{
    struct strings rows = strings_split(arena, canned->rows, ';');
    answer->n_returned = rows.n_items;
    for (size_t i = 0; i < rows.n_items; i++) {
        struct row row = read_row(arena, rows.items[i]);
        if (fits(&row, &answer->question)) {
            struct row *slot = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *slot);
            *slot = row;
        }
    }
}

static struct exchange *exchange_of(struct arena *arena, const struct canned *canned)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    *exchange = (struct exchange){.outcome = canned->outcome == OUTCOME_NONE ? OUTCOME_RESULT
                                                                             : canned->outcome,
                                  .status = canned->status,
                                  .server = canned->server,
                                  .detail = canned->detail,
                                  .is_from_node = canned->is_from_node,
                                  .date = canned->date,
                                  .url = "https://acme.service-now.com/",
                                  .method = "GET",
                                  .credential = "none"};
    if (exchange->status == 0 && exchange->outcome < OUTCOME_DNS_FAILURE) {
        exchange->status = 200;
    }
    return exchange;
}

static const struct canned *find_canned(const struct canned *canned, size_t n_canned,
                                        const struct question *question)
{
    for (size_t i = 0; i < n_canned && canned[i].table != NULL; i++) {
        const char *subject = question->kind == QUESTION_API ? question->path : question->table;
        bool is_about_it = canned[i].kind == question->kind && text_equal(canned[i].table, subject);
        bool is_for_it = (is_about_it || text_equal(canned[i].table, "*")) &&
                         (canned[i].credential == NULL ||
                          text_equal(canned[i].credential, question->credential));
        if (is_for_it) {
            return &canned[i];
        }
    }
    return NULL;
}

static struct answer *answer_from(struct arena *arena, const struct canned *canned,
                                  const struct question *question)
{
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *answer = (struct answer){.question = *question,
                              .reason = canned->reason,
                              .is_blocked = canned->is_blocked,
                              .n_strays = canned->n_strays,
                              .control_seen = canned->control_seen,
                              .was_cut = canned->was_cut,
                              .acceptance = canned->acceptance,
                              .written = canned->written,
                              .user_name = canned->user_name};
    if (!canned->is_blocked) {
        answer->exchange = exchange_of(arena, canned);
    }
    if (canned->token_outcome != OUTCOME_NONE) {
        struct canned token = {.outcome = canned->token_outcome, .status = 401};
        answer->token_exchange = exchange_of(arena, &token);
    }
    if (canned->rows != NULL) {
        add_rows(arena, canned, answer);
    }
    answer->n_returned += canned->control_seen ? 1 : 0;
    answer->total = canned->total == 0 ? (int64_t)answer->n_returned : canned->total;
    return answer;
}

void bench_answer(struct arena *arena, const struct canned *canned, size_t n_canned,
                  const struct questions *open, struct answers *answers)
{
    for (size_t i = 0; i < open->n_items; i++) {
        const struct question *question = &open->items[i];
        const struct canned *found = find_canned(canned, n_canned, question);
        cr_assert(found != NULL, "no canned answer for table %s (kind %d, credential %s)",
                  question->table, (int)question->kind,
                  question->credential != NULL ? question->credential : "none");
        struct answer **slot =
            arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
        *slot = answer_from(arena, found, question);
    }
}

static const struct kind *kind_named(const char *name)
{
    struct kind_schemas schemas = kind_schemas();
    for (size_t i = 0; i < schemas.n_items; i++) {
        if (text_equal(schemas.items[i]->name, name)) {
            return kind_of(schemas.items[i]);
        }
    }
    cr_assert_fail("no kind %s", name);
    return NULL;
}

const void *bench_params(struct arena *arena, const struct kind_schema *schema, const char *text)
{
    if (text == NULL) {
        text = "{}";
    }
    struct diag *diag = diag_new();
    struct yaml_node *node = yaml_parse(arena, diag, "params", text, strlen(text));
    struct binder binder = {.arena = arena, .diag = diag};
    struct field_table table = {.fields = schema->fields, .n_fields = schema->n_fields};
    void *params = arena_allocate(arena, schema->params_size);
    bool is_bound = node != NULL && fields_bind(&binder, node, schema->name, &table, params);
    diag_print(diag, stderr);
    cr_assert(is_bound && diag_count(diag) == 0, "parameters must fit their kind: %s", text);
    diag_free(diag);
    return params;
}

static struct finding judge_case(struct arena *arena, const char *name,
                                 const struct bench_case *row)
{
    const struct kind *kind = kind_named(name);
    struct catalogue catalogue = bench_catalogue(arena);
    struct pack pack = {.name = "bench", .first_table = "incident", .credential = "integration"};
    struct check check = {.id = "bench/check", .name = "check", .kind = &kind->schema};
    struct answers answers = {0};
    struct finding finding = {0};
    for (int round = 0; round < MOST_ROUNDS; round++) {
        struct questions open = {0};
        finding = (struct finding){.check = &check, .verdict = VERDICT_UNKNOWN};
        struct judging judging = {
            .arena = arena,
            .now = BENCH_NOW,
            .target = bench_target(arena, !row->has_no_integration, !row->has_no_auditor),
            .pack = &pack,
            .check = &check,
            .catalogue = &catalogue,
            .answers = &answers,
            .may_write = row->may_write,
            .open = &open,
            .finding = &finding};
        kind->judge(&judging, bench_params(arena, &kind->schema, row->params));
        if (open.n_items == 0) {
            return finding;
        }
        bench_answer(arena, row->canned, ARRAY_LEN(row->canned), &open, &answers);
    }
    cr_assert_fail("%s: still asking after %d rounds", row->why, MOST_ROUNDS);
    return finding;
}

static bool says(const struct finding *finding, const char *text)
{
    return (finding->seen != NULL && strstr(finding->seen, text) != NULL) ||
           (finding->because != NULL && strstr(finding->because, text) != NULL);
}

void bench_expect(const char *kind, const struct bench_case *cases, size_t n_cases)
{
    for (size_t i = 0; i < n_cases; i++) {
        const struct bench_case *row = &cases[i];
        struct arena *arena = arena_new();
        struct finding finding = judge_case(arena, kind, row);
        const char *cause = finding.causes.n_items > 0 ? finding.causes.items[0] : NULL;
        cr_expect(finding.verdict == row->verdict, "row %zu (%s): verdict %s, expected %s (%s)", i,
                  row->why, verdict_name(finding.verdict), verdict_name(row->verdict),
                  finding.because != NULL ? finding.because : finding.seen);
        cr_expect(finding.reason == row->reason, "row %zu (%s): reason %d, expected %d", i,
                  row->why, (int)finding.reason, (int)row->reason);
        cr_expect(text_equal(cause, row->cause), "row %zu (%s): cause %s, expected %s", i, row->why,
                  cause != NULL ? cause : "none", row->cause != NULL ? row->cause : "none");
        cr_expect(row->says == NULL || says(&finding, row->says), "row %zu (%s): '%s' / '%s'", i,
                  row->why, finding.seen != NULL ? finding.seen : "",
                  finding.because != NULL ? finding.because : "");
        if (finding.verdict == VERDICT_FAIL) {
            cr_expect(finding.seen != NULL, "row %zu (%s): a failure says what was seen", i,
                      row->why);
        }
        if (finding.verdict == VERDICT_UNKNOWN || finding.verdict == VERDICT_BLOCKED) {
            cr_expect(finding.because != NULL && finding.reason != REASON_NONE,
                      "row %zu (%s): untold needs a reason and words", i, row->why);
        }
        arena_free(arena);
    }
}
