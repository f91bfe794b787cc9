/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate_limit: no active rate limit rule allows fewer calls of an API in an hour than the
 * integration makes.
 *
 * There are no rules as shipped. Of several rules for one resource, one for a single user overrides
 * those for roles and for everybody, one for a role those for everybody, and of several roles the
 * lowest counts (product documentation, Inbound REST API rate limiting). The limit is the column
 * `requests` (public harvest, github.com/tehubersheezy/servicenow-tools); how `api` names an API is
 * not published, so its name, its path and nothing else are understood, and a rule for what cannot
 * be told may be about any.
 */
#include "base/arena.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/role_rows.h"

/* As many as reading a whole table asks for, so that both are one question. */
enum { RULE_PAGE = 500 };

struct rate_limit_params {
    const char *api;
    int64_t per_hour;
    const char *user;
    struct strings tables;
};

static const struct field rate_limit_fields[] = {
    FIELD(struct rate_limit_params, api, FIELD_REQUIRED | FIELD_API, "the API's path: now/table"),
    FIELD(struct rate_limit_params, per_hour, FIELD_REQUIRED | FIELD_FROM_ONE,
          "calls the integration makes in an hour"),
    FIELD(struct rate_limit_params, user, FIELD_OPTIONAL | FIELD_NAMES_USER,
          "User ID (user_name) of the caller; without it every rule counts"),
    FIELD(struct rate_limit_params, tables, FIELD_TABLE,
          "the tables it calls; a rule for another table does not count then"),
};

static const char *rule_columns[] = {
    "name", "active",         "api",  "version",   "api_resource", "table", "import_set_table",
    "user", "user.user_name", "role", "role.name", "requests"};

/* What narrows a rule down to some calls of its API. */
static const char *const scopes[] = {"version", "api_resource", "table", "import_set_table"};

/* Names of the APIs whose paths packs may give, as the product documentation titles them. */
static const struct {
    const char *path;
    const char *name;
} apis[] = {
    {"now/attachment", "Attachment API"},
    {"now/batch", "Batch API"},
    {"now/cmdb/instance", "CMDB Instance API"},
    {"now/cmdb/meta", "CMDB Meta API"},
    {"now/import", "Import Set API"},
    {"now/stats", "Aggregate API"},
    {"now/table", "Table API"},
};

enum telling { NO, PERHAPS, YES };

/* Whom a rule is for: the closer one wins. */
enum closeness { FOR_NOBODY_HERE, FOR_EVERYBODY, FOR_ROLE, FOR_USER };

struct limit {
    const struct row *row;
    enum telling concerns; /* the API and the caller */
    bool is_hidden;        /* … and not YES because a column never came back */
    enum closeness closeness;
    int64_t requests; /* an hour; -1 when it cannot be read */
};

struct limits {
    struct limit *items;
    size_t n_items;
    bool is_complete; /* every rule was seen */
};

/* ---- One rule ---- */

static const char *name_of_api(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(apis); i++) {
        if (text_equal_nocase(apis[i].path, path)) {
            return apis[i].name;
        }
    }
    return NULL;
}

static bool is_known_api(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(apis); i++) {
        if (text_equal_nocase(apis[i].path, text) || text_equal_nocase(apis[i].name, text)) {
            return true;
        }
    }
    return false;
}

static enum telling concerns_api(const char *api, const char *path)
{
    if (text_is_empty(api)) {
        return PERHAPS;
    }
    if (text_equal_nocase(api, path) || text_equal_nocase(api, name_of_api(path))) {
        return YES;
    }
    return is_known_api(api) ? NO : PERHAPS;
}

static bool is_in_use(const struct judging *judging, const struct row *row)
{
    const char *active = row_get(row, "active");
    return active == NULL || value_fits(judging->arena, active, "true|1");
}

static bool lacks(const struct row *row, const char *column)
{
    return row_get(row, column) == NULL;
}

static void place_by_role(struct judging *judging, const struct rate_limit_params *params,
                          struct limit *limit)
{
    const char *role = row_get(limit->row, "role.name");
    limit->closeness = FOR_ROLE;
    if (text_is_empty(role)) {
        limit->is_hidden = true;
        return;
    }
    struct reading roles =
        consult_configuration(judging, held_roles_question(params->user), LIST_NEVER);
    enum holding holding = held_roles_tell(&roles, role);
    if (holding == ROLE_NOT_HELD) {
        limit->closeness = FOR_NOBODY_HERE;
    }
    limit->is_hidden = limit->is_hidden || holding == ROLE_UNTOLD;
}

