/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script: an object that the vendor's package brings along exists and is active: a business rule, a
 * script include, a transform map or a REST message. Or, with `aborting: none`, no active business
 * rule of a table stops an operation.
 *
 * Business rules of a parent table run for its children too, so the parents are read first. A rule
 * aborts by its box Abort action, or by a call in its script. Scripts are not read: they may hold
 * secrets, and what they do cannot be told from their text; how many there are is told. A rule with
 * a condition may leave the integration's records alone. So a reading of rules is static and proves
 * nothing by itself.
 * Sources: product documentation, Business rules, Abort a database action in a before business
 * rule, Script includes, Transform maps, Outbound REST; KB0813377.
 */
#include "base/arena.h"
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/tables.h"

enum { RULE_PAGE = 500 };

struct script_params {
    const char *what;
    const char *name;
    const char *on;
    const char *operation;
    const char *aborting;
    const char *cause;
};

static const char *const what_choices[] = {"business-rule", "script-include", "transform-map",
                                           "rest-message", NULL};
static const char *const operation_choices[] = {"insert", "update", "delete", "query", NULL};
static const char *const aborting_choices[] = {"none", NULL};

static const struct field script_fields[] = {
    FIELD_CHOICE(struct script_params, what, FIELD_REQUIRED, what_choices, "what it is"),
    FIELD(struct script_params, name, FIELD_IDENTIFIES, "its name; not needed with aborting"),
    FIELD(struct script_params, on, FIELD_TABLE,
          "the table of a business rule, the target table of a transform map"),
    FIELD_CHOICE(struct script_params, operation, FIELD_OPTIONAL, operation_choices,
                 "the operation a business rule must run on; with aborting, insert unless given"),
    FIELD_CHOICE(struct script_params, aborting, FIELD_OPTIONAL, aborting_choices,
                 "none: no active business rule of the table `on` may abort the operation"),
    FIELD(struct script_params, cause, FIELD_CAUSE,
          "id of the cause a missing or inactive object points to"),
};

struct script_table {
    const char *what;
    const char *words;
    const char *table;
    const char *control;   /* a name that every instance has; NULL: none is known */
    const char *on_column; /* NULL: it belongs to no table */
    bool has_active;
    bool is_small; /* may be read whole */
};

static const struct script_table tables[] = {
    {"business-rule", "business rule", "sys_script", "incident query", "collection", true, false},
    {"script-include", "script include", "sys_script_include", "AbstractAjaxProcessor", NULL, true,
     false},
    {"transform-map", "transform map", "sys_transform_map", NULL, "target_table", true, true},
    {"rest-message", "REST message", "sys_rest_message", NULL, NULL, false, true},
};

static const struct script_table *table_of(const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        if (text_equal(tables[i].what, what)) {
            return &tables[i];
        }
    }
    return &tables[0];
}

static const char *action_column(const struct judging *judging, const char *operation)
{
    return say(judging, "action_%s", operation);
}

/* ---- It exists and is active ---- */

static struct question object_question(const struct judging *judging,
                                       const struct script_params *params,
                                       const struct script_table *table)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = table->table,
                                .key = "name",
                                .value = params->name,
                                .control = table->control};
    strings_add(judging->arena, &question.fields, "name");
    if (table->has_active) {
        strings_add(judging->arena, &question.fields, "active");
    }
    if (table->on_column != NULL) {
        strings_add(judging->arena, &question.fields, table->on_column);
    }
    if (params->operation != NULL && text_equal(params->what, "business-rule")) {
        strings_add(judging->arena, &question.fields, action_column(judging, params->operation));
    }
    return question;
}

/* What is not as wanted in one row: NULL when all is; *ret_is_hidden when a column never came. */
static const char *deviation_of(const struct judging *judging, const struct script_params *params,
                                const struct script_table *table, const struct row *row,
                                bool *ret_is_hidden)
{
    const char *active = table->has_active ? row_get(row, "active") : "true";
    bool runs_on_all = params->operation == NULL || !text_equal(params->what, "business-rule");
    const char *runs =
        runs_on_all ? "true" : row_get(row, action_column(judging, params->operation));
    if (active == NULL || runs == NULL) {
        *ret_is_hidden = true;
        return "a column never came back";
    }
    if (!value_fits(judging->arena, active, "true|1")) {
        return "it is not active";
    }
    if (!value_fits(judging->arena, runs, "true|1")) {
        return say(judging, "it does not run on %s", params->operation);
    }
    return NULL;
}

