/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --plan: the same waves, planned and not sent. The rehearsal supposes what a healthy instance
 * answers: every gate refuses a caller without a credential, every credential is accepted.
 */
#include "base/arena.h"
#include "base/secret.h"
#include "probes/session.h"
#include "probes/writes.h"

static void suppose_gate(struct wave *wave, const struct errand *errand)
{
    struct prober *prober = wave->prober;
    struct gate *gate = arena_append(prober->arena, &prober->gates, &prober->n_gates, sizeof *gate);
    *gate = (struct gate){
        .path = errand_first_path(errand), .outcome = OUTCOME_UNAUTHENTICATED, .status = 401};
}

static struct row suppose_user(struct arena *arena, const char *user_name)
{
    struct row row = {.cells = arena_allocate(arena, sizeof *row.cells), .n_cells = 1};
    row.cells[0] = (struct cell){"user_name", user_name};
    return row;
}

/* The auditor's first call answers what it reads along. */
static void suppose_look(struct wave *wave, const struct errand *errand)
{
    struct arena *arena = wave->prober->arena;
    const struct strings *names = &errand->request->user_names;
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    struct row *rows = arena_array(arena, names->n_items + 1, sizeof *rows);
    exchange->outcome = OUTCOME_RESULT;
    for (size_t i = 0; i < names->n_items; i++) {
        rows[i] = suppose_user(arena, names->items[i]);
    }
    rows[names->n_items] = suppose_user(arena, "auditor");
    struct table_page *page = arena_allocate(wave->prober->arena, sizeof *page);
    *page = (struct table_page){
        .exchange = exchange, .rows = rows, .n_rows = names->n_items + 1, .total = -1};
    errand->use->look = (struct look){.is_done = true,
                                      .page = page,
                                      .user_names = *names,
                                      .fields = errand->request->fields,
                                      .exchange = exchange,
                                      .rows = rows,
                                      .n_rows = names->n_items + 1,
                                      .total = -1,
                                      .caller = &rows[names->n_items]};
}

static void suppose(struct wave *wave, const struct errand *errand)
{
    struct use *use = errand->use;
    switch (errand->request->purpose) {
    case PURPOSE_GATE:
        suppose_gate(wave, errand);
        break;
    case PURPOSE_TOKEN:
        use->token = secret_new("supposed", sizeof "supposed" - 1);
        break;
    case PURPOSE_IDENTITY:
        if (use_is_auditor(use) && !use->look.is_done) {
            suppose_look(wave, errand);
        }
        use->standing = STANDING_USABLE;
        break;
    case PURPOSE_SAMPLE:
        break;
    case PURPOSE_WRITE:
        write_suppose(wave);
        return;
    case PURPOSE_FIRST_CALL:
    case PURPOSE_ROWS:
    case PURPOSE_API:
    case PURPOSE_DIFFERENCE:
        use->standing = STANDING_USABLE;
        break;
    }
    for (size_t i = 0; i < errand->request->n_questions; i++) {
        settle(wave, errand->request->questions[i]);
    }
}

struct plan {
    const struct questions *open;
    struct planned_request *items;
    size_t n_items;
    int n_waves;
};

static void note_questions(struct arena *arena, const struct plan *plan,
                           const struct request *request, struct planned_request *planned)
{
    for (size_t i = 0; i < request->n_questions; i++) {
        for (size_t q = 0; q < plan->open->n_items; q++) {
            if (request->questions[i] == &plan->open->items[q]) {
                size_t *slot =
                    arena_append(arena, &planned->questions, &planned->n_questions, sizeof *slot);
                *slot = q;
            }
        }
    }
}

static void note_planned(const struct wave *wave, const struct errand *errand, struct plan *plan)
{
    struct prober *prober = wave->prober;
    struct planned_request *slot =
        arena_append(prober->arena, &plan->items, &plan->n_items, sizeof *slot);
    *slot = (struct planned_request){
        .wave = plan->n_waves,
        .credential = errand->use == NULL ? "none" : errand->use->credential->name,
        .method = errand->request->method,
        .url = redact(prober->redactor, prober->arena, errand->request->url),
        .why = errand_why(wave, errand),
        .is_write = !text_equal(errand->request->method, "GET") &&
                    errand->request->purpose == PURPOSE_WRITE,
        .body = redact(prober->redactor, prober->arena, errand->request->body),
    };
    note_questions(prober->arena, plan, errand->request, slot);
}

/* A copy of the prober that shares nothing which the rehearsal changes. */
static struct prober rehearse(const struct prober *prober)
{
    struct prober copy = *prober;
    copy.transport = NULL;
    copy.gates = NULL;
    copy.n_gates = 0;
    copy.writing = NULL;
    copy.n_aside = 0;
    copy.n_writes = 0;
    copy.uses = arena_array(prober->arena, prober->n_uses, sizeof *copy.uses);
    for (size_t i = 0; i < prober->n_uses; i++) {
        copy.uses[i].credential = prober->uses[i].credential;
    }
    return copy;
}

/* Plans the next wave and supposes its answers. False when nothing is open any more. */
static bool rehearse_wave(struct wave *wave, struct plan *plan)
{
    size_t n_before = wave->answers->n_items;
    wave->is_rehearsal = true;
    wave_plan(wave);
    for (size_t i = 0; i < wave->n_errands; i++) {
        note_planned(wave, wave->errands[i], plan);
        suppose(wave, wave->errands[i]);
    }
    plan->n_waves += wave->n_errands > 0 ? 1 : 0;
    return wave->n_errands > 0 || wave->answers->n_items > n_before;
}

/* All waves for these questions. */
static void rehearse_all(struct prober *copy, struct answers *answers, struct plan *plan)
{
    bool goes_on = true;
    while (goes_on) {
        struct wave wave = wave_begin(copy, plan->open, answers);
        goes_on = rehearse_wave(&wave, plan);
    }
}

static void end_rehearsal(struct prober *copy)
{
    for (size_t i = 0; i < copy->n_uses; i++) {
        use_release(&copy->uses[i]);
    }
}

struct planned_request *prober_plan(struct prober *prober, const struct questions *open,
                                    size_t *ret_n)
{
    struct prober copy = rehearse(prober);
    struct answers answers = {0};
    struct plan plan = {.open = open};
    rehearse_all(&copy, &answers, &plan);
    end_rehearsal(&copy);
    *ret_n = plan.n_items;
    return plan.items;
}

struct planned_request *prober_plan_later(struct prober *prober, const struct questions *certain,
                                          const struct questions *later, size_t *ret_n)
{
    struct prober copy = rehearse(prober);
    struct answers answers = {0};
    struct plan first = {.open = certain};
    rehearse_all(&copy, &answers, &first);
    struct plan plan = {.open = later, .n_waves = first.n_waves};
    copy.options.one_by_one = true;
    rehearse_all(&copy, &answers, &plan);
    end_rehearsal(&copy);
    *ret_n = plan.n_items;
    return plan.items;
}
