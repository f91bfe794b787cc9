/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sample runs are tables; building one is copying its tables into the arena and settling the
 * status as the contract's table of exit statuses says.
 */
#include "sample.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/secret.h"

struct sample_row {
    const char *name;
    const char *title;
    const char *step;
    enum severity severity;
    enum verdict verdict;
    enum reason reason;
    const char *seen;
    const char *wanted;
    const char *because;
    const char *owner;
    const char *fix;
    const char *link;
    const char *blocked_by;
    const char *cause;
    const char *needs; /* besides what blocked it */
};

#define ADMIN "ServiceNow admin"
#define HOME_PAGE "https://acme.service-now.com/"

static const char step_before[] = "Prerequisites";
static const char step_1[] = "Step 1: Enable Client Credentials Grant Type";
static const char step_2[] = "Step 2: Create an OAuth Application User";
static const char step_4[] = "Step 4: Create an OAuth Application";
static const char step_test[] = "Test";

static const struct sample_row ready_rows[] = {
    {"awake", "The instance answers as ServiceNow", step_before, SEVERITY_REQUIRED, VERDICT_PASS,
     .seen = "HTTP 401 with ServiceNow's envelope, TLS verified", .wanted = "a ServiceNow node"},
    {"release", "The release is Washington DC or later", step_before, SEVERITY_REQUIRED,
     VERDICT_PASS, .seen = "Zurich (glide-zurich-07-01-2025__patch4)",
     .wanted = "Washington DC or later"},
    {"grant-enabled", "The client credentials grant is enabled", step_1, SEVERITY_REQUIRED,
     VERDICT_PASS, .seen = "a token was issued to this client", .wanted = "true"},
    {"grant-property-type", "The property is of type true | false", step_1, SEVERITY_RECOMMENDED,
     VERDICT_FAIL, .seen = "string", .wanted = "boolean", .owner = ADMIN,
     .because = "differs from the guide; works", .fix = "Set the type of the property.",
     .link = HOME_PAGE "sys_properties_list.do"},
    {"user-active", "The service account is active", step_2, SEVERITY_REQUIRED, VERDICT_WAIVED,
     .seen = "the row of cxm_integration was not returned",
     .because = "waived until 2027-01-31 by j.doe: the auditor comes with the January release"},
    {"form-url", "The subdomain in the vendor's form is right", step_test, SEVERITY_REQUIRED,
     VERDICT_NOT_APPLICABLE, REASON_CONDITION, .because = "form_url is not set"},
    {"credential", "The client credentials are accepted", step_test, SEVERITY_REQUIRED,
     VERDICT_PASS, .seen = "401 without them, 200 with them", .wanted = "accepted"},
};

