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

enum { MOST_ROUNDS = 8, MOST_CANNED = 10 };

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

/* Read once for all the cases of a test, which are many. */
static struct {
    struct arena *arena;
    struct catalogue catalogue;
} shared;

static const struct catalogue *shared_catalogue(void)
{
    if (shared.arena == NULL) {
        shared.arena = arena_new();
        shared.catalogue = bench_catalogue(shared.arena);
    }
    return &shared.catalogue;
}

static void forget_catalogue(void)
{
    if (shared.arena != NULL) {
        arena_free(shared.arena);
        shared.arena = NULL;
    }
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

static const char *with_commas(struct arena *arena, const char *text)
{
    char *value = arena_strdup(arena, text);
    for (char *c = value; *c != '\0'; c++) {
        *c = *c == '~' ? ',' : *c;
    }
    return value;
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
        cell->value = with_commas(arena, equals + 1);
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
                                  .source = canned->source,
                                  .status = canned->status,
                                  .server = canned->server,
                                  .detail = canned->detail,
                                  .is_from_node = canned->is_from_node,
                                  .date = canned->date,
                                  .certificate_until = canned->certificate_until,
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
        bool is_for_it = (!canned[i].is_alone || question->is_alone) &&
                         (is_about_it || text_equal(canned[i].table, "*")) &&
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
                              .is_merged = canned->is_merged,
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
        if (found == NULL && question->is_ahead) {
            continue; /* nobody waits for it */
        }
        cr_assert(question->limit_ms > 0 || !text_equal(question->table, "v_plugin"),
                  "v_plugin may be slow, and would be waited for");
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

/* The target of a case: with the credentials it has, of the kind it wants. */
static struct target *target_of(struct arena *arena, const struct bench_case *row)
{
    struct target *target = bench_target(arena, !row->has_no_integration, !row->has_no_auditor);
    for (size_t i = 0; i < target->n_credentials; i++) {
        bool is_auditor = text_equal(target->credentials[i].name, "auditor");
        target->credentials[i].stands_in = is_auditor ? row->auditor_is : SOURCE_LIVE;
    }
    if (row->credential_kind != NULL) {
        cr_assert(credential_kind_from_name(row->credential_kind, &target->credentials[0].kind),
                  "%s is no kind of credential", row->credential_kind);
    }
    if (row->secret != NULL) {
        target->credentials[0].secret =
            (struct secret){.bytes = arena_strdup(arena, row->secret), .len = strlen(row->secret)};
    }
    return target;
}

/* The canned answers of a case, and where it says so empty ones for what they leave open. */
static const struct canned *canned_of(struct arena *arena, const struct bench_case *row,
                                      const struct questions *open, size_t *ret_n)
{
    struct canned *all = NULL;
    size_t n_all = 0;
    for (size_t i = 0; i < MOST_CANNED && row->canned[i].table != NULL; i++) {
        struct canned *slot = arena_append(arena, &all, &n_all, sizeof *slot);
        *slot = row->canned[i];
    }
    for (size_t i = 0; i < open->n_items && row->rest_is_untold; i++) {
        const struct question *question = &open->items[i];
        if (find_canned(all, n_all, question) == NULL) {
            struct canned *slot = arena_append(arena, &all, &n_all, sizeof *slot);
            *slot = (struct canned){.kind = question->kind, .table = question->table};
        }
    }
    *ret_n = n_all;
    return all;
}

/* An answer to somebody else's question, in which a control row came back. */
static void add_control_seen(struct arena *arena, const char *credential, struct answers *answers)
{
    struct canned canned = {.kind = QUESTION_ROWS, .control_seen = true};
    struct question question = {.kind = QUESTION_ROWS,
                                .credential = credential,
                                .table = "sys_user_role",
                                .key = "name",
                                .value = "x",
                                .control = "admin"};
    struct answer **slot = arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
    *slot = answer_from(arena, &canned, &question);
}

/* What other checks of the run were answered. */
static void add_elsewhere(struct arena *arena, const struct bench_case *row,
                          struct answers *answers)
{
    for (size_t i = 0; i < ARRAY_LEN(row->elsewhere) && row->elsewhere[i].table != NULL; i++) {
        const struct canned *canned = &row->elsewhere[i];
        struct question question = {
            .kind = canned->kind, .table = canned->table, .credential = canned->credential};
        struct answer **slot =
            arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
        *slot = answer_from(arena, canned, &question);
    }
}

static struct finding judge_case(struct arena *arena, const char *name,
                                 const struct bench_case *row)
{
    const struct kind *kind = kind_named(name);
    struct pack pack = {.name = "bench", .first_table = "incident", .credential = "integration"};
    struct check check = {.id = "bench/check", .name = "check", .kind = &kind->schema};
    struct answers answers = {0};
    struct finding finding = {0};
    if (row->sees_controls) {
        add_control_seen(arena, "auditor", &answers);
        add_control_seen(arena, "integration", &answers);
    }
    add_elsewhere(arena, row, &answers);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        struct questions open = {0};
        finding = (struct finding){.check = &check, .verdict = VERDICT_UNKNOWN};
        struct judging judging = {.arena = arena,
                                  .now = BENCH_NOW,
                                  .target = target_of(arena, row),
                                  .pack = &pack,
                                  .check = &check,
                                  .catalogue = shared_catalogue(),
                                  .answers = &answers,
                                  .may_write = row->may_write,
                                  .open = &open,
                                  .finding = &finding};
        kind->judge(&judging, bench_params(arena, &kind->schema, row->params));
        if (open.n_items == 0) {
            return finding;
        }
        size_t n_canned = 0;
        const struct canned *canned = canned_of(arena, row, &open, &n_canned);
        bench_answer(arena, canned, n_canned, &open, &answers);
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
        struct strings excluded = {0};
        for (size_t e = 0; e < finding.n_excludes; e++) {
            strings_add(arena, &excluded, finding.excludes[e].cause);
        }
        const char *list = strings_join(arena, &excluded, " ");
        cr_expect(row->excludes == NULL || text_equal(row->excludes, list),
                  "row %zu (%s): rules out %s, expected %s", i, row->why, list, row->excludes);
        const char *second = finding.causes.n_items > 1 ? finding.causes.items[1] : "none";
        cr_expect(row->second == NULL || text_equal(row->second, second),
                  "row %zu (%s): second cause %s, expected %s", i, row->why, second, row->second);
        cr_expect(row->proof == NULL || text_equal(row->proof, finding.is_no_proof ? "no" : "yes"),
                  "row %zu (%s): proof", i, row->why);
        cr_expect(text_equal(cause, row->cause), "row %zu (%s): cause %s, expected %s", i, row->why,
                  cause != NULL ? cause : "none", row->cause != NULL ? row->cause : "none");
        cr_expect(row->says == NULL || says(&finding, row->says), "row %zu (%s): '%s' / '%s'", i,
                  row->why, finding.seen != NULL ? finding.seen : "",
                  finding.because != NULL ? finding.because : "");
        bool is_open_or_bad = finding.verdict == VERDICT_FAIL || finding.verdict == VERDICT_UNKNOWN;
        cr_expect(!is_open_or_bad || finding.wanted != NULL,
                  "row %zu (%s): says not what is wanted", i, row->why);
        cr_expect(row->wants == NULL ||
                      (finding.wanted != NULL && strstr(finding.wanted, row->wants) != NULL),
                  "row %zu (%s): wants '%s'", i, row->why,
                  finding.wanted != NULL ? finding.wanted : "nothing");
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
    forget_catalogue();
}

/* ---- Law 1 ---- */

/* Rows are found by these: without them the live source takes a row for one nobody asked for. */
static bool is_key(const char *column)
{
    static const char *const keys[] = {"name", "user_name", "user.user_name",       "role.name",
                                       "id",   "element",   "sys_security_acl.name"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (text_equal(column, keys[i])) {
            return true;
        }
    }
    return false;
}

static const char *without_item(struct arena *arena, const char *text, char separator, size_t n)
{
    const char between[] = {separator, '\0'};
    struct strings items = strings_split(arena, text, separator);
    struct strings rest = {0};
    for (size_t i = 0; i < items.n_items; i++) {
        if (i != n) {
            strings_add(arena, &rest, items.items[i]);
        }
    }
    return strings_join(arena, &rest, between);
}

/* The rows without a column; the same text when none of them has it. */
static const char *without_column(struct arena *arena, const char *text, const char *column)
{
    struct strings rows = strings_split(arena, text, ';');
    struct strings rest = {0};
    size_t column_len = strlen(column);
    for (size_t i = 0; i < rows.n_items; i++) {
        struct strings cells = strings_split(arena, rows.items[i], ',');
        const char *row = rows.items[i];
        for (size_t c = 0; c < cells.n_items; c++) {
            if (strncmp(cells.items[c], column, column_len) == 0 &&
                cells.items[c][column_len] == '=') {
                row = without_item(arena, rows.items[i], ',', c);
            }
        }
        strings_add(arena, &rest, row);
    }
    return strings_join(arena, &rest, ";");
}

static bool is_untold(enum verdict verdict)
{
    return verdict == VERDICT_UNKNOWN || verdict == VERDICT_BLOCKED;
}

static void expect_no_softer(const char *kind, const struct bench_case *row,
                             const struct bench_case *less, const char *how)
{
    struct arena *arena = arena_new();
    struct bench_case told = *less;
    told.rest_is_untold = true;
    struct finding finding = judge_case(arena, kind, &told);
    bool is_honest = finding.verdict == row->verdict || is_untold(finding.verdict);
    cr_expect(is_honest, "%s, with %s: %s became %s (%s)", row->why, how,
              verdict_name(row->verdict), verdict_name(finding.verdict),
              finding.seen != NULL ? finding.seen : "nothing seen");
    arena_free(arena);
}

static void expect_tables_to_close(const char *kind, const struct bench_case *row, size_t n)
{
    struct bench_case less = *row;
    less.canned[n] = (struct canned){.kind = row->canned[n].kind,
                                     .table = row->canned[n].table,
                                     .credential = row->canned[n].credential,
                                     .reason = REASON_DENIED,
                                     .outcome = OUTCOME_DENIED,
                                     .status = 403};
    expect_no_softer(kind, row, &less, "a table denied");
    less.canned[n] = row->canned[n];
    less.canned[n].was_cut = true;
    expect_no_softer(kind, row, &less, "a page cut");
}

static void expect_rows_to_hide(const char *kind, const struct bench_case *row, size_t n)
{
    struct arena *arena = arena_new();
    const struct canned *canned = &row->canned[n];
    struct strings rows = strings_split(arena, canned->rows, ';');
    int64_t n_returned = (int64_t)rows.n_items + (canned->control_seen ? 1 : 0);
    for (size_t i = 0; i < rows.n_items; i++) {
        struct bench_case less = *row;
        less.canned[n].rows = without_item(arena, canned->rows, ';', i);
        less.canned[n].total = canned->total != 0 ? canned->total : n_returned;
        expect_no_softer(kind, row, &less, "a row hidden");
    }
    arena_free(arena);
}

static void expect_columns_to_hide(const char *kind, const struct bench_case *row, size_t n)
{
    struct arena *arena = arena_new();
    struct strings rows = strings_split(arena, row->canned[n].rows, ';');
    struct strings columns = {0};
    for (size_t i = 0; i < rows.n_items; i++) {
        struct strings cells = strings_split(arena, rows.items[i], ',');
        for (size_t c = 0; c < cells.n_items; c++) {
            size_t len = strcspn(cells.items[c], "=");
            strings_add_unique(arena, &columns, arena_strndup(arena, cells.items[c], len));
        }
    }
    for (size_t i = 0; i < columns.n_items; i++) {
        if (is_key(columns.items[i])) {
            continue;
        }
        struct bench_case less = *row;
        less.canned[n].rows = without_column(arena, row->canned[n].rows, columns.items[i]);
        expect_no_softer(kind, row, &less,
                         arena_printf(arena, "the column %s hidden", columns.items[i]));
    }
    arena_free(arena);
}

void bench_expect_law_1(const char *kind, const struct bench_case *cases, size_t n_cases)
{
    for (size_t i = 0; i < n_cases; i++) {
        for (size_t n = 0; n < MOST_CANNED && cases[i].canned[n].table != NULL; n++) {
            const struct canned *canned = &cases[i].canned[n];
            bool is_answer = canned->reason == REASON_NONE &&
                             (canned->outcome == OUTCOME_NONE || canned->outcome == OUTCOME_RESULT);
            if (!is_answer || canned->kind != QUESTION_ROWS) {
                continue;
            }
            expect_tables_to_close(kind, &cases[i], n);
            if (canned->rows != NULL) {
                expect_rows_to_hide(kind, &cases[i], n);
                expect_columns_to_hide(kind, &cases[i], n);
            }
        }
    }
    forget_catalogue();
}
