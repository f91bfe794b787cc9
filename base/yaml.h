/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to libyaml: a YAML document as a tree in which every node knows its line and column.
 *
 * Rule and target files are reviewed by people, so what makes a file say something else than it
 * shows is refused with a message: anchors, aliases, tags, merge keys, duplicate keys, a second
 * document, nesting deeper than 32, invisible and text-reordering characters. Every scalar is text
 * until a schema converts it: `no`, `1.10` and `0644` stay what the author typed. JSON is accepted
 * as flow YAML.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/diag.h"

struct arena;
struct strings;

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
    enum yaml_kind kind;
    struct where where;
    const char *text; /* of a scalar; plain `~`, `null` and nothing at all are "" with is_null */
    bool is_null;     /* a plain empty scalar, `~` or `null` */
    bool is_quoted;   /* the scalar stood in quotes or in a block */
    struct yaml_entry *entries; /* of a mapping, in file order */
    struct yaml_node **items;   /* of a sequence */
    size_t n_items;             /* number of entries or items */
};

struct yaml_entry {
    const char *key;
    struct where where; /* of the key */
    struct yaml_node *value;
};

/*
 * Reads `len` bytes of UTF-8 as one YAML document. `file` names it in messages; the text is made
 * known to `diag` by this function. The tree lives in `arena`. Returns NULL after reporting at
 * least one error; duplicate keys and the like are all reported, a syntax error ends the reading.
 * An empty document is an error.
 */
struct yaml_node *yaml_parse(struct arena *arena, struct diag *diag, const char *file,
                             const char *text, size_t len);

/*
 * The same for loaders that go on to look at the content, so that all mistakes of a file are
 * reported in one go: the tree comes back although duplicate keys, anchors, tags or a second
 * document were reported. The caller compares diag_count(). NULL after a syntax error, an alias or
 * a merge key: then the tree would not say what the author wrote.
 *
 * `shown_keys` are the top-level keys whose values a message may show; NULL: all. What stands below
 * any other, and always below `credentials`, gets `where.is_secret`, and messages about it do not
 * say what is there. Lines that may hold a secret are not shown by any reading (base/conceal.h).
 */
struct yaml_node *yaml_parse_partial(struct arena *arena, struct diag *diag, const char *file,
                                     const char *text, size_t len,
                                     const struct strings *shown_keys);
struct yaml_node *yaml_load_partial(struct arena *arena, struct diag *diag, const char *file,
                                    const struct strings *shown_keys);

/*
 * The same as yaml_parse_partial() for a text that is part of the program, and ends with a NUL: it
 * holds no secret and was looked through when it was written, so neither is looked for, and it is
 * not copied. tests/rules reads all of them as strictly as anybody's.
 */
struct yaml_node *yaml_parse_own(struct arena *arena, struct diag *diag, const char *file,
                                 const char *text, size_t len);

/*
 * Reads a file of at most one megabyte and parses it. A file that cannot be opened or is too large
 * is reported under its name.
 */
struct yaml_node *yaml_load(struct arena *arena, struct diag *diag, const char *file);

/* The value of `key` in a mapping; NULL when the node is NULL, no mapping, or has no such key. */
struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/* "a mapping", "a sequence", "a value": for messages. */
const char *yaml_kind_name(enum yaml_kind kind);
