/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws about absence, in one place.
 */
#include "checks/evidence.h"

#include <string.h>

#include "base/arena.h"
#include "checks/not_recorded.h"
#include "checks/shown.h"

enum { WHOLE_TABLE_LIMIT = 500 };

/* ---- Asking ---- */

static void note_exchange(struct judging *judging, const struct exchange *exchange)
{
    struct finding *finding = judging->finding;
    if (exchange == NULL) {
        return;
    }
    for (size_t i = 0; i < finding->n_exchanges; i++) {
        if (finding->exchanges[i] == exchange) {
            return;
        }
    }
    const struct exchange **slot =
        arena_append(judging->arena, &finding->exchanges, &finding->n_exchanges, sizeof *slot);
    *slot = exchange;
}

static void note_answer(struct judging *judging, const struct answer *answer)
{
    struct finding *finding = judging->finding;
    for (size_t i = 0; i < finding->n_answers; i++) {
        if (finding->answers[i] == answer) {
            return;
        }
    }
    const struct answer **slot =
        arena_append(judging->arena, &finding->answers, &finding->n_answers, sizeof *slot);
    *slot = answer;
}

/* The open question equal to this one, asked by this check too. */
static struct question *add_open(struct judging *judging, const struct question *question)
{
    struct question *slot = questions_find(judging->open, question);
    if (slot == NULL) {
        slot = questions_add(judging->arena, judging->open, question);
        slot->askers = (struct strings){0};
        slot->is_ahead = true;
    }
    strings_add(judging->arena, &slot->askers, judging->check->id);
    return slot;
}

const struct answer *ask(struct judging *judging, const struct question *question)
{
    const struct answer *answer = answers_find(judging->answers, question);
    if (answer != NULL) {
        note_answer(judging, answer);
        note_exchange(judging, answer->token_exchange);
        note_exchange(judging, answer->exchange);
        for (size_t i = 0; answer->written != NULL && i < N_WRITE_STEPS; i++) {
            note_exchange(judging, answer->written->steps[i].exchange);
        }
        return answer;
    }
    judging->is_open = true;
    add_open(judging, question)->is_ahead = false;
    return NULL;
}

const struct credential *own_credential(const struct judging *judging)
{
    return target_credential(judging->target, judging->pack->credential);
}

struct question gate_question(const struct judging *judging)
{
    return (struct question){.kind = QUESTION_GATE, .table = judging->pack->first_table};
}

struct question first_call_question(const struct judging *judging)
{
    return (struct question){.kind = QUESTION_FIRST_CALL,
                             .credential = judging->pack->credential,
                             .table = judging->pack->first_table};
}

struct question identity_question(const struct judging *judging, const char *credential)
{
    (void)judging;
    return (struct question){
        .kind = QUESTION_IDENTITY, .credential = credential, .table = "sys_user"};
}

struct question user_question(const struct judging *judging, const char *user_name)
{
    (void)judging;
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_user",
                             .key = "user_name",
                             .value = user_name,
                             .control = "admin",
                             .fields = usual_user_columns};
}

void want_columns(const struct judging *judging, struct question *question, const char *columns)
{
    struct strings list = strings_split(judging->arena, columns, ',');
    for (size_t i = 0; i < list.n_items; i++) {
        struct strings names =
            catalogue_names(judging->arena, judging->catalogue, question->table, list.items[i]);
        for (size_t n = 0; n < names.n_items; n++) {
            strings_add_unique(judging->arena, &question->fields, names.items[n]);
        }
    }
}

