/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnosis over prepared findings: which cause comes first, how sure it is, and what it explains.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "diagnosis/diagnose.h"
#include "model/names.h"
#include "rules/schema.h"
#include "support.h"

enum { MOST_FINDINGS = 6 };

/* A finding in one line: ids in lists are separated by blanks. */
struct told {
    const char *id;
    enum verdict verdict;
    bool gates;
    const char *causes;
    const char *excludes;
    const char *blocked_by;
    const char *needs;
    const char *serves;
    bool alternatives;
    const char *about; /* "call" it is about, + for a blank */
    const char *subject;
    const char *sees; /* what the check is: "release", or "user.local" */
    bool possible;
};

struct expectation {
    const char *why;
    struct told told[MOST_FINDINGS];
    enum status status;
    const char *causes; /* "id:confidence:explained id:confidence:explained" */
    const char *advice; /* ids */
};

static const char all_token_causes[] =
    "refresh-token-expired client-credentials-disabled password-grant-disabled oauth-disabled "
    "oauth-app-type oauth-app-missing oauth-app-inactive user-inactive user-locked-out "
    "password-needs-reset user-missing password-refused "
    "oauth-scope-broken release-too-old";

/* Of a refused password all but the password itself and the restriction of Basic. */
static const char all_but_two[] =
    "release-too-old policy-missing policy-profile-unlinked policy-inactive profile-inactive "
    "policy-outranked policy-coverage access-token-expired api-key-unknown api-key-inactive "
    "api-key-expired oauth-token-restricted user-inactive user-locked-out password-needs-reset "
    "oauth-app-user profile-kind auth-parameter-mismatch api-key-scope api-key-user "
    "profile-policy-denies user-missing";

