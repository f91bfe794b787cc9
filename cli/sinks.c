/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Report specifications and writing. The terminal's own properties (width, colour, character set)
 * are found out here.
 */
#include "cli/sinks.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "cli/command.h"
#include "report/changes.h"
#include "report/plan.h"

enum { STOP_WORD_BYTES = 16 };

static bool refuse_format(struct arena *arena, struct diag *diag, const char *name)
{
    struct strings known = {0};
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        strings_add(arena, &known, formats[i]->name);
    }
    const char *near = nearest_spelling(name, &known);
    return diag_error(diag, (struct where){0}, "--report: no format '%s'%s%s%s; there are %s", name,
                      near != NULL ? " (did you mean '" : "", near != NULL ? near : "",
                      near != NULL ? "'?)" : "", strings_join(arena, &known, ", "));
}

void sinks_print_formats(FILE *out)
{
    size_t n = 0;
    const struct report_format *const *formats = report_formats(&n);
    fputs("\nFormats, each with the path it goes to unless another is given:\n\n", out);
    for (size_t i = 0; i < n; i++) {
        const char *path = formats[i]->default_path;
        fprintf(out, "  %s=%s\n    %s\n", formats[i]->name, path == NULL ? "-" : path,
                formats[i]->summary);
    }
}

/* The terminal report makes way for another one on standard output: it then goes to standard error.
 */
static bool same_destination(const struct sink *a, const struct sink *b)
{
    bool one_is_terminal =
        a->format == &report_format_terminal || b->format == &report_format_terminal;
    bool both_on_stdout = a->path == NULL && b->path == NULL;
    return text_equal(a->path, b->path) &&
           !(both_on_stdout && one_is_terminal && a->format != b->format);
}

/* FORMAT or FORMAT=PATH; without a format when there is none of that name. */
static struct sink sink_of(struct arena *arena, const char *specification)
{
    size_t len = strcspn(specification, "=");
    const struct report_format *format =
        report_format_find(arena_strndup(arena, specification, len));
    const char *default_path = format == NULL ? NULL : format->default_path;
    const char *path = specification[len] == '=' ? specification + len + 1 : default_path;
    return (struct sink){.format = format, .path = text_equal(path, "-") ? NULL : path};
}

/* What is written as text and as JSON alone is no report of a run, and must not be taken for one.
 */
struct paper {
    const char *made_by;
    const char *json_path;
};
static const struct paper plan_paper = {"--plan", "plan.json"};
static const struct paper comparison_paper = {"diff", "diff.json"};

static void put_on_paper(const struct paper *paper, const char *specification, struct sink *sink)
{
    if (sink->format == &report_format_json && strchr(specification, '=') == NULL) {
        sink->path = paper->json_path;
    }
}

static bool put_all_on_paper(struct diag *diag, const struct paper *paper,
                             const struct strings *specifications, struct sinks *sinks)
{
    bool is_fine = true;
    for (size_t i = 0; i < sinks->n_items && i < specifications->n_items; i++) {
        const struct report_format *format = sinks->items[i].format;
        put_on_paper(paper, specifications->items[i], &sinks->items[i]);
        if (format != &report_format_json && format != &report_format_terminal) {
            is_fine = diag_error(diag, (struct where){0},
                                 "%s is written as text or as JSON, not as %s: leave --report %s "
                                 "out, or take --report json",
                                 paper->made_by, format->name, specifications->items[i]);
        }
    }
    return is_fine;
}

bool sinks_for_plan(struct diag *diag, const struct strings *specifications, struct sinks *sinks)
{
    return put_all_on_paper(diag, &plan_paper, specifications, sinks);
}

bool sinks_for_two(struct diag *diag, const struct options *options, struct sinks *sinks)
{
    return put_all_on_paper(diag, &comparison_paper, &options->reports, sinks);
}

static bool add_sink(struct arena *arena, struct diag *diag, const char *specification,
                     struct sinks *sinks)
{
    struct sink sink = sink_of(arena, specification);
    if (sink.format == NULL) {
        return refuse_format(arena, diag,
                             arena_strndup(arena, specification, strcspn(specification, "=")));
    }
    if (text_equal(sink.path, "")) {
        return diag_error(diag, (struct where){0}, "--report %s: no path behind '='",
                          specification);
    }
    for (size_t i = 0; i < sinks->n_items; i++) {
        if (same_destination(&sinks->items[i], &sink)) {
            return diag_error(diag, (struct where){0}, "--report: two reports for %s",
                              sink.path != NULL ? sink.path : "standard output");
        }
    }
    struct sink *slot = arena_append(arena, &sinks->items, &sinks->n_items, sizeof *slot);
    *slot = sink;
    return true;
}

