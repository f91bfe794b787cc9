/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes by the Table API: what is refused aloud, what is passed over in silence, what the record
 * looks like afterwards.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define INCIDENT "/api/now/table/incident"
#define JSON_TYPE "Content-Type: application/json"
#define RULE(verb)                                                                  \
    "{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"ACL Exception " verb \
    " Failed due to security constraints\"},\"status\":\"failure\"}"
#define NO_RECORD                                                                           \
    "{\"error\":{\"message\":\"No Record found\",\"detail\":\"Record doesn't exist or ACL " \
    "restricts the record retrieval\"},\"status\":\"failure\"}"

/* A call with the integration's token, or another header, and a JSON body. */
static void write_to(struct bench *bench, const char *method, const char *uri, const char *body)
{
    const struct pair type[] = {{"Content-Type", "application/json"}};

    bench_call_with(bench, method, uri, bench_token(bench), body, type, 1);
}

static const char *uri_of(struct bench *bench, const char *number, const char *query)
{
    return arena_printf(bench->arena, INCIDENT "/%s?%s",
                        sim_row_by_value(bench->world, "incident", "number", number)->sys_id,
                        query);
}

Test(sim_write, insert_update_delete)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    write_to(&bench, "POST",
             INCIDENT "?sysparm_fields=number,short_description,state,correlation_id,caller_id,"
                      "sys_created_by,sys_mod_count,active",
             "{\"short_description\":\"made\",\"state\":2,\"correlation_id\":\"run-1\","
             "\"zz_no_such\":\"x\",\"caller_id\":\"Dana Ops\",\"active\":true,"
             "\"sys_created_by\":\"me\"}");
    cr_expect_eq(bench.reply.status, 201, "%d", bench.reply.status);
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":{\"number\":\"INC0010004\",\"short_description\":\"made\","
                     "\"state\":\"2\",\"correlation_id\":\"run-1\",\"caller_id\":\"\","
                     "\"sys_created_by\":\"cxm_integration\",\"sys_mod_count\":\"0\","
                     "\"active\":\"true\"}}",
                     "numbers become text, unknown columns are ignored, a reference by name is "
                     "empty, system fields are the platform's");
    write_to(&bench, "PATCH",
             uri_of(&bench, "INC0010004",
                    "sysparm_fields=short_description,state,sys_mod_count,caller_id.name&"
                    "sysparm_input_display_value=true"),
             "{\"short_description\":\"changed\",\"caller_id\":\"Dana Ops\"}");
    cr_expect_eq(bench.reply.status, 200);
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":{\"short_description\":\"changed\",\"state\":\"2\","
                     "\"sys_mod_count\":\"1\",\"caller_id.name\":\"Dana Ops\"}}");
    write_to(&bench, "DELETE", uri_of(&bench, "INC0010004", ""), NULL);
    cr_expect_eq(bench.reply.status, 403);
    cr_expect_str_eq(bench_body(&bench), RULE("Delete"), "only admins delete");
    ADD(&bench, "sys_security_acl_role",
        {"sys_security_acl", ADD(&bench, "sys_security_acl", {"name", "incident"},
                                 {"operation", "delete"}, {"type", "record"}, {"active", "true"})
                                 ->sys_id},
        {"sys_user_role", sim_row_by_value(bench.world, "sys_user_role", "name", "itil")->sys_id});
    write_to(&bench, "DELETE", uri_of(&bench, "INC0010004", ""), NULL);
    cr_expect_eq(bench.reply.status, 204, "%s", bench_body(&bench));
    cr_expect_eq(bench.reply.body.len, 0);
    cr_expect_null(sim_row_by_value(bench.world, "incident", "number", "INC0010004"));
    bench_close(&bench);
}

