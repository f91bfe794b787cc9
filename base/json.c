/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that sees jansson. Reading copies its tree into an arena; writing builds its tree
 * and dumps it.
 */
#include "base/json.h"

#include <assert.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"
#include "base/strings.h"

enum { DEEPEST_NESTING = 64, DEEPEST_WRITING = 16 };

/* ---- Reading ---- */

static bool is_hex_escape(const char *text, size_t left, unsigned *ret_code)
{
    if (left < 6 || text[0] != '\\' || text[1] != 'u') {
        return false;
    }
    unsigned code = 0;
    for (size_t i = 2; i < 6; i++) {
        const char *digits = "0123456789abcdef";
        char c = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
        const char *digit = c == '\0' ? NULL : strchr(digits, c);
        if (digit == NULL) {
            return false;
        }
        code = code * 16 + (unsigned)(digit - digits);
    }
    *ret_code = code;
    return true;
}

static bool is_high_surrogate(unsigned code)
{
    return code >= 0xD800 && code <= 0xDBFF;
}

static bool is_low_surrogate(unsigned code)
{
    return code >= 0xDC00 && code <= 0xDFFF;
}

/*
 * A copy of the document in which every lone surrogate escape is \ufffd. jansson refuses the whole
 * document for one, and the platform can cut a text in the middle of an emoji.
 */
static char *mend_surrogates(const char *text, size_t len)
{
    char *mended = memory_allocate(len + 1);
    memcpy(mended, text, len);
    mended[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        unsigned code = 0;
        unsigned next = 0;
        if (mended[i] != '\\') {
            continue;
        }
        if (!is_hex_escape(mended + i, len - i, &code)) {
            i++; /* an escape of two characters: the second is no escape's beginning */
            continue;
        }
        bool is_pair = is_high_surrogate(code) &&
                       is_hex_escape(mended + i + 6, len - i - 6, &next) && is_low_surrogate(next);
        if (is_pair) {
            i += 11;
            continue;
        }
        if (is_high_surrogate(code) || is_low_surrogate(code)) {
            memcpy(mended + i, "\\ufffd", 6);
        }
        i += 5;
    }
    return mended;
}

/* The string's bytes with U+FFFD for NUL, so that a C string holds all of it. */
static const char *copy_text(struct arena *arena, const char *bytes, size_t len)
{
    size_t n_nul = 0;
    for (size_t i = 0; i < len; i++) {
        n_nul += bytes[i] == '\0' ? 1 : 0;
    }
    char *text = arena_allocate(arena, len + 2 * n_nul + 1);
    char *end = text;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\0') {
            memcpy(end, "\xEF\xBF\xBD", 3);
            end += 3;
        } else {
            *end++ = bytes[i];
        }
    }
    return text;
}

static const struct json *copy_value(struct arena *arena, json_t *value);

static void copy_object(struct arena *arena, json_t *object, struct json *copy)
{
    copy->kind = JSON_KIND_OBJECT;
    copy->n_values = json_object_size(object);
    copy->keys = arena_array(arena, copy->n_values, sizeof *copy->keys);
    copy->values = arena_array(arena, copy->n_values, sizeof *copy->values);
    const char *key = NULL;
    json_t *member = NULL;
    size_t i = 0;
    json_object_foreach(object, key, member)
    {
        copy->keys[i] = arena_strdup(arena, key);
        copy->values[i] = copy_value(arena, member);
        i++;
    }
}

static void copy_array(struct arena *arena, json_t *array, struct json *copy)
{
    copy->kind = JSON_KIND_ARRAY;
    copy->n_values = json_array_size(array);
    copy->values = arena_array(arena, copy->n_values, sizeof *copy->values);
    for (size_t i = 0; i < copy->n_values; i++) {
        copy->values[i] = copy_value(arena, json_array_get(array, i));
    }
}

