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
    MANNER_FIELDS_HIDDEN, /* found, and only what was known of it came back */
    MANNER_BARE,          /* found, with nothing in what was not known of it */
    MANNER_DANGLING,      /* found, with references that lead nowhere */
    N_MANNERS,
    N_TOLD_MANNERS = MANNER_FIELDS_HIDDEN, /* those that people are told apart */
};

/* Of a table, in the order of enum foreseen_after. */
static const char *const manner_words[N_TOLD_MANNERS] = {
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
    [MANNER_FIELDS_HIDDEN] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_ACCEPTED, false, 1, 1},
    [MANNER_BARE] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_ACCEPTED, false, 1, 1},
    [MANNER_DANGLING] = {OUTCOME_RESULT, 200, REASON_NONE, ACCEPTANCE_ACCEPTED, false, 1, 1},
};

/* As which of those that are told apart it counts. */
static enum manner told_manner(enum manner manner)
{
    bool is_found = manner == MANNER_BARE || manner == MANNER_DANGLING;
    return is_found ? MANNER_FOUND : manner == MANNER_FIELDS_HIDDEN ? MANNER_HIDDEN : manner;
}

static bool has_row(enum manner manner)
{
    return told_manner(manner) == MANNER_FOUND || manner == MANNER_FIELDS_HIDDEN;
}

/* What a kind looks further behind, as a healthy row has it; NULL stands for any table. */
static const struct {
    const char *table;
    const char *column;
    const char *value;
} usual_values[] = {
    {NULL, "to_version", "glide-zurich-07-01-2025__patch1-09-03-2025"},
    {"api_key", "expires", ""},
    {"api_key", "expiry", ""},
    {"api_key", "expires_on", ""},
    {"api_key", "expiration_date", ""},
    {"sys_security_acl", "type", "record"},
    {"sys_security_acl", "condition", ""},
    {"sys_security_acl", "script", ""},
    {"sys_security_acl", "security_attribute", ""},
    {"sys_security_acl_role", "sys_security_acl", "<sys_security_acl.sys_id>"},
};

static const char *usual_value(const char *table, const char *column)
{
    for (size_t i = 0; i < ARRAY_LEN(usual_values); i++) {
        if (text_equal(usual_values[i].column, column) &&
            (usual_values[i].table == NULL || text_equal(usual_values[i].table, table))) {
            return usual_values[i].value;
        }
    }
    return NULL;
}

/* What the check itself says of a column: `operation: create`. */
static const char *value_in(const struct check *check, const char *column)
{
    for (size_t i = 0; i < check->kind->n_fields; i++) {
        const struct field *field = &check->kind->fields[i];
        if (field->kind == FIELD_STRING && text_equal(field->key, column)) {
            return *(const char *const *)(const void *)((const char *)check->params +
                                                        field->offset);
        }
    }
    return NULL;
}

/* What a column holds of which nothing is known: what the check, or a healthy row, has; for what
 * names a record, whence the value comes; a true box elsewhere. */
static const char *imagined_value(struct arena *arena, const struct check *check, const char *table,
                                  const char *column)
{
    const char *dot = strrchr(column, '.');
    const char *last = dot != NULL ? dot + 1 : column;
    bool names_one = text_equal(last, "name") || text_equal(last, "sys_id");
    if (names_one) {
        return arena_printf(arena, "<%s.%s>", table, column);
    }
    const char *usual = usual_value(table, column);
    const char *own = usual == NULL ? value_in(check, column) : NULL;
    return usual != NULL ? usual : own != NULL ? own : "true";
}

/* Other columns are walked to along it. */
static bool is_walked_along(const struct question *question, const char *column)
{
    size_t len = strlen(column);
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *other = question->fields.items[i];
        if (text_starts_with(other, column) && other[len] == '.') {
            return true;
        }
    }
    return false;
}

/* NULL: the column did not come. */
static const char *value_of(struct arena *arena, const struct check *check,
                            const struct question *question, const char *column, enum manner manner)
{
    const char *wanted =
        text_equal(column, question->key) ? question->value : pairs_get(&question->where, column);
    if (wanted != NULL || manner == MANNER_FIELDS_HIDDEN) {
        return wanted;
    }
    if (manner == MANNER_BARE || (manner == MANNER_DANGLING && strchr(column, '.') != NULL)) {
        return "";
    }
    if (manner == MANNER_DANGLING && is_walked_along(question, column)) {
        return arena_printf(arena, "<%s.%s>", question->table, column);
    }
    return imagined_value(arena, check, question->table, column);
}

/* A row that fits: wanted values where the question names some. */
static struct row row_for(struct arena *arena, const struct check *check,
                          const struct question *question, enum manner manner)
{
    struct row row = {0};
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *column = question->fields.items[i];
        const char *value = value_of(arena, check, question, column, manner);
        if (value != NULL) {
            struct cell *cell = arena_append(arena, &row.cells, &row.n_cells, sizeof *cell);
            *cell = (struct cell){.column = column, .value = value};
        }
    }
    return row;
}

static const char echoed_user[] = "<sys_user.user_name>";

static struct answer *answer_in(struct arena *arena, const struct check *check,
                                const struct question *question, enum manner manner)
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
    if (has_row(manner)) {
        answer->user_name = echoed_user;
        answer->rows = arena_allocate(arena, sizeof *answer->rows);
        answer->rows[0] = row_for(arena, check, question, manner);
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
    foreseen->after |= 1U << told_manner(manner);
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
    /* NULL: whatever is asked is answered. */
    bool (*can_tell)(const struct pack *pack, const struct question *question);
    struct foresight *foresight; /* NULL: nobody wants to know what was asked */
};