/* As the answer to a POST in c_TableAPI.md shows them. */
Test(sim_write, defaults)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    write_to(&bench, "POST",
             INCIDENT "?sysparm_fields=active,approval,category,child_incidents,contact_type,"
                      "escalation,knowledge,made_sla,notify,opened_by.user_name,"
                      "reassignment_count,reopen_count,severity,state,sys_class_name,"
                      "sys_created_by,upon_approval,upon_reject,close_notes,impact",
             "{\"category\":\"network\",\"severity\":\"\"}");
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":{\"active\":\"true\",\"approval\":\"not requested\","
                     "\"category\":\"network\",\"child_incidents\":\"0\",\"contact_type\":"
                     "\"phone\",\"escalation\":\"0\",\"knowledge\":\"false\",\"made_sla\":"
                     "\"true\",\"notify\":\"1\",\"opened_by.user_name\":\"cxm_integration\","
                     "\"reassignment_count\":\"0\",\"reopen_count\":\"0\",\"severity\":\"\","
                     "\"state\":\"1\",\"sys_class_name\":\"incident\",\"sys_created_by\":"
                     "\"cxm_integration\",\"upon_approval\":\"proceed\",\"upon_reject\":"
                     "\"cancel\",\"close_notes\":\"\",\"impact\":\"\"}}",
                     "what is sent goes before, an empty text too: %s", bench_body(&bench));
    const struct row *made = sim_row_by_value(bench.world, "incident", "number", "INC0010004");
    cr_expect_str_eq(sim_row_get(made, "opened_at"), sim_row_get(made, "sys_created_on"));
    cr_expect_str_eq(
        sim_row_get(sim_row_by_value(bench.world, "incident", "number", "INC0010001"), "made_sla"),
        "", "a world's rows are as they are written");
    bench_close(&bench);
}

/* What the call itself can have wrong. */
Test(sim_write, bad_calls)
{
    static const struct {
        const char *method;
        const char *uri;
        const char *type;
        const char *body;
        int status;
        const char *text;
        const char *why;
    } rows[] = {
        {"POST", INCIDENT, "application/json", "{}", 201, "\"result\"", "an empty object is fine"},
        {"POST", INCIDENT, NULL, "{}", 400, "Exception while reading request", "no content type"},
        {"POST", INCIDENT, "text/plain", "{}", 415, "Exception while reading", "another type"},
        {"POST", INCIDENT, "application/json", "{", 400, "Exception while", "no JSON"},
        {"POST", INCIDENT, "application/json", "[]", 400, "Exception while", "not an object"},
        {"POST", INCIDENT, "application/json", "[1]", 400, "Exception while", "nor is that"},
        {"POST", INCIDENT "?sysparm_fields=urgency", "application/json",
         "[{\"urgency\":\"3\"},{\"urgency\":\"2\"}]", 201, "{\"result\":{\"urgency\":\"3\"}}",
         "of many records the first"},
        {"POST", INCIDENT, "application/json;charset=utf-8", "{}", 201, "result", "a charset"},
        {"POST", INCIDENT "/0123456789abcdef0123456789abcdef", "application/json", "{}", 405, "",
         "POST has no record"},
        {"PATCH", INCIDENT, "application/json", "{}", 405, "", "PATCH has one"},
        {"PATCH", INCIDENT "/0123456789abcdef0123456789abcdef", "application/json", "{}", 404,
         NO_RECORD, "no such record"},
        {"TRACE", INCIDENT, NULL, NULL, 405, "", "a method nobody knows"},
        {"POST", "/api/now/table/no_such_table", "application/json", "{}", 400,
         "Invalid table no_such_table", "no such table"},
        {"POST", "/api/now/table/sys_plugins", "application/json", "{}", 403,
         "Failed API level ACL Validation", "a closed table"},
        {"POST", "/api/now/table/sys_user", "application/json", "{}", 403, RULE("Insert"),
         "a table with no rule for the caller"},
        {"POST", "/api/now/v1/table/incident", "application/json", "{}", 201, "result", "v1"},
        {"POST", "/api/now/v2/table/incident", "application/json", "{}", 201, "result", "v2"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pair type[] = {{"Content-Type", rows[i].type}};
        bench_call_with(&bench, rows[i].method, rows[i].uri, bench_token(&bench), rows[i].body,
                        type, rows[i].type == NULL ? 0 : 1);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d %s", i, rows[i].why,
                     bench.reply.status, bench_body(&bench));
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].text), "row %zu (%s): %s", i,
                           rows[i].why, bench_body(&bench));
    }
    bench_close(&bench);
}

