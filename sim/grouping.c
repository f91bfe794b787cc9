/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters sysparm_group_by, sysparm_having and sysparm_order_by (ServiceNowDocs,
 * api-reference/rest-apis/c_AggregateAPI.md). A condition or an order that cannot be read, or whose
 * column does not exist, is left out like a query's.
 */
#include "sim/grouping.h"

#include "base/arena.h"
#include "sim/aggregate.h"

static struct strings list_of(const struct grouping *grouping, const char *parameter)
{
    const char *list = pairs_get(&grouping->call->query, parameter);

    return strings_split(grouping->call->arena, list == NULL ? "" : list, ',');
}

/* --- groups --- */

void sim_grouping_open(struct grouping *grouping)
{
    struct arena *arena = grouping->call->arena;
    struct strings names = list_of(grouping, "sysparm_group_by");

    for (size_t i = 0; i < names.n_items; i++) {
        struct group_column *column =
            arena_append(arena, &grouping->by, &grouping->n_by, sizeof *column);
        column->name = names.items[i];
        column->exists = sim_path_find(arena, grouping->table, names.items[i], &column->path);
    }
}

static struct group *add_group(struct grouping *grouping)
{
    return arena_append(grouping->call->arena, &grouping->groups, &grouping->n_groups,
                        sizeof(struct group));
}

static bool has_values(const struct group *group, const struct strings *values)
{
    for (size_t i = 0; i < values->n_items; i++) {
        if (!text_equal(group->values.items[i], values->items[i])) {
            return false;
        }
    }
    return true;
}

static struct group *group_for(struct grouping *grouping, const struct strings *values)
{
    for (size_t i = 0; i < grouping->n_groups; i++) {
        if (has_values(&grouping->groups[i], values)) {
            return &grouping->groups[i];
        }
    }
    struct group *group = add_group(grouping);
    group->values = *values;
    return group;
}

static void add_row(struct grouping *grouping, struct row *row)
{
    struct arena *arena = grouping->call->arena;
    struct strings values = {0};

    for (size_t i = 0; i < grouping->n_by; i++) {
        const struct group_column *column = &grouping->by[i];
        strings_add(arena, &values,
                    column->exists ? sim_path_value(grouping->world, &column->path, row) : "");
    }
    struct group *group = group_for(grouping, &values);
    struct row **slot =
        arena_append(arena, &group->rows.items, &group->rows.n_items, sizeof(struct row *));
    *slot = row;
}

/* --- conditions: "count^priority^>^3" --- */

struct condition {
    const char *aggregate;
    struct path path;
    bool (*holds)(int difference);
    const char *value;
};

static bool is_equal(int difference)
{
    return difference == 0;
}

static bool is_not_equal(int difference)
{
    return difference != 0;
}

static bool is_less(int difference)
{
    return difference < 0;
}

static bool is_at_most(int difference)
{
    return difference <= 0;
}

static bool is_more(int difference)
{
    return difference > 0;
}

static bool is_at_least(int difference)
{
    return difference >= 0;
}

static bool read_condition(const struct grouping *grouping, const char *text,
                           struct condition *ret_condition)
{
    static const struct {
        const char *word;
        bool (*holds)(int difference);
    } operators[] = {{"=", is_equal},    {"!=", is_not_equal}, {"<", is_less},
                     {"<=", is_at_most}, {">", is_more},       {">=", is_at_least}};
    struct strings parts = strings_split(grouping->call->arena, text, '^');
    struct condition condition = {0};

    if (parts.n_items != 4 ||
        !sim_path_find(grouping->call->arena, grouping->table, parts.items[1], &condition.path)) {
        return false;
    }
    condition.aggregate = parts.items[0];
    condition.value = parts.items[3];
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (text_equal(operators[i].word, parts.items[2])) {
            condition.holds = operators[i].holds;
        }
    }
    *ret_condition = condition;
    return condition.holds != NULL;
}

