/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From questions to URLs: what is merged, what is split, and that a value means on the wire what it
 * meant in the question.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "probes/planner.h"
#include "probes/url.h"

static const char origin[] = "https://acme.example.test";

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(planner, .init = set_up, .fini = tear_down);

static struct strings list(const char *text)
{
    return strings_split(arena, text, ' ');
}

static struct question rows_question(const char *table, const char *key, const char *value,
                                     const char *control, const char *fields)
{
    return (struct question){.kind = QUESTION_ROWS,
                             .credential = "auditor",
                             .table = table,
                             .key = key,
                             .value = value,
                             .control = control,
                             .fields = list(fields)};
}

static struct requests plan(const struct question *questions, size_t n)
{
    struct requests requests = {0};
    const struct question **pointers = arena_array(arena, n, sizeof *pointers);
    for (size_t i = 0; i < n; i++) {
        pointers[i] = &questions[i];
    }
    plan_rows(arena, origin, pointers, n, false, &requests);
    return requests;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789ABCDEF";
    const char *found = strchr(digits, c);
    cr_assert_not_null(found, "capital hex digits");
    return (int)(found - digits);
}

/* The value of a parameter, decoded as a server does; "" when it is not there. */
static char *parameter(const char *url, const char *name)
{
    const char *start = strstr(url, arena_printf(arena, "%s=", name));
    if (start == NULL) {
        return arena_strdup(arena, "");
    }
    start += strlen(name) + 1;
    size_t len = strcspn(start, "&");
    char *text = arena_allocate(arena, len + 1);
    char *end = text;
    for (size_t i = 0; i < len; i++) {
        if (start[i] == '%') {
            *end++ = (char)(hex_digit(start[i + 1]) * 16 + hex_digit(start[i + 2]));
            i += 2;
        } else {
            *end++ = start[i];
        }
    }
    return text;
}

enum { LISTING = 500, SAMPLE = 10 };

Test(planner, the_first_path_is_the_same_for_everybody)
{
    const struct first_path path = {.table = "incident"};
    struct request *gate = plan_first_path(arena, PURPOSE_GATE, origin, &path);
    struct request *call = plan_first_path(arena, PURPOSE_FIRST_CALL, origin, &path);
    cr_expect_str_eq(
        gate->url,
        "https://acme.example.test/api/now/table/incident?sysparm_fields=sys_id&sysparm_limit=1");
    cr_expect_str_eq(gate->url, call->url);
    cr_expect_str_eq(gate->method, "GET");
}

Test(planner, the_first_path_brings_the_first_rows_that_are_wanted)
{
    static struct pair active[] = {{"active", "true"}};
    struct question sample = rows_question("incident", NULL, NULL, NULL, "number state");
    struct question other = rows_question("incident", NULL, NULL, NULL, "opened_at number");
    struct question conditional = sample;
    struct question keyed = rows_question("incident", "number", "INC1", NULL, "state");
    struct question large = sample;
    struct question elsewhere = sample;
    struct first_path path = {.table = "incident"};
    sample.limit = other.limit = conditional.limit = keyed.limit = elsewhere.limit = SAMPLE;
    conditional.where = (struct pairs){active, 1};
    large.limit = LISTING;
    elsewhere.table = "problem";
    const struct question *const others[] = {&conditional, &keyed, &large, &elsewhere};
    cr_expect(plan_widen_first_path(arena, &sample, &path));
    cr_expect(plan_widen_first_path(arena, &other, &path));
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        cr_expect_not(plan_widen_first_path(arena, others[i], &path), "row %zu", i);
    }
    const struct request *call = plan_first_path(arena, PURPOSE_FIRST_CALL, origin, &path);
    cr_expect_str_eq(call->url, "https://acme.example.test/api/now/table/incident"
                                "?sysparm_fields=number,state,opened_at,sys_id"
                                "&sysparm_exclude_reference_link=true&sysparm_limit=11");
    cr_expect(plan_first_path_answers(call, &sample));
    cr_expect(plan_first_path_answers(call, &other));
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        cr_expect_not(plan_first_path_answers(call, others[i]), "row %zu", i);
    }
    const struct first_path bare = {.table = "incident"};
    const struct request *lean = plan_first_path(arena, PURPOSE_FIRST_CALL, origin, &bare);
    cr_expect_not(plan_first_path_answers(lean, &sample), "one row and its sys_id are no sample");
}

