/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unicode text that is safe to show: validity of UTF-8, and the one sanitiser every foreign text
 * passes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct arena;

/*
 * Finds the first byte that breaks UTF-8 (overlong forms, surrogates and values above U+10FFFF
 * included). True when there is none; else false and its offset in *ret_offset.
 */
MUST_USE bool utf8_is_valid(const char *text, size_t len, size_t *ret_offset);

/*
 * A copy of `text` that is valid UTF-8 and holds no control character but tab and newline, no C1
 * control, no bidirectional control (U+061C, U+200E, U+200F, U+202A-U+202E, U+2066-U+2069), no
 * line or paragraph separator (U+2028, U+2029), no U+FFFE or U+FFFF and no zero-width or invisible
 * formatting character (U+200B, U+2060-U+2065, U+FEFF).
 * Each offending character becomes U+FFFD, a carriage return before a newline is dropped. NULL
 * stays NULL.
 */
const char *text_sanitize(struct arena *arena, const char *text);

/* The same on one line: tabs and newlines become single blanks. */
const char *text_sanitize_line(struct arena *arena, const char *text);

/*
 * The first `limit` characters of `text` (valid UTF-8), with "…" behind them when something was
 * cut.
 */
const char *text_shorten(struct arena *arena, const char *text, size_t limit);
