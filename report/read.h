/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back: a JSON report as a run, so that it can be told in any other format.
 *
 * What is written from a run that was read is what was written from the run itself, byte for byte,
 * but for the run's id, which no JSON report has. Members that this program does not know are
 * passed over; those that an older one did not write are as if nothing had been known.
 */
#pragma once

#include <stdbool.h>

#include "base/attributes.h"
#include "base/json.h"
#include "model/run.h"

struct arena;

/*
 * Reads a document of the schema "glidepath-report/1". The run lives in `arena` and borrows texts
 * of `document`. False, and a reason in words in *ret_fault, for anything else, and for a report
 * that contradicts itself: counts or a status that its checks do not bear out.
 */
MUST_USE bool run_read(struct arena *arena, const struct json *document, struct run *ret_run,
                       const char **ret_fault);
