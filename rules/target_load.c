/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target file: which instance, which packs with which parameters, which credentials, and what
 * somebody has waived.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/yaml.h"
#include "rules/bind.h"
#include "rules/credentials.h"
#include "rules/load.h"

enum { SECONDS_PER_DAY = 24 * 60 * 60 };

/* ---- set ---- */

static void read_set(struct binder *binder, const struct yaml_node *node, struct pairs *set,
                     struct places *places)
{
    if (node == NULL || !node_is(binder, node, YAML_MAPPING, "'set'")) {
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        const struct yaml_entry *entry = &node->entries[i];
        const char *what = arena_printf(binder->arena, "'%s'", entry->key);
        const char *value = read_text(binder, entry->value, what, 0);
        if (value == NULL) {
            continue;
        }
        pairs_add(binder->arena, set, entry->key, value);
        struct where *place =
            arena_append(binder->arena, &places->items, &places->n_items, sizeof *place);
        *place = entry->where;
    }
}

/* ---- packs ---- */

static void name_pack(const struct binder *binder, const struct yaml_node *node, const char *name,
                      struct pack_choice *choice)
{
    choice->where = node->where;
    choice->name = names_a_file(name) ? path_beside(binder->arena, node->where.file, name) : name;
}

struct choice_text {
    const char *pack;
    const char *credential;
};

static const struct field choice_fields[] = {
    FIELD(struct choice_text, pack, FIELD_REQUIRED, "its name, or the path of a file"),
    FIELD(struct choice_text, credential, FIELD_OPTIONAL, "the credential it is checked with"),
};
static const struct field_table choice_table = {.fields = choice_fields,
                                                .n_fields = ARRAY_LEN(choice_fields)};

static void read_choice(struct binder *binder, const struct yaml_node *node, struct target *target)
{
    struct pack_choice choice = {0};
    struct choice_text text = {0};
    if (node->kind == YAML_MAPPING) {
        struct strings known = {0};
        fields_bind(binder, node, "a pack", &choice_table, &text);
        fields_list(binder->arena, &known, &choice_table);
        strings_add(binder->arena, &known, "set");
        keys_check(binder, node, &known);
        read_set(binder, yaml_get(node, "set"), &choice.set, &choice.set_places);
        choice.credential = text.credential;
    } else {
        text.pack = read_text(binder, node, "a pack", 0);
    }
    if (text.pack == NULL) {
        return;
    }
    const struct yaml_node *name_node = yaml_get(node, "pack");
    name_pack(binder, name_node != NULL ? name_node : node, text.pack, &choice);
    struct pack_choice *slot =
        arena_append(binder->arena, &target->packs, &target->n_packs, sizeof *slot);
    *slot = choice;
}

static void read_packs(struct binder *binder, const struct yaml_node *node, struct target *target)
{
    if (node == NULL || !node_is(binder, node, YAML_SEQUENCE, "'packs'")) {
        return;
    }
    if (node->n_items == 0) {
        diag_error(binder->diag, node->where, "'packs' is an empty sequence");
    }
    for (size_t i = 0; i < node->n_items; i++) {
        read_choice(binder, node->items[i], target);
    }
}

/* ---- credentials ---- */

static bool is_reserved(const char *name)
{
    return text_equal(name, "integration") || text_equal(name, "auditor") ||
           text_equal(name, "also");
}

static void read_credentials(struct binder *binder, const struct yaml_node *node,
                             struct target *target)
{
    if (node == NULL || !node_is(binder, node, YAML_MAPPING, "'credentials'")) {
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        struct credential *slot =
            arena_append(binder->arena, &target->credentials, &target->n_credentials, sizeof *slot);
        *slot = credential_read(binder, &node->entries[i]);
    }
}

static void check_choice_credential(const struct binder *binder, const struct yaml_node *choice,
                                    const struct target *target)
{
    const struct yaml_node *node = yaml_get(choice, "credential");
    if (node == NULL || node->kind != YAML_SCALAR || node->is_null ||
        text_equal(node->text, "integration")) {
        return;
    }
    if (is_reserved(node->text)) {
        diag_error(binder->diag, node->where,
                   "the credential '%s' is reserved: no pack can be checked with it", node->text);
    } else if (target_credential(target, node->text) == NULL) {
        struct strings names = {0};
        for (size_t i = 0; i < target->n_credentials; i++) {
            strings_add(binder->arena, &names, target->credentials[i].name);
        }
        diag_error(binder->diag, node->where, "no credential '%s' in this target%s", node->text,
                   did_you_mean(binder, node->text, &names));
    }
}

static bool is_used(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->n_packs; i++) {
        if (text_equal(target->packs[i].credential, name)) {
            return true;
        }
    }
    return is_reserved(name);
}

/* A secret that nothing uses is a mistake: a misspelt name, or access nobody needs any more. */
static void check_credential_use(const struct binder *binder, const struct yaml_node *root,
                                 const struct target *target)
{
    const struct yaml_node *packs = yaml_get(root, "packs");
    for (size_t i = 0; packs != NULL && packs->kind == YAML_SEQUENCE && i < packs->n_items; i++) {
        check_choice_credential(binder, packs->items[i], target);
    }
    struct strings reserved = {0};
    strings_add(binder->arena, &reserved, "integration");
    strings_add(binder->arena, &reserved, "auditor");
    for (size_t i = 0; i < target->n_credentials; i++) {
        const struct credential *credential = &target->credentials[i];
        if (!is_used(target, credential->name)) {
            const char *near = nearest_spelling(credential->name, &reserved);
            diag_error(binder->diag, credential->where, "no pack uses the credential '%s'%s",
                       credential->name,
                       near != NULL ? did_you_mean(binder, credential->name, &reserved) : "");
        }
    }
}

