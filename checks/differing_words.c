/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of one instance A is then and B is now; of two they stay A and B.
 */
#include "checks/differing_words.h"

#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/text.h"
#include "model/names.h"

enum { SYS_ID_DIGITS = 32, MOST_COLUMNS = 3, LONGEST_VALUE = 80 };

bool text_is_sys_id(const char *text)
{
    return strlen(text) == SYS_ID_DIGITS && strspn(text, "0123456789abcdefABCDEF") == SYS_ID_DIGITS;
}

/* ---- Rows ---- */

const char *row_title(struct arena *arena, const struct row *row)
{
    static const char *const names[] = {"name", "user_name", "title", "label", "id", "number"};
    static const char *const more[] = {"element", "operation"};
    const char *title = NULL;
    for (size_t i = 0; i < ARRAY_LEN(names) && text_is_empty(title); i++) {
        title = row_get(row, names[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(more) && !text_is_empty(title); i++) {
        const char *value = row_get(row, more[i]);
        if (!text_is_empty(value)) {
            title = arena_printf(arena, "%s, %s %s", title, more[i], value);
        }
    }
    return text_is_empty(title) ? NULL : title;
}

/* Columns by how well they tell a row that has no name of its own. */
enum worth { WORTH_LINK, WORTH_NAME, WORTH_VALUE, N_WORTHS, WORTH_NOTHING };

static enum worth worth_of(const struct cell *cell, const struct pairs *titles)
{
    const char *dot = strrchr(cell->column, '.');
    if (cell->value[0] == '\0' || text_starts_with(cell->column, "sys_id")) {
        return WORTH_NOTHING;
    }
    if (text_is_sys_id(cell->value)) {
        return pairs_get(titles, cell->value) != NULL ? WORTH_LINK : WORTH_NOTHING;
    }
    bool is_name = dot != NULL && text_ends_with(dot, "name") && !text_ends_with(dot, "class_name");
    return is_name ? WORTH_NAME : WORTH_VALUE;
}

static const char *cell_words(struct arena *arena, const struct cell *cell,
                              const struct pairs *titles)
{
    const char *title = pairs_get(titles, cell->value);
    return title != NULL ? arena_printf(arena, "%s = '%s'", cell->column, title)
                         : arena_printf(arena, "%s = %s", cell->column,
                                        text_shorten(arena, cell->value, LONGEST_VALUE));
}

const char *row_words(struct arena *arena, const struct row *row, const struct pairs *titles)
{
    const char *title = row_title(arena, row);
    struct strings words = {0};
    if (title != NULL) {
        return arena_printf(arena, "'%s'", text_shorten(arena, title, LONGEST_VALUE));
    }
    for (int worth = 0; worth < N_WORTHS; worth++) {
        for (size_t i = 0; i < row->n_cells && words.n_items < MOST_COLUMNS; i++) {
            if ((int)worth_of(&row->cells[i], titles) == worth) {
                strings_add(arena, &words, cell_words(arena, &row->cells[i], titles));
            }
        }
    }
    if (words.n_items == 0) {
        const char *sys_id = row_get(row, "sys_id");
        return arena_printf(arena, "with sys_id %s", sys_id == NULL ? "hidden" : sys_id);
    }
    return arena_printf(arena, "with %s", strings_join(arena, &words, ", "));
}

/* ---- Answers ---- */

static const char *exchange_words(struct arena *arena, const struct exchange *exchange)
{
    if (exchange->status == 0) {
        return outcome_name(exchange->outcome);
    }
    return exchange->message == NULL
               ? arena_printf(arena, "status %d", exchange->status)
               : arena_printf(arena, "status %d, \"%s\"", exchange->status, exchange->message);
}

const char *answer_words(struct arena *arena, const struct answer *answer)
{
    const struct exchange *exchange =
        answer->exchange != NULL ? answer->exchange : answer->token_exchange;
    if (answer->acceptance == ACCEPTANCE_ACCEPTED) {
        bool is_echo = answer->question.kind == QUESTION_IDENTITY;
        return answer->user_name != NULL ? arena_printf(arena, "accepted, as %s", answer->user_name)
               : is_echo                 ? "accepted, and nobody was echoed"
                                         : "accepted";
    }
    if (answer->acceptance == ACCEPTANCE_NO_TOKEN && answer->token_exchange != NULL) {
        return arena_printf(arena, "no token: %s", exchange_words(arena, answer->token_exchange));
    }
    if (answer->is_blocked || exchange == NULL) {
        const char *reason = reason_name(answer->reason);
        return reason == NULL ? "not asked" : arena_printf(arena, "not asked: %s", reason);
    }
    const char *refused = answer->acceptance == ACCEPTANCE_REFUSED ? "refused: " : "";
    return arena_printf(arena, "%s%s", refused, exchange_words(arena, exchange));
}

/* ---- Sentences ---- */

static const char *shown_value(struct arena *arena, const char *value, const struct pairs *titles)
{
    const char *title = value == NULL ? NULL : pairs_get(titles, value);
    if (value == NULL) {
        return "hidden";
    }
    if (title != NULL) {
        return arena_printf(arena, "'%s'", text_shorten(arena, title, LONGEST_VALUE));
    }
    return value[0] == '\0' ? "empty" : text_shorten(arena, value, LONGEST_VALUE);
}

/* ", edited by j.doe at 2026-11-17 10:00:00", as far as it is told. */
static const char *editor(struct arena *arena, const struct difference *difference)
{
    bool is_new = difference->kind == DIFFERENCE_ROW_NEW;
    if (difference->edited_by == NULL && difference->edited_on == NULL) {
        return "";
    }
    return arena_printf(arena, ", %s%s%s%s%s%s", is_new ? "made" : "edited",
                        difference->edited_by != NULL ? " by " : "",
                        difference->edited_by != NULL ? difference->edited_by : "",
                        difference->edited_on != NULL ? " at " : "",
                        difference->edited_on != NULL ? difference->edited_on : "",
                        difference->edited_on != NULL ? " UTC" : "");
}

static const char *field_says(struct arena *arena, const struct difference *difference,
                              const struct pairs *titles, bool is_one)
{
    return arena_printf(arena, "%s of %s %s %s %s %s %s%s%s", difference->column, difference->table,
                        difference->row, is_one ? "went from" : "is",
                        shown_value(arena, difference->before, titles), is_one ? "to" : "in A and",
                        shown_value(arena, difference->after, titles), is_one ? "" : " in B",
                        editor(arena, difference));
}

static const char *row_says(struct arena *arena, const struct difference *difference, bool is_one)
{
    bool is_gone = difference->kind == DIFFERENCE_ROW_GONE;
    static const char *const hows[2][2] = {
        {"came back in B alone", "came back in A alone"},
        {"is returned now, and was not then", "was returned then, and is not now"}};
    const char *how = hows[is_one ? 1 : 0][is_gone ? 1 : 0];
    return arena_printf(arena, "the row of %s %s %s%s", difference->table, difference->row, how,
                        editor(arena, difference));
}

/* "<subject>: <before> then, <after> now" */
static const char *both_say(struct arena *arena, const char *subject,
                            const struct difference *difference, bool is_one)
{
    return arena_printf(arena, "%s: %s %s; %s %s", subject, is_one ? "then" : "in A",
                        difference->before, is_one ? "now" : "in B", difference->after);
}

static const char *asked_words(struct arena *arena, const struct difference *difference)
{
    const char *who = difference->credential == NULL
                          ? "without a credential"
                          : arena_printf(arena, "as %s", difference->credential);
    return arena_printf(arena, "%s, asked %s",
                        difference->table == NULL ? "the call" : difference->table, who);
}

const char *difference_says(struct arena *arena, const struct difference *difference,
                            const struct pairs *titles, bool is_one_instance)
{
    switch (difference->kind) {
    case DIFFERENCE_FIELD:
        return field_says(arena, difference, titles, is_one_instance);
    case DIFFERENCE_ROW_GONE:
    case DIFFERENCE_ROW_NEW:
        return row_says(arena, difference, is_one_instance);
    case DIFFERENCE_CALL:
        return both_say(arena,
                        difference->credential == NULL
                            ? "the first call without a credential"
                            : arena_printf(arena, "the credential %s", difference->credential),
                        difference, is_one_instance);
    case DIFFERENCE_COUNT:
    case DIFFERENCE_ANSWER:
    case DIFFERENCE_UNASKED:
        return both_say(arena, asked_words(arena, difference), difference, is_one_instance);
    case DIFFERENCE_SETTING:
        return both_say(arena, "what was set", difference, is_one_instance);
    case DIFFERENCE_TIME:
        return arena_printf(arena, "the time: judged as of %s, and as of %s", difference->before,
                            difference->after);
    case N_DIFFERENCE_KINDS:
        break;
    }
    return "";
}
