/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What both forms of a plan share.
 */
#include "report/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

const size_t plan_runs_an_hour[N_PLAN_PACES] = {1, 4, 12};

static int digit_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* What percent-encoding stands for; anything else stays as it is. */
static const char *decoded(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    char *end = copy;
    for (const char *c = text; *c != '\0'; c++) {
        int high = *c == '%' ? digit_value(c[1]) : -1;
        int low = high >= 0 ? digit_value(c[2]) : -1;
        if (low >= 0 && high + low > 0) {
            *end++ = (char)(unsigned char)(high * 16 + low);
            c += 2;
        } else {
            *end++ = *c;
        }
    }
    *end = '\0';
    return text_sanitize_line(arena, copy);
}

struct plan_url plan_url_read(struct arena *arena, const char *url)
{
    struct plan_url parts = {0};
    const char *begin = strchr(url, '?');
    const struct strings terms = strings_split(arena, begin == NULL ? "" : begin + 1, '&');
    for (size_t i = 0; i < terms.n_items; i++) {
        const char *value = strchr(terms.items[i], '=');
        if (value == NULL) {
            continue;
        }
        const char *name = arena_strndup(arena, terms.items[i], (size_t)(value - terms.items[i]));
        if (text_equal(name, "sysparm_query")) {
            parts.query = decoded(arena, value + 1);
        } else if (text_equal(name, "sysparm_fields")) {
            parts.columns = strings_split(arena, decoded(arena, value + 1), ',');
        } else if (text_equal(name, "sysparm_limit")) {
            parts.limit = decoded(arena, value + 1);
        }
    }
    return parts;
}

size_t plan_certain(const struct plan *plan)
{
    return plan->n_requests;
}

size_t plan_at_most(const struct plan *plan)
{
    return plan->n_requests + plan->n_follow_ups;
}

const char *plan_ceiling_warning(struct arena *arena, const struct plan *plan)
{
    if (plan->max_requests == 0 || (size_t)plan->max_requests >= plan_certain(plan)) {
        return NULL;
    }
    return arena_printf(arena,
                        "--max-requests %lld is less than the %s that are certain: what it leaves "
                        "unasked will be unknown, and the run may not end ready for that",
                        (long long)plan->max_requests,
                        quantity(arena, plan_certain(plan), "request"));
}
