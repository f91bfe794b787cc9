/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From responses to answers, and to what is known of gates and credentials.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "probes/pages.h"
#include "probes/refusals.h"
#include "probes/rows.h"
#include "probes/session.h"
#include "probes/writes.h"

/* Refusals of a password that was accepted before, until it is not used again (law 8). */
enum { MOST_REFUSALS = 2 };

bool wave_is_open(const struct wave *wave, const struct question *question)
{
    return answers_find(wave->answers, question) == NULL &&
           !prober_is_asking(wave->prober, question);
}

struct answer *settle(struct wave *wave, const struct question *question)
{
    struct arena *arena = wave->prober->arena;
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *answer = (struct answer){.question = *question, .total = -1};
    struct answer **slot =
        arena_append(arena, &wave->answers->items, &wave->answers->n_items, sizeof *slot);
    *slot = answer;
    return answer;
}

static void set_reason(struct answer *answer, enum reason reason)
{
    answer->reason = reason;
    answer->is_blocked = reason_is_blocking(reason);
}

/* ---- Without a response --------------------------------------------------------------------- */

void settle_unasked(struct wave *wave, const struct question *question, enum reason reason)
{
    struct answer *answer = settle(wave, question);
    set_reason(answer, reason);
    answer->is_over_ceiling = reason == REASON_TIMEOUT && prober_is_out_of_requests(wave->prober);
}

void settle_all(struct wave *wave, enum reason reason)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        if (wave_is_open(wave, wave->open[i])) {
            settle_unasked(wave, wave->open[i], reason);
        }
    }
}

/* The question whose answer says whether the credential counted. */
static bool is_first_question(const struct use *use, const struct question *question)
{
    return question->kind == QUESTION_FIRST_CALL ||
           (question->kind == QUESTION_IDENTITY && use_is_auditor(use));
}

static void settle_for_standing(struct wave *wave, const struct use *use,
                                const struct question *question)
{
    struct answer *answer = settle(wave, question);
    bool is_first = is_first_question(use, question);
    answer->token_exchange = is_first ? use->token_exchange : NULL;
    switch (use->standing) {
    case STANDING_REFUSED:
        set_reason(answer, REASON_CREDENTIAL_REFUSED);
        answer->acceptance = is_first ? ACCEPTANCE_REFUSED : ACCEPTANCE_NOT_TRIED;
        break;
    case STANDING_NO_TOKEN:
        set_reason(answer, REASON_TOKEN_REFUSED);
        answer->acceptance = is_first ? ACCEPTANCE_NO_TOKEN : ACCEPTANCE_NOT_TRIED;
        break;
    default:
        set_reason(answer, is_first ? use->reason : REASON_CREDENTIAL_NOT_TRIED);
        answer->acceptance =
            is_first && use->reason == REASON_GUEST ? ACCEPTANCE_UNPROVEN : ACCEPTANCE_NOT_TRIED;
        break;
    }
    if (question->kind == QUESTION_FIRST_CALL && use->standing == STANDING_NO_TOKEN) {
        set_reason(answer, REASON_NONE); /* that there is no token is the answer */
    }
}

void settle_abandoned(struct wave *wave, const struct errand *errand)
{
    const struct use *use = errand->use;
    if (errand->request->purpose == PURPOSE_WRITE) {
        write_abandon(wave);
        return;
    }
    bool was_given_up =
        use != NULL && use->standing != STANDING_UNTRIED && use->standing != STANDING_USABLE;
    for (size_t i = 0; i < errand->request->n_questions; i++) {
        const struct question *question = errand->request->questions[i];
        if (answers_find(wave->answers, question) != NULL) {
            continue;
        }
        if (was_given_up) {
            settle_for_standing(wave, use, question);
        } else {
            settle_unasked(wave, question, REASON_TIMEOUT);
        }
    }
}

