/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading releases.yaml, causes.yaml, signatures.yaml, effects.yaml and columns.yaml. They are our
 * own files, but they are read as strictly as anybody's: a mistake is reported with its line.
 */
#include "rules/catalogue.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/yaml.h"
#include "model/names.h"
#include "rules/load.h"

/* What the small readers below need all the time. Texts are copied out of the trees: these are
 * several times as large, and not looked at again. */
struct reader {
    struct arena *arena;
    struct arena *trees;
    struct diag *diag;
    bool is_fine;
};

static void complain(struct reader *reader, struct where where, const char *text)
{
    reader->is_fine = diag_error(reader->diag, where, "%s", text);
}

/* The text of a member; NULL (and a complaint when it is required) without it. */
static const char *text_of(struct reader *reader, const struct yaml_node *mapping, const char *key,
                           bool is_required)
{
    const struct yaml_node *node = yaml_get(mapping, key);
    if (node != NULL && node->kind == YAML_SCALAR) {
        return arena_strdup(reader->arena, node->text);
    }
    if (node != NULL || is_required) {
        complain(reader, node != NULL ? node->where : mapping->where,
                 arena_printf(reader->arena, "'%s' must be a text", key));
    }
    return NULL;
}

static struct strings list_of(struct reader *reader, const struct yaml_node *mapping,
                              const char *key)
{
    struct strings list = {0};
    const struct yaml_node *node = yaml_get(mapping, key);
    if (node == NULL) {
        return list;
    }
    if (node->kind != YAML_SEQUENCE) {
        complain(reader, node->where, arena_printf(reader->arena, "'%s' must be a list", key));
        return list;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        if (node->items[i]->kind == YAML_SCALAR) {
            strings_add(reader->arena, &list, arena_strdup(reader->arena, node->items[i]->text));
        } else {
            complain(reader, node->items[i]->where, "expected a text");
        }
    }
    return list;
}

static struct pairs pairs_of(struct reader *reader, const struct yaml_node *mapping,
                             const char *key)
{
    struct pairs pairs = {0};
    const struct yaml_node *node = yaml_get(mapping, key);
    for (size_t i = 0; node != NULL && i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        pairs_add(reader->arena, &pairs, arena_strdup(reader->arena, entry->key),
                  arena_strdup(reader->arena, entry->value->text));
    }
    return pairs;
}

static void refuse_other_keys(struct reader *reader, const struct yaml_node *mapping,
                              const char *const *keys, size_t n_keys)
{
    for (size_t i = 0; i < mapping->n_items; i++) {
        bool is_known = false;
        for (size_t k = 0; k < n_keys; k++) {
            is_known = is_known || text_equal(mapping->entries[i].key, keys[k]);
        }
        if (!is_known) {
            complain(reader, mapping->entries[i].where,
                     arena_printf(reader->arena, "unknown key '%s'", mapping->entries[i].key));
        }
    }
}

/* A built-in file; NULL after a complaint. */
static const struct yaml_node *open_file(struct reader *reader, const char *name)
{
    const struct embedded_file *file = builtin_file_find(name);
    if (file == NULL) {
        complain(reader, (struct where){.file = name}, "this file is not part of the program");
        return NULL;
    }
    size_t n_before = diag_count(reader->diag);
    const struct yaml_node *document =
        yaml_parse_own(reader->trees, reader->diag, name, file->text, file->len);
    bool is_sound = document != NULL && diag_count(reader->diag) == n_before;
    reader->is_fine = reader->is_fine && is_sound;
    return is_sound ? document : NULL;
}

/* The list under a key of a built-in file; NULL after a complaint. */
static const struct yaml_node *list_in(struct reader *reader, const struct yaml_node *document,
                                       const char *name, const char *key)
{
    const struct yaml_node *list = yaml_get(document, key);
    if (list == NULL || list->kind != YAML_SEQUENCE) {
        complain(reader, (struct where){.file = name},
                 arena_printf(reader->arena, "expected a list '%s'", key));
        return NULL;
    }
    return list;
}

static const struct yaml_node *open_list(struct reader *reader, const char *name, const char *key)
{
    return list_in(reader, open_file(reader, name), name, key);
}

