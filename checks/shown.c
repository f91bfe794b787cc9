/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A before-query rule, a domain or a data filter takes rows out of a listing and out of its count,
 * so that a control row may come back and the wanted one not, although it is there. Two records
 * leave traces elsewhere in a run: a user, in the echo of a call and in the rows of other tables
 * that name it, and an application, in a token it was issued and in rows that name it.
 */
#include "checks/shown.h"

#include "base/arena.h"
#include "checks/kind.h"
#include "model/target.h"

/* A table whose records are named elsewhere: by which key, and in which columns of other tables. */
struct named_record {
    const char *table;
    const char *key;
    const char *reference; /* the column of other tables, or what it ends with */
};

static const struct named_record named_records[] = {
    {"oauth_entity", "client_id", "oauth_entity.client_id"},
    {"sys_user", "user_name", "user.user_name"},
};

static const struct named_record *find_record(const struct question *question)
{
    for (size_t i = 0; i < ARRAY_LEN(named_records); i++) {
        if (text_equal(question->table, named_records[i].table) &&
            text_equal(question->key, named_records[i].key)) {
            return &named_records[i];
        }
    }
    return NULL;
}

static bool row_names(const struct row *row, const char *reference, const char *value)
{
    for (size_t i = 0; i < row->n_cells; i++) {
        if (text_ends_with(row->cells[i].column, reference) &&
            text_equal_nocase(row->cells[i].value, value)) {
            return true;
        }
    }
    return false;
}

static bool answer_names(const struct answer *answer, const struct named_record *record,
                         const char *value)
{
    if (text_equal(answer->question.table, record->table)) {
        return false;
    }
    for (size_t i = 0; i < answer->n_rows; i++) {
        if (row_names(&answer->rows[i], record->reference, value)) {
            return true;
        }
    }
    return false;
}

/* The caller was echoed so, or a password of that name was accepted. */
static bool calls_as(const struct judging *judging, const struct answer *answer, const char *name)
{
    const char *asked_as = answer->question.credential;
    const struct credential *credential =
        asked_as == NULL ? NULL : target_credential(judging->target, asked_as);
    bool is_own_name = credential != NULL && answer->acceptance == ACCEPTANCE_ACCEPTED &&
                       text_equal_nocase(credential->user_name, name);
    return is_own_name || text_equal_nocase(answer->user_name, name);
}

static bool got_token(const struct judging *judging, const struct answer *answer,
                      const char *client_id)
{
    const char *asked_as = answer->question.credential;
    const struct credential *credential =
        asked_as == NULL ? NULL : target_credential(judging->target, asked_as);
    return credential != NULL && answer->token_exchange != NULL &&
           answer->token_exchange->outcome == OUTCOME_TOKEN &&
           text_equal_nocase(credential->client_id, client_id);
}

/* The run worked with the record itself. */
static const char *shown_by_use(const struct judging *judging, const struct named_record *record,
                                const char *value)
{
    bool is_user = text_equal(record->table, "sys_user");
    for (size_t i = 0; i < judging->answers->n_items; i++) {
        const struct answer *answer = judging->answers->items[i];
        if (is_user && calls_as(judging, answer, value)) {
            return say(judging, "calls are made as %s", value);
        }
        if (!is_user && got_token(judging, answer, value)) {
            return "a token was issued to it";
        }
    }
    return NULL;
}

const char *shown_to_exist(const struct judging *judging, const struct question *question)
{
    const struct named_record *record = find_record(question);
    if (record == NULL || text_is_empty(question->value)) {
        return NULL;
    }
    const char *shown = shown_by_use(judging, record, question->value);
    for (size_t i = 0; shown == NULL && i < judging->answers->n_items; i++) {
        const struct answer *answer = judging->answers->items[i];
        if (answer_names(answer, record, question->value)) {
            shown = say(judging, "a row of %s names it", answer->question.table);
        }
    }
    return shown;
}