static const struct sample_row not_ready_rows[] = {
    {"awake", "The instance answers as ServiceNow", step_before, SEVERITY_REQUIRED, VERDICT_PASS,
     .seen = "HTTP 401 with ServiceNow's envelope, TLS verified", .wanted = "a ServiceNow node"},
    {"release", "The release is Washington DC or later", step_before, SEVERITY_REQUIRED,
     VERDICT_PASS, .seen = "Zurich (glide-zurich-07-01-2025__patch4)",
     .wanted = "Washington DC or later"},
    {"grant-enabled", "The client credentials grant is enabled", step_1, SEVERITY_REQUIRED,
     VERDICT_FAIL, .seen = "glide.oauth.inbound.client.credential.grant_type.enabled is not there",
     .wanted = "glide.oauth.inbound.client.credential.grant_type.enabled = true", .owner = ADMIN,
     .because = "a control row came back in the same answer, so absent means absent",
     .fix = "Open sys_properties.list, create the property (type true | false), set its value to "
            "true, save.",
     .link = HOME_PAGE "sys_properties_list.do?sysparm_query=name%3Dglide.oauth.inbound.client."
                       "credential.grant_type.enabled",
     .cause = "client-credentials-disabled"},
    {"grant-property-type", "The property is of type true | false", step_1, SEVERITY_REQUIRED,
     VERDICT_FAIL, .seen = "there is no record for it", .wanted = "type true | false",
     .owner = ADMIN, .fix = "Set the type of the property.",
     .link = HOME_PAGE "sys_properties_list.do", .cause = "client-credentials-disabled",
     .needs = "cloud-ex-machina/grant-enabled"},
    {"user-active", "The service account is active", step_2, SEVERITY_REQUIRED, VERDICT_PASS,
     .seen = "cxm_integration: active = true", .wanted = "active = true"},
    {"user-roles", "The service account holds itil and rest_service", step_2, SEVERITY_REQUIRED,
     VERDICT_UNKNOWN, REASON_HIDDEN, .seen = "3 rows counted, 0 returned to the auditor",
     .wanted = "itil, rest_service",
     .because = "The rows exist but this account may not read them. This is not a pass.",
     .owner = ADMIN, .fix = "Give the auditor admin together with snc_read_only.",
     .link = HOME_PAGE "sys_user_has_role_list.do"},
    {"user-internal", "The user is an Internal Integration User", step_2, SEVERITY_RECOMMENDED,
     VERDICT_FAIL, .seen = "internal_integration_user = false", .wanted = "true", .owner = ADMIN,
     .because = "the guide demands it; no effect is known",
     .fix = "Check the box on the user's form."},
    {"app-active", "The OAuth application is active", step_4, SEVERITY_REQUIRED, VERDICT_PASS,
     .seen = "active = true", .wanted = "active = true"},
    {"app-grant", "The application uses the client credentials grant", step_4, SEVERITY_REQUIRED,
     VERDICT_NOT_APPLICABLE, REASON_SKIPPED, .because = "skipped by option"},
    {"credential", "The client credentials are accepted", step_test, SEVERITY_REQUIRED,
     VERDICT_FAIL, .seen = "401 from the token endpoint: access_denied",
     .wanted = "an access token", .owner = ADMIN, .fix = "See the cause.",
     .cause = "client-credentials-disabled"},
    {"read-incident", "The integration reads incidents", step_test, SEVERITY_REQUIRED,
     VERDICT_BLOCKED, REASON_TOKEN_REFUSED, .blocked_by = "cloud-ex-machina/credential",
     .because = "no token was issued", .owner = ADMIN, .fix = "Grant the role itil."},
    {"read-group", "The integration reads the assignment group", step_test, SEVERITY_REQUIRED,
     VERDICT_BLOCKED, REASON_TOKEN_REFUSED, .blocked_by = "cloud-ex-machina/credential",
     .because = "no token was issued"},
};

static const struct sample_row inconclusive_rows[] = {
    {"awake", "The instance answers as ServiceNow", step_before, SEVERITY_REQUIRED, VERDICT_UNKNOWN,
     REASON_TIMEOUT, .seen = "no answer within 60 s", .wanted = "an answer",
     .because = "the run's time ended", .owner = "whoever runs the network",
     .fix = "Try again; then look at the proxy between here and the instance."},
    {"credential", "The client credentials are accepted", step_test, SEVERITY_REQUIRED,
     VERDICT_BLOCKED, REASON_NO_ANSWER, .blocked_by = "cloud-ex-machina/awake",
     .because = "nothing was sent to an instance that does not answer"},
};

static const struct sample_row waived_rows[] = {
    {"user-active", "The service account is active", step_2, SEVERITY_REQUIRED, VERDICT_WAIVED,
     .seen = "the row of cxm_integration was not returned",
     .because = "waived by j.doe until 2027-01-31: the auditor comes with the January release"},
    {"user-roles", "The service account holds itil and rest_service", step_2, SEVERITY_REQUIRED,
     VERDICT_WAIVED, .seen = "itil alone", .wanted = "itil, rest_service", .owner = ADMIN,
     .because = "waived by m.roe until 2026-11-25 (ends in 5 days): the role is granted next week"},
    {"grant-enabled", "The client credentials grant is enabled", step_1, SEVERITY_REQUIRED,
     VERDICT_FAIL, .seen = "false", .wanted = "true", .owner = ADMIN,
     .because = "the waiver of j.doe ended on 2026-10-31", .fix = "Set the property to true."},
    {"credential", "The client credentials are accepted", step_test, SEVERITY_REQUIRED,
     VERDICT_PASS, .seen = "401 without them, 200 with them", .wanted = "accepted"},
    {"form-url", "The subdomain in the vendor's form is right", step_test, SEVERITY_REQUIRED,
     VERDICT_NOT_APPLICABLE, REASON_SKIPPED, .because = "skipped by option"},
};

/* Nothing required in it: not ready by itself, and no case to say so. */
static const struct sample_row empty_rows[] = {
    {"form-url", "The subdomain in the vendor's form is right", step_test, SEVERITY_REQUIRED,
     VERDICT_NOT_APPLICABLE, REASON_CONDITION, .because = "form_url is not set"},
};

