/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several targets in Markdown: a table of what is not ready, and what is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "report/set.h"

struct report_options;

/* To be pasted: at most 40 lines. */
MUST_USE bool markdown_write_set(const struct run_set *set, const struct report_options *options,
                                 FILE *out);

/* The step summary of GitHub Actions: as many targets as fit into `limit` bytes, those that are not
 * ready first; nothing where not even the head fits. */
MUST_USE bool markdown_write_summary(const struct run_set *set, size_t limit, FILE *out);
