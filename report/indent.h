/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report inside another one: its lines, each behind some blanks.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* Writes the lines of `text`, `n_skipped` of them left out at the beginning, with `indent` before
 * each that is not empty. No newline ends the last. */
void write_indented(const char *text, size_t len, size_t n_skipped, const char *indent, FILE *out);
