/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question is put to the exported rows as it would be put to the instance; the page that comes of
 * it is read by the same rules as one that came over the wire. A column along a reference
 * ("user.user_name") is looked up by sys_id in whatever was exported.
 *
 * Three things are kept apart: a row that differs; a row whose column was not exported, which may
 * fit and counts as one that does not tell; and a row that points to a record that was not
 * exported. Where such a row decides, the question is not-recorded.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lookup.h"
#include "probes/exported.h"
#include "probes/exports.h"
#include "probes/pages.h"
#include "probes/planner.h"
#include "probes/rows.h"

enum { LISTING_ROWS = 200, MOST_PARENTS = 50 };

/* ---- What is below what --------------------------------------------------------------------- */

enum place_below { IS_NOT_BELOW, MAY_BE_BELOW, IS_BELOW };

static const struct export_record *object_of(const struct exports *exports, const char *name)
{
    size_t probe = 0;
    size_t place = 0;
    const struct export_table *objects = exports_table(exports, "sys_db_object");
    while (objects != NULL &&
           lookup_next(exports->objects_by_name, lookup_hash(LOOKUP_SEED, name), &probe, &place)) {
        if (text_equal(row_get(&objects->records[place]->row, "name"), name)) {
            return objects->records[place];
        }
    }
    return NULL;
}

/* As the exported rows of sys_db_object say. */
static enum place_below place_by_objects(const struct exports *exports, const char *name,
                                         const char *parent)
{
    const struct export_record *object = object_of(exports, name);
    for (int i = 0; object != NULL && i < MOST_PARENTS; i++) {
        const char *above = row_get(&object->row, "super_class");
        if (above == NULL) {
            return MAY_BE_BELOW;
        }
        if (above[0] == '\0') {
            return IS_NOT_BELOW;
        }
        object = exports_record(exports, above);
        if (object != NULL && text_equal(row_get(&object->row, "name"), parent)) {
            return IS_BELOW;
        }
    }
    return MAY_BE_BELOW;
}

/* A table has all columns of its parents. */
static enum place_below place_by_columns(const struct export_table *table,
                                         const struct export_table *parent)
{
    for (size_t i = 0; i < parent->n_columns; i++) {
        if (export_column(table, parent->columns[i].name) == NULL) {
            return IS_NOT_BELOW;
        }
    }
    return MAY_BE_BELOW;
}

static enum place_below place_below(const struct exports *exports, const struct export_table *table,
                                    const char *parent)
{
    enum place_below place = place_by_objects(exports, table->name, parent);
    const struct export_table *above = exports_table(exports, parent);
    return place == MAY_BE_BELOW && above != NULL ? place_by_columns(table, above) : place;
}

/* ---- Looking at a column -------------------------------------------------------------------- */

/* A question as it is put, and what was looked at for it. */
struct asking {
    struct arena *arena;
    struct exports *exports;
    const struct question *question;
    struct strings fields; /* the columns of the page */
    bool *used;            /* of each file: the answer rests on it */
    bool may_be_cut;       /* of a table that was looked at, not all rows need have been exported */
    bool is_dangling;      /* a row that may fit points to a record that was not exported */
};

/* The value; NULL where the column was not exported, or leads to a record that was not. */
static const char *look(struct asking *asking, const struct export_record *record,
                        const char *column, bool *ret_is_dangling)
{
    const char *dot = strchr(column, '.');
    const char *value = row_get(&record->row, column);
    asking->used[record->file] = true;
    if (value != NULL || dot == NULL) {
        return value;
    }
    const char *reference =
        row_get(&record->row, arena_strndup(asking->arena, column, (size_t)(dot - column)));
    if (text_is_empty(reference)) {
        return reference; /* an empty reference has empty columns */
    }
    const struct export_record *next = exports_record(asking->exports, reference);
    if (next == NULL) {
        *ret_is_dangling = true;
        return NULL;
    }
    return look(asking, next, dot + 1, ret_is_dangling);
}

/* In the order in which one outweighs another: what differs in one term is out. */
enum fit { FIT_FITS, FIT_UNTOLD, FIT_DANGLES, FIT_DIFFERS };

static enum fit fit_of(struct asking *asking, const struct export_record *record,
                       const char *column, const char *value, const char *other)
{
    bool is_dangling = false;
    const char *found = look(asking, record, column, &is_dangling);
    if (found == NULL) {
        return is_dangling ? FIT_DANGLES : FIT_UNTOLD;
    }
    bool fits =
        text_equal_nocase(found, value) || (other != NULL && text_equal_nocase(found, other));
    return fits ? FIT_FITS : FIT_DIFFERS;
}

