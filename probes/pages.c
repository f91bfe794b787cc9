/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each row is tested again here against the question that asked for it (law 3).
 */
#include "probes/pages.h"

#include "base/arena.h"
#include "base/strings.h"

bool row_is_control(const struct row *row, const struct question *question)
{
    return question->key != NULL && question->control != NULL &&
           row_fits_where(row, &question->where) && row_has(row, question->key, question->control);
}

/* What it tells fits, and of the rest nothing came: it may be one of those that the question wants.
 */
static bool row_may_fit(const struct row *row, const struct question *question)
{
    bool is_hidden = question->key != NULL && row_get(row, question->key) == NULL;
    bool differs =
        question->key != NULL && !is_hidden && !row_has(row, question->key, question->value);
    for (size_t i = 0; i < question->where.n_items; i++) {
        const struct pair *term = &question->where.items[i];
        bool never_came = row_get(row, term->key) == NULL;
        is_hidden = is_hidden || never_came;
        differs = differs || (!never_came && !row_has(row, term->key, term->value));
    }
    return is_hidden && !differs;
}

static size_t count_doubtful(const struct table_page *page, const struct question *question)
{
    size_t n = 0;
    for (size_t i = 0; i < page->n_rows; i++) {
        n += row_may_fit(&page->rows[i], question) ? 1 : 0;
    }
    return n;
}

static bool row_is_stray(const struct row *row, const struct table_page *page)
{
    struct question question = *page->shape;
    for (size_t i = 0; i < page->values.n_items; i++) {
        question.value = page->values.items[i];
        if (row_fits(row, &question)) {
            return false;
        }
    }
    return page->shape->key != NULL || !row_fits(row, page->shape);
}

size_t page_count_strays(const struct table_page *page)
{
    size_t n = 0;
    for (size_t i = 0; i < page->n_rows && page->shape != NULL; i++) {
        n += row_is_stray(&page->rows[i], page) ? 1 : 0;
    }
    return n;
}

void page_describe(const struct table_page *page, struct answer *answer)
{
    answer->page = page;
    answer->total = page->total;
    answer->n_returned = page->n_rows;
    answer->was_cut = page->was_cut;
}

void page_take_rows(struct arena *arena, const struct table_page *page, struct answer *answer)
{
    const struct question *question = &answer->question;
    for (size_t i = 0; i < page->n_rows; i++) {
        if (row_fits(&page->rows[i], question)) {
            struct row *slot = arena_append(arena, &answer->rows, &answer->n_rows, sizeof *slot);
            *slot = page->rows[i];
        }
        answer->control_seen = answer->control_seen || row_is_control(&page->rows[i], question);
    }
}

void page_answer(struct arena *arena, const struct table_page *page, struct answer *answer)
{
    answer->exchange = page->exchange;
    page_describe(page, answer);
    answer->n_strays =
        page->n_strays > 0 ? page->n_strays : count_doubtful(page, &answer->question);
    page_take_rows(arena, page, answer);
}
