/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a recording. It may come from anywhere, so nothing of it is believed before its digest
 * fits, and every number is held to what it may be even then: a digest keeps nobody from writing a
 * file of his own.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/strings.h"
#include "model/names.h"
#include "probes/hide.h"
#include "probes/pages.h"
#include "probes/recording.h"
#include "probes/response.h"
#include "probes/rows.h"

/* More than any run comes to; each answer looks for its exchange. */
enum { MOST_ITEMS = 20000, MS_PER_SECOND = 1000 };

struct reading {
    struct json_reader json;
    struct recording *recording;
    struct table_page *pages;
    size_t n_pages;
    const struct question *shape; /* of the page that is being read */
};

/* ---- Small things --------------------------------------------------------------------------- */

/* "2026-11-20T10:00:00Z", as utc_format() writes it. */
static int64_t time_at(struct reading *reading, const struct json *object, const char *key)
{
    enum { LEN = sizeof "2026-11-20T10:00:00Z" - 1, AT_T = 10 };
    const char *text = json_needed_text(&reading->json, object, key);
    int64_t seconds = 0;
    bool is_time = strlen(text) == LEN && text[AT_T] == 'T' && text[LEN - 1] == 'Z';
    char *parts = arena_strndup(reading->json.arena, text, is_time ? LEN - 1 : 0);
    if (is_time) {
        parts[AT_T] = ' ';
    }
    if (!is_time || !utc_parse(parts, &seconds)) {
        json_refuse(&reading->json, arena_printf(reading->json.arena, "'%s' is not a time", key));
    }
    return seconds;
}

static int64_t number_at(struct reading *reading, const struct json *object, const char *key)
{
    const int64_t most = INT64_MAX / 4096; /* sums and products of a few stay numbers */
    return json_number_at(&reading->json, object, key, 0, -most, most);
}

static int small_number_at(struct reading *reading, const struct json *object, const char *key)
{
    return (int)json_number_at(&reading->json, object, key, 0, 0, INT32_MAX);
}

static size_t count_at(struct reading *reading, const struct json *object, const char *key)
{
    return (size_t)json_number_at(&reading->json, object, key, 0, 0, INT32_MAX);
}

static const char *text_at(struct reading *reading, const struct json *object, const char *key)
{
    return json_text_at(&reading->json, object, key);
}

static bool truth_at(struct reading *reading, const struct json *object, const char *key)
{
    return json_truth_at(&reading->json, object, key);
}

static void refuse_word(struct reading *reading, const char *key)
{
    json_refuse(&reading->json,
                arena_printf(reading->json.arena,
                             "'%s' has a value that is none of those it may have", key));
}

static enum reason reason_at(struct reading *reading, const struct json *object)
{
    const char *name = text_at(reading, object, "reason");
    enum reason reason = REASON_NONE;
    if (name != NULL && !reason_from_name(name, &reason)) {
        refuse_word(reading, "reason");
    }
    return reason;
}

static const struct json *items_at(struct reading *reading, const struct json *document,
                                   const char *key)
{
    static const struct json none = {.kind = JSON_KIND_ARRAY};
    const struct json *list = json_array_at(&reading->json, document, key);
    if (list->n_values > MOST_ITEMS) {
        json_refuse(&reading->json,
                    arena_printf(reading->json.arena, "more than %d of '%s'", MOST_ITEMS, key));
        return &none;
    }
    return list;
}

/* ---- Exchanges ------------------------------------------------------------------------------ */

