/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The YAML door: what it reads, where it says things stand, and what it refuses in which words.
 */
#include "base/yaml.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"

static struct arena *arena;
static struct diag *diag;

static void begin(void)
{
    arena = arena_new();
    diag = diag_new();
}

static void end(void)
{
    diag_free(diag);
    arena_free(arena);
}

static struct yaml_node *parse(const char *text)
{
    return yaml_parse(arena, diag, "f.yaml", text, strlen(text));
}

/* Every node has a place, and a shape that fits its kind. */
static void assert_sane(const struct yaml_node *node)
{
    cr_assert_not_null(node);
    cr_assert(node->where.line >= 1 && node->where.column >= 1);
    cr_assert_str_eq(node->where.file, "f.yaml");
    cr_assert((node->text != NULL) == (node->kind == YAML_SCALAR));
    for (size_t i = 0; i < node->n_items; i++) {
        assert_sane(node->kind == YAML_MAPPING ? node->entries[i].value : node->items[i]);
    }
}

struct scalar_row {
    const char *name;
    const char *yaml; /* the value behind "key: " */
    const char *text;
    bool is_null;
    bool is_quoted;
};

static const struct scalar_row scalar_rows[] = {
    {"a word", "word", "word", false, false},
    {"no stays text", "no", "no", false, false},
    {"a version stays text", "1.10", "1.10", false, false},
    {"a mode stays text", "0644", "0644", false, false},
    {"true stays text", "true", "true", false, false},
    {"a date stays text", "2026-11-20", "2026-11-20", false, false},
    {"nothing is null", "", "", true, false},
    {"a tilde is null", "~", "", true, false},
    {"null is null", "null", "", true, false},
    {"NULL in capitals is text", "NULL", "NULL", false, false},
    {"quoted null is text", "'null'", "null", false, true},
    {"quoted nothing is text", "\"\"", "", false, true},
    {"single quotes escape nothing", "'\\d+'", "\\d+", false, true},
    {"double quotes escape", "\"a\\tb\"", "a\tb", false, true},
    {"a block keeps its lines", "|\n  one\n  two\n", "one\ntwo\n", false, true},
    {"a folded block joins them", ">-\n  one\n  two\n", "one two", false, true},
    {"letters beyond ASCII", "Zürich — ok", "Zürich — ok", false, false},
    {"a comment is not text", "word # comment", "word", false, false},
    {"a tab behind the colon is a blank", "\tword", "word", false, false},
};

Test(yaml, scalars_stay_text, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(scalar_rows); i++) {
        const struct scalar_row *row = &scalar_rows[i];
        const struct yaml_node *root = parse(arena_printf(arena, "key: %s\n", row->yaml));
        cr_assert_not_null(root, "row %zu (%s)", i, row->name);
        assert_sane(root);
        const struct yaml_node *value = yaml_get(root, "key");
        cr_expect_str_eq(value->text, row->text, "row %zu (%s)", i, row->name);
        cr_expect_eq(value->is_null, row->is_null, "row %zu (%s)", i, row->name);
        cr_expect_eq(value->is_quoted, row->is_quoted, "row %zu (%s)", i, row->name);
    }
    cr_expect_eq(diag_count(diag), 0);
}

Test(yaml, nodes_know_their_place, .init = begin, .fini = end)
{
    const struct yaml_node *root = parse("# comment\n"
                                         "pack: demo\n"
                                         "checks:\n"
                                         "  - id: one\n"
                                         "    größe: 'a b'\n"
                                         "  - [x, yz]\n");
    assert_sane(root);
    cr_expect_eq(root->n_items, 2);
    const struct yaml_node *checks = yaml_get(root, "checks");
    cr_expect_eq(checks->kind, YAML_SEQUENCE);
    cr_expect_eq(checks->where.line, 4);
    cr_expect_eq(checks->where.column, 3);
    const struct yaml_entry *entry = &checks->items[0]->entries[1];
    cr_expect_str_eq(entry->key, "größe");
    cr_expect_eq(entry->where.line, 5);
    cr_expect_eq(entry->where.column, 5);
    cr_expect_eq(entry->where.len, 5, "columns and lengths count characters");
    cr_expect_eq(entry->value->where.column, 12);
    cr_expect_eq(entry->value->where.len, 5);
    cr_expect_eq(checks->items[1]->items[1]->where.column, 9);
}

