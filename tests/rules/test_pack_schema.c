/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON Schema that editors read.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "checks/kind.h"
#include "registry.h"
#include "rules/load.h"

/* The schema of these kinds, as text. */
static const char *schema_text(struct arena *arena, struct kind_schemas kinds)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert(pack_schema_write(&kinds, out));
    fclose(out);
    const char *copy = arena_strndup(arena, text, len);
    free(text);
    return copy;
}

static const struct json *schema(struct arena *arena)
{
    const char *fault = NULL;
    const char *text = schema_text(arena, test_kinds());
    const struct json *root = json_parse(arena, text, strlen(text), &fault);
    cr_assert_not_null(root, "%s", fault);
    return root;
}

/* The value at a path of keys, the last one NULL. */
static const struct json *at(const struct json *value, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        value = json_get(value, *keys);
    }
    return value;
}

#define AT(root, ...) at(root, (const char *const[]){__VA_ARGS__, NULL})

static bool lists(const struct json *array, const char *text)
{
    for (size_t i = 0; array != NULL && i < array->n_values; i++) {
        if (text_equal(array->values[i]->text, text)) {
            return true;
        }
    }
    return false;
}

Test(pack_schema, describes_packs_and_kinds)
{
    struct arena *arena = arena_new();
    const struct json *root = schema(arena);
    cr_expect_str_eq(json_get_text(root, "$schema"),
                     "https://json-schema.org/draft/2020-12/schema");
    cr_expect(lists(json_get(root, "required"), "pack"));
    cr_expect_not(lists(json_get(root, "required"), "extends"));
    cr_expect_not_null(AT(root, "properties", "guide", "properties", "rows"));
    cr_expect_not_null(
        AT(root, "properties", "parameters", "additionalProperties", "properties", "default"));
    const struct json *one = AT(root, "properties", "credentials", "anyOf")->values[0];
    cr_expect(lists(json_get(json_get(one, "anyOf")->values[1], "enum"), "oauth-client"));
    cr_expect_str_eq(json_get_text(AT(root, "properties", "checks", "items"), "$ref"),
                     "#/$defs/check");
    const struct json *check = AT(root, "$defs", "check");
    cr_expect(lists(json_get(check, "required"), "step"));
    cr_expect_not_null(AT(check, "properties", "when"));
    cr_expect_not_null(AT(check, "properties", "link"));
    cr_expect_str_eq(json_get_text(AT(check, "properties", "roles"), "$ref"), "#/$defs/roles");
    cr_expect_eq(json_get(check, "oneOf")->n_values, 6, "five kinds, or any_of");
    cr_expect_eq(AT(root, "$defs", "alternative", "oneOf")->n_values, 5);
    const struct json *shapes = AT(root, "$defs", "shapes");
    cr_expect_eq(json_get(shapes, "anyOf")->n_values, 4, "one of four is needed");
    cr_expect_str_eq(AT(shapes, "properties", "days", "anyOf")->values[1]->values[1]->text, "1");
    cr_expect_not_null(json_get(AT(shapes, "properties", "table", "anyOf")->values[1], "pattern"));
    const struct json *property = AT(root, "$defs", "property");
    cr_expect_str_eq(json_get_text(property, "description"), "A system property has a value");
    cr_expect(lists(json_get(property, "required"), "value"));
    cr_expect_not(lists(json_get(property, "required"), "absent"));
    cr_expect(
        lists(json_get(AT(property, "properties", "absent", "anyOf")->values[1], "enum"), "fail"));
    cr_expect_null(json_get(AT(root, "$defs", "network"), "required"));
    cr_expect_str_eq(json_get_text(AT(root, "$defs", "record", "properties", "where"), "type"),
                     "object");
    arena_free(arena);
}

Test(pack_schema, a_full_disk_is_noticed)
{
    struct kind_schemas kinds = test_kinds();
    FILE *out = fopen("/dev/full", "w");
    cr_assert_not_null(out);
    setvbuf(out, NULL, _IONBF, 0);
    cr_expect_not(pack_schema_write(&kinds, out));
    fclose(out);
}

/* After a change of a kind's parameters:
 * GLIDEPATH_UPDATE=1 build/sanitize/tests/test_rules --filter 'pack_schema/the_file*' */
Test(pack_schema, the_file_in_rules_is_up_to_date)
{
    static const char path[] = ROOT "/rules/pack.schema.json";
    struct arena *arena = arena_new();
    const char *text = schema_text(arena, kind_schemas());
    if (getenv("GLIDEPATH_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out);
        fputs(text, out);
        fclose(out);
    }
    size_t len = 0;
    const char *fault = NULL;
    const char *file = file_read(arena, path, 1 << 20, &len, &fault);
    cr_assert_not_null(file, "%s: %s", path, fault);
    cr_expect(text_equal(file, text),
              "rules/pack.schema.json is out of date: run this test with GLIDEPATH_UPDATE=1");
    arena_free(arena);
}