/* A request of this wave will settle it. */
static bool is_under_way(const struct wave *wave, const struct question *question)
{
    for (size_t i = 0; question->kind == QUESTION_DIFFERENCE && i < wave->n_errands; i++) {
        const struct request *request = wave->errands[i]->request;
        for (size_t q = 0; q < request->n_questions; q++) {
            if (request->questions[q] == question) {
                return true;
            }
        }
    }
    return false;
}

void settle_rest_of(struct wave *wave, const struct use *use)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind != QUESTION_GATE && question->kind != QUESTION_SAMPLE &&
            text_equal(question->credential, use->credential->name) &&
            wave_is_open(wave, question) && !is_under_way(wave, question)) {
            settle_for_standing(wave, use, question);
        }
    }
}

/* ---- The gate ------------------------------------------------------------------------------- */

void settle_gate(struct wave *wave, const struct question *question, const struct gate *gate)
{
    struct answer *answer = settle(wave, question);
    answer->exchange = gate->exchange;
    if (!outcome_is_from_servicenow(gate->outcome)) {
        enum reason reason = outcome_reason(gate->outcome, gate->status);
        set_reason(answer, reason == REASON_CREDENTIAL_REFUSED ? REASON_DENIED : reason);
    }
}

struct first_path errand_first_path(const struct errand *errand)
{
    const struct request *request = errand->request;
    return (struct first_path){
        .table = request->table, .fields = request->fields, .limit = request->limit};
}

static void settle_gate_response(struct wave *wave, const struct errand *errand,
                                 enum outcome outcome, int status)
{
    struct prober *prober = wave->prober;
    struct gate *gate = arena_append(prober->arena, &prober->gates, &prober->n_gates, sizeof *gate);
    *gate = (struct gate){.path = errand_first_path(errand),
                          .exchange = errand->exchange,
                          .outcome = outcome,
                          .status = status};
    for (size_t i = 0; i < errand->request->n_questions; i++) {
        settle_gate(wave, errand->request->questions[i], gate);
    }
}

/* ---- Credentials ---------------------------------------------------------------------------- */

static void note_refused_password(const struct wave *wave, struct use *use)
{
    const struct prober *prober = wave->prober;
    use->password_was_refused = true;
    if (wave->is_rehearsal) {
        return;
    }
    refused_add(prober->options.refused, prober_instance(prober), use->credential->user_name);
    bool is_remembered = refusal_remember(prober->options.state_dir, prober_instance(prober),
                                          use->credential->user_name, clock_now_seconds());
    if (!is_remembered && prober->options.state_dir != NULL) {
        progress_warn(
            wave->prober,
            "that this password was refused could not be written down, so the next run will "
            "try it again");
    }
}

static void forget_refusal(const struct wave *wave, const struct use *use)
{
    const struct prober *prober = wave->prober;
    if (!wave->is_rehearsal && credential_checks_password(use->credential->kind)) {
        refusal_forget(prober->options.state_dir, prober_instance(prober),
                       use->credential->user_name, clock_now_seconds());
    }
}

/* What the first request with an untried credential has shown. */
static void set_standing(const struct wave *wave, struct use *use, enum acceptance acceptance,
                         enum reason reason)
{
    switch (acceptance) {
    case ACCEPTANCE_ACCEPTED:
        use->standing = STANDING_USABLE;
        use->is_accepted = true;
        forget_refusal(wave, use);
        break;
    case ACCEPTANCE_UNPROVEN:
        if (use_is_single_try(use, PURPOSE_FIRST_CALL)) {
            use->standing = STANDING_NOT_TRIED;
            use->reason = REASON_GUEST;
        } else {
            use->standing = STANDING_USABLE;
        }
        break;
    case ACCEPTANCE_REFUSED:
        use->standing = STANDING_REFUSED;
        break;
    case ACCEPTANCE_NO_TOKEN:
        use->standing = STANDING_NO_TOKEN;
        break;
    case ACCEPTANCE_NOT_TRIED:
        use->standing = STANDING_NOT_TRIED;
        use->reason = reason;
        break;
    }
}

/* A credential that was tried before got another answer. Only passwords are given up: a key may
 * be admitted on one table and not on the next. */