Test(yaml, get_of_what_is_no_mapping_is_null, .init = begin, .fini = end)
{
    const struct yaml_node *root = parse("[a, b]");
    cr_expect_null(yaml_get(NULL, "a"));
    cr_expect_null(yaml_get(root, "a"));
    cr_expect_null(yaml_get(root->items[0], "a"));
}

Test(yaml, json_is_yaml, .init = begin, .fini = end)
{
    const struct yaml_node *root = parse("{\n\t\"a\": {\"b\": [1, 2]},\n\t\"c\": \"\\/x\"\n}\n");
    assert_sane(root);
    cr_expect_eq(yaml_get(yaml_get(root, "a"), "b")->n_items, 2);
    cr_expect_str_eq(yaml_get(root, "c")->text, "/x");
}

Test(yaml, a_byte_order_mark_is_not_text, .init = begin, .fini = end)
{
    const struct yaml_node *root = parse("\xEF\xBB\xBF"
                                         "a: b\n");
    cr_assert_not_null(root);
    cr_expect_eq(root->entries[0].where.column, 1);
    cr_expect_str_eq(root->entries[0].key, "a");
}

struct bad_row {
    const char *name;
    const char *yaml;
    const char *messages[3]; /* the first lines of what is reported, all of it */
};

static const struct bad_row bad_rows[] = {
    {"nothing", "", {"f.yaml: error: the file is empty"}},
    {"only a comment", "# hello\n", {"f.yaml: error: the file is empty"}},
    {"broken UTF-8", "a: b\nc: ü \xFF\n", {"f.yaml:2:6: error: this byte is not UTF-8"}},
    {"broken UTF-8 in a comment", "# \xC3(\n", {"f.yaml:1:3: error: this byte is not UTF-8"}},
    {"broken UTF-8 in a directive", "%\xFF", {"f.yaml:1:2: error: this byte is not UTF-8"}},
    {"a control character",
     "a: b\x01\n",
     {"f.yaml:1:5: error: the invisible character U+0001 is not allowed"}},
    {"text shown in another order",
     "a: x\nb: \xE2\x80\xAE"
     "c\n",
     {"f.yaml:2:4: error: the invisible character U+202E is not allowed"}},
    {"a line end editors do not show",
     "a: x\xE2\x80\xA8"
     "b: y\n",
     {"f.yaml:1:5: error: the invisible character U+2028 is not allowed"}},
    {"a lone carriage return",
     "a: x\rb: y\n",
     {"f.yaml:1:5: error: the invisible character U+000D is not allowed"}},
    {"a zero-width blank behind a dash that begins with the same bytes",
     "a: \xE2\x80\x94\xE2\x80\x8B\n",
     {"f.yaml:1:5: error: the invisible character U+200B is not allowed"}},
    {"a NUL written as an escape",
     "a: \"x\\0y\"\n",
     {"f.yaml:1:4: error: a text cannot contain a NUL character"}},
    {"a tab as indentation",
     "a:\n\t- b\n",
     {"f.yaml:2:1: error: a tab character cannot indent (use blanks)"}},
    {"a tab in a continued text",
     "a: b\n\tc\n",
     {"f.yaml:2:1: error: a tab character cannot indent (use blanks)"}},
    {"an escape YAML does not know",
     "a: \"\\d+\"\n",
     {"f.yaml:1:5: error: unknown escape in double quotes (use single quotes: nothing is an "
      "escape in them)"}},
    {"an unclosed quote",
     "a: b\nc: \"d\ne: f\n",
     {"f.yaml:2:4: error: the quote that begins here is never closed"}},
    {"an unclosed quote before a document's end",
     "a: 'b\n---\nc: d\n",
     {"f.yaml:1:4: error: the quote that begins here is not closed before the next document"}},
    {"an unclosed bracket",
     "a: [b, c\nd: e\n",
     {"f.yaml:1:4: error: the '[' that begins here is not closed: expected ',' or ']'"}},
    {"an unclosed brace",
     "a: {b: c\n",
     {"f.yaml:1:4: error: the '{' that begins here is not closed: expected ',' or '}'"}},
    {"a key without a colon",
     "a: b\nccc\nd: e\n",
     {"f.yaml:2:1: error: expected ':' behind this key"}},
    {"a colon in a plain text",
     "a: b: c\n",
     {"f.yaml:1:5: error: unexpected ':' (a text with ': ' in it must stand in quotes)"}},
    {"a text that begins with a percent sign",
     "a: %b\n",
     {"f.yaml:1:4: error: a text cannot begin with this character (put it in quotes)"}},
    {"wrong indentation",
     "a:\n  b: c\n d: e\n",
     {"f.yaml:3:2: error: did not find expected key (while parsing a block mapping that began at "
      "line 1)"}},
    {"an anchor", "a: &x b\n", {"f.yaml:1:4: error: anchors are not allowed"}},
    {"an anchor on a mapping", "a: &x\n  b: c\n", {"f.yaml:1:4: error: anchors are not allowed"}},
    {"an anchor and its alias",
     "a: &x [b]\nc: *x\n",
     {"f.yaml:1:4: error: anchors are not allowed", "f.yaml:2:4: error: aliases are not allowed"}},
    {"a tag", "a: !!str b\n", {"f.yaml:1:4: error: tags are not allowed"}},
    {"a tag of nothing", "a: ! b\n", {"f.yaml:1:4: error: tags are not allowed"}},
    {"a tag on a sequence", "a: !set [b]\n", {"f.yaml:1:4: error: tags are not allowed"}},
    {"a merge key", "<<: {a: b}\n", {"f.yaml:1:1: error: merge keys are not allowed"}},
    {"duplicate keys",
     "a: 1\nb: 2\na: 3\nb: 4\n",
     {"f.yaml:3:1: error: duplicate key 'a' (first used at line 1)",
      "f.yaml:4:1: error: duplicate key 'b' (first used at line 2)"}},
    {"a key used three times",
     "x: {a: 1, a: 2, a: 3}\n",
     {"f.yaml:1:11: error: duplicate key 'a' (first used at line 1)",
      "f.yaml:1:17: error: duplicate key 'a' (first used at line 1)"}},
    {"keys equal once unquoted",
     "a: 1\n'a': 2\n",
     {"f.yaml:2:1: error: duplicate key 'a' (first used at line 1)"}},
    {"a mapping as key", "{a: b}: c\n", {"f.yaml:1:1: error: a key must be a text, not a mapping"}},
    {"a second document",
     "a: b\n---\nc: d\n",
     {"f.yaml:2:1: error: a second document is not allowed"}},
};

