/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes as the Table API's reference and public reports show them: a record rule refuses loudly
 * (403 "ACL Exception … Failed due to security constraints"), a field rule quietly (200 or 201 and
 * the field keeps its value), a data policy names the fields it wants, and a business rule that
 * aborts is named with its sys_id (KB0813377). Columns that do not exist are passed over.
 */
#include "sim/write.h"

#include <string.h>

#include "base/json.h"
#include "sim/defaults.h"
#include "sim/zone.h"

enum { MOST_ROWS = 20000 };

/* What a method does. */
struct writing {
    const char *verb;      /* of the refusal */
    const char *operation; /* of a rule */
    const char *action;    /* the column of a business rule that says whether it runs */
};

struct write {
    struct reading *reading;
    const struct writing *writing;
    const struct json *body;
    struct row *row;
};

static struct arena *arena_of(const struct write *write)
{
    return write->reading->call->arena;
}

static bool refuse(const struct write *write, const char *detail)
{
    sim_reply_error(write->reading->reply, 403, "Operation Failed", detail);
    return false;
}

static bool refuse_by_rule(const struct write *write)
{
    return refuse(write, arena_printf(arena_of(write),
                                      "ACL Exception %s Failed due to security constraints",
                                      write->writing->verb));
}

/* snc_read_only "blocks writes" of whoever holds it, an admin too. */
static bool may_write(const struct write *write)
{
    struct reading *reading = write->reading;

    return !sim_caller_has_role(reading->caller, "snc_read_only") &&
           sim_access_row_operation(&reading->access, write->row, write->writing->operation);
}

/* --- the body --- */

/* A missing or foreign content type is a bad request or an unsupported one, JSON that is none a bad
 * request (r_RESTAPIHTTPResponseCodes.md); of their bodies only this message is on record
 * (KB0747638). XML bodies are not simulated. */
static bool read_body(struct write *write)
{
    const struct call *call = write->reading->call;
    const char *type = sim_call_header(call, "Content-Type");
    const char *fault;

    if (type != NULL && !text_starts_with(type, "application/json")) {
        sim_reply_error(write->reading->reply, 415, "Exception while reading request", NULL);
        return false;
    }
    write->body = json_parse(call->arena, call->body, call->body_len, &fault);
    if (write->body != NULL && write->body->kind == JSON_KIND_ARRAY && write->body->n_values > 0) {
        /* "Only the first record is processed, the rest are ignored" (c_RESTAPI.md). */
        write->body = write->body->values[0];
    }
    if (type == NULL || write->body == NULL || write->body->kind != JSON_KIND_OBJECT) {
        sim_reply_error(write->reading->reply, 400, "Exception while reading request", NULL);
        return false;
    }
    return true;
}

/* A scalar as a table holds it; NULL for an object or a list. */
static const char *scalar_text(const struct json *value)
{
    switch (value->kind) {
    case JSON_KIND_NULL:
        return "";
    case JSON_KIND_BOOL:
        return value->boolean ? "true" : "false";
    case JSON_KIND_NUMBER:
    case JSON_KIND_STRING:
        return value->text;
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT:
        break;
    }
    return NULL;
}

/* --- values --- */