#define BIDI "\xE2\x80\xAE" /* U+202E, right-to-left override */
#define LONG_WORD                                                                              \
    "glide.this.property.has.a.name.that.is.longer.than.any.line.of.a.terminal.could.ever.be." \
    "so.it.has.to.be.broken.somewhere.in.the.middle"

static const struct sample_row hostile_rows[] = {
    {"cdata", "Title with ]]> and <![CDATA[ in it", "Step ]]> 1", SEVERITY_REQUIRED, VERDICT_FAIL,
     .seen = "]]></failure></testcase>", .wanted = "<b>&amp; \"quoted\" 'single'",
     .because = "line one\r\nline two\n\n\ttab ]]>", .owner = "<owner>",
     .fix = "first\nsecond\nthird", .link = "javascript:alert(1)"},
    {"escape", "Title \033[31mred\033[0m \007bell \001 \x7F", "Step ]]> 1", SEVERITY_REQUIRED,
     VERDICT_UNKNOWN, REASON_DENIED, .seen = "\033]0;title\007 and \x08\x08\x08",
     .because = "C1: \xC2\x9B"
                "31m",
     .link = HOME_PAGE "x?a=1&b=\"><img src=x onerror=alert(1)>"},
    {"broken", "Broken \xFF\xFE UTF-8 \xC3( and \xED\xA0\x80 and \xEF\xBF\xBF end", "",
     SEVERITY_REQUIRED, VERDICT_FAIL, .seen = "cut \xE2\x82", .wanted = "\xF5\x80\x80\x80"},
    {"script", "</script><script>alert(1)</script>", NULL, SEVERITY_RECOMMENDED, VERDICT_FAIL,
     .seen = "\"><img src=x onerror=alert(1)>", .wanted = "</style><style>*{display:none}",
     .because = "<!-- --> <svg/onload=alert(1)>"},
    {"bidi", "abc" BIDI "def \xE2\x81\xA6ghi\xE2\x80\x8B", "Step \xE2\x80\xAE 2", SEVERITY_REQUIRED,
     VERDICT_BLOCKED, REASON_CREDENTIAL_REFUSED, .blocked_by = "hostile/\"onclick=\"x",
     .because = BIDI "reversed"},
    {"long", LONG_WORD LONG_WORD, "Step \xE2\x80\xAE 2", SEVERITY_REQUIRED, VERDICT_FAIL,
     .seen = LONG_WORD, .wanted = "short", .owner = LONG_WORD, .link = HOME_PAGE LONG_WORD},
    {"wide", "日本語の検査項目はとても長いので端末の幅を超えてしまい折り返される必要があります",
     "手順 1", SEVERITY_REQUIRED, VERDICT_FAIL, .seen = "値が違います 👩‍💻 é̂",
     .wanted = "正しい値", .owner = "管理者", .fix = "設定を開き、値を変更し、保存してください。"},
    {"secret", "The secret " SAMPLE_SECRET " is here", "手順 1", SEVERITY_REQUIRED, VERDICT_FAIL,
     .seen = "key=" SAMPLE_SECRET, .wanted = SAMPLE_SECRET, .because = SAMPLE_SECRET},
    {"spaces in  the   id", "   Double   blanks   ", "Step\n2", SEVERITY_INFO, VERDICT_UNKNOWN,
     REASON_AMBIGUOUS, .seen = NULL},
    {"bare", NULL, NULL, SEVERITY_REQUIRED, VERDICT_FAIL, .seen = NULL},
};

