/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict in one sentence.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/strings.h"
#include "report/report.h"
#include "report/summary.h"

/* In the order of the sentence: what is wrong comes first. */
static const struct {
    enum verdict verdict;
    const char *word;
} parts[] = {
    {VERDICT_FAIL, "failed"},     {VERDICT_UNKNOWN, "unknown"},
    {VERDICT_BLOCKED, "blocked"}, {VERDICT_WAIVED, "waived"},
    {VERDICT_PASS, "passed"},     {VERDICT_NOT_APPLICABLE, "not applicable"},
};

static bool is_waiving(const struct run *run, const struct waiver_told *waiver)
{
    const struct finding *finding = run_finding(run, waiver->check);
    return (waiver->state == WAIVER_IN_FORCE || waiver->state == WAIVER_ENDING) &&
           finding != NULL && finding->verdict == VERDICT_WAIVED;
}

/* " until 2027-01-31", and " or later" where that is the end of the first of several. */
static const char *waived_until(struct arena *arena, const struct run *run)
{
    const char *first = NULL;
    bool are_several = false;
    for (size_t i = 0; i < run->n_waivers; i++) {
        const char *until = run->waivers[i].until;
        if (!is_waiving(run, &run->waivers[i]) || text_is_empty(until)) {
            continue;
        }
        are_several = are_several || (first != NULL && !text_equal(first, until));
        first = first == NULL || strcmp(until, first) < 0 ? until : first;
    }
    return first == NULL
               ? ""
               : arena_printf(arena, " until %s%s", first, are_several ? " or later" : "");
}

/* "3 failed (1 does not gate)"; a reader of a ready run must see why failures did not count. */
static char *part_text(struct arena *arena, const struct run *run, const struct counts *counts,
                       size_t i)
{
    enum verdict verdict = parts[i].verdict;
    size_t n = counts->all[verdict];
    size_t n_harmless = n - counts->gating[verdict];
    bool is_problem =
        verdict == VERDICT_FAIL || verdict == VERDICT_UNKNOWN || verdict == VERDICT_BLOCKED;
    if (!is_problem || n_harmless == 0) {
        return arena_printf(arena, "%zu %s%s", n, parts[i].word,
                            verdict == VERDICT_WAIVED ? waived_until(arena, run) : "");
    }
    return arena_printf(arena, "%zu %s (%zu %s not gate)", n, parts[i].word, n_harmless,
                        n_harmless == 1 ? "does" : "do");
}

/* True when the run is inconclusive only because nothing that counts was shown to hold. */
static bool lacks_a_required_pass(const struct run *run, const struct counts *counts)
{
    return run->status == STATUS_INCONCLUSIVE && counts->gating[VERDICT_PASS] == 0 &&
           counts->gating[VERDICT_UNKNOWN] == 0 && counts->gating[VERDICT_BLOCKED] == 0;
}

/* Checks left out by --only, --skip and the like: told apart from those that do not apply. */
static size_t count_left_out(const struct run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        n += finding->verdict == VERDICT_NOT_APPLICABLE && finding->reason == REASON_SKIPPED;
    }
    return n;
}

/* What comes before everything else: an interrupted run has not seen what it says nothing of. */
static const char *opening(struct arena *arena, const struct run *run)
{
    const char *reason = run_is_interrupted(run) ? "interrupted" : run->status_reason;
    return reason == NULL ? "" : arena_printf(arena, "%s: ", reason);
}

char *run_sentence(struct arena *arena, const struct run *run)
{
    struct counts counts = run_counts(run);
    size_t n_left_out = count_left_out(run);
    struct strings said = {0};
    counts.all[VERDICT_NOT_APPLICABLE] -= n_left_out;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (counts.all[parts[i].verdict] > 0) {
            strings_add(arena, &said, part_text(arena, run, &counts, i));
        }
    }
    if (n_left_out > 0) {
        strings_add(arena, &said, arena_printf(arena, "%zu left out by option", n_left_out));
    }
    if (said.n_items == 0) {
        strings_add(arena, &said, "nothing was checked");
    }
    const char *doubt = lacks_a_required_pass(run, &counts) ? "; no required check passed" : "";
    const char *not_run = run->n_writes_not_run == 0
                              ? ""
                              : arena_printf(arena, "; %s not run",
                                             quantity(arena, run->n_writes_not_run, "write check"));
    return arena_printf(arena, "%s%s%s%s", opening(arena, run), strings_join(arena, &said, ", "),
                        doubt, not_run);
}

/* A recorded run made them; what a script saw, or was exported, did not. */
static bool has_calls(const struct run *run)
{
    for (size_t i = 0; i < run->n_sources; i++) {
        if (run->sources[i].source == SOURCE_RECORDING) {
            return true;
        }
    }
    return false;
}

char *run_source_sentence(struct arena *arena, const struct run *run)
{
    enum { SECONDS_PER_HOUR = 3600 };
    static const char *const words[N_SOURCES] = {
        [SOURCE_LIVE] = "live answers of",
        [SOURCE_RECORDING] = "a recording of",
        [SOURCE_SCRIPT] = "what an admin's script saw at",
        [SOURCE_EXPORT] = "XML exports of",
    };
    struct strings told = {0};
    for (size_t i = 0; i < run->n_sources; i++) {
        const struct used_source *used = &run->sources[i];
        strings_add(arena, &told,
                    arena_printf(arena, "%s %s, %" PRId64 " h old", words[used->source],
                                 utc_format(arena, used->taken), used->age_s / SECONDS_PER_HOUR));
    }
    bool is_live_too = text_equal(run->clock, "system");
    return told.n_items == 0
               ? NULL
               : arena_printf(arena, "Judged from %s%s", strings_join(arena, &told, "; "),
                              is_live_too      ? "; and from live answers"
                              : has_calls(run) ? ""
                                               : "; what only a call with the integration's "
                                                 "credential tells is not known");
}

char *finding_source_text(struct arena *arena, const struct finding *finding)
{
    enum { SECONDS_PER_HOUR = 3600 };
    return finding->taken == 0
               ? arena_strdup(arena, text_or_empty(finding->source))
               : arena_printf(arena, "%s, %" PRId64 " h old", text_or_empty(finding->source),
                              finding->age_s / SECONDS_PER_HOUR);
}
