/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing, with consent: a record is made, read back, changed, read back again and deleted, one
 * request after the other. What was begun is tidied up also when the run is interrupted or out of
 * time, within a few seconds more; where the answer to the first request does not say whether a
 * record was made (a transaction that timed out may have been committed), it is looked for by the
 * tag in correlation_id before anything is deleted. The sys_id in the answer to the POST is a claim
 * (something in between may have answered): a record is ours once it was read with our tag in it,
 * and no other is changed or deleted.
 *
 * Paths, methods and parameters: ServiceNow's Table API reference. 204 answers a DELETE.
 */
#include "probes/writes.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/strings.h"
#include "probes/leftovers.h"
#include "probes/rows.h"
#include "probes/url.h"

/* How long tidying up may take once the run is over; and what the longest way through costs: the
 * steps, and one request more. */
enum { GRACE_MS = 5000, SPARE_REQUESTS = 1, LONGEST_WRITE_URL_BYTES = 64 * 1024 };

static const char tag_column[] = "correlation_id";
static const char supposed_id[] = "SYS_ID";

/* A write under way. */
struct writing {
    struct question question; /* a copy: the open questions change from round to round */
    struct use *use;
    struct written *written;
    enum write_step step; /* the next one; N_WRITE_STEPS: none */
    enum reason reason;   /* why it was cut short */
    int64_t end_ms;       /* until when it may go on; 0 while the run is not over */
};

/* ---- What can be written -------------------------------------------------------------------- */

static bool is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}

static bool are_columns(const struct pairs *values)
{
    for (size_t i = 0; i < values->n_items; i++) {
        if (!is_name(values->items[i].key) || column_is_secret(values->items[i].key)) {
            return false;
        }
    }
    return true;
}

bool write_can_be_asked(const struct question *question)
{
    return is_name(question->table) && question->values.n_items > 0 &&
           are_columns(&question->values) && are_columns(&question->changes);
}

int write_most_requests(const struct question *question)
{
    int n_changing = question->changes.n_items > 0 ? 2 : 0; /* and reading back */
    int n_removing = question->is_kept ? 0 : 1;
    return 2 + n_changing + n_removing + SPARE_REQUESTS;
}

/* ---- Requests ------------------------------------------------------------------------------- */

/* What the record must hold after the insert, or after the update: the tag before what the pack
 * says of the same column. */
static struct pairs expected_values(struct arena *arena, const struct writing *writing,
                                    bool is_changed)
{
    const struct pairs *changes = &writing->question.changes;
    const struct pairs *values = &writing->question.values;
    struct pairs expected = {0};
    pairs_add(arena, &expected, tag_column, writing->written->tag);
    for (size_t i = 0; is_changed && i < changes->n_items; i++) {
        if (pairs_get(&expected, changes->items[i].key) == NULL) {
            pairs_add(arena, &expected, changes->items[i].key, changes->items[i].value);
        }
    }
    for (size_t i = 0; i < values->n_items; i++) {
        if (pairs_get(&expected, values->items[i].key) == NULL) {
            pairs_add(arena, &expected, values->items[i].key, values->items[i].value);
        }
    }
    return expected;
}

static struct strings fields_of(struct arena *arena, const struct writing *writing)
{
    struct pairs expected = expected_values(arena, writing, true);
    struct strings fields = {0};
    strings_add(arena, &fields, "sys_id");
    strings_add(arena, &fields, "number");
    for (size_t i = 0; i < expected.n_items; i++) {
        strings_add_unique(arena, &fields, expected.items[i].key);
    }
    return fields;
}

static const char *record_url(struct arena *arena, const char *origin,
                              const struct writing *writing, enum write_step step)
{
    struct buf url;
    buf_init(&url, LONGEST_WRITE_URL_BYTES);
    buf_printf(&url, "%s/api/now/table/%s", origin, writing->question.table);
    if (step != WRITE_INSERT) {
        buf_add_char(&url, '/');
        url_add_encoded(&url, writing->written->sys_id);
    }
    if (step != WRITE_REMOVE) {
        struct strings fields = fields_of(arena, writing);
        buf_printf(&url, "?sysparm_fields=%s&sysparm_exclude_reference_link=true",
                   strings_join(arena, &fields, ","));
    }
    const char *text = arena_strdup(arena, url.data);
    buf_release(&url);
    return text;
}

