/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clues do to a diagnosis: they rule causes out, point to some, stand alone where nothing was
 * checked; and the data they rest on is whole.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/text.h"
#include "diagnosis/diagnose.h"
#include "model/names.h"
#include "support.h"

struct expectation {
    const char *why;
    const char *kind;    /* of the refused credential, which is "integration" */
    const char *symptom; /* NULL: nothing was checked */
    const char *clues;   /* signatures; "signature@credential" of another one; "!signature" alone */
    const char *causes;  /* how the list of causes begins: "id:confidence id:confidence" */
    const char *lacks;   /* ids that must not be among the causes */
};

static const struct expectation expectations[] = {
    {"with an API key its policy is suspected first", "api-key", "credential-refused", "",
     "credential-refused:certain policy-missing:possible policy-profile-unlinked:possible "
     "policy-outranked:possible",
     "password-refused access-token-expired basic-auth-restricted oauth-token-restricted"},
    {"with Basic the password is", "basic", "credential-refused", "",
     "credential-refused:certain password-refused:possible user-locked-out:possible",
     "api-key-unknown policy-missing access-token-expired"},
    {"with a token of somebody's own its age is", "token", "credential-refused", "",
     "credential-refused:certain access-token-expired:possible policy-profile-unlinked:possible",
     "api-key-unknown password-refused client-secret-refused"},
    {"at the token endpoint the grant is", "oauth-client", "token-refused", "",
     "token-refused:certain client-credentials-disabled:possible oauth-app-type:possible",
     "password-refused refresh-token-expired password-grant-disabled"},
    {"… of a refresh token its age", "oauth-refresh", "token-refused", "",
     "token-refused:certain refresh-token-expired:possible", "password-refused"},
    {"accepted on another table: what is good is no suspect, and two causes fit alike", "api-key",
     "credential-refused", "accepted-on-another-table",
     "credential-refused:certain policy-outranked:possible policy-coverage:possible "
     "policy-missing:possible",
     "api-key-unknown user-inactive plugin-missing api-key-expired"},
    {"… on another API too: coverage alone fits both", "api-key", "credential-refused",
     "accepted-on-another-table accepted-on-another-api",
     "policy-coverage:likely policy-outranked:possible", "credential-refused"},
    {"accepted on another API: coverage", "api-key", "credential-refused",
     "accepted-on-another-api", "policy-coverage:likely", "credential-refused user-locked-out"},
    {"what is told of another credential does not count", "api-key", "credential-refused",
     "accepted-on-another-table@auditor", "credential-refused:certain policy-missing:possible", ""},
    {"a line that one cause alone writes, and that is weak on the cause's side: likely",
     "oauth-client", "token-refused", "logged-client-secret", "client-secret-refused:likely",
     "token-refused"},
    {"a line that names neither client nor user: likely", "oauth-client", "token-refused",
     "logged-grant-for-pkce", "client-credentials-disabled:likely oauth-app-type:possible",
     "token-refused"},
    {"what is strong on both sides and points nowhere else: certain, and nothing else is listed",
     "oauth-password", "token-refused", "password-grant-off", "password-grant-disabled:certain",
     "token-refused oauth-app-type password-refused"},
    {"another credential of the same user is accepted: not the user", "api-key",
     "credential-refused", "same-user-otherwise-accepted",
     "credential-refused:certain policy-missing:possible policy-profile-unlinked:possible",
     "user-inactive user-locked-out instance-cloned basic-auth-restricted"},
    {"… and of Basic it is the restriction, or the policy", "basic", "credential-refused",
     "same-user-otherwise-accepted",
     "credential-refused:certain basic-auth-restricted:possible policy-profile-unlinked:possible",
     "user-inactive user-locked-out policy-missing"},
    {"a made-up key that is answered alike tells nothing", "api-key", "credential-refused",
     "alike-made-up", "credential-refused:certain policy-missing:possible", ""},
    {"nothing was checked, and a pasted 401 stands alone", NULL, NULL, "!not-authenticated",
     "credential-refused:certain password-refused:possible", ""},
    {"… with a log line beside it that names the cause", "oauth-client", NULL,
     "!logged-client-secret", "client-secret-refused:likely", ""},
    {"a clue that stands for nothing by itself names nothing", NULL, NULL, "!alike-made-up", "",
     ""},
};

