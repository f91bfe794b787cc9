/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inbound REST API rate limits (inbound-REST-API-rate-limiting.md): per user and hour, a rule for
 * one user before one for a role (the lowest of several) before one for all. Without a matching
 * rule there are no X-RateLimit headers at all.
 */
#include "sim/caller.h"

/* 0 when the rule is not about the caller; else how closely it is. */
static int closeness(const struct world *world, const struct row *rule, const struct caller *caller)
{
    const struct row *role = sim_row_reference(world, rule, "role");

    if (!sim_row_is_true(rule, "active")) {
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

static const struct row *rule_for(const struct world *world, const struct caller *caller)
{
    const struct table *rules = sim_table_find(world, "sys_rate_limit_rules");
    const struct row *chosen = NULL;
    int best = 0;

    for (size_t i = 0; rules != NULL && i < rules->n_rows; i++) {
        const struct row *rule = rules->rows[i];
        int near = closeness(world, rule, caller);
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

bool sim_rate_refuses(struct world *world, const struct call *call, struct reply *reply,
                      const struct caller *caller)
{
    const struct row *rule = caller->user == NULL ? NULL : rule_for(world, caller);
    const int64_t hour = 3600;

    if (rule == NULL) {
        return false;
    }
    struct row *counter = counter_for(world, rule, caller);
    int64_t count = number(counter, "request_count") + 1;
    int64_t reset = (call->now / hour + 1) * hour;
    sim_row_set(world, counter, "request_count",
                arena_printf(call->arena, "%lld", (long long)count));
    sim_reply_header(reply, "X-RateLimit-Limit", sim_row_get(rule, "requests"));
    sim_reply_header(reply, "X-RateLimit-Reset",
                     arena_printf(call->arena, "%lld", (long long)reset));
    sim_reply_header(reply, "X-RateLimit-Rule", rule->sys_id);
    if (count <= number(rule, "requests")) {
        return false;
    }
    sim_reply_header(reply, "Retry-After",
                     arena_printf(call->arena, "%lld", (long long)(reset - call->now)));
    sim_reply_error(reply, 429, "Rate limit exceeded",
                    arena_printf(call->arena,
                                 "Rate limit of %s requests per hour for Table API exceeded",
                                 sim_row_get(rule, "requests")));
    return true;
}
