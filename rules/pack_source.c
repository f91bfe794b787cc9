/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a pack's file, and merging what it extends under it.
 */
#include "rules/pack_source.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "rules/load.h"

enum { LARGEST_PACK_BYTES = 1024 * 1024, MOST_CHECKS = 1000, DEEPEST_EXTENDS = 8 };

/* The table of the first call where a pack names none: every instance has it, and without a
 * credential it is refused with 401 (ServiceNow documentation, Table API). */
static const char usual_first_table[] = "sys_user";

/* The files that are being read, the innermost first: `extends` may not lead back. */
struct chain {
    const char *file;
    const struct chain *outer;
};

/* ---- finding the text ---- */

struct pack_text {
    const char *file;
    const char *text;
    size_t len;
    const char *sha256_hex; /* of a built-in pack; NULL: of anybody's */
};

static bool read_pack_file(const struct loading *loading, const char *name, struct where where,
                           struct pack_text *ret_text)
{
    const char *fault = NULL;
    struct pack_text text = {.file = name};
    text.text = file_read(loading->arena, name, LARGEST_PACK_BYTES, &text.len, &fault);
    if (text.text == NULL) {
        return diag_error(loading->diag, where, "cannot read the pack %s: %s", name, fault);
    }
    *ret_text = text;
    return true;
}

static bool find_pack_text(const struct loading *loading, const char *name, struct where where,
                           struct pack_text *ret_text)
{
    const struct embedded_file *file =
        builtin_file_find(arena_printf(loading->arena, "packs/%s.yaml", name));
    if (file != NULL) {
        *ret_text = (struct pack_text){.file = arena_printf(loading->arena, "rules/%s", file->name),
                                       .text = file->text,
                                       .len = file->len,
                                       .sha256_hex = file->sha256_hex};
        return true;
    }
    if (names_a_file(name)) {
        return read_pack_file(loading, name, where, ret_text);
    }
    struct binder binder = {.arena = loading->arena, .diag = loading->diag};
    struct strings names = builtin_pack_names(loading->arena);
    const char *suggestion = did_you_mean(&binder, name, &names);
    const char *file_name = arena_printf(loading->arena, "%s.yaml", name);
    const char *fault = NULL;
    size_t len = 0;
    if (file_read(loading->arena, file_name, LARGEST_PACK_BYTES, &len, &fault) != NULL) {
        suggestion = arena_printf(loading->arena, " (did you mean the file %s?)", file_name);
    }
    return diag_error(loading->diag, where, "there is no built-in pack '%s'%s", name, suggestion);
}

/* ---- the parts of the file ---- */

static void read_rows(struct binder *binder, const struct yaml_node *node,
                      const struct strings *texts, struct pack_source *source)
{
    if (node == NULL) {
        return;
    }
    bool has_places = node->kind == YAML_SEQUENCE && texts->n_items == node->n_items;
    for (size_t i = 0; i < texts->n_items; i++) {
        struct where where = has_places ? node->items[i]->where : node->where;
        rows_add(binder, where, texts->items[i], &source->rows);
    }
}

static void read_guide(struct binder *binder, const struct yaml_node *node,
                       struct pack_source *source)
{
    struct guide_text text = {0};
    struct strings known = {0};
    int64_t day = 0;
    if (node == NULL || !fields_bind(binder, node, "'guide'", &guide_table, &text)) {
        return;
    }
    fields_list(binder->arena, &known, &guide_table);
    keys_check(binder, node, &known);
    if (text.read != NULL && !utc_parse(text.read, &day)) {
        diag_error(binder->diag, yaml_get(node, "read")->where,
                   "'read' must be a date (YYYY-MM-DD), not '%s'", text.read);
    }
    source->guide_title = text.title;
    source->guide_read = text.read;
    read_rows(binder, yaml_get(node, "rows"), &text.rows, source);
}

static void read_first_call(struct binder *binder, const struct yaml_node *node,
                            struct pack_source *source)
{
    struct call_text text = {0};
    struct strings known = {0};
    if (node == NULL || !fields_bind(binder, node, "'first_call'", &call_table, &text)) {
        return;
    }
    fields_list(binder->arena, &known, &call_table);
    keys_check(binder, node, &known);
    source->first_table = text.table != NULL ? text.table : source->first_table;
}

