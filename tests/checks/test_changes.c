/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two runs side by side: what is told to have changed, which difference is said to have done it,
 * and what is no difference.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "checks/changes.h"
#include "rules/load.h"

#define ID(digit) "sys_id=0000000000000000000000000000000" digit
#define STAMPS(by, on) ",sys_updated_by=" by ",sys_updated_on=" on

enum { DAY = 24 * 60 * 60 };

/* What one run was answered; what is NULL or 0 is as in a healthy one. */
struct world {
    const char *group;
    const char *link;
    const char *key;
    enum acceptance acceptance;
    enum reason group_reason;
    int64_t group_total;
    int days_later;
    const char *origin;
    bool is_anonymous;
};

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

/* The side keeps the addresses of everything, so it lives in the arena. */
static struct side judge(struct arena *arena, const struct catalogue *catalogue,
                         const struct world *world)
{
    bool is_refused = world->acceptance == ACCEPTANCE_REFUSED;
    const struct canned canned[] = {
        {.kind = QUESTION_GATE,
         .table = "incident",
         .outcome = OUTCOME_UNAUTHENTICATED,
         .status = 401},
        {.kind = QUESTION_FIRST_CALL,
         .table = "incident",
         .acceptance = is_refused ? ACCEPTANCE_REFUSED : ACCEPTANCE_ACCEPTED,
         .outcome = is_refused ? OUTCOME_UNAUTHENTICATED : OUTCOME_RESULT,
         .status = is_refused ? 401 : 200},
        {.kind = QUESTION_ROWS,
         .table = "incident",
         .rows = is_refused ? NULL : "number=INC1",
         .is_blocked = is_refused,
         .reason = is_refused ? REASON_CREDENTIAL_REFUSED : REASON_NONE},
        {.kind = QUESTION_IDENTITY,
         .table = "sys_user",
         .acceptance = ACCEPTANCE_ACCEPTED,
         .user_name = "svc"},
        {.kind = QUESTION_ROWS,
         .table = "sys_user_group",
         .rows = or_else(world->group, "name=Ops,active=true,type=ops," ID("1")),
         .control_seen = true,
         .reason = world->group_reason,
         .total = world->group_total},
        {.kind = QUESTION_ROWS,
         .table = "sys_group_has_role",
         .rows = or_else(world->link, "group.name=Ops,role=x," ID("2")),
         .control_seen = true},
        {.kind = QUESTION_ROWS,
         .table = "api_key",
         .rows = or_else(world->key, "name=Key,sys_created_on=2026-11-01 00:00:00," ID("3")),
         .control_seen = true},
        {.kind = QUESTION_ROWS, .table = "*", .control_seen = true},
    };
    struct side side = {.now = BENCH_NOW + (int64_t)world->days_later * DAY,
                        .is_anonymous = world->is_anonymous};
    struct target *target = bench_target(arena, true, true);
    struct pack_choice *choice = arena_allocate(arena, sizeof *choice);
    struct kind_schemas schemas = kind_schemas();
    struct diag *diag = diag_new();
    struct answers *answers = arena_allocate(arena, sizeof *answers);
    const struct engine_options options = {0};
    *choice = (struct pack_choice){.name = ROOM_FIXTURES "/changes-pack.yaml",
                                   .credential = "integration"};
    target->packs = choice;
    target->n_packs = 1;
    target->instance.origin = or_else(world->origin, target->instance.origin);
    target->instance.text = or_else(world->origin, target->instance.text);
    struct pack **packs = NULL;
    bool is_loaded = packs_load(arena, diag, &schemas, target, &packs, &side.n_packs);
    diag_print(diag, stderr);
    diag_free(diag);
    cr_assert(is_loaded);
    struct engine *engine =
        engine_new(arena, target, packs, side.n_packs, catalogue, &options, side.now);
    const struct questions *open = engine_judge(engine, answers);
    for (int round = 0; open->n_items > 0; round++) {
        cr_assert(round < 8, "the rounds must end");
        bench_answer(arena, canned, ARRAY_LEN(canned), open, answers);
        open = engine_judge(engine, answers);
    }
    side.target = target;
    side.packs = packs;
    side.answers = answers;
    side.findings = engine_finish(engine, answers, &side.n_findings);
    return side;
}