bool sinks_read(struct arena *arena, struct diag *diag, const struct strings *specifications,
                struct sinks *ret_sinks)
{
    struct sinks sinks = {0};
    bool is_fine = true;
    for (size_t i = 0; i < specifications->n_items; i++) {
        is_fine = add_sink(arena, diag, specifications->items[i], &sinks) && is_fine;
    }
    for (size_t i = 0; i < sinks.n_items; i++) {
        bool is_terminal = sinks.items[i].format == &report_format_terminal;
        sinks.has_terminal = sinks.has_terminal || is_terminal;
        sinks.terminal_on_stderr =
            sinks.terminal_on_stderr || (sinks.items[i].path == NULL && !is_terminal);
    }
    if (!sinks.has_terminal) {
        struct sink *slot = arena_append(arena, &sinks.items, &sinks.n_items, sizeof *slot);
        *slot = (struct sink){.format = &report_format_terminal};
    }
    if (is_fine) {
        *ret_sinks = sinks;
    }
    return is_fine;
}

/* Only a regular file can be an older report; a pipe, a device or a link to one is not ours to
 * remove. */
static void remove_old(const char *path)
{
    struct stat status;
    char *real = realpath(path, NULL);
    if (real != NULL && stat(real, &status) == 0 && S_ISREG(status.st_mode)) {
        (void)unlink(real);
    }
    memory_free(real);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat left;
    struct stat right;
    return a != NULL && b != NULL && stat(a, &left) == 0 && stat(b, &right) == 0 &&
           left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* A folder of targets is read as its *.yaml files, one of exports as its *.xml files. */
static bool is_in_folder(struct arena *arena, const char *folder, const char *path)
{
    struct stat status;
    if (folder == NULL || path == NULL ||
        (!text_ends_with(path, ".yaml") && !text_ends_with(text_lower(arena, path), ".xml"))) {
        return false;
    }
    const char *slash = strrchr(path, '/');
    const char *parent =
        slash == NULL ? "." : arena_strndup(arena, path, (size_t)(slash - path) + 1);
    return stat(folder, &status) == 0 && S_ISDIR(status.st_mode) && is_same_file(folder, parent);
}

/* True for what the command line names to be read. */
static bool is_input(struct arena *arena, const struct options *options, const char *path)
{
    const struct strings *const lists[] = {&options->operands, &options->packs, &options->from};
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        for (size_t i = 0; i < lists[l]->n_items; i++) {
            if (is_same_file(lists[l]->items[i], path) ||
                is_in_folder(arena, lists[l]->items[i], path)) {
                return true;
            }
        }
    }
    return is_same_file(options->ca_file, path) || is_same_file(options->baseline, path);
}

/* A file that is to be written, "--report html=FILE": the older one goes. */
static bool remove_unless_input(struct arena *arena, struct diag *diag,
                                const struct options *options, const char *path, const char *given)
{
    if (!is_input(arena, options, path)) {
        remove_old(path);
        return true;
    }
    return diag_error(diag, (struct where){0}, "%s: this run reads that file; it would be replaced",
                      given);
}

bool sinks_remove_old(struct arena *arena, struct diag *diag, const struct options *options)
{
    bool is_fine = true;
    if (options->record != NULL) {
        is_fine = remove_unless_input(arena, diag, options, options->record,
                                      arena_printf(arena, "--record %s", options->record));
    }
    for (size_t i = 0; i < options->reports.n_items; i++) {
        struct sink sink = sink_of(arena, options->reports.items[i]);
        const struct paper *paper = options->plan       ? &plan_paper
                                    : options->compares ? &comparison_paper
                                                        : NULL;
        if (paper != NULL) {
            put_on_paper(paper, options->reports.items[i], &sink);
        }
        bool is_left = paper != NULL && sink.format != &report_format_json;
        if (sink.format == NULL || text_is_empty(sink.path) || is_left) {
            continue;
        }
        const char *given = arena_printf(arena, "--report %s", options->reports.items[i]);
        is_fine = remove_unless_input(arena, diag, options, sink.path, given) && is_fine;
    }
    return is_fine;
}

static int columns_of(int descriptor)
{
    struct winsize size = {0};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
        return size.ws_col;
    }
    return 80;
}

