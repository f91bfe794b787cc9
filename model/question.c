/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Equality of questions and look-ups; nothing here decides anything.
 */
#include "model/question.h"

#include "base/arena.h"
#include "base/lookup.h"

const char *row_get(const struct row *row, const char *column)
{
    for (size_t i = 0; i < row->n_cells; i++) {
        if (text_equal(row->cells[i].column, column)) {
            return row->cells[i].value;
        }
    }
    return NULL;
}

bool row_has(const struct row *row, const char *column, const char *value)
{
    const char *found = row_get(row, column);
    return found != NULL && text_equal_nocase(found, value);
}

bool row_fits_where(const struct row *row, const struct pairs *where)
{
    for (size_t i = 0; i < where->n_items; i++) {
        if (!row_has(row, where->items[i].key, where->items[i].value)) {
            return false;
        }
    }
    return true;
}

bool row_fits(const struct row *row, const struct question *question)
{
    for (size_t i = 0; i < question->containing.n_items; i++) {
        const struct pair *pair = &question->containing.items[i];
        const char *found = row_get(row, pair->key);
        if (found == NULL || !text_contains_nocase(found, pair->value)) {
            return false;
        }
    }
    return row_fits_where(row, &question->where) &&
           (question->key == NULL || row_has(row, question->key, question->value));
}

static const char *user_columns[] = {
    "sys_id",
    "user_name",
    "active",
    "locked_out",
    "failed_attempts",
    "password_needs_reset",
    "web_service_access_only",
    "internal_integration_user",
    "identity_type",
    "source",
    "ldap_server",
    "first_name",
    "enable_multifactor_authn",
};

const struct strings usual_user_columns = {user_columns, ARRAY_LEN(user_columns)};

static bool strings_equal(const struct strings *a, const struct strings *b)
{
    if (a->n_items != b->n_items) {
        return false;
    }
    for (size_t i = 0; i < a->n_items; i++) {
        if (!text_equal(a->items[i], b->items[i])) {
            return false;
        }
    }
    return true;
}

bool question_equal(const struct question *a, const struct question *b)
{
    return a->kind == b->kind && text_equal(a->credential, b->credential) &&
           text_equal(a->table, b->table) && text_equal(a->key, b->key) &&
           text_equal(a->value, b->value) && text_equal(a->control, b->control) &&
           a->limit == b->limit && a->is_alone == b->is_alone && a->limit_ms == b->limit_ms &&
           text_equal(a->path, b->path) && a->is_head == b->is_head && a->minutes == b->minutes &&
           pairs_equal(&a->containing, &b->containing) && a->is_kept == b->is_kept &&
           pairs_equal(&a->values, &b->values) && pairs_equal(&a->changes, &b->changes) &&
           pairs_equal(&a->where, &b->where) && strings_equal(&a->fields, &b->fields);
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strdup(arena, text);
}

struct question question_copy(struct arena *arena, const struct question *question)
{
    struct question copy = *question;
    copy.credential = copy_text(arena, question->credential);
    copy.table = copy_text(arena, question->table);
    copy.path = copy_text(arena, question->path);
    copy.key = copy_text(arena, question->key);
    copy.value = copy_text(arena, question->value);
    copy.control = copy_text(arena, question->control);
    copy.asker = copy_text(arena, question->asker);
    copy.where = (struct pairs){0};
    copy.fields = (struct strings){0};
    for (size_t i = 0; i < question->where.n_items; i++) {
        pairs_add(arena, &copy.where, arena_strdup(arena, question->where.items[i].key),
                  arena_strdup(arena, question->where.items[i].value));
    }
    for (size_t i = 0; i < question->fields.n_items; i++) {
        strings_add(arena, &copy.fields, arena_strdup(arena, question->fields.items[i]));
    }
    return copy;
}

static uint64_t hash_pairs(uint64_t hash, const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        hash = lookup_hash(lookup_hash(hash, pairs->items[i].key), pairs->items[i].value);
    }
    return hash;
}

/* Of what questions differ in most; equal ones have the same. */
static uint64_t hash_of(const struct question *question)
{
    uint64_t hash = LOOKUP_SEED + (uint64_t)question->kind;
    hash = lookup_hash(lookup_hash(hash, question->credential), question->table);
    hash = lookup_hash(lookup_hash(hash, question->path), question->value);
    return hash_pairs(hash, &question->where);
}

const struct answer *answers_find(const struct answers *answers, const struct question *question)
{
    size_t n_looked_up = answers->lookup == NULL ? 0 : answers->n_looked_up;
    uint64_t hash = n_looked_up == 0 ? 0 : hash_of(question);
    size_t probe = 0;
    size_t place = 0;
    while (n_looked_up > 0 && lookup_next(answers->lookup, hash, &probe, &place)) {
        if (question_equal(&answers->items[place]->question, question)) {
            return answers->items[place];
        }
    }
    for (size_t i = n_looked_up; i < answers->n_items; i++) {
        if (question_equal(&answers->items[i]->question, question)) {
            return answers->items[i];
        }
    }
    return NULL;
}

void answers_look_up(struct arena *arena, struct answers *answers)
{
    if (answers->lookup == NULL) {
        answers->lookup = lookup_new(arena);
        answers->n_looked_up = 0;
    }
    for (; answers->n_looked_up < answers->n_items; answers->n_looked_up++) {
        const struct answer *answer = answers->items[answers->n_looked_up];
        lookup_add(answers->lookup, hash_of(&answer->question), answers->n_looked_up);
    }
}

struct question *questions_find(const struct questions *questions, const struct question *question)
{
    size_t n_looked_up = questions->lookup == NULL ? 0 : questions->n_looked_up;
    uint64_t hash = n_looked_up == 0 ? 0 : hash_of(question);
    size_t probe = 0;
    size_t place = 0;
    while (n_looked_up > 0 && lookup_next(questions->lookup, hash, &probe, &place)) {
        if (question_equal(&questions->items[place], question)) {
            return &questions->items[place];
        }
    }
    for (size_t i = n_looked_up; i < questions->n_items; i++) {
        if (question_equal(&questions->items[i], question)) {
            return &questions->items[i];
        }
    }
    return NULL;
}

struct question *questions_add(struct arena *arena, struct questions *questions,
                               const struct question *question)
{
    struct question *slot =
        arena_append(arena, &questions->items, &questions->n_items, sizeof *slot);
    *slot = *question;
    if (questions->lookup == NULL) {
        questions->lookup = lookup_new(arena);
    }
    for (; questions->n_looked_up < questions->n_items; questions->n_looked_up++) {
        lookup_add(questions->lookup, hash_of(&questions->items[questions->n_looked_up]),
                   questions->n_looked_up);
    }
    return slot;
}
