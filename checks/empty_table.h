/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law 2 for tables of data: what it means that no row came back to the integration.
 */
#pragma once

#include "checks/evidence.h"

/* Judges an answer without a row: counted and kept back, or nothing counted, which is never a pass.
 */
void judge_no_rows(struct judging *judging, const char *table, const struct answer *answer);

/*
 * The same, but where nothing was counted and an auditor can tell that nothing keeps rows back, it
 * passes as empty: the auditor counts none either, reads no before-query rule and no data filter on
 * the table, and sees the user hold a role of the table's read rule. Where the rules refuse the
 * account, they are named (checks/acl_cause.h). May leave questions open.
 */
void judge_empty_table(struct judging *judging, const char *table, const struct answer *answer);

/* The link of a finding about reading a table: to its rows where the finding is about those, else
 * to its read rules. */
const char *reading_link(const struct judging *judging, const char *table);
