/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composing libyaml's events into a tree, and wording what is wrong with a document.
 *
 * libyaml reads the syntax; what it lets pass and we refuse (anchors, duplicate keys …) is refused
 * here. Its own words are kept where they help and replaced where an author would not know what to
 * do about them.
 */
#include "base/yaml.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/conceal.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/text.h"

enum { DEEPEST = 32, LARGEST_FILE_BYTES = 1024 * 1024 };

struct composer {
    struct arena *arena;
    struct diag *diag;
    const char *file;
    const char *text;
    size_t len;
    yaml_parser_t parser;
    size_t depth;
    const struct strings *shown_keys; /* NULL: every top-level key but `credentials` */
    bool is_secret;                   /* inside the value of a top-level key that is not shown */
    bool is_broken; /* the tree does not say what the author wrote: it is not handed over */
};

/* ---- places ---- */

static struct where at(const struct composer *composer, yaml_mark_t mark)
{
    return (struct where){.file = composer->file,
                          .line = mark.line + 1,
                          .column = mark.column + 1,
                          .is_secret = composer->is_secret};
}

static struct where spanning(const struct composer *composer, const yaml_event_t *event)
{
    struct where where = at(composer, event->start_mark);
    if (event->start_mark.line == event->end_mark.line) {
        where.len = event->end_mark.column - event->start_mark.column;
    }
    return where;
}

/* The place of a byte: only line feeds end a line here, and columns count characters. */
static struct where at_offset(const struct composer *composer, size_t offset)
{
    struct where where = {.file = composer->file, .line = 1, .column = 1};
    for (size_t i = 0; i < offset && i < composer->len; i++) {
        unsigned char byte = (unsigned char)composer->text[i];
        if (byte == '\n') {
            where.line++;
            where.column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            where.column++;
        }
    }
    return where;
}

/* ---- what libyaml found ---- */

/* Problems worded for authors. `at_context`: the place where the thing began says more than the
 * place where libyaml gave up. */
struct wording {
    const char *context; /* what libyaml says it was doing; NULL: whatever */
    const char *problem;
    bool at_context;
    const char *message;
};

static const struct wording wordings[] = {
    {"while scanning a quoted scalar", "found unexpected end of stream", true,
     "the quote that begins here is never closed"},
    {"while scanning a quoted scalar", "found unexpected document indicator", true,
     "the quote that begins here is not closed before the next document"},
    {"while parsing a quoted scalar", "found unknown escape character", false,
     "unknown escape in double quotes (use single quotes: nothing is an escape in them)"},
    {"while scanning a simple key", "could not find expected ':'", true,
     "expected ':' behind this key"},
    {NULL, "found character that cannot start any token", false,
     "a text cannot begin with this character (put it in quotes)"},
    {NULL, "mapping values are not allowed in this context", false,
     "unexpected ':' (a text with ': ' in it must stand in quotes)"},
    {NULL, "did not find expected ',' or '}'", true,
     "the '{' that begins here is not closed: expected ',' or '}'"},
    {NULL, "did not find expected ',' or ']'", true,
     "the '[' that begins here is not closed: expected ',' or ']'"},
};

static const struct wording *wording_of(const char *context, const char *problem)
{
    for (size_t i = 0; i < ARRAY_LEN(wordings); i++) {
        const struct wording *row = &wordings[i];
        if (text_equal(row->problem, problem) &&
            (row->context == NULL || text_equal(row->context, context))) {
            return row;
        }
    }
    return NULL;
}

/* True when the character at line:column of the mark is a tab. */
static bool stands_at_tab(const struct composer *composer, yaml_mark_t mark)
{
    size_t offset = 0;
    for (size_t i = 0; i < mark.index && offset < composer->len; i++) {
        do {
            offset++;
        } while (((unsigned char)composer->text[offset] & 0xC0) == 0x80);
    }
    return offset < composer->len && composer->text[offset] == '\t';
}

static void report_at(const struct composer *composer, struct where where, const char *message)
{
    diag_error(composer->diag, where, "%s", message);
}

