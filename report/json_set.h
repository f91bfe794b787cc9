/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON report about several targets.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "report/set.h"

struct report_options;

MUST_USE bool json_write_set(const struct run_set *set, const struct report_options *options,
                             FILE *out);
