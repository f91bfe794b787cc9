/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind table_write over prepared answers; over a wire it is tried in
 * tests/probes/test_writes.c.
 */
#include "base/arena.h"
#include "base/attributes.h"
#include "bench.h"
#include "checks/left_behind.h"

#include <criterion/criterion.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ID "fedcba9876543210fedcba9876543210"
#define WRITE .kind = QUESTION_WRITE, .table = "incident"

static const struct exchange done = {.method = "GET", .outcome = OUTCOME_RESULT, .status = 200};
static const struct exchange refused = {.method = "DELETE",
                                        .outcome = OUTCOME_WRITE_DENIED,
                                        .status = 403,
                                        .detail = "ACL Exception Delete Failed"};
static const struct exchange refused_update = {.method = "PATCH",
                                               .outcome = OUTCOME_WRITE_DENIED,
                                               .status = 403,
                                               .detail = "ACL Exception Update Failed"};
static const struct exchange lost = {.method = "PATCH", .outcome = OUTCOME_TIMEOUT};
static const struct exchange lost_reading = {.method = "GET", .outcome = OUTCOME_CONNECTION_LOST};
static const struct exchange closed = {.method = "GET", .outcome = OUTCOME_CLOSED, .status = 403};

static struct cell title_cells[] = {{"short_description", "A"}, {"urgency", "2"}};
static struct cell empty_cells[] = {{"short_description", ""}, {"urgency", "2"}};
static struct cell one_cell[] = {{"urgency", "2"}};
static struct cell group_cells[] = {{"short_description", OTHER_ID}, {"urgency", "2"}};
static struct cell changed_cells[] = {{"description", "B"}};
static struct cell unchanged_cells[] = {{"description", ""}};
static const struct row title = {title_cells, 2};
static const struct row emptied = {empty_cells, 2};
static const struct row without = {one_cell, 1};
static const struct row group = {group_cells, 2};
static const struct row changed = {changed_cells, 1};
static const struct row unchanged = {unchanged_cells, 1};

#define MADE .tag = "glidepath-test-1", .sys_id = ID, .number = "INC1", .is_ours = true
#define CLAIMED .tag = "glidepath-test-1", .sys_id = ID, .may_be_left = true
#define STEPS(row_, ...)                                  \
    .steps = {[WRITE_INSERT] = {&done, NULL, -1},         \
              [WRITE_READ_INSERTED] = {&done, (row_), 1}, \
              __VA_ARGS__}
#define REMOVED [WRITE_REMOVE] = {&done, NULL, -1}
#define LEFT [WRITE_REMOVE] = {&refused, NULL, -1}
#define UPDATED(row_) [WRITE_UPDATE] = {&done, NULL, -1}, [WRITE_READ_UPDATED] = {&done, (row_), 1}

static const struct written whole = {MADE, STEPS(&title, REMOVED), .is_removed = true};
static const struct written left = {MADE, STEPS(&title, LEFT)};
static const struct written ignored = {MADE, STEPS(&emptied, REMOVED), .is_removed = true};
static const struct written unseen = {MADE, STEPS(&without, REMOVED), .is_removed = true};
static struct pair other_names[] = {{"short_description", "Network"}};
static struct pair no_names[] = {{"short_description", ""}};
static const struct written replaced = {
    MADE,
    .steps = {[WRITE_INSERT] = {&done, NULL, -1},
              [WRITE_READ_INSERTED] = {&done, &group, 1, .names = {other_names, 1}},
              REMOVED},
    .is_removed = true};
static const struct written unnamed = {
    MADE,
    .steps = {[WRITE_INSERT] = {&done, NULL, -1},
              [WRITE_READ_INSERTED] = {&done, &group, 1, .names = {no_names, 1}},
              REMOVED},
    .is_removed = true};
static const struct written no_reference = {MADE, STEPS(&group, REMOVED), .is_removed = true};
static const struct written a_strangers = {CLAIMED,
                                           .steps = {[WRITE_INSERT] = {&done, NULL, -1},
                                                     [WRITE_READ_INSERTED] = {&done, NULL, 1},
                                                     [WRITE_SEARCH] = {&done, NULL, 0}},
                                           .lacks_tag = true};
static const struct written updated = {MADE, STEPS(&title, UPDATED(&changed), REMOVED),
                                       .is_removed = true};
