/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a recording. Words of closed lists, names of columns and numbers stand as they are; every
 * other text passes the disguise. Members that have their usual value are left out.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/text.h"
#include "model/names.h"
#include "probes/recording.h"

struct writing {
    struct arena *arena;
    struct json_writer *json;
    const struct recording *recording;
    const struct disguise *disguise;
    const struct table_page **pages; /* each once, in the order of the answers */
    size_t n_pages;
};

/* ---- Texts ---------------------------------------------------------------------------------- */

/* Valid UTF-8 stays as it is, line ends and all: a row must fit its question as it did. */
static const char *fit(const struct writing *writing, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    size_t offset = 0;
    bool is_valid = utf8_is_valid(text, strlen(text), &offset);
    const char *valid = is_valid ? text : text_sanitize(writing->arena, text);
    return writing->disguise->text(writing->disguise->ctx, writing->arena, valid);
}

static const char *fit_cell(const struct writing *writing, const char *column, const char *value)
{
    return value == NULL
               ? NULL
               : writing->disguise->cell(writing->disguise->ctx, writing->arena, column, value);
}

static void put_text(const struct writing *writing, const char *key, const char *text)
{
    if (text != NULL) {
        json_put_text(writing->json, key, fit(writing, text));
    }
}

static void put_word(const struct writing *writing, const char *key, const char *word)
{
    if (word != NULL) {
        json_put_text(writing->json, key, word);
    }
}

static void put_number(const struct writing *writing, const char *key, int64_t number,
                       int64_t usual)
{
    if (number != usual) {
        json_put_int(writing->json, key, number);
    }
}

static void put_truth(const struct writing *writing, const char *key, bool value)
{
    if (value) {
        json_put_bool(writing->json, key, true);
    }
}

static void put_time(const struct writing *writing, const char *key, int64_t seconds)
{
    json_put_text(writing->json, key, utc_format(writing->arena, seconds));
}

static void put_words(const struct writing *writing, const char *key, const struct strings *words)
{
    if (words->n_items > 0) {
        json_open_array(writing->json, key);
        for (size_t i = 0; i < words->n_items; i++) {
            json_put_text(writing->json, NULL, words->items[i]);
        }
        json_close(writing->json);
    }
}

static void put_texts(const struct writing *writing, const char *key, const struct strings *texts)
{
    struct strings fitting = {0};
    for (size_t i = 0; i < texts->n_items; i++) {
        strings_add(writing->arena, &fitting, fit(writing, texts->items[i]));
    }
    put_words(writing, key, &fitting);
}

/* As a list: their order counts. The first of each is a name of a column or parameter. */
static void put_pairs(const struct writing *writing, const char *key, const struct pairs *pairs)
{
    if (pairs->n_items > 0) {
        json_open_array(writing->json, key);
        for (size_t i = 0; i < pairs->n_items; i++) {
            json_open_array(writing->json, NULL);
            json_put_text(writing->json, NULL, pairs->items[i].key);
            json_put_text(writing->json, NULL, fit(writing, pairs->items[i].value));
            json_close(writing->json);
        }
        json_close(writing->json);
    }
}

/* ---- Questions and answers ------------------------------------------------------------------ */

static void put_question(const struct writing *writing, const char *key,
                         const struct question *question)
{
    json_open_object(writing->json, key);
    put_word(writing, "kind", question_kind_name(question->kind));
    put_text(writing, "credential", question->credential);
    put_text(writing, "table", question->table);
    put_text(writing, "path", question->path);
    put_truth(writing, "is_head", question->is_head);
    put_pairs(writing, "values", &question->values);
    put_pairs(writing, "changes", &question->changes);
    put_truth(writing, "is_kept", question->is_kept);
    put_pairs(writing, "where", &question->where);
    put_word(writing, "key", question->key);
    put_text(writing, "value", question->value);
    put_text(writing, "control", question->control);
    put_words(writing, "fields", &question->fields);
    put_pairs(writing, "containing", &question->containing);
    put_number(writing, "minutes", question->minutes, 0);
    put_number(writing, "limit", (int64_t)question->limit, 0);
    put_number(writing, "limit_ms", question->limit_ms, 0);
    put_truth(writing, "is_alone", question->is_alone);
    json_close(writing->json);
}

static void put_exchange_number(const struct writing *writing, const char *key,
                                const struct exchange *exchange)
{
    put_number(writing, key, exchange == NULL ? 0 : exchange->n, 0);
}

