/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imagining answers.
 */
#include "checks/foresee.h"

#include "base/arena.h"
#include "base/attributes.h"
#include "checks/kind.h"

enum { MOST_ROUNDS = 7, VARIED_ROUNDS = 3 };

/* How an instance may answer everything in one wave. */
enum manner {
    MANNER_ABSENT,    /* the control row, and no other */
    MANNER_UNCOUNTED, /* no row, and none counted */
    MANNER_FOUND,
    MANNER_HIDDEN, /* counted, and not returned */
    MANNER_REFUSED,
    MANNER_NO_TABLE,
    N_MANNERS,
};

/* What each manner says besides rows. */
static const struct {
    enum outcome outcome;
    int status;
    enum reason reason;
    enum acceptance acceptance;
    bool control_seen;
    size_t n_returned;
    int64_t total;
} manners[N_MANNERS] = {
    [MANNER_ABSENT] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_ACCEPTED, true, 1, 1},
    [MANNER_UNCOUNTED] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_UNPROVEN, false, 0, 0},
    [MANNER_FOUND] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_ACCEPTED, false, 1, 1},
    [MANNER_HIDDEN] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_ACCEPTED, true, 1, 2},
    [MANNER_REFUSED] = {OUTCOME_DENIED, 403, REASON_DENIED, ACCEPTANCE_REFUSED, false, 0, -1},
    [MANNER_NO_TABLE] = {OUTCOME_INVALID_TABLE, 400, REASON_NONE, ACCEPTANCE_ACCEPTED, false, 0,
                         -1},
};

/* A row that fits: wanted values where the question names some, a true box elsewhere. */
static struct row row_for(struct arena *arena, const struct question *question)
{
    struct row row = {0};
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *column = question->fields.items[i];
        const char *wanted = text_equal(column, question->key)
                                 ? question->value
                                 : pairs_get(&question->where, column);
        struct cell *cell = arena_append(arena, &row.cells, &row.n_cells, sizeof *cell);
        *cell = (struct cell){.column = column, .value = wanted != NULL ? wanted : "true"};
    }
    return row;
}

static struct answer *answer_in(struct arena *arena, const struct question *question,
                                enum manner manner)
{
    struct exchange *exchange = arena_allocate(arena, sizeof *exchange);
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *exchange = (struct exchange){
        .outcome = manners[manner].outcome, .status = manners[manner].status, .is_from_node = true};
    *answer = (struct answer){.question = *question,
                              .exchange = exchange,
                              .reason = manners[manner].reason,
                              .acceptance = manners[manner].acceptance,
                              .control_seen = manners[manner].control_seen,
                              .n_returned = manners[manner].n_returned,
                              .total = manners[manner].total,
                              .is_merged = manner == MANNER_HIDDEN};
    if (manner == MANNER_FOUND) {
        answer->rows = arena_allocate(arena, sizeof *answer->rows);
        answer->rows[0] = row_for(arena, question);
        answer->n_rows = 1;
    }
    return answer;
}

static void note(struct arena *arena, const struct question *question, bool is_certain,
                 struct foresight *foresight)
{
    for (size_t i = 0; i < foresight->n_items; i++) {
        if (question_equal(&foresight->items[i].question, question)) {
            return;
        }
    }
    struct foreseen *slot =
        arena_append(arena, &foresight->items, &foresight->n_items, sizeof *slot);
    *slot = (struct foreseen){.question = *question, .is_certain = is_certain};
}

/* What stays the same while one check is looked at. */
struct vision {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct target *target;
    const struct pack *pack;
    const struct check *check;
    struct foresight *foresight;
};

static struct questions judge_once(const struct vision *vision, const struct answers *answers)
{
    struct questions open = {0};
    struct finding finding = {.check = vision->check, .verdict = VERDICT_UNKNOWN};
    struct judging judging = {.arena = vision->arena,
                              .target = vision->target,
                              .pack = vision->pack,
                              .check = vision->check,
                              .catalogue = vision->catalogue,
                              .answers = answers,
                              .may_write = true,
                              .open = &open,
                              .finding = &finding};
    kind_of(vision->check->kind)->judge(&judging, vision->check->params);
    return open;
}

/* One run with these manners, the last of them for all later waves too. Returns how many waves
 * there were. */
static size_t run_once(const struct vision *vision, const enum manner *in_wave)
{
    struct answers answers = {0};
    for (size_t wave = 0; wave < MOST_ROUNDS; wave++) {
        struct questions open = judge_once(vision, &answers);
        if (open.n_items == 0) {
            return wave;
        }
        enum manner manner = in_wave[wave < VARIED_ROUNDS ? wave : VARIED_ROUNDS - 1];
        for (size_t i = 0; i < open.n_items; i++) {
            note(vision->arena, &open.items[i], wave == 0, vision->foresight);
            struct answer **slot =
                arena_append(vision->arena, &answers.items, &answers.n_items, sizeof *slot);
            *slot = answer_in(vision->arena, &open.items[i], manner);
        }
    }
    vision->foresight->never_ends = true;
    return MOST_ROUNDS;
}

/* The next manners after a run of `n_waves`: what was not asked need not be varied. False at the
 * end. */
static bool vary(enum manner *in_wave, size_t n_waves)
{
    size_t place = n_waves < VARIED_ROUNDS ? n_waves : VARIED_ROUNDS;
    for (size_t i = place; i < VARIED_ROUNDS; i++) {
        in_wave[i] = MANNER_ABSENT;
    }
    while (place > 0) {
        place--;
        if (in_wave[place] + 1 < N_MANNERS) {
            in_wave[place]++;
            return true;
        }
        in_wave[place] = MANNER_ABSENT;
    }
    return false;
}

static void foresee_one(const struct vision *vision)
{
    enum manner in_wave[VARIED_ROUNDS] = {0};
    size_t n_waves = 0;
    if (vision->check->kind == NULL || vision->check->unset_parameter != NULL) {
        return;
    }
    do {
        n_waves = run_once(vision, in_wave);
    } while (vary(in_wave, n_waves));
}

struct foresight foresee(struct arena *arena, const struct catalogue *catalogue,
                         const struct target *target, const struct pack *pack,
                         const struct check *check)
{
    struct foresight foresight = {0};
    struct vision vision = {.arena = arena,
                            .catalogue = catalogue,
                            .target = target,
                            .pack = pack,
                            .check = check,
                            .foresight = &foresight};
    foresee_one(&vision);
    for (size_t i = 0; i < check->n_alternatives; i++) {
        vision.check = &check->alternatives[i];
        foresee_one(&vision);
    }
    return foresight;
}