/* `CXM-5: why` or `CXM-5..CXM-7: why`, of rows the guide has. */
static void read_reasons(struct binder *binder, const struct yaml_node *node,
                         struct pack_source *source)
{
    if (node == NULL || !node_is(binder, node, YAML_MAPPING, "'reasons'")) {
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        const char *what = arena_printf(binder->arena, "'%s'", entry->key);
        const char *why = read_text(binder, entry->value, what, 0);
        struct strings rows = {0};
        rows_add(binder, entry->where, entry->key, &rows);
        for (size_t r = 0; r < rows.n_items && why != NULL; r++) {
            if (source->rows.n_items > 0 && !strings_have(&source->rows, rows.items[r])) {
                diag_error(binder->diag, entry->where, "the guide has no row '%s'", rows.items[r]);
            } else if (pairs_get(&source->reasons, rows.items[r]) != NULL) {
                diag_error(binder->diag, entry->where, "row '%s' has a reason already",
                           rows.items[r]);
            } else {
                pairs_add(binder->arena, &source->reasons, rows.items[r], why);
            }
        }
    }
}

/* ---- checks ---- */

static bool is_identifier(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return text[0] != '\0' && text[0] != '-' && text[strspn(text, letters)] == '\0';
}

/* The check's id; NULL, and reported, when it has none that can be used. */
static const char *read_id(struct binder *binder, const struct yaml_node *check)
{
    const struct yaml_node *node = yaml_get(check, "id");
    if (node == NULL) {
        diag_error(binder->diag, check->where, "missing key 'id'");
        return NULL;
    }
    const char *id = read_text(binder, node, "'id'", 0);
    if (id != NULL && !is_identifier(id)) {
        diag_error(binder->diag, node->where,
                   "'id' is made of small letters, digits and '-', not '%s'", id);
        return NULL;
    }
    return id;
}

static struct check_source *find_check(const struct pack_source *source, const char *id)
{
    for (size_t i = 0; i < source->n_checks; i++) {
        if (text_equal(source->checks[i].id, id)) {
            return &source->checks[i];
        }
    }
    return NULL;
}

/* Takes a check out of the list; those behind it move up. */
static void remove_check(struct pack_source *source, struct check_source *slot)
{
    size_t index = (size_t)(slot - source->checks);
    memmove(slot, slot + 1, (source->n_checks - index - 1) * sizeof *slot);
    source->n_checks--;
}

/* A check that replaces an inherited one stands where the extending pack writes it: in its own
 * guide's order. */
static void add_check(struct binder *binder, const struct yaml_node *node,
                      struct pack_source *source)
{
    const char *id = node_is(binder, node, YAML_MAPPING, "a check") ? read_id(binder, node) : NULL;
    if (id == NULL) {
        return;
    }
    struct check_source *slot = find_check(source, id);
    if (slot != NULL && !slot->is_inherited) {
        diag_error(binder->diag, yaml_get(node, "id")->where,
                   "the id '%s' is used twice (first at line %zu)", id, slot->node->where.line);
    } else if (slot != NULL) {
        remove_check(source, slot);
    }
    slot = arena_append(binder->arena, &source->checks, &source->n_checks, sizeof *slot);
    *slot = (struct check_source){.id = id, .node = node};
}

static void read_checks(struct binder *binder, const struct yaml_node *node,
                        struct pack_source *source)
{
    if (node == NULL || !node_is(binder, node, YAML_SEQUENCE, "'checks'")) {
        return;
    }
    if (node->n_items > MOST_CHECKS) {
        diag_error(binder->diag, node->where, "more than %d checks", MOST_CHECKS);
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        add_check(binder, node->items[i], source);
    }
}

/* ---- the file ---- */

static struct strings top_keys(struct arena *arena)
{
    static const char *const sections[] = {"guide",      "reasons", "first_call",
                                           "parameters", "checks",  "tests"};
    struct strings keys = {0};
    fields_list(arena, &keys, &header_table);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        strings_add(arena, &keys, sections[i]);
    }
    return keys;
}

static void read_header(struct binder *binder, const struct yaml_node *root,
                        struct header_text *header)
{
    struct strings known = top_keys(binder->arena);
    fields_bind(binder, root, "a pack", &header_table, header);
    keys_check(binder, root, &known);
    if (header->pack != NULL && !is_identifier(header->pack)) {
        diag_error(binder->diag, yaml_get(root, "pack")->where,
                   "a pack's name is made of small letters, digits and '-', not '%s'",
                   header->pack);
    }
}

static bool parse(const struct loading *loading, const struct pack_text *text,
                  const struct chain *outer, struct pack_source *ret_source);

/* A circle that goes through other names of the same file ends at the depth limit. */
static bool leads_back(const struct chain *chain, const char *file)
{
    size_t depth = 0;
    for (; chain != NULL; chain = chain->outer) {
        depth++;
        if (text_equal(chain->file, file) || depth >= DEEPEST_EXTENDS) {
            return true;
        }
    }
    return false;
}

