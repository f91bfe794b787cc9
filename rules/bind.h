/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside rules/: reading YAML nodes into what a table of fields describes, and wording what does
 * not fit.
 *
 * Every function here reports its own mistakes and goes on, so that a file's mistakes come in one
 * go; whether something was wrong is told by comparing diag_count(). What could not be read is left
 * zero. Nothing is ever said about a node below `credentials` that would show its text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/strings.h"
#include "base/yaml.h"
#include "rules/pack_fields.h"
#include "rules/schema.h"

struct arena;
struct parameters;

/* What `$name` in a text without a value becomes. */
enum unset_text {
    UNSET_IS_NULL,  /* no text at all: nothing can be asked without it */
    UNSET_IS_SHOWN, /* "<name>": in sentences for people */
};

struct binder {
    struct arena *arena;
    struct diag *diag;
    const struct parameters *parameters; /* for `$name`; NULL: a dollar is a dollar */
    enum unset_text unset_text;
    const struct strings *causes; /* the ids there are; NULL: they are not looked at */

    /* Written: a parameter without a value that was used, and whether it stood where a row is
     * identified. */
    const char *unset;
    bool unset_identifies;
};

/*
 * Fills `record` from the fields' keys in `mapping`: types, choices and required keys are checked.
 * A key may be absent when its field is optional; unknown keys are keys_check()'s business, because
 * a mapping may have more keys than one table describes. False when `mapping` is no mapping: then
 * the message says that `what` must be one.
 */
bool fields_bind(struct binder *binder, const struct yaml_node *mapping, const char *what,
                 const struct field_table *table, void *record);

/* Reports every key that is not one of `known`. */
void keys_check(const struct binder *binder, const struct yaml_node *mapping,
                const struct strings *known);

/* Reports that `what` needs one of these keys (NULL-terminated; NULL: none) when it has none. */
void one_of_check(const struct binder *binder, const struct yaml_node *mapping, const char *what,
                  const char *const *one_of);

/* The least value of a whole number; INT64_MIN when it may be any. */
int64_t field_least(const struct field *field);

/* The keys of a table of fields, added to `list`. */
void fields_list(struct arena *arena, struct strings *list, const struct field_table *table);

/* True when `node` is of that kind; else reports that `what` must be, and is not. */
bool node_is(const struct binder *binder, const struct yaml_node *node, enum yaml_kind kind,
             const char *what);

/* The text of a scalar after `$name` was replaced; NULL when reported, or unset (UNSET_IS_NULL). */
const char *read_text(struct binder *binder, const struct yaml_node *node, const char *what,
                      unsigned flags);

/* A sequence of scalars, or one scalar. */
struct strings read_strings(struct binder *binder, const struct yaml_node *node, const char *what,
                            unsigned flags);

/* A mapping of scalars. */
struct pairs read_pairs(struct binder *binder, const struct yaml_node *node, const char *what,
                        unsigned flags);

/* " (did you mean 'x'?)", or " (known: a, b, c)" for a short list without a near one, or "". */
const char *did_you_mean(const struct binder *binder, const char *word,
                         const struct strings *candidates);

/* "a", "a or b", "a, b or c". */
const char *join_alternatives(struct arena *arena, const struct strings *list);

/* True for what is the path of a pack, and no built-in name: it has a slash, or ends in .yaml. */
bool names_a_file(const char *name);

/* `path` as it is when it is absolute; else below the folder that `file` is in. */
const char *path_beside(struct arena *arena, const char *file, const char *path);

/* The place of a file as a whole; NULL: of the command line. */
struct where whole_file(const char *file);
