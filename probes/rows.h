/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the Table API's JSON, and the test of a row against the question that asked for it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/question.h"

struct arena;
struct json;

/*
 * The rows of `result` (an array of records, or one record), copied into `arena`. A field is a
 * string or an object {value, link, display_value}; both become the value. Columns that hold
 * secrets are left out.
 */
struct row *rows_read(struct arena *arena, const struct json *result, size_t *ret_n);

/* False for what is no column's name, dot-walked or not. */
bool column_is_name(const char *column);

/* True for a value that the platform evaluates on the server; there is no way to quote it. */
bool value_is_script(const char *value);

/* True for columns that hold a password, a secret, a token or a hash of one, dot-walked or not.
 * They are never asked for. */
bool column_is_secret(const char *column);
