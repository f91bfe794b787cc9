/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys_db_object.super_class leads from a table to its parent, sys_dictionary holds a row for each
 * column of the table that defines it and one without a column for the table itself. Source:
 * ServiceNow's pages Table administration and Dictionary administration.
 */
#include "checks/lineage.h"

/* As far as a dot-walk may lead; the lineage of a table with more parents is not told. */
enum { MOST_PARENTS = 3, DICTIONARY_ROWS = 1000 };

static const char known_table[] = "sys_user";

enum presence read_lineage(struct judging *judging, const char *table, struct strings *ret_tables)
{
    struct question question = {
        .kind = QUESTION_ROWS, .table = "sys_db_object", .key = "name", .value = table};
    struct strings tables = {0};
    const char *path = "super_class";
    question.control = known_table;
    for (int i = 0; i < MOST_PARENTS; i++) {
        strings_add(judging->arena, &question.fields, path);
        strings_add(judging->arena, &question.fields, say(judging, "%s.name", path));
        path = say(judging, "%s.super_class", path);
    }
    strings_add(judging->arena, &question.fields, path); /* empty behind the last parent */
    if (!has_auditor(judging)) {
        return PRESENCE_UNTOLD;
    }
    struct reading reading = consult_configuration(judging, question, false);
    if (reading.presence != PRESENCE_FOUND) {
        return reading.presence == PRESENCE_OPEN ? PRESENCE_OPEN : PRESENCE_UNTOLD;
    }
    strings_add(judging->arena, &tables, table);
    for (size_t i = 0; i < question.fields.n_items; i += 2) {
        const char *parent = row_get(&reading.rows[0], question.fields.items[i]);
        bool is_last = i + 1 == question.fields.n_items;
        const char *name = is_last ? NULL : row_get(&reading.rows[0], question.fields.items[i + 1]);
        if (parent != NULL && parent[0] == '\0') {
            *ret_tables = tables;
            return PRESENCE_FOUND;
        }
        if (parent == NULL || text_is_empty(name)) {
            break;
        }
        strings_add(judging->arena, &tables, name);
    }
    return PRESENCE_UNTOLD;
}

/* Adds the columns of one table; false when not all of its rows, or not their names, came. */
static bool add_columns(const struct judging *judging, const struct reading *reading,
                        struct strings *columns)
{
    bool tells = reading->is_complete;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const char *element = row_get(&reading->rows[i], "element");
        tells = tells && element != NULL;
        strings_add(judging->arena, columns, element != NULL ? element : "");
    }
    return tells;
}

enum presence read_dictionary(struct judging *judging, const char *table, const char *column,
                              const char *known)
{
    struct strings tables = {0};
    struct strings columns = {0};
    enum presence lineage = read_lineage(judging, table, &tables);
    if (lineage != PRESENCE_FOUND) {
        return lineage;
    }
    bool is_open = false;
    bool is_whole = true;
    for (size_t i = 0; i < tables.n_items; i++) {
        struct question question = {
            .kind = QUESTION_ROWS, .table = "sys_dictionary", .limit = DICTIONARY_ROWS};
        pairs_add(judging->arena, &question.where, "name", tables.items[i]);
        strings_add(judging->arena, &question.fields, "element");
        struct reading reading = consult_configuration(judging, question, false);
        is_open = is_open || reading.presence == PRESENCE_OPEN;
        is_whole = reading.presence == PRESENCE_FOUND && add_columns(judging, &reading, &columns) &&
                   is_whole;
    }
    if (is_open) {
        return PRESENCE_OPEN;
    }
    if (strings_have(&columns, column)) {
        return PRESENCE_FOUND;
    }
    return is_whole && strings_have(&columns, known) ? PRESENCE_ABSENT : PRESENCE_UNTOLD;
}
