/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a recording keeps, and which questions it answers: as they were answered then, of pages that
 * hold all they ask for, and no others.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "model/names.h"
#include "probes/recording.h"

enum { STARTED = 1800000000 };

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(recording, .init = set_up, .fini = tear_down);

/* ---- A run ---------------------------------------------------------------------------------- */

static struct exchange exchanges[] = {
    {.n = 1,
     .credential = "auditor",
     .method = "GET",
     .url = "https://acme.example.test/1",
     .status = 200,
     .started_ms = 1000,
     .ms = 500,
     .outcome = OUTCOME_RESULT,
     .retry_after_s = -1},
    {.n = 2,
     .credential = "auditor",
     .method = "GET",
     .url = "https://acme.example.test/2",
     .status = 403,
     .started_ms = 2000,
     .ms = 500,
     .outcome = OUTCOME_DENIED,
     .retry_after_s = -1,
     .message = "no \"entry\"\n"},
};

static const struct exchange *exchange_list[] = {&exchanges[0], &exchanges[1]};

static struct pairs pairs_of(const char *text)
{
    struct pairs pairs = {0};
    const struct strings items = strings_split(arena, text, ' ');
    for (size_t i = 0; i < items.n_items; i++) {
        const struct strings sides = strings_split(arena, items.items[i], '=');
        pairs_add(arena, &pairs, sides.items[0], sides.n_items > 1 ? sides.items[1] : "");
    }
    return pairs;
}

/* Questions as a row of a test: where, key, value, fields. */
static struct question ask_rows(const char *table, const char *where, const char *key,
                                const char *value, const char *fields)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .credential = "auditor",
                             .table = table,
                             .where = pairs_of(where),
                             .key = key,
                             .value = value,
                             .fields = strings_split(arena, fields, ' ')};
}

static struct row row_of(const char *cells)
{
    const struct pairs pairs = pairs_of(cells);
    struct row row = {.cells = arena_array(arena, pairs.n_items, sizeof *row.cells)};
    for (size_t i = 0; i < pairs.n_items; i++) {
        row.cells[row.n_cells++] = (struct cell){pairs.items[i].key, pairs.items[i].value};
    }
    return row;
}

static const char *no_disguise(void *ctx, struct arena *where, const char *text)
{
    (void)ctx;
    (void)where;
    return text;
}

static const char *no_disguise_of_cells(void *ctx, struct arena *where, const char *column,
                                        const char *value)
{
    (void)ctx;
    (void)where;
    (void)column;
    return value;
}

static const struct disguise undisguised = {.text = no_disguise, .cell = no_disguise_of_cells};

/* Two plugins asked for by one request, and a table that refuses. */
static struct recording a_run(void)
{
    static struct table_page plugins;
    static struct table_page refused;
    static struct question shape;
    static struct question closed;
    static struct answer answers[2];
    static struct answer *list[2] = {&answers[0], &answers[1]};
    static const struct told_secret nothing_odd;
    static struct credential auditor = {
        .name = "auditor", .kind = CREDENTIAL_API_KEY, .source = "env KEY", .told = &nothing_odd};
    shape = ask_rows("v_plugin", "scope=global", "id", "one", "active version");
    closed = ask_rows("sys_script", "", NULL, NULL, "name");
    plugins = (struct table_page){.exchange = &exchanges[0],
                                  .n_rows = 3,
                                  .total = 3,
                                  .is_list = true,
                                  .shape = &shape,
                                  .values = strings_split(arena, "one two", ' '),
                                  .fields = strings_split(arena, "id scope active version", ' ')};
    plugins.rows = arena_array(arena, 3, sizeof *plugins.rows);
    plugins.rows[0] = row_of("id=one scope=global active=true version=1");
    plugins.rows[1] = row_of("id=two scope=global active=false version=2");
    plugins.rows[2] = row_of("id=two scope=global version=2");
    refused = (struct table_page){.exchange = &exchanges[1],
                                  .total = -1,
                                  .shape = &closed,
                                  .fields = strings_split(arena, "name", ' ')};
    answers[0] = (struct answer){.question = shape,
                                 .exchange = &exchanges[0],
                                 .page = &plugins,
                                 .rows = &plugins.rows[0],
                                 .n_rows = 1,
                                 .total = 3,
                                 .n_returned = 3,
                                 .is_merged = true};
    answers[1] = (struct answer){.question = closed,
                                 .exchange = &exchanges[1],
                                 .page = &refused,
                                 .total = -1,
                                 .reason = REASON_DENIED};
    return (struct recording){
        .tool_version = "0",
        .run_id = "r",
        .key_id = "k",
        .started = STARTED,
        .ended = STARTED + 3,
        .duration_ms = 3000,
        .target = {.instance = {.text = "acme"}, .credentials = &auditor, .n_credentials = 1},
        .answers = {list, 2},
        .exchanges = exchange_list,
        .n_exchanges = 2,
        .n_waves = 1};
}

