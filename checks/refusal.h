/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the integration's own call is refused with, judged in one place for all kinds that see an
 * effect: the 403 family, tables and APIs that are not there, and a 401 on one call of a credential
 * that another accepted.
 */
#pragma once

#include "checks/kind.h"

/*
 * Judges the answer to a call of the pack's own credential by what its exchange was refused with.
 * `subject` is the table or path it is about, `denied_cause` what a plain 403 points to. False when
 * it was no refusal of these; then nothing is written. True when it was: the finding is written, or
 * a question that decides is open now.
 */
bool judge_refusal(struct judging *judging, const struct answer *answer, const char *subject,
                   const char *denied_cause);
