/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking one after the other.
 */
#include "probes/sources.h"

#include "base/arena.h"
#include "base/strings.h"
#include "probes/exports.h"

const struct recording *sources_run(const struct sources *sources)
{
    for (size_t i = 0; i < sources->n_items; i++) {
        if (sources->items[i]->source == SOURCE_RECORDING) {
            return sources->items[i];
        }
    }
    return NULL;
}

bool sources_are_asked_alone(const struct sources *sources, const struct target *target)
{
    bool has_credential = false;
    for (size_t i = 0; i < target->n_credentials; i++) {
        has_credential = has_credential || target->credentials[i].stands_in == SOURCE_LIVE;
    }
    return sources->n_items > 0 && (sources_run(sources) != NULL || !has_credential);
}

int64_t sources_taken(const struct sources *sources)
{
    int64_t taken = 0;
    for (size_t i = 0; i < sources->n_items; i++) {
        const struct recording *recording = sources->items[i];
        int64_t last =
            recording->ended > recording->started ? recording->ended : recording->started;
        taken = last > taken ? last : taken;
    }
    return taken;
}

/* ---- Copies --------------------------------------------------------------------------------- */

static const struct exchange *copy_exchange(struct arena *arena, struct sources *sources,
                                            const struct exchange *exchange)
{
    for (size_t i = 0; i < sources->n_copies; i++) {
        if (sources->copies[i].original == exchange) {
            return sources->copies[i].copy;
        }
    }
    if (exchange == NULL) {
        return NULL;
    }
    struct source_copy *slot =
        arena_append(arena, &sources->copies, &sources->n_copies, sizeof *slot);
    *slot = (struct source_copy){exchange, arena_allocate(arena, sizeof *slot->copy)};
    *slot->copy = *exchange;
    return slot->copy;
}

/* What the answer rests on, so that its numbers can be others. */
static void own_exchanges(struct arena *arena, struct sources *sources, struct answer *answer)
{
    answer->exchange = copy_exchange(arena, sources, answer->exchange);
    answer->token_exchange = copy_exchange(arena, sources, answer->token_exchange);
    if (answer->written == NULL) {
        return;
    }
    struct written *written = arena_allocate(arena, sizeof *written);
    *written = *answer->written;
    for (size_t i = 0; i < N_WRITE_STEPS; i++) {
        written->steps[i].exchange = copy_exchange(arena, sources, written->steps[i].exchange);
    }
    answer->written = written;
}

void sources_number(const struct sources *sources, int n)
{
    for (size_t i = 0; i < sources->n_copies; i++) {
        sources->copies[i].copy->n = n + (int)i;
    }
}

/* ---- Asking --------------------------------------------------------------------------------- */

static bool answer_is_untold(const struct answer *answer)
{
    return answer->reason == REASON_NOT_RECORDED || answer->reason == REASON_STALE;
}

/* Those of the one run among them keep their numbers, where nothing is sent besides. */
static bool needs_copies(const struct sources *sources, const struct target *live,
                         const struct recording *recording)
{
    return live != NULL || (sources->n_items > 1 && recording != sources_run(sources));
}

/* The youngest that tells, of two of one age the first; else that one did once, or that none ever
 * did. */
static struct answer *ask_each(struct arena *arena, struct sources *sources, int64_t oldest,
                               const struct target *live, const struct question *question)
{
    const struct recording *from = NULL;
    struct answer *best = arena_allocate(arena, sizeof *best);
    *best = (struct answer){.question = *question, .total = -1, .reason = REASON_NOT_RECORDED};
    for (size_t i = 0; i < sources->n_items; i++) {
        const struct recording *recording = sources->items[i];
        struct answer *answer = recording_tell(arena, recording, oldest, question);
        if (answer_is_untold(answer)) {
            bool is_more = answer->reason == REASON_STALE && answer_is_untold(best);
            best = is_more ? answer : best;
        } else if (answer_is_untold(best) || answer->taken > best->taken) {
            best = answer;
            from = recording;
        }
    }
    if (from != NULL && needs_copies(sources, live, from)) {
        own_exchanges(arena, sources, best);
    }
    return best;
}

static bool is_asked_live(const struct target *live, const struct question *question)
{
    if (live == NULL || question->credential == NULL) {
        return live != NULL;
    }
    const struct credential *credential = target_credential(live, question->credential);
    return credential != NULL && credential->stands_in == SOURCE_LIVE;
}

size_t sources_answer(struct arena *arena, struct sources *sources, int64_t oldest,
                      const struct target *live, const struct questions *open,
                      struct answers *answers, struct questions *ret_left)
{
    size_t n_before = answers->n_items;
    *ret_left = (struct questions){0};
    for (size_t i = 0; i < open->n_items; i++) {
        const struct question *question = &open->items[i];
        if (answers_find(answers, question) != NULL) {
            continue;
        }
        struct answer *answer = ask_each(arena, sources, oldest, live, question);
        if (answer_is_untold(answer) && is_asked_live(live, question)) {
            questions_add(arena, ret_left, question);
            continue;
        }
        struct answer **slot =
            arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
        *slot = answer;
    }
    return answers->n_items - n_before;
}

/* ---- Users ---------------------------------------------------------------------------------- */

static void add_exported(struct arena *arena, const struct recording *recording, struct row **users,
                         size_t *n_users)
{
    size_t n = 0;
    const struct row *rows =
        recording->exports == NULL ? NULL : exports_rows(arena, recording->exports, "sys_user", &n);
    for (size_t i = 0; i < n; i++) {
        struct row *slot = arena_append(arena, users, n_users, sizeof *slot);
        *slot = rows[i];
    }
}

const struct row *sources_users(struct arena *arena, const struct sources *sources, size_t *ret_n)
{
    struct row *users = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < sources->n_items; i++) {
        const struct answers *answers = &sources->items[i]->answers;
        add_exported(arena, sources->items[i], &users, ret_n);
        for (size_t a = 0; a < answers->n_items; a++) {
            const struct answer *answer = answers->items[a];
            bool has_users = answer->page != NULL && text_equal(answer->question.table, "sys_user");
            for (size_t r = 0; has_users && r < answer->page->n_rows; r++) {
                struct row *slot = arena_append(arena, &users, ret_n, sizeof *slot);
                *slot = answer->page->rows[r];
            }
        }
    }
    return users;
}
