/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access policy resolver by itself: the vendor's table of priorities, one row for each rule,
 * and what the platform leaves open.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "checks/policy.h"

#define YES TOLD_YES
#define NO TOLD_NO
#define METHOD(value_) .method = {(value_), NO}
#define RESOURCE(value_) .resource = {(value_), NO}
#define VERSION(value_) .version = {(value_), NO}
#define ROWS "/now/table/{tableName}"

static struct policy_profile key = {"k", "Keys", PROFILE_API_KEY, YES, {0}};
static struct policy_profile key_off = {"ko", "Keys, off", PROFILE_API_KEY, NO, {0}};
static struct policy_profile key_untold = {
    "ku", "Keys, untold", PROFILE_API_KEY, TOLD_NOTHING, {0}};
static struct policy_profile basic = {"b", "Basic", PROFILE_BASIC, YES, {0}};
static struct policy_profile basic_off = {"bo", "Basic, off", PROFILE_BASIC, NO, {0}};
static struct policy_profile oauth = {"o", "OAuth", PROFILE_OAUTH, YES, {0}};
static struct policy_profile standard = {"s", "Some", PROFILE_STANDARD, YES, {0}};
static struct policy_profile untold = {"u", "Untold", PROFILE_UNTOLD, YES, {0}};

/* A policy of a row: what is not written applies to all, is active, not global, of now/table. */
struct policy_row {
    const char *name;
    const char *api;
    enum told is_off;
    enum told is_global;
    struct policy_field method;
    struct policy_field resource;
    struct policy_field version;
    const char *tables;
    const struct policy_profile *profiles[3];
};

struct policy_case {
    const char *why;
    struct policy_row policies[4];
    struct policy_call call; /* GET now/table incident with a key, unless it says otherwise */
    enum policy_outcome outcome;
    const char *winner;
    const char *cause;
    enum stale_values stale_values;
    const char *besides; /* the causes besides that one, with blanks between; NULL: none */
};

static struct policy_field field_of(struct policy_field field)
{
    return field.value == NULL ? (struct policy_field){"", YES} : field;
}

static void add_policy(struct arena *arena, struct policy_facts *facts,
                       const struct policy_row *row)
{
    struct policy *policy =
        arena_append(arena, &facts->policies, &facts->n_policies, sizeof *policy);
    *policy = (struct policy){.sys_id = row->name,
                              .name = row->name,
                              .api_path = row->api != NULL ? row->api : "now/table",
                              .is_active = row->is_off == YES ? NO : YES,
                              .is_global = row->is_global == YES ? YES : NO,
                              .method = field_of(row->method),
                              .resource = field_of(row->resource),
                              .version = field_of(row->version),
                              .tables = row->tables != NULL ? row->tables : "",
                              .applies_to_all_tables = row->tables != NULL ? NO : YES};
    for (size_t i = 0; i < ARRAY_LEN(row->profiles) && row->profiles[i] != NULL; i++) {
        const struct policy_profile **slot =
            arena_append(arena, &policy->profiles, &policy->n_profiles, sizeof(void *));
        *slot = row->profiles[i];
    }
}

