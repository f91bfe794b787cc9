/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time. Everything that judges takes the time as a parameter; only main asks the system for it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

struct arena;

/* Days since 1970-01-01 of a date of the Gregorian calendar; month 1 to 12, day 1 to 31. */
int64_t days_from_date(int year, int month, int day);

/* Seconds since 1970-01-01 00:00:00 UTC of a date and time of day in UTC. */
int64_t utc_seconds(int year, int month, int day, int hour, int minute, int second);

/* The seconds in so many days of 24 hours; INT64_MAX or INT64_MIN where they do not fit.
 */
int64_t seconds_in_days(int64_t days);

/* The system's clock, in seconds since 1970-01-01 00:00:00 UTC. */
int64_t clock_now_seconds(void);

/* A clock that only goes forward, in milliseconds since some fixed moment. */
int64_t clock_monotonic_ms(void);

/* "2026-11-20T10:00:00Z". */
char *utc_format(struct arena *arena, int64_t seconds);

/*
 * Reads what ServiceNow writes for a date-time ("2026-11-20 10:00:00", always UTC in a value) or a
 * date alone ("2026-11-20", its first second). False, and *ret_seconds untouched, for anything
 * else.
 */
MUST_USE bool utc_parse(const char *text, int64_t *ret_seconds);
