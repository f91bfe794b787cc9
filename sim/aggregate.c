/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aggregates as c_AggregateAPI.md and the samples of its older editions show them
 * (r_AggregateAPIExamples.html): numbers are text, an average has four decimals, and least and most
 * are there for texts and times too. Empty values count nowhere.
 */
#include "sim/aggregate.h"

#include <string.h>

#include "base/arena.h"

enum { DECIMALS = 4, SCALE = 10000 };

struct summary {
    int64_t n; /* values */
    int64_t n_numbers;
    int64_t sum;
    const char *least;
    const char *most;
};

/* --- comparing --- */

/* "12.5" as 125000. */
static bool read_scaled(const char *text, int64_t *ret_scaled)
{
    const char *dot = strchr(text, '.');
    char digits[32];
    size_t whole = dot == NULL ? strlen(text) : (size_t)(dot - text);
    size_t n = dot == NULL ? 0 : strlen(dot + 1);

    if (whole == 0 || n > DECIMALS || whole + DECIMALS >= sizeof digits ||
        (dot != NULL && (n == 0 || strspn(dot + 1, "0123456789") != n))) {
        return false;
    }
    memset(digits, '0', whole + DECIMALS);
    memcpy(digits, text, whole);
    memcpy(digits + whole, text + whole + (dot != NULL), n);
    digits[whole + DECIMALS] = '\0';
    return text_to_int(digits, ret_scaled);
}

int sim_aggregate_compare(const char *a, const char *b)
{
    int64_t left;
    int64_t right;

    if (read_scaled(a, &left) && read_scaled(b, &right)) {
        return (left > right) - (left < right);
    }
    return strcmp(a, b);
}

/* --- the aggregates --- */

static struct summary summarize(const struct world *world, const struct path *path,
                                const struct rows *rows)
{
    struct summary summary = {.least = "", .most = ""};

    for (size_t i = 0; i < rows->n_items; i++) {
        const char *value = sim_path_value(world, path, rows->items[i]);
        int64_t number;
        if (*value == '\0') {
            continue;
        }
        summary.least = summary.n == 0 || sim_aggregate_compare(value, summary.least) < 0
                            ? value
                            : summary.least;
        summary.most =
            summary.n == 0 || sim_aggregate_compare(value, summary.most) > 0 ? value : summary.most;
        summary.n++;
        if (text_to_int(value, &number)) {
            summary.sum += number;
            summary.n_numbers++;
        }
    }
    return summary;
}

static const char *show_average(struct arena *arena, struct summary summary)
{
    return summary.n_numbers == 0 ? ""
                                  : arena_printf(arena, "%.*f", DECIMALS,
                                                 (double)summary.sum / (double)summary.n_numbers);
}

static const char *show_count(struct arena *arena, struct summary summary)
{
    return arena_printf(arena, "%lld", (long long)summary.n);
}

static const char *show_most(struct arena *arena, struct summary summary)
{
    (void)arena;
    return summary.most;
}

static const char *show_least(struct arena *arena, struct summary summary)
{
    (void)arena;
    return summary.least;
}

static const char *show_sum(struct arena *arena, struct summary summary)
{
    return summary.n_numbers == 0 ? "" : arena_printf(arena, "%lld", (long long)summary.sum);
}

static const struct {
    const char *name;
    const char *(*show)(struct arena *arena, struct summary summary);
} aggregates[] = {
    {"avg", show_average}, {"max", show_most},    {"min", show_least},
    {"sum", show_sum},     {"count", show_count},
};

/* The count is asked for by a parameter of its own. */
const char *sim_aggregate_name(size_t i)
{
    return i + 1 < ARRAY_LEN(aggregates) ? aggregates[i].name : NULL;
}

const char *sim_aggregate(struct arena *arena, const struct world *world, const char *name,
                          const struct path *path, const struct rows *rows)
{
    for (size_t i = 0; i < ARRAY_LEN(aggregates); i++) {
        if (text_equal_nocase(aggregates[i].name, name)) {
            return aggregates[i].show(arena, summarize(world, path, rows));
        }
    }
    return NULL;
}