static const struct exchange usual_exchanges[] = {
    {.n = 1,
     .wave = 0,
     .credential = "none",
     .method = "GET",
     .url = HOME_PAGE "api/now/table/incident?sysparm_limit=1&sysparm_fields=sys_id",
     .status = 401,
     .ms = 212,
     .started_ms = 3,
     .bytes = 115,
     .outcome = OUTCOME_UNAUTHENTICATED},
    {.n = 2,
     .wave = 1,
     .credential = "integration",
     .method = "POST",
     .url = HOME_PAGE "oauth_token.do",
     .status = 401,
     .ms = 134,
     .started_ms = 216,
     .bytes = 71,
     .reused = true,
     .outcome = OUTCOME_TOKEN_REFUSED,
     .message = "access_denied",
     .detail = "access_denied"},
    {.n = 3,
     .wave = 1,
     .credential = "auditor",
     .method = "GET",
     .url =
         HOME_PAGE "api/now/table/sys_user?sysparm_query=user_nameDYNAMIC&sysparm_fields=user_name",
     .status = 200,
     .ms = 187,
     .started_ms = 217,
     .bytes = 402,
     .outcome = OUTCOME_RESULT},
    {.n = 4,
     .wave = 2,
     .credential = "auditor",
     .method = "GET",
     .url = HOME_PAGE
     "api/now/table/sys_properties?sysparm_query=nameINglide.war%2Cglide.oauth.inbound."
     "client.credential.grant_type.enabled&sysparm_fields=name,value",
     .status = 200,
     .ms = 96,
     .started_ms = 410,
     .bytes = 233,
     .reused = true,
     .outcome = OUTCOME_RESULT},
    {.n = 5,
     .wave = 2,
     .credential = "auditor",
     .method = "GET",
     .url = HOME_PAGE "api/now/table/sys_user_has_role?sysparm_fields=role.name",
     .status = 200,
     .ms = 143,
     .started_ms = 411,
     .bytes = 14,
     .outcome = OUTCOME_RESULT},
};

static const struct exchange timed_out_exchanges[] = {
    {.n = 1,
     .wave = 0,
     .credential = "none",
     .method = "GET",
     .url = HOME_PAGE "api/now/table/incident?sysparm_limit=1",
     .status = 0,
     .ms = 60000,
     .started_ms = 2,
     .outcome = OUTCOME_TIMEOUT,
     .detail = "Operation timed out"},
};

static const struct exchange hostile_exchanges[] = {
    {.n = 1,
     .wave = 0,
     .credential = "<none>",
     .method = "GET\033",
     .url = HOME_PAGE "?token=" SAMPLE_SECRET "&x=\"><script>alert(1)</script>",
     .status = 403,
     .ms = 5,
     .started_ms = 0,
     .bytes = 7,
     .outcome = OUTCOME_FORBIDDEN,
     .message = "]]> \033[2J",
     .detail = "\xFF\xFE\n\nmore"},
};

static const struct used_credential usual_credentials[] = {
    {"integration", "oauth-client", "env CXM_CLIENT_SECRET"},
    {"auditor", "api-key", "file /run/secrets/auditor"},
};

static const struct used_credential hostile_credentials[] = {
    {"int\033egration", "api-key", "command " SAMPLE_SECRET},
};

static const struct cause disabled_causes[] = {
    {.id = "client-credentials-disabled",
     .confidence = CONFIDENCE_CERTAIN,
     .subject = "glide.oauth.inbound.client.credential.grant_type.enabled",
     .says = "The client credentials grant is not enabled on this instance.",
     .fix = "Create the system property (type true | false) with the value true.",
     .owner = ADMIN},
    {.id = "client-secret-refused",
     .confidence = CONFIDENCE_POSSIBLE,
     .says = "The client secret may be wrong as well.",
     .fix = "Copy the secret of the application again.",
     .owner = "Onboarding engineer",
     .ask = "Does the application's secret end with the same four characters as yours?"},
};

static struct reply token_replies[] = {
    {"longer ago than the application's Access Token Lifespan (1,800 s unless changed)",
     "this is it"},
    {"just now", "not this; a policy comes next"},
};

static struct reply flag_replies[] = {
    {"ticked", "this is it"},
    {"not ticked", "not this"},
};

/* One that is likely, another that public reports contradict each other about, and more merely
 * possible ones than anybody reads. */
static const struct cause diagnosed_causes[] = {
    {.id = "access-token-expired",
     .confidence = CONFIDENCE_LIKELY,
     .says = "The access token has expired.",
     .fix = "Ask for a new token.",
     .owner = "whoever enters the credential",
     .ask = "When was the token issued?",
     .replies = token_replies,
     .n_replies = ARRAY_LEN(token_replies)},
    {.id = "password-needs-reset",
     .confidence = CONFIDENCE_POSSIBLE,
     .subject = "cxm_integration",
     .says = "The user cxm_integration is marked Password needs reset.",
     .fix = "Clear the box.",
     .owner = ADMIN,
     .ask = "Is Password needs reset ticked?",
     .replies = flag_replies,
     .n_replies = ARRAY_LEN(flag_replies),
     .doubt = "Public reports disagree about it."},
    {.id = "user-inactive", .confidence = CONFIDENCE_POSSIBLE, .says = "The user is not active."},
    {.id = "user-locked-out", .confidence = CONFIDENCE_POSSIBLE, .says = "It is locked out."},
    {.id = "policy-missing", .confidence = CONFIDENCE_POSSIBLE, .says = "There is no policy."},
    {.id = "profile-inactive", .confidence = CONFIDENCE_POSSIBLE, .says = "Its profile is not."},
    {.id = "release-too-old", .confidence = CONFIDENCE_POSSIBLE, .says = "The release is old."},
    {.id = "plugin-missing", .confidence = CONFIDENCE_POSSIBLE, .says = "There is no plugin."},
};