/* Read back as a list: its count tells a hidden record from a missing one. Journals show what was
 * written only as display values. */
static const char *reading_url(struct arena *arena, const char *origin,
                               const struct writing *writing, enum write_step step)
{
    struct strings fields = fields_of(arena, writing);
    const char *query = step == WRITE_SEARCH
                            ? arena_printf(arena, "%s=%s", tag_column, writing->written->tag)
                            : arena_printf(arena, "sys_id=%s", writing->written->sys_id);
    return arena_printf(arena, "%s&sysparm_display_value=all",
                        plan_table_url(arena, origin, writing->question.table, query, &fields, 2));
}

static const char *body_of(struct arena *arena, const struct writing *writing, enum write_step step)
{
    bool is_insert = step == WRITE_INSERT;
    struct pairs values =
        is_insert ? expected_values(arena, writing, false) : writing->question.changes;
    struct json_writer *json = json_writer_new();
    for (size_t i = 0; i < values.n_items; i++) {
        if (!is_insert && text_equal(values.items[i].key, tag_column)) {
            continue; /* the tag stays */
        }
        json_put_text(json, values.items[i].key, values.items[i].value);
    }
    const char *body = json_writer_text(json, arena);
    json_writer_free(json);
    return body;
}

static struct request *request_for(struct arena *arena, const char *origin,
                                   const struct writing *writing, enum write_step step)
{
    static const char *const methods[N_WRITE_STEPS] = {
        [WRITE_INSERT] = "POST",      [WRITE_READ_INSERTED] = "GET", [WRITE_UPDATE] = "PATCH",
        [WRITE_READ_UPDATED] = "GET", [WRITE_SEARCH] = "GET",        [WRITE_REMOVE] = "DELETE",
    };
    struct request *request = arena_allocate(arena, sizeof *request);
    bool reads = text_equal(methods[step], "GET");
    *request = (struct request){.purpose = PURPOSE_WRITE,
                                .method = methods[step],
                                .table = writing->question.table,
                                .step = step,
                                .limit = 2};
    request->url = reads ? reading_url(arena, origin, writing, step)
                         : record_url(arena, origin, writing, step);
    if (step == WRITE_INSERT || step == WRITE_UPDATE) {
        request->body = body_of(arena, writing, step);
    }
    request_add_question(arena, request, &writing->question);
    return request;
}

bool write_may_be_repeated(const struct request *request)
{
    return request->step != WRITE_INSERT && request->step != WRITE_UPDATE;
}

/* ---- From step to step ---------------------------------------------------------------------- */

static enum write_step tidy_up(const struct writing *writing)
{
    bool is_removable = writing->written->is_ours && !writing->question.is_kept;
    return is_removable ? WRITE_REMOVE : N_WRITE_STEPS;
}

/* A transaction may be committed although its answer never came, or came as an error; and who
 * throttles may be a proxy that tried before, or refuse only its second try. */
static bool may_have_been_made(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_RESULT: /* without the record in it */
    case OUTCOME_NOT_JSON:
    case OUTCOME_TRUNCATED:
    case OUTCOME_SERVER_ERROR:
    case OUTCOME_CONNECTION_LOST:
    case OUTCOME_TIMEOUT:
    case OUTCOME_BUSY:
    case OUTCOME_RATE_LIMITED:
        return true;
    default:
        return false;
    }
}