static void note_later_response(const struct wave *wave, const struct errand *errand,
                                bool is_refused)
{
    struct use *use = errand->use;
    if (!is_refused || use == NULL || !use_carries_password(use, errand->request->purpose)) {
        return;
    }
    use->n_refusals++;
    wave->prober->in_flight = 1; /* the other one under way may be the last that is allowed */
    if (use->n_refusals >= MOST_REFUSALS) {
        use->standing = STANDING_REFUSED;
        note_refused_password(wave, use);
    }
}

static void note_acceptance(const struct wave *wave, const struct errand *errand,
                            enum acceptance acceptance, enum reason reason)
{
    struct use *use = errand->use;
    if (use->standing == STANDING_UNTRIED) {
        set_standing(wave, use, acceptance, reason);
        if (acceptance == ACCEPTANCE_REFUSED &&
            use_carries_password(use, errand->request->purpose)) {
            note_refused_password(wave, use);
        }
        return;
    }
    use->is_accepted = use->is_accepted || acceptance == ACCEPTANCE_ACCEPTED;
    note_later_response(wave, errand, acceptance == ACCEPTANCE_REFUSED);
}

/* ---- The token ------------------------------------------------------------------------------ */

static void keep_token(const struct wave *wave, struct use *use, const struct json *document)
{
    const char *token = json_get_text(document, "access_token");
    const char *refresh_token = json_get_text(document, "refresh_token");
    struct redactor *redactor = wave->prober->redactor;
    use->token = secret_new(token, strlen(token));
    redactor_add(redactor, token, strlen(token));
    if (refresh_token != NULL) {
        redactor_add(redactor, refresh_token, strlen(refresh_token));
    }
}

/* A clear no; anything else says nothing about the credential. */
static bool is_token_refusal(enum outcome outcome)
{
    return outcome == OUTCOME_TOKEN_REFUSED || outcome == OUTCOME_TOKEN_USER_UNSET ||
           outcome == OUTCOME_FORBIDDEN || outcome_is_from_servicenow(outcome);
}

static void settle_token_response(struct wave *wave, const struct errand *errand,
                                  const struct interpretation *reading, int status)
{
    struct use *use = errand->use;
    use->token_exchange = errand->exchange;
    if (reading->outcome == OUTCOME_TOKEN) {
        keep_token(wave, use, reading->document);
        forget_refusal(wave, use);
        return;
    }
    bool is_refused = is_token_refusal(reading->outcome);
    set_standing(wave, use, is_refused ? ACCEPTANCE_NO_TOKEN : ACCEPTANCE_NOT_TRIED,
                 outcome_reason(reading->outcome, status));
    bool may_be_the_password =
        reading->outcome == OUTCOME_TOKEN_REFUSED || outcome_is_refusal(reading->outcome, status);
    if (may_be_the_password && use_carries_password(use, PURPOSE_TOKEN)) {
        note_refused_password(wave, use);
    }
    settle_rest_of(wave, use);
}

/* ---- Whether a credential counted ------------------------------------------------------------ */

/* Law 4: accepted is what the same URL refused without the credential. */
static enum acceptance accept_by_gate(const struct gate *gate, enum outcome outcome, int status)
{
    if (outcome_is_refusal(outcome, status)) {
        return ACCEPTANCE_REFUSED;
    }
    if (!outcome_is_from_servicenow(outcome)) {
        return ACCEPTANCE_NOT_TRIED;
    }
    bool was_refused = gate != NULL && outcome_is_refusal(gate->outcome, gate->status);
    bool is_let_in = gate != NULL && gate->outcome != OUTCOME_RESULT && outcome == OUTCOME_RESULT;
    return was_refused || is_let_in ? ACCEPTANCE_ACCEPTED : ACCEPTANCE_UNPROVEN;
}

static enum reason reason_of_acceptance(enum acceptance acceptance, enum outcome outcome,
                                        int status)
{
    switch (acceptance) {
    case ACCEPTANCE_NOT_TRIED:
        return outcome_reason(outcome, status);
    case ACCEPTANCE_UNPROVEN:
        return REASON_GUEST;
    default:
        return REASON_NONE;
    }
}

