/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One wording for all formats.
 */
#include "report/changes.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "model/names.h"
#include "report/page.h"
#include "report/summary.h"

enum {
    MOST_TOLD = 4,
    MOST_ROWS_TOLD = 3,
    LEAST_ROWS_GATHERED = 3,
    MOST_BESIDES = 8,
    ID_COLUMN = 2,
    DETAIL_COLUMN = 6
};

const char *change_direction_name(enum change_direction direction)
{
    static const char *const names[N_CHANGE_DIRECTIONS] = {"worse", "better", "otherwise"};
    return names[direction];
}

static const char *proof_name(enum change_proof proof)
{
    static const char *const names[] = {
        [PROOF_ALONE] = "alone", [PROOF_TOGETHER] = "together", [PROOF_NONE] = "none"};
    return names[proof];
}

static const char *difference_name(enum difference_kind kind)
{
    static const char *const names[N_DIFFERENCE_KINDS] = {
        [DIFFERENCE_FIELD] = "field",     [DIFFERENCE_ROW_GONE] = "row-gone",
        [DIFFERENCE_ROW_NEW] = "row-new", [DIFFERENCE_COUNT] = "count",
        [DIFFERENCE_CALL] = "call",       [DIFFERENCE_ANSWER] = "answer",
        [DIFFERENCE_UNASKED] = "unasked", [DIFFERENCE_SETTING] = "setting",
        [DIFFERENCE_TIME] = "time",
    };
    return names[kind];
}

const char *change_verdicts(struct arena *arena, const struct change *change)
{
    return arena_printf(arena, "%s -> %s", finding_outcome(arena, change->before),
                        finding_outcome(arena, change->after));
}

/* ---- What did it ---- */

/* How many from `first` on are rows of one table that came back in the same one of the two. */
static size_t rows_alike(const struct change *change, size_t first)
{
    const struct difference *difference = change->differences[first];
    size_t n = 1;
    while (first + n < change->n_differences &&
           (difference->kind == DIFFERENCE_ROW_GONE || difference->kind == DIFFERENCE_ROW_NEW) &&
           change->differences[first + n]->kind == difference->kind &&
           text_equal(change->differences[first + n]->table, difference->table)) {
        n++;
    }
    return n;
}

/* "11 rows of sys_user were returned then, and are not now: 'Guest', 'Kim Agent' and 9 more" */
static const char *rows_text(struct arena *arena, const struct changes *changes,
                             const struct change *change, size_t first, size_t n)
{
    static const char *const how[2][2] = {
        {"came back in B alone", "came back in A alone"},
        {"are returned now, and were not then", "were returned then, and are not now"}};
    bool is_gone = change->differences[first]->kind == DIFFERENCE_ROW_GONE;
    struct strings names = {0};
    for (size_t i = 0; i < n && i < MOST_ROWS_TOLD; i++) {
        strings_add(arena, &names, change->differences[first + i]->row);
    }
    const char *more =
        n <= MOST_ROWS_TOLD ? "" : arena_printf(arena, " and %zu more", n - MOST_ROWS_TOLD);
    return arena_printf(arena, "%zu rows of %s %s: %s%s", n, change->differences[first]->table,
                        how[changes->is_one_instance][is_gone], strings_join(arena, &names, ", "),
                        more);
}

static const char *differences_text(struct arena *arena, const struct changes *changes,
                                    const struct change *change, const char *separator,
                                    size_t n_most)
{
    struct strings texts = {0};
    size_t i = 0;
    while (i < change->n_differences && texts.n_items < n_most) {
        size_t n = rows_alike(change, i);
        strings_add(arena, &texts,
                    n < LEAST_ROWS_GATHERED ? change->differences[i]->says
                                            : rows_text(arena, changes, change, i, n));
        i += n < LEAST_ROWS_GATHERED ? 1 : n;
    }
    if (i < change->n_differences) {
        strings_add(arena, &texts, arena_printf(arena, "%zu more", change->n_differences - i));
    }
    return strings_join(arena, &texts, separator);
}

const char *change_cause(struct arena *arena, const struct changes *changes,
                         const struct change *change, size_t n_most)
{
    static const struct {
        const char *before;
        const char *separator;
    } forms[] = {
        [PROOF_ALONE] = {"any of these alone did it: ", "; or "},
        [PROOF_TOGETHER] = {"these did it together: ", "; and "},
        [PROOF_NONE] = {"no difference was found that did it; what differs: ", "; "},
    };
    if (change->n_differences == 0) {
        return "nothing that was read for it differs";
    }
    const char *before = forms[change->proof].before;
    bool is_one = change->n_differences == 1 && change->proof != PROOF_NONE;
    return arena_printf(
        arena, "%s%s", is_one ? "" : before,
        differences_text(arena, changes, change, forms[change->proof].separator, n_most));
}

const char *changes_sentence(struct arena *arena, const struct changes *changes)
{
    static const char *const words[N_CHANGE_DIRECTIONS] = {"got worse", "got better",
                                                           "changed otherwise"};
    struct strings parts = {0};
    for (size_t i = 0; i < N_CHANGE_DIRECTIONS; i++) {
        if (changes->n_directions[i] > 0) {
            strings_add(arena, &parts,
                        arena_printf(arena, "%s %s",
                                     quantity(arena, changes->n_directions[i], "check"), words[i]));
        }
    }
    return parts.n_items == 0 ? "no verdict changed" : strings_join(arena, &parts, ", ");
}

