/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside rules/: the parameters of a pack, the values in force, and `$name` in texts.
 *
 * A value comes from an option, then from the pack's own choice in the target, then from the
 * target's `set`, then from the credential, then from the pack's default; a name with the pack in
 * front ("PACK.NAME") goes before the plain one. An empty value counts as none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/strings.h"
#include "base/yaml.h"

struct arena;
struct binder;
struct pack_choice;
struct target;

struct parameter {
    const char *name;
    const char *about;
    bool required;
    const char *fallback;
    struct strings values; /* the only values allowed; none: any */
    struct where where;

    const char *value; /* in force; NULL when it is not set */
    bool is_stand_in;  /* `value` only takes the place of one (pack lint) */
};

struct parameters {
    struct parameter *items;
    size_t n_items;
};

struct parameter *parameters_find(const struct parameters *parameters, const char *name);
struct strings parameters_names(struct arena *arena, const struct parameters *parameters);

/* Reads the mapping `parameters:` of a pack and adds to, or replaces in, `parameters`. */
void parameters_read(struct binder *binder, const struct yaml_node *node,
                     struct parameters *parameters);

/*
 * Settles every value of the pack named `pack` that `choice` chose. What is not allowed, unknown
 * to the pack (in `choice->set`), or required and missing is reported.
 */
void parameters_settle(struct binder *binder, const char *pack, struct parameters *parameters,
                       const struct target *target, const struct pack_choice *choice);

/* Values for looking at a pack by itself: defaults, else the first allowed one, else "<name>", for
 * required ones or for all. */
enum stand_in { STAND_IN_REQUIRED, STAND_IN_ALL };
void parameters_stand_in(struct arena *arena, struct parameters *parameters,
                         enum stand_in stand_in);

/* The text of a scalar with every `$name` replaced and `$$` made a dollar. An undeclared name is
 * reported and stays. */
struct replacement {
    const char *text;
    const char *unset; /* the first parameter in it that has no value */
    bool has_stand_in;
};
struct replacement parameters_replace(struct binder *binder, const struct yaml_node *node);