static struct clue clue_of(struct arena *arena, const char *text, const char *kind)
{
    struct clue clue = {.stands_alone = text[0] == '!', .says = "seen"};
    struct strings parts = strings_split(arena, text[0] == '!' ? text + 1 : text, '@');
    clue.signature = parts.items[0];
    pairs_add(arena, &clue.about, "credential", parts.n_items > 1 ? parts.items[1] : "integration");
    if (kind != NULL) {
        pairs_add(arena, &clue.about, "kind", kind);
    }
    return clue;
}

static struct clues clues_of(struct arena *arena, const char *text, const char *kind)
{
    struct clues clues = {0};
    struct strings list = strings_split(arena, text, ' ');
    for (size_t i = 0; i < list.n_items; i++) {
        struct clue *slot = arena_append(arena, &clues.items, &clues.n_items, sizeof *slot);
        *slot = clue_of(arena, list.items[i], kind);
    }
    return clues;
}

static const char *list_of(struct arena *arena, const struct cause *causes, size_t n_causes)
{
    struct strings list = {0};
    for (size_t i = 0; i < n_causes; i++) {
        strings_add(
            arena, &list,
            arena_printf(arena, "%s:%s", causes[i].id, confidence_name(causes[i].confidence)));
    }
    return strings_join(arena, &list, " ");
}

static void expect_row(const struct catalogue *catalogue, const struct expectation *row)
{
    struct arena *arena = arena_new();
    struct check check = {.id = "x/credential"};
    struct finding finding = {
        .check = &check, .verdict = VERDICT_FAIL, .gates = true, .cause_subject = "integration"};
    pairs_add(arena, &finding.about, "credential", "integration");
    if (row->kind != NULL) {
        pairs_add(arena, &finding.about, "kind", row->kind);
    }
    if (row->symptom != NULL) {
        strings_add(arena, &finding.causes, row->symptom);
    }
    /* Something that could see every candidate there is: a check of a kind is not needed here. */
    const struct observations observations = {.findings = &finding,
                                              .n_findings = row->symptom != NULL ? 1 : 0,
                                              .clues = clues_of(arena, row->clues, row->kind),
                                              .status = STATUS_NOT_READY};
    struct diagnosis diagnosis = diagnose(arena, catalogue, &observations);
    const char *list = list_of(arena, diagnosis.causes, diagnosis.n_causes);
    cr_expect(text_starts_with(list, row->causes), "%s: %s", row->why, list);
    cr_expect(row->causes[0] != '\0' || list[0] == '\0', "%s: %s", row->why, list);
    struct strings lacks = strings_split(arena, row->lacks, ' ');
    for (size_t i = 0; i < lacks.n_items; i++) {
        for (size_t c = 0; c < diagnosis.n_causes; c++) {
            cr_expect_str_neq(diagnosis.causes[c].id, lacks.items[i], "%s: %s", row->why, list);
        }
    }
    arena_free(arena);
}

Test(clues, rule_out_and_point)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        expect_row(&catalogue, &expectations[i]);
    }
    arena_free(arena);
}

/* What the instance's log names stands beside a cause that was found and does not account for it.
 */
Test(clues, stand_beside_what_was_found)
{
    static const struct {
        const char *symptom;
        const char *kind;
        const char *found;
        const char *clue;
        const char *causes;
    } rows[] = {
        {"token-refused", "oauth-client", "user-inactive", "logged-client-secret",
         "user-inactive:certain client-secret-refused:likely"},
        {"token-refused", "oauth-client", "user-inactive", "alike-made-up",
         "user-inactive:certain"},
        {"credential-refused", "api-key", "policy-profile-unlinked", "policy-event",
         "policy-profile-unlinked:certain"},
        {"credential-refused", "api-key", "user-inactive", "policy-event", "user-inactive:certain"},
        {"credential-refused", "api-key", "user-inactive", "logged-client-secret",
         "user-inactive:certain"},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct check credential = {.id = "x/credential"};
        struct check other = {.id = "x/other"};
        struct finding findings[] = {
            {.check = &credential, .verdict = VERDICT_FAIL, .gates = true},
            {.check = &other, .verdict = VERDICT_FAIL, .gates = true},
        };
        strings_add(arena, &findings[0].causes, rows[i].symptom);
        strings_add(arena, &findings[1].causes, rows[i].found);
        pairs_add(arena, &findings[0].about, "kind", rows[i].kind);
        const struct observations observations = {.findings = findings,
                                                  .n_findings = ARRAY_LEN(findings),
                                                  .clues = clues_of(arena, rows[i].clue, NULL),
                                                  .status = STATUS_NOT_READY};
        struct diagnosis diagnosis = diagnose(arena, &catalogue, &observations);
        const char *list = list_of(arena, diagnosis.causes, diagnosis.n_causes);
        cr_expect_str_eq(list, rows[i].causes, "row %zu: %s", i, list);
    }
    arena_free(arena);
}

