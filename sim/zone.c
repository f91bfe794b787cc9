/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones and formats: values are in UTC, "the display value is based on the user's time zone"
 * (ServiceNowDocs, api-reference/rest-apis/c_TableAPI.md), else on the system's
 * (platform-administration/time-configuration/t_SetASystemTimeZone.md); the patterns are those of
 * r_FormatDateAndTimeFields.md. A few zones stand for all; in others time is UTC.
 */
#include "sim/zone.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"

enum { HOUR = 60 * 60, DAY = 24 * HOUR, DATE_LENGTH = 10 };

/* --- summer time --- */

/* From the first Sunday on or after a day to another one. */
struct summer {
    int from_month;
    int from_day;
    int from_hour;
    int to_month;
    int to_day;
    int to_hour;
    bool is_local; /* the hours are those of the zone's winter, else of UTC */
};

static const struct summer american = {3, 8, 2, 11, 1, 1, true};
static const struct summer european = {3, 25, 1, 10, 25, 1, false};

struct zone {
    const char *name;
    int offset_minutes; /* in winter */
    const struct summer *summer;
};

static const struct zone zones[] = {
    {"UTC", 0, NULL},
    {"GMT", 0, NULL},
    {"Etc/UTC", 0, NULL},
    {"America/Los_Angeles", -8 * 60, &american},
    {"US/Pacific", -8 * 60, &american},
    {"America/Phoenix", -7 * 60, NULL},
    {"US/Arizona", -7 * 60, NULL},
    {"America/Denver", -7 * 60, &american},
    {"US/Mountain", -7 * 60, &american},
    {"America/Chicago", -6 * 60, &american},
    {"US/Central", -6 * 60, &american},
    {"America/New_York", -5 * 60, &american},
    {"US/Eastern", -5 * 60, &american},
    {"Europe/London", 0, &european},
    {"Europe/Amsterdam", 60, &european},
    {"Europe/Berlin", 60, &european},
    {"Europe/Paris", 60, &european},
    {"Asia/Dubai", 4 * 60, NULL},
    {"Asia/Kolkata", 5 * 60 + 30, NULL},
    {"Asia/Singapore", 8 * 60, NULL},
    {"Asia/Tokyo", 9 * 60, NULL},
    {"Australia/Brisbane", 10 * 60, NULL},
};

static const struct zone *zone_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        if (text_equal(zones[i].name, name)) {
            return &zones[i];
        }
    }
    return &zones[0];
}

static int64_t first_sunday(int year, int month, int day)
{
    enum { DAYS = 7, WEEKDAY_OF_1970 = 4 };
    int64_t days = days_from_date(year, month, day);
    int64_t weekday = (days + WEEKDAY_OF_1970) % DAYS;

    return (days + (DAYS - weekday) % DAYS) * DAY;
}

/* Seconds east of UTC at that moment. */
static int64_t offset_at(const struct zone *zone, int64_t seconds)
{
    const struct summer *summer = zone->summer;
    int64_t offset = (int64_t)zone->offset_minutes * 60;
    time_t time = (time_t)seconds;
    struct tm parts;

    if (summer == NULL || gmtime_r(&time, &parts) == NULL) {
        return offset;
    }
    int year = parts.tm_year + 1900;
    int64_t winter = seconds + (summer->is_local ? offset : 0);
    int64_t from = first_sunday(year, summer->from_month, summer->from_day) +
                   (int64_t)summer->from_hour * HOUR;
    int64_t to =
        first_sunday(year, summer->to_month, summer->to_day) + (int64_t)summer->to_hour * HOUR;
    return winter >= from && winter < to ? offset + HOUR : offset;
}

/* The moment that is `local` seconds on the clocks of the zone. */
static int64_t moment_of(const struct zone *zone, int64_t local)
{
    int64_t guess = local - offset_at(zone, local);

    return local - offset_at(zone, guess);
}

/* --- patterns --- */

