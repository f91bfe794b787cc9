/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file of exports. Both forms are three elements deep: the root, a record named after its
 * table, its columns. Product documentation: XML web service parameters (the list's form, and with
 * useUnloadFormat=true the unload form, whose example has `unload_date`, `action` and, on
 * references, `display_value`); XML records from lists. A display value is not read: what a
 * reference shows is not what it refers by.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/lookup.h"
#include "base/xml_reader.h"
#include "probes/exported.h"
#include "probes/hide.h"
#include "probes/rows.h"

enum {
    LARGEST_FILE_BYTES = 128 * 1024 * 1024,
    DEEPEST = 16,
    MOST_ELEMENTS = 4 * 1000 * 1000,
    LARGEST_TEXT_BYTES = 4 * 1024 * 1024,
    MOST_COLUMNS = 1000,
    ROOT_DEPTH = 1,
    RECORD_DEPTH = 2,
    COLUMN_DEPTH = 3
};

static const struct xml_limits limits = {.bytes = LARGEST_FILE_BYTES,
                                         .depth = DEEPEST,
                                         .elements = MOST_ELEMENTS,
                                         .text_bytes = LARGEST_TEXT_BYTES};

/* Where the reading of a file is. */
struct walk {
    struct exports *exports;
    struct arena *scratch;
    struct xml_reader *xml;
    struct export_reading reading;
    size_t file;

    struct export_record *record; /* NULL: within an element that is no row */
    size_t n_room;                /* for cells of the record */
    const struct export_record *before;
    const char *column; /* NULL: one that is not kept */
    struct buf value;
    bool is_nested; /* the column holds elements: what its value is nobody can tell */
};

static bool refuse(struct walk *walk, const char *what)
{
    walk->reading.fault =
        arena_printf(walk->exports->arena, "line %zu: %s", xml_reader_line(walk->xml), what);
    return false;
}

