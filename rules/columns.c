/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking tables and columns up in what rules/columns.yaml said.
 */
#include "rules/columns.h"

#include <string.h>

#include "base/arena.h"
#include "rules/catalogue.h"

enum { DEEPEST_DOT_WALK = 4 };

const struct table_entry *catalogue_table(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->n_tables; i++) {
        if (text_equal(catalogue->tables[i].name, name)) {
            return &catalogue->tables[i];
        }
    }
    return NULL;
}

/* The pair whose key is the first `len` characters of `path`. */
static const char *reference_along(const struct table_entry *table, const char *path, size_t len)
{
    for (size_t i = 0; i < table->references.n_items; i++) {
        const struct pair *reference = &table->references.items[i];
        if (strlen(reference->key) == len && strncmp(reference->key, path, len) == 0) {
            return reference->value;
        }
    }
    return NULL;
}

bool catalogue_has_column(const struct catalogue *catalogue, const char *table, const char *path)
{
    for (int step = 0; step < DEEPEST_DOT_WALK; step++) {
        const struct table_entry *entry = catalogue_table(catalogue, table);
        const char *dot = strchr(path, '.');
        if (entry == NULL || dot == NULL) {
            return entry != NULL && strings_have(&entry->columns, path);
        }
        table = reference_along(entry, path, (size_t)(dot - path));
        path = dot + 1;
    }
    return false;
}

/* The table that the last column of `path` belongs to; NULL when a reference on the way is not
 * known.
 */
static const char *last_table(const struct catalogue *catalogue, const char *table,
                              const char *path)
{
    const char *dot = strchr(path, '.');
    while (table != NULL && dot != NULL) {
        const struct table_entry *entry = catalogue_table(catalogue, table);
        table = entry == NULL ? NULL : reference_along(entry, path, (size_t)(dot - path));
        path = dot + 1;
        dot = strchr(path, '.');
    }
    return table;
}

const char *catalogue_column_words(struct arena *arena, const struct catalogue *catalogue,
                                   const char *table, const char *path)
{
    const char *last_dot = strrchr(path, '.');
    const char *home = last_table(catalogue, table, path);
    if (last_dot == NULL) {
        return path;
    }
    if (home != NULL) {
        return arena_printf(arena, "%s (a column of %s)", path, home);
    }
    return arena_printf(arena, "%s (a column of the table that %.*s points to)", path,
                        (int)(last_dot - path), path);
}

struct strings catalogue_names(struct arena *arena, const struct catalogue *catalogue,
                               const char *table, const char *path)
{
    struct strings names = {0};
    const struct table_entry *entry = catalogue_table(catalogue, table);
    size_t len = strcspn(path, ".");
    strings_add(arena, &names, path);
    for (size_t i = 0; entry != NULL && i < entry->n_others; i++) {
        const struct other_names *others = &entry->others[i];
        bool is_it = strlen(others->column) == len && strncmp(others->column, path, len) == 0;
        for (size_t n = 0; is_it && n < others->names.n_items; n++) {
            strings_add(arena, &names,
                        arena_printf(arena, "%s%s", others->names.items[n], path + len));
        }
    }
    return names;
}
