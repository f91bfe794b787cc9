/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything a report says about one target. Reports read nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cause.h"
#include "model/change.h"
#include "model/clue.h"
#include "model/exchange.h"
#include "model/finding.h"
#include "model/waived.h"

enum status { STATUS_READY, STATUS_NOT_READY, STATUS_INCONCLUSIVE };

/* How many findings have each verdict. */
struct tally {
    size_t pass;
    size_t fail;
    size_t unknown;
    size_t blocked;
    size_t waived;
    size_t not_applicable;
};

struct used_credential {
    const char *name;
    const char *kind;
    const char *source; /* "env RAD_API_KEY": never a value */
};

struct run {
    const char *tool_version;
    const char *run_id;
    const char
        *instance_url; /* with a slash behind; the user's own text when no URL can be made of it */
    const char *release_family; /* "Zurich"; NULL when it could not be told */
    const char *release_build;
    int64_t started; /* seconds since 1970; what reports print (SOURCE_DATE_EPOCH may replace it) */
    int64_t duration_ms;         /* 0 under SOURCE_DATE_EPOCH */
    const char *clock;           /* "system" or "recording" */
    struct used_source *sources; /* what was judged besides the instance, or in its place */
    size_t n_sources;
    bool has_clock_skew;  /* an answer told the instance's time */
    int64_t clock_skew_s; /* by how much the instance's clock is ahead of ours */

    enum status status;
    const char *status_reason; /* "unreachable", or NULL */
    int exit_status;
    struct tally tally; /* over all findings */
    size_t n_gating[6]; /* findings that gate, by verdict */
    size_t n_writes_not_run;

    struct pack **packs;
    size_t n_packs;
    struct used_credential *credentials;
    size_t n_credentials;
    struct finding *findings; /* in the order of the packs; skipped ones included */
    size_t n_findings;
    struct cause *causes; /* ordered; the first is the answer; none when ready */
    size_t n_causes;
    struct cause *advice;
    size_t n_advice;
    struct waiver_told *waivers; /* of the target, all of them, in its order */
    size_t n_waivers;
    const struct changes *changes; /* since the baseline; NULL: none was given */
    struct clues clues;            /* what was seen besides the checks: of a diagnosis */
    bool is_diagnosis;             /* the cause is what was asked for: it is told first */
    struct strings form_texts;     /* what to type into the vendor's own form: one sentence each */

    const struct exchange **exchanges;
    size_t n_exchanges;
    int n_connections;
    int n_waves;
    int64_t bytes_in;
};
