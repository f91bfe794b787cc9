/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access control lists: levels, several rules at one level, Deny-Unless, the override of admins,
 * roles by every way one can hold them, and what lies over a query.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/access.h"
#include "support.h"

#define USER "cxm_integration"

static void drop_rules(struct bench *bench)
{
    struct table *rules = sim_table_find(bench->world, "sys_security_acl");

    while (rules->n_rows > 0) {
        sim_row_delete(bench->world, rules->rows[0]);
    }
}

struct rule {
    const char *name;
    const char *role; /* NULL: none */
    const char *condition;
    const char *decision; /* NULL: allow */
    bool is_for_admins;
};

static void add_rule(struct bench *bench, const struct rule *rule, const char *operation)
{
    struct row *row = bench_acl(bench, rule->name, operation, rule->role);

    if (rule->condition != NULL) {
        sim_row_set(bench->world, row, "condition", rule->condition);
    }
    if (rule->decision != NULL) {
        sim_row_set(bench->world, row, "decision_type", rule->decision);
    }
    if (rule->is_for_admins) {
        sim_row_set(bench->world, row, "admin_overrides", "true");
    }
}

static struct access access_of(struct bench *bench, struct caller *caller, const char *role)
{
    *caller =
        (struct caller){.kind = CALLER_BASIC,
                        .user = sim_row_by_value(bench->world, "sys_user", "user_name", USER)};
    if (role != NULL) {
        strings_add(bench->arena, &caller->roles, role);
    }
    return (struct access){.arena = bench->arena, .world = bench->world, .caller = caller};
}

/* Which of the three incidents, and whether the field `number` of them, a caller with one role may
 * read under up to three rules. */
Test(sim_access, evaluation)
{
    static const struct {
        struct rule rules[3];
        const char *role;
        const char *rows; /* the last digits */
        bool field;       /* of the first incident */
        const char *why;
    } rows[] = {
        {{{NULL}}, "itil", "", true, "no rule at all: nobody reads"},
        {{{NULL}}, "admin", "", true, "not even an admin"},
        {{{"incident"}}, "itil", "", true, "an empty rule refuses"},
        {{{"incident", "itil"}}, "itil", "123", true, "the role is held"},
        {{{"incident", "itil"}}, "user", "", true, "the role is not held"},
        {{{"task", "itil"}}, "itil", "123", true, "a rule of the parent"},
        {{{"incident", "admin"}, {"task", "itil"}}, "itil", "", true, "the nearer level decides"},
        {{{"*", "itil"}}, "itil", "123", true, "the wildcard"},
        {{{"incident", "admin"}, {"incident", "itil"}},
         "itil",
         "123",
         true,
         "one rule of a level is enough"},
        {{{"incident", NULL, "state=1"}}, "user", "1", true, "a condition alone"},
        {{{"incident", "itil", "state=1"}, {"incident", "itil", "state=7"}},
         "itil",
         "13",
         true,
         "two conditions"},
        {{{"incident", "itil", "state=1"}}, "user", "", true, "role and condition, both"},
        {{{"incident", "itil_admin", NULL, NULL, true}},
         "admin",
         "123",
         true,
         "an admin passes every role"},
        {{{"incident", "itil", "state=1", NULL, true}},
         "admin",
         "123",
         true,
         "the override does without the condition"},
        {{{"incident", "itil", "state=1"}}, "admin", "1", true, "without it the condition counts"},
        {{{"incident", "nobody", NULL, NULL, true}},
         "admin",
         "",
         true,
         "the role nobody ends the override"},
        {{{"incident", "itil"}, {"incident", "itil_admin", NULL, "deny"}},
         "itil",
         "",
         true,
         "Deny-Unless comes first"},
        {{{"incident", "itil"}, {"*", "itil_admin", NULL, "deny"}},
         "itil",
         "",
         true,
         "from whatever level"},
        {{{"incident", "itil"}, {"incident", "itil", NULL, "deny"}},
         "itil",
         "123",
         true,
         "passed, the others decide"},
        {{{"incident", "admin"}, {"incident", "itil", NULL, "deny"}},
         "itil",
         "",
         true,
         "passing it grants nothing where others are"},
        {{{"incident", "itil", NULL, "deny"}},
         "itil",
         "123",
         true,
         "where no other is, passing is enough"},
        {{{"incident", "itil"}, {"incident", "itil", "state=1", "deny"}},
         "itil",
         "1",
         true,
         "denied unless the condition is met"},
        {{{"incident", "itil"}, {"incident.number", "admin"}},
         "itil",
         "123",
         false,
         "a rule of the field"},
        {{{"incident", "itil"}, {"task.number", "admin"}},
         "itil",
         "123",
         false,
         "of the parent's field"},
        {{{"incident", "itil"}, {"*.number", "admin"}},
         "itil",
         "123",
         false,
         "of every table's field"},
        {{{"incident", "itil"}, {"incident.*", "admin"}}, "itil", "123", false, "of every field"},
        {{{"incident", "itil"}, {"incident.*", "admin"}, {"*.number", "itil"}},
         "itil",
         "123",
         true,
         "a name before the wildcard, even of another table"},
        {{{"incident", "itil"}, {"*.*", "admin"}}, "itil", "123", false, "the last level"},
        {{{"incident", "itil"}, {"incident.number", "itil", NULL}, {"incident.number", "admin"}},
         "itil",
         "123",
         true,
         "one rule of a level is enough"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct caller caller;
        struct strings seen = {0};
        bench_open(&bench, NULL, NULL, NULL);
        drop_rules(&bench);
        for (size_t k = 0; k < 3 && rows[i].rules[k].name != NULL; k++) {
            add_rule(&bench, &rows[i].rules[k], "read");
        }
        struct access access = access_of(&bench, &caller, rows[i].role);
        const struct table *table = sim_table_find(bench.world, "incident");
        for (size_t k = 0; k < table->n_rows; k++) {
            if (sim_access_row(&access, table->rows[k])) {
                strings_add(bench.arena, &seen, sim_row_get(table->rows[k], "number") + 9);
            }
        }
        cr_expect_str_eq(strings_join(bench.arena, &seen, ""), rows[i].rows, "row %zu (%s)", i,
                         rows[i].why);
        cr_expect_eq(sim_access_field(&access, table->rows[0], sim_column_find(table, "number")),
                     rows[i].field, "row %zu (%s): field", i, rows[i].why);
        bench_close(&bench);
    }
}

Test(sim_access, operations_are_apart)
{
    static const char *const operations[] = {"create", "write", "delete", "read"};
    struct bench bench;
    struct caller caller;

    for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        drop_rules(&bench);
        add_rule(&bench, &(struct rule){"incident", "itil", NULL, NULL, false}, operations[i]);
        struct access access = access_of(&bench, &caller, "itil");
        const struct row *row = sim_table_find(bench.world, "incident")->rows[0];
        for (size_t k = 0; k < ARRAY_LEN(operations); k++) {
            cr_expect_eq(sim_access_row_operation(&access, row, operations[k]), i == k, "%s, %s",
                         operations[i], operations[k]);
        }
        bench_close(&bench);
    }
}

