/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth_scope: whom a scope on an API shuts out, and whether an application has more scopes than it
 * needs.
 */
#include <criterion/criterion.h>

#include "base/attributes.h"
#include "bench.h"

#define ROWS(table_) .kind = QUESTION_ROWS, .table = (table_)
#define OWN "0123456789abcdef0123456789abcdef"
#define SCOPES ROWS("sys_api_access_scope")
#define APPLICATIONS ROWS("oauth_entity")
#define LINKS ROWS("oauth_entity_auth_scope_mapping")
#define TIED "auth_scope.name=cxm,active=true,api_path=now/table"
#define OWN_APPLICATION "client_id=" OWN ",name=Own,type=client,active=true"
#define NAMELESS "oauth_entity.client_id=" OWN ",auth_scope=1,auth_scope.name="
#define OTHER "client_id=other,name=Reporting,type=client,active=true"

Test(auth_scope, names_whom_a_scope_shuts_out)
{
    static const char params[] = "{ name: cxm, api: now/table, leaves_others_in: true }";
    static const struct bench_case cases[] = {
        {"another application has no scope that opens the API",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope.name=cxm"}},
         VERDICT_FAIL,
         .cause = "blast-radius"},
        {"one is, and whose application it is cannot be told",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION},
          {LINKS, .rows = "oauth_entity.client_id=third,auth_scope.name=cxm"}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS,
         .has_no_integration = true,
         .says = "without its client id"},
        {"two are: one of them is another",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "oauth_entity.client_id=third,auth_scope.name=cxm"}},
         VERDICT_FAIL,
         .cause = "blast-radius",
         .has_no_integration = true},
        {"the other has the scope that opens everything",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "oauth_entity.client_id=other,auth_scope.name=useraccount"}},
         VERDICT_PASS,
         .says = "as far as the account that read it can see"},
        {"the scopes of the links never came",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "oauth_entity.client_id=other"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"… the scope is out of sight",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "oauth_entity.client_id=other,auth_scope.name="}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"… those of another application are told, and it has none of them",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "oauth_entity.client_id=third"}},
         VERDICT_FAIL,
         .cause = "blast-radius"},
        {"whose links they are never came",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION ";" OTHER},
          {LINKS, .rows = "auth_scope.name=useraccount"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the client ids of the applications never came",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = "name=Reporting,type=client,active=true"},
          {LINKS, .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"whether the other is active never came",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = "client_id=other,name=Reporting,type=client"},
          {LINKS, .control_seen = true}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"the other is not active, a third is no inbound client",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows =
                             "client_id=other,name=Old,type=client,active=false;client_id=third,"
                             "name=Out,type=oauth_provider,active=true"},
          {LINKS, .control_seen = true}},
         VERDICT_PASS},
        {"the record of the scope is not active",
         params,
         {{SCOPES, .rows = "auth_scope.name=cxm,active=false,api_path=now/table"}},
         VERDICT_PASS},
        {"nothing is tied to the API",
         params,
         {{SCOPES, .control_seen = true}},
         VERDICT_PASS,
         .says = "as far as the account that read it can see"},
        {"the table does not exist: such an instance has no scopes",
         params,
         {{SCOPES, .outcome = OUTCOME_INVALID_TABLE, .status = 400}},
         VERDICT_PASS},
        {"the records were counted and not returned",
         params,
         {{SCOPES, .total = 3}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"one record of the API was hidden",
         params,
         {{SCOPES, .rows = TIED, .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"which scope it is never came",
         params,
         {{SCOPES, .rows = "active=true,api_path=now/table"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"which scope it is is out of sight",
         params,
         {{SCOPES, .rows = "auth_scope.name=,active=true,api_path=now/table"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"applications were hidden",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .rows = OWN_APPLICATION, .total = 4},
          {LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope.name=cxm"}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
        {"the applications are closed to this account",
         params,
         {{SCOPES, .rows = TIED},
          {APPLICATIONS, .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
    };
    bench_expect("auth_scope", cases, ARRAY_LEN(cases));
    bench_expect_law_1("auth_scope", cases, ARRAY_LEN(cases));
}

Test(auth_scope, a_record_for_the_method_that_is_called_covers_it)
{
    static const char get[] = "{ name: cxm, api: now/table, methods: [GET] }";
    static const char both[] = "{ name: cxm, api: now/table, methods: [GET, POST] }";
    static const struct bench_case cases[] = {
        {"a record for GET, and GET is called",
         get,
         {{SCOPES, .rows = TIED ",http_method=GET,apply_all_methods=false,apply_all_resources=true,"
                                "apply_all_versions=true"}},
         VERDICT_PASS},
        {"POST is called besides",
         both,
         {{SCOPES, .rows = TIED ",http_method=GET,apply_all_methods=false,apply_all_resources=true,"
                                "apply_all_versions=true"}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"the record names a resource too",
         get,
         {{SCOPES, .rows =
                       TIED ",http_method=GET,apply_all_methods=false,apply_all_resources=false,"
                            "apply_all_versions=true"}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
        {"which method it names never came",
         get,
         {{SCOPES, .rows = TIED ",apply_all_methods=false,apply_all_resources=true,"
                                "apply_all_versions=true"}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS},
    };
    bench_expect("auth_scope", cases, ARRAY_LEN(cases));
}

Test(auth_scope, tells_an_application_with_more_scopes_than_one)
{
    static const char params[] = "{ name: cxm, client_id: " OWN ", only: true }";
    static const struct bench_case cases[] = {
        {"the one scope",
         params,
         {{LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope.name=cxm"}},
         VERDICT_PASS,
         .says = "as far as the account that read it can see"},
        {"another one besides",
         params,
         {{LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope.name=cxm;oauth_entity."
                          "client_id=" OWN ",auth_scope.name=useraccount"}},
         VERDICT_FAIL},
        {"more were counted than came",
         params,
         {{LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope.name=cxm", .total = 2}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN},
    };
    bench_expect("auth_scope", cases, ARRAY_LEN(cases));
}

Test(auth_scope, tells_a_link_that_leads_nowhere)
{
    static const char params[] = "{ name: cxm, client_id: " OWN " }";
    static const struct bench_case cases[] = {
        {"the scope behind the link is gone",
         params,
         {{LINKS, .rows = NAMELESS}, {ROWS("sys_auth_scope"), .rows = "sys_id=2,name=useraccount"}},
         VERDICT_FAIL,
         .cause = "oauth-scope-broken"},
        {"the scope is there, and its name was out of sight",
         params,
         {{LINKS, .rows = NAMELESS}, {ROWS("sys_auth_scope"), .rows = "sys_id=1,name=cxm"}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"scopes are closed to this account",
         params,
         {{LINKS, .rows = NAMELESS},
          {ROWS("sys_auth_scope"), .reason = REASON_DENIED, .outcome = OUTCOME_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"which scope it is never came",
         params,
         {{LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope.name="}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN},
        {"another link is the wanted one",
         params,
         {{LINKS,
           .rows = NAMELESS ";oauth_entity.client_id=" OWN ",auth_scope=3,auth_scope.name=cxm"}},
         VERDICT_PASS},
        {"another scope is linked, not the wanted one",
         params,
         {{LINKS, .rows = "oauth_entity.client_id=" OWN ",auth_scope=3,auth_scope.name=other"},
          {ROWS("oauth_entity_scope"), .control_seen = true}},
         VERDICT_FAIL,
         .cause = "oauth-scope-unlinked"},
    };
    bench_expect("auth_scope", cases, ARRAY_LEN(cases));
    bench_expect_law_1("auth_scope", cases, ARRAY_LEN(cases));
}