const char *changes_since(struct arena *arena, const struct changes *changes)
{
    enum { LEN_OF_DATE = 10, TIME_AT = 11, LEN_OF_TIME = 5 };
    const char *taken = utc_format(arena, changes->before_taken);
    return arena_printf(arena, "Since %.*s %.*s UTC", LEN_OF_DATE, taken, LEN_OF_TIME,
                        taken + TIME_AT);
}

/* ---- On a page ---- */

static void page_id(struct page *page, const struct change *change)
{
    page_move(page, ID_COLUMN);
    page_wrap(page, DETAIL_COLUMN, change->after->check->id);
    page_note(page, DETAIL_COLUMN, change_verdicts(page->scratch, change));
    page_end_line(page);
}

/* Those that one thing did stand together, with it below them. */
static void page_group(struct page *page, const struct changes *changes, size_t first,
                       bool *is_told)
{
    const struct change *change = &changes->items[first];
    const char *cause = change_cause(page->scratch, changes, change, MOST_TOLD);
    for (size_t i = first; i < changes->n_items; i++) {
        const struct change *other = &changes->items[i];
        if (!is_told[i] && other->direction == change->direction &&
            text_equal(change_cause(page->scratch, changes, other, MOST_TOLD), cause)) {
            page_id(page, other);
            is_told[i] = true;
        }
    }
    page_move(page, DETAIL_COLUMN);
    page_wrap(page, DETAIL_COLUMN, cause);
    page_end_line(page);
}

static void page_besides(struct page *page, const struct changes *changes)
{
    if (changes->n_besides == 0) {
        return;
    }
    page_end_line(page);
    page_heading(page, "Differs besides; none of it changed a verdict by itself");
    for (size_t i = 0; i < changes->n_besides && i < MOST_BESIDES; i++) {
        page_move(page, ID_COLUMN);
        page_wrap(page, DETAIL_COLUMN, changes->besides[i]->says);
        page_end_line(page);
    }
    if (changes->n_besides > MOST_BESIDES) {
        page_move(page, ID_COLUMN);
        page_wrap(page, DETAIL_COLUMN,
                  arena_printf(page->scratch, "%zu more (--report json has all)",
                               changes->n_besides - MOST_BESIDES));
        page_end_line(page);
    }
}

void page_changes(struct page *page, const struct changes *changes)
{
    static const char *const headings[N_CHANGE_DIRECTIONS] = {"Worse", "Better", "Otherwise"};
    bool *is_told = arena_array(page->scratch, changes->n_items, sizeof *is_told);
    for (size_t d = 0; d < N_CHANGE_DIRECTIONS; d++) {
        if (changes->n_directions[d] == 0) {
            continue;
        }
        page_end_line(page);
        page_heading(page, headings[d]);
        for (size_t i = 0; i < changes->n_items; i++) {
            if (changes->items[i].direction == (enum change_direction)d && !is_told[i]) {
                page_group(page, changes, i, is_told);
            }
        }
    }
    page_besides(page, changes);
}

/* ---- For programs ---- */

static void put_difference(struct json_writer *json, const struct difference *difference)
{
    json_open_object(json, NULL);
    json_put_text(json, "what", difference_name(difference->kind));
    json_put_text(json, "table", difference->table);
    json_put_text(json, "row", difference->row);
    json_put_text(json, "record", difference->record);
    json_put_text(json, "column", difference->column);
    json_put_text(json, "credential", difference->credential);
    json_put_text(json, "a", difference->before);
    json_put_text(json, "b", difference->after);
    json_put_text(json, "edited_by", difference->edited_by);
    json_put_text(json, "edited_on", difference->edited_on);
    json_put_text(json, "says", difference->says);
    json_close(json);
}

static void put_side(struct json_writer *json, const char *key, const struct finding *finding)
{
    json_open_object(json, key);
    json_put_text(json, "verdict", verdict_name(finding->verdict));
    json_put_text(json, "reason", reason_name(finding->reason));
    json_put_text(json, "seen", finding->seen);
    json_close(json);
}

static void put_change(struct json_writer *json, const struct change *change)
{
    json_open_object(json, NULL);
    json_put_text(json, "id", change->after->check->id);
    json_put_text(json, "title", change->after->check->title);
    json_put_text(json, "change", change_direction_name(change->direction));
    put_side(json, "a", change->before);
    put_side(json, "b", change->after);
    json_put_text(json, "proof", proof_name(change->proof));
    json_open_array(json, "differences");
    for (size_t i = 0; i < change->n_differences; i++) {
        put_difference(json, change->differences[i]);
    }
    json_close(json);
    json_close(json);
}

static void put_ids(struct json_writer *json, const char *key, const struct strings *ids)
{
    json_open_array(json, key);
    for (size_t i = 0; i < ids->n_items; i++) {
        json_put_text(json, NULL, ids->items[i]);
    }
    json_close(json);
}

void changes_put_json(struct json_writer *json, const struct changes *changes)
{
    json_open_array(json, "changes");
    for (size_t i = 0; i < changes->n_items; i++) {
        put_change(json, &changes->items[i]);
    }
    json_close(json);
    json_open_array(json, "besides");
    for (size_t i = 0; i < changes->n_besides; i++) {
        put_difference(json, changes->besides[i]);
    }
    json_close(json);
    put_ids(json, "only_a", &changes->only_before);
    put_ids(json, "only_b", &changes->only_after);
}
