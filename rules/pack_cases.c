/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tests:` of a pack: a simulated world, what is broken in it, and what the pack must say then.
 */
#include "base/arena.h"
#include "model/names.h"
#include "rules/pack_fields.h"
#include "rules/pack_source.h"

enum { MOST_CASES = 200 };

static struct strings check_ids(const struct binder *binder, const struct pack_source *source)
{
    struct strings ids = {0};
    for (size_t i = 0; i < source->n_checks; i++) {
        strings_add(binder->arena, &ids, source->checks[i].id);
    }
    return ids;
}

/* Verdicts are told of checks the pack has, and are verdicts. */
static void check_verdicts(struct binder *binder, const struct pack_source *source,
                           const struct yaml_node *node)
{
    struct strings ids = check_ids(binder, source);
    struct strings names = {0};
    for (enum verdict verdict = VERDICT_FAIL; verdict <= VERDICT_NOT_APPLICABLE; verdict++) {
        strings_add(binder->arena, &names, verdict_name(verdict));
    }
    for (size_t i = 0; node != NULL && node->kind == YAML_MAPPING && i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        const char *verdict = entry->value->text;
        if (!strings_have(&ids, entry->key)) {
            diag_error(binder->diag, entry->where, "the pack has no check '%s'%s", entry->key,
                       did_you_mean(binder, entry->key, &ids));
        }
        if (entry->value->kind == YAML_SCALAR && !strings_have(&names, verdict)) {
            diag_error(binder->diag, entry->value->where, "'%s' is no verdict%s", verdict,
                       did_you_mean(binder, verdict, &names));
        }
    }
}

static void check_first_cause(const struct binder *binder, const struct yaml_node *node)
{
    bool is_text = node != NULL && node->kind == YAML_SCALAR;
    if (is_text && !text_equal(node->text, "none") && !strings_have(binder->causes, node->text)) {
        diag_error(binder->diag, node->where,
                   "'cause' must be the id of a cause or none, not '%s'%s", node->text,
                   did_you_mean(binder, node->text, binder->causes));
    }
}

static void check_set(const struct binder *binder, const struct pack_source *source,
                      const struct yaml_node *node)
{
    struct strings names = parameters_names(binder->arena, &source->parameters);
    for (size_t i = 0; node != NULL && node->kind == YAML_MAPPING && i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        if (!strings_have(&names, entry->key)) {
            diag_error(binder->diag, entry->where, "no parameter '%s' is declared%s", entry->key,
                       did_you_mean(binder, entry->key, &names));
        }
    }
}

/* A world of the author's own lies beside the pack, wherever the tests are run from. */
static const char *world_of(const struct binder *binder, const struct yaml_node *node,
                            const char *world)
{
    return world != NULL && names_a_file(world)
               ? path_beside(binder->arena, node->where.file, world)
               : world;
}

static void read_case(struct binder *binder, const struct yaml_node *node,
                      struct pack_source *source)
{
    struct case_text text = {0};
    struct strings known = {0};
    if (!fields_bind(binder, node, "a test", &case_table, &text)) {
        return;
    }
    fields_list(binder->arena, &known, &case_table);
    keys_check(binder, node, &known);
    check_verdicts(binder, source, yaml_get(node, "verdicts"));
    check_first_cause(binder, yaml_get(node, "cause"));
    check_set(binder, source, yaml_get(node, "set"));
    one_of_check(binder, node, "a test", case_expectations);
    struct pack_case *slot =
        arena_append(binder->arena, &source->cases, &source->n_cases, sizeof *slot);
    *slot = (struct pack_case){.world = world_of(binder, node, text.world),
                               .faults = text.faults,
                               .switches = text.switches,
                               .without = text.without,
                               .set = text.set,
                               .writes = text.writes,
                               .status = text.status,
                               .cause = text.cause,
                               .verdicts = text.verdicts,
                               .where = node->where};
}

void cases_read(struct binder *binder, const struct yaml_node *node, struct pack_source *source)
{
    if (node == NULL || !node_is(binder, node, YAML_SEQUENCE, "'tests'")) {
        return;
    }
    if (node->n_items > MOST_CASES) {
        diag_error(binder->diag, node->where, "more than %d tests", MOST_CASES);
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        if (node_is(binder, node->items[i], YAML_MAPPING, "a test")) {
            read_case(binder, node->items[i], source);
        }
    }
}
