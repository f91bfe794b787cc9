/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which requests can be made now. Order protects accounts: gates first, then each credential once,
 * then everything else; and a password only when laws 8 and 11 let it.
 */
#include "base/arena.h"
#include "base/attributes.h"
#include "base/clock.h"
#include "probes/made_up.h"
#include "probes/refusals.h"
#include "probes/rows.h"
#include "probes/session.h"
#include "probes/writes.h"

/* ---- Errands -------------------------------------------------------------------------------- */

static struct errand *add_errand(struct wave *wave, struct use *use, struct request *request)
{
    struct arena *arena = wave->prober->arena;
    struct errand *errand = arena_allocate(arena, sizeof *errand);
    *errand = (struct errand){.request = request, .use = use};
    struct errand **slot = arena_append(arena, &wave->errands, &wave->n_errands, sizeof *slot);
    *slot = errand;
    return errand;
}

/* The errand of that purpose and table, if the wave has one for this credential. */
static struct errand *find_errand(const struct wave *wave, const struct use *use,
                                  enum purpose purpose, const char *table)
{
    for (size_t i = 0; i < wave->n_errands; i++) {
        struct errand *errand = wave->errands[i];
        if (errand->use == use && errand->request->purpose == purpose &&
            text_equal(errand->request->table, table)) {
            return errand;
        }
    }
    return NULL;
}

/* What was asked at the gate; before that, what those whose first call it is want to see. */
static struct first_path first_path_of(const struct wave *wave, const char *table)
{
    const struct gate *gate = prober_gate(wave->prober, table);
    struct first_path path = {.table = table};
    if (gate != NULL) {
        return gate->path;
    }
    for (size_t i = 0; !wave->prober->options.one_by_one && i < wave->n_open; i++) {
        const struct use *use = prober_use(wave->prober, wave->open[i]->credential);
        if (use != NULL && !use_is_auditor(use)) {
            plan_widen_first_path(wave->prober->arena, wave->open[i], &path);
        }
    }
    return path;
}

/* A GET of a table's first path, with or without a credential; one request however many ask. */
static void add_first_path(struct wave *wave, struct use *use, const char *table,
                           const struct question *question)
{
    struct prober *prober = wave->prober;
    enum purpose purpose = use == NULL ? PURPOSE_GATE : PURPOSE_FIRST_CALL;
    struct errand *errand = find_errand(wave, use, purpose, table);
    if (errand == NULL) {
        const struct first_path path = first_path_of(wave, table);
        errand =
            add_errand(wave, use, plan_first_path(prober->arena, purpose, prober->origin, &path));
    }
    if (question != NULL) {
        request_add_question(prober->arena, errand->request, question);
    }
}

static bool is_open_for(const struct wave *wave, const struct question *question,
                        const struct use *use)
{
    return question->kind != QUESTION_GATE && question->kind != QUESTION_SAMPLE &&
           text_equal(question->credential, use->credential->name) && wave_is_open(wave, question);
}

static bool has_open(const struct wave *wave, const struct use *use)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        if (is_open_for(wave, wave->open[i], use)) {
            return true;
        }
    }
    return false;
}

/* ---- Wave 0 --------------------------------------------------------------------------------- */

static void plan_gate_of(struct wave *wave, const struct question *question)
{
    const struct gate *gate = prober_gate(wave->prober, question->table);
    if (question->kind == QUESTION_GATE && gate != NULL) {
        settle_gate(wave, question, gate);
    } else if (question->kind == QUESTION_GATE) {
        add_first_path(wave, NULL, question->table, question);
    } else if (question->kind == QUESTION_FIRST_CALL && gate == NULL &&
               prober_use(wave->prober, question->credential) != NULL) {
        add_first_path(wave, NULL, question->table, NULL); /* without it, law 4 cannot be told */
    }
}

/* Gates that were asked for, those of first calls, and one in any case before a credential is sent.
 */
static void plan_gates(struct wave *wave)
{
    const char *any_table = NULL;
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (!wave_is_open(wave, question)) {
            continue;
        }
        plan_gate_of(wave, question);
        if (any_table == NULL && question->credential != NULL &&
            prober_use(wave->prober, question->credential) != NULL) {
            any_table = question->table != NULL ? question->table : "sys_user";
        }
    }
    if (wave->n_errands == 0 && wave->prober->n_gates == 0 && any_table != NULL) {
        add_first_path(wave, NULL, any_table, NULL);
    }
}