static int number_of(char letter, const struct tm *time)
{
    switch (letter) {
    case 'M':
        return time->tm_mon + 1;
    case 'd':
        return time->tm_mday;
    case 'H':
        return time->tm_hour;
    case 'h':
        return time->tm_hour % 12 == 0 ? 12 : time->tm_hour % 12;
    case 'm':
        return time->tm_min;
    default:
        return time->tm_sec;
    }
}

/* What `n` of the letter stand for. */
static const char *part_text(struct arena *arena, char letter, size_t n, const struct tm *time)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year = time->tm_year + 1900;

    if (letter == 'y') {
        return n == 2 ? arena_printf(arena, "%02d", year % 100) : arena_printf(arena, "%d", year);
    }
    if (letter == 'a') {
        return time->tm_hour < 12 ? "AM" : "PM";
    }
    if (letter == 'M' && n > 2) {
        return months[time->tm_mon];
    }
    return arena_printf(arena, "%0*d", (int)n, number_of(letter, time));
}

static const char *fill_pattern(struct arena *arena, const char *pattern, const struct tm *time)
{
    struct strings parts = {0};

    while (*pattern != '\0') {
        const char run[] = {*pattern, '\0'};
        size_t n = strspn(pattern, run);
        strings_add(arena, &parts,
                    strchr("yMdHhmsa", *pattern) == NULL ? arena_strndup(arena, pattern, n)
                                                         : part_text(arena, *pattern, n, time));
        pattern += n;
    }
    return strings_join(arena, &parts, "");
}

/* --- the user's settings --- */

static const char *setting(const struct world *world, const struct row *user, const char *column,
                           const char *property, const char *fallback)
{
    const char *own = user == NULL ? "" : sim_row_get(user, column);
    const char *of_system = sim_property(world, property, "");

    return *own != '\0' ? own : *of_system != '\0' ? of_system : fallback;
}

static const struct zone *zone_of(const struct world *world, const struct row *user)
{
    bool is_utc = sim_switch_is(&world->switches, SWITCH_SYSTEM_TIME_ZONE, "utc");

    return zone_find(setting(world, user, "time_zone", "glide.sys.default.tz",
                             is_utc ? "UTC" : "America/Los_Angeles"));
}

/* Durations are written as times of 1970 (recorded), and are no moments. */
static bool is_date(const char *value, int64_t *ret_seconds)
{
    return utc_parse(value, ret_seconds) && !text_starts_with(value, "1970-01-");
}

const char *sim_zone_shown(struct arena *arena, const struct world *world, const struct row *user,
                           const char *value)
{
    bool has_time = strlen(value) > DATE_LENGTH;
    int64_t seconds;
    struct tm parts;

    if (!is_date(value, &seconds)) {
        return value;
    }
    time_t local = (time_t)(seconds + (has_time ? offset_at(zone_of(world, user), seconds) : 0));
    if (gmtime_r(&local, &parts) == NULL) {
        return value;
    }
    const char *date = setting(world, user, "date_format", "glide.sys.date_format", "yyyy-MM-dd");
    const char *time = setting(world, user, "time_format", "glide.sys.time_format", "HH:mm:ss");
    return fill_pattern(arena, has_time ? arena_printf(arena, "%s %s", date, time) : date, &parts);
}

const char *sim_zone_stored(struct arena *arena, const struct world *world, const struct row *user,
                            const char *text)
{
    const struct zone *zone = zone_of(world, user);
    int64_t seconds;

    if (strlen(text) <= DATE_LENGTH || !is_date(text, &seconds)) {
        return text;
    }
    return sim_date_time(arena, moment_of(zone, seconds));
}

int64_t sim_zone_day_start(const struct world *world, const struct row *user, int64_t seconds,
                           int64_t days)
{
    const struct zone *zone = zone_of(world, user);
    int64_t local = seconds + offset_at(zone, seconds);

    return moment_of(zone, (local / DAY + days) * DAY);
}
