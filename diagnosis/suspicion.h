/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a cause may be suspected of, and whom it is ruled out for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "diagnosis/diagnose.h"

/* True for a cause that is one and the same for every credential: of the network, of the instance,
 * of its release and plugins. */
bool is_of_instance(const struct cause_entry *entry);

/*
 * True when the finding rules the cause out for everybody, or for `subject` or one of those in
 * `about`. Its verdict is not looked at.
 */
bool excludes(const struct finding *finding, const char *id, const char *subject,
              const struct pairs *about);

/* What a passing finding rules out, it rules out for what it was about itself, or for everybody:
 * then, unless it is a cause of the instance, for the credential of its pack. */
bool is_excluded_by_a_pass(const struct observations *observations, const struct cause_entry *entry,
                           const char *subject, const struct pairs *about);

/* The same of passes that name what it was about: one that rules a cause out for everybody is
 * contradicted by a check that gates and found it. */
bool is_excluded_by_name(const struct observations *observations, const char *id,
                         const char *subject, const struct pairs *about);

/* True unless the clue is about another credential than the symptom that is `about` this. */
bool concerns(const struct clue *clue, const struct pairs *about);

/* True when a clue that concerns what the symptom is about rules the cause out. */
bool is_excluded_by_a_clue(const struct clues *clues, const struct cause_entry *entry,
                           const struct pairs *about);

/* How sure a clue that points to no other candidate makes a cause. */
enum confidence clue_strength(const struct catalogue *catalogue, const struct cause_entry *entry,
                              const struct clue *clue);

/* True when a check that applies could see the cause, when no kind of check is named that would
 * have to, or when nothing was checked at all. */
bool could_be_seen(struct arena *arena, const struct cause_entry *entry,
                   const struct observations *observations);

/* The user, client or plugin the cause would be about, of those in `about`; NULL when that is not
 * known. Lives as long as `about`. */
const char *about_which(const struct cause_entry *entry, const struct pairs *about);
