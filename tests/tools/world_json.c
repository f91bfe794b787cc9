/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a simulated instance holds, after faults and switches, as one JSON document on stdout. Tests
 * take what an admin could take out of it by other ways than REST from here: tests/cli/glide.js
 * plays the instance's scripts on it, tests/cli/exports_write.py exports its tables.
 *
 *     world_json --world NAME|FILE [--fault F]... [--set SWITCH=SETTING]... [--host HOST]
 *
 * {"world", "host", "now", "clock_offset_s": by which its clock is wrong, "user": an admin's
 * user_name that is not the auditor's, "properties": {name: value} of those that scripts read
 * though they may have no row, "behaviours": ["SWITCH=SETTING"] what faults and switches change
 * that is in no row, "tables": {T: {"parent", "columns": {C: {"type", "reference", "secret"}},
 *                 "rows": [{"sys_id", "columns": {C: value}}]}}}
 *
 * A table has the columns of its parents too, and the rows that are of no child. A column that no
 * real instance has (sim_…) is left out, and so is the value of a secret one.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/json.h"
#include "sim/describe.h"
#include "sim/sim.h"
#include "sim/tenant.h"
#include "sim/world.h"

/* ---- Tables --------------------------------------------------------------------------------- */

static bool exists_really(const struct column *column)
{
    return !text_starts_with(column->name, "sim_");
}

static void put_columns(struct json_writer *out, const struct table *table)
{
    json_open_object(out, "columns");
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct column *column = table->columns[i];
        if (!exists_really(column)) {
            continue;
        }
        json_open_object(out, column->name);
        json_put_text(out, "type", column->type);
        if (column->target_name != NULL) {
            json_put_text(out, "reference", column->target_name);
        }
        if (column->is_secret) {
            json_put_bool(out, "secret", true);
        }
        json_close(out);
    }
    json_close(out);
}

/* A column that a fault dropped may still have a cell. */
static bool is_shown(const struct cell *cell, const struct table *table)
{
    return exists_really(cell->column) && !cell->column->is_secret &&
           sim_column_find(table, cell->column->name) == cell->column;
}

static void put_row(struct json_writer *out, const struct row *row)
{
    json_open_object(out, NULL);
    json_put_text(out, "sys_id", row->sys_id);
    json_open_object(out, "columns");
    for (size_t i = 0; i < row->n_cells; i++) {
        const struct cell *cell = &row->cells[i];
        if (is_shown(cell, row->table) && !text_equal(cell->column->name, "sys_id")) {
            json_put_text(out, cell->column->name, cell->value);
        }
    }
    json_close(out);
    json_close(out);
}

static void put_table(struct json_writer *out, const struct table *table)
{
    json_open_object(out, table->name);
    json_put_text(out, "parent", table->parent == NULL ? NULL : table->parent->name);
    if (table->display != NULL) {
        json_put_text(out, "display", table->display->name);
    }
    put_columns(out, table);
    json_open_array(out, "rows");
    for (size_t i = 0; i < table->n_rows; i++) {
        put_row(out, table->rows[i]);
    }
    json_close(out);
    json_close(out);
}

/* ---- What is in no table -------------------------------------------------------------------- */

static const char *value_of(const struct description *description, const char *path)
{
    const char *value = pairs_get(&description->values, path);
    return value == NULL ? "" : value;
}

/* The auditor of a world with a key has no name there: keys name a user. */
static const char *auditor_of(const struct world *world, const struct description *description)
{
    const char *user = value_of(description, "credentials.auditor.user");
    const struct row *key = sim_row_by_value(world, "api_key", "token",
                                             value_of(description, "credentials.auditor.key"));
    const struct row *owner =
        *user != '\0' || key == NULL ? NULL : sim_row_reference(world, key, "user");
    return owner == NULL ? user : sim_row_get(owner, "user_name");
}

static const char *admin_of(struct arena *arena, const struct world *world, const char *auditor)
{
    const struct row *admin = sim_row_by_value(world, "sys_user_role", "name", "admin");
    const struct table *held = sim_table_find(world, "sys_user_has_role");
    struct rows rows = {0};
    if (admin != NULL && held != NULL) {
        rows = sim_rows_by_value(world, arena, held, "role", admin->sys_id);
    }
    for (size_t i = 0; i < rows.n_items; i++) {
        const struct row *user = sim_row_reference(world, rows.items[i], "user");
        if (user != NULL && sim_row_is_true(user, "active") &&
            !text_equal(sim_row_get(user, "user_name"), auditor)) {
            return sim_row_get(user, "user_name");
        }
    }
    return NULL;
}

