/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON Schema of pack files, written from the tables the loader binds by, so that an editor
 * knows what the loader knows. Editors read YAML's own types, the loader reads text: a text may
 * therefore stand there as a number or a boolean too, and `$name` may stand anywhere.
 */
#include "base/json.h"
#include "rules/bind.h"
#include "rules/load.h"
#include "rules/pack_fields.h"
#include "rules/shapes.h"

static const char parameter_in_text[] = "\\$[a-z]";

static void open_schema(struct json_writer *writer, const char *key, const char *type)
{
    json_open_object(writer, key);
    json_put_text(writer, "type", type);
}

/* What the loader takes for a text. */
static void put_text_types(struct json_writer *writer)
{
    static const char *const types[] = {"string", "number", "boolean"};
    json_open_array(writer, "type");
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        json_put_text(writer, NULL, types[i]);
    }
    json_close(writer);
}

static void put_text_schema(struct json_writer *writer, const char *key)
{
    json_open_object(writer, key);
    put_text_types(writer);
    json_close(writer);
}

static void put_names(struct json_writer *writer, const char *key, const char *const *names)
{
    json_open_array(writer, key);
    for (size_t i = 0; names[i] != NULL; i++) {
        json_put_text(writer, NULL, names[i]);
    }
    json_close(writer);
}

/* `what`, or a text with a parameter in it. */
static void open_or_parameter(struct json_writer *writer)
{
    json_open_array(writer, "anyOf");
    open_schema(writer, NULL, "string");
    json_put_text(writer, "pattern", parameter_in_text);
    json_close(writer);
}

static void put_typed(struct json_writer *writer, const struct field *field, const char *type)
{
    open_or_parameter(writer);
    open_schema(writer, NULL, type);
    if (field->kind == FIELD_INT && field_least(field) != INT64_MIN) {
        json_put_int(writer, "minimum", field_least(field));
    }
    json_close(writer);
    json_close(writer);
}

static void put_shape(struct json_writer *writer, const struct shape *shape)
{
    open_or_parameter(writer);
    open_schema(writer, NULL, "string");
    json_put_text(writer, "pattern", shape->pattern);
    json_close(writer);
    json_close(writer);
}

static void put_text_of(struct json_writer *writer, const struct field *field)
{
    const struct shape *shape = shape_of(field->flags);
    if (shape != NULL) {
        put_shape(writer, shape);
    } else if (field->choices == NULL) {
        put_text_types(writer);
        if ((field->flags & FIELD_REQUIRED) != 0 || field->kind == FIELD_STRINGS) {
            json_put_int(writer, "minLength", 1);
        }
    } else {
        open_or_parameter(writer);
        json_open_object(writer, NULL);
        put_names(writer, "enum", field->choices);
        json_close(writer);
        json_close(writer);
    }
}

static void put_list_of(struct json_writer *writer, const struct field *field)
{
    json_open_array(writer, "anyOf");
    json_open_object(writer, NULL);
    put_text_of(writer, field);
    json_close(writer);
    open_schema(writer, NULL, "array");
    json_put_int(writer, "minItems", 1);
    json_open_object(writer, "items");
    put_text_of(writer, field);
    json_close(writer);
    json_close(writer);
    json_close(writer);
}

static void put_field_type(struct json_writer *writer, const struct field *field)
{
    switch (field->kind) {
    case FIELD_STRING:
        put_text_of(writer, field);
        break;
    case FIELD_INT:
        put_typed(writer, field, "integer");
        break;
    case FIELD_BOOL:
        put_typed(writer, field, "boolean");
        break;
    case FIELD_STRINGS:
        put_list_of(writer, field);
        break;
    case FIELD_PAIRS:
        json_put_text(writer, "type", "object");
        json_put_int(writer, "minProperties", 1);
        put_text_schema(writer, "additionalProperties");
        break;
    }
}

/* The members of `properties` for a table's fields. */
static void put_properties(struct json_writer *writer, const struct field_table *table)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        json_open_object(writer, table->fields[i].key);
        json_put_text(writer, "description", table->fields[i].help);
        put_field_type(writer, &table->fields[i]);
        json_close(writer);
    }
}

static bool has_required(const struct field_table *table)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        if ((table->fields[i].flags & FIELD_REQUIRED) != 0) {
            return true;
        }
    }
    return false;
}

static void put_required(struct json_writer *writer, const struct field_table *table)
{
    if (!has_required(table)) {
        return;
    }
    json_open_array(writer, "required");
    for (size_t i = 0; i < table->n_fields; i++) {
        if ((table->fields[i].flags & FIELD_REQUIRED) != 0) {
            json_put_text(writer, NULL, table->fields[i].key);
        }
    }
    json_close(writer);
}

static void put_one_required(struct json_writer *writer, const char *key)
{
    json_open_object(writer, NULL);
    json_open_array(writer, "required");
    json_put_text(writer, NULL, key);
    json_close(writer);
    json_close(writer);
}

/* One of these keys at least. */
static void put_one_of(struct json_writer *writer, const char *const *one_of)
{
    if (one_of == NULL) {
        return;
    }
    json_open_array(writer, "anyOf");
    for (size_t i = 0; one_of[i] != NULL; i++) {
        put_one_required(writer, one_of[i]);
    }
    json_close(writer);
}

/* A mapping that has a table's keys and no others. Where none is required, `kind:` alone will do.
 */
