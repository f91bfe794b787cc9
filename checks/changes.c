/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search for what did it: one difference after the other, then all that the check rests on,
 * then all there are; of several that do it together those are left out that it does without.
 */
#include "checks/changes.h"

#include "base/arena.h"
#include "checks/evidence.h"

/* Judging anew is cheap, and yet two instances may differ in thousands of rows. */
enum { MOST_TRIALS = 3000 };

struct search {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct engine_options *options;
    const struct side *before;
    const struct side *after;
    const struct late_source *late;
    struct differing *differing;
    size_t n_differences;
    struct change *changes;
    size_t n_changes;
    bool *flips; /* of each change and difference: undone alone, it gives A's verdict */
    size_t n_trials;
};

/* ---- Directions ---- */

static int rank(enum verdict verdict)
{
    return verdict < VERDICT_PASS ? (int)verdict : (int)VERDICT_PASS;
}

enum change_direction change_direction(enum verdict before, enum verdict after)
{
    return rank(after) < rank(before)   ? CHANGE_WORSE
           : rank(after) > rank(before) ? CHANGE_BETTER
                                        : CHANGE_OTHERWISE;
}

static const struct finding *find_finding(const struct finding *findings, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (text_equal(findings[i].check->id, id)) {
            return &findings[i];
        }
    }
    return NULL;
}

/* ---- One trial ---- */

/* What A was asked, or somebody else knows; else it is as if nobody had recorded it. */
static struct answer *answer_late(const struct search *search, struct arena *arena,
                                  const struct question *question)
{
    struct answer *answer = differing_answer_before(arena, search->differing, question);
    if (answer == NULL && search->late->ctx != NULL) {
        answer = search->late->answer(search->late->ctx, arena, question);
    }
    if (answer == NULL) {
        answer = arena_allocate(arena, sizeof *answer);
        *answer =
            (struct answer){.question = *question, .total = -1, .reason = REASON_NOT_RECORDED};
    }
    return answer;
}

static void answer_all(const struct search *search, struct arena *arena,
                       const struct questions *open, struct answers *answers)
{
    for (size_t i = 0; i < open->n_items; i++) {
        struct answer **slot =
            arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
        *slot = answer_late(search, arena, &open->items[i]);
    }
}

static bool has_undone(const struct search *search, const bool *undone, enum difference_kind kind)
{
    for (size_t i = 0; i < search->n_differences; i++) {
        if (undone[i] && differing_get(search->differing, i)->kind == kind) {
            return true;
        }
    }
    return false;
}

/* The findings of B with that undone; in `arena`. */
static const struct finding *judge_again(struct search *search, struct arena *arena,
                                         const bool *undone, size_t *ret_n)
{
    const struct side *set =
        has_undone(search, undone, DIFFERENCE_SETTING) ? search->before : search->after;
    const struct side *timed =
        has_undone(search, undone, DIFFERENCE_TIME) ? search->before : search->after;
    struct engine *engine = engine_new(arena, set->target, set->packs, set->n_packs,
                                       search->catalogue, search->options, timed->now);
    struct answers answers = differing_undo(arena, search->differing, undone);
    const struct questions *open = engine_judge(engine, &answers);
    while (open->n_items > 0) {
        answer_all(search, arena, open, &answers);
        open = engine_judge(engine, &answers);
    }
    search->n_trials++;
    return engine_finish(engine, &answers, ret_n);
}

static bool gives_verdict_before(const struct change *change, const struct finding *findings,
                                 size_t n_findings)
{
    const struct finding *finding = find_finding(findings, n_findings, change->after->check->id);
    return finding != NULL && finding->verdict == change->before->verdict;
}

/* True when that, undone, gives the check A's verdict. */
static bool try_set(struct search *search, const struct change *change, const bool *undone)
{
    struct arena *arena = arena_new();
    size_t n = 0;
    const struct finding *findings = judge_again(search, arena, undone, &n);
    bool gives = gives_verdict_before(change, findings, n);
    arena_free(arena);
    return gives;
}

/* ---- One by one ---- */

static bool *flip_of(const struct search *search, size_t change, size_t difference)
{
    return &search->flips[change * search->n_differences + difference];
}

