/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs that read our JUnit files show of them: every check, as it came out, in the
 * colour of the exit status, with a reason that stands by itself.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/strings.h"
#include "junit_readers.h"
#include "sample.h"

static const struct report_options usual;

/* Told here once more, from the contract and not from the writer. */
static enum shown_state wanted_state(const struct finding *finding)
{
    static const enum shown_state gating[] = {
        [VERDICT_PASS] = SHOWN_PASSED,    [VERDICT_FAIL] = SHOWN_FAILED,
        [VERDICT_UNKNOWN] = SHOWN_ERROR,  [VERDICT_BLOCKED] = SHOWN_ERROR,
        [VERDICT_WAIVED] = SHOWN_SKIPPED, [VERDICT_NOT_APPLICABLE] = SHOWN_SKIPPED,
    };
    enum shown_state state = gating[finding->verdict];
    return finding->gates || state == SHOWN_SKIPPED ? state : SHOWN_PASSED;
}

static const struct shown_case *shown_of(const struct shown *shown, const char *id)
{
    size_t len = strlen(id);
    for (size_t i = 0; i < shown->n_cases; i++) {
        if (strncmp(shown->cases[i].name, id, len) == 0 && shown->cases[i].name[len] == ':') {
            return &shown->cases[i];
        }
    }
    return NULL;
}

/* Every check there, in the right state, and the summary the sum of them. */
static void expect_every_check(const struct junit_reader *reader, const struct run *run,
                               const struct shown *shown)
{
    const char *name = junit_reader_name(reader);
    size_t wanted[N_SHOWN_STATES] = {0};
    for (size_t i = 0; i < run->n_findings; i++) {
        const struct finding *finding = &run->findings[i];
        const struct shown_case *seen = shown_of(shown, finding->check->id);
        enum shown_state state = wanted_state(finding);
        if (state == SHOWN_ERROR && junit_reader_merges_errors(reader)) {
            state = SHOWN_FAILED;
        }
        cr_assert(seen != NULL, "%s does not show %s", name, finding->check->id);
        cr_expect(seen->state == state, "%s shows %s as %d", name, finding->check->id, seen->state);
        wanted[state]++;
    }
    size_t n_besides = shown->n_cases - run->n_findings; /* the case `run` */
    cr_expect(n_besides <= 1, "%s: %zu besides", name, n_besides);
    wanted[junit_reader_merges_errors(reader) ? SHOWN_FAILED : SHOWN_ERROR] += n_besides;
    for (size_t s = 0; s < N_SHOWN_STATES; s++) {
        cr_expect(shown->counts[s] == wanted[s], "%s counts %zu of state %zu, not %zu", name,
                  shown->counts[s], s, wanted[s]);
    }
}

static void expect_nothing_lost(const struct junit_reader *reader, const struct shown *shown)
{
    const char *name = junit_reader_name(reader);
    cr_expect(shown->refusal == NULL, "%s refuses the file: %s", name, shown->refusal);
    cr_expect(shown->n_lost == 0, "%s loses %zu cases", name, shown->n_lost);
    cr_expect(shown->n_without_time == 0, "%s shows no time of %zu", name, shown->n_without_time);
}

/* A problem or a skipped case says something wherever the reader has room for it. */
static void expect_reasons(const struct junit_reader *reader, const struct shown *shown)
{
    for (size_t i = 0; i < shown->n_cases; i++) {
        const struct shown_case *seen = &shown->cases[i];
        bool has_room = seen->state == SHOWN_FAILED || seen->state == SHOWN_ERROR ||
                        (seen->state == SHOWN_SKIPPED && junit_reader_tells_skips(reader));
        cr_expect(!has_room || strlen(seen->told) > 3, "%s tells nothing of %s",
                  junit_reader_name(reader), seen->name);
    }
}

/* A run whose required checks do not all gate, as one whose effects were seen to work. */
static struct run *random_run(struct arena *arena, uint32_t seed)
{
    struct run *run = sample_random_run(arena, seed % 23, seed);
    for (size_t i = 0; i < run->n_findings; i++) {
        struct finding *finding = &run->findings[i];
        if (finding->verdict == VERDICT_FAIL && (seed + i) % 3 == 0) {
            finding->gates = false;
        }
    }
    sample_settle(run);
    return run;
}

Test(junit_readers, show_every_check_as_it_came_out)
{
    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct arena *arena = arena_new();
        struct run *run = random_run(arena, seed);
        size_t len = 0;
        char *text = sample_written(arena, &report_format_junit, run, &usual, &len);
        for (size_t r = 0; r < n_junit_readers; r++) {
            struct shown shown = junit_read(arena, junit_readers[r], text, len);
            expect_every_check(junit_readers[r], run, &shown);
            expect_nothing_lost(junit_readers[r], &shown);
            expect_reasons(junit_readers[r], &shown);
        }
        arena_free(arena);
    }
}

Test(junit_readers, are_red_exactly_when_the_run_ends_1_or_3)
{
    size_t n_red = 0;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        struct arena *arena = arena_new();
        struct run *run = random_run(arena, seed);
        bool should_be = run->exit_status == 1 || run->exit_status == 3;
        size_t len = 0;
        char *text = sample_written(arena, &report_format_junit, run, &usual, &len);
        for (size_t r = 0; r < n_junit_readers; r++) {
            struct shown shown = junit_read(arena, junit_readers[r], text, len);
            cr_expect(shown.is_red == should_be, "%s, seed %u: exit %d, red %d",
                      junit_reader_name(junit_readers[r]), seed, run->exit_status, shown.is_red);
        }
        n_red += should_be ? 1 : 0;
        arena_free(arena);
    }
    cr_expect(n_red > 30 && n_red < 270, "the seeds must give both kinds: %zu red", n_red);
}

