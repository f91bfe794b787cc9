/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the environment says about the target: GLIDEPATH_INSTANCE, and one credential each for the
 * integration (GLIDEPATH_…) and the auditor (GLIDEPATH_AUDITOR_…).
 *
 * An empty variable counts as unset, because pipelines hand over empty ones for secrets they do
 * not have; but when nothing else is there for that role it is an error, or a run would quietly go
 * without its credential.
 */
#include "base/arena.h"
#include "model/names.h"
#include "rules/bind.h"
#include "rules/credentials.h"
#include "rules/load.h"

struct role {
    const char *name;
    const char *prefix;
};

static const struct role roles[] = {
    {"integration", "GLIDEPATH_"},
    {"auditor", "GLIDEPATH_AUDITOR_"},
};

static const char *const variable_ends[] = {
    "API_KEY", "USER", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "TOKEN",
};

static const char *value_of(struct arena *arena, const struct role *role, const char *end)
{
    return getenv(arena_printf(arena, "%s%s", role->prefix, end));
}

/* The ends of the names of the role's variables that have a value; empty ones go to `ret_empty`. */
static struct strings given_ends(struct arena *arena, const struct role *role,
                                 struct strings *ret_empty)
{
    struct strings given = {0};
    for (size_t i = 0; i < ARRAY_LEN(variable_ends); i++) {
        const char *value = value_of(arena, role, variable_ends[i]);
        if (value != NULL) {
            strings_add(arena, value[0] != '\0' ? &given : ret_empty, variable_ends[i]);
        }
    }
    return given;
}

static size_t n_parts_given(const struct kind_parts *kind, const struct strings *given,
                            size_t *ret_n_parts)
{
    size_t n_given = 0;
    size_t n_parts = 0;
    for (; n_parts < MOST_PARTS && kind->parts[n_parts].key != NULL; n_parts++) {
        n_given += strings_have(given, kind->parts[n_parts].variable) ? 1 : 0;
    }
    *ret_n_parts = n_parts;
    return n_given;
}

static const char *full_names(struct arena *arena, const struct role *role,
                              const struct strings *ends)
{
    struct strings names = {0};
    for (size_t i = 0; i < ends->n_items; i++) {
        strings_add(arena, &names, arena_printf(arena, "%s%s", role->prefix, ends->items[i]));
    }
    return strings_join(arena, &names, ", ");
}

/* No kind fits exactly. One that all given variables belong to is incomplete; else there are parts
 * of two kinds. */
static void report_misfit(const struct binder *binder, const struct role *role,
                          const struct strings *given)
{
    size_t n_kinds = 0;
    size_t n_parts = 0;
    const struct kind_parts *kinds = credential_kinds(&n_kinds);
    for (size_t i = n_kinds; i > 0; i--) { /* from the kind with the fewest parts */
        const struct kind_parts *kind = &kinds[i - 1];
        if (n_parts_given(kind, given, &n_parts) < given->n_items) {
            continue;
        }
        struct strings missing = {0};
        for (size_t p = 0; p < n_parts; p++) {
            if (!strings_have(given, kind->parts[p].variable)) {
                strings_add(binder->arena, &missing, kind->parts[p].variable);
            }
        }
        diag_error(binder->diag, whole_file(NULL), "%s wants %s beside it (kind '%s')",
                   full_names(binder->arena, role, given),
                   full_names(binder->arena, role, &missing), credential_kind_name(kind->kind));
        return;
    }
    diag_error(binder->diag, whole_file(NULL),
               "the environment gives the %s more than one kind of credential: %s", role->name,
               full_names(binder->arena, role, given));
}

static const struct kind_parts *find_kind(const struct strings *given)
{
    size_t n_kinds = 0;
    size_t n_parts = 0;
    const struct kind_parts *kinds = credential_kinds(&n_kinds);
    for (size_t i = 0; i < n_kinds; i++) {
        size_t n_given = n_parts_given(&kinds[i], given, &n_parts);
        if (n_given == n_parts && n_given == given->n_items) {
            return &kinds[i];
        }
    }
    return NULL;
}

static struct credential credential_of(struct binder *binder, const struct role *role,
                                       const struct kind_parts *kind)
{
    struct credential credential = {.name = role->name, .kind = kind->kind};
    for (size_t i = 0; i < MOST_PARTS && kind->parts[i].key != NULL; i++) {
        const struct part_row *row = &kind->parts[i];
        const char *value = value_of(binder->arena, role, row->variable);
        struct secret_reference reference = {
            .origin = SECRET_ENV,
            .name = arena_printf(binder->arena, "%s%s", role->prefix, row->variable)};
        switch (row->part) {
        case PART_USER_NAME:
            credential.user_name = arena_strdup(binder->arena, value);
            break;
        case PART_CLIENT_ID:
            credential.client_id = arena_strdup(binder->arena, value);
            break;
        case PART_SECRET:
        case PART_CLIENT_SECRET:
            credential_refer(binder, &credential, row->part, &reference);
            break;
        }
    }
    return credential;
}

static void put_credential(struct arena *arena, struct target *target,
                           const struct credential *credential)
{
    for (size_t i = 0; i < target->n_credentials; i++) {
        if (text_equal(target->credentials[i].name, credential->name)) {
            target->credentials[i] = *credential;
            return;
        }
    }
    struct credential *slot =
        arena_append(arena, &target->credentials, &target->n_credentials, sizeof *slot);
    *slot = *credential;
}

static void add_role(struct binder *binder, const struct role *role, struct target *target)
{
    struct strings empty = {0};
    struct strings given = given_ends(binder->arena, role, &empty);
    if (given.n_items == 0 && empty.n_items > 0) {
        diag_error(binder->diag, whole_file(NULL), "set, but empty: %s",
                   full_names(binder->arena, role, &empty));
    }
    if (given.n_items == 0) {
        return;
    }
    const struct kind_parts *kind = find_kind(&given);
    if (kind == NULL) {
        report_misfit(binder, role, &given);
        return;
    }
    struct credential credential = credential_of(binder, role, kind);
    put_credential(binder->arena, target, &credential);
}

bool target_add_environment(struct arena *arena, struct diag *diag, struct target *target)
{
    size_t n_before = diag_count(diag);
    struct binder binder = {.arena = arena, .diag = diag};
    const char *instance = getenv("GLIDEPATH_INSTANCE");
    if (!text_is_empty(instance)) {
        target->instance = instance_parse(arena, arena_strdup(arena, instance));
    }
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        add_role(&binder, &roles[i], target);
    }
    return diag_count(diag) == n_before;
}
