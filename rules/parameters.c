/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters of parameters.h.
 */
#include "rules/parameters.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/target.h"
#include "rules/bind.h"

enum { LONGEST_TEXT_BYTES = 1024 * 1024 };

static const char lower_letters[] = "abcdefghijklmnopqrstuvwxyz";
static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
static const char word_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

struct parameter *parameters_find(const struct parameters *parameters, const char *name)
{
    for (size_t i = 0; i < parameters->n_items; i++) {
        if (text_equal(parameters->items[i].name, name)) {
            return &parameters->items[i];
        }
    }
    return NULL;
}

struct strings parameters_names(struct arena *arena, const struct parameters *parameters)
{
    struct strings names = {0};
    for (size_t i = 0; i < parameters->n_items; i++) {
        strings_add(arena, &names, parameters->items[i].name);
    }
    return names;
}

/* ---- the declarations of a pack ---- */

static bool is_parameter_name(const char *name)
{
    return strspn(name, lower_letters) > 0 && name[strspn(name, name_letters)] == '\0';
}

static void check_declaration(const struct binder *binder, const struct yaml_node *node,
                              const struct parameter *parameter)
{
    if (!is_parameter_name(parameter->name)) {
        diag_error(binder->diag, parameter->where,
                   "a parameter's name is made of small letters, digits and '_', not '%s'",
                   parameter->name);
    }
    const struct yaml_node *fallback = yaml_get(node, "default");
    if (parameter->fallback == NULL) {
        return;
    }
    if (parameter->required) {
        diag_error(binder->diag, fallback->where, "a required parameter has no use for a default");
    }
    if (parameter->values.n_items > 0 && !strings_have(&parameter->values, parameter->fallback)) {
        diag_error(binder->diag, fallback->where, "the default '%s' is not one of its values: %s",
                   parameter->fallback, strings_join(binder->arena, &parameter->values, ", "));
    }
}

static void read_declaration(struct binder *binder, const struct yaml_entry *entry,
                             struct parameters *parameters)
{
    struct parameter declared = {.name = entry->key, .where = entry->where};
    struct strings known = {0};
    fields_list(binder->arena, &known, &parameter_table);
    if (fields_bind(binder, entry->value, arena_printf(binder->arena, "'%s'", entry->key),
                    &parameter_table, &declared)) {
        keys_check(binder, entry->value, &known);
        check_declaration(binder, entry->value, &declared);
    }
    struct parameter *slot = parameters_find(parameters, entry->key);
    if (slot == NULL) {
        slot = arena_append(binder->arena, &parameters->items, &parameters->n_items, sizeof *slot);
    }
    *slot = declared;
}

void parameters_read(struct binder *binder, const struct yaml_node *node,
                     struct parameters *parameters)
{
    if (node == NULL || !node_is(binder, node, YAML_MAPPING, "'parameters'")) {
        return;
    }
    for (size_t i = 0; i < node->n_items; i++) {
        read_declaration(binder, &node->entries[i], parameters);
    }
}

/* ---- the values in force ---- */

/* A value and who gave it. */
struct given {
    const char *value;
    const char *giver; /* for messages; NULL when `where` shows it */
    struct where where;
};

/* The last value of `name` among the pairs from number `first` to before number `end`. */
static struct given given_between(const struct pairs *set, const struct places *places,
                                  const char *name, size_t first, size_t end)
{
    for (size_t i = end; i > first; i--) {
        const struct pair *pair = &set->items[i - 1];
        if (text_equal(pair->key, name) && !text_is_empty(pair->value)) {
            return (struct given){.value = pair->value,
                                  .where = i <= places->n_items ? places->items[i - 1]
                                                                : whole_file(NULL)};
        }
    }
    return (struct given){0};
}

/* What the file says. */
static struct given given_in_file(const struct pairs *set, const struct places *places,
                                  const char *name)
{
    return given_between(set, places, name, 0, places->n_items);
}

