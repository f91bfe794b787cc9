/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GitHub Actions is told: texts as they may stand in a workflow command, and the step summary.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attributes.h"
#include "model/run.h"

struct arena;

/* `text` as the message of a workflow command: without the characters that would end it. "" for
 * NULL. */
const char *github_message(struct arena *arena, const char *text);

/* The same as the value of a property, where a colon and a comma would end it too. */
const char *github_property(struct arena *arena, const char *text);

/* Writes the step summary, in GitHub's Markdown: at most `limit` bytes, cut between lines and then
 * saying so; nothing where not even that fits. False when the stream failed. */
MUST_USE bool github_write_summary(const struct run *run, size_t limit, FILE *out);
