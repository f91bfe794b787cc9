/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema: a table and its columns exist, and the vendor sends what the table demands.
 *
 * Tables are rows of sys_db_object, columns those of sys_dictionary, where a child has only what it
 * adds to its parents. Both are closed to most integrations; then the table itself is read: an
 * unknown table is refused as such, and a column that comes back exists. That effect decides over
 * the dictionary too, so a column is only said to be missing when a row of the table came back
 * without it.
 *
 * A data policy that demands a column of every record refuses a call over REST that lacks it; one
 * with a condition demands it of some, which is told. What the dictionary calls mandatory is
 * demanded on forms; whether the REST API demands it too is not documented.
 * Sources: product documentation, Table extension, System dictionary, Data policy (applies to the
 * REST Table API) and Data policy fields; recorded answers (400 Invalid table).
 */
#include "base/arena.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/tables.h"

enum { COLUMN_PAGE = 500, POLICY_PAGE = 200 };

struct schema_params {
    const char *table;
    struct strings columns;
    struct strings sends;
};

static const struct field schema_fields[] = {
    FIELD(struct schema_params, table, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_TABLE,
          "name of the table"),
    FIELD(struct schema_params, columns, FIELD_OPTIONAL, "columns it must have, inherited or not"),
    FIELD(struct schema_params, sends, FIELD_OPTIONAL,
          "the columns the vendor fills in when it creates a record: all that are mandatory must "
          "be among them (such a check is recommended, not required)"),
};

/* What was found out so far. */
struct layout {
    struct strings columns;   /* active ones, of the table and its parents */
    struct strings mandatory; /* in the dictionary, without a default value */
    bool is_whole;            /* nothing is missing from it */
    bool dictionary_is_told;
};

/* ---- The dictionary ---- */

static void add_entry(const struct judging *judging, const struct row *row, struct layout *layout)
{
    const char *element = row_get(row, "element");
    const char *active = row_get(row, "active");
    const char *mandatory = row_get(row, "mandatory");
    if (element == NULL || active == NULL || mandatory == NULL) {
        layout->is_whole = false;
    }
    if (text_is_empty(element) || active == NULL || value_fits(judging->arena, active, "false|0")) {
        return; /* the table itself, or a column that is or may be switched off */
    }
    strings_add_unique(judging->arena, &layout->columns, element);
    if (mandatory != NULL && value_fits(judging->arena, mandatory, "true|1") &&
        text_is_empty(row_get(row, "default_value"))) {
        strings_add_unique(judging->arena, &layout->mandatory, element);
    }
}

static struct question dictionary_question(const char *table)
{
    static const char *columns[] = {"element", "active", "mandatory", "default_value"};
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_dictionary",
                             .key = "name",
                             .value = table,
                             .control = "task",
                             .fields = {columns, ARRAY_LEN(columns)},
                             .limit = COLUMN_PAGE};
}

/* Reads what the dictionary says of every table; the finding says why when it does not tell. */
static void read_dictionary(struct judging *judging, const struct strings *names,
                            struct layout *layout)
{
    layout->dictionary_is_told = true;
    for (size_t i = 0; i < names->n_items; i++) {
        struct reading reading =
            read_configuration(judging, dictionary_question(names->items[i]), LIST_NEVER);
        for (size_t r = 0; reading.presence == PRESENCE_FOUND && r < reading.n_rows; r++) {
            add_entry(judging, &reading.rows[r], layout);
        }
        bool is_told = reading.presence == PRESENCE_FOUND || reading.presence == PRESENCE_ABSENT;
        layout->dictionary_is_told = layout->dictionary_is_told && is_told;
        layout->is_whole = layout->is_whole && is_told &&
                           (reading.presence == PRESENCE_ABSENT || reading.is_complete);
        if (reading.presence == PRESENCE_NO_TABLE) {
            judge_lost_table(judging, "sys_dictionary");
        }
    }
}

static struct strings missing_of(const struct judging *judging, const struct strings *wanted,
                                 const struct strings *there)
{
    struct strings missing = {0};
    for (size_t i = 0; i < wanted->n_items; i++) {
        if (!strings_have(there, wanted->items[i])) {
            strings_add(judging->arena, &missing, wanted->items[i]);
        }
    }
    return missing;
}

