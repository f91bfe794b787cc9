/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a baseline adds to a diagnosis: a sentence, and the order of causes that fit alike; never
 * certainty.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "diagnosis/diagnose.h"
#include "support.h"

/* 2026-11-17 10:00:00 UTC. */
enum { BASELINE = 1794909600, N_FINDINGS = 2 };

static struct check checks[N_FINDINGS] = {{.id = "p/roles", .name = "roles"},
                                          {.id = "p/group", .name = "group"}};
static const char *cause_names[N_FINDINGS] = {"role-missing", "client-credentials-disabled"};

static const struct difference field = {.kind = DIFFERENCE_FIELD, .says = "active went away"};
static const struct difference call = {.kind = DIFFERENCE_CALL, .says = "it was refused"};

struct row_of_since {
    const char *why;
    size_t which; /* finding that changed */
    enum verdict before;
    enum change_proof proof;
    const struct difference *difference; /* NULL: none */
    const char *first;                   /* the cause that comes first */
    const char *since;                   /* of the cause of the finding that changed */
};

static const struct row_of_since rows[] = {
    {"nothing is known of what changed: the order of the findings", 1, VERDICT_PASS, PROOF_NONE,
     NULL, "role-missing", NULL},
    {"the row behind the second has changed", 1, VERDICT_PASS, PROOF_ALONE, &field,
     "client-credentials-disabled",
     "It worked on 2026-11-17 10:00 UTC: since then active went away."},
    {"the row behind the first has changed", 0, VERDICT_PASS, PROOF_ALONE, &field, "role-missing",
     "It worked on 2026-11-17 10:00 UTC: since then active went away."},
    {"a call that fails by now says since when, and is no row", 1, VERDICT_PASS, PROOF_ALONE, &call,
     "role-missing", "It worked on 2026-11-17 10:00 UTC: since then it was refused."},
    {"it did not work then either", 1, VERDICT_UNKNOWN, PROOF_ALONE, &field, "role-missing", NULL},
    {"what did it was not found", 1, VERDICT_PASS, PROOF_NONE, &field, "role-missing", NULL},
};

static struct finding failing(size_t i)
{
    return (struct finding){.check = &checks[i],
                            .verdict = VERDICT_FAIL,
                            .gates = true,
                            .causes = {.items = &cause_names[i], .n_items = 1},
                            .cause_subject = "svc"};
}

static const struct cause *cause_of(const struct diagnosis *diagnosis, const char *id)
{
    for (size_t i = 0; i < diagnosis->n_causes; i++) {
        if (strcmp(diagnosis->causes[i].id, id) == 0) {
            return &diagnosis->causes[i];
        }
    }
    cr_assert_fail("no cause %s", id);
    return NULL;
}

Test(since, says_what_changed_and_orders_by_it)
{
    struct arena *arena = arena_new();
    const struct catalogue catalogue = load_catalogue(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row_of_since *row = &rows[i];
        struct finding findings[N_FINDINGS] = {failing(0), failing(1)};
        const struct finding then = {.check = &checks[row->which], .verdict = row->before};
        const struct difference *differences[] = {row->difference};
        struct change change = {.direction = CHANGE_WORSE,
                                .before = &then,
                                .after = &findings[row->which],
                                .proof = row->proof,
                                .differences = differences,
                                .n_differences = row->difference == NULL ? 0 : 1};
        const struct changes changes = {.items = &change, .n_items = 1, .before_taken = BASELINE};
        struct observations observations = {
            .findings = findings, .n_findings = N_FINDINGS, .status = STATUS_NOT_READY};
        const struct diagnosis alone = diagnose(arena, &catalogue, &observations);
        observations.changes = &changes;
        const struct diagnosis diagnosis = diagnose(arena, &catalogue, &observations);
        const struct cause *cause = cause_of(&diagnosis, cause_names[row->which]);
        cr_assert(diagnosis.n_causes == N_FINDINGS, "row %zu (%s)", i, row->why);
        cr_expect_str_eq(diagnosis.causes[0].id, row->first, "row %zu (%s)", i, row->why);
        cr_expect_str_eq(alone.causes[0].id, "role-missing");
        cr_expect((cause->since == NULL) == (row->since == NULL) &&
                      (row->since == NULL || strcmp(cause->since, row->since) == 0),
                  "row %zu (%s): %s", i, row->why, cause->since == NULL ? "-" : cause->since);
        cr_expect(cause->confidence == cause_of(&alone, cause->id)->confidence,
                  "row %zu (%s): a change makes nothing surer", i, row->why);
    }
    arena_free(arena);
}
