/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan on paper: URLs taken apart, the warning of a low ceiling, and hostile texts in both forms.
 * tests/cli/plan.py holds whole plans to what is then sent.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/json.h"
#include "model/pack.h"
#include "report/plan.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(plan, .init = set_up, .fini = tear_down);

Test(plan, a_url_is_taken_apart)
{
    static const struct {
        const char *url;
        const char *query;
        const char *columns;
        const char *limit;
        const char *why;
    } rows[] = {
        {"https://a/oauth_token.do", NULL, "", NULL, "nothing to take apart"},
        {"https://a/api/now/table/t?sysparm_fields=a,b.c&sysparm_limit=1", NULL, "a b.c", "1",
         "a first path"},
        {"https://a/api/now/table/t?sysparm_query=nameINx%2Cy&sysparm_fields=name", "nameINx,y",
         "name", NULL, "encoded"},
        {"https://a/api/now/table/t?sysparm_query=n%3D100%25%2541", "n=100%%41", "", NULL,
         "decoded once"},
        {"https://a/api/now/table/t?sysparm_query=n%3Da%26b", "n=a&b", "", NULL,
         "an ampersand in a value is no separator"},
        {"https://a/api/now/table/t?sysparm_query=n%3D%00%ZZ%4", "n=%00%ZZ%4", "", NULL,
         "what is no encoding stays, and no text ends early"},
        {"https://a/api/now/table/t?sysparm_query=n%3D%1B%5B2J%0A%E2%80%AE",
         "n=\xEF\xBF\xBD[2J \xEF\xBF\xBD", "", NULL, "nothing that moves a terminal"},
        {"https://a/api/now/table/t?sysparm_query", NULL, "", NULL, "no value"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct plan_url url = plan_url_read(arena, rows[i].url);
        cr_expect(text_equal(url.query, rows[i].query), "%s: %s", rows[i].why, url.query);
        cr_expect_str_eq(strings_join(arena, &url.columns, " "), rows[i].columns, "%s",
                         rows[i].why);
        cr_expect(text_equal(url.limit, rows[i].limit), "%s", rows[i].why);
    }
}

Test(plan, a_ceiling_is_warned_of)
{
    static const struct {
        int64_t ceiling;
        size_t n_requests;
        bool warns;
        const char *why;
    } rows[] = {
        {0, 22, false, "none"},
        {21, 22, true, "one too few"},
        {22, 22, false, "just enough: what follows is not certain"},
        {1, 0, false, "nothing to send"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct plan plan = {
            .n_requests = rows[i].n_requests, .n_follow_ups = 40, .max_requests = rows[i].ceiling};
        const char *warning = plan_ceiling_warning(arena, &plan);
        cr_expect_eq(warning != NULL, rows[i].warns, "%s", rows[i].why);
        cr_expect(warning == NULL || strstr(warning, "--max-requests 21 ") != NULL, "%s", warning);
    }
}

/* ---- Both forms ---- */

static struct pack pack = {.name = "acme", .version = "1.0.0"};
static struct pack *packs[] = {&pack};
static const char *checks[] = {"acme/read"};

static struct plan plan_of(struct plan_request *request, struct plan_condition *condition,
                           struct plan_share *share)
{
    *condition = (struct plan_condition){.when = "incident is empty", .checks = {checks, 1}};
    *share = (struct plan_share){
        .credential = "integration", .kind = "basic", .user = "svc\x1b[2J\xff", .certain = 1};
    request[0] = (struct plan_request){
        .credential = "integration",
        .method = "POST",
        .url = "https://acme/api/now/table/incident?sysparm_query=a%3D1%5EbIN2%2C3",
        .body = "{\"short_description\":\"\xe2\x80\xaex\"}",
        .is_write = true,
        .checks = {checks, 1}};
    request[1] = (struct plan_request){.wave = -1,
                                       .credential = "auditor",
                                       .method = "GET",
                                       .url = "https://acme/api/now/table/incident",
                                       .checks = {checks, 1},
                                       .conditions = condition,
                                       .n_conditions = 1};
    return (struct plan){.tool_version = "1",
                         .instance_url = "https://acme/",
                         .packs = packs,
                         .n_packs = 1,
                         .requests = request,
                         .n_requests = 1,
                         .follow_ups = request + 1,
                         .n_follow_ups = 1,
                         .shares = share,
                         .n_shares = 1,
                         .n_waves = 1,
                         .n_writes = 1};
}

static const char *written(const struct plan *plan, bool (*write)(const struct plan *, FILE *))
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert(write(plan, out));
    cr_assert_eq(fclose(out), 0);
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

Test(plan, as_text)
{
    struct plan_request requests[2];
    struct plan_condition condition;
    struct plan_share share;
    const struct plan plan = plan_of(requests, &condition, &share);
    const char *text = written(&plan, plan_write_text);
    static const char *const wanted[] = {
        "wave 0  integration  POST   https://acme/api/now/table/incident?sysparm_query=",
        "        query   a=1\n          and   b IN 2, 3\n",
        "WRITES {",
        "        for     read\n",
        "only if auditor      GET    https://acme/api/now/table/incident\n",
        "        if      incident is empty (for read)\n",
        "1 of them write to the instance.",
        "user svc\xEF\xBF\xBD[2J\xEF\xBF\xBD",
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        cr_expect_not_null(strstr(text, wanted[i]), "%s in:\n%s", wanted[i], text);
    }
    cr_expect_null(strchr(text, '\x1b'));
    cr_expect_null(strstr(text, "\xe2\x80\xae"));
}

Test(plan, as_json)
{
    struct plan_request requests[2];
    struct plan_condition condition;
    struct plan_share share;
    const struct plan plan = plan_of(requests, &condition, &share);
    const char *text = written(&plan, plan_write_json);
    const char *fault = NULL;
    const struct json *json = json_parse(arena, text, strlen(text), &fault);
    cr_assert_not_null(json, "%s", fault);
    cr_expect_str_eq(json_get_text(json, "schema"), "glidepath-plan/1");
    const struct json *request = json_get(json, "requests")->values[0];
    cr_expect_str_eq(json_get_text(request, "query"), "a=1^bIN2,3");
    cr_expect(json_get(request, "writes")->boolean);
    cr_expect_null(json_get(request, "only_if"));
    const struct json *later = json_get(json, "follow_ups")->values[0];
    cr_expect_null(json_get(later, "wave"));
    cr_expect_str_eq(json_get_text(json_get(later, "only_if")->values[0], "when"),
                     "incident is empty");
    cr_expect_str_eq(json_get(json_get(json, "totals"), "at_most")->text, "2");
}

Test(plan, a_full_disk_is_told)
{
    struct plan_request requests[2];
    struct plan_condition condition;
    struct plan_share share;
    const struct plan plan = plan_of(requests, &condition, &share);
    FILE *out = fopen("/dev/full", "w");
    cr_assert_not_null(out);
    cr_expect_not(plan_write_text(&plan, out));
    clearerr(out);
    bool is_written = plan_write_json(&plan, out) && fflush(out) == 0;
    cr_expect_not(is_written);
    fclose(out);
}