/* What the extending pack takes over: checks, parameters, the first call and the kinds of
 * credential; not the guide. */
static void take_over(struct binder *binder, const struct pack_source *base,
                      struct pack_source *source)
{
    for (size_t i = 0; i < base->files.n_items; i++) {
        pairs_add(binder->arena, &source->files, base->files.items[i].key,
                  base->files.items[i].value);
    }
    source->first_table = base->first_table;
    source->credentials = base->credentials;
    for (size_t i = 0; i < base->parameters.n_items; i++) {
        struct parameter *slot = arena_append(binder->arena, &source->parameters.items,
                                              &source->parameters.n_items, sizeof *slot);
        *slot = base->parameters.items[i];
    }
    for (size_t i = 0; i < base->n_checks; i++) {
        struct check_source *slot =
            arena_append(binder->arena, &source->checks, &source->n_checks, sizeof *slot);
        *slot = base->checks[i];
        slot->is_inherited = true;
    }
}

static void extend(const struct loading *loading, struct binder *binder,
                   const struct yaml_node *node, const struct chain *chain,
                   struct pack_source *source)
{
    struct pack_source base = {0};
    struct pack_text text = {0};
    const char *name = names_a_file(node->text)
                           ? path_beside(loading->arena, chain->file, node->text)
                           : node->text;
    if (!find_pack_text(loading, name, node->where, &text)) {
        return;
    }
    if (leads_back(chain, text.file)) {
        diag_error(loading->diag, node->where, "'extends' leads back to %s", text.file);
        return;
    }
    bool is_sound = parse(loading, &text, chain, &base);
    (void)is_sound; /* its mistakes are reported; what could be read of it avoids false ones */
    take_over(binder, &base, source);
}

static const struct yaml_node *tree_of(const struct loading *loading, const struct pack_text *text)
{
    if (text->sha256_hex != NULL) {
        return yaml_parse_own(loading->arena, loading->diag, text->file, text->text, text->len);
    }
    const struct strings shown = top_keys(loading->arena); /* the file may be a target by mistake */
    return yaml_parse_partial(loading->arena, loading->diag, text->file, text->text, text->len,
                              &shown);
}

static const char *digest_of(const struct loading *loading, const struct pack_text *text)
{
    return text->sha256_hex != NULL ? text->sha256_hex
                                    : digest_sha256_hex(loading->arena, text->text, text->len);
}

static bool parse(const struct loading *loading, const struct pack_text *text,
                  const struct chain *outer, struct pack_source *ret_source)
{
    size_t n_before = diag_count(loading->diag);
    struct binder binder = {
        .arena = loading->arena, .diag = loading->diag, .causes = &loading->causes};
    const struct yaml_node *root = tree_of(loading, text);
    if (root == NULL || !node_is(&binder, root, YAML_MAPPING, "a pack")) {
        return false;
    }
    struct chain chain = {.file = text->file, .outer = outer};
    struct header_text header = {0};
    struct pack_source source = {.first_table = usual_first_table};
    pairs_add(loading->arena, &source.files, text->file, digest_of(loading, text));
    read_header(&binder, root, &header);
    if (header.extends != NULL) {
        extend(loading, &binder, yaml_get(root, "extends"), &chain, &source);
    }
    source.name = header.pack != NULL ? header.pack : "?";
    source.title = header.title;
    source.version = header.version;
    if (header.credentials.n_items > 0) {
        source.credentials = header.credentials;
    }
    source.where = root->where;
    read_guide(&binder, yaml_get(root, "guide"), &source);
    read_reasons(&binder, yaml_get(root, "reasons"), &source);
    read_first_call(&binder, yaml_get(root, "first_call"), &source);
    parameters_read(&binder, yaml_get(root, "parameters"), &source.parameters);
    read_checks(&binder, yaml_get(root, "checks"), &source);
    cases_read(&binder, yaml_get(root, "tests"), &source);
    if (source.n_checks == 0 && diag_count(loading->diag) == n_before) {
        diag_error(loading->diag, root->where, "the pack has no checks");
    }
    *ret_source = source;
    return diag_count(loading->diag) == n_before;
}

bool pack_source_load(const struct loading *loading, const char *name, struct where where,
                      struct pack_source *ret_source)
{
    struct pack_text text = {0};
    return find_pack_text(loading, name, where, &text) && parse(loading, &text, NULL, ret_source);
}

bool pack_source_parse(const struct loading *loading, const char *file, const char *text,
                       size_t len, struct pack_source *ret_source)
{
    struct pack_text given = {.file = file, .text = text, .len = len};
    return parse(loading, &given, NULL, ret_source);
}
