/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `needs` and `serves`: names of checks of the same pack. `needs` orders the report, so it may not
 * run in a circle.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "rules/pack_source.h"

static struct strings check_names(struct arena *arena, const struct pack *pack)
{
    struct strings names = {0};
    for (size_t i = 0; i < pack->n_checks; i++) {
        strings_add_unique(arena, &names, pack->checks[i].name);
    }
    return names;
}

/* Where item `i` of the check's list `key` stands. */
static struct where place_of(const struct check_source *source, const char *key, size_t i)
{
    const struct yaml_node *node = yaml_get(source->node, key);
    if (node == NULL) {
        return source->node->where;
    }
    return node->kind == YAML_SEQUENCE && i < node->n_items ? node->items[i]->where : node->where;
}

static struct strings full_ids(const struct loading *loading, const struct pack *pack,
                               const struct check_source *source, const char *key,
                               const struct strings *short_ids, const struct strings *names)
{
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    struct strings ids = {0};
    for (size_t i = 0; i < short_ids->n_items; i++) {
        const char *name = short_ids->items[i];
        if (strings_have(names, name)) {
            strings_add_unique(loading->arena, &ids,
                               arena_printf(loading->arena, "%s/%s", pack->name, name));
        } else {
            diag_error(loading->diag, place_of(source, key, i), "'%s' names no check '%s'%s", key,
                       name, did_you_mean(&binder, name, names));
        }
    }
    return ids;
}

/* ---- circles ---- */

static size_t index_of(const struct pack *pack, const char *id)
{
    size_t i = 0;
    while (i < pack->n_checks && !text_equal(pack->checks[i].id, id)) {
        i++;
    }
    return i;
}

/* The first need of a check that is not settled yet; n_checks when there is none. */
static size_t open_need(const struct pack *pack, size_t check, const bool *is_settled)
{
    const struct strings *needs = &pack->checks[check].needs;
    for (size_t i = 0; i < needs->n_items; i++) {
        size_t need = index_of(pack, needs->items[i]);
        if (!is_settled[need]) {
            return need;
        }
    }
    return pack->n_checks;
}

/* Settles every check all of whose needs are settled, until nothing moves. */
static void settle_sound(const struct pack *pack, bool *is_settled)
{
    bool has_moved = true;
    while (has_moved) {
        has_moved = false;
        for (size_t i = 0; i < pack->n_checks; i++) {
            if (!is_settled[i] && open_need(pack, i, is_settled) == pack->n_checks) {
                is_settled[i] = true;
                has_moved = true;
            }
        }
    }
}

/* From `check`, which cannot be settled, follows open needs until one comes twice: that is the
 * circle. */
static void report_circle(const struct loading *loading, const struct pack_source *source,
                          const struct pack *pack, size_t check, bool *is_settled)
{
    bool *is_passed = arena_array(loading->arena, pack->n_checks, sizeof *is_passed);
    while (!is_passed[check]) {
        is_passed[check] = true;
        check = open_need(pack, check, is_settled);
    }
    struct strings circle = {0};
    size_t first = check;
    do {
        strings_add(loading->arena, &circle, pack->checks[check].name);
        size_t next = open_need(pack, check, is_settled);
        check = next;
    } while (check != first);
    strings_add(loading->arena, &circle, pack->checks[first].name);
    diag_error(loading->diag, place_of(&source->checks[first], "needs", SIZE_MAX),
               "'needs' runs in a circle: %s", strings_join(loading->arena, &circle, " -> "));
    is_settled[first] = true; /* what is left without it is another circle */
}

static void report_circles(const struct loading *loading, const struct pack_source *source,
                           const struct pack *pack)
{
    bool *is_settled = arena_array(loading->arena, pack->n_checks, sizeof *is_settled);
    settle_sound(pack, is_settled);
    for (size_t i = 0; i < pack->n_checks; i++) {
        while (!is_settled[i]) {
            report_circle(loading, source, pack, i, is_settled);
            settle_sound(pack, is_settled);
        }
    }
}

void pack_order(const struct loading *loading, const struct pack_source *source, struct pack *pack)
{
    struct strings names = check_names(loading->arena, pack);
    for (size_t i = 0; i < pack->n_checks; i++) {
        struct check *check = &pack->checks[i];
        const struct check_source *from = &source->checks[i];
        check->needs = full_ids(loading, pack, from, "needs", &check->needs, &names);
        check->serves = full_ids(loading, pack, from, "serves", &check->serves, &names);
    }
    report_circles(loading, source, pack);
}
