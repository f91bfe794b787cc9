/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials as a target file writes them. Nothing that stands below `credentials` is ever shown:
 * what is in the wrong place there may be a secret.
 */
#include "rules/credentials.h"

#include <string.h>

#include "base/arena.h"
#include "model/names.h"
#include "rules/bind.h"

static const struct kind_parts kinds[] = {
    {CREDENTIAL_OAUTH_PASSWORD,
     {{"client_id", "CLIENT_ID", PART_CLIENT_ID},
      {"client_secret", "CLIENT_SECRET", PART_CLIENT_SECRET},
      {"user", "USER", PART_USER_NAME},
      {"password", "PASSWORD", PART_SECRET}}},
    {CREDENTIAL_OAUTH_REFRESH,
     {{"client_id", "CLIENT_ID", PART_CLIENT_ID},
      {"client_secret", "CLIENT_SECRET", PART_CLIENT_SECRET},
      {"refresh_token", "REFRESH_TOKEN", PART_SECRET}}},
    {CREDENTIAL_OAUTH_CLIENT,
     {{"client_id", "CLIENT_ID", PART_CLIENT_ID},
      {"client_secret", "CLIENT_SECRET", PART_CLIENT_SECRET}}},
    {CREDENTIAL_BASIC, {{"user", "USER", PART_USER_NAME}, {"password", "PASSWORD", PART_SECRET}}},
    {CREDENTIAL_API_KEY, {{"key", "API_KEY", PART_SECRET}}},
    {CREDENTIAL_TOKEN, {{"token", "TOKEN", PART_SECRET}}},
};

const struct kind_parts *credential_kinds(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(kinds);
    return kinds;
}

static const struct kind_parts *parts_of(enum credential_kind kind)
{
    size_t i = 0;
    while (kinds[i].kind != kind) {
        i++;
    }
    return &kinds[i];
}

const char *reference_source(struct arena *arena, const struct secret_reference *reference)
{
    switch (reference->origin) {
    case SECRET_ENV:
        return arena_printf(arena, "env %s", reference->name);
    case SECRET_FILE:
        return arena_printf(arena, "file %s", reference->name);
    case SECRET_COMMAND:
        return arena_printf(arena, "command %s", reference->command.items[0]);
    case SECRET_NOT_GIVEN:
        break;
    }
    return NULL;
}

void credential_refer(struct binder *binder, struct credential *credential,
                      enum credential_part part, const struct secret_reference *reference)
{
    if (part == PART_SECRET) {
        credential->secret_from = *reference;
    } else {
        credential->client_secret_from = *reference;
    }
    if (part == PART_SECRET || credential->source == NULL) {
        credential->source = reference_source(binder->arena, reference);
    }
}

/* ---- references ---- */

static const char *const reference_keys[] = {"env", "file", "command"};
static const char how_to_refer[] = "{env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT...]}";

/* A variable's name, as a shell takes it. Anything else may be the secret itself. */
static bool is_variable_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    size_t len = strspn(name, letters);
    return len > 0 && name[len] == '\0' && (name[0] < '0' || name[0] > '9');
}

static bool read_env(struct binder *binder, const struct yaml_node *node,
                     struct secret_reference *reference)
{
    reference->origin = SECRET_ENV;
    reference->name = read_text(binder, node, "'env'", 0);
    if (reference->name != NULL && !is_variable_name(reference->name)) {
        return diag_error(binder->diag, node->where,
                          "'env' must be the name of a variable (letters, digits and '_')");
    }
    return reference->name != NULL;
}

/* A relative path counts from the folder of the target file. */
static bool read_file_name(struct binder *binder, const struct yaml_node *node,
                           struct secret_reference *reference)
{
    reference->origin = SECRET_FILE;
    const char *name = read_text(binder, node, "'file'", 0);
    if (name == NULL) {
        return false;
    }
    if (name[0] == '\0') {
        return diag_error(binder->diag, node->where, "'file' must be the path of a file");
    }
    reference->name = path_beside(binder->arena, node->where.file, name);
    return true;
}

static bool read_command(struct binder *binder, const struct yaml_node *node,
                         struct secret_reference *reference)
{
    reference->origin = SECRET_COMMAND;
    if (!node_is(binder, node, YAML_SEQUENCE, "'command'")) {
        return false;
    }
    reference->command = read_strings(binder, node, "'command'", 0);
    bool is_complete = node->n_items > 0 && reference->command.n_items == node->n_items;
    if (is_complete && reference->command.items[0][0] == '\0') {
        return diag_error(binder->diag, node->where, "'command' must begin with a program");
    }
    return is_complete;
}

