/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each difference has a key, so that one that several answers show is one. An edit says where in a
 * pair of answers it shows, and so what to undo there.
 */
#include "checks/differing.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lookup.h"
#include "checks/differing_words.h"
#include "checks/row_match.h"
#include "model/names.h"

enum { ANOTHER_CLOCK_S = 60 };

/* Where a difference shows. Without a match it is about the whole answer, or its counts. */
struct edit {
    size_t difference;
    const struct row_match *match;
};

/* An answer of B, and what A has in its place. */
struct pair_of_answers {
    const struct answer *before;
    const struct answer *after;
    struct row_matches matches;
    struct edit *edits;
    size_t n_edits;
};

struct entry {
    const char *key;
    struct difference difference;
};

struct differing {
    struct arena *arena;
    const struct side *before;
    const struct side *after;
    struct matching matching;
    struct pairs titles; /* of records, by sys_id */
    struct pair_of_answers *pairs;
    size_t n_pairs;
    struct entry *items;
    size_t n_items;
    struct lookup *by_key;
};

/* ---- Which answers belong together ---- */

static bool is_paired(const struct differing *differing, const struct answer *after)
{
    for (size_t i = 0; i < differing->n_pairs; i++) {
        if (differing->pairs[i].after == after) {
            return true;
        }
    }
    return false;
}

static void add_pair(struct differing *differing, const struct answer *before,
                     const struct answer *after)
{
    struct pair_of_answers *slot =
        arena_append(differing->arena, &differing->pairs, &differing->n_pairs, sizeof *slot);
    *slot = (struct pair_of_answers){.before = before, .after = after};
}

/* The same but for values: of another user, another group. */
static bool is_of_one_sort(const struct question *a, const struct question *b)
{
    return a->kind == b->kind && text_equal(a->credential, b->credential) &&
           text_equal(a->table, b->table) && text_equal(a->key, b->key) &&
           text_equal(a->path, b->path) && a->where.n_items == b->where.n_items;
}

/* The answer of A to a question of the same check in the same place. */
static const struct answer *find_counterpart(const struct finding *before,
                                             const struct finding *after, size_t i)
{
    const struct question *question = &after->answers[i]->question;
    for (size_t b = 0; b < before->n_answers; b++) {
        if (question_equal(&before->answers[b]->question, question)) {
            return before->answers[b];
        }
    }
    return i < before->n_answers && is_of_one_sort(&before->answers[i]->question, question)
               ? before->answers[i]
               : NULL;
}

static const struct finding *find_finding(const struct side *side, const char *id)
{
    for (size_t i = 0; i < side->n_findings; i++) {
        if (text_equal(side->findings[i].check->id, id)) {
            return &side->findings[i];
        }
    }
    return NULL;
}

static void pair_answers_of(struct differing *differing, const struct finding *after)
{
    const struct finding *before = find_finding(differing->before, after->check->id);
    for (size_t i = 0; before != NULL && i < after->n_answers; i++) {
        const struct answer *other = find_counterpart(before, after, i);
        if (other != NULL && !is_paired(differing, after->answers[i])) {
            add_pair(differing, other, after->answers[i]);
        }
    }
}

static void pair_answers(struct differing *differing)
{
    const struct side *after = differing->after;
    for (size_t i = 0; i < after->n_findings; i++) {
        pair_answers_of(differing, &after->findings[i]);
    }
    for (size_t i = 0; i < after->answers->n_items; i++) {
        const struct answer *answer = after->answers->items[i];
        const struct answer *before = answers_find(differing->before->answers, &answer->question);
        if (before != NULL && !is_paired(differing, answer)) {
            add_pair(differing, before, answer);
        }
    }
}

/* The names of all records are learnt first: links between them are told apart by these. */
static void match_all(struct differing *differing)
{
    enum { N_ROUNDS = 2 };
    for (int round = 0; round < N_ROUNDS; round++) {
        for (size_t i = 0; i < differing->n_pairs; i++) {
            struct pair_of_answers *pair = &differing->pairs[i];
            pair->matches = match_rows(&differing->matching, pair->before, pair->after);
        }
    }
}

static void learn_titles(struct differing *differing, const struct answers *answers)
{
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        for (size_t r = 0; r < answer->n_rows; r++) {
            const char *sys_id = row_get(&answer->rows[r], "sys_id");
            const char *title = row_title(differing->arena, &answer->rows[r]);
            if (sys_id != NULL && title != NULL && pairs_get(&differing->titles, sys_id) == NULL) {
                pairs_add(differing->arena, &differing->titles, sys_id, title);
            }
        }
    }
}

