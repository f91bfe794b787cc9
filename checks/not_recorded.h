/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would tell where a file was asked in the place of the instance and did not know.
 */
#pragma once

#include "checks/kind.h"

/* Why a question is not-recorded, and what would tell; `otherwise` where the file is of a whole
 * run. */
const char *because_not_recorded(struct judging *judging, const struct question *question,
                                 const char *otherwise);
