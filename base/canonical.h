/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in one spelling: equal documents are equal bytes, so that a digest of the bytes is one of
 * the contents, however the file was laid out.
 */
#pragma once

#include <stdbool.h>

struct arena;
struct json;

/*
 * The value with the members of every object in the order of their keys' bytes, no blanks, and of
 * characters only those escaped that must be: what Python's json.dumps(value, sort_keys=True,
 * ensure_ascii=False, separators=(",", ":")) writes. `left_out` is a member of the outermost object
 * that is passed over; NULL: none. `in_lines`: each member of the outermost object, and each
 * element of an array in it, on a line of its own. Lives in `arena`.
 */
char *json_canonical(struct arena *arena, const struct json *value, const char *left_out,
                     bool in_lines);
