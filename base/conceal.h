/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lines of a YAML file may be shown in a message.
 *
 * A mistake is shown with its line, and the line may hold a secret that stands in the wrong place:
 * below a misspelt `credentials`, in a file that is read as something else, beside a syntax error
 * found before there is a tree. So this looks at the text alone, and in doubt a line is hidden: the
 * message still names line and column.
 */
#pragma once

struct arena;
struct strings;

/*
 * A copy of `text` in which every line that may hold a secret is empty:
 *
 * - what stands at or below a top-level key that is not one of `shown_keys`; and where the document
 *   is not a block mapping, so that its top-level keys are not seen, everything. With NULL every
 *   top-level key may be shown;
 * - what stands at or below a key like `credentials`, and behind one inside braces to the end;
 * - lines with a key that sounds like a secret (`password`, `client_secret`, `key` …), and with a
 *   URL that has a user in it.
 */
char *conceal_secrets(struct arena *arena, const char *text, const struct strings *shown_keys);