static void report_syntax(struct composer *composer)
{
    const yaml_parser_t *parser = &composer->parser;
    const char *problem = parser->problem != NULL ? parser->problem : "not readable as YAML";
    const struct wording *wording = wording_of(parser->context, problem);
    if (parser->error == YAML_READER_ERROR) {
        report_at(composer, at_offset(composer, parser->problem_offset), problem);
    } else if (stands_at_tab(composer, parser->problem_mark)) {
        report_at(composer, at(composer, parser->problem_mark),
                  "a tab character cannot indent (use blanks)");
    } else if (wording != NULL) {
        bool at_context = wording->at_context && parser->context != NULL;
        report_at(composer, at(composer, at_context ? parser->context_mark : parser->problem_mark),
                  wording->message);
    } else if (parser->context != NULL) {
        report_at(composer, at(composer, parser->problem_mark),
                  arena_printf(composer->arena, "%s (%s that began at line %zu)", problem,
                               parser->context, parser->context_mark.line + 1));
    } else {
        report_at(composer, at(composer, parser->problem_mark), problem);
    }
}

/* The next event; false, and reported, when the text is no YAML. The caller deletes the event. */
static bool next_event(struct composer *composer, yaml_event_t *ret_event)
{
    if (yaml_parser_parse(&composer->parser, ret_event) != 0) {
        return true;
    }
    if (composer->parser.error == YAML_MEMORY_ERROR) {
        out_of_memory();
    }
    report_syntax(composer);
    return false;
}

/* ---- nodes ---- */

static struct yaml_node *compose(struct composer *composer, const yaml_event_t *event);

static void refuse(const struct composer *composer, const yaml_event_t *event, const char *what)
{
    diag_error(composer->diag, spanning(composer, event), "%s are not allowed", what);
}

static void refuse_decoration(const struct composer *composer, const yaml_event_t *event,
                              const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor != NULL) {
        refuse(composer, event, "anchors");
    }
    if (tag != NULL) {
        refuse(composer, event, "tags");
    }
}

static struct yaml_node *node_new(const struct composer *composer, enum yaml_kind kind,
                                  const yaml_event_t *event)
{
    struct yaml_node *node = arena_allocate(composer->arena, sizeof *node);
    node->kind = kind;
    node->where = spanning(composer, event);
    return node;
}

static bool is_null_word(const char *text)
{
    return text[0] == '\0' || text_equal(text, "~") || text_equal(text, "null");
}

static struct yaml_node *compose_scalar(struct composer *composer, const yaml_event_t *event)
{
    refuse_decoration(composer, event, event->data.scalar.anchor, event->data.scalar.tag);
    struct yaml_node *node = node_new(composer, YAML_SCALAR, event);
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length) {
        diag_error(composer->diag, node->where, "a text cannot contain a NUL character");
    }
    node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->is_null = !node->is_quoted && is_null_word(text);
    node->text = node->is_null ? "" : arena_strdup(composer->arena, text);
    return node;
}

static bool enter(struct composer *composer, const yaml_event_t *event)
{
    composer->depth++;
    if (composer->depth <= DEEPEST) {
        return true;
    }
    return diag_error(composer->diag, at(composer, event->start_mark),
                      "nested deeper than %d levels", DEEPEST);
}

/* Composes what the next event begins. At the end of the collection returns true with NULL. */
static bool compose_next(struct composer *composer, yaml_event_type_t end,
                         struct yaml_node **ret_node)
{
    yaml_event_t event;
    if (!next_event(composer, &event)) {
        return false;
    }
    bool is_end = event.type == end;
    struct yaml_node *node = is_end ? NULL : compose(composer, &event);
    yaml_event_delete(&event);
    if (node == NULL && !is_end) {
        return false;
    }
    *ret_node = node;
    return true;
}

