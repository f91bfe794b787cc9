/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded queries over the incidents of the healthy world: which numbers a query gives.
 */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "sim/query.h"
#include "sim/scripts.h"
#include "support.h"

static const char *numbers(struct bench *bench, const char *text, size_t *ret_n_unknown)
{
    const struct table *table = sim_table_find(bench->world, "incident");
    const struct row *dana = sim_row_by_value(bench->world, "sys_user", "user_name", "dana.ops");
    struct query *query =
        sim_query_parse(bench->arena, bench->world, table, text,
                        (struct query_asker){"dana.ops", dana->sys_id, clock_now_seconds()});
    struct rows rows = sim_table_rows(bench->world, bench->arena, table);
    struct strings found = {0};

    sim_query_sort(query, &rows);
    for (size_t i = 0; i < rows.n_items; i++) {
        if (sim_query_matches(query, rows.items[i])) {
            strings_add(bench->arena, &found, sim_row_get(rows.items[i], "number") + 9);
        }
    }
    *ret_n_unknown = query->n_unknown;
    return strings_join(bench->arena, &found, "");
}

Test(sim_query, operators)
{
    static const struct {
        const char *query;
        const char *numbers; /* the last digit of each */
        size_t n_unknown;
        const char *why;
    } rows[] = {
        {"", "123", 0, "no query, every row"},
        {"number=INC0010001", "1", 0, "="},
        {"number!=INC0010001", "23", 0, "!="},
        {"numberININC0010001,INC0010003", "13", 0, "IN"},
        {"numberNOT ININC0010001,INC0010003", "2", 0, "NOT IN"},
        {"short_descriptionLIKEalert", "2", 0, "LIKE finds it anywhere"},
        {"short_descriptionNOT LIKEalert", "13", 0, "NOT LIKE"},
        {"short_descriptionSTARTSWITHVPN", "3", 0, "STARTSWITH"},
        {"short_descriptionENDSWITHstopped", "1", 0, "ENDSWITH"},
        {"assigned_toISEMPTY", "13", 0, "ISEMPTY"},
        {"assigned_toISNOTEMPTY", "2", 0, "ISNOTEMPTY"},
        {"numberANYTHING", "123", 0, "ANYTHING"},
        {"state<7", "12", 0, "< by size"},
        {"state<=2", "12", 0, "<="},
        {"state>2", "3", 0, ">"},
        {"state>=2", "23", 0, ">="},
        {"priority>10", "", 0, "numbers are compared as numbers, not as text"},
        {"active=true", "12", 0, "a boolean"},
        {"active=1", "12", 0, "a boolean written as a number"},
        {"state==1", "", 0, "a doubled = looks for \"=1\""},
        {"state=1^ORstate=2", "12", 0, "^OR"},
        {"state=1^ORstate=7^active=true", "1", 0, "^OR binds closer than ^"},
        {"active=true^state=2", "2", 0, "^"},
        {"state=7^NQstate=1", "13", 0, "^NQ begins a second query"},
        {"ORDERBYDESCnumber", "321", 0, "ordering, greatest first"},
        {"active=true^ORDERBYDESCpriority", "21", 0, "a term and an ordering"},
        {"ORDERBYcategory^ORDERBYDESCnumber", "231", 0, "two orderings"},
        {"assignment_group.name=Cloud Operations", "12", 0, "dot-walking"},
        {"caller_id.manager.name=Dana", "", 0, "a reference that is empty on the way"},
        {"caller_id.user_name=robin.desk", "23", 0, "the user behind a reference"},
        {"caller_id=javascript:gs.getUserID()", "1", 0, "a script for the caller's sys_id"},
        {"caller_id.user_name=javascript:gs.getUserName()", "1", 0, "and for the name"},
        {"number=javascript:gs.now()", "", 0, "another script is not run"},
        {"active=True", "", 0, "values are case-sensitive"},
        {"activeIN1", "12", 0, "a boolean in a list"},
        {"state=1^ORDERBYzz_no_such", "1", 1, "an unknown ordering is left out, and counted"},
        {"priorityBETWEEN3@4", "23", 0, "BETWEEN has both its ends"},
        {"stateBETWEEN2@10", "23", 0, "and compares numbers as numbers"},
        {"short_descriptionBETWEENA@D", "12", 0, "what begins with the upper letter is within"},
        {"caller_idBETWEENjavascript:gs.now()@z", "", 0, "a script in an end of it is not run"},
        {"priorityBETWEEN3", "123", 1, "a range without an end"},
        {"impactSAMEASurgency", "23", 0, "SAMEAS compares two columns"},
        {"impactNSAMEASurgency", "1", 0, "NSAMEAS"},
        {"caller_idSAMEASopened_by", "13", 0, "references by the row they point to"},
        {"caller_id.user_nameSAMEASopened_by.user_name", "13", 0, "both dot-walked"},
        {"opened_atSAMEASsys_created_on@day", "123", 0, "dates to the day"},
        {"opened_atSAMEASsys_created_on@week", "123", 1, "no other part of a date is described"},
        {"impactSAMEASzz_no_such", "123", 1, "an unknown column on the other side"},
        {"impactGT_FIELDurgency", "1", 0, "GT_FIELD"},
        {"impactGT_OR_EQUALS_FIELDurgency", "123", 0, "GT_OR_EQUALS_FIELD"},
        {"urgencyLT_FIELDimpact", "1", 0, "LT_FIELD"},
        {"impactLT_OR_EQUALS_FIELDurgency", "23", 0, "LT_OR_EQUALS_FIELD"},
        {"reopen_countLT_FIELDurgency", "", 0, "an empty value is not less"},
        {"urgencyGT_FIELDreopen_count", "", 0, "nor is anything greater than one"},
        {"sys_class_nameINSTANCEOFtask", "123", 0, "INSTANCEOF counts the parents in"},
        {"sys_class_nameINSTANCEOFchange_request", "", 0, "and no siblings"},
        {"sys_class_nameINSTANCEOFno_such", "", 0, "nothing is of a class there is not"},
        {"assigned_toEMPTYSTRING", "13", 0, "EMPTYSTRING"},
        {"short_description*alert", "2", 0, "* is LIKE"},
        {"short_description!*alert", "13", 0, "!* is NOT LIKE"},
        {"short_description%stopped", "1", 0, "% is ENDSWITH"},
        {"caller_idSTARTSWITHDana", "1", 0, "of a reference the name it shows is looked at"},
        {"caller_idLIKEob", "23", 0, "by LIKE too"},
        {"opened_at>=javascript:gs.daysAgoStart(10)", "12", 0, "a script for a day's beginning"},
        {"opened_at<javascript:gs.daysAgoEnd(10)", "3", 0, "and for its end"},
        {"opened_atBETWEENjavascript:gs.daysAgoStart(3)@javascript:gs.daysAgoEnd(3)", "1", 0,
         "scripts in both ends of a range"},
        {"opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "", 0,
         "ON a day"},
        {"opened_atNOTONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "123",
         0, "NOTON a day"},
        {"closed_atNOTONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "", 0,
         "what has no date is on no other"},
        {"opened_atONToday", "123", 1, "a day without its ends"},
        {"opened_at>javascript:gs.daysAgoStart(x)", "", 0, "a script with another argument"},
        {"opened_at>javascript:gs.daysAgoStart()", "", 0, "or with none"},
        {"caller_idIN_HIERARCHYx@y", "123", 1, "not taken for IN"},
        {"opened_atRELATIVEGT@hour@ago@1", "123", 1, "an operator that is not simulated"},
        {"zz_no_such_column=zz", "123", 1, "an unknown column is left out"},
        {"zz=1^state=7", "3", 1, "the valid part counts"},
        {"state=7^ORzz=1", "3", 1, "within ^OR too"},
        {"caller_id.zz=1", "123", 1, "unknown behind a reference"},
        {"number.zz=1", "123", 1, "a dot behind what is no reference"},
        {"stateBANANA", "123", 1, "no operator"},
        {"^^^", "123", 1, "nothing but carets"},
        {"short_description=a^^b", "", 0, "a doubled caret is a caret of the value"},
    };
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t n_unknown = 0;
        const char *found = numbers(&bench, rows[i].query, &n_unknown);
        cr_expect_str_eq(found, rows[i].numbers, "row %zu (%s): %s", i, rows[i].why, found);
        cr_expect_eq(n_unknown, rows[i].n_unknown, "row %zu (%s): %zu unknown", i, rows[i].why,
                     n_unknown);
    }
    bench_close(&bench);
}

