/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF files, read back: what GitHub's code scanning refuses or drops (a result without a physical
 * location, an unknown rule, texts that are too long, too many results) is never there, and what
 * the results say is what the run came to.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/strings.h"
#include "sample.h"

enum { MOST_RESULTS = 5000, LONGEST_DESCRIPTION = 1024, LARGEST_FILE_BYTES = 50 * 1024 * 1024 };

static const struct report_options usual;

static const struct json *member(const struct json *value, const char *path)
{
    struct arena *arena = arena_new();
    struct strings parts = strings_split(arena, path, '.');
    for (size_t i = 0; i < parts.n_items && value != NULL; i++) {
        int64_t index = 0;
        if (text_to_int(parts.items[i], &index)) {
            value = (size_t)index < value->n_values ? value->values[index] : NULL;
        } else {
            value = json_get(value, parts.items[i]);
        }
    }
    arena_free(arena);
    return value;
}

static const char *text_at(const struct json *value, const char *path)
{
    const struct json *found = member(value, path);
    return found == NULL ? NULL : found->text;
}

static const struct json *sarif_of(struct arena *arena, const struct run *run)
{
    size_t len = 0;
    char *text = sample_written(arena, &report_format_sarif, run, &usual, &len);
    const char *fault = NULL;
    const struct json *log = json_parse(arena, text, len, &fault);
    cr_assert(log != NULL, "%s", fault);
    cr_expect(len < LARGEST_FILE_BYTES);
    return member(log, "runs.0");
}

static size_t characters_in(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    }
    return n;
}

/* What GitHub demands of each result. */
static void expect_accepted(const struct json *log, const struct json *result, const char *name)
{
    const char *uri = text_at(result, "locations.0.physicalLocation.artifactLocation.uri");
    const char *line = text_at(result, "locations.0.physicalLocation.region.startLine");
    int64_t n_line = 0;
    cr_assert(uri != NULL && line != NULL, "%s: a result without a physical location", name);
    cr_expect(uri[0] != '\0' && strpbrk(uri, " <>\"{}|\\^`\n") == NULL, "%s: %s", name, uri);
    cr_expect(text_to_int(line, &n_line) && n_line > 0, "%s: line %s", name, line);
    cr_expect(text_at(result, "message.text") != NULL &&
              text_at(result, "message.text")[0] != '\0');
    cr_expect(strlen(text_at(result, "partialFingerprints.primaryLocationLineHash")) == 18);
    struct arena *arena = arena_new();
    const char *rule = arena_printf(arena, "tool.driver.rules.%s.id", text_at(result, "ruleIndex"));
    cr_expect_str_eq(text_at(log, rule), text_at(result, "ruleId"), "%s: the rule", name);
    arena_free(arena);
}

static void expect_rule_accepted(const struct json *rule, const char *name)
{
    static const char *const texts[] = {"shortDescription.text", "fullDescription.text",
                                        "help.text"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = text_at(rule, texts[i]);
        cr_assert(text != NULL && text[0] != '\0', "%s: %s", name, texts[i]);
        cr_expect(characters_in(text) <= LONGEST_DESCRIPTION, "%s: %s is too long", name, texts[i]);
    }
    cr_expect(member(rule, "properties.tags")->n_values <= 10, "%s: tags", name);
}

Test(sarif, has_what_code_scanning_demands)
{
    static const char *const names[] = {"ready",        "not-ready", "diagnosis",
                                        "inconclusive", "empty",     "hostile"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        const struct json *log = sarif_of(arena, sample_clean_run(arena, names[i]));
        const struct json *results = member(log, "results");
        const struct json *rules = member(log, "tool.driver.rules");
        for (size_t r = 0; r < results->n_values; r++) {
            expect_accepted(log, results->values[r], names[i]);
        }
        for (size_t r = 0; r < rules->n_values; r++) {
            expect_rule_accepted(rules->values[r], names[i]);
        }
        arena_free(arena);
    }
}

struct mapping {
    enum verdict verdict;
    enum severity severity;
    const char *kind; /* NULL: no result */
    const char *level;
    const char *why;
};

