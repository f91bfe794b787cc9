/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calendar arithmetic on whole numbers; no time zones, no locale.
 */
#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"

/* Counts from 1 March of year 0, so that the leap day is the last day of a year. */
int64_t days_from_date(int year, int month, int day)
{
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

int64_t utc_seconds(int year, int month, int day, int hour, int minute, int second)
{
    return ((days_from_date(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}

int64_t seconds_in_days(int64_t days)
{
    enum { SECONDS_PER_DAY = 86400 };
    if (days > INT64_MAX / SECONDS_PER_DAY) {
        return INT64_MAX;
    }
    return days < INT64_MIN / SECONDS_PER_DAY ? INT64_MIN : days * SECONDS_PER_DAY;
}

int64_t clock_now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

int64_t clock_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *utc_format(struct arena *arena, int64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm parts;
    char text[32] = "";
    if (gmtime_r(&time, &parts) != NULL) {
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    return arena_strdup(arena, text);
}

static bool matches_shape(const char *text, const char *shape)
{
    for (; *shape != '\0'; shape++, text++) {
        bool fits = *shape == '0' ? isdigit((unsigned char)*text) != 0 : *text == *shape;
        if (!fits) {
            return false;
        }
    }
    return *text == '\0';
}

/* The number that `n` digits at `text` write. */
static int digits(const char *text, int n)
{
    int number = 0;
    for (int i = 0; i < n; i++) {
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static bool date_exists(int year, int month, int day)
{
    if (month < 1 || month > 12 || day < 1) {
        return false;
    }
    int64_t next_month =
        month < 12 ? days_from_date(year, month + 1, 1) : days_from_date(year + 1, 1, 1);
    return day <= next_month - days_from_date(year, month, 1);
}

bool utc_parse(const char *text, int64_t *ret_seconds)
{
    bool has_time = matches_shape(text, "0000-00-00 00:00:00");
    if (!has_time && !matches_shape(text, "0000-00-00")) {
        return false;
    }
    int year = digits(text, 4);
    int month = digits(text + 5, 2);
    int day = digits(text + 8, 2);
    int hour = has_time ? digits(text + 11, 2) : 0;
    int minute = has_time ? digits(text + 14, 2) : 0;
    int second = has_time ? digits(text + 17, 2) : 0;
    if (!date_exists(year, month, day) || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    *ret_seconds = utc_seconds(year, month, day, hour, minute, second);
    return true;
}
