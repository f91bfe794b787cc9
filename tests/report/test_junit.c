/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit files: valid against tests/report/junit.xsd, counts that equal their elements, and a
 * failure or error exactly when the run does not end as ready.
 */
#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
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

/* The elements of one name among the descendants of a suite. */
static size_t elements_in(xmlNode *node, const char *name)
{
    size_t n = 0;
    for (xmlNode *child = xmlFirstElementChild(node); child != NULL;
         child = xmlNextElementSibling(child)) {
        n += strcmp((const char *)child->name, name) == 0 ? 1 : 0;
        n += elements_in(child, name);
    }
    return n;
}

/* What each suite says it has, and what it has. */
static void expect_counts(xmlNode *suite, const char *name)
{
    static const struct {
        const char *attribute;
        const char *element;
    } rows[] = {
        {"tests", "testcase"},
        {"failures", "failure"},
        {"errors", "error"},
        {"skipped", "skipped"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        xmlChar *value = xmlGetProp(suite, (const xmlChar *)rows[i].attribute);
        cr_expect(strtoul((const char *)value, NULL, 10) == elements_in(suite, rows[i].element),
                  "%s: %s says %s", name, rows[i].attribute, (const char *)value);
        xmlFree(value);
    }
}

static void expect_consistent(const char *text, size_t len, const char *name)
{
    cr_expect(is_valid(text, len, false), "%s: not valid", name);
    xmlDoc *document = read_back(text, len);
    for (xmlNode *suite = xmlFirstElementChild(xmlDocGetRootElement(document)); suite != NULL;
         suite = xmlNextElementSibling(suite)) {
        expect_counts(suite, name);
    }
    xmlFreeDoc(document);
}

Test(junit, samples_are_valid)
{
    static const char *const names[] = {"ready", "not-ready", "inconclusive",
                                        "empty", "waived",    "hostile"};
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

Test(junit, every_suite_counts_its_own_elements)
{
    struct arena *arena = arena_new();
    size_t len = 0;
    char *text = sample_written(arena, &report_format_junit, sample_random_run(arena, 200, 11),
                                &usual, &len);
    cr_expect(count_of(text, "<testsuite ") == 2, "two packs, two suites");
    expect_consistent(text, len, "two suites");
    arena_free(arena);
}

/* A run with one failing finding that says `text` wherever something can be said. */
static struct run *run_saying(struct arena *arena, const char *said)
{
    struct run *run = sample_run(arena, "not-ready");
    struct check *check = &run->packs[0]->checks[0];
    struct finding *finding = &run->findings[0];
    check->title = check->owner = check->fix = said;
    finding->verdict = VERDICT_FAIL;
    finding->seen = finding->wanted = finding->because = said;
    sample_settle(run);
    return run_clean(arena, run, NULL);
}

static const char *const illegal[] = {
    "a\x01z",
    "a\x08z",
    "a\x0Bz",
    "a\x0Cz",
    "a\x1Fz",
    "a\x7Fz",
    "a\xEF\xBF\xBEz",
    "a\xEF\xBF\xBFz",
    "a\xED\xA0\x80z" /* U+D800 */,
    "a\xED\xBF\xBFz" /* U+DFFF */,
    "a\xC0\x80z" /* a long NUL */,
    "a\xFFz",
};

Test(junit, characters_that_xml_may_not_hold_are_replaced)
{
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++) {
        struct arena *arena = arena_new();
        size_t len = 0;
        char *text = sample_written(arena, &report_format_junit, run_saying(arena, illegal[i]),
                                    &usual, &len);
        cr_expect(strstr(text, illegal[i]) == NULL, "row %zu: still there", i);
        cr_expect(count_of(text, "seen     a\xEF\xBF\xBD") == 1, "row %zu: not marked", i);
        expect_consistent(text, len, "illegal characters");
        arena_free(arena);
    }
}

Test(junit, the_end_of_a_section_within_a_text_is_text)
{
    static const char *const rows[] = {"]]>",      "]]]]>>",     "<![CDATA[x]]>",
                                       "a]]>b]]>", "</failure>", "&#0; &lt; &amp;amp;"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        size_t len = 0;
        char *text =
            sample_written(arena, &report_format_junit, run_saying(arena, rows[i]), &usual, &len);
        xmlDoc *document = read_back(text, len);
        xmlChar *content = xmlNodeGetContent(xmlDocGetRootElement(document));
        char *line = arena_printf(arena, "seen     %s\n", rows[i]);
        cr_expect(strstr((const char *)content, line) != NULL, "row %zu is read otherwise", i);
        xmlFree(content);
        xmlFreeDoc(document);
        expect_consistent(text, len, rows[i]);
        arena_free(arena);
    }
}

Test(junit, times_are_decimal_in_a_german_locale)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        fprintf(stderr, "SKIPPED: times_are_decimal_in_a_german_locale needs the locale de_DE\n");
        cr_skip_test("needs the locale de_DE");
    }
    struct arena *arena = arena_new();
    size_t len = 0;
    char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "not-ready"),
                                &usual, &len);
    cr_expect(*localeconv()->decimal_point == ',', "the locale is at work");
    cr_expect(count_of(text, " time=\"0\"") == count_of(text, " time="), "exponent or comma");
    expect_consistent(text, len, "German");
    arena_free(arena);
}