static const struct recording *written_and_read(const struct recording *recording)
{
    const char *fault = NULL;
    const char *text = recording_text(arena, recording, &undisguised);
    const struct recording *read = recording_read(arena, text, strlen(text), &fault);
    cr_assert_not_null(read, "%s", fault);
    return read;
}

static const struct answer *ask(const struct recording *recording, const struct question *question,
                                int64_t oldest)
{
    return recording_tell(arena, recording, oldest, question);
}

/* ---- Tests ---------------------------------------------------------------------------------- */

Test(recording, what_is_read_is_what_was_written)
{
    const struct recording run = a_run();
    const struct recording *read = written_and_read(&run);
    cr_expect_eq(read->started, STARTED);
    cr_expect_eq(read->n_exchanges, 2);
    cr_expect_str_eq(read->exchanges[1]->message, "no \"entry\"\n");
    cr_expect_eq(read->exchanges[1]->retry_after_s, -1);
    cr_expect_eq(read->target.credentials[0].kind, CREDENTIAL_API_KEY);
    const char *text = recording_text(arena, &run, &undisguised);
    cr_expect_str_eq(text, recording_text(arena, &run, &undisguised), "equal runs, equal bytes");
    const struct answer *answer = ask(read, &run.answers.items[0]->question, 0);
    cr_expect_eq(answer->n_rows, 1);
    cr_expect_str_eq(row_get(&answer->rows[0], "version"), "1");
    cr_expect_eq(answer->total, 3);
    cr_expect(answer->is_merged);
    cr_expect_eq(answer->taken, STARTED + 1, "when its last byte came");
    cr_expect_eq(answer->exchange->n, 1);
    cr_expect_null(row_get(&answer->page->rows[2], "active"), "what never came is not empty");
}

Test(recording, other_questions_are_answered_of_pages_that_hold_them)
{
    const struct {
        struct question question;
        enum reason reason;
        size_t n_rows;
        const char *why;
    } rows[] = {
        {ask_rows("v_plugin", "scope=global", "id", "two", "version"), REASON_NONE, 2,
         "another value of the same request, fewer columns"},
        {ask_rows("v_plugin", "scope=global active=true", "id", "one", "version"), REASON_NONE, 1,
         "one term more"},
        {ask_rows("v_plugin", "scope=global active=true", "id", "two", "version"), REASON_NONE, 0,
         "one term more, and no row has it; one does not tell"},
        {ask_rows("v_plugin", "scope=global", "id", "three", "version"), REASON_NOT_RECORDED, 0,
         "a value that was not asked for"},
        {ask_rows("v_plugin", "", "id", "one", "version"), REASON_NOT_RECORDED, 0,
         "a term less: rows of other scopes were not asked for"},
        {ask_rows("v_plugin", "scope=other", "id", "one", "version"), REASON_NOT_RECORDED, 0,
         "another term"},
        {ask_rows("v_plugin", "scope=global", NULL, NULL, "version"), REASON_NOT_RECORDED, 0,
         "all of them: some were not asked for"},
        {ask_rows("v_plugin", "scope=global", "version", "1", "version"), REASON_NOT_RECORDED, 0,
         "another key"},
        {ask_rows("v_plugin", "scope=global", "id", "one", "name"), REASON_NOT_RECORDED, 0,
         "a column that was not asked for"},
        {ask_rows("v_plugin", "scope=global name=x", "id", "one", "version"), REASON_NOT_RECORDED,
         0, "a term on a column that was not asked for"},
        {ask_rows("v_plugin", "scope=global", "id", "one", "version sys_id"), REASON_NONE, 1,
         "sys_id comes by itself"},
        {ask_rows("sys_script", "", NULL, NULL, "name"), REASON_DENIED, 0, "the refusal"},
        {ask_rows("sys_script", "name=x", NULL, NULL, "name"), REASON_DENIED, 0,
         "the refusal of more than that"},
        {ask_rows("sys_user", "", NULL, NULL, "name"), REASON_NOT_RECORDED, 0, "another table"},
        {{.kind = QUESTION_API, .credential = "auditor", .path = "/api/now/x"},
         REASON_NOT_RECORDED,
         0,
         "another path"},
        {{.kind = QUESTION_GATE, .table = "incident"}, REASON_NOT_RECORDED, 0, "a gate"},
    };
    const struct recording run = a_run();
    const struct recording *read = written_and_read(&run);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct answer *answer = ask(read, &rows[i].question, 0);
        cr_expect_eq(answer->reason, rows[i].reason, "row %zu (%s)", i, rows[i].why);
        cr_expect_eq(answer->n_rows, rows[i].n_rows, "row %zu (%s): %zu rows", i, rows[i].why,
                     answer->n_rows);
        cr_expect(answer->reason != REASON_NOT_RECORDED || answer->exchange == NULL, "row %zu (%s)",
                  i, rows[i].why);
    }
}

