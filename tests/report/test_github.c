/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GitHub Actions is told: lines that its runner reads as the commands that were meant and no
 * others, at most ten of a kind, an error exactly when the run does not end as ready; and a summary
 * that stays within its limit and in which foreign text is text.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/strings.h"
#include "report/github.h"
#include "sample.h"

enum { MOST_ANNOTATIONS = 10, SUMMARY_LIMIT = 1 << 20, LARGEST_GOLDEN_BYTES = 1024 * 1024 };

static const struct report_options usual;
static const char *const kinds[] = {"error", "warning", "notice"};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

struct escaping {
    const char *text;
    const char *message;
    const char *property;
    const char *why;
};

Test(github, escapes_what_would_end_a_command)
{
    static const struct escaping rows[] = {
        {NULL, "", "", "nothing"},
        {"plain", "plain", "plain", "as it is"},
        {"100%", "100%25", "100%25", "the escape itself"},
        {"%0A", "%250A", "%250A", "no newline that somebody else wrote"},
        {"a\nb", "a%0Ab", "a%0Ab", "newlines"},
        {"a\r\n::error::b", "a%0D%0A::error::b", "a%0D%0A%3A%3Aerror%3A%3Ab", "a command"},
        {"a::b", "a::b", "a%3A%3Ab", "the end of the properties"},
        {"x,line=1", "x,line=1", "x%2Cline=1", "a further property"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        cr_expect_str_eq(github_message(arena, rows[i].text), rows[i].message, "row %zu (%s)", i,
                         rows[i].why);
        cr_expect_str_eq(github_property(arena, rows[i].text), rows[i].property, "row %zu (%s)", i,
                         rows[i].why);
        arena_free(arena);
    }
}

/* Which command the runner sees in a line: the index of its kind, or N_KINDS. It begins with "::"
 * and its properties end at the next one. */
static size_t kind_of(const char *line)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        size_t len = strlen(kinds[i]);
        if (strncmp(line, "::", 2) == 0 && strncmp(line + 2, kinds[i], len) == 0 &&
            line[2 + len] == ' ' && strstr(line + 2, "::") != NULL) {
            return i;
        }
    }
    return N_KINDS;
}

struct reading {
    size_t n_of[N_KINDS + 1]; /* the last: lines that are no command */
    size_t n_properties;
};

static struct reading read_commands(struct arena *arena, const char *text)
{
    struct reading reading = {0};
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *line = arena_strndup(arena, text, len);
        const char *end = strstr(line + 2, "::");
        text += len + (text[len] == '\n');
        reading.n_of[kind_of(line)]++;
        for (const char *c = line; end != NULL && c < end; c++) {
            reading.n_properties += *c == ',' ? 1 : 0;
        }
    }
    return reading;
}

static struct reading reading_of(struct arena *arena, const struct run *run)
{
    return read_commands(arena, sample_written(arena, &report_format_github, run, &usual, NULL));
}

Test(github, an_error_is_there_exactly_when_the_run_is_not_ready)
{
    size_t n_ready = 0;
    for (uint32_t seed = 1; seed <= 400; seed++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, seed % 60, seed);
        struct reading reading = reading_of(arena, run);
        cr_expect((reading.n_of[0] > 0) == (run->exit_status != 0), "seed %u: exit %d", seed,
                  run->exit_status);
        cr_expect(reading.n_of[N_KINDS] == 0, "seed %u: a line is no command", seed);
        for (size_t k = 0; k < N_KINDS; k++) {
            cr_expect(reading.n_of[k] <= MOST_ANNOTATIONS, "seed %u: %zu of %s", seed,
                      reading.n_of[k], kinds[k]);
        }
        n_ready += run->exit_status == 0 ? 1 : 0;
        arena_free(arena);
    }
    cr_expect(n_ready > 40 && n_ready < 360, "the seeds must give both kinds: %zu ready", n_ready);
}

/* One gating fail, one more, … : so many annotations, and so many said to be left out. */
Test(github, ten_of_a_kind_are_written_and_the_rest_is_counted)
{
    static const struct {
        size_t n;
        size_t n_errors;
        const char *left_out;
    } rows[] = {
        {1, 2, NULL}, {9, 10, NULL}, {10, 10, "1 finding not"}, {500, 10, "491 findings not"}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, rows[r].n, 3);
        for (size_t i = 0; i < run->n_findings; i++) {
            run->findings[i].verdict = VERDICT_FAIL;
            run->findings[i].gates = true;
        }
        run->status = STATUS_NOT_READY;
        run->exit_status = 1;
        char *text = sample_written(arena, &report_format_github, run, &usual, NULL);
        cr_expect(read_commands(arena, text).n_of[0] == rows[r].n_errors, "%zu findings",
                  rows[r].n);
        cr_expect(strstr(text, rows[r].left_out == NULL ? "\n" : rows[r].left_out) != NULL &&
                      (rows[r].left_out != NULL || strstr(text, "not shown here") == NULL),
                  "%zu findings:\n%.600s", rows[r].n, text);
        arena_free(arena);
    }
}

Test(github, hostile_texts_are_no_commands)
{
    static const char *const texts[] = {
        "a\n::error::b", "a\r\n::add-mask::e", "::stop-commands::x", "x::warning::y",
        "x,file=/etc/x", "##[error]x",         "%0A::error::x",      "\033[31m::error::x",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        struct finding *finding = &run->findings[0];
        struct check *check = &run->packs[0]->checks[0];
        finding->verdict = VERDICT_FAIL;
        finding->gates = true;
        run->status = STATUS_NOT_READY;
        run->exit_status = 1;
        check->id = check->title = check->owner = check->fix = check->where.file = texts[i];
        check->name = run->instance_url = texts[i];
        finding->seen = finding->wanted = finding->because = finding->link = texts[i];
        struct reading reading = reading_of(arena, run_clean(arena, run, NULL));
        cr_expect(reading.n_of[0] == 2 && reading.n_of[1] + reading.n_of[2] == 0 &&
                      reading.n_of[N_KINDS] == 0 && reading.n_properties == 2,
                  "text %zu: %zu errors, %zu commas", i, reading.n_of[0], reading.n_properties);
        arena_free(arena);
    }
}

