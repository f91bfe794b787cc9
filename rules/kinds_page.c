/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference of kinds for pack authors, written from the tables the loader binds by. An example
 * is cut out of the text of a built-in pack as it stands there; kinds that no built-in pack uses
 * bring one of their own.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/yaml.h"
#include "rules/bind.h"
#include "rules/load.h"

enum { LONGEST_EXAMPLE_BYTES = 4096 };

struct page {
    struct arena *arena;
    struct diag *diag;
    const struct kind_schemas *kinds;
    FILE *out;
};

/* ---- Examples ---- */

struct example {
    const char *pack;     /* its name; NULL: the kind's own */
    const char *text;     /* NULL: there is none */
    const char *severity; /* of its check; NULL: required */
};

static const char *line_at(const char *text, size_t number)
{
    for (size_t i = 1; i < number && text != NULL; i++) {
        const char *end = strchr(text, '\n');
        text = end == NULL ? NULL : end + 1;
    }
    return text;
}

/* The lines of a key and of all that stands deeper below it, moved to the left. */
static const char *cut_out(struct arena *arena, const char *text, struct where where)
{
    size_t indent = where.column - 1;
    const char *line = line_at(text, where.line);
    struct buf cut;
    buf_init(&cut, LONGEST_EXAMPLE_BYTES);
    for (bool is_first = true; line != NULL && line[0] != '\0'; is_first = false) {
        size_t len = strcspn(line, "\n");
        size_t n_blanks = strspn(line, " ");
        if (!is_first && (n_blanks <= indent || n_blanks == len)) {
            break;
        }
        buf_add_bytes(&cut, line + indent, len - indent);
        buf_add_char(&cut, '\n');
        line += line[len] == '\n' ? len + 1 : len;
    }
    const char *copy = arena_strndup(arena, cut.data, cut.len);
    buf_release(&cut);
    return copy;
}

static const struct yaml_entry *entry_of(const struct yaml_node *mapping, const char *key)
{
    for (size_t i = 0; mapping->kind == YAML_MAPPING && i < mapping->n_items; i++) {
        if (text_equal(mapping->entries[i].key, key)) {
            return &mapping->entries[i];
        }
    }
    return NULL;
}

static size_t n_parameters(const struct yaml_entry *entry)
{
    return entry->value->kind == YAML_MAPPING ? entry->value->n_items : 0;
}

/* The check of this kind with the most parameters in a pack; NULL when it has none. */
static const struct yaml_node *richest_use(const struct yaml_node *pack, const char *kind)
{
    const struct yaml_node *richest = NULL;
    const struct yaml_node *checks = yaml_get(pack, "checks");
    size_t n_most = 0;
    for (size_t i = 0; checks != NULL && i < checks->n_items; i++) {
        const struct yaml_entry *entry = entry_of(checks->items[i], kind);
        if (entry != NULL && (richest == NULL || n_parameters(entry) > n_most)) {
            n_most = n_parameters(entry);
            richest = checks->items[i];
        }
    }
    return richest;
}

/* How much a check counts, where it says so: an example stands with it. */
static const char *severity_of(const struct yaml_node *check)
{
    const struct yaml_node *severity = yaml_get(check, "severity");
    bool is_told = severity != NULL && severity->kind == YAML_SCALAR;
    return is_told && !text_equal(severity->text, "required") ? severity->text : NULL;
}

static struct example find_example(const struct page *page, const struct kind_schema *kind)
{
    struct example example = {.text = kind->example};
    struct strings names = builtin_pack_names(page->arena);
    size_t n_most = 0;
    for (size_t i = 0; i < names.n_items; i++) {
        const char *path = arena_printf(page->arena, "packs/%s.yaml", names.items[i]);
        const struct embedded_file *file = builtin_file_find(path);
        const struct yaml_node *pack =
            yaml_parse(page->arena, page->diag, path, file->text, file->len);
        const struct yaml_node *check = pack == NULL ? NULL : richest_use(pack, kind->name);
        const struct yaml_entry *entry = check == NULL ? NULL : entry_of(check, kind->name);
        if (entry != NULL && (example.pack == NULL || n_parameters(entry) > n_most)) {
            n_most = n_parameters(entry);
            example = (struct example){.pack = names.items[i],
                                       .text = cut_out(page->arena, file->text, entry->where),
                                       .severity = severity_of(check)};
        }
    }
    return example;
}

/* ---- Parameters ---- */

static const char *type_of(enum field_kind kind)
{
    switch (kind) {
    case FIELD_STRING:
        return "text";
    case FIELD_INT:
        return "whole number";
    case FIELD_BOOL:
        return "true or false";
    case FIELD_STRINGS:
        return "text, or a list of texts";
    case FIELD_PAIRS:
        return "mapping of texts";
    }
    return "";
}

