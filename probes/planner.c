/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded queries use only `=`, IN and ISEMPTY, and no sorting: ServiceNow's query ACLs class these
 * as query_match, everything else as query_range, which is denied more often. Only the logs, which
 * an auditor alone reads, are asked by time.
 */
#include "probes/planner.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/encoded_query.h"
#include "probes/merge.h"
#include "probes/rows.h"
#include "probes/url.h"

/* Rows of a question that names no limit, and what is asked for beyond the rows wanted: one more
 * shows that there are more. */
enum {
    PAGE_ROWS = 200,
    SPARE_ROWS = 1,
    LARGEST_SAMPLE = 20, /* a first call stays a small one */
    SPARE_URL_BYTES = 16,
    LONGEST_BUILT_URL_BYTES = 1 << 20
};

static struct request *new_request(struct arena *arena, enum purpose purpose, const char *table)
{
    struct request *request = arena_allocate(arena, sizeof *request);
    *request = (struct request){.purpose = purpose, .method = "GET", .table = table};
    return request;
}

void request_add_question(struct arena *arena, struct request *request,
                          const struct question *question)
{
    const struct question **slot =
        arena_append(arena, &request->questions, &request->n_questions, sizeof *slot);
    *slot = question;
}

const char *request_why(struct arena *arena, const struct request *request)
{
    struct strings askers = {0};
    for (size_t i = 0; i < request->n_questions; i++) {
        if (!text_is_empty(request->questions[i]->asker)) {
            strings_add_unique(arena, &askers, request->questions[i]->asker);
        }
    }
    return strings_join(arena, &askers, ", ");
}

/* ---- URLs ----------------------------------------------------------------------------------- */

const char *plan_table_url(struct arena *arena, const char *origin, const char *table,
                           const char *query, const struct strings *fields, size_t limit)
{
    struct buf url;
    buf_init(&url, LONGEST_BUILT_URL_BYTES);
    buf_printf(&url, "%s/api/now/table/", origin);
    url_add_encoded(&url, table);
    buf_add_char(&url, '?');
    if (query[0] != '\0') {
        buf_add(&url, "sysparm_query=");
        url_add_encoded(&url, query);
        buf_add_char(&url, '&');
    }
    buf_add(&url, "sysparm_fields=");
    for (size_t i = 0; i < fields->n_items; i++) {
        buf_add(&url, i > 0 ? "," : "");
        url_add_encoded(&url, fields->items[i]);
    }
    bool is_reading = fields->n_items > 1 || query[0] != '\0';
    buf_printf(&url, "%s&sysparm_limit=%zu",
               is_reading ? "&sysparm_exclude_reference_link=true" : "", limit);
    const char *text = arena_strdup(arena, url.data);
    buf_release(&url);
    return text;
}

struct request *plan_first_path(struct arena *arena, enum purpose purpose, const char *origin,
                                const struct first_path *path)
{
    struct request *request = new_request(arena, purpose, path->table);
    for (size_t i = 0; i < path->fields.n_items; i++) {
        strings_add(arena, &request->fields, path->fields.items[i]);
    }
    strings_add_unique(arena, &request->fields, "sys_id");
    request->limit = path->limit > 0 ? path->limit : 1;
    request->url = plan_table_url(arena, origin, path->table, "", &request->fields, request->limit);
    return request;
}

/* Some rows of the table, whichever they are. */
static bool is_sample_of(const struct question *question, const char *table)
{
    return question->kind == QUESTION_ROWS && text_equal(question->table, table) &&
           question->key == NULL && question->where.n_items == 0 &&
           question->containing.n_items == 0 && question->minutes == 0 && question->limit > 0 &&
           question->limit <= LARGEST_SAMPLE && question->limit_ms == 0 && !question->is_alone;
}

bool plan_widen_first_path(struct arena *arena, const struct question *question,
                           struct first_path *path)
{
    if (!is_sample_of(question, path->table)) {
        return false;
    }
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *column = question->fields.items[i];
        if (column_is_name(column) && !column_is_secret(column)) {
            strings_add_unique(arena, &path->fields, column);
        }
    }
    path->limit =
        question->limit + SPARE_ROWS > path->limit ? question->limit + SPARE_ROWS : path->limit;
    return true;
}

bool plan_first_path_answers(const struct request *request, const struct question *question)
{
    if (!is_sample_of(question, request->table) || question->limit >= request->limit) {
        return false;
    }
    for (size_t i = 0; i < question->fields.n_items; i++) {
        const char *column = question->fields.items[i];
        bool can_come = column_is_name(column) && !column_is_secret(column);
        if (can_come && !strings_have(&request->fields, column)) {
            return false;
        }
    }
    return true;
}

/*
 * GETs of the App Manager's API install, update and activate (its methods are in the OpenAPI
 * description that instances give of themselves); nothing else is known to change by a GET.
 */
static const char writing_gets[] = "/api/sn_appclient/";

