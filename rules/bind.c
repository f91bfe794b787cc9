/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binder of bind.h: one small reader for each kind of field.
 */
#include "rules/bind.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "rules/parameters.h"
#include "rules/shapes.h"

/* Past this many mistakes nobody reads suggestions, and finding them takes its time; and a list of
 * more than this many words helps nobody. */
enum { MOST_SUGGESTIONS = 100, LONGEST_LIST = 8 };

struct where whole_file(const char *file)
{
    return (struct where){.file = file};
}

bool names_a_file(const char *name)
{
    return strchr(name, '/') != NULL || text_ends_with(name, ".yaml") ||
           text_ends_with(name, ".yml");
}

const char *path_beside(struct arena *arena, const char *file, const char *path)
{
    const char *slash = file == NULL ? NULL : strrchr(file, '/');
    path += text_starts_with(path, "./") ? 2 : 0;
    if (slash == NULL || path[0] == '/') {
        return path;
    }
    return arena_printf(arena, "%s%s", arena_strndup(arena, file, (size_t)(slash - file) + 1),
                        path);
}

const char *did_you_mean(const struct binder *binder, const char *word,
                         const struct strings *candidates)
{
    if (diag_count(binder->diag) > MOST_SUGGESTIONS) {
        return "";
    }
    const char *near = nearest_spelling(word, candidates);
    if (near != NULL) {
        return arena_printf(binder->arena, " (did you mean '%s'?)", near);
    }
    if (candidates->n_items == 0 || candidates->n_items > LONGEST_LIST) {
        return "";
    }
    return arena_printf(binder->arena, " (known: %s)",
                        strings_join(binder->arena, candidates, ", "));
}

const char *join_alternatives(struct arena *arena, const struct strings *list)
{
    if (list->n_items < 2) {
        return list->n_items == 0 ? "" : list->items[0];
    }
    struct strings all_but_last = {.items = list->items, .n_items = list->n_items - 1};
    return arena_printf(arena, "%s or %s", strings_join(arena, &all_but_last, ", "),
                        list->items[list->n_items - 1]);
}

bool node_is(const struct binder *binder, const struct yaml_node *node, enum yaml_kind kind,
             const char *what)
{
    if (node->kind == kind) {
        return true;
    }
    if (node->kind == YAML_SCALAR && node->is_null) {
        return diag_error(binder->diag, node->where, "%s must be %s, and nothing is there", what,
                          yaml_kind_name(kind));
    }
    return diag_error(binder->diag, node->where, "%s must be %s, not %s", what,
                      yaml_kind_name(kind), yaml_kind_name(node->kind));
}

void fields_list(struct arena *arena, struct strings *list, const struct field_table *table)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        strings_add(arena, list, table->fields[i].key);
    }
}

/* `{ about: One, two words }` makes a key of what stands behind the comma. */
static bool is_cut_at_comma(const struct yaml_entry *entry)
{
    return strchr(entry->key, ' ') != NULL && entry->value->kind == YAML_SCALAR &&
           text_is_empty(entry->value->text);
}

/* Below `credentials` even a key may be a secret in the wrong place: it is shown only when it is
 * nearly a word we know. */
static void report_unknown_key(const struct binder *binder, const struct yaml_entry *entry,
                               const struct strings *known)
{
    bool is_shown = !entry->where.is_secret || nearest_spelling(entry->key, known) != NULL;
    if (is_shown) {
        diag_error(binder->diag, entry->where, "unknown key '%s'%s", entry->key,
                   is_cut_at_comma(entry)
                       ? " (between braces a text with a comma in it must stand in quotes)"
                       : did_you_mean(binder, entry->key, known));
    } else {
        diag_error(binder->diag, entry->where, "unknown key (known: %s)",
                   strings_join(binder->arena, known, ", "));
    }
}

void keys_check(const struct binder *binder, const struct yaml_node *mapping,
                const struct strings *known)
{
    for (size_t i = 0; i < mapping->n_items; i++) {
        if (!strings_have(known, mapping->entries[i].key)) {
            report_unknown_key(binder, &mapping->entries[i], known);
        }
    }
}

void one_of_check(const struct binder *binder, const struct yaml_node *mapping, const char *what,
                  const char *const *one_of)
{
    struct strings names = {0};
    for (size_t i = 0; one_of != NULL && one_of[i] != NULL; i++) {
        if (yaml_get(mapping, one_of[i]) != NULL) {
            return;
        }
        strings_add(binder->arena, &names, one_of[i]);
    }
    if (one_of != NULL) {
        diag_error(binder->diag, mapping->where, "%s needs %s", what,
                   join_alternatives(binder->arena, &names));
    }
}

/* ---- scalars ---- */