/* Rows of the name, those on another table left out. NULL when one is as wanted. */
static const char *best_deviation(const struct judging *judging, const struct script_params *params,
                                  const struct script_table *table, const struct reading *reading,
                                  bool *ret_is_hidden)
{
    const char *deviation = NULL;
    for (size_t i = 0; i < reading->n_rows; i++) {
        const struct row *row = &reading->rows[i];
        bool is_anywhere = params->on == NULL || table->on_column == NULL;
        const char *on = is_anywhere ? params->on : row_get(row, table->on_column);
        if (!is_anywhere && on == NULL) {
            *ret_is_hidden = true;
            continue;
        }
        if (!is_anywhere && !text_equal(on, params->on)) {
            deviation = deviation != NULL ? deviation : say(judging, "it is on %s", on);
            continue;
        }
        deviation = deviation_of(judging, params, table, row, ret_is_hidden);
        if (deviation == NULL) {
            return NULL;
        }
    }
    return deviation != NULL ? deviation : "a column never came back";
}

static void judge_found(struct judging *judging, const struct script_params *params,
                        const struct script_table *table, const struct reading *reading)
{
    bool is_hidden = false;
    const char *deviation = best_deviation(judging, params, table, reading, &is_hidden);
    const char *subject = say(judging, "%s \"%s\"", table->words, params->name);
    if (deviation == NULL) {
        judge_pass(judging, say(judging, "the %s %s", subject,
                                table->has_active ? "is there and active" : "is there"));
        if (params->cause != NULL) {
            rules_out(judging, params->cause);
        }
    } else if (is_hidden) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "columns that decide (active, the table, the operation) never came back");
    } else if (!reading->is_complete) {
        judge_unknown(judging, REASON_HIDDEN,
                      "not all objects of this name came back, and another one may be as wanted");
    } else {
        judge_fail(judging, params->cause, subject,
                   say(judging, "the %s is there, but %s", subject, deviation));
    }
}

static void judge_object(struct judging *judging, const struct script_params *params)
{
    const struct script_table *table = table_of(params->what);
    const char *subject = say(judging, "%s \"%s\"", table->words, params->name);
    judging->finding->wanted =
        say(judging, "the %s%s%s%s", subject, params->on != NULL ? " on " : "",
            params->on != NULL ? params->on : "", table->has_active ? ", active" : "");
    judging->finding->link =
        list_link(judging, table->table, say(judging, "name=%s", params->name));
    struct reading reading = read_configuration(judging, object_question(judging, params, table),
                                                table->is_small ? LIST_LAST : LIST_NEVER);
    switch (reading.presence) {
    case PRESENCE_FOUND:
        judge_found(judging, params, table, &reading);
        break;
    case PRESENCE_ABSENT:
        judge_fail(judging, params->cause, subject,
                   say(judging, "there is no %s of that name", table->words));
        break;
    case PRESENCE_NO_TABLE:
        judge_lost_table(judging, table->table);
        break;
    case PRESENCE_OPEN:
    case PRESENCE_UNTOLD:
        break;
    }
}

/* ---- None aborts ---- */

struct rules {
    struct strings aborting;
    size_t n_scripts; /* those that run a script, which may abort too */
    bool is_hidden;
};

static struct question rules_question(const struct judging *judging, const char *operation,
                                      const char *on)
{
    static const char *columns[] = {"name",           "when",     "abort_action",
                                    "condition",      "advanced", "filter_condition",
                                    "role_conditions"};
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_script",
                                .key = "collection",
                                .value = on,
                                .control = "incident",
                                .limit = RULE_PAGE};
    pairs_add(judging->arena, &question.where, "active", "true");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        strings_add(judging->arena, &question.fields, columns[i]);
    }
    strings_add(judging->arena, &question.fields, action_column(judging, operation));
    return question;
}

static bool is_true(const struct judging *judging, const char *value)
{
    return value_fits(judging->arena, value, "true|1");
}

static void add_rule(const struct judging *judging, const struct row *row, const char *operation,
                     const char *on, struct rules *rules)
{
    const char *runs = row_get(row, action_column(judging, operation));
    const char *when = row_get(row, "when");
    const char *aborts = row_get(row, "abort_action");
    bool has_condition = !text_is_empty(row_get(row, "condition")) ||
                         !text_is_empty(row_get(row, "filter_condition")) ||
                         !text_is_empty(row_get(row, "role_conditions"));
    if (runs == NULL || when == NULL || aborts == NULL) {
        rules->is_hidden = true;
        return;
    }
    if (!is_true(judging, runs) || !text_equal(when, "before")) {
        return;
    }
    if (is_true(judging, aborts)) {
        const char *name = row_get(row, "name");
        strings_add(judging->arena, &rules->aborting,
                    say(judging, "\"%s\" on %s%s", text_is_empty(name) ? "(unnamed)" : name, on,
                        has_condition ? ", when its condition holds" : ""));
        return;
    }
    const char *advanced = row_get(row, "advanced");
    rules->n_scripts += advanced == NULL || is_true(judging, advanced) ? 1 : 0;
}

