/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a vendor's guide: "CXM-7", or a range "CXM-1..CXM-80".
 */
#include <string.h>

#include "base/arena.h"
#include "rules/pack_source.h"

enum { MOST_ROWS = 2000 };

struct row_name {
    const char *prefix; /* "CXM" */
    int64_t number;
};

static bool parse_row(struct arena *arena, const char *text, struct row_name *ret_row)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t len = strspn(text, letters);
    if (len == 0 || text[len] != '-' || text[len + 1] == '-') {
        return false;
    }
    ret_row->prefix = arena_strndup(arena, text, len);
    return text_to_int(text + len + 1, &ret_row->number);
}

static void add_row(const struct binder *binder, const struct row_name *row, struct strings *rows)
{
    strings_add(binder->arena, rows,
                arena_printf(binder->arena, "%s-%lld", row->prefix, (long long)row->number));
}

void rows_add(const struct binder *binder, struct where where, const char *text,
              struct strings *rows)
{
    const char *dots = strstr(text, "..");
    size_t first_len = dots == NULL ? strlen(text) : (size_t)(dots - text);
    struct row_name first = {0};
    struct row_name last = {0};
    if (!parse_row(binder->arena, arena_strndup(binder->arena, text, first_len), &first) ||
        (dots != NULL && !parse_row(binder->arena, dots + 2, &last))) {
        diag_error(binder->diag, where, "'%s' is no row of a guide (ABC-7, or ABC-1..ABC-9)", text);
        return;
    }
    if (dots == NULL) {
        add_row(binder, &first, rows);
        return;
    }
    if (!text_equal(first.prefix, last.prefix) || first.number > last.number ||
        last.number - first.number >= MOST_ROWS) {
        diag_error(binder->diag, where, "'%s' is no range of rows", text);
        return;
    }
    for (; first.number <= last.number; first.number++) {
        add_row(binder, &first, rows);
    }
}
