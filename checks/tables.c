/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking up from a table to its parents.
 *
 * `super_class` of sys_db_object points to the table that is extended; a dot-walk leads three
 * steps up. sys_dictionary holds a row for each column of the table that defines it. Sources:
 * product documentation, Table extension, Tables [sys_db_object] and Dictionary administration; the
 * columns in public harvests.
 */
#include "checks/tables.h"

#include "base/arena.h"

/* A table that every instance has. */
static const char always_there[] = "task";

/* As far as a dot-walk may lead: the reference of each step, and the name behind it. */
enum { STEPS_UP = 3, DICTIONARY_ROWS = 1000 };
static const char *const references[] = {"super_class", "super_class.super_class",
                                         "super_class.super_class.super_class",
                                         "super_class.super_class.super_class.super_class"};
static const char *columns[] = {"super_class",
                                "super_class.name",
                                "super_class.super_class",
                                "super_class.super_class.name",
                                "super_class.super_class.super_class",
                                "super_class.super_class.super_class.name",
                                "super_class.super_class.super_class.super_class"};

static struct question object_question(const char *table)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_db_object",
                             .key = "name",
                             .value = table,
                             .control = always_there,
                             .fields = {columns, ARRAY_LEN(columns)}};
}

/* Where the walk up from one row ended. */
enum end {
    END_OF_LINE, /* the last one has no parent */
    END_OF_ROW,  /* it has one, and the row does not lead to it */
    END_UNTOLD,  /* a column on the way never came back */
};

static enum end add_parents(const struct judging *judging, const struct row *row,
                            struct strings *names)
{
    for (size_t i = 0; i < ARRAY_LEN(references); i++) {
        const char *reference = row_get(row, references[i]);
        if (reference == NULL) {
            return END_UNTOLD;
        }
        if (reference[0] == '\0') {
            return END_OF_LINE;
        }
        if (i == STEPS_UP) {
            break;
        }
        const char *name = row_get(row, say(judging, "%s.name", references[i]));
        if (text_is_empty(name)) {
            return END_UNTOLD;
        }
        strings_add_unique(judging->arena, names, name);
    }
    return END_OF_ROW;
}

/* From the reading of the table's own row; what is further up is asked by the way. */
static struct ancestry ancestry_of(struct judging *judging, const char *table,
                                   const struct reading *reading)
{
    struct ancestry ancestry = {.presence = reading->presence};
    if (reading->presence != PRESENCE_FOUND) {
        return ancestry;
    }
    strings_add(judging->arena, &ancestry.names, table);
    enum end end = add_parents(judging, &reading->rows[0], &ancestry.names);
    if (end == END_OF_ROW) {
        const char *top = ancestry.names.items[ancestry.names.n_items - 1];
        struct reading further = consult_configuration(judging, object_question(top), LIST_NEVER);
        if (further.presence == PRESENCE_FOUND) {
            end = add_parents(judging, &further.rows[0], &ancestry.names);
        }
    }
    ancestry.is_whole = end == END_OF_LINE;
    return ancestry;
}

struct ancestry read_ancestry(struct judging *judging, const char *table)
{
    struct reading reading = read_configuration(judging, object_question(table), LIST_NEVER);
    return ancestry_of(judging, table, &reading);
}

struct ancestry consult_ancestry(struct judging *judging, const char *table)
{
    struct reading reading = consult_configuration(judging, object_question(table), LIST_NEVER);
    return ancestry_of(judging, table, &reading);
}

struct strings likely_ancestry(const struct judging *judging, const char *table)
{
    struct strings names = {0};
    strings_add(judging->arena, &names, table);
    strings_add_unique(judging->arena, &names, always_there);
    return names;
}

/* ---- One column in the dictionary ---- */

/* Adds the columns of one table; false when not all of its rows, or not their names, came. */
static bool add_elements(const struct judging *judging, const struct reading *reading,
                         struct strings *elements)
{
    bool tells = reading->is_complete;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const char *element = row_get(&reading->rows[i], "element");
        tells = tells && element != NULL;
        strings_add(judging->arena, elements, element != NULL ? element : "");
    }
    return tells;
}

enum presence find_column(struct judging *judging, const char *table, const char *column,
                          const char *known)
{
    struct strings elements = {0};
    if (!has_auditor(judging)) {
        return PRESENCE_UNTOLD;
    }
    struct ancestry ancestry = consult_ancestry(judging, table);
    if (judging->is_open) {
        return PRESENCE_OPEN;
    }
    bool is_open = false;
    bool is_whole = ancestry.is_whole;
    for (size_t i = 0; is_whole && i < ancestry.names.n_items; i++) {
        struct question question = {.kind = QUESTION_ROWS,
                                    .table = "sys_dictionary",
                                    .key = "name",
                                    .value = ancestry.names.items[i],
                                    .limit = DICTIONARY_ROWS};
        strings_add(judging->arena, &question.fields, "element");
        struct reading reading = consult_configuration(judging, question, LIST_NEVER);
        is_open = is_open || reading.presence == PRESENCE_OPEN;
        is_whole = is_open || (reading.presence == PRESENCE_FOUND &&
                               add_elements(judging, &reading, &elements));
    }
    if (is_open) {
        return PRESENCE_OPEN;
    }
    if (strings_have(&elements, column)) {
        return PRESENCE_FOUND;
    }
    return is_whole && strings_have(&elements, known) ? PRESENCE_ABSENT : PRESENCE_UNTOLD;
}

void judge_lost_table(struct judging *judging, const char *table)
{
    judge_unknown(
        judging, REASON_UNDOCUMENTED,
        say(judging, "the instance says that it has no table %s, which every release has", table));
}
