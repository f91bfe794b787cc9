/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which findings follow from another one, and whose fix is the thing to do.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/strings.h"
#include "report/summary.h"

enum { N_FINDINGS = 4 };

/* One of the findings of a run; `explained` and `needs` are by place. */
struct part {
    const char *name;
    enum verdict verdict;
    bool is_explained; /* by the first cause */
    const char *cause; /* what it points to */
    const char *needs;
    const char *seen;
    bool is_one_of_several; /* what it points to is one of alternatives */
};

static const char *const fix = "its own fix";

static void build(struct arena *arena, const struct part *parts, enum confidence confidence,
                  struct run *ret_run)
{
    struct cause *cause = arena_allocate(arena, sizeof *cause);
    struct check *checks = arena_array(arena, N_FINDINGS, sizeof *checks);
    struct finding *findings = arena_array(arena, N_FINDINGS, sizeof *findings);
    *cause = (struct cause){.id = "user-missing", .confidence = confidence};
    for (size_t i = 0; i < N_FINDINGS && parts[i].name != NULL; i++) {
        checks[i] = (struct check){.id = parts[i].name, .name = parts[i].name, .fix = fix};
        findings[i] = (struct finding){.check = &checks[i],
                                       .verdict = parts[i].verdict,
                                       .seen = parts[i].seen,
                                       .causes_are_alternatives = parts[i].is_one_of_several};
        if (parts[i].needs != NULL) {
            strings_add(arena, &checks[i].needs, parts[i].needs);
        }
        if (parts[i].cause != NULL) {
            strings_add(arena, &findings[i].causes, parts[i].cause);
        }
        if (parts[i].is_explained) {
            strings_add(arena, &cause->explains, parts[i].name);
        }
        ret_run->n_findings = i + 1;
    }
    ret_run->findings = findings;
    ret_run->causes = cause;
    ret_run->n_causes = 1;
}

/* The last finding of each row is the one asked about. */
struct origin_case {
    struct part parts[N_FINDINGS];
    enum confidence confidence;
    const char *origin;
    bool keeps_fix;
    const char *why;
};

#define MISSING "there is no user x"

static const struct origin_case rows[] = {
    {{{"exists", VERDICT_FAIL, true, "user-missing"}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "the origin itself"},
    {{{"exists", VERDICT_FAIL, true, "user-missing"},
      {"active", VERDICT_FAIL, true, "user-missing", "exists"}},
     CONFIDENCE_CERTAIN,
     "exists",
     false,
     "it needs one that failed"},
    {{{"exists", VERDICT_FAIL, true, "user-missing"},
      {"active", VERDICT_FAIL, true, "user-missing", "exists"}},
     CONFIDENCE_LIKELY,
     "exists",
     false,
     "however sure the cause is"},
    {{{"exists", VERDICT_UNKNOWN, true, "user-missing"},
      {"active", VERDICT_FAIL, true, "user-missing", "exists"}},
     CONFIDENCE_CERTAIN,
     "exists",
     false,
     "a needed check that is any problem"},
    {{{"exists", VERDICT_PASS, false, NULL},
      {"active", VERDICT_FAIL, true, "user-missing", "exists"}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "what it needs holds"},
    {{{"exists", VERDICT_UNKNOWN, false, NULL},
      {"active", VERDICT_FAIL, true, "user-missing", "exists"}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "what it needs is another matter: this one shows the cause"},
    {{{"exists", VERDICT_FAIL, true, "user-missing"},
      {"roles", VERDICT_FAIL, false, "role-missing", "exists"}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "the cause does not explain it"},
    {{{"exists", VERDICT_FAIL, true, "user-missing"},
      {"active", VERDICT_UNKNOWN, true, NULL, "exists"}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "only what failed follows; an unknown has its own reason"},
    {{{"exists", VERDICT_FAIL, true, "user-missing", NULL, MISSING},
      {"active", VERDICT_FAIL, true, "user-missing", "exists", MISSING},
      {"unlocked", VERDICT_FAIL, true, "user-missing", NULL, MISSING}},
     CONFIDENCE_CERTAIN,
     "exists",
     false,
     "it saw what the needed one saw"},
    {{{"exists", VERDICT_FAIL, true, "user-missing", NULL, MISSING},
      {"active", VERDICT_FAIL, true, "user-missing", "exists", MISSING},
      {"unlocked", VERDICT_FAIL, true, "user-missing", NULL, "locked_out = true"}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "it saw something else"},
    {{{"exists", VERDICT_FAIL, true, "user-missing", NULL, MISSING},
      {"unlocked", VERDICT_FAIL, true, "user-missing", NULL, MISSING}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "neither is needed: both are told"},
    {{{"active", VERDICT_FAIL, true, "user-missing", "exists", MISSING},
      {"unlocked", VERDICT_FAIL, true, "user-missing", NULL, MISSING},
      {"exists", VERDICT_FAIL, true, "user-missing", NULL, MISSING}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "the needed one follows from nobody"},
    {{{"credential", VERDICT_FAIL, true, "token-refused"}},
     CONFIDENCE_CERTAIN,
     NULL,
     false,
     "what it points to has given way to a certain cause"},
    {{{"credential", VERDICT_FAIL, true, "user-missing", .is_one_of_several = true}},
     CONFIDENCE_CERTAIN,
     NULL,
     false,
     "it named the cause, but could not tell it from others"},
    {{{"credential", VERDICT_FAIL, true, "user-missing", .is_one_of_several = true}},
     CONFIDENCE_LIKELY,
     NULL,
     true,
     "and nobody could"},
    {{{"credential", VERDICT_FAIL, true, "token-refused"}},
     CONFIDENCE_LIKELY,
     NULL,
     true,
     "to one that is not certain it gives no way"},
    {{{"credential", VERDICT_FAIL, true, NULL}},
     CONFIDENCE_CERTAIN,
     NULL,
     true,
     "a deviating row without a cause of its own"},
};

Test(summary, tells_consequences_from_origins)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct run run = {0};
        build(arena, rows[i].parts, rows[i].confidence, &run);
        const struct finding *asked = &run.findings[run.n_findings - 1];
        const struct finding *origin = run_origin_of(&run, asked);
        cr_expect(text_equal(origin == NULL ? NULL : origin->check->name, rows[i].origin),
                  "row %zu (%s): %s", i, rows[i].why,
                  origin == NULL ? "none" : origin->check->name);
        cr_expect_eq(run_fix_of(&run, asked) == fix, rows[i].keeps_fix, "row %zu (%s)", i,
                     rows[i].why);
        arena_free(arena);
    }
}

Test(summary, without_a_cause_nothing_follows)
{
    struct arena *arena = arena_new();
    struct run run = {0};
    build(arena, rows[1].parts, CONFIDENCE_CERTAIN, &run);
    run.n_causes = 0;
    cr_expect_null(run_origin_of(&run, &run.findings[1]));
    cr_expect_eq(run_fix_of(&run, &run.findings[1]), fix);
    arena_free(arena);
}