/* Law 11. REASON_NONE when some gate was answered by ServiceNow, or nothing was asked yet. */
static enum reason closed_by_gates(const struct prober *prober)
{
    enum reason reason = REASON_NONE;
    for (size_t i = 0; i < prober->n_gates; i++) {
        enum reason of_gate = outcome_blocks(prober->gates[i].outcome);
        if (of_gate == REASON_NONE) {
            return REASON_NONE;
        }
        reason = reason == REASON_NONE ? of_gate : reason;
    }
    return reason;
}

/* ---- Law 8 ---------------------------------------------------------------------------------- */

enum guard { GUARD_GO, GUARD_WAIT, GUARD_STOP };

static enum guard stand_down(struct use *use, enum reason reason)
{
    use->standing = STANDING_NOT_TRIED;
    use->reason = reason;
    return GUARD_STOP;
}

static bool was_refused_in_this_run(const struct prober *prober, const struct use *use)
{
    for (size_t i = 0; i < prober->n_uses; i++) {
        const struct use *other = &prober->uses[i];
        if (other != use && other->password_was_refused &&
            text_equal_nocase(other->credential->user_name, use->credential->user_name)) {
            return true;
        }
    }
    return false;
}

static bool was_refused_recently(const struct prober *prober, const struct use *use)
{
    return was_refused_in_this_run(prober, use) ||
           refused_has(prober->options.refused, prober_instance(prober),
                       use->credential->user_name) ||
           refusal_is_recent(prober->options.state_dir, prober_instance(prober),
                             use->credential->user_name, clock_now_seconds(),
                             prober->options.refused_wait_ms);
}

static bool rows_show_near_lockout(const struct row *users, size_t n, const char *user_name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_equal_nocase(row_get(&users[i], "user_name"), user_name) &&
            user_is_near_lockout(&users[i])) {
            return true;
        }
    }
    return false;
}

/* As the auditor saw it, or what stands in for one. */
static bool is_near_lockout(const struct prober *prober, const struct use *auditor,
                            const char *user_name)
{
    const struct probe_options *options = &prober->options;
    return (auditor != NULL &&
            rows_show_near_lockout(auditor->look.rows, auditor->look.n_rows, user_name)) ||
           rows_show_near_lockout(options->known_users, options->n_known_users, user_name);
}

/* Two credentials may hold the same password: one of them goes first. */
static bool is_user_being_tried(const struct wave *wave, const struct use *use)
{
    for (size_t i = 0; i < wave->n_errands; i++) {
        const struct errand *errand = wave->errands[i];
        if (errand->use != NULL && use_is_single_try(errand->use, errand->request->purpose) &&
            text_equal_nocase(errand->use->credential->user_name, use->credential->user_name)) {
            return true;
        }
    }
    return false;
}

static enum guard guard_password(const struct wave *wave, struct use *use)
{
    const struct prober *prober = wave->prober;
    enum purpose purpose = use_needs_token(use) ? PURPOSE_TOKEN : PURPOSE_FIRST_CALL;
    if (!use_is_single_try(use, purpose)) {
        return GUARD_GO;
    }
    if (was_refused_recently(prober, use)) {
        return stand_down(use, REASON_REFUSED);
    }
    const struct use *auditor = prober_use(prober, "auditor");
    if (auditor != NULL && auditor != use && auditor->standing == STANDING_UNTRIED) {
        return GUARD_WAIT;
    }
    if (is_near_lockout(prober, auditor, use->credential->user_name)) {
        return stand_down(use, REASON_NEAR_LOCKOUT);
    }
    return is_user_being_tried(wave, use) ? GUARD_WAIT : GUARD_GO;
}

/* ---- Who the caller is ---------------------------------------------------------------------- */

static void add_user_name(const struct prober *prober, struct strings *names, const struct use *use,
                          const char *name)
{
    if (!text_is_empty(name) && !text_equal_nocase(name, use->credential->user_name)) {
        strings_add_unique(prober->arena, names, name);
    }
}

/* On every instance, and so the proof that the auditor sees others than itself. */
static const char control_user[] = "admin";