/* ---- Noting differences ---- */

static size_t find_key(const struct differing *differing, const char *key)
{
    uint64_t hash = lookup_hash(LOOKUP_SEED, key);
    size_t probe = 0;
    size_t place = 0;
    while (lookup_next(differing->by_key, hash, &probe, &place)) {
        if (differing->items != NULL && text_equal(differing->items[place].key, key)) {
            return place;
        }
    }
    return differing->n_items;
}

/* The place of a difference; worded where it is new. */
static size_t note(struct differing *differing, const char *key, struct difference difference)
{
    size_t place = find_key(differing, key);
    if (place < differing->n_items) {
        return place;
    }
    difference.says = difference_says(differing->arena, &difference, &differing->titles,
                                      differing->matching.is_one_instance);
    struct entry *slot =
        arena_append(differing->arena, &differing->items, &differing->n_items, sizeof *slot);
    *slot = (struct entry){.key = key, .difference = difference};
    lookup_add(differing->by_key, lookup_hash(LOOKUP_SEED, key), place);
    return place;
}

static void add_edit(struct differing *differing, struct pair_of_answers *pair, size_t difference,
                     const struct row_match *match)
{
    struct edit *slot = arena_append(differing->arena, &pair->edits, &pair->n_edits, sizeof *slot);
    *slot = (struct edit){.difference = difference, .match = match};
}

static const char *or_none(const char *text)
{
    return text == NULL ? "" : text;
}

/* ---- Whole answers ---- */

static bool is_unasked(const struct answer *answer)
{
    return answer->reason == REASON_NOT_RECORDED || answer->reason == REASON_STALE;
}

/* By how much the instance's clock was ahead, where it told; what is judged by is this machine's.
 */
static int64_t clock_ahead_s(const struct side *side, const struct exchange *exchange)
{
    return exchange->date == 0 ? 0 : exchange->date - side->now;
}

static bool clock_differs(const struct differing *differing, const struct exchange *a,
                          const struct exchange *b)
{
    int64_t drift_s = clock_ahead_s(differing->after, b) - clock_ahead_s(differing->before, a);
    return a->date != 0 && b->date != 0 &&
           (drift_s > ANOTHER_CLOCK_S || drift_s < -ANOTHER_CLOCK_S);
}

static bool exchange_differs(const struct differing *differing, const struct exchange *a,
                             const struct exchange *b)
{
    if (a == NULL || b == NULL) {
        return a != b;
    }
    return a->outcome != b->outcome || a->status != b->status ||
           !text_equal(a->message, b->message) || a->is_from_node != b->is_from_node ||
           !text_equal(a->rate_limit_rule, b->rate_limit_rule) || clock_differs(differing, a, b);
}

/* The certificate is that of the first call, which makes the connection. */
static bool certificate_differs(const struct answer *a, const struct answer *b)
{
    return b->question.kind == QUESTION_GATE && a->exchange != NULL && b->exchange != NULL &&
           a->exchange->certificate_until != b->exchange->certificate_until;
}

static bool steps_differ(const struct differing *differing, const struct written *a,
                         const struct written *b)
{
    if (a == NULL || b == NULL) {
        return a != b;
    }
    for (size_t i = 0; i < N_WRITE_STEPS; i++) {
        if (exchange_differs(differing, a->steps[i].exchange, b->steps[i].exchange)) {
            return true;
        }
    }
    return false;
}

static bool answer_differs(const struct differing *differing, const struct answer *a,
                           const struct answer *b)
{
    return a->reason != b->reason || a->is_blocked != b->is_blocked ||
           a->acceptance != b->acceptance || !text_equal(a->user_name, b->user_name) ||
           exchange_differs(differing, a->exchange, b->exchange) ||
           exchange_differs(differing, a->token_exchange, b->token_exchange) ||
           certificate_differs(a, b) || steps_differ(differing, a->written, b->written);
}

static bool is_of_a_credential(enum reason reason)
{
    return reason == REASON_CREDENTIAL_REFUSED || reason == REASON_CREDENTIAL_NOT_TRIED ||
           reason == REASON_TOKEN_REFUSED;
}