static struct policy_facts facts_of(struct arena *arena, const struct policy_case *row)
{
    static struct policy_profile *const known[] = {&key, &key_off, &basic, &basic_off, &oauth};
    struct policy_facts facts = {.stale_values = row->stale_values};
    for (size_t i = 0; i < ARRAY_LEN(row->policies) && row->policies[i].name != NULL; i++) {
        add_policy(arena, &facts, &row->policies[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct policy_profile **slot =
            arena_append(arena, &facts.profiles, &facts.n_profiles, sizeof(void *));
        *slot = known[i];
    }
    return facts;
}

static struct policy_call call_of(const struct policy_call *given)
{
    struct policy_call call = *given;
    call.method = call.method != NULL ? call.method : "GET";
    call.resource = call.resource != NULL ? call.resource : call.api == NULL ? ROWS : NULL;
    call.table = call.table != NULL ? call.table : call.api == NULL ? "incident" : NULL;
    call.api = call.api != NULL ? call.api : "now/table";
    return call;
}

static void expect(const struct policy_case *cases, size_t n_cases)
{
    for (size_t i = 0; i < n_cases; i++) {
        const struct policy_case *row = &cases[i];
        struct arena *arena = arena_new();
        struct policy_facts facts = facts_of(arena, row);
        struct policy_call call = call_of(&row->call);
        struct policy_ruling ruling = policy_resolve(arena, &facts, &call);
        bool is_untold = ruling.outcome >= POLICY_AMBIGUOUS;
        cr_expect(ruling.outcome == row->outcome, "row %zu (%s): outcome %d, expected %d (%s)", i,
                  row->why, (int)ruling.outcome, (int)row->outcome,
                  ruling.because != NULL ? ruling.because : "-");
        cr_expect(text_equal(ruling.cause, row->cause), "row %zu (%s): cause %s, expected %s", i,
                  row->why, ruling.cause != NULL ? ruling.cause : "none",
                  row->cause != NULL ? row->cause : "none");
        struct strings besides = {0};
        for (size_t b = 0; b < ruling.n_besides; b++) {
            strings_add(arena, &besides, ruling.besides[b].cause);
        }
        const char *list = strings_join(arena, &besides, " ");
        cr_expect_str_eq(list, row->besides != NULL ? row->besides : "", "row %zu (%s)", i,
                         row->why);
        cr_expect(is_untold == (ruling.because != NULL), "row %zu (%s): words where it is untold",
                  i, row->why);
        if (row->winner != NULL) {
            cr_assert(ruling.winner != NULL, "row %zu (%s): nobody wins", i, row->why);
            cr_expect_str_eq(ruling.winner->name, row->winner, "row %zu (%s)", i, row->why);
        } else if (!is_untold) {
            cr_expect_null(ruling.winner, "row %zu (%s): somebody wins", i, row->why);
        }
        arena_free(arena);
    }
}

/* Each row of the page against the next: the upper maps Basic, the lower keys. */
Test(policy, of_two_the_more_specific_wins)
{
    static const struct policy_case cases[] = {
        {"method, resource and version before method and resource",
         {{"two", METHOD("GET"), RESOURCE(ROWS), .profiles = {&key}},
          {"three", METHOD("GET"), RESOURCE(ROWS), VERSION("v2"), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_REFUSED,
         "three",
         "policy-outranked"},
        {"method and resource before resource and version",
         {{"resource and version", RESOURCE(ROWS), VERSION("v2"), .profiles = {&key}},
          {"method and resource", METHOD("GET"), RESOURCE(ROWS), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_REFUSED,
         "method and resource",
         "policy-outranked"},
        {"resource and version before resource",
         {{"resource", RESOURCE(ROWS), .profiles = {&key}},
          {"resource and version", RESOURCE(ROWS), VERSION("v2"), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_REFUSED,
         "resource and version",
         "policy-outranked"},
        {"resource before method and version",
         {{"method and version", METHOD("GET"), VERSION("v2"), .profiles = {&key}},
          {"resource", RESOURCE(ROWS), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_REFUSED,
         "resource",
         "policy-outranked"},
        {"method and version before method",
         {{"method", METHOD("GET"), .profiles = {&key}},
          {"method and version", METHOD("GET"), VERSION("v2"), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_REFUSED,
         "method and version",
         "policy-outranked"},
        {"method before version",
         {{"version", VERSION("v2"), .profiles = {&key}},
          {"method", METHOD("GET"), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_REFUSED,
         "method",
         "policy-outranked"},
        {"version and nothing at all share a row of the page: which of them wins is not said",
         {{"nothing", .profiles = {&key}}, {"version", VERSION("v2"), .profiles = {&basic}}},
         {.version = "v2"},
         POLICY_AMBIGUOUS,
         NULL,
         NULL},
        {"one that names nothing before a global one for a method",
         {{"global", .is_global = YES, METHOD("GET"), .profiles = {&basic}},
          {"nothing", .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "nothing",
         NULL},
        {"global for a method before global for all",
         {{"global", .is_global = YES, .profiles = {&oauth}},
          {"global, GET", .is_global = YES, METHOD("GET"), .profiles = {&basic}}},
         {.kind = PROFILE_BASIC},
         POLICY_ADMITTED,
         "global, GET",
         NULL},
        {"global for all, when it is alone",
         {{"global", .is_global = YES, .profiles = {&oauth}}},
         {.kind = PROFILE_OAUTH},
         POLICY_ADMITTED,
         "global",
         NULL},
        {"the shipped policy wins over one for everything (the guides' own)",
         {{"guide's", .profiles = {&key}},
          {"Table GET", METHOD("GET"), RESOURCE(ROWS), .tables = "incident,problem",
           .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "Table GET",
         "policy-outranked"},
        {"… and is not consulted for a table it does not list",
         {{"guide's", .profiles = {&key}},
          {"Table GET", METHOD("GET"), RESOURCE(ROWS), .tables = "incident,problem",
           .profiles = {&basic}}},
         {.table = "x_acme"},
         POLICY_ADMITTED,
         "guide's",
         NULL},
        {"… nor while it is not active",
         {{"guide's", .profiles = {&key}},
          {"Table GET", .is_off = YES, METHOD("GET"), RESOURCE(ROWS), .profiles = {&basic}}},
         {0},
         POLICY_ADMITTED,
         "guide's",
         NULL},
        {"a list of tables restricts, it does not rank: one priority, and they differ",
         {{"all", .profiles = {&key}}, {"listed", .tables = "incident", .profiles = {&basic}}},
         {0},
         POLICY_AMBIGUOUS,
         NULL,
         NULL},
        {"two of one priority that agree",
         {{"one", .profiles = {&key}}, {"other", .profiles = {&key, &basic}}},
         {0},
         POLICY_ADMITTED,
         "one",
         NULL},
    };
    expect(cases, ARRAY_LEN(cases));
}

Test(policy, the_winner_admits_whom_it_maps)
{
    static const struct policy_case cases[] = {
        {"no policy: keys are refused", {{0}}, {0}, POLICY_REFUSED, NULL, "policy-missing"},
        {"no policy: Basic is admitted",
         {{0}},
         {.kind = PROFILE_BASIC},
         POLICY_ADMITTED,
         NULL,
         NULL},
        {"no policy: OAuth is admitted",
         {{0}},
         {.kind = PROFILE_OAUTH},
         POLICY_ADMITTED,
         NULL,
         NULL},
        {"a key profile is mapped", {{"p", .profiles = {&key}}}, {0}, POLICY_ADMITTED, "p", NULL},
        {"… and locks Basic out",
         {{"p", .profiles = {&key}}},
         {.kind = PROFILE_BASIC},
         POLICY_REFUSED,
         "p",
         "policy-profile-unlinked"},
        {"… and OAuth",
         {{"p", .profiles = {&key, &basic}}},
         {.kind = PROFILE_OAUTH},
         POLICY_REFUSED,
         "p",
         "policy-profile-unlinked"},
        {"no profile at all is mapped: keys always need one",
         {{"p"}},
         {0},
         POLICY_REFUSED,
         "p",
         "policy-profile-unlinked"},
        {"… what that means for Basic is not documented",
         {{"p"}},
         {.kind = PROFILE_BASIC},
         POLICY_UNDOCUMENTED,
         NULL,
         NULL},
        {"nor that all of them are off",
         {{"p", .profiles = {&basic_off}}},
         {.kind = PROFILE_OAUTH},
         POLICY_UNDOCUMENTED,
         NULL,
         NULL},
        {"the key profile is not active",
         {{"p", .profiles = {&key_off, &basic}}},
         {0},
         POLICY_REFUSED,
         "p",
         "profile-inactive"},
        {"Basic's is not",
         {{"p", .profiles = {&key, &basic_off}}},
         {.kind = PROFILE_BASIC},
         POLICY_REFUSED,
         "p",
         "profile-inactive"},
        {"whether it is never came back",
         {{"p", .profiles = {&key_untold}}},
         {0},
         POLICY_UNTOLD,
         NULL,
         NULL},
        {"a profile of an unknown class may be anything",
         {{"p", .profiles = {&untold}}},
         {0},
         POLICY_UNTOLD,
         NULL,
         NULL},
        {"one of std_http_auth is no key",
         {{"p", .profiles = {&standard}}},
         {0},
         POLICY_REFUSED,
         "p",
         "policy-profile-unlinked"},
        {"… and may be Basic",
         {{"p", .profiles = {&standard}}},
         {.kind = PROFILE_BASIC},
         POLICY_UNTOLD,
         NULL,
         NULL},
        {"keys do not count on a global policy",
         {{"g", .is_global = YES, .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         "g",
         "profile-kind"},
        {"a global policy for Basic and no other",
         {{"g", .is_global = YES, .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "g",
         "policy-missing"},
        {"global for OAuth alone blocks Basic everywhere",
         {{"g", .is_global = YES, .profiles = {&oauth}}},
         {.kind = PROFILE_BASIC},
         POLICY_REFUSED,
         "g",
         "policy-profile-unlinked"},
    };
    expect(cases, ARRAY_LEN(cases));
}

Test(policy, what_is_about_another_call_does_not_count)
{
    static const struct policy_case cases[] = {
        {"another method",
         {{"p", METHOD("POST"), .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-coverage"},
        {"the method in another case",
         {{"p", METHOD("get"), .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"another resource",
         {{"p", RESOURCE(ROWS "/{sys_id}"), .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-coverage"},
        {"another version",
         {{"p", VERSION("v2"), .profiles = {&key}}},
         {.version = "v1"},
         POLICY_REFUSED,
         NULL,
         "policy-coverage"},
        {"the same version, written otherwise",
         {{"p", VERSION("2"), .profiles = {&key}}},
         {.version = "v2"},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"a version, and a path without one: not documented",
         {{"p", VERSION("v2"), .profiles = {&key}}},
         {0},
         POLICY_UNDOCUMENTED,
         NULL,
         NULL},
        {"… which does not matter where another admits too",
         {{"p", VERSION("v2"), .profiles = {&key}}, {"q", .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "q",
         NULL},
        {"other tables",
         {{"p", .tables = "problem", .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-coverage"},
        {"its table among others",
         {{"p", .tables = "problem, incident", .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"its table by sys_id",
         {{"p", .tables = "0123456789abcdef0123456789abcdef", .profiles = {&key}}},
         {.table_id = "0123456789abcdef0123456789abcdef"},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"tables by sys_id, and that of the table is not known",
         {{"p", .tables = "0123456789abcdef0123456789abcdef", .profiles = {&key}}},
         {0},
         POLICY_UNTOLD,
         NULL,
         NULL},
        {"an empty list of tables is none",
         {{"p", .tables = "", .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"another API",
         {{"p", .api = "now/attachment", .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-missing"},
        {"the Table API's policy says nothing about another API",
         {{"p", .profiles = {&key}}},
         {.api = "now/cmdb/meta"},
         POLICY_REFUSED,
         NULL,
         "policy-missing"},
        {"the path as it is called",
         {{"p", .api = "/api/now/table/", .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"a resource, and which one is called is not known",
         {{"p", .api = "now/cmdb/meta", RESOURCE("/now/cmdb/meta/{class}"), .profiles = {&key}}},
         {.api = "now/cmdb/meta"},
         POLICY_UNDOCUMENTED,
         NULL,
         NULL},
        {"the one that fits is not active",
         {{"p", .is_off = YES, .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-inactive"},
    };
    expect(cases, ARRAY_LEN(cases));
}

/* What of one policy keeps a call out is told whole: mending one of two lets nobody in. */
Test(policy, all_that_keeps_a_policy_from_admitting_is_told)
{
    static const struct policy_case cases[] = {
        {"not active, and it would not win if it were",
         {{"p", .is_off = YES, .profiles = {&key}}, {"q", METHOD("GET"), .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "q",
         "policy-inactive",
         .besides = "policy-outranked"},
        {"… whichever was read first",
         {{"q", METHOD("GET"), .profiles = {&basic}}, {"p", .is_off = YES, .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         "q",
         "policy-inactive",
         .besides = "policy-outranked"},
        {"not active, and its profile is not either",
         {{"p", .is_off = YES, .profiles = {&key_off, &basic}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-inactive",
         .besides = "profile-inactive"},
        {"not active, and no profile for keys is mapped",
         {{"p", .is_off = YES, .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-inactive",
         .besides = "policy-profile-unlinked"},
        {"… of the shipped ones, which name a resource, nothing says that they were meant",
         {{"p", .is_off = YES, METHOD("GET"), RESOURCE(ROWS), .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-missing"},
        {"the profile is not active, and the policy would not win if it were",
         {{"p", .profiles = {&key_off}}, {"q", METHOD("GET"), .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "q",
         "profile-inactive",
         .besides = "policy-outranked"},
        {"all three",
         {{"p", .is_off = YES, .profiles = {&key_off}}, {"q", METHOD("GET"), .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "q",
         "policy-inactive",
         .besides = "profile-inactive policy-outranked"},
        {"not active, and for another method",
         {{"p", .is_off = YES, METHOD("POST"), .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-inactive",
         .besides = "policy-coverage"},
        {"for another method, and its profile is not active",
         {{"p", METHOD("POST"), .profiles = {&key_off}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-coverage",
         .besides = "profile-inactive"},
        {"a policy that is only outranked explains more than one that is not active besides",
         {{"o", .is_off = YES, .profiles = {&key}},
          {"p", .profiles = {&key}},
          {"q", METHOD("GET"), .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "q",
         "policy-outranked"},
        {"one fault is one cause",
         {{"p", .is_off = YES, .profiles = {&key}}, {"q", .api = "now/stats", .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-inactive"},
        {"whether the profile is active is not told: the policy alone is named",
         {{"p", .is_off = YES, .profiles = {&key_untold}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-inactive"},
        {"a policy of one priority that is not active: which would win is not documented",
         {{"p", .is_off = YES, .profiles = {&key}}, {"q", .profiles = {&basic}}},
         {0},
         POLICY_REFUSED,
         "q",
         "policy-profile-unlinked"},
    };
    expect(cases, ARRAY_LEN(cases));
}

#define STALE(value_) .method = {(value_), YES}

Test(policy, a_value_left_under_apply_to_all)
{
    static const struct policy_case cases[] = {
        {"counts, as in releases before the property",
         {{"p", STALE("POST"), .profiles = {&key}}},
         {0},
         POLICY_REFUSED,
         NULL,
         "policy-coverage",
         STALE_COUNTED},
        {"does not count where the property is true",
         {{"p", STALE("POST"), .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL,
         STALE_IGNORED},
        {"is not told where the property is not",
         {{"p", STALE("POST"), .profiles = {&key}}},
         {0},
         POLICY_UNDOCUMENTED,
         NULL,
         NULL},
        {"does not matter where it is the method that is called",
         {{"p", STALE("GET"), .profiles = {&key}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL},
        {"ranks when it counts",
         {{"p", STALE("GET"), .profiles = {&key}}, {"q", .profiles = {&basic}}},
         {0},
         POLICY_ADMITTED,
         "p",
         NULL,
         STALE_COUNTED},
        {"and not otherwise",
         {{"p", STALE("GET"), .profiles = {&key}}, {"q", .profiles = {&basic}}},
         {0},
         POLICY_AMBIGUOUS,
         NULL,
         NULL,
         STALE_IGNORED},
    };
    expect(cases, ARRAY_LEN(cases));
}

/* What never came back is told, column by column, and only where it decides. */
Test(policy, columns_that_never_came_back)
{
    static const struct {
        const char *why;
        struct policy policy;
        bool has_no_table_lists;
        enum policy_outcome outcome;
    } cases[] = {
        {"everything came",
         {"p", "p", "now/table", YES, NO, {"", YES}, {"", YES}, {"", YES}, "", YES, NULL, 0},
         false,
         POLICY_REFUSED},
        {"active",
         {"p",
          "p",
          "now/table",
          TOLD_NOTHING,
          NO,
          {"", YES},
          {"", YES},
          {"", YES},
          "",
          YES,
          NULL,
          0},
         false,
         POLICY_UNTOLD},
        {"active, of another API",
         {"p",
          "p",
          "now/stats",
          TOLD_NOTHING,
          NO,
          {"", YES},
          {"", YES},
          {"", YES},
          "",
          YES,
          NULL,
          0},
         false,
         POLICY_REFUSED},
        {"the path",
         {"p", "p", NULL, YES, NO, {"", YES}, {"", YES}, {"", YES}, "", YES, NULL, 0},
         false,
         POLICY_UNTOLD},
        {"the path, of a policy that is off",
         {"p", "p", NULL, NO, NO, {"", YES}, {"", YES}, {"", YES}, "", YES, NULL, 0},
         false,
         POLICY_REFUSED},
        {"global",
         {"p",
          "p",
          "now/table",
          YES,
          TOLD_NOTHING,
          {"", YES},
          {"", YES},
          {"", YES},
          "",
          YES,
          NULL,
          0},
         false,
         POLICY_UNTOLD},
        {"the method",
         {"p", "p", "now/table", YES, NO, {NULL, YES}, {"", YES}, {"", YES}, "", YES, NULL, 0},
         false,
         POLICY_UNTOLD},
        {"its box, and a value is there",
         {"p",
          "p",
          "now/table",
          YES,
          NO,
          {"GET", TOLD_NOTHING},
          {"", YES},
          {"", YES},
          "",
          YES,
          NULL,
          0},
         false,
         POLICY_UNTOLD},
        {"its box, and no value is there",
         {"p",
          "p",
          "now/table",
          YES,
          NO,
          {"", TOLD_NOTHING},
          {"", YES},
          {"", YES},
          "",
          YES,
          NULL,
          0},
         false,
         POLICY_REFUSED},
        {"the resource",
         {"p", "p", "now/table", YES, NO, {"", YES}, {NULL, YES}, {"", YES}, "", YES, NULL, 0},
         false,
         POLICY_UNTOLD},
        {"the version",
         {"p", "p", "now/table", YES, NO, {"", YES}, {"", YES}, {NULL, YES}, "", YES, NULL, 0},
         false,
         POLICY_UNTOLD},
        {"the tables",
         {"p",
          "p",
          "now/table",
          YES,
          NO,
          {"", YES},
          {"", YES},
          {"", YES},
          NULL,
          TOLD_NOTHING,
          NULL,
          0},
         false,
         POLICY_UNTOLD},
        {"the tables, on a release that has none",
         {"p",
          "p",
          "now/table",
          YES,
          NO,
          {"", YES},
          {"", YES},
          {"", YES},
          NULL,
          TOLD_NOTHING,
          NULL,
          0},
         true,
         POLICY_REFUSED},
        {"the box of the tables, and a list is there",
         {"p",
          "p",
          "now/table",
          YES,
          NO,
          {"", YES},
          {"", YES},
          {"", YES},
          "problem",
          TOLD_NOTHING,
          NULL,
          0},
         false,
         POLICY_UNTOLD},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *arena = arena_new();
        struct policy policy = cases[i].policy;
        struct policy_facts facts = {.policies = &policy,
                                     .n_policies = 1,
                                     .has_no_table_lists = cases[i].has_no_table_lists};
        struct policy_call call = call_of(&(struct policy_call){.method = "GET"});
        struct policy_ruling ruling = policy_resolve(arena, &facts, &call);
        cr_expect(ruling.outcome == cases[i].outcome, "row %zu (%s): outcome %d, expected %d", i,
                  cases[i].why, (int)ruling.outcome, (int)cases[i].outcome);
        arena_free(arena);
    }
}

Test(policy, says_why_the_others_lost)
{
    static const struct policy_case row = {
        .policies = {{"wins", METHOD("GET"), RESOURCE(ROWS), .profiles = {&key}},
                     {"off", .is_off = YES},
                     {"global", .is_global = YES},
                     {"less", METHOD("GET")}}};
    static const enum policy_loss losses[] = {LOST_NOT, LOST_INACTIVE, LOST_GLOBAL,
                                              LOST_LESS_SPECIFIC};
    static const struct policy_case elsewhere = {
        .policies = {{"method", METHOD("POST")},
                     {"resource", RESOURCE("/now/table/{tableName}/{sys_id}")},
                     {"tables", .tables = "problem"},
                     {"api", .api = "now/stats"}}};
    static const enum policy_loss elsewhere_losses[] = {LOST_METHOD, LOST_RESOURCE, LOST_TABLE,
                                                        LOST_OTHER_API};
    struct arena *arena = arena_new();
    struct policy_facts facts = facts_of(arena, &row);
    struct policy_call call = call_of(&(struct policy_call){.method = "GET"});
    struct policy_ruling ruling = policy_resolve(arena, &facts, &call);
    for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
        cr_expect_eq(ruling.losses[i], losses[i], "%s", facts.policies[i].name);
    }
    facts = facts_of(arena, &elsewhere);
    ruling = policy_resolve(arena, &facts, &call);
    for (size_t i = 0; i < ARRAY_LEN(elsewhere_losses); i++) {
        cr_expect_eq(ruling.losses[i], elsewhere_losses[i], "%s", facts.policies[i].name);
        cr_expect_neq(policy_loss_words(ruling.losses[i])[0], '\0');
    }
    arena_free(arena);
}
