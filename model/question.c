/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Equality of questions and look-ups; nothing here decides anything.
 */
#include "model/question.h"

#include "base/arena.h"

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

const struct answer *answers_find(const struct answers *answers, const struct question *question)
{
    for (size_t i = 0; i < answers->n_items; i++) {
        if (question_equal(&answers->items[i]->question, question)) {
            return answers->items[i];
        }
    }
    return NULL;
}