/* ---- Rows ----------------------------------------------------------------------------------- */

/* Lives as long as the answers that rest on it. */
static struct table_page *read_page(const struct wave *wave, const struct errand *errand,
                                    const struct interpretation *reading,
                                    const struct response *response)
{
    const struct request *request = errand->request;
    struct table_page *page = arena_allocate(wave->prober->arena, sizeof *page);
    *page = (struct table_page){.exchange = errand->exchange,
                                .total = -1,
                                .shape = request->shape,
                                .values = request->values,
                                .fields = request->fields};
    const struct json *result =
        reading->outcome == OUTCOME_RESULT ? json_get(reading->document, "result") : NULL;
    page->is_list = result != NULL && result->kind == JSON_KIND_ARRAY;
    page->rows = page->is_list ? rows_read(wave->prober->arena, result, &page->n_rows) : NULL;
    int64_t total = 0;
    if (response->total_count != NULL && text_to_int(response->total_count, &total)) {
        page->total = total;
    }
    bool has_next = response->link != NULL && strstr(response->link, "rel=\"next\"") != NULL;
    page->was_cut =
        page->n_rows >= request->limit || has_next || reading->outcome == OUTCOME_TRUNCATED;
    return page;
}

/* Law 3: the platform drops a term whose column it does not know, and returns what the rest of the
 * query selects. */
static bool row_is_stray(const struct row *row, const struct request *request)
{
    for (size_t i = 0; i < request->n_questions; i++) {
        if (row_fits(row, request->questions[i]) || row_is_control(row, request->questions[i])) {
            return false;
        }
    }
    return true;
}

/* What a page says about one of the questions that were asked with it. */
static struct answer *settle_page(struct wave *wave, const struct errand *errand,
                                  const struct question *question, const struct table_page *page)
{
    struct answer *answer = settle(wave, question);
    answer->is_merged = errand->request->n_questions > 1;
    page_answer(wave->prober->arena, page, answer);
    return answer;
}

static void settle_rows(struct wave *wave, const struct errand *errand,
                        const struct interpretation *reading, const struct response *response)
{
    const struct request *request = errand->request;
    struct table_page *page = read_page(wave, errand, reading, response);
    bool is_no_list = reading->outcome == OUTCOME_RESULT && !page->is_list;
    enum reason reason =
        is_no_list ? REASON_NOT_JSON : outcome_reason(reading->outcome, response->status);
    for (size_t i = 0; i < page->n_rows; i++) {
        page->n_strays += row_is_stray(&page->rows[i], request) ? 1 : 0;
    }
    for (size_t i = 0; i < request->n_questions; i++) {
        set_reason(settle_page(wave, errand, request->questions[i], page), reason);
    }
    note_later_response(wave, errand, outcome_is_refusal(reading->outcome, response->status));
}

/* ---- The first call, and what it shows besides --------------------------------------------------
 */

static void settle_first_call(struct wave *wave, const struct errand *errand,
                              const struct interpretation *reading, const struct response *response)
{
    const struct gate *gate = prober_gate(wave->prober, errand->request->table);
    enum acceptance acceptance = accept_by_gate(gate, reading->outcome, response->status);
    if (acceptance == ACCEPTANCE_UNPROVEN && errand->use->is_accepted) {
        acceptance = ACCEPTANCE_ACCEPTED; /* its caller was echoed */
    }
    enum reason reason = reason_of_acceptance(acceptance, reading->outcome, response->status);
    const struct table_page *page = read_page(wave, errand, reading, response);
    for (size_t i = 0; i < errand->request->n_questions; i++) {
        const struct question *question = errand->request->questions[i];
        if (question->kind == QUESTION_FIRST_CALL) {
            struct answer *answer = settle(wave, question);
            answer->exchange = errand->exchange;
            answer->token_exchange = errand->use->token_exchange;
            answer->acceptance = acceptance;
            set_reason(answer, reason);
        } else if (page->is_list) {
            settle_page(wave, errand, question, page);
        }
    }
    note_acceptance(wave, errand, acceptance, reason);
}

