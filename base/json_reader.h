/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of JSON objects with the types they must have. The first fault is kept and reading goes
 * on with empty values, so that who reads asks once, at the end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "base/strings.h"

struct arena;

struct json_reader {
    struct arena *arena;
    const char *fault; /* in words; NULL: none so far */
};

/* Notes a fault, unless there is one. */
void json_refuse(struct json_reader *reader, const char *fault);

/* A text or null; a member that is not there is as null. */
const char *json_text_at(struct json_reader *reader, const struct json *object, const char *key);

/* A text that must be there; "" where it is not. */
const char *json_needed_text(struct json_reader *reader, const struct json *object,
                             const char *key);

/* A whole number from `least` to `most`; `fallback` where there is none. */
int64_t json_number_at(struct json_reader *reader, const struct json *object, const char *key,
                       int64_t fallback, int64_t least, int64_t most);

/* false where there is none. */
bool json_truth_at(struct json_reader *reader, const struct json *object, const char *key);

/* An empty list where there is none. */
const struct json *json_array_at(struct json_reader *reader, const struct json *object,
                                 const char *key);

/* An object; NULL where there is none, or null. */
const struct json *json_object_at(struct json_reader *reader, const struct json *object,
                                  const char *key);

/* A list of texts; an empty one where there is none. */
struct strings json_strings_at(struct json_reader *reader, const struct json *object,
                               const char *key);

/* A list of [key, value]; an empty one where there is none. */
struct pairs json_pairs_at(struct json_reader *reader, const struct json *object, const char *key);
