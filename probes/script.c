/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A comment that says what is read and why, the requests as data, and the reader.
 */
#include "probes/script.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/embedded.h"
#include "base/json.h"
#include "base/text.h"
#include "model/names.h"

enum { COMMENT_WIDTH = 80 };

extern const struct embedded_file glidepath_probe_assets[];
extern const size_t glidepath_probe_assets_count;

bool script_value_follows(const char *value)
{
    size_t len = strlen(value);
    return len > 2 && value[0] == '<' && value[len - 1] == '>';
}

/* ---- One request ---------------------------------------------------------------------------- */

/* Fewer rows than a listing, and no key: a look at some. */
static bool is_sample(const struct request *request)
{
    enum { LISTING_ROWS = 200 };
    const struct question *shape = request->shape;
    return shape->key == NULL && shape->limit > 0 && shape->limit < LISTING_ROWS;
}

/* With who changed a record last, and when: what a comparison of two recordings tells. */
static struct strings columns_of(struct arena *arena, const struct request *request)
{
    struct strings columns = {0};
    for (size_t i = 0; i < request->fields.n_items; i++) {
        strings_add_unique(arena, &columns, request->fields.items[i]);
    }
    strings_add_unique(arena, &columns, "sys_id");
    if (!is_sample(request)) {
        strings_add_unique(arena, &columns, "sys_updated_on");
        strings_add_unique(arena, &columns, "sys_updated_by");
    }
    return columns;
}

/* ---- The comment ---------------------------------------------------------------------------- */

/* Words in a comment, broken into lines that begin at `indent`. */
static void put_comment(struct arena *arena, FILE *out, int indent, const char *text)
{
    const struct strings words = strings_split(arena, text_sanitize_line(arena, text), ' ');
    int column = fprintf(out, "//%*s", indent, "");
    for (size_t i = 0; i < words.n_items; i++) {
        int len = (int)strlen(words.items[i]);
        if (i > 0 && column + 1 + len > COMMENT_WIDTH) {
            column = fprintf(out, "\n//%*s", indent, "") - 1;
        } else if (i > 0) {
            column += fprintf(out, " ");
        }
        column += fprintf(out, "%s", words.items[i]);
    }
    fputc('\n', out);
}

/* "active = true and collection is one of incident, task". */
static const char *condition_words(struct arena *arena, const struct request *request)
{
    struct strings terms = {0};
    for (size_t i = 0; i < request->shape->where.n_items; i++) {
        const struct pair *term = &request->shape->where.items[i];
        strings_add(arena, &terms, arena_printf(arena, "%s = %s", term->key, term->value));
    }
    if (request->shape->key != NULL) {
        strings_add(arena, &terms,
                    arena_printf(arena, "%s is one of %s", request->shape->key,
                                 strings_join(arena, &request->values, ", ")));
    }
    return terms.n_items == 0
               ? ""
               : arena_printf(arena, " where %s", strings_join(arena, &terms, " and "));
}

static void put_ask_comment(struct arena *arena, FILE *out, const struct request *request)
{
    const struct strings columns = columns_of(arena, request);
    const char *why = request_why(arena, request);
    const struct strings split = strings_split(arena, why, ',');
    struct strings checks = {0};
    for (size_t i = 0; i < split.n_items; i++) {
        strings_add_unique(arena, &checks, split.items[i]);
    }
    fputs("//\n", out);
    put_comment(arena, out, 3,
                arena_printf(arena, "%s%s%s", request->table, condition_words(arena, request),
                             is_sample(request)
                                 ? arena_printf(arena, ", the first %zu", request->limit)
                                 : ""));
    put_comment(arena, out, 5,
                arena_printf(arena, "reads %s", strings_join(arena, &columns, ", ")));
    put_comment(arena, out, 5, arena_printf(arena, "for %s", strings_join(arena, &checks, ", ")));
}

/* What the parameters of the pack are here: the texts below that are nobody else's. */
static const char *parameters_in_words(struct arena *arena, const struct script *script)
{
    struct strings words = {0};
    for (size_t i = 0; i < script->pack.set.n_items; i++) {
        const struct pair *pair = &script->pack.set.items[i];
        strings_add(arena, &words, arena_printf(arena, "%s = %s", pair->key, pair->value));
    }
    return words.n_items == 0 ? "no parameters" : strings_join(arena, &words, ", ");
}