static void try_alone(struct search *search, size_t difference)
{
    struct arena *arena = arena_new();
    bool *undone = arena_array(arena, search->n_differences, sizeof *undone);
    size_t n = 0;
    undone[difference] = true;
    const struct finding *findings = judge_again(search, arena, undone, &n);
    for (size_t i = 0; i < search->n_changes; i++) {
        *flip_of(search, i, difference) = gives_verdict_before(&search->changes[i], findings, n);
    }
    arena_free(arena);
}

static bool has_flip(const struct search *search, size_t change)
{
    for (size_t i = 0; i < search->n_differences; i++) {
        if (*flip_of(search, change, i)) {
            return true;
        }
    }
    return false;
}

static bool all_have_flips(const struct search *search)
{
    for (size_t i = 0; i < search->n_changes; i++) {
        if (!has_flip(search, i)) {
            return false;
        }
    }
    return true;
}

/* First what the checks rest on themselves; what else differs only where that does not do. */
static void try_all_alone(struct search *search)
{
    bool *near = arena_array(search->arena, search->n_differences, sizeof *near);
    for (size_t i = 0; i < search->n_changes; i++) {
        differing_mark(search->differing, search->changes[i].before, search->changes[i].after,
                       near);
    }
    for (int round = 0; round < 2 && !all_have_flips(search); round++) {
        for (size_t i = 0; i < search->n_differences && search->n_trials < MOST_TRIALS; i++) {
            if (near[i] == (round == 0)) {
                try_alone(search, i);
            }
        }
    }
}

static void add_difference(struct search *search, struct change *change, size_t difference)
{
    const struct difference **slot =
        arena_append(search->arena, &change->differences, &change->n_differences, sizeof *slot);
    *slot = differing_get(search->differing, difference);
}

/* Which differences are in what the check rests on. */
static bool *own_differences(const struct search *search, const struct change *change)
{
    bool *marks = arena_array(search->arena, search->n_differences, sizeof *marks);
    differing_mark(search->differing, change->before, change->after, marks);
    return marks;
}

static bool is_of_rows(const struct difference *difference)
{
    return difference->kind == DIFFERENCE_FIELD || difference->kind == DIFFERENCE_ROW_GONE ||
           difference->kind == DIFFERENCE_ROW_NEW;
}

/* Of a row and a call that each do it alone the row is told: the call fails for it, or shows the
 * same in other words. */
static void prefer_rows(struct change *change)
{
    size_t n_rows = 0;
    for (size_t i = 0; i < change->n_differences; i++) {
        if (is_of_rows(change->differences[i])) {
            change->differences[n_rows++] = change->differences[i];
        }
    }
    change->n_differences = n_rows > 0 ? n_rows : change->n_differences;
}

/* Those that do it alone: of what the check rests on, or of anything else. */
static bool take_alone(struct search *search, size_t place, bool of_its_own)
{
    struct change *change = &search->changes[place];
    const bool *own = own_differences(search, change);
    for (size_t i = 0; i < search->n_differences; i++) {
        if (*flip_of(search, place, i) && own[i] == of_its_own) {
            add_difference(search, change, i);
        }
    }
    prefer_rows(change);
    change->proof = PROOF_ALONE;
    return change->n_differences > 0;
}

/* ---- Together ---- */

/* Leaves out, one after the other, what the rest does without. False when it could not be seen to
 * the end. */
static bool shrink(struct search *search, const struct change *change, bool *undone)
{
    for (size_t i = 0; i < search->n_differences; i++) {
        if (!undone[i]) {
            continue;
        }
        if (search->n_trials >= MOST_TRIALS) {
            return false;
        }
        undone[i] = false;
        undone[i] = !try_set(search, change, undone);
    }
    return true;
}

static bool take_together(struct search *search, struct change *change, bool *undone)
{
    if (search->n_trials >= MOST_TRIALS || !try_set(search, change, undone) ||
        !shrink(search, change, undone)) {
        return false;
    }
    for (size_t i = 0; i < search->n_differences; i++) {
        if (undone[i]) {
            add_difference(search, change, i);
        }
    }
    change->proof = PROOF_TOGETHER;
    return true;
}

static bool *all_differences(const struct search *search)
{
    bool *undone = arena_array(search->arena, search->n_differences, sizeof *undone);
    for (size_t i = 0; i < search->n_differences; i++) {
        undone[i] = true;
    }
    return undone;
}