/* ---- Another path --------------------------------------------------------------------------- */

static void settle_api(struct wave *wave, const struct errand *errand,
                       const struct interpretation *reading, const struct response *response)
{
    for (size_t i = 0; i < errand->request->n_questions; i++) {
        struct answer *answer = settle(wave, errand->request->questions[i]);
        answer->exchange = errand->exchange;
        set_reason(answer, outcome_reason(reading->outcome, response->status));
    }
    bool is_use = errand->request->purpose == PURPOSE_API;
    note_later_response(wave, errand,
                        is_use && outcome_is_refusal(reading->outcome, response->status));
}

/* ---- Who the caller is ---------------------------------------------------------------------- */

static enum acceptance accept_by_echo(const struct use *use, const struct row *caller,
                                      enum outcome outcome, int status)
{
    if (outcome_is_refusal(outcome, status)) {
        return ACCEPTANCE_REFUSED;
    }
    if (caller != NULL) {
        return identity_is_named(caller) ? ACCEPTANCE_ACCEPTED : ACCEPTANCE_UNPROVEN;
    }
    if (use->is_accepted) {
        return ACCEPTANCE_ACCEPTED;
    }
    return outcome_is_from_servicenow(outcome) ? ACCEPTANCE_UNPROVEN : ACCEPTANCE_NOT_TRIED;
}

/* Rows beyond those that could have been asked for. */
static size_t count_strangers(const struct request *request, const struct table_page *page,
                              const struct row *caller, bool is_ambiguous)
{
    bool is_sound = caller != NULL || is_ambiguous || page->n_rows == 0;
    size_t most = 1 + request->user_names.n_items;
    if (is_sound) {
        return 0;
    }
    return page->n_rows > most ? page->n_rows - most : 1;
}

static void keep_look(struct use *use, const struct errand *errand, const struct table_page *page,
                      const struct row *caller, size_t n_strays)
{
    use->look = (struct look){.is_done = true,
                              .user_names = errand->request->user_names,
                              .fields = errand->request->fields,
                              .exchange = errand->exchange,
                              .page = page,
                              .rows = page->rows,
                              .n_rows = page->n_rows,
                              .total = page->total,
                              .n_strays = n_strays,
                              .caller = caller};
}

static struct answer *settle_echo(struct wave *wave, const struct use *use,
                                  const struct question *question, const struct exchange *exchange,
                                  const struct row *caller)
{
    struct answer *answer = settle(wave, question);
    answer->exchange = exchange;
    answer->token_exchange = use->token_exchange;
    answer->control_seen = identity_is_named(caller);
    if (caller != NULL) {
        answer->user_name = row_get(caller, "user_name");
        answer->rows = arena_array(wave->prober->arena, 1, sizeof *answer->rows);
        answer->rows[0] = *caller;
        answer->n_rows = 1;
    }
    return answer;
}

/* The users read along are all there are of them, where the answer is what was asked for. */
static void name_shape(const struct wave *wave, const struct errand *errand,
                       struct table_page *page)
{
    struct question *shape = arena_allocate(wave->prober->arena, sizeof *shape);
    const struct strings *names = &errand->request->user_names;
    *shape = (struct question){.kind = QUESTION_ROWS,
                               .credential = errand->use->credential->name,
                               .table = errand->request->table,
                               .key = "user_name"};
    if (names->n_items > 0) {
        shape->value = names->items[0];
        page->shape = shape;
        page->values = *names;
    }
}

