/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CMDB Meta API: GET /api/now/cmdb/meta/{className}, for the role itil (ServiceNowDocs,
 * api-reference/rest-apis/cmdb-meta.md). It describes a class of the CMDB: its columns and where it
 * stands. Relationship and identification rules are not simulated; their lists are empty.
 */
#include "sim/access.h"
#include "sim/apis.h"

static void put_member(struct buf *body, const char *key, const char *value, bool is_last)
{
    sim_json_add(body, key);
    buf_add_char(body, ':');
    sim_json_add(body, value);
    buf_add(body, is_last ? "" : ",");
}

static void put_attribute(struct buf *body, const struct table *table, const struct column *column)
{
    bool is_inherited =
        table->parent != NULL && sim_column_find(table->parent, column->name) != NULL;

    buf_add_char(body, '{');
    put_member(body, "element", column->name, false);
    put_member(body, "type", column->target != NULL ? "reference" : "string", false);
    put_member(body, "label", column->name, false);
    put_member(body, "is_mandatory", "false", false);
    put_member(body, "is_read_only", "false", false);
    put_member(body, "is_inherited", is_inherited ? "true" : "false", false);
    put_member(body, "is_display", column == table->display ? "true" : "false", true);
    buf_add_char(body, '}');
}

static void put_attributes(struct buf *body, const struct table *table)
{
    bool is_first = true;

    buf_add(body, "\"attributes\":[");
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i]->is_secret) {
            continue;
        }
        buf_add(body, is_first ? "" : ",");
        put_attribute(body, table, table->columns[i]);
        is_first = false;
    }
    buf_add_char(body, ']');
}

static void put_children(struct buf *body, const struct world *world, const struct table *table)
{
    bool is_first = true;

    buf_add(body, "\"children\":[");
    for (size_t i = 0; i < world->n_tables; i++) {
        if (world->tables[i]->parent == table) {
            buf_add(body, is_first ? "" : ",");
            sim_json_add(body, world->tables[i]->name);
            is_first = false;
        }
    }
    buf_add_char(body, ']');
}

static const struct table *find_class(const struct world *world, const char *name)
{
    const struct table *base = sim_table_find(world, "cmdb_ci");
    const struct table *table = sim_table_find(world, name);

    return base != NULL && table != NULL && sim_table_is_a(table, base) ? table : NULL;
}

/* The page lists 401 for this API; reports have 403. Neither has the body. */
static void refuse(const struct api_call *api_call)
{
    bool is_forbidden =
        sim_switch_is(&api_call->world->switches, SWITCH_CMDB_META_REFUSAL, "forbidden");

    sim_reply_error(api_call->reply, is_forbidden ? 403 : 401, "User Not Authorized", NULL);
}

void sim_cmdb_meta_answer(struct api_call *api_call)
{
    struct buf *body = &api_call->reply->body;
    const struct table *table = find_class(api_call->world, api_call->parameters.items[0]);

    if (!sim_caller_passes_role(&api_call->caller, "itil")) {
        refuse(api_call);
        return;
    }
    if (table == NULL) {
        sim_reply_error(api_call->reply, 404, "No Record found",
                        "Record doesn't exist or ACL restricts the record retrieval");
        return;
    }
    sim_reply_json(api_call->reply, 200);
    buf_add(body, "{\"result\":{");
    put_member(body, "name", table->name, false);
    put_member(body, "label", table->name, false);
    put_member(body, "parent", table->parent == NULL ? "" : table->parent->name, false);
    put_member(body, "is_extendable", "true", false);
    put_children(body, api_call->world, table);
    buf_add_char(body, ',');
    put_attributes(body, table);
    buf_add(body, ",\"relationship_rules\":[],\"identification_rules\":[]}}");
}