Test(recording, rows_that_do_not_tell_are_counted)
{
    const struct recording run = a_run();
    const struct recording *read = written_and_read(&run);
    const struct question active =
        ask_rows("v_plugin", "scope=global active=true", "id", "two", "version");
    const struct answer *answer = ask(read, &active, 0);
    cr_expect_eq(answer->n_strays, 1, "the row whose `active` never came may be the one wanted");
    cr_expect(answer->is_merged, "what is not whole may be the others'");
}

Test(recording, another_credential_or_alone_is_another_question)
{
    const struct recording run = a_run();
    const struct recording *read = written_and_read(&run);
    struct question question = run.answers.items[0]->question;
    question.credential = "integration";
    cr_expect_eq(ask(read, &question, 0)->reason, REASON_NOT_RECORDED);
    question = run.answers.items[0]->question;
    question.is_alone = true;
    cr_expect_eq(ask(read, &question, 0)->reason, REASON_NOT_RECORDED);
}

Test(recording, a_caller_is_known_by_any_of_the_columns_that_came)
{
    struct recording run = a_run();
    struct answer *echo = run.answers.items[0];
    echo->question = (struct question){.kind = QUESTION_IDENTITY,
                                       .credential = "auditor",
                                       .fields = strings_split(arena, "id version", ' ')};
    echo->acceptance = ACCEPTANCE_ACCEPTED;
    echo->user_name = "svc";
    const struct recording *read = written_and_read(&run);
    struct question question = echo->question;
    question.fields = strings_split(arena, "version", ' ');
    cr_expect_eq(ask(read, &question, 0)->acceptance, ACCEPTANCE_ACCEPTED);
    cr_expect_str_eq(ask(read, &question, 0)->user_name, "svc");
    question.fields = strings_split(arena, "version email", ' ');
    cr_expect_eq(ask(read, &question, 0)->reason, REASON_NOT_RECORDED, "a column more");
    question = echo->question;
    question.credential = "integration";
    cr_expect_eq(ask(read, &question, 0)->reason, REASON_NOT_RECORDED, "another caller");
}

Test(recording, old_answers_are_stale)
{
    const struct recording run = a_run();
    const struct recording *read = written_and_read(&run);
    const struct question known = run.answers.items[0]->question;
    const struct question unknown = ask_rows("sys_user", "", NULL, NULL, "name");
    cr_expect_eq(ask(read, &known, STARTED + 1)->reason, REASON_NONE, "just young enough");
    const struct answer *stale = ask(read, &known, STARTED + 2);
    cr_expect_eq(stale->reason, REASON_STALE);
    cr_expect(stale->n_rows == 0 && stale->exchange == NULL && stale->page == NULL);
    cr_expect_eq(ask(read, &unknown, STARTED + 2)->reason, REASON_NOT_RECORDED,
                 "what is not there is not old");
}

Test(recording, one_changed_byte_is_seen)
{
    const struct recording run = a_run();
    const char *fault = NULL;
    char *text = recording_text(arena, &run, &undisguised);
    char *word = strstr(text, "\"true\"");
    cr_assert_not_null(word);
    word[1] = 'T';
    cr_expect_null(recording_read(arena, text, strlen(text), &fault));
    cr_expect(strstr(fault, "changed") != NULL, "%s", fault);
}

Test(recording, cut_at_every_byte_it_is_refused)
{
    const struct recording run = a_run();
    const char *text = recording_text(arena, &run, &undisguised);
    for (size_t len = 0; len + 2 < strlen(text); len++) {
        struct arena *scratch = arena_new();
        const char *fault = NULL;
        cr_expect_null(recording_read(scratch, arena_strndup(scratch, text, len), len, &fault),
                       "after %zu bytes", len);
        cr_expect_not_null(fault);
        arena_free(scratch);
    }
}
