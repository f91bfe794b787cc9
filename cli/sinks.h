/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where reports go: --report FORMAT[=PATH], each file whole or not at all.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"
#include "model/run.h"
#include "report/report.h"
#include "report/set.h"

struct arena;
struct comparison;
struct options;
struct plan;

struct sink {
    const struct report_format *format;
    const char *path; /* NULL: standard output */
};

struct sinks {
    struct sink *items;
    size_t n_items;
    bool terminal_on_stderr; /* another report has standard output */
    bool has_terminal;
};

/*
 * Reads the specifications; without any there is the terminal report on standard output, and it is
 * added where no report takes standard output. An unknown format, two reports on standard output or
 * for one file are errors.
 */
MUST_USE bool sinks_read(struct arena *arena, struct diag *diag,
                         const struct strings *specifications, struct sinks *ret_sinks);

/*
 * Makes the sinks of `specifications` those of a plan, which is written as text and as JSON alone;
 * without a path the latter goes to plan.json. Another format is an error.
 */
MUST_USE bool sinks_for_plan(struct diag *diag, const struct strings *specifications,
                             struct sinks *sinks);

/* The same of what diff writes, which goes to diff.json. */
MUST_USE bool sinks_for_two(struct diag *diag, const struct options *options, struct sinks *sinks);

/*
 * Removes the files the options ask reports for, so that no older report is taken for this run's,
 * which may yet end without one. A specification with a mistake in it is passed over: sinks_read()
 * reports it. False, and reported, when a report would go where this run reads from.
 */
MUST_USE bool sinks_remove_old(struct arena *arena, struct diag *diag,
                               const struct options *options);

/* Writes all reports. False, and a line on standard error for each, when one could not be written;
 * those written after it say exit status 4 then, the terminal report in any case. */
MUST_USE bool sinks_write(struct arena *arena, const struct sinks *sinks, const struct run *run,
                          const struct report_options *options);

/* The same of several targets. */
MUST_USE bool sinks_write_set(struct arena *arena, const struct sinks *sinks,
                              const struct run_set *set, const struct report_options *options);

/* The same for a plan. */
MUST_USE bool sinks_write_plan(struct arena *arena, const struct sinks *sinks,
                               const struct plan *plan);

/* The same for a comparison. */
MUST_USE bool sinks_write_comparison(struct arena *arena, const struct sinks *sinks,
                                     const struct comparison *comparison);

/* One line a format, for --help. */
void sinks_print_formats(FILE *out);

/* What the stream behind a report for a terminal can show: colours, width, characters. */
struct report_options sinks_fit(const struct report_options *options, FILE *out);

/* True for a terminal that knows how to take back what stands on its last line. */
bool sinks_can_rewrite(FILE *out);