/*
 * The users the auditor reads along: the packs' own, those whose passwords are to be tried, and one
 * that shows that an absent user is absent.
 */
static struct strings users_to_read_along(const struct prober *prober, const struct use *auditor)
{
    struct strings names = {0};
    add_user_name(prober, &names, auditor, prober->options.service_user);
    for (size_t i = 0; i < prober->n_uses; i++) {
        const struct use *use = &prober->uses[i];
        if (credential_checks_password(use->credential->kind)) {
            add_user_name(prober, &names, auditor, use->credential->user_name);
        }
    }
    add_user_name(prober, &names, auditor, control_user);
    return names;
}

static void add_fields(struct arena *arena, struct strings *fields, const struct strings *more)
{
    for (size_t i = 0; i < more->n_items; i++) {
        strings_add_unique(arena, fields, more->items[i]);
    }
}

/* What is asked for beside what the questions want. */
static const struct strings *along(const struct prober *prober)
{
    static const struct strings nothing = {0};
    return prober->options.asks_editors ? &editor_columns : &nothing;
}

static bool is_about_users(const struct question *question)
{
    return question->kind == QUESTION_ROWS && text_equal(question->table, "sys_user") &&
           text_equal(question->key, "user_name");
}

static void add_identity(struct wave *wave, struct use *use, bool reads_along)
{
    struct arena *arena = wave->prober->arena;
    struct strings names = {0};
    struct strings fields = {0};
    if (reads_along) {
        names = users_to_read_along(wave->prober, use);
        add_fields(arena, &fields, &usual_user_columns);
    }
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        bool is_wanted =
            question->kind == QUESTION_IDENTITY || (reads_along && is_about_users(question));
        if (is_wanted && is_open_for(wave, question, use)) {
            add_fields(arena, &fields, &question->fields);
        }
    }
    add_fields(arena, &fields, along(wave->prober));
    struct request *request = plan_identity(arena, wave->prober->origin, &fields, &names);
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind == QUESTION_IDENTITY && is_open_for(wave, question, use)) {
            request_add_question(arena, request, question);
        }
    }
    add_errand(wave, use, request);
}

/* ---- Wave 1: each credential once ----------------------------------------------------------- */

/* A table whose gate ServiceNow answered, for a first call that nobody asked for by itself. */
static const char *any_open_gate(const struct prober *prober)
{
    for (size_t i = 0; i < prober->n_gates; i++) {
        if (outcome_is_from_servicenow(prober->gates[i].outcome)) {
            return prober->gates[i].path.table;
        }
    }
    return NULL;
}

/*
 * The table whose first path is to be called: of the open first calls the one whose gate was
 * refused, because only there acceptance shows; else any. Those whose gate ServiceNow did not
 * answer are settled: nothing with a credential goes there.
 */
static const char *pick_first_table(struct wave *wave, const struct use *use)
{
    const struct prober *prober = wave->prober;
    const char *table = NULL;
    bool is_best = false;
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind != QUESTION_FIRST_CALL || !is_open_for(wave, question, use)) {
            continue;
        }
        const struct gate *gate = prober_gate(prober, question->table);
        enum reason blocked = gate == NULL ? REASON_NO_ANSWER : outcome_blocks(gate->outcome);
        bool is_refused = gate != NULL && gate->outcome == OUTCOME_UNAUTHENTICATED;
        if (blocked != REASON_NONE) {
            settle_unasked(wave, question, blocked);
        } else if (table == NULL || (is_refused && !is_best)) {
            table = question->table;
            is_best = is_refused;
        }
    }
    return table != NULL ? table : any_open_gate(prober);
}

static bool has_open_identity(const struct wave *wave, const struct use *use)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        if (wave->open[i]->kind == QUESTION_IDENTITY && is_open_for(wave, wave->open[i], use)) {
            return true;
        }
    }
    return false;
}

static bool request_has(const struct request *request, const struct question *question)
{
    for (size_t i = 0; i < request->n_questions; i++) {
        if (request->questions[i] == question) {
            return true;
        }
    }
    return false;
}

