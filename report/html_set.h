/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several targets on one page: a table of all, and below it each as on a page of its own, folded.
 * It needs no script.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "report/set.h"

struct report_options;

MUST_USE bool html_write_set(const struct run_set *set, const struct report_options *options,
                             FILE *out);
