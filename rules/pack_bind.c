/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a check's YAML to `struct check`: its common keys, its one kind, its condition.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/names.h"
#include "rules/pack_source.h"

static const char usual_owner[] = "ServiceNow admin";

static const char *const other_keys[] = {"when", "any_of"};

/* ---- kinds ---- */

static int compare_kind(const void *name, const void *item)
{
    const struct kind_schema *const *kind = item;
    return strcmp(name, (*kind)->name);
}

static const struct kind_schema *find_kind(const struct kind_schemas *kinds, const char *name)
{
    const struct kind_schema *const *found =
        kinds->n_items == 0
            ? NULL
            : bsearch(name, kinds->items, kinds->n_items, sizeof *kinds->items, compare_kind);
    return found != NULL ? *found : NULL;
}

static struct strings kind_names(const struct loading *loading)
{
    struct strings names = {0};
    for (size_t i = 0; i < loading->kinds->n_items; i++) {
        strings_add(loading->arena, &names, loading->kinds->items[i]->name);
    }
    return names;
}

/* The key of the mapping that names its kind; NULL, and reported, unless there is exactly one.
 * `any_of` counts as one where `may_branch`. */
static const struct yaml_entry *find_kind_entry(const struct loading *loading,
                                                const struct yaml_node *mapping, bool may_branch,
                                                bool has_unknown)
{
    const struct yaml_entry *found = NULL;
    for (size_t i = 0; i < mapping->n_items; i++) {
        const struct yaml_entry *entry = &mapping->entries[i];
        bool is_branch = may_branch && text_equal(entry->key, "any_of");
        if (!is_branch && find_kind(loading->kinds, entry->key) == NULL) {
            continue;
        }
        if (found != NULL) {
            diag_error(loading->diag, entry->where,
                       "a check has one kind: '%s' and '%s' cannot both be here", found->key,
                       entry->key);
            return NULL;
        }
        found = entry;
    }
    if (found == NULL && !has_unknown) {
        diag_error(loading->diag, mapping->where, "no kind of check is named here");
    }
    return found;
}

/*
 * Reports keys that are neither common nor a kind; true when there was one. With a mapping behind
 * it, and where no kind is named, it was meant as one.
 */
static bool report_unknown(const struct loading *loading, const struct binder *binder,
                           const struct yaml_node *mapping, const struct strings *common)
{
    struct strings kinds = kind_names(loading);
    struct strings known = {0};
    bool has_unknown = false;
    bool has_kind = false;
    for (size_t i = 0; i < common->n_items; i++) {
        strings_add(loading->arena, &known, common->items[i]);
    }
    for (size_t i = 0; i < kinds.n_items; i++) {
        strings_add(loading->arena, &known, kinds.items[i]);
        has_kind = has_kind || yaml_get(mapping, kinds.items[i]) != NULL;
    }
    for (size_t i = 0; i < mapping->n_items; i++) {
        const struct yaml_entry *entry = &mapping->entries[i];
        if (strings_have(&known, entry->key)) {
            continue;
        }
        bool is_kind = !has_kind && entry->value->kind == YAML_MAPPING;
        diag_error(loading->diag, entry->where, "unknown %s '%s'%s", is_kind ? "kind" : "key",
                   entry->key, did_you_mean(binder, entry->key, is_kind ? &kinds : &known));
        has_unknown = true;
    }
    return has_unknown;
}