const char *column_of(const struct judging *judging, const char *table, const struct row *row,
                      const char *column)
{
    struct strings names = catalogue_names(judging->arena, judging->catalogue, table, column);
    for (size_t n = 0; n < names.n_items; n++) {
        const char *value = row_get(row, names.items[n]);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

const char *columns_in_words(const struct judging *judging, const char *table,
                             const struct strings *columns)
{
    struct strings words = {0};
    for (size_t i = 0; i < columns->n_items; i++) {
        strings_add(
            judging->arena, &words,
            catalogue_column_words(judging->arena, judging->catalogue, table, columns->items[i]));
    }
    return strings_join(judging->arena, &words, ", ");
}

/* ---- Untold ---- */

static const char *const untold_because[N_REASONS] = {
    [REASON_DENIED] = "the instance refused this account with 403",
    [REASON_CLOSED] = "this table is closed to REST for everybody, whatever the role",
    [REASON_HIDDEN] =
        "rows were counted and not returned: an access rule hides them from this account",
    [REASON_FIELD_HIDDEN] = "a column that was asked for never came back",
    [REASON_FILTERED] = "no row came back, and nothing shows that this account would see one",
    [REASON_TRUNCATED] = "the answer was cut, so what is missing in it may only be further down",
    [REASON_NOT_JSON] = "the answer was no JSON",
    [REASON_HIBERNATING] = "the developer instance is asleep",
    [REASON_LOGIN_PAGE] = "a sign-on page came where JSON was expected",
    [REASON_TIMEOUT] = "the run's time (--timeout) ended before the answer came",
    [REASON_RATE_LIMITED] = "the instance's rate limit refused the request",
    [REASON_BUSY] = "the instance was too busy to answer",
    [REASON_GUEST] = "the answer would have come without the credential too",
    [REASON_REFUSED] = "not tried: an earlier run saw this password refused (--refused-wait)",
    [REASON_NEAR_LOCKOUT] = "not tried: one more failed attempt could lock the account",
    [REASON_NOT_RECORDED] = "the recording holds no answer to this: nobody asked it then",
    [REASON_STALE] = "the recorded answer is older than --max-age allows",
    [REASON_UNDOCUMENTED] = "what this answer means is not documented",
    [REASON_CREDENTIAL_REFUSED] = "the credential was refused, so this was not asked",
    [REASON_CREDENTIAL_NOT_TRIED] = "no credential to ask this with was given or could be tried",
    [REASON_TOKEN_REFUSED] = "no access token was issued, so this was not asked",
    [REASON_NO_ANSWER] = "the instance did not answer, so this was not asked",
    [REASON_NOT_SERVICENOW] = "what answers there is not ServiceNow, so this was not asked",
};

/* Not REASON_TIMEOUT's own sentence, because more time would not help. */
static const char over_ceiling[] = "not sent: --max-requests allows this run no more requests";

static const char *because_of(enum reason reason)
{
    const char *because = untold_because[reason];
    return because != NULL ? because : "the answer does not tell";
}

static bool is_of_partial_export(const struct answer *answer)
{
    return answer->exchange != NULL && answer->exchange->source == SOURCE_EXPORT &&
           answer->total < 0;
}

bool has_auditor(const struct judging *judging)
{
    return target_credential(judging->target, "auditor") != NULL;
}

static void add_what_would_tell(struct judging *judging, const struct answer *answer)
{
    struct finding *finding = judging->finding;
    bool asked_as_integration =
        answer->question.credential != NULL && !text_equal(answer->question.credential, "auditor");
    bool is_rows = answer->question.kind == QUESTION_ROWS;
    if (finding->verdict == VERDICT_UNKNOWN && is_rows && asked_as_integration &&
        !has_auditor(judging)) {
        finding->because = say(judging, "%s; an auditor credential would tell", finding->because);
    }
}

/* Reasons that are a cause by themselves, whatever was asked. */
static const char *cause_of_reason(const struct answer *answer)
{
    bool is_throttled = answer->exchange != NULL && answer->exchange->status == 429;
    switch (answer->reason) {
    case REASON_RATE_LIMITED:
        return "rate-limited";
    case REASON_BUSY:
        return is_throttled ? "instance-busy" : "instance-unavailable";
    case REASON_HIBERNATING:
        return "instance-hibernating";
    case REASON_LOGIN_PAGE:
        return "login-page";
    default:
        return NULL;
    }
}

/* A refusal that no application node worded: who it is of is not told. */
static bool is_of_an_edge(const struct answer *answer)
{
    return answer->exchange != NULL && answer->exchange->outcome == OUTCOME_FORBIDDEN &&
           !answer->exchange->is_from_node;
}

/* A full queue answers 429 without a rule's headers, and so do gateways that limit calls. */
static bool may_be_an_edge(const struct answer *answer)
{
    return answer->exchange != NULL && answer->exchange->status == 429 &&
           answer->exchange->outcome == OUTCOME_BUSY && !answer->exchange->is_from_node;
}

void judge_untold(struct judging *judging, const struct answer *answer)
{
    const char *because = answer->is_over_ceiling ? over_ceiling : because_of(answer->reason);
    const char *cause = cause_of_reason(answer);
    if (answer->reason == REASON_NOT_RECORDED) {
        because = because_not_recorded(judging, &answer->question, because);
    }
    if (answer->reason == REASON_DENIED && is_of_an_edge(answer)) {
        because = say(judging, "status %d came without the envelope of ServiceNow's REST API",
                      answer->exchange->status);
        cause = answer->exchange->status == 403 ? "edge-blocked" : NULL; /* 404: or no such path */
    }
    if (cause != NULL) {
        judging->finding->cause_subject = judging->target->instance.host;
        points_to(judging, cause);
    }
    if (cause != NULL && may_be_an_edge(answer)) {
        points_to(judging, "edge-blocked");
        judging->finding->causes_are_alternatives = true;
    }
    if (answer->is_blocked) {
        judge_blocked(judging, answer->reason, because);
    } else {
        judge_unknown(judging, answer->reason, because);
    }
    add_what_would_tell(judging, answer);
}

static struct reading untold(struct judging *judging, const struct answer *answer)
{
    judge_untold(judging, answer);
    return (struct reading){.presence = PRESENCE_UNTOLD, .answer = answer};
}

static struct reading untold_because_of(struct judging *judging, const struct answer *answer,
                                        enum reason reason)
{
    static const char partial[] = "no exported row fits, and nothing shows that all rows were "
                                  "exported; --whole-exports says that no filter was used";
    bool is_partial = reason == REASON_FILTERED && is_of_partial_export(answer);
    judge_unknown(judging, reason, is_partial ? partial : because_of(reason));
    add_what_would_tell(judging, answer);
    return (struct reading){.presence = PRESENCE_UNTOLD, .answer = answer};
}

/* ---- Reading ---- */

/* More rows were counted than came back. */
static bool hides_rows(const struct answer *answer)
{
    return answer->total >= 0 && (size_t)answer->total > answer->n_returned;
}

/* Nothing is missing from the answer: rows and count agree, or, untold the count, a row came back
 * that had to. */
static bool is_complete(const struct answer *answer)
{
    bool is_told = answer->total >= 0 || answer->control_seen;
    return is_told && !answer->was_cut && answer->n_strays == 0 && !hides_rows(answer);
}

/* Control rows came back for this credential somewhere in the run: its empty answers mean
 * something. */
static bool credential_sees_controls(const struct judging *judging, const char *credential)
{
    for (size_t i = 0; i < judging->answers->n_items; i++) {
        const struct answer *answer = judging->answers->items[i];
        bool is_rows = answer->question.kind == QUESTION_ROWS; /* an echo is no control row */
        if (is_rows && answer->control_seen &&
            text_equal(answer->question.credential, credential)) {
            return true;
        }
    }
    return false;
}

bool table_is_configuration(const char *table)
{
    static const char *const prefixes[] = {"sys_",      "oauth_",   "v_plugin", "api_key",
                                           "http_",     "std_http", "inbound_", "auth_policy_",
                                           "ip_access", "jwt_"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (text_starts_with(table, prefixes[i])) {
            return true;
        }
    }
    return false;
}

/* The one follow-up: the same columns of the whole table, so that no query term can have been
 * dropped. */
static struct question whole_table(const struct judging *judging, const struct question *question)
{
    struct question whole = {.kind = QUESTION_ROWS,
                             .credential = question->credential,
                             .table = question->table,
                             .limit = WHOLE_TABLE_LIMIT};
    for (size_t i = 0; i < question->fields.n_items; i++) {
        strings_add_unique(judging->arena, &whole.fields, question->fields.items[i]);
    }
    for (size_t i = 0; i < question->where.n_items; i++) {
        strings_add_unique(judging->arena, &whole.fields, question->where.items[i].key);
    }
    if (question->key != NULL) {
        strings_add_unique(judging->arena, &whole.fields, question->key);
    }
    return whole;
}

/* A column that decides whether the row fits, and never came back; NULL when all did. */
static const char *hidden_column(const struct row *row, const struct question *question)
{
    for (size_t i = 0; i < question->where.n_items; i++) {
        if (row_get(row, question->where.items[i].key) == NULL) {
            return question->where.items[i].key;
        }
    }
    return question->key == NULL || row_get(row, question->key) != NULL ? NULL : question->key;
}

static struct reading untold_without(struct judging *judging, const struct answer *answer,
                                     const char *column)
{
    const struct strings columns = {.items = &column, .n_items = 1};
    judge_unknown(judging, REASON_FIELD_HIDDEN,
                  say(judging, "%s never came back",
                      columns_in_words(judging, answer->question.table, &columns)));
    add_what_would_tell(judging, answer);
    return (struct reading){.presence = PRESENCE_UNTOLD, .answer = answer};
}

/* Nothing else in the run may say that it is there: then its row is hidden, however complete the
 * listing looks. A listing in which nothing came back and nothing was counted is no proof. */
static struct reading absent(struct judging *judging, const struct question *question,
                             const struct answer *answer)
{
    const char *shown = shown_to_exist(judging, question);
    if (shown != NULL) {
        judge_unknown(judging, REASON_FILTERED,
                      say(judging, "its row did not come back, but it exists, for %s", shown));
        return (struct reading){.presence = PRESENCE_UNTOLD, .answer = answer};
    }
    if (answer->n_returned == 0) {
        judging->finding->is_no_proof = true;
    }
    return (struct reading){.presence = PRESENCE_ABSENT, .answer = answer, .is_complete = true};
}

/* What the answer about the whole table says about a question that its own query does not settle,
 * or would not. */
static struct reading read_listing(struct judging *judging, const struct question *question,
                                   const struct answer *answer)
{
    if (answer->reason != REASON_NONE) {
        return untold(judging, answer);
    }
    if (answer->exchange != NULL && answer->exchange->outcome == OUTCOME_INVALID_TABLE) {
        return (struct reading){.presence = PRESENCE_NO_TABLE, .answer = answer};
    }
    struct row *fitting = NULL;
    size_t n_fitting = 0;
    for (size_t i = 0; i < answer->n_rows; i++) {
        const char *hidden = hidden_column(&answer->rows[i], question);
        if (hidden != NULL) {
            return untold_without(judging, answer, hidden);
        }
        if (row_fits(&answer->rows[i], question)) {
            struct row *slot = arena_append(judging->arena, &fitting, &n_fitting, sizeof *slot);
            *slot = answer->rows[i];
        }
    }
    struct reading reading = {
        .answer = answer, .rows = fitting, .n_rows = n_fitting, .is_complete = is_complete(answer)};
    if (n_fitting > 0) {
        reading.presence = PRESENCE_FOUND;
        return reading;
    }
    if (answer->was_cut) {
        return untold_because_of(judging, answer, REASON_TRUNCATED);
    }
    if (!is_complete(answer)) {
        return untold_because_of(judging, answer,
                                 hides_rows(answer) ? REASON_HIDDEN : REASON_FILTERED);
    }
    bool tells = answer->n_returned > 0 || credential_sees_controls(judging, question->credential);
    if (!tells || !table_is_configuration(question->table)) {
        return untold_because_of(judging, answer, REASON_FILTERED);
    }
    return absent(judging, question, answer);
}

static struct reading read_whole_table(struct judging *judging, const struct question *question)
{
    const struct question whole = whole_table(judging, question);
    const struct answer *answer = ask(judging, &whole);
    return answer == NULL ? (struct reading){.presence = PRESENCE_OPEN}
                          : read_listing(judging, question, answer);
}

static struct reading read_answer(struct judging *judging, const struct answer *answer,
                                  enum listing listing);

/* Rows are missing from an answer that several questions shared: whose, only the question by itself
 * can tell. */
static struct reading read_alone(struct judging *judging, const struct question *question,
                                 enum listing listing)
{
    struct question alone = *question;
    alone.is_alone = true;
    const struct answer *answer = ask(judging, &alone);
    return answer == NULL ? (struct reading){.presence = PRESENCE_OPEN}
                          : read_answer(judging, answer, listing);
}

/* What an answer without a fitting row means. */
static struct reading read_nothing(struct judging *judging, const struct answer *answer,
                                   enum listing listing)
{
    const struct question *question = &answer->question;
    if (answer->control_seen && is_complete(answer)) {
        return absent(judging, question, answer);
    }
    if (answer->is_merged && (hides_rows(answer) || answer->was_cut) && !question->is_alone) {
        return read_alone(judging, question, listing);
    }
    if (listing != LIST_NEVER) {
        return read_whole_table(judging, question);
    }
    if (answer->was_cut) {
        return untold_because_of(judging, answer, REASON_TRUNCATED);
    }
    return untold_because_of(judging, answer, hides_rows(answer) ? REASON_HIDDEN : REASON_FILTERED);
}

static struct reading read_answer(struct judging *judging, const struct answer *answer,
                                  enum listing listing)
{
    if (answer->reason != REASON_NONE) {
        return untold(judging, answer);
    }
    if (answer->exchange != NULL && answer->exchange->outcome == OUTCOME_INVALID_TABLE) {
        return (struct reading){.presence = PRESENCE_NO_TABLE, .answer = answer};
    }
    if (answer->n_rows == 0) {
        return read_nothing(judging, answer, listing);
    }
    return (struct reading){.presence = PRESENCE_FOUND,
                            .rows = answer->rows,
                            .n_rows = answer->n_rows,
                            .answer = answer,
                            .is_complete = is_complete(answer)};
}

struct reading read_as_integration(struct judging *judging, struct question question)
{
    question.credential = judging->pack->credential;
    const struct answer *answer = ask(judging, &question);
    if (answer == NULL) {
        return (struct reading){.presence = PRESENCE_OPEN};
    }
    return read_answer(judging, answer, false);
}

/* The first thing asked: the question, or the whole table in its place. */
static const struct answer *ask_first(struct judging *judging, const struct question *question,
                                      enum listing listing)
{
    if (listing != LIST_FIRST) {
        return ask(judging, question);
    }
    const struct question whole = whole_table(judging, question);
    return ask(judging, &whole);
}

/* Of a table that is too long to be listed, the question alone tells. */
static struct reading read_first(struct judging *judging, const struct question *question,
                                 const struct answer *answer, enum listing listing)
{
    if (listing != LIST_FIRST) {
        return read_answer(judging, answer, listing);
    }
    if (answer->reason != REASON_NONE || !answer->was_cut) {
        return read_listing(judging, question, answer);
    }
    const struct answer *narrow = ask(judging, question);
    return narrow == NULL ? (struct reading){.presence = PRESENCE_OPEN}
                          : read_answer(judging, narrow, LIST_NEVER);
}

/* What is read with a credential that is under test shows what that account sees, which need not be
 * all there is: never certain. */
static struct reading read_as_what_is_there(struct judging *judging,
                                            const struct question *question,
                                            const struct answer *answer, enum listing listing)
{
    struct reading reading = read_first(judging, question, answer, listing);
    bool has_rows = reading.presence == PRESENCE_FOUND || reading.presence == PRESENCE_ABSENT;
    judging->finding->is_no_proof = judging->finding->is_no_proof || has_rows;
    return reading;
}

/* The auditor could not be used: what its answer would have told may still be told to the
 * integration. */
static struct reading read_without_auditor(struct judging *judging, struct question question,
                                           enum listing listing)
{
    question.credential = judging->pack->credential;
    const struct answer *answer = ask_first(judging, &question, listing);
    if (answer == NULL) {
        return (struct reading){.presence = PRESENCE_OPEN};
    }
    struct reading reading = read_as_what_is_there(judging, &question, answer, listing);
    if (reading.presence == PRESENCE_UNTOLD) {
        judge_unknown(judging, REASON_AUDITOR_REFUSED,
                      say(judging,
                          "the auditor was refused, and to the integration's credential: %s",
                          answer->is_over_ceiling
                              ? over_ceiling
                              : because_of(answer->reason != REASON_NONE ? answer->reason
                                                                         : REASON_FILTERED)));
    }
    return reading;
}

/* Whoever reads configuration first; NULL when no credential was given. */
static const char *reader_of_configuration(const struct judging *judging)
{
    if (has_auditor(judging)) {
        return "auditor";
    }
    return own_credential(judging) != NULL ? judging->pack->credential : NULL;
}

void ask_ahead(struct judging *judging, struct question question, enum listing listing)
{
    question.credential = reader_of_configuration(judging);
    if (listing == LIST_FIRST) {
        question = whole_table(judging, &question);
    }
    if (question.credential != NULL && answers_find(judging->answers, &question) == NULL) {
        add_open(judging, &question);
    }
}

struct reading read_configuration(struct judging *judging, struct question question,
                                  enum listing listing)
{
    question.credential = reader_of_configuration(judging);
    if (question.credential == NULL) {
        judge_unknown(judging, REASON_NO_AUDITOR,
                      "this is read from the instance's configuration, and no credential was "
                      "given");
        return (struct reading){.presence = PRESENCE_UNTOLD};
    }
    const struct answer *answer = ask_first(judging, &question, listing);
    if (answer == NULL) {
        return (struct reading){.presence = PRESENCE_OPEN};
    }
    if (!has_auditor(judging)) {
        return read_as_what_is_there(judging, &question, answer, listing);
    }
    bool auditor_is_out = answer->is_blocked && (answer->reason == REASON_CREDENTIAL_REFUSED ||
                                                 answer->reason == REASON_TOKEN_REFUSED ||
                                                 answer->reason == REASON_CREDENTIAL_NOT_TRIED);
    if (auditor_is_out && own_credential(judging) != NULL) {
        return read_without_auditor(judging, question, listing);
    }
    if (auditor_is_out) {
        judge_unknown(judging, REASON_AUDITOR_REFUSED,
                      "only the auditor could tell, and it was refused");
        return (struct reading){.presence = PRESENCE_UNTOLD};
    }
    return read_first(judging, &question, answer, listing);
}

void put_finding_back(struct judging *judging, const struct finding *before)
{
    struct finding *finding = judging->finding;
    finding->verdict = before->verdict;
    finding->reason = before->reason;
    finding->because = before->because;
    finding->causes = before->causes;
    finding->cause_subject = before->cause_subject;
    finding->is_no_proof = before->is_no_proof;
}

struct reading consult_configuration(struct judging *judging, struct question question,
                                     enum listing listing)
{
    const struct finding before = *judging->finding;
    struct reading reading = read_configuration(judging, question, listing);
    put_finding_back(judging, &before);
    return reading;
}

/* ---- Judging a row ---- */

bool value_fits(struct arena *arena, const char *value, const char *wanted)
{
    struct strings alternatives = strings_split(arena, wanted, '|');
    const char *trimmed = text_trim(arena, value);
    for (size_t i = 0; i < alternatives.n_items; i++) {
        if (text_equal_nocase(trimmed, alternatives.items[i])) {
            return true;
        }
    }
    return alternatives.n_items == 0 && trimmed[0] == '\0';
}

static const char *cause_of(const struct pair *want, const struct column_cause *causes,
                            size_t n_causes, const char *other_cause)
{
    for (size_t i = 0; i < n_causes; i++) {
        if (text_equal(causes[i].column, want->key) &&
            (causes[i].value == NULL || text_equal(causes[i].value, want->value))) {
            return causes[i].cause;
        }
    }
    return other_cause;
}

/* An empty yes-or-no: what the platform makes of it is not documented. */
static bool is_undecided(struct arena *arena, const char *value, const char *wanted)
{
    bool is_yes_or_no = text_equal_nocase(wanted, "true") || text_equal_nocase(wanted, "false");
    return is_yes_or_no && text_trim(arena, value)[0] == '\0';
}

/* What a row shows of the wanted columns. */
struct row_sight {
    struct strings wanted;
    struct strings seen;       /* in words … */
    struct strings deviations; /* … and those of them that are not as wanted */
    struct strings unseen;
    struct strings undecided;
};

/* True, and noted, where the column says neither yes nor no. */
static bool is_untold(struct arena *arena, const struct pair *pair, const char *value,
                      struct row_sight *sight)
{
    if (value == NULL) {
        strings_add(arena, &sight->unseen, pair->key);
        return true;
    }
    bool is_open = is_undecided(arena, value, pair->value);
    if (is_open) {
        strings_add(arena, &sight->undecided, pair->key);
    }
    return is_open;
}

static void conclude_row(struct judging *judging, const char *table, const struct row_sight *sight,
                         const char *subject)
{
    struct arena *arena = judging->arena;
    judging->finding->wanted = strings_join(arena, &sight->wanted, ", ");
    if (sight->deviations.n_items > 0) {
        judge_fail(judging, NULL, subject,
                   say(judging, "%s: %s", subject, strings_join(arena, &sight->deviations, ", ")));
    } else if (sight->unseen.n_items > 0) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging,
                          "%s never came back: hidden from this account, or not a column "
                          "of this release",
                          columns_in_words(judging, table, &sight->unseen)));
    } else if (sight->undecided.n_items > 0) {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      say(judging, "%s came back empty, which is neither true nor false",
                          strings_join(arena, &sight->undecided, ", ")));
    } else {
        judge_pass(judging,
                   say(judging, "%s: %s", subject, strings_join(arena, &sight->seen, ", ")));
    }
}

void judge_row(struct judging *judging, const char *table, const struct row *row,
               const struct pairs *want, const struct column_cause *causes, size_t n_causes,
               const char *other_cause, const char *subject)
{
    struct row_sight sight = {0};
    for (size_t i = 0; i < want->n_items; i++) {
        const struct pair *pair = &want->items[i];
        const char *value = row_get(row, pair->key);
        strings_add(judging->arena, &sight.wanted, say(judging, "%s = %s", pair->key, pair->value));
        if (is_untold(judging->arena, pair, value, &sight)) {
            continue;
        }
        const char *text = say(judging, "%s = %s", pair->key, value[0] == '\0' ? "(empty)" : value);
        strings_add(judging->arena, &sight.seen, text);
        const char *cause = cause_of(pair, causes, n_causes, other_cause);
        if (value_fits(judging->arena, value, pair->value)) {
            if (cause != NULL) {
                rules_out(judging, cause);
            }
            continue;
        }
        strings_add(judging->arena, &sight.deviations, text);
        if (cause != NULL) {
            points_to(judging, cause);
        }
    }
    conclude_row(judging, table, &sight, subject);
}
