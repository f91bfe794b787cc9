/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a cause may be suspected of, and whom it is ruled out for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/finding.h"
#include "rules/catalogue.h"

/*
 * True when the finding rules the cause out for everybody, or for `subject` or one of those in
 * `about`. Its verdict is not looked at.
 */
bool excludes(const struct finding *finding, const char *id, const char *subject,
              const struct pairs *about);

/* True when a check that applies could see the cause, or when no kind of check is named that would
 * have to. */
bool could_be_seen(struct arena *arena, const struct cause_entry *entry,
                   const struct finding *findings, size_t n_findings);

/* The user, client or plugin the cause would be about, of those in `about`; NULL when that is not
 * known. Lives as long as `about`. */
const char *about_which(const struct cause_entry *entry, const struct pairs *about);
