/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit files: valid against tests/report/junit.xsd, counts that equal their elements, and a
 * failure or error exactly when the run does not end as ready.
 */
#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <string.h>

#include "base/arena.h"
#include "sample.h"

static const struct report_options usual;

static void keep_quiet(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

static xmlDoc *read_back(const char *text, size_t len)
{
    xmlDoc *document = xmlReadMemory(text, (int)len, "junit.xml", NULL, XML_PARSE_NONET);
    cr_assert(document != NULL, "not well-formed:\n%.2000s", text);
    return document;
}

/* True when `text` is valid against our schema; says nothing when `may_fail`. */
static bool is_valid(const char *text, size_t len, bool may_fail)
{
    xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(ROOM_FIXTURES "/junit.xsd");
    xmlSchema *schema = xmlSchemaParse(parser);
    cr_assert(schema != NULL, "the schema itself is broken");
    xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(schema);
    if (may_fail) {
        xmlSchemaSetValidErrors(validator, keep_quiet, keep_quiet, NULL);
    }
    xmlDoc *document = read_back(text, len);
    int result = xmlSchemaValidateDoc(validator, document);
    xmlFreeDoc(document);
    xmlSchemaFreeValidCtxt(validator);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return result == 0;
}

/* The sum of a count attribute over all suites. */
static size_t sum_of(const char *text, size_t len, const char *attribute)
{
    xmlDoc *document = read_back(text, len);
    size_t sum = 0;
    for (xmlNode *suite = xmlFirstElementChild(xmlDocGetRootElement(document)); suite != NULL;
         suite = xmlNextElementSibling(suite)) {
        xmlChar *value = xmlGetProp(suite, (const xmlChar *)attribute);
        sum += strtoul((const char *)value, NULL, 10);
        xmlFree(value);
    }
    xmlFreeDoc(document);
    return sum;
}

static void expect_consistent(const char *text, size_t len, const char *name)
{
    cr_expect(is_valid(text, len, false), "%s: not valid", name);
    cr_expect(sum_of(text, len, "tests") == count_of(text, "<testcase "), "%s: tests", name);
    cr_expect(sum_of(text, len, "failures") == count_of(text, "<failure "), "%s: failures", name);
    cr_expect(sum_of(text, len, "errors") == count_of(text, "<error "), "%s: errors", name);
    cr_expect(sum_of(text, len, "skipped") == count_of(text, "<skipped "), "%s: skipped", name);
}

Test(junit, samples_are_valid)
{
    static const char *const names[] = {"ready", "not-ready", "inconclusive", "empty", "hostile"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        size_t len = 0;
        char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, names[i]),
                                    &usual, &len);
        expect_consistent(text, len, names[i]);
        arena_free(arena);
    }
}

Test(junit, any_number_of_checks_is_valid)
{
    static const size_t numbers[] = {0, 1, 10000};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, numbers[i], 7);
        size_t len = 0;
        char *text = sample_written(arena, &report_format_junit, run, &usual, &len);
        expect_consistent(text, len,
                          numbers[i] == 0   ? "no check"
                          : numbers[i] == 1 ? "one check"
                                            : "10,000 checks");
        cr_expect(count_of(text, "<testcase ") >= numbers[i], "a check vanished");
        arena_free(arena);
    }
}

Test(junit, a_file_has_a_failure_or_error_exactly_when_the_run_is_not_ready)
{
    size_t n_ready = 0;
    for (uint32_t seed = 1; seed <= 400; seed++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, seed % 9, seed);
        char *text = sample_written(arena, &report_format_junit, run, &usual, NULL);
        bool is_red = strstr(text, "<failure ") != NULL || strstr(text, "<error ") != NULL;
        bool should_be = run->exit_status == 1 || run->exit_status == 3;
        cr_expect(is_red == should_be, "seed %u: exit %d, red %d", seed, run->exit_status, is_red);
        n_ready += run->exit_status == 0 ? 1 : 0;
        arena_free(arena);
    }
    cr_expect(n_ready > 40 && n_ready < 360, "the seeds must give both kinds: %zu ready", n_ready);
}

