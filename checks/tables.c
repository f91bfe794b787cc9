/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking up from a table to its parents.
 *
 * `super_class` of sys_db_object points to the table that is extended; a dot-walk leads three
 * steps up. Sources: product documentation, Table extension and Tables [sys_db_object]; the columns
 * in public harvests.
 */
#include "checks/tables.h"

#include "base/arena.h"

/* A table that every instance has. */
static const char always_there[] = "task";

static const char *parents[] = {"super_class.name", "super_class.super_class.name",
                                "super_class.super_class.super_class.name"};

static struct question object_question(const char *table)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_db_object",
                             .key = "name",
                             .value = table,
                             .control = always_there,
                             .fields = {parents, ARRAY_LEN(parents)}};
}

/* Adds the parents a row names. True when the walk came to its end; *ret_is_cut says whether there
 * may be more behind the last one. */
static bool add_parents(const struct judging *judging, const struct row *row, struct strings *names,
                        bool *ret_is_cut)
{
    *ret_is_cut = false;
    for (size_t i = 0; i < ARRAY_LEN(parents); i++) {
        const char *parent = row_get(row, parents[i]);
        if (text_is_empty(parent)) {
            /* Behind an empty reference some instances leave the dot-walked column out. */
            return parent != NULL || i > 0;
        }
        strings_add_unique(judging->arena, names, parent);
    }
    *ret_is_cut = true;
    return false;
}

static void read_further(struct judging *judging, struct ancestry *ancestry)
{
    const char *top = ancestry->names.items[ancestry->names.n_items - 1];
    struct reading reading = consult_configuration(judging, object_question(top), false);
    bool is_cut = false;
    if (reading.presence == PRESENCE_FOUND) {
        ancestry->is_whole =
            add_parents(judging, &reading.rows[0], &ancestry->names, &is_cut) && !is_cut;
    }
}

struct ancestry read_ancestry(struct judging *judging, const char *table)
{
    struct ancestry ancestry = {0};
    struct reading reading = read_configuration(judging, object_question(table), false);
    bool is_cut = false;
    ancestry.presence = reading.presence;
    if (reading.presence != PRESENCE_FOUND) {
        return ancestry;
    }
    strings_add(judging->arena, &ancestry.names, table);
    ancestry.is_whole = add_parents(judging, &reading.rows[0], &ancestry.names, &is_cut);
    if (is_cut) {
        read_further(judging, &ancestry);
    }
    return ancestry;
}

void judge_lost_table(struct judging *judging, const char *table)
{
    judge_unknown(
        judging, REASON_UNDOCUMENTED,
        say(judging, "the instance says that it has no table %s, which every release has", table));
}