static struct exchange *read_exchange(struct reading *reading, const struct json *from)
{
    struct exchange *exchange = arena_allocate(reading->json.arena, sizeof *exchange);
    *exchange = (struct exchange){
        .n = (int)json_number_at(&reading->json, from, "n", 0, 0, MOST_ITEMS),
        .wave = small_number_at(reading, from, "wave"),
        .credential = json_needed_text(&reading->json, from, "credential"),
        .method = json_needed_text(&reading->json, from, "method"),
        .url = json_needed_text(&reading->json, from, "url"),
        .status = small_number_at(reading, from, "status"),
        .ms = number_at(reading, from, "ms"),
        .started_ms = number_at(reading, from, "started_ms"),
        .bytes = number_at(reading, from, "bytes"),
        .reused = truth_at(reading, from, "is_reused"),
        .is_http2 = truth_at(reading, from, "is_http2"),
        .message = text_at(reading, from, "message"),
        .detail = text_at(reading, from, "detail"),
        .excerpt = text_at(reading, from, "excerpt"),
        .server = text_at(reading, from, "server"),
        .www_authenticate = text_at(reading, from, "www_authenticate"),
        .transaction_id = text_at(reading, from, "transaction_id"),
        .is_logged_in = text_at(reading, from, "is_logged_in"),
        .location = text_at(reading, from, "location"),
        .rate_limit_rule = text_at(reading, from, "rate_limit_rule"),
        .retry_after_s = json_number_at(&reading->json, from, "retry_after_s", -1, -1, INT32_MAX),
        .date = number_at(reading, from, "date"),
        .certificate_until = number_at(reading, from, "certificate_until"),
        .is_from_node = truth_at(reading, from, "is_from_node"),
        .why = text_at(reading, from, "why"),
    };
    exchange->source = reading->recording->source;
    exchange->taken =
        reading->recording->started + (exchange->started_ms + exchange->ms) / MS_PER_SECOND;
    if (!outcome_from_name(text_at(reading, from, "outcome"), &exchange->outcome)) {
        refuse_word(reading, "outcome");
    }
    return exchange;
}

static void read_exchanges(struct reading *reading, const struct json *document)
{
    const struct json *list = items_at(reading, document, "exchanges");
    struct recording *recording = reading->recording;
    recording->exchanges =
        arena_array(reading->json.arena, list->n_values, sizeof *recording->exchanges);
    for (size_t i = 0; i < list->n_values; i++) {
        recording->exchanges[recording->n_exchanges++] = read_exchange(reading, list->values[i]);
    }
}

static const struct exchange *exchange_at(struct reading *reading, const struct json *object,
                                          const char *key)
{
    int n = small_number_at(reading, object, key);
    const struct recording *recording = reading->recording;
    for (size_t i = 0; i < recording->n_exchanges && n != 0; i++) {
        if (recording->exchanges[i]->n == n) {
            return recording->exchanges[i];
        }
    }
    if (n != 0) {
        json_refuse(&reading->json,
                    arena_printf(reading->json.arena, "'%s' names none of the exchanges", key));
    }
    return NULL;
}

/* ---- Questions ------------------------------------------------------------------------------ */

static bool is_about_table(enum question_kind kind)
{
    return kind == QUESTION_GATE || kind == QUESTION_FIRST_CALL || kind == QUESTION_ROWS ||
           kind == QUESTION_WRITE;
}

/* What every reader of a question of that kind relies on. */
static void check_question(struct reading *reading, const struct question *question)
{
    bool lacks_table = is_about_table(question->kind) && question->table == NULL;
    bool lacks_value = (question->key == NULL) != (question->value == NULL);
    bool lacks_path = question->kind == QUESTION_API && question->path == NULL;
    bool lacks_credential = question->credential == NULL && question->kind != QUESTION_GATE &&
                            question->kind != QUESTION_SAMPLE;
    if (lacks_table || lacks_value || lacks_path || lacks_credential) {
        json_refuse(&reading->json, "a question does not say what it asks");
    }
}

static struct question read_question(struct reading *reading, const struct json *from)
{
    struct json_reader *json = &reading->json;
    struct question question = {
        .credential = text_at(reading, from, "credential"),
        .table = text_at(reading, from, "table"),
        .path = text_at(reading, from, "path"),
        .is_head = truth_at(reading, from, "is_head"),
        .values = json_pairs_at(json, from, "values"),
        .changes = json_pairs_at(json, from, "changes"),
        .is_kept = truth_at(reading, from, "is_kept"),
        .where = json_pairs_at(json, from, "where"),
        .key = text_at(reading, from, "key"),
        .value = text_at(reading, from, "value"),
        .control = text_at(reading, from, "control"),
        .fields = json_strings_at(json, from, "fields"),
        .containing = json_pairs_at(json, from, "containing"),
        .minutes = small_number_at(reading, from, "minutes"),
        .limit = count_at(reading, from, "limit"),
        .limit_ms = number_at(reading, from, "limit_ms"),
        .is_alone = truth_at(reading, from, "is_alone"),
    };
    if (from == NULL || !question_kind_from_name(text_at(reading, from, "kind"), &question.kind)) {
        refuse_word(reading, "kind");
        return question;
    }
    check_question(reading, &question);
    return question;
}