static const struct mapping mappings[] = {
    {VERDICT_PASS, SEVERITY_REQUIRED, NULL, NULL, "an alert for what holds helps nobody"},
    {VERDICT_NOT_APPLICABLE, SEVERITY_REQUIRED, NULL, NULL, "nor for what was not run"},
    {VERDICT_FAIL, SEVERITY_REQUIRED, "fail", "error", "gates"},
    {VERDICT_FAIL, SEVERITY_RECOMMENDED, "fail", "warning", "does not"},
    {VERDICT_FAIL, SEVERITY_INFO, "fail", "note", "never does"},
    {VERDICT_UNKNOWN, SEVERITY_REQUIRED, "open", "warning", "could not be told"},
    {VERDICT_BLOCKED, SEVERITY_REQUIRED, "open", "warning", "could not be asked"},
    {VERDICT_UNKNOWN, SEVERITY_RECOMMENDED, "open", "note", "and gates nothing"},
    {VERDICT_WAIVED, SEVERITY_REQUIRED, "fail", "note", "suppressed"},
};

Test(sarif, every_verdict_is_the_result_it_should_be)
{
    for (size_t i = 0; i < sizeof mappings / sizeof mappings[0]; i++) {
        const struct mapping *row = &mappings[i];
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        run->findings[0].verdict = row->verdict;
        run->findings[0].gates = row->severity == SEVERITY_REQUIRED;
        run->packs[0]->checks[0].severity = row->severity;
        run->findings[0].because = "waived by j.doe until 2027-01-31";
        const struct json *result = member(sarif_of(arena, run), "results.0");
        cr_expect((result == NULL) == (row->kind == NULL), "row %zu (%s)", i, row->why);
        if (result != NULL) {
            cr_expect_str_eq(text_at(result, "kind"), row->kind, "row %zu (%s)", i, row->why);
            cr_expect_str_eq(text_at(result, "level"), row->level, "row %zu (%s)", i, row->why);
            const char *why = text_at(result, "suppressions.0.justification");
            cr_expect((why != NULL) == (row->verdict == VERDICT_WAIVED), "row %zu", i);
        }
        arena_free(arena);
    }
}

Test(sarif, says_the_exit_status_whatever_the_results)
{
    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, seed % 9, seed);
        const struct json *log = sarif_of(arena, run);
        const char *level = text_at(log, "invocations.0.toolExecutionNotifications.0.level");
        int64_t status = -1;
        cr_expect(text_to_int(text_at(log, "invocations.0.exitCode"), &status));
        cr_expect(status == run->exit_status, "seed %u", seed);
        cr_expect_str_eq(level, run->exit_status == 0 ? "note" : "error", "seed %u", seed);
        bool has_error = false;
        for (size_t i = 0; i < member(log, "results")->n_values; i++) {
            const char *of_result = text_at(member(log, "results")->values[i], "level");
            has_error = has_error || text_equal(of_result, "error");
        }
        cr_expect(has_error == (run->status == STATUS_NOT_READY), "seed %u", seed);
        arena_free(arena);
    }
}

static const char *first_fingerprint(struct arena *arena, struct run *run)
{
    run->findings[0].verdict = VERDICT_FAIL;
    run->findings[0].gates = true;
    const struct json *result = member(sarif_of(arena, run), "results.0");
    return text_at(result, "partialFingerprints.primaryLocationLineHash");
}

Test(sarif, fingerprints_are_of_the_check_and_the_host)
{
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 1, 3);
    const char *before = first_fingerprint(arena, run);
    run->packs[0]->checks[0].where.line += 7;
    run->packs[0]->checks[0].title = "Worded otherwise";
    run->findings[0].seen = "something else";
    run->started += 86400;
    cr_expect_str_eq(first_fingerprint(arena, run), before, "the alert stays the same");
    run->instance_url = "https://other.service-now.com/";
    cr_expect_str_neq(first_fingerprint(arena, run), before, "another instance");
    run->instance_url = "https://acme.service-now.com/";
    run->packs[0]->checks[0].id = "cloud-ex-machina/another";
    cr_expect_str_neq(first_fingerprint(arena, run), before, "another check");
    arena_free(arena);
}