bool sinks_can_rewrite(FILE *out)
{
    return isatty(fileno(out)) != 0 && !text_equal(getenv("TERM"), "dumb");
}

/* Colours go where they can be seen. CLICOLOR_FORCE wants them elsewhere too, NO_COLOR nowhere. */
static bool wants_color(FILE *out)
{
    const char *force = getenv("CLICOLOR_FORCE");
    bool is_forced = !text_is_empty(force) && !text_equal(force, "0");
    return text_is_empty(getenv("NO_COLOR")) && (is_forced || sinks_can_rewrite(out));
}

struct report_options sinks_fit(const struct report_options *options, FILE *out)
{
    struct report_options fitted = *options;
    int descriptor = fileno(out);
    fitted.is_terminal = isatty(descriptor) != 0;
    fitted.color = wants_color(out);
    fitted.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    fitted.columns = fitted.is_terminal ? columns_of(descriptor) : 80;
    return fitted;
}

/* What is told: one run, those of several targets, the plan of one, or two side by side. */
struct told {
    const struct run *run;
    const struct run_set *set;
    const struct plan *plan;
    const struct comparison *comparison;
};

static bool tell(const struct report_format *format, const struct told *told,
                 const struct report_options *options, FILE *out)
{
    if (told->comparison != NULL) {
        return format == &report_format_json
                   ? comparison_write_json(told->comparison, out)
                   : comparison_write_text(told->comparison, options, out);
    }
    if (told->plan != NULL) {
        return format == &report_format_json ? plan_write_json(told->plan, out)
                                             : plan_write_text(told->plan, out);
    }
    return told->set != NULL ? format->write_set(told->set, options, out)
                             : format->write(told->run, options, out);
}

static bool write_file(struct arena *arena, const struct sink *sink, const struct told *told,
                       const struct report_options *options)
{
    struct file_replacement replacement = {0};
    const char *fault = NULL;
    FILE *out = file_replace_begin(&replacement, arena, sink->path, &fault);
    if (out != NULL && !tell(sink->format, told, options, out)) {
        file_replace_abandon(&replacement);
        fault = "writing failed";
    } else if (out != NULL && file_replace_commit(&replacement, arena, &fault)) {
        return true;
    }
    fprintf(stderr, "glidepath: error: %s report: %s: %s\n", sink->format->name, sink->path, fault);
    return false;
}

/*
 * GitHub Actions takes "::error::" at the beginning of a line in a step's output, blanks before it
 * not counted, and "##[error]" anywhere in one, for commands. A report for people holds what packs
 * and instances say, so commands are stopped around it, with a word that nobody can know.
 */
static const char *word_against_commands(struct arena *arena)
{
    return text_equal(getenv("GITHUB_ACTIONS"), "true") ? random_hex(arena, STOP_WORD_BYTES) : NULL;
}

static bool write_terminal(struct arena *arena, const struct told *told,
                           const struct report_options *options, FILE *out)
{
    const char *word = word_against_commands(arena);
    if (word != NULL) {
        fprintf(out, "::stop-commands::%s\n", word);
    }
    bool is_written = tell(&report_format_terminal, told, options, out);
    if (word != NULL) {
        fprintf(out, "::%s::\n", word);
    }
    return is_written;
}

static bool write_stream(struct arena *arena, const struct sinks *sinks, const struct sink *sink,
                         const struct told *told, const struct report_options *options)
{
    bool is_terminal_report = sink->format == &report_format_terminal;
    FILE *out = is_terminal_report && sinks->terminal_on_stderr ? stderr : stdout;
    struct report_options fitted = sinks_fit(options, out);
    bool is_written = is_terminal_report ? write_terminal(arena, told, &fitted, out)
                                         : tell(sink->format, told, &fitted, out);
    if (is_written && fflush(out) == 0) {
        return true;
    }
    fprintf(stderr, "glidepath: error: %s report: standard output: writing failed\n",
            sink->format->name);
    return false;
}

/* A folder may have somebody's name. */
static const char *name_of_file(const char *path, bool without_folder)
{
    const char *slash = strrchr(path, '/');
    return without_folder && slash != NULL ? slash + 1 : path;
}

static bool tell_aside(const struct report_format *format, const struct told *told, size_t limit,
                       FILE *out)
{
    return told->set != NULL ? format->write_aside_set(told->set, limit, out)
                             : format->write_aside(told->run, limit, out);
}

/*
 * The part of a format that belongs into a file of the environment's, behind what stands there: the
 * file is not ours to replace. Of a limit that others have used up nothing is left.
 */