static const struct clue diagnosed_clues[] = {
    {.signature = "unlike-made-up",
     .says = "A made-up credential of the same kind gets another answer (status 401) than this one "
             "(status 403)",
     .means = "The instance knows the credential."},
    {.signature = "all-alike", .says = "The same credential was refused on every other call tried"},
};

static struct reply hostile_replies[] = {
    {"| a | b |\n|---|---|\n# heading", "`code` " SAMPLE_SECRET " [link](https://evil.example)"},
    {BIDI "yes\033[0m", "- [ ] task\n\n```\nfence"},
};

static const struct clue hostile_clues[] = {
    {.signature = "\"><script>",
     .subject = BIDI "x",
     .says = "# heading\n\n<img src=x onerror=alert(1)> " SAMPLE_SECRET,
     .means = "![i](https://evil.example/x.png) www.evil.example"},
};

static const struct cause usual_advice[] = {
    {.id = "excess-privilege",
     .subject = "cxm_integration",
     .says = "The integration user holds admin.",
     .fix = "Remove the role admin.",
     .owner = ADMIN},
};

static const struct cause hostile_causes[] = {
    {.id = "\"><script>",
     .confidence = CONFIDENCE_LIKELY,
     .subject = BIDI "subject\033[0m",
     .says = "says ]]> " SAMPLE_SECRET "\nand more",
     .fix = "<fix>\xFF",
     .owner = "<owner>",
     .ask = "\001?",
     .replies = hostile_replies,
     .n_replies = ARRAY_LEN(hostile_replies),
     .doubt = "=====\n~~~\n" SAMPLE_SECRET "|"},
};

static const struct waiver_told usual_waivers[] = {
    {"cloud-ex-machina/user-active", "2027-01-31", "j.doe",
     "the auditor comes with the January release", WAIVER_IN_FORCE, "in force until 2027-01-31"},
};

/* One in each state. */
static const struct waiver_told all_waivers[] = {
    {"cloud-ex-machina/user-active", "2027-01-31", "j.doe",
     "the auditor comes with the January release", WAIVER_IN_FORCE, "in force until 2027-01-31"},
    {"cloud-ex-machina/user-roles", "2026-11-25", "m.roe", "the role is granted next week",
     WAIVER_ENDING, "ends in 5 days; from then on the check counts"},
    {"cloud-ex-machina/grant-enabled", "2026-10-31", "j.doe", "the grant comes in autumn",
     WAIVER_EXPIRED, "ended on 2026-10-31: the check counts again"},
    {"cloud-ex-machina/credential", "2027-02-28", "j.doe", "the client is new", WAIVER_UNUSED,
     "waives nothing: the check passes without it, so it can go"},
    {"cloud-ex-machina/form-url", "2027-03-31", "j.doe", "the form comes later", WAIVER_UNTOLD,
     "the check was not looked at"},
};

static const struct waiver_told hostile_waivers[] = {
    {"hostile/\"onclick=\"x", "2026-11-21", "<script>" BIDI,
     "]]> " SAMPLE_SECRET "\n# heading\n|x|", WAIVER_UNUSED, "\033[31m</script> www.evil.example"},
};

struct sample {
    const char *name;
    const char *pack;
    const struct sample_row *rows;
    size_t n_rows;
    const struct exchange *exchanges;
    size_t n_exchanges;
    const struct used_credential *credentials;
    size_t n_credentials;
    const struct cause *causes;
    size_t n_causes;
    const struct cause *advice;
    size_t n_advice;
    const struct clue *clues;
    size_t n_clues;
    const struct waiver_told *waivers;
    size_t n_waivers;
    bool is_diagnosis;
    const char *form_text;
    const char *reason;
    size_t n_writes_not_run;
};

#define TABLE(member, table) .member = (table), .n_##member = ARRAY_LEN(table)

