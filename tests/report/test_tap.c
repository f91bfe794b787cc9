/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TAP files, read as the specification tells a harness to: the plan equals the points, a point
 * fails exactly when the run does not end as ready, and nothing a pack or an instance wrote becomes
 * a line, a directive or a key of its own.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/strings.h"
#include "report/tap.h"
#include "sample.h"

static const struct report_options usual;

/* What a harness makes of a file. */
struct reading {
    size_t n_planned;
    size_t n_points;
    size_t n_failed; /* not ok, without a directive */
    size_t n_todo;
    size_t n_skipped;
    size_t n_foreign; /* lines that are nothing it knows */
};

/* The first "#" of a point that stands alone and is not escaped begins a directive. */
static const char *directive_in(const char *line)
{
    const char *at = strstr(line, " # ");
    return at == NULL ? "" : at + 3;
}

static void read_point(struct reading *reading, const char *line)
{
    const char *directive = directive_in(line);
    bool is_todo = text_starts_with(directive, "TODO ");
    bool is_skipped = text_starts_with(directive, "SKIP ");
    reading->n_points++;
    reading->n_todo += is_todo ? 1 : 0;
    reading->n_skipped += is_skipped ? 1 : 0;
    reading->n_failed += text_starts_with(line, "not ok") && !is_todo && !is_skipped ? 1 : 0;
}

/* `  key: value`, where the value is a string in quotes that JSON reads too, or a bare word. */
static bool is_yaml(struct arena *arena, const char *line)
{
    const char *colon = strstr(line, ": ");
    const char *fault = NULL;
    if (colon == NULL) {
        return strcmp(line, "  at:") == 0;
    }
    const char *document = arena_printf(arena, "[%s]", colon + 2);
    return json_parse(arena, document, strlen(document), &fault) != NULL;
}

static struct reading read_tap(struct arena *arena, const char *text)
{
    struct reading reading = {0};
    bool is_in_block = false;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *line = arena_strndup(arena, text, len);
        text += len + (text[len] == '\n');
        if (strcmp(line, "  ---") == 0 || strcmp(line, "  ...") == 0) {
            is_in_block = line[2] == '-';
        } else if (is_in_block) {
            reading.n_foreign += is_yaml(arena, line) ? 0 : 1;
        } else if (text_starts_with(line, "ok ") || text_starts_with(line, "not ok ")) {
            read_point(&reading, line);
        } else if (text_starts_with(line, "1..")) {
            reading.n_planned = strtoul(line + 3, NULL, 10);
        } else if (line[0] != '#' && strcmp(line, "TAP version 14") != 0) {
            reading.n_foreign++;
        }
    }
    return reading;
}

static struct reading reading_of(struct arena *arena, const struct run *run)
{
    return read_tap(arena, sample_written(arena, &report_format_tap, run, &usual, NULL));
}

static struct finding *only_finding(struct run *run, enum verdict verdict, enum severity severity)
{
    struct check *check = &run->packs[0]->checks[0];
    struct finding *finding = &run->findings[0];
    finding->verdict = verdict;
    finding->reason = REASON_NONE;
    finding->gates = severity == SEVERITY_REQUIRED;
    finding->because = NULL;
    finding->seen = NULL;
    check->severity = severity;
    return finding;
}

struct escaping {
    const char *text;
    const char *escaped;
    const char *why;
};

