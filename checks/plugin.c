/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin: a plugin is active.
 *
 * Newer releases close sys_plugins to REST even for administrators, and v_plugin is rebuilt on
 * every query and may time out, so the sources are asked one after the other: v_plugin (keyed by
 * `id`), sys_plugins (keyed by `source`), and last a table the plugin ships, which shows that it is
 * *installed* and no more. `active` is spelt "active", "true" or "1" depending on the table.
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
    FIELD(struct plugin_params, table, FIELD_OPTIONAL, "a table the plugin ships"),
    FIELD(struct plugin_params, cause, FIELD_OPTIONAL,
          "id of the cause an inactive or missing plugin points to"),
};

struct plugin_source {
    const char *table;
    const char *key;
    const char *columns[4];
    size_t n_columns;
};

static const struct plugin_source sources[] = {
    {"v_plugin", "id", {"id", "name", "active", "version"}, 4},
    {"sys_plugins", "source", {"source", "name", "active", "version"}, 4},
};

/* A plugin that every instance has and that is always active. */
static const char always_there[] = "com.glide.rest";

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
        judge_fail(judging, params->cause != NULL ? params->cause : "plugin-inactive", params->id,
                   say(judging, "%s is installed, and active is %s", params->id, active));
        return;
    }
    judge_pass(judging,
               say(judging, "%s %s is active", params->id, text_is_empty(version) ? "" : version));
    rules_out(judging, "plugin-inactive");
    rules_out(judging, "plugin-missing");
    if (params->cause != NULL) {
        rules_out(judging, params->cause);
    }
}

/* The last source: a table exists only where the plugin was installed. */
static void judge_by_table(struct judging *judging, const struct plugin_params *params)
{
    static const char *columns[] = {"sys_id"};
    struct question question = {.kind = QUESTION_ROWS,
                                .table = params->table,
                                .fields = {columns, ARRAY_LEN(columns)},
                                .limit = 1};
    struct reading reading = consult_configuration(judging, question, false);
    if (reading.presence == PRESENCE_NO_TABLE) {
        judge_fail(judging, params->cause != NULL ? params->cause : "plugin-missing", params->id,
                   say(judging, "its table %s does not exist", params->table));
        return;
    }
    if (reading.presence == PRESENCE_FOUND) {
        judging->finding->seen =
            say(judging, "its table %s exists, so it was installed once", params->table);
    }
}

static void plugin_judge(struct judging *judging, const void *given)
{
    const struct plugin_params *params = given;
    judging->finding->wanted = say(judging, "plugin %s active", params->id);
    judging->finding->link = list_link(judging, "v_plugin", say(judging, "id=%s", params->id));
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        const struct plugin_source *source = &sources[i];
        struct question question = {.kind = QUESTION_ROWS,
                                    .table = source->table,
                                    .key = source->key,
                                    .value = params->id,
                                    .control = always_there};
        for (size_t c = 0; c < source->n_columns; c++) {
            strings_add(judging->arena, &question.fields, source->columns[c]);
        }
        struct reading reading = read_configuration(judging, question, false);
        if (reading.presence == PRESENCE_OPEN) {
            return;
        }
        if (reading.presence == PRESENCE_FOUND) {
            judge_plugin_row(judging, params, &reading.rows[0]);
            return;
        }
        if (reading.presence == PRESENCE_ABSENT) {
            judge_fail(judging, params->cause != NULL ? params->cause : "plugin-missing",
                       params->id, say(judging, "%s does not list it", source->table));
            return;
        }
        if (judging->finding->verdict == VERDICT_BLOCKED) {
            return;
        }
    }
    if (params->table != NULL) {
        judge_by_table(judging, params);
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
