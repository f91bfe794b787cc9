/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting, grouping and naming, shared by the formats.
 */
#include "report/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "base/text.h"
#include "model/names.h"

struct counts run_counts(const struct run *run)
{
    struct counts counts = {0};
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        counts.all[finding->verdict]++;
        counts.gating[finding->verdict] += finding->gates ? 1 : 0;
    }
    return counts;
}

bool finding_is_problem(const struct finding *finding)
{
    return finding->verdict == VERDICT_FAIL || finding->verdict == VERDICT_UNKNOWN ||
           finding->verdict == VERDICT_BLOCKED;
}

bool finding_wants_action(const struct finding *finding)
{
    return finding->verdict == VERDICT_FAIL || finding->verdict == VERDICT_UNKNOWN;
}

bool finding_lacks_auditor(const struct finding *finding)
{
    return finding->verdict == VERDICT_UNKNOWN &&
           (finding->reason == REASON_NO_AUDITOR || finding->reason == REASON_AUDITOR_REFUSED);
}

const char *finding_type(struct arena *arena, const struct finding *finding)
{
    const char *verdict = verdict_name(finding->verdict);
    const char *reason = reason_name(finding->reason);
    return reason == NULL ? verdict : arena_printf(arena, "%s.%s", verdict, reason);
}

const char *finding_outcome(struct arena *arena, const struct finding *finding)
{
    const char *verdict = verdict_name(finding->verdict);
    const char *reason = reason_name(finding->reason);
    return reason == NULL ? verdict : arena_printf(arena, "%s (%s)", verdict, reason);
}

const char *text_token(struct arena *arena, const char *text)
{
    const char *line = text_sanitize_line(arena, text_or_empty(text));
    struct strings words = strings_split(arena, line, ' ');
    return strings_join(arena, &words, " ");
}

const char *finding_message(struct arena *arena, const struct finding *finding)
{
    struct strings parts = {0};
    strings_add(arena, &parts,
                arena_printf(arena, "%s: %s", title_of(finding), finding_outcome(arena, finding)));
    if (!text_is_empty(finding->seen)) {
        strings_add(arena, &parts, arena_printf(arena, "seen: %s", finding->seen));
    }
    if (!text_is_empty(finding->wanted) && finding->verdict != VERDICT_BLOCKED) {
        strings_add(arena, &parts, arena_printf(arena, "wanted: %s", finding->wanted));
    }
    if (finding->blocked_by != NULL) {
        strings_add(arena, &parts, arena_printf(arena, "blocked by %s", finding->blocked_by));
    }
    if (parts.n_items == 1 && !text_is_empty(finding->because)) {
        strings_add(arena, &parts, finding->because);
    }
    return text_token(arena, strings_join(arena, &parts, "; "));
}

const struct finding *run_finding(const struct run *run, const char *id)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        if (text_equal(run->findings[i].check->id, id)) {
            return &run->findings[i];
        }
    }
    return NULL;
}

const struct cause *run_cause_of(const struct run *run, const char *id)
{
    for (size_t i = 0; i < run->n_causes; i++) {
        if (strings_have(&run->causes[i].explains, id)) {
            return &run->causes[i];
        }
    }
    return NULL;
}

bool run_is_possibility(const struct run *run, size_t i)
{
    return i > 0 && run->causes[i].confidence == CONFIDENCE_POSSIBLE;
}

/* True for a problem that the first cause explains. */
static bool is_explained(const struct run *run, const struct finding *finding)
{
    return finding != NULL && finding_is_problem(finding) && run->n_causes > 0 &&
           strings_have(&run->causes[0].explains, finding->check->id);
}

static bool is_needed(const struct run *run, const struct finding *finding)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        if (strings_have(&run->findings[i].check->needs, finding->check->id)) {
            return true;
        }
    }
    return false;
}

/* "There is no such user", twice: the check that others need is the one to be told. */
static bool is_echo_of(const struct run *run, const struct finding *finding,
                       const struct finding *other)
{
    return finding->verdict == other->verdict && !text_is_empty(finding->seen) &&
           text_equal(finding->seen, other->seen) && text_equal(finding->wanted, other->wanted) &&
           is_explained(run, other) && is_needed(run, other) && !is_needed(run, finding);
}

const struct finding *run_origin_of(const struct run *run, const struct finding *finding)
{
    if (finding->verdict != VERDICT_FAIL || !is_explained(run, finding)) {
        return NULL;
    }
    for (size_t i = 0; i < finding->check->needs.n_items; i++) {
        const struct finding *needed = run_finding(run, finding->check->needs.items[i]);
        if (is_explained(run, needed)) {
            return needed;
        }
    }
    for (size_t i = 0; i < run->n_findings; i++) {
        if (is_echo_of(run, finding, &run->findings[i])) {
            return &run->findings[i];
        }
    }
    return NULL;
}

/* True when the finding could not tell which of several causes it was, or points to none of those
 * that the run has in the end. */
static bool was_guessing(const struct run *run, const struct finding *finding)
{
    for (size_t i = 0; i < run->n_causes && !finding->causes_are_alternatives; i++) {
        if (strings_have(&finding->causes, run->causes[i].id)) {
            return false;
        }
    }
    return finding->causes.n_items > 0;
}

