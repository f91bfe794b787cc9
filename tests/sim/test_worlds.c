/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The healthy worlds: what each vendor calls works, each is as full as a real instance, each is on
 * a release of its own; and the literal world, where nothing works but the auditor.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "vendor.h"

static struct strings world_names(struct arena *arena)
{
    struct strings names = sim_world_names(arena);

    cr_assert_eq(names.n_items, 7, "%zu worlds", names.n_items);
    return names;
}

Test(sim_worlds, vendors_calls)
{
    struct bench bench = {0};

    for (size_t i = 0; i < n_vendor_calls; i++) {
        const struct vendor_call *call = &vendor_calls[i];
        bool is_first = i == 0 || !text_equal(call->world, vendor_calls[i - 1].world);
        if (is_first && i > 0) {
            bench_close(&bench);
        }
        if (is_first) {
            vendor_open(&bench, call->world, NULL);
        }
        const char *outcome = vendor_outcome(&bench, call);
        cr_expect_str_eq(outcome, call->outcome, "row %zu (%s, %s): %s", i, call->world, call->name,
                         outcome);
    }
    bench_close(&bench);
}

/* Those the table defines and an instance has. */
static size_t own_columns(const struct table *table)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n_columns; i++) {
        bool is_own = table->columns[i]->owner == table;
        n += is_own && !text_starts_with(table->columns[i]->name, "sim_") ? 1 : 0;
    }
    return n;
}

/* What the instance says of its tables: a row of sys_db_object and one of sys_dictionary each. */
static void expect_table_rows(struct bench *bench, const struct table *table)
{
    const struct row *object = sim_row_by_value(bench->world, "sys_db_object", "name", table->name);
    struct rows entries =
        sim_rows_by_value(bench->world, bench->arena,
                          sim_table_find(bench->world, "sys_dictionary"), "name", table->name);
    size_t n_collections = 0;

    cr_assert_not_null(object, "%s", table->name);
    cr_expect_str_neq(sim_row_get(object, "label"), "", "%s", table->name);
    cr_expect_str_neq(sim_row_get(object, "label"), table->name, "%s", table->name);
    const struct row *parent = sim_row_reference(bench->world, object, "super_class");
    cr_expect_eq(parent != NULL, table->parent != NULL, "%s", table->name);
    if (parent != NULL) {
        cr_expect_str_eq(sim_row_get(parent, "name"), table->parent->name);
        cr_expect_str_eq(sim_row_get(parent, "is_extendable"), "true", "under %s", table->name);
    }
    size_t n_own = own_columns(table);
    cr_expect_eq(entries.n_items, n_own + 1, "%s: %zu", table->name, entries.n_items);
    for (size_t i = 0; i < entries.n_items; i++) {
        const struct row *entry = entries.items[i];
        const struct column *column = sim_column_find(table, sim_row_get(entry, "element"));
        cr_expect(column == NULL || (column->owner == table &&
                                     text_equal(column->type, sim_row_get(entry, "internal_type"))),
                  "%s", table->name);
        bool is_collection = text_equal(sim_row_get(entry, "internal_type"), "collection");
        n_collections += is_collection ? 1 : 0;
        cr_expect_eq(*sim_row_get(entry, "element") == '\0', is_collection, "%s", table->name);
        cr_expect(!is_collection ||
                      text_equal(sim_row_get(entry, "column_label"), sim_row_get(object, "label")),
                  "%s", table->name);
    }
    cr_expect_eq(n_collections, 1, "%s", table->name);
}

Test(sim_worlds, tables)
{
    static const struct {
        const char *name;
        const char *label;
        const char *is_extendable;
    } rows[] = {
        {"incident", "Incident", "false"},      {"task", "Task", "true"},
        {"cmdb_ci_server", "Server", "true"},   {"sys_user_group", "Group", "false"},
        {"sys_package", "Sys package", "true"}, {"api_key", "REST API Key", "false"},
    };
    struct arena *arena = arena_new();
    struct strings names = world_names(arena);

    for (size_t i = 0; i < names.n_items; i++) {
        struct bench bench;
        vendor_open(&bench, names.items[i], NULL);
        for (size_t k = 0; k < bench.world->n_tables; k++) {
            expect_table_rows(&bench, bench.world->tables[k]);
        }
        for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
            const struct row *object =
                sim_row_by_value(bench.world, "sys_db_object", "name", rows[k].name);
            cr_expect(object == NULL || text_equal(sim_row_get(object, "label"), rows[k].label),
                      "%s", rows[k].name);
            cr_expect(object == NULL ||
                          text_equal(sim_row_get(object, "is_extendable"), rows[k].is_extendable),
                      "%s", rows[k].name);
        }
        bench_close(&bench);
    }
    arena_free(arena);
}