/* Who decides whether this was asked at all; NULL: nobody but the question itself. */
static const char *call_key(struct arena *arena, const struct answer *before,
                            const struct answer *after)
{
    const struct answer *blocked = before->is_blocked ? before : after;
    const char *credential = or_none(after->question.credential);
    if (blocked->is_blocked) {
        return arena_printf(arena, "call|%s",
                            is_of_a_credential(blocked->reason) ? credential : "");
    }
    bool decides = after->question.kind == QUESTION_GATE ||
                   after->question.kind == QUESTION_FIRST_CALL ||
                   before->acceptance != after->acceptance;
    return decides ? arena_printf(arena, "call|%s", credential) : NULL;
}

/* Answers of one table that came out alike are one difference. */
static const char *whole_key(struct arena *arena, const struct answer *before,
                             const struct answer *after)
{
    const struct question *question = &after->question;
    const char *call = call_key(arena, before, after);
    if (call != NULL && !is_unasked(before) && !is_unasked(after)) {
        return call;
    }
    return arena_printf(arena, "answer|%s|%s|%s|%s|%s", question_kind_name(question->kind),
                        or_none(question->credential), or_none(question->table),
                        or_none(question->path), answer_words(arena, after));
}

/* How it was answered; where that reads alike, also the rest of it that differs. */
static const char *whole_words(const struct differing *differing, const struct side *side,
                               const struct answer *answer, const struct answer *other)
{
    struct arena *arena = differing->arena;
    const struct exchange *exchange = answer->exchange;
    struct strings words = {0};
    strings_add(arena, &words, answer_words(arena, answer));
    if (exchange == NULL || other->exchange == NULL ||
        !text_equal(words.items[0], answer_words(arena, other))) {
        return words.items[0];
    }
    const struct side *opposite = side == differing->before ? differing->after : differing->before;
    if (clock_ahead_s(side, exchange) != clock_ahead_s(opposite, other->exchange)) {
        strings_add(
            arena, &words,
            arena_printf(arena, "its clock %" PRId64 " s ahead", clock_ahead_s(side, exchange)));
    }
    if (exchange->certificate_until != other->exchange->certificate_until) {
        strings_add(arena, &words,
                    arena_printf(arena, "the certificate good until %s",
                                 utc_format(arena, exchange->certificate_until)));
    }
    if (exchange->is_from_node != other->exchange->is_from_node) {
        strings_add(arena, &words,
                    exchange->is_from_node ? "by an application node" : "not by a node");
    }
    if (!text_equal(exchange->rate_limit_rule, other->exchange->rate_limit_rule)) {
        strings_add(arena, &words,
                    exchange->rate_limit_rule == NULL ? "without a rate limit" : "rate limited");
    }
    return strings_join(arena, &words, ", ");
}

static void note_whole(struct differing *differing, struct pair_of_answers *pair)
{
    const struct question *question = &pair->after->question;
    const char *key = whole_key(differing->arena, pair->before, pair->after);
    bool is_call = text_starts_with(key, "call|");
    struct difference difference = {
        .kind = is_call                                               ? DIFFERENCE_CALL
                : is_unasked(pair->before) || is_unasked(pair->after) ? DIFFERENCE_UNASKED
                                                                      : DIFFERENCE_ANSWER,
        .credential = text_equal(key, "call|") ? NULL : question->credential,
        .table = question->table != NULL ? question->table : question->path,
        .before = whole_words(differing, differing->before, pair->before, pair->after),
        .after = whole_words(differing, differing->after, pair->after, pair->before)};
    add_edit(differing, pair, note(differing, key, difference), NULL);
}

/* ---- Rows ---- */

static const char *record_of(const struct differing *differing, const struct row *row)
{
    const char *sys_id = row_get(row, "sys_id");
    return sys_id != NULL ? sys_id : row_words(differing->arena, row, &differing->titles);
}

/* An edit that made the difference is later than A. Of two instances nobody knows which came first.
 */
static bool may_be_the_edit(const struct differing *differing, const char *on)
{
    int64_t seconds = 0;
    return !differing->matching.is_one_instance ||
           (utc_parse(on, &seconds) && seconds >= differing->before->now - ANOTHER_CLOCK_S);
}

/* Who edited the record, and when, where B tells. A column of another record, reached by a
 * dot-walk, is not this one's. */
