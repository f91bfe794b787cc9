/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which access control rule may be why a call was refused, or why no row came back.
 */
#pragma once

#include "checks/kind.h"

/*
 * For a finding that holds no more than a symptom of `operation` on `table` ("read", "create",
 * "write"): where an auditor reads the rules and the roles of the account, and they refuse it, the
 * rule takes the symptom's place: acl-denies, acl-inactive, acl-role or acl-missing. The verdict
 * stays, and rules alone are no proof. Where the rules let the account in, or do not tell, nothing
 * changes. Without an auditor nothing is asked. May leave questions open.
 */
void judge_by_rules(struct judging *judging, const char *table, const char *operation);

/* The same for a call that was refused: only where the words are those of an access control rule.
 */
void judge_refused_by_rules(struct judging *judging, const struct exchange *exchange,
                            const char *table, const char *operation);