/* What the first call shows besides; where it is refused, these questions stay open. */
static void add_what_is_shown(struct wave *wave, const struct use *use, const char *table)
{
    const struct errand *call = find_errand(wave, use, PURPOSE_FIRST_CALL, table);
    for (size_t i = 0; call != NULL && i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (is_open_for(wave, question, use) && plan_first_path_answers(call->request, question) &&
            !request_has(call->request, question)) {
            request_add_question(wave->prober->arena, call->request, question);
        }
    }
}

/* Whether a first call of this wave is to answer it. */
static bool is_shown_by_first_call(const struct wave *wave, const struct use *use,
                                   const struct question *question)
{
    const struct errand *call = find_errand(wave, use, PURPOSE_FIRST_CALL, question->table);
    return call != NULL && request_has(call->request, question);
}

static void add_first_calls(struct wave *wave, struct use *use, const char *table)
{
    add_first_path(wave, use, table, NULL);
    add_what_is_shown(wave, use, table);
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind == QUESTION_FIRST_CALL && text_equal(question->table, table) &&
            is_open_for(wave, question, use)) {
            add_first_path(wave, use, table, question);
        }
    }
}

/*
 * The one request that may carry an untried credential. Where the gate let a guest in, the first
 * path cannot show whether a password was accepted; then the echo of the caller must be that one
 * request.
 */
static void add_first_try(struct wave *wave, struct use *use)
{
    const char *table = pick_first_table(wave, use);
    const struct gate *gate = prober_gate(wave->prober, table);
    bool echo_must_prove = use_is_single_try(use, PURPOSE_FIRST_CALL) && gate != NULL &&
                           gate->outcome == OUTCOME_RESULT;
    if (use_is_auditor(use)) {
        add_identity(wave, use, true);
    } else if (has_open(wave, use) && echo_must_prove) {
        add_identity(wave, use, false);
    } else if (has_open(wave, use)) {
        add_first_calls(wave, use, table);
    }
}

static void plan_first_try(struct wave *wave, struct use *use)
{
    if (!use_can_be_sent(use)) {
        stand_down(use, REASON_CREDENTIAL_NOT_TRIED);
        settle_rest_of(wave, use);
        return;
    }
    enum guard guard = guard_password(wave, use);
    if (guard == GUARD_STOP) {
        settle_rest_of(wave, use);
    } else if (guard == GUARD_GO && use_needs_token(use)) {
        add_errand(wave, use, plan_token(wave->prober->arena, wave->prober->origin));
    } else if (guard == GUARD_GO) {
        add_first_try(wave, use);
    }
}

/* ---- Wave 2: everything else ---------------------------------------------------------------- */

static void plan_other_first_call(struct wave *wave, struct use *use,
                                  const struct question *question)
{
    const struct gate *gate = prober_gate(wave->prober, question->table);
    enum reason blocked = gate == NULL ? REASON_NO_ANSWER : outcome_blocks(gate->outcome);
    if (blocked != REASON_NONE) {
        settle_unasked(wave, question, blocked);
    } else {
        add_first_path(wave, use, question->table, question);
        add_what_is_shown(wave, use, question->table);
    }
}

static void plan_other_first_calls(struct wave *wave, struct use *use)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind == QUESTION_FIRST_CALL && is_open_for(wave, question, use) &&
            !settle_from_look(wave, use, question)) {
            plan_other_first_call(wave, use, question);
        }
    }
}

static void plan_api_call(struct wave *wave, struct use *use, const struct question *question)
{
    if (!plan_can_call(question->path)) {
        settle_unasked(wave, question, REASON_UNDOCUMENTED);
        return;
    }
    struct arena *arena = wave->prober->arena;
    enum purpose purpose = question->kind == QUESTION_DIFFERENCE ? PURPOSE_DIFFERENCE : PURPOSE_API;
    struct request *request = plan_call(arena, purpose, wave->prober->origin, question);
    request_add_question(arena, request, question);
    add_errand(wave, use, request);
}