static enum write_step next_step(const struct writing *writing, enum outcome outcome)
{
    const struct written *written = writing->written;
    switch (writing->step) {
    case WRITE_INSERT:
        if (written->sys_id == NULL) {
            return may_have_been_made(outcome) ? WRITE_SEARCH : N_WRITE_STEPS;
        }
        return WRITE_READ_INSERTED;
    case WRITE_READ_INSERTED:
        if (!written->is_ours) {
            return WRITE_SEARCH;
        }
        return writing->question.changes.n_items > 0 ? WRITE_UPDATE : tidy_up(writing);
    case WRITE_UPDATE:
        return outcome == OUTCOME_RESULT ? WRITE_READ_UPDATED : tidy_up(writing);
    case WRITE_READ_UPDATED:
    case WRITE_SEARCH:
        return tidy_up(writing);
    case WRITE_REMOVE:
    case N_WRITE_STEPS:
        break;
    }
    return N_WRITE_STEPS;
}

/* What is left to do when nothing new is to be begun: what is there goes, once it was seen to be
 * ours. */
static enum write_step way_out(const struct writing *writing)
{
    const struct written *written = writing->written;
    bool is_claimed = written->sys_id != NULL && !written->is_ours;
    return is_claimed && writing->step != WRITE_SEARCH ? WRITE_SEARCH : tidy_up(writing);
}

/* The run is over. */
static void cut_short(struct writing *writing)
{
    if (writing->step == WRITE_SEARCH || writing->step == WRITE_REMOVE ||
        writing->step == N_WRITE_STEPS) {
        return;
    }
    writing->reason = REASON_TIMEOUT;
    writing->step = way_out(writing);
}

bool write_may_go_on(struct prober *prober)
{
    struct writing *writing = prober->writing;
    if (!prober_must_end(prober)) {
        return true;
    }
    if (writing->end_ms == 0) {
        writing->end_ms = clock_monotonic_ms() + GRACE_MS;
    }
    return clock_monotonic_ms() < writing->end_ms;
}

int64_t write_deadline_ms(const struct prober *prober)
{
    return prober->deadline_ms + GRACE_MS;
}

/* ---- Life cycle ----------------------------------------------------------------------------- */

void write_begin(struct wave *wave, struct use *use, const struct question *question)
{
    struct prober *prober = wave->prober;
    struct writing *writing = arena_allocate(prober->arena, sizeof *writing);
    *writing = (struct writing){.question = *question, .use = use, .step = WRITE_INSERT};
    writing->written = arena_allocate(prober->arena, sizeof *writing->written);
    prober->n_writes++;
    *writing->written =
        (struct written){.tag = arena_printf(prober->arena, "glidepath-%s-%d",
                                             prober->options.run_id, prober->n_writes)};
    prober->writing = writing;
}

/* Before the record can be there: a run that is killed now leaves a trace for the next. */
void write_note_insert(const struct wave *wave)
{
    const struct prober *prober = wave->prober;
    const struct leftover leftover = {.seconds = clock_now_seconds(),
                                      .instance = prober_instance(prober),
                                      .table = prober->writing->question.table,
                                      .tag = prober->writing->written->tag};
    bool is_noted = leftover_remember(prober->options.state_dir, &leftover);
    if (!is_noted && prober->options.state_dir != NULL) {
        progress_warn(wave->prober,
                      "that a record is made could not be written down: were this run killed now, "
                      "the next could not say what it left");
    }
}

/* Gone, never made, or there on purpose. */
static void forget_note(const struct prober *prober, const struct writing *writing)
{
    const struct written *written = writing->written;
    bool is_settled =
        written->is_ours ? written->is_removed || writing->question.is_kept : !written->may_be_left;
    if (is_settled && written->steps[WRITE_INSERT].exchange != NULL) {
        leftover_forget(prober->options.state_dir, written->tag);
    }
}

static bool may_be_left(const struct written *written, const struct exchange *insert)
{
    return insert != NULL && !written->is_ours &&
           (written->sys_id != NULL || may_have_been_made(insert->outcome));
}

static void write_end(struct wave *wave)
{
    struct prober *prober = wave->prober;
    struct writing *writing = prober->writing;
    const struct exchange *insert = writing->written->steps[WRITE_INSERT].exchange;
    writing->written->may_be_left = may_be_left(writing->written, insert);
    prober->writing = NULL;
    forget_note(prober, writing);
    enum reason reason = writing->reason;
    if (reason == REASON_NONE) {
        reason = insert == NULL ? REASON_TIMEOUT : outcome_reason(insert->outcome, insert->status);
    }
    settle_unasked(wave, &writing->question, reason);
    struct answer *answer = wave->answers->items[wave->answers->n_items - 1];
    answer->exchange = insert;
    answer->written = writing->written;
}

