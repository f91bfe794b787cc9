/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imagining answers.
 */
#include "checks/foresee.h"

#include <string.h>

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

/* Of a table, in the order of enum foreseen_after. */
static const char *const manner_words[N_MANNERS] = {
    [MANNER_ABSENT] = "has no such row", [MANNER_UNCOUNTED] = "is empty",
    [MANNER_FOUND] = "has such a row",   [MANNER_HIDDEN] = "is hidden in part",
    [MANNER_REFUSED] = "is refused",     [MANNER_NO_TABLE] = "does not exist",
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

/* What a column holds of which nothing is known: for what names a record, whence the value comes;
 * a true box elsewhere. */
static const char *imagined_value(struct arena *arena, const char *table, const char *column)
{
    const char *dot = strrchr(column, '.');
    const char *last = dot != NULL ? dot + 1 : column;
    bool names_one = text_equal(last, "name") || text_equal(last, "sys_id");
    return names_one ? arena_printf(arena, "<%s.%s>", table, column) : "true";
}

/* A row that fits: wanted values where the question names some. */
static struct row row_for(struct arena *arena, const struct question *question)
{
    struct row row = {0};
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *column = question->fields.items[i];
        const char *wanted = text_equal(column, question->key)
                                 ? question->value
                                 : pairs_get(&question->where, column);
        struct cell *cell = arena_append(arena, &row.cells, &row.n_cells, sizeof *cell);
        *cell = (struct cell){
            .column = column,
            .value = wanted != NULL ? wanted : imagined_value(arena, question->table, column)};
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

static struct foreseen *noted(struct arena *arena, const struct question *question,
                              struct foresight *foresight)
{
    for (size_t i = 0; i < foresight->n_items; i++) {
        if (question_equal(&foresight->items[i].question, question)) {
            return &foresight->items[i];
        }
    }
    struct foreseen *slot =
        arena_append(arena, &foresight->items, &foresight->n_items, sizeof *slot);
    *slot = (struct foreseen){.question = *question};
    return slot;
}

/* What a question is about, for people. */
static const char *subject_of(const struct question *question)
{
    return question->table != NULL ? question->table : question->path;
}

static bool was_asked_of(const struct questions *asked, const char *subject)
{
    for (size_t i = 0; i < asked->n_items; i++) {
        if (text_equal(subject_of(&asked->items[i]), subject)) {
            return true;
        }
    }
    return false;
}

/* Asked again of the same table, a question follows upon that table's answer; else upon any of the
 * answers before it. */
static void note_before(struct arena *arena, const struct questions *asked, enum manner manner,
                        struct foreseen *foreseen)
{
    const char *own = subject_of(&foreseen->question);
    bool is_again = was_asked_of(asked, own);
    foreseen->after |= 1U << manner;
    for (size_t i = 0; i < asked->n_items; i++) {
        const char *subject = subject_of(&asked->items[i]);
        if (subject != NULL && (!is_again || text_equal(subject, own))) {
            strings_add_unique(arena, &foreseen->upon, subject);
        }
    }
}

/* What stays the same while one check is looked at. */
struct vision {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct target *target;
    const struct pack *pack;
    const struct check *check;
    const struct foresee_options *options;
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
                              .now = vision->options->now,
                              .may_write = vision->options->may_write,
                              .is_quick = vision->options->is_quick,
                              .open = &open,
                              .finding = &finding};
    kind_of(vision->check->kind)->judge(&judging, vision->check->params);
    return open;
}

/* `asked`: the wave before, NULL for the first. */
static void note_wave(const struct vision *vision, const struct questions *open,
                      const struct questions *asked, enum manner manner)
{
    for (size_t i = 0; i < open->n_items; i++) {
        struct foreseen *foreseen = noted(vision->arena, &open->items[i], vision->foresight);
        if (asked == NULL) {
            foreseen->is_certain = true;
        } else {
            note_before(vision->arena, asked, manner, foreseen);
        }
    }
}

/* One run with these manners, the last of them for all later waves too. Returns how many waves
 * there were. */
static size_t run_once(const struct vision *vision, const enum manner *in_wave)
{
    struct answers answers = {0};
    struct questions asked = {0};
    enum manner manner = MANNER_ABSENT;
    for (size_t wave = 0; wave < MOST_ROUNDS; wave++) {
        struct questions open = judge_once(vision, &answers);
        if (open.n_items == 0) {
            return wave;
        }
        note_wave(vision, &open, wave == 0 ? NULL : &asked, manner);
        asked = open;
        manner = in_wave[wave < VARIED_ROUNDS ? wave : VARIED_ROUNDS - 1];
        for (size_t i = 0; i < open.n_items; i++) {
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
    static const struct foresee_options consenting = {.may_write = true};
    return foresee_with(arena, catalogue, target, pack, check, &consenting);
}

struct foresight foresee_with(struct arena *arena, const struct catalogue *catalogue,
                              const struct target *target, const struct pack *pack,
                              const struct check *check, const struct foresee_options *options)
{
    struct foresight foresight = {0};
    struct vision vision = {.arena = arena,
                            .catalogue = catalogue,
                            .target = target,
                            .pack = pack,
                            .check = check,
                            .options = options,
                            .foresight = &foresight};
    foresee_one(&vision);
    for (size_t i = 0; i < check->n_alternatives; i++) {
        vision.check = &check->alternatives[i];
        foresee_one(&vision);
    }
    return foresight;
}

/* Whatever is answered: then it is for want of an answer that tells, which is not imagined here. */
enum { AFTER_ALL = (1 << N_MANNERS) - 1, AFTER_ANSWER = AFTER_ALL & ~AFTER_REFUSED };

const char *foreseen_after_words(struct arena *arena, unsigned after)
{
    const char *words = "";
    size_t n_left = 0;
    if (after == AFTER_ALL || after == AFTER_ANSWER) {
        return after == AFTER_ALL ? "does not tell" : "is answered";
    }
    for (int manner = 0; manner < N_MANNERS; manner++) {
        n_left += (after >> manner) & 1U;
    }
    for (int manner = 0; manner < N_MANNERS; manner++) {
        if (((after >> manner) & 1U) != 0) {
            n_left--;
            words = arena_printf(arena, "%s%s%s", words, manner_words[manner],
                                 n_left > 1    ? ", "
                                 : n_left == 1 ? " or "
                                               : "");
        }
    }
    return words;
}
