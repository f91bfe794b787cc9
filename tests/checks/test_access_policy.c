/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access_policy and auth_profile: rows to verdicts. The rules of the resolver itself are in
 * test_policy.c; here is what the platform keeps back, and whom a policy locks out.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS_OF(table_) .kind = QUESTION_ROWS, .table = (table_)
#define FIRST_CALL .kind = QUESTION_FIRST_CALL, .table = "incident"
#define ALL                                                                                    \
    "apply_all=false,apply_all_methods=true,apply_all_resources=true,apply_all_versions=true," \
    "http_method=,api_resource=,version=,api_tablename=,apply_all_tables=true,apply_global=false,"
#define POLICY(id_, active_) ALL "sys_id=" id_ ",name=" id_ ",active=" active_ ",api_path=now/table"
#define LINK(policy_, profile_, class_)                            \
    "api_access_policy=" policy_ ",inbound_auth_profile=" profile_ \
    ",inbound_auth_profile.name=" profile_                         \
    ",inbound_auth_profile.active=true,inbound_auth_profile.sys_class_name=" class_
#define CARRIER(name_, type_, prefix_)                                                    \
    "auth_parameter=a,auth_parameter.parameter_name=" name_ ",auth_parameter.type=" type_ \
    ",auth_parameter.prefix=" prefix_
#define HEADER CARRIER("x-sn-apikey", "auth_header", "")
#define QUERY CARRIER("x-sn-apikey", "query_parameter", "")
#define KEY(id_, active_, carrier_) "sys_id=" id_ ",name=" id_ ",active=" active_ "," carrier_
#define KEY_PROFILES(rows_)                       \
    {                                             \
        ROWS_OF("http_key_auth"), .rows = (rows_) \
    }
#define KEYS(active_) KEY_PROFILES(KEY("k", active_, HEADER))
#define STANDARD                                                                              \
    {                                                                                         \
        ROWS_OF("std_http_auth"), .rows = "sys_id=b,name=Basic,active=true,type=basic_auth; " \
                                          "sys_id=o,name=OAuth,active=true,type=oauth"        \
    }
#define NO_RULES                                             \
    {                                                        \
        ROWS_OF("auth_policy_mapping"), .control_seen = true \
    }
#define POLICIES(rows_)                                   \
    {                                                     \
        ROWS_OF("sys_api_access_policy"), .rows = (rows_) \
    }
#define MAPPINGS(rows_)                                      \
    {                                                        \
        ROWS_OF("sys_auth_profile_mapping"), .rows = (rows_) \
    }
#define KEY_ON(policy_) LINK(policy_, "k", "http_key_auth")
#define BASIC_ON(policy_) LINK(policy_, "b", "std_http_auth")
#define OAUTH_ON(policy_) LINK(policy_, "o", "std_http_auth")
#define GUARD(active_) \
    "inbound_auth_profile=o,auth_policy=a,auth_policy.name=Office,auth_policy.active=" active_

static const char key_call[] = "{ api: now/table, tables: [incident], admits: api-key }";
static const char own_call[] = "{ api: now/table }";