/* ---- Pages ---------------------------------------------------------------------------------- */

/* What only prints what it saw: which rows fit which question is worked out here. */
static bool is_of_script(const struct reading *reading)
{
    return reading->recording->source == SOURCE_SCRIPT;
}

/* By it the rows are told apart: hidden, it would be another's. */
static bool is_compared(const struct question *shape, const char *column)
{
    return shape != NULL &&
           (text_equal(shape->key, column) || pairs_get(&shape->where, column) != NULL);
}

/* A script knows no secret of the run's, and prints what it reads as it stands: what looks like one
 * is hidden here. A column of secrets was never asked for. */
static void add_cell(struct reading *reading, const char *column, const char *value,
                     struct row *row)
{
    if (column_is_secret(column)) {
        return;
    }
    bool is_hidden = is_of_script(reading) && !is_compared(reading->shape, column);
    const char *kept = is_hidden ? hide_in_column(reading->json.arena, column, value) : value;
    row->cells[row->n_cells++] = (struct cell){column, kept};
}

static struct row read_row(struct reading *reading, const struct strings *columns,
                           const struct json *from)
{
    struct row row = {0};
    if (from->kind != JSON_KIND_ARRAY || from->n_values != columns->n_items) {
        json_refuse(&reading->json, "a row has not as many values as there are columns");
        return row;
    }
    row.cells = arena_array(reading->json.arena, columns->n_items + 1, sizeof *row.cells);
    for (size_t i = 0; i < columns->n_items; i++) {
        const struct json *value = from->values[i];
        if (value->kind == JSON_KIND_STRING) {
            add_cell(reading, columns->items[i], value->text, &row);
        } else if (value->kind != JSON_KIND_NULL) {
            json_refuse(&reading->json, "a row holds more than texts");
        }
    }
    return row;
}

static void read_rows(struct reading *reading, const struct json *from, struct table_page *page)
{
    const struct json *rows = json_array_at(&reading->json, from, "rows");
    const struct strings columns = json_strings_at(&reading->json, from, "columns");
    page->rows = arena_array(reading->json.arena, rows->n_values, sizeof *page->rows);
    for (size_t i = 0; i < rows->n_values; i++) {
        page->rows[page->n_rows++] = read_row(reading, &columns, rows->values[i]);
    }
}

static void read_page(struct reading *reading, const struct json *from, struct table_page *page)
{
    const struct json *shape = json_object_at(&reading->json, from, "shape");
    *page = (struct table_page){
        .exchange = exchange_at(reading, from, "exchange"),
        .total = json_number_at(&reading->json, from, "total", -1, -1, INT64_MAX),
        .n_strays = count_at(reading, from, "n_strays"),
        .was_cut = truth_at(reading, from, "was_cut"),
        .is_list = truth_at(reading, from, "is_list"),
        .fields = json_strings_at(&reading->json, from, "fields"),
        .values = json_strings_at(&reading->json, from, "values"),
    };
    if (shape != NULL) {
        struct question *question = arena_allocate(reading->json.arena, sizeof *question);
        *question = read_question(reading, shape);
        page->shape = question;
    }
    reading->shape = page->shape;
    read_rows(reading, from, page);
    if (page->exchange == NULL) {
        json_refuse(&reading->json, "a page has no exchange");
    }
    if (is_of_script(reading)) {
        page->n_strays = page_count_strays(page);
    }
}

static void read_pages(struct reading *reading, const struct json *document)
{
    const struct json *list = items_at(reading, document, "pages");
    reading->pages = arena_array(reading->json.arena, list->n_values, sizeof *reading->pages);
    for (size_t i = 0; i < list->n_values; i++) {
        read_page(reading, list->values[i], &reading->pages[reading->n_pages++]);
    }
}

/* ---- Answers -------------------------------------------------------------------------------- */

