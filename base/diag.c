/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collecting and wording mistakes, with the source line and a caret under it.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"
#include "base/text.h"

#undef diag_error /* the analyzer's stand-in for callers */

enum { LONGEST_SHOWN_LINE = 200, MESSAGE_LIMIT_BYTES = 64 * 1024 };

struct source {
    const char *file;
    const char *text;
};

/* A message and the place it is about. */
struct message {
    const char *text;
    const char *file;
    size_t line;
};

struct diag {
    struct arena *arena;
    struct message *messages;
    size_t n_messages;
    struct source *sources;
    size_t n_sources;
};

struct diag *diag_new(void)
{
    struct arena *arena = arena_new();
    struct diag *diag = arena_allocate(arena, sizeof *diag);
    diag->arena = arena;
    return diag;
}

void diag_free(struct diag *diag)
{
    if (diag != NULL) {
        arena_free(diag->arena);
    }
}

static struct source *find_source(const struct diag *diag, const char *file)
{
    for (size_t i = 0; i < diag->n_sources; i++) {
        if (text_equal(diag->sources[i].file, file)) {
            return &diag->sources[i];
        }
    }
    return NULL;
}

void diag_lend_source(struct diag *diag, const char *file, const char *text)
{
    struct source *source = find_source(diag, file);
    if (source == NULL) {
        source = arena_append(diag->arena, &diag->sources, &diag->n_sources, sizeof *source);
        source->file = arena_strdup(diag->arena, file);
    }
    source->text = text;
}

void diag_add_source(struct diag *diag, const char *file, const char *text, size_t len)
{
    const struct source *source = find_source(diag, file);
    bool is_known =
        source != NULL && strlen(source->text) == len && memcmp(source->text, text, len) == 0;
    if (!is_known) { /* a pack is read for every target that chooses it */
        diag_lend_source(diag, file, arena_strndup(diag->arena, text, len));
    }
}

/* Line `number` of the text without its end, sanitised so that it cannot play with the terminal. */
static const char *source_line(struct arena *arena, const char *text, size_t number)
{
    for (size_t i = 1; i < number; i++) {
        const char *end = strchr(text, '\n');
        if (end == NULL) {
            return NULL;
        }
        text = end + 1;
    }
    size_t len = strcspn(text, "\r\n");
    return text_sanitize(arena, arena_strndup(arena, text, len));
}

static void add_excerpt(struct diag *diag, struct buf *message, struct where where)
{
    const struct source *source = where.file == NULL ? NULL : find_source(diag, where.file);
    if (source == NULL || where.line == 0 || where.is_secret) {
        return;
    }
    const char *line = source_line(diag->arena, source->text, where.line);
    if (text_is_empty(line) || strlen(line) > LONGEST_SHOWN_LINE) {
        return;
    }
    buf_printf(message, "%6zu | ", where.line);
    for (const char *c = line; *c != '\0'; c++) {
        buf_add_char(message, *c == '\t' ? ' ' : *c);
    }
    buf_add(message, "\n       | ");
    for (size_t column = 1; column < where.column; column++) {
        buf_add_char(message, ' ');
    }
    buf_add_char(message, '^');
    for (size_t i = 1; i < where.len; i++) {
        buf_add_char(message, '~');
    }
    buf_add_char(message, '\n');
}

static void add_place(struct buf *message, struct where where)
{
    if (where.file == NULL) {
        buf_add(message, "glidepath: ");
    } else if (where.line == 0) {
        buf_printf(message, "%s: ", where.file);
    } else {
        buf_printf(message, "%s:%zu:%zu: ", where.file, where.line, where.column);
    }
}

bool diag_error(struct diag *diag, struct where where, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const char *text = arena_vprintf(diag->arena, format, values);
    va_end(values);

    struct buf message;
    buf_init(&message, MESSAGE_LIMIT_BYTES);
    add_place(&message, where);
    buf_printf(&message, "error: %s\n", text_sanitize(diag->arena, text));
    add_excerpt(diag, &message, where);
    struct message *slot =
        arena_append(diag->arena, &diag->messages, &diag->n_messages, sizeof *slot);
    *slot = (struct message){.text = arena_strndup(diag->arena, message.data, message.len),
                             .file = arena_strdup(diag->arena, where.file),
                             .line = where.line};
    buf_release(&message);
    return false;
}

size_t diag_count(const struct diag *diag)
{
    return diag->n_messages;
}

const char *diag_message(const struct diag *diag, size_t i)
{
    return diag->messages[i].text;
}

/* Of two messages about one file the one higher up comes first; else the order of reporting stays.
 */
static bool comes_before(const struct message *a, const struct message *b)
{
    return text_equal(a->file, b->file) && a->line < b->line;
}

/* A pack of several targets has its mistake for each of them. */
static bool was_said(const struct message *messages, size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (text_equal(messages[before].text, messages[i].text)) {
            return true;
        }
    }
    return false;
}

void diag_print(const struct diag *diag, FILE *out)
{
    struct message *sorted = arena_array(diag->arena, diag->n_messages, sizeof *sorted);
    for (size_t i = 0; i < diag->n_messages; i++) {
        size_t place = i;
        for (; place > 0 && comes_before(&diag->messages[i], &sorted[place - 1]); place--) {
            sorted[place] = sorted[place - 1];
        }
        sorted[place] = diag->messages[i];
    }
    for (size_t i = 0; i < diag->n_messages; i++) {
        if (!was_said(sorted, i)) {
            fputs(sorted[i].text, out);
        }
    }
}