static void plan_everything(struct wave *wave, struct use *use)
{
    struct arena *arena = wave->prober->arena;
    const struct question **rows = arena_array(arena, wave->n_open, sizeof *rows);
    size_t n_rows = 0;
    plan_other_first_calls(wave, use);
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (!is_open_for(wave, question, use) || settle_from_look(wave, use, question) ||
            is_shown_by_first_call(wave, use, question)) {
            continue;
        }
        if (question->kind == QUESTION_API || question->kind == QUESTION_DIFFERENCE) {
            plan_api_call(wave, use, question);
        } else if (question->kind == QUESTION_ROWS && plan_can_ask(question)) {
            rows[n_rows++] = question;
        } else if (question->kind == QUESTION_ROWS) {
            settle_unasked(wave, question, REASON_UNDOCUMENTED);
        }
    }
    if (has_open_identity(wave, use)) {
        add_identity(wave, use, false);
    }
    struct requests requests = {0};
    plan_rows_along(arena, wave->prober->origin, rows, n_rows, wave->prober->options.one_by_one,
                    along(wave->prober), &requests);
    for (size_t i = 0; i < requests.n_items; i++) {
        add_errand(wave, use, requests.items[i]);
    }
}

/* ---- After a refusal: samples and differences ------------------------------------------------ */

enum { MOST_DIFFERENCES = 4 };

/*
 * Law 8: a refused key or token may be used for some more calls, because no account is locked by
 * them; a refused password never.
 */
static bool may_be_used_again(const struct use *use)
{
    return use->standing == STANDING_REFUSED &&
           !credential_checks_password(use->credential->kind) && !use_needs_token(use) &&
           use->n_differences < MOST_DIFFERENCES;
}

static void plan_differences(struct wave *wave, struct use *use)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind == QUESTION_DIFFERENCE && is_open_for(wave, question, use) &&
            may_be_used_again(use)) {
            use->n_differences++;
            plan_api_call(wave, use, question);
        }
    }
}

/* A credential of the same kind that exists nowhere; without one, the call goes bare. */
static struct use *made_up_for(struct wave *wave, const struct question *question, bool is_token)
{
    struct prober *prober = wave->prober;
    const struct use *model = prober_use(prober, question->credential);
    if (model == NULL) {
        return NULL;
    }
    struct made_up **slot =
        arena_append(prober->arena, &prober->made_up, &prober->n_made_up, sizeof(struct made_up *));
    *slot = made_up_new(prober->arena, model->credential->kind, is_token);
    return &(*slot)->use;
}

static void plan_sample(struct wave *wave, const struct question *question)
{
    struct prober *prober = wave->prober;
    bool is_token = text_equal(question->path, "/oauth_token.do");
    bool can_call = is_token || question->path == NULL || plan_can_call(question->path);
    if (!can_call ||
        (question->credential != NULL && prober_use(prober, question->credential) == NULL)) {
        settle_unasked(wave, question, REASON_UNDOCUMENTED);
        return;
    }
    const struct first_path path = first_path_of(wave, question->table);
    struct request *request =
        is_token ? plan_token(prober->arena, prober->origin)
        : question->path != NULL
            ? plan_call(prober->arena, PURPOSE_SAMPLE, prober->origin, question)
            : plan_first_path(prober->arena, PURPOSE_SAMPLE, prober->origin, &path);
    request->purpose = PURPOSE_SAMPLE;
    request_add_question(prober->arena, request, question);
    add_errand(wave, made_up_for(wave, question, is_token), request);
}

static void plan_samples(struct wave *wave)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind == QUESTION_SAMPLE && wave_is_open(wave, question)) {
            plan_sample(wave, question);
        }
    }
}

/* ---- Last: writes, one at a time ------------------------------------------------------------ */

/* True when writes are open and nothing else is. */
static bool is_time_to_write(const struct wave *wave)
{
    bool has_write = false;
    for (size_t i = 0; i < wave->n_open; i++) {
        if (wave_is_open(wave, wave->open[i])) {
            if (wave->open[i]->kind != QUESTION_WRITE) {
                return false;
            }
            has_write = true;
        }
    }
    return has_write;
}

/* A write that is begun must be within reach of its end, also when what is aside is repeated. */
static bool has_requests_for(const struct prober *prober, const struct question *question)
{
    int most = prober->options.max_requests;
    size_t n_needed = (size_t)write_most_requests(question) + prober->n_aside;
    return most == 0 || prober->n_exchanges + n_needed <= (size_t)most;
}