/* Whom the rule is for. */
static void place(struct judging *judging, const struct rate_limit_params *params,
                  struct limit *limit)
{
    const struct row *row = limit->row;
    const char *user_name = row_get(row, "user.user_name");
    limit->closeness = FOR_EVERYBODY;
    if (params->user == NULL) {
        return;
    }
    if (lacks(row, "user") || lacks(row, "role")) {
        limit->closeness = FOR_USER; /* as close as it may be */
        limit->is_hidden = true;
    } else if (!text_is_empty(row_get(row, "user"))) {
        limit->closeness = FOR_USER;
        limit->is_hidden = limit->is_hidden || text_is_empty(user_name);
        if (!text_is_empty(user_name) && !text_equal_nocase(user_name, params->user)) {
            limit->closeness = FOR_NOBODY_HERE;
        }
    } else if (!text_is_empty(row_get(row, "role"))) {
        place_by_role(judging, params, limit);
    }
}

/* A column that decides whether the rule is about these calls never came back. */
static bool is_partly_hidden(const struct row *row)
{
    bool is_hidden = lacks(row, "active") || lacks(row, "api") || lacks(row, "requests");
    for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
        is_hidden = is_hidden || lacks(row, scopes[i]);
    }
    return is_hidden;
}

static bool is_for_another_table(const struct rate_limit_params *params, const struct row *row)
{
    const char *table = row_get(row, "table");
    return params->tables.n_items > 0 && !text_is_empty(table) &&
           !strings_have(&params->tables, table);
}

static int64_t requests_of(const struct judging *judging, const struct row *row)
{
    const char *requests = row_get(row, "requests");
    int64_t number = -1;
    return requests != NULL && text_to_int(text_trim(judging->arena, requests), &number) &&
                   number >= 0
               ? number
               : -1;
}

static void add_limit(struct judging *judging, const struct rate_limit_params *params,
                      const struct row *row, struct limits *limits)
{
    struct limit limit = {
        .row = row, .is_hidden = is_partly_hidden(row), .requests = requests_of(judging, row)};
    enum telling concerns = concerns_api(row_get(row, "api"), params->api);
    if (!is_in_use(judging, row) || concerns == NO || is_for_another_table(params, row)) {
        return;
    }
    place(judging, params, &limit);
    if (limit.closeness == FOR_NOBODY_HERE) {
        return;
    }
    bool is_certain = concerns == YES && !limit.is_hidden && limit.requests >= 0;
    limit.concerns = is_certain ? YES : PERHAPS;
    struct limit *slot =
        arena_append(judging->arena, &limits->items, &limits->n_items, sizeof *slot);
    *slot = limit;
}

/* ---- Several ---- */

static bool may_be_tight(const struct rate_limit_params *params, const struct limit *limit)
{
    return limit->requests < params->per_hour;
}

/* True when `wide` is about every call `narrow` is about; the scopes of both came back. */
static bool covers(const struct row *wide, const struct row *narrow)
{
    for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
        const char *scope = row_get(wide, scopes[i]);
        if (!text_is_empty(scope) && !text_equal(scope, row_get(narrow, scopes[i]))) {
            return false;
        }
    }
    return true;
}

/* Whether `other` goes before `limit`. Which of two rules of one rank counts is documented of roles
 * only. */
static enum telling overrides(const struct rate_limit_params *params, const struct limit *other,
                              const struct limit *limit)
{
    bool is_closer = other->closeness > limit->closeness;
    bool is_equal = other->closeness == limit->closeness && limit->closeness != FOR_ROLE;
    if (other == limit || (!is_closer && !is_equal)) {
        return NO;
    }
    if (other->concerns == PERHAPS) {
        return PERHAPS;
    }
    if (may_be_tight(params, other) || !covers(other->row, limit->row)) {
        return NO; /* it is too low itself, or calls are left that only `limit` is about */
    }
    return is_closer ? YES : PERHAPS;
}

static enum telling is_overridden(const struct rate_limit_params *params,
                                  const struct limits *limits, const struct limit *limit)
{
    if (params->user == NULL) {
        return NO;
    }
    enum telling overridden = limits->is_complete ? NO : PERHAPS;
    for (size_t i = 0; i < limits->n_items; i++) {
        enum telling told = overrides(params, &limits->items[i], limit);
        if (told > overridden) {
            overridden = told;
        }
    }
    return overridden;
}

static const char *name_of(const struct limit *limit)
{
    const char *name = row_get(limit->row, "name");
    return text_is_empty(name) ? "(without a name)" : name;
}