/* A text for the cell of a table. */
static void put_cell(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|') {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
}

static void put_choices(FILE *out, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        fprintf(out, "%s`%s`", i == 0 ? "one of " : ", ", choices[i]);
    }
}

static void put_least(FILE *out, const struct field *field)
{
    if (field->kind == FIELD_INT && field_least(field) != INT64_MIN) {
        fprintf(out, " from %lld on", (long long)field_least(field));
    }
}

static void put_field(FILE *out, const struct field *field)
{
    bool is_required = (field->flags & FIELD_REQUIRED) != 0;
    bool names_row = (field->flags & FIELD_IDENTIFIES) != 0;
    fprintf(out, "| `%s` | ", field->key);
    if (field->choices != NULL) {
        put_choices(out, field->choices);
        fputs(field->kind == FIELD_STRINGS ? ", or a list of them" : "", out);
    } else {
        fputs(type_of(field->kind), out);
        put_least(out, field);
    }
    fprintf(out, " | %s%s%s%s | ", is_required ? "required" : "optional",
            (field->flags & FIELD_ADVICE) != 0 ? ", gives advice" : "",
            names_row ? ", names the record" : "",
            (field->flags & FIELD_NAMES_USER) != 0     ? ", names the user"
            : (field->flags & FIELD_NAMES_CLIENT) != 0 ? ", names the client"
                                                       : "");
    put_cell(out, field->help);
    fputs(" |\n", out);
}

static void put_fields(FILE *out, const struct kind_schema *kind)
{
    if (kind->n_fields == 0) {
        fputs("It has no parameters.\n", out);
        return;
    }
    fputs("| parameter | type | | meaning |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < kind->n_fields; i++) {
        put_field(out, &kind->fields[i]);
    }
    if (kind->one_of != NULL) {
        fputs("\nAt least one of these must be there: ", out);
        for (size_t i = 0; kind->one_of[i] != NULL; i++) {
            fprintf(out, "%s`%s`", i == 0 ? "" : ", ", kind->one_of[i]);
        }
        fputs(".\n", out);
    }
}

/* ---- The page ---- */

static void put_kind(const struct page *page, const struct kind_schema *kind)
{
    struct example example = find_example(page, kind);
    fprintf(page->out, "\n## `%s`\n\n%s.\n\n", kind->name, kind->summary);
    put_fields(page->out, kind);
    if (example.text == NULL) {
        return;
    }
    if (example.pack != NULL) {
        fprintf(page->out, "\nFrom [%s](../rules/packs/%s.yaml):\n", example.pack, example.pack);
    }
    fputs("\n```yaml\n", page->out);
    if (example.severity != NULL) {
        fprintf(page->out, "severity: %s\n", example.severity);
    }
    fprintf(page->out, "%s```\n", example.text);
}

static void put_head(const struct page *page)
{
    fputs(
        "<!-- Written by `glidepath pack kinds` from the tables the loader reads packs by. -->\n"
        "# The kinds of checks\n"
        "\n"
        "A check of a pack has exactly one key that names a kind; the kind's parameters stand "
        "below it.\n"
        "[packs.md](packs.md) says what else a check has, and `glidepath pack schema` prints the "
        "same tables\n"
        "as a JSON Schema for editors.\n"
        "\n"
        "Every value is text until the table says otherwise, and `$name` puts a parameter of the "
        "pack into\n"
        "it. A check whose parameter is not set is not applicable; where the table says *names "
        "the record*\n"
        "nothing can be found without it, and the check is `unknown: ambiguous`. A check that "
        "names a user or\n"
        "a client is decided by an observed effect only when the effect was observed for the same "
        "one.\n"
        "What *gives advice* never decides: a check that sets it is `recommended` or `info`.\n"
        "\n",
        page->out);
    for (size_t i = 0; i < page->kinds->n_items; i++) {
        const char *name = page->kinds->items[i]->name;
        fprintf(page->out, "- [`%s`](#%s): %s\n", name, name, page->kinds->items[i]->summary);
    }
}

bool kinds_page_write(struct arena *arena, struct diag *diag, const struct kind_schemas *kinds,
                      FILE *out)
{
    const struct page page = {.arena = arena, .diag = diag, .kinds = kinds, .out = out};
    put_head(&page);
    for (size_t i = 0; i < kinds->n_items; i++) {
        put_kind(&page, kinds->items[i]);
    }
    return fflush(out) == 0 && ferror(out) == 0;
}
