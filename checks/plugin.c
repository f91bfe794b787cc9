/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin: a plugin is active.
 *
 * Newer releases close sys_plugins to REST even for administrators, and v_plugin is rebuilt on
 * every query and may time out. So v_plugin (keyed by `id`) is asked beside the other reads with a
 * short limit of its own, and none of them waits for it; where it does not tell, and no observed
 * effect does, sys_plugins (keyed by `source`) and a table the plugin ships are asked together. The
 * table shows *installed* and no more. Only the row that was asked for counts: the platform drops
 * terms it does not know. `active` is spelt "active", "true" or "1" depending on the table.
 * Sources: GlidePluginManager in the product documentation; recordings of developer instances on
 * Australia and Brazil.
 */
#include "checks/evidence.h"
#include "checks/kinds.h"

struct plugin_params {
    const char *id;
    const char *table;
    const char *cause;
};

static const struct field plugin_fields[] = {
    FIELD(struct plugin_params, id, FIELD_REQUIRED | FIELD_IDENTIFIES, "id of the plugin"),
    FIELD(struct plugin_params, table, FIELD_TABLE, "a table the plugin ships"),
    FIELD(struct plugin_params, cause, FIELD_CAUSE,
          "id of the cause an inactive or missing plugin points to"),
};

struct plugin_source {
    const char *table;
    const char *key;
    int64_t limit_ms; /* 0: none of its own */
    const char *columns[4];
    size_t n_columns;
};

enum { SOURCE_V_PLUGIN, SOURCE_SYS_PLUGINS };

static const struct plugin_source sources[] = {
    [SOURCE_V_PLUGIN] =
        {"v_plugin", "id", V_PLUGIN_LIMIT_MS, {"id", "name", "active", "version"}, 4},
    [SOURCE_SYS_PLUGINS] = {"sys_plugins", "source", 0, {"source", "name", "active", "version"}, 4},
};

/* A plugin that every instance has and that is always active. */
static const char always_there[] = "com.glide.rest";

static void fail_as(struct judging *judging, const struct plugin_params *params, const char *cause,
                    const char *seen)
{
    judge_fail(judging, params->cause != NULL ? params->cause : cause, params->id, seen);
}

static void judge_plugin_row(struct judging *judging, const struct plugin_params *params,
                             const struct row *row)
{
    const char *active = row_get(row, "active");
    const char *version = row_get(row, "version");
    if (active == NULL) {
        judge_unknown(judging, REASON_FIELD_HIDDEN, "the column active never came back");
        return;
    }
    if (!value_fits(judging->arena, active, "active|true|1")) {
        fail_as(judging, params, "plugin-inactive",
                say(judging, "%s is installed, and active is %s", params->id, active));
        return;
    }
    judge_pass(judging,
               say(judging, "%s %s is active", params->id, text_is_empty(version) ? "" : version));
    rules_out_for(judging, "plugin-inactive", params->id);
    rules_out_for(judging, "plugin-missing", params->id);
    if (params->cause != NULL) {
        rules_out(judging, params->cause);
    }
}

/* True when the source settled it, one way or the other; else the finding says why it did not. */
static bool judge_source(struct judging *judging, const struct plugin_params *params,
                         const struct plugin_source *source)
{
    struct question question = {.kind = QUESTION_ROWS,
                                .table = source->table,
                                .key = source->key,
                                .value = params->id,
                                .control = always_there,
                                .limit_ms = source->limit_ms};
    for (size_t c = 0; c < source->n_columns; c++) {
        strings_add(judging->arena, &question.fields, source->columns[c]);
    }
    struct reading reading = read_configuration(judging, question, LIST_NEVER);
    if (reading.presence == PRESENCE_FOUND) {
        judge_plugin_row(judging, params, &reading.rows[0]);
        return true;
    }
    if (reading.presence == PRESENCE_ABSENT) {
        fail_as(judging, params, "plugin-missing",
                say(judging, "%s does not list it", source->table));
        return true;
    }
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_unknown(judging, REASON_UNDOCUMENTED,
                      say(judging, "there is no table %s on this instance", source->table));
    }
    if (reading.answer != NULL && reading.answer->exchange != NULL &&
        reading.answer->exchange->outcome == OUTCOME_TIMEOUT && source->limit_ms > 0) {
        judge_unknown(
            judging, REASON_TIMEOUT,
            say(judging, "no answer came within %lld s", (long long)source->limit_ms / 1000));
    }
    return judging->finding->verdict == VERDICT_BLOCKED;
}

/* The last source: a table exists only where the plugin was installed. A row of it need not be
 * there: any answer but "no such table" shows that it is. */
static bool judge_by_table(struct judging *judging, const struct plugin_params *params)
{
    static const char *columns[] = {"sys_id"};
    const struct question question = {.kind = QUESTION_ROWS,
                                      .table = params->table,
                                      .fields = {columns, ARRAY_LEN(columns)},
                                      .limit = 1};
    if (params->table == NULL) {
        return false;
    }
    struct reading reading = consult_configuration(judging, question, LIST_NEVER);
    if (reading.presence == PRESENCE_NO_TABLE) {
        fail_as(judging, params, "plugin-missing",
                say(judging, "its table %s does not exist", params->table));
        return true;
    }
    const struct exchange *exchange = reading.answer == NULL ? NULL : reading.answer->exchange;
    if (exchange != NULL &&
        (exchange->outcome == OUTCOME_RESULT || exchange->outcome == OUTCOME_CLOSED)) {
        judging->finding->seen = say(
            judging, "its table %s exists, so it is installed; whether it is active is not shown",
            params->table);
    }
    return false;
}

/* Both further sources at once, so that a closed plugin table costs one more wave and no more. */
static void judge_by_further_sources(struct judging *judging, const struct plugin_params *params)
{
    const struct finding first = *judging->finding;
    bool is_settled = judge_source(judging, params, &sources[SOURCE_SYS_PLUGINS]);
    const struct finding second = *judging->finding;
    bool is_gone = judge_by_table(judging, params);
    if (judging->is_open) {
        return;
    }
    if (is_settled && second.verdict != VERDICT_UNKNOWN) {
        judging->finding->verdict = second.verdict;
        judging->finding->reason = second.reason;
        judging->finding->seen = second.seen;
        judging->finding->because = second.because;
        judging->finding->causes = second.causes;
        judging->finding->cause_subject = second.cause_subject;
    } else if (!is_gone && first.because != NULL && second.because != NULL &&
               !text_equal(first.because, second.because)) {
        judging->finding->because =
            say(judging, "v_plugin: %s; sys_plugins: %s", first.because, second.because);
    }
}

static void plugin_judge(struct judging *judging, const void *given)
{
    const struct plugin_params *params = given;
    judging->finding->wanted = say(judging, "plugin %s active", params->id);
    judging->finding->link = list_link(judging, "v_plugin", say(judging, "id=%s", params->id));
    bool is_settled = judge_source(judging, params, &sources[SOURCE_V_PLUGIN]);
    if (!is_settled && !judging->is_open && !judging->is_shown_by_effect) {
        judge_by_further_sources(judging, params);
    }
}

const struct kind kind_plugin = {
    .schema = {.name = "plugin",
               .summary = "A plugin is active",
               .fields = plugin_fields,
               .n_fields = ARRAY_LEN(plugin_fields),
               .params_size = sizeof(struct plugin_params)},
    .judge = plugin_judge,
};
