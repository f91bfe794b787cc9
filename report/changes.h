/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed between two runs, as all formats word it; a comparison by itself, as text and as
 * "glidepath-diff/1" (report/diff.schema.json); and the part of the terminal report about what
 * changed since the baseline.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/change.h"
#include "report/report.h"

struct arena;
struct json_writer;
struct page;
struct redactor;

/* "worse", "better", "otherwise". */
const char *change_direction_name(enum change_direction direction);

/* "pass -> unknown (denied)". */
const char *change_verdicts(struct arena *arena, const struct change *change);

/* What did it, in one sentence: so many of the differences in full, of the others how many. */
const char *change_cause(struct arena *arena, const struct changes *changes,
                         const struct change *change, size_t n_most);

/* "2 checks got worse, 1 got better"; "no verdict changed". */
const char *changes_sentence(struct arena *arena, const struct changes *changes);

/* "Since 2026-11-17 10:00 UTC". */
const char *changes_since(struct arena *arena, const struct changes *changes);

/* The changes of one direction with a heading, where there are any. */
void page_changes(struct page *page, const struct changes *changes);

/* The same for programs: arrays `changes`, `besides`, `only_a` and `only_b` of the open object. */
void changes_put_json(struct json_writer *json, const struct changes *changes);

/* A copy in which every text is sanitised and redacted. */
struct comparison *comparison_clean(struct arena *arena, const struct comparison *comparison,
                                    const struct redactor *redactor);

/* False when the stream failed. */
MUST_USE bool comparison_write_text(const struct comparison *comparison,
                                    const struct report_options *options, FILE *out);
MUST_USE bool comparison_write_json(const struct comparison *comparison, FILE *out);
