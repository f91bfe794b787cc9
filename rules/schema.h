/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How YAML meets a C struct: a table of fields, each row naming a member. The field's kind is read
 * off the member's own type, so a row cannot lie. The same table serves the loader, the "did you
 * mean", the JSON Schema and the reference page.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/strings.h"

enum field_kind {
    FIELD_STRING,  /* const char * */
    FIELD_INT,     /* int64_t */
    FIELD_BOOL,    /* bool: true or false */
    FIELD_STRINGS, /* struct strings: a sequence of scalars, or one scalar */
    FIELD_PAIRS,   /* struct pairs: a mapping of scalars */
};

enum field_flags {
    FIELD_OPTIONAL = 0,
    FIELD_REQUIRED = 1 << 0,
    /* Without it no row can be found: an unset parameter here is "ambiguous". */
    FIELD_IDENTIFIES = 1 << 1,
    /* The User ID or Client ID a check is about: what an effect shows, it shows of the same one
       only. */
    FIELD_NAMES_USER = 1 << 2,
    FIELD_NAMES_CLIENT = 1 << 3,
    /* Of a whole number: from 0, or from 1. */
    FIELD_FROM_ZERO = 1 << 4,
    FIELD_FROM_ONE = 1 << 5,
    /* Of a text, or each of a list: the name of a table; the path of an API, as in now/table; a
       path from /api/ on; the id of a cause of the catalogue; a page of the instance. */
    FIELD_TABLE = 1 << 6,
    FIELD_API = 1 << 7,
    FIELD_PATH = 1 << 8,
    FIELD_CAUSE = 1 << 9,
    FIELD_PAGE = 1 << 10,
    /* What it asks for is worth saying and never decides: a check that sets it is not required. */
    FIELD_ADVICE = 1 << 11,
};

struct field {
    const char *key;
    enum field_kind kind;
    unsigned flags;
    size_t offset;
    const char *help;           /* one sentence for the reference page */
    const char *const *choices; /* the only texts allowed, NULL-terminated; NULL: any */
};

#define FIELD_CHOICE(type, member, flags_, choices_, help_)                                            \
    {                                                                                                  \
        .key = #member,                                                                              \
        .kind = _Generic(((type *)NULL)->member,                                                     \
            const char *: FIELD_STRING,                                                              \
            int64_t: FIELD_INT,                                                                      \
            bool: FIELD_BOOL,                                                                        \
            struct strings: FIELD_STRINGS,                                                           \
            struct pairs: FIELD_PAIRS),                                                              \
        .flags = (flags_), .offset = offsetof(type, member), .help = (help_), .choices = (choices_), \
    }
#define FIELD(type, member, flags_, help_) FIELD_CHOICE(type, member, flags_, NULL, help_)

/* What the loader needs to know of a kind of check. */
struct kind_schema {
    const char *name;
    const char *summary;
    const struct field *fields;
    size_t n_fields;
    size_t params_size;
    /* Parameters of which one at least must be there, or the check would ask for nothing;
     * NULL-terminated. NULL: it may do without any. */
    const char *const *one_of;
    /* How a pack writes it, "kind: { … }" with a newline at the end, for the reference page; NULL
     * where a built-in pack shows it. */
    const char *example;
};

/* The kinds a loader accepts: sorted by name, handed in by the command. */
struct kind_schemas {
    const struct kind_schema *const *items;
    size_t n_items;
};