static int64_t page_number(const struct writing *writing, const struct table_page *page)
{
    for (size_t i = 0; i < writing->n_pages; i++) {
        if (writing->pages[i] == page) {
            return (int64_t)i;
        }
    }
    return -1;
}

/* Which of the page's rows the answer has. */
static void put_row_numbers(const struct writing *writing, const struct answer *answer)
{
    if (answer->n_rows == 0) {
        return;
    }
    json_open_array(writing->json, "rows");
    for (size_t i = 0; i < answer->n_rows; i++) {
        for (size_t p = 0; answer->page != NULL && p < answer->page->n_rows; p++) {
            if (answer->page->rows[p].cells == answer->rows[i].cells) {
                json_put_int(writing->json, NULL, (int64_t)p);
            }
        }
    }
    json_close(writing->json);
}

static void put_cells(const struct writing *writing, const struct row *row)
{
    struct pairs cells = {0};
    for (size_t i = 0; row != NULL && i < row->n_cells; i++) {
        const struct cell *cell = &row->cells[i];
        const char *value = fit_cell(writing, cell->column, cell->value);
        if (value != NULL) {
            pairs_add(writing->arena, &cells, cell->column, value);
        }
    }
    put_pairs(writing, "row", &cells);
}

static void put_step(const struct writing *writing, const struct step_taken *step)
{
    json_open_object(writing->json, NULL);
    put_exchange_number(writing, "exchange", step->exchange);
    put_truth(writing, "has_row", step->row != NULL);
    put_cells(writing, step->row);
    put_number(writing, "total", step->total, -1);
    put_word(writing, "reason", reason_name(step->reason));
    put_pairs(writing, "names", &step->names);
    json_close(writing->json);
}

static void put_written(const struct writing *writing, const struct written *written)
{
    if (written == NULL) {
        return;
    }
    json_open_object(writing->json, "written");
    put_text(writing, "tag", written->tag);
    put_text(writing, "sys_id", written->sys_id);
    put_text(writing, "number", written->number);
    put_truth(writing, "is_ours", written->is_ours);
    put_truth(writing, "lacks_tag", written->lacks_tag);
    put_truth(writing, "is_removed", written->is_removed);
    put_truth(writing, "may_be_left", written->may_be_left);
    json_open_array(writing->json, "steps");
    for (size_t i = 0; i < N_WRITE_STEPS; i++) {
        put_step(writing, &written->steps[i]);
    }
    json_close(writing->json);
    json_close(writing->json);
}

/* When the last byte of it came. */
static int64_t time_of(const struct recording *recording, const struct answer *answer)
{
    enum { MS_PER_SECOND = 1000 };
    const struct exchange *exchange =
        answer->exchange != NULL ? answer->exchange : answer->token_exchange;
    return exchange == NULL
               ? recording->ended
               : recording->started + (exchange->started_ms + exchange->ms) / MS_PER_SECOND;
}

static void put_answer(const struct writing *writing, const struct answer *answer)
{
    json_open_object(writing->json, NULL);
    put_question(writing, "question", &answer->question);
    put_time(writing, "taken", time_of(writing->recording, answer));
    put_exchange_number(writing, "exchange", answer->exchange);
    put_exchange_number(writing, "token_exchange", answer->token_exchange);
    put_word(writing, "reason", reason_name(answer->reason));
    put_number(writing, "page", page_number(writing, answer->page), -1);
    put_row_numbers(writing, answer);
    put_number(writing, "total", answer->total, -1);
    put_number(writing, "n_returned", (int64_t)answer->n_returned, 0);
    put_number(writing, "n_strays", (int64_t)answer->n_strays, 0);
    put_truth(writing, "is_merged", answer->is_merged);
    put_truth(writing, "control_seen", answer->control_seen);
    put_truth(writing, "was_cut", answer->was_cut);
    put_word(writing, "acceptance",
             answer->acceptance == ACCEPTANCE_NOT_TRIED ? NULL
                                                        : acceptance_name(answer->acceptance));
    put_text(writing, "user_name", answer->user_name);
    put_written(writing, answer->written);
    json_close(writing->json);
}

/* ---- Pages ---------------------------------------------------------------------------------- */

