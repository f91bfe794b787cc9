/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The APIs besides the Table API: Aggregate, CMDB Meta, Attachment, Batch.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/json.h"
#include "sim/decode.h"
#include "support.h"

#define STATS "/api/now/stats/"
#define BATCH "/api/now/v1/batch"

static const char *user_header(struct bench *bench)
{
    return basic_header(bench->arena, "cxm_integration:simulated-service-password");
}

/* JSON with single quotes, for eyes. */
static const char *quoted(struct bench *bench, const char *text)
{
    char *copy = arena_strdup(bench->arena, text);

    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    return copy;
}

Test(sim_apis, aggregate)
{
    static const struct {
        const char *uri;
        int status;
        const char *body;
        const char *why;
    } rows[] = {
        {STATS "incident?sysparm_count=true", 200, "{\"result\":{\"stats\":{\"count\":\"3\"}}}",
         "a count is a text"},
        {STATS "incident?sysparm_count=true&sysparm_query=active=true", 200,
         "{\"result\":{\"stats\":{\"count\":\"2\"}}}", "of a query"},
        {STATS "incident?sysparm_count=true&sysparm_query=number=none", 200,
         "{\"result\":{\"stats\":{\"count\":\"0\"}}}", "of nothing"},
        {STATS "incident?sysparm_count=true&sysparm_group_by=active", 200,
         "{\"result\":[{\"stats\":{\"count\":\"2\"},\"groupby_fields\":[{\"field\":\"active\","
         "\"value\":\"true\"}]},{\"stats\":{\"count\":\"1\"},\"groupby_fields\":[{\"field\":"
         "\"active\",\"value\":\"false\"}]}]}",
         "by group"},
        {STATS "incident?sysparm_avg_fields=priority&sysparm_max_fields=priority,urgency", 200,
         "{\"result\":{\"stats\":{\"avg\":{\"priority\":\"3.0000\"},\"max\":{\"priority\":\"4\","
         "\"urgency\":\"3\"}}}}",
         "numbers of columns"},
        {STATS "incident", 200, "{\"result\":{\"stats\":{}}}", "nothing asked for"},
        {STATS "no_such_table?sysparm_count=true", 400, "Invalid table no_such_table", "no table"},
        {STATS "sys_plugins?sysparm_count=true", 403, "Failed API level ACL Validation", "closed"},
        {STATS "oauth_entity?sysparm_count=true", 403,
         "\"detail\":\"No permission to read table 'oauth_entity'\"", "not readable"},
        {STATS "sys_choice?sysparm_count=true&sysparm_query=element=state", 403,
         "Insufficient rights to query records", "a column that is not readable"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, rows[i].uri, user_header(&bench));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i, rows[i].why,
                     bench.reply.status);
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu (%s): %s", i,
                           rows[i].why, bench_body(&bench));
    }
    bench_get(&bench, STATS "incident?sysparm_count=true", bench_token(&bench));
    cr_expect_not_null(strstr(bench_body(&bench), "Access to unscoped api is not allowed"),
                       "a restricted client and an API in no scope");
    bench_get(&bench, STATS "incident?sysparm_count=true", AUDITOR);
    cr_expect_eq(bench.reply.status, 401, "a key and an API without a policy");
    bench_close(&bench);
}

#define GROUP(stats, field, value)                                                                 \
    "{\"stats\":{" stats "},\"groupby_fields\":[{\"field\":\"" field "\",\"value\":\"" value "\"}" \
    "]}"
#define COUNT(n) "\"count\":\"" n "\""
#define BY_STATE STATS "incident?sysparm_count=true&sysparm_group_by=state"
#define LIST(groups) "{\"result\":[" groups "]}"