/* A column is told of where it is defined, and nowhere else. */
Test(sim_worlds, columns)
{
    static const struct {
        const char *name;
        const char *element;
        const char *told; /* label, type, length, mandatory, display, reference, default */
    } rows[] = {
        {"task", "opened_at", "Opened, glide_date_time, 40, false, false, , "},
        {"task", "number", "Number, string, 40, false, true, , "},
        {"task", "sys_id", "Sys id, GUID, 32, false, false, , "},
        {"task", "active", "Active, boolean, 40, false, false, , true"},
        {"task", "assigned_to", "Assigned to, reference, 32, false, false, sys_user, "},
        {"incident", "caller_id", "Caller, reference, 32, false, false, sys_user, "},
        {"incident", "reopen_count", "Reopen count, integer, 40, false, false, , 0"},
        {"incident", "opened_at", NULL},
        {"change_request", "on_hold", "On hold, boolean, 40, false, false, , "},
        {"sys_user", "locked_out", "Locked out, boolean, 40, false, false, , "},
        {"sys_user", "user_password", "User password, string, 40, false, false, , "},
        {"sys_user", "sim_locked_at", NULL},
        {"sys_user", "no_such_column", NULL},
        {"cmdb_ci", "skip_sync", "Skip sync, boolean, 40, false, false, , false"},
        {"sys_api_access_scope", "auth_scope",
         "Auth scope, reference, 32, true, false, sys_auth_scope, "},
        {"sys_auth_scope", "name", "Name, string, 40, true, true, , "},
        {"sn_customerservice_case", "account",
         "Account, reference, 32, false, false, customer_account, "},
    };
    static const char *const told[] = {"column_label", "internal_type", "max_length",   "mandatory",
                                       "display",      "reference",     "default_value"};
    struct bench bench;

    vendor_open(&bench, "1stream", NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rows entries =
            sim_rows_by_value(bench.world, bench.arena,
                              sim_table_find(bench.world, "sys_dictionary"), "name", rows[i].name);
        const char *seen = NULL;
        for (size_t k = 0; k < entries.n_items; k++) {
            if (text_equal(sim_row_get(entries.items[k], "element"), rows[i].element)) {
                struct strings parts = {0};
                for (size_t n = 0; n < ARRAY_LEN(told); n++) {
                    strings_add(bench.arena, &parts, sim_row_get(entries.items[k], told[n]));
                }
                seen = strings_join(bench.arena, &parts, ", ");
            }
        }
        cr_expect(rows[i].told == NULL ? seen == NULL : text_equal(seen, rows[i].told),
                  "row %zu (%s.%s): %s", i, rows[i].name, rows[i].element,
                  seen == NULL ? "nothing" : seen);
    }
    bench_close(&bench);
}

Test(sim_worlds, a_column_that_is_dropped)
{
    struct bench bench;

    vendor_open(&bench, "harness-sei", "column-missing");
    struct rows entries =
        sim_rows_by_value(bench.world, bench.arena, sim_table_find(bench.world, "sys_dictionary"),
                          "element", "resolved_at");
    cr_expect_eq(entries.n_items, 0);
    entries =
        sim_rows_by_value(bench.world, bench.arena, sim_table_find(bench.world, "sys_dictionary"),
                          "element", "resolved_by");
    cr_expect_eq(entries.n_items, 1);
    bench_close(&bench);
}

/* The classes a vendor of the CMDB Meta API asks for besides the base one. */
Test(sim_worlds, classes_of_the_cmdb)
{
    static const char *const classes[] = {"cmdb_ci_hardware", "cmdb_ci_computer", "cmdb_ci_server"};
    struct bench bench;

    vendor_open(&bench, "strategy-overview", NULL);
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        const struct vendor_call call = {
            .world = "strategy-overview",
            .name = "meta",
            .method = "GET",
            .uri = arena_printf(bench.arena, "/api/now/cmdb/meta/%s", classes[i]),
        };
        cr_expect_str_eq(vendor_outcome(&bench, &call), "200 described", "%s", classes[i]);
    }
    bench_close(&bench);
}

Test(sim_worlds, a_table_that_is_dropped)
{
    static const char *const of[] = {"sys_db_object", "sys_dictionary"};
    struct bench bench;

    vendor_open(&bench, "harness-sei", "table-missing");
    for (size_t i = 0; i < ARRAY_LEN(of); i++) {
        cr_expect_null(sim_row_by_value(bench.world, of[i], "name", "change_request"), "%s", of[i]);
        cr_expect_not_null(sim_row_by_value(bench.world, of[i], "name", "incident"), "%s", of[i]);
    }
    bench_close(&bench);
}

