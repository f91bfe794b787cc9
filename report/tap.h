/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts as they may stand in TAP: whatever a pack or an instance wrote stays text.
 */
#pragma once

struct arena;

/* `text` on one line, with a backslash before what could begin a directive or a subtest. "" for
 * NULL. */
const char *tap_text(struct arena *arena, const char *text);

/* `text` between double quotes, as YAML and JSON read it, on one line. */
const char *tap_quoted(struct arena *arena, const char *text);
