/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a record of the Table API looks: which fields it has and what stands in them (c_TableAPI.md).
 * Every scalar is text; a reference is a link and a value; a field the caller may not read is not
 * there at all.
 */
#include "sim/record.h"

#include "sim/zone.h"

/* --- values --- */

static const char *choice_label(const struct reading *reading, const struct row *row,
                                const char *element, const char *value)
{
    const struct table *table = sim_table_find(reading->world, "sys_choice");
    struct rows choices = {0};

    if (*value != '\0' && table != NULL) {
        choices =
            sim_rows_by_value(reading->world, reading->call->arena, table, "element", element);
    }
    for (size_t i = 0; i < choices.n_items; i++) {
        const struct row *choice = choices.items[i];
        const struct table *named = sim_table_find(reading->world, sim_row_get(choice, "name"));
        if (text_equal(sim_row_get(choice, "value"), value) && named != NULL &&
            sim_table_is_a(row->table, named)) {
            return sim_row_get(choice, "label");
        }
    }
    return value;
}

const char *sim_record_shown(const struct reading *reading, const struct row *row,
                             const struct column *column)
{
    const char *value = sim_row_value(row, column);
    const struct row *target =
        column->target == NULL ? NULL : sim_row_by_id(reading->world, column->target, value);

    if (target != NULL && target->table->display != NULL) {
        return sim_row_value(target, target->table->display);
    }
    return sim_zone_shown(reading->call->arena, reading->world, reading->caller->user,
                          choice_label(reading, row, column->name, value));
}

static void put_member(struct buf *body, const char *key, const char *value, bool is_first)
{
    buf_add(body, is_first ? "{" : ",");
    sim_json_add(body, key);
    buf_add_char(body, ':');
    sim_json_add(body, value);
}

static void put_value(struct reading *reading, const struct row *row, const struct column *column)
{
    struct buf *body = &reading->reply->body;
    const char *value = sim_row_value(row, column);
    bool is_link = column->target != NULL && reading->has_links && *value != '\0';

    if (!is_link && reading->display != DISPLAY_BOTH) {
        sim_json_add(body, reading->display == DISPLAY_SHOWN
                               ? sim_record_shown(reading, row, column)
                               : value);
        return;
    }
    bool is_first = true;
    if (reading->display != DISPLAY_VALUE) {
        put_member(body, "display_value", sim_record_shown(reading, row, column), is_first);
        is_first = false;
    }
    if (is_link) {
        put_member(body, "link",
                   arena_printf(reading->call->arena, "%s/api/now/table/%s/%s",
                                reading->world->base_url, column->target->name, value),
                   is_first);
        is_first = false;
    }
    if (reading->display != DISPLAY_SHOWN) {
        put_member(body, "value", value, is_first);
    }
    buf_add_char(body, '}');
}

/* A field behind a reference needs its own row to be readable too. */
static bool is_readable(struct reading *reading, const struct row *holder,
                        const struct column *column, bool is_own)
{
    return (is_own || sim_access_row(&reading->access, holder)) &&
           sim_access_field(&reading->access, holder, column);
}

/* Fields one may not read "are not returned" (c_TableAPI.md); one vendor's notes have them come
 * empty (github.com/microsoft/copilot-servicenow-connector-setup-scripts). Fields without a value
 * come as empty texts; on one instance they were left out (public measurements). */
static bool is_left_out(const struct reading *reading, const struct row *holder,
                        const struct column *column, bool is_hidden)
{
    const struct switches *switches = &reading->world->switches;

    if (is_hidden) {
        return sim_switch_is(switches, SWITCH_HIDDEN_FIELD, "absent");
    }
    return sim_switch_is(switches, SWITCH_EMPTY_FIELD, "absent") &&
           (holder == NULL || *sim_row_value(holder, column) == '\0');
}

static void put_field(struct reading *reading, const struct row *row, const struct path *path,
                      bool *is_first)
{
    struct buf *body = &reading->reply->body;
    const struct column *column = path->steps[path->n_steps - 1];
    const struct row *holder = sim_path_row(reading->world, path, row);
    bool is_hidden = holder != NULL && !is_readable(reading, holder, column, holder == row);

    if (is_left_out(reading, holder, column, is_hidden)) {
        return;
    }
    buf_add(body, *is_first ? "" : ",");
    sim_json_add(body, path->text);
    buf_add_char(body, ':');
    *is_first = false;
    if (holder != NULL && !is_hidden) {
        put_value(reading, holder, column);
    } else if (reading->display == DISPLAY_BOTH) {
        buf_add(body, "{\"display_value\":\"\",\"value\":\"\"}");
    } else {
        buf_add(body, "\"\"");
    }
}

void sim_record_put(struct reading *reading, const struct row *row)
{
    bool is_first = true;

    buf_add_char(&reading->reply->body, '{');
    for (size_t i = 0; i < reading->n_fields; i++) {
        put_field(reading, row, &reading->fields[i], &is_first);
    }
    buf_add_char(&reading->reply->body, '}');
}

/* --- parameters --- */

static void add_field(struct reading *reading, const char *name)
{
    struct path path;

    for (size_t i = 0; i < reading->n_fields; i++) {
        if (text_equal(reading->fields[i].text, name)) {
            return;
        }
    }
    /* "Invalid fields are ignored." */
    if (sim_path_find(reading->call->arena, reading->table, name, &path)) {
        struct path *slot =
            arena_append(reading->call->arena, &reading->fields, &reading->n_fields, sizeof *slot);
        *slot = path;
    }
}

static void read_fields(struct reading *reading)
{
    const char *list = pairs_get(&reading->call->query, "sysparm_fields");
    struct strings names = {0};

    if (!text_is_empty(list)) {
        names = strings_split(reading->call->arena, list, ',');
    }
    for (size_t i = 0; i < names.n_items; i++) {
        add_field(reading, names.items[i]);
    }
    for (size_t i = 0; names.n_items == 0 && i < reading->table->n_columns; i++) {
        add_field(reading, reading->table->columns[i]->name);
    }
}

static void read_display(struct reading *reading)
{
    const char *display = pairs_get(&reading->call->query, "sysparm_display_value");

    reading->display = text_equal(display, "true")  ? DISPLAY_SHOWN
                       : text_equal(display, "all") ? DISPLAY_BOTH
                                                    : DISPLAY_VALUE;
    reading->has_links = !sim_call_flag(reading->call, "sysparm_exclude_reference_link");
}

void sim_reading_open(struct reading *reading)
{
    read_display(reading);
    read_fields(reading);
}

void sim_record_missing(struct reading *reading)
{
    sim_reply_error(reading->reply, 404, "No Record found",
                    "Record doesn't exist or ACL restricts the record retrieval");
}