/* What options say: they stand behind the file's pairs, and win over them. */
static struct given given_as_option(const struct pairs *set, const struct places *places,
                                    const char *name)
{
    return given_between(set, places, name, places->n_items, set->n_items);
}

/* What the vendor's guides call the way of signing in. */
static const char *auth_of(enum credential_kind kind)
{
    static const char *const names[] = {
        [CREDENTIAL_API_KEY] = "api-key",     [CREDENTIAL_BASIC] = "basic",
        [CREDENTIAL_OAUTH_CLIENT] = "oauth",  [CREDENTIAL_OAUTH_PASSWORD] = "oauth",
        [CREDENTIAL_OAUTH_REFRESH] = "oauth", [CREDENTIAL_TOKEN] = "oauth",
    };
    return names[kind];
}

static struct given given_by_credential(struct binder *binder, const struct target *target,
                                        const struct credential *credential, const char *name)
{
    struct given given = {.where = whole_file(target->file)};
    if (credential == NULL || credential->kind_is_unread) {
        return given;
    }
    if (text_equal(name, "client_id")) {
        given.value = credential->client_id;
    } else if (text_equal(name, "service_user")) {
        given.value = credential->user_name;
    } else if (text_equal(name, "auth")) {
        given.value = auth_of(credential->kind);
    }
    given.giver = arena_printf(binder->arena, " from the credential '%s'", credential->name);
    return given;
}

static struct given find_given(struct binder *binder, const char *pack,
                               const struct parameter *parameter, const struct target *target,
                               const struct pack_choice *choice)
{
    const char *name = parameter->name;
    const char *full_name = arena_printf(binder->arena, "%s.%s", pack, name);
    const struct given candidates[] = {
        given_as_option(&target->set, &target->set_places, full_name),
        given_as_option(&target->set, &target->set_places, name),
        given_as_option(&choice->set, &choice->set_places, name),
        given_in_file(&choice->set, &choice->set_places, name),
        given_in_file(&target->set, &target->set_places, full_name),
        given_in_file(&target->set, &target->set_places, name),
    };
    struct given given = {0};
    for (size_t i = 0; i < ARRAY_LEN(candidates) && given.value == NULL; i++) {
        given = candidates[i];
    }
    if (given.value == NULL) {
        const struct credential *credential = target_credential(
            target, choice->credential != NULL ? choice->credential : "integration");
        given = given_by_credential(binder, target, credential, name);
    }
    return given;
}

static void check_given(const struct binder *binder, const char *pack,
                        const struct parameter *parameter, const struct given *given)
{
    if (parameter->values.n_items == 0 || strings_have(&parameter->values, given->value)) {
        return;
    }
    const char *near = nearest_spelling(given->value, &parameter->values);
    diag_error(binder->diag, given->where, "'%s' of pack '%s' must be %s, not '%s'%s%s",
               parameter->name, pack, join_alternatives(binder->arena, &parameter->values),
               given->value, given->giver != NULL ? given->giver : "",
               near != NULL ? did_you_mean(binder, given->value, &parameter->values) : "");
}

static void settle(struct binder *binder, const char *pack, struct parameter *parameter,
                   const struct target *target, const struct pack_choice *choice)
{
    struct given given = find_given(binder, pack, parameter, target, choice);
    if (given.value != NULL) {
        check_given(binder, pack, parameter, &given);
        parameter->value = given.value;
    } else if (!text_is_empty(parameter->fallback)) {
        parameter->value = parameter->fallback;
    } else if (parameter->required) {
        diag_error(binder->diag, choice->where,
                   "pack '%s' needs a value for '%s' (%s): --set %s=VALUE, or `set:` in the target",
                   pack, parameter->name, parameter->about != NULL ? parameter->about : "",
                   parameter->name);
    }
}

