/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrapping and colour. The width of a character is the C library's opinion in the current locale;
 * where that knows no UTF-8, a character counts as one cell.
 */
#include "report/page.h"

#include <string.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/strings.h"
#include "report/report.h"

enum { LARGEST_PAGE_BYTES = 64 * 1024 * 1024 };
enum { NARROWEST = 40, USUAL = 80, WIDEST = 100, HEADING_INDENT = 4 };

#define STYLE_END "\033[0m"

static const char *const style_codes[] = {
    [STYLE_PLAIN] = "",        [STYLE_STRONG] = "\033[1m", [STYLE_QUIET] = "\033[2m",
    [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[1;31m", [STYLE_DOUBT] = "\033[33m",
    [STYLE_NOTE] = "\033[36m",
};

/* What typographic characters become where the locale cannot show them. */
static const struct {
    const char *character;
    const char *ascii;
} spellings[] = {
    {"…", "..."}, {"–", "-"},  {"—", "-"},  {"‘", "'"}, {"’", "'"},
    {"“", "\""},  {"”", "\""}, {"→", "->"}, {"×", "x"}, {"\u00A0", " "},
};

static size_t columns_of(const struct report_options *options)
{
    if (options->columns <= 0) {
        return USUAL;
    }
    size_t columns = (size_t)options->columns;
    return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : columns;
}

void page_init(struct page *page, const struct report_options *options)
{
    *page = (struct page){
        .scratch = arena_new(),
        .options = options,
        .columns = columns_of(options),
    };
    buf_init(&page->text, LARGEST_PAGE_BYTES);
}

void page_release(struct page *page)
{
    buf_release(&page->text);
    arena_free(page->scratch);
}

/* The length in bytes of the character at `text`, which is not the end. */
static size_t character_len(const char *text)
{
    size_t len = 1;
    while (((unsigned char)text[len] & 0xC0) == 0x80) {
        len++;
    }
    return len;
}

static size_t character_width(const char *text, size_t len)
{
    mbstate_t state = {0};
    wchar_t wide = 0;
    if (mbrtowc(&wide, text, len, &state) != len) {
        return 1;
    }
    int width = wcwidth(wide);
    return width < 0 ? 1 : (size_t)width;
}

static size_t text_width(const char *text, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len;) {
        size_t step = character_len(text + i);
        width += character_width(text + i, step);
        i += step;
    }
    return width;
}

static const char *ascii_spelling(const char *text, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        if (strlen(spellings[i].character) == len &&
            strncmp(spellings[i].character, text, len) == 0) {
            return spellings[i].ascii;
        }
    }
    return "?";
}

/* The text as this page can show it. */
static const char *shown(struct page *page, const char *text)
{
    if (!page->options->ascii) {
        return text;
    }
    struct strings pieces = {0};
    for (size_t i = 0; text[i] != '\0';) {
        size_t len = character_len(text + i);
        strings_add(page->scratch, &pieces,
                    len == 1 ? arena_strndup(page->scratch, text + i, 1)
                             : ascii_spelling(text + i, len));
        i += len;
    }
    return strings_join(page->scratch, &pieces, "");
}

static void add(struct page *page, const char *text, size_t len)
{
    buf_add_bytes(&page->text, text, len);
    page->column += text_width(text, len);
}

void page_end_line(struct page *page)
{
    while (page->text.len > 0 && page->text.data[page->text.len - 1] == ' ') {
        page->text.data[--page->text.len] = '\0';
    }
    buf_add_char(&page->text, '\n');
    page->column = 0;
}

void page_move(struct page *page, size_t column)
{
    bool is_behind = page->column > 0 && page->column >= column;
    size_t n = is_behind ? 1 : column - page->column;
    for (size_t i = 0; i < n; i++) {
        buf_add_char(&page->text, ' ');
    }
    page->column += n;
}

void page_paint(struct page *page, enum style style, const char *text)
{
    const char *visible = shown(page, text);
    bool is_colored = page->options->color && style != STYLE_PLAIN;
    if (is_colored) {
        buf_add(&page->text, style_codes[style]);
    }
    add(page, visible, strlen(visible));
    if (is_colored) {
        buf_add(&page->text, STYLE_END);
    }
}

static void break_line(struct page *page, size_t indent)
{
    page_end_line(page);
    page_move(page, indent);
}

/* A word longer than a whole line is broken where the line ends. */
static void add_long_word(struct page *page, size_t indent, const char *word, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t step = character_len(word + i);
        size_t width = character_width(word + i, step);
        if (page->column + width > page->columns && page->column > indent) {
            break_line(page, indent);
        }
        add(page, word + i, step);
        i += step;
    }
}

/* An address stays whole, on a line of its own: it is there to be copied. */
static void add_address(struct page *page, size_t indent, const char *word, size_t len)
{
    if (page->column > indent) {
        break_line(page, indent);
    }
    add(page, word, len);
}

static void add_word(struct page *page, size_t indent, const char *word, size_t len)
{
    size_t width = text_width(word, len);
    if (indent + width > page->columns && strncmp(word, "https://", strlen("https://")) == 0) {
        add_address(page, indent, word, len);
        return;
    }
    if (indent + width > page->columns) {
        add_long_word(page, indent, word, len);
        return;
    }
    if (page->column + width > page->columns) {
        break_line(page, indent);
    }
    add(page, word, len);
}

/* True when something stands on the line right before the next character. */
static bool touches_text(const struct page *page)
{
    char last = page->text.len == 0 ? '\n' : page->text.data[page->text.len - 1];
    return last != ' ' && last != '\n';
}

void page_wrap(struct page *page, size_t indent, const char *text)
{
    const char *visible = shown(page, text);
    for (size_t i = 0; visible[i] != '\0';) {
        size_t blanks = strspn(visible + i, " \t");
        size_t len = strcspn(visible + i + blanks, " \t\n");
        if (blanks > 0 && touches_text(page)) {
            page_move(page, page->column + 1);
        }
        add_word(page, indent, visible + i + blanks, len);
        i += blanks + len;
        if (visible[i] == '\n') {
            i++;
            if (visible[i] != '\0') {
                break_line(page, indent);
            }
        }
    }
}

void page_note(struct page *page, size_t indent, const char *note)
{
    if (text_is_empty(note)) {
        return;
    }
    const char *visible = shown(page, note);
    size_t width = text_width(visible, strlen(visible));
    if (page->column + 2 + width > page->columns) {
        page_end_line(page);
    }
    size_t right = width < page->columns ? page->columns - width : 0;
    page_move(page, right > indent ? right : indent);
    page_wrap(page, indent, note);
}

void page_heading(struct page *page, const char *text)
{
    const bool is_colored = page->options->color;
    buf_add(&page->text, is_colored ? style_codes[STYLE_STRONG] : "");
    page_wrap(page, HEADING_INDENT, text);
    buf_add(&page->text, is_colored ? STYLE_END : "");
    page_end_line(page);
}

bool page_print(const struct page *page, FILE *out)
{
    bool is_written = fwrite(page->text.data, 1, page->text.len, out) == page->text.len;
    return fflush(out) == 0 && is_written && ferror(out) == 0 && buf_ok(&page->text);
}
