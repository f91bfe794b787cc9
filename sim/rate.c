/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inbound REST API rate limits (inbound-REST-API-rate-limiting.md): per user and hour, a rule for
 * one user before one for a role (the lowest of several) before one for all. Without a matching
 * rule there are no X-RateLimit headers at all.
 */
#include <string.h>

#include "base/clock.h"
#include "sim/caller.h"

enum { HOUR_SECONDS = 3600 };

/* A rule names an API and may name a table; one that names nothing is about every call. How the
 * API is stored is not recorded, so its name or its path will do. */
static bool is_about(const struct row *rule, const struct api_target *target)
{
    const char *api = sim_row_get(rule, "api");
    const char *table = sim_row_get(rule, "table");

    return sim_row_is_true(rule, "active") &&
           (*api == '\0' || text_equal_nocase(api, target->name) ||
            text_equal_nocase(api, target->api_path)) &&
           (*table == '\0' || text_equal(table, target->table));
}

/* 0 when the rule is not about the caller; else how closely it is. */
static int closeness(const struct world *world, const struct row *rule,
                     const struct api_target *target, const struct caller *caller)
{
    const struct row *role = sim_row_reference(world, rule, "role");

    if (!is_about(rule, target)) {
        return 0;
    }
    if (*sim_row_get(rule, "user") != '\0') {
        return text_equal(sim_row_get(rule, "user"), caller->user->sys_id) ? 3 : 0;
    }
    if (role != NULL) {
        return sim_caller_has_role(caller, sim_row_get(role, "name")) ? 2 : 0;
    }
    return 1;
}

static int64_t number(const struct row *row, const char *column)
{
    int64_t value = 0;

    return text_to_int(sim_row_get(row, column), &value) ? value : 0;
}

static const struct row *rule_for(const struct world *world, const struct api_target *target,
                                  const struct caller *caller)
{
    const struct table *rules = sim_table_find(world, "sys_rate_limit_rules");
    const struct row *chosen = NULL;
    int best = 0;

    for (size_t i = 0; rules != NULL && i < rules->n_rows; i++) {
        const struct row *rule = rules->rows[i];
        int near = closeness(world, rule, target, caller);
        if (near > best || (near == best && chosen != NULL &&
                            number(rule, "requests") < number(chosen, "requests"))) {
            best = near;
            chosen = rule;
        }
    }
    return best > 0 ? chosen : NULL;
}

static struct row *counter_for(struct world *world, const struct row *rule,
                               const struct caller *caller)
{
    struct table *counts = sim_table_find(world, "sys_rate_limit_count");

    for (size_t i = 0; i < counts->n_rows; i++) {
        if (text_equal(sim_row_get(counts->rows[i], "rate_limit_rule"), rule->sys_id) &&
            text_equal(sim_row_get(counts->rows[i], "user"), caller->user->sys_id)) {
            return counts->rows[i];
        }
    }
    struct row *counter = sim_row_insert(world, counts, NULL, NULL);
    sim_row_set(world, counter, "rate_limit_rule", rule->sys_id);
    sim_row_set(world, counter, "user", caller->user->sys_id);
    return counter;
}

/* When the hour that is counted began, in seconds since 1970; the call's own time when it begins
 * with this call. */
static int64_t hour_begin(const struct call *call, const struct row *counter)
{
    int64_t begin = 0;

    if (!utc_parse(sim_row_get(counter, "count_start"), &begin) || begin > call->now ||
        call->now - begin >= HOUR_SECONDS) {
        return call->now;
    }
    return begin;
}

/* The count of the hour, with this call. A count of an hour gone by starts again; one that a world
 * brings without a start is this hour's. */
static int64_t count_call(struct world *world, const struct call *call, struct row *counter)
{
    const char *begin = sim_date_time(call->arena, hour_begin(call, counter));
    const char *start = sim_row_get(counter, "count_start");
    bool goes_on = *start == '\0' || text_equal(start, begin);
    int64_t count = goes_on ? number(counter, "request_count") + 1 : 1;

    sim_row_set(world, counter, "count_start", begin);
    sim_row_set(world, counter, "request_count",
                arena_printf(call->arena, "%lld", (long long)count));
    return count;
}

/* One row for each rule and user is enough to see it. */
static void note_violation(struct world *world, const struct row *rule, const struct caller *caller)
{
    struct table *violations = sim_table_find(world, "sys_rate_limit_violations");

    for (size_t i = 0; i < violations->n_rows; i++) {
        if (text_equal(sim_row_get(violations->rows[i], "rate_limit_rule"), rule->sys_id) &&
            text_equal(sim_row_get(violations->rows[i], "user"), caller->user->sys_id)) {
            return;
        }
    }
    struct row *row = sim_row_insert(world, violations, NULL, NULL);
    sim_row_set(world, row, "rate_limit_rule", rule->sys_id);
    sim_row_set(world, row, "user", caller->user->sys_id);
}

bool sim_rate_refuses(struct world *world, const struct call *call, const struct api_target *target,
                      struct reply *reply, const struct caller *caller)
{
    const struct row *rule = caller->user == NULL ? NULL : rule_for(world, target, caller);

    if (rule == NULL) {
        return false;
    }
    struct row *counter = counter_for(world, rule, caller);
    int64_t count = count_call(world, call, counter);
    int64_t reset = hour_begin(call, counter) + HOUR_SECONDS;
    sim_reply_header(reply, "X-RateLimit-Limit", sim_row_get(rule, "requests"));
    sim_reply_header(reply, "X-RateLimit-Reset",
                     arena_printf(call->arena, "%lld", (long long)reset));
    sim_reply_header(reply, "X-RateLimit-Rule", rule->sys_id);
    if (count <= number(rule, "requests")) {
        return false;
    }
    note_violation(world, rule, caller);
    sim_reply_header(reply, "Retry-After",
                     arena_printf(call->arena, "%lld", (long long)(reset - call->now)));
    sim_reply_error(reply, 429, "Rate limit exceeded",
                    arena_printf(call->arena, "Rate limit of %s requests per hour for %s exceeded",
                                 sim_row_get(rule, "requests"), target->name));
    return true;
}
