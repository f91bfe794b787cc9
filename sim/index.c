/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash tables by open addressing for names, and chains for values. Every change of a row raises the
 * version of its table and of the table's parents; an index that is behind is made again, in the
 * memory it has where that is enough.
 */
#include "sim/index.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"

/* A value's rows hang together by their numbers, each one more than the place in `rows`; 0 ends a
 * chain. */
struct value_index {
    const struct table *table;
    const struct column *column;
    uint64_t version;
    struct row **rows;
    uint32_t *next;
    size_t n_rows;
    size_t capacity; /* of both */
    uint32_t *heads;
    size_t n_heads; /* a power of two */
};

struct value_indexes {
    struct value_index **items;
    size_t n_items;
};

/* FNV-1a */
static size_t hash(const char *text)
{
    uint64_t value = 14695981039346656037U;

    for (const char *c = text; *c != '\0'; c++) {
        value = (value ^ (unsigned char)*c) * 1099511628211U;
    }
    return (size_t)(value ^ value >> 32);
}

static size_t slots_for(size_t n)
{
    size_t slots = 8;

    while (slots < n * 2) {
        slots *= 2;
    }
    return slots;
}

/* --- names --- */

static void index_columns(const struct world *world, struct table *table)
{
    table->n_slots = slots_for(table->n_columns);
    table->slots = arena_array(world->arena, table->n_slots, sizeof(struct column *));
    for (size_t i = 0; i < table->n_columns; i++) {
        size_t at = hash(table->columns[i]->name) & (table->n_slots - 1);
        while (table->slots[at] != NULL) {
            at = (at + 1) & (table->n_slots - 1);
        }
        table->slots[at] = table->columns[i];
    }
}

static void index_tables(struct world *world)
{
    world->n_slots = slots_for(world->n_tables);
    world->slots = arena_array(world->arena, world->n_slots, sizeof(struct table *));
    for (size_t i = 0; i < world->n_tables; i++) {
        size_t at = hash(world->tables[i]->name) & (world->n_slots - 1);
        while (world->slots[at] != NULL) {
            at = (at + 1) & (world->n_slots - 1);
        }
        world->slots[at] = world->tables[i];
    }
}

void sim_index_names(struct world *world)
{
    for (size_t i = 0; i < world->n_tables; i++) {
        index_columns(world, world->tables[i]);
    }
    index_tables(world);
}

const struct column *sim_index_column(const struct table *table, const char *name)
{
    size_t at = hash(name) & (table->n_slots - 1);

    while (table->slots[at] != NULL && !text_equal(table->slots[at]->name, name)) {
        at = (at + 1) & (table->n_slots - 1);
    }
    return table->slots[at];
}

struct table *sim_index_table(const struct world *world, const char *name)
{
    size_t at = hash(name) & (world->n_slots - 1);

    while (world->slots[at] != NULL && !text_equal(world->slots[at]->name, name)) {
        at = (at + 1) & (world->n_slots - 1);
    }
    return world->slots[at];
}

/* --- sets --- */

/* The slot of the text, or the free one where it belongs. */
static const char **slot_for(const struct text_set *set, const char *text)
{
    size_t at = hash(text) & (set->n_slots - 1);

    while (set->slots[at] != NULL && !text_equal(set->slots[at], text)) {
        at = (at + 1) & (set->n_slots - 1);
    }
    return &set->slots[at];
}

static void grow(struct arena *arena, struct text_set *set)
{
    const struct text_set old = *set;

    set->n_slots = slots_for(old.n_slots);
    set->slots = arena_array(arena, set->n_slots, sizeof *set->slots);
    for (size_t i = 0; i < old.n_slots; i++) {
        if (old.slots[i] != NULL) {
            *slot_for(set, old.slots[i]) = old.slots[i];
        }
    }
}

bool sim_set_add(struct arena *arena, struct text_set *set, const char *text)
{
    if (set->n_items * 2 >= set->n_slots) {
        grow(arena, set);
    }
    const char **slot = slot_for(set, text);
    if (*slot != NULL) {
        return false;
    }
    *slot = text;
    set->n_items++;
    return true;
}

/* --- values --- */

void sim_index_values(struct world *world)
{
    world->indexes = arena_allocate(world->arena, sizeof *world->indexes);
}

static void make_room(const struct world *world, struct value_index *index, size_t n)
{
    if (index->heads == NULL || n > index->capacity) {
        index->capacity = n * 2 + 8;
        index->rows = arena_array(world->arena, index->capacity, sizeof(struct row *));
        index->next = arena_array(world->arena, index->capacity, sizeof *index->next);
        index->n_heads = slots_for(index->capacity);
        index->heads = arena_array(world->arena, index->n_heads, sizeof *index->heads);
    }
    memset(index->heads, 0, index->n_heads * sizeof *index->heads);
    index->n_rows = 0;
}

static size_t head_of(const struct value_index *index, const char *value)
{
    return hash(value) & (index->n_heads - 1);
}

/* From the last row to the first, so that a chain begins with the first. */
static void chain_rows(struct value_index *index)
{
    for (size_t i = index->n_rows; i > 0; i--) {
        size_t head = head_of(index, sim_row_value(index->rows[i - 1], index->column));
        index->next[i - 1] = index->heads[head];
        index->heads[head] = (uint32_t)i;
    }
}

static void fill(const struct world *world, struct value_index *index)
{
    size_t n = 0;

    for (size_t i = 0; i < world->n_tables; i++) {
        n += sim_table_is_a(world->tables[i], index->table) ? world->tables[i]->n_rows : 0;
    }
    make_room(world, index, n);
    for (size_t i = 0; i < world->n_tables; i++) {
        const struct table *table = world->tables[i];
        for (size_t k = 0; sim_table_is_a(table, index->table) && k < table->n_rows; k++) {
            index->rows[index->n_rows++] = table->rows[k];
        }
    }
    chain_rows(index);
    index->version = index->table->version;
}

static struct value_index *index_for(const struct world *world, const struct table *table,
                                     const struct column *column)
{
    struct value_indexes *indexes = world->indexes;

    for (size_t i = 0; i < indexes->n_items; i++) {
        struct value_index *index = indexes->items[i];
        if (index->column == column && index->table == table) {
            if (index->version != table->version) {
                fill(world, index);
            }
            return index;
        }
    }
    struct value_index *index = arena_allocate(world->arena, sizeof *index);
    struct value_index **slot =
        arena_append(world->arena, &indexes->items, &indexes->n_items, sizeof *slot);
    *slot = index;
    index->table = table;
    index->column = column;
    fill(world, index);
    return index;
}

static struct row *follow(struct matches *matches, uint32_t number, const char *value)
{
    const struct value_index *index = matches->index;

    while (number != 0 &&
           !text_equal(sim_row_value(index->rows[number - 1], index->column), value)) {
        number = index->next[number - 1];
    }
    if (number == 0) {
        return NULL;
    }
    matches->at = number - 1;
    return index->rows[number - 1];
}

struct row *sim_index_first(const struct world *world, const struct table *table,
                            const struct column *column, const char *value,
                            struct matches *ret_matches)
{
    assert(world->indexes != NULL);
    ret_matches->index = index_for(world, table, column);
    return follow(ret_matches, ret_matches->index->heads[head_of(ret_matches->index, value)],
                  value);
}

struct row *sim_index_next(struct matches *matches, const char *value)
{
    return follow(matches, matches->index->next[matches->at], value);
}