static bool is_sys_id(const char *text)
{
    return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

/* A reference takes a sys_id, or with sysparm_input_display_value what the row is shown by. What
 * names no row leaves the field empty, and nobody says so. */
static const char *reference_value(const struct write *write, const struct column *column,
                                   const char *text)
{
    const struct table *target = column->target;
    const struct row *row;

    if (is_sys_id(text)) {
        return text;
    }
    if (target->display == NULL ||
        !sim_call_flag(write->reading->call, "sysparm_input_display_value")) {
        return "";
    }
    row = sim_row_by_value(write->reading->world, target->name, target->display->name, text);
    return row == NULL ? "" : row->sys_id;
}

/* With sysparm_input_display_value a date and time is meant in the caller's zone. */
static const char *stored_value(const struct write *write, const struct column *column,
                                const char *text)
{
    const struct reading *reading = write->reading;

    if (column->target != NULL && *text != '\0') {
        return reference_value(write, column, text);
    }
    return sim_call_flag(reading->call, "sysparm_input_display_value")
               ? sim_zone_stored(arena_of(write), reading->world, reading->caller->user, text)
               : text;
}

static bool is_choice_of(const struct write *write, const struct row *choice,
                         const struct column *column)
{
    const struct world *world = write->reading->world;
    const struct table *named = sim_table_find(world, sim_row_get(choice, "name"));

    return text_equal(sim_row_get(choice, "element"), column->name) && named != NULL &&
           sim_table_is_a(write->row->table, named);
}

/* True when the column has a list of choices and the value is none of them. */
static bool is_foreign_choice(const struct write *write, const struct column *column,
                              const char *text)
{
    const struct table *choices = sim_table_find(write->reading->world, "sys_choice");
    bool has_list = false;

    for (size_t i = 0; choices != NULL && i < choices->n_rows; i++) {
        if (!is_choice_of(write, choices->rows[i], column)) {
            continue;
        }
        if (text_equal(sim_row_get(choices->rows[i], "value"), text)) {
            return false;
        }
        has_list = true;
    }
    return has_list;
}

/* One report has an invalid choice dropped without a word, so that the data policy asks for a field
 * that was sent; elsewhere it is stored as it came. */
static bool is_dropped(const struct write *write, const struct column *column, const char *text)
{
    return *text != '\0' &&
           sim_switch_is(&write->reading->world->switches, SWITCH_INVALID_CHOICE, "dropped") &&
           is_foreign_choice(write, column, text);
}

/* Columns the platform fills by itself are not written. */
static void put_field(const struct write *write, const char *name, const char *text)
{
    const struct column *column = sim_column_find(write->row->table, name);
    struct reading *reading = write->reading;

    if (column == NULL || text == NULL || text_starts_with(name, "sys_") ||
        !sim_access_field_operation(&reading->access, write->row, column,
                                    write->writing->operation) ||
        is_dropped(write, column, text)) {
        return;
    }
    sim_row_set(reading->world, write->row, name, stored_value(write, column, text));
}

static void put_body(const struct write *write)
{
    for (size_t i = 0; i < write->body->n_values; i++) {
        put_field(write, write->body->keys[i], scalar_text(write->body->values[i]));
    }
}

/* --- data policies --- */

static bool policy_applies(const struct write *write, const struct row *policy)
{
    const struct world *world = write->reading->world;
    const struct table *model = sim_table_find(world, sim_row_get(policy, "model_table"));
    const struct query *conditions;

    if (!sim_row_is_true(policy, "active") || model == NULL ||
        (model != write->row->table &&
         (!sim_row_is_true(policy, "inherit") || !sim_table_is_a(write->row->table, model)))) {
        return false;
    }
    conditions = sim_query_parse(arena_of(write), world, model, sim_row_get(policy, "conditions"),
                                 sim_caller_asker(write->reading->caller));
    return sim_query_matches(conditions, write->row);
}

/* The label people know the field by, from sys_dictionary; its name when there is none. */
static const char *field_label(const struct write *write, const char *field)
{
    const struct table *entries = sim_table_find(write->reading->world, "sys_dictionary");

    for (size_t i = 0; entries != NULL && i < entries->n_rows; i++) {
        const struct row *entry = entries->rows[i];
        const struct table *named =
            sim_table_find(write->reading->world, sim_row_get(entry, "name"));
        if (text_equal(sim_row_get(entry, "element"), field) && named != NULL &&
            sim_table_is_a(write->row->table, named) &&
            *sim_row_get(entry, "column_label") != '\0') {
            return sim_row_get(entry, "column_label");
        }
    }
    return field;
}

static void add_missing(const struct write *write, const char *field, struct strings *missing)
{
    const struct column *column = sim_column_find(write->row->table, field);

    if (column != NULL && *sim_row_value(write->row, column) == '\0') {
        strings_add_unique(arena_of(write), missing, field_label(write, field));
    }
}

static void add_missing_by_policy(const struct write *write, struct strings *missing)
{
    const struct world *world = write->reading->world;
    const struct table *rules = sim_table_find(world, "sys_data_policy_rule");

    for (size_t i = 0; rules != NULL && i < rules->n_rows; i++) {
        const struct row *policy = sim_row_reference(world, rules->rows[i], "sys_data_policy");
        if (policy != NULL && sim_row_is_true(rules->rows[i], "mandatory") &&
            policy_applies(write, policy)) {
            add_missing(write, sim_row_get(rules->rows[i], "field"), missing);
        }
    }
}

/* Whether a field that is mandatory in the dictionary alone is asked for over REST, is not
 * documented. */
static void add_missing_by_dictionary(const struct write *write, struct strings *missing)
{
    const struct world *world = write->reading->world;
    const struct table *entries = sim_table_find(world, "sys_dictionary");

    if (!sim_switch_is(&world->switches, SWITCH_DICTIONARY_MANDATORY, "enforced")) {
        return;
    }
    for (size_t i = 0; entries != NULL && i < entries->n_rows; i++) {
        const struct table *named = sim_table_find(world, sim_row_get(entries->rows[i], "name"));
        if (sim_row_is_true(entries->rows[i], "mandatory") && named != NULL &&
            sim_table_is_a(write->row->table, named)) {
            add_missing(write, sim_row_get(entries->rows[i], "element"), missing);
        }
    }
}

static bool has_mandatory_fields(const struct write *write)
{
    struct strings missing = {0};

    add_missing_by_policy(write, &missing);
    add_missing_by_dictionary(write, &missing);
    return missing.n_items == 0 ||
           refuse(write,
                  arena_printf(arena_of(write),
                               "Data Policy Exception: The following fields are mandatory: %s",
                               strings_join(arena_of(write), &missing, ", ")));
}

/* --- business rules --- */

static bool runs_before(const struct write *write, const struct row *script)
{
    const struct world *world = write->reading->world;
    const struct table *collection = sim_table_find(world, sim_row_get(script, "collection"));
    const char *role = sim_row_get(script, "sim_unless_role");
    const struct query *filter;

    if (!sim_row_is_true(script, "active") || !sim_row_is_true(script, write->writing->action) ||
        !text_equal(sim_row_get(script, "when"), "before") || collection == NULL ||
        !sim_table_is_a(write->row->table, collection) ||
        (*role != '\0' && sim_caller_passes_role(write->reading->caller, role))) {
        return false;
    }
    filter =
        sim_query_parse(arena_of(write), world, collection, sim_row_get(script, "filter_condition"),
                        sim_caller_asker(write->reading->caller));
    return sim_query_matches(filter, write->row);
}

/* Puts the fields of sim_sets, "state=1^urgency=3", whatever was sent. */
static void run_script(const struct write *write, const struct row *script)
{
    struct strings parts = strings_split(arena_of(write), sim_row_get(script, "sim_sets"), '^');

    for (size_t i = 0; i < parts.n_items; i++) {
        size_t len = strcspn(parts.items[i], "=");
        const char *name = arena_strndup(arena_of(write), parts.items[i], len);
        if (parts.items[i][len] == '=' && sim_column_find(write->row->table, name) != NULL) {
            sim_row_set(write->reading->world, write->row, name, parts.items[i] + len + 1);
        }
    }
}

static bool run_business_rules(const struct write *write)
{
    const struct table *scripts = sim_table_find(write->reading->world, "sys_script");

    for (size_t i = 0; i < scripts->n_rows; i++) {
        const struct row *script = scripts->rows[i];
        if (!runs_before(write, script)) {
            continue;
        }
        if (sim_row_is_true(script, "abort_action")) {
            const char *name = sim_row_get(script, "name");
            return refuse(write, arena_printf(arena_of(write),
                                              "Operation against file '%s' was aborted by Business "
                                              "Rule '%s^%s'. Business Rule Stack:%s",
                                              write->row->table->name, name, script->sys_id, name));
        }
        run_script(write, script);
    }
    return true;
}

/* --- the three kinds of write --- */

static const char *writer(const struct write *write)
{
    return sim_caller_asker(write->reading->caller).user_name;
}

static void stamp(const struct write *write, const char *by, const char *on)
{
    struct world *world = write->reading->world;

    sim_row_set(world, write->row, by, writer(write));
    sim_row_set(world, write->row, on, sim_date_time(arena_of(write), write->reading->call->now));
}

/* The next number of the table's, after the highest there is. */
static void put_number(const struct write *write)
{
    const struct table *table = write->row->table;
    const char *highest = "";
    int64_t last = 0;

    if (sim_column_find(table, "number") == NULL || *sim_row_get(write->row, "number") != '\0') {
        return;
    }
    for (size_t i = 0; i < table->n_rows; i++) {
        const char *number = sim_row_get(table->rows[i], "number");
        int64_t value;
        if (text_to_int(number + strcspn(number, "0123456789"), &value) && value > last) {
            highest = number;
            last = value;
        }
    }
    size_t prefix = strcspn(highest, "0123456789");
    sim_row_set(
        write->reading->world, write->row, "number",
        arena_printf(arena_of(write), "%.*s%07lld", (int)prefix, highest, (long long)last + 1));
}

static void answer_with_record(const struct write *write, int status)
{
    struct buf *body = &write->reading->reply->body;

    /* "Set this request header to true to suppress the response body" (c_TableAPI.md). */
    if (text_equal(sim_call_header(write->reading->call, "X-no-response-body"), "true")) {
        write->reading->reply->status = status;
        return;
    }
    sim_reply_json(write->reading->reply, status);
    buf_add(body, "{\"result\":");
    sim_record_put(write->reading, write->row);
    buf_add_char(body, '}');
}

static bool insert(const struct write *write)
{
    struct world *world = write->reading->world;
    struct query_asker asker = sim_caller_asker(write->reading->caller);

    sim_defaults_put(world, write->row, sim_date_time(arena_of(write), write->reading->call->now),
                     asker.user_id);
    sim_row_set(world, write->row, "sys_mod_count", "0");
    stamp(write, "sys_created_by", "sys_created_on");
    stamp(write, "sys_updated_by", "sys_updated_on");
    if (!may_write(write)) {
        return refuse_by_rule(write);
    }
    put_body(write);
    if (!has_mandatory_fields(write) || !run_business_rules(write)) {
        return false;
    }
    put_number(write);
    sim_reply_header(write->reading->reply, "Location",
                     arena_printf(arena_of(write), "%s%s/%s", world->base_url,
                                  write->reading->call->path, write->row->sys_id));
    answer_with_record(write, 201);
    return true;
}

static void answer_insert(struct write *write)
{
    struct reading *reading = write->reading;

    if (reading->table_call->sys_id != NULL) {
        reading->reply->status = 405;
        return;
    }
    /* A limit of the simulation's own, so that a runaway client does not eat the machine. */
    if (reading->table->n_rows >= MOST_ROWS) {
        reading->reply->status = 503;
        return;
    }
    if (read_body(write)) {
        write->row = sim_row_insert(reading->world, reading->table, NULL, NULL);
        if (!insert(write)) {
            sim_row_delete(reading->world, write->row);
        }
    }
}

static struct row *copy_row(const struct world *world, const struct row *row)
{
    struct row *copy = arena_allocate(world->arena, sizeof *copy);

    *copy = *row;
    copy->cells = NULL;
    copy->n_cells = 0;
    for (size_t i = 0; i < row->n_cells; i++) {
        struct cell *cell = arena_append(world->arena, &copy->cells, &copy->n_cells, sizeof *cell);
        *cell = row->cells[i];
    }
    return copy;
}

static void count_update(const struct write *write)
{
    int64_t count = 0;

    count = text_to_int(sim_row_get(write->row, "sys_mod_count"), &count) ? count + 1 : 1;
    sim_row_set(write->reading->world, write->row, "sys_mod_count",
                arena_printf(arena_of(write), "%lld", (long long)count));
}

/* Changes a copy and keeps it when nothing objects. */
static void answer_update(struct write *write)
{
    struct row *kept = write->row;

    if (!may_write(write)) {
        refuse_by_rule(write);
        return;
    }
    if (!read_body(write)) {
        return;
    }
    write->row = copy_row(write->reading->world, kept);
    put_body(write);
    if (has_mandatory_fields(write) && run_business_rules(write)) {
        stamp(write, "sys_updated_by", "sys_updated_on");
        count_update(write);
        *kept = *write->row;
        sim_table_touch(kept->table);
        answer_with_record(write, 200);
    }
}

static void answer_delete(struct write *write)
{
    if (!may_write(write)) {
        refuse_by_rule(write);
    } else if (run_business_rules(write)) {
        sim_row_delete(write->reading->world, write->row);
        write->reading->reply->status = 204;
    }
}

/* The record of the path, which the caller has to see to change it. */
static struct row *find_row(const struct write *write)
{
    struct reading *reading = write->reading;
    struct row *row = sim_row_by_id(reading->world, reading->table, reading->table_call->sys_id);

    return row != NULL && sim_access_row(&reading->access, row) ? row : NULL;
}

void sim_table_write(struct reading *reading)
{
    static const struct writing insertion = {"Insert", "create", "action_insert"};
    static const struct writing deletion = {"Delete", "delete", "action_delete"};
    static const struct writing update = {"Update", "write", "action_update"};
    const char *method = reading->call->method;
    struct write write = {.reading = reading};

    if (text_equal(method, "POST")) {
        write.writing = &insertion;
        answer_insert(&write);
        return;
    }
    write.writing = text_equal(method, "DELETE") ? &deletion : &update;
    if (reading->table_call->sys_id == NULL ||
        (write.writing == &update && !text_equal(method, "PATCH") && !text_equal(method, "PUT"))) {
        reading->reply->status = 405;
        return;
    }
    write.row = find_row(&write);
    if (write.row == NULL) {
        sim_record_missing(reading);
    } else if (write.writing == &update) {
        answer_update(&write);
    } else {
        answer_delete(&write);
    }
}