/* ---- The table itself ---- */

/* Reads one row of the table: whether the table exists, and which of its columns come back. */
static struct reading read_table(struct judging *judging, const struct schema_params *params,
                                 struct layout *layout)
{
    struct question question = {.kind = QUESTION_ROWS, .table = params->table, .limit = 1};
    strings_add(judging->arena, &question.fields, "sys_id");
    for (size_t i = 0; i < params->columns.n_items; i++) {
        strings_add_unique(judging->arena, &question.fields, params->columns.items[i]);
    }
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    for (size_t r = 0; reading.presence == PRESENCE_FOUND && r < reading.n_rows; r++) {
        for (size_t c = 0; c < reading.rows[r].n_cells; c++) {
            strings_add_unique(judging->arena, &layout->columns, reading.rows[r].cells[c].column);
        }
    }
    return reading;
}

static void fail_table(struct judging *judging, const struct schema_params *params)
{
    judge_fail(judging, "table-missing", params->table,
               say(judging, "the table %s does not exist", params->table));
}

static void pass_columns(struct judging *judging, const struct schema_params *params)
{
    judge_pass(judging, params->columns.n_items == 0
                            ? say(judging, "the table %s exists", params->table)
                            : say(judging, "the table %s has %s", params->table,
                                  strings_join(judging->arena, &params->columns, ", ")));
    judging->finding->because = NULL;
    rules_out(judging, "table-missing");
    if (params->columns.n_items > 0) {
        rules_out(judging, "column-missing");
    }
}

/* sys_db_object tells nothing: the table itself may. The finding says why it was not told. */
static void judge_by_effect(struct judging *judging, const struct schema_params *params)
{
    struct layout layout = {0};
    struct reading reading = read_table(judging, params, &layout);
    if (reading.presence == PRESENCE_NO_TABLE) {
        fail_table(judging, params);
        return;
    }
    bool is_there = reading.presence == PRESENCE_FOUND;
    if (is_there && params->sends.n_items == 0 &&
        missing_of(judging, &params->columns, &layout.columns).n_items == 0) {
        pass_columns(judging, params);
        judging->finding->because = "they came back in a row of the table";
    }
}

/* ---- What must be sent ---- */

struct demands {
    struct strings always;    /* by a data policy without a condition */
    struct strings sometimes; /* by one with a condition */
    bool is_told;
};

static const char *rule_columns[] = {"field",
                                     "mandatory",
                                     "disabled",
                                     "sys_data_policy.active",
                                     "sys_data_policy.conditions",
                                     "sys_data_policy.inherit"};

static bool any_column_is_hidden(const struct row *row)
{
    for (size_t i = 0; i < ARRAY_LEN(rule_columns); i++) {
        bool decides = !text_equal(rule_columns[i], "disabled");
        if (decides && row_get(row, rule_columns[i]) == NULL) {
            return true;
        }
    }
    return false;
}

static void add_demand(const struct judging *judging, const struct row *row, bool is_parent,
                       struct demands *demands)
{
    bool is_on = value_fits(judging->arena, row_get(row, "mandatory"), "true|1") &&
                 value_fits(judging->arena, row_get(row, "sys_data_policy.active"), "true|1");
    bool reaches =
        !is_parent || value_fits(judging->arena, row_get(row, "sys_data_policy.inherit"), "true|1");
    if (is_on && reaches) {
        bool has_condition = !text_is_empty(row_get(row, "sys_data_policy.conditions"));
        strings_add_unique(judging->arena, has_condition ? &demands->sometimes : &demands->always,
                           row_get(row, "field"));
    }
}

static void add_demands(struct judging *judging, const struct reading *reading, bool is_parent,
                        struct demands *demands)
{
    for (size_t i = 0; i < reading->n_rows; i++) {
        if (any_column_is_hidden(&reading->rows[i])) {
            judge_unknown(judging, REASON_FIELD_HIDDEN,
                          "columns of the rules of a data policy never came back");
            demands->is_told = false;
            return;
        }
        add_demand(judging, &reading->rows[i], is_parent, demands);
    }
    if (!reading->is_complete) {
        judge_unknown(judging, REASON_HIDDEN, "not all rules of data policies came back");
        demands->is_told = false;
    }
}

