/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside rules/: the keys of a pack file, part by part. The loader binds by these tables and the
 * JSON Schema is written from them.
 */
#pragma once

#include "base/strings.h"
#include "rules/schema.h"

struct field_table {
    const struct field *fields;
    size_t n_fields;
};

/* The top of the file. Its other keys are mappings and lists of their own. */
struct header_text {
    const char *pack;
    const char *title;
    const char *version;
    const char *extends;
    struct strings credentials;
};
extern const struct field_table header_table;

struct guide_text {
    const char *title;
    const char *read;
    struct strings rows;
};
extern const struct field_table guide_table;

struct call_text {
    const char *table;
};
extern const struct field_table call_table;

/* One of `parameters:`; fills a struct parameter (rules/parameters.h). */
extern const struct field_table parameter_table;

/* The keys every check may have besides its kind, `any_of`, `when` and `link`. Their sentences may
 * show a parameter that is not set. */
struct check_text {
    const char *id;
    const char *title;
    const char *step;
    const char *severity;
    const char *owner;
    const char *fix;
    struct strings covers;
    struct strings needs;
    struct strings serves;
};
extern const struct field_table check_table;

/* A link leads nowhere without its parameters: then there is none. */
struct link_text {
    const char *link;
};
extern const struct field_table link_table;

/* One of `tests:`; see struct pack_case. */
struct case_text {
    const char *world;
    struct strings faults;
    struct pairs switches;
    struct strings without;
    struct pairs set;
    bool writes;
    const char *status;
    const char *cause;
    struct pairs verdicts;
};
extern const struct field_table case_table;

/* The keys of a test that expect something: one at least must be there. NULL-terminated. */
extern const char *const case_expectations[];