/* Every world has calls above. */
Test(sim_worlds, all_are_listed)
{
    struct arena *arena = arena_new();
    struct strings names = world_names(arena);

    for (size_t i = 0; i < names.n_items; i++) {
        size_t n = 0;
        for (size_t k = 0; k < n_vendor_calls; k++) {
            n += text_equal(names.items[i], vendor_calls[k].world) ? 1 : 0;
        }
        cr_expect_gt(n, 3, "%s has %zu calls", names.items[i], n);
    }
    arena_free(arena);
}

Test(sim_worlds, each_is_full)
{
    static const char *const tables[] = {"sys_user",    "sys_user_role",         "sys_properties",
                                         "sys_plugins", "sys_api_access_policy", "api_key",
                                         "oauth_entity"};
    struct arena *arena = arena_new();
    struct strings names = world_names(arena);

    for (size_t i = 0; i < names.n_items; i++) {
        struct bench bench;
        vendor_open(&bench, names.items[i], NULL);
        for (size_t k = 0; k < ARRAY_LEN(tables); k++) {
            size_t n =
                sim_table_rows(bench.world, arena, sim_table_find(bench.world, tables[k])).n_items;
            cr_expect_geq(n, 200, "%s has %zu rows of %s", names.items[i], n, tables[k]);
        }
        bench_close(&bench);
    }
    arena_free(arena);
}

Test(sim_worlds, shipped_policies)
{
    static const char *const shipped[] = {"Table GET API Access Policy",
                                          "Table POST API Access Policy"};
    struct arena *arena = arena_new();
    struct strings names = world_names(arena);

    for (size_t i = 0; i < names.n_items; i++) {
        struct bench bench;
        vendor_open(&bench, names.items[i], NULL);
        for (size_t k = 0; k < ARRAY_LEN(shipped); k++) {
            const struct row *policy =
                sim_row_by_value(bench.world, "sys_api_access_policy", "name", shipped[k]);
            cr_assert_not_null(policy, "%s", names.items[i]);
            cr_expect_eq(sim_row_is_true(policy, "active"),
                         text_equal(names.items[i], "harness-sei"), "%s: %s", names.items[i],
                         shipped[k]);
        }
        bench_close(&bench);
    }
    arena_free(arena);
}

