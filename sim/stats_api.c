/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Aggregate API: GET /api/now/stats/{tableName} (ServiceNowDocs, api-reference/rest-apis/
 * c_AggregateAPI.md). Numbers are text. Table rules count, row conditions do not: a count may be
 * larger than what the Table API shows.
 */
#include "sim/aggregate.h"
#include "sim/apis.h"
#include "sim/grouping.h"
#include "sim/record.h"

struct stats {
    struct reading reading;
    struct grouping grouping;
};

static void put_text(struct buf *body, const char *key, const char *value)
{
    sim_json_add(body, key);
    buf_add_char(body, ':');
    sim_json_add(body, value);
}

/* --- numbers --- */

/* Those that do not exist are left out. */
static void put_fields(struct stats *stats, const struct group *group, const char *aggregate,
                       const struct strings *names, bool *is_first)
{
    struct arena *arena = stats->reading.call->arena;
    struct buf *body = &stats->reading.reply->body;
    size_t n = 0;

    for (size_t i = 0; i < names->n_items; i++) {
        struct path path;
        if (!sim_path_find(arena, stats->reading.table, names->items[i], &path)) {
            continue;
        }
        buf_add(body, n > 0 || !*is_first ? "," : "");
        if (n++ == 0) {
            sim_json_add(body, aggregate);
            buf_add(body, ":{");
        }
        put_text(body, path.text,
                 sim_aggregate(arena, stats->reading.world, aggregate, &path, &group->rows));
        *is_first = false;
    }
    buf_add(body, n > 0 ? "}" : "");
}

/* "avg":{"priority":"2.3333"} for each of sysparm_avg_fields and its likes. */
static void put_aggregates(struct stats *stats, const struct group *group, bool is_first)
{
    const struct call *call = stats->reading.call;
    const char *name;

    for (size_t i = 0; (name = sim_aggregate_name(i)) != NULL; i++) {
        const char *list =
            pairs_get(&call->query, arena_printf(call->arena, "sysparm_%s_fields", name));
        struct strings names = strings_split(call->arena, list == NULL ? "" : list, ',');
        put_fields(stats, group, name, &names, &is_first);
    }
}

/* --- groups --- */

/* What is shown for the value of the i-th column, as in a record of the group. */
static const char *shown_value(const struct stats *stats, const struct group *group, size_t i)
{
    const struct group_column *column = &stats->grouping.by[i];
    const struct row *holder =
        column->exists ? sim_path_row(stats->reading.world, &column->path, group->rows.items[0])
                       : NULL;

    return holder == NULL ? ""
                          : sim_record_shown(&stats->reading, holder,
                                             column->path.steps[column->path.n_steps - 1]);
}

/* Older samples have the display value in the place of the value (r_AggregateAPIExamples.html),
 * public clients read it beside the value; "all" has both (c_AggregateAPI.md). */
static void put_group_field(struct stats *stats, const struct group *group, size_t i)
{
    struct buf *body = &stats->reading.reply->body;
    enum display display = stats->reading.display;
    const char *value = group->values.items[i];
    bool is_beside = display == DISPLAY_BOTH || sim_switch_is(&stats->reading.world->switches,
                                                              SWITCH_GROUP_DISPLAY, "beside-value");

    buf_add_char(body, '{');
    if (display != DISPLAY_VALUE && is_beside) {
        put_text(body, "display_value", shown_value(stats, group, i));
        buf_add_char(body, ',');
    } else if (display != DISPLAY_VALUE) {
        value = shown_value(stats, group, i);
    }
    put_text(body, "field", stats->grouping.by[i].name);
    buf_add_char(body, ',');
    put_text(body, "value", value);
    buf_add_char(body, '}');
}

static void put_group(struct stats *stats, const struct group *group)
{
    struct buf *body = &stats->reading.reply->body;
    bool has_count = sim_call_flag(stats->reading.call, "sysparm_count");

    buf_add(body, "{\"stats\":{");
    if (has_count) {
        put_text(body, "count",
                 arena_printf(stats->reading.call->arena, "%zu", group->rows.n_items));
    }
    put_aggregates(stats, group, !has_count);
    buf_add_char(body, '}');
    for (size_t i = 0; i < stats->grouping.n_by; i++) {
        buf_add(body, i == 0 ? ",\"groupby_fields\":[" : ",");
        put_group_field(stats, group, i);
        buf_add(body, i + 1 == stats->grouping.n_by ? "]" : "");
    }
    buf_add_char(body, '}');
}

/* --- the answer --- */

static void answer(struct stats *stats)
{
    const struct grouping *grouping = &stats->grouping;
    struct buf *body = &stats->reading.reply->body;

    sim_reply_json(stats->reading.reply, 200);
    buf_add(body, grouping->n_by == 0 ? "{\"result\":" : "{\"result\":[");
    for (size_t i = 0; i < grouping->n_groups; i++) {
        buf_add(body, i > 0 ? "," : "");
        put_group(stats, &grouping->groups[i]);
    }
    if (grouping->n_by == 0 && grouping->n_groups == 0) {
        buf_add(body, "{\"stats\":{}}");
    }
    buf_add(body, grouping->n_by == 0 ? "}" : "]}");
}

/* A column needs to be readable to group by it (sc-enforce-groupby-acls.md; the property is true
 * where it is not set). The refusal is not on record; here it is the one for queries. */
static bool may_group(struct stats *stats)
{
    struct reading *reading = &stats->reading;

    for (size_t i = 0; i < stats->grouping.n_by; i++) {
        const struct group_column *column = &stats->grouping.by[i];
        if (column->exists &&
            !sim_access_path(&reading->access, reading->table, &column->path, false) &&
            sim_property_is_true(reading->world, "glide.security.groupby_acl_check", true)) {
            sim_refuse_query(reading);
            return false;
        }
    }
    return true;
}

/* A table the caller may not read at all is named in the refusal; one that is closed to web
 * services looks as everywhere. */
static bool is_open(struct stats *stats, const char *name)
{
    struct reading *reading = &stats->reading;

    if (reading->table == NULL) {
        sim_reply_error(reading->reply, 400,
                        arena_printf(reading->call->arena, "Invalid table %s", name), NULL);
        return false;
    }
    if (sim_access_table(&reading->access, reading->table) == TABLE_CLOSED) {
        sim_reply_error(reading->reply, 403, "User Not Authorized",
                        "Failed API level ACL Validation");
        return false;
    }
    if (!sim_access_table_operation(&reading->access, reading->table, "read")) {
        sim_reply_error(
            reading->reply, 403, "User Not Authorized",
            arena_printf(reading->call->arena, "No permission to read table '%s'", name));
        return false;
    }
    return true;
}

void sim_stats_answer(struct api_call *api_call)
{
    const char *name = api_call->parameters.items[0];
    struct stats stats = {.reading = {
                              .world = api_call->world,
                              .call = api_call->call,
                              .caller = &api_call->caller,
                              .reply = api_call->reply,
                              .access = {.arena = api_call->call->arena,
                                         .world = api_call->world,
                                         .caller = &api_call->caller},
                              .table = sim_table_find(api_call->world, name),
                          }};
    struct rows rows;

    if (!is_open(&stats, name) || !sim_reading_select(&stats.reading, &rows)) {
        return;
    }
    sim_reading_open(&stats.reading);
    stats.grouping = (struct grouping){
        .call = api_call->call, .world = api_call->world, .table = stats.reading.table};
    sim_grouping_open(&stats.grouping);
    if (may_group(&stats)) {
        sim_grouping_fill(&stats.grouping, &rows);
        answer(&stats);
    }
}