/* Fills check->kind, params and what they leave unset. */
static void bind_kind(const struct loading *loading, const struct pack_source *source,
                      const struct yaml_entry *entry, struct check *check)
{
    const struct kind_schema *kind = find_kind(loading->kinds, entry->key);
    struct binder binder = {.arena = loading->arena,
                            .diag = loading->diag,
                            .parameters = &source->parameters,
                            .causes = &loading->causes};
    struct yaml_node nothing = {.kind = YAML_MAPPING, .where = entry->where};
    bool is_empty = entry->value->kind == YAML_SCALAR && entry->value->is_null;
    const struct yaml_node *node = is_empty ? &nothing : entry->value;
    const struct field_table table = {.fields = kind->fields, .n_fields = kind->n_fields};
    void *params = arena_allocate(loading->arena, kind->params_size);
    struct strings known = {0};
    if (!fields_bind(&binder, node, arena_printf(loading->arena, "'%s'", entry->key), &table,
                     params)) {
        return;
    }
    fields_list(loading->arena, &known, &table);
    size_t n_before = diag_count(loading->diag);
    keys_check(&binder, node, &known);
    if (diag_count(loading->diag) == n_before) { /* else it may be the one that is misspelt */
        one_of_check(&binder, node, arena_printf(loading->arena, "'%s'", entry->key), kind->one_of);
    }
    check->kind = kind;
    check->kind_name = kind->name;
    check->params = params;
    check->unset_parameter = binder.unset;
    check->unset_identifies = binder.unset_identifies;
}

/* ---- alternatives ---- */

static void bind_alternative(const struct loading *loading, const struct pack_source *source,
                             const struct yaml_node *node, struct check *check)
{
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    struct strings common = {0};
    if (!node_is(&binder, node, YAML_MAPPING, "an alternative")) {
        return;
    }
    bool has_unknown = report_unknown(loading, &binder, node, &common);
    const struct yaml_entry *entry = find_kind_entry(loading, node, false, has_unknown);
    if (entry == NULL) {
        return;
    }
    struct check alternative = *check;
    alternative.alternatives = NULL;
    alternative.n_alternatives = 0;
    alternative.where = node->where;
    bind_kind(loading, source, entry, &alternative);
    struct check *slot =
        arena_append(loading->arena, &check->alternatives, &check->n_alternatives, sizeof *slot);
    *slot = alternative;
}

/* The check as a whole wants a parameter only when no alternative can do without one. */
static void sum_up_alternatives(struct check *check)
{
    check->kind_name = check->n_alternatives > 0 ? "any_of" : check->kind_name;
    for (size_t i = 0; i < check->n_alternatives; i++) {
        if (check->alternatives[i].unset_parameter == NULL) {
            return;
        }
    }
    if (check->n_alternatives > 0) {
        check->unset_parameter = check->alternatives[0].unset_parameter;
        check->unset_identifies = check->alternatives[0].unset_identifies;
    }
}

static void bind_alternatives(const struct loading *loading, const struct pack_source *source,
                              const struct yaml_node *node, struct check *check)
{
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    if (!node_is(&binder, node, YAML_SEQUENCE, "'any_of'")) {
        return;
    }
    if (node->n_items < 2) {
        diag_error(loading->diag, node->where, "'any_of' needs two alternatives at least");
    }
    for (size_t i = 0; i < node->n_items; i++) {
        bind_alternative(loading, source, node->items[i], check);
    }
    sum_up_alternatives(check);
}

/* ---- when ---- */

static void check_condition_value(struct binder *binder, const struct yaml_node *node,
                                  const struct parameter *parameter, const char *value)
{
    if (parameter->values.n_items == 0) {
        diag_error(binder->diag, node->where,
                   "'%s' declares no `values`, so nothing can depend on it", parameter->name);
    } else if (!strings_have(&parameter->values, value)) {
        diag_error(binder->diag, node->where, "'%s' is no value of '%s'%s", value, parameter->name,
                   did_you_mean(binder, value, &parameter->values));
    }
}

/* One pair of `when:`; false when it does not hold. */
static bool read_condition(struct binder *binder, const struct pack_source *source,
                           const struct yaml_entry *entry, struct strings *words)
{
    const struct parameter *parameter = parameters_find(&source->parameters, entry->key);
    if (parameter == NULL) {
        struct strings names = parameters_names(binder->arena, &source->parameters);
        return diag_error(binder->diag, entry->where, "no parameter '%s' is declared%s", entry->key,
                          did_you_mean(binder, entry->key, &names));
    }
    size_t n_before = diag_count(binder->diag);
    const char *what = arena_printf(binder->arena, "'%s'", entry->key);
    struct strings values = read_strings(binder, entry->value, what, 0);
    if (diag_count(binder->diag) > n_before) {
        return false;
    }
    for (size_t i = 0; i < values.n_items; i++) {
        const struct yaml_node *node =
            entry->value->kind == YAML_SEQUENCE ? entry->value->items[i] : entry->value;
        check_condition_value(binder, node, parameter, values.items[i]);
    }
    strings_add(binder->arena, words,
                arena_printf(binder->arena, "%s is %s", entry->key,
                             join_alternatives(binder->arena, &values)));
    return parameter->value != NULL && strings_have(&values, parameter->value);
}