bool plan_can_call(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "/_-.~?&=%,";
    return path != NULL && text_starts_with(path, "/api/") && path[strspn(path, allowed)] == '\0' &&
           strstr(path, "..") == NULL && strstr(path, "//") == NULL &&
           !text_contains_nocase(path, "%2e") && !text_contains_nocase(path, "%2f") &&
           !text_contains_nocase(path, writing_gets);
}

struct request *plan_call(struct arena *arena, enum purpose purpose, const char *origin,
                          const struct question *question)
{
    struct request *request = new_request(arena, purpose, NULL);
    request->method = question->is_head ? "HEAD" : "GET";
    request->url = arena_printf(arena, "%s%s", origin, question->path);
    return request;
}

struct request *plan_token(struct arena *arena, const char *origin)
{
    struct request *request = new_request(arena, PURPOSE_TOKEN, "");
    request->method = "POST";
    request->url = arena_printf(arena, "%s/oauth_token.do", origin);
    return request;
}

/* ---- What can be asked ---------------------------------------------------------------------- */

static bool can_ask_term(const char *column, const char *value)
{
    return column_is_name(column) && !column_is_secret(column) && !value_is_script(value);
}

bool plan_can_ask(const struct question *question)
{
    for (size_t i = 0; i < question->where.n_items; i++) {
        if (!can_ask_term(question->where.items[i].key, question->where.items[i].value)) {
            return false;
        }
    }
    for (size_t i = 0; i < question->containing.n_items; i++) {
        if (!can_ask_term(question->containing.items[i].key, question->containing.items[i].value)) {
            return false;
        }
    }
    return question->key == NULL ||
           (question->value != NULL && can_ask_term(question->key, question->value));
}

struct request *plan_identity(struct arena *arena, const char *origin, const struct strings *fields,
                              const struct strings *user_names)
{
    struct request *request = new_request(arena, PURPOSE_IDENTITY, "sys_user");
    strings_add(arena, &request->fields, "user_name");
    for (size_t i = 0; i < fields->n_items; i++) {
        if (!column_is_secret(fields->items[i])) {
            strings_add_unique(arena, &request->fields, fields->items[i]);
        }
    }
    const char *query = "user_name=javascript:gs.getUserName()";
    for (size_t i = 0; i < user_names->n_items; i++) {
        const char *name = user_names->items[i];
        if (value_can_share(name) && !value_is_script(name)) {
            strings_add_unique(arena, &request->user_names, name);
        }
    }
    for (size_t i = 0; i < request->user_names.n_items; i++) {
        query = arena_printf(arena, "%s^ORuser_name=%s", query, request->user_names.items[i]);
    }
    request->limit = 1 + request->user_names.n_items + SPARE_ROWS;
    request->url =
        plan_table_url(arena, origin, request->table, query, &request->fields, request->limit);
    return request;
}

/* ---- Queries -------------------------------------------------------------------------------- */

static void add_key_terms(struct buf *query, const char *key, const struct strings *values,
                          const struct strings *controls)
{
    if (values->n_items == 1 && controls->n_items == 0) {
        query_add_term(query, key, values->items[0]);
        return;
    }
    buf_printf(query, "%s%sIN", query->len > 0 ? "^" : "", key);
    for (size_t i = 0; i < values->n_items; i++) {
        buf_printf(query, "%s%s", i > 0 ? "," : "", values->items[i]);
    }
    for (size_t i = 0; i < controls->n_items; i++) {
        if (!strings_have(values, controls->items[i])) {
            buf_printf(query, ",%s", controls->items[i]);
        }
    }
}

/*
 * Logs are large, and what is looked for in them was written a moment ago. The instance reckons the
 * minutes itself, so that neither its time zone nor this machine's clock matters (GlideSystem's
 * minutesAgoStart() in the product documentation, Scoped GlideSystem).
 */
static void add_log_terms(struct buf *query, const struct question *shape)
{
    for (size_t i = 0; i < shape->containing.n_items; i++) {
        const struct pair *pair = &shape->containing.items[i];
        buf_printf(query, "%s%sLIKE", query->len > 0 ? "^" : "", pair->key);
        query_add_value(query, pair->value);
    }
    if (shape->minutes > 0) {
        buf_printf(query,
                   "%ssys_created_on>=javascript:gs.minutesAgoStart(%d)^ORDERBYDESCsys_created_on",
                   query->len > 0 ? "^" : "", shape->minutes);
    }
}

static size_t rows_wanted(const struct question *question, size_t n_values)
{
    if (question->limit == 0) {
        return PAGE_ROWS;
    }
    size_t n_wanted = question->limit * (n_values > 0 ? n_values : 1);
    return n_wanted + (question->control != NULL ? 1 : 0) + SPARE_ROWS;
}

/* As many as the question that wants most. */
static size_t limit_for(const struct group *group, size_t n_values)
{
    size_t limit = 0;
    for (size_t i = 0; i < group->n_questions; i++) {
        size_t wanted = rows_wanted(group->questions[i], n_values);
        limit = wanted > limit ? wanted : limit;
    }
    return limit;
}

