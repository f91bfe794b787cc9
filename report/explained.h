/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page for a person who pasted a text.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/explanation.h"

struct report_options;

/*
 * Writes what was recognised, the causes and the questions, and last the exit status with its
 * reason; where nothing was recognised, what would help. False when the stream failed.
 */
MUST_USE bool explanation_write(const struct explanation *explanation, int exit_status,
                                const struct report_options *options, FILE *out);