/* The names of all cases, with their classes, one a line. */
static char *names_in(struct arena *arena, const char *text, size_t len)
{
    struct strings names = {0};
    xmlDoc *document = read_back(text, len);
    for (xmlNode *suite = xmlFirstElementChild(xmlDocGetRootElement(document)); suite != NULL;
         suite = xmlNextElementSibling(suite)) {
        for (xmlNode *node = xmlFirstElementChild(suite); node != NULL;
             node = xmlNextElementSibling(node)) {
            xmlChar *name = xmlGetProp(node, (const xmlChar *)"name");
            xmlChar *class_name = xmlGetProp(node, (const xmlChar *)"classname");
            if (class_name != NULL) {
                const char *full = arena_printf(arena, "%s|%s", class_name, name);
                cr_expect(!strings_have(&names, full), "%s stands there twice", full);
                strings_add(arena, &names, full);
            }
            xmlFree(name);
            xmlFree(class_name);
        }
    }
    xmlFreeDoc(document);
    return strings_join(arena, &names, "\n");
}

/* The same checks on another day, of another instance, with other verdicts and numbers. */
static struct run *another_day(struct arena *arena)
{
    struct run *run = sample_run(arena, "not-ready");
    run->instance_url = "https://other.service-now.com/";
    run->release_family = "Washington DC";
    run->run_id = "0000aaaa";
    run->tool_version = "9.9.9";
    run->started += 86400;
    run->duration_ms = 99999;
    run->packs[0]->version = "7.7.7";
    for (size_t i = 0; i < run->n_findings; i++) {
        struct finding *finding = &run->findings[i];
        finding->verdict = (enum verdict)((finding->verdict + 1) % (VERDICT_NOT_APPLICABLE + 1));
        finding->seen = "17 rows in 4711 ms at 2027-03-04T05:06:07Z";
    }
    sample_settle(run);
    return run_clean(arena, run, NULL);
}

Test(junit, names_are_unique_and_hold_nothing_that_changes)
{
    struct arena *arena = arena_new();
    size_t len = 0;
    char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "not-ready"),
                                &usual, &len);
    const char *once = names_in(arena, text, len);
    text = sample_written(arena, &report_format_junit, another_day(arena), &usual, &len);
    const char *again = names_in(arena, text, len);
    cr_expect_str_eq(once, again);
    text = sample_written(arena, &report_format_junit, sample_random_run(arena, 2000, 5), &usual,
                          &len);
    cr_expect(strlen(names_in(arena, text, len)) > 2000, "2,000 names, none of them twice");
    arena_free(arena);
}

Test(junit, equal_runs_give_equal_bytes)
{
    static const struct report_options dialects[] = {{0}, {.junit_extended = true}};
    for (size_t i = 0; i < 20; i++) {
        struct arena *arena = arena_new();
        size_t lens[2] = {0};
        char *texts[2] = {NULL};
        for (size_t t = 0; t < 2; t++) {
            texts[t] = sample_written(arena, &report_format_junit,
                                      sample_random_run(arena, 30, (uint32_t)i + 1),
                                      &dialects[i % 2], &lens[t]);
        }
        cr_expect(lens[0] == lens[1] && memcmp(texts[0], texts[1], lens[0]) == 0, "seed %zu", i);
        arena_free(arena);
    }
}

Test(junit, no_dialect_shows_a_secret)
{
    static const struct report_options dialects[] = {
        {0}, {.junit_extended = true}, {.junit_advice_fails = true}};
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        struct arena *arena = arena_new();
        char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "hostile"),
                                    &dialects[i], NULL);
        cr_expect(strstr(text, SAMPLE_SECRET) == NULL, "dialect %zu", i);
        cr_expect(strstr(text, "[secret]") != NULL, "dialect %zu: it had its chance", i);
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