Test(sim_worlds, releases)
{
    static const struct {
        const char *world;
        const char *buildname;
        bool has_identity_type;
        bool has_table_lists; /* policies for some tables, since Yokohama */
        bool has_restriction; /* of clients to scopes, since Zurich */
    } rows[] = {
        {"1stream", "Australia", true, true, true},
        {"cloud-ex-machina", "Zurich", true, true, true},
        {"harness-sei", "Yokohama", true, true, false},
        {"harness-sei-oauth", "Brazil", true, true, true},
        {"literal", "Australia", true, true, true},
        {"rad-security", "Washingtondc", false, false, false},
        {"strategy-overview", "Xanadu", true, false, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        vendor_open(&bench, rows[i].world, NULL);
        cr_expect_str_eq(sim_property(bench.world, "glide.buildname", ""), rows[i].buildname,
                         "row %zu (%s)", i, rows[i].world);
        const struct {
            const char *table;
            const char *column;
            bool is_there;
        } columns[] = {
            {"sys_user", "identity_type", rows[i].has_identity_type},
            {"sys_api_access_policy", "api_tablename", rows[i].has_table_lists},
            {"oauth_entity", "scope_restriction_status", rows[i].has_restriction},
        };
        for (size_t k = 0; k < ARRAY_LEN(columns); k++) {
            const struct table *table = sim_table_find(bench.world, columns[k].table);
            cr_expect_eq(sim_column_find(table, columns[k].column) != NULL, columns[k].is_there,
                         "row %zu (%s): %s", i, rows[i].world, columns[k].column);
        }
        bench_close(&bench);
    }
}

/* What the guide forgets, and what a poor auditor cannot see. */
Test(sim_worlds, literal)
{
    static const struct {
        const char *uri;
        const char *body; /* a part of it */
        const char *why;
    } rows[] = {
        {"/api/now/table/sys_plugins?sysparm_limit=1", "Failed API level ACL Validation",
         "plugin tables are closed"},
        {"/api/now/table/v_plugin?sysparm_limit=1", "Failed API level ACL Validation",
         "so is the view of them"},
        {"/api/now/table/sys_api_access_policy?sysparm_limit=1", "Table GET API Access Policy",
         "policies are for api_service_admin"},
        {"/api/now/table/api_key?sysparm_limit=1", "RAD Security Integration Key", "so are keys"},
        {"/api/now/table/oauth_entity?sysparm_limit=1", "User is unauthorized to access table",
         "applications are for admins"},
        {"/api/now/table/sys_properties?sysparm_query=name=glide.war&sysparm_fields=value",
         "{\"result\":[]}", "properties are silently gone"},
        {"/api/now/table/sys_user?sysparm_query=user_name=svc_rad&sysparm_fields=active",
         "{\"result\":[{\"active\":\"true\"}]}", "users are seen by those who work with them"},
    };
    struct bench bench;

    vendor_open(&bench, "literal", NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *body = vendor_audit(&bench, rows[i].uri);
        cr_expect_not_null(strstr(body, rows[i].body), "row %zu (%s): %s", i, rows[i].why, body);
    }
    cr_expect_null(sim_row_by_value(bench.world, "sys_user_role", "name", "u_ticket_user"));
    bench_close(&bench);
}

/* The rows of a crowd: numbered, and lists taken in turn. */
Test(sim_worlds, crowds)
{
    struct bench bench;

    vendor_open(&bench, "cloud-ex-machina", NULL);
    const struct row *second = sim_row_by_value(bench.world, "sys_user", "user_name", "crowd.2");
    cr_assert_not_null(second);
    cr_expect_str_eq(sim_row_get(second, "email"), "crowd.2@example.com");
    cr_expect_str_eq(sim_row_get(second, "first_name"), "Ben", "the second of the list");
    const struct row *ninth = sim_row_by_value(bench.world, "sys_user", "user_name", "crowd.9");
    cr_expect_str_eq(sim_row_get(ninth, "active"), "false");
    cr_expect_str_eq(sim_row_get(ninth, "first_name"), "Ben", "and round again");
    bench_close(&bench);
}

Test(sim_worlds, variations_leave_the_vendor_alone)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    struct strings names = world_names(arena);

    for (size_t i = 0; i < names.n_items; i++) {
        struct pairs variations = {0};
        cr_assert(sim_world_variations(arena, diag, names.items[i], &variations));
        for (size_t k = 0; k < variations.n_items; k++) {
            struct bench bench;
            vendor_open(&bench, names.items[i], variations.items[k].key);
            for (size_t n = 0; n < n_vendor_calls; n++) {
                const struct vendor_call *call = &vendor_calls[n];
                if (text_equal(call->world, names.items[i])) {
                    const char *outcome = vendor_outcome(&bench, call);
                    cr_expect_str_eq(outcome, call->outcome, "%s, %s, %s: %s", call->world,
                                     variations.items[k].key, call->name, outcome);
                }
            }
            bench_close(&bench);
        }
    }
    diag_free(diag);
    arena_free(arena);
}

/* --- worlds of others --- */

Test(sim_worlds, mistakes_are_reported_at_their_place)
{
    static const struct {
        const char *file;
        const char *messages[12];
    } rows[] = {
        {"broken-parts.yaml",
         {"broken-parts.yaml:5:3: error: there is a table incident already",
          "broken-parts.yaml:6:21: error: unknown table 'nosuch'",
          "broken-parts.yaml:7:12: error: a table has no part 'opened_by' of this form",
          "broken-parts.yaml:8:12: error: table u_three must be a mapping",
          "broken-parts.yaml:9:49: error: table u_four has no column 'u_color' of its own",
          "broken-parts.yaml:10:32: error: a table has no part 'types' of this form",
          "broken-parts.yaml:11:37: error: table u_six has no column u_b",
          "broken-parts.yaml:11:50: error: a default must be a value"}},
        {"broken-rows.yaml",
         {"broken-rows.yaml:6:5: error: a crowd needs 'of' (a table), 'count' (1 to 10000) and "
          "'row'",
          "broken-rows.yaml:7:5: error: a crowd needs",
          "broken-rows.yaml:8:44: error: this world has no parameter 'm'",
          "broken-rows.yaml:4:11: error: there is no file sim/nosuch.yaml"}},
        {"broken-changes.yaml",
         {"broken-changes.yaml:5:12: error: no row of sys_user fits 'user_name=nobody'",
          "broken-changes.yaml:6:31: error: table sys_user has no column 'colour'",
          "broken-changes.yaml:7:13: error: unknown table 'sys_userz'",
          "broken-changes.yaml:8:5: error: a step needs one of the verbs"}},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct diag *diag = diag_new();
        const char *path = arena_printf(arena, "%s/%s", ROOM_FIXTURES, rows[i].file);
        cr_expect_null(sim_world_load(arena, diag, path, "acme.service-now.com"));
        size_t n = 0;
        for (; rows[i].messages[n] != NULL; n++) {
            const char *message = n < diag_count(diag) ? diag_message(diag, n) : "nothing";
            cr_expect_not_null(strstr(message, rows[i].messages[n]), "row %zu: %s", i, message);
        }
        cr_expect_eq(diag_count(diag), n, "row %zu (%s): %zu", i, rows[i].file, diag_count(diag));
        diag_free(diag);
        arena_free(arena);
    }
}