static void put_head_comment(struct arena *arena, FILE *out, const struct script *script)
{
    const char *paragraphs[] = {
        arena_printf(arena,
                     "glidepath %s: what %s needs of this instance, with %s, read by the server "
                     "itself.",
                     script->tool_version, script->about, parameters_in_words(arena, script)),
        "How: System Definition > Scripts - Background, in scope global; paste all of this, Run "
        "script, save what it prints as it stands, and send the file to whoever asked for it. For "
        "them: glidepath check --from FILE",
        "It only reads: nothing is inserted, updated or deleted, no property is set, and nothing "
        "leaves the instance but what you copy out of the page. It reads no column of passwords, "
        "tokens or secrets. Conditions and scripts of access controls and business rules are among "
        "what it reads: look through the file if yours hold more than code.",
        "The user admin, the role admin, the plugin com.glide.rest and the tables task and "
        "sys_user "
        "are read besides: they exist everywhere, so that what does not come back beside them is "
        "not there. Of a table's first rows only their sys_id is read, and which columns there "
        "are.",
        "It reads:",
    };
    for (size_t i = 0; i < ARRAY_LEN(paragraphs); i++) {
        put_comment(arena, out, 1, paragraphs[i]);
        fputs(i + 1 < ARRAY_LEN(paragraphs) ? "//\n" : "", out);
    }
    for (size_t i = 0; i < script->asks.n_items; i++) {
        put_ask_comment(arena, out, script->asks.items[i]);
    }
    fputs("//\n", out);
    put_comment(
        arena, out, 1,
        "Besides: who runs it, the address of the instance, whether the plugins named above "
        "are active (GlidePluginManager), and the properties named above as the server has "
        "them (gs.getProperty). <TABLE.COLUMN> is a value that the rows of TABLE tell.");
    fputs("//\n", out);
}

/* ---- The data ------------------------------------------------------------------------------- */

/* JSON as ECMAScript 5 takes it: there two characters of it end a line (U+2028 and U+2029). */
static void put_json(struct arena *arena, FILE *out, struct json_writer *json)
{
    static const char lead[] = "\xE2\x80";
    const char *text = json_writer_text(json, arena);
    for (const char *at = strstr(text, lead); at != NULL; at = strstr(at + 1, lead)) {
        bool ends_line = at[2] == '\xA8' || at[2] == '\xA9';
        if (ends_line) {
            fwrite(text, 1, (size_t)(at - text), out);
            fputs(at[2] == '\xA8' ? "\\u2028" : "\\u2029", out);
            text = at + 3;
        }
    }
    fputs(text, out);
}

static void put_list(struct json_writer *json, const char *key, const struct strings *list)
{
    json_open_array(json, key);
    for (size_t i = 0; i < list->n_items; i++) {
        json_put_text(json, NULL, list->items[i]);
    }
    json_close(json);
}

static void put_pairs(struct json_writer *json, const char *key, const struct pairs *pairs)
{
    if (pairs->n_items == 0) {
        return;
    }
    json_open_array(json, key);
    for (size_t i = 0; i < pairs->n_items; i++) {
        json_open_array(json, NULL);
        json_put_text(json, NULL, pairs->items[i].key);
        json_put_text(json, NULL, pairs->items[i].value);
        json_close(json);
    }
    json_close(json);
}

/* The question that the page will be the answer to. */
static void put_question(struct json_writer *json, const struct question *question,
                         const struct strings *fields)
{
    json_open_object(json, "question");
    json_put_text(json, "kind", question_kind_name(question->kind));
    json_put_text(json, "credential", question->credential);
    json_put_text(json, "table", question->table);
    put_pairs(json, "where", &question->where);
    if (question->key != NULL) {
        json_put_text(json, "key", question->key);
        json_put_text(json, "value", question->value);
    }
    put_list(json, "fields", fields);
    if (question->limit > 0) {
        json_put_int(json, "limit", (int64_t)question->limit);
    }
    json_close(json);
}

static bool has_value_that_follows(const struct request *request)
{
    for (size_t i = 0; i < request->values.n_items; i++) {
        if (script_value_follows(request->values.items[i])) {
            return true;
        }
    }
    return false;
}

/* "<sys_db_object.super_class.name>" as the table and the column of it. */
static const char *origin_of(struct arena *arena, const char *value)
{
    char *origin = arena_strndup(arena, value + 1, strlen(value) - 2);
    char *dot = strchr(origin, '.');
    if (dot != NULL) {
        *dot = ':';
    }
    return origin;
}

