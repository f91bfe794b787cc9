/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source. A question that was asked then has its answer; any other is answered of a page that
 * is known to hold every row it asks for, with all its columns.
 */
#include "probes/recording.h"

#include "base/arena.h"
#include "base/strings.h"
#include "probes/exports.h"
#include "probes/merge.h"
#include "probes/pages.h"
#include "probes/response.h"
#include "probes/rows.h"

static bool has_column(const struct table_page *page, const char *column)
{
    return column_is_secret(column) || !column_is_name(column) || text_equal(column, "sys_id") ||
           strings_have(&page->fields, column);
}

static bool has_columns_of_pairs(const struct table_page *page, const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        if (!has_column(page, pairs->items[i].key)) {
            return false;
        }
    }
    return true;
}

/* Everything the question tests rows by, and everything it wants of them, was asked for. */
static bool has_columns(const struct table_page *page, const struct question *question)
{
    for (size_t i = 0; i < question->fields.n_items; i++) {
        if (!has_column(page, question->fields.items[i])) {
            return false;
        }
    }
    return (question->key == NULL || has_column(page, question->key)) &&
           has_columns_of_pairs(page, &question->where) &&
           has_columns_of_pairs(page, &question->containing);
}

/* The control is not demanded: where its row did not come, the answer says so. */
static bool has_value(const struct table_page *page, const struct question *question)
{
    return page->shape->key == NULL || strings_have(&page->values, question->value);
}

/* How long an answer might have taken does not matter any more. */
static bool page_tells(const struct table_page *page, const struct question *question)
{
    struct question narrow = *question;
    if (page == NULL || page->shape == NULL || question->kind != QUESTION_ROWS ||
        !text_equal(page->shape->credential, question->credential)) {
        return false;
    }
    narrow.limit_ms = page->shape->limit_ms;
    return question_contains(page->shape, &narrow) && has_value(page, question) &&
           has_columns(page, question);
}

/* As one of several questions that were asked together. */
static struct answer answer_of_page(struct arena *arena, const struct answer *seen,
                                    const struct question *question)
{
    struct answer answer = {
        .question = *question, .total = -1, .is_merged = true, .taken = seen->taken};
    answer.reason = seen->reason;
    answer.is_blocked = seen->is_blocked;
    page_answer(arena, seen->page, &answer);
    return answer;
}

static struct answer not_told(const struct question *question, enum reason reason)
{
    return (struct answer){.question = *question, .total = -1, .reason = reason};
}

/* Who the caller is does not depend on the columns that are wanted of it. */
static struct answer identity_of(const struct recording *recording, const struct question *question)
{
    for (size_t i = 0; i < recording->answers.n_items; i++) {
        struct answer answer = *recording->answers.items[i];
        if (answer.question.kind == QUESTION_IDENTITY && answer.page != NULL &&
            text_equal(answer.question.credential, question->credential) &&
            has_columns(answer.page, question)) {
            answer.question = *question;
            return answer;
        }
    }
    return not_told(question, REASON_NOT_RECORDED);
}

/* One whose page tells; rather one that is whole than one that was cut. */
static const struct answer *answer_with_page(const struct recording *recording,
                                             const struct question *question)
{
    const struct answer *cut = NULL;
    for (size_t i = 0; i < recording->answers.n_items; i++) {
        const struct answer *answer = recording->answers.items[i];
        if (!page_tells(answer->page, question)) {
            continue;
        }
        if (!answer->page->was_cut) {
            return answer;
        }
        cut = cut == NULL ? answer : cut;
    }
    return cut;
}

static struct answer find_answer(struct arena *arena, const struct recording *recording,
                                 const struct question *question)
{
    const struct answer *seen = answers_find(&recording->answers, question);
    if (seen != NULL) {
        struct answer answer = *seen;
        answer.question = *question;
        return answer;
    }
    if (question->kind == QUESTION_IDENTITY) {
        return identity_of(recording, question);
    }
    const struct answer *told = answer_with_page(recording, question);
    return told == NULL ? not_told(question, REASON_NOT_RECORDED)
                        : answer_of_page(arena, told, question);
}

struct answer *recording_tell(struct arena *arena, const struct recording *recording,
                              int64_t oldest, const struct question *question)
{
    struct answer *answer = arena_allocate(arena, sizeof *answer);
    *answer = recording->exports != NULL ? exports_answer(arena, recording->exports, question)
                                         : find_answer(arena, recording, question);
    if (answer->reason != REASON_NOT_RECORDED && answer->taken < oldest) {
        *answer = not_told(question, REASON_STALE);
    }
    return answer;
}