static struct yaml_node *compose_sequence(struct composer *composer, const yaml_event_t *event)
{
    refuse_decoration(composer, event, event->data.sequence_start.anchor,
                      event->data.sequence_start.tag);
    struct yaml_node *node = node_new(composer, YAML_SEQUENCE, event);
    node->where.len = 1;
    if (!enter(composer, event)) {
        return NULL;
    }
    struct yaml_node *item = NULL;
    while (true) {
        if (!compose_next(composer, YAML_SEQUENCE_END_EVENT, &item)) {
            return NULL;
        }
        if (item == NULL) {
            break;
        }
        struct yaml_node **slot =
            arena_append(composer->arena, &node->items, &node->n_items, sizeof(struct yaml_node *));
        *slot = item;
    }
    composer->depth--;
    return node;
}

/* A key that was used before, found by sorting so that a huge mapping does not take for ever. */
struct ranked_key {
    const char *key;
    size_t i;
};

static int compare_keys(const void *left, const void *right)
{
    const struct ranked_key *a = left;
    const struct ranked_key *b = right;
    int order = strcmp(a->key, b->key);
    return order != 0 ? order : (a->i > b->i) - (a->i < b->i);
}

static void report_duplicate(const struct composer *composer, const struct yaml_entry *first,
                             const struct yaml_entry *again)
{
    if (again->where.is_secret) {
        diag_error(composer->diag, again->where, "duplicate key (first used at line %zu)",
                   first->where.line);
    } else {
        diag_error(composer->diag, again->where, "duplicate key '%s' (first used at line %zu)",
                   again->key, first->where.line);
    }
}

static void report_duplicates(const struct composer *composer, const struct yaml_node *mapping)
{
    if (mapping->n_items < 2) {
        return;
    }
    size_t n = mapping->n_items;
    struct ranked_key *ranked = arena_array(composer->arena, n, sizeof *ranked);
    size_t *first = arena_array(composer->arena, n, sizeof *first);
    for (size_t i = 0; i < n; i++) {
        ranked[i] = (struct ranked_key){mapping->entries[i].key, i};
    }
    qsort(ranked, n, sizeof *ranked, compare_keys);
    for (size_t i = 0; i < n; i++) {
        bool repeats = i > 0 && text_equal(ranked[i].key, ranked[i - 1].key);
        first[ranked[i].i] = repeats ? first[ranked[i - 1].i] : ranked[i].i;
    }
    for (size_t i = 0; i < n; i++) {
        if (first[i] != i) {
            report_duplicate(composer, &mapping->entries[first[i]], &mapping->entries[i]);
        }
    }
}

static bool may_be_shown(const struct composer *composer, const char *key)
{
    return !text_equal(key, "credentials") &&
           (composer->shown_keys == NULL || strings_have(composer->shown_keys, key));
}

static bool compose_value(struct composer *composer, struct yaml_entry *entry)
{
    bool was_secret = composer->is_secret;
    if (composer->depth == 1 && !may_be_shown(composer, entry->key)) {
        composer->is_secret = true;
    }
    bool is_done = compose_next(composer, YAML_NO_EVENT, &entry->value);
    composer->is_secret = was_secret;
    return is_done;
}

static bool compose_entry(struct composer *composer, struct yaml_node *mapping,
                          const struct yaml_node *key)
{
    if (key->kind != YAML_SCALAR) {
        return diag_error(composer->diag, key->where, "a key must be a text, not %s",
                          yaml_kind_name(key->kind));
    }
    if (!key->is_quoted && text_equal(key->text, "<<")) {
        composer->is_broken = true;
        diag_error(composer->diag, key->where, "merge keys are not allowed");
    }
    struct yaml_entry entry = {.key = key->text, .where = key->where};
    if (!compose_value(composer, &entry)) {
        return false;
    }
    struct yaml_entry *slot =
        arena_append(composer->arena, &mapping->entries, &mapping->n_items, sizeof *slot);
    *slot = entry;
    return true;
}

