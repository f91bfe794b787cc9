/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Table API: parameters, values, headers, what is trimmed and what is refused.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define TABLE "/api/now/table/"

static const char *header_for(struct bench *bench, const char *who)
{
    return text_equal(who, "integration") ? bench_token(bench)
           : text_equal(who, "auditor")   ? AUDITOR
                                          : NULL;
}

struct expectation {
    const char *who;
    const char *uri;
    int status;
    const char *body; /* a part of it, or all of it when it begins with a brace and ends with one */
    const char *count;
    const char *why;
};

static bool body_fits(const char *body, const char *wanted)
{
    return text_starts_with(wanted, "{") && text_ends_with(wanted, "}")
               ? text_equal(body, wanted)
               : strstr(body, wanted) != NULL;
}

static void expect_rows(struct bench *bench, const struct expectation *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bench_get(bench, rows[i].uri, header_for(bench, rows[i].who));
        const char *body = bench_body(bench);
        const char *count = bench_header(bench, "X-Total-Count");
        cr_expect_eq(bench->reply.status, rows[i].status, "row %zu (%s): %d %s", i, rows[i].why,
                     bench->reply.status, body);
        cr_expect(body_fits(body, rows[i].body), "row %zu (%s): %s", i, rows[i].why, body);
        cr_expect(text_equal(count, rows[i].count), "row %zu (%s): count %s", i, rows[i].why,
                  count);
    }
}

#define EMPTY "{\"result\":[]}"
#define CLOSED                                                                           \
    "{\"error\":{\"message\":\"User Not Authorized\",\"detail\":\"Failed API level ACL " \
    "Validation\"},\"status\":\"failure\"}"
#define NO_RECORD                                                                           \
    "{\"error\":{\"message\":\"No Record found\",\"detail\":\"Record doesn't exist or ACL " \
    "restricts the record retrieval\"},\"status\":\"failure\"}"
#define NO_QUERY_RIGHT                                                                        \
    "{\"error\":{\"message\":\"Insufficient rights to query records\",\"detail\":\"Field(s) " \
    "present in the query do not have permission to be read\"},\"status\":\"failure\"}"

#define BAD_LIMIT                                                                   \
    "{\"error\":{\"message\":\"Invalid value given for sysparm_limit\",\"detail\":" \
    "\"sysparm_limit value must be a positive integer\"},\"status\":\"failure\"}"