struct request *write_next_request(struct wave *wave, struct use **ret_use)
{
    struct prober *prober = wave->prober;
    struct writing *writing = prober->writing;
    bool is_over = !wave->is_rehearsal && prober_must_end(prober);
    if (is_over) {
        cut_short(writing);
    }
    bool is_given_up = writing->use->standing != STANDING_USABLE;
    if (writing->step == N_WRITE_STEPS || is_given_up || (is_over && !write_may_go_on(prober))) {
        write_end(wave);
        return NULL;
    }
    *ret_use = writing->use;
    return request_for(prober->arena, prober->origin, writing, writing->step);
}

/* ---- What came back ------------------------------------------------------------------------- */

/*
 * A field as it was written, where its value or what people are shown of it is just that: a
 * reference is written by name and kept as a sys_id, and a journal has no value, only entries.
 */
static const char *field_text(const struct json *field, const char *expected)
{
    bool is_object = field->kind == JSON_KIND_OBJECT;
    const char *value = is_object ? json_get_text(field, "value") : field->text;
    const char *shown = is_object ? json_get_text(field, "display_value") : NULL;
    bool is_shown = !text_is_empty(shown) && (text_equal_nocase(shown, expected) ||
                                              (text_is_empty(value) && !text_is_empty(expected) &&
                                               text_contains_nocase(shown, expected)));
    if (is_shown) {
        return expected;
    }
    const char *text = text_is_empty(value) ? shown : value;
    return text == NULL ? "" : text;
}

static bool is_sys_id(const char *text)
{
    return text != NULL && is_name(text) && strlen(text) == SYS_ID_CHARACTERS;
}

/* What people are shown of a reference that was written by name; NULL where the field is none. */
static const char *reference_name(const struct json *field, const char *expected)
{
    bool is_object = field->kind == JSON_KIND_OBJECT;
    const char *value = is_object ? json_get_text(field, "value") : field->text;
    const char *shown = is_object ? json_get_text(field, "display_value") : NULL;
    bool is_by_name = !text_is_empty(expected) && !is_sys_id(expected);
    return is_by_name && is_sys_id(value) && !text_equal(shown, value)
               ? (shown == NULL ? "" : shown)
               : NULL;
}

static void note_name(struct arena *arena, struct pairs *names, const struct json *field,
                      const struct pair *expected)
{
    const char *name = reference_name(field, expected->value);
    if (name != NULL && !text_equal_nocase(name, expected->value)) {
        pairs_add(arena, names, expected->key, arena_strdup(arena, name));
    }
}

static const struct row *read_row(struct arena *arena, const struct json *record,
                                  const struct pairs *expected, struct pairs *names)
{
    struct row *row = arena_allocate(arena, sizeof *row);
    *row = (struct row){0};
    for (size_t i = 0; i < expected->n_items; i++) {
        const struct json *field = json_get(record, expected->items[i].key);
        if (field == NULL) {
            continue;
        }
        struct cell *cell = arena_append(arena, &row->cells, &row->n_cells, sizeof *cell);
        *cell = (struct cell){.column = expected->items[i].key,
                              .value =
                                  arena_strdup(arena, field_text(field, expected->items[i].value))};
        note_name(arena, names, field, &expected->items[i]);
    }
    return row;
}

static const char *text_of(struct arena *arena, const struct json *record, const char *column)
{
    const struct json *field = json_get(record, column);
    const char *text = field == NULL ? NULL : field_text(field, "");
    return text_is_empty(text) ? NULL : arena_strdup(arena, text);
}