struct row_of_changes {
    const char *why;
    struct world before;
    struct world after;
    const char *check; /* NULL: nothing changes */
    enum change_direction direction;
    enum change_proof proof;
    size_t n_differences;
    enum difference_kind kind; /* of the first */
    const char *says;          /* in the first */
};

static const struct row_of_changes rows[] = {
    {.why = "two runs alike", .before = {0}, .after = {0}},
    {.why = "a column that nothing is asked of",
     .after = {.group = "name=Ops,active=true,type=ops,colour=red," ID("1")}},
    {.why = "a row that somebody edited and left as it was",
     .after = {.group = "name=Ops,active=true,type=ops," ID("1")
                   STAMPS("j.doe", "2026-11-25 10:00:00")}},
    {.why = "a field, and who changed it",
     .after = {.group = "name=Ops,active=false,type=ops," ID("1")
                   STAMPS("j.doe", "2026-11-25 10:00:00")},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_FIELD,
     .says = "active of sys_user_group 'Ops' went from true to false, edited by j.doe at "
             "2026-11-25 10:00:00 UTC"},
    {.why = "an edit before the first run did not do it",
     .after = {.group = "name=Ops,active=false,type=ops," ID("1")
                   STAMPS("j.doe", "2026-11-01 10:00:00")},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_FIELD,
     .says = "active of sys_user_group 'Ops' went from true to false"},
    {.why = "the other way round it is better",
     .before = {.group = "name=Ops,active=false,type=ops," ID("1")},
     .check = "changes/group",
     .direction = CHANGE_BETTER,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_FIELD,
     .says = "went from false to true"},
    {.why = "two fields, and each of them is enough to fail",
     .after = {.group = "name=Ops,active=false,type=other," ID("1")},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_TOGETHER,
     .n_differences = 2,
     .kind = DIFFERENCE_FIELD,
     .says = "active"},
    {.why = "a column that never came any more",
     .after = {.group = "name=Ops,type=ops," ID("1")},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_FIELD,
     .says = "from true to hidden"},
    {.why = "a row that is gone",
     .after = {.link = ""},
     .check = "changes/link",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_ROW_GONE,
     .says = "was returned then, and is not now"},
    {.why = "a row that is new",
     .before = {.link = ""},
     .check = "changes/link",
     .direction = CHANGE_BETTER,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_ROW_NEW,
     .says = "is returned now, and was not then"},
    {.why = "a row that is hidden, and counted",
     .after = {.group = "", .group_total = 2},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_ROW_GONE,
     .says = "'Ops'"},
    {.why = "a question that was not asked again: not known any more is worse",
     .after = {.group = "", .group_reason = REASON_NOT_RECORDED},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_UNASKED,
     .says = "sys_user_group"},
    {.why = "a key that grows old: nothing changed but the time",
     .after = {.days_later = 20},
     .check = "changes/fresh",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_TIME,
     .says = "2026-12-10T10:00:00Z"},
    {.why = "two instances have other sys_ids",
     .after = {.group = "name=Ops,active=true,type=ops," ID("a"), .origin = "https://other"}},
    {.why = "a field of another instance",
     .after = {.group = "name=Ops,active=false,type=ops," ID("a"), .origin = "https://other"},
     .check = "changes/group",
     .direction = CHANGE_WORSE,
     .proof = PROOF_ALONE,
     .n_differences = 1,
     .kind = DIFFERENCE_FIELD,
     .says = "is true in A and false in B"},
    {.why = "a secret that hides behind another token",
     .before = {.link = "group.name=Ops,role=[hidden:1]," ID("2")},
     .after = {.link = "group.name=Ops,role=[hidden:2]," ID("2")}},
};