/* A question whose values other answers tell: where they stand, and those that are known. */
static void put_origins(struct arena *arena, struct json_writer *json,
                        const struct request *request)
{
    struct strings from = {0};
    struct strings known = {0};
    for (size_t i = 0; i < request->values.n_items; i++) {
        const char *value = request->values.items[i];
        if (script_value_follows(value)) {
            strings_add_unique(arena, &from, origin_of(arena, value));
        } else {
            strings_add(arena, &known, value);
        }
    }
    put_list(json, "from", &from);
    put_list(json, "controls", &known);
}

/* What stands before the values in the query. */
static const char *query_before_key(struct arena *arena, const struct request *request)
{
    const char *key = strstr(request->query, arena_printf(arena, "%sIN", request->shape->key));
    return key == NULL ? request->query
                       : arena_strndup(arena, request->query, (size_t)(key - request->query));
}

static void put_ask(struct arena *arena, FILE *out, const struct request *request)
{
    struct json_writer *json = json_writer_new();
    bool follows = has_value_that_follows(request);
    const struct strings columns = columns_of(arena, request);
    json_put_text(json, "table", request->table);
    json_put_text(json, "query", follows ? query_before_key(arena, request) : request->query);
    json_put_int(json, "limit", (int64_t)request->limit);
    put_list(json, "columns", &columns);
    if (follows) {
        put_origins(arena, json, request);
    } else {
        put_list(json, "values", &request->values);
    }
    if (is_sample(request)) {
        json_put_bool(json, "is_sample", true);
    }
    put_question(json, request->shape, is_sample(request) ? &request->shape->fields : &columns);
    fputs("    ", out);
    put_json(arena, out, json);
    json_writer_free(json);
}

static void put_asks(struct arena *arena, FILE *out, const char *name, const struct script *script,
                     bool that_follow)
{
    const char *before = "\n";
    fprintf(out, "  %s: [", name);
    for (size_t i = 0; i < script->asks.n_items; i++) {
        const struct request *request = script->asks.items[i];
        if (has_value_that_follows(request) == that_follow) {
            fputs(before, out);
            put_ask(arena, out, request);
            before = ",\n";
        }
    }
    fputs("\n  ]", out);
}

static void put_packs(struct json_writer *json, const struct script *script)
{
    json_open_array(json, "packs");
    json_open_object(json, NULL);
    json_put_text(json, "name", script->pack_name);
    json_put_text(json, "version", script->pack_version);
    json_put_text(json, "from", script->pack.name);
    json_put_text(json, "credential", script->pack.credential);
    put_pairs(json, "set", &script->pack.set);
    json_close(json);
    json_close(json);
}

static void put_document_head(struct arena *arena, FILE *out, const struct script *script)
{
    struct json_writer *json = json_writer_new();
    json_put_text(json, "schema", "glidepath-recording/1");
    json_put_text(json, "source", source_name(SOURCE_SCRIPT));
    json_put_text(json, "tool_version", script->tool_version);
    json_put_text(json, "run_id", script->run_id);
    json_put_text(json, "key_id", "0000000000000000");
    put_packs(json, script);
    json_open_array(json, "credentials");
    for (size_t i = 0; i < script->credentials.n_items; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "name", script->credentials.items[i]);
        json_put_text(json, "kind", script->kinds.items[i]);
        json_put_text(json, "source", "Scripts - Background");
        json_close(json);
    }
    json_close(json);
    fputs("  head: ", out);
    put_json(arena, out, json);
    fputs(",\n", out);
    json_writer_free(json);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static const char *reader(void)
{
    for (size_t i = 0; i < glidepath_probe_assets_count; i++) {
        if (text_equal(glidepath_probe_assets[i].name, "script.js")) {
            return glidepath_probe_assets[i].text;
        }
    }
    return "";
}

bool script_write(struct arena *arena, const struct script *script, FILE *out)
{
    put_head_comment(arena, out, script);
    fputs("var glidepath = {\n", out);
    put_document_head(arena, out, script);
    put_asks(arena, out, "asks", script, false);
    fputs(",\n", out);
    put_asks(arena, out, "follow", script, true);
    fprintf(out, "\n};\n%s", reader());
    return fflush(out) == 0 && ferror(out) == 0;
}