static const struct expectation expectations[] = {
    {"a confirmed cause swallows its symptom and the consequences",
     {{"credential", VERDICT_FAIL, true, "token-refused", NULL, NULL, NULL, NULL, false},
      {"property", VERDICT_FAIL, true, "client-credentials-disabled", NULL, NULL, NULL, NULL,
       false},
      {"read", VERDICT_BLOCKED, true, NULL, NULL, "credential", NULL, NULL, false}},
     STATUS_NOT_READY,
     "client-credentials-disabled:certain:3",
     ""},
    {"two independent causes are both named",
     {{"property", VERDICT_FAIL, true, "client-credentials-disabled", NULL, NULL, NULL, NULL,
       false},
      {"credential", VERDICT_FAIL, true, "token-refused", NULL, NULL, NULL, NULL, false},
      {"roles", VERDICT_FAIL, true, "role-missing", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "client-credentials-disabled:certain:2 role-missing:certain:1",
     ""},
    {"one candidate left is likely, by exclusion",
     {{"credential", VERDICT_FAIL, true, "token-refused", NULL, NULL, NULL, NULL, false},
      {"rest", VERDICT_PASS, true, NULL, all_token_causes, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "client-secret-refused:likely:1",
     ""},
    {"what is ruled out for now and only comes later explains no refusal of today",
     {{"credential", VERDICT_FAIL, true, "credential-refused", all_but_two, NULL, NULL, NULL,
       false},
      {"basic", VERDICT_PASS, true, NULL, "basic-auth-restricted", NULL, NULL, NULL, false},
      {"basic-ahead", VERDICT_FAIL, false, "basic-auth-restricted", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "password-refused:likely:1",
     "basic-auth-restricted"},
    {"what a recommended check found by the way explains nothing that a gating one explains",
     {{"credential", VERDICT_FAIL, true, "credential-refused", NULL, NULL, NULL, NULL, false},
      {"policy", VERDICT_FAIL, true, "policy-profile-unlinked", NULL, NULL, NULL, NULL, false},
      {"files", VERDICT_FAIL, false, "policy-missing", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "policy-profile-unlinked:certain:2",
     "policy-missing"},
    {"what one check passes another may have found all the same: two properties of one cause",
     {{"credential", VERDICT_FAIL, true, "token-refused", NULL, NULL, NULL, NULL, false},
      {"plugin", VERDICT_PASS, true, NULL, "oauth-disabled", NULL, NULL, NULL, false},
      {"property", VERDICT_FAIL, true, "oauth-disabled", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "oauth-disabled:certain:2",
     ""},
    {"… but what it passes for this very call is not what keeps this call out",
     {{"get", VERDICT_PASS, true, NULL, "policy-coverage@GET+incident", NULL, NULL, NULL, false},
      {"post", VERDICT_FAIL, true, "policy-coverage", NULL, NULL, NULL, NULL, false},
      {"credential", VERDICT_FAIL, true, "credential-refused", all_but_two, NULL, NULL, NULL, false,
       "GET+incident"},
      {"basic", VERDICT_PASS, true, NULL, "basic-auth-restricted", NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "policy-coverage:likely:1 password-refused:likely:1",
     ""},
    {"a last resort is merely possible beside what explains the refusal",
     {{"credential", VERDICT_FAIL, true, "credential-refused", NULL, NULL, NULL, NULL, false},
      {"key", VERDICT_FAIL, true, "api-key-unknown", NULL, NULL, NULL, NULL, false},
      {"policy", VERDICT_FAIL, true, "policy-profile-unlinked", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "policy-profile-unlinked:certain:2 api-key-unknown:possible:2",
     ""},
    {"… and by itself it is what explains it",
     {{"credential", VERDICT_FAIL, true, "credential-refused", NULL, NULL, NULL, NULL, false},
      {"key", VERDICT_FAIL, true, "api-key-unknown", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "api-key-unknown:likely:2",
     ""},
    {"without one that gates it does",
     {{"credential", VERDICT_FAIL, true, "credential-refused", NULL, NULL, NULL, NULL, false},
      {"reset", VERDICT_FAIL, false, "password-needs-reset", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "password-needs-reset:likely:2",
     ""},
    {"several are left: the symptom, then they",
     {{"read", VERDICT_UNKNOWN, true, "rows-hidden", NULL, NULL, NULL, NULL, false}},
     STATUS_INCONCLUSIVE,
     "rows-hidden:certain:1 role-missing:possible:1 acl-role:possible:1 acl-missing:possible:1 "
     "acl-inactive:possible:1 acl-denies:possible:1",
     ""},
    {"a weak fact is never certain",
     {{"user", VERDICT_FAIL, true, "password-needs-reset", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "password-needs-reset:likely:1",
     ""},
    {"of alternatives none is certain",
     {{"read", VERDICT_FAIL, true, "table-closed rest-api-role-missing", NULL, NULL, NULL, NULL,
       true}},
     STATUS_NOT_READY,
     "table-closed:likely:1 rest-api-role-missing:possible:1",
     ""},
    {"what follows from a needed check is no cause of its own",
     {{"app", VERDICT_FAIL, true, "oauth-app-missing", NULL, NULL, NULL, NULL, false},
      {"scope", VERDICT_FAIL, true, "oauth-scope-unlinked", NULL, NULL, "app", NULL, false}},
     STATUS_NOT_READY,
     "oauth-app-missing:certain:2",
     ""},
    {"a deviating row without a cause is folded under the effect it serves",
     {{"read", VERDICT_FAIL, true, "oauth-scope-restricted", NULL, NULL, NULL, NULL, false},
      {"scope", VERDICT_FAIL, true, NULL, NULL, NULL, NULL, "read", false}},
     STATUS_NOT_READY,
     "oauth-scope-restricted:certain:2",
     ""},
    {"a wrong record does not hide that what needs it is wrong too",
     {{"profile", VERDICT_FAIL, true, "auth-parameter-mismatch", NULL, NULL, NULL, NULL, false},
      {"policy", VERDICT_FAIL, true, "policy-inactive", NULL, NULL, "profile", NULL, false}},
     STATUS_NOT_READY,
     "auth-parameter-mismatch:likely:1 policy-inactive:certain:1",
     ""},
    {"… what has no cause of its own follows from it",
     {{"profile", VERDICT_FAIL, true, "auth-parameter-mismatch", NULL, NULL, NULL, NULL, false},
      {"policy", VERDICT_FAIL, true, NULL, NULL, NULL, "profile", NULL, false}},
     STATUS_NOT_READY,
     "auth-parameter-mismatch:likely:2",
     ""},
    {"… and of what does not gate one cause is enough",
     {{"profile", VERDICT_FAIL, true, "auth-parameter-mismatch", NULL, NULL, NULL, NULL, false},
      {"lasts", VERDICT_FAIL, false, "policy-inactive", NULL, NULL, "profile", NULL, false}},
     STATUS_NOT_READY,
     "auth-parameter-mismatch:likely:2",
     ""},
    {"what only a call can show stands behind what the call showed",
     {{"rule", VERDICT_UNKNOWN, true, "acl-missing", NULL, NULL, NULL, NULL, .possible = true},
      {"write", VERDICT_FAIL, true, "write-denied", "role-missing", NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "write-denied:likely:1 acl-missing:possible:2 acl-role:possible:1 acl-inactive:possible:1 "
     "acl-denies:possible:1",
     ""},
    {"of alternatives the one that configuration shows for what this check needs",
     {{"role", VERDICT_FAIL, true, "role-missing", NULL, NULL, NULL, "read", false},
      {"read", VERDICT_UNKNOWN, true, "role-missing acl-role", NULL, NULL, NULL, NULL, true},
      {"columns", VERDICT_UNKNOWN, true, "role-missing acl-role", NULL, NULL, "read", NULL, true}},
     STATUS_NOT_READY,
     "role-missing:certain:3",
     ""},
    {"what does not gate need not be told twice",
     {{"role", VERDICT_FAIL, true, "role-missing", NULL, NULL, NULL, "other", false},
      {"read", VERDICT_UNKNOWN, false, "role-missing acl-role", NULL, NULL, NULL, NULL, true}},
     STATUS_NOT_READY,
     "role-missing:certain:2",
     ""},
    {"… and of what no configuration was seen, all are left",
     {{"role", VERDICT_FAIL, true, "role-missing", NULL, NULL, NULL, "other", false},
      {"read", VERDICT_UNKNOWN, true, "role-missing acl-role", NULL, NULL, NULL, NULL, true}},
     STATUS_NOT_READY,
     "role-missing:certain:2 acl-role:possible:1",
     ""},
    {"a missing user takes its roles and keys along, and what needs those",
     {{"user", VERDICT_FAIL, true, "user-missing", NULL, NULL, NULL, NULL, false},
      {"roles", VERDICT_FAIL, true, "role-missing", NULL, NULL, "user", NULL, false},
      {"key", VERDICT_FAIL, true, "api-key-inactive", NULL, NULL, "user", NULL, false},
      {"more", VERDICT_FAIL, true, "api-key-scope", NULL, NULL, "key", NULL, false}},
     STATUS_NOT_READY,
     "user-missing:certain:4",
     ""},
    {"what passes for one call rules nothing out for another",
     {{"get", VERDICT_PASS, true, NULL, "policy-coverage@GET+incident", NULL, NULL, NULL, false},
      {"post", VERDICT_FAIL, true, "policy-coverage policy-outranked", NULL, NULL, NULL, NULL, true,
       "POST+incident", "incident"}},
     STATUS_NOT_READY,
     "policy-coverage:likely:1 policy-outranked:possible:1",
     ""},
    {"… and for the same call it does",
     {{"get", VERDICT_PASS, true, NULL, "policy-coverage@GET+incident", NULL, NULL, NULL, false},
      {"read", VERDICT_FAIL, true, "policy-coverage policy-outranked", NULL, NULL, NULL, NULL, true,
       "GET+incident", "incident"}},
     STATUS_NOT_READY,
     "policy-outranked:likely:1",
     ""},
    {"a failure does not lose its last cause to a pass that contradicts it",
     {{"get", VERDICT_PASS, true, NULL, "policy-coverage policy-outranked", NULL, NULL, NULL,
       false},
      {"read", VERDICT_FAIL, true, "policy-coverage policy-outranked", NULL, NULL, NULL, NULL,
       true}},
     STATUS_NOT_READY,
     "policy-coverage:likely:1 policy-outranked:possible:1",
     ""},
    {"of alternatives the one that its configuration shows",
     {{"policy", VERDICT_FAIL, true, "policy-outranked", NULL, NULL, NULL, "post", false},
      {"post", VERDICT_FAIL, true, "policy-coverage policy-outranked", NULL, NULL, NULL, NULL,
       true}},
     STATUS_NOT_READY,
     "policy-outranked:likely:2",
     ""},
    {"… not the one of another subject",
     {{"access", VERDICT_FAIL, true, "table-closed", NULL, NULL, NULL, NULL, false, NULL,
       "cmdb_ci"},
      {"read", VERDICT_FAIL, true, "rest-api-role-missing table-closed", NULL, NULL, NULL, NULL,
       true, NULL, "incident"}},
     STATUS_NOT_READY,
     "table-closed:certain:2 rest-api-role-missing:likely:1",
     ""},
    {"a control on the user explains that the REST API is closed to it",
     {{"read", VERDICT_FAIL, true, "rest-api-role-missing", NULL, NULL, NULL, NULL, false},
      {"user", VERDICT_FAIL, false, "machine-identity-restricted", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "machine-identity-restricted:likely:2",
     ""},
    {"a missing explicit role explains rows that are hidden",
     {{"read", VERDICT_UNKNOWN, true, "rows-hidden", NULL, NULL, NULL, NULL, false},
      {"roles", VERDICT_FAIL, false, "explicit-role-missing", NULL, NULL, NULL, NULL, false}},
     STATUS_INCONCLUSIVE,
     "explicit-role-missing:certain:2",
     ""},
    {"… and is not suspected by exclusion",
     {{"read", VERDICT_UNKNOWN, true, "rows-hidden", NULL, NULL, NULL, NULL, false},
      {"roles", VERDICT_PASS, true, NULL, "role-missing", NULL, NULL, NULL, false}},
     STATUS_INCONCLUSIVE,
     "rows-hidden:certain:1 acl-role:possible:1 acl-missing:possible:1 acl-inactive:possible:1 "
     "acl-denies:possible:1",
     ""},
    {"a clone explains a refused credential",
     {{"credential", VERDICT_FAIL, true, "credential-refused", NULL, NULL, NULL, NULL, false},
      {"name", VERDICT_FAIL, false, "instance-cloned", NULL, NULL, NULL, NULL, false}},
     STATUS_NOT_READY,
     "instance-cloned:likely:2",
     ""},
    {"a cause is suspected where the pack has a check that could see it",
     {{"credential", VERDICT_FAIL, true, "credential-refused", all_but_two, NULL, NULL, NULL,
       false},
      {"basic", VERDICT_PASS, true, NULL, "basic-auth-restricted password-refused", NULL, NULL,
       NULL, false},
      {"local", VERDICT_UNKNOWN, true, NULL, NULL, NULL, NULL, NULL, false, .sees = "user.local"}},
     STATUS_NOT_READY,
     "user-external-directory:likely:1",
     ""},
    {"hygiene is advice and never the answer",
     {{"roles", VERDICT_FAIL, true, "excess-privilege", NULL, NULL, NULL, NULL, false},
      {"property", VERDICT_FAIL, true, "client-credentials-disabled", NULL, NULL, NULL, NULL,
       false}},
     STATUS_NOT_READY,
     "client-credentials-disabled:certain:1",
     "excess-privilege"},
    {"what does not gate is advice",
     {{"role", VERDICT_FAIL, false, "role-undefined", NULL, NULL, NULL, NULL, false}},
     STATUS_READY,
     "",
     "role-undefined"},
    {"a ready run has no causes",
     {{"clock", VERDICT_FAIL, false, "clock-skew", NULL, NULL, NULL, NULL, false},
      {"rest", VERDICT_PASS, true, NULL, NULL, NULL, NULL, NULL, false}},
     STATUS_READY,
     "",
     "clock-skew"},
    {"a waived finding points nowhere",
     {{"property", VERDICT_WAIVED, true, "client-credentials-disabled", NULL, NULL, NULL, NULL,
       false}},
     STATUS_READY,
     "",
     ""},
};

static const char *with_blanks(struct arena *arena, const char *text)
{
    struct strings words = strings_split(arena, text, '+');
    return strings_join(arena, &words, " ");
}

/* "cause" or "cause@subject", where a blank within the subject is written as +. */
static void add_exclusions(struct arena *arena, struct finding *finding, const char *text)
{
    struct strings list = strings_split(arena, text, ' ');
    for (size_t i = 0; i < list.n_items; i++) {
        struct strings parts = strings_split(arena, list.items[i], '@');
        struct exclusion *slot =
            arena_append(arena, &finding->excludes, &finding->n_excludes, sizeof *slot);
        *slot = (struct exclusion){.cause = parts.items[0],
                                   .subject = parts.n_items > 1 ? with_blanks(arena, parts.items[1])
                                                                : NULL};
    }
}

struct local_params {
    bool local;
};
static const struct field local_fields[] = {FIELD(struct local_params, local, FIELD_OPTIONAL, "")};
static const struct kind_schema schemas[] = {
    {.name = "release"},
    {.name = "user", .fields = local_fields, .n_fields = ARRAY_LEN(local_fields)},
};
static const struct local_params wants_local = {true};

static void make_kind(struct check *check, const char *sees)
{
    for (size_t i = 0; sees != NULL && i < ARRAY_LEN(schemas); i++) {
        if (text_starts_with(sees, schemas[i].name)) {
            check->kind = &schemas[i];
            check->params = schemas[i].n_fields > 0 ? &wants_local : NULL;
        }
    }
}

static struct finding *findings_of(struct arena *arena, const struct told *told, size_t *ret_n)
{
    struct finding *findings = arena_array(arena, MOST_FINDINGS, sizeof *findings);
    size_t n = 0;
    for (; n < MOST_FINDINGS && told[n].id != NULL; n++) {
        struct check *check = arena_allocate(arena, sizeof *check);
        check->id = told[n].id;
        check->needs = strings_split(arena, told[n].needs, ' ');
        check->serves = strings_split(arena, told[n].serves, ' ');
        findings[n] = (struct finding){.check = check,
                                       .verdict = told[n].verdict,
                                       .gates = told[n].gates,
                                       .causes = strings_split(arena, told[n].causes, ' '),
                                       .causes_are_alternatives = told[n].alternatives,
                                       .blocked_by = told[n].blocked_by};
        add_exclusions(arena, &findings[n], told[n].excludes);
        findings[n].cause_subject = told[n].subject;
        findings[n].causes_are_possible = told[n].possible;
        if (told[n].about != NULL) {
            pairs_add(arena, &findings[n].about, "call", with_blanks(arena, told[n].about));
        }
        make_kind(check, told[n].sees);
    }
    *ret_n = n;
    return findings;
}

static const char *summary_of(struct arena *arena, const struct diagnosis *diagnosis)
{
    struct strings causes = {0};
    for (size_t i = 0; i < diagnosis->n_causes; i++) {
        const struct cause *cause = &diagnosis->causes[i];
        strings_add(arena, &causes,
                    arena_printf(arena, "%s:%s:%zu", cause->id, confidence_name(cause->confidence),
                                 cause->explains.n_items));
    }
    return strings_join(arena, &causes, " ");
}

static const char *advice_of(struct arena *arena, const struct diagnosis *diagnosis)
{
    struct strings advice = {0};
    for (size_t i = 0; i < diagnosis->n_advice; i++) {
        strings_add(arena, &advice, diagnosis->advice[i].id);
    }
    return strings_join(arena, &advice, " ");
}

static struct diagnosis diagnose_findings(struct arena *arena, const struct catalogue *catalogue,
                                          const struct finding *findings, size_t n_findings,
                                          enum status status)
{
    const struct observations observations = {
        .findings = findings, .n_findings = n_findings, .status = status};
    return diagnose(arena, catalogue, &observations);
}

Test(diagnose, names_the_cause_first)
{
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        const struct expectation *row = &expectations[i];
        struct arena *arena = arena_new();
        struct catalogue catalogue = load_catalogue(arena);
        size_t n = 0;
        const struct finding *findings = findings_of(arena, row->told, &n);
        struct diagnosis diagnosis = diagnose_findings(arena, &catalogue, findings, n, row->status);
        cr_expect_str_eq(summary_of(arena, &diagnosis), row->causes, "row %zu (%s): %s", i,
                         row->why, summary_of(arena, &diagnosis));
        cr_expect_str_eq(advice_of(arena, &diagnosis), row->advice, "row %zu (%s): %s", i, row->why,
                         advice_of(arena, &diagnosis));
        arena_free(arena);
    }
}

Test(diagnose, certain_only_on_strong_facts)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *entry = &catalogue.causes[i];
        bool all_strong = entry->n_facts > 0;
        for (size_t f = 0; f < entry->n_facts; f++) {
            all_strong = all_strong && entry->facts[f].is_strong;
        }
        cr_expect((cause_strength(entry) == CONFIDENCE_CERTAIN) == all_strong, "%s", entry->id);
    }
    arena_free(arena);
}

/* The reference of causes calls a cause certain by the rule that diagnoses follow. */
Test(diagnose, the_reference_says_what_can_be_certain)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    char *page = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&page, &len);
    cr_assert_not_null(out);
    cr_assert(causes_page_write(&catalogue, out));
    fclose(out);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *entry = &catalogue.causes[i];
        const char *at = strstr(page, arena_printf(arena, "\n### `%s`\n", entry->id));
        cr_assert_not_null(at, "%s", entry->id);
        const char *line = strstr(at, "\n- Told from: ") + 1;
        const char *text = arena_strndup(arena, line, strcspn(line, "\n"));
        cr_expect((cause_strength(entry) == CONFIDENCE_CERTAIN) ==
                      (strstr(text, "; can be certain") != NULL),
                  "%s: %s", entry->id, text);
    }
    free(page);
    arena_free(arena);
}

Test(diagnose, the_subject_stands_in_the_sentence)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    struct check check = {.id = "x/user"};
    struct finding finding = {
        .check = &check, .verdict = VERDICT_FAIL, .gates = true, .cause_subject = "svc_vendor"};
    strings_add(arena, &finding.causes, "user-inactive");
    struct diagnosis diagnosis =
        diagnose_findings(arena, &catalogue, &finding, 1, STATUS_NOT_READY);
    cr_assert_eq(diagnosis.n_causes, 1);
    cr_expect(strstr(diagnosis.causes[0].says, "svc_vendor") != NULL);
    cr_expect(strstr(diagnosis.causes[0].says, "$subject") == NULL);
    arena_free(arena);
}

/* A candidate is worded with what it would be about, and never with the name of something else. */
Test(diagnose, candidates_are_not_named_after_the_symptom)
{
    static const struct {
        const char *id;
        const char *says;
    } rows[] = {
        {"user-locked-out", "The user svc is locked out."},
        {"user-missing", "There is no user svc on this instance."},
        {"plugin-inactive", "The plugin or application com.x is installed and not active."},
        {"release-too-old", "The instance runs a release, which is older than this integration "
                            "needs."},
        {"auth-parameter-mismatch",
         "The profile of this integration takes API keys from another "
         "header, query parameter or prefix than the integration sends."},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    struct kind_schema plugin = {.name = "plugin"};
    struct check credential = {.id = "x/credential"};
    struct check release = {.id = "x/release", .kind = &schemas[0]};
    struct check keys = {.id = "x/plugin", .kind = &plugin};
    struct finding findings[] = {
        {.check = &credential, .verdict = VERDICT_FAIL, .gates = true, .cause_subject = "auditor"},
        {.check = &release, .verdict = VERDICT_UNKNOWN},
        {.check = &keys, .verdict = VERDICT_UNKNOWN},
    };
    strings_add(arena, &findings[0].causes, "credential-refused");
    pairs_add(arena, &findings[0].about, "credential", "auditor");
    pairs_add(arena, &findings[0].about, "user", "svc");
    pairs_add(arena, &findings[0].about, "plugin", "com.x");
    struct diagnosis diagnosis =
        diagnose_findings(arena, &catalogue, findings, ARRAY_LEN(findings), STATUS_NOT_READY);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *says = "";
        for (size_t c = 0; c < diagnosis.n_causes; c++) {
            if (text_equal(diagnosis.causes[c].id, rows[i].id)) {
                says = diagnosis.causes[c].says;
            }
        }
        cr_expect_str_eq(says, rows[i].says, "%s: %s", rows[i].id, says);
    }
    for (size_t c = 1; c < diagnosis.n_causes; c++) {
        cr_expect(strstr(diagnosis.causes[c].says, "auditor") == NULL, "%s",
                  diagnosis.causes[c].says);
    }
    arena_free(arena);
}

/* A plugin that is missing explains a refusal that goes through it, and no other. */
Test(diagnose, a_plugin_explains_what_it_does)
{
    for (int is_same = 0; is_same < 2; is_same++) {
        struct arena *arena = arena_new();
        struct catalogue catalogue = load_catalogue(arena);
        struct check credential = {.id = "x/credential"};
        struct check check = {.id = "x/plugin"};
        struct finding findings[] = {
            {.check = &credential, .verdict = VERDICT_FAIL, .gates = true},
            {.check = &check, .verdict = VERDICT_FAIL, .gates = true, .cause_subject = "com.x"},
        };
        strings_add(arena, &findings[0].causes, "credential-refused");
        strings_add(arena, &findings[1].causes, "plugin-missing");
        pairs_add(arena, &findings[0].about, "plugin", is_same ? "com.x" : "com.y");
        struct diagnosis diagnosis =
            diagnose_findings(arena, &catalogue, findings, 2, STATUS_NOT_READY);
        cr_expect_str_eq(diagnosis.causes[0].id, "plugin-missing");
        cr_expect_eq(diagnosis.causes[0].explains.n_items, is_same ? 2 : 1);
        cr_expect(is_same == (diagnosis.n_causes == 1), "%zu", diagnosis.n_causes);
        arena_free(arena);
    }
}

/* Two packs with two credentials in one target: what is wrong with one explains nothing of the
 * other, and what one pack passes rules nothing out for it. */
Test(diagnose, one_credentials_cause_explains_no_other)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    struct check checks[] = {
        {.id = "a/credential"}, {.id = "b/credential"}, {.id = "b/user"}, {.id = "b/key"}};
    struct finding findings[] = {
        {.check = &checks[0], .verdict = VERDICT_FAIL, .gates = true, .credential = "one"},
        {.check = &checks[1], .verdict = VERDICT_FAIL, .gates = true, .credential = "two"},
        {.check = &checks[2], .verdict = VERDICT_FAIL, .gates = true, .credential = "two"},
        {.check = &checks[3], .verdict = VERDICT_PASS, .gates = true, .credential = "two"},
    };
    static const char *const names[] = {"one", "two"};
    static const char *const users[] = {"svc_one", "svc_two"};
    for (size_t i = 0; i < 2; i++) {
        strings_add(arena, &findings[i].causes, "credential-refused");
        findings[i].cause_subject = names[i];
        pairs_add(arena, &findings[i].about, "credential", names[i]);
        pairs_add(arena, &findings[i].about, "user", users[i]);
        pairs_add(arena, &findings[i].about, "kind", "api-key");
    }
    strings_add(arena, &findings[2].causes, "user-inactive");
    findings[2].cause_subject = "svc_two";
    struct exclusion exclusion = {"api-key-unknown", NULL};
    findings[3].excludes = &exclusion;
    findings[3].n_excludes = 1;

    struct diagnosis diagnosis =
        diagnose_findings(arena, &catalogue, findings, ARRAY_LEN(findings), STATUS_NOT_READY);
    cr_assert_geq(diagnosis.n_causes, 3);
    cr_expect_str_eq(diagnosis.causes[0].id, "user-inactive");
    cr_expect_str_eq(strings_join(arena, &diagnosis.causes[0].explains, " "),
                     "b/user b/credential");
    cr_expect_str_eq(diagnosis.causes[1].id, "credential-refused");
    cr_expect_str_eq(strings_join(arena, &diagnosis.causes[1].explains, " "), "a/credential");
    bool has_key = false;
    bool has_own_user = false;
    for (size_t i = 2; i < diagnosis.n_causes; i++) {
        const struct cause *cause = &diagnosis.causes[i];
        cr_expect_eq(cause->confidence, CONFIDENCE_POSSIBLE, "%s", cause->id);
        has_key = has_key || text_equal(cause->id, "api-key-unknown");
        has_own_user = has_own_user || (text_equal(cause->id, "user-inactive") &&
                                        text_equal(cause->subject, "svc_one"));
    }
    cr_expect(has_key, "what the other's pack passes for everybody is ruled out for it alone");
    cr_expect(has_own_user, "the other's user does not stand for this one's");
    arena_free(arena);
}

/* … but one user of two credentials is one cause, and so is what is wrong with the instance. */
Test(diagnose, what_two_credentials_share_is_one_cause)
{
    static const struct {
        const char *why;
        const char *cause;
        const char *subject;
    } rows[] = {{"a user of both", "user-inactive", "svc"},
                {"a release", "release-too-old", "Vancouver"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct catalogue catalogue = load_catalogue(arena);
        struct check checks[] = {{.id = "a/credential"}, {.id = "b/credential"}, {.id = "b/seen"}};
        struct finding findings[] = {
            {.check = &checks[0], .verdict = VERDICT_FAIL, .gates = true, .credential = "one"},
            {.check = &checks[1], .verdict = VERDICT_FAIL, .gates = true, .credential = "two"},
            {.check = &checks[2], .verdict = VERDICT_FAIL, .gates = true, .credential = "two"},
        };
        for (size_t c = 0; c < 2; c++) {
            strings_add(arena, &findings[c].causes, "credential-refused");
            pairs_add(arena, &findings[c].about, "user", "svc");
        }
        strings_add(arena, &findings[2].causes, rows[i].cause);
        findings[2].cause_subject = rows[i].subject;
        struct diagnosis diagnosis =
            diagnose_findings(arena, &catalogue, findings, ARRAY_LEN(findings), STATUS_NOT_READY);
        cr_expect_eq(diagnosis.n_causes, 1, "%s: %zu", rows[i].why, diagnosis.n_causes);
        cr_expect_eq(diagnosis.causes[0].explains.n_items, 3, "%s", rows[i].why);
        arena_free(arena);
    }
}