static void expect(const struct row_of_changes *row, const struct changes *changes, size_t n)
{
    if (row->check == NULL) {
        cr_expect(changes->n_items == 0, "row %zu (%s): %zu changes", n, row->why,
                  changes->n_items);
        return;
    }
    cr_assert(changes->n_items == 1, "row %zu (%s): %zu changes", n, row->why, changes->n_items);
    const struct change *change = &changes->items[0];
    cr_expect_str_eq(change->after->check->id, row->check, "row %zu (%s)", n, row->why);
    cr_expect(change->direction == row->direction && change->proof == row->proof &&
                  change->n_differences == row->n_differences,
              "row %zu (%s): direction %d, proof %d, %zu differences", n, row->why,
              (int)change->direction, (int)change->proof, change->n_differences);
    cr_assert(change->n_differences > 0, "row %zu (%s)", n, row->why);
    const struct difference *first = change->differences[0];
    cr_expect(first->kind == row->kind, "row %zu (%s): kind %d", n, row->why, (int)first->kind);
    cr_expect(strstr(first->says, row->says) != NULL, "row %zu (%s): %s", n, row->why, first->says);
    cr_expect((strstr(first->says, "edited") != NULL) == (strstr(row->says, "edited") != NULL),
              "row %zu (%s): %s", n, row->why, first->says);
}

static const struct changes *compare(struct arena *arena, const struct world *before,
                                     const struct world *after)
{
    struct catalogue *catalogue = arena_allocate(arena, sizeof *catalogue);
    struct side *sides = arena_array(arena, 2, sizeof *sides);
    const struct engine_options options = {0};
    const struct late_source nobody = {0};
    *catalogue = bench_catalogue(arena);
    sides[0] = judge(arena, catalogue, before);
    sides[1] = judge(arena, catalogue, after);
    return changes_between(arena, catalogue, &options, &sides[0], &sides[1], &nobody);
}

Test(changes, names_what_did_it)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        expect(&rows[i], compare(arena, &rows[i].before, &rows[i].after), i);
        arena_free(arena);
    }
}

/* One refusal, and everything that was not asked for it. */
Test(changes, a_refused_call_stands_for_what_hangs_on_it)
{
    struct arena *arena = arena_new();
    const struct world healthy = {0};
    const struct world refused = {.acceptance = ACCEPTANCE_REFUSED};
    const struct changes *changes = compare(arena, &healthy, &refused);
    cr_assert(changes->n_items == 2);
    for (size_t i = 0; i < changes->n_items; i++) {
        const struct change *change = &changes->items[i];
        cr_expect(change->direction == CHANGE_WORSE && change->proof == PROOF_ALONE &&
                  change->n_differences == 1);
        cr_expect_str_eq(change->differences[0]->says,
                         "the credential integration: then accepted; now refused: status 401");
    }
    cr_expect(changes->n_directions[CHANGE_WORSE] == 2);
    arena_free(arena);
}

Test(changes, tells_differences_that_did_nothing_besides)
{
    struct arena *arena = arena_new();
    const struct world healthy = {0};
    const struct world broken = {
        .group = "name=Ops,active=false,type=ops," ID("1"),
        .link = "group.name=Ops,role=y," ID("2") "; group.name=Ops,role=z," ID("4")};
    const struct changes *changes = compare(arena, &healthy, &broken);
    cr_assert(changes->n_items == 1 && changes->n_besides == 1, "%zu changes, %zu besides",
              changes->n_items, changes->n_besides);
    cr_expect(changes->besides[0]->kind == DIFFERENCE_ROW_NEW);
    cr_expect_str_eq(changes->besides[0]->table, "sys_group_has_role");
    arena_free(arena);
}

Test(changes, has_the_order_of_honesty)
{
    static const struct {
        enum verdict before;
        enum verdict after;
        enum change_direction direction;
    } moves[] = {
        {VERDICT_PASS, VERDICT_UNKNOWN, CHANGE_WORSE},
        {VERDICT_UNKNOWN, VERDICT_BLOCKED, CHANGE_WORSE},
        {VERDICT_BLOCKED, VERDICT_FAIL, CHANGE_WORSE},
        {VERDICT_FAIL, VERDICT_BLOCKED, CHANGE_BETTER},
        {VERDICT_UNKNOWN, VERDICT_NOT_APPLICABLE, CHANGE_BETTER},
        {VERDICT_PASS, VERDICT_WAIVED, CHANGE_OTHERWISE},
        {VERDICT_NOT_APPLICABLE, VERDICT_PASS, CHANGE_OTHERWISE},
    };
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        cr_expect(change_direction(moves[i].before, moves[i].after) == moves[i].direction,
                  "row %zu", i);
    }
}
