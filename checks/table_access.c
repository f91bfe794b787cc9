/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_access: a table is open to web services, and its switches stand as wanted.
 *
 * "Allow access to this table via web services" (ws_access) closes a table to REST for everybody,
 * whatever the role. The other switches of the tab Application Access rule what other applications'
 * scripts may do and do not apply to web service requests, so beside ws_access their deviation is
 * told and decides nothing; wanted alone, they are judged as any column. Source: "Table application
 * access fields" in the product documentation.
 */
#include "base/arena.h"
#include "checks/evidence.h"
#include "checks/kinds.h"

struct table_access_params {
    const char *table;
    struct pairs want;
};

static const struct field table_access_fields[] = {
    FIELD(struct table_access_params, table, FIELD_REQUIRED | FIELD_IDENTIFIES | FIELD_TABLE,
          "name of the table"),
    FIELD(struct table_access_params, want, FIELD_OPTIONAL,
          "columns of sys_db_object and the values wanted (ws_access = true when none is given)"),
};

static const struct column_cause causes[] = {{"ws_access", "true", "table-closed"}};

/* The switches that do not apply to web service requests. */
static const char *const script_switches[] = {
    "access",        "actions_access",        "alter_access",
    "caller_access", "client_scripts_access", "configuration_access",
    "create_access", "delete_access",         "read_access",
    "update_access",
};

static bool is_script_switch(const char *column)
{
    for (size_t i = 0; i < ARRAY_LEN(script_switches); i++) {
        if (text_equal(script_switches[i], column)) {
            return true;
        }
    }
    return false;
}

/* What decides: all that is wanted, or, where ws_access is, without the switches that REST does
 * not obey; those go to `ret_told`. */
static struct pairs what_decides(const struct judging *judging,
                                 const struct table_access_params *params, struct pairs *ret_told)
{
    struct pairs deciding = {0};
    bool has_rest_switch = pairs_get(&params->want, "ws_access") != NULL;
    for (size_t i = 0; i < params->want.n_items; i++) {
        const struct pair *want = &params->want.items[i];
        bool is_told = has_rest_switch && is_script_switch(want->key);
        pairs_add(judging->arena, is_told ? ret_told : &deciding, want->key, want->value);
    }
    if (deciding.n_items == 0) {
        pairs_add(judging->arena, &deciding, "ws_access", "true");
    }
    return deciding;
}

static const char *deviations_of(const struct judging *judging, const struct row *row,
                                 const struct pairs *told)
{
    struct strings deviations = {0};
    for (size_t i = 0; i < told->n_items; i++) {
        const struct pair *want = &told->items[i];
        const char *value = row_get(row, want->key);
        if (value == NULL) {
            strings_add(judging->arena, &deviations, say(judging, "%s never came back", want->key));
        } else if (!value_fits(judging->arena, value, want->value)) {
            strings_add(judging->arena, &deviations,
                        say(judging, "%s is %s, not %s", want->key,
                            value[0] == '\0' ? "empty" : value, want->value));
        }
    }
    return deviations.n_items == 0 ? NULL : strings_join(judging->arena, &deviations, ", ");
}

static void judge_table(struct judging *judging, const struct table_access_params *params,
                        const struct row *row)
{
    struct pairs told = {0};
    struct pairs deciding = what_decides(judging, params, &told);
    judge_row(judging, "sys_db_object", row, &deciding, causes, ARRAY_LEN(causes), NULL,
              params->table);
    const char *deviations = deviations_of(judging, row, &told);
    if (deviations != NULL && judging->finding->because == NULL) {
        judging->finding->because =
            say(judging, "%s; that switch does not apply to web service requests", deviations);
    }
    if (is_script_switch(deciding.items[0].key) && judging->finding->verdict == VERDICT_FAIL) {
        judging->finding->because = "these switches do not apply to web service requests";
    }
    for (size_t i = 0; i < judging->finding->n_excludes; i++) { /* others may be closed */
        judging->finding->excludes[i].subject = params->table;
    }
}

static void table_access_judge(struct judging *judging, const void *given)
{
    const struct table_access_params *params = given;
    struct question question = {.kind = QUESTION_ROWS,
                                .table = "sys_db_object",
                                .key = "name",
                                .value = params->table,
                                .control = "task"};
    strings_add(judging->arena, &question.fields, "ws_access");
    for (size_t i = 0; i < params->want.n_items; i++) {
        strings_add_unique(judging->arena, &question.fields, params->want.items[i].key);
    }
    struct reading reading = read_configuration(judging, question, LIST_NEVER);
    judging->finding->wanted = say(judging, "%s open to web services", params->table);
    judging->finding->link =
        list_link(judging, "sys_db_object", say(judging, "name=%s", params->table));
    if (reading.presence == PRESENCE_ABSENT) {
        judge_fail(judging, "table-missing", params->table,
                   say(judging, "there is no table %s", params->table));
        return;
    }
    if (reading.presence == PRESENCE_FOUND) {
        judge_table(judging, params, &reading.rows[0]);
    }
}

const struct kind kind_table_access = {
    .schema = {.name = "table_access",
               .summary = "A table is open to web services",
               .fields = table_access_fields,
               .n_fields = ARRAY_LEN(table_access_fields),
               .params_size = sizeof(struct table_access_params)},
    .judge = table_access_judge,
};
