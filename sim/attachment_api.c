/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Attachment API, reading only: the list and one record of sys_attachment, and its file
 * (ServiceNowDocs, api-reference/rest-apis/c_AttachmentAPI.md). The rules of the record it belongs
 * to decide who reads an attachment; those of sys_attachment are not asked. A file is the text in
 * the column `sim_content`.
 */
#include <string.h>

#include "sim/accept.h"
#include "sim/apis.h"
#include "sim/pages.h"
#include "sim/record.h"

enum { DEFAULT_LIMIT = 1000 };

static bool is_readable(struct reading *reading, const struct row *attachment)
{
    const struct table *table =
        sim_table_find(reading->world, sim_row_get(attachment, "table_name"));
    const struct row *record =
        table == NULL
            ? NULL
            : sim_row_by_id(reading->world, table, sim_row_get(attachment, "table_sys_id"));

    return record != NULL && sim_access_table(&reading->access, table) == TABLE_OPEN &&
           sim_access_row(&reading->access, record);
}

static void put_attachment(struct reading *reading, const struct row *row)
{
    struct buf *body = &reading->reply->body;

    buf_add_char(body, '{');
    for (size_t i = 0; i < reading->table->n_columns; i++) {
        const struct column *column = reading->table->columns[i];
        if (!column->is_secret) {
            sim_json_add(body, column->name);
            buf_add_char(body, ':');
            sim_json_add(body, sim_row_value(row, column));
            buf_add_char(body, ',');
        }
    }
    buf_add(body, "\"download_link\":");
    sim_json_add(body, arena_printf(reading->call->arena, "%s/api/now/attachment/%s/file",
                                    reading->world->base_url, row->sys_id));
    buf_add_char(body, '}');
}

/* "To accept JPEG or PNG image files exclusively" a call names their types. */
static void answer_file(struct reading *reading, const struct row *row)
{
    struct reply *reply = reading->reply;

    reply->is_for_xml = false; /* a file is what it is */
    if (!sim_type_is_wanted(reading->call, sim_row_get(row, "content_type"))) {
        reply->status = 406;
        return;
    }
    reply->status = 200;
    sim_reply_header(reply, "Content-Type", sim_row_get(row, "content_type"));
    buf_add(&reply->body, sim_row_get(row, "sim_content"));
}

static void answer_list(struct reading *reading)
{
    struct rows rows;
    struct page page;
    size_t n_shown = 0;

    if (!sim_page_read(reading->world, reading->call, reading->reply, DEFAULT_LIMIT, &page) ||
        !sim_reading_select(reading, &rows)) {
        return;
    }
    sim_reply_json(reading->reply, 200);
    sim_reply_header(reading->reply, "X-Total-Count",
                     arena_printf(reading->call->arena, "%zu", rows.n_items));
    buf_add(&reading->reply->body, "{\"result\":[");
    for (size_t i = page.offset; i < rows.n_items && i - page.offset < page.limit; i++) {
        if (is_readable(reading, rows.items[i])) {
            buf_add(&reading->reply->body, n_shown++ > 0 ? "," : "");
            put_attachment(reading, rows.items[i]);
        }
    }
    buf_add(&reading->reply->body, "]}");
}

void sim_attachment_answer(struct api_call *api_call)
{
    struct reading reading = {
        .world = api_call->world,
        .call = api_call->call,
        .caller = &api_call->caller,
        .reply = api_call->reply,
        .access = {.arena = api_call->call->arena,
                   .world = api_call->world,
                   .caller = &api_call->caller},
        .table = sim_table_find(api_call->world, "sys_attachment"),
    };
    const struct row *row;

    if (api_call->parameters.n_items == 0) {
        answer_list(&reading);
        return;
    }
    row = sim_row_by_id(api_call->world, reading.table, api_call->parameters.items[0]);
    bool wants_file = api_call->parameters.n_items > 1;
    bool is_path = !wants_file || text_equal(api_call->parameters.items[1], "file");
    if (row == NULL || !is_path || !is_readable(&reading, row)) {
        sim_record_missing(&reading);
        return;
    }
    if (wants_file) {
        answer_file(&reading, row);
        return;
    }
    sim_reply_json(api_call->reply, 200);
    buf_add(&api_call->reply->body, "{\"result\":");
    put_attachment(&reading, row);
    buf_add_char(&api_call->reply->body, '}');
}