Test(sim_apis, aggregate_least_and_most)
{
    static const struct {
        const char *uri;
        const char *body;
        const char *why;
    } rows[] = {
        {STATS "incident?sysparm_min_fields=number&sysparm_max_fields=number",
         "{\"result\":{\"stats\":{\"max\":{\"number\":\"INC0010003\"},\"min\":{\"number\":"
         "\"INC0010001\"}}}}",
         "of texts"},
        {STATS "incident?sysparm_max_fields=resolved_at",
         "{\"result\":{\"stats\":{\"max\":{\"resolved_at\":\"2026-02-01 10:00:00\"}}}}",
         "of times"},
        {STATS "incident?sysparm_min_fields=resolved_at",
         "{\"result\":{\"stats\":{\"min\":{\"resolved_at\":\"2026-01-31 10:00:00\"}}}}",
         "an empty time is none"},
        {STATS "incident?sysparm_min_fields=close_notes",
         "{\"result\":{\"stats\":{\"min\":{\"close_notes\":\"\"}}}}", "of nothing"},
        {STATS "incident?sysparm_max_fields=reassignment_count",
         "{\"result\":{\"stats\":{\"max\":{\"reassignment_count\":\"10\"}}}}",
         "numbers are no texts"},
        {STATS "incident?sysparm_sum_fields=number,no_such_column",
         "{\"result\":{\"stats\":{\"sum\":{\"number\":\"\"}}}}", "a sum of texts"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_set(&bench, "incident", "INC0010001", "resolved_at", "2026-02-01 10:00:00");
    bench_set(&bench, "incident", "INC0010002", "resolved_at", "2026-01-31 10:00:00");
    bench_set(&bench, "incident", "INC0010001", "reassignment_count", "9");
    bench_set(&bench, "incident", "INC0010002", "reassignment_count", "10");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, rows[i].uri, user_header(&bench));
        cr_expect_str_eq(bench_body(&bench), rows[i].body, "row %zu (%s): %s", i, rows[i].why,
                         bench_body(&bench));
    }
    bench_close(&bench);
}

