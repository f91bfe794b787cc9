/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a write could not take back, in words.
 */
#pragma once

#include "model/question.h"
#include "model/target.h"

struct arena;

/*
 * One sentence that names the record an answer to a QUESTION_WRITE left on the instance against the
 * pack's will, with its number and sys_id, or says how to find one that may be there. NULL
 * when nothing was left. The text lives in `arena` and is not yet redacted.
 */
const char *left_behind(struct arena *arena, const struct answer *answer);

/*
 * The same of a record an earlier run began on `instance` at `seconds` since 1970 and did not see
 * the end of, with the link that finds it; `file` is the note that says so.
 */
const char *left_earlier(struct arena *arena, const struct instance *instance, const char *table,
                         const char *tag, int64_t seconds, const char *file);

/* The link to the record that was written; NULL when none of ours is known. */
const char *written_link(struct arena *arena, const struct instance *instance,
                         const struct answer *answer);