static struct question demands_question(const char *table)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = "sys_data_policy_rule",
                             .key = "table",
                             .value = table,
                             .fields = {rule_columns, ARRAY_LEN(rule_columns)},
                             .limit = POLICY_PAGE};
}

/* Reads the data policies of the table and its parents; the finding says why when untold. Most
 * tables have none, so that a query for them would show nothing. */
static struct demands read_demands(struct judging *judging, const struct strings *names)
{
    struct demands demands = {.is_told = true};
    for (size_t i = 0; i < names->n_items; i++) {
        struct reading reading =
            read_configuration(judging, demands_question(names->items[i]), LIST_FIRST);
        if (reading.presence == PRESENCE_FOUND) {
            add_demands(judging, &reading, i > 0, &demands);
        } else if (reading.presence == PRESENCE_NO_TABLE) {
            judge_lost_table(judging, "sys_data_policy_rule");
        }
        demands.is_told = demands.is_told && (reading.presence == PRESENCE_FOUND ||
                                              reading.presence == PRESENCE_ABSENT);
    }
    return demands;
}

static void tell_conditional(struct judging *judging, const struct schema_params *params,
                             const struct demands *demands)
{
    struct strings missing = missing_of(judging, &demands->sometimes, &params->sends);
    if (missing.n_items > 0) {
        judging->finding->because =
            say(judging, "data policies demand %s of records that meet a condition",
                strings_join(judging->arena, &missing, ", "));
    }
}

/* The columns are as wanted; now what the vendor sends. */
static void judge_sends(struct judging *judging, const struct schema_params *params,
                        const struct layout *layout, const struct demands *demands)
{
    struct strings refused = missing_of(judging, &demands->always, &params->sends);
    struct strings doubtful = missing_of(judging, &layout->mandatory, &params->sends);
    judging->finding->wanted = say(judging, "every mandatory column of %s is sent", params->table);
    if (refused.n_items > 0) {
        const char *list = strings_join(judging->arena, &refused, ", ");
        judging->finding->because = NULL;
        judging->finding->is_no_proof = true;
        judge_fail(
            judging, "mandatory-field", say(judging, "%s: %s", params->table, list),
            say(judging, "a data policy of %s demands %s, which is not sent", params->table, list));
    } else if (!demands->is_told) {
        return; /* the finding says why */
    } else if (doubtful.n_items > 0) {
        const char *list = strings_join(judging->arena, &doubtful, ", ");
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      say(judging,
                          "the dictionary calls %s mandatory, which is not sent; that the REST API "
                          "demands it is not documented",
                          list));
        judging->finding->cause_subject = say(judging, "%s: %s", params->table, list);
        points_to(judging, "mandatory-field");
    } else if (!layout->is_whole) {
        judge_unknown(judging, REASON_HIDDEN, "not all columns of the dictionary came back");
    } else {
        judge_pass(judging, say(judging, "what is mandatory on %s is sent", params->table));
        rules_out(judging, "mandatory-field");
    }
    tell_conditional(judging, params, demands);
}

/* ---- All of it ---- */

static enum reason reason_of(const struct reading *table)
{
    if (table->presence == PRESENCE_NO_TABLE || table->answer == NULL) {
        return REASON_AMBIGUOUS;
    }
    if (table->answer->reason != REASON_NONE) {
        return table->answer->reason;
    }
    return table->answer->total > 0 ? REASON_HIDDEN : REASON_FILTERED;
}

