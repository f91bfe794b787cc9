/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to jansson: reading JSON into a plain tree, and writing it in a fixed key order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"

struct arena;

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT
};

/*
 * A value. Strings are valid UTF-8; a NUL inside one was replaced by U+FFFD. Numbers are text:
 * whole ones as they stood (beyond int64_t they are a fault), others in the fewest digits that read
 * back as the same number.
 */
struct json {
    enum json_kind kind;
    bool boolean;
    const char *text;           /* of a string or a number */
    const char **keys;          /* of an object, in the order of the document */
    const struct json **values; /* of an object or an array */
    size_t n_values;
};

/*
 * Reads a whole document: one value, nothing behind it, no duplicate keys, depth at most 64. A lone
 * surrogate escape (half of an emoji that was cut) is read as U+FFFD rather than refusing the
 * document. The tree lives in `arena`. On failure returns NULL and words the fault in *ret_fault
 * (in the arena), with its line and column but without quoting the document: it may hold a secret.
 */
const struct json *json_parse(struct arena *arena, const char *text, size_t len,
                              const char **ret_fault);

/* The member `key` of an object; NULL when `value` is NULL, no object, or has no such member. */
const struct json *json_get(const struct json *value, const char *key);

/* The text of the string member `key`; NULL when there is none or it is not a string. */
const char *json_get_text(const struct json *value, const char *key);

/*
 * Writing. Members appear in the order of the calls. `key` is NULL inside an array. A NULL text
 * writes null. Text must be valid UTF-8 (see text_sanitize()).
 */
struct json_writer;

struct json_writer *json_writer_new(void); /* opens the outermost object */
void json_writer_free(struct json_writer *writer);
void json_open_object(struct json_writer *writer, const char *key);
void json_open_array(struct json_writer *writer, const char *key);
void json_close(struct json_writer *writer);
void json_put_text(struct json_writer *writer, const char *key, const char *text);
void json_put_int(struct json_writer *writer, const char *key, int64_t number);
void json_put_bool(struct json_writer *writer, const char *key, bool value);

/*
 * Closes what is open and writes the document: indented by two, or on one line; a newline ends it.
 * False when the stream failed.
 */
MUST_USE bool json_writer_finish(struct json_writer *writer, FILE *out, bool indented);

/* Closes what is open and returns the document as text on one line, in `arena`. */
char *json_writer_text(struct json_writer *writer, struct arena *arena);