static void bind_condition(struct binder *binder, const struct pack_source *source,
                           const struct yaml_node *node, struct check *check)
{
    check->applies = true;
    if (node == NULL || !node_is(binder, node, YAML_MAPPING, "'when'")) {
        return;
    }
    struct strings words = {0};
    for (size_t i = 0; i < node->n_items; i++) {
        bool holds = read_condition(binder, source, &node->entries[i], &words);
        check->applies = check->applies && holds;
    }
    if (words.n_items > 0) {
        check->condition = strings_join(binder->arena, &words, " and ");
    }
}

/* ---- one check ---- */

/* The rows a check covers. Those an inherited check covers are rows of another guide: they count
 * only where this guide has them too. */
static struct strings bind_covers(struct binder *binder, const struct pack_source *source,
                                  const struct check_source *from, const struct strings *texts)
{
    struct strings rows = {0};
    struct strings covers = {0};
    const struct yaml_node *node = yaml_get(from->node, "covers");
    struct where where = node != NULL ? node->where : from->node->where;
    for (size_t i = 0; i < texts->n_items; i++) {
        if (node != NULL && node->kind == YAML_SEQUENCE && texts->n_items == node->n_items) {
            where = node->items[i]->where;
        }
        size_t n_before = rows.n_items;
        rows_add(binder, where, texts->items[i], &rows);
        for (size_t r = n_before; r < rows.n_items; r++) {
            bool is_row = source->rows.n_items == 0 || strings_have(&source->rows, rows.items[r]);
            if (is_row && !(from->is_inherited && source->rows.n_items == 0)) {
                strings_add_unique(binder->arena, &covers, rows.items[r]);
            } else if (!is_row && !from->is_inherited) {
                diag_error(binder->diag, where, "the guide has no row '%s'", rows.items[r]);
            }
        }
    }
    return covers;
}

static void bind_common(struct binder *binder, const struct pack_source *source,
                        const struct check_source *from, struct check *check)
{
    struct check_text text = {0};
    struct link_text link = {0};
    struct binder link_binder = {
        .arena = binder->arena, .diag = binder->diag, .parameters = &source->parameters};
    fields_bind(binder, from->node, "a check", &check_table, &text);
    fields_bind(&link_binder, from->node, "a check", &link_table, &link);
    check->title = text.title;
    check->step = text.step;
    check->owner = text.owner != NULL ? text.owner : usual_owner;
    check->fix = text.fix;
    check->link = link.link;
    check->needs = text.needs;
    check->serves = text.serves;
    check->covers = bind_covers(binder, source, from, &text.covers);
    check->severity = SEVERITY_REQUIRED;
    if (text.severity != NULL && !severity_from_name(text.severity, &check->severity)) {
        return; /* reported as a choice that does not exist */
    }
}

static struct strings common_keys(struct arena *arena)
{
    struct strings keys = {0};
    fields_list(arena, &keys, &check_table);
    fields_list(arena, &keys, &link_table);
    for (size_t i = 0; i < ARRAY_LEN(other_keys); i++) {
        strings_add(arena, &keys, other_keys[i]);
    }
    return keys;
}