static void name_editor(const struct differing *differing, const struct row_match *match,
                        struct difference *difference)
{
    bool is_new = match->before == NULL;
    if (match->after == NULL ||
        (difference->column != NULL && strchr(difference->column, '.') != NULL)) {
        return;
    }
    const char *on = row_get(match->after, is_new ? "sys_created_on" : "sys_updated_on");
    const char *by = row_get(match->after, is_new ? "sys_created_by" : "sys_updated_by");
    if (!text_is_empty(on) && may_be_the_edit(differing, on)) {
        difference->edited_on = on;
        difference->edited_by = text_is_empty(by) ? NULL : by;
    }
}

/* The row, and which ones the question asked for: it may be there and be none of these any more. */
static const char *row_among(const struct differing *differing, const struct row *row,
                             const struct question *question)
{
    struct arena *arena = differing->arena;
    const char *words = row_words(arena, row, &differing->titles);
    struct strings terms = {0};
    for (size_t i = 0; i < question->where.n_items; i++) {
        const struct pair *term = &question->where.items[i];
        strings_add(arena, &terms, arena_printf(arena, "%s = %s", term->key, term->value));
    }
    return terms.n_items == 0 ? words
                              : arena_printf(arena, "%s (of those with %s)", words,
                                             strings_join(arena, &terms, ", "));
}

static void note_row(struct differing *differing, struct pair_of_answers *pair,
                     const struct row_match *match)
{
    const struct row *row = match->after != NULL ? match->after : match->before;
    struct difference difference = {.kind = match->after == NULL ? DIFFERENCE_ROW_GONE
                                                                 : DIFFERENCE_ROW_NEW,
                                    .credential = pair->after->question.credential,
                                    .table = pair->after->question.table,
                                    .row = row_among(differing, row, &pair->after->question),
                                    .record = record_of(differing, row)};
    const char *key = arena_printf(differing->arena, "row|%d|%s|%s", (int)difference.kind,
                                   difference.table, difference.record);
    name_editor(differing, match, &difference);
    add_edit(differing, pair, note(differing, key, difference), match);
}

static void note_cells(struct differing *differing, struct pair_of_answers *pair,
                       const struct row_match *match)
{
    const struct strings columns = columns_of_question(differing->arena, &pair->after->question);
    for (size_t i = 0; i < columns.n_items; i++) {
        const char *column = columns.items[i];
        const struct row *named =
            row_title(differing->arena, match->after) != NULL ? match->after : match->before;
        const char *before = row_get(match->before, column);
        const char *after = row_get(match->after, column);
        if (cell_says_same(&differing->matching, before, after)) {
            continue;
        }
        struct difference difference = {.kind = DIFFERENCE_FIELD,
                                        .credential = pair->after->question.credential,
                                        .table = pair->after->question.table,
                                        .row =
                                            row_words(differing->arena, named, &differing->titles),
                                        .record = record_of(differing, match->after),
                                        .column = column,
                                        .before = before,
                                        .after = after};
        const char *key = arena_printf(differing->arena, "cell|%s|%s|%s", difference.table,
                                       difference.record, column);
        name_editor(differing, match, &difference);
        add_edit(differing, pair, note(differing, key, difference), match);
    }
}

/* ---- Counts ---- */

static bool hides_rows(const struct answer *answer)
{
    return answer->total >= 0 && (size_t)answer->total > answer->n_returned;
}

static bool counts_differ(const struct answer *a, const struct answer *b)
{
    return hides_rows(a) != hides_rows(b) || (a->total < 0) != (b->total < 0) ||
           a->was_cut != b->was_cut || a->control_seen != b->control_seen ||
           (a->n_strays > 0) != (b->n_strays > 0) || a->is_merged != b->is_merged ||
           (a->n_returned > 0) != (b->n_returned > 0);
}

/* "3 rows of 5 counted, cut, without the control row" */
static const char *count_words(struct arena *arena, const struct answer *answer)
{
    const char *counted =
        answer->total < 0 ? "" : arena_printf(arena, " of %" PRId64 " counted", answer->total);
    bool lacks_control = answer->question.control != NULL && !answer->control_seen;
    return arena_printf(arena, "%s%s%s%s%s", quantity(arena, answer->n_returned, "row"), counted,
                        answer->was_cut ? ", cut" : "",
                        lacks_control ? ", without the control row" : "",
                        answer->n_strays > 0 ? ", some that nobody asked for" : "");
}