Test(tap, escapes_what_could_be_a_directive_or_a_line)
{
    static const struct escaping rows[] = {
        {NULL, "", "nothing"},
        {"plain words", "plain words", "as they are"},
        {"x # SKIP y", "x \\# SKIP y", "a directive"},
        {"x # TODO", "x \\# TODO", "the other one"},
        {"x \\# SKIP", "x \\\\\\# SKIP", "an escaped one"},
        {"ends with \\", "ends with \\\\", "no half escape"},
        {"a\nnot ok 2 - b", "a not ok 2 - b", "no line of its own"},
        {"a\r\nBail out!", "a Bail out!", "nor with a carriage return"},
        {"a\tb", "a b", "one line, one blank"},
        {"subtest {", "subtest {.", "the old form of a subtest"},
        {"\033[31mred", "\xEF\xBF\xBD[31mred", "controls"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        cr_expect_str_eq(tap_text(arena, rows[i].text), rows[i].escaped, "row %zu (%s)", i,
                         rows[i].why);
        arena_free(arena);
    }
}

Test(tap, quotes_values_for_yaml)
{
    static const struct escaping rows[] = {
        {NULL, "\"\"", "nothing"},
        {"no", "\"no\"", "no word of YAML's"},
        {"say \"x\"", "\"say \\\"x\\\"\"", "quotes"},
        {"C:\\n", "\"C:\\\\n\"", "backslashes"},
        {"a\n...\nnot ok 1", "\"a\\n...\\nnot ok 1\"", "no end of the block"},
        {"a\tb", "\"a\\tb\"", "tabs"},
        {"\001", "\"\xEF\xBF\xBD\"", "controls"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        cr_expect_str_eq(tap_quoted(arena, rows[i].text), rows[i].escaped, "row %zu (%s)", i,
                         rows[i].why);
        arena_free(arena);
    }
}

Test(tap, agrees_with_the_exit_status)
{
    size_t n_ready = 0;
    for (uint32_t seed = 1; seed <= 400; seed++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, seed % 9, seed);
        struct reading reading = reading_of(arena, run);
        cr_expect((reading.n_failed > 0) == (run->exit_status != 0), "seed %u: exit %d, %zu failed",
                  seed, run->exit_status, reading.n_failed);
        cr_expect(reading.n_planned == reading.n_points, "seed %u: %zu planned, %zu there", seed,
                  reading.n_planned, reading.n_points);
        cr_expect(reading.n_points > 0 && reading.n_points >= run->n_findings, "seed %u", seed);
        n_ready += run->exit_status == 0 ? 1 : 0;
        arena_free(arena);
    }
    cr_expect(n_ready > 40 && n_ready < 360, "the seeds must give both kinds: %zu ready", n_ready);
}

Test(tap, the_status_of_the_program_alone_decides_nothing)
{
    static const struct {
        int exit_status;
        bool is_red;
    } rows[] = {{0, false}, {4, false}, {130, true}, {143, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        only_finding(run, VERDICT_PASS, SEVERITY_REQUIRED);
        run->status = STATUS_READY;
        run->exit_status = rows[i].exit_status;
        cr_expect((reading_of(arena, run).n_failed > 0) == rows[i].is_red, "exit %d",
                  rows[i].exit_status);
        arena_free(arena);
    }
}

Test(tap, every_verdict_is_the_point_it_should_be)
{
    static const struct {
        enum verdict verdict;
        enum severity severity;
        struct reading wanted;
        const char *why;
    } rows[] = {
        {VERDICT_PASS, SEVERITY_REQUIRED, {.n_failed = 0}, "holds"},
        {VERDICT_FAIL, SEVERITY_REQUIRED, {.n_failed = 1}, "does not hold"},
        {VERDICT_UNKNOWN, SEVERITY_REQUIRED, {.n_failed = 1}, "never green"},
        {VERDICT_BLOCKED, SEVERITY_REQUIRED, {.n_failed = 1}, "never green either"},
        {VERDICT_FAIL, SEVERITY_RECOMMENDED, {.n_todo = 1}, "told, and gates nothing"},
        {VERDICT_UNKNOWN, SEVERITY_INFO, {.n_todo = 1}, "the same"},
        {VERDICT_WAIVED, SEVERITY_REQUIRED, {.n_todo = 1}, "somebody signed"},
        {VERDICT_NOT_APPLICABLE, SEVERITY_REQUIRED, {.n_skipped = 1}, "was not run"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        only_finding(run, rows[i].verdict, rows[i].severity);
        run->status = rows[i].wanted.n_failed > 0 ? STATUS_NOT_READY : STATUS_READY;
        run->exit_status = rows[i].wanted.n_failed > 0 ? 1 : 0;
        struct reading reading = reading_of(arena, run);
        cr_expect(reading.n_points == 1 && reading.n_failed == rows[i].wanted.n_failed &&
                      reading.n_todo == rows[i].wanted.n_todo &&
                      reading.n_skipped == rows[i].wanted.n_skipped,
                  "row %zu (%s)", i, rows[i].why);
        arena_free(arena);
    }
}

/* One text in every place at once; the file has the same points all the same. */
Test(tap, hostile_texts_stay_texts)
{
    static const char *const texts[] = {
        "x # SKIP",
        "x # TODO y",
        "a\nok 2 - b",
        "a\n  ...\nnot ok 3",
        "\\",
        "Bail out! now",
        "\"\n  ---\n  x: [",
        "\033[2J::error::x",
        "{",
        "# Subtest: x\n    1..1",
        "pragma +strict\n1..0",
        "TAP version 13",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        struct finding *finding = only_finding(run, VERDICT_FAIL, SEVERITY_REQUIRED);
        struct check *check = &run->packs[0]->checks[0];
        run->status = STATUS_NOT_READY;
        run->exit_status = 1;
        check->title = check->step = check->owner = check->fix = texts[i];
        check->where.file = run->instance_url = run->tool_version = texts[i];
        finding->seen = finding->wanted = finding->because = finding->link = texts[i];
        struct reading reading = reading_of(arena, run_clean(arena, run, NULL));
        cr_expect(reading.n_planned == 1 && reading.n_points == 1 && reading.n_failed == 1 &&
                      reading.n_foreign == 0,
                  "text %zu: %zu points, %zu failed, %zu foreign lines", i, reading.n_points,
                  reading.n_failed, reading.n_foreign);
        run->findings[0].verdict = VERDICT_WAIVED;
        run->status = STATUS_READY;
        run->exit_status = 0;
        reading = reading_of(arena, run_clean(arena, run, NULL));
        cr_expect(reading.n_points == 1 && reading.n_todo == 1 && reading.n_foreign == 0,
                  "text %zu, waived", i);
        arena_free(arena);
    }
}

Test(tap, any_number_of_checks_is_well_formed)
{
    static const size_t numbers[] = {0, 1, 10000};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct arena *arena = arena_new();
        struct reading reading = reading_of(arena, sample_random_run(arena, numbers[i], 7));
        cr_expect(reading.n_planned == reading.n_points && reading.n_points >= numbers[i] &&
                      reading.n_foreign == 0,
                  "%zu checks", numbers[i]);
        arena_free(arena);
    }
}