Test(junit, a_report_that_cannot_be_written_is_no_failure_of_the_instance)
{
    static const struct {
        int exit_status;
        bool is_red;
    } rows[] = {{0, false}, {4, false}, {130, true}, {143, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        run->findings[0].verdict = VERDICT_PASS;
        run->findings[0].reason = REASON_NONE;
        run->status = STATUS_READY;
        run->exit_status = rows[i].exit_status;
        char *text = sample_written(arena, &report_format_junit, run, &usual, NULL);
        cr_expect((strstr(text, "<error ") != NULL) == rows[i].is_red, "exit %d",
                  rows[i].exit_status);
        arena_free(arena);
    }
}

Test(junit, random_runs_are_valid)
{
    for (uint32_t seed = 1; seed <= 40; seed++) {
        struct arena *arena = arena_new();
        size_t len = 0;
        char *text = sample_written(arena, &report_format_junit,
                                    sample_random_run(arena, seed, seed), &usual, &len);
        expect_consistent(text, len, "random");
        arena_free(arena);
    }
}

/* One finding of each sort, and what becomes of it. */
struct mapping {
    enum verdict verdict;
    enum reason reason;
    bool gates;
    bool advice_fails;
    const char *has; /* NULL: a passing case */
    const char *why;
};

static const struct mapping mappings[] = {
    {VERDICT_PASS, REASON_NONE, true, false, NULL, "a pass is a pass"},
    {VERDICT_FAIL, REASON_NONE, true, false, "type=\"fail\"", "a gating fail is a failure"},
    {VERDICT_UNKNOWN, REASON_DENIED, true, false, "type=\"unknown.denied\"",
     "could not tell is an error"},
    {VERDICT_BLOCKED, REASON_CREDENTIAL_REFUSED, true, false, "type=\"blocked.credential-refused\"",
     "never asked is an error"},
    {VERDICT_WAIVED, REASON_NONE, true, false, "<skipped ", "somebody signed"},
    {VERDICT_NOT_APPLICABLE, REASON_SKIPPED, true, false, "<skipped ", "not asked for"},
    {VERDICT_FAIL, REASON_NONE, false, false, "does not gate", "told in system-out"},
    {VERDICT_UNKNOWN, REASON_DENIED, false, false, "does not gate", "told in system-out"},
    {VERDICT_FAIL, REASON_NONE, false, true, "<failure ", "--junit-advice failure"},
    {VERDICT_UNKNOWN, REASON_DENIED, false, true, "<failure ", "--junit-advice failure"},
    {VERDICT_WAIVED, REASON_NONE, false, true, "<skipped ", "a waiver holds there too"},
};

Test(junit, every_verdict_has_its_place)
{
    for (size_t i = 0; i < sizeof mappings / sizeof mappings[0]; i++) {
        const struct mapping *row = &mappings[i];
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        run->findings[0].verdict = row->verdict;
        run->findings[0].reason = row->reason;
        run->findings[0].gates = row->gates;
        run->status = STATUS_READY; /* keeps the case `run` away */
        run->exit_status = 0;
        struct report_options options = {.junit_advice_fails = row->advice_fails};
        char *text = sample_written(arena, &report_format_junit, run, &options, NULL);
        if (row->has == NULL) {
            cr_expect(strstr(text, "<failure ") == NULL && strstr(text, "<error ") == NULL &&
                          strstr(text, "<skipped ") == NULL,
                      "row %zu (%s)", i, row->why);
        } else {
            cr_expect(strstr(text, row->has) != NULL, "row %zu (%s):\n%s", i, row->why, text);
        }
        arena_free(arena);
    }
}

Test(junit, a_run_that_no_case_carries_ends_with_the_case_run)
{
    struct arena *arena = arena_new();
    char *text =
        sample_written(arena, &report_format_junit, sample_clean_run(arena, "empty"), &usual, NULL);
    char *last = strstr(text, "<testcase name=\"run\"");
    cr_assert(last != NULL);
    cr_expect(strstr(last + 1, "<testcase ") == NULL, "it is the last");
    cr_expect(strstr(last, "type=\"inconclusive\"") != NULL);
    arena_free(arena);
}

Test(junit, the_extended_form_has_file_line_and_properties)
{
    struct arena *arena = arena_new();
    struct report_options options = {.junit_extended = true};
    size_t len = 0;
    char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "not-ready"),
                                &options, &len);
    xmlFreeDoc(read_back(text, len));
    cr_expect(strstr(text, "file=\"rules/packs/sample.yaml\" line=\"26\"") != NULL);
    cr_expect(strstr(text, "<property name=\"severity\" value=\"recommended\"/>") != NULL);
    arena_free(arena);
}

Test(junit, a_consequence_keeps_its_evidence_but_not_its_fix)
{
    struct arena *arena = arena_new();
    char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "not-ready"),
                                &usual, NULL);
    cr_expect(strstr(text, "seen     there is no record for it\nwanted   type true | false\n"
                           "follows  cloud-ex-machina/grant-enabled\n") != NULL);
    cr_expect(strstr(text, "Set the type of the property.") == NULL);
    arena_free(arena);
}

/* The schema must be able to say no, or the tests above prove nothing. */
struct invalid {
    const char *find;
    const char *replace;
    const char *why;
};

static const struct invalid invalids[] = {
    {"<testsuites>", "<testsuites tests=\"1\">", "an attribute on the root"},
    {"T10:00:00\"", "T10:00:00Z\"", "a zone in the timestamp"},
    {"time=\"0\"", "time=\"4.9e-05\"", "an exponent"},
    {"type=\"fail\"", "kind=\"fail\"", "no type"},
    {"type=\"unknown.hidden\"", "type=\"warning\"", "a made-up type"},
    {"<system-err></system-err>", "", "no system-err"},
    {"cloud-ex-machina/awake: The instance answers as ServiceNow",
     "cloud-ex-machina/release: The release is Washington DC or later", "two cases of one name"},
};

Test(junit, the_schema_refuses_what_it_should)
{
    for (size_t i = 0; i < sizeof invalids / sizeof invalids[0]; i++) {
        const struct invalid *row = &invalids[i];
        struct arena *arena = arena_new();
        char *text = sample_written(arena, &report_format_junit,
                                    sample_clean_run(arena, "not-ready"), &usual, NULL);
        char *at = strstr(text, row->find);
        cr_assert(at != NULL, "row %zu (%s): nothing to replace", i, row->why);
        char *broken = arena_printf(arena, "%.*s%s%s", (int)(at - text), text, row->replace,
                                    at + strlen(row->find));
        cr_expect(!is_valid(broken, strlen(broken), true), "row %zu (%s)", i, row->why);
        arena_free(arena);
    }
}