const char *run_fix_of(const struct run *run, const struct finding *finding)
{
    bool is_taken_over = is_explained(run, finding) &&
                         run->causes[0].confidence == CONFIDENCE_CERTAIN &&
                         was_guessing(run, finding);
    return is_taken_over || run_origin_of(run, finding) != NULL ? NULL : finding->check->fix;
}

/* The length of the pack's name at the beginning of a check's id. */
static size_t pack_name_len(const struct finding *finding)
{
    return strcspn(finding->check->id, "/");
}

char *pack_name_of(struct arena *arena, const struct finding *finding)
{
    return arena_strndup(arena, finding->check->id, pack_name_len(finding));
}

const char *title_of(const struct finding *finding)
{
    const struct check *check = finding->check;
    return text_is_empty(check->title) ? text_or_empty(check->name) : check->title;
}

const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

const char *step_of(const struct finding *finding)
{
    return text_is_empty(finding->check->step) ? "Other" : finding->check->step;
}

bool begins_pack(const struct finding *before, const struct finding *finding)
{
    if (before == NULL) {
        return true;
    }
    size_t len = pack_name_len(finding);
    return pack_name_len(before) != len || strncmp(before->check->id, finding->check->id, len) != 0;
}

bool begins_step(const struct finding *before, const struct finding *finding)
{
    return begins_pack(before, finding) || !text_equal(step_of(before), step_of(finding));
}

/* A finding and the group it is shown in. */
struct placed {
    const struct finding *finding;
    size_t pack;
    size_t step;
    size_t i;
};

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_placed(const void *left, const void *right)
{
    const struct placed *a = left;
    const struct placed *b = right;
    int by_pack = compare_sizes(a->pack, b->pack);
    int by_step = compare_sizes(a->step, b->step);
    return by_pack != 0 ? by_pack : by_step != 0 ? by_step : compare_sizes(a->i, b->i);
}

/* Finds the pack and step of finding `i` among those already placed; new ones get its own number.
 */
static void place(struct placed *placed, size_t i)
{
    placed[i].pack = i;
    placed[i].step = i;
    for (size_t j = i; j-- > 0;) {
        if (begins_pack(placed[j].finding, placed[i].finding)) {
            continue;
        }
        placed[i].pack = placed[j].pack;
        if (!begins_step(placed[j].finding, placed[i].finding)) {
            placed[i].step = placed[j].step;
            return;
        }
    }
}

const struct finding **findings_by_step(struct arena *arena, const struct run *run)
{
    struct placed *placed = arena_array(arena, run->n_findings, sizeof *placed);
    for (size_t i = 0; i < run->n_findings; i++) {
        placed[i] = (struct placed){.finding = &run->findings[i], .i = i};
        place(placed, i);
    }
    if (run->n_findings > 0) {
        qsort(placed, run->n_findings, sizeof *placed, compare_placed);
    }
    const struct finding **sorted = arena_array(arena, run->n_findings, sizeof *sorted);
    for (size_t i = 0; i < run->n_findings; i++) {
        sorted[i] = placed[i].finding;
    }
    return sorted;
}

const char *waiver_text(struct arena *arena, const struct waiver_told *waiver)
{
    return text_token(arena,
                      arena_printf(arena, "%s: %s; by %s until %s: %s", waiver->check, waiver->says,
                                   waiver->by, waiver->until, waiver->because));
}

bool run_is_interrupted(const struct run *run)
{
    enum { FIRST_SIGNAL_STATUS = 128 }; /* exit statuses above it are signals' */
    return run->exit_status > FIRST_SIGNAL_STATUS;
}

bool run_may_not_be_green(const struct run *run)
{
    return run->status != STATUS_READY || run_is_interrupted(run);
}

bool run_is_carried(const struct run *run)
{
    for (size_t i = 0; i < run->n_findings; i++) {
        if (run->findings[i].gates && finding_is_problem(&run->findings[i])) {
            return true;
        }
    }
    return false;
}

char *run_host(struct arena *arena, const struct run *run)
{
    const char *url = run->instance_url == NULL ? "" : run->instance_url;
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end == NULL ? url : scheme_end + 3;
    return arena_strndup(arena, host, strcspn(host, "/"));
}

char *run_packs_text(struct arena *arena, const struct run *run)
{
    struct strings texts = {0};
    for (size_t i = 0; i < run->n_packs; i++) {
        const struct pack *pack = run->packs[i];
        strings_add(arena, &texts,
                    text_is_empty(pack->version)
                        ? pack->name
                        : arena_printf(arena, "%s %s", pack->name, pack->version));
    }
    return strings_join(arena, &texts, ", ");
}

const char *status_headline(enum status status)
{
    static const char *const headlines[] = {
        [STATUS_READY] = "Ready",
        [STATUS_NOT_READY] = "Not ready",
        [STATUS_INCONCLUSIVE] = "Inconclusive",
    };
    return headlines[status];
}

char *duration_text(struct arena *arena, int64_t ms)
{
    if (ms < 1000) {
        return arena_printf(arena, "%" PRId64 " ms", ms);
    }
    int64_t tenths = (ms + 50) / 100;
    return arena_printf(arena, "%" PRId64 ".%" PRId64 " s", tenths / 10, tenths % 10);
}

bool exchange_is_request(const struct exchange *exchange)
{
    return exchange->source == SOURCE_LIVE || exchange->source == SOURCE_RECORDING;
}

size_t run_requests(const struct run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_exchanges; i++) {
        n += exchange_is_request(run->exchanges[i]) ? 1 : 0;
    }
    return n;
}