Test(sim_apis, aggregate_conditions_and_orders)
{
    static const char one[] = GROUP(COUNT("1"), "active", "false");
    static const char two[] = GROUP(COUNT("2"), "active", "true");
    static const struct {
        const char *parameters;
        const char *first; /* of the two groups, NULL when neither is kept */
        const char *second;
        const char *why;
    } rows[] = {
        {"", two, one, "both"},
        {"&sysparm_having=count^priority^>^1", two, NULL, "more than one"},
        {"&sysparm_having=COUNT^priority^=^1", one, NULL, "exactly one"},
        {"&sysparm_having=avg^priority^<^2.75", two, NULL, "an average of 2.5"},
        {"&sysparm_having=avg^priority^>=^2.5,max^priority^!=^4", two, NULL, "two conditions"},
        {"&sysparm_having=min^number^<=^INC0010001", two, NULL, "of a text"},
        {"&sysparm_having=count^priority^>^9", NULL, NULL, "none is kept"},
        {"&sysparm_having=count>1", two, one, "one that cannot be read"},
        {"&sysparm_having=count^no_such_column^>^1", two, one, "one about nothing"},
        {"&sysparm_having=median^priority^>^9", two, one, "an aggregate there is none"},
        {"&sysparm_order_by=active", one, two, "by the value"},
        {"&sysparm_order_by=active^DESC", two, one, "the other way"},
        {"&sysparm_order_by=COUNT", one, two, "by the count"},
        {"&sysparm_order_by=AVG^priority^DESC", one, two, "by an average"},
        {"&sysparm_order_by=no_such_column", two, one, "by nothing"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *comma = rows[i].second == NULL ? "" : ",";
        const char *second = rows[i].second == NULL ? "" : rows[i].second;
        bench_get(&bench,
                  arena_printf(bench.arena,
                               STATS "incident?sysparm_count=true&sysparm_group_by=active%s",
                               rows[i].parameters),
                  user_header(&bench));
        cr_expect_str_eq(bench_body(&bench),
                         arena_printf(bench.arena, LIST("%s%s%s"),
                                      rows[i].first == NULL ? "" : rows[i].first, comma, second),
                         "row %zu (%s): %s", i, rows[i].why, bench_body(&bench));
    }
    bench_get(&bench, STATS "incident?sysparm_count=true&sysparm_having=count^number^>^9",
              user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"stats\":{}}}");
    bench_close(&bench);
}

Test(sim_apis, aggregate_display_values)
{
    static const struct {
        const char *setting;
        const char *uri;
        const char *body; /* in it */
        const char *why;
    } rows[] = {
        {"in-value", BY_STATE, GROUP(COUNT("1"), "state", "2"), "the values"},
        {"in-value", BY_STATE "&sysparm_display_value=true",
         GROUP(COUNT("1"), "state", "In Progress"), "the label of a choice"},
        {"beside-value", BY_STATE "&sysparm_display_value=true",
         "[{\"display_value\":\"In Progress\",\"field\":\"state\",\"value\":\"2\"}]",
         "beside the value"},
        {"beside-value", BY_STATE, GROUP(COUNT("1"), "state", "2"), "the values all the same"},
        {"in-value", BY_STATE "&sysparm_display_value=all",
         "[{\"display_value\":\"In Progress\",\"field\":\"state\",\"value\":\"2\"}]", "both"},
        {"in-value",
         STATS "incident?sysparm_count=true&sysparm_group_by=assignment_group"
               "&sysparm_display_value=true",
         GROUP(COUNT("2"), "assignment_group", "Cloud Operations"), "the name of a reference"},
        {"in-value",
         STATS "incident?sysparm_count=true&sysparm_group_by=assignment_group.name,assigned_to"
               "&sysparm_display_value=all",
         "[{\"display_value\":\"Network\",\"field\":\"assignment_group.name\",\"value\":"
         "\"Network\"},"
         "{\"display_value\":\"\",\"field\":\"assigned_to\",\"value\":\"\"}]",
         "of two columns"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "group-display", rows[i].setting);
        bench_get(&bench, rows[i].uri, user_header(&bench));
        cr_expect_not_null(strstr(bench_body(&bench), rows[i].body), "row %zu (%s): %s", i,
                           rows[i].why, bench_body(&bench));
        bench_close(&bench);
    }
}

Test(sim_apis, aggregate_by_columns_out_of_reach)
{
    static const char uri[] = STATS "sys_choice?sysparm_count=true&sysparm_group_by=element";
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_get(&bench, STATS "incident?sysparm_count=true&sysparm_group_by=no_such_column",
              user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), LIST(GROUP(COUNT("3"), "no_such_column", "")),
                     "the shape stays");
    bench_get(&bench,
              STATS "incident?sysparm_count=true&sysparm_group_by=no_such_column"
                    "&sysparm_display_value=true&sysparm_query=number=none",
              user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), LIST(""), "of nothing");
    bench_get(&bench, uri, user_header(&bench));
    cr_expect_eq(bench.reply.status, 403, "a column that is not readable");
    bench_property(&bench, "glide.security.groupby_acl_check", "false");
    bench_get(&bench, uri, user_header(&bench));
    cr_expect_eq(bench.reply.status, 200, "where nobody checks");
    bench_close(&bench);
}

Test(sim_apis, a_count_may_be_larger_than_what_is_shown)
{
    struct bench bench;

    bench_open(&bench, "rows-hidden", NULL, NULL);
    bench_get(&bench, STATS "incident?sysparm_count=true", user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"stats\":{\"count\":\"3\"}}}");
    bench_get(&bench, "/api/now/table/incident", user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), "{\"result\":[]}");
    bench_get(&bench, "/api/now/attachment?sysparm_offset=1", user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), "{\"result\":[]}", "the first is the one to be seen");
    bench_get(&bench, "/api/now/attachment?sysparm_limit=0", user_header(&bench));
    cr_expect_eq(bench.reply.status, 400, "as in the Table API");
    bench_close(&bench);
}

static const struct json *meta(struct bench *bench, const char *class)
{
    const char *fault;

    bench_get(bench, arena_printf(bench->arena, "/api/now/cmdb/meta/%s", class),
              user_header(bench));
    cr_assert_eq(bench->reply.status, 200, "%s: %d", class, bench->reply.status);
    const struct json *root =
        json_parse(bench->arena, bench_body(bench), bench->reply.body.len, &fault);
    cr_assert_not_null(root, "%s: %s", class, fault);
    return json_get(root, "result");
}

static bool lists(const struct json *list, const char *text)
{
    for (size_t i = 0; i < list->n_values; i++) {
        if (text_equal(list->values[i]->text, text)) {
            return true;
        }
    }
    return false;
}