static const struct sample samples[] = {
    {"ready", "cloud-ex-machina", TABLE(rows, ready_rows), TABLE(exchanges, usual_exchanges),
     TABLE(credentials, usual_credentials), TABLE(advice, usual_advice),
     TABLE(waivers, usual_waivers),
     .form_text = "The subdomain in the vendor's form is right: type acme"},
    {"not-ready", "cloud-ex-machina", TABLE(rows, not_ready_rows),
     TABLE(exchanges, usual_exchanges), TABLE(credentials, usual_credentials),
     TABLE(causes, disabled_causes), TABLE(advice, usual_advice),
     .form_text = "The subdomain in the vendor's form is right: type acme", .n_writes_not_run = 2},
    {"diagnosis", "cloud-ex-machina", TABLE(rows, not_ready_rows),
     TABLE(exchanges, usual_exchanges), TABLE(credentials, usual_credentials),
     TABLE(causes, diagnosed_causes), TABLE(advice, usual_advice), TABLE(clues, diagnosed_clues),
     .is_diagnosis = true},
    {"inconclusive", "cloud-ex-machina", TABLE(rows, inconclusive_rows),
     TABLE(exchanges, timed_out_exchanges), .reason = "unreachable"},
    {"empty", "cloud-ex-machina", TABLE(rows, empty_rows)},
    {"waived", "cloud-ex-machina", TABLE(rows, waived_rows), TABLE(exchanges, usual_exchanges),
     TABLE(credentials, usual_credentials), TABLE(waivers, all_waivers)},
    {"hostile", "hostile", TABLE(rows, hostile_rows), TABLE(exchanges, hostile_exchanges),
     TABLE(credentials, hostile_credentials), TABLE(causes, hostile_causes),
     TABLE(advice, hostile_causes), TABLE(clues, hostile_clues), TABLE(waivers, hostile_waivers),
     .form_text = "type \033[1m" SAMPLE_SECRET "</script>"},
};

/* The contract's table of exit statuses. */
void sample_settle(struct run *run)
{
    run->tally = (struct tally){0};
    memset(run->n_gating, 0, sizeof run->n_gating);
    size_t *counters[] = {
        [VERDICT_FAIL] = &run->tally.fail,
        [VERDICT_BLOCKED] = &run->tally.blocked,
        [VERDICT_UNKNOWN] = &run->tally.unknown,
        [VERDICT_PASS] = &run->tally.pass,
        [VERDICT_WAIVED] = &run->tally.waived,
        [VERDICT_NOT_APPLICABLE] = &run->tally.not_applicable,
    };
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        *counters[finding->verdict] += 1;
        run->n_gating[finding->verdict] += finding->gates ? 1 : 0;
    }
    bool is_untold = run->n_gating[VERDICT_UNKNOWN] + run->n_gating[VERDICT_BLOCKED] > 0 ||
                     run->n_gating[VERDICT_PASS] == 0;
    run->status = run->n_gating[VERDICT_FAIL] > 0 ? STATUS_NOT_READY
                  : is_untold                     ? STATUS_INCONCLUSIVE
                                                  : STATUS_READY;
    run->exit_status = run->status == STATUS_NOT_READY ? 1 : run->status == STATUS_READY ? 0 : 3;
}

static void fill_check(struct arena *arena, struct check *check, const char *pack, size_t i,
                       const struct sample_row *row)
{
    *check = (struct check){
        .id = arena_printf(arena, "%s/%s", pack, row->name),
        .name = row->name,
        .title = row->title,
        .step = row->step,
        .severity = row->severity,
        .owner = row->owner,
        .fix = row->fix,
        .kind_name = "property",
        .where = {.file = "rules/packs/sample.yaml", .line = 10 + 8 * i, .column = 5},
    };
    strings_add(arena, &check->covers, arena_printf(arena, "CXM-%zu", i + 1));
    if (row->blocked_by != NULL) {
        strings_add(arena, &check->needs, row->blocked_by);
    }
    if (row->needs != NULL) {
        strings_add(arena, &check->needs, row->needs);
    }
}

static void fill_finding(struct arena *arena, struct finding *finding, const struct run *run,
                         const struct check *check, const struct sample_row *row)
{
    *finding = (struct finding){
        .check = check,
        .verdict = row->verdict,
        .reason = row->reason,
        .gates = row->severity == SEVERITY_REQUIRED,
        .seen = row->seen,
        .wanted = row->wanted,
        .because = row->because,
        .link = row->link,
        .blocked_by = row->blocked_by,
        .source = row->verdict == VERDICT_BLOCKED || row->verdict == VERDICT_NOT_APPLICABLE
                      ? NULL
                      : "live",
    };
    if (row->cause != NULL) {
        strings_add(arena, &finding->causes, row->cause);
    }
    if (finding->source != NULL && run->n_exchanges > 0) {
        finding->n_exchanges = run->n_exchanges > 1 ? 2 : 1;
        finding->exchanges = run->exchanges;
    }
}