/* The first line of message `i`. */
static const char *first_line(size_t i)
{
    const char *message = diag_message(diag, i);
    return arena_strndup(arena, message, strcspn(message, "\n"));
}

Test(yaml, refuses_with_a_place_and_a_reason, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
        const struct bad_row *row = &bad_rows[i];
        diag_free(diag);
        diag = diag_new();
        cr_expect_null(parse(row->yaml), "row %zu (%s)", i, row->name);
        size_t n = 0;
        for (; n < ARRAY_LEN(row->messages) && row->messages[n] != NULL; n++) {
            cr_expect(n < diag_count(diag), "row %zu (%s): message %zu is missing", i, row->name,
                      n);
            if (n < diag_count(diag)) {
                cr_expect_str_eq(first_line(n), row->messages[n], "row %zu (%s): %s", i, row->name,
                                 first_line(n));
            }
        }
        cr_expect_eq(diag_count(diag), n, "row %zu (%s): %zu messages", i, row->name,
                     diag_count(diag));
    }
}

static const char *nested(size_t depth)
{
    struct buf text;
    buf_init(&text, 64 * 1024);
    for (size_t i = 0; i < depth; i++) {
        buf_add_char(&text, '[');
    }
    for (size_t i = 0; i < depth; i++) {
        buf_add_char(&text, ']');
    }
    const char *copy = arena_strndup(arena, text.data, text.len);
    buf_release(&text);
    return copy;
}

