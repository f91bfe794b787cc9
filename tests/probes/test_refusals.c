/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refused passwords between runs.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attributes.h"
#include "probes/refusals.h"

enum { NOW = 1800000000, HALF_HOUR_MS = 30 * 60 * 1000 };

static const char origin[] = "https://acme.example.test";

static char folder[] = "/tmp/glidepath-refusals-XXXXXX";
static char state[sizeof folder + sizeof "/a/glidepath"];
static char file[sizeof state + sizeof "/refusals"];

static void set_up(void)
{
    if (mkdtemp(folder) == NULL) {
        perror("mkdtemp");
    }
    snprintf(state, sizeof state, "%s/a/glidepath", folder);
    snprintf(file, sizeof file, "%s/refusals", state);
}

static void tear_down(void)
{
    char above[sizeof folder + sizeof "/a"];
    snprintf(above, sizeof above, "%s/a", folder);
    unlink(file);
    rmdir(state);
    rmdir(above);
    rmdir(folder);
}

TestSuite(refusals, .init = set_up, .fini = tear_down);

Test(refusals, remembered_for_that_user_there_and_for_a_while)
{
    cr_expect(refusal_remember(state, origin, "svc a%b", NOW));
    static const struct {
        const char *instance;
        const char *user_name;
        int64_t later_s;
        bool is_recent;
        const char *why;
    } rows[] = {
        {origin, "svc a%b", 0, true, "at once"},
        {origin, "svc a%b", 29 * 60, true, "half an hour is not over"},
        {origin, "svc a%b", 30 * 60, false, "now it is"},
        {origin, "svc a%b", -1, false, "a clock that was set back"},
        {origin, "SVC A%B", 0, true, "ServiceNow does not tell case apart"},
        {origin, "svc", 0, false, "another user"},
        {"https://other.example.test", "svc a%b", 0, false, "another instance"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_eq(refusal_is_recent(state, rows[i].instance, rows[i].user_name,
                                       NOW + rows[i].later_s, HALF_HOUR_MS),
                     rows[i].is_recent, "row %zu (%s)", i, rows[i].why);
    }
    cr_expect_not(refusal_is_recent(state, origin, "svc a%b", NOW, 0), "--refused-wait 0");
    cr_expect_not(refusal_is_recent(NULL, origin, "svc a%b", NOW, HALF_HOUR_MS), "no folder");
}

Test(refusals, the_folder_is_its_owners_alone)
{
    struct stat status;
    cr_expect(refusal_remember(state, origin, "svc", NOW));
    cr_assert_eq(stat(state, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0700);
}

Test(refusals, forgotten)
{
    cr_expect(refusal_remember(state, origin, "svc", NOW));
    cr_expect(refusal_remember(state, origin, "other", NOW));
    cr_expect(refusal_remember(state, origin, "svc", NOW + 1));
    refusal_forget(state, origin, "svc", NOW + 2);
    cr_expect_not(refusal_is_recent(state, origin, "svc", NOW + 2, HALF_HOUR_MS));
    cr_expect(refusal_is_recent(state, origin, "other", NOW + 2, HALF_HOUR_MS));
    refusal_forget(NULL, origin, "other", NOW); /* no folder is fine */
}

Test(refusals, a_strange_file_costs_nothing)
{
    cr_expect(refusal_remember(state, origin, "svc", NOW));
    FILE *out = fopen(file, "w");
    fputs("garbage\n\n12\n1 2 3 4\nx y z\n99999999999999999999 a b\n", out);
    fclose(out);
    cr_expect_not(refusal_is_recent(state, origin, "svc", NOW, HALF_HOUR_MS));
    cr_expect(refusal_remember(state, origin, "svc", NOW));
    cr_expect(refusal_is_recent(state, origin, "svc", NOW, HALF_HOUR_MS));
}

Test(refusals, nowhere_to_write)
{
    cr_expect_not(refusal_remember("/proc/nowhere/glidepath", origin, "svc", NOW));
    cr_expect_not(refusal_is_recent("/proc/nowhere/glidepath", origin, "svc", NOW, HALF_HOUR_MS));
}