Test(sim_apis, cmdb_meta)
{
    static const struct {
        const char *name;
        const char *label;
        const char *parent;
        const char *child; /* NULL: none here */
        const char *icon_url;
    } rows[] = {
        {"cmdb_ci", "Configuration Item", "", "cmdb_ci_hardware", ""},
        {"cmdb_ci_hardware", "Hardware", "cmdb_ci", "cmdb_ci_computer", ""},
        {"cmdb_ci_computer", "Computer", "cmdb_ci_hardware", "cmdb_ci_server",
         "images/app.ngbsm/computer.svg"},
        {"cmdb_ci_server", "Server", "cmdb_ci_computer", NULL, ""},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct json *result = meta(&bench, rows[i].name);
        const struct json *children = json_get(result, "children");
        cr_expect_eq(result->n_values, 10, "%s", rows[i].name);
        cr_expect_str_eq(json_get_text(result, "name"), rows[i].name);
        cr_expect_str_eq(json_get_text(result, "label"), rows[i].label);
        cr_expect_str_eq(json_get_text(result, "parent"), rows[i].parent);
        cr_expect_eq(children->n_values, rows[i].child == NULL ? 0 : 1, "%s", rows[i].name);
        cr_expect(rows[i].child == NULL || lists(children, rows[i].child), "%s", rows[i].name);
        cr_expect_str_eq(json_get_text(result, "icon_url"), rows[i].icon_url);
        cr_expect_eq(strlen(json_get_text(result, "icon")), *rows[i].icon_url == '\0' ? 0 : 32);
        cr_expect_eq(json_get(result, "is_extendable")->kind, JSON_KIND_BOOL, "%s", rows[i].name);
        cr_expect_eq(json_get(result, "relationship_rules")->kind, JSON_KIND_ARRAY);
        cr_expect_eq(json_get(result, "identification_rules")->kind, JSON_KIND_OBJECT);
    }
    bench_get(&bench, "/api/now/cmdb/meta/incident", user_header(&bench));
    cr_expect_eq(bench.reply.status, 404, "no class of the CMDB");
    bench_close(&bench);
}