Test(access_policy, says_which_policy_is_in_force)
{
    static const char both[] =
        "{ api: now/table, methods: [GET, POST], tables: [incident], admits: api-key }";
    static const char post_only[] = ALL
        "sys_id=p,name=p,active=true,api_path=now/table; apply_all=false,apply_all_methods=false,"
        "apply_all_resources=true,apply_all_versions=true,http_method=POST,api_resource=,version=,"
        "api_tablename=,apply_all_tables=true,apply_global=false,sys_id=q,name=q,active=true,"
        "api_path=now/table";
    static const struct bench_case cases[] = {
        {"its policy maps the key profile",
         key_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_PASS},
        {"the profile was never added: the guide to the letter",
         key_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("other")), KEYS("true"), STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked"},
        {"no mapping at all",
         key_call,
         {POLICIES(POLICY("p", "true")),
          {ROWS_OF("sys_auth_profile_mapping"), .control_seen = true},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked"},
        {"no policy",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .control_seen = true},
          {ROWS_OF("sys_auth_profile_mapping"), .control_seen = true},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-missing"},
        {"no policy: OAuth is admitted",
         own_call,
         {{ROWS_OF("sys_api_access_policy"), .control_seen = true},
          {ROWS_OF("sys_auth_profile_mapping"), .control_seen = true},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_PASS},
        {"it is not active",
         key_call,
         {POLICIES(POLICY("p", "false")), MAPPINGS(KEY_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-inactive",
         .second = "none"},
        {"it is not active, and its profile is not either",
         key_call,
         {POLICIES(POLICY("p", "false")), MAPPINGS(KEY_ON("p")), KEYS("false"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-inactive",
         .second = "profile-inactive"},
        {"it is not active, and the profile was never added",
         key_call,
         {POLICIES(POLICY("p", "false")), MAPPINGS(BASIC_ON("p")), KEYS("true"), STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-inactive",
         .second = "policy-profile-unlinked"},
        {"it is not active, nothing of it is mapped, and what it is about never came back",
         key_call,
         {POLICIES("sys_id=p,name=p,active=false,api_path=now/table,apply_global=false"),
          MAPPINGS(BASIC_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-missing",
         .second = "none",
         .rest_is_untold = true},
        {"it is not active, and which profiles are mapped is hidden",
         key_call,
         {POLICIES(POLICY("p", "false")),
          {ROWS_OF("sys_auth_profile_mapping"), .total = 3},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         .rest_is_untold = true},
        {"the profile was never added and is not active",
         key_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS(BASIC_ON("p")), KEYS("false"), STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "profile-inactive",
         .second = "policy-profile-unlinked"},
        {"the profile is not active",
         key_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p")), KEYS("false"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "profile-inactive"},
        {"there is no key profile",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(BASIC_ON("p")),
          {ROWS_OF("http_key_auth"), .control_seen = true},
          STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "profile-kind"},
        {"the profiles of keys cannot be read: the policy refuses all the same",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(BASIC_ON("p")),
          {ROWS_OF("http_key_auth"), .reason = REASON_CLOSED},
          STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked"},
        {"the plugin of keys is not there",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(BASIC_ON("p")),
          {ROWS_OF("http_key_auth"), .outcome = OUTCOME_INVALID_TABLE},
          STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"the plugin of policies is not there",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .outcome = OUTCOME_INVALID_TABLE},
          {ROWS_OF("sys_auth_profile_mapping"), .outcome = OUTCOME_INVALID_TABLE},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"… which restricts nobody else",
         own_call,
         {{ROWS_OF("sys_api_access_policy"), .outcome = OUTCOME_INVALID_TABLE},
          {ROWS_OF("sys_auth_profile_mapping"), .outcome = OUTCOME_INVALID_TABLE},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_PASS},
        {"one of two methods is another policy's",
         both,
         {POLICIES(post_only), MAPPINGS(KEY_ON("p") "; " BASIC_ON("q")), KEYS("true"), STANDARD,
          NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-outranked"},
        {"the kind is that of the own credential",
         own_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked"},
        {"… and nothing says which without one",
         own_call,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS,
         .has_no_integration = true},
        {"another API has no policy",
         "{ api: now/cmdb/meta, admits: api-key }",
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-missing"},
        {"two of one priority that differ",
         key_call,
         {POLICIES(POLICY("p", "true") "; " POLICY("q", "true")),
          MAPPINGS(KEY_ON("p") "; " BASIC_ON("q")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"a policy without a profile, and Basic",
         "{ api: now/table, admits: basic }",
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("other")), KEYS("true"), STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

Test(access_policy, warns_of_whom_it_locks_out)
{
    static const char also[] =
        "{ api: now/table, tables: [incident], admits: api-key, also: [basic, oauth] }";
    static const struct bench_case cases[] = {
        {"all three are mapped",
         also,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(KEY_ON("p") "; " BASIC_ON("p") "; " OAUTH_ON("p")), KEYS("true"), STANDARD,
          NO_RULES},
         VERDICT_PASS},
        {"the guide's own policy has keys alone",
         also,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "blast-radius"},
        {"OAuth is left out",
         also,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p") "; " BASIC_ON("p")), KEYS("true"),
          STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "blast-radius"},
        {"which kinds are mapped cannot be told",
         also,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(KEY_ON("p") "; " BASIC_ON("p")),
          KEYS("true"),
          {ROWS_OF("std_http_auth"), .reason = REASON_DENIED},
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the key itself is refused: that comes first",
         also,
         {POLICIES(POLICY("p", "true")), MAPPINGS(BASIC_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked"},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

Test(access_policy, what_is_kept_back_is_not_told)
{
    static const char no_tables[] = "apply_all=true,http_method=,api_resource=,version=,"
                                    "apply_global=false,sys_id=p,name=p,active=true,"
                                    "api_path=now/table";
    static const char stale[] = "apply_all=true,http_method=POST,api_resource=,version=,"
                                "api_tablename=,apply_all_tables=true,apply_global=false,sys_id=p,"
                                "name=p,active=true,api_path=now/table";
    static const char by_id[] = "apply_all=true,http_method=,api_resource=,version=,"
                                "api_tablename=0123456789abcdef0123456789abcdef,"
                                "apply_all_tables=false,apply_global=false,sys_id=p,name=p,"
                                "active=true,api_path=now/table";
    static const struct bench_case cases[] = {
        {"a policy was kept back",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .rows = POLICY("p", "true"), .total = 2},
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"all were",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .total = 2},
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"none came and none was counted",
         key_call,
         {{ROWS_OF("sys_api_access_policy")},
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"the list was cut",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .rows = POLICY("p", "true"), .was_cut = true},
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"a mapping was kept back",
         key_call,
         {POLICIES(POLICY("p", "true")),
          {ROWS_OF("sys_auth_profile_mapping"), .rows = BASIC_ON("p"), .total = 2},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the ends of a mapping never came",
         key_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS("inbound_auth_profile=k"), KEYS("true"), STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the profile behind a mapping is out of sight",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS("api_access_policy=p,inbound_auth_profile=x,inbound_auth_profile.name=,"
                   "inbound_auth_profile.active=,inbound_auth_profile.sys_class_name="),
          KEYS("true"), STANDARD, NO_RULES},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the sys_ids never came",
         key_call,
         {POLICIES(ALL "name=p,active=true,api_path=now/table"), MAPPINGS(KEY_ON("p")),
          KEYS("true"), STANDARD, NO_RULES},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"whether it is active never came",
         key_call,
         {POLICIES(ALL "sys_id=p,name=p,api_path=now/table"), MAPPINGS(KEY_ON("p")), KEYS("true"),
          STANDARD, NO_RULES},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"policies are denied",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .reason = REASON_DENIED},
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"mappings are closed to everybody",
         key_call,
         {POLICIES(POLICY("p", "true")),
          {ROWS_OF("sys_auth_profile_mapping"), .reason = REASON_CLOSED},
          KEYS("true"),
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_CLOSED},
        {"the columns of tables never came, on a release that has them",
         key_call,
         {POLICIES(no_tables),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_properties"),
           .rows = "name=glide.war,value=glide-zurich-07-01-2025__patch1-08-20-2025"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"… and on one that has none",
         key_call,
         {POLICIES(no_tables),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_properties"),
           .rows = "name=glide.war,value=glide-xanadu-07-02-2024__patch1-08-20-2024"}},
         VERDICT_PASS},
        {"… and the release is not told",
         key_call,
         {POLICIES(no_tables),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_properties"), .total = 3}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"a value under apply to all, and the property is not there",
         key_call,
         {POLICIES(stale),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_properties"), .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         "policy-coverage"},
        {"… it is on",
         key_call,
         {POLICIES(stale),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_properties"),
           .rows = "name=glide.rest.policy.normalize_apply_all_fields,value= True "}},
         VERDICT_PASS},
        {"… it is off",
         key_call,
         {POLICIES(stale),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_properties"),
           .rows = "name=glide.rest.policy.normalize_apply_all_fields,value=false"}},
         VERDICT_FAIL,
         .cause = "policy-coverage"},
        {"tables by sys_id, and it is this one",
         key_call,
         {POLICIES(by_id),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_db_object"),
           .rows = "name=incident,sys_id=0123456789abcdef0123456789abcdef"}},
         VERDICT_PASS},
        {"… it is another",
         key_call,
         {POLICIES(by_id),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_db_object"),
           .rows = "name=incident,sys_id=fedcba9876543210fedcba9876543210"}},
         VERDICT_FAIL,
         .cause = "policy-coverage"},
        {"… and which cannot be read",
         key_call,
         {POLICIES(by_id),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          NO_RULES,
          {ROWS_OF("sys_db_object"), .reason = REASON_DENIED}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

/* Two policies of the Table API: GET through the one, POST through the other. */
#define OF_METHOD(id_, method_)                                                                 \
    "apply_all=false,apply_all_methods=false,apply_all_resources=true,apply_all_versions=true," \
    "api_resource=,version=,api_tablename=,apply_all_tables=true,apply_global=false,"           \
    "http_method=" method_ ",sys_id=" id_ ",name=" id_ ",active=true,api_path=now/table"
#define KEY_LINK(policy_, profile_) LINK(policy_, profile_, "http_key_auth")
#define KEYS_OF(rows_, mappings_) \
    POLICIES(POLICY("p", "true")), MAPPINGS(mappings_), KEY_PROFILES(rows_), STANDARD, NO_RULES

Test(access_policy, a_profile_counts_that_takes_the_key_as_it_is_sent)
{
    static const char query_call[] =
        "{ api: now/table, tables: [incident], admits: api-key, in: query }";
    static const char prefixed_call[] =
        "{ api: now/table, tables: [incident], admits: api-key, parameter: Authorization, prefix: "
        "Key }";
    static const char others[] =
        "{ api: now/table, tables: [incident], admits: oauth, also: [api-key] }";
    static const struct bench_case cases[] = {
        {"the policy maps only a profile for the query parameter, and the right one is there",
         key_call,
         {KEYS_OF(KEY("k", "true", HEADER) "; " KEY("q", "true", QUERY), KEY_LINK("p", "q"))},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked",
         .says = "its profile q takes them from x-sn-apikey in the query"},
        {"… and it is the only one there is",
         key_call,
         {KEYS_OF(KEY("q", "true", QUERY), KEY_LINK("p", "q"))},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"… and how another takes them never came: the one or the other",
         key_call,
         {KEYS_OF("sys_id=k,name=k,active=true; " KEY("q", "true", QUERY), KEY_LINK("p", "q"))},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"… and the right one is there, not active: two things are to be done, or this",
         key_call,
         {KEYS_OF(KEY("k", "false", HEADER) "; " KEY("q", "true", QUERY), KEY_LINK("p", "q"))},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"… which is how the key is sent",
         query_call,
         {KEYS_OF(KEY("q", "true", QUERY), KEY_LINK("p", "q"))},
         VERDICT_PASS},
        {"… and both are mapped",
         key_call,
         {KEYS_OF(KEY("k", "true", HEADER) "; " KEY("q", "true", QUERY),
                  KEY_LINK("p", "q") "; " KEY_LINK("p", "k"))},
         VERDICT_PASS},
        {"another header",
         key_call,
         {KEYS_OF(KEY("q", "true", CARRIER("x-api-key", "auth_header", "")), KEY_LINK("p", "q"))},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"a prefix that is not sent",
         key_call,
         {KEYS_OF(KEY("q", "true", CARRIER("x-sn-apikey", "auth_header", "Key")),
                  KEY_LINK("p", "q"))},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"header and prefix as they are sent, blanks and case apart",
         prefixed_call,
         {KEYS_OF(KEY("q", "true", CARRIER("authorization", "auth_header", "Key ")),
                  KEY_LINK("p", "q"))},
         VERDICT_PASS},
        {"the right one is mapped and not active",
         key_call,
         {KEYS_OF(KEY("k", "false", HEADER) "; " KEY("q", "true", QUERY),
                  KEY_LINK("p", "q") "; " KEY_LINK("p", "k"))},
         VERDICT_FAIL,
         .cause = "profile-inactive"},
        {"the only one takes the query parameter and is not mapped: that is what is to be done "
         "here",
         key_call,
         {KEYS_OF(KEY("q", "true", QUERY), BASIC_ON("p"))},
         VERDICT_FAIL,
         .cause = "policy-profile-unlinked"},
        {"the parameter of the one that is mapped never came",
         key_call,
         {KEYS_OF("sys_id=k,name=k,active=true", KEY_ON("p"))},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"… it is out of sight",
         key_call,
         {KEYS_OF(KEY("k", "true", CARRIER("", "", "")), KEY_ON("p"))},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"… its prefix never came",
         key_call,
         {KEYS_OF("sys_id=k,name=k,active=true,auth_parameter=a,"
                  "auth_parameter.parameter_name=x-sn-apikey,auth_parameter.type=auth_header",
                  KEY_ON("p"))},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"… its row was not read",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(KEY_ON("p")),
          {ROWS_OF("http_key_auth"), .reason = REASON_DENIED},
          STANDARD,
          NO_RULES},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the policy of another table maps one whose parameter never came",
         key_call,
         {POLICIES("apply_all=true,http_method=,api_resource=,version=,api_tablename=problem,"
                   "apply_all_tables=false,apply_global=false,sys_id=p,name=p,active=true,"
                   "api_path=now/table"),
          MAPPINGS(KEY_ON("p")), KEY_PROFILES("sys_id=k,name=k,active=true"), STANDARD, NO_RULES},
         VERDICT_FAIL,
         .cause = "policy-coverage"},
        {"how others send their keys is not known: any profile counts for them",
         others,
         {KEYS_OF(KEY("q", "true", QUERY), KEY_LINK("p", "q") "; " OAUTH_ON("p"))},
         VERDICT_PASS},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

#define GUARDED(profile_)                                                                          \
    {                                                                                              \
        ROWS_OF("auth_policy_mapping"), .rows = "inbound_auth_profile=" profile_ ",auth_policy=a," \
                                                "auth_policy.name=Office,auth_policy.active=true"  \
    }
#define LET_IN                                        \
    {                                                 \
        FIRST_CALL, .acceptance = ACCEPTANCE_ACCEPTED \
    }

Test(access_policy, a_guard_is_passed_only_where_the_first_call_went)
{
    static const char post[] =
        "{ api: now/table, methods: [POST], tables: [incident], admits: api-key }";
    static const char get[] = "{ api: now/table, tables: [incident], admits: api-key }";
    static const char two_keys[] = KEY("k", "true", HEADER) "; " KEY("l", "true", HEADER);
    static const char key_and_query[] = KEY("k", "true", HEADER) "; " KEY("q", "true", QUERY);
    static const char of_both[] = OF_METHOD("g", "GET") "; " OF_METHOD("p", "POST");
    static const struct bench_case cases[] = {
        {"another profile carries it than the first call went through",
         post,
         {POLICIES(of_both), MAPPINGS(KEY_LINK("g", "k") "; " KEY_LINK("p", "l")),
          KEY_PROFILES(two_keys), STANDARD, GUARDED("l"), LET_IN},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .credential_kind = "api-key",
         .says = "may have gone through another profile"},
        {"the same profile on two policies",
         post,
         {POLICIES(of_both), MAPPINGS(KEY_LINK("g", "k") "; " KEY_LINK("p", "k")), KEYS("true"),
          STANDARD, GUARDED("k"), LET_IN},
         VERDICT_PASS,
         .credential_kind = "api-key"},
        {"… and the first call may have gone through an open one beside it",
         post,
         {POLICIES(of_both),
          MAPPINGS(KEY_LINK("g", "k") "; " KEY_LINK("g", "l") "; " KEY_LINK("p", "k")),
          KEY_PROFILES(two_keys), STANDARD, GUARDED("k"), LET_IN},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .credential_kind = "api-key"},
        {"an open profile for the query parameter opens nothing to a header",
         post,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_LINK("p", "k") "; " KEY_LINK("p", "q")),
          KEY_PROFILES(key_and_query), STANDARD, GUARDED("k")},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"… but the first call went through the guarded one",
         post,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_LINK("p", "k") "; " KEY_LINK("p", "q")),
          KEY_PROFILES(key_and_query), STANDARD, GUARDED("k"), LET_IN},
         VERDICT_PASS,
         .credential_kind = "api-key"},
        {"a guard on the profile for the query parameter is nobody's here",
         get,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_LINK("p", "k") "; " KEY_LINK("p", "q")),
          KEY_PROFILES(key_and_query), STANDARD, GUARDED("q")},
         VERDICT_PASS},
        {"of two policies of one priority one is guarded, and nothing says which is in force",
         get,
         {POLICIES(POLICY("p", "true") "; " POLICY("q", "true")),
          MAPPINGS(KEY_LINK("p", "k") "; " KEY_LINK("q", "l")), KEY_PROFILES(two_keys), STANDARD,
          GUARDED("l")},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"the first call met no policy, so it says nothing of a profile",
         "{ api: now/cmdb/meta }",
         {POLICIES(ALL "sys_id=p,name=p,active=true,api_path=now/cmdb/meta"),
          MAPPINGS(OAUTH_ON("p")), KEYS("true"), STANDARD, GUARDED("o"), LET_IN},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"the first call is sent in the header, and this one is not",
         "{ api: now/table, tables: [incident], admits: api-key, in: query }",
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_LINK("p", "k") "; " KEY_LINK("p", "q")),
          KEY_PROFILES(key_and_query), STANDARD, GUARDED("q"), LET_IN},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         .credential_kind = "api-key"},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

#define AS_AUDITOR(table_)                                                       \
    {                                                                            \
        ROWS_OF(table_), .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED \
    }

Test(access_policy, needs_somebody_to_read_it)
{
    static const struct bench_case cases[] = {
        {"no credential at all",
         key_call,
         {{0}},
         VERDICT_UNKNOWN,
         REASON_NO_AUDITOR,
         .has_no_auditor = true,
         .has_no_integration = true},
        {"without an auditor, what the integration sees counts",
         key_call,
         {POLICIES(POLICY("p", "true")), MAPPINGS(KEY_ON("p")), KEYS("true"), STANDARD, NO_RULES},
         VERDICT_PASS,
         .has_no_auditor = true},
        {"the auditor is refused, and nobody else is there",
         key_call,
         {AS_AUDITOR("sys_api_access_policy"), AS_AUDITOR("sys_auth_profile_mapping"),
          AS_AUDITOR("http_key_auth"), AS_AUDITOR("std_http_auth"),
          AS_AUDITOR("auth_policy_mapping")},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED,
         .has_no_integration = true},
        {"no connection",
         key_call,
         {{ROWS_OF("sys_api_access_policy"), .is_blocked = true, .reason = REASON_NO_ANSWER},
          {ROWS_OF("sys_auth_profile_mapping"), .is_blocked = true, .reason = REASON_NO_ANSWER},
          {ROWS_OF("http_key_auth"), .is_blocked = true, .reason = REASON_NO_ANSWER},
          {ROWS_OF("std_http_auth"), .is_blocked = true, .reason = REASON_NO_ANSWER},
          {ROWS_OF("auth_policy_mapping"), .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

Test(access_policy, an_authentication_policy_on_the_profile)
{
    static const struct bench_case cases[] = {
        {"the first call was let in",
         own_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(OAUTH_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .rows = GUARD("true")},
          {FIRST_CALL, .acceptance = ACCEPTANCE_ACCEPTED}},
         VERDICT_PASS},
        {"it was refused",
         own_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(OAUTH_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .rows = GUARD("true")},
          {FIRST_CALL, .acceptance = ACCEPTANCE_REFUSED}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED,
         "profile-policy-denies"},
        {"no token: that tells nothing of the profile",
         own_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(OAUTH_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .rows = GUARD("true")},
          {FIRST_CALL, .acceptance = ACCEPTANCE_NO_TOKEN}},
         VERDICT_UNKNOWN,
         REASON_UNDOCUMENTED},
        {"it is not active",
         own_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(OAUTH_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .rows = GUARD("false")}},
         VERDICT_PASS},
        {"it is on another profile",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .rows = GUARD("true")}},
         VERDICT_PASS},
        {"whether there is one cannot be read, and the call was let in",
         own_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(OAUTH_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .reason = REASON_DENIED},
          {FIRST_CALL, .acceptance = ACCEPTANCE_ACCEPTED}},
         VERDICT_PASS},
        {"… and it was not",
         own_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(OAUTH_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .reason = REASON_DENIED},
          {FIRST_CALL, .acceptance = ACCEPTANCE_REFUSED}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"… and it says nothing about keys",
         key_call,
         {POLICIES(POLICY("p", "true")),
          MAPPINGS(KEY_ON("p")),
          KEYS("true"),
          STANDARD,
          {ROWS_OF("auth_policy_mapping"), .rows = GUARD("true"), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
    };
    bench_expect("access_policy", cases, ARRAY_LEN(cases));
}

#define PROFILE(name_, type_, prefix_)                                                     \
    "sys_id=k,name=Keys,active=true,auth_parameter=a,auth_parameter.parameter_name=" name_ \
    ",auth_parameter.type=" type_ ",auth_parameter.prefix=" prefix_

Test(auth_profile, finds_one_of_the_kind)
{
    static const char key[] = "{ kind: api-key, parameter: x-sn-apikey, in: header }";
    static const char query[] = "{ kind: api-key, parameter: x-sn-apikey, in: query }";
    static const char prefixed[] = "{ kind: api-key, parameter: Authorization, prefix: Key }";
    static const char oauth[] = "{ kind: oauth }";
    static const struct bench_case cases[] = {
        {"the usual one",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-sn-apikey", "auth_header", "")}},
         VERDICT_PASS},
        {"the header's name is not told apart by case",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("X-SN-APIKEY", "auth_header", "")}},
         VERDICT_PASS},
        {"another header",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-api-key", "auth_header", "")}},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"the query parameter",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-sn-apikey", "query_parameter", "")}},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"… is what is wanted",
         query,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-sn-apikey", "query_parameter", "")}},
         VERDICT_PASS},
        {"a prefix",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-sn-apikey", "auth_header", "Bearer")}},
         VERDICT_FAIL,
         .cause = "auth-parameter-mismatch"},
        {"… is what is wanted",
         prefixed,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("Authorization", "auth_header", "Key ")}},
         VERDICT_PASS},
        {"one of two is right",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-other", "auth_header", "") "; " PROFILE(
                                         "x-sn-apikey", "auth_header", "")}},
         VERDICT_PASS},
        {"not active", key, {KEYS("false")}, VERDICT_FAIL, .cause = "profile-inactive"},
        {"its parameter never came",
         key,
         {KEY_PROFILES("sys_id=k,name=Keys,active=true")},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"its parameter is out of sight",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("", "", "")}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"neither active nor with the right parameter: both are told",
         key,
         {{ROWS_OF("http_key_auth"),
           .rows = "name=Key,active=false,auth_parameter.parameter_name=x-other,"
                   "auth_parameter.type=auth_header,auth_parameter.prefix="}},
         VERDICT_FAIL,
         .cause = "profile-inactive",
         .says = "is not active, and takes the key from x-other"},
        {"whether it is active never came",
         "{ kind: api-key }",
         {{ROWS_OF("http_key_auth"), .rows = "sys_id=k,name=Keys"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"none",
         key,
         {{ROWS_OF("http_key_auth"), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "profile-kind"},
        {"none came and none was counted",
         key,
         {{ROWS_OF("http_key_auth")}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"one was kept back",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-other", "auth_header", ""), .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the list was cut",
         key,
         {{ROWS_OF("http_key_auth"), .rows = PROFILE("x-other", "auth_header", ""),
           .was_cut = true}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"the plugin is not there",
         key,
         {{ROWS_OF("http_key_auth"), .outcome = OUTCOME_INVALID_TABLE}},
         VERDICT_FAIL,
         .cause = "plugin-missing"},
        {"denied",
         key,
         {{ROWS_OF("http_key_auth"), .reason = REASON_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"the auditor is refused, and nobody else is there",
         key,
         {AS_AUDITOR("http_key_auth")},
         VERDICT_UNKNOWN,
         REASON_AUDITOR_REFUSED,
         .has_no_integration = true},
        {"no connection",
         key,
         {{ROWS_OF("http_key_auth"), .is_blocked = true, .reason = REASON_NO_ANSWER}},
         VERDICT_BLOCKED,
         REASON_NO_ANSWER},
        {"OAuth, by its type", oauth, {STANDARD}, VERDICT_PASS},
        {"Basic, by its type", "{ kind: basic }", {STANDARD}, VERDICT_PASS},
        {"only others",
         oauth,
         {{ROWS_OF("std_http_auth"), .rows = "sys_id=b,name=B,active=true,type=basic_auth; "
                                             "sys_id=i,name=I,active=true,type=id_token; "
                                             "sys_id=c,name=C,active=true,type=mutual_auth"}},
         VERDICT_FAIL,
         .cause = "profile-kind"},
        {"one of a type that is not known",
         oauth,
         {{ROWS_OF("std_http_auth"), .rows = "sys_id=b,name=B,active=true,type=7"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
    };
    bench_expect("auth_profile", cases, ARRAY_LEN(cases));
}
