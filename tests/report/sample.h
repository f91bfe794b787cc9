/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs to write reports of, built without any other room: a few that look like real ones, and as
 * many random ones as a test wants.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/run.h"
#include "report/report.h"

struct arena;

/* What stands in the hostile run as a secret; no report may show it. */
#define SAMPLE_SECRET "test-secret-not-real-0123"

/* The run called `name`: "ready", "not-ready", "diagnosis", "inconclusive", "empty", "waived" or
 * "hostile". */
struct run *sample_run(struct arena *arena, const char *name);

/* The same as reports get it: sanitised, and redacted of SAMPLE_SECRET. */
struct run *sample_clean_run(struct arena *arena, const char *name);

/* A run with `n` checks whose verdicts, reasons and severities follow from `seed`. */
struct run *sample_random_run(struct arena *arena, size_t n, uint32_t seed);

/* Counts the findings once more and sets status and exit status, for a run that a test has changed.
 */
void sample_settle(struct run *run);

/* `format`'s report of `run`, NUL-terminated, in the arena; its length in *ret_len. */
char *sample_written(struct arena *arena, const struct report_format *format, const struct run *run,
                     const struct report_options *options, size_t *ret_len);

/* How often `needle` occurs in `text`. */
size_t count_of(const char *text, const char *needle);
