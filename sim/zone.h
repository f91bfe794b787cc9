/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and times as a user sees them.
 */
#pragma once

#include "sim/world.h"

/* A value in the user's time zone and formats, or the system's for a NULL user or where the user
 * has none; the value itself when it is no date. */
const char *sim_zone_shown(struct arena *arena, const struct world *world, const struct row *user,
                           const char *value);

/* The value of a date and time the user means in that zone, written as values are; the text itself
 * when it is no such time. */
const char *sim_zone_stored(struct arena *arena, const struct world *world, const struct row *user,
                            const char *text);

/* The first second of a day in the user's zone: of the one `seconds` is in, moved by `days`. */
int64_t sim_zone_day_start(const struct world *world, const struct row *user, int64_t seconds,
                           int64_t days);