static struct questions judge_once(const struct vision *vision, const struct answers *answers,
                                   struct finding *ret_finding)
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
    *ret_finding = finding;
    return open;
}

/* `asked`: the wave before, NULL for the first. */
static void note_wave(const struct vision *vision, const struct questions *open,
                      const struct questions *asked, enum manner manner)
{
    for (size_t i = 0; vision->foresight != NULL && i < open->n_items; i++) {
        struct foreseen *foreseen = noted(vision->arena, &open->items[i], vision->foresight);
        if (asked == NULL) {
            foreseen->is_certain = true;
        } else {
            note_before(vision->arena, asked, manner, foreseen);
        }
    }
}

/* The user that the check names; else whoever is echoed. */
static const char *named_user(const struct check *check)
{
    for (size_t i = 0; check->kind != NULL && i < check->kind->n_fields; i++) {
        const struct field *field = &check->kind->fields[i];
        const char *const *user =
            (const char *const *)(const void *)((const char *)check->params + field->offset);
        if ((field->flags & FIELD_NAMES_USER) != 0 && *user != NULL) {
            return *user;
        }
    }
    return echoed_user;
}

/* Where it is asked what somebody can tell, he who calls is who should. */
static struct answer *imagine(const struct vision *vision, const struct question *question,
                              enum manner manner)
{
    if (vision->can_tell == NULL) {
        return answer_in(vision->arena, vision->check, question, manner);
    }
    struct answer *answer = answer_in(vision->arena, vision->check, question, manner);
    if (vision->can_tell(vision->pack, question)) {
        answer->user_name = answer->user_name == NULL ? NULL : named_user(vision->check);
        return answer;
    }
    *answer = (struct answer){.question = *question, .reason = REASON_NOT_RECORDED, .total = -1};
    return answer;
}

/* One run with these manners, the last of them for all later waves too. Returns how many waves
 * there were. */
static size_t run_once(const struct vision *vision, const enum manner *in_wave,
                       struct finding *ret_finding)
{
    struct answers answers = {0};
    struct questions asked = {0};
    enum manner manner = MANNER_ABSENT;
    for (size_t wave = 0; wave < MOST_ROUNDS; wave++) {
        struct questions open = judge_once(vision, &answers, ret_finding);
        if (open.n_items == 0) {
            return wave;
        }
        note_wave(vision, &open, wave == 0 ? NULL : &asked, manner);
        asked = open;
        manner = in_wave[wave < VARIED_ROUNDS ? wave : VARIED_ROUNDS - 1];
        for (size_t i = 0; i < open.n_items; i++) {
            struct answer **slot =
                arena_append(vision->arena, &answers.items, &answers.n_items, sizeof *slot);
            *slot = imagine(vision, &open.items[i], manner);
        }
    }
    if (vision->foresight != NULL) {
        vision->foresight->never_ends = true;
    }
    *ret_finding = (struct finding){.verdict = VERDICT_UNKNOWN, .reason = REASON_NOT_RECORDED};
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

/* True when some of the runs decided the check. */
static bool foresee_one(const struct vision *vision)
{
    enum manner in_wave[VARIED_ROUNDS] = {0};
    struct finding finding = {0};
    size_t n_waves = 0;
    bool is_told = false;
    if (vision->check->kind == NULL || vision->check->unset_parameter != NULL) {
        return false;
    }
    do {
        n_waves = run_once(vision, in_wave, &finding);
        is_told = is_told || finding.verdict == VERDICT_PASS || finding.verdict == VERDICT_FAIL;
    } while (vary(in_wave, n_waves));
    return is_told;
}

/* The check itself, and its alternatives. */
static bool foresee_all(struct vision *vision)
{
    const struct check *check = vision->check;
    bool is_told = foresee_one(vision);
    for (size_t i = 0; i < check->n_alternatives; i++) {
        vision->check = &check->alternatives[i];
        is_told = foresee_one(vision) || is_told;
    }
    return is_told;
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
    foresee_all(&vision);
    return foresight;
}

bool foresee_decides(struct arena *arena, const struct catalogue *catalogue,
                     const struct target *target, const struct pack *pack,
                     const struct check *check,
                     bool (*can_tell)(const struct pack *pack, const struct question *question))
{
    static const struct foresee_options consenting = {.may_write = true};
    struct vision vision = {.arena = arena,
                            .catalogue = catalogue,
                            .target = target,
                            .pack = pack,
                            .check = check,
                            .options = &consenting,
                            .can_tell = can_tell};
    return foresee_all(&vision);
}

/* Whatever is answered: then it is for want of an answer that tells, which is not imagined here. */
enum { AFTER_ALL = (1 << N_TOLD_MANNERS) - 1, AFTER_ANSWER = AFTER_ALL & ~AFTER_REFUSED };

const char *foreseen_after_words(struct arena *arena, unsigned after)
{
    const char *words = "";
    size_t n_left = 0;
    if (after == AFTER_ALL || after == AFTER_ANSWER) {
        return after == AFTER_ALL ? "does not tell" : "is answered";
    }
    for (int manner = 0; manner < N_TOLD_MANNERS; manner++) {
        n_left += (after >> manner) & 1U;
    }
    for (int manner = 0; manner < N_TOLD_MANNERS; manner++) {
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