static void read_releases(struct reader *reader, struct catalogue *catalogue)
{
    static const char *const keys[] = {"name", "title", "base"};
    const struct yaml_node *list = open_list(reader, "releases.yaml", "releases");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        const struct yaml_node *node = list->items[i];
        refuse_other_keys(reader, node, keys, ARRAY_LEN(keys));
        struct release_family *family = arena_append(reader->arena, &catalogue->releases,
                                                     &catalogue->n_releases, sizeof *family);
        const char *base = text_of(reader, node, "base", false);
        family->name = text_of(reader, node, "name", true);
        family->title = text_of(reader, node, "title", true);
        if (base != NULL && !utc_parse(base, &family->base_date)) {
            complain(reader, node->where, "'base' must be a date as in 2026-02-11");
        }
    }
}

static void read_facts(struct reader *reader, const struct yaml_node *node,
                       struct cause_fact **ret_facts, size_t *ret_n_facts)
{
    static const char *const keys[] = {"says", "source", "mark"};
    const struct yaml_node *list = yaml_get(node, "rests_on");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        refuse_other_keys(reader, list->items[i], keys, ARRAY_LEN(keys));
        struct cause_fact *fact = arena_append(reader->arena, ret_facts, ret_n_facts, sizeof *fact);
        const char *mark = text_of(reader, list->items[i], "mark", true);
        fact->says = text_of(reader, list->items[i], "says", true);
        fact->source = text_of(reader, list->items[i], "source", true);
        fact->is_strong = text_equal(mark, "strong");
        if (!fact->is_strong && !text_equal(mark, "weak")) {
            complain(reader, list->items[i]->where, "'mark' must be strong or weak");
        }
    }
}

static void read_replies(struct reader *reader, const struct yaml_node *node,
                         struct cause_entry *cause)
{
    static const char *const keys[] = {"reply", "means"};
    const struct yaml_node *list = yaml_get(node, "replies");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        refuse_other_keys(reader, list->items[i], keys, ARRAY_LEN(keys));
        struct reply *reply =
            arena_append(reader->arena, &cause->replies, &cause->n_replies, sizeof *reply);
        reply->reply = text_of(reader, list->items[i], "reply", true);
        reply->means = text_of(reader, list->items[i], "means", true);
    }
    if (list != NULL && cause->ask == NULL) {
        complain(reader, list->where, "'replies' without a question to 'ask'");
    }
}

static void read_causes(struct reader *reader, struct catalogue *catalogue)
{
    static const char *const keys[] = {
        "id",          "group",    "says",        "owner",      "fix",        "ask",
        "replies",     "symptom",  "about",       "doubt",      "candidates", "first",
        "kinds",       "rests_on", "unnamed",     "signatures", "seen_by",    "by_exclusion",
        "excluded_by", "absence",  "last_resort", "told_from"};
    const struct yaml_node *list = open_list(reader, "causes.yaml", "causes");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        const struct yaml_node *node = list->items[i];
        refuse_other_keys(reader, node, keys, ARRAY_LEN(keys));
        struct cause_entry *cause =
            arena_append(reader->arena, &catalogue->causes, &catalogue->n_causes, sizeof *cause);
        cause->id = text_of(reader, node, "id", true);
        cause->group = text_of(reader, node, "group", true);
        cause->told_from = text_of(reader, node, "told_from", true);
        cause->says = text_of(reader, node, "says", true);
        cause->owner = text_of(reader, node, "owner", true);
        cause->fix = text_of(reader, node, "fix", true);
        cause->ask = text_of(reader, node, "ask", false);
        cause->is_symptom = text_equal(text_of(reader, node, "symptom", false), "true");
        cause->candidates = list_of(reader, node, "candidates");
        cause->about = text_of(reader, node, "about", false);
        cause->unnamed = text_of(reader, node, "unnamed", false);
        cause->is_absence = text_equal(text_of(reader, node, "absence", false), "true");
        cause->seen_by = list_of(reader, node, "seen_by");
        cause->by_exclusion = text_equal(text_of(reader, node, "by_exclusion", false), "true");
        cause->is_last_resort = text_equal(text_of(reader, node, "last_resort", false), "true");
        cause->first = pairs_of(reader, node, "first");
        cause->kinds = list_of(reader, node, "kinds");
        cause->signatures = list_of(reader, node, "signatures");
        cause->excluded_by = list_of(reader, node, "excluded_by");
        cause->doubt = text_of(reader, node, "doubt", false);
        read_replies(reader, node, cause);
        read_facts(reader, node, &cause->facts, &cause->n_facts);
    }
}