static const struct written not_updated = {MADE, STEPS(&title, UPDATED(&unchanged), REMOVED),
                                           .is_removed = true};
static const struct written update_refused = {
    MADE, STEPS(&title, [WRITE_UPDATE] = {&refused_update, NULL, -1}, REMOVED), .is_removed = true};
static const struct written update_lost = {
    MADE, STEPS(&title, [WRITE_UPDATE] = {&lost, NULL, -1}, REMOVED), .is_removed = true};
static const struct written cut_short = {
    MADE, .steps = {[WRITE_INSERT] = {&done, NULL, -1}, REMOVED}, .is_removed = true};
static const struct written hidden = {
    MADE,
    .steps =
        {[WRITE_INSERT] = {&done, NULL, -1}, [WRITE_READ_INSERTED] = {&done, NULL, 1}, REMOVED},
    .is_removed = true};
static const struct written filtered = {
    MADE,
    .steps =
        {[WRITE_INSERT] = {&done, NULL, -1}, [WRITE_READ_INSERTED] = {&done, NULL, 0}, REMOVED},
    .is_removed = true};
static const struct written unreadable = {
    MADE,
    .steps = {[WRITE_INSERT] = {&done, NULL, -1},
              [WRITE_READ_INSERTED] = {&closed, NULL, -1, REASON_CLOSED},
              REMOVED},
    .is_removed = true};
static const struct written unanswered = {
    CLAIMED, .steps = {[WRITE_INSERT] = {&done, NULL, -1},
                       [WRITE_READ_INSERTED] = {&lost_reading, NULL, -1, REASON_BUSY}}};
static const struct written nameless = {
    .tag = "glidepath-test-1", .steps = {[WRITE_INSERT] = {&done, NULL, -1}}, .may_be_left = true};
static const struct written nothing = {.tag = "glidepath-test-1"};
static const struct exchange throttled = {.method = "POST", .outcome = OUTCOME_BUSY, .status = 429};
static const struct written throttled_and_made = {
    MADE,
    .steps =
        {[WRITE_INSERT] = {&throttled, NULL, -1}, [WRITE_SEARCH] = {&done, &title, 1}, REMOVED},
    .is_removed = true};
static const struct written throttled_and_lost = {
    .tag = "glidepath-test-1",
    .steps = {[WRITE_INSERT] = {&throttled, NULL, -1}, [WRITE_SEARCH] = {&done, NULL, 0}},
    .may_be_left = true};

#define VALUES "values: { short_description: A, urgency: \"2\" }"
static const char make[] = "{ table: incident, " VALUES " }";
static const char change[] = "{ table: incident, " VALUES ", update: { description: B } }";
static const char keep[] = "{ table: incident, " VALUES ", keep: true }";