static bool meets(const struct grouping *grouping, const struct condition *condition,
                  const struct group *group)
{
    const char *value = sim_aggregate(grouping->call->arena, grouping->world, condition->aggregate,
                                      &condition->path, &group->rows);

    return value == NULL || condition->holds(sim_aggregate_compare(value, condition->value));
}

static void apply_conditions(struct grouping *grouping)
{
    struct strings texts = list_of(grouping, "sysparm_having");

    for (size_t i = 0; i < texts.n_items; i++) {
        struct condition condition;
        size_t n = 0;
        if (!read_condition(grouping, texts.items[i], &condition)) {
            continue;
        }
        for (size_t k = 0; k < grouping->n_groups; k++) {
            if (meets(grouping, &condition, &grouping->groups[k])) {
                grouping->groups[n++] = grouping->groups[k];
            }
        }
        grouping->n_groups = n;
    }
}

/* --- orders: "state^DESC", "AVG^priority", "COUNT" --- */

struct order {
    const char *aggregate; /* NULL: the value the group is grouped by */
    struct path path;
    size_t column; /* of those it is grouped by */
    bool is_descending;
};

static bool find_group_column(const struct grouping *grouping, const char *name, size_t *ret_i)
{
    for (size_t i = 0; i < grouping->n_by; i++) {
        if (text_equal(grouping->by[i].name, name)) {
            *ret_i = i;
            return true;
        }
    }
    return false;
}

static bool read_order(const struct grouping *grouping, const char *text, struct order *ret_order)
{
    struct arena *arena = grouping->call->arena;
    struct strings parts = strings_split(arena, text, '^');
    struct order order = {0};

    if (parts.n_items > 0 && text_equal(parts.items[parts.n_items - 1], "DESC")) {
        order.is_descending = true;
        parts.n_items--;
    }
    *ret_order = order;
    if (parts.n_items == 2) {
        ret_order->aggregate = parts.items[0];
        return sim_path_find(arena, grouping->table, parts.items[1], &ret_order->path);
    }
    if (parts.n_items == 1 && text_equal_nocase(parts.items[0], "count")) {
        ret_order->aggregate = "count";
        return sim_path_find(arena, grouping->table, "sys_id", &ret_order->path);
    }
    return parts.n_items == 1 && find_group_column(grouping, parts.items[0], &ret_order->column);
}

static const char *order_value(const struct grouping *grouping, const struct order *order,
                               const struct group *group)
{
    const char *value;

    if (order->aggregate == NULL) {
        return group->values.items[order->column];
    }
    value = sim_aggregate(grouping->call->arena, grouping->world, order->aggregate, &order->path,
                          &group->rows);
    return value == NULL ? "" : value;
}

static bool stands_behind(const struct grouping *grouping, const struct order *order,
                          const struct group *a, const struct group *b)
{
    int difference =
        sim_aggregate_compare(order_value(grouping, order, a), order_value(grouping, order, b));

    return order->is_descending ? difference < 0 : difference > 0;
}

/* Insertion sort is stable, so the orders are applied from the last to the first. */
static void apply_orders(struct grouping *grouping)
{
    struct strings texts = list_of(grouping, "sysparm_order_by");

    for (size_t i = texts.n_items; i > 0; i--) {
        struct order order;
        if (!read_order(grouping, texts.items[i - 1], &order)) {
            continue;
        }
        for (size_t k = 1; k < grouping->n_groups; k++) {
            struct group group = grouping->groups[k];
            size_t at = k;
            for (; at > 0 && stands_behind(grouping, &order, &grouping->groups[at - 1], &group);
                 at--) {
                grouping->groups[at] = grouping->groups[at - 1];
            }
            grouping->groups[at] = group;
        }
    }
}

void sim_grouping_fill(struct grouping *grouping, const struct rows *rows)
{
    if (grouping->n_by == 0) {
        (void)add_group(grouping);
    }
    for (size_t i = 0; i < rows->n_items; i++) {
        add_row(grouping, rows->items[i]);
    }
    apply_conditions(grouping);
    apply_orders(grouping);
}