/* The outcome of this name; N_OUTCOMES for none. */
static enum outcome outcome_of(struct reader *reader, const struct yaml_node *node)
{
    const char *name = text_of(reader, node, "outcome", false);
    for (int i = 0; name != NULL && i < N_OUTCOMES; i++) {
        if (text_equal(outcome_name((enum outcome)i), name)) {
            return (enum outcome)i;
        }
    }
    if (name != NULL) {
        complain(reader, node->where, "'outcome' must be one that responses are read as");
    }
    return N_OUTCOMES;
}

static void read_signatures(struct reader *reader, struct catalogue *catalogue)
{
    static const char *const keys[] = {
        "id",   "outcome", "texts", "statuses", "from", "with",  "unless",   "rows",
        "sent", "cause",   "also",  "subject",  "says", "means", "rests_on", "common"};
    const struct yaml_node *list = open_list(reader, "signatures.yaml", "signatures");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        const struct yaml_node *node = list->items[i];
        refuse_other_keys(reader, node, keys, ARRAY_LEN(keys));
        struct signature *signature = arena_append(reader->arena, &catalogue->signatures,
                                                   &catalogue->n_signatures, sizeof *signature);
        signature->id = text_of(reader, node, "id", true);
        signature->outcome = outcome_of(reader, node);
        signature->texts = list_of(reader, node, "texts");
        signature->statuses = list_of(reader, node, "statuses");
        signature->from = list_of(reader, node, "from");
        signature->with = list_of(reader, node, "with");
        signature->unless = list_of(reader, node, "unless");
        signature->rows = text_of(reader, node, "rows", false);
        signature->sent = text_of(reader, node, "sent", false);
        signature->is_common = text_equal(text_of(reader, node, "common", false), "true");
        signature->cause = text_of(reader, node, "cause", false);
        signature->also = pairs_of(reader, node, "also");
        signature->subject = text_of(reader, node, "subject", false);
        signature->says = text_of(reader, node, "says", true);
        signature->means = text_of(reader, node, "means", false);
        read_facts(reader, node, &signature->facts, &signature->n_facts);
    }
}

static void read_effects(struct reader *reader, struct catalogue *catalogue)
{
    static const char *const keys[] = {"effect", "kind", "only", "shows", "same", "source"};
    const struct yaml_node *list = open_list(reader, "effects.yaml", "effects");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        const struct yaml_node *node = list->items[i];
        refuse_other_keys(reader, node, keys, ARRAY_LEN(keys));
        struct effect_pair *pair =
            arena_append(reader->arena, &catalogue->effects, &catalogue->n_effects, sizeof *pair);
        pair->effect = text_of(reader, node, "effect", true);
        pair->kind = text_of(reader, node, "kind", true);
        pair->only = list_of(reader, node, "only");
        pair->shows = pairs_of(reader, node, "shows");
        pair->source = text_of(reader, node, "source", true);
        pair->same = pairs_of(reader, node, "same");
    }
}

/* ---- columns.yaml ---- */

static void add_all(struct reader *reader, struct strings *list, const struct strings *more)
{
    for (size_t i = 0; i < more->n_items; i++) {
        strings_add_unique(reader->arena, list, more->items[i]);
    }
}

/* What it has from the table it extends: columns and where they point. */
static void inherit(struct reader *reader, const struct yaml_node *node,
                    const struct catalogue *catalogue, struct table_entry *table)
{
    const char *parent_name = text_of(reader, node, "extends", false);
    if (parent_name == NULL) {
        return;
    }
    const struct table_entry *parent = catalogue_table(catalogue, parent_name);
    if (parent == NULL) {
        complain(reader, node->where, "'extends' must name a table further up");
        return;
    }
    add_all(reader, &table->columns, &parent->columns);
    for (size_t i = 0; i < parent->references.n_items; i++) {
        pairs_add(reader->arena, &table->references, parent->references.items[i].key,
                  parent->references.items[i].value);
    }
}