/* Tables that shipped rows and active plugins presuppose. */
Test(sim_worlds, tables_of_every_instance)
{
    static const struct {
        const char *world;
        const char *table;
        const char *column; /* one of its own, or of its parent */
    } rows[] = {
        {"cloud-ex-machina", "problem", "number"},
        {"cloud-ex-machina", "sc_request", "number"},
        {"cloud-ex-machina", "sc_req_item", "number"},
        {"cloud-ex-machina", "token_auth_credential", "expires"},
        {"cloud-ex-machina", "sys_dictionary_override", "mandatory_override"},
        {"cloud-ex-machina", "sys_ws_operation", "requires_snc_internal_role"},
        {"cloud-ex-machina", "sys_ws_version", "version_id"},
        {"cloud-ex-machina", "sys_update_set", "is_default"},
        {"cloud-ex-machina", "sys_remote_update_set", "commit_date"},
        {"cloud-ex-machina", "sys_update_xml", "payload"},
        {"cloud-ex-machina", "sys_user_certificate", "sha256_fingerprint"},
        {"cloud-ex-machina", "sys_transform_map", "target_table"},
        {"cloud-ex-machina", "sys_rest_message", "rest_endpoint"},
        {"1stream", "csm_consumer", "household"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        vendor_open(&bench, rows[i].world, NULL);
        const struct table *table = sim_table_find(bench.world, rows[i].table);
        cr_assert_not_null(table, "row %zu: %s", i, rows[i].table);
        cr_expect_not_null(sim_column_find(table, rows[i].column), "row %zu: %s", i,
                           rows[i].column);
        bench_get(&bench,
                  arena_printf(bench.arena, "/api/now/table/%s?sysparm_limit=1", rows[i].table),
                  vendor_header(&bench, "auditor"));
        cr_expect_eq(bench.reply.status, 200, "row %zu: %d", i, bench.reply.status);
        bench_close(&bench);
    }
}

Test(sim_worlds, own_tables_crowds_and_changes)
{
    static const struct {
        const char *uri;
        const char *body;
        const char *why;
    } rows[] = {
        {"/api/now/table/u_ticket?sysparm_fields=number,u_colour",
         "{\"result\":[{\"number\":\"TCK1\",\"u_colour\":\"red\"},{\"number\":\"TCK2\","
         "\"u_colour\":\"green\"},{\"number\":\"TCK3\",\"u_colour\":\"red\"}]}",
         "a table of the world's own, with a crowd"},
        {"/api/now/table/"
         "sys_db_object?sysparm_query=name=u_ticket&sysparm_fields=label,super_class&"
         "sysparm_display_value=true&sysparm_exclude_reference_link=true",
         "{\"result\":[{\"label\":\"Ticket\",\"super_class\":\"Task\"}]}", "its own label"},
        {"/api/now/table/task?sysparm_fields=number&sysparm_limit=1",
         "{\"result\":[{\"number\":\"TCK1\"}]}", "its rows are rows of the parent"},
        {"/api/now/table/"
         "sys_user?sysparm_query=user_name=me&sysparm_fields=user_name,identity_type",
         "{\"result\":[{\"user_name\":\"me\"}]}", "a column it has not"},
    };
    struct bench bench;

    vendor_open(&bench, ROOM_FIXTURES "/own-world.yaml", NULL);
    const char *header = basic_header(bench.arena, "boss:test-secret-not-real");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, rows[i].uri, header);
        cr_expect_str_eq(bench_body(&bench), rows[i].body, "row %zu (%s): %s", i, rows[i].why,
                         bench_body(&bench));
    }
    const struct pair type[] = {{"Content-Type", "application/json"}};
    bench_call_with(&bench, "POST",
                    "/api/now/table/u_ticket?sysparm_fields=u_colour,state,active,approval", header,
                    "{}", type, 1);
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":{\"u_colour\":\"blue\",\"state\":\"7\",\"active\":\"true\","
                     "\"approval\":\"\"}}",
                     "its own defaults, for a column of the parent too: %s", bench_body(&bench));
    bench_close(&bench);
}
