/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every value of a closed list has a name of its own, and the names that files use lead back to
 * their values.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "model/names.h"

/* One function per list, so that a row of the table below can hold any of them. */
static const char *name_of_verdict(int i)
{
    return verdict_name((enum verdict)i);
}

static const char *name_of_reason(int i)
{
    return reason_name((enum reason)i);
}

static const char *name_of_severity(int i)
{
    return severity_name((enum severity)i);
}

static const char *name_of_outcome(int i)
{
    return outcome_name((enum outcome)i);
}

static const char *name_of_confidence(int i)
{
    return confidence_name((enum confidence)i);
}

static const char *name_of_status(int i)
{
    return status_name((enum status)i);
}

static const char *name_of_credential_kind(int i)
{
    return credential_kind_name((enum credential_kind)i);
}

static const char *name_of_question_kind(int i)
{
    return question_kind_name((enum question_kind)i);
}

static const char *name_of_acceptance(int i)
{
    return acceptance_name((enum acceptance)i);
}

struct list {
    const char *name;
    const char *(*name_of)(int);
    int first;
    int last;
};

static const struct list lists[] = {
    {"verdict", name_of_verdict, VERDICT_FAIL, VERDICT_NOT_APPLICABLE},
    {"reason", name_of_reason, REASON_NONE + 1, N_REASONS - 1},
    {"severity", name_of_severity, SEVERITY_REQUIRED, SEVERITY_INFO},
    {"outcome", name_of_outcome, OUTCOME_NONE, N_OUTCOMES - 1},
    {"confidence", name_of_confidence, CONFIDENCE_CERTAIN, CONFIDENCE_POSSIBLE},
    {"question kind", name_of_question_kind, QUESTION_GATE, QUESTION_WRITE},
    {"acceptance", name_of_acceptance, ACCEPTANCE_NOT_TRIED, ACCEPTANCE_NO_TOKEN},
    {"status", name_of_status, STATUS_READY, STATUS_INCONCLUSIVE},
    {"credential kind", name_of_credential_kind, CREDENTIAL_API_KEY, CREDENTIAL_TOKEN},
};
enum { N_LISTS = sizeof lists / sizeof lists[0] };

Test(names, every_value_has_one_of_its_own)
{
    for (size_t i = 0; i < N_LISTS; i++) {
        const struct list *list = &lists[i];
        for (int a = list->first; a <= list->last; a++) {
            const char *name = list->name_of(a);
            cr_assert(name != NULL, "%s %d has no name", list->name, a);
            for (int b = list->first; b < a; b++) {
                cr_expect_str_neq(name, list->name_of(b), "%s %d and %d", list->name, a, b);
            }
        }
    }
}

/* They stand in JSON, in JUnit types and in XML classes: letters, digits and hyphens do everywhere.
 */
Test(names, are_lower_case_words_with_hyphens)
{
    for (size_t i = 0; i < N_LISTS; i++) {
        for (int a = lists[i].first; a <= lists[i].last; a++) {
            const char *name = lists[i].name_of(a);
            cr_expect(name[0] != '\0' &&
                          strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name),
                      "%s", name);
        }
    }
}

Test(names, no_reason_has_no_name)
{
    cr_expect(reason_name(REASON_NONE) == NULL);
}

Test(names, severities_lead_back)
{
    for (int i = SEVERITY_REQUIRED; i <= SEVERITY_INFO; i++) {
        enum severity severity = SEVERITY_REQUIRED;
        cr_expect(severity_from_name(severity_name((enum severity)i), &severity));
        cr_expect(severity == (enum severity)i, "%s", severity_name((enum severity)i));
    }
    enum severity untouched = SEVERITY_INFO;
    cr_expect(!severity_from_name("Required", &untouched));
    cr_expect(!severity_from_name("", &untouched));
    cr_expect(untouched == SEVERITY_INFO);
}

Test(names, credential_kinds_lead_back)
{
    for (int i = CREDENTIAL_API_KEY; i <= CREDENTIAL_TOKEN; i++) {
        enum credential_kind kind = CREDENTIAL_API_KEY;
        cr_expect(credential_kind_from_name(credential_kind_name((enum credential_kind)i), &kind));
        cr_expect(kind == (enum credential_kind)i, "row %d", i);
    }
    enum credential_kind untouched = CREDENTIAL_TOKEN;
    cr_expect(!credential_kind_from_name("oauth", &untouched));
    cr_expect(untouched == CREDENTIAL_TOKEN);
}