/* Hygiene is advice: an old key works, so it must not keep a run from being ready. */
static void check_advice(const struct loading *loading, const struct check *check,
                         const struct yaml_entry *kind)
{
    if (check->severity != SEVERITY_REQUIRED || check->kind == NULL ||
        kind->value->kind != YAML_MAPPING) {
        return;
    }
    for (size_t i = 0; i < check->kind->n_fields; i++) {
        const struct field *field = &check->kind->fields[i];
        const struct yaml_node *node = yaml_get(kind->value, field->key);
        if ((field->flags & FIELD_ADVICE) != 0 && node != NULL) {
            diag_error(loading->diag, node->where,
                       "'%s' gives advice, so `severity` must be recommended or info", field->key);
            return;
        }
    }
}

static struct check bind_check(const struct loading *loading, const struct pack_source *source,
                               const struct check_source *from)
{
    struct binder binder = {.arena = loading->arena,
                            .diag = loading->diag,
                            .parameters = &source->parameters,
                            .unset_text = UNSET_IS_SHOWN};
    struct check check = {
        .id = arena_printf(loading->arena, "%s/%s", source->name, from->id),
        .name = from->id,
        .where = from->node->where,
    };
    struct strings common = common_keys(loading->arena);
    bind_common(&binder, source, from, &check);
    bind_condition(&binder, source, yaml_get(from->node, "when"), &check);
    bool has_unknown = report_unknown(loading, &binder, from->node, &common);
    const struct yaml_entry *entry = find_kind_entry(loading, from->node, true, has_unknown);
    if (entry != NULL && text_equal(entry->key, "any_of")) {
        bind_alternatives(loading, source, entry->value, &check);
    } else if (entry != NULL) {
        bind_kind(loading, source, entry, &check);
        check_advice(loading, &check, entry);
    }
    return check;
}

/* ---- the pack ---- */

static struct pairs values_in_force(struct arena *arena, const struct parameters *parameters)
{
    struct pairs values = {0};
    for (size_t i = 0; i < parameters->n_items; i++) {
        if (parameters->items[i].value != NULL) {
            pairs_add(arena, &values, parameters->items[i].name, parameters->items[i].value);
        }
    }
    return values;
}

static struct pack_parameter *declared(struct arena *arena, const struct parameters *parameters)
{
    struct pack_parameter *items = arena_array(arena, parameters->n_items, sizeof *items);
    for (size_t i = 0; i < parameters->n_items; i++) {
        const struct parameter *parameter = &parameters->items[i];
        items[i] = (struct pack_parameter){.name = parameter->name,
                                           .about = parameter->about,
                                           .is_required = parameter->required,
                                           .fallback = parameter->fallback,
                                           .values = parameter->values};
    }
    return items;
}

/* An alternative is a copy of its check, which has its full ids only now. */
static void share_order(struct check *check)
{
    for (size_t i = 0; i < check->n_alternatives; i++) {
        check->alternatives[i].needs = check->needs;
        check->alternatives[i].serves = check->serves;
    }
}

struct pack *pack_bind(const struct loading *loading, const struct pack_source *source,
                       const char *credential)
{
    struct pack *pack = arena_allocate(loading->arena, sizeof *pack);
    *pack = (struct pack){
        .name = source->name,
        .title = source->title,
        .version = source->version,
        .guide_title = source->guide_title,
        .guide_read = source->guide_read,
        .files = source->files,
        .rows = source->rows,
        .reasons = source->reasons,
        .first_table = source->first_table,
        .parameter_names = parameters_names(loading->arena, &source->parameters),
        .parameters = values_in_force(loading->arena, &source->parameters),
        .declared = declared(loading->arena, &source->parameters),
        .credentials = source->credentials,
        .credential = credential,
        .checks = arena_array(loading->arena, source->n_checks, sizeof *pack->checks),
        .n_checks = source->n_checks,
        .cases = source->cases,
        .n_cases = source->n_cases,
        .where = source->where,
    };
    for (size_t i = 0; i < source->n_checks; i++) {
        pack->checks[i] = bind_check(loading, source, &source->checks[i]);
    }
    pack_order(loading, source, pack);
    for (size_t i = 0; i < pack->n_checks; i++) {
        share_order(&pack->checks[i]);
    }
    return pack;
}