static const char *copy_name(struct walk *walk)
{
    return arena_strdup(walk->exports->arena, xml_reader_name(walk->xml));
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* ---- The root ------------------------------------------------------------------------------- */

static bool begin_root(struct walk *walk)
{
    const char *name = xml_reader_name(walk->xml);
    const char *date = xml_reader_attribute(walk->xml, walk->scratch, "unload_date");
    walk->reading.is_unload = text_equal(name, "unload");
    if (!walk->reading.is_unload && !text_equal(name, "xml")) {
        return refuse(walk, arena_printf(walk->exports->arena,
                                         "no export: its first element is <%s>, and neither "
                                         "<unload> nor <xml>",
                                         name));
    }
    if (date == NULL || !utc_parse(date, &walk->reading.unloaded)) {
        walk->reading.unloaded = 0; /* as in files that other programs made */
    }
    return true;
}

/* ---- Records -------------------------------------------------------------------------------- */

static bool name_is_fit(const char *name)
{
    return column_is_name(name) && strchr(name, '.') == NULL;
}

/* An element with another action than to put the record there tells of no record. */
static bool is_row(struct walk *walk)
{
    const char *action = xml_reader_attribute(walk->xml, walk->scratch, "action");
    return action == NULL || text_equal(action, "INSERT_OR_UPDATE");
}

static bool begin_record(struct walk *walk)
{
    if (!name_is_fit(xml_reader_name(walk->xml))) {
        return refuse(walk, "no export: an element that bears no table's name");
    }
    walk->record = NULL;
    if (!is_row(walk)) {
        walk->reading.n_not_rows++;
        return true;
    }
    walk->record = arena_allocate(walk->exports->arena, sizeof *walk->record);
    walk->record->file = walk->file;
    walk->record->line = xml_reader_line(walk->xml);
    walk->n_room = 0;
    strings_add(walk->exports->arena, &walk->record->tables,
                walk->before != NULL &&
                        text_equal(walk->before->tables.items[0], xml_reader_name(walk->xml))
                    ? walk->before->tables.items[0]
                    : copy_name(walk));
    return true;
}

static bool end_record(struct walk *walk)
{
    struct export_record *record = walk->record;
    struct arena *arena = walk->exports->arena;
    if (record == NULL) {
        return true;
    }
    record->sys_id = row_get(&record->row, "sys_id");
    if (text_is_empty(record->sys_id)) {
        return refuse(walk,
                      arena_printf(arena, "a row of %s has no sys_id", record->tables.items[0]));
    }
    const char *class_name = row_get(&record->row, "sys_class_name");
    if (!text_is_empty(class_name) && name_is_fit(class_name)) {
        strings_add_unique(arena, &record->tables, class_name);
    }
    struct export_record **slot =
        arena_append(arena, &walk->reading.records, &walk->reading.n_records, sizeof *slot);
    *slot = record;
    walk->before = record;
    return true;
}

/* ---- Columns -------------------------------------------------------------------------------- */

/* The name as the record before has it, where it stands at the same place there, as it almost
 * always does. */
static const char *column_name(struct walk *walk)
{
    const char *name = xml_reader_name(walk->xml);
    const struct row *before = walk->before == NULL ? NULL : &walk->before->row;
    size_t place = walk->record->row.n_cells;
    if (before != NULL && place < before->n_cells &&
        text_equal(before->cells[place].column, name)) {
        return before->cells[place].column;
    }
    return copy_name(walk);
}

static bool begin_column(struct walk *walk)
{
    walk->column = NULL;
    walk->is_nested = false;
    buf_clear(&walk->value);
    if (walk->record == NULL) {
        return true;
    }
    const char *name = xml_reader_name(walk->xml);
    if (!column_is_name(name)) {
        return refuse(walk, "no export: an element that bears no column's name");
    }
    walk->column = column_is_secret(name) ? NULL : column_name(walk);
    return true;
}

static void grow_row(struct walk *walk)
{
    struct row *row = &walk->record->row;
    size_t n_before = walk->before == NULL ? 0 : walk->before->row.n_cells;
    size_t n_wanted = walk->n_room == 0 ? n_before + 8 : 2 * walk->n_room;
    struct cell *cells = arena_array(walk->exports->arena, n_wanted, sizeof *cells);
    for (size_t i = 0; i < row->n_cells; i++) {
        cells[i] = row->cells[i];
    }
    row->cells = cells;
    walk->n_room = n_wanted;
}

static bool end_column(struct walk *walk)
{
    if (walk->record == NULL || walk->column == NULL || walk->is_nested) {
        return true;
    }
    struct row *row = &walk->record->row;
    if (row->n_cells == MOST_COLUMNS) {
        return refuse(walk, "a row of too many columns");
    }
    if (!buf_ok(&walk->value)) {
        return refuse(walk, "a value that is too long");
    }
    if (row->n_cells == walk->n_room) {
        grow_row(walk);
    }
    const char *value = walk->value.len == 0
                            ? ""
                            : hide_in_column(walk->exports->arena, walk->column,
                                             arena_strdup(walk->exports->arena, walk->value.data));
    row->cells[row->n_cells++] = (struct cell){walk->column, value};
    return true;
}

static bool take_text(struct walk *walk)
{
    const char *text = xml_reader_text(walk->xml);
    if (xml_reader_depth(walk->xml) >= COLUMN_DEPTH) {
        if (walk->column != NULL && xml_reader_depth(walk->xml) == COLUMN_DEPTH) {
            buf_add(&walk->value, text);
        }
        return true;
    }
    return is_blank(text) || refuse(walk, "no export: text between its rows or columns");
}

/* ---- The walk ------------------------------------------------------------------------------- */

static bool open_element(struct walk *walk)
{
    switch (xml_reader_depth(walk->xml)) {
    case ROOT_DEPTH:
        return begin_root(walk);
    case RECORD_DEPTH:
        return begin_record(walk);
    case COLUMN_DEPTH:
        return begin_column(walk);
    default:
        walk->is_nested = true;
        return true;
    }
}

static bool close_element(struct walk *walk)
{
    switch (xml_reader_depth(walk->xml)) {
    case RECORD_DEPTH:
        return end_record(walk);
    case COLUMN_DEPTH:
        return end_column(walk);
    default:
        return true;
    }
}

static bool take_step(struct walk *walk, enum xml_step step)
{
    switch (step) {
    case XML_STEP_OPEN:
        return open_element(walk);
    case XML_STEP_TEXT:
        return take_text(walk);
    case XML_STEP_CLOSE:
        return close_element(walk);
    case XML_STEP_FAULT:
        walk->reading.fault = arena_strdup(walk->exports->arena, xml_reader_fault(walk->xml));
        return false;
    case XML_STEP_END:
        return false;
    }
    return false;
}

struct export_reading export_read_text(struct exports *exports, size_t file, const char *text,
                                       size_t len)
{
    struct walk walk = {.exports = exports,
                        .scratch = arena_new(),
                        .xml = xml_reader_new(text, len, &limits),
                        .file = file};
    buf_init(&walk.value, LARGEST_TEXT_BYTES);
    while (take_step(&walk, xml_reader_next(walk.xml))) {
    }
    xml_reader_free(walk.xml);
    buf_wipe(&walk.value);
    arena_free(walk.scratch);
    return walk.reading;
}

/* ---- Update sets ---------------------------------------------------------------------------- */

/*
 * An update set that was exported to be loaded elsewhere is an unload of one sys_remote_update_set
 * in state `loaded` (of a batch, several) and its sys_update_xml. The state is the one it will have
 * where it is loaded, so a set in that state is no evidence of anything here.
 */
bool export_is_update_set(const struct export_reading *reading)
{
    size_t n_sets = 0;
    size_t n_loaded = 0;
    size_t n_updates = 0;
    for (size_t i = 0; reading->is_unload && i < reading->n_records; i++) {
        const struct export_record *record = reading->records[i];
        const char *table = record->tables.items[0];
        bool is_set = text_equal(table, "sys_remote_update_set");
        n_sets += is_set ? 1 : 0;
        n_loaded += is_set && row_has(&record->row, "state", "loaded") ? 1 : 0;
        n_updates += text_equal(table, "sys_update_xml") &&
                             !text_is_empty(row_get(&record->row, "remote_update_set"))
                         ? 1
                         : 0;
    }
    return n_sets > 0 && (n_updates > 0 || n_loaded == n_sets);
}
