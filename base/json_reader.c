/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each reading says what is wrong with the member by its name; nothing of the document is quoted.
 */
#include "base/json_reader.h"

#include "base/arena.h"

void json_refuse(struct json_reader *reader, const char *fault)
{
    if (reader->fault == NULL) {
        reader->fault = fault;
    }
}

static const struct json *member_of_kind(struct json_reader *reader, const struct json *object,
                                         const char *key, enum json_kind kind, const char *what)
{
    const struct json *member = json_get(object, key);
    if (member == NULL || member->kind == JSON_KIND_NULL) {
        return NULL;
    }
    if (member->kind != kind) {
        json_refuse(reader, arena_printf(reader->arena, "'%s' is %s", key, what));
        return NULL;
    }
    return member;
}

const char *json_text_at(struct json_reader *reader, const struct json *object, const char *key)
{
    const struct json *member = member_of_kind(reader, object, key, JSON_KIND_STRING, "not a text");
    return member == NULL ? NULL : member->text;
}

const char *json_needed_text(struct json_reader *reader, const struct json *object, const char *key)
{
    const char *text = json_text_at(reader, object, key);
    if (text == NULL) {
        json_refuse(reader, arena_printf(reader->arena, "no '%s' where one belongs", key));
    }
    return text == NULL ? "" : text;
}

int64_t json_number_at(struct json_reader *reader, const struct json *object, const char *key,
                       int64_t fallback, int64_t least, int64_t most)
{
    const struct json *member =
        member_of_kind(reader, object, key, JSON_KIND_NUMBER, "not a whole number");
    int64_t number = fallback;
    if (member == NULL) {
        return fallback;
    }
    if (!text_to_int(member->text, &number) || number < least || number > most) {
        json_refuse(reader, arena_printf(reader->arena, "'%s' is out of range", key));
        return fallback;
    }
    return number;
}

bool json_truth_at(struct json_reader *reader, const struct json *object, const char *key)
{
    const struct json *member =
        member_of_kind(reader, object, key, JSON_KIND_BOOL, "neither true nor false");
    return member != NULL && member->boolean;
}

const struct json *json_array_at(struct json_reader *reader, const struct json *object,
                                 const char *key)
{
    static const struct json none = {.kind = JSON_KIND_ARRAY};
    const struct json *member = member_of_kind(reader, object, key, JSON_KIND_ARRAY, "not a list");
    return member == NULL ? &none : member;
}

const struct json *json_object_at(struct json_reader *reader, const struct json *object,
                                  const char *key)
{
    return member_of_kind(reader, object, key, JSON_KIND_OBJECT, "not an object");
}

struct strings json_strings_at(struct json_reader *reader, const struct json *object,
                               const char *key)
{
    const struct json *array = json_array_at(reader, object, key);
    struct strings list = {0};
    for (size_t i = 0; i < array->n_values; i++) {
        if (array->values[i]->kind == JSON_KIND_STRING) {
            strings_add(reader->arena, &list, array->values[i]->text);
        } else {
            json_refuse(reader, arena_printf(reader->arena, "'%s' holds more than texts", key));
        }
    }
    return list;
}

struct pairs json_pairs_at(struct json_reader *reader, const struct json *object, const char *key)
{
    const struct json *array = json_array_at(reader, object, key);
    struct pairs pairs = {0};
    for (size_t i = 0; i < array->n_values; i++) {
        const struct json *pair = array->values[i];
        bool is_pair = pair->kind == JSON_KIND_ARRAY && pair->n_values == 2 &&
                       pair->values[0]->kind == JSON_KIND_STRING &&
                       pair->values[1]->kind == JSON_KIND_STRING;
        if (is_pair) {
            pairs_add(reader->arena, &pairs, pair->values[0]->text, pair->values[1]->text);
        } else {
            json_refuse(reader, arena_printf(reader->arena, "'%s' holds more than pairs", key));
        }
    }
    return pairs;
}