/* ---- waivers ---- */

struct waiver_text {
    const char *check;
    const char *until;
    const char *by;
    const char *because;
};

static const struct field waiver_fields[] = {
    FIELD(struct waiver_text, check, FIELD_REQUIRED, "PACK/CHECK"),
    FIELD(struct waiver_text, until, FIELD_REQUIRED, "the last day, as YYYY-MM-DD"),
    FIELD(struct waiver_text, by, FIELD_REQUIRED, "who signed"),
    FIELD(struct waiver_text, because, FIELD_REQUIRED, "why"),
};
static const struct field_table waiver_table = {.fields = waiver_fields,
                                                .n_fields = ARRAY_LEN(waiver_fields)};

static void read_waiver(struct binder *binder, const struct yaml_node *node, struct target *target)
{
    struct waiver_text text = {0};
    struct strings known = {0};
    fields_list(binder->arena, &known, &waiver_table);
    if (!fields_bind(binder, node, "a waiver", &waiver_table, &text)) {
        return;
    }
    keys_check(binder, node, &known);
    int64_t day = 0;
    if (text.until != NULL &&
        (strlen(text.until) != strlen("YYYY-MM-DD") || !utc_parse(text.until, &day))) {
        diag_error(binder->diag, yaml_get(node, "until")->where,
                   "'until' must be a date (YYYY-MM-DD), not '%s'", text.until);
    }
    if (text.check != NULL && strchr(text.check, '/') == NULL) {
        diag_error(binder->diag, yaml_get(node, "check")->where,
                   "'check' must be PACK/CHECK, not '%s'", text.check);
    }
    struct waiver *slot =
        arena_append(binder->arena, &target->waivers, &target->n_waivers, sizeof *slot);
    *slot = (struct waiver){.check = text.check,
                            .until = day + SECONDS_PER_DAY - 1,
                            .until_text = text.until,
                            .by = text.by,
                            .because = text.because,
                            .where = node->where};
}

static void read_waivers(struct binder *binder, const struct yaml_node *node, struct target *target)
{
    if (node == NULL || !node_is(binder, node, YAML_SEQUENCE, "'waivers'")) {
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        read_waiver(binder, node->items[i], target);
    }
}

/* ---- the file ---- */

struct target_text {
    const char *instance;
};

static const struct field target_fields[] = {
    FIELD(struct target_text, instance, FIELD_OPTIONAL, "URL, host or name of the instance"),
};
static const struct field_table target_table = {.fields = target_fields,
                                                .n_fields = ARRAY_LEN(target_fields)};

/* The keys of a target other than `credentials`: what stands below them may be shown. */
static struct strings shown_keys(struct arena *arena)
{
    static const char *const sections[] = {"packs", "set", "waivers"};
    struct strings keys = {0};
    fields_list(arena, &keys, &target_table);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        strings_add(arena, &keys, sections[i]);
    }
    return keys;
}

/* True when the file may mean to say what `key` says: with a value that cannot be used, or under a
 * misspelt name. */
static bool may_say(const struct yaml_node *root, const char *key)
{
    const struct strings list = {.items = &key, .n_items = 1};
    for (size_t i = 0; i < root->n_items; i++) {
        if (nearest_spelling(root->entries[i].key, &list) != NULL) {
            return true;
        }
    }
    return false;
}

static void read_target(struct binder *binder, const struct yaml_node *root, struct target *target)
{
    struct target_text text = {0};
    struct strings known = shown_keys(binder->arena);
    strings_add(binder->arena, &known, "credentials");
    target->may_name_instance = true;
    target->may_choose_packs = true;
    if (!fields_bind(binder, root, "a target", &target_table, &text)) {
        return;
    }
    keys_check(binder, root, &known);
    target->may_name_instance = may_say(root, "instance");
    target->may_choose_packs = may_say(root, "packs");
    if (text.instance != NULL) {
        target->instance = instance_parse(binder->arena, text.instance);
    }
    read_packs(binder, yaml_get(root, "packs"), target);
    read_set(binder, yaml_get(root, "set"), &target->set, &target->set_places);
    read_credentials(binder, yaml_get(root, "credentials"), target);
    check_credential_use(binder, root, target);
    read_waivers(binder, yaml_get(root, "waivers"), target);
}

bool target_load(struct arena *arena, struct diag *diag, const char *file,
                 struct target *ret_target)
{
    size_t n_before = diag_count(diag);
    struct binder binder = {.arena = arena, .diag = diag};
    struct target target = {.file = arena_strdup(arena, file)};
    const struct strings shown = shown_keys(arena);
    const struct yaml_node *root = yaml_load_partial(arena, diag, target.file, &shown);
    if (root == NULL) {
        return false;
    }
    read_target(&binder, root, &target);
    *ret_target = target;
    return diag_count(diag) == n_before;
}

void target_release(struct target *target)
{
    for (size_t i = 0; i < target->n_credentials; i++) {
        secret_release(&target->credentials[i].secret);
        secret_release(&target->credentials[i].client_secret);
    }
}

/* ---- options ---- */

bool target_set_parameter(struct arena *arena, struct diag *diag, struct target *target,
                          const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL || equals == assignment) {
        return diag_error(diag, whole_file(NULL), "--set takes [PACK.]NAME=VALUE, not '%s'",
                          assignment);
    }
    pairs_add(arena, &target->set, arena_strndup(arena, assignment, (size_t)(equals - assignment)),
              arena_strdup(arena, equals + 1));
    return true;
}
