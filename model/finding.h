/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of one check.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"
#include "model/pack.h"
#include "model/question.h"
#include "model/verdict.h"

/* A cause that is ruled out: for one user, table, call …, or for everybody (NULL). */
struct exclusion {
    const char *cause;
    const char *subject;
};

struct finding {
    const struct check *check;
    enum verdict verdict;
    enum reason reason;
    bool gates; /* this finding, as it stands, keeps the run from being ready or would if it were
                   not a pass */

    /* For people. `seen` and `wanted` are one line each; `because` says why the verdict follows,
     * what would tell, or who waived it. NULL where there is nothing to say. */
    const char *seen;
    const char *wanted;
    const char *because;
    const char *link; /* absolute URL to the record or list, or NULL */

    struct strings causes;        /* ids this finding points to; first the likeliest */
    bool causes_are_alternatives; /* only one of them is at work, and it cannot be told which */
    bool causes_are_possible;     /* nothing shows them: only a call tells whether one is at work */
    bool is_no_proof;           /* a static reading: what it points to is never more than likely */
    struct exclusion *excludes; /* what a passing finding rules out */
    size_t n_excludes;
    const char *credential; /* the one under test in the check's pack; NULL: every credential's */
    const char *cause_subject; /* which record, user or path the cause is about */
    struct pairs about;     /* which "call", "table", "user", "client", "credential" or "plugin" a
                               cause behind it would be about; by the id of one of `causes`, its
                               subject where that is another one */
    const char *blocked_by; /* id of the check that stood in the way, or NULL */
    const char *source; /* "live", "recording" …, several with commas between; NULL when nothing was
                           read */
    int64_t taken;      /* when the oldest of it was read, where not all is live; else 0 */
    int64_t age_s;      /* how old that was when this was printed */
    const struct exchange **exchanges;
    size_t n_exchanges;
    const struct answer **answers; /* what it rests on, in the order in which it was asked */
    size_t n_answers;
};
