/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small registry of kinds for the tests of the loader: one field of every sort.
 */
#pragma once

#include "rules/schema.h"

struct property_params {
    const char *name;
    const char *value;
    const char *absent;
};

struct record_params {
    const char *table;
    struct pairs where;
    int64_t min;
    bool active;
    struct strings fields;
};

struct roles_params {
    const char *user;
    struct strings roles;
};

struct shapes_params {
    const char *table;
    struct strings tables;
    const char *api;
    const char *path;
    const char *cause;
    int64_t days;
    int64_t most;
    bool hint;
};

/* "network" (no parameters), "property", "record", "roles", and "shapes", which needs one of
 * table, tables, api and path. */
struct kind_schemas test_kinds(void);