/* Reads the rules of every table; false when it is open or untold: then the finding says so. */
static bool read_rules(struct judging *judging, const struct strings *names, const char *operation,
                       struct rules *rules)
{
    bool is_told = true;
    for (size_t i = 0; i < names->n_items; i++) {
        const char *on = names->items[i];
        struct reading reading =
            read_configuration(judging, rules_question(judging, operation, on), LIST_NEVER);
        for (size_t r = 0; reading.presence == PRESENCE_FOUND && r < reading.n_rows; r++) {
            add_rule(judging, &reading.rows[r], operation, on, rules);
        }
        if (reading.presence == PRESENCE_FOUND && !reading.is_complete) {
            judge_unknown(judging, REASON_HIDDEN,
                          say(judging, "not all business rules of %s came back", on));
        } else if (reading.presence == PRESENCE_NO_TABLE) {
            judge_lost_table(judging, "sys_script");
        }
        is_told = is_told && (reading.presence == PRESENCE_ABSENT ||
                              (reading.presence == PRESENCE_FOUND && reading.is_complete));
    }
    return is_told && !judging->is_open;
}

static const char *static_reading(const struct judging *judging, const struct rules *rules)
{
    const char *words = "read statically, as far as the account that read it can see";
    if (rules->n_scripts == 0) {
        return words;
    }
    return say(judging, "%s: %zu of them run%s a script, which may abort too", words,
               rules->n_scripts, rules->n_scripts == 1 ? "s" : "");
}

static void judge_rules(struct judging *judging, const struct script_params *params,
                        const struct strings *names, const char *operation)
{
    struct rules rules = {0};
    bool is_told = read_rules(judging, names, operation, &rules);
    if (judging->is_open) {
        return;
    }
    if (rules.aborting.n_items > 0) {
        judge_fail(judging, "business-rule-abort", params->on,
                   say(judging, "aborts %s: the business rule %s", operation,
                       strings_join(judging->arena, &rules.aborting, "; ")));
        judging->finding->because = static_reading(judging, &rules);
        judging->finding->is_no_proof = true;
    } else if (is_told && rules.is_hidden) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      "the columns when, abort_action or that of the operation never came back");
    } else if (is_told) {
        judge_pass(judging, say(judging, "no active business rule on %s has Abort action for %s",
                                strings_join(judging->arena, names, ", "), operation));
        judging->finding->because = static_reading(judging, &rules);
    }
}

static void judge_aborting(struct judging *judging, const struct script_params *params)
{
    const char *operation = params->operation != NULL ? params->operation : "insert";
    judging->finding->wanted =
        say(judging, "no active business rule aborts %s on %s", operation, params->on);
    judging->finding->link =
        list_link(judging, "sys_script",
                  say(judging, "collection=%s^active=true^abort_action=true", params->on));
    struct ancestry ancestry = read_ancestry(judging, params->on);
    if (ancestry.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "table-missing", params->on,
                   say(judging, "the table %s does not exist", params->on));
        return;
    }
    if (ancestry.presence == PRESENCE_NO_TABLE) {
        judge_lost_table(judging, "sys_db_object");
    }
    const struct strings likely = likely_ancestry(judging, params->on);
    for (size_t i = 0; ancestry.presence == PRESENCE_OPEN && i < likely.n_items; i++) {
        ask_ahead(judging, rules_question(judging, operation, likely.items[i]), LIST_NEVER);
    }
    if (ancestry.presence != PRESENCE_FOUND) {
        return;
    }
    judge_rules(judging, params, &ancestry.names, operation);
    if (!judging->is_open && !ancestry.is_whole && judging->finding->verdict == VERDICT_PASS) {
        judge_unknown(judging, REASON_FIELD_HIDDEN,
                      say(judging,
                          "which tables %s extends never came back, and their rules count "
                          "too",
                          params->on));
    }
}

static void script_judge(struct judging *judging, const void *given)
{
    const struct script_params *params = given;
    if (params->aborting != NULL && params->on != NULL) {
        judge_aborting(judging, params);
    } else if (params->name != NULL) {
        judge_object(judging, params);
    } else {
        judging->finding->wanted = say(judging, "a %s", params->what);
        judge_unknown(judging, REASON_AMBIGUOUS,
                      "the check names neither an object, nor aborting and a table");
    }
}

static const char *const one_of[] = {"name", "aborting", NULL};

const struct kind kind_script = {
    .schema =
        {.name = "script",
         .summary = "A business rule, script include, transform map or REST message exists "
                    "and is active, or no business rule aborts",
         .fields = script_fields,
         .n_fields = ARRAY_LEN(script_fields),
         .params_size = sizeof(struct script_params),
         .one_of = one_of,
         .example =
             "script: { what: business-rule, on: incident, operation: insert, aborting: none }\n"},
    .judge = script_judge,
};