/* The URL that asks for `values` of the group; none for a group without a key. */
static const char *group_query(struct arena *arena, const struct group *group,
                               const struct strings *values, const struct strings *controls)
{
    const struct question *shape = group->shape;
    struct buf query;
    buf_init(&query, LONGEST_BUILT_URL_BYTES);
    for (size_t i = 0; i < shape->where.n_items; i++) {
        query_add_term(&query, shape->where.items[i].key, shape->where.items[i].value);
    }
    if (values->n_items > 0) {
        add_key_terms(&query, shape->key, values, controls);
    }
    add_log_terms(&query, shape);
    const char *text = arena_strdup(arena, query.data == NULL ? "" : query.data);
    buf_release(&query);
    return text;
}

static const char *group_url(struct arena *arena, const char *origin, const struct group *group,
                             const struct strings *values, const struct strings *controls,
                             size_t *ret_limit)
{
    struct strings fields = {0};
    for (size_t i = 0; i < group->fields.n_items; i++) {
        strings_add(arena, &fields, group->fields.items[i]);
    }
    strings_add_unique(arena, &fields, "sys_id");
    *ret_limit = limit_for(group, values->n_items);
    return plan_table_url(arena, origin, group->shape->table,
                          group_query(arena, group, values, controls), &fields, *ret_limit);
}

static void add_all(struct arena *arena, struct strings *list, const struct strings *more)
{
    for (size_t i = 0; i < more->n_items; i++) {
        strings_add_unique(arena, list, more->items[i]);
    }
}

static void add_request(struct arena *arena, const char *origin, const struct group *group,
                        const struct strings *values, const struct strings *controls,
                        struct requests *requests)
{
    struct request *request = new_request(arena, PURPOSE_ROWS, group->shape->table);
    request->fields = group->fields;
    request->limit_ms = group->shape->limit_ms;
    request->shape = group->shape;
    add_all(arena, &request->values, values);
    add_all(arena, &request->values, controls);
    request->query = group_query(arena, group, values, controls);
    request->url = group_url(arena, origin, group, values, controls, &request->limit);
    for (size_t i = 0; i < group->n_questions; i++) {
        const struct question *question = group->questions[i];
        if (group->shape->key == NULL || strings_have(values, question->value)) {
            request_add_question(arena, request, question);
        }
    }
    struct request **slot = arena_append(arena, &requests->items, &requests->n_items, sizeof *slot);
    *slot = request;
}

static size_t encoded_length(const char *value)
{
    struct buf encoded;
    buf_init(&encoded, LONGEST_BUILT_URL_BYTES);
    url_add_encoded(&encoded, value);
    size_t len = encoded.len;
    buf_release(&encoded);
    return len;
}

/* As many of the values from `first` on as fit into one URL, and at least one. */
static struct strings take_values(struct arena *arena, const char *origin,
                                  const struct group *group, size_t first)
{
    struct strings taken = {0};
    size_t limit = 0;
    strings_add(arena, &taken, group->shared_values.items[first]);
    size_t url_len = strlen(group_url(arena, origin, group, &taken, &group->controls, &limit));
    for (size_t i = first + 1; i < group->shared_values.n_items; i++) {
        const char *value = group->shared_values.items[i];
        url_len += strlen("%2C") + encoded_length(value);
        if (url_len > LONGEST_URL_BYTES - SPARE_URL_BYTES) {
            break;
        }
        strings_add(arena, &taken, value);
    }
    return taken;
}

static void plan_group(struct arena *arena, const char *origin, const struct group *group,
                       struct requests *requests)
{
    const struct strings none = {0};
    for (size_t i = 0; i < group->shared_values.n_items;) {
        struct strings values = take_values(arena, origin, group, i);
        add_request(arena, origin, group, &values, &group->controls, requests);
        i += values.n_items;
    }
    for (size_t i = 0; i < group->lone_values.n_items; i++) {
        struct strings value = {.items = &group->lone_values.items[i], .n_items = 1};
        add_request(arena, origin, group, &value, &none, requests);
    }
    if (group->shape->key == NULL) {
        add_request(arena, origin, group, &none, &none, requests);
    }
}

static const char *editors[] = {"sys_created_by", "sys_created_on", "sys_updated_by",
                                "sys_updated_on"};
const struct strings editor_columns = {editors, ARRAY_LEN(editors)};

static bool may_ask_along(const struct question *shape)
{
    return shape->minutes == 0 && shape->containing.n_items == 0 && shape->limit_ms == 0;
}

void plan_rows_along(struct arena *arena, const char *origin,
                     const struct question *const *questions, size_t n_questions, bool one_by_one,
                     const struct strings *along, struct requests *requests)
{
    const struct groups groups = merge_questions(arena, questions, n_questions, one_by_one);
    for (size_t i = 0; i < groups.n_items; i++) {
        struct group *group = &groups.items[i];
        if (may_ask_along(group->shape)) {
            add_all(arena, &group->fields, along);
        }
        plan_group(arena, origin, group, requests);
    }
}

void plan_rows(struct arena *arena, const char *origin, const struct question *const *questions,
               size_t n_questions, bool one_by_one, struct requests *requests)
{
    const struct strings none = {0};
    plan_rows_along(arena, origin, questions, n_questions, one_by_one, &none, requests);
}
