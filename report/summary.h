/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several formats ask of a run. Everything is derived from the array of findings that the body
 * of the report is written from, so a summary cannot contradict it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/run.h"

struct arena;

enum { N_VERDICTS = VERDICT_NOT_APPLICABLE + 1 };

/* How many findings have each verdict, and how many of those gate. */
struct counts {
    size_t all[N_VERDICTS];
    size_t gating[N_VERDICTS];
};

struct counts run_counts(const struct run *run);

/* True for fail, unknown and blocked: what somebody has to look at. */
bool finding_is_problem(const struct finding *finding);

/* True for fail and unknown: the finding's own fix is the thing to do. A blocked finding waits for
 * another one, whose fix comes first. */
bool finding_wants_action(const struct finding *finding);

/* True for an unknown that says nothing of the instance: only an auditor could have read it. */
bool finding_lacks_auditor(const struct finding *finding);

/* "unknown.denied", "blocked.credential-refused", "fail": the verdict and its reason in one word.
 */
const char *finding_type(struct arena *arena, const struct finding *finding);

/* "unknown (denied)", "fail": the same for a sentence. */
const char *finding_outcome(struct arena *arena, const struct finding *finding);

/* Everything a reader needs in one line: what, how it came out, and why. */
const char *finding_message(struct arena *arena, const struct finding *finding);

/* The text on one line, with one blank where there are several and none around it: readers compare
 * names so. "" for NULL. */
const char *text_token(struct arena *arena, const char *text);

/* The finding of the check with this id, or NULL. */
const struct finding *run_finding(const struct run *run, const char *id);

/* The first cause that explains the check with this id, or NULL. */
const struct cause *run_cause_of(const struct run *run, const char *id);

/* True for a cause besides the first that is merely possible: its fix is nothing to do before its
 * question is answered. The formats tell so many of them in full, the rest by name. */
bool run_is_possibility(const struct run *run, size_t i);
enum { MOST_POSSIBLE_TOLD = 5 };

/*
 * What a failing finding merely follows from, where the first cause explains both: a needed check
 * that is a problem, or else one that saw the very same and that other checks need. NULL when the
 * finding stands for itself. What follows is told in a line: its own fix would mislead.
 */
const struct finding *run_origin_of(const struct run *run, const struct finding *finding);

/* The check's own fix; NULL where it is not what to do: the finding follows from another, or it
 * could only guess and the first cause is certain. */
const char *run_fix_of(const struct run *run, const struct finding *finding);

/* The pack's name within a check's id: what stands before the slash. */
char *pack_name_of(struct arena *arena, const struct finding *finding);

/* What the check is called: its title, or its name where it has none. */
const char *title_of(const struct finding *finding);

/* `text`, or "" for NULL. */
const char *text_or_empty(const char *text);

/* The step of the guide, or "Other" where a check names none. */
const char *step_of(const struct finding *finding);

/*
 * The findings in the order a person reads them: by pack, within a pack by step in the order in
 * which the steps first appear, within a step as they stand. An array of run->n_findings pointers.
 */
const struct finding **findings_by_step(struct arena *arena, const struct run *run);

/* True when the two belong under different headings; `before` is NULL at the beginning. */
bool begins_pack(const struct finding *before, const struct finding *finding);
bool begins_step(const struct finding *before, const struct finding *finding);

/* "pack/check: ends in 5 days …; by j.doe until 2026-11-25: why", on one line. */
const char *waiver_text(struct arena *arena, const struct waiver_told *waiver);

/* True when a signal ended the run. */
bool run_is_interrupted(const struct run *run);

/* True for what went over the wire, now or when it was recorded; a script's and an export's lookups
 * stand among the exchanges too. */
bool exchange_is_request(const struct exchange *exchange);
size_t run_requests(const struct run *run);

/* True when a report that can only be green or red has to be red. Not the exit status alone: that
 * one may be about another report that could not be written. */
bool run_may_not_be_green(const struct run *run);

/* True when some gating finding already says that the run is not ready. */
bool run_is_carried(const struct run *run);

/* "acme.service-now.com": the host of the instance, or the user's own text where there is none. */
char *run_host(struct arena *arena, const struct run *run);

/* "cloud-ex-machina 1.0.0, baseline 1.0.0". */
char *run_packs_text(struct arena *arena, const struct run *run);

/* "Not ready": what the status is called at the head of a report. */
const char *status_headline(enum status status);

/* "812 ms", "1.2 s". The decimal sign does not depend on the locale. */
char *duration_text(struct arena *arena, int64_t ms);
