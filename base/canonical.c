/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk over the tree; an object's keys are sorted beside it, and the tree stays as it is.
 */
#include "base/canonical.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/strings.h"

struct spelling {
    struct buf text;
    bool in_lines;
};

struct member {
    const char *key;
    const struct json *value;
};

static int compare_members(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void add_string(struct buf *text, const char *string)
{
    static const char names[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    buf_add_char(text, '"');
    for (const char *at = string; *at != '\0'; at++) {
        const char *name = strchr(names, *at);
        if (name != NULL) {
            buf_add_char(text, '\\');
            buf_add_char(text, letters[name - names]);
        } else if ((unsigned char)*at < 0x20) {
            buf_printf(text, "\\u%04x", (unsigned)(unsigned char)*at);
        } else {
            buf_add_char(text, *at);
        }
    }
    buf_add_char(text, '"');
}

/* Between elements, and before the first and behind the last of them. */
static void break_line(struct spelling *spelling, int depth)
{
    enum { DEEPEST_WITH_LINES = 1 };
    if (spelling->in_lines && depth <= DEEPEST_WITH_LINES) {
        buf_add_char(&spelling->text, '\n');
    }
}

static void add_value(struct arena *arena, struct spelling *spelling, const struct json *value,
                      int depth);

static void add_object(struct arena *arena, struct spelling *spelling, const struct json *value,
                       int depth)
{
    struct member *members = arena_array(arena, value->n_values, sizeof *members);
    for (size_t i = 0; i < value->n_values; i++) {
        members[i] = (struct member){value->keys[i], value->values[i]};
    }
    qsort(members, value->n_values, sizeof *members, compare_members);
    buf_add_char(&spelling->text, '{');
    for (size_t i = 0; i < value->n_values; i++) {
        buf_add(&spelling->text, i > 0 ? "," : "");
        break_line(spelling, depth == 0 ? 0 : INT32_MAX);
        add_string(&spelling->text, members[i].key);
        buf_add_char(&spelling->text, ':');
        add_value(arena, spelling, members[i].value, depth + 1);
    }
    break_line(spelling, depth == 0 ? 0 : INT32_MAX);
    buf_add_char(&spelling->text, '}');
}

static void add_array(struct arena *arena, struct spelling *spelling, const struct json *value,
                      int depth)
{
    buf_add_char(&spelling->text, '[');
    for (size_t i = 0; i < value->n_values; i++) {
        buf_add(&spelling->text, i > 0 ? "," : "");
        break_line(spelling, depth);
        add_value(arena, spelling, value->values[i], depth + 1);
    }
    buf_add_char(&spelling->text, ']');
}

/* Recursion is bounded by the depth that json_parse() reads. */
static void add_value(struct arena *arena, struct spelling *spelling, const struct json *value,
                      int depth)
{
    switch (value->kind) {
    case JSON_KIND_NULL:
        buf_add(&spelling->text, "null");
        break;
    case JSON_KIND_BOOL:
        buf_add(&spelling->text, value->boolean ? "true" : "false");
        break;
    case JSON_KIND_NUMBER:
        buf_add(&spelling->text, value->text);
        break;
    case JSON_KIND_STRING:
        add_string(&spelling->text, value->text);
        break;
    case JSON_KIND_ARRAY:
        add_array(arena, spelling, value, depth);
        break;
    case JSON_KIND_OBJECT:
        add_object(arena, spelling, value, depth);
        break;
    }
}

static const struct json *without(struct arena *arena, const struct json *value,
                                  const char *left_out)
{
    struct json *rest = arena_allocate(arena, sizeof *rest);
    *rest = *value;
    rest->n_values = 0;
    rest->keys = arena_array(arena, value->n_values, sizeof *rest->keys);
    rest->values = arena_array(arena, value->n_values, sizeof *rest->values);
    for (size_t i = 0; i < value->n_values; i++) {
        if (!text_equal(value->keys[i], left_out)) {
            rest->keys[rest->n_values] = value->keys[i];
            rest->values[rest->n_values++] = value->values[i];
        }
    }
    return rest;
}

char *json_canonical(struct arena *arena, const struct json *value, const char *left_out,
                     bool in_lines)
{
    struct spelling spelling = {.in_lines = in_lines};
    bool is_shortened = left_out != NULL && value->kind == JSON_KIND_OBJECT;
    buf_init(&spelling.text, SIZE_MAX / 4);
    add_value(arena, &spelling, is_shortened ? without(arena, value, left_out) : value, 0);
    char *text = arena_strndup(arena, spelling.text.data, spelling.text.len);
    buf_release(&spelling.text);
    return text;
}
