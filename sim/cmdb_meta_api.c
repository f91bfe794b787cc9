/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CMDB Meta API: GET /api/now/cmdb/meta/{className}, for the role itil (ServiceNowDocs,
 * api-reference/rest-apis/cmdb-meta-api.md). It describes a class of the CMDB: its columns and
 * where it stands, in the order of the page's sample. Relationship and identification rules are not
 * simulated: an empty list, an empty object.
 */
#include "sim/access.h"
#include "sim/apis.h"
#include "sim/defaults.h"

static void put_key(struct buf *body, const char *key)
{
    sim_json_add(body, key);
    buf_add_char(body, ':');
}

static void put_member(struct buf *body, const char *key, const char *value)
{
    put_key(body, key);
    sim_json_add(body, value);
    buf_add_char(body, ',');
}

static const char *truth(bool is_true)
{
    return is_true ? "true" : "false";
}

/* What an attribute says of itself is text, the flags too; only a default that is none is null. */
static void put_attribute(struct buf *body, const struct table *table, const struct column *column)
{
    buf_add_char(body, '{');
    put_member(body, "is_inherited", truth(column->owner != table));
    put_member(body, "is_mandatory", truth(column->is_mandatory));
    put_member(body, "is_read_only", truth(column->is_read_only));
    const char *standing = sim_default_of(table, column->name);
    put_key(body, "default_value");
    if (standing == NULL) {
        buf_add(body, "null");
    } else {
        sim_json_add(body, standing);
    }
    buf_add_char(body, ',');
    put_member(body, "label", column->label);
    put_member(body, "type", column->type);
    put_member(body, "element", column->name);
    put_member(body, "max_length", column->max_length);
    put_key(body, "is_display");
    sim_json_add(body, truth(column == table->display));
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
    put_member(body, "icon_url", table->icon_url);
    put_key(body, "is_extendable");
    buf_add(body, truth(table->is_extendable));
    buf_add_char(body, ',');
    put_member(body, "parent", table->parent == NULL ? "" : table->parent->name);
    put_children(body, api_call->world, table);
    buf_add_char(body, ',');
    put_member(body, "name", table->name);
    put_member(body, "icon", table->icon);
    put_attributes(body, table);
    buf_add(body, ",\"relationship_rules\":[],");
    put_member(body, "label", table->label);
    buf_add(body, "\"identification_rules\":{}}}");
}
