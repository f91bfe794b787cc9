/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Table API as its reference describes it (ServiceNowDocs, api-reference/rest-apis/
 * c_TableAPI.md) and as public recordings show it: every value is text, rows and fields a caller
 * may not read are silently left out, the limit counts before that, and so does X-Total-Count.
 */
#include "sim/table_api.h"

#include <string.h>

#include "sim/access.h"
#include "sim/decode.h"

enum display { DISPLAY_VALUE, DISPLAY_SHOWN, DISPLAY_BOTH };

enum { DEFAULT_LIMIT = 10000 };

struct reading {
    struct world *world;
    const struct call *call;
    const struct caller *caller;
    const struct table_call *table_call;
    struct reply *reply;
    struct access access;
    const struct table *table;
    enum display display;
    bool has_links;
    struct path *fields; /* asked for; all of the table's when none was named */
    size_t n_fields;
};

/* --- values --- */

static const char *choice_label(const struct reading *reading, const struct row *row,
                                const char *element, const char *value)
{
    const struct table *choices = sim_table_find(reading->world, "sys_choice");

    for (size_t i = 0; *value != '\0' && choices != NULL && i < choices->n_rows; i++) {
        const struct row *choice = choices->rows[i];
        const struct table *named = sim_table_find(reading->world, sim_row_get(choice, "name"));
        if (text_equal(sim_row_get(choice, "element"), element) &&
            text_equal(sim_row_get(choice, "value"), value) && named != NULL &&
            sim_table_is_a(row->table, named)) {
            return sim_row_get(choice, "label");
        }
    }
    return value;
}