Test(yaml, depth_is_limited, .init = begin, .fini = end)
{
    cr_expect_not_null(parse(nested(32)));
    cr_expect_eq(diag_count(diag), 0);
    cr_expect_null(parse(nested(33)));
    cr_expect_str_eq(first_line(0), "f.yaml:1:33: error: nested deeper than 32 levels");
    cr_expect_null(parse(nested(20000)), "refused early, not after minutes");
    cr_expect_eq(diag_count(diag), 2);
}

Test(yaml, a_huge_mapping_does_not_take_for_ever, .init = begin, .fini = end, .timeout = 30)
{
    struct buf text;
    buf_init(&text, 1024 * 1024);
    for (int i = 0; i < 40000; i++) {
        buf_printf(&text, "k%d: v\n", i);
    }
    const struct yaml_node *root = yaml_parse(arena, diag, "f.yaml", text.data, text.len);
    cr_assert_not_null(root);
    cr_expect_eq(root->n_items, 40000);
    buf_release(&text);
}

Test(yaml, partial_reading_goes_on_after_a_duplicate, .init = begin, .fini = end)
{
    static const char text[] = "a: &x 1\nb: !t 2\na: 3\n---\nc: d\n";
    const struct yaml_node *root =
        yaml_parse_partial(arena, diag, "f.yaml", text, strlen(text), NULL);
    cr_assert_not_null(root);
    cr_expect_eq(diag_count(diag), 4);
    cr_expect_str_eq(yaml_get(root, "a")->text, "1", "the first use counts");
    cr_expect_str_eq(yaml_get(root, "b")->text, "2");
}

struct secret_row {
    const char *name;
    const char *yaml;
};

/* Each has a mistake below `credentials`, and SECRET in the line of it. */
static const struct secret_row secret_rows[] = {
    {"an unclosed quote", "credentials:\n  integration: { key: \"SECRET\n"},
    {"a tab", "credentials:\n  integration:\n\tkey: SECRET\n"},
    {"a duplicate key", "credentials:\n  a: { key: 1, key: SECRET }\n"},
    {"a secret as duplicate key", "credentials:\n  a: { SECRET: 1, SECRET: 2 }\n"},
    {"an anchor", "credentials:\n  a: { key: &SECRET x }\n"},
    {"a tag", "credentials:\n  a: { key: !SECRET x }\n"},
    {"a text that cannot begin so", "credentials:\n  a:\n    key: %SECRET\n"},
    {"a colon too many", "credentials:\n  a:\n    key: SECRET: x\n"},
    {"an escape", "credentials:\n  a:\n    key: \"SECRET\\q\"\n"},
    {"an undefined alias", "credentials:\n  a: *SECRET\n"},
    {"broken UTF-8", "credentials:\n  a: SECRET\xFF\n"},
    {"JSON on one line", "{\"credentials\": {\"a\": {\"key\": \"SECRET\n"},
    {"JSON on several lines", "{\n  \"credentials\": {\n    \"a\": {\"key\": \"SECRET\n"},
    {"an indented document", "  x: y\n  credentials:\n    a: %SECRET\n"},
    {"a quoted key", "'credentials':\n  a: %SECRET\n"},
    {"an explicit key", "? credentials\n: a: %SECRET\n"},
};