static void note_counts(struct differing *differing, struct pair_of_answers *pair)
{
    struct difference difference = {.kind = DIFFERENCE_COUNT,
                                    .credential = pair->after->question.credential,
                                    .table = pair->after->question.table,
                                    .before = count_words(differing->arena, pair->before),
                                    .after = count_words(differing->arena, pair->after)};
    const char *key = arena_printf(differing->arena, "count|%s|%s|%s|%s", difference.credential,
                                   difference.table, difference.before, difference.after);
    add_edit(differing, pair, note(differing, key, difference), NULL);
}

static void compare(struct differing *differing, struct pair_of_answers *pair)
{
    if (answer_differs(differing, pair->before, pair->after)) {
        note_whole(differing, pair);
        return;
    }
    for (size_t i = 0; i < pair->matches.n_items; i++) {
        const struct row_match *match = &pair->matches.items[i];
        if (match->before == NULL || match->after == NULL) {
            note_row(differing, pair, match);
        } else {
            note_cells(differing, pair, match);
        }
    }
    bool is_rows = pair->after->question.kind == QUESTION_ROWS;
    if (is_rows && counts_differ(pair->before, pair->after)) {
        note_counts(differing, pair);
    }
}

/* What was not asked comes last: what stood in its way is worded by then. */
static void compare_all(struct differing *differing, bool that_is_blocked)
{
    for (size_t i = 0; i < differing->n_pairs; i++) {
        struct pair_of_answers *pair = &differing->pairs[i];
        if ((pair->before->is_blocked || pair->after->is_blocked) == that_is_blocked) {
            compare(differing, pair);
        }
    }
}

/* ---- What was set ---- */

static void tell_parameters(struct arena *arena, const struct side *side, struct strings *words)
{
    for (size_t i = 0; i < side->n_packs; i++) {
        const struct pairs *parameters = &side->packs[i]->parameters;
        for (size_t p = 0; p < parameters->n_items; p++) {
            strings_add(arena, words,
                        arena_printf(arena, "%s.%s = %s", side->packs[i]->name,
                                     parameters->items[p].key, parameters->items[p].value));
        }
    }
}

static void tell_target(struct arena *arena, const struct side *side, struct strings *words)
{
    strings_add(arena, words,
                arena_printf(arena, "instance %s", or_none(side->target->instance.text)));
    for (size_t i = 0; i < side->target->n_credentials; i++) {
        const struct credential *credential = &side->target->credentials[i];
        const char *oddity = credential->told == NULL ? NULL : credential->told->oddity;
        strings_add(arena, words,
                    arena_printf(arena, "credential %s: %s%s%s%s%s", credential->name,
                                 credential_kind_name(credential->kind),
                                 credential->user_name != NULL ? " of " : "",
                                 or_none(credential->user_name), oddity != NULL ? ", it " : "",
                                 or_none(oddity)));
    }
}

static const char *words_of_one(struct arena *arena, const struct strings *words,
                                const struct strings *others)
{
    struct strings own = {0};
    for (size_t i = 0; i < words->n_items; i++) {
        if (!strings_have(others, words->items[i])) {
            strings_add(arena, &own, words->items[i]);
        }
    }
    return own.n_items == 0 ? "nothing else" : strings_join(arena, &own, ", ");
}

static void note_setting(struct differing *differing)
{
    struct arena *arena = differing->arena;
    struct strings before = {0};
    struct strings after = {0};
    tell_parameters(arena, differing->before, &before);
    tell_target(arena, differing->before, &before);
    tell_parameters(arena, differing->after, &after);
    tell_target(arena, differing->after, &after);
    struct difference difference = {.kind = DIFFERENCE_SETTING,
                                    .before = words_of_one(arena, &before, &after),
                                    .after = words_of_one(arena, &after, &before)};
    if (!text_equal(difference.before, difference.after)) {
        (void)note(differing, "setting", difference);
    }
}

static void note_time(struct differing *differing)
{
    struct arena *arena = differing->arena;
    struct difference difference = {.kind = DIFFERENCE_TIME,
                                    .before = utc_format(arena, differing->before->now),
                                    .after = utc_format(arena, differing->after->now)};
    if (differing->before->now != differing->after->now) {
        (void)note(differing, "time", difference);
    }
}