/* False after reporting. */
static bool read_reference(struct binder *binder, const struct yaml_node *node,
                           struct secret_reference *ret_reference)
{
    static bool (*const readers[])(struct binder *, const struct yaml_node *,
                                   struct secret_reference *) = {read_env, read_file_name,
                                                                 read_command};
    if (node->kind == YAML_SCALAR && !node->is_null) {
        return diag_error(binder->diag, node->where,
                          "a literal secret: a secret must not stand in this file; use %s",
                          how_to_refer);
    }
    if (node->kind != YAML_MAPPING || node->n_items != 1) {
        return diag_error(binder->diag, node->where, "a secret is read from one of %s",
                          how_to_refer);
    }
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        if (text_equal(node->entries[0].key, reference_keys[i])) {
            struct secret_reference reference = {.where = node->where};
            if (!readers[i](binder, node->entries[0].value, &reference)) {
                return false;
            }
            *ret_reference = reference;
            return true;
        }
    }
    return diag_error(binder->diag, node->entries[0].where, "a secret is read from one of %s",
                      how_to_refer);
}

/* ---- one credential ---- */

static void read_part(struct binder *binder, const struct yaml_node *node,
                      const struct part_row *row, struct credential *credential)
{
    const char *what = arena_printf(binder->arena, "'%s'", row->key);
    struct secret_reference reference = {0};
    switch (row->part) {
    case PART_USER_NAME:
        credential->user_name = read_text(binder, node, what, 0);
        break;
    case PART_CLIENT_ID:
        credential->client_id = read_text(binder, node, what, 0);
        break;
    case PART_SECRET:
    case PART_CLIENT_SECRET:
        if (read_reference(binder, node, &reference)) {
            credential_refer(binder, credential, row->part, &reference);
        }
        break;
    }
}

static bool read_kind(struct binder *binder, const struct yaml_node *mapping,
                      enum credential_kind *ret_kind)
{
    struct strings names = {0};
    for (int kind = CREDENTIAL_API_KEY; kind <= CREDENTIAL_TOKEN; kind++) {
        strings_add(binder->arena, &names, credential_kind_name((enum credential_kind)kind));
    }
    const struct yaml_node *node = yaml_get(mapping, "kind");
    if (node == NULL) {
        return diag_error(binder->diag, mapping->where, "missing key 'kind' (%s)",
                          join_alternatives(binder->arena, &names));
    }
    const char *name = read_text(binder, node, "'kind'", 0);
    if (name == NULL) {
        return false;
    }
    if (!credential_kind_from_name(name, ret_kind)) {
        const char *near = nearest_spelling(name, &names);
        return diag_error(binder->diag, node->where, "'kind' must be %s%s",
                          join_alternatives(binder->arena, &names),
                          near != NULL ? did_you_mean(binder, name, &names) : "");
    }
    return true;
}

static void read_parts(struct binder *binder, const struct yaml_node *mapping,
                       struct credential *credential)
{
    const struct kind_parts *kind = parts_of(credential->kind);
    struct strings known = {0};
    strings_add(binder->arena, &known, "kind");
    for (size_t i = 0; i < MOST_PARTS && kind->parts[i].key != NULL; i++) {
        const struct part_row *row = &kind->parts[i];
        const struct yaml_node *node = yaml_get(mapping, row->key);
        strings_add(binder->arena, &known, row->key);
        if (node == NULL) {
            diag_error(binder->diag, mapping->where, "missing key '%s' (kind '%s')", row->key,
                       credential_kind_name(credential->kind));
        } else {
            read_part(binder, node, row, credential);
        }
    }
    keys_check(binder, mapping, &known);
}

/* Without a kind it is not known what must be there; but a literal secret is one all the same. */
static void refuse_literals(struct binder *binder, const struct yaml_node *mapping)
{
    static const char *const keys[] = {"key", "password", "token", "client_secret",
                                       "refresh_token"};
    struct secret_reference reference = {0};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct yaml_node *node = yaml_get(mapping, keys[i]);
        if (node != NULL) {
            bool is_sound = read_reference(binder, node, &reference);
            (void)is_sound; /* the message is what counts */
        }
    }
}

struct credential credential_read(struct binder *binder, const struct yaml_entry *entry)
{
    struct credential credential = {
        .name = entry->key, .where = entry->where, .kind_is_unread = true};
    if (!node_is(binder, entry->value, YAML_MAPPING, "a credential")) {
        return credential;
    }
    if (read_kind(binder, entry->value, &credential.kind)) {
        credential.kind_is_unread = false;
        read_parts(binder, entry->value, &credential);
    } else {
        refuse_literals(binder, entry->value);
    }
    return credential;
}
