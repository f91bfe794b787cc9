/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer is found whether it is looked up or gone through to, and no question is taken for
 * another.
 */
#include "model/question.h"

#include <criterion/criterion.h>

#include "base/arena.h"

enum { MANY = 200 };

static struct arena *arena;

static void begin(void)
{
    arena = arena_new();
}

static void end(void)
{
    arena_free(arena);
}

static struct question about(size_t i)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = i % 2 == 0 ? "sys_user" : "sys_user_role",
                             .key = "name",
                             .value = arena_printf(arena, "n%zu", i / 4),
                             .is_alone = i % 4 >= 2};
}

static void add(struct answers *answers, size_t i)
{
    struct answer **slot = arena_append(arena, &answers->items, &answers->n_items, sizeof *slot);
    *slot = arena_allocate(arena, sizeof **slot);
    (*slot)->question = about(i);
}

static void expect_all(const struct answers *answers, size_t n, const char *when)
{
    for (size_t i = 0; i < MANY; i++) {
        const struct question question = about(i);
        const struct answer *wanted = i < n ? answers->items[i] : NULL;
        cr_expect_eq(answers_find(answers, &question), wanted, "%zu %s", i, when);
    }
}

Test(question, answers_are_found_with_and_without_a_lookup, .init = begin, .fini = end)
{
    struct answers answers = {0};
    for (size_t i = 0; i < MANY / 2; i++) {
        add(&answers, i);
    }
    expect_all(&answers, MANY / 2, "gone through");
    answers_look_up(arena, &answers);
    expect_all(&answers, MANY / 2, "looked up");
    add(&answers, MANY / 2);
    expect_all(&answers, MANY / 2 + 1, "added behind what is looked up");
    answers_look_up(arena, &answers);
    expect_all(&answers, MANY / 2 + 1, "looked up again");
}

Test(question, a_question_is_found_where_it_was_added, .init = begin, .fini = end)
{
    struct questions questions = {0};
    for (size_t i = 0; i < MANY; i++) {
        const struct question question = about(i);
        cr_expect_null(questions_find(&questions, &question), "%zu is not there yet", i);
        questions_add(arena, &questions, &question);
        cr_expect_eq(questions_find(&questions, &question), &questions.items[i]);
    }
    struct question other = about(0);
    other.fields = usual_user_columns;
    cr_expect_null(questions_find(&questions, &other), "it asks for other columns");
}