/* In the fewest digits that read back as the same number: 0.1 stays 0.1. */
static const char *real_text(struct arena *arena, double number)
{
    const char *text = NULL;
    for (int n_digits = 15; n_digits <= 17; n_digits++) {
        text = arena_printf(arena, "%.*g", n_digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    return text;
}

static const char *number_text(struct arena *arena, json_t *number)
{
    if (json_is_integer(number)) {
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(number));
    }
    return real_text(arena, json_real_value(number));
}

/* Recursion is bounded by the check of nesting in json_parse(). */
static const struct json *copy_value(struct arena *arena, json_t *value)
{
    struct json *copy = arena_allocate(arena, sizeof *copy);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        copy_object(arena, value, copy);
        break;
    case JSON_ARRAY:
        copy_array(arena, value, copy);
        break;
    case JSON_STRING:
        copy->kind = JSON_KIND_STRING;
        copy->text = copy_text(arena, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        copy->kind = JSON_KIND_NUMBER;
        copy->text = number_text(arena, value);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        copy->kind = JSON_KIND_BOOL;
        copy->boolean = json_typeof(value) == JSON_TRUE;
        break;
    case JSON_NULL:
        copy->kind = JSON_KIND_NULL;
        break;
    }
    return copy;
}

/* How deep brackets nest, strings skipped: refused before the parser recurses. */
static int nesting(const char *text, size_t len)
{
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return deepest;
}

/* jansson quotes what it stumbled over, and that may be a piece of a token: the place is enough. */
static const char *fault_in_words(struct arena *arena, const json_error_t *error)
{
    const char *quotation = strstr(error->text, " near '");
    int len = (int)(quotation == NULL ? strlen(error->text) : (size_t)(quotation - error->text));
    return arena_printf(arena, "line %d, column %d: %.*s", error->line, error->column, len,
                        error->text);
}

const struct json *json_parse(struct arena *arena, const char *text, size_t len,
                              const char **ret_fault)
{
    if (nesting(text, len) > DEEPEST_NESTING) {
        *ret_fault = arena_printf(arena, "nested deeper than %d levels", DEEPEST_NESTING);
        return NULL;
    }
    char *mended = mend_surrogates(text, len);
    json_error_t error;
    json_t *document =
        json_loadb(mended, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
    wipe(mended, len);
    memory_free(mended);
    if (document == NULL) {
        *ret_fault = fault_in_words(arena, &error);
        return NULL;
    }
    const struct json *copy = copy_value(arena, document);
    json_decref(document);
    return copy;
}

const struct json *json_get(const struct json *value, const char *key)
{
    if (value == NULL || value->kind != JSON_KIND_OBJECT) {
        return NULL;
    }
    for (size_t i = 0; i < value->n_values; i++) {
        if (text_equal(value->keys[i], key)) {
            return value->values[i];
        }
    }
    return NULL;
}

const char *json_get_text(const struct json *value, const char *key)
{
    const struct json *member = json_get(value, key);
    return member != NULL && member->kind == JSON_KIND_STRING ? member->text : NULL;
}

/* ---- Writing ---- */

struct json_writer {
    json_t *open[DEEPEST_WRITING]; /* the containers not yet closed; the first is the document */
    size_t n_open;
};

struct json_writer *json_writer_new(void)
{
    struct json_writer *writer = memory_allocate_zeroed(1, sizeof *writer);
    writer->open[0] = json_object();
    writer->n_open = 1;
    return writer;
}

void json_writer_free(struct json_writer *writer)
{
    if (writer != NULL) {
        json_decref(writer->open[0]);
        memory_free(writer);
    }
}

/* Adds a value to the innermost container, which then owns it. */
static void put(struct json_writer *writer, const char *key, json_t *value)
{
    assert(value != NULL);
    json_t *container = writer->open[writer->n_open - 1];
    int failed = json_is_object(container) ? json_object_set_new(container, key, value)
                                           : json_array_append_new(container, value);
    assert(failed == 0);
    (void)failed;
}

static void open_container(struct json_writer *writer, const char *key, json_t *container)
{
    assert(writer->n_open < DEEPEST_WRITING);
    put(writer, key, container);
    writer->open[writer->n_open++] = container;
}

void json_open_object(struct json_writer *writer, const char *key)
{
    open_container(writer, key, json_object());
}

void json_open_array(struct json_writer *writer, const char *key)
{
    open_container(writer, key, json_array());
}

void json_close(struct json_writer *writer)
{
    assert(writer->n_open > 1);
    writer->n_open--;
}

void json_put_text(struct json_writer *writer, const char *key, const char *text)
{
    put(writer, key, text == NULL ? json_null() : json_string(text));
}

void json_put_int(struct json_writer *writer, const char *key, int64_t number)
{
    put(writer, key, json_integer(number));
}

void json_put_bool(struct json_writer *writer, const char *key, bool value)
{
    put(writer, key, json_boolean(value));
}

bool json_writer_finish(struct json_writer *writer, FILE *out, bool indented)
{
    size_t flags = indented ? JSON_INDENT(2) : 0;
    bool is_written = json_dumpf(writer->open[0], out, flags) == 0;
    writer->n_open = 1;
    return is_written && fputc('\n', out) != EOF && fflush(out) == 0 && ferror(out) == 0;
}

char *json_writer_text(struct json_writer *writer, struct arena *arena)
{
    char *dumped = json_dumps(writer->open[0], JSON_COMPACT);
    assert(dumped != NULL);
    char *text = arena_strdup(arena, dumped);
    writer->n_open = 1;
    memory_free(dumped);
    return text;
}