Test(sim_write, where_it_is_and_no_body)
{
    const struct pair headers[] = {{"X-no-response-body", "true"},
                                   {"Content-Type", "application/json"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_call_with(&bench, "POST", INCIDENT "?sysparm_fields=number", bench_token(&bench),
                    "{\"correlation_id\":\"run-1\"}", headers, 2);
    cr_expect_eq(bench.reply.status, 201);
    cr_expect_eq(bench.reply.body.len, 0, "%s", bench_body(&bench));
    const struct row *made = sim_row_by_value(bench.world, "incident", "correlation_id", "run-1");
    cr_assert_not_null(made);
    cr_expect_str_eq(
        bench_header(&bench, "Location"),
        arena_printf(bench.arena, "https://acme.service-now.com" INCIDENT "/%s", made->sys_id));
    write_to(&bench, "PATCH", uri_of(&bench, "INC0010001", ""), "{\"urgency\":\"3\"}");
    cr_expect_null(bench_header(&bench, "Location"), "of a new record only");
    bench_close(&bench);
}

Test(sim_write, method_override)
{
    const struct pair headers[] = {{"X-HTTP-Method-Override", "PATCH"},
                                   {"Content-Type", "application/json"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_call_with(&bench, "POST", uri_of(&bench, "INC0010001", "sysparm_fields=urgency"),
                    bench_token(&bench), "{\"urgency\":\"3\"}", headers, 2);
    cr_expect_eq(bench.reply.status, 200);
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"urgency\":\"3\"}}");
    bench_close(&bench);
}

Test(sim_write, a_field_rule_is_silent)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    ADD(&bench, "sys_security_acl_role",
        {"sys_security_acl", ADD(&bench, "sys_security_acl", {"name", "incident.urgency"},
                                 {"operation", "write"}, {"type", "record"}, {"active", "true"})
                                 ->sys_id},
        {"sys_user_role", sim_row_by_value(bench.world, "sys_user_role", "name", "admin")->sys_id});
    write_to(&bench, "PATCH", uri_of(&bench, "INC0010001", "sysparm_fields=urgency,impact"),
             "{\"urgency\":\"3\",\"impact\":\"3\"}");
    cr_expect_eq(bench.reply.status, 200);
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"urgency\":\"1\",\"impact\":\"3\"}}",
                     "one field keeps its value");
    bench_close(&bench);
}

Test(sim_write, read_only_users_do_not_write)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct pair type[] = {{"Content-Type", "application/json"}};
    bench_call_with(&bench, "POST", INCIDENT, AUDITOR, "{}", type, 1);
    cr_expect_eq(bench.reply.status, 403);
    cr_expect_str_eq(bench_body(&bench), RULE("Insert"), "the auditor is an admin, and read-only");
    bench_close(&bench);
}

static void add_policy(struct bench *bench, const char *conditions)
{
    const struct row *policy =
        ADD(bench, "sys_data_policy2", {"model_table", "task"}, {"active", "true"},
            {"inherit", "true"}, {"conditions", conditions});

    ADD(bench, "sys_data_policy_rule", {"sys_data_policy", policy->sys_id}, {"table", "task"},
        {"field", "close_notes"}, {"mandatory", "true"});
    ADD(bench, "sys_dictionary", {"name", "task"}, {"element", "close_notes"},
        {"column_label", "Close notes"});
}

Test(sim_write, data_policies)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    add_policy(&bench, "state=7");
    write_to(&bench, "PATCH", uri_of(&bench, "INC0010001", "sysparm_fields=state"),
             "{\"state\":\"7\"}");
    cr_expect_eq(bench.reply.status, 403);
    cr_expect_str_eq(bench_body(&bench),
                     "{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"Data Policy "
                     "Exception: The following fields are mandatory: Close notes\"},\"status\":"
                     "\"failure\"}");
    cr_expect_str_eq(
        sim_row_get(sim_row_by_value(bench.world, "incident", "number", "INC0010001"), "state"),
        "1", "nothing was changed");
    write_to(&bench, "PATCH", uri_of(&bench, "INC0010001", "sysparm_fields=state"),
             "{\"state\":\"7\",\"close_notes\":\"done\"}");
    cr_expect_eq(bench.reply.status, 200, "%s", bench_body(&bench));
    write_to(&bench, "POST", INCIDENT, "{\"state\":\"7\"}");
    cr_expect_eq(bench.reply.status, 403, "an insert is asked too");
    cr_expect_eq(sim_table_find(bench.world, "incident")->n_rows, 3, "and leaves no row");
    bench_close(&bench);
}

Test(sim_write, mandatory_in_the_dictionary)
{
    static const struct {
        const char *setting;
        int status;
    } rows[] = {{"ignored", 201}, {"enforced", 403}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "dictionary-mandatory", rows[i].setting);
        ADD(&bench, "sys_dictionary", {"name", "incident"}, {"element", "caller_id"},
            {"column_label", "Caller"}, {"mandatory", "true"});
        write_to(&bench, "POST", INCIDENT, "{}");
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].setting,
                     bench_body(&bench));
        cr_expect(rows[i].status == 201 || strstr(bench_body(&bench), "mandatory: Caller") != NULL);
        bench_close(&bench);
    }
}