static void explain(struct arena *arena, struct run *run)
{
    for (size_t i = 0; i < run->n_findings && run->n_causes > 0; i++) {
        bool points = run->findings[i].causes.n_items > 0 || run->findings[i].blocked_by != NULL;
        if (points) {
            strings_add(arena, &run->causes[0].explains, run->findings[i].check->id);
        }
    }
}

static const struct pack sample_pack = {
    .title = "Cloud ex Machina - ServiceNow Integration",
    .version = "1.0.0",
    .guide_title = "ServiceNow Integration",
    .guide_read = "2026-11-20",
    .credential = "integration",
};

static void add_pack(struct arena *arena, struct run *run, const char *name, size_t n_checks)
{
    struct pack *pack = arena_allocate(arena, sizeof *pack);
    *pack = sample_pack;
    pack->name = name;
    pack->checks = arena_array(arena, n_checks, sizeof *pack->checks);
    pack->n_checks = n_checks;
    struct pack **slot = arena_append(arena, &run->packs, &run->n_packs, sizeof *slot);
    *slot = pack;
}

static void add_exchanges(struct arena *arena, struct run *run, const struct sample *sample)
{
    run->exchanges = arena_array(arena, sample->n_exchanges, sizeof *run->exchanges);
    run->n_exchanges = sample->n_exchanges;
    for (size_t i = 0; i < sample->n_exchanges; i++) {
        run->exchanges[i] = &sample->exchanges[i];
        run->bytes_in += sample->exchanges[i].bytes;
        run->n_connections += sample->exchanges[i].reused ? 0 : 1;
        run->n_waves = sample->exchanges[i].wave + 1;
    }
}

static struct cause *copy_causes(struct arena *arena, const struct cause *causes, size_t n)
{
    struct cause *copies = arena_array(arena, n, sizeof *copies);
    for (size_t i = 0; i < n; i++) {
        copies[i] = causes[i];
    }
    return copies;
}

static void add_clues(struct arena *arena, struct run *run, const struct sample *sample)
{
    run->clues.items = arena_array(arena, sample->n_clues, sizeof *run->clues.items);
    run->clues.n_items = sample->n_clues;
    for (size_t i = 0; i < sample->n_clues; i++) {
        struct clue *clue = &run->clues.items[i];
        *clue = sample->clues[i];
        if (i == 0 && run->n_exchanges > 1) {
            pairs_add(arena, &clue->about, "credential", "integration");
            clue->exchanges = &run->exchanges[1];
            clue->n_exchanges = 1;
        }
    }
}

static struct run *new_run(struct arena *arena)
{
    struct run *run = arena_allocate(arena, sizeof *run);
    *run = (struct run){
        .tool_version = "0.1.0",
        .run_id = "7f3a90c2",
        .instance_url = HOME_PAGE,
        .release_family = "Zurich",
        .release_build = "glide-zurich-07-01-2025__patch4",
        .started = utc_seconds(2026, 11, 20, 10, 0, 0),
        .duration_ms = 1234,
        .clock = "system",
    };
    return run;
}

struct run *sample_run(struct arena *arena, const char *name)
{
    const struct sample *sample = samples;
    while (strcmp(sample->name, name) != 0) {
        sample++;
    }
    struct run *run = new_run(arena);
    add_pack(arena, run, sample->pack, sample->n_rows);
    add_exchanges(arena, run, sample);
    run->credentials = arena_array(arena, sample->n_credentials, sizeof *run->credentials);
    run->n_credentials = sample->n_credentials;
    for (size_t i = 0; i < sample->n_credentials; i++) {
        run->credentials[i] = sample->credentials[i];
    }
    run->causes = copy_causes(arena, sample->causes, sample->n_causes);
    run->n_causes = sample->n_causes;
    run->advice = copy_causes(arena, sample->advice, sample->n_advice);
    run->n_advice = sample->n_advice;
    run->is_diagnosis = sample->is_diagnosis;
    add_clues(arena, run, sample);
    run->waivers = arena_array(arena, sample->n_waivers, sizeof *run->waivers);
    run->n_waivers = sample->n_waivers;
    for (size_t i = 0; i < sample->n_waivers; i++) {
        run->waivers[i] = sample->waivers[i];
    }
    if (sample->form_text != NULL) {
        strings_add(arena, &run->form_texts, sample->form_text);
    }
    run->n_writes_not_run = sample->n_writes_not_run;
    run->findings = arena_array(arena, sample->n_rows, sizeof *run->findings);
    run->n_findings = sample->n_rows;
    for (size_t i = 0; i < sample->n_rows; i++) {
        struct check *check = &run->packs[0]->checks[i];
        fill_check(arena, check, sample->pack, i, &sample->rows[i]);
        fill_finding(arena, &run->findings[i], run, check, &sample->rows[i]);
    }
    explain(arena, run);
    sample_settle(run);
    run->status_reason = sample->reason;
    return run;
}