static void note_unset(struct binder *binder, const char *name, unsigned flags)
{
    bool identifies = (flags & FIELD_IDENTIFIES) != 0;
    if (binder->unset == NULL || (identifies && !binder->unset_identifies)) {
        binder->unset = name;
        binder->unset_identifies = identifies;
    }
}

/* A text and whether a stand-in is in it: then it cannot be held to a type. */
struct replaced {
    const char *text;
    bool has_stand_in;
};

static struct replaced replace(struct binder *binder, const struct yaml_node *node, unsigned flags)
{
    if (binder->parameters == NULL) {
        return (struct replaced){.text = node->text};
    }
    struct replacement replacement = parameters_replace(binder, node);
    if (replacement.unset != NULL && binder->unset_text == UNSET_IS_NULL) {
        note_unset(binder, replacement.unset, flags);
        return (struct replaced){0};
    }
    return (struct replaced){.text = replacement.text, .has_stand_in = replacement.has_stand_in};
}

static struct replaced read_scalar(struct binder *binder, const struct yaml_node *node,
                                   const char *what, unsigned flags)
{
    if (!node_is(binder, node, YAML_SCALAR, what)) {
        return (struct replaced){0};
    }
    if (node->is_null) {
        diag_error(binder->diag, node->where, "%s has no value", what);
        return (struct replaced){0};
    }
    return replace(binder, node, flags);
}

const char *read_text(struct binder *binder, const struct yaml_node *node, const char *what,
                      unsigned flags)
{
    return read_scalar(binder, node, what, flags).text;
}

/* ": not 'x'", unless what stands there may be a secret. */
static const char *but_is(const struct binder *binder, const struct yaml_node *node,
                          const char *text)
{
    return node->where.is_secret ? "" : arena_printf(binder->arena, ", not '%s'", text);
}

static void check_choice(const struct binder *binder, const struct yaml_node *node,
                         const char *what, const char *const *choices, const char *text)
{
    struct strings list = {0};
    for (size_t i = 0; choices[i] != NULL; i++) {
        strings_add(binder->arena, &list, choices[i]);
    }
    if (strings_have(&list, text)) {
        return;
    }
    const char *near = nearest_spelling(text, &list);
    diag_error(binder->diag, node->where, "%s must be %s%s%s", what,
               join_alternatives(binder->arena, &list), but_is(binder, node, text),
               near != NULL ? did_you_mean(binder, text, &list) : "");
}

int64_t field_least(const struct field *field)
{
    return (field->flags & FIELD_FROM_ONE) != 0    ? 1
           : (field->flags & FIELD_FROM_ZERO) != 0 ? 0
                                                   : INT64_MIN;
}

/* ---- one function for each kind of field ---- */

struct place {
    const struct field *field;
    const struct yaml_node *node;
    const char *what; /* "'key'" */
    void *member;
};

static void check_cause(const struct binder *binder, const struct yaml_node *node, const char *what,
                        const char *text)
{
    if (binder->causes != NULL && !strings_have(binder->causes, text)) {
        diag_error(binder->diag, node->where, "%s must be the id of a cause%s%s", what,
                   but_is(binder, node, text), did_you_mean(binder, text, binder->causes));
    }
}

/* A text, or one of a list, against what the field allows. */
static void check_text(const struct binder *binder, const struct place *place,
                       const struct yaml_node *node, const struct replaced *value)
{
    const struct field *field = place->field;
    const struct shape *shape = shape_of(field->flags);
    bool must_be_there = (field->flags & FIELD_REQUIRED) != 0 || field->kind == FIELD_STRINGS;
    if (value->text == NULL || value->has_stand_in) {
        return;
    }
    if (value->text[0] == '\0' && must_be_there) {
        diag_error(binder->diag, node->where, "%s%s is empty",
                   field->kind == FIELD_STRINGS ? "a value of " : "", place->what);
    } else if (field->choices != NULL) {
        check_choice(binder, node, place->what, field->choices, value->text);
    } else if ((field->flags & FIELD_CAUSE) != 0) {
        check_cause(binder, node, place->what, value->text);
    } else if (shape != NULL && !shape_fits(shape, value->text)) {
        diag_error(binder->diag, node->where, "%s must be %s%s", place->what, shape->words,
                   but_is(binder, node, value->text));
    }
}

static void bind_string(struct binder *binder, const struct place *place)
{
    struct replaced value = read_scalar(binder, place->node, place->what, place->field->flags);
    check_text(binder, place, place->node, &value);
    memcpy(place->member, &value.text, sizeof value.text);
}