Test(sim_access, the_default_of_wildcards)
{
    static const struct {
        const char *mode;
        const char *table_rule;
        bool is_open;
        const char *why;
    } rows[] = {
        {"deny", NULL, false, "only the wildcard, and it refuses"},
        {"allow", NULL, true, "the property opens what only wildcards are about"},
        {"allow", "incident", false, "not what has a rule of its own"},
    };
    struct bench bench;
    struct caller caller;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        drop_rules(&bench);
        bench_property(&bench, "glide.sm.default_mode", rows[i].mode);
        add_rule(&bench, &(struct rule){"*", "admin", NULL, NULL, false}, "read");
        if (rows[i].table_rule != NULL) {
            add_rule(&bench, &(struct rule){rows[i].table_rule, "admin", NULL, NULL, false},
                     "read");
        }
        struct access access = access_of(&bench, &caller, "itil");
        cr_expect_eq(sim_access_row(&access, sim_table_find(bench.world, "incident")->rows[0]),
                     rows[i].is_open, "row %zu (%s)", i, rows[i].why);
        bench_close(&bench);
    }
}

/* --- roles --- */

/* A role held directly, by a group, contained, contained three deep, and by a group three deep. */
Test(sim_access, ways_to_a_role)
{
    static const char *const chain[] = {"r_one", "r_two", "r_three", "r_four"};
    struct bench bench;

    for (size_t by_group = 0; by_group < 2; by_group++) {
        for (size_t depth = 0; depth < ARRAY_LEN(chain); depth++) {
            bench_open(&bench, NULL, NULL, NULL);
            for (size_t i = 0; i < ARRAY_LEN(chain); i++) {
                ADD(&bench, "sys_user_role", {"name", chain[i]});
            }
            for (size_t i = 0; i + 1 < ARRAY_LEN(chain); i++) {
                ADD(&bench, "sys_user_role_contains",
                    {"role", bench_id(&bench, "sys_user_role", chain[i])},
                    {"contains", bench_id(&bench, "sys_user_role", chain[i + 1])});
            }
            if (by_group == 1) {
                ADD(&bench, "sys_user_grmember", {"user", bench_id(&bench, "sys_user", USER)},
                    {"group", bench_id(&bench, "sys_user_group", "Network")});
                ADD(&bench, "sys_group_has_role",
                    {"group", bench_id(&bench, "sys_user_group", "Network")},
                    {"role", bench_id(&bench, "sys_user_role", chain[0])});
            } else {
                bench_grant(&bench, USER, chain[0]);
            }
            sim_world_derive(bench.world);
            struct row *rule =
                sim_row_by_value(bench.world, "sys_security_acl", "name", "incident");
            const struct table *needed = sim_table_find(bench.world, "sys_security_acl_role");
            for (size_t i = 0; i < needed->n_rows; i++) {
                if (text_equal(sim_row_get(needed->rows[i], "sys_security_acl"), rule->sys_id)) {
                    sim_row_set(bench.world, needed->rows[i], "sys_user_role",
                                bench_id(&bench, "sys_user_role", chain[depth]));
                }
            }
            bench_get(&bench, "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number",
                      bench_token(&bench));
            cr_expect_str_eq(bench_body(&bench), "{\"result\":[{\"number\":\"INC0010001\"}]}",
                             "%s, depth %zu", by_group == 1 ? "group" : "direct", depth);
            bench_close(&bench);
        }
    }
}

