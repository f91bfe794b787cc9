/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shapes of shapes.h.
 */
#include "rules/shapes.h"

#include <assert.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/pattern.h"
#include "rules/schema.h"

static const struct shape shapes[] = {
    {FIELD_TABLE, "the name of a table (letters, digits and '_')", "^[A-Za-z0-9_]+$"},
    {FIELD_API, "the path of an API as in now/table, without /api/ before it",
     "^(?!api/)[A-Za-z0-9_.{}-]+(/[A-Za-z0-9_{}-][A-Za-z0-9_.{}-]*)*$"},
    {FIELD_PATH, "a path from /api/ on, as a GET may call it",
     "^/api/(?!.*(\\.\\.|//|%2[eEfF]))[A-Za-z0-9/_.~?&=%,-]+$"},
    {FIELD_PAGE, "a path on the instance, as in /sys_user_list.do", "^/(?!/)[^\\x00-\\x1f\\\\]*$"},
};

const struct shape *shape_of(unsigned flags)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        if ((flags & shapes[i].flag) != 0) {
            return &shapes[i];
        }
    }
    return NULL;
}

bool shape_fits(const struct shape *shape, const char *text)
{
    struct arena *arena = arena_new();
    const char *fault = NULL;
    size_t offset = 0;
    struct pattern *pattern = pattern_new(arena, shape->pattern, &fault, &offset);
    assert(pattern != NULL);
    bool fits = pattern_find(pattern, text) == PATTERN_MATCHES;
    pattern_free(pattern);
    arena_free(arena);
    return fits;
}