static void put_table(struct json_writer *writer, const char *key, const char *description,
                      const struct field_table *table, const char *const *one_of)
{
    static const char *const object_or_nothing[] = {"object", "null", NULL};
    static const char *const object[] = {"object", NULL};
    bool is_needed = has_required(table) || one_of != NULL;
    json_open_object(writer, key);
    put_names(writer, "type", is_needed ? object : object_or_nothing);
    if (description != NULL) {
        json_put_text(writer, "description", description);
    }
    put_required(writer, table);
    put_one_of(writer, one_of);
    json_open_object(writer, "properties");
    put_properties(writer, table);
    json_close(writer);
    json_put_bool(writer, "additionalProperties", false);
    json_close(writer);
}

/* ---- checks ---- */

static struct field_table table_of(const struct kind_schema *kind)
{
    return (struct field_table){.fields = kind->fields, .n_fields = kind->n_fields};
}

static void put_reference(struct json_writer *writer, const char *key, const char *kind)
{
    char path[256];
    snprintf(path, sizeof path, "#/$defs/%s", kind);
    json_open_object(writer, key);
    json_put_text(writer, "$ref", path);
    json_close(writer);
}

static void put_kind_references(struct json_writer *writer, const struct kind_schemas *kinds)
{
    for (size_t i = 0; i < kinds->n_items; i++) {
        put_reference(writer, kinds->items[i]->name, kinds->items[i]->name);
    }
}

/* Exactly one kind; a check may have `any_of` in its place. */
static void put_exactly_one(struct json_writer *writer, const struct kind_schemas *kinds,
                            bool may_branch)
{
    json_open_array(writer, "oneOf");
    for (size_t i = 0; i < kinds->n_items; i++) {
        put_one_required(writer, kinds->items[i]->name);
    }
    if (may_branch) {
        put_one_required(writer, "any_of");
    }
    json_close(writer);
}

static void put_alternative(struct json_writer *writer, const struct kind_schemas *kinds)
{
    open_schema(writer, "alternative", "object");
    json_open_object(writer, "properties");
    put_kind_references(writer, kinds);
    json_close(writer);
    json_put_bool(writer, "additionalProperties", false);
    put_exactly_one(writer, kinds, false);
    json_close(writer);
}

static void put_condition(struct json_writer *writer)
{
    static const struct field value = {.key = "value", .kind = FIELD_STRINGS};
    open_schema(writer, "when", "object");
    json_put_text(writer, "description",
                  "The check applies only when these parameters have one of these values");
    json_open_object(writer, "additionalProperties");
    put_list_of(writer, &value);
    json_close(writer);
    json_close(writer);
}

static void put_any_of(struct json_writer *writer)
{
    open_schema(writer, "any_of", "array");
    json_put_text(writer, "description", "Alternatives: the check holds when one of them does");
    json_put_int(writer, "minItems", 2);
    put_reference(writer, "items", "alternative");
    json_close(writer);
}

static void put_check(struct json_writer *writer, const struct kind_schemas *kinds)
{
    open_schema(writer, "check", "object");
    put_required(writer, &check_table);
    json_open_object(writer, "properties");
    put_properties(writer, &check_table);
    put_properties(writer, &link_table);
    put_condition(writer);
    put_any_of(writer);
    put_kind_references(writer, kinds);
    json_close(writer);
    json_put_bool(writer, "additionalProperties", false);
    put_exactly_one(writer, kinds, true);
    json_close(writer);
}

/* ---- the file ---- */

static void put_sections(struct json_writer *writer)
{
    put_table(writer, "guide", "The vendor's guide", &guide_table, NULL);
    put_table(writer, "first_call", "What the integration calls first", &call_table, NULL);
    open_schema(writer, "reasons", "object");
    json_put_text(writer, "description", "Rows of the guide no machine can check, and why");
    put_text_schema(writer, "additionalProperties");
    json_close(writer);
    open_schema(writer, "parameters", "object");
    json_put_text(writer, "description", "What differs from customer to customer");
    put_table(writer, "additionalProperties", NULL, &parameter_table, NULL);
    json_close(writer);
    open_schema(writer, "checks", "array");
    put_reference(writer, "items", "check");
    json_close(writer);
    open_schema(writer, "tests", "array");
    json_put_text(writer, "description", "What `glidepath pack test` tries and expects");
    put_table(writer, "items", NULL, &case_table, case_expectations);
    json_close(writer);
}

static void put_definitions(struct json_writer *writer, const struct kind_schemas *kinds)
{
    json_open_object(writer, "$defs");
    put_check(writer, kinds);
    put_alternative(writer, kinds);
    for (size_t i = 0; i < kinds->n_items; i++) {
        const struct kind_schema *kind = kinds->items[i];
        const struct field_table table = table_of(kind);
        put_table(writer, kind->name, kind->summary, &table, kind->one_of);
    }
    json_close(writer);
}

bool pack_schema_write(const struct kind_schemas *kinds, FILE *out)
{
    struct json_writer *writer = json_writer_new();
    json_put_text(writer, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_text(writer, "title", "glidepath rule pack");
    json_put_text(writer, "type", "object");
    put_required(writer, &header_table);
    json_open_object(writer, "properties");
    put_properties(writer, &header_table);
    put_sections(writer);
    json_close(writer);
    json_put_bool(writer, "additionalProperties", false);
    put_definitions(writer, kinds);
    bool is_written = json_writer_finish(writer, out, true);
    json_writer_free(writer);
    return is_written;
}