Test(sarif, places_are_uris)
{
    static const struct {
        const char *file;
        size_t line;
        const char *uri;
        const char *first_line;
    } rows[] = {
        {"rules/packs/x.yaml", 12, "rules/packs/x.yaml", "12"},
        {"./packs/x.yaml", 1, "packs/x.yaml", "1"},
        {"/home/me/my packs/x.yaml", 3, "file:///home/me/my%20packs/x.yaml", "3"},
        {"a:b?c#d%e.yaml", 3, "a%3Ab%3Fc%23d%25e.yaml", "3"},
        {"p\xC3\xA4"
         "ck.yaml",
         3, "p%C3%A4ck.yaml", "3"},
        {NULL, 0, "baseline.yaml", "1"},
        {"", 0, "baseline.yaml", "1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        run->findings[0].verdict = VERDICT_FAIL;
        run->packs[0]->checks[0].where = (struct where){.file = rows[i].file, .line = rows[i].line};
        const struct json *place =
            member(sarif_of(arena, run), "results.0.locations.0.physicalLocation");
        cr_expect_str_eq(text_at(place, "artifactLocation.uri"), rows[i].uri, "row %zu", i);
        cr_expect_str_eq(text_at(place, "region.startLine"), rows[i].first_line, "row %zu", i);
        arena_free(arena);
    }
}

Test(sarif, texts_hold_no_links_and_no_placeholders)
{
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 1, 3);
    run->findings[0].verdict = VERDICT_FAIL;
    run->findings[0].gates = true;
    run->findings[0].seen = "[click](https://evil.example) {0}\n[x](1)";
    run->packs[0]->checks[0].fix = "<b>x</b> [y](javascript:alert(1)) ![i](https://evil.example)";
    const struct json *log = sarif_of(arena, run_clean(arena, run, NULL));
    const char *said = text_at(log, "results.0.message.text");
    const char *markdown = text_at(log, "tool.driver.rules.0.help.markdown");
    cr_expect(strstr(said, "](") == NULL && strstr(said, "{0}") == NULL, "%s", said);
    cr_expect(strstr(said, "click] (https://evil.example) { 0}") != NULL, "it stays readable");
    cr_expect(strstr(markdown, "\\[y\\](") != NULL && strstr(markdown, "\\<b>") != NULL, "%s",
              markdown);
    arena_free(arena);
}

/* The gravest are kept where there are too many, and what is left out is said. */
Test(sarif, keeps_the_limits)
{
    static const char *const long_text =
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567";
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 12000, 7);
    struct strings words = {0};
    for (size_t i = 0; i < 50; i++) {
        strings_add(arena, &words, long_text);
    }
    size_t n_errors = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        run->findings[i].verdict = VERDICT_FAIL;
        run->findings[i].gates = i % 4 == 3;
        n_errors += i % 4 == 3 ? 1 : 0;
    }
    run->packs[0]->checks[3].fix = strings_join(arena, &words, " ");
    run->packs[0]->checks[3].title = strings_join(arena, &words, " ");
    const struct json *log = sarif_of(arena, run);
    const struct json *results = member(log, "results");
    cr_expect(results->n_values == MOST_RESULTS, "%zu", results->n_values);
    cr_expect(member(log, "tool.driver.rules")->n_values == MOST_RESULTS);
    cr_expect_str_eq(text_at(results->values[n_errors - 1], "level"), "error");
    cr_expect_str_neq(text_at(results->values[n_errors], "level"), "error");
    for (size_t i = 0; i < results->n_values; i += 250) {
        expect_accepted(log, results->values[i], "many");
    }
    expect_rule_accepted(member(log, "tool.driver.rules.0"), "long texts");
    const char *left_out = text_at(log, "invocations.0.toolExecutionNotifications.1.message.text");
    cr_expect(left_out != NULL && strstr(left_out, "7000 results left out") != NULL, "%s",
              left_out);
    arena_free(arena);
}