static void read_other_names(struct reader *reader, const struct yaml_node *node,
                             struct table_entry *table)
{
    struct pairs pairs = pairs_of(reader, node, "other_names");
    for (size_t i = 0; i < pairs.n_items; i++) {
        struct other_names *others =
            arena_append(reader->arena, &table->others, &table->n_others, sizeof *others);
        others->column = pairs.items[i].key;
        others->names = strings_split(reader->arena, pairs.items[i].value, ',');
    }
}

static void read_table(struct reader *reader, const struct yaml_node *document,
                       const struct yaml_node *node, struct catalogue *catalogue)
{
    static const char *const keys[] = {"table",      "extends",     "application_file", "columns",
                                       "references", "other_names", "source",           "read_by"};
    struct table_entry table = {0};
    struct strings common = list_of(reader, document, "common");
    struct strings of_files = list_of(reader, document, "application_file");
    refuse_other_keys(reader, node, keys, ARRAY_LEN(keys));
    table.name = text_of(reader, node, "table", true);
    table.source = text_of(reader, node, "source", false);
    const char *columns = text_of(reader, node, "columns", true);
    struct strings own = strings_split(reader->arena, columns != NULL ? columns : "", ',');
    add_all(reader, &table.columns, &own);
    add_all(reader, &table.columns, &common);
    if (text_equal(text_of(reader, node, "application_file", false), "true")) {
        add_all(reader, &table.columns, &of_files);
    }
    table.references = pairs_of(reader, node, "references");
    table.read_by = pairs_of(reader, node, "read_by");
    inherit(reader, node, catalogue, &table);
    read_other_names(reader, node, &table);
    struct table_entry *slot =
        arena_append(reader->arena, &catalogue->tables, &catalogue->n_tables, sizeof *slot);
    *slot = table;
}

static void read_columns(struct reader *reader, struct catalogue *catalogue)
{
    static const char name[] = "columns.yaml";
    const struct yaml_node *document = open_file(reader, name);
    const struct yaml_node *list = list_in(reader, document, name, "tables");
    for (size_t i = 0; list != NULL && i < list->n_items; i++) {
        read_table(reader, document, list->items[i], catalogue);
    }
}

bool catalogue_load(struct arena *arena, struct diag *diag, struct catalogue *ret_catalogue)
{
    struct reader reader = {.arena = arena, .trees = arena_new(), .diag = diag, .is_fine = true};
    struct catalogue catalogue = {0};
    read_releases(&reader, &catalogue);
    read_causes(&reader, &catalogue);
    read_signatures(&reader, &catalogue);
    read_effects(&reader, &catalogue);
    read_columns(&reader, &catalogue);
    arena_free(reader.trees);
    if (reader.is_fine) {
        *ret_catalogue = catalogue;
    }
    return reader.is_fine;
}

const struct release_family *catalogue_release(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->n_releases; i++) {
        if (text_equal(catalogue->releases[i].name, name)) {
            return &catalogue->releases[i];
        }
    }
    return NULL;
}

const struct cause_entry *catalogue_cause(const struct catalogue *catalogue, const char *id)
{
    for (size_t i = 0; i < catalogue->n_causes; i++) {
        if (text_equal(catalogue->causes[i].id, id)) {
            return &catalogue->causes[i];
        }
    }
    return NULL;
}

const struct signature *catalogue_signature(const struct catalogue *catalogue, const char *id)
{
    for (size_t i = 0; i < catalogue->n_signatures; i++) {
        if (text_equal(catalogue->signatures[i].id, id)) {
            return &catalogue->signatures[i];
        }
    }
    return NULL;
}

const struct signature *catalogue_signature_of(const struct catalogue *catalogue,
                                               enum outcome outcome)
{
    for (size_t i = 0; i < catalogue->n_signatures; i++) {
        if (catalogue->signatures[i].outcome == outcome && outcome < N_OUTCOMES) {
            return &catalogue->signatures[i];
        }
    }
    return NULL;
}

bool cause_fits_kind(const struct cause_entry *entry, const char *credential_kind)
{
    return entry->kinds.n_items == 0 || strings_have(&entry->kinds, credential_kind);
}