static const char *shown(const struct reading *reading, const struct row *row,
                         const struct column *column)
{
    const char *value = sim_row_value(row, column);
    const struct row *target =
        column->target == NULL ? NULL : sim_row_by_id(reading->world, column->target, value);

    if (target != NULL && target->table->display != NULL) {
        return sim_row_value(target, target->table->display);
    }
    return choice_label(reading, row, column->name, value);
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
        sim_json_add(body, reading->display == DISPLAY_SHOWN ? shown(reading, row, column) : value);
        return;
    }
    bool is_first = true;
    if (reading->display != DISPLAY_VALUE) {
        put_member(body, "display_value", shown(reading, row, column), is_first);
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

static void put_field(struct reading *reading, const struct row *row, const struct path *path,
                      bool *is_first)
{
    struct buf *body = &reading->reply->body;
    const struct column *column = path->steps[path->n_steps - 1];
    const struct row *holder = sim_path_row(reading->world, path, row);

    if (holder != NULL && !is_readable(reading, holder, column, holder == row)) {
        return;
    }
    buf_add(body, *is_first ? "" : ",");
    sim_json_add(body, path->text);
    buf_add_char(body, ':');
    *is_first = false;
    if (holder != NULL) {
        put_value(reading, holder, column);
    } else if (reading->display == DISPLAY_BOTH) {
        buf_add(body, "{\"display_value\":\"\",\"value\":\"\"}");
    } else {
        buf_add(body, "\"\"");
    }
}

static void put_row(struct reading *reading, const struct row *row)
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

static size_t number(const struct call *call, const char *name, size_t fallback)
{
    const char *text = pairs_get(&call->query, name);
    int64_t value;

    return text != NULL && text_to_int(text, &value) && value >= 0 ? (size_t)value : fallback;
}

/* sysparm_query, or "name=value" parameters when there is none: the two exclude each other. */
static const char *query_text(const struct call *call)
{
    const char *query = pairs_get(&call->query, "sysparm_query");
    struct strings terms = {0};

    if (query != NULL) {
        return query;
    }
    for (size_t i = 0; i < call->query.n_items; i++) {
        const struct pair *pair = &call->query.items[i];
        if (!text_starts_with(pair->key, "sysparm_") && strchr(pair->key, '-') == NULL) {
            strings_add(call->arena, &terms,
                        arena_printf(call->arena, "%s=%s", pair->key, pair->value));
        }
    }
    return strings_join(call->arena, &terms, "^");
}

/* --- headers --- */

static const char *page_link(const struct reading *reading, size_t offset, const char *relation)
{
    const struct call *call = reading->call;
    struct strings parameters = {0};

    for (size_t i = 0; i < call->query.n_items; i++) {
        const struct pair *pair = &call->query.items[i];
        if (!text_equal(pair->key, "sysparm_offset")) {
            strings_add(call->arena, &parameters,
                        arena_printf(call->arena, "%s=%s", pair->key,
                                     sim_percent_encode(call->arena, pair->value)));
        }
    }
    strings_add(call->arena, &parameters, arena_printf(call->arena, "sysparm_offset=%zu", offset));
    return arena_printf(call->arena, "<%s%s?%s>;rel=\"%s\"", reading->world->base_url, call->path,
                        strings_join(call->arena, &parameters, "&"), relation);
}

static void put_page_links(const struct reading *reading, size_t total, size_t offset, size_t limit)
{
    struct arena *arena = reading->call->arena;
    struct strings links = {0};

    if (limit == 0 || total <= limit ||
        sim_call_flag(reading->call, "sysparm_suppress_pagination_header")) {
        return;
    }
    strings_add(arena, &links, page_link(reading, 0, "first"));
    if (offset > 0) {
        strings_add(arena, &links, page_link(reading, offset > limit ? offset - limit : 0, "prev"));
    }
    if (offset + limit < total) {
        strings_add(arena, &links, page_link(reading, offset + limit, "next"));
    }
    strings_add(arena, &links, page_link(reading, (total - 1) / limit * limit, "last"));
    sim_reply_header(reading->reply, "Link", strings_join(arena, &links, ","));
}

static bool counts_hidden_rows(const struct reading *reading)
{
    const struct switches *switches = &reading->world->switches;

    if (text_equal(reading->table->name, "sys_properties")) {
        return sim_switch_is(switches, SWITCH_PROPERTIES_COUNT, "before");
    }
    return sim_switch_is(switches, SWITCH_HIDDEN_ROWS, "counted");
}

static void put_count(struct reading *reading, const struct rows *matched)
{
    size_t count = matched->n_items;

    if (sim_call_flag(reading->call, "sysparm_no_count")) {
        return;
    }
    for (size_t i = 0; !counts_hidden_rows(reading) && i < matched->n_items; i++) {
        count -= sim_access_row(&reading->access, matched->items[i]) ? 0 : 1;
    }
    sim_reply_header(reading->reply, "X-Total-Count",
                     arena_printf(reading->call->arena, "%zu", count));
}

/* --- the query --- */

static bool refuses_columns(struct reading *reading, const struct query *query)
{
    for (size_t i = 0; i < query->n_paths; i++) {
        const struct path *path = &query->paths[i];
        const struct table *table = reading->table;
        for (size_t k = 0; k + 1 < path->n_steps; k++) {
            table = path->steps[k]->target;
        }
        if (!sim_access_column(&reading->access, table, path->steps[path->n_steps - 1])) {
            return sim_switch_is(&reading->world->switches, SWITCH_UNREADABLE_QUERY_COLUMN,
                                 "refused");
        }
    }
    return false;
}

/* The three ways instances treat a column that does not exist: the term is dropped, the property
 * glide.invalid_query.returns_no_rows empties the answer (c_RESTAPI.md), or the query is refused
 * with the words meant for unreadable columns (seen in public issues). */
static bool is_emptied(const struct reading *reading, const struct query *query)
{
    return query->n_unknown > 0 &&
           (sim_switch_is(&reading->world->switches, SWITCH_UNKNOWN_COLUMN, "no-rows") ||
            sim_property_is_true(reading->world, "glide.invalid_query.returns_no_rows", false));
}

static bool is_refused(struct reading *reading, const struct query *query)
{
    return refuses_columns(reading, query) ||
           (query->n_unknown > 0 &&
            sim_switch_is(&reading->world->switches, SWITCH_UNKNOWN_COLUMN, "refused"));
}

static bool fits_all(struct query **queries, size_t n, const struct row *row)
{
    for (size_t i = 0; i < n; i++) {
        if (!sim_query_matches(queries[i], row)) {
            return false;
        }
    }
    return true;
}

static struct rows matching_rows(struct reading *reading, const struct query *query)
{
    struct rows rows = sim_table_rows(reading->world, reading->call->arena, reading->table);
    struct rows matched = {.items = rows.items};
    size_t n_added = 0;
    struct query **added = sim_access_before_query(&reading->access, reading->table, &n_added);

    for (size_t i = 0; !is_emptied(reading, query) && i < rows.n_items; i++) {
        if (sim_query_matches(query, rows.items[i]) && fits_all(added, n_added, rows.items[i])) {
            matched.items[matched.n_items++] = rows.items[i];
        }
    }
    sim_query_sort(query, &matched);
    return matched;
}

/* --- answers --- */

static void answer_no_record(struct reading *reading)
{
    sim_reply_error(reading->reply, 404, "No Record found",
                    "Record doesn't exist or ACL restricts the record retrieval");
}

static void answer_list(struct reading *reading)
{
    const struct call *call = reading->call;
    struct buf *body = &reading->reply->body;
    const struct query *query =
        sim_query_parse(call->arena, reading->world, reading->table, query_text(call),
                        sim_caller_asker(reading->caller));
    size_t limit = number(call, "sysparm_limit", DEFAULT_LIMIT);
    size_t offset = number(call, "sysparm_offset", 0);
    size_t n_shown = 0;

    if (is_refused(reading, query)) {
        sim_reply_error(reading->reply, 403, "Insufficient rights to query records",
                        "Field(s) present in the query do not have permission to be read");
        return;
    }
    struct rows matched = matching_rows(reading, query);
    sim_reply_json(reading->reply, 200);
    put_count(reading, &matched);
    put_page_links(reading, matched.n_items, offset, limit);
    buf_add(body, "{\"result\":[");
    for (size_t i = offset; i < matched.n_items && i - offset < limit; i++) {
        if (sim_access_row(&reading->access, matched.items[i])) {
            buf_add(body, n_shown++ == 0 ? "" : ",");
            put_row(reading, matched.items[i]);
        }
    }
    buf_add(body, "]}");
    /* Version 1 has no empty list. */
    if (n_shown == 0 && text_equal(reading->table_call->version, "v1")) {
        buf_clear(body);
        reading->reply->headers.n_items = 0;
        answer_no_record(reading);
    }
}

static void answer_record(struct reading *reading)
{
    const struct row *row =
        sim_row_by_id(reading->world, reading->table, reading->table_call->sys_id);
    size_t n_added = 0;
    struct query **added = sim_access_before_query(&reading->access, reading->table, &n_added);

    if (row == NULL || !fits_all(added, n_added, row) || !sim_access_row(&reading->access, row)) {
        answer_no_record(reading);
        return;
    }
    sim_reply_json(reading->reply, 200);
    buf_add(&reading->reply->body, "{\"result\":");
    put_row(reading, row);
    buf_add_char(&reading->reply->body, '}');
}

/* Writes are not simulated yet; nobody may. */
static void answer_write(struct reading *reading)
{
    const char *verb = text_equal(reading->call->method, "POST")     ? "Insert"
                       : text_equal(reading->call->method, "DELETE") ? "Delete"
                                                                     : "Update";

    sim_reply_error(reading->reply, 403, "Operation Failed",
                    arena_printf(reading->call->arena,
                                 "ACL Exception %s Failed due to security constraints", verb));
}

static void answer_open_table(struct reading *reading)
{
    const char *method = reading->call->method;

    read_display(reading);
    read_fields(reading);
    if (!text_equal(method, "GET") && !text_equal(method, "HEAD")) {
        answer_write(reading);
    } else if (reading->table_call->sys_id == NULL) {
        answer_list(reading);
    } else {
        answer_record(reading);
    }
}

void sim_table_api(struct world *world, const struct call *call, const struct caller *caller,
                   const struct table_call *table_call, struct reply *reply)
{
    struct reading reading = {
        .world = world,
        .call = call,
        .caller = caller,
        .table_call = table_call,
        .reply = reply,
        .access = {.arena = call->arena, .world = world, .caller = caller},
        .table = sim_table_find(world, table_call->table),
    };

    if (reading.table == NULL) {
        sim_reply_error(reply, 400,
                        arena_printf(call->arena, "Invalid table %s", table_call->table), NULL);
        return;
    }
    switch (sim_access_table(&reading.access, reading.table)) {
    case TABLE_CLOSED:
        sim_reply_error(reply, 403, "User Not Authorized", "Failed API level ACL Validation");
        break;
    case TABLE_REFUSED:
        sim_reply_error(reply, 403, "User Not Authorized",
                        arena_printf(call->arena, "User is unauthorized to access table: %s",
                                     table_call->table));
        break;
    case TABLE_OPEN:
        answer_open_table(&reading);
        break;
    }
}