static enum fit fit_of_record(struct asking *asking, const struct export_record *record)
{
    const struct question *question = asking->question;
    enum fit worst = FIT_FITS;
    for (size_t i = 0; i < question->where.n_items && worst != FIT_DIFFERS; i++) {
        const struct pair *term = &question->where.items[i];
        enum fit fit = fit_of(asking, record, term->key, term->value, NULL);
        worst = fit > worst ? fit : worst;
    }
    if (question->key == NULL || worst == FIT_DIFFERS) {
        return worst;
    }
    enum fit fit = fit_of(asking, record, question->key, question->value, question->control);
    return fit > worst ? fit : worst;
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static void add_field(struct asking *asking, const char *column)
{
    if (column_is_name(column) && !column_is_secret(column)) {
        strings_add_unique(asking->arena, &asking->fields, column);
    }
}

/* What would be asked for. */
static void choose_fields(struct asking *asking)
{
    const struct question *question = asking->question;
    add_field(asking, "sys_id");
    if (question->key != NULL) {
        add_field(asking, question->key);
    }
    for (size_t i = 0; i < question->where.n_items; i++) {
        add_field(asking, question->where.items[i].key);
    }
    for (size_t i = 0; i < question->fields.n_items; i++) {
        add_field(asking, question->fields.items[i]);
    }
}

static void add_row(struct asking *asking, const struct export_record *record,
                    struct table_page *page)
{
    struct row *row = arena_append(asking->arena, &page->rows, &page->n_rows, sizeof *row);
    row->cells = arena_array(asking->arena, asking->fields.n_items, sizeof *row->cells);
    for (size_t i = 0; i < asking->fields.n_items; i++) {
        bool is_dangling = false;
        const char *value = look(asking, record, asking->fields.items[i], &is_dangling);
        if (value != NULL) {
            row->cells[row->n_cells++] = (struct cell){asking->fields.items[i], value};
        }
    }
}

static void add_rows(struct asking *asking, const struct export_table *table,
                     struct table_page *page)
{
    asking->may_be_cut = asking->may_be_cut || table->may_be_cut;
    for (size_t i = 0; i < table->n_records && !asking->is_dangling; i++) {
        const struct export_record *record = table->records[i];
        enum fit fit = fit_of_record(asking, record);
        asking->is_dangling = fit == FIT_DANGLES;
        if (fit != FIT_DIFFERS) {
            add_row(asking, record, page);
        }
    }
}

/* A record that several tables hold is looked at once: with the table that was asked for, else with
 * the first that is below it. */
static bool is_looked_at_before(const struct exports *exports, const struct export_record *record,
                                const struct export_table *table, const char *asked)
{
    if (strings_have(&record->tables, asked)) {
        return true;
    }
    for (size_t i = 0; i < record->tables.n_items; i++) {
        const struct export_table *other = exports_table(exports, record->tables.items[i]);
        if (place_below(exports, other, asked) == IS_BELOW) {
            return other != table;
        }
    }
    return true;
}

static void add_rows_below(struct asking *asking, const struct export_table *table,
                           struct table_page *page)
{
    struct export_table fresh = *table;
    fresh.records = arena_array(asking->arena, table->n_records, sizeof *fresh.records);
    fresh.n_records = 0;
    for (size_t i = 0; i < table->n_records; i++) {
        if (!is_looked_at_before(asking->exports, table->records[i], table,
                                 asking->question->table)) {
            fresh.records[fresh.n_records++] = table->records[i];
        }
    }
    add_rows(asking, &fresh, page);
}

/* The rows of the table and of those that are known to be below it. True when no other table that
 * was exported can be one of these. */
static bool gather(struct asking *asking, struct table_page *page)
{
    const struct exports *exports = asking->exports;
    const char *asked = asking->question->table;
    const struct export_table *own = exports_table(exports, asked);
    if (own != NULL && own->n_records == 0) {
        asking->used[own->empty_in - 1] = true;
        return true;
    }
    bool is_certain = own != NULL && own->is_element;
    if (own != NULL) {
        add_rows(asking, own, page);
    }
    for (size_t i = 0; i < exports->n_tables; i++) {
        const struct export_table *table = exports->tables[i];
        enum place_below place = table == own ? IS_NOT_BELOW : place_below(exports, table, asked);
        if (place == IS_BELOW) {
            add_rows_below(asking, table, page);
        }
        is_certain = is_certain && (place != MAY_BE_BELOW || !table->is_element);
    }
    return is_certain;
}

/* ---- The exchange --------------------------------------------------------------------------- */

/* The names of the files that were looked at, and in *ret_taken when the oldest was taken. */
static const char *names_used(const struct asking *asking, int64_t *ret_taken)
{
    const struct exports *exports = asking->exports;
    struct strings names = {0};
    for (size_t i = 0; i < exports->n_files; i++) {
        const struct export_file *file = &exports->files[i];
        if (asking->used[i]) {
            bool is_first = names.n_items == 0;
            *ret_taken = is_first || file->taken < *ret_taken ? file->taken : *ret_taken;
            strings_add_unique(exports->arena, &names, file->name);
        }
    }
    return strings_join(exports->arena, &names, ", ");
}

/* One for all answers that rest on the same files. */
static const struct exchange *exchange_of(const struct asking *asking, enum outcome outcome)
{
    struct exports *exports = asking->exports;
    struct recording *recording = exports->recording;
    int64_t taken = 0;
    const char *names = names_used(asking, &taken);
    for (size_t i = 0; i < recording->n_exchanges; i++) {
        const struct exchange *exchange = recording->exchanges[i];
        if (text_equal(exchange->url, names) && exchange->taken == taken &&
            exchange->outcome == outcome) {
            return exchange;
        }
    }
    struct exchange *exchange = arena_allocate(exports->arena, sizeof *exchange);
    *exchange = (struct exchange){.source = SOURCE_EXPORT,
                                  .taken = taken,
                                  .n = (int)recording->n_exchanges + 1,
                                  .credential = "auditor",
                                  .method = "export",
                                  .url = names,
                                  .outcome = outcome,
                                  .retry_after_s = -1};
    const struct exchange **slot =
        arena_append(exports->arena, &recording->exchanges, &recording->n_exchanges, sizeof *slot);
    *slot = exchange;
    return exchange;
}

/* ---- Answering ------------------------------------------------------------------------------ */

/* Some rows of the table, whichever come first: of an export that need not be whole, others. */
static bool is_sample(const struct question *question)
{
    return question->key == NULL && question->limit > 0 && question->limit < LISTING_ROWS;
}

/* Which rows were made in the last minutes depends on when it is asked. */
static bool can_tell(const struct exports *exports, const struct question *question)
{
    return question->kind == QUESTION_ROWS && text_equal(question->credential, "auditor") &&
           question->minutes == 0 && question->containing.n_items == 0 && plan_can_ask(question) &&
           (exports->are_whole || !is_sample(question));
}

static bool is_held(const struct exports *exports, const char *name)
{
    bool is = exports_table(exports, name) != NULL;
    for (size_t i = 0; i < exports->n_tables && !is; i++) {
        is = place_by_objects(exports, exports->tables[i]->name, name) == IS_BELOW;
    }
    return is;
}

/* Every table has a row in sys_db_object, and that of a table which is on every instance is there;
 * of the tables that the platform makes up (v_plugin), this is not documented. */
static bool is_no_table(const struct exports *exports, const char *name)
{
    const struct export_table *objects = exports_table(exports, "sys_db_object");
    return exports->are_whole && objects != NULL && !objects->may_be_cut &&
           object_of(exports, "sys_user") != NULL && object_of(exports, name) == NULL &&
           !text_starts_with(name, "v_");
}

/* As the instance would answer that has no such table. */
static void answer_no_table(struct asking *asking, struct answer *answer)
{
    const struct export_table *objects = exports_table(asking->exports, "sys_db_object");
    for (size_t i = 0; i < objects->n_records; i++) {
        asking->used[objects->records[i]->file] = true;
    }
    answer->reason = REASON_NONE;
    answer->exchange = exchange_of(asking, OUTCOME_INVALID_TABLE);
    answer->taken = answer->exchange->taken;
}

struct answer exports_answer(struct arena *arena, struct exports *exports,
                             const struct question *question)
{
    struct answer answer = {.question = *question, .total = -1, .reason = REASON_NOT_RECORDED};
    bool is_there = is_held(exports, question->table);
    bool is_none = !is_there && is_no_table(exports, question->table);
    if (!can_tell(exports, question) || (!is_there && !is_none)) {
        return answer;
    }
    struct asking asking = {.arena = arena,
                            .exports = exports,
                            .question = question,
                            .used = arena_array(arena, exports->n_files, sizeof(bool))};
    if (is_none) {
        answer_no_table(&asking, &answer);
        return answer;
    }
    struct table_page *page = arena_allocate(arena, sizeof *page);
    choose_fields(&asking);
    bool is_whole = gather(&asking, page) && exports->are_whole && !asking.may_be_cut;
    if (asking.is_dangling) {
        return answer;
    }
    page->exchange = exchange_of(&asking, OUTCOME_RESULT);
    page->fields = asking.fields;
    page->is_list = true;
    page->was_cut = asking.may_be_cut;
    page->total = is_whole ? (int64_t)page->n_rows : -1;
    answer.reason = REASON_NONE;
    answer.taken = page->exchange->taken;
    page_answer(arena, page, &answer);
    answer.control_seen = answer.control_seen && is_whole;
    return answer;
}

const struct row *exports_rows(struct arena *arena, const struct exports *exports,
                               const char *table, size_t *ret_n)
{
    const struct export_table *held = exports_table(exports, table);
    *ret_n = held == NULL ? 0 : held->n_records;
    struct row *rows = arena_array(arena, *ret_n, sizeof *rows);
    for (size_t i = 0; i < *ret_n; i++) {
        rows[i] = held->records[i]->row;
    }
    return rows;
}
