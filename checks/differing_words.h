/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs between two runs, for people.
 */
#pragma once

#include <stdbool.h>

#include "model/change.h"
#include "model/question.h"

struct arena;

/* What people call a record: "RAD Table API", "incident, operation read". NULL where no column that
 * came back says it. */
const char *row_title(struct arena *arena, const struct row *row);

/* The same to stand behind the table's name: "'RAD Table API'", or "with role.name = itil".
 * `titles` are those of records by their sys_ids: a link is told by what it links. */
const char *row_words(struct arena *arena, const struct row *row, const struct pairs *titles);

/* "accepted", "status 401, "User is not authenticated"", "not asked: credential-refused". */
const char *answer_words(struct arena *arena, const struct answer *answer);

/* The sentence about a difference, without a full stop. */
const char *difference_says(struct arena *arena, const struct difference *difference,
                            const struct pairs *titles, bool is_one_instance);

/* True for a sys_id: 32 hexadecimal digits. */
bool text_is_sys_id(const char *text);
