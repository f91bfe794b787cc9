/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that are alike in everything come first, so that of several with one name those are left
 * that differ.
 */
#include "checks/row_match.h"

#include <string.h>

#include "base/arena.h"
#include "checks/differing_words.h"

/* ---- Cells ---- */

static bool is_hidden(const char *value)
{
    return strstr(value, "[hidden:") != NULL;
}

/* "user-1" and "user-2", as --anonymise numbers them in each file by itself. */
static bool are_tokens_alike(const char *a, const char *b)
{
    static const char digits[] = "0123456789";
    const char *dash = strrchr(a, '-');
    const char *other = strrchr(b, '-');
    return dash != NULL && other != NULL && dash - a == other - b &&
           strncmp(a, b, (size_t)(dash - a) + 1) == 0 && dash[1] != '\0' && other[1] != '\0' &&
           dash[1 + strspn(dash + 1, digits)] == '\0' &&
           other[1 + strspn(other + 1, digits)] == '\0';
}

bool cell_says_same(const struct matching *matching, const char *before, const char *after)
{
    if (before == NULL || after == NULL) {
        return before == after;
    }
    if (text_equal(before, after) || is_hidden(before) || is_hidden(after)) {
        return true;
    }
    if (matching->has_tokens && are_tokens_alike(before, after)) {
        return true;
    }
    if (matching->is_one_instance || !text_is_sys_id(before) || !text_is_sys_id(after)) {
        return false;
    }
    const char *same = pairs_get(&matching->sys_ids, before);
    return same == NULL || text_equal(same, after);
}

const char *cell_in_after(const struct matching *matching, const char *value)
{
    const char *same = pairs_get(&matching->sys_ids, value);
    return same == NULL ? value : same;
}

struct strings columns_of_question(struct arena *arena, const struct question *question)
{
    struct strings columns = {0};
    for (size_t i = 0; i < question->fields.n_items; i++) {
        strings_add_unique(arena, &columns, question->fields.items[i]);
    }
    for (size_t i = 0; i < question->where.n_items; i++) {
        strings_add_unique(arena, &columns, question->where.items[i].key);
    }
    if (question->key != NULL) {
        strings_add_unique(arena, &columns, question->key);
    }
    size_t n = 0;
    for (size_t i = 0; i < columns.n_items; i++) {
        if (!text_equal(columns.items[i], "sys_id")) {
            columns.items[n++] = columns.items[i];
        }
    }
    columns.n_items = n;
    return columns;
}

/* ---- Rows ---- */

/* In the order in which they are tried. */
enum likeness { SAME_RECORD, SAME_IN_ALL, SAME_TITLE, SAME_ROLE, N_LIKENESSES };

struct candidates {
    struct matching *matching;
    const struct answer *before;
    const struct answer *after;
    struct strings columns;
    bool *is_taken; /* of the rows of `after` */
};

static bool is_same_in_all(const struct candidates *candidates, const struct row *a,
                           const struct row *b)
{
    for (size_t i = 0; i < candidates->columns.n_items; i++) {
        const char *column = candidates->columns.items[i];
        if (!cell_says_same(candidates->matching, row_get(a, column), row_get(b, column))) {
            return false;
        }
    }
    return candidates->columns.n_items > 0;
}

/* Each is the one that its own question asks for: another user of the same part. */
static bool has_same_role(const struct candidates *candidates, const struct row *a,
                          const struct row *b)
{
    const struct question *before = &candidates->before->question;
    const struct question *after = &candidates->after->question;
    return before->key != NULL && before->value != NULL && after->value != NULL &&
           text_equal(before->key, after->key) && candidates->before->n_rows == 1 &&
           candidates->after->n_rows == 1 && row_has(a, before->key, before->value) &&
           row_has(b, after->key, after->value);
}

static bool are_alike(const struct candidates *candidates, enum likeness likeness,
                      const struct row *a, const struct row *b)
{
    struct arena *arena = candidates->matching->arena;
    const char *id = row_get(a, "sys_id");
    const char *other_id = row_get(b, "sys_id");
    bool have_ids = candidates->matching->is_one_instance && id != NULL && other_id != NULL;
    const char *title = NULL;
    switch (likeness) {
    case SAME_RECORD:
        return have_ids && text_equal(id, other_id);
    case SAME_IN_ALL:
        return !have_ids && is_same_in_all(candidates, a, b);
    case SAME_TITLE:
        title = have_ids ? NULL : row_title(arena, a);
        return title != NULL && (text_equal(title, row_title(arena, b)) ||
                                 (candidates->matching->has_tokens && row_title(arena, b) != NULL &&
                                  are_tokens_alike(title, row_title(arena, b))));
    case SAME_ROLE:
        return !have_ids && has_same_role(candidates, a, b);
    case N_LIKENESSES:
        break;
    }
    return false;
}

static const struct row *take_match(const struct candidates *candidates, enum likeness likeness,
                                    const struct row *row)
{
    for (size_t i = 0; i < candidates->after->n_rows; i++) {
        const struct row *other = &candidates->after->rows[i];
        if (!candidates->is_taken[i] && are_alike(candidates, likeness, row, other)) {
            candidates->is_taken[i] = true;
            return other;
        }
    }
    return NULL;
}

/* Rows without a name are links between others: which of them is which is not so sure. */
static void learn_sys_id(struct matching *matching, const struct row_match *match)
{
    const char *before = row_get(match->before, "sys_id");
    const char *after = row_get(match->after, "sys_id");
    if (!matching->is_one_instance && before != NULL && after != NULL &&
        row_title(matching->arena, match->before) != NULL &&
        pairs_get(&matching->sys_ids, before) == NULL) {
        pairs_add(matching->arena, &matching->sys_ids, before, after);
    }
}

static void match_by(const struct candidates *candidates, enum likeness likeness,
                     struct row_matches *matches)
{
    for (size_t i = 0; i < candidates->before->n_rows; i++) {
        struct row_match *match = &matches->items[i];
        if (match->after == NULL) {
            match->after = take_match(candidates, likeness, match->before);
        }
        if (match->after != NULL) {
            learn_sys_id(candidates->matching, match);
        }
    }
}

struct row_matches match_rows(struct matching *matching, const struct answer *before,
                              const struct answer *after)
{
    struct candidates candidates = {
        .matching = matching,
        .before = before,
        .after = after,
        .columns = columns_of_question(matching->arena, &after->question),
        .is_taken = arena_array(matching->arena, after->n_rows + 1, sizeof(bool))};
    struct row_matches matches = {0};
    for (size_t i = 0; i < before->n_rows; i++) {
        struct row_match *slot =
            arena_append(matching->arena, &matches.items, &matches.n_items, sizeof *slot);
        *slot = (struct row_match){.before = &before->rows[i]};
    }
    for (int likeness = 0; likeness < N_LIKENESSES; likeness++) {
        match_by(&candidates, (enum likeness)likeness, &matches);
    }
    for (size_t i = 0; i < after->n_rows; i++) {
        if (!candidates.is_taken[i]) {
            struct row_match *slot =
                arena_append(matching->arena, &matches.items, &matches.n_items, sizeof *slot);
            *slot = (struct row_match){.after = &after->rows[i]};
        }
    }
    return matches;
}
