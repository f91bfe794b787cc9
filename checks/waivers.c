/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers: applied to findings, and told of afterwards, those that ended or waive nothing too.
 */
#include "checks/waivers.h"

#include "base/arena.h"
#include "base/strings.h"

enum { SECONDS_PER_DAY = 24 * 60 * 60, WARNING_DAYS = 14 };

static bool has_ended(const struct waiver *waiver, int64_t now)
{
    return now > waiver->until;
}

/* Days between this one and the last: 0 on the last day itself. */
static int64_t days_left(const struct waiver *waiver, int64_t now)
{
    return (waiver->until - now) / SECONDS_PER_DAY;
}

static bool ends_soon(const struct waiver *waiver, int64_t now)
{
    return !has_ended(waiver, now) && days_left(waiver, now) <= WARNING_DAYS;
}

static const char *ending_text(struct arena *arena, const struct waiver *waiver, int64_t now)
{
    int64_t n_days = days_left(waiver, now);
    return n_days == 0 ? "ends today"
                       : arena_printf(arena, "ends in %s", quantity(arena, (size_t)n_days, "day"));
}

static void waive(struct arena *arena, const struct waiver *waiver, int64_t now,
                  struct finding *finding)
{
    const char *ending =
        ends_soon(waiver, now) ? arena_printf(arena, " (%s)", ending_text(arena, waiver, now)) : "";
    finding->because = arena_printf(arena, "waived by %s until %s%s: %s", waiver->by,
                                    waiver->until_text, ending, waiver->because);
    finding->verdict = VERDICT_WAIVED;
}

static bool can_be_waived(const struct finding *finding)
{
    return finding->verdict == VERDICT_FAIL || finding->verdict == VERDICT_UNKNOWN;
}

void waivers_apply(struct arena *arena, const struct target *target, int64_t now,
                   struct finding *finding)
{
    const struct waiver *ended = NULL;
    for (size_t i = 0; i < target->n_waivers && can_be_waived(finding); i++) {
        const struct waiver *waiver = &target->waivers[i];
        if (!text_equal(waiver->check, finding->check->id)) {
            continue;
        }
        if (has_ended(waiver, now)) {
            ended = waiver;
        } else {
            waive(arena, waiver, now, finding);
        }
    }
    if (ended != NULL && can_be_waived(finding)) {
        const char *note =
            arena_printf(arena, "the waiver of %s ended on %s", ended->by, ended->until_text);
        finding->because =
            finding->because == NULL ? note : arena_printf(arena, "%s; %s", finding->because, note);
    }
}

static const struct finding *finding_of(const struct finding *findings, size_t n_findings,
                                        const char *id)
{
    for (size_t i = 0; i < n_findings; i++) {
        if (text_equal(findings[i].check->id, id)) {
            return &findings[i];
        }
    }
    return NULL;
}

/* What is said of a check that this waiver is not needed for; NULL where it fails or is unknown. */
static const char *idle_text(const struct finding *finding)
{
    if (finding == NULL) {
        return "no check of this run is called that";
    }
    if (finding->verdict == VERDICT_PASS) {
        return "the check passes without it, so it can go";
    }
    if (finding->verdict == VERDICT_NOT_APPLICABLE) {
        return "the check does not apply, so it can go";
    }
    if (finding->verdict == VERDICT_WAIVED) {
        return "another waiver holds";
    }
    return NULL;
}

/* True for what this run did not look at: left out by option, not consented to, or blocked. */
static bool was_not_looked_at(const struct finding *finding)
{
    return finding != NULL &&
           (finding->verdict == VERDICT_BLOCKED ||
            (finding->verdict == VERDICT_NOT_APPLICABLE && finding->reason != REASON_CONDITION));
}

static void tell(struct arena *arena, const struct waiver *waiver, int64_t now,
                 const struct finding *finding, struct waiver_told *told)
{
    const bool is_waived = finding != NULL && finding->verdict == VERDICT_WAIVED;
    const char *idle = idle_text(finding);
    if (has_ended(waiver, now)) {
        told->state = WAIVER_EXPIRED;
        told->says = arena_printf(arena, "ended on %s: %s", waiver->until_text,
                                  was_not_looked_at(finding) ? "the check was not looked at"
                                  : idle != NULL             ? idle
                                                             : "the check counts again");
    } else if (was_not_looked_at(finding)) {
        told->state = WAIVER_UNTOLD;
        told->says = "the check was not looked at";
    } else if (idle != NULL && !is_waived) {
        told->state = WAIVER_UNUSED;
        told->says = arena_printf(arena, "waives nothing: %s", idle);
    } else if (ends_soon(waiver, now)) {
        told->state = WAIVER_ENDING;
        told->says = arena_printf(arena, "%s; from then on the check counts",
                                  ending_text(arena, waiver, now));
    } else {
        told->state = WAIVER_IN_FORCE;
        told->says = arena_printf(arena, "in force until %s", waiver->until_text);
    }
}

struct waiver_told *waivers_told(struct arena *arena, const struct target *target, int64_t now,
                                 const struct finding *findings, size_t n_findings)
{
    struct waiver_told *told = arena_array(arena, target->n_waivers, sizeof *told);
    for (size_t i = 0; i < target->n_waivers; i++) {
        const struct waiver *waiver = &target->waivers[i];
        told[i] = (struct waiver_told){.check = waiver->check,
                                       .until = waiver->until_text,
                                       .by = waiver->by,
                                       .because = waiver->because};
        tell(arena, waiver, now, finding_of(findings, n_findings, waiver->check), &told[i]);
    }
    return told;
}