/* The page's own samples are the first five. */
Test(sim_apis, cmdb_meta_attributes)
{
    static const struct {
        const char *class;
        const char *attribute;
    } rows[] = {
        {"cmdb_ci_computer",
         "{'is_inherited':'false','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'OS Address Width (bits)','type':'integer',"
         "'element':'os_address_width','max_length':'40','is_display':'false'}"},
        {"cmdb_ci_computer",
         "{'is_inherited':'true','is_mandatory':'false','is_read_only':'true',"
         "'default_value':'false','label':'Skip sync','type':'boolean','element':'skip_sync',"
         "'max_length':'40','is_display':'false'}"},
        {"cmdb_ci_computer",
         "{'is_inherited':'true','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'DNS Domain','type':'string','element':'dns_domain',"
         "'max_length':'255','is_display':'false'}"},
        {"cmdb_ci_computer",
         "{'is_inherited':'true','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'Purchased','type':'glide_date','element':'purchase_date',"
         "'max_length':'40','is_display':'false'}"},
        {"cmdb_ci_computer",
         "{'is_inherited':'true','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'Lease contract','type':'string','element':'lease_id',"
         "'max_length':'40','is_display':'false'}"},
        {"cmdb_ci",
         "{'is_inherited':'false','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'Name','type':'string','element':'name','max_length':'40',"
         "'is_display':'true'}"},
        {"cmdb_ci_server",
         "{'is_inherited':'true','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'Assigned to','type':'reference','element':'assigned_to',"
         "'max_length':'32','is_display':'false'}"},
        {"cmdb_ci_server",
         "{'is_inherited':'false','is_mandatory':'false','is_read_only':'false',"
         "'default_value':null,'label':'Host name','type':'string','element':'host_name',"
         "'max_length':'40','is_display':'false'}"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        (void)meta(&bench, rows[i].class);
        cr_expect_not_null(strstr(bench_body(&bench), quoted(&bench, rows[i].attribute)),
                           "row %zu: %s", i, bench_body(&bench));
    }
    bench_close(&bench);
}

Test(sim_apis, cmdb_meta_refused)
{
    static const struct {
        const char *setting;
        int status;
    } refusals[] = {{"forbidden", 403}, {"unauthorized", 401}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        bench_open(&bench, NULL, "cmdb-meta-refusal", refusals[i].setting);
        bench_set(&bench, "sys_user", "robin.desk", "user_password", "test-secret-not-real");
        bench_get(&bench, "/api/now/cmdb/meta/cmdb_ci",
                  basic_header(bench.arena, "robin.desk:test-secret-not-real"));
        cr_expect_eq(bench.reply.status, refusals[i].status, "row %zu", i);
        bench_close(&bench);
    }
}

static void attach(struct bench *bench, const char *name, const char *table, const char *id)
{
    ADD(bench, "sys_attachment", {"file_name", name}, {"table_name", table}, {"table_sys_id", id},
        {"content_type", "text/plain"}, {"size_bytes", "12"}, {"sim_content", "twelve bytes"});
}

Test(sim_apis, attachments)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    attach(&bench, "seen.txt", "incident", bench_id(&bench, "incident", "INC0010001"));
    attach(&bench, "hidden.txt", "oauth_entity",
           bench_id(&bench, "oauth_entity", "Cloud ex Machina Integration"));
    attach(&bench, "lost.txt", "incident", "0123456789abcdef0123456789abcdef");
    bench_get(&bench, "/api/now/attachment?sysparm_limit=10", user_header(&bench));
    cr_expect_eq(bench.reply.status, 200);
    cr_expect_str_eq(bench_header(&bench, "X-Total-Count"), "3");
    cr_expect_not_null(strstr(bench_body(&bench), "seen.txt"));
    cr_expect_null(strstr(bench_body(&bench), "hidden.txt"), "the record is not readable");
    cr_expect_null(strstr(bench_body(&bench), "lost.txt"), "there is no such record");
    const char *id =
        sim_row_by_value(bench.world, "sys_attachment", "file_name", "seen.txt")->sys_id;
    bench_get(&bench, arena_printf(bench.arena, "/api/now/attachment/%s", id), user_header(&bench));
    cr_expect_eq(bench.reply.status, 200);
    cr_expect_not_null(
        strstr(bench_body(&bench), arena_printf(bench.arena, "/api/now/attachment/%s/file", id)));
    cr_expect_null(strstr(bench_body(&bench), "twelve bytes"), "the record is not the file");
    bench_get(&bench, arena_printf(bench.arena, "/api/now/attachment/%s/file", id),
              user_header(&bench));
    cr_expect_eq(bench.reply.status, 200);
    cr_expect_str_eq(bench_header(&bench, "Content-Type"), "text/plain");
    cr_expect_str_eq(bench_body(&bench), "twelve bytes");
    id = sim_row_by_value(bench.world, "sys_attachment", "file_name", "hidden.txt")->sys_id;
    bench_get(&bench, arena_printf(bench.arena, "/api/now/attachment/%s/file", id),
              user_header(&bench));
    cr_expect_eq(bench.reply.status, 404, "the record is not readable");
    bench_get(&bench, arena_printf(bench.arena, "/api/now/attachment/%s/other", id),
              user_header(&bench));
    cr_expect_eq(bench.reply.status, 404, "no such path");
    bench_get(&bench, "/api/now/attachment/0123456789abcdef0123456789abcdef", user_header(&bench));
    cr_expect_eq(bench.reply.status, 404);
    bench_get(&bench, "/api/now/attachment?sysparm_query=file_name=none", user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), "{\"result\":[]}");
    bench_close(&bench);
}