/* 2026-02-03 20:00 UTC is the 3rd in Los Angeles and the 4th in Tokyo. */
Test(sim_query, days_of_who_asks)
{
    static const struct {
        const char *zone;
        const char *script;
        const char *value;
    } rows[] = {{"GMT", "gs.beginningOfToday()", "2026-02-03 00:00:00"},
                {"GMT", "gs.endOfToday()", "2026-02-03 23:59:59"},
                {"GMT", "gs.daysAgoStart(3)", "2026-01-31 00:00:00"},
                {"GMT", "gs.daysAgoEnd(-1)", "2026-02-04 23:59:59"},
                {"Asia/Tokyo", "gs.beginningOfToday()", "2026-02-03 15:00:00"},
                {"America/Los_Angeles", "gs.endOfToday()", "2026-02-04 07:59:59"},
                {"GMT", "gs.minutesAgoStart(90)", "2026-02-03 18:30:00"},
                {"Asia/Tokyo", "gs.minutesAgoStart(1)", "2026-02-03 19:59:00"},
                {"GMT", "gs.nowDateTime()", NULL},
                {"GMT", "gs.daysAgoStart(1", NULL}};
    struct bench bench;

    bench_open(&bench, NULL, NULL, NULL);
    const struct query_asker asker = {"dana.ops", bench_id(&bench, "sys_user", "dana.ops"),
                                      utc_seconds(2026, 2, 3, 20, 0, 0)};
    const struct query_asker nobody = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench_set(&bench, "sys_user", "dana.ops", "time_zone", rows[i].zone);
        const char *value = sim_script_run(bench.arena, bench.world, &asker, rows[i].script);
        cr_expect(text_equal(value, rows[i].value), "row %zu: %s", i, value);
        cr_expect_null(sim_script_run(bench.arena, bench.world, &nobody, rows[i].script));
    }
    bench_close(&bench);
}

Test(sim_query, secrets_are_no_columns)
{
    struct bench bench;
    struct path path;

    bench_open(&bench, NULL, NULL, NULL);
    const struct table *table = sim_table_find(bench.world, "incident");
    cr_expect(sim_path_find(bench.arena, table, "caller_id.name", &path));
    cr_expect_not(sim_path_find(bench.arena, table, "caller_id.user_password", &path));
    cr_expect_not(sim_path_find(bench.arena, table, "", &path));
    bench_close(&bench);
}
