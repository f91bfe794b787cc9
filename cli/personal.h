/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is named by what a run was given and answered: for --anonymise.
 */
#pragma once

#include "model/question.h"
#include "model/target.h"
#include "report/report.h"

struct arena;

/* The users and clients of the credentials, of the questions and of the rows that came back. */
struct personal_names personal_names(struct arena *arena, const struct target *target,
                                     const struct answers *answers);