struct differing *differing_new(struct arena *arena, const struct side *before,
                                const struct side *after, bool is_one_instance)
{
    struct differing *differing = arena_allocate(arena, sizeof *differing);
    *differing =
        (struct differing){.arena = arena,
                           .before = before,
                           .after = after,
                           .matching = {.arena = arena,
                                        .is_one_instance = is_one_instance,
                                        .has_tokens = before->is_anonymous || after->is_anonymous},
                           .by_key = lookup_new(arena)};
    pair_answers(differing);
    match_all(differing);
    learn_titles(differing, before->answers);
    learn_titles(differing, after->answers);
    compare_all(differing, false);
    compare_all(differing, true);
    note_setting(differing);
    note_time(differing);
    return differing;
}

size_t differing_count(const struct differing *differing)
{
    return differing->n_items;
}

const struct difference *differing_get(const struct differing *differing, size_t i)
{
    return &differing->items[i].difference;
}

bool differing_is_passing_time(const struct differing *differing, size_t i)
{
    const struct difference *difference = &differing->items[i].difference;
    int64_t before = 0;
    int64_t after = 0;
    if (difference->before == NULL || difference->after == NULL ||
        !utc_parse(difference->before, &before) || !utc_parse(difference->after, &after)) {
        return false;
    }
    int64_t drift_s = (after - before) - (differing->after->now - differing->before->now);
    return drift_s < ANOTHER_CLOCK_S && drift_s > -ANOTHER_CLOCK_S;
}

static bool rests_on(const struct finding *finding, const struct answer *answer)
{
    for (size_t i = 0; i < finding->n_answers; i++) {
        if (finding->answers[i] == answer) {
            return true;
        }
    }
    return false;
}

void differing_mark(const struct differing *differing, const struct finding *before,
                    const struct finding *after, bool *marks)
{
    for (size_t p = 0; p < differing->n_pairs; p++) {
        const struct pair_of_answers *pair = &differing->pairs[p];
        bool is_of_it = rests_on(after, pair->after) || rests_on(before, pair->before);
        for (size_t i = 0; is_of_it && i < pair->n_edits; i++) {
            marks[pair->edits[i].difference] = true;
        }
    }
}

/* ---- Undoing ---- */

/* The clock of the instance is compared with the time of judging, which is B's. */
static const struct exchange *moved(struct arena *arena, const struct differing *differing,
                                    const struct exchange *exchange)
{
    if (exchange == NULL || exchange->date == 0) {
        return exchange;
    }
    struct exchange *copy = arena_allocate(arena, sizeof *copy);
    *copy = *exchange;
    copy->date += differing->after->now - differing->before->now;
    return copy;
}

static struct row row_in_after(struct arena *arena, const struct differing *differing,
                               const struct row *row)
{
    struct row copy = {.cells = arena_array(arena, row->n_cells, sizeof *copy.cells),
                       .n_cells = row->n_cells};
    for (size_t i = 0; i < row->n_cells; i++) {
        copy.cells[i] =
            (struct cell){.column = row->cells[i].column,
                          .value = cell_in_after(&differing->matching, row->cells[i].value)};
    }
    return copy;
}

static struct answer *as_before(struct arena *arena, const struct differing *differing,
                                const struct answer *before, const struct question *question)
{
    struct answer *copy = arena_allocate(arena, sizeof *copy);
    *copy = *before;
    copy->question = *question;
    copy->exchange = moved(arena, differing, before->exchange);
    copy->rows = arena_array(arena, before->n_rows, sizeof *copy->rows);
    for (size_t i = 0; i < before->n_rows; i++) {
        copy->rows[i] = row_in_after(arena, differing, &before->rows[i]);
    }
    return copy;
}

/* With A's value of one column, which may have been hidden. */
static struct row with_value(struct arena *arena, const struct differing *differing,
                             const struct row *row, const struct difference *difference)
{
    struct row copy = {0};
    for (size_t i = 0; i < row->n_cells; i++) {
        if (!text_equal(row->cells[i].column, difference->column)) {
            struct cell *slot = arena_append(arena, &copy.cells, &copy.n_cells, sizeof *slot);
            *slot = row->cells[i];
        }
    }
    if (difference->before != NULL) {
        struct cell *slot = arena_append(arena, &copy.cells, &copy.n_cells, sizeof *slot);
        *slot = (struct cell){.column = difference->column,
                              .value = cell_in_after(&differing->matching, difference->before)};
    }
    return copy;
}