/* `table`: what came of reading the table itself. */
static void judge_missing(struct judging *judging, const struct schema_params *params,
                          const struct strings *missing, const struct layout *layout,
                          const struct reading *table)
{
    const char *list = strings_join(judging->arena, missing, ", ");
    if (layout->dictionary_is_told && !layout->is_whole) {
        judge_unknown(judging, REASON_HIDDEN,
                      say(judging,
                          "%s did not come back, and neither did all of the dictionary's entries",
                          list));
    } else if (layout->dictionary_is_told && table->presence != PRESENCE_FOUND) {
        judge_unknown(
            judging, reason_of(table),
            say(judging,
                "the dictionary has no %s, and no row of %s came back that would show the "
                "same",
                list, params->table));
    } else if (layout->dictionary_is_told) {
        judge_fail(judging, "column-missing", say(judging, "%s: %s", params->table, list),
                   say(judging, "%s has no column %s", params->table, list));
    }
}

static void judge_layout(struct judging *judging, const struct schema_params *params,
                         const struct ancestry *ancestry)
{
    struct layout layout = {.is_whole = ancestry->is_whole, .dictionary_is_told = true};
    struct demands demands = {.is_told = true};
    if (params->columns.n_items > 0 || params->sends.n_items > 0) {
        read_dictionary(judging, &ancestry->names, &layout);
    }
    const struct finding of_dictionary = *judging->finding;
    bool is_read = !judging->is_open;
    if (params->sends.n_items > 0) {
        demands = read_demands(judging, &ancestry->names);
    }
    struct reading table = {.presence = PRESENCE_UNTOLD};
    if (is_read && missing_of(judging, &params->columns, &layout.columns).n_items > 0) {
        table = read_table(judging, params, &layout);
    }
    if (judging->is_open) {
        return;
    }
    struct strings missing = missing_of(judging, &params->columns, &layout.columns);
    if (missing.n_items == 0 && params->sends.n_items == 0) {
        pass_columns(judging, params);
        return;
    }
    if (missing.n_items == 0 && layout.dictionary_is_told) {
        judge_sends(judging, params, &layout, &demands);
        return;
    }
    judging->finding->verdict = of_dictionary.verdict;
    judging->finding->reason = of_dictionary.reason;
    judging->finding->because = of_dictionary.because;
    if (missing.n_items > 0) {
        judge_missing(judging, params, &missing, &layout, &table);
    }
}

/* What will be asked of the table and of the parent it is likely to have. */
static void ask_layout_ahead(struct judging *judging, const struct schema_params *params)
{
    const struct strings names = likely_ancestry(judging, params->table);
    for (size_t i = 0; i < names.n_items; i++) {
        if (params->columns.n_items > 0 || params->sends.n_items > 0) {
            ask_ahead(judging, dictionary_question(names.items[i]), LIST_NEVER);
        }
        if (params->sends.n_items > 0) {
            ask_ahead(judging, demands_question(names.items[i]), LIST_FIRST);
        }
    }
}

static void schema_judge(struct judging *judging, const void *given)
{
    const struct schema_params *params = given;
    judging->finding->wanted = params->columns.n_items == 0
                                   ? say(judging, "a table %s", params->table)
                                   : say(judging, "a table %s with %s", params->table,
                                         strings_join(judging->arena, &params->columns, ", "));
    judging->finding->link =
        list_link(judging, "sys_dictionary", say(judging, "name=%s", params->table));
    struct ancestry ancestry = read_ancestry(judging, params->table);
    switch (ancestry.presence) {
    case PRESENCE_OPEN:
        ask_layout_ahead(judging, params);
        break;
    case PRESENCE_ABSENT:
        fail_table(judging, params);
        break;
    case PRESENCE_NO_TABLE:
        judge_lost_table(judging, "sys_db_object");
        break;
    case PRESENCE_UNTOLD:
        judge_by_effect(judging, params);
        break;
    case PRESENCE_FOUND:
        judge_layout(judging, params, &ancestry);
        break;
    }
}

const struct kind kind_schema = {
    .schema = {.name = "schema",
               .summary = "A table and its columns exist, and the vendor sends what is mandatory",
               .fields = schema_fields,
               .n_fields = ARRAY_LEN(schema_fields),
               .params_size = sizeof(struct schema_params),
               .example =
                   "schema: { table: incident, columns: [u_acme_ticket, correlation_id] }\n"},
    .judge = schema_judge,
};