static struct yaml_node *compose_mapping(struct composer *composer, const yaml_event_t *event)
{
    refuse_decoration(composer, event, event->data.mapping_start.anchor,
                      event->data.mapping_start.tag);
    struct yaml_node *node = node_new(composer, YAML_MAPPING, event);
    node->where.len = 1;
    if (!enter(composer, event)) {
        return NULL;
    }
    struct yaml_node *key = NULL;
    while (true) {
        if (!compose_next(composer, YAML_MAPPING_END_EVENT, &key)) {
            return NULL;
        }
        if (key == NULL) {
            break;
        }
        if (!compose_entry(composer, node, key)) {
            return NULL;
        }
    }
    composer->depth--;
    report_duplicates(composer, node);
    return node;
}

/* An alias stands for something we refused: an empty text takes its place, so that the rest of the
 * document is still looked at. */
static struct yaml_node *compose_alias(struct composer *composer, const yaml_event_t *event)
{
    refuse(composer, event, "aliases");
    composer->is_broken = true;
    struct yaml_node *node = node_new(composer, YAML_SCALAR, event);
    node->text = "";
    node->is_null = true;
    return node;
}

static struct yaml_node *compose(struct composer *composer, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return compose_scalar(composer, event);
    case YAML_SEQUENCE_START_EVENT:
        return compose_sequence(composer, event);
    case YAML_MAPPING_START_EVENT:
        return compose_mapping(composer, event);
    case YAML_ALIAS_EVENT:
        return compose_alias(composer, event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        break;
    }
    assert(false); /* libyaml sends no other event here */
    return NULL;
}

/* ---- the document ---- */

/* Takes one event and says of which type it was; YAML_NO_EVENT after a reported error. */
static yaml_event_type_t skip_event(struct composer *composer, struct where *ret_where)
{
    yaml_event_t event;
    if (!next_event(composer, &event)) {
        return YAML_NO_EVENT;
    }
    yaml_event_type_t type = event.type;
    *ret_where = at(composer, event.start_mark);
    yaml_event_delete(&event);
    return type;
}

static struct yaml_node *compose_document(struct composer *composer)
{
    struct where where = {0};
    skip_event(composer, &where); /* the stream's start: cannot fail */
    yaml_event_type_t type = skip_event(composer, &where);
    if (type == YAML_STREAM_END_EVENT) {
        where.line = 0;
        diag_error(composer->diag, where, "the file is empty");
    }
    if (type != YAML_DOCUMENT_START_EVENT) {
        return NULL;
    }
    struct yaml_node *root = NULL;
    if (!compose_next(composer, YAML_NO_EVENT, &root)) {
        return NULL;
    }
    if (skip_event(composer, &where) != YAML_DOCUMENT_END_EVENT) {
        return NULL;
    }
    type = skip_event(composer, &where);
    if (type == YAML_DOCUMENT_START_EVENT) {
        diag_error(composer->diag, where, "a second document is not allowed");
    }
    return type == YAML_NO_EVENT || composer->is_broken ? NULL : root;
}

/* The code point at the start of valid UTF-8. */
static unsigned long code_point(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned long code = bytes[0] < 0x80   ? bytes[0]
                         : bytes[0] < 0xE0 ? bytes[0] & 0x1FU
                         : bytes[0] < 0xF0 ? bytes[0] & 0x0FU
                                           : bytes[0] & 0x07U;
    for (size_t i = 1; (bytes[i] & 0xC0) == 0x80; i++) {
        code = code << 6 | (bytes[i] & 0x3FU);
    }
    return code;
}

/*
 * Finds the first character that does not show, or that shows other text in another order: the
 * sanitiser of reports would replace it. Line ends other than LF and CR LF count too: libyaml and
 * an editor would count lines differently.
 */
static bool find_invisible(struct arena *arena, const char *text, size_t len, size_t *ret_offset)
{
    const char *clean = text_sanitize(arena, text);
    size_t i = 0;
    for (size_t n = 0; i < len && text[i] != '\0'; i++) {
        if (text[i] == '\r' && text[i + 1] == '\n') {
            continue;
        }
        if (text[i] != clean[n]) {
            break;
        }
        n++;
    }
    while (i < len && i > 0 && ((unsigned char)text[i] & 0xC0) == 0x80) {
        i--; /* two characters may begin with the same bytes */
    }
    *ret_offset = i;
    return i < len;
}

