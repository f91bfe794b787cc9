/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers against a clock that stands where a row puts it: when they hold, when they warn, when
 * they have ended, and which of them waive nothing.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "checks/waivers.h"

#define ID "vendor/records"

enum { DAY = 24 * 60 * 60 };

static struct waiver waiver_until(int year, int month, int day, const char *text)
{
    return (struct waiver){.check = ID,
                           .until = utc_seconds(year, month, day, 23, 59, 59),
                           .until_text = text,
                           .by = "j.doe",
                           .because = "comes in January"};
}

struct waiver_row {
    int64_t now;
    enum verdict verdict; /* before the waiver */
    enum reason reason;
    enum verdict becomes;
    enum waiver_state state;
    const char *says;
    const char *why;
};

#define AT(year, month, day, hour, minute, second) \
    utc_seconds((year), (month), (day), (hour), (minute), (second))

/* The waiver of every row ends with the 31st of January. */
static const char until_text[] = "2027-01-31";

static void expect_row(size_t i, const struct waiver_row *row)
{
    struct arena *arena = arena_new();
    struct waiver waiver = waiver_until(2027, 1, 31, until_text);
    const struct target target = {.waivers = &waiver, .n_waivers = 1};
    const struct check check = {.id = ID};
    struct finding finding = {
        .check = &check, .verdict = row->verdict, .reason = row->reason, .because = "it follows"};
    waivers_apply(arena, &target, row->now, &finding);
    const struct waiver_told *told = waivers_told(arena, &target, row->now, &finding, 1);
    cr_expect(finding.verdict == row->becomes, "row %zu (%s): verdict %d", i, row->why,
              (int)finding.verdict);
    cr_expect(told[0].state == row->state, "row %zu (%s): state %d", i, row->why,
              (int)told[0].state);
    cr_expect_str_eq(told[0].says, row->says, "row %zu (%s)", i, row->why);
    cr_expect_str_eq(told[0].by, "j.doe");
    arena_free(arena);
}