Test(sim_table_api, parameters)
{
    static const struct expectation rows[] = {
        {"integration", TABLE "incident?sysparm_fields=number&sysparm_limit=1", 200,
         "{\"result\":[{\"number\":\"INC0010001\"}]}", "3", "limit cuts, the count stays"},
        {"integration", TABLE "incident?sysparm_fields=number&sysparm_limit=1&sysparm_offset=2",
         200, "{\"result\":[{\"number\":\"INC0010003\"}]}", "3", "offset"},
        {"integration", TABLE "incident?sysparm_fields=number&sysparm_offset=9", 200, EMPTY, "3",
         "an offset behind the end"},
        {"integration", TABLE "incident?sysparm_fields=number&state=7", 200,
         "{\"result\":[{\"number\":\"INC0010003\"}]}", "1", "name=value instead of a query"},
        {"integration", TABLE "incident?sysparm_fields=number&sysparm_query=state=7", 200,
         "{\"result\":[{\"number\":\"INC0010003\"}]}", "1", "a query"},
        {"integration", TABLE "incident?sysparm_fields=number,zz_no_such,state&sysparm_limit=1",
         200, "{\"result\":[{\"number\":\"INC0010001\",\"state\":\"1\"}]}", "3",
         "an unknown field is left out; numbers are text"},
        {"integration", TABLE "incident?sysparm_fields=assigned_to&sysparm_limit=1", 200,
         "{\"result\":[{\"assigned_to\":\"\"}]}", "3", "an empty reference is an empty text"},
        {"integration",
         TABLE "incident?sysparm_fields=assignment_group.name,assigned_to.name&sysparm_limit=1",
         200,
         "{\"result\":[{\"assignment_group.name\":\"Cloud Operations\",\"assigned_to.name\":"
         "\"\"}]}",
         "3", "dot-walked fields are flat; an empty reference gives an empty text"},
        {"integration",
         TABLE "incident?sysparm_fields=state,active&sysparm_limit=1&sysparm_display_value=true",
         200, "{\"result\":[{\"state\":\"New\",\"active\":\"true\"}]}", "3", "labels of choices"},
        {"integration",
         TABLE "incident?sysparm_fields=state,assigned_to&sysparm_limit=1&sysparm_display_value="
               "all",
         200,
         "{\"result\":[{\"state\":{\"display_value\":\"New\",\"value\":\"1\"},\"assigned_to\":{"
         "\"display_value\":\"\",\"value\":\"\"}}]}",
         "3", "both"},
        {"integration",
         TABLE "incident?sysparm_fields=caller_id&sysparm_limit=1&sysparm_display_value=true&"
               "sysparm_exclude_reference_link=true",
         200, "{\"result\":[{\"caller_id\":\"Dana Ops\"}]}", "3", "no link: only the text"},
        {"integration", TABLE "incident?sysparm_fields=caller_id&sysparm_limit=1", 200,
         "\"caller_id\":{\"link\":\"https://acme.service-now.com/api/now/table/sys_user/", "3",
         "a reference is a link and a value"},
        {"integration",
         TABLE "incident?sysparm_fields=number&sysparm_no_count=true&sysparm_limit=1", 200,
         "INC0010001", NULL, "no count"},
        {"integration", "/api/now/v1/table/incident?sysparm_query=number=none", 404, NO_RECORD,
         NULL, "version 1 knows no empty list"},
        {"integration", "/api/now/v2/table/incident?sysparm_query=number=none", 200, EMPTY, "0",
         "version 2 does"},
        {"integration", "/api/now/v3/table/incident", 400,
         "{\"error\":{\"message\":\"Requested URI does not represent any resource\",\"detail\":"
         "null},\"status\":\"failure\"}",
         NULL, "an unknown path"},
        {"integration", TABLE "no_such_table", 400,
         "{\"error\":{\"message\":\"Invalid table no_such_table\",\"detail\":null},\"status\":"
         "\"failure\"}",
         NULL, "an unknown table"},
        {"integration", TABLE "task?sysparm_fields=number,sys_class_name&sysparm_limit=1", 200,
         "{\"result\":[{\"number\":\"INC0010001\",\"sys_class_name\":\"incident\"}]}", "5",
         "a parent lists its children"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    expect_rows(&bench, rows, ARRAY_LEN(rows));
    bench_close(&bench);
}

Test(sim_table_api, who_reads_what)
{
    static const struct expectation rows[] = {
        {"integration", TABLE "sys_properties?sysparm_query=name=glide.war", 200, EMPTY, "1",
         "properties: none shown, but counted"},
        {"auditor", TABLE "sys_properties?sysparm_query=name=instance_name&sysparm_fields=value",
         200, "{\"result\":[{\"value\":\"acme\"}]}", "1", "an admin reads them"},
        {"integration", TABLE "oauth_entity?sysparm_query=nameNOT LIKEExample", 200, EMPTY, "3",
         "configuration is trimmed"},
        {"integration", TABLE "sys_user?sysparm_fields=user_name&sysparm_query=user_name=admin",
         200, "{\"result\":[{\"user_name\":\"admin\"}]}", "1", "itil reads users"},
        {"integration", TABLE "sys_db_object?sysparm_query=name=incident&sysparm_fields=ws_access",
         200, "{\"result\":[{\"ws_access\":\"true\"}]}", "1", "itil reads sys_db_object"},
        {"integration",
         TABLE "sys_choice?sysparm_fields=name,label&sysparm_limit=1&sysparm_no_count=true", 200,
         "{\"result\":[{\"label\":\"New\"}]}", NULL, "of choices only the label"},
        {"integration", TABLE "sys_choice?sysparm_query=element=state", 403, NO_QUERY_RIGHT, NULL,
         "and no query by what is not readable"},
        {"integration", TABLE "v_plugin", 403, CLOSED, NULL, "v_plugin is an admin's"},
        {"auditor",
         TABLE "v_plugin?sysparm_query=id=com.glide.rest.policy&sysparm_fields=id,active", 200,
         "{\"result\":[{\"id\":\"com.glide.rest.policy\",\"active\":\"active\"}]}", "1",
         "active is a word there"},
        {"auditor", TABLE "sys_plugins", 403, CLOSED, NULL, "closed even to an admin"},
        {"auditor", TABLE "sys_package", 403, CLOSED, NULL, "its parent too"},
        {"auditor",
         TABLE "oauth_entity?sysparm_query=type=client^nameNOT LIKEExample&sysparm_fields="
               "name,client_secret&sysparm_limit=1",
         200, "{\"result\":[{\"name\":\"Cloud ex Machina Integration\"}]}", "2",
         "a secret never leaves"},
        {"auditor",
         TABLE "inbound_auth_profile?sysparm_query=name=API keys&sysparm_fields="
               "sys_class_name",
         200, "{\"result\":[{\"sys_class_name\":\"http_key_auth\"}]}", "1",
         "a profile is listed by its parent table"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    expect_rows(&bench, rows, ARRAY_LEN(rows));
    bench_close(&bench);
}

Test(sim_table_api, switches)
{
    static const struct {
        const char *switch_name;
        const char *setting;
        struct expectation row;
    } rows[] = {
        {"unknown-column",
         "ignored",
         {"integration", TABLE "incident?sysparm_query=zz=1&sysparm_fields=number&sysparm_limit=1",
          200, "INC0010001", "3", "regime A: the term is dropped, every row comes"}},
        {"unknown-column",
         "no-rows",
         {"integration", TABLE "incident?sysparm_query=zz=1", 200, EMPTY, "0", "regime B"}},
        {"unknown-column",
         "refused",
         {"integration", TABLE "incident?sysparm_query=zz=1", 403, NO_QUERY_RIGHT, NULL,
          "regime C"}},
        {"unknown-column",
         "ignored",
         {"integration",
          TABLE "incident?sysparm_query=ORDERBYzz&sysparm_fields=number&sysparm_limit=1", 200,
          "INC0010001", "3", "an ordering is a part of the query: dropped too"}},
        {"unknown-column",
         "no-rows",
         {"integration", TABLE "incident?sysparm_query=ORDERBYDESCzz", 200, EMPTY, "0",
          "or it empties the answer"}},
        {"unknown-column",
         "refused",
         {"integration", TABLE "incident?sysparm_query=active=true^ORDERBYzz", 403, NO_QUERY_RIGHT,
          NULL, "or it is refused"}},
        {"bad-page",
         "refused",
         {"integration", TABLE "incident?sysparm_limit=0", 400, BAD_LIMIT, NULL, "a limit of 0"}},
        {"bad-page",
         "refused",
         {"integration", TABLE "incident?sysparm_limit=-5", 400, BAD_LIMIT, NULL, "below it"}},
        {"bad-page",
         "refused",
         {"integration", TABLE "incident?sysparm_limit=abc", 400, BAD_LIMIT, NULL, "no number"}},
        {"bad-page",
         "refused",
         {"integration", TABLE "incident?sysparm_offset=-1", 400,
          "{\"error\":{\"message\":\"offset is -1\",\"detail\":\"Negative offset is not "
          "supported\"},\"status\":\"failure\"}",
          NULL, "an offset below 0"}},
        {"bad-page",
         "refused",
         {"integration", TABLE "incident?sysparm_fields=number&sysparm_limit=&sysparm_offset=abc",
          200, "INC0010001", "3", "an empty limit, an offset that is no number"}},
        {"bad-page",
         "ignored",
         {"integration", TABLE "incident?sysparm_limit=0&sysparm_offset=-1", 200, "INC0010003", "3",
          "older instances give every row"}},
        {"unreadable-query-column",
         "applied",
         {"integration",
          TABLE "sys_choice?sysparm_query=element=category^value=database&sysparm_fields=label",
          200, "{\"result\":[{\"label\":\"Database\"}]}", "1", "older instances apply the term"}},
        {"configuration-tables",
         "denied",
         {"integration", TABLE "oauth_entity", 403, "User is unauthorized to access table", NULL,
          "configuration refused instead of trimmed"}},
        {"configuration-tables",
         "denied",
         {"integration", TABLE "sys_properties?sysparm_query=name=glide.war", 200, EMPTY, "1",
          "properties are trimmed all the same"}},
        {"properties-count",
         "filtered",
         {"integration", TABLE "sys_properties", 200, EMPTY, "0", "hidden without a trace"}},
        {"hidden-rows",
         "uncounted",
         {"integration", TABLE "oauth_entity", 200, EMPTY, "0", "the count says nothing"}},
        {"unreadable-table",
         "refused",
         {"integration", TABLE "sys_ws_definition?sysparm_fields=name", 200, "Table API", "1",
          "what is readable stays so"}},
        {"plugin-tables",
         "admin",
         {"auditor",
          TABLE "sys_plugins?sysparm_query=source=com.snc.incident&sysparm_fields=active", 200,
          "{\"result\":[{\"active\":\"true\"}]}", "1", "older instances let admins read"}},
        {"plugin-tables",
         "admin",
         {"integration", TABLE "sys_plugins", 403, CLOSED, NULL, "and nobody else"}},
        {"plugin-view",
         "closed",
         {"auditor", TABLE "v_plugin", 403, CLOSED, NULL, "newer instances close it"}},
        {"empty-field",
         "shown",
         {"integration",
          TABLE "incident?sysparm_query=number=INC0010001&sysparm_fields=number,close_notes,"
                "closed_by.email",
          200,
          "{\"result\":[{\"number\":\"INC0010001\",\"close_notes\":\"\",\"closed_by.email\":\"\"}]"
          "}",
          "1", "an empty text"}},
        {"empty-field",
         "absent",
         {"integration",
          TABLE "incident?sysparm_query=number=INC0010001&sysparm_fields=number,close_notes,"
                "closed_by.email",
          200, "{\"result\":[{\"number\":\"INC0010001\"}]}", "1", "or nothing"}},
        {"hidden-field",
         "absent",
         {"integration", TABLE "sys_choice?sysparm_query=label=Database&sysparm_fields=value,label",
          200, "{\"result\":[{\"label\":\"Database\"}]}", "1", "it is not returned"}},
        {"hidden-field",
         "empty",
         {"integration", TABLE "sys_choice?sysparm_query=label=Database&sysparm_fields=value,label",
          200, "{\"result\":[{\"value\":\"\",\"label\":\"Database\"}]}", "1", "or it comes empty"}},
        {"hidden-field",
         "empty",
         {"integration",
          TABLE "sys_choice?sysparm_query=label=Database&sysparm_fields=value"
                "&sysparm_display_value=all",
          200, "{\"result\":[{\"value\":{\"display_value\":\"\",\"value\":\"\"}}]}", "1",
          "in both its forms"}},
        {"role-tables",
         "admin",
         {"integration", TABLE "sys_user_role_contains?sysparm_fields=sys_id", 200, EMPTY, "18",
          "trimmed but for admin"}},
        {"role-tables",
         "itil",
         {"integration",
          TABLE "sys_user_role_contains?sysparm_fields=sys_created_by&sysparm_limit=1", 200,
          "{\"result\":[{\"sys_created_by\":\"admin\"}]}", "18",
          "or read by those who work with users"}},
        {"role-tables",
         "itil",
         {"integration",
          TABLE "sys_user_has_role?sysparm_query=user.user_name=cxm_integration^role.name=itil"
                "&sysparm_fields=state",
          200, "{\"result\":[{\"state\":\"active\"}]}", "1", "so are users' roles"}},
        {"plugin-view",
         "empty",
         {"auditor", TABLE "v_plugin", 200, EMPTY, "0", "no rows, for an admin neither"}},
        {"query-scripts",
         "refused",
         {"integration", TABLE "sys_user?sysparm_query=user_name=javascript:gs.getUserName()", 200,
          EMPTY, "0", "scripts are not run"}},
        {"query-scripts",
         "evaluated",
         {"integration",
          TABLE "sys_user?sysparm_query=user_name=javascript:gs.getUserName()&sysparm_fields="
                "user_name",
          200, "{\"result\":[{\"user_name\":\"cxm_integration\"}]}", "1", "the identity echo"}},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, rows[i].switch_name, rows[i].setting);
        expect_rows(&bench, &rows[i].row, 1);
        bench_close(&bench);
    }
}

Test(sim_table_api, own_record_without_any_role)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    struct row *robin = sim_row_by_value(bench.world, "sys_user", "user_name", "robin.desk");
    sim_row_set(bench.world, robin, "user_password", "test-secret-not-real");
    const char *header = basic_header(bench.arena, "robin.desk:test-secret-not-real");
    bench_get(&bench, TABLE "sys_user?sysparm_fields=user_name", header);
    cr_expect_str_eq(bench_body(&bench), "{\"result\":[{\"user_name\":\"robin.desk\"}]}");
    cr_expect_str_eq(
        bench_header(&bench, "X-Total-Count"),
        arena_printf(bench.arena, "%zu", sim_table_find(bench.world, "sys_user")->n_rows),
        "the others are counted");
    bench_get(&bench, TABLE "incident?sysparm_fields=number", header);
    cr_expect_str_eq(bench_body(&bench), EMPTY,
                     "the business rule leaves the own ones, the ACL "
                     "none");
    cr_expect_str_eq(bench_header(&bench, "X-Total-Count"), "2");
    bench_get(&bench, TABLE "sys_db_object", header);
    cr_expect_eq(bench.reply.status, 403, "below itil sys_db_object is refused");
    bench_close(&bench);
}

Test(sim_table_api, one_record)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *incident = sim_row_by_value(bench.world, "incident", "number", "INC0010002");
    const struct row *client =
        sim_row_by_value(bench.world, "oauth_entity", "client_id", CLIENT_ID);
    const char *token = bench_token(&bench);
    bench_get(
        &bench,
        arena_printf(bench.arena, TABLE "incident/%s?sysparm_fields=number", incident->sys_id),
        token);
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"number\":\"INC0010002\"}}");
    bench_get(&bench, TABLE "incident/0123456789abcdef0123456789abcdef", token);
    cr_expect_eq(bench.reply.status, 404);
    cr_expect_str_eq(bench_body(&bench), NO_RECORD);
    bench_get(&bench, arena_printf(bench.arena, TABLE "oauth_entity/%s", client->sys_id), token);
    cr_expect_eq(bench.reply.status, 404, "a record one may not read is not there");
    bench_close(&bench);
}