static void number_pages(struct writing *writing)
{
    const struct answers *answers = &writing->recording->answers;
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct table_page *page = answers->items[i]->page;
        if (page != NULL && page_number(writing, page) < 0) {
            const struct table_page **slot =
                arena_append(writing->arena, &writing->pages, &writing->n_pages, sizeof *slot);
            *slot = page;
        }
    }
}

static struct strings columns_of(const struct writing *writing, const struct table_page *page)
{
    struct strings columns = {0};
    for (size_t i = 0; i < page->n_rows; i++) {
        for (size_t c = 0; c < page->rows[i].n_cells; c++) {
            strings_add_unique(writing->arena, &columns, page->rows[i].cells[c].column);
        }
    }
    return columns;
}

/* Null stands for what never came. */
static void put_rows(const struct writing *writing, const struct table_page *page)
{
    const struct strings columns = columns_of(writing, page);
    put_words(writing, "columns", &columns);
    json_open_array(writing->json, "rows");
    for (size_t i = 0; i < page->n_rows; i++) {
        json_open_array(writing->json, NULL);
        for (size_t c = 0; c < columns.n_items; c++) {
            json_put_text(
                writing->json, NULL,
                fit_cell(writing, columns.items[c], row_get(&page->rows[i], columns.items[c])));
        }
        json_close(writing->json);
    }
    json_close(writing->json);
}

static void put_page(const struct writing *writing, const struct table_page *page)
{
    json_open_object(writing->json, NULL);
    put_exchange_number(writing, "exchange", page->exchange);
    put_words(writing, "fields", &page->fields);
    put_rows(writing, page);
    put_number(writing, "total", page->total, -1);
    put_number(writing, "n_strays", (int64_t)page->n_strays, 0);
    put_truth(writing, "was_cut", page->was_cut);
    put_truth(writing, "is_list", page->is_list);
    if (page->shape != NULL) {
        put_question(writing, "shape", page->shape);
    }
    put_texts(writing, "values", &page->values);
    json_close(writing->json);
}

/* ---- Exchanges ------------------------------------------------------------------------------ */

static void put_exchange(const struct writing *writing, const struct exchange *exchange)
{
    json_open_object(writing->json, NULL);
    json_put_int(writing->json, "n", exchange->n);
    json_put_int(writing->json, "wave", exchange->wave);
    put_text(writing, "credential", exchange->credential);
    put_word(writing, "method", exchange->method);
    put_text(writing, "url", exchange->url);
    put_number(writing, "status", exchange->status, 0);
    put_number(writing, "ms", exchange->ms, 0);
    put_number(writing, "started_ms", exchange->started_ms, 0);
    put_number(writing, "bytes", exchange->bytes, 0);
    put_truth(writing, "is_reused", exchange->reused);
    put_truth(writing, "is_http2", exchange->is_http2);
    put_word(writing, "outcome", outcome_name(exchange->outcome));
    put_text(writing, "message", exchange->message);
    put_text(writing, "detail", exchange->detail);
    put_text(writing, "excerpt", exchange->excerpt);
    put_text(writing, "server", exchange->server);
    put_text(writing, "www_authenticate", exchange->www_authenticate);
    put_text(writing, "transaction_id", exchange->transaction_id);
    put_text(writing, "is_logged_in", exchange->is_logged_in);
    put_text(writing, "location", exchange->location);
    put_text(writing, "rate_limit_rule", exchange->rate_limit_rule);
    put_number(writing, "retry_after_s", exchange->retry_after_s, -1);
    put_number(writing, "date", exchange->date, 0);
    put_number(writing, "certificate_until", exchange->certificate_until, 0);
    put_truth(writing, "is_from_node", exchange->is_from_node);
    put_text(writing, "why", exchange->why);
    json_close(writing->json);
}

/* ---- The target ----------------------------------------------------------------------------- */

static void put_pack(const struct writing *writing, const struct pack_choice *choice,
                     const struct recorded_pack *pack)
{
    json_open_object(writing->json, NULL);
    put_word(writing, "name", pack->name);
    put_word(writing, "version", pack->version);
    put_word(writing, "from", choice->name);
    put_text(writing, "credential", choice->credential);
    put_pairs(writing, "set", &choice->set);
    json_close(writing->json);
}

