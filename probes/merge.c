/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First by equal conditions; then narrower groups into wider ones.
 */
#include "probes/merge.h"

#include <string.h>

#include "base/arena.h"
#include "probes/rows.h"

/* A question without a query that wants at least so many rows wants all of a table; with fewer, it
 * wants to see some. */
enum { LISTING_ROWS = 200 };

bool value_can_share(const char *value)
{
    return value[0] != '\0' && strpbrk(value, ",^") == NULL;
}

/* ---- Adding to a group ---------------------------------------------------------------------- */

static void add_field(struct arena *arena, struct strings *fields, const char *column)
{
    if (column_is_name(column) && !column_is_secret(column)) {
        strings_add_unique(arena, fields, column);
    }
}

static void add_fields_of_pairs(struct arena *arena, struct strings *fields,
                                const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        add_field(arena, fields, pairs->items[i].key);
    }
}

/* The value of the group's key; nothing in a group without one, which has the question's key among
 * its columns. */
static void add_value(struct arena *arena, struct group *group, const struct question *question)
{
    if (group->shape->key == NULL || question->key == NULL) {
        return;
    }
    bool shares = value_can_share(question->value);
    strings_add_unique(arena, shares ? &group->shared_values : &group->lone_values,
                       question->value);
    if (question->control != NULL && value_can_share(question->control) &&
        !value_is_script(question->control)) {
        strings_add_unique(arena, &group->controls, question->control);
    }
}

static void group_add(struct arena *arena, struct group *group, const struct question *question)
{
    const struct question **slot =
        arena_append(arena, &group->questions, &group->n_questions, sizeof *slot);
    *slot = question;
    if (question->key != NULL) {
        add_field(arena, &group->fields, question->key);
    }
    add_fields_of_pairs(arena, &group->fields, &question->where);
    add_fields_of_pairs(arena, &group->fields, &question->containing);
    for (size_t i = 0; i < question->fields.n_items; i++) {
        add_field(arena, &group->fields, question->fields.items[i]);
    }
    add_value(arena, group, question);
}

/* ---- What may be one ------------------------------------------------------------------------ */

static bool is_listing(const struct question *question)
{
    return question->key == NULL && (question->limit == 0 || question->limit >= LISTING_ROWS);
}

/* All that a wider question must have in common with a narrower one. */
static bool is_of_a_kind(const struct question *a, const struct question *b)
{
    return !a->is_alone && !b->is_alone && text_equal(a->table, b->table) &&
           a->minutes == b->minutes && a->limit_ms == b->limit_ms &&
           pairs_equal(&a->containing, &b->containing);
}

/* Each term of `where` stands in the question too, whose rows are fewer then, or the same. */
static bool where_is_within(const struct pairs *where, const struct question *question)
{
    for (size_t i = 0; i < where->n_items; i++) {
        const char *value = pairs_get(&question->where, where->items[i].key);
        if (!text_equal(value, where->items[i].value)) {
            return false;
        }
    }
    return true;
}

/* Differ in values, columns and control rows alone. */
static bool is_same_condition(const struct question *a, const struct question *b)
{
    return is_of_a_kind(a, b) && a->limit == b->limit && text_equal(a->key, b->key) &&
           pairs_equal(&a->where, &b->where);
}

bool question_contains(const struct question *wide, const struct question *narrow)
{
    bool has_room = is_listing(wide) || (wide->key != NULL && text_equal(wide->key, narrow->key));
    bool is_sample = narrow->key == NULL && !is_listing(narrow);
    return has_room && !is_sample && is_of_a_kind(wide, narrow) &&
           where_is_within(&wide->where, narrow);
}

/* ---- Merging -------------------------------------------------------------------------------- */

static struct group *find_group(const struct groups *groups, const struct question *question)
{
    for (size_t i = 0; i < groups->n_items; i++) {
        if (is_same_condition(groups->items[i].shape, question)) {
            return &groups->items[i];
        }
    }
    return NULL;
}

static struct groups group_by_condition(struct arena *arena,
                                        const struct question *const *questions, size_t n_questions,
                                        bool one_by_one)
{
    struct groups groups = {0};
    for (size_t i = 0; i < n_questions; i++) {
        struct group *group = one_by_one ? NULL : find_group(&groups, questions[i]);
        if (group == NULL) {
            group = arena_append(arena, &groups.items, &groups.n_items, sizeof *group);
            group->shape = questions[i];
        }
        group_add(arena, group, questions[i]);
    }
    return groups;
}

/* A group that contains this one, and is not contained in it, unless it comes first. */
static struct group *find_wider(const struct groups *groups, const struct group *narrow)
{
    for (size_t i = 0; i < groups->n_items; i++) {
        struct group *wide = &groups->items[i];
        bool is_other = wide != narrow && wide->n_questions > 0;
        if (is_other && question_contains(wide->shape, narrow->shape) &&
            (wide < narrow || !question_contains(narrow->shape, wide->shape))) {
            return wide;
        }
    }
    return NULL;
}

/* What was taken over by a wider group has no questions any more. */
static void widen(struct arena *arena, const struct groups *groups)
{
    for (size_t i = 0; i < groups->n_items; i++) {
        struct group *narrow = &groups->items[i];
        struct group *wide = find_wider(groups, narrow);
        for (size_t q = 0; wide != NULL && q < narrow->n_questions; q++) {
            group_add(arena, wide, narrow->questions[q]);
        }
        if (wide != NULL) {
            narrow->n_questions = 0;
        }
    }
}

struct groups merge_questions(struct arena *arena, const struct question *const *questions,
                              size_t n_questions, bool one_by_one)
{
    const struct groups all = group_by_condition(arena, questions, n_questions, one_by_one);
    struct groups left = {0};
    if (one_by_one) {
        return all;
    }
    widen(arena, &all);
    for (size_t i = 0; i < all.n_items; i++) {
        if (all.items[i].n_questions > 0) {
            struct group *slot = arena_append(arena, &left.items, &left.n_items, sizeof *slot);
            *slot = all.items[i];
        }
    }
    return left;
}
