/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions, summed up.
 */
#include "cli/rights.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "rules/catalogue.h"

static struct read *call_of(struct arena *arena, struct reads *reads, const char *credential,
                            const char *call)
{
    for (size_t i = 0; i < reads->n_items; i++) {
        if (text_equal(reads->items[i].credential, credential) &&
            text_equal(reads->items[i].call, call)) {
            return &reads->items[i];
        }
    }
    struct read *slot = arena_append(arena, &reads->items, &reads->n_items, sizeof *slot);
    *slot = (struct read){.credential = credential, .call = call, .is_walked = true};
    return slot;
}

static struct read *read_of(struct arena *arena, struct reads *reads, const char *credential,
                            const char *table)
{
    struct read *read =
        call_of(arena, reads, credential, arena_printf(arena, "GET /api/now/table/%s", table));
    read->table = table;
    return read;
}

static void add_columns(struct arena *arena, struct strings *columns, const struct strings *more)
{
    for (size_t i = 0; i < more->n_items; i++) {
        strings_add_unique(arena, columns, more->items[i]);
    }
}

static void add_keys(struct arena *arena, struct strings *columns, const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->n_items; i++) {
        strings_add_unique(arena, columns, pairs->items[i].key);
    }
}

static void add_write(struct arena *arena, const struct question *question, struct reads *reads)
{
    const char *call =
        arena_printf(arena, "POST, PATCH and DELETE /api/now/table/%s", question->table);
    struct read *read = call_of(arena, reads, question->credential, call);
    read->table = question->table;
    read->writes = true;
    read->is_walked = false;
    add_keys(arena, &read->columns, &question->values);
    add_keys(arena, &read->columns, &question->changes);
    strings_add_unique(arena, &read->columns, "correlation_id");
}

/* A call whose rows are not looked at adds the table and no column. */
void reads_add(struct arena *arena, const struct foreseen *foreseen, struct reads *reads)
{
    const struct question *question = &foreseen->question;
    if (question->kind == QUESTION_WRITE) {
        add_write(arena, question, reads);
        return;
    }
    if (question->kind == QUESTION_API) {
        call_of(arena, reads, question->credential, arena_printf(arena, "GET %s", question->path))
            ->is_walked = false;
        return;
    }
    struct read *read = read_of(arena, reads, question->credential, question->table);
    read->is_certain = read->is_certain || foreseen->is_certain;
    read->is_walked = false;
    if (question->kind == QUESTION_GATE || question->kind == QUESTION_FIRST_CALL) {
        return;
    }
    if (question->kind == QUESTION_IDENTITY) {
        strings_add_unique(arena, &read->columns, "user_name");
    }
    if (question->kind == QUESTION_IDENTITY && text_equal(question->credential, "auditor")) {
        add_columns(arena, &read->columns, &usual_user_columns); /* the account under test */
    }
    add_columns(arena, &read->columns, &question->fields);
    add_keys(arena, &read->columns, &question->where);
    if (question->key != NULL) {
        strings_add_unique(arena, &read->columns, question->key);
    }
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* Without a credential first, then by credential and table. */
static int compare_reads(const void *a, const void *b)
{
    const struct read *left = a;
    const struct read *right = b;
    const char *left_name = left->credential != NULL ? left->credential : "";
    const char *right_name = right->credential != NULL ? right->credential : "";
    int order = strcmp(left_name, right_name);
    return order != 0 ? order : strcmp(left->call, right->call);
}

void reads_sort(struct reads *reads)
{
    for (size_t i = 0; i < reads->n_items; i++) {
        struct strings *columns = &reads->items[i].columns;
        if (columns->n_items > 0) {
            qsort(columns->items, columns->n_items, sizeof *columns->items, compare_texts);
        }
    }
    if (reads->n_items > 0) {
        qsort(reads->items, reads->n_items, sizeof *reads->items, compare_reads);
    }
}

/* ---- Along references ---- */

struct walk {
    struct arena *arena;
    const struct catalogue *catalogue;
    struct reads *reads;
};

/* The table that a reference points to; NULL when the list of columns does not know. */
static const char *target_of(const struct walk *walk, const char *table, const char *path)
{
    const struct table_entry *entry = catalogue_table(walk->catalogue, table);
    const char *column = arena_strndup(walk->arena, path, strcspn(path, "."));
    return entry == NULL ? NULL : pairs_get(&entry->references, column);
}

/* "user.manager.name" is a right on `user` here, and on what it leads to. */
static void walk_column(const struct walk *walk, const struct read *read, const char *path)
{
    const char *table = read->table;
    const char *dot = strchr(path, '.');
    for (; dot != NULL && table != NULL; dot = strchr(path, '.')) {
        table = target_of(walk, table, path);
        path = dot + 1;
        if (table != NULL) {
            struct read *led = read_of(walk->arena, walk->reads, read->credential, table);
            led->is_certain = led->is_certain || read->is_certain;
            strings_add_unique(walk->arena, &led->columns,
                               arena_strndup(walk->arena, path, strcspn(path, ".")));
        }
    }
}

void reads_walk(struct arena *arena, const struct catalogue *catalogue, struct reads *reads)
{
    const struct walk walk = {.arena = arena, .catalogue = catalogue, .reads = reads};
    const size_t n_direct = reads->n_items;
    for (size_t i = 0; i < n_direct; i++) {
        const struct read read = reads->items[i];
        for (size_t c = 0; !read.writes && c < read.columns.n_items; c++) {
            walk_column(&walk, &read, read.columns.items[c]);
        }
    }
}