Test(sim_write, choices)
{
    static const struct {
        const char *setting;
        const char *body;
        const char *kept;
        const char *why;
    } rows[] = {
        {"dropped", "{\"category\":\"software\"}", "{\"result\":{\"category\":\"software\"}}",
         "a choice"},
        {"dropped", "{\"category\":\"weather\"}", "{\"result\":{\"category\":\"inquiry\"}}",
         "no choice, and nobody says so: the default stays"},
        {"stored", "{\"category\":\"weather\"}", "{\"result\":{\"category\":\"weather\"}}",
         "stored as it came"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "invalid-choice", rows[i].setting);
        write_to(&bench, "POST", INCIDENT "?sysparm_fields=category", rows[i].body);
        cr_expect_str_eq(bench_body(&bench), rows[i].kept, "row %zu (%s)", i, rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_write, business_rules)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *rule = ADD(&bench, "sys_script", {"name", "Keep out"}, {"collection", "task"},
                                 {"when", "before"}, {"active", "true"}, {"action_insert", "true"},
                                 {"abort_action", "true"}, {"filter_condition", "urgency=9"});
    ADD(&bench, "sys_script", {"name", "Reset"}, {"collection", "incident"}, {"when", "before"},
        {"active", "true"}, {"action_update", "true"}, {"sim_sets", "impact=1^urgency=2"});
    write_to(&bench, "POST", INCIDENT, "{\"urgency\":\"9\"}");
    cr_expect_eq(bench.reply.status, 403);
    cr_expect_not_null(
        strstr(bench_body(&bench), arena_printf(bench.arena,
                                                "Operation against file 'incident' was aborted by "
                                                "Business Rule 'Keep out^%s'. Business Rule Stack:",
                                                rule->sys_id)),
        "%s", bench_body(&bench));
    write_to(&bench, "POST", INCIDENT, "{\"urgency\":\"1\"}");
    cr_expect_eq(bench.reply.status, 201, "the rule's condition is not met");
    write_to(&bench, "PATCH", uri_of(&bench, "INC0010001", "sysparm_fields=impact,urgency,state"),
             "{\"impact\":\"3\",\"urgency\":\"3\",\"state\":\"2\"}");
    cr_expect_str_eq(bench_body(&bench),
                     "{\"result\":{\"impact\":\"1\",\"urgency\":\"2\",\"state\":\"2\"}}",
                     "a rule puts fields back, and nobody says so");
    bench_close(&bench);
}

/* A cancelled transaction may have done its work: the record is there although the answer is an
 * error. */
Test(sim_write, cancelled_after_the_fact)
{
    struct bench bench;

    bench_open(&bench, NULL, "transaction", "cancelled");
    write_to(&bench, "POST", INCIDENT, "{\"correlation_id\":\"run-2\"}");
    cr_expect_eq(bench.reply.status, 500);
    cr_expect_null(bench_header(&bench, "Location"), "nor where it is");
    cr_expect_not_null(sim_row_by_value(bench.world, "incident", "correlation_id", "run-2"));
    bench_close(&bench);
}

Test(sim_write, payload_limit)
{
    static const struct {
        const char *setting;
        int status;
    } rows[] = {{"bad-request", 400}, {"too-large", 413}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "large-payload", rows[i].setting);
        ADD(&bench, "sys_properties", {"name", "glide.rest.max_content_length"}, {"value", "20"});
        write_to(&bench, "POST", INCIDENT, "{\"short_description\":\"x\"}");
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].setting);
        cr_expect_str_eq(bench_body(&bench),
                         "{\"error\":{\"message\":\"Exception while reading request\",\"detail\":"
                         "\"Rejected large REST payload with content-length = 25 bytes. Max "
                         "allowed: 20 bytes.\"},\"status\":\"failure\"}");
        bench_close(&bench);
    }
}

/* Rules are written by who has elevated to security_admin, which no REST call can. */
Test(sim_write, rules_are_not_written_over_rest)
{
    const struct pair type[] = {{"Content-Type", "application/json"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *admin = basic_header(bench.arena, "admin:simulated-admin-password");
    bench_call_with(&bench, "POST", "/api/now/table/sys_security_acl", admin, "{}", type, 1);
    cr_expect_eq(bench.reply.status, 403, "%d", bench.reply.status);
    cr_expect_str_eq(bench_body(&bench), RULE("Insert"));
    bench_call_with(&bench, "POST", "/api/now/table/sys_properties", admin, "{\"name\":\"x\"}",
                    type, 1);
    cr_expect_eq(bench.reply.status, 201, "elsewhere an admin writes");
    bench_close(&bench);
}
