/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run saw, as a file; and the source that answers questions from such a file, later.
 *
 * A recording holds every table_page as it came, and the answer to every question that was asked:
 * so the same packs are told the same, and other packs are told whatever of their questions the
 * pages answer. What a page does not answer with certainty is `not-recorded`, never empty. How the
 * file looks is described in docs/recording.md, and fixed by probes/recording.schema.json.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "model/question.h"
#include "model/target.h"

struct arena;
struct exports;

struct recorded_pack {
    const char *name; /* of the pack; the target's choice has what it was read from */
    const char *version;
};

struct recording {
    enum source source; /* who answers: what it was made by */
    const char *tool_version;
    const char *run_id; /* stands in what was looked for in the instance's logs */
    const char *key_id; /* of the key behind the tokens "[hidden:…]"; the key itself is nowhere */
    const char *digest; /* of the file it was read from: "sha256:…" */
    bool is_anonymous;
    int64_t started; /* seconds since 1970 */
    int64_t ended;
    int64_t duration_ms;
    bool has_clock_skew;
    int64_t clock_skew_s; /* by how much the instance's clock was ahead */

    /* The instance as `instance.text`, packs with what was set for them, and credentials without
     * their secrets. */
    struct target target;
    struct recorded_pack *packs; /* as many as the target has, in the same order */
    size_t n_packs;

    struct strings tokens;   /* the keyed ones that stand in the file it was read from */
    struct exports *exports; /* of SOURCE_EXPORT: what answers; its exchanges are noted as questions
                                are answered. Else NULL */
    struct strings warnings; /* what was left out in reading it */

    struct answers answers;
    const struct exchange **exchanges;
    size_t n_exchanges;
    int n_connections;
    int n_waves;
    int64_t bytes_in;
};

/* What makes every text that came from elsewhere fit for the file. */
struct disguise {
    void *ctx;
    const char *(*text)(void *ctx, struct arena *arena, const char *text);
    /* The same of a value of a row; NULL: it is not told, as if it had never come. */
    const char *(*cell)(void *ctx, struct arena *arena, const char *column, const char *value);
};

/* The file that says all this, in `arena`. */
char *recording_text(struct arena *arena, const struct recording *recording,
                     const struct disguise *disguise);

/*
 * Reads a file back. On failure returns NULL and words the fault in *ret_fault: not JSON, another
 * schema, edited (its digest is another one), or something in it that cannot be. Everything lives
 * in `arena`.
 */
const struct recording *recording_read(struct arena *arena, const char *text, size_t len,
                                       const char **ret_fault);

/*
 * The answer to a question: as it was answered then, of a page that holds what it asks for, or
 * not-recorded; and stale where it was taken before `oldest` (seconds since 1970).
 */
struct answer *recording_tell(struct arena *arena, const struct recording *recording,
                              int64_t oldest, const struct question *question);