static void count_rows(struct answer *answer, bool is_more)
{
    bool was_hidden = is_more && hides_rows(answer);
    answer->n_returned =
        is_more ? answer->n_returned + 1 : answer->n_returned - (answer->n_returned > 0 ? 1 : 0);
    if (answer->total >= 0 && !was_hidden) {
        answer->total += is_more ? 1 : answer->total > 0 ? -1 : 0;
    }
}

static void add_row(struct arena *arena, struct answer *answer, struct row row)
{
    struct row *slot = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *slot);
    *slot = row;
}

/* A row of the result: A's where that is undone, B's, or none. */
static void undo_match(struct arena *arena, const struct differing *differing,
                       const struct pair_of_answers *pair, const struct row_match *match,
                       const bool *undone, struct answer *answer)
{
    struct row row =
        match->after != NULL ? *match->after : row_in_after(arena, differing, match->before);
    bool is_there = match->after != NULL;
    for (size_t i = 0; i < pair->n_edits; i++) {
        const struct edit *edit = &pair->edits[i];
        const struct difference *difference = &differing->items[edit->difference].difference;
        if (edit->match != match || !undone[edit->difference]) {
            continue;
        }
        if (difference->kind == DIFFERENCE_FIELD) {
            row = with_value(arena, differing, &row, difference);
        } else {
            is_there = match->before != NULL;
            count_rows(answer, is_there);
        }
    }
    if (is_there) {
        add_row(arena, answer, row);
    }
}

/* How whole the answer is, as A's was, whatever rows there are by now. */
static void undo_counts(const struct answer *before, struct answer *answer)
{
    int64_t n_hidden = before->total - (int64_t)before->n_returned;
    if (answer->n_returned == 0 || before->n_returned == 0) {
        answer->n_returned = before->n_returned;
    }
    answer->total = before->total < 0 ? -1 : (int64_t)answer->n_returned + n_hidden;
    answer->was_cut = before->was_cut;
    answer->control_seen = before->control_seen;
    answer->n_strays = before->n_strays;
    answer->is_merged = before->is_merged;
}

static bool is_undone(const struct differing *differing, const struct pair_of_answers *pair,
                      const bool *undone, bool of_counts)
{
    for (size_t i = 0; i < pair->n_edits; i++) {
        const struct edit *edit = &pair->edits[i];
        bool is_count = differing->items[edit->difference].difference.kind == DIFFERENCE_COUNT;
        if (edit->match == NULL && undone[edit->difference] && is_count == of_counts) {
            return true;
        }
    }
    return false;
}

static struct answer *undo(struct arena *arena, const struct differing *differing,
                           const struct pair_of_answers *pair, const bool *undone)
{
    struct answer *copy = arena_allocate(arena, sizeof *copy);
    if (is_undone(differing, pair, undone, false)) {
        return as_before(arena, differing, pair->before, &pair->after->question);
    }
    *copy = *pair->after;
    copy->rows = NULL;
    copy->n_rows = 0;
    for (size_t i = 0; i < pair->matches.n_items; i++) {
        undo_match(arena, differing, pair, &pair->matches.items[i], undone, copy);
    }
    if (is_undone(differing, pair, undone, true)) {
        undo_counts(pair->before, copy);
    }
    return copy;
}

static bool has_undone(const struct pair_of_answers *pair, const bool *undone)
{
    for (size_t i = 0; i < pair->n_edits; i++) {
        if (undone[pair->edits[i].difference]) {
            return true;
        }
    }
    return false;
}

struct answers differing_undo(struct arena *arena, const struct differing *differing,
                              const bool *undone)
{
    const struct answers *after = differing->after->answers;
    struct answers answers = {0};
    for (size_t i = 0; i < after->n_items; i++) {
        struct answer **slot = arena_append(arena, &answers.items, &answers.n_items, sizeof *slot);
        *slot = after->items[i];
        for (size_t p = 0; p < differing->n_pairs; p++) {
            const struct pair_of_answers *pair = &differing->pairs[p];
            if (pair->after == *slot && has_undone(pair, undone)) {
                *slot = undo(arena, differing, pair, undone);
                break;
            }
        }
    }
    return answers;
}

struct answer *differing_answer_before(struct arena *arena, const struct differing *differing,
                                       const struct question *question)
{
    const struct answer *before = answers_find(differing->before->answers, question);
    return before == NULL ? NULL : as_before(arena, differing, before, question);
}