/* A build tag is what a build's name begins with: it ends in the date and time it was packed at,
 * "_07-03-2026_1420.zip". */
static const char *build_tag(struct arena *arena, const struct world *world)
{
    static const char packed[] = "_07-03-2026_1420.zip";
    const char *war = sim_property(world, "glide.war", "");
    size_t len = strlen(war);
    const char *of_war =
        len < sizeof packed ? "" : arena_strndup(arena, war, len - (sizeof packed - 1));
    const char *last = sim_property(world, "glide.buildtag.last", of_war);
    return sim_property(world, "glide.buildtag", last);
}

static void put_properties(struct json_writer *out, struct arena *arena, const struct world *world,
                           const char *host)
{
    const char *tag = build_tag(arena, world);
    json_open_object(out, "properties");
    if (*tag != '\0') {
        json_put_text(out, "glide.buildtag", tag);
    }
    json_put_text(out, "glide.servlet.uri", arena_printf(arena, "https://%s/", host));
    json_close(out);
}

static void put_behaviours(struct json_writer *out, struct arena *arena, const struct world *world)
{
    json_open_array(out, "behaviours");
    for (size_t i = 0; sim_switch_info(i) != NULL; i++) {
        const struct switch_info *info = sim_switch_info(i);
        const char *setting = world->switches.settings[i];
        if (!text_equal(setting, info->settings[0])) {
            json_put_text(out, NULL, arena_printf(arena, "%s=%s", info->name, setting));
        }
    }
    for (size_t i = 0; i < world->n_replacements; i++) {
        json_put_text(out, NULL, world->replacements[i].path);
    }
    json_close(out);
}

static bool put_world(struct arena *arena, struct world *world, const char *host)
{
    const char *url = arena_printf(arena, "https://%s/", host);
    const struct description description = sim_describe(world, url, host, 443, NULL);
    int64_t offset_s = sim_switch_clock_s(&world->switches);
    struct json_writer *out = json_writer_new();
    json_put_text(out, "world", world->name);
    json_put_text(out, "host", host);
    json_put_text(out, "now", sim_date_time(arena, clock_now_seconds() + offset_s));
    json_put_int(out, "clock_offset_s", offset_s);
    json_put_text(out, "user", admin_of(arena, world, auditor_of(world, &description)));
    put_properties(out, arena, world, host);
    put_behaviours(out, arena, world);
    json_open_object(out, "tables");
    for (size_t i = 0; i < world->n_tables; i++) {
        put_table(out, world->tables[i]);
    }
    json_close(out);
    bool is_written = json_writer_finish(out, stdout, false);
    json_writer_free(out);
    return is_written && fflush(stdout) == 0;
}

/* ---- Options -------------------------------------------------------------------------------- */

static void read_switch(struct arena *arena, struct pairs *switches, const char *text)
{
    size_t len = strcspn(text, "=");
    pairs_add(arena, switches, arena_strndup(arena, text, len),
              text[len] == '=' ? text + len + 1 : "");
}

static bool read_options(struct arena *arena, int argc, char **argv, struct sim_options *options)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (text_equal(argv[i], "--world")) {
            options->world = value;
        } else if (text_equal(argv[i], "--fault")) {
            strings_add(arena, &options->faults, value);
        } else if (text_equal(argv[i], "--set")) {
            read_switch(arena, &options->switches, value);
        } else if (text_equal(argv[i], "--host")) {
            options->host = value;
        } else {
            return false;
        }
    }
    return options->world != NULL && argc % 2 == 1;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct sim_options options = {.host = "acme.service-now.com"};
    struct tenants tenants = {0};
    int status = 2;
    if (!read_options(arena, argc, argv, &options)) {
        fputs("usage: world_json --world NAME|FILE [--fault F]... [--set SWITCH=SETTING]... "
              "[--host HOST]\n",
              stderr);
    } else if (sim_tenants_build(arena, diag, &options, &tenants)) {
        status = put_world(tenants.items[0].arena, tenants.items[0].world, options.host) ? 0 : 1;
    }
    diag_print(diag, stderr);
    sim_tenants_release(&tenants);
    diag_free(diag);
    arena_free(arena);
    return status;
}