Test(sim_table_api, pages)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_get(&bench, TABLE "incident?sysparm_limit=1&sysparm_offset=1", bench_token(&bench));
    const char *link = bench_header(&bench, "Link");
    cr_assert_not_null(link);
    cr_expect_not_null(strstr(link, "sysparm_limit=1&sysparm_offset=0>;rel=\"first\""));
    cr_expect_not_null(strstr(link, "sysparm_offset=0>;rel=\"prev\""));
    cr_expect_not_null(strstr(link, "sysparm_offset=2>;rel=\"next\""));
    cr_expect_not_null(strstr(link, "sysparm_offset=2>;rel=\"last\""));
    bench_get(&bench, TABLE "incident?sysparm_limit=3", bench_token(&bench));
    cr_expect_null(bench_header(&bench, "Link"), "everything fits one page");
    bench_get(&bench, TABLE "incident?sysparm_limit=1&sysparm_offset=1&sysparm_no_count=true",
              bench_token(&bench));
    link = bench_header(&bench, "Link");
    cr_assert_not_null(link);
    cr_expect_null(bench_header(&bench, "X-Total-Count"));
    cr_expect_not_null(strstr(link, "sysparm_offset=0>;rel=\"first\""));
    cr_expect_not_null(strstr(link, "sysparm_offset=0>;rel=\"prev\""));
    cr_expect_not_null(strstr(link, "sysparm_offset=2>;rel=\"next\""));
    cr_expect_null(strstr(link, "rel=\"last\""), "who does not count knows no last page: %s", link);
    bench_get(&bench, TABLE "incident?sysparm_limit=3&sysparm_no_count=true", bench_token(&bench));
    cr_expect_not_null(strstr(bench_header(&bench, "Link"), "rel=\"next\""),
                       "a full page may have another behind it");
    bench_get(&bench, TABLE "incident?sysparm_limit=4&sysparm_no_count=true", bench_token(&bench));
    cr_expect_null(bench_header(&bench, "Link"), "a page that is not full has none");
    bench_get(&bench, TABLE "incident?sysparm_limit=1&sysparm_suppress_pagination_header=true",
              bench_token(&bench));
    cr_expect_null(bench_header(&bench, "Link"), "not wanted");
    bench_close(&bench);
}