/* "incident" where a rule is about one table only. */
static const char *scope_words(const struct judging *judging, const struct limit *limit)
{
    const char *table = row_get(limit->row, "table");
    return text_is_empty(table) ? "" : say(judging, " of the table %s", table);
}

static void judge_tight(struct judging *judging, const struct rate_limit_params *params,
                        const struct limit *limit)
{
    judge_fail(judging, "rate-limited", name_of(limit),
               say(judging, "the rule \"%s\" allows %s%s an hour", name_of(limit),
                   quantity(judging->arena, (size_t)limit->requests, "call"),
                   scope_words(judging, limit)));
    judging->finding->because =
        say(judging, "the integration makes up to %lld, and the others are refused with 429",
            (long long)params->per_hour);
}

static void judge_doubtful(struct judging *judging, const struct limit *limit)
{
    enum reason reason = limit->is_hidden ? REASON_FIELD_HIDDEN : REASON_UNDOCUMENTED;
    judge_unknown(judging, reason,
                  say(judging, "whether the rule \"%s\" limits these calls cannot be told: %s",
                      name_of(limit),
                      limit->is_hidden
                          ? "some of its columns, or the roles of the caller, were "
                            "not read"
                          : "how its API or its rank is to be read is not documented"));
}

/* A rule that limits the caller for certain, if any. False when there is none. */
static bool find_tight(struct judging *judging, const struct rate_limit_params *params,
                       const struct limits *limits)
{
    for (size_t i = 0; i < limits->n_items; i++) {
        const struct limit *limit = &limits->items[i];
        if (limit->concerns == YES && may_be_tight(params, limit) &&
            is_overridden(params, limits, limit) == NO) {
            judge_tight(judging, params, limit);
            return true;
        }
    }
    return false;
}

static bool find_doubtful(struct judging *judging, const struct rate_limit_params *params,
                          const struct limits *limits)
{
    for (size_t i = 0; i < limits->n_items; i++) {
        const struct limit *limit = &limits->items[i];
        if (may_be_tight(params, limit) && is_overridden(params, limits, limit) != YES) {
            judge_doubtful(judging, limit);
            return true;
        }
    }
    return false;
}

static void judge_limits(struct judging *judging, const struct rate_limit_params *params,
                         const struct limits *limits, const struct answer *answer)
{
    if (judging->is_open || find_tight(judging, params, limits)) {
        return;
    }
    if (!limits->is_complete) {
        judge_unknown(judging, answer->was_cut ? REASON_TRUNCATED : REASON_HIDDEN,
                      "not all rate limit rules came back, and one of the others may decide");
        return;
    }
    if (find_doubtful(judging, params, limits)) {
        return;
    }
    judge_pass(judging, limits->n_items == 0
                            ? say(judging, "no active rate limit rule is about %s", params->api)
                            : say(judging, "no rate limit rule for %s allows fewer than %lld",
                                  params->api, (long long)params->per_hour));
    rules_out(judging, "rate-limited");
}

static void judge_rules(struct judging *judging, const struct rate_limit_params *params,
                        const struct reading *reading)
{
    struct limits limits = {.is_complete = reading->is_complete};
    for (size_t i = 0; i < reading->n_rows; i++) {
        add_limit(judging, params, &reading->rows[i], &limits);
    }
    judge_limits(judging, params, &limits, reading->answer);
}

static void rate_limit_judge(struct judging *judging, const void *given)
{
    const struct rate_limit_params *params = given;
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_rate_limit_rules",
                                .fields = {rule_columns, ARRAY_LEN(rule_columns)},
                                .limit = RULE_PAGE};
    struct reading reading = read_configuration(judging, question, LIST_LAST);
    judging->finding->link = list_link(judging, "sys_rate_limit_rules", "active=true");
    judging->finding->wanted =
        say(judging, "at least %s of %s an hour",
            quantity(judging->arena, (size_t)params->per_hour, "call"), params->api);
    switch (reading.presence) {
    case PRESENCE_FOUND:
        judge_rules(judging, params, &reading);
        break;
    case PRESENCE_ABSENT:
    case PRESENCE_NO_TABLE:
        judge_pass(judging, "there is no rate limit rule");
        rules_out(judging, "rate-limited");
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

const struct kind kind_rate_limit = {
    .schema = {.name = "rate_limit",
               .summary = "No rate limit rule allows fewer calls than the integration makes",
               .fields = rate_limit_fields,
               .n_fields = ARRAY_LEN(rate_limit_fields),
               .params_size = sizeof(struct rate_limit_params)},
    .judge = rate_limit_judge,
};