struct run *sample_clean_run(struct arena *arena, const char *name)
{
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, SAMPLE_SECRET, strlen(SAMPLE_SECRET));
    struct run *clean = run_clean(arena, sample_run(arena, name), redactor);
    redactor_free(redactor);
    return clean;
}

/* The linear congruential generator of ISO C's example: the same numbers on every machine. */
static uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1103515245U + 12345U;
    return (*state >> 16) % below;
}

static struct sample_row random_row(struct arena *arena, size_t i, uint32_t *state)
{
    static const enum reason reasons[] = {
        [VERDICT_FAIL] = REASON_NONE,        [VERDICT_BLOCKED] = REASON_TOKEN_REFUSED,
        [VERDICT_UNKNOWN] = REASON_FILTERED, [VERDICT_PASS] = REASON_NONE,
        [VERDICT_WAIVED] = REASON_NONE,      [VERDICT_NOT_APPLICABLE] = REASON_CONDITION,
    };
    enum verdict verdict = (enum verdict)next_random(state, ARRAY_LEN(reasons));
    return (struct sample_row){
        .name = arena_printf(arena, "check-%zu", i),
        .title = arena_printf(arena, "Requirement number %zu holds", i),
        .step = arena_printf(arena, "Step %zu", i / 12),
        .severity = (enum severity)next_random(state, 3),
        .verdict = verdict,
        .reason = reasons[verdict],
        .seen = next_random(state, 4) == 0 ? NULL : "something",
        .wanted = next_random(state, 4) == 0 ? NULL : "something else",
        .because = next_random(state, 2) == 0 ? NULL : "it follows",
        .owner = next_random(state, 2) == 0 ? NULL : ADMIN,
        .fix = next_random(state, 2) == 0 ? NULL : "Change it.",
    };
}

struct run *sample_random_run(struct arena *arena, size_t n, uint32_t seed)
{
    uint32_t state = seed;
    struct run *run = new_run(arena);
    add_pack(arena, run, "cloud-ex-machina", n);
    add_pack(arena, run, "baseline", 0);
    run->findings = arena_array(arena, n, sizeof *run->findings);
    run->n_findings = n;
    /* Most seeds draw from all verdicts; some only from those that leave a run ready. */
    bool is_kind = next_random(&state, 3) == 0;
    for (size_t i = 0; i < n; i++) {
        struct sample_row row = random_row(arena, i, &state);
        if (is_kind && row.severity == SEVERITY_REQUIRED && row.verdict < VERDICT_PASS) {
            row.verdict = VERDICT_PASS;
            row.reason = REASON_NONE;
        }
        struct check *check = &run->packs[0]->checks[i];
        fill_check(arena, check, i % 5 == 0 ? "baseline" : "cloud-ex-machina", i, &row);
        fill_finding(arena, &run->findings[i], run, check, &row);
    }
    sample_settle(run);
    return run;
}

char *sample_written(struct arena *arena, const struct report_format *format, const struct run *run,
                     const struct report_options *options, size_t *ret_len)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cr_assert(out != NULL);
    cr_expect(format->write(run, options, out), "%s says it could not write", format->name);
    fclose(out);
    char *copy = arena_strndup(arena, text, len);
    cr_expect(strlen(copy) == len, "%s wrote a NUL", format->name);
    free(text);
    if (ret_len != NULL) {
        *ret_len = len;
    }
    return copy;
}

size_t count_of(const char *text, const char *needle)
{
    size_t n = 0;
    for (const char *at = strstr(text, needle); at != NULL; at = strstr(at + 1, needle)) {
        n++;
    }
    return n;
}
