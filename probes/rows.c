/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading rows. What a field looks like on the wire: ServiceNow's Table API reference, parameters
 * sysparm_display_value and sysparm_exclude_reference_link.
 */
#include "probes/rows.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/json.h"
#include "base/strings.h"

/* ---- Columns that hold secrets -------------------------------------------------------------- */

enum place { ANYWHERE, AT_THE_END, WHOLE_NAME };

/* The names are those of the platform's tables: api_key.token, oauth_credential.token_hash,
 * oauth_entity.client_secret, sys_user.user_password, basic_auth_credentials.ssh_private_key … */
static const struct {
    const char *text;
    enum place place;
} secret_names[] = {
    {"password", ANYWHERE},
    {"passphrase", ANYWHERE},
    {"secret", ANYWHERE},
    {"hash", ANYWHERE},
    {"private_key", ANYWHERE},
    {"privacy_key", ANYWHERE},
    {"authentication_key", ANYWHERE},
    {"shared_key", ANYWHERE},
    {"session_key", ANYWHERE},
    {"_token", AT_THE_END},
    {"token", WHOLE_NAME},
    {"salt", WHOLE_NAME},
    {"api_key", WHOLE_NAME},
};

/* Columns that only speak of a secret. */
static const char *const harmless_names[] = {"password_needs_reset", "payload_hash"};

static bool name_has(const char *name, const char *text, enum place place)
{
    switch (place) {
    case ANYWHERE:
        return text_contains_nocase(name, text);
    case AT_THE_END:
        return strlen(name) >= strlen(text) &&
               text_equal_nocase(name + strlen(name) - strlen(text), text);
    case WHOLE_NAME:
        return text_equal_nocase(name, text);
    }
    return false;
}

bool column_is_name(const char *column)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    return column[0] != '\0' && column[strspn(column, allowed)] == '\0';
}

bool value_is_script(const char *value)
{
    return text_contains_nocase(value, "javascript:");
}

bool column_is_secret(const char *column)
{
    const char *dot = strrchr(column, '.');
    const char *name = dot == NULL ? column : dot + 1;
    for (size_t i = 0; i < ARRAY_LEN(harmless_names); i++) {
        if (text_equal(name, harmless_names[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(secret_names); i++) {
        if (name_has(name, secret_names[i].text, secret_names[i].place)) {
            return true;
        }
    }
    return false;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static const char *field_text(const struct json *field)
{
    switch (field->kind) {
    case JSON_KIND_STRING:
    case JSON_KIND_NUMBER:
        return field->text;
    case JSON_KIND_BOOL:
        return field->boolean ? "true" : "false";
    case JSON_KIND_OBJECT: {
        const char *value = json_get_text(field, "value");
        value = value != NULL ? value : json_get_text(field, "display_value");
        return value != NULL ? value : "";
    }
    case JSON_KIND_NULL:
    case JSON_KIND_ARRAY:
        return "";
    }
    return "";
}

/* The column as the row before it has it, where it stands at the same place there, as it almost
 * always does: then nothing has to be looked at or copied again. NULL where it may not be kept. */
static const char *column_after(struct arena *arena, const struct row *before, size_t place,
                                const char *column)
{
    if (place < before->n_cells && text_equal(before->cells[place].column, column)) {
        return before->cells[place].column;
    }
    return column_is_secret(column) ? NULL : arena_strdup(arena, column);
}

static struct row read_row(struct arena *arena, const struct json *record, const struct row *before)
{
    struct row row = {.cells = arena_array(arena, record->n_values, sizeof *row.cells)};
    for (size_t i = 0; i < record->n_values; i++) {
        const char *column = column_after(arena, before, row.n_cells, record->keys[i]);
        if (column != NULL) {
            row.cells[row.n_cells].column = column;
            row.cells[row.n_cells].value = arena_strdup(arena, field_text(record->values[i]));
            row.n_cells++;
        }
    }
    return row;
}

struct row *rows_read(struct arena *arena, const struct json *result, size_t *ret_n)
{
    *ret_n = 0;
    if (result == NULL) {
        return NULL;
    }
    bool is_list = result->kind == JSON_KIND_ARRAY;
    size_t n_records = is_list ? result->n_values : 1;
    struct row *rows = arena_array(arena, n_records, sizeof *rows);
    for (size_t i = 0; i < n_records; i++) {
        const struct json *record = is_list ? result->values[i] : result;
        if (record->kind == JSON_KIND_OBJECT) {
            static const struct row none = {0};
            const struct row *before = *ret_n == 0 ? &none : &rows[*ret_n - 1];
            rows[*ret_n] = read_row(arena, record, before);
            *ret_n += 1;
        }
    }
    return rows;
}
