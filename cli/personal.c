/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns that name somebody are a table; whatever was asked for by one, or came back in it, is a
 * name.
 */
#include "cli/personal.h"

#include <string.h>

#include "base/arena.h"

/* By the last part of a dot-walked column: "user.user_name" is a user_name. */
static const struct {
    const char *column;
    bool is_client;
} columns[] = {
    {"user_name", false}, {"sys_created_by", false}, {"sys_updated_by", false},
    {"run_as", false},    {"client_id", true},
};

static void add_value(struct arena *arena, struct personal_names *names, const char *column,
                      const char *value)
{
    const char *dot = column == NULL ? NULL : strrchr(column, '.');
    const char *last = dot == NULL ? column : dot + 1;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (text_equal(columns[i].column, last) && !text_is_empty(value)) {
            strings_add_unique(arena, columns[i].is_client ? &names->clients : &names->users,
                               value);
        }
    }
}

static void add_rows(struct arena *arena, struct personal_names *names, const struct row *rows,
                     size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++) {
        const struct row *row = &rows[i];
        for (size_t c = 0; c < row->n_cells; c++) {
            add_value(arena, names, row->cells[c].column, row->cells[c].value);
        }
    }
}

static void add_question(struct arena *arena, struct personal_names *names,
                         const struct question *question)
{
    add_value(arena, names, question->key, question->value);
    for (size_t i = 0; i < question->where.n_items; i++) {
        add_value(arena, names, question->where.items[i].key, question->where.items[i].value);
    }
}

static void add_credentials(struct arena *arena, struct personal_names *names,
                            const struct target *target)
{
    for (size_t i = 0; i < target->n_credentials; i++) {
        add_value(arena, names, "user_name", target->credentials[i].user_name);
        add_value(arena, names, "client_id", target->credentials[i].client_id);
    }
}

struct personal_names personal_names(struct arena *arena, const struct target *target,
                                     const struct answers *answers)
{
    struct personal_names names = {0};
    add_credentials(arena, &names, target);
    for (size_t i = 0; i < answers->n_items; i++) {
        const struct answer *answer = answers->items[i];
        add_value(arena, &names, "user_name", answer->user_name);
        add_question(arena, &names, &answer->question);
        add_rows(arena, &names, answer->rows, answer->n_rows);
        if (answer->page != NULL) { /* a recording has them all */
            add_rows(arena, &names, answer->page->rows, answer->page->n_rows);
        }
    }
    return names;
}
