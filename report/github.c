/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotations for GitHub Actions: workflow commands on standard output, one line each
 * (docs.github.com, "Workflow commands for GitHub Actions").
 *
 * GitHub shows at most ten errors, ten warnings and ten notices of a step and drops the others
 * without a word, so no more are written: what somebody can mend comes before what merely follows,
 * and the first annotation says how many are left out. It is an error exactly when the run does not
 * end as ready. File and line are those of the check in its pack: GitHub shows them beside the code
 * where the pack lives in the repository.
 */
#include "report/github.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/strings.h"
#include "base/text.h"
#include "model/names.h"
#include "report/markdown_set.h"
#include "report/report.h"
#include "report/set.h"
#include "report/summary.h"

enum {
    MOST_ANNOTATIONS = 10,          /* of a kind and a step */
    SUMMARY_LIMIT_BYTES = 1 << 20,  /* of a step */
    LONGEST_MESSAGE = 4000,         /* characters; GitHub keeps 64 KiB */
    LARGEST_TEXT_BYTES = 256 * 1024 /* of a message, escaped */
};

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, N_LEVELS };

static const char *const level_names[] = {
    [LEVEL_ERROR] = "error", [LEVEL_WARNING] = "warning", [LEVEL_NOTICE] = "notice"};

struct github {
    const struct run *run;
    struct arena *scratch;
    FILE *out;
    size_t n_left_out;
};

struct escape {
    char character;
    const char *escaped;
};

/* The first three end a message, all five a property. */
static const struct escape escapes[] = {
    {'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}};
enum { N_OF_A_MESSAGE = 3 };

static const char *escaped(struct arena *arena, const char *text, size_t n_escapes)
{
    struct buf line;
    buf_init(&line, LARGEST_TEXT_BYTES);
    for (const char *c = text_or_empty(text); *c != '\0'; c++) {
        size_t i = 0;
        while (i < n_escapes && escapes[i].character != *c) {
            i++;
        }
        if (i < n_escapes) {
            buf_add(&line, escapes[i].escaped);
        } else {
            buf_add_char(&line, *c);
        }
    }
    const char *result = arena_strndup(arena, line.data, line.len);
    buf_release(&line);
    return result;
}

const char *github_message(struct arena *arena, const char *text)
{
    return escaped(arena, text, N_OF_A_MESSAGE);
}

const char *github_property(struct arena *arena, const char *text)
{
    return escaped(arena, text, ARRAY_LEN(escapes));
}

/* N_LEVELS: none. What gates and was seen not to hold is an error; "could not tell" a warning. */
static enum level level_of(const struct finding *finding)
{
    if (!finding_is_problem(finding)) {
        return N_LEVELS;
    }
    bool is_fail = finding->verdict == VERDICT_FAIL;
    if (finding->gates) {
        return is_fail ? LEVEL_ERROR : LEVEL_WARNING;
    }
    return is_fail && finding->check->severity != SEVERITY_INFO ? LEVEL_WARNING : LEVEL_NOTICE;
}

static enum level level_of_run(const struct run *run)
{
    return run_may_not_be_green(run) ? LEVEL_ERROR : LEVEL_NOTICE;
}

/* How many annotations of findings of this level are written: one of the run's takes a place. */
static size_t room_of(const struct run *run, enum level level)
{
    return MOST_ANNOTATIONS - (level_of_run(run) == level ? 1 : 0);
}

static size_t count_of_level(const struct run *run, enum level level)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_findings; i++) {
        n += level_of(&run->findings[i]) == level ? 1 : 0;
    }
    return n;
}

static void add_line(struct buf *text, const char *key, const char *value)
{
    if (!text_is_empty(value)) {
        buf_printf(text, "\n%s: %s", key, value);
    }
}

/* Writes the command with what is in `text`, which is given back. */
static void write_command(const struct github *github, enum level level, const char *place,
                          const char *title, struct buf *text)
{
    struct arena *arena = github->scratch;
    assert(level < N_LEVELS);
    const char *message = text_shorten(arena, text->data, LONGEST_MESSAGE);
    fprintf(github->out, "::%s %stitle=%s::%s\n", level_names[level], place,
            github_property(arena, text_shorten(arena, title, 200)),
            github_message(arena, message));
    buf_release(text);
}

static const char *place_of(struct arena *arena, const struct where *where)
{
    if (text_is_empty(where->file) || where->line == 0) {
        return "";
    }
    const char *file = text_starts_with(where->file, "./") ? where->file + 2 : where->file;
    return arena_printf(arena, "file=%s,line=%zu,", github_property(arena, file), where->line);
}

static void write_finding(const struct github *github, const struct finding *finding)
{
    struct arena *arena = github->scratch;
    const struct finding *origin = run_origin_of(github->run, finding);
    struct buf text;
    buf_init(&text, LARGEST_TEXT_BYTES);
    buf_add(&text, finding_message(arena, finding));
    if (origin != NULL) {
        add_line(&text, "follows from", origin->check->id);
    } else if (finding_wants_action(finding)) {
        add_line(&text, "fix", run_fix_of(github->run, finding));
        add_line(&text, "owner", finding->check->owner);
        add_line(&text, "open", finding->link);
    }
    write_command(github, level_of(finding), place_of(arena, &finding->check->where),
                  finding->check->id, &text);
}