/* Of a list the record with this value. */
static const struct json *find_record(const struct json *result, const char *column,
                                      const char *wanted)
{
    for (size_t i = 0; result->kind == JSON_KIND_ARRAY && i < result->n_values; i++) {
        const struct json *field = json_get(result->values[i], column);
        if (field != NULL && text_equal(field_text(field, ""), wanted)) {
            return result->values[i];
        }
    }
    return NULL;
}

static void note_record(struct arena *arena, struct written *written, const struct json *record)
{
    const char *sys_id = text_of(arena, record, "sys_id");
    const char *number = text_of(arena, record, "number");
    if (is_sys_id(sys_id)) {
        written->sys_id = sys_id;
    }
    written->number = number != NULL ? number : written->number;
}

/*
 * Reads the answer to a step that looks at the record. The one that is ours holds our tag (law 3:
 * the term may have been dropped; and the sys_id may be another's).
 */
static void take_record(struct arena *arena, const struct writing *writing,
                        const struct json *result)
{
    struct written *written = writing->written;
    enum write_step step = writing->step;
    struct pairs expected = expected_values(arena, writing, step == WRITE_READ_UPDATED);
    const struct json *ours = find_record(result, tag_column, written->tag);
    const struct json *claimed =
        written->sys_id != NULL ? find_record(result, "sys_id", written->sys_id) : NULL;
    bool is_found = ours != NULL && (step == WRITE_SEARCH || ours == claimed) &&
                    is_sys_id(text_of(arena, ours, "sys_id"));
    if (is_found) {
        note_record(arena, written, ours);
        written->is_ours = true;
        written->steps[step].row = read_row(arena, ours, &expected, &written->steps[step].names);
    } else if (claimed != NULL && step != WRITE_SEARCH) {
        written->lacks_tag = true;
    }
}

static void take_result(struct wave *wave, const struct interpretation *reading,
                        const struct response *response)
{
    struct arena *arena = wave->prober->arena;
    struct writing *writing = wave->prober->writing;
    struct step_taken *taken = &writing->written->steps[writing->step];
    const struct json *result =
        reading->outcome == OUTCOME_RESULT ? json_get(reading->document, "result") : NULL;
    taken->total = -1;
    int64_t total = 0;
    if (response->total_count != NULL && text_to_int(response->total_count, &total)) {
        taken->total = total;
    }
    taken->reason = outcome_reason(reading->outcome, response->status);
    if (result == NULL) {
        return;
    }
    if (writing->step == WRITE_INSERT) {
        note_record(arena, writing->written, result);
    } else if (writing->step != WRITE_UPDATE && writing->step != WRITE_REMOVE) {
        take_record(arena, writing, result);
    }
}

/* Gone; or not there any more, where it was seen before and a first DELETE was lost. */
static bool is_gone(const struct written *written, enum outcome outcome)
{
    bool was_seen =
        written->steps[WRITE_READ_INSERTED].row != NULL || written->steps[WRITE_SEARCH].row != NULL;
    return outcome == OUTCOME_RESULT || (outcome == OUTCOME_NO_RECORD && was_seen);
}

void write_settle(struct wave *wave, const struct errand *errand,
                  const struct interpretation *reading, const struct response *response)
{
    struct writing *writing = wave->prober->writing;
    struct written *written = writing->written;
    written->steps[writing->step].exchange = errand->exchange;
    take_result(wave, reading, response);
    if (writing->step == WRITE_REMOVE) {
        written->is_removed = is_gone(written, reading->outcome);
    }
    writing->step = next_step(writing, reading->outcome);
    if (writing->step == N_WRITE_STEPS) {
        write_end(wave);
    }
}

void write_abandon(struct wave *wave)
{
    struct writing *writing = wave->prober->writing;
    writing->reason = REASON_TIMEOUT;
    writing->step = writing->step == WRITE_REMOVE ? N_WRITE_STEPS : way_out(writing);
}

void write_suppose(struct wave *wave)
{
    struct writing *writing = wave->prober->writing;
    writing->written->sys_id = supposed_id;
    writing->written->is_ours = true;
    writing->step = next_step(writing, OUTCOME_RESULT);
    if (writing->step == N_WRITE_STEPS) {
        write_end(wave);
    }
}