Test(table_write, compares_every_field_that_was_written)
{
    static const struct bench_case cases[] = {
        {"made, read back, deleted",
         make,
         {{WRITE, .written = &whole}},
         VERDICT_PASS,
         .may_write = true,
         .says = "INC1 of incident was created, read back and deleted"},
        {"made, changed, deleted",
         change,
         {{WRITE, .written = &updated}},
         VERDICT_PASS,
         .may_write = true,
         .says = "changed"},
        {"kept because the pack says so",
         keep,
         {{WRITE, .written = &left}},
         VERDICT_PASS,
         .may_write = true,
         .says = "kept"},
        {"it works, and what was made could not be deleted",
         make,
         {{WRITE, .written = &left}},
         VERDICT_PASS,
         .may_write = true,
         .says = "the record INC1 of incident (sys_id " ID ") is still there"},
        {"a field was not written",
         make,
         {{WRITE, .written = &ignored}},
         VERDICT_FAIL,
         .cause = "field-write-ignored",
         .may_write = true,
         .says = "short_description is \"\" where \"A\" was written"},
        {"a reference that shows another name",
         make,
         {{WRITE, .written = &replaced}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS,
         "field-write-ignored",
         .may_write = true,
         .says = "short_description is \"Network\" where \"A\" was written"},
        {"a reference whose name never came",
         make,
         {{WRITE, .written = &unnamed}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS,
         "field-write-ignored",
         .may_write = true},
        {"32 digits that are no reference",
         make,
         {{WRITE, .written = &no_reference}},
         VERDICT_FAIL,
         .cause = "field-write-ignored",
         .may_write = true},
        {"the answer names a record without our tag",
         make,
         {{WRITE, .written = &a_strangers}},
         VERDICT_UNKNOWN,
         REASON_AMBIGUOUS,
         .may_write = true,
         .says = "does not show the run's tag glidepath-test-1"},
        {"reading back lost its connection",
         make,
         {{WRITE, .written = &unanswered}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         .may_write = true,
         .says = "reading it back was not answered"},
        {"a field never came back",
         make,
         {{WRITE, .written = &unseen}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         "field-hidden",
         .may_write = true},
        {"the change was not made",
         change,
         {{WRITE, .written = &not_updated}},
         VERDICT_FAIL,
         .cause = "field-write-ignored",
         .may_write = true},
        {"the change was refused",
         change,
         {{WRITE, .written = &update_refused}},
         VERDICT_FAIL,
         .cause = "write-denied",
         .may_write = true,
         .says = "PATCH",
         .rest_is_untold = true},
        {"the change was not answered",
         change,
         {{WRITE, .written = &update_lost}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         .may_write = true},
        {"the record is hidden from who made it",
         make,
         {{WRITE, .written = &hidden}},
         VERDICT_UNKNOWN,
         REASON_HIDDEN,
         "rows-hidden",
         .may_write = true,
         .rest_is_untold = true},
        {"the record is filtered away",
         make,
         {{WRITE, .written = &filtered}},
         VERDICT_UNKNOWN,
         REASON_FILTERED,
         "nothing-returned",
         .may_write = true,
         .rest_is_untold = true},
        {"reading back is refused",
         make,
         {{WRITE, .written = &unreadable}},
         VERDICT_UNKNOWN,
         REASON_CLOSED,
         .may_write = true,
         .says = "was answered with status 403"},
        {"interrupted behind the first step",
         make,
         {{WRITE, .written = &cut_short, .reason = REASON_TIMEOUT}},
         VERDICT_UNKNOWN,
         REASON_TIMEOUT,
         .may_write = true},
        {"the answer does not name the record",
         make,
         {{WRITE, .written = &nameless}},
         VERDICT_UNKNOWN,
         REASON_FIELD_HIDDEN,
         .may_write = true,
         .says = "correlation_id glidepath-test-1"},
    };
    bench_expect("table_write", cases, ARRAY_LEN(cases));
}

#define REFUSED(outcome_) \
    WRITE, .written = &nothing, .outcome = (outcome_), .status = 403, .reason = REASON_DENIED
#define FIRST .kind = QUESTION_FIRST_CALL, .table = "incident"

Test(table_write, a_refusal_names_what_refused)
{
    static const struct bench_case cases[] = {
        {"an access rule",
         make,
         {{REFUSED(OUTCOME_WRITE_DENIED), .detail = "ACL Exception"}},
         VERDICT_FAIL,
         .cause = "write-denied",
         .may_write = true,
         .rest_is_untold = true},
        {"a plain 403",
         make,
         {{REFUSED(OUTCOME_DENIED)}},
         VERDICT_FAIL,
         .cause = "write-denied",
         .may_write = true,
         .rest_is_untold = true},
        {"a data policy",
         make,
         {{REFUSED(OUTCOME_MANDATORY),
           .detail =
               "Data Policy Exception: The following fields are mandatory: Business service"}},
         VERDICT_FAIL,
         .cause = "mandatory-field",
         .may_write = true,
         .says = "demands Business service"},
        {"a data policy wants a field that was sent",
         make,
         {{REFUSED(OUTCOME_MANDATORY),
           .detail =
               "Data Policy Exception: The following fields are mandatory: Short description"}},
         VERDICT_FAIL,
         .cause = "mandatory-field",
         .may_write = true,
         .says = "short_description was sent"},
        {"a data policy in other words",
         make,
         {{REFUSED(OUTCOME_MANDATORY)}},
         VERDICT_FAIL,
         .cause = "mandatory-field",
         .may_write = true},
        {"a business rule",
         make,
         {{REFUSED(OUTCOME_ABORTED),
           .detail = "Operation against file 'incident' was aborted by Business Rule 'Mine^" ID
                     "'. Business Rule Stack:Mine"}},
         VERDICT_FAIL,
         .cause = "business-rule-abort",
         .may_write = true,
         .says = "the business rule Mine aborts it"},
        {"a scope",
         make,
         {{REFUSED(OUTCOME_SCOPE_MISSING)}},
         VERDICT_FAIL,
         .cause = "oauth-scope-unlinked",
         .may_write = true},
        {"no such table",
         make,
         {{REFUSED(OUTCOME_INVALID_TABLE)}},
         VERDICT_FAIL,
         .cause = "table-missing",
         .may_write = true},
        {"401 for the POST, while the first call was accepted",
         make,
         {{WRITE, .written = &nothing, .outcome = OUTCOME_UNAUTHENTICATED, .status = 401,
           .reason = REASON_CREDENTIAL_REFUSED},
          {FIRST, .acceptance = ACCEPTANCE_ACCEPTED}},
         VERDICT_FAIL,
         .cause = "policy-coverage",
         .may_write = true},
        {"a lost answer",
         make,
         {{WRITE, .written = &nothing, .outcome = OUTCOME_CONNECTION_LOST, .reason = REASON_BUSY}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         "instance-unavailable",
         .may_write = true},
        {"throttled, and the record was made all the same",
         make,
         {{WRITE, .written = &throttled_and_made, .outcome = OUTCOME_BUSY, .status = 429,
           .reason = REASON_BUSY}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         "instance-busy",
         .may_write = true,
         .says = "a record was made all the same, found by its tag"},
        {"throttled, and whether a record was made cannot be told",
         make,
         {{WRITE, .written = &throttled_and_lost, .outcome = OUTCOME_BUSY, .status = 429,
           .reason = REASON_BUSY}},
         VERDICT_UNKNOWN,
         REASON_BUSY,
         "instance-busy",
         .may_write = true,
         .says = "look for one with correlation_id glidepath-test-1"},
    };
    bench_expect("table_write", cases, ARRAY_LEN(cases));
}

Test(table_write, is_not_asked_without_consent)
{
    static const struct bench_case cases[] = {
        {"no consent", make, {{0}}, VERDICT_NOT_APPLICABLE, REASON_NO_CONSENT},
        {"no credential",
         make,
         {{0}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_NOT_TRIED,
         .may_write = true,
         .has_no_integration = true},
        {"the credential was refused",
         make,
         {{WRITE, .is_blocked = true, .reason = REASON_CREDENTIAL_REFUSED}},
         VERDICT_BLOCKED,
         REASON_CREDENTIAL_REFUSED,
         .may_write = true},
        {"nothing shows that the credential counts",
         make,
         {{WRITE, .is_blocked = false, .reason = REASON_GUEST}},
         VERDICT_UNKNOWN,
         REASON_GUEST,
         .may_write = true},
        {"no time was left",
         make,
         {{WRITE, .reason = REASON_TIMEOUT, .outcome = OUTCOME_TIMEOUT}},
         VERDICT_UNKNOWN,
         REASON_TIMEOUT,
         .may_write = true},
    };
    bench_expect("table_write", cases, ARRAY_LEN(cases));
}

Test(table_write, says_what_was_left)
{
    static const struct {
        const struct written *written;
        bool is_kept;
        const char *says; /* NULL: nothing */
        const char *why;
    } rows[] = {
        {&whole, false, NULL, "deleted"},
        {&left, true, NULL, "kept on purpose"},
        {&left, false, "status 403, \"ACL Exception Delete Failed\"", "deleting was refused"},
        {&nothing, false, NULL, "nothing was made"},
        {&nameless, false, "look for one with correlation_id glidepath-test-1", "not told"},
        {&a_strangers, false, "so nothing was changed or deleted", "a record without our tag"},
        {NULL, false, NULL, "nothing was sent"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct answer answer = {
            .question = {.kind = QUESTION_WRITE, .table = "incident", .is_kept = rows[i].is_kept},
            .written = rows[i].written};
        const char *said = left_behind(arena, &answer);
        cr_expect(rows[i].says == NULL ? said == NULL
                                       : said != NULL && strstr(said, rows[i].says) != NULL,
                  "row %zu (%s): %s", i, rows[i].why, said != NULL ? said : "nothing");
    }
    arena_free(arena);
}
