/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source that sends nothing: a text somebody pasted. A body by itself, what `curl -v` or
 * `curl -i` print, a page, or lines of a log with any of these in them.
 */
#pragma once

#include <stddef.h>

#include "model/paste.h"

struct arena;

/* More of a text is not read; more answers and lines are not kept. */
enum { PASTE_BYTES = 2 * 1024 * 1024, PASTE_ANSWERS = 64, PASTE_LINES = 20000 };

/* What the user says about a text that does not say it itself; members are NULL where unsaid. */
struct paste_call {
    const char *method;
    const char *path;
};

/*
 * Reads a text. Secrets are hidden before anything else looks at it (see hide.h); bodies are read
 * as the live instance's are (see response.h). The result lives in `arena`.
 */
struct paste paste_read(struct arena *arena, const char *text, size_t len,
                        const struct paste_call *call);