static struct row *read_cells(struct reading *reading, const struct json *from)
{
    const struct pairs cells = json_pairs_at(&reading->json, from, "row");
    struct row *row = arena_allocate(reading->json.arena, sizeof *row);
    row->cells = arena_array(reading->json.arena, cells.n_items, sizeof *row->cells);
    for (size_t i = 0; i < cells.n_items; i++) {
        row->cells[row->n_cells++] = (struct cell){cells.items[i].key, cells.items[i].value};
    }
    return row;
}

static struct step_taken read_step(struct reading *reading, const struct json *from)
{
    return (struct step_taken){
        .exchange = exchange_at(reading, from, "exchange"),
        .row = truth_at(reading, from, "has_row") ? read_cells(reading, from) : NULL,
        .total = json_number_at(&reading->json, from, "total", -1, -1, INT64_MAX),
        .reason = reason_at(reading, from),
        .names = json_pairs_at(&reading->json, from, "names"),
    };
}

static const struct written *read_written(struct reading *reading, const struct json *from)
{
    if (from == NULL) {
        return NULL;
    }
    const struct json *steps = json_array_at(&reading->json, from, "steps");
    struct written *written = arena_allocate(reading->json.arena, sizeof *written);
    *written = (struct written){
        .tag = json_needed_text(&reading->json, from, "tag"),
        .sys_id = text_at(reading, from, "sys_id"),
        .number = text_at(reading, from, "number"),
        .is_ours = truth_at(reading, from, "is_ours"),
        .lacks_tag = truth_at(reading, from, "lacks_tag"),
        .is_removed = truth_at(reading, from, "is_removed"),
        .may_be_left = truth_at(reading, from, "may_be_left"),
    };
    if (steps->n_values != N_WRITE_STEPS) {
        json_refuse(&reading->json, "'steps' are not as many as a write has");
        return written;
    }
    for (size_t i = 0; i < N_WRITE_STEPS; i++) {
        written->steps[i] = read_step(reading, steps->values[i]);
    }
    return written;
}

static void read_page_of(struct reading *reading, const struct json *from, struct answer *answer)
{
    int64_t page = json_number_at(&reading->json, from, "page", -1, -1, INT32_MAX);
    if (page >= 0 && (size_t)page < reading->n_pages) {
        answer->page = &reading->pages[page];
    } else if (page >= 0) {
        json_refuse(&reading->json, "'page' names none of the pages");
    }
}

/* The page's rows that are the answer's. */
static void read_row_numbers(struct reading *reading, const struct json *from,
                             struct answer *answer)
{
    const struct json *numbers = json_array_at(&reading->json, from, "rows");
    size_t n_there = answer->page == NULL ? 0 : answer->page->n_rows;
    answer->rows = arena_array(reading->json.arena, numbers->n_values, sizeof *answer->rows);
    for (size_t i = 0; i < numbers->n_values; i++) {
        const struct json *number = numbers->values[i];
        int64_t at = -1;
        bool is_number = number->kind == JSON_KIND_NUMBER && text_to_int(number->text, &at);
        if (!is_number || at < 0 || (size_t)at >= n_there) {
            json_refuse(&reading->json, "'rows' names none of the page's rows");
            return;
        }
        answer->rows[answer->n_rows++] = answer->page->rows[at];
    }
}

static struct answer *read_answer(struct reading *reading, const struct json *from)
{
    const char *acceptance = text_at(reading, from, "acceptance");
    struct answer *answer = arena_allocate(reading->json.arena, sizeof *answer);
    *answer = (struct answer){
        .question = read_question(reading, json_object_at(&reading->json, from, "question")),
        .taken = time_at(reading, from, "taken"),
        .exchange = exchange_at(reading, from, "exchange"),
        .token_exchange = exchange_at(reading, from, "token_exchange"),
        .reason = reason_at(reading, from),
        .total = json_number_at(&reading->json, from, "total", -1, -1, INT64_MAX),
        .n_returned = count_at(reading, from, "n_returned"),
        .n_strays = count_at(reading, from, "n_strays"),
        .is_merged = truth_at(reading, from, "is_merged"),
        .control_seen = truth_at(reading, from, "control_seen"),
        .was_cut = truth_at(reading, from, "was_cut"),
        .user_name = text_at(reading, from, "user_name"),
        .written = read_written(reading, json_object_at(&reading->json, from, "written")),
    };
    answer->is_blocked = reason_is_blocking(answer->reason);
    if (acceptance != NULL && !acceptance_from_name(acceptance, &answer->acceptance)) {
        refuse_word(reading, "acceptance");
    }
    read_page_of(reading, from, answer);
    if (!is_of_script(reading)) {
        read_row_numbers(reading, from, answer);
    } else if (!text_equal(answer->question.credential, "auditor")) {
        json_refuse(&reading->json, "a script answers for the auditor alone");
    } else if (answer->page != NULL) {
        page_answer(reading->json.arena, answer->page, answer);
    }
    return answer;
}

