/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Table API as its reference describes it (ServiceNowDocs, api-reference/rest-apis/
 * c_TableAPI.md) and as public recordings show it: every value is text, rows and fields a caller
 * may not read are silently left out, the limit counts before that, and so does X-Total-Count.
 */
#include <string.h>

#include "sim/apis.h"
#include "sim/pages.h"
#include "sim/record.h"
#include "sim/write.h"

enum { DEFAULT_LIMIT = 10000, SLOW_VIEW_MS = 20 * 1000 };

/* --- parameters --- */

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

    if (sim_page_is_uncounted(reading->call)) {
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
        if (!sim_access_path(&reading->access, reading->table, path, path->is_range)) {
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

void sim_refuse_query(struct reading *reading)
{
    sim_reply_error(reading->reply, 403, "Insufficient rights to query records",
                    "Field(s) present in the query do not have permission to be read");
}

bool sim_reading_select(struct reading *reading, struct rows *ret_rows)
{
    const struct query *query =
        sim_query_parse(reading->call->arena, reading->world, reading->table,
                        query_text(reading->call), sim_caller_asker(reading->caller));

    if (is_refused(reading, query)) {
        sim_refuse_query(reading);
        return false;
    }
    *ret_rows = matching_rows(reading, query);
    return true;
}

/* --- answers --- */

static void answer_list(struct reading *reading)
{
    struct buf *body = &reading->reply->body;
    struct rows matched;
    struct page page;
    size_t n_shown = 0;

    if (!sim_page_read(reading->world, reading->call, reading->reply, DEFAULT_LIMIT, &page) ||
        !sim_reading_select(reading, &matched)) {
        return;
    }
    sim_reply_json(reading->reply, 200);
    put_count(reading, &matched);
    sim_page_put_links(reading->world, reading->call, reading->reply, &page, matched.n_items);
    buf_add(body, "{\"result\":[");
    for (size_t i = page.offset; i < matched.n_items && i - page.offset < page.limit; i++) {
        if (sim_access_row(&reading->access, matched.items[i])) {
            buf_add(body, n_shown++ == 0 ? "" : ",");
            sim_record_put(reading, matched.items[i]);
        }
    }
    buf_add(body, "]}");
    /* Version 1 has no empty list. */
    if (n_shown == 0 && text_equal(reading->table_call->version, "v1")) {
        buf_clear(body);
        reading->reply->headers.n_items = 0;
        sim_record_missing(reading);
    }
}

static void answer_record(struct reading *reading)
{
    const struct row *row =
        sim_row_by_id(reading->world, reading->table, reading->table_call->sys_id);
    size_t n_added = 0;
    struct query **added = sim_access_before_query(&reading->access, reading->table, &n_added);

    if (row == NULL || !fits_all(added, n_added, row) || !sim_access_row(&reading->access, row)) {
        sim_record_missing(reading);
        return;
    }
    sim_reply_json(reading->reply, 200);
    buf_add(&reading->reply->body, "{\"result\":");
    sim_record_put(reading, row);
    buf_add_char(&reading->reply->body, '}');
}

static bool is_reading(const struct call *call)
{
    return text_equal(call->method, "GET") || text_equal(call->method, "HEAD");
}

static void answer_open_table(struct reading *reading)
{
    sim_reading_open(reading);
    if (!is_reading(reading->call)) {
        sim_table_write(reading);
    } else if (reading->table_call->sys_id == NULL) {
        answer_list(reading);
    } else {
        answer_record(reading);
    }
}

static void answer_table(struct world *world, const struct call *call, const struct caller *caller,
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
        /* A record may be made in a table one cannot read. */
        if (is_reading(call)) {
            sim_reply_error(reply, 403, "User Not Authorized",
                            arena_printf(call->arena, "User is unauthorized to access table: %s",
                                         table_call->table));
            break;
        }
        answer_open_table(&reading);
        break;
    case TABLE_OPEN:
        /* v_plugin is made up as it is read, and on some instances nobody waits for its end. */
        if (text_equal(reading.table->opened_by, "plugin-view") &&
            sim_switch_is(&world->switches, SWITCH_PLUGIN_VIEW, "slow")) {
            reply->delay_ms = SLOW_VIEW_MS;
        }
        answer_open_table(&reading);
        break;
    }
}

void sim_table_answer(struct api_call *api_call)
{
    struct strings *parameters = &api_call->parameters;
    const struct table_call table_call = {
        .version = api_call->version,
        .table = parameters->items[0],
        .sys_id = parameters->n_items > 1 ? parameters->items[1] : NULL,
    };

    answer_table(api_call->world, api_call->call, &api_call->caller, &table_call, api_call->reply);
}
