/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters by name: the schema of the kind says where they stand.
 */
#include "rules/wants.h"

#include "rules/schema.h"

static const struct field *find_field(const struct check *check, const char *key)
{
    for (size_t i = 0; check->kind != NULL && i < check->kind->n_fields; i++) {
        if (text_equal(check->kind->fields[i].key, key)) {
            return &check->kind->fields[i];
        }
    }
    return NULL;
}

static bool holds_text(const char *text, const char *value)
{
    return text != NULL && (value == NULL || text_equal(text, value));
}

static bool has_item(const struct strings *list, const char *value)
{
    return value == NULL ? list->n_items > 0 : strings_have(list, value);
}

static bool has_key(const struct pairs *pairs, const char *value)
{
    return value == NULL ? pairs->n_items > 0 : pairs_get(pairs, value) != NULL;
}

bool check_wants(const struct check *check, const char *key, const char *value)
{
    const struct field *field = find_field(check, key);
    if (field == NULL || check->params == NULL) {
        return false;
    }
    const void *member = (const char *)check->params + field->offset;
    switch (field->kind) {
    case FIELD_STRING:
        return holds_text(*(const char *const *)member, value);
    case FIELD_STRINGS:
        return has_item(member, value);
    case FIELD_PAIRS:
        return has_key(member, value);
    case FIELD_BOOL:
        return *(const bool *)member;
    case FIELD_INT:
        return *(const int64_t *)member != 0;
    }
    return false;
}
