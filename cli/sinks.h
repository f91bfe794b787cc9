/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where reports go: --report FORMAT[=PATH], each file whole or not at all.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/diag.h"
#include "base/strings.h"
#include "model/run.h"
#include "report/report.h"

struct arena;

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

/* Removes the files that are to be written, so that no older report is taken for this one. */
void sinks_remove_files(const struct sinks *sinks);

/* Writes all reports. False, and a line on standard error for each, when one could not be written.
 */
MUST_USE bool sinks_write(struct arena *arena, const struct sinks *sinks, const struct run *run,
                          const struct report_options *options);