static void put_credential(const struct writing *writing, const struct credential *credential)
{
    const struct told_secret *told = credential->told;
    json_open_object(writing->json, NULL);
    put_text(writing, "name", credential->name);
    put_word(writing, "kind", credential_kind_name(credential->kind));
    put_text(writing, "user_name", credential->user_name);
    put_text(writing, "client_id", credential->client_id);
    put_text(writing, "source", credential->source);
    put_word(writing, "odd_part", told->part);
    put_word(writing, "odd_cause", told->cause);
    put_word(writing, "oddity", told->oddity);
    put_number(writing, "expiry", told->expiry, 0);
    json_close(writing->json);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void put_head(const struct writing *writing)
{
    const struct recording *recording = writing->recording;
    put_word(writing, "schema", "glidepath-recording/1");
    put_word(writing, "tool_version", recording->tool_version);
    put_word(writing, "run_id", recording->run_id);
    put_word(writing, "key_id", recording->key_id);
    put_truth(writing, "is_anonymous", recording->is_anonymous);
    put_text(writing, "instance", recording->target.instance.text);
    put_time(writing, "started", recording->started);
    put_time(writing, "ended", recording->ended);
    if (recording->has_clock_skew) {
        put_time(writing, "instance_started", recording->started + recording->clock_skew_s);
        put_time(writing, "instance_ended", recording->ended + recording->clock_skew_s);
        json_put_int(writing->json, "clock_skew_s", recording->clock_skew_s);
    }
    put_number(writing, "duration_ms", recording->duration_ms, 0);
    put_number(writing, "n_connections", recording->n_connections, 0);
    put_number(writing, "n_waves", recording->n_waves, 0);
    put_number(writing, "bytes_in", recording->bytes_in, 0);
}

static void put_target(const struct writing *writing)
{
    const struct target *target = &writing->recording->target;
    put_pairs(writing, "set", &target->set);
    json_open_array(writing->json, "packs");
    for (size_t i = 0; i < target->n_packs; i++) {
        put_pack(writing, &target->packs[i], &writing->recording->packs[i]);
    }
    json_close(writing->json);
    json_open_array(writing->json, "credentials");
    for (size_t i = 0; i < target->n_credentials; i++) {
        put_credential(writing, &target->credentials[i]);
    }
    json_close(writing->json);
}

static void put_evidence(const struct writing *writing)
{
    const struct recording *recording = writing->recording;
    json_open_array(writing->json, "answers");
    for (size_t i = 0; i < recording->answers.n_items; i++) {
        put_answer(writing, recording->answers.items[i]);
    }
    json_close(writing->json);
    json_open_array(writing->json, "pages");
    for (size_t i = 0; i < writing->n_pages; i++) {
        put_page(writing, writing->pages[i]);
    }
    json_close(writing->json);
    json_open_array(writing->json, "exchanges");
    for (size_t i = 0; i < recording->n_exchanges; i++) {
        put_exchange(writing, recording->exchanges[i]);
    }
    json_close(writing->json);
}

/* The digest is one of the contents as they will be read, in their one spelling. */
static char *with_digest(struct arena *arena, const char *text)
{
    const char *fault = NULL;
    const struct json *body = json_parse(arena, text, strlen(text), &fault);
    struct json *whole = arena_allocate(arena, sizeof *whole);
    struct json *digest = arena_allocate(arena, sizeof *digest);
    const char *spelt = json_canonical(arena, body, NULL, false);
    digest->kind = JSON_KIND_STRING;
    digest->text = arena_printf(arena, "sha256:%s", digest_sha256_hex(arena, spelt, strlen(spelt)));
    *whole = *body;
    whole->n_values = body->n_values + 1;
    whole->keys = arena_array(arena, whole->n_values, sizeof *whole->keys);
    whole->values = arena_array(arena, whole->n_values, sizeof *whole->values);
    memcpy(whole->keys, body->keys, body->n_values * sizeof *whole->keys);
    memcpy(whole->values, body->values, body->n_values * sizeof *whole->values);
    whole->keys[body->n_values] = "digest";
    whole->values[body->n_values] = digest;
    return json_canonical(arena, whole, NULL, true);
}

char *recording_text(struct arena *arena, const struct recording *recording,
                     const struct disguise *disguise)
{
    struct writing writing = {
        .arena = arena, .recording = recording, .disguise = disguise, .json = json_writer_new()};
    number_pages(&writing);
    put_head(&writing);
    put_target(&writing);
    put_evidence(&writing);
    const char *text = json_writer_text(writing.json, arena);
    json_writer_free(writing.json);
    return arena_printf(arena, "%s\n", with_digest(arena, text));
}