Test(waivers, hold_warn_and_end_by_the_clock)
{
    const struct waiver_row rows[] = {
        {AT(2026, 11, 20, 10, 0, 0), VERDICT_FAIL, REASON_NONE, VERDICT_WAIVED, WAIVER_IN_FORCE,
         "in force until 2027-01-31", "long before"},
        {AT(2027, 1, 16, 23, 59, 59), VERDICT_FAIL, REASON_NONE, VERDICT_WAIVED, WAIVER_IN_FORCE,
         "in force until 2027-01-31", "fifteen days before, the last second of that day"},
        {AT(2027, 1, 17, 0, 0, 0), VERDICT_UNKNOWN, REASON_HIDDEN, VERDICT_WAIVED, WAIVER_ENDING,
         "ends in 14 days; from then on the check counts", "the first second of the warning"},
        {AT(2027, 1, 30, 12, 0, 0), VERDICT_FAIL, REASON_NONE, VERDICT_WAIVED, WAIVER_ENDING,
         "ends in 1 day; from then on the check counts", "the day before"},
        {AT(2027, 1, 31, 23, 59, 59), VERDICT_FAIL, REASON_NONE, VERDICT_WAIVED, WAIVER_ENDING,
         "ends today; from then on the check counts", "its last second"},
        {AT(2027, 2, 1, 0, 0, 0), VERDICT_FAIL, REASON_NONE, VERDICT_FAIL, WAIVER_EXPIRED,
         "ended on 2027-01-31: the check counts again", "the first second after it"},
        {AT(2028, 2, 1, 0, 0, 0), VERDICT_UNKNOWN, REASON_HIDDEN, VERDICT_UNKNOWN, WAIVER_EXPIRED,
         "ended on 2027-01-31: the check counts again", "a year after it"},
        {AT(2028, 2, 1, 0, 0, 0), VERDICT_PASS, REASON_NONE, VERDICT_PASS, WAIVER_EXPIRED,
         "ended on 2027-01-31: the check passes without it, so it can go", "and it is not needed"},
        {AT(2026, 11, 20, 10, 0, 0), VERDICT_PASS, REASON_NONE, VERDICT_PASS, WAIVER_UNUSED,
         "waives nothing: the check passes without it, so it can go", "a check that passed"},
        {AT(2026, 11, 20, 10, 0, 0), VERDICT_NOT_APPLICABLE, REASON_CONDITION,
         VERDICT_NOT_APPLICABLE, WAIVER_UNUSED,
         "waives nothing: the check does not apply, so it can go", "a check that does not apply"},
        {AT(2026, 11, 20, 10, 0, 0), VERDICT_NOT_APPLICABLE, REASON_SKIPPED, VERDICT_NOT_APPLICABLE,
         WAIVER_UNTOLD, "the check was not looked at", "left out by option"},
        {AT(2026, 11, 20, 10, 0, 0), VERDICT_NOT_APPLICABLE, REASON_NO_CONSENT,
         VERDICT_NOT_APPLICABLE, WAIVER_UNTOLD, "the check was not looked at", "no consent"},
        {AT(2026, 11, 20, 10, 0, 0), VERDICT_BLOCKED, REASON_TOKEN_REFUSED, VERDICT_BLOCKED,
         WAIVER_UNTOLD, "the check was not looked at", "what was never asked cannot be waived"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_row(i, &rows[i]);
    }
}

Test(waivers, of_no_check_are_unused)
{
    struct arena *arena = arena_new();
    struct waiver waiver = waiver_until(2027, 1, 31, until_text);
    const struct target target = {.waivers = &waiver, .n_waivers = 1};
    const struct waiver_told *told =
        waivers_told(arena, &target, AT(2026, 11, 20, 10, 0, 0), NULL, 0);
    cr_expect(told[0].state == WAIVER_UNUSED);
    cr_expect_str_eq(told[0].says, "waives nothing: no check of this run is called that");
    arena_free(arena);
}

Test(waivers, are_named_by_the_finding_while_they_hold_and_when_they_ended)
{
    static const struct {
        int64_t days_before; /* the last second */
        const char *because;
        const char *why;
    } rows[] = {
        {30, "waived by j.doe until 2027-01-31: comes in January", "in force"},
        {3, "waived by j.doe until 2027-01-31 (ends in 3 days): comes in January", "ending"},
        {-1, "it follows; the waiver of j.doe ended on 2027-01-31", "expired"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct waiver waiver = waiver_until(2027, 1, 31, until_text);
        const struct target target = {.waivers = &waiver, .n_waivers = 1};
        const struct check check = {.id = ID};
        struct finding finding = {
            .check = &check, .verdict = VERDICT_FAIL, .because = "it follows"};
        waivers_apply(arena, &target, waiver.until - rows[i].days_before * DAY, &finding);
        cr_expect_str_eq(finding.because, rows[i].because, "row %zu (%s)", i, rows[i].why);
        arena_free(arena);
    }
}

/* A waiver that was renewed by a second row holds by that one, in either order. */
Test(waivers, that_were_renewed_hold)
{
    for (size_t first = 0; first < 2; first++) {
        struct arena *arena = arena_new();
        struct waiver waivers[2];
        waivers[first] = waiver_until(2026, 10, 31, "2026-10-31");
        waivers[1 - first] = waiver_until(2027, 1, 31, until_text);
        const struct target target = {.waivers = waivers, .n_waivers = 2};
        const struct check check = {.id = ID};
        struct finding finding = {.check = &check, .verdict = VERDICT_FAIL};
        int64_t now = AT(2026, 11, 20, 10, 0, 0);
        waivers_apply(arena, &target, now, &finding);
        const struct waiver_told *told = waivers_told(arena, &target, now, &finding, 1);
        cr_expect(finding.verdict == VERDICT_WAIVED);
        cr_expect(strstr(finding.because, "ended") == NULL, "%s", finding.because);
        cr_expect(told[first].state == WAIVER_EXPIRED);
        cr_expect_str_eq(told[first].says, "ended on 2026-10-31: another waiver holds");
        cr_expect(told[1 - first].state == WAIVER_IN_FORCE);
        arena_free(arena);
    }
}