/* Why a write is not even begun; law 4 for a credential of which nothing shows that it counts. */
static enum reason not_writing_because(const struct wave *wave, const struct use *use,
                                       const struct question *question)
{
    if (!wave->prober->options.allow_writes) {
        return REASON_NO_CONSENT;
    }
    if (!write_can_be_asked(question)) {
        return REASON_UNDOCUMENTED;
    }
    if (!use->is_accepted && !wave->is_rehearsal) {
        return REASON_GUEST;
    }
    return has_requests_for(wave->prober, question) ? REASON_NONE : REASON_TIMEOUT;
}

static void plan_step(struct wave *wave)
{
    struct use *use = NULL;
    struct request *request = write_next_request(wave, &use);
    if (request != NULL) {
        add_errand(wave, use, request);
    }
}

/* Begins the first write that can be made; those of credentials not tried yet wait. */
static void plan_writes(struct wave *wave)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        struct use *use = prober_use(wave->prober, question->credential);
        if (!wave_is_open(wave, question) || use == NULL || use->standing != STANDING_USABLE) {
            continue;
        }
        enum reason reason = not_writing_because(wave, use, question);
        if (reason != REASON_NONE) {
            settle_unasked(wave, question, reason);
            wave->answers->items[wave->answers->n_items - 1]->is_over_ceiling =
                reason == REASON_TIMEOUT; /* a write is begun only where all of it may be sent */
            continue;
        }
        write_begin(wave, use, question);
        plan_step(wave);
        return;
    }
}

/* ---- The wave ------------------------------------------------------------------------------- */

/* A password waits for what this auditor reads first. */
static bool is_waited_for(const struct wave *wave, const struct use *use)
{
    const struct prober *prober = wave->prober;
    for (size_t i = 0; use_is_auditor(use) && i < prober->n_uses; i++) {
        const struct use *other = &prober->uses[i];
        if (other->standing == STANDING_UNTRIED &&
            credential_checks_password(other->credential->kind) && has_open(wave, other)) {
            return true;
        }
    }
    return false;
}

static void plan_use(struct wave *wave, struct use *use)
{
    if (!has_open(wave, use) && !(use->standing == STANDING_UNTRIED && is_waited_for(wave, use))) {
        return;
    }
    switch (use->standing) {
    case STANDING_UNTRIED:
        plan_first_try(wave, use);
        break;
    case STANDING_USABLE:
        plan_everything(wave, use);
        break;
    case STANDING_REFUSED:
        plan_differences(wave, use);
        settle_rest_of(wave, use);
        break;
    case STANDING_NO_TOKEN:
    case STANDING_NOT_TRIED:
        settle_rest_of(wave, use);
        break;
    }
}

/* Questions to a credential the target does not have. */
static void settle_strangers(struct wave *wave)
{
    for (size_t i = 0; i < wave->n_open; i++) {
        const struct question *question = wave->open[i];
        if (question->kind != QUESTION_GATE && question->kind != QUESTION_SAMPLE &&
            prober_use(wave->prober, question->credential) == NULL &&
            wave_is_open(wave, question)) {
            settle_unasked(wave, question, REASON_CREDENTIAL_NOT_TRIED);
        }
    }
}

void wave_plan(struct wave *wave)
{
    struct prober *prober = wave->prober;
    if (prober->writing != NULL) {
        plan_step(wave);
        return;
    }
    bool is_last = is_time_to_write(wave);
    if (prober->origin == NULL) {
        settle_all(wave, REASON_NO_ANSWER);
        return;
    }
    if (!wave->is_rehearsal && prober_is_over(prober)) {
        settle_all(wave, REASON_TIMEOUT);
        return;
    }
    plan_gates(wave);
    if (wave->n_errands > 0) {
        return;
    }
    enum reason closed = closed_by_gates(prober);
    if (closed != REASON_NONE) {
        settle_all(wave, closed);
        return;
    }
    struct use *auditor = prober_use(prober, "auditor");
    if (auditor != NULL) {
        plan_use(wave, auditor); /* first: passwords wait for it */
    }
    for (size_t i = 0; i < prober->n_uses; i++) {
        if (&prober->uses[i] != auditor) {
            plan_use(wave, &prober->uses[i]);
        }
    }
    plan_samples(wave);
    settle_strangers(wave);
    if (is_last && wave->n_errands == 0) {
        plan_writes(wave);
    }
}
