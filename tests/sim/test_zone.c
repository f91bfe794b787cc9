/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and times as users see and write them.
 */
#include "sim/zone.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define INCIDENT "/api/now/table/incident"

Test(sim_zone, there_and_back)
{
    static const struct {
        const char *zone;
        const char *value;
        const char *shown;
        const char *why;
    } rows[] = {
        {"GMT", "2026-01-31 23:30:00", "2026-01-31 23:30:00", "no difference"},
        {"Asia/Kolkata", "2026-01-31 23:30:00", "2026-02-01 05:00:00", "the next day"},
        {"America/Phoenix", "2026-01-01 03:00:00", "2025-12-31 20:00:00", "the year before"},
        {"Europe/Berlin", "2026-01-31 12:00:00", "2026-01-31 13:00:00", "winter"},
        {"Europe/Berlin", "2026-07-31 12:00:00", "2026-07-31 14:00:00", "summer"},
        {"Europe/Berlin", "2026-03-29 00:59:59", "2026-03-29 01:59:59", "the last of winter"},
        {"Europe/Berlin", "2026-03-29 01:00:00", "2026-03-29 03:00:00", "the first of summer"},
        {"Europe/Berlin", "2026-10-25 01:00:00", "2026-10-25 02:00:00", "the first of winter"},
        {"US/Pacific", "2026-03-08 09:59:59", "2026-03-08 01:59:59", "the last of winter"},
        {"US/Pacific", "2026-03-08 10:00:00", "2026-03-08 03:00:00", "the first of summer"},
        {"America/New_York", "2026-11-01 07:00:00", "2026-11-01 02:00:00", "winter again"},
        {"Nowhere/City", "2026-01-31 23:30:00", "2026-01-31 23:30:00", "a zone that is not known"},
        {"", "2026-01-31 23:30:00", "2026-01-31 15:30:00", "the system's"},
        {"Asia/Tokyo", "2026-01-31", "2026-01-31", "a date has no zone"},
        {"Asia/Tokyo", "1970-01-01 00:00:06", "1970-01-01 00:00:06", "nor has a duration"},
        {"Asia/Tokyo", "", "", "nothing"},
        {"Asia/Tokyo", "2026-13-01 00:00:00", "2026-13-01 00:00:00", "no date"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    struct row *user = sim_row_by_value(bench.world, "sys_user", "user_name", "dana.ops");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        sim_row_set(bench.world, user, "time_zone", rows[i].zone);
        const char *shown = sim_zone_shown(bench.arena, bench.world, user, rows[i].value);
        const char *stored = sim_zone_stored(bench.arena, bench.world, user, shown);
        cr_expect_str_eq(shown, rows[i].shown, "row %zu (%s): %s", i, rows[i].why, shown);
        cr_expect_str_eq(stored, rows[i].value, "row %zu (%s): %s", i, rows[i].why, stored);
    }
    bench_close(&bench);
}

Test(sim_zone, formats)
{
    static const struct {
        const char *date;
        const char *time;
        const char *shown;
    } rows[] = {{"", "", "2026-02-03 16:05:09"},
                {"MM-dd-yyyy", "hh:mm:ss a", "02-03-2026 04:05:09 PM"},
                {"dd/MMM/yy", "H.m", "03/Feb/26 16.5"},
                {"d.M.y", "HH:mm", "3.2.2026 16:05"}};
    struct bench bench;

    bench_open(&bench, NULL, "system-time-zone", "utc");
    struct row *user = sim_row_by_value(bench.world, "sys_user", "user_name", "dana.ops");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        sim_row_set(bench.world, user, "date_format", rows[i].date);
        sim_row_set(bench.world, user, "time_format", rows[i].time);
        const char *shown = sim_zone_shown(bench.arena, bench.world, user, "2026-02-03 16:05:09");
        cr_expect_str_eq(shown, rows[i].shown, "row %zu: %s", i, shown);
    }
    bench_property(&bench, "glide.sys.date_format", "yyyy.MM.dd");
    bench_property(&bench, "glide.sys.time_format", "HH");
    bench_property(&bench, "glide.sys.default.tz", "Asia/Tokyo");
    cr_expect_str_eq(sim_zone_shown(bench.arena, bench.world, NULL, "2026-02-03 16:05:09"),
                     "2026.02.04 01", "who has no settings has the system's");
    bench_close(&bench);
}

Test(sim_zone, of_an_instance_that_names_none)
{
    static const struct {
        const char *setting;
        const char *shown;
    } rows[] = {{"los-angeles", "2026-02-03 08:05:09"}, {"utc", "2026-02-03 16:05:09"}};
    struct bench bench;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_open(&bench, NULL, "system-time-zone", rows[i].setting);
        cr_expect_str_eq(sim_zone_shown(bench.arena, bench.world, NULL, "2026-02-03 16:05:09"),
                         rows[i].shown, "row %zu", i);
        bench_close(&bench);
    }
}

Test(sim_zone, in_answers_and_writes)
{
    static const struct {
        const char *query;
        const char *body;
        const char *why;
    } rows[] = {
        {"", "{\"result\":{\"opened_at\":\"2026-01-31 23:30:00\"}}", "a value is in UTC"},
        {"&sysparm_display_value=true", "{\"result\":{\"opened_at\":\"2026-02-01 05:00:00\"}}",
         "what is displayed in the caller's zone"},
        {"&sysparm_display_value=all",
         "{\"result\":{\"opened_at\":{\"display_value\":\"2026-02-01 05:00:00\",\"value\":"
         "\"2026-01-31 23:30:00\"}}}",
         "both"},
    };
    const struct pair type[] = {{"Content-Type", "application/json"}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    bench_set(&bench, "sys_user", "cxm_integration", "time_zone", "Asia/Kolkata");
    bench_set(&bench, "incident", "INC0010001", "opened_at", "2026-01-31 23:30:00");
    const char *uri = arena_printf(bench.arena, INCIDENT "/%s?sysparm_fields=opened_at",
                                   bench_id(&bench, "incident", "INC0010001"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_get(&bench, arena_printf(bench.arena, "%s%s", uri, rows[i].query),
                  bench_token(&bench));
        cr_expect_str_eq(bench_body(&bench), rows[i].body, "row %zu (%s): %s", i, rows[i].why,
                         bench_body(&bench));
    }
    bench_call_with(&bench, "PATCH",
                    arena_printf(bench.arena, "%s&sysparm_input_display_value=true", uri),
                    bench_token(&bench), "{\"opened_at\":\"2026-02-01 06:00:00\"}", type, 1);
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"opened_at\":\"2026-02-01 00:30:00\"}}",
                     "and so it is written: %s", bench_body(&bench));
    bench_call_with(&bench, "PATCH", uri, bench_token(&bench),
                    "{\"opened_at\":\"2026-02-01 06:00:00\"}", type, 1);
    cr_expect_str_eq(bench_body(&bench), "{\"result\":{\"opened_at\":\"2026-02-01 06:00:00\"}}",
                     "elsewhere as it came: %s", bench_body(&bench));
    bench_close(&bench);
}
