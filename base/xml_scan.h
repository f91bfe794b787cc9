/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a document may not hold, looked for before a parser sees it: whatever would make a parser
 * fetch, expand, or toil.
 */
#pragma once

#include <stddef.h>

struct arena;
struct xml_limits;

/*
 * The first thing in `text` (NUL-terminated, `len` bytes) that is refused, in words and with its
 * line ("line 3: …"), in `arena`; NULL when there is none. Whether the document is well-formed is
 * the parser's business.
 */
const char *xml_scan(struct arena *arena, const char *text, size_t len,
                     const struct xml_limits *limits);