Test(junit_readers, lose_nothing_of_the_sample_runs)
{
    static const char *const names[] = {"ready", "not-ready", "inconclusive",
                                        "empty", "waived",    "hostile"};
    static const struct report_options extended = {.junit_extended = true};
    for (size_t i = 0; i < 2 * ARRAY_LEN(names); i++) {
        struct arena *arena = arena_new();
        struct run *run = sample_clean_run(arena, names[i / 2]);
        size_t len = 0;
        char *text =
            sample_written(arena, &report_format_junit, run, i % 2 == 0 ? &usual : &extended, &len);
        for (size_t r = 0; r < n_junit_readers; r++) {
            struct shown shown = junit_read(arena, junit_readers[r], text, len);
            expect_nothing_lost(junit_readers[r], &shown);
            expect_reasons(junit_readers[r], &shown);
            cr_expect(shown.is_red == (run->exit_status != 0), "%s of %s",
                      junit_reader_name(junit_readers[r]), names[i / 2]);
            cr_expect(shown.n_cases >= run->n_findings);
        }
        arena_free(arena);
    }
}

/* Whichever of message and text a reader shows, it says what was seen and what was wanted. */
Test(junit_readers, are_told_enough_by_either_text)
{
    struct arena *arena = arena_new();
    size_t len = 0;
    char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "not-ready"),
                                &usual, &len);
    for (size_t r = 0; r < n_junit_readers; r++) {
        const char *name = junit_reader_name(junit_readers[r]);
        struct shown shown = junit_read(arena, junit_readers[r], text, len);
        const struct shown_case *failed = shown_of(&shown, "cloud-ex-machina/grant-enabled");
        cr_expect(strstr(failed->told, "grant_type.enabled is not there") != NULL, "%s", name);
        cr_expect(strstr(failed->told, "grant_type.enabled = true") != NULL, "%s", name);
        const struct shown_case *unknown = shown_of(&shown, "cloud-ex-machina/user-roles");
        cr_expect(strstr(unknown->told, "3 rows counted, 0 returned") != NULL, "%s", name);
        cr_expect_str_eq(failed->group, "glidepath.cloud-ex-machina", "%s", name);
    }
    arena_free(arena);
}

/* dorny's takes "   at CLASS.NAME(FILE:LINE)" for the place to annotate. */
Test(junit_readers, find_the_line_of_the_pack)
{
    struct arena *arena = arena_new();
    char *text = sample_written(arena, &report_format_junit, sample_clean_run(arena, "not-ready"),
                                &usual, NULL);
    cr_expect(strstr(text, "\n   at glidepath.cloud-ex-machina.grant-enabled"
                           "(rules/packs/sample.yaml:26)\n") != NULL);
    arena_free(arena);
}

/* The readers must be able to say no, or the tests above prove nothing. */
struct bad_file {
    const char *reader;
    const char *cases;
    const char *suite; /* its attributes */
    size_t n_shown;
    bool is_refused;
    bool is_red;
    bool lacks_time;
    const char *why;
};

#define NAMED "name=\"s\" tests=\"1\""

static const struct bad_file bad_files[] = {
    {"GitLab", "<testcase name=\"a\"/><testcase name=\"a\"><failure/></testcase>", NAMED, 1, false,
     false, false, "of two cases with one name it shows the first, here the green one"},
    {"dorny", "<testcase name=\"a\"><warning/></testcase>", NAMED, 1, false, false, true,
     "an element nobody knows is a green tick"},
    {"dorny", "<testcase name=\"a\" time=\"0\"/>", "tests=\"1\"", 1, true, false, false,
     "a suite without a name"},
    {"Jenkins", "", NAMED, 0, true, false, false, "a file without cases"},
    {"Jenkins", "<testcase name=\"a\"><skipped/><failure/></testcase>", NAMED, 1, false, false,
     false, "skipped wins"},
    {"Azure", "<testcase name=\"a\"><skipped/><failure/></testcase>", NAMED, 1, false, true, false,
     "failure wins"},
    {"Azure", "<testcase><failure/></testcase>", NAMED, 0, false, false, false,
     "a case without a name is dropped"},
    {"EnricoMi", "<testcase name=\"a\"><failure/></testcase>", NAMED, 1, false, false, false,
     "it trusts the counts, right or wrong"},
};

Test(junit_readers, lose_what_other_programs_write)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_files); i++) {
        const struct bad_file *row = &bad_files[i];
        struct arena *arena = arena_new();
        const struct junit_reader *reader = NULL;
        for (size_t r = 0; r < n_junit_readers; r++) {
            bool is_it = text_equal(junit_reader_name(junit_readers[r]), row->reader);
            reader = is_it ? junit_readers[r] : reader;
        }
        char *text = arena_printf(arena, "<testsuites><testsuite %s>%s</testsuite></testsuites>",
                                  row->suite, row->cases);
        struct shown shown = junit_read(arena, reader, text, strlen(text));
        cr_expect(shown.n_cases == row->n_shown, "row %zu (%s)", i, row->why);
        cr_expect((shown.refusal != NULL) == row->is_refused, "row %zu (%s)", i, row->why);
        cr_expect(shown.is_red == row->is_red, "row %zu (%s)", i, row->why);
        cr_expect((shown.n_without_time > 0) == row->lacks_time, "row %zu (%s)", i, row->why);
        arena_free(arena);
    }
}
