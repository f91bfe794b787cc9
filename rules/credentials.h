/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside rules/: which parts a credential of each kind is made of, for the target file and the
 * environment alike.
 */
#pragma once

#include <stddef.h>

#include "model/target.h"

struct binder;
struct yaml_entry;

enum credential_part {
    PART_SECRET,
    PART_CLIENT_SECRET,
    PART_USER_NAME,
    PART_CLIENT_ID,
};

/* One part: its key in a target, and the end of its variable's name in the environment. */
struct part_row {
    const char *key;
    const char *variable;
    enum credential_part part;
};

enum { MOST_PARTS = 4 };

/* The parts of a kind, all of them required; those not used have no key. */
struct kind_parts {
    enum credential_kind kind;
    struct part_row parts[MOST_PARTS];
};

/* Every kind. In the order in which the environment is matched against them: the kinds with more
 * parts first. */
const struct kind_parts *credential_kinds(size_t *ret_n);

/* Puts a reference to where a secret is read from into its part, and words the source. */
void credential_refer(struct binder *binder, struct credential *credential,
                      enum credential_part part, const struct secret_reference *reference);

/* "env NAME", "file PATH", "command PROGRAM". */
const char *reference_source(struct arena *arena, const struct secret_reference *reference);

/* Reads one entry of `credentials:`. */
struct credential credential_read(struct binder *binder, const struct yaml_entry *entry);
