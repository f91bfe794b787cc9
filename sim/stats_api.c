/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Aggregate API: GET /api/now/stats/{tableName} (ServiceNowDocs, api-reference/rest-apis/
 * c_AggregateAPI.md). Numbers are text. Table rules count, row conditions do not: a count may be
 * larger than what the Table API shows.
 */
#include <string.h>

#include "sim/apis.h"
#include "sim/record.h"

struct group {
    struct strings values; /* of the columns it is grouped by */
    struct rows rows;
};

struct stats {
    struct reading reading;
    struct path *by;
    size_t n_by;
    struct group *groups;
    size_t n_groups;
};

/* --- groups --- */

/* The columns a parameter names; those that do not exist are left out. */
static struct path *read_columns(const struct stats *stats, const char *parameter, size_t *ret_n)
{
    struct arena *arena = stats->reading.call->arena;
    const char *list = pairs_get(&stats->reading.call->query, parameter);
    struct strings names = strings_split(arena, list == NULL ? "" : list, ',');
    struct path *paths = NULL;
    size_t n = 0;

    for (size_t i = 0; i < names.n_items; i++) {
        struct path path;
        if (sim_path_find(arena, stats->reading.table, names.items[i], &path)) {
            struct path *slot = arena_append(arena, &paths, &n, sizeof *slot);
            *slot = path;
        }
    }
    *ret_n = n;
    return paths;
}

static struct group *group_for(struct stats *stats, const struct strings *values)
{
    struct arena *arena = stats->reading.call->arena;

    for (size_t i = 0; i < stats->n_groups; i++) {
        bool is_same = true;
        for (size_t k = 0; k < values->n_items; k++) {
            is_same = is_same && text_equal(stats->groups[i].values.items[k], values->items[k]);
        }
        if (is_same) {
            return &stats->groups[i];
        }
    }
    struct group *group = arena_append(arena, &stats->groups, &stats->n_groups, sizeof *group);
    *group = (struct group){.values = *values};
    return group;
}

static void add_row(struct stats *stats, struct row *row)
{
    struct arena *arena = stats->reading.call->arena;
    struct strings values = {0};

    for (size_t i = 0; i < stats->n_by; i++) {
        strings_add(arena, &values, sim_path_value(stats->reading.world, &stats->by[i], row));
    }
    struct group *group = group_for(stats, &values);
    struct row **slot =
        arena_append(arena, &group->rows.items, &group->rows.n_items, sizeof(struct row *));
    *slot = row;
}

/* --- numbers --- */

struct sums {
    int64_t sum;
    int64_t least;
    int64_t most;
    int64_t n;
};

static struct sums sum_up(const struct stats *stats, const struct group *group,
                          const struct path *path)
{
    struct sums sums = {0};

    for (size_t i = 0; i < group->rows.n_items; i++) {
        int64_t value;
        if (!text_to_int(sim_path_value(stats->reading.world, path, group->rows.items[i]),
                         &value)) {
            continue;
        }
        sums.least = sums.n == 0 || value < sums.least ? value : sums.least;
        sums.most = sums.n == 0 || value > sums.most ? value : sums.most;
        sums.sum += value;
        sums.n++;
    }
    return sums;
}

static const char *sum_text(struct arena *arena, const struct sums *sums, const char *kind)
{
    if (sums->n == 0) {
        return "";
    }
    if (text_equal(kind, "avg")) {
        return arena_printf(arena, "%.4f", (double)sums->sum / (double)sums->n);
    }
    return arena_printf(arena, "%lld",
                        (long long)(text_equal(kind, "min")   ? sums->least
                                    : text_equal(kind, "max") ? sums->most
                                                              : sums->sum));
}

static void put_text(struct buf *body, const char *key, const char *value)
{
    sim_json_add(body, key);
    buf_add_char(body, ':');
    sim_json_add(body, value);
}

/* "avg":{"priority":"2.3333"} for each of sysparm_avg_fields and its likes. */
static void put_sums(struct stats *stats, const struct group *group, bool *is_first)
{
    static const char *const kinds[] = {"avg", "max", "min", "sum"};
    struct arena *arena = stats->reading.call->arena;
    struct buf *body = &stats->reading.reply->body;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t n = 0;
        const struct path *paths =
            read_columns(stats, arena_printf(arena, "sysparm_%s_fields", kinds[i]), &n);
        for (size_t k = 0; k < n; k++) {
            struct sums sums = sum_up(stats, group, &paths[k]);
            buf_add(body, k > 0 || !*is_first ? "," : "");
            if (k == 0) {
                sim_json_add(body, kinds[i]);
                buf_add(body, ":{");
            }
            put_text(body, paths[k].text, sum_text(arena, &sums, kinds[i]));
            *is_first = false;
        }
        buf_add(body, n > 0 ? "}" : "");
    }
}

static void put_stats(struct stats *stats, const struct group *group)
{
    struct buf *body = &stats->reading.reply->body;
    bool is_first = true;

    buf_add(body, "{\"stats\":{");
    if (sim_call_flag(stats->reading.call, "sysparm_count")) {
        put_text(body, "count",
                 arena_printf(stats->reading.call->arena, "%zu", group->rows.n_items));
        is_first = false;
    }
    put_sums(stats, group, &is_first);
    buf_add_char(body, '}');
    for (size_t i = 0; i < group->values.n_items; i++) {
        buf_add(body, i == 0 ? ",\"groupby_fields\":[{" : ",{");
        put_text(body, "field", stats->by[i].text);
        buf_add_char(body, ',');
        put_text(body, "value", group->values.items[i]);
        buf_add(body, i + 1 == group->values.n_items ? "}]" : "}");
    }
    buf_add_char(body, '}');
}

/* --- the answer --- */

static void answer(struct stats *stats, const struct rows *rows)
{
    static const struct group nothing = {0};
    struct buf *body = &stats->reading.reply->body;

    for (size_t i = 0; i < rows->n_items; i++) {
        add_row(stats, rows->items[i]);
    }
    sim_reply_json(stats->reading.reply, 200);
    buf_add(body, "{\"result\":");
    if (stats->n_by == 0) {
        put_stats(stats, stats->n_groups > 0 ? &stats->groups[0] : &nothing);
    } else {
        buf_add_char(body, '[');
        for (size_t i = 0; i < stats->n_groups; i++) {
            buf_add(body, i > 0 ? "," : "");
            put_stats(stats, &stats->groups[i]);
        }
        buf_add_char(body, ']');
    }
    buf_add_char(body, '}');
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
    stats.by = read_columns(&stats, "sysparm_group_by", &stats.n_by);
    answer(&stats, &rows);
}