/* Nothing that could be undone gives A's verdict: what differs is all there is to say. */
static void tell_unproven(struct search *search, struct change *change)
{
    const bool *own = own_differences(search, change);
    for (size_t i = 0; i < search->n_differences; i++) {
        if (own[i]) {
            add_difference(search, change, i);
        }
    }
    change->proof = PROOF_NONE;
}

static void explain(struct search *search, size_t place)
{
    struct change *change = &search->changes[place];
    if (!take_alone(search, place, true) && !take_alone(search, place, false) &&
        !take_together(search, change, own_differences(search, change)) &&
        !take_together(search, change, all_differences(search))) {
        tell_unproven(search, change);
    }
}

/* ---- Besides ---- */

static bool is_told(const struct search *search, const struct difference *difference)
{
    for (size_t i = 0; i < search->n_changes; i++) {
        const struct change *change = &search->changes[i];
        for (size_t d = 0; d < change->n_differences; d++) {
            if (change->differences[d] == difference) {
                return true;
            }
        }
    }
    return false;
}

/* Of data there are other rows every day; and when a row was edited is told with what was. */
static bool is_of_configuration(const struct difference *difference)
{
    static const char *const stamps[] = {"sys_created_by", "sys_created_on", "sys_updated_by",
                                         "sys_updated_on", "sys_mod_count"};
    for (size_t i = 0; i < ARRAY_LEN(stamps); i++) {
        if (text_equal(difference->column, stamps[i])) {
            return false;
        }
    }
    return is_of_rows(difference) && table_is_configuration(difference->table);
}

static void tell_besides(const struct search *search, struct changes *changes)
{
    for (size_t i = 0; i < search->n_differences; i++) {
        const struct difference *difference = differing_get(search->differing, i);
        if (is_of_configuration(difference) && !is_told(search, difference) &&
            !differing_is_passing_time(search->differing, i)) {
            const struct difference **slot =
                arena_append(search->arena, &changes->besides, &changes->n_besides, sizeof *slot);
            *slot = difference;
        }
    }
}

/* ---- All of them ---- */

static void find_changes(struct search *search, struct changes *changes)
{
    const struct side *before = search->before;
    const struct side *after = search->after;
    for (size_t i = 0; i < after->n_findings; i++) {
        const struct finding *now = &after->findings[i];
        const struct finding *then =
            find_finding(before->findings, before->n_findings, now->check->id);
        if (then == NULL) {
            strings_add(search->arena, &changes->only_after, now->check->id);
        } else if (then->verdict != now->verdict) {
            struct change *slot =
                arena_append(search->arena, &changes->items, &changes->n_items, sizeof *slot);
            *slot = (struct change){.direction = change_direction(then->verdict, now->verdict),
                                    .before = then,
                                    .after = now};
            changes->n_directions[slot->direction]++;
        }
    }
    for (size_t i = 0; i < before->n_findings; i++) {
        const char *id = before->findings[i].check->id;
        if (find_finding(after->findings, after->n_findings, id) == NULL) {
            strings_add(search->arena, &changes->only_before, id);
        }
    }
}

const struct changes *changes_between(struct arena *arena, const struct catalogue *catalogue,
                                      const struct engine_options *options,
                                      const struct side *before, const struct side *after,
                                      const struct late_source *late)
{
    struct changes *changes = arena_allocate(arena, sizeof *changes);
    const char *origin = after->target->instance.origin;
    bool is_one = origin != NULL && text_equal(before->target->instance.origin, origin) &&
                  !before->is_anonymous && !after->is_anonymous;
    struct search search = {.arena = arena,
                            .catalogue = catalogue,
                            .options = options,
                            .before = before,
                            .after = after,
                            .late = late};
    *changes = (struct changes){
        .is_one_instance = is_one, .before_taken = before->now, .after_taken = after->now};
    find_changes(&search, changes);
    search.changes = changes->items;
    search.n_changes = changes->n_items;
    if (search.n_changes == 0) {
        return changes;
    }
    search.differing = differing_new(arena, before, after, is_one);
    search.n_differences = differing_count(search.differing);
    search.flips =
        arena_array(arena, search.n_changes * search.n_differences, sizeof *search.flips);
    try_all_alone(&search);
    for (size_t i = 0; i < search.n_changes; i++) {
        explain(&search, i);
    }
    tell_besides(&search, changes);
    return changes;
}
