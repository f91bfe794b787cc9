/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed lists of report/report.schema.json are those of the program: no word is missing in it,
 * and none is left that nobody writes. What else it promises is held by schema.py.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "base/strings.h"
#include "model/names.h"
#include "report/report.h"

enum { LARGEST_SCHEMA_BYTES = 1024 * 1024 };

static const struct json *schema_of(struct arena *arena)
{
    size_t len = 0;
    const char *fault = NULL;
    char *text = file_read(arena, ROOM_FIXTURES "/../../report/report.schema.json",
                           LARGEST_SCHEMA_BYTES, &len, &fault);
    cr_assert(text != NULL, "%s", fault);
    const struct json *schema = json_parse(arena, text, len, &fault);
    cr_assert(schema != NULL, "%s", fault);
    return schema;
}

/* The words of an enum: $defs.OBJECT.properties.KEY.enum, null left out. */
static struct strings words_of(struct arena *arena, const struct json *schema, const char *object,
                               const char *key)
{
    struct strings words = {0};
    const struct json *found = json_get(json_get(schema, "$defs"), object);
    found = json_get(json_get(json_get(found, "properties"), key), "enum");
    cr_assert(found != NULL, "%s.%s has no list", object, key);
    for (size_t i = 0; i < found->n_values; i++) {
        if (found->values[i]->kind == JSON_KIND_STRING) {
            strings_add(arena, &words, found->values[i]->text);
        }
    }
    return words;
}

static const char *name_of_verdict(size_t i)
{
    return verdict_name((enum verdict)i);
}

static const char *name_of_reason(size_t i)
{
    return reason_name((enum reason)(i + 1)); /* the first is none */
}

static const char *name_of_severity(size_t i)
{
    return severity_name((enum severity)i);
}

static const char *name_of_confidence(size_t i)
{
    return confidence_name((enum confidence)i);
}

static const char *name_of_status(size_t i)
{
    return status_name((enum status)i);
}

Test(schema, lists_the_words_that_the_program_writes)
{
    static const struct {
        const char *object;
        const char *key;
        size_t n;
        const char *(*name_of)(size_t i);
    } rows[] = {
        {"check", "verdict", VERDICT_NOT_APPLICABLE + 1, name_of_verdict},
        {"check", "reason", N_REASONS - 1, name_of_reason},
        {"check", "severity", SEVERITY_INFO + 1, name_of_severity},
        {"cause", "confidence", CONFIDENCE_POSSIBLE + 1, name_of_confidence},
        {"summary", "status", STATUS_INCONCLUSIVE + 1, name_of_status},
    };
    struct arena *arena = arena_new();
    const struct json *schema = schema_of(arena);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct strings words = words_of(arena, schema, rows[r].object, rows[r].key);
        cr_expect(words.n_items == rows[r].n, "%s.%s has %zu words, the program %zu",
                  rows[r].object, rows[r].key, words.n_items, rows[r].n);
        for (size_t i = 0; i < rows[r].n; i++) {
            cr_expect(strings_have(&words, rows[r].name_of(i)), "%s.%s lacks %s", rows[r].object,
                      rows[r].key, rows[r].name_of(i));
        }
    }
    arena_free(arena);
}