static void read_answers(struct reading *reading, const struct json *document)
{
    const struct json *list = items_at(reading, document, "answers");
    struct answers *answers = &reading->recording->answers;
    answers->items = arena_array(reading->json.arena, list->n_values, sizeof(struct answer *));
    for (size_t i = 0; i < list->n_values && reading->json.fault == NULL; i++) {
        answers->items[answers->n_items++] = read_answer(reading, list->values[i]);
    }
    answers_look_up(reading->json.arena, answers);
}

/* ---- The target ----------------------------------------------------------------------------- */

static void read_packs(struct reading *reading, const struct json *document)
{
    const struct json *list = items_at(reading, document, "packs");
    struct recording *recording = reading->recording;
    struct arena *arena = reading->json.arena;
    recording->packs = arena_array(arena, list->n_values, sizeof *recording->packs);
    recording->target.packs = arena_array(arena, list->n_values, sizeof *recording->target.packs);
    for (size_t i = 0; i < list->n_values; i++) {
        const struct json *from = list->values[i];
        const char *credential = text_at(reading, from, "credential");
        recording->packs[recording->n_packs++] = (struct recorded_pack){
            .name = json_needed_text(&reading->json, from, "name"),
            .version = text_at(reading, from, "version"),
        };
        recording->target.packs[recording->target.n_packs++] = (struct pack_choice){
            .name = json_needed_text(&reading->json, from, "from"),
            .credential = credential != NULL ? credential : "integration",
            .set = json_pairs_at(&reading->json, from, "set"),
        };
    }
}

static const struct told_secret *read_told(struct reading *reading, const struct json *from)
{
    struct told_secret *told = arena_allocate(reading->json.arena, sizeof *told);
    *told = (struct told_secret){
        .part = text_at(reading, from, "odd_part"),
        .cause = text_at(reading, from, "odd_cause"),
        .oddity = text_at(reading, from, "oddity"),
        .expiry = number_at(reading, from, "expiry"),
    };
    bool is_odd = told->part != NULL;
    if ((told->cause != NULL) != is_odd || (told->oddity != NULL) != is_odd) {
        json_refuse(&reading->json, "what is odd about a credential is not told in full");
    }
    return told;
}

static void read_credentials(struct reading *reading, const struct json *document)
{
    const struct json *list = items_at(reading, document, "credentials");
    struct target *target = &reading->recording->target;
    target->credentials =
        arena_array(reading->json.arena, list->n_values, sizeof *target->credentials);
    for (size_t i = 0; i < list->n_values; i++) {
        const struct json *from = list->values[i];
        struct credential *credential = &target->credentials[target->n_credentials++];
        *credential = (struct credential){
            .name = json_needed_text(&reading->json, from, "name"),
            .user_name = text_at(reading, from, "user_name"),
            .client_id = text_at(reading, from, "client_id"),
            .source = json_text_at(&reading->json, from, "source"),
            .told = read_told(reading, from),
            .stands_in = is_of_script(reading) ? SOURCE_SCRIPT : SOURCE_LIVE,
        };
        if (!credential_kind_from_name(text_at(reading, from, "kind"), &credential->kind)) {
            refuse_word(reading, "kind");
        }
    }
}

/* ---- The whole ------------------------------------------------------------------------------ */

/* Who made it: glidepath itself, where it does not say. */
static enum source source_at(struct reading *reading, const struct json *document)
{
    const char *name = text_at(reading, document, "source");
    enum source source = SOURCE_RECORDING;
    if (name != NULL && (!source_from_name(name, &source) || source == SOURCE_LIVE)) {
        refuse_word(reading, "source");
    }
    return source;
}

