/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app: an application from the Store, or one of the customer's own, is installed and active.
 *
 * Store applications are rows of sys_store_app, custom ones of sys_app; both extend sys_scope,
 * which therefore lists every scope there is and is where one may be shown to be absent (the scope
 * `global` is asked along, because every instance has it). sys_store_app is closed to REST on many
 * instances, so a refusal there leads on to the others. Versions are compared number by number.
 * Sources: product documentation, Application scope and Install a ServiceNow Store application; the
 * columns and who extends whom in public harvests (github.com/tehubersheezy/servicenow-tools).
 */
#include "checks/evidence.h"
#include "checks/kinds.h"
#include "checks/tables.h"
#include "checks/version.h"

struct app_params {
    const char *scope;
    const char *at_least;
    const char *table;
    const char *cause;
};

static const struct field app_fields[] = {
    FIELD(struct app_params, scope, FIELD_REQUIRED | FIELD_IDENTIFIES,
          "scope of the application: x_acme_app, sn_…"),
    FIELD(struct app_params, at_least, FIELD_OPTIONAL,
          "the oldest version that will do: numbers with dots between"),
    FIELD(struct app_params, table, FIELD_TABLE,
          "a table the application ships; where no list of applications can be read, it shows "
          "whether it was installed"),
    FIELD(struct app_params, cause, FIELD_CAUSE,
          "id of the cause a missing, inactive or old application points to"),
};

static const char *columns[] = {"scope", "name", "active", "version"};

static struct question question_in(const char *table, const char *control,
                                   const struct app_params *params)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .table = table,
                             .key = "scope",
                             .value = params->scope,
                             .control = control,
                             .fields = {columns, ARRAY_LEN(columns)}};
}

static const char *cause_or(const struct app_params *params, const char *cause)
{
    return params->cause != NULL ? params->cause : cause;
}

static void pass_app(struct judging *judging, const struct app_params *params, const char *version)
{
    judge_pass(judging, text_is_empty(version)
                            ? say(judging, "%s is active", params->scope)
                            : say(judging, "%s %s is active", params->scope, version));
    rules_out_for(judging, "plugin-inactive", params->scope);
    rules_out_for(judging, "plugin-missing", params->scope);
    if (params->cause != NULL) {
        rules_out(judging, params->cause);
    }
}

static void judge_version(struct judging *judging, const struct app_params *params,
                          const char *version)
{
    switch (version_compare(version, params->at_least)) {
    case VERSION_SAME:
    case VERSION_NEWER:
        pass_app(judging, params, version);
        break;
    case VERSION_OLDER:
        judge_fail(judging, cause_or(params, "plugin-missing"),
                   say(judging, "%s %s or later", params->scope, params->at_least),
                   say(judging, "%s is there in version %s", params->scope, version));
        break;
    case VERSION_UNCLEAR:
        judge_unknown(judging, REASON_AMBIGUOUS,
                      say(judging, "the version \"%s\" cannot be compared with \"%s\"", version,
                          params->at_least));
        break;
    }
}

static void judge_app_row(struct judging *judging, const struct app_params *params,
                          const struct row *row)
{
    const char *active = row_get(row, "active");
    const char *version = row_get(row, "version");
    if (active == NULL || (params->at_least != NULL && version == NULL)) {
        judge_unknown(
            judging, REASON_FIELD_HIDDEN,
            say(judging, "the column %s never came back", active == NULL ? "active" : "version"));
        return;
    }
    if (!value_fits(judging->arena, active, "active|true|1")) {
        judge_fail(judging, cause_or(params, "plugin-inactive"), params->scope,
                   say(judging, "%s is installed, and active is %s", params->scope,
                       active[0] == '\0' ? "(empty)" : active));
        return;
    }
    if (params->at_least != NULL) {
        judge_version(judging, params, version);
        return;
    }
    pass_app(judging, params, version);
}

/* A table exists only where the application was installed; it stays when that is switched off. */
static void judge_by_table(struct judging *judging, const struct app_params *params)
{
    static const char *sys_id[] = {"sys_id"};
    struct question question = {.kind = QUESTION_ROWS,
                                .table = params->table,
                                .fields = {sys_id, ARRAY_LEN(sys_id)},
                                .limit = 1};
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_fail(judging, cause_or(params, "plugin-missing"), params->scope,
                   say(judging, "its table %s does not exist", params->table));
    } else if (reading.presence == PRESENCE_FOUND) {
        judging->finding->seen =
            say(judging, "its table %s exists, so it was installed once", params->table);
    }
}

/* A row was counted that did not come back. */
static bool is_counted(const struct reading *reading)
{
    const struct answer *answer = reading->answer;
    return reading->presence == PRESENCE_UNTOLD && answer != NULL && answer->total > 0 &&
           (size_t)answer->total > answer->n_returned;
}

/* Not in sys_store_app, or not to be seen there. */
static void judge_elsewhere(struct judging *judging, const struct app_params *params,
                            const struct reading *store)
{
    struct reading custom =
        consult_configuration(judging, question_in("sys_app", NULL, params), LIST_NEVER);
    struct reading scope =
        read_configuration(judging, question_in("sys_scope", "global", params), LIST_NEVER);
    if (custom.presence == PRESENCE_OPEN || scope.presence == PRESENCE_OPEN) {
        return;
    }
    if (custom.presence == PRESENCE_FOUND || scope.presence == PRESENCE_FOUND) {
        judge_app_row(judging, params,
                      custom.presence == PRESENCE_FOUND ? &custom.rows[0] : &scope.rows[0]);
        return;
    }
    if (scope.presence == PRESENCE_ABSENT && !is_counted(store) && !is_counted(&custom)) {
        judge_fail(judging, cause_or(params, "plugin-missing"), params->scope,
                   "sys_scope does not list it");
        return;
    }
    if (scope.presence == PRESENCE_ABSENT) {
        judge_unknown(judging, REASON_HIDDEN,
                      "a row is counted for it that is not returned to this account");
    } else if (scope.presence == PRESENCE_NO_TABLE) {
        judge_lost_table(judging, "sys_scope");
    }
    if (params->table != NULL && judging->finding->verdict == VERDICT_UNKNOWN) {
        judge_by_table(judging, params);
    }
}

static void app_judge(struct judging *judging, const void *given)
{
    const struct app_params *params = given;
    judging->finding->wanted =
        params->at_least != NULL
            ? say(judging, "application %s %s or later, active", params->scope, params->at_least)
            : say(judging, "application %s active", params->scope);
    judging->finding->link =
        list_link(judging, "sys_scope", say(judging, "scope=%s", params->scope));
    struct reading store =
        consult_configuration(judging, question_in("sys_store_app", NULL, params), LIST_NEVER);
    if (store.presence == PRESENCE_FOUND) {
        judge_app_row(judging, params, &store.rows[0]);
    } else if (store.presence != PRESENCE_OPEN) {
        judge_elsewhere(judging, params, &store);
    }
}

const struct kind kind_app = {
    .schema = {.name = "app",
               .summary = "An application is installed and active, in a version that will do",
               .fields = app_fields,
               .n_fields = ARRAY_LEN(app_fields),
               .params_size = sizeof(struct app_params),
               .example =
                   "app: { scope: x_acme_app, at_least: 1.2.0, table: x_acme_app_ticket }\n"},
    .judge = app_judge,
};
