/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of registry.h.
 */
#include "registry.h"

static const char *const absent_choices[] = {"pass", "fail", NULL};

static const struct field property_fields[] = {
    FIELD(struct property_params, name, FIELD_REQUIRED | FIELD_IDENTIFIES, "its name"),
    FIELD(struct property_params, value, FIELD_REQUIRED, "the value wanted"),
    FIELD_CHOICE(struct property_params, absent, FIELD_OPTIONAL, absent_choices,
                 "when it is not there"),
};

static const struct field record_fields[] = {
    FIELD(struct record_params, table, FIELD_REQUIRED, "table to count in"),
    FIELD(struct record_params, where, FIELD_OPTIONAL, "columns and their values"),
    FIELD(struct record_params, min, FIELD_OPTIONAL, "least number of records"),
    FIELD(struct record_params, active, FIELD_OPTIONAL, "only active ones"),
    FIELD(struct record_params, fields, FIELD_OPTIONAL, "columns to show"),
};

static const struct field roles_fields[] = {
    FIELD(struct roles_params, user, FIELD_REQUIRED | FIELD_IDENTIFIES, "User ID"),
    FIELD(struct roles_params, roles, FIELD_REQUIRED, "roles it must hold"),
};

static const struct field shapes_fields[] = {
    FIELD(struct shapes_params, table, FIELD_TABLE, "a table"),
    FIELD(struct shapes_params, tables, FIELD_TABLE, "tables"),
    FIELD(struct shapes_params, api, FIELD_API, "as in now/table"),
    FIELD(struct shapes_params, path, FIELD_PATH, "from /api/ on"),
    FIELD(struct shapes_params, cause, FIELD_CAUSE, "id of a cause"),
    FIELD(struct shapes_params, days, FIELD_FROM_ONE, "days"),
    FIELD(struct shapes_params, most, FIELD_FROM_ZERO, "the most"),
    FIELD(struct shapes_params, hint, FIELD_ADVICE, "worth saying"),
};
static const char *const shapes_one_of[] = {"table", "tables", "api", "path", NULL};

static const struct kind_schema kind_network = {
    .name = "network", .summary = "It answers", .params_size = 1};
static const struct kind_schema kind_property = {.name = "property",
                                                 .summary = "A system property has a value",
                                                 .fields = property_fields,
                                                 .n_fields = ARRAY_LEN(property_fields),
                                                 .params_size = sizeof(struct property_params)};
static const struct kind_schema kind_record = {.name = "record",
                                               .summary = "Records exist",
                                               .fields = record_fields,
                                               .n_fields = ARRAY_LEN(record_fields),
                                               .params_size = sizeof(struct record_params)};
static const struct kind_schema kind_roles = {.name = "roles",
                                              .summary = "A user holds roles",
                                              .fields = roles_fields,
                                              .n_fields = ARRAY_LEN(roles_fields),
                                              .params_size = sizeof(struct roles_params)};

static const struct kind_schema kind_shapes = {.name = "shapes",
                                               .summary = "Texts that name something",
                                               .fields = shapes_fields,
                                               .n_fields = ARRAY_LEN(shapes_fields),
                                               .one_of = shapes_one_of,
                                               .params_size = sizeof(struct shapes_params)};

static const struct kind_schema *const kinds[] = {&kind_network, &kind_property, &kind_record,
                                                  &kind_roles, &kind_shapes};

struct kind_schemas test_kinds(void)
{
    return (struct kind_schemas){.items = kinds, .n_items = ARRAY_LEN(kinds)};
}