/* Refuses bytes that are no text. */
static bool is_plain_text(struct composer *composer)
{
    size_t offset = 0;
    if (!utf8_is_valid(composer->text, composer->len, &offset)) {
        report_at(composer, at_offset(composer, offset), "this byte is not UTF-8");
        return false;
    }
    if (find_invisible(composer->arena, composer->text, composer->len, &offset)) {
        report_at(composer, at_offset(composer, offset),
                  arena_printf(composer->arena, "the invisible character U+%04lX is not allowed",
                               code_point(composer->text + offset)));
        return false;
    }
    return true;
}

static struct yaml_node *parse_text(struct composer *composer)
{
    if (yaml_parser_initialize(&composer->parser) == 0) {
        out_of_memory();
    }
    yaml_parser_set_encoding(&composer->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&composer->parser, (const unsigned char *)composer->text,
                                 composer->len);
    struct yaml_node *root = compose_document(composer);
    yaml_parser_delete(&composer->parser);
    return root;
}

struct yaml_node *yaml_parse_own(struct arena *arena, struct diag *diag, const char *file,
                                 const char *text, size_t len)
{
    struct composer composer = {
        .arena = arena, .diag = diag, .file = file, .text = text, .len = len};
    diag_lend_source(diag, file, text);
    return parse_text(&composer);
}

struct yaml_node *yaml_parse_partial(struct arena *arena, struct diag *diag, const char *file,
                                     const char *text, size_t len, const struct strings *shown_keys)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    if (len >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
        text += 3;
        len -= 3;
    }
    struct composer composer = {.arena = arena,
                                .diag = diag,
                                .file = file,
                                .text = arena_strndup(arena, text, len),
                                .len = len,
                                .shown_keys = shown_keys};
    const char *shown = conceal_secrets(arena, composer.text, shown_keys);
    diag_add_source(diag, file, shown, strlen(shown));
    return is_plain_text(&composer) ? parse_text(&composer) : NULL;
}

struct yaml_node *yaml_parse(struct arena *arena, struct diag *diag, const char *file,
                             const char *text, size_t len)
{
    size_t n_before = diag_count(diag);
    struct yaml_node *root = yaml_parse_partial(arena, diag, file, text, len, NULL);
    return diag_count(diag) == n_before ? root : NULL;
}

/* The contents of a YAML file in the arena; NULL after reporting why not. */
static char *read_source(struct arena *arena, struct diag *diag, const char *file, size_t *ret_len)
{
    const char *fault = NULL;
    char *text = file_read(arena, file, LARGEST_FILE_BYTES, ret_len, &fault);
    if (text == NULL) {
        diag_error(diag, (struct where){.file = file}, "%s", fault);
    }
    return text;
}

struct yaml_node *yaml_load(struct arena *arena, struct diag *diag, const char *file)
{
    size_t len = 0;
    char *text = read_source(arena, diag, file, &len);
    return text == NULL ? NULL : yaml_parse(arena, diag, file, text, len);
}

struct yaml_node *yaml_load_partial(struct arena *arena, struct diag *diag, const char *file,
                                    const struct strings *shown_keys)
{
    size_t len = 0;
    char *text = read_source(arena, diag, file, &len);
    return text == NULL ? NULL : yaml_parse_partial(arena, diag, file, text, len, shown_keys);
}

struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != YAML_MAPPING) {
        return NULL;
    }
    for (size_t i = 0; i < mapping->n_items; i++) {
        if (text_equal(mapping->entries[i].key, key)) {
            return mapping->entries[i].value;
        }
    }
    return NULL;
}

const char *yaml_kind_name(enum yaml_kind kind)
{
    static const char *const names[] = {
        [YAML_SCALAR] = "a value",
        [YAML_SEQUENCE] = "a sequence",
        [YAML_MAPPING] = "a mapping",
    };
    return names[kind];
}