/* A file is asked for by its own type, or any; the rest of the API speaks JSON and XML. */
Test(sim_apis, forms_of_a_file)
{
    static const struct {
        const char *accept; /* NULL: none */
        const char *part;   /* of the attachment */
        int status;
    } rows[] = {
        {NULL, "/file", 200},         {"*/*", "/file", 200},
        {"image/png", "/file", 200},  {"IMAGE/PNG", "/file", 200},
        {"image/*", "/file", 200},    {"text/html, image/*;q=0.5", "/file", 200},
        {"image/jpeg", "/file", 406}, {"application/json", "/file", 406},
        {"text/*", "/file", 406},     {"image/png;q=0", "/file", 406},
        {"image/png", "", 406},       {"application/json", "", 200},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *file =
        ADD(&bench, "sys_attachment", {"file_name", "dot.png"}, {"table_name", "incident"},
            {"table_sys_id", bench_id(&bench, "incident", "INC0010001")},
            {"content_type", "image/png"}, {"sim_content", "twelve bytes"});
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pair accept = {"Accept", rows[i].accept};
        const char *uri =
            arena_printf(bench.arena, "/api/now/attachment/%s%s", file->sys_id, rows[i].part);
        bench_call_with(&bench, "GET", uri, user_header(&bench), NULL, &accept,
                        rows[i].accept == NULL ? 0 : 1);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d", i,
                     rows[i].accept == NULL ? "none" : rows[i].accept, bench.reply.status);
    }
    const struct pair accept = {"Accept", "image/png"};
    bench_call_with(&bench, "GET", "/api/now/attachment/0123456789abcdef0123456789abcdef/file",
                    user_header(&bench), NULL, &accept, 1);
    cr_expect_eq(bench.reply.status, 404, "whatever is asked for");
    cr_expect_not_null(strstr(bench_body(&bench), "No Record found"));
    bench_close(&bench);
}

/* --- batches --- */

static const struct json *batch(struct bench *bench, const char *body)
{
    const char *fault;

    bench_call(bench, "POST", BATCH, user_header(bench), body);
    const struct json *root =
        json_parse(bench->arena, bench_body(bench), bench->reply.body.len, &fault);
    cr_assert_not_null(root, "%s: %s", fault, bench_body(bench));
    return root;
}

static const struct json *serviced(const struct json *root, size_t i)
{
    const struct json *list = json_get(root, "serviced_requests");

    cr_assert_gt(list->n_values, i);
    return list->values[i];
}

static const char *inner_body(struct bench *bench, const struct json *request)
{
    return sim_base64_decode(bench->arena, json_get_text(request, "body"));
}

/* A batch of GETs of these URLs, with "a", "b", … for ids. */
static const char *batch_of(struct bench *bench, const char *const *urls, size_t n)
{
    struct strings requests = {0};

    for (size_t i = 0; i < n; i++) {
        strings_add(bench->arena, &requests,
                    arena_printf(bench->arena, "{'id':'%c','method':'GET','url':'%s'}",
                                 (char)('a' + i), urls[i]));
    }
    return quoted(bench, arena_printf(bench->arena, "{'batch_request_id':'7','rest_requests':[%s]}",
                                      strings_join(bench->arena, &requests, ",")));
}

Test(sim_apis, batch)
{
    static const char *const urls[] = {
        "/api/now/table/incident?sysparm_fields=number&sysparm_limit=1",
        "/api/now/table/no_such_table",
        "https://elsewhere.example.com/",
        "/api/now/v1/batch",
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct json *root = batch(&bench, batch_of(&bench, urls, ARRAY_LEN(urls)));
    cr_expect_eq(bench.reply.status, 200, "whatever happens inside");
    cr_expect_str_eq(json_get_text(root, "batch_request_id"), "7");
    cr_expect_eq(json_get(root, "serviced_requests")->n_values, 3);
    cr_expect_str_eq(json_get_text(serviced(root, 0), "id"), "a");
    cr_expect_str_eq(json_get(serviced(root, 0), "status_code")->text, "200");
    cr_expect_str_eq(inner_body(&bench, serviced(root, 0)),
                     "{\"result\":[{\"number\":\"INC0010001\"}]}");
    cr_expect_not_null(json_get(serviced(root, 0), "headers"));
    cr_expect_str_eq(json_get(serviced(root, 1), "status_code")->text, "400");
    cr_expect_not_null(strstr(inner_body(&bench, serviced(root, 1)), "Invalid table"));
    cr_expect_str_eq(json_get(serviced(root, 2), "status_code")->text, "400",
                     "no batch in a batch");
    cr_expect_eq(json_get(root, "unserviced_requests")->n_values, 1);
    cr_expect_str_eq(json_get(root, "unserviced_requests")->values[0]->text, "c");
    bench_close(&bench);
}

Test(sim_apis, a_write_in_a_batch)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct json *root = batch(
        &bench, quoted(&bench, "{'rest_requests':[{'id':'e','method':'POST',"
                               "'url':'/api/now/table/incident?sysparm_fields=urgency',"
                               "'headers':[{'name':'Content-Type','value':'application/json'}],"
                               "'body':'eyJ1cmdlbmN5IjoiMyJ9','exclude_response_headers':true}]}"));
    cr_expect_str_eq(json_get(serviced(root, 0), "status_code")->text, "201");
    cr_expect_str_eq(inner_body(&bench, serviced(root, 0)), "{\"result\":{\"urgency\":\"3\"}}");
    cr_expect_null(json_get(serviced(root, 0), "headers"), "not wanted");
    bench_close(&bench);
}

