/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind api: what a path of the REST API answers the integration.
 */
#include "base/attributes.h"
#include "bench.h"

#include <criterion/criterion.h>

#define PATH "/api/now/cmdb/meta/cmdb_ci"
#define CALL .kind = QUESTION_API, .table = PATH
#define FIRST .kind = QUESTION_FIRST_CALL, .table = "incident"
#define ECHO .kind = QUESTION_IDENTITY, .table = "sys_user"
#define ACCEPTED                                 \
    {                                            \
        FIRST, .acceptance = ACCEPTANCE_ACCEPTED \
    }
#define REFUSED_401                                                               \
    CALL, .outcome = OUTCOME_UNAUTHENTICATED, .status = 401, .is_blocked = false, \
          .reason = REASON_CREDENTIAL_REFUSED

Test(api, every_answer_has_its_verdict)
{
    static const char meta[] = "{ path: " PATH " }";
    static const char by_key[] = "{ path: " PATH ", admits: api-key }";
    static const char by_oauth[] = "{ path: " PATH ", admits: oauth }";
    static const struct bench_case cases[] = {
        {"answered, by a credential that counts", meta, {{CALL}, ACCEPTED}, VERDICT_PASS},
        {"the kind that is to be let in is the credential's own",
         by_oauth,
         {{CALL}, ACCEPTED},
         VERDICT_PASS},
        {"answered; the caller was echoed",
         meta,
         {{CALL},
          {FIRST, .acceptance = ACCEPTANCE_UNPROVEN},
          {ECHO, .acceptance = ACCEPTANCE_ACCEPTED, .user_name = "svc"}},
         VERDICT_PASS},
        {"answered, and a guest would have been too",
         meta,
         {{CALL},
          {FIRST, .acceptance = ACCEPTANCE_UNPROVEN},
          {ECHO, .acceptance = ACCEPTANCE_UNPROVEN}},
         VERDICT_UNKNOWN,
         REASON_GUEST},
        {"there is no such API",
         meta,
         {{CALL, .outcome = OUTCOME_NO_RESOURCE, .status = 400, .reason = REASON_UNDOCUMENTED}},
         VERDICT_FAIL,
         .cause = "api-missing"},
        {"401 here, while the first call was accepted",
         meta,
         {{REFUSED_401}, ACCEPTED},
         VERDICT_FAIL,
         .cause = "policy-coverage"},
        {"401 here and there",
         meta,
         {{REFUSED_401}, {FIRST, .acceptance = ACCEPTANCE_REFUSED}},
         VERDICT_UNKNOWN,
         REASON_CREDENTIAL_REFUSED},
        {"denied",
         meta,
         {{CALL, .outcome = OUTCOME_DENIED, .status = 403, .reason = REASON_DENIED}},
         VERDICT_FAIL,
         .cause = "read-denied"},
        {"the token lacks a scope",
         meta,
         {{CALL, .outcome = OUTCOME_SCOPE_MISSING, .status = 403, .reason = REASON_DENIED}},
         VERDICT_FAIL,
         .cause = "oauth-scope-unlinked"},
        {"the application is restricted to its scopes",
         meta,
         {{CALL, .outcome = OUTCOME_SCOPE_RESTRICTED, .status = 403, .reason = REASON_DENIED}},
         VERDICT_FAIL,
         .cause = "oauth-scope-restricted"},
        {"with a key there is no application: its own scope is too narrow",
         meta,
         {{CALL, .outcome = OUTCOME_SCOPE_RESTRICTED, .status = 403, .reason = REASON_DENIED}},
         VERDICT_FAIL,
         .cause = "api-key-scope",
         .credential_kind = "api-key"},
        {"closed, and the Table API is not",
         meta,
         {{CALL, .outcome = OUTCOME_CLOSED, .status = 403, .reason = REASON_CLOSED}, {ECHO}},
         VERDICT_FAIL,
         .cause = "read-denied"},
        {"the record of the path is not there, or hidden",
         meta,
         {{CALL, .outcome = OUTCOME_NO_RECORD, .status = 404, .reason = REASON_FILTERED}},
         VERDICT_UNKNOWN,
         REASON_FILTERED},
        {"an edge says 404",
         meta,
         {{CALL, .outcome = OUTCOME_FORBIDDEN, .status = 404, .reason = REASON_DENIED}},
         VERDICT_UNKNOWN,
         REASON_DENIED},
        {"a page",
         meta,
         {{CALL, .outcome = OUTCOME_NOT_JSON, .reason = REASON_NOT_JSON}},
         VERDICT_UNKNOWN,
         REASON_NOT_JSON},
        {"cut",
         meta,
         {{CALL, .outcome = OUTCOME_TRUNCATED, .reason = REASON_TRUNCATED}},
         VERDICT_UNKNOWN,
         REASON_TRUNCATED},
        {"too busy",
         meta,
         {{CALL, .outcome = OUTCOME_BUSY, .status = 503, .reason = REASON_BUSY}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         "instance-unavailable"},
        {"no token was issued",
         meta,
         {{CALL, .is_blocked = true, .reason = REASON_TOKEN_REFUSED}},
         VERDICT_BLOCKED,
         REASON_TOKEN_REFUSED},
        {"no credential",
         meta,
         {{0}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_NOT_TRIED,
         .has_no_integration = true},
        {"a kind of credential that was not given",
         by_key,
         {{0}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_NOT_TRIED},
        {"no auditor is needed", meta, {{CALL}, ACCEPTED}, VERDICT_PASS, .has_no_auditor = true},
    };
    bench_expect("api", cases, ARRAY_LEN(cases));
}