static bool write_aside(const struct report_format *format, const struct told *told)
{
    if (format->write_aside == NULL || text_is_empty(getenv(format->aside_variable))) {
        return true;
    }
    const char *path = getenv(format->aside_variable);
    struct stat status = {0};
    FILE *out = fopen(path, "ab");
    const char *fault = out == NULL || fstat(fileno(out), &status) != 0 ? strerror(errno) : NULL;
    size_t n_used = status.st_size < 0 ? 0 : (size_t)status.st_size;
    size_t limit = n_used < format->aside_limit ? format->aside_limit - n_used : 0;
    if (fault == NULL && !tell_aside(format, told, limit, out)) {
        fault = "writing failed";
    }
    if (out != NULL && fclose(out) != 0 && fault == NULL) {
        fault = strerror(errno);
    }
    if (fault != NULL) {
        fprintf(stderr, "glidepath: error: %s report: %s ($%s): %s\n", format->name, path,
                format->aside_variable, fault);
    }
    return fault == NULL;
}

static bool write_asides(const struct sinks *sinks, const struct told *told)
{
    bool all_written = true;
    for (size_t i = 0; i < sinks->n_items; i++) {
        all_written = write_aside(sinks->items[i].format, told) && all_written;
    }
    return all_written;
}

static bool write_files(struct arena *arena, const struct sinks *sinks, const struct told *told,
                        const struct report_options *options, struct strings *written)
{
    bool all_written = true;
    for (size_t i = 0; i < sinks->n_items; i++) {
        const struct sink *sink = &sinks->items[i];
        if (sink->path == NULL) {
            continue;
        }
        if (write_file(arena, sink, told, options)) {
            strings_add(arena, written, name_of_file(sink->path, options->anonymous));
        } else {
            all_written = false;
        }
    }
    return all_written;
}

static bool write_streams(struct arena *arena, const struct sinks *sinks, bool terminal,
                          const struct told *told, const struct report_options *options)
{
    bool all_written = true;
    for (size_t i = 0; i < sinks->n_items; i++) {
        const struct sink *sink = &sinks->items[i];
        if (sink->path == NULL && (sink->format == &report_format_terminal) == terminal) {
            all_written = write_stream(arena, sinks, sink, told, options) && all_written;
        }
    }
    return all_written;
}

/* Files first: the terminal report, which comes last, names those that were written and says the
 * status the program ends with. `ret_exit_status` is where what is told says it. */
static bool write_all(struct arena *arena, const struct sinks *sinks, const struct told *told,
                      const struct report_options *options, int *ret_exit_status)
{
    struct report_options named = *options;
    bool all_written = write_files(arena, sinks, told, options, &named.written);
    all_written = write_asides(sinks, told) && all_written;
    for (int terminal = 0; terminal <= 1; terminal++) {
        *ret_exit_status = all_written ? *ret_exit_status : EXIT_INTERNAL;
        all_written = write_streams(arena, sinks, terminal == 1, told, &named) && all_written;
    }
    return all_written;
}

bool sinks_write(struct arena *arena, const struct sinks *sinks, const struct run *run,
                 const struct report_options *options)
{
    struct run ended = *run;
    const struct told told = {.run = &ended};
    return write_all(arena, sinks, &told, options, &ended.exit_status);
}

bool sinks_write_set(struct arena *arena, const struct sinks *sinks, const struct run_set *set,
                     const struct report_options *options)
{
    struct run_set ended = *set;
    const struct told told = {.set = &ended};
    return write_all(arena, sinks, &told, options, &ended.exit_status);
}

static bool write_papers(struct arena *arena, const struct sinks *sinks, const struct told *told)
{
    const struct report_options options = {.columns = 80};
    bool all_written = true;
    for (size_t i = 0; i < sinks->n_items; i++) {
        const struct sink *sink = &sinks->items[i];
        all_written = (sink->path == NULL ? write_stream(arena, sinks, sink, told, &options)
                                          : write_file(arena, sink, told, &options)) &&
                      all_written;
    }
    return all_written;
}

bool sinks_write_plan(struct arena *arena, const struct sinks *sinks, const struct plan *plan)
{
    return write_papers(arena, sinks, &(struct told){.plan = plan});
}

bool sinks_write_comparison(struct arena *arena, const struct sinks *sinks,
                            const struct comparison *comparison)
{
    return write_papers(arena, sinks, &(struct told){.comparison = comparison});
}
