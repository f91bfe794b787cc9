/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's own XML exports as a source: files of the form
 * `<unload unload_date="…"><TABLE action="INSERT_OR_UPDATE">…</TABLE>…</unload>` and
 * `<xml><TABLE>…</TABLE>…</xml>`, as lists and records are exported.
 *
 * An export does not say with which filter it was taken. So it shows what is in it; what is not in
 * it is unknown, unless the user says that every table was exported whole. What cannot be told with
 * certainty is not-recorded. docs/exports.md describes all of it.
 */
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "base/strings.h"
#include "probes/recording.h"

struct arena;
struct exports;

/* True for what is read as exports: a folder, or a file whose name ends in ".xml". */
bool exports_are_at(const char *path);

/*
 * Reads folders (every .xml file in them, none further down) and files as one source, whose
 * recording has no instance and an auditor that it stands for. `are_whole`: the user's word that
 * no filter was used. NULL after reporting to `diag` when a file cannot be read, is no export, or
 * contradicts another one. What was left out is said in the recording's `warnings`.
 */
const struct recording *exports_read(struct arena *arena, const struct strings *paths,
                                     bool are_whole, struct diag *diag);

/* The answer of the rows that were exported, or not-recorded. */
struct answer exports_answer(struct arena *arena, struct exports *exports,
                             const struct question *question);

/* The rows of a table as they were exported. */
const struct row *exports_rows(struct arena *arena, const struct exports *exports,
                               const char *table, size_t *ret_n);