static void bind_int(struct binder *binder, const struct place *place)
{
    struct replaced value = read_scalar(binder, place->node, place->what, place->field->flags);
    int64_t least = field_least(place->field);
    int64_t number = 0;
    if (value.text == NULL || value.has_stand_in) {
        return;
    }
    if (!text_to_int(value.text, &number) || number < least) {
        const char *from = least == INT64_MIN
                               ? ""
                               : arena_printf(binder->arena, " from %lld on", (long long)least);
        diag_error(binder->diag, place->node->where, "%s must be a whole number%s%s", place->what,
                   from, but_is(binder, place->node, value.text));
        return;
    }
    memcpy(place->member, &number, sizeof number);
}

static void bind_bool(struct binder *binder, const struct place *place)
{
    struct replaced value = read_scalar(binder, place->node, place->what, place->field->flags);
    if (value.text == NULL || value.has_stand_in) {
        return;
    }
    bool is_true = text_equal(value.text, "true");
    if (!is_true && !text_equal(value.text, "false")) {
        diag_error(binder->diag, place->node->where, "%s must be true or false%s", place->what,
                   but_is(binder, place->node, value.text));
        return;
    }
    memcpy(place->member, &is_true, sizeof is_true);
}

static void add_item(struct binder *binder, const struct place *place, const struct yaml_node *node,
                     struct strings *list)
{
    struct replaced value = read_scalar(binder, node, place->what, place->field->flags);
    if (value.text == NULL) {
        return;
    }
    check_text(binder, place, node, &value);
    strings_add(binder->arena, list, value.text);
}

static struct strings list_of(struct binder *binder, const struct place *place)
{
    struct strings list = {0};
    const struct yaml_node *node = place->node;
    if (node->kind == YAML_SCALAR) {
        add_item(binder, place, node, &list);
        return list;
    }
    if (node->kind == YAML_MAPPING) {
        diag_error(binder->diag, node->where, "%s must be a value or a sequence, not a mapping",
                   place->what);
        return list;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        add_item(binder, place, node->items[i], &list);
    }
    if (node->n_items == 0) {
        diag_error(binder->diag, node->where, "%s is an empty sequence", place->what);
    }
    return list;
}

static void bind_strings(struct binder *binder, const struct place *place)
{
    struct strings list = list_of(binder, place);
    memcpy(place->member, &list, sizeof list);
}

static void bind_pairs(struct binder *binder, const struct place *place)
{
    struct pairs pairs = read_pairs(binder, place->node, place->what, place->field->flags);
    if (place->node->kind == YAML_MAPPING && place->node->n_items == 0) {
        diag_error(binder->diag, place->node->where, "%s is an empty mapping", place->what);
    }
    memcpy(place->member, &pairs, sizeof pairs);
}

struct strings read_strings(struct binder *binder, const struct yaml_node *node, const char *what,
                            unsigned flags)
{
    const struct field field = {.kind = FIELD_STRINGS, .flags = flags};
    struct place place = {.field = &field, .node = node, .what = what};
    return list_of(binder, &place);
}

struct pairs read_pairs(struct binder *binder, const struct yaml_node *node, const char *what,
                        unsigned flags)
{
    struct pairs pairs = {0};
    if (!node_is(binder, node, YAML_MAPPING, what)) {
        return pairs;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        const char *inner = arena_printf(binder->arena, "'%s'", entry->key);
        if (entry->key[0] == '\0') {
            diag_error(binder->diag, entry->where, "a key of %s is empty", what);
            continue;
        }
        const char *value = read_text(binder, entry->value, inner, flags);
        if (value != NULL) {
            pairs_add(binder->arena, &pairs, entry->key, value);
        }
    }
    return pairs;
}

static void bind_field(struct binder *binder, const struct place *place)
{
    static void (*const readers[])(struct binder *, const struct place *) = {
        [FIELD_STRING] = bind_string,   [FIELD_INT] = bind_int,     [FIELD_BOOL] = bind_bool,
        [FIELD_STRINGS] = bind_strings, [FIELD_PAIRS] = bind_pairs,
    };
    assert(place->field->kind < ARRAY_LEN(readers));
    readers[place->field->kind](binder, place);
}

bool fields_bind(struct binder *binder, const struct yaml_node *mapping, const char *what,
                 const struct field_table *table, void *record)
{
    if (!node_is(binder, mapping, YAML_MAPPING, what)) {
        return false;
    }
    for (size_t i = 0; i < table->n_fields; i++) {
        const struct field *field = &table->fields[i];
        const struct yaml_node *node = yaml_get(mapping, field->key);
        if (node != NULL) {
            struct place place = {.field = field,
                                  .node = node,
                                  .what = arena_printf(binder->arena, "'%s'", field->key),
                                  .member = (unsigned char *)record + field->offset};
            bind_field(binder, &place);
        } else if ((field->flags & FIELD_REQUIRED) != 0) {
            diag_error(binder->diag, mapping->where, "missing key '%s'", field->key);
        }
    }
    return true;
}
