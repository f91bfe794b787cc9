/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside rules/: a pack on its way from YAML to `struct pack`.
 *
 * First the file is read into a `struct pack_source`, and what `extends` names is merged under it:
 * the checks are still nodes. Then the parameters get their values, and only then are the checks
 * bound, because any text in them may use a parameter.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/yaml.h"
#include "model/pack.h"
#include "rules/bind.h"
#include "rules/parameters.h"

/* What every step of a load needs. */
struct loading {
    struct arena *arena;
    struct diag *diag;
    const struct kind_schemas *kinds;
    struct strings causes; /* the ids of the catalogue */
};

/* What a load begins with. */
struct loading loading_begin(struct arena *arena, struct diag *diag,
                             const struct kind_schemas *kinds);

struct check_source {
    const char *id; /* without the pack */
    const struct yaml_node *node;
    bool is_inherited;
};

struct pack_source {
    const char *name;
    const char *title;
    const char *version;
    const char *guide_title;
    const char *guide_read;
    const char *first_table;
    struct pairs files;         /* what was read: path -> SHA-256; its own file first */
    struct strings credentials; /* the kinds of credential it is written for; none: any */
    struct strings rows;
    struct pairs reasons;
    struct parameters parameters;
    struct check_source *checks;
    size_t n_checks;
    struct pack_case *cases;
    size_t n_cases;
    struct where where; /* of the whole document */
};

/* Reads the pack of that name (built-in, or the path of a file). `where` is where it was named.
 * False after reporting; what could be read is handed over all the same, unless it is nothing
 * (ret_source->name is NULL then). */
MUST_USE bool pack_source_load(const struct loading *loading, const char *name, struct where where,
                               struct pack_source *ret_source);

/* The same for a text that is in memory already; `file` names it in messages. */
MUST_USE bool pack_source_parse(const struct loading *loading, const char *file, const char *text,
                                size_t len, struct pack_source *ret_source);

/* Binds every check with the parameters' values in force. Mistakes are reported. */
struct pack *pack_bind(const struct loading *loading, const struct pack_source *source,
                       const char *credential);

/* Turns the short ids of `needs` and `serves` into full ones; unknown ones and circles are
 * reported. */
void pack_order(const struct loading *loading, const struct pack_source *source, struct pack *pack);

/* Reads the list `tests:`, after the checks, whose names it uses. */
void cases_read(struct binder *binder, const struct yaml_node *node, struct pack_source *source);

/*
 * Expands "CXM-1..CXM-80" and adds the rows to `rows`; what is no row is reported at `where`.
 */
void rows_add(const struct binder *binder, struct where where, const char *text,
              struct strings *rows);