/* Green here and failing there is an answer too, but only after a look in depth. */
Test(clues, what_is_ready_here_may_fail_elsewhere)
{
    static const struct {
        bool is_in_depth;
        enum status status;
        const char *advice;
    } rows[] = {
        {true, STATUS_READY, "vendor-egress-blocked:possible vendor-request-differs:possible"},
        {false, STATUS_READY, ""},
        {true, STATUS_NOT_READY, ""},
        {true, STATUS_INCONCLUSIVE, ""},
    };
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct observations observations = {.status = rows[i].status,
                                                  .is_in_depth = rows[i].is_in_depth};
        struct diagnosis diagnosis = diagnose(arena, &catalogue, &observations);
        cr_expect_eq(diagnosis.n_causes, 0);
        cr_expect_str_eq(list_of(arena, diagnosis.advice, diagnosis.n_advice), rows[i].advice);
    }
    arena_free(arena);
}

/* What may be listed with others has the question that tells it from them, and what each reply
 * means. */
Test(clues, every_candidate_has_its_question)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct strings *candidates = &catalogue.causes[i].candidates;
        for (size_t c = 0; c < candidates->n_items; c++) {
            const struct cause_entry *entry = catalogue_cause(&catalogue, candidates->items[c]);
            cr_assert_not_null(entry, "%s", candidates->items[c]);
            cr_expect_not_null(entry->ask, "%s asks nothing", entry->id);
            cr_expect_geq(entry->n_replies, 2, "%s: what do the replies mean?", entry->id);
        }
    }
    arena_free(arena);
}

static void expect_signatures(const struct catalogue *catalogue, const struct cause_entry *entry,
                              const struct strings *list)
{
    for (size_t i = 0; i < list->n_items; i++) {
        cr_expect_not_null(catalogue_signature(catalogue, list->items[i]), "%s names %s", entry->id,
                           list->items[i]);
    }
}

static void expect_ranked(const struct cause_entry *entry)
{
    for (size_t i = 0; i < entry->first.n_items; i++) {
        struct arena *arena = arena_new();
        struct strings ranked = strings_split(arena, entry->first.items[i].value, ' ');
        for (size_t r = 0; r < ranked.n_items; r++) {
            cr_expect(strings_have(&entry->candidates, ranked.items[r]),
                      "%s ranks %s, which is none of its candidates", entry->id, ranked.items[r]);
        }
        arena_free(arena);
    }
}

/* Names in the data lead somewhere, and what a signature stands for lists it. */
Test(clues, the_data_is_whole)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *entry = &catalogue.causes[i];
        expect_signatures(&catalogue, entry, &entry->signatures);
        expect_signatures(&catalogue, entry, &entry->excluded_by);
        expect_ranked(entry);
    }
    for (size_t i = 0; i < catalogue.n_signatures; i++) {
        const struct signature *signature = &catalogue.signatures[i];
        cr_expect(signature->cause == NULL || catalogue_cause(&catalogue, signature->cause) != NULL,
                  "%s stands for %s", signature->id, signature->cause);
        cr_expect_gt(signature->n_facts, 0, "%s rests on nothing", signature->id);
    }
    arena_free(arena);
}

/* A clue makes a cause certain only where nothing else leaves it and all facts are strong. */
Test(clues, certain_only_when_strong_and_exclusive)
{
    struct arena *arena = arena_new();
    struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < catalogue.n_causes; i++) {
        const struct cause_entry *entry = &catalogue.causes[i];
        for (size_t s = 0; s < catalogue.n_signatures; s++) {
            const struct signature *signature = &catalogue.signatures[s];
            if (pointing_strength(&catalogue, entry, signature) != CONFIDENCE_CERTAIN) {
                continue;
            }
            cr_expect_eq(cause_strength(entry), CONFIDENCE_CERTAIN, "%s", entry->id);
            for (size_t f = 0; f < signature->n_facts; f++) {
                cr_expect(signature->facts[f].is_strong, "%s", signature->id);
            }
            for (size_t o = 0; o < catalogue.n_causes; o++) {
                cr_expect(&catalogue.causes[o] == entry ||
                              !strings_have(&entry->signatures, signature->id) ||
                              !strings_have(&catalogue.causes[o].signatures, signature->id),
                          "%s points to %s and %s", signature->id, entry->id,
                          catalogue.causes[o].id);
            }
        }
    }
    arena_free(arena);
}
