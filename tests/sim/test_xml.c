/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers in XML: lists, records, errors, writes, and what has to be escaped.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/decode.h"
#include "support.h"

#define TABLE "/api/now/table/"
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

static const char *user_header(struct bench *bench)
{
    return basic_header(bench->arena, "cxm_integration:simulated-service-password");
}

static void get_xml(struct bench *bench, const char *uri, const char *header)
{
    const struct pair accept[] = {{"Accept", "application/xml"}};

    bench_call_with(bench, "GET", uri, header, NULL, accept, 1);
}

/* The text with every key of the pairs replaced by its value. */
static const char *replaced(struct bench *bench, const char *text, const struct pair *pairs,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *found;
        while ((found = strstr(text, pairs[i].key)) != NULL) {
            text = arena_printf(bench->arena, "%.*s%s%s", (int)(found - text), text, pairs[i].value,
                                found + strlen(pairs[i].key));
        }
    }
    return text;
}

Test(sim_xml, answers)
{
    static const struct {
        const char *uri;
        int status;
        const char *body;
        const char *why;
    } rows[] = {
        {TABLE "incident?sysparm_fields=number,assigned_to&sysparm_limit=2", 200,
         XML "<response><result><number>INC0010001</number><assigned_to/></result><result>"
             "<number>INC0010002</number><assigned_to><link>https://acme.service-now.com/api/now/"
             "table/sys_user/$dana</link><value>$dana</value></assigned_to></result></response>",
         "a row is a result; what is empty is an empty element; a reference has two inside"},
        {TABLE "incident?sysparm_fields=assignment_group.name&sysparm_limit=1", 200,
         XML "<response><result><assignment_group.name>Cloud Operations</assignment_group.name>"
             "</result></response>",
         "a dot-walked name"},
        {TABLE "incident?sysparm_query=number=none", 200, XML "<response/>", "no row"},
        {TABLE "incident/$incident?sysparm_fields=number", 200,
         XML "<response><result><number>INC0010001</number></result></response>", "one record"},
        {TABLE "sys_user?sysparm_query=user_name=dana.ops&sysparm_fields=name,user_name&"
               "sysparm_display_value=all",
         200,
         XML "<response><result><name><display_value>A &lt;b&gt; &amp; \"c\"\xEF\xBF\xBD\n"
             "</display_value><value>A &lt;b&gt; &amp; \"c\"\xEF\xBF\xBD\n</value></name>"
             "<user_name><display_value>dana.ops</display_value><value>dana.ops</value>"
             "</user_name></result></response>",
         "markup is escaped, a control character replaced"},
        {TABLE "no_such_table", 400,
         XML "<response><error><message>Invalid table no_such_table</message><detail/></error>"
             "<status>failure</status></response>",
         "an error"},
        {"/api/now/stats/incident?sysparm_count=true", 200,
         XML "<response><result><stats><count>3</count></stats></result></response>",
         "another API"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *dana = bench_id(&bench, "sys_user", "dana.ops");
    const struct pair ids[] = {{"$dana", dana},
                               {"$incident", bench_id(&bench, "incident", "INC0010001")}};
    bench_set(&bench, "sys_user", "dana.ops", "name", "A <b> & \"c\"\x01\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        get_xml(&bench, replaced(&bench, rows[i].uri, ids, 2), user_header(&bench));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s)", i, rows[i].why);
        cr_expect_str_eq(bench_body(&bench), replaced(&bench, rows[i].body, ids, 2),
                         "row %zu (%s): %s", i, rows[i].why, bench_body(&bench));
        cr_expect_str_eq(bench_header(&bench, "Content-Type"), "application/xml; charset=UTF-8");
    }
    bench_close(&bench);
}

Test(sim_xml, a_write)
{
    const struct pair headers[] = {{"Accept", "application/xml"},
                                   {"Content-Type", "application/json"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_call_with(&bench, "POST", TABLE "incident?sysparm_fields=number", bench_token(&bench),
                    "{}", headers, 2);
    cr_expect_eq(bench.reply.status, 201);
    cr_expect_str_eq(bench_body(&bench),
                     XML "<response><result><number>INC0010004</number></result></response>");
    bench_close(&bench);
}

/* A cancelled transaction answers in the form that was asked for; what was cut in the middle is
 * left as it is. */
Test(sim_xml, cancelled)
{
    static const struct {
        const char *setting;
        const char *begins;
    } rows[] = {{"cancelled", XML "<response><error><detail>Transaction cancelled"},
                {"cancelled-late", "{\"result\":["}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "transaction", rows[i].setting);
        get_xml(&bench, TABLE "incident", AUDITOR);
        cr_expect(text_starts_with(bench_body(&bench), rows[i].begins), "row %zu: %s", i,
                  bench_body(&bench));
        bench_close(&bench);
    }
}

/* "Mix batch item formats" (batch-api.md): each call of a batch names its own. The batch itself is
 * answered in JSON only. */
Test(sim_xml, in_a_batch)
{
    static const char body[] =
        "{\"rest_requests\":[{\"id\":\"a\",\"method\":\"GET\",\"url\":"
        "\"/api/now/table/incident?sysparm_query=number=none\",\"headers\":[{\"name\":"
        "\"Accept\",\"value\":\"application/xml\"}]},{\"id\":\"b\",\"method\":\"GET\","
        "\"url\":\"/api/now/table/incident\",\"headers\":[{\"name\":\"Accept\",\"value\":"
        "\"text/csv\"}]}]}";
    static const char inside[] = XML "<response/>";
    const struct pair accept[] = {{"Accept", "application/xml"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const char *user = user_header(&bench);
    bench_call(&bench, "POST", "/api/now/v1/batch", user, body);
    cr_expect_not_null(
        strstr(bench_body(&bench),
               sim_base64_encode(bench.arena, (const unsigned char *)inside, sizeof inside - 1)),
        "%s", bench_body(&bench));
    cr_expect_not_null(strstr(bench_body(&bench), "\"status_code\":406"), "%s", bench_body(&bench));
    bench_call_with(&bench, "POST", "/api/now/v1/batch", user, body, accept, 1);
    cr_expect_eq(bench.reply.status, 406);
    bench_close(&bench);
}

/* A file is no answer of the API, whatever is in it. */
Test(sim_xml, an_attachment)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct row *file =
        ADD(&bench, "sys_attachment", {"file_name", "a.json"}, {"table_name", "incident"},
            {"table_sys_id", bench_id(&bench, "incident", "INC0010001")},
            {"content_type", "application/xml"}, {"sim_content", "{}"});
    get_xml(&bench, arena_printf(bench.arena, "/api/now/attachment/%s/file", file->sys_id),
            user_header(&bench));
    cr_expect_str_eq(bench_body(&bench), "{}");
    cr_expect_str_eq(bench_header(&bench, "Content-Type"), "application/xml");
    bench_close(&bench);
}