static void settle_identity(struct wave *wave, const struct errand *errand,
                            const struct interpretation *reading, const struct response *response)
{
    struct use *use = errand->use;
    const struct request *request = errand->request;
    struct table_page *page = read_page(wave, errand, reading, response);
    bool is_ambiguous = false;
    const struct row *caller =
        identity_caller(page->rows, page->n_rows, page->total, &request->user_names, &is_ambiguous);
    size_t n_strays = count_strangers(request, page, caller, is_ambiguous);
    enum acceptance acceptance = accept_by_echo(use, caller, reading->outcome, response->status);
    enum reason reason = outcome_reason(reading->outcome, response->status);
    page->n_strays = n_strays;
    if (caller != NULL && n_strays == 0 && reading->outcome == OUTCOME_RESULT) {
        name_shape(wave, errand, page);
    }
    if (!use->look.is_done) {
        keep_look(use, errand, page, caller, n_strays);
    }
    note_acceptance(wave, errand, acceptance, reason);
    if (is_ambiguous && request->user_names.n_items > 0 && use->standing == STANDING_USABLE) {
        return; /* the questions stay open: the caller is asked for alone in the next wave */
    }
    for (size_t i = 0; i < request->n_questions; i++) {
        struct answer *answer =
            settle_echo(wave, use, request->questions[i], errand->exchange, caller);
        page_describe(page, answer);
        answer->n_strays = n_strays;
        answer->acceptance = acceptance;
        set_reason(answer, reason);
    }
}

static bool look_covers(const struct look *look, const struct question *question)
{
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *column = question->fields.items[i];
        if (!column_is_secret(column) && !strings_have(&look->fields, column)) {
            return false;
        }
    }
    return look->is_done && look->n_strays == 0 && look->exchange != NULL &&
           look->exchange->outcome == OUTCOME_RESULT;
}

static bool settle_rows_from_look(struct wave *wave, const struct use *use,
                                  const struct question *question)
{
    const struct look *look = &use->look;
    bool is_about_read_user =
        text_equal(question->table, "sys_user") && text_equal(question->key, "user_name") &&
        question->where.n_items == 0 && strings_have(&look->user_names, question->value);
    if (!is_about_read_user || look->caller == NULL) {
        return false;
    }
    struct answer found = {.question = *question, .exchange = look->exchange};
    page_describe(look->page, &found);
    page_take_rows(wave->prober->arena, look->page, &found);
    found.was_cut = false; /* it asks for more rows than there can be */
    if (found.n_rows == 0 && !found.control_seen) {
        return false; /* the caller's own row is always its to read, and proves nothing */
    }
    *settle(wave, question) = found;
    return true;
}

bool settle_from_look(struct wave *wave, const struct use *use, const struct question *question)
{
    const struct look *look = &use->look;
    if (!look_covers(look, question)) {
        return false;
    }
    if (question->kind == QUESTION_ROWS) {
        return settle_rows_from_look(wave, use, question);
    }
    if (question->kind != QUESTION_IDENTITY || look->caller == NULL) {
        return false;
    }
    struct answer *answer = settle_echo(wave, use, question, look->exchange, look->caller);
    page_describe(look->page, answer);
    answer->was_cut = false; /* it asks for more rows than there can be */
    answer->acceptance =
        identity_is_named(look->caller) ? ACCEPTANCE_ACCEPTED : ACCEPTANCE_UNPROVEN;
    return true;
}

/* ---- Any response --------------------------------------------------------------------------- */

void settle_response(struct wave *wave, const struct errand *errand,
                     const struct interpretation *reading, const struct response *response)
{
    switch (errand->request->purpose) {
    case PURPOSE_GATE:
        settle_gate_response(wave, errand, reading->outcome, response->status);
        break;
    case PURPOSE_TOKEN:
        settle_token_response(wave, errand, reading, response->status);
        break;
    case PURPOSE_FIRST_CALL:
        settle_first_call(wave, errand, reading, response);
        break;
    case PURPOSE_IDENTITY:
        settle_identity(wave, errand, reading, response);
        break;
    case PURPOSE_ROWS:
        settle_rows(wave, errand, reading, response);
        break;
    case PURPOSE_API:
    case PURPOSE_SAMPLE:
    case PURPOSE_DIFFERENCE:
        settle_api(wave, errand, reading, response);
        break;
    case PURPOSE_WRITE:
        note_later_response(wave, errand, outcome_is_refusal(reading->outcome, response->status));
        write_settle(wave, errand, reading, response);
        break;
    }
}