/* What the run came to, the first cause, and what the limits leave out. */
static void write_run(const struct github *github)
{
    const struct run *run = github->run;
    struct arena *arena = github->scratch;
    struct buf text;
    buf_init(&text, LARGEST_TEXT_BYTES);
    buf_printf(&text, "%s: %s. exit %d", text_token(arena, run_host(arena, run)),
               run_sentence(arena, run), run->exit_status);
    add_line(&text, "source", run_source_sentence(arena, run));
    if (run->n_causes > 0) {
        const struct cause *cause = &run->causes[0];
        buf_printf(&text, "\ncause: %s (%s): %s", text_or_empty(cause->id),
                   confidence_name(cause->confidence), text_or_empty(cause->says));
        add_line(&text, "fix", cause->fix);
        add_line(&text, "owner", cause->owner);
    }
    for (size_t i = 0; i < run->n_waivers; i++) {
        const struct waiver_told *waiver = &run->waivers[i];
        add_line(&text, "waiver",
                 waiver->state == WAIVER_UNTOLD ? NULL : waiver_text(arena, waiver));
    }
    if (github->n_left_out > 0) {
        buf_printf(&text, "\nGitHub shows %d annotations of a kind: %s not shown here",
                   MOST_ANNOTATIONS, quantity(arena, github->n_left_out, "finding"));
    }
    write_command(github, level_of_run(run), "",
                  arena_printf(arena, "glidepath: %s", status_headline(run->status)), &text);
}

/* True for a problem that somebody can do something about, where the others wait for it. */
static bool stands_for_itself(const struct run *run, const struct finding *finding)
{
    return finding_wants_action(finding) && run_origin_of(run, finding) == NULL;
}

static void write_level(const struct github *github, enum level level)
{
    const struct run *run = github->run;
    size_t n_left = room_of(run, level);
    for (int follows = 0; follows <= 1; follows++) {
        for (size_t i = 0; i < run->n_findings && n_left > 0; i++) {
            const struct finding *finding = &run->findings[i];
            if (level_of(finding) == level && stands_for_itself(run, finding) == (follows == 0)) {
                write_finding(github, finding);
                n_left--;
            }
        }
    }
}

static bool write_github(const struct run *run, const struct report_options *options, FILE *out)
{
    (void)options;
    struct github github = {.run = run, .scratch = arena_new(), .out = out};
    for (int level = LEVEL_ERROR; level < N_LEVELS; level++) {
        size_t n = count_of_level(run, (enum level)level);
        size_t n_room = room_of(run, (enum level)level);
        github.n_left_out += n > n_room ? n - n_room : 0;
    }
    write_run(&github);
    for (int level = LEVEL_ERROR; level < N_LEVELS; level++) {
        write_level(&github, (enum level)level);
    }
    arena_free(github.scratch);
    return fflush(out) == 0 && ferror(out) == 0;
}

/* ---- Several targets: an annotation each ---- */

static enum level level_of_brief(const struct brief *brief)
{
    return !brief_is_red(brief)                ? N_LEVELS
           : brief->status == STATUS_NOT_READY ? LEVEL_ERROR
                                               : LEVEL_WARNING;
}

static void write_set_head(const struct github *github, const struct run_set *set,
                           size_t n_left_out)
{
    struct arena *arena = github->scratch;
    struct buf text;
    buf_init(&text, LARGEST_TEXT_BYTES);
    buf_printf(&text, "%s. exit %d", run_set_sentence(arena, set), set->exit_status);
    if (n_left_out > 0) {
        buf_printf(&text, "\nGitHub shows %d annotations of a kind: %s not shown here",
                   MOST_ANNOTATIONS, quantity(arena, n_left_out, "target"));
    }
    write_command(github, set->exit_status == 0 ? LEVEL_NOTICE : LEVEL_ERROR, "",
                  arena_printf(arena, "glidepath: %s", status_headline(set->status)), &text);
}

static void write_brief(const struct github *github, const struct brief *brief)
{
    struct buf text;
    buf_init(&text, LARGEST_TEXT_BYTES);
    buf_printf(&text, "%s: %zu failed, %zu unknown, %zu blocked. exit %d",
               status_headline(brief->status), brief->tally.fail, brief->tally.unknown,
               brief->tally.blocked, brief->exit_status);
    if (brief->cause != NULL) {
        buf_printf(&text, "\ncause: %s: %s", brief->cause, text_or_empty(brief->cause_says));
    }
    write_command(github, level_of_brief(brief), "", brief->label, &text);
}

static bool write_github_set(const struct run_set *set, const struct report_options *options,
                             FILE *out)
{
    (void)options;
    struct github github = {.scratch = arena_new(), .out = out};
    size_t n_of[N_LEVELS + 1] = {0};
    size_t n_left_out = 0;
    for (size_t i = 0; i < set->n_items; i++) {
        n_of[level_of_brief(&set->items[i])]++;
    }
    for (int level = LEVEL_ERROR; level < N_LEVELS; level++) {
        size_t n_room = MOST_ANNOTATIONS - (level == LEVEL_ERROR ? 1 : 0);
        n_left_out += n_of[level] > n_room ? n_of[level] - n_room : 0;
        n_of[level] = n_room;
    }
    write_set_head(&github, set, n_left_out);
    for (size_t i = 0; i < set->n_items; i++) {
        enum level level = level_of_brief(&set->items[i]);
        if (level != N_LEVELS && n_of[level] > 0) {
            n_of[level]--;
            write_brief(&github, &set->items[i]);
        }
    }
    arena_free(github.scratch);
    return fflush(out) == 0 && ferror(out) == 0;
}

const struct report_format report_format_github = {
    .name = "github",
    .default_path = NULL,
    .summary = "Annotations of GitHub Actions, and the step summary in $GITHUB_STEP_SUMMARY",
    .write = write_github,
    .write_set = write_github_set,
    .aside_variable = "GITHUB_STEP_SUMMARY",
    .aside_limit = SUMMARY_LIMIT_BYTES,
    .write_aside = github_write_summary,
    .write_aside_set = markdown_write_summary,
};