#define GET_INCIDENTS(id)                                                                        \
    "{\"rest_requests\":[{\"id\":\"a\",\"method\":\"GET\",\"url\":\"/api/now/table/incident\"}," \
    "{\"method\":\"GET\",\"url\":\"/api/now/table/incident\"" id "}]}"

Test(sim_apis, batch_mistakes)
{
    static const struct {
        const char *header; /* NULL: the user's */
        const char *body;
        int status;
        const char *why;
    } rows[] = {
        {NULL, "{", 400, "no JSON"},
        {NULL, "{}", 400, "no requests"},
        {NULL, "{\"rest_requests\":{}}", 400, "no list"},
        {NULL, "{\"rest_requests\":[]}", 200, "an empty one"},
        {NULL, "{\"rest_requests\":[1]}", 400, "no object"},
        {NULL, "{\"rest_requests\":[null]}", 400, "nothing"},
        {NULL, "{\"rest_requests\":[{\"id\":\"a\"}]}", 200, "what cannot be called"},
        {NULL, GET_INCIDENTS(""), 400, "an id is required"},
        {NULL, GET_INCIDENTS(",\"id\":7"), 400, "and is a text"},
        {NULL, GET_INCIDENTS(",\"id\":null"), 400, "not null"},
        {NULL, GET_INCIDENTS(",\"id\":\"7\""), 200, "as here"},
        {"x-none: x", "{\"rest_requests\":[]}", 401, "nobody"},
        {AUDITOR, "{\"rest_requests\":[]}", 401, "a key, and no policy about this API"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_call(&bench, "POST", BATCH,
                   rows[i].header == NULL ? user_header(&bench) : rows[i].header, rows[i].body);
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %d %s", i, rows[i].why,
                     bench.reply.status, bench_body(&bench));
    }
    bench_close(&bench);
}

Test(sim_apis, batch_without_time)
{
    static const struct {
        const char *setting;
        size_t n_serviced;
    } rows[] = {{"enough", 2}, {"short", 1}};
    static const char *const urls[] = {"/api/now/table/sys_choice", "/api/now/table/sys_choice"};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "batch-time", rows[i].setting);
        const struct json *root = batch(&bench, batch_of(&bench, urls, ARRAY_LEN(urls)));
        cr_expect_eq(json_get(root, "serviced_requests")->n_values, rows[i].n_serviced, "row %zu",
                     i);
        cr_expect_eq(json_get(root, "unserviced_requests")->n_values, 2 - rows[i].n_serviced,
                     "row %zu", i);
        bench_close(&bench);
    }
}

Test(sim_apis, batch_and_policies)
{
    static const struct {
        const char *setting;
        const char *status;
    } rows[] = {{"applied", "401"}, {"skipped", "200"}};
    static const char *const urls[] = {"/api/now/table/incident"};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "batch-policies", rows[i].setting);
        bench_set(&bench, "std_http_auth", "BasicAuth for none public processors", "active",
                  "false");
        const struct json *root = batch(&bench, batch_of(&bench, urls, ARRAY_LEN(urls)));
        cr_expect_str_eq(json_get(serviced(root, 0), "status_code")->text, rows[i].status,
                         "row %zu", i);
        bench_close(&bench);
    }
}