static void read_head(struct reading *reading, const struct json *document)
{
    struct recording *recording = reading->recording;
    recording->source = source_at(reading, document);
    recording->tool_version = json_needed_text(&reading->json, document, "tool_version");
    recording->run_id = json_needed_text(&reading->json, document, "run_id");
    recording->key_id = json_needed_text(&reading->json, document, "key_id");
    recording->digest = json_needed_text(&reading->json, document, "digest");
    recording->is_anonymous = truth_at(reading, document, "is_anonymous");
    recording->target.instance.text = json_needed_text(&reading->json, document, "instance");
    recording->started = time_at(reading, document, "started");
    recording->ended = time_at(reading, document, "ended");
    recording->has_clock_skew = json_get(document, "clock_skew_s") != NULL;
    recording->clock_skew_s = number_at(reading, document, "clock_skew_s");
    recording->duration_ms = number_at(reading, document, "duration_ms");
    recording->n_connections = small_number_at(reading, document, "n_connections");
    recording->n_waves = small_number_at(reading, document, "n_waves");
    recording->bytes_in = number_at(reading, document, "bytes_in");
    recording->target.set = json_pairs_at(&reading->json, document, "set");
}

/* "[hidden:" and sixteen digits, each once. */
static struct strings tokens_in(struct arena *arena, const char *text)
{
    static const char begin[] = "[hidden:";
    enum { N_DIGITS = 16, MOST_TOKENS = 1000 };
    struct strings tokens = {0};
    const char *at = strstr(text, begin);
    for (; at != NULL && tokens.n_items < MOST_TOKENS; at = strstr(at + 1, begin)) {
        const char *digits = at + strlen(begin);
        if (strspn(digits, "0123456789abcdef") == N_DIGITS && digits[N_DIGITS] == ']') {
            strings_add_unique(arena, &tokens,
                               arena_strndup(arena, at, strlen(begin) + N_DIGITS + 1));
        }
    }
    return tokens;
}

/* What it is, and that nobody changed it. */
static const char *check_seal(struct arena *arena, const struct json *document)
{
    static const char schema[] = "glidepath-recording/1";
    if (!text_equal(json_get_text(document, "schema"), schema)) {
        return arena_printf(arena, "it is no recording: its 'schema' is not %s", schema);
    }
    const char *spelt = json_canonical(arena, document, "digest", false);
    const char *digest =
        arena_printf(arena, "sha256:%s", digest_sha256_hex(arena, spelt, strlen(spelt)));
    return text_equal(json_get_text(document, "digest"), digest)
               ? NULL
               : "it was changed after it was written: its digest does not fit its contents";
}

/* What stands around it on the page that shows a script's output ("*** Script: ", how long it took)
 * is passed over when somebody copied it along. */
static const char *find_document(const char *text, size_t len, size_t *ret_len)
{
    static const char before[] = "*** Script: ";
    const char *begin = text + strspn(text, " \t\r\n");
    const char *end = text + len;
    const char *shown = strstr(text, before);
    const char *brace = shown == NULL ? NULL : strchr(shown, '{');
    if (brace == NULL || *begin == '{') {
        *ret_len = len;
        return text;
    }
    while (end > brace && end[-1] != '}') {
        end--;
    }
    *ret_len = (size_t)(end - brace);
    return brace;
}

const struct recording *recording_read(struct arena *arena, const char *text, size_t len,
                                       const char **ret_fault)
{
    size_t document_len = 0;
    const char *begin = find_document(text, len, &document_len);
    const struct json *document = json_parse(arena, begin, document_len, ret_fault);
    const char *fault =
        document == NULL
            ? arena_printf(arena,
                           "there is no whole recording in it, as when it was cut in copying: %s",
                           *ret_fault)
            : check_seal(arena, document);
    if (fault != NULL) {
        *ret_fault = fault;
        return NULL;
    }
    struct reading reading = {.json = {.arena = arena},
                              .recording = arena_allocate(arena, sizeof(struct recording))};
    read_head(&reading, document);
    read_packs(&reading, document);
    read_credentials(&reading, document);
    read_exchanges(&reading, document);
    read_pages(&reading, document);
    read_answers(&reading, document);
    reading.recording->tokens = tokens_in(arena, text);
    if (reading.json.fault != NULL) {
        *ret_fault = reading.json.fault;
        return NULL;
    }
    return reading.recording;
}
