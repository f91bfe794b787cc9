/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scripts in the samples of the query reference (ServiceNowDocs, api-reference/rest-apis/
 * c_TableAPI.md, rest-api-explorer/c_RESTAPI.md, platform-user-interface/
 * r_OpAvailableFiltersQueries.md). Days are those of who asks.
 */
#include "sim/scripts.h"

#include <string.h>

#include "base/arena.h"
#include "sim/zone.h"

enum { MINUTE = 60, DAY = 24 * 60 * MINUTE };

struct script_call {
    struct arena *arena;
    const struct world *world;
    const struct query_asker *asker;
    int64_t argument; /* 0 when there is none */
};

static const char *user_name(const struct script_call *call)
{
    return call->asker->user_name;
}

static const char *user_id(const struct script_call *call)
{
    return call->asker->user_id;
}

/* The beginning of the day `argument` days ago, or its last second. */
static const char *day_edge(const struct script_call *call, bool is_end)
{
    const struct table *users = sim_table_find(call->world, "sys_user");
    const struct row *user = sim_row_by_id(call->world, users, call->asker->user_id);
    int64_t days_ago = call->argument - (is_end ? 1 : 0);

    if (call->asker->now == 0) {
        return NULL;
    }
    int64_t edge = sim_zone_day_start(call->world, user, call->asker->now, -days_ago);
    return sim_date_time(call->arena, is_end ? edge - 1 : edge);
}

static const char *day_start(const struct script_call *call)
{
    return day_edge(call, false);
}

static const char *day_end(const struct script_call *call)
{
    return day_edge(call, true);
}

/* The beginning of the minute `argument` minutes ago (GlideSystem, minutesAgoStart). */
static const char *minute_start(const struct script_call *call)
{
    int64_t then = call->asker->now - call->argument * MINUTE;

    if (call->asker->now == 0) {
        return NULL;
    }
    return sim_date_time(call->arena, then - then % MINUTE);
}

static const struct {
    const char *head;
    bool has_argument;
    const char *(*run)(const struct script_call *call);
} scripts[] = {
    {"gs.getUserName(", false, user_name},       {"gs.getUserID(", false, user_id},
    {"gs.daysAgoStart(", true, day_start},       {"gs.daysAgoEnd(", true, day_end},
    {"gs.minutesAgoStart(", true, minute_start}, {"gs.beginningOfToday(", false, day_start},
    {"gs.endOfToday(", false, day_end},
};

/* "3)" is 3 where there is an argument, ")" is nothing where there is none. */
static bool read_argument(struct arena *arena, const char *text, bool has_argument,
                          int64_t *ret_argument)
{
    enum { MOST_DAYS = 100000 };
    size_t len = strcspn(text, ")");
    int64_t argument;

    if (text[len] != ')') {
        return false;
    }
    if (!has_argument) {
        return len == 0;
    }
    if (!text_to_int(arena_strndup(arena, text, len), &argument) || argument < -MOST_DAYS ||
        argument > MOST_DAYS) {
        return false;
    }
    *ret_argument = argument;
    return true;
}

const char *sim_script_run(struct arena *arena, const struct world *world,
                           const struct query_asker *asker, const char *script)
{
    struct script_call *call = arena_allocate(arena, sizeof *call);

    *call = (struct script_call){arena, world, asker, 0};
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        if (text_starts_with(script, scripts[i].head) &&
            read_argument(arena, script + strlen(scripts[i].head), scripts[i].has_argument,
                          &call->argument)) {
            return scripts[i].run(call);
        }
    }
    return NULL;
}