static char *summary_of(struct arena *arena, const struct run *run, size_t limit, size_t *ret_len)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_len);
    cr_assert(out != NULL);
    cr_expect(github_write_summary(run, limit, out));
    fclose(out);
    char *copy = arena_strndup(arena, text, *ret_len);
    free(text);
    return copy;
}

/* Its golden files are golden/CASE.EXIT.summary. */
Test(github, the_summary_is_what_it_was)
{
    static const char *const names[] = {"ready",        "not-ready", "diagnosis",
                                        "inconclusive", "empty",     "hostile"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_new();
        const struct run *run = sample_clean_run(arena, names[i]);
        size_t len = 0;
        size_t golden_len = 0;
        const char *fault = NULL;
        char *text = summary_of(arena, run, SUMMARY_LIMIT, &len);
        char *path =
            arena_printf(arena, ROOM_FIXTURES "/golden/%s.%d.summary", names[i], run->exit_status);
        if (getenv("GLIDEPATH_UPDATE") != NULL) {
            FILE *out = fopen(path, "wb");
            cr_assert(out != NULL && fwrite(text, 1, len, out) == len);
            fclose(out);
        }
        char *golden = file_read(arena, path, LARGEST_GOLDEN_BYTES, &golden_len, &fault);
        cr_assert(golden != NULL, "%s: %s", path, fault);
        cr_expect_str_eq(text, golden, "%s", names[i]);
        arena_free(arena);
    }
}

Test(github, the_summary_tells_every_finding)
{
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 200, 5);
    size_t len = 0;
    char *text = summary_of(arena, run, SUMMARY_LIMIT, &len);
    for (size_t i = 0; i < run->n_findings; i++) {
        cr_expect(strstr(text, run->findings[i].check->title) != NULL, "check %zu", i);
    }
    cr_expect(strstr(text, "is left out") == NULL);
    arena_free(arena);
}

Test(github, the_summary_keeps_its_limit_and_says_so)
{
    static const size_t limits[] = {0, 1, 50, 200, 1000, 5000, SUMMARY_LIMIT};
    struct arena *arena = arena_new();
    struct run *run = sample_random_run(arena, 20000, 7);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        size_t len = 0;
        char *text = summary_of(arena, run, limits[i], &len);
        cr_expect(len <= limits[i], "limit %zu: %zu bytes", limits[i], len);
        cr_expect(len == 0 || strstr(text, "The rest is left out") != NULL, "limit %zu", limits[i]);
        cr_expect(limits[i] < 1000 || len > limits[i] / 2, "limit %zu: only %zu", limits[i], len);
    }
    arena_free(arena);
}

/* What stands in front of the cells and links of a table is ours. */
Test(github, the_summary_has_no_markup_of_others)
{
    static const char *const texts[] = {
        "a | b | c | d | e | f | g", "x\n\n# heading",  "<img src=x onerror=alert(1)>",
        "[x](https://evil.example)", "`code` **bold**", "![i](https://evil.example/x.png)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        struct finding *finding = &run->findings[0];
        struct check *check = &run->packs[0]->checks[0];
        finding->verdict = VERDICT_FAIL;
        finding->gates = true;
        check->title = check->owner = check->fix = texts[i];
        finding->seen = finding->wanted = texts[i];
        finding->link = arena_printf(arena, "https://acme.service-now.com/%s", texts[i]);
        size_t len = 0;
        char *text = summary_of(arena, run_clean(arena, run, NULL), SUMMARY_LIMIT, &len);
        const char *row = strstr(text, "\n| fail |");
        cr_assert(row != NULL, "text %zu:\n%s", i, text);
        size_t n_bars = 0;
        for (const char *c = row + 1; *c != '\n'; c++) {
            n_bars += *c == '|' && c[-1] != '\\' ? 1 : 0;
        }
        cr_expect(n_bars == 7, "text %zu: %zu bars", i, n_bars);
        cr_expect(strstr(text, "](<") == NULL, "text %zu: a link", i);
        cr_expect(strstr(text, "\n# ") == NULL && strstr(text, " <img") == NULL, "text %zu", i);
        arena_free(arena);
    }
}

Test(github, links_only_plain_addresses)
{
    static const struct {
        const char *link;
        bool is_linked;
        const char *why;
    } rows[] = {
        {"https://acme.service-now.com/x.do?a=b%3Dc", true, "what checks write"},
        {"javascript:alert(1)", false, "no address"},
        {"http://acme.service-now.com/", false, "not over TLS"},
        {"https://acme.service-now.com/a>b", false, "would end the link"},
        {"https://acme.service-now.com/a b", false, "a blank"},
        {"https://acme.service-now.com/a|b", false, "a bar would end the cell"},
        {NULL, false, "none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_random_run(arena, 1, 3);
        run->findings[0].verdict = VERDICT_FAIL;
        run->findings[0].link = rows[i].link;
        size_t len = 0;
        char *text = summary_of(arena, run_clean(arena, run, NULL), SUMMARY_LIMIT, &len);
        cr_expect((strstr(text, "[open](<") != NULL) == rows[i].is_linked, "row %zu (%s)", i,
                  rows[i].why);
        arena_free(arena);
    }
}
