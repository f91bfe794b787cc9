/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside rules/: what texts that name something on an instance look like. The loader holds them to
 * it and the JSON Schema repeats it, so a pattern must read the same in PCRE2 and in JavaScript.
 */
#pragma once

#include <stdbool.h>

struct shape {
    unsigned flag;       /* of a struct field */
    const char *words;   /* "'table' must be …" */
    const char *pattern; /* of the whole text */
};

/* The shape that a field's flags ask for; NULL for none. */
const struct shape *shape_of(unsigned flags);

/* True when the text has that shape. */
bool shape_fits(const struct shape *shape, const char *text);