Test(yaml, secrets_are_not_shown, .init = begin, .fini = end)
{
    for (size_t i = 0; i < ARRAY_LEN(secret_rows); i++) {
        const struct secret_row *row = &secret_rows[i];
        diag_free(diag);
        diag = diag_new();
        cr_expect_null(parse(row->yaml), "row %zu (%s)", i, row->name);
        cr_assert(diag_count(diag) > 0, "row %zu (%s)", i, row->name);
        for (size_t m = 0; m < diag_count(diag); m++) {
            cr_expect_null(strstr(diag_message(diag, m), "SECRET"), "row %zu (%s): %s", i,
                           row->name, diag_message(diag, m));
        }
    }
}

Test(yaml, lines_behind_the_credentials_are_shown, .init = begin, .fini = end)
{
    parse("credentials:\n  a: { key: x }\nset: {b: c}\nwaivers: %d\n");
    cr_assert_eq(diag_count(diag), 1);
    cr_expect_not_null(strstr(diag_message(diag, 0), "waivers: %d"), "%s", diag_message(diag, 0));
}

Test(yaml, only_the_top_level_credentials_are_secret, .init = begin, .fini = end)
{
    const struct yaml_node *root = parse("credentials: {a: b}\nx:\n  credentials: c\n");
    cr_assert_not_null(root);
    cr_expect(yaml_get(yaml_get(root, "credentials"), "a")->where.is_secret);
    cr_expect_not(yaml_get(yaml_get(root, "x"), "credentials")->where.is_secret);
}

Test(yaml, below_a_key_that_is_not_shown_all_is_secret, .init = begin, .fini = end)
{
    static const char text[] = "a: {b: 1, b: 2}\nx: {SECRET: 1, SECRET: 2}\n";
    const char *keys[] = {"a"};
    const struct strings shown = {.items = keys, .n_items = ARRAY_LEN(keys)};
    const struct yaml_node *root =
        yaml_parse_partial(arena, diag, "f.yaml", text, strlen(text), &shown);
    cr_assert_not_null(root);
    cr_expect(yaml_get(yaml_get(root, "x"), "SECRET")->where.is_secret);
    cr_expect_not(yaml_get(yaml_get(root, "a"), "b")->where.is_secret);
    cr_assert_eq(diag_count(diag), 2);
    cr_expect_not_null(strstr(diag_message(diag, 0), "a: {b"), "%s", diag_message(diag, 0));
    cr_expect_str_eq(diag_message(diag, 1),
                     "f.yaml:2:16: error: duplicate key (first used at line 2)\n");
}

/* A good document cut at every byte is read or refused, and nothing worse. */
Test(yaml, survives_being_cut_anywhere, .init = begin, .fini = end)
{
    static const char text[] = "%YAML 1.1\n---\na: \"x\\u00fcy\"\nb: [1, {c: 'd'}]\n"
                               "e: |\n  öne\n  two\n? f\n: >-\n  g\n...\n";
    for (size_t len = 0; len <= strlen(text); len++) {
        struct diag *cut = diag_new();
        const struct yaml_node *root = yaml_parse(arena, cut, "f.yaml", text, len);
        cr_expect_eq(root == NULL, diag_count(cut) > 0, "cut at %zu", len);
        diag_free(cut);
    }
}

Test(yaml, load_reports_what_it_cannot_open, .init = begin, .fini = end)
{
    cr_expect_null(yaml_load(arena, diag, "/nowhere/x.yaml"));
    cr_expect_str_eq(diag_message(diag, 0), "/nowhere/x.yaml: error: No such file or directory\n");
    cr_expect_null(yaml_load(arena, diag, "/dev/zero"));
    cr_expect_str_eq(diag_message(diag, 1), "/dev/zero: error: larger than 1048576 bytes\n");
    cr_expect_null(yaml_load_partial(arena, diag, "/", NULL));
    cr_expect_str_eq(diag_message(diag, 2), "/: error: Is a directory\n");
}