/* The state of a role, and what makes a group give none. */
Test(sim_access, roles_that_are_not_given)
{
    static const struct {
        const char *state;    /* of the role held directly; NULL: it comes by the group */
        const char *active;   /* the group */
        const char *inherits; /* its role */
        bool is_held;
        const char *why;
    } rows[] = {
        {"", "", "", true, "held directly, the state left out"},
        {"active", "", "", true, "in the state active"},
        {"requested", "", "", false, "not yet"},
        {NULL, "true", "", true, "by a group"},
        {NULL, "true", "true", true, "which says so"},
        {NULL, "true", "false", false, "or keeps it to itself"},
        {NULL, "false", "true", false, "an inactive group"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        const char *user = bench_id(&bench, "sys_user", "robin.desk");
        const char *role = bench_id(&bench, "sys_user_role", "sn_incident_write");
        bench_set(&bench, "sys_user", "robin.desk", "user_password", "test-secret-not-real");
        if (rows[i].state != NULL) {
            ADD(&bench, "sys_user_has_role", {"user", user}, {"role", role},
                {"state", rows[i].state});
        } else {
            const struct row *group =
                ADD(&bench, "sys_user_group", {"name", "Desk"}, {"active", rows[i].active});
            ADD(&bench, "sys_user_grmember", {"user", user}, {"group", group->sys_id});
            ADD(&bench, "sys_group_has_role", {"group", group->sys_id}, {"role", role},
                {"inherits", rows[i].inherits});
        }
        sim_world_derive(bench.world);
        bench_get(&bench, "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number",
                  basic_header(bench.arena, "robin.desk:test-secret-not-real"));
        cr_expect_eq(strstr(bench_body(&bench), "INC") != NULL, rows[i].is_held, "row %zu (%s): %s",
                     i, rows[i].why, bench_body(&bench));
        bench_close(&bench);
    }
}

/* --- what lies over a query --- */

Test(sim_access, data_filters_shrink_the_count)
{
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    struct row *filter =
        ADD(&bench, "sys_security_data_filter", {"table_name", "task"}, {"active", "true"},
            {"filter", "assignment_group.name=Cloud Operations"});
    bench_get(&bench, "/api/now/table/incident?sysparm_fields=number", bench_token(&bench));
    cr_expect_str_eq(bench_header(&bench, "X-Total-Count"), "2", "filtered before it is counted");
    bench_get(
        &bench,
        arena_printf(bench.arena, "/api/now/table/incident/%s",
                     sim_row_by_value(bench.world, "incident", "number", "INC0010003")->sys_id),
        bench_token(&bench));
    cr_expect_eq(bench.reply.status, 404, "and the record is not there");
    sim_row_set(bench.world, filter, "active", "false");
    bench_get(&bench, "/api/now/table/incident?sysparm_fields=number", bench_token(&bench));
    cr_expect_str_eq(bench_header(&bench, "X-Total-Count"), "3");
    bench_close(&bench);
}

Test(sim_access, query_rules)
{
    static const struct {
        const char *operation;
        const char *query;
        int status;
        const char *why;
    } rows[] = {
        {"query_range", "number=INC0010001", 200, "equality is no range"},
        {"query_range", "numberININC0010001", 200, "nor is a list"},
        {"query_range", "numberISNOTEMPTY", 200, "nor is not being empty"},
        {"query_range", "numberSTARTSWITHINC", 403, "a beginning is"},
        {"query_range", "numberLIKE1", 403, "a part is"},
        {"query_range", "number>INC0010001", 403, "a comparison is"},
        {"query_range", "ORDERBYnumber", 403, "an ordering is"},
        {"query_range", "ORDERBYstate", 200, "another column"},
        {"query_match", "number=INC0010001", 403, "equality"},
        {"query_match", "numberLIKE1", 200, "a range needs the other rule"},
    };
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, NULL, NULL);
        bench_acl(&bench, "incident.number", rows[i].operation, "admin");
        bench_get(
            &bench,
            arena_printf(bench.arena, "/api/now/table/incident?sysparm_query=%s", rows[i].query),
            bench_token(&bench));
        cr_expect_eq(bench.reply.status, rows[i].status, "row %zu (%s): %s", i, rows[i].why,
                     bench_body(&bench));
        bench_close(&bench);
    }
}