Test(planner, a_hostile_table_name_stays_one_segment)
{
    const struct first_path path = {.table = "../x?y#z&w"};
    struct request *gate = plan_first_path(arena, PURPOSE_GATE, origin, &path);
    cr_expect_str_eq(gate->url, "https://acme.example.test/api/now/table/..%2Fx%3Fy%23z%26w"
                                "?sysparm_fields=sys_id&sysparm_limit=1");
}

Test(planner, the_token_goes_to_its_endpoint)
{
    struct request *token = plan_token(arena, origin);
    cr_expect_str_eq(token->method, "POST");
    cr_expect_str_eq(token->url, "https://acme.example.test/oauth_token.do");
}

Test(planner, identity_alone_and_with_users_read_along)
{
    static const struct {
        const char *fields;
        const char *names;
        const char *query;
        const char *asked;
        const char *limit;
        const char *why;
    } rows[] = {
        {"active", "", "user_name=javascript:gs.getUserName()", "user_name,active", "2", "alone"},
        {"", "svc", "user_name=javascript:gs.getUserName()^ORuser_name=svc", "user_name", "3",
         "the packs' user"},
        {"user_name active active", "a b a",
         "user_name=javascript:gs.getUserName()^ORuser_name=a^ORuser_name=b", "user_name,active",
         "4", "doubles are named once"},
        {"user_password active", "", "user_name=javascript:gs.getUserName()", "user_name,active",
         "2", "a secret column is not asked for"},
        {"active", "a^ORactive=true javascript:x b,c", "user_name=javascript:gs.getUserName()",
         "user_name,active", "2", "names that would change the query are not read along"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strings fields = list(rows[i].fields);
        struct strings names = list(rows[i].names);
        struct request *request = plan_identity(arena, origin, &fields, &names);
        cr_expect_str_eq(parameter(request->url, "sysparm_query"), rows[i].query, "row %zu (%s)", i,
                         rows[i].why);
        cr_expect_str_eq(parameter(request->url, "sysparm_fields"), rows[i].asked, "row %zu (%s)",
                         i, rows[i].why);
        cr_expect_str_eq(parameter(request->url, "sysparm_limit"), rows[i].limit, "row %zu (%s)", i,
                         rows[i].why);
        cr_expect(strstr(request->url, "/api/now/table/sys_user?") != NULL);
    }
}

Test(planner, questions_that_differ_in_value_and_columns_are_one_request)
{
    struct question questions[] = {
        rows_question("sys_properties", "name", "glide.war", "glide.product.name", "value"),
        rows_question("sys_properties", "name", "glide.buildtag", "glide.product.name",
                      "value description"),
        rows_question("sys_properties", "name", "glide.war", "glide.product.name", "type"),
    };
    struct requests requests = plan(questions, ARRAY_LEN(questions));
    cr_assert_eq(requests.n_items, 1);
    const struct request *request = requests.items[0];
    cr_expect_eq(request->n_questions, 3);
    cr_expect_str_eq(parameter(request->url, "sysparm_query"),
                     "nameINglide.war,glide.buildtag,glide.product.name");
    cr_expect_str_eq(parameter(request->url, "sysparm_fields"),
                     "name,value,description,type,sys_id");
    cr_expect_str_eq(parameter(request->url, "sysparm_limit"), "200");
    cr_expect_str_eq(parameter(request->url, "sysparm_exclude_reference_link"), "true");
    cr_expect(strstr(request->url, "ORDERBY") == NULL, "sorting needs query_range rights");
}

/* What may be asked of a table of applications, from all of it to one key. */
static struct question applications(const char *value, size_t limit)
{
    struct question question =
        rows_question("oauth_entity", value == NULL ? NULL : "client_id", value, NULL, "name");
    question.limit = limit;
    return question;
}

Test(planner, what_keeps_questions_apart)
{
    struct question base = rows_question("sys_user_role", "name", "itil", NULL, "name");
    struct question other[] = {base, base, base, base, base};
    const char *why[] = {"table", "key", "alone", "a limit in time", "a log's minutes"};
    other[0].table = "sys_properties";
    other[1].key = "suffix";
    other[2].is_alone = true;
    other[3].limit_ms = 1;
    other[4].minutes = 5;
    for (size_t i = 0; i < ARRAY_LEN(other); i++) {
        struct question pair[] = {base, other[i]};
        cr_expect_eq(plan(pair, 2).n_items, 2, "row %zu (%s)", i, why[i]);
    }
    struct question samples[] = {applications(NULL, SAMPLE), applications("a", 0)};
    cr_expect_eq(plan(samples, 2).n_items, 2, "the first rows of a table need not hold the key");
    struct question lengths[] = {applications(NULL, SAMPLE), applications(NULL, LISTING)};
    cr_expect_eq(plan(lengths, 2).n_items, 2, "who wants to see some rows is not sent them all");
}

Test(planner, a_wider_question_answers_narrower_ones)
{
    static struct pair active[] = {{"active", "true"}};
    static struct pair active_client[] = {{"type", "client"}, {"active", "true"}};
    struct question whole = applications(NULL, LISTING);
    struct question keyed = applications("a", 0);
    struct question of_active = applications("a", 1);
    struct question active_ones = applications(NULL, 0);
    struct question active_clients = applications("b", 0);
    of_active.where = (struct pairs){active, 1};
    active_ones.where = (struct pairs){active, 1};
    active_clients.where = (struct pairs){active_client, 2};
    const struct {
        struct question questions[3];
        size_t n;
        const char *query; /* NULL: none in the URL */
        const char *fields;
        const char *limit;
        const char *why;
    } rows[] = {
        {{keyed, whole}, 2, NULL, "name,client_id,sys_id", "501", "all of the table"},
        {{whole, keyed, of_active},
         3,
         NULL,
         "name,client_id,active,sys_id",
         "501",
         "whatever they ask"},
        {{of_active, keyed},
         2,
         "client_id=a",
         "client_id,name,active,sys_id",
         "200",
         "one term less, the same key"},
        {{active_clients, active_ones, of_active},
         3,
         "active=true",
         "active,name,client_id,type,sys_id",
         "200",
         "a term that both have"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct requests requests = plan(rows[i].questions, rows[i].n);
        cr_assert_eq(requests.n_items, 1, "row %zu (%s)", i, rows[i].why);
        const char *url = requests.items[0]->url;
        cr_expect_eq(requests.items[0]->n_questions, rows[i].n, "row %zu (%s)", i, rows[i].why);
        if (rows[i].query == NULL) {
            cr_expect(strstr(url, "sysparm_query") == NULL, "row %zu (%s)", i, rows[i].why);
        } else {
            cr_expect_str_eq(parameter(url, "sysparm_query"), rows[i].query, "row %zu (%s)", i,
                             rows[i].why);
        }
        cr_expect_str_eq(parameter(url, "sysparm_fields"), rows[i].fields, "row %zu (%s)", i,
                         rows[i].why);
        cr_expect_str_eq(parameter(url, "sysparm_limit"), rows[i].limit, "row %zu (%s)", i,
                         rows[i].why);
    }
}

Test(planner, each_control_row_is_asked_for_once)
{
    struct question questions[] = {
        rows_question("sys_db_object", "name", "incident", "task", "name"),
        rows_question("sys_db_object", "name", "problem", "sys_user", "name"),
        rows_question("sys_db_object", "name", "task", "task", "name"),
    };
    struct requests requests = plan(questions, ARRAY_LEN(questions));
    cr_assert_eq(requests.n_items, 1);
    cr_expect_str_eq(parameter(requests.items[0]->url, "sysparm_query"),
                     "nameINincident,problem,task,sys_user");
}

Test(planner, one_by_one_merges_nothing)
{
    struct question questions[] = {applications("a", 0), applications("a", 0),
                                   applications(NULL, LISTING)};
    const struct question *pointers[] = {&questions[0], &questions[1], &questions[2]};
    struct requests requests = {0};
    plan_rows(arena, origin, pointers, ARRAY_LEN(pointers), true, &requests);
    cr_expect_eq(requests.n_items, 3);
}

Test(planner, queries)
{
    static struct pair both[] = {{"active", "true"}, {"role.name", "itil"}};
    static struct pair blank[] = {{"user", ""}};
    static const struct {
        struct pairs where;
        const char *key;
        const char *value;
        const char *control;
        size_t limit;
        const char *query;
        const char *sysparm_limit;
        const char *why;
    } rows[] = {
        {{0}, NULL, NULL, NULL, 0, "", "200", "a whole table"},
        {{0}, NULL, NULL, NULL, 1, "", "2", "one more than wanted shows that there are more"},
        {{0}, "name", "itil", NULL, 0, "name=itil", "200", "one value"},
        {{0}, "name", "itil", NULL, 1, "name=itil", "2", "one value, one row"},
        {{0}, "name", "itil", "admin", 1, "nameINitil,admin", "3", "with its control row"},
        {{0}, "name", "admin", "admin", 1, "nameINadmin", "3", "the control is asked for itself"},
        {{both, 2}, NULL, NULL, NULL, 0, "active=true^role.name=itil", "200", "two terms"},
        {{both, 2}, "user", "x", NULL, 0, "active=true^role.name=itil^user=x", "200", "and a key"},
        {{blank, 1}, NULL, NULL, NULL, 0, "userISEMPTY", "200", "an empty value"},
        {{0}, "user", "", "admin", 0, "userISEMPTY", "200", "an empty key goes alone"},
        {{0}, "name", "a,b", "admin", 0, "name=a,b", "200", "a comma would end it inside IN"},
        {{0}, "name", "a^ORname=b", "c", 0, "name=a^^ORname=b", "200", "a caret is doubled"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct question question =
            rows_question("sys_user", rows[i].key, rows[i].value, rows[i].control, "active");
        question.where = rows[i].where;
        question.limit = rows[i].limit;
        struct requests requests = plan(&question, 1);
        cr_assert_eq(requests.n_items, 1, "row %zu (%s)", i, rows[i].why);
        const char *url = requests.items[0]->url;
        cr_expect_str_eq(parameter(url, "sysparm_query"), rows[i].query, "row %zu (%s)", i,
                         rows[i].why);
        cr_expect_str_eq(parameter(url, "sysparm_limit"), rows[i].sysparm_limit, "row %zu (%s)", i,
                         rows[i].why);
    }
}

Test(planner, hostile_values_arrive_as_they_were)
{
    static const char *const values[] = {
        "a&sysparm_limit=1",
        "a#b",
        "a?b",
        "a%20b",
        "a+b",
        "a b",
        "a=b",
        "\xC3\xA9t\xC3\xA9",
        "a;b",
        "a\r\nb",
        "\"quoted\"",
        "'); drop",
        "a/b\\c",
        "1=1",
        "a\tb",
    };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct question question = rows_question("sys_user", "name", values[i], NULL, "active");
        struct requests requests = plan(&question, 1);
        char *query = parameter(requests.items[0]->url, "sysparm_query");
        cr_expect_str_eq(query, arena_printf(arena, "name=%s", values[i]), "row %zu", i);
        cr_expect_str_eq(parameter(requests.items[0]->url, "sysparm_limit"), "200", "row %zu", i);
    }
}

Test(planner, lone_values_leave_the_others_together)
{
    struct question questions[] = {
        rows_question("sys_user", "name", "a", "z", "active"),
        rows_question("sys_user", "name", "b,c", "z", "active"),
        rows_question("sys_user", "name", "d", "z", "active"),
    };
    struct requests requests = plan(questions, ARRAY_LEN(questions));
    cr_assert_eq(requests.n_items, 2);
    cr_expect_str_eq(parameter(requests.items[0]->url, "sysparm_query"), "nameINa,d,z");
    cr_expect_eq(requests.items[0]->n_questions, 2);
    cr_expect_str_eq(parameter(requests.items[1]->url, "sysparm_query"), "name=b,c");
    cr_expect_eq(requests.items[1]->n_questions, 1);
}

/* Every value exactly once, every URL short enough, every request with its control row. */
Test(planner, long_lists_are_split)
{
    enum { N = 700 };
    struct question *questions = arena_array(arena, N, sizeof *questions);
    for (size_t i = 0; i < N; i++) {
        const char *value = arena_printf(arena, "property.%03zu with a longer name \xC3\xA9", i);
        questions[i] = rows_question("sys_properties", "name", value, "control.row", "value");
    }
    struct requests requests = plan(questions, N);
    size_t n_seen = 0;
    cr_expect(requests.n_items > 3 && requests.n_items < 12, "%zu requests", requests.n_items);
    for (size_t i = 0; i < requests.n_items; i++) {
        const char *url = requests.items[i]->url;
        char *query = parameter(url, "sysparm_query");
        struct strings values = strings_split(arena, query + strlen("nameIN"), ',');
        cr_expect(strlen(url) <= LONGEST_URL_BYTES, "request %zu: %zu bytes", i, strlen(url));
        cr_expect_str_eq(values.items[values.n_items - 1], "control.row");
        cr_expect_eq(values.n_items - 1, requests.items[i]->n_questions);
        for (size_t j = 0; j + 1 < values.n_items; j++) {
            cr_expect_str_eq(values.items[j], questions[n_seen].value);
            n_seen++;
        }
    }
    cr_expect_eq(n_seen, N);
}

Test(planner, what_cannot_be_asked)
{
    static struct pair script[] = {{"user", "javascript:gs.getUserID()"}};
    static struct pair injected[] = {{"active=true^ORname", "x"}};
    static struct pair secret[] = {{"client_secret", "test-secret-not-real"}};
    static const struct {
        struct pairs where;
        const char *key;
        const char *value;
        bool can;
        const char *why;
    } rows[] = {
        {{0}, "name", "x", true, "plain"},
        {{0}, "role.name", "x", true, "dot-walked"},
        {{0}, NULL, NULL, true, "no key"},
        {{0}, "name", "javascript:gs.getUserID()", false, "would run on the server"},
        {{0}, "name", "JavaScript:x", false, "in any case"},
        {{0}, "name", "a,javascript:x", false, "anywhere: a list is cut at its commas"},
        {{script, 1}, NULL, NULL, false, "in a term"},
        {{injected, 1}, NULL, NULL, false, "a column that is a query"},
        {{secret, 1}, NULL, NULL, false, "a secret is not asked about"},
        {{0}, "name LIKE", "x", false, "no column's name"},
        {{0}, "", "x", false, "no column at all"},
        {{0}, "name", NULL, false, "a key without a value"},
        {{0}, "token", "x", false, "a secret column as the key"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct question question =
            rows_question("sys_user", rows[i].key, rows[i].value, NULL, "active");
        question.where = rows[i].where;
        cr_expect_eq(plan_can_ask(&question), rows[i].can, "row %zu (%s)", i, rows[i].why);
    }
}

Test(planner, secret_columns_are_not_asked_for)
{
    struct question question =
        rows_question("oauth_entity", "client_id", "x", NULL, "client_secret active name^x");
    struct requests requests = plan(&question, 1);
    cr_expect_str_eq(parameter(requests.items[0]->url, "sysparm_fields"),
                     "client_id,active,sys_id");
}

Test(planner, why)
{
    struct question questions[] = {
        rows_question("sys_user", "name", "a", NULL, "active"),
        rows_question("sys_user", "name", "b", NULL, "active"),
        rows_question("sys_user", "name", "c", NULL, "active"),
    };
    questions[0].asker = "user-exists";
    questions[1].asker = "user-active";
    questions[2].asker = "user-exists";
    struct requests requests = plan(questions, ARRAY_LEN(questions));
    cr_expect_str_eq(request_why(arena, requests.items[0]), "user-exists, user-active");
}

Test(url, what_is_shown_of_a_location)
{
    static const struct {
        const char *location;
        const char *shown;
        const char *why;
    } rows[] = {
        {"https://idp.example.test/sso?ticket=1#x", "https://idp.example.test/sso?...", "a ticket"},
        {"/login.do", "/login.do", "relative"},
        {"/sp?id=landing", "/sp?...", "relative with a query"},
        {"https://user:pass@example.test/x", "https://example.test/x", "user information"},
        {"https://example.test/a@b", "https://example.test/a@b", "an @ in the path"},
        {"", "", "empty"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_str_eq(url_for_display(arena, rows[i].location), rows[i].shown, "row %zu (%s)", i,
                         rows[i].why);
    }
}

TestSuite(url, .init = set_up, .fini = tear_down);