void parameters_settle(struct binder *binder, const char *pack, struct parameters *parameters,
                       const struct target *target, const struct pack_choice *choice)
{
    struct strings names = parameters_names(binder->arena, parameters);
    for (size_t i = 0; i < choice->set.n_items; i++) {
        const char *name = choice->set.items[i].key;
        if (!strings_have(&names, name)) {
            struct where where =
                i < choice->set_places.n_items ? choice->set_places.items[i] : whole_file(NULL);
            diag_error(binder->diag, where, "pack '%s' has no parameter '%s'%s", pack, name,
                       did_you_mean(binder, name, &names));
        }
    }
    for (size_t i = 0; i < parameters->n_items; i++) {
        settle(binder, pack, &parameters->items[i], target, choice);
    }
}

void parameters_stand_in(struct arena *arena, struct parameters *parameters, enum stand_in stand_in)
{
    for (size_t i = 0; i < parameters->n_items; i++) {
        struct parameter *parameter = &parameters->items[i];
        if (!text_is_empty(parameter->fallback)) {
            parameter->value = parameter->fallback;
        } else if (parameter->required || stand_in == STAND_IN_ALL) {
            parameter->is_stand_in = true;
            parameter->value = parameter->values.n_items > 0
                                   ? parameter->values.items[0]
                                   : arena_printf(arena, "<%s>", parameter->name);
        }
    }
}

/* ---- `$name` in texts ---- */

static size_t n_characters(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return n;
}

/* The place of a piece of a scalar, where the scalar stands in the file as it reads; else that of
 * the whole scalar. */
static struct where piece_of(const struct yaml_node *node, size_t offset, size_t len)
{
    struct where where = node->where;
    size_t n = n_characters(node->text, strlen(node->text));
    size_t n_quotes = node->is_quoted ? 1 : 0;
    if (where.len != n + 2 * n_quotes) {
        return where; /* a block, or escapes in quotes */
    }
    where.column += n_quotes + n_characters(node->text, offset);
    where.len = n_characters(node->text + offset, len);
    return where;
}

/* One parameter's text at `offset` of the scalar, whose name is `len` bytes long. */
static void add_value(struct binder *binder, const struct yaml_node *node, size_t offset,
                      size_t len, struct buf *text, struct replacement *replacement)
{
    const char *name = arena_strndup(binder->arena, node->text + offset + 1, len);
    const struct parameter *parameter = parameters_find(binder->parameters, name);
    if (parameter == NULL) {
        struct strings names = parameters_names(binder->arena, binder->parameters);
        diag_error(binder->diag, piece_of(node, offset, len + 1),
                   "no parameter '%s' is declared%s (a dollar sign is written $$)", name,
                   did_you_mean(binder, name, &names));
        buf_add_bytes(text, node->text + offset, len + 1);
    } else if (parameter->value == NULL) {
        replacement->unset = replacement->unset != NULL ? replacement->unset : parameter->name;
        buf_printf(text, "<%s>", name);
    } else {
        replacement->has_stand_in = replacement->has_stand_in || parameter->is_stand_in;
        buf_add(text, parameter->value);
    }
}

struct replacement parameters_replace(struct binder *binder, const struct yaml_node *node)
{
    struct replacement replacement = {.text = node->text};
    if (strchr(node->text, '$') == NULL) {
        return replacement;
    }
    struct buf text;
    buf_init(&text, LONGEST_TEXT_BYTES);
    for (size_t i = 0; node->text[i] != '\0';) {
        const char *rest = node->text + i;
        size_t len = rest[0] == '$' ? strspn(rest + 1, word_letters) : 0;
        if (len > 0 && (rest[1] < '0' || rest[1] > '9')) {
            add_value(binder, node, i, len, &text, &replacement);
            i += len + 1;
        } else {
            buf_add_char(&text, rest[0]);
            i += rest[0] == '$' && rest[1] == '$' ? 2 : 1;
        }
    }
    replacement.text = arena_strndup(binder->arena, text.data, text.len);
    buf_release(&text);
    return replacement;
}
