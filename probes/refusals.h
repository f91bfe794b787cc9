/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refused passwords, remembered between runs (law 8): instance, user name and time, nothing of the
 * secret. Losing the file, or not being able to write it, costs a protection and never a run.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

/*
 * True when `user_name` was refused at `instance` less than `wait_ms` before `now` (seconds since
 * 1970). False when `state_dir` is NULL or nothing readable is there.
 */
bool refusal_is_recent(const char *state_dir, const char *instance, const char *user_name,
                       int64_t now, int64_t wait_ms);

/* Remembers a refusal, and forgets those older than a day. The folder is made if need be, for its
 * owner alone. False when it could not be written down. */
MUST_USE bool refusal_remember(const char *state_dir, const char *instance, const char *user_name,
                               int64_t now);

/* Forgets the user's refusals: the password was accepted. */
void refusal_forget(const char *state_dir, const char *instance, const char *user_name,
                    int64_t now);

/* Those of this process, in memory: what several targets of one run know of each other. */
struct refused;

struct refused *refused_new(void);
void refused_free(struct refused *refused);

/* NULL is fine: nothing is kept then, and nothing known. */
void refused_add(struct refused *refused, const char *instance, const char *user_name);
bool refused_has(const struct refused *refused, const char *instance, const char *user_name);
