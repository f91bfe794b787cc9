/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calendar arithmetic, against known days and against the C library.
 */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/clock.h"

Test(clock, days_of_known_dates)
{
    static const struct {
        int year, month, day;
        int64_t wanted;
        const char *name;
    } rows[] = {
        {1970, 1, 1, 0, "the epoch"},
        {1969, 12, 31, -1, "the day before"},
        {2000, 2, 29, 11016, "a leap day in a century that has one"},
        {2000, 3, 1, 11017, "the day after it"},
        {1900, 3, 1, -25508, "a century without a leap day"},
        {1900, 2, 28, -25509, "so this is the day before"},
        {2026, 11, 20, 20777, "`date -ud 2026-11-20 +%s` / 86400"},
        {2100, 3, 1, 47541, "2100 has no leap day"},
        {1, 1, 1, -719162, "the first day of year 1"},
        {0, 3, 1, -719468, "where the arithmetic begins"},
        {0, 2, 29, -719469, "before where it begins"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t days = days_from_date(rows[i].year, rows[i].month, rows[i].day);
        cr_expect(days == rows[i].wanted, "row %zu (%s): %" PRId64, i, rows[i].name, days);
    }
}

/* Four centuries and a bit, so every kind of year is among them. */
Test(clock, agrees_with_the_library_on_every_day)
{
    for (int64_t day = days_from_date(1850, 1, 1); day < days_from_date(2260, 1, 1); day++) {
        time_t seconds = (time_t)(day * 86400);
        struct tm parts;
        cr_assert_not_null(gmtime_r(&seconds, &parts));
        int64_t days = days_from_date(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
        cr_assert(days == day, "day %" PRId64, day);
    }
}

Test(clock, seconds_of_a_moment)
{
    cr_expect(utc_seconds(1970, 1, 1, 0, 0, 0) == 0);
    cr_expect(utc_seconds(1969, 12, 31, 23, 59, 59) == -1);
    cr_expect(utc_seconds(2026, 11, 20, 10, 0, 0) == INT64_C(1795168800));
    cr_expect(utc_seconds(2038, 1, 19, 3, 14, 8) == INT64_C(2147483648), "past 32 bits");
}

Test(clock, seconds_of_days)
{
    cr_expect(seconds_in_days(0) == 0);
    cr_expect(seconds_in_days(90) == 7776000);
    cr_expect(seconds_in_days(-1) == -86400);
    cr_expect(seconds_in_days(INT64_MAX) == INT64_MAX, "as many as fit");
    cr_expect(seconds_in_days(INT64_MIN) == INT64_MIN);
}

Test(clock, format_is_iso_8601_in_utc)
{
    struct arena *arena = arena_new();
    cr_expect_str_eq(utc_format(arena, 0), "1970-01-01T00:00:00Z");
    cr_expect_str_eq(utc_format(arena, -1), "1969-12-31T23:59:59Z");
    cr_expect_str_eq(utc_format(arena, INT64_C(1795168800)), "2026-11-20T10:00:00Z");
    cr_expect_str_eq(utc_format(arena, INT64_MAX), "", "a year that no calendar holds");
    arena_free(arena);
}

Test(clock, parse_takes_what_servicenow_writes)
{
    static const struct {
        const char *text;
        int64_t wanted;
        const char *name;
    } rows[] = {
        {"2026-11-20 10:00:00", INT64_C(1795168800), "a date-time value"},
        {"2026-11-20", INT64_C(1795132800), "a date is its first second"},
        {"1970-01-01 00:00:00", 0, "the epoch"},
        {"2024-02-29 23:59:59", INT64_C(1709251199), "the leap day of a leap year"},
        {"2016-12-31 23:59:60", INT64_C(1483228800), "a leap second is the next minute's first"},
        {"2026-12-31", INT64_C(1798675200), "the last day of a year"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t seconds = -7;
        cr_expect(utc_parse(rows[i].text, &seconds), "row %zu (%s)", i, rows[i].name);
        cr_expect(seconds == rows[i].wanted, "row %zu (%s): %" PRId64, i, rows[i].name, seconds);
    }
}

Test(clock, parse_refuses_everything_else)
{
    static const struct {
        const char *text;
        const char *name;
    } rows[] = {
        {"", "an empty field"},
        {"2026-11-20 ", "a blank behind"},
        {" 2026-11-20", "a blank before"},
        {"2026-11-20 10:00", "no seconds"},
        {"2026-11-20T10:00:00Z", "ISO 8601, which is for reports"},
        {"2026-11-20 10:00:00 UTC", "something behind"},
        {"20-11-2026", "a display format"},
        {"2026-13-01", "month 13"},
        {"2026-00-10", "month 0"},
        {"2026-11-00", "day 0"},
        {"2026-11-31", "November has 30 days"},
        {"2026-02-29", "no leap year"},
        {"1900-02-29", "no leap year either"},
        {"2026-12-32", "December has 31 days"},
        {"2026-11-20 24:00:00", "hour 24"},
        {"2026-11-20 10:60:00", "minute 60"},
        {"2026-11-20 10:00:61", "second 61"},
        {"2026-1-02", "one digit"},
        {"2O26-11-20", "a letter O"},
        {"-026-11-20", "a sign"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t seconds = -7;
        cr_expect_not(utc_parse(rows[i].text, &seconds), "row %zu (%s)", i, rows[i].name);
        cr_expect(seconds == -7, "row %zu (%s): untouched", i, rows[i].name);
    }
}

Test(clock, format_and_parse_are_inverse)
{
    struct arena *arena = arena_new();
    for (int64_t seconds = -2000000000; seconds < 4000000000; seconds += 86399 * 101) {
        char *text = utc_format(arena, seconds);
        text[10] = ' ';
        text[19] = '\0';
        int64_t again = 0;
        cr_assert(utc_parse(text, &again), "%s", text);
        cr_assert(again == seconds, "%s", text);
    }
    arena_free(arena);
}

Test(clock, the_clocks_run)
{
    int64_t now = clock_now_seconds();
    cr_expect(now > utc_seconds(2024, 1, 1, 0, 0, 0));
    int64_t before = clock_monotonic_ms();
    cr_expect(clock_monotonic_ms() >= before);
}
